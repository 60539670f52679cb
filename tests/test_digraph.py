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
from sphinxext.llmpipeline.digraph import MARKER, build
from sphinxext.llmpipeline.draw import digraph
from sphinxext.llmpipeline.geometry import Size, Sizes
from sphinxext.llmpipeline.layout import place
from sphinxext.llmpipeline.model import DIRECTIONS, Direction, Edge, Group, Label, Node, Pipeline
from sphinxext.llmpipeline.style import PRINT
from sphinxext.llmpipeline.text import measure

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


def test_pipeline_digraph_is_the_public_object_of_graphviz() -> None:
    pipeline = parse("a -> b")
    graph = pipeline.digraph()
    assert isinstance(graph, graphviz.Digraph)
    assert graph.source == digraph(pipeline, MODERN).source
    assert graph.source == build(pipeline, MODERN, measure(pipeline, MODERN).sizes()).source


def test_pipeline_digraph_takes_a_style() -> None:
    large = replace(PRINT, font_size=40.0, direction="TB")
    assert parse("a -> b").digraph(large).source == digraph(parse("a -> b"), large).source
    assert parse("a -> b").digraph(large).source != parse("a -> b").digraph().source


def _sizes(pipeline: Pipeline) -> Sizes:
    from sphinxext.llmpipeline.text import measure

    return measure(pipeline, CLASSIC).sizes()


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


def test_labels_are_empty_tables_of_whole_points_in_the_marker_colour() -> None:
    pipeline = parse("group g: G\n   node a\n   node b\n   a -> b: x")
    source = build(pipeline, CLASSIC, Sizes((Size(10.2, 17.5), Size(0, 0)), (Size(30, 15),), (Size(99.01, 20),))).source
    sizes = re.findall(r'FIXEDSIZE="TRUE" WIDTH="(\d+)" HEIGHT="(\d+)"', source)
    assert sorted(sizes) == [("100", "20"), ("11", "18"), ("36", "21"), ("4", "4")]
    assert source.count(f'COLOR="{MARKER}"') == 4
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
    graph = agraph(digraph(parse("a -> b"), style))
    assert (graph.graph_attr["nodesep"], graph.graph_attr["ranksep"]) == ("0.5000", "1.0000")
    assert graph.node_attr["margin"] == "0.2500,0.1250"


def test_groups_are_clusters_that_nest() -> None:
    graph = agraph(built("group g: G\n   node a\n   group h: H\n      node b\nnode c"))
    (outer,) = graph.subgraphs()
    (inner,) = outer.subgraphs()
    assert (outer.name, sorted(outer.nodes())) == ("cluster_g", ["a", "b"])
    assert (inner.name, inner.nodes()) == ("cluster_h", ["b"])


def test_an_edge_to_a_group_goes_to_a_node_of_it_and_is_cut_at_its_border() -> None:
    graph = agraph(built("group g: G\n   node a\n   node b\n   node c\n   a -> b -> c\nnode o\no -> g\ng -> o"))
    found = {edge.attr["id"]: (*edge, edge.attr["ltail"] or "", edge.attr["lhead"] or "") for edge in graph.edges()}
    assert found["e2"] == ("o", "a", "", "cluster_g")
    assert found["e3"] == ("c", "o", "cluster_g", "")


def test_of_many_ends_the_middle_one_stands_for_the_group() -> None:
    graph = agraph(built("group g: G\n   node a\n   node b\n   node c\nnode o\no -> g"))
    assert graph.edges() == [("o", "b")]


def test_a_group_of_groups_is_an_end_too() -> None:
    graph = agraph(built("group g: G\n   group h: H\n      node a\nnode o\no -> g\ng -> o"))
    assert sorted(graph.edges()) == [("a", "o"), ("o", "a")]


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


def _course(diagram: Direction, group: Direction, arrow: str, label: str) -> Direction:
    """How a chain runs in a group with a direction of its own."""
    pipeline = parse(
        f"group g: G\n   :direction: {group}\n   node a\n   node b\n   node c\n   a {arrow} b{label}"
        f"\n   b {arrow} c{label}\nnode o\no -> a",
        direction=diagram,
    )
    placed = place(pipeline, digraph(pipeline))
    assert placed.messages == ()
    a, b, c, _ = (node.box.center for node in placed.layout.nodes)
    x, y = c[0] - a[0], c[1] - a[1]
    assert min(a[0], c[0]) - 1 <= b[0] <= max(a[0], c[0]) + 1
    assert min(a[1], c[1]) - 1 <= b[1] <= max(a[1], c[1]) + 1
    assert min(abs(x), abs(y)) < 0.05 * max(abs(x), abs(y))
    if abs(x) > abs(y):
        return "LR" if x > 0 else "RL"
    return "BT" if y > 0 else "TB"


