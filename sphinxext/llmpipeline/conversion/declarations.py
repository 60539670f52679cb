"""Declarations: statements of this language as values, before they are written as text."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from ..records import frozen_record
from .source import Alignment, Blank, Comment, Remark, Text

Fields = tuple[tuple[str, str | Text], ...]
"""Names and values; a value that is a label has markup."""

ContainerWord = Literal["group", "stack", "panel"]


@frozen_record
class NodeDeclaration:
    """``kind id: label``."""

    id: str
    kind: str
    """Empty where the default need not be written."""
    label: Text | None
    fields: Fields = ()
    line: int = 0
    """Line of the source that says it, from 1; 0 for none."""


@frozen_record
class CellRow:
    """Cells side by side: a whole row, or one of a grid."""

    cells: tuple[Text, ...]
    ids: tuple[str, ...] = ()
    """Ids of the cells, each empty if it follows from its place; empty if all are."""
    name: str = ""
    """Id of the row in its grid; empty for its number."""
    fields: Fields = ()
    """One value for all cells, or one for each with bars between them."""


@frozen_record
class RowDeclaration:
    """``row id: cells``, or ``grid id:`` with a row on each line."""

    id: str
    rows: tuple[CellRow, ...]
    fields: Fields = ()
    is_grid: bool = False
    """Whether it is a grid although it has one row."""
    title: Text | None = None
    """Of a grid."""
    line: int = 0


@frozen_record
class EdgeDeclaration:
    """``a, b -> c -> d: label``."""

    ends: tuple[tuple[str, ...], ...]
    arrow: str
    label: Text | None
    fields: Fields = ()
    line: int = 0


@frozen_record
class GroupDeclaration:
    """``group id: title``, with statements indented under it."""

    id: str
    title: Text | None
    fields: Fields
    statements: tuple[Declaration, ...]
    word: ContainerWord = "group"
    line: int = 0


@frozen_record
class NoteDeclaration:
    """``note of target: text``."""

    target: str
    text: Text
    fields: Fields = ()


@frozen_record
class CategoryDeclaration:
    """``category id: label``."""

    id: str
    label: Text


Declaration = (
    NodeDeclaration
    | RowDeclaration
    | EdgeDeclaration
    | GroupDeclaration
    | CategoryDeclaration
    | NoteDeclaration
    | Alignment
    | Comment
    | Blank
)


@frozen_record
class Declarations:
    """A whole diagram of this language."""

    statements: tuple[Declaration, ...]
    options: tuple[tuple[str, str], ...]
    """Options of the directive that the diagram needs: names and values."""
    remarks: tuple[Remark, ...]


class Chains:
    """Edges; one without a label that begins where the last one ends continues its chain."""

    def __init__(self) -> None:
        self._edges: list[EdgeDeclaration] = []
        self._ends: list[tuple[str, ...]] = []
        """Of the last chain."""
        self._ids: set[str] = set()
        """In these ends."""

    def add(self, edge: EdgeDeclaration) -> None:
        """Add an edge."""
        last = self._edges[-1] if self._edges else None
        if (
            last
            and (last.arrow, last.label, last.fields) == (edge.arrow, None, ()) == (last.arrow, edge.label, edge.fields)
            and self._ends[-1] == edge.ends[0]
            and len(edge.ends[0]) == 1
            and edge.arrow != "--"
            and self._ids.isdisjoint(edge.ends[-1])
        ):
            self._ends += edge.ends[1:]
            self._ids.update(*edge.ends[1:])
        else:
            self._close()
            self._edges.append(edge)
            self._ends, self._ids = [*edge.ends], {id for end in edge.ends for id in end}

    def take(self) -> list[EdgeDeclaration]:
        """All edges, which are then gone."""
        self._close()
        edges, self._edges = self._edges, []
        return edges

    def _close(self) -> None:
        if self._edges:
            self._edges[-1] = replace(self._edges[-1], ends=tuple(self._ends))
