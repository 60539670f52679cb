"""Pygments lexer of the language, for ``.. code-block:: llmpipeline``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pygments import token
from pygments.lexer import Lexer

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
