"""Which parts of a diagram are laid out together, and which by themselves.

A group whose ranks run in another direction than those around it is a region of its own.  It is laid out first; in the
region around it, it is one box of known size, and an edge that leads into it is cut there in two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ..model.pipeline import Edge, Group, Label, Node, Pipeline
from ..model.vocabulary import Direction


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

    pipeline: Pipeline
    """What is laid out together: an inner region is a node of its group's id, in the place of all that it holds."""
    edges: tuple[int, ...]
    """Which edges of the whole diagram those of :attr:`pipeline` are."""
    tails: tuple[Crossing | None, ...]
    """For each edge where it really begins, if that is inside an inner region."""
    heads: tuple[Crossing | None, ...]
    """The same of where it ends."""
    inner: Mapping[str, Region]
    """The inner regions by the ids of their groups."""


def divide(pipeline: Pipeline, direction: Direction) -> Region:
    r"""The region at the top, which holds the others.

    Args:
        pipeline: the whole diagram.
        direction: direction of its ranks.

    >>> from ..language import parse
    >>> whole = divide(parse("group g: G\n   :direction: TB\n   node a\nnode b\na -> b"), "LR")
    >>> [node.id for node in whole.pipeline.nodes], [node.id for node in whole.inner["g"].pipeline.nodes]
    (['g', 'b'], ['a'])
    >>> whole.tails
    (Crossing(island='g', end='a'),)
    """
    if all(group.direction in (None, direction) for group in pipeline.groups):
        return _undivided(pipeline, direction)
    return _Divider(pipeline, direction).region(None, direction)


def _undivided(pipeline: Pipeline, direction: Direction) -> Region:
    """The one region of a diagram that runs in one direction, as most do."""
    aligned = tuple(unique for ids in pipeline.aligned if len(unique := tuple(dict.fromkeys(ids))) > 1)
    whole = Pipeline(pipeline.nodes, pipeline.edges, pipeline.groups, aligned, direction, pipeline.splines)
    nowhere = (None,) * len(pipeline.edges)
    return Region(whole, tuple(range(len(pipeline.edges))), nowhere, nowhere, {})


class _Divider:
    def __init__(self, pipeline: Pipeline, direction: Direction) -> None:
        self._pipeline = pipeline
        self._groups = {group.id: group for group in pipeline.groups}
        self._holders = {node.id: node.group for node in pipeline.nodes}
        self._holders |= {group.id: group.parent for group in pipeline.groups}
        self._directions: dict[str | None, Direction] = {None: direction}
        for id in self._groups:
            self._direction(id)

    def _direction(self, id: str | None) -> Direction:
        """Of the ranks in a group."""
        if id not in self._directions and id is not None:
            group = self._groups[id]
            self._directions[id] = group.direction or self._direction(group.parent)
        return self._directions[id]

    def _is_root(self, group: Group) -> bool:
        return self._direction(group.id) != self._direction(group.parent)

    def _home(self, id: str) -> str | None:
        """Root of the region that shows a node or group; of a root, the region around its own."""
        holder = self._holders[id]
        while holder is not None and not self._is_root(self._groups[holder]):
            holder = self._holders[holder]
        return holder

    def _homes(self, id: str) -> Iterator[tuple[str | None, str]]:
        """The regions around a part from the inside out, each with what stands for the part there."""
        home = self._home(id)
        yield home, id
        while home is not None:
            id, home = home, self._home(home)
            yield home, id

    def region(self, root: str | None, direction: Direction) -> Region:
        """The region of a root, or that at the top."""
        groups = [group for group in self._pipeline.groups if self._home(group.id) == root]
        roots = [group.id for group in groups if self._is_root(group)]
        stand_ins = {id: Node(id, Label(()), group=self._groups[id].parent) for id in roots}
        nodes: dict[str, Node] = {}  # an inner region where its first node is declared
        for node in self._pipeline.nodes:
            if (id := dict(self._homes(node.id)).get(root)) is not None:
                nodes[id] = stand_ins.get(id, node)
        shown = [self._groups[id] for id in self._groups if id == root or (self._home(id) == root and id not in roots)]
        numbers, edges, tails, heads = [], [], [], []
        for number, edge in enumerate(self._pipeline.edges):
            met = self._met(edge)
            if met and met[0] == root:
                numbers.append(number)
                edges.append(replace(edge, source=met[1], target=met[2]))
                tails.append(Crossing(met[1], edge.source) if met[1] != edge.source else None)
                heads.append(Crossing(met[2], edge.target) if met[2] != edge.target else None)
        pipeline = Pipeline(
            tuple(nodes.values()),
            tuple(edges),
            tuple(replace(group, parent=None) if group.id == root else group for group in shown),
            tuple(aligned for ids in self._pipeline.aligned if len(aligned := self._aligned(ids, root)) > 1),
            direction,
            self._pipeline.splines,
        )
        inner = {id: self.region(id, self._direction(id)) for id in roots}
        return Region(pipeline, tuple(numbers), tuple(tails), tuple(heads), inner)

    def _met(self, edge: Edge) -> tuple[str | None, str, str]:
        """The innermost region that shows both ends of an edge, and what stands for them there."""
        targets = dict(self._homes(edge.target))
        return next((home, id, targets[home]) for home, id in self._homes(edge.source) if home in targets)

    def _aligned(self, ids: tuple[str, ...], root: str | None) -> tuple[str, ...]:
        """Those of *ids* that a region shows, where it is the innermost that shows more than one."""
        found: dict[str, None] = {}
        for id in ids:
            found |= {shown: None for home, shown in self._homes(id) if home == root}
        return tuple(found)
