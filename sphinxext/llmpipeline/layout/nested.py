"""Nested layout: each region is laid out by itself, from the inside out, and put into the one around it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from ..geometry.primitives import Box, Size
from .digraph import GROUP_GAP, Dot, Island, build_dot
from .engine import LayoutEngine
from .graph import LayoutGraph, Stack
from .output import place
from .regions import Region, divide
from .result import Layout, LayoutResult, PlacedGroup
from .stacks import LANE, TRUNK_INSET, is_of_stack, stack_of, with_stacks
from .tables import folded, unfolded


def lay_out(graph: LayoutGraph, engine: LayoutEngine) -> LayoutResult:
    """Lay out *graph* with all its regions, but for its edges.

    Raises:
        LayoutError: if Graphviz cannot be run or gives no layout.
    """
    nested = _Nested(engine)
    whole = folded(graph)
    parts = nested.region(divide(with_stacks(whole)))
    layout = Layout(
        parts.box,
        {node.id: parts.nodes[node.id] for node in whole.nodes},
        {},
        {group.id: parts.groups[group.id] for group in whole.groups},
    )
    return LayoutResult(unfolded(layout, graph), tuple(nested.messages))


def outermost_dot(graph: LayoutGraph, engine: LayoutEngine) -> Dot:
    """The DOT of the region at the top, in which a group with a direction of its own is one box."""
    region = divide(with_stacks(folded(graph)))
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
        groups = {id: _within_cluster(cluster) for id, cluster in layout.groups.items()}
        for id, parts in inner.items():
            box, own = nodes.pop(id).box, _with_room(region.graph, id, parts)
            moved = parts.moved(box.x0 - own.x0, box.y0 - own.y0)
            nodes |= moved.nodes
            groups |= moved.groups
        return Layout(layout.box, nodes, {}, groups)


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
    return {id: Island(Size(box.width, box.height), gates[id]) for id, box in boxes.items()} | _tables(graph)


def _tables(graph: LayoutGraph) -> dict[str, Island]:
    """The tables at whose cells edges end, as boxes with a gate for each of these cells."""
    nodes = {node.id: node for node in graph.nodes if node.cells}
    gates: dict[str, dict[tuple[str, int], float]] = defaultdict(dict)
    for edge in graph.edges if nodes else ():
        for side, (id, cell) in enumerate(zip((edge.source, edge.target), edge.cells, strict=True)):
            if cell is not None and id in nodes:  # otherwise the table is in an inner region
                gates[id][cell, side] = nodes[id].cells[cell].center[1 if graph.is_sideways else 0]
    return {id: Island(nodes[id].size, found) for id, found in gates.items()}


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
    box = Box.around_boxes(held)
    stack = stack_of(graph, id)
    return Box(box.x0 - stack.left, box.y0, box.x1 + stack.right, box.y1) if stack else box


def _within_cluster(cluster: PlacedGroup) -> PlacedGroup:
    """A group: smaller than its cluster by the room for arrows around it."""
    title = cluster.label
    label = Box(title.x0 + GROUP_GAP, title.y0 - GROUP_GAP, title.x1 - GROUP_GAP, title.y1 - GROUP_GAP)
    return PlacedGroup(cluster.box.grown(-GROUP_GAP).outline(), label)
