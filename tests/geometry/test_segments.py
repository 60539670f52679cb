"""Segments: chains of them, their parts inside boxes, distances, crossings, and what runs side by side."""

from __future__ import annotations

import math

import pytest

from sphinxext.llmpipeline.geometry.primitives import Box, Curve, Point, straight
from sphinxext.llmpipeline.geometry.segments import (
    Segment,
    box_around,
    box_distance,
    chain,
    length,
    meeting,
    part_inside,
    point_distance,
    side_by_side,
    vertices,
)

BOX = Box(10, 10, 30, 20)


def circle(radius: float) -> list[Point]:
    return [(radius * math.cos(math.radians(at)), radius * math.sin(math.radians(at))) for at in range(91)]


def test_what_runs_on_straight_is_one_segment() -> None:
    line = Curve(((0, 0), *straight((0, 0), (40, 0)), *straight((40, 0), (90, 0))), bezier=True)
    assert chain(vertices(line)) == [(0, 0, 90, 0)]


def test_many_small_turns_are_a_bend() -> None:
    found = chain(circle(100))
    assert len(found) > 8
    assert max(min(point_distance(part, point) for part in found) for point in circle(100)) < 0.5


def test_a_line_that_turns_back_is_two_segments() -> None:
    assert chain([(0, 0), (10, 0), (4, 0)]) == [(0, 0, 10, 0), (10, 0, 4, 0)]


def test_points_along_a_curve_are_near_it() -> None:
    quarter = 0.5522847
    curve = Curve(((100, 0), (100, 100 * quarter), (100 * quarter, 100), (0, 100)), bezier=True)
    found = list(vertices(curve))
    assert found[0], found[-1] == ((100, 0), (0, 100))
    middles = [((x0 + x1) / 2, (y0 + y1) / 2) for x0, y0, x1, y1 in chain(found)]
    assert all(abs(math.hypot(*point) - 100) < 0.5 for point in middles)


@pytest.mark.parametrize(
    ("segment", "inside"),
    [
        ((0, 15, 40, 15), (10, 15, 30, 15)),
        ((20, 40, 20, 15), (20, 20, 20, 15)),
        ((12, 12, 14, 14), (12, 12, 14, 14)),
        ((0, 0, 40, 30), (40 / 3, 10, 80 / 3, 20)),
        ((0, 9, 40, 9), None),
        ((0, 10, 40, 10), None),  # along its side
        ((0, 18, 12, 30), None),  # past its corner
        ((0, 15, 9, 15), None),
    ],
)
def test_the_part_of_a_segment_in_a_box(segment: Segment, inside: Segment | None) -> None:
    assert part_inside(segment, BOX) == (None if inside is None else pytest.approx(inside))


def test_sides_can_be_further_in() -> None:
    assert part_inside((0, 15, 40, 15), BOX, 2.0) == (12, 15, 28, 15)
    assert part_inside((0, 11, 40, 11), BOX, 2.0) is None
    assert part_inside((0, 15, 40, 15), BOX, 5.0) is None  # nothing is left of the box


@pytest.mark.parametrize(
    ("segment", "distance"),
    [
        ((0, 15, 40, 15), 0),
        ((0, 24, 40, 24), 4),
        ((0, 24, 7, 24), 5),  # from its end to a corner
        ((34, 0, 34, 40), 4),
        ((30, 30, 40, 20), math.sqrt(50)),  # at a slant, from a corner
        ((12, 25, 28, 29), 5),  # at a slant, from an end
    ],
)
def test_the_distance_of_a_box(segment: Segment, distance: float) -> None:
    assert box_distance(segment, BOX) == pytest.approx(distance)


def test_the_distance_of_a_point() -> None:
    assert [point_distance((0, 0, 10, 0), point) for point in ((5, 3), (13, 4), (-3, 4))] == [3, 5, 5]
    assert point_distance((0, 0, 0, 0), (3, 4)) == 5


def test_the_box_and_the_length_of_a_segment() -> None:
    assert box_around((4, 0, 0, 3)) == Box(0, 0, 4, 3)
    assert length((4, 0, 0, 3)) == 5


def test_segments_meet_where_they_cross() -> None:
    assert meeting((0, 0, 10, 10), (0, 10, 10, 0)) == (5, 5)
    assert meeting((0, 0, 10, 10), (0, 10, 4, 6.1)) is None
    assert meeting((0, 0, 90, 0), (0, 1, 90, -1)) is None  # nearly parallel
    assert meeting((0, 0, 90, 0), (0, 5, 90, -5)) == (45, 0)


def test_segments_side_by_side() -> None:
    assert side_by_side((0, 0, 50, 0), (10, 2.9, 90, 2.9), 3) == pytest.approx(40)
    assert side_by_side((0, 0, 50, 0), (90, 2.9, 10, 2.9), 3) == pytest.approx(40)  # against each other
    assert side_by_side((0, 0, 50, 0), (10, 3, 90, 3), 3) == 0
    assert side_by_side((0, 0, 50, 0), (50, 0, 90, 0), 3) == 0  # one after the other
    assert side_by_side((0, 0, 50, 0), (0, -10, 50, 20), 3) == 0  # across
    assert side_by_side((0, 0, 60, 0), (0, 0, 60, 6), 3) == pytest.approx(30)  # a wedge
