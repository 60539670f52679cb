"""Regions: the parts of a graph that have one direction each.

A group whose ranks run in another direction than those around it is a region of its own.  It is laid out first; in the
region around it, it is one box of known size, and an edge that leads into it is cut there in two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ..geometry.primitives import Size
from ..model.vocabulary import Direction
from .graph import LayoutEdge, LayoutGraph, LayoutGroup, LayoutNode


@dataclass(frozen=True, slots=True)
class Crossing:
    """An end of an edge inside an inner region, seen from the region in which the edge is drawn."""

    island: str
    """The inner region's group, as a node of the outer region."""
    end: str
    """The node or group, anywhere inside it, that the edge leads to or comes from."""


@dataclass(frozen=True, slots=True)
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


def divide(graph: LayoutGraph) -> Region:
    """The region at the top, which holds the others."""
    if any(group.direction not in (None, graph.direction) for group in graph.groups):
        return _Divider(graph).region(None)
    # One direction, as in most diagrams.
    aligned = tuple(unique for ids in graph.aligned if len(unique := tuple(dict.fromkeys(ids))) > 1)
    return Region(replace(graph, aligned=aligned), {}, {}, {})


class _Divider:
    def __init__(self, graph: LayoutGraph) -> None:
        self._graph = graph
        self._groups = {group.id: group for group in graph.groups}
        self._holders = {node.id: node.group for node in graph.nodes}
        self._holders |= {group.id: group.parent for group in graph.groups}
        self._directions: dict[str | None, Direction] = {None: graph.direction}
        for id in self._groups:
            self._direction(id)

    def _direction(self, id: str | None) -> Direction:
        """The direction of the ranks in a group."""
        if id not in self._directions and id is not None:
            group = self._groups[id]
            self._directions[id] = group.direction or self._direction(group.parent)
        return self._directions[id]

    def _is_root(self, group: LayoutGroup) -> bool:
        return self._direction(group.id) != self._direction(group.parent)

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
        roots = [group.id for group in self._groups.values() if self._home(group.id) == root and self._is_root(group)]
        islands = {id: _island(self._groups[id]) for id in roots}
        nodes: dict[str, LayoutNode] = {}  # an inner region in the place of its first node
        for node in self._graph.nodes:
            if (id := dict(self._homes(node.id)).get(root)) is not None:
                nodes[id] = islands.get(id, node)
        edges: list[LayoutEdge] = []
        tails: dict[int, Crossing] = {}
        heads: dict[int, Crossing] = {}
        for edge in self._graph.edges:
            home, source, target = self._meeting(edge)
            if home == root:
                edges.append(replace(edge, source=source, target=target))
                if source != edge.source:
                    tails[edge.key] = Crossing(source, edge.source)
                if target != edge.target:
                    heads[edge.key] = Crossing(target, edge.target)
        shown = [id for id in self._groups if id == root or (self._home(id) == root and id not in roots)]
        graph = replace(
            self._graph,
            nodes=tuple(nodes.values()),
            edges=tuple(edges),
            groups=tuple(replace(self._groups[id], parent=None) if id == root else self._groups[id] for id in shown),
            aligned=tuple(ids for aligned in self._graph.aligned if len(ids := self._aligned(aligned, root)) > 1),
            direction=self._direction(root),
        )
        return Region(graph, tails, heads, {id: self.region(id) for id in roots})

    def _meeting(self, edge: LayoutEdge) -> tuple[str | None, str, str]:
        """The innermost region that shows both ends of an edge, and the ids that stand for them there."""
        targets = dict(self._homes(edge.target))
        return next((home, id, targets[home]) for home, id in self._homes(edge.source) if home in targets)

    def _aligned(self, ids: tuple[str, ...], root: str | None) -> tuple[str, ...]:
        """Those of *ids* that a region shows."""
        found: dict[str, None] = {}
        for id in ids:
            found |= {shown: None for home, shown in self._homes(id) if home == root}
        return tuple(found)


def _island(group: LayoutGroup) -> LayoutNode:
    """The node that stands for a region; its size is known when the region is laid out."""
    nothing = Size(0.0, 0.0)
    return LayoutNode(group.id, group.parent, nothing, nothing, "box")
