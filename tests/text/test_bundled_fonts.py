"""Bundled measures and web fonts equal those of matplotlib's fonts."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from textwrap import dedent

import pytest
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.ttLib import TTFont

from sphinxext.llmpipeline.extension.web_fonts import woff
from sphinxext.llmpipeline.text import bundled_fonts
from sphinxext.llmpipeline.text.bundled_fonts import FOLDER, NAMES, Face, ReadyFont, ready_font, source
from sphinxext.llmpipeline.text.matplotlib_fonts import OpenFont, font_file
from sphinxext.llmpipeline.text.metrics import Metrics, Typeface
from tools import ready_fonts
from tools.ready_fonts import CHARACTERS

STEP = 1.001 / 64 / 1000  # of an em, to which places of glyphs are rounded, with some room for sums
FACES = pytest.mark.parametrize("face", NAMES)


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    ready_font.cache_clear()
    yield
    ready_font.cache_clear()


def ready(face: Face) -> ReadyFont:
    found = ready_font(face)
    assert found is not None, "matplotlib has other fonts: run python -m tools.ready_fonts"
    return found


# The files of the package


@FACES
def test_fonts_are_those_that_matplotlib_draws_with(face: Face) -> None:
    assert (str(source(NAMES[face])), 0) == font_file(face)


@FACES
def test_measures_are_those_of_the_opened_font(face: Face) -> None:
    font, found = OpenFont(face), ready(face)
    assert (found.ascent, found.descent) == (font.ascent, font.descent)
    assert found.advances == {character: font.advance(character) for character in CHARACTERS}
    for left, right in product(CHARACTERS, repeat=2):
        # Versions of matplotlib round the places of glyphs differently.
        assert found.kernings.get((left, right), 0.0) == pytest.approx(font.kerning(left, right), abs=STEP)


@FACES
def test_web_fonts_are_no_other_than_those_that_are_made(face: Face) -> None:
    """Depends on the version of fontTools: if it fails, run ``python -m tools.ready_fonts``."""
    made = TTFont(io.BytesIO(woff(*font_file(face), CHARACTERS)))
    kept = TTFont(ready(face).woff)
    assert kept.keys() == made.keys()
    assert shapes(kept) == shapes(made)
    assert kernings(kept) == kernings(made)
    assert (kept["hhea"].ascent, kept["hhea"].descent) == (made["hhea"].ascent, made["hhea"].descent)


def shapes(font: TTFont) -> dict[str, tuple[int, object]]:
    """Characters → advance and outline."""
    glyphs, found = font.getGlyphSet(), {}
    for code, name in font.getBestCmap().items():
        pen = DecomposingRecordingPen(glyphs)
        glyphs[name].draw(pen)
        found[chr(code)] = (glyphs[name].width, pen.value)
    return found


def kernings(font: TTFont) -> object:
    return font["kern"].kernTables[0].kernTable if "kern" in font else None


def test_files_are_those_of_the_tool(tmp_path: Path) -> None:
    ready_fonts.main(tmp_path)
    assert {path.name for path in FOLDER.iterdir()} == {path.name for path in tmp_path.iterdir()}
    assert (tmp_path / "LICENSE_DEJAVU").read_text("utf-8") == (FOLDER / "LICENSE_DEJAVU").read_text("utf-8")
    for path in tmp_path.glob("*.json"):
        made, kept = (json.loads((folder / path.name).read_bytes()) for folder in (tmp_path, FOLDER))
        assert {name: kept[name] for name in kept if name != "kernings"} == {
            name: made[name] for name in made if name != "kernings"
        }
        assert kept["kernings"] == pytest.approx(made["kernings"], abs=STEP)


def test_files_are_small() -> None:
    assert all(path.stat().st_size < 10_000 for path in FOLDER.iterdir())


# Where they serve


@pytest.mark.parametrize(
    "face", [("DejaVu Serif", 400, False), ("DejaVu Sans", 700, True), ("DejaVu Sans Mono", 700, False), ("", 0, True)]
)
def test_other_faces_are_not_ready(face: Face) -> None:
    assert ready_font(face) is None


@FACES
def test_another_version_of_a_font_is_measured_itself(
    face: Face, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser must set text in the font that was measured, and not in one that bears its name."""
    path = tmp_path / "x.ttf"
    monkeypatch.setattr(bundled_fonts, "source", lambda _: path)
    assert ready_font(face) is None
    ready_font.cache_clear()
    shutil.copy(source(NAMES[face]), path)
    assert ready_font(face) is not None
    ready_font.cache_clear()
    path.write_bytes(path.read_bytes() + b"\0")
    assert ready_font(face) is None
    assert Metrics(Typeface(*face)).width("AV") > 0


@FACES
@pytest.mark.parametrize("text", ["Model 175B", "AVATAR To", "Tβ", "β→ Ä", "模a", "a\u200db"])
def test_widths_are_the_same_with_and_without(face: Face, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = Metrics(Typeface(*face))
    monkeypatch.setattr("sphinxext.llmpipeline.text.metrics.ready_font", lambda _: None)
    after = Metrics(Typeface(*face))
    assert before.width(text) == pytest.approx(after.width(text), abs=STEP * len(text))
    assert [before.has(character) for character in text] == [after.has(character) for character in text]
    assert (before.ascent, before.descent) == (after.ascent, after.descent)


def test_table_has_every_part_of_a_font() -> None:
    for name in NAMES.values():
        table = json.loads((FOLDER / f"{name}.json").read_bytes())
        assert [*table] == ["source", "ascent", "descent", "advances", "kernings"]


def test_bundled_metrics_are_read_without_matplotlib() -> None:
    code = """
    import sys
    from sphinxext.llmpipeline.text.metrics import Fonts
    fonts = Fonts(("DejaVu Sans",), ("DejaVu Sans Mono",))
    for text in ("Model 175B → (GPT-3)", "β"):
        for face in ("regular", "bold", "italic", "mono"):
            assert sum(span.metrics.width(span.text) for span in fonts.spans(text, face)) > 0
        print("matplotlib" in sys.modules)
    """
    command = [sys.executable, "-c", dedent(code)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.split() == ["False", "True"]
