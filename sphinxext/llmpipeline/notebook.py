"""Notebooks: how diagrams show themselves in Jupyter, myst-nb, nbsphinx and sphinx-gallery.

These ask a value for its representations.  The model knows no drawing, so :func:`enable` adds the methods to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from .description import describe
from .job import SVG_HEAD
from .model.pipeline import Pipeline
from .style.builtin import MODERN
from .style.css import stylesheet

_CLASS = ' class="llmpipeline '
_DARK = '[data-jp-theme-light="false"] .llmpipeline-figure, .vscode-dark .llmpipeline-figure { color-scheme: dark; }\n'
"""The dark themes of JupyterLab and of Visual Studio Code; those of Sphinx are in the style sheet."""


def mimebundle(pipeline: Pipeline) -> dict[str, str]:
    """A diagram by MIME types: a picture for pages, one for files, and the description in sentences.

    The one for pages follows light and dark of its page.  No part has an id, so that any number stand on a page.

    Raises:
        LayoutError: if Graphviz gives no layout.
    """
    inline = inline_svg(pipeline)
    page = (
        f"<style>{stylesheet([MODERN])}{_DARK}</style>\n"
        f'<div class="llmpipeline-figure"><div class="llmpipeline-scroll">\n{inline}</div></div>\n'
    )
    svg = SVG_HEAD + inline.partition(_CLASS)[2]
    return {"text/html": page, "image/svg+xml": svg, "text/plain": describe(pipeline)}


def inline_svg(pipeline: Pipeline, width: float = 700.0) -> str:
    """A diagram as it stands in a page of *width* pixels, with its description as the name.

    Raises:
        LayoutError: if Graphviz gives no layout.
    """
    from .rendering import render  # imported here because it loads the fonts

    svg = render(pipeline, width=width).decode()
    return f'<svg role="img" aria-label="{escape(describe(pipeline))}"{_CLASS}{svg.removeprefix(SVG_HEAD)}'


def enable() -> None:
    """Let pipelines show themselves."""

    def bundle(
        pipeline: Pipeline,
        include: object = None,  # noqa: ARG001 -- IPython's signature
        exclude: object = None,  # noqa: ARG001 -- IPython's signature
    ) -> Mapping[str, str]:
        return mimebundle(pipeline)

    def html(pipeline: Pipeline) -> str:
        return mimebundle(pipeline)["text/html"]

    # sphinx-gallery asks for HTML only.
    for name, method in (("_repr_mimebundle_", bundle), ("_repr_html_", html)):
        setattr(Pipeline, name, method)
