"""matplotlib's list of fonts, which is older than some of the fonts that are installed."""

from __future__ import annotations

from pathlib import Path

import pytest
from matplotlib.font_manager import findSystemFonts, fontManager

from sphinxext.llmpipeline.text import matplotlib_fonts
from sphinxext.llmpipeline.text.matplotlib_fonts import (
    OpenFont,
    all_faces,
    face_of_file,
    font_file,
    has_no_outlines,
    is_known,
)
from sphinxext.llmpipeline.text.metrics import Fonts, register
from tests.conftest import NEEDS_COLOUR_FONTS, needed_font
from tests.fontmaker import make_font

pytestmark = pytest.mark.usefixtures("restored_fonts")

LATE = "Installed Late"
COLOUR = "Noto Color Emoji"
FACE = (LATE, 400, False)


def file_of(family: str) -> str:
    """The file of an installed font, which matplotlib may not list."""
    return next(path for path in findSystemFonts() if Path(path).stem == family.replace(" ", ""))


@pytest.fixture(autouse=True)
def late(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The file of a font that was installed after matplotlib made its list, beside one that is broken."""
    path = make_font(tmp_path / "late.ttf", LATE, {"a": 250})
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    monkeypatch.setattr(matplotlib_fonts, "findSystemFonts", lambda: [str(broken), path])
    return path


def test_the_file_of_a_late_font(late: str) -> None:
    """It is asked for by name alone if its drawing comes from the cache and its web font must be made."""
    assert font_file(FACE) == (late, 0)


def test_the_advances_of_a_late_font() -> None:
    font = OpenFont(FACE)
    assert font.has("a")
    assert not font.has("b")
    assert font.advance("a") == pytest.approx(0.25)


def test_late_fonts_are_listed_once_they_are_looked_for() -> None:
    assert FACE not in all_faces()
    assert not is_known("No Such Font")
    assert FACE in all_faces()
    assert is_known(LATE)
    assert [entry.name for entry in fontManager.ttflist].count(LATE) == 1


def test_tests_find_a_late_font_that_they_need() -> None:
    assert needed_font(LATE) == LATE


@pytest.mark.parametrize(("ci", "outcome"), [("true", pytest.fail.Exception), ("", pytest.skip.Exception)])
def test_a_font_that_is_not_installed_fails_where_everything_must_be(
    ci: str, outcome: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match="No Such Font is not installed"):
        needed_font("No Such Font")


def test_a_ligature_has_no_kerning(tmp_path: Path) -> None:
    path = make_font(tmp_path / "ligature.ttf", "With Ligature", {"f": 300, "i": 200, "\ufb01": 400}, ligature="\ufb01")
    font = OpenFont(face_of_file(path))
    assert font.kerning("f", "i") == 0.0


@NEEDS_COLOUR_FONTS
def test_font_without_outlines_is_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A family by name, or its file; a font with outlines and what is no font are none of these."""
    path = file_of(COLOUR)
    monkeypatch.setattr(matplotlib_fonts, "findSystemFonts", lambda: [path])
    assert has_no_outlines(COLOUR)
    assert has_no_outlines(path)
    assert not has_no_outlines("DejaVu Sans")
    assert not has_no_outlines(font_file(("DejaVu Sans", 400, False))[0])
    assert not has_no_outlines("No Such Font")
    assert not is_known(COLOUR)


def test_file_that_is_no_font_is_not_one_without_outlines(tmp_path: Path) -> None:
    assert not has_no_outlines(str(tmp_path / "broken.ttf"))
    assert not has_no_outlines(str(tmp_path))


@NEEDS_COLOUR_FONTS
@pytest.mark.parametrize("place", ["alone", "first", "file"])
def test_text_is_drawn_if_a_colour_font_is_named(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = file_of(COLOUR)
    monkeypatch.setattr(matplotlib_fonts, "findSystemFonts", lambda: [path])
    named = {"alone": (COLOUR,), "first": (COLOUR, "DejaVu Sans"), "file": (path,)}[place]
    fonts = Fonts(named, (COLOUR,))
    for face in ("regular", "mono"):
        assert fonts.primary(face).typeface.family == "DejaVu Sans"  # type: ignore[arg-type]
    register(named)
