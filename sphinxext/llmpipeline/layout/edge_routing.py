"""Edge routing: lines along the axes over the places of nodes that Graphviz gives.

Straight lines come first: where the facing sides of two boxes overlap and nothing is in the way, a line runs straight,
off-centre if need be; only trunks beside stacks, and fans with one label, which stands beside a part that their lines
share, come before.  Then come edges that fan out from one side or into one, as a trunk with round corners before their
other ends or beside these, then self-loops, then single edges with one or two bends, then feedback in the same way,
then a search for the best path of each edge that is left, and last the plainest path for edges without a free way.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ..geometry.primitives import Box, Curve
from .borders import EXACT, room
from .callouts import place_callouts
from .fans import of_mixed_fans, route_fans, route_labelled_fans
from .graph import LayoutEdge, LayoutGraph
from .lanes import length_with_bends
from .path_search import ASIDE, route_by_search, route_rest
from .placement import Route, put, said_once
from .plain_paths import route_plainly
from .result import Layout, PlacedEdge
from .routes import STUB, Facing, bent_paths, end_lengths, facings, legs_by_length, point
from .routing_area import APART, Area, Path
from .self_loops import route_loops
from .side_fans import route_side_fans
from .trunks import stack_routes

_MOST_PATHS = 50  # of one edge that are tried
_PAIR = 12.0  # points between the lines of one pair, if there is room
_CROWDED = 10.0  # points of a line that are as bad as an end at a side where another one ends
_MANY = 3  # edges of a fan with one label
_PLACES = 6  # of a straight line that are tried


def route(layout: Layout, graph: LayoutGraph) -> Layout:
    """The layout of *graph* with all its edges, along the axes; those that it has already stay."""
    area = Area(layout, graph)
    for edge in graph.edges if layout.edges else ():
        if line := layout.edges.get(edge.key):
            area.put(edge, line.path, line)
    _route_stacks(area, least=2)  # a single line might end where another one could run straight
    route_labelled_fans(area)
    _route_straight(area, of_mixed_fans(area))
    _route_stacks(area)
    route_fans(area)
    route_side_fans(area, out=True)
    route_fans(area, partly=True)
    route_side_fans(area, out=False)
    _route_straight(area)
    _route_straight(area, area.edges.keys() - _first_of_several(area))
    route_loops(area)
    _route_single(area)
    for out in (True, False):
        route_side_fans(area, out=out, feedback=True)
    _route_single(area, feedback=True)
    route_rest(area)
    return _completed(area)


def reroute(layout: Layout, graph: LayoutGraph, lines: Mapping[int, PlacedEdge], late: Sequence[int]) -> Layout:
    """As :func:`route`, but all edges have their *lines*, except those of the keys *late*, which come last in turn."""
    area = Area(layout, graph)
    for edge in graph.edges:
        if edge.key not in late:
            area.put(edge, lines[edge.key].path, lines[edge.key])
    for number, key in enumerate(late):
        if key in area.edges:
            _route_straight(area, late[number + 1 :], crossing=False)
            if key not in area.paths:
                route_by_search(area, [area.edges[key]])
    return _completed(area)


def _completed(area: Area) -> Layout:
    """The layout with the edges that have no path yet, and with notes."""
    graph = area.graph
    area.effort = 0
    route_plainly(area)
    lines = {edge.key: area.lines[edge.key] for edge in graph.edges}
    if graph.is_ortho:
        lines = {key: _with_square_corners(line, area.paths[key]) for key, line in lines.items()}
    return replace(area.layout, edges=lines, groups=area.borders.groups, callouts=place_callouts(area))


def _with_square_corners(line: PlacedEdge, path: Path) -> PlacedEdge:
    points = line.splines[0].points
    return replace(line, splines=(Curve((points[0], *path[1:-1], points[-1])),))


# Stacks


def _route_stacks(area: Area, least: int = 1) -> None:
    """Route edges along the trunks of stacks: all of a fan of at *least* so many, or else those free in one lane."""
    for found in stack_routes(area, least):
        choices = [[Route(*route, enters=True) for route in routes] for routes in found]
        if any(put(area, once) for routes in choices if (once := said_once(area, routes))):
            continue
        if any(put(area, routes) for routes in choices):
            continue
        for routes in choices:
            placed = [put(area, [route]) for route in routes]
            if any(placed):
                break


# Straight lines


def _route_straight(area: Area, apart_from: Collection[int] = (), *, crossing: bool = True) -> None:
    """Route edges between boxes of which one pair of sides overlaps: where there is least choice first.

    *apart_from* are keys of edges that are left for now.  Without *crossing*, lines that would cross others are left.
    """
    left = (edge for edge in area.graph.edges if edge.key not in area.paths and edge.key not in apart_from)
    waiting: list[tuple[tuple[bool, bool, float], list[LayoutEdge], Facing, tuple[float, float]]] = []
    for edges in _between_boxes(left).values():
        least = max(sum(end_lengths(edge)) - STUB for edge in edges)
        widest = max(edges, key=lambda edge: edge.width)
        found = _shared(area, widest, least)
        if len(edges) > 1 and not any(_apart(edges, shared) for _, shared in found):
            found = _shared(area, widest, least, on_slants=True)
        if len(found) == 1:
            ((facing, shared),) = found
            # The lines of one direction first: the facing sides are those of the first one.
            edges.sort(key=lambda edge: edge.source != widest.source)
            off_axis = abs(facing.middles[0] - facing.middles[1]) > 1.0
            waiting.append(((edges[0].kind == "feedback", off_axis, shared[1] - shared[0]), edges, facing, shared))
    for _, edges, facing, shared in sorted(waiting, key=lambda item: item[0]):
        if area.is_exhausted:
            return
        for count in (len(edges), 2) if len(edges) > 2 else (len(edges),):
            side_by_side = _side_by_side(area, edges[:count], facing, shared)
            if any(put(area, routes, straight=crossing) for routes in side_by_side):
                break


def _first_of_several(area: Area) -> set[int]:
    """Keys of the first edges of the flow, of those without a path, between boxes that several edges join."""
    several = (edges for edges in _between_boxes(area.graph.edges).values() if len(edges) > 1)
    left = ([edge.key for edge in edges if edge.key not in area.paths and edge.kind != "feedback"] for edges in several)
    return {keys[0] for keys in left if keys}


def _between_boxes(edges: Iterable[LayoutEdge]) -> dict[frozenset[str], list[LayoutEdge]]:
    """The edges, without loops, by their two ends."""
    found: dict[frozenset[str], list[LayoutEdge]] = defaultdict(list)
    for edge in edges:
        if not edge.is_loop:
            found[frozenset((edge.source, edge.target))].append(edge)
    return found


def _shared(
    area: Area, edge: LayoutEdge, least: float, *, on_slants: bool = False
) -> list[tuple[Facing, tuple[float, float]]]:
    """The pairs of sides between which *edge* may be straight, with the places for it."""
    found = facings(area, edge, least, on_slants=on_slants)
    return [(facing, shared) for facing in found if (shared := facing.shared)]


def _apart(edges: Sequence[LayoutEdge], shared: tuple[float, float]) -> float | None:
    """Points between straight lines of all edges between two boxes; ``None`` if there is no room for them."""
    wide = 2 * max(map(room, edges))
    most = shared[1] - shared[0] + EXACT
    return next((at for at in (_PAIR + wide, APART + wide) if at * (len(edges) - 1) <= most), None)


def _side_by_side(
    area: Area, edges: Sequence[LayoutEdge], facing: Facing, shared: tuple[float, float]
) -> Iterator[list[Route]]:
    """Straight lines of all edges between two boxes."""
    apart = _apart(edges, shared)
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
            routes.append(Route(edge, path, (0,), _outside(number, len(edges), upright)))
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


# Single edges


def _route_single(area: Area, *, feedback: bool = False) -> None:
    """Route the other edges of the flow, or those of *feedback*, one by one.

    Those between groups, which have less choice, come first.
    """
    around = area.around
    waiting = [
        edge for edge in area.graph.edges if edge.key not in area.paths and (edge.kind == "feedback") is feedback
    ]
    # Edges that need one label find a common way later, if there are so many that it is worth a longer one.
    fans = Counter(edge.fan for edge in waiting)
    waiting = [edge for edge in waiting if edge.fan is None or fans[edge.fan] < _MANY]
    for edge in sorted(waiting, key=lambda edge: around[edge.source] == around[edge.target]):
        if area.is_exhausted:
            return
        paths = dict.fromkeys(bent_paths(area, edge))
        area.effort += len(paths)
        # Of paths with one length, the first counts: such as that with its turn in the middle.
        for path in sorted(paths, key=lambda path: round(_length(area, edge, path), 6))[:_MOST_PATHS]:
            if put(area, [Route(edge, path, legs_by_length(path))]):
                break


def _length(area: Area, edge: LayoutEdge, path: Path) -> float:
    """How long a line looks: bends, and ends across the flow or beside those of others, count as points."""
    length = length_with_bends(path)
    if edge.kind == "feedback":
        return length
    across = ((abs(a[1] - b[1]) < EXACT) != area.runs_sideways(edge) for a, b in (path[:2], path[-2:]))
    ends = (edge.source, path[0]), (edge.target, path[-1])
    crowded = sum(bool(area.taken(id, area.side(id, tip)[0])) for id, tip in ends)
    return length + ASIDE * sum(across) + _CROWDED * crowded
