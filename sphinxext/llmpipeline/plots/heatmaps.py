"""Heat maps: cells in the colours of their numbers, which stand in the cells or beside a bar of the colours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import matplotlib as mpl
from matplotlib.colors import Normalize, to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ..geometry.primitives import Box, Size
from ..model.plots import Plot
from ..style.value_scales import text_on
from .frame import LINE, Tools, add_axes, grown, new_figure, write
from .lettering import Lettering

_NUMBERED_CELLS = 36
"""Most cells with their numbers in them, if no size is given."""
_CELL_ROOM = 6.0
_LEAST_CELL, _GREATEST_CELL = 5.0, 14.0
_USUAL_SIDE = 160.0  # points of a map of small cells
_GAP = 4.0
_BELOW = 1.0
_COLUMN_WIDTH, _ROW_WIDTH = 60.0, 120.0  # points after which names are broken
_WIDEST = 1.5  # of the width of a plot: columns as wide as their names
_BAR, _BAR_STEPS = 7.0, 24
_LINE_BETWEEN = 0.6


class _Names(NamedTuple):
    """The names of rows and columns, in lines, and the room for them."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    axis: str
    left: float
    """Points beside the cells."""
    below: float
    """Points below them."""
    row: float
    """Points from a row to the next, at least."""
    column: float
    """Points of a column as wide as its name."""
    axis_width: float


def _names_of(plot: Plot, lettering: Lettering) -> _Names:
    rows = tuple(lettering.broken(name, _ROW_WIDTH) for name in plot.names)
    columns = tuple(lettering.broken(one.name, _COLUMN_WIDTH) if one.name else "" for one in plot.series)
    axis = lettering.broken(plot.axis, _ROW_WIDTH) if plot.axis else ""
    left = max(map(lettering.width, rows)) + _GAP if any(rows) else 0.0
    lines = max(map(_lines, columns)) + _lines(axis)
    row = max(map(_lines, rows)) * lettering.height if any(rows) else _LEAST_CELL
    column = max(map(lettering.width, columns)) + _CELL_ROOM if any(columns) else 0.0
    return _Names(rows, columns, axis, left, lines * lettering.height, row, column, lettering.width(axis))


def _lines(text: str) -> int:
    return text.count("\n") + 1 if text else 0


def draw_heatmap(plot: Plot, asked: tuple[float, float] | None, tools: Tools) -> Figure:
    """Rows of cells from the top, the names of rows at the left and those of columns below."""
    lettering = tools.lettering
    rows, columns = len(plot.series[0].numbers), len(plot.series)
    known = [number for one in plot.series for number in one.numbers if number is not None]
    names = _names_of(plot, lettering)
    numbered = Size(max(map(lettering.width, map(plot.shown, known))) + _CELL_ROOM, lettering.height + _GAP)
    has_numbers = rows * columns <= _NUMBERED_CELLS
    if has_numbers and asked:
        room = Size((asked[0] - names.left) / columns, (asked[1] - names.below) / rows)
        has_numbers = room.width >= numbered.width and room.height >= max(lettering.height, names.row)
    side = min(max(_USUAL_SIDE / max(rows, columns), _LEAST_CELL), _GREATEST_CELL)
    cell = numbered if has_numbers else Size(side, side)
    cell = Size(cell.width, max(cell.height, names.row))
    if columns * names.column <= _WIDEST * tools.width:
        cell = Size(max(cell.width, names.column), cell.height)
    ends = [plot.shown(min(known)), plot.shown(max(known))]
    bar = 0.0 if has_numbers else 2 * _GAP + _BAR + _GAP + max(map(lettering.width, ends))
    usual = Size(names.left + columns * cell.width + bar, names.below + rows * cell.height)
    smallest = Size(numbered.width if has_numbers else _LEAST_CELL, names.row)
    least = Size(
        max(names.left + columns * smallest.width + bar, names.axis_width, names.left + names.column + bar),
        names.below + max(rows * smallest.height, 0.0 if has_numbers else 2 * lettering.height),
    )
    size = grown(least, asked, usual)
    area = Box(names.left, names.below, size.width - bar, size.height)
    figure = new_figure(size)
    colors = _Colors(known, tools)
    _draw_cells(figure, plot, area, colors, tools, has_numbers=has_numbers)
    _draw_names(figure, names, area, size, tools)
    if not has_numbers:
        _draw_bar(figure, area.x1 + 2 * _GAP, area, ends, colors, tools)
    return figure


