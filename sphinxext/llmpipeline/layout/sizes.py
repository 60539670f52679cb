"""Sizes of nodes: around their labels, of the cells of tables, and in stacks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ..geometry.primitives import Size
from ..geometry.shapes import SHAPES
from .cells import cell_size, tables_of_one_size
from .shares import cell_sizes, has_room

if TYPE_CHECKING:
    from ..model.pipeline import Pipeline
    from ..style.types import Style
    from .graph import LayoutNode

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
