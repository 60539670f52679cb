"""Fonts that draw characters, and the widths of the characters."""

from __future__ import annotations

import contextlib
import os
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Literal

import pytest
from matplotlib.font_manager import FontProperties, findfont, fontManager
from matplotlib.ft2font import FT2Font, LoadFlags

from sphinxext.llmpipeline import MODERN, parse
from sphinxext.llmpipeline.cache.drawings import wanted
from sphinxext.llmpipeline.diagnostics import FontError
from sphinxext.llmpipeline.job import Job
from sphinxext.llmpipeline.model.pipeline import Face
from sphinxext.llmpipeline.text import matplotlib_fonts
from sphinxext.llmpipeline.text import metrics as fonts
from sphinxext.llmpipeline.text.matplotlib_fonts import OpenFont, font_file, properties
from sphinxext.llmpipeline.text.metrics import Fonts, Metrics, Typeface
from tests.conftest import needed_font, shaped
from tests.fontmaker import make_collection, make_font

SANS, MONO = ("DejaVu Sans",), ("DejaVu Sans Mono",)
ELSEWHERE = "\u24b6"
"""A character that matplotlib's STIX fonts have and DejaVu has not."""
NOWHERE = "\u0378"
"""A character that Unicode has not assigned."""
PRIVATE = "\U0010fffd"
"""A character that no font has but those that a test makes."""

pytestmark = pytest.mark.usefixtures("restored_fonts")


def spans(text: str, *families: str, face: Face = "regular") -> list[tuple[str, str]]:
    return [(span.text, span.metrics.typeface.family) for span in Fonts(families or SANS, MONO).spans(text, face)]


def add_to_matplotlib(path: Path, family: str, advances: dict[str, int]) -> None:
    fontManager.addfont(make_font(path, family, advances))
    matplotlib_fonts._sorted_faces.cache_clear()
    fonts._other_font.cache_clear()


# Names


@pytest.mark.parametrize(
    ("face", "typeface"),
    [
        ("regular", Typeface("DejaVu Sans", 400, False)),
        ("bold", Typeface("DejaVu Sans", 700, False)),
        ("italic", Typeface("DejaVu Sans", 400, True)),
        ("mono", Typeface("DejaVu Sans Mono", 400, False)),
        ("math", Typeface("DejaVu Sans", 400, False)),
    ],
)
def test_primary_font_of_a_face(face: Face, typeface: Typeface) -> None:
    assert Fonts(("DejaVu Sans", "DejaVu Serif"), MONO).primary(face).typeface == typeface


def test_properties_are_those_that_matplotlib_takes() -> None:
    found = properties(Typeface("DejaVu Sans", 700, True).face, 9.5)
    assert found == FontProperties(family="DejaVu Sans", style="italic", weight=700, size=9.5)
    assert found.get_size_in_points() == 9.5


@pytest.mark.parametrize(
    "typeface", [Typeface("DejaVu Sans"), Typeface("DejaVu Sans", 700), Typeface("DejaVu Sans", italic=True)]
)
def test_file_of_a_font(typeface: Typeface) -> None:
    path, number = font_file(typeface.face)
    style = "oblique" if typeface.italic else "normal"
    assert path == findfont(FontProperties(family="DejaVu Sans", weight=typeface.weight, style=style))
    assert (
        Path(path).name
        == {
            (400, False): "DejaVuSans.ttf",
            (700, False): "DejaVuSans-Bold.ttf",
            (400, True): "DejaVuSans-Oblique.ttf",
        }[typeface.weight, typeface.italic]
    )
    assert number == 0


@pytest.mark.parametrize("name", ["No Such Font", "dejavu sans", "sans-serif", "DejaVu", "", "DejaVu Sans.woff"])
@pytest.mark.parametrize("place", ["alone", "second", "mono"])
def test_a_family_that_is_not_there(name: str, place: Literal["alone", "second", "mono"]) -> None:
    made = {
        "alone": Fonts((name,), MONO),
        "second": Fonts((*SANS, name), MONO),
        "mono": Fonts(SANS, (name,)),
    }[place]
    face: Face = "mono" if place == "mono" else "regular"
    message = f"no font is called '{name}': name a family that is installed, or the path of a font file"
    with pytest.raises(FontError) as caught:
        made.primary(face)
    assert str(caught.value) == message
    with pytest.raises(FontError) as caught:
        list(made.spans("x", face))
    assert str(caught.value) == message


# Files


