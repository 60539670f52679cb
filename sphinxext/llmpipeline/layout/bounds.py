"""How large a layout is at least, told without Graphviz: the longest way through a diagram must have its room."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping

from ..geometry.primitives import Size, Sizes
from ..model.pipeline import Edge, Pipeline
from ..style.types import Style
from .cycles import places
from .digraph import GROUP_GAP, direction_of, label_room, line_widths, node_size
from .endpoints import as_told, routes
from .regions import Region, divide

_SIDEWAYS = ("LR", "RL")


def least_size(pipeline: Pipeline, style: Style, sizes: Sizes) -> Size:
    """The width and height that no layout of *pipeline* is below, give or take a point.

    Ranks are as long as the nodes, labels and gaps of the longest way along the edges, and the diagram is as broad as
    its broadest node.

    Args:
        pipeline: what would be laid out.
        style: gives the direction where the pipeline has none, gaps, padding and shapes.
        sizes: of the labels of the pipeline.
    """
    return _Bound(pipeline, style, sizes).region(divide(pipeline, direction_of(pipeline, style)))


class _Bound:
    def __init__(self, pipeline: Pipeline, style: Style, sizes: Sizes) -> None:
        self._style = style
        self._nodes = {
            node.id: node_size(node, size, style) for node, size in zip(pipeline.nodes, sizes.nodes, strict=True)
        }
        lines = line_widths(pipeline, style, sizes)
        self._labels = [size and label_room(size, line, style) for size, line in zip(sizes.edges, lines, strict=True)]

    def region(self, region: Region) -> Size:
        """Of a region and all that it holds."""
        islands = {id: self.region(inner) for id, inner in region.inner.items()}
        nodes = self._nodes | {
            id: Size(size.width + 2 * GROUP_GAP, size.height + 2 * GROUP_GAP) for id, size in islands.items()
        }
        pipeline = region.pipeline
        sideways = pipeline.direction in _SIDEWAYS
        own = [nodes[node.id] for node in pipeline.nodes]
        along = {
            node.id: size.width if sideways else size.height for node, size in zip(pipeline.nodes, own, strict=True)
        }
        breadth = max((size.height if sideways else size.width for size in own), default=0.0)
        labels = [self._labels[index] for index in region.edges]
        room = [(size.width if sideways else size.height) if size else 0.0 for size in labels]
        length = self._longest(pipeline, along, room)
        return Size(length, breadth) if sideways else Size(breadth, length)

    def _longest(self, pipeline: Pipeline, along: Mapping[str, float], room: list[float]) -> float:
        """The longest way along edges: nodes, the gaps between them, and the labels in these."""
        told = as_told(pipeline, routes(pipeline))
        place = places(list(along), told)
        # Nodes of one rank, and so of one way, would count twice; and how a circle runs is Graphviz's own choice.
        if pipeline.aligned or _leads_back_into_a_group(pipeline, told, place):
            return max(along.values(), default=0.0)
        leading: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for edge, length in zip(told, room, strict=True):
            first, last = sorted((edge.source, edge.target), key=place.__getitem__)
            if first != last:
                leading[last].append((first, length))
        gap = math.floor(self._style.rank_gap)
        ends: dict[str, float] = {}
        for id in sorted(along, key=place.__getitem__):
            before = max((ends[first] + gap + length for first, length in leading[id]), default=0.0)
            ends[id] = before + math.floor(along[id])  # as Graphviz rounds: each by less than a point
        return max(ends.values(), default=0.0)


def _leads_back_into_a_group(pipeline: Pipeline, told: Iterable[Edge], place: Mapping[str, int]) -> bool:
    """Whether a way leads out of a group and back into it: Graphviz ranks each group as a whole."""
    followers: dict[str, set[str]] = defaultdict(set)
    for edge in told:
        first, last = sorted((edge.source, edge.target), key=place.__getitem__)
        followers[first].add(last)
    holders = pipeline.holders()
    for group in pipeline.groups:
        inside = {node.id for node in pipeline.nodes if group.id in holders[node.id]}
        waiting = list({end for id in inside for end in followers[id]} - inside)
        seen = set(waiting)
        while waiting:
            found = followers[waiting.pop()]
            if found & inside:
                return True
            waiting += found - seen
            seen |= found
    return False
