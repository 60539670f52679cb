"""Regions: the parts of a graph that have one direction each.

A group whose ranks run in another direction than those around it is a region of its own.  It is laid out first; in the
region around it, it is one box of known size, and an edge that leads into it is cut there in two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from itertools import chain

from ..geometry.primitives import Size
from ..records import record
from .graph import LayoutEdge, LayoutGraph, LayoutGroup, LayoutNode
from .ordering import whole_ranks


@record
class Crossing:
    """An end of an edge inside an inner region, seen from the region in which the edge is drawn."""

    island: str
    """The inner region's group, as a node of the outer region."""
    end: str
    """The node or group, anywhere inside it, that the edge leads to or comes from."""


@record
class Region:
    """Nodes, edges and groups that share a direction."""

    graph: LayoutGraph
    """The part that is laid out together: an inner region is a node of its group's id, in the place of its members."""
    tails: Mapping[int, Crossing]
    """The edges, by key, that begin inside an inner region."""
    heads: Mapping[int, Crossing]
    """The edges, by key, that end inside an inner region."""
    inner: Mapping[str, Region]
    """The inner regions by the ids of their groups."""
    anchors: Mapping[str, str] = field(default_factory=dict)
    """By the id of an inner region: the node or group inside it by which it shares a rank."""


def divide(graph: LayoutGraph) -> Region:
    """The region at the top, which holds the others."""
    if any(group.is_apart or group.direction not in (None, graph.direction) for group in graph.groups):
        return _Divider(graph).region(None)
    # One direction, as in most diagrams.
    aligned = tuple(unique for ids in graph.aligned if len(unique := tuple(dict.fromkeys(ids))) > 1)
    return Region(graph if aligned == graph.aligned else replace(graph, aligned=aligned), {}, {}, {})


class _Divider:
    def __init__(self, graph: LayoutGraph) -> None:
        self._graph = graph
        self._groups = {group.id: group for group in graph.groups}
        self._holders = {node.id: node.group for node in graph.nodes}
        self._holders |= {group.id: group.parent for group in graph.groups}
        self._directions = graph.directions
        self._roots: dict[str | None, list[str]] = defaultdict(list)
        """Region → the roots of those directly inside it; as all below, in the order of the graph."""
        self._shown: dict[str | None, list[str]] = defaultdict(list)
        """Region → its groups, with its root."""
        for group in graph.groups:
            if self._is_root(group):
                self._roots[self._home(group.id)].append(group.id)
                self._shown[group.id].append(group.id)
            else:
                self._shown[self._home(group.id)].append(group.id)
        self._nodes: dict[str | None, dict[str, LayoutNode]] = defaultdict(dict)
        """Region → its nodes; an inner region is in the place of its first node."""
        for node in graph.nodes:
            for home, id in self._homes(node.id):
                self._nodes[home][id] = node if id == node.id else _island(self._groups[id])
        self._edges: dict[str | None, list[tuple[LayoutEdge, str, str]]] = defaultdict(list)
        """Region → its edges, with the ids that stand for their ends there."""
        for edge in graph.edges:
            home, source, target = self._meeting(edge)
            self._edges[home].append((edge, source, target))
        self._aligned = self._shown_sets(whole_ranks(graph.aligned))
        self._anchors: dict[str | None, dict[str, str]] = defaultdict(dict)
        """Region → by the inner regions that share a rank there: the first part inside that is in the text's list."""
        for id in chain.from_iterable(graph.aligned):
            for home, shown in self._homes(id):
                if shown != id and any(shown in ids for ids in self._aligned[home]):
                    self._anchors[home].setdefault(shown, id)
        self._listed = self._shown_sets(graph.listed)

    def _shown_sets(self, sets: Iterable[tuple[str, ...]]) -> Mapping[str | None, list[tuple[str, ...]]]:
        """Region → the nodes of each set that it shows, in their order."""
        found: dict[str | None, list[tuple[str, ...]]] = defaultdict(list)
        for ids in sets:
            shown: dict[str | None, dict[str, None]] = defaultdict(dict)
            for home, id in chain.from_iterable(map(self._homes, ids)):
                shown[home][id] = None
            for home, unique in shown.items():
                if len(unique) > 1:
                    found[home].append(tuple(unique))
        return found

    def _is_root(self, group: LayoutGroup) -> bool:
        return group.is_apart or self._directions[group.id] != self._directions[group.parent]

    def _home(self, id: str) -> str | None:
        """Root of the region that shows a node or group; of a root, the region around its own."""
        holder = self._holders[id]
        while holder is not None and not self._is_root(self._groups[holder]):
            holder = self._holders[holder]
        return holder

    def _homes(self, id: str) -> Iterator[tuple[str | None, str]]:
        """The regions around a part from the inside out, each with the id that stands for the part there."""
        home = self._home(id)
        yield home, id
        while home is not None:
            id, home = home, self._home(home)
            yield home, id

    def region(self, root: str | None) -> Region:
        """The region of a root, or that at the top."""
        edges: list[LayoutEdge] = []
        tails: dict[int, Crossing] = {}
        heads: dict[int, Crossing] = {}
        for edge, source, target in self._edges[root]:
            edges.append(replace(edge, source=source, target=target))
            if source != edge.source:
                tails[edge.key] = Crossing(source, edge.source)
            if target != edge.target:
                heads[edge.key] = Crossing(target, edge.target)
        shown = [self._groups[id] for id in self._shown[root]]
        graph = replace(
            self._graph,
            nodes=tuple(self._nodes[root].values()),
            edges=tuple(edges),
            groups=tuple(replace(group, parent=None) if group.id == root else group for group in shown),
            aligned=tuple(self._aligned[root]),
            listed=tuple(self._listed[root]),
            direction=self._directions[root],
        )
        inner = {id: self.region(id) for id in self._roots[root]}
        return Region(graph, tails, heads, inner, self._anchors[root])

    def _meeting(self, edge: LayoutEdge) -> tuple[str | None, str, str]:
        """The innermost region that shows both ends of an edge, and the ids that stand for them there."""
        targets = dict(self._homes(edge.target))
        return next((home, id, targets[home]) for home, id in self._homes(edge.source) if home in targets)


def _island(group: LayoutGroup) -> LayoutNode:
    """The node that stands for a region; its size is known when the region is laid out."""
    nothing = Size(0.0, 0.0)
    return LayoutNode(group.id, group.parent, nothing, nothing, "box")
