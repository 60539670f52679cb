"""Frames of plots: figures in points, ticks whose numbers have room, and keys of series."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from ..geometry.primitives import Box, Size
from ..model.quantity import format_numbers
from .inks import MARKERS, Inks
from .lettering import Lettering

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..model.plots import Plot

LINE = 0.8
"""Points: width of axes, ticks and outlines."""
TICK = 3.0
TICK_GAP, BELOW_GAP = 2.0, 3.5
"""Points between a tick and its number, beside and below the axes."""
_STEPS = (1, 2, 2.5, 5, 10)
_BETWEEN = 8.0  # points between the numbers of an axis
_KEY = 14.0  # length of the sample of a series
_KEY_GAP, _KEY_ROOM = 4.0, 10.0  # points after a sample, and between the entries of a key


def axes_look(text: str, line: str, size: float) -> dict[str, object]:
    """Matplotlib's settings of texts, in a colour and points, and of axes and lines, in the colour *line*."""
    return {
        **dict.fromkeys(("axes.edgecolor", "xtick.color", "ytick.color", "grid.color"), line),
        **dict.fromkeys(("text.color", "axes.labelcolor", "axes.titlecolor"), text),
        **dict.fromkeys(("xtick.labelcolor", "ytick.labelcolor"), text),
        **dict.fromkeys(("font.size", "axes.titlesize", "axes.labelsize"), size),
        **dict.fromkeys(("xtick.labelsize", "ytick.labelsize", "legend.fontsize"), size),
        **dict.fromkeys(("axes.linewidth", "xtick.major.width", "ytick.major.width", "patch.linewidth"), LINE),
        **dict.fromkeys(("axes.spines.top", "axes.spines.right"), False),
        "lines.linewidth": 1.6,
    }


class Tools(NamedTuple):
    """What every plot of a style is drawn with."""

    lettering: Lettering
    inks: Inks
    width: float
    """Points: of a plot whose size is not given."""
    height: float
    corner_radius: float


def new_figure(size: Size) -> Figure:
    """An empty figure, one pixel for each point."""
    return Figure(figsize=(size.width / 72, size.height / 72), dpi=72, frameon=False)


def add_axes(figure: Figure, box: Box, tools: Tools, *, framed: bool = True) -> Axes:
    """Axes in a box of points; *framed* ones have lines at the left and the bottom."""
    width, height = figure.get_size_inches() * 72
    axes = figure.add_axes((box.x0 / width, box.y0 / height, box.width / width, box.height / height))
    axes.patch.set_visible(False)
    axes.spines[["top", "right"]].set_visible(False)
    if not framed:
        axes.set_axis_off()
        return axes
    for spine in axes.spines.values():
        spine.set(color=tools.inks.line, linewidth=LINE)
    axes.tick_params(
        color=tools.inks.line, labelcolor=tools.inks.text, labelsize=tools.lettering.size,
        length=TICK, width=LINE, pad=TICK_GAP,
    )  # fmt: skip
    axes.tick_params(axis="x", pad=BELOW_GAP)
    return axes


def write(figure: Figure, text: str, at: tuple[float, float], tools: Tools, ha: str, va: str = "center") -> None:
    """Write a text at a point of the figure."""
    width, height = figure.get_size_inches() * 72
    figure.text(
        at[0] / width, at[1] / height, text, ha=ha, va=va, multialignment=ha,
        color=tools.inks.text, fontsize=tools.lettering.size, linespacing=1.15, parse_math=False,
    )  # fmt: skip


class Ticks(NamedTuple):
    """The ticks of an axis."""

    places: tuple[float, ...]
    texts: tuple[str, ...]


def ticks(least: float, greatest: float, count: int, *, whole: bool = False, unit: str = "") -> Ticks:
    """At most *count* ticks within a range; *whole* ones are at whole numbers."""
    locator = MaxNLocator(max(count - 1, 1), steps=_STEPS, integer=whole, min_n_ticks=1)
    slack = 1e-9 * (greatest - least)
    places = tuple(
        float(place) for place in locator.tick_values(least, greatest) if least - slack <= place <= greatest + slack
    )
    percent = "%" if unit == "%" else ""
    return Ticks(places, tuple(text + percent for text in format_numbers(places)))


