"""Graphviz's output becomes placed parts; faults in it are mended, reported, or errors."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import combinations, pairwise

import pytest

from sphinxext.llmpipeline import CLASSIC, parse
from sphinxext.llmpipeline.diagnostics import LayoutError
from sphinxext.llmpipeline.geometry.primitives import Box, Curve
from sphinxext.llmpipeline.layout.digraph import Dot
from sphinxext.llmpipeline.layout.engine import EngineOutput
from sphinxext.llmpipeline.layout.output import place, read_layout
from sphinxext.llmpipeline.layout.result import Layout, PlacedEdge
from sphinxext.llmpipeline.model.pipeline import Edge, Group, Label, Node, Pipeline
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction
from tests.layouts import ENGINE, FakeEngine, canned, dot_of, edges, graph_of, groups, nodes, placed, sized, typeset


def laid_out(pipeline: Pipeline | str, direction: Direction = "LR") -> Layout:
    """A diagram of one region, as Graphviz places it."""
    found = placed(graph_of(pipeline, direction=direction))
    assert found.messages == ()
    return found.layout


def near(box: Box, point: tuple[float, float], slack: float = 3.1) -> bool:
    return box.holds(Box(*point, *point), slack)


def on_border(box: Box, point: tuple[float, float], slack: float = 3.1) -> bool:
    x, y = point
    return near(box, point, slack) and min(abs(x - box.x0), abs(x - box.x1), abs(y - box.y0), abs(y - box.y1)) <= slack


def tip(edge: PlacedEdge, box: Box) -> bool:
    return any(on_border(box, point) for head in edge.arrowheads for point in head.points)


def middle(curve: Curve) -> tuple[float, float]:
    return curve.points[len(curve.points) // 2]


# Places of parts


def test_one_edge() -> None:
    layout = laid_out("a -> b")
    (a, b), (edge,) = nodes(layout), edges(layout)
    assert a.box.x1 + CLASSIC.rank_gap == pytest.approx(b.box.x0, abs=1)
    assert a.box.center[1] == pytest.approx(b.box.center[1], abs=0.5)
    assert near(a.box, edge.splines[0].points[0])
    assert tip(edge, b.box)
    assert edge.splines[0].bezier
    assert not edge.splines[0].closed
    assert edge.arrowheads[0].closed
    assert edge.label is None
    assert layout.groups == {}


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_ranks_run_in_the_direction(direction: Direction) -> None:
    a, b = (node.box.center for node in nodes(laid_out("a -> b", direction)))
    way = {"LR": (1, 0), "RL": (-1, 0), "TB": (0, -1), "BT": (0, 1)}[direction]
    x, y = b[0] - a[0], b[1] - a[1]
    assert x * way[0] + y * way[1] > 50
    assert abs(x * way[1]) + abs(y * way[0]) < 1


def test_coordinates_are_points_with_y_up() -> None:
    layout = laid_out("a -> b", "TB")
    assert layout.nodes["a"].box.y0 > layout.nodes["b"].box.y1
    label = layout.nodes["a"].label
    assert (label.width, label.height) == pytest.approx((9, 18), abs=1)


def test_parts_are_mapped_by_id_and_key_in_the_order_of_the_pipeline() -> None:
    text = "group g: A longer title\n   node b: bbbbbbbb\nnode a: a\ngroup h: H\n   node c: cccc\nc -> a: x\na -> b"
    layout = laid_out(text)
    assert (list(layout.nodes), list(layout.edges), list(layout.groups)) == (["b", "a", "c"], [0, 1], ["g", "h"])
    widths = {id: node.label.width for id, node in layout.nodes.items()}
    assert widths["b"] > widths["c"] > widths["a"]
    assert layout.edges[0].label is not None
    assert layout.edges[1].label is None
    assert layout.groups["g"].label.width > layout.groups["h"].label.width


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_parallel_edges_keep_their_keys(direction: Direction) -> None:
    layout = laid_out("a -> b: first\na --> b: second and longer\na <-> b\na -- b\nb -> a: back", direction)
    a, b = nodes(layout)
    middles = [middle(edge.splines[0]) for edge in edges(layout)]
    for one, other in combinations(middles, 2):
        assert abs(one[0] - other[0]) + abs(one[1] - other[1]) > 3
    assert [len(edge.arrowheads) for edge in edges(layout)] == [1, 1, 2, 0, 1]
    first, second, none, _, back = (edge.label for edge in edges(layout))
    assert none is None
    assert first
    assert second
    assert back
    assert second.width > first.width
    assert not first.overlaps(second)
    assert not first.overlaps(back)
    assert near(b.box, layout.edges[4].splines[0].points[0])
    assert tip(layout.edges[4], a.box)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_loop_leaves_its_node_and_comes_back(direction: Direction) -> None:
    layout = laid_out("node a: a node\na -> a\na --> a: again", direction)
    (a,) = nodes(layout)
    for edge in edges(layout):
        assert near(a.box, edge.splines[0].points[0])
        assert tip(edge, a.box)
        assert not near(a.box, middle(edge.splines[0]))
    assert layout.edges[1].label
    assert not layout.edges[1].label.overlaps(a.box)


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(("arrow", "heads"), [("->", 1), ("=>", 1), ("-->", 1), ("<->", 2), ("--", 0)])
def test_arrowheads(direction: Direction, arrow: str, heads: int) -> None:
    layout = laid_out(f"a {arrow} b", direction)
    (a, b), (edge,) = nodes(layout), edges(layout)
    assert len(edge.arrowheads) == heads
    assert tip(edge, b.box) is (heads > 0)
    assert tip(edge, a.box) is (heads == 2)


# Labels of edges whose ends share a rank


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(("arrow", "heads"), [("->", 1), ("=>", 1), ("-->", 1), ("<->", 2), ("--", 0)])
@pytest.mark.parametrize("order", ["a, b", "b, a"])
def test_a_label_within_a_rank_stands_between_its_ends(
    direction: Direction, arrow: str, heads: int, order: str
) -> None:
    text = f"node a\nnode b\na {arrow} b: a longer label\nalign {order}"
    layout = laid_out(text, direction)
    (a, b), (edge,) = nodes(layout), edges(layout)
    across = 1 if direction in ("LR", "RL") else 0
    assert a.box.center[1 - across] == pytest.approx(b.box.center[1 - across], abs=1)
    assert edge.label is not None
    low, high = sorted((a.box.center[across], b.box.center[across]))
    assert low < edge.label.center[across] < high
    assert not edge.label.overlaps(a.box)
    assert not edge.label.overlaps(b.box)
    # One line from the source to the label, another from there to the target.
    first, second = edge.splines
    assert near(a.box, first.points[0], 13)
    assert near(edge.label, first.points[-1], 7)
    assert near(edge.label, second.points[0], 7)
    assert near(b.box, second.points[-1], 13)
    assert len(edge.arrowheads) == heads
    assert tip(edge, b.box) is (heads > 0)
    assert tip(edge, a.box) is (heads == 2)
    assert not any(edge.label.holds(Box.around(head.points), 1) for head in edge.arrowheads)


def test_a_label_within_a_rank_has_the_room_of_its_text() -> None:
    pipeline = parse("node a\nnode b\na -> b: a longer label\nalign a, b", direction="LR")
    (block,) = typeset(pipeline, CLASSIC).edges
    (edge,) = edges(laid_out(pipeline))
    assert block is not None
    assert edge.label is not None
    room = 2 * CLASSIC.edge_label_gap
    assert edge.label.width == pytest.approx(block.size.width + room, abs=1.01)
    assert edge.label.height == pytest.approx(block.size.height + room, abs=1.01)


def test_layout_box_begins_at_the_origin() -> None:
    box = laid_out("a -> b").box
    assert (box.x0, box.y0) == (0, 0)


def test_an_empty_pipeline_is_laid_out() -> None:
    layout = laid_out(Pipeline(()))
    assert (layout.nodes, layout.edges, layout.groups) == ({}, {}, {})


def test_groups_nest_twenty_deep() -> None:
    nested = tuple(Group(f"g{n}", Label.plain("G"), f"g{n - 1}" if n else None) for n in range(20))
    layout = laid_out(Pipeline((Node("a", Label.plain("A"), group="g19"),), (), nested))
    for outer, inner in pairwise(groups(layout)):
        assert outer.box.holds(inner.box)


def test_a_chain_of_500_nodes() -> None:
    chain = tuple(Node(f"n{index}", Label.plain(str(index))) for index in range(500))
    layout = laid_out(Pipeline(chain, tuple(Edge(one.id, other.id) for one, other in pairwise(chain))))
    lefts = [node.box.x0 for node in nodes(layout)]
    assert lefts == sorted(lefts)
    assert len(layout.edges) == 499


def test_200_parallel_edges() -> None:
    ends = (Node("a", Label.plain("a")), Node("b", Label.plain("b")))
    layout = laid_out(Pipeline(ends, (Edge("a", "b"),) * 200))
    assert len({edge.splines for edge in edges(layout)}) == 200


# Messages


@pytest.mark.parametrize(
    "line",
    [
        'Warning: Unable to reclaim box space in spline routing for edge "g1" -> "g2". Something is seriously wrong.',
        "lib/pathplan/shortest.c:333: triangulation failed",
    ],
)
def test_messages_about_faults_that_are_mended_are_dropped(line: str) -> None:
    graph = graph_of("a -> b")
    drawn = ENGINE.run(dot_of(graph)).json.decode()
    assert place(graph, dot_of(graph), canned(drawn, f"{line}\n  another\n\n")).messages == ("another",)


# Errors


def test_a_missing_part_is_a_layout_error() -> None:
    with pytest.raises(LayoutError, match=r"^Graphviz gave no layout: KeyError: 'c'$"):
        place(graph_of("a -> b -> c"), dot_of(graph_of("a -> b")), ENGINE)


def test_read_layout_names_the_missing_part() -> None:
    with pytest.raises(KeyError, match="'a'"):
        read_layout(graph_of("a -> b"), {"bb": "0,0,1,1"})


@pytest.mark.parametrize(
    "output",
    [
        "",
        "no JSON",
        "[]",
        "null",
        "{}",
        '{"bb": ""}',
        '{"bb": "0,0,1,1", "objects": 5}',
        "[" * 200_000,
        '{"bb": 9e999}',
    ],
    ids=repr,
)
def test_output_without_a_layout_is_a_layout_error(output: str) -> None:
    graph, engine = graph_of("a -> b"), canned(output)
    with pytest.raises(LayoutError, match=r"^Graphviz gave no layout: "):
        place(graph, dot_of(graph), engine)
    assert engine.graphs == [dot_of(graph)]


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "1e300", "10000001"])
@pytest.mark.parametrize("name", ["bb", "pos", "width", "lp"])
def test_a_number_that_is_no_place_is_a_layout_error(name: str, number: str) -> None:
    """Otherwise a drawing without a size, or none, would be blamed on something else."""
    graph = graph_of("group g: G\n   node a\nnode b\na -> b: x", direction="LR")
    drawn = ENGINE.run(dot_of(graph)).json.decode()
    changed = re.sub(rf'("{name}": ")([^"]*[\d.]+)"', lambda found: found[1] + replaced_last(found[2], number), drawn)
    assert changed != drawn
    with pytest.raises(LayoutError) as caught:
        place(graph, replace(dot_of(graph), graph_attr={"newrank": "true"}), canned(changed))
    assert str(caught.value) == f"Graphviz gave no layout: ValueError: {number} is no place in a drawing"


def replaced_last(numbers: str, number: str) -> str:
    """*numbers* with another last one, and the quotation mark after it."""
    return re.sub(r"[\d.]+$", number, numbers) + '"'


def test_messages_of_several_lines_are_reported_in_one() -> None:
    graph = graph_of("a -> b")
    with pytest.raises(LayoutError) as caught:
        place(graph, dot_of(graph), canned("{}", "triangulation failed\nError: lost e3\n"))
    assert str(caught.value) == "Graphviz gave no layout: triangulation failed Error: lost e3"


# Any engine


def test_an_engine_is_any_object_with_run() -> None:
    graph = graph_of("group g: G\n   node a\nnode b\na -> b: x", direction="LR")
    drawn = ENGINE.run(dot_of(graph))

    class Canned:
        def run(self, dot: Dot) -> EngineOutput:
            assert dot.source == dot_of(graph).source
            return EngineOutput(drawn.json, "a message")

    found = place(graph, dot_of(graph), Canned())
    assert found.layout == placed(graph).layout
    assert found.messages == ("a message",)


def _without_edge(drawn: EngineOutput, id: str) -> EngineOutput:
    read = json.loads(drawn.json)
    read["edges"] = [edge for edge in read["edges"] if edge["id"] != id]
    return EngineOutput(json.dumps(read).encode(), drawn.messages)


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        ("group g: G\n   node a\nnode b\na -> b", [False, True]),
        ("group g: G\n   node a\nnode b\na -> b\nalign a, b", [True]),
        ("node a\nnode b\na -> b", [False]),
    ],
)
def test_a_graph_with_clusters_that_loses_a_part_is_laid_out_again_with_all_ranked_together(
    text: str, sources: list[bool]
) -> None:
    graph = sized(text, direction="LR")
    engine = FakeEngine(lambda dot: _without_edge(ENGINE.run(dot), "e0"))
    with pytest.raises(LayoutError, match=r"^Graphviz gave no layout: KeyError: 'e0'$"):
        place(graph, dot_of(graph), engine)
    assert [dot.ranks_clusters_together for dot in engine.graphs] == sources
    assert [dot.body for dot in engine.graphs] == [dot_of(graph).body] * len(sources)


def test_the_second_attempt_is_the_result() -> None:
    graph = sized("group g: G\n   node a\nnode b\na -> b", direction="LR")

    def lose_once(dot: Dot) -> EngineOutput:
        drawn = ENGINE.run(dot)
        return drawn if dot.ranks_clusters_together else _without_edge(drawn, "e0")

    assert place(graph, dot_of(graph), FakeEngine(lose_once)) == placed(graph)


# Single edges


def placed_edge(pos: str) -> PlacedEdge:
    """An edge whose ``pos`` in Graphviz's output is *pos*, between two nodes 10 points wide and high."""
    around = [
        {"_gvid": at, "name": id, "pos": f"{x},0", "width": "0.139", "height": "0.139", "label": TABLE}
        for at, id, x in ((0, "a", 0), (1, "b", 100))
    ]
    edge = {"tail": 0, "head": 1, "id": "e0", "arrowsize": "0.8", "pos": pos}
    drawn = {"bb": "0,0,100,10", "objects": around, "edges": [edge]}
    return read_layout(graph_of("a -> b"), drawn).edges[0]


