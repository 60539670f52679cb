r"""The language: every construct, every mistake with its whole text, and that no text does worse than that."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sphinxext.llmpipeline.diagnostics import Diagnostic, PipelineError
from sphinxext.llmpipeline.language import parse
from sphinxext.llmpipeline.language.lexer import ARROWS
from sphinxext.llmpipeline.model.pipeline import Edge, Group, Label, Link, Node, Pipeline
from sphinxext.llmpipeline.model.quantity import Value
from sphinxext.llmpipeline.model.vocabulary import EDGE_KINDS, NODE_KINDS, EdgeKind


def problems_of(text: str) -> tuple[Diagnostic, ...]:
    with pytest.raises(PipelineError) as caught:
        parse(text)
    return caught.value.diagnostics


def label_of(text: str) -> str:
    """The label of the first node."""
    return parse(text).nodes[0].label.text


def ends_of(text: str) -> list[tuple[str, str]]:
    return [(edge.source, edge.target) for edge in parse(text).edges]


# Nodes ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", NODE_KINDS)
def test_kind(kind: str) -> None:
    assert parse(f"{kind} a: A").nodes == (Node("a", Label.plain("A"), kind),)


def test_kind_defaults_to_node_and_label_to_the_id() -> None:
    assert parse("gpt3").nodes == (Node("gpt3", Label.plain("gpt3"), "node"),)


def test_kind_without_label() -> None:
    assert parse("model gpt3").nodes == (Node("gpt3", Label.plain("gpt3"), "model"),)


def test_kind_of_the_project() -> None:
    assert parse("router a: A", kinds=["router"]).nodes[0].kind == "router"


@pytest.mark.parametrize("word", ["model", "group", "align", "panel"])
def test_a_word_of_the_language_is_an_id_after_a_kind(word: str) -> None:
    assert parse(f"model {word}: A").nodes[0].id == word


def test_a_kind_alone_is_an_id() -> None:
    assert parse("model: The model").nodes == (Node("model", Label.plain("The model")),)


@pytest.mark.parametrize("id", ["a", "_", "_a", "gpt-3", "gpt-3.5-turbo", "v1.0", "a.", "a-_b", "模型", "é"])
def test_id(id: str) -> None:
    assert parse(f"model {id}").nodes[0].id == id


@pytest.mark.parametrize(
    "label",
    [
        "a -> b",
        "a => b --> c <-> d -- e",
        "ratio 1:2",
        "step: one: two",
        ":doc:`guide`",
        "# no comment",
        "a, b",
        "[x] (y) {z} \"q\" 'r' ; |",
        "группа",
    ],
)
def test_label_holds_anything(label: str) -> None:
    assert label_of(f"a: {label}") == label
    assert parse(f"a -> b: {label}").edges[0].label == Label.plain(label)


@pytest.mark.parametrize(
    ("written", "label"),
    [
        (r"one\ntwo", "one\ntwo"),
        (r"one\n\ntwo", "one\n\ntwo"),
        (r"one\\ntwo", r"one\\ntwo"),
        (r"``a\nb``\nc", "``a\\nb``\nc"),
        (r":math:`\nabla`\nc", ":math:`\\nabla`\nc"),
        (r"\`a\nb\`", "\\`a\nb\\`"),
        (r"$\nabla$\nc", "$\\nabla$\nc"),
        (r"$x \$\nu$\nc", "$x \\$\\nu$\nc"),
        (r"costs $5\nand $6", "costs $5\nand $6"),
        (r"$ 5\n6$", "$ 5\n6$"),
        (r"$5\n$6", "$5\n$6"),
        (r"5$\nand 6$", "5$\nand 6$"),
        (r"\$5\n$", "\\$5\n$"),
        (r"open `a\nb", "open `a\nb"),
        (r"open $a\nb", "open $a\nb"),
        ("trailing \\", "trailing \\"),
    ],
)
def test_line_break_in_a_label(written: str, label: str) -> None:
    assert label_of(f"a: {written}") == label


@pytest.mark.parametrize(
    "text",
    [
        "a: one\n  two\n  three",
        "a: one\n    two\n  three",
        "a:\n  one\n  two\n  three",
        "a: one\\ntwo\n  three",
        "a: one\n\n  two\n  # a comment\n\n  three",
        "a: one\n\ttwo\n        three",
    ],
)
def test_continued_label(text: str) -> None:
    assert label_of(text) == "one\ntwo\nthree"


def test_a_role_continues_a_label_and_is_no_field() -> None:
    assert label_of("a: see\n  :note:`x`") == "see\n:note:`x`"


def test_lines_of_labels_are_kept() -> None:
    pipeline = parse("\nmodel a:\n   A\n   :note: n\n   :tooltip:\n      t\na -> a: e")
    assert [(label.text, label.line) for label in pipeline.labels()] == [("A", 3), ("n", 4), ("t", 6), ("e", 7)]
    assert pipeline.nodes[0].line == 2
    assert pipeline.edges[0].line == 7


# Edges ------------------------------------------------------------------------------------------------------------


def test_every_kind_of_edge_has_an_arrow() -> None:
    assert sorted(ARROWS.values()) == sorted(get_args(EdgeKind)) == sorted(EDGE_KINDS)


@pytest.mark.parametrize(("arrow", "kind"), ARROWS.items())
@pytest.mark.parametrize("space", ["", " ", "  ", "\t"])
def test_arrow(arrow: str, kind: EdgeKind, space: str) -> None:
    assert parse(f"a-1{space}{arrow}{space}b-2").edges == (Edge("a-1", "b-2", kind),)


def test_edge_label() -> None:
    text = r"arch -> gpt3: Pre-training\n(General Knowledge)"
    assert parse(text).edges == (Edge("arch", "gpt3", label=Label.plain("Pre-training\n(General Knowledge)")),)


def test_chain() -> None:
    assert parse("a -> b => c --> d: x").edges == (
        Edge("a", "b", "flow", Label.plain("x")),
        Edge("b", "c", "derive", Label.plain("x")),
        Edge("c", "d", "feedback", Label.plain("x")),
    )


def test_lists() -> None:
    assert ends_of("a, b -> c,d") == [("a", "c"), ("a", "d"), ("b", "c"), ("b", "d")]


def test_chain_of_lists() -> None:
    assert ends_of("a , b -> c -> d, e") == [("a", "c"), ("b", "c"), ("c", "d"), ("c", "e")]


def test_loop_and_parallel_edges() -> None:
    assert ends_of("a -> a\na -> b\na -> b") == [("a", "a"), ("a", "b"), ("a", "b")]


def test_undeclared_nodes() -> None:
    assert parse("b -> a\na -> c").nodes == tuple(Node(id, Label.plain(id)) for id in "bac")


def test_undeclared_nodes_stand_in_the_first_group_that_names_them() -> None:
    pipeline = parse("a -> b\ngroup g: G\n  b -> c\n  group h: H\n    c -> d\ne -> g")
    assert {node.id: node.group for node in pipeline.nodes} == {"a": None, "b": "g", "c": "g", "d": "h", "e": None}


@pytest.mark.parametrize("word", ["align", "group", "panel", "model"])
def test_a_word_of_the_language_is_an_id_before_an_arrow(word: str) -> None:
    assert ends_of(f"{word} -> b\n{word}, a -> b") == [(word, "b"), (word, "b"), ("a", "b")]


def test_ten_thousand_edges() -> None:
    ids = ", ".join(f"a{number}" for number in range(100))
    assert len(parse(f"{ids} -> {ids}").edges) == 10_000


# Groups and align -------------------------------------------------------------------------------------------------


def test_nested_groups() -> None:
    pipeline = parse(
        """
