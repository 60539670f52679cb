"""Curves: arrowheads, and the flattening of Béziers."""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import pairwise

from .primitives import Box, Curve, Point

HEAVY = 3.0
"""Points: wider lines need more room, and their arrowheads grow more, to stay wider than the line."""
_ARROW, _ARROW_GROWTH, _HEAVY_GROWTH = 0.65, 0.13, 0.07
_HEAD_LENGTH = 10.0  # points from the base to the tip of an arrowhead of size 1
_HEAD_HALF_WIDTH = 3.5
_FLAT = 0.05  # points: greatest distance of a flattened curve from its Béziers


def arrow_ends(kind: str) -> tuple[bool, bool]:
    """Whether edges of a kind have an arrowhead at the start, and at the end."""
    return kind == "exchange", kind != "link"


def arrow_size(width: float) -> float:
    """Size of the arrowhead of a line of *width* points; 1 is 10 points long and 7 points wide, as in Graphviz."""
    return _ARROW + _ARROW_GROWTH * width + _HEAVY_GROWTH * max(0.0, width - HEAVY)


def arrowhead(tip: Point, towards: Point, size: float) -> Curve:
    """An arrowhead with its *tip* at a point, in direction *towards*, a unit vector; see :func:`arrow_size`."""
    length, half = _HEAD_LENGTH * size, _HEAD_HALF_WIDTH * size
    (x, y), (dx, dy) = tip, towards
    base_x, base_y = x - length * dx, y - length * dy
    points = ((base_x - half * dy, base_y + half * dx), tip, (base_x + half * dy, base_y - half * dx))
    return Curve(points, closed=True)


@lru_cache(maxsize=1 << 7)
def head_breadth(width: float) -> float:
    """Points across the arrowhead of a line of *width* points."""
    return Box.around(arrowhead((0.0, 0.0), (1.0, 0.0), arrow_size(width)).points).height


def tip_of(head: Curve) -> Point:
    """The tip of an :func:`arrowhead`."""
    return head.points[1]


def arrow_length(width: float) -> float:
    """Length of the arrowhead of a line of *width* points, in points."""
    return _HEAD_LENGTH * arrow_size(width)


def pieces(curve: Curve) -> list[tuple[Point, ...]]:
    """The straight lines or Béziers of a curve, as control points."""
    points = curve.points
    if curve.bezier:
        return [points[start : start + 4] for start in range(0, len(points) - 3, 3)]
    return list(pairwise(points))


def flattened(curve: Curve) -> tuple[Point, ...]:
    """A closed curve as a polyline that ends at its start, within a twentieth of a point of its Béziers.

    >>> flattened(Curve(((0, 0), (4, 0), (0, 3)), closed=True))
    ((0, 0), (4, 0), (0, 3), (0, 0))
    """
    if not curve.bezier:
        return (*curve.points, curve.points[0])
    return (curve.points[0], *(point for piece in pieces(curve) for point in flat(piece)[1:]))


def flat(piece: tuple[Point, ...]) -> tuple[Point, ...]:
    """A straight line unchanged; a Bézier as a polyline within a twentieth of a point."""
    if len(piece) == 2:
        return piece
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = piece
    # With n parts, the distance from the Bézier is at most 3/4 of the greatest second difference, divided by n².
    bend = max(math.hypot(ax - 2 * bx + cx, ay - 2 * by + cy), math.hypot(bx - 2 * cx + dx, by - 2 * cy + dy))
    steps = math.ceil(math.sqrt(0.75 * bend / _FLAT)) or 1
    return (piece[0], *(point_at(piece, step / steps) for step in range(1, steps)), piece[-1])


def point_at(piece: tuple[Point, ...], t: float) -> Point:
    """The point of a Bézier at *t*, from 0 at its start to 1 at its end."""
    a, b, c, d = piece
    u = 1 - t
    k0, k1, k2, k3 = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
    return k0 * a[0] + k1 * b[0] + k2 * c[0] + k3 * d[0], k0 * a[1] + k1 * b[1] + k2 * c[1] + k3 * d[1]
