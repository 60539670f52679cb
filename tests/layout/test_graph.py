"""The graph that is laid out: everything resolved, in the order of the pipeline."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sphinxext.llmpipeline import CLASSIC, MODERN, parse
from sphinxext.llmpipeline.geometry.curves import HEAVY
from sphinxext.llmpipeline.geometry.primitives import Size
from sphinxext.llmpipeline.geometry.shapes import SHAPES
from sphinxext.llmpipeline.layout.graph import SIDEWAYS, LayoutEdge, LayoutGraph, LayoutGroup, LayoutNode
from sphinxext.llmpipeline.model.pipeline import Label, Scale
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, DiagramDirection, Direction, EdgeKind, Splines
from tests.layouts import graph_of, sized, typeset

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
    assert graph.holders == {"g": (), "h": ("g",), "a": ("g",), "b": ("h", "g"), "c": ()}
    assert graph.enclosures == {id: frozenset(around) for id, around in graph.holders.items()}


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


def test_a_fan_needs_the_room_of_its_one_label_along_the_flow() -> None:
    below, beside_it = beside(60, "a -> b, c: x"), beside(12, "a -> b, c: x", direction="LR")
    for edge in below.edges:
        assert edge.room
        assert below.room(edge) == Size(4, edge.room.height)
        assert below.with_room().room(edge) == edge.room
    for edge in beside_it.edges:
        assert edge.room
        assert beside_it.room(edge) == Size(edge.room.width, 4)


def test_ranks_are_moved_apart_for_a_fan_that_parts_below_its_label() -> None:
    graph = beside(20, "a -> b, c: x")
    assert [graph.room(edge) for edge in graph.edges] == [None, None]
    assert graph.rank_gap == 20 + 8 + 16


def test_an_edge_without_a_label_needs_no_room() -> None:
    graph = beside(12, "a -> b")
    assert graph.room(graph.edges[0]) is None


def test_labels_of_a_large_graph_have_room() -> None:
    chain = "\n".join(f"n{number} -> n{number + 1}: x" for number in range(101))
    assert graph_of(chain).roomy == frozenset(range(101))
    assert graph_of(chain.rpartition("\n")[0]).roomy == frozenset()


def test_directions_are_inherited_whatever_the_order_of_the_groups() -> None:
    text = (
        "group g: G\n   :direction: TB\n   group h: H\n      node a\n"
        "   group k: K\n      :direction: RL\n      node b\na -> b"
    )
    graph = sized(text, direction="LR")
    expected = {None: "LR", "g": "TB", "h": "TB", "k": "RL"}
    assert graph.directions == replace(graph, groups=graph.groups[::-1]).directions == expected


# Wide lines


@pytest.mark.parametrize(("kind", "width", "wide"), [("link", 1.2, 1.2), ("flow", 1.2, 6.6), ("flow", 80.0, 115.0)])
def test_a_line_is_as_broad_as_its_heads(kind: EdgeKind, width: float, wide: float) -> None:
    assert LayoutEdge(0, "a", "b", kind, width).breadth == pytest.approx(wide, rel=0.3)


WIDE = {0: 12.0, 1: 6.0, 2: 1.2, 3: 1.2}


def test_wide_lines_make_a_larger_circle_but_no_larger_point_or_ellipsis() -> None:
    text = "a: A\nb: B\nop o: +\njoin j\na -> o\nb -> o\no -> j -> ..."
    plain, wide = (
        {node.id: node.size for node in sized(text, widths=widths).nodes}
        for widths in ({}, dict.fromkeys(range(4), 12.0))
    )
    assert wide["o"].width == wide["o"].height > plain["o"].width + 10
    assert (wide["j"], wide["...1"]) == (plain["j"], plain["...1"])


def test_no_arrowhead_stands_where_edges_meet() -> None:
    graph = sized("a: A\nb: B\njoin j\na <-> j <-> b\na -> j -- b\na <-> b")
    assert [edge.heads for edge in graph.edges] == [
        (True, False), (False, True), (False, False), (False, False), (True, True),
    ]  # fmt: skip


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
