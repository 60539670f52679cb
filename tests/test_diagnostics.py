"""Diagnostics: text, marker, suggestions and pickling."""

from __future__ import annotations

import copy
import difflib
import pickle
import sys
from xml.dom.minidom import parseString
from xml.parsers.expat import ExpatError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext.llmpipeline.diagnostics import Diagnostic, PipelineError, nearest, printable, suggestion, unprintable_in

FIRST = Diagnostic("syntax", "expected an id after '->'", 3, 3, 2, "a ->")
SECOND = Diagnostic("reference", "unknown node 'b'", 5, 9, 1, "   a -> b")


def test_text_of_a_diagnostic() -> None:
    assert (
        str(FIRST)
        == """\
expected an id after '->'
    a ->
      ^~"""
    )


def test_indentation_of_the_line_is_not_quoted() -> None:
    assert str(Diagnostic("syntax", "m", 1, 6, 3, "     abc def")) == "m\n    abc def\n    ^~~"


def test_position_behind_the_line() -> None:
    assert str(Diagnostic("syntax", "m", 1, 4, 1, "abc")) == "m\n    abc\n       ^"


def test_marker_ends_with_the_line() -> None:
    assert str(Diagnostic("syntax", "m", 1, 2, 99, "abc")) == "m\n    abc\n     ^~"


def test_position_in_the_indentation() -> None:
    assert str(Diagnostic("syntax", "m", 1, 1, 1, "   abc")) == "m\n    abc\n    ^"


def test_nothing_to_quote() -> None:
    assert str(Diagnostic("syntax", "the diagram is empty", 1, 1, 1, "")) == "the diagram is empty"


def test_longest_line_that_is_quoted_whole() -> None:
    line = "x" * 159 + "!"
    assert str(Diagnostic("syntax", "m", 1, 160, 1, line)) == f"m\n    {line}\n    {' ' * 159}^"


@pytest.mark.parametrize("place", [0, 1, 79, 80, 81, 150, 219, 220, 221, 299])
def test_long_line_is_cut_around_the_position(place: int) -> None:
    line = "." * place + "!" + "." * (299 - place)
    message, quoted, marker = str(Diagnostic("syntax", "m", 1, place + 1, 1, line)).split("\n")
    assert message == "m"
    assert quoted[marker.index("^")] == "!"
    assert len(quoted.strip().strip("…")) == 160
    assert (quoted.strip()[0] == "…") == (place > 80)
    assert (quoted[-1] == "…") == (place < 220)


def test_text_of_an_error() -> None:
    error = PipelineError([FIRST, SECOND])
    assert error.diagnostics == (FIRST, SECOND)
    assert (
        str(error)
        == """\
line 3: expected an id after '->'
    a ->
      ^~
line 5: unknown node 'b'
    a -> b
         ^"""
    )


def test_error_is_a_value_error() -> None:
    assert isinstance(PipelineError([FIRST]), ValueError)


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_pickled_error(protocol: int) -> None:
    error = PipelineError(iter([FIRST, SECOND]))
    again = pickle.loads(pickle.dumps(error, protocol))
    assert type(again) is PipelineError
    assert again.diagnostics == error.diagnostics
    assert str(again) == str(error)
    assert str(copy.copy(error)) == str(error)


@pytest.mark.parametrize(
    ("word", "known", "near"),
    [
        ("gtp3", ["gpt3", "chat"], "gpt3"),
        ("GPT3", ["gpt3", "chat"], "gpt3"),
        ("gpt3", ["GPT3", "gpt4"], "GPT3"),
        ("gpt", ["GPT", "gpt"], "GPT"),  # the first of two that differ in case only
        ("modle", ["node", "model"], "model"),
        ("x", ["data", "model"], None),
        ("x", [], None),
        ("", ["data"], None),
        ("a" * 65, ["a" * 64], None),
        ("a" * 64, ["a" * 65], None),
        ("a" * 64, ["a" * 63], "a" * 63),
    ],
)
def test_nearest(word: str, known: list[str], near: str | None) -> None:
    assert nearest(word, known) == near
    assert nearest(word, iter(known)) == near


WORDS = st.text("abA1", min_size=1, max_size=6)


@given(WORDS, st.lists(WORDS))
def test_nearest_is_the_first_close_match_of_difflib(word: str, known: list[str]) -> None:
    folded = {name.casefold(): name for name in reversed(known)}
    close = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    assert nearest(word, known) == (folded[close[0]] if close else None)


def test_only_words_as_similar_as_the_best_so_far_are_compared_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[object] = []
    ratio = difflib.SequenceMatcher.ratio
    monkeypatch.setattr(difflib.SequenceMatcher, "ratio", lambda self: compared.append(self) or ratio(self))
    assert nearest("node-77x", [f"node-{number}" for number in range(77, 1000)]) == "node-77"
    assert len(compared) < 50  # of 923, which are all similar


def test_suggestion_of_the_nearest_word() -> None:
    assert suggestion("gtp3", iter(["gpt3", "chat"])) == "; did you mean 'gpt3'?"


def test_suggestion_lists_known_words() -> None:
    assert suggestion("x", iter(["data", "model"])) == "; expected one of: data, model"


def test_suggestion_lists_at_most_25_words() -> None:
    words = [f"word{number}" for number in range(26)]
    assert suggestion("x", words[:25]).startswith("; expected one of: word0, ")
    assert suggestion("x", words) == ""
    assert suggestion("x", []) == ""


# Characters that nothing can hold


def holds(character: str) -> bool:
    """Whether an XML file can hold a character."""
    try:
        parseString(f"<a>{character}</a>".encode())
    except (ExpatError, UnicodeEncodeError):
        return False
    return True


def test_what_xml_cannot_hold_is_replaced() -> None:
    special = [*"<&", *map(chr, range(32, 127)), *map(chr, range(0xE000, sys.maxunicode, 999)), "\ufffd"]
    assert all(printable(character) == character for character in special)
    for code in (*range(32), 127, 0x85, 0xD7FF, 0xD800, 0xDFFF, 0xE000, 0xFFFD, 0xFFFE, 0xFFFF, 0x1FFFE):
        character = chr(code)
        assert printable(character) == (character if holds(character) else "?")


@pytest.mark.parametrize(
    ("text", "found"), [("", None), ("a\tb\n\u202e", None), ("ab\x01\ud800", (2, "U+0001")), ("\ud800", (0, "U+D800"))]
)
def test_the_first_is_named(text: str, found: tuple[int, str] | None) -> None:
    assert unprintable_in(text) == found
