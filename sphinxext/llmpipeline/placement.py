"""What each builder gets in place of a diagram: SVG in the page, an image, or a list.

It happens when references are resolved, since their titles are drawn, and before images are collected.  Sphinx does it
in its main process, also where it reads and writes in several.
"""

from __future__ import annotations

import logging as python_logging
import subprocess
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util import logging

from . import outline, svg
from .assets import PageAssets
from .directive import say
from .doctree import Part, dead_listing, links, listing, panel_ids, pipeline_diagram, reference_list, resolved
from .drawing import Format, Job, Message, Notes
from .files import Cache, Entry, digest_of, key_of, write_atomic
from .model import Pipeline
from .page import PAPER_SCALE, page_width
from .problems import LayoutError
from .style import Style
from .stylereader import read_style

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)

_PDFLATEX_END = 0x180  # Latin letters with their accents


@dataclass(frozen=True, slots=True)
class _Image:
    """How a builder that cannot take SVG inside its pages shows a drawing."""

    type: str
    format: Format
    suffix: str


_IMAGES = (
    _Image("application/pdf", "pdf", "pdf"),
    _Image("image/svg+xml", "svg-outlines", "svg"),
    _Image("image/png", "png", "png"),
)
"""In the order of preference."""
# Help viewers with an HTML engine that does not draw SVG inside a page.
_NO_INLINE_SVG = {"qthelp": _IMAGES[2], "htmlhelp": _IMAGES[2], "epub": _IMAGES[1]}


def cache_folder(app: Sphinx) -> Path:
    """Where drawings are kept: beside the doctrees, which builders share and which may be deleted at any time."""
    return Path(app.doctreedir) / ".llmpipeline"


def pages_folder(app: Sphinx) -> Path:
    """Where the needs of the pages of this builder are kept."""
    return cache_folder(app) / "pages" / app.builder.name


def takes_svg(builder: Builder) -> bool:
    """Whether the builder's pages can hold SVG."""
    return builder.format == "html" and builder.name not in _NO_INLINE_SVG


def _keep_out_of_book(app: Sphinx) -> None:
    """An EPUB holds whatever its folder holds: where the doctrees lie in it, the cache must be named to stay out."""
    folder, out = cache_folder(app), Path(app.outdir)
    if folder.is_relative_to(out):
        files = {path.relative_to(out).as_posix() for path in folder.rglob("*") if path.is_file()}
        app.config.epub_exclude_files += sorted(files - set(app.config.epub_exclude_files))


