"""Plots whose data stand in a file, and their errors."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from sphinxext.llmpipeline.diagnostics import PipelineError
from sphinxext.llmpipeline.language import parse
from sphinxext.llmpipeline.model.plots import Plot, Series
from tests.processes import output_of


def _saved(array: object) -> bytes:
    out = io.BytesIO()
    np.save(out, np.asarray(array))
    return out.getvalue()


FILES = {
    "losses.csv": b"step,loss,val loss,note\n0,3.2,3.4,a\n10,2.9,,b\n20,2.5,3,\n",
    "mix.csv": b"source,share\nWeb,67\nBooks,33\n",
    "bad.csv": b"step,loss\n0,3.2\n10,n/a\n,2\n",
    "negative.csv": b"source,share\nWeb,67\nBooks,-1\n",
    "zero.csv": b"source,share\nWeb,0\n",
    "empty column.csv": b"a,b\n1,\n2,\n",
    "one.csv": b"length\n12\n\n9\n",
    "large.jsonl": b'{"step": 0, "loss": 9e299}\n{"step": 1, "loss": -1e300}',
    "large.csv": b"step,loss\n0,1e308\n",
    "an odd.jsonl": rb'{"step": 0, "loss\ud800": 1}',
    "odd.jsonl": rb'{"name": "a", "log": "\u001b[31m", "n": 1}' b"\n" rb'{"name": "\u001b[31mb", "n": 2}',
    "log.jsonl": b'{"step": 0, "loss": 3.2}\n{"step": 10, "loss": 2.9}',
    "row.npy": _saved([3.0, 2.0]),
    "matrix.npy": _saved([[0.1, 0.9], [0.5, 0.5]]),
}


def read(name: str) -> bytes:
    """The content of one of the files."""
    if name not in FILES:
        raise ValueError(f"cannot read '{name}': No such file or directory")
    return FILES[name]


def plot_of(field: str) -> Plot:
    """The plot of the first node."""
    plot = parse(f"node a\n   :plot: {field}", read_file=read).nodes[0].plot
    assert plot
    return plot


LOSS, VALIDATION = Series("loss", (3.2, 2.9, 2.5)), Series("val loss", (3.4, None, 3.0))
PLACES = (0.0, 10.0, 20.0)


def test_columns_are_named() -> None:
    assert plot_of("line losses.csv x=step y=loss") == Plot("line", (LOSS,), (), PLACES, "step")
    assert plot_of('line losses.csv y=loss,"val loss"  x=step').series == (LOSS, VALIDATION)
    assert plot_of('scatter losses.csv x=loss y="val loss"').series == (VALIDATION,)


def test_columns_are_those_that_stand_first() -> None:
    assert plot_of("line losses.csv y=loss") == plot_of("line losses.csv x=step y=loss")
    assert plot_of("line log.jsonl") == Plot("line", (Series("loss", (3.2, 2.9)),), (), (0.0, 10.0), "step")
    assert plot_of("bars mix.csv") == Plot("bars", (Series("share", (67.0, 33.0)),), ("Web", "Books"))
    assert plot_of("pie mix.csv x=source y=share").names == ("Web", "Books")
    assert plot_of("heatmap losses.csv x=note y=step,loss").names == ("a", "b", "")


def test_numbers_of_rows_take_the_place_of_a_column() -> None:
    assert plot_of("line one.csv") == Plot("line", (Series("length", (12.0, 9.0)),), (), (0.0, 1.0))
    assert plot_of("line row.npy") == Plot("line", (Series("", (3.0, 2.0)),), (), (0.0, 1.0))
    assert plot_of("bars row.npy").names == ("1", "2")


def test_array_is_a_heat_map_or_a_line() -> None:
    assert plot_of("heatmap matrix.npy") == Plot("heatmap", (Series("", (0.1, 0.5)), Series("", (0.9, 0.5))))
    assert plot_of("line matrix.npy") == Plot("line", (Series("", (0.9, 0.5)),), (), (0.1, 0.5))


def test_histogram_shows_one_column_and_names_its_axis() -> None:
    assert plot_of("hist one.csv") == Plot("hist", (Series("", (12.0, 9.0)),), axis="length")
    assert plot_of('hist losses.csv y="val loss"') == plot_of('hist losses.csv x="val loss"')
    assert plot_of('hist losses.csv y="val loss"').series == (Series("", (3.4, 3.0)),)


def test_file_is_relative_to_a_folder(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "my mix.csv").write_bytes(FILES["mix.csv"])
    (node,) = parse("node a\n   :plot: bars data/my mix.csv y=share", folder=tmp_path).nodes
    assert node.plot == plot_of("bars mix.csv")


def test_what_is_not_shown_may_have_any_character() -> None:
    assert plot_of("hist odd.jsonl x=n").series == (Series("", (1.0, 2.0)),)


ERRORS = {
    "large-number": (
        "line large.jsonl",
        """\
