"""Titles stand clear of lines where they can."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline.geometry.primitives import Box, Curve
from sphinxext.llmpipeline.layout.clearance import clear_titles
from sphinxext.llmpipeline.layout.result import Layout, PlacedEdge, PlacedGroup

BORDER = Curve(((0.0, 0.0), (0.0, 100.0), (200.0, 100.0), (200.0, 0.0)), closed=True)
TITLE = Box(8.0, 80.0, 58.0, 95.0)


def line(*points: tuple[float, float]) -> PlacedEdge:
    return PlacedEdge((Curve(points),))


def at(x: float) -> PlacedEdge:
    """A line that comes in from above."""
    return line((x, 130.0), (x, 40.0))


def title(*edges: PlacedEdge) -> Box:
    layout = Layout(Box(0, 0, 200, 130), (), edges, (PlacedGroup(BORDER, TITLE),))
    cleared = clear_titles(layout)
    assert (cleared.box, cleared.edges, cleared.groups[0].border) == (layout.box, edges, BORDER)
    return cleared.groups[0].label


def test_a_title_that_is_free_stays() -> None:
    assert title() == TITLE
    assert title(at(70.0), at(150.0)) == TITLE
    assert title(line((30.0, 70.0), (30.0, 10.0))) == TITLE  # below it


@pytest.mark.parametrize("x", [10.0, 30.0, 58.0, 60.0])
def test_a_title_moves_beside_a_line(x: float) -> None:
    moved = title(at(x))
    assert moved == TITLE.moved(x + 3 - TITLE.x0, 0)


def test_it_moves_to_the_nearest_place_that_is_wide_enough() -> None:
    assert title(at(30.0), at(60.0)).x0 == pytest.approx(63)
    assert title(at(30.0), at(90.0)).x0 == pytest.approx(33)


def test_it_may_end_as_far_from_the_right_as_it_began_from_the_left() -> None:
    assert title(at(138.0), at(30.0), at(85.0)).x0 == pytest.approx(141)
    # One point further there is no place, and it stays.
    assert title(at(140.0), at(30.0), at(85.0)) == TITLE


def test_a_slanting_line_takes_all_that_it_passes() -> None:
    assert title(line((20.0, 100.0), (100.0, 75.0))).x0 > 80


def test_arrowheads_count() -> None:
    head = Curve(((40.0, 85.0), (50.0, 88.0), (50.0, 82.0)), closed=True, filled=True)
    assert title(PlacedEdge((Curve(((120.0, 200.0), (120.0, 150.0))),), (head,))).x0 > 50


def test_lines_outside_the_group_do_not_count() -> None:
    assert title(line((-50.0, 90.0), (-5.0, 90.0))) == TITLE
