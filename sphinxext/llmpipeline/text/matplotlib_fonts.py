"""matplotlib's list of fonts: which there are, in which files, and what FreeType reads of them.

This module is imported only where a font must be opened; see ``readyfonts``.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.font_manager import FontEntry, FontProperties, findfont, findSystemFonts, fontManager, get_font
from matplotlib.ft2font import FaceFlags, Kerning, LoadFlags

from ..diagnostics import FontError
from .bundled_fonts import Face

_EM = 1000
"""Size in points at which fonts are opened; metrics are divided by it."""
_FIXED = 65536
_SUBPIXEL = 64
_ROUNDED = 1 / _SUBPIXEL / _EM  # places are whole subpixels
_NO_TEXT = ("Last Resort", "STIXSize", "STIXNonUnicode", "cmex", "cmsy", "cmmi", "cmr", "cmss", "cmtt", "cmb", "cmti")
"""Fonts of matplotlib's that hold other glyphs at the codes of letters, or boxes for everything."""


class OpenFont:
    """A font that FreeType has opened; all measures are ems."""

    def __init__(self, face: Face) -> None:
        self._font = get_font(_find(face))
        self.ascent = self._font.ascender / self._font.units_per_EM
        self.descent = -self._font.descender / self._font.units_per_EM

    def has(self, character: str) -> bool:
        """Whether the font draws *character*."""
        return self._font.get_char_index(ord(character)) != 0

    def advance(self, character: str) -> float:
        """Unhinted advance of a character that the font has."""
        self._font.set_size(_EM, 72)  # matplotlib shares the font, and draws with it in other sizes
        # A glyph that is loaded without hinting gives the advance that the font's designer drew.
        glyph = self._font.load_char(ord(character), flags=LoadFlags.NO_HINTING)
        return glyph.linearHoriAdvance / _FIXED / _EM

    def kerning(self, left: str, right: str) -> float:
        """How much nearer, or farther, two neighbours stand than their advances say."""
        self._font.set_size(_EM, 72)
        if FaceFlags.KERNING in self._font.face_flags:
            pair = self._font.get_char_index(ord(left)), self._font.get_char_index(ord(right))
            return self._font.get_kerning(*pair, Kerning.UNFITTED) / _SUBPIXEL / _EM
        if self.has(left) and self.has(right):
            # Without the old table, what the font's newer ones say is matplotlib's to know: where it puts the second.
            places = self._font.set_text(left + right, flags=LoadFlags.NO_HINTING)
            if len(places) == 2:  # and not a ligature
                kerning = float(places[-1][0]) / _SUBPIXEL / _EM - self.advance(left)
                return kerning if abs(kerning) > _ROUNDED else 0.0
        return 0.0


@cache
def properties(face: Face, size: float) -> FontProperties:
    """A face at *size* points, for matplotlib."""
    family, weight, italic = face
    # Each named, because what is left out is taken from the settings of whoever draws first.
    return FontProperties(
        family=family,
        style="italic" if italic else "normal",
        variant="normal",
        weight=weight,
        stretch="normal",
        size=size,
        math_fontfamily="dejavusans",
    )


def font_file(face: Face) -> tuple[str, int]:
    """The file of a font, and its number in the file where that is a collection."""
    path = _find(face)
    return str(path), getattr(path, "face_index", 0)


def _find(face: Face) -> str:
    is_known(face[0])  # matplotlib takes another family if this one is not in its list
    return findfont(properties(face, 10.0))


def is_known(name: str) -> bool:
    """Whether matplotlib knows a family, also one that was installed after it made its list of fonts."""
    if any(entry.name == name for entry in fontManager.ttflist):
        return True
    look_for_new_fonts()
    return any(entry.name == name for entry in fontManager.ttflist)


@cache
def look_for_new_fonts() -> None:
    """Add what was installed since matplotlib made its list."""
    known = {entry.fname for entry in fontManager.ttflist}
    for path in findSystemFonts():
        if path not in known:
            with contextlib.suppress(OSError, RuntimeError):  # of fonts that FreeType cannot open
                fontManager.addfont(path)


@cache
def face_of_file(name: str) -> Face:
    """The font in a file; where another has its name, under a name of its own."""
    path = Path(name).absolute()
    if not path.is_file():
        raise FontError(f"there is no font file '{name}'")
    known = len(fontManager.ttflist)
    try:
        fontManager.addfont(str(path))
    except RuntimeError as error:
        raise FontError(f"'{name}' is no font that can be read: {error}") from error
    entry = fontManager.ttflist[known]
    others = (other for other in fontManager.ttflist[:known] if Path(other.fname) != path)
    if any(other.name == entry.name for other in others):
        entry = replace(entry, name=f"{entry.name} {hashlib.sha256(str(path).encode()).hexdigest()[:8]}")
    fontManager.ttflist[known:] = [entry]
    return _face(entry)


def all_faces() -> tuple[Face, ...]:
    """All fonts with text, in the order in which they stand in for others: those without serifs first."""
    return _sorted_faces(len(fontManager.ttflist))


@cache
def _sorted_faces(count: int) -> tuple[Face, ...]:  # noqa: ARG001 -- of the list, so that a longer one is sorted anew
    def rank(entry: FontEntry) -> tuple[object, ...]:
        distance = abs(int(entry.weight) - 400)
        return "Sans" not in entry.name, "Mono" in entry.name, entry.style != "normal", distance, entry.name

    usable = (entry for entry in fontManager.ttflist if not entry.name.startswith(_NO_TEXT))
    return tuple(map(_face, sorted((entry for entry in usable if isinstance(entry.weight, int)), key=rank)))


def _face(entry: FontEntry) -> Face:
    return entry.name, int(entry.weight), entry.style != "normal"


# Everything that a drawing takes from matplotlib's settings: what a project sets for its plots is no part of it.
_SETTINGS: Any = {
    "svg.fonttype": "path",
    "svg.hashsalt": "llmpipeline",
    "svg.id": None,
    "pdf.fonttype": 42,
    "pdf.compression": 6,
    "pdf.use14corefonts": False,
    "pdf.inheritcolor": False,
    "agg.path.chunksize": 0,
    "path.sketch": None,
    "path.effects": [],
    "path.snap": True,
    "lines.scale_dashes": True,
    "font.stretch": "normal",
    "font.style": "normal",
    "font.weight": "normal",
    "font.variant": "normal",
    "text.antialiased": True,
    "text.hinting": "none",  # widths are measured without
    "path.simplify": False,
    "text.usetex": False,
    "mathtext.default": "it",
    "mathtext.fontset": "dejavusans",
    "axes.unicode_minus": False,
}


@contextmanager
def settings() -> Iterator[None]:
    """The settings of a drawing.

    To enter and leave them takes a millisecond or two, so only formulas and the formats that matplotlib writes do.
    """
    with mpl.rc_context(_SETTINGS):
        yield
