"""Rows and grids of cells."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline import Pipeline, PipelineError, parse


def texts(pipeline: Pipeline) -> dict[str, str]:
    return {node.id: node.label.text for node in pipeline.nodes}


def ends(text: str) -> list[tuple[str, str]]:
    return [(edge.source, edge.target) for edge in parse(text).edges]


ROWS = "row a: A | B | C\nrow b: D | E | F\nnode x\n"


def test_cells_of_a_row_are_nodes() -> None:
    pipeline = parse("row words: The | cat | sat")
    assert texts(pipeline) == {"words.1": "The", "words.2": "cat", "words.3": "sat"}
    (row,) = pipeline.groups
    assert (row.id, row.label, row.rows) == ("words", None, (("words.1", "words.2", "words.3"),))
    assert {node.group for node in pipeline.nodes} == {"words"}


def test_cells_may_have_ids() -> None:
    assert texts(parse("row qkv: q = Query | Key | v = Value")) == {"q": "Query", "qkv.2": "Key", "v": "Value"}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ("one", ["one"]),
        ("a | | b", ["a", "", "b"]),
        ("a|b | c", ["a|b", "c"]),
        ("``a | b`` | $|x| | |y|$ | :math:`a | b`", ["``a | b``", "$|x| | |y|$", ":math:`a | b`"]),
        (r"two\nlines | b", ["two\nlines", "b"]),
        ("x = y = z | b", ["y = z", "b"]),
        ("first | ... | last", ["first", "…", "last"]),
    ],
)
def test_bars_between_spaces_part_cells(cells: str, expected: list[str]) -> None:
    assert [*texts(parse(f"row r: {cells}")).values()] == expected


def test_cells_of_a_grid_are_named_by_its_rows() -> None:
    pipeline = parse("grid g: Scores\n   one: 1 | 2\n   two: x = 3 | 4\nnode n\nx -> n")
    assert [*texts(pipeline)] == ["g.one.1", "g.one.2", "x", "g.two.2", "n"]
    (grid,) = pipeline.groups
    assert (grid.label.text, grid.rows) == ("Scores", (("g.one.1", "g.one.2"), ("x", "g.two.2")))


def test_fields_have_a_part_for_each_cell_or_one_for_all() -> None:
    pipeline = parse("row r: A | B\n   :kind: data\n   :note: one | two\n   :tooltip: both")
    assert [
        (node.kind, node.note.text, node.tooltip.text) for node in pipeline.nodes if node.note and node.tooltip
    ] == [
        ("data", "one", "both"),
        ("data", "two", "both"),
    ]


def test_fields_of_a_grid_are_those_of_rows_without_such_a_field() -> None:
    pipeline = parse("grid g\n   :kind: data\n   a: A | B\n   b: C | D\n      :kind: model | data\n")
    assert [node.kind for node in pipeline.nodes] == ["data", "data", "model", "data"]


def test_texts_of_cells_may_be_their_values() -> None:
    pipeline = parse("grid g\n   :value: cells\n   a: 0.5 | 12k\n")
    assert [node.value and node.value.number for node in pipeline.nodes] == [0.5, 12000.0]


def test_texts_of_cells_may_end_in_their_values() -> None:
    pipeline = parse("row r: 0.5 | First 0.25 | 3 of them 12 GB | 1 000\n   :value: cells")
    assert [(node.label.text, node.value and node.value.text) for node in pipeline.nodes] == [
        ("0.5", "0.5"),
        ("First", "0.25"),
        ("3 of them 12 GB", "3 of them 12 GB"),
        ("1 000", "1 000"),
    ]


def test_a_part_of_a_field_may_be_empty() -> None:
    pipeline = parse("row r: A | B\n   :note: | two")
    assert [node.note and node.note.text for node in pipeline.nodes] == [None, "two"]


def test_edges_end_at_cells_and_at_rows() -> None:
    assert ends(ROWS + "a.1 -> b.2\nx -> a") == [("a.1", "b.2"), ("x", "a")]
    assert ends(ROWS + "a.* -> b.*") == [("a.1", "b.1"), ("a.2", "b.2"), ("a.3", "b.3")]
    assert ends(ROWS + "a.* -> x") == [("a.1", "x"), ("a.2", "x"), ("a.3", "x")]
    assert ends(ROWS + "x -> b.*, a") == [("x", "b.1"), ("x", "b.2"), ("x", "b.3"), ("x", "a")]
    assert ends("grid g\n   p: A | B\n   q: C | D\ng.p.* -> g.q.*") == [("g.p.1", "g.q.1"), ("g.p.2", "g.q.2")]
    assert len(ends("grid g\n   p: A | B\n   q: C | D\nnode x\ng.* -> x")) == 4


ERRORS = {
    "no-cells": (
        "row r\nnode x",
        """\
