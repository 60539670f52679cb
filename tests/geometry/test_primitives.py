"""Boxes and their relations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext.llmpipeline.geometry.primitives import Box, Size

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


def test_values_are_hashable_and_equal_by_content() -> None:
    assert Size(1, 2) == Size(1.0, 2.0)
    assert len({Box(0, 0, 1, 1), Box(0, 0, 1, 1)}) == 1
