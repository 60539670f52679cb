"""Fonts: which one draws a character, and how wide the character is in it.

A character is drawn by the first of the style's families that has it, else by whichever of matplotlib's other fonts
has it.  Widths are sums of unhinted advances and of the kerning between neighbours, which is what a browser, a PDF
viewer and matplotlib's own layout make of the same font (within 0.5 %, ligatures included).  Advances are cached for
each font, so a label is measured in microseconds, where a full text layout takes half a millisecond.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from matplotlib.font_manager import FontEntry, FontProperties, findfont, findSystemFonts, fontManager, get_font
from matplotlib.ft2font import FaceFlags, Kerning, LoadFlags

from .model import Face
from .problems import FontError

_EM = 1000
"""Size in points at which fonts are opened; metrics are divided by it."""
_FIXED = 65536
_SUBPIXEL = 64
_NO_TEXT = ("Last Resort", "STIXSize", "STIXNonUnicode", "cmex", "cmsy", "cmmi", "cmr", "cmss", "cmtt", "cmb", "cmti")
"""Fonts of matplotlib's that hold other glyphs at the codes of letters, or boxes for everything."""
_JOINERS = frozenset("\u200b\u200c\u200d\u2060\ufe0e\ufe0f")


@dataclass(frozen=True, slots=True)
class Typeface:
    """A font as matplotlib and a style sheet name it."""

    family: str
    weight: int = 400
    italic: bool = False

    def properties(self, size: float) -> FontProperties:
        """The same for matplotlib, at *size* points."""
        return _properties(self, size)


def font_file(typeface: Typeface) -> tuple[str, int]:
    """The file of a font, and its number in the file where that is a collection."""
    path = findfont(typeface.properties(10.0))
    return str(path), getattr(path, "face_index", 0)


class Metrics:
    """Advances, kerning and vertical extent of one font, in ems."""

    def __init__(self, typeface: Typeface) -> None:
        self.typeface = typeface
        self._font = get_font(findfont(typeface.properties(10.0)))
        self._advances: dict[str, float] = {}
        self._kernings: dict[tuple[str, str], float] = {}
        self.ascent = self._font.ascender / self._font.units_per_EM
        self.descent = -self._font.descender / self._font.units_per_EM

    def has(self, character: str) -> bool:
        """Whether the font draws *character*."""
        return self._font.get_char_index(ord(character)) != 0

    def width(self, text: str) -> float:
        """Width of *text*, set on one line."""
        width = 0.0
        before = ""
        for character in text:
            advance = self._advances.get(character)
            width += self._advance(character) if advance is None else advance
            if before:
                kerning = self._kernings.get((before, character))
                width += self._kerning(before, character) if kerning is None else kerning
            before = character
        return width

    def _advance(self, character: str) -> float:
        if not self.has(character):
            advance = _guess(character)
        else:
            self._font.set_size(_EM, 72)  # matplotlib shares the font, and draws with it in other sizes
            # A glyph that is loaded without hinting gives the advance that the font's designer drew.
            glyph = self._font.load_char(ord(character), flags=LoadFlags.NO_HINTING)
            advance = glyph.linearHoriAdvance / _FIXED / _EM
        self._advances[character] = advance
        return advance

    def _kerning(self, left: str, right: str) -> float:
        kerning = 0.0
        self._font.set_size(_EM, 72)
        if FaceFlags.KERNING in self._font.face_flags:
            pair = self._font.get_char_index(ord(left)), self._font.get_char_index(ord(right))
            kerning = self._font.get_kerning(*pair, Kerning.UNFITTED) / _SUBPIXEL / _EM
        elif self.has(left) and self.has(right):
            # Without the old table, what the font's newer ones say is matplotlib's to know: where it puts the second.
            places = self._font.set_text(left + right, flags=LoadFlags.NO_HINTING)
            if len(places) == 2:  # and not a ligature
                kerning = float(places[-1][0]) / _SUBPIXEL / _EM - self.width(left)
        self._kernings[left, right] = kerning
        return kerning


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text and the font that draws all of it."""

    text: str
    metrics: Metrics


class Fonts:
    """The fonts of one style, and what they lack.

    Args:
        families: names of families or paths of font files, the first preferred.
        mono: the same for literals.

    Raises:
        FontError: where there is no family of a name, or no file at a path.
    """

    def __init__(self, families: tuple[str, ...], mono: tuple[str, ...]) -> None:
        self._families = families, mono
        self.substituted: dict[str, str] = {}
        """Characters that none of the families has → the family that draws them."""
        self.lacking: dict[str, None] = {}
        """The families that lack them, in order."""
        self.missing: set[str] = set()
        """Characters that no font has."""

    def primary(self, face: Face) -> Metrics:
        """The font in which *face* is drawn where it can be."""
        return self._chain(face)[0]

    def spans(self, text: str, face: Face) -> Iterator[Span]:
        """*text* cut where the font changes."""
        chain = self._chain(face)
        if all(map(chain[0].has, text)):
            yield Span(text, chain[0])
            return
        start, at = 0, chain[0]
        for index, character in enumerate(text):
            metrics = self._for(character, chain, at)
            if metrics is not at and index > start:
                yield Span(text[start:index], at)
                start = index
            at = metrics
        yield Span(text[start:], at)

    def _chain(self, face: Face) -> tuple[Metrics, ...]:
        families, mono = self._families
        names = (*mono, *families) if face == "mono" else families
        return tuple(_metrics(_typeface(name, face)) for name in names)

    def _for(self, character: str, chain: tuple[Metrics, ...], at: Metrics) -> Metrics:
        """The font of one character; spaces and joiners stay in that of the character before."""
        if character in _JOINERS or character.isspace():
            return at
        for metrics in chain:
            if metrics.has(character):
                return metrics
        other = _other_font(character)
        if other is None:
            self.missing.add(character)
            return chain[0]
        self.substituted[character] = other.family
        self.lacking |= dict.fromkeys(metrics.typeface.family for metrics in chain)
        return _metrics(other)


@cache
def _properties(typeface: Typeface, size: float) -> FontProperties:
    # Each named, because what is left out is taken from the settings of whoever draws first.
    return FontProperties(
        family=typeface.family,
        style="italic" if typeface.italic else "normal",
        variant="normal",
        weight=typeface.weight,
        stretch="normal",
        size=size,
        math_fontfamily="dejavusans",
    )


def is_file(name: str) -> bool:
    """Whether a style's font is named by its file."""
    return name.lower().endswith((".ttf", ".otf", ".ttc"))


