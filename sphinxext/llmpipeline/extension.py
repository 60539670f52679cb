"""The meeting with Sphinx: config values, the transform that puts drawings into doctrees, the HTML visitor."""

from __future__ import annotations

import logging as python_logging
import subprocess
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.config import ENUM
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from . import outline, svg
from .assets import PageAssets, changed, collect, settle
from .directive import LLMPipeline, say
from .doctree import (
    dead_listing,
    links,
    listing,
    pipeline_diagram,
    pipeline_link,
    pipeline_text,
    reference_list,
    resolved,
)
from .drawing import Format, Job, Message, Notes
from .files import Cache, Entry, key_of, write_atomic
from .model import Pipeline
from .style import STYLES, Style, read_style
from .stylesheet import stylesheet

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders import Builder
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment
    from sphinx.writers.html5 import HTML5Translator


logger = logging.getLogger(__name__)

STYLESHEET = "llmpipeline.css"
FONTS = "llmpipeline-fonts.css"
# A unit of the drawing is a pixel in a page; on paper, three quarters of it set its text as large as what is around.
_LATEX_SCALE = 75


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


def setup_extension(app: Sphinx) -> None:
    """Register everything with *app*."""
    app.add_config_value("llmpipeline_style", "classic", "env", frozenset({str, dict, Style}))
    app.add_config_value("llmpipeline_font", (), "env", frozenset({str, list, tuple}))
    app.add_config_value("llmpipeline_engine", "pygraphviz", "html", ENUM("pygraphviz", "dot"))
    app.add_config_value("llmpipeline_dot", "dot", "html", frozenset({str}))
    app.add_message_catalog("sphinxext.llmpipeline", str(Path(__file__).parent / "locale"))
    app.add_directive("llmpipeline", LLMPipeline)
    app.add_node(pipeline_diagram, html=(visit_diagram_html, None))
    app.add_node(pipeline_text)
    app.add_node(pipeline_link)
    app.add_post_transform(DrawDiagrams)
    app.connect("config-inited", read_style_value)
    app.connect("env-get-outdated", reread_failed)
    app.connect("builder-inited", write_stylesheet)
    app.connect("html-page-context", link_stylesheet)
    app.connect("build-finished", write_fonts)


def read_style_value(app: Sphinx, config: Config) -> None:
    """Make a :class:`Style` of what ``conf.py`` says, before Sphinx compares it with that of the last build."""
    style, problems = read_style(config.llmpipeline_style)
    for problem in problems:
        logger.warning("llmpipeline_style: %s", problem, type="llmpipeline", subtype="config")
    if config.llmpipeline_font:
        style, problems = read_style({"font": _font_names(app, config.llmpipeline_font)}, style)
        for problem in problems:
            logger.warning("llmpipeline_font: %s", problem, type="llmpipeline", subtype="config")
    config.llmpipeline_style = style


def _font_names(app: Sphinx, value: Any) -> Any:
    """Paths of font files are relative to ``conf.py``."""
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, (list, tuple)):
        return value
    files = [app.confdir / name if isinstance(name, str) else name for name in value]
    return [
        str(file) if isinstance(file, Path) and file.is_file() else name
        for name, file in zip(value, files, strict=True)
    ]


