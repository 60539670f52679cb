"""Doubtful places in labels: a warning, and the diagram is drawn."""

from __future__ import annotations

import warnings

import pytest

from sphinxext.llmpipeline.diagnostics import Diagnostic, PipelineError
from sphinxext.llmpipeline.language import parse
from tests.processes import output_of

QUOTES = "a label needs no quotes, which are drawn: write Base, or “Base”"
HTML = "a label has the inline markup of the document instead of HTML, as in '**bold**' or '*italic*'"
ATTRIBUTES = "a label has no attributes: the kind of a node and the arrow of an edge pick the look, and fields the rest"
FIELD = (
    "this line continues the label; if it is a field, write ':{}:', or else write the text after "
    + r"'\n' in the line above"
)


def doubts_in(text: str) -> list[tuple[int, int, int, str]]:
    """Line, column, width and message of each warning."""
    found: list[Diagnostic] = []
    parse(text, warn=found.append)
    assert all(doubt.drawable and doubt.subtype == "syntax" for doubt in found)
    return [(doubt.line, doubt.column, doubt.width, doubt.message) for doubt in found]


@pytest.mark.parametrize(
    ("text", "doubts"),
    [
        ('model a: "Base"', [(1, 10, 6, QUOTES)]),
        ("a: 'Base'", [(1, 4, 6, QUOTES)]),
        ('a -> b: "Base"', [(1, 9, 6, QUOTES)]),
        ('group g: "Base"\n  a -> b', [(1, 10, 6, QUOTES)]),
        ('a:\n  "Base"', [(2, 3, 6, QUOTES)]),
        ("a: Base<br/>x", [(1, 8, 5, "'\\n' breaks a line of a label, as in 'one\\ntwo', not '<br/>'")]),
        ("a: x\n  y<BR>z", [(2, 4, 4, "'\\n' breaks a line of a label, as in 'one\\ntwo', not '<BR>'")]),
        ("a: <b>x</b>", [(1, 4, 8, HTML)]),
        ('a -> b: x <font color="red">y</font>', [(1, 11, 26, HTML)]),
        ("a: x &lt; y", [(1, 6, 4, "write the character itself instead of '&lt;'")]),
        ("a: x #quot;y#quot;", [(1, 6, 6, "write the character itself instead of '#quot;'")]),
        ("a: Base {shape: cylinder}", [(1, 9, 17, ATTRIBUTES)]),
        ("a -> b: {style.stroke: red}", [(1, 9, 19, ATTRIBUTES)]),
        ("a: Base [shape=box];", [(1, 9, 12, ATTRIBUTES)]),
        ("a -> b: x;", [(1, 10, 1, "the end of the line ends a label, without ';'")]),
        (
            "a -> b: x; b -> c: y",
            [(1, 10, 11, "each statement stands on a line of its own, without ';'")],
        ),
        ("a: fa:fa-user User", [(1, 4, 10, "icons of fonts are not drawn: remove 'fa:fa-user'")]),
        ("a: A\n  color: red", [(2, 3, 10, FIELD.format("color"))]),
        ("a -> b: x\n  note: y", [(2, 3, 7, FIELD.format("note"))]),
        ("a: A\n  value: 7B", [(2, 3, 9, FIELD.format("value"))]),
        ("a: A\n  plot: bars", [(2, 3, 10, FIELD.format("plot"))]),
        ("stack s: S\n  a: A\n    step = 3", [(3, 5, 8, FIELD.format("step"))]),
        (
            "a: A\n  b -> c",
            [
                (
                    *(2, 3, 6),
                    "this line continues the label; if it is an edge, indent it less, or else write the text after "
                    "'\\n' in the line above",
                )
            ],
        ),
    ],
)
def test_doubt(text: str, doubts: list[tuple[int, int, int, str]]) -> None:
    assert doubts_in(text) == doubts


