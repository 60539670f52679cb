"""The whole way from a pipeline to bytes, one named step a line.

This module is imported only where something must be drawn: what it brings with it (matplotlib's fonts, pygraphviz)
costs a build without a new diagram nothing.  What writes figures is imported only for the formats that need it.
"""

from __future__ import annotations

import contextlib
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

from .drawing.scene import Scene
from .drawing.svg import write
from .job import Drawing, Format, Job, Message
from .layout.clipping import finish
from .layout.engine import load_graphviz
from .layout.nested import outermost
from .layout.search import Fitted, fit
from .model.pipeline import Pipeline
from .style.builtin import MODERN
from .style.types import Style
from .text.bundled_fonts import USUAL, ready_font

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
        fitted = _lay_out(job)
        drawing = _written(_picture(fitted), job.format)
    said = dict.fromkeys(str(warning.message) for warning in caught if _is_news(warning))
    messages = [Message("syntax", text) for text in fitted.paint.messages]
    messages += [Message("layout", text) for text in fitted.placed.messages]
    messages += [Message("draw", text) for text in (*fitted.blocks.messages, *said)]
    return replace(drawing, notes=replace(drawing.notes, messages=tuple(messages)))


def load() -> None:
    """Load now what the first drawing would load: Graphviz, and the measures of the usual font."""
    with contextlib.suppress(ImportError):  # told by the first layout, if it asks for it at all
        load_graphviz()
    ready_font(USUAL)


def render(pipeline: Pipeline, style: Style = MODERN, format: Format = "svg", *, width: float = 700.0) -> bytes:
    """Draw a pipeline, without Sphinx.

    Args:
        pipeline: what is drawn, from :func:`~sphinxext.llmpipeline.parse`.
        style: how it looks.
        format: ``svg`` (text as text), ``svg-outlines`` (text as paths), ``pdf``, ``png``, or ``png@2x``.
        width: of the page in points, by which a diagram chooses its direction where that is ``auto``.

    Returns:
        The content of the file; the same arguments give the same bytes.

    Raises:
        LayoutError: where Graphviz fails.
        FontError: where the style names a font that there is not.

    >>> from sphinxext.llmpipeline import parse
    >>> render(parse("a -> b"), format="pdf")[:5]
    b'%PDF-'
    """
    return draw(Job(pipeline, style, format, width=width)).data


def figure(pipeline: Pipeline, style: Style = MODERN, *, width: float = 700.0) -> Figure:
    """The ``matplotlib.figure.Figure`` of a pipeline, tight to the picture, its one artist the diagram.

    The arguments are those of :func:`render`.
    """
    from .drawing.matplotlib_backend import Diagram, on_figure

    return on_figure(Diagram(_picture(_lay_out(Job(pipeline, style, "pdf", width=width)))))


def digraph(pipeline: Pipeline, style: Style | None = None, *, width: float = 700.0) -> graphviz.Digraph:
    """The ``graphviz.Digraph`` of a pipeline, as it is given to Graphviz.

    A group with a direction of its own is one node, a box as large as what was laid out in it.
    """
    fitted = _lay_out(Job(pipeline, style or MODERN, "svg", width=width))
    return outermost(fitted.pipeline, fitted.style, fitted.blocks.sizes())


def _is_news(warning: warnings.WarningMessage) -> bool:
    """Not what only developers need, and not each glyph that a font lacks: one message of the text names them."""
    return issubclass(warning.category, UserWarning) and "missing from font" not in str(warning.message)


def _lay_out(job: Job) -> Fitted:
    fitted = fit(job.pipeline, job.style, job.width, job.engine, job.dot)
    layout = finish(fitted.placed.layout, fitted.pipeline, fitted.style)
    return replace(fitted, placed=replace(fitted.placed, layout=layout))


def _picture(fitted: Fitted) -> Scene:
    return Scene(fitted.pipeline, fitted.style, fitted.blocks, fitted.placed.layout, fitted.paint)


def _written(picture: Scene, format: Format) -> Drawing:
    """The drawing, without messages."""
    if format == "svg":
        return write(picture)
    from .drawing.matplotlib_backend import Diagram, to_bytes

    return Drawing(to_bytes(Diagram(picture), format))