def draw_diagrams(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Serve every diagram of a document that is about to be written."""
    if app.builder.name == "gettext":
        return
    # Whatever the last build had to say of the document is said anew from here on.
    _reread_note(app, docname).unlink(missing_ok=True)
    _Page(app, doctree, docname).serve()
    if app.builder.name == "epub":
        _keep_out_of_book(app)


def failed_documents(app: Sphinx) -> list[str]:
    """The documents of which something was said when they were last drawn for this builder."""
    found = (note.read_text(encoding="utf-8") for note in sorted(_reread_folder(app).glob("*.txt")))
    return [docname for docname in found if docname in app.env.found_docs]


def visit_diagram_html(translator: HTML5Translator, diagram: pipeline_diagram) -> None:
    """Write the drawing into the page."""
    drawing = Path(diagram["file"]).read_text(encoding="utf-8")
    place = diagram["place"]
    # A figure that is wider than the page scrolls, also by keyboard.
    translator.body.append(f'<div class="llmpipeline-scroll" tabindex="0">\n{svg.on_page(drawing, place)}</div>\n')


def skip_html(translator: HTML5Translator, element: nodes.Element) -> None:  # noqa: ARG001 -- a visitor's signature
    """Write nothing: the drawing has the text, and the words beside it."""
    raise nodes.SkipNode


def depart_diagram_html(translator: HTML5Translator, diagram: pipeline_diagram) -> None:
    """Nothing follows the words that stand in for the picture."""


class _Page:
    """One document for one builder."""

    def __init__(self, app: Sphinx, doctree: nodes.document, docname: str) -> None:
        self._app = app
        self._doctree = doctree
        self._docname = docname
        self._image = _image_for(app.builder)
        self._seen: Counter[str] = Counter()
        self._needs = PageAssets()

    def serve(self) -> None:
        """Replace or prepare every diagram."""
        inline = takes_svg(self._app.builder)
        for diagram in list(self._doctree.findall(pipeline_diagram)):
            if self._image is None and not inline:
                _replace_by_list(diagram)
            else:
                self._show(diagram)
        if inline:
            self._needs.save(pages_folder(self._app), self._docname)
        if self._app.builder.name == "man":
            _part_captions(self._doctree)

    def _show(self, diagram: pipeline_diagram) -> None:
        """Show one diagram as a picture, or as a list where that fails."""
        pipeline = resolved(diagram)
        style = self._style(diagram)
        try:
            entry = self._drawing(pipeline, style)
        except Exception as error:  # noqa: BLE001 -- the border: a diagram may fail, whatever in, the build may not
            self._warn(diagram, "layout" if isinstance(error, LayoutError) else "draw", _reason(error))
            _replace_by_list(diagram, failed=True)
            return
        notes = Notes.from_json(entry.notes) if entry.notes else Notes()
        for message in notes.messages:
            self._say(diagram, message)
        if self._image is None:
            self._prepare_inline(diagram, pipeline, entry)
            self._needs.add(notes.glyphs, style)
        else:
            self._replace_by_image(diagram, pipeline, entry)

    def _style(self, diagram: pipeline_diagram) -> Style:
        style: Style = self._app.config.llmpipeline_style
        return read_style(diagram["style"], style)[0] if "style" in diagram else style

    def _drawing(self, pipeline: Pipeline, style: Style) -> Entry:
        """The drawing from the cache, or drawn now and kept there."""
        config = self._app.config
        format: Format = self._image.format if self._image else "svg"
        builder = self._app.builder
        width = page_width(config.llmpipeline_width, builder.name, builder.format)
        job = Job(pipeline, style, format, config.llmpipeline_engine, config.llmpipeline_dot, width)
        version = _dot_version(job.dot) if job.engine == "dot" else ""
        files = [name for name in (*style.font, *style.mono_font) if Path(name).is_file()]
        version += "".join(digest_of(Path(name)) for name in files)
        key, suffix = key_of(f"{version} {job!r}"), self._image.suffix if self._image else "svg"
        drawings = Cache(cache_folder(self._app))
        found = drawings.find(key, suffix)
        if found is not None:
            return found
        # Only now: a build that finds every drawing in the cache never loads what draws.
        python_logging.getLogger("matplotlib").setLevel(python_logging.WARNING)  # its notes are no news to an author
        from .draw import draw

        drawing = draw(job)
        return drawings.store(key, suffix, drawing.data, drawing.notes.to_json() if drawing.notes != Notes() else b"")

    def _say(self, diagram: pipeline_diagram, message: Message) -> None:
        if message.subtype != "draw":
            self._warn(diagram, message.subtype, message.text)
            return
        # A font that lacks a character lacks it in every diagram: one warning says it.
        logger.warning("%s", message.text, location=diagram, type="llmpipeline", subtype=message.subtype, once=True)

    def _warn(self, diagram: pipeline_diagram, subtype: str, message: str) -> None:
        # The environment is saved before pages are written, so a note in it would be lost; a file is not.
        write_atomic(_reread_note(self._app, self._docname), self._docname.encode())
        logger.warning("%s", message, location=diagram, type="llmpipeline", subtype=subtype)

    def _prepare_inline(self, diagram: pipeline_diagram, pipeline: Pipeline, entry: Entry) -> None:
        """What the visitor needs, since visitors may run in other processes."""
        key = entry.path.stem[:10]
        self._seen[key] += 1
        count = self._seen[key]
        self._doctree["llmpipeline"] = True
        told = nodes.container("", dead_listing(diagram, say), classes=["llmpipeline-text"])
        diagram["file"] = str(entry.path)
        diagram["place"] = svg.Place(
            id=f"llmpipeline-{key}" + (f"-{count}" if count > 1 else ""),
            name=nodes.make_id(diagram.get("called", "")) or key,
            title=_title(diagram),
            description=diagram.get("alt") or outline.describe(pipeline, say),
            links=links(diagram),
            ids=panel_ids(diagram),
            names=_edge_names(pipeline),
            classes=tuple(diagram["classes"]),
            width=_css_length(diagram.get("width")),
        )
        # Beside the picture and not seen: what a screen reader goes through part by part.
        diagram += told

    def _prints(self, text: str) -> bool:
        """Whether the builder has the characters of a text; pdfLaTeX, which Sphinx runs by default, has few."""
        if self._app.builder.format == "latex" and self._app.config.latex_engine == "pdflatex":
            return bool(text) and text.isprintable() and all(ord(character) < _PDFLATEX_END for character in text)
        return bool(text)

    def _replace_by_image(self, diagram: pipeline_diagram, pipeline: Pipeline, entry: Entry) -> None:
        app, path = self._app, entry.path.as_posix()
        shown = nodes.image(uri=path, candidates={"*": path}, alt=diagram.get("alt") or outline.describe(pipeline, say))
        shown["classes"] += ["llmpipeline", *diagram["classes"]]
        shown.source, shown.line = diagram.source, diagram.line
        if "width" in diagram:
            shown["width"] = diagram["width"]
        elif app.builder.format == "latex":
            shown["scale"] = round(100 * PAPER_SCALE)
        app.env.images.add_file(self._docname, path)
        figure = diagram.parent
        _keep_ids(diagram)
        if (references := reference_list(diagram, say, self._prints)) and isinstance(figure, nodes.figure):
            if any(isinstance(child, nodes.caption) for child in figure):
                figure += nodes.legend("", references)
            elif app.builder.format == "html":  # whose writer ends a caption that there is not, before a second child
                figure.parent.insert(figure.parent.index(figure) + 1, references)
            else:
                figure += references
        diagram.replace_self(shown)


def _image_for(builder: Builder) -> _Image | None:
    if builder.name in _NO_INLINE_SVG:
        return _NO_INLINE_SVG[builder.name]
    if takes_svg(builder):
        return None
    return next((image for image in _IMAGES if image.type in builder.supported_image_types), None)


def _replace_by_list(diagram: pipeline_diagram, *, failed: bool = False) -> None:
    """The caption first, then the list: what a builder without pictures shows, and any builder for a failed diagram."""
    warning = [nodes.warning("", nodes.paragraph("", say(outline.NOT_DRAWN)))] if failed else []
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
    called = outline.names(pipeline)
    return {
        ("edge", index): f"{called[edge.source]} {outline.arrow(edge)} {called[edge.target]}"
        for index, edge in enumerate(pipeline.edges)
        if edge.label is None
    }


def _title(diagram: pipeline_diagram) -> str:
    captions = [child.astext() for child in diagram.parent if isinstance(child, nodes.caption)]
    return captions[0] if captions else say(outline.UNTITLED)


def _reason(error: Exception) -> str:
    text = str(error) or type(error).__name__
    if isinstance(error, RuntimeError):
        return text
    return f"the diagram could not be drawn: {type(error).__name__}: {text}"


def _css_length(width: str | None) -> str | None:
    return f"{width}px" if width and width.isdigit() else width


@cache
def _dot_version(dot: str) -> str:
    try:
        done = subprocess.run([dot, "-V"], capture_output=True, text=True, check=False)  # noqa: S603 -- the project's own
    except OSError:
        return ""
    return done.stderr.strip()


def _reread_folder(app: Sphinx) -> Path:
    """One for each builder: another builder's run must not use up what this one has still to warn of."""
    return cache_folder(app) / "reread" / app.builder.name


def _reread_note(app: Sphinx, docname: str) -> Path:
    return _reread_folder(app) / f"{key_of(docname)}.txt"
