"""Cells of rows and grids: ``A | B | C``, fields that have a part for each of them, and errors of shares."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from ..diagnostics import Diagnostic
from ..model.pipeline import Group, Node
from ..model.quantity import Value, parse_value
from .fields import VALUE, split_block
from .label_habits import field_in
from .lexer import ELLIPSIS, ID, check_id, split_head, words_in
from .syntax_tree import (
    Field,
    GroupStatement,
    Line,
    Name,
    NodeStatement,
    Owner,
    ParseError,
    Statements,
    Text,
    diagnostic_at,
)

# Not replaced: a literal, a role, or a formula, in which a bar is none between cells.
_BETWEEN = re.compile(r"(`+[^`]*`+|\$[^$]*\$)|(?<!\S)\|(?!\S)")
_JOINED = re.compile(r"[^`$(\[{]*?\w(\|)\w")
"""A bar outside of literals, formulas and brackets, such as those of a conditional probability."""
_NAMED = re.compile(rf"(?P<id>{ID.pattern})\s+=(?:\s+|$)")

_BAR = " | "
_NO_ROW = "expected a row of the grid, as in 'first: A | B'"

VALUES = "cells"
"""What the field ``:value:`` says where the texts of the cells are their values, or end in them."""

_UNIT = 4  # words of a value, at most


def count_of(cells: Sequence[object]) -> str:
    """The number of cells in words for messages, such as ``1 cell``."""
    return f"{len(cells)} cell" if len(cells) == 1 else f"{len(cells)} cells"


def split_cells(text: Text) -> list[Text]:
    """The parts of a text between bars, each with its position; continued lines have that of their first line."""
    parts: list[Text] = []
    start = 0
    ends = [(found.start(), found.end()) for found in _BETWEEN.finditer(text.value) if found[1] is None]
    for end, after in [*ends, (len(text.value), len(text.value))]:
        part = text.value[start:end]
        inset = len(part) - len(part.lstrip())
        parts.append(
            Text(part.strip(), text.line, text.column + start + inset if "\n" not in text.value else text.column)
        )
        start = after
    return parts


def ids_of_cells(prefix: str, text: Text) -> list[str]:
    """The ids of cells: their own, or *prefix* and their numbers.

    >>> from .syntax_tree import Line
    >>> ids_of_cells("words", Text("The | cat = Cat", Line(1, "", 0), 0))
    ['words.1', 'cat']
    """
    named = (_NAMED.match(cell.value) for cell in split_cells(text))
    return [found["id"] if found else f"{prefix}.{number}" for number, found in enumerate(named, start=1)]


def advice_on_cell(id: str, cells: Mapping[str, Sequence[str]]) -> str | None:
    """Advice for an unknown id that names a cell by its row or grid, whose *cells* have other ids."""
    table, _, part = id.rpartition(".")
    ids = cells.get(table, ())
    if part in ids:
        return f"did you mean '{part}'?"
    if not ids or not re.fullmatch(r"\d{1,4}", part):
        return None
    if int(part) <= len(ids):
        return f"did you mean '{ids[max(int(part) - 1, 0)]}'?"
    return f"'{table}' has {count_of(ids)}, the last of which is '{ids[-1]}'"


def cell_statements(
    table: str,
    prefix: str,
    text: Text,
    fields: Mapping[Field, Text],
    common: Mapping[Field, Text],
    diagnostics: list[Diagnostic],
    *,
    shares: bool = False,
) -> list[NodeStatement]:
    """``cell { "|" cell }``, where ``cell = [ id "=" ] label``: a node each, with its parts of the fields.

    Args:
        table: id of the row or the grid.
        prefix: what stands before the numbers of cells without an id of their own.
        text: the cells.
        fields: of these cells: one value for all, or one for each between bars.
        common: fields of the whole grid, for cells without such a field.
        diagnostics: receives doubts about bars.
        shares: whether texts may end in values, if no field has these.

    Raises:
        ParseError: if a field has another number of parts than there are cells.
    """
    cells = split_cells(text)
    if len(cells) == 1 and (bar := _JOINED.match(text.value)):
        message = "a bar between cells has a space on both sides, as in 'The | cat | sat'"
        inset = 0 if "\n" in text.value else bar.start(1)
        diagnostics.append(diagnostic_at(message, text.line, text.column + inset, 1, drawable=True))
    whole = {**common, **fields}
    parts = {field: _for_each(field, value, cells) for field, value in whole.items()}
    found = []
    for number, cell in enumerate(cells):
        named = _NAMED.match(cell.value)
        if named and named["id"] == table:
            raise ParseError(
                f"'{table}' is the id of the whole: choose another one for this cell", cell.line, cell.column
            )
        name = Name(named["id"] if named else f"{prefix}.{number + 1}", cell.line, cell.column)
        label = Text(cell.value[named.end() :], cell.line, cell.column + named.end()) if named else cell
        own = {field: values[number] for field, values in parts.items() if values[number].value}
        if (value := own.get(VALUE)) and value.value == VALUES:
            label, own[VALUE] = _split_value(label, shares=shares) or (label, label)
        elif shares and VALUE not in whole and (parted := _split_value(label, shares=True)):
            label, own[VALUE] = parted
        if label.value == ELLIPSIS:
            label = label._replace(value="…")
        found.append(NodeStatement(name, table, "node", label, own))
    return found


def grid_rows(
    grid: Name,
    lines: list[Line],
    common: Mapping[Field, Text],
    diagnostics: list[Diagnostic],
    read: Callable[[Line, Text | None, list[Line], Owner], tuple[Text | None, dict[Field, Text]]],
    skip: Callable[[list[Line]], None],
) -> dict[str, list[NodeStatement]]:
    """``{ id ":" cells }``: the rows of a grid by their ids.

    *read* reads the lines indented under a row, and *skip* receives the lines that could not be read.
    """
    rows: dict[str, list[NodeStatement]] = {}
    for first, indented in split_block(lines, diagnostics):
        try:
            head, label = split_head(first)
            words = words_in(first, head)
            if label is None or len(words) != 1:
                raise ParseError(_NO_ROW, first)
            name = check_id(words[0])
            field = None if _BAR in label.value else field_in(first.body)
            if field and any(_BAR in line.body for line in lines):
                message = f"a row has as many cells as the others; a field is ':{field[0]}: {field[1]}'"
                raise ParseError(message, first)
            cells, fields = read(first, label, indented, "cell")
            if cells is None:
                raise ParseError(_NO_ROW, first)
            row = cell_statements(grid.id, f"{grid.id}.{name.id}", cells, fields, common, diagnostics)
            if name.id in rows:
                message = f"row '{name.id}' stands twice in this grid; choose another id"
                raise ParseError(message, first, name.column, len(name.id))
            width = len(next(iter(rows.values()), row))
            if len(row) != width:
                message = f"this row has {count_of(row)}, and the first one {width}: all rows have as many"
                raise ParseError(message, first, name.column, len(name.id))
            rows[name.id] = row
        except ParseError as error:
            diagnostics.append(error.diagnostic)
            skip([first, *indented])
    return rows


def _split_value(label: Text, *, shares: bool) -> tuple[Text, Text] | None:
    """The text of a cell without the value in which it ends, and this; twice the whole text if it is nothing else.

    Texts of *shares* begin with what is shared, even if that is a number.
    """
    starts = [found.start() for found in re.finditer(r"\S+", label.value)][: -_UNIT - 1 : -1]
    for start in starts if shares else (0, *starts):
        try:
            parse_value(label.value[start:])
        except ValueError:
            continue
        if not start:
            return label, label
        column = label.column + (0 if "\n" in label.value[:start] else start)
        value = label._replace(value=label.value[start:], column=column)
        return label._replace(value=label.value[:start].rstrip()), value
    return None


def _for_each(field: Field, value: Text, cells: Sequence[Text]) -> list[Text]:
    """The value of a field for each cell."""
    parts = split_cells(value)
    if len(parts) == 1:
        return len(cells) * parts
    if len(parts) != len(cells):
        message = (
            f"field '{field.name}' has {len(parts)} parts for {len(cells)} cells: write one for all, or one for each"
        )
        raise ParseError(message, value.line, value.column)
    return parts


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
