"""Edges from a node to itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sphinxext.llmpipeline.geometry.primitives import Box
from sphinxext.llmpipeline.layout.result import Layout, PlacedEdge
from sphinxext.llmpipeline.layout.self_loops import place_loops
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction, Splines
from tests.layouts import edges, graph_of, groups, laid_out, nodes
from tests.steps import ROUGHLY, growth


def looped(text: str, direction: Direction = "LR", splines: Splines = "spline") -> Layout:
    graph = graph_of(text, direction=direction, splines=splines)
    return place_loops(laid_out(graph), graph)


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
    layout = looped("node a: Some node\nnode b\nnode c\na -> b -> c\nb -> b", direction)
    assert side(layout.nodes["b"].box, layout.edges[2]) == expected


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("splines", ["spline", "ortho"])
def test_four_loops_take_the_four_sides(direction: Direction, splines: Splines) -> None:
    layout = looped("node a: Some node\na -> a\na -> a\na -> a\na -> a", direction, splines)
    assert sorted(side(layout.nodes["a"].box, loop) for loop in edges(layout)) == ["bottom", "left", "right", "top"]


@pytest.mark.parametrize(("arrow", "heads"), [("->", 1), ("<->", 2), ("--", 0)])
@pytest.mark.parametrize("splines", ["spline", "ortho"])
def test_a_loop_begins_and_ends_at_its_node(arrow: str, heads: int, splines: Splines) -> None:
    layout = looped(f"node a: Some node\na {arrow} a", splines=splines)
    node, loop = layout.nodes["a"].box, layout.edges[0]
    assert len(loop.arrowheads) == heads
    ends = [loop.splines[0].points[0], loop.splines[-1].points[-1]]
    assert max(node.distance(end) for end in ends) < 10
    assert all(min(node.distance(point) for point in head.points) < 0.1 for head in loop.arrowheads)


def test_a_loop_in_a_group_stays_in_it_with_its_label() -> None:
    for direction in DIRECTIONS:
        layout = looped("group g: G\n   node a: Some node\n   a -> a: again and again", direction)
        (border,), (loop,) = groups(layout), edges(layout)
        assert loop.label is not None
        assert border.box.holds(loop.label)
        assert not loop.label.overlaps(layout.nodes["a"].box)
        assert not loop.label.overlaps(border.label)
        assert border.box.holds(Box.around(point for spline in loop.splines for point in spline.points), 6)


def test_a_label_covers_no_node_and_no_other_label_even_if_it_crosses_a_line() -> None:
    """Beside it there is room, and an edge that runs there; above it there is the border."""
    text = (
        "group g: G\n   node a: A longer label\\nof two lines\n   io b: A longer label\\nof two lines\n"
        "a <-> a: Label on\\ntwo lines\nb -> a: Label on\\ntwo lines\na <-> b: Label on\\ntwo lines\nb --> a"
    )
    layout = looped(text, "BT")
    label = layout.edges[0].label
    assert label is not None
    assert layout.groups["g"].box.holds(label)
    assert not any(label.overlaps(node.box) for node in nodes(layout))
    assert not any(label.overlaps(edge.label) for edge in edges(layout)[1:] if edge.label)


def test_loops_without_a_place_are_no_obstacles() -> None:
    """Graphviz puts all of them on one side."""
    layout = looped("node a: Some node\na -> a: first\na -> a\na -> a", "TB")
    assert [side(layout.nodes["a"].box, loop) for loop in edges(layout)] == ["right", "left", "top"]


def test_other_edges_stay_where_they_are() -> None:
    graph = graph_of("a -> b\nb -> b", direction="LR")
    before = laid_out(graph)
    after = place_loops(before, graph)
    assert after.edges[0] == before.edges[0]
    assert after.edges[1] != before.edges[1]
    assert (after.nodes, after.groups) == (before.nodes, before.groups)


def test_a_layout_without_loops_is_left_as_it_is() -> None:
    graph = graph_of("a -> b", direction="LR")
    before = laid_out(graph)
    assert place_loops(before, graph) is before


def test_a_loop_keeps_the_key_of_its_edge() -> None:
    graph = graph_of("a -> b\na -> a\na -> c", direction="LR")
    before, after = laid_out(graph), looped("a -> b\na -> a\na -> c")
    assert {key for key, edge in after.edges.items() if edge != before.edges[key]} == {1}


@pytest.mark.parametrize(
    ("text", "least"),
    [
        pytest.param("node a: Some node\n{loops}", 25, id="of one node"),
        pytest.param("{nodes}\n{own}", 25, id="of many nodes"),
        # Up to a hundred, the lines that cross loops grow with the square of their number.
        pytest.param("node a\n{nodes}\n{fan}\n{own}", 100, id="of the ends of a fan"),
    ],
)
def test_many_loops_take_work_in_proportion(text: str, least: int) -> None:
    def work(size: int) -> Callable[[], object]:
        numbers = range(size)
        parts = {
            "loops": "\n".join(f"a -> a: label {number}" for number in numbers),
            "nodes": "\n".join(f"node n{number}" for number in numbers),
            "fan": "\n".join(f"a -> n{number}" for number in numbers),
            "own": "\n".join(f"n{number} -> n{number}: label {number}" for number in numbers),
        }
        graph = graph_of(text.format(**parts))
        layout = laid_out(graph)
        return lambda: place_loops(layout, graph)

    assert growth(work, least) < ROUGHLY


@pytest.mark.parametrize("splines", ["spline", "ortho"])
def test_loops_of_a_node_that_is_full_take_its_sides_in_turn(splines: Splines) -> None:
    layout = looped("node a: Some node\n" + 24 * "a -> a\n", splines=splines)
    sides = [side(layout.nodes["a"].box, loop) for loop in edges(layout)]
    assert sides[16:] == 2 * ["top", "bottom", "left", "right"]
    assert len({loop.splines for loop in edges(layout)}) == 24
