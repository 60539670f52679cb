"""Narrow text: where a page has no room for a drawing, notes and labels beside the flow get shorter lines.

Nodes and groups keep their places; lines, labels and notes find theirs anew.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from ..geometry.primitives import Box
from ..records import record
from ..text.typesetting import TextBlock, narrowed, shortened
from .graph import LayoutGraph
from .panels import PlacedPanels
from .result import Layout
from .sizes import label_room

_NARROW_NOTE = 0.5  # of the width of labels: notes beside a diagram that scrolls


@record
class ShortLabels:
    """Panels in which labels beside the flow have shorter lines."""

    placed: PlacedPanels
    spared: float
    """Points by which the drawing becomes narrower, at most."""


def with_narrow_notes(placed: PlacedPanels) -> PlacedPanels | None:
    """The same panels with shorter lines in notes; ``None`` if there are none."""
    graph = placed.graph
    if not graph.callouts:
        return None
    style = replace(graph.style, label_width=_NARROW_NOTE * graph.style.label_width)
    callouts = narrowed(graph.text, graph.pipeline, style).callouts

    def with_notes(part: LayoutGraph) -> LayoutGraph:
        notes = tuple(replace(callout, text=callouts[callout.key].size) for callout in part.callouts)
        return replace(part, callouts=notes, text=replace(part.text, callouts=callouts))

    panels = {id: (with_notes(part), layout) for id, (part, layout) in placed.panels.items()}
    return replace(placed, graph=with_notes(graph), panels=panels)


def short_labels(placed: PlacedPanels, layout: Layout) -> ShortLabels | None:
    """The same panels with shorter lines in the labels at both sides of their *layout*; ``None`` if none is broken."""
    graph, text = placed.graph, placed.graph.text
    boxes = [*(node.box for node in layout.nodes.values()), *(group.box for group in layout.groups.values())]
    if not boxes:
        return None
    inner, extent = Box.around_boxes(boxes), layout.extent
    labels = {key: line.label for key, line in layout.edges.items() if line.label}
    left = {key for key, label in labels.items() if label.x0 < inner.x0}
    right = {key for key, label in labels.items() if label.x1 > inner.x1}
    fans = {edge.fan for edge in graph.edges if edge.key in left | right} - {None}
    keys = left | right | {edge.key for edge in graph.edges if edge.fan in fans}
    blocks = shortened(text, graph.pipeline, graph.style, sorted(keys))

    def spared(side: Collection[int], room: float) -> float:
        known = ((blocks[key], text.edges[key]) for key in side if key in blocks)
        return min(room, sum(old.size.width - new.size.width for new, old in known if old))

    points = spared(left, inner.x0 - extent.x0) + spared(right, extent.x1 - inner.x1)
    return ShortLabels(_with_labels(placed, blocks), points) if blocks else None


def _with_labels(placed: PlacedPanels, blocks: Mapping[int, TextBlock]) -> PlacedPanels:
    """The same panels with other labels of some edges, by the keys of these."""
    edges = tuple(blocks.get(key, block) for key, block in enumerate(placed.graph.text.edges))

    def with_blocks(part: LayoutGraph) -> LayoutGraph:
        sized = (
            replace(edge, label=(size := blocks[edge.key].size), room=label_room(size, edge.width, part.style))
            if edge.key in blocks
            else edge
            for edge in part.edges
        )
        return replace(part, edges=tuple(sized), text=replace(part.text, edges=edges))

    panels = {id: (with_blocks(part), layout) for id, (part, layout) in placed.panels.items()}
    return replace(placed, graph=with_blocks(placed.graph), panels=panels)
