"""Nodes that edges are drawn between for Graphviz."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext.llmpipeline.layout.endpoints import Endpoints, between_nodes, endpoints_of, shared_ranks
from sphinxext.llmpipeline.model.pipeline import Edge, Group, Label, Node, Pipeline
from tests.layouts import chained, sized
from tests.steps import ROUGHLY, growth


def found(pipeline: Pipeline | str) -> list[Endpoints]:
    """The endpoints of each edge, in the order of the pipeline."""
    graph = sized(pipeline)
    by_key = endpoints_of(graph)
    assert list(by_key) == [edge.key for edge in graph.edges]
    return list(by_key.values())


def ends(text: str) -> list[tuple[str, str]]:
    """Tail and head of each edge."""
    return [(one.tail, one.head) for one in found(text)]


def ranks(text: str) -> list[set[str]]:
    """The sets of nodes that share a rank, the largest first."""
    shared = shared_ranks(sized(text).aligned)
    return sorted(
        ({id for id, leader in shared.items() if leader == one} for one in set(shared.values())),
        key=lambda found: (-len(found), min(found)),
    )


# Stand-ins


def test_nodes_stand_for_themselves() -> None:
    text = "group g: G\n   node a\nnode b\na -> b -> a\na -- a"
    assert ends(text) == [("a", "b"), ("b", "a"), ("a", "a")]


def test_the_first_node_of_a_chain_is_its_head_and_the_last_its_tail() -> None:
    text = "group g: G\n   node a\n   node b\n   node c\n   a -> b -> c\nnode o\no -> g -> o"
    assert ends(text)[2:] == [("o", "a"), ("c", "o")]


@pytest.mark.parametrize(("count", "middle"), [(1, "n0"), (2, "n0"), (3, "n1"), (4, "n1"), (5, "n2")])
def test_the_middle_of_several_candidates_stands_in(count: int, middle: str) -> None:
    members = "\n".join(f"   node n{index}" for index in range(count))
    assert ends(f"group g: G\n{members}\nnode o\no -> g -> o") == [
        ("o", middle),
        (middle, "o"),
    ]


def test_feedback_ends_at_the_last_of_several_candidates() -> None:
    members = "group g: G\n   node a\n   node b\n   node c"
    assert ends(f"{members}\nnode o\nnode p\np -> o\no --> g --> o")[1:] == [("o", "c"), ("c", "o")]


def test_feedback_leaves_a_chain_by_its_last_node() -> None:
    text = "group g: G\n   node a\n   node b\n   node c\n   a -> b -> c\nnode o\no --> g --> o"
    assert ends(text)[2:] == [("o", "a"), ("c", "o")]


def test_a_head_has_no_predecessor_in_its_group() -> None:
    text = (
        "group g: G\n   node a\n   node b\n   node c\n   node d\n   a -> b\n   c -> d\n   d -> b"
        "\nnode o\no -> g -> o\no -> c\nb -> o"
    )
    into, out = ends(text)[3:5]
    assert into == ("o", "a")  # of a and c
    assert out == ("b", "o")


def test_edges_from_outside_make_no_difference() -> None:
    text = "group g: G\n   node a\n   node b\nnode o\no -> g\no -> a\no -> a\nb -> o"
    assert ends(text)[0] == ("o", "a")


def test_a_circle_is_entered_by_its_first_node_and_left_by_its_last() -> None:
    text = "group g: G\n   node a\n   node b\n   node c\n   a -> b -> c -> a\nnode o\ng -> o\no -> g"
    assert ends(text)[3:] == [("c", "o"), ("o", "a")]


@pytest.mark.parametrize("arrow", ["-->", "~>"])
def test_feedback_and_skips_do_not_lead_on(arrow: str) -> None:
    text = f"group g: G\n   node a\n   node b\n   node c\n   a -> b -> c\n   c {arrow} a\nnode o\ng -> o\no -> g"
    assert ends(text)[3:] == [("c", "o"), ("o", "a")]


DEEP = """
group g: G
   node a
   group h: H
      node b
      group i: I
         node c
         node d
         c -> d
