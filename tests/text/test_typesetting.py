"""Typesetting: sizes and positions are those of matplotlib's drawing."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import matplotlib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.mathtext import MathTextParser
from matplotlib.textpath import TextPath

from sphinxext.llmpipeline import CLASSIC, MODERN, parse
from sphinxext.llmpipeline.diagnostics import FontError
from sphinxext.llmpipeline.drawing.badges import group_badge
from sphinxext.llmpipeline.drawing.badges import node_badge as on_node
from sphinxext.llmpipeline.geometry.primitives import Box, Curve, Size
from sphinxext.llmpipeline.job import Message
from sphinxext.llmpipeline.layout.result import PlacedNode
from sphinxext.llmpipeline.model.pipeline import Edge, Face, Group, Label, LegendEntry, Node, Pipeline, Run
from sphinxext.llmpipeline.style.types import ColorBar, Style
from sphinxext.llmpipeline.text import matplotlib_fonts
from sphinxext.llmpipeline.text import metrics as fonts
from sphinxext.llmpipeline.text.lines import PlacedRun
from sphinxext.llmpipeline.text.matplotlib_fonts import properties
from sphinxext.llmpipeline.text.metrics import Typeface
from sphinxext.llmpipeline.text.typesetting import BADGE_GAP as GAP
from sphinxext.llmpipeline.text.typesetting import (
    BADGE_MARGIN,
    TextBlock,
    TextBlocks,
    badge_size,
    lower_bounds,
    narrowed,
    shortened,
    typeset,
)
from tests.conftest import ROOT, shaped

TYPEFACES: dict[Face, Typeface] = {
    "regular": Typeface("DejaVu Sans"),
    "bold": Typeface("DejaVu Sans", 700),
    "italic": Typeface("DejaVu Sans", italic=True),
    "mono": Typeface("DejaVu Sans Mono"),
}
FACES: dict[Face, tuple[str, str, str]] = {
    "regular": (CLASSIC.font[0], "normal", "normal"),
    "bold": (CLASSIC.font[0], "normal", "bold"),
    "italic": (CLASSIC.font[0], "italic", "normal"),
    "mono": (CLASSIC.mono_font[0], "normal", "normal"),
}
WORDS = (
    "Corpus", "Tokenize", "model", "AVATAR", "To", "WAVE", "Yes", "L'Y", "175B", "GPT-3", "x", "(Decoder)", "β = 0.04",
    "Größe", "naïve", "Модель", "λόγος", "the quick brown dog jumps over", "MMMMMMMM", "llllllll", "a  b", "100 %",
)  # fmt: skip


UNBROKEN = replace(CLASSIC, label_width=math.inf)
"""Breaks no line, however long it is."""


def block_of(*runs: Run, style: Style = UNBROKEN) -> TextBlock:
    (block,) = typeset(Pipeline((Node("a", Label((runs,))),)), style).nodes
    return block


def width(text: str, face: Face = "regular", style: Style = UNBROKEN) -> float:
    return block_of(Run(text, face), style=style).size.width


def drawn_width(text: str, face: Face, size: float) -> float:
    """Layout of *text* by matplotlib, without hinting."""
    family, slant, weight = FACES[face]
    opened = FT2Font(findfont(FontProperties(family=family, style=slant, weight=weight)))
    opened.set_size(1000, 72)  # large, since it counts in pixels

    # A mark at either end, whose own box is taken off again: the box of the ink ends where the ink does.
    def box(string: str) -> float:
        opened.set_text(string, 0.0, flags=LoadFlags.NO_HINTING)
        return float(opened.get_width_height()[0]) / 64

    return (box(f"|{text}|") - box("|")) / 1000 * size - _advance_of_bar(opened, size)


def _advance_of_bar(opened: FT2Font, size: float) -> float:
    return float(opened.load_char(ord("|"), flags=LoadFlags.NO_HINTING).linearHoriAdvance) / 65536 / 1000 * size


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("text", WORDS)
def test_width_equals_the_width_in_matplotlib(text: str, face: Face) -> None:
    assert width(text, face) == pytest.approx(drawn_width(text, face, CLASSIC.font_size), rel=0.005)


@settings(max_examples=50, deadline=None)
@given(st.text("ABCDEFGHKLMNOPQRSTUVWXYZabcdeghklmnopqrstuvwxyz 0123456789.,-()", min_size=3, max_size=40))
def test_width_of_any_text_without_ligatures(text: str) -> None:
    assert width(text) == pytest.approx(drawn_width(text, "regular", CLASSIC.font_size), rel=0.005, abs=0.1)


def test_kerning_counts() -> None:
    assert width("AV") < width("A") + width("V") - 0.5
    assert width("HH") == pytest.approx(2 * width("H"))


def test_width_grows_with_the_size_of_the_font() -> None:
    large = replace(UNBROKEN, font_size=28.0)
    assert width("Tokenize", style=large) == pytest.approx(2 * width("Tokenize"))


def test_faces_differ_and_mono_is_even() -> None:
    assert width("wide", "bold") > width("wide") * 1.05
    assert width("iiii", "mono") == pytest.approx(width("MMMM", "mono"))
    assert width("iiii") < width("MMMM") / 2


def test_runs_follow_each_other() -> None:
    block = block_of(Run("one "), Run("two", "bold"), Run(" three", "mono"))
    (line,) = block.lines
    assert [run.text for run in line.runs] == ["one ", "two", " three"]
    assert line.runs[0].x == 0
    for before, after in pairwise(line.runs):
        assert after.x == pytest.approx(before.x + before.width)
    assert line.width == pytest.approx(width("one ") + width("two", "bold") + width(" three", "mono"))
    assert line.width == block.size.width


def test_a_space_at_either_end_of_a_run_has_its_width() -> None:
    assert width(" a ") == pytest.approx(width("a") + 2 * width(" "))
    assert width(" ") > 2


@pytest.mark.parametrize("lines", [1, 2, 5])
def test_height_is_that_of_the_lines(lines: int) -> None:
    (block,) = typeset(Pipeline((Node("a", Label.plain("\n".join("x" * lines))),)), CLASSIC).nodes
    assert block.size.height == pytest.approx(lines * CLASSIC.font_size * CLASSIC.line_height)
    assert len(block.lines) == lines
    assert block.size.width == pytest.approx(width("x"))


def test_baselines_run_down_by_the_height_of_a_line() -> None:
    (block,) = typeset(parse("node a: one\\ntwo\\nthree"), CLASSIC).nodes
    baselines = [line.baseline for line in block.lines]
    step = CLASSIC.font_size * CLASSIC.line_height
    assert baselines[1] - baselines[0] == pytest.approx(step)
    assert baselines[2] - baselines[1] == pytest.approx(step)
    assert 0 < baselines[0] < step
    assert baselines[2] < block.size.height


@pytest.mark.parametrize("height", [1.0, 1.25, 2.0])
def test_every_baseline_lies_in_the_block(height: float) -> None:
    style = replace(CLASSIC, line_height=height)
    for block in typeset(parse("node a: one\\ntwo\n   :note: three\n   :repeat: 4"), style).nodes:
        baselines = [line.baseline for line in block.lines]
        assert baselines == sorted(baselines)
        assert all(0 < baseline < block.size.height for baseline in baselines)


def test_the_widest_line_is_the_width() -> None:
    (block,) = typeset(parse("node a: a\\nthe widest of all\\nbc"), CLASSIC).nodes
    assert block.size.width == max(line.width for line in block.lines) == block.lines[1].width


def test_note_and_value_stand_below_the_label_in_their_size() -> None:
    (block,) = typeset(parse("node a: Label\n   :note: one\\ntwo\n   :value: 300B tokens"), CLASSIC).nodes
    large, small = CLASSIC.font_size, CLASSIC.note_font_size
    assert [[(run.text, run.typeface, run.size) for run in line.runs] for line in block.lines] == [
        [("Label", TYPEFACES["regular"], large)],
        [("one", TYPEFACES["regular"], small)],
        [("two", TYPEFACES["regular"], small)],
        [("300B tokens", TYPEFACES["regular"], small)],
    ]
    assert block.size.height == pytest.approx((CLASSIC.font_size + 3 * small) * CLASSIC.line_height)


def test_edges_have_their_size_and_may_have_no_text() -> None:
    pipeline = parse("a -> b\na -> b: label\na -> b: label\n   :note: note\na -> b\n   :note: note")
    none, label, both, note = typeset(pipeline, CLASSIC).edges
    assert none is None
    assert label is not None
    assert both is not None
    assert note is not None
    assert [run.size for line in both.lines for run in line.runs] == [CLASSIC.edge_font_size, CLASSIC.note_font_size]
    assert label.size.height == pytest.approx(CLASSIC.edge_font_size * CLASSIC.line_height)
    assert note.size.height == pytest.approx(CLASSIC.note_font_size * CLASSIC.line_height)


def test_titles_of_groups_are_bold_but_for_other_faces() -> None:
    label = Label(((Run("Title "), Run("code", "mono"), Run("slanted", "italic")),))
    pipeline = Pipeline(
        (Node("a", Label.plain("a"), group="g"),),
        (),
        (Group("g", label, note=Label.plain("note"), repeat="3"),),
    )
    (block,) = typeset(pipeline, CLASSIC).groups
    assert [run.typeface for run in block.lines[0].runs] == [TYPEFACES[face] for face in ("bold", "mono", "italic")]
    assert [[run.size for run in line.runs] for line in block.lines] == [
        [CLASSIC.group_font_size] * 3,
        [CLASSIC.note_font_size],
    ]
    assert [run.text for line in block.lines[1:] for run in line.runs] == ["note"]


def test_badges_are_texts_of_their_own_that_labels_leave_room_for() -> None:
    pipeline = parse("group g: G\n   :repeat: 3\n   node a: a\n   node b: b")
    first, second = pipeline.nodes
    pipeline = replace(pipeline, nodes=(replace(first, repeat="as often as you like"), second))
    blocks = typeset(pipeline, CLASSIC)
    (title,), (badge, none) = blocks.group_badges, blocks.node_badges
    assert title is not None
    assert badge is not None
    assert none is None
    assert [run.text for run in title.lines[0].runs] == ["× 3"]
    assert (
        blocks.groups[0].size.width
        == blocks.groups[0].lines[0].width + GAP + badge_size(title.size).width + BADGE_MARGIN
    )
    node = Box(0, 0, blocks.nodes[0].size.width + 2 * CLASSIC.padding_x, 20)
    placed = PlacedNode((Curve(((0, 0), (node.x1, 0), (node.x1, 20), (0, 20)), closed=True),), Box(40, 5, 50, 15))
    assert on_node(placed, badge.size).x0 >= -7


def test_legend_and_bars_are_set_in_the_size_of_notes() -> None:
    pipeline = replace(parse("model a"), legend=(LegendEntry("node", "model", "Model"),))
    bar = ColorBar(("#000000",), ((0.0, "1k"), (1.0, "1M")), Label.plain("Size"))
    blocks = typeset(pipeline, CLASSIC, [bar])
    (text,) = blocks.bars
    assert text.title is not None
    found = [*blocks.legend, text.title, *text.ticks]
    assert [run.text for block in found for line in block.lines for run in line.runs] == ["Model", "Size", "1k", "1M"]
    assert {run.size for block in found for line in block.lines for run in line.runs} == {CLASSIC.note_font_size}


def test_tooltip_and_link_take_no_room() -> None:
    bare = typeset(parse("node a: Label"), CLASSIC)
    assert typeset(parse("node a: Label\n   :tooltip: more\n   :link: https://example.org"), CLASSIC) == bare


@pytest.mark.parametrize("label", [Label(()), Label(((),)), Label.plain("")])
def test_an_empty_label(label: Label) -> None:
    (block,) = typeset(Pipeline((Node("a", label),)), CLASSIC).nodes
    assert block.size.width == 0
    assert block.size.height == pytest.approx(len(label.lines) * CLASSIC.font_size * CLASSIC.line_height)


def test_a_font_is_opened_once_and_a_glyph_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    serif = replace(UNBROKEN, font=("DejaVu Serif",))  # of which nothing is ready
    width("measure me", style=serif)
    for name in ("get_font", "findfont", "LoadFlags", "Kerning"):
        monkeypatch.setattr(matplotlib_fonts, name, None)
    assert width("measure me", style=serif) > 0


@pytest.mark.parametrize(
    "text", ["模型", "中文 model", "\U0001f916", "\U0001f600", "\u0f40", "a\tb", "\u200b", "\ufffd"]
)
@pytest.mark.parametrize("face", FACES)
def test_a_character_that_the_font_lacks_has_a_width_nevertheless(text: str, face: Face) -> None:
    assert width(text, face) >= 0
    assert width(f"{text}x", face) >= width("x", face)


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize(
    ("control", "drawn"),
    [(chr(code), "\ufffd") for code in (0, 7, 9, 0x1B, 0x7F, 0x85, 0xD800, 0xDFFF, 0xFFFE, 0xFFFF)] + [("\ufeff", "")],
)
def test_control_characters_are_replaced(face: Face, control: str, drawn: str) -> None:
    block = block_of(Run(f"a{control}b", face))
    assert "".join(run.text for line in block.lines for run in line.runs) == f"a{drawn}b"


@pytest.mark.parametrize("face", FACES)
def test_a_run_says_in_which_font_it_is(face: Face) -> None:
    (run,) = block_of(Run("text", face)).lines[0].runs
    assert (run.text, run.typeface, run.size) == ("text", TYPEFACES[face], CLASSIC.font_size)
    family, slant, weight = FACES[face]
    found = properties(run.typeface.face, 14.0)
    assert (found.get_family(), found.get_style(), found.get_size()) == ([family], slant, 14)
    assert findfont(found) == findfont(FontProperties(family=family, style=slant, weight=weight))


@pytest.mark.parametrize(
    "style", [replace(CLASSIC, font=("No Such Font",)), replace(CLASSIC, mono_font=("No Such Font",))]
)
def test_a_font_that_is_not_installed_is_an_error(style: Style) -> None:
    with pytest.raises(FontError) as caught:
        block_of(Run("x"), Run("y", "mono"), style=style)
    assert str(caught.value) == (
        "no font is called 'No Such Font': name a family that is installed, or the path of a font file"
    )


# Several fonts

ELSEWHERE = "\u24b6"
"""A character that matplotlib's STIX fonts have and DejaVu has not."""
NOWHERE = "\u0378"
"""A character that Unicode has not assigned."""


