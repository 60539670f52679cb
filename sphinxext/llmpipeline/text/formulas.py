"""Formulas: glyphs and rules, typeset by matplotlib's mathtext."""

from __future__ import annotations

import logging
from functools import cache

from ..records import record
from .metrics import Typeface


@record
class Glyph:
    """A character of a formula; *x* and *y* are points from the left end of its baseline."""

    character: str
    typeface: Typeface
    size: float
    x: float
    y: float


@record
class Rule:
    """A line of a formula, such as a fraction bar: a filled rectangle with its lower left corner at *x*, *y*."""

    x: float
    y: float
    width: float
    height: float


@record
class Formula:
    """A typeset formula; lengths are points."""

    width: float
    ascent: float
    descent: float
    glyphs: tuple[Glyph, ...]
    """By font, in the order of their first use; from left to right in each font."""
    rules: tuple[Rule, ...]
    remarks: tuple[str, ...]
    """Warnings that mathtext logged."""


@cache
def set_formula(text: str, typeface: Typeface, size: float) -> Formula:
    """Typeset a formula, *text* between dollar signs, beside text in *typeface*; *size* is the font size in points.

    Raises:
        ValueError: if mathtext cannot read the formula.
    """
    # Loading these takes longer than drawing a diagram, and most diagrams have no formula.
    from matplotlib.font_manager import ttfFontProperty
    from matplotlib.mathtext import MathTextParser

    from .matplotlib_fonts import drawing_rc, properties

    log = logging.getLogger("matplotlib.mathtext")
    listener = _Listener()
    log.addHandler(listener)
    try:
        with drawing_rc():
            parsed = MathTextParser("path").parse(text, 72, properties(typeface.face, size))
    except (ValueError, RecursionError) as error:
        raise ValueError(str(error).strip().splitlines()[-1]) from error
    finally:
        log.removeHandler(listener)
    width, height, descent = (float(number) for number in parsed[:3])
    fonts: dict[tuple[Typeface, float], list[Glyph]] = {}
    for font, glyph_size, code, *_, x, y in parsed.glyphs:
        entry = ttfFontProperty(font)
        face = Typeface(entry.name, int(entry.weight), entry.style != "normal")
        character = "\N{NO-BREAK SPACE}" if code == ord(" ") else chr(code)
        fonts.setdefault((face, glyph_size), []).append(Glyph(character, face, glyph_size, float(x), float(y)))
    glyphs = tuple(glyph for each in fonts.values() for glyph in sorted(each, key=lambda glyph: (glyph.x, -glyph.y)))
    rules = tuple(Rule(*map(float, rule)) for rule in parsed.rects)
    return Formula(width, height - descent, descent, glyphs, rules, tuple(listener.heard))


class _Listener(logging.Handler):
    """Collects warnings, each once."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: dict[str, None] = {}

    def emit(self, record: logging.LogRecord) -> None:
        self.heard[record.getMessage()] = None