group training: Training\\nof a model
  :direction: TB
  data corpus
  group tuning
    model chat: Chat
  model base
model free
corpus -> base
"""
    )
    assert pipeline.groups == (
        Group("training", Label.plain("Training\nof a model"), None, "TB"),
        Group("tuning", Label.plain("tuning"), "training"),
    )
    assert {node.id: node.group for node in pipeline.nodes} == {
        "corpus": "training",
        "chat": "tuning",
        "base": "training",
        "free": None,
    }
    assert list(pipeline.enclosing("chat")) == ["tuning", "training"]


def test_edges_to_groups() -> None:
    text = "group g: G\n  model a\ngroup h: H\n  model b\nmodel c\nc -> g\na -> h\ng => h"
    assert ends_of(text) == [("c", "g"), ("a", "h"), ("g", "h")]


def test_panels() -> None:
    pipeline = parse(
        """
panel bert: Encoder
   :direction: BT
   :note: bidirectional
   model a
   group g: G
      model b
   a -> g
   align a, b
panel gpt
   model c
   c -> c
"""
    )
    assert pipeline.groups == (
        Group("bert", Label.plain("Encoder"), None, "BT", note=Label.plain("bidirectional"), panel=True),
        Group("g", Label.plain("G"), "bert"),
        Group("gpt", Label.plain("gpt"), panel=True),
    )
    assert {node.id: node.group for node in pipeline.nodes} == {"a": "bert", "b": "g", "c": "gpt"}
    assert [(edge.source, edge.target) for edge in pipeline.edges] == [("a", "g"), ("c", "c")]
    assert pipeline.letters == {"bert": "a", "gpt": "b"}


def test_undeclared_nodes_stand_in_the_panel_that_names_them() -> None:
    pipeline = parse("panel p: P\n  a -> b\npanel q: Q\n  c -> d")
    assert {node.id: node.group for node in pipeline.nodes} == {"a": "p", "b": "p", "c": "q", "d": "q"}


def test_groups_nest_twenty_deep() -> None:
    text = "".join(" " * depth + f"group g{depth}: G\n" for depth in range(20)) + " " * 20 + "model a"
    assert len(list(parse(text).enclosing("a"))) == 20


def test_align() -> None:
    assert parse("a -> b, c -> d\nalign b, c\nalign a,d").aligned == (("b", "c"), ("a", "d"))


def test_align_in_a_group() -> None:
    assert parse("group g: G\n  model a\n  model b\n  align a, b").aligned == (("a", "b"),)


@pytest.mark.parametrize("direction", ["LR", "TB", "RL", "BT", "tb"])
def test_direction_of_a_group(direction: str) -> None:
    assert parse(f"group g: G\n  :direction: {direction}\n  a -> b").groups[0].direction == direction.upper()


def test_direction_of_the_diagram() -> None:
    assert parse("a -> b").direction is None
    assert parse("a -> b", direction="RL").direction == "RL"


# Fields -----------------------------------------------------------------------------------------------------------


def test_fields_of_a_node() -> None:
    text = r"""
a: A
   :link: https://example.org/#x
   :tooltip: More\nof it
   :note: 175B
   :repeat: 12  N
   :value: 175B
   :class: wide  new_one
   :kind: train
"""
    (node,) = parse(text).nodes
    assert node == Node(
        "a",
        Label.plain("A"),
        "train",
        note=Label.plain("175B"),
        tooltip=Label.plain("More\nof it"),
        repeat="12 N",
        value=Value(175e9),
        classes=("wide", "new_one"),
    )
    assert node.link is not None
    assert (node.link.target, node.link.is_role) == ("https://example.org/#x", False)


def test_fields_of_an_edge_belong_to_all_its_edges() -> None:
    fields = ":link: :doc:`a b <x>`\n   :tooltip: t\n   :note: n\n   :value: 2\n   :class: c\n   :kind: feedback"
    edges = parse(f"a -> b => c: x\n   {fields}").edges
    common = {"note": Label.plain("n"), "tooltip": Label.plain("t"), "value": Value(2.0), "classes": ("c",)}
    assert edges == (
        Edge("a", "b", "feedback", Label.plain("x"), **common),
        Edge("b", "c", "feedback", Label.plain("x"), **common),
    )
    assert {edge.link for edge in edges} == {Link(":doc:`a b <x>`", is_role=True)}


def test_fields_of_a_group() -> None:
    fields = ":link: x.html\n  :tooltip: t\n  :note: n\n    m\n  :repeat: 3\n  :class: c d\n  :direction: BT"
    (group,) = parse(f"group g: G\n  {fields}\n  model a").groups
    assert group == Group(
        "g",
        Label.plain("G"),
        direction="BT",
        note=Label.plain("n\nm"),
        tooltip=Label.plain("t"),
        repeat="3",
        classes=("c", "d"),
    )
    assert group.link == Link("x.html")


@pytest.mark.parametrize(
    "text",
    [
        "a: A\n  :note: one\n    two",
        "a: A\n  :note:\n    one\n    two",
        "a: A\n  :note: one\n      two",
        "a: A\n  :note: one\\ntwo",
        "a\n  :note: one\n    two",
        "a: A\n    :value: 1\n  :note: one\n     two",
        "a: A\n  :value: 1\n    :note: one\n     two",
        "a: A\n\t:value: 1\n  :note: one\n\ttwo",
        "a:\n  A\n  :note: one\n    # a comment\n\n    two",
    ],
)
def test_continued_field(text: str) -> None:
    assert parse(text).nodes[0].note == Label.plain("one\ntwo")


@pytest.mark.parametrize(
    "text",
    [
        "group g: G\n    :note: n\n  model a",
        "group g: G\n  model a\n  :note: n",
        "group g: G\n    model a\n  :note: n",
        "group g: G\n  :note:\n    n\n  model a",
        "group g: G\n\t:note: n\n\tmodel a",
    ],
)
def test_field_of_a_group_wherever_it_stands(text: str) -> None:
    pipeline = parse(text)
    assert pipeline.groups[0].note == Label.plain("n")
    assert [node.group for node in pipeline.nodes] == ["g"]


def test_field_of_a_statement_in_a_group_is_its_own() -> None:
    pipeline = parse("group g: G\n  model a\n    :note: n\n  a -> b\n    :note: m\n  model b")
    assert pipeline.groups[0].note is None
    assert [node.note for node in pipeline.nodes] == [Label.plain("n"), None]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("12", 12.0),
        ("-1.5", -1.5),
        ("1_000", 1000.0),
        ("2e3", 2000.0),
        ("2.5E-1", 0.25),
        ("70m", 0.07),
        ("1.5k", 1500.0),
        ("1.5K", 1500.0),
        ("3M", 3e6),
        ("3G", 3e9),
        ("175B", 175e9),
        ("175 B", 175e9),
        ("15T", 15e12),
        ("2P", 2e15),
    ],
)
def test_value(written: str, value: float) -> None:
    found = parse(f"a\n  :value: {written}").nodes[0].value
    assert found is not None
    assert found.number == pytest.approx(value)
    assert found.unit == ""


def test_value_with_a_unit() -> None:
    pipeline = parse("a\n  :value: 300B  training\n    tokens\na -> a\n  :value: 12.5%")
    assert pipeline.nodes[0].value == Value(300e9, "training tokens")
    assert pipeline.edges[0].value == Value(12.5, "%")


@pytest.mark.parametrize(
    "link",
    [
        "https://example.org/a?b=c#d",
        "http://example.org",
        "HTTPS://example.org",
        "mailto:docs@example.org",
        "ftp://example.org",
        "guide.html#x",
        "/guide",
        "#x",
        ":doc:`guide`",
        ":doc:`The guide <guide>`",
        "`The guide <guide>`_",
        "{doc}`The guide <guide>`",
        "{py:class}`A b`",
    ],
)
def test_link(link: str) -> None:
    assert parse(f"a\n  :link: {link}").nodes[0].link == Link(link, is_role=link.startswith((":", "`", "{")))


# Lines ------------------------------------------------------------------------------------------------------------


def test_comments_and_blank_lines() -> None:
    assert ends_of("# one\n\na -> b\n   # two\n\n  \n# three\nb -> c\n") == [("a", "b"), ("b", "c")]


@pytest.mark.parametrize("indent", ["", "   ", "\t", "\N{NO-BREAK SPACE}"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_indentation_ends_of_lines_and_byte_order_mark(indent: str, end: str, mark: str) -> None:
    lines = ["group g: G", "  model a: A", "    more", "  model b", "a -> b"]
    pipeline = parse(mark + end.join(indent + line for line in lines) + end)
    assert pipeline == parse("\n".join(lines))
    assert [node.line for node in pipeline.nodes] == [2, 4]
    assert pipeline.edges[0].line == 5


@pytest.mark.parametrize("separator", ["\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"])
def test_what_is_no_end_of_a_line(separator: str) -> None:
    pipeline = parse(f"{separator}\nmodel a: x{separator}y{separator}\n{separator}\nmodel b")
    assert [(node.label.text, node.line) for node in pipeline.nodes] == [("x y", 2), ("b", 4)]


def test_a_form_feed_before_a_statement_does_not_indent_it() -> None:
    assert [node.id for node in parse("model a: A\n\fmodel b").nodes] == ["a", "b"]


@pytest.mark.parametrize("character", ["\x00", "\x08", "\x1b", "\ud800", "\uffff"])
def test_character_that_cannot_be_drawn(character: str) -> None:
    (diagnostic,) = problems_of(f"a -> b: x\n  y{character}")
    assert (diagnostic.line, diagnostic.column) == (2, 4)
    assert diagnostic.quoted == "  y\N{REPLACEMENT CHARACTER}"


def test_the_diagram_of_the_seed() -> None:
    pipeline = parse(
        r"""
