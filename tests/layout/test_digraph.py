"""The DOT of a graph: sizes and ids, never text."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import graphviz
import pygraphviz
import pytest

from sphinxext.llmpipeline import CLASSIC, MODERN, parse
from sphinxext.llmpipeline.geometry.primitives import Size
from sphinxext.llmpipeline.layout.digraph import Dot, Island, build_dot
from sphinxext.llmpipeline.layout.graph import LayoutGraph
from sphinxext.llmpipeline.layout.output import place
from sphinxext.llmpipeline.layout.regions import Crossing, Region, divide
from sphinxext.llmpipeline.layout.result import LayoutResult
from sphinxext.llmpipeline.model.pipeline import Edge, Group, Label, Node, Pipeline
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction
from sphinxext.llmpipeline.rendering import digraph
from sphinxext.llmpipeline.style.builtin import PRINT
from tests.layouts import ENGINE, dot_of, edges, graph_of, groups, nodes, placed, sized
from tests.steps import ROUGHLY, growth

HOSTILE = (
    "node", "edge", "graph", "digraph", "subgraph", "strict", "Node", "STRICT", "a.b-c", "_", "__", "_1", "x-1", "e0",
    "cluster", "cluster_x", "pipeline", "ünïcode", "模型", "Ж", "N", "G", "L", "n", "bb", "objects",
)  # fmt: skip


def built(text: str, direction: Direction = "LR") -> graphviz.Digraph:
    return digraph(parse(text, direction=direction))


def agraph(graph: graphviz.Digraph | Dot) -> pygraphviz.AGraph:
    return pygraphviz.AGraph(string=graph.source)


def clusters(graph: pygraphviz.AGraph) -> Iterator[pygraphviz.AGraph]:
    for inner in graph.subgraphs_iter():
        if (inner.name or "").startswith("cluster"):
            yield inner
        yield from clusters(inner)


def test_the_public_digraph_has_the_source_of_the_layout() -> None:
    text = "group g: G\n   node a\n   node b\nnode c\na, b -> c: x\nc --> g\na -> a\nalign a, c"
    for pipeline in (parse("a -> b"), parse(text, direction="TB"), Pipeline(())):
        graph = digraph(pipeline)
        assert isinstance(graph, graphviz.Digraph)
        assert graph.source == digraph(pipeline, MODERN).source == dot_of(graph_of(pipeline, MODERN)).source


def test_the_public_digraph_takes_a_style() -> None:
    large = replace(PRINT, font_size=40.0, direction="TB")
    assert digraph(parse("a -> b"), large).source != digraph(parse("a -> b")).source
    assert digraph(parse("a -> b"), large).source == dot_of(graph_of("a -> b", large)).source


def test_ids_hostile_to_dot_come_back() -> None:
    chain = tuple(Edge(one, other) for one, other in itertools.pairwise(HOSTILE))
    pipeline = Pipeline(tuple(Node(id, Label.plain("x")) for id in HOSTILE), chain, direction="LR")
    graph = agraph(digraph(pipeline))
    assert set(graph.nodes()) == set(HOSTILE)
    assert set(graph.edges()) == {(edge.source, edge.target) for edge in chain}
    layout = placed(graph_of(pipeline)).layout
    assert list(layout.nodes) == list(HOSTILE)
    # Each has its place in the chain, so none was mistaken for another.
    places = [node.box.center[0] for node in nodes(layout)]
    assert places == sorted(places)


def test_groups_with_hostile_ids_come_back() -> None:
    groups = (*tuple(Group(f"{id}-g", Label.plain("x")) for id in HOSTILE), Group("graph", Label.plain("x")))
    nodes = tuple(Node(f"n{index}", Label.plain("x"), group=group.id) for index, group in enumerate(groups))
    layout = placed(graph_of(Pipeline(nodes, (), groups))).layout
    for node in nodes:
        assert node.group is not None
        assert layout.groups[node.group].box.holds(layout.nodes[node.id].box)


WORDS = ("newrank", "subgraph", "cluster_a", "splines", "compound")
"""Ids that are words of DOT or of its attributes."""


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize(
    "text", ["a -> b: x\nb -> a", "group g: G\n   node a\n   node b\n   a -> b\nnode c\nc -> a: x"]
)
def test_a_word_of_dot_as_an_id_changes_nothing_but_the_id(word: str, text: str) -> None:
    plain = parse(text, direction="LR")
    named = parse(re.sub(r"\ba\b", word, text), direction="LR")
    sizes = {"nodes": Size(20, 10), "edges": Size(10, 10)}
    one, other = sized(plain, **sizes), sized(named, **sizes)  # type: ignore[arg-type]
    dot = dot_of(other)
    assert not dot.ranks_clusters_together
    quoted = f'"{word}"' if word == "subgraph" else word
    assert dot.source == re.sub(r"(?<=[\t ])a(?= )", quoted, dot_of(one).source)
    first, second = placed(one), placed(other)
    assert first.messages == second.messages == ()
    assert [node.box for node in nodes(first.layout)] == [node.box for node in nodes(second.layout)]
    assert edges(first.layout) == edges(second.layout)
    assert groups(first.layout) == groups(second.layout)


def test_a_node_may_have_the_name_of_a_groups_cluster() -> None:
    layout = placed(graph_of("group g: G\n   node a\nnode cluster_g: C\na -> cluster_g")).layout
    a, c, group = layout.nodes["a"], layout.nodes["cluster_g"], layout.groups["g"]
    assert group.box.holds(a.box)
    assert not group.box.overlaps(c.box)
    assert group.box.holds(group.label)


def test_node_and_edge_may_share_a_name() -> None:
    found = placed(graph_of("e0 -> e1 -> e0"))
    assert len(found.layout.edges) == 2
    assert found.messages == ()


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
    assert placed(graph_of(pipeline)).messages == ()


def test_labels_are_empty_tables_of_whole_points() -> None:
    """The title of a group is wider by the room for arrows on both sides of its cluster."""
    graph = sized(
        "group g: G\n   node a\n   node b\n   a -> b: x",
        nodes=[Size(10.2, 17.5), Size(0, 0)],
        edges=[Size(30, 15)],
        groups=[Size(99.01, 20)],
    )
    source = dot_of(graph).source
    sizes = re.findall(r'FIXEDSIZE="TRUE" WIDTH="(\d+)" HEIGHT="(\d+)"', source)
    assert sorted(sizes) == [("120", "20"), ("36", "21")]
    assert source.count('label="" ') == 2  # nodes have a size of their own
    assert set(re.findall(r"<TR>.*?</TR>", source)) == {"<TR><TD></TD></TR>"}


def test_every_edge_has_an_id_of_its_own() -> None:
    graph = agraph(built("a -> b\na -> b\nb -> a: x"))
    assert sorted(edge.attr["id"] for edge in graph.edges()) == ["e0", "e1", "e2"]


@pytest.mark.parametrize(
    ("arrow", "dir"), [("->", "forward"), ("=>", "forward"), ("-->", "forward"), ("<->", "both"), ("--", "none")]
)
def test_arrowheads(arrow: str, dir: str) -> None:
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
    graph = agraph(dot_of(sized("a -> b", style, nodes=Size(36, 18))))
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
    # The cycle begins where its declaration does: the edge back is written from its head.
    assert {edge.attr["id"]: (*edge, edge.attr["dir"]) for edge in graph.edges()} == {
        "e0": ("a", "b", "forward"),
        "e1": ("b", "c", "forward"),
        "e2": ("a", "o", "none"),
        "e3": ("c", "o", "forward"),
    }


def test_the_middle_of_many_ends_stands_for_the_group() -> None:
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
    layout = placed(graph_of(text, direction="LR")).layout
    a, b, c = nodes(layout)
    assert a.box.center[0] == pytest.approx(c.box.center[0], abs=1)
    assert b.box.center[0] != pytest.approx(a.box.center[0], abs=1)


def test_align_across_groups_keeps_the_groups_whole() -> None:
    text = "group g: G\n   node a\n   node b\n   a -> b\ngroup h: H\n   node c\n   node d\n   c -> d\nalign b, c"
    layout = placed(graph_of(text, direction="LR")).layout
    g, h = groups(layout)
    a, b, c, d = nodes(layout)
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
    source = dot_of(sized("node a\nnode b\na -> b: x\nalign a, b", edges=Size(30, 15))).source
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
def test_both_pieces_of_an_edge_against_the_flow_are_written_from_its_head(arrow: str, first: str, second: str) -> None:
    text = f"node a\nnode b\na -> b\nb {arrow} a: x\nalign a, b"
    graph = agraph(built(text))
    written = {edge.attr["id"]: (*edge, edge.attr["dir"], edge.attr["comment"]) for edge in graph.edges()}
    assert written["e1"] == ("e1 label", "b", first, "reversed")
    assert written["e1 end"] == ("a", "e1 label", second, "reversed")


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("node a\nnode b\na -> b", False),
        ("group g: G\n   node a\n   node b\na -> b", False),
        ("group g: G\n   :direction: TB\n   node a\n   node b\na -> b", False),
        ("node a\nnode b\nalign a, b", True),
    ],
)
def test_clusters_are_ranked_together_only_if_ranks_are_shared(text: str, asked: bool) -> None:
    assert ("newrank=true" in built(text).source) is asked
    region = divide(graph_of(text, direction="LR"))
    islands = {id: Island(Size(9, 9), {}) for id in region.inner}
    assert build_dot(region, islands).ranks_clusters_together is asked


@pytest.mark.parametrize(
    ("text", "depends"),
    [
        ("group g: G\n   node a\n   node b\na -> b\ng -> c\nalign a, c\nnode c", False),
        ("group g: G\n   :direction: TB\n   node a\nnode b\na -> b", True),
        ("group g: G\n   :direction: TB\n   node a\nnode b\nb -> a", True),
        ("group g: G\n   :direction: TB\n   node a\n   node b\na -> b\nnode c", False),
    ],
    ids=["plain", "from an island", "to an island", "apart from an island"],
)
def test_layouts_that_depend_on_the_version_are_known(text: str, depends: bool) -> None:
    region = divide(graph_of(text, direction="LR"))
    islands = {id: Island(Size(9, 9), {(end, side): 4.0 for end in "ab" for side in (0, 1)}) for id in region.inner}
    assert build_dot(region, islands).depends_on_version is depends


@pytest.mark.parametrize(
    ("group", "direction", "kept"),
    [("", "LR", True), ("", "TB", True), ("group g: G\n", "TB", True), ("group g: G\n", "LR", False)],
)
def test_lists_are_kept_in_order_by_invisible_lines(group: str, direction: Direction, kept: bool) -> None:
    """In a cluster with ranks side by side, Graphviz does not keep them."""
    nodes = "".join(f"{'   ' if group else ''}node {id}\n" for id in "abc")
    graph = replace(graph_of(f"{group}{nodes}node h\nh -> c, b, a", direction=direction), listed=(("a", "b", "c"),))
    found = agraph(dot_of(graph))
    unseen = [tuple(edge) for edge in found.edges() if edge.attr["style"] == "invis"]
    assert unseen == ([("a", "b"), ("b", "c")] if kept else [])
    if kept:
        layout = placed(graph).layout
        places = [layout.box_of(id).center[direction == "LR"] for id in "abc"]
        assert places == sorted(places, reverse=direction == "LR")


# Edges against the flow


@pytest.mark.parametrize(
    ("arrow", "dir"), [("->", "back"), ("=>", "back"), ("-->", "back"), ("<->", "both"), ("--", "none")]
)
def test_an_edge_against_the_flow_is_written_from_its_head(arrow: str, dir: str) -> None:
    graph = agraph(built(f"node a\nnode b\na -> b\nb {arrow} a"))
    assert {edge.attr["id"]: (*edge, edge.attr["dir"], edge.attr["comment"] or "") for edge in graph.edges()} == {
        "e0": ("a", "b", "forward", ""),
        "e1": ("a", "b", dir, "reversed"),
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a -> b -> c\nc --> a\nc -> d\nc -> e", [100, 100, 1, 4, 4]),
        ("a -> b => c\nb <-> d\nb -- e", [100, 100, 4, 4]),  # other kinds branch off
        ("a -> b\nb <-> d\nb <-> e", [100, 4, 4]),
        ("group g: G\n   c: C\na: A\nb: B\nd: D\na -> b -> g\nb <-> d", [100, 4, 4]),  # a group is no link
    ],
)
def test_links_of_a_chain_weigh_most_and_feedback_least(text: str, expected: list[int]) -> None:
    graph = agraph(built(text))
    edges = sorted(graph.edges(), key=lambda edge: str(edge.attr["id"]))
    assert [edge.attr["weight"] for edge in edges] == [str(weight) for weight in expected]


# Islands: groups that were laid out by themselves


def _island(direction: Direction, gates: dict[str, float]) -> tuple[LayoutGraph, Dot]:
    """A node ``o`` with an edge to each gate of the island ``g``, and the DOT of it."""
    pipeline = Pipeline((Node("o", Label(())), Node("g", Label(()))), tuple(Edge("o", "g") for _ in gates))
    graph = sized(pipeline, direction=direction, nodes=[Size(10, 10), Size(0, 0)])
    heads = {key: Crossing("g", end) for key, end in enumerate(gates)}
    return graph, build_dot(
        Region(graph, {}, heads, {}), {"g": Island(Size(100, 60), {(end, 1): at for end, at in gates.items()})}
    )


def _placed_island(direction: Direction, gates: dict[str, float]) -> LayoutResult:
    return place(*_island(direction, gates), ENGINE)


def test_an_island_is_a_box_of_its_size() -> None:
    box = _placed_island("LR", {}).layout.nodes["g"].box
    assert (box.width, box.height) == pytest.approx((100, 60), abs=0.5)


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("gate", [10.0, 13.0, 30.0, 50.0])
def test_an_edge_ends_at_its_gate(direction: Direction, gate: float) -> None:
    found = _placed_island(direction, {"a": gate})
    assert found.messages == ()
    box = found.layout.nodes["g"].box
    x, y = found.layout.edges[0].splines[-1].points[-1]
    sides = {"LR": x - box.x0, "RL": box.x1 - x, "TB": box.y1 - y, "BT": y - box.y0}
    assert sides[direction] == pytest.approx(0, abs=1.5)
    assert (y - box.y0 if direction in ("LR", "RL") else x - box.x0) == pytest.approx(gate, abs=4.1)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_gates_next_to_each_other_stay_apart_and_in_order(direction: Direction) -> None:
    found = _placed_island(direction, {"a": 30.0, "b": 31.0, "c": 33.0})
    assert found.messages == ()
    ends = [edge.splines[-1].points[-1][1 if direction in ("LR", "RL") else 0] for edge in edges(found.layout)]
    # With ranks side by side, gates are rows, written from the top.
    assert ends == sorted(ends)
    assert ends[2] - ends[0] > 6


def test_no_arrowhead_is_drawn_at_a_gate() -> None:
    _, dot = _island("LR", {"a": 30.0})
    assert "o -> g:at30 [arrowsize=0.81 dir=none id=e0" in dot.source


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
    "digraph pipeline {{\n"
    "\tgraph [{}nodesep=0.3889 pad=0 rankdir=LR ranksep=0.3889]\n"
    "\tnode [height=0 width=0]\n"
    "\tedge [penwidth=0.5]\n"
)


def test_source_is_as_documented() -> None:
    graph = sized("a -> b", direction="LR", nodes=[Size(8, 18), Size(9, 18)])
    assert dot_of(graph).source == (
        f"{HEAD.format('')}"
        '\ta [fixedsize=true height=0.5278 label="" shape=box width=0.4444]\n'
        '\tb [fixedsize=true height=0.5278 label="" shape=box width=0.4583]\n'
        "\ta -> b [arrowsize=0.81 dir=forward id=e0 weight=100]\n"
        "}\n"
    )


def test_source_with_a_label_within_a_rank_is_as_documented() -> None:
    text = "node a\nnode b\na => b: x\nalign a, b"
    graph = sized(text, direction="LR", nodes=[Size(8, 18), Size(9, 18)], edges=[Size(10, 15)])
    assert dot_of(graph).source == (
        f"{HEAD.format('newrank=true ')}"
        '\ta [fixedsize=true height=0.5278 label="" shape=box width=0.4444]\n'
        '\tb [fixedsize=true height=0.5278 label="" shape=box width=0.4583]\n'
        f'\t"e0 label" [label={_table(16, 21)} shape=plain]\n'
        "\t{\n\t\trank=same\n\t\ta\n\t\tb\n\t}\n"
        '\t{\n\t\trank=same\n\t\ta\n\t\t"e0 label"\n\t}\n'
        '\ta -> "e0 label" [arrowsize=0.99 dir=none id=e0 weight=100]\n'
        '\t"e0 label" -> b [arrowsize=0.99 dir=forward id="e0 end" weight=100]\n'
        "}\n"
    )


def test_a_gate_at_the_end_of_a_side_needs_no_cell_behind_it() -> None:
    cells = {}
    for gate in (90.0, 97.0):
        graph, dot = _island("TB", {"a": gate})
        assert place(graph, dot, ENGINE).messages == ()
        cells[gate] = dot.source.count("<TD")
    assert cells[90.0] - cells[97.0] == 1


def test_labels_of_many_groups_are_written_with_work_in_proportion() -> None:
    def work(size: int) -> Callable[[], object]:
        text = "\n".join(
            f"group g{n}: G\n   node a{n}\n   node b{n}\n   align a{n}, b{n}\n   a{n} -> b{n}: x" for n in range(size)
        )
        region = divide(sized(text))
        return lambda: build_dot(region)

    assert growth(work) < ROUGHLY
