"""What each builder gets in place of a diagram: SVG in the page, an image, or a list.

It happens when references are resolved, since their titles are drawn, and before images are collected.  Sphinx does it
in its main process, also where it reads and writes in several.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util import logging

from .. import description, messages
from ..cache.drawings import Wanted
from ..cache.store import Entry
from ..diagnostics import LayoutError
from ..job import Format, Message, Notes
from ..model.pipeline import Pipeline
from ..style.types import Style
from .builders import PAPER_SCALE, Output, output_for
from .doctree import Part, links, panel_ids, reference_list, resolved
from .html import Place, legible_width
from .listing import html_listing, listing
from .nodes import pipeline_diagram
from .paths import cache_folder, note_failure, pages_folder
from .scheduling import begin_page, drawings_of, jobs_for, style_of, with_progress
from .translation import say
from .web_assets import PageAssets

if TYPE_CHECKING:
    from sphinx.application import Sphinx

logger = logging.getLogger(__name__)

_PDFLATEX_END = 0x180  # Latin letters with their accents


def _keep_out_of_book(app: Sphinx) -> None:
    """An EPUB holds whatever its folder holds: where the doctrees lie in it, the cache must be named to stay out."""
    folder, out = cache_folder(app), Path(app.outdir)
    if folder.is_relative_to(out):
        files = {path.relative_to(out).as_posix() for path in folder.rglob("*") if path.is_file()}
        app.config.epub_exclude_files += sorted(files - set(app.config.epub_exclude_files))


def draw_diagrams(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Serve every diagram of a document that is about to be written."""
    _Page(app, doctree, docname).serve()
    if app.builder.name == "epub":
        _keep_out_of_book(app)


class _Shown:
    """A diagram, and what is drawn of it."""

    def __init__(self, app: Sphinx, diagram: pipeline_diagram) -> None:
        self.diagram = diagram
        self.pipeline = resolved(diagram)
        self.style = style_of(app, diagram)
        self.jobs: list[Wanted] = []
        self.error: Exception | None = None
        try:
            self.jobs = jobs_for(app, self.pipeline, self.style)
        except Exception as error:  # noqa: BLE001 -- such as a font file that cannot be read: it is told of below
            self.error = error


