"""Texts of plots, set and measured as all others."""

from __future__ import annotations

import math
from functools import cache

from ..model.pipeline import Run
from ..style.types import Style
from ..text.lines import LineSetter, SetLine
from ..text.metrics import Fonts


class Lettering:
    """Sets the texts of plots in one style."""

    def __init__(self, style: Style) -> None:
        self._fonts = Fonts(style.font, style.mono_font)
        self.setter = LineSetter(self._fonts)
        self.size = style.plot_font_size
        """Font size, in points."""
        self.height = style.plot_font_size * style.line_height
        """Points from one line to the next."""
        self.line = cache(self._line)
        """The line of a text in a font size."""

    def _line(self, text: str, size: float, *, is_math: bool = False) -> SetLine:
        parts = text.split("$") if is_math else [text]
        runs = (Run(part, "math" if at % 2 else "regular") for at, part in enumerate(parts) if part or not is_math)
        (line,) = self.setter.lines(tuple(runs), size, math.inf)
        return line

    def width(self, text: str) -> float:
        """Points of a text, the widest of its lines."""
        return max(self.line(line, self.size).width for line in text.split("\n"))

    def broken(self, text: str, limit: float) -> str:
        """A text in lines of at most *limit* points, if its words allow that."""
        lines = self.setter.lines((Run(text),), self.size, limit)
        return "\n".join("".join(run.text for run in line.runs).strip() for line in lines)

    def extent(self, line: SetLine) -> tuple[float, float]:
        """Points above and below the baseline."""
        plain = self._fonts.primary("regular")
        ascent = max([plain.ascent * line.size, *(run.ascent + run.rise for run in line.runs)])
        descent = max([plain.descent * line.size, *(run.descent - run.rise for run in line.runs)])
        return ascent, descent