@pytest.mark.parametrize(
    "label",
    [
        '"Base" and more', "the 'best' model", "“Base”", r"\"Base\"", "5' or 6\"", "'a' or 'b'", '"', "'n'–'m'",
        "<s> and </s>", "<think>…</think>", "x < y and y > z", "``<br>``", "``<b>x</b>``", r"\<br>", ":code:`<br>`",
        "a; b", "AT&T; x", "R&D", "{x}", "{city: Paris}", '{"role": "user"}', "[1]", "[batch, length]", "#1; #2",
        "A [note: see below]", "{ref}`x`", "f(x); g(x)", "note: this is one line", "color: red", "a -> b", "x = 1",
        "``x;``",
    ],
)  # fmt: skip
def test_no_doubt(label: str) -> None:
    assert doubts_in(f"a: {label}\na -> a: {label}\ngroup g: {label}\n  b") == []


@pytest.mark.parametrize(
    "line",
    [
        "a note: x",
        "loss: cross-entropy",
        "model size: 7B",
        "then",
        "- first",
        "-> b",
        "a ->",
        "value: of the critic",
        "size: small",
        "step: the first",
        "plot: none",
    ],
)
def test_line_that_continues_a_label(line: str) -> None:
    assert doubts_in(f"a: A\n  {line}\na -> a") == []


def test_cells_hold_any_token() -> None:
    assert doubts_in("row words: 'The' | <br> | x; | &lt; | {shape: x}\nrow one: \"a\"") == []


CELLS = {
    "grid": (
        "row t: A | B\n  C | D",
        """\
line 2: this line continues the last cell of the row; for rows below each other, write 'grid t' and each row under it, \
as in 'first: A | B'; for more cells, end the line above with '|'
    C | D
    ^~~~~""",
    ),
    "grid-with-names": (
        "row t:\n  first: A | B\n  second: C | D\n  third: E | F",
        """\
line 3: this line continues the last cell of the row; for rows below each other, write 'grid t' and each row under it, \
as in 'first: A | B'; for more cells, end the line above with '|'
    second: C | D
    ^~~~~~~~~~~~~""",
    ),
    "field": (
        "row t: A | B\n  value: 1 | 2",
        """\
line 2: this line continues the last cell; if it is a field, write ':value:', or else write the text after '\\n' in \
the line above
    value: 1 | 2
    ^~~~~~~~~~~~""",
    ),
}


@pytest.mark.parametrize(("text", "doubt"), CELLS.values(), ids=CELLS)
def test_doubt_about_cells(text: str, doubt: str) -> None:
    found: list[Diagnostic] = []
    parse(text, warn=found.append)
    assert [f"line {one.line}: {one}" for one in found] == [doubt]


@pytest.mark.parametrize(
    "text",
    [
        "row t: A | B |\n  C | D",
        "row t: A | B\n  | C | D",
        "row t: A | B\n  (the second)",
        "row t: A | B\n  and | C | D | E",
        "row t:\n  A | B",
        "grid t: A | B\n  first: A | B\n  second: C | D",
    ],
)
def test_cells_in_several_lines(text: str) -> None:
    assert doubts_in(text) == []


def test_doubts_stand_among_the_errors() -> None:
    with pytest.raises(PipelineError) as caught:
        parse("a: 'A'\nb: B\na -> c\nb: \"B\"")
    assert [(found.line, found.drawable) for found in caught.value.diagnostics] == [
        (1, True),
        (3, False),
        (4, False),
        (4, True),
    ]


def test_doubt_at_the_place_of_an_error_gives_way() -> None:
    with pytest.raises(PipelineError) as caught:
        parse("a --> x\nb --> c\nmodel d")
    assert [(found.line, found.column, found.drawable) for found in caught.value.diagnostics] == [
        (1, 1, False),
        (1, 7, False),
        (2, 1, False),
        (2, 7, False),
    ]


def test_doubt_is_a_warning_of_python_by_default() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        parse('a: "Base"')
    (warning,) = caught
    assert str(warning.message) == f'line 1: {QUOTES}\n    a: "Base"\n       ^~~~~~'
    assert warning.filename == __file__


@pytest.mark.parametrize("text", ["<b>", "<b ", "`", "``a` ", "[shape=", ";a"])
def test_a_long_label_is_searched_once(text: str) -> None:
    code = f"""
from sphinxext.llmpipeline.language.label_habits import doubts_in
from sphinxext.llmpipeline.language.syntax_tree import Line
print([*doubts_in([(Line(1, (200_000 // len({text!r})) * {text!r}, 0), 0)])])
"""
    assert output_of(code) == "[]\n"
