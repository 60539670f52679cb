"""Side fans: edges between a box and parts one behind the other share a trunk beside these."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline.geometry.curves import tip_of
from sphinxext.llmpipeline.geometry.primitives import Box
from sphinxext.llmpipeline.layout.routing_area import BESIDE
from sphinxext.llmpipeline.layout.side_fans import _in_line
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction
from tests.routed import Corners, by_hand, corners, routed, worst

U_NET = """\
model clip: Text encoder
group unet: U-Net
   node down: Down blocks
   node mid: Middle
   node up: Up blocks
   down -> mid -> up
clip -> down: attention
clip -> mid
clip -> up
"""
COLUMN: dict[str, Corners] = {"b": (100, 100, 150, 130), "c": (100, 50, 150, 80), "d": (100, 0, 150, 30)}
"""Three boxes, one below the other."""
CHAIN = "node b\nnode c\nnode d\nb -> c -> d\nnode a\n"


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_edges_to_members_one_behind_the_other_leave_as_one_trunk(direction: Direction) -> None:
    middle, up = (corners(routed(U_NET, direction).edges[key]) for key in (3, 4))
    assert middle[0] == up[0]
    assert middle[-1] != up[-1]
    assert worst(U_NET, direction) == []


def test_a_trunk_runs_straight_below_a_hub_that_is_beside_the_column() -> None:
    layout = by_hand(f"{CHAIN}a -> c, d", {**COLUMN, "a": (160, 150, 210, 180)}, direction="TB")
    one, other = (corners(layout.edges[key]) for key in (2, 3))
    for path, y in ((one, 65.0), (other, 15.0)):
        assert [(round(x), round(y)) for x, y in path] == [(185, 150), (185, y), (150, y)]


def test_a_trunk_leaves_the_side_of_a_hub_above_the_column() -> None:
    layout = by_hand(f"{CHAIN}a -> b, c, d", {**COLUMN, "a": (100, 150, 150, 180)}, direction="TB")
    straight, one, other = (corners(layout.edges[key]) for key in (2, 3, 4))
    assert len(straight) == 2
    assert one[:2] == other[:2]
    assert one[0] in ((100.0, 165.0), (150.0, 165.0))


def test_a_trunk_keeps_off_the_nodes_that_it_passes() -> None:
    """Nearer, it would look like a second outline of the widest one."""
    wide: dict[str, Corners] = {**COLUMN, "b": (80, 100, 170, 130), "a": (100, 150, 150, 180)}
    layout = by_hand(f"{CHAIN}a -> b\na -> c\na -> d", wide, direction="TB")
    trunks = {x for key in (3, 4) for x, _ in corners(layout.edges[key])[1:-1]}
    assert min(max(80 - x, x - 170) for x in trunks) >= BESIDE - 0.01


def test_edges_from_members_one_behind_the_other_end_with_one_head() -> None:
    text = "node b\nnode c\nnode d\nnode a\nb, c, d -> a"
    layout = by_hand(text, {**COLUMN, "a": (160, -50, 210, -20)}, direction="TB")
    assert {tip_of(line.arrowheads[0]) for line in layout.edges.values()} == {(185.0, -20.0)}


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_hub_between_its_leaves_has_no_trunk_through_it(direction: Direction) -> None:
    text = "group d\n   node a: Attention\n   node b: Cross\n   a -> b\nnode one\nnode two\none, two -> b\n"
    assert worst(f"{text}node t\nt -> a\nnode o\nb -> o", direction) == []


def test_lines_that_look_or_say_something_else_have_lanes_of_their_own() -> None:
    layout = by_hand(f"{CHAIN}a -> c\na ~> d", {**COLUMN, "a": (160, 150, 210, 180)}, direction="TB")
    assert corners(layout.edges[2])[0] != corners(layout.edges[3])[0]
    layout = by_hand(f"{CHAIN}a -> c: label\na -> d", {**COLUMN, "a": (160, 150, 210, 180)}, direction="TB")
    assert corners(layout.edges[2])[0] != corners(layout.edges[3])[0]


def test_a_line_that_can_join_one_along_the_flow_does_not_turn_to_the_side() -> None:
    nodes: dict[str, Corners] = {"top": (60, 100, 110, 130), "b": (0, 50, 50, 80), "c": (60, 50, 110, 80)}
    layout = by_hand(
        "node top\nnode b\nnode c\nnode a\ntop -> b, c\nb, c -> a\ntop -> a",
        {**nodes, "a": (60, 0, 110, 30)},
        direction="TB",
    )
    assert corners(layout.edges[2])[-1] == corners(layout.edges[3])[-1] == (85.0, 30.0)


def test_one_label_stands_beside_the_trunk() -> None:
    layout = by_hand(f"{CHAIN}a -> c, d: reads", {**COLUMN, "a": (220, 150, 270, 180)}, direction="TB")
    one, other = layout.edges[2], layout.edges[3]
    assert corners(one)[0] == corners(other)[0]
    assert sum(line.label is not None for line in (one, other)) == 1


RETURN = "node a\nnode h\nnode b\nnode c\nnode d\n"
ROW: dict[str, Corners] = {
    "a": (80, 150, 130, 180), "h": (80, 75, 130, 105),
    "b": (0, 0, 50, 30), "c": (80, 0, 130, 30), "d": (160, 0, 210, 30),
}  # fmt: skip


@pytest.mark.parametrize("label", ["", ": tokens"])
def test_a_row_returns_to_its_hub_by_one_trunk_around_it(label: str) -> None:
    layout = by_hand(f"{RETURN}a -> h -> b, c, d\nb, c, d --> a{label}", ROW, direction="TB")
    paths = [corners(layout.edges[key]) for key in (4, 5, 6)]
    assert len({path[-1] for path in paths}) == 1
    assert len({path[-2] for path in paths}) == 1
    assert {path[1][1] for path in paths} == {paths[0][1][1]}
    assert [path[0] for path in paths] == [(25.0, 0.0), (105.0, 0.0), (185.0, 0.0)]
    assert sum(layout.edges[key].label is not None for key in (4, 5, 6)) == bool(label)


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("count", [3, 4, 6, 10])
def test_any_number_of_nodes_returns_by_one_trunk(count: int, direction: Direction) -> None:
    ids = [f"b{number}" for number in range(count)]
    layout = routed("a\nh\n" + "\n".join(ids) + f"\na -> h -> {', '.join(ids)}\n{', '.join(ids)} --> a", direction)
    paths = [corners(layout.edges[key]) for key in range(count + 1, 2 * count + 1)]
    assert len({path[-1] for path in paths}) == len({path[-2] for path in paths}) == 1


def test_two_lines_return_at_both_sides() -> None:
    nodes = {id: ROW[id] for id in ("a", "h", "b", "d")}
    layout = by_hand("node a\nnode h\nnode b\nnode d\na -> h -> b, d\nb, d --> a", nodes, direction="TB")
    assert {corners(layout.edges[key])[-1][0] for key in (3, 4)} == {80.0, 130.0}


def test_parts_are_in_line_if_they_overlap() -> None:
    boxes = {id: Box(x, y, x + 50, y + 30) for id, x, y in (("b", 0, 50), ("c", 20, 0), ("d", 200, 50), ("e", 200, 0))}
    assert [*_in_line(boxes, 0)] == [["b", "c"], ["d", "e"]]
    assert [*_in_line(boxes, 1)] == [["c", "e"], ["b", "d"]]
    assert [*_in_line({"b": boxes["b"], "d": boxes["d"]}, 0)] == []