@pytest.mark.parametrize("suffix", ["ttf", "otf", "TTF"])
def test_a_font_file(suffix: str, tmp_path: Path) -> None:
    path = make_font(tmp_path / f"mine.{suffix}", "Of A File", {"a": 250, "b": 750}, weight=600)
    made = Fonts((path, *SANS), MONO)
    for face in ("regular", "bold", "italic"):
        metrics = made.primary(face)
        assert metrics.typeface == Typeface("Of A File", 600, False)
        assert metrics.width("ab") == pytest.approx(1.0)
    assert [(span.text, span.metrics.typeface.family) for span in made.spans("abc", "regular")] == [
        ("ab", "Of A File"),
        ("c", "DejaVu Sans"),
    ]
    assert font_file(Typeface("Of A File", 600).face) == (path, 0)
    assert made.substituted == {}
    assert made.missing == set()


def test_a_font_file_for_literals(tmp_path: Path) -> None:
    path = make_font(tmp_path / "mine.ttf", "Of A File Mono", {"a": 500})
    assert Fonts(SANS, (path,)).primary("mono").typeface == Typeface("Of A File Mono")


def test_a_relative_path_counts_from_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "fonts").mkdir()
    make_font(tmp_path / "fonts" / "mine.ttf", "Of A Relative File", {"a": 250})
    monkeypatch.chdir(tmp_path)
    assert Fonts(("fonts/mine.ttf",), MONO).primary("regular").width("a") == pytest.approx(0.25)


@pytest.mark.parametrize("name", ["fonts/missing.ttf", "missing.otf", "/no/such/folder/x.TTC"])
def test_a_file_that_is_not_there(name: str) -> None:
    with pytest.raises(FontError) as caught:
        Fonts((name,), MONO).primary("regular")
    assert str(caught.value) == f"there is no font file '{name}'"


def test_a_folder_is_no_font_file(tmp_path: Path) -> None:
    (tmp_path / "x.ttf").mkdir()
    with pytest.raises(FontError) as caught:
        Fonts((str(tmp_path / "x.ttf"),), MONO).primary("regular")
    assert str(caught.value) == f"there is no font file '{tmp_path / 'x.ttf'}'"


@pytest.mark.parametrize("content", [b"", b"I am no font", bytes(2000)])
def test_a_file_that_is_no_font(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "x.ttf").write_bytes(content)
    with pytest.raises(FontError, match=r"x\.ttf"):
        Fonts((str(tmp_path / "x.ttf"),), MONO).primary("regular")


def test_a_file_is_measured_itself_where_a_font_of_its_name_is_installed(tmp_path: Path) -> None:
    """A project may bring another version of a font."""
    path = make_font(tmp_path / "mine.ttf", "DejaVu Sans", {"a": 250})
    metrics = Fonts((path,), MONO).primary("regular")
    assert metrics.width("a") == pytest.approx(0.25)
    assert font_file(metrics.typeface.face) == (path, 0)


def test_two_files_of_one_family_are_two_fonts(tmp_path: Path) -> None:
    first = make_font(tmp_path / "first.ttf", "Of Two Files", {"a": 250})
    second = make_font(tmp_path / "second.ttf", "Of Two Files", {"b": 750})
    found = list(Fonts((first, second), MONO).spans("ab", "regular"))
    assert [span.text for span in found] == ["a", "b"]
    assert [span.metrics.width(span.text) for span in found] == pytest.approx([0.25, 0.75])


# Which font draws what


def test_text_that_the_first_font_has_is_one_span() -> None:
    assert spans("Größe, β → “x”") == [("Größe, β → “x”", "DejaVu Sans")]


def test_no_text_is_an_empty_span() -> None:
    assert spans("") == [("", "DejaVu Sans")]


def test_a_character_is_drawn_by_the_first_font_that_has_it(tmp_path: Path) -> None:
    one = make_font(tmp_path / "one.ttf", "Chain One", {"a": 500, "b": 500})
    two = make_font(tmp_path / "two.ttf", "Chain Two", {"b": 500, "c": 500, "模": 1000})
    made = Fonts((one, two, *SANS), MONO)
    assert [(span.text, span.metrics.typeface.family) for span in made.spans("abcbdaa模模e", "regular")] == [
        ("ab", "Chain One"),
        ("c", "Chain Two"),
        ("b", "Chain One"),
        ("d", "DejaVu Sans"),
        ("aa", "Chain One"),
        ("模模", "Chain Two"),
        ("e", "DejaVu Sans"),
    ]
    assert made.substituted == {}
    assert made.missing == set()


@pytest.mark.parametrize("text", ["abc", "a模b", f"{ELSEWHERE}{NOWHERE}x", "模 模", " x\u200d模", "\u0301a"])
def test_spans_are_the_text(text: str) -> None:
    found = list(Fonts(SANS, MONO).spans(text, "regular"))
    assert "".join(span.text for span in found) == text
    assert all(span.text for span in found)
    for before, after in pairwise(found):
        assert before.metrics is not after.metrics


