"""Shapes of nodes: their names, how large each must be for its label, and what is drawn.

Graphviz is told a size and, for edges to end at it, the outline of its own that comes nearest.  It would enlarge a
slanted polygon for the worst case: its hexagon around "Reward" is twice as wide as the word.  Here the label's own
rectangle is fitted between the slants.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from . import contours
from .contours import BAR, CUT, DEPTH, LID, LUG, PILL, SLANT, TAB, Contour
from .primitives import Box, Curve, Size

# Of the room that a box leaves around its label, what a slant may come near: text has no ink in its corners.
_NEAR_X, _NEAR_Y = 0.35, 0.3

Fit = Callable[[float, float, float], float]
"""Half the width that an outline needs to hold a point: its x and y from the middle, half the outline's height."""


@dataclass(frozen=True, slots=True)
class Room:
    """What a shape needs for its details, in points, beyond the padding of a plain box."""

    left: float = 0.0
    right: float = 0.0
    top: float = 0.0
    bottom: float = 0.0


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape that a kind may have."""

    contour: Contour
    """Its curves in a box."""
    room: Room = Room()
    """Room for details beside the label."""
    fit: Fit | None = None
    """For sides that are not upright: how wide the shape must be; ``None`` for upright ones."""
    graphviz: str = "box"
    """Graphviz's name of the outline that it ends edges at."""

    def size(self, label: Size, padding_x: float, padding_y: float) -> Size:
        """The size that the shape must have around *label*.

        Args:
            label: size of the label in points.
            padding_x: room at either side of a label in a plain box, in points.
            padding_y: room above and below it.
        """
        half_width, half_height = label.width / 2 + padding_x, label.height / 2 + padding_y
        if self.fit:
            near = label.width / 2 + _NEAR_X * padding_x, label.height / 2 + _NEAR_Y * padding_y
            half_height += (self.room.top + self.room.bottom) / 2
            half_width = max(half_width + (self.room.left + self.room.right) / 2, self.fit(*near, half_height))
            return Size(2 * half_width, 2 * half_height)
        room = self.room
        return Size(2 * half_width + room.left + room.right, 2 * half_height + room.top + room.bottom)

    def label_box(self, label: Box) -> Box:
        """Where the label of a node stands, from where it is in the middle of the node."""
        room = self.room
        dx, dy = (room.left - room.right) / 2, (room.bottom - room.top) / 2
        return Box(label.x0 + dx, label.y0 + dy, label.x1 + dx, label.y1 + dy)

    def outline(self, box: Box, corner_radius: float) -> tuple[Curve, ...]:
        """The curves that are drawn: first the outline, which is filled, then the lines upon it.

        Args:
            box: the whole node, in points.
            corner_radius: that of ``rounded``; other shapes have smaller ones in proportion.
        """
        return self.contour(box, corner_radius)


def _cut(measure: float) -> Fit:
    """For corners cut at 45 degrees."""
    return lambda x, y, half_height: x + max(0.0, measure - (half_height - y))


def _round(largest: float) -> Fit:
    """For corners with an arc of this radius, or of half the height."""

    def fit(x: float, y: float, half_height: float) -> float:
        radius = min(largest, half_height)
        above = max(0.0, radius - (half_height - y))
        return max(x + radius - math.sqrt(radius**2 - above**2), radius)

    return fit


def _lean(x: float, y: float, half_height: float) -> float:
    """For a side that leans from one end of the box to the other."""
    return x + SLANT * (half_height + y) / (2 * half_height)


def _point(x: float, y: float, half_height: float) -> float:
    """For sides that end in a point in the middle."""
    return x + SLANT * y / half_height


def _rhombus(x: float, y: float, half_height: float) -> float:
    return x / (1 - y / half_height)


def _ellipse(x: float, y: float, half_height: float) -> float:
    return x / math.sqrt(1 - (y / half_height) ** 2)


_LEANING = Room(left=SLANT / 2, right=SLANT / 2)  # so a label is as far from the middle of a slant as from a side

SHAPES: dict[str, Shape] = {
    "box": Shape(contours.plain),
    "rounded": Shape(contours.rounded),
    "stadium": Shape(contours.stadium, fit=_round(PILL)),
    "lined": Shape(contours.lined, Room(left=BAR)),
    "subroutine": Shape(contours.subroutine, Room(left=BAR, right=BAR)),
    "note": Shape(contours.note, fit=_cut(contours.FOLD)),
    "tab": Shape(contours.tab, Room(top=TAB)),
    "folder": Shape(contours.folder, Room(top=TAB)),
    "box3d": Shape(contours.box3d, Room(right=DEPTH, top=DEPTH)),
    "component": Shape(contours.component, Room(left=2 * LUG)),
    "cylinder": Shape(contours.cylinder, Room(top=2 * LID, bottom=LID / 2)),
    "ellipse": Shape(contours.ellipse, Room(top=3, bottom=3), _ellipse, "ellipse"),
    "diamond": Shape(contours.diamond, Room(top=12, bottom=12), _rhombus, "diamond"),
    "hexagon": Shape(contours.hexagon, _LEANING, _point),
    "octagon": Shape(contours.octagon, fit=_cut(CUT)),
    "parallelogram": Shape(contours.parallelogram, _LEANING, _lean),
    "trapezium": Shape(contours.trapezium, _LEANING, _lean),
    "invtrapezium": Shape(contours.invtrapezium, _LEANING, _lean),
}
"""Every shape by name: Graphviz's, but for ``rounded``, ``stadium``, ``lined`` and ``subroutine``."""
