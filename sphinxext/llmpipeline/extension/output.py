"""Replace diagrams by the output of each builder: SVG in the page, an image, or a list.

This happens when references are resolved, because their titles are drawn, and before images are collected.  Sphinx does
both in its main process, also with ``-j``.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util import logging

from .. import description, messages
from ..cache.drawings import Wanted
from ..diagnostics import FinishError, LayoutError, PlotError
from ..drawing.svg_path import short
from ..job import Drawing, Format, Message
from ..model.pipeline import Pipeline
from .builders import PAPER_SCALE, possible, shows_pages
from .config import say
from .doctree import Part, links, node_ids, panel_ids, resolved, texts_of
from .figures import add_references, figure_of, keep_ids, keep_in_place, part_captions
from .html import PageContext, Raster, inline_svg, png_size
from .listing import html_listing, listing
from .nodes import INLINE_TEXT, pipeline_diagram
from .paths import cache_folder, pages_cache, warn_until_mended
from .scheduling import begin_page, drawings_of, finish_of, jobs_for, output_of, style_of, with_progress
from .web_assets import PageAssets

if TYPE_CHECKING:
    from sphinx.application import Sphinx

logger = logging.getLogger(__name__)

_ROOM_FOR_CAPTION = (
    r"\ifcsname spx@image@maxheight\endcsname"
    r"\ifdim\csname spx@image@maxheight\endcsname>\dimexpr\textheight-5\baselineskip\relax"
    r"\csname spx@image@maxheight\endcsname=\dimexpr\textheight-5\baselineskip\relax"
    r"\fi\fi"
)
"""Lower the limit of ``\\sphinxincludegraphics``, the height of the page, within a figure: its caption stands below."""


def draw_diagrams(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Replace or complete every diagram of a document that is about to be written."""
    diagrams = list(doctree.findall(pipeline_diagram))
    page = _Page(app, doctree, docname)
    if possible(app.builder):
        _show_all(page, diagrams)
    else:
        for diagram in diagrams:
            _replace_by_list(page, diagram)
    if app.builder.format == "latex":
        keep_in_place(doctree)
    if app.builder.name == "man":
        part_captions(doctree)
    if app.builder.name == "epub":
        _keep_out_of_book(app)


class _Page:
    """A document for one builder, and what its diagrams need of the site."""

    def __init__(self, app: Sphinx, doctree: nodes.document, docname: str) -> None:
        self.app = app
        self.doctree = doctree
        self.docname = docname
        self.assets = PageAssets()
        self.seen: Counter[str] = Counter()
        """How often each drawing stands in the page."""

    @cached_property
    def ids(self) -> set[str]:
        """All ids in the page."""
        return {id for element in self.doctree.findall(nodes.Element) for id in element["ids"]}

    def document_of(self, shown: _Shown) -> str:
        """The name of the source of a diagram; some builders write many documents as one."""
        return self.app.env.path2doc(shown.diagram.source or "") or self.docname

    def report(self, diagram: pipeline_diagram, message: Message) -> None:
        """Warn about a diagram that was drawn."""
        if message.node or message.subtype not in ("draw", "font"):
            self.warn(_place(diagram, message.node), message.subtype, message.text)
            return
        # A font that lacks a character lacks it in every diagram: one warning is enough.
        logger.warning("%s", message.text, location=diagram, type="llmpipeline", subtype=message.subtype, once=True)

    def warn(self, place: nodes.Element, subtype: str, text: str) -> None:
        """Warn, in this build and in the next ones until the cause is removed."""
        warn_until_mended(self.app, self.docname, place, subtype, text)


