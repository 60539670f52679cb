"""Forms of DOT."""

from __future__ import annotations

import errno
from textwrap import dedent

import pytest

from sphinxext.llmpipeline import ConversionError, convert, parse
from sphinxext.llmpipeline.conversion import dot_graph


def lines(body: str, graph: str = "digraph") -> list[str]:
    text = convert(f"{graph} {{\n{body}\n}}", "dot").text
    parse(text)
    return text.splitlines()


def remarks(body: str) -> list[str]:
    return [str(remark) for remark in convert(f"digraph {{\n{body}\n}}", "dot").remarks]


def test_a_whole_graph() -> None:
    found = convert(
        dedent(r"""
        // A loop
        digraph loop {
            rankdir=BT; label="How it\nlearns";
            node [shape=box, fontname=Arial];
            subgraph cluster_rl {
                label = "Training";
                policy [label=<<b>Policy</b><br/>7B>];
                reward [label="Reward model", URL="https://example.org/", tooltip="scores"];
                policy -> reward [label="samples"];
            }
            prompts [shape=cylinder];
            logs [label="{when|what}", shape=record];
            { rank=same; prompts; logs }
            prompts -> policy [style=dashed];
            reward -> logs:f1 [dir=none];
            reward -> policy [style=bold, color=red];
        }
        """),
        "dot",
    )
    assert (
        found.text
        == dedent(r"""
        # A loop

        group rl: Training
           model policy: **Policy**\n7B
           model reward: Reward model
              :link: https://example.org/
              :tooltip: scores
           policy -> reward: samples
        store prompts
        grid logs
           r1: when
           r2: what
        align prompts, logs
        prompts ..> policy
        reward -- logs
        reward => policy
        """).lstrip()
    )
    parse(found.text)
    assert found.options == (("caption", "How it learns"), ("direction", "BT"))
    assert [str(remark) for remark in found.remarks] == [
        "line 17: the colour red of an edge is left out: the arrow picks the line"
    ]


@pytest.mark.parametrize(
    ("attributes", "edge"),
    [
        ("", "a -> b"),
        ("label=x", "a -> b: x"),
        ("style=dotted", "a ..> b"),
        ("penwidth=3", "a => b"),
        ("penwidth=x", "a -> b"),
        ("dir=both", "a <-> b"),
        ("dir=back", "b -> a"),
        ("arrowhead=none", "a -- b"),
        ("xlabel=x, headlabel=y", r"a -> b: x\ny"),
        (r'label="a\lb\"c\""', r'a -> b: a\nb"c"'),
        ("label=<x<sub>2</sub>>", r"a -> b: x\ :sub:`2`"),
    ],
)
def test_edges(attributes: str, edge: str) -> None:
    assert lines(f"a -> b [{attributes}]") == ["a", "b", edge]


def test_a_graph_without_direction_has_no_arrowheads() -> None:
    assert lines("a -- b", "graph") == ["a", "b", "a -- b"]


@pytest.mark.parametrize(
    ("node", "line"),
    [
        ("a", "node a"),
        ("a [label=One]", "node a: One"),
        (r'a [label="\N (\G)"]', "node a: a ()"),
        ('a [label="*x*"]', r"node a: \*x\*"),
        ("a [label=One, xlabel=two]", r"node a: One\ntwo"),
        ("a [shape=diamond]", "decision a"),
        ("a [shape=note]", "data a"),
        ('a [shape=record, label="<f0> only"]', "node a: only"),
        ('a [shape=record, label="x = 1|*y*|"]', r"row a: x \= 1 | \*y\* | "),
        ('a [label=<<table><tr><td>A</td><td>B</td></tr><tr><td>C</td></tr></table>>]', r"node a: A B\nC"),
        (r'"a\nb"', r"node a_b: a\nb"),
        ('"1 a"', "node n1_a: 1 a"),
    ],
)  # fmt: skip
def test_nodes(node: str, line: str) -> None:
    assert lines(node) == [line.rstrip()]


def test_edges_end_at_cells_and_clusters() -> None:
    body = 'r [shape=record, label="<f0> x|<f1> y"]; subgraph cluster_c { a }\nr:f1:s -> a [lhead=cluster_c]'
    assert lines(body) == ["row r: x | y", "group c:", "   a", "r.2 -> c"]


def test_a_cluster_does_not_show_the_label_that_it_inherits() -> None:
    assert lines("label=whole; subgraph cluster_c { a }") == ["group c:", "   a"]


def test_nested_clusters_and_other_subgraphs() -> None:
    inner = "subgraph x { subgraph cluster_b { label=B; b -> c } }"
    body = f"subgraph cluster_a {{ label=A; a; {inner} }}\nsubgraph y {{ d -> a }}"
    assert lines(body) == ["group cluster_a: A", "   a", "   group cluster_b: B", "      b", "      c", "      b -> c",
                           "d", "d -> a"]  # fmt: skip


