"""Images in labels, in real builds."""

from __future__ import annotations

import base64
import os
import re

import pytest

from tests.conftest import Project
from tests.drawings import of_class, read_all, texts
from tests.images import JPEG, PNG, SVG, images_in, quarters, saved
from tests.plots.test_images import ONLY_ON_PAGES

DEFINED = """
.. |logo| image:: logo.png
   :alt: Our logo
.. |tall| image:: logo.png
   :height: 40px
.. |wide| image:: /logo.png
   :width: 0.5in
.. |half| image:: logo.png
   :scale: 25
.. |round| image:: mark.svg
.. |link| image:: logo.png
   :target: https://example.org
"""
FILES: dict[str, str | bytes] = {"logo.png": PNG, "mark.svg": SVG}


def page_of(body: str) -> str:
    return f"T\n=\n{DEFINED}\n.. llmpipeline::\n\n" + "".join(f"   {line}\n" for line in body.splitlines())


def sizes(project: Project, body: str) -> list[tuple[float, float]]:
    """Widths and heights of the images of a page with one diagram."""
    page = project.write({"index.rst": page_of(body), **FILES}).build("html", "-nW").read("index.html")
    return [(float(image.get("width", "")), float(image.get("height", ""))) for image in images_in(read_all(page)[0])]


def test_image_is_as_high_as_its_line_and_never_enlarged(project: Project) -> None:
    (wide, high), (round_wide, round_high) = sizes(project, "a: |logo| Corpus |round|\n")
    assert (wide / high, round_wide / round_high) == pytest.approx((2, 2), abs=0.01)
    assert high == round_high == pytest.approx(13 * 1.164, abs=0.1)
    tiny = re.sub("logo.png", "tiny.png", page_of("a: |logo| Corpus\n"))
    build = project.write({"index.rst": tiny, "tiny.png": saved(quarters(8, 4)), **FILES}).build("html")
    (image,) = images_in(read_all(build.read("index.html"))[0])
    assert (image.get("width"), image.get("height")) == ("8", "4")


def test_sizes_of_the_definition(project: Project) -> None:
    assert sizes(project, "a: |tall| |wide| |half|\n") == [(80, 40), (48, 24), (10, 5)]


def test_text_of_the_image_is_in_the_description_and_the_list(project: Project) -> None:
    body = "a: |logo| Corpus\n   :note: with |round|\na -> a: by |logo|\n"
    project.write({"index.rst": page_of(body), **FILES})
    page = project.build("html", "-nW").read("index.html")
    assert "Our logo Corpus" in re.findall("<desc.*?</desc>", page, re.DOTALL)[0]
    assert "<img" not in page
    assert [text.strip() for text in texts(read_all(page)[0])] == ["by", "Corpus", "with"]
    shown = project.build("text", "-W").read("index.txt")
    assert "Our logo Corpus (with round)" in shown


def test_page_has_the_file(project: Project) -> None:
    page = project.write({"index.rst": page_of("a: |logo|\n"), **FILES}).build("html", "-nW").read("index.html")
    (image,) = images_in(read_all(page)[0])
    assert base64.b64decode((image.get("href") or "").partition(";base64,")[2]) == PNG
    assert image.get("aria-label") == "Our logo"


def test_image_may_be_a_link(project: Project) -> None:
    files = {"index.rst": page_of("a: see |link| and |logo|\n"), **FILES}
    page = project.write(files).build("html", "-nW").read("index.html")
    (svg,) = read_all(page)
    assert '<a href="https://example.org"><image class="llmpipeline-image"' in page
    assert len(of_class(svg, "llmpipeline-node")) == 1


def test_markdown(project: Project) -> None:
    files = {"index.rst": "T\n=\n", "m.md": ":orphan:\n\n# M\n\n```{llmpipeline}\na: ![Logo](logo.png) b\n```\n"}
    page = project.write({**files, **FILES}, "extensions += ['myst_parser']").build("html").read("m.html")
    (image,) = images_in(read_all(page)[0])
    assert image.get("aria-label") == "Logo"


@pytest.mark.parametrize("builder", ["latex", "epub", "man", "text", "texinfo", "singlehtml", "gettext", "xml"])
def test_every_builder(project: Project, builder: str) -> None:
    conf = "man_pages = [('index', 'a', 'a', 'a', 1)]\nepub_copyright = version = 'x'\n"
    build = project.write({"index.rst": page_of("a: |logo| B |tall|\na -> a: |logo|\n"), **FILES}, conf).build(
        builder, "-nW"
    )
    assert (build.status, build.warnings) == (0, "")


def test_image_without_pixels_is_a_warning_in_other_formats(project: Project) -> None:
    build = project.write({"index.rst": page_of("a: |round| B\n"), **FILES}).build("latex")
    assert build.warnings == f"index.rst:16: WARNING: {ONLY_ON_PAGES.replace('a.svg', 'mark.svg')} [llmpipeline.draw]\n"


def test_page_changes_with_the_file(project: Project) -> None:
    project.write({"index.rst": page_of("a: |logo|\n"), **FILES})
    before = project.run("html", "-W").read("index.html")
    assert project.run("html", "-W").read("index.html") == before
    path = project.source / "logo.png"
    path.write_bytes(saved(quarters(60, 20)))
    os.utime(path, (2_000_000_000, 2_000_000_000))
    (image,) = images_in(read_all(project.run("html", "-W").read("index.html"))[0])
    assert float(image.get("width", "")) / float(image.get("height", "")) == pytest.approx(3, abs=0.01)


def test_two_processes_write_the_same_bytes(project: Project) -> None:
    project.write({"index.rst": page_of("a: |logo| B\n"), "other.rst": ":orphan:\n\n" + page_of("b\n"), **FILES})
    one = project.run("html", "-j", "1", "-W", doctrees=project.root / "one", out="one").read("index.html")
    two = project.run("html", "-j", "2", "-W", doctrees=project.root / "two", out="two").read("index.html")
    assert one == two


def test_jpeg(project: Project) -> None:
    files = {"index.rst": page_of("a: |logo|\n").replace("logo.png", "logo.jpg"), "logo.jpg": JPEG, **FILES}
    page = project.write(files).build("html").read("index.html")
    assert "data:image/jpeg;base64," in page
