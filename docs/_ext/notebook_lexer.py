"""Language ``mystnb`` of code blocks: a notebook as text, with its settings in YAML and its cells in their language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pygments import token
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.lexers.data import YamlLexer
from pygments.lexers.markup import MarkdownLexer

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_SETTINGS = re.compile(r"\A---\n.*?^---\n", re.MULTILINE | re.DOTALL)
_CELL = re.compile(
    r"^(?P<first>```\{code-cell\} (?P<language>\w+)\n)(?P<code>.*?)^(?P<last>```[ ]*$)", re.MULTILINE | re.DOTALL
)

_Tokens = Iterator[tuple[int, Any, str]]
"""Position, type and text of each token."""


class NotebookLexer(Lexer):  # type: ignore[misc]  # Pygments has no types
    """Lexer of notebooks of MyST-NB."""

    name = "MyST notebook"
    aliases = ("mystnb",)

    def get_tokens_unprocessed(self, text: str) -> _Tokens:
        """Position, type and text of each token."""
        settings = _SETTINGS.match(text)
        position = settings.end() if settings else 0
        yield from _inside(YamlLexer(), text, 0, position)
        for cell in _CELL.finditer(text, position):
            yield from _inside(MarkdownLexer(), text, position, cell.start())
            yield cell.start(), token.String.Backtick, cell["first"]
            yield from _inside(get_lexer_by_name(cell["language"]), text, *cell.span("code"))
            yield cell.start("last"), token.String.Backtick, cell["last"]
            position = cell.end()
        yield from _inside(MarkdownLexer(), text, position, len(text))


def _inside(lexer: Lexer, text: str, start: int, end: int) -> _Tokens:
    """The tokens of a part of a text."""
    for position, kind, piece in lexer.get_tokens_unprocessed(text[start:end]):
        yield position + start, kind, piece


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the language."""
    app.add_lexer("mystnb", NotebookLexer)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
