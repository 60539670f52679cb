"""Statements that can be read, and more likely mean something else: a warning, and the diagram is drawn."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline import unparse
from sphinxext.llmpipeline.diagnostics import Diagnostic
from sphinxext.llmpipeline.extension.options import OPTIONS
from sphinxext.llmpipeline.language import habits, parse
from sphinxext.llmpipeline.language.fields import FIELDS
from sphinxext.llmpipeline.language.label_habits import VALUES_OF_FIELDS, VALUES_OF_OPTIONS


def doubts_in(text: str) -> str:
    """The warnings about a diagram, as a build prints them."""
    found: list[Diagnostic] = []
    parse(text, warn=found.append)
    assert all(doubt.drawable and doubt.subtype == "syntax" for doubt in found)
    return "\n".join(f"line {doubt.line}: {doubt}" for doubt in found)


def test_all_edges_are_feedback() -> None:
    assert doubts_in("model a\nmodel b\na --> b: x\nb --> a") == (
        "line 3: all edges are feedback, drawn dashed, because '-->' means it here: the flow is '->', as in 'a -> b'\n"
        "    a --> b: x\n    ^~~~~~~~~~"
    )


NODES = {
    "direction-of-a-group": (
        "group g: G\n  direction: right\n  a",
        """\
line 2: 'direction' is a node here; for the field of 'g', write ':direction: LR', and for a node of this name, 'node \
direction: right'
    direction: right
    ^~~~~~~~~~~~~~~~""",
    ),
    "note-of-a-group": (
        "group g: G\n  model a\n  note: hello",
        """\
line 3: 'note' is a node here; for the field of 'g', write ':note: hello', and for a node of this name, 'node note: \
hello'
    note: hello
    ^~~~~~~~~~~""",
    ),
    "arrows-of-a-stack": (
        "stack s: S\n  arrows: no\n  a\n  b",
        """\
line 2: 'arrows' is a node here; for the field of 's', write ':arrows: no', and for a node of this name, 'node arrows: \
no'
    arrows: no
    ^~~~~~~~~~""",
    ),
    "category-of-a-group": (
        "category open: Open\ngroup g: G\n  category: open\n  a",
        """\
line 3: 'category' is a node here; for the field of 'g', write ':category: open', and for a node of this name, 'node \
category: open'
    category: open
    ^~~~~~~~~~~~~~""",
    ),
    "field-of-a-node-in-a-panel": (
        "panel p: P\n  model a\n  value: 7B",
        """\
line 3: 'value' is a node here; for a field, write ':value: 7B', indented under its statement, and for a node of this \
name, 'node value: 7B'
    value: 7B
    ^~~~~~~~~""",
    ),
    "note": (
        "model a\nnote: hello",
        """\
line 2: 'note' is a node here; for a field, write ':note: hello', indented under its statement, for a text beside a \
node, 'note of a: hello', and for a node of this name, 'node note: hello'
    note: hello
    ^~~~~~~~~~~""",
    ),
    "option": (
        "name: my-diagram\nmodel a",
        """\
line 1: 'name' is a node here; for the option of the directive, write ':name: my-diagram' under its first line, and \
for a node of this name, 'node name: my-diagram'
    name: my-diagram
    ^~~~~~~~~~~~~~~~""",
    ),
    "long-label": (
        "model a\nnote: A long text that nobody would want in a message",
        """\
line 2: 'note' is a node here; for a field, write ':note: A long text that nobody would want in a…', indented under \
its statement, for a text beside a node, 'note of a: A long text that nobody would want in a…', and for a node of this \
name, 'node note: A long text that nobody would want in a…'
    note: A long text that nobody would want in a message
    ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~""",
    ),
    "option-alone": (
        "legend\nmodel a",
        """\
line 1: 'legend' is a node here; for the option of the directive, write ':legend:' under its first line, and for a \
node of this name, 'node legend'
    legend
    ^~~~~~""",
    ),
    "keyword-alone": (
        "model a\nrow",
        """\
