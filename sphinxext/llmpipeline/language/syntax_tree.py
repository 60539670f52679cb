"""What stands in the text of a diagram: statements, names and texts, each with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ..diagnostics import Diagnostic, Subtype
from ..model.pipeline import Label
from ..model.vocabulary import EdgeKind


class Line(NamedTuple):
    """A line that says something: neither blank nor a comment."""

    number: int
    """From 1."""
    text: str
    """The whole line, tabs expanded, without space at its end."""
    indent: int
    """How many characters of space stand before :attr:`body`."""

    @property
    def body(self) -> str:
        """The line without its indentation."""
        return self.text[self.indent :]


class Name(NamedTuple):
    """An id where it is written."""

    id: str
    line: Line
    column: int
    """From 0, as an index of ``line.text``."""


class Text(NamedTuple):
    """Text of a label or a field where it is written; lines below the first are joined by newlines."""

    value: str
    line: Line
    column: int
    """From 0, as an index of ``line.text``."""


class NodeStatement(NamedTuple):
    """``[ kind ] id [ ":" label ]``."""

    name: Name
    group: str | None
    kind: str
    label: Text | None
    fields: Mapping[str, Text]


class EdgeStatement(NamedTuple):
    """``ends { arrow ends } [ ":" label ]``."""

    ends: tuple[tuple[Name, ...], ...]
    kinds: tuple[EdgeKind, ...]
    """The kind that each arrow declares: one less than :attr:`ends`."""
    group: str | None
    label: Text | None
    fields: Mapping[str, Text]


class GroupStatement(NamedTuple):
    """``( "group" | "panel" ) id [ ":" label ]``."""

    name: Name
    parent: str | None
    label: Text | None
    fields: Mapping[str, Text]
    panel: bool = False


@dataclass(slots=True)
class Statements:
    """All that a text says, in its order, and the mistakes that were found on the way."""

    nodes: list[NodeStatement] = field(default_factory=list)
    edges: list[EdgeStatement] = field(default_factory=list)
    groups: list[GroupStatement] = field(default_factory=list)
    aligned: list[tuple[Name, ...]] = field(default_factory=list)
    declares: bool = False
    """Whether the text declares nodes, or tries to in a statement that cannot be read."""
    complete: bool = True
    """Whether every line could be read."""
    doubtful: set[str] = field(default_factory=set)
    """Words of the lines that cannot be read.  Such a line may declare any of them, so none is called unknown."""
    diagnostics: list[Diagnostic] = field(default_factory=list)


class ReadError(Exception):
    """A statement or a value that cannot be read; whoever catches it notes the diagnostic and goes on."""

    def __init__(self, message: str, line: Line, column: int, width: int = 1, subtype: Subtype = "syntax") -> None:
        super().__init__(message)
        self.diagnostic = diagnostic_at(message, line, column, width, subtype)


def diagnostic_at(message: str, line: Line, column: int, width: int = 1, subtype: Subtype = "syntax") -> Diagnostic:
    """The diagnostic of *width* characters at *column* of *line*, counted from 0.

    >>> diagnostic_at("expected an id after '->'", Line(3, "a ->", 0), 2, 2).column
    3
    """
    return Diagnostic(subtype, message, line.number, column + 1, max(width, 1), line.text)


def plain_label(text: Text) -> Label:
    """The text as a label that is not parsed yet."""
    return Label.plain(text.value, text.line.number)
