"""Helpers for the tests of plots."""

from __future__ import annotations

from sphinxext.llmpipeline import MODERN, parse
from sphinxext.llmpipeline.geometry.primitives import Box
from sphinxext.llmpipeline.plots.drawing import draw_plots
from sphinxext.llmpipeline.plots.frame import Tools
from sphinxext.llmpipeline.plots.inks import Inks
from sphinxext.llmpipeline.plots.lettering import Lettering
from sphinxext.llmpipeline.plots.picture import PathMark, Picture, Pictures, TextMark
from sphinxext.llmpipeline.style.types import Style

DATA = {
    "bars": "bars\n CommonCrawl: 67%\n C4: 15%\n Wikipedia (en): 4.5%",
    "bars-negative": "bars\n up: 3\n a rather long name of a benchmark: -1.5",
    "pie": "pie\n CommonCrawl: 67%\n C4: 15%\n Books: 18%",
    "line": "line\n step: train | validation\n 0: 3.2 | 3.4\n 10k: 2.1 |\n 20k: 1.9 | 2.3",
    "line-alone": "line\n 0: 3.2\n 1: 2.9\n 2: 2.8",
    "line-of-one": "line\n 7: 3.2",
    "scatter": "scatter\n parameters: base | chat\n 1B: 31 | 33\n 70B: 66 | 70",
    "hist": "hist\n 12 15 9 31 14 16 12 11 1200 18",
    "hist-of-one": "hist\n 12",
    "heatmap": "heatmap\n to: The | cat\n The: 0.1 | 0.7\n cat: | 0.2",
    "heatmap-large": "heatmap" + "".join(f"\n token {row}: 0.1" + 11 * " | 0.2" for row in range(12)),
    "long-numbers": "line\n 123456789: 0.1\n 123456790: 0.2",
}
"""Data of every kind, as lines under the field."""


def declared(data: str, rest: str = "") -> str:
    """A node with a plot of these data."""
    return "node a: A\n   :plot: " + data.replace("\n ", "\n      ") + rest


def pictures(data: str, style: Style = MODERN, rest: str = "") -> Pictures:
    """What is drawn of a node with these data."""
    return draw_plots(parse(declared(data, rest)), style)


def picture(data: str, style: Style = MODERN, rest: str = "") -> Picture:
    """The same, without messages."""
    return pictures(data, style, rest).of["a"]


def texts(drawn: Picture) -> dict[str, Box]:
    """The texts of a picture, each once, with their boxes."""
    return {
        mark.run.text: Box(
            mark.at[0], mark.at[1] - 0.2 * mark.run.size, mark.at[0] + mark.run.width, mark.at[1] + 0.73 * mark.run.size
        )
        for mark in drawn.marks
        if isinstance(mark, TextMark)
    }


def paths(drawn: Picture) -> list[PathMark]:
    """The curves of a picture, without its ground."""
    return [mark for mark in drawn.marks if isinstance(mark, PathMark)][1:]


def tools(style: Style = MODERN) -> Tools:
    """What plots are drawn with."""
    return Tools(Lettering(style), Inks(style), style.plot_width, style.plot_height, style.corner_radius)
