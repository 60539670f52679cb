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
from sphinxext.llmpipeline.language.lexer import ARROWS
from sphinxext.llmpipeline.layout.digraph import Dot, Island, build_dot
from sphinxext.llmpipeline.layout.gaps import Axis, middle
from sphinxext.llmpipeline.layout.graph import SIDEWAYS, LayoutGraph
from sphinxext.llmpipeline.layout.output import place
from sphinxext.llmpipeline.layout.regions import Crossing, Region, divide
from sphinxext.llmpipeline.layout.result import Layout
from sphinxext.llmpipeline.model.pipeline import Edge, Group, Label, Node, Pipeline
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction
from sphinxext.llmpipeline.rendering import digraph
from sphinxext.llmpipeline.style.builtin import PRINT
from tests.layouts import ENGINE, dot_of, graph_of, groups, laid_out, nodes, placed, sized
from tests.steps import ROUGHLY, growth

HOSTILE = (
    "node", "edge", "graph", "digraph", "subgraph", "strict", "Node", "STRICT", "a.b-c", "_", "__", "_1", "x-1", "e0",
    "cluster", "cluster_x", "pipeline", "ünïcode", "模型", "Ж", "N", "G", "L", "n", "bb", "objects",
)  # fmt: skip


def built(text: str, direction: Direction = "LR") -> graphviz.Digraph:
    return digraph(parse(text, direction=direction))


def agraph(graph: graphviz.Digraph | Dot) -> pygraphviz.AGraph:
    return pygraphviz.AGraph(string=graph.source)


def lines(text: str, direction: Direction = "LR") -> list[tuple[str, ...]]:
    """Tail and head of each line that Graphviz gets, sorted."""
    return sorted(tuple(edge) for edge in agraph(built(text, direction)).edges())


def clusters(graph: pygraphviz.AGraph) -> Iterator[pygraphviz.AGraph]:
    for inner in graph.subgraphs_iter():
        if (inner.name or "").startswith("cluster"):
            yield inner
        yield from clusters(inner)


def test_the_public_digraph_has_the_source_of_the_layout() -> None:
    text = "group g: G\n   node a\n   node b\nnode c\na, b -> c: x\nc --> g\na -> a\nalign a, b"
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
    assert groups(first.layout) == groups(second.layout)


def test_a_node_may_have_the_name_of_a_groups_cluster() -> None:
    layout = placed(graph_of("group g: G\n   node a\nnode cluster_g: C\na -> cluster_g")).layout
    a, c, group = layout.nodes["a"], layout.nodes["cluster_g"], layout.groups["g"]
    assert group.box.holds(a.box)
    assert not group.box.overlaps(c.box)
    assert group.box.holds(group.label)


def test_a_node_may_have_the_key_of_an_edge_as_its_name() -> None:
    """The node of a label is named after its edge."""
    found = placed(graph_of("node e0\nnode e1\ne0 -> e1: x\nalign e0, e1"))
    assert list(found.layout.nodes) == ["e0", "e1"]
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


def test_every_edge_is_a_line_without_arrowheads() -> None:
    assert lines("a -> b\na => b: x\na <-> b\nb -- c\nc --> d\nd -> d") == [
        ("a", "b"),
        ("a", "b"),
        ("a", "b"),
        ("b", "c"),
        ("c", "d"),
        ("d", "d"),
    ]
    attributes = re.findall(r"-> .*\[(.*)\]", built("a -> b\nb <-> c\nc -- d").source)
    assert attributes == ["weight=100"] * 3


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
    text = "group g: G\n   node a\n   node b\n   node c\n   a -> b -> c\nnode o\no -> g\ng -> o"
    # The cycle begins where its declaration does: the edge back is written from its head.
    assert lines(text) == [("a", "b"), ("a", "o"), ("b", "c"), ("c", "o")]


def test_the_middle_of_many_ends_stands_for_the_group() -> None:
    graph = agraph(built("group g: G\n   node a\n   node b\n   node c\nnode o\no -> g"))
    assert graph.edges() == [("o", "b")]


def test_a_group_of_groups_is_an_end_too() -> None:
    graph = agraph(built("group g: G\n   group h: H\n      node a\nnode o\nnode p\no -> g\ng -> p"))
    assert sorted(graph.edges()) == [("a", "p"), ("o", "a")]


def test_a_group_whose_nodes_all_lead_on_has_an_end_nevertheless() -> None:
    graph = agraph(built("group g: G\n   node a\n   node b\n   a -> b -> a\nnode o\ng -> o"))
    assert ("b", "o") in graph.edges()


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


