"""What pages need beside their drawings, from whichever process writes them."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sphinxext.llmpipeline import CLASSIC
from sphinxext.llmpipeline.cache.store import Cache, Entry
from sphinxext.llmpipeline.extension import web_assets
from sphinxext.llmpipeline.extension.paths import NEEDS, page_key
from sphinxext.llmpipeline.extension.web_assets import FONTS, PageAssets, changed, settle
from sphinxext.llmpipeline.job import Glyphs

if TYPE_CHECKING:
    from conftest import Build, Project

REGULAR, BOLD, MONO = ("DejaVu Sans", 400, False), ("DejaVu Sans", 700, False), ("DejaVu Sans Mono", 400, True)


def needs(*glyphs: Glyphs) -> PageAssets:
    made = PageAssets()
    made.add(glyphs, CLASSIC)
    return made


def glyphs(font: tuple[str, int, bool], characters: str) -> Glyphs:
    return Glyphs(*font, characters)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "pages")


def collect(cache: Cache, pages: Collection[str]) -> PageAssets:
    """The needs of pages, none of which is damaged."""
    found, damaged = web_assets.collect(cache, pages)
    assert damaged == []
    return found


# One page


def test_a_page_that_shows_nothing_needs_nothing() -> None:
    assert needs() == PageAssets()


def test_needs_of_drawings_add_up() -> None:
    page = needs(glyphs(REGULAR, "ab"), glyphs(BOLD, "x"))
    page.add([glyphs(REGULAR, "bc"), glyphs(MONO, "m")], CLASSIC)
    assert page.glyphs == {REGULAR: set("abc"), BOLD: {"x"}, MONO: {"m"}}


def test_two_pages_share_nothing() -> None:
    one, other = PageAssets(), PageAssets()
    one.add([glyphs(REGULAR, "a")], CLASSIC)
    assert other == PageAssets()


# Files of pages


def test_saved_assets_are_collected(cache: Cache) -> None:
    page = needs(glyphs(REGULAR, 'ba模\u2028"\\'), glyphs(MONO, " "))
    page.save(cache, "guide/page ü")
    assert collect(cache, {"guide/page ü"}) == page


def test_needs_of_all_pages_add_up(cache: Cache) -> None:
    needs(glyphs(REGULAR, "ab"), glyphs(BOLD, "x")).save(cache, "one")
    needs(glyphs(REGULAR, "bc")).save(cache, "two")
    found = collect(cache, {"one", "two"})
    assert found.glyphs == {REGULAR: set("abc"), BOLD: {"x"}}
    assert len(cache.keys(NEEDS)) == 2


def test_a_page_is_saved_as_it_is_now(cache: Cache) -> None:
    needs(glyphs(REGULAR, "ab"), glyphs(BOLD, "x")).save(cache, "page")
    needs(glyphs(REGULAR, "c")).save(cache, "page")
    assert collect(cache, ["page"]) == needs(glyphs(REGULAR, "c"))
    assert len(cache.keys(NEEDS)) == 1


def test_a_page_without_a_drawing_left_is_forgotten(cache: Cache) -> None:
    needs(glyphs(REGULAR, "ab")).save(cache, "page")
    PageAssets().save(cache, "page")
    assert cache.keys(NEEDS) == []
    assert collect(cache, ["page"]) == PageAssets()
    PageAssets().save(cache, "page")


def test_a_page_that_never_had_one_leaves_nothing(cache: Cache) -> None:
    PageAssets().save(cache, "page")
    assert not cache.folder.exists()
    assert collect(cache, ["page"]) == PageAssets()
    assert not changed(cache)


def test_pages_that_are_gone_are_forgotten(cache: Cache) -> None:
    needs(glyphs(REGULAR, "a")).save(cache, "stays")
    needs(glyphs(REGULAR, "b")).save(cache, "goes")
    assert collect(cache, {"stays"}) == needs(glyphs(REGULAR, "a"))
    assert len(cache.keys(NEEDS)) == 1
    assert collect(cache, {"stays", "goes"}) == needs(glyphs(REGULAR, "a"))


@pytest.mark.parametrize(
    "names", [("a/b", "a_b"), ("a/b", "a-b"), ("A", "a"), ("../x", "x"), ("ü", "u"), ("x" * 300, "x" * 299)]
)
def test_pages_have_files_of_their_own_in_the_folder(names: tuple[str, str], cache: Cache) -> None:
    for name, character in zip(names, "ab", strict=True):
        needs(glyphs(REGULAR, character)).save(cache, name)
    assert len(cache.keys(NEEDS)) == 2
    assert sorted(path.name for path in cache.folder.parent.iterdir()) == ["pages"]
    assert collect(cache, names[1:]).glyphs == {REGULAR: {"b"}}


def test_a_file_does_not_depend_on_the_order_of_the_drawings(cache: Cache) -> None:
    needs(glyphs(REGULAR, "ab"), glyphs(BOLD, "x")).save(cache, "page")
    key = page_key("page")
    before = cache.find(key, NEEDS)
    assert before is not None
    again = needs(glyphs(BOLD, "x"))
    again.add([glyphs(REGULAR, "b"), glyphs(REGULAR, "a")], CLASSIC)
    again.save(cache, "page")
    assert cache.find(key, NEEDS) == before
    assert json.loads(before.data)["fonts"] == [["DejaVu Sans", 400, False, "ab"], ["DejaVu Sans", 700, False, "x"]]


# The mark


def serve(cache: Cache, *names: str) -> None:
    """Give the site what its pages need."""
    settle(cache, collect(cache, names))


def test_new_needs_leave_a_mark_until_they_are_served(cache: Cache) -> None:
    assert not changed(cache)
    needs(glyphs(REGULAR, "a")).save(cache, "page")
    assert changed(cache)
    found = collect(cache, ["page"])
    assert changed(cache)
    settle(cache, found)
    assert not changed(cache)
    settle(cache, found)


def test_the_same_needs_again_leave_no_mark(cache: Cache) -> None:
    needs(glyphs(REGULAR, "ab")).save(cache, "page")
    serve(cache, "page")
    needs(glyphs(REGULAR, "ba")).save(cache, "page")
    assert not changed(cache)


NEW = [
    needs(glyphs(REGULAR, "abc")),
    needs(glyphs(BOLD, "ab")),
    needs(glyphs(REGULAR, "ab"), glyphs(MONO, "m")),
]


@pytest.mark.parametrize("page", NEW)
@pytest.mark.parametrize("name", ["page", "other"])
def test_new_assets_leave_a_mark(page: PageAssets, name: str, cache: Cache) -> None:
    needs(glyphs(REGULAR, "ab")).save(cache, "page")
    serve(cache, "page")
    page.save(cache, name)
    assert changed(cache)


@pytest.mark.parametrize("page", [needs(glyphs(REGULAR, "a")), needs(glyphs(BOLD, "x")), NEW[1]])
@pytest.mark.parametrize("name", ["one", "new"])
def test_existing_assets_leave_no_mark(page: PageAssets, name: str, cache: Cache) -> None:
    """Whichever page it was for: a label that changes among thousands makes no font."""
    needs(glyphs(REGULAR, "ab")).save(cache, "one")
    needs(glyphs(BOLD, "abx")).save(cache, "two")
    serve(cache, "one", "two")
    page.save(cache, name)
    assert not changed(cache)
    assert collect(cache, [name]) == page


def test_a_font_may_hold_more_than_was_needed(cache: Cache) -> None:
    needs(glyphs(REGULAR, "ab")).save(cache, "page")
    settle(cache, needs(glyphs(REGULAR, "abcd")))
    needs(glyphs(REGULAR, "d")).save(cache, "page")
    assert not changed(cache)


def test_the_mark_is_no_page(cache: Cache) -> None:
    page = needs(glyphs(REGULAR, "a"))
    page.save(cache, "page")
    assert changed(cache)
    assert collect(cache, ["page"]) == page
    serve(cache, "page")
    assert collect(cache, ["page"]) == page


# Damaged files

DAMAGED = [b"", b"{", Entry(b"").encode(), Entry(b"[]").encode(), Entry(b"null").encode(), Entry(b"{}").encode(),
           Entry(b"\xff").encode(), Entry(b'{"fonts": [1], "font_files": {}}').encode(),
           Entry(b'{"fonts": [], "font_files": [[]]}').encode()]  # fmt: skip


def damage(cache: Cache, key: str, suffix: str, content: bytes) -> None:
    assert cache.has(key, suffix)
    cache.write(key, suffix, content)


def serve_two_pages_and_damage_one(cache: Cache, content: bytes) -> None:
    needs(glyphs(REGULAR, "ab")).save(cache, "index")
    needs(glyphs(BOLD, "x")).save(cache, "other")
    serve(cache, "index", "other")
    damage(cache, page_key("other"), NEEDS, content)


@pytest.mark.parametrize("content", DAMAGED)
def test_for_a_page_with_damaged_needs_all_that_the_site_meets_is_kept(content: bytes, cache: Cache) -> None:
    serve_two_pages_and_damage_one(cache, content)
    found, damaged = web_assets.collect(cache, {"index", "other"})
    assert found.glyphs == {REGULAR: set("ab"), BOLD: {"x"}}
    assert damaged == ["other"]
    assert cache.keys(NEEDS) == [page_key("index")]


@pytest.mark.parametrize("content", DAMAGED)
def test_damaged_needs_of_a_page_and_of_the_site_are_none(content: bytes, cache: Cache) -> None:
    serve_two_pages_and_damage_one(cache, content)
    damage(cache, "served", "site", content)
    found, damaged = web_assets.collect(cache, {"index", "other"})
    assert (found.glyphs, damaged) == ({REGULAR: set("ab")}, ["other"])


@pytest.mark.parametrize("content", DAMAGED)
def test_damaged_note_of_what_is_served_serves_nothing(content: bytes, cache: Cache) -> None:
    page = needs(glyphs(REGULAR, "ab"))
    settle(cache, page)
    damage(cache, "served", "site", content)
    page.save(cache, "index")
    assert changed(cache)


def test_fonts_are_not_made_for_a_site_without_diagrams(project: Project) -> None:
    project.write({"index.rst": "Title\n=====\n\n.. llmpipeline::\n\n   a\n"}).build("html", "-W")
    (project.root / "out" / "html" / "_static" / FONTS).unlink()
    build = project.write({"index.rst": "Title\n=====\n"}).build("html", "-W")
    assert not (build.out / "_static" / FONTS).exists()


# When they are written


@pytest.mark.parametrize(
    ("module", "base"),
    [("singlehtml", "SingleFileHTMLBuilder"), ("dirhtml", "DirectoryHTMLBuilder"), ("html", "StandaloneHTMLBuilder")],
)
def test_fonts_are_there_before_a_builder_makes_something_of_the_pages(
    project: Project, module: str, base: str
) -> None:
    """As sphinx-simplepdf does, whose builder ends with WeasyPrint."""
    printer = f"""
