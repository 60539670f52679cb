r"""The lines under a statement: the rest of its label, and its fields.

Here, too, ``\n`` becomes a line break.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import takewhile

from ..diagnostics import Diagnostic, suggestion
from ..model.pipeline import Label, Link
from ..model.quantity import Value, parse_value
from ..model.vocabulary import DIRECTIONS, EDGE_KINDS, Direction, EdgeKind
from .syntax_tree import Line, ReadError, Text, diagnostic_at

FIELDS: dict[str, tuple[str, ...]] = {
    "a node": ("link", "tooltip", "note", "repeat", "value", "class", "kind"),
    "an edge": ("link", "tooltip", "note", "value", "class", "kind"),
    "a group": ("link", "tooltip", "note", "repeat", "class", "direction"),
    "a panel": ("link", "tooltip", "note", "class", "direction"),
}
"""The fields that each statement takes."""

_KNOWN = {name for names in FIELDS.values() for name in names}
_FIELD = re.compile(r":(?P<name>[A-Za-z][A-Za-z0-9_-]*):(?=\s|$)\s*(?P<value>.*)")
_TIGHT_FIELD = re.compile(rf":(?P<name>{'|'.join(sorted(_KNOWN))}):(?=[^\s`])")  # with a ` it would be a role

# A backslash and any character but n, a literal or role, a formula as MyST's dollarmath reads it where digits
# and spaces beside the dollars make them currency; or else a line break.
_BREAK = re.compile(r"(\\[^n]|`+[^`]*`+|(?<!\d)\$(?!\s)(?:\\.|[^$\\])+(?<!\s)\$(?!\d))|\\n")


def break_lines(text: str) -> str:
    r"""``\n`` becomes a line break, but not in a literal, a role or a formula, nor after another backslash.

    >>> break_lines(r"one\ntwo")
    'one\ntwo'
    >>> break_lines(r":math:`\nabla` or $\nabla$")
    ':math:`\\nabla` or $\\nabla$'
    >>> break_lines(r"costs $5\nand $6")
    'costs $5\nand $6'
    """
    return _BREAK.sub(lambda found: found[1] or "\n", text)


def is_field(line: Line) -> bool:
    """``":" name ":" value``, or what lacks no more than the space before its value."""
    return bool(_FIELD.match(line.body) or _TIGHT_FIELD.match(line.body))


def stray_field(line: Line) -> ReadError:
    """What is wrong with a line that begins with ``:`` where a statement is expected."""
    found = _FIELD.match(line.body) or _TIGHT_FIELD.match(line.body)
    if found:
        message = f"field '{found['name']}' belongs to no statement: indent it under the statement that it describes"
        return ReadError(message, line, line.indent, len(found["name"]) + 2)
    return ReadError("expected an id before ':'", line, line.indent)


def split_group(under: list[Line]) -> tuple[list[Line], list[Line]]:
    """Lines under a group → those of its fields, those of its statements.

    A field is the group's own where it is not indented deeper than the statements are.
    """
    own: list[Line] = []
    inner: list[Line] = []
    field_indent: int | None = None  # of the field that deeper lines continue
    for line in under:
        if is_field(line) and (not inner or line.indent <= inner[0].indent):
            field_indent = line.indent
            own.append(line)
        elif field_indent is not None and line.indent > field_indent:
            own.append(line)
        else:
            field_indent = None
            inner.append(line)
    return own, inner


def read_under(
    first: Line, label: Text | None, under: list[Line], owner: str, diagnostics: list[Diagnostic]
) -> tuple[Text | None, dict[str, Text]]:
    """``{ continuation } { field { continuation } }``.

    Args:
        first: the line of the statement.
        label: what stands after its ``:``; ``None`` where there is none.
        under: the lines that are indented under it.
        owner: a key of :data:`FIELDS`.
        diagnostics: takes the mistakes.

    Returns:
        the whole label and the fields by name.
    """
    continuation = list(takewhile(lambda line: not is_field(line), under))
    fields = _read_fields(under[len(continuation) :], owner, diagnostics)
    return read_label(first, label, continuation, diagnostics), fields


def read_label(first: Line, label: Text | None, continuation: list[Line], diagnostics: list[Diagnostic]) -> Text | None:
    """``":" text { continuation }``, where either part may be missing but not both."""
    if label is None:
        if continuation:
            line = continuation[0]
            message = (
                f"unexpected indentation: line {first.number} has no label that this could continue; "
                "end it with ':', or indent this line less"
            )
            diagnostics.append(diagnostic_at(message, line, line.indent, len(line.body)))
        return None
    start = label if label.value or not continuation else Text("", continuation[0], continuation[0].indent)
    pieces = [label.value] if label.value else []
    value = break_lines("\n".join([*pieces, *(line.body for line in continuation)]))
    if not value.strip():
        colon = first.text.rindex(":", 0, label.column)
        message = "expected a label after ':'; write no ':' where there is no label"
        diagnostics.append(diagnostic_at(message, first, colon, len(first.text) - colon))
        return None
    return Text(value, start.line, start.column)


def _read_fields(lines: list[Line], owner: str, diagnostics: list[Diagnostic]) -> dict[str, Text]:
    """``{ field { continuation } }``."""
    fields: dict[str, Text] = {}
    places: dict[str, Line] = {}
    name, indent = "", 0  # of the field that deeper lines continue; no name where it was refused
    for line in lines:
        if is_field(line):
            name, indent = _read_field(line, owner, places, fields, diagnostics), line.indent
        elif line.indent <= indent:
            message = "expected a field such as ':note: text': the text of a label stands before the fields"
            diagnostics.append(diagnostic_at(message, line, line.indent, len(line.body)))
        elif name:
            text = fields[name]
            value = f"{text.value}\n{line.body}"
            fields[name] = Text(value, text.line, text.column) if text.value else Text(line.body, line, line.indent)
    for name in [name for name, text in fields.items() if not break_lines(text.value).strip()]:
        message = f"expected a value after ':{name}:'"
        diagnostics.append(diagnostic_at(message, places[name], places[name].indent, len(name) + 2))
        del fields[name]
    return fields


def _read_field(
    line: Line, owner: str, places: dict[str, Line], fields: dict[str, Text], diagnostics: list[Diagnostic]
) -> str:
    """``field = ":" name ":" value``; returns the name, or nothing where the field is refused."""
    found = _FIELD.match(line.body)
    if not found:
        place = line.body.index(":", 1) + 1
        diagnostics.append(diagnostic_at(f"expected a space after '{line.body[:place]}'", line, line.indent, place))
        return ""
    name, allowed = found["name"], FIELDS[owner]
    if name in places:
        message = f"field '{name}' stands twice, first on line {places[name].number}; keep one"
    elif name in allowed:
        places[name] = line
        fields[name] = Text(found["value"], line, line.indent + found.start("value"))
        return name
    elif name in _KNOWN:
        message = f"{owner} has no field '{name}'; expected one of: {', '.join(allowed)}"
    else:
        message = f"unknown field '{name}'{suggestion(name, allowed)}"
    diagnostics.append(diagnostic_at(message, line, line.indent, len(name) + 2))
    return ""


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
