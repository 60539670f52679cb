"""Colours of parts, and of marks of plots."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline import MODERN
from sphinxext.llmpipeline.drawing.colors import BoxColors, Color, of_category, of_ink
from sphinxext.llmpipeline.plots.picture import Ink
from sphinxext.llmpipeline.style.types import Tone


def test_colours_of_a_kind_have_its_variables() -> None:
    assert BoxColors.of("model", Tone("red", "#00f", "black")) == BoxColors(
        Color("red", "model-fill"), Color("#00f", "model-stroke"), Color("black", "model-text")
    )


def test_group_of_a_category_has_its_ground() -> None:
    look = MODERN.categories["2"]
    assert of_category("2", look).fill == Color(look.light.fill, "category-2-fill")
    assert of_category("2", look, is_group=True).fill == Color(look.light_ground, "category-2-ground")


@pytest.mark.parametrize(
    ("ink", "color"),
    [
        (Ink("line"), Color(MODERN.nodes["node"].light.stroke, "node-stroke")),
        (Ink("text"), Color(MODERN.nodes["node"].light.text, "node-text")),
        (Ink("ground"), Color(MODERN.nodes["node"].light.fill, "node-fill")),
        (Ink("fill", "3"), Color(MODERN.categories["3"].light.fill, "category-3-fill")),
        (Ink("stroke", "3"), Color(MODERN.categories["3"].light.stroke, "category-3-stroke")),
        (Ink("fixed", "#123456"), Color("#123456")),
    ],
    ids=lambda value: getattr(value, "role", ""),
)
def test_marks_of_plots(ink: Ink, color: Color) -> None:
    assert of_ink(ink, MODERN) == color
