"""Round shapes: ellipses and circles, and the dots of an ellipsis and of a point where lines meet."""

from __future__ import annotations

import math

from .primitives import Box, Curve, Point, Size

QUARTER = 4 / 3 * math.tan(math.pi / 8)
"""Length of the handles of a quarter circle of radius 1, accurate to 0.03 %."""

DOT = 3.2
"""Diameter of the dots of an ellipsis, in points."""
MEETING = 5.0
"""Diameter of the point where lines meet."""

_BETWEEN_DOTS = 6.0  # points between the middles of two dots
_ELLIPSIS = 20.0  # side of an ellipsis, with room for arrowheads around it
_CORE = 0.44  # part of a dot that is its curve; the line around it, which is wider, fills it
_FEW_LETTERS = 1.6  # heights of a line: as wide as two letters of any script
_SMALL = 1.84  # heights of a line: the diameter of a circle around them
_NEAR_X, _NEAR_Y = 0.4, 0.35  # parts of the padding between a circle and a longer label: text has no ink in the corners


def half_ellipse(box: Box, y: float, height: float) -> tuple[Point, ...]:
    """Points, without the first, of two Béziers from the left to the right side, *height* above *y* in the middle."""
    x, rx = box.center[0], box.width / 2
    kx, ky = QUARTER * rx, QUARTER * height
    return (
        (x - rx, y + ky), (x - kx, y + height), (x, y + height),
        (x + kx, y + height), (x + rx, y + ky), (x + rx, y),
    )  # fmt: skip


def ellipse(box: Box, radius: float) -> tuple[Curve, ...]:  # noqa: ARG001 -- the signature of all shapes
    """An ellipse that fills the box."""
    y = box.center[1]
    start = (box.x0, y)
    above = half_ellipse(box, y, box.height / 2)
    below = (*half_ellipse(box, y, -box.height / 2)[-2::-1], start)
    return (Curve((start, *above, *below), bezier=True, closed=True),)


def circle(box: Box, radius: float) -> tuple[Curve, ...]:
    """The largest circle in the middle of the box."""
    diameter = min(box.width, box.height)
    return ellipse(Box.at(box.center, diameter, diameter), radius)


def circle_size(label: Size, padding_x: float, padding_y: float) -> Size:
    """The size of a circle around *label*: the same for any one or two letters."""
    side = _SMALL * label.height
    if label.width > _FEW_LETTERS * label.height:
        inked = label.width / 2, label.height / 2 - _NEAR_Y * padding_y
        side = max(side, 2 * (math.hypot(*inked) + _NEAR_X * padding_x))
    return Size(side, side)


def dots(box: Box, radius: float = 0.0, *, upright: bool = False) -> tuple[Curve, ...]:
    """The box, and three dots in a row, or in a column if *upright*; see :func:`dot`."""
    x, y = box.center
    steps = (-_BETWEEN_DOTS, 0.0, _BETWEEN_DOTS)
    # From the top down, as a column is read.
    middles = [(x, y - step) if upright else (x + step, y) for step in steps]
    return (box.outline(), *(dot(middle, DOT, radius) for middle in middles))


def ellipsis_size(label: Size, padding_x: float, padding_y: float) -> Size:
    """The size of an ellipsis, or of the *label* in its place."""
    if not label.height:
        return Size(_ELLIPSIS, _ELLIPSIS)
    return Size(label.width + padding_x, label.height + padding_y)


def point(box: Box, radius: float) -> tuple[Curve, ...]:
    """A circle, and the dot that fills it; see :func:`dot`."""
    return (*circle(box, radius), dot(box.center, MEETING, radius))


def point_size(label: Size, padding_x: float, padding_y: float) -> Size:  # noqa: ARG001 -- the signature of all sizes
    """The size of a point, which has no label."""
    return Size(MEETING, MEETING)


def dot(middle: Point, diameter: float, radius: float = 0.0) -> Curve:
    """The curve of a dot, which a line of :func:`dot_line` fills."""
    return ellipse(Box.at(middle, _CORE * diameter, _CORE * diameter), radius)[0]


def dot_line(diameter: float) -> float:
    """Width of the line around the curve of a dot of that diameter."""
    return (1 - _CORE) * diameter
