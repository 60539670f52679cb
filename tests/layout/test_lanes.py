"""Lanes, and the cheapest paths along them."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline.geometry.primitives import Box
from sphinxext.llmpipeline.layout import lanes as module
from sphinxext.llmpipeline.layout.lanes import BEND, SPARSE, Lanes, Port, sparse
from sphinxext.llmpipeline.layout.routing_area import Path

XS = [10.0, 20.0, 30.0, 40.0, 50.0]
YS = [0.0, 10.0, 20.0, 30.0]
LEAVES = Port("right", (0.0, 10.0), (10.0, 10.0), 0.0)
ENTERS = Port("left", (60.0, 10.0), (50.0, 10.0), 0.0)


def cheapest(lanes: Lanes, start: Port = LEAVES, *goals: Port) -> Path | None:
    return lanes.cheapest(lanes.states([start]), lanes.states(goals or [ENTERS])).path


def test_a_free_way_is_straight() -> None:
    assert cheapest(Lanes(XS, YS)) == ((0.0, 10.0), (60.0, 10.0))


def test_a_path_turns_as_seldom_as_it_can() -> None:
    down = Port("top", (40.0, 40.0), (40.0, 30.0), 0.0)
    assert cheapest(Lanes(XS, YS), LEAVES, down) == ((0.0, 10.0), (40.0, 10.0), (40.0, 40.0))


def test_a_wall_is_passed_on_the_nearest_lane() -> None:
    lanes = Lanes(XS, YS)
    lanes.close(Box(25, 0, 35, 20))
    path = cheapest(lanes)
    assert path is not None
    assert [y for _, y in path] == [10, 10, 0, 0, 10, 10]
    lanes.close(Box(25, -5, 35, 20))
    path = cheapest(lanes)
    assert path is not None
    assert [y for _, y in path] == [10, 10, 20, 20, 10, 10]


def test_a_wall_may_stop_only_what_runs_level() -> None:
    lanes = Lanes(XS, YS)
    lanes.close(Box(15, -5, 45, 35), level=False)
    assert cheapest(lanes) == ((0, 10), (60, 10))
    lanes.close(Box(25, -5, 35, 35), upright=False)
    assert cheapest(lanes) is None


@pytest.mark.parametrize(("price", "corners"), [(2 * BEND, 2), (10 * BEND, 6)])
def test_a_line_is_crossed_if_the_way_around_it_is_worse(price: float, corners: int) -> None:
    lanes = Lanes(XS, YS)
    lanes.charge(Box(30, 5, 30, 15), price)
    path = cheapest(lanes)
    assert path is not None
    assert len(path) == corners


def test_of_two_ends_the_better_one_is_taken() -> None:
    near, far = (Port("left", (60.0, y), (50.0, y), price) for y, price in ((10.0, 100.0), (20.0, 0.0)))
    path = cheapest(Lanes(XS, YS), LEAVES, near, far)
    assert path is not None
    assert path[-1] == (60.0, 20.0)


def test_a_path_may_turn_where_the_stub_of_its_end_is() -> None:
    """Also if there is no lane beyond it."""
    lanes = Lanes(XS, YS)
    lanes.close(Box(25.0, 0.0, 35.0, 40.0))
    below = Port("bottom", (30.0, 5.0), (30.0, 0.0), 0.0)
    found = cheapest(lanes, LEAVES, below)
    assert found is not None
    assert found[-3:] == ((found[-3][0], 0.0), (30.0, 0.0), (30.0, 5.0))


def test_a_discouraged_path_is_not_found_again() -> None:
    lanes = Lanes(XS, YS)
    first = cheapest(lanes)
    assert first is not None
    lanes.close(Box(25, 5, 35, 15))
    second = cheapest(lanes)
    assert second is not None
    lanes.discourage(second, 100.0)
    assert cheapest(lanes) not in (first, second)


def test_an_end_without_a_way_out_is_seen_at_once() -> None:
    many = [10.0 * number for number in range(1, 60)]
    lanes = Lanes(many, many)
    start, end = Port("right", (0.0, 10.0), (10.0, 10.0), 0.0), Port("left", (600.0, 10.0), (590.0, 10.0), 0.0)
    assert lanes.cheapest(lanes.states([start]), lanes.states([end])).path == ((0, 10), (600, 10))
    lanes.close(Box(555, -5, 565, 35))
    lanes.close(Box(555, 25, 605, 35))
    found = lanes.cheapest(lanes.states([start]), lanes.states([end]))
    assert found.path is None
    assert found.effort <= module._ENCLOSED


def test_a_port_off_the_lanes_is_left_out() -> None:
    lanes = Lanes(XS, YS)
    assert lanes.states([Port("right", (0.0, 11.0), (10.0, 11.0), 0.0)]) == {}
    assert lanes.states([Port("right", (60.0, 10.0), (70.0, 10.0), 0.0)]) == {}


def test_lanes_are_not_next_to_each_other() -> None:
    assert sparse([0.0, SPARSE - 1, 2 * SPARSE, 99.0], [], 0.0, 50.0) == [0.0, 2 * SPARSE]
    assert sparse([9.0, 30.0], [10.0, 11.0], 0.0, 50.0) == [10.0, 11.0, 30.0]


def test_the_outermost_of_lanes_next_to_each_other_is_kept() -> None:
    assert sparse([0.0, 20.0, 22.0], [], 0.0, 50.0) == [0.0, 22.0]


def test_lanes_may_be_none() -> None:
    assert Lanes([], [1.0]).states([Port("top", (0.0, 0.0), (0.0, 1.0), 0.0)]) == {}
