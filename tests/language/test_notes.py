"""Notes beside nodes and groups."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline import parse
from sphinxext.llmpipeline.language import tokens
from sphinxext.llmpipeline.model.pipeline import Callout, Label, Link
from tests.language.parsing import check_error


def targets(text: str) -> list[tuple[str, str]]:
    return [(callout.target, callout.label.text) for callout in parse(text).callouts]


def test_note_with_everything() -> None:
    text = """\
category slow: Slow
a
note of a: first -> second: *third*
  fourth
  - fifth
  :link: :doc:`guide`
  :tooltip: t
  :category: slow
  :class: c d"""
    (callout,) = parse(text).callouts
    label = Label.plain("first -> second: *third*\nfourth\n- fifth")
    assert callout == Callout("a", label, Label.plain("t"), "slow", ("c", "d"))
    assert callout.link == Link(":doc:`guide`", is_role=True)
    assert (callout.line, callout.label.line, callout.link.line) == (3, 3, 6)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a -> b\nnote of b: x", [("b", "x")]),
        ("note of b: before\na -> b", [("b", "before")]),
        ("a: A\nnote of a: one\nnote of a: two", [("a", "one"), ("a", "two")]),
        ("a: A\nnote of a:\n  one\n  two", [("a", "one\ntwo")]),
        ("group g: G\n  a: A\n  note of a: x\n  note of g: y", [("a", "x"), ("g", "y")]),
        ("stack s: S\n  a: A\n  b: B\n  note of a: x\nnote of s: y", [("a", "x"), ("s", "y")]),
        ("row w: A | B\nnote of w: x\nnote of w.2: y", [("w", "x"), ("w.2", "y")]),
        ("grid w: W\n  r: A | B\nnote of w.r.1: x", [("w.r.1", "x")]),
        ("panel p: P\n  a: A\n  note of a: x\npanel q: Q\n  b: B\n  note of b: y", [("a", "x"), ("b", "y")]),
        ("panel p: P\n  a: A\npanel q: Q\n  b: B\nnote of b: y\nnote of a: x", [("b", "y"), ("a", "x")]),
        ("panel p: P\n  a: A\npanel q: Q\n  b: B\n  note of a: x", [("a", "x")]),
        ("join j\na, b -> j -> c\nnode a\nnode b\nnode c\nnote of j: x", [("j", "x")]),
        ("of: Of\nnote of of: x", [("of", "x")]),
    ],
)
def test_targets(text: str, found: list[tuple[str, str]]) -> None:
    assert targets(text) == found


@pytest.mark.parametrize("text", ["note: A note", "note -> b", "note, b -> c", "model note", "a -> note: of b"])
def test_a_node_may_be_called_note(text: str) -> None:
    pipeline = parse(text)
    assert "note" in {node.id for node in pipeline.nodes}
    assert pipeline.callouts == ()


def test_note_of_a_node_called_note() -> None:
    assert targets("note: Note\nnote of note: x") == [("note", "x")]


def test_a_note_declares_no_node() -> None:
    pipeline = parse("a -> b\nnote of a: x")
    assert [node.id for node in pipeline.nodes] == ["a", "b"]


ERRORS: dict[str, tuple[str, str]] = {
    "unknown": (
        "encoder: E\nnote of encodr: x",
        """\
line 2: unknown node 'encodr'; did you mean 'encoder'?
    note of encodr: x
            ^~~~~~""",
    ),
    "unknown-far": (
        "a: A\nnote of xyz: x",
        """\
line 2: unknown node 'xyz'; declare it on a line of its own, as in 'xyz: Label'
    note of xyz: x
            ^~~""",
    ),
    "unknown-undeclared": (
        "a -> b\nnote of c: x",
        """\
line 2: unknown node 'c'; no edge of this diagram names it
    note of c: x
            ^""",
    ),
    "no-id": (
        "a: A\nnote of: x",
        """\
line 2: expected an id after 'note of', as in 'note of encoder: Trained first'
    note of: x
    ^~~~~~~""",
    ),
    "no-id-and-no-text": (
        "a: A\nnote of",
        """\
line 2: expected an id after 'note of', as in 'note of encoder: Trained first'
    note of
    ^~~~~~~""",
    ),
    "no-text": (
        "a: A\nnote of a",
        """\
line 2: expected ': ' and a text after the id, as in 'note of encoder: Trained first'
    note of a
            ^""",
    ),
    "empty-text": (
        "a: A\nnote of a:",
        """\
