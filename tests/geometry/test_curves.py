"""Curves: arrowheads, and Béziers as polylines."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext.llmpipeline.geometry.curves import (
    arrow_ends,
    arrow_length,
    arrow_size,
    arrowhead,
    flattened,
    pieces,
    point_at,
)
from sphinxext.llmpipeline.geometry.primitives import Curve, Point
from sphinxext.llmpipeline.geometry.segments import point_distance
from sphinxext.llmpipeline.model.vocabulary import EDGE_KINDS

ARCH = Curve(((0.0, 0.0), (0.0, 40.0), (60.0, 40.0), (60.0, 0.0)), bezier=True)
COORDINATES = st.floats(-100, 100)
POINTS = st.tuples(COORDINATES, COORDINATES)


@pytest.mark.parametrize("width", [0.5, 1.2, 2.6, 8.0])
def test_an_arrowhead_grows_with_its_line(width: float) -> None:
    head = arrowhead((10.0, 20.0), (1.0, 0.0), arrow_size(width))
    left, tip, right = head.points
    assert head.closed
    assert tip == (10.0, 20.0)
    assert left[0] == right[0] == pytest.approx(10 - arrow_length(width))
    assert left[1] - 20 == pytest.approx(20 - right[1]) == pytest.approx(3.5 * arrow_size(width))
    assert arrow_length(width) == 10 * arrow_size(width)


@given(st.floats(0, 2 * math.pi))
def test_an_arrowhead_points_where_it_should(angle: float) -> None:
    towards = math.cos(angle), math.sin(angle)
    left, tip, right = arrowhead((0.0, 0.0), towards, arrow_size(1.2)).points
    middle = (left[0] + right[0]) / 2, (left[1] + right[1]) / 2
    assert math.dist(middle, tip) == pytest.approx(arrow_length(1.2))
    assert (-middle[0] / arrow_length(1.2), -middle[1] / arrow_length(1.2)) == pytest.approx(towards)


def test_which_ends_have_arrowheads() -> None:
    assert {kind: arrow_ends(kind) for kind in EDGE_KINDS} == {
        "flow": (False, True),
        "derive": (False, True),
        "weak": (False, True),
        "feedback": (False, True),
        "exchange": (True, True),
        "link": (False, False),
        "skip": (False, True),
    }


@given(st.lists(POINTS, min_size=4, max_size=4))
def test_a_flattened_curve_is_near_its_beziers(points: list[Point]) -> None:
    curve = Curve(tuple(points), bezier=True)
    line = flattened(curve)
    assert (line[0], line[-1]) == (curve.points[0], curve.points[-1])
    segments = [(*one, *other) for one, other in pairwise(line)]
    for number in range(21):
        at = point_at(curve.points, number / 20)
        assert min(point_distance(segment, at) for segment in segments) < 0.06


def test_pieces_of_a_polyline_are_its_straight_lines() -> None:
    assert pieces(Curve(((0, 0), (50, 0), (50, 7)))) == [((0, 0), (50, 0)), ((50, 0), (50, 7))]
    assert pieces(ARCH) == [ARCH.points]
