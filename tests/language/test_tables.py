"""Files of data: CSV, TSV, JSON lines and arrays of NumPy."""

from __future__ import annotations

import io

import numpy as np
import pytest

from sphinxext.llmpipeline.language.tables import MOST_ROWS, Table, check_name, number_in, read_table
from tests.processes import output_of

ROWS = Table({"step": ["0", "10"], "loss": ["3.2", ""]}, [2, 4])


def saved(array: object) -> bytes:
    """The content of a file with an array."""
    out = io.BytesIO()
    np.save(out, np.asarray(array), allow_pickle=True)
    return out.getvalue()


def array_file(header: str) -> bytes:
    """An array without numbers."""
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode()


DAMAGED = "its header is damaged: save it again with 'numpy.save'"


def test_csv_and_tsv() -> None:
    assert read_table("a.csv", b"\xef\xbb\xbfstep, loss\r\n0,3.2\r\n\r\n10,\r\n") == ROWS
    assert read_table("a.TSV", b"step\tloss\n0\t3.2\n\n10\t") == ROWS
    assert read_table("b.csv", b'"a, b",c\n"x\ny",1\n2,3').lines == [3, 4]


def test_json_lines_may_lack_values() -> None:
    text = '{"step": 0, "loss": 3.2}\n\n{"step": 10, "note": "x", "best": true, "tags": [1]}\n'
    assert read_table("a.jsonl", text.encode()) == Table(
        {
            "step": [0.0, 10.0],
            "loss": [3.2, None],
            "note": [None, "x"],
            "best": [None, "true"],
            "tags": [None, "[1]"],
        },
        [1, 3],
    )
    assert read_table("a.ndjson", b'{"a": 1e400, "b": %s}' % (b"9" * 400)).columns == {"a": [float("inf")], "b": [None]}


@pytest.mark.parametrize("kind", ["<f2", "<f4", ">f4", "<f8", "i1", "<i4", ">i8", "u1", "<u2", "?"])
def test_arrays_of_numbers(kind: str) -> None:
    array = np.array([[1, 0], [1, 1], [0, 1]], dtype=kind)
    columns = {"0": [1.0, 1.0, 0.0], "1": [0.0, 1.0, 1.0]}
    assert read_table("a.npy", saved(array)) == Table(columns, range(1, 4), is_array=True)
    assert read_table("a.npy", saved(np.asfortranarray(array))).columns == columns
    assert read_table("a.npy", saved(array[:, 0])).columns == {"0": columns["0"]}


def test_array_with_a_long_header() -> None:
    out = io.BytesIO()
    np.lib.format.write_array(out, np.arange(3.0), version=(2, 0))
    assert read_table("a.npy", out.getvalue()).columns == {"0": [0.0, 1.0, 2.0]}


@pytest.mark.parametrize(
    ("cell", "number"),
    [("3", 3.0), (" -1e-4 ", -1e-4), ("1.5k", 1500.0), ("67%", 67.0), ("", None), (" ", None), (None, None),
     ("nan", None), ("-inf", None), (2.5, 2.5), (float("nan"), None)],
)  # fmt: skip
def test_number_of_a_cell(cell: str | float | None, number: float | None) -> None:
    assert number_in(cell) == number


def test_number_that_is_too_large() -> None:
    assert number_in("9e299") == 9e299
    for cell in ("-1e300", 1e308):
        with pytest.raises(OverflowError):
            number_in(cell)


def test_text_is_no_number() -> None:
    with pytest.raises(ValueError, match="expected a number"):
        number_in("many")