line 2: expected ': ' and a text after the id, as in 'note of encoder: Trained first'
    note of a:
            ^""",
    ),
    "line-break-alone": (
        "a: A\nnote of a: \\n",
        """\
line 2: expected ': ' and a text after the id, as in 'note of encoder: Trained first'
    note of a: \\n
            ^""",
    ),
    "two-ids": (
        "a: A\nb: B\nnote of a b: x",
        """\
line 3: expected one id after 'note of', not 2 words, as in 'note of encoder: Trained first'
    note of a b: x
            ^~~""",
    ),
    "fields-alone": (
        "a: A\nnote of a:\n   :class: c",
        """\
line 2: expected ': ' and a text after the id, as in 'note of encoder: Trained first'
    note of a:
            ^""",
    ),
    "no-space-before-the-text": (
        "a: A\nnote of a:x",
        """\
line 2: expected ': ' and a text after the id, as in 'note of encoder: Trained first'
    note of a:x
            ^~~""",
    ),
    "no-colon": (
        "a: A\nnote of a Trained first",
        """\
line 2: expected ': ' and a text after the id, as in 'note of encoder: Trained first'
    note of a Trained first
            ^~~~~~~~~~~~~~~""",
    ),
    "without-of": (
        "a: A\nnote a: Trained first",
        """\
line 2: a note names what it is of, as in 'note of a: text'
    note a: Trained first
    ^~~~~~""",
    ),
    "several": (
        "a: A\nb: B\nnote of a, b: x",
        """\
line 3: a note is of one node or group: write one for each, or put them into a group
    note of a, b: x
            ^~~~""",
    ),
    "edge": (
        "a -> b\nnote of a -> b: x",
        """\
line 2: a note is of a node or a group; that of an edge is its field, indented under it: ':note: text'
    note of a -> b: x
            ^~~~~~""",
    ),
    "all-cells": (
        "row w: A | B\nnote of w.*: x",
        """\
line 2: a note is of one cell, or of a row or a grid as a whole, whose id has no '.*'
    note of w.*: x
            ^~~""",
    ),
    "quoted-id": (
        "a: A\nnote of 'a': x",
        """\
line 2: ''a'' is not an id; an id is not quoted, and a label stands after ': '
    note of 'a': x
            ^~~""",
    ),
    "field-of-others": (
        "a: A\nnote of a: x\n   :repeat: 3",
        """\
line 3: a note has no field 'repeat'; expected one of: link, tooltip, category, class
    :repeat: 3
    ^~~~~~~~""",
    ),
    "note-of-a-note": (
        "a: A\nnote of a: x\n   :note: y",
        """\
line 3: a note has no field 'note'; expected one of: link, tooltip, category, class
    :note: y
    ^~~~~~""",
    ),
    "field-for-the-label": (
        "a: A\nnote of a: x\n   :text: y",
        """\
line 3: there is no field 'text': a label stands after ': ', as in 'note of a: Text'
    :text: y
    ^~~~~~""",
    ),
    "colour": (
        "a: A\nnote of a: x\n   :color: red",
        """\
line 3: there is no field 'color': ':category:' gives a colour by meaning
    :color: red
    ^~~~~~~""",
    ),
    "unknown-category": (
        "category slow: Slow\na: A\nnote of a: x\n   :category: slw",
        """\
line 4: unknown category 'slw'; did you mean 'slow'?
    :category: slw
               ^~~""",
    ),
    "panel": (
        "panel p: P\n  a: A\n  note of p: x",
        """\
line 3: 'p' is a panel: name a node or a group in it
    note of p: x
            ^""",
    ),
    "as-a-kind": (
        "callout a: x",
        """\
line 1: unknown kind 'callout'; did you mean 'note'?
    callout a: x
    ^~~~~~~""",
    ),
}


@pytest.mark.parametrize(("text", "message"), ERRORS.values(), ids=ERRORS)
def test_error(text: str, message: str) -> None:
    check_error(text, message)


def test_highlighting() -> None:
    found = [token for token in tokens("note of a: of b\nnote -> of") if token[0] != "space"]
    assert found == [
        ("keyword", "note"),
        ("keyword", "of"),
        ("id", "a"),
        ("punctuation", ":"),
        ("label", " of b"),
        ("id", "note"),
        ("arrow", "->"),
        ("id", "of"),
    ]
