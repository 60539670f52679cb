"""Line breaking: at the right places, and nothing is lost."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext.llmpipeline import CLASSIC, parse
from sphinxext.llmpipeline.model.pipeline import Face, Label, Node, Pipeline, Run
from sphinxext.llmpipeline.text.line_breaking import Line, wrap
from sphinxext.llmpipeline.text.typesetting import typeset


def length(run: Run) -> float:
    """A character is as wide as in a terminal, a formula as six."""
    if run.face == "math":
        return 6.0
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in run.text)


def wrapped(text: str, limit: float) -> list[str]:
    return [shown(line) for line in wrap((Run(text),), limit, length)]


def shown(line: Line) -> str:
    return "".join(run.text for run in line)


@pytest.mark.parametrize(
    ("text", "limit", "lines"),
    [
        ("", 10, [""]),
        ("one two", 7, ["one two"]),
        ("one two", 6, ["one", "two"]),
        ("one two three four", 10, ["one two", "three four"]),
        # As few lines as fit, all about as wide: not "aaaa bbbb cccc" over "dd".
        ("aaaa bbbb cccc dd", 14, ["aaaa bbbb", "cccc dd"]),
        ("a longwordhere b", 5, ["a", "longwordhere", "b"]),
        ("longword", 3, ["longword"]),
        # A space at the break is gone, others stay as they are.
        ("a  b    c", 5, ["a  b", "c"]),
        ("  a b", 3, ["  a", "b"]),
        ("     ", 3, ["     "]),
        ("x-ray y/z", 5, ["x-ray", "y/z"]),
        # Not "one fine-" over "tuned two": a word that fits is not broken.
        ("one fine-tuned two", 10, ["one", "fine-tuned", "two"]),
    ],
)
def test_lines_are_broken_between_words(text: str, limit: float, lines: list[str]) -> None:
    assert wrapped(text, limit) == lines


@pytest.mark.parametrize(
    ("text", "limit", "lines"),
    [
        ("meta-llama/Llama-3.1-8B-Instruct", 24, ["meta-llama/", "Llama-3.1-8B-Instruct"]),
        ("meta-llama/Llama-3.1-8B-Instruct", 13, ["meta-llama/", "Llama-3.1-8B-", "Instruct"]),
        ("serve meta-llama/Llama-3.1 now", 12, ["serve meta-", "llama/", "Llama-3.1", "now"]),
        ("https://example.org/models?name=llama", 20, ["https://example.org/", "models?name=llama"]),
        ("/data/raw/part-0001.parquet", 17, ["/data/raw/", "part-0001.parquet"]),
        # Neither a sign nor dashes nor a slash stay behind.
        ("run --learning-rate", 12, ["run", "--learning-", "rate"]),
        ("at -1 or –1", 4, ["at", "-1", "or", "–1"]),
        ("/data", 2, ["/data"]),
        ("24/7", 3, ["24/7"]),
        ("train–test", 6, ["train–", "test"]),
        ("snake_case_name", 6, ["snake_case_name"]),
    ],
)
def test_a_word_that_is_too_long_is_broken_where_unicode_allows_it(text: str, limit: float, lines: list[str]) -> None:
    assert wrapped(text, limit) == lines


@pytest.mark.parametrize("library", ["unicode_segmentation_rs", "uniseg"])
def test_both_libraries_find_the_same_places(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one serves systems for which the first has no wheels."""
    if library == "uniseg":
        monkeypatch.setitem(sys.modules, "unicode_segmentation_rs", None)
    assert wrapped("the meta-llama/Llama-3.1-8B-Instruct", 13) == ["the meta-", "llama/", "Llama-3.1-8B-", "Instruct"]
    assert wrapped("モデル（注）を評価。次に", 10) == ["モデル", "（注）を評", "価。次に"]
    assert wrapped("\ud800 x", 2) == ["\ud800", "x"], "what cannot be written is a box"


