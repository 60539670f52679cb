"""Texts of labels on one line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext.llmpipeline.model.one_line import join_lines, join_pieces, one_line
from sphinxext.llmpipeline.model.pipeline import Label, Run


def test_one_line() -> None:
    label = Label(((Run(" one "), Run("two", "bold")), (Run("three  "), Run("four", "mono"))))
    assert one_line(label) == "one two three four"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("one\ntwo", "one two"),
        ("- one\n- two", "one, two"),
        ("- one", "one"),
        ("Sources\n- web\n- books", "Sources (web, books)"),
        ("Sources:\n- web\n- books, papers", "Sources (web; books, papers)"),
        ("Sources\n- web\n- books\nall public\nfor years", "Sources (web, books) all public for years"),
        ("- web\nand\n- books", "web; and (books)"),
        ("-5\n-6", "-5 -6"),
        ("", ""),
    ],
)
def test_a_list_reads_as_words(text: str, words: str) -> None:
    assert join_lines(text) == words
    assert "".join(join_pieces([*text])) == words
    assert one_line(Label.plain(text)) == words


@given(st.lists(st.text("a,- :\n", max_size=6), max_size=5))
def test_pieces_stay_pieces(pieces: list[str]) -> None:
    found = join_pieces(pieces)
    assert len(found) == len(pieces)
    assert "".join(found) == join_lines("".join(pieces))
    assert "\n" not in "".join(found)
    assert "".join(found).count("a") == "".join(pieces).count("a")
