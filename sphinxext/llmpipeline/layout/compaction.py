"""Compaction: nodes that stand far behind what leads to them come nearer, and groups shrink with them.

Graphviz centres the nodes of a rank, so that one that is far longer than the others leaves these in the middle of a
void.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from ..geometry.box_tree import BoxTree
from ..geometry.primitives import Box
from .gaps import Axis, gap_between, span, stretched
from .graph import LayoutEdge
from .structure import Structure

_VOID = 5.0  # gaps between ranks, from which on a place is empty


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
