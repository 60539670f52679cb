"""Rows and grids of cells."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline import Diagnostic, Pipeline, PipelineError, parse
from tests.language.parsing import check_error


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
    "empty-row": (
        "row r:\nnode x",
        """\
line 1: expected cells after the id, as in 'row r: The | cat | sat'
    row r:
    ^~~~~~""",
    ),
    "empty-row-of-a-grid": (
        "grid g: G\n   first:\n   second: A",
        """\
line 2: expected a row of the grid, as in 'first: A | B'
    first:
    ^~~~~~""",
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
line 3: this row has 1 cell, and the first one 2: all rows have as many
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
line 3: unknown node 'words.3'; 'words' has 2 cells, the last of which is 'words.2'
    words.3 -> x
    ^~~~~~~""",
    ),
    "cell-with-an-id-of-its-own": (
        "row t: a = A | b = B\nx: X\nx -> t.1\nx -> t.b",
        """\
line 3: unknown node 't.1'; did you mean 'a'?
    x -> t.1
         ^~~
line 4: unknown node 't.b'; did you mean 'b'?
    x -> t.b
         ^~~""",
    ),
    "number-of-a-cell-of-a-grid": (
        "grid t\n  first: A | B\nx: X\nx -> t.first.0\nx -> t.2",
        """\
line 4: unknown node 't.first.0'; did you mean 't.first.1'?
    x -> t.first.0
         ^~~~~~~~~
line 5: unknown node 't.2'; did you mean 't.first.2'?
    x -> t.2
         ^~~""",
    ),
    "index": (
        "x: X\nx -> t[1]\nx -> t(0)\nx -> t[5]\nx -> t:1\nrow t: A | B",
        """\
line 2: a cell has an id of its own, and numbers begin at 1: write 't.1'
    x -> t[1]
         ^~~~
line 3: a cell has an id of its own, and numbers begin at 1: write 't.1'
    x -> t(0)
         ^~~~
line 4: a cell has an id of its own, and numbers begin at 1: write 't.2'
    x -> t[5]
         ^~~~
line 5: a cell has an id of its own, as in 't.1'
    x -> t:1
         ^~~""",
    ),
    "index-of-cells-with-ids": (
        "row t: a = A | b = B\nx: X\nx -> t[2]\nx -> t[b]",
        """\
line 3: a cell has an id of its own, as in 'b'
    x -> t[2]
         ^~~~
line 4: a cell has an id of its own, as in 'a'
    x -> t[b]
         ^~~~""",
    ),
    "index-of-a-grid": (
        "grid t: T\n  first: A | B\nx: X\nx -> t[2]",
        """\
line 4: a cell has an id of its own, and numbers begin at 1: write 't.first.2'
    x -> t[2]
         ^~~~""",
    ),
    "field-of-a-grid-without-its-colon": (
        "grid t: T\n  note: slow\n  first: A | B\n  second: C | D",
        """\
line 2: a row has as many cells as the others; a field is ':note: slow'
    note: slow
    ^~~~~~~~~~""",
    ),
    "table": (
        "table t: A | B\nmatrix m\n  first: A | B",
        """\
line 1: unknown kind 'table'; a table is 'grid t', with each row under it, as in 'first: A | B', and a single row 'row \
t: A | B'
    table t: A | B
    ^~~~~
line 2: unknown kind 'matrix'; a table is 'grid m', with each row under it, as in 'first: A | B', and a single row \
'row m: A | B'
    matrix m
    ^~~~~~""",
    ),
}


@pytest.mark.parametrize(("text", "message"), ERRORS.values(), ids=ERRORS)
def test_error(text: str, message: str) -> None:
    with pytest.raises(PipelineError) as raised:
        parse(text)
    assert str(raised.value) == message


def test_a_grid_of_one_column_may_have_a_row_called_note() -> None:
    assert [node.id for node in parse("grid t: T\n  note: N\n  key: K").nodes] == ["t.note.1", "t.key.1"]


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


# Shares


def shown(text: str) -> list[tuple[str, str | None]]:
    """The text and the value of each cell, as they are shown."""
    return [(node.label.text, node.value and node.value.text) for node in parse(text).nodes]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("CommonCrawl 67% | C4 15 %", [("CommonCrawl", "67%"), ("C4", "15%")]),
        ("Llama 3 8B | 3 books 70 B", [("Llama 3", "8B"), ("3 books", "70B")]),
        ("web text 300B tokens | code 1.2T tokens", [("web text", "300B tokens"), ("code", "1.2T tokens")]),
        ("40 GB | a = Code 60 GB", [("40 GB", "40 GB"), ("Code", "60 GB")]),
        (r"Web\npages 5 | ... 2", [("Web\npages", "5"), ("…", "2")]),
        ("``a b`` 1 | $x$ 2.5e3", [("``a b``", "1"), ("$x$", "2.5k")]),
    ],
)
def test_texts_end_in_values(row: str, expected: list[tuple[str, str]]) -> None:
    assert shown(f"row r: {row}\n   :shares: yes") == expected
    assert [group.shares for group in parse(f"row r: {row}\n   :shares: yes").groups] == [True]


def test_values_may_stand_in_their_field() -> None:
    row = "row r: GPT 4 | Books\n   :value: 70% | 0%\n   :shares: yes"
    assert shown(row) == [("GPT 4", "70%"), ("Books", "0%")]
    assert shown("row r: A 1 | 2\n   :shares: yes\n   :value: cells") == [("A", "1"), ("2", "2")]


def test_a_row_without_shares_is_as_ever() -> None:
    (row,) = parse("row r: A 1 | B 2\n   :shares: no").groups
    assert not row.shares
    assert shown("row r: A 1 | B 2\n   :shares: no") == [("A 1", None), ("B 2", None)]


