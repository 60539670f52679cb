r"""The language: text of a diagram → :class:`~sphinxext.llmpipeline.model.pipeline.Pipeline`, or all errors in it.

The grammar, line oriented, indentation for nesting::

    diagram   = { statement }
    statement = node | edge | group | align | category | row | grid | ellipsis | note
                further lines of a statement are indented under it
    node      = [ kind ] id [ ":" label ]
    edge      = ends { arrow ends } [ ":" label ]
    group     = ( "group" | "panel" | "stack" ) id [ ":" label ]
                its fields and statements are indented under it;
                with ":" and no label, a group has no title
    align     = "align" id { "," id }
    category  = "category" id [ ":" label ]
    row       = "row" id ":" cells
    grid      = "grid" id [ ":" label ]
                its fields and rows are indented under it, each row: id ":" cells
    cells     = cell { "|" cell }
    cell      = [ id "=" ] label
    ellipsis  = "..." [ ":" label ]
    note      = "note" "of" id ":" label
                a text beside a node or a group, outside the flow
    ends      = end { "," end }
    end       = id [ ".*" ] | "..."
                with ".*", each cell of a row or a grid
    arrow     = "->" | "=>" | "..>" | "-->" | "<->" | "--" | "~>"
    id        = a letter or "_", then letters, digits, "_", ".",
                and "-" before a letter, a digit or "_"
    label     = text
                goes on in lines that are indented under the statement
    field     = ":" name ":" value
                indented under the statement, after its label

The text before the first ``:`` that a space or the end of the line follows decides which statement it is: with an
arrow, an edge; one word, the id of a node; two words, its kind and id.  A label may hold anything, arrows and colons
too, and ``\n`` breaks it.  A line whose first character is ``#`` is a comment.  Panels stand at the top level; a
diagram that has one consists of panels, edges between them, notes and categories.

:mod:`.lexer` and :mod:`.parser` make the syntax tree, with :mod:`.fields` for the lines indented under a statement, and
:mod:`.resolver` looks up its ids, so that syntax errors and unknown ids are reported at once.  The docstring of each
parsing function is its rule of the grammar.  :mod:`.highlighting` splits a text for highlighting, by the same words.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial

from ..diagnostics import Diagnostic, PipelineError
from ..files import read_data
from ..model.pipeline import Pipeline
from ..model.vocabulary import NODE_KINDS, DiagramDirection
from .doubts import doubts_in
from .habits import has_other_meaning
from .highlighting import Token, TokenKind, tokens
from .lexer import ARROW_OF, ARROWS, ELLIPSIS, ID, Lexer, has_arrow, split_head
from .parser import KEYWORDS, parse_statements
from .resolver import MAX_EDGES, resolve
from .syntax_tree import Context, Line, ParseError

__all__ = [
    "ARROWS",
    "ARROW_OF",
    "ELLIPSIS",
    "ID",
    "KEYWORDS",
    "MAX_EDGES",
    "Lexer",
    "Line",
    "ParseError",
    "Token",
    "TokenKind",
    "has_arrow",
    "has_other_meaning",
    "parse",
    "split_head",
    "tokens",
]


def parse(
    text: str,
    *,
    kinds: Collection[str] = NODE_KINDS,
    direction: DiagramDirection | None = None,
    categories: Collection[str] = (),
    first_line: int | Sequence[int] = 1,
    warn: Callable[[Diagnostic], None] | None = None,
    folder: str | os.PathLike[str] | None = None,
    read_file: Callable[[str], bytes] | None = None,
    plots: Mapping[str, str] | None = None,
) -> Pipeline:
    r"""Parse the declarations of a diagram.

    Args:
        text: the declarations, one statement a line.
        kinds: names of the kinds that a node may have.
        direction: direction of the ranks; ``None`` leaves it to the style.
        categories: ids of categories that need no declaration.
        first_line: number of the first line of *text*; lines that messages name count from there.
        warn: receives doubtful places of a text without errors, such as quotes around a label; the default is a
            warning of Python for each.
        folder: folder of the files that plots name; without it, no file is read.
        read_file: reads such a file in another way: name → content.  It raises :class:`ValueError` with the message of
            the error.
        plots: functions that draw plots: the name in the field ``:plot:`` → ``"module:callable"``.

    Raises:
        PipelineError: with all errors of the text.

    >>> pipeline = parse("model base\nmodel chat: Chat model\nbase -> chat: Fine-tuning")
    >>> [node.label.text for node in pipeline.nodes]
    ['base', 'Chat model']
    """
    statements = parse_statements(text, kinds, first_line)
    context = Context(kinds, read_file or partial(read_data, folder), plots or {})
    pipeline = resolve(statements, context, direction, categories)
    diagnostics = _in_order([*statements.diagnostics, *doubts_in(statements)])
    if not all(diagnostic.drawable for diagnostic in diagnostics):
        raise PipelineError(diagnostics)
    for diagnostic in diagnostics:
        if warn:
            warn(diagnostic)
        else:
            warnings.warn(f"line {diagnostic.line}: {diagnostic}", stacklevel=2)
    return pipeline


def _in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sort diagnostics by position and keep the first at each, because further ones there mostly follow from it."""
    places: dict[tuple[int, int], Diagnostic] = {}
    for diagnostic in sorted(diagnostics, key=lambda found: found.drawable):
        places.setdefault((diagnostic.line, diagnostic.column), diagnostic)
    return [places[place] for place in sorted(places)]
