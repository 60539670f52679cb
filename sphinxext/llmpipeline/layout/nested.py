"""Nested layout: each region is laid out by itself, from the inside out, and put into the one around it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace

from ..geometry.curves import arrow_ends, arrow_length, arrow_size, arrowhead, clipped, joined
from ..geometry.primitives import Box, Curve, Point, Size, straight
from .digraph import GROUP_GAP, Dot, Island, build_dot
from .engine import LayoutEngine
from .graph import LayoutEdge, LayoutGraph, Stack
from .output import place
from .regions import Region, divide
from .result import Layout, LayoutResult, PlacedEdge, PlacedGroup
from .stacks import LANE, TRUNK_INSET, is_of_stack, stack_of, with_stacks

_BESIDE_LABEL = 4.0  # points between the label of an edge and the border around both
_NEAR = 2 * GROUP_GAP  # points
_CORNER = 10.0  # points from a corner, within which no edge ends
_STEEP = 0.5  # least cosine of the angle at which a line may meet a border at a slant


def lay_out(graph: LayoutGraph, engine: LayoutEngine) -> LayoutResult:
    """Lay out *graph* with all its regions.

    Raises:
        LayoutError: if Graphviz cannot be run or gives no layout.
    """
    nested = _Nested(engine)
    parts = nested.region(divide(with_stacks(graph)))
    layout = Layout(
        parts.box,
        {node.id: parts.nodes[node.id] for node in graph.nodes},
        {edge.key: parts.edges[edge.key] for edge in graph.edges},
        {group.id: parts.groups[group.id] for group in graph.groups},
    )
    return LayoutResult(layout, tuple(nested.messages))


def outermost_dot(graph: LayoutGraph, engine: LayoutEngine) -> Dot:
    """The DOT of the region at the top, in which a group with a direction of its own is one box."""
    region = divide(with_stacks(graph))
    nested = _Nested(engine)
    return build_dot(region, _islands(region, {id: nested.region(inner) for id, inner in region.inner.items()}))


class _Nested:
    """Lays out regions recursively and collects Graphviz's messages."""

    def __init__(self, engine: LayoutEngine) -> None:
        self._engine = engine
        self.messages: list[str] = []

    def region(self, region: Region, stack: Stack | None = None) -> Layout:
        """Lay out a region and those inside it; the box holds the region alone, the mappings hold all parts.

        *stack* is the stack that the region is, if it is one.
        """
        inner = {id: self.region(held, stack_of(region.graph, id)) for id, held in region.inner.items()}
        result = place(region.graph, build_dot(region, _islands(region, inner)), self._engine)
        self.messages += result.messages
        layout = _justified(result.layout, stack) if stack else result.layout
        nodes = dict(layout.nodes)
        groups = dict(layout.groups)
        borders = {id: cluster.box for id, cluster in layout.groups.items()}
        edges: dict[int, PlacedEdge] = {}
        for id, parts in inner.items():
            borders[id] = nodes.pop(id).box
            own = _with_room(region.graph, id, parts)
            moved = parts.moved(borders[id].x0 - own.x0, borders[id].y0 - own.y0)
            nodes |= moved.nodes
            edges |= moved.edges
            groups |= moved.groups
        held = _held_labels(region.graph, layout)
        groups |= {id: _within_cluster(cluster, held[id]) for id, cluster in layout.groups.items()}
        whole = Layout(layout.box, nodes, {}, groups)
        for edge in region.graph.edges:
            edges[edge.key] = _extended_to_ends(region, edge, layout.edges[edge.key], borders, whole)
        return replace(whole, edges=edges)


def _justified(layout: Layout, stack: Stack) -> Layout:
    """The column of a stack with its parts at the side of the trunk."""
    boxes = [node.box for node in layout.nodes.values()]
    if stack.right and not stack.left:
        end = max(box.x1 for box in boxes)
        moves = [end - box.x1 for box in boxes]
    else:
        start = min(box.x0 for box in boxes)
        moves = [start - box.x0 for box in boxes]
    nodes = {id: node.moved(by, 0.0) for (id, node), by in zip(layout.nodes.items(), moves, strict=True)}
    return replace(layout, nodes=nodes)


def _islands(region: Region, inner: Mapping[str, Layout]) -> dict[str, Island]:
    """The inner regions as boxes with gates."""
    graph = region.graph
    boxes = {id: _with_room(graph, id, parts) for id, parts in inner.items()}
    gates: dict[str, dict[tuple[str, int], float]] = {id: {} for id in inner}
    edges = {edge.key: edge for edge in graph.edges}
    widths = {node.id: node.size.width for node in graph.nodes}
    for side, crossings in enumerate((region.tails, region.heads)):
        for key, crossing in crossings.items():
            id, end = crossing.island, crossing.end
            if stack_of(graph, id):
                hub = edges[key].source if side else edges[key].target
                at = _lane_gate(boxes[id].width, widths.get(hub, 0.0), at_left=side == 1)
            else:
                x, y = inner[id].box_of(end).center
                at = y - boxes[id].y0 if graph.is_sideways else x - boxes[id].x0
            gates[id][end, side] = at
    return {id: Island(Size(box.width, box.height), gates[id]) for id, box in boxes.items()}


def _lane_gate(width: float, hub: float, *, at_left: bool) -> float:
    """The place at a stack of some *width* below, or above, the middle of a *hub*, whose trunk runs in a lane."""
    at = min(LANE / 2 + max(0.0, hub / 2 - TRUNK_INSET), width / 2)
    return at if at_left else width - at


