"""Peers: members of a group that stand beside each other across the flow, although an edge joins them.

An edge both ways, or without an arrowhead, leads nowhere.  Where each of its ends leads to a member of its own in
another group, or follows one, the lines between the groups are straight only if the ends stand beside each other.

Siblings follow one node, or lead to one, as agents that work for one supervisor do.  Where such an edge joins two of
them, or feedback does, they may stand in their row all the same.

So may a leaf, a node that only one other is joined to, stand beside that one, its hub.  Where the flow leads on, and
another edge leads aside, such as to a cache, or from a decision to what is refused, both lines are straight then.  The
leaf may be outside of the group of its hub: a store that one step uses.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from ..model.steps import statements
from ..model.vocabulary import ASIDE, EdgeKind

if TYPE_CHECKING:
    from .graph import LayoutEdge, LayoutGraph

_MOST = 3  # statements by which edges leave the hub of a leaf, or enter it: more are a fan of equals
_MUTUAL: tuple[EdgeKind, ...] = ("exchange", "link")
_UNRANKED: tuple[EdgeKind, ...] = (*_MUTUAL, "feedback")

_Stop = tuple[str, bool]


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
    ordered |= _with_order(graph)
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


def with_pairs_aside(graph: LayoutGraph, bent: Collection[int], aside: Collection[int]) -> Iterator[LayoutGraph]:
    """The graph with leaves beside hubs at which edges are *bent*, with siblings in their row, and with both.

    Edges *aside*, by key, run back or to another panel.  Within a group, a label between siblings has room.
    """
    leaves = leaves_beside(graph, bent, aside)
    siblings = joined_siblings(graph, aside)
    homes = {node.id: node.group for node in graph.nodes}
    within = {frozenset(pair) for pair in siblings if homes[pair[0]] is not None}
    labelled = {edge.key for edge in graph.edges if edge.label and {edge.source, edge.target} in within}
    for pairs in filter(None, dict.fromkeys((leaves, without_feedback(graph, leaves)))):
        yield replace(graph, aside=pairs)
    for pairs in dict.fromkeys((siblings, leaves + siblings)) if siblings else ():
        yield replace(graph, aside=pairs, roomy=graph.roomy | labelled)


def joined_siblings(graph: LayoutGraph, aside: Collection[int]) -> tuple[tuple[str, str], ...]:
    """The pairs of siblings of one group that an edge of no direction of its own joins, in the order of the graph.

    The flow leads from neither to the other; edges *aside*, by key, are no part of it.  What an author aligns stays.
    """
    joining = [edge for edge in graph.edges if edge.kind in _UNRANKED and not edge.is_loop]
    if graph.aligned or not joining:
        return ()
    flow = [edge for edge in graph.edges if edge.kind not in _UNRANKED and edge.key not in aside]
    before: dict[str, set[str]] = defaultdict(set)
    after: dict[str, set[str]] = defaultdict(set)
    for edge in flow:
        before[edge.target].add(edge.source)
        after[edge.source].add(edge.target)
    homes = _homes(graph)
    place = {id: index for index, id in enumerate(homes)}
    siblings: dict[tuple[str, str], None] = {}
    for edge in joining:
        if edge.source in homes and edge.target in homes and not graph.joins_peers(edge):
            one, two = sorted((edge.source, edge.target), key=place.__getitem__)
            if homes[one] == homes[two] and (before[one] & before[two] or after[one] & after[two]):
                siblings[one, two] = None
    if not siblings:
        return ()
    ways = _ways(graph, flow)
    return tuple(pair for pair in siblings if not (_leads(ways, *pair) or _leads(ways, *pair[::-1])))


def _homes(graph: LayoutGraph) -> dict[str, str | None]:
    """The groups of the nodes that may share a rank with others: neither cells, nor members of stacks."""
    ordered = _with_order(graph)
    return {node.id: node.group for node in graph.nodes if node.group not in ordered}


def _with_order(graph: LayoutGraph) -> set[str | None]:
    """The ids of the groups whose members have an order: stacks and tables."""
    stacks = (group.id for group in graph.pipeline.groups if group.is_stack)
    return {*stacks, *(group.id for group in graph.groups if group.rows)}


def _ways(graph: LayoutGraph, flow: Iterable[LayoutEdge]) -> Mapping[_Stop, Set[_Stop]]:
    """The steps of a *flow*: its edges, from a part to the groups around it, and from a group to its members.

    A stop is an id, and whether it is left there, or entered.
    """
    found: dict[_Stop, set[_Stop]] = defaultdict(set)
    for id, around in graph.holders.items():
        found[id, False].add((id, True))
        for holder in around[:1]:
            found[id, True].add((holder, True))
            found[holder, False].add((id, False))
    for edge in flow:
        found[edge.source, True].add((edge.target, False))
    return found


def _leads(ways: Mapping[_Stop, Set[_Stop]], start: str, end: str) -> bool:
    """Whether the flow leads from *start* to *end*."""
    found: set[_Stop] = set()
    waiting: list[_Stop] = [(start, True)]
    while waiting and (end, False) not in found:
        ahead = ways.get(waiting.pop(), set()) - found
        found |= ahead
        waiting += ahead
    return (end, False) in found


# Pairs of a variant


def pairs_of(graph: LayoutGraph) -> tuple[tuple[str, str], ...]:
    """The pairs that a graph has aside; of a part, those that are both in it."""
    if not graph.aside:
        return ()
    nodes = {node.id for node in graph.nodes}
    return tuple(pair for pair in graph.aside if nodes.issuperset(pair))


def leaf_nodes(graph: LayoutGraph) -> set[str]:
    """The ids of the leaves that stand beside their hubs."""
    if not graph.pairs:
        return set()
    joined: dict[str, set[str]] = defaultdict(set)
    for edge in graph.pipeline.edges:  # of the whole: a sibling is no leaf where a part has one of its edges
        joined[edge.source].add(edge.target)
        joined[edge.target].add(edge.source)
    return {id for pair in graph.pairs for id in pair if len(joined[id]) == 1}


def joins_pair(graph: LayoutGraph, edge: LayoutEdge) -> bool:
    """Whether the ends of an edge are a leaf and its hub, or siblings, that a variant puts beside each other."""
    return (edge.source, edge.target) in graph.pairs or (edge.target, edge.source) in graph.pairs


# Leaves


def leaves_beside(graph: LayoutGraph, bent: Collection[int], aside: Collection[int]) -> tuple[tuple[str, str], ...]:
    """The pairs of a leaf and its hub that may stand beside each other, in the order across the flow.

    They are those at whose hub one of the *bent* edges, by key, begins or ends; edges *aside*, which run back or to
    another panel, do not lead on.  What an author aligns stays.
    """
    if graph.aligned:
        return ()
    taken = {id for pair in graph.peers for id in pair}
    found: list[tuple[str, str]] = []
    for hub, before, after in _Leaves(graph, bent, aside).hubs():
        if taken.isdisjoint((hub, *before, *after)):
            found += [(leaf, hub) for leaf in before] + [(hub, leaf) for leaf in after]
            taken.update((*before, *after))
    return tuple(found)


def without_feedback(graph: LayoutGraph, pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """The *pairs* that an edge of the flow joins, and not only one beside it."""
    joined = {frozenset((edge.source, edge.target)) for edge in graph.edges if edge.kind not in ASIDE}
    return tuple(pair for pair in pairs if frozenset(pair) in joined)


class _Leaves:
    """What is joined to each node."""

    def __init__(self, graph: LayoutGraph, bent: Collection[int], aside: Collection[int]) -> None:
        self._ordered = _with_order(graph)
        self._statements = statements(graph.pipeline.edges)
        self._bent, self._aside = bent, aside
        self._holders, self._directions = graph.holders, graph.directions
        self._homes = _homes(graph)
        self._edges: dict[str, list[LayoutEdge]] = defaultdict(list)
        for edge in graph.edges:
            for id in {edge.source, edge.target}:
                self._edges[id].append(edge)

    def hubs(self) -> Iterator[tuple[str, list[str], list[str]]]:
        """Hubs with the leaves before and behind them across the flow: one at each side at most.

        Those in the group of a hub come first: the flow may lead on to others.  Of these there is one at most, because
        Graphviz puts all at one side of a group.
        """
        for hub in self._homes:
            bent = [edge for edge in self._edges[hub] if edge.key in self._bent]
            for is_far in (False, True) if bent else ():
                leading = self._of(hub, leaves_hub=False, is_far=is_far)
                following = self._of(hub, leaves_hub=True, is_far=is_far)
                leaves = [*leading, *following]
                if not leaves or not any(edge.kind not in ASIDE or self._other(edge, hub) in leaves for edge in bent):
                    continue
                if is_far and len(leaves) > 1:
                    continue
                if len(leading) < 2 and len(following) < 2:
                    yield hub, leading, following
                elif not leading:
                    yield hub, following[:1], following[1:]
                elif not following:
                    yield hub, leading[:1], leading[1:]
                break

    def _of(self, hub: str, *, leaves_hub: bool, is_far: bool) -> list[str]:
        """The leaves to which edges lead from a hub, or from which they enter it, if another one leads on.

        A leaf that edges join both ways is where the first one says.
        """
        leaves = {id for id in map(partial(self._other, id=hub), self._edges[hub]) if self._is_leaf(id, hub, is_far)}
        edges = [
            edge
            for edge in self._edges[hub]
            if not edge.is_loop
            and (edge.source if leaves_hub else edge.target) == hub
            and (edge.kind not in ASIDE or self._other(edge, hub) in leaves)
        ]
        numbers = Counter(self._statements[edge.key] for edge in edges)
        single = dict.fromkeys(self._other(edge, hub) for edge in edges if numbers[self._statements[edge.key]] == 1)
        found = [id for id in single if id in leaves and (self._edges[id][0].target == id) is leaves_hub]
        onward = (self._other(edge, hub) for edge in edges if edge.key not in self._aside)
        leads_on = any(not self._is_leaf(id, hub, is_far, feedback=False) for id in onward)
        return found if leads_on and len(numbers) <= _MOST and len(found) <= 2 else []

    def _other(self, edge: LayoutEdge, id: str) -> str:
        return edge.target if edge.source == id else edge.source

    def _is_leaf(self, id: str, hub: str, is_far: bool, *, feedback: bool = True) -> bool:
        """Whether only a hub is joined to a node, by all its edges, or by those but *feedback*.

        The node is in the group of the hub or, if it *is_far*, perhaps in one around that.
        """
        edges = (edge for edge in self._edges[id] if feedback or edge.kind not in ASIDE)
        return self._is_in_reach(id, hub, is_far) and all(self._other(edge, id) == hub for edge in edges)

    def _is_in_reach(self, id: str, hub: str, is_far: bool) -> bool:
        home = self._homes.get(id, "")
        if home == self._homes[hub]:
            return True
        around = [*self._holders[hub], None]
        if not is_far or home not in around:
            return False
        between = around[: around.index(home)]
        return self._ordered.isdisjoint(between) and {self._directions[one] for one in between} == {
            self._directions[home]
        }
