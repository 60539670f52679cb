"""Weights: how straight each edge is to be in the layout of Graphviz."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Mapping, Sequence, Set
from itertools import chain
from typing import Literal

from ..geometry.primitives import Side
from ..geometry.shapes import flat_part
from ..model.vocabulary import ASIDE, FLOW, Direction
from .graph import LayoutEdge, LayoutGraph, LayoutNode
from .ordering import flow_order, links, longest_paths, skips
from .peers import joins_pair, leaf_nodes

_PASSING, _USUAL, _OF_FAN, _SPINE, _CHAIN, _RUNG = 1, 3, 4, 20, 100, 200
_CLEARLY = 2  # edges by which a branch leads on further than all others of its fan: it is the main one
_BESIDE = 12.0  # points beyond the gap between two nodes, across which a line to each runs straight

_SIDES: Mapping[Direction, tuple[Side, Side]] = {
    "LR": ("right", "left"),
    "RL": ("left", "right"),
    "TB": ("bottom", "top"),
    "BT": ("top", "bottom"),
}
"""At which the edges of the flow leave a node, and enter one."""


def weights(
    graph: LayoutGraph, edges: Sequence[LayoutEdge], back: Container[int], to_groups: Set[int]
) -> dict[int, int]:
    """The weights of the *edges* of *graph* by key: links of chains have great ones, edges beside the flow least.

    A chain between nodes that leads on stays one where edges of other kinds than its own branch off, and the main
    branch of a fan is in line with its hub.  *edges* join nodes alone; *back* has the keys of those that run against
    the flow, *to_groups* of those that begin or end at a group.  Beside leaves, chains hold more than clusters.
    """
    flow = [edge for edge in edges if edge.kind not in ASIDE and not edge.is_loop and not joins_pair(graph, edge)]
    passing = skips(flow)
    flow = [edge for edge in flow if edge.key not in passing]
    main = [edge for edge in flow if edge.kind in FLOW]
    # A single link from the beginning of the flow to its end is one edge of a hub like the others.
    tails, heads = {edge.source for edge in flow}, {edge.target for edge in main}
    leading_on = {edge.key for edge in main if edge.source in heads or edge.target in tails}
    chains = links(flow) | (links(main) & leading_on) - to_groups
    spines = _main_branches(graph, [edge for edge in flow if edge.key not in back])
    leaving = Counter(edge.source for edge in flow)
    of_chain = _RUNG if leaf_nodes(graph) else _CHAIN

    def weight(edge: LayoutEdge) -> int:
        if edge.kind in ASIDE or edge.key in back or edge.key in passing:
            return _PASSING
        if edge.key in chains:
            return of_chain
        if edge.key in spines:
            return _SPINE
        return _OF_FAN if leaving[edge.source] > 1 else _USUAL

    return {edge.key: weight(edge) for edge in edges} | _between_peers(graph, edges)


def _main_branches(graph: LayoutGraph, flow: Sequence[LayoutEdge]) -> set[int]:
    """Keys of the edges to the one branch of a fan that leads on, or clearly further than the others.

    A hub with room for straight lines to two branches stands between them instead.
    """
    nodes = {node.id: node for node in graph.nodes}
    found: set[int] = set()
    ways: tuple[Literal[0, 1], Literal[0, 1]] = (0, 1)
    for way in ways:
        after: dict[str, dict[str, LayoutEdge]] = defaultdict(dict)
        entering = Counter[str]()
        for edge in flow:
            hub, leaf = (edge.source, edge.target) if way == 0 else (edge.target, edge.source)
            after[hub][leaf] = edge
            entering[leaf] += 1
        fans = [leaves for hub, leaves in after.items() if len(leaves) > 1 and not _holds_two(graph, nodes[hub], way)]
        if not fans:
            continue
        place = flow_order(nodes, flow)
        length = longest_paths(sorted(nodes, key=place.__getitem__, reverse=way == 0), after)
        for leaves in fans:
            *_, second, longest = sorted(leaves, key=length.__getitem__)
            if length[longest] >= length[second] + (_CLEARLY if length[second] else 1) and entering[longest] == 1:
                found.add(leaves[longest].key)
    return found


def _holds_two(graph: LayoutGraph, hub: LayoutNode, way: Literal[0, 1]) -> bool:
    """Whether the side where branches leave a *hub* (0) or meet at it (1) is as long as the gap between two of them.

    A region that stands for its group has no size yet.
    """
    width, height = round(hub.size.width, 6), round(hub.size.height, 6)
    if not width:
        return True
    low, high = flat_part(hub.shape, width, height, graph.style.corner_radius, _SIDES[graph.direction][way])
    return high - low >= graph.style.node_gap + _BESIDE


def _between_peers(graph: LayoutGraph, edges: Sequence[LayoutEdge]) -> dict[int, int]:
    """The weights of the *edges* of the flow that join peers of one group to those of another, by key.

    They hold more than Graphviz's 128, by which clusters are narrow.
    """
    paired = set(chain.from_iterable(graph.peers)).difference(chain.from_iterable(graph.pairs))
    rungs = [edge for edge in edges if edge.kind not in ASIDE and paired.issuperset((edge.source, edge.target))]
    return dict.fromkeys(links([edge for edge in rungs if not graph.joins_peers(edge)]), _RUNG) if rungs else {}
