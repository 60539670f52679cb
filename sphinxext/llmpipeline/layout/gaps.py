"""Gaps between the members of a group, as the style sets them, and room for those that are smaller.

An axis is 0 for places from left to right, and 1 for those from the bottom up.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import Literal, NamedTuple

from ..geometry.box_tree import BoxTree
from ..geometry.primitives import Box
from .digraph import GROUP_GAP
from .structure import Structure

Axis = Literal[0, 1]

SHORT = 1.0
"""Points that a gap may be below that of the style: Graphviz rounds."""
_INSIDE = 1.0  # points: boxes that share more are on one another


class TightGap(NamedTuple):
    """Two members of a group that are too near to each other."""

    first: str
    second: str
    axis: Axis
    gap: float
    needed: float


def span(box: Box, axis: Axis) -> tuple[float, float]:
    """The places at which a box begins and ends."""
    return (box.y0, box.y1) if axis else (box.x0, box.x1)


def middle(box: Box, axis: Axis) -> float:
    """The place of the centre of a box."""
    return sum(span(box, axis)) / 2


def gap_between(one: Box, two: Box, axis: Axis) -> float:
    """Points between two boxes; negative if they share some."""
    (low, high), (start, end) = span(one, axis), span(two, axis)
    return max(low - end, start - high)


def needed_gap(structure: Structure, one: str, two: str, axis: Axis) -> float:
    """Points between two members of a group that stand beside each other along an axis."""
    style = structure.graph.style
    gap = style.rank_gap if structure.flow_axis(structure.parents[one]) == axis else style.node_gap
    return min(gap, 2 * GROUP_GAP) if structure.borders.intersection((one, two)) else gap


def tight_gaps(structure: Structure, boxes: Mapping[str, Box]) -> Iterator[TightGap]:
    """All gaps that are smaller than those of the style."""
    style = structure.graph.style
    widest = max(style.node_gap, style.rank_gap, 2 * GROUP_GAP)
    for ids in structure.members.values():
        near: BoxTree[str] = BoxTree()
        for id in ids if len(ids) > 1 else ():
            box = boxes[id]
            for other in near.near(box.grown(widest)):
                gaps = gap_between(box, boxes[other], 0), gap_between(box, boxes[other], 1)
                if min(gaps) >= 0 or max(gaps) < -_INSIDE:
                    continue  # at a slant, or on one another
                axis: Axis = 0 if gaps[0] >= 0 else 1
                needed = needed_gap(structure, id, other, axis)
                if max(gaps) < needed - SHORT:
                    yield TightGap(other, id, axis, max(gaps), needed)
            near.add(box, id)


def opened(structure: Structure, boxes: Mapping[str, Box], axis: Axis) -> dict[str, Box]:
    """The boxes with wide gaps along an axis: whatever is beyond a tight one moves on.

    All nodes in one place move alike, so that no gap gets smaller, and what is on one axis remains there.
    """
    tight = []
    for found in tight_gaps(structure, boxes):
        if found.axis == axis:
            one, two = sorted((boxes[found.first], boxes[found.second]), key=lambda box: middle(box, axis))
            place = (span(one, axis)[1] + span(two, axis)[0]) / 2
            tight.append((place, middle(one, axis), middle(two, axis), found.needed - found.gap))
    places: list[float] = []
    widths: list[float] = []
    for place, low, high, wanted in sorted(tight):
        opening = sum(widths[bisect_left(places, low) : bisect_left(places, high)])
        if opening < wanted:
            places.append(place)
            widths.append(wanted - opening)
    if not places:
        return dict(boxes)
    shifts = [0.0, *accumulate(widths)]
    moved = {node.id: shifts[bisect_left(places, middle(boxes[node.id], axis))] for node in structure.graph.nodes}
    ends: dict[str, tuple[float, float]] = {}
    for id, by in moved.items():
        for around in (id, *structure.holders[id]):
            low, high = ends.get(around, (by, by))
            ends[around] = min(low, by), max(high, by)
    return {id: stretched(box, axis, *ends.get(id, (0.0, 0.0))) for id, box in boxes.items()}


def stretched(box: Box, axis: Axis, low: float, high: float) -> Box:
    """The box with its ends along an axis moved."""
    if axis:
        return Box(box.x0, box.y0 + low, box.x1, box.y1 + high)
    return Box(box.x0 + low, box.y0, box.x1 + high, box.y1)
