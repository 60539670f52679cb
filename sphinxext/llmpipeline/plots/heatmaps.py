"""Heat maps: cells in the colours of their numbers, which stand in the cells or beside a bar of the colours."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib as mpl
from matplotlib.colors import Normalize, to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ..geometry.primitives import Box, Size
from ..model.plots import Plot
from ..style.value_scales import text_on
from .frame import LINE, Tools, add_axes, grown, new_figure, write

_NAMED_CELLS = 36
"""Most cells with their numbers in them, if no size is given."""
_CELL_ROOM = 6.0
_LEAST_CELL, _GREATEST_CELL = 5.0, 14.0
_USUAL_SIDE = 160.0  # points of a map of small cells
_GAP = 4.0
_WIDEST_CELL = 60.0  # of a cell as wide as its name
_BAR, _BAR_STEPS = 7.0, 24
_LINE_BETWEEN = 0.6


def draw_heatmap(plot: Plot, asked: tuple[float, float] | None, tools: Tools) -> Figure:
    """Rows of cells from the top, the names of rows at the left and those of columns below."""
    lettering = tools.lettering
    rows, columns = len(plot.series[0].numbers), len(plot.series)
    known = [number for one in plot.series for number in one.numbers if number is not None]
    numbered = max(map(lettering.width, map(plot.shown, known))) + _CELL_ROOM
    named = max(map(lettering.width, plot.names), default=0.0) + (_GAP if any(plot.names) else 0.0)
    titles = [one.name for one in plot.series]
    widest = max(map(lettering.width, titles)) + _CELL_ROOM
    below = lettering.height * (any(titles) + bool(plot.axis))
    low = lettering.height if plot.names else _LEAST_CELL
    side = min(max(_USUAL_SIDE / max(rows, columns), _LEAST_CELL), _GREATEST_CELL)
    cell = Size(side, max(side, low))
    has_numbers = rows * columns <= _NAMED_CELLS
    if has_numbers:
        cell = Size(numbered, lettering.height + _GAP)
    if widest <= _WIDEST_CELL:
        cell = Size(max(cell.width, widest), cell.height)
    ends = [plot.shown(min(known)), plot.shown(max(known))]
    bar = 2 * _GAP + _BAR + _GAP + max(map(lettering.width, ends))
    usual = Size(named + columns * cell.width + (0.0 if has_numbers else bar), below + rows * cell.height)
    least = Size(named + columns * _LEAST_CELL + bar, below + max(rows * low, 2 * lettering.height))
    size = grown(least, asked, usual)
    area = Box(named, below, size.width - (0.0 if has_numbers else bar), size.height)
    if asked and has_numbers:
        fits = area.width / columns >= numbered and area.height / rows >= lettering.height
        if not fits:
            has_numbers, area = False, Box(named, below, size.width - bar, size.height)
    figure = new_figure(size)
    colors = _Colors(known, tools)
    _draw_cells(figure, plot, area, colors, tools, has_numbers=has_numbers)
    _draw_names(figure, plot, area, tools)
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


def _draw_names(figure: Figure, plot: Plot, area: Box, tools: Tools) -> None:
    """The names of rows, and those of columns that have room; the name of the columns below."""
    lettering = tools.lettering
    row, column = area.height / len(plot.series[0].numbers), area.width / len(plot.series)
    for index, name in enumerate(plot.names):
        write(figure, name, (area.x0 - _GAP, area.y1 - (index + 0.5) * row), tools, "right")
    titles = [one.name for one in plot.series]
    free = -float("inf")
    for index, title in enumerate(titles):
        x, half = area.x0 + (index + 0.5) * column, lettering.width(title) / 2
        inside = index in (0, len(titles) - 1) or x + half <= area.x1 + _GAP
        if title and x - half >= free and inside:
            write(figure, title, (x, area.y0 - lettering.height / 2), tools, "center")
            free = x + half + _GAP
    if plot.axis:
        write(figure, plot.axis, (area.center[0], lettering.height / 2), tools, "center")


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