def messages(*runs: Run, style: Style = CLASSIC) -> tuple[str, ...]:
    return texts(typeset(Pipeline((Node("a", Label((runs,))),)), style))


def texts(blocks: TextBlocks) -> tuple[str, ...]:
    """The messages; those about formulas are of another subtype than those about fonts."""
    subtypes = [("draw" if "mathtext" in message.text else "font") for message in blocks.messages]
    assert [message.subtype for message in blocks.messages] == subtypes
    return tuple(message.text for message in blocks.messages)


def test_a_run_is_cut_where_the_font_changes() -> None:
    before, other, after = block_of(Run(f"ab{ELSEWHERE}cd", reference=4)).lines[0].runs
    assert [run.text for run in (before, other, after)] == ["ab", ELSEWHERE, "cd"]
    assert before.typeface == after.typeface == TYPEFACES["regular"]
    assert other.typeface.family != "DejaVu Sans"
    assert other.x == pytest.approx(before.width)
    assert after.x == pytest.approx(other.x + other.width)
    assert {run.reference for run in (before, other, after)} == {4}
    assert {run.size for run in (before, other, after)} == {CLASSIC.font_size}


def test_a_second_font_is_taken_without_a_word() -> None:
    style = replace(CLASSIC, font=("DejaVu Sans", "STIXGeneral"))
    block = block_of(Run(f"ab{ELSEWHERE}"), style=style)
    assert [run.typeface.family for run in block.lines[0].runs] == ["DejaVu Sans", "STIXGeneral"]
    assert messages(Run(f"ab{ELSEWHERE}"), style=style) == ()


