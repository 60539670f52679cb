"""The whole way from a pipeline to bytes.

This module is loaded only when a diagram is drawn, so that a build without new diagrams loads neither fonts nor
Graphviz.  The backends of matplotlib are loaded for the formats that need them.
"""

from __future__ import annotations

import gc
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from .diagnostics import LayoutError
from .drawing.scene import Scene
from .drawing.svg import join_glyphs, write
from .job import FORMATS, Drawing, Format, Job, Message
from .layout.engine import LayoutEngine, Once, engine_of
from .layout.graph import LayoutGraph, layout_graph
from .layout.nested import outermost_dot
from .layout.search import free_directions, search
from .model.images import has_image
from .model.pipeline import Pipeline
from .model.synonyms import CHOICE_WORDS, suggest
from .style.builtin import MODERN, STYLES
from .style.categories import encode_categories
from .style.types import Encoding, Style
from .text.bundled_fonts import USUAL, ready_font
from .text.typesetting import typeset

if TYPE_CHECKING:
    import graphviz
    from matplotlib.figure import Figure

    from .drawing.boxes import Boxes
    from .plots.picture import Pictures

_NARROWER = 0.95
"""The width of a second drawing, as a part of that of the first, above which it is not worth its bytes."""


def draw(job: Job) -> Drawing:
    """Draw one diagram.

    Raises:
        LayoutError: if Graphviz cannot be run or gives no layout.
        FontError: if the style names a font that does not exist.
        FinishError: if the function of the project that finishes drawings fails.
    """
    with warnings.catch_warnings(record=True) as caught, _no_collection():
        warnings.simplefilter("always", UserWarning)
        engine = Once(engine_of(job))
        pictures = draw_pictures(job)
        scene, messages = compose(job, engine, pictures)
        drawing = _write(scene, job)
        if any(marks.least_width(job.narrow) > job.narrow > 0 for marks in drawing.notes.marks):
            drawing = _with_narrow(drawing, job, engine, pictures)
    texts = dict.fromkeys(str(warning.message) for warning in caught if _concerns_authors(warning))
    messages += tuple(Message("draw", text) for text in texts)
    messages += drawing.notes.messages  # of the last word
    return replace(drawing, notes=replace(drawing.notes, messages=messages))


@contextmanager
def _no_collection() -> Iterator[None]:
    """Collect no garbage: a drawing leaves no cycles, and a collection would look at all objects of Sphinx.

    Only who finds collection on turns it off, and always on again, so that it is on after drawings in several threads.
    """
    if not gc.isenabled():
        yield
        return
    try:
        gc.disable()
        yield
    finally:
        gc.enable()


def _with_narrow(drawing: Drawing, job: Job, engine: LayoutEngine, pictures: Pictures | None) -> Drawing:
    """*drawing* with a second one for narrow pages behind it, if there is a narrower one; both have the *pictures*."""
    freed = replace(job, pipeline=free_directions(job.pipeline, job.style), width=job.narrow)
    try:
        second = _write(compose(freed, engine, pictures)[0], job)
    except LayoutError:  # the page scrolls
        return drawing
    (wide,), (narrow,) = drawing.notes.marks, second.notes.marks
    if narrow.legible_width > _NARROWER * wide.legible_width:
        return drawing
    glyphs = join_glyphs((*drawing.notes.glyphs, *second.notes.glyphs))
    return Drawing(drawing.data + second.data, replace(drawing.notes, glyphs=glyphs, marks=(wide, narrow)))


def compose(
    job: Job, engine: LayoutEngine | None = None, pictures: Pictures | None = None
) -> tuple[Scene, tuple[Message, ...]]:
    """The way from a pipeline to a scene, a stage a line; and the messages of the stages for the author.

    *engine* is by default that of the job, with a time limit of its own; *pictures* are drawn unless they are given.
    """
    engine = engine or engine_of(job)
    pipeline, lost = _drawable(job)
    job = replace(job, pipeline=pipeline)
    encoding = encode_values(job.pipeline, job.style)
    plots = pictures or draw_pictures(job)
    found = search(_graph(job, encoding, plots), engine, job.width)
    of = plots.of if plots else None
    scene = Scene(job.pipeline, found.graph.style, found.graph.text, found.layout, encoding, of)
    messages = [Message("syntax", message) for message in encoding.messages]
    messages += [Message("layout", message) for message in found.messages]
    messages += found.graph.text.messages
    messages += plots.messages if plots else ()
    messages += lost
    if job.format != "svg":  # a browser draws emoji
        messages += found.graph.text.emoji_messages
        messages += plots.emoji_messages if plots else ()
    return scene, tuple(messages)


def _drawable(job: Job) -> tuple[Pipeline, tuple[Message, ...]]:
    """The pipeline without images in labels that its format cannot show."""
    if job.format == "svg" or not any(map(has_image, job.pipeline.labels())):
        return job.pipeline, ()
    from .plots.images import with_drawable_labels

    return with_drawable_labels(job.pipeline, job.format)


def _graph(job: Job, encoding: Encoding, plots: Pictures | None) -> LayoutGraph:
    """The graph that is laid out, with its text."""
    text = typeset(job.pipeline, job.style, encoding.bars, plots.sizes if plots else None)
    return replace(layout_graph(job.pipeline, job.style, text, encoding), page_height=job.height)