@pytest.mark.parametrize("diagram", DIRECTIONS)
@pytest.mark.parametrize("group", DIRECTIONS)
@pytest.mark.parametrize("arrow", ["->", "<->", "--"])
@pytest.mark.parametrize("label", ["", ": label"], ids=["bare", "labelled"])
def test_a_group_runs_in_its_own_direction(diagram: Direction, group: Direction, arrow: str, label: str) -> None:
    assert _course(diagram, group, arrow, label) == group


@pytest.mark.parametrize("diagram", DIRECTIONS)
@pytest.mark.parametrize("group", DIRECTIONS)
def test_an_edge_is_told_from_its_head_only_where_its_group_runs_against_the_grain(
    diagram: Direction, group: Direction
) -> None:
    graph = agraph(
        built(f"group g: G\n   :direction: {group}\n   node a\n   node b\n   a -> b\nnode o\no -> a", diagram)
    )
    told = {edge.attr["id"]: (*edge, edge.attr["dir"], edge.attr["comment"] or "") for edge in graph.edges()}
    turned = (diagram, group) in TURNED_GROUPS
    assert told == {
        "e0": ("b", "a", "back", "turned") if turned else ("a", "b", "forward", ""),
        "e1": ("o", "a", "forward", ""),
    }


# Opposite to the diagram, and across it the other way than Graphviz sets an edge within a rank.
TURNED_GROUPS = {
    ("LR", "RL"), ("RL", "LR"), ("TB", "BT"), ("BT", "TB"), ("LR", "TB"), ("RL", "TB"), ("TB", "RL"), ("BT", "RL"),
}  # fmt: skip


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
        "group g: G\n   :direction: TB\n   node a\n   node b\n   a -> b: in g\ngroup h: H\n   node c\nnode d\n"
        "b -> c: between\nc -> d: outside\nalign b, c\nalign c, d"
    )
    inside = {cluster.name: set(cluster.nodes()) for cluster in clusters(agraph(built(text)))}
    assert inside == {"cluster_g": {"a", "b", "e0 label"}, "cluster_h": {"c"}}
    assert {"e1 label", "e2 label"} <= set(agraph(built(text)).nodes())


def test_of_an_edge_in_two_pieces_each_is_cut_at_its_group() -> None:
    graph = agraph(built("group g: G\n   node a\ngroup h: H\n   node b\ng <-> h: label\nalign a, b"))
    found = {edge.attr["id"]: (*edge, edge.attr["ltail"] or "", edge.attr["lhead"] or "") for edge in graph.edges()}
    assert found == {"e0": ("a", "e0 label", "cluster_g", ""), "e0 end": ("e0 label", "b", "", "cluster_h")}


@pytest.mark.parametrize(
    ("arrow", "first", "second"), [("->", "none", "back"), ("<->", "forward", "back"), ("--", "none", "none")]
)
def test_both_pieces_of_an_edge_are_told_from_head_to_tail_in_a_group_that_asks_for_it(
    arrow: str, first: str, second: str
) -> None:
    text = f"group g: G\n   :direction: TB\n   node a\n   node b\n   a {arrow} b: x"
    graph = agraph(built(text, "LR"))
    assert {edge.attr["id"]: (*edge, edge.attr["dir"], edge.attr["comment"]) for edge in graph.edges()} == {
        "e0": ("e0 label", "a", first, "turned"),
        "e0 end": ("b", "e0 label", second, "turned"),
    }


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("node a\nnode b\na -> b", False),
        ("group g: G\n   node a\n   node b\na -> b", False),
        ("group g: G\n   :direction: LR\n   node a\n   node b\na -> b", False),
        ("group g: G\n   :direction: RL\n   node a\n   node b\na -> b", False),
        ("group g: G\n   :direction: TB\n   node a\n   node b\na -> b", True),
        ("group g: G\n   :direction: BT\n   node a\n   node b\na -> b", True),
        ("node a\nnode b\nalign a, b", True),
    ],
)
def test_clusters_are_ranked_together_only_where_ranks_are_shared(text: str, asked: bool) -> None:
    assert ("newrank=true" in built(text).source) is asked