def test_known_characters_give_no_message() -> None:
    faces: tuple[Face, ...] = ("regular", "bold", "italic", "mono")
    assert messages(*(Run("Größe β → “x” × 12 \u00a0", face) for face in faces), Run(r"\alpha_1", "math")) == ()


def test_characters_of_other_fonts_are_reported_once() -> None:
    pipeline = Pipeline(
        (Node("a", Label.plain(f"\u24b7{ELSEWHERE}"), note=Label.plain(ELSEWHERE)),),
        (Edge("a", "a", label=Label.plain(f"x{ELSEWHERE}")),),
    )
    (message,) = texts(typeset(pipeline, CLASSIC))
    family = block_of(Run(ELSEWHERE)).lines[0].runs[0].typeface.family
    assert message == (
        f"DejaVu Sans has no 'Ⓐ' (U+24B6), 'Ⓑ' (U+24B7); drawn in {family}:"
        " name a font that has them in llmpipeline_font"
    )


def test_characters_of_no_font_are_reported_once() -> None:
    label = Label.plain(f"\u0379{NOWHERE}\n{NOWHERE}")
    assert texts(typeset(Pipeline((Node("a", label, note=label),)), CLASSIC)) == (
        f"no font has '{NOWHERE}' (U+0378), '\u0379' (U+0379): install one and name it in llmpipeline_font",
    )


