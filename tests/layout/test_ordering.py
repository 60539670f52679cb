"""Nodes and groups stand in the order of their declaration, and the flow decides which edges run back."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext.llmpipeline.geometry.primitives import Box
from sphinxext.llmpipeline.layout import ordering
from sphinxext.llmpipeline.layout.graph import LayoutEdge
from sphinxext.llmpipeline.layout.ordering import (
    Members,
    back_edges,
    declared_members,
    flow_order,
    placing,
    skips,
    stacked_members,
)
from sphinxext.llmpipeline.model.pipeline import Edge, Group, Label, Node, Pipeline
from sphinxext.llmpipeline.model.vocabulary import EDGE_KINDS, Direction
from tests.layouts import graph_of, laid_out, sized
from tests.steps import ROUGHLY, growth


def ids(members: Members) -> dict[str | None, list[str]]:
    return {owner: [member.id for member in inside] for owner, inside in members.items()}


def stacked(pipeline: Pipeline | str) -> dict[str | None, list[str]]:
    return ids(stacked_members(sized(pipeline)))


def boxes(text: str, direction: Direction = "LR") -> dict[str, Box]:
    layout = laid_out(graph_of(text, direction=direction))
    return {id: placed.box for id, placed in (*layout.nodes.items(), *layout.groups.items())}


def heights(text: str, direction: Direction = "LR") -> list[str]:
    """Ids of nodes and groups from the top down, by the middle of their boxes."""
    found = boxes(text, direction)
    return sorted(found, key=lambda name: -found[name].center[1])


# Members


def test_declared_members_are_nodes_before_groups_in_the_order_of_the_text() -> None:
    graph = sized("group g: G\n   node b\n   group h: H\n      node c\n   node a\nnode d")
    assert ids(declared_members(graph)) == {None: ["d", "g"], "g": ["b", "a", "h"], "h": ["c"]}


def test_components_are_written_from_the_last_to_the_first() -> None:
    assert stacked("node a\nnode b\nnode c\nnode d\nnode e\na -> b\nc -> d") == {None: ["e", "c", "d", "a", "b"]}


def test_members_of_a_group_are_written_by_depth_then_from_the_last_to_the_first() -> None:
    text = "group g: G\n   node a\n   node b\n   node c\n   node d\n   a -> b\n   a -> c\n   b, c -> d"
    assert stacked(text)["g"] == ["a", "c", "b", "d"]


def test_a_cycle_has_no_depth() -> None:
    text = "group g: G\n   node a\n   node b\n   node c\n   a -> b -> c -> a\n   b -> b"
    assert stacked(text)["g"] == ["a", "b", "c"]


def test_edges_between_members_of_groups_order_the_groups() -> None:
    assert stacked("group o: O\n   group g: G\n      node a\n   group h: H\n      node b\nb -> a")["o"] == ["h", "g"]


def test_a_long_chain_needs_no_recursion() -> None:
    nodes = tuple(Node(f"n{index}", Label.plain("x"), group="g") for index in range(5000))
    edges = tuple(Edge(one.id, other.id) for one, other in pairwise(nodes))
    found = stacked(Pipeline(nodes, edges, (Group("g", Label.plain("G")),)))
    assert found["g"] == [node.id for node in nodes]


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
def test_every_member_is_in_the_order_once(pipeline: Pipeline) -> None:
    in_text, found = ids(declared_members(sized(pipeline))), stacked(pipeline)
    assert {owner: sorted(inside) for owner, inside in found.items() if inside} == {
        owner: sorted(inside) for owner, inside in in_text.items() if inside
    }


@given(pipelines())
def test_order_is_the_same_each_time(pipeline: Pipeline) -> None:
    assert stacked(pipeline) == stacked(pipeline)


# Placed by Graphviz


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


# The flow


def back(text: str) -> list[str]:
    """The edges against the flow, in words."""
    graph = sized(text)
    found = back_edges([node.id for node in graph.nodes], graph.edges)
    return [f"{edge.source} {edge.target}" for edge in graph.edges if edge.key in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a -> b -> c", []),
        ("a -> b -> c -> a", ["c a"]),
        ("node b\nnode a\na -> b -> a", ["a b"]),
        # The flow wins over the order of declaration, however the edges are ordered.
        ("node c\nnode b\nnode a\na -> b\nb -> c", []),
        # Feedback never decides, exchange and links only where no flow does.
        ("node a\nnode b\nb --> a\na -> b", ["b a"]),
        ("node a\nnode b\nb -> a\na --> b", ["a b"]),
        ("node a\nnode b\nb <-> a\na => b", ["b a"]),
        ("node a\nnode b\nb --> a", ["b a"]),
        ("node a\nnode b\nb -- a", []),
        ("node a\nnode b\nnode c\nnode o\na <-> b\nb -- c\no -> a", []),
        ("node a\nnode b\nnode c\na -- b -- c -- a", ["c a"]),
        ("node c\nnode b\nnode a\nb -> c\nc <-> a\na <-> b", ["a b"]),
        # An exchange at the beginning of a longer way, which ends where it began, leads on.
        ("node a\nnode b\nnode c\na <-> b\nb -> c\nc -> a", ["c a"]),
        ("node a\nnode b\nnode c\nb -> c\nc -> a\nb <-> a", []),
        # A skip never decides, and secondary flow as exchange does.
        ("node a\nnode b\nb ~> a\na -> b", ["b a"]),
        ("node a\nnode b\nb ..> a\na -> b", ["b a"]),
        ("node a\nnode b\nb ..> a", []),
        # The one edge back of a cycle closes it where it began.
        ("node a\nnode b\nnode c\nnode d\na -> b -> c -> d\nc -> b\nd --> a", ["c b", "d a"]),
        ("a -> a", []),
        ("a -> b\na -> b\nb -> a", ["b a"]),
    ],
)
def test_back_edges(text: str, expected: list[str]) -> None:
    assert back(text) == expected


def test_an_entry_into_a_cycle_comes_before_it() -> None:
    assert back("node b\nnode c\nnode a\na -> b -> c -> b") == ["c b"]


def test_nothing_has_no_back_edges() -> None:
    assert back_edges([], []) == set()


def test_a_long_chain_in_reverse_has_no_back_edges() -> None:
    ids = [str(number) for number in range(5000)]
    edges = [LayoutEdge(key, *ends, "flow", 1.0) for key, ends in enumerate(pairwise(ids))]
    assert back_edges(ids[::-1], edges) == set()


IDS = "abcdef"
ENDS = st.tuples(st.sampled_from(IDS), st.sampled_from(IDS))


@given(st.permutations(IDS), st.lists(st.tuples(ENDS, st.sampled_from(EDGE_KINDS))))
def test_reversed_back_edges_leave_no_cycle(ids: list[str], parts: list[tuple[tuple[str, str], str]]) -> None:
    edges = [LayoutEdge(key, *ends, kind, 1.0) for key, (ends, kind) in enumerate(parts)]  # type: ignore[arg-type]
    found = back_edges(ids, edges)
    written = [
        (edge.target, edge.source) if edge.key in found else (edge.source, edge.target)
        for edge in edges
        if edge.source != edge.target
    ]
    left = set(IDS)
    while left:
        free = {id for id in left if not any(target == id and source in left for source, target in written)}
        assert free, "a cycle"
        left -= free


@given(st.permutations(IDS), st.lists(ENDS))
def test_flow_without_a_cycle_has_no_back_edges(ids: list[str], pairs: list[tuple[str, str]]) -> None:
    edges = [LayoutEdge(key, *ends, "flow", 1.0) for key, ends in enumerate(pairs) if ends[0] < ends[1]]
    assert back_edges(ids, edges) == set()


def test_many_cycles_are_cut_with_work_in_proportion() -> None:
    def work(size: int) -> Callable[[], object]:
        ids = [f"n{number}" for number in range(2 * size)]
        ends = [(ids[number], ids[number ^ 1]) for number in range(2 * size)]
        edges = [LayoutEdge(key, *pair, "flow", 1.0) for key, pair in enumerate(ends)]
        return lambda: back_edges(ids, edges)

    assert growth(work) < ROUGHLY


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a -> b -> c", set()),
        ("a -> b -> c\na -> c", {2}),
        ("a -> b -> c -> d\na -> d\nb -> d", {3, 4}),
        ("a -> b\na -> b", set()),
        ("a -> b -> a", set()),
    ],
)
def test_edges_that_pass_by_others_are_skips(text: str, expected: set[int]) -> None:
    assert skips(sized(text).edges) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a -> b -> c\na ~> c", {0, 1, 2}),
        ("a -> b -> c\nc ~> a", {0, 1, 2}),
        ("a -> b\na ~> b", {0, 1}),
        ("a -> b\nc -> d\na ~> d", {0, 1}),
        ("a ~> b ~> c\na ~> c", set()),
        ("a --> b\na ~> b", {0}),
        ("a ~> a", {0}),  # room for a loop
    ],
)
def test_skips_place_nothing_unless_a_path_joins_their_ends(text: str, expected: set[int]) -> None:
    assert {edge.key for edge in placing(sized(text).edges)} == expected


def test_paths_beside_skips_are_looked_for_with_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = sized("a -> b -> c\na ~> c")
    assert len(placing(graph.edges)) == 3
    monkeypatch.setattr(ordering, "_MOST_FOLLOWED", 1)
    assert len(placing(graph.edges)) == 2


def test_skips_of_a_dense_graph_are_looked_for_with_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = sized("a -> b -> c -> d\na -> d")
    assert skips(graph.edges) == {3}
    monkeypatch.setattr(ordering, "_MOST_FOLLOWED", 1)
    assert skips(graph.edges) == set()


def test_a_cycle_is_not_cut_at_what_it_leads_to() -> None:
    """The node ``release`` would stand before all of it, because no flow enters it."""
    text = "a -> b -> good\ngood -> a: no\ngood ..> release: yes\nrelease -> users"
    graph = graph_of(text)
    order = flow_order([node.id for node in graph.nodes], graph.edges)
    assert sorted(order, key=order.__getitem__) == ["a", "b", "good", "release", "users"]
    assert back_edges([node.id for node in graph.nodes], graph.edges) == {2}
