"""What pages need beside their drawings, from whichever process writes them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sphinxext.llmpipeline import CLASSIC, PRINT
from sphinxext.llmpipeline.extension.paths import changed, needs_file
from sphinxext.llmpipeline.extension.web_assets import FONTS, PageAssets, collect, settle
from sphinxext.llmpipeline.job import Glyphs
from sphinxext.llmpipeline.style.css import rules

if TYPE_CHECKING:
    from conftest import Project

REGULAR, BOLD, MONO = ("DejaVu Sans", 400, False), ("DejaVu Sans", 700, False), ("DejaVu Sans Mono", 400, True)
MINE = replace(CLASSIC, name="mine", edge_dark="#abcdef")


def needs(*glyphs: Glyphs, style: object = CLASSIC) -> PageAssets:
    made = PageAssets()
    made.add(glyphs, style)  # type: ignore[arg-type]
    return made


def glyphs(font: tuple[str, int, bool], characters: str) -> Glyphs:
    return Glyphs(*font, characters)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "pages"


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*") if path.suffix == ".json")


# One page


def test_a_page_that_shows_nothing_needs_nothing() -> None:
    assert PageAssets() == PageAssets({}, {})
    assert needs() == PageAssets({}, dict.fromkeys(rules(CLASSIC)))


def test_needs_of_drawings_add_up() -> None:
    page = needs(glyphs(REGULAR, "ab"), glyphs(BOLD, "x"))
    page.add([glyphs(REGULAR, "bc"), glyphs(MONO, "m")], CLASSIC)
    assert page.glyphs == {REGULAR: set("abc"), BOLD: {"x"}, MONO: {"m"}}
    assert [*page.rules] == rules(CLASSIC)


def test_rules_stand_once_in_the_order_of_the_styles() -> None:
    page = needs(style=PRINT)
    for style in (CLASSIC, PRINT, MINE, CLASSIC):
        page.add([], style)
    assert [*page.rules] == [*rules(PRINT), *rules(CLASSIC), *rules(MINE)]


def test_two_pages_share_nothing() -> None:
    one, other = PageAssets(), PageAssets()
    one.add([glyphs(REGULAR, "a")], CLASSIC)
    assert other == PageAssets({}, {})


# Files of pages


def test_saved_assets_are_collected(folder: Path) -> None:
    page = needs(glyphs(REGULAR, 'ba模\u2028"\\'), glyphs(MONO, " "))
    page.save(folder, "guide/page ü")
    assert collect(folder, {"guide/page ü"}) == page


def test_needs_of_all_pages_add_up(folder: Path) -> None:
    needs(glyphs(REGULAR, "ab"), glyphs(BOLD, "x")).save(folder, "one")
    needs(glyphs(REGULAR, "bc"), style=PRINT).save(folder, "two")
    found = collect(folder, {"one", "two"})
    assert found.glyphs == {REGULAR: set("abc"), BOLD: {"x"}}
    assert set(found.rules) == {*rules(CLASSIC), *rules(PRINT)}
    assert len(files(folder)) == 2


def test_a_page_is_saved_as_it_is_now(folder: Path) -> None:
    needs(glyphs(REGULAR, "ab"), glyphs(BOLD, "x"), style=PRINT).save(folder, "page")
    needs(glyphs(REGULAR, "c")).save(folder, "page")
    assert collect(folder, ["page"]) == needs(glyphs(REGULAR, "c"))
    assert len(files(folder)) == 1


def test_a_page_without_a_drawing_left_is_forgotten(folder: Path) -> None:
    needs(glyphs(REGULAR, "ab")).save(folder, "page")
    PageAssets().save(folder, "page")
    assert files(folder) == []
    assert collect(folder, ["page"]) == PageAssets({}, {})
    PageAssets().save(folder, "page")


def test_a_page_that_never_had_one_leaves_nothing(folder: Path) -> None:
    PageAssets().save(folder, "page")
    assert not folder.exists()
    assert collect(folder, ["page"]) == PageAssets({}, {})
    assert not changed(folder)


def test_pages_that_are_gone_are_forgotten(folder: Path) -> None:
    needs(glyphs(REGULAR, "a")).save(folder, "stays")
    needs(glyphs(REGULAR, "b"), style=PRINT).save(folder, "goes")
    assert collect(folder, {"stays"}) == needs(glyphs(REGULAR, "a"))
    assert len(files(folder)) == 1
    assert collect(folder, {"stays", "goes"}) == needs(glyphs(REGULAR, "a"))


@pytest.mark.parametrize(
    "names", [("a/b", "a_b"), ("a/b", "a-b"), ("A", "a"), ("../x", "x"), ("ü", "u"), ("x" * 300, "x" * 299)]
)
def test_pages_have_files_of_their_own_in_the_folder(names: tuple[str, str], folder: Path) -> None:
    for name, character in zip(names, "ab", strict=True):
        needs(glyphs(REGULAR, character)).save(folder, name)
    assert len(files(folder)) == 2
    assert sorted(path.name for path in folder.parent.iterdir()) == ["pages"]
    assert collect(folder, names[1:]).glyphs == {REGULAR: {"b"}}


def test_a_file_does_not_depend_on_the_order_of_the_drawings(folder: Path) -> None:
    needs(glyphs(REGULAR, "ab"), glyphs(BOLD, "x")).save(folder, "page")
    (name,) = files(folder)
    before = (folder / name).read_bytes()
    again = needs(glyphs(BOLD, "x"))
    again.add([glyphs(REGULAR, "b"), glyphs(REGULAR, "a")], CLASSIC)
    again.save(folder, "page")
    assert (folder / name).read_bytes() == before
    assert json.loads(before)["fonts"] == [["DejaVu Sans", 400, False, "ab"], ["DejaVu Sans", 700, False, "x"]]


# The mark


def serve(folder: Path, *names: str) -> None:
    """Give the site what its pages need."""
    settle(folder, collect(folder, names))


def test_new_needs_leave_a_mark_until_they_are_served(folder: Path) -> None:
    assert not changed(folder)
    needs(glyphs(REGULAR, "a")).save(folder, "page")
    assert changed(folder)
    found = collect(folder, ["page"])
    assert changed(folder)
    settle(folder, found)
    assert not changed(folder)
    settle(folder, found)


def test_the_same_needs_again_leave_no_mark(folder: Path) -> None:
    needs(glyphs(REGULAR, "ab")).save(folder, "page")
    serve(folder, "page")
    needs(glyphs(REGULAR, "ba")).save(folder, "page")
    assert not changed(folder)


NEW = [
    needs(glyphs(REGULAR, "abc")),
    needs(glyphs(BOLD, "ab")),
    needs(glyphs(REGULAR, "ab"), style=PRINT),
    needs(glyphs(REGULAR, "ab"), glyphs(MONO, "m")),
]


@pytest.mark.parametrize("page", NEW)
@pytest.mark.parametrize("name", ["page", "other"])
def test_new_assets_leave_a_mark(page: PageAssets, name: str, folder: Path) -> None:
    needs(glyphs(REGULAR, "ab")).save(folder, "page")
    serve(folder, "page")
    page.save(folder, name)
    assert changed(folder)


@pytest.mark.parametrize("page", [needs(glyphs(REGULAR, "a")), needs(glyphs(BOLD, "x")), *NEW[1:3]])
@pytest.mark.parametrize("name", ["one", "new"])
def test_existing_assets_leave_no_mark(page: PageAssets, name: str, folder: Path) -> None:
    """Whichever page it was for: a label that changes among thousands makes no font."""
    needs(glyphs(REGULAR, "ab")).save(folder, "one")
    needs(glyphs(BOLD, "abx"), style=PRINT).save(folder, "two")
    serve(folder, "one", "two")
    page.save(folder, name)
    assert not changed(folder)
    assert collect(folder, [name]) == page


def test_a_font_may_hold_more_than_was_needed(folder: Path) -> None:
    needs(glyphs(REGULAR, "ab")).save(folder, "page")
    settle(folder, needs(glyphs(REGULAR, "abcd")))
    needs(glyphs(REGULAR, "d")).save(folder, "page")
    assert not changed(folder)


def test_the_mark_is_no_page(folder: Path) -> None:
    page = needs(glyphs(REGULAR, "a"))
    page.save(folder, "page")
    assert changed(folder)
    assert collect(folder, ["page"]) == page
    serve(folder, "page")
    assert collect(folder, ["page"]) == page


# Damaged files


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff"])
def test_damaged_needs_are_removed(content: bytes, folder: Path) -> None:
    needs(glyphs(REGULAR, "ab")).save(folder, "index")
    needs(glyphs(BOLD, "x")).save(folder, "other")
    needs_file(folder, "other").write_bytes(content)
    assert collect(folder, {"index", "other"}).glyphs == {REGULAR: set("ab")}
    assert files(folder) == [needs_file(folder, "index").name]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff"])
def test_damaged_note_of_what_is_served_serves_nothing(content: bytes, folder: Path) -> None:
    page = needs(glyphs(REGULAR, "ab"))
    settle(folder, page)
    (folder / "served").write_bytes(content)
    page.save(folder, "index")
    assert changed(folder)


def test_fonts_are_not_made_for_a_site_without_diagrams(project: Project) -> None:
    project.write({"index.rst": "Title\n=====\n\n.. llmpipeline::\n\n   a\n"}).build("html", "-W")
    (project.root / "out" / "html" / "_static" / FONTS).unlink()
    build = project.write({"index.rst": "Title\n=====\n"}).build("html", "-W")
    assert not (build.out / "_static" / FONTS).exists()
