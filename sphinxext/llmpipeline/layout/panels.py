"""Panels: a pipeline → one pipeline for each of its panels, and their layouts → one layout.

Each panel is laid out by itself.  The layouts are set in rows, from left to right, each with its title below; as they
become one drawing, all have one scale.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from ..geometry.primitives import Box, Layout, PlacedGroup, Size, Sizes
from ..model.pipeline import Pipeline, Run
from .rows import in_rows

_Part = TypeVar("_Part")

_TITLE_GAP = 14.0  # points between a panel and its title


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel as a diagram of its own, and which parts of the whole its parts are."""

    index: int
    """Of the panel itself, in the groups of the whole."""
    pipeline: Pipeline
    nodes: tuple[int, ...]
    edges: tuple[int, ...]
    groups: tuple[int, ...]

    def sizes(self, whole: Sizes) -> Sizes:
        """The sizes of the panel's parts, from those of the whole."""
        return Sizes(
            tuple(whole.nodes[index] for index in self.nodes),
            tuple(whole.edges[index] for index in self.edges),
            tuple(whole.groups[index] for index in self.groups),
            tuple(whole.lines[index] for index in self.edges) if whole.lines else (),
        )


def split(pipeline: Pipeline) -> tuple[Panel, ...]:
    """The panels of *pipeline*, each as a pipeline; none where it has no panels."""
    if not any(group.panel for group in pipeline.groups):
        return ()
    around = {group.id: group.parent for group in pipeline.groups} | {node.id: node.group for node in pipeline.nodes}
    homes = {id: _outermost(id, around) for id in around}
    return tuple(_panel(pipeline, index, group.id, homes) for index, group in enumerate(pipeline.groups) if group.panel)


def _outermost(id: str, around: Mapping[str, str | None]) -> str:
    while (outer := around[id]) is not None:
        id = outer
    return id


def _panel(pipeline: Pipeline, index: int, id: str, homes: Mapping[str, str]) -> Panel:
    """The panel *id*; *homes* are the outermost groups of all nodes and groups."""
    nodes = [(number, node) for number, node in enumerate(pipeline.nodes) if homes[node.id] == id]
    edges = [(number, edge) for number, edge in enumerate(pipeline.edges) if homes[edge.source] == id]
    groups = [
        (number, group) for number, group in enumerate(pipeline.groups) if homes[group.id] == id and group.id != id
    ]
    alone = Pipeline(
        tuple(replace(node, group=None) if node.group == id else node for _, node in nodes),
        tuple(edge for _, edge in edges),
        tuple(replace(group, parent=None) if group.parent == id else group for _, group in groups),
        tuple(aligned for aligned in pipeline.aligned if homes[aligned[0]] == id),
        pipeline.groups[index].direction or pipeline.direction,
        pipeline.splines,
    )
    return Panel(
        index,
        alone,
        tuple(number for number, _ in nodes),
        tuple(number for number, _ in edges),
        tuple(number for number, _ in groups),
    )


def lettered(pipeline: Pipeline) -> Pipeline:
    """The same diagram with the letter of each panel before its title, bold and in brackets."""
    letters = pipeline.letters

    def titled(id: str, lines: tuple[tuple[Run, ...], ...]) -> tuple[tuple[Run, ...], ...]:
        first, *more = lines
        return (Run(f"({letters[id]})", "bold"), Run(" "), *first), *more

    return replace(
        pipeline,
        groups=tuple(
            replace(group, label=replace(group.label, lines=titled(group.id, group.label.lines)))
            if group.panel
            else group
            for group in pipeline.groups
        ),
    )


def join(
    panels: Sequence[Panel], layouts: Sequence[Layout], titles: Sequence[Size], width: float, gap: float
) -> Layout:
    """The layout of the whole: the panels in rows, as few as *width* allows and as equal in width as may be.

    The panels of a row stand on one line, their titles centred below them; the border of a panel's group is around
    both.  A panel that is wider than *width* has a row of its own.

    Args:
        panels: what :func:`split` gave.
        layouts: the layout of each of them.
        titles: the size of each panel's title.
        width: of the page, in points.
        gap: between panels, and between rows, in points.
    """
    cells = [layout.extent for layout in layouts]
    widths = [max(cell.width, title.width) for cell, title in zip(cells, titles, strict=True)]
    rows = in_rows(widths, width, gap)
    whole = max(sum(widths[index] + gap for index in row) - gap for row in rows)
    placed: dict[int, tuple[Layout, PlacedGroup]] = {}
    y = 0.0
    for row in rows:
        x = (whole - sum(widths[index] + gap for index in row) + gap) / 2
        below = y - max(cells[index].height for index in row)
        bottom = below - _TITLE_GAP - max(titles[index].height for index in row)
        for index in row:
            middle = x + widths[index] / 2
            cell, title = cells[index], titles[index]
            layout = layouts[index].moved(middle - cell.center[0], below - cell.y0)
            left, top = middle - title.width / 2, below - _TITLE_GAP
            area = Box(x, bottom, x + widths[index], y)
            placed[index] = layout, _framed(area, Box(left, top - title.height, left + title.width, top))
            x += widths[index] + gap
        y = bottom - gap
    return _merged(panels, [placed[index] for index in range(len(panels))], Box(0.0, y + gap, whole, 0.0))


def _framed(area: Box, title: Box) -> PlacedGroup:
    return PlacedGroup(area.outline(), title)


def _merged(panels: Sequence[Panel], placed: Sequence[tuple[Layout, PlacedGroup]], box: Box) -> Layout:
    layouts = [layout for layout, _ in placed]
    return Layout(
        box,
        _in_order((panel.nodes for panel in panels), (layout.nodes for layout in layouts)),
        _in_order((panel.edges for panel in panels), (layout.edges for layout in layouts)),
        _in_order(
            ((panel.index, *panel.groups) for panel in panels),
            ((frame, *layout.groups) for layout, frame in placed),
        ),
    )


def _in_order(indexes: Iterable[Sequence[int]], parts: Iterable[Sequence[_Part]]) -> tuple[_Part, ...]:
    """The parts of all panels in the order of the whole."""
    numbered = {
        index: part
        for panel, of_panel in zip(indexes, parts, strict=True)
        for index, part in zip(panel, of_panel, strict=True)
    }
    return tuple(numbered[index] for index in sorted(numbered))
