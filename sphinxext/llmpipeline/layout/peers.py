"""Peers: members of a group that stand beside each other across the flow, although an edge joins them.

An edge both ways, or without an arrowhead, leads nowhere.  Where each of its ends leads to a member of its own in
another group, or follows one, the lines between the groups are straight only if the ends stand beside each other.

So may a leaf, a node that only one other is joined to, stand beside that one, its hub.  Where the flow leads on, and
another edge leads aside, such as to a cache, or from a decision to what is refused, both lines are straight then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from ..model.steps import statements
from ..model.vocabulary import ASIDE, EdgeKind

if TYPE_CHECKING:
    from .graph import LayoutEdge, LayoutGraph

_MOST = 3  # edges that leave the hub of a leaf, or enter it: more are a fan of equals
_MUTUAL: tuple[EdgeKind, ...] = ("exchange", "link")


def peers_of(graph: LayoutGraph) -> tuple[tuple[str, str], ...]:
    """Pairs of peers, each in the order of the graph; none if the author says what shares a rank.

    A group that has a direction, a flow of its own, or an order, as stacks do, has none.
    """
    if graph.aligned or not graph.groups or not any(edge.kind in _MUTUAL for edge in graph.edges):
        return ()
    homes = {node.id: node.group for node in graph.nodes}
    within = [edge for edge in graph.edges if not edge.is_loop and homes.get(edge.source, "") == homes.get(edge.target)]
    mutual = [edge for edge in within if edge.kind in _MUTUAL and homes[edge.source] is not None]
    ordered = {None, *(group.id for group in graph.groups if group.direction or group.panel)}
    ordered |= {group.id for group in graph.pipeline.groups if group.is_stack}
    ordered |= {homes[edge.source] for edge in within if edge.kind not in (*_MUTUAL, *ASIDE)}
    joined: dict[str, dict[tuple[str | None, bool], set[str]]] = defaultdict(lambda: defaultdict(set))
    """By node, another group without an order, and whether the edges lead there: the nodes at their other ends."""
    for edge in graph.edges:
        if edge.kind not in ASIDE and edge.source in homes and edge.target in homes:
            for one, two, leads in ((edge.source, edge.target, True), (edge.target, edge.source, False)):
                if homes[two] not in ordered and homes[one] != homes[two]:
                    joined[one][homes[two], leads].add(two)
    place = {id: index for index, id in enumerate(homes)}
    found: dict[tuple[str, str], None] = {}
    for edge in mutual:
        one, two = sorted((edge.source, edge.target), key=place.__getitem__)
        ways = joined[one].keys() & joined[two].keys()
        if homes[one] not in ordered and any(len(joined[one][way] | joined[two][way]) > 1 for way in ways):
            found[one, two] = None
    return tuple(found)


# Leaves


def leaves_of(graph: LayoutGraph) -> tuple[tuple[str, str], ...]:
    """The leaves and hubs that a graph has aside; of a part, those that are both in it, in one group."""
    homes = {node.id: node.group for node in graph.nodes}
    return tuple(pair for pair in graph.aside if homes.get(pair[0], "") == homes.get(pair[1], " "))


def leaf_nodes(graph: LayoutGraph) -> set[str]:
    """The ids of the leaves that stand beside their hubs."""
    if not graph.leaves:
        return set()
    joined: dict[str, set[str]] = defaultdict(set)
    for edge in graph.edges:
        joined[edge.source].add(edge.target)
        joined[edge.target].add(edge.source)
    return {id for pair in graph.leaves for id in pair if len(joined[id]) == 1}


def joins_leaf(graph: LayoutGraph, edge: LayoutEdge) -> bool:
    """Whether one end of an edge is a leaf beside the other one."""
    return (edge.source, edge.target) in graph.leaves or (edge.target, edge.source) in graph.leaves


def leaves_beside(graph: LayoutGraph, bent: Collection[int], back: Collection[int]) -> tuple[tuple[str, str], ...]:
    """The pairs of a leaf and its hub that may stand beside each other, in the order across the flow.

    They are those at whose hub one of the *bent* edges, by key, begins or ends; edges that run *back* do not lead on.
    What an author aligns stays.
    """
    if graph.aligned:
        return ()
    taken = {id for pair in graph.peers for id in pair}
    found: list[tuple[str, str]] = []
    for hub, before, after in _Leaves(graph, bent, back).hubs():
        if taken.isdisjoint((hub, *before, *after)):
            found += [(leaf, hub) for leaf in before] + [(hub, leaf) for leaf in after]
            taken.update((*before, *after))
    return tuple(found)


class _Leaves:
    """What is joined to each node."""

    def __init__(self, graph: LayoutGraph, bent: Collection[int], back: Collection[int]) -> None:
        ordered = {group.id for group in graph.pipeline.groups if group.is_stack}
        ordered |= {group.id for group in graph.groups if group.rows}
        self._statements = statements(graph.pipeline.edges)
        self._bent, self._back = bent, back
        self._homes = {node.id: node.group for node in graph.nodes if node.group not in ordered}
        """Of the nodes that may share a rank with others: neither cells, nor members of stacks."""
        self._edges: dict[str, list[LayoutEdge]] = defaultdict(list)
        for edge in graph.edges:
            for id in {edge.source, edge.target}:
                self._edges[id].append(edge)

    def hubs(self) -> Iterator[tuple[str, list[str], list[str]]]:
        """Hubs with the leaves before and behind them across the flow: one at each side at most."""
        for hub in self._homes:
            if any(edge.key in self._bent for edge in self._edges[hub]):
                leading = self._of(hub, leaves_hub=False)
                following = [id for id in self._of(hub, leaves_hub=True) if id not in leading]
                if len(leading) < 2 and len(following) < 2:
                    yield hub, leading, following
                elif not leading:
                    yield hub, following[:1], following[1:]
                elif not following:
                    yield hub, leading[:1], leading[1:]

    def _of(self, hub: str, *, leaves_hub: bool) -> list[str]:
        """The leaves to which edges lead from a hub, or from which they enter it, if another one leads on."""
        edges = [
            edge
            for edge in self._edges[hub]
            if edge.kind not in ASIDE and not edge.is_loop and (edge.source if leaves_hub else edge.target) == hub
        ]
        numbers = {self._statements[edge.key] for edge in edges}
        ends = dict.fromkeys(self._other(edge, hub) for edge in edges)
        found = [id for id in ends if self._is_leaf(id, hub)]
        onward = (self._other(edge, hub) for edge in edges if edge.key not in self._back)
        leads_on = any(not self._is_leaf(id, hub, feedback=False) for id in onward)
        is_fan = len(edges) > _MOST or len(numbers) < len(edges)
        return found if leads_on and not is_fan and len(found) <= 2 else []

    def _other(self, edge: LayoutEdge, id: str) -> str:
        return edge.target if edge.source == id else edge.source

    def _is_leaf(self, id: str, hub: str, *, feedback: bool = True) -> bool:
        """Whether only a hub, in the same group, is joined to a node: by all its edges, or by those but *feedback*."""
        edges = (edge for edge in self._edges[id] if feedback or edge.kind not in ASIDE)
        return self._homes.get(id, "") == self._homes[hub] and all(self._other(edge, id) == hub for edge in edges)
