"""Segments: straight pieces of lines, what they cross, how near they come to each other and to boxes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import pairwise

from .curves import pieces, point_at
from .primitives import Box, Curve, Point

Segment = tuple[float, float, float, float]
"""``x0, y0, x1, y1``: the start and the end."""

_FLAT = 0.4  # points: greatest distance of a chain of segments from its Béziers
_SHORT = 1e-3  # points: shorter segments are left out
_STRAIGHT = 0.02  # sine of the angle up to which two segments make one
_ALIKE = 0.2  # sine of the angle up to which two segments run side by side
_TOUCH = 1e-3  # points to the fourth: lines that cross by less only touch
_ACROSS = 0.05  # sine of the angle from which on two segments cross


def chain(points: Iterable[Point]) -> list[Segment]:
    """The segments between points, with those that run on straight joined.

    >>> chain([(0, 0), (3, 0), (3, 0), (9, 0), (9, 5)])
    [(0, 0, 9, 0), (9, 0, 9, 5)]
    """
    found: list[Segment] = []
    for (x0, y0), (x1, y1) in pairwise(points):
        dx, dy = x1 - x0, y1 - y0
        length = math.hypot(dx, dy)
        if length < _SHORT:
            continue
        if found:
            bx, by, ex, ey = found[-1]
            px, py = ex - bx, ey - by
            before = math.hypot(px, py)
            turns = abs(px * dy - py * dx) > _STRAIGHT * length * before or px * dx + py * dy < 0
            # Many small turns are a bend.
            if not turns and abs((x1 - bx) * py - (y1 - by) * px) <= _FLAT * before:
                found[-1] = (bx, by, x1, y1)
                continue
        found.append((x0, y0, x1, y1))
    return found


def vertices(curve: Curve) -> Iterator[Point]:
    """Points along a curve that segments between them follow within half a point."""
    yield curve.points[0]
    if not curve.bezier:
        yield from curve.points[1:]
        return
    for piece in pieces(curve):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = piece
        bend = max(abs(ax - 2 * bx + cx) + abs(ay - 2 * by + cy), abs(bx - 2 * cx + dx) + abs(by - 2 * cy + dy))
        steps = math.ceil(math.sqrt(0.75 * bend / _FLAT)) if bend > _FLAT else 1
        yield from (point_at(piece, step / steps) for step in range(1, steps))
        yield dx, dy


def part_inside(segment: Segment, box: Box, inset: float = 0.0) -> Segment | None:
    """The part of a segment that lies in a box whose sides are *inset* points further in; ``None`` if none does.

    >>> part_inside((0, 5, 30, 5), Box(10, 0, 20, 10))
    (10.0, 5.0, 20.0, 5.0)
    """
    x0, y0, x1, y1 = segment
    left, right, bottom, top = box.x0 + inset, box.x1 - inset, box.y0 + inset, box.y1 - inset
    if (
        (x0 <= left and x1 <= left)
        or (x0 >= right and x1 >= right)
        or (y0 <= bottom and y1 <= bottom)
        or (y0 >= top and y1 >= top)
        or left >= right
        or bottom >= top
    ):
        return None
    dx, dy = x1 - x0, y1 - y0
    low, high = 0.0, 1.0
    if dx:
        one, other = (left - x0) / dx, (right - x0) / dx
        low, high = max(low, min(one, other)), min(high, max(one, other))
    if dy:
        one, other = (bottom - y0) / dy, (top - y0) / dy
        low, high = max(low, min(one, other)), min(high, max(one, other))
    return (x0 + low * dx, y0 + low * dy, x0 + high * dx, y0 + high * dy) if low < high else None


def box_around(segment: Segment) -> Box:
    """The box around a segment."""
    x0, y0, x1, y1 = segment
    return Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def length(segment: Segment) -> float:
    """Points."""
    x0, y0, x1, y1 = segment
    return math.hypot(x1 - x0, y1 - y0)


def point_distance(segment: Segment, point: Point) -> float:
    """The distance of a point from a segment."""
    x0, y0, x1, y1 = segment
    x, y = point
    dx, dy = x1 - x0, y1 - y0
    square = dx * dx + dy * dy
    along = min(1.0, max(0.0, ((x - x0) * dx + (y - y0) * dy) / square)) if square else 0.0
    return math.hypot(x0 + along * dx - x, y0 + along * dy - y)


def box_distance(segment: Segment, box: Box) -> float:
    """The distance of a box from a segment; 0 if they meet.

    >>> box_distance((0, 0, 30, 0), Box(10, 4, 20, 10))
    4.0
    """
    x0, y0, x1, y1 = segment
    if part_inside(segment, box) is not None:
        return 0.0
    nearest = min(box.distance((x0, y0)), box.distance((x1, y1)))
    if x0 == x1 or y0 == y1:  # the way to the nearest corner or side is along an axis, or from an end
        across = max(box.x0 - max(x0, x1), min(x0, x1) - box.x1, 0.0)
        along = max(box.y0 - max(y0, y1), min(y0, y1) - box.y1, 0.0)
        return math.hypot(across, along)
    return min(nearest, *(point_distance(segment, corner) for corner in box.corners))


def meeting(one: Segment, other: Segment) -> Point | None:
    """The point where two segments cross; ``None`` if they do not, or run side by side.

    >>> meeting((0, 0, 10, 0), (5, -5, 5, 5))
    (5.0, 0.0)
    """
    ax, ay, a1, a2 = one
    bx, by, b1, b2 = other
    dx, dy, ex, ey = a1 - ax, a2 - ay, b1 - bx, b2 - by
    across = dx * ey - dy * ex
    if abs(across) <= _ACROSS * math.hypot(dx, dy) * math.hypot(ex, ey):
        return None
    fx, fy = bx - ax, by - ay
    t, u = (fx * ey - fy * ex) / across, (fx * dy - fy * dx) / across
    return (ax + t * dx, ay + t * dy) if 0 <= t <= 1 and 0 <= u <= 1 else None


def cross(start: Point, end: Point, one: Point, other: Point) -> bool:
    """Whether two straight lines, each between two points, cross and not only touch.

    >>> cross((0, 0), (10, 0), (5, -5), (5, 5)), cross((0, 0), (10, 0), (5, 0), (5, 5))
    (True, False)
    """

    def turn(a: Point, b: Point, c: Point) -> float:
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    return turn(start, end, one) * turn(start, end, other) < -_TOUCH and (
        turn(one, other, start) * turn(one, other, end) < -_TOUCH
    )


def side_by_side(one: Segment, other: Segment, apart: float) -> float:
    """The length along which two segments run in about one direction, or its opposite, nearer than *apart*.

    >>> side_by_side((0, 0, 50, 0), (90, 2, 20, 2), 3.0)
    30.0
    """
    ax, ay, a1, a2 = one
    bx, by, b1, b2 = other
    dx, dy, ex, ey = a1 - ax, a2 - ay, b1 - bx, b2 - by
    size = math.hypot(dx, dy)
    if abs(dx * ey - dy * ex) > _ALIKE * size * math.hypot(ex, ey):
        return 0.0
    dx, dy = dx / size, dy / size
    t0, t1 = (bx - ax) * dx + (by - ay) * dy, (b1 - ax) * dx + (b2 - ay) * dy
    d0, d1 = (by - ay) * dx - (bx - ax) * dy, (b2 - ay) * dx - (b1 - ax) * dy
    if t0 > t1:
        t0, t1, d0, d1 = t1, t0, d1, d0
    low, high = max(0.0, t0), min(size, t1)
    if high <= low:
        return 0.0
    slope = (d1 - d0) / (t1 - t0)
    if slope == 0:
        return high - low if abs(d0) < apart else 0.0
    near, far = sorted((t0 + (-apart - d0) / slope, t0 + (apart - d0) / slope))
    return max(0.0, min(high, far) - max(low, near))
