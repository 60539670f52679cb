"""What the page around a drawing may do to it, in Chromium and in Firefox: marks of a search, direction, fonts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser import MEASURE, Browser, served
from tests.conftest import Project
from tests.firefox import Firefox

pytestmark = pytest.mark.program

INDEX = r"""
Title
=====

.. llmpipeline::
   :name: flow
   :caption: A way with a tokenizer

   data a: Tokenizer *in* **a** ``label``
      :tooltip: A tokenizer, too
      :link: https://example.org/a
   model b: See `a tokenizer <https://example.org/b>`__
      :note: a *note*
   group g: Title **bold** ``literal``
      train c: AVAVA fi ffi
         :repeat: 12
   decision d: :math:`\alpha = \frac{a}{b}`
   a -> b: tokenizer
   b -> c: one ``two``
   c -> d: 100 %

The tokenizer after it.
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the folder of a site."""
    project = Project(tmp_path_factory.mktemp("surroundings")).write({"index.rst": INDEX})
    build = project.run("html", "-W", "-D", "html_theme=basic")
    assert (build.status, build.warnings) == (0, "")
    with served(build.out) as url:
        yield url


@pytest.fixture(params=["chromium", "firefox"])
def engine(request: pytest.FixtureRequest) -> Browser | Firefox:
    """Each browser in turn."""
    found: Browser | Firefox = request.getfixturevalue("browser" if request.param == "chromium" else "firefox")
    return found


# Marks of a search


def test_words_of_a_search_are_marked_in_labels_and_after_the_diagram(site: str, engine: Browser | Firefox) -> None:
    engine.open(f"{site}/index.html?highlight=tokenizer")
    marked, boxes, titles = engine.run(
        """
        for (let wait = 0; wait < 100 && !document.querySelector(".highlighted"); wait++)
          await new Promise(done => setTimeout(done, 20));
        const covers = (mark, text) => {
          const [one, other] = [mark, text].map(element => element.getBoundingClientRect());
          const x = (other.left + other.right) / 2, y = (other.top + other.bottom) / 2;
          return one.left < x && x < one.right && one.top < y && y < one.bottom;
        };
        return [
          [...document.querySelectorAll("section > p .highlighted")].map(mark => mark.textContent),
          [...document.querySelectorAll("svg rect.highlighted")].map(mark => [
            mark.nextElementSibling.textContent, getComputedStyle(mark).fill, getComputedStyle(mark).stroke,
            covers(mark, mark.nextElementSibling),
          ]),
          [...document.querySelectorAll("svg title, svg desc")].map(title => title.childElementCount),
        ];
        """
    )
    assert marked == ["tokenizer"]
    yellow = "rgb(251, 229, 78)", "none", True
    assert [tuple(box) for box in boxes] == [
        ("tokenizer", *yellow),
        ("Tokenizer ", *yellow),
        ("a tokenizer", *yellow),
    ]
    assert titles == [0, 0, 0]


# What is inherited

INHERITED = {
    "direction": "rtl",
    "dominant-baseline": "middle",
    "fill-opacity": "0.5",
    "font-feature-settings": '"smcp"',
    "font-kerning": "none",
    "font-size-adjust": "0.9",
    "font-style": "italic",
    "font-variant": "small-caps",
    "font-variation-settings": '"wght" 900',
    "font-weight": "700",
    "letter-spacing": "2px",
    "line-height": "3",
    "paint-order": "stroke",
    "stroke": "red",
    "stroke-dasharray": "3px, 3px",
    "stroke-linecap": "round",
    "stroke-opacity": "0.5",
    "stroke-width": "3px",
    "text-anchor": "end",
    "text-emphasis": "filled dot",
    "text-indent": "2em",
    "text-orientation": "upright",
    "text-shadow": "1px 1px red",
    "text-transform": "uppercase",
    "white-space": "pre",
    "word-spacing": "1em",
    "writing-mode": "vertical-rl",
}
"""Properties that text or lines inherit, and values that would change a drawing."""
LINKS = {"font": "italic 700 24px serif", "letter-spacing": "2px", "text-transform": "uppercase"}
"""What a theme may say of all links."""

COMPUTED = """
return [...document.querySelectorAll("svg.llmpipeline :is(text, tspan, path)")].map(element => {
  const css = getComputedStyle(element);
  return Object.fromEntries(names.map(name => [name, css.getPropertyValue(name)]));
});
"""


def rule(selector: str, declarations: dict[str, str]) -> str:
    """A script that adds a rule to the page."""
    body = "; ".join(f"{name}: {value}" for name, value in declarations.items())
    return (
        "document.head.prepend(Object.assign(document.createElement('style'), "
        f"{{textContent: {json.dumps(f'{selector} {{ {body} }}')}}}));\n"
    )


def measured(engine: Browser | Firefox) -> Any:
    """Measures of the drawing to a tenth of a unit, because its place on the page adds small fractions."""
    return json.loads(json.dumps(engine.run(MEASURE)), parse_float=lambda number: round(float(number), 1))


def looks(engine: Browser | Firefox) -> tuple[Any, Any]:
    """The computed styles and the boxes of the drawing."""
    return engine.run(f"const names = {json.dumps([*INHERITED])};\n{COMPUTED}"), measured(engine)


def test_nothing_that_changes_a_drawing_is_inherited(site: str, engine: Browser | Firefox) -> None:
    engine.open(f"{site}/index.html")
    before = looks(engine)
    engine.run(f"{rule('figure', INHERITED)}{rule('a', LINKS)}")
    figure = engine.run("const css = getComputedStyle(document.querySelector('figure')); return css.letterSpacing;")
    assert figure == "2px"
    after = looks(engine)
    assert after[0] == before[0]
    assert after[1] == before[1]


def test_direction_of_the_page_does_not_matter(site: str, engine: Browser | Firefox) -> None:
    engine.open(f"{site}/index.html")
    before = measured(engine)
    engine.run("document.documentElement.dir = 'rtl'")
    assert engine.run("return getComputedStyle(document.querySelector('figure')).direction") == "rtl"
    assert measured(engine) == before


def test_rules_of_a_project_for_the_drawing_still_count(site: str, engine: Browser | Firefox) -> None:
    engine.open(f"{site}/index.html")
    engine.run(rule(".llmpipeline", {"letter-spacing": "1px", "font-style": "italic"}))
    found = engine.run(
        "const css = getComputedStyle(document.querySelector('svg text')); return [css.letterSpacing, css.fontStyle];"
    )
    assert found == ["1px", "italic"]


def test_text_stays_in_a_box_in_every_browser(site: str, engine: Browser | Firefox) -> None:
    engine.open(f"{site}/index.html")
    outside = [
        (part["name"], text["text"], text["box"], text["shape"])
        for diagram in engine.run(MEASURE)
        for part in (*diagram["nodes"], *diagram["groups"])
        for text in part["texts"]
        if not (text["shape"]["x0"] <= text["box"]["x0"] and text["box"]["x1"] <= text["shape"]["x1"])
    ]
    assert outside == []
