"""One function for each kind of plot: the data, and the size that was asked for → a figure of matplotlib."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle, Wedge
from matplotlib.ticker import MaxNLocator

from ..geometry.primitives import Box, Size
from ..model.plots import Plot
from .frame import (
    BELOW_GAP,
    LINE,
    TICK,
    TICK_GAP,
    Ticks,
    Tools,
    add_axes,
    draw_key,
    grown,
    key_of,
    new_figure,
    sample,
    ticks_beside,
    ticks_with_room,
    write,
)
from .heatmaps import draw_heatmap
from .inks import MARKERS

Asked = tuple[float, float] | None

_NAME_WIDTH = 120.0  # points after which a name is broken
_NAME_GAP, _VALUE_GAP = 6.0, 4.0
_LEAST_DATA = 80.0  # points of the axes, at least
_LEAST_HEIGHT = 40.0
_ROW_ROOM = 3.0  # between the names of bars
_TALLEST_ROW = 1.7  # heights of a line
_BAR = 0.66  # of the height of a row
_SWATCH = 9.0
_SIDE = 4.0  # points beside the axes, at least
_MARGIN = 0.04  # of the range of the numbers, beside them
_LEAST_BINS, _MOST_BINS = 8, 24


def draw_bars(plot: Plot, asked: Asked, tools: Tools) -> Figure:
    """Horizontal bars, their names at the left and their numbers at their ends."""
    lettering, numbers = tools.lettering, [number or 0.0 for number in plot.series[0].numbers]
    names = [lettering.broken(name, _NAME_WIDTH) for name in plot.names]
    texts = [plot.shown(number) for number in numbers]
    named, valued = (max(map(lettering.width, column)) for column in (names, texts))
    row = max(name.count("\n") + 1 for name in names) * lettering.height + _ROW_ROOM
    usual_row = min(max(tools.height / len(names), row), max(_TALLEST_ROW * lettering.height, row))
    negative = valued + _VALUE_GAP if min(numbers) < 0 else 0.0
    least = Size(named + _NAME_GAP + negative + _LEAST_DATA + _VALUE_GAP + valued, row * len(names))
    size = grown(least, asked, Size(tools.width, usual_row * len(names)))
    figure = new_figure(size)
    left = named + _NAME_GAP + negative
    axes = add_axes(figure, Box(left, 0.0, size.width - valued - _VALUE_GAP, size.height), tools, framed=False)
    low, high = min(0.0, *numbers), max(0.0, *numbers)
    axes.set(xlim=(low, high if high > low else low + 1.0), ylim=(len(names) - 0.5, -0.5))
    axes.barh(
        range(len(names)), numbers, _BAR, color=tools.inks.fill(0), edgecolor=tools.inks.stroke(0), linewidth=LINE
    )
    axes.axvline(0.0, color=tools.inks.line, linewidth=LINE, clip_on=False)
    for index, (name, number, text) in enumerate(zip(names, numbers, texts, strict=True)):
        write(figure, name, (named, size.height * (1 - (index + 0.5) / len(names))), tools, "right")
        side = -1.0 if number < 0 else 1.0
        axes.annotate(
            text, (number, index), (side * _VALUE_GAP, 0.0), textcoords="offset points", va="center",
            ha="right" if number < 0 else "left", color=tools.inks.text, fontsize=lettering.size, annotation_clip=False,
            parse_math=False,
        )  # fmt: skip
    return figure


def draw_pie(plot: Plot, asked: Asked, tools: Tools) -> Figure:
    """Slices clockwise from the top, and their names and numbers at the right."""
    lettering, numbers = tools.lettering, [number or 0.0 for number in plot.series[0].numbers]
    texts = [f"{name}  {plot.shown(number)}" for name, number in zip(plot.names, numbers, strict=True)]
    named = max(map(lettering.width, texts))
    row = lettering.height + _ROW_ROOM
    beside = 2 * _NAME_GAP + _SWATCH + _NAME_GAP + named
    needed = Size(beside + _LEAST_DATA, max(row * len(texts), _LEAST_DATA))
    side = 0.9 * tools.height
    size = grown(needed, asked, Size(beside + side, side))
    side = min(size.height, size.width - beside)
    figure = new_figure(size)
    bottom = (size.height - side) / 2
    axes = add_axes(figure, Box(0.0, bottom, side, bottom + side), tools, framed=False)
    axes.set(xlim=(-1.02, 1.02), ylim=(-1.02, 1.02))
    whole = max(sum(numbers), 100.0 if plot.unit == "%" else 0.0)
    ends = [90.0]
    for number in numbers:
        ends.append(ends[-1] - 360.0 * number / whole)
    for index, (start, end) in enumerate(pairwise(ends)):
        if start > end:
            axes.add_patch(Wedge((0, 0), 1.0, end, start, facecolor=tools.inks.fill(index), linewidth=0.0))
    for start, end in pairwise(ends):
        if start > end:
            axes.add_patch(Wedge((0, 0), 1.0, end, start, fill=False, edgecolor=tools.inks.line, linewidth=LINE))
    for index, text in enumerate(texts):
        y = size.height / 2 + ((len(texts) - 1) / 2 - index) * row
        x = side + 2 * _NAME_GAP
        _swatch(figure, index, (x, y), tools)
        write(figure, text, (x + _SWATCH + _NAME_GAP, y), tools, "left")
        if not tools.inks.is_colored and ends[index] - ends[index + 1] > 8.0:
            middle = math.radians((ends[index] + ends[index + 1]) / 2)
            axes.add_line(Line2D([0.72 * math.cos(middle)], [0.72 * math.sin(middle)], **_mark(index, tools)))
    return figure


def _mark(index: int, tools: Tools) -> dict[str, Any]:
    """The mark of a slice in a style without colours."""
    return {
        "marker": MARKERS[index % len(MARKERS)], "markersize": 5.0, "markeredgewidth": LINE, "linestyle": "none",
        "markerfacecolor": tools.inks.stroke(index), "markeredgecolor": tools.inks.stroke(index),
    }  # fmt: skip


def _swatch(figure: Figure, index: int, at: tuple[float, float], tools: Tools) -> None:
    """The sample of a slice, in the middle of a line of the key."""
    width, height = figure.get_size_inches() * 72
    x, y = at
    if not tools.inks.is_colored:
        place = [(x + _SWATCH / 2) / width], [y / height]
        figure.add_artist(Line2D(*place, transform=figure.transFigure, **_mark(index, tools)))
        return
    figure.add_artist(
        Rectangle(
            (x / width, (y - _SWATCH / 2) / height),
            _SWATCH / width,
            _SWATCH / height,
            transform=figure.transFigure,
            facecolor=tools.inks.fill(index),
            edgecolor=tools.inks.stroke(index),
            linewidth=LINE,
        )
    )


def draw_line(plot: Plot, asked: Asked, tools: Tools) -> Figure:
    """The lines, or the points, of one or several series over an axis."""
    known = [number for one in plot.series for number in one.numbers if number is not None]
    figure, axes = _framed(plot, (plot.places, known), asked, tools)
    for index, one in enumerate(plot.series):
        points = [(x, y) for x, y in zip(plot.places, one.numbers, strict=True) if y is not None]
        look = sample(plot, index, tools)
        if plot.kind == "line":
            points = _thinned(points, int(axes.get_window_extent().width))
            if len(points) == 1:
                look |= {"marker": "o", "markersize": 4.0}
        axes.plot([x for x, _ in points], [y for _, y in points], clip_on=False, **look)
    return figure


def draw_hist(plot: Plot, asked: Asked, tools: Tools) -> Figure:
    """How many numbers are in each of some ranges of equal width."""
    numbers = [number for number in plot.series[0].numbers if number is not None]
    count = min(max(math.ceil(2 * len(numbers) ** (1 / 3)), _LEAST_BINS), _MOST_BINS)  # the rule of Rice
    low, high = min(numbers), max(numbers)
    if low == high:
        low, high = low - 0.5, high + 0.5
    edges = _round_edges(low, high, count, whole=all(number == int(number) for number in numbers))
    counts = [0] * (len(edges) - 1)
    for number in numbers:
        counts[min(int((number - edges[0]) / (edges[-1] - edges[0]) * len(counts)), len(counts) - 1)] += 1
    figure, axes = _framed(plot, (edges, [0.0, *map(float, counts)]), asked, tools, from_zero=True)
    axes.bar(
        edges[:-1], counts, edges[1] - edges[0], align="edge", color=tools.inks.fill(0),
        edgecolor=tools.inks.stroke(0), linewidth=LINE, clip_on=False,
    )  # fmt: skip
    return figure


def _round_edges(low: float, high: float, count: int, *, whole: bool) -> list[float]:
    """The ends of about *count* ranges of a round width."""
    locator = MaxNLocator(count, steps=[1, 2, 2.5, 5, 10], integer=whole, min_n_ticks=1)
    return [float(edge) for edge in locator.tick_values(low, high)]


def _thinned(points: Sequence[tuple[float, float]], columns: int) -> list[tuple[float, float]]:
    """At most four points for each point of width: the first, the least, the greatest and the last."""
    if len(points) <= 4 * columns:
        return [*points]
    found: list[tuple[float, float]] = []
    for column in range(columns):
        part = points[len(points) * column // columns : len(points) * (column + 1) // columns]
        chosen = {0, len(part) - 1, *(pick(range(len(part)), key=lambda at: part[at][1]) for pick in (min, max))}
        found += (part[at] for at in sorted(chosen))
    return found


def _framed(
    plot: Plot,
    numbers: tuple[Sequence[float], Sequence[float]],
    asked: Asked,
    tools: Tools,
    *,
    from_zero: bool = False,
) -> tuple[Figure, Axes]:
    """A figure with axes for *numbers* along both, ticks, the name of the axis, and the key of the series."""
    lettering = tools.lettering
    (left, right), (low, high) = map(_range, numbers)
    if not from_zero:
        low, high = low - _MARGIN * (high - low), high + _MARGIN * (high - low)
        aside = (_MARGIN if plot.kind == "scatter" else _MARGIN / 2) * (right - left)
        left, right = left - aside, right + aside
    wide, tall = asked or (tools.width, tools.height)
    key = key_of(plot, tools, max(wide, _LEAST_DATA))
    above = max(key.height, lettering.height / 2)
    below = lettering.height + TICK + BELOW_GAP + (lettering.height if plot.axis else 0.0)
    unit = "" if from_zero else plot.unit
    beside = ticks_beside(low, high, max(tall - below - above, _LEAST_HEIGHT), tools, whole=from_zero, unit=unit)
    room = max(map(lettering.width, beside.texts), default=0.0) + TICK_GAP + TICK
    least = Size(
        max(room + max(_LEAST_DATA, lettering.width(plot.axis)) + _SIDE, key.width), below + _LEAST_HEIGHT + above
    )
    size = grown(least, asked, Size(tools.width, tools.height + key.height))
    whole = all(place == int(place) for place in numbers[0])
    along = ticks_with_room(left, right, size.width - room - _SIDE, tools, whole=whole)
    room, end = _sides(along, (left, right), (room, size.width - _SIDE), tools)
    figure = new_figure(size)
    axes = add_axes(figure, Box(room, below, end, size.height - above), tools)
    axes.set(xlim=(left, right), ylim=(low, high))
    axes.set_xticks(along.places, along.texts)
    axes.set_yticks(beside.places, beside.texts)
    if plot.axis:
        write(figure, plot.axis, ((room + end) / 2, lettering.height / 2), tools, "center")
    draw_key(figure, key, plot, tools, max(min(room, size.width - key.width), 0.0))
    return figure, axes


def _sides(along: Ticks, numbers: tuple[float, float], sides: tuple[float, float], tools: Tools) -> tuple[float, float]:
    """The left and the right end of the axes, moved inwards if the outer numbers below would protrude."""
    (low, high), (left, right) = numbers, sides
    if not along.places:
        return sides
    scale = (right - left) / (high - low)
    first, last = (tools.lettering.width(text) / 2 for text in (along.texts[0], along.texts[-1]))
    protrudes = first - left - (along.places[0] - low) * scale
    beyond = last - _SIDE - (high - along.places[-1]) * scale
    return left + max(protrudes, 0.0), right - max(beyond, 0.0)


def _range(numbers: Sequence[float]) -> tuple[float, float]:
    low, high = min(numbers), max(numbers)
    if low == high:
        reach = abs(low) * 0.1 or 1.0
        return low - reach, high + reach
    return low, high


DRAWERS: Mapping[str, Callable[[Plot, Asked, Tools], Figure]] = {
    "bars": draw_bars,
    "pie": draw_pie,
    "line": draw_line,
    "scatter": draw_line,
    "hist": draw_hist,
    "heatmap": draw_heatmap,
}
