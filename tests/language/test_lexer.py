"""Lines, ids and arrows, and their errors."""

from __future__ import annotations

from typing import get_args

import pytest

from sphinxext.llmpipeline.language import parse
from sphinxext.llmpipeline.language.lexer import ARROWS
from sphinxext.llmpipeline.model.pipeline import Edge
from sphinxext.llmpipeline.model.vocabulary import EDGE_KINDS, EdgeKind
from tests.language.parsing import check_error, diagnostics_of, ends_of
from tests.processes import output_of


@pytest.mark.parametrize("id", ["a", "_", "_a", "gpt-3", "gpt-3.5-turbo", "v1.0", "a.", "a-_b", "模型", "é"])
def test_id(id: str) -> None:
    assert parse(f"model {id}").nodes[0].id == id


def test_every_kind_of_edge_has_an_arrow() -> None:
    assert sorted(ARROWS.values()) == sorted(get_args(EdgeKind)) == sorted(EDGE_KINDS)


@pytest.mark.parametrize(("arrow", "kind"), ARROWS.items())
@pytest.mark.parametrize("space", ["", " ", "  ", "\t"])
def test_arrow(arrow: str, kind: EdgeKind, space: str) -> None:
    assert parse(f"a-1{space}{arrow}{space}b-2").edges == (Edge("a-1", "b-2", kind),)


@pytest.mark.parametrize(
    ("text", "ends"),
    [("a.b..>c.d", "a.b c.d"), ("a-1..>b", "a-1 b"), ("a.->b", "a. b"), ("a..->b", "a.. b"), ("a.b~>c", "a.b c")],
)
def test_a_dot_in_an_id_never_swallows_an_arrow(text: str, ends: str) -> None:
    (edge,) = parse(text).edges
    assert f"{edge.source} {edge.target}" == ends


def test_comments_and_blank_lines() -> None:
    assert ends_of("# one\n\na -> b\n   # two\n\n  \n# three\nb -> c\n") == [("a", "b"), ("b", "c")]


@pytest.mark.parametrize("indent", ["", "   ", "\t", "\N{NO-BREAK SPACE}"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_indentation_line_ends_and_byte_order_mark(indent: str, end: str, mark: str) -> None:
    lines = ["group g: G", "  model a: A", "    more", "  model b", "a -> b"]
    pipeline = parse(mark + end.join(indent + line for line in lines) + end)
    assert pipeline == parse("\n".join(lines))
    assert [node.line for node in pipeline.nodes] == [2, 4]
    assert pipeline.edges[0].line == 5


@pytest.mark.parametrize("separator", ["\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"])
def test_separator_that_does_not_end_a_line(separator: str) -> None:
    pipeline = parse(f"{separator}\nmodel a: x{separator}y{separator}\n{separator}\nmodel b")
    assert [(node.label.text, node.line) for node in pipeline.nodes] == [("x y", 2), ("b", 4)]


def test_form_feed_does_not_indent() -> None:
    assert [node.id for node in parse("model a: A\n\fmodel b").nodes] == ["a", "b"]


@pytest.mark.parametrize("character", ["\x00", "\x08", "\x1b", "\ud800", "\uffff"])
def test_character_that_cannot_be_drawn(character: str) -> None:
    (diagnostic,) = diagnostics_of(f"a -> b: x\n  y{character}")
    assert (diagnostic.line, diagnostic.column) == (2, 4)
    assert diagnostic.quoted == "  y\N{REPLACEMENT CHARACTER}"


def test_first_character_of_a_line_that_cannot_be_drawn_is_reported() -> None:
    found = diagnostics_of("a: x\x01y\x02\x03\nb: \x04")
    assert [(diagnostic.line, diagnostic.column, diagnostic.message) for diagnostic in found] == [
        (1, 5, "the character U+0001 cannot be drawn: remove it"),
        (2, 4, "the character U+0004 cannot be drawn: remove it"),
    ]


ERRORS = {
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
    "semicolon": (
        "gpt3;",
        """\
line 1: 'gpt3;' is not an id; the end of the line ends a statement, without ';'
    gpt3;
    ^~~~~""",
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
    "edge-label-without-space": (
        "a -> b:label",
        """\
line 1: 'b:label' is not an id; put a space after ':' where a label begins
    a -> b:label
         ^~~~~~~""",
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
line 1: unknown arrow '-.->'; did you mean '..>'?
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
        "a ->=> b",
        """\
line 1: unknown arrow '->=>'; expected one of: -> => ..> --> <-> -- ~>
    a ->=> b
      ^~~~""",
    ),
    "arrow-one-dot": (
        "a .> b",
        """\
line 1: unknown arrow '.>'; did you mean '..>'?
    a .> b
      ^~""",
    ),
    "arrow-three-dots-after-an-id": (
        "a...>b",
        """\
line 1: unknown arrow '...>'; did you mean '..>'?
    a...>b
     ^~~~""",
    ),
    "arrow-two-waves": (
        "a ~~> b",
        """\
line 1: unknown arrow '~~>'; did you mean '~>'?
    a ~~> b
      ^~~""",
    ),
    "arrow-dotted-to-the-left": (
        "a <.. b",
        """\
line 1: unknown arrow '<'; arrows point to the right: write 'b -> a' for 'a <- b'
    a <.. b
      ^""",
    ),
    "no-id-after-a-skip": (
        "a ~> ",
        """\
line 1: expected an id after '~>'
    a ~>
      ^~""",
    ),
    "group-bad-id": (
        "group 3g: Training\n  a -> b",
        """\
line 1: '3g' is not an id: expected a letter or '_', then letters, digits, '_', '-' and '.'
    group 3g: Training
          ^~""",
    ),
    "align-bad-id": (
        "a -> b\nalign a, 3b",
        """\
line 2: '3b' is not an id: expected a letter or '_', then letters, digits, '_', '-' and '.'
    align a, 3b
             ^~""",
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
"""Case → text, and the whole message of its error."""


@pytest.mark.parametrize(("text", "message"), ERRORS.values(), ids=ERRORS)
def test_error(text: str, message: str) -> None:
    check_error(text, message)


def test_long_runs_of_dots_are_read_once() -> None:
    code = """
from sphinxext.llmpipeline import PipelineError, parse
dots = 200_000 * "."
print(len(parse(f"a{dots} -> b").nodes[0].id))
for text in (f"a -> {dots}", f"a {dots} b"):
    try:
        parse(text)
    except PipelineError as error:
        print(error.diagnostics[0].message.replace(dots, "…"))
"""
    assert output_of(code) == (
        "200001\n"
        "'…' is not an id: expected a letter or '_', then letters, digits, '_', '-' and '.'\n"
        "expected ': ' between the id and the label, as in 'model gpt3: General Purpose Model'\n"
    )


def test_dots_before_an_arrow_belong_to_it() -> None:
    assert ends_of("a..>b") == [("a", "b")]
    assert ends_of("a. -> b.c..d") == [("a.", "b.c..d")]
