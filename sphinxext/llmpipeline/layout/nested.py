"""Nested layout: each region is laid out by itself, from the inside out, and put into the one around it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from itertools import chain

from ..geometry.primitives import Box, Point, Side, Size
from ..geometry.shapes import flat_part
from .digraph import GROUP_GAP, Dot, Island, build_dot
from .engine import LayoutEngine
from .graph import LayoutGraph, LayoutNode, Stack
from .output import place
from .regions import Region, divide
from .result import Layout, LayoutResult, PlacedGroup, PlacedNode
from .routing_area import CORNER
from .stacks import LANE, TRUNK_INSET, branch_of, is_of_stack, stack_of, with_stacks
from .tables import folded, unfolded

_WIDE = 130.0  # points of the width of a hub
_TRUNK_SIDES: tuple[Side, ...] = ("bottom", "top")  # of a hub, at which the trunk of a stack begins or ends


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
    inner = {id: nested.region(held) for id, held in region.inner.items()}
    return build_dot(region, _islands(region, inner, _rooms(region, inner, {})))


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
        hubs = {id: branch[0] for id in inner if stack and stack.is_column and (branch := branch_of(stack, id))}
        rooms = _rooms(region, inner, hubs)
        result = place(region.graph, build_dot(region, _islands(region, inner, rooms)), self._engine)
        self.messages += result.messages
        # In a column of all parts, the flow runs down from one to the next: they stay on one axis.
        layout = _justified(result.layout, stack, inner) if stack and not stack.is_column else result.layout
        nodes = dict(layout.nodes)
        depths = {group.id: group.depth for group in region.graph.groups}
        groups = {id: _within_cluster(cluster, depths[id]) for id, cluster in layout.groups.items()}
        for node in region.graph.nodes:
            if node.cells and node.id in rooms:
                nodes[node.id] = _within_room(node, nodes[node.id].box, rooms[node.id])
        for id, parts in inner.items():
            box, own = nodes.pop(id).box, rooms[id]
            moved = parts.moved(box.x0 - own.x0, box.y0 - own.y0)
            nodes |= moved.nodes
            groups |= moved.groups
        return Layout(layout.box, nodes, {}, groups)


def _justified(layout: Layout, stack: Stack, groups: Collection[str]) -> Layout:
    """The column of a stack with its parts at the side of the trunk; around *groups* is room for arrows."""
    boxes = [
        node.box.grown(-GROUP_GAP) if id in groups and not is_of_stack(id) else node.box
        for id, node in layout.nodes.items()
    ]
    if stack.right and not stack.left:
        end = max(box.x1 for box in boxes)
        moves = [end - box.x1 for box in boxes]
    else:
        start = min(box.x0 for box in boxes)
        moves = [start - box.x0 for box in boxes]
    nodes = {id: node.moved(by, 0.0) for (id, node), by in zip(layout.nodes.items(), moves, strict=True)}
    return replace(layout, nodes=nodes)


def _rooms(region: Region, inner: Mapping[str, Layout], hubs: Mapping[str, str]) -> dict[str, Box]:
    """The boxes of inner regions, and of tables that share a rank by a cell, as these are laid out.

    Graphviz puts the middles of all that shares a rank on one line, so that a region has the part by which it does so
    in its middle, and the branch of a column its hub, of *hubs*.
    """
    graph = region.graph
    rooms: dict[str, Box] = {}
    for id, parts in inner.items():
        rooms[id] = _with_room(graph, id, parts)
        if anchor := region.anchors.get(id, hubs.get(id)):
            middle = _middle(parts.box_of(anchor), _table(region, anchor))
            rooms[id] = _around(rooms[id], middle, sideways=graph.is_sideways)
    ranked = {id for ids in graph.aligned for id in ids}
    for node in graph.nodes:
        if node.anchor and node.id in ranked:
            box = Box(0.0, 0.0, node.size.width, node.size.height)
            rooms[node.id] = _around(box, _middle(box, node), sideways=graph.is_sideways)
    return rooms


def _table(region: Region, id: str) -> LayoutNode | None:
    """The table of that id in an inner region, if it shares a rank by a cell."""
    nodes = (node for inner in region.inner.values() for node in inner.graph.nodes if node.id == id and node.anchor)
    inside = (found for inner in region.inner.values() if (found := _table(inner, id)))
    return next(chain(nodes, inside), None)


def _middle(box: Box, table: LayoutNode | None) -> Point:
    """The middle of a part; of a table, that of the cell by which it shares a rank."""
    if table is None or table.anchor is None:
        return box.center
    x, y = table.cells[table.anchor].center
    return box.x0 + x, box.y0 + y


def _around(box: Box, middle: Point, *, sideways: bool) -> Box:
    """A box that holds *box* and has a point in its middle: across the ranks, that is."""
    x, y = middle
    if sideways:
        half = max(x - box.x0, box.x1 - x)
        return Box(x - half, box.y0, x + half, box.y1)
    half = max(y - box.y0, box.y1 - y)
    return Box(box.x0, y - half, box.x1, y + half)


def _within_room(table: LayoutNode, box: Box, room: Box) -> PlacedNode:
    """A table in its place in the *room* that was kept for it, of which it is the part from (0, 0) on."""
    x, y = box.center[0] - room.center[0], box.center[1] - room.center[1]
    own = Box(x, y, x + table.size.width, y + table.size.height)
    return PlacedNode((own.outline(),), own)


def _islands(region: Region, inner: Mapping[str, Layout], rooms: Mapping[str, Box]) -> dict[str, Island]:
    """The inner regions as boxes with gates."""
    graph = region.graph
    boxes = {id: rooms[id] for id in inner}
    gates: dict[str, dict[tuple[str, int], float]] = {id: {} for id in inner}
    edges = {edge.key: edge for edge in graph.edges}
    nodes = {node.id: node for node in graph.nodes}
    for side, crossings in enumerate((region.tails, region.heads)):
        for key, crossing in crossings.items():
            id, end = crossing.island, crossing.end
            if stack_of(graph, id):
                hub = edges[key].source if side else edges[key].target
                radius, at_left = graph.style.corner_radius, side == 1
                reach = 0.0 if hub in inner or hub not in nodes else _reach(nodes[hub], radius, at_left=at_left)
                at = min(LANE / 2 + reach, boxes[id].width / 2)
                at = at if at_left else boxes[id].width - at
            else:
                x, y = inner[id].box_of(end).center
                at = y - boxes[id].y0 if graph.is_sideways else x - boxes[id].x0
            gates[id][end, side] = at
    return {id: Island(Size(box.width, box.height), gates[id]) for id, box in boxes.items()} | _tables(graph, rooms)


def _tables(graph: LayoutGraph, rooms: Mapping[str, Box]) -> dict[str, Island]:
    """The tables at whose cells edges end, as boxes with a gate for each of these cells; those with other *rooms*."""
    nodes = {node.id: node for node in graph.nodes if node.cells}
    gates: dict[str, dict[tuple[str, int], float]] = defaultdict(dict)
    for edge in graph.edges if nodes else ():
        for side, (id, cell) in enumerate(zip((edge.source, edge.target), edge.cells, strict=True)):
            if cell is not None and id in nodes:  # otherwise the table is in an inner region
                gates[id][cell, side] = nodes[id].cells[cell].center[1 if graph.is_sideways else 0]
    found = {id: Island(nodes[id].size, ends) for id, ends in gates.items()}
    larger = {id: Size(rooms[id].width, rooms[id].height) for id in nodes if id in rooms}
    return found | {id: Island(size, gates[id]) for id, size in larger.items()}


def _reach(hub: LayoutNode, radius: float, *, at_left: bool) -> float:
    """Points from the middle of a hub to the trunk below it, or above it: none if its sides are not flat there.

    A wide hub is not moved so far beyond the column, which pages with stacks have no room for; its trunk turns.
    """
    width, height = hub.size.width - hub.depth, hub.size.height - hub.depth
    ends = (flat_part(hub.shape, round(width, 6), round(height, 6), radius, side) for side in _TRUNK_SIDES)
    flat = min(width / 2 - low if at_left else high - width / 2 for low, high in ends)
    usual = hub.size.width / 2 - TRUNK_INSET
    return max(0.0, min(usual, flat - CORNER) if width <= _WIDE else usual)


def _with_room(graph: LayoutGraph, id: str, parts: Layout) -> Box:
    """The box of an inner region in the region around it: with room for arrows, or with the lanes of a stack."""
    if not is_of_stack(id):
        return parts.groups[id].box.grown(GROUP_GAP)
    held = [*(node.box for node in parts.nodes.values())]
    held += [group.box for one, group in parts.groups.items() if not is_of_stack(one)]
    box = Box.around_boxes(held)
    stack = stack_of(graph, id)
    return Box(box.x0 - stack.left, box.y0, box.x1 + stack.right, box.y1) if stack else box


def _within_cluster(cluster: PlacedGroup, depth: float) -> PlacedGroup:
    """A group: smaller than its cluster by the room for arrows around it.

    The cluster of a pile has room for its sheets on all sides, so that the members are in its middle.
    """
    title, inset = cluster.label, GROUP_GAP + depth
    left, around = title.x0 + inset, cluster.box.grown(-GROUP_GAP)
    label = Box(left, title.y0 - inset, max(left, title.x1 - inset), title.y1 - inset)
    return PlacedGroup(Box(around.x0 + depth, around.y0 + depth, around.x1, around.y1).outline(), label)
