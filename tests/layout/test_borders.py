"""Groups grow into free room only, with the groups around them."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline.geometry.primitives import Box
from sphinxext.llmpipeline.layout.borders import Borders, Leg
from sphinxext.llmpipeline.layout.result import Layout, PlacedGroup, PlacedNode
from tests.layouts import sized

GROUP = Box(0, 0, 100, 60)
TITLE = Box(12, 45, 40, 55)


def borders(text: str, nodes: dict[str, Box], groups: dict[str, Box]) -> Borders:
    """The borders of a layout; all titles are alike in their groups."""
    placed = {id: PlacedNode((box.outline(),), box) for id, box in nodes.items()}
    framed = {
        id: PlacedGroup(box.outline(), TITLE.moved(box.x0 - GROUP.x0, box.y1 - GROUP.y1)) for id, box in groups.items()
    }
    return Borders(Layout(Box(-500, -500, 500, 500), placed, {}, framed), sized(text))


ALONE = "group g: G\n   node a"
MEMBER = {"a": Box(20, 10, 80, 40)}


def test_what_is_inside_needs_no_growth() -> None:
    assert borders(ALONE, MEMBER, {"g": GROUP}).growth("g", Box(1, 1, 99, 59)) == {}


@pytest.mark.parametrize(
    ("inside", "grown"),
    [
        (Box(-30, 10, 50, 20), Box(-30, 0, 100, 60)),
        (Box(50, 10, 130, 20), Box(0, 0, 130, 60)),
        (Box(50, -20, 60, 20), Box(0, -20, 100, 60)),
        (Box(-30, -20, 130, 20), Box(-30, -20, 130, 60)),
    ],
    ids=["left", "right", "down", "all"],
)
def test_a_group_grows_as_far_as_it_must(inside: Box, grown: Box) -> None:
    assert borders(ALONE, MEMBER, {"g": GROUP}).growth("g", inside) == {"g": grown}


def test_a_group_does_not_grow_upwards() -> None:
    assert borders(ALONE, MEMBER, {"g": GROUP}).growth("g", Box(50, 10, 60, 70)) is None


def test_groups_around_grow_by_their_margin() -> None:
    text = "group o: O\n   group g: G\n      node a"
    found = borders(text, MEMBER, {"o": Box(-12, -12, 112, 90), "g": GROUP}).growth("g", Box(50, 10, 130, 20))
    assert found == {"g": Box(0, 0, 130, 60), "o": Box(-12, -12, 142, 90)}


def test_a_group_around_with_room_stays() -> None:
    text = "group o: O\n   group g: G\n      node a"
    found = borders(text, MEMBER, {"o": Box(-50, -50, 200, 90), "g": GROUP}).growth("g", Box(50, 10, 130, 20))
    assert found == {"g": Box(0, 0, 130, 60)}


@pytest.mark.parametrize(
    ("text", "other"),
    [
        (f"{ALONE}\nnode b", {"b": Box(145, 10, 200, 40)}),
        (f"{ALONE}\ngroup h: H\n   node b", {"h": Box(145, 0, 200, 60)}),
    ],
    ids=["node", "group"],
)
def test_nothing_grows_into_another_part_or_near_it(text: str, other: dict[str, Box]) -> None:
    nodes = MEMBER | {"b": other.get("b", Box(160, 10, 190, 40))}
    found = borders(text, nodes, {"g": GROUP} | {id: box for id, box in other.items() if id != "b"})
    assert found.growth("g", Box(50, 10, 124, 20)) == {"g": Box(0, 0, 124, 60)}
    assert found.growth("g", Box(50, 10, 126, 20)) is None


def test_a_group_does_not_reach_the_label_of_an_edge_outside_it() -> None:
    text = "group g: G\n   node a\n   node b\nnode c\na -> b: in\na -> c: out"
    nodes = {"a": Box(10, 10, 40, 40), "b": Box(60, 10, 90, 40), "c": Box(10, -200, 40, -170)}
    found = borders(text, nodes, {"g": GROUP})
    for key, free in ((0, True), (1, False)):
        found.put_label(key, Box(110, 10, 120, 20))
        assert (found.growth("g", Box(50, 10, 130, 20)) is not None) is free


def test_what_a_group_has_grown_by_is_in_the_way_of_others() -> None:
    text = "group g: G\n   node a\ngroup h: H\n   node b"
    found = borders(text, MEMBER | {"b": Box(220, 10, 280, 40)}, {"g": GROUP, "h": GROUP.moved(200, 0)})
    assert found.growth("h", Box(150, 10, 250, 20)) == {"h": Box(150, 0, 300, 60)}
    grown = found.growth("g", Box(50, 10, 170, 20))
    assert grown is not None
    found.grow(grown)
    assert found.growth("h", Box(150, 10, 250, 20)) is None


def test_the_title_keeps_to_the_left() -> None:
    found = borders(ALONE, MEMBER, {"g": GROUP})
    found.grow({"g": Box(-30, -20, 130, 60)})
    assert found.groups["g"].box == Box(-30, -20, 130, 60)
    assert found.groups["g"].label == TITLE.moved(-30, 0)


@pytest.mark.parametrize(
    ("leg", "grows"),
    [
        (Box(-40, -50, -40, 90), False),
        (Box(-55, -50, -55, 90), True),
        (Box(-55, 40, 0, 40), True),
        (Box(-3, -50, -3, 90), True),
    ],
    ids=["where it grows", "beyond", "across the border", "beside the border already"],
)
def test_a_group_does_not_grow_over_a_line_beside_it(leg: Box, *, grows: bool) -> None:
    text = "group g: G\n   node a\nnode b\nnode c\nb -> c"
    nodes = MEMBER | {"b": Box(-200, 200, -150, 220), "c": Box(-200, -220, -150, -200)}
    known = borders(text, nodes, {"g": GROUP})
    known.put_leg(Leg(sized(text).edges[0], (), leg, leg))
    assert bool(known.growth("g", Box(-40, 10, 50, 20))) is grows


def test_a_line_inside_a_group_is_in_no_way_of_its_growth() -> None:
    text = "group g: G\n   node a\na -> a"
    known = borders(text, MEMBER, {"g": GROUP})
    leg = Box(-20, 10, -20, 30)
    known.put_leg(Leg(sized(text).edges[0], (), leg, leg))
    assert known.growth("g", Box(-30, 10, 50, 20)) == {"g": Box(-30, 0, 100, 60)}


def test_a_group_leaves_room_for_the_arrowhead_of_a_line_that_ends_at_its_border() -> None:
    text = "group g: G\n   node a\nnode b\nb -> g"
    known = borders(text, MEMBER | {"b": Box(-200, 200, -150, 220)}, {"g": GROUP})
    leg = Box(-30, 30, -30, 210)
    known.put_leg(Leg(sized(text).edges[0], (), leg, leg))
    assert known.growth("g", Box(-20, 10, 50, 20)) is None
    assert known.growth("g", Box(-10, 10, 50, 20)) == {"g": Box(-10, 0, 100, 60)}


@pytest.mark.parametrize(
    ("lines", "gaps"),
    [
        ((), [(7.5, 92.5)]),
        ((50,), [(7.5, 50), (50, 92.5)]),
        ((44, 70), []),
        ((45, 70), [(7.5, 45)]),
        ((70, 30), [(30, 70)]),
    ],
    ids=["no line", "one", "no room", "at the left", "between"],
)
def test_a_title_has_room_in_gaps_between_lines(lines: tuple[float, ...], gaps: list[tuple[float, float]]) -> None:
    """It is 28 points wide, and keeps 4.5 to either side."""
    assert borders(ALONE, MEMBER, {"g": GROUP}).gaps("g", lines) == gaps
