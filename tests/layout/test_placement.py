"""Placement of routes: all that go together or none, and one label for a fan."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline.layout.placement import Route, put, said_once
from sphinxext.llmpipeline.layout.routing_area import Area, Path
from tests.finished import Corners, Finished

NODES: dict[str, Corners] = {"a": (0, 40, 50, 70), "b": (200, 80, 250, 110), "c": (200, 0, 250, 30)}
UP: Path = ((50, 55), (125, 55), (125, 95), (200, 95))
DOWN: Path = ((50, 55), (125, 55), (125, 15), (200, 15))
FAN = "node a\nnode b\nnode c\na -> b, c: x"


def placed(text: str, *paths: Path, legs: tuple[int, ...] = (2,)) -> tuple[Area, list[Route]]:
    """The nodes, and a route for each edge."""
    finished = Finished(text, NODES)
    area = Area(finished.layout, finished.graph)
    return area, [Route(edge, path, legs) for edge, path in zip(finished.graph.edges, paths, strict=True)]


def test_routes_that_go_together_are_in_place_with_their_labels() -> None:
    area, routes = placed(FAN, UP, DOWN)
    assert put(area, routes)
    assert area.paths == {0: UP, 1: DOWN}
    assert all(line.label for line in area.lines.values())


def test_no_route_is_in_place_if_one_has_no_free_way() -> None:
    through: Path = ((50, 55), (220, 55), (220, 30))
    area, routes = placed(FAN, through, ((50, 45), (70, 45), (70, 100), (225, 100), (225, 30)))
    assert not put(area, routes)
    assert area.paths == {}


def test_no_route_is_in_place_if_one_has_no_room_for_its_label() -> None:
    area, routes = placed(FAN, UP, DOWN, legs=())
    assert not put(area, routes)
    assert area.paths == {}


def test_only_straight_lines_cross_others() -> None:
    area, (first, second) = placed("node a\nnode b\nnode c\na -> b\nb -> c", UP, ((225, 80), (225, 30)))
    crossing = Route(first.edge, ((50, 55), (240, 55), (240, 80)), (0,))
    assert put(area, [second], straight=True)
    assert not put(area, [crossing])
    assert put(area, [crossing], straight=True)


@pytest.mark.parametrize("text", [FAN, FAN.replace("a -> b, c", "b, c -> a")])
def test_a_fan_is_labelled_once_beside_what_its_lines_share(text: str) -> None:
    paths = (UP, DOWN) if "a -> b" in text else (UP[::-1], DOWN[::-1])
    area, routes = placed(text, *paths)
    first, second = said_once(area, routes)
    assert (first.stem, second.stem) == (UP[:2], ())
    assert put(area, [first, second])
    label = area.lines[0].label
    assert label
    assert label.x0 >= 50
    assert label.x1 <= 125
    assert area.lines[1].label is None


def test_a_straight_line_shares_what_is_before_the_first_corner() -> None:
    area, routes = placed(FAN, UP, ((50, 55), (225, 55)))
    assert said_once(area, routes)[0].stem == UP[:2]


def test_lines_that_part_at_once_share_nothing_but_their_start() -> None:
    area, routes = placed(FAN, UP, ((50, 55), (50, 15), (200, 15)))
    first, second = said_once(area, routes)
    assert first.stem == UP[:1]
    assert not put(area, [first, second])


@pytest.mark.parametrize(
    ("text", "count"),
    [("node a\nnode b\nnode c\na -> b: x\na -> c: x", 2), (FAN, 1), ("node a\nnode b\nnode c\na -> b, c", 2)],
    ids=["labels of their own", "a part of the fan", "no label"],
)
def test_other_routes_are_not_labelled_once(text: str, count: int) -> None:
    area, routes = placed(text, UP, DOWN)
    assert said_once(area, routes[:count]) == []


@pytest.mark.parametrize(("left", "is_outside"), [(-80.0, True), (0.0, False)])
def test_a_label_beside_a_lane_around_nodes_stands_outside_where_the_diagram_is_as_wide(
    left: float, *, is_outside: bool
) -> None:
    nodes: dict[str, Corners] = {"a": (40, 200, 90, 230), "m": (40, 140, 90, 170), "b": (40, 0, 90, 30)}
    nodes["wide"] = (left, 300, 90, 330)
    finished = Finished("node a\nnode m\nnode b\nnode wide\na -> b: x", nodes, direction="TB")
    area = Area(finished.layout, finished.graph)
    (edge,) = finished.graph.edges
    assert put(area, [Route(edge, ((40, 215), (10, 215), (10, 15), (40, 15)), (1,))])
    label = area.lines[edge.key].label
    assert label is not None
    assert (label.x1 < 10) is is_outside