model arch: Model Architecture\n(Decoder)
model gpt3: General Purpose Model\n(GPT-3)
model chat: Model with Specific Tasks\n(ChatGPT)

arch -> gpt3: Pre-training\n(General Knowledge)
gpt3 -> chat: Fine-tuning\n(Specialized Learning)
"""
    )
    assert pipeline == Pipeline(
        (
            Node("arch", Label.plain("Model Architecture\n(Decoder)"), "model"),
            Node("gpt3", Label.plain("General Purpose Model\n(GPT-3)"), "model"),
            Node("chat", Label.plain("Model with Specific Tasks\n(ChatGPT)"), "model"),
        ),
        (
            Edge("arch", "gpt3", label=Label.plain("Pre-training\n(General Knowledge)")),
            Edge("gpt3", "chat", label=Label.plain("Fine-tuning\n(Specialized Learning)")),
        ),
    )


# Mistakes ---------------------------------------------------------------------------------------------------------

MISTAKES = {
    "empty": (
        "",
        """\
line 1: the diagram is empty: expected a node such as 'model gpt3: GPT-3' or an edge such as 'a -> b'""",
    ),
    "only-comments": (
        "# a\n\n   # b\n",
        """\
line 1: the diagram is empty: expected a node such as 'model gpt3: GPT-3' or an edge such as 'a -> b'""",
    ),
    "missing-colon": (
        "model gpt3 General Purpose Model",
        """\
line 1: expected ': ' between the id and the label, as in 'model gpt3: General Purpose Model'
    model gpt3 General Purpose Model
               ^~~~~~~~~~~~~~~~~~~~~""",
    ),
    "missing-colon-without-kind": (
        "gpt3 General Purpose Model",
        """\
line 1: expected ': ' between the id and the label, as in 'model gpt3: General Purpose Model'
    gpt3 General Purpose Model
         ^~~~~~~~~~~~~~~~~~~~~""",
    ),
    "two-words-for-an-id": (
        "model big gpt: GPT-3",
        """\
line 1: expected one id before ':', not 2 words; join them, as in 'big_gpt'
    model big gpt: GPT-3
          ^~~~~~~""",
    ),
    "two-words-for-an-id-without-kind": (
        "my big gpt: GPT-3",
        """\
line 1: expected one id before ':', not 3 words; join them, as in 'my_big_gpt'
    my big gpt: GPT-3
    ^~~~~~~~~~""",
    ),
    "unknown-kind-near": (
        "modle gpt3: GPT-3",
        """\
line 1: unknown kind 'modle'; did you mean 'model'?
    modle gpt3: GPT-3
    ^~~~~""",
    ),
    "unknown-kind-case": (
        "Model gpt3: GPT-3",
        """\
line 1: unknown kind 'Model'; did you mean 'model'?
    Model gpt3: GPT-3
    ^~~~~""",
    ),
    "unknown-kind-far": (
        "xyzzy gpt3: GPT-3",
        """\
line 1: unknown kind 'xyzzy'; expected one of: node, data, process, train, model, reward, eval, store, service, tool, human, decision, io, group, panel, \
align
    xyzzy gpt3: GPT-3
    ^~~~~""",  # noqa: E501
    ),
    "unknown-kind-near-group": (
        "grup g: G\n  model a: A\n  :direction: TB\nmodel b\na -> b",
        """\
line 1: unknown kind 'grup'; did you mean 'group'?
    grup g: G
    ^~~~""",
    ),
    "id-starts-with-digit": (
        "model 3gpt: GPT-3",
        """\
line 1: '3gpt' is not an id: expected a letter or '_', then letters, digits, '_', '-' and '.'
    model 3gpt: GPT-3
          ^~~~""",
    ),
    "id-with-slash": (
        "model gpt/3: GPT-3",
        """\
line 1: 'gpt/3' is not an id: expected a letter or '_', then letters, digits, '_', '-' and '.'
    model gpt/3: GPT-3
          ^~~~~""",
    ),
    "id-ends-with-hyphen": (
        "model gpt-: GPT-3",
        """\
line 1: 'gpt-' is not an id; a '-' needs a letter or a digit after it
    model gpt-: GPT-3
          ^~~~""",
    ),
    "colon-without-space": (
        "gpt3:GPT-3",
        """\
line 1: 'gpt3:GPT-3' is not an id; put a space after ':' where a label begins
    gpt3:GPT-3
    ^~~~~~~~~~""",
    ),
    "kind-and-colon-without-space": (
        "model gpt3:GPT-3",
        """\
line 1: 'gpt3:GPT-3' is not an id; put a space after ':' where a label begins
    model gpt3:GPT-3
          ^~~~~~~~~~""",
    ),
    "mermaid-shape": (
        "a[Corpus]",
        """\
line 1: 'a[Corpus]' is not an id; a label stands after ': ', as in 'a: label'
    a[Corpus]
    ^~~~~~~~~""",
    ),
    "mermaid-round-shape": (
        "a(Corpus)",
        """\
line 1: 'a(Corpus)' is not an id; a label stands after ': ', as in 'a: label'
    a(Corpus)
    ^~~~~~~~~""",
    ),
    "quoted-id": (
        '"gpt3"',
        """\
line 1: '"gpt3"' is not an id; an id is not quoted, and a label stands after ': '
    "gpt3"
    ^~~~~~""",
    ),
    "single-quoted-id": (
        "'gpt3': GPT-3",
        """\
line 1: ''gpt3'' is not an id; an id is not quoted, and a label stands after ': '
    'gpt3': GPT-3
    ^~~~~~""",
    ),
    "semicolon": (
        "gpt3;",
        """\