class DrawDiagrams(SphinxPostTransform):
    """Draws what is not in the cache, and puts each drawing where its builder wants it.

    It runs after references are resolved, since their titles are drawn, and before images are collected.
    """

    default_priority = 250

    def run(self, **kwargs: Any) -> None:  # noqa: ARG002 -- docutils' signature
        """Serve every diagram of the document."""
        builder = self.app.builder
        if builder.name == "gettext":
            return
        image = _image_for(builder)
        seen: Counter[str] = Counter()
        used = PageAssets()
        for diagram in list(self.document.findall(pipeline_diagram)):
            pipeline = resolved(diagram)
            if image is None and not _takes_svg(builder):
                _replace_by_list(diagram)
                continue
            try:
                entry = self._drawing(diagram, pipeline, image)
            except Exception as error:  # noqa: BLE001 -- the border: a diagram may fail, whatever in, the build may not
                self._warn(diagram, "layout" if type(error).__name__ == "LayoutError" else "draw", _reason(error))
                _replace_by_list(diagram, failed=True)
                continue
            notes = Notes.from_json(entry.notes) if entry.notes else Notes()
            self._say(diagram, notes.messages)
            if image is None:
                self._prepare_inline(diagram, pipeline, entry, seen)
                used.add(notes.glyphs, self._style(diagram))
            else:
                self._replace_by_image(diagram, pipeline, entry)
        if _takes_svg(builder):
            used.save(_pages_folder(self.app), self.env.docname)

    def _drawing(self, diagram: pipeline_diagram, pipeline: Pipeline, image: _Image | None) -> Entry:
        """The drawing from the cache, or drawn now and kept there."""
        style = self._style(diagram)
        format: Format = image.format if image else "svg"
        engine, dot = self.config.llmpipeline_engine, self.config.llmpipeline_dot
        version = _dot_version(dot) if engine == "dot" else ""
        job = Job(pipeline, style, format, engine, dot)
        key = key_of(f"{version} {job!r}")
        suffix = image.suffix if image else "svg"
        cache = Cache(_folder(self.app))
        found = cache.find(key, suffix)
        if found is not None:
            return found
        # Only now: a build that finds every drawing in the cache never loads what draws.
        python_logging.getLogger("matplotlib").setLevel(python_logging.WARNING)  # its notes are no news to an author
        from .draw import draw

        drawing = draw(job)
        return cache.store(key, suffix, drawing.data, drawing.notes.to_json() if drawing.notes != Notes() else b"")

    def _style(self, diagram: pipeline_diagram) -> Style:
        style: Style = self.config.llmpipeline_style
        return read_style(diagram["style"], style)[0] if "style" in diagram else style

    def _say(self, diagram: pipeline_diagram, messages: tuple[Message, ...]) -> None:
        for message in messages:
            if message.subtype == "layout":
                self._warn(diagram, "layout", message.text)
            else:
                # A font that lacks a character lacks it in every diagram: one warning says it.
                logger.warning(
                    "%s", message.text, location=diagram, type="llmpipeline", subtype=message.subtype, once=True
                )

    def _prepare_inline(self, diagram: pipeline_diagram, pipeline: Pipeline, entry: Entry, seen: Counter[str]) -> None:
        """What the visitor needs, since visitors may run in other processes."""
        key = entry.path.stem[:10]
        seen[key] += 1
        self.document["llmpipeline"] = True
        diagram["file"] = str(entry.path)
        title = _title(diagram)
        diagram["place"] = svg.Place(
            id=f"llmpipeline-{key}" + (f"-{seen[key]}" if seen[key] > 1 else ""),
            name=nodes.make_id(diagram.get("called", "")) or key,
            title=title,
            description=diagram.get("alt") or outline.describe(pipeline, say),
            links=links(diagram),
            classes=tuple(diagram["classes"]),
            width=_css_length(diagram.get("width")),
        )
        # Beside the picture and not seen: what a screen reader goes through part by part.
        diagram.parent.insert(
            diagram.parent.index(diagram) + 1,
            nodes.container("", dead_listing(diagram, say), classes=["llmpipeline-text"]),
        )

    def _replace_by_image(self, diagram: pipeline_diagram, pipeline: Pipeline, entry: Entry) -> None:
        path = entry.path.as_posix()
        shown = nodes.image(uri=path, candidates={"*": path}, alt=diagram.get("alt") or outline.describe(pipeline, say))
        shown["classes"] += ["llmpipeline", *diagram["classes"]]
        shown.source, shown.line = diagram.source, diagram.line
        if "width" in diagram:
            shown["width"] = diagram["width"]
        elif self.app.builder.format == "latex":
            shown["scale"] = _LATEX_SCALE
        self.env.images.add_file(self.env.docname, path)
        if (references := reference_list(diagram, say)) and isinstance(diagram.parent, nodes.figure):
            diagram.parent += nodes.legend("", references)
        diagram.replace_self(shown)

    def _warn(self, diagram: pipeline_diagram, subtype: str, message: str) -> None:
        docname = self.env.docname
        # The environment is saved before pages are written, so a note in it would be lost; a file is not.
        write_atomic(_reread_folder(self.app) / f"{key_of(docname)}.txt", docname.encode())
        logger.warning("%s", message, location=diagram, type="llmpipeline", subtype=subtype)