class _Page:
    """One document for one builder."""

    def __init__(self, app: Sphinx, doctree: nodes.document, docname: str) -> None:
        self._app = app
        self._doctree = doctree
        self._docname = docname
        self._output = output_for(app.builder, app.config.llmpipeline_formats)
        self._seen: Counter[str] = Counter()
        self._needs = PageAssets()

    def serve(self) -> None:
        """Replace or prepare every diagram."""
        diagrams = list(self._doctree.findall(pipeline_diagram))
        if self._output is None:
            for diagram in diagrams:
                _replace_by_list(diagram)
        else:
            shown = [_Shown(self._app, diagram) for diagram in diagrams]
            begin_page(self._app, [job for each in shown for job in each.jobs])
            parts = ((name, [*part]) for name, part in groupby(shown, key=self._document))
            for part in with_progress(self._app, parts):
                for each in part:
                    self._show(each, self._output)
        if self._output is not None and self._output.by_page:
            self._needs.save(pages_folder(self._app), self._docname)
        if self._app.builder.name == "man":
            _part_captions(self._doctree)

    def _document(self, shown: _Shown) -> str:
        """Where a diagram was written: some builders write many documents as one."""
        return self._app.env.path2doc(shown.diagram.source or "") or self._docname

    def _show(self, shown: _Shown, output: Output) -> None:
        """Show one diagram as a picture, or as a list where that fails."""
        diagram, pipeline, style = shown.diagram, shown.pipeline, shown.style
        try:
            if shown.error:
                raise shown.error
            entries = [drawings_of(self._app).find_or_draw(job) for job in shown.jobs]
        except Exception as error:  # noqa: BLE001 -- the border: a diagram may fail, whatever in, the build may not
            self._warn(diagram, "layout" if isinstance(error, LayoutError) else "draw", _reason(error))
            _replace_by_list(diagram, failed=True)
            return
        notes = Notes.from_json(entries[0].notes) if entries[0].notes else Notes()
        for message in notes.messages:
            self._say(diagram, message)
        if not output.by_page:
            self._replace_by_image(diagram, pipeline, entries[0], output.format)
        elif output.format == "svg":
            self._prepare_inline(diagram, pipeline, entries[0])
            self._needs.add(notes.glyphs, style)
        else:
            self._prepare_raster(diagram, pipeline, style, entries)

    def _say(self, diagram: pipeline_diagram, message: Message) -> None:
        if message.subtype != "draw":
            self._warn(diagram, message.subtype, message.text)
            return
        # A font that lacks a character lacks it in every diagram: one warning says it.
        logger.warning("%s", message.text, location=diagram, type="llmpipeline", subtype=message.subtype, once=True)

    def _warn(self, diagram: pipeline_diagram, subtype: str, message: str) -> None:
        note_failure(self._app, self._docname)
        logger.warning("%s", message, location=diagram, type="llmpipeline", subtype=subtype)

    def _prepare_inline(self, diagram: pipeline_diagram, pipeline: Pipeline, entry: Entry) -> None:
        """What the visitor needs, since visitors may run in other processes."""
        key = entry.path.stem[:10]
        self._seen[key] += 1
        count = self._seen[key]
        diagram["file"] = str(entry.path)
        diagram["place"] = Place(
            id=f"llmpipeline-{key}" + (f"-{count}" if count > 1 else ""),
            name=nodes.make_id(diagram.get("called", "")) or key,
            title=_title(diagram),
            description=_description(diagram, pipeline),
            links=links(diagram),
            ids=panel_ids(diagram),
            names=_edge_names(pipeline),
            classes=tuple(diagram["classes"]),
            width=_css_length(diagram.get("width")),
        )
        self._tell(diagram, pipeline)

    def _prepare_raster(
        self, diagram: pipeline_diagram, pipeline: Pipeline, style: Style, entries: Sequence[Entry]
    ) -> None:
        """The same for a drawing in pixels, whose files Sphinx copies."""
        # Only now, here and below: most pages have none.
        from .html import Raster, png_size

        app = self._app
        plain, double = (entry.path.as_posix() for entry in entries)
        for file in (plain, double):
            app.env.images.add_file(self._docname, file)
            app.builder.images[file] = app.env.images[file][1]
        size = png_size(entries[0].path)
        diagram["raster"] = Raster(
            files=(plain, double),
            size=size,
            alt=_description(diagram, pipeline),
            name=nodes.make_id(diagram.get("called", "")) or entries[0].path.stem[:10],
            least_width=legible_width(size[0], [style.smallest_font_size]),
            classes=(f"llmpipeline-style-{style.name}", *diagram["classes"]),
            width=_css_length(diagram.get("width")),
        )
        self._add_references(diagram)
        self._tell(diagram, pipeline)

    def _tell(self, diagram: pipeline_diagram, pipeline: Pipeline) -> None:
        """Put beside the picture what is not seen, and what a screen reader goes through part by part."""
        self._doctree["llmpipeline"] = True
        diagram += html_listing(diagram, say, pipeline)

    def _prints(self, text: str) -> bool:
        """Whether the builder has the characters of a text; pdfLaTeX, which Sphinx runs by default, has few."""
        if self._app.builder.format == "latex" and self._app.config.latex_engine == "pdflatex":
            return bool(text) and text.isprintable() and all(ord(character) < _PDFLATEX_END for character in text)
        return bool(text)

    def _replace_by_image(self, diagram: pipeline_diagram, pipeline: Pipeline, entry: Entry, format: Format) -> None:
        from .html import png_size

        app, path = self._app, entry.path.as_posix()
        shown = nodes.image(uri=path, candidates={"*": path}, alt=_description(diagram, pipeline))
        shown["classes"] += ["llmpipeline", *diagram["classes"]]
        shown.source, shown.line = diagram.source, diagram.line
        if "width" in diagram:
            shown["width"] = diagram["width"]
        elif app.builder.format == "latex":
            shown["scale"] = round(100 * PAPER_SCALE)
        elif format == "png@2x":
            shown["width"] = f"{png_size(entry.path)[0] // 2}px"
        app.env.images.add_file(self._docname, path)
        self._add_references(diagram)
        diagram.replace_self(shown)

    def _add_references(self, diagram: pipeline_diagram) -> None:
        """A line below a picture that cannot carry the references of the diagram."""
        figure = diagram.parent
        _keep_ids(diagram)
        if (references := reference_list(diagram, say, self._prints)) and isinstance(figure, nodes.figure):
            if any(isinstance(child, nodes.caption) for child in figure):
                figure += nodes.legend("", references)
            elif (
                self._app.builder.format == "html"
            ):  # whose writer ends a caption that there is not, before a second child
                figure.parent.insert(figure.parent.index(figure) + 1, references)
            else:
                figure += references


def _replace_by_list(diagram: pipeline_diagram, *, failed: bool = False) -> None:
    """The caption first, then the list: what a builder without pictures shows, and any builder for a failed diagram."""
    warning = [nodes.warning("", nodes.paragraph("", say(messages.NOT_DRAWN)))] if failed else []
    figure = diagram.parent
    _keep_ids(diagram)
    figure.remove(diagram)
    figure.append(nodes.container("", *warning, listing(diagram, say)))


def _keep_ids(diagram: pipeline_diagram) -> None:
    """A reference to a panel leads to the figure where the panel is no element of its own."""
    diagram.parent["ids"] += panel_ids(diagram).values()


def _part_captions(doctree: nodes.document) -> None:
    """The man page writer does not end the line of a caption that something follows."""
    for figure in doctree.findall(nodes.figure):
        if "llmpipeline-figure" in figure["classes"]:
            for caption in [child for child in figure if isinstance(child, nodes.caption)]:
                caption.replace_self(nodes.paragraph("", "", *caption.children))


def _edge_names(pipeline: Pipeline) -> dict[Part, str]:
    """Names for links that have no text of their own: edges without a label."""
    called = description.names(pipeline)
    return {
        ("edge", index): f"{called[edge.source]} {description.arrow(edge)} {called[edge.target]}"
        for index, edge in enumerate(pipeline.edges)
        if edge.label is None
    }


def _title(diagram: pipeline_diagram) -> str:
    captions = [child.astext() for child in diagram.parent if isinstance(child, nodes.caption)]
    return captions[0] if captions else say(messages.UNTITLED)


def _description(diagram: pipeline_diagram, pipeline: Pipeline) -> str:
    return diagram.get("alt") or description.describe(pipeline, say)


def _reason(error: Exception) -> str:
    text = str(error) or type(error).__name__
    if isinstance(error, RuntimeError):
        return text
    return f"the diagram could not be drawn: {type(error).__name__}: {text}"


def _css_length(width: str | None) -> str | None:
    return f"{width}px" if width and width.isdigit() else width
