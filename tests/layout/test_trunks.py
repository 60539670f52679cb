"""Trunks of stacks: straight below their hub where they can be, otherwise by a turn or from its side."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sphinxext.llmpipeline.geometry.primitives import Point
from sphinxext.llmpipeline.layout.edge_routing import route
from sphinxext.llmpipeline.layout.graph import Stack
from sphinxext.llmpipeline.layout.routing_area import Area
from sphinxext.llmpipeline.layout.trunks import stack_routes
from tests.finished import Corners, Finished

OUT = "node h\nnode a\nnode b\nh -> a\nh -> b"
IN = OUT.replace("h -> a", "a -> h").replace("h -> b", "b -> h")
COLUMN: dict[str, Corners] = {"a": (40, 50, 100, 80), "b": (40, 0, 100, 30)}
STACK = Stack((("a",), ("b",)), 22.0, 22.0)
ABOVE: Corners = (0, 120, 60, 150)


def made(text: str, nodes: dict[str, Corners]) -> Finished:
    """Parts in place, whose ranks run down."""
    return Finished(text, nodes, direction="TB")


def choices(text: str, hub: Corners) -> list[list[tuple[Point, ...]]]:
    """The paths of both edges, in each way in which the fan may run."""
    finished = made(text, COLUMN | {"h": hub})
    fans = stack_routes(Area(finished.layout, replace(finished.graph, stacks=(STACK,))))
    return [[path for _, path, _ in routes] for found in fans for routes in found]


def test_a_trunk_runs_straight_down_and_into_the_sides_of_the_leaves() -> None:
    first, *_ = choices(OUT, ABOVE)
    assert first == [((25, 120), (25, 65), (40, 65)), ((25, 120), (25, 15), (40, 15))]


def test_lines_leave_at_the_right_and_meet_in_one_trunk() -> None:
    first, *_ = choices(IN, (80, -80, 140, -50))
    assert first == [((100, 65), (115, 65), (115, -50)), ((100, 15), (115, 15), (115, -50))]


def test_a_trunk_turns_below_a_hub_that_is_not_above_its_lane_or_leaves_at_its_side() -> None:
    paths = [routes[0] for routes in choices(OUT, (70, 120, 130, 150))]
    start, turn = paths[0][:2]
    assert start == (pytest.approx(start[0]), 120)
    assert paths[0] == (start, turn, (25, turn[1]), (25, 65), (40, 65))
    assert 70 < start[0] < 130
    assert ((70, 135), (25, 135), (25, 65), (40, 65)) in paths


def test_a_trunk_may_begin_at_the_end_of_a_side_that_is_near_its_lane() -> None:
    paths = [routes[0] for routes in choices(OUT, (24, 120, 84, 150))]
    straight = next(path for path in paths if len(path) == 3)
    assert 25 < straight[0][0] < 39


@pytest.mark.parametrize("left", [20, 22, 26])
def test_a_trunk_moves_a_few_points_rather_than_to_turn(left: float) -> None:
    first, *_ = choices(OUT, (left, 120, left + 60, 150))
    assert [len(path) for path in first] == [3, 3]
    assert left < first[0][0][0] < left + 10


def test_a_hub_beside_the_column_has_no_trunk() -> None:
    assert choices(OUT, (200, 20, 260, 60)) == []


def test_edges_inside_a_stack_have_no_trunk() -> None:
    text = OUT + "\na -> b"
    finished = made(text, COLUMN | {"h": ABOVE})
    fans = stack_routes(Area(finished.layout, replace(finished.graph, stacks=(STACK,))))
    assert [[edge.key for edge, _, _ in next(found)] for found in fans] == [[0, 1]]


def test_a_leaf_whose_way_is_blocked_does_not_keep_the_others_from_the_trunk() -> None:
    finished = made(OUT + "\nnode x", COLUMN | {"h": ABOVE, "x": (-60, 35, 39, 45)})
    graph = replace(finished.graph, stacks=(STACK,))
    layout = route(finished.layout, graph)
    (spline,) = layout.edges[0].splines
    assert spline.points[0] == pytest.approx((25, 120))


def test_of_two_edges_between_the_same_parts_one_joins_the_trunk() -> None:
    finished = made(OUT + "\nh -> b", COLUMN | {"h": ABOVE})
    (first, *_), *_ = stack_routes(Area(finished.layout, replace(finished.graph, stacks=(STACK,))))
    assert [edge.key for edge, _, _ in first] == [0, 1]
