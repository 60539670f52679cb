"""Round shapes: circles of one size around short texts, ellipses of dots, and points where lines meet."""

from __future__ import annotations

import math

import pytest

from sphinxext.llmpipeline import parse
from sphinxext.llmpipeline.geometry.curves import flattened
from sphinxext.llmpipeline.geometry.primitives import Box, Size
from sphinxext.llmpipeline.geometry.round_shapes import MEETING, circle, circle_size, dot, dot_line, dots, ellipsis_size
from sphinxext.llmpipeline.geometry.shapes import SHAPES, flat_part
from sphinxext.llmpipeline.style.builtin import STYLES
from sphinxext.llmpipeline.style.types import Style
from sphinxext.llmpipeline.text.typesetting import typeset


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_circles_around_one_or_two_letters_are_equal_and_small(style: Style) -> None:
    signs = ["+", "×", "⊕", "σ", "ln", "QK", "WW", "||"]
    texts = typeset(parse("\n".join(f"op o{index}: {sign}" for index, sign in enumerate(signs))), style).nodes
    found = {circle_size(block.size, style.padding_x, style.padding_y) for block in texts}
    (side,) = {side for size in found for side in (size.width, size.height)}
    assert side < SHAPES["box"].size(texts[0].size, style.padding_x, style.padding_y).height


@pytest.mark.parametrize("label", [Size(40, 16), Size(120, 16), Size(60, 32), Size(30, 48)])
def test_a_circle_holds_the_ink_of_its_label(label: Size) -> None:
    size = circle_size(label, 10, 9)
    assert size.width == size.height
    inked = math.hypot(label.width / 2, label.height / 2 - 3.3)
    assert size.width / 2 >= inked


@pytest.mark.parametrize("box", [Box(0, 0, 30, 30), Box(0, 0, 28, 16), Box(5, 5, 10, 60)])
def test_a_circle_stands_in_the_middle_of_any_box(box: Box) -> None:
    (curve,) = circle(box, 8)
    radius = min(box.width, box.height) / 2
    for point in flattened(curve):
        assert math.dist(point, box.center) == pytest.approx(radius, rel=1e-3)


def test_dots_form_a_row_or_a_column() -> None:
    box = Box(0, 0, 20, 20)
    middles = [
        [Box.around(curve.points).center for curve in dots(box, 8, upright=upright)[1:]] for upright in (False, True)
    ]
    assert [[x for x, _ in found] for found in middles] == [pytest.approx([4, 10, 16]), pytest.approx([10] * 3)]
    assert [[y for _, y in found] for found in middles] == [pytest.approx([10] * 3), pytest.approx([16, 10, 4])]
    assert dots(box)[0] == box.outline()


def test_the_line_around_a_dot_fills_it() -> None:
    curve, line = Box.around(dot((0, 0), 4).points), dot_line(4)
    assert curve.width + line == pytest.approx(4)
    assert line > curve.width


def test_an_ellipsis_is_as_large_as_its_text() -> None:
    assert ellipsis_size(Size(0, 0), 10, 9) == Size(20, 20)
    assert ellipsis_size(Size(70, 16), 10, 9) == Size(80, 25)


def test_lines_end_in_the_middle_of_a_point() -> None:
    assert {flat_part("point", MEETING, MEETING, 8.0, side) for side in ("left", "right", "top", "bottom")} == {
        (MEETING / 2, MEETING / 2)
    }
