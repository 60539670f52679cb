"""Endpoints: the nodes that edges join for Graphviz, which knows edges between nodes only.

A node stands for each group that is the end of an edge.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

from ..model.vocabulary import ASIDE, FLOW
from ..records import record
from .peers import leaf_nodes

if TYPE_CHECKING:
    from .graph import LayoutEdge, LayoutGraph


@record
class Endpoints:
    """The nodes that an edge joins for Graphviz."""

    tail: str
    head: str
    home: str | None
    """The innermost group that holds both nodes; ``None`` if none does."""
    within_rank: bool
    """Whether the two nodes, which are not the same, share a rank."""
    twin: tuple[str, str] | None = None
    """The nodes of a second edge, which keeps the line in the middle of groups whose ends are an even number."""


def innermost(holders: Mapping[str, Sequence[str]], one: str, *others: str) -> str | None:
    """The innermost group around all of some parts, by the groups around each from the innermost outwards."""
    around = [holders[other] for other in others]
    return next((id for id in holders[one] if all(id in groups for groups in around)), None)


def endpoints_of(graph: LayoutGraph) -> dict[int, Endpoints]:
    """The endpoints of all edges by their keys, in the order of the graph."""
    holders = graph.holders
    stand_ins = _StandIns(graph, holders)
    ranks = shared_ranks((*graph.aligned, *graph.peers))
    found: dict[int, Endpoints] = {}
    for edge in graph.edges:
        passes = edge.kind == "feedback"
        tail = stand_ins.stand_in(edge.source, leaving=True, passes=passes)
        head = stand_ins.stand_in(edge.target, leaving=False, passes=passes)
        home = innermost(holders, tail, head)
        within = tail != head and ranks.get(tail, tail) == ranks.get(head, head)
        found[edge.key] = Endpoints(tail, head, home, within)
    return found | _with_twins(graph, stand_ins, found)


def _with_twins(graph: LayoutGraph, stand_ins: _StandIns, found: Mapping[int, Endpoints]) -> dict[int, Endpoints]:
    """The endpoints with a second pair of nodes: of edges of the flow, as far as no other edge joins the nodes."""
    pairs = Counter(frozenset((ends.tail, ends.head)) for ends in found.values())
    twins: dict[int, Endpoints] = {}
    for edge in graph.edges:
        ends = found[edge.key]
        if edge.kind not in FLOW or ends.within_rank or ends.tail == ends.head:
            continue
        twin = (
            stand_ins.stand_in(edge.source, leaving=True, passes=False, second=True),
            stand_ins.stand_in(edge.target, leaving=False, passes=False, second=True),
        )
        nodes = {ends.tail, ends.head, *twin}
        if len(nodes) > 2 and sum(pairs[frozenset(pair)] for pair in combinations(nodes, 2)) == 1:
            twins[edge.key] = replace(ends, twin=twin)
    return twins


def between_nodes(graph: LayoutGraph) -> list[LayoutEdge]:
    """The edges of *graph* between the nodes of their endpoints."""
    found = ((edge, graph.endpoints[edge.key]) for edge in graph.edges)
    return [
        edge
        if (edge.source, edge.target) == (ends.tail, ends.head)
        else replace(edge, source=ends.tail, target=ends.head)
        for edge, ends in found
    ]


def shared_ranks(aligned: Iterable[tuple[str, ...]]) -> dict[str, str]:
    """Ids of nodes that share a rank with others → one of them, the same for all."""
    shared: dict[str, str] = {}
    sharing: dict[str, list[str]] = {}
    for ids in aligned:
        met = {shared.get(id, id) for id in ids}
        first = min(met)
        added = [id for leader in met if leader != first for id in sharing.pop(leader, [leader])]
        sharing[first] = [*sharing.get(first, [first]), *added]
        shared |= dict.fromkeys([first, *added], first)
    return shared


class _StandIns:
    """The nodes that stand for groups at the ends of edges."""

    def __init__(self, graph: LayoutGraph, holders: Mapping[str, Sequence[str]]) -> None:
        self._members: dict[str, list[str]] = {group.id: [] for group in graph.groups}
        for node in graph.nodes:
            for owner in holders[node.id]:
                self._members[owner].append(node.id)
        self._joined: dict[str, set[tuple[str, str]]] = defaultdict(set)
        """Group → the ends of the edges of the flow inside it."""
        self._leaves = leaf_nodes(graph)
        for edge in graph.edges:
            if edge.kind in ASIDE or (graph.joins_peers(edge) and self._leaves.isdisjoint((edge.source, edge.target))):
                continue
            for owner in set(holders[edge.source]).intersection(holders[edge.target]):
                self._joined[owner].add((edge.source, edge.target))
        self._known: dict[tuple[str, bool, bool, bool], str] = {}

    def stand_in(self, id: str, *, leaving: bool, passes: bool, second: bool = False) -> str:
        """The node that stands for an end of an edge; a node stands for itself.

        Of two in the middle, it is the first, or the *second*.

        Of a group, it is the middle of the nodes that lead nowhere else in the group, if the edge is *leaving* it;
        otherwise, of the nodes that no other in the group leads to.  If the flow runs in a circle, there are none: then
        it leaves by the last node and enters by the first.

        An edge that *passes* by the flow ends at the last of these nodes instead of the middle one: Graphviz lets it
        cross nothing, and would put the node in the middle outside of the others for that.
        """
        if id not in self._members:
            return id
        if (id, leaving, passes, second) not in self._known:
            ends = {source if leaving else target for source, target in self._joined[id]}
            moving = ends.union(*(self._members.get(end, ()) for end in ends))
            members = self._members[id]
            outer = [member for member in members if member not in moving] or [members[-1 if leaving else 0]]
            outer = [member for member in outer if member not in self._leaves] or outer
            middle = len(outer) // 2 if second else (len(outer) - 1) // 2
            self._known[id, leaving, passes, second] = outer[-1 if passes else middle]
        return self._known[id, leaving, passes, second]


def are_nested(one: LayoutEdge, other: LayoutEdge, around: Mapping[str, frozenset[str]]) -> bool:
    """Whether two edges have one end in common, and at the other one a group and a part of it.

    Of such lines upon each other, one would be hidden.  *around* are the ids of all groups around each part.
    """
    ends = (one.source, other.source), (one.target, other.target)
    return any(a == b and (c in around[d] or d in around[c]) for (a, b), (c, d) in (ends, ends[::-1]))
