"""Statements that would silently be nodes, and mean something else in other languages."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline.extension.options import OPTIONS
from sphinxext.llmpipeline.language import habits, parse
from tests.language.parsing import check_error, ends_of

ERRORS = {
    "mermaid-label": (
        "a -- text --> b",
        """\
line 1: the label of an edge stands at its end, as in 'a -> b: text'; if it is a node, write 'a -- text' and 'text \
--> b' on two lines
    a -- text --> b
         ^~~~""",
    ),
    "mermaid-label-tight": (
        "a --text--> b",
        """\
line 1: the label of an edge stands at its end, as in 'a -> b: text'; if it is a node, write 'a -- text' and 'text \
--> b' on two lines
    a --text--> b
        ^~~~""",
    ),
    "mermaid-label-in-a-chain": (
        "a -> b\nb -> c -- text --> d",
        """\
line 2: the label of an edge stands at its end, as in 'c -> d: text'; if it is a node, write 'c -- text' and 'text \
--> d' on two lines
    b -> c -- text --> d
              ^~~~""",
    ),
    "mermaid-label-of-declared-nodes": (
        "model a\nmodel b\na -- text --> b",
        """\
line 3: the label of an edge stands at its end, as in 'a -> b: text'; if it is a node, write 'a -- text' and 'text \
--> b' on two lines
    a -- text --> b
         ^~~~""",
    ),
    "mermaid-header-alone": (
        "flowchart\na -> b",
        """\
line 1: write the statements only, without 'flowchart'
    flowchart
    ^~~~~~~~~""",
    ),
    "mermaid-sequence-diagram": (
        "sequenceDiagram\n    a -> b: hello",
        """\
line 1: write the statements only, without 'sequenceDiagram'
    sequenceDiagram
    ^~~~~~~~~~~~~~~""",
    ),
    "mermaid-numbers": (
        "a -> b\nautonumber",
        """\
line 2: write the statements only, without 'autonumber'
    autonumber
    ^~~~~~~~~~""",
    ),
    "accessible-title": (
        "accTitle: How it works\na -> b",
        """\
line 1: 'accTitle' would be a node here; a caption is an option of the directive, under its first line: ':caption: \
How it works'
    accTitle: How it works
    ^~~~~~~~~~~~~~~~~~~~~~""",
    ),
    "accessible-description": (
        "accDescr: How it works\na -> b",
        """\
line 1: 'accDescr' would be a node here; a description is an option of the directive, under its first line: ':alt: \
How it works'
    accDescr: How it works
    ^~~~~~~~~~~~~~~~~~~~~~""",
    ),
    "d2-direction": (
        "direction: right\na -> b",
        """\
line 1: 'direction' would be a node here; a direction is an option of the directive, under its first line: \
':direction: LR'
    direction: right
    ^~~~~~~~~~~~~~~~""",
    ),
    "d2-shape": (
        "model.shape: cylinder\nmodel -> b",
        """\
line 1: the kind of a node picks its shape and colour, as in 'store model: Label'
    model.shape: cylinder
    ^~~~~~~~~~~~~~~~~~~~~""",
    ),
    "d2-shape-of-no-kind": (
        "a.shape: hexagon\na -> b",
        """\
line 1: the kind of a node picks its shape and colour, as in 'a: Label'
    a.shape: hexagon
    ^~~~~~~~~~~~~~~~""",
    ),
    "d2-style": (
        "a.style.fill: red\na -> b",
        """\
line 1: the kind of a node picks its shape and colour, as in 'store a: Label'
    a.style.fill: red
    ^~~~~~~~~~~~~~~~~""",
    ),
    "d2-label": (
        "a.label: First step\na -> b",
        """\
line 1: a label stands after the id: 'a: First step'
    a.label: First step
    ^~~~~~~~~~~~~~~~~~~""",
    ),
    "d2-link": (
        "a.link: https://example.org\na -> b",
        """\
line 1: a field is indented under the statement of 'a': ':link: https://example.org'
    a.link: https://example.org
    ^~~~~~~~~~~~~~~~~~~~~~~~~~~""",
    ),
    "d2-direction-of-a-container": (
        "a.direction: down\na -> b",
        """\
line 1: the direction of a group is a field, indented under it: ':direction: TB'
    a.direction: down
    ^~~~~~~~~~~~~~~~~""",
    ),
    "d2-container": (
        "x: Training {\n  a -> b\n}",
        """\
