"""Panels: a pipeline → one pipeline for each of its panels, and their layouts → one layout.

Each panel is laid out by itself.  The layouts are set in rows, from left to right, each with its title below; as they
become one drawing, all have one scale.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import accumulate, combinations
from typing import TypeVar

from ..geometry.primitives import Box, Size, Sizes
from ..model.panels import Panel
from .result import Layout, PlacedGroup

_Part = TypeVar("_Part")

_TITLE_GAP = 14.0  # points between a panel and its title


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


def in_rows(widths: Sequence[float], width: float, gap: float) -> list[list[int]]:
    """The indexes of the things in each row: as few rows as fit, and the widest of them as narrow as may be.

    What is wider than *width* has a row of its own.

    Args:
        widths: of the things, in their order, in points.
        width: of a row.
        gap: between the things of a row.

    >>> in_rows([10, 10, 10, 10], 38, 2)
    [[0, 1], [2, 3]]
    """
    fewest = len(_filled(widths, width, gap))
    ends = [0.0, *accumulate(one + gap for one in widths)]
    possible = sorted({end - start - gap for start, end in combinations(ends, 2)})
    narrowest = bisect_left(possible, -fewest, key=lambda one: -len(_filled(widths, one, gap)))
    return _filled(widths, possible[narrowest], gap) if possible else []


def _filled(widths: Sequence[float], width: float, gap: float) -> list[list[int]]:
    """Rows that take what fits, one after the other."""
    rows: list[list[int]] = []
    room = 0.0
    for index, needed in enumerate(widths):
        if not rows or needed > room + 1e-6:
            rows.append([])
            room = width
        rows[-1].append(index)
        room -= needed + gap
    return rows


def panel_sizes(panel: Panel, whole: Sizes) -> Sizes:
    """The sizes of the panel's parts, from those of the whole."""
    return Sizes(
        tuple(whole.nodes[index] for index in panel.nodes),
        tuple(whole.edges[index] for index in panel.edges),
        tuple(whole.groups[index] for index in panel.groups),
        tuple(whole.lines[index] for index in panel.edges) if whole.lines else (),
    )