line 1: 'gpt3;' is not an id; the end of the line ends a statement, without ';'
    gpt3;
    ^~~~~""",
    ),
    "mermaid-comment": (
        "%% a comment",
        """\
line 1: '%%' is not an id; a comment begins with '#'
    %% a comment
    ^~""",
    ),
    "slash-comment": (
        "//comment",
        """\
line 1: '//comment' is not an id; a comment begins with '#'
    //comment
    ^~~~~~~~~""",
    ),
    "empty-label": (
        "model gpt3:",
        """\
line 1: expected a label after ':'; write no ':' where there is no label
    model gpt3:
              ^""",
    ),
    "empty-label-before-field": (
        "model gpt3:\n   :note: 175B",
        """\
line 1: expected a label after ':'; write no ':' where there is no label
    model gpt3:
              ^""",
    ),
    "label-of-line-breaks": (
        r"gpt3: \n",
        r"""line 1: expected a label after ':'; write no ':' where there is no label
    gpt3: \n
        ^~~~""",
    ),
    "no-id": (
        ": GPT-3",
        """\
line 1: expected an id before ':'
    : GPT-3
    ^""",
    ),
    "list-without-arrow": (
        "a, b",
        """\
line 1: expected an arrow after a list of ids, as in 'a, b -> c', or 'align' before it
    a, b
    ^~~~""",
    ),
    "list-without-arrow-spaced": (
        "a , b: c",
        """\
line 1: expected an arrow after a list of ids, as in 'a, b -> c', or 'align' before it
    a , b: c
    ^~~~~""",
    ),
    "panel-without-id": (
        "panel\n  a -> b",
        """\
line 1: expected one id after 'panel', as in 'panel encoder: Encoder'
    panel
    ^~~~~""",
    ),
    "panel-with-label-only": (
        "panel: Encoder\n  a -> b",
        """\
line 1: expected one id after 'panel', as in 'panel encoder: Encoder'
    panel: Encoder
    ^~~~~""",
    ),
    "panel-empty": (
        "panel p: P\n  model a\npanel q: Q",
        """\
line 3: panel 'q' is empty: indent its statements under it
    panel q: Q
    ^~~~~""",
    ),
    "panel-without-node": (
        "panel p: P\n  model a\npanel q: Q\n  :note: x\n  a -> a",
        """\
line 3: panel 'q' holds no node: declare one in it, as in 'a: Label', or remove the panel
    panel q: Q
    ^~~~~
line 5: 'a' stands in panel 'p', and this is panel 'q': an edge joins nodes of one panel, and an id is unique in the \
whole diagram
    a -> a
    ^
line 5: 'a' stands in panel 'p', and this is panel 'q': an edge joins nodes of one panel, and an id is unique in the \
whole diagram
    a -> a
         ^""",
    ),
    "panel-without-node-undeclared": (
        "panel p: P\n  a -> b\npanel q: Q\n  a -> b",
        """\
line 3: panel 'q' holds no node: a node belongs to the first panel that names it
    panel q: Q
    ^~~~~
line 4: 'a' stands in panel 'p', and this is panel 'q': an edge joins nodes of one panel, and an id is unique in the \
whole diagram
    a -> b
    ^
line 4: 'b' stands in panel 'p', and this is panel 'q': an edge joins nodes of one panel, and an id is unique in the \
whole diagram
    a -> b
         ^""",
    ),
    "panel-repeated": (
        "panel p: P\n  :repeat: 12\n  a -> b",
        """\
line 2: a panel has no field 'repeat'; expected one of: link, tooltip, note, class, direction
    :repeat: 12
    ^~~~~~~~""",
    ),
    "panel-in-a-group": (
        "group g: G\n  panel p: P\n    a -> b",
        """\
line 2: a panel stands at the top level; for a box inside another, write 'group'
    panel p: P
    ^~~~~""",
    ),
    "panel-in-a-panel": (
        "panel p: P\n  a -> b\n  panel q: Q\n    b -> c",
        """\
line 3: a panel stands at the top level; for a box inside another, write 'group'
    panel q: Q
    ^~~~~""",
    ),
    "beside-a-panel": (
        "panel p: P\n  a -> b\nc -> d\ngroup g: G\n  e -> f",
        """\
line 3: expected a panel: nothing stands beside the panels of a diagram; indent this under one of them
    c -> d
    ^~~~~~""",
    ),
    "before-a-panel": (
        "model a\npanel p: P\n  model b",
        """\
line 1: expected a panel: nothing stands beside the panels of a diagram; indent this under one of them
    model a
    ^~~~~~~""",
    ),
    "edge-between-panels": (
        "panel p: P\n  model a\npanel q: Q\n  model b\n  a -> b",
        """\
line 5: 'a' stands in panel 'p', and this is panel 'q': an edge joins nodes of one panel, and an id is unique in the \
whole diagram
    a -> b
    ^""",
    ),
    "edge-to-a-panel": (
        "panel p: P\n  model a\n  a -> p\npanel q: Q\n  model b\n  b -> p",
        """\
line 3: 'p' is a panel: name a node or a group in it
    a -> p
         ^
line 6: 'p' is a panel: name a node or a group in it
    b -> p
         ^""",
    ),
    "align-between-panels": (
        "panel p: P\n  model a\npanel q: Q\n  model b\n  model c\n  align c, a, q",
        """\
line 6: 'a' stands in panel 'p', and this is panel 'q': an edge joins nodes of one panel, and an id is unique in the \
whole diagram
    align c, a, q
             ^
line 6: 'q' is a panel: name a node or a group in it
    align c, a, q
                ^""",
    ),
    "duplicate-panel": (
        "panel p: P\n  model a\npanel p: Q\n  model b\n  b -> b",
        """\
line 3: id 'p' is declared twice: line 1 declares a panel of that name; choose another id
    panel p: Q
          ^""",
    ),
    "duplicate-node-in-panels": (
        "panel p: P\n  model a\npanel q: Q\n  model a\n  model b\n  a -> b",
        """\
line 4: id 'a' is declared twice: line 2 declares a node of that name; choose another id
    model a
          ^""",
    ),
    "duplicate-node": (
        "model a: A\ndata a: B",
        """\
line 2: id 'a' is declared twice: line 1 declares a node of that name; choose another id
    data a: B
         ^""",
    ),
    "duplicate-node-and-group": (
        "model a: A\ngroup a: B\n  model c",
        """\
line 2: id 'a' is declared twice: line 1 declares a node of that name; choose another id
    group a: B
          ^""",
    ),
    "duplicate-group-and-node": (
        "group a: B\n  model c\nmodel a: A",
        """\
line 3: id 'a' is declared twice: line 1 declares a group of that name; choose another id
    model a: A
          ^""",
    ),
    "no-target": (
        "a ->",
        """\
line 1: expected an id after '->'
    a ->
      ^~""",
    ),
    "no-target-before-label": (
        "a ->: b",
        """\
line 1: expected an id after '->'
    a ->: b
      ^~""",
    ),
    "no-source": (
        "-> b",
        """\
line 1: expected an id before '->'
    -> b
    ^~""",
    ),
    "no-source-list": (
        ", a -> b",
        """\
line 1: expected an id before ','
    , a -> b
    ^""",
    ),
    "no-id-after-comma": (
        "a, -> b",
        """\
line 1: expected an id after ','
    a, -> b
       ^~""",
    ),
    "no-id-at-the-end-of-a-list": (
        "a -> b,",
        """\
line 1: expected an id after ','
    a -> b,
          ^""",
    ),
    "no-id-between-commas": (
        "a -> b,, c",
        """\
