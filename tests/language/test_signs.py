"""Signs: operations, ellipses, joins and piles."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline import parse
from sphinxext.llmpipeline.language import tokens
from sphinxext.llmpipeline.model.pipeline import Label, Node, Pipeline
from tests.language.parsing import check_error


def ids(pipeline: Pipeline) -> list[tuple[str, str | None]]:
    return [(node.id, node.group) for node in pipeline.nodes]


def test_signs_without_a_label_have_none() -> None:
    assert parse("op add\nmore m\nmore n: 94 more\nnode x\n   :kind: more").nodes == (
        Node("add", Label.plain("add"), "op"),
        Node("m", Label(()), "more"),
        Node("n", Label.plain("94 more"), "more"),
        Node("x", Label(()), "more"),
    )


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("x -> b, ..., f", "x b ...1 f"),
        ("x->b,...,f", "x b ...1 f"),
        ("a -> ... -> c", "a ...1 c"),
        ("a->...->c", "a ...1 c"),
        ("... -> c", "...1 c"),
        ("a -> ...", "a ...1"),
        ("x -> ..., f", "x ...1 f"),
        ("x -> b, ...", "x b ...1"),
        ("x -> b, ... -> y", "x b ...1 y"),
        ("... -> ...", "...1 ...2"),
        ("b: B\nf: F\nx: X\nx -> b, ..., f", "b ...1 f x"),
        ("f: F\nx: X\nx -> ..., f", "...1 f x"),
        ("a: A\n...\nb: B\n...: and more", "a ...1 b ...2"),
        ("...\na -> b", "a b ...1"),
    ],
)
def test_an_ellipsis_stands_where_it_is_written(text: str, order: str) -> None:
    found = parse(text)
    assert " ".join(node.id for node in found.nodes) == order
    assert {node.kind for node in found.nodes if node.id.startswith("...")} == {"more"}


def test_edges_of_an_ellipsis() -> None:
    edges = parse("a -> b, ..., c: x").edges
    assert [(edge.source, edge.target) for edge in edges] == [("a", "b"), ("a", "...1"), ("a", "c")]


def test_what_is_repeated_may_be_a_pile() -> None:
    repeated = "\n   :repeat: 12\n   :pile: "
    found = parse(
        f"a: A{repeated}yes\nb: B{repeated}no\ngroup g: G{repeated}yes\n   c: C\nstack s: S{repeated}yes\n   d: D"
    )
    assert [node.pile for node in found.nodes] == [True, False, False, False]
    assert [group.pile for group in found.groups] == [True, True]
    assert not parse("a: A\n   :pile: no").nodes[0].pile


def test_an_ellipsis_belongs_to_the_group_of_its_neighbours() -> None:
    text = "x: X\ngroup g: G\n   a: A\n   b: B\n   group h: H\n      c: C\n"
    assert dict(ids(parse(f"{text}x -> a, ..., b")))["...1"] == "g"
    assert dict(ids(parse(f"{text}a -> ... -> b")))["...1"] == "g"
    assert dict(ids(parse(f"{text}a, ... -> x")))["...1"] == "g"
    assert dict(ids(parse(f"{text}a -> ... -> c")))["...1"] is None
    assert dict(ids(parse(f"{text}   a -> ... -> c")))["...1"] == "g"
    assert dict(ids(parse(f"{text}   ...: more\n      :note: n")))["...1"] == "g"


@pytest.mark.parametrize("step", ["1", "42", "999", "2a", "B", "iv"])
def test_steps(step: str) -> None:
    found = parse(f"a: A\n   :step: {step}\nb: B\na -> b, a\n   :step: {step}")
    assert [node.step for node in found.nodes] == [step, None]
    assert [edge.step for edge in found.edges] == [step, step]


def test_tokens_of_an_ellipsis() -> None:
    found = [kind for kind, piece in tokens("a -> b, ..., c") if piece == "..."]
    assert found == ["punctuation"]


ERRORS = {
    "ellipsis-in-align": (
        "a -> b, c\nalign b, ..., c",
        """\
line 2: 'align' takes ids only: declare the ellipsis, as in 'more rest', and name it here
    align b, ..., c
             ^~~""",
    ),
    "ellipsis-of-one-character": (
        "a -> b, …, c",
        """\
line 1: '…' is not an id; write '...' for what is left out
    a -> b, …, c
            ^""",
    ),
    "ellipsis-of-four-dots": (
        "a -> ....",
        """\
line 1: '....' is not an id: expected a letter or '_', then letters, digits, '_', '-' and '.'
    a -> ....
         ^~~~""",
    ),
    "join-with-a-label": (
        "join j: Meeting\na: A\nb: B\na -> j -> b",
        """\
