"""Between which nodes edges are drawn, and which nodes share a rank."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext.llmpipeline import parse
from sphinxext.llmpipeline.layout.endpoints import Route, routes, shared_ranks
from sphinxext.llmpipeline.model.pipeline import Edge, Group, Label, Node, Pipeline


def ends(text: str) -> list[tuple[str, str | None, str, str | None]]:
    """Tail and head of each edge, each with the group at whose border the edge is cut."""
    return [(route.tail, route.tail_group, route.head, route.head_group) for route in routes(parse(text))]


def ranks(text: str) -> list[set[str]]:
    """The sets of nodes that share a rank, the largest first."""
    shared = shared_ranks(parse(text))
    return sorted(
        ({id for id, leader in shared.items() if leader == one} for one in set(shared.values())),
        key=lambda found: (-len(found), min(found)),
    )


# Stand-ins


def test_nodes_stand_for_themselves() -> None:
    text = "group g: G\n   node a\nnode b\na -> b -> a\na -- a"
    assert ends(text) == [("a", None, "b", None), ("b", None, "a", None), ("a", None, "a", None)]


def test_of_a_chain_the_first_is_the_head_and_the_last_the_tail() -> None:
    text = "group g: G\n   node a\n   node b\n   node c\n   a -> b -> c\nnode o\no -> g -> o"
    assert ends(text)[2:] == [("o", None, "a", "g"), ("c", "g", "o", None)]


@pytest.mark.parametrize(("count", "middle"), [(1, "n0"), (2, "n0"), (3, "n1"), (4, "n1"), (5, "n2")])
def test_of_several_the_middle_one(count: int, middle: str) -> None:
    members = "\n".join(f"   node n{index}" for index in range(count))
    assert ends(f"group g: G\n{members}\nnode o\no -> g -> o") == [
        ("o", None, middle, "g"),
        (middle, "g", "o", None),
    ]


def test_only_what_nothing_in_the_group_leads_to_is_a_head() -> None:
    text = (
        "group g: G\n   node a\n   node b\n   node c\n   node d\n   a -> b\n   c -> d\n   d -> b"
        "\nnode o\no -> g -> o\no -> c\nb -> o"
    )
    into, out = ends(text)[3:5]
    assert into == ("o", None, "a", "g")  # of a and c
    assert out == ("b", "g", "o", None)


def test_edges_from_outside_make_no_difference() -> None:
    text = "group g: G\n   node a\n   node b\nnode o\no -> g\no -> a\no -> a\nb -> o"
    assert ends(text)[0] == ("o", None, "a", "g")


def test_where_all_lead_on_any_member_will_do() -> None:
    text = "group g: G\n   node a\n   node b\n   a -> b -> a\nnode o\ng -> o\no -> g"
    assert ends(text)[2:] == [("a", "g", "o", None), ("o", None, "a", "g")]


NESTED = """
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
    found = ends(f"{NESTED}{edges}\no -> g -> o")[-2:]
    assert found == [("o", None, into, "g"), (out, "g", "o", None)]


@pytest.mark.parametrize(("group", "into", "out"), [("h", "b", "b"), ("i", "c", "d")])
def test_inner_groups(group: str, into: str, out: str) -> None:
    assert ends(f"{NESTED}o -> {group} -> o")[-2:] == [("o", None, into, group), (out, group, "o", None)]


def test_an_edge_between_groups_is_cut_at_both() -> None:
    text = "group g: G\n   node a\ngroup h: H\n   node b\ng -> h"
    assert ends(text) == [("a", "g", "b", "h")]


def test_a_group_of_nothing_but_a_group() -> None:
    text = "group g: G\n   group h: H\n      node a\nnode o\no -> g\nh -> o"
    assert ends(text) == [("o", None, "a", "g"), ("a", "h", "o", None)]


# Homes


def test_home_is_the_innermost_group_that_holds_both_ends() -> None:
    text = NESTED + "node p\na -> a\na -> b\nc -> d\no -> p\no -> a\no -> h"
    assert [route.home for route in routes(parse(text))] == [
        "i", "g", "g", "i", None, None, None,
    ]  # fmt: skip


def test_whole_routes() -> None:
    pipeline = parse("group g: G\n   node a\n   node b\n   a -> b\nnode o\ng -> o\nalign a, o")
    assert routes(pipeline) == [
        Route("a", "b", None, None, "g", False),
        Route("b", "o", "g", None, None, False),
    ]
    assert routes(replace(pipeline, aligned=(("b", "o"),))) == [
        Route("a", "b", None, None, "g", False),
        Route("b", "o", "g", None, None, True),
    ]


# Ranks


def test_no_rank_is_shared_where_none_is_asked_for() -> None:
    assert shared_ranks(parse("group g: G\n   :direction: TB\n   node a\n   node b\nnode c")) == {}


def test_aligned_nodes_share_a_rank() -> None:
    assert ranks("node a\nnode b\nnode c\nnode d\nnode e\nalign a, b, c\nalign d, e") == [{"a", "b", "c"}, {"d", "e"}]


@pytest.mark.parametrize("last", ["a, c", "c, a", "b, d", "d, a"])
def test_ranks_that_meet_are_one(last: str) -> None:
    assert ranks(f"node a\nnode b\nnode c\nnode d\nalign a, b\nalign c, d\nalign {last}") == [{"a", "b", "c", "d"}]


def test_within_a_rank_are_edges_between_different_nodes_of_one() -> None:
    text = "node a\nnode b\nnode c\nnode d\na -> b\nb -> a\na -> a\na -> d\nc -> b\nd -> d\nalign a, b\nalign b, c"
    assert [route.within_rank for route in routes(parse(text))] == [True, True, False, False, True, False]


def test_a_group_may_be_within_a_rank_through_its_stand_in() -> None:
    text = "group g: G\n   node a\n   node b\n   a -> b\nnode o\no -> g\ng -> o\nalign o, b"
    assert [route.within_rank for route in routes(parse(text))] == [False, False, True]


IDS = [f"n{index}" for index in range(8)]


@given(st.lists(st.lists(st.sampled_from(IDS), min_size=1, max_size=4, unique=True).map(tuple), max_size=6))
def test_shared_ranks_are_the_union_of_all_that_is_asked_for(aligned: list[tuple[str, ...]]) -> None:
    nodes = tuple(Node(id, Label.plain(id)) for id in IDS)
    found = shared_ranks(Pipeline(nodes, (), (), tuple(aligned)))
    # The plain way: join sets that meet until none do.
    joined: list[set[str]] = []
    for ids in map(set, aligned):
        met = [other for other in joined if other & ids]
        joined = [other for other in joined if not other & ids] + [ids.union(*met)]
    assert found.keys() == set().union(*joined)
    for one in found:
        for other in found:
            together = any({one, other} <= ids for ids in joined)
            assert (found[one] == found[other]) is together
    assert set(found.values()) <= found.keys()


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
    for edge, route in zip(pipeline.edges, routes(pipeline), strict=True):
        for id, node, group in (
            (edge.source, route.tail, route.tail_group),
            (edge.target, route.head, route.head_group),
        ):
            if id in groups:
                assert group == id
                assert id in pipeline.enclosing(node)
            else:
                assert (node, group) == (id, None)