line 1: expected an id after ','
    a -> b,, c
           ^""",
    ),
    "two-arrows": (
        "a -> -> b",
        """\
line 1: expected an id after '->'
    a -> -> b
         ^~""",
    ),
    "no-arrow-between-ids": (
        "a b -> c",
        """\
line 1: expected an arrow, ',' or ': label' after 'a'
    a b -> c
      ^""",
    ),
    "no-arrow-after-target": (
        "a -> b c",
        """\
line 1: expected an arrow, ',' or ': label' after 'b'
    a -> b c
           ^""",
    ),
    "kind-in-edge": (
        "model a -> b",
        """\
line 1: expected ids only in an edge: declare 'a' on a line of its own, as in 'model a: Label'
    model a -> b
    ^~~~~""",
    ),
    "group-in-edge": (
        "group g -> b",
        """\
line 1: expected ids only in an edge: declare 'g' on a line of its own, as in 'group g: Label'
    group g -> b
    ^~~~~""",
    ),
    "bad-source": (
        "3a -> b",
        """\
line 1: '3a' is not an id: expected a letter or '_', then letters, digits, '_', '-' and '.'
    3a -> b
    ^~""",
    ),
    "bad-target": (
        "a -> b!",
        """\
line 1: 'b!' is not an id: expected a letter or '_', then letters, digits, '_', '-' and '.'
    a -> b!
         ^~""",
    ),
    "bad-target-before-arrow": (
        "a -> 3b->c",
        """\
line 1: '3b' is not an id: expected a letter or '_', then letters, digits, '_', '-' and '.'
    a -> 3b->c
         ^~""",
    ),
    "semicolon-after-edge": (
        "a -> b;",
        """\
line 1: 'b;' is not an id; the end of the line ends a statement, without ';'
    a -> b;
         ^~""",
    ),
    "dot-attributes": (
        "a -> b [label=x]",
        """\
line 1: expected an arrow, ',' or ': label' after 'b'
    a -> b [label=x]
           ^~~~~~~~~""",
    ),
    "mermaid-label": (
        "a -->|yes| b",
        """\
line 1: '|yes|' is not an id; the label of an edge stands at its end, as in 'a -> b: label'
    a -->|yes| b
         ^~~~~""",
    ),
    "edge-label-without-space": (
        "a -> b:label",
        """\
line 1: 'b:label' is not an id; put a space after ':' where a label begins
    a -> b:label
         ^~~~~~~""",
    ),
    "edge-empty-label": (
        "a -> b:",
        """\
line 1: expected a label after ':'; write no ':' where there is no label
    a -> b:
          ^""",
    ),
    "arrow-to-the-left": (
        "a <- b",
        """\
line 1: unknown arrow '<-'; arrows point to the right: write 'b -> a' for 'a <- b'
    a <- b
      ^~""",
    ),
    "arrow-to-the-left-dashed": (
        "a <-- b",
        """\
line 1: unknown arrow '<--'; arrows point to the right: write 'b -> a' for 'a <- b'
    a <-- b
      ^~~""",
    ),
    "arrow-unicode": (
        "a → b",
        """\
line 1: unknown arrow '→'; did you mean '->'?
    a → b
      ^""",
    ),
    "arrow-unicode-left": (
        "a ← b",
        """\
line 1: unknown arrow '←'; arrows point to the right: write 'b -> a' for 'a <- b'
    a ← b
      ^""",
    ),
    "arrow-mermaid-thick": (
        "a ==> b",
        """\
line 1: unknown arrow '==>'; did you mean '=>'?
    a ==> b
      ^~~""",
    ),
    "arrow-mermaid-dotted": (
        "a-.->b",
        """\
line 1: unknown arrow '-.->'; did you mean '-->'?
    a-.->b
     ^~~~""",
    ),
    "arrow-mermaid-both": (
        "a <--> b",
        """\
line 1: unknown arrow '<-->'; did you mean '<->'?
    a <--> b
      ^~~~""",
    ),
    "arrow-long": (
        "a ---> b",
        """\
line 1: unknown arrow '--->'; did you mean '->'?
    a ---> b
      ^~~~""",
    ),
    "arrow-line": (
        "a --- b",
        """\
line 1: unknown arrow '---'; did you mean '--'?
    a --- b
      ^~~""",
    ),
    "arrow-hyphen": (
        "a - b",
        """\
line 1: unknown arrow '-'; did you mean '->'?
    a - b
      ^""",
    ),
    "arrow-greater": (
        "a > b",
        """\
line 1: unknown arrow '>'; did you mean '->'?
    a > b
      ^""",
    ),
    "arrow-of-no-language": (
        "a ->> b",
        """\
line 1: unknown arrow '->>'; expected one of: -> => --> <-> --
    a ->> b
      ^~~""",
    ),
    "unknown-node": (
        "model gpt3\ngtp3 -> gpt3",
        """\
line 2: unknown node 'gtp3'; did you mean 'gpt3'?
    gtp3 -> gpt3
    ^~~~""",
    ),
    "unknown-node-far": (
        "model gpt3\ngpt3 -> xyz",
        """\
line 2: unknown node 'xyz'; declare it on a line of its own, as in 'xyz: Label'
    gpt3 -> xyz
            ^~~""",
    ),
    "unknown-node-at-two-places": (
        "model a\na -> xyz, xyz",
        """\
line 2: unknown node 'xyz'; declare it on a line of its own, as in 'xyz: Label'
    a -> xyz, xyz
         ^~~
line 2: unknown node 'xyz'; declare it on a line of its own, as in 'xyz: Label'
    a -> xyz, xyz
              ^~~""",
    ),
    "unknown-source-and-target": (
        "model a\nb1 -> b2",
        """\
line 2: unknown node 'b1'; declare it on a line of its own, as in 'b1: Label'
    b1 -> b2
    ^~
line 2: unknown node 'b2'; declare it on a line of its own, as in 'b2: Label'
    b1 -> b2
          ^~""",
    ),
    "unknown-in-chain": (
        "model a\na -> xyz -> a",
        """\
line 2: unknown node 'xyz'; declare it on a line of its own, as in 'xyz: Label'
    a -> xyz -> a
         ^~~""",
    ),
    "edge-to-own-group": (
        "group g: G\n  model a\ng -> a",
        """\
line 3: an edge cannot join group 'g' to 'a', which it holds
    g -> a
         ^""",
    ),
    "edge-from-inner-node": (
        "group g: G\n  group h: H\n    model a\na -> g",
        """\
line 4: an edge cannot join group 'g' to 'a', which it holds
    a -> g
         ^""",
    ),
    "edge-to-itself-as-group": (
        "group g: G\n  model a\ng -> g",
        """\
line 3: an edge cannot join group 'g' to itself
    g -> g
         ^""",
    ),
    "group-without-id": (
        "group\n  a -> b",
        """\
line 1: expected one id after 'group', as in 'group training: Training'
    group
    ^~~~~""",
    ),
    "group-with-label-only": (
        "group: Training\n  a -> b",
        """\
line 1: expected one id after 'group', as in 'group training: Training'
    group: Training
    ^~~~~""",
    ),
    "group-with-three-words": (
        "group my training: Training\n  a -> b",
        """\
line 1: expected one id after 'group', as in 'group training: Training'
    group my training: Training
    ^~~~~~~~~~~~~~~~~""",
    ),
    "group-bad-id": (
        "group 3g: Training\n  a -> b",
        """\
line 1: '3g' is not an id: expected a letter or '_', then letters, digits, '_', '-' and '.'
    group 3g: Training
          ^~""",
    ),
    "group-empty": (
        "group g: Training\nmodel a",
        """\