class _Shown:
    """A diagram with everything that its drawings depend on."""

    def __init__(self, page: _Page, diagram: pipeline_diagram) -> None:
        self.page = page
        self.diagram = diagram
        self.pipeline = resolved(diagram)
        self.style = style_of(page.app, diagram)
        output = output_of(page.app, diagram)
        assert output, "the builder shows pictures"
        self.output = output

    @cached_property
    def jobs(self) -> list[Wanted]:
        """One for each format that the builder shows.

        Raises:
            Exception: such as an :class:`OSError` for a font file that cannot be read.
        """
        finish = finish_of(self.page.app, self.diagram)
        return jobs_for(self.page.app, self.pipeline, self.style, self.output, finish)

    def drawings(self) -> list[Drawing]:
        """The drawings of the jobs; if the function that finishes them fails, without it, and with a warning.

        Raises:
            Exception: if the diagram cannot be drawn.
        """
        drawings = drawings_of(self.page.app)
        try:
            return [drawings.find_or_draw(job) for job in self.jobs]
        except FinishError as error:
            self.page.warn(self.diagram, "draw", f"{error}; the diagram is shown without it")
            self.jobs = jobs_for(self.page.app, self.pipeline, self.style, self.output)
            return [drawings.find_or_draw(job) for job in self.jobs]

    @property
    def key(self) -> str:
        """The beginning of the key of the drawing."""
        return self.jobs[0].name[0][:10]

    @property
    def name(self) -> str:
        """The public name of the diagram."""
        return nodes.make_id(self.diagram.get("called", "")) or self.key

    @property
    def alt(self) -> str:
        """The description of the drawing, by the author or made from the pipeline."""
        return self.diagram.get("alt") or description.describe(self.pipeline, say)

    @property
    def css_width(self) -> str | None:
        """The width that the author gave."""
        width: str | None = self.diagram.get("width")
        return f"{width}px" if width and width.isdigit() else width

    def image_files(self, drawings: Sequence[Drawing]) -> list[str]:
        """Paths of files with the content of the drawings, which Sphinx copies."""
        known = drawings_of(self.page.app)
        files = [known.image_file(job, drawing).as_posix() for job, drawing in zip(self.jobs, drawings, strict=True)]
        for file in files:
            self.page.app.env.images.add_file(self.page.docname, file)
        return files

    def describe(self) -> None:
        """Add a list beside the picture, for screen readers; a paragraph can contain none."""
        self.page.doctree["llmpipeline"] = True
        if figure_of(self.diagram) is not None:
            self.diagram += html_listing(self.diagram, say, self.pipeline)

    def offer_declarations(self) -> None:
        """Let readers copy the declarations in the full-size view, unless the project keeps its sources to itself."""
        config = self.page.app.config
        is_open = config.llmpipeline_full_size and config.html_copy_source and shows_pages(self.page.app.builder)
        if is_open and figure_of(self.diagram) is not None:
            self.diagram["offered"] = self.diagram["declarations"]


def _show_all(page: _Page, diagrams: Sequence[pipeline_diagram]) -> None:
    """Show the diagrams of a document as pictures."""
    every = [_Shown(page, diagram) for diagram in diagrams]
    jobs: list[Wanted] = []
    for shown in every:
        with contextlib.suppress(Exception):  # it is raised again and reported when the diagram is shown
            jobs += shown.jobs
    begin_page(page.app, jobs)
    parts = ((name, [*part]) for name, part in groupby(every, key=page.document_of))
    for part in with_progress(page.app, parts):
        for shown in part:
            _show(shown)
    if shows_pages(page.app.builder):
        page.assets.save(pages_cache(page.app), page.docname)


def _show(shown: _Shown) -> None:
    """Show a diagram as a picture; if that fails, as a list."""
    page, diagram = shown.page, shown.diagram
    try:
        drawings = shown.drawings()
        for message in drawings[0].notes.messages:
            page.report(diagram, message)
        if not shown.output.by_page:
            _replace_by_image(shown, drawings, shown.output.format)
        elif shown.output.format == "svg":
            _show_inline(shown, drawings[0])
        else:
            _show_raster(shown, drawings)
    except Exception as error:  # noqa: BLE001 -- the border: a diagram may fail in any way, the build may not
        place = _place(diagram, error.node) if isinstance(error, PlotError) else diagram
        page.warn(place, "layout" if isinstance(error, LayoutError) else "draw", _reason(error))
        _replace_by_list(page, diagram, failed=True)


def _place(diagram: pipeline_diagram, node: str) -> nodes.Element:
    """The element at which a problem with a node is reported: its label, or else the diagram."""
    ids = [one.id for one in diagram["pipeline"].nodes]
    return texts_of(diagram).get((("node", ids.index(node)), "label"), diagram) if node in ids else diagram


# One function for each way of showing


def _show_inline(shown: _Shown, drawing: Drawing) -> None:
    """Show SVG in an HTML page."""
    page, diagram = shown.page, shown.diagram
    page.seen[shown.key] += 1
    count = page.seen[shown.key]
    context = PageContext(
        id=f"llmpipeline-{shown.key}" + (f"-{count}" if count > 1 else ""),
        name=shown.name,
        title=_title(diagram),
        description=shown.alt,
        links=links(diagram),
        ids=panel_ids(diagram) | (node_ids(diagram, page.ids) if "called" in diagram else {}),
        names=_edge_names(shown.pipeline),
        classes=tuple(diagram["classes"]),
        width=shown.css_width,
        page_width=shown.jobs[0].job.width,
        narrow_width=shown.jobs[0].job.narrow,
    )
    diagram["svg"] = inline_svg(drawing, context)
    shown.describe()
    shown.offer_declarations()
    _remark_scrolling(shown, drawing.notes.marks[0].least_width(context.page_width))
    page.doctree[INLINE_TEXT] = True
    page.assets.add(drawing.notes.glyphs, shown.style)


