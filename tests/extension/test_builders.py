"""Output format and page width of each builder: defaults, choices of a project, and the files of the output."""

from __future__ import annotations

import json
import math
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Any, cast

import pytest
from PIL import Image
from sphinx.builders import Builder

from sphinxext.llmpipeline.extension.builders import (
    CHOICES,
    WIDTHS,
    Choice,
    output_for,
    page_width,
    possible,
    read_formats,
    read_widths,
    refusal,
    unknown_builders,
)
from sphinxext.llmpipeline.job import Format
from tests.browser import Browser, served
from tests.extension.test_output import Page, check_book, run

if TYPE_CHECKING:
    from conftest import Project

INDEX = """
Title
=====

.. llmpipeline::
   :name: flow
   :caption: The flow

   data a: Zebrafish
      :link: https://example.org/a
   model b: B
      :note: small
   a -> b: goes
"""


def pages(count: int = 6) -> dict[str, str]:
    """As many documents as Sphinx needs to share them out."""
    more = {
        f"sub/page{number}.rst": f"Page {number}\n======\n\n.. llmpipeline::\n\n   a -> b{number}\n"
        for number in range(count)
    }
    return {"index.rst": f"{INDEX}\n.. toctree::\n   :glob:\n\n   sub/*\n", **more}


# Choice


class _Builder:
    """As much of a builder as is asked."""

    def __init__(self, name: str, format: str, *types: str) -> None:
        self.name = name
        self.format = format
        self.supported_image_types = [*types]


SVG, PDF, PNG = "image/svg+xml", "application/pdf", "image/png"
BUILDERS = {
    name: cast(Builder, _Builder(name, format, *types))
    for name, format, *types in [
        ("html", "html", SVG, PNG),
        ("dirhtml", "html", SVG, PNG),
        ("devhelp", "html", PNG),
        ("epub", "html", SVG, PNG),
        ("qthelp", "html", SVG, PNG),
        ("htmlhelp", "html", PNG),
        ("latex", "latex", PDF, PNG),
        ("texinfo", "texinfo", PNG),
        ("text", "text"),
        ("man", "man"),
    ]
}


def formats_of(asked: Mapping[str, Choice]) -> dict[str, Format | None]:
    found = {name: output_for(builder, asked) for name, builder in BUILDERS.items()}
    return {name: output.format if output else None for name, output in found.items()}


DEFAULTS = {
    "html": "svg",
    "dirhtml": "svg",
    "devhelp": "svg",
    "epub": "svg-outlines",
    "qthelp": "png",
    "htmlhelp": "png",
    "latex": "pdf",
    "texinfo": "png",
    "text": None,
    "man": None,
}


def test_defaults() -> None:
    assert formats_of({}) == DEFAULTS


def test_a_format_of_files_counts_for_all_web_pages_and_no_book() -> None:
    assert formats_of({"html": "png"}) == DEFAULTS | dict.fromkeys(("html", "dirhtml", "devhelp"), "png")


def test_the_name_of_a_builder_comes_before_its_format() -> None:
    assert formats_of({"html": "png", "dirhtml": "svg"}) == DEFAULTS | dict.fromkeys(("html", "devhelp"), "png")


def test_other_builders_by_name() -> None:
    assert formats_of({"epub": "png", "latex": "png", "qthelp": "svg"}) == DEFAULTS | {
        "epub": "png@2x",
        "latex": "png@2x",
        "qthelp": "svg-outlines",
    }


def test_format_that_the_builder_cannot_show_is_skipped_with_a_warning() -> None:
    asked: dict[str, Choice] = {"html": "pdf", "latex": "svg", "texinfo": "pdf", "man": "png"}
    assert formats_of(asked) == DEFAULTS
    assert {name: refusal(builder, asked) for name, builder in BUILDERS.items()} == dict.fromkeys(BUILDERS) | {
        "html": "'html' expects 'svg' or 'png', which the builder 'html' can show, got 'pdf'",
        "dirhtml": "'html' expects 'svg' or 'png', which the builder 'dirhtml' can show, got 'pdf'",
        "devhelp": "'html' expects 'svg' or 'png', which the builder 'devhelp' can show, got 'pdf'",
        "latex": "'latex' expects 'pdf' or 'png', which the builder 'latex' can show, got 'svg'",
        "texinfo": "'texinfo' expects 'png', which the builder 'texinfo' can show, got 'pdf'",
        "man": "'man' expects no entry, because the builder 'man' shows no pictures",
    }