def test_a_font_outside_of_the_style_stands_in_and_is_noted() -> None:
    made = Fonts(SANS, MONO)
    before, other = made.spans(f"x{ELSEWHERE}", "regular")
    assert before.metrics.typeface == Typeface("DejaVu Sans")
    assert other.metrics.has(ELSEWHERE)
    assert made.substituted == {ELSEWHERE: other.metrics.typeface.family}
    assert made.missing == set()
    assert not other.metrics.typeface.family.startswith(("Last Resort", "STIXNonUnicode", "STIXSize"))


def test_of_other_fonts_upright_ones_without_serifs_come_first(tmp_path: Path) -> None:
    for number, family in enumerate(("Aaa Serif", "Aaa Sans Mono", "Zzz Sans", "Yyy Sans")):
        add_to_matplotlib(tmp_path / f"{number}.ttf", family, {PRIVATE: 321} if family != "Yyy Sans" else {"x": 1})
    ((text, family),) = spans(PRIVATE)
    assert (text, family) == (PRIVATE, "Zzz Sans")


@pytest.mark.parametrize("name", ["Last Resort Two", "STIXSizeTwoSym Two", "STIXNonUnicode Two", "cmex10 Two"])
def test_fonts_that_hold_other_signs_at_the_codes_of_letters_never_stand_in(name: str, tmp_path: Path) -> None:
    add_to_matplotlib(tmp_path / "x.ttf", name, {PRIVATE: 321})
    made = Fonts(SANS, MONO)
    list(made.spans(PRIVATE, "regular"))
    assert (made.substituted, made.missing) == ({}, {PRIVATE})


def test_a_font_that_cannot_be_opened_is_passed_over(tmp_path: Path) -> None:
    add_to_matplotlib(tmp_path / "a.ttf", "Aaaa Sans", {PRIVATE: 1})
    add_to_matplotlib(tmp_path / "z.ttf", "Zzzz Sans", {PRIVATE: 1})
    (tmp_path / "a.ttf").write_bytes(b"gone")
    assert spans(PRIVATE) == [(PRIVATE, "Zzzz Sans")]


def test_a_character_of_no_font_stays_in_the_first_and_is_noted() -> None:
    made = Fonts(SANS, MONO)
    assert [(span.text, span.metrics.typeface.family) for span in made.spans(f"a{NOWHERE}b", "regular")] == [
        (f"a{NOWHERE}b", "DejaVu Sans")
    ]
    assert made.missing == {NOWHERE}
    assert made.substituted == {}


def test_metrics_are_kept_per_style() -> None:
    first, second = Fonts(SANS, MONO), Fonts(SANS, MONO)
    list(first.spans(f"{ELSEWHERE}{NOWHERE}", "regular"))
    assert second.substituted == {}
    assert second.missing == set()
    list(second.spans(f"{ELSEWHERE}{NOWHERE}", "regular"))
    assert (second.substituted, second.missing) == (first.substituted, first.missing)


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u2003", "\u3000", "\t"])
def test_space_keeps_the_font_of_the_previous_character(space: str, tmp_path: Path) -> None:
    other = make_font(tmp_path / "x.ttf", "Of Spaces", {"模": 1000})
    assert spans(f"a{space}模{space}模{space}b", *SANS, other) == [
        (f"a{space}", "DejaVu Sans"),
        (f"模{space}模{space}", "Of Spaces"),
        ("b", "DejaVu Sans"),
    ]


@pytest.mark.parametrize("joiner", ["\u200b", "\u200c", "\u200d", "\u2060", "\ufe0e", "\ufe0f"])
def test_joiner_keeps_the_font_of_the_previous_character_and_is_never_missing(joiner: str, tmp_path: Path) -> None:
    other = make_font(tmp_path / "x.ttf", "Of Joiners", {"\U0001f916": 1300})
    made = Fonts((*SANS, other), MONO)
    found = [
        (span.text, span.metrics.typeface.family) for span in made.spans(f"\U0001f916{joiner}\U0001f916", "regular")
    ]
    assert found == [(f"\U0001f916{joiner}\U0001f916", "Of Joiners")]
    assert next(made.spans(f"a{joiner}", "regular")).text == f"a{joiner}"
    assert (made.substituted, made.missing) == ({}, set())