class _Colors:
    """Colours of numbers."""

    def __init__(self, known: Sequence[float], tools: Tools) -> None:
        low, high = min(known), max(known)
        self.is_two_sided = low < 0 < high and tools.inks.is_colored
        name = "RdBu_r" if self.is_two_sided else "Blues" if tools.inks.is_colored else "Greys"
        self._map = mpl.colormaps[name]
        reach = max(-low, high)
        self.low, self.high = low, high
        ends = (-reach, reach) if self.is_two_sided else (low, high if high > low else low + 1.0)
        self._norm = Normalize(*ends)

    def of(self, number: float) -> str:
        """The colour of a number; the ends of the map are too light and too dark."""
        return to_hex(self._map(0.06 + 0.84 * float(self._norm(number))))


def _draw_cells(figure: Figure, plot: Plot, area: Box, colors: _Colors, tools: Tools, *, has_numbers: bool) -> None:
    rows, columns = len(plot.series[0].numbers), len(plot.series)
    axes = add_axes(figure, area, tools, framed=False)
    axes.set(xlim=(0, columns), ylim=(rows, 0))
    for x, one in enumerate(plot.series):
        for y, number in enumerate(one.numbers):
            if number is None:
                continue
            color = colors.of(number)
            axes.add_patch(
                Rectangle((x, y), 1, 1, facecolor=color, edgecolor=tools.inks.ground, linewidth=_LINE_BETWEEN)
            )
            if has_numbers:
                axes.text(
                    x + 0.5, y + 0.5, plot.shown(number), ha="center", va="center", color=text_on(color),
                    fontsize=tools.lettering.size, parse_math=False,
                )  # fmt: skip


def _draw_names(figure: Figure, names: _Names, area: Box, size: Size, tools: Tools) -> None:
    """The names of rows, and those of columns that have room; the name of the columns below."""
    lettering = tools.lettering
    for index, name in enumerate(names.rows):
        row = area.height / len(names.rows)
        write(figure, name, (area.x0 - _GAP, area.y1 - (index + 0.5) * row), tools, "right")
    column = area.width / len(names.columns)
    free = 0.0
    for index, title in enumerate(names.columns):
        x, half = area.x0 + (index + 0.5) * column, lettering.width(title) / 2
        if title and free <= x - half and x + half <= size.width:
            write(figure, title, (x, area.y0 - _BELOW), tools, "center", "top")
            free = x + half + _GAP
    if names.axis:
        half = names.axis_width / 2
        x = min(max(area.center[0], half), size.width - half)
        write(figure, names.axis, (x, _lines(names.axis) * lettering.height / 2), tools, "center")


def _draw_bar(figure: Figure, left: float, area: Box, ends: Sequence[str], colors: _Colors, tools: Tools) -> None:
    """A bar of the colours, with the least and the greatest number."""
    axes = add_axes(figure, Box(left, area.y0, left + _BAR, area.y1), tools, framed=False)
    axes.set(xlim=(0, 1), ylim=(0, _BAR_STEPS))
    for step in range(_BAR_STEPS):
        number = colors.low + (step + 0.5) / _BAR_STEPS * (colors.high - colors.low)
        # Each reaches to the top, below the next one, so that no line shows where two meet.
        axes.add_patch(Rectangle((0, step), 1, _BAR_STEPS - step, facecolor=colors.of(number), linewidth=0.0))
    axes.add_patch(Rectangle((0, 0), 1, _BAR_STEPS, fill=False, edgecolor=tools.inks.line, linewidth=LINE))
    x = left + _BAR + _GAP
    write(figure, ends[0], (x, area.y0 + tools.lettering.height / 2), tools, "left")
    write(figure, ends[1], (x, area.y1 - tools.lettering.height / 2), tools, "left")
