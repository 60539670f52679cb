"""A finished layout as the judge sees it: lines with their arrowheads, texts without clearance, sides of shapes."""

from __future__ import annotations

import math

import pytest

from sphinxext.llmpipeline import MODERN, parse
from sphinxext.llmpipeline.geometry.primitives import Box, Point
from sphinxext.llmpipeline.geometry.segments import box_around
from sphinxext.llmpipeline.layout.clipping import clip
from sphinxext.llmpipeline.layout.drawn import Drawn, sides
from tests.finished import Finished, row
from tests.layouts import clear, graph_of, laid_out, sized

BOTH = Finished("a <-> b: x", row(50, 50), [[(50, 15), (80, 15)]], {0: (65, 25)})


def line(*way: Point) -> Finished:
    return Finished("a -> b", row(50, 50, gap=60), [way])


def test_a_line_reaches_to_the_tips_of_its_arrowheads() -> None:
    (drawn,) = BOTH.drawn.lines
    assert (drawn.start, drawn.end) == ((50, 15), (80, 15))
    assert drawn.segments == [pytest.approx((50, 15, 80, 15))]
    assert [(tip, id) for tip, _, id in drawn.heads] == [((50, 15), "a"), ((80, 15), "b")]
    assert [way for _, way, _ in drawn.heads] == [pytest.approx((-1, 0)), pytest.approx((1, 0))]


def test_the_label_of_an_edge_is_its_text() -> None:
    (drawn,) = BOTH.drawn.lines
    assert drawn.label == Box(45, 20, 85, 30)
    assert BOTH.layout.edges[0].label == Box(42, 17, 88, 33)


def test_a_line_with_a_gap_stays_two() -> None:
    gap = Finished("a -> b", row(50, 50, gap=60), [[[(50, 15), (70, 15)], [(90, 15), (110, 15)]]])
    assert [part[:1] + part[2:3] for part in gap.drawn.lines[0].segments] == [(50, 70), (90, pytest.approx(110))]


def test_lines_along_an_axis() -> None:
    assert line((50, 10), (110, 11)).drawn.lines[0].is_straight
    assert not line((50, 10), (110, 12)).drawn.lines[0].is_straight
    assert not line((50, 10), (80, 10), (80, 20), (110, 20)).drawn.lines[0].is_straight


def test_bends_and_turns() -> None:
    slanting = line((50, 10), (110, 20)).drawn.lines[0]
    assert (slanting.is_bent, slanting.turning) == (False, 0)
    square = line((50, 10), (80, 10), (80, 20), (110, 20)).drawn.lines[0]
    assert (square.is_bent, square.is_square, square.turning) == (True, True, pytest.approx(math.pi))
    winding = line((50, 10), (70, 25), (90, 5), (110, 20)).drawn.lines[0]
    assert (winding.is_bent, winding.is_square) == (True, False)


def test_stretches_hold_all_segments() -> None:
    zigzag = [(50 + 2 * step, 10 + 5 * (step % 2)) for step in range(31)]
    drawn = line(*zigzag).drawn.lines[0]
    stretches = list(drawn.stretches())
    assert [part for stretch in stretches for part in stretch.parts] == drawn.segments
    assert len(stretches) == math.ceil(len(drawn.segments) / 6) > 4
    for stretch in stretches:
        boxes = [box_around(part) for part in stretch.parts]
        assert [Box(*bounds) for bounds in stretch.bounds] == boxes
        assert stretch.box == Box.around_boxes(boxes)


def test_panels_have_titles_but_no_border() -> None:
    graph = sized(parse("panel p: P\n   a -> b\npanel q: Q\n   group g: G\n      c -> d"), MODERN)
    grouped = sized(parse("group p: P\n   a -> b\ngroup q: Q\n   group g: G\n      c -> d"), MODERN)
    drawn = Drawn(clip(clear(laid_out(grouped), grouped), graph), graph)
    assert drawn.groups.keys() == {"g"}
    assert drawn.titles.keys() == {"p", "q", "g"}
    assert [drawn.home(edge) for edge in graph.edges] == [None, "g"]


def test_the_extent_is_that_of_the_layout() -> None:
    graph = graph_of("group g: G\n   a -> b: label\n   b -> a\n   a -> a")
    layout = clip(clear(laid_out(graph), graph), graph)
    assert Drawn(layout, graph).extent == layout.extent


@pytest.fixture(scope="module")
def shapes() -> Drawn:
    graph = graph_of("decision d: A question\nmodel m: Model\nio i: Input")
    return Drawn(clip(laid_out(graph), graph), graph)


def test_the_corners_of_the_box_of_a_diamond_are_outside(shapes: Drawn) -> None:
    for id, is_inside in (("d", False), ("m", True)):
        box = shapes.boxes[id]
        assert shapes.is_within(id, box.center)
        assert shapes.is_within(id, (box.x0 + 4, box.y0 + 4)) is is_inside
        crossed = shapes.length_inside(id, [(box.x0, box.y0 + 4, box.x0 + 10, box.y0 + 4)])
        assert (crossed > 5) is is_inside


def test_lines_meet_a_diamond_near_the_middle_of_its_sides(shapes: Drawn) -> None:
    box, middle = shapes.boxes["d"], shapes.boxes["d"].center
    low, high = shapes.side("d", (0, 1))
    assert low + high == pytest.approx(2 * middle[0])
    assert 0 < high - low < box.width / 3
    low, high = shapes.side("d", (-1, 0))
    assert low + high == pytest.approx(2 * middle[1])
    assert 0 < high - low < box.height / 3


def test_lines_meet_a_box_anywhere_but_at_its_corners(shapes: Drawn) -> None:
    box = shapes.boxes["m"]
    assert shapes.side("m", (0, -1)) == (box.x0 + 5, box.x1 - 5)
    assert shapes.side("m", (1, 0)) == (box.y0 + 5, box.y1 - 5)


def test_round_ends_are_no_side(shapes: Drawn) -> None:
    box = shapes.boxes["i"]
    low, high = shapes.side("i", (0, 1))
    assert box.x0 + 5 < low < box.center[0] < high < box.x1 - 5


def test_the_sides_of_a_box() -> None:
    assert sides(Box(0, 1, 2, 3)) == ((0, 1, 2, 1), (0, 3, 2, 3), (0, 1, 0, 3), (2, 1, 2, 3))