line 2: 'row' is a node here; for the statement, write for example 'row words: The | cat', and for a node of this \
name, 'node row'
    row
    ^~~""",
    ),
    "row-without-id": (
        "row: A | B\nmodel a",
        """\
line 1: 'row' is a node here; the id stands after this word, as in 'row words: The | cat', and for a node of this \
name, 'node row: A | B'
    row: A | B
    ^~~~~~~~~~""",
    ),
    "grid-without-id": (
        "grid: Scores of all\n  first: A | B",
        """\
line 1: 'grid' is a node here; the id stands after this word, as in 'grid scores: Scores', and for a node of this \
name, 'node grid: Scores of all'
    grid: Scores of all
    ^~~~~~~~~~~~~~~~~~~""",
    ),
}
"""Case → text, and the whole warning."""


@pytest.mark.parametrize(("text", "doubt"), NODES.values(), ids=NODES)
def test_node_that_hardly_is_one(text: str, doubt: str) -> None:
    assert doubts_in(text) == doubt


@pytest.mark.parametrize(
    "text",
    [
        "group g: G\n  note: hello\n  a: A\na -> note",
        "group g: G\n  note: hello\n  a: A\nalign a, note",
        "note: hello\nnote of note: text",
        "group g: G\n  node direction: LR\n  data note: hello",
        "group g: Modalities\n  text: Texts\n  image: Images\n  class: Classifier\n  link: Link\n  value: Value head",
        "group g: Attention\n  query: q\n  key: k\n  value: v",
        "group g: Record\n  category: sports\n  name: jane\n  format: pdf\n  step: First step\n  kind: Kind of text",
        "direction: Which way\nmodel a",
        "row words: note = hello | direction = LR",
        "note\ncategory\nstyle\ntext",  # a list of words
        "model a\nlegend\na -> legend",
        "group g: Columns\n  note\n  category\n  style",
        "stack s: S\n  attention\n  norm\n  mlp",
        "node legend\nlegend_2",
        "model a\nlegend\n  :note: of the plot",
        "row: Row\ngrid: The grid\nstack: Stacks",
        "group g: G\n  stack: Dishes\n  category: Sports",
    ],
)
def test_node_that_is_meant(text: str) -> None:
    assert doubts_in(text) == ""


CHAINS = {
    "chain": (
        "a: A\nb: B\nc: C\na -> b: x -> c: y",
        """\
line 4: a label goes on to the end of its line: for an edge, write 'a -> b: x' and 'b -> c: y' on two lines; for an \
arrow in a text, '→'
    a -> b: x -> c: y
              ^~~~""",
    ),
    "without-a-second-label": (
        "a: A\nb: B\nc: C\na, b => c: x ..> a\nb -> c: x --> a",
        """\
line 5: a label goes on to the end of its line: for an edge, write 'b -> c: x' and 'c --> a' on two lines; for an \
arrow in a text, '→'
    b -> c: x --> a
              ^~~~~""",
    ),
    "three": (
        "a -> b: x -> c: y -> d: z",
        """\
line 1: a label goes on to the end of its line: for an edge, write 'a -> b: x' and 'b -> c: y' on two lines; for an \
arrow in a text, '→'
    a -> b: x -> c: y -> d: z
              ^~~~""",
    ),
    "without-a-first-label": (
        "a -> b: -> c: y",
        """\
line 1: a label goes on to the end of its line: for an edge, write 'a -> b' and 'b -> c: y' on two lines; for an arrow \
in a text, '→'
    a -> b: -> c: y
            ^~~~""",
    ),
    "links": (
        "a -- b: x -- c: y",
        """\
line 1: a label goes on to the end of its line: for an edge, write 'a -- b: x' and 'b -- c: y' on two lines; for an \
arrow in a text, '→'
    a -- b: x -- c: y
              ^~~~""",
    ),
    "two-statements": (
        "a -> b: x, b -> c: y",
        """\
line 1: a label goes on to the end of its line: for an edge, write 'a -> b: x' and 'b -> c: y' on two lines; for an \
arrow in a text, '→'
    a -> b: x, b -> c: y
                 ^~~~""",
    ),
    "node": (
        "model a: A -> b\nmodel b",
        """\
