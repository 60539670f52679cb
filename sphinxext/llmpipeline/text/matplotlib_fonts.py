"""matplotlib's fonts: the list of them, their files, their metrics, and the settings for drawing with them.

Only fonts without bundled metrics need this module, because it loads matplotlib; see ``bundled_fonts``.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.font_manager import FontEntry, FontProperties, findfont, findSystemFonts, fontManager, get_font
from matplotlib.ft2font import FaceFlags, FT2Font, Kerning, LoadFlags

from ..diagnostics import FontError
from .bundled_fonts import Face

_EM = 1000
"""Size in points at which fonts are measured; measures are divided by it."""
_FIXED = 65536
_SUBPIXEL = 64
_ROUNDED = 1 / _SUBPIXEL / _EM  # positions are whole subpixels
_NO_TEXT = ("Last Resort", "STIXSize", "STIXNonUnicode", "cmex", "cmsy", "cmmi", "cmr", "cmss", "cmtt", "cmb", "cmti")
"""Prefixes of fonts with symbols at the codes of letters, or with boxes for all characters."""

SHAPES = mpl.__version_info__ >= (3, 11)
"""Whether matplotlib's text layout joins and orders letters."""


class OpenFont:
    """A font opened by FreeType; all measures are ems."""

    def __init__(self, face: Face) -> None:
        self._font = get_font(_find(face))
        self.ascent = self._font.ascender / self._font.units_per_EM
        self.descent = -self._font.descender / self._font.units_per_EM

    def has(self, character: str) -> bool:
        """Whether the font draws *character*."""
        return self._font.get_char_index(ord(character)) != 0

    def advance(self, character: str) -> float:
        """Unhinted advance of a *character* of the font."""
        self._font.set_size(_EM, 72)  # matplotlib draws with the same object in other sizes
        glyph = self._font.load_char(ord(character), flags=LoadFlags.NO_HINTING)
        return glyph.linearHoriAdvance / _FIXED / _EM

    def shaped_width(self, text: str) -> float:
        """Width of *text* as matplotlib sets it."""
        self._font.set_size(_EM, 72)
        self._font.set_text(text, flags=LoadFlags.NO_HINTING)
        return float(self._font.get_width_height()[0]) / _SUBPIXEL / _EM

    def kerning(self, left: str, right: str) -> float:
        """Correction of the distance of two neighbours; negative if they move together."""
        self._font.set_size(_EM, 72)
        if FaceFlags.KERNING in self._font.face_flags:
            pair = self._font.get_char_index(ord(left)), self._font.get_char_index(ord(right))
            return self._font.get_kerning(*pair, Kerning.UNFITTED) / _SUBPIXEL / _EM
        if self.has(left) and self.has(right):
            # Kerning in OpenType tables is read by matplotlib's layout alone.
            places = self._font.set_text(left + right, flags=LoadFlags.NO_HINTING)
            if len(places) == 2:  # not a ligature
                kerning = float(places[-1][0]) / _SUBPIXEL / _EM - self.advance(left)
                return kerning if abs(kerning) > _ROUNDED else 0.0
        return 0.0


@cache
def properties(face: Face, size: float) -> FontProperties:
    """*face* at *size* points, for matplotlib."""
    family, weight, italic = face
    # All are named, because matplotlib takes the others from its settings at this moment.
    return FontProperties(
        family=family, style="italic" if italic else "normal", variant="normal", weight=weight, stretch="normal",
        size=size, math_fontfamily="dejavusans",
    )  # fmt: skip


def font_file(face: Face) -> tuple[str, int]:
    """The file of a font, and its index in the file: 0 except in collections."""
    path = _find(face)
    return str(path), getattr(path, "face_index", 0)


def _find(face: Face) -> str:
    is_known(face[0])  # matplotlib takes another family if this one is not in its list
    return findfont(properties(face, 10.0))


