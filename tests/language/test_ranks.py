"""Statements ``align``: what shares a rank, and the messages about what cannot."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline import parse
from tests.language.parsing import check_error

WHOLE = [
    pytest.param("group g: G\n  model a\nmodel b\nalign b, g", ("b", "g"), id="group"),
    pytest.param("row r: A | B\nmodel b\nalign r, b", ("r", "b"), id="row"),
    pytest.param("row r: A | B\nmodel b\nalign r.2, b", ("r.2", "b"), id="cell"),
    pytest.param("stack s: S\n  model a\n  model c\nmodel b\nalign s, b", ("s", "b"), id="stack"),
    pytest.param(
        "stack s: S\n  group g: G\n    model a\n    model c\nalign a, c", ("a", "c"), id="in a member of a stack"
    ),
    pytest.param("group g: G\n  model a\ngroup h: H\n  model b\nalign b, a", ("b", "a"), id="of two groups"),
    pytest.param("panel p: P\n  a -> b\n  align a, b\npanel q: Q\n  c -> d", ("a", "b"), id="in a panel"),
]


@pytest.mark.parametrize(("text", "ids"), WHOLE)
def test_what_shares_a_rank(text: str, ids: tuple[str, ...]) -> None:
    assert parse(text).aligned == (ids,)


ERRORS = {
    "group-that-holds-another": (
        "group g: G\n  model a\nmodel b\nalign b, g, a",
        """\
line 4: 'align' cannot put 'a' beside 'g', which holds it
    align b, g, a
                ^""",
    ),
    "in-a-group-that-follows": (
        "group g: G\n  group h: H\n    model a\nalign a, g",
        """\
line 4: 'align' cannot put 'a' beside 'g', which holds it
    align a, g
             ^""",
    ),
    "all-cells": (
        "row words: A | B\nmodel a\nalign words.*, a",
        """\
line 3: 'align' leaves cells in their places: write 'words' for all of them, or the id of a cell
    align words.*, a
          ^~~~~~~""",
    ),
    "all-cells-of-a-row-of-a-grid": (
        "grid words: W\n  first: A | B\nmodel a\nalign words.first.*, a",
        """\
line 4: 'align' leaves cells in their places: write 'words' for all of them, or the id of a cell
    align words.first.*, a
          ^~~~~~~~~~~~~""",
    ),
}


@pytest.mark.parametrize(("text", "message"), ERRORS.values(), ids=ERRORS)
def test_error(text: str, message: str) -> None:
    check_error(text, message)


WARNINGS = {
    "of-one-stack": (
        "stack s: S\n  model a\n  model b\nmodel c\nalign a, c, b",
        "line 5: 'align' cannot put 'b' beside 'a', because stack 's' joins them\n    align a, c, b\n                ^",
        (("a", "c"),),
    ),
    "of-one-row": (
        "row r: A | B\nmodel c\nalign r.1, r.2, c",
        "line 3: 'r.1' and 'r.2' are cells of 'r', which keep their places\n    align r.1, r.2, c\n               ^~~",
        (("r.1", "c"),),
    ),
    "two-orders": (
        "model a\nmodel b\nmodel c\nalign a, b, c\nalign b, a",
        "line 5: 'a' stands before 'b' in 'align' on line 4; keep one order\n    align b, a\n             ^",
        (("a", "b", "c"), ("b", "a")),
    ),
}


@pytest.mark.parametrize(("text", "message", "aligned"), WARNINGS.values(), ids=WARNINGS)
def test_warning(text: str, message: str, aligned: tuple[tuple[str, ...], ...]) -> None:
    with pytest.warns(UserWarning, match="^line ") as caught:
        assert parse(text).aligned == aligned
    assert [str(one.message) for one in caught] == [message]
