r"""Tokens of a diagram for highlighting: the text in pieces, each with its kind.

Every text has tokens: what is wrong or incomplete is ``text``, because manuals quote mistakes, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from .fields import FIELDS
from .lexer import ARROWS, ELLIPSIS_PATTERN, ID, has_arrow, split_head
from .parser import KEYWORDS
from .syntax_tree import Line

TokenKind = Literal[
    "space", "comment", "keyword", "kind", "id", "arrow", "punctuation", "field", "label", "break", "role", "literal",
    "text",
]  # fmt: skip
Token = tuple[TokenKind, str]

_GROUPS = ("group", "panel", "stack", "grid")
"""Keywords of statements that contain statements."""

FIELD_NAMES = frozenset(field.name for field in FIELDS) | {"hide"}
"""Names of all fields, with ``hide`` of ``llmpipeline-from``."""
_FIELD = re.compile(rf":(?:{'|'.join(sorted(FIELD_NAMES))}):(?=\s|$)")
_ARROW = "|".join(re.escape(arrow) for arrow in sorted(ARROWS, key=len, reverse=True))
_HEAD: tuple[tuple[TokenKind, str], ...] = (
    ("arrow", _ARROW),
    ("id", ID.pattern),
    ("punctuation", rf",|(?<=\.)\*|{ELLIPSIS_PATTERN}"),
    ("space", r"\s+"),
    ("text", "."),
)
_ROLE = r":[\w:.+-]{1,80}:|\{[\w:.+-]+\}"  # limited, because a text may consist of colons
_LABEL: tuple[tuple[TokenKind, str], ...] = (
    ("break", r"\\n"),
    ("role", rf"(?:{_ROLE})`[^`]*`"),
    ("literal", r"`+[^`]*`+_*"),
    ("label", rf"(?:(?!\\n|(?:{_ROLE})`|`).)+|."),
)


def tokens(text: str) -> Iterator[Token]:
    r"""The tokens of *text*; together they are the text.

    >>> [*tokens("a -> b")]
    [('id', 'a'), ('space', ' '), ('arrow', '->'), ('space', ' '), ('id', 'b')]
    """
    owner: int | None = None  # indentation of the statement or field whose label deeper lines continue
    for number, raw in enumerate(re.findall(r"[^\n]*\n|[^\n]+$", text), start=1):
        body = raw.strip()
        indent = raw.index(body) if body else 0
        found: Iterator[Token] = iter(())
        if body.startswith("#"):
            found = iter([("comment", body)])
        elif field := _FIELD.match(body):
            owner = indent if owner is None else min(owner, indent)
            found = _field(field.group(), body[field.end() :])
        elif owner is not None and indent > owner:
            found = _split(_LABEL, body)
        elif body:
            head, label = split_head(Line(number, body, 0))
            is_group = head.split(" ")[0] in _GROUPS and not has_arrow(head)
            owner = None if is_group else indent
            found = _statement(head, body[len(head) :] if label else "")
        yield from _with_space(raw[:indent], found, raw[indent + len(body) :])


def _with_space(before: str, found: Iterator[Token], after: str) -> Iterator[Token]:
    if before:
        yield "space", before
    yield from found
    if after:
        yield "space", after


def _field(name: str, value: str) -> Iterator[Token]:
    yield "field", name
    yield from _split(_LABEL, value)


def _statement(head: str, rest: str) -> Iterator[Token]:
    """The head, and *rest*: the separator and the label."""
    words = head.split()
    is_pair = len(words) > 1 and not has_arrow(head)
    is_note = is_pair and words[:2] == ["note", "of"]
    for index, (kind, piece) in enumerate(_split(_HEAD, head)):
        if index == 0 and kind == "id" and is_pair:
            yield ("keyword" if words[0] in KEYWORDS else "kind"), piece
        elif index == 2 and is_note:
            yield "keyword", piece
        else:
            yield kind, piece
    before, colon, label = rest.partition(":")
    if colon:
        yield "punctuation", before + colon
        yield from _split(_LABEL, label)


def _split(kinds: tuple[tuple[TokenKind, str], ...], text: str) -> Iterator[Token]:
    """The pieces of *text*, each by the first pattern that matches."""
    pattern = re.compile("|".join(f"({expression})" for _, expression in kinds), re.DOTALL)
    for found in pattern.finditer(text):
        yield kinds[(found.lastindex or 1) - 1][0], found.group()
