"""Self-loops: lines that leave a side of a node and return to it through two corners."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ..geometry.primitives import Side
from .borders import room
from .graph import LayoutEdge
from .plain_paths import by_price, place_label
from .result import PlacedEdge
from .routes import ENDS, RADIUS, STUB, bent, drawn, end_lengths, label_beside, outward, position
from .routing_area import APART, Area, Path
from .sizes import length_in_row, loops_in_rows, rows_of

_HIGH = 18.0  # points
_FURTHER = 14.0  # points by which a loop is higher than one inside it
_EFFORT = 100_000  # look-ups, and what they find: a quarter of a second

_SIDEWAYS: Sequence[Side] = ("top", "bottom", "left", "right")
_UPRIGHT: Sequence[Side] = ("right", "left", "top", "bottom")
"""The sides in the order in which they are tried, by the direction of the ranks: beside the flow first."""

_Loop = tuple[Side, Path, PlacedEdge]


def route_loops(area: Area) -> None:
    """Route all self-loops, each at a side of its node where nothing is in the way, or else least.

    Lines that are not routed yet are in no way: they run around the loops.
    """
    counts: Counter[tuple[str, Side]] = Counter()
    places = _places(area)
    before, area.effort = area.effort, 0
    for edge in area.graph.edges:
        if not edge.is_loop:
            continue
        inside = {side: counts[edge.source, side] for side in _sides(area, edge)}
        side, path, line = _in_row(area, edge, places) or _around_others(area, edge, inside)
        area.put(edge, path, line)
        counts[edge.source, side] += 1
    area.effort = before


def _sides(area: Area, edge: LayoutEdge) -> Sequence[Side]:
    return _SIDEWAYS if area.runs_sideways(edge) else _UPRIGHT


def _in_row(area: Area, edge: LayoutEdge, places: Mapping[int, tuple[Side, float]]) -> _Loop | None:
    """The loop in its place in a row, if it has one and nothing is in the way."""
    if edge.key not in places:
        return None
    side, middle = places[edge.key]
    path = _around(area, edge, side, middle, edge.loop_width / 2)
    line = _free(area, edge, path, side)
    return (side, path, line) if line else None


def _around_others(area: Area, edge: LayoutEdge, inside: Mapping[Side, int]) -> _Loop:
    """The loop around those *inside* at a side, the free one with the fewest, or else where least is in the way."""
    paths = {
        path: side
        for side in sorted(inside, key=lambda side: inside[side])
        for path in _paths(area, edge, side, inside[side])
    }
    for path, side in paths.items():
        if area.effort > _EFFORT:
            break
        if line := _free(area, edge, path, side):
            return side, path, line
    path = next(by_price(area, edge, paths))
    line = drawn(edge, path)
    assert line, "the parts of a loop are long enough"
    return paths[path], path, replace(line, label=place_label(area, edge, path))


def _free(area: Area, edge: LayoutEdge, path: Path, side: Side) -> PlacedEdge | None:
    """The line along a path at a side of a node, with its label, if nothing is in the way."""
    line = drawn(edge, path)
    if not line or not area.is_free(edge, path) or area.crosses(path):
        return None
    if not edge.label:
        return line
    label = label_beside(area, edge, path, (outward(side),))
    return replace(line, label=label) if label else None


def _places(area: Area) -> dict[int, tuple[Side, float]]:
    """By the keys of loops in rows: the side of the node, and the middle of the loop there."""
    found: dict[int, tuple[Side, float]] = {}
    for id, loops in loops_in_rows(area.graph).items():
        sideways = area.runs_sideways(loops[0])
        box = area.boxes[id]
        for side, row in zip(_sides(area, loops[0]), rows_of(loops), strict=False):
            lengths = [length_in_row(loop, sideways=sideways) for loop in row]
            middle, sign = (box.center[0], 1) if sideways else (box.center[1], -1)
            at = middle - sign * sum(lengths) / 2  # from the left, or from the top
            for loop, length in zip(row, lengths, strict=True):
                found[loop.key] = side, at + sign * length / 2
                at += sign * length
    return found


def _paths(area: Area, edge: LayoutEdge, side: Side, inside: int) -> Iterator[Path]:
    """Paths around *inside* other loops at a side of a node: from its middle, or beside lines that end there."""
    box = area.boxes[edge.source]
    upright = side in ("top", "bottom")
    low, high = (box.x0, box.x1) if upright else (box.y0, box.y1)
    middle = (low + high) / 2
    half = max(min(edge.loop_width / 2 + APART * inside, (high - low) / 4), STUB / 2)
    away = half + ENDS + room(edge)
    centers = [middle, *(at + sign * away for at in area.taken(edge.source, side) for sign in (1, -1))]
    first, last = area.span(edge.source, side, edge)
    for center in sorted(centers, key=lambda at: abs(at - middle)):
        if center == middle or first + half <= center <= last - half:
            yield _around(area, edge, side, center, half, inside)


def _around(area: Area, edge: LayoutEdge, side: Side, center: float, half: float, inside: int = 0) -> Path:
    """The path around *inside* other loops, whose ends are *half* points from the *center*."""
    start = position(area.boxes[edge.source], side)
    turn = start + outward(side) * (max(_HIGH, max(end_lengths(edge)) + RADIUS) + _FURTHER * inside)
    first, last = (center - half, center + half) if side in ("top", "bottom") else (center + half, center - half)
    return bent(side, (start, first), turn, (start, last))
