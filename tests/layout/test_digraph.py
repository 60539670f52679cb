"""A pipeline as DOT: sizes and ids, never text."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace

import graphviz
import pygraphviz
import pytest

from sphinxext.llmpipeline import CLASSIC, MODERN, parse
from sphinxext.llmpipeline.geometry.primitives import Size, Sizes
from sphinxext.llmpipeline.layout.digraph import Island, build
from sphinxext.llmpipeline.layout.engine import place
from sphinxext.llmpipeline.layout.regions import Crossing
from sphinxext.llmpipeline.model.pipeline import Edge, Group, Label, Node, Pipeline
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction, Splines
from sphinxext.llmpipeline.rendering import digraph
from sphinxext.llmpipeline.style.builtin import PRINT
from sphinxext.llmpipeline.text.typesetting import typeset

HOSTILE = (
    "node", "edge", "graph", "digraph", "subgraph", "strict", "Node", "STRICT", "a.b-c", "_", "__", "_1", "x-1", "e0",
    "cluster", "cluster_x", "pipeline", "ünïcode", "模型", "Ж", "N", "G", "L", "n", "bb", "objects",
)  # fmt: skip


def built(text: str, direction: Direction = "LR") -> graphviz.Digraph:
    return digraph(parse(text, direction=direction))


def agraph(graph: graphviz.Digraph) -> pygraphviz.AGraph:
    return pygraphviz.AGraph(string=graph.source)


def clusters(graph: pygraphviz.AGraph) -> Iterator[pygraphviz.AGraph]:
    for inner in graph.subgraphs_iter():
        if (inner.name or "").startswith("cluster"):
            yield inner
        yield from clusters(inner)


def test_digraph_is_the_public_object_of_graphviz() -> None:
    pipeline = parse("a -> b")
    graph = digraph(pipeline)
    assert isinstance(graph, graphviz.Digraph)
    assert graph.source == digraph(pipeline, MODERN).source
    assert graph.source == build(pipeline, MODERN, typeset(pipeline, MODERN).sizes()).source


def test_digraph_takes_a_style() -> None:
    large = replace(PRINT, font_size=40.0, direction="TB")
    assert digraph(parse("a -> b"), large).source != digraph(parse("a -> b")).source


def _sizes(pipeline: Pipeline) -> Sizes:
    from sphinxext.llmpipeline.text.typesetting import typeset

    return typeset(pipeline, CLASSIC).sizes()


def test_ids_hostile_to_dot_come_back() -> None:
    nodes = tuple(Node(id, Label.plain("x")) for id in HOSTILE)
    edges = tuple(Edge(one, other) for one, other in itertools.pairwise(HOSTILE))
    pipeline = Pipeline(nodes, edges, direction="LR")
    graph = agraph(digraph(pipeline))
    assert set(graph.nodes()) == set(HOSTILE)
    assert set(graph.edges()) == {(edge.source, edge.target) for edge in edges}
    layout = place(pipeline, digraph(pipeline)).layout
    # Each is placed where the chain has it, so none was taken for another.
    places = [node.box.center[0] for node in layout.nodes]
    assert places == sorted(places)


def test_groups_with_hostile_ids_come_back() -> None:
    groups = (*tuple(Group(f"{id}-g", Label.plain("x")) for id in HOSTILE), Group("graph", Label.plain("x")))
    nodes = tuple(Node(f"n{index}", Label.plain("x"), group=group.id) for index, group in enumerate(groups))
    layout = place(Pipeline(nodes, (), groups), digraph(Pipeline(nodes, (), groups))).layout
    for node, group in zip(layout.nodes, layout.groups, strict=True):
        assert group.box.holds(node.box)


def test_a_node_may_have_the_name_of_a_groups_cluster() -> None:
    pipeline = parse("group g: G\n   node a\nnode cluster_g: C\na -> cluster_g")
    layout = place(pipeline, digraph(pipeline)).layout
    (a, c), (group,) = layout.nodes, layout.groups
    assert group.box.holds(a.box)
    assert not group.box.overlaps(c.box)
    assert group.box.holds(group.label)


def test_node_and_edge_may_share_a_name() -> None:
    pipeline = parse("e0 -> e1 -> e0")
    placed = place(pipeline, digraph(pipeline))
    assert len(placed.layout.edges) == 2
    assert placed.messages == ()


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_no_text_gets_into_the_source(direction: Direction) -> None:
    secret = 'zq"x\\N<b>]; } zq'
    label = Label.plain(secret)
    pipeline = Pipeline(
        (
            Node("a", label, note=label, tooltip=label, repeat=secret, classes=("zq",), link=secret),
            Node("b", label, group="g"),
        ),
        (Edge("a", "b", "flow", label, label, label, classes=("zq",), link=secret), Edge("a", "g", label=label)),
        (Group("g", label, note=label, tooltip=label, repeat=secret, classes=("zq",), link=secret),),
        direction=direction,
    )
    source = digraph(pipeline).source
    assert "zq" not in source
    assert place(pipeline, digraph(pipeline)).messages == ()


def test_labels_are_empty_tables_of_whole_points() -> None:
    """That of a group is wider by what its cluster is larger than the group on both sides."""
    pipeline = parse("group g: G\n   node a\n   node b\n   a -> b: x")
    source = build(pipeline, CLASSIC, Sizes((Size(10.2, 17.5), Size(0, 0)), (Size(30, 15),), (Size(99.01, 20),))).source
    sizes = re.findall(r'FIXEDSIZE="TRUE" WIDTH="(\d+)" HEIGHT="(\d+)"', source)
    assert sorted(sizes) == [("11", "18"), ("120", "20"), ("36", "21"), ("4", "4")]
    assert set(re.findall(r"<TR>.*?</TR>", source)) == {"<TR><TD></TD></TR>"}


def test_every_edge_has_an_id_of_its_own() -> None:
    graph = agraph(built("a -> b\na -> b\nb -> a: x"))
    assert sorted(edge.attr["id"] for edge in graph.edges()) == ["e0", "e1", "e2"]


@pytest.mark.parametrize(
    ("arrow", "dir"), [("->", "forward"), ("=>", "forward"), ("-->", "forward"), ("<->", "both"), ("--", "none")]
)
def test_heads_of_arrows(arrow: str, dir: str) -> None:
    graph = agraph(built(f"a {arrow} b"))  # an edge does not keep its graph alive
    (edge,) = graph.edges()
    assert (*edge, edge.attr["dir"]) == ("a", "b", dir)


@pytest.mark.parametrize("direction", ["LR", "TB", "RL", "BT"])
def test_direction_of_the_pipeline_comes_before_that_of_the_style(direction: Direction) -> None:
    graph = agraph(built("a -> b", direction))
    assert graph.graph_attr["rankdir"] == direction
    styled = agraph(digraph(parse("a -> b"), replace(CLASSIC, direction=direction)))
    assert styled.graph_attr["rankdir"] == direction


def test_gaps_and_padding_of_the_style_are_inches() -> None:
    style = replace(CLASSIC, node_gap=36.0, rank_gap=72.0, padding_x=18.0, padding_y=9.0)
    graph = agraph(build(parse("a -> b"), style, Sizes((Size(36, 18),) * 2, (None,), ())))
    assert (graph.graph_attr["nodesep"], graph.graph_attr["ranksep"]) == ("0.5000", "1.0000")
    node = graph.get_node("a").attr
    assert (node["width"], node["height"], node["fixedsize"]) == ("1.0000", "0.5000", "true")


def test_groups_are_clusters_that_nest() -> None:
    graph = agraph(built("group g: G\n   node a\n   group h: H\n      node b\nnode c"))
    (outer,) = graph.subgraphs()
    (inner,) = outer.subgraphs()
    assert (outer.name, sorted(outer.nodes())) == ("cluster_g", ["a", "b"])
    assert (inner.name, inner.nodes()) == ("cluster_h", ["b"])


def test_an_edge_to_a_group_goes_to_a_node_of_it() -> None:
    graph = agraph(built("group g: G\n   node a\n   node b\n   node c\n   a -> b -> c\nnode o\no -> g\ng -> o"))
    # The circle begins where its declaration does: what leads back there is told from its head.
    assert {edge.attr["id"]: (*edge, edge.attr["dir"]) for edge in graph.edges()} == {
        "e0": ("a", "b", "forward"),
        "e1": ("b", "c", "forward"),
        "e2": ("a", "o", "none"),
        "e3": ("c", "o", "forward"),
    }


def test_of_many_ends_the_middle_one_stands_for_the_group() -> None:
    graph = agraph(built("group g: G\n   node a\n   node b\n   node c\nnode o\no -> g"))
    assert graph.edges() == [("o", "b")]


def test_a_group_of_groups_is_an_end_too() -> None:
    graph = agraph(built("group g: G\n   group h: H\n      node a\nnode o\nnode p\no -> g\ng -> p"))
    assert sorted(graph.edges()) == [("a", "p"), ("o", "a")]


def test_a_group_whose_nodes_all_lead_on_has_an_end_nevertheless() -> None:
    graph = agraph(built("group g: G\n   node a\n   node b\n   a -> b -> a\nnode o\ng -> o"))
    assert ("a", "o") in graph.edges()


def test_align_makes_one_rank() -> None:
    text = "node a\nnode b\nnode c\na -> b -> c\nalign a, c"
    assert re.search(r"\{\s*rank=same\s+a\s+c\s*\}", built(text).source)
    pipeline = parse(text, direction="LR")
    a, b, c = place(pipeline, digraph(pipeline)).layout.nodes
    assert a.box.center[0] == pytest.approx(c.box.center[0], abs=1)
    assert b.box.center[0] != pytest.approx(a.box.center[0], abs=1)


def test_align_across_groups_keeps_the_groups_whole() -> None:
    pipeline = parse(
        "group g: G\n   node a\n   node b\n   a -> b\ngroup h: H\n   node c\n   node d\n   c -> d\nalign b, c"
    )
    layout = place(pipeline, digraph(replace(pipeline, direction="LR"))).layout
    g, h = layout.groups
    a, b, c, d = layout.nodes
    assert b.box.center[0] == pytest.approx(c.box.center[0], abs=1)
    assert g.box.holds(a.box)
    assert g.box.holds(b.box)
    assert h.box.holds(c.box)
    assert h.box.holds(d.box)
    assert not g.box.overlaps(h.box)


# Labels of edges whose ends share a rank


def _edges(text: str, direction: Direction = "LR") -> dict[str, tuple[str, str, str]]:
    graph = agraph(built(text, direction))
    return {edge.attr["id"]: (*edge, edge.attr["dir"]) for edge in graph.edges()}


@pytest.mark.parametrize(
    ("arrow", "first", "second"),
    [
        ("->", "none", "forward"),
        ("=>", "none", "forward"),
        ("-->", "none", "forward"),
        ("<->", "back", "forward"),
        ("--", "none", "none"),
    ],
)
def test_a_label_within_a_rank_is_a_node_that_the_edge_runs_through(arrow: str, first: str, second: str) -> None:
    text = f"node a\nnode b\na {arrow} b: x\nalign a, b"
    assert _edges(text) == {"e0": ("a", "e0 label", first), "e0 end": ("e0 label", "b", second)}
    graph = agraph(built(text))
    assert set(graph.nodes()) == {"a", "b", "e0 label"}
    assert graph.get_node("e0 label").attr["shape"] == "plain"
    assert all("TABLE" not in (edge.attr["label"] or "") for edge in graph.edges())
    assert re.search(r'\{\s*rank=same\s+a\s+"e0 label"\s*\}', built(text).source)


def test_a_label_within_a_rank_has_the_room_of_any_other() -> None:
    pipeline = parse("node a\nnode b\na -> b: x\nalign a, b")
    source = build(pipeline, CLASSIC, Sizes((Size(10, 10), Size(20, 10)), (Size(30, 15),), ())).source
    (line,) = (line for line in source.splitlines() if '"e0 label" [' in line and "->" not in line)
    assert re.search(r'WIDTH="(\d+)" HEIGHT="(\d+)"', line).groups() == ("36", "21")  # type: ignore[union-attr]


def test_only_labels_within_a_rank_are_nodes() -> None:
    text = "node a\nnode b\nnode c\na -> b\nb -> c: label\na -> a: loop\nalign a, b"
    assert _edges(text) == {
        "e0": ("a", "b", "forward"),
        "e1": ("b", "c", "forward"),
        "e2": ("a", "a", "forward"),
    }
    assert set(agraph(built(text)).nodes()) == {"a", "b", "c"}


def test_labels_of_one_group_stand_in_it_and_those_between_groups_in_none() -> None:
    text = (
        "group g: G\n   node a\n   node b\n   a -> b: in g\ngroup h: H\n   node c\nnode d\n"
        "b -> c: between\nc -> d: outside\nalign a, b\nalign b, c\nalign c, d"
    )
    inside = {cluster.name: set(cluster.nodes()) for cluster in clusters(agraph(built(text)))}
    assert inside == {"cluster_g": {"a", "b", "e0 label"}, "cluster_h": {"c"}}
    assert {"e1 label", "e2 label"} <= set(agraph(built(text)).nodes())


def test_an_edge_between_groups_in_two_pieces_has_no_arrowhead_of_graphviz() -> None:
    """Their borders are further on than the clusters', so they are drawn later."""
    graph = agraph(built("group g: G\n   node a\ngroup h: H\n   node b\ng <-> h: label\nalign a, b"))
    found = {edge.attr["id"]: (*edge, edge.attr["dir"]) for edge in graph.edges()}
    assert found == {"e0": ("a", "e0 label", "none"), "e0 end": ("e0 label", "b", "none")}


