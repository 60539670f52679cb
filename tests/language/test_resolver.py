"""Undeclared nodes, and errors in ids."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline.language import parse
from sphinxext.llmpipeline.model.pipeline import Label, Node
from tests.language.parsing import check_error, diagnostics_of, ends_of


def test_undeclared_nodes() -> None:
    assert parse("b -> a\na -> c").nodes == tuple(Node(id, Label.plain(id)) for id in "bac")


def test_undeclared_node_belongs_to_the_first_group_that_names_it() -> None:
    pipeline = parse("a -> b\ngroup g: G\n  b -> c\n  group h: H\n    c -> d\ne -> g")
    assert {node.id: node.group for node in pipeline.nodes} == {"a": None, "b": "g", "c": "g", "d": "h", "e": None}


def test_undeclared_node_belongs_to_its_panel() -> None:
    pipeline = parse("panel p: P\n  a -> b\npanel q: Q\n  c -> d")
    assert {node.id: node.group for node in pipeline.nodes} == {"a": "p", "b": "p", "c": "q", "d": "q"}


def test_edges_to_groups() -> None:
    text = "group g: G\n  model a\ngroup h: H\n  model b\nmodel c\nc -> g\na -> h\ng => h"
    assert ends_of(text) == [("c", "g"), ("a", "h"), ("g", "h")]


def test_ten_thousand_edges() -> None:
    ids = ", ".join(f"a{number}" for number in range(100))
    assert len(parse(f"{ids} -> {ids}").edges) == 10_000


def test_too_many_edges_in_one_statement() -> None:
    left, right = (", ".join(f"{letter}{number}" for number in range(1000)) for letter in "ab")
    (diagnostic,) = diagnostics_of(f"{left} -> {right}")
    assert diagnostic.message == (
        "this statement declares 1,000,000 edges: a diagram has at most 10,000; "
        "put nodes into a group, which can be the end of an edge"
    )
    assert (diagnostic.line, diagnostic.column, diagnostic.width) == (1, 1, len(diagnostic.quoted))


def test_too_many_edges_in_all() -> None:
    ids = ", ".join(f"a{number}" for number in range(80))
    (diagnostic,) = diagnostics_of(f"{ids} -> {ids}\n{ids} -> {ids}\n{ids} -> {ids}")
    assert diagnostic.line == 2
    assert diagnostic.message.startswith("this statement declares 6,400 edges, after 6,400 before it: a diagram has at")


def test_long_line_is_cut_around_the_error() -> None:
    (diagnostic,) = diagnostics_of("model a\n" + "a, " * 200 + "x" + ", a" * 200 + " -> a")
    message, quoted, marker = str(diagnostic).split("\n")
    assert message == "unknown node 'x'; declare it on a line of its own, as in 'x: Label'"
    assert quoted.strip().startswith("…")
    assert quoted.endswith("…")
    assert quoted[marker.index("^")] == "x"


ERRORS = {
    "panel-without-node": (
        "panel p: P\n  model a\npanel q: Q\n  :note: x\n  a -> a",
        """\
line 3: panel 'q' holds no node: declare one in it, as in 'a: Label', or remove the panel
    panel q: Q
    ^~~~~""",
    ),
    "panel-without-node-undeclared": (
        "panel p: P\n  a -> b\npanel q: Q\n  a -> b",
        """\
line 3: panel 'q' holds no node: a node belongs to the first panel that names it
    panel q: Q
    ^~~~~
line 4: 'a' stands in panel 'p', and this is panel 'q': an id is unique in the whole diagram, and an edge \
between panels stands beside them
    a -> b
    ^
line 4: 'b' stands in panel 'p', and this is panel 'q': an id is unique in the whole diagram, and an edge \
between panels stands beside them
    a -> b
         ^""",
    ),
    "edge-to-what-stands-in-no-panel": (
        "panel p: P\n  a -> b\npanel q: Q\n  c -> d\nb -> x\nb -> ... -> c",
        """\
line 5: 'x' stands in no panel: an edge beside the panels joins what they hold
    b -> x
         ^
line 6: '...' stands in no panel: an edge beside the panels joins what they hold
    b -> ... -> c
         ^~~""",
    ),
    "unknown-node-beside-panels": (
        "panel p: P\n  model arch\npanel q: Q\n  model b\narhc -> b",
        """\
line 5: unknown node 'arhc'; did you mean 'arch'?
    arhc -> b
    ^~~~""",
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
line 6: 'c' stands in panel 'q', and 'a' in panel 'p': 'align' takes nodes of one panel
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
    "align-twice": (
        "model a\nmodel b\nalign a, b, a",
        """\
line 3: 'a' stands twice in 'align'; keep one
    align a, b, a
                ^""",
    ),
}
"""Case → text, and the whole message of its error."""


@pytest.mark.parametrize(("text", "message"), ERRORS.values(), ids=ERRORS)
def test_error(text: str, message: str) -> None:
    check_error(text, message)


@pytest.mark.parametrize(
    "id",
    [id for id in ERRORS if id.startswith(("unknown-node", "edge-to", "edge-from", "align-unknown", "align-group"))],
)
def test_subtype_of_a_wrong_id(id: str) -> None:
    assert {diagnostic.subtype for diagnostic in diagnostics_of(ERRORS[id][0])} == {"reference"}
