"""Path data: short, equal for equal curves, and accurate."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext.llmpipeline.drawing.svg_path import path_data, position
from sphinxext.llmpipeline.geometry.primitives import Box, Curve, Point
from sphinxext.llmpipeline.geometry.shapes import SHAPES, rounded
from tests.drawings import points


def data(*places: Point, bezier: bool = False, closed: bool = False) -> str:
    """Of a curve whose points are given as SVG counts."""
    return path_data(Curve(tuple((x, -y) for x, y in places), bezier, closed), 0.0, 0.0)


def test_positions_are_tenths_without_needless_zeros() -> None:
    assert position(12.04, 0.25) == ("12", ".2")
    assert position(-0.3, 7.96) == ("-.3", "8")
    assert position(-0.01, 100.0) == ("0", "100")


def test_differences_in_the_last_bits_are_ignored() -> None:
    assert position(0.25, 0.25 + 1e-12) == position(0.25 - 1e-12, 0.25)
    assert position(-0.25, 0.35) == ("-.2", ".3")


def test_lines() -> None:
    assert data((1, 2), (5, 2), (5, 8.5), (2, 4)) == "M1 2h4v6.5l-3-4.5"


def test_a_letter_is_not_said_again() -> None:
    assert data((0, 0), (1, 2), (3, 3), (2, 1)) == "M0 0l1 2 2 1-1-2"


def test_a_closed_path_is_not_led_back_to_its_start() -> None:
    corners = (0, 0), (4, 0), (4, 3), (0, 3)
    assert data(*corners, closed=True) == data(*corners, (0, 0), closed=True) == "M0 0h4v3h-4z"


def test_straight_pieces_are_lines() -> None:
    assert data((0, 0), (1, 0), (8, 0), (9, 0), bezier=True) == "M0 0h9"
    assert data((0, 0), (0, 1), (0, 2), (0, 3), (1, 4), (2, 5), (3, 6), bezier=True) == "M0 0v3l3 3"


@pytest.mark.parametrize("handles", [((1, 1), (2, -1)), ((-3, 0), (2, 0)), ((1, 0), (9, 0))])
def test_pieces_that_bend_or_run_back_are_no_lines(handles: tuple[Point, Point]) -> None:
    assert "c" in data((0, 0), *handles, (3, 0), bezier=True)


def test_pieces_without_length_are_left_out() -> None:
    assert data((2, 2), (2, 2), (2, 2), (2, 2), (3, 2), (4, 2), (5, 2), bezier=True) == "M2 2h3"
    assert data((2, 2), (2, 2), (2, 5)) == "M2 2v3"


def test_round_corners_are_arcs() -> None:
    (curve,) = rounded(Box(0.0, 0.0, 100.0, 40.0), 8.0)
    assert path_data(curve, 0.0, 40.0) == ("M0 32a8 8 0 0 0 8 8h84a8 8 0 0 0 8-8v-24a8 8 0 0 0-8-8h-84a8 8 0 0 0-8 8z")


def test_an_arc_says_which_way_it_turns() -> None:
    handle = 10 * 4 / 3 * math.tan(math.pi / 8)
    right = (0.0, 0.0), (handle, 0.0), (10.0, 10.0 - handle), (10.0, 10.0)
    assert data(*right, bezier=True) == "M0 0a10 10 0 0 1 10 10"
    assert data(*reversed(right), bezier=True) == "M10 10a10 10 0 0 0-10-10"


def test_the_quarter_of_an_ellipse_is_no_arc() -> None:
    handle = 4 / 3 * math.tan(math.pi / 8)
    assert "c" in data((0, 0), (20 * handle, 0), (20, 10 - 10 * handle), (20, 10), bezier=True)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("x", [0.0, 17.3, 100.04, 333.33])
def test_equal_shapes_are_equal_but_for_where_they_start(shape: str, x: float) -> None:
    def paths(left: float) -> list[str]:
        curves = SHAPES[shape].outline(Box(left, 0.0, left + 90.0, 40.0), 8.0)
        return [re.sub(r"^M[\d.]+ [\d.]+", "", path_data(curve, 0.0, 40.0)) for curve in curves]

    # Where what is rounded off adds up to too much, a number may be another one.
    assert all(len(one) == pytest.approx(len(other), abs=4) for one, other in zip(paths(x), paths(0.0), strict=True))


POINTS = st.lists(st.tuples(st.floats(-500, 500), st.floats(-500, 500)), min_size=2, max_size=40)


@given(POINTS)
def test_rounding_moves_no_point_visibly(places: list[Point]) -> None:
    """Rounding errors do not add up over many points."""
    seen = points(path_data(Curve(tuple(places)), 0.0, 0.0))
    for x, y in places:
        assert any(abs(at_x - x) <= 0.0601 and abs(at_y + y) <= 0.0601 for at_x, at_y in seen)


def test_half_a_circle_is_no_arc_since_it_might_turn_either_way() -> None:
    for height in (13.3, -13.3):
        data = path_data(Curve(((0, 0), (0, height), (20, height), (20, 0)), bezier=True), 0, 20)
        assert "a" not in data


def test_handles_as_long_as_those_of_an_arc_at_other_angles_make_no_arc() -> None:
    chord, turn, skew = 10.0, 1.0, 0.2
    length = 4 / 3 * math.tan(turn / 4) * chord / 2 / math.sin(turn / 2)
    before, after = turn / 2 + skew, turn / 2 - skew
    handles = (
        (length * math.cos(before), length * math.sin(before)),
        (chord - length * math.cos(after), length * math.sin(after)),
    )
    assert "c" in data((0.0, 0.0), *handles, (chord, 0.0), bezier=True)