def test_source_is_the_same_each_time() -> None:
    text = "group g: G\n   node a\n   node b\nnode c\na, b -> c: x\nc --> g\nalign a, b"
    assert built(text).source == built(text).source


def _table(width: int, height: int) -> str:
    return (
        f'<<TABLE FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{height}" BORDER="1" CELLBORDER="0" CELLPADDING="0"'
        ' CELLSPACING="0" COLOR="#010203"><TR><TD></TD></TR></TABLE>>'
    )


HEAD = (
    "digraph pipeline {\n"
    "\tgraph [compound=true nodesep=0.3889 pad=0 rankdir=LR ranksep=0.3889]\n"
    '\tnode [height=0 margin="0.1667,0.1389" width=0]\n'
    "\tedge [penwidth=0.5]\n"
)


def test_source_is_as_documented() -> None:
    pipeline = parse("a -> b", direction="LR")
    assert build(pipeline, CLASSIC, Sizes((Size(8, 18), Size(9, 18)), (None,), ())).source == (
        f"{HEAD}"
        f"\ta [label={_table(8, 18)} fixedsize=true height=0.5278 shape=box width=0.4444]\n"
        f"\tb [label={_table(9, 18)} fixedsize=true height=0.5278 shape=box width=0.4583]\n"
        "\ta -> b [arrowsize=0.81 dir=forward id=e0]\n"
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
        '\ta -> "e0 label" [arrowsize=0.99 dir=none id=e0]\n'
        '\t"e0 label" -> b [arrowsize=0.99 dir=forward id="e0 end"]\n'
        "}\n"
    )


# Room between ranks


def _rank_gap(text: str, direction: Direction, title: float = 17.0, rank_gap: float = CLASSIC.rank_gap) -> float:
    """In points, where the title of each group is *title* high."""
    pipeline = parse(text, direction=direction)
    sizes = Sizes(
        (Size(9, 18),) * len(pipeline.nodes), (None,) * len(pipeline.edges), (Size(50, title),) * len(pipeline.groups)
    )
    graph = agraph(build(pipeline, replace(CLASSIC, rank_gap=rank_gap), sizes))
    return float(graph.graph_attr["ranksep"]) * 72


CROSSING = {
    "into a group": "group g: G\n   node a\nnode b\nb -> a",
    "out of a group": "group g: G\n   node a\nnode b\na -> b",
    "to a group": "group g: G\n   node a\nnode b\nb -> g",
    "from a group": "group g: G\n   node a\nnode b\ng -> b",
    "between groups": "group g: G\n   node a\ngroup h: H\n   node b\ng -> h",
    "into a group within": "group g: G\n   node a\n   group h: H\n      node b\na -> b",
    "to a group within": "group g: G\n   node a\n   group h: H\n      node b\na -> h",
}
INSIDE = {
    "no group": "node a\nnode b\na -> b",
    "no edge": "group g: G\n   node a\nnode b",
    "within a group": "group g: G\n   node a\n   node b\nnode c\nnode d\na -> b\nc -> d",
    "a loop": "group g: G\n   node a\na -> a",
}


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("text", INSIDE.values(), ids=INSIDE)
def test_ranks_are_as_far_apart_as_the_style_says(text: str, direction: Direction) -> None:
    assert _rank_gap(text, direction, title=90.0) == pytest.approx(CLASSIC.rank_gap, abs=0.01)


@pytest.mark.parametrize("direction", ["LR", "RL"])
@pytest.mark.parametrize("text", CROSSING.values(), ids=CROSSING)
def test_an_edge_that_crosses_a_border_has_room_beside_it(text: str, direction: Direction) -> None:
    for title in (4.0, 17.0, 90.0):
        assert _rank_gap(text, direction, title) == pytest.approx(CLASSIC.rank_gap + 12, abs=0.01)


@pytest.mark.parametrize("direction", ["TB", "BT"])
@pytest.mark.parametrize("text", CROSSING.values(), ids=CROSSING)
def test_where_ranks_run_up_or_down_titles_of_groups_have_room_too(text: str, direction: Direction) -> None:
    assert _rank_gap(text, direction, 40.0) == pytest.approx(70, abs=0.01)
    assert _rank_gap(text, direction, 17.0) == pytest.approx(47, abs=0.01)
    assert _rank_gap(text, direction, 17.0, rank_gap=60.0) == pytest.approx(60, abs=0.01)