line 1: group 'g' is empty: indent its statements under it
    group g: Training
    ^~~~~""",
    ),
    "group-empty-with-fields": (
        "group g: Training\n  :note: x\nmodel a",
        """\
line 1: group 'g' is empty: indent its statements under it
    group g: Training
    ^~~~~""",
    ),
    "group-empty-label": (
        "group g:\n  model a",
        """\
line 1: expected a label after ':'; write no ':' where there is no label
    group g:
           ^""",
    ),
    "group-without-node": (
        "model a\nmodel b\ngroup g: G\n  a -> b",
        """\
line 3: group 'g' holds no node: declare one in it, as in 'a: Label', or remove the group
    group g: G
    ^~~~~""",
    ),
    "group-without-node-undeclared": (
        "group g: G\n  a -> b\ngroup h: H\n  a -> b",
        """\
line 3: group 'h' holds no node: a node belongs to the first group that names it
    group h: H
    ^~~~~""",
    ),
    "groups-too-deep": (
        "".join(" " * depth + f"group g{depth}: G\n" for depth in range(21)) + " " * 21 + "model a",
        """\
line 21: groups nest at most 20 deep: move this one outwards
    group g20: G
    ^~~~~""",
    ),
    "align-nothing": (
        "align",
        """\
line 1: expected ids after 'align', as in 'align a, b, c'
    align
    ^~~~~""",
    ),
    "align-one": (
        "a -> b\nalign a",
        """\
line 2: 'align' takes two ids or more, as in 'align a, b'
    align a
          ^""",
    ),
    "align-without-comma": (
        "a -> b\nalign a b",
        """\
line 2: expected ',' between the ids of 'align', as in 'align a, b, c'
    align a b
            ^""",
    ),
    "align-arrow": (
        "a -> b\nalign a -> b",
        """\
line 2: expected ',' between the ids of 'align', as in 'align a, b, c'
    align a -> b
            ^~~~""",
    ),
    "align-label": (
        "a -> b\nalign a, b: Label",
        """\
line 2: 'align' takes ids and no label, as in 'align a, b, c'
    align a, b: Label
              ^~~~~~~""",
    ),
    "align-label-only": (
        "a -> b\nalign: a, b",
        """\
line 2: 'align' takes ids and no label, as in 'align a, b, c'
    align: a, b
         ^~~~~~""",
    ),
    "align-field": (
        "a -> b\nalign a, b\n  :note: x",
        """\
line 3: nothing can be indented under 'align': it takes ids and neither label nor fields
    :note: x
    ^~~~~~~~""",
    ),
    "align-bad-id": (
        "a -> b\nalign a, 3b",
        """\
line 2: '3b' is not an id: expected a letter or '_', then letters, digits, '_', '-' and '.'
    align a, 3b
             ^~""",
    ),
    "align-unknown": (
        "model alpha\nmodel beta\nalign alpha, betta",
        """\
line 3: unknown node 'betta'; did you mean 'beta'?
    align alpha, betta
                 ^~~~~""",
    ),
    "align-unknown-undeclared": (
        "a -> b\nalign a, xyz",
        """\
line 2: unknown node 'xyz'; no edge of this diagram names it
    align a, xyz
             ^~~""",
    ),
    "align-group": (
        "group g: G\n  model a\nmodel b\nalign b, g",
        """\
line 4: 'align' takes nodes, and 'g' is a group
    align b, g
             ^""",
    ),
    "align-twice": (
        "model a\nmodel b\nalign a, b, a",
        """\
line 3: 'a' stands twice in 'align'; keep one
    align a, b, a
                ^""",
    ),
    "field-first": (
        ":note: x",
        """\
line 1: field 'note' belongs to no statement: indent it under the statement that it describes
    :note: x
    ^~~~~~""",
    ),
    "field-not-indented": (
        "model a: A\n:note: x",
        """\
line 2: field 'note' belongs to no statement: indent it under the statement that it describes
    :note: x
    ^~~~~~""",
    ),
    "field-unknown": (
        "model a: A\n   :nota: x",
        """\
line 2: unknown field 'nota'; did you mean 'note'?
    :nota: x
    ^~~~~~""",
    ),
    "field-unknown-far": (
        "model a: A\n   :xyzzy: x",
        """\
line 2: unknown field 'xyzzy'; expected one of: link, tooltip, note, repeat, value, class, kind
    :xyzzy: x
    ^~~~~~~""",
    ),
    "field-of-another-statement": (
        "a -> b\n   :repeat: 12",
        """\
line 2: an edge has no field 'repeat'; expected one of: link, tooltip, note, value, class, kind
    :repeat: 12
    ^~~~~~~~""",
    ),
    "field-of-a-group-on-a-node": (
        "model a: A\n   :direction: TB",
        """\
line 2: a node has no field 'direction'; expected one of: link, tooltip, note, repeat, value, class, kind
    :direction: TB
    ^~~~~~~~~~~""",
    ),
    "field-of-a-node-on-a-group": (
        "group g: G\n   :value: 12\n   model a",
        """\
line 2: a group has no field 'value'; expected one of: link, tooltip, note, repeat, class, direction
    :value: 12
    ^~~~~~~""",
    ),
    "field-twice": (
        "model a: A\n   :note: x\n   :note: y",
        """\
line 3: field 'note' stands twice, first on line 2; keep one
    :note: y
    ^~~~~~""",
    ),
    "field-without-value": (
        "model a: A\n   :note:",
        """\
line 2: expected a value after ':note:'
    :note:
    ^~~~~~""",
    ),
    "field-without-space": (
        "model a: A\n   :value:175B",
        """\
line 2: expected a space after ':value:'
    :value:175B
    ^~~~~~~""",
    ),
    "label-after-field": (
        "model a: A\n   :note: x\n   more",
        """\
line 3: expected a field such as ':note: text': the text of a label stands before the fields
    more
    ^~~~""",
    ),
    "continuation-without-label": (
        "model a\n   more of it\n   and more",
        """\
line 2: unexpected indentation: line 1 has no label that this could continue; end it with ':', or indent this line less
    more of it
    ^~~~~~~~~~""",
    ),
    "value-word": (
        "model a: A\n   :value: many",
        """\
line 2: expected a number with an optional SI suffix and unit, such as 175B or 300B tokens, not 'many'
    :value: many
            ^~~~""",
    ),
    "value-suffix": (
        "model a: A\n   :value: 7b",
        """\
line 2: unknown suffix 'b' of a number; did you mean 'B'?
    :value: 7b
            ^~""",
    ),
    "value-suffix-far": (
        "model a: A\n   :value: 7z",
        """\
line 2: unknown suffix 'z' of a number; expected one of: k, K, M, G, B, T, P, m
    :value: 7z
            ^~""",
    ),
    "value-unit-tight": (
        "model a: A\n   :value: 80GB",
        """\
line 2: unknown suffix 'GB' of a number; a unit stands after a space, as in '80 GB'
    :value: 80GB
            ^~~~""",
    ),
    "value-infinite": (
        "model a: A\n   :value: 1e999",
        """\
line 2: the number '1e999' is too large: expected less than 1e308
    :value: 1e999
            ^~~~~""",
    ),
    "value-infinite-by-suffix": (
        "model a: A\n   :value: 1e300P",
        """\
line 2: the number '1e300P' is too large: expected less than 1e308
    :value: 1e300P
            ^~~~~~""",
    ),
    "value-nan": (
        "model a: A\n   :value: nan",
        """\
line 2: expected a number with an optional SI suffix and unit, such as 175B or 300B tokens, not 'nan'
    :value: nan
            ^~~""",
    ),
    "class-bad": (
        "model a: A\n   :class: wide 3d",
        """\