def test_a_label_within_a_rank_is_a_node_that_the_edge_runs_through() -> None:
    text = "node a\nnode b\na -> b: x\nalign a, b"
    assert lines(text, "TB") == [("a", "e0 label"), ("e0 label", "b")]
    graph = agraph(built(text, "TB"))
    assert set(graph.nodes()) == {"a", "b", "e0 label"}
    assert graph.get_node("e0 label").attr["shape"] == "plain"
    assert all("TABLE" not in (edge.attr["label"] or "") for edge in graph.edges())
    assert re.search(r'\{\s*rank=same\s+a\s+"e0 label"\s*\}', built(text, "TB").source)


def test_a_low_label_beside_a_line_up_or_down_is_no_node() -> None:
    """It has room in the gap between the nodes, and Graphviz keeps none for labels of edges within a rank."""
    text = "node a\nnode b\na -> b: x\nalign a, b"
    assert lines(text, "LR") == [("a", "b")]
    assert "TABLE" not in built(text, "LR").source
    high = sized(text, direction="LR", edges=Size(40, 21))
    assert '"e0 label"' in dot_of(high).source


@pytest.mark.parametrize(("direction", "sides"), [("TB", ("65", "31")), ("LR", ("186", "4"))])
def test_a_label_within_a_rank_has_the_room_that_the_gaps_beside_it_lack(
    direction: Direction, sides: tuple[str, str]
) -> None:
    graph = sized("node a\nnode b\na -> b: x\nalign a, b", direction=direction, edges=Size(100, 25))
    source = dot_of(graph).source
    (line,) = (line for line in source.splitlines() if '"e0 label" [' in line and "->" not in line)
    assert re.search(r'WIDTH="(\d+)" HEIGHT="(\d+)"', line).groups() == sides  # type: ignore[union-attr]


def test_only_labels_within_a_rank_are_nodes() -> None:
    text = "node a\nnode b\nnode c\na -> b\nb -> c: label\na -> a: loop\nalign a, b"
    assert lines(text) == [("a", "a"), ("a", "b"), ("b", "c")]
    assert set(agraph(built(text)).nodes()) == {"a", "b", "c"}


def test_labels_of_one_group_stand_in_it_and_those_between_groups_in_none() -> None:
    text = (
        "group g: G\n   node a\n   node b\n   a -> b: in g\ngroup h: H\n   node c\nnode d\n"
        "b -> c: between\nc -> d: outside\nalign a, b\nalign b, c\nalign c, d"
    )
    graph = pygraphviz.AGraph(string=dot_of(graph_of(text, direction="TB")).source)
    inside = {cluster.name: set(cluster.nodes()) for cluster in clusters(graph)}
    assert inside == {"cluster_g": {"a", "b", "e0 label"}, "cluster_h": {"c"}}
    assert {"e1 label", "e2 label"} <= set(graph.nodes())


def test_both_pieces_of_an_edge_against_the_flow_are_written_from_its_head() -> None:
    text = "node a\nnode b\na -> b\nb -> a: x\nalign a, b"
    assert lines(text, "TB") == [("a", "b"), ("a", "e1 label"), ("e1 label", "b")]


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


@pytest.mark.parametrize("arrow", ARROWS)
def test_an_edge_against_the_flow_is_written_from_its_head(arrow: str) -> None:
    assert lines(f"node a\nnode b\na -> b\nb {arrow} a") == [("a", "b"), ("a", "b")]


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("last", ["hub -> d", "hub => d", "hub ..> d", "hub <-> d"])
def test_a_hub_stands_in_the_middle_of_its_neighbours(direction: Direction, last: str) -> None:
    layout = laid_out(sized(f"hub <-> a\nhub <-> b\nhub <-> c\n{last}", direction=direction))
    axis: Axis = 1 if direction in SIDEWAYS else 0
    inner = [middle(layout.box_of(id), axis) for id in "bc"]
    assert min(inner) <= middle(layout.box_of("hub"), axis) <= max(inner)


# Islands: groups that were laid out by themselves


def _island(direction: Direction, gates: dict[str, float]) -> tuple[LayoutGraph, Dot]:
    """A node with an edge to each gate of the island ``g``, and the DOT of it."""
    others = tuple(Node(f"to-{end}", Label(())) for end in gates)
    pipeline = Pipeline((*others, Node("g", Label(()))), tuple(Edge(node.id, "g") for node in others))
    graph = sized(pipeline, direction=direction, nodes=[*[Size(10, 10)] * len(others), Size(0, 0)])
    *nodes, island = graph.nodes
    graph = replace(graph, nodes=(*nodes, replace(island, size=Size(0, 0))))
    heads = {key: Crossing("g", end) for key, end in enumerate(gates)}
    return graph, build_dot(
        Region(graph, {}, heads, {}), {"g": Island(Size(100, 60), {(end, 1): at for end, at in gates.items()})}
    )