def _remark_scrolling(shown: _Shown, width: float) -> None:
    """Log a remark if a direction that is set makes the figure scroll: *width* is that with the smallest text."""
    asked = shown.pipeline.direction or shown.style.direction
    page = shown.jobs[0].job.width
    if asked != "auto" and width > page:
        logger.info(
            "%s: the direction %s makes this diagram %d pixels wide with its smallest text, and the page has %d: it"
            " scrolls; ':direction: auto' may find a layout that fits",
            ":".join(str(part) for part in (shown.diagram.source, shown.diagram.line) if part),
            asked,
            round(width),
            round(page),
        )


def _show_raster(shown: _Shown, drawings: Sequence[Drawing]) -> None:
    """Show an image in an HTML page, in two resolutions."""
    app, diagram = shown.page.app, shown.diagram
    plain, double = shown.image_files(drawings)
    for file in (plain, double):
        app.builder.images[file] = app.env.images[file][1]
    size = png_size(drawings[0].data)
    diagram["raster"] = Raster(
        files=(plain, double),
        size=size,
        alt=shown.alt,
        name=shown.name,
        least_width=short(size[0] * shown.style.legible_scale),
        classes=(f"llmpipeline-style-{shown.style.name}", *diagram["classes"]),
        width=shown.css_width,
    )
    add_references(app, diagram, shown.page.ids)
    shown.describe()
    shown.offer_declarations()


def _replace_by_image(shown: _Shown, drawings: Sequence[Drawing], format: Format) -> None:
    """Replace a diagram by an image node, for writers other than that of HTML pages."""
    app, diagram = shown.page.app, shown.diagram
    (path,) = shown.image_files(drawings)
    image = nodes.image(uri=path, candidates={"*": path}, alt=shown.alt)
    image["classes"] += ["llmpipeline", *diagram["classes"]]
    image.source, image.line = diagram.source, diagram.line
    if "width" in diagram:
        image["width"] = diagram["width"]
    elif app.builder.format == "latex":
        image["scale"] = round(100 * PAPER_SCALE)
    elif format == "png@2x":
        image["width"] = f"{png_size(drawings[0].data)[0] // 2}px"
    add_references(app, diagram, shown.page.ids)
    figure = figure_of(diagram) if app.builder.format == "latex" else None
    has_caption = figure is not None and any(isinstance(child, nodes.caption) for child in figure)
    diagram.replace_self([nodes.raw("", _ROOM_FOR_CAPTION, format="latex"), image] if has_caption else image)


def _replace_by_list(page: _Page, diagram: pipeline_diagram, *, failed: bool = False) -> None:
    """Show the caption, then the list: for builders without pictures, and for diagrams that failed.

    Inside a paragraph, show the description.
    """
    figure = figure_of(diagram)
    if figure is None:
        shown = diagram.get("alt") or description.describe(resolved(diagram), say)
        text = f"{say(messages.NOT_DRAWN)} {shown}" if failed else shown
        diagram.replace_self(nodes.inline("", text, classes=["llmpipeline-description"]))
        return
    warning = [nodes.warning("", nodes.paragraph("", say(messages.NOT_DRAWN)))] if failed else []
    keep_ids(figure, diagram, page.ids)
    figure.remove(diagram)
    figure.append(nodes.container("", *warning, listing(diagram, say)))


def _edge_names(pipeline: Pipeline) -> dict[Part, str]:
    """Accessible names of edges without a label, whose links have no text."""
    called = description.names(pipeline, say)
    return {
        ("edge", index): f"{called[edge.source]} {description.arrow(edge)} {called[edge.target]}"
        for index, edge in enumerate(pipeline.edges)
        if edge.label is None
    }


def _title(diagram: pipeline_diagram) -> str:
    captions = [child.astext() for child in diagram.parent if isinstance(child, nodes.caption)]
    return captions[0] if captions else say(messages.UNTITLED)


def _reason(error: Exception) -> str:
    text = str(error) or type(error).__name__
    if isinstance(error, RuntimeError):
        return text
    return f"the diagram could not be drawn: {type(error).__name__}: {text}"


def _keep_out_of_book(app: Sphinx) -> None:
    """Exclude the cache from an EPUB, which contains every file below its folder, if the cache is there."""
    folder, out = cache_folder(app), Path(app.outdir)
    if folder.is_relative_to(out):
        files = {path.relative_to(out).as_posix() for path in folder.rglob("*") if path.is_file()}
        app.config.epub_exclude_files += sorted(files - set(app.config.epub_exclude_files))