def test_both_are_reported() -> None:
    first, second = messages(Run(f"{ELSEWHERE}{NOWHERE}"))
    assert first.startswith("DejaVu Sans has no 'Ⓐ' (U+24B6); drawn in ")
    assert second.startswith(f"no font has '{NOWHERE}' (U+0378): ")


@pytest.mark.parametrize("character", ["①", "א", "⚧", ELSEWHERE])
def test_a_font_that_is_said_to_lack_a_character_lacks_it(character: str) -> None:
    """DejaVu Sans has the first three, DejaVu Sans Mono has none of them."""
    for message in messages(Run(character, "mono")):
        if message.startswith("matplotlib before 3.11 "):
            continue
        said = message.partition(" has no ")[0].split(", ")
        assert "DejaVu Sans Mono" in said
        for family in said:
            assert not fonts.Metrics(Typeface(family)).has(character), message


def test_messages_name_all_fonts_of_the_style() -> None:
    style = replace(CLASSIC, font=("DejaVu Serif", "DejaVu Sans"))
    (message,) = messages(Run(ELSEWHERE), style=style)
    assert message.startswith("DejaVu Serif, DejaVu Sans has no 'Ⓐ' (U+24B6); drawn in ")


# Scripts


def test_scripts_are_small_and_off_the_line() -> None:
    block = block_of(Run("x"), Run("i", script="sub"), Run("y"), Run("2", "bold", "super"))
    x, sub, y, above = block.lines[0].runs
    size = CLASSIC.font_size
    assert [run.size for run in (x, sub, y, above)] == pytest.approx([size, 0.7 * size, size, 0.7 * size])
    assert [run.rise for run in (x, sub, y, above)] == pytest.approx([0, -0.16 * size, 0, 0.34 * size])
    assert sub.width == pytest.approx(0.7 * width("i"))
    assert above.width == pytest.approx(0.7 * width("2", "bold"))
    for before, after in pairwise(block.lines[0].runs):
        assert after.x == pytest.approx(before.x + before.width)
    assert block.size.width == pytest.approx(above.x + above.width)


def test_ascent_and_descent_are_those_of_the_font() -> None:
    plain, script = block_of(Run("x"), Run("x", script="super")).lines[0].runs
    opened = FT2Font(findfont(FontProperties(family="DejaVu Sans")))
    assert plain.ascent == pytest.approx(opened.ascender / opened.units_per_EM * plain.size)
    assert plain.descent == pytest.approx(-opened.descender / opened.units_per_EM * plain.size)
    assert (script.ascent, script.descent) == pytest.approx((0.7 * plain.ascent, 0.7 * plain.descent))


def box(run: PlacedRun) -> tuple[float, float]:
    """Top and bottom of a run above the baseline of its line."""
    return run.rise + run.ascent, run.rise - run.descent