def test_a_node_in_a_rank_stays_in_its_cluster() -> None:
    assert lines("subgraph cluster_c { a -> b } c; {rank=same; b; c}") == [
        "group cluster_c:",
        "   a",
        "   b",
        "   a -> b",
        "node c",
        "align b, c",
    ]


def test_colours_are_categories() -> None:
    body = "node [style=filled]; a [fillcolor=red, label=x]; b [color=red, label=y]; c [fillcolor=white]; d"
    assert lines(body)[:3] == ["category colour-1: x, y", "", "node a: x"]


@pytest.mark.parametrize(
    ("body", "remark"),
    [
        ("a -> b [style=invis]", "line 2: the invisible edge from 'a' to 'b' is left out"),
        ("a; b [style=invis]", "line 2: the node 'b', which is not seen, is left out: the layout needs none"),
        ("a -> b; {rank=min; a}", "line 2: 'rank=min' is left out: the edges say what is first and last"),
        ("a -> b\n// why", "line 3: the comment 'why' is left out: it stands before nothing that is kept"),
        ('a [image="x.png"]', "line 2: the image 'x.png' is left out: the field ':image:' names one"),
        ("a [style=dashed]", "line 2: the style 'dashed' of 'a' is left out: the kind picks the outline"),
        (
            'a [shape=record, label="{a|{b|c}}"]',
            "line 2: the record 'a' is no table: its fields are lines of a label",
        ),
    ],
)
def test_what_is_lost_is_a_remark(body: str, remark: str) -> None:
    assert remarks(body) == [remark]


def test_errors_of_graphviz_have_their_line() -> None:
    with pytest.raises(ConversionError) as caught:
        convert("digraph {\n a -> \n}", "dot")
    assert str(caught.value) == "line 3: Graphviz cannot read this: syntax error near '}'"


def test_a_text_without_a_graph() -> None:
    with pytest.raises(ConversionError) as caught:
        convert("", "dot")
    assert str(caught.value) == "Graphviz cannot read this: expected a graph, as in 'digraph { a -> b }'"


def test_graphviz_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dot_graph, "graphviz_pure", lambda: "/nowhere/graphviz")
    with pytest.raises(ConversionError) as caught:
        convert("digraph { a }", "dot")
    assert str(caught.value) == "cannot run Graphviz (No such file or directory): install the package 'graphviz-pure'"


def test_graphviz_is_not_at_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*_: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(dot_graph, "run_program", run)
    with pytest.raises(ConversionError) as caught:
        convert("digraph { a }", "dot")
    assert str(caught.value) == "cannot run Graphviz (Too many open files)"


def test_a_character_that_cannot_be_sent_to_graphviz() -> None:
    assert lines('a [label="x\ud800"]') == ["node a: x?"]


def test_an_id_of_two_lines_is_one_word() -> None:
    assert lines('"a\nb"') == ["node a_b: a b"]


def test_a_point_whose_edges_are_left_out_is_no_join() -> None:
    body = "a -> p; p [shape=point]; p -> q; q [style=invis]"
    assert lines(body) == ["a", "p", "a -> p"]
    assert lines("a -> p -> b; p [shape=point]") == ["a", "join p", "b", "a -> p -> b"]


def test_clusters_nest_as_deep_as_groups() -> None:
    def nested(depth: int) -> str:
        return "".join(f"subgraph cluster_{n} {{" for n in range(depth)) + "a" + "}" * depth

    assert len(lines(nested(20))) == 21
    with pytest.raises(ConversionError) as caught:
        lines(nested(21))
    assert str(caught.value) == "subgraphs nest at most 20 deep: move this one outwards"


@pytest.mark.parametrize("before", ["", "1a;"], ids=["alone", "after a warning"])
def test_a_statement_that_is_too_long_for_graphviz_loses_no_edges_silently(before: str) -> None:
    chain = " -> ".join(f"n{number}" for number in range(12_000))
    with pytest.raises(ConversionError) as caught:
        convert(f"digraph {{ {before}\n{chain}\n}}", "dot")
    message = "Graphviz cannot read this: a statement is too long; split it"
    assert (caught.value.message, caught.value.line) == (message, 2)


@pytest.mark.parametrize("graph", ['digraph { a [pos="0,0"]; a -> b }', "digraph { layout=neato; a -> b }"])
def test_what_comes_after_a_graph_is_not_read(graph: str) -> None:
    assert convert(f"{graph}\n;\n", "dot").text == convert(graph, "dot").text
