"""Texts of plots, as the typesetter sets them."""

from __future__ import annotations

from sphinxext.llmpipeline import MODERN
from sphinxext.llmpipeline.plots.lettering import Lettering


def test_width_is_that_of_the_widest_line() -> None:
    lettering = Lettering(MODERN)
    assert lettering.width("a\nlonger") == lettering.width("longer") > lettering.width("a") > 0


def test_names_break_between_words() -> None:
    lettering = Lettering(MODERN)
    assert lettering.broken("a name of four words", lettering.width("a name of four")) == "a name of\nfour words"
    assert lettering.broken("short", 200.0) == "short"


def test_extent_holds_ascenders_and_descenders() -> None:
    lettering = Lettering(MODERN)
    ascent, descent = lettering.extent(lettering.line("xg", 10.0))
    assert ascent > 7.0
    assert descent > 2.0


def test_line_is_set_once() -> None:
    lettering = Lettering(MODERN)
    assert lettering.line("loss", 10.0) is lettering.line("loss", 10.0)