def test_bold_and_italic_of_a_second_font_are_its_own() -> None:
    for face, weight, italic in (("bold", 700, False), ("italic", 400, True)):
        _, other = Fonts(("DejaVu Sans Mono", "DejaVu Sans"), MONO).spans("x\u05d0", face)  # type: ignore[arg-type]
        assert other.metrics.typeface == Typeface("DejaVu Sans", weight, italic)


# Metrics


def advance(typeface: Typeface, character: str) -> float:
    opened = FT2Font(font_file(typeface.face)[0])
    opened.set_size(1000, 72)
    return float(opened.load_char(ord(character), flags=LoadFlags.NO_HINTING).linearHoriAdvance) / 65536 / 1000


@pytest.mark.parametrize(
    "typeface", [Typeface("DejaVu Sans"), Typeface("DejaVu Sans", 700), Typeface("DejaVu Sans Mono")]
)
def test_width_of_a_character_is_its_advance(typeface: Typeface) -> None:
    metrics = Metrics(typeface)
    for character in "aWi 1ßβ→…":
        assert metrics.width(character) == pytest.approx(advance(typeface, character))
        assert metrics.width(character) == metrics.width(character)


def test_ascent_and_descent_are_those_of_the_file(tmp_path: Path) -> None:
    metrics = Fonts((make_font(tmp_path / "x.ttf", "Of Height", {"a": 500}),), MONO).primary("regular")
    assert (metrics.ascent, metrics.descent) == pytest.approx((0.9, 0.2))


def test_width_does_not_depend_on_other_drawings_of_matplotlib() -> None:
    """It shares the opened font, and sets it to other sizes."""
    from matplotlib.font_manager import get_font

    metrics = Metrics(Typeface("DejaVu Sans"))
    get_font(font_file(Typeface("DejaVu Sans").face)[0]).set_size(7, 300)
    first = metrics.width("AV")
    get_font(font_file(Typeface("DejaVu Sans").face)[0]).set_size(90, 72)
    assert Metrics(Typeface("DejaVu Sans")).width("AV") == first
    assert metrics.width("AVAV") < 2 * first


KERNED = {("A", "V"): -200, ("V", "A"): -100}


def laid_out(path: str, text: str) -> float:
    """Width of *text* in matplotlib's layout, in ems."""
    opened = FT2Font(path)
    opened.set_size(1000, 72)
    opened.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    return float(opened.get_width_height()[0]) / 64 / 1000


@pytest.mark.parametrize("table", ["kern", "GPOS"])
@pytest.mark.parametrize("text", ["A", "AV", "VA", "AVAVA", "AAVV", "A V"])
def test_kerning_is_that_of_matplotlibs_own_layout(table: Literal["kern", "GPOS"], text: str, tmp_path: Path) -> None:
    """Most fonts of today have their kerning in the table of OpenType alone."""
    path = make_font(
        tmp_path / "x.ttf", f"Kerned By {table}", {"A": 600, "V": 600, " ": 300}, kerning=KERNED, table=table
    )
    assert Fonts((path,), MONO).primary("regular").width(text) == pytest.approx(laid_out(path, text), abs=0.001)


def test_kerning_of_the_old_table_counts(tmp_path: Path) -> None:
    path = make_font(tmp_path / "x.ttf", "Kerned", {"A": 600, "V": 600}, kerning=KERNED)
    metrics = Fonts((path,), MONO).primary("regular")
    for _ in range(2):
        assert metrics.width("AV") == pytest.approx(1.0)
        assert metrics.width("AVA") == pytest.approx(1.5)
        assert metrics.width("AA") == pytest.approx(1.2)


def test_no_kerning_across_fonts(tmp_path: Path) -> None:
    one = make_font(tmp_path / "one.ttf", "Kern One", {"A": 600}, kerning={("A", "A"): -100})
    two = make_font(tmp_path / "two.ttf", "Kern Two", {"V": 600})
    found = list(Fonts((one, two), MONO).spans("AVA", "regular"))
    assert sum(span.metrics.width(span.text) for span in found) == pytest.approx(1.8)


CJK = [f"Noto Sans CJK {language}" for language in ("SC", "TC", "JP", "KR", "HK")]


@pytest.mark.program
def test_a_chinese_character_is_one_em_wide() -> None:
    installed = [family for family in CJK if matplotlib_fonts.is_known(family)]
    for family in installed or [needed_font(CJK[0])]:
        made = Fonts((*SANS, family), MONO)
        before, other, after = made.spans("a模型の한b", "regular")
        assert (before.text, other.text, after.text) == ("a", "模型の한", "b")
        assert other.metrics.typeface == Typeface(family)
        assert other.metrics.width("模型") == pytest.approx(2.0)
        assert other.metrics.width("の") == pytest.approx(1.0)
        assert (made.substituted, made.missing) == ({}, set())


