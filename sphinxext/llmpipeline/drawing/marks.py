"""Marks: small signs that tell categories apart where there are no colours."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise

from ..geometry.curves import flattened
from ..geometry.primitives import Box, Curve, Point
from ..geometry.segments import vertices
from ..geometry.shapes import stadium
from ..layout.result import PlacedEdge, PlacedNode
from .badges import freest

SIZE = 9.0
"""Points that a mark is wide and high."""

_INSET = 14.0  # points between the corner of a group and the middle of its mark
_STEP = 8.0  # points between the places that are tried along a line


def is_open(mark: str) -> bool:
    """Whether the inside of a mark has the colour of what is around it."""
    return mark == "ring" or mark.startswith("open-")


def outline(mark: str, box: Box) -> Curve:
    """The outline of a mark in a box."""
    name = mark.removeprefix("open-")
    (x0, y0), (x1, _), (_, y1), _ = box.corners
    x, y = box.center
    if name in ("disc", "ring"):
        return stadium(box, 0.0)[0]
    corners: dict[str, Sequence[Point]] = {
        "square": box.grown(-box.width / 12).corners,
        "triangle": ((x0, y0), (x1, y0), (x, y1)),
        "diamond": ((x, y0), (x1, y), (x, y1), (x0, y)),
    }
    return Curve(tuple(corners[name]), closed=True)


def on_node(node: PlacedNode, obstacles: Sequence[Box]) -> Box:
    """The box of a mark upon the outline of a node: at its upper left corner, or where it is on least else."""
    x, y = node.box.center
    wide, high = node.box.width / 2, node.box.height / 2
    places = [(x + right * wide, y + up * high) for right, up in ((-1, 1), (1, 1), (-1, -1), (1, -1), (-1, 0), (1, 0))]
    rim = [at for start, end in pairwise(flattened(node.outline[0])) for at in _between(start, end)]
    upon = [min(rim, key=lambda at: math.dist(at, place)) for place in places]
    return _freest(upon, [*obstacles, node.label])


def at(place: Point) -> Box:
    """The box of a mark in a place."""
    return Box.at(place, SIZE, SIZE)


def on_group(border: Box, obstacles: Sequence[Box]) -> Box:
    """The box of a mark upon the border of a group: near its upper left corner, or where it is on least else."""
    left, right = border.x0 + _INSET, border.x1 - _INSET
    return _freest([(x, y) for y in (border.y1, border.y0) for x in (left, right)], obstacles)


def on_edge(edge: PlacedEdge, obstacles: Sequence[Box]) -> Box:
    """The box of a mark upon a line: in its middle, or as near to it as it is on nothing else."""
    points = [at for spline in edge.splines for start, end in pairwise(vertices(spline)) for at in _between(start, end)]
    lengths = [*accumulate((math.dist(*pair) for pair in pairwise(points)), initial=0.0)]
    by_middle = sorted(zip(lengths, points, strict=True), key=lambda pair: abs(pair[0] - lengths[-1] / 2))
    return _freest([at for _, at in by_middle], obstacles)


def _between(start: Point, end: Point) -> list[Point]:
    """Points of a straight line, its ends included."""
    count = max(1, math.ceil(math.dist(start, end) / _STEP))
    (x0, y0), (x1, y1) = start, end
    return [(x0 + (x1 - x0) * at / count, y0 + (y1 - y0) * at / count) for at in range(count + 1)]


def _freest(places: Iterable[Point], obstacles: Sequence[Box]) -> Box:
    return freest(map(at, places), obstacles)
