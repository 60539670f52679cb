"""The nodes between which Graphviz draws each edge, and the nodes that share a rank.

Graphviz joins nodes only, so at an end of an edge that is a group one of its nodes stands in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from .graph import LayoutEdge, LayoutGraph


@dataclass(frozen=True, slots=True)
class Endpoints:
    """The nodes that an edge is drawn between."""

    tail: str
    head: str
    tail_group: str | None
    """The group whose border the edge leaves; ``None`` if it leaves the node itself."""
    head_group: str | None
    home: str | None
    """The innermost group that holds both nodes; ``None`` if none does."""
    within_rank: bool
    """Whether the two nodes, which are not the same, share a rank."""


def endpoints(graph: LayoutGraph) -> dict[int, Endpoints]:
    """The endpoints of all edges by their keys, in the order of the graph."""
    stand_ins = _StandIns(graph)
    ranks = shared_ranks(graph.aligned)
    holders = graph.holders()
    found: dict[int, Endpoints] = {}
    for edge in graph.edges:
        tail, tail_group = stand_ins.tail(edge.source)
        head, head_group = stand_ins.head(edge.target)
        home = next((group for group in holders[tail] if group in holders[head]), None)
        within = tail != head and ranks.get(tail, tail) == ranks.get(head, head)
        found[edge.key] = Endpoints(tail, head, tail_group, head_group, home, within)
    return found


def between_nodes(graph: LayoutGraph, found: Mapping[int, Endpoints]) -> list[LayoutEdge]:
    """The edges of *graph* between the nodes of their endpoints."""
    return [
        edge
        if (edge.source, edge.target) == (found[edge.key].tail, found[edge.key].head)
        else replace(edge, source=found[edge.key].tail, target=found[edge.key].head)
        for edge in graph.edges
    ]


def shared_ranks(aligned: Iterable[tuple[str, ...]]) -> dict[str, str]:
    """Ids of nodes that share a rank with others → one of them, the same for all."""
    shared: dict[str, str] = {}
    for ids in aligned:
        met = {shared.get(id, id) for id in ids}
        first = min(met)
        shared |= {id: first for id, leader in shared.items() if leader in met} | dict.fromkeys(ids, first)
    return shared


class _StandIns:
    """The nodes that stand for groups at the ends of edges."""

    def __init__(self, graph: LayoutGraph) -> None:
        self._members: dict[str, list[str]] = {group.id: [] for group in graph.groups}
        parents = {group.id: group.parent for group in graph.groups}
        for node in graph.nodes:
            owner = node.group
            while owner is not None:
                self._members[owner].append(node.id)
                owner = parents[owner]
        self._joined = {(edge.source, edge.target) for edge in graph.edges}

    def tail(self, id: str) -> tuple[str, str | None]:
        """The node that an edge leaves and its group: the middle of the nodes that lead nowhere else in the group."""
        return self._stand_in(id, leaving=True)

    def head(self, id: str) -> tuple[str, str | None]:
        """The node that an edge enters and its group: the middle of the nodes that no other in the group leads to."""
        return self._stand_in(id, leaving=False)

    def _stand_in(self, id: str, *, leaving: bool) -> tuple[str, str | None]:
        if id not in self._members:
            return id, None
        members = self._members[id]
        inside = set(members)
        within = inside | {group for group, held in self._members.items() if set(held) < inside}
        moving: set[str] = set()
        for source, target in self._joined:
            if {source, target} <= within:
                end = source if leaving else target
                moving |= {end, *self._members.get(end, ())}
        outer = [member for member in members if member not in moving] or members
        return outer[(len(outer) - 1) // 2], id
