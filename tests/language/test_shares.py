"""Rows whose cells are as wide as their values."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline import parse
from tests.language.parsing import check_error


def cells(text: str) -> list[tuple[str, str | None]]:
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
    assert cells(f"row r: {row}\n   :shares: yes") == expected
    assert [group.shares for group in parse(f"row r: {row}\n   :shares: yes").groups] == [True]


def test_values_may_stand_in_their_field() -> None:
    row = "row r: GPT 4 | Books\n   :value: 70% | 0%\n   :shares: yes"
    assert cells(row) == [("GPT 4", "70%"), ("Books", "0%")]
    assert cells("row r: A 1 | 2\n   :shares: yes\n   :value: cells") == [("A", "1"), ("2", "2")]


def test_a_row_without_shares_is_as_ever() -> None:
    (row,) = parse("row r: A 1 | B 2\n   :shares: no").groups
    assert not row.shares
    assert cells("row r: A 1 | B 2\n   :shares: no") == [("A 1", None), ("B 2", None)]


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
ERRORS = {
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


@pytest.mark.parametrize(("text", "message"), ERRORS.values(), ids=ERRORS)
def test_error(text: str, message: str) -> None:
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
    assert cells(f"row r: {long}5% | B 2%\n   :shares: yes")[0] == (long.strip(), "5%")
