"""Labels mean the same text in both kinds of markup."""

from __future__ import annotations

import pytest
from docutils import nodes
from docutils.core import publish_doctree
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from sphinxext.llmpipeline import parse
from sphinxext.llmpipeline.conversion.escaping import Markup, escaped, label
from sphinxext.llmpipeline.conversion.source import Span, SpanStyle
from tests.conversion.flowcharts import LABELS
from tests.processes import output_of

MARKS = r"*_`|\<>[]{}()$&:;-~!# ab1"
"""Characters of markup, and some others."""


def shown(text: str, markup: Markup) -> str:
    """The text that a reader sees of a line with markup."""
    if markup == "rst":
        # A line block, whose lines are inline text whatever they begin or end with.
        tree = publish_doctree(f"| {text}", settings_overrides={"report_level": 5})
        return "".join(node.astext() for node in tree.findall(nodes.Text))
    (inline,) = MarkdownIt("commonmark").parseInline(text)
    return "".join(token.content for token in inline.children or () if token.type in ("text", "code_inline"))


@pytest.mark.parametrize("markup", ["rst", "myst"])
@settings(deadline=None, max_examples=300)
@given(text=LABELS | st.text(MARKS, min_size=1).filter(str.strip))
def test_text_is_shown_as_it_is(markup: Markup, text: str) -> None:
    line = " ".join(text.split())
    assert shown(escaped(line, markup), markup) == line


@pytest.mark.parametrize("markup", ["rst", "myst"])
@pytest.mark.parametrize(
    "text",
    [
        "run_", "_run", "__init__", "*all*", "a * b", "2*3", "`x`", "|x|", "a | b", "C:\\new", "<name>", "&amp;",
        "[1]_",
        "[a](b)", "[^1]", "$5", "a_b", "{{ x }}", "~~x~~", "**", ":ref:`x`", "x;", "{shape: box}", "a; b -> c",
        "![x](y)",
        "#quot;", "<br/>", "`a` and `b`_", "a__b", "__", "*", "|", "\\",
    ],
)  # fmt: skip
def test_markup_is_escaped_and_warns_of_nothing(markup: Markup, text: str) -> None:
    written = escaped(text, markup)
    assert shown(written, markup) == text
    parse(f"a: {written}", warn=lambda found: pytest.fail(str(found)))


@pytest.mark.parametrize(
    ("spans", "rst", "myst"),
    [
        ([Span("a", "strong"), Span("b")], r"**a**\ b", "**a**b"),
        ([Span("a"), Span("b", "emphasis")], r"a\ *b*", "a*b*"),
        ([Span("a "), Span("b", "literal"), Span(".")], "a ``b``.", "a `b`."),
        ([Span("H"), Span("2", "sub"), Span("O")], r"H\ :sub:`2`\ O", "H{sub}`2`O"),
        ([Span("a:", "strong"), Span("b")], r"**a:**\ b", "a:b"),
        ([Span(" a ", "strong"), Span("b")], " **a** b", " **a** b"),
        ([Span("a`b", "literal")], r"a\`b", r"a\`b"),
        ([Span('"a"')], "“a”", "“a”"),
        ([Span("'a'")], "‘a’", "‘a’"),
    ],
)
def test_spans(spans: list[tuple[str, SpanStyle]], rst: str, myst: str) -> None:
    text = (tuple(Span(*span) for span in spans),)
    assert (label(text, "rst"), label(text, "myst")) == (rst, myst)


def test_lines_are_separated_as_the_language_does() -> None:
    assert label(((Span("a"),), (Span("b"),)), "rst") == r"a\nb"
    assert label(((Span('"a'),), (Span('b"'),)), "rst") == r"“a\nb”"


@pytest.mark.parametrize("text", ["[", "[shape=", "![a"])
def test_long_texts_are_escaped_once(text: str) -> None:
    code = f"""
from sphinxext.llmpipeline.conversion.escaping import label
from sphinxext.llmpipeline.conversion.source import Span
print(len(label(((Span(40_000 * {text!r} + "x"),),), "myst")) >= 40_000 * len({text!r}))
"""
    assert output_of(code) == "True\n"
