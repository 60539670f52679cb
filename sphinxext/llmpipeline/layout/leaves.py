"""Leaves: nodes that only one other is joined to, and that may stand beside it instead of in the next rank.

Where the flow leads on from a node, or comes to it, and another edge leads aside, such as from a decision to what is
refused, or to a cache, both lines are straight if that leaf stands beside its hub.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

from ..model.vocabulary import ASIDE
from .graph import LayoutEdge, LayoutGraph

_MOST = 3  # edges that leave a hub, or enter it: more are a fan of equals


def leaves_beside(graph: LayoutGraph, bent: Collection[int]) -> tuple[tuple[str, str], ...]:
    """The pairs of a leaf and its hub that may stand beside each other, in the order across the flow.

    They are those at whose hub one of the *bent* edges, by key, begins or ends.  What an author aligns stays.
    """
    if graph.aligned:
        return ()
    taken = {id for pair in graph.mutual_peers for id in pair}
    found: list[tuple[str, str]] = []
    for hub, before, after in _Leaves(graph, bent).hubs():
        if taken.isdisjoint((hub, *before, *after)):
            found += [(leaf, hub) for leaf in before] + [(hub, leaf) for leaf in after]
            taken.update((*before, *after))
    return tuple(found)


class _Leaves:
    """What is joined to each node."""

    def __init__(self, graph: LayoutGraph, bent: Collection[int]) -> None:
        ordered = {group.id for group in graph.pipeline.groups if group.is_stack}
        ordered |= {group.id for group in graph.groups if group.rows}
        self._lines = {edge.key: graph.pipeline.edges[edge.key].line for edge in graph.edges}
        self._bent = bent
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
                leading, following = self._of(hub, leaves_hub=False), self._of(hub, leaves_hub=True)
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
        lines = [line for edge in edges if (line := self._lines[edge.key])]  # edges of Python have none
        ends = dict.fromkeys(self._other(edge, hub) for edge in edges)
        found = [id for id in ends if self._is_leaf(id, hub)]
        leads_on = any(not self._is_leaf(id, hub, feedback=False) for id in ends)
        is_fan = len(edges) > _MOST or len(set(lines)) < len(lines)
        return found if leads_on and not is_fan and len(found) <= 2 else []

    def _other(self, edge: LayoutEdge, id: str) -> str:
        return edge.target if edge.source == id else edge.source

    def _is_leaf(self, id: str, hub: str, *, feedback: bool = True) -> bool:
        """Whether only a hub, in the same group, is joined to a node: by all its edges, or by those but *feedback*."""
        edges = (edge for edge in self._edges[id] if feedback or edge.kind not in ASIDE)
        return self._homes.get(id, "") == self._homes[hub] and all(self._other(edge, id) == hub for edge in edges)