node o
"""


@pytest.mark.parametrize(
    ("edges", "into", "out"),
    [
        # The members of a group are its own and those of the groups within, in the order of their declaration.
        ("", "b", "b"),
        ("a -> b", "a", "b"),
        ("b -> a", "b", "a"),
        # An edge of a group within moves all that the group holds.
        ("a -> h", "a", "b"),
        ("h -> a", "b", "a"),
        ("a -> i", "a", "b"),
        ("i -> a", "b", "a"),
        ("b -> i", "a", "a"),
        ("b -> i\ni -> a", "b", "a"),
        ("a -> h\nb -> c", "a", "d"),
    ],
)
def test_nested_groups(edges: str, into: str, out: str) -> None:
    last = ends(f"{DEEP}{edges}\no -> g -> o")[-2:]
    assert last == [("o", into), (out, "o")]


@pytest.mark.parametrize(("group", "into", "out"), [("h", "b", "b"), ("i", "c", "d")])
def test_inner_groups(group: str, into: str, out: str) -> None:
    assert ends(f"{DEEP}o -> {group} -> o")[-2:] == [("o", into), (out, "o")]


def test_an_edge_between_groups_joins_a_node_of_each() -> None:
    text = "group g: G\n   node a\ngroup h: H\n   node b\ng -> h"
    assert ends(text) == [("a", "b")]


def test_a_group_that_holds_only_a_group() -> None:
    text = "group g: G\n   group h: H\n      node a\nnode o\no -> g\nh -> o"
    assert ends(text) == [("o", "a"), ("a", "o")]


# Homes


def test_home_is_the_innermost_group_that_holds_both_ends() -> None:
    text = DEEP + "node p\na -> a\na -> b\nc -> d\no -> p\no -> a\no -> h"
    assert [one.home for one in found(text)] == [
        "i", "g", "g", "i", None, None, None,
    ]  # fmt: skip


def test_endpoints_with_all_their_parts() -> None:
    text = "group g: G\n   node a\n   node b\n   a -> b\nnode o\ng -> o\nalign "
    assert found(f"{text}a, o") == [
        Endpoints("a", "b", "g", False),
        Endpoints("b", "o", None, False),
    ]
    assert found(f"{text}b, o") == [
        Endpoints("a", "b", "g", False),
        Endpoints("b", "o", None, True),
    ]


def test_edges_between_nodes_keep_all_but_their_ends() -> None:
    graph = sized("group g: G\n   node a\n   node b\n   a -> b: x\nnode o\ng <-> o: y")
    inside, across = between_nodes(graph)
    assert inside is graph.edges[0]
    assert (across.source, across.target) == ("b", "o")
    assert (across.key, across.kind, across.label, across.room) == (
        1, "exchange", graph.edges[1].label, graph.edges[1].room
    )  # fmt: skip


# Ranks


def test_no_rank_is_shared_without_an_alignment() -> None:
    assert shared_ranks(()) == {}


def test_aligned_nodes_share_a_rank() -> None:
    assert ranks("node a\nnode b\nnode c\nnode d\nnode e\nalign a, b, c\nalign d, e") == [{"a", "b", "c"}, {"d", "e"}]


@pytest.mark.parametrize("last", ["a, c", "c, a", "b, d", "d, a"])
def test_ranks_that_meet_are_one(last: str) -> None:
    assert ranks(f"node a\nnode b\nnode c\nnode d\nalign a, b\nalign c, d\nalign {last}") == [{"a", "b", "c", "d"}]


def test_within_a_rank_are_edges_between_different_nodes_of_one() -> None:
    text = "node a\nnode b\nnode c\nnode d\na -> b\nb -> a\na -> a\na -> d\nc -> b\nd -> d\nalign a, b\nalign b, c"
    assert [one.within_rank for one in found(text)] == [True, True, False, False, True, False]


def test_a_group_may_be_within_a_rank_through_its_stand_in() -> None:
    text = "group g: G\n   node a\n   node b\n   a -> b\nnode o\no -> g\ng -> o\nalign o, b"
    assert [one.within_rank for one in found(text)] == [False, False, True]


IDS = [f"n{index}" for index in range(8)]


@given(st.lists(st.lists(st.sampled_from(IDS), min_size=1, max_size=4, unique=True).map(tuple), max_size=6))
def test_shared_ranks_are_unions_of_alignments(aligned: list[tuple[str, ...]]) -> None:
    shared = shared_ranks(aligned)
    # The plain way: join sets that meet until none do.
    joined: list[set[str]] = []
    for ids in map(set, aligned):
        met = [other for other in joined if other & ids]
        joined = [other for other in joined if not other & ids] + [ids.union(*met)]
    assert shared.keys() == set().union(*joined)
    for one in shared:
        for other in shared:
            together = any({one, other} <= ids for ids in joined)
            assert (shared[one] == shared[other]) is together
    assert set(shared.values()) <= shared.keys()


@st.composite
def pipelines(draw: st.DrawFn) -> Pipeline:
    count = draw(st.integers(1, 4))
    groups = tuple(
        Group(f"g{index}", Label.plain("G"), draw(st.sampled_from([None, *(f"g{i}" for i in range(index))])))
        for index in range(count)
    )
    # Each group holds a node of its own, as the parser asks.
    owners = [f"g{index}" for index in range(count)] + draw(
        st.lists(st.sampled_from([None, *(group.id for group in groups)]), max_size=5)
    )
    nodes = tuple(Node(f"n{index}", Label.plain("N"), group=owner) for index, owner in enumerate(owners))
    ids = st.sampled_from([*(node.id for node in nodes), *(group.id for group in groups)])
    edges = tuple(Edge(*pair) for pair in draw(st.lists(st.tuples(ids, ids), max_size=12)))
    return Pipeline(nodes, edges, groups)


@given(pipelines())
def test_a_stand_in_is_a_node_of_its_group(pipeline: Pipeline) -> None:
    groups = {group.id for group in pipeline.groups}
    for edge, one in zip(pipeline.edges, found(pipeline), strict=True):
        for id, node in ((edge.source, one.tail), (edge.target, one.head)):
            if id in groups:
                assert id in pipeline.enclosing(node)
            else:
                assert node == id


def test_endpoints_of_many_groups_take_work_in_proportion() -> None:
    def work(size: int) -> Callable[[], object]:
        graph = sized(chained(size))
        return lambda: endpoints_of(graph)

    assert growth(work) < ROUGHLY


def test_the_node_that_stands_for_a_group_is_looked_for_once() -> None:
    def work(size: int) -> Callable[[], object]:
        members = "\n".join(f"   node n{number}\n   n0 -> n{number}" for number in range(size))
        graph = sized(f"group g: G\n{members}\nnode a\n" + size * "g -> a\n")
        return lambda: endpoints_of(graph)

    assert growth(work) < ROUGHLY


def test_shared_ranks_of_many_sets_take_work_in_proportion() -> None:
    def work(size: int) -> Callable[[], object]:
        aligned = [(f"a{number:04}", f"a{number + 1:04}") for number in range(size)]
        return lambda: shared_ranks(aligned)

    assert growth(work) < ROUGHLY
