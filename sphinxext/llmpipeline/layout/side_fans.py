"""Side fans: edges between a box and parts that stand one behind the other run along one trunk beside these."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import islice, pairwise

from ..geometry.primitives import Box, Side
from ..records import record
from .borders import EXACT
from .gaps import Axis, span
from .graph import LayoutEdge
from .placement import Route, put, with_one_label
from .routes import ACROSS, OPPOSITE, end_lengths, lanes_beside, outward, point, ports, position
from .routing_area import BESIDE, Area, Path

_SIDES: Mapping[Axis, tuple[Side, Side]] = {0: ("left", "right"), 1: ("bottom", "top")}
_LANES = 6  # beside the parts, that are tried
_FAR = 60.0  # points from the parts to the farthest lane
_AROUND = 3  # lanes around the leaves, at each side, that are tried
_MANY = 3  # edges of feedback without a label that have a trunk; two may return at both sides
_MOST = 12  # free ways of a fan that are tried
_TIGHT = 20.0  # points of each line that are as bad as a trunk that looks like a second outline of a node
_SHORT = 12.0  # points along a trunk between its start and a part that it reaches by a branch, at least


@record
class _Fan:
    """Edges that begin, or end, at one box, and whose other ends stand one behind the other."""

    hub: str
    is_tail: bool
    across: Axis
    """That across a trunk: 0 for the leaves of a column, 1 for those of a row."""
    edges: Sequence[LayoutEdge]

    def leaf(self, edge: LayoutEdge) -> str:
        """The other end of an edge."""
        return edge.target if self.is_tail else edge.source


def route_side_fans(area: Area, *, out: bool, feedback: bool = False) -> None:
    """Route the fans that have a free way beside their leaves, the largest first: those *out* of a hub, or into one.

    Their edges have no labels, or one label that stands beside the trunk.
    """
    for fan in sorted(_fans(area, out, feedback), key=lambda fan: -len(fan.edges)):
        if area.is_exhausted:
            return
        if any(edge.key in area.paths for edge in fan.edges):
            continue
        ways = [paths for side in _SIDES[fan.across] for paths in _ways(area, fan, side)]
        area.effort += len(ways) * len(fan.edges)
        ways.sort(key=partial(_badness, area, fan))
        free = (
            paths for paths in ways if all(map(area.is_free, fan.edges, paths)) and not any(map(area.crosses, paths))
        )
        for paths in islice(free, _MOST):
            routes = [Route(edge, path, (), enters=True) for edge, path in zip(fan.edges, paths, strict=True)]
            if put(area, with_one_label(routes) if fan.edges[0].label else routes):
                break


def _fans(area: Area, out: bool, feedback: bool) -> Iterator[_Fan]:
    """The edges without a path that look, and say, the same, by a common end and the row or column of the others."""
    found: dict[tuple[str, str, float, int | None, str | None], dict[str, LayoutEdge]] = defaultdict(dict)
    for edge in area.graph.edges:
        if edge.is_loop or edge.key in area.paths or (edge.label and edge.fan is None):
            continue
        if (edge.kind == "feedback") is not feedback:
            continue
        hub, leaf = (edge.source, edge.target) if out else (edge.target, edge.source)
        home = None if out else area.home(edge)  # nobody would see which line comes from outside of a group
        found[hub, edge.kind, edge.width, edge.fan, home][leaf] = edge
    for (hub, _, _, fan, _), edges in found.items():
        least = _MANY if feedback and fan is None else 2
        if len(edges) >= least and len(inner := area.inner(edges)) >= least:
            for across in _SIDES:
                for leaves in _in_line({leaf: area.boxes[leaf] for leaf in edges if leaf in inner}, across):
                    yield _Fan(hub, out, across, [edges[leaf] for leaf in leaves])


def _in_line(boxes: Mapping[str, Box], axis: Axis) -> Iterator[list[str]]:
    """The parts that stand one behind the other: those of several whose spans along *axis* overlap."""
    line, end = list[str](), -math.inf
    for id, (low, high) in sorted(((id, span(box, axis)) for id, box in boxes.items()), key=lambda item: item[1]):
        if low > end:
            if len(line) > 1:
                yield line
            line = []
        line.append(id)
        end = max(end, high)
    if len(line) > 1:
        yield line


def _ways(area: Area, fan: _Fan, side: Side) -> Iterator[list[Path]]:
    """Paths of all edges of a fan along a trunk at one *side* of its leaves, if these stand in a line there."""
    out, across = outward(side), fan.across
    along: Axis = 0 if across else 1
    leaves = [area.boxes[fan.leaf(edge)] for edge in fan.edges]
    spans = sorted(span(box, along) for box in leaves)
    places = [ports(area, fan.leaf(edge), side, edge)[:1] for edge in fan.edges]
    if not all(places) or any(end > start for (_, end), (start, _) in pairwise(spans)):
        return
    near, far = end_lengths(fan.edges[0])[:: 1 if fan.is_tail else -1]
    hub = area.boxes[fan.hub]
    nearest = max((position(box, side) for box in leaves), key=lambda at: out * at) + out * far
    for start in _starts(area, fan, side, nearest, near):
        lane = start[-1][across]
        begin = start[-1][along] if len(start) > 1 else hub.center[along]
        if all(abs(begin - place) >= _SHORT for (place,) in places):
            paths: list[Path] = [
                (*start, point(side, lane, place), point(side, position(box, side), place))
                for box, (place,) in zip(leaves, places, strict=True)
            ]
            yield paths if fan.is_tail else [path[::-1] for path in paths]


def _starts(area: Area, fan: _Fan, side: Side, nearest: float, near: float) -> Iterator[Path]:
    """What a trunk has in common at its hub: an end straight above or below it, or one at its side and a corner."""
    hub, edge, out = area.boxes[fan.hub], fan.edges[0], outward(side)
    boxes = [area.boxes[fan.leaf(edge)] for edge in fan.edges]
    for facing in ACROSS[side]:
        end = position(hub, facing)
        if all(outward(facing) * (position(box, OPPOSITE[facing]) - end) >= 0 for box in boxes):
            for at in ports(area, fan.hub, facing, edge):
                if 0 <= out * (at - nearest) <= _FAR:
                    yield (point(facing, end, at),)
    edge_of_hub = position(hub, side)
    base = max(nearest, edge_of_hub + out * near, key=lambda at: out * at)
    for port in ports(area, fan.hub, side, edge)[:1]:
        for lane in lanes_beside(area, [hub, *boxes], side, base, _LANES, _FAR):
            yield point(side, edge_of_hub, port), point(side, lane, port)
    if edge.kind == "feedback":
        yield from _around(area, fan, side, nearest, near)


def _around(area: Area, fan: _Fan, side: Side, nearest: float, near: float) -> Iterator[Path]:
    """Starts of a trunk that comes around the leaves: out of a side of the hub across it, along these, and a corner.

    The trunk runs at the level nearest to the leaves on which nothing is in its way.
    """
    hub, edge = area.boxes[fan.hub], fan.edges[0]
    boxes = [area.boxes[fan.leaf(edge)] for edge in fan.edges]
    low, high = span(Box.around_boxes(boxes), 0 if fan.across else 1)
    levels = (
        level
        for level in lanes_beside(area, boxes, side, nearest, _LANES, _FAR)
        if _is_open(area, edge, (point(side, level, low), point(side, level, high)))
    )
    level = next(levels, None)
    if level is None:
        return
    for facing in ACROSS[side]:
        out, end = outward(facing), position(hub, facing)
        base = max((position(box, facing) for box in [hub, *boxes]), key=lambda at: out * at) + out * near
        for port in ports(area, fan.hub, facing, edge)[:1]:
            starts: Iterator[Path] = (
                (point(facing, end, port), point(facing, lane, port), point(facing, lane, level))
                for lane in lanes_beside(area, [hub, *boxes], facing, base, _LANES, _FAR)
            )
            yield from islice((start for start in starts if _is_open(area, edge, start[1:])), _AROUND)


def _is_open(area: Area, edge: LayoutEdge, leg: Path) -> bool:
    """Whether nothing is in the way of a straight part of a line."""
    return area.is_open(edge, leg, Box.between(*leg))


def _badness(area: Area, fan: _Fan, paths: Sequence[Path]) -> float:
    """Points that all lines of a fan take together; more, if their trunk is near a node that is no end of them."""
    length = sum(math.dist(*leg) for path in paths for leg in pairwise(path))
    ends = {fan.hub, *map(fan.leaf, fan.edges)}
    legs = [leg for path in paths for leg in pairwise(path) if leg[0][fan.across] == leg[1][fan.across]]
    trunk = Box.around(point for leg in legs for point in leg)
    is_tight = not area.keeps_off_nodes(trunk.grown(BESIDE - EXACT), ends)
    return length + (_TIGHT * len(fan.edges) if is_tight else 0.0)