line 1: a group is 'group x: Training', its statements indented under it, without braces
    x: Training {
    ^~~~~~~~~~~~~""",
    ),
    "d2-container-without-label": (
        "x: {\n  a -> b\n}",
        """\
line 1: a group is 'group x: Title', its statements indented under it, without braces
    x: {
    ^~~~""",
    ),
    "d2-braces-of-an-edge": (
        "a -> b: x {\n  style.animated: true\n}",
        """\
line 1: an edge has no braces: its fields are indented under it, as in ':note: text'
    a -> b: x {
    ^~~~~~~~~~~""",
    ),
    "d2-variables": (
        "vars: {\n  d2-config\n}",
        """\
line 1: 'vars' would be a node here; the kind of a node picks its shape and colour, as in 'store a: Label', and the \
style of the project the rest
    vars: {
    ^~~~~~~""",
    ),
    "d2-markdown": (
        "a: |md\n  # Title\n|",
        """\
line 1: a label is text with inline markup, without '|': deeper lines continue it
    a: |md
       ^~~""",
    ),
    "d2-code": (
        "a: |`ts x `|",
        """\
line 1: a label is text with inline markup, without '|': deeper lines continue it
    a: |`ts x `|
       ^~~~~~~~~""",
    ),
    "d2-grid": (
        "grid-rows: 3\na -> b",
        """\
line 1: 'grid-rows' would be a node here; the kind of a node picks its shape and colour, as in 'store a: Label', \
and the style of the project the rest
    grid-rows: 3
    ^~~~~~~~~~~~""",
    ),
    "title": (
        "title: How it works\na -> b",
        """\
line 1: 'title' would be a node here; a caption is an option of the directive, under its first line: ':caption: How \
it works'
    title: How it works
    ^~~~~~~~~~~~~~~~~~~""",
    ),
    "caption": (
        "a -> b\ncaption: How it works",
        """\
line 2: 'caption' would be a node here; a caption is an option of the directive, under its first line: ':caption: \
How it works'
    caption: How it works
    ^~~~~~~~~~~~~~~~~~~~~""",
    ),
    "theme": (
        "theme: dark\na -> b",
        """\
line 1: 'theme' would be a node here; the style is an option of the directive, under its first line: ':style: print'
    theme: dark
    ^~~~~~~~~~~""",
    ),
    "legend": (
        "legend: yes\na -> b",
        """\
line 1: 'legend' would be a node here; a legend is an option of the directive, under its first line: ':legend: yes'
    legend: yes
    ^~~~~~~~~~~""",
    ),
    "colour": (
        "color: red\na -> b",
        """\
line 1: 'color' would be a node here; the kind of a node picks its shape and colour, as in 'store a: Label', and \
the style of the project the rest
    color: red
    ^~~~~~~~~~""",
    ),
    "link-not-indented": (
        "a -> b\nlink: https://example.org",
        """\
line 2: a field is indented under its statement and begins with ':', as in ':link: https://example.org'
    link: https://example.org
    ^~~~~~~~~~~~~~~~~~~~~~~~~""",
    ),
    "yaml-nodes": (
        "nodes:\n  - a\n  - b",
        """\
line 1: there is no list of nodes: a line is a node, as in 'a: Label', or an edge, as in 'a -> b: label'
    nodes:
    ^~~~~~""",
    ),
    "yaml-edges": (
        "edges:\n  - from: a\n    to: b",
        """\
line 1: there is no list of edges: a line is a node, as in 'a: Label', or an edge, as in 'a -> b: label'
    edges:
    ^~~~~~""",
    ),
    "yaml-edge": (
        "from: a\nto: b",
        """\
line 1: an edge is 'a -> b: label'
    from: a
    ^~~~~~~
line 2: an edge is 'a -> b: label'
    to: b
    ^~~~~""",
    ),
}
"""Case → text, and the whole message of its error."""


@pytest.mark.parametrize(("text", "message"), ERRORS.values(), ids=ERRORS)
def test_error(text: str, message: str) -> None:
    check_error(text, message)


@pytest.mark.parametrize(
    "text",
    [
        "title: The title\nabstract: The abstract\ntitle -> abstract",
        "node title: The title\nnode direction: right",
        "group paper: Paper\n  title: The title\n  abstract: The abstract",
        "style: Style transfer\nmodel a\na -> style",
        "data title: The title\nalign title, b\nmodel b",
        "direction: Which way\nmodel a",
        "from: Source\nmodel to: Target\nfrom -> to",
        "a.shape: Shapes of A\nb: B\nb -> a.shape",
        "gpt-3.5: GPT-3.5\ngpt.label-x: Label",
        "nodes: All nodes\nmodel a",
        "steps:\n  - first\n  - second\nmodel a\na -> steps",
        "graph: A graph\nflowchart: A chart",
        "model a\ngraph",
        "x: a {",
        "a: the end |",
        "timeline -> pie\npie -> timeline",
    ],
)
@pytest.mark.filterwarnings("error")
def test_no_error(text: str) -> None:
    parse(text)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("a -- b -- c", [("a", "b"), ("b", "c")]),
        ("a -- b\nb --> c", [("a", "b"), ("b", "c")]),
        ("a -- b --> c\nb -> d", [("a", "b"), ("b", "c"), ("b", "d")]),
        ("model a\nmodel b\nmodel c\na -- b --> c", [("a", "b"), ("b", "c")]),
        ("a -- b, c --> d\na -> d", [("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"), ("a", "d")]),
        ("a -> b --> c", [("a", "b"), ("b", "c")]),
    ],
)
@pytest.mark.filterwarnings("error")
def test_chain_of_arrows(text: str, ends: list[tuple[str, str]]) -> None:
    assert ends_of(text) == ends


def test_advice_names_options_that_exist() -> None:
    assert {option for _, option in habits._OPTIONS.values()} <= {option.name for option in OPTIONS}
