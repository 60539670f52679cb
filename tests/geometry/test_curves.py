"""Curves: arrowheads, intersections, clipping, joining."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext.llmpipeline.geometry import curves
from sphinxext.llmpipeline.geometry.curves import (
    Trace,
    arrow_ends,
    arrow_length,
    arrow_size,
    arrowhead,
    clipped,
    joined,
    walk,
)
from sphinxext.llmpipeline.geometry.primitives import Box, Curve, Point, straight

LINE = Curve(((0.0, 0.0), *straight((0.0, 0.0), (90.0, 0.0))), bezier=True)
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
    assert {kind: arrow_ends(kind) for kind in ("flow", "derive", "feedback", "exchange", "link")} == {
        "flow": (False, True),
        "derive": (False, True),
        "feedback": (False, True),
        "exchange": (True, True),
        "link": (False, False),
    }


def test_curves_that_follow_each_other_are_one() -> None:
    second = Curve(((90.0, 0.0), *straight((90.0, 0.0), (90.0, 30.0))), bezier=True)
    assert joined([LINE, second]).points == (*LINE.points, *second.points[1:])


def test_a_gap_is_closed_by_a_straight_line() -> None:
    far = Curve(((90.0, 30.0), *straight((90.0, 30.0), (120.0, 30.0))), bezier=True)
    whole = joined([LINE, far])
    assert whole.points == (*LINE.points, (90.0, 10.0), (90.0, 20.0), (90.0, 30.0), *far.points[1:])
    assert whole.bezier


@pytest.mark.parametrize("curve", [LINE, ARCH, Curve(((0.0, 0.0), (50.0, 0.0), (50.0, 7.0)))])
def test_a_walk_leaves_nothing_out(curve: Curve) -> None:
    points = list(walk(curve))
    assert (points[0], points[-1]) == (curve.points[0], curve.points[-1])
    assert max(math.dist(one, other) for one, other in pairwise(points)) <= 4.5


@pytest.mark.parametrize(
    ("box", "slack", "expected"),
    [
        (Box(20, 20, 40, 40), 0.0, True),
        (Box(20, 31, 40, 40), 0.0, False),  # the handles reach it, the curve does not
        (Box(20, 0, 40, 10), 0.0, False),
        (Box(28, 28, 32, 60), 0.0, True),
        (Box(28, 28, 32, 60), 2.5, False),
        (Box(100, 100, 110, 110), 0.0, False),
    ],
)
def test_curve_passes_through_a_box(box: Box, slack: float, expected: bool) -> None:
    assert Trace([ARCH]).crosses(box, slack) is expected


def test_a_curve_is_cut_where_it_comes_into_a_box() -> None:
    cut = clipped(ARCH, Box(40.0, -20.0, 80.0, 20.0))
    assert cut.points[0] == (0.0, 0.0)
    x, y = cut.points[-1]
    assert y == pytest.approx(20, abs=0.01)
    # What is left runs where it did.
    whole = list(walk(ARCH))
    assert all(min(math.dist(point, other) for other in whole) < 2.5 for point in walk(cut))
    assert 40 < x < 60


def test_of_a_curve_that_comes_in_twice_the_second_time_counts() -> None:
    forth = Curve(((0.0, 0.0), *straight((0.0, 0.0), (60.0, 0.0))), bezier=True)
    up = Curve(((60.0, 0.0), *straight((60.0, 0.0), (60.0, 50.0))), bezier=True)
    back = Curve(((60.0, 50.0), *straight((60.0, 50.0), (60.0, 5.0))), bezier=True)
    cut = clipped(joined([forth, up, back]), Box(40.0, -10.0, 80.0, 10.0))
    assert cut.points[: len(forth.points) + 3] == (*forth.points, *up.points[1:])
    assert cut.points[-1] == pytest.approx((60, 10), abs=0.01)


@pytest.mark.parametrize(
    "box", [Box(200, 200, 210, 210), Box(20, -10, 40, 10), Box(-10, -10, 5, 10), Box(-10, -10, 100, 10)]
)
def test_a_curve_that_does_not_end_in_a_box_or_never_leaves_it_stays_whole(box: Box) -> None:
    assert clipped(LINE, box) == LINE


@given(st.lists(POINTS, min_size=4, max_size=4), POINTS, st.floats(1, 50), st.floats(1, 50))
def test_a_cut_curve_ends_on_the_border(points: list[Point], middle: Point, wide: float, high: float) -> None:
    box = Box(middle[0] - wide, middle[1] - high, middle[0] + wide, middle[1] + high)
    curve = Curve(tuple(points), bezier=True)
    cut = clipped(curve, box)
    if cut != curve:
        x, y = cut.points[-1]
        assert min(abs(x - box.x0), abs(x - box.x1), abs(y - box.y0), abs(y - box.y1)) < 0.1
        assert cut.points[0] == curve.points[0]


def test_a_curve_is_sampled_once_where_boxes_are(monkeypatch: pytest.MonkeyPatch) -> None:
    sampled: list[float] = []
    at = curves.point_at
    monkeypatch.setattr(curves, "point_at", lambda piece, t: sampled.append(t) or at(piece, t))
    trace = Trace([Curve(((0, 0), (300, 0), (300, 300), (600, 300)), bezier=True)])
    boxes = [Box(40.0 * number, 200, 40.0 * number + 30, 220) for number in range(15)]
    assert [number for number, box in enumerate(boxes) if trace.crosses(box)] == [9]
    # Only near the boxes that are near the line, and once for all of them.
    assert 10 < len(sampled) == len(set(sampled)) < 40


@given(st.lists(POINTS, min_size=4, max_size=4), st.floats(1, 20), st.floats(1, 50))
def test_a_cut_takes_the_last_sample_outside(points: list[Point], scale: float, half: float) -> None:
    curve = Curve(tuple((x * scale, y * scale) for x, y in points), bezier=True)
    x, y = curve.points[-1]
    box = Box(x - half, y - half, x + half, y + half)
    samples = [*walk(curve)]
    outside = [number for number, (px, py) in enumerate(samples) if not (abs(px - x) < half and abs(py - y) < half)]
    assert curves.Stretch.of(curve.points).last_outside(box) == max(outside, default=None)