line 2: '3d' is not a class: expected a letter or '_', then letters, digits, '_' and '-'
    :class: wide 3d
                 ^~""",
    ),
    "kind-field-unknown": (
        "a: A\n   :kind: modle",
        """\
line 2: unknown kind 'modle'; did you mean 'model'?
    :kind: modle
           ^~~~~""",
    ),
    "kind-field-of-edge-unknown": (
        "a -> b\n   :kind: feedbak",
        """\
line 2: unknown kind of edge 'feedbak'; did you mean 'feedback'?
    :kind: feedbak
           ^~~~~~~""",
    ),
    "direction-unknown": (
        "group g: G\n   :direction: down\n   model a",
        """\
line 2: unknown direction 'down'; expected one of: LR, TB, RL, BT
    :direction: down
                ^~~~""",
    ),
    "link-script": (
        "a: A\n   :link: javascript:alert(1)",
        """\
line 2: a link cannot begin with 'javascript:'; expected one of: http, https, mailto, ftp, or a relative URL
    :link: javascript:alert(1)
           ^~~~~~~~~~~~~~~~~~~""",
    ),
    "link-spaces": (
        "a: A\n   :link: see the guide",
        """\
line 2: expected one URL without spaces, or one role such as :doc:`guide`
    :link: see the guide
           ^~~~~~~~~~~~~""",
    ),
    "indentation-less": (
        "    a -> b\n  c -> d\n  d -> e",
        """\
line 2: unexpected indentation of 2: expected 4, as on line 1
    c -> d
    ^~~~~~""",
    ),
    "tab": (
        "group g: G\n\tmodel a\n\tmodel\tb c\td",
        """\
line 3: expected ': ' between the id and the label, as in 'model gpt3: General Purpose Model'
    model   b c     d
              ^~~~~~~""",
    ),
    "crlf": (
        "model a\r\n\r\nmodle b\r\n",
        """\
line 3: unknown kind 'modle'; did you mean 'model'?
    modle b
    ^~~~~""",
    ),
    "byte-order-mark": (
        "\ufeffmodle b",
        """\
line 1: unknown kind 'modle'; did you mean 'model'?
    modle b
    ^~~~~""",
    ),
    "form-feed-and-separators": (
        "model a: x\u2028y\x0bz\n\x0cmodel b: \x85\nmodle c",
        """\
line 2: expected a label after ':'; write no ':' where there is no label
    model b:
           ^
line 3: unknown kind 'modle'; did you mean 'model'?
    modle c
    ^~~~~""",
    ),
    "control-character": (
        "model a: x\x01y",
        """\
line 1: the character U+0001 cannot be drawn: remove it
    model a: x\N{REPLACEMENT CHARACTER}y
              ^""",
    ),
    "lone-surrogate": (
        "model a: x\udc80y",
        """\
line 1: the character U+DC80 cannot be drawn: remove it
    model a: x\N{REPLACEMENT CHARACTER}y
              ^""",
    ),
    "unicode-id": (
        "模型 -> 数据!",
        """\
line 1: '数据!' is not an id: expected a letter or '_', then letters, digits, '_', '-' and '.'
    模型 -> 数据!
          ^~~""",
    ),
}
"""What is wrong: the text, and the whole text of the error."""


@pytest.mark.parametrize(("text", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_mistake(text: str, expected: str) -> None:
    with pytest.raises(PipelineError) as caught:
        parse(text)
    assert str(caught.value) == expected


@pytest.mark.parametrize(("text", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_column_of_a_mistake_in_an_indented_text(text: str, expected: str) -> None:
    lines = text.removeprefix("\ufeff").expandtabs().replace("\r", "").split("\n")
    flush = problems_of(text)
    indented = problems_of("\n".join("   " + line.lstrip("\f") for line in lines))
    shift = 0 if "the diagram is empty" in expected else 3
    assert [(diagnostic.line, diagnostic.column - shift, diagnostic.width) for diagnostic in indented] == [
        (diagnostic.line, diagnostic.column, diagnostic.width) for diagnostic in flush
    ]


@pytest.mark.parametrize(
    "id",
    [id for id in MISTAKES if id.startswith(("unknown-node", "edge-to", "edge-from", "align-unknown", "align-group"))],
)
def test_subtype_of_a_wrong_name(id: str) -> None:
    assert {diagnostic.subtype for diagnostic in problems_of(MISTAKES[id][0])} == {"reference"}


@pytest.mark.parametrize("id", ["unknown-kind-near", "no-target", "value-word", "field-unknown", "duplicate-node"])
def test_subtype_of_anything_else(id: str) -> None:
    assert {diagnostic.subtype for diagnostic in problems_of(MISTAKES[id][0])} == {"syntax"}


def test_all_mistakes_are_reported_in_the_order_of_the_text() -> None:
    text = r"""
modle arch: Architecture
group g: G
  model gpt3
    :value: big
    :nota: x
  model chat: Chat
arch -> gtp3: Pre-training
chat -
align chat, gpt3, chatt
model arch
"""
    expected = """\
line 2: unknown kind 'modle'; did you mean 'model'?
    modle arch: Architecture
    ^~~~~
line 5: expected a number with an optional SI suffix and unit, such as 175B or 300B tokens, not 'big'
    :value: big
            ^~~
line 6: unknown field 'nota'; did you mean 'note'?
    :nota: x
    ^~~~~~
line 8: unknown node 'gtp3'; did you mean 'gpt3'?
    arch -> gtp3: Pre-training
            ^~~~
line 9: unknown arrow '-'; did you mean '->'?
    chat -
         ^
line 10: unknown node 'chatt'; did you mean 'chat'?
    align chat, gpt3, chatt
                      ^~~~~
