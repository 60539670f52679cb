"""The whole way from a pipeline to bytes, one named step a line.

This module is imported only where something must be drawn: what it brings with it (matplotlib, pygraphviz) costs a
build without a new diagram nothing.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import svg
from .artist import Diagram
from .canvas import Format, on_figure, to_bytes
from .digraph import build
from .layout import Engine, Placed, place
from .model import Pipeline
from .style import CLASSIC, Style
from .text import Blocks, measure

if TYPE_CHECKING:
    import graphviz
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class Job:
    """All that one drawing depends on; it and the :class:`Drawing` can be pickled, so any process may draw.

    ``repr()`` of a job is its identity, which the cache is keyed by.
    """

    pipeline: Pipeline
    style: Style
    format: Format
    engine: Engine = "pygraphviz"
    dot: str = "dot"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A file's content, and what Graphviz and matplotlib had to say while it was made."""

    data: bytes
    messages: tuple[str, ...] = ()


def draw(job: Job) -> Drawing:
    """Draw one diagram.

    Raises:
        LayoutError: where Graphviz fails.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        blocks, placed = _lay_out(job.pipeline, job.style, job.engine, job.dot)
        diagram = Diagram(job.pipeline, job.style, blocks, placed.layout)
        data = to_bytes(diagram, job.format)
        if job.format == "svg":
            data = svg.public(data, job.pipeline, job.style)
        elif job.format == "svg-outlines":
            data = svg.bare(data)
    drawn = dict.fromkeys(str(warning.message) for warning in caught if issubclass(warning.category, UserWarning))
    return Drawing(data, (*placed.messages, *drawn))


def render(pipeline: Pipeline, style: Style = CLASSIC, format: Format = "svg") -> bytes:
    """Draw a pipeline, without Sphinx.

    Args:
        pipeline: what is drawn, from :func:`~sphinxext.llmpipeline.parser.parse`.
        style: how it looks.
        format: ``svg`` (text as text), ``svg-outlines`` (text as paths), ``pdf``, ``png``, or ``png@2x``.

    Returns:
        The content of the file; the same arguments give the same bytes.

    Raises:
        LayoutError: where Graphviz fails.

    >>> from sphinxext.llmpipeline import parse
    >>> render(parse("a -> b"), format="pdf")[:5]
    b'%PDF-'
    """
    return draw(Job(pipeline, style, format)).data


def figure(pipeline: Pipeline, style: Style = CLASSIC) -> Figure:
    """The ``matplotlib.figure.Figure`` of a pipeline, tight to the picture, its one artist the diagram."""
    blocks, placed = _lay_out(pipeline, style)
    return on_figure(Diagram(pipeline, style, blocks, placed.layout))


def digraph(pipeline: Pipeline, style: Style | None = None) -> graphviz.Digraph:
    """The ``graphviz.Digraph`` of a pipeline, as it is given to Graphviz."""
    style = style or CLASSIC
    return build(pipeline, style, measure(pipeline, style).sizes())


def _lay_out(
    pipeline: Pipeline, style: Style, engine: Engine = "pygraphviz", dot: str = "dot"
) -> tuple[Blocks, Placed]:
    blocks = measure(pipeline, style)
    graph = build(pipeline, style, blocks.sizes())
    return blocks, place(pipeline, graph, engine, dot)
