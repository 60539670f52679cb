"""Where the direction changes a diagram is divided; every part is in one region."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext.llmpipeline import parse
from sphinxext.llmpipeline.layout.regions import Crossing, Region, _Divider, divide
from sphinxext.llmpipeline.model.pipeline import Edge, Group, Label, Node, Pipeline
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction


def ids(region: Region) -> tuple[list[str], list[str]]:
    """Nodes and groups of a region."""
    return [node.id for node in region.pipeline.nodes], [group.id for group in region.pipeline.groups]


def ends(region: Region) -> list[tuple[str, str]]:
    return [(edge.source, edge.target) for edge in region.pipeline.edges]


def all_regions(region: Region) -> Iterator[Region]:
    yield region
    for inner in region.inner.values():
        yield from all_regions(inner)


def test_a_diagram_of_one_direction_is_one_region() -> None:
    pipeline = parse("group g: G\n   :direction: LR\n   node a\n   node b\n   a -> b\nnode c\nb -> c\nalign a, c")
    region = divide(pipeline, "LR")
    assert region.inner == {}
    assert ids(region) == (["a", "b", "c"], ["g"])
    assert region.pipeline.aligned == (("a", "c"),)
    assert (region.edges, region.tails, region.heads) == ((0, 1), (None, None), (None, None))


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_group_is_a_region_where_its_direction_is_another(direction: Direction) -> None:
    pipeline = parse("group g: G\n   :direction: TB\n   node a\nnode b")
    region = divide(pipeline, direction)
    assert list(region.inner) == ([] if direction == "TB" else ["g"])
    assert region.pipeline.direction == direction


def test_an_inner_region_stands_where_its_first_node_is_declared() -> None:
    region = divide(parse("node a\ngroup g: G\n   :direction: TB\n   node b\n   node c\nnode d"), "LR")
    assert ids(region) == (["a", "g", "d"], [])
    assert ids(region.inner["g"]) == (["b", "c"], ["g"])
    assert region.inner["g"].pipeline.direction == "TB"


NESTED = """
group g: G
   :direction: TB
   node a
   group h: H
      node b
      group i: I
         :direction: LR
         node c
         node d
node e
"""


def test_regions_nest_and_groups_of_their_direction_stay_in_them() -> None:
    region = divide(parse(NESTED), "LR")
    assert ids(region) == (["g", "e"], [])
    assert ids(region.inner["g"]) == (["a", "b", "i"], ["g", "h"])
    assert ids(region.inner["g"].inner["i"]) == (["c", "d"], ["i"])


def test_the_root_of_a_region_has_no_group_around_it_there() -> None:
    inner = divide(parse(NESTED), "LR").inner["g"].inner["i"]
    assert [group.parent for group in inner.pipeline.groups] == [None]
    assert [node.group for node in inner.pipeline.nodes] == ["i", "i"]


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
    region = divide(parse(f"{NESTED}{edge}"), "LR")
    for id in path:
        region = region.inner[id]
    assert ends(region) == [shown]
    assert (region.tails, region.heads) == ((tail,), (head,))


def test_an_edge_between_two_inner_regions_comes_through_a_gate_of_each() -> None:
    text = "group g: G\n   :direction: TB\n   node a\ngroup h: H\n   :direction: BT\n   node b\na <-> b: x"
    region = divide(parse(text), "LR")
    assert ends(region) == [("g", "h")]
    assert (region.tails, region.heads) == ((Crossing("g", "a"),), (Crossing("h", "b"),))
    assert region.pipeline.edges[0].label is not None


def test_aligned_nodes_are_aligned_in_each_region_that_shows_more_than_one() -> None:
    region = divide(parse(f"{NESTED}align a, b, e"), "LR")
    assert region.pipeline.aligned == (("g", "e"),)
    assert region.inner["g"].pipeline.aligned == (("a", "b"),)


def test_splines_are_those_of_the_diagram_everywhere() -> None:
    regions = all_regions(divide(replace(parse(NESTED), splines="ortho"), "LR"))
    assert {region.pipeline.splines for region in regions} == {"ortho"}


@st.composite
def pipelines(draw: st.DrawFn) -> Pipeline:
    groups: list[Group] = []
    for index in range(draw(st.integers(0, 5))):
        parent = draw(st.sampled_from([None, *(group.id for group in groups)]))
        groups.append(Group(f"g{index}", Label(()), parent, draw(st.sampled_from([None, *DIRECTIONS]))))
    owners = [group.id for group in groups]
    owners += draw(st.lists(st.sampled_from([None, *owners]), min_size=1, max_size=5))
    nodes = tuple(Node(f"n{index}", Label(()), group=owner) for index, owner in enumerate(owners))
    pipeline = Pipeline(nodes, (), tuple(groups))
    around = pipeline.enclosures()
    ids = st.sampled_from(sorted(around))
    pairs = draw(st.lists(st.tuples(ids, ids), max_size=8))
    edges = tuple(Edge(a, b) for a, b in pairs if a not in around[b] and b not in around[a])
    return Pipeline(nodes, edges, tuple(groups))


@given(pipelines(), st.sampled_from(DIRECTIONS))
def test_every_part_is_in_one_region(pipeline: Pipeline, direction: Direction) -> None:
    regions = list(all_regions(divide(pipeline, direction)))
    numbers = [number for region in regions for number in region.edges]
    assert sorted(numbers) == list(range(len(pipeline.edges)))
    own = {node.id for node in pipeline.nodes}
    assert sorted(id for region in regions for id in ids(region)[0] if id in own) == sorted(own)
    assert sorted(id for region in regions for id in ids(region)[1]) == sorted(group.id for group in pipeline.groups)
    for region in regions:
        shown = set(ids(region)[0]) | set(ids(region)[1])
        assert {end for pair in ends(region) for end in pair} <= shown
        for edge, number, tail, head in zip(
            region.pipeline.edges, region.edges, region.tails, region.heads, strict=True
        ):
            whole = pipeline.edges[number]
            assert (tail.end if tail else edge.source) == whole.source
            assert (head.end if head else edge.target) == whole.target


def test_one_direction_is_one_region_however_it_is_told() -> None:
    groups = "group g: G\n   :direction: LR\n   node a\n   node b\n   group h: H\n      node c\nnode d\n"
    pipeline = parse(f"{groups}a -> b: x\nb -> c\ng -> d\nalign a, d")
    assert divide(pipeline, "LR") == _Divider(pipeline, "LR").region(None, "LR")
    assert divide(pipeline, "LR").inner == {}
