"""Pygments lexers: of the language, and of reStructuredText with diagrams in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pygments import token
from pygments.lexer import Lexer
from pygments.lexers.markup import RstLexer

from ..language import TokenKind, tokens

_TYPES: Mapping[TokenKind, Any] = {
    "space": token.Whitespace,
    "comment": token.Comment.Single,
    "keyword": token.Keyword,
    "kind": token.Keyword.Type,
    "id": token.Name.Variable,
    "arrow": token.Operator,
    "punctuation": token.Punctuation,
    "field": token.Name.Attribute,
    "label": token.String,
    "break": token.String.Escape,
    "role": token.String.Interpol,
    "literal": token.String.Backtick,
    "text": token.Text,
}


class PipelineLexer(Lexer):  # type: ignore[misc]  # Pygments has no types
    """Lexer of diagrams."""

    name = "LLM pipeline"
    aliases = ("llmpipeline",)

    def get_tokens_unprocessed(self, text: str) -> Iterator[tuple[int, Any, str]]:
        """Position, type and text of each token."""
        position = 0
        for kind, piece in tokens(text):
            yield position, _TYPES[kind], piece
            position += len(piece)


_BLOCK = re.compile(
    r"^(?P<indent> *)\.\. (?:\|[^|\n]+\| )?llmpipeline(?:-from)?::[^\n]*\n(?:(?P=indent) +:[^\n]*\n)*"
    r"(?P<body>(?:[ \t]*(?:\n|\Z)|(?P=indent) +[^\n]*(?:\n|\Z))+)",
    re.MULTILINE,
)
"""A directive in a document: its first line, its options, its content."""


class DocumentLexer(RstLexer):  # type: ignore[misc]  # Pygments has no types
    """Lexer of reStructuredText in which the content of diagrams has the tokens of their language."""

    name = "reStructuredText with LLM pipelines"
    aliases = ()

    def get_tokens_unprocessed(self, text: str, stack: Any = ("root",)) -> Iterator[tuple[int, Any, str]]:
        """Position, type and text of each token; *stack* is that of Pygments' states."""
        position = 0
        diagrams = PipelineLexer()
        for found in _BLOCK.finditer(text):
            start, end = found.span("body")
            yield from _moved(super().get_tokens_unprocessed(text[position:start], stack), position)
            yield from _moved(diagrams.get_tokens_unprocessed(text[start:end]), start)
            position = end
        yield from _moved(super().get_tokens_unprocessed(text[position:], stack), position)


def _moved(found: Iterator[tuple[int, Any, str]], by: int) -> Iterator[tuple[int, Any, str]]:
    return ((position + by, kind, piece) for position, kind, piece in found)
