"""The ``llmpipeline`` directive as Sphinx registers it: its options, and a way to what reads it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.locale import get_translation
from sphinx.util.docutils import SphinxDirective

from ..model.vocabulary import EDGE_PREFIX, SCALE_OPTIONS, WIDTHS

say = get_translation("sphinxext.llmpipeline")
"""A message of this package in the language of the document."""


def _align(argument: str) -> str:
    return directives.choice(argument, ("left", "center", "right"))


class LLMPipeline(SphinxDirective):
    """Draws the pipeline that its content, or the file that its argument names, declares."""

    has_content = True
    required_arguments = 0
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = {
        "name": directives.unchanged,
        "caption": directives.unchanged,
        "alt": directives.unchanged,
        "align": _align,
        "width": directives.length_or_percentage_or_unitless,
        "class": directives.class_option,
        "figclass": directives.class_option,
        "direction": directives.unchanged_required,
        "splines": directives.unchanged_required,
        "style": directives.unchanged_required,
        "legend": directives.unchanged,
        WIDTHS: directives.unchanged_required,
        **dict.fromkeys(SCALE_OPTIONS, directives.unchanged_required),
        **dict.fromkeys((f"{EDGE_PREFIX}{name}" for name in SCALE_OPTIONS), directives.unchanged_required),
    }

    def run(self) -> list[nodes.Node]:
        """A figure with the diagram, or with what was written where that cannot be read; then remarks on labels."""
        # Only now: a build that reads no diagram does not load what does.
        from .reading import Reading

        given = (self.name, self.arguments, self.options, self.content, self.lineno, self.content_offset)
        return Reading(*given, self.block_text, self.state, self.state_machine).run()
