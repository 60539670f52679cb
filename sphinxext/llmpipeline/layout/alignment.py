"""Alignment: nodes and groups move within free room, so that rows, chains and groups stand in line.

Graphviz centres the nodes of a rank and balances the lengths of edges, so what belongs together is often off by some
points.  Twins change places first, gaps below the style's are opened, and voids and wide gaps closed; then siblings get
one row, links of chains one axis, fans the axis of their hub, as has what follows all of a fan, and groups that follow
each other one axis or one side; borders that nearly meet are made even.  A move keeps the gaps of the style, the
margins of groups, the order in a rank, and whatever is in line already.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from itertools import pairwise

from ..geometry.shapes import flat_part
from .blocks import Blocks, other
from .compaction import closed, compacted
from .gaps import Axis, gap_between, middle, opened, span
from .graph import LayoutGraph
from .listing import with_twins_in_order
from .result import Layout, moved
from .structure import Pair, Structure

_EVEN = 1.0  # points: places that differ by less are equal
_FEW = 12.0  # points: borders that differ by more are meant to
_EXACT = 1e-6


def align(layout: Layout, graph: LayoutGraph) -> Layout:
    """The layout of *graph*, as Graphviz places it, with its parts in line."""
    structure = Structure(graph)
    layout = _with_open_gaps(with_twins_in_order(layout, structure), structure)
    blocks = Blocks(layout, structure)
    for stack in graph.stacks:
        for one, two in pairwise(branch[0] for branch in stack.branches):
            blocks.tie(one, two, 0)
    _align_rows(blocks, structure)
    _align_links(blocks, structure, structure.links)
    _align_links(blocks, structure, structure.diamonds)
    _align_fans(blocks, structure)
    _align_groups(blocks, structure)
    _align_links(blocks, structure, structure.stacked)
    _even_borders(blocks, structure)
    return moved(layout, blocks.boxes)


def _with_open_gaps(layout: Layout, structure: Structure) -> Layout:
    boxes = {id: layout.box_of(id) for id in structure.framed}
    for axis in (0, 1):
        boxes = opened(structure, boxes, axis)
    return moved(layout, closed(structure, compacted(structure, boxes)))


# Rows


def _align_rows(blocks: Blocks, structure: Structure) -> None:
    """Siblings of a row begin at one height; those of a column, and nodes joined in a row, are centred by Graphviz."""
    rows = [(structure.common(ids[0], ids[-1]), ids) for ids in (*structure.graph.aligned, *structure.fans)]
    rows += structure.unjoined.items()
    by_cells = {node.id for node in structure.graph.nodes if node.anchor}
    for group, row in rows:
        if structure.flow_axis(group) == 0:
            continue
        upwards = structure.direction(group) == "BT"
        for ids in _ranks(blocks, [id for id in row if id not in structure.borders and id not in by_cells]):
            if structure.are_joined(ids):
                continue
            ends = {id: span(blocks.boxes[id], 1)[not upwards] for id in ids}
            start = min(ends.values()) if upwards else max(ends.values())
            leading = next(id for id in ids if ends[id] == start)
            for id in ids:
                by = start - ends[id]
                if abs(by) > _EXACT:
                    run = blocks.run([id], 1)
                    if leading in run or not blocks.is_free(run, 1, by):
                        continue
                    blocks.move(run, 1, by)
                if id != leading:
                    blocks.tie(leading, id, 1)


def _ranks(blocks: Blocks, ids: Sequence[str]) -> list[list[str]]:
    """The nodes by the ranks that they share."""
    ranks: list[list[str]] = []
    top = 0.0
    for id in sorted(ids, key=lambda one: (blocks.boxes[one].y0, one)):
        if not ranks or blocks.boxes[id].y0 >= top:
            ranks.append([])
            top = blocks.boxes[id].y1
        ranks[-1].append(id)
        top = max(top, blocks.boxes[id].y1)
    return ranks


# Chains


def _align_links(blocks: Blocks, structure: Structure, links: Iterable[Pair]) -> None:
    """The links of chains get one axis, the straight ones first, which stay so."""
    crooked = []
    for one, two in links:
        along = structure.flow_axis(structure.common(one, two))
        across = other(along)
        off = _offset(blocks, structure, one, two, across)
        if gap_between(blocks.boxes[one], blocks.boxes[two], along) < 0:
            continue
        if abs(off) <= _EVEN:
            if all(_ends_in_a_point(structure, id, along) for id in (one, two)):
                _meet(blocks, (one, two), off, across)
            blocks.tie(one, two, across)
        else:
            crooked.append((abs(off), one, two, across))
    for _, one, two, across in sorted(crooked):
        off = _offset(blocks, structure, one, two, across)
        tops = _tops(structure, one, two)
        if _meet(blocks, (one, two), off, across) or (tops != (one, two) and _meet(blocks, tops, off, across)):
            blocks.tie(one, two, across)


def _ends_in_a_point(structure: Structure, id: str, axis: Axis) -> bool:
    """Whether lines along an axis end at one point of a node: that of a diamond, or the middle of a short side."""
    if id not in structure.by_id:
        return False  # a group
    node = structure.by_id[id]
    width, height = node.size.width, node.size.height
    low, high = flat_part(node.shape, width, height, structure.graph.style.corner_radius, ("right", "top")[axis])
    return high - low < _FEW


def _align_fans(blocks: Blocks, structure: Structure) -> None:
    """The middle of each row of nodes that follow one other node gets on its axis, unless a member is there."""
    for ids in structure.fans:
        hub, *others = structure.leading[ids[0]]
        along = structure.flow_axis(structure.parents[ids[0]])
        across = other(along)
        row = sorted(ids, key=lambda one: middle(blocks.boxes[one], across))
        if others or any(gap_between(blocks.boxes[row[0]], blocks.boxes[id], along) >= 0 for id in row[1:]):
            continue
        offs = [_offset(blocks, structure, id, hub, across) for id in row]
        if min(map(abs, offs)) > _EVEN and offs[-1] < 0 < offs[0]:
            off = statistics.median(offs)
            run = blocks.run(row, across)
            if hub not in run and abs(off) > _EXACT and blocks.is_free(run, across, off):
                blocks.move(run, across, off)


def _offset(blocks: Blocks, structure: Structure, one: str, two: str, axis: Axis) -> float:
    """How much further the middle of *two* is."""
    lean = structure.lean(two, axis) - structure.lean(one, axis)
    return middle(blocks.boxes[two], axis) - middle(blocks.boxes[one], axis) + lean


def _tops(structure: Structure, one: str, two: str) -> tuple[str, str]:
    """The outermost blocks around two nodes that do not hold both."""
    common = structure.common(one, two)

    def top(id: str) -> str:
        return next(part for part in (id, *structure.holders[id]) if structure.parents[part] == common)

    return top(one), top(two)


def _meet(blocks: Blocks, pair: tuple[str, str], off: float, axis: Axis) -> bool:
    """Move one of two blocks, or both, so that the second comes nearer by *off* points; whether there is room."""
    one, two = pair
    if blocks.weight(one, axis) > blocks.weight(two, axis):
        one, two, off = two, one, -off
    few = blocks.run([one], axis)
    if two in few:
        return False
    # The smaller run, if it has room; otherwise the other; otherwise each as far as it can.
    room = _room(blocks, few, axis, off)
    if abs(room - off) <= _EXACT:
        blocks.move(few, axis, off)
        return True
    many = blocks.run([two], axis)
    if not few.isdisjoint(many):
        return False
    before = blocks.changes
    for by in (0.0, room):
        blocks.move(few if by else (), axis, by)
        rest = by - off
        if abs(_room(blocks, many, axis, rest) - rest) <= _EXACT:
            blocks.move(many, axis, rest)
            return True
    blocks.undo(before)
    return False


def _room(blocks: Blocks, run: set[str], axis: Axis, by: float) -> float:
    """How far a run may move towards a place that is *by* points away."""
    most = min(abs(by), blocks.reach(run))
    return blocks.free(run, axis, most)[by > 0]


# Groups


def _align_groups(blocks: Blocks, structure: Structure) -> None:
    """Groups that follow each other get one axis, or else one side."""
    for chain in _group_chains(blocks, structure):
        across = other(structure.flow_axis(structure.parents[chain[0][0]]))
        for one, two in chain:
            offs = (
                _offset(blocks, structure, one, two, across),
                _start(blocks, two, across) - _start(blocks, one, across),
            )
            if min(map(abs, offs)) <= _EVEN or any(_meet(blocks, (one, two), off, across) for off in offs):
                blocks.tie(one, two, across)


def _group_chains(blocks: Blocks, structure: Structure) -> list[list[tuple[str, str]]]:
    """The links of each chain of groups that stand one after the other."""
    chains: dict[str, list[tuple[str, str]]] = {}
    for one, two in structure.chained:
        along = structure.flow_axis(structure.parents[one])
        if gap_between(blocks.boxes[one], blocks.boxes[two], along) >= 0:
            joined = [*chains.get(one, ()), (one, two), *chains.get(two, ())]
            chains.update(dict.fromkeys((id for pair in joined for id in pair), joined))
    return list({id(chain): chain for chain in chains.values()}.values())


def _start(blocks: Blocks, id: str, axis: Axis) -> float:
    """The left side of a block, or its top."""
    return span(blocks.boxes[id], axis)[axis]


# Borders


def _even_borders(blocks: Blocks, structure: Structure) -> None:
    """Borders of neighbours that differ by a few points grow until they are even."""
    for ids in structure.members.values():
        groups = [id for id in ids if id in structure.borders]
        for axis in (0, 1) if len(groups) > 1 else ():
            for row in _neighbours(blocks, groups, axis):
                for end in (1, 0):
                    _even(blocks, row, axis, end)


def _neighbours(blocks: Blocks, ids: Iterable[str], axis: Axis) -> list[list[str]]:
    """Groups beside each other, whose borders are compared along an axis."""
    across = other(axis)
    ordered = sorted(ids, key=lambda one: (span(blocks.boxes[one], across)[0], one))
    rows = [ordered[:1]]
    for one, two in pairwise(ordered):
        box, after = blocks.boxes[one], blocks.boxes[two]
        if gap_between(box, after, across) < 0 or gap_between(box, after, axis) >= 0:
            rows.append([])
        rows[-1].append(two)
    return rows


def _even(blocks: Blocks, row: Sequence[str], axis: Axis, end: int) -> None:
    """Let borders grow to the furthest of them, as far as that is a few points."""
    sign = 1 if end else -1
    ends = {id: span(blocks.boxes[id], axis)[end] for id in row}
    for id in sorted(row, key=lambda one: -sign * ends[one]):
        near = [at for at in ends.values() if 0 <= sign * (at - ends[id]) <= _FEW]
        furthest = max(near, key=lambda at: sign * at)
        if abs(furthest - ends[id]) > _EXACT:
            low, high = span(blocks.boxes[id], axis)
            if blocks.grow(id, axis, *((low, furthest) if end else (furthest, high))):
                ends[id] = furthest
