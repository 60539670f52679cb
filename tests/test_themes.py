"""Light and dark in the themes that projects use: colours as Chromium computes them, and the page that is around."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sphinxext.llmpipeline import MODERN, Style, parse, render
from tests.browser import Browser, served
from tests.conftest import Project

pytestmark = pytest.mark.program

INDEX = """
Title
=====

.. llmpipeline::
   :caption: Caption

   model a: A
   data b: B
   group g: G
     tool c: C
   a -> b: goes
   b -> c
"""

COLORS = """
const canvas = document.createElementNS("http://www.w3.org/1999/xhtml", "canvas")
  .getContext("2d", {willReadFrequently: true});
const hex = (color) => {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = color;
  canvas.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
  return a ? "#" + [r, g, b].map(part => part.toString(16).padStart(2, "0")).join("") : "";
};
const svg = document.querySelector("svg.llmpipeline");
const css = (selector) => getComputedStyle(svg.querySelector(selector));
const tone = (selector) => [
  css(`${selector} > path`).fill, css(`${selector} > path`).stroke, css(`${selector} > text`).fill
].map(hex);
let ground = svg;
while (ground && !hex(getComputedStyle(ground).backgroundColor)) ground = ground.parentElement;
return {
  model: tone(".llmpipeline-kind-model"), tool: tone(".llmpipeline-kind-tool"), group: tone(".llmpipeline-group"),
  edge: [hex(css(".llmpipeline-edge > path").stroke), hex(css(".llmpipeline-edge > text").fill)],
  page: ground ? hex(getComputedStyle(ground).backgroundColor) : "#ffffff",
};
"""
"""Fill, stroke and text of parts of the drawing, and the ground that they stand on."""


@dataclass(frozen=True)
class Theme:
    """A theme, and how a reader of it switches."""

    name: str
    conf: str = ""
    switch: str = ""
    """Script that clicks until the page is in ``mode``; empty for a theme that is light only."""
    automatic: bool = True
    """Whether a page that the reader has not switched follows the system."""
    scriptless: bool = False
    """Whether it follows the system without its scripts."""

    def __str__(self) -> str:
        return self.name


# Furo's button goes through its three modes in an order that depends on the system.
_FURO = """
for (let tries = 0; tries < 3 && document.body.dataset.theme !== mode; tries++)
  document.querySelector(".theme-toggle").click();
"""
# A menu has a button for each mode; versions for Sphinx before 8.2 have one button that goes through them.
_PYDATA = """
const choice = document.querySelector(`.theme-change-button[data-mode="${mode}"]`);
if (choice) choice.click();
else
  for (let tries = 0; tries < 3 && document.documentElement.dataset.mode !== mode; tries++)
    document.querySelector(".theme-switch-button").click();
"""
_IMMATERIAL = """
document.querySelector(`[name="__palette"][data-md-color-scheme="${mode === "dark" ? "slate" : "default"}"]`).click();
"""
_PALETTE = """
extensions.append("sphinx_immaterial")
html_theme_options = {
    "font": False,
    "palette": [
        {
            "media": f"(prefers-color-scheme: {mode})",
            "scheme": scheme,
            "toggle": {"icon": "material/lightbulb", "name": "Switch"},
        }
        for mode, scheme in [("light", "default"), ("dark", "slate")]
    ],
}
"""
THEMES = [
    Theme("furo", switch=_FURO, scriptless=True),
    Theme("pydata_sphinx_theme", switch=_PYDATA),
    Theme("sphinx_book_theme", switch=_PYDATA),
    Theme("sphinx_immaterial", _PALETTE, switch=_IMMATERIAL),
    Theme("sphinx_rtd_theme", automatic=False),
    Theme("alabaster", automatic=False),
    Theme("basic", automatic=False),
]
SWITCHED = [theme for theme in THEMES if theme.switch]


@pytest.fixture(scope="module")
def sites(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Addresses of a page in each theme."""
    project = Project(tmp_path_factory.mktemp("themes"))
    out = {}
    for theme in THEMES:
        project.write({"index.rst": INDEX}, theme.conf)
        build = project.run(
            "html", "-D", f"html_theme={theme.name}", out=theme.name, doctrees=project.root / theme.name
        )
        assert build.status == 0, build.warnings
        out[theme.name] = build.out
    with served(project.root / "out") as url:
        yield {name: f"{url}/{folder.name}/index.html" for name, folder in out.items()}


def expected(style: Style, mode: str) -> dict[str, Any]:
    """What the style says of the parts that are looked at."""
    dark = mode == "dark"
    tones = {
        "model": style.nodes["model"].dark if dark else style.nodes["model"].light,
        "tool": style.nodes["tool"].dark if dark else style.nodes["tool"].light,
        "group": style.group_dark if dark else style.group_light,
    }
    edge = [style.edge_dark, style.edge_text_dark] if dark else [style.edge_light, style.edge_text_light]
    found = {name: [tone.fill, tone.stroke, tone.text] for name, tone in tones.items()} | {"edge": edge}
    return {name: [NAMED.get(color, color) for color in colors] for name, colors in found.items()}


NAMED = {"lightblue": "#add8e6"}


_ATTEMPTS, _PAUSE = 50, 0.1  # seconds


def shown(browser: Browser) -> dict[str, Any]:
    found: dict[str, Any] = browser.run(COLORS)
    return found


