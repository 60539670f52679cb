"""Compaction: nodes that stand far behind what leads to them come nearer, and groups shrink with them.

Graphviz centres the nodes of a rank, so that one that is far longer than the others leaves these in the middle of a
void.  And it knows ranks only, so that a title between two of them, or the label of a line that passes, parts all that
is in them: such gaps close again.  All nodes on one side of one move alike then, so that rows stay rows.  And it keeps
room for a label at one side of its line, which is empty if the label stands at the other: groups lose it at last.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from itertools import product

from ..geometry.box_tree import BoxTree
from ..geometry.primitives import Box
from ..model.vocabulary import ASIDE
from .digraph import GROUP_MARGIN
from .gaps import SHORT, Axis, gap_between, middle, needed_gap, span, stretched
from .graph import LayoutEdge, LayoutGraph
from .result import Layout, moved
from .structure import Structure

_VOID = 5.0  # gaps between ranks, from which on a place is empty
_LEAST = 4.0  # points by which a gap closes: of less, nobody sees that gaps differ
_ROOM = 24.0  # points by which a border comes nearer to what it holds: fewer do not look empty
_MOST = 400  # nodes and groups: in a larger diagram, no gap is closed

_Band = tuple[float, float]
"""The ends of a stretch without nodes, along the flow."""


def compacted(structure: Structure, boxes: Mapping[str, Box]) -> dict[str, Box]:
    """*boxes* of nodes and groups, without voids between a node and the only one that leads to it."""
    found = dict(boxes)
    touched: set[str] = set()
    near = BoxTree((boxes[id], id) for id in structure.framed)
    for edge in _links(structure):
        one, two = edge.source, edge.target
        axis = structure.flow_axis(structure.parents[two])
        by = _empty(structure, found, edge, axis)
        if by <= 0:
            continue
        sign = 1 if span(found[one], axis)[0] > span(found[two], axis)[0] else -1
        to = stretched(found[two], axis, sign * by, sign * by)
        way = Box.around_boxes([found[two], to]).grown(structure.graph.style.node_gap)
        beside = (id for id in near.near(way) if structure.parents[id] == structure.parents[two])
        if all(id in (one, two) or not found[id].overlaps(way) for id in beside):
            found[two] = to
            near.add(to, two)
            touched.update(structure.holders[two])
    for id in sorted(touched, key=lambda one: -len(structure.holders[one])):
        if id in structure.borders:
            _shrink(structure, boxes, found, id)
    return found


def _links(structure: Structure) -> Iterator[LayoutEdge]:
    """Edges from the only node that leads to another one of its group, along the flow; siblings keep their rows."""
    rows = {id for ids in (*structure.fans, *structure.graph.aligned) for id in ids}
    rows = rows.union(*(stack.members for stack in structure.graph.stacks))
    leading: dict[str, list[LayoutEdge]] = defaultdict(list)
    for edge in structure.forward:
        leading[edge.target].append(edge)
    links: dict[str, LayoutEdge] = {}
    for two, edges in leading.items():
        one = edges[0].source
        is_alone = len(edges) == 1 and two not in rows and structure.borders.isdisjoint((one, two))
        if is_alone and structure.parents[one] == structure.parents[two]:
            links[two] = edges[0]
    done: set[str] = set()
    for id in links:
        way = []
        while id in links and id not in done:  # edges that run forward form no cycle
            done.add(id)
            way.append(links[id])
            id = links[id].source
        yield from reversed(way)


def _empty(structure: Structure, boxes: Mapping[str, Box], edge: LayoutEdge, axis: Axis) -> float:
    """Points of a gap between the ends of an edge that nothing needs; 0 if it is not a void."""
    gap = gap_between(boxes[edge.source], boxes[edge.target], axis)
    rank_gap = structure.graph.style.rank_gap
    label = (edge.label.height if axis else edge.label.width) + rank_gap if edge.label else 0.0
    return gap - rank_gap - label if gap > _VOID * rank_gap + label else 0.0


def _shrink(structure: Structure, before: Mapping[str, Box], boxes: dict[str, Box], id: str) -> None:
    """Let a group end as far from its members as before."""
    members = structure.members[id]
    old, new = (Box.around_boxes(known[one] for one in members) for known in (before, boxes))
    box = boxes[id]
    for axis in (0, 1):
        (low, high), (start, end) = span(old, axis), span(new, axis)
        box = stretched(box, axis, max(0.0, start - low), min(0.0, end - high))
    boxes[id] = box


# Gaps between ranks


def closed(structure: Structure, boxes: Mapping[str, Box]) -> dict[str, Box]:
    """The boxes of nodes and groups with gaps between ranks that are as wide as their own edges and blocks need."""
    graph = structure.graph
    if graph.stacks or not structure.borders or len(boxes) > _MOST:
        return dict(boxes)
    axis = structure.flow_axis(None)
    units = _units(structure)
    found = dict(boxes)
    while True:  # one after the other, because a line may cross several
        bands = _bands(structure, found, axis, {*units.values()})
        slacks = ((band, _slack(structure, found, axis, band)) for band in bands)
        band, by = next(((band, by) for band, by in slacks if by > _LEAST), ((0.0, 0.0), 0.0))
        if not by:
            return found
        beyond = {id for id, unit in units.items() if middle(found[unit], axis) > band[0]}
        found = _shifted(structure, found, axis, beyond, by)


def _shifted(
    structure: Structure, boxes: Mapping[str, Box], axis: Axis, ids: Collection[str], by: float
) -> dict[str, Box]:
    """The boxes with some nodes moved back by some points, and groups that end with them."""
    ends: dict[str, tuple[float, float]] = {}
    for node in structure.graph.nodes:
        move = -by if node.id in ids else 0.0
        for around in (node.id, *structure.holders[node.id]):
            low, high = ends.get(around, (move, move))
            ends[around] = max(low, move), min(high, move)
    return {id: stretched(box, axis, *ends.get(id, (0.0, 0.0))) for id, box in boxes.items()}


def _units(structure: Structure) -> dict[str, str]:
    """Nodes → themselves, or the outermost group around them that is laid out apart, which moves as a whole."""
    apart = {group.id for group in structure.graph.groups if group.is_apart}
    apart |= {id for id in structure.borders if structure.flow_axis(id) != structure.flow_axis(None)}
    return {
        node.id: next((id for id in reversed(structure.holders[node.id]) if id in apart), node.id)
        for node in structure.graph.nodes
    }


def _bands(structure: Structure, boxes: Mapping[str, Box], axis: Axis, units: Collection[str]) -> Iterator[_Band]:
    """The bands that are wider than the gap between ranks, and that an edge between two nodes of one group crosses."""
    inner = []
    for one, two, edge in structure.siblings:
        if edge.kind not in ASIDE and structure.borders.isdisjoint((one, two)):
            first, second = sorted((span(boxes[one], axis), span(boxes[two], axis)))
            inner.append((first[1] - SHORT, second[0] + SHORT))
    inner.sort(reverse=True)
    spans = sorted(span(boxes[id], axis) for id in units)
    end = spans[0][1] if spans else 0.0
    least = structure.graph.rank_gap + _LEAST
    furthest = -math.inf  # where the edges end that begin before a band
    for start, last in spans:
        if start - end > least:
            while inner and inner[-1][0] <= end:
                furthest = max(furthest, inner.pop()[1])
            if start <= furthest:
                yield end, start
        end = max(end, last)


def _slack(structure: Structure, boxes: Mapping[str, Box], axis: Axis, band: _Band) -> float:
    """How much narrower a band may be."""
    low, high = band
    before = {id for id, box in boxes.items() if span(box, axis)[1] < high - SHORT}
    after = {id for id, box in boxes.items() if span(box, axis)[0] > low + SHORT and id not in before}
    graph = structure.graph
    rank_gap = graph.rank_gap
    slack = high - low - rank_gap
    for one, two, edge in structure.siblings:
        ends = {edge.source, edge.target}
        if ends.isdisjoint(before) or ends.isdisjoint(after):
            continue
        is_between = edge.kind not in ASIDE and not structure.borders.isdisjoint((one, two))
        if is_between and gap_between(boxes[one], boxes[two], axis) < 2 * (high - low):
            return 0.0  # titles and borders of its own ends stand there
        room = graph.room(edge)
        needed = rank_gap + ((room.height if axis else room.width) if room else 0.0)
        slack = min(slack, gap_between(boxes[edge.source], boxes[edge.target], axis) - needed)
    reach = slack + rank_gap
    before = {id for id in before if span(boxes[id], axis)[1] > low - reach}
    after = {id for id in after if span(boxes[id], axis)[0] < high + reach}
    return min([slack, *_room_between(structure, boxes, axis, before, after)])


def _room_between(
    structure: Structure, boxes: Mapping[str, Box], axis: Axis, before: Collection[str], after: Collection[str]
) -> Iterator[float]:
    """How much nearer to each other the blocks on both sides of a band may come, of those that face each other."""
    across: Axis = 0 if axis else 1
    for ids in structure.members.values():
        for one, two in product([id for id in ids if id in before], [id for id in ids if id in after]):
            if gap_between(boxes[one], boxes[two], across) < needed_gap(structure, one, two, across):
                yield gap_between(boxes[one], boxes[two], axis) - needed_gap(structure, one, two, axis)


# Room inside groups


def trimmed(layout: Layout, graph: LayoutGraph) -> Layout:
    """The layout without the room inside groups that Graphviz keeps for labels, where it is far more than a margin.

    Groups grow again for the labels and lines that are inside them.
    """
    if not layout.groups:
        return layout
    structure = Structure(graph)
    boxes = {id: layout.box_of(id) for id in (*layout.nodes, *layout.groups)}
    tables = {group.id for group in graph.groups if group.cells}
    for id in sorted(structure.borders - tables, key=lambda one: -len(structure.holders[one])):
        if members := structure.members.get(id):
            inside = Box.around_boxes(boxes[one] for one in members)
            boxes[id] = _trimmed(boxes[id], inside, layout.groups[id].label, structure.depths[id])
    return moved(layout, boxes)


def _trimmed(box: Box, inside: Box, title: Box, depth: float) -> Box:
    """The border of a group around its members, as far as its sides come much nearer, and its title has room."""
    x0, y0 = (
        near if near > far + _ROOM else far
        for far, near in ((box.x0, inside.x0 - GROUP_MARGIN), (box.y0, inside.y0 - GROUP_MARGIN))
    )
    above = GROUP_MARGIN + (box.y1 - title.y0 if title.width else 0.0)
    x1, y1 = (
        near if near < far - _ROOM else far
        for far, near in ((box.x1, inside.x1 + GROUP_MARGIN + depth), (box.y1, inside.y1 + above + depth))
    )
    needed = title.width + 2 * min(title.x0 - box.x0, box.x1 - title.x1)
    x1 = max(x1, min(box.x1, x0 + needed))
    return Box(min(x0, x1 - needed), y0, x1, y1)