line 1: expected cells after the id, as in 'row r: The | cat | sat'
    row r
    ^~~~~""",
    ),
    "two-ids": (
        "row r s: A | B",
        """\
line 1: expected one id after 'row', as in 'row words: The | cat'
    row r s: A | B
    ^~~~~~~""",
    ),
    "empty-grid": (
        "grid g: G\nnode x",
        """\
line 1: grid 'g' is empty: indent its rows under it, as in 'first: A | B'
    grid g: G
    ^~~~""",
    ),
    "no-row": (
        "grid g: G\n   A | B",
        """\
line 1: grid 'g' is empty: indent its rows under it, as in 'first: A | B'
    grid g: G
    ^~~~
line 2: expected a row of the grid, as in 'first: A | B'
    A | B
    ^~~~~""",
    ),
    "uneven": (
        "grid g: G\n   a: A | B\n   b: C",
        """\
line 3: this row has 1 cells, and the first one 2: all rows have as many
    b: C
    ^""",
    ),
    "row-twice": (
        "grid g: G\n   a: A | B\n   a: C | D",
        """\
line 3: row 'a' stands twice in this grid; choose another id
    a: C | D
    ^""",
    ),
    "id-of-the-whole": (
        "row q: q = Query | k = Key",
        """\
line 1: 'q' is the id of the whole: choose another one for this cell
    row q: q = Query | k = Key
           ^~~~~~~~~~~~~~~~~~~""",
    ),
    "id-twice": (
        "row r: a = A | a = B",
        """\
line 1: id 'a' is declared twice: line 1 declares a node of that name; choose another id
    row r: a = A | a = B
                   ^""",
    ),
    "parts-of-a-field": (
        "row r: A | B | C\n   :note: one | two",
        """\
line 2: field 'note' has 2 parts for 3 cells: write one for all, or one for each
    :note: one | two
           ^~~~~~~~~""",
    ),
    "no-such-field": (
        "row r: A | B\n   :repeat: 2",
        """\
line 2: a row has no field 'repeat'; expected one of: link, tooltip, note, value, category, shares, class, kind
    :repeat: 2
    ^~~~~~~~""",
    ),
    "no-such-field-of-a-grid": (
        "grid g\n   :repeat: 2\n   a: A | B",
        """\
line 2: a cell has no field 'repeat'; expected one of: link, tooltip, note, value, category, class, kind
    :repeat: 2
    ^~~~~~~~""",
    ),
    "no-number": (
        "row r: 1 | two\n   :value: cells",
        """\
line 1: expected a number with an optional SI suffix and unit, such as 175B or 300B tokens, not 'two'
    row r: 1 | two
               ^~~""",
    ),
    "cell-by-cell": (
        "row a: A | B\nrow b: C | D | E\na.* -> b.*",
        """\
line 3: 'a.*' has 2 cells, and 'b.*' 3: they are joined cell by cell
    a.* -> b.*
           ^~~""",
    ),
    "no-cells-of-a-node": (
        "row a: A | B\nnode x\nx.* -> a",
        """\
line 3: 'x' has no cells for '.*'; it stands for the cells of a row or a grid
    x.* -> a
    ^~~""",
    ),
    "no-such-row": (
        "row words: A | B\nnode x\nword.* -> x",
        """\
line 3: 'word' has no cells for '.*'; did you mean 'words.*'?
    word.* -> x
    ^~~~~~""",
    ),
    "no-such-cell": (
        "row words: A | B\nnode x\nwords.3 -> x",
        """\
line 3: unknown node 'words.3'; did you mean 'words.2'?
    words.3 -> x
    ^~~~~~~""",
    ),
}


@pytest.mark.parametrize(("text", "message"), ERRORS.values(), ids=ERRORS)
def test_error(text: str, message: str) -> None:
    with pytest.raises(PipelineError) as raised:
        parse(text)
    assert str(raised.value) == message


def test_lists_of_cells_do_not_fill_the_memory() -> None:
    wide = " | ".join(200 * "x")
    targets = ", ".join(f"b.{number}" for number in range(1, 201))
    with pytest.raises(PipelineError, match="this statement declares 40,000 edges"):
        parse(f"row a: {wide}\nrow b: {wide}\na.* -> {targets}")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("row words two: A | B\nnode x\nwords.* -> x", 1),
        ("grid g: G\n   p: A | B\n   q: C\nnode x\ng.q.* -> x", 3),
    ],
)
def test_cells_of_a_row_with_an_error_are_not_reported_as_unknown(text: str, line: int) -> None:
    with pytest.raises(PipelineError) as raised:
        parse(text)
    assert [diagnostic.line for diagnostic in raised.value.diagnostics] == [line]