line 11: id 'arch' is declared twice: line 2 declares a node of that name; choose another id
    model arch
          ^~~~"""
    with pytest.raises(PipelineError) as caught:
        parse(text)
    assert str(caught.value) == expected


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("model a: A\nmodel big gpt: B\na -> gpt", [2], id="words of a node"),
        pytest.param("model a: A\nmodel gpt General\na -> gpt", [2], id="node without colon"),
        pytest.param("model 3a: A\nmodel b\nb -> a", [1, 3], id="the bad id itself is none"),
        pytest.param("modle a: A\nmodel b\na -> b", [1], id="unknown kind"),
        pytest.param("grup g: G\n  model a: A\nmodel b\na -> b\nb -> g", [1], id="unknown kind with statements"),
        pytest.param("group 3g: G\n  model a: A\nmodel b\na -> b", [1], id="group with bad id"),
        pytest.param("group my g: G\n  model a: A\nmodel b\ng -> b\na -> b", [1], id="group with three words"),
        pytest.param("panel p: P\n  model a: A\nmodel b\nmodel c\na -> b", [3], id="several beside a panel"),
        pytest.param("panel p q: P\n  model a\npanel r\n  model b\n  a -> b", [1], id="panel with three words"),
        pytest.param("model a\n  model b: B\n  model c: C\nb -> c", [2], id="too deep, without label"),
        pytest.param("model a: A\n  :note: n\n  model b: B\na -> b", [3], id="too deep, after a field"),
        pytest.param("a -> b c\nb -> d\nalign c, d", [1], id="ids of an edge that is not read"),
        pytest.param("model a b c", [1], id="only statement"),
        pytest.param("model a b c\nx -> a", [1, 2], id="a failed node still declares"),
        pytest.param("a! b: B\nx -> y", [1, 2, 2], id="a failed node with a label still declares"),
        pytest.param("a -> b\nc to d", [2], id="a line that may be anything declares nothing"),
        pytest.param("a -> b\na, b", [2], id="a list declares nothing"),
        pytest.param("group g: G\n  modle a b c\n  x", [2], id="group with a failed statement is not empty"),
        pytest.param("group g: G\n  3a\nb -> g", [2], id="group with one failed statement"),
        pytest.param("model a\ngroup g: G\n  model a", [3], id="group with a node declared elsewhere"),
        pytest.param("      a\n   b\n   c\n      :note: n\n   d", [2], id="one wrong indentation"),
        pytest.param("a: A\n  :nota: x\n     y\n  :nota: z", [2, 4], id="continuation of an unknown field"),
        pytest.param("a: A\n  :note: x\n  :note: y\n     z", [3], id="continuation of a repeated field"),
        pytest.param("a: A\n  :value: x\nb -> a\nb -> a", [2, 3, 4], id="an unknown id once for each place"),
        pytest.param("group g: G\n  model a: A\ng, g -> a", [3], id="once for a place"),
        pytest.param("group g: G\n  group h: H\n    model a\ng, h -> a", [4], id="once for a place, two reasons"),
        pytest.param("model a\na -> b -> c\n  :kind: x", [2, 2, 3], id="an edge that is not drawn is checked"),
        pytest.param("model a\nmodel a: A\n  :value: x", [2, 3], id="a node that is not drawn is checked"),
        pytest.param("model a:\n  :value: x\n  :class: 3", [1, 2, 3], id="several in a statement"),
        pytest.param("a -> b\nalign a\nalign a, b, a", [2, 3], id="align"),
    ],
)
def test_a_mistake_is_reported_once(text: str, lines: list[int]) -> None:
    assert [diagnostic.line for diagnostic in problems_of(text)] == lines


def test_too_many_edges_in_one_statement() -> None:
    left, right = (", ".join(f"{letter}{number}" for number in range(1000)) for letter in "ab")
    (diagnostic,) = problems_of(f"{left} -> {right}")
    assert diagnostic.message == (
        "this statement declares 1,000,000 edges: a diagram has at most 10,000; "
        "put nodes into a group, which can be the end of an edge"
    )
    assert (diagnostic.line, diagnostic.column, diagnostic.width) == (1, 1, len(diagnostic.quoted))


def test_too_many_edges_in_all() -> None:
    ids = ", ".join(f"a{number}" for number in range(80))
    (diagnostic,) = problems_of(f"{ids} -> {ids}\n{ids} -> {ids}\n{ids} -> {ids}")
    assert diagnostic.line == 2
    assert diagnostic.message.startswith("this statement declares 6,400 edges, after 6,400 before it: a diagram has at")


def test_a_long_line_is_quoted_around_the_place() -> None:
    (diagnostic,) = problems_of("model a\n" + "a, " * 200 + "x" + ", a" * 200 + " -> a")
    message, quoted, marker = str(diagnostic).split("\n")
    assert message == "unknown node 'x'; declare it on a line of its own, as in 'x: Label'"
    assert quoted.strip().startswith("…")
    assert quoted.endswith("…")
    assert quoted[marker.index("^")] == "x"


@pytest.mark.parametrize("depth", [21, 1000])
def test_deep_nesting(depth: int) -> None:
    (diagnostic,) = problems_of(
        "".join(" " * level + f"group g{level}: G\n" for level in range(depth)) + " " * depth + "a"
    )
    assert (diagnostic.message, diagnostic.line) == ("groups nest at most 20 deep: move this one outwards", 21)


# Any text ---------------------------------------------------------------------------------------------------------

VALID = r"""
# A comment
data corpus: Corpus\nof text
   :value: 15T
   :link: https://example.org
group training: Training
   :direction: TB
   model base: Base $\nu$
      model
      :note: 70B
   group tuning: Tuning
      model chat
   base => chat: Fine-tuning -> better
      :class: wide
corpus -> base
chat --> corpus, tool-1 -- training: Feedback: all
tool tool-1
align corpus, tool-1
"""

WORDS = [*ARROWS, *NODE_KINDS, "group", "align", "panel", "a", "b", "gpt-3", "3d", ",", ":", ": ", ":note:", ":value:"]
WORDS += [
    " ",
    "\n",
    "\n ",
    "\n  ",
    "\n    ",
    "\t",
    "\r\n",
    "#",
    "\\n",
    "`",
    "$",
    "\u2028",
    "\f",
    "\ufeff",
    "\x00",
    "é",
    "→",
]


def check(text: str) -> None:
    """The text declares a diagram, or every diagnostic stands within it."""
    try:
        pipeline = parse(text)
    except PipelineError as error:
        check_error(text, error)
    else:
        check_pipeline(pipeline)


def check_error(text: str, error: PipelineError) -> None:
    assert error.diagnostics
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for diagnostic in error.diagnostics:
        assert 1 <= diagnostic.line <= len(lines)
        assert 1 <= diagnostic.column <= max(len(diagnostic.quoted), 1)
        assert diagnostic.width >= 1
        assert diagnostic.column - 1 + diagnostic.width <= max(len(diagnostic.quoted), 1)
        assert str(diagnostic).startswith(diagnostic.message)
    places = [(diagnostic.line, diagnostic.column) for diagnostic in error.diagnostics]
    assert places == sorted(set(places))
    str(error).encode()  # what is quoted can be printed


def check_pipeline(pipeline: Pipeline) -> None:
    known = {item.id for item in (*pipeline.nodes, *pipeline.groups)}
    assert len(known) == len(pipeline.nodes) + len(pipeline.groups)
    assert {end for edge in pipeline.edges for end in (edge.source, edge.target)} <= known
    assert all(id in known for ids in pipeline.aligned for id in ids)
    assert {group for id in known for group in pipeline.enclosing(id)} == {group.id for group in pipeline.groups}
    assert all(label.text.strip() for label in pipeline.labels())


# The deadline, in milliseconds, is what "in bounded time" means; a busy machine needs some of it.
ANY = settings(max_examples=300, deadline=2000)


@ANY
@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    check(text)


@ANY
@given(st.lists(st.sampled_from(WORDS), max_size=60).map("".join))
def test_any_text_of_the_words_of_the_language(text: str) -> None:
    check(text)


@ANY
@given(st.data())
def test_any_mutation_of_a_diagram(data: st.DataObject) -> None:
    text = VALID
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(text)))
        end = min(start + data.draw(st.integers(0, 3)), len(text))
        text = text[:start] + data.draw(st.sampled_from(["", *WORDS]) | st.characters()) + text[end:]
    check(text)


@ANY
@given(st.sampled_from(WORDS), st.sampled_from(["", "a: ", "model a", "a -> b: ", "a\n  :note: ", "a\n  :value: 1"]))
def test_any_word_many_times(word: str, before: str) -> None:
    check(before + word * 2000)


def test_valid_diagram() -> None:
    check(VALID)
    assert len(parse(VALID).edges) == 6


@pytest.mark.parametrize("ends", [(0, 40), (40, 80), (80, None)])
def test_every_deletion_from_a_diagram(ends: tuple[int, int | None]) -> None:
    for start in range(len(VALID))[slice(*ends)]:
        check(VALID[:start] + VALID[start + 1 :])
        check(VALID[:start])


def test_many_unknown_ids_do_not_take_long() -> None:
    declared = "\n".join(f"node known-{number}" for number in range(1000))
    edges = "\n".join(f"knwon-{number} -> knowm-{number}" for number in range(1000))
    command = [
        sys.executable,
        "-c",
        "import sys; from sphinxext.llmpipeline.language import parse; parse(sys.stdin.read())",
    ]
    done = subprocess.run(
        command,
        input=f"{declared}\n{edges}",
        capture_output=True,
        text=True,
        timeout=20,
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert "unknown node 'knowm-999'" in done.stderr
