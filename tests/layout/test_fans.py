"""Fans: trunks, what parts them, and their labels."""

from __future__ import annotations

from itertools import product

import pytest

from sphinxext.llmpipeline import MODERN
from sphinxext.llmpipeline.geometry.curves import tip_of
from sphinxext.llmpipeline.geometry.primitives import Box
from sphinxext.llmpipeline.layout.edge_routing import route
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction
from tests.finished import Corners, Finished
from tests.layouts import clear, graph_of, laid_out
from tests.routed import by_hand, corners, crosses, distance, routed, verdict, worst


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_fan_leaves_as_one_trunk(direction: Direction) -> None:
    layout = routed("a -> b, c, d", direction)
    found = [corners(line) for line in layout.edges.values()]
    assert len({path[0] for path in found}) == 1
    assert sorted(map(len, found)) == [2, 4, 4]
    first, last = (path for path in found if len(path) == 4)
    assert first[1] == last[1]
    assert len({path[-1] for path in found}) == 3


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_fan_in_ends_with_one_head(direction: Direction) -> None:
    layout = routed("b, c, d -> a", direction)
    assert len({tip_of(line.arrowheads[0]) for line in layout.edges.values()}) == 1
    assert worst("b, c, d -> a", direction) == []


def test_a_member_without_a_free_way_leaves_the_others_their_trunk() -> None:
    """The node ``w`` is between ``d`` and the row of the others."""
    nodes: dict[str, Corners] = {"a": (100.0, 0.0, 150.0, 30.0), "w": (270.0, 45.0, 400.0, 90.0)}
    nodes |= {id: (x, 100.0, x + 50, 130.0) for id, x in (("b", 0.0), ("c", 200.0), ("d", 300.0))}
    layout = by_hand("node a\nnode w\nnode b\nnode c\nnode d\nb, c, d -> a", nodes, direction="TB")
    one, two, _ = (corners(line) for line in layout.edges.values())
    assert one[-1] == two[-1] == (125.0, 30.0)
    assert one[2] == pytest.approx(two[2])
    assert not any(crosses(line, Box(*nodes["w"])) for line in layout.edges.values())


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_lines_that_could_be_straight_do_not_part_the_other_lines_of_their_fan(direction: Direction) -> None:
    text = "group g\n   node x\n   node y\n"
    text += "".join(f"node {id}\n" for id in "abcdefhi") + "a, b, c, d, e, f, h, i -> g"
    edges = routed(text, direction).edges.values()
    assert len({tip_of(edge.arrowheads[0]) for edge in edges}) == 1


def test_straight_lines_are_as_they_are_if_most_of_their_fan_are() -> None:
    finished = Finished(
        "a, b, c -> d", {"a": (0, 200, 60, 220), "b": (0, 100, 60, 120), "c": (0, 50, 60, 70), "d": (120, 40, 180, 130)}
    )
    lines = route(finished.layout, finished.graph).edges
    assert all(lines[key].splines[0].points[0][1] == lines[key].splines[0].points[-1][1] for key in (1, 2))


def test_edges_of_two_kinds_have_two_trunks() -> None:
    layout = routed("a -> b, c\na => d, e")
    starts = [corners(line)[0] for line in layout.edges.values()]
    assert len({*starts[:2], *starts[2:]}) > 1
    assert not {*starts[:2]} & {*starts[2:]}


def test_labels_of_a_fan_stand_beside_their_own_lines() -> None:
    text = "a -> b: one\na -> c: two\na -> d: three"
    for direction in DIRECTIONS:
        layout = routed(text, direction)
        for key, other in product(layout.edges, repeat=2):
            label = layout.edges[key].label
            assert label is not None
            assert key == other or distance(layout.edges[key], label) < distance(layout.edges[other], label)
        assert worst(text, direction) == []


# One label for a fan


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("text", ["a -> b, c, d: sampled", "b, c, d -> a: sampled", "a <-> b, c: sampled"])
def test_one_label_of_a_fan_stands_beside_what_its_lines_have_in_common(text: str, direction: Direction) -> None:
    first, *others = routed(text, direction).edges.values()
    assert first.label
    assert [line.label for line in others] == [None] * len(others)
    assert all(distance(line, first.label) <= 6 for line in (first, *others))
    assert worst(text, direction) == []


