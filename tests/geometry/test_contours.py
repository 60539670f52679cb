"""The curves of shapes: inside their box, closed, of fixed measures, in any size."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from sphinxext.llmpipeline.geometry.curves import flattened
from sphinxext.llmpipeline.geometry.primitives import Box, Curve, Point
from sphinxext.llmpipeline.geometry.shapes import (
    CUT,
    FOLD,
    LID,
    SHAPES,
    SLANT,
    cylinder,
    hexagon,
    note,
    octagon,
    parallelogram,
    polygon,
    stadium,
)

BOXES = [Box(0, 0, 8, 6), Box(5, 7, 65, 43), Box(-200, 0, 200, 36), Box(0, -300, 40, 300)]
RADII = [0.0, 8.0, 30.0]

shapes = pytest.mark.parametrize("shape", SHAPES)
boxes = pytest.mark.parametrize("box", BOXES, ids=str)
radii = pytest.mark.parametrize("radius", RADII)


def area(line: tuple[Point, ...]) -> float:
    """Of a closed line that runs counterclockwise; less than nothing where it runs the other way."""
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(line)) / 2


def crosses_itself(line: tuple[Point, ...]) -> bool:
    def side(a: Point, b: Point, c: Point) -> float:
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    pieces = [piece for piece in pairwise(line) if math.dist(*piece) > 1e-9]
    return any(
        side(a, b, c) * side(a, b, d) < -1e-6 and side(c, d, a) * side(c, d, b) < -1e-6
        for index, (a, b) in enumerate(pieces)
        for c, d in pieces[index + 2 :]
    )


@shapes
@boxes
@radii
def test_curves_fill_their_box_and_stay_in_it(shape: str, box: Box, radius: float) -> None:
    curves = SHAPES[shape].outline(box, radius)
    around = Box.around(point for curve in curves for point in flattened(curve))
    assert box.holds(around, 1e-6)
    # A sharp corner loses a little of its point where it is rounded.
    assert around.holds(box, 0.01 + radius / 7)


@shapes
@boxes
@radii
def test_outline_is_one_closed_line_around_the_middle(shape: str, box: Box, radius: float) -> None:
    outline = SHAPES[shape].outline(box, radius)[0]
    line = flattened(outline)
    assert (outline.closed, outline.filled) == (True, True)
    assert line[0] == pytest.approx(line[-1])
    assert not crosses_itself(line)
    assert abs(area(line)) >= 0.4 * box.width * box.height
    assert len(outline.points) % 3 == 1 or not outline.bezier


@shapes
def test_lines_upon_a_shape_are_not_filled(shape: str) -> None:
    assert not any(curve.filled or curve.closed for curve in SHAPES[shape].outline(BOXES[1], 8)[1:])


def test_no_two_shapes_look_the_same() -> None:
    drawn = [SHAPES[shape].outline(BOXES[1], 8) for shape in SHAPES]
    assert len(set(drawn)) == len(SHAPES)


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape not in ("ellipse", "diamond", "cylinder")])
def test_measures_do_not_depend_on_the_width(shape: str) -> None:
    """The left end is the same in a wider box, but for curves that run through the whole width."""
    narrow, wide = (
        {(round(x, 6), round(y, 6)) for curve in SHAPES[shape].outline(box, 8) for x, y in curve.points if x < 20}
        for box in (Box(0, 0, 90, 36), Box(0, 0, 400, 36))
    )
    assert narrow == wide
    assert len(narrow) >= 4


def test_measures() -> None:
    box = Box(0, 0, 300, 40)
    assert octagon(box, 0)[0].points[0] == (CUT, 0)
    assert hexagon(box, 0)[0].points[2] == (300, 20)
    assert hexagon(box, 0)[0].points[1] == (300 - SLANT, 0)
    assert parallelogram(box, 0)[0].points[3] == (SLANT, 40)
    assert note(box, 0)[1] == Curve(((300 - FOLD, 40), (300 - FOLD, 40 - FOLD), (300, 40 - FOLD)))
    assert min(y for _, y in flattened(cylinder(box, 0)[1])[:-1]) == pytest.approx(40 - 2 * LID, abs=0.01)


def test_measures_shrink_where_a_box_is_too_small() -> None:
    assert octagon(Box(0, 0, 6, 90), 0)[0].points[0] == (2, 0)


def test_ends_of_a_stadium_are_half_circles() -> None:
    line = flattened(stadium(Box(0, 0, 100, 30), 8)[0])
    for x, y in line:
        if x < 15:
            assert math.hypot(x - 15, y - 15) == pytest.approx(15, abs=0.02)


def test_a_round_corner_is_an_arc_of_its_radius() -> None:
    curve = polygon([(0, 0, 10), (50, 0, 0), (50, 50, 0), (0, 50, 0)])
    arc = [point for point in flattened(curve) if point[0] <= 10 and point[1] <= 10]
    assert len(arc) > 5
    for x, y in arc:
        assert math.hypot(x - 10, y - 10) == pytest.approx(10, abs=0.01)


def test_corners_that_meet_share_a_short_side() -> None:
    curve = polygon([(x, y, 99) for x, y in ((0, 0), (20, 0), (20, 10), (0, 10))])
    assert Box(0, 0, 20, 10).holds(Box.around(curve.points), 1e-9)
    assert not crosses_itself(flattened(curve))
