"""A graph is divided where its direction changes; every part is in one region."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext.llmpipeline import parse
from sphinxext.llmpipeline.layout.regions import Crossing, Region, _Divider, divide
from sphinxext.llmpipeline.model.pipeline import Edge, Group, Label, Node, Pipeline
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction
from tests.layouts import chained, enclosures, sized
from tests.steps import ROUGHLY, growth


def divided(text: str, direction: Direction = "LR") -> Region:
    return divide(sized(text, direction=direction))


def ids(region: Region) -> tuple[list[str], list[str]]:
    """Nodes and groups of a region."""
    return [node.id for node in region.graph.nodes], [group.id for group in region.graph.groups]


def ends(region: Region) -> list[tuple[str, str]]:
    return [(edge.source, edge.target) for edge in region.graph.edges]


def all_regions(region: Region) -> Iterator[Region]:
    yield region
    for inner in region.inner.values():
        yield from all_regions(inner)


def test_a_graph_of_one_direction_is_one_region() -> None:
    region = divided("group g: G\n   :direction: LR\n   node a\n   node b\n   a -> b\nnode c\nb -> c\nalign a, c")
    assert region.inner == {}
    assert ids(region) == (["a", "b", "c"], ["g"])
    assert region.graph.aligned == (("a", "c"),)
    assert ([edge.key for edge in region.graph.edges], region.tails, region.heads) == ([0, 1], {}, {})


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_group_is_a_region_if_its_direction_is_another(direction: Direction) -> None:
    region = divided("group g: G\n   :direction: TB\n   node a\nnode b", direction)
    assert list(region.inner) == ([] if direction == "TB" else ["g"])
    assert region.graph.direction == direction


def test_an_inner_region_takes_the_place_of_its_first_node() -> None:
    region = divided("node a\ngroup g: G\n   :direction: TB\n   node b\n   node c\n   b -> c\nnode d")
    assert ids(region) == (["a", "g", "d"], [])
    assert ids(region.inner["g"]) == (["b", "c"], ["g"])
    assert region.inner["g"].graph.direction == "TB"


NESTED = """
group g: G
   node a
   group h: H
      node b
      group i: I
         node c
         node d
