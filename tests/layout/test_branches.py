"""Lines of a fan part behind the one label that is said for all of them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from sphinxext.llmpipeline.geometry.primitives import Box
from sphinxext.llmpipeline.layout.branches import Branches
from sphinxext.llmpipeline.layout.path_search import route_rest
from sphinxext.llmpipeline.layout.routes import drawn
from sphinxext.llmpipeline.layout.routing_area import NEARER, Area, Path
from tests.finished import Corners, Finished

HUB: Corners = (0, 0, 60, 40)
BELOW: dict[str, Corners] = {
    "hub": HUB,
    "wall": (-40, -120, 100, -60),
    "one": (0, -200, 60, -160),
    "two": (100, -260, 160, -220),
    "three": (0, -320, 60, -280),
}
"""Three parts below a hub, behind a wall."""
DECLARED = "node hub\nnode wall\nnode one\nnode two\nnode three\n"


def routed(text: str, nodes: dict[str, Corners] = BELOW) -> Area:
    """The parts with lines that the search alone finds."""
    finished = Finished(DECLARED + text, nodes, direction="TB")
    area = Area(finished.layout, finished.graph)
    route_rest(area)
    return area


def shared(one: Path, other: Path) -> float:
    """Points from their common end on that two paths have in common."""
    length = 0.0
    for (start, end), (begin, stop) in zip(pairwise(one), pairwise(other), strict=False):
        ways = [(x - start[0], y - start[1]) for x, y in (end, stop)]
        if start != begin or ways[0][0] * ways[1][0] + ways[0][1] * ways[1][1] <= 0:
            break
        length += min(abs(x) + abs(y) for x, y in ways)
        if end != stop:
            break
    return length


def test_a_label_of_a_fan_is_said_once() -> None:
    area = routed("hub -> one, two, three: creates")
    assert sum(line.label is not None for line in area.lines.values()) == 1


@pytest.mark.parametrize("text", ["hub -> one, two, three: creates", "one, two, three -> hub: creates"])
def test_lines_part_behind_the_label(text: str) -> None:
    area = routed(text)
    paths = [area.paths[key] if text.startswith("hub") else area.paths[key][::-1] for key in range(3)]
    labelled, label = next((paths[key], line.label) for key, line in area.lines.items() if line.label)
    hub = Box(*HUB)
    assert min(hub.distance(at) for at in label.corners) < 40  # near the common end
    for path in paths:
        assert shared(labelled, path) > 20
        own, common = ([Box.around(leg) for leg in pairwise(one)] for one in (path, labelled))
        apart = [leg for leg in own if leg not in common][1:]
        assert all(not leg.touches(label.grown(NEARER - 1)) for leg in apart)
    assert len({*paths}) == 3


def test_a_line_does_not_part_beside_the_label() -> None:
    """Also where a corner before the label is near to it."""
    nodes: dict[str, Corners] = {"hub": HUB, "one": (300, -220, 360, -180), "two": (300, -320, 360, -280)}
    finished = Finished("node hub\nnode one\nnode two\nhub -> one, two: creates", nodes, direction="TB")
    area = Area(finished.layout, finished.graph)
    first, second = finished.graph.edges
    path = ((30.0, 0.0), (30.0, -100.0), (95.0, -100.0), (95.0, -200.0), (300.0, -200.0))
    line = drawn(first, path)
    assert line
    label = Box(34.6, -96, 90, -86)
    area.put(first, path, replace(line, label=label))
    legs = Branches(area, second).legs
    assert legs
    assert all(leg.x0 > label.x1 for leg in legs)


def test_lines_with_labels_of_their_own_do_not_part() -> None:
    area = routed("hub -> one: creates\nhub -> two: creates\nhub -> three: creates")
    assert all(line.label for line in area.lines.values())
    assert len({path[0] for path in area.paths.values()}) == 3


def test_a_long_way_with_others_is_not_worth_a_short_way_of_its_own() -> None:
    """The first line leads far to the right; the other leaf is near at the left."""
    nodes: dict[str, Corners] = {
        "hub": HUB,
        "wall": (70, -40, 90, 80),
        "one": (600, 0, 660, 40),
        "two": (-200, 0, -140, 40),
        "three": (-200, -100, -140, -60),
    }
    area = routed("hub -> one, two: creates", nodes)
    assert all(line.label for line in area.lines.values())
    assert area.paths[0][0] != area.paths[1][0]


def test_a_line_parts_where_its_way_is_shortest_also_beside_the_end_of_a_stub() -> None:
    """The lane of the line from which it parts counts more than that of an end at the hub a few points beside it."""
    nodes: dict[str, Corners] = {"hub": (0, 0, 60, 50), "one": (320, 80, 380, 110), "two": (320, -15, 380, 15)}
    finished = Finished("hub -> one, two: prompt", nodes)
    area = Area(finished.layout, finished.graph)
    first, second = finished.graph.edges
    path = (60, 35), (68, 35), (68, 52.3), (300, 52.3), (300, 0), (320, 0)
    line = drawn(second, path)
    assert line is not None
    area.put(second, path, replace(line, label=Box.at((150, 62), 40, 15)))
    route_rest(area)
    *_, parts, turns, end = area.paths[first.key]
    assert parts[1] == 52.3
    assert turns == (parts[0], 95)
    assert end == (320, 95)