def test_every_possible_output_can_be_asked_for() -> None:
    for builder in BUILDERS.values():
        for choice, output in possible(builder).items():
            assert choice in CHOICES
            assert output_for(builder, {builder.name: choice}) == output


@pytest.mark.parametrize("given", [None, ["png"], {}])
def test_values_of_other_types(given: object) -> None:
    expected = f"'html' expects 'svg', 'pdf' or 'png', got {given!r}"
    assert read_formats({"html": given, "latex": "png"}) == ({"latex": "png"}, [expected])


@pytest.mark.parametrize("name", [1, ("a",), None])
def test_a_builder_of_another_type_is_an_unknown_one(name: object) -> None:
    formats = cast("dict[str, Choice]", {name: "png", "html": "png"})
    assert unknown_builders(formats, ["html"]) == {name: f"unknown builder {name!r}; expected one of: html"}


# Configuration


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('{"htlm": "png"}', "unknown builder 'htlm'; did you mean 'html'?"),
        ('{"html": "gif"}', "'html' expects 'svg', 'pdf' or 'png', got 'gif'"),
        ('{"html": "pdf"}', "'html' expects 'svg' or 'png', which the builder 'html' can show, got 'pdf'"),
    ],
)
def test_mistakes_are_warnings(project: Project, value: str, expected: str) -> None:
    build = project.write({"index.rst": INDEX}, f"llmpipeline_formats = {value}").build("html")
    assert build.warnings == f"WARNING: llmpipeline_formats: {expected} [llmpipeline.config]\n"
    assert "<svg" in build.read("index.html")


def test_a_value_that_is_no_dict(project: Project) -> None:
    build = project.write({"index.rst": INDEX}, 'llmpipeline_formats = "png"').build("html")
    assert build.warnings == (
        "WARNING: llmpipeline_formats: expects a dict such as {'html': 'png'}, got 'png' [llmpipeline.config]\n"
    )
    assert "<svg" in build.read("index.html")


def test_a_change_is_seen_by_the_next_build(project: Project) -> None:
    project.write({"index.rst": INDEX})
    assert "<svg" in project.build("html", "-W").read("index.html")
    project.write({}, 'llmpipeline_formats = {"html": "png"}')
    assert "<path" not in project.build("html", "-W").read("index.html")
    project.write({})
    assert "<svg" in project.build("html", "-W").read("index.html")


# The format of one diagram

MIXED = """
.. llmpipeline::
   :name: own
   :caption: Own
   :format: {}

   zebrafish -> b

.. llmpipeline::
   :name: other
   :caption: Other

   c -> d
"""


@pytest.mark.parametrize(("site", "own"), [("svg", "png"), ("png", "SVG")])
def test_a_diagram_has_its_own_format(project: Project, site: str, own: str) -> None:
    files = {"index.rst": MIXED.format(own), "second.rst": ":orphan:\n\n.. llmpipeline::\n\n   e -> f\n"}
    build = project.write(files, f'llmpipeline_formats = {{"html": "{site}"}}').build("html", "-W")
    page = build.read("index.html")
    tags = dict(re.findall(r'<(svg|img) [^>]*data-diagram="(own|other)"', page))
    assert tags == ({"img": "own", "svg": "other"} if site == "svg" else {"svg": "own", "img": "other"})
    assert ("llmpipeline-fonts.css" in page, (build.out / "_static" / "llmpipeline-fonts.css").is_file()) == (
        True,
        True,
    )
    assert ("llmpipeline-fonts.css" in build.read("second.html")) is (site == "svg")


