"""Labels are as wide and as high as what draws them makes them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font, LoadFlags

from sphinxext.llmpipeline import CLASSIC, parse
from sphinxext.llmpipeline.geometry import Size
from sphinxext.llmpipeline.model import Edge, Face, Group, Label, Node, Pipeline, Run
from sphinxext.llmpipeline.style import Style
from sphinxext.llmpipeline.text import Block, font, measure

FACES: dict[Face, tuple[str, str, str]] = {
    "regular": (CLASSIC.font, "normal", "normal"),
    "bold": (CLASSIC.font, "normal", "bold"),
    "italic": (CLASSIC.font, "italic", "normal"),
    "mono": (CLASSIC.mono_font, "normal", "normal"),
}
WORDS = (
    "Corpus", "Tokenize", "model", "AVATAR", "To", "WAVE", "Yes", "L'Y", "175B", "GPT-3", "x", "(Decoder)", "β = 0.04",
    "Größe", "naïve", "Модель", "λόγος", "the quick brown dog jumps over", "MMMMMMMM", "llllllll", "a  b", "100 %",
)  # fmt: skip


def block_of(*runs: Run, style: Style = CLASSIC) -> Block:
    (block,) = measure(Pipeline((Node("a", Label((runs,))),)), style).nodes
    return block


def width(text: str, face: Face = "regular", style: Style = CLASSIC) -> float:
    return block_of(Run(text, face), style=style).size.width


def drawn_width(text: str, face: Face, size: float) -> float:
    """What matplotlib's own layout makes of *text*, without hinting."""
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
def test_width_is_what_matplotlib_lays_out(text: str, face: Face) -> None:
    assert width(text, face) == pytest.approx(drawn_width(text, face, CLASSIC.font_size), rel=0.005)


@settings(max_examples=50, deadline=None)
@given(st.text("ABCDEFGHKLMNOPQRSTUVWXYZabcdeghklmnopqrstuvwxyz 0123456789.,-()", min_size=3, max_size=40))
def test_width_of_any_text_without_ligatures(text: str) -> None:
    assert width(text) == pytest.approx(drawn_width(text, "regular", CLASSIC.font_size), rel=0.005, abs=0.1)


def test_kerning_counts() -> None:
    assert width("AV") < width("A") + width("V") - 0.5
    assert width("HH") == pytest.approx(2 * width("H"))


def test_width_grows_with_the_size_of_the_font() -> None:
    large = replace(CLASSIC, font_size=28.0)
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
    for before, after in zip(line.runs, line.runs[1:], strict=False):
        assert after.x == pytest.approx(before.x + before.width)
    assert line.width == pytest.approx(width("one ") + width("two", "bold") + width(" three", "mono"))
    assert line.width == block.size.width


def test_a_space_at_either_end_of_a_run_has_its_width() -> None:
    assert width(" a ") == pytest.approx(width("a") + 2 * width(" "))
    assert width(" ") > 2


@pytest.mark.parametrize("lines", [1, 2, 5])
def test_height_is_that_of_the_lines(lines: int) -> None:
    (block,) = measure(Pipeline((Node("a", Label.plain("\n".join("x" * lines))),)), CLASSIC).nodes
    assert block.size.height == pytest.approx(lines * CLASSIC.font_size * CLASSIC.line_height)
    assert len(block.lines) == lines
    assert block.size.width == pytest.approx(width("x"))


def test_baselines_run_down_by_the_height_of_a_line() -> None:
    (block,) = measure(parse("node a: one\\ntwo\\nthree"), CLASSIC).nodes
    baselines = [line.baseline for line in block.lines]
    step = CLASSIC.font_size * CLASSIC.line_height
    assert baselines[1] - baselines[0] == pytest.approx(step)
    assert baselines[2] - baselines[1] == pytest.approx(step)
    assert 0 < baselines[0] < step
    assert baselines[2] < block.size.height


@pytest.mark.parametrize("height", [1.0, 1.25, 2.0])
def test_every_baseline_lies_in_the_block(height: float) -> None:
    style = replace(CLASSIC, line_height=height)
    for block in measure(parse("node a: one\\ntwo\n   :note: three\n   :repeat: 4"), style).nodes:
        baselines = [line.baseline for line in block.lines]
        assert baselines == sorted(baselines)
        assert all(0 < baseline < block.size.height for baseline in baselines)


def test_the_widest_line_is_the_width() -> None:
    (block,) = measure(parse("node a: a\\nthe widest of all\\nbc"), CLASSIC).nodes
    assert block.size.width == max(line.width for line in block.lines) == block.lines[1].width


