"""Plots in nodes: the field ``:plot:`` and its data.

The data stand in lines indented under the field, or in a file::

    plot  = kind { row } | function { argument "=" value } | kind file [ "x=" column ] [ "y=" column { "," column } ]
    row   = name ":" number                       of bars and pie
            [ name ":" name { "|" name } ]        the first row of line, scatter and heatmap: names of axis and series
            number ":" number { "|" number }      of line and scatter; a number may be missing
            name ":" number { "|" number }        of heatmap
            number { ( "," | "|" ) number }       of hist
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ..model.plots import MOST_SERIES, Argument, Plot, PlotFunction, Series
from ..model.quantity import Value, parse_value
from ..model.synonyms import PLOT_WORDS, suggest
from ..model.vocabulary import PLOT_KINDS, PlotKind
from .syntax_tree import Context, Line, ParseError, Text

_MOST_BARS = 40
_MOST_CELLS = 48
"""Most rows, and most columns, of a heat map."""
_MOST_POINTS = 1_000
"""Most points of a series of a scatter plot: each is an element of the drawing."""

_EXAMPLES: Mapping[PlotKind, str] = {
    "bars": "Web: 67%",
    "pie": "Web: 67%",
    "line": "1000: 3.2",
    "hist": "12 15 9 31",
    "heatmap": "The: 0.1 | 0.7 | 0.2",
    "scatter": "7B: 63.4",
}
_CALLED: Mapping[PlotKind, str] = {
    "bars": "a bar plot", "pie": "a pie", "line": "a line plot", "hist": "a histogram", "heatmap": "a heat map",
    "scatter": "a scatter plot",
}  # fmt: skip

_SIZE = re.compile(r"(\d{1,6}(?:\.\d+)?)\s*[x×]\s*(\d{1,6}(?:\.\d+)?)")
_LEAST_SIDE, _GREATEST_SIDE = 40, 1000  # points, of a plot
_WORDS = re.compile(r'(?:"[^"]*"|\S)+')
_WORD = re.compile(r"\S+")
_NAME = re.compile(r"(?P<name>.*?):(?=\s|$)\s*")
_IN_HIST = re.compile(r"[^\s,|]+")


class Piece(NamedTuple):
    """A part of a line."""

    text: str
    line: Line
    column: int

    def error(self, message: str) -> ParseError:
        """The error of this part."""
        return ParseError(message, self.line, self.column, max(len(self.text), 1))


class _Row(NamedTuple):
    name: Piece
    cells: tuple[Piece, ...]


def read_plot(text: Text, context: Context) -> Plot:
    """``plot``, as above.

    Raises:
        ParseError: if there is no such kind, or the data are not those of a plot of this kind.
    """
    first = Piece(text.value.split("\n")[0], text.line, text.column)
    word = _WORD.search(first.text)
    assert word
    kind = Piece(word.group(), first.line, first.column + word.start())
    rest = first.text[word.end() :]
    start = first.column + word.end() + len(rest) - len(rest.lstrip())
    source = Piece(rest.strip(), first.line, start)
    if kind.text in context.plots:
        return _function(kind, source, text.below, context.plots[kind.text])
    if kind.text not in PLOT_KINDS:
        known = (*PLOT_KINDS, *context.plots)
        raise kind.error(f"unknown kind of plot '{kind.text}'{suggest(kind.text, known, PLOT_WORDS)}")
    called = kind.text
    if source.text and text.below:
        line = text.below[0]
        raise ParseError("expected either a file or data, got both: remove one of them", line, line.indent)
    if source.text:
        from .plot_files import plot_of_file  # imported here because fewer plots have a file

        plot = plot_of_file(called, source, context)
    elif text.below:
        plot = _plot(called, text.below)
    else:
        data = f"indent them under ':plot:', as in '{_EXAMPLES[called]}', or name a file, as in ':plot: {called} a.csv'"
        raise kind.error(f"{_CALLED[called]} needs data: {data}")
    if message := excess(called, len(plot.series[0].numbers), len(plot.series)):
        raise kind.error(message)
    return plot


def _function(kind: Piece, source: Piece, below: Sequence[Line], target: str) -> Plot:
    """The plot of a function, with the arguments ``{ name "=" value }``."""
    if below:
        raise ParseError(f"'{kind.text}' is a function: it takes arguments, such as 'layer=3', and no data", below[0])
    arguments: dict[str, Argument] = {}
    for found in _WORDS.finditer(source.text):
        word = Piece(found.group(), source.line, source.column + found.start())
        name, equals, value = word.text.partition("=")
        if not equals or not name.isidentifier():
            raise word.error(f"unexpected '{word.text}': expected arguments such as 'layer=3'")
        if name in arguments:
            raise word.error(f"argument '{name}' stands twice")
        arguments[name] = _argument(value)
    return Plot("function", function=PlotFunction(kind.text, target, tuple(arguments.items())))


def _argument(text: str) -> Argument:
    """The number that a text is, or the text, without quotation marks around it."""
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def read_size(text: Text) -> tuple[float, float]:
    """Width and height in points, such as ``160 x 90``.

    Raises:
        ParseError: if the text is anything else, or no plot or image has that size.
    """
    whole = Piece(text.value.split("\n")[0], text.line, text.column)
    shown = " ".join(text.value.split())
    found = _SIZE.fullmatch(text.value)
    if not found:
        advice = "; a number to show is ':value:'" if _is_number(text.value) else ""
        raise whole.error(f"expected a width and a height in points, such as 160 x 90, not '{shown}'{advice}")
    size = float(found[1]), float(found[2])
    if not all(_LEAST_SIDE <= side <= _GREATEST_SIDE for side in size):
        raise whole.error(f"expected sides from {_LEAST_SIDE} to {_GREATEST_SIDE} points, not '{shown}'")
    return size


def excess(kind: PlotKind, rows: int, count: int) -> str | None:
    """The message about more parts than a plot can show, *rows* in *count* series; ``None`` if it can."""
    if kind == "pie" and rows > MOST_SERIES:
        return f"a pie has at most {MOST_SERIES} slices, not {rows}: put the small ones together, or draw 'bars'"
    if kind == "bars" and rows > _MOST_BARS:
        return f"a bar plot has at most {_MOST_BARS} bars, not {rows}: choose the greatest"
    if kind == "heatmap" and max(rows, count) > _MOST_CELLS:
        return f"a heat map has at most {_MOST_CELLS} rows and columns, not {rows} and {count}: choose some of them"
    if kind in ("line", "scatter") and count > MOST_SERIES:
        return f"{_CALLED[kind]} has at most {MOST_SERIES} series, not {count}: choose some of them"
    if kind == "scatter" and rows > _MOST_POINTS:
        return f"a scatter plot has at most {_MOST_POINTS:,} points in a series, not {rows:,}: draw a part of them"
    return None


def _plot(kind: PlotKind, lines: Sequence[Line]) -> Plot:
    """The plot of the data in *lines*."""
    if kind == "hist":
        found = [_value(piece) for line in lines for piece in _pieces(line, _IN_HIST)]
        if not found:
            raise ParseError(f"expected numbers, as in '{_EXAMPLES[kind]}'", lines[0])
        unit = _common_unit(found)
        return Plot(kind, (Series("", tuple(value.number for _, value in found)),), axis=unit, unit=unit)
    rows = [_row(kind, line) for line in lines]
    header = rows.pop(0) if kind not in ("bars", "pie") and _is_header(kind, rows[0]) else None
    if header and not rows:
        raise header.name.error(f"expected numbers below the names of the series, such as '{_EXAMPLES[kind]}'")
    _check_counts(kind, header, rows)
    values = [[_value(cell) if cell.text else None for cell in row.cells] for row in rows]
    unit = _common_unit(value for row in values for value in row if value)
    columns = [tuple(value[1].number if value else None for value in column) for column in zip(*values, strict=True)]
    count = len(columns)
    names = [cell.text for cell in header.cells] if header else [""] * count
    for at, numbers in enumerate(columns):
        if all(number is None for number in numbers):
            raise rows[0].cells[at].error("expected at least one number in each column")
    series = tuple(map(Series, names, columns))
    axis = header.name.text if header else ""
    if kind in ("bars", "pie"):
        _check_slices(kind, rows, columns[0])
    if kind in ("line", "scatter"):
        places = [_value(row.name)[1] for row in rows]
        return Plot(kind, series, (), tuple(place.number for place in places), axis or places[0].unit, unit)
    return Plot(kind, series, tuple(row.name.text for row in rows), axis=axis, unit=unit)


def _row(kind: PlotKind, line: Line) -> _Row:
    """A name and the cells after it."""
    found = _NAME.match(line.body)
    if not found or not found["name"].strip():
        what = "a number" if kind in ("line", "scatter") else "a name"
        raise ParseError(f"expected {what}, a colon and a space before the numbers, as in '{_EXAMPLES[kind]}'", line)
    name = Piece(found["name"].rstrip(), line, line.indent)
    return _Row(name, tuple(_cells(Piece(line.body[found.end() :], line, line.indent + found.end()))))


def _cells(whole: Piece) -> Iterator[Piece]:
    """The parts between bars."""
    at = whole.column
    for part in whole.text.split("|"):
        text = part.strip()
        yield Piece(text, whole.line, at + (part.index(text) if text else 0))
        at += len(part) + 1


def _pieces(line: Line, pattern: re.Pattern[str]) -> Iterator[Piece]:
    return (Piece(found.group(), line, line.indent + found.start()) for found in pattern.finditer(line.body))


def _is_header(kind: PlotKind, row: _Row) -> bool:
    """Whether the first row has the names of the axis and the series."""
    parts = row.cells if kind == "heatmap" else (row.name, *row.cells)
    return all(part.text and not _is_number(part.text) for part in parts)


def _is_number(text: str) -> bool:
    try:
        return bool(parse_value(text))
    except ValueError:
        return False


def _check_counts(kind: PlotKind, header: _Row | None, rows: Sequence[_Row]) -> None:
    """Check that each row has as many numbers as the first one, and that of bars and slices has one."""
    first = header or rows[0]
    for row in rows:
        if kind in ("bars", "pie"):
            if len(row.cells) > 1:
                raise row.cells[1].error(f"expected one number for '{row.name.text}', got {len(row.cells)}")
            if not row.cells[0].text:
                raise row.name.error(f"expected a number after '{row.name.text}:'")
        elif len(row.cells) != len(first.cells):
            counts = f"{len(row.cells)} here, and {len(first.cells)} on line {first.name.line.shown}"
            last = row.cells[-1]
            raise last.error(f"each row has as many values as the first: {counts}")


def _value(piece: Piece) -> tuple[Piece, Value]:
    try:
        return piece, parse_value(piece.text)
    except ValueError as error:
        raise piece.error(str(error)) from error


def _common_unit(values: Iterable[tuple[Piece, Value]]) -> str:
    """The unit that all values have."""
    first: Value | None = None
    for piece, value in values:
        first = first or value
        if value.unit != first.unit:
            raise piece.error(f"'{value.text}' and '{first.text}' have two units: the values of a plot have one")
    return first.unit if first else ""


def _check_slices(kind: PlotKind, rows: Sequence[_Row], numbers: Sequence[float | None]) -> None:
    if kind == "pie":
        for row, number in zip(rows, numbers, strict=True):
            if number is not None and number < 0:
                raise row.cells[0].error(f"a slice of a pie is not negative, as '{row.cells[0].text}' is")
        if not any(numbers):
            raise rows[0].cells[0].error("all slices of the pie are 0: at least one is more")