def test_faces_do_not_change_where_a_line_is_broken() -> None:
    line = (Run("meta-"), Run("llama", "bold"), Run("/Llama-"), Run("Instruct", "mono", reference=0))
    assert wrap(line, 11, length) == (
        (Run("meta-"), Run("llama", "bold"), Run("/")),
        (Run("Llama-"),),
        (Run("Instruct", "mono", reference=0),),
    )
    assert [shown(part) for part in wrap((Run("x"), Run("-", "bold"), Run("y z")), 3, length)] == ["x-y", "z"]


def test_each_word_is_measured_once_or_twice_however_long_the_text() -> None:
    """Once as a whole and, if it is too long, once in pieces."""
    measured: list[str] = []

    def measure(run: Run) -> float:
        measured.append(run.text)
        return float(len(run.text))

    text = " ".join(["meta-llama/Llama-Instruct", "of 大規模", "\u00a0"] * 1_000)
    assert len(wrap((Run(text),), 20, measure)) > 1_000
    assert sum(map(len, measured)) < 4 * len(text)


@pytest.mark.parametrize("space", ["\u00a0", "\u2007", "\u202f", "\u2060"])
def test_a_no_break_space_breaks_no_line(space: str) -> None:
    assert wrapped(f"300{space}B tokens", 5) == [f"300{space}B", "tokens"]


@pytest.mark.parametrize("space", ["\u2003", "\u3000", "\u200b", "\t"])
def test_other_spaces_do(space: str) -> None:
    assert wrapped(f"one{space}two", 3) == ["one", "two"]


@pytest.mark.parametrize(
    ("text", "limit", "lines"),
    [
        ("大規模言語モデル", 8, ["大規模言", "語モデル"]),
        ("大規模なGPT-4モデル", 12, ["大規模な", "GPT-4モデル"]),
        # No line begins with a full stop or a small letter, none ends with an opening bracket.
        ("評価する。次に", 8, ["評価す", "る。次に"]),
        ("（注）データ", 6, ["（注）", "データ"]),
        ("データ（注）", 8, ["データ", "（注）"]),
        ("チャット", 4, ["チャッ", "ト"]),
    ],
)
def test_japanese_and_chinese_are_broken_between_characters(text: str, limit: float, lines: list[str]) -> None:
    assert "".join(lines) == text
    found = wrapped(text, limit)
    assert "".join(found) == text
    assert all(line[0] not in "。ッャ）ー" and line[-1] != "（" for line in found), found
    assert len(found) == len(lines)


@pytest.mark.parametrize("mark", ["\u3099", "\u302a", "\ufe00", "\U000e0100"])
def test_marks_are_not_parted_from_ideographs_and_kana(mark: str) -> None:
    assert wrapped(f"か{mark}き", 3) == [f"か{mark}", "き"]
    assert wrapped(f"か{mark}き", 2) == [f"か{mark}", "き"]


def test_jamo_of_a_syllable_are_not_parted() -> None:
    assert wrapped("\u1112\u1161\u11ab\u1100\u116e", 3) == ["\u1112\u1161\u11ab", "\u1100\u116e"]


def test_korean_is_broken_at_its_spaces_too() -> None:
    assert wrapped("언어 모델", 4) == ["언어", "모델"]


def test_an_emoji_of_several_characters_is_not_parted() -> None:
    assert wrapped("👩\u200d💻👍🏽👩\u200d💻", 5) == ["👩\u200d💻", "👍🏽", "👩\u200d💻"]


def test_formula_is_one_word_with_adjacent_text() -> None:
    formula = Run(r"\frac{a + b}{c d}", "math", reference=1)
    line = (Run("the loss "), formula, Run(", as usual"))
    found = wrap(line, 12, lambda run: 6.0 if run.face == "math" else float(len(run.text)))
    assert found == ((Run("the loss"),), (formula, Run(",")), (Run("as usual"),))
    assert wrap((Run("損失"), formula, Run("です")), 8, length) == ((Run("損失"),), (formula,), (Run("です"),))


