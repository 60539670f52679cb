r"""Writing: declarations → text, three spaces for each level."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..language import KEYWORDS, has_other_meaning
from .declarations import (
    CategoryDeclaration,
    CellRow,
    Declaration,
    Declarations,
    EdgeDeclaration,
    Fields,
    GroupDeclaration,
    NodeDeclaration,
    NoteDeclaration,
    RowDeclaration,
)
from .escaping import Markup, label
from .source import Alignment, Blank, Comment, Text

INDENT = "   "


def write(declarations: Declarations, markup: Markup) -> str:
    """The text of the declarations, which ends with a line break."""
    return "".join(f"{line}\n" for line, _ in write_lines(declarations, markup))


def write_lines(declarations: Declarations, markup: Markup) -> Iterator[tuple[str, int]]:
    """The lines of the text, each with the line of the source that it comes from; 0 for none."""
    return _block(declarations.statements, _Writer(markup))


def _block(statements: Sequence[Declaration], writer: _Writer) -> Iterator[tuple[str, int]]:
    for statement in statements:
        line: int = getattr(statement, "line", 0)
        yield from ((text, line) for text in writer.lines(statement))
        if isinstance(statement, GroupDeclaration):
            yield from ((f"{INDENT}{text}".rstrip(), line) for text, line in _block(statement.statements, writer))


class _Writer:
    def __init__(self, markup: Markup) -> None:
        self.markup: Markup = markup

    def lines(self, statement: Declaration) -> Iterator[str]:
        """The lines of a statement, without those of the statements in it."""
        match statement:
            case Blank():
                yield ""
            case Comment(text):
                yield f"# {text}".rstrip()
            case Alignment(ids):
                yield f"align {', '.join(ids)}"
            case CategoryDeclaration(id, text):
                yield f"category {id}: {label(text, self.markup)}"
            case NodeDeclaration():
                text = label(statement.label, self.markup) if statement.label else ""
                is_doubtful = statement.id in KEYWORDS or has_other_meaning(statement.id, text)
                kind = statement.kind or ("node" if is_doubtful else "")
                yield self._headed(f"{kind} {statement.id}".strip(), statement.label, statement.id)
                yield from self._fields(statement.fields)
            case NoteDeclaration():
                yield self._headed(f"note of {statement.target}", statement.text)
                yield from self._fields(statement.fields)
            case EdgeDeclaration():
                ends = [", ".join(ids) for ids in statement.ends]
                yield self._headed(f" {statement.arrow} ".join(ends), statement.label)
                yield from self._fields(statement.fields)
            case RowDeclaration():
                yield from self._rows(statement)
            case GroupDeclaration():
                title = self._headed(f"{statement.word} {statement.id}", statement.title, statement.id)
                yield title if statement.title else f"{title}:"
                yield from self._fields(statement.fields)

    def _headed(self, head: str, text: Text | None, id: str = "") -> str:
        """A statement with its label, unless that is the *id*."""
        if text == ():
            return f"{head}:"  # an image alone
        written = label(text, self.markup) if text else ""
        return f"{head}: {written}" if written and written != id else head

    def _rows(self, statement: RowDeclaration) -> Iterator[str]:
        if not statement.is_grid and len(statement.rows) == 1:
            (row,) = statement.rows
            yield f"row {statement.id}: {self._cells(row)}"
            yield from self._fields((*statement.fields, *row.fields))
            return
        yield self._headed(f"grid {statement.id}", statement.title, statement.id)
        yield from self._fields(statement.fields)
        for number, row in enumerate(statement.rows, start=1):
            yield f"{INDENT}{row.name or f'r{number}'}: {self._cells(row)}"
            yield from (f"{INDENT}{line}" for line in self._fields(row.fields))

    def _cells(self, row: CellRow) -> str:
        texts = [label(cell, self.markup) for cell in row.cells]
        ids = row.ids or len(texts) * ("",)
        cells = (f"{id} = {text}".rstrip() if id else _cell(text) for id, text in zip(ids, texts, strict=True))
        return " | ".join(cells).rstrip()

    def _fields(self, fields: Fields) -> Iterator[str]:
        for name, value in fields:
            first, *more = value.split("\n") if isinstance(value, str) else [label(value, self.markup)]
            yield f"{INDENT}:{name}: {first}"
            yield from (f"{2 * INDENT}{line}" for line in more)


def _cell(text: str) -> str:
    """The text of a cell, in which ``name = `` would be an id."""
    return re.sub(r"^([\w.-]+\s+)=(?=\s|$)", r"\1\=", text)
