"""Registration of the extension with Sphinx: config values, directive, nodes, domain, transforms, events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from ..resources import RESOURCES
from .config import register_config
from .directive import LLMPipeline
from .html import depart_diagram_html, skip_html, visit_diagram_html, visit_html
from .nodes import pipeline_diagram, pipeline_html, pipeline_link, pipeline_text, pipeline_title
from .onlookers import note_onlookers, see_writing
from .panel_domain import PanelDomain, PanelNumbers, title_text
from .paths import failed_documents, forget
from .prefetch_events import draw_collected, foresee, merge
from .web_assets import link_static_files, write_fonts, write_static_files

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

_EVERY_DOCUMENT = ("epub", "man")
"""Builders that also need documents without diagrams changed."""


def setup_extension(app: Sphinx) -> None:
    """Register everything with *app*."""
    register_config(app)
    app.add_message_catalog("sphinxext.llmpipeline", str(RESOURCES / "locale"))
    app.add_directive("llmpipeline", LLMPipeline)
    app.add_node(pipeline_diagram, html=(visit_diagram_html, depart_diagram_html))
    app.add_node(pipeline_html, html=(visit_html, None))
    app.add_node(pipeline_text, html=(skip_html, None))
    app.add_node(pipeline_link, html=(skip_html, None))
    # Enumerable because ``:ref:`` shows titles of such nodes; their numbers are not shown.
    app.add_enumerable_node(pipeline_title, "llmpipeline-panel", title_text)
    app.add_domain(PanelDomain)
    app.add_post_transform(UnpackDiagrams)
    app.add_post_transform(PanelNumbers)
    app.connect("env-get-outdated", failed_documents)
    app.connect("env-before-read-docs", look_round)
    # After other extensions, which may change labels in the same event.
    app.connect("doctree-read", close_diagrams, priority=900)
    app.connect("doctree-read", foresee, priority=901)
    app.connect("doctree-read", pack_diagrams, priority=902)
    app.connect("env-merge-info", merge)
    app.connect("env-updated", draw_collected)
    app.connect("doctree-resolved", show_diagrams)
    app.connect("builder-inited", write_static_files)
    app.connect("html-page-context", link_static_files)
    app.connect("build-finished", write_fonts)


def look_round(app: Sphinx, env: BuildEnvironment, _docnames: object) -> None:
    """See who else looks at what is about to be read, or to be written."""
    note_onlookers(app, env)


def close_diagrams(app: Sphinx, doctree: nodes.document) -> None:
    """Have texts without markup wait as text, now that the document is read."""
    for diagram in _to_pack(app, doctree):
        from .doctree import close

        close(diagram)


def pack_diagrams(app: Sphinx, doctree: nodes.document) -> None:
    """Have Sphinx keep little of a diagram that was read."""
    for diagram in _to_pack(app, doctree):
        from .doctree import pack

        pack(diagram)


def _to_pack(app: Sphinx, doctree: nodes.document) -> list[pipeline_diagram]:
    """The diagrams of a document; none for a builder that gathers texts to translate, which needs them all."""
    return [] if app.builder.versioning_method != "none" else list(doctree.findall(pipeline_diagram))


class UnpackDiagrams(SphinxPostTransform):
    """Diagrams as they were read, before anyone else looks at a document that is about to be written."""

    default_priority = 0

    def run(self, **_: Any) -> None:
        """Unpack all; where nobody looks, what waits as text may wait on."""
        diagrams = list(self.document.findall(pipeline_diagram))
        if diagrams:
            from .doctree import declared, is_closed

            watched = see_writing(self.env)
            for diagram in diagrams:
                if watched or not is_closed(diagram):
                    declared(diagram)


def show_diagrams(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Replace the diagrams of a document by their drawings before it is written."""
    if app.builder.name == "gettext":
        return
    empty = next(iter(doctree.findall(pipeline_diagram)), None) is None
    forget(app, docname, needs=empty)
    if empty and app.builder.name not in _EVERY_DOCUMENT:
        return
    from .output import draw_diagrams

    draw_diagrams(app, doctree, docname)
