"""Whole conversions: what comes in, and what comes out."""

from __future__ import annotations

from collections import Counter
from textwrap import dedent

import pytest
from hypothesis import given, settings

from sphinxext.llmpipeline import ConversionError, convert, parse
from tests.conversion.flowcharts import Chart, charts
from tests.conversion.test_escaping import shown
from tests.processes import output_of


def converted(text: str, **options: str) -> tuple[str, list[str]]:
    found = convert(dedent(text), "mermaid", **options)  # type: ignore[arg-type]  # literals
    parse(found.text)
    return found.text, [str(remark) for remark in found.remarks]


def test_a_real_flowchart() -> None:
    text, remarks = converted("""
        %%{init: {'theme': 'base', 'themeVariables': {'lineColor': '#333333'}}}%%
        flowchart TB
            %% Two stages
            subgraph stage0["Stage 0: Pre-training"]
                raw["Raw text"] --> prep["data_prep.py"] --> train0["train.py<br/>(Megatron)"]
            end

            subgraph stage1["Stage 1: SFT"]
                direction LR
                pairs[("Instruction<br/>pairs")] -->|packed| train1["train.py"]
            end

            train0 ==> train1
            train1 -. "if good" .-> done([Checkpoint])

            %% Colours
            style stage0 fill:#e1f5fe
            style stage1 fill:#f3e5f5
        """)
    assert (
        text
        == dedent(r"""
        # Two stages
        group stage0: Stage 0: Pre-training
           data raw: Raw text
           process prep: data_prep.py
           train train0: train.py\n(Megatron)
           raw -> prep -> train0

        group stage1: Stage 1: SFT
           :direction: LR
           store pairs: Instruction\npairs
           train train1: train.py
           pairs -> train1: packed

        io done: Checkpoint
        train0 => train1
        train1 ..> done: if good
        """).lstrip()
    )
    assert remarks == [
        "line 2: the theme of the init block is left out: the look is a style",
        "line 18: colours of one object are left out, of 'stage0', 'stage1': a category is what several share",
    ]


def test_labels_are_escaped_for_the_markup_of_the_document() -> None:
    source = 'graph LR\n a["run_ *all* files <b>now</b>"] --> b["<name> costs $5 & more"]'
    assert converted(source)[0].splitlines()[:2] == [
        r"a: run\_ \*all\* files **now**",
        "b: <name> costs $5 & more",
    ]
    assert converted(source, markup="myst")[0].splitlines()[:2] == [
        r"a: run\_ \*all\* files **now**",
        r"b: \<name> costs \$5 & more",
    ]


def test_categories_from_classes_and_colours() -> None:
    text, remarks = converted("""
        graph TD
            a[One]:::gymTeam --> b[Two]
            b --> c[Three] --> d[Four]
            classDef gymTeam fill:#f96,stroke:#333
            class b gymTeam
            style c fill:#bbf
            style d fill:#bbf
        """)
    assert (
        text
        == dedent("""
        category gym-team: Gym team
        category colour-1: Three, Four

        a: One
           :category: gym-team
        b: Two
           :category: gym-team
        c: Three
           :category: colour-1
        d: Four
           :category: colour-1
        a -> b -> c -> d
        """).lstrip()
    )
    assert remarks == ["line 7: the colour #bbf is the category 'colour-1': give it a name"]


def test_a_class_that_is_a_kind_is_no_category() -> None:
    text, remarks = converted("""
        graph LR
            a[Wikipedia]:::dataset --> b[GPT]:::model
            classDef dataset fill:#f96
            classDef model fill:#9f6
        """)
    assert text == "data a: Wikipedia\nmodel b: GPT\na -> b\n"
    assert remarks == []


def test_a_direction_is_left_to_the_page_unless_it_turns_the_flow() -> None:
    options = {way: convert(f"graph {way}\n a --> b", "mermaid").options for way in ("LR", "TB", "TD", "RL", "BT")}
    assert options == {
        "LR": (),
        "TB": (),
        "TD": (),
        "RL": (("direction", "RL"),),
        "BT": (("direction", "BT"),),
    }


def test_a_direction_that_would_make_a_page_scroll_is_left_out() -> None:
    text, remarks = converted("""
        graph TB
            subgraph g [Steps]
                direction LR
                a --> b --> c --> d --> e
            end
        """)
    assert text == "group g: Steps\n   a\n   b\n   c\n   d\n   e\n   a -> b -> c -> d -> e\n"
    assert remarks == ["line 3: the direction LR of 'g' is left out: 5 members in a row would scroll"]


def test_titles_and_descriptions_become_options() -> None:
    found = convert("---\ntitle: How it works\n---\ngraph LR\n accDescr: All steps.\n a --> b", "mermaid")
    assert found.options == (("caption", "How it works"), ("alt", "All steps."))


