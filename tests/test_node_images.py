"""Images in nodes, in real builds."""

from __future__ import annotations

import base64
import io
import os
import sys

import numpy as np
import pytest
from PIL import Image

from sphinxext.llmpipeline import parse, render
from tests.browser import Browser
from tests.conftest import Project
from tests.drawings import read_all
from tests.images import JPEG, PNG, SVG, images_in, turned
from tests.plots.test_images import ONLY_ON_PAGES

BODY = "data text: Text\nmodel base: Our *model*\n   :image: {}\ntext -> base\n"


def page_of(name: str) -> str:
    return "\n.. llmpipeline::\n\n" + "".join(f"   {line}\n" for line in BODY.format(name).splitlines())


def built(project: Project, name: str, builder: str = "html", conf: str = "", **files: bytes) -> str:
    """The first line of the warnings of a page with one image."""
    project.write(
        {"index.rst": page_of(name)} | {key.replace("_", "."): content for key, content in files.items()}, conf
    )
    build = project.build(builder)
    assert build.status == 0
    return build.warnings.split("\n")[0]


def content_of(page: str) -> bytes:
    """The content of the image of a page."""
    (image,) = images_in(read_all(page)[0])
    return base64.b64decode((image.get("href") or "").partition(";base64,")[2])


@pytest.mark.parametrize(("name", "content"), [("a.png", PNG), ("a.jpg", JPEG), ("a.svg", SVG)])
def test_page_has_the_file_with_the_label_as_its_name(project: Project, name: str, content: bytes) -> None:
    page = project.write({"index.rst": page_of(name), name: content}).build("html", "-W").read("index.html")
    assert content_of(page) == content
    assert images_in(read_all(page)[0])[0].get("aria-label") == "Our model"


def test_markdown(project: Project) -> None:
    body = f"# Title\n\n```{{llmpipeline}}\n{BODY.format('/art/a.png')}```\n"
    files = {"index.rst": "T\n=\n", "sub/page.md": ":orphan:\n\n" + body, "art/a.png": PNG}
    page = project.write(files, "extensions += ['myst_parser']").build("html").read("sub/page.html")
    assert content_of(page) == PNG


@pytest.mark.parametrize("builder", ["latex", "epub", "man", "text", "texinfo", "singlehtml", "gettext", "xml"])
def test_every_builder(project: Project, builder: str) -> None:
    conf = "man_pages = [('index', 'a', 'a', 'a', 1)]\nepub_copyright = version = 'x'\n"
    build = project.write({"index.rst": page_of("a.png"), "a.png": PNG}, conf).build(builder, "-W")
    assert (build.status, build.warnings) == (0, "")


def test_vector_image_in_a_book_is_a_warning_at_its_node(project: Project) -> None:
    assert built(project, "a.svg", "latex", a_svg=SVG) == f"index.rst:5: WARNING: {ONLY_ON_PAGES} [llmpipeline.draw]"


def test_image_for_the_language(project: Project) -> None:
    files = {"index.rst": page_of("a.png"), "a.png": JPEG, "a.de.png": PNG}
    page = project.write(files, "language = 'de'").build("html", "-W").read("index.html")
    assert content_of(page) == PNG


def test_page_changes_with_the_file(project: Project) -> None:
    before = project.write({"index.rst": page_of("a.svg"), "a.svg": SVG}).build("html", "-W").read("index.html")
    assert project.build("html", "-W").read("index.html") == before
    path = project.source / "a.svg"
    changed = SVG.replace(b'"20"', b'"21"')
    path.write_bytes(changed)
    os.utime(path, (2_000_000_000, 2_000_000_000))
    assert content_of(project.build("html", "-W").read("index.html")) == changed


def test_two_processes_write_the_same_bytes(project: Project) -> None:
    project.write({"index.rst": page_of("a.png"), "a.png": PNG})
    one = project.run("html", "-j", "1", "-W", doctrees=project.root / "one", out="one").read("index.html")
    two = project.run("html", "-j", "2", "-W", doctrees=project.root / "two", out="two").read("index.html")
    assert one == two


def test_missing_file(project: Project) -> None:
    expected = "index.rst:6:15: WARNING: cannot read 'art/a.png': No such file or directory"
    assert built(project, "art/a.png") == expected


def test_wrong_content(project: Project) -> None:
    assert built(project, "a.png", a_png=JPEG) == "index.rst:6:15: WARNING: 'a.png' is not a PNG image"


def test_too_large_file(project: Project) -> None:
    expected = "index.rst:6:15: WARNING: cannot read 'a.png': it is larger than 10,000,000 bytes"
    assert built(project, "a.png", a_png=PNG + bytes(10_000_000)) == expected


@pytest.mark.skipif(sys.platform == "win32", reason="there are no named pipes in folders")
def test_named_pipe(project: Project) -> None:
    project.source.mkdir(parents=True, exist_ok=True)
    os.mkfifo(project.source / "a.png")
    assert built(project, "a.png") == "index.rst:6:15: WARNING: cannot read 'a.png': it is not a regular file"


def test_file_is_not_read_if_file_insertion_is_off(project: Project) -> None:
    project.write({"docutils.conf": "[general]\nfile_insertion_enabled: no\n"})
    assert built(project, "a.png", a_png=PNG) == (
        "index.rst:6:15: WARNING: the file 'a.png' is not read, because docutils' setting "
        "'file_insertion_enabled' is off; remove ':image:'"
    )


def test_list_names_an_image_without_a_label(project: Project) -> None:
    page = page_of("art/our.png").replace("base: Our *model*", "base:")
    project.write({"index.rst": page, "art/our.png": PNG})
    shown = project.build("text", "-W").read("index.txt")
    assert " ".join(shown.split()) == "* Text * → our * our"
    (image,) = images_in(read_all(project.build("html", "-W").read("index.html"))[0])
    assert image.get("aria-label") == "our"


def test_drawing_without_images_has_nothing_of_them() -> None:
    assert b"<image" not in render(parse("node a\na -> a"))


PIXEL = """
const image = document.querySelector("image.llmpipeline-image").getBoundingClientRect();
return {x: image.x, y: image.y, width: image.width, height: image.height};
"""


@pytest.mark.parametrize("orientation", [1, 6])
def test_browsers_show_photographs_upright(project: Project, browser: Browser, orientation: int) -> None:
    files = {"index.rst": page_of("a.jpg"), "a.jpg": turned(orientation, 120, 60)}
    browser.open((project.write(files).build("html", "-W").out / "index.html").as_uri())
    box = browser.run(PIXEL)
    shown = np.asarray(Image.open(io.BytesIO(browser.picture(box))).convert("RGB")).astype(int)
    height, width = shown.shape[:2]
    assert width == pytest.approx(2 * height, abs=2)
    expected = {(1, 1): (255, 0, 0), (1, 3): (0, 160, 0), (3, 1): (0, 0, 255)}
    for (row, column), color in expected.items():
        assert np.abs(shown[row * height // 4, column * width // 4] - color).max() < 40
