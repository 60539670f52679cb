"""The graph that is laid out: everything resolved, in the order of the pipeline."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sphinxext.llmpipeline import CLASSIC, MODERN, parse
from sphinxext.llmpipeline.geometry.curves import HEAVY
from sphinxext.llmpipeline.geometry.primitives import Size
from sphinxext.llmpipeline.geometry.shapes import SHAPES
from sphinxext.llmpipeline.layout.graph import LayoutEdge, LayoutGroup, LayoutNode
from sphinxext.llmpipeline.model.pipeline import Label, Scale
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, DiagramDirection, Direction, Splines
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