def visit_diagram_html(translator: HTML5Translator, diagram: pipeline_diagram) -> None:
    """Write the drawing into the page."""
    drawing = Path(diagram["file"]).read_text(encoding="utf-8")
    translator.body.append(f'<div class="llmpipeline-scroll">\n{svg.on_page(drawing, diagram["place"])}</div>\n')
    raise nodes.SkipNode


def reread_failed(app: Sphinx, env: BuildEnvironment, *_: set[str]) -> list[str]:
    """Documents whose diagrams failed in the last build: their warnings come again until they are mended."""
    again = []
    for note in sorted(_reread_folder(app).glob("*.txt")):
        docname = note.read_text(encoding="utf-8")
        note.unlink()
        if docname in env.found_docs:
            again.append(docname)
    return again


def write_stylesheet(app: Sphinx) -> None:
    """Make the style sheet where Sphinx looks for static files."""
    if not _takes_svg(app.builder):
        return
    folder = _folder(app) / "static"
    content = stylesheet(_site_styles(app)).encode()
    path = folder / STYLESHEET
    if not path.is_file() or path.read_bytes() != content:
        write_atomic(path, content)
    app.config.html_static_path.append(str(folder))


def _site_styles(app: Sphinx) -> list[Style]:
    """Those that any page may use: a later one takes the place of an earlier one of its name."""
    return [*{style.name: style for style in (*STYLES.values(), app.config.llmpipeline_style)}.values()]


def link_stylesheet(app: Sphinx, _page: str, _template: str, _context: object, doctree: nodes.document | None) -> None:
    """Pages without a diagram do not load the style sheet."""
    if doctree is not None and doctree.get("llmpipeline"):
        app.add_css_file(STYLESHEET)
        app.add_css_file(FONTS)


def write_fonts(app: Sphinx, exception: Exception | None) -> None:
    """Give the site the glyphs that its diagrams show, now that all pages are known."""
    if exception is not None or not _takes_svg(app.builder):
        return
    folder, static = _pages_folder(app), Path(app.outdir) / "_static"
    if not changed(folder) and (static / FONTS).is_file():
        return
    assets = collect(folder, app.env.found_docs)
    if not assets.glyphs:
        return
    # Only now, as for drawing: a build that shows nothing new loads no font.
    from .webfont import web_fonts

    known = stylesheet(_site_styles(app))
    sheet = [rule for rule in assets.rules if rule not in known]
    for web_font in web_fonts(assets.glyphs, Cache(_folder(app))):
        write_atomic(static / web_font.name, web_font.data)
        sheet.append(web_font.rule)
    write_atomic(static / FONTS, "".join(sheet).encode())
    settle(folder)


def _takes_svg(builder: Builder) -> bool:
    """Whether the builder's pages can hold SVG."""
    return builder.format == "html" and builder.name not in _NO_INLINE_SVG


def _image_for(builder: Builder) -> _Image | None:
    if builder.name in _NO_INLINE_SVG:
        return _NO_INLINE_SVG[builder.name]
    if _takes_svg(builder):
        return None
    return next((image for image in _IMAGES if image.type in builder.supported_image_types), None)


def _replace_by_list(diagram: pipeline_diagram, *, failed: bool = False) -> None:
    """The caption first, then the list: what a builder without pictures shows, and any builder for a failed diagram."""
    content: list[nodes.Node] = [nodes.warning("", nodes.paragraph("", say(outline.NOT_DRAWN)))] if failed else []
    content.append(listing(diagram, say))
    figure = diagram.parent
    if isinstance(figure, nodes.figure):
        figure.remove(diagram)
        figure += nodes.legend("", *content)
    else:
        diagram.replace_self(content)


def _title(diagram: pipeline_diagram) -> str:
    figure = diagram.parent
    captions = [child.astext() for child in figure.children if isinstance(child, nodes.caption)] if figure else []
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
        done = subprocess.run([dot, "-V"], capture_output=True, text=True, check=False)  # noqa: S603 -- the project's own program
    except OSError:
        return ""
    return done.stderr.strip()


def _folder(app: Sphinx) -> Path:
    """Beside the doctrees, which builders share and which may be deleted at any time."""
    return Path(app.doctreedir) / ".llmpipeline"


def _pages_folder(app: Sphinx) -> Path:
    return _folder(app) / "pages" / app.builder.name


def _reread_folder(app: Sphinx) -> Path:
    """One for each builder: another builder's run must not use up what this one has still to warn of."""
    return _folder(app) / "reread" / app.builder.name
