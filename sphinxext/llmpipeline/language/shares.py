"""Shares: rows whose cells are as wide as their values, as in a bar of a data mixture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..diagnostics import Diagnostic
from ..model.pipeline import Group, Node
from ..model.quantity import Value
from .fields import VALUE
from .syntax_tree import GroupStatement, Line, NodeStatement, Statements, Text, diagnostic_at


def share_errors(statements: Statements, groups: Iterable[Group], nodes: Iterable[Node]) -> Iterator[Diagnostic]:
    """Errors of the values in rows with shares."""
    rows = {group.id for group in groups if group.shares}
    if not rows:
        return
    values = {node.id: node.value for node in nodes}
    cells = {statement.name.id: statement for statement in statements.nodes}
    for row in statements.groups:
        if row.name.id in rows:
            rows.remove(row.name.id)  # the second one of that id is an error already
            yield from _errors(row, [cells[id] for id in row.rows[0]], [values.get(id) for id in row.rows[0]])


def _errors(
    row: GroupStatement, cells: Sequence[NodeStatement], values: Sequence[Value | None]
) -> Iterator[Diagnostic]:
    written = [cell.fields.get(VALUE) for cell in cells]
    (shares,) = row.fields.values()
    if not any(written):
        example = "write them after the texts, as in 'Web 70% | Books 30%', or as ':value: 70% | 30%'"
        yield diagnostic_at(f"the shares of row '{row.name.id}' have no values: {example}", *_place(shares))
        return
    first = next((value for value in values if value), None)
    for cell, text, value in zip(cells, written, values, strict=True):
        if text is None and cell.label:
            yield diagnostic_at("this cell has no value: each share has one, such as 5%", *_place(cell.label))
        elif text and value and value.number < 0:
            yield diagnostic_at(f"a share is not negative, as '{value.text}' is", *_place(text))
        elif text and value and first and value.unit != first.unit:
            message = f"'{value.text}' and '{first.text}' have two units: the values of a row with shares have one"
            yield diagnostic_at(message, *_place(text))
    if all(value and not value.number for value in values):
        message = f"all values of row '{row.name.id}' are 0: at least one share is more"
        yield diagnostic_at(message, *_place(shares))


def _place(text: Text) -> tuple[Line, int, int]:
    return text.line, text.column, len(text.value.split("\n")[0])