@pytest.mark.parametrize(
    ("arrow", "first", "second"), [("->", "none", "back"), ("<->", "forward", "back"), ("--", "none", "none")]
)
def test_both_pieces_of_an_edge_against_the_flow_are_told_from_its_head(arrow: str, first: str, second: str) -> None:
    text = f"node a\nnode b\na -> b\nb {arrow} a: x\nalign a, b"
    graph = agraph(built(text))
    told = {edge.attr["id"]: (*edge, edge.attr["dir"], edge.attr["comment"]) for edge in graph.edges()}
    assert told["e1"] == ("e1 label", "b", first, "turned")
    assert told["e1 end"] == ("a", "e1 label", second, "turned")


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("node a\nnode b\na -> b", False),
        ("group g: G\n   node a\n   node b\na -> b", False),
        ("group g: G\n   :direction: TB\n   node a\n   node b\na -> b", False),
        ("node a\nnode b\nalign a, b", True),
    ],
)
def test_clusters_are_ranked_together_only_where_ranks_are_shared(text: str, asked: bool) -> None:
    assert ("newrank=true" in built(text).source) is asked


# Lines that run along and across


def test_labels_of_square_lines_are_nodes_too() -> None:
    text = "node a\nnode b\na <-> b: x\na -> a: loop\na -> b"
    pipeline = replace(parse(text), splines="ortho")
    graph = agraph(digraph(pipeline, replace(CLASSIC, direction="LR")))
    assert graph.graph_attr["splines"] == "ortho"
    assert {edge.attr["id"]: (*edge, edge.attr["dir"]) for edge in graph.edges()} == {
        "e0": ("a", "e0 label", "back"),
        "e0 end": ("e0 label", "b", "forward"),
        "e1": ("a", "a", "forward"),
        "e2": ("a", "b", "forward"),
    }
    assert "rank=same" not in graph.to_string()


