"""The files that a reader downloads from the full-size view, compared with what Chromium shows."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest

from tests.browser import Browser, served
from tests.conftest import Project
from tests.images import PNG
from tests.test_one_scene import SAME, difference, pixels

SHAPES = mpl.__version_info__ >= (3, 11)
"""Whether matplotlib sets text from right to left."""

INDEX = """
Title
=====

.. llmpipeline::
   :name: rich
   :legend:
   :colormap: viridis

   node a: **Bold** and *italic* with ``code``
      :link: :ref:`below`
   node b: :math:`x^2 + \\alpha`
      :link: https://example.org/b
      :value: 3
   data c: WORDS
   node d: Image
      :image: dot.png
   node e
      :plot: bars
         One: 3
         Two: 5
   group g: Group
      :repeat: 3
      :pile: yes
      node h: Member
   a -> h: label
   h -> b
   b --> c
   c ..> d
   g -> e
   note of a: a note
   node i: Odd link
      :link: http://[bad
   a -> i

.. _below:

Below
-----

.. _undefined:

Undefined
---------
""".replace("WORDS", "RTL שלום" if SHAPES else "LTR")

FINISH = """
def finish(figure, boxes):
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0), zorder=5)
    axes.axis("off")
    axes.axvspan(0.4, 0.6, alpha=0.2, color="tab:red")
    axes.plot([0.1, 0.9], [0.2, 0.8], marker="o")
    axes.text(0.5, 0.9, "added", rotation=30)
    axes.barh(0.35, 0.1, 0.2, left=0.2, hatch="//", facecolor="none", edgecolor="tab:green")
"""

POLICY = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'self'; img-src 'self' data:\">"

pytestmark = pytest.mark.program


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = Project(tmp_path_factory.mktemp("downloads"))
    project.write(
        {"index.rst": INDEX, "finishing.py": FINISH, "dot.png": PNG},
        "import sys\nsys.path.insert(0, str(__import__('pathlib').Path(__file__).parent))\n"
        "html_theme = 'furo'\nllmpipeline_narrow_width = 0\nllmpipeline_finish = 'finishing:finish'",
    )
    build = project.run("html", "-W")
    assert (build.status, build.warnings) == (0, "")
    page = build.out / "index.html"
    page.write_text(page.read_text().replace("<head>", f"<head>{POLICY}", 1))
    return build.out


@pytest.fixture
def page(folder: Path, browser: Browser) -> Iterator[Browser]:
    with served(folder) as address:
        browser.prefer("dark")  # so that a colour that is not that of light pages is seen
        browser.resize(1200, 900, density=2)
        browser.open(f"{address}/index.html")
        browser.still()
        yield browser
        browser.prefer("light")
        browser.resize(1200, 900)


def downloaded(page: Browser, format: str) -> bytes:
    """The file that a click on a button of the full-size view saves."""
    name, address = page.run(
        f"""
        document.querySelector("#rich > .llmpipeline-open").click();
        const made = [];
        URL.createObjectURL = (blob) => {{ made.push(blob); return "blob:a"; }};
        const name = await new Promise(done => {{
          HTMLAnchorElement.prototype.click = function () {{ done(this.download); }};
          document.querySelector("dialog .llmpipeline-{format}").click();
        }});
        document.querySelector("dialog .llmpipeline-close").click();
        return await new Promise(done => {{
          const reader = new FileReader();
          reader.onload = () => done([name, reader.result]);
          reader.readAsDataURL(made[0]);
        }});
        """
    )
    assert name == f"rich.{format}"
    return base64.b64decode(address.partition(",")[2])


def shown(page: Browser) -> np.ndarray:
    """The drawing as a light page shows it, two pixels for each of CSS, without the lines under links."""
    page.prefer("light")
    box = page.run(
        """
        document.activeElement.blur();  // the button that opened the view, which stands upon the drawing
        for (const link of document.querySelectorAll("svg a, svg a text")) link.style.textDecoration = "none";
        const {x, y, width, height} = document.querySelector("svg.llmpipeline").getBoundingClientRect();
        return {x: x + scrollX, y: y + scrollY, width, height};
        """
    )
    return pixels(page.picture(box))


def cut(one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both without the last pixels of the larger one, which are parts of one."""
    height, width = (min(one.shape[axis], other.shape[axis]) for axis in (0, 1))
    assert max(abs(one.shape[axis] - other.shape[axis]) for axis in (0, 1)) <= 2
    return one[:height, :width], other[:height, :width]


def test_the_png_shows_what_a_light_page_shows(page: Browser) -> None:
    file = pixels(downloaded(page, "png"))
    assert difference(*cut(file, shown(page))) < SAME


