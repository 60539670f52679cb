"""Sizes of nodes: around their labels, of the cells of tables, in stacks, and at the ends of wide lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..geometry.curves import HEAVY
from ..geometry.primitives import Size
from ..geometry.shapes import SHAPES
from .cells import cell_size, tables_of_one_size
from .shares import cell_sizes, has_room

if TYPE_CHECKING:
    from ..model.pipeline import Pipeline
    from ..style.types import Style
    from .graph import LayoutEdge, LayoutNode

BETWEEN_LINES = 8.0
"""Points between wide lines that end at one side, and between these and its corners."""
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


def with_room_for_lines(
    nodes: Sequence[LayoutNode], edges: Sequence[LayoutEdge], pipeline: Pipeline, style: Style, *, sideways: bool
) -> tuple[LayoutNode, ...]:
    """The nodes, with sides along the flow, which runs *sideways* or not, that are long enough for wide lines.

    The widths of shares are those of their values.
    """
    if not any(edge.width > HEAVY for edge in edges):
        return tuple(nodes)
    ends: dict[tuple[str, bool], list[LayoutEdge]] = defaultdict(list)
    along: dict[str, float] = defaultdict(float)
    """Points that the sides at which the flow enters and leaves need."""
    beside: dict[str, float] = defaultdict(float)
    """The same of the other sides, from which self-loops leave."""
    for edge in edges:
        if edge.is_loop and edge.width > HEAVY:
            beside[edge.source] = max(beside[edge.source], 2 * edge.loop_width)
        elif edge.kind != "feedback" and not edge.is_loop:
            ends[edge.source, True].append(edge)
            ends[edge.target, False].append(edge)
    for (id, _), found in ends.items():
        if any(edge.width > HEAVY for edge in found):
            length = sum(edge.breadth + BETWEEN_LINES for edge in found) + BETWEEN_LINES
            along[id] = max(along[id], length)

    bars = {group.id for group in pipeline.groups if group.shares}

    def sized(node: LayoutNode) -> LayoutNode:
        own = node.size if node.shape == "cell" else node_size(node.label, node.shape, style, node.depth)
        wide, high = (beside, along) if sideways else (along, beside)
        width, height = max(own.width, wide[node.id]), max(own.height, high[node.id])
        if SHAPES[node.shape].dot or node.group in bars:
            return node  # of a sign, all lines meet in the middle
        if node.shape == "circle":
            width = height = max(width, height)
        return replace(node, size=Size(width, height))

    return tuple(sized(node) if node.id in along or node.id in beside else node for node in nodes)