SUB, SUPER = Run("2", script="sub"), Run("2", script="super")
TALL: dict[str, tuple[Run, ...]] = {
    "plain": (Run("x"),),
    "sub": (Run("x"), SUB),
    "super": (Run("x"), SUPER),
    "both": (Run("x"), SUB, SUPER),
    "only super": (SUPER,),
    "fraction": (Run("x "), Run(r"\frac{a}{b}", "math")),
    "tower": (Run(r"\frac{\frac{a}{b}}{\frac{c}{d}}", "math"),),
    "sum": (Run(r"\sum_{i=1}^n", "math"), SUB),
    "literal": (Run("x", "mono"), Run("y", "italic", "super")),
}


@pytest.mark.parametrize("runs", TALL.values(), ids=TALL)
@pytest.mark.parametrize("height", [1.0, 1.25, 2.0])
def test_lines_hold_their_runs_and_do_not_touch(runs: tuple[Run, ...], height: float) -> None:
    label = Label((runs, (Run("between"),), runs, runs))
    (block,) = typeset(Pipeline((Node("a", label, note=label),)), replace(CLASSIC, line_height=height)).nodes
    end = 0.0
    for line in block.lines:
        boxes = [box(run) for run in line.runs]
        top, bottom = max(top for top, _ in boxes), min(bottom for _, bottom in boxes)
        assert line.baseline - top >= end - 1e-9
        end = line.baseline - bottom
    assert end <= block.size.height + 1e-9


def test_a_line_is_as_high_as_the_style_says_where_that_is_enough() -> None:
    for name in ("plain", "super", "only super", "literal"):
        assert block_of(*TALL[name]).size.height == pytest.approx(CLASSIC.font_size * CLASSIC.line_height), name
    for name in ("sub", "both", "fraction", "tower", "sum"):
        block = block_of(*TALL[name])
        (line,) = block.lines
        plain = block_of(Run("x")).lines[0].runs[0]
        tops, bottoms = zip(box(plain), *map(box, line.runs), strict=True)
        assert block.size.height == pytest.approx(max(tops) - min(bottoms)), name
        assert block.size.height > CLASSIC.font_size * CLASSIC.line_height
        assert line.baseline == pytest.approx(max(tops))


# Formulas


FORMULAS = (
    "x", r"\alpha", "x^2", r"\beta_1", r"\frac{a}{b}", r"\sqrt{x + 1}", r"\pi_\theta(y \mid x)", r"\sum_{i=1}^n x_i",
    r"\mathbb{E}_{x \sim D}", r"\log \sigma", r"\hat{y} - \bar{y}", r"\mathrm{KL}(p \| q)", r"x \leq 10^{-4}",
)  # fmt: skip


@pytest.mark.parametrize("source", FORMULAS)
@pytest.mark.parametrize("size", [8.0, 14.0, 40.0])
def test_a_formula_is_as_large_as_its_ink(source: str, size: float) -> None:
    """Measured in whole points, with the side bearings of its first and last glyph."""
    block = block_of(Run(source, "math"), style=replace(CLASSIC, font_size=size))
    (run,) = block.lines[0].runs
    assert (run.text, run.is_math, run.typeface, run.size) == (f"${source}$", True, TYPEFACES["regular"], size)
    ink = TextPath((0, 0), run.text, size=size, prop=properties(run.typeface.face, size)).get_extents()
    slack = 1 + 0.05 * size
    assert -slack <= ink.x0
    assert ink.x1 <= run.width + slack
    assert ink.x1 - ink.x0 == pytest.approx(run.width, abs=2 + 0.3 * size)
    # The sign of a root has a rule above it, for which matplotlib before 3.11 leaves more room than it draws.
    spare = 0.1 * size if "sqrt" in source and matplotlib.__version_info__ < (3, 11) else 0.0
    assert ink.y1 == pytest.approx(run.ascent, abs=1.1 + 0.05 * size + spare)
    assert -ink.y0 == pytest.approx(run.descent, abs=1.1 + 0.05 * size)
    assert block.size.width == run.width


def test_a_formula_stands_in_its_line() -> None:
    block = block_of(Run("see "), Run("x^2", "math", reference=3), Run(" there"))
    before, formula, after = block.lines[0].runs
    assert formula.x == pytest.approx(before.width)
    assert after.x == pytest.approx(formula.x + formula.width)
    assert [run.is_math for run in (before, formula, after)] == [False, True, False]
    assert formula.reference == 3
    assert formula.rise == 0


def test_a_formula_in_a_script_is_small() -> None:
    (run,) = block_of(Run("x", "math", "super")).lines[0].runs
    assert run.size == pytest.approx(0.7 * CLASSIC.font_size)
    assert run.rise == pytest.approx(0.34 * CLASSIC.font_size)


def test_spaces_and_line_breaks_in_a_formula_count_for_nothing() -> None:
    (run,) = block_of(Run("  x\n  + \t y ", "math")).lines[0].runs
    assert run.text == "$x + y$"
    assert messages(Run("  x\n + y", "math")) == ()


