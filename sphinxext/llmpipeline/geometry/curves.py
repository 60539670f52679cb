"""Curves: arrowheads, intersections with boxes, joining, flattening and clipping."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
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


@lru_cache(maxsize=1 << 7)
def head_breadth(width: float) -> float:
    """Points across the arrowhead of a line of *width* points."""
    return Box.around(arrowhead((0.0, 0.0), (1.0, 0.0), arrow_size(width)).points).height


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
        steps = _steps(piece)
        yield from (_sample(piece, number, steps) for number in range(steps))
    yield curve.points[-1]


class Stretch:
    """Samples of a part of a line, with a box around them; divided in two when it is first asked for."""

    __slots__ = ("_first", "_halves", "_last", "_part", "_piece", "_samples", "_steps", "box")

    def __init__(self, piece: tuple[Point, ...], part: tuple[Point, ...], first: int, last: int, steps: int) -> None:
        self.box = Box.around(part)
        self._piece = piece
        self._part = part
        """Control points of the part of *piece* from its sample *first* to its sample *last*, of all *steps*."""
        self._first, self._last, self._steps = first, last, steps
        self._halves: tuple[Stretch, ...] = ()
        self._samples: tuple[Point, ...] = ()

    @classmethod
    def of(cls, piece: tuple[Point, ...]) -> Stretch:
        """All samples of a piece."""
        steps = _steps(piece)
        return cls(piece, piece, 0, steps, steps)

    @property
    def halves(self) -> tuple[Stretch, ...]:
        """Two stretches, one after the other; none for a short one."""
        if not self._halves and self._last - self._first > _STRETCH:
            middle = (self._first + self._last) // 2
            before, after = _parted(self._part, (middle - self._first) / (self._last - self._first))
            self._halves = (
                Stretch(self._piece, before, self._first, middle, self._steps),
                Stretch(self._piece, after, middle, self._last, self._steps),
            )
        return self._halves

    @property
    def samples(self) -> tuple[Point, ...]:
        """Points at most three points apart, with those at both ends."""
        if not self._samples:
            numbers = range(self._first, self._last + 1)
            self._samples = tuple(_sample(self._piece, number, self._steps) for number in numbers)
        return self._samples

    def near(self, x0: float, y0: float, x1: float, y1: float) -> Iterator[Stretch]:
        """The short stretches of this one whose boxes touch a box."""
        waiting = [self]
        while waiting:
            stretch = waiting.pop()
            box = stretch.box
            if x0 <= box.x1 and box.x0 <= x1 and y0 <= box.y1 and box.y0 <= y1:
                if halves := stretch.halves:
                    waiting += halves
                else:
                    yield stretch

    def crosses(self, box: Box, slack: float = 0.0) -> bool:
        """Whether a sample is more than *slack* points inside a box."""
        x0, y0, x1, y1 = box.x0 + slack, box.y0 + slack, box.x1 - slack, box.y1 - slack
        for stretch in self.near(x0, y0, x1, y1):
            for x, y in stretch.samples:
                if x0 < x < x1 and y0 < y < y1:
                    return True
        return False

    def last_outside(self, box: Box) -> int | None:
        """The number of the last sample that is not inside a box; ``None`` if all are."""
        waiting = [self]
        while waiting:
            stretch = waiting.pop()
            if all(_holds(box, point) for point in stretch._part):
                continue
            if halves := stretch.halves:
                waiting += halves  # the second one is the next
                continue
            for number, point in reversed([*enumerate(stretch.samples, stretch._first)]):
                if not _holds(box, point):
                    return number
        return None


class Trace:
    """Curves prepared for many tests for intersection.

    >>> Trace([Curve(((0, 0), (90, 0)))]).crosses(Box(40, -10, 60, 10))
    True
    """

    def __init__(self, curves: Iterable[Curve]) -> None:
        self.stretches = [Stretch.of(piece) for curve in curves for piece in pieces(curve)]
        """One for each piece."""

    def crosses(self, box: Box, slack: float = 0.0) -> bool:
        """Whether a curve enters a box by more than *slack* points."""
        return any(stretch.crosses(box, slack) for stretch in self.stretches)

    def samples_near(self, box: Box) -> Iterator[Point]:
        """Samples that include all those in *box*."""
        for whole in self.stretches:
            for stretch in whole.near(box.x0, box.y0, box.x1, box.y1):
                yield from stretch.samples


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


def _sample(piece: tuple[Point, ...], number: int, steps: int) -> Point:
    """A sample of a piece, of which there are *steps* and one more."""
    if number == steps:
        return piece[-1]
    return _between(*piece, number / steps) if len(piece) == 2 else point_at(piece, number / steps)


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
        last = Stretch.of(piece).last_outside(box)
        if last is None:
            continue
        steps = _steps(piece)
        low, high = last / steps, min(1.0, (last + 1) / steps)
        for _ in range(_BISECTIONS):
            middle = (low + high) / 2
            low, high = (low, middle) if _holds(box, point_at(piece, middle)) else (middle, high)
        return replace(curve, points=(*points[: start + 1], *_parted(piece, high)[0][1:]))
    return curve


def _holds(box: Box, point: Point) -> bool:
    return box.x0 < point[0] < box.x1 and box.y0 < point[1] < box.y1


def _parted(piece: tuple[Point, ...], t: float) -> tuple[tuple[Point, ...], tuple[Point, ...]]:
    """Control points of a line or Bézier up to *t*, and from there on, by de Casteljau."""
    before, after = [piece[0]], [piece[-1]]
    while len(piece) > 1:
        piece = tuple(_between(start, end, t) for start, end in pairwise(piece))
        before.append(piece[0])
        after.append(piece[-1])
    return tuple(before), tuple(reversed(after))


def _steps(piece: tuple[Point, ...]) -> int:
    """Number of samples of a piece."""
    return max(1, math.ceil(sum(math.dist(start, end) for start, end in pairwise(piece)) / _STEP))


def point_at(piece: tuple[Point, ...], t: float) -> Point:
    """The point of a Bézier at *t*, from 0 at its start to 1 at its end."""
    a, b, c, d = piece
    u = 1 - t
    k0, k1, k2, k3 = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
    return k0 * a[0] + k1 * b[0] + k2 * c[0] + k3 * d[0], k0 * a[1] + k1 * b[1] + k2 * c[1] + k3 * d[1]


def _between(start: Point, end: Point, t: float) -> Point:
    return start[0] + (end[0] - start[0]) * t, start[1] + (end[1] - start[1]) * t
