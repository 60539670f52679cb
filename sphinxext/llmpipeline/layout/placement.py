"""Placement of routes: lines and labels that go together are put into their places, or none of them.

One label is enough for a fan, if there is room for it beside what its lines have in common.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

from ..geometry.box_tree import BoxTree
from ..geometry.primitives import Box
from ..records import record
from .borders import EXACT
from .graph import LayoutEdge
from .result import PlacedEdge
from .routes import beside_path, drawn, free_place
from .routing_area import Area, Path

_Leg = tuple[LayoutEdge, Box]
"""A part of the line of an edge."""


@record
class Route:
    """A path of an edge, with the legs and sides at which its label may stand, the best first."""

    edge: LayoutEdge
    path: Path
    legs: Sequence[int]
    sides: Sequence[int] = (1, -1)
    stem: Path | None = None
    """What the lines of its fan have in common, beside which one label stands for all; empty for a line without it."""
    enters: bool = False
    """Whether its label may stand in a group around one of its ends."""

    def places(self, beside: BoxTree[_Leg | None], extent: Box) -> Iterator[Box]:
        """Places of its label, the best first; those of its own lie beside what it shares with no line *beside* it.

        Those outside of a lane around other parts come first, as far as they make the *extent* no larger.
        """
        edge = self.edge
        assert edge.label
        for part, is_leg, outer in self._parts(beside):
            way = Box.between(*part)
            boxes = beside_path(edge.label, part, (0,), self.sides, edge.width)
            for box in _outer_first(boxes, part, outer, extent) if outer and len(self.sides) == 2 else boxes:
                # Beyond the place where the lines part, it would be beside one of them.
                if is_leg or (way.y0 <= box.y0 and box.y1 <= way.y1) or (way.x0 <= box.x0 and box.x1 <= way.x1):
                    yield box

    def _parts(self, beside: BoxTree[_Leg | None]) -> Iterator[tuple[Path, bool, int]]:
        """The parts beside which the label may stand, whether each is a whole leg of this line alone, and its outside.

        That is 1 above or at the right, -1 below or at the left, and 0 for a leg that is no lane.
        """
        if self.stem is not None:
            yield from ((leg, False, 0) for leg in pairwise(self.stem))
            return
        for number in self.legs:
            leg, outer = self.path[number : number + 2], _outside(self.path, number)
            yield from ((part, part is leg, outer) for part in _alone(self.edge, leg, beside))


def _outside(path: Path, number: int) -> int:
    """The side of a leg away from both ends of a path that goes out to it and comes back; 0 for other legs."""
    if not 0 < number < len(path) - 2:
        return 0
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = path[number - 1 : number + 3]
    out, back = x1 - x0 + y1 - y0, x3 - x2 + y3 - y2
    return (1 if out > 0 else -1) if out * back < 0 else 0


def _outer_first(boxes: Iterator[Box], leg: Path, outer: int, extent: Box) -> Iterator[Box]:
    """Places at both sides of a leg, two by two: that at the *outer* side first, if it is within the *extent*."""
    axis = 0 if abs(leg[0][0] - leg[1][0]) < EXACT else 1
    for pair in zip(boxes, boxes, strict=True):
        inner, outside = sorted(pair, key=lambda box: outer * box.center[axis])
        yield from (outside, inner) if extent.holds(outside) else pair


def _alone(edge: LayoutEdge, leg: Path, beside: BoxTree[_Leg | None]) -> list[Path]:
    """The parts of a leg of *edge* upon which no other line runs, the longest first; the leg itself if none does."""
    axis = 0 if abs(leg[0][1] - leg[1][1]) < EXACT else 1
    parts = [leg]
    for found in beside.near(Box.between(*leg).grown(EXACT)):
        if found and found[0] is not edge:
            low, high = ((found[1].x0, found[1].x1), (found[1].y0, found[1].y1))[axis]
            # Not one across it.
            if high > low + EXACT:
                parts = [left for part in parts for left in _without(part, axis, low, high)]
    return sorted(parts, key=lambda part: -math.dist(*part))


def _without(leg: Path, axis: int, low: float, high: float) -> Iterator[Path]:
    """What is left of a leg along an axis without the places from *low* to *high*; the leg itself if that is all."""
    start, end = sorted(leg, key=lambda at: at[axis])
    if high <= start[axis] + EXACT or low >= end[axis] - EXACT:
        yield leg
        return
    for begin, stop in ((start[axis], min(low, end[axis])), (max(high, start[axis]), end[axis])):
        if stop - begin > EXACT:
            yield tuple((at, start[1]) if axis == 0 else (start[0], at) for at in (begin, stop))


def put(area: Area, routes: Sequence[Route], *, straight: bool = False) -> bool:
    """Whether all *routes* are free, with places for their labels; if so, they are in place.

    Only *straight* lines cross others.
    """
    legs = ((route.edge, Box.between(*leg)) for route in routes for leg in pairwise(route.path))
    beside: BoxTree[_Leg | None] = BoxTree((leg[1], leg) for leg in legs)
    found: list[tuple[Route, PlacedEdge]] = []
    for route in routes:
        edge, path = route.edge, route.path
        if not (area.is_free(edge, path) and (straight or not area.crosses(path))):
            return False
        line = drawn(edge, path)
        if line is None:
            return False
        if edge.label and route.stem != ():
            label = _label(area, route, beside)
            if label is None:
                return False
            beside.add(label, None)
            line = replace(line, label=label)
        found.append((route, line))
    if len(found) > 1 and not _keeps_titles(area, routes):
        return False
    for route, line in found:
        area.put(route.edge, route.path, line)
    return True


def _label(area: Area, route: Route, beside: BoxTree[_Leg | None]) -> Box | None:
    """A free place for the label of a route, outside of the groups around one of its ends if there is one."""
    for inside in (False, True) if route.enters else (False,):
        if box := free_place(
            area, route.edge, partial(route.places, beside, area.layout.extent), beside, inside=inside
        ):
            return box
    return None


def _keeps_titles(area: Area, routes: Sequence[Route]) -> bool:
    """Whether titles that have room beside each of several lines have some beside all of them."""
    legs = [Box.between(*leg) for route in routes for leg in pairwise(route.path)]
    ids = {id for route in routes for end in (route.edge.source, route.edge.target) for id in area.around[end]}
    return all(area.title_gaps(id, legs) or not area.title_gaps(id) for id in ids)


def said_once(area: Area, routes: Sequence[Route]) -> list[Route]:
    """The routes of a whole fan with one label, which stands beside what they have in common; none for others."""
    fan = routes[0].edge.fan
    if fan is None or any(route.edge.fan != fan for route in routes):
        return []
    if sum(edge.fan == fan for edge in area.graph.edges) != len(routes):
        return []
    return with_one_label(routes)


def with_one_label(routes: Sequence[Route]) -> list[Route]:
    """The routes of a fan, or of a part of it, with the label of the first beside what they have in common."""
    is_tail = len({route.edge.source for route in routes}) == 1
    stem = _common_start([route.path if is_tail else route.path[::-1] for route in routes])
    return [replace(routes[0], stem=stem), *(replace(route, stem=()) for route in routes[1:])]


def _common_start(paths: Sequence[Path]) -> Path:
    """What paths that begin at one point have in common, at most as far as the first of them turns away."""
    found = [paths[0][0]]
    for leg in range(1, min(map(len, paths))):
        ends = [path[leg] for path in paths]
        last = min(ends, key=lambda end: math.dist(found[-1], end))
        away = math.dist(found[-1], last)
        straight_on = (math.dist(found[-1], end) - math.dist(last, end) for end in ends)
        if any(abs(length - away) > EXACT for length in straight_on):
            break
        found.append(last)
        if any(math.dist(last, end) > EXACT for end in ends):
            break
    return tuple(found)
