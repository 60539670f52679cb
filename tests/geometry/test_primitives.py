"""Boxes and their relations."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext.llmpipeline.geometry.primitives import Box, Curve, Size
from sphinxext.llmpipeline.layout.result import Layout, PlacedEdge, PlacedGroup, PlacedNode

COORDINATES = st.integers(-1000, 1000)
POINTS = st.lists(st.tuples(COORDINATES, COORDINATES), min_size=1, max_size=8)
BOXES = POINTS.map(Box.around)


@given(POINTS)
def test_box_around_points_is_the_smallest_that_holds_them(points: list[tuple[int, int]]) -> None:
    box = Box.around(points)
    assert all(box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1 for x, y in points)
    assert {box.x0, box.x1} <= {x for x, _ in points}
    assert {box.y0, box.y1} <= {y for _, y in points}


def test_box_around_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="not enough values to unpack"):
        Box.around([])


def test_measures_of_a_box() -> None:
    box = Box(1, 2, 4, 8)
    assert (box.width, box.height, box.center) == (3, 6, (2.5, 5.0))


@given(BOXES)
def test_a_box_holds_itself(box: Box) -> None:
    assert box.holds(box)


@given(BOXES, BOXES)
def test_a_box_around_two_holds_both(one: Box, other: Box) -> None:
    both = Box.around([(one.x0, one.y0), (one.x1, one.y1), (other.x0, other.y0), (other.x1, other.y1)])
    assert both.holds(one)
    assert both.holds(other)


@given(BOXES, BOXES)
def test_overlap_is_mutual_and_has_an_area(one: Box, other: Box) -> None:
    assert one.overlaps(other) == other.overlaps(one)
    if one.holds(other) and other.width and other.height:
        assert one.overlaps(other)


@pytest.mark.parametrize(
    ("other", "slack", "held"),
    [
        (Box(0, 0, 10, 10), 0, True),
        (Box(-1, 0, 10, 10), 0, False),
        (Box(0, -1, 10, 10), 0, False),
        (Box(0, 0, 11, 10), 0, False),
        (Box(0, 0, 10, 11), 0, False),
        (Box(-1, -1, 11, 11), 1, True),
        (Box(-1, -1, 11, 11.5), 1, False),
    ],
)
def test_holds(other: Box, slack: float, held: bool) -> None:
    assert Box(0, 0, 10, 10).holds(other, slack) is held


@pytest.mark.parametrize(
    ("other", "slack", "overlap"),
    [
        (Box(9, 9, 20, 20), 0, True),
        (Box(9, 9, 20, 20), 1, False),
        (Box(10, 0, 20, 10), 0, False),
        (Box(0, 10, 10, 20), 0, False),
        (Box(-5, 4, 15, 6), 0, True),
        (Box(8, 20, 20, 30), 0, False),
    ],
)
def test_overlaps(other: Box, slack: float, overlap: bool) -> None:
    assert Box(0, 0, 10, 10).overlaps(other, slack) is overlap


def test_box_of_a_node_is_around_every_curve_of_its_outline() -> None:
    node = PlacedNode((Curve(((0, 0), (4, 0), (4, 4)), closed=True), Curve(((5, -1), (5, 2)))), Box(1, 1, 2, 2))
    assert node.box == Box(0, -1, 5, 4)


def test_box_of_a_group_is_around_its_border() -> None:
    assert PlacedGroup(Curve(((0, 0), (9, 0), (9, 5), (0, 5)), closed=True), Box(1, 4, 3, 5)).box == Box(0, 0, 9, 5)


def test_values_are_frozen_hashable_and_equal_by_content() -> None:
    assert Size(1, 2) == Size(1.0, 2.0)
    assert len({Box(0, 0, 1, 1), Box(0, 0, 1, 1)}) == 1
    with pytest.raises(FrozenInstanceError):
        Size(1, 2).width = 3  # type: ignore[misc]


def test_a_layout_moves_with_all_that_is_in_it() -> None:
    frame = Curve(((0, 0), (9, 0), (9, 5)), closed=True)
    spline = Curve(((0, 0), (1, 1), (2, 1), (3, 0)), bezier=True)
    head = Curve(((3, 0), (2, 1), (4, 1)), closed=True, filled=True)
    layout = Layout(
        Box(0, 0, 9, 5),
        (PlacedNode((frame, spline), Box(1, 1, 2, 2)),),
        (PlacedEdge((spline,), (head,), Box(5, 1, 6, 2)), PlacedEdge((spline,))),
        (PlacedGroup(frame, Box(1, 4, 3, 5)),),
    )
    moved_frame = Curve(((10, 20), (19, 20), (19, 25)), closed=True)
    moved_spline = Curve(((10, 20), (11, 21), (12, 21), (13, 20)), bezier=True)
    moved_head = Curve(((13, 20), (12, 21), (14, 21)), closed=True, filled=True)
    assert layout.moved(10, 20) == Layout(
        Box(10, 20, 19, 25),
        (PlacedNode((moved_frame, moved_spline), Box(11, 21, 12, 22)),),
        (PlacedEdge((moved_spline,), (moved_head,), Box(15, 21, 16, 22)), PlacedEdge((moved_spline,))),
        (PlacedGroup(moved_frame, Box(11, 24, 13, 25)),),
    )