@pytest.mark.parametrize(
    "source",
    [r"\frac", r"\nosuch{x}", "a$b", "$", "x^", "{", "}", r"\begin{matrix}a\end{matrix}", r"\left( x", "%", "", " "],
)
def test_a_formula_that_cannot_be_read_is_a_literal(source: str) -> None:
    pipeline = Pipeline((Node("a", Label(((Run("x "), Run(source, "math", reference=2)),))),))
    blocks = typeset(pipeline, UNBROKEN)
    with pytest.raises(ValueError) as caught:  # noqa: PT011 -- its text is what is compared
        MathTextParser("path").parse(f"${' '.join(source.split())}$", 72, properties(TYPEFACES["regular"].face, 14.0))
    reason = str(caught.value).strip().splitlines()[-1]
    assert reason
    assert texts(blocks) == (f"matplotlib's mathtext cannot read the formula '{source}': {reason}",)
    (block,) = blocks.nodes
    assert all("\n" not in message for message in texts(blocks))
    literals = block.lines[0].runs[1:]
    assert "".join(run.text for run in literals) == source
    for run in literals:
        assert (run.typeface, run.is_math, run.reference) == (TYPEFACES["mono"], False, 2)
        assert run.width == pytest.approx(width(source, "mono"))


def test_each_formula_that_cannot_be_read_is_reported_once() -> None:
    found = messages(Run(r"\one", "math"), Run(r"\two", "math"), Run(r"\one", "math"), Run("x", "math"))
    assert [message.partition("': ")[0] for message in found] == [
        r"matplotlib's mathtext cannot read the formula '\one",
        r"matplotlib's mathtext cannot read the formula '\two",
    ]


def test_a_formula_nested_too_deep_is_a_literal() -> None:
    """Otherwise one label ends the build with a RecursionError."""
    source = "{" * 400 + "x" + "}" * 400
    (message,) = messages(Run(source, "math"))
    assert message.startswith(f"matplotlib's mathtext cannot read the formula '{source}': ")


def test_formulas_of_a_diagram_have_a_limit() -> None:
    long = 10_000 * "a"
    label = Label(((Run("x", "math"), Run(long, "math"), Run("y", "math"), Run(long, "math")),))
    (message,) = typeset(Pipeline((Node("a", label),)), UNBROKEN).messages
    assert message == Message(
        "draw",
        f"the formula '{200 * 'a'}…' has 10,000 characters and is shown as its source: "
        "the formulas of a diagram have at most 10,000 characters in all",
    )


def test_a_character_without_a_glyph_in_mathtext_is_reported() -> None:
    """It draws a sign of currency in its place."""
    assert messages(Run("x + 模", "math")) != ()


# Long labels


def test_each_word_of_a_long_label_is_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[str] = []
    width = fonts.Metrics.width
    monkeypatch.setattr(fonts.Metrics, "width", lambda self, text: measured.append(text) or width(self, text))
    block = block_of(Run("one two three " * 1000), style=CLASSIC)
    assert len(block.lines) == 500
    assert [measured.count(word) for word in ("one", "two", "three", " ")] == [1, 1, 1, 1]
    # The whole, before it is broken and when it is, and each line.
    assert len(measured) == 2 + 4 + len(block.lines)


def test_the_font_of_each_character_of_a_long_label_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    has = fonts.Metrics.has
    monkeypatch.setattr(fonts.Metrics, "has", lambda self, character: asked.append(character) or has(self, character))
    block = block_of(Run("模型训练" * 1000), style=CLASSIC)
    assert len(block.lines) < 400  # of 4,000 characters
    # Of each line the first character, to see whether the first font draws the line; else once in each font.
    assert sum(asked.count(character) for character in "模型训练") < 2 * len(block.lines) + 100


# References


def test_references_are_kept_on_every_piece() -> None:
    runs = (Run("one", reference=0), Run(" and "), Run("two", "bold", reference=1), Run("x", "mono", "sub", 7))
    placed = block_of(*runs).lines[0].runs
    assert [(run.text, run.reference) for run in placed] == [("one", 0), (" and ", None), ("two", 1), ("x", 7)]


def test_references_take_no_room() -> None:
    assert block_of(Run("one", reference=0)).size == block_of(Run("one")).size


# Text that needs shaping

SHAPED = ("نموذج لغوي", "GPT-4 نموذج", "مُحَمَّد ٥٦", "می‌خواهم", "שָׁלוֹם עולם", "ນ້ຳ ທີ່", "x̂ é", "ߒߞߏ")


@shaped
@pytest.mark.parametrize("text", SHAPED)
def test_width_of_text_that_needs_shaping_is_that_of_the_drawing(text: str) -> None:
    assert width(text) == pytest.approx(drawn_width(text, "regular", CLASSIC.font_size), abs=0.02)
    assert width(text, "bold") == pytest.approx(drawn_width(text, "bold", CLASSIC.font_size), abs=0.02)


@shaped
def test_joined_letters_are_narrower_than_apart() -> None:
    assert width("بيتنا") < 0.8 * sum(map(width, "بيتنا"))
    assert width("لا") < 0.7 * (width("ل") + width("ا"))


def placed(*runs: Run, style: Style = UNBROKEN) -> list[list[str]]:
    """The texts of each line from left to right, ``<`` before one from right to left; they touch each other."""
    lines = block_of(*runs, style=style).lines
    for line in lines:
        x = 0.0
        for run in sorted(line.runs, key=lambda run: run.x):
            assert run.x == pytest.approx(x)
            x += run.width
        assert line.width == pytest.approx(x)
    return [[("<" if run.rtl else "") + run.text for run in sorted(line.runs, key=lambda run: run.x)] for line in lines]