@pytest.mark.parametrize(
    ("own", "of_style", "square"),
    [(None, "spline", False), (None, "ortho", True), ("spline", "ortho", False), ("ortho", "spline", True)],
)
def test_the_diagram_says_how_lines_run_before_the_style_does(
    own: Splines | None, of_style: Splines, square: bool
) -> None:
    pipeline = replace(parse("a -> b"), splines=own)
    assert ("splines=ortho" in digraph(pipeline, replace(CLASSIC, splines=of_style)).source) is square


# What runs against the flow


@pytest.mark.parametrize(
    ("arrow", "dir"), [("->", "back"), ("=>", "back"), ("-->", "back"), ("<->", "both"), ("--", "none")]
)
def test_an_edge_against_the_flow_is_told_from_its_head(arrow: str, dir: str) -> None:
    graph = agraph(built(f"node a\nnode b\na -> b\nb {arrow} a"))
    assert {edge.attr["id"]: (*edge, edge.attr["dir"], edge.attr["comment"] or "") for edge in graph.edges()} == {
        "e0": ("a", "b", "forward", ""),
        "e1": ("a", "b", dir, "turned"),
    }


def test_links_of_a_chain_weigh_most_and_feedback_least() -> None:
    graph = agraph(built("a -> b -> c\nc --> a\nc -> d\nc -> e"))
    assert [edge.attr["weight"] for edge in sorted(graph.edges(), key=lambda edge: str(edge.attr["id"]))] == [
        "20", "20", "1", "3", "3",
    ]  # fmt: skip


