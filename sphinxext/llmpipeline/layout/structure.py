"""What belongs together in a graph: chains, rows, and members in their order; for judge and alignment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from functools import cached_property
from itertools import pairwise
from typing import Literal

from ..model.steps import statements
from ..model.vocabulary import ASIDE, Direction
from .endpoints import innermost
from .graph import LayoutEdge, LayoutGraph
from .ordering import back_edges, links, skips

Pair = tuple[str, str]


class Structure:
    """What belongs together, from the graph alone."""

    def __init__(self, graph: LayoutGraph) -> None:
        self.graph = graph
        self.holders = graph.holders
        self.parents = {id: around[0] if around else None for id, around in self.holders.items()}
        self.by_id = {node.id: node for node in graph.nodes}
        """The nodes."""
        self.depths = {group.id: group.depth for group in graph.groups}
        """Of groups: points that the sheets of a pile take."""
        self._leans = {node.id: node.lean for node in graph.nodes if node.lean != (0.0, 0.0)}
        self.borders = {group.id for group in graph.groups if group.has_border}
        """Groups with a border."""
        self.framed = self.borders | self.by_id.keys()
        ids = [*(group.id for group in graph.groups), *(node.id for node in graph.nodes)]
        back = back_edges(ids, graph.edges)
        self.forward = [
            edge for edge in graph.edges if edge.key not in back and _flows(edge) and not graph.joins_peers(edge)
        ]

    def lean(self, id: str, axis: Literal[0, 1]) -> float:
        """How much further than its own middle along an axis that of the cells of a table is."""
        return self._leans[id][axis] if id in self._leans else 0.0

    def common(self, one: str, other: str) -> str | None:
        """The innermost group around both."""
        return innermost(self.holders, one, other)

    def is_sideways(self, group: str | None) -> bool:
        """Whether the ranks of a group stand side by side."""
        return self.graph.runs_sideways(group)

    def flow_axis(self, group: str | None) -> Literal[0, 1]:
        """The axis of the flow in a group: 0 from side to side, 1 up and down."""
        return 0 if self.is_sideways(group) else 1

    def direction(self, group: str | None) -> Direction:
        """The direction of a group."""
        return self.graph.directions[group]

    @cached_property
    def siblings(self) -> list[tuple[str, str, LayoutEdge]]:
        """Each edge between two members of one group, or of the top level, in which its ends are; they differ."""
        paths = {id: (*reversed(around), id) for id, around in self.holders.items()}
        found = []
        for edge in self.graph.edges:
            for one, other in zip(paths[edge.source], paths[edge.target], strict=False):
                if one != other:
                    found.append((one, other, edge))
                    break
        return found

    def are_joined(self, ids: Collection[str]) -> bool:
        """Whether an edge joins two of them."""
        return any(not self._neighbours[id].isdisjoint(ids) for id in ids if id in self._neighbours)

    @cached_property
    def _neighbours(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for edge in self.graph.edges:
            if not edge.is_loop:
                found[edge.source].add(edge.target)
                found[edge.target].add(edge.source)
        return found

    @cached_property
    def members(self) -> dict[str | None, list[str]]:
        """Members of each group and of the top level, in the order of the text."""
        lines = self.graph.lines
        found: dict[str | None, list[str]] = defaultdict(list)
        for id in sorted((id for id in self.parents if id in self.framed), key=lambda one: lines.get(one, 0)):
            found[self.parents[id]].append(id)
        return found

    @cached_property
    def unjoined(self) -> dict[str, list[str]]:
        """Of each group, the members that no edge joins to other members."""
        joined = {id for one, other, _ in self.siblings for id in (one, other)}
        groups = {id: inside for id, inside in self.members.items() if id in self.borders}
        return {str(id): [one for one in inside if one not in joined] for id, inside in groups.items()}

    @cached_property
    def linked(self) -> set[str]:
        """Nodes and groups that an edge joins to others; and groups that hold another group without a border."""
        found = {holder for group in self.graph.groups if not group.has_border for holder in self.holders[group.id]}
        for one, other, edge in self.siblings:
            for id, top in ((edge.source, one), (edge.target, other)):
                around = (id, *self.holders[id])
                found.update(around[: around.index(top) + 1])
        return found

    @cached_property
    def listed(self) -> list[list[str]]:
        """What the text lists in an order: nodes that share a rank, and the targets of each statement."""
        numbers = statements(self.graph.pipeline.edges)
        targets: dict[tuple[str, int], dict[str, None]] = defaultdict(dict)
        for edge in self.forward:
            targets[edge.source, numbers[edge.key]][edge.target] = None
        return [*map(list, self.graph.aligned), *map(list, targets.values())]

    @cached_property
    def leading(self) -> dict[str, set[str]]:
        """By the id of a part: the parts that lead to it, if there are any."""
        found: dict[str, set[str]] = defaultdict(set)
        for edge in self.forward:
            found[edge.target].add(edge.source)
        return found

    @cached_property
    def fans(self) -> list[list[str]]:
        """Nodes of one group that follow the same others: they are to stand in one row."""
        aligned = {id for ids in self.graph.aligned for id in ids}
        found: dict[tuple[str | None, frozenset[str]], list[str]] = defaultdict(list)
        for id in self.by_id:
            if id in self.leading and id not in aligned:
                found[self.parents[id], frozenset(self.leading[id])].append(id)
        return [ids for ids in found.values() if len(ids) > 1]

    @cached_property
    def _stepping(self) -> list[LayoutEdge]:
        """The edges of the flow without skips."""
        passing = skips(self.forward)
        return [edge for edge in self.forward if edge.key not in passing]

    @cached_property
    def diamonds(self) -> list[Pair]:
        """Pairs of nodes: the first leads to a fan whose nodes lead to the second alone, which nothing else leads to.

        Skips from the first to the second do not count.
        """
        following: dict[str, set[str]] = defaultdict(set)
        leading: dict[str, set[str]] = defaultdict(set)
        for edge in self._stepping:
            following[edge.source].add(edge.target)
            leading[edge.target].add(edge.source)
        found: list[Pair] = []
        for ids in self.fans:
            before, after = self.leading[ids[0]], set().union(*(following[id] for id in ids))
            if len(before) == len(after) == 1 and self.by_id.keys() >= before | after:
                (one,), (two,) = before, after
                if leading[two] == {*ids}:
                    found.append((one, two))
        return found

    @cached_property
    def links(self) -> list[Pair]:
        """Links of chains: nodes of which one follows the other alone, apart from skips."""
        found = links(self._stepping)
        pairs = ((edge.source, edge.target) for edge in self._stepping if edge.key in found)
        return [pair for pair in dict.fromkeys(pairs) if self.by_id.keys() >= set(pair)]

    @cached_property
    def chained(self) -> list[Pair]:
        """Groups of which one follows the other alone."""
        forward = {edge.key for edge in self.forward}
        after: dict[str, set[str]] = defaultdict(set)
        before: dict[str, set[str]] = defaultdict(set)
        for one, other, edge in self.siblings:
            if edge.key in forward:
                after[one].add(other)
                before[other].add(one)
        pairs = [(one, next(iter(found))) for one, found in after.items() if len(found) == 1]
        return [pair for pair in pairs if len(before[pair[1]]) == 1 and self.borders.issuperset(pair)]

    @cached_property
    def stacked(self) -> list[Pair]:
        """Neighbours in stacks, of which one is a node and one a group: they stand on one axis as the others do."""
        stacks = {group.id for group in self.graph.pipeline.groups if group.is_stack}
        pairs = (pair for id, members in self.members.items() if id in stacks for pair in pairwise(members))
        return [pair for pair in pairs if len(self.borders.intersection(pair)) == 1]


def _flows(edge: LayoutEdge) -> bool:
    return edge.kind not in ASIDE and not edge.is_loop