def is_known(name: str) -> bool:
    """Whether matplotlib finds a family, even if it was installed after matplotlib listed the fonts."""
    if any(entry.name == name for entry in fontManager.ttflist):
        return True
    look_for_new_fonts()
    return any(entry.name == name for entry in fontManager.ttflist)


@cache
def look_for_new_fonts() -> frozenset[str]:
    """Add fonts to matplotlib's list that were installed since it was made; the families of those without outlines."""
    known = {entry.fname for entry in fontManager.ttflist}
    families = set()
    for path in findSystemFonts():
        if path not in known:
            with contextlib.suppress(OSError, RuntimeError):  # FreeType cannot open the font
                if family := _without_outlines(path):
                    families.add(family)
                else:
                    fontManager.addfont(path)
    return frozenset(families)


def has_no_outlines(name: str) -> bool:
    """Whether a family, or the font in a file, consists of pictures, which matplotlib cannot draw."""
    if not os.path.isfile(name):
        return name in look_for_new_fonts()
    try:
        return _without_outlines(name) is not None
    except (OSError, RuntimeError):
        return False  # reported when it is opened


def _without_outlines(path: str) -> str | None:
    """The family of a font in a file, if it has no outlines.

    Raises:
        OSError, RuntimeError: if the font cannot be opened.
    """
    font = FT2Font(path)
    return None if font.scalable else font.family_name


@cache
def face_of_file(name: str) -> Face:
    """Add the font in a file to matplotlib's list; if its family is taken, under a family of its own.

    Raises:
        FontError: if the file does not exist or is not a font.
    """
    path = Path(name).absolute()
    if not os.path.isfile(path):
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
    """All fonts with text, in the order in which they replace others: sans-serif, proportional and upright first."""
    return _sorted_faces(len(fontManager.ttflist))


@cache
def _sorted_faces(count: int) -> tuple[Face, ...]:  # noqa: ARG001 -- length of the list, so that a longer list is sorted again
    def rank(entry: FontEntry) -> tuple[object, ...]:
        distance = abs(int(entry.weight) - 400)
        return "Sans" not in entry.name, "Mono" in entry.name, entry.style != "normal", distance, entry.name

    usable = (entry for entry in fontManager.ttflist if not entry.name.startswith(_NO_TEXT))
    return tuple(map(_face, sorted((entry for entry in usable if isinstance(entry.weight, int)), key=rank)))


def _face(entry: FontEntry) -> Face:
    return entry.name, int(entry.weight), entry.style != "normal"


# All of matplotlib's settings that change a drawing: settings of the project's plots must not.
_DRAWING_RC: Any = {
    "svg.fonttype": "path", "svg.hashsalt": "llmpipeline", "svg.id": None,
    "pdf.fonttype": 42, "pdf.compression": 6, "pdf.use14corefonts": False, "pdf.inheritcolor": False,
    "agg.path.chunksize": 0, "lines.scale_dashes": True,
    "path.sketch": None, "path.effects": [], "path.snap": True, "path.simplify": False,
    "font.stretch": "normal", "font.style": "normal", "font.weight": "normal", "font.variant": "normal",
    "text.antialiased": True, "text.usetex": False, "text.hinting": "none",  # as widths are measured
    "mathtext.default": mpl.rcParamsDefault["mathtext.default"],  # slants letters only: "normal", before 3.11 "it"
    "mathtext.fontset": "dejavusans", "axes.unicode_minus": False,
}  # fmt: skip


@contextmanager
def drawing_rc() -> Iterator[None]:
    """Context in which matplotlib sets formulas and draws, whatever its settings are outside.

    Entering and leaving take one or two milliseconds.
    """
    with mpl.rc_context(_DRAWING_RC):
        yield


@contextmanager
def default_rc() -> Iterator[None]:
    """Context with matplotlib's own settings, whatever they are outside, but for those of :func:`drawing_rc`."""
    with mpl.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("ignore", mpl.MatplotlibDeprecationWarning)
        mpl.rcdefaults()
        with drawing_rc():
            yield
