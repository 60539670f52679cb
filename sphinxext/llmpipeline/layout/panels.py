"""Panels: the parts of a figure that are laid out by themselves, in rows, each with its title below.

A graph without panels is a graph of one panel, without a title.  All panels become one layout, so they have one scale.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ..geometry.primitives import Box
from ..records import record
from .engine import LayoutEngine
from .graph import LayoutEdge, LayoutGraph, LayoutGroup, LayoutNode
from .nested import lay_out
from .panel_edges import gaps_below, gaps_beside, within_panels
from .result import Layout, LayoutCallout, PlacedGroup

_TITLE_GAP = 14.0  # points between a panel and its title
_FEW = 48.0  # points: about the title and the margin of a group, by which its first node is lower than the others
_EXACT = 1e-6  # points


@record
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
    home = {id: (around[-1] if around else id) for id, around in graph.holders.items()}
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
    for edge in within_panels(graph).edges:
        edges[home[edge.source]].append(edge)
    callouts: dict[str, list[LayoutCallout]] = defaultdict(list)
    for callout in graph.callouts:
        callouts[home[callout.target]].append(callout)
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
            listed=tuple(ids for ids in graph.listed if panel.id in {home.get(id) for id in ids}),
            stacks=tuple(stack for stack in graph.stacks if home[stack.branches[0][0]] == panel.id),
            callouts=tuple(callouts[panel.id]),
            direction=panel.direction or graph.direction,
        )
        for panel in panels
    }


def join(graph: LayoutGraph, layouts: Mapping[str | None, Layout], width: float) -> Layout:
    """The layout of the whole: the panels in rows, as few as *width* allows and as equal in width as possible.

    The panels of a row share their top or, if all of them run upwards, their base; their titles are on one line,
    centred below them; the border of a panel's group is around both.  A panel that is wider than *width*, in points,
    has a row of its own.
    """
    if None in layouts:
        return layouts[None]
    titles = {group.id: group.title for group in graph.groups if group.panel}
    ids = [*titles]
    cells = {id: layouts[id].extent for id in ids}
    widths = {id: max(cells[id].width, titles[id].width) for id in ids}
    gaps = dict(zip(ids, [0.0, *gaps_beside(graph)], strict=True))
    gap = graph.style.panel_gap
    rows = [
        [ids[index] for index in row]
        for row in in_rows([widths[id] for id in ids], width, gap, [gaps[id] - gap for id in ids])
    ]
    long = [sum(widths[id] for id in row) + sum(gaps[id] for id in row[1:]) for row in rows]
    moved: list[Layout] = []
    frames: dict[str, PlacedGroup] = {}
    y = 0.0
    for row, length, gap_below in zip(rows, long, [*gaps_below(graph, rows), 0.0], strict=True):
        x = (max(long) - length) / 2
        heights = _on_one_line(graph, row, layouts)
        below = y - max(height + cells[id].height for id, height in heights.items())
        bottom = below - _TITLE_GAP - max(titles[id].height for id in row)
        for id in row:
            x += 0.0 if id == row[0] else gaps[id]
            middle = x + widths[id] / 2
            moved.append(layouts[id].moved(middle - cells[id].center[0], below + heights[id] - cells[id].y0))
            left, top = middle - titles[id].width / 2, below - _TITLE_GAP
            title = Box(left, top - titles[id].height, left + titles[id].width, top)
            frames[id] = PlacedGroup(Box(x, bottom, x + widths[id], y).outline(), title)
            x += widths[id]
        y = bottom - gap_below
    nodes = {id: node for layout in moved for id, node in layout.nodes.items()}
    edges = {key: edge for layout in moved for key, edge in layout.edges.items()}
    groups = frames | {id: group for layout in moved for id, group in layout.groups.items()}
    callouts = {key: callout for layout in moved for key, callout in layout.callouts.items()}
    return Layout(Box(0.0, y, max(long), 0.0), nodes, edges, groups, callouts)


def _on_one_line(graph: LayoutGraph, row: Sequence[str], layouts: Mapping[str | None, Layout]) -> dict[str, float]:
    """How far the panels of a row stand above its lower end.

    Their first nodes are on one line if they are near to it anyway; otherwise the panels begin on one line.
    """
    upwards = all((group.direction or graph.direction) == "BT" for group in graph.groups if group.id in row)
    cells = {id: layouts[id].extent for id in row}
    above: dict[str, float] = {}
    """By the panel: points from where it begins to its first nodes."""
    for id, cell in cells.items():
        boxes = [node.box for node in layouts[id].nodes.values()]
        ends = [box.y0 - cell.y0 for box in boxes] if upwards else [cell.y1 - box.y1 for box in boxes]
        above[id] = min(ends, default=0.0)
    line = max(above.values())
    if line - min(above.values()) > _FEW:
        above, line = dict.fromkeys(row, 0.0), 0.0
    if upwards:
        return {id: line - above[id] for id in row}
    height = max(line - above[id] + cells[id].height for id in row)
    return {id: height - (line - above[id]) - cells[id].height for id in row}


def in_rows(widths: Sequence[float], width: float, gap: float, more: Sequence[float] = ()) -> list[list[int]]:
    """The indexes of the boxes in each row: as few rows as fit, and the widest of them as narrow as possible.

    A box that is wider than *width*, that of a row, has a row of its own; *gap* is between the boxes of a row, and
    *more* in front of some boxes, unless they are the first of their rows.

    >>> in_rows([10, 10, 10, 10], 38, 2)
    [[0, 1], [2, 3]]
    """
    fewest = len(_filled(widths, width, gap, more))
    low, high = 0.0, width
    while high - low > _EXACT:
        middle = (low + high) / 2
        low, high = (middle, high) if len(_filled(widths, middle, gap, more)) > fewest else (low, middle)
    return _filled(widths, high + _EXACT, gap, more)


def _filled(widths: Sequence[float], width: float, gap: float, more: Sequence[float]) -> list[list[int]]:
    """Rows filled one after the other."""
    rows: list[list[int]] = []
    room = 0.0
    for index, needed in enumerate(widths):
        before = more[index] if more else 0.0
        if not rows or before + needed > room + _EXACT:
            rows.append([])
            room, before = width, 0.0
        rows[-1].append(index)
        room -= before + needed + gap
    return rows
