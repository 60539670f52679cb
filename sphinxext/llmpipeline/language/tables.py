"""Files of data: CSV, TSV, JSON lines and NumPy arrays become columns.

An array is read here, not by NumPy, because few lines read its numbers, and a file must never be unpickled.
"""

from __future__ import annotations

import ast
import csv
import io
import json
import math
import struct
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from ..model.quantity import GREATEST_NUMBER, parse_value

MOST_ROWS = 100_000
"""Most rows of a file; a drawing shows less than a hundredth of them."""
_MOST_CELLS = 5_000_000
"""Most cells of a table, empty ones among them."""

Cell = str | float | None


class Table(NamedTuple):
    """Columns of one length."""

    columns: Mapping[str, Sequence[Cell]]
    lines: Sequence[int]
    """The line of the file of each row; of an array, the number of the row."""
    is_array: bool = False
    """Whether columns have no names of their own."""


def read_table(name: str, content: bytes) -> Table:
    """The columns of a file with this name and content.

    Raises:
        ValueError: with the message, if it cannot be read.
    """
    try:
        table = _READERS[check_name(name)](content)
    except UnicodeDecodeError as error:
        raise ValueError(f"cannot read '{name}': it is not a text in UTF-8") from error
    except (ValueError, KeyError, TypeError, SyntaxError, csv.Error, struct.error, RecursionError) as error:
        raise ValueError(f"cannot read '{name}': {error}") from error
    if not table.lines:
        raise ValueError(f"'{name}' has no rows of data")
    return table


def check_name(name: str) -> str:
    """The ending of the name of a file.

    Raises:
        ValueError: with the message, if no such file can be read.
    """
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in _READERS:
        known = ", ".join(_READERS)
        raise ValueError(f"'{name}' is no file with the data of a plot: its name ends in one of {known}")
    return suffix


def number_in(cell: Cell) -> float | None:
    """The number of a cell; ``None`` if it is empty, or not a finite number.

    Raises:
        ValueError: if it has another text.
        OverflowError: if a drawing cannot show it, because it is too large.

    >>> number_in("1.5k"), number_in(""), number_in("nan")
    (1500.0, None, None)
    """
    if isinstance(cell, str):
        text = cell.strip()
        if not text:
            return None
        try:
            cell = float(text)
        except ValueError:
            cell = parse_value(text).number
    if cell is None or not math.isfinite(cell):
        return None
    if abs(cell) >= GREATEST_NUMBER:
        raise OverflowError
    return cell


def _separated(separator: str) -> Callable[[bytes], Table]:
    def read(content: bytes) -> Table:
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=separator, strict=True)
        names = [name.strip() for name in next(rows, [])]
        _check_names(names)
        columns: list[list[Cell]] = [[] for _ in names]
        lines: list[int] = []
        for row in rows:
            if not row:
                continue
            if len(row) != len(names):
                raise ValueError(f"line {rows.line_num} has {len(row)} cells, and the first line {len(names)}")
            _check_size(len(lines) + 1, len(names))
            lines.append(rows.line_num)
            for column, cell in zip(columns, row, strict=True):
                column.append(cell)
        return Table(dict(zip(names, columns, strict=True)), lines)

    return read


def _check_names(names: Sequence[str]) -> None:
    if not any(names):
        raise ValueError("expected the names of the columns in the first line")
    counts = Counter(names)
    if len(counts) < len(names):
        raise ValueError(f"two columns are called '{next(name for name in names if counts[name] > 1)}'")


def _check_size(rows: int, columns: int) -> None:
    if rows > MOST_ROWS:
        raise ValueError(f"it has more than {MOST_ROWS:,} rows")
    if rows * columns > _MOST_CELLS:
        raise ValueError(f"it has more than {_MOST_CELLS:,} cells: {columns:,} columns")


def _json_lines(content: bytes) -> Table:
    rows: list[dict[str, Cell]] = []
    lines: list[int] = []
    names: dict[str, None] = {}
    for number, line in enumerate(content.decode("utf-8-sig").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise ValueError(f"line {number} is not JSON: {error}") from error
        if not isinstance(row, dict):
            raise ValueError(f'line {number} is no object, such as {{"step": 1, "loss": 2.5}}')
        names |= dict.fromkeys(row)
        _check_size(len(lines) + 1, len(names))
        rows.append({name: _json_cell(value) for name, value in row.items()})
        lines.append(number)
    return Table({name: [row.get(name) for row in rows] for name in names}, lines)


def _json_cell(value: object) -> Cell:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:
            return None
    return json.dumps(value)


_MAGIC = b"\x93NUMPY"
_FORMATS = {
    "f2": "e", "f4": "f", "f8": "d", "i1": "b", "i2": "h", "i4": "i", "i8": "q", "u1": "B", "u2": "H", "u4": "I",
    "u8": "Q", "b1": "?",
}  # fmt: skip
"""NumPy's names of types without their byte order → those of ``struct``."""


_NO_HEADER = (ValueError, SyntaxError, TypeError, LookupError, RecursionError, MemoryError)
"""Errors of reading what is no Python literal, or not the dict of a header."""


def _is_length(side: object) -> bool:
    return isinstance(side, int) and side > 0


def _array(content: bytes) -> Table:
    if not content.startswith(_MAGIC):
        raise ValueError("it is no array of NumPy")
    wide = content[6:7] > b"\x01"
    start = 12 if wide else 10
    try:
        (length,) = struct.unpack("<I" if wide else "<H", content[8:start])
        header: dict[str, Any] = ast.literal_eval(content[start : start + length].decode("latin-1").strip())
        kind, shape = header["descr"], header["shape"]
        header["fortran_order"]
    except (*_NO_HEADER, struct.error) as error:
        raise ValueError("its header is damaged: save it again with 'numpy.save'") from error
    if not isinstance(kind, str) or kind[1:] not in _FORMATS:
        raise ValueError(f"its type {kind} is not one of numbers")
    if not isinstance(shape, tuple) or len(shape) not in (1, 2) or not all(map(_is_length, shape)):
        raise ValueError(f"its shape is {shape}: expected rows, or rows and columns")
    rows, count = shape if len(shape) == 2 else (*shape, 1)
    _check_size(rows, count)
    order = ">" if kind.startswith(">") else "<"
    try:
        numbers = struct.unpack_from(f"{order}{rows * count}{_FORMATS[kind[1:]]}", content, start + length)
    except struct.error as error:
        raise ValueError("it ends before its last number: copy it again") from error
    columns = {str(column): [*map(float, _column(numbers, column, shape, header))] for column in range(count)}
    return Table(columns, range(1, rows + 1), is_array=True)


def _column(numbers: Sequence[float], column: int, shape: Sequence[int], header: Mapping[str, Any]) -> Iterator[float]:
    rows, count = shape if len(shape) == 2 else (*shape, 1)
    if header["fortran_order"]:
        return iter(numbers[column * rows : (column + 1) * rows])
    return iter(numbers[column::count])


_READERS: Mapping[str, Callable[[bytes], Table]] = {
    ".csv": _separated(","),
    ".tsv": _separated("\t"),
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".npy": _array,
}