def _with_room(graph: LayoutGraph, id: str, parts: Layout) -> Box:
    """The box of an inner region in the region around it: with room for arrows, or with the lanes of a stack."""
    if not is_of_stack(id):
        return parts.groups[id].box.grown(GROUP_GAP)
    held = [*(node.box for node in parts.nodes.values())]
    held += [group.box for one, group in parts.groups.items() if not is_of_stack(one)]
    held += [line.label for line in parts.edges.values() if line.label]
    held += [Box.around(spline.points) for line in parts.edges.values() for spline in line.splines]
    box = Box.around_boxes(held)
    stack = stack_of(graph, id)
    return Box(box.x0 - stack.left, box.y0, box.x1 + stack.right, box.y1) if stack else box


def _held_labels(graph: LayoutGraph, layout: Layout) -> dict[str, list[Box]]:
    """Labels of the edges in each group, which have no margin of their own in a cluster."""
    held: dict[str, list[Box]] = {group.id: [] for group in graph.groups}
    around = graph.enclosures() if held else {}
    for edge in graph.edges:
        label = layout.edges[edge.key].label
        if label and held:
            for id in around[edge.source] & around[edge.target]:
                held[id].append(label)
    return held


def _within_cluster(cluster: PlacedGroup, held: Iterable[Box]) -> PlacedGroup:
    """A group: smaller than its cluster by the room for arrows around it, but around all that it holds."""
    box, title = cluster.box, cluster.label
    inner = Box.around_boxes([box.grown(-GROUP_GAP), *(label.grown(_BESIDE_LABEL) for label in held)])
    label = Box(title.x0 + GROUP_GAP, title.y0 - GROUP_GAP, title.x1 - GROUP_GAP, title.y1 - GROUP_GAP)
    return PlacedGroup(inner.outline(), label)


def _extended_to_ends(
    region: Region, edge: LayoutEdge, line: PlacedEdge, borders: Mapping[str, Box], parts: Layout
) -> PlacedEdge:
    """The line of an edge, extended from the borders of clusters and islands to the nodes or groups that it joins."""
    has_tail_arrow, has_head_arrow = arrow_ends(edge.kind)
    if edge.target in borders:
        crossing = region.heads.get(edge.key)
        target = parts.box_of(crossing.end if crossing else edge.target)
        *others, last = line.splines
        extension = _Extension(clipped(last, borders[edge.target]), borders[edge.target], target)
        spline, heads = extension.drawn(edge.width if has_head_arrow else None)
        line = replace(line, splines=(*others, spline), arrowheads=(*line.arrowheads, *heads))
    if edge.source in borders:
        crossing = region.tails.get(edge.key)
        target = parts.box_of(crossing.end if crossing else edge.source)
        first, *others = line.splines
        extension = _Extension(clipped(first.reversed(), borders[edge.source]), borders[edge.source], target)
        spline, heads = extension.drawn(edge.width if has_tail_arrow else None)
        line = replace(line, splines=(spline.reversed(), *others), arrowheads=(*line.arrowheads, *heads))
    return line


class _Extension:
    """The extension of a spline that ends on the border of a cluster or island: straight to the box that it joins."""

    def __init__(self, spline: Curve, border: Box, target: Box) -> None:
        self._spline = spline
        gate = spline.points[-1]
        inward = _inward(gate, border)
        tip = _meeting(gate, target, inward)
        length = math.dist(gate, tip)
        self._gate = gate
        self._towards = ((tip[0] - gate[0]) / length, (tip[1] - gate[1]) / length) if length else inward
        if length < _NEAR and self._towards == inward and (ahead := _ahead(spline, inward)):
            # So near, a bend would look like a mistake: the line keeps its direction.
            self._towards, slant = ahead
            tip = (gate[0] + length * slant * self._towards[0], gate[1] + length * slant * self._towards[1])
        self._tip = tip

    def drawn(self, width: float | None) -> tuple[Curve, tuple[Curve, ...]]:
        """The extended spline, and the arrowhead of a line of *width* points; ``None`` for no arrowhead."""
        base, (dx, dy) = self._tip, self._towards
        heads: tuple[Curve, ...] = ()
        if width is not None:
            length = arrow_length(width)
            base = (self._tip[0] - length * dx, self._tip[1] - length * dy)
            heads = (arrowhead(self._tip, self._towards, arrow_size(width)),)
        return joined([self._spline, Curve((self._gate, *straight(self._gate, base)), bezier=True)]), heads


def _ahead(spline: Curve, inward: Point) -> tuple[Point, float] | None:
    """The direction at the end of a spline, and how much longer it is than straight inward; ``None`` if too flat."""
    before, end = spline.points[-2:]
    length = math.dist(end, before)
    if not length:
        return None
    direction = ((end[0] - before[0]) / length, (end[1] - before[1]) / length)
    cosine = direction[0] * inward[0] + direction[1] * inward[1]
    return (direction, 1 / cosine) if cosine > _STEEP else None


def _inward(gate: Point, box: Box) -> Point:
    """The direction from a place on the border of a box into it."""
    x, y = gate
    sides = {(1, 0): x - box.x0, (-1, 0): box.x1 - x, (0, 1): y - box.y0, (0, -1): box.y1 - y}
    return min(sides, key=lambda way: abs(sides[way]))


def _meeting(gate: Point, box: Box, towards: Point) -> Point:
    """The place where a line straight inward from a gate meets a box; away from its corners."""
    x, y = gate
    corner = min(_CORNER, box.width / 2, box.height / 2)
    if towards[0]:
        return (box.x0 if towards[0] > 0 else box.x1), min(max(y, box.y0 + corner), box.y1 - corner)
    return min(max(x, box.x0 + corner), box.x1 - corner), (box.y0 if towards[1] > 0 else box.y1)
