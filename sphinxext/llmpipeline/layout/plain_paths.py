"""Plain paths: edges without a free way run with one or two corners through whatever is in the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from heapq import heapify, heappop, heappush
from itertools import chain, product

from ..geometry.primitives import SIDES, Box, Side
from .graph import LayoutEdge
from .lanes import length_with_bends
from .routes import (
    RADIUS,
    bent,
    beside_path,
    corners,
    drawn,
    end_lengths,
    facings,
    label_beside,
    label_elsewhere,
    legs_by_length,
    outward,
    point,
    ports,
    position,
)
from .routing_area import Area, Path

_COVERED = 20.0  # points of a line that are as bad as what it crosses
_UPON = 100.0  # points of a line that are as bad as a part upon another one, or next to it
_TEXT = 9  # times as bad as a line that is crossed, in addition to its node
_LINE = 1.0  # points of the height of a line that letters do not fill
_EFFORT = 300_000  # look-ups, and what they find: a second and a half …
_MANY = 300  # … of a diagram with at most so many edges; of a larger one less, as nobody follows its lines one by one
_SHARES = (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.1, 0.9)  # of the way between two boxes, where a line may run across
_LANES = (0.0, 8.0, 16.0, 24.0, 32.0, 40.0, 48.0)  # points beyond the nearest place beside two boxes
_CROWDED = 24  # ends at one side, from which on others may end where these do


def route_plainly(area: Area) -> None:
    """Route all edges that have no path yet."""
    for edge in area.graph.edges:
        if edge.key not in area.paths:
            paths = chain(_ordered(area, edge), [_around(area, edge)])
            path, line = next((path, line) for path in paths if (line := drawn(edge, path)))
            area.put(edge, path, replace(line, label=place_label(area, edge, path)))


def _is_spent(area: Area) -> bool:
    """Whether there is no time to look for what is in the way."""
    return area.effort * max(1.0, len(area.graph.edges) / _MANY) > _EFFORT


def _ordered(area: Area, edge: LayoutEdge) -> Iterable[Path]:
    """The paths of an edge by their prices, or as they are found if there is no time to look."""
    paths = _paths(area, edge)
    if _is_spent(area):
        return paths
    return by_price(area, edge, paths)


def by_price(area: Area, edge: LayoutEdge, paths: Iterable[Path]) -> Iterator[Path]:
    """Paths by the points that they are as bad as: their length, their corners, and what is in their way.

    What is in the way of a leg is looked for when no path is less bad without it, and if there is time to look.
    """
    waiting = [(length_with_bends(path), number, path, 1) for number, path in enumerate(dict.fromkeys(paths))]
    heapify(waiting)
    while waiting:
        price, number, path, end = heappop(waiting)
        if end == len(path):
            yield path
        else:
            price += _in_the_way(area, edge, path, Box.between(path[end - 1], path[end]))
            heappush(waiting, (price, number, path, end + 1))


def _in_the_way(area: Area, edge: LayoutEdge, path: Path, leg: Box) -> float:
    """The points that are as bad as what a leg of a path runs through or beside; 0 if there is no time to look."""
    if _is_spent(area):
        return 0.0
    covered = _COVERED * (area.covered(leg) + _TEXT * _struck(area, leg))
    return covered + (0.0 if area.keeps_off_lines(edge, path, leg) else _UPON)


def _struck(area: Area, leg: Box) -> int:
    """The number of nodes whose texts a part of a line would run through."""
    return sum(area.layout.nodes[id].label.grown(-_LINE).touches(leg) for id in area.nodes_near(leg))


def _paths(area: Area, edge: LayoutEdge) -> Iterator[Path]:
    """Straight paths, and paths with one or two corners."""
    for facing in facings(area, edge, sum(end_lengths(edge))):
        start, end = facing.start, facing.end
        if facing.shared:
            low, high = facing.shared
            over = (low, high) if edge.source in area.tables or edge.target in area.tables else ()
            for at in ((low + high) / 2, *_places(area, edge.source, facing.tail, edge), *over):
                if low <= at <= high:
                    yield point(facing.tail, start, at), point(facing.tail, end, at)
        begins, stops = _ends(area, edge.source, facing.tail, edge), _ends(area, edge.target, facing.head, edge)
        for begin, stop, share in product(begins, stops, _SHARES):
            yield bent(facing.tail, (start, begin), start + share * (end - start), (end, stop))
    yield from corners(area, edge)
    reach = max(end_lengths(edge)) + RADIUS
    for side, lane in product(SIDES, _LANES):
        start, end = (position(area.boxes[id], side) for id in (edge.source, edge.target))
        out = outward(side)
        turn = out * (max(out * start, out * end) + reach + lane)
        for begin, stop in product(_ends(area, edge.source, side, edge), _ends(area, edge.target, side, edge)):
            yield bent(side, (start, begin), turn, (end, stop))


def _around(area: Area, edge: LayoutEdge) -> Path:
    """A path around both ends, whose parts are long enough even if one end is on the other."""
    one, other = area.boxes[edge.source], area.boxes[edge.target]
    around = Box.around_boxes([one, other]).grown(max(end_lengths(edge)) + RADIUS)
    y, x = area.middle(edge.source, "right", edge), area.middle(edge.target, "top", edge)
    return (one.x1, y), (around.x1, y), (around.x1, around.y1), (x, around.y1), (x, other.y1)


def _places(area: Area, id: str, side: Side, edge: LayoutEdge) -> list[float]:
    """Where the edge may end at a side: at the free places, the middle first; in the middle if there are none."""
    free = [] if _is_spent(area) or len(area.taken(id, side)) >= _CROWDED else ports(area, id, side, edge)
    return free or [area.middle(id, side, edge)]


def _ends(area: Area, id: str, side: Side, edge: LayoutEdge) -> Sequence[float]:
    """The best place at a side; of a cell also those at its ends, for lines beside the texts of other cells."""
    best = _places(area, id, side, edge)[0]
    return (best, *area.span(id, side, edge)) if id in area.tables else (best,)


def place_label(area: Area, edge: LayoutEdge, path: Path) -> Box | None:
    """A place for the label: the best one if there is time to look, or else the first beside the path."""
    if edge.label is None:
        return None
    if _is_spent(area):
        return next(beside_path(edge.label, path, legs_by_length(path), (1, -1), edge.width))
    return label_beside(area, edge, path) or label_elsewhere(area, edge, path)
