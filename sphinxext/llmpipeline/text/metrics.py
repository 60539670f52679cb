"""Fonts: which one draws a character, and how wide the character is in it.

A character is drawn by the first of the style's families that has it, else by whichever of matplotlib's other fonts
has it.  Widths are sums of unhinted advances and of the kerning between neighbours, which is what a browser, a PDF
viewer and matplotlib's own layout make of the same font (within 0.5 %, ligatures included).  Advances are cached for
each font, so a label is measured in microseconds, where a full text layout takes half a millisecond.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from ..diagnostics import FontError
from ..model.pipeline import Face
from .bundled_fonts import ready_font

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties

    from .matplotlib_fonts import OpenFont

_JOINERS = frozenset("\u200b\u200c\u200d\u2060\ufe0e\ufe0f")


@dataclass(frozen=True, slots=True)
class Typeface:
    """A font as matplotlib and a style sheet name it."""

    family: str
    weight: int = 400
    italic: bool = False

    def properties(self, size: float) -> FontProperties:
        """The same for matplotlib, at *size* points."""
        from .matplotlib_fonts import properties

        return properties(self.face, size)

    @property
    def face(self) -> tuple[str, int, bool]:
        """Family, weight and whether it is italic."""
        return self.family, self.weight, self.italic


def font_file(typeface: Typeface) -> tuple[str, int]:
    """The file of a font, and its number in the file where that is a collection."""
    from . import matplotlib_fonts as fontlist

    return fontlist.font_file(typeface.face)


class Metrics:
    """Advances, kerning and vertical extent of one font, in ems.

    The font is opened for what is not ready only.
    """

    def __init__(self, typeface: Typeface) -> None:
        self.typeface = typeface
        self._ready = ready_font(typeface.face)
        self._opened: OpenFont | None = None
        self._advances = dict(self._ready.advances) if self._ready else {}
        self._kernings: dict[tuple[str, str], float] = {}
        whole = self._ready or self._font
        self.ascent, self.descent = whole.ascent, whole.descent

    @property
    def _font(self) -> OpenFont:
        if self._opened is None:
            # Only now: matplotlib takes long to load.
            from .matplotlib_fonts import OpenFont

            self._opened = OpenFont(self.typeface.face)
        return self._opened

    def has(self, character: str) -> bool:
        """Whether the font draws *character*."""
        return self._is_ready(character) or self._font.has(character)

    def _is_ready(self, character: str) -> bool:
        return self._ready is not None and character in self._ready.advances

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
        advance = self._font.advance(character) if self.has(character) else _guess(character)
        self._advances[character] = advance
        return advance

    def _kerning(self, left: str, right: str) -> float:
        if self._ready and self._is_ready(left) and self._is_ready(right):
            kerning = self._ready.kernings.get((left, right), 0.0)
        else:
            kerning = self._font.kerning(left, right)
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


def is_file(name: str) -> bool:
    """Whether a style's font is named by its file."""
    return name.lower().endswith((".ttf", ".otf", ".ttc"))


def register(names: Iterable[str]) -> None:
    """Make the fonts of files known, so that they can be found by their families."""
    for name in names:
        if is_file(name):
            _file(name)


def _file(name: str) -> Typeface:
    from .matplotlib_fonts import face_of_file

    return Typeface(*face_of_file(name))


@cache
def _typeface(name: str, face: Face) -> Typeface:
    """The font of *face* in a family, or the one in a file."""
    if is_file(name):
        return _file(name)
    typeface = Typeface(name, 700 if face == "bold" else 400, face == "italic")
    if ready_font(typeface.face) is None and not _is_known(name):
        raise FontError(f"no font is called '{name}': name a family that is installed, or the path of a font file")
    return typeface


def _is_known(name: str) -> bool:
    from .matplotlib_fonts import is_known

    return is_known(name)


@cache
def _metrics(typeface: Typeface) -> Metrics:
    return Metrics(typeface)


if hasattr(os, "register_at_fork"):
    # Processes that share an open file move each other's place in it.  matplotlib forgets its fonts likewise.
    os.register_at_fork(after_in_child=_metrics.cache_clear)


@cache
def _other_font(character: str) -> Typeface | None:
    """The first upright font of matplotlib's list that has *character*, those without serifs first."""
    from .matplotlib_fonts import look_for_new_fonts

    found = _search(character)
    if found is None:
        look_for_new_fonts()
        found = _search(character)
    return found


def _search(character: str) -> Typeface | None:
    from .matplotlib_fonts import all_faces

    for face in all_faces():
        typeface = Typeface(*face)
        try:
            if _metrics(typeface).has(character):
                return typeface
        except (OSError, RuntimeError, ValueError):  # a font that matplotlib lists and FreeType cannot open
            continue
    return None


def _guess(character: str) -> float:
    """The width, in ems, that other programs are likely to give a character that no font here has."""
    if character in _JOINERS or unicodedata.combining(character):
        return 0.0
    wide = unicodedata.east_asian_width(character) in "WF"
    return 1.3 if wide and unicodedata.category(character) == "So" else 1.0 if wide else 0.7
