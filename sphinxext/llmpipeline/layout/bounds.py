"""Lower bounds on the size of a layout, computed without Graphviz: the search lays out no graph that cannot win."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping

from ..geometry.primitives import Size
from .digraph import GROUP_GAP
from .endpoints import between_nodes
from .graph import LayoutEdge, LayoutGraph
from .ordering import flow_order, placing
from .regions import Region, divide
from .stacks import is_of_stack, with_stacks
from .tables import folded

_MOST_FOLLOWED = 100_000  # edges followed out of groups: a graph with more, of any shape, gets a lower bound


def least_size(graph: LayoutGraph) -> Size:
    """The width and height that no layout of *graph* is below, within a point; computed without Graphviz.

    Ranks are as long as the nodes, labels and gaps of the longest path along the edges, and the diagram is as broad as
    its broadest node.
    """
    return _least_size(divide(with_stacks(folded(graph))))


def _least_size(region: Region) -> Size:
    graph = region.graph
    sizes = {node.id: node.size for node in graph.nodes}
    for id, inner in region.inner.items():
        size = _least_size(inner)
        around = 0.0 if is_of_stack(id) else 2 * GROUP_GAP
        sizes[id] = Size(size.width + around, size.height + around)
    along = {id: size.width if graph.is_sideways else size.height for id, size in sizes.items()}
    breadth = max((size.height if graph.is_sideways else size.width for size in sizes.values()), default=0.0)
    length = _longest_path(graph, along)
    return Size(length, breadth) if graph.is_sideways else Size(breadth, length)


def _longest_path(graph: LayoutGraph, along: Mapping[str, float]) -> float:
    """Length of the longest path along edges, in points: nodes, the gaps between them, and the labels in these."""
    edges = placing(between_nodes(graph))
    position = flow_order(along, edges)
    # Nodes of one rank, and so of one path, would count twice; and Graphviz itself chooses how a cycle runs.
    if graph.aligned or graph.peers or _returns_to_a_group(graph, edges, position):
        return max(along.values(), default=0.0)
    leading: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for edge in edges:
        first, last = sorted((edge.source, edge.target), key=position.__getitem__)
        if first != last:
            size = graph.room(edge)
            room = (size.width if graph.is_sideways else size.height) if size else 0.0
            leading[last].append((first, room))
    gap = math.floor(graph.rank_gap)
    ends: dict[str, float] = {}
    for id in sorted(along, key=position.__getitem__):
        before = max((ends[first] + gap + room for first, room in leading[id]), default=0.0)
        ends[id] = before + math.floor(along[id])  # Graphviz rounds each down by less than a point
    return max(ends.values(), default=0.0)


def _returns_to_a_group(graph: LayoutGraph, edges: Iterable[LayoutEdge], position: Mapping[str, int]) -> bool:
    """Whether a path leads out of a group and back into it, or may: Graphviz ranks each group as a whole."""
    followers: dict[str, set[str]] = defaultdict(set)
    for edge in edges:
        first, last = sorted((edge.source, edge.target), key=position.__getitem__)
        followers[first].add(last)
    members: dict[str, set[str]] = {group.id: set() for group in graph.groups}
    for id, holders in graph.holders.items():
        if id in position:  # a node
            for holder in holders:
                members[holder].add(id)
    left = _MOST_FOLLOWED
    for inside in members.values():
        end = max((position[id] for id in inside), default=0)
        waiting = [*inside]
        seen: set[str] = set()
        while waiting:
            id = waiting.pop()
            found = followers[id]
            left -= len(found)
            if left < 0 or (id not in inside and found & inside):
                return True
            ahead = {other for other in found - inside - seen if position[other] < end}
            waiting += ahead
            seen |= ahead
    return False