node e
"""


def nested(edges: str = "") -> Region:
    """The regions of :data:`NESTED`, of which g runs down and i to the right."""
    return divide(sized(f"{NESTED}{edges}", direction="LR").directed("LR", {"g": "TB", "i": "LR"}))


def test_regions_nest_and_groups_of_their_direction_stay_in_them() -> None:
    region = nested()
    assert ids(region) == (["g", "e"], [])
    assert ids(region.inner["g"]) == (["a", "b", "i"], ["g", "h"])
    assert ids(region.inner["g"].inner["i"]) == (["c", "d"], ["i"])


def test_the_root_of_a_region_has_no_group_around_it_there() -> None:
    inner = nested().inner["g"].inner["i"]
    assert [group.parent for group in inner.graph.groups] == [None]
    assert [node.group for node in inner.graph.nodes] == ["i", "i"]


@pytest.mark.parametrize(
    ("edge", "path", "shown", "tail", "head"),
    [
        ("e -> a", "", ("e", "g"), None, Crossing("g", "a")),
        ("c -> e", "", ("g", "e"), Crossing("g", "c"), None),
        ("e -> g", "", ("e", "g"), None, None),
        ("e -> i", "", ("e", "g"), None, Crossing("g", "i")),
        ("h -> e", "", ("g", "e"), Crossing("g", "h"), None),
        ("a -> b", "g", ("a", "b"), None, None),
        ("a -> d", "g", ("a", "i"), None, Crossing("i", "d")),
        ("a -> i", "g", ("a", "i"), None, None),
        ("h -> a", "g", ("h", "a"), None, None),
        ("c -> d", "gi", ("c", "d"), None, None),
        ("c -> c", "gi", ("c", "c"), None, None),
    ],
)
def test_an_edge_is_drawn_in_the_innermost_region_that_shows_both_ends(
    edge: str, path: str, shown: tuple[str, str], tail: Crossing | None, head: Crossing | None
) -> None:
    region = nested(edge)
    for id in path:
        region = region.inner[id]
    assert ends(region) == [shown]
    assert region.tails == ({0: tail} if tail else {})
    assert region.heads == ({0: head} if head else {})


def test_an_edge_between_two_inner_regions_crosses_a_gate_of_each() -> None:
    text = "group g: G\n   :direction: TB\n   node a\ngroup h: H\n   :direction: BT\n   node b\na <-> b: x"
    region = divided(text)
    assert ends(region) == [("g", "h")]
    assert (region.tails, region.heads) == ({0: Crossing("g", "a")}, {0: Crossing("h", "b")})
    assert region.graph.edges[0].label is not None


def test_edges_keep_their_keys_in_inner_regions() -> None:
    region = nested("e -> a: one\nc -> d: two\na -> b: three\nd -> c: four")
    assert [edge.key for edge in region.graph.edges] == [0]
    assert [edge.key for edge in region.inner["g"].graph.edges] == [2]
    assert [edge.key for edge in region.inner["g"].inner["i"].graph.edges] == [1, 3]


def test_aligned_nodes_are_aligned_in_each_region_that_shows_more_than_one() -> None:
    region = nested("align a, b, e")
    assert region.graph.aligned == (("g", "e"),)
    assert region.inner["g"].graph.aligned == (("a", "b"),)


def test_splines_are_those_of_the_graph_everywhere() -> None:
    graph = sized(NESTED, direction="LR", splines="ortho")
    regions = all_regions(divide(graph.directed("LR", {"g": "TB"})))
    assert {region.graph.splines for region in regions} == {"ortho"}


@st.composite
def pipelines(draw: st.DrawFn) -> Pipeline:
    groups: list[Group] = []
    for index in range(draw(st.integers(0, 5))):
        parent = draw(st.sampled_from([None, *(group.id for group in groups)]))
        groups.append(Group(f"g{index}", Label(()), parent, draw(st.sampled_from([None, *DIRECTIONS]))))
    owners = [group.id for group in groups]
    owners += draw(st.lists(st.sampled_from([None, *owners]), min_size=1, max_size=5))
    nodes = tuple(Node(f"n{index}", Label(()), group=owner) for index, owner in enumerate(owners))
    around = enclosures(Pipeline(nodes, (), tuple(groups)))
    ids = st.sampled_from(sorted(around))
    pairs = draw(st.lists(st.tuples(ids, ids), max_size=8))
    edges = tuple(Edge(a, b) for a, b in pairs if a not in around[b] and b not in around[a])
    return Pipeline(nodes, edges, tuple(groups))


@given(pipelines(), st.sampled_from(DIRECTIONS))
def test_every_part_is_in_one_region(pipeline: Pipeline, direction: Direction) -> None:
    regions = list(all_regions(divide(sized(pipeline, direction=direction))))
    keys = [edge.key for region in regions for edge in region.graph.edges]
    assert sorted(keys) == list(range(len(pipeline.edges)))
    own = {node.id for node in pipeline.nodes}
    assert sorted(id for region in regions for id in ids(region)[0] if id in own) == sorted(own)
    assert sorted(id for region in regions for id in ids(region)[1]) == sorted(group.id for group in pipeline.groups)
    for region in regions:
        shown = set(ids(region)[0]) | set(ids(region)[1])
        assert {end for pair in ends(region) for end in pair} <= shown
        assert {*region.tails, *region.heads} <= {edge.key for edge in region.graph.edges}
        for edge in region.graph.edges:
            tail, head = region.tails.get(edge.key), region.heads.get(edge.key)
            whole = pipeline.edges[edge.key]
            assert (tail.end if tail else edge.source) == whole.source
            assert (head.end if head else edge.target) == whole.target


def test_one_direction_is_one_region_however_it_is_declared() -> None:
    groups = "group g: G\n   :direction: LR\n   node a\n   node b\n   group h: H\n      node c\nnode d\n"
    graph = sized(parse(f"{groups}a -> b: x\nb -> c\ng -> d\nalign a, d"), direction="LR")
    assert divide(graph) == _Divider(graph).region(None)
    assert divide(graph).inner == {}


def test_many_regions_take_work_in_proportion() -> None:
    def work(size: int) -> Callable[[], object]:
        graph = sized(chained(size).replace(": G", ": G\n   :direction: TB"), direction="LR")
        return lambda: divide(graph)

    assert growth(work) < ROUGHLY


def test_a_group_apart_is_a_region_in_the_direction_of_its_surroundings() -> None:
    graph = sized("group g: G\n   node a\n   node b\n   a -> b\nnode c\nb -> c", direction="TB")
    assert divide(graph).inner == {}
    region = divide(graph.directed("TB", {"g": "TB"}))
    assert list(region.inner) == ["g"]
    assert region.inner["g"].graph.direction == "TB"
    assert [node.id for node in region.graph.nodes] == ["g", "c"]


def test_lists_are_kept_in_each_region_that_shows_more_than_one() -> None:
    graph = sized("group g\n   :direction: TB\n   node a\n   node b\nnode e\na -> e\nb -> e", direction="LR")
    region = divide(replace(graph, listed=(("a", "b", "e"),)))
    assert region.graph.listed == (("g", "e"),)
    assert region.inner["g"].graph.listed == (("a", "b"),)
