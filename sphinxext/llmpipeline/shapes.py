"""Shapes of nodes: their names, what Graphviz is told of them, and how large each must be for its label.

Graphviz itself enlarges a slanted polygon for the worst case: its hexagon around "Reward" is twice as wide as the word.
Here the label's own rectangle is fitted between the slants instead.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from .geometry import Point, Size

# Of the room that a box leaves around its label, what a slant may come near: text has no ink in its corners.
_NEAR_X, _NEAR_Y = 0.35, 0.3


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape that a kind may have."""

    attributes: tuple[tuple[str, str], ...]
    """What Graphviz is told, as DOT attributes."""
    corners: tuple[Point, ...] = ()
    """A slanted shape's convex outline in a box of half width 1 and half height 1, counterclockwise."""
    round: bool = False
    room: float = 0.0
    """Points of height that the shape needs above and below what a box needs."""

    def size(self, label: Size, padding_x: float, padding_y: float) -> Size | None:
        """The size that the shape must have around *label*; ``None`` where Graphviz's own reckoning is right.

        Args:
            label: size of the label in points.
            padding_x: room at either side of a label in a plain box, in points.
            padding_y: room above and below it.
        """
        if not self.corners and not self.round:
            return None
        a, b = label.width / 2 + _NEAR_X * padding_x, label.height / 2 + _NEAR_Y * padding_y
        half_height = label.height / 2 + padding_y + self.room
        half_width = label.width / 2 + padding_x
        if self.round:
            half_width = max(half_width, a / math.sqrt(1 - (b / half_height) ** 2))
        for (x0, y0), (x1, y1) in zip(self.corners, (*self.corners[1:], *self.corners[:1]), strict=True):
            # The side as nx·x + ny·y = c; the label's corner towards it must stay within.
            nx, ny = y1 - y0, x0 - x1
            left = nx * x0 + ny * y0 - abs(ny) * b / half_height
            half_width = max(half_width, abs(nx) * a / left)
        return Size(2 * half_width, 2 * half_height)


def _plain(name: str) -> Shape:
    return Shape((("shape", name),))


def _polygon(corners: tuple[Point, ...], room: float, **attributes: str) -> Shape:
    return Shape(tuple(attributes.items()), corners, room=room)


_CUT = math.tan(math.pi / 8)  # where a regular octagon's corners are cut
_SLOPE = 0.756  # Graphviz's own for a distortion of 0.2: the short side of the trapezium
_SKEW = 0.822  # and for a skew of 0.2: where the parallelogram's upper left corner stands

SHAPES: dict[str, Shape] = {
    "box": _plain("box"),
    "rounded": Shape((("shape", "box"), ("style", "rounded"))),
    "note": _plain("note"),
    "tab": _plain("tab"),
    "folder": _plain("folder"),
    "box3d": _plain("box3d"),
    "component": _plain("component"),
    "cylinder": _plain("cylinder"),
    "ellipse": Shape((("shape", "ellipse"),), round=True, room=3),
    "diamond": _polygon(((1, 0), (0, 1), (-1, 0), (0, -1)), 12, shape="diamond"),
    "hexagon": _polygon(((1, 0), (0.5, 1), (-0.5, 1), (-1, 0), (-0.5, -1), (0.5, -1)), 2, shape="hexagon"),
    "octagon": _polygon(
        ((1, -_CUT), (1, _CUT), (_CUT, 1), (-_CUT, 1), (-1, _CUT), (-1, -_CUT), (-_CUT, -1), (_CUT, -1)),
        2,
        shape="octagon",
    ),
    "parallelogram": _polygon(((1, 1), (-_SKEW, 1), (-1, -1), (_SKEW, -1)), 0, shape="polygon", sides="4", skew="0.2"),
    "trapezium": _polygon(
        ((_SLOPE, 1), (-_SLOPE, 1), (-1, -1), (1, -1)), 0, shape="polygon", sides="4", distortion="-0.2"
    ),
    "invtrapezium": _polygon(
        ((1, 1), (-1, 1), (-_SLOPE, -1), (_SLOPE, -1)), 0, shape="polygon", sides="4", distortion="0.2"
    ),
}
"""Every shape by name: Graphviz's names, and ``rounded`` for a box with round corners."""
