"""Exact colours that stand for those of the style."""

from __future__ import annotations

import re

from sphinxext.llmpipeline import MODERN, PRINT
from sphinxext.llmpipeline.model.plots import MOST_SERIES
from sphinxext.llmpipeline.plots.inks import MARKERS, Inks
from sphinxext.llmpipeline.plots.picture import Ink


def test_every_colour_is_exact_and_its_own() -> None:
    inks = Inks(MODERN)
    assert all(re.fullmatch("#[0-9a-f]{6}", name) for name in inks.table)
    assert inks.table[inks.line] == Ink("line")
    assert inks.table[inks.fill(0)] == Ink("fill", "1")
    assert inks.table[inks.stroke(1)] == Ink("stroke", "2")
    assert len(inks.table) == len({*inks.table.values()}) == 3 + 2 * MOST_SERIES


def test_colours_begin_again_after_the_last() -> None:
    inks = Inks(MODERN)
    assert inks.fill(MOST_SERIES) == inks.fill(0)


def test_style_without_colours_has_dashes_and_all_have_markers() -> None:
    inks = Inks(PRINT)
    assert not inks.is_colored
    assert len({inks.dash(index) for index in range(MOST_SERIES)}) == len({*MARKERS}) == MOST_SERIES
    assert {Inks(MODERN).dash(index) for index in range(MOST_SERIES)} == {()}
