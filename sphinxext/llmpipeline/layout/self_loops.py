"""Self-loops: lines that leave a side of a node and return to it through two corners."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ..geometry.primitives import Side
from .graph import LayoutEdge
from .plain_paths import place_label, price
from .result import PlacedEdge
from .routes import ENDS, RADIUS, STUB, bent, drawn, end_lengths, label_beside, outward, position
from .routing_area import APART, Area, Path, room

_HIGH = 18.0  # points
_FURTHER = 14.0  # points by which a loop is higher than one inside it
_EFFORT = 100_000  # look-ups, and what they find: a quarter of a second

_SIDEWAYS: Sequence[Side] = ("top", "bottom", "left", "right")
_UPRIGHT: Sequence[Side] = ("right", "left", "top", "bottom")
"""The sides in the order in which they are tried, by the direction of the ranks: beside the flow first."""


def route_loops(area: Area) -> None:
    """Route all self-loops, each at a side of its node where nothing is in the way, or else least.

    Lines that are not routed yet are in no way: they run around the loops.
    """
    counts: Counter[tuple[str, Side]] = Counter()
    before, area.effort = area.effort, 0
    for edge in area.graph.edges:
        if not edge.is_loop:
            continue
        sides = _SIDEWAYS if area.runs_sideways(edge) else _UPRIGHT
        inside = {side: counts[edge.source, side] for side in sides}
        paths = {
            path: side
            for side in sorted(sides, key=lambda side: inside[side])
            for path in _paths(area, edge, side, inside[side])
        }
        path, line = _best(area, edge, paths)
        area.put(edge, path, line)
        counts[edge.source, paths[path]] += 1
    area.effort = before


def _best(area: Area, edge: LayoutEdge, paths: Mapping[Path, Side]) -> tuple[Path, PlacedEdge]:
    """The first of *paths* that is free, with a place for the label; without one, that with the lowest price."""
    for path, side in paths.items():
        if area.effort > _EFFORT:
            break
        line = drawn(edge, path)
        if line and area.is_free(edge, path) and not area.crosses(path):
            label = label_beside(area, edge, path, (outward(side),)) if edge.label else None
            if label or not edge.label:
                return path, replace(line, label=label)
    path = min(paths, key=lambda path: price(area, edge, path))
    line = drawn(edge, path)
    assert line, "the parts of a loop are long enough"
    return path, replace(line, label=place_label(area, edge, path))


def _paths(area: Area, edge: LayoutEdge, side: Side, inside: int) -> Iterator[Path]:
    """Paths around *inside* other loops at a side of a node: from its middle, or beside lines that end there."""
    box = area.boxes[edge.source]
    upright = side in ("top", "bottom")
    low, high = (box.x0, box.x1) if upright else (box.y0, box.y1)
    middle = (low + high) / 2
    half = max(min(edge.loop_width / 2 + APART * inside, (high - low) / 4), STUB / 2)
    start = position(box, side)
    turn = start + outward(side) * (max(_HIGH, max(end_lengths(edge)) + RADIUS) + _FURTHER * inside)
    away = half + ENDS + room(edge)
    centers = [middle, *(at + sign * away for at in area.taken(edge.source, side) for sign in (1, -1))]
    first, last = area.span(edge.source, side, edge)
    for center in sorted(centers, key=lambda at: abs(at - middle)):
        if center == middle or first + half <= center <= last - half:
            ends = (center - half, center + half) if upright else (center + half, center - half)
            yield bent(side, (start, ends[0]), turn, (start, ends[1]))