def test_the_svg_shows_what_a_light_page_shows(page: Browser, folder: Path) -> None:
    """It needs neither style sheet nor fonts."""
    alone = folder.parent / "alone"
    alone.mkdir(exist_ok=True)
    (alone / "rich.svg").write_bytes(downloaded(page, "svg"))
    expected = shown(page)
    with served(alone) as address:
        page.open(f"{address}/rich.svg")
        height, width = (side // 2 for side in expected.shape[:2])
        file = pixels(page.picture({"x": 0, "y": 0, "width": width, "height": height}))
    assert difference(*cut(file, expected)) < SAME


def test_the_svg_has_its_links_and_fonts(page: Browser) -> None:
    root = ET.fromstring(downloaded(page, "svg"))
    links = [link.get("href", "") for link in root.iter("{http://www.w3.org/2000/svg}a")]
    assert [link.partition("/index.html")[2] or link for link in links] == [
        "#below",
        "https://example.org/b",
        "http://[bad",
    ]
    (rules,) = root.iter("{http://www.w3.org/2000/svg}style")
    assert (rules.text or "").count("@font-face") >= 4
    assert 'src: url("data:' in (rules.text or "")
    assert not root.get("class", "").endswith("lighting")


def test_a_rule_of_the_project_is_kept_in_the_svg(page: Browser) -> None:
    page.run(
        """
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(".llmpipeline-edge path { stroke-width: 5px } .llmpipeline-edge text { font-style: italic }"
          + " [data-id=e] { opacity: 0.4 } .llmpipeline-callout { display: none }");
        document.adoptedStyleSheets = [sheet];
        """
    )
    root = ET.fromstring(downloaded(page, "svg"))
    (edge,) = (part for part in root.iter() if part.get("data-target") == "h")
    assert {path.get("stroke-width") for path in edge.iter("{http://www.w3.org/2000/svg}path")} == {"5px"}
    assert {text.get("font-style") for text in edge.iter("{http://www.w3.org/2000/svg}text")} == {"italic"}
    parts = {part.get("class", "").split(" ")[0]: part for part in root.iter() if part.get("data-id") in ("e", None)}
    assert (parts["llmpipeline-node"].get("opacity"), parts["llmpipeline-callout"].get("display")) == ("0.4", "none")


def test_the_png_shows_what_a_rule_of_the_project_hides_and_fades(page: Browser) -> None:
    page.run(
        """
        const sheet = new CSSStyleSheet();
        sheet.replaceSync("[data-id=e], .llmpipeline-edge { opacity: 0.4 } .llmpipeline-callout { display: none }");
        document.adoptedStyleSheets = [sheet];
        """
    )
    file = pixels(downloaded(page, "png"))
    assert difference(*cut(file, shown(page))) < SAME


@pytest.mark.parametrize("format", ["svg", "png"])
def test_marks_of_a_search_and_of_an_address_are_not_in_a_file(
    page: Browser, folder: Path, format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = downloaded(page, format)
    with served(folder) as address:
        page.open(f"{address}/index.html?highlight=with#rich-a")
        page.run("localStorage.clear()")
        assert page.run("return document.querySelectorAll('svg .highlighted').length") > 0
        assert page.run("return document.querySelectorAll('svg .llmpipeline-pinned').length") == 1
        marked = downloaded(page, format)
    if format == "png":
        assert np.array_equal(pixels(marked), pixels(plain))
    else:
        assert b"highlighted" not in marked
        assert ET.fromstring(marked).get("class") == ET.fromstring(plain).get("class")


def test_a_page_that_may_not_show_an_image_gives_a_png_without_it(folder: Path, browser: Browser) -> None:
    page = (folder / "index.html").read_text().replace(" img-src 'self' data:", "")
    (folder / "strict.html").write_text(page)
    with served(folder) as address:
        browser.open(f"{address}/strict.html")
        assert pixels(downloaded(browser, "png")).shape[0] > 100


def test_a_drawing_that_is_too_large_for_a_canvas_has_fewer_pixels(page: Browser) -> None:
    size = page.run(
        """
        const drawing = document.querySelector("svg.llmpipeline");
        drawing.setAttribute("viewBox", "0 0 400 54000");
        const image = await createImageBitmap(await llmpipelineImage.png(drawing));
        return [image.width, image.height];
        """
    )
    assert size == [122, 16384]


def test_what_is_lit_is_not_lit_in_a_file(page: Browser) -> None:
    plain = downloaded(page, "png")
    page.run("document.querySelector('[data-id=a] a').focus()")
    assert page.run("return document.querySelectorAll('.llmpipeline-lit').length") > 0
    assert np.array_equal(pixels(downloaded(page, "png")), pixels(plain))


def test_a_page_from_a_disk_gives_an_svg_without_fonts_and_addresses(folder: Path, browser: Browser) -> None:
    browser.open((folder / "index.html").as_uri())
    text = downloaded(browser, "svg").decode()
    assert "@font-face" not in text
    assert "file:" not in text
    assert "https://example.org/b" in text


def test_an_image_of_a_page_is_downloaded_as_it_is(tmp_path: Path, browser: Browser) -> None:
    project = Project(tmp_path).write(
        {"index.rst": "Title\n=====\n\n.. llmpipeline::\n   :name: rich\n   :format: png\n\n   a -> b\n   a\n   b\n"}
    )
    build = project.run("html", "-W")
    with served(build.out) as address:
        browser.open(f"{address}/index.html")
        names, saved = browser.run(
            """
            document.querySelector("#rich > .llmpipeline-open").click();
            const saved = [];
            HTMLAnchorElement.prototype.click = function () { saved.push(this.href, this.download); };
            document.querySelector("dialog .llmpipeline-png").click();
            return [document.querySelectorAll("dialog .llmpipeline-svg").length, saved];
            """
        )
    assert names == 0
    assert saved[0].startswith(f"{address}/_images/")
    assert saved[1] == "rich.png"
