"""Between which nodes Graphviz is to draw each edge, and which nodes share a rank.

Graphviz joins nodes only, so at an end of an edge that is a group one of its nodes stands in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from ..model.pipeline import Edge, Pipeline


@dataclass(frozen=True, slots=True)
class Route:
    """The nodes that an edge is drawn between."""

    tail: str
    head: str
    tail_group: str | None
    """The group whose border the edge leaves from; ``None`` where it leaves from the node itself."""
    head_group: str | None
    home: str | None
    """The innermost group that holds both nodes; ``None`` where none does."""
    within_rank: bool
    """Whether the two nodes, which are not the same, share a rank."""


def routes(pipeline: Pipeline) -> list[Route]:
    """The routes of all edges, in their order."""
    stand_ins = _StandIns(pipeline)
    ranks = shared_ranks(pipeline)
    holders = pipeline.holders()

    def route(edge: Edge) -> Route:
        tail, tail_group = stand_ins.tail(edge.source)
        head, head_group = stand_ins.head(edge.target)
        home = next((group for group in holders[tail] if group in holders[head]), None)
        within = tail != head and ranks.get(tail, tail) == ranks.get(head, head)
        return Route(tail, head, tail_group, head_group, home, within)

    return [route(edge) for edge in pipeline.edges]


def as_told(pipeline: Pipeline, found: Iterable[Route]) -> list[Edge]:
    """The edges between the nodes that Graphviz is told to join, by their routes."""
    return [
        edge
        if (edge.source, edge.target) == (route.tail, route.head)
        else replace(edge, source=route.tail, target=route.head)
        for edge, route in zip(pipeline.edges, found, strict=True)
    ]


def shared_ranks(pipeline: Pipeline) -> dict[str, str]:
    """Ids of nodes that share a rank with others → one of them, the same for all."""
    shared: dict[str, str] = {}
    for ids in pipeline.aligned:
        met = {shared.get(id, id) for id in ids}
        first = min(met)
        shared |= {id: first for id, leader in shared.items() if leader in met} | dict.fromkeys(ids, first)
    return shared


class _StandIns:
    """The nodes that stand for groups at the ends of edges."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._members: dict[str, list[str]] = {group.id: [] for group in pipeline.groups}
        around: Mapping[str, str | None] = {group.id: group.parent for group in pipeline.groups}
        for node in pipeline.nodes:
            owner = node.group
            while owner is not None:
                self._members[owner].append(node.id)
                owner = around[owner]
        self._joined = {(edge.source, edge.target) for edge in pipeline.edges}

    def tail(self, id: str) -> tuple[str, str | None]:
        """The node an edge leaves from and its group: the middle one of those that lead nowhere else in the group."""
        return self._stand_in(id, leaving=True)

    def head(self, id: str) -> tuple[str, str | None]:
        """The node an edge runs to and its group: the middle one of those that nothing else in the group leads to."""
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
