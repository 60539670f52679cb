"""Record labels of DOT: fields side by side or one below the other → rows of cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_DEEPEST = 50
"""How deep braces may nest."""
_TOKEN = re.compile(r"\\[{}|<>\s\\]|[{}|<>]|(?:[^\\{}|<>]|\\(?![{}|<>\s\\]))+")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a record: a text, or fields that run the other way."""

    text: str
    port: str = ""
    parts: tuple[Field, ...] = ()


def parse_record(label: str) -> tuple[Field, ...]:
    r"""The fields of a label; escapes other than those of records are left in the texts.

    Raises:
        ValueError: if its brackets do not match.

    >>> [field.text for field in parse_record(r"<f0> left|right\|er")]
    ['left', 'right|er']
    """
    tokens = _TOKEN.findall(label)
    fields, position = _fields(tokens, 0, 0)
    if position < len(tokens):
        raise ValueError(label)
    return fields


def _fields(tokens: Sequence[str], position: int, depth: int) -> tuple[tuple[Field, ...], int]:
    """The fields from a position up to a closing brace or the end, and the position there."""
    if depth > _DEEPEST:
        raise ValueError(depth)
    found: list[Field] = []
    text, port, parts = "", "", tuple[Field, ...]()
    while True:
        part = tokens[position] if position < len(tokens) else ""
        if part in ("|", "}", ""):
            found.append(Field(text.strip(), port, parts))
            text, port, parts = "", "", ()
            if part != "|":
                return tuple(found), position
        elif part == "{":
            parts, position = _fields(tokens, position + 1, depth + 1)
            if tokens[position : position + 1] != ["}"]:
                raise ValueError(part)
        elif part == "<":
            end = tokens.index(">", position)
            port, position = "".join(tokens[position + 1 : end]).strip(), end
        elif part == ">":
            raise ValueError(part)
        else:
            text += part[1:] if part[0] == "\\" and len(part) == 2 and part[1] in "{}|<> " else part
        position += 1


def rows_of(fields: tuple[Field, ...], *, across: bool) -> tuple[tuple[Field, ...], ...] | None:
    """The fields as rows of cells; ``None`` if they are no table.

    Args:
        fields: of a whole label.
        across: whether they stand side by side.

    >>> rows = rows_of(parse_record("{title|{a|b}}"), across=True)
    >>> rows_of(parse_record("{{a|b}|{c|d}}"), across=True) is not None, rows
    (True, None)
    """
    while len(fields) == 1 and fields[0].parts:
        fields, across = fields[0].parts, not across
    if not any(field.parts for field in fields):
        return (fields,) if across else tuple((field,) for field in fields)
    lines = [field.parts for field in fields]
    if any(part.parts for line in lines for part in line) or len({len(line) for line in lines}) > 1 or not lines[0]:
        return None
    return tuple(zip(*lines, strict=True)) if across else tuple(lines)


def leaves(fields: tuple[Field, ...]) -> Iterator[Field]:
    """The fields without parts."""
    for field in fields:
        if field.parts:
            yield from leaves(field.parts)
        else:
            yield field
