"""Nodes and groups stand in the drawing as they were declared."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext.llmpipeline import parse
from sphinxext.llmpipeline.geometry.primitives import Box
from sphinxext.llmpipeline.layout.engine import place
from sphinxext.llmpipeline.layout.ordering import declared, stacked
from sphinxext.llmpipeline.model.pipeline import Edge, Group, Label, Node, Pipeline
from sphinxext.llmpipeline.model.vocabulary import Direction
from sphinxext.llmpipeline.rendering import digraph


def ids(members: dict[str | None, list[Node | Group]]) -> dict[str | None, list[str]]:
    return {owner: [member.id for member in inside] for owner, inside in members.items()}


def boxes(text: str, direction: Direction = "LR") -> dict[str, Box]:
    pipeline = parse(text, direction=direction)
    layout = place(pipeline, digraph(pipeline)).layout
    nodes = {node.id: placed.box for node, placed in zip(pipeline.nodes, layout.nodes, strict=True)}
    return nodes | {group.id: placed.box for group, placed in zip(pipeline.groups, layout.groups, strict=True)}


def heights(text: str, direction: Direction = "LR") -> list[str]:
    """Ids of nodes and groups from the top down, by the middle of their boxes."""
    found = boxes(text, direction)
    return sorted(found, key=lambda name: -found[name].center[1])


def test_declared_has_nodes_before_groups_in_the_order_of_the_text() -> None:
    pipeline = parse("group g: G\n   node b\n   group h: H\n      node c\n   node a\nnode d")
    assert ids(declared(pipeline)) == {None: ["d", "g"], "g": ["b", "a", "h"], "h": ["c"]}


def test_components_are_told_from_the_last_to_the_first() -> None:
    assert ids(stacked(parse("node a\nnode b\nnode c\nnode d\nnode e\na -> b\nc -> d"))) == {
        None: ["e", "c", "d", "a", "b"]
    }


def test_members_of_a_group_are_told_by_depth_then_from_the_last_to_the_first() -> None:
    pipeline = parse("group g: G\n   node a\n   node b\n   node c\n   node d\n   a -> b\n   a -> c\n   b, c -> d")
    assert ids(stacked(pipeline))["g"] == ["a", "c", "b", "d"]


def test_a_loop_counts_for_nothing() -> None:
    pipeline = parse("group g: G\n   node a\n   node b\n   node c\n   a -> b -> c -> a\n   b -> b")
    assert ids(stacked(pipeline))["g"] == ["a", "b", "c"]


def test_edges_between_members_of_groups_order_the_groups() -> None:
    pipeline = parse("group o: O\n   group g: G\n      node a\n   group h: H\n      node b\nb -> a")
    assert ids(stacked(pipeline))["o"] == ["h", "g"]


def test_a_long_chain_needs_no_recursion() -> None:
    nodes = tuple(Node(f"n{index}", Label.plain("x"), group="g") for index in range(5000))
    edges = tuple(Edge(one.id, other.id) for one, other in itertools.pairwise(nodes))
    members = stacked(Pipeline(nodes, edges, (Group("g", Label.plain("G")),)))
    assert [member.id for member in members["g"]] == [node.id for node in nodes]


@st.composite
def pipelines(draw: st.DrawFn) -> Pipeline:
    count = draw(st.integers(0, 4))
    groups = tuple(
        Group(f"g{index}", Label.plain("G"), draw(st.sampled_from([None, *(f"g{i}" for i in range(index))])))
        for index in range(count)
    )
    owners = st.sampled_from([None, *(group.id for group in groups)])
    nodes = tuple(Node(f"n{index}", Label.plain("N"), group=draw(owners)) for index in range(draw(st.integers(1, 8))))
    ends = st.sampled_from([*(node.id for node in nodes), *(group.id for group in groups)])
    edges = tuple(Edge(*pair) for pair in draw(st.lists(st.tuples(ends, ends), max_size=12)))
    return Pipeline(nodes, edges, groups)


@given(pipelines())
def test_order_loses_and_doubles_nothing(pipeline: Pipeline) -> None:
    in_text, told = ids(declared(pipeline)), ids(stacked(pipeline))
    assert {owner: sorted(inside) for owner, inside in told.items() if inside} == {
        owner: sorted(inside) for owner, inside in in_text.items() if inside
    }


@given(pipelines())
def test_order_is_the_same_each_time(pipeline: Pipeline) -> None:
    assert ids(stacked(pipeline)) == ids(stacked(pipeline))


@pytest.mark.parametrize("direction", ["LR", "RL"])
def test_components_stand_from_the_top_down(direction: Direction) -> None:
    found = boxes("node a\nnode b\nnode c\nnode d\na -> b\nc -> d", direction)
    assert found["a"].y0 > found["c"].y1
    assert found["b"].y0 > found["d"].y1


@pytest.mark.parametrize("direction", ["LR", "RL"])
def test_unconnected_nodes_of_a_group_stand_from_the_top_down(direction: Direction) -> None:
    assert heights("group g: G\n   node a\n   node b\n   node c", direction)[::3] == ["a", "c"]


@pytest.mark.parametrize("direction", ["LR", "RL"])
def test_groups_stand_from_the_top_down(direction: Direction) -> None:
    found = boxes("group g: G\n   node a\ngroup h: H\n   node b\ngroup i: I\n   node c", direction)
    assert found["g"].y0 > found["h"].y1
    assert found["h"].y0 > found["i"].y1


@pytest.mark.parametrize("direction", ["TB", "BT"])
def test_components_stand_from_left_to_right(direction: Direction) -> None:
    found = boxes("node a\nnode b\nnode c\nnode d\na -> b\nc -> d", direction)
    assert found["a"].x1 < found["c"].x0
    assert found["b"].x1 < found["d"].x0


@pytest.mark.parametrize("direction", ["TB", "BT"])
def test_unconnected_nodes_of_a_group_stand_from_left_to_right(direction: Direction) -> None:
    found = boxes("group g: G\n   node a\n   node b\n   node c", direction)
    assert found["a"].x1 < found["b"].x0
    assert found["b"].x1 < found["c"].x0


@pytest.mark.parametrize("direction", ["LR", "RL"])
def test_targets_of_one_node_stand_from_the_top_down(direction: Direction) -> None:
    assert heights("node s\nnode a\nnode b\nnode c\ns -> a, b, c", direction)[::3] == ["a", "c"]