# Islands: groups that were laid out by themselves


def _island(direction: Direction, gates: dict[str, float]) -> graphviz.Digraph:
    """A node ``o`` with an edge to each gate of the island ``g``."""
    nodes = (Node("o", Label.plain("o")), Node("g", Label(())))
    pipeline = Pipeline(nodes, tuple(Edge("o", "g") for _ in gates), direction=direction)
    sizes = Sizes((Size(10, 10), Size(0, 0)), (None,) * len(gates), ())
    heads = [Crossing("g", end) for end in gates]
    return build(pipeline, CLASSIC, sizes, {"g": Island(Size(100, 60), gates)}, [None] * len(gates), heads)


def test_an_island_is_a_box_of_its_size() -> None:
    layout = place(Pipeline((Node("o", Label(())), Node("g", Label(())))), _island("LR", {})).layout
    box = layout.nodes[1].box
    assert (box.width, box.height) == pytest.approx((100, 60), abs=0.5)


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("gate", [10.0, 13.0, 30.0, 50.0])
def test_an_edge_ends_at_its_gate(direction: Direction, gate: float) -> None:
    graph = _island(direction, {"a": gate})
    pipeline = Pipeline((Node("o", Label(())), Node("g", Label(()))), (Edge("o", "g"),))
    placed = place(pipeline, graph)
    assert placed.messages == ()
    box = placed.layout.nodes[1].box
    x, y = placed.layout.edges[0].splines[-1].points[-1]
    sides = {"LR": x - box.x0, "RL": box.x1 - x, "TB": box.y1 - y, "BT": y - box.y0}
    assert sides[direction] == pytest.approx(0, abs=1.5)
    assert (y - box.y0 if direction in ("LR", "RL") else x - box.x0) == pytest.approx(gate, abs=4.1)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_gates_next_to_each_other_stay_apart_and_in_order(direction: Direction) -> None:
    gates = {"a": 30.0, "b": 31.0, "c": 33.0}
    pipeline = Pipeline((Node("o", Label(())), Node("g", Label(()))), tuple(Edge("o", "g") for _ in gates))
    placed = place(pipeline, _island(direction, gates))
    assert placed.messages == ()
    ends = [edge.splines[-1].points[-1][1 if direction in ("LR", "RL") else 0] for edge in placed.layout.edges]
    # Those of ranks that run sideways are rows, which are told from the top.
    assert ends == sorted(ends)
    assert ends[2] - ends[0] > 6


