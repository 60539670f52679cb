"""Pygments lexers: of the language, and of reStructuredText and Markdown with diagrams in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pygments import token
from pygments.lexer import Lexer
from pygments.lexers.markup import MarkdownLexer, RstLexer

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
    r"^(?P<indent> *)\.\. (?:\|[^|\n]+\| )?llmpipeline(?:-from)?::[^\n]*\n"
    r"(?:(?P=indent)(?P<deeper> +):[^\n]*\n(?:(?P=indent)(?P=deeper)(?::| +\S)[^\n]*\n)*)?"
    r"(?P<body>(?:[ \t]*(?:\n|\Z)|(?P=indent) +[^\n]*(?:\n|\Z))+)",
    re.MULTILINE,
)
"""A directive in a document: its first line, its options, which may continue on deeper lines, its content."""


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


_FENCE = re.compile(
    r"^(?P<first>(?P<fence>[`:~]{3,})\{llmpipeline(?:-from)?\}[^\n]*\n)"
    r"(?P<options>---\n(?:(?!---)[^\n]*\n)*---[^\n]*\n|(?::[^\n]*\n)*)"
    r"(?P<body>.*?)^(?P<last>(?P=fence)[ \t]*(?:\n|\Z))",
    re.MULTILINE | re.DOTALL,
)
"""A directive of MyST: its first line, its options, its content, its last line."""
_FENCE_OPTION = re.compile(r"(:?[\w-]+:|)([^\n]*\n)")
"""A line of options: a name, or nothing where a value continues, and the rest of the line."""


class MarkdownDocumentLexer(MarkdownLexer):  # type: ignore[misc]  # Pygments has no types
    """Lexer of Markdown in which the content of diagrams has the tokens of their language."""

    name = "Markdown with LLM pipelines"
    aliases = ()

    def get_tokens_unprocessed(self, text: str, stack: Any = ("root",)) -> Iterator[tuple[int, Any, str]]:
        """Position, type and text of each token; *stack* is that of Pygments' states."""
        position = 0
        diagrams = PipelineLexer()
        for found in _FENCE.finditer(text):
            yield from _moved(super().get_tokens_unprocessed(text[position : found.start()], stack), position)
            yield found.start(), token.String.Backtick, found["first"]
            for option in _FENCE_OPTION.finditer(text, *found.span("options")):
                yield option.start(1), token.Name.Class, option[1]
                yield option.start(2), token.Text, option[2]
            yield from _moved(diagrams.get_tokens_unprocessed(found["body"]), found.start("body"))
            yield found.start("last"), token.String.Backtick, found["last"]
            position = found.end()
        yield from _moved(super().get_tokens_unprocessed(text[position:], stack), position)


def _moved(found: Iterator[tuple[int, Any, str]], by: int) -> Iterator[tuple[int, Any, str]]:
    return ((position + by, kind, piece) for position, kind, piece in found)
