"""Graphviz's output becomes placed nodes and groups; faults in it are mended, reported, or errors."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import pairwise

import pytest

from sphinxext.llmpipeline import CLASSIC, parse
from sphinxext.llmpipeline.diagnostics import LayoutError
from sphinxext.llmpipeline.geometry.curves import arrow_length
from sphinxext.llmpipeline.geometry.primitives import Box, Size
from sphinxext.llmpipeline.language.lexer import ARROWS
from sphinxext.llmpipeline.layout.digraph import GROUP_GAP, Dot, Island, build_dot
from sphinxext.llmpipeline.layout.engine import EngineOutput
from sphinxext.llmpipeline.layout.graph import LayoutGraph
from sphinxext.llmpipeline.layout.output import place, read_layout
from sphinxext.llmpipeline.layout.regions import divide
from sphinxext.llmpipeline.layout.result import Layout
from sphinxext.llmpipeline.model.pipeline import Edge, Group, Label, Node, Pipeline
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction
from tests.layouts import ENGINE, FakeEngine, canned, dot_of, graph_of, groups, nodes, placed, sized, typeset


def laid_out(pipeline: Pipeline | str, direction: Direction = "LR") -> Layout:
    """A diagram of one region, as Graphviz places it."""
    found = placed(graph_of(pipeline, direction=direction))
    assert found.messages == ()
    return found.layout


# Places of parts


def test_the_ends_of_an_edge_stand_in_line() -> None:
    layout = laid_out("a -> b")
    a, b = nodes(layout)
    assert a.box.x1 + CLASSIC.rank_gap == pytest.approx(b.box.x0, abs=1)
    assert a.box.center[1] == pytest.approx(b.box.center[1], abs=0.5)
    assert layout.groups == {}


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("label", ["", ": label"])
def test_a_loop_changes_no_size_of_its_node(direction: Direction, label: str) -> None:
    """Graphviz gives a node the room of its loops as its own."""
    sizes = []
    for loops in ("", f"a -> a{label}\na -> a"):
        a, _ = nodes(laid_out(f"a -> b\n{loops}", direction))
        sizes.append((a.box.width, a.box.height, a.label.width, a.label.height))
    assert sizes[1] == pytest.approx(sizes[0])


def test_edges_have_no_places_yet() -> None:
    layout = laid_out("group g: G\n   a -> b: label\n   a -> a\nb -> g2\ngroup g2: H\n   c <-> b")
    assert (len(layout.nodes), len(layout.groups), layout.edges) == (3, 2, {})


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


def test_parts_are_mapped_by_id_in_the_order_of_the_pipeline() -> None:
    text = "group g: A longer title\n   node b: bbbbbbbb\nnode a: a\ngroup h: H\n   node c: cccc\nc -> a: x\na -> b"
    layout = laid_out(text)
    assert (list(layout.nodes), list(layout.groups)) == (["b", "a", "c"], ["g", "h"])
    widths = {id: node.label.width for id, node in layout.nodes.items()}
    assert widths["b"] > widths["c"] > widths["a"]
    assert layout.groups["g"].label.width > layout.groups["h"].label.width


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("arrow", ARROWS)
@pytest.mark.parametrize("order", ["a, b", "b, a"])
def test_a_label_within_a_rank_has_the_room_of_its_text_and_arrowheads_between_its_ends(
    direction: Direction, arrow: str, order: str
) -> None:
    pipeline = parse(f"node a\nnode b\na {arrow} b: a longer label\nalign {order}", direction=direction)
    (block,) = typeset(pipeline, CLASSIC).edges
    assert block is not None
    a, b = (node.box for node in nodes(laid_out(pipeline, direction)))
    sideways = direction in ("LR", "RL")
    along = 0 if sideways else 1
    assert a.center[along] == pytest.approx(b.center[along], abs=1)
    gap = max(a.y0 - b.y1, b.y0 - a.y1) if sideways else max(a.x0 - b.x1, b.x0 - a.x1)
    length = block.size.height if sideways else block.size.width
    (edge,) = graph_of(pipeline).edges
    least = length + 2 * CLASSIC.edge_label_gap + sum(edge.heads) * arrow_length(edge.width)
    assert gap == pytest.approx(max(least + 6, 2 * CLASSIC.node_gap + 4), abs=2)


def test_layout_box_begins_at_the_origin() -> None:
    box = laid_out("a -> b").box
    assert (box.x0, box.y0) == (0, 0)


def test_an_empty_pipeline_is_laid_out() -> None:
    layout = laid_out(Pipeline(()))
    assert (layout.nodes, layout.groups) == ({}, {})


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


# Messages


def test_messages_are_lines_with_words() -> None:
    graph = graph_of("a -> b")
    drawn = ENGINE.run(dot_of(graph)).json.decode()
    assert place(graph, dot_of(graph), canned(drawn, "one\n  another\n\n")).messages == ("one", "another")


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
@pytest.mark.parametrize("name", ["bb", "pos", "lp"])
def test_a_number_that_is_no_place_is_a_layout_error(name: str, number: str) -> None:
    """Otherwise a drawing without a size, or none, would be blamed on something else."""
    graph = graph_of("group g: G\n   node a\nnode b\na -> b: x", direction="LR")
    assert_no_place(graph, replace(dot_of(graph), graph_attr={"newrank": "true"}), name, number)


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "1e300", "10000001"])
@pytest.mark.parametrize("name", ["width", "height"])
def test_a_number_that_is_no_size_of_an_island_is_a_layout_error(name: str, number: str) -> None:
    """The sizes of other nodes are known."""
    region = divide(graph_of("group g: G\n   :direction: TB\n   node a\nnode b\na -> b", direction="LR"))
    dot = build_dot(region, {"g": Island(Size(50, 30), {("a", 0): 10.0})})
    assert_no_place(region.graph, dot, name, number)


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"b": {"pos": "0,0"}}, "b"),
        ({"b": {"pos": "9.9e6,-9.9e6"}}, "b"),
        ({"cluster_g": {"bb": "1000,1000,1001,1001"}}, "g"),
        ({"pipeline": {"bb": "100,100,0,0"}}, "a"),
    ],
)
def test_a_part_outside_of_the_drawing_is_no_layout(changes: dict[str, dict[str, str]], part: str) -> None:
    graph = graph_of("group g: G\n   node a\nnode b\na -> b")
    drawn = json.loads(ENGINE.run(dot_of(graph)).json)
    for item in (drawn, *drawn["objects"]):
        item.update(changes.get(item["name"], {}))
    with pytest.raises(LayoutError) as caught:
        place(graph, dot_of(graph), canned(json.dumps(drawn)))
    assert str(caught.value) == f"Graphviz gave no layout: ValueError: '{part}' lies outside of the drawing"


def assert_no_place(graph: LayoutGraph, dot: Dot, name: str, number: str) -> None:
    """Fail unless *number* as the last one of each *name* in the output makes it no layout."""
    drawn = ENGINE.run(dot).json.decode()
    changed = re.sub(rf'("{name}": ")([^"]*[\d.]+)"', lambda found: found[1] + replaced_last(found[2], number), drawn)
    assert changed != drawn
    with pytest.raises(LayoutError) as caught:
        place(graph, dot, canned(changed))
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


def _without_node(drawn: EngineOutput, name: str) -> EngineOutput:
    read = json.loads(drawn.json)
    read["objects"] = [item for item in read["objects"] if item["name"] != name]
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
    engine = FakeEngine(lambda dot: _without_node(ENGINE.run(dot), "b"))
    with pytest.raises(LayoutError, match=r"^Graphviz gave no layout: KeyError: 'b'$"):
        place(graph, dot_of(graph), engine)
    assert [dot.ranks_clusters_together for dot in engine.graphs] == sources
    assert [dot.body for dot in engine.graphs] == [dot_of(graph).body] * len(sources)


def test_the_second_attempt_is_the_result() -> None:
    graph = sized("group g: G\n   node a\nnode b\na -> b", direction="LR")

    def lose_once(dot: Dot) -> EngineOutput:
        drawn = ENGINE.run(dot)
        return drawn if dot.ranks_clusters_together else _without_node(drawn, "b")

    assert place(graph, dot_of(graph), FakeEngine(lose_once)) == placed(graph)


def test_the_title_of_a_cluster_without_a_label_is_the_room_around_it_at_a_corner() -> None:
    layout = placed(graph_of("group o: O\n group g:\n  a -> b")).layout
    box = layout.groups["g"].box
    assert layout.groups["g"].label == Box(box.x0, box.y1, box.x0 + 2 * GROUP_GAP, box.y1)


def test_a_label_without_its_table_is_a_layout_error() -> None:
    graph = graph_of("group g: G\n   node a")
    node = '{"_gvid": 0, "name": "a", "pos": "5,5", "width": "1", "height": "1"}'
    cluster = '{"name": "cluster_g", "bb": "0,0,9,9", "lp": "5,5", "label": "G"}'
    answer = canned(f'{{"bb": "0,0,9,9", "objects": [{node}, {cluster}]}}')
    with pytest.raises(LayoutError, match=r"^Graphviz gave no layout: KeyError: 'label of cluster_g'$"):
        place(graph, dot_of(graph), answer)
