"""The whole way from the plots of a diagram to pictures.

This module loads matplotlib's figures, and is loaded only if a diagram has a plot.
"""

from __future__ import annotations

from collections.abc import Iterator

from matplotlib.figure import Figure

from ..geometry.primitives import Box, Size
from ..geometry.shapes import rounded
from ..job import Message
from ..model.pipeline import Node, Pipeline
from ..model.plots import Plot
from ..style.types import Style
from ..text.matplotlib_fonts import default_rc
from .frame import Tools
from .inks import Inks
from .kinds import DRAWERS
from .lettering import Lettering
from .picture import Ink, PathMark, Picture, Pictures
from .recorder import Recorder

_SLACK = 0.5  # points
_PADDING = 7.0  # points of ground around what matplotlib draws
_RADIUS = 0.5  # of the corners of the style


def draw_plots(pipeline: Pipeline, style: Style, timeout: float = 30.0) -> Pictures:
    """Draw the plots of *pipeline* in *style*; each function may take *timeout* seconds.

    Raises:
        FontError: if a font of the style does not exist.
        PlotError: if a function of the project fails.
    """
    lettering = Lettering(style)
    tools = Tools(lettering, Inks(style), style.plot_width, style.plot_height, style.corner_radius)
    found: dict[str, Picture] = {}
    messages: list[Message] = []
    with default_rc():
        for node in pipeline.nodes:
            if node.plot:
                found[node.id] = _picture(node, node.plot, tools, timeout)
                messages += _too_small(node, found[node.id].size)
    messages += lettering.setter.messages()
    return Pictures(found, tuple(messages), tuple(lettering.setter.emoji_messages()))


def _picture(node: Node, plot: Plot, tools: Tools, timeout: float) -> Picture:
    if plot.function:
        from .functions import draw_function, look, plot_errors  # imported here because few projects have functions

        with plot_errors(plot.function, node.id, timeout), look(tools):
            return _recorded(draw_function(plot.function, node.size, tools), tools)
    return _recorded(DRAWERS[plot.kind](plot, node.size, tools), tools)


def _recorded(figure: Figure, tools: Tools) -> Picture:
    """What matplotlib draws of a figure."""
    width, height = (round(float(side) * 72, 2) for side in figure.get_size_inches())
    recorder = Recorder(width, height, tools.lettering, tools.inks.table)
    figure.draw(recorder)
    whole = Box(0.0, 0.0, width + 2 * _PADDING, height + 2 * _PADDING)
    (outline,) = rounded(whole, _RADIUS * tools.corner_radius)
    ground = PathMark(outline, 0.0, Ink("line"), Ink("ground"))
    return Picture(
        Size(whole.width, whole.height), (ground, *(mark.moved(_PADDING, _PADDING) for mark in recorder.marks))
    )


def _too_small(node: Node, size: Size) -> Iterator[Message]:
    """The message about a plot that needs more than the size that was asked for."""
    inner = size.width - 2 * _PADDING, size.height - 2 * _PADDING
    if node.size and (inner[0] > node.size[0] + _SLACK or inner[1] > node.size[1] + _SLACK):
        asked, needed = (f"{width:.0f} x {height:.0f}" for width, height in (node.size, inner))
        yield Message("layout", f"the plot of '{node.id}' does not fit {asked} points: it has {needed} for its texts")