def test_runs_stand_in_the_order_of_their_directions() -> None:
    runs = (Run("نص "), Run("GPT-4", "bold"), Run(" و "), Run(r"\alpha", "math"), Run(" آخر", reference=1))
    assert placed(*runs) == [["< آخر", r"$\alpha$", "< و ", "GPT-4", "<نص "]]
    assert placed(Run("an "), *runs) == [["an ", "<نص", " ", "GPT-4", " ", "< آخر", r"$\alpha$", "<و "]]
    line = block_of(*runs).lines[0]
    assert "".join(run.text for run in line.runs) == "نص GPT-4 و $\\alpha$ آخر"
    assert [run.reference for run in line.runs] == [None, None, None, None, 1]


def test_a_line_in_one_font_is_one_run() -> None:
    assert placed(Run("نموذج GPT-4 (جديد)")) == [["<نموذج GPT-4 (جديد)"]]
    assert placed(Run("GPT-4 نموذج")) == [["GPT-4 نموذج"]]


def test_brackets_around_a_run_face_it() -> None:
    assert placed(Run("نص ("), Run("GPT", "bold"), Run(")")) == [["<)", "GPT", "<نص ("]]


@shaped
def test_broken_lines_keep_the_direction_of_their_paragraph() -> None:
    style = replace(CLASSIC, label_width=90.0)
    runs = (Run("نموذج لغوي كبير GPT-4 and (others) من"),)
    assert placed(*runs, style=style) == [["<نموذج لغوي"], ["<كبير GPT-4"], ["and"], ["<) من", "others", "<("]]
    assert all(line.rtl for line in block_of(*runs, style=style).lines)
    assert all(line.width <= 90 for line in block_of(*runs, style=style).lines)


@shaped
def test_a_face_that_lacks_a_script_is_replaced_by_the_regular_one() -> None:
    """DejaVu Sans has Arabic, but no slanted Arabic."""
    runs = Run("نص "), Run("مائل", "italic")
    assert [run.typeface for run in block_of(*runs).lines[0].runs] == [TYPEFACES["regular"], TYPEFACES["regular"]]
    assert messages(*runs) == ()


def test_a_character_that_no_font_has_is_measured_as_elsewhere() -> None:
    assert width(f"نص{NOWHERE}نص") == pytest.approx(2 * width("نص") + width(NOWHERE))


@pytest.mark.parametrize("version", [(3, 10, 9), (3, 11, 0)])
def test_a_matplotlib_that_does_not_shape_is_reported(
    version: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matplotlib_fonts, "SHAPES", version >= (3, 11))
    label = Label.plain("لا")
    blocks = typeset(Pipeline((Node("a", label), Node("b", label), Node("c", Label.plain("été")))), CLASSIC)
    expected = "matplotlib before 3.11 neither joins nor orders letters such as 'ل' (U+0644): install a later one"
    assert texts(blocks) == (() if version >= (3, 11) else (expected,))


def test_no_usual_text_is_shaped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts.Metrics, "shaped_width", None)
    assert placed(Run("Größe → "), Run("模型", "bold"), Run("한국어 🚀👩\u200d💻✅\ufe0f")) != []


SIBLINGS = "s: Start\na: Use a container-based approach\nb: Use the CLI or a package\nc: Short\ns -> a, b, c"


def lines_of(text: str, width: float) -> list[int]:
    blocks = typeset(parse(text), replace(CLASSIC, label_width=width))
    return [len(block.lines) for block in blocks.nodes]


def test_labels_of_siblings_break_alike() -> None:
    assert lines_of(SIBLINGS, 180.0) == [1, 2, 2, 1]
    assert lines_of(SIBLINGS, 400.0) == [1, 1, 1, 1]


@pytest.mark.parametrize(
    "edges", ["s -> a\na -> b, c", "s -> a, c\nb -> c", "s -> a, c\ns --> b"], ids=["chain", "source", "feedback"]
)
def test_labels_of_others_break_by_themselves(edges: str) -> None:
    assert lines_of(SIBLINGS.replace("s -> a, b, c", edges), 180.0)[1:] == [2, 1, 1]


def test_a_label_without_a_space_or_with_a_note_stays() -> None:
    assert lines_of(SIBLINGS.replace("Use the CLI or a package", "Use-the-CLI-or-package"), 180.0) == [1, 2, 1, 1]
    noted = SIBLINGS.replace("a package\n", "a package\n   :note: x\n")
    assert lines_of(noted, 180.0) == [1, 2, 2, 1]
    assert len(typeset(parse(noted), replace(CLASSIC, label_width=180.0)).nodes[2].lines[0].runs[0].text) > 20


NARROWED = (
    SIBLINGS.replace("c: Short", "c: Short\n   :repeat: 3\n   :note: in two stages")
    + "\na -> c: one label of several words\ngroup g: A group with a title of several words\n   d: Part\n"
)


def test_narrower_lines_are_those_of_narrow_text_from_the_start() -> None:
    pipeline, narrow = parse(NARROWED), replace(CLASSIC, label_width=100.0)
    wide = typeset(pipeline, replace(CLASSIC, label_width=400.0))
    assert narrowed(wide, pipeline, narrow) == typeset(pipeline, narrow) != wide
    assert narrowed(typeset(pipeline, replace(CLASSIC, label_width=180.0)), pipeline, narrow) == typeset(
        pipeline, narrow
    )