@pytest.mark.parametrize("table", [{"Coll One": {"a": 250}, "Coll Two": {"b": 750}}])
def test_a_collection_is_its_first_font(table: dict[str, dict[str, int]], tmp_path: Path) -> None:
    path = make_collection(tmp_path / "x.ttc", table)
    metrics = Fonts((path,), MONO).primary("regular")
    assert metrics.typeface.family == "Coll One"
    assert metrics.width("a") == pytest.approx(0.25)
    assert font_file(metrics.typeface.face) == (path, 0)


# Guesses


@pytest.mark.parametrize(
    ("character", "width"),
    [
        ("x", 0.7),
        (PRIVATE, 0.7),
        ("\u0f40", 0.7),
        ("模", 1.0),
        ("の", 1.0),
        ("한", 1.0),
        ("Ａ", 1.0),
        ("\U0001f916", 1.3),
        ("\U0001f600", 1.3),
        ("\u0301", 0.0),
        ("\u0591", 0.0),
        ("\u200d", 0.0),
        ("\ufe0f", 0.0),
        ("\u200b", 0.0),
    ],
)
def test_width_of_a_character_that_the_font_lacks_is_guessed(character: str, width: float, tmp_path: Path) -> None:
    path = make_font(tmp_path / "x.ttf", f"Of A {ord(character):X}", {"a": 500})
    metrics = Fonts((path,), MONO).primary("regular")
    assert not metrics.has(character)
    assert metrics.width(character) == pytest.approx(width)
    assert metrics.width(f"a{character}a") == pytest.approx(1.0 + width)


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # of the threads of other tests
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_forks_do_not_read_the_fonts_that_their_parent_has_open() -> None:
    """They would share the position in each file, and read from the positions of each other."""
    typeface = Typeface(*SANS)
    mine = fonts.metrics_of(typeface)
    letters = [letter for code in range(0x100, 0x1000) if mine.has(letter := chr(code))]
    children = []
    for turn in range(4):
        child = os.fork()
        if child == 0:
            status = 1
            with contextlib.suppress(Exception):
                order = letters[turn * 300 :] + letters[: turn * 300]
                widths = {letter: fonts.metrics_of(typeface).width(letter) for letter in order}
                fresh = OpenFont(typeface.face)
                fresh._font = FT2Font(findfont(properties(typeface.face, 10.0)))
                status = int(any(fresh.advance(letter) != width for letter, width in widths.items()))
            os._exit(status)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 4


def test_a_family_of_labels_is_another_thing_than_one_of_literals() -> None:
    """Its drawings have other names in the cache."""
    names = ("DejaVu Sans", "DejaVu Serif", "DejaVu Sans Mono")
    one, other = (replace(MODERN, font=names[:cut], mono_font=names[cut:]) for cut in (2, 1))
    assert wanted(Job(parse("a"), one, "svg")).name != wanted(Job(parse("a"), other, "svg")).name


# Text that needs shaping


def test_marks_keep_the_font_of_their_letter_if_it_has_them(tmp_path: Path) -> None:
    first = make_font(tmp_path / "first.ttf", "First Marks", {"a": 500, "\u0301": 100})
    second = make_font(tmp_path / "second.ttf", "Second Marks", {"b": 500, "c": 500, "\u0301": 100})
    third = make_font(tmp_path / "third.ttf", "Third Marks", {"d": 500})
    found = spans("a\u0301b\u0301cd\u0301", first, second, third)
    assert found == [
        ("a\u0301", "First Marks"),
        ("b\u0301c", "Second Marks"),
        ("d", "Third Marks"),
        ("\u0301", "First Marks"),
    ]


@shaped
@pytest.mark.parametrize("control", ["\u200e", "\u061c", "\u202b", "\u2067", "\u2069"])
def test_controls_of_the_direction_need_no_font(control: str, tmp_path: Path) -> None:
    font = make_font(tmp_path / "x.ttf", "Without Controls", {"a": 500, "b": 500})
    fonts_ = Fonts((font,), MONO)
    assert [span.text for span in fonts_.spans(f"a{control}b", "regular")] == [f"a{control}b"]
    assert (fonts_.missing, fonts_.substituted) == (set(), {})
    assert fonts_.primary("regular").shaped_width(f"a{control}b") == pytest.approx(1.0)


def test_brackets_have_their_width_in_both_directions() -> None:
    metrics = Metrics(Typeface("DejaVu Sans"))
    for text in ("(", ") ", "-"):
        assert metrics.shaped_width(text, rtl=True) == pytest.approx(metrics.width(text), abs=1e-4)
