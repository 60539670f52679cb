"""Plots whose data stand in a file: the file, its columns, and their numbers."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import islice
from typing import NamedTuple, TypeVar

from ..diagnostics import suggestion, unprintable_in
from ..model.plots import Plot, Series
from ..model.quantity import TOO_LARGE
from ..model.vocabulary import PlotKind
from .plots import Piece, excess
from .syntax_tree import Context, ParseError
from .tables import Cell, Table, check_name, number_in, read_table

_ARGUMENT = re.compile(r'(?<!\S)(?P<name>[A-Za-z_]\w*+)=(?P<value>(?:"[^"]*"|[^\s"])*+)(?=\s|$)')
_ARGUMENTS = ("x", "y")
_MOST_LISTED = 20  # columns in a message
_T = TypeVar("_T")


class _Columns(NamedTuple):
    """The columns of a file that a plot shows."""

    x: str | None
    """Names or places; ``None`` for the numbers of the rows."""
    y: tuple[str, ...]


def plot_of_file(kind: PlotKind, source: Piece, context: Context) -> Plot:
    """The plot of ``file [ "x=" column ] [ "y=" column { "," column } ]``.

    Raises:
        ParseError: if the file cannot be read, or has no such data.
    """
    file, arguments = _arguments(source)
    try:
        check_name(file.text)  # other files are not even opened
        table = read_table(file.text, context.read_file(file.text))
    except ValueError as error:
        raise file.error(str(error)) from error
    columns = _columns(kind, table, file, arguments)
    if message := excess(kind, len(table.lines), len(columns.y)):  # before all are read
        raise file.error(message)
    reader = _Reader(table, file)
    series = tuple(Series("" if table.is_array else name, reader.numbers(name)) for name in columns.y)
    reader.check_names(columns)
    axis = columns.x if columns.x and not table.is_array else ""
    if kind in ("line", "scatter"):
        places = reader.places(columns.x) if columns.x else tuple(map(float, range(len(table.lines))))
        return Plot(kind, series, places=places, axis=axis or "")
    if kind == "hist":
        numbers = tuple(number for number in series[0].numbers if number is not None)
        return Plot(kind, (Series("", numbers),), axis=series[0].name)
    if kind == "pie":
        reader.check_slices(series[0].numbers)
    names = reader.texts(columns.x) if columns.x is not None else ()
    if not names and kind != "heatmap":
        names = tuple(str(row) for row in table.lines)
    return Plot(kind, series, names, axis="" if kind != "heatmap" else axis or "")


def _arguments(source: Piece) -> tuple[Piece, dict[str, Piece]]:
    """The name of the file, and the values of the arguments after it."""
    first = next(_ARGUMENT.finditer(source.text), None)
    end = first.start() if first else len(source.text)
    file = Piece(source.text[:end].rstrip(), source.line, source.column)
    if not file.text:
        raise source.error("expected a file before the columns, as in ':plot: line losses.csv x=step y=loss'")
    found: dict[str, Piece] = {}
    at = end
    while at < len(source.text):
        argument = _ARGUMENT.match(source.text, at)
        if not argument:
            word = source.text[at:].split()[0]
            message = f"unexpected '{word}': expected the columns after the file, as in 'x=step y=loss'"
            raise Piece(word, source.line, source.column + at).error(message)
        name = Piece(argument["name"], source.line, source.column + at)
        if name.text not in _ARGUMENTS:
            raise name.error(f"unknown argument '{name.text}'{suggestion(name.text, _ARGUMENTS)}")
        if name.text in found:
            raise name.error(f"argument '{name.text}' stands twice: several columns are 'y=loss,val_loss'")
        found[name.text] = Piece(argument["value"], source.line, source.column + argument.start("value"))
        at = argument.end() + len(source.text[argument.end() :]) - len(source.text[argument.end() :].lstrip())
    return file, found


def _columns(kind: PlotKind, table: Table, file: Piece, arguments: Mapping[str, Piece]) -> _Columns:
    """The columns that the arguments name, or else those that stand first."""
    known = table.columns
    x = _named(arguments["x"], known, file) if "x" in arguments else ()
    y = _named(arguments["y"], known, file) if "y" in arguments else ()
    if len(x) > 1:
        raise arguments["x"].error("expected one column for 'x'")
    if kind == "hist":
        if x and y:
            raise arguments["x"].error("a histogram shows one column: leave 'x' out")
        return _Columns(None, _one(kind, x or y or tuple(known), file, arguments))
    taken = {*y}
    place = x[0] if x else next((name for name in known if name not in taken), None)
    if not x and (len(known) == 1 or (table.is_array and kind not in ("line", "scatter"))):
        place = None
    values = y or tuple(name for name in known if name != place)
    if kind in ("bars", "pie"):
        values = _one(kind, values, file, arguments)
    if not values:
        raise file.error(f"'{file.text}' has no column beside '{place}'")
    return _Columns(place, values)


def _one(kind: PlotKind, names: Sequence[str], file: Piece, arguments: Mapping[str, Piece]) -> tuple[str, ...]:
    if len(names) != 1:
        what = {"bars": "bars show", "pie": "a pie shows"}.get(kind, "a histogram shows")
        message = f"{what} one column: choose one of {_listed(names)}, as in 'y={names[0]}'" if names else ""
        raise arguments.get("y", file).error(message or f"'{file.text}' has no column of numbers")
    return tuple(names)


def _listed(names: Collection[str]) -> str:
    return ", ".join([*islice(names, _MOST_LISTED), *(["…"] if len(names) > _MOST_LISTED else [])])


def _named(argument: Piece, known: Collection[str], file: Piece) -> tuple[str, ...]:
    """The columns that an argument names."""
    names = [name.strip() for name in next(csv.reader([argument.text]), [])]
    for name in names or [""]:
        if name not in known:
            at = max(argument.text.find(name), 0)
            there = f"it has: {_listed(known)}"
            place = Piece(name or argument.text, argument.line, argument.column + at)
            raise place.error(f"'{file.text}' has no column '{name}'; {there}")
    return tuple(names)


class _Reader:
    """Reads columns; the errors name the line of the file."""

    def __init__(self, table: Table, file: Piece) -> None:
        self._table = table
        self._file = file

    def numbers(self, column: str) -> tuple[float | None, ...]:
        """The numbers of a column, at least one."""
        found = self._each(column, number_in)
        if all(number is None for number in found):
            raise self._file.error(f"column '{column}' of '{self._file.text}' has no number")
        return tuple(found)

    def places(self, column: str) -> tuple[float, ...]:
        """The numbers of a column, none missing."""

        def place(cell: Cell) -> float:
            number = number_in(cell)
            if number is None:
                raise ValueError
            return number

        return tuple(self._each(column, place))

    def texts(self, column: str) -> tuple[str, ...]:
        """The texts of a column."""
        found = tuple(map(_text, self._table.columns[column]))
        for line, text in zip(self._table.lines, found, strict=True):
            if bad := unprintable_in(text):
                raise self._error(line, f"the character {bad[1]} cannot be drawn: remove it")
        return found

    def check_names(self, columns: _Columns) -> None:
        """Check that the names of the columns that are shown can be drawn."""
        for name in (columns.x or "", *columns.y):
            if bad := unprintable_in(name):
                where = f"the name of the column '{name}' of '{self._file.text}'"
                raise self._file.error(f"{where} has the character {bad[1]}, which cannot be drawn: remove it")

    def check_slices(self, numbers: Sequence[float | None]) -> None:
        """Check that no number is negative, and not all are 0."""
        for line, number in zip(self._table.lines, numbers, strict=True):
            if number is not None and number < 0:
                raise self._error(line, "a slice of a pie is not negative")
        if not any(numbers):
            raise self._file.error(f"all slices of the pie in '{self._file.text}' are 0: at least one is more")

    def _each(self, column: str, read: Callable[[Cell], _T]) -> list[_T]:
        found = []
        for line, cell in zip(self._table.lines, self._table.columns[column], strict=True):
            try:
                found.append(read(cell))
            except OverflowError as error:
                raise self._error(line, f"the number '{_text(cell)}' {TOO_LARGE}") from error
            except ValueError as error:
                message = f"expected a number in column '{column}', not '{_text(cell)}'"
                raise self._error(line, message) from error
        return found

    def _error(self, line: int, message: str) -> ParseError:
        """The error in a line of the file."""
        return self._file.error(f"line {line} of '{self._file.text}': {message}")


def _text(cell: Cell) -> str:
    return "" if cell is None else cell.strip() if isinstance(cell, str) else f"{cell:g}"
