"""Plots that functions of the project draw."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib import rcsetup
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.ticker import AutoLocator, Formatter, MaxNLocator, ScalarFormatter

from ..diagnostics import PlotError
from ..geometry.primitives import Box, Size
from ..model.plots import PlotFunction
from ..model.quantity import format_number, format_numbers
from .frame import BELOW_GAP, TICK, TICK_GAP, Tools, axes_look, new_figure
from .recorder import Recorder
from .time_limit import as_errors

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST_CELLS = 64 * 64
"""Most cells of an image: each is an element of the drawing."""
_TICKS = 4
_ROUNDS = 3
"""How often axes are fitted: other numbers stand beside axes of another size."""


def draw_function(function: PlotFunction, asked: tuple[float, float] | None, tools: Tools) -> Figure:
    """A figure whose axes the function has filled, with room for all its texts; see :func:`look`."""
    module, _, attribute = function.target.partition(":")
    draw = getattr(import_module(module), attribute)
    size = Size(*asked) if asked else Size(tools.width, tools.height)
    figure = new_figure(size)
    axes = figure.add_axes((0.1, 0.1, 0.8, 0.8))
    draw(axes, **dict(function.arguments))
    for one in figure.axes:
        _with_cells(one)
        _with_short_numbers(one)
    _set_upright(figure, tools)
    _fit(figure, size, tools)
    return figure


def look(tools: Tools) -> AbstractContextManager[None]:
    """Context with the look of all other plots, in which the figure of a function is made and drawn."""
    return mpl.rc_context(_settings(tools))


def plot_errors(function: PlotFunction, node: str, timeout: float) -> AbstractContextManager[None]:
    """Context in which any error of the function is a :class:`PlotError`, also that it takes too long."""
    return as_errors(f"the plot '{function.name}'", timeout, partial(PlotError, node=node))


def _settings(tools: Tools) -> Any:
    """Matplotlib's settings: the colours and lengths of all other plots."""
    inks = tools.inks
    return {
        **axes_look(inks.text, inks.line, tools.lettering.size),
        **dict.fromkeys(("xtick.major.size", "ytick.major.size"), TICK),
        "legend.frameon": False,
        "xtick.major.pad": BELOW_GAP,
        "ytick.major.pad": TICK_GAP,
        "axes.facecolor": "none",
        "axes.labelpad": 1.0,
        "axes.prop_cycle": _cycle(tools),
        "lines.color": inks.stroke(0),
        "lines.markersize": 4.5,
        "patch.facecolor": inks.fill(0),
        "patch.edgecolor": inks.stroke(0),
        "image.cmap": "Blues" if inks.is_colored else "Greys",
    }


def _cycle(tools: Tools) -> Any:
    """The colours of lines, or their dashes in a style without colours."""
    strokes = tools.inks.strokes
    styles = [(0, dash) if dash else "-" for dash in map(tools.inks.dash, range(len(strokes)))]
    return rcsetup.cycler(color=strokes) + rcsetup.cycler(linestyle=styles)


def _with_cells(axes: Axes) -> None:
    """Draw images as cells, because a picture consists of curves."""
    for image in [*axes.get_images()]:
        colors = np.asarray(image.to_rgba(np.ma.asarray(image.get_array())))
        rows, columns = colors.shape[:2]
        if rows * columns > _MOST_CELLS:
            raise ValueError(f"an image has at most {_MOST_CELLS:,} cells, not {rows * columns:,}")
        left, right, bottom, top = image.get_extent()
        width, height = (right - left) / columns, (top - bottom) / rows
        for row, column in np.ndindex(rows, columns):
            # The first row stands at the top, or at the bottom if the image has its origin there.
            y = top - (row + 1) * height if image.origin == "upper" else bottom + row * height
            color = to_hex(tuple(map(float, colors[row, column])), keep_alpha=True)  # type: ignore[arg-type]  # of four numbers
            axes.add_patch(Rectangle((left + column * width, y), width, height, facecolor=color, linewidth=0.0))
        image.remove()


class _ShortNumbers(Formatter):
    """Numbers of ticks as those of other plots."""

    def __call__(self, x: float, pos: int | None = None) -> str:  # noqa: ARG002 -- matplotlib's signature
        return format_number(x)

    def format_ticks(self, values: Any) -> list[str]:
        """The texts of all ticks of an axis."""
        return [*format_numbers(tuple(map(float, values)))]


def _with_short_numbers(axes: Axes) -> None:
    """Few ticks with short numbers, where the function sets no others."""
    for axis in (axes.xaxis, axes.yaxis):
        if isinstance(axis.get_major_formatter(), ScalarFormatter):
            axis.set_major_formatter(_ShortNumbers())
        if isinstance(axis.get_major_locator(), AutoLocator):
            axis.set_major_locator(MaxNLocator(_TICKS, steps=[1, 2, 2.5, 5, 10]))


def _set_upright(figure: Figure, tools: Tools) -> None:
    """Set all texts upright: names of vertical axes stand above these."""
    for axes in figure.axes:
        label = axes.yaxis.label
        if label.get_text():
            above = 1 + tools.lettering.height / 2 / tools.height
            label.set(rotation=0, horizontalalignment="left", verticalalignment="bottom")
            axes.yaxis.set_label_coords(0.0, above)
    for text in figure.findobj(Text):
        assert isinstance(text, Text)
        text.set_rotation(0)


def _fit(figure: Figure, size: Size, tools: Tools) -> None:
    """Change the size of the first axes until all that is drawn is inside of the figure."""
    axes = figure.axes[0]
    for _ in range(_ROUNDS):
        recorder = Recorder(size.width, size.height, tools.lettering, tools.inks.table)
        around = figure.get_tightbbox(recorder)
        place = axes.get_position()
        x0 = place.x0 - around.x0 * 72 / size.width
        y0 = place.y0 - around.y0 * 72 / size.height
        x1 = place.x1 + 1 - around.x1 * 72 / size.width
        y1 = place.y1 + 1 - around.y1 * 72 / size.height
        box = Box(x0, y0, x1, y1)
        if box.width <= 0 or box.height <= 0:
            raise ValueError(f"{size.width:g} x {size.height:g} points have no room for its texts")
        axes.set_position((box.x0, box.y0, box.width, box.height))
