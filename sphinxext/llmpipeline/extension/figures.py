"""Nodes around a picture: its figure, the line with its references, captions.

A diagram stands in a figure or, if a substitution definition declares it, in a paragraph.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes

from .config import say
from .doctree import node_ids, panel_ids, reference_list
from .nodes import ancestors, pipeline_diagram

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_PDFLATEX_END = 0x180  # Latin letters with their accents


def figure_of(diagram: nodes.Element) -> nodes.figure | None:
    """The figure around a diagram; ``None`` if the diagram stands in a paragraph."""
    return diagram.parent if isinstance(diagram.parent, nodes.figure) else None


def add_references(app: Sphinx, diagram: pipeline_diagram, taken: set[str]) -> None:
    """Add the references of a diagram after a picture that cannot contain them: in a line, or in parentheses.

    References to its parts lead to its figure; *taken* are the ids in the page.
    """
    figure = figure_of(diagram)
    if figure is not None:
        keep_ids(figure, diagram, taken)

    def prints(text: str) -> bool:
        """Whether the output can show *text*; the fonts of pdfLaTeX, Sphinx's default, have few characters."""
        if app.builder.format == "latex" and app.config.latex_engine == "pdflatex":
            return bool(text) and text.isprintable() and all(ord(character) < _PDFLATEX_END for character in text)
        return bool(text)

    references = reference_list(diagram, say, prints)
    if references is None:
        return
    if figure is None:
        after = diagram.parent.index(diagram) + 1
        diagram.parent.insert(after, [nodes.Text(" ("), *references.children, nodes.Text(")")])
    elif _captions(figure):
        figure += nodes.legend("", references)
    elif app.builder.format == "html":  # its writer closes a caption before a second child, even if there is none
        figure.parent.insert(figure.parent.index(figure) + 1, references)
    else:
        figure += references


def keep_ids(figure: nodes.figure, diagram: pipeline_diagram, taken: set[str]) -> None:
    """Let references to panels and nodes lead to the figure, if the output has no elements for these.

    *taken* are the ids in the page, to which those of nodes are added.
    """
    figure["ids"] += [*panel_ids(diagram).values(), *node_ids(diagram, taken).values()]


def keep_in_place(doctree: nodes.document) -> None:
    """Replace figures that LaTeX must not move by their children: those without a caption, and those in a footnote.

    A figure without a caption would float away from its text; any figure in a footnote stops LaTeX.
    """
    for figure in _figures(doctree):
        captions = _captions(figure)
        if captions and not any(isinstance(above, nodes.footnote) for above in ancestors(figure)):
            continue
        _make_paragraphs(captions)
        for child in figure.children:
            if isinstance(child, nodes.image):
                child["align"] = figure.get("align", "center")
        # The first of several elements gets the ids.
        figure.replace_self([nodes.target(), *figure.children] if figure["ids"] else figure.children)


def part_captions(doctree: nodes.document) -> None:
    """Make captions paragraphs, because the man page writer does not end the line of a caption."""
    for figure in _figures(doctree):
        _make_paragraphs(_captions(figure))


def _figures(doctree: nodes.document) -> list[nodes.figure]:
    return [figure for figure in doctree.findall(nodes.figure) if "llmpipeline-figure" in figure["classes"]]


def _captions(figure: nodes.figure) -> list[nodes.caption]:
    return [child for child in figure if isinstance(child, nodes.caption)]


def _make_paragraphs(captions: list[nodes.caption]) -> None:
    for caption in captions:
        caption.replace_self(nodes.paragraph("", "", *caption.children))