line 1: a label goes on to the end of its line: for an edge, write 'model a: A' and 'a -> b' on two lines; for an \
arrow in a text, '→'
    model a: A -> b
               ^~~~""",
    ),
}


@pytest.mark.parametrize(("text", "doubt"), CHAINS.values(), ids=CHAINS)
def test_chain_in_a_label(text: str, doubt: str) -> None:
    assert doubts_in(text) == doubt


@pytest.mark.parametrize(
    "text",
    [
        "a -> b: x → c\nb -> c",
        "a -> b: text -> ids",  # no node
        "a -> b: a -> b",
        "model a\nmodel b\nmodel c\na -> b: b -> c\nb -> c",  # what is said of the edge
        "model a\nmodel b\na -> b: maps x -> y: see below",
        "a -> b: see this -- c\nb -> c",
        "a -> b: ``x -> c``\nb -> c",
        "a -> b: the step x -> c of it\nb -> c",
        "tokens: Text -> ids\nids: Ids\ntokens -> ids",
        "row words: x -> a | b\na: A",
    ],
)
def test_arrow_in_a_label(text: str) -> None:
    assert doubts_in(text) == ""


FANS = {
    "answers": (
        "a -> b, c: yes, no",
        """\
line 1: each of these edges has the whole label; for one label each, write a line each, as in 'a -> b: yes' and 'a -> \
c: no'
    a -> b, c: yes, no
               ^~~~~~~""",
    ),
    "sources": (
        "a, b ..> c: Hit / Miss",
        """\
line 1: each of these edges has the whole label; for one label each, write a line each, as in 'a ..> c: Hit' and 'b \
..> c: Miss'
    a, b ..> c: Hit / Miss
                ^~~~~~~~~~""",
    ),
    "chain": (
        "a -> b -> c: pass, fail",
        """\
line 1: each of these edges has the whole label; for one label each, write a line each, as in 'a -> b: pass' and 'b -> \
c: fail'
    a -> b -> c: pass, fail
                 ^~~~~~~~~~""",
    ),
    "bars": (
        "a -> b, c, d: queries | URLs | the rest",
        """\
line 1: each of these edges has the whole label; for one label each, write a line each, as in 'a -> b: queries' and 'a \
-> c: URLs'
    a -> b, c, d: queries | URLs | the rest
                  ^~~~~~~~~~~~~~~~~~~~~~~~~""",
    ),
}


@pytest.mark.parametrize(("text", "doubt"), FANS.values(), ids=FANS)
def test_a_label_for_each_edge(text: str, doubt: str) -> None:
    assert doubts_in(text) == doubt


@pytest.mark.parametrize(
    "text",
    [
        "a -> b, c: queries, URLs",  # both may be sent to both
        "a -> b, c: chosen, rejected",
        "a -> b, c: yes",
        "a -> b: yes, no",
        "a -> b, c, d: yes, no",
        "a -> b, c: yes, yes",
        "a, b -> c, d: yes, no",
        "a -> b, c: P(x | z)",
        "a -> b, c: $x | z$",
        "row r: A | B\nx: X\nr.* -> x: yes, no",
    ],
)
def test_one_label_for_all_edges(text: str) -> None:
    assert doubts_in(text) == ""


def test_every_field_and_option_is_found_without_its_colon() -> None:
    assert set(VALUES_OF_FIELDS) == {field.name for field in FIELDS}
    errors = {option for _, option in habits._OPTIONS.values()} | {"direction"}
    assert set(VALUES_OF_OPTIONS) | errors | {"align"} == {option.name for option in OPTIONS}


@pytest.mark.parametrize(
    "text",
    [
        "node note: hello",
        "node value: 7B",
        "node name: jane",
        "node splines: ortho",
        "node row: A | B",
        "value: Value head",
    ],
)
def test_unparsed_diagrams_raise_no_doubt(text: str) -> None:
    assert unparse(parse(text)) == f"{text}\n"
    assert doubts_in(unparse(parse(text))) == ""
