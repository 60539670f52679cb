"""Tokens for highlighting."""

from __future__ import annotations

from pathlib import Path

import pytest

from sphinxext.llmpipeline.language import TokenKind, tokens
from sphinxext.llmpipeline.language.fields import FIELDS
from sphinxext.llmpipeline.language.lexer import ARROWS
from tests.processes import output_of

DOCS = Path(__file__).parents[2] / "docs"


def seen(text: str) -> list[tuple[TokenKind, str]]:
    """The tokens of *text* that are no space."""
    return [(kind, piece) for kind, piece in tokens(text) if kind != "space"]


def test_statements() -> None:
    text = r"""
# comment
model gpt-3: A -> B\nof :ref:`x`
  and more ``code``
  :link: https://example.org
a, b=>c-->d: e
group g: G
  :note: under
    the title
  a.b
  align a, b
"""
    assert seen(text) == [
        ("comment", "# comment"),
        ("kind", "model"),
        ("id", "gpt-3"),
        ("punctuation", ":"),
        ("label", " A -> B"),
        ("break", r"\n"),
        ("label", "of "),
        ("role", ":ref:`x`"),
        ("label", "and more "),
        ("literal", "``code``"),
        ("field", ":link:"),
        ("label", " https://example.org"),
        ("id", "a"),
        ("punctuation", ","),
        ("id", "b"),
        ("arrow", "=>"),
        ("id", "c"),
        ("arrow", "-->"),
        ("id", "d"),
        ("punctuation", ":"),
        ("label", " e"),
        ("keyword", "group"),
        ("id", "g"),
        ("punctuation", ":"),
        ("label", " G"),
        ("field", ":note:"),
        ("label", " under"),
        ("label", "the title"),
        ("id", "a.b"),
        ("keyword", "align"),
        ("id", "a"),
        ("punctuation", ","),
        ("id", "b"),
    ]


@pytest.mark.parametrize("arrow", ARROWS)
def test_every_arrow(arrow: str) -> None:
    assert seen(f"a{arrow}b") == [("id", "a"), ("arrow", arrow), ("id", "b")]


@pytest.mark.parametrize("name", sorted({*(field.name for field in FIELDS), "hide"}))
def test_every_field(name: str) -> None:
    assert seen(f"a\n  :{name}: x")[1] == ("field", f":{name}:")


@pytest.mark.parametrize("text", [*(path.name for path in sorted((DOCS / "corpus").glob("*.txt")))])
def test_no_text_is_lost_and_all_is_known(text: str) -> None:
    written = (DOCS / "corpus" / text).read_text(encoding="utf-8")
    found = list(tokens(written))
    assert "".join(piece for _, piece in found) == written
    assert not [piece for kind, piece in found if kind == "text"]


@pytest.mark.parametrize(
    "wrong", [":", "a ~~~ b", "3d: x", "  : x", "[a]", "\u2028a -> b", "a ==> b", "", "::", "a:b", "a\r\nb"]
)
def test_no_text_of_a_mistake_is_lost(wrong: str) -> None:
    assert "".join(piece for _, piece in tokens(wrong)) == wrong


def test_a_long_label_of_colons() -> None:
    code = """
from sphinxext.llmpipeline.language import tokens
print([(kind, len(piece)) for kind, piece in tokens("a: " + 100_000 * ":")])
"""
    assert output_of(code) == "[('id', 1), ('punctuation', 1), ('label', 100001)]\n"
