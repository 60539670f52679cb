"""Formulas → glyphs and rules in place, set by matplotlib's mathtext."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cache

from .metrics import Typeface


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character of a formula, in points from the left end of the formula and above its baseline."""

    character: str
    typeface: Typeface
    size: float
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of a formula, such as that of a fraction: a filled rectangle, by its lower left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as it is set."""

    width: float
    ascent: float
    descent: float
    glyphs: tuple[Glyph, ...]
    """By font, in the order in which the fonts first occur, and from left to right in each."""
    rules: tuple[Rule, ...]
    remarks: tuple[str, ...]
    """What mathtext says of it, which it says in its log only."""


@cache
def set_formula(text: str, typeface: Typeface, size: float) -> Formula:
    """Set a formula.

    Args:
        text: its source between dollar signs.
        typeface: of the text around it.
        size: of the font, in points.

    Raises:
        ValueError: where mathtext cannot read it.
    """
    # What a diagram without a formula does without: all of these take longer to load than it takes to draw.
    from matplotlib.font_manager import ttfFontProperty
    from matplotlib.mathtext import MathTextParser

    from .matplotlib_fonts import settings

    log = logging.getLogger("matplotlib.mathtext")
    listener = _Listener()
    log.addHandler(listener)
    try:
        with settings():
            parsed = MathTextParser("path").parse(text, 72, typeface.properties(size))
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
    """Keeps warnings, each once."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: dict[str, None] = {}

    def emit(self, record: logging.LogRecord) -> None:
        self.heard[record.getMessage()] = None
