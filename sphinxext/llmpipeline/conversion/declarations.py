"""Declarations: statements of this language as values, before they are written as text."""

from __future__ import annotations

from dataclasses import dataclass

from .source import Alignment, Blank, Comment, Remark, Text

Fields = tuple[tuple[str, str | Text], ...]
"""Names and values; a value that is a label has markup."""


@dataclass(frozen=True, slots=True)
class NodeDeclaration:
    """``kind id: label``."""

    id: str
    kind: str
    """Empty where the default need not be written."""
    label: Text | None
    fields: Fields = ()


@dataclass(frozen=True, slots=True)
class RowDeclaration:
    """``row id: cells``, or ``grid id:`` with a row on each line."""

    id: str
    rows: tuple[tuple[Text, ...], ...]
    fields: Fields = ()


@dataclass(frozen=True, slots=True)
class EdgeDeclaration:
    """``a, b -> c -> d: label``."""

    ends: tuple[tuple[str, ...], ...]
    arrow: str
    label: Text | None
    fields: Fields = ()


@dataclass(frozen=True, slots=True)
class GroupDeclaration:
    """``group id: title``, with statements indented under it."""

    id: str
    title: Text | None
    fields: Fields
    statements: tuple[Declaration, ...]


@dataclass(frozen=True, slots=True)
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
    | Alignment
    | Comment
    | Blank
)


@dataclass(frozen=True, slots=True)
class Declarations:
    """A whole diagram of this language."""

    statements: tuple[Declaration, ...]
    options: tuple[tuple[str, str], ...]
    """Options of the directive that the diagram needs: names and values."""
    remarks: tuple[Remark, ...]
