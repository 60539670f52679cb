"""What the writer of HTML pages writes for a diagram; it may run in another process than what prepared it."""

from __future__ import annotations

import posixpath
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from docutils import nodes

from ..cache.store import Entry
from .nodes import pipeline_diagram, pipeline_html

if TYPE_CHECKING:
    from sphinx.writers.html5 import HTML5Translator


def visit_diagram_html(translator: HTML5Translator, diagram: pipeline_diagram) -> None:
    """Write the drawing into the page."""
    # Only now, here and below: a build that writes no diagram loads neither.
    if "raster" in diagram:
        from . import html as raster

        shown: raster.Raster = diagram["raster"]
        builder = translator.builder
        uris = [posixpath.join(builder.imgpath, quote(builder.images[file])) for file in shown.files]
        picture = raster.on_page(shown, uris) + "\n"
    else:
        from ..drawing import svg_page as svg

        picture = svg.on_page(Entry(Path(diagram["file"])).read().decode(), diagram["place"])
    # A figure that is wider than the page scrolls, also by keyboard.
    translator.body.append(f'<div class="llmpipeline-scroll" tabindex="0">\n{picture}</div>\n')


def depart_diagram_html(translator: HTML5Translator, diagram: pipeline_diagram) -> None:
    """Nothing follows the words that stand in for the picture."""


def visit_html(translator: HTML5Translator, element: pipeline_html) -> None:
    """Write what stands ready."""
    translator.body.append(element["html"])
    raise nodes.SkipNode


def skip_html(translator: HTML5Translator, element: nodes.Element) -> None:  # noqa: ARG001 -- a visitor's signature
    """Write nothing: the drawing has the text, and the words beside it."""
    raise nodes.SkipNode
