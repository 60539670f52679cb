"""Colours, dashes and markers of plots, and the exact colours that stand for them while matplotlib draws."""

from __future__ import annotations

from ..style.categories import palette
from ..style.types import Style
from .picture import Ink

Dash = tuple[float, ...]

_DASHES: tuple[Dash, ...] = (
    (), (5.0, 2.5), (1.5, 1.5), (7.0, 2.0, 1.5, 2.0), (9.0, 3.0), (3.0, 1.5), (5.0, 1.5, 1.5, 1.5, 1.5, 1.5),
    (1.0, 3.0),
)  # fmt: skip
"""Of the series of a line plot in a style whose categories have marks instead of colours."""
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p")
"""matplotlib's names of the markers of series."""


class Inks:
    """The colours of plots in one style: each is an exact colour that no drawing has by chance."""

    def __init__(self, style: Style) -> None:
        self._keys = palette(style)
        self.table: dict[str, Ink] = {}
        """Exact colour → what it stands for."""
        self.line = self._exact(Ink("line"))
        self.text = self._exact(Ink("text"))
        self.ground = self._exact(Ink("ground"))
        self.fills = tuple(self._exact(Ink("fill", key)) for key in self._keys)
        self.strokes = tuple(self._exact(Ink("stroke", key)) for key in self._keys)
        self.is_colored = not any(style.categories[key].mark for key in self._keys)
        """Whether series differ by their colours."""

    def _exact(self, ink: Ink) -> str:
        name = f"#01fe{len(self.table):02x}"
        self.table[name] = ink
        return name

    def fill(self, index: int) -> str:
        """The inside of a series."""
        return self.fills[index % len(self.fills)]

    def stroke(self, index: int) -> str:
        """The line of a series."""
        return self.strokes[index % len(self.strokes)]

    def dash(self, index: int) -> Dash:
        """The dashes of the line of a series; empty for a solid one."""
        return () if self.is_colored else _DASHES[index % len(_DASHES)]