def test_a_cell_of_a_row_with_shares_is_a_node() -> None:
    text = (
        "row r: A 1 | B 2\n   :shares: yes\n   :link: https://example.org | \n   :category: c |\ncategory c\nr.2 -> r.1"
    )
    one, two = parse(text).nodes
    assert (one.id, one.category, one.link and one.link.target) == ("r.1", "c", "https://example.org")
    assert (two.id, two.category, two.link) == ("r.2", None, None)


OF_A_ROW = """\
line 2: field 'shares' belongs to a row, whose cells it makes as wide as their values
    :shares: yes
    ^~~~~~~~"""
ERRORS_OF_SHARES = {
    "no-values": (
        "row mix: Web | Books\n   :shares: yes",
        """\
line 2: the shares of row 'mix' have no values: write them after the texts, as in 'Web 70% | Books 30%', or as \
':value: 70% | 30%'
    :shares: yes
             ^~~""",
    ),
    "a-text-without-a-value": (
        "row mix: Web 70% | Books and more\n   :shares: yes",
        """\
line 1: this cell has no value: each share has one, such as 5%
    row mix: Web 70% | Books and more
                       ^~~~~~~~~~~~~~""",
    ),
    "a-field-without-a-part": (
        "row mix: Web | Books\n   :shares: yes\n   :value: | 4",
        """\
line 1: this cell has no value: each share has one, such as 5%
    row mix: Web | Books
             ^~~""",
    ),
    "no-number": (
        "row mix: Web | Books\n   :shares: yes\n   :value: 4 | many",
        """\
line 3: expected a number with an optional SI suffix and unit, such as 175B or 300B tokens, not 'many'
    :value: 4 | many
                ^~~~""",
    ),
    "negative": (
        "row mix: Web 70% | Books -30%\n   :shares: yes",
        """\
line 1: a share is not negative, as '−30%' is
    row mix: Web 70% | Books -30%
                             ^~~~""",
    ),
    "all-zero": (
        "row mix: Web 0% | Books 0%\n   :shares: yes",
        """\
line 2: all values of row 'mix' are 0: at least one share is more
    :shares: yes
             ^~~""",
    ),
    "two-units": (
        "row mix: Web 70% | Books 3 GB\n   :shares: yes",
        """\
line 1: '3 GB' and '70%' have two units: the values of a row with shares have one
    row mix: Web 70% | Books 3 GB
                             ^~~~""",
    ),
    "neither-yes-nor-no": (
        "row mix: Web 70% | Books 30%\n   :shares: maybe",
        """\
line 2: expected 'yes' or 'no', not 'maybe'
    :shares: maybe
             ^~~~~""",
    ),
    "a-part-for-each-cell": (
        "row mix: Web 70% | Books 30%\n   :shares: yes | no",
        """\
line 2: expected 'yes' or 'no', not 'yes | no'
    :shares: yes | no
             ^~~~~~~~""",
    ),
    "misspelled": (
        "row mix: Web 70% | Books 30%\n   :share: yes",
        """\
line 2: unknown field 'share'; did you mean 'shares'?
    :share: yes
    ^~~~~~~""",
    ),
    "of-a-grid": (
        "grid g: G\n   :shares: yes\n   a: 1 | 2",
        """\
line 2: a grid has no shares, because its cells stand in columns: write a row for each bar
    :shares: yes
    ^~~~~~~~""",
    ),
    "of-a-row-of-a-grid": (
        "grid g: G\n   a: 1 | 2\n      :shares: yes",
        """\
line 3: a grid has no shares, because its cells stand in columns: write a row for each bar
    :shares: yes
    ^~~~~~~~""",
    ),
    "of-a-node": ("node a\n   :shares: yes", OF_A_ROW),
    "of-an-edge": ("a -> b\n   :shares: yes", OF_A_ROW),
    "of-a-group": ("group g: G\n   :shares: yes\n   node a", OF_A_ROW),
    "of-a-stack": ("stack s: S\n   :shares: yes\n   node a", OF_A_ROW),
    "of-a-panel": ("panel p: P\n   :shares: yes\n   node a", OF_A_ROW),
}


@pytest.mark.parametrize(("text", "message"), ERRORS_OF_SHARES.values(), ids=ERRORS_OF_SHARES)
def test_error_of_shares(text: str, message: str) -> None:
    check_error(text, message)


def test_a_row_that_is_declared_twice_is_one_error() -> None:
    check_error(
        "row r: A 1 | B 2\n   :shares: yes\nrow r: c = C 1 | d = D\n   :shares: yes",
        """\
line 3: id 'r' is declared twice: line 1 declares a group of that name; choose another id
    row r: c = C 1 | d = D
        ^""",
    )


def test_a_long_text_is_read_once() -> None:
    long = 2_000 * "word "
    assert shown(f"row r: {long}5% | B 2%\n   :shares: yes")[0] == (long.strip(), "5%")


@pytest.mark.parametrize("text", ["row r: The|cat|sat", "grid g: G\n   a: The|cat\n   b: sat"])
def test_bars_without_spaces_are_doubtful(text: str) -> None:
    doubts: list[Diagnostic] = []
    parse(text, warn=doubts.append)
    assert [doubt.message for doubt in doubts] == [
        "a bar between cells has a space on both sides, as in 'The | cat | sat'"
    ]


@pytest.mark.parametrize("text", ["row r: a|b | c", "row r: ``a|b``x", "row r: P(a|b)", "row r: [a|b]"])
def test_other_bars_are_not(text: str) -> None:
    doubts: list[Diagnostic] = []
    parse(text, warn=doubts.append)
    assert doubts == []