def test_the_fonts_of_one_diagram_are_kept(project: Project) -> None:
    project.write({"index.rst": MIXED.format("svg")}, 'llmpipeline_formats = {"html": "png"}').build("html", "-W")
    build = project.build("html", "-W")
    fonts = build.out / "_static" / "llmpipeline-fonts.css"
    assert fonts.is_file()
    fonts.unlink()
    assert project.build("html", "-W").status == 0
    assert fonts.is_file()


@pytest.mark.parametrize(
    ("builder", "own", "suffixes"), [("latex", "png", [".pdf", ".png"]), ("epub", "png", [".png"])]
)
def test_a_format_of_its_own_is_for_other_builders_too(
    project: Project, builder: str, own: str, suffixes: list[str]
) -> None:
    build = project.write({"index.rst": MIXED.format(own)}).build(builder, "-W")
    found = {path.suffix for path in build.out.rglob("*") if re.match(r"[0-9a-f]{40}\.", path.name)}
    assert found >= {*suffixes}


@pytest.mark.parametrize("builder", ["html", "text", "man", "texinfo"])
def test_a_format_that_a_builder_cannot_show_is_ignored(project: Project, builder: str) -> None:
    build = project.write({"index.rst": MIXED.format("pdf")}).build(builder, "-W")
    assert (build.status, build.warnings) == (0, "")


@pytest.mark.parametrize("format", ["jpg", "webp", "svgz", "png@2x", "svg-outlines"])
def test_unknown_formats_are_refused_with_those_that_exist(project: Project, format: str) -> None:
    build = project.write({"index.rst": MIXED.format(format)}).build("html")
    expected = f"option 'format': unknown format '{format}'; expected one of: svg, pdf, png"
    assert build.warnings == f"index.rst:2: WARNING: {expected} [llmpipeline.syntax]\n"
    assert len(re.findall(r"<svg [^>]*data-diagram", build.read("index.html"))) == 2


# Web pages with PNG

AS_PNG = 'llmpipeline_formats = {"html": "png"}'


def shown(page: str) -> dict[str, str]:
    """The attributes of the one drawing of a page."""
    (image,) = (
        attributes for attributes in Page(page).all("img") if "llmpipeline" in (attributes.get("class") or "").split()
    )
    return {name: value or "" for name, value in image.items()}


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("builder", ["html", "dirhtml", "singlehtml", "devhelp"])
def test_pages_show_images_for_every_density(project: Project, builder: str, jobs: str) -> None:
    build = project.write(pages(), AS_PNG).build(builder, "-W", "-j", jobs)
    assert (build.status, build.warnings) == (0, "")
    files = [path for path in build.out.rglob("*.html") if "data-diagram" in path.read_text()]
    assert len(files) == (1 if builder == "singlehtml" else 7)
    seen = set()
    for file in files:
        page = file.read_text()
        assert "<path" not in page.partition("<body")[2].replace("<svg xmlns", "")
        for image in Page(page).all("img"):
            plain, double = re.fullmatch(r"(\S+) 1x, (\S+) 2x", image["srcset"] or "").groups()  # type: ignore[union-attr]
            assert plain == image["src"]
            sizes = [Image.open(file.parent / name).size for name in (plain, double)]
            assert sizes[0] == (int(image["width"] or 0), int(image["height"] or 0))
            assert all(abs(two - 2 * one) <= 1 for one, two in zip(*sizes, strict=True))
            seen |= {(file.parent / name).resolve() for name in (plain, double)}
    assert len(seen) == 14
    assert seen == {path.resolve() for path in build.out.rglob("*.png") if "_images" in path.parts}


def test_image_has_an_alternative_text(project: Project) -> None:
    page = project.write({"index.rst": INDEX}, AS_PNG).build("html", "-W").read("index.html")
    image = shown(page)
    assert image["alt"] == "The diagram starts with Zebrafish. Zebrafish leads to B. It ends with B."
    assert image["class"] == "llmpipeline llmpipeline-style-modern"
    assert image["data-diagram"] == "flow"
    assert image["loading"] == "lazy"
    # Its least text has 11 pixels and may have 10.
    strut = re.search(r'<svg class="llmpipeline-strut" width="([\d.]+)"', page)
    assert strut is not None
    assert float(strut[1]) == pytest.approx(int(image["width"]) * 10 / 11, abs=0.01)
    assert re.search(r'<div class="llmpipeline-scroll" tabindex="0" data-declarations="[^"]*">\n<img ', page)
    assert '<div class="llmpipeline-text"><ul>\n<li>Zebrafish' in page
    assert '<p class="llmpipeline-links">Links: <a class="reference external" href="https://example.org/a">' in page
    assert "llmpipeline.css" in page
    assert "llmpipeline-fonts.css" not in page