line 1: a join takes no label: it is a point where edges meet
    join j: Meeting
            ^~~~~~~""",
    ),
    "join-with-a-note": (
        "join j\n   :note: here\na: A\nb: B\na -> j -> b",
        """\
line 2: a join takes no note: it is a point where edges meet
    :note: here
           ^~~~""",
    ),
    "join-by-a-field": (
        "node j\n   :kind: join\n   :value: 3\na: A\nb: B\na -> j -> b",
        """\
line 3: a join takes no value: it is a point where edges meet
    :value: 3
            ^""",
    ),
    "join-that-nothing-leaves": (
        "join j\na: A\na -> j",
        """\
line 1: no edge leaves the join 'j': expected edges that meet and go on, as in 'a, b -> j -> c'
    join j
         ^""",
    ),
    "join-that-nothing-enters": (
        "join j\na: A\nj -> a",
        """\
line 1: no edge enters the join 'j': expected edges that meet and go on, as in 'a, b -> j -> c'
    join j
         ^""",
    ),
    "join-with-a-step": (
        "join j\n   :step: 3\na: A\na -> j -> a",
        """\
line 2: a join takes no step: it is a point where edges meet
    :step: 3
           ^""",
    ),
    **{
        f"step-{step}": (
            f"a -> b\n   :step: {step}",
            f"""\
line 2: expected a positive whole number, or up to three letters and digits such as 2a, not '{step}'
    :step: {step}
           ^{"~" * (len(step) - 1)}""",
        )
        for step in ("0", "-1", "1.5", "1000", "step 3", "2_a", "007")
    },
    "step-of-a-group": (
        "group g: G\n   :step: 3\n   a: A",
        """\
line 2: a group has no field 'step'; expected one of: link, tooltip, note, repeat, pile, category, class, direction
    :step: 3
    ^~~~~~""",
    ),
    "step-misspelled": (
        "a -> b\n   :stp: 3",
        """\
line 2: unknown field 'stp'; did you mean 'step'?
    :stp: 3
    ^~~~~""",
    ),
    **{
        f"pile-without-a-repetition-of-a-{word}": (
            f"{word} g: G\n   :pile: yes{inside}",
            """\
line 2: a pile shows what is repeated: write ':repeat:' as well, as in ':repeat: 12'
    :pile: yes
           ^~~""",
        )
        for word, inside in (("node", ""), ("group", "\n   a: A"), ("stack", "\n   a: A"))
    },
    "pile-neither-yes-nor-no": (
        "a: A\n   :repeat: 12\n   :pile: maybe",
        """\
line 3: expected 'yes' or 'no', not 'maybe'
    :pile: maybe
           ^~~~~""",
    ),
    "pile-of-an-ellipsis": (
        "more a\n   :repeat: 12\n   :pile: yes",
        """\
line 3: a node of the kind 'more' has no outline, and so no pile
    :pile: yes
           ^~~""",
    ),
    "pile-of-a-point": (
        "a: A\njoin j\n   :pile: yes\na -> j -> a",
        """\
line 3: a node of the kind 'join' has no outline, and so no pile
    :pile: yes
           ^~~""",
    ),
    "pile-of-an-edge": (
        "a -> b\n   :pile: yes",
        """\
line 2: an edge has no field 'pile'; expected one of: link, tooltip, note, value, category, step, class, kind
    :pile: yes
    ^~~~~~""",
    ),
    "pile-of-a-row": (
        "row r: A | B\n   :pile: yes",
        """\
line 2: a row has no field 'pile'; expected one of: link, tooltip, note, value, category, shares, class, kind
    :pile: yes
    ^~~~~~""",
    ),
    "pile-of-a-cell": (
        "grid g: G\n   a: A | B\n      :pile: yes",
        """\
line 3: a cell has no field 'pile'; expected one of: link, tooltip, note, value, category, class, kind
    :pile: yes
    ^~~~~~""",
    ),
    "pile-of-a-panel": (
        "panel p: P\n   :pile: yes\n   a: A",
        """\
line 2: a panel has no field 'pile'; expected one of: link, tooltip, note, class, direction
    :pile: yes
    ^~~~~~""",
    ),
    "pile-misspelled": (
        "a: A\n   :repeat: 12\n   :piles: yes",
        """\
line 3: unknown field 'piles'; did you mean 'pile'?
    :piles: yes
    ^~~~~~~""",
    ),
    "join-alone": (
        "join j",
        """\
line 1: no edge enters the join 'j': expected edges that meet and go on, as in 'a, b -> j -> c'
    join j
         ^""",
    ),
}


@pytest.mark.parametrize(("text", "message"), ERRORS.values(), ids=ERRORS)
def test_error(text: str, message: str) -> None:
    check_error(text, message)
