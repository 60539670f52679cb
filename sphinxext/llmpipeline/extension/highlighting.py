"""Pygments lexers: of the language, and of reStructuredText and Markdown with diagrams in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
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


_Tokens = Iterator[tuple[int, Any, str]]
"""Position, type and text of each token."""


class PipelineLexer(Lexer):  # type: ignore[misc]  # Pygments has no types
    """Lexer of diagrams."""

    name = "LLM pipeline"
    aliases = ("llmpipeline",)

    def get_tokens_unprocessed(self, text: str) -> _Tokens:
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

    def get_tokens_unprocessed(self, text: str, stack: Any = ("root",)) -> _Tokens:
        """Position, type and text of each token; *stack* is that of Pygments' states."""
        around = partial(super().get_tokens_unprocessed, stack=stack)
        return _with_diagrams(text, around, ((found.span("body"), _body(found)) for found in _BLOCK.finditer(text)))


_FENCE = re.compile(
    r"^(?P<first>(?P<indent> *)(?P<fence>[`:~]{3,})\{llmpipeline(?:-from)?\}[^\n]*\n)"
    r"(?P<options>(?P=indent)---\n(?:(?! *---)[^\n]*\n)*(?P=indent)---[^\n]*\n|(?:(?P=indent):[^\n]*\n)*)"
    r"(?P<body>.*?)^(?P<last>(?P=indent)(?P=fence)[ \t]*(?:\n|\Z))",
    re.MULTILINE | re.DOTALL,
)
"""A directive of MyST, perhaps in an item of a list: its first line, its options, its content, its last line."""
_FENCE_OPTION = re.compile(r"( *:?[\w-]+:|)([^\n]*\n)")
"""A line of options: a name, or nothing where a value continues, and the rest of the line."""


class MarkdownDocumentLexer(MarkdownLexer):  # type: ignore[misc]  # Pygments has no types
    """Lexer of Markdown in which the content of diagrams has the tokens of their language."""

    name = "Markdown with LLM pipelines"
    aliases = ()

    def get_tokens_unprocessed(self, text: str, stack: Any = ("root",)) -> _Tokens:
        """Position, type and text of each token; *stack* is that of Pygments' states."""
        around = partial(super().get_tokens_unprocessed, stack=stack)
        return _with_diagrams(text, around, ((found.span(), _fenced(found)) for found in _FENCE.finditer(text)))


def _fenced(found: re.Match[str]) -> _Tokens:
    """The tokens of a directive of MyST."""
    yield found.start(), token.String.Backtick, found["first"]
    for option in _FENCE_OPTION.finditer(found.string, *found.span("options")):
        yield option.start(1), token.Name.Class, option[1]
        yield option.start(2), token.Text, option[2]
    yield from _body(found)
    yield found.start("last"), token.String.Backtick, found["last"]


def _body(found: re.Match[str]) -> _Tokens:
    """The tokens of the content of a diagram."""
    return _moved(PipelineLexer().get_tokens_unprocessed(found["body"]), found.start("body"))


def _with_diagrams(
    text: str, around: Callable[[str], _Tokens], diagrams: Iterable[tuple[tuple[int, int], _Tokens]]
) -> _Tokens:
    """The tokens of a text: those of *diagrams* at their places, and what the lexer *around* them finds."""
    position = 0
    for (start, end), inside in diagrams:
        yield from _moved(around(text[position:start]), position)
        yield from inside
        position = end
    yield from _moved(around(text[position:]), position)


def _moved(found: _Tokens, by: int) -> _Tokens:
    return ((position + by, kind, piece) for position, kind, piece in found)
