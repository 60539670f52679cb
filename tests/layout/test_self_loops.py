"""Edges from a node to itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sphinxext.llmpipeline import CLASSIC, parse
from sphinxext.llmpipeline.geometry.primitives import Box
from sphinxext.llmpipeline.layout.nested import arrange
from sphinxext.llmpipeline.layout.result import Layout, PlacedEdge
from sphinxext.llmpipeline.layout.self_loops import place_loops
from sphinxext.llmpipeline.model.pipeline import Pipeline
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction, Splines
from sphinxext.llmpipeline.text.typesetting import typeset


def placed(text: str, direction: Direction = "LR", splines: Splines = "spline") -> tuple[Pipeline, Layout]:
    pipeline = replace(parse(text, direction=direction), splines=splines)
    sizes = typeset(pipeline, CLASSIC).sizes()
    return pipeline, place_loops(arrange(pipeline, CLASSIC, sizes).layout, pipeline, CLASSIC, sizes)


def side(node: Box, loop: PlacedEdge) -> str:
    around = Box.around([point for curve in (*loop.splines, *loop.arrowheads) for point in curve.points])
    found = {
        "top": around.y1 - node.y1,
        "right": around.x1 - node.x1,
        "bottom": node.y0 - around.y0,
        "left": node.x0 - around.x0,
    }
    return max(found, key=lambda name: found[name])


@pytest.mark.parametrize(("direction", "expected"), [("LR", "top"), ("RL", "top"), ("TB", "right"), ("BT", "right")])
def test_a_loop_stands_beside_the_flow(direction: Direction, expected: str) -> None:
    _, layout = placed("node a: Some node\nnode b\nnode c\na -> b -> c\nb -> b", direction)
    assert side(layout.nodes[1].box, layout.edges[2]) == expected


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("splines", ["spline", "ortho"])
def test_four_loops_take_the_four_sides(direction: Direction, splines: Splines) -> None:
    _, layout = placed("node a: Some node\na -> a\na -> a\na -> a\na -> a", direction, splines)
    assert sorted(side(layout.nodes[0].box, loop) for loop in layout.edges) == ["bottom", "left", "right", "top"]


@pytest.mark.parametrize(("arrow", "heads"), [("->", 1), ("<->", 2), ("--", 0)])
@pytest.mark.parametrize("splines", ["spline", "ortho"])
def test_a_loop_begins_and_ends_at_its_node(arrow: str, heads: int, splines: Splines) -> None:
    _, layout = placed(f"node a: Some node\na {arrow} a", splines=splines)
    node, loop = layout.nodes[0].box, layout.edges[0]
    assert len(loop.arrowheads) == heads
    ends = [loop.splines[0].points[0], loop.splines[-1].points[-1]]
    assert max(node.distance(end) for end in ends) < 10
    assert all(min(node.distance(point) for point in head.points) < 0.1 for head in loop.arrowheads)


def test_a_loop_in_a_group_stays_in_it_with_its_label() -> None:
    for direction in DIRECTIONS:
        _, layout = placed("group g: G\n   node a: Some node\n   a -> a: again and again", direction)
        (border,), (loop,) = layout.groups, layout.edges
        assert loop.label is not None
        assert border.box.holds(loop.label)
        assert not loop.label.overlaps(layout.nodes[0].box)
        assert not loop.label.overlaps(border.label)
        assert border.box.holds(Box.around(point for spline in loop.splines for point in spline.points), 6)


def test_a_label_covers_no_node_and_no_other_label_even_if_it_crosses_a_line() -> None:
    """Beside it there is room, and an edge that runs there; above it there is the border."""
    text = (
        "group g: G\n   node a: A longer label\\nof two lines\n   io b: A longer label\\nof two lines\n"
        "a <-> a: Label on\\ntwo lines\nb -> a: Label on\\ntwo lines\na <-> b: Label on\\ntwo lines\nb --> a"
    )
    _, layout = placed(text, "BT")
    label = layout.edges[0].label
    assert label is not None
    assert layout.groups[0].box.holds(label)
    assert not any(label.overlaps(node.box) for node in layout.nodes)
    assert not any(label.overlaps(edge.label) for edge in layout.edges[1:] if edge.label)


def test_loops_that_have_no_place_yet_are_in_nobodys_way() -> None:
    """Graphviz puts all of them on one side."""
    _, layout = placed("node a: Some node\na -> a: first\na -> a\na -> a", "TB")
    assert [side(layout.nodes[0].box, loop) for loop in layout.edges] == ["right", "left", "top"]


def test_other_edges_stay_where_they_are() -> None:
    text = "a -> b\nb -> b"
    pipeline = parse(text, direction="LR")
    before = arrange(pipeline, CLASSIC, typeset(pipeline, CLASSIC).sizes()).layout
    _, after = placed(text)
    assert after.edges[0] == before.edges[0]
    assert (after.nodes, after.groups) == (before.nodes, before.groups)
