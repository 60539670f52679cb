"""Costs of a size on a page: nothing is better than what fits, and a bound is never above a cost."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from sphinxext.llmpipeline import MODERN
from sphinxext.llmpipeline.geometry.primitives import Size
from sphinxext.llmpipeline.layout import page_costs
from sphinxext.llmpipeline.layout.graph import LayoutGraph
from sphinxext.llmpipeline.layout.page_costs import is_cut, is_wide, least_cost, placed_cost, size_cost
from sphinxext.llmpipeline.layout.panels import place_panels
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction
from sphinxext.llmpipeline.style.types import SQUEEZED
from tests.finished import Finished as Placed
from tests.layouts import ENGINE, graph_of

CORPUS = sorted((Path(__file__).parents[2] / "docs" / "corpus").glob("*.txt"))


GRAPH = graph_of("a -> b", MODERN)
PAPER = replace(GRAPH, page_height=900.0)


def cost(width: float, height: float, graph: LayoutGraph = GRAPH) -> float:
    return size_cost(Size(width, height), graph, 700.0)


def test_what_fits_costs_its_height() -> None:
    assert cost(100, 300) == cost(600, 300)
    assert cost(100, 300) < cost(100, 400)


def test_text_that_shrinks_costs_and_scrolling_costs_more() -> None:
    legible = 700 / MODERN.legible_scale
    assert cost(600, 10) < cost(legible - 30, 10) < cost(legible, 10) < cost(legible + 50, 10)
    assert cost(legible + 50, 10) - cost(legible, 10) > cost(legible, 10) - cost(legible - 30, 10)


def test_what_is_cut_off_costs_even_if_it_is_little() -> None:
    """A little more than that, text shrinks."""
    most = SQUEEZED * 700 / MODERN.legible_scale - 2 * MODERN.margin
    assert 0.05 < cost(most + 1, 10) - cost(most, 10) < 0.1
    assert cost(most + 1, 10, PAPER) - cost(most, 10, PAPER) < 0.01
    assert is_cut(most + 1, GRAPH, 700.0)
    assert not is_cut(most - 1, GRAPH, 700.0)


def test_each_page_out_of_sight_costs_as_much() -> None:
    """Otherwise a drawing of five pages would be hardly worse than one of four, and win as it is lower."""
    page, margin = 700 / MODERN.legible_scale, 2 * MODERN.margin
    second, third, fifth = (cost(count * page - margin, 10) for count in (2, 3, 5))
    assert third - second == pytest.approx((fifth - third) / 2)
    assert third - second > 2.0
    assert cost(2 * page, 800) > cost(1.2 * page, 2400)


def test_a_few_points_out_of_sight_cost_little() -> None:
    legible = 700 / MODERN.legible_scale - 2 * MODERN.margin
    assert 0 < cost(1.02 * legible, 10) - cost(legible, 10) < 0.1


def test_a_page_has_room_for_what_is_legible_on_it() -> None:
    legible = 700 / MODERN.legible_scale - 2 * MODERN.margin
    assert not is_wide(legible - 1, GRAPH, 700.0)
    assert is_wide(legible + 1, GRAPH, 700.0)
    assert not is_wide(legible + 1, PAPER, 700.0)


def test_more_than_a_screen_costs_more() -> None:
    assert cost(100, 1600) - cost(100, 1200) > 2 * (cost(100, 600) - cost(100, 200))


def test_what_fits_on_paper_costs_what_it_costs_on_a_screen() -> None:
    for width, height in ((100, 300), (600, 850), (740, 100)):
        assert cost(width, height, PAPER) == cost(width, height)


def test_letters_that_nobody_can_read_cost_more_and_more_on_paper() -> None:
    steps = [cost(wide, 100, PAPER) for wide in (800, 1600, 2400)]
    assert steps[2] - steps[1] > 0.9 * (steps[1] - steps[0])
    assert steps[1] - steps[0] > 1


def test_paper_does_not_scroll() -> None:
    """Text shrinks with the height as with the width."""
    assert cost(300, 1300, PAPER) > cost(300, 1300)
    assert cost(300, 3000, PAPER) > cost(300, 2000, PAPER) > cost(700, 900, PAPER) + 1


@pytest.mark.parametrize("height", [math.inf, 800.0])
@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("file", CORPUS, ids=lambda file: str(file.stem))
def test_the_bound_is_not_above_the_cost(file: Path, direction: Direction, height: float) -> None:
    graph = replace(graph_of(file.read_text(encoding="utf-8"), MODERN, direction=direction), page_height=height)
    for width in (300.0, 700.0):
        assert least_cost(graph, width) <= placed_cost(place_panels(graph, ENGINE, width)) + 0.002


def test_rows_of_panels_cost() -> None:
    text = "panel p: One\n   node a\npanel q: Two\n   node b"
    one_row, two_rows = (placed_cost(place_panels(graph_of(text, MODERN), ENGINE, width)) for width in (700.0, 100.0))
    assert two_rows > one_row + 0.25


# Fans that groups across the flow block


@pytest.mark.parametrize(
    ("text", "further"),
    [
        ("h -> c, d", 1),
        ("c, d -> h", 1),
        ("h -> b", 0),
        ("h -> b, c", 0),  # of which nothing is before the first
        ("h -> c\nd -> h", 0),  # a lane at each side
    ],
)
def test_a_fan_to_members_of_a_group_past_others_costs_most(text: str, further: int) -> None:
    """A group across the flow, of which all lines would run beside the members before."""
    places = {id: (200 * number, -15, 200 * number + 100, 15) for number, id in enumerate("hbcd")}
    declared = f"node h\ngroup g\n   :direction: TB\n   node b\n   node c\n   node d\n{text}"
    finished = Placed(declared, places, groups={"g": (150, -40, 750, 40)})
    cost = page_costs._blocked_in(finished.layout, finished.graph)
    assert cost == further * page_costs._BLOCKED


@pytest.mark.parametrize(("lower", "count"), [(14.1, 0), (13.9, 1)])
def test_a_line_may_touch_what_it_passes(lower: float, count: int) -> None:
    """A point of it, that is; and what is in no group across the flow blocks nothing."""
    places = {id: (200.0 * number, -15.0, 200.0 * number + 100, 15.0) for number, id in enumerate("hbcd")}
    places["b"] = (200.0, lower - 15, 300.0, lower + 15)
    declared = "node h\ngroup g\n   :direction: TB\n   node b\n   node c\n   node d\nh -> c, d"
    finished = Placed(declared, places, groups={"g": (150, -40, 750, 40)})
    further = 1  # past c
    assert page_costs._blocked_in(finished.layout, finished.graph) == (count + further - 1) * page_costs._BLOCKED
    loose = Placed("node h\nnode b\nnode c\nnode d\nh -> c, d", places)
    assert page_costs._blocked_in(loose.layout, loose.graph) == 0.0