def test_note_and_repeat_stand_below_the_label_in_their_size() -> None:
    (block,) = measure(parse("node a: Label\n   :note: one\\ntwo\n   :repeat: 12"), CLASSIC).nodes
    assert [[(run.text, run.face) for run in line.runs] for line in block.lines] == [
        [("Label", "regular")],
        [("one", "regular")],
        [("two", "regular")],
        [("× 12", "bold")],
    ]
    small = CLASSIC.note_font_size
    assert [line.font_size for line in block.lines] == [CLASSIC.font_size, small, small, small]
    assert block.size.height == pytest.approx((CLASSIC.font_size + 3 * small) * CLASSIC.line_height)


def test_edges_have_their_size_and_may_have_no_text() -> None:
    pipeline = parse("a -> b\na -> b: label\na -> b: label\n   :note: note\na -> b\n   :note: note")
    none, label, both, note = measure(pipeline, CLASSIC).edges
    assert none is None
    assert label is not None
    assert both is not None
    assert note is not None
    assert [line.font_size for line in both.lines] == [CLASSIC.edge_font_size, CLASSIC.note_font_size]
    assert label.size.height == pytest.approx(CLASSIC.edge_font_size * CLASSIC.line_height)
    assert note.size.height == pytest.approx(CLASSIC.note_font_size * CLASSIC.line_height)


def test_titles_of_groups_are_bold_but_for_other_faces() -> None:
    label = Label(((Run("Title "), Run("code", "mono"), Run("slanted", "italic")),))
    pipeline = Pipeline(
        (Node("a", Label.plain("a"), group="g"),),
        (),
        (Group("g", label, note=Label.plain("note"), repeat="3"),),
    )
    (block,) = measure(pipeline, CLASSIC).groups
    assert [run.face for run in block.lines[0].runs] == ["bold", "mono", "italic"]
    assert [line.font_size for line in block.lines] == [CLASSIC.group_font_size, *[CLASSIC.note_font_size] * 2]
    assert [run.text for line in block.lines[1:] for run in line.runs] == ["note", "× 3"]


def test_tooltip_and_link_take_no_room() -> None:
    bare = measure(parse("node a: Label"), CLASSIC)
    assert measure(parse("node a: Label\n   :tooltip: more\n   :link: https://example.org"), CLASSIC) == bare


@pytest.mark.parametrize("label", [Label(()), Label(((),)), Label.plain("")])
def test_an_empty_label(label: Label) -> None:
    (block,) = measure(Pipeline((Node("a", label),)), CLASSIC).nodes
    assert block.size.width == 0
    assert block.size.height == pytest.approx(len(label.lines) * CLASSIC.font_size * CLASSIC.line_height)


def test_sizes_follow_the_order_of_the_pipeline() -> None:
    pipeline = Pipeline(
        (Node("a", Label.plain("wide label"), group="g"), Node("b", Label.plain("x"))),
        (Edge("a", "b"), Edge("b", "a", label=Label.plain("back"))),
        (Group("g", Label.plain("G")),),
    )
    blocks = measure(pipeline, CLASSIC)
    sizes = blocks.sizes()
    assert sizes.nodes == tuple(block.size for block in blocks.nodes)
    assert sizes.edges == (None, blocks.edges[1] and blocks.edges[1].size)
    assert sizes.groups == tuple(block.size for block in blocks.groups)
    assert isinstance(sizes.nodes[0], Size)


def test_a_font_is_opened_once_and_a_glyph_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    width("measure me")
    monkeypatch.setattr("sphinxext.llmpipeline.text.FT2Font", None)
    monkeypatch.setattr("sphinxext.llmpipeline.text.LoadFlags", None)
    monkeypatch.setattr("sphinxext.llmpipeline.text.Kerning", None)
    assert width("measure me") > 0


@pytest.mark.parametrize(
    "text", ["模型", "中文 model", "\U0001f916", "\U0001f600", "\u0f40", "a\tb", "\u200b", "\ufffd"]
)
@pytest.mark.parametrize("face", FACES)
def test_a_character_that_the_font_lacks_has_a_width_nevertheless(text: str, face: Face) -> None:
    assert width(text, face) >= 0
    assert width(f"{text}x", face) >= width("x", face)


@pytest.mark.parametrize("face", FACES)
def test_font_is_what_is_measured(face: Face) -> None:
    family, slant, weight = FACES[face]
    found = font(CLASSIC, face, 14.0)
    assert (found.get_family(), found.get_style(), found.get_weight(), found.get_size()) == (
        [family],
        slant,
        weight,
        14,
    )


def test_a_font_that_is_not_installed_gives_way_to_another() -> None:
    assert width("x", style=replace(CLASSIC, font="No Such Font")) > 0