def test_alt_class_and_width_are_kept(project: Project) -> None:
    index = '.. llmpipeline::\n   :alt: "This" & <that>\n   :class: big\n   :width: {}\n\n   a -> b\n'
    files = {"index.rst": index.format("50%"), "long.rst": ":orphan:\n\n" + index.format("20em")}
    build = project.write(files, AS_PNG).build("html", "-W")
    image = shown(build.read("index.html"))
    assert image["alt"] == '"This" & <that>'
    assert image["class"] == "llmpipeline llmpipeline-style-modern big"
    assert (image["width"], "height" in image) == ("50%", False)
    page = build.read("long.html")
    assert shown(page)["width"] == shown(page)["data-width"] == image["data-width"]
    assert '<svg class="llmpipeline-strut llmpipeline-sized" width="20em" height="0" aria-hidden="true">' in page
    assert not re.search(r"<(?:img|svg)[^>]* style=", page + build.read("index.html"))


def test_links_stand_below_an_image_without_a_caption(project: Project) -> None:
    index = ".. llmpipeline::\n\n   a\n      :link: https://example.org/a\n\nAfter.\n"
    page = project.write({"index.rst": index}, AS_PNG).build("html", "-W").read("index.html")
    assert "figcaption" not in page
    assert re.search(r'</figure>\s*<p class="llmpipeline-links">Links: <a [^>]*>a</a></p>\s*<p>After', page)


def test_search_knows_the_words_of_an_image(project: Project) -> None:
    index = project.write({"index.rst": INDEX}, AS_PNG).build("html", "-W").read("searchindex.js")
    assert "zebrafish" in json.loads(index.removeprefix("Search.setIndex(").removesuffix(")"))["terms"]


def test_svg_and_png_pages_share_doctrees(project: Project) -> None:
    project.write({"index.rst": INDEX}, 'llmpipeline_formats = {"dirhtml": "png"}')
    for builder in ("html", "dirhtml", "html"):
        build = project.build(builder, "-W")
        assert ("<path" in build.read("index.html")) == (builder == "html")
        assert build.warnings == ""


@pytest.mark.program
@pytest.mark.parametrize("density", [1, 2])
def test_a_screen_gets_the_file_of_its_density(project: Project, browser: Browser, density: int) -> None:
    build = project.write({"index.rst": INDEX}, AS_PNG).build("html", "-W")
    browser.resize(1200, 900, density)
    with served(build.out) as url:
        browser.open(f"{url}/index.html")
        taken, natural, width = browser.run(
            """
            const image = document.querySelector("img.llmpipeline");
            await image.decode();
            return [image.currentSrc, image.naturalWidth, image.getBoundingClientRect().width];
            """
        )
    browser.resize(1200, 900)
    image = shown(build.read("index.html"))
    assert taken.endswith(image["srcset"].split(", ")[density - 1].split(" ")[0])
    assert abs(natural - int(image["width"])) <= 1
    assert width == int(image["width"])


# Books and paper


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_latex_with_png(project: Project, jobs: str) -> None:
    build = project.write(pages(), 'llmpipeline_formats = {"latex": "png"}').build("latex", "-W", "-j", jobs)
    assert (build.status, build.warnings) == (0, "")
    images = re.findall(r"\\sphinxincludegraphics\[scale=0\.75\]\{\{([^}]*)\}(\.[^}]*)\}", build.read("pipelines.tex"))
    assert len({name + suffix for name, suffix in images}) == 7
    for name, suffix in images:
        with Image.open(build.out / f"{name}{suffix}") as image:
            # With its density, TeX takes two of its pixels for a unit of the drawing.
            assert image.info["dpi"] == pytest.approx((144, 144), abs=0.1)


