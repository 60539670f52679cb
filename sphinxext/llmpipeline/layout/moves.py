"""Moves: a layout with its nodes and groups in other places, and the titles moved with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..geometry.primitives import Box
from .result import Layout, PlacedGroup


def moved(layout: Layout, boxes: Mapping[str, Box]) -> Layout:
    """The layout with nodes and groups in the places *boxes*, by their ids."""
    before = {id: part.box for parts in (layout.nodes, layout.groups) for id, part in parts.items()}
    changed = {id for id, box in before.items() if boxes[id] != box}
    if not changed:
        return layout
    nodes = {
        id: node.moved(boxes[id].x0 - before[id].x0, boxes[id].y0 - before[id].y0) if id in changed else node
        for id, node in layout.nodes.items()
    }
    groups = {
        id: _bordered(group, before[id], boxes[id]) if id in changed else group for id, group in layout.groups.items()
    }
    return replace(layout, nodes=nodes, groups=groups)


def _bordered(group: PlacedGroup, before: Box, box: Box) -> PlacedGroup:
    """A group with another border, its title in the same corner."""
    title = group.label
    at_left = title.x0 - before.x0 <= before.x1 - title.x1
    dx = box.x0 - before.x0 if at_left else box.x1 - before.x1
    return PlacedGroup(box.outline(), title.moved(dx, box.y1 - before.y1))
