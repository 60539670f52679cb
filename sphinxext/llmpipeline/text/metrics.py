"""Fonts that draw characters, and the widths of the characters in them.

A character is drawn by the first of the style's families that has it, otherwise by another of matplotlib's fonts.
A width is the sum of unhinted advances and of the kerning between neighbours.  Browsers, PDF viewers and matplotlib
give the same font the same widths, ligatures included, within 0.5 %.  Advances are cached, so that measuring a label
takes microseconds; matplotlib's text layout, which measures text that needs shaping, takes half a millisecond.

matplotlib is loaded for fonts and characters without bundled metrics alone.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

from ..diagnostics import FontError
from ..model.pipeline import Face
from ..records import record
from .bidirectional import as_drawn
from .bundled_fonts import USUAL, ready_font

if TYPE_CHECKING:
    from .matplotlib_fonts import OpenFont

_JOINERS = frozenset(
    "\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufe0e\ufe0f"
)
"""Characters without a glyph."""


@record
class Typeface:
    """A font, as matplotlib and style sheets name it."""

    family: str
    weight: int = 400
    italic: bool = False

    @property
    def face(self) -> tuple[str, int, bool]:
        """Family, weight and whether it is italic."""
        return self.family, self.weight, self.italic


class Metrics:
    """Advances, kerning and vertical extent of one font, in ems.

    The font is opened only for measures that are not bundled.
    """

    def __init__(self, typeface: Typeface) -> None:
        self.typeface = typeface
        self._ready = ready_font(typeface.face)
        self._opened: OpenFont | None = None
        self._advances = dict(self._ready.advances) if self._ready else {}
        self._kernings: dict[tuple[str, str], float] = {}
        self._shaped: dict[tuple[str, bool], float] = {}
        whole = self._ready or self._font
        self.ascent, self.descent = whole.ascent, whole.descent

    @property
    def _font(self) -> OpenFont:
        if self._opened is None:
            from .matplotlib_fonts import OpenFont

            self._opened = OpenFont(self.typeface.face)
        return self._opened

    def has(self, character: str) -> bool:
        """Whether the font draws *character*."""
        return self._is_ready(character) or self._font.has(character)

    def has_all(self, text: str) -> bool:
        """Whether the font draws every character of *text*."""
        usual = self._ready is not None and self._ready.advances.keys() >= set(text)
        return usual or all(map(self.has, text))

    def _is_ready(self, character: str) -> bool:
        return self._ready is not None and character in self._ready.advances

    def width(self, text: str) -> float:
        """Width of *text* on one line."""
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

    def shaped_width(self, text: str, *, rtl: bool = False) -> float:
        """Width of *text* with joined letters and placed marks, without those if matplotlib does not shape text."""
        if (text, rtl) not in self._shaped:
            width, can = 0.0, shapes_text()
            for shapes, group in groupby(text, key=lambda one: can and (one in _JOINERS or self.has(one))):
                part = "".join(group)
                width += self._font.shaped_width(as_drawn(part, rtl=rtl)) if shapes else self.width(part)
            self._shaped[text, rtl] = width
        return self._shaped[text, rtl]

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


def shapes_text() -> bool:
    """Whether matplotlib joins and orders letters."""
    from .matplotlib_fonts import SHAPES

    return SHAPES


@record
class Span:
    """A piece of text and the font that draws all of it."""

    text: str
    metrics: Metrics


class Fonts:
    """The fonts of one style, and the characters that they lack.

    Args:
        families: names of families or paths of font files, in order of preference.
        mono: fonts of literals; *families* follow them.

    Methods raise :class:`FontError` if a family or file does not exist.
    """

    def __init__(self, families: tuple[str, ...], mono: tuple[str, ...]) -> None:
        self._families = families, mono
        self._chains: dict[Face, tuple[Metrics, ...]] = {}
        self._chosen: dict[tuple[Face, str], Metrics] = {}
        """The font of each character that the first of the chain lacks, or that stands beside such a one."""
        self.substituted: dict[str, str] = {}
        """Characters that no family of the style has → the family that draws them."""
        self.lacking: dict[str, None] = {}
        """The families of the style that lack characters, in order."""
        self.missing: set[str] = set()
        """Characters that no font has at all."""

    def primary(self, face: Face) -> Metrics:
        """The preferred font of *face*."""
        return self._chain(face)[0]

    def spans(self, text: str, face: Face) -> Iterator[Span]:
        """Split *text* into pieces of one font each."""
        chain = self._chain(face)
        if chain[0].has_all(text):
            yield Span(text, chain[0])
            return
        start, at = 0, chain[0]
        for index, character in enumerate(text):
            metrics = self._for(character, face, at)
            if metrics is not at and index > start:
                yield Span(text[start:index], at)
                start = index
            at = metrics
        yield Span(text[start:], at)

    def _chain(self, face: Face) -> tuple[Metrics, ...]:
        if face not in self._chains:
            families, mono = self._families
            names = (*mono, *families) if face == "mono" else families
            found = [typeface for name in names if (typeface := _typeface(name, face))]
            self._chains[face] = tuple(map(metrics_of, found or [Typeface(USUAL[0], *_style_of(face))]))
        return self._chains[face]

    def _for(self, character: str, face: Face, at: Metrics) -> Metrics:
        """The font of one character; spaces, joiners and marks keep the font *at* of the character before."""
        if character in _JOINERS or character.isspace():
            return at
        if (face, character) not in self._chosen:
            if unicodedata.category(character)[0] == "M":  # its font depends on the character before
                return at if at.has(character) else self._choice(character, self._chain(face))
            self._chosen[face, character] = self._choice(character, self._chain(face))
        return self._chosen[face, character]

    def _choice(self, character: str, chain: tuple[Metrics, ...]) -> Metrics:
        """The first font of a chain that has a character, or another one; what the families lack is noted."""
        for metrics in (*chain, *self._chain("regular")):
            if metrics.has(character):
                return metrics
        other = _other_font(character)
        if other is None:
            self.missing.add(character)
            return chain[0]
        self.substituted[character] = other.family
        self.lacking |= dict.fromkeys(metrics.typeface.family for metrics in chain)
        return metrics_of(other)


def is_file(name: str) -> bool:
    """Whether *name* is the path of a font file."""
    return name.lower().endswith((".ttf", ".otf", ".ttc"))


def register(names: Iterable[str]) -> None:
    """Register the font files among *names* with matplotlib, so that it finds them by their families."""
    for name in names:
        if is_file(name):
            _typeface(name, "regular")


@cache
def _typeface(name: str, face: Face) -> Typeface | None:
    """The font of *face* in a family, or in a file; ``None`` for one without outlines, such as colour emoji."""
    typeface = Typeface(name, *_style_of(face))
    if ready_font(typeface.face):
        return typeface
    from .matplotlib_fonts import face_of_file, has_no_outlines, is_known

    if is_file(name):
        return None if has_no_outlines(name) else Typeface(*face_of_file(name))
    if is_known(name):
        return typeface
    if has_no_outlines(name):
        return None
    raise FontError(f"no font is called '{name}': name a family that is installed, or the path of a font file")


def _style_of(face: Face) -> tuple[int, bool]:
    """Weight, and whether it is italic."""
    return 700 if face == "bold" else 400, face == "italic"


@cache
def metrics_of(typeface: Typeface) -> Metrics:
    """The metrics of a font, which is opened once."""
    return Metrics(typeface)


if hasattr(os, "register_at_fork"):  # pragma: no branch -- tests run where processes can fork
    # Processes that share an open file share the position in it.  matplotlib closes its fonts after a fork, too.
    os.register_at_fork(after_in_child=metrics_of.cache_clear)


@cache
def _other_font(character: str) -> Typeface | None:
    """The first upright font of matplotlib's list that has *character*; sans-serif fonts come first."""
    from .matplotlib_fonts import all_faces, look_for_new_fonts

    def search() -> Typeface | None:
        for face in all_faces():
            typeface = Typeface(*face)
            try:
                if metrics_of(typeface).has(character):
                    return typeface
            except (OSError, RuntimeError, ValueError):  # a font of the list that FreeType cannot open
                continue
        return None

    found = search()
    if found is None:
        look_for_new_fonts()
        found = search()
    return found


def is_emoji(character: str) -> bool:
    """Whether browsers draw the character as a colour picture: pictographs, flags and skin tones.

    >>> [is_emoji(character) for character in "🚀✅→Ⓐ字"]
    [True, True, False, False, False]
    """
    code = ord(character)
    is_picture = unicodedata.category(character) in ("So", "Sk") and unicodedata.east_asian_width(character) == "W"
    return 0x1F000 <= code < 0x1FC00 or (0x2300 <= code < 0x2C00 and is_picture)


def _guess(character: str) -> float:
    """Likely width, in ems, of a character that no font has; viewers may have a font for it."""
    if character in _JOINERS or unicodedata.combining(character):
        return 0.0
    wide = unicodedata.east_asian_width(character) in "WF"
    return 1.3 if wide and unicodedata.category(character) == "So" else 1.0 if wide else 0.7