def test_only_blocks_that_do_not_fit_are_set_again() -> None:
    pipeline = parse(NARROWED)
    wide = typeset(pipeline, replace(CLASSIC, label_width=400.0))
    blocks = narrowed(wide, pipeline, replace(CLASSIC, label_width=100.0)).nodes
    kept = [block is known for block, known in zip(blocks, wide.nodes, strict=True)]
    assert dict(zip((node.id for node in pipeline.nodes), kept, strict=True)) == {
        "s": True,
        "a": False,
        "b": False,
        "c": True,
        "d": True,
    }


@pytest.mark.parametrize(
    ("label", "lines"),
    [
        ("yes", 0),
        ("incremental", 0),
        ("new weights", 2),
        ("no, collect more", 3),
        ("no, raise the share of low-resource languages", 4),
        ("so many words that no few lines have room for all of these if they are to be short", 0),
    ],
)
def test_labels_of_edges_have_a_few_short_lines(label: str, lines: int) -> None:
    pipeline = parse(f"a -> b: {label}\na -> c: new weights")
    text = typeset(pipeline, MODERN)
    found = shortened(text, pipeline, MODERN, [0])
    assert [*found] == ([0] if lines else [])
    for key, block in found.items():
        known = text.edges[key]
        assert known is not None
        assert len(block.lines) == lines
        assert block.size.width < known.size.width


def test_labels_that_are_short_are_not_shortened_again() -> None:
    pipeline = parse("a -> b: no, collect a few more\na -> c")
    text = typeset(pipeline, MODERN)
    found = shortened(text, pipeline, MODERN, [0, 1])
    assert [*found] == [0]
    assert shortened(replace(text, edges=(found[0], None)), pipeline, MODERN, [0, 1]) == {}


@pytest.mark.parametrize("part", [0.65, 0.4])
def test_no_text_is_smaller_in_narrow_lines_than_its_lower_bound(part: float) -> None:
    limit = part * MODERN.label_width
    changed = 0
    for file in sorted((ROOT / "docs" / "corpus").glob("*.txt")):
        pipeline = parse(file.read_text(encoding="utf-8"))
        wide = typeset(pipeline, MODERN)
        least, narrow = lower_bounds(wide, limit), narrowed(wide, pipeline, replace(MODERN, label_width=limit))
        changed += least.nodes != wide.nodes
        for bound, block in zip((*least.nodes, *least.edges), (*narrow.nodes, *narrow.edges), strict=True):
            assert (bound is None) == (block is None)
            if bound and block:
                assert bound.size.width <= block.size.width
                assert bound.size.height <= block.size.height
    assert changed > 20


# Lists


def test_the_lines_of_a_list_are_flush_and_the_list_is_centred() -> None:
    text = "Sources\n- a\n- a long one that is broken into two lines\nall public"
    (block,) = typeset(Pipeline((Node("a", Label.plain(text), note=Label.plain("- n")),)), CLASSIC).nodes
    title, *items, rest, note = block.lines
    assert (title.shift, rest.shift) == (None, None)
    assert len(items) == 3
    widest = max(line.width for line in items)
    left = {round((line.shift or 0.0) - line.width / 2, 9) for line in (*items, note)}
    assert left == {round(-widest / 2, 9)}
    assert block.size.width == widest


def test_a_list_is_as_wide_as_a_label_may_be() -> None:
    (block,) = typeset(Pipeline((Node("a", Label.plain("- " + "word " * 30)),)), CLASSIC).nodes
    assert len(block.lines) > 2
    assert block.size.width <= CLASSIC.label_width


def test_a_badge_stands_below_a_title_that_is_as_wide_as_a_label_may_be() -> None:
    text = "group g: A group\n   :repeat: 3\n   node a"
    for label_width, is_below in ((200.0, False), (60.0, True)):
        blocks = typeset(parse(text), replace(CLASSIC, label_width=label_width))
        (title,), (badge,) = blocks.groups, blocks.group_badges
        assert badge is not None
        pill = badge_size(badge.size)
        room = Box(10, 10, 10 + title.size.width, 10 + title.size.height)
        box = group_badge(room, title, badge)
        assert room.holds(box, 0.1)
        assert (box.y1 < room.y1 - title.lines[0].baseline) is is_below
        assert (title.size.width < title.lines[0].width + pill.width) is is_below


# Groups without a title


def test_a_group_without_a_title_takes_no_room() -> None:
    blocks = typeset(parse("group g:\n  a\ngroup h:\n  :note: n\n  b\ngroup i:\n  :repeat: 2\n  c"), CLASSIC)
    nothing, note, repeated = blocks.groups
    assert nothing == TextBlock((), Size(0.0, 0.0))
    assert [run.text for line in note.lines for run in line.runs] == ["n"]
    badge = blocks.group_badges[2]
    assert badge is not None
    pill = badge_size(badge.size)
    assert repeated == TextBlock((), Size(pill.width + BADGE_MARGIN, pill.height))
