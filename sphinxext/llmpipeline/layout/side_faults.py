"""Faults of the sides where lines begin and end: fans that part, labels said again, heads, lines beside the middle."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator

from ..geometry.box_tree import BoxTree
from ..geometry.primitives import Box, Point, Side
from ..geometry.shapes import flat_part
from ..model.steps import statements
from ..model.vocabulary import ASIDE
from .drawn import CORNER, DENSE, SAME, Drawn, Line
from .verdict import Fault

_EVEN = 1.0  # points between the middles of nodes on one axis, at most
_HEADS = 8.0  # points between arrowheads, at least
_ALIGNED = 0.95  # cosine of the angle between arrowheads that are one, at least
_OFF = 4.0  # points between such an axis and a line: one further away is beside it


def side_faults(drawn: Drawn) -> Iterator[Fault]:
    """All faults of the sides where lines begin and end."""
    yield from _split_fans(drawn)
    yield from _repeated_labels(drawn)
    yield from _beside_the_middle(drawn)
    yield from _heads(drawn)


def _split_fans(drawn: Drawn) -> Iterator[Fault]:
    """Fans of one statement of which some lines leave their hub, or meet at it, at one side, and others at another.

    Lines that have a side each, such as those to the left and to the right of a decision, are no fan.
    """
    numbers, ranks = statements(drawn.graph.pipeline.edges), drawn.graph.endpoints
    fans: dict[tuple[str, bool, int], list[tuple[Line, Point]]] = defaultdict(list)
    for line in drawn.lines:
        edge = line.edge
        if edge.kind not in ASIDE and not edge.is_loop and not ranks[edge.key].within_rank:
            fans[edge.source, True, numbers[edge.key]].append((line, line.start))
            fans[edge.target, False, numbers[edge.key]].append((line, line.end))
    for (hub, _, _), ends in fans.items():
        sides = {drawn.boxes[hub].nearest_side(end) for _, end in ends}
        if 1 < len(sides) < len(ends):
            yield Fault.of("split-fan", hub, *(line.key for line, _ in ends), amount=len(sides) - 1)


def _beside_the_middle(drawn: Drawn) -> Iterator[Fault]:
    """Straight lines beside the axis of two nodes, although no other line ends at their sides there."""
    places = [
        (line, id, drawn.boxes[id].nearest_side(end))
        for line in drawn.lines
        for id, end in ((line.edge.source, line.start), (line.edge.target, line.end))
    ]
    ends = Counter((id, side) for _, id, side in places)
    shapes = {node.id: node.shape for node in drawn.graph.nodes}
    radius = drawn.graph.style.corner_radius

    def nearest(id: str, side: Side, middle: float) -> float:
        """The place at the flat part of a side that is nearest to the *middle* of its node."""
        box = drawn.boxes[id]
        low, high = flat_part(shapes[id], round(box.width, 6), round(box.height, 6), radius, side)
        start, inset = box.y0 if side in ("left", "right") else box.x0, min(CORNER, (high - low) / 2)
        return min(max(middle, start + low + inset), start + high - inset)

    for (line, one, side), (_, two, other) in zip(places[::2], places[1::2], strict=True):
        if line.is_straight and one in drawn.nodes and two in drawn.nodes and ends[one, side] == ends[two, other] == 1:
            axis = 1 if side in ("left", "right") else 0
            middles = [drawn.boxes[id].center[axis] for id in (one, two)]
            wanted = nearest(one, side, middles[0]), nearest(two, other, middles[0])
            off = min(abs(line.start[axis] - at) for at in wanted)
            if abs(middles[0] - middles[1]) <= _EVEN and off > _OFF:
                yield Fault.of("off-middle", line.key, amount=min(2.0, 0.5 + off / 40))


def _repeated_labels(drawn: Drawn) -> Iterator[Fault]:
    """Labels of fans for which one is enough that are said more than once."""
    said: dict[int, list[int]] = defaultdict(list)
    for line in drawn.lines:
        if line.edge.fan is not None and line.label:
            said[line.edge.fan].append(line.key)
    for keys in said.values():
        if len(keys) > 1:
            yield Fault.of("repeated-label", *keys, amount=len(keys) - 1)


def _heads(drawn: Drawn) -> Iterator[Fault]:
    near: BoxTree[tuple[int, Point, Point, str]] = BoxTree()
    for line in drawn.lines:
        for tip, towards, id in line.heads:
            if _is_corner(drawn.boxes[id], tip):
                yield Fault.of("head-on-corner", line.key, id)
            at = Box.at(tip, 0.0, 0.0)
            for key, place, way, owner in near.near(at.grown(_HEADS), DENSE):
                away = math.dist(place, tip)
                is_one = owner == id and away <= SAME and way[0] * towards[0] + way[1] * towards[1] > _ALIGNED
                if key != line.key and away < _HEADS and not is_one:
                    yield Fault.of("close-heads", key, line.key)
            near.add(at, (line.key, tip, towards, id))


def _is_corner(box: Box, point: Point) -> bool:
    """Whether a point is near a corner of a box."""
    x = min(abs(point[0] - box.x0), abs(point[0] - box.x1))
    y = min(abs(point[1] - box.y0), abs(point[1] - box.y1))
    return x < min(CORNER, box.width / 4) and y < min(CORNER, box.height / 4)