line 2: line 2 of 'large.jsonl': the number '-1e+300' is too large: expected less than 1e300
    :plot: line large.jsonl
                ^~~~~~~~~~~""",
    ),
    "large-number-as-text": (
        "hist large.csv x=loss",
        """\
line 2: line 2 of 'large.csv': the number '1e308' is too large: expected less than 1e300
    :plot: hist large.csv x=loss
                ^~~~~~~~~""",
    ),
    "name-that-cannot-be-drawn": (
        "line an odd.jsonl",
        """\
line 2: the name of the column 'loss?' of 'an odd.jsonl' has the character U+D800, which cannot be drawn: remove it
    :plot: line an odd.jsonl
                ^~~~~~~~~~~~""",
    ),
    "text-that-cannot-be-drawn": (
        "bars odd.jsonl x=name y=n",
        """\
line 2: line 2 of 'odd.jsonl': the character U+001B cannot be drawn: remove it
    :plot: bars odd.jsonl x=name y=n
                ^~~~~~~~~""",
    ),
    "text-in-a-message-that-cannot-be-shown": (
        "line odd.jsonl x=n y=log",
        """\
line 2: line 1 of 'odd.jsonl': expected a number in column 'log', not '?[31m'
    :plot: line odd.jsonl x=n y=log
                ^~~~~~~~~""",
    ),
    "no-file": (
        "line other.csv",
        """\
line 2: cannot read 'other.csv': No such file or directory
    :plot: line other.csv
                ^~~~~~~~~""",
    ),
    "kind-of-file": (
        "bars 3 4",
        """\
line 2: '3 4' is no file with the data of a plot: its name ends in one of .csv, .tsv, .jsonl, .ndjson, .npy
    :plot: bars 3 4
                ^~~""",
    ),
    "columns-alone": (
        "line x=step",
        """\
line 2: expected a file before the columns, as in ':plot: line losses.csv x=step y=loss'
    :plot: line x=step
                ^~~~~~""",
    ),
    "unknown-column": (
        "line losses.csv x=step y=los",
        """\
line 2: 'losses.csv' has no column 'los'; it has: step, loss, val loss, note
    :plot: line losses.csv x=step y=los
                                    ^~~""",
    ),
    "second-unknown-column": (
        "line losses.csv x=step y=loss,val",
        """\
line 2: 'losses.csv' has no column 'val'; it has: step, loss, val loss, note
    :plot: line losses.csv x=step y=loss,val
                                         ^~~""",
    ),
    "column-without-name": (
        "line losses.csv x=",
        """\
line 2: 'losses.csv' has no column ''; it has: step, loss, val loss, note
    :plot: line losses.csv x=
                             ^""",
    ),
    "two-columns-for-x": (
        "line losses.csv x=step,loss",
        """\
line 2: expected one column for 'x'
    :plot: line losses.csv x=step,loss
                             ^~~~~~~~~""",
    ),
    "unknown-argument": (
        "line losses.csv z=loss",
        """\
line 2: unknown argument 'z'; expected one of: x, y
    :plot: line losses.csv z=loss
                           ^""",
    ),
    "argument-twice": (
        "line losses.csv y=loss y=step",
        """\
line 2: argument 'y' stands twice: several columns are 'y=loss,val_loss'
    :plot: line losses.csv y=loss y=step
                                  ^""",
    ),
    "word-after-columns": (
        "line losses.csv x=step loss",
        """\
line 2: unexpected 'loss': expected the columns after the file, as in 'x=step y=loss'
    :plot: line losses.csv x=step loss
                                  ^~~~""",
    ),
    "text-for-numbers": (
        "line losses.csv x=step y=note",
        """\
line 2: line 2 of 'losses.csv': expected a number in column 'note', not 'a'
    :plot: line losses.csv x=step y=note
                ^~~~~~~~~~""",
    ),
    "no-number": (
        "line bad.csv",
        """\
