"""Syntax tree: the statements of a text, with the position of each id, label and field."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from ..diagnostics import Diagnostic, Subtype, printable
from ..model.pipeline import Label
from ..model.vocabulary import EdgeKind
from ..records import frozen_record


class Line(NamedTuple):
    """A line that is neither blank nor a comment."""

    number: int
    """From 1."""
    text: str
    """The whole line, tabs expanded, without trailing space."""
    indent: int
    """Number of spaces before :attr:`body`."""
    shown: int = 0
    """The number by which messages name the line: that of the document."""

    @property
    def body(self) -> str:
        """The line without its indentation."""
        return self.text[self.indent :]


class Name(NamedTuple):
    """An id and its position."""

    id: str
    line: Line
    column: int
    """Index in ``line.text``, from 0."""


class Text(NamedTuple):
    """Text of a label or a field and its position; continuation lines are joined by newlines."""

    value: str
    line: Line
    column: int
    """Index in ``line.text``, from 0."""
    below: tuple[Line, ...] = ()
    """The continuation lines of a field, from the second line of :attr:`value` on."""

    def as_label(self) -> Label:
        """Label of one regular run a line; Sphinx parses its markup later."""
        return Label.plain(self.value, self.line.number)


class NodeStatement(NamedTuple):
    """``[ kind ] id [ ":" label ]``."""

    name: Name
    group: str | None
    kind: str
    label: Text | None
    fields: Mapping[Field, Text]


class EllipsisStatement(NamedTuple):
    """``"..."``: a node of the kind ``more`` without an id, between two others."""

    node: NodeStatement
    before: Name | None
    """The id before it, in its list or chain or, for a line of its own, in its group."""
    after: Name | None
    """The id after it in its list or chain."""


class EdgeStatement(NamedTuple):
    """``ends { arrow ends } [ ":" label ]``."""

    ends: tuple[tuple[Name, ...], ...]
    kinds: tuple[EdgeKind, ...]
    """Kind of each arrow; one fewer than :attr:`ends`."""
    group: str | None
    label: Text | None
    fields: Mapping[Field, Text]


class GroupStatement(NamedTuple):
    """``( "group" | "panel" | "stack" | "row" | "grid" ) id [ ":" label ]``."""

    name: Name
    parent: str | None
    label: Text | None
    fields: Mapping[Field, Text]
    panel: bool = False
    rows: tuple[tuple[str, ...], ...] = ()
    """Of a row or a grid: the ids of its cells, row by row."""
    row_names: tuple[str, ...] = ()
    """Of a grid."""
    is_stack: bool = False
    titled: bool = True
    """Whether it has a title, which is the id of a group without a label; ``group id:`` and a row have none."""


class CategoryStatement(NamedTuple):
    """``"category" id [ ":" label ]``."""

    name: Name
    label: Text | None


class NoteStatement(NamedTuple):
    """``"note" "of" id ":" label``."""

    target: Name
    label: Text
    fields: Mapping[Field, Text]


@dataclass(slots=True)
class Statements:
    """All statements of a text, in its order, and the diagnostics found so far."""

    nodes: list[NodeStatement] = field(default_factory=list)
    ellipses: list[EllipsisStatement] = field(default_factory=list)
    edges: list[EdgeStatement] = field(default_factory=list)
    groups: list[GroupStatement] = field(default_factory=list)
    aligned: list[tuple[Name, ...]] = field(default_factory=list)
    categories: list[CategoryStatement] = field(default_factory=list)
    notes: list[NoteStatement] = field(default_factory=list)
    declares_nodes: bool = False
    """Whether the text declares nodes, or attempts to in a statement with an error."""
    complete: bool = True
    """Whether every line was parsed."""
    skipped_ids: set[str] = field(default_factory=set)
    """Words of the lines with errors.  Such a line may declare any of them, so none is reported as unknown."""
    diagnostics: list[Diagnostic] = field(default_factory=list)


class ParseError(Exception):
    """A statement or a value with an error; the caller records the diagnostic and continues with the next one.

    Args are those of :func:`diagnostic_at`.
    """

    def __init__(self, message: str, line: Line, column: int | None = None, width: int | None = None) -> None:
        super().__init__(message)
        self.diagnostic = diagnostic_at(message, line, column, width)


class ForeignError(ParseError):
    """A form of another language; its message tells how to say it here.

    *has_block* is whether the lines indented under it are statements.
    """

    def __init__(
        self, message: str, line: Line, column: int | None = None, width: int | None = None, *, has_block: bool = False
    ) -> None:
        super().__init__(message, line, column, width)
        self.has_block = has_block


def diagnostic_at(
    message: str,
    line: Line,
    column: int | None = None,
    width: int | None = None,
    subtype: Subtype = "syntax",
    *,
    drawable: bool = False,
) -> Diagnostic:
    """Diagnostic for a part of a line.

    Args:
        message: text without position.
        line: the line to quote.
        column: index in ``line.text``, from 0; ``None`` for its first character that is no space.
        width: number of characters to mark; ``None`` for all up to the end of the line.
        subtype: subtype of the Sphinx warning.
        drawable: whether the diagram can be drawn all the same.

    >>> diagnostic_at("expected an id after '->'", Line(3, "a ->", 0), 2).width
    2
    """
    start = line.indent if column is None else column
    size = len(line.text) - start if width is None else width
    return Diagnostic(subtype, printable(message), line.number, start + 1, max(size, 1), line.text, drawable)


Owner = Literal["node", "edge", "group", "panel", "stack", "category", "cell", "row", "note"]
"""Statement that takes fields."""


class Context(NamedTuple):
    """What fields are read with."""

    kinds: Collection[str]
    """Kinds that a node may have."""
    read_file: Callable[[str], bytes]
    """Name of a file → its content; raises :class:`ValueError` with the message if it may not or cannot be read."""
    plots: Mapping[str, str]
    """Names of functions that draw plots → ``module:callable``."""


@frozen_record
class Field:
    """Declaration of a field: the parser and the resolver use it, and the manual's table is made from it."""

    name: str
    owners: tuple[Owner, ...]
    read: Callable[[Text, Context], Any]
    """Text → value; raises :class:`ParseError`."""
    summary: str
    """Sentences for the manual, as inline reStructuredText."""
    attribute: str = ""
    """Attribute of the model that holds the value; empty if it has the name of the field."""