def test_arabic_is_broken_at_its_spaces_and_thai_at_those_of_no_width() -> None:
    assert wrapped("نموذج لغوي كبير", 10) == ["نموذج", "لغوي كبير"]
    assert wrapped("ภาษาไทย", 4) == ["ภาษาไทย"]
    assert wrapped("ภาษา\u200bไทย", 4) == ["ภาษา", "ไทย"]


def test_runs_keep_their_faces_and_references() -> None:
    line = (Run("see "), Run("the long page", "italic", reference=3), Run(" and", script="sub"))
    assert wrap(line, 9, length) == (
        (Run("see "), Run("the", "italic", reference=3)),
        (Run("long", "italic", reference=3),),
        (Run("page", "italic", reference=3), Run(" and", script="sub")),
    )


def test_words_that_meet_without_a_space_stay_together() -> None:
    line = (Run("one "), Run("two", "bold"), Run("three four"))
    assert [shown(part) for part in wrap(line, 8, length)] == ["one", "twothree", "four"]


def test_the_style_says_after_which_width() -> None:
    pipeline = parse(
        "node a: A label of quite a few words that goes on and on\n   :note: and a note that is long as well"
    )
    (block,) = typeset(pipeline, CLASSIC).nodes
    assert len(block.lines) > 2
    assert block.size.width <= CLASSIC.label_width
    (group,) = typeset(parse("group g: A title of quite a few words that goes on\n   node a"), CLASSIC).groups
    assert CLASSIC.label_width < group.size.width <= 1.5 * CLASSIC.label_width


def test_line_breaks_of_the_author_stay() -> None:
    label = Label(((Run("a"),), (Run("a line that is longer than it may be, so it is broken"),), (Run("b"),)))
    (block,) = typeset(Pipeline((Node("a", label),)), CLASSIC).nodes
    texts = ["".join(run.text for run in line.runs) for line in block.lines]
    assert (texts[0], texts[-1]) == ("a", "b")
    assert len(texts) == 4


FACES: tuple[Face, ...] = ("regular", "italic", "bold", "mono")
TEXT = st.text("ab cde  \u00a0\u3000大規。（）ー-x", max_size=12)
RUNS = st.lists(
    st.builds(Run, TEXT, st.sampled_from(FACES), reference=st.sampled_from([None, 0, 1])), min_size=1, max_size=4
).map(tuple)


def test_a_word_that_is_too_long_lets_no_other_line_exceed_the_limit() -> None:
    line = (Run("aaaa b"), Run(" a大", "bold"))
    assert [shown(part) for part in wrap(line, 2.5, length)] == ["aaaa", "b", "a", "大"]


@given(RUNS, st.floats(1, 30))
def test_nothing_is_lost_and_no_line_is_too_long(line: Line, limit: float) -> None:
    found = wrap(line, limit, length)
    # Only spaces at breaks are gone.
    spaceless = [shown(part).replace(" ", "").replace("\u3000", "") for part in (line, *found)]
    assert spaceless[0] == "".join(spaceless[1:])
    # Each character is in the face, and leads where, it did before.
    kept = [(character, run.face, run.reference) for part in found for run in part for character in run.text]
    all_of_it = iter((character, run.face, run.reference) for run in line for character in run.text)
    assert all(item in all_of_it for item in kept)
    if sum(map(length, line)) <= limit:
        assert found == (line,)
    for part in found:
        if sum(map(length, part)) > limit and len(found) > 1:
            assert len(wrap(part, 0.1, length)) == 1, "it could have been broken"


@given(RUNS, st.floats(1, 30))
def test_broken_lines_are_not_broken_again(line: Line, limit: float) -> None:
    found = wrap(line, limit, length)
    assert tuple(again for part in found for again in wrap(part, limit, length)) == found
