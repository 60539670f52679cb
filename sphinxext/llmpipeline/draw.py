"""The whole way from a pipeline to bytes, one named step a line.

This module is imported only where something must be drawn: what it brings with it (matplotlib, pygraphviz) costs a
build without a new diagram nothing.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from . import svg
from .artist import Diagram
from .canvas import on_figure, settings, to_bytes
from .digraph import build
from .drawing import Drawing, Engine, Format, Glyphs, Job, Message, Notes
from .finish import finish
from .layout import Placed, place
from .model import Pipeline
from .scales import paint
from .style import MODERN, Style
from .text import measure

if TYPE_CHECKING:
    import graphviz
    from matplotlib.figure import Figure


def draw(job: Job) -> Drawing:
    """Draw one diagram.

    Raises:
        LayoutError: where Graphviz fails.
        FontError: where the style names a font that there is not.
    """
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        diagram, placed = _lay_out(job.pipeline, job.style, job.engine, job.dot)
        data = to_bytes(diagram, job.format)
    glyphs: tuple[Glyphs, ...] = ()
    if job.format == "svg":
        page = svg.public(data, job.pipeline, job.style, diagram.paint)
        data, glyphs = page.data, page.glyphs
    elif job.format == "svg-outlines":
        data = svg.bare(data)
    said = dict.fromkeys(str(warning.message) for warning in caught if _is_news(warning))
    messages = [Message("syntax", text) for text in diagram.paint.messages]
    messages += [Message("layout", text) for text in placed.messages]
    messages += [Message("draw", text) for text in (*diagram.blocks.messages, *said)]
    return Drawing(data, Notes(tuple(messages), glyphs))


def render(pipeline: Pipeline, style: Style = MODERN, format: Format = "svg") -> bytes:
    """Draw a pipeline, without Sphinx.

    Args:
        pipeline: what is drawn, from :func:`~sphinxext.llmpipeline.parse`.
        style: how it looks.
        format: ``svg`` (text as text), ``svg-outlines`` (text as paths), ``pdf``, ``png``, or ``png@2x``.

    Returns:
        The content of the file; the same arguments give the same bytes.

    Raises:
        LayoutError: where Graphviz fails.
        FontError: where the style names a font that there is not.

    >>> from sphinxext.llmpipeline import parse
    >>> render(parse("a -> b"), format="pdf")[:5]
    b'%PDF-'
    """
    return draw(Job(pipeline, style, format)).data


def figure(pipeline: Pipeline, style: Style = MODERN) -> Figure:
    """The ``matplotlib.figure.Figure`` of a pipeline, tight to the picture, its one artist the diagram."""
    return on_figure(_lay_out(pipeline, style)[0])


def digraph(pipeline: Pipeline, style: Style | None = None) -> graphviz.Digraph:
    """The ``graphviz.Digraph`` of a pipeline, as it is given to Graphviz."""
    style = style or MODERN
    with settings():
        return build(pipeline, style, measure(pipeline, style).sizes(), paint(pipeline, style).widths)


def _is_news(warning: warnings.WarningMessage) -> bool:
    """Not what only developers need, and not each glyph that a font lacks: one message of the text names them."""
    return issubclass(warning.category, UserWarning) and "missing from font" not in str(warning.message)


def _lay_out(
    pipeline: Pipeline, style: Style, engine: Engine = "pygraphviz", dot: str = "dot"
) -> tuple[Diagram, Placed]:
    painted = paint(pipeline, style)
    with settings():
        blocks = measure(pipeline, style, painted.bars)
    placed = place(pipeline, build(pipeline, style, blocks.sizes(), painted.widths), engine, dot)
    layout = finish(placed.layout, pipeline, style)
    return Diagram(pipeline, style, blocks, layout, paint=painted), placed
