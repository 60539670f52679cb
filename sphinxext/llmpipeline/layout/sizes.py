"""Sizes of nodes: around their labels, of the cells of tables, in stacks, and at the ends of wide lines."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..geometry.curves import HEAVY, arrow_length
from ..geometry.primitives import Size
from ..geometry.shapes import SHAPES
from .cells import cell_size, tables_of_one_size
from .shares import cell_sizes, has_room

if TYPE_CHECKING:
    from ..model.pipeline import Pipeline
    from ..style.types import Style
    from .graph import LayoutEdge, LayoutGraph, LayoutNode

BETWEEN_LINES = 8.0
"""Points between wide lines that end at one side, and between these and its corners."""
AROUND_LABEL = 8.0
"""Points above and below a label beside a line, together."""
_SHAFT = 6.0  # points of a line without its arrowheads, at least
_LOOP = 22.0  # points between the side of a node and the label of a loop, with the gap beyond that
_LOOPS = 1  # self-loop with a label, for which Graphviz keeps room
_SIGNS = ("circle", "dots", "point")  # shapes that keep their size in a stack


def node_size(label: Size, shape: str, style: Style, depth: float) -> Size:
    """The size of a node around its label, with the sheets of a pile."""
    front = SHAPES[shape].size(label, style.padding_x, style.padding_y)
    return Size(front.width + depth, front.height + depth)


def with_cells(nodes: Sequence[LayoutNode], pipeline: Pipeline, style: Style) -> list[LayoutNode]:
    """The nodes, of which those of a table have one size, or widths in proportion to their values."""
    labels = {node.id: node.label for node in nodes}
    sizes = {
        id: size
        for cells in tables_of_one_size(pipeline)
        for size in [cell_size([labels[id] for id in cells], style)]
        for id in cells
    }
    for row in pipeline.groups:
        if row.shares:
            sizes |= cell_sizes(pipeline, row, labels, style)
    return [replace(node, size=sizes[node.id], shape="cell", depth=0.0) if node.id in sizes else node for node in nodes]


def texts_beside(nodes: Sequence[LayoutNode], pipeline: Pipeline, style: Style) -> list[LayoutNode]:
    """The cells of bars that have no room for their texts."""
    bars = {group.id for group in pipeline.groups if group.shares}
    return [node for node in nodes if node.group in bars and not has_room(node.size, node.label, style)]


def with_equal_widths(nodes: Sequence[LayoutNode], pipeline: Pipeline) -> list[LayoutNode]:
    """The nodes, of which those of a stack have one width, but for signs."""
    stacks = {group.id for group in pipeline.groups if group.is_stack}
    widest: dict[str, float] = defaultdict(float)
    for node in nodes:
        if node.group in stacks and node.shape not in _SIGNS:
            widest[node.group] = max(widest[node.group], node.size.width)
    return [
        replace(node, size=Size(widest[node.group], node.size.height))
        if node.group in widest and node.shape not in _SIGNS
        else node
        for node in nodes
    ]


def loops_in_rows(graph: LayoutGraph) -> dict[str, list[LayoutEdge]]:
    """By the ids of nodes: the self-loops that stand in rows at two sides, because more than one has a label."""
    sizeless = {node.id for node in graph.nodes if node.shape == "cell" or SHAPES[node.shape].dot}
    loops: dict[str, list[LayoutEdge]] = defaultdict(list)
    for edge in graph.edges:
        if edge.is_loop and edge.source not in sizeless:
            loops[edge.source].append(edge)
    return {id: found for id, found in loops.items() if sum(edge.label is not None for edge in found) > _LOOPS}


def rows_of(loops: Sequence[LayoutEdge]) -> tuple[Sequence[LayoutEdge], Sequence[LayoutEdge]]:
    """The loops at the first side and at the second one, in the order of the text."""
    half = math.ceil(len(loops) / 2)
    return loops[:half], loops[half:]


def length_in_row(loop: LayoutEdge, *, sideways: bool) -> float:
    """Points that a loop takes of a side beside the flow, which runs *sideways* or not: with its label and a gap."""
    label = (loop.label.width if sideways else loop.label.height) if loop.label else 0.0
    return max(label, loop.loop_width) + BETWEEN_LINES


def room_of_rows(loops: Sequence[LayoutEdge], *, sideways: bool) -> float:
    """Points that the loops in the rows of a node take at each of the two sides, with their labels and a gap."""
    labels = [loop.label for loop in loops if loop.label]
    away = _LOOP + max(loop.breadth for loop in loops)
    return away + max(label.height if sideways else label.width for label in labels)


def with_room_for_lines(graph: LayoutGraph) -> tuple[LayoutNode, ...]:
    """The nodes of *graph*, with sides that are long enough for wide lines, and for self-loops in rows.

    The widths of shares are those of their values.
    """
    rows = loops_in_rows(graph)
    if not rows and not any(edge.width > HEAVY for edge in graph.edges):
        return graph.nodes
    ends: dict[tuple[str, bool], list[LayoutEdge]] = defaultdict(list)
    along: dict[str, float] = defaultdict(float)
    """Points that the sides at which the flow enters and leaves need."""
    beside: dict[str, float] = defaultdict(float)
    """The same of the other sides, from which self-loops leave."""
    for edge in graph.edges:
        if edge.is_loop and edge.width > HEAVY:
            beside[edge.source] = max(beside[edge.source], 2 * edge.loop_width)
        elif edge.kind != "feedback" and not edge.is_loop:
            ends[edge.source, True].append(edge)
            ends[edge.target, False].append(edge)
    for (id, _), found in ends.items():
        if any(edge.width > HEAVY for edge in found):
            length = sum(edge.breadth + BETWEEN_LINES for edge in found) + BETWEEN_LINES
            along[id] = max(along[id], length)

    homes = {node.id: node.group for node in graph.nodes}
    for id, loops in rows.items():
        sideways = graph.runs_sideways(homes[id])
        for row in rows_of(loops):
            length = sum(length_in_row(loop, sideways=sideways) for loop in row) + 2 * graph.style.corner_radius
            beside[id] = max(beside[id], length)

    bars = {group.id for group in graph.pipeline.groups if group.shares}

    def sized(node: LayoutNode) -> LayoutNode:
        shape = node.shape
        own = node.size if shape == "cell" else node_size(node.label, shape, graph.style, node.depth)
        if SHAPES[shape].dot or node.group in bars:
            return node  # of a sign, all lines meet in the middle
        wide, high = (beside, along) if graph.runs_sideways(node.group) else (along, beside)
        width, height = max(own.width, wide[node.id]), max(own.height, high[node.id])
        if shape == "circle":
            width = height = max(width, height)
        return replace(node, size=Size(width, height))

    needed = {*along, *beside}
    held = {homes[id] for id in needed if id in homes}
    stacks = {group.id for group in graph.pipeline.groups if group.is_stack and group.id in held}
    changed = [sized(node) if node.id in needed or node.group in stacks else node for node in graph.nodes]
    return tuple(with_equal_widths(changed, graph.pipeline))


def label_room(label: Size, width: float, style: Style) -> Size:
    """The room of a label beside the middle of a line of *width* points."""
    clearance = 2 * style.edge_label_gap + max(0.0, width - HEAVY)
    return Size(label.width + clearance, label.height + clearance)


def fits_in_gap(graph: LayoutGraph, edge: LayoutEdge) -> bool:
    """Whether the label of *edge* has room beside its line up or down between two nodes of one rank."""
    if edge.label is None or not graph.is_sideways or edge.key in graph.roomy:
        return False
    heads = sum(edge.heads) * arrow_length(edge.width)
    return max(edge.label.height + AROUND_LABEL, heads + _SHAFT) <= graph.style.node_gap