def _placed_island(direction: Direction, gates: dict[str, float]) -> Layout:
    found = place(*_island(direction, gates), ENGINE)
    assert found.messages == ()
    return found.layout


def test_an_island_is_a_box_of_its_size() -> None:
    box = _placed_island("LR", {}).nodes["g"].box
    assert (box.width, box.height) == pytest.approx((100, 60), abs=0.5)


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("gate", [10.0, 13.0, 30.0, 50.0])
def test_a_node_stands_in_line_with_its_gate(direction: Direction, gate: float) -> None:
    layout = _placed_island(direction, {"a": gate})
    island, (x, y) = layout.nodes["g"].box, layout.nodes["to-a"].box.center
    assert (y - island.y0 if direction in ("LR", "RL") else x - island.x0) == pytest.approx(gate, abs=4.1)


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("declared", ["abc", "cba"])
def test_nodes_stand_in_the_order_of_their_gates(direction: Direction, declared: str) -> None:
    """With ranks side by side, gates are rows, written from the top; those next to each other stay apart."""
    gates = {"a": 30.0, "b": 31.0, "c": 33.0}
    layout = _placed_island(direction, {end: gates[end] for end in declared})
    places = [layout.nodes[f"to-{end}"].box.center[direction in ("LR", "RL")] for end in "abc"]
    assert places == sorted(places)


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("first", [0.0, 2.0, 54.0, 57.0])
def test_gates_at_the_ends_of_an_island_stand_in_it(direction: Direction, first: float) -> None:
    """Such as those of the smallest shares of a bar; Graphviz warns of a table that is larger than its node."""
    whole = 60.0 if direction in ("LR", "RL") else 100.0
    gates = {end: min(first + (whole - 60 if first else 0) + 2 * place, whole) for place, end in enumerate("abc")}
    layout = _placed_island(direction, gates)
    places = [layout.nodes[f"to-{end}"].box.center[direction in ("LR", "RL")] for end in "abc"]
    assert places == sorted(places)


def test_an_edge_leads_to_the_port_of_its_gate() -> None:
    _, dot = _island("LR", {"a": 30.0})
    assert '"to-a" -> g:at30 [weight=100]' in dot.source
    assert dot.source.count('PORT="at30"') == 1


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
    "\tgraph [{}nodesep=0.3889 pad=0 rankdir=LR ranksep=0.3889 splines=none]\n"
    "\tnode [height=0 width=0]\n"
)


def test_source_is_as_documented() -> None:
    graph = sized("a -> b", direction="LR", nodes=[Size(8, 18), Size(9, 18)])
    assert dot_of(graph).source == (
        f"{HEAD.format('')}"
        '\ta [fixedsize=true height=0.5278 label="" shape=box width=0.4444]\n'
        '\tb [fixedsize=true height=0.5278 label="" shape=box width=0.4583]\n'
        "\ta -> b [weight=100]\n"
        "}\n"
    )


def test_source_with_a_label_within_a_rank_is_as_documented() -> None:
    text = "node a\nnode b\na => b: x\nalign a, b"
    graph = sized(text, direction="LR", nodes=[Size(8, 18), Size(9, 18)], edges=[Size(10, 25)])
    assert dot_of(graph).source == (
        f"{HEAD.format('newrank=true ')}"
        '\ta [fixedsize=true height=0.5278 label="" shape=box width=0.4444]\n'
        '\tb [fixedsize=true height=0.5278 label="" shape=box width=0.4583]\n'
        f'\t"e0 label" [label={_table(28, 4)} shape=plain]\n'
        "\t{\n\t\trank=same\n\t\ta\n\t\tb\n\t}\n"
        '\t{\n\t\trank=same\n\t\ta\n\t\t"e0 label"\n\t}\n'
        '\ta -> "e0 label" [minlen=0 weight=100]\n'
        '\t"e0 label" -> b [minlen=0 weight=100]\n'
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


def test_edges_within_a_rank_follow_its_order() -> None:
    source = dot_of(sized("node a\nnode b\nnode c\nc -> a\na -> b\nalign a, b\nalign b, c")).source
    assert "\ta -> c [" in source
    assert "\ta -> b [" in source
    assert "\tc -> a [" not in source