@pytest.mark.program
def test_latex_prints_png_as_large_as_pdf(project: Project, program: Callable[[str], str]) -> None:
    below = {}
    for format in ("pdf", "png"):
        project.write({"index.rst": INDEX}, f'llmpipeline_formats = {{"latex": "{format}"}}')
        build = project.build("latex", "-W", out=format)
        run(program("latexmk"), "-pdf", "-interaction=nonstopmode", "pipelines.tex", cwd=build.out)
        words = run(program("pdftotext"), "-bbox", "pipelines.pdf", "-", cwd=build.out)
        (below[format],) = re.findall(r'yMin="([\d.]+)"[^>]*>flow</word>', words)
    assert float(below["png"]) == pytest.approx(float(below["pdf"]), abs=1)


def test_epub_with_png(project: Project) -> None:
    build = project.write(pages(), 'llmpipeline_formats = {"epub": "png"}').build("epub", "-W", "-j", "2")
    assert (build.status, build.warnings) == (0, "")
    with zipfile.ZipFile(build.out / "Pipelines.epub") as book:
        names = [name for name in book.namelist() if name.endswith(".png") and "_images/" in name]
    image = shown((build.out / "index.xhtml").read_text())
    assert len(names) == 7
    with Image.open(build.out / image["src"]) as file:
        assert image["style"] == f"width: {file.width // 2}px;"


@pytest.mark.program
def test_a_book_with_png_is_valid(project: Project, program: Callable[[str], str]) -> None:
    build = project.write(pages(1), 'llmpipeline_formats = {"epub": "png"}').build("epub", "-W")
    check_book(program("epubcheck"), build.out / "Pipelines.epub")


def test_names_of_files_do_not_meet(project: Project, tmp_path: Path) -> None:
    """All builders draw into one cache, each format and size of a page under a name of its own.

    Pages of paper and of a book have one width, but only those of paper have a height.
    """
    project.write({"index.rst": INDEX}, 'llmpipeline_formats = {"html": "png", "latex": "png", "epub": "png"}')
    for builder in ("html", "latex", "epub", "texinfo"):
        assert project.build(builder, "-W").warnings == ""
    assert sorted(path.name.partition(".")[2] for path in project.image_files()) == [*3 * ["2x.png"], "png"]


# Width of pages

WIDE = " -> ".join(f"step-number-{letter}" for letter in "abcdefghij")


@pytest.mark.parametrize(
    ("value", "changes"),
    [
        ({}, {}),
        (820, {"html": 820.0}),
        (640.5, {"html": 640.5}),
        ({"latex": 390, "dirhtml": 900}, {"latex": 390.0, "dirhtml": 900.0}),
        ({"latex": "390"}, {"latex": 390.0}),
    ],
)
def test_given_widths_replace_defaults(value: Any, changes: dict[str, float]) -> None:
    assert read_widths(value) == ({**WIDTHS, **changes}, [])


@pytest.mark.parametrize("wrong", [0, -5, math.nan, math.inf, True, "wide", None, [700]])
def test_wrong_width_is_left_out(wrong: Any) -> None:
    assert read_widths({"html": wrong, "epub": 500}) == (
        {**WIDTHS, "epub": 500.0},
        [f"expected the width of a page in pixels for 'html', got {wrong!r}"],
    )
    assert read_widths({"latex": wrong})[1] == [f"expected the width of a page in points for 'latex', got {wrong!r}"]


def test_width_of_a_builder_without_a_name() -> None:
    assert read_widths({7: 700}) == (
        dict(WIDTHS),
        ["expected the name of a builder such as 'html' or 'latex', got 7"],
    )


@pytest.mark.parametrize(
    ("builder", "format", "width"),
    [
        ("html", "html", 700.0),
        ("singlehtml", "html", 700.0),
        ("epub", "html", 600.0),
        # Three quarters of a unit are a point of paper.
        ("latex", "latex", 600.0),
        ("texinfo", "texinfo", 700.0),
    ],
)
def test_width_of_a_builder(builder: str, format: str, width: float) -> None:
    assert page_width(WIDTHS, builder, format) == width


