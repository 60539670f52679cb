"""Edge routing: lines along the axes over the places of nodes that Graphviz gives.

Straight lines come first: where the facing sides of two boxes overlap and nothing is in the way, a line runs straight,
off-centre if need be.  Then come edges that fan out from one side or into one, as a trunk with round corners, then
self-loops, then single edges with one or two bends, then a search for the best path of each edge that is left, and last
the plainest path for edges without a free way.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product

from ..geometry.box_tree import BoxTree
from ..geometry.primitives import Box, Curve, Side
from .graph import LayoutEdge, LayoutGraph
from .lanes import BEND
from .path_search import ASIDE, route_rest
from .plain_paths import route_plainly
from .result import Layout, PlacedEdge
from .routes import (
    STUB,
    Facing,
    bent,
    bent_paths,
    beside_blocks,
    beside_path,
    drawn,
    end_lengths,
    facings,
    legs_by_length,
    outward,
    point,
    ports,
)
from .routing_area import APART, EXACT, Area, Path, room
from .self_loops import route_loops
from .trunks import stack_routes

_MOST_PATHS = 50  # of one edge that are tried
_PAIR = 12.0  # points between the lines of one pair, if there is room
_PLACES = 6  # of a straight line that are tried
_MIXED = 4  # edges of a fan with two that could be straight, and as many others
_SHARES = (0.5, 0.35, 0.65, 0.2, 0.8, 0.0, 1.0)  # of the way between the ends, where a trunk may split


@dataclass(frozen=True, slots=True)
class _Route:
    """A path of an edge, with the legs and sides at which its label may stand, the best first."""

    edge: LayoutEdge
    path: Path
    legs: Sequence[int]
    sides: Sequence[int] = (1, -1)


def route(layout: Layout, graph: LayoutGraph) -> Layout:
    """The layout of *graph* with all its edges, along the axes."""
    area = Area(layout, graph)
    _route_stacks(area)
    _route_straight(area, _of_mixed_fans(area))
    _route_fans(area)
    _route_straight(area)
    route_loops(area)
    _route_single(area)
    route_rest(area)
    area.effort = 0
    route_plainly(area)
    area.clear_titles()
    lines = {edge.key: area.lines[edge.key] for edge in graph.edges}
    if graph.is_ortho:
        lines = {key: _with_square_corners(line, area.paths[key]) for key, line in lines.items()}
    return replace(layout, edges=lines, groups=area.borders.groups)


def _with_square_corners(line: PlacedEdge, path: Path) -> PlacedEdge:
    points = line.splines[0].points
    return replace(line, splines=(Curve((points[0], *path[1:-1], points[-1])),))


def _put(area: Area, routes: Sequence[_Route], *, straight: bool = False) -> bool:
    """Whether all *routes* are free, with places for their labels; if so, they are in place.

    Only *straight* lines cross others.
    """
    beside: BoxTree[object] = BoxTree((Box.between(*leg), None) for route in routes for leg in pairwise(route.path))
    found: list[tuple[_Route, PlacedEdge]] = []
    for route in routes:
        edge, path = route.edge, route.path
        if not (area.is_free(edge, path) and (straight or not area.crosses(path))):
            return False
        line = drawn(edge, path)
        if line is None:
            return False
        if edge.label:
            places = beside_path(edge.label, path, route.legs, route.sides, edge.width)
            free = (box for box in places if area.is_free_for_label(edge, box, beside))
            label = next(free, None)
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


def _keeps_titles(area: Area, routes: Sequence[_Route]) -> bool:
    """Whether titles that have room beside each of several lines have some beside all of them."""
    legs = [Box.between(*leg) for route in routes for leg in pairwise(route.path)]
    ids = {id for route in routes for end in (route.edge.source, route.edge.target) for id in area.around[end]}
    return all(area.title_gaps(id, legs) or not area.title_gaps(id) for id in ids)


# Stacks


def _route_stacks(area: Area) -> None:
    """Route edges along the trunks of stacks: all of a fan, or else those that are free in one lane."""
    for found in stack_routes(area):
        choices = [[_Route(*route) for route in routes] for routes in found]
        if any(_put(area, routes) for routes in choices):
            continue
        for routes in choices:
            placed = [_put(area, [route]) for route in routes]
            if any(placed):
                break


# Straight lines


def _route_straight(area: Area, apart_from: Collection[int] = ()) -> None:
    """Route edges between boxes of which one pair of sides overlaps: where there is least choice first.

    *apart_from* are keys of edges that are left for now.
    """
    pairs: dict[frozenset[str], list[LayoutEdge]] = defaultdict(list)
    for edge in area.graph.edges:
        if not edge.is_loop and edge.key not in area.paths and edge.key not in apart_from:
            pairs[frozenset((edge.source, edge.target))].append(edge)
    waiting: list[tuple[tuple[bool, bool, float], list[LayoutEdge], Facing, tuple[float, float]]] = []
    for edges in pairs.values():
        least = max(sum(end_lengths(edge)) - STUB for edge in edges)
        widest = max(edges, key=lambda edge: edge.width)
        found = [(facing, shared) for facing in facings(area, widest, least) if (shared := facing.shared)]
        if len(found) == 1:
            ((facing, shared),) = found
            if edges[0].source != widest.source:
                edges.reverse()
            off_axis = abs(facing.middles[0] - facing.middles[1]) > 1.0
            waiting.append(((edges[0].kind == "feedback", off_axis, shared[1] - shared[0]), edges, facing, shared))
    for _, edges, facing, shared in sorted(waiting, key=lambda item: item[0]):
        if area.is_exhausted:
            return
        for count in (len(edges), 2) if len(edges) > 2 else (len(edges),):
            side_by_side = _side_by_side(area, edges[:count], facing, shared)
            if any(_put(area, routes, straight=True) for routes in side_by_side):
                break


def _side_by_side(
    area: Area, edges: Sequence[LayoutEdge], facing: Facing, shared: tuple[float, float]
) -> Iterator[list[_Route]]:
    """Straight lines of all edges between two boxes."""
    wide = 2 * max(map(room, edges))
    room_for_all = shared[1] - shared[0]
    apart = next((at for at in (_PAIR + wide, APART + wide) if at * (len(edges) - 1) <= room_for_all + EXACT), None)
    if apart is None:
        return
    spread = apart * (len(edges) - 1)
    low, high = shared[0] + spread / 2, shared[1] - spread / 2
    upright = facing.tail in ("top", "bottom")
    for at in _places(area, facing, low, max(low, high)):
        routes = []
        for number, edge in enumerate(edges):
            across = at + (number * apart - spread / 2) * (1 if upright else -1)
            path = point(facing.tail, facing.start, across), point(facing.tail, facing.end, across)
            if edge.source != edges[0].source:
                path = path[::-1]
            routes.append(_Route(edge, path, (0,), _outside(number, len(edges), upright)))
        yield routes


def _outside(number: int, count: int, upright: bool) -> tuple[int, ...]:
    """The sides of a line for its label: outside, if it is one of several, of which an inner one has none."""
    if count == 1:
        return 1, -1
    sides = {0: (-1,), count - 1: (1,)}.get(number, ())
    return sides if upright else tuple(-side for side in sides)


def _places(area: Area, facing: Facing, low: float, high: float) -> Iterator[float]:
    """Places of a straight line, the best first: in the middle of the smaller side, of the other one, between."""
    tail, head = facing.middles
    widths = [high - low for low, high in (facing.tail_span, facing.head_span)]
    middles = (tail, head) if widths[0] < widths[1] else (head, tail)
    wanted = next((at for at in middles if low - EXACT <= at <= high + EXACT), (low + high) / 2)
    wanted = min(max(wanted, low), high)
    yield wanted
    places = {min(max(at, low), high) for at in (*middles, (low + high) / 2, low, high)} - {wanted}
    strip = Box.between(point(facing.tail, facing.start, low), point(facing.tail, facing.end, high))
    for beside in area.blocks(strip, facing.tail in ("top", "bottom")):
        places.update(at for at in beside if low <= at <= high)
    yield from sorted(places - {wanted}, key=lambda at: (round(abs(at - wanted), 3), at))[: _PLACES - 1]


# Trunks


@dataclass(frozen=True, slots=True)
class _Hub:
    """The side at which a fan begins or ends, and what its edges have in common."""

    id: str
    side: Side
    is_tail: bool
    kind: str
    width: float


def _fans(area: Area) -> Mapping[_Hub, list[tuple[LayoutEdge, Facing]]]:
    """Edges without a path that begin or end at one side of a box."""
    fans: dict[_Hub, list[tuple[LayoutEdge, Facing]]] = defaultdict(list)
    for edge in area.graph.edges:
        if edge.is_loop or edge.key in area.paths or edge.kind == "feedback":
            continue
        along = ("left", "right") if area.runs_sideways(edge) else ("top", "bottom")
        for facing in facings(area, edge, sum(end_lengths(edge))):
            if facing.tail in along:
                fans[_Hub(edge.source, facing.tail, True, edge.kind, edge.width)].append((edge, facing))
                fans[_Hub(edge.target, facing.head, False, edge.kind, edge.width)].append((edge, facing))
    return fans


def _of_mixed_fans(area: Area) -> set[int]:
    """Keys of edges that could be straight lines, but side by side would part the other edges of their fan."""
    found: set[int] = set()
    ends = Counter(end for edge in area.graph.edges for end in ((edge.source, True), (edge.target, False)))
    if max(ends.values(), default=0) < _MIXED:
        return found
    for members in _fans(area).values():
        straight = [edge.key for edge, facing in members if facing.shared]
        if 1 < len(straight) <= len(members) / 2:
            found.update(straight)
    return found


def _route_fans(area: Area) -> None:
    """Route fans, the largest first."""
    for hub, members in sorted(_fans(area).items(), key=lambda item: -len(item[1])):
        if area.is_exhausted:
            return
        waiting = [(edge, facing) for edge, facing in members if edge.key not in area.paths]
        leaves = {edge.target if hub.is_tail else edge.source for edge, _ in waiting}
        if len(leaves) == len(waiting) and not _put_fan(area, hub, waiting) and len(waiting) > 1:
            _put_fan(area, hub, _free_members(area, hub, waiting))


def _put_fan(area: Area, hub: _Hub, members: Sequence[tuple[LayoutEdge, Facing]]) -> bool:
    """Whether a fan, or a single edge that joins the trunk of one, has free ways; if so, it is in place."""
    is_fan = len(members) > 1 or (members and _trunks(area, hub))
    return bool(is_fan) and any(_put(area, routes) for routes in _fan(area, hub, members))


def _free_members(
    area: Area, hub: _Hub, members: Sequence[tuple[LayoutEdge, Facing]]
) -> Sequence[tuple[LayoutEdge, Facing]]:
    """The members of a fan that have a free way by themselves; none if all have."""
    free = {
        route.edge.key
        for routes in _fan(area, hub, members)
        for route in routes
        if area.is_free(route.edge, route.path)
    }
    return [] if len(free) == len(members) else [member for member in members if member[0].key in free]


def _trunks(area: Area, hub: _Hub) -> list[float]:
    """The places of the hub where lines begin or end that an edge of the fan may share."""
    return [
        at
        for at, other in area.taken(hub.id, hub.side).items()
        if (other.kind, other.width) == (hub.kind, hub.width)
        and hub.id == (other.source if hub.is_tail else other.target)
    ]


def _fan(area: Area, hub: _Hub, members: Sequence[tuple[LayoutEdge, Facing]]) -> Iterator[list[_Route]]:
    """Lines of all edges of a fan that begin, or end, at one place."""
    edge, facing = members[0]
    near, far = end_lengths(edge) if hub.is_tail else end_lengths(edge)[::-1]
    base = facing.start if hub.is_tail else facing.end
    sign = outward(hub.side)
    front = min((facing.end if hub.is_tail else facing.start for _, facing in members), key=lambda at: sign * at)
    start, stop = base + sign * near, front - sign * far
    leaves = [facing.middles[1 if hub.is_tail else 0] for _, facing in members]
    way = Box.between(point(hub.side, start, min(leaves)), point(hub.side, stop, max(leaves)))
    turns = [start + share * (stop - start) for share in _SHARES]
    turns += [at for at in beside_blocks(area, way, hub.side) if min(start, stop) <= at <= max(start, stop)]
    for port, turn in product([*_trunks(area, hub), *ports(area, hub.id, hub.side, edge)], turns):
        if area.is_exhausted:
            return
        area.effort += len(members)
        if routes := _split(area, hub, members, (base, port), turn):
            yield routes


def _split(
    area: Area, hub: _Hub, members: Sequence[tuple[LayoutEdge, Facing]], start: tuple[float, float], turn: float
) -> list[_Route]:
    """The paths of a trunk that begins at *start* and splits at *turn*; none if a leaf has no free place."""
    routes = []
    for edge, facing in members:
        leaf, side, front = (
            (edge.target, facing.head, facing.end) if hub.is_tail else (edge.source, facing.tail, facing.start)
        )
        free = ports(area, leaf, side, edge)
        if not free:
            return []
        path: Path = bent(hub.side, start, turn, (front, free[0]))
        if abs(start[1] - free[0]) < EXACT:
            path = path[0], path[-1]
        own = len(path) - 2  # the leg that it shares with no other edge
        legs: tuple[int, ...] = (own, 1) if own else (0,)
        if not hub.is_tail:
            path, legs = path[::-1], tuple(len(path) - 2 - leg for leg in legs)
        routes.append(_Route(edge, path, legs))
    return routes


# Single edges


def _route_single(area: Area) -> None:
    """Route the other edges one by one, feedback last."""
    waiting = [edge for edge in area.graph.edges if edge.key not in area.paths]
    for edge in sorted(waiting, key=lambda edge: edge.kind == "feedback"):
        if area.is_exhausted:
            return
        paths = dict.fromkeys(bent_paths(area, edge))
        area.effort += len(paths)
        for path in sorted(paths, key=lambda path: _length(area, edge, path))[:_MOST_PATHS]:
            if _put(area, [_Route(edge, path, legs_by_length(path))]):
                break


def _length(area: Area, edge: LayoutEdge, path: Path) -> float:
    """How long a line looks: bends, and ends across the flow, count as points."""
    length = sum(math.dist(*leg) for leg in pairwise(path)) + BEND * (len(path) - 2)
    if edge.kind == "feedback":
        return length
    across = ((abs(a[1] - b[1]) < EXACT) != area.runs_sideways(edge) for a, b in (path[:2], path[-2:]))
    return length + ASIDE * sum(across)