line 2: line 3 of 'bad.csv': expected a number in column 'loss', not 'n/a'
    :plot: line bad.csv
                ^~~~~~~""",
    ),
    "missing-place": (
        "line bad.csv x=step y=step",
        """\
line 2: line 4 of 'bad.csv': expected a number in column 'step', not ''
    :plot: line bad.csv x=step y=step
                ^~~~~~~""",
    ),
    "empty-column": (
        "line empty column.csv",
        """\
line 2: column 'b' of 'empty column.csv' has no number
    :plot: line empty column.csv
                ^~~~~~~~~~~~~~~~""",
    ),
    "which-of-several": (
        "bars losses.csv",
        """\
line 2: bars show one column: choose one of loss, val loss, note, as in 'y=loss'
    :plot: bars losses.csv
                ^~~~~~~~~~""",
    ),
    "two-for-a-pie": (
        "pie losses.csv y=step,loss",
        """\
line 2: a pie shows one column: choose one of step, loss, as in 'y=step'
    :plot: pie losses.csv y=step,loss
                            ^~~~~~~~~""",
    ),
    "which-for-a-histogram": (
        "hist mix.csv",
        """\
line 2: a histogram shows one column: choose one of source, share, as in 'y=source'
    :plot: hist mix.csv
                ^~~~~~~""",
    ),
    "both-for-a-histogram": (
        "hist mix.csv x=share y=share",
        """\
line 2: a histogram shows one column: leave 'x' out
    :plot: hist mix.csv x=share y=share
                          ^~~~~""",
    ),
    "no-second-column": (
        "line one.csv x=length",
        """\
line 2: 'one.csv' has no column beside 'length'
    :plot: line one.csv x=length
                ^~~~~~~""",
    ),
    "no-second-column-for-bars": (
        "bars one.csv x=length",
        """\
line 2: 'one.csv' has no column of numbers
    :plot: bars one.csv x=length
                ^~~~~~~""",
    ),
    "negative-slice": (
        "pie negative.csv",
        """\
line 2: line 3 of 'negative.csv': a slice of a pie is not negative
    :plot: pie negative.csv
               ^~~~~~~~~~~~""",
    ),
    "slices-of-zero": (
        "pie zero.csv",
        """\
line 2: all slices of the pie in 'zero.csv' are 0: at least one is more
    :plot: pie zero.csv
               ^~~~~~~~""",
    ),
}


@pytest.mark.parametrize(("field", "message"), ERRORS.values(), ids=ERRORS)
def test_error(field: str, message: str) -> None:
    with pytest.raises(PipelineError) as caught:
        plot_of(field)
    assert str(caught.value) == message


def test_file_needs_a_folder() -> None:
    with pytest.raises(PipelineError) as caught:
        parse("node a\n   :plot: bars mix.csv")
    assert str(caught.value) == (
        "line 2: the file 'mix.csv' is not read: parse() needs 'folder', which names are relative to\n"
        "    :plot: bars mix.csv\n"
        "                ^~~~~~~"
    )


def test_a_long_word_is_no_argument() -> None:
    code = """
from sphinxext.llmpipeline import PipelineError, parse
for text in ("_", 'a="'):
    try:
        parse("a\\n  :plot: line " + 200_000 * text)
    except PipelineError as error:
        print(error.diagnostics[0].message.replace(200_000 * text, "…"))
"""
    known = "its name ends in one of .csv, .tsv, .jsonl, .ndjson, .npy"
    assert output_of(code) == (
        f"'…' is no file with the data of a plot: {known}\n"
        "expected a file before the columns, as in ':plot: line losses.csv x=step y=loss'\n"
    )


def test_too_many_series_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ",".join(f"c{number}" for number in range(3000))
    monkeypatch.setitem(FILES, "wide.csv", f"{names}\n{names}\n".encode())
    with pytest.raises(PipelineError) as caught:
        plot_of("line wide.csv y=c1" + 10_000 * ",c2")
    assert caught.value.diagnostics[0].message == "a line plot has at most 8 series, not 10001: choose some of them"
    with pytest.raises(PipelineError) as caught:
        plot_of("line wide.csv x=none")
    listed = ", ".join(f"c{number}" for number in range(20))
    assert caught.value.diagnostics[0].message == f"'wide.csv' has no column 'none'; it has: {listed}, …"