def ticks_beside(least: float, greatest: float, height: float, tools: Tools, *, whole: bool, unit: str = "") -> Ticks:
    """Ticks along *height* points, as many as have room for their numbers, at most five."""
    found = Ticks((), ())
    for count in (6, 5, 4, 3, 2):
        found = ticks(least, greatest, count, whole=whole, unit=unit)
        step = (found.places[1] - found.places[0]) / (greatest - least) * height if len(found.places) > 1 else height
        if len(found.places) <= 5 and step >= tools.lettering.height:
            break
    return found


def ticks_with_room(least: float, greatest: float, width: float, tools: Tools, *, whole: bool) -> Ticks:
    """Ticks along *width* points, as many as have room for their numbers."""
    found = Ticks((), ())
    for count in (6, 5, 4, 3, 2):
        found = ticks(least, greatest, count, whole=whole)
        scale = width / (greatest - least)
        ends = [
            (place * scale, tools.lettering.width(text) / 2)
            for place, text in zip(found.places, found.texts, strict=True)
        ]
        if all(b - a >= half + other + _BETWEEN for (a, half), (b, other) in pairwise(ends)):
            return found
    return Ticks(found.places[:1], found.texts[:1])


class Key(NamedTuple):
    """The names of series in rows above the axes."""

    rows: tuple[tuple[int, ...], ...]
    width: float
    height: float


def key_of(plot: Plot, tools: Tools, width: float) -> Key:
    """The key of a plot of several series, in rows of at most *width* points."""
    if len(plot.series) < 2 or not any(one.name for one in plot.series):
        return Key((), 0.0, 0.0)
    rows: list[list[int]] = []
    used = widest = 0.0
    for index, one in enumerate(plot.series):
        needed = _KEY + _KEY_GAP + tools.lettering.width(one.name)
        if rows and used + _KEY_ROOM + needed <= width:
            rows[-1].append(index)
            used += _KEY_ROOM + needed
        else:
            rows.append([index])
            used = needed
        widest = max(widest, used)
    return Key(tuple(map(tuple, rows)), widest, tools.lettering.height * len(rows) + _KEY_GAP)


def draw_key(figure: Figure, key: Key, plot: Plot, tools: Tools, left: float) -> None:
    """Draw the key at the top of the figure, from *left* on."""
    width, height = figure.get_size_inches() * 72
    for number, row in enumerate(key.rows):
        x, y = left, height - (number + 0.5) * tools.lettering.height
        for index in row:
            places = [(x + _KEY / 2) / width] if plot.kind == "scatter" else [x / width, (x + _KEY) / width]
            look = sample(plot, index, tools)
            figure.add_artist(Line2D(places, [y / height] * len(places), transform=figure.transFigure, **look))
            write(figure, plot.series[index].name, (x + _KEY + _KEY_GAP, y), tools, "left")
            x += _KEY + _KEY_GAP + tools.lettering.width(plot.series[index].name) + _KEY_ROOM


def sample(plot: Plot, index: int, tools: Tools) -> dict[str, Any]:
    """The look of the line, or of the points, of a series."""
    stroke, dash = tools.inks.stroke(index), tools.inks.dash(index)
    if plot.kind == "scatter":
        return {
            "marker": MARKERS[index % len(MARKERS)], "markersize": 4.5, "markeredgewidth": LINE, "linestyle": "none",
            "markerfacecolor": stroke, "markeredgecolor": stroke,
        }  # fmt: skip
    return {"color": stroke, "linewidth": 1.6, "linestyle": (0, dash) if dash else "solid", "solid_capstyle": "butt"}


def grown(needed: Size, asked: Sequence[float] | None, usual: Size) -> Size:
    """The size that was asked for, or else the usual one, but at least what is needed."""
    width, height = asked or (usual.width, usual.height)
    return Size(max(width, needed.width), max(height, needed.height))