def encode_values(pipeline: Pipeline, style: Style) -> Encoding:
    """Encode the values of *pipeline* by its scales, and its categories; without scales, matplotlib is not loaded."""
    encoding = Encoding()
    if pipeline.node_scale or pipeline.edge_scale:
        from .style.value_scales import apply_scales

        encoding = apply_scales(pipeline, style)
    return encode_categories(pipeline, style, encoding)


def draw_pictures(job: Job) -> Pictures | None:
    """Draw the plots of a diagram and fit its images; without plots, matplotlib is not loaded."""
    plots = images = None
    if any(node.plot for node in job.pipeline.nodes):
        from .plots.drawing import draw_plots

        plots = draw_plots(job.pipeline, job.style, job.timeout)
    if any(node.image for node in job.pipeline.nodes):
        from .plots.images import fit_images

        images = fit_images(job.pipeline, job.style, job.format)
    return plots.joined(images) if plots and images else plots or images


def load() -> None:
    """Load the metrics of the usual font now, with the modules of the first drawing."""
    ready_font(USUAL)


def render(
    pipeline: Pipeline,
    style: Style | str = MODERN,
    format: Format = "svg",
    *,
    width: float = 700.0,
    finish: Callable[[Figure, Boxes], object] | None = None,
) -> bytes:
    """Draw a pipeline, without Sphinx.

    Args:
        pipeline: from :func:`~sphinxext.llmpipeline.parse`.
        style: the look, or the name of a built-in style.
        format: ``svg`` (text as text), ``svg-outlines`` (text as paths), ``pdf``, ``png``, or ``png@2x``.
        width: of the page in points, by which a diagram whose direction is ``auto`` chooses it.
        finish: has the last word on the figure, see :ref:`finish`; what it raises is raised.

    Returns:
        The content of the file; the same arguments give the same bytes.

    Raises:
        ValueError: if there is no such style or format.
        LayoutError: if Graphviz cannot be run or gives no layout.
        FontError: if the style names a font that does not exist.

    >>> from sphinxext.llmpipeline import parse
    >>> render(parse("a -> b"), format="pdf")[:5]
    b'%PDF-'
    """
    if format not in FORMATS:
        raise ValueError(f"unknown format {format!r}; expected one of: {', '.join(FORMATS)}")
    job = Job(pipeline, _style_of(style), format, width=width)
    if finish is None:
        return draw(job).data
    from .drawing.finish import draw_finished

    return draw_finished(compose(job)[0], format, finish).data


def figure(pipeline: Pipeline, style: Style | str = MODERN, *, width: float = 700.0) -> Figure:
    """Make a ``matplotlib.figure.Figure`` of a pipeline, tight to the drawing, with the diagram as its one artist.

    The arguments are those of :func:`render`.  :func:`boxes_of` tells where the parts of the diagram are.
    """
    from .drawing.matplotlib_backend import Diagram, on_figure

    scene, _ = compose(Job(pipeline, _style_of(style), "pdf", width=width))
    return on_figure(Diagram(scene))


def boxes_of(figure: Figure) -> Boxes:
    """Where the nodes, groups and edges of the diagram in *figure* are, in points from its lower left corner.

    Raises:
        ValueError: if there is no diagram in the figure.

    >>> from sphinxext.llmpipeline import parse
    >>> boxes = boxes_of(figure(parse("a -> b")))
    >>> boxes.nodes["a"].x1 < boxes.edges["a", "b"].middle[0] < boxes.nodes["b"].x0
    True
    """
    from .drawing.matplotlib_backend import Diagram

    for artist in figure.artists:
        if isinstance(artist, Diagram):
            return artist.boxes
    raise ValueError("the figure has no diagram: expected one of figure()")


def digraph(pipeline: Pipeline, style: Style | str = MODERN, *, width: float = 700.0) -> graphviz.Digraph:
    """Build the ``graphviz.Digraph`` of a pipeline that Graphviz lays out: sizes, never text.

    A group with a direction of its own is one node, a box as large as the layout of its members.  The arguments are
    those of :func:`render`.
    """
    import graphviz

    style = _style_of(style)
    job = Job(pipeline, style, "svg", width=width)
    engine = engine_of(job)
    encoding = encode_values(pipeline, style)
    graph = _graph(job, encoding, draw_pictures(job))
    dot = outermost_dot(search(graph, engine, width).graph, engine)
    return graphviz.Digraph(
        dot.name,
        graph_attr=dict(dot.graph_attr),
        node_attr=dict(dot.node_attr),
        body=dot.body,
    )


def _style_of(style: Style | str) -> Style:
    """The style, or the built-in one of that name."""
    if isinstance(style, Style):
        return style
    if style not in STYLES:
        raise ValueError(f"unknown style {style!r}{suggest(style, STYLES, CHOICE_WORDS)}")
    return STYLES[style]


def _concerns_authors(warning: warnings.WarningMessage) -> bool:
    """Whether it is neither for developers only nor about a glyph, which one message of the text reports."""
    return issubclass(warning.category, UserWarning) and "missing from font" not in str(warning.message)


def _write(scene: Scene, job: Job) -> Drawing:
    """The drawing in the format of *job*, finished by the function of the project, without messages."""
    if job.finish:
        from .drawing.finish import finish_job

        return finish_job(scene, job.format, job.finish, job.timeout)
    return _plain(scene, job.format)


def _plain(scene: Scene, format: Format) -> Drawing:
    """The drawing in *format*, without messages."""
    if format == "svg":
        return write(scene)
    from .drawing.matplotlib_backend import Diagram, to_bytes

    return Drawing(to_bytes(Diagram(scene), format))