def test_links_and_tooltips() -> None:
    text, remarks = converted("""
        graph LR
            a --> b --> c
            click a "https://example.org/a" "Read it" _blank
            click b href "javascript:x"
            click c call open()
        """)
    assert text == "a\n   :link: https://example.org/a\n   :tooltip: Read it\nb\nc\na -> b -> c\n"
    assert remarks == [
        "line 3: the link 'javascript:x' is left out: expected one URL without spaces",
        "line 6: the call of 'c' is left out: a diagram runs no script",
    ]


def test_what_is_not_seen_is_a_join_or_nothing() -> None:
    text, remarks = converted("""
        graph LR
            a --- .1[" "]
            b --- .1
            .1 --> c
            space[" "] ~~~ a
            style space fill:none,stroke:none
        """)
    assert text == "a\njoin n1\nb\nc\na -- n1\nb -- n1\nn1 -> c\n"
    assert remarks == [
        "line 6: the invisible link '~~~' is left out: the layout needs none",
        "line 6: the node 'space', which is not seen, is left out: the layout needs none",
    ]


def test_an_empty_subgraph_is_a_node_and_edges_into_itself_are_left_out() -> None:
    text, remarks = converted("""
        graph LR
            subgraph one [First]
            end
            subgraph two [Second]
                a
            end
            one --> two
            two --> a
        """)
    assert text == "one: First\ngroup two: Second\n   a\none -> two\n"
    assert remarks == ["line 9: the edge from 'two' to 'a' is left out: a group cannot lead to what it holds"]


def test_ids_that_are_none_here_are_renamed() -> None:
    text, _ = converted('graph LR\n 1a --> group --> a/b --> a_b\n subgraph "Two words"\n 節点[日本語]\n end')
    assert (
        text
        == dedent("""
        n1a: 1a
        group_: group
        a_b: a/b
        a_b-2: a_b
        n1a -> group_ -> a_b -> a_b-2
        group two-words: Two words
           節点: 日本語
        """).lstrip()
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "sequenceDiagram\n a->>b: hello",
            "line 1: a 'sequenceDiagram' is not converted: expected a flowchart, which begins with 'flowchart' or "
            "'graph'",
        ),
        ("hello", "line 1: expected a flowchart, which begins with 'flowchart' or 'graph', not 'hello'"),
        ("graph LR\n a --> --> b", "line 2: expected the id of a node, not '--> b'"),
        ("graph LR\n a b", "line 2: expected a link such as '-->', or the end of the line, not 'b'"),
        ("graph LR\n subgraph a\n b", "line 2: expected 'end' after the statements of this subgraph"),
        ("graph LR\n a[open", "line 2: expected a label that ends with its bracket, as in a[Label], not '[open'"),
        ("graph LR\n %% nothing", "expected a node: the diagram is empty"),
    ],
)
def test_errors_have_their_line(text: str, message: str) -> None:
    with pytest.raises(ConversionError) as caught:
        convert(text, "mermaid")
    assert str(caught.value) == message


PLAIN_QUOTES = str.maketrans("“”‘’", "\"\"''")


@settings(deadline=None, max_examples=80)
@given(charts())
def test_conversions_keep_nodes_edges_and_groups(chart: Chart) -> None:
    for language, text in (("mermaid", chart.mermaid()), ("dot", chart.dot())):
        for markup in ("rst", "myst"):
            found = parse(convert(text, language, markup).text)  # type: ignore[arg-type]  # literals
            holders = {node.id: node.group for node in found.nodes}
            assert holders == chart.holders(), text
            assert {group.id: group.parent for group in found.groups} == chart.group_holders(), text
            edges = Counter((edge.source, edge.target, edge.kind) for edge in found.edges)
            assert edges == chart.edge_counts(), text
            for node, (_, label, _) in zip(sorted(found.nodes, key=lambda node: node.id), chart.nodes, strict=True):
                said = shown(node.label.text, markup)  # type: ignore[arg-type]
                assert said.translate(PLAIN_QUOTES) == " ".join(label.split()).translate(PLAIN_QUOTES), text


def test_a_chain_of_many_nodes() -> None:
    code = """
from sphinxext.llmpipeline import convert
ids = [f"n{number}" for number in range(10_000)]
many = "; ".join(f"{tail} -> {head}" for tail, head in zip(ids, ids[1:]))
print(convert("digraph { " + many + " }", "dot").text.splitlines()[-1] == " -> ".join(ids))
"""
    assert output_of(code) == "True\n"


def test_a_chain_of_nodes_that_are_not_seen() -> None:
    code = """
from sphinxext.llmpipeline import convert
many = "; ".join(f"n{number} -> n{number + 1}" for number in range(3_000))
print(convert("digraph { n0; node [style=invis]; " + many + " }", "dot").text)
"""
    assert output_of(code) == "n0\n\n"


def test_too_many_edges() -> None:
    ends = " & ".join(f"n{number}" for number in range(200))
    with pytest.raises(ConversionError) as caught:
        convert(f"graph LR\n{ends} --> {ends}", "mermaid")
    assert str(caught.value) == "a diagram has at most 10,000 edges, not 40,000: convert a part of it"