def register(names: Iterable[str]) -> None:
    """Make the fonts of files known, so that they can be found by their families."""
    for name in names:
        if is_file(name):
            _file(name)


@cache
def _typeface(name: str, face: Face) -> Typeface:
    """The font of *face* in a family, or the one in a file."""
    if is_file(name):
        entry = _file(name)
        return Typeface(entry.name, int(entry.weight), entry.style != "normal")
    if not _is_known(name):
        raise FontError(f"no font is called '{name}': name a family that is installed, or the path of a font file")
    return Typeface(name, 700 if face == "bold" else 400, face == "italic")


def _is_known(name: str) -> bool:
    """Whether matplotlib knows a family, also one that was installed after it made its list of fonts."""
    if any(entry.name == name for entry in fontManager.ttflist):
        return True
    _look_for_new_fonts()
    return any(entry.name == name for entry in fontManager.ttflist)


@cache
def _look_for_new_fonts() -> None:
    known = {entry.fname for entry in fontManager.ttflist}
    for path in findSystemFonts():
        if path not in known:
            with contextlib.suppress(OSError, RuntimeError):  # of fonts that FreeType cannot open
                fontManager.addfont(path)


@cache
def _file(name: str) -> FontEntry:
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
    return entry


@cache
def _metrics(typeface: Typeface) -> Metrics:
    return Metrics(typeface)


if hasattr(os, "register_at_fork"):
    # Processes that share an open file move each other's place in it.  matplotlib forgets its fonts likewise.
    os.register_at_fork(after_in_child=_metrics.cache_clear)


@cache
def _other_font(character: str) -> Typeface | None:
    """The first upright font of matplotlib's list that has *character*, those without serifs first."""
    found = _search(character)
    if found is None:
        _look_for_new_fonts()
        found = _search(character)
    return found


def _search(character: str) -> Typeface | None:
    for entry in _others(len(fontManager.ttflist)):
        typeface = Typeface(entry.name, int(entry.weight), entry.style != "normal")
        try:
            if _metrics(typeface).has(character):
                return typeface
        except (OSError, RuntimeError, ValueError):  # a font that matplotlib lists and FreeType cannot open
            continue
    return None


@cache
def _others(count: int) -> tuple[FontEntry, ...]:  # noqa: ARG001 -- of the list, so that a longer one is sorted anew
    def rank(entry: FontEntry) -> tuple[object, ...]:
        distance = abs(int(entry.weight) - 400)
        return "Sans" not in entry.name, "Mono" in entry.name, entry.style != "normal", distance, entry.name

    usable = (entry for entry in fontManager.ttflist if not entry.name.startswith(_NO_TEXT))
    return tuple(sorted((entry for entry in usable if isinstance(entry.weight, int)), key=rank))


def _guess(character: str) -> float:
    """The width, in ems, that other programs are likely to give a character that no font here has."""
    if character in _JOINERS or unicodedata.combining(character):
        return 0.0
    wide = unicodedata.east_asian_width(character) in "WF"
    return 1.3 if wide and unicodedata.category(character) == "So" else 1.0 if wide else 0.7