def test_no_arrowhead_is_drawn_at_a_gate() -> None:
    source = _island("LR", {"a": 30.0}).source
    assert "o -> g:at30 [arrowsize=0.81 dir=none id=e0" in source


def test_a_group_with_a_direction_of_its_own_is_a_node() -> None:
    graph = agraph(built("group g: G\n   :direction: TB\n   node a\n   node b\n   a -> b\nnode o\no -> g"))
    assert (sorted(graph.nodes()), graph.subgraphs()) == (["g", "o"], [])


# The rest


def test_source_is_the_same_each_time() -> None:
    text = "group g: G\n   node a\n   node b\nnode c\na, b -> c: x\nc --> g\nalign a, b"
    assert built(text).source == built(text).source


def _table(width: int, height: int) -> str:
    return (
        f'<<TABLE FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{height}" BORDER="1" CELLBORDER="0" CELLPADDING="0"'
        ' CELLSPACING="0"><TR><TD></TD></TR></TABLE>>'
    )


HEAD = (
    "digraph pipeline {\n"
    "\tgraph [nodesep=0.3889 pad=0 rankdir=LR ranksep=0.3889]\n"
    "\tnode [height=0 width=0]\n"
    "\tedge [penwidth=0.5]\n"
)


def test_source_is_as_documented() -> None:
    pipeline = parse("a -> b", direction="LR")
    assert build(pipeline, CLASSIC, Sizes((Size(8, 18), Size(9, 18)), (None,), ())).source == (
        f"{HEAD}"
        f"\ta [label={_table(8, 18)} fixedsize=true height=0.5278 shape=box width=0.4444]\n"
        f"\tb [label={_table(9, 18)} fixedsize=true height=0.5278 shape=box width=0.4583]\n"
        "\ta -> b [arrowsize=0.81 dir=forward id=e0 weight=20]\n"
        "}\n"
    )


def test_source_with_a_label_within_a_rank_is_as_documented() -> None:
    pipeline = parse("node a\nnode b\na => b: x\nalign a, b", direction="LR")
    assert build(pipeline, CLASSIC, Sizes((Size(8, 18), Size(9, 18)), (Size(10, 15),), ())).source == (
        f"{HEAD}"
        "\tnewrank=true\n"
        f"\ta [label={_table(8, 18)} fixedsize=true height=0.5278 shape=box width=0.4444]\n"
        f"\tb [label={_table(9, 18)} fixedsize=true height=0.5278 shape=box width=0.4583]\n"
        f'\t"e0 label" [label={_table(16, 21)} shape=plain]\n'
        "\t{\n\t\trank=same\n\t\ta\n\t\tb\n\t}\n"
        '\t{\n\t\trank=same\n\t\ta\n\t\t"e0 label"\n\t}\n'
        '\ta -> "e0 label" [arrowsize=0.99 dir=none id=e0 weight=20]\n'
        '\t"e0 label" -> b [arrowsize=0.99 dir=forward id="e0 end" weight=20]\n'
        "}\n"
    )
