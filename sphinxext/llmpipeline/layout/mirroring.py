"""Mirroring: a layout with ranks below each other in which left and right have changed places."""

from __future__ import annotations

from ..geometry.primitives import Box
from .graph import LayoutGraph
from .result import Layout, moved


def mirrored(layout: Layout, graph: LayoutGraph) -> Layout:
    """The layout, without lines, in the mirror; groups with ranks side by side, stacks and tables stay as they are.

    So does a layout whose ranks stand side by side, or which has columns for a narrow page.
    """
    if graph.is_sideways or graph.stacks:
        return layout
    whole = {group.id for group in graph.groups if group.rows or graph.runs_sideways(group.id)}
    whole |= {group.id for group in graph.pipeline.groups if group.is_stack}
    boxes: dict[str, Box] = {}
    for id in (*layout.nodes, *layout.groups):
        box = layout.box_of(id)
        around = [id, *graph.holders[id]]
        moving = next((one for one in reversed(around) if one in whole), id)
        boxes[id] = box.moved(-2 * layout.box_of(moving).center[0], 0.0)
    return moved(layout, boxes)