TABLE = '<TABLE FIXEDSIZE="TRUE" WIDTH="4" HEIGHT="4">'


def test_an_arrowhead_begins_where_its_line_ends() -> None:
    line = placed_edge("e,95,0 5,0 30,0 60,0 86,0")
    assert line.splines[0].points[-1] == (86, 0)
    left, tip, right = line.arrowheads[0].points
    assert (*left, *tip, *right) == pytest.approx((86, 2.8, 94, 0, 86, -2.8))


def test_a_line_too_short_for_its_arrowhead_ends_inside_it() -> None:
    assert placed_edge("e,95,0 89,0 89,0 90,0 90,0").arrowheads[0].points[1] == (95, 0)
    assert placed_edge("e,95,0 89,0 90,0 95,0 95,0").arrowheads[0].points[1] == (95, 0)


def test_arrowheads_at_both_ends_and_several_pieces() -> None:
    line = placed_edge("s,5,0 14,0 20,0 30,0 40,0;e,95,0 40,0 60,0 70,0 86,0")
    assert [spline.points[0] for spline in line.splines] == [(14, 0), (40, 0)]
    assert sorted(head.points[1][0] for head in line.arrowheads) == pytest.approx([6, 94])


def test_a_line_without_a_length_is_no_layout() -> None:
    with pytest.raises(ValueError, match="a line without a length has no arrowhead"):
        placed_edge("e,95,0 95,0 95,0 95,0 95,0")


def test_a_line_may_be_written_from_its_head() -> None:
    """Graphviz 14 writes some edges back to a port so."""
    line = placed_edge("95,0 60,0 30,0 5,0")
    assert (line.splines[0].points[0], line.splines[0].points[-1]) == ((5, 0), (95, 0))


def test_a_label_without_its_table_is_a_layout_error() -> None:
    graph = graph_of("group g: G\n   node a")
    node = '{"_gvid": 0, "name": "a", "pos": "5,5", "width": "1", "height": "1"}'
    cluster = '{"name": "cluster_g", "bb": "0,0,9,9", "lp": "5,5", "label": "G"}'
    answer = canned(f'{{"bb": "0,0,9,9", "objects": [{node}, {cluster}]}}')
    with pytest.raises(LayoutError, match=r"^Graphviz gave no layout: KeyError: 'label of cluster_g'$"):
        place(graph, dot_of(graph), answer)
