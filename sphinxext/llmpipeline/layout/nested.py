"""A whole diagram in place: each region is laid out by itself, from the inside out, and put into the one around it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from ..geometry.curves import arrow_ends, arrow_length, arrow_size, arrowhead, clipped, joined
from ..geometry.primitives import Box, Curve, Point, Size, Sizes, straight
from ..job import Engine
from ..model.pipeline import Pipeline
from ..style.types import Style
from .digraph import GROUP_GAP, Island, build, direction_of, line_widths, splines_of
from .engine import LayoutResult, place
from .regions import Region, divide
from .result import Layout, PlacedEdge, PlacedGroup, PlacedNode

if TYPE_CHECKING:
    import graphviz


def arrange(
    pipeline: Pipeline, style: Style, sizes: Sizes, engine: Engine = "pygraphviz", dot: str = "dot"
) -> LayoutResult:
    """Lay out *pipeline*.

    Args:
        pipeline: what is drawn.
        style: gives the direction where the pipeline has none, gaps, padding and shapes.
        sizes: of the labels of the pipeline.
        engine: ``pygraphviz`` runs Graphviz in this process, ``dot`` the executable *dot*.
        dot: name or path of the executable.

    Raises:
        LayoutError: where Graphviz cannot be run or gives no layout.
    """
    arranger = _Arranger(pipeline, style, sizes, engine, dot)
    parts = arranger.region(divide(pipeline, direction_of(pipeline, style)))
    layout = Layout(
        parts.box,
        tuple(parts.nodes[node.id] for node in pipeline.nodes),
        tuple(parts.edges[index] for index in range(len(pipeline.edges))),
        tuple(parts.groups[group.id] for group in pipeline.groups),
    )
    return LayoutResult(layout, tuple(arranger.messages))


def outermost(pipeline: Pipeline, style: Style, sizes: Sizes) -> graphviz.Digraph:
    """The graph of the region at the top, in which a group with a direction of its own is one box."""
    arranger = _Arranger(pipeline, style, sizes, "pygraphviz", "dot")
    region = divide(pipeline, direction_of(pipeline, style))
    return arranger.graph(region, {id: arranger.region(inner) for id, inner in region.inner.items()})


_BESIDE_LABEL = 4.0  # points between the label of an edge and the border around both
_NEAR = 2 * GROUP_GAP  # points
_CORNER = 10.0  # points from a corner, within which no edge ends
_STEEP = 0.5  # cosine of the angle from which on a line meets a border at a slant


@dataclass(frozen=True, slots=True)
class _Parts:
    """What has been placed, by ids and numbers of edges."""

    box: Box
    nodes: Mapping[str, PlacedNode]
    edges: Mapping[int, PlacedEdge]
    groups: Mapping[str, PlacedGroup]

    def moved(self, dx: float, dy: float) -> _Parts:
        return _Parts(
            self.box.moved(dx, dy),
            {id: node.moved(dx, dy) for id, node in self.nodes.items()},
            {index: edge.moved(dx, dy) for index, edge in self.edges.items()},
            {id: group.moved(dx, dy) for id, group in self.groups.items()},
        )

    def at(self, id: str) -> Box:
        """The box of a node or group."""
        return self.nodes[id].box if id in self.nodes else self.groups[id].box


class _Arranger:
    def __init__(self, pipeline: Pipeline, style: Style, sizes: Sizes, engine: Engine, dot: str) -> None:
        self._style = style
        self._engine: Engine = engine
        self._dot = dot
        self._node_sizes = {node.id: size for node, size in zip(pipeline.nodes, sizes.nodes, strict=True)}
        self._group_sizes = {group.id: size for group, size in zip(pipeline.groups, sizes.groups, strict=True)}
        self._edge_sizes = sizes.edges
        self._lines = line_widths(pipeline, style, sizes)
        self.messages: list[str] = []

    def region(self, region: Region) -> _Parts:
        """Lay out a region and all that it holds."""
        inner = {id: self.region(held) for id, held in region.inner.items()}
        placed = place(region.pipeline, self.graph(region, inner), self._engine, self._dot)
        self.messages += placed.messages
        layout = placed.layout
        nodes = {node.id: at for node, at in zip(region.pipeline.nodes, layout.nodes, strict=True)}
        clusters = {group.id: at for group, at in zip(region.pipeline.groups, layout.groups, strict=True)}
        groups = dict(clusters)
        borders = {id: cluster.box for id, cluster in clusters.items()}
        edges: dict[int, PlacedEdge] = {}
        for id, parts in inner.items():
            borders[id] = nodes.pop(id).box
            own = parts.groups[id].box
            moved = parts.moved(borders[id].x0 + GROUP_GAP - own.x0, borders[id].y0 + GROUP_GAP - own.y0)
            nodes |= moved.nodes
            edges |= moved.edges
            groups |= moved.groups
        held = _held(region.pipeline, layout)
        groups |= {id: _within_cluster(cluster, held[id]) for id, cluster in clusters.items()}
        whole = _Parts(layout.box, nodes, {}, groups)
        for index, line in enumerate(layout.edges):
            edges[region.edges[index]] = self._led_on(region, index, line, borders, whole)
        return replace(whole, edges=edges)

    def graph(self, region: Region, inner: Mapping[str, _Parts]) -> graphviz.Digraph:
        """The graph of a region, the regions in it as islands."""
        sizes = Sizes(
            tuple(self._node_sizes.get(node.id, Size(0, 0)) for node in region.pipeline.nodes),
            tuple(self._edge_sizes[index] for index in region.edges),
            tuple(self._group_sizes[group.id] for group in region.pipeline.groups),
            tuple(self._lines[index] for index in region.edges),
        )
        sideways = region.pipeline.direction in ("LR", "RL")
        islands = {}
        for id, parts in inner.items():
            box = parts.groups[id].box
            ends = {end.end for end in (*region.tails, *region.heads) if end and end.island == id}
            middles = {end: parts.at(end).center for end in ends}
            gates = {end: (y - box.y0 if sideways else x - box.x0) + GROUP_GAP for end, (x, y) in middles.items()}
            islands[id] = Island(Size(box.width + 2 * GROUP_GAP, box.height + 2 * GROUP_GAP), gates)
        return build(region.pipeline, self._style, sizes, islands, region.tails, region.heads)

    def _led_on(
        self, region: Region, index: int, line: PlacedEdge, borders: Mapping[str, Box], parts: _Parts
    ) -> PlacedEdge:
        """The line of an edge, led on from the borders of clusters and islands to what it joins."""
        edge = region.pipeline.edges[index]
        width = self._lines[region.edges[index]]
        begins, ends = arrow_ends(edge.kind)
        square = splines_of(region.pipeline, self._style) == "ortho"
        if edge.target in borders:
            head = region.heads[index]
            target = parts.at(head.end if head else edge.target)
            line = _led_on(line, borders[edge.target], target, width if ends else None, 1, square)
        if edge.source in borders:
            tail = region.tails[index]
            target = parts.at(tail.end if tail else edge.source)
            line = _led_on(line, borders[edge.source], target, width if begins else None, 0, square)
        return line


def _held(pipeline: Pipeline, layout: Layout) -> dict[str, list[Box]]:
    """What each group must stay around: labels of the edges in it, which have no margin of their own in a cluster."""
    held: dict[str, list[Box]] = {group.id: [] for group in pipeline.groups}
    around = pipeline.enclosures() if held else {}
    for edge, line in zip(pipeline.edges, layout.edges, strict=True):
        if line.label and held:
            for id in around[edge.source] & around[edge.target]:
                held[id].append(line.label)
    return held


def _within_cluster(cluster: PlacedGroup, held: Iterable[Box]) -> PlacedGroup:
    """A group, which is smaller than its cluster by the room for arrows around it, but not than what it holds."""
    box, title = cluster.box, cluster.label
    inner = Box.around_boxes([box.grown(-GROUP_GAP), *(label.grown(_BESIDE_LABEL) for label in held)])
    label = Box(title.x0 + GROUP_GAP, title.y0 - GROUP_GAP, title.x1 - GROUP_GAP, title.y1 - GROUP_GAP)
    return PlacedGroup(inner.outline(), label)


def _led_on(
    line: PlacedEdge, border: Box, target: Box, width: float | None, at: Literal[0, 1], square: bool
) -> PlacedEdge:
    """A line, led on from its end (1) or its beginning (0) straight to what it joins.

    Args:
        line: ends on *border*, or inside it.
        border: of a cluster or an island.
        target: what the line joins there.
        width: of the line, where it has an arrowhead there; ``None`` where it has none.
        at: which end.
        square: whether it may run along and across only.
    """
    spline = clipped(line.splines[-1], border) if at else clipped(line.splines[0].reversed(), border).reversed()
    gate = spline.points[-at]
    inward = _inward(gate, border)
    tip = _meeting(gate, target, inward)
    length = math.dist(gate, tip)
    legs = [gate]
    towards = ((tip[0] - gate[0]) / length, (tip[1] - gate[1]) / length) if length else inward
    if square:
        towards = inward
        legs.append((gate[0], tip[1]) if inward[0] else (tip[0], gate[1]))
    elif length < _NEAR and towards == inward and (ahead := _ahead(spline, at, inward)):
        # So near, a bend would look like a mistake: the line goes on as it comes.
        towards, slant = ahead
        tip = (gate[0] + length * slant * towards[0], gate[1] + length * slant * towards[1])
    base, heads = tip, line.arrowheads
    if width is not None:
        length = arrow_length(width)
        base = (tip[0] - length * towards[0], tip[1] - length * towards[1])
        heads = (*heads, arrowhead(tip, towards, arrow_size(width)))
    way = (point for start, end in pairwise([*legs, base]) for point in straight(start, end))
    piece = Curve((gate, *way), bezier=True)
    if at:
        return replace(line, splines=(*line.splines[:-1], joined([spline, piece])), arrowheads=heads)
    return replace(line, splines=(joined([piece.reversed(), spline]), *line.splines[1:]), arrowheads=heads)


def _ahead(spline: Curve, at: Literal[0, 1], inward: Point) -> tuple[Point, float] | None:
    """The way in which a line comes, and how much longer it is than straight inward; ``None`` where it is too flat."""
    end, before = (spline.points[-1], spline.points[-2]) if at else (spline.points[0], spline.points[1])
    length = math.dist(end, before)
    if not length:
        return None
    way = ((end[0] - before[0]) / length, (end[1] - before[1]) / length)
    cosine = way[0] * inward[0] + way[1] * inward[1]
    return (way, 1 / cosine) if cosine > _STEEP else None


def _inward(gate: Point, box: Box) -> Point:
    """The way from a place on the border of a box into it."""
    x, y = gate
    sides = {(1, 0): x - box.x0, (-1, 0): box.x1 - x, (0, 1): y - box.y0, (0, -1): box.y1 - y}
    return min(sides, key=lambda way: abs(sides[way]))


def _meeting(gate: Point, box: Box, towards: Point) -> Point:
    """Where a line straight inward from a gate meets a box; near its corner, where it would miss that or touch it."""
    x, y = gate
    corner = min(_CORNER, box.width / 2, box.height / 2)
    if towards[0]:
        return (box.x0 if towards[0] > 0 else box.x1), min(max(y, box.y0 + corner), box.y1 - corner)
    return min(max(x, box.x0 + corner), box.x1 - corner), (box.y0 if towards[1] > 0 else box.y1)
