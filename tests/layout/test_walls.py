"""What closes the lanes for the path of an edge, and what it may cross at a price."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise

from sphinxext.llmpipeline.geometry.primitives import Box
from sphinxext.llmpipeline.layout import walls as module
from sphinxext.llmpipeline.layout.borders import BORDER
from sphinxext.llmpipeline.layout.lanes import Port
from sphinxext.llmpipeline.layout.routes import drawn
from sphinxext.llmpipeline.layout.routing_area import APART, CLEAR, Area
from sphinxext.llmpipeline.layout.walls import AROUND_GROUP, Rules, Wall, Walls, open_ports
from tests.finished import Corners, Finished

A: Corners = (0, 0, 60, 40)
B: Corners = (300, 0, 360, 40)
C: Corners = (150, 0, 200, 40)
EVERYWHERE = Box(-1000, -1000, 1000, 1000)
RULES = Rules(APART, 5.0, 10.0)
ENTERING = Rules(APART, 5.0, 10.0, enters=True)


def area_of(text: str, nodes: dict[str, Corners], groups: dict[str, Corners] | None = None) -> Area:
    finished = Finished(text, nodes, groups=groups or {})
    return Area(finished.layout, finished.graph)


def walls(area: Area, rules: Rules = RULES, part: Box = EVERYWHERE) -> list[Wall]:
    return [*Walls(area, area.graph.edges[0], rules).within(part)]


def stopped(found: Collection[Wall], box: Box) -> tuple[bool, bool]:
    """Whether walls stop lines through a box that are level, and lines that are upright."""
    inside = [wall for wall in found if wall.box.overlaps(box)]
    return any(wall.level for wall in inside), any(wall.upright for wall in inside)


def test_nodes_are_walls_but_for_the_ends() -> None:
    found = walls(area_of("node a\nnode b\nnode c\na -> b", {"c": C, "a": A, "b": B}))
    assert found == [Wall(Box(*C).grown(CLEAR))]


def test_what_is_far_is_no_wall() -> None:
    area = area_of("node a\nnode b\nnode c\na -> b", {"c": C, "a": A, "b": B})
    assert walls(area, part=Box(0, 200, 400, 300)) == []


def test_a_group_of_neither_end_is_a_wall_or_may_be_crossed_at_its_price() -> None:
    border: Corners = (120, -100, 220, 60)
    area = area_of("node a\nnode b\ngroup g\n   node c\na -> b", {"c": C, "a": A, "b": B}, {"g": border})
    assert Wall(Box(*border).grown(AROUND_GROUP)) in walls(area)
    entered = walls(area, ENTERING)
    assert Wall(Box(*border).grown(AROUND_GROUP)) not in entered
    assert stopped(entered, Box(120 - BORDER + 1, 0, 121, 10)) == (False, True)  # along its side
    priced = [*Walls(area, area.graph.edges[0], ENTERING).fences(EVERYWHERE)]
    assert [price for _, price in priced] == 4 * [module._STRANGE]
    assert [*Walls(area, area.graph.edges[0], RULES).fences(EVERYWHERE)] == []


def test_lines_stop_those_along_them_and_are_crossed_at_a_price() -> None:
    nodes: dict[str, Corners] = {"a": A, "b": B, "c": (150, 100, 200, 140), "d": (150, -140, 200, -100)}
    area = area_of("a -> b\nc -> d", nodes)
    edge, path = area.graph.edges[1], ((175.0, 100.0), (175.0, -100.0))
    line = drawn(edge, path)
    assert line
    area.put(edge, path, line)
    beside = Box(175 + APART - 1, 0, 175 + APART, 40)
    assert stopped(walls(area), beside) == (False, True)
    assert [*Walls(area, area.graph.edges[0], RULES).fences(EVERYWHERE)] == [(Box.between(*path), module._CROSS)]


def test_a_line_is_free_where_the_edge_may_part_from_it() -> None:
    area = area_of("a -> b, c: x", {"a": A, "b": B, "c": (300, 100, 360, 140)})
    edge, path = area.graph.edges[1], ((60.0, 20.0), (200.0, 20.0), (200.0, 120.0), (300.0, 120.0))
    line = drawn(edge, path)
    assert line
    area.put(edge, path, line)
    found = Walls(area, area.graph.edges[0], RULES)
    legs = [Box.between(*leg) for leg in pairwise(path)]
    assert [leg for leg, _ in found.fences(EVERYWHERE)] == legs
    free = [Box(200, 40, 200, 120), Box(200, 120, 280, 120)]
    assert [leg for leg, _ in found.fences(EVERYWHERE, free)] == legs[:1]


def test_a_line_of_the_same_fan_is_no_wall_straight_on_where_it_turns() -> None:
    for text, stops in (("a -> b, c: x", False), ("a -> b: x\na -> c: y", True)):
        area = area_of(text, {"a": A, "b": B, "c": (300, 100, 360, 140)})
        edge, path = area.graph.edges[1], ((60.0, 20.0), (200.0, 20.0), (200.0, 120.0), (300.0, 120.0))
        line = drawn(edge, path)
        assert line
        area.put(edge, path, line)
        assert stopped(walls(area), Box(201, 19, 205, 21))[0] is stops
        assert stopped(walls(area), Box(100, 25, 190, 27))[0]


def test_a_wall_before_a_port_closes_it() -> None:
    port = Port("right", (60, 20), (75, 20), 0.0)
    assert [*open_ports([port], [Wall(Box(65, 0, 70, 40))])] == []
    assert [*open_ports([port], [Wall(Box(65, 0, 70, 40), level=False), Wall(Box(80, 0, 90, 40))])] == [port]


def test_an_arrowhead_is_a_wall() -> None:
    """A line through it would seem to end there."""
    nodes: dict[str, Corners] = {"a": A, "b": B, "c": (150, 100, 200, 140), "d": (150, -140, 200, -100)}
    area = area_of("a -> b\nc -> d\nc -> b", nodes)
    edge, path = area.graph.edges[1], ((175.0, 100.0), (175.0, -100.0))
    line = drawn(edge, path)
    assert line
    area.put(edge, path, line)
    head = Box(170, -100, 180, -98)
    assert stopped(walls(area), head.moved(0, 3)) == (True, True)
    assert stopped(walls(area), head.moved(0, 30)) == (False, True)  # the line itself
