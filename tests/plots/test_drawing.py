"""Plots as pictures: everything inside, no text upon another, the same whatever the settings are."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from itertools import combinations

import matplotlib as mpl
import pytest

from sphinxext.llmpipeline import CLASSIC, HIGH_CONTRAST, MODERN, PRINT, parse
from sphinxext.llmpipeline.geometry.primitives import Box
from sphinxext.llmpipeline.job import Message
from sphinxext.llmpipeline.plots.drawing import draw_plots
from sphinxext.llmpipeline.plots.picture import Ink, PathMark, TextMark
from sphinxext.llmpipeline.style.types import Style
from tests.plots.tools import DATA, declared, paths, picture, pictures, texts

STYLES = (MODERN, CLASSIC, PRINT, HIGH_CONTRAST)


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
@pytest.mark.parametrize("rest", ["", "\n   :size: 100 x 60", "\n   :size: 400 x 250"])
@pytest.mark.parametrize("data", DATA.values(), ids=DATA)
def test_everything_is_inside_and_no_text_upon_another(data: str, rest: str, style: Style) -> None:
    drawn = picture(data, style, rest)
    whole = Box(0.0, 0.0, drawn.size.width, drawn.size.height)
    for mark in drawn.marks:
        if isinstance(mark, PathMark):
            assert whole.holds(Box.around(mark.curve.points), 0.01)
    boxes = texts(drawn)
    assert boxes
    assert all(whole.holds(box, 0.01) for box in boxes.values())
    assert [pair for pair in combinations(boxes, 2) if boxes[pair[0]].overlaps(boxes[pair[1]], 0.01)] == []


@pytest.mark.parametrize("data", DATA.values(), ids=DATA)
def test_size_is_the_one_asked_for_if_texts_have_room(data: str) -> None:
    found = pictures(data, rest="\n   :size: 420 x 260")
    assert (found.of["a"].size.width, found.of["a"].size.height) == (434.0, 274.0)  # and the ground around it
    assert found.messages == ()


def test_size_without_room_for_the_texts() -> None:
    found = pictures(DATA["bars"], rest="\n   :size: 60 x 40")
    size = found.of["a"].size
    needed = f"{size.width - 14:.0f} x {size.height - 14:.0f}"
    text = f"the plot of 'a' does not fit 60 x 40 points: it has {needed} for its texts"
    assert found.messages == (Message("layout", text),)


def test_sizes_of_the_style() -> None:
    style = replace(MODERN, plot_width=300.0, plot_height=140.0, plot_font_size=9.0)
    drawn = picture(DATA["line-alone"], style)
    assert (drawn.size.width, drawn.size.height) == (314.0, 154.0)
    assert {mark.run.size for mark in drawn.marks if isinstance(mark, TextMark)} == {9.0}


def test_settings_of_the_project_do_not_count() -> None:
    usual = [picture(data) for data in DATA.values()]
    settings = {"axes.facecolor": "red", "lines.linewidth": 9, "axes.grid": True, "font.size": 30, "xtick.top": True,
                "axes.spines.right": True, "axes.xmargin": 0.4, "patch.linewidth": 7, "text.usetex": False}  # fmt: skip
    with mpl.rc_context(settings):
        assert [picture(data) for data in DATA.values()] == usual
        assert mpl.rcParams["lines.linewidth"] == 9


def test_ground_is_first_and_that_of_usual_nodes() -> None:
    first = picture(DATA["line"]).marks[0]
    assert isinstance(first, PathMark)
    assert (first.fill, first.width) == (Ink("ground"), 0.0)


def test_several_plots_of_a_diagram() -> None:
    both = parse(declared(DATA["bars"]) + "\n" + declared(DATA["pie"]).replace("node a", "node b") + "\nnode c")
    assert draw_plots(both, MODERN).sizes.keys() == {"a", "b"}


def test_problems_with_fonts_are_messages() -> None:
    found = pictures("bars\n \N{EGYPTIAN HIEROGLYPH A001}: 3\n \N{ROCKET}: 4")
    assert [message.subtype for message in found.messages] == ["font"]
    assert [message.subtype for message in found.emoji_messages] == ["font"]


def test_names_are_no_formulas() -> None:
    assert {"$x$", "5"} <= texts(picture("bars\n $x$: 5")).keys()


def test_series_have_colours_or_else_dashes() -> None:
    lines = [mark for mark in paths(picture(DATA["line"])) if mark.stroke.palette and not mark.fill]
    assert {(mark.stroke.name, mark.dash) for mark in lines} == {("1", ()), ("2", ())}
    printed = [mark for mark in paths(picture(DATA["line"], PRINT)) if mark.stroke.palette and not mark.fill]
    assert len({mark.dash for mark in printed}) == 2


def test_diagram_without_plots_loads_no_figures() -> None:
    code = (
        "import sys\n"
        "from sphinxext.llmpipeline import parse, render\n"
        "render(parse('model a: A\\na -> a: label'))\n"
        "print([name for name in sys.modules if name.startswith('matplotlib') or '.plots' in name or 'numpy' in name])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert shown.stdout.strip() == "[]"
