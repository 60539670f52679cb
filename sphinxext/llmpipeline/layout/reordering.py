"""Reordering: layouts without lines whose parts change places, because Graphviz does not always keep the order."""

from __future__ import annotations

from itertools import pairwise

from ..geometry.primitives import Box
from .gaps import span
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


def in_listed_order(layout: Layout, graph: LayoutGraph) -> Layout:
    """The layout, without lines, with the aligned nodes of each group in the order of the text.

    They change places with each other, with the gaps that were between them, unless they would stand on other parts.
    """
    boxes = {id: layout.box_of(id) for id in (*layout.nodes, *layout.groups)}
    for ids in graph.aligned:
        around = {graph.holders[id] for id in ids}
        if layout.nodes.keys() >= {*ids} and len(around) == 1:
            holders = around.pop()
            sideways = graph.runs_sideways(next(iter(holders), None))
            found = _ordered(ids, boxes, sideways=sideways) if _is_rank(ids, boxes, sideways=sideways) else {}
            others = (box for id, box in boxes.items() if id not in found and id not in holders)
            if not any(box.overlaps(other) for other in others for box in found.values()):
                boxes |= found
    return moved(layout, boxes)


def _is_rank(ids: tuple[str, ...], boxes: dict[str, Box], *, sideways: bool) -> bool:
    """Whether the nodes stand on one line across the flow."""
    spans = [span(boxes[id], 0 if sideways else 1) for id in ids]
    return max(low for low, _ in spans) < min(high for _, high in spans)


def _ordered(ids: tuple[str, ...], boxes: dict[str, Box], *, sideways: bool) -> dict[str, Box]:
    """The boxes of a rank in another order: from the left, or from the top if ranks stand side by side."""
    spans = {id: span(boxes[id], 1 if sideways else 0) for id in ids}
    standing = sorted(spans.values())
    gaps = [after - end for (_, end), (after, _) in pairwise(standing)]
    at, found = standing[0][0], {}
    for id, gap in zip(ids[::-1] if sideways else ids, [*gaps, 0.0], strict=True):
        low, high = spans[id]
        found[id] = boxes[id].moved(0.0, at - low) if sideways else boxes[id].moved(at - low, 0.0)
        at += high - low + gap
    return found
