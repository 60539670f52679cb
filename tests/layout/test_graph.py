"""The graph that is laid out: everything resolved, in the order of the pipeline; nodes that edges are drawn between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext.llmpipeline import CLASSIC, MODERN, parse
from sphinxext.llmpipeline.geometry.curves import HEAVY
from sphinxext.llmpipeline.geometry.primitives import Size
from sphinxext.llmpipeline.geometry.shapes import SHAPES
from sphinxext.llmpipeline.layout.graph import (
    SIDEWAYS,
    Endpoints,
    LayoutEdge,
    LayoutGraph,
    LayoutGroup,
    LayoutNode,
    between_nodes,
    endpoints,
    shared_ranks,
)
from sphinxext.llmpipeline.model.pipeline import Edge, Group, Label, Node, Pipeline, Scale
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, DiagramDirection, Direction, EdgeKind, Splines
from tests.layouts import chained, graph_of, sized, typeset
from tests.steps import ROUGHLY, growth

NESTED = "group g: G\n   node a\n   group h: H\n      :direction: TB\n      node b\nnode c\na -> b: x\nb --> c\nc -> c"


def test_parts_come_in_the_order_of_the_pipeline() -> None:
    graph = graph_of(NESTED)
    assert [node.id for node in graph.nodes] == ["a", "b", "c"]
    ends = [(edge.key, edge.source, edge.target) for edge in graph.edges]
    assert ends == [(0, "a", "b"), (1, "b", "c"), (2, "c", "c")]
    assert [group.id for group in graph.groups] == ["g", "h"]


def test_sizes_are_those_of_the_text() -> None:
    text = typeset(parse(NESTED), CLASSIC)
    sizes = [block.size if block else None for block in (*text.nodes, *text.edges, *text.groups)]
    assert graph_of(NESTED).labels() == sizes


def test_a_node_has_the_shape_of_its_kind_around_its_label() -> None:
    (node,) = sized("eval a", nodes=Size(50, 20)).nodes
    shape = CLASSIC.nodes["eval"].shape
    size = SHAPES[shape].size(Size(50, 20), CLASSIC.padding_x, CLASSIC.padding_y)
    assert node == LayoutNode("a", None, Size(50, 20), size, shape)


def test_a_group_keeps_its_parent_and_its_own_direction() -> None:
    graph = sized(NESTED, groups=[Size(1, 2), Size(3, 4)])
    assert graph.groups == (LayoutGroup("g", None, Size(1, 2)), LayoutGroup("h", "g", Size(3, 4), "TB"))
    (panel,) = sized("panel p\n   a -> b").groups
    assert panel.panel


def test_a_line_has_the_width_of_its_kind_or_of_its_value() -> None:
    text = "a -> b => c\na -> c"
    graph = sized(text, widths={2: 6.5})
    kinds = [CLASSIC.edges[kind].width for kind in ("flow", "derive")]
    assert [edge.width for edge in graph.edges] == [*kinds, 6.5]


def test_values_of_edges_set_their_widths() -> None:
    pipeline = parse("a -> b\n   :value: 1\na -> c\n   :value: 9\na -> d")
    graph = graph_of(replace(pipeline, edge_scale=Scale(widths=(1.5, 8.0))))
    assert [edge.width for edge in graph.edges] == [1.5, 8.0, CLASSIC.edges["flow"].width]


def test_the_room_of_a_label_grows_with_a_heavy_line() -> None:
    light, heavy, bare = sized("a -> b: x\na -> b: x\na -> b", widths={1: HEAVY + 5}).edges
    gap = 2 * CLASSIC.edge_label_gap
    assert light.room == Size(40 + gap, 10 + gap)
    assert heavy.room == Size(40 + gap + 5, 10 + gap + 5)
    assert (bare.label, bare.room) == (None, None)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_the_direction_of_the_pipeline_comes_before_that_of_the_style(direction: Direction) -> None:
    style = replace(CLASSIC, direction="BT")
    assert sized("a -> b", style).direction == "BT"
    assert sized("a -> b", style, direction=direction).direction == direction


@pytest.mark.parametrize(("own", "of_style"), [("auto", "BT"), (None, "auto")])
def test_auto_is_left_to_right_until_it_is_searched(own: DiagramDirection | None, of_style: DiagramDirection) -> None:
    graph = sized(replace(parse("a -> b"), direction=own), replace(CLASSIC, direction=of_style))
    assert (graph.asked, graph.direction, graph.is_sideways) == ("auto", "LR", True)


@pytest.mark.parametrize(
    ("own", "of_style", "is_ortho"),
    [(None, "spline", False), (None, "ortho", True), ("spline", "ortho", False), ("ortho", "spline", True)],
)
def test_splines_of_the_pipeline_come_before_those_of_the_style(
    own: Splines | None, of_style: Splines, is_ortho: bool
) -> None:
    assert sized("a -> b", replace(CLASSIC, splines=of_style), splines=own).is_ortho is is_ortho


def test_holders_are_listed_from_the_innermost_outwards() -> None:
    graph = sized(NESTED)
    assert graph.holders() == {"g": (), "h": ("g",), "a": ("g",), "b": ("h", "g"), "c": ()}
    assert graph.enclosures() == {id: frozenset(around) for id, around in graph.holders().items()}


def test_directed_changes_directions_only() -> None:
    graph = sized(NESTED)
    turned = graph.directed("BT", {"g": "LR"})
    assert (turned.direction, [group.direction for group in turned.groups]) == ("BT", ["LR", "TB"])
    assert turned.directed(graph.direction) == replace(
        graph, groups=(replace(graph.groups[0], direction="LR"), graph.groups[1])
    )
    assert graph.directed(graph.direction) == graph


def test_only_an_edge_with_one_end_is_a_loop() -> None:
    assert [edge.is_loop for edge in sized(NESTED).edges] == [False, False, True]
    assert not LayoutEdge(0, "a", "b", "flow", 1.0).is_loop


def test_text_and_style_stay_at_hand() -> None:
    graph = graph_of(NESTED, MODERN)
    assert graph.pipeline == parse(NESTED)
    assert graph.style is MODERN
    assert graph.text == typeset(parse(NESTED), MODERN)
    assert Label.plain("x") == graph.pipeline.edges[0].label


# Endpoints


def found(pipeline: Pipeline | str) -> list[Endpoints]:
    """The endpoints of each edge, in the order of the pipeline."""
    graph = sized(pipeline)
    by_key = endpoints(graph)
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


def test_any_member_stands_in_if_all_lead_on() -> None:
    text = "group g: G\n   node a\n   node b\n   a -> b -> a\nnode o\ng -> o\no -> g"
    assert ends(text)[2:] == [("a", "o"), ("o", "a")]


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
    inside, across = between_nodes(graph, endpoints(graph))
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
        return lambda: endpoints(graph)

    assert growth(work) < ROUGHLY


def test_the_node_that_stands_for_a_group_is_looked_for_once() -> None:
    def work(size: int) -> Callable[[], object]:
        members = "\n".join(f"   node n{number}\n   n0 -> n{number}" for number in range(size))
        graph = sized(f"group g: G\n{members}\nnode a\n" + size * "g -> a\n")
        return lambda: endpoints(graph)

    assert growth(work) < ROUGHLY


def test_shared_ranks_of_many_sets_take_work_in_proportion() -> None:
    def work(size: int) -> Callable[[], object]:
        aligned = [(f"a{number:04}", f"a{number + 1:04}") for number in range(size)]
        return lambda: shared_ranks(aligned)

    assert growth(work) < ROUGHLY


# Room for labels


def beside(height: float, text: str = "a -> b: x", direction: Direction = "TB", **changes: object) -> LayoutGraph:
    """A graph with a label of some height."""
    graph = sized(text, MODERN, edges=Size(40, height), direction=direction)
    return replace(graph, roomy=frozenset(), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("direction", ["TB", "BT"])
def test_a_low_label_stands_beside_a_line_that_runs_down(direction: Direction) -> None:
    graph = beside(12, direction=direction)
    assert graph.room(graph.edges[0]) is None
    assert graph.rank_gap == MODERN.rank_gap


def test_ranks_are_moved_apart_for_a_label_of_two_lines() -> None:
    graph = beside(30)
    assert graph.room(graph.edges[0]) is None
    assert graph.rank_gap == 38


@pytest.mark.parametrize(
    "graph",
    [
        beside(60),
        beside(12, direction="LR"),
        beside(12, direction="RL"),
        beside(12, "node a\na -> a: x"),
        beside(12, "group g: G\n   node a\nnode b\na -> b: x"),
        beside(12, "group g: G\n   node a\nnode b\ng -> b: x"),
        beside(12).with_room(),
    ],
    ids=["high", "LR", "RL", "loop", "out of a group", "at a group", "roomy"],
)
def test_other_labels_have_room(graph: LayoutGraph) -> None:
    assert graph.room(graph.edges[0]) == graph.edges[0].room
    assert graph.rank_gap == MODERN.rank_gap


def test_an_edge_without_a_label_needs_no_room() -> None:
    graph = beside(12, "a -> b")
    assert graph.room(graph.edges[0]) is None


def test_labels_of_a_large_graph_have_room() -> None:
    chain = "\n".join(f"n{number} -> n{number + 1}: x" for number in range(101))
    assert graph_of(chain).roomy == frozenset(range(101))
    assert graph_of(chain.rpartition("\n")[0]).roomy == frozenset()


def test_directions_are_inherited_whatever_the_order_of_the_groups() -> None:
    text = (
        "group g: G\n   :direction: TB\n   group h: H\n      node a\n   group k: K\n      :direction: RL\n      node b"
    )
    graph = sized(text, direction="LR")
    expected = {None: "LR", "g": "TB", "h": "TB", "k": "RL"}
    assert graph.directions() == replace(graph, groups=graph.groups[::-1]).directions() == expected


# Wide lines


@pytest.mark.parametrize(("kind", "width", "wide"), [("link", 1.2, 1.2), ("flow", 1.2, 6.6), ("flow", 80.0, 115.0)])
def test_a_line_is_as_broad_as_its_heads(kind: EdgeKind, width: float, wide: float) -> None:
    assert LayoutEdge(0, "a", "b", kind, width).breadth == pytest.approx(wide, rel=0.3)


WIDE = {0: 12.0, 1: 6.0, 2: 1.2, 3: 1.2}


@pytest.mark.parametrize(
    ("text", "higher"),
    [
        ("a -> m\nb -> m\nc -> m\nm -> d", {"a": 35.9, "b": 27.5, "m": 69.0}),  # the side with more lines counts
        ("m -> a\nm -> b\nc -> m\nd -> m", {"a": 35.9, "b": 27.5, "m": 55.4}),
        ("m --> a\nm -> b\nc -> d\nd -> c", {"b": 27.5, "m": 27.5}),  # feedback returns elsewhere
    ],
)
def test_sides_are_long_enough_for_wide_lines(text: str, higher: dict[str, float]) -> None:
    plain = {node.id: node.size for node in sized(text, nodes=Size(4, 4)).nodes}
    graph = sized(text, nodes=Size(4, 4), widths=WIDE)
    for direction in DIRECTIONS:
        for node in graph.directed(direction).nodes:
            own = plain[node.id]
            length = own.height if direction in SIDEWAYS else own.width
            expected = max(length, higher.get(node.id, 0.0))
            found = node.size.height if direction in SIDEWAYS else node.size.width
            assert found == pytest.approx(expected, abs=0.1), (node.id, direction)
            assert (node.size.width if direction in SIDEWAYS else node.size.height) in (own.width, own.height)
