"""The parsers of documents, docutils and MyST: inline markup, and where the content of a directive ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sphinx.util.docutils import SphinxDirective

_LIST_ITEM = re.compile(r"(?:[-*+•]|\(?(?:\w|\d+|#)[.)]|:[^:]+:)(?:\s|$)")
"""What may follow without a blank line if a directive stands in a list."""


@contextmanager
def quotes_as_written(directive: SphinxDirective) -> Iterator[None]:
    """Context in which MyST's extensions ``smartquotes`` and ``replacements`` change nothing.

    Those of Sphinx leave diagrams out, see :class:`~.nodes.pipeline_diagram`.
    """
    renderer = getattr(directive.state, "_renderer", None)  # MyST has no public way to its parser
    if renderer is None:
        yield
        return
    options = renderer.md.options
    before = options["typographer"]
    options["typographer"] = False
    try:
        yield
    finally:
        options["typographer"] = before


def document_of(directive: SphinxDirective, url: str) -> str | None:
    """The name of the document whose source file a relative URL names; ``None`` for any other URL."""
    name: str | None = directive.env.path2doc(directive.env.relfn2path(url.split("#", 1)[0])[1])
    return name if name in directive.env.found_docs else None


def unindented_in_docstring(directive: SphinxDirective) -> str | None:
    r"""The line after the directive if it stands in a docstring without a blank line between; otherwise ``None``.

    Python has then made a line break of ``\n`` in a label.
    """
    if ":docstring of " not in directive.get_source_info()[0]:
        return None
    machine = directive.state_machine
    lines, index = machine.input_lines, machine.line_offset
    while lines is not None and lines[index].strip():
        if index + 1 < len(lines):
            following = str(lines[index + 1]).strip()
            return None if _LIST_ITEM.match(following) else following or None
        index += lines.parent_offset or 0  # the lines of a block quote are a part of those around it
        lines = lines.parent
    return None
