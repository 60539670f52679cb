"""The bidirectional algorithm: levels, and the order of pieces; ``test_scripts.py`` compares it with browsers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext.llmpipeline.text.bidirectional import as_drawn, embedding_levels, is_rtl, pieces, visual_order

# Capital letters stand for Hebrew, as in UAX #9; "٤" and "٥" are Arabic digits, and "ب" is an Arabic letter.
_HEBREW = str.maketrans({chr(65 + number): chr(0x05D0 + number) for number in range(26)})


def levels(text: str, *, rtl: bool) -> str:
    return "".join(map(str, embedding_levels(text.translate(_HEBREW), rtl=rtl)))


@pytest.mark.parametrize(
    ("text", "rtl", "expected"),
    [
        ("", False, ""),
        ("a b", False, "000"),
        ("a b", True, "222"),
        ("A B", False, "111"),
        ("A B", True, "111"),
        # N1, N2: neutral characters between two directions take that of the paragraph.
        ("a B c", False, "00100"),
        ("a, B", True, "2111"),
        ("A! b", False, "1000"),
        # L1: spaces at the end, and separators.
        ("A  ", False, "100"),
        ("b  ", True, "211"),
        ("b \tA", True, "2111"),
        # Numbers: to the right, whatever is around (W2, W4 to W7).
        ("A 12", False, "1122"),
        ("A 1.2", False, "11222"),
        ("A 1 2", False, "11212"),
        ("ب1.2-3", False, "122212"),
        ("A -5%", False, "11122"),
        ("A 5%", False, "1122"),
        ("ب 5%", False, "1120"),
        ("a 12 B", False, "000001"),
        ("٤ ٥", False, "212"),
        ("٤,٥", True, "222"),
        ("٤+٥", True, "212"),
        # W1: marks follow their letter.
        ("A\u05b0b", False, "110"),
        ("a\u05b0B", True, "221"),
        # N0: brackets of a pair have one direction.
        ("A (b C) d", True, "111211112"),
        ("a (B) c", False, "0001000"),
        ("A (b) c", False, "1000000"),
        ("A(b)", True, "1121"),
        ("a(B)C", False, "00101"),
        ("aB[1]", False, "01121"),
        ("A(1", False, "112"),
        ("A \u2329b\u3009", True, "11121"),
        ("A(\u05b0b)\u05b0", False, "100000"),
        ("A(B)\u05b0\u05b0c", False, "1111110"),
        # Marks, embeddings and isolates.
        ("a!\u200eB", False, "0001"),
        ("a \u202bB c\u202c d", False, "00" + "0" + "112" + "2" + "00"),
        ("A \u202ab C\u202c D", True, "11" + "1" + "223" + "3" + "11"),
        ("a \u2067b C\u2069 d", False, "00" + "0" + "211" + "0" + "00"),
        ("A \u2066b C\u2069 D", True, "11" + "1" + "223" + "1" + "11"),
        ("a \u2068B c\u2069 D", False, "00" + "0" + "112" + "0" + "01"),
        ("a \u2068b C\u2069 D", False, "00" + "0" + "223" + "0" + "01"),
        ("a \u2067B", False, "0001"),
        ("a\u2069\u202cB", False, "0001"),
    ],
)  # fmt: skip
def test_levels(text: str, rtl: bool, expected: str) -> None:
    assert levels(text, rtl=rtl) == expected


@pytest.mark.parametrize("deep", [1, 60, 61, 62, 63, 124, 125, 126, 200])
@pytest.mark.parametrize(("begin", "end"), [("\u202b", "\u202c"), ("\u2067", "\u2069")])
def test_levels_are_at_most_those_of_the_standard(deep: int, begin: str, end: str) -> None:
    """Each further embedding from right to left is two levels deeper, down to 125."""
    found = embedding_levels("a" + begin * deep + "\u05d0" + end * deep + "b", rtl=False)
    assert found[1 + deep] == min(2 * deep - 1, 125)
    assert (found[0], found[-1]) == (0, 0)


@pytest.mark.parametrize(("opened", "level"), [(1, "1"), (63, "1"), (64, "0")])
def test_too_many_open_brackets_have_no_pairs(opened: int, level: str) -> None:
    assert levels("A" + "(" * opened + "B)c", rtl=False)[-2] == level


@pytest.mark.parametrize("text", ["A", "12 (A) b", "\u2066b\u2069 A", "\u2069A", "ب", "\u200fa"])
def test_first_letter_from_right_to_left_gives_the_direction(text: str) -> None:
    assert is_rtl(text.translate(_HEBREW))


@pytest.mark.parametrize("text", ["", "12", "a", "b A", "\u2067A\u2069 b", "٤ a", "\u200eA"])
def test_other_paragraphs_run_from_left_to_right(text: str) -> None:
    assert not is_rtl(text.translate(_HEBREW))


def test_order() -> None:
    assert visual_order([]) == []
    assert visual_order([0, 0]) == [0, 1]
    assert visual_order([1, 2, 2, 1]) == [3, 1, 2, 0]
    assert visual_order([0, 1, 2, 3, 2, 1]) == [0, 5, 2, 3, 4, 1]


def shown(*runs: str, rtl: bool) -> list[str]:
    """The pieces from left to right, capital letters for Hebrew; ``<`` before one from right to left."""
    found, order = pieces([run.translate(_HEBREW) for run in runs], rtl=rtl)
    parts = [("<" if piece.rtl else "") + runs[piece.run][piece.start : piece.stop] for piece in found]
    return [parts[index] for index in order]


def test_runs_are_cut_where_the_direction_changes() -> None:
    assert shown("a B", "C", " d", rtl=False) == ["a ", "<C", "<B", " d"]
    assert shown("A b", "c", " D", rtl=True) == ["< D", "b", "c", "<A "]
    assert shown("A", "", "b", rtl=True) == ["b", "<A"]
    assert shown("A (", "b", ")", rtl=True) == ["<)", "b", "<A ("]


def test_a_line_of_one_run_is_left_to_the_text_layout() -> None:
    assert shown("A b C", rtl=True) == ["<A b C"]
    assert shown("a B c", rtl=False) == ["a B c"]


def test_a_line_of_one_run_whose_paragraph_has_another_direction_is_cut() -> None:
    assert shown("b A", rtl=True) == ["< A", "b"]
    assert shown("1 (2)", rtl=True) == ["<)", "2", "< (", "1"]


@given(st.lists(st.text("aB ٤1(),.%\u05b0\u202b\u202c\u2067\u2069", max_size=6), max_size=5), st.booleans())
def test_nothing_is_lost(runs: list[str], rtl: bool) -> None:
    runs = [run.translate(_HEBREW) for run in runs]
    found, order = pieces(runs, rtl=rtl)
    assert sorted(order) == [*range(len(found))]
    assert "".join(runs[piece.run][piece.start : piece.stop] for piece in found) == "".join(runs)


def test_a_piece_without_letters_is_turned_by_controls() -> None:
    assert as_drawn("(", rtl=True) == "\u202e(\u202c"
    assert as_drawn("(", rtl=False) == "("
    assert as_drawn("(\u05d0", rtl=True) == "(\u05d0"
