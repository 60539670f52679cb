"""Statements, and their errors."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline.diagnostics import PipelineError
from sphinxext.llmpipeline.language import parse, parser
from sphinxext.llmpipeline.model.pipeline import Edge, Group, Label, Node
from sphinxext.llmpipeline.model.vocabulary import NODE_KINDS
from tests.language.parsing import check_error, diagnostics_of, ends_of


@pytest.mark.parametrize("kind", [kind for kind in NODE_KINDS if kind != "join"])
def test_kind(kind: str) -> None:
    assert parse(f"{kind} a: A").nodes == (Node("a", Label.plain("A"), kind),)


def test_kind_defaults_to_node_and_label_to_the_id() -> None:
    assert parse("gpt3").nodes == (Node("gpt3", Label.plain("gpt3"), "node"),)


def test_kind_without_label() -> None:
    assert parse("model gpt3").nodes == (Node("gpt3", Label.plain("gpt3"), "model"),)


def test_kind_of_the_project() -> None:
    assert parse("router a: A", kinds=["router"]).nodes[0].kind == "router"


@pytest.mark.parametrize("word", ["model", "group", "align", "panel"])
def test_keyword_after_a_kind_is_an_id(word: str) -> None:
    assert parse(f"model {word}: A").nodes[0].id == word


def test_kind_alone_is_an_id() -> None:
    assert parse("model: The model").nodes == (Node("model", Label.plain("The model")),)


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


@pytest.mark.parametrize(
    ("text", "fans"),
    [
        ("a -> b, c: x", [0, 0]),
        ("a, b -> c: x", [0, 0]),
        ("a -> b\nb -> c, d: x\nc, d -> e: y", [None, 1, 1, 3, 3]),
        ("a -> b, c\n   :step: 2", [0, 0]),
        ("a -> b, c\n   :value: 2", [0, 0]),
        ("a -> b, c\n   :note: x", [0, 0]),
        ("a -> b, c", [None, None]),
        ("a -> b, c\n   :tooltip: x", [None, None]),
        ("a, b -> c, d: x", [None] * 4),
        ("a -> b -> c: x", [None, None]),
        ("a -> b, c -> d: x", [None] * 4),
        ("row r: A | B\nnode a\na -> r.*: x", [0, 0]),
        ("row r: A | B\nrow s: C | D\nr.* -> s.*: x", [None, None]),
    ],
)
def test_edges_with_one_end_and_one_label_in_common_are_a_fan(text: str, fans: list[int | None]) -> None:
    assert [edge.fan for edge in parse(text).edges] == fans


def test_loop_and_parallel_edges() -> None:
    assert ends_of("a -> a\na -> b\na -> b") == [("a", "a"), ("a", "b"), ("a", "b")]


@pytest.mark.parametrize("word", ["align", "group", "panel", "model"])
def test_keyword_before_an_arrow_is_an_id(word: str) -> None:
    assert ends_of(f"{word} -> b\n{word}, a -> b") == [(word, "b"), (word, "b"), ("a", "b")]


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


def test_a_group_without_a_title() -> None:
    text = "group g:\n  :note: noted\n  group h:   \n    model a\n  group i\n    model b\na -> i"
    assert parse(text).groups == (
        Group("g", None, note=Label.plain("noted")),
        Group("h", None, "g"),
        Group("i", Label.plain("i"), "g"),
    )


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


def test_groups_nest_twenty_deep() -> None:
    text = "".join(" " * depth + f"group g{depth}: G\n" for depth in range(20)) + " " * 20 + "model a"
    assert len(list(parse(text).enclosing("a"))) == 20


@pytest.mark.parametrize("depth", [21, 1000])
def test_deep_nesting(depth: int) -> None:
    (diagnostic,) = diagnostics_of(
        "".join(" " * level + f"group g{level}: G\n" for level in range(depth)) + " " * depth + "a"
    )
    assert (diagnostic.message, diagnostic.line) == ("groups nest at most 20 deep: move this one outwards", 21)


def test_align() -> None:
    assert parse("a -> b, c -> d\nalign b, c\nalign a,d").aligned == (("b", "c"), ("a", "d"))


def test_align_in_a_group() -> None:
    assert parse("group g: G\n  model a\n  model b\n  align a, b").aligned == (("a", "b"),)


ERRORS = {
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
line 1: unknown kind 'xyzzy'; expected one of: node, data, process, train, model, reward, eval, store, service, tool, human, decision, io, op, more, join, group, panel, \
align, category, row, grid, stack, note
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
        "panel p: P\n  a -> b\na -> b\ngroup g: G\n  e -> f",
        """\
line 4: expected a panel, edge, note or category: nothing else stands beside the panels; indent this under one of them
    group g: G
    ^~~~~~~~~~""",
    ),
    "align-beside-a-panel": (
        "panel p: P\n  a -> b\nalign a, b",
        """\
line 3: expected a panel, edge, note or category: nothing else stands beside the panels; indent this under one of them
    align a, b
    ^~~~~~~~~~""",
    ),
    "before-a-panel": (
        "model a\npanel p: P\n  model b",
        """\
line 1: expected a panel, edge, note or category: nothing else stands beside the panels; indent this under one of them
    model a
    ^~~~~~~""",
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
    "indentation-less": (
        "    a -> b\n  c -> d\n  d -> e",
        """\
line 2: unexpected indentation of 2: expected 4, as on line 1
    c -> d
    ^~~~~~""",
    ),
}
"""Case → text, and the whole message of its error."""


@pytest.mark.parametrize(("text", "message"), ERRORS.values(), ids=ERRORS)
def test_error(text: str, message: str) -> None:
    check_error(text, message)


def test_an_unknown_kind_is_compared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []
    monkeypatch.setattr(parser, "meant", lambda word, *_: compared.append(word) or "model")
    found = diagnostics_of("\n".join(f"modle n{number}: Step" for number in range(9)))
    assert [diagnostic.message for diagnostic in found] == 9 * ["unknown kind 'modle'; did you mean 'model'?"]
    assert compared == ["modle"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("    a -> b\n  c -> d\n  d -> e", "unexpected indentation of 2: expected 4, as on line 10"),
        ("model a\n  more", "unexpected indentation: line 10 has no label that this could continue; end it with ':', "
         "or indent this line less"),
        ("a: A\na: B", "id 'a' is declared twice: line 10 declares a node of that name; choose another id"),
        ("category a\ncategory a\nb", "category 'a' is declared twice, first on line 10; keep one"),
        ("a: A\n  :note: n\n  :note: m", "field 'note' stands twice, first on line 11; keep one"),
    ],
)  # fmt: skip
def test_messages_count_from_the_first_line(text: str, message: str) -> None:
    with pytest.raises(PipelineError) as caught:
        parse(text, first_line=10)
    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.message, diagnostic.line) == (message, 3 if "note" in text else 2)


def test_lines_are_explained_up_to_a_number_of_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    monkeypatch.setattr(parser, "explain", lambda line, _kinds: calls.append(line))
    assert len(diagnostics_of(1000 * "a b c\n")) == 1000
    assert len(calls) == 200
