"""The directives ``llmpipeline`` and ``llmpipeline-from``.

Every build imports this module; the reader of the content is imported with the first diagram.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from .options import FIGURE_OPTIONS, LEGEND, OPTIONS, OptionSpec

if TYPE_CHECKING:
    from ..files import Language
    from .body import Body


class LLMPipeline(SphinxDirective):
    """Draws the pipeline that its content, or the file that its argument names, declares.

    The readers of :data:`FIGURE_OPTIONS` run in docutils; those of the other options in :mod:`.reading`, which warns
    of a wrong value or an unknown option and draws the diagram without it.
    """

    has_content = True
    required_arguments = 0
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar[dict[str, Callable[[str], Any]]] = OptionSpec(
        {
            **{option.name: directives.unchanged_required for option in OPTIONS},
            **{option.name: partial(option.read, option.name) for option in FIGURE_OPTIONS},
            LEGEND.name: directives.unchanged,
        }
    )

    language: ClassVar[Language | None] = None
    """That of the content; ``None`` for declarations."""

    def read_body(self, *, is_rst: bool) -> Body:
        """The declarations; *is_rst* is whether docutils itself parses the document.

        Raises:
            BodyError: if there are none.
        """
        from .body import given_body

        body, language = given_body(self, is_rst=is_rst)
        if language is None:
            return body
        from .converted import converted

        return converted(body, language, is_rst=is_rst)

    def run(self) -> list[nodes.Node]:
        """A figure with the diagram, or with its source if that has errors; then docutils' messages about labels."""
        from .reading import read_diagram

        return read_diagram(self)


class LLMPipelineFrom(LLMPipeline):
    """Draws an object of the project, or files of another tool; its content adds to them and overrides them."""

    required_arguments = 1
    optional_arguments = 0

    def read_body(self, *, is_rst: bool) -> Body:
        """As above."""
        from .object_body import object_body

        return object_body(self, is_rst=is_rst)
