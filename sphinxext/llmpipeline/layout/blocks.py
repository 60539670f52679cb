"""Blocks: the nodes and groups of a layout as boxes that are moved, within the room that is free.

A group moves with everything inside it, and blocks that are tied move together.  An axis is 0 for places from left to
right, and 1 for those from the bottom up.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property

from ..geometry.box_tree import BoxTree
from ..geometry.primitives import Box
from ..model.vocabulary import ASIDE
from .digraph import GROUP_GAP, GROUP_MARGIN
from .gaps import SHORT, Axis, gap_between, needed_gap, span, stretched
from .graph import LayoutEdge
from .result import Layout
from .structure import Structure

_FEW = 12.0  # points that a border may grow; that a group moves across the flow, if edges lead out of its chain
_SOME = 24.0  # points that a node moves across the flow, if edges lead out of its chain
_EFFORT = 64  # blocks that are looked at for each block of a layout, at most
_LOOKS = 96  # blocks near these, likewise
_EXACT = 1e-6


def other(axis: Axis) -> Axis:
    """The axis across."""
    return 0 if axis else 1


class Blocks:
    """The boxes of a layout, and what limits their moves."""

    def __init__(self, layout: Layout, structure: Structure) -> None:
        self._layout = layout
        self._structure = structure
        style = structure.graph.style
        self._widest = max(style.node_gap, style.rank_gap, 2 * GROUP_GAP)
        self.boxes = {id: layout.box_of(id) for id in structure.parents}
        """By id: where each node and group stands now."""
        self.members = structure.members
        self._rooms = {id: self._room_in(id) for id in self.members}
        """By group: how far its members are from its left, lower, right and upper border, at least."""
        self._tied: tuple[dict[str, set[str]], dict[str, set[str]]] = ({}, {})
        self._edges = {edge.key: edge for edge in structure.graph.edges}
        self._done: list[tuple[str, Box]] = []
        """All changes: a block, and where it stood."""
        self._left = _EFFORT * len(self.boxes)
        """How many blocks may still be looked at."""
        self._looks = _LOOKS * len(self.boxes)
        """How many blocks near others may still be looked at."""

    def _room_in(self, id: str | None) -> tuple[float, float, float, float]:
        """The margins of a group, or less where its members are nearer to its border; below a title as it is."""
        if id is None:
            return 0.0, 0.0, 0.0, 0.0
        box, inside = self.boxes[id], Box.around_boxes(self.boxes[one] for one in self.members[id])
        left, lower, right, upper = inside.x0 - box.x0, inside.y0 - box.y0, box.x1 - inside.x1, box.y1 - inside.y1
        titled = self._layout.groups[id].label.width > _EXACT
        most = GROUP_MARGIN
        behind = most + self._structure.depths[id]
        return min(left, most), min(lower, most), min(right, behind), upper if titled else min(upper, behind)

    # Most layouts need none of these, because nothing in them moves.

    @cached_property
    def _extent(self) -> Box:
        return self._layout.extent

    @cached_property
    def _tree(self) -> BoxTree[tuple[str, Box]]:
        """All blocks; also where they stood before."""
        return BoxTree((box, (id, box)) for id, box in self.boxes.items())

    @cached_property
    def _joined(self) -> dict[str, list[LayoutEdge]]:
        """The edges that begin or end at each block."""
        found: dict[str, list[LayoutEdge]] = defaultdict(list)
        for edge in self._edges.values():
            found[edge.source].append(edge)
            found[edge.target].append(edge)
        return found

    @cached_property
    def _links(self) -> set[int]:
        """Keys of the edges that are links of chains, of nodes or of groups."""
        of = self._structure
        chained = {*of.chained, *of.links, *of.stacked}
        found = {edge.key for one, two, edge in of.siblings if (one, two) in chained}
        return found | {edge.key for edge in self._edges.values() if (edge.source, edge.target) in chained}

    # Ties

    def tie(self, one: str, two: str, axis: Axis) -> None:
        """Let two blocks move together along an axis from now on."""
        tied = self._tied[axis]
        few, many = sorted((tied.get(one) or {one}, tied.get(two) or {two}), key=len)
        many |= few
        tied.update(dict.fromkeys(few, many))
        tied.update({one: many, two: many})

    def weight(self, id: str, axis: Axis) -> int:
        """How many blocks are tied to a block."""
        return len(self._tied[axis].get(id, ()))

    def run(self, ids: Iterable[str], axis: Axis) -> set[str]:
        """All blocks that move with the blocks *ids* along an axis."""
        found: set[str] = set()
        waiting = [*ids]
        while waiting:
            id = waiting.pop()
            if id not in found:
                found.add(id)
                waiting += self.members.get(id, ())
                waiting += self._tied[axis].get(id, ())
        return found

    # Free room

    def reach(self, run: set[str]) -> float:
        """How far a run may move across the flow: not far, if other edges than those of its chain lead out of it.

        Edges beside the flow follow.
        """
        for id in run:
            for edge in self._joined.get(id, ()):
                is_leading = edge.kind not in ASIDE and edge.key not in self._links
                if is_leading and (edge.source in run) != (edge.target in run):
                    return _SOME if run.isdisjoint(self._structure.borders) else _FEW
        return math.inf

    def is_free(self, run: set[str], axis: Axis, by: float) -> bool:
        """Whether a run may move *by* points."""
        least, most = self.free(run, axis, abs(by))
        return least - _EXACT <= by <= most + _EXACT

    def free(self, run: set[str], axis: Axis, reach: float) -> tuple[float, float]:
        """How far a run may move down, or left, and up, or right: at most *reach* points."""
        self._left -= len(run)
        if min(self._left, self._looks) < 0:
            return 0.0, 0.0
        least, most = -reach, reach
        growths: dict[str | None, tuple[float, float]] = {}
        for id in sorted(run):
            if (parent := self._structure.parents[id]) not in run:
                if parent not in growths:
                    growths[parent] = self._growth(parent, axis)
                start, end = span(self.boxes[id], axis)
                low, high = self._room(parent, axis)
                less, more = growths[parent]
                before, after = self._limits(id, run, axis, reach)
                least = max(least, before, min(low - start, 0.0) + less)
                most = min(most, after, max(high - end, 0.0) + more)
        return min(least, 0.0), max(most, 0.0)

    def _room(self, group: str | None, axis: Axis) -> tuple[float, float]:
        """The ends of the place for members of a group."""
        box = self._extent if group is None else self.boxes[group]
        insets = self._rooms[group]
        low, high = span(box, axis)
        return low + insets[axis], high - insets[axis + 2]

    def _growth(self, group: str | None, axis: Axis) -> tuple[float, float]:
        """How far the border of a group may move outwards at either end."""
        if group is None:
            return 0.0, 0.0
        start, end = span(self.boxes[group], axis)
        low, high = self._room(self._structure.parents[group], axis)
        inside = self._inside(group)
        least, most = self._limits(group, inside, axis, _FEW)
        return min(0.0, max(-_FEW, least, low - start)), max(0.0, min(_FEW, most, high - end))

    def _inside(self, id: str) -> set[str]:
        """A block with everything inside it."""
        found: set[str] = set()
        waiting = [id]
        while waiting:
            found.add(one := waiting.pop())
            waiting += self.members.get(one, ())
        return found

    def _limits(self, id: str, run: set[str], axis: Axis, reach: float) -> tuple[float, float]:
        """How far a block may move before it is too near to others; not at all if it is on another one."""
        start, end = span(self.boxes[id], axis)
        least, most = -math.inf, math.inf
        for obstacle, gap in self._in_the_way(id, run, axis, reach):
            first, last = span(obstacle, axis)
            if first >= end - _EXACT:
                most = min(most, first - gap - end)
            elif last <= start + _EXACT:
                least = max(least, last + gap - start)
        return least, most

    def _in_the_way(self, id: str, run: set[str], axis: Axis, reach: float) -> Iterator[tuple[Box, float]]:
        """What stands before and after a block along an axis, each with the gap between them."""
        box, across = self.boxes[id], other(axis)
        strip = stretched(box, axis, -reach, reach).grown(self._widest)
        parents = self._structure.parents
        for one, known in self._tree.near(strip):
            self._looks -= 1
            if one in run or parents[one] != parents[id] or self.boxes[one] is not known:
                continue
            gap = needed_gap(self._structure, id, one, axis) - SHORT / 2
            if box.overlaps(known, SHORT):
                # Graphviz has put one on the other, and a move in either direction may make it worse.
                yield from ((Box.at(box.corners[corner], 0.0, 0.0), gap) for corner in (0, 2))
            elif gap_between(box, known, across) < needed_gap(self._structure, id, one, across) - SHORT:
                yield known, gap

    # Moves

    def move(self, run: Iterable[str], axis: Axis, by: float) -> None:
        """Move a run; borders around its blocks grow if need be."""
        moved = set(run)
        for id in sorted(moved):
            self._put(id, stretched(self.boxes[id], axis, by, by))
            parent = self._structure.parents[id]
            if parent is not None and parent not in moved:
                (low, high), (start, end) = self._room(parent, axis), span(self.boxes[id], axis)
                if start < low - _EXACT or end > high + _EXACT:
                    grown = stretched(self.boxes[parent], axis, min(0.0, start - low), max(0.0, end - high))
                    self._put(parent, grown)

    def grow(self, id: str, axis: Axis, low: float, high: float) -> bool:
        """Let the border of a group reach from *low* to *high*, if that is free."""
        box = self.boxes[id]
        start, end = span(box, axis)
        least, most = self._growth(id, axis)
        if start + least > low + _EXACT or end + most < high - _EXACT:
            return False
        self._put(id, stretched(box, axis, low - start, high - end))
        return True

    def _put(self, id: str, box: Box) -> None:
        self._done.append((id, self.boxes[id]))
        self.boxes[id] = box
        self._tree.add(box, (id, box))

    def undo(self, count: int) -> None:
        """Undo all but the first *count* of the :attr:`changes`."""
        while len(self._done) > count:
            id, box = self._done.pop()
            self.boxes[id] = box

    @property
    def changes(self) -> int:
        """The number of changes so far."""
        return len(self._done)
