"""Registration of the extension with Sphinx: config values, directive, nodes, domain, transforms, events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from docutils.nodes import Node, document, figure, image, substitution_definition
from docutils.transforms.references import Substitutions
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from ..messages import RESOURCES
from .config import register_config
from .directive import LLMPipeline, LLMPipelineFrom
from .garbage import freeze_loaded
from .html import depart_diagram_html, skip_html, visit_diagram_html, visit_html
from .nodes import pipeline_diagram, pipeline_html, pipeline_link, pipeline_text, pipeline_title
from .panel_domain import PanelDomain, PanelNumbers, title_text
from .paths import clean_cache, failed_documents, forget
from .prefetch_events import merge_jobs, prefetch_collected, prefetch_document
from .web_assets import link_static_files, pages_without_needs, write_fonts, write_fonts_late, write_static_files

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

logger = logging.getLogger(__name__)

_NESTED = "'%s': a text of a diagram cannot hold another diagram: remove the substitution"

_EVERY_DOCUMENT = ("epub", "latex", "man")
"""Builders that also need documents changed whose diagrams have errors, or that have none."""


def setup_extension(app: Sphinx) -> None:
    """Register everything with *app*."""
    register_config(app)
    app.add_message_catalog("sphinxext.llmpipeline", str(RESOURCES / "locale"))
    app.add_directive("llmpipeline", LLMPipeline)
    app.add_directive("llmpipeline-from", LLMPipelineFrom)
    app.add_lexer("llmpipeline", cast("Any", _lexer))
    for alias in ("rst", "rest", "restructuredtext"):
        app.add_lexer(alias, cast("Any", _document_lexer))
    for alias in ("md", "markdown"):
        app.add_lexer(alias, cast("Any", _markdown_lexer))
    app.add_node(pipeline_diagram, html=(visit_diagram_html, depart_diagram_html))
    app.add_node(pipeline_html, html=(visit_html, None))
    app.add_node(pipeline_text, html=(skip_html, None))
    app.add_node(pipeline_link, html=(skip_html, None))
    # Enumerable because ``:ref:`` shows titles of such nodes; their numbers are not shown.
    app.add_enumerable_node(pipeline_title, "llmpipeline-panel", title_text)
    app.add_domain(PanelDomain)
    app.add_transform(DropDefinitions)
    app.add_transform(DropFromLabels)
    app.add_post_transform(UnpackDiagrams)
    app.add_post_transform(PanelNumbers)
    app.connect("config-inited", take_fences, priority=900)  # when the config values are read
    app.connect("env-get-outdated", failed_documents)
    app.connect("env-get-outdated", pages_without_needs)
    app.connect("env-get-outdated", freeze_loaded, priority=999)  # when other extensions have loaded what they need
    # After other extensions, which may change labels in the same event.
    app.connect("doctree-read", load_images, priority=899)
    app.connect("doctree-read", prefetch_document, priority=900)
    app.connect("doctree-read", drop_from_titles, priority=901)  # of which Sphinx has made copies by then
    app.connect("doctree-read", pack_diagrams, priority=901)
    app.connect("env-merge-info", merge_jobs)
    app.connect("env-updated", prefetch_collected)
    app.connect("doctree-resolved", show_diagrams)
    app.connect("builder-inited", write_static_files)
    app.connect("html-page-context", link_static_files)
    app.connect("html-collect-pages", write_fonts)
    app.connect("build-finished", write_fonts_late)
    app.connect("build-finished", clean_cache, priority=950)  # after the drawings have been sent to the shared cache


def take_fences(app: Sphinx, config: Config) -> None:
    """Draw the fences of other languages that the project names."""
    if config.llmpipeline_fences:
        from .fences import register_fences

        register_fences(app, config)


def _lexer(**options: Any) -> Any:
    """The lexer of code blocks, in the place of its class."""
    # Imported here because few builds need it.
    from .highlighting import PipelineLexer

    return PipelineLexer(**options)


def _document_lexer(**options: Any) -> Any:
    """The lexer of code blocks in reStructuredText, in the place of its class."""
    from .highlighting import DocumentLexer

    return DocumentLexer(**options)


def _markdown_lexer(**options: Any) -> Any:
    """The lexer of code blocks in Markdown, in the place of its class."""
    from .highlighting import MarkdownDocumentLexer

    return MarkdownDocumentLexer(**options)


class DropDefinitions(SphinxTransform):
    """Drop substitution definitions with diagrams after they have been inserted: only their copies are drawn."""

    default_priority = Substitutions.default_priority + 1

    def apply(self, **_: Any) -> None:
        """Drop these definitions of the document."""
        for diagram in list(self.document.findall(pipeline_diagram)):
            if isinstance(diagram.parent, substitution_definition):
                diagram.parent.parent.remove(diagram.parent)


class DropFromLabels(SphinxTransform):
    """Drop diagrams from the texts of other diagrams, where substitutions have put them."""

    default_priority = DropDefinitions.default_priority

    def apply(self, **_: Any) -> None:
        """Drop them, with a warning each."""
        for text in list(self.document.findall(pipeline_text)):
            for diagram in list(text.findall(pipeline_diagram)):
                diagram.parent.remove(diagram)
                self.env.note_reread()
                logger.warning(_NESTED, text.rawsource, location=text, type="llmpipeline", subtype="syntax")


def load_images(app: Sphinx, doctree: document) -> None:
    """Read the images in labels, if there are any."""
    for diagram in doctree.findall(pipeline_diagram):
        from .doctree import has_markup  # imported here because most documents of a build have no diagram

        if has_markup(diagram) and diagram.next_node(image):
            from .label_images import load_label_images

            load_label_images(app, doctree, diagram)


def drop_from_titles(app: Sphinx, doctree: document) -> None:
    """Drop diagrams from the titles and the table of contents of a document, as Sphinx does with images.

    They came there by a substitution in a title, and nothing would draw them.
    """
    if next(doctree.findall(pipeline_diagram), None) is None:
        return
    env = app.env
    for copies in (env.titles, env.longtitles, env.tocs):
        if env.docname in copies:
            for diagram in list(copies[env.docname].findall(pipeline_diagram)):
                diagram.parent.remove(diagram)


def pack_diagrams(app: Sphinx, doctree: document) -> None:
    """Pack the diagrams of a document until it is written."""
    if app.builder.versioning_method != "none":
        return  # Sphinx gives ids to all translatable texts, and keeps them on the elements.
    for diagram in list(doctree.findall(pipeline_diagram)):
        from .doctree import pack

        pack(diagram)


class UnpackDiagrams(SphinxPostTransform):
    """Unpack diagrams before any other transform of a document that is about to be written."""

    default_priority = 0

    def run(self, **_: Any) -> None:
        """Unpack all diagrams of the document."""
        for diagram in list(self.document.findall(pipeline_diagram)):
            from .doctree import unpack

            unpack(diagram)


def _is_shown(node: Node) -> bool:
    """Whether *node* is a diagram, or the figure around one; if the diagram has errors, the figure has no diagram."""
    return isinstance(node, pipeline_diagram) or (isinstance(node, figure) and "llmpipeline-figure" in node["classes"])


def show_diagrams(app: Sphinx, doctree: document, docname: str) -> None:
    """Replace the diagrams of a document by their drawings before it is written."""
    if app.builder.name == "gettext":
        return
    shown = [*doctree.findall(_is_shown)]
    empty = not any(isinstance(element, pipeline_diagram) for element in shown)
    forget(app, docname, needs=empty)
    if shown:
        from .clean_markup import clean

        clean(app, docname, [element for element in shown if not _is_shown(element.parent)])
    if empty and app.builder.name not in _EVERY_DOCUMENT:
        return
    from .output import draw_diagrams

    draw_diagrams(app, doctree, docname)