def test_a_leaf_nearly_in_the_middle_of_a_hub_does_not_part_the_fan() -> None:
    """Its line is straight: a bend of a point cannot be drawn."""
    nodes: dict[str, Corners] = {"a": (0.0, 60.0, 60.0, 90.0), "b": (200.0, 120.0, 260.0, 150.0)}
    nodes |= {"c": (200.0, 61.0, 260.0, 91.0), "d": (200.0, 0.0, 260.0, 30.0)}
    lines = by_hand("a -> b, c, d: x", nodes, direction="LR").edges.values()
    assert len({corners(line)[0] for line in lines}) == 1
    assert [len(corners(line)) for line in lines] == [4, 2, 4]
    assert sum(line.label is not None for line in lines) == 1


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_other_edges_of_a_hub_keep_off_the_trunk_with_one_label(direction: Direction) -> None:
    text = "a -> b, c: copies\na -> d\na -> e: moves"
    one, two, other, labelled = routed(text, direction).edges.values()
    assert (bool(one.label), bool(two.label), bool(labelled.label)) == (True, False, True)
    start = corners(one)[0]
    assert corners(two)[0] == start
    assert start not in (corners(other)[0], corners(labelled)[0])
    assert worst(text, direction) == []


def test_each_line_of_a_fan_has_the_label_where_it_is_longer_than_what_they_have_in_common() -> None:
    nodes: dict[str, Corners] = {"a": (0, 30, 50, 60), "b": (100, 100, 150, 130), "c": (100, -40, 150, -10)}
    layout = by_hand("node a\nnode b\nnode c\na -> b, c: log-probabilities", nodes)
    assert all(line.label for line in layout.edges.values())


def test_feedback_has_a_label_for_each_edge() -> None:
    layout = routed("a -> b -> c\nb, c --> a: again", "TB")
    assert [bool(line.label) for line in layout.edges.values()] == [False, False, True, True]


def test_labels_of_statements_of_their_own_are_said_each() -> None:
    layout = routed("a -> b: copies\na -> c: copies", "TB")
    assert all(line.label for line in layout.edges.values())


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_fan_into_a_group_has_its_label_outside(direction: Direction) -> None:
    text = "node a\ngroup g: Experts\n   node b\n   node c\n   node d\na -> b, c, d: top 2 of 8"
    graph = graph_of(text, MODERN, direction=direction)
    layout = clear(laid_out(graph), graph)
    first, *others = layout.edges.values()
    assert first.label
    assert not any(line.label for line in others)
    assert not layout.groups["g"].box.overlaps(first.label)


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("label", ["", ": blocked"])
def test_a_branch_of_a_fan_keeps_off_the_border_that_it_leaves(label: str, direction: Direction) -> None:
    text = "group g: Input rails\n   x\nnode checks\nnode llm\nnode out\nnode refuse\n"
    text += f"g -> llm -> checks -> out\ng -> refuse{label}\nchecks -> refuse{label}"
    assert "along-border" not in verdict(text, direction).kinds()


# Joining a trunk

DECODER = """
group d: Decoder
   node a: Masked attention
   node b: Cross-attention
   a -> b
node e: Encoder
e -> b: keys, values
node t: Target
t -> a
"""


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_line_from_outside_of_a_group_joins_no_line_inside_it(direction: Direction) -> None:
    inside, outside, _ = (corners(line) for line in routed(DECODER, direction).edges.values())
    assert inside[-1] != outside[-1]
    assert worst(DECODER, direction) == []


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_lines_from_outside_of_a_group_join_each_other_only(direction: Direction) -> None:
    text = "group d\n   node a\n   node c\n   node b\n   a, c -> b\nnode e\nnode f\ne, f -> b\nnode t\nt -> a"
    a, c, e, f, _ = (corners(line)[-1] for line in routed(text, direction).edges.values())
    assert {a, c}.isdisjoint({e, f})
    assert worst(text, direction) == []


def test_a_line_that_joins_another_leaves_at_the_side_of_that() -> None:
    """The node ``h`` has a straight line at its middle."""
    text = "node g\nnode h\nnode out\nnode ref\ng -> h -> out\ng -> ref: blocked\nh -> ref"
    nodes: dict[str, Corners] = {"g": (0, 200, 120, 240), "h": (20, 60, 80, 100), "out": (20, 0, 80, 30)}
    layout = by_hand(text, nodes | {"ref": (100, 0, 160, 30)}, direction="TB")
    *_, straight, joined = (corners(line) for line in layout.edges.values())
    assert joined[-1] == straight[-1]
    assert len(joined) == 4
    assert joined[0][0] > 50
