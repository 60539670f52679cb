"""Panels: the parts of a figure that are laid out by themselves, in rows, each with its title below.

A graph without panels is a graph of one panel, without a title.  All panels become one layout, so they have one scale.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..geometry.primitives import Box
from .engine import LayoutEngine
from .graph import LayoutEdge, LayoutGraph, LayoutGroup, LayoutNode
from .nested import lay_out
from .result import Layout, PlacedGroup

_TITLE_GAP = 14.0  # points between a panel and its title
_EXACT = 1e-6  # points


@dataclass(frozen=True, slots=True)
class PlacedPanels:
    """The panels of a graph, each laid out, for a page of some width."""

    graph: LayoutGraph
    panels: Mapping[str | None, tuple[LayoutGraph, Layout]]
    """By the id of the panel; of a graph without panels the one at ``None``."""
    width: float
    """Of the page, in points."""
    messages: tuple[str, ...] = ()
    """Those of Graphviz."""

    @property
    def layout(self) -> Layout:
        """The layout of the whole: the panels in rows."""
        return join(self.graph, {id: layout for id, (_, layout) in self.panels.items()}, self.width)

    def mapped(self, change: Callable[[Layout, LayoutGraph], Layout]) -> PlacedPanels:
        """The panels with the layout of each changed."""
        return replace(self, panels={id: (part, change(layout, part)) for id, (part, layout) in self.panels.items()})


def place_panels(graph: LayoutGraph, engine: LayoutEngine, width: float) -> PlacedPanels:
    """Lay out the panels of *graph* for a page of *width* points.

    Raises:
        LayoutError: if Graphviz cannot be run or gives no layout.
    """
    parts = split(graph)
    results = {id: lay_out(part, engine) for id, part in parts.items()}
    messages = tuple(message for result in results.values() for message in result.messages)
    return PlacedPanels(graph, {id: (part, results[id].layout) for id, part in parts.items()}, width, messages)


def split(graph: LayoutGraph) -> dict[str | None, LayoutGraph]:
    """The panels of *graph* by their ids, each as a graph; the graph itself, at ``None``, if it has no panels."""
    panels = [group for group in graph.groups if group.panel]
    if not panels:
        return {None: graph}
    home = {id: (around[-1] if around else id) for id, around in graph.holders().items()}
    nodes: dict[str, list[LayoutNode]] = defaultdict(list)
    for node in graph.nodes:
        panel = home[node.id]
        nodes[panel].append(replace(node, group=None) if node.group == panel else node)
    groups: dict[str, list[LayoutGroup]] = defaultdict(list)
    for group in graph.groups:
        panel = home[group.id]
        if group.id != panel:
            groups[panel].append(replace(group, parent=None) if group.parent == panel else group)
    edges: dict[str, list[LayoutEdge]] = defaultdict(list)
    for edge in graph.edges:
        edges[home[edge.source]].append(edge)
    aligned: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for ids in graph.aligned:
        aligned[home[ids[0]]].append(ids)
    return {
        panel.id: replace(
            graph,
            nodes=tuple(nodes[panel.id]),
            edges=tuple(edges[panel.id]),
            groups=tuple(groups[panel.id]),
            aligned=tuple(aligned[panel.id]),
            listed=tuple(ids for ids in graph.listed if home[ids[0]] == panel.id),
            stacks=tuple(stack for stack in graph.stacks if home[stack.branches[0][0]] == panel.id),
            direction=panel.direction or graph.direction,
        )
        for panel in panels
    }


def join(graph: LayoutGraph, layouts: Mapping[str | None, Layout], width: float) -> Layout:
    """The layout of the whole: the panels in rows, as few as *width* allows and as equal in width as possible.

    The panels of a row stand on one line, their titles centred below them; the border of a panel's group is around
    both.  A panel that is wider than *width*, in points, has a row of its own.
    """
    if None in layouts:
        return layouts[None]
    titles = {group.id: group.title for group in graph.groups if group.panel}
    ids = [*titles]
    gap = graph.style.panel_gap
    cells = {id: layouts[id].extent for id in ids}
    widths = {id: max(cells[id].width, titles[id].width) for id in ids}
    rows = [[ids[index] for index in row] for row in in_rows([widths[id] for id in ids], width, gap)]
    whole = max(sum(widths[id] + gap for id in row) - gap for row in rows)
    moved: list[Layout] = []
    frames: dict[str, PlacedGroup] = {}
    y = 0.0
    for row in rows:
        x = (whole - sum(widths[id] + gap for id in row) + gap) / 2
        below = y - max(cells[id].height for id in row)
        bottom = below - _TITLE_GAP - max(titles[id].height for id in row)
        for id in row:
            middle = x + widths[id] / 2
            moved.append(layouts[id].moved(middle - cells[id].center[0], below - cells[id].y0))
            left, top = middle - titles[id].width / 2, below - _TITLE_GAP
            title = Box(left, top - titles[id].height, left + titles[id].width, top)
            frames[id] = PlacedGroup(Box(x, bottom, x + widths[id], y).outline(), title)
            x += widths[id] + gap
        y = bottom - gap
    nodes = {id: node for layout in moved for id, node in layout.nodes.items()}
    edges = {key: edge for layout in moved for key, edge in layout.edges.items()}
    groups = frames | {id: group for layout in moved for id, group in layout.groups.items()}
    return Layout(Box(0.0, y + gap, whole, 0.0), nodes, edges, groups)


def in_rows(widths: Sequence[float], width: float, gap: float) -> list[list[int]]:
    """The indexes of the boxes in each row: as few rows as fit, and the widest of them as narrow as possible.

    A box that is wider than *width*, that of a row, has a row of its own; *gap* is between the boxes of a row.

    >>> in_rows([10, 10, 10, 10], 38, 2)
    [[0, 1], [2, 3]]
    """
    fewest = len(_filled(widths, width, gap))
    low, high = 0.0, width
    while high - low > _EXACT:
        middle = (low + high) / 2
        low, high = (middle, high) if len(_filled(widths, middle, gap)) > fewest else (low, middle)
    return _filled(widths, high + _EXACT, gap)


def _filled(widths: Sequence[float], width: float, gap: float) -> list[list[int]]:
    """Rows filled one after the other."""
    rows: list[list[int]] = []
    room = 0.0
    for index, needed in enumerate(widths):
        if not rows or needed > room + _EXACT:
            rows.append([])
            room = width
        rows[-1].append(index)
        room -= needed + gap
    return rows
