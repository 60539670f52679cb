"""Marks of categories: their shapes and places."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline.drawing import marks
from sphinxext.llmpipeline.geometry.primitives import Box, Curve
from sphinxext.llmpipeline.layout.result import PlacedEdge, PlacedNode
from sphinxext.llmpipeline.style.builtin import CATEGORY_MARKS

NODE = PlacedNode((Curve(Box(0, 0, 100, 40).corners, closed=True),), Box(20, 10, 80, 30))
LINE = PlacedEdge((Curve(((0, 0), (100, 0))),), ())


def test_every_mark_has_a_shape_of_its_own() -> None:
    shapes = {(marks.outline(mark, Box(0, 0, 9, 9)), marks.is_open(mark)) for mark in CATEGORY_MARKS}
    assert len(shapes) == len(CATEGORY_MARKS)


@pytest.mark.parametrize("mark", CATEGORY_MARKS)
def test_a_mark_stays_in_its_box(mark: str) -> None:
    assert Box(0, 0, 9, 9).holds(Box.around(marks.outline(mark, Box(0, 0, 9, 9)).points), 1e-6)


def test_a_mark_stands_on_the_corner_of_a_node() -> None:
    assert marks.on_node(NODE, []).center == (0, 40)
    assert marks.on_node(NODE, [Box(-10, 30, 10, 50)]).center == (100, 40)


def test_a_mark_stands_on_the_border_of_a_group() -> None:
    assert marks.on_group(Box(0, 0, 100, 60), []).center == (14, 60)
    assert marks.on_group(Box(0, 0, 100, 60), [Box(0, 50, 30, 70)]).center == (86, 60)


def test_a_mark_stands_in_the_middle_of_a_line() -> None:
    assert marks.on_edge(LINE, []).center[0] == pytest.approx(50, abs=4)
    (x, y) = marks.on_edge(LINE, [Box(40, -5, 60, 5)]).center
    assert (abs(x - 50) > 14, y) == (True, 0)