@pytest.mark.parametrize("name", ["a.xlsx", "loss csv", "a.csv.gz"])
def test_other_kinds_of_files_are_not_read(name: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 -- the whole message follows
        check_name(name)
    assert str(caught.value) == (
        f"'{name}' is no file with the data of a plot: its name ends in one of .csv, .tsv, .jsonl, .ndjson, .npy"
    )


ERRORS = {
    "binary": ("a.csv", b"a,b\n\xff\xfe", "cannot read 'a.csv': it is not a text in UTF-8"),
    "empty": ("a.csv", b"", "cannot read 'a.csv': expected the names of the columns in the first line"),
    "names-alone": ("a.csv", b"a,b\n", "'a.csv' has no rows of data"),
    "count": ("a.csv", b"a,b\n1,2\n1\n", "cannot read 'a.csv': line 3 has 1 cells, and the first line 2"),
    "two-of-a-name": ("a.csv", b"a,b,a\n1,2,3", "cannot read 'a.csv': two columns are called 'a'"),
    "open-quote": ("a.csv", b'a,b\n"1,2', "cannot read 'a.csv': unexpected end of data"),
    "too-long": ("a.csv", b"a\n" + (MOST_ROWS + 1) * b"1\n", "cannot read 'a.csv': it has more than 100,000 rows"),
    "too-many-lines": (
        "a.jsonl",
        (MOST_ROWS + 1) * b'{"a": 1}\n',
        "cannot read 'a.jsonl': it has more than 100,000 rows",
    ),
    "no-json": (
        "a.jsonl",
        b'{"a": 1}\n{a}',
        "cannot read 'a.jsonl': line 2 is not JSON: "
        "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
    ),
    "no-object": (
        "a.jsonl",
        b"[1, 2]",
        """cannot read 'a.jsonl': line 1 is no object, such as {"step": 1, "loss": 2.5}""",
    ),
    "no-array": ("a.npy", b"a,b", "cannot read 'a.npy': it is no array of NumPy"),
    "objects": ("a.npy", saved([{}]), "cannot read 'a.npy': its type |O is not one of numbers"),
    "texts": ("a.npy", saved(["a"]), "cannot read 'a.npy': its type <U1 is not one of numbers"),
    "records": (
        "a.npy",
        saved(np.zeros(2, dtype=[("a", "<f4")])),
        "cannot read 'a.npy': its type [('a', '<f4')] is not one of numbers",
    ),
    "cube": (
        "a.npy",
        saved(np.zeros((2, 2, 2))),
        "cannot read 'a.npy': its shape is (2, 2, 2): expected rows, or rows and columns",
    ),
    "too-many-cells": (
        "a.jsonl",
        b"".join(b'{"c%d": 1}\n' % number for number in range(3000)),
        "cannot read 'a.jsonl': it has more than 5,000,000 cells: 2,237 columns",
    ),
    "no-rows": (
        "a.npy",
        saved(np.zeros(0)),
        "cannot read 'a.npy': its shape is (0,): expected rows, or rows and columns",
    ),
    "no-header": ("a.npy", b"\x93NUMPY\x03\x00" + 8 * b"\xff", f"cannot read 'a.npy': {DAMAGED}"),
    "code": ("a.npy", array_file("print()"), f"cannot read 'a.npy': {DAMAGED}"),
    "header-without-order": ("a.npy", array_file("{'descr': '<f8', 'shape': (1,)}"), f"cannot read 'a.npy': {DAMAGED}"),
    "rows-below-zero": (
        "a.npy",
        array_file("{'descr': '<f8', 'shape': (-1,), 'fortran_order': False}"),
        "cannot read 'a.npy': its shape is (-1,): expected rows, or rows and columns",
    ),
    "shape-that-is-none": (
        "a.npy",
        array_file("{'descr': '<f8', 'shape': 1, 'fortran_order': False}"),
        "cannot read 'a.npy': its shape is 1: expected rows, or rows and columns",
    ),
    "cut-array": (
        "a.npy",
        saved(np.zeros(3))[:-1],
        "cannot read 'a.npy': it ends before its last number: copy it again",
    ),
    "long-array": ("a.npy", saved(np.zeros(MOST_ROWS + 1)), "cannot read 'a.npy': it has more than 100,000 rows"),
}


@pytest.mark.parametrize(("name", "content", "message"), ERRORS.values(), ids=ERRORS)
def test_error(name: str, content: bytes, message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 -- the whole message follows
        read_table(name, content)
    assert str(caught.value) == message


@pytest.mark.parametrize("end", range(0, 140, 7))
def test_cut_array_is_an_error(end: int) -> None:
    with pytest.raises(ValueError, match=r"cannot read 'a\.npy': "):
        read_table("a.npy", saved(np.arange(4.0))[:end])


def test_names_of_many_columns_are_compared_once() -> None:
    code = """
from sphinxext.llmpipeline.language.tables import read_table
names = ",".join(map(str, range(300_000)))
print(len(read_table("a.csv", f"{names}\\n{names}".encode()).columns))
"""
    assert output_of(code) == "300000\n"
