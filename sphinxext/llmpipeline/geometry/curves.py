"""Curves: arrowheads, intersections with boxes, joining, flattening and clipping."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise

from .primitives import Box, Curve, Point, straight

HEAVY = 3.0
"""Points: wider lines need more room, and their arrowheads grow more, to stay wider than the line."""
_ARROW, _ARROW_GROWTH, _HEAVY_GROWTH = 0.65, 0.13, 0.07
HEAD_LENGTH = 10.0
"""Points from the base to the tip of an arrowhead of size 1."""
_HEAD_HALF_WIDTH = 3.5
_FLAT = 0.05  # points: greatest distance of a flattened curve from its Béziers
_STEP = 3.0  # points: distance of samples of a curve, at most
_STRETCH = 16  # samples that are looked at together
_BISECTIONS = 12  # of a step: they find where a curve crosses a border within a thousandth of a point


def arrow_ends(kind: str) -> tuple[bool, bool]:
    """Whether edges of a kind have an arrowhead at the start, and at the end."""
    return kind == "exchange", kind != "link"


def arrow_size(width: float) -> float:
    """Size of the arrowhead of a line of *width* points; 1 is 10 points long and 7 points wide, as in Graphviz."""
    return _ARROW + _ARROW_GROWTH * width + _HEAVY_GROWTH * max(0.0, width - HEAVY)


def arrowhead(tip: Point, towards: Point, size: float) -> Curve:
    """An arrowhead with its *tip* at a point, in direction *towards*, a unit vector; see :func:`arrow_size`."""
    length, half = HEAD_LENGTH * size, _HEAD_HALF_WIDTH * size
    (x, y), (dx, dy) = tip, towards
    base_x, base_y = x - length * dx, y - length * dy
    points = ((base_x - half * dy, base_y + half * dx), tip, (base_x + half * dy, base_y - half * dx))
    return Curve(points, closed=True)


def tip_of(head: Curve) -> Point:
    """The tip of an :func:`arrowhead`."""
    return head.points[1]


def arrow_length(width: float) -> float:
    """Length of the arrowhead of a line of *width* points, in points."""
    return HEAD_LENGTH * arrow_size(width)


def joined(curves: Iterable[Curve]) -> Curve:
    """Join Béziers into one, so that dashes continue; gaps become straight lines."""
    points: list[Point] = []
    for curve in curves:
        if points and math.dist(points[-1], curve.points[0]) > 0.01:
            points += straight(points[-1], curve.points[0])
        points += curve.points[1:] if points else curve.points
    return Curve(tuple(points), bezier=True)


def walk(curve: Curve) -> Iterator[Point]:
    """Samples along a curve, at most three points apart."""
    for piece in pieces(curve):
        yield from _walk(piece)
    yield curve.points[-1]


class Trace:
    """Curves prepared for many tests for intersection.

    >>> Trace([Curve(((0, 0), (90, 0)))]).crosses(Box(40, -10, 60, 10))
    True
    """

    def __init__(self, curves: Iterable[Curve]) -> None:
        self._pieces = [(Box.around(piece), piece) for curve in curves for piece in pieces(curve)]
        self._samples: dict[tuple[Point, ...], list[tuple[Box, tuple[Point, ...]]]] = {}
        """Samples of the pieces that were asked for, in short stretches with their boxes."""
        self.box = Box.around_boxes(around for around, _ in self._pieces)
        """The box around all curves."""

    def crosses(self, box: Box, slack: float = 0.0) -> bool:
        """Whether a curve enters a box by more than *slack* points."""
        x0, y0, x1, y1 = box.x0 + slack, box.y0 + slack, box.x1 - slack, box.y1 - slack
        for around, piece in self._pieces:
            if around.x1 < x0 or around.x0 > x1 or around.y1 < y0 or around.y0 > y1:
                continue
            for near, stretch in self._stretches(piece):
                if near.x1 < x0 or near.x0 > x1 or near.y1 < y0 or near.y0 > y1:
                    continue
                for x, y in stretch:
                    if x0 < x < x1 and y0 < y < y1:
                        return True
        return False

    def _stretches(self, piece: tuple[Point, ...]) -> list[tuple[Box, tuple[Point, ...]]]:
        if piece not in self._samples:
            samples = (*_walk(piece), piece[-1])
            stretches = (samples[start : start + _STRETCH] for start in range(0, len(samples), _STRETCH))
            self._samples[piece] = [(Box.around(stretch), stretch) for stretch in stretches]
        return self._samples[piece]


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
    return (piece[0], *(_at(piece, step / steps) for step in range(1, steps)), piece[-1])


def _walk(piece: tuple[Point, ...]) -> Iterator[Point]:
    """Samples along a piece, without its end."""
    steps = _steps(piece)
    if len(piece) == 2:
        return (_between(*piece, step / steps) for step in range(steps))
    return (_at(piece, step / steps) for step in range(steps))


def clipped(curve: Curve, box: Box) -> Curve:
    """A Bézier up to its last entry into a box that it ends in; unchanged if it does not enter.

    >>> line = Curve(((0, 0), *straight((0, 0), (90, 0))), bezier=True)
    >>> [round(x) for x, _ in clipped(line, Box(60, -10, 100, 10)).points]
    [0, 20, 40, 60]
    """
    points = curve.points
    if not _holds(box, points[-1]):
        return curve
    for start in range(len(points) - 4, -1, -3):
        piece = points[start : start + 4]
        steps = _steps(piece)
        outside = next(
            (step / steps for step in range(steps - 1, -1, -1) if not _holds(box, _at(piece, step / steps))), None
        )
        if outside is None:
            continue
        low, high = outside, min(1.0, outside + 1 / steps)
        for _ in range(_BISECTIONS):
            middle = (low + high) / 2
            low, high = (low, middle) if _holds(box, _at(piece, middle)) else (middle, high)
        return replace(curve, points=(*points[: start + 1], *_first_part(piece, high)))
    return curve


def _holds(box: Box, point: Point) -> bool:
    return box.x0 < point[0] < box.x1 and box.y0 < point[1] < box.y1


def _first_part(piece: tuple[Point, ...], t: float) -> tuple[Point, ...]:
    """Control points, without the first, of a Bézier from its start to *t*, by de Casteljau."""
    found: list[Point] = []
    while len(piece) > 1:
        piece = tuple(_between(start, end, t) for start, end in pairwise(piece))
        found.append(piece[0])
    return tuple(found)


def _steps(piece: tuple[Point, ...]) -> int:
    """Number of samples of a piece."""
    return max(1, math.ceil(sum(math.dist(start, end) for start, end in pairwise(piece)) / _STEP))


def _at(piece: tuple[Point, ...], t: float) -> Point:
    a, b, c, d = piece
    u = 1 - t
    k0, k1, k2, k3 = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
    return k0 * a[0] + k1 * b[0] + k2 * c[0] + k3 * d[0], k0 * a[1] + k1 * b[1] + k2 * c[1] + k3 * d[1]


def _between(start: Point, end: Point, t: float) -> Point:
    return start[0] + (end[0] - start[0]) * t, start[1] + (end[1] - start[1]) * t
