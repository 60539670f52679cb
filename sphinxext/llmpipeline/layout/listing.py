"""Lists in the order of the text: nodes with the same neighbours change places, and Graphviz keeps other orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from ..geometry.primitives import Box
from .gaps import Axis, gap_between, span, stretched
from .graph import LayoutEdge, LayoutGraph
from .result import Layout, moved
from .structure import Structure
from .verdict import Verdict

_MOST = 12  # lists of a diagram that are kept
_EXACT = 1e-6

_Likeness = tuple[str, bool, str, bool]
"""The other end of an edge, whether it leaves, its kind, and whether it has a label."""


def with_twins_in_order(layout: Layout, structure: Structure) -> Layout:
    """*layout* with the twins of each rank in the order of the text: what has the same neighbours, or none at all.

    A twin takes the place of another one; their lines, which are routed later, cross no more because of that.
    """
    boxes = {id: layout.box_of(id) for id in structure.framed}
    for listed, ids in _twins(structure):
        along = structure.flow_axis(structure.parents[ids[0]])
        across: Axis = 0 if along else 1
        rank = [id for id in ids if gap_between(boxes[ids[0]], boxes[id], along) < 0]
        ordered = boxes | dict(_with_contents(structure, boxes, _in_order(structure, boxes, rank, across)))
        if _against_the_text(listed, ordered, across) < _against_the_text(listed, boxes, across):
            boxes = ordered
    return moved(layout, _groups(layout) | boxes)


def _with_contents(
    structure: Structure, boxes: Mapping[str, Box], places: Iterable[tuple[str, Box]]
) -> Iterator[tuple[str, Box]]:
    """The new boxes of nodes and groups, and those of all that is in the groups."""
    for id, place in places:
        yield id, place
        dx, dy = place.x0 - boxes[id].x0, place.y0 - boxes[id].y0
        for inner in boxes if id in structure.borders else ():
            if id in structure.holders[inner]:
                yield inner, boxes[inner].moved(dx, dy)


def _groups(layout: Layout) -> dict[str, Box]:
    return {id: group.box for id, group in layout.groups.items()}


def _likenesses(structure: Structure) -> dict[str, tuple[_Likeness, ...]]:
    """What the edges of twins have in common, for each node and group that has edges, but none to itself."""
    found: dict[str, list[_Likeness]] = defaultdict(list)
    for edge in structure.graph.edges:
        found[edge.source].append(_likeness(edge.source, edge))
        found[edge.target].append(_likeness(edge.target, edge))
    looped = {edge.source for edge in structure.graph.edges if edge.is_loop}
    return {id: tuple(sorted(alike)) for id, alike in found.items() if id not in looped}


def _likeness(id: str, edge: LayoutEdge) -> _Likeness:
    """What an edge has in common with those of twins, seen from the node *id*."""
    leaves = edge.source == id
    return edge.target if leaves else edge.source, leaves, edge.kind, edge.label is not None


def _against_the_text(ids: Sequence[str], boxes: Mapping[str, Box], axis: Axis) -> int:
    """The number of neighbours in a list that stand the other way round."""
    starts = [span(boxes[id], axis)[0] * (1 if axis == 0 else -1) for id in ids if id in boxes]
    return sum(one > two for one, two in pairwise(starts))


def _twins(structure: Structure) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """What the text lists, with parts of it that have one group and the same neighbours, or none, in its order."""
    likenesses = _likenesses(structure)
    for ids in _lists(structure):
        alike: dict[object, list[str]] = defaultdict(list)
        for id in ids:
            if id in likenesses and id not in structure.borders:
                alike[structure.parents[id], likenesses[id]].append(id)
        yield from ((ids, same) for same in alike.values() if len(same) > 1)
    for ids in structure.unjoined.values():
        if len(alone := [id for id in ids if id not in structure.linked]) > 1:
            yield ids, alone


def _in_order(
    structure: Structure, boxes: Mapping[str, Box], ids: Sequence[str], axis: Axis
) -> Iterator[tuple[str, Box]]:
    """Nodes of a row, or a column, in another order: each with its box there."""
    before = sorted(ids, key=lambda one: span(boxes[one], axis)[0])
    wanted = list(ids) if axis == 0 else list(ids)[::-1]
    if before == wanted or any(gap_between(boxes[one], boxes[two], axis) < 0 for one, two in pairwise(before)):
        return
    lengths = {id: span(boxes[id], axis)[1] - span(boxes[id], axis)[0] for id in ids}
    if max(lengths.values()) - min(lengths.values()) > _EXACT and not _is_free_between(structure, boxes, before):
        return
    gaps = [gap_between(boxes[one], boxes[two], axis) for one, two in pairwise(before)]
    at = span(boxes[before[0]], axis)[0]
    for id, gap in zip(wanted, [*gaps, 0.0], strict=True):
        by = at - span(boxes[id], axis)[0]
        yield id, stretched(boxes[id], axis, by, by)
        at += lengths[id] + gap


def _is_free_between(structure: Structure, boxes: Mapping[str, Box], ids: Sequence[str]) -> bool:
    """Whether nothing else of their group stands between some nodes, where they move if their sizes differ."""
    whole = Box.around_boxes(boxes[id] for id in ids)
    inside = structure.members[structure.parents[ids[0]]]
    return not any(boxes[id].overlaps(whole) for id in inside if id not in ids)


def kept_orders(layout: Layout, graph: LayoutGraph, verdict: Verdict) -> tuple[tuple[str, ...], ...]:
    """For each pair that *verdict* finds out of order: what the text lists with it, of the same rank."""
    pairs = [fault.parts for fault in verdict.faults if fault.kind == "out-of-order"]
    if not pairs:
        return ()
    structure = Structure(graph)
    joined = {frozenset((edge.source, edge.target)) for edge in graph.edges}
    found: dict[tuple[str, ...], None] = {}
    for one, two in pairs:
        for ids in _lists(structure):
            if one in ids and two in ids:
                kept = _of_one_rank(layout, structure, ids, str(one))
                if len(kept) > 1 and not any(pair <= set(kept) for pair in joined):
                    found[kept] = None
    return tuple(found)[:_MOST]


def with_groups_apart(graph: LayoutGraph, lists: Iterable[tuple[str, ...]]) -> LayoutGraph:
    """*graph*, in which the groups that part what one of *lists* holds are laid out by themselves.

    Graphviz keeps the order of such groups, but not that of nodes in different clusters.
    """
    holders = graph.holders
    apart: set[str] = set()
    for ids in lists:
        common = set(holders[ids[0]]).intersection(*(holders[id] for id in ids[1:]))
        apart.update(id for one in ids for id in [i for i in (one, *holders[one]) if i not in common][-1:])
    groups = tuple(replace(group, is_apart=group.is_apart or group.id in apart) for group in graph.groups)
    return graph if groups == graph.groups else replace(graph, groups=groups)


def _lists(structure: Structure) -> Iterator[list[str]]:
    yield from structure.listed
    yield from structure.unjoined.values()


def _of_one_rank(layout: Layout, structure: Structure, ids: list[str], first: str) -> tuple[str, ...]:
    """Those of a list that stand beside its member *first*, across the flow."""
    along = structure.flow_axis(structure.common(ids[0], ids[-1]))
    box = layout.box_of(first)
    return tuple(id for id in ids if gap_between(box, layout.box_of(id), along) < 0)
