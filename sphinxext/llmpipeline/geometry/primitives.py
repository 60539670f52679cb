"""Sizes, boxes and curves in points, x to the right and y up."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Literal, get_args

from ..records import record

Point = tuple[float, float]
Side = Literal["left", "right", "bottom", "top"]
SIDES: tuple[Side, ...] = get_args(Side)


@record
class Size:
    """Width and height in points."""

    width: float
    height: float


@record
class Box:
    """A rectangle, by its lower left and its upper right corner."""

    x0: float
    y0: float
    x1: float
    y1: float

    @classmethod
    def around(cls, points: Iterable[Point]) -> Box:
        """The smallest box that holds all *points*; for the control points of a curve, it holds the curve.

        >>> Box.around([(0, 3), (2, 1)])
        Box(x0=0, y0=1, x1=2, y1=3)
        """
        xs, ys = zip(*points, strict=True)
        return cls(min(xs), min(ys), max(xs), max(ys))

    @classmethod
    def between(cls, one: Point, other: Point) -> Box:
        """The box with two points at opposite corners; faster than :meth:`around`, for the many parts of lines.

        >>> Box.between((0, 3), (2, 1))
        Box(x0=0, y0=1, x1=2, y1=3)
        """
        (ax, ay), (bx, by) = one, other
        return cls(ax if ax < bx else bx, ay if ay < by else by, bx if ax < bx else ax, by if ay < by else ay)

    @classmethod
    def around_boxes(cls, boxes: Iterable[Box]) -> Box:
        """The smallest box that holds all *boxes*.

        >>> Box.around_boxes([Box(0, 0, 1, 1), Box(4, -2, 5, 0)])
        Box(x0=0, y0=-2, x1=5, y1=1)
        """
        held = [*boxes]
        return cls(
            min([box.x0 for box in held]),
            min([box.y0 for box in held]),
            max([box.x1 for box in held]),
            max([box.y1 for box in held]),
        )

    @classmethod
    def at(cls, center: Point, width: float, height: float) -> Box:
        """The box of *width* and *height* around *center*.

        >>> Box.at((10, 10), 4, 2)
        Box(x0=8.0, y0=9.0, x1=12.0, y1=11.0)
        """
        (x, y), half_width, half_height = center, width / 2, height / 2
        return cls(x - half_width, y - half_height, x + half_width, y + half_height)

    @property
    def width(self) -> float:
        """Points."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Points."""
        return self.y1 - self.y0

    @property
    def center(self) -> Point:
        """The point in the middle."""
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    def moved(self, dx: float, dy: float) -> Box:
        """The box moved by *dx* points to the right and *dy* points up.

        >>> Box(0, 0, 2, 1).moved(10, 20)
        Box(x0=10, y0=20, x1=12, y1=21)
        """
        return Box(self.x0 + dx, self.y0 + dy, self.x1 + dx, self.y1 + dy)

    def grown(self, by: float) -> Box:
        """The box with each side moved *by* points outwards; inwards if negative.

        >>> Box(0, 0, 2, 1).grown(10)
        Box(x0=-10, y0=-10, x1=12, y1=11)
        """
        return Box(self.x0 - by, self.y0 - by, self.x1 + by, self.y1 + by)

    @property
    def corners(self) -> tuple[Point, Point, Point, Point]:
        """Corners, anticlockwise from the lower left one.

        >>> Box(0, 0, 2, 1).corners
        ((0, 0), (2, 0), (2, 1), (0, 1))
        """
        return (self.x0, self.y0), (self.x1, self.y0), (self.x1, self.y1), (self.x0, self.y1)

    def nearest_side(self, point: Point) -> Side:
        """The side that is nearest to a point on the outline.

        >>> Box(0, 0, 10, 10).nearest_side((10, 4))
        'right'
        """
        x, y = point
        away = (abs(x - self.x0), abs(x - self.x1), abs(y - self.y0), abs(y - self.y1))
        return SIDES[away.index(min(away))]

    def outline(self) -> Curve:
        """The box as a closed path."""
        return Curve(self.corners, closed=True)

    def distance(self, point: Point) -> float:
        """Distance of a point from the box; 0 inside.

        >>> Box(0, 0, 10, 10).distance((13, 14))
        5.0
        """
        return math.hypot(
            max(self.x0 - point[0], 0, point[0] - self.x1), max(self.y0 - point[1], 0, point[1] - self.y1)
        )

    def holds(self, other: Box, slack: float = 0.0) -> bool:
        """Whether *other* lies inside; it may extend *slack* points beyond.

        >>> Box(0, 0, 10, 10).holds(Box(2, 2, 10, 8))
        True
        """
        return (
            self.x0 - slack <= other.x0
            and self.y0 - slack <= other.y0
            and other.x1 <= self.x1 + slack
            and other.y1 <= self.y1 + slack
        )

    def touches(self, other: Box) -> bool:
        """Whether the boxes have a point in common.

        >>> Box(0, 0, 10, 10).touches(Box(10, 0, 20, 10))
        True
        """
        return self.x0 <= other.x1 and other.x0 <= self.x1 and self.y0 <= other.y1 and other.y0 <= self.y1

    def overlaps(self, other: Box, slack: float = 0.0) -> bool:
        """Whether the boxes share an area more than *slack* points wide and high.

        >>> Box(0, 0, 10, 10).overlaps(Box(10, 0, 20, 10))
        False
        """
        return (
            min(self.x1, other.x1) - max(self.x0, other.x0) > slack
            and min(self.y1, other.y1) - max(self.y0, other.y0) > slack
        )


@record
class Curve:
    """A path of straight lines through its points, or of cubic Béziers: a start, then three points for each piece."""

    points: tuple[Point, ...]
    bezier: bool = False
    closed: bool = False

    def moved(self, dx: float, dy: float) -> Curve:
        """The path moved by *dx* points to the right and *dy* points up."""
        return Curve(tuple((x + dx, y + dy) for x, y in self.points), self.bezier, self.closed)

    def reversed(self) -> Curve:
        """The path from its end to its start."""
        return Curve(self.points[::-1], self.bezier, self.closed)


def between(start: Point, end: Point, share: float) -> Point:
    """The place after a *share* of the straight way from *start* to *end*."""
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])


def straight(start: Point, end: Point) -> tuple[Point, Point, Point]:
    """The control points after *start* of a Bézier that is a straight line."""
    dx, dy = (end[0] - start[0]) / 3, (end[1] - start[1]) / 3
    return (start[0] + dx, start[1] + dy), (end[0] - dx, end[1] - dy), end
