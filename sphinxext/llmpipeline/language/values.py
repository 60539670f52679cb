"""Text of a field → its value; what is wrong with it is a mistake at its place."""

from __future__ import annotations

import re
from collections.abc import Collection

from ..diagnostics import suggestion
from ..model.pipeline import DIRECTIONS, EDGE_KINDS, Direction, EdgeKind, Label, Link
from ..model.quantity import Value, parse_value
from .fields import break_lines
from .syntax_tree import ReadError, Text

_CLASS = re.compile(r"[A-Za-z_][\w-]*")
_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):")
_SCHEMES = ("http", "https", "mailto", "ftp")
_ROLE = re.compile(r"[:`]|\{[\w:.+-]+\}`")  # of reStructuredText and of MyST


def read_text(text: Text) -> Label:
    """Any text, as a label that is not parsed yet."""
    return Label.plain(break_lines(text.value), text.line.number)


def read_plain(text: Text) -> str:
    """Any text, on one line."""
    return " ".join(text.value.split())


def read_node_kind(text: Text, kinds: Collection[str]) -> str:
    """One of the kinds of nodes."""
    if text.value not in kinds:
        raise _wrong(text, f"unknown kind '{text.value}'{suggestion(text.value, kinds)}")
    return text.value


def read_edge_kind(text: Text) -> EdgeKind:
    """One of the kinds of edges."""
    for kind in EDGE_KINDS:
        if text.value == kind:
            return kind
    raise _wrong(text, f"unknown kind of edge '{text.value}'{suggestion(text.value, EDGE_KINDS)}")


def read_direction(text: Text) -> Direction:
    """One of the directions, in capitals or not."""
    for direction in DIRECTIONS:
        if text.value.upper() == direction:
            return direction
    raise _wrong(text, f"unknown direction '{text.value}'; expected one of: {', '.join(DIRECTIONS)}")


def read_value(text: Text) -> Value:
    """A finite number with an optional SI suffix and unit."""
    try:
        return parse_value(text.value)
    except ValueError as error:
        raise _wrong(text, str(error)) from error


def read_classes(text: Text) -> tuple[str, ...]:
    """Names of CSS classes, parted by space."""
    for word in re.finditer(r"\S+", text.value):
        name = word.group()
        if not _CLASS.fullmatch(name):
            in_first_line = "\n" not in text.value[: word.start()]
            place = Text(name, text.line, text.column + word.start()) if in_first_line else text
            raise _wrong(place, f"'{name}' is not a class: expected a letter or '_', then letters, digits, '_' and '-'")
    return tuple(text.value.split())


def read_link(text: Text) -> Link:
    """A URL that a browser follows but does not run, or a role, which Sphinx resolves."""
    if _ROLE.match(text.value):
        return Link(text.value, is_role=True, line=text.line.number)
    found = _SCHEME.match(text.value)
    if found and found["scheme"].lower() not in _SCHEMES:
        expected = f"expected one of: {', '.join(_SCHEMES)}, or a relative URL"
        raise _wrong(text, f"a link cannot begin with '{found['scheme']}:'; {expected}")
    if re.search(r"\s", text.value):
        raise _wrong(text, "expected one URL without spaces, or one role such as :doc:`guide`")
    return Link(text.value, line=text.line.number)


def _wrong(text: Text, message: str) -> ReadError:
    return ReadError(message, text.line, text.column, len(text.value.split("\n")[0]))