def check(browser: Browser, mode: str) -> None:
    """The page has the colours of *mode*, which scripts of its theme may set a little later, and so has the drawing."""
    for _ in range(_ATTEMPTS):
        found = shown(browser)
        page = int(found["page"][1:3], 16)
        if (page > 200, page < 60) == (mode == "light", mode == "dark"):
            break
        time.sleep(_PAUSE)
    check_colors(found, mode)


def check_colors(found: dict[str, Any], mode: str) -> None:
    """The drawing has the colours of *mode*, and so has the page."""
    page = int(found.pop("page")[1:3], 16)
    assert (page > 200, page < 60) == (mode == "light", mode == "dark")
    assert found == expected(MODERN, mode)


def open_first(browser: Browser, url: str) -> None:
    """Open a page as a reader does who has never switched it."""
    browser.open(url)
    browser.run("localStorage.clear()")
    browser.open(url)
    browser.still()


@pytest.mark.parametrize("system", ["light", "dark"])
@pytest.mark.parametrize("theme", THEMES, ids=str)
def test_page_without_a_switched_theme(sites: dict[str, str], browser: Browser, theme: Theme, system: str) -> None:
    browser.prefer(system)
    open_first(browser, sites[theme.name])
    check(browser, system if theme.automatic else "light")


@pytest.mark.parametrize("system", ["light", "dark"])
@pytest.mark.parametrize("theme", SWITCHED, ids=str)
def test_the_switch_of_the_theme_counts(sites: dict[str, str], browser: Browser, theme: Theme, system: str) -> None:
    browser.prefer(system)
    open_first(browser, sites[theme.name])
    for mode in ("dark", "light", "dark"):
        browser.run(f"const mode = {json.dumps(mode)};\n{theme.switch}")
        check(browser, mode)
    browser.open(sites[theme.name])  # as the theme remembers it
    check(browser, "dark")


@pytest.mark.parametrize("theme", [theme for theme in THEMES if theme.automatic], ids=str)
def test_a_change_of_the_system_is_followed(sites: dict[str, str], browser: Browser, theme: Theme) -> None:
    browser.prefer("light")
    open_first(browser, sites[theme.name])
    for mode in ("dark", "light"):
        browser.prefer(mode)
        browser.run("await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        # The page follows at once or at the next visit, as the theme likes; the drawing follows the page.
        found = shown(browser)
        check_colors(found, "light" if found["page"] > "#8" else "dark")


@pytest.mark.parametrize("system", ["light", "dark"])
@pytest.mark.parametrize("theme", THEMES, ids=str)
def test_without_scripts(sites: dict[str, str], browser: Browser, theme: Theme, system: str) -> None:
    browser.prefer(system)
    with browser.without_scripts():
        browser.open(sites[theme.name])
        check(browser, system if theme.scriptless else "light")


@pytest.mark.parametrize("theme", THEMES, ids=str)
def test_print_is_light(sites: dict[str, str], browser: Browser, theme: Theme) -> None:
    browser.prefer("dark")
    open_first(browser, sites[theme.name])
    with browser.printing("dark"):
        found = shown(browser)
    del found["page"]  # a browser leaves it white, whatever the theme says
    assert found == expected(MODERN, "light")


@pytest.mark.parametrize(
    ("mark", "css", "scheme"),
    [
        ("document.documentElement.className = 'dark'", "html.dark { color-scheme: dark }", "dark"),
        ("document.body.className = 'night'", ".night .llmpipeline-figure { color-scheme: dark }", "dark"),
        ("document.body.className = 'night'", "", "light"),
        ("", ":root { color-scheme: light dark }", "dark"),
    ],
)
def test_a_theme_that_is_not_known(sites: dict[str, str], browser: Browser, mark: str, css: str, scheme: str) -> None:
    browser.prefer("dark")
    browser.open(sites["basic"])
    browser.run(
        f"{mark};\nconst sheet = document.createElement('style');\n"
        f"sheet.textContent = {json.dumps(css)};\ndocument.head.append(sheet);"
    )
    found = shown(browser)
    del found["page"]  # this theme paints none
    assert found == expected(MODERN, scheme)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_rules_of_a_project_win(sites: dict[str, str], browser: Browser, mode: str) -> None:
    browser.prefer(mode)
    open_first(browser, sites["furo"])
    browser.run(
        """
        const sheet = document.createElement("style");
        sheet.textContent = ".llmpipeline { --llmpipeline-model-fill: light-dark(#abcdef, #123456); }";
        document.head.prepend(sheet);
        """
    )
    assert shown(browser)["model"][0] == {"light": "#abcdef", "dark": "#123456"}[mode]


PIPELINE = parse("model a: A\ndata b: B\ngroup g: G\n  tool c: C\na -> b: goes\nb -> c")


def test_the_drawing_by_itself_is_light(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "drawing.svg"
    file.write_bytes(render(PIPELINE))
    browser.prefer("dark")
    browser.open(file.as_uri())
    check(browser, "light")


def test_images_are_light() -> None:
    drawn = render(PIPELINE, format="svg-outlines").decode()
    assert "var(" not in drawn
    assert set(re.findall("#[0-9a-f]{6}", drawn)) == {
        MODERN.nodes["data"].light.fill,
        MODERN.nodes["data"].light.stroke,
        *(color for colors in expected(MODERN, "light").values() for color in colors),
    }
