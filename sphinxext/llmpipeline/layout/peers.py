"""Peers: members of a group that stand beside each other across the flow, although an edge joins them.

An edge both ways, or without an arrowhead, leads nowhere.  Where each of its ends leads to a member of its own in
another group, or follows one, the lines between the groups are straight only if the ends stand beside each other.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ..model.vocabulary import ASIDE, EdgeKind

if TYPE_CHECKING:
    from .graph import LayoutGraph

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