def test_width_of_a_builder_takes_precedence_over_that_of_its_format() -> None:
    widths, _ = read_widths({"dirhtml": 900})
    assert (page_width(widths, "dirhtml", "html"), page_width(widths, "html", "html")) == (900.0, 700.0)


def test_direction_depends_on_the_width_of_the_page(project: Project) -> None:
    text = f".. llmpipeline::\n\n   {WIDE}\n"
    shapes = {}
    for width in (700, 2000):
        build = project.write({"index.rst": text}, f"llmpipeline_width = {width}").build("html", out=str(width))
        assert build.warnings == ""
        box = build.read("index.html").partition('viewBox="0 0 ')[2].partition('"')[0]
        shapes[width] = [float(side) for side in box.split()]
    assert shapes[700][0] < shapes[700][1]
    assert shapes[2000][0] > shapes[2000][1]


def test_a_diagram_too_high_for_paper_has_another_shape_there(project: Project) -> None:
    """Readers of HTML scroll down; on paper, the whole would shrink."""
    corpus = Path(__file__).parents[2] / "docs" / "corpus"
    text = indent((corpus / "075.txt").read_text(encoding="utf-8"), "   ")
    project.write({"index.rst": f"Title\n=====\n\n.. llmpipeline::\n\n{text}"})
    page = project.build("html").read("index.html")
    height = float(page.partition('viewBox="0 0 ')[2].partition('"')[0].split()[1])
    drawing, *others = (path.read_bytes() for path in project.build("latex").out.glob("*.pdf"))
    box = re.search(rb"/MediaBox \[ 0 0 [0-9.]+ ([0-9.]+) \]", drawing)
    assert box is not None
    assert others == []
    assert float(box[1]) < 800 < height


def test_wrong_width_is_a_warning(project: Project) -> None:
    text = ".. llmpipeline::\n\n   a -> b\n"
    build = project.write({"index.rst": text}, "llmpipeline_width = {'html': '700px'}").build("html")
    assert build.warnings == (
        "WARNING: llmpipeline_width: expected the width of a page in pixels for 'html', got '700px'"
        " [llmpipeline.config]\n"
    )


@pytest.mark.parametrize("builder", ["html", "singlehtml", "epub", "latex", "texinfo", "man", "text", "xml"])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_diagram_in_a_title_is_left_out_of_tables_of_contents(project: Project, builder: str, jobs: str) -> None:
    """Sphinx copies titles before diagrams are drawn."""
    project.write(
        {
            "index.rst": "Title\n=====\n\n.. toctree::\n\n   page\n\nSee :doc:`page` and :ref:`below`.\n",
            "page.rst": "Page |flow|\n===========\n\n.. |flow| llmpipeline::\n\n   model a: Alpha\n\n"
            ".. _below:\n\nSection |flow|\n--------------\n\nText\n",
        }
    )
    build = project.build(builder, "-W", "-j", jobs)
    assert (build.status, build.warnings) == (0, "")
    if builder == "text":
        assert "* Page\n\n  * Section\n" in build.read("index.txt")
    if builder == "html":
        assert build.read("page.html").count("<svg role=") == 2
        assert build.read("index.html").count("llmpipeline") == 0


@pytest.mark.parametrize("wide", [10_001, 1e7, 1e300, "1e300"])
def test_a_page_has_a_greatest_width(wide: Any) -> None:
    """The style sheet has a rule for every 20 pixels."""
    got = float(wide) if isinstance(wide, str) else wide
    assert read_widths({"html": wide, "latex": 10_000}) == (
        {**WIDTHS, "latex": 10_000.0},
        [f"expected the width of a page in pixels for 'html', at most 10,000, got {got!r}"],
    )
    assert read_widths({"latex": wide})[1] == [
        f"expected the width of a page in points for 'latex', at most 10,000, got {got!r}"
    ]