from pathlib import Path
from sphinx.builders.{module} import {base}

class Printer({base}):
    name = {module!r}  # Sphinx finds new names among installed packages only

    def finish(self):
        super().finish()
        sheet = Path(self.outdir, "_static", "llmpipeline-fonts.css").read_text()
        Path(self.outdir, "printed.txt").write_text(sheet)

def setup(app):
    app.add_builder(Printer, override=True)
"""
    conf = 'import sys\nsys.path.insert(0, ".")\nextensions.append("own_printer")'
    index = "Title\n=====\n\n.. llmpipeline::\n\n   a\n"
    build = project.write({"index.rst": index, "own_printer.py": printer}, conf).run(module)
    assert (build.status, build.warnings) == (0, "")
    assert "@font-face" in build.read("printed.txt")


# Links and files of the project

DIAGRAM = "Title\n=====\n\n.. llmpipeline::\n\n   {}\n"
SCRIPTS = ("llmpipeline.js", "llmpipeline-image.js", "llmpipeline-neighbors.js")
FILES = ("llmpipeline.css", "llmpipeline-fonts.css", *SCRIPTS)


def links(build: Build, name: str) -> list[str]:
    """The versions with which a page links files of this extension."""
    return re.findall(r'_static/llmpipeline[\w-]*\.(?:css|js)(\?v=\w{8})?"', build.read(name))


@pytest.mark.parametrize("theme", ["alabaster", "furo", "pydata_sphinx_theme", "sphinx_rtd_theme"])
def test_every_file_is_linked_with_a_version_in_a_fresh_build_and_in_the_next(project: Project, theme: str) -> None:
    project.write({"index.rst": DIAGRAM.format("a"), "other.rst": f":orphan:\n\n{DIAGRAM.format('a')}"})
    option = ("-D", f"html_theme={theme}")
    first = project.build("html", *option)
    found = links(first, "index.html")
    assert len(found) == 5
    assert all(found)
    # The same needs, the same link; a change of another page changes no link.
    assert links(first, "other.html") == found
    second = project.write({"other.rst": f":orphan:\n\n{DIAGRAM.format('b: Ω')}"}).build("html", *option)
    assert links(second, "index.html") == found
    changed = links(second, "other.html")
    assert [one == other for one, other in zip(changed, found, strict=True)].count(False) == 1
    fresh = project.build("html", "-E", *option, out="fresh", doctrees=project.root / "fresh-doctrees")
    assert [links(fresh, name) for name in ("index.html", "other.html")] == [found, changed]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("path", ["_static", "_static/{}"])
def test_a_file_of_the_project_is_kept_with_a_warning(project: Project, name: str, path: str) -> None:
    own = "/* of the project */"
    conf = f"html_static_path = [{path.format(name)!r}]"
    build = project.write({"index.rst": DIAGRAM.format("a"), f"_static/{name}": own}, conf).build("html")
    assert build.read(f"_static/{name}") == own
    assert build.warnings == (
        f"WARNING: html_static_path: '{name}' takes the place of a file of this extension; give it another name"
        " [llmpipeline.config]\n"
    )
    others = {*FILES} - {name}
    assert all(own not in build.read(f"_static/{other}") for other in others)


def test_fonts_that_were_deleted_come_back_without_a_page_to_write(project: Project) -> None:
    """Sphinx before version 8 collects no pages then."""
    build = project.write({"index.rst": "Title\n=====\n\n.. llmpipeline::\n\n   a\n"}).build("html", "-W")
    fonts = build.out / "_static" / FONTS
    content = fonts.read_text()
    fonts.unlink()
    project.build("html", "-W")
    assert fonts.read_text() == content
