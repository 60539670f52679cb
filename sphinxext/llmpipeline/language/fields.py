r"""Fields of statements, declared once, and the lines indented under a statement: continued labels and fields.

To add a field, add a row to :data:`FIELDS` and an attribute to the class of the model that holds its value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import takewhile
from typing import TYPE_CHECKING

from ..diagnostics import Diagnostic, suggestion
from ..model.pipeline import Label, Link
from ..model.quantity import Value, parse_value
from ..model.synonyms import DIRECTION_WORDS, FIELD_WORDS, KINDS, OPTION_WORDS, suggest
from ..model.vocabulary import DIRECTIONS, EDGE_KINDS
from .foreign_advice import of_field
from .label_habits import doubts_in, doubts_in_cells, field_in
from .lexer import ID
from .syntax_tree import Context, Field, Line, Owner, ParseError, Text, diagnostic_at

if TYPE_CHECKING:
    from ..model.images import Image
    from ..model.plots import Plot

# First group, not replaced: a backslash and any character but n; a literal or role; a formula as MyST's dollarmath
# reads it, which takes a dollar beside a digit or a space for currency.
_BREAK = re.compile(r"(\\[^n]|`+[^`]*`+|(?<!\d)\$(?!\s)(?:\\.|[^$\\])+(?<!\s)\$(?!\d))|\\n")


def break_lines(text: str) -> str:
    r"""Replace ``\n`` by a line break, except in a literal, a role or a formula, or after another backslash.

    >>> break_lines(r"one\ntwo")
    'one\ntwo'
    >>> break_lines(r":math:`\nabla` or $\nabla$")
    ':math:`\\nabla` or $\\nabla$'
    >>> break_lines(r"costs $5\nand $6")
    'costs $5\nand $6'
    """
    return _BREAK.sub(lambda found: found[1] or "\n", text)


_STEP = re.compile(r"(?!0)[^\W_]{1,3}")
_CLASS = re.compile(r"[A-Za-z_][\w-]*")
_REPEAT = re.compile(r"(?!x\d|\d+x$)(?:[1-9]\d*|\d*[^\W\d_]\w*)(?:[-+−/·×*^]\w+)*")  # 12, N, n_layers, 2N, L-1
_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):")
_SCHEMES = ("http", "https", "mailto", "ftp")
_AUTOLINK = re.compile(r"<([^<>\s]+)>")  # as both kinds of documents write a URL in a text
_ROLE = re.compile(r"[:`]|\{[\w:.+-]+\}`")  # of reStructuredText and of MyST


def _read_text(text: Text, _: Context) -> Label:
    return Label.plain(break_lines(text.value), text.line.number)


def _phrase(text: Text) -> str:
    return " ".join(text.value.split())


def _read_repeat(text: Text, _: Context) -> str:
    if not _REPEAT.fullmatch(text.value):
        raise _invalid(text, f"expected a whole number, or a symbol such as N, not '{_phrase(text)}'")
    return text.value


def _read_node_kind(text: Text, context: Context) -> str:
    if text.value not in context.kinds:
        raise _invalid(text, f"unknown kind '{text.value}'{suggest(text.value, context.kinds, KINDS)}")
    return text.value


def _read_edge_kind(text: Text, _: Context) -> str:
    if text.value not in EDGE_KINDS:
        raise _invalid(text, f"unknown kind of edge '{text.value}'{suggestion(text.value, EDGE_KINDS)}")
    return text.value


def _read_direction(text: Text, _: Context) -> str:
    direction = text.value.upper()
    if direction not in DIRECTIONS:
        raise _invalid(text, f"unknown direction '{text.value}'{suggest(text.value, DIRECTIONS, DIRECTION_WORDS)}")
    return direction


def _read_value(text: Text, _: Context) -> Value:
    try:
        return parse_value(text.value)
    except ValueError as error:
        raise _invalid(text, str(error)) from error


def _read_step(text: Text, _: Context) -> str:
    step = text.value.strip()
    if not _STEP.fullmatch(step):
        expected = "expected a positive whole number, or up to three letters and digits such as 2a"
        raise _invalid(text, f"{expected}, not '{step}'")
    return step


def _read_classes(text: Text, _: Context) -> tuple[str, ...]:
    for word in re.finditer(r"\S+", text.value):
        name = word.group()
        if not _CLASS.fullmatch(name):
            in_first_line = "\n" not in text.value[: word.start()]
            place = Text(name, text.line, text.column + word.start()) if in_first_line else text
            expected = "expected a letter or '_', then letters, digits, '_' and '-'"
            raise _invalid(place, f"'{name}' is not a class: {expected}")
    return tuple(text.value.split())


def _read_plot(text: Text, context: Context) -> Plot:
    from .plots import read_plot  # imported here because few diagrams have a plot

    return read_plot(text, context)


def _read_image(text: Text, context: Context) -> Image:
    from .images import read_image

    return read_image(text, context)


def _read_size(text: Text, _: Context) -> tuple[float, float]:
    from .plots import read_size

    return read_size(text)


def _read_flag(text: Text, _: Context) -> bool:
    if text.value not in ("yes", "no"):
        raise _invalid(text, f"expected 'yes' or 'no', not '{_phrase(text)}'")
    return text.value == "yes"


def _read_category(text: Text, _: Context) -> str:
    if not ID.fullmatch(text.value):
        raise _invalid(text, f"expected the id of one category, not '{_phrase(text)}'")
    return text.value


def _read_link(text: Text, _: Context) -> Link:
    """A URL that a browser follows but does not run, or a role, which Sphinx resolves."""
    if _ROLE.match(text.value):
        return Link(text.value, is_role=True, line=text.line.number)
    if found := _AUTOLINK.fullmatch(text.value):
        text = Text(found[1], text.line, text.column + 1)
    found = _SCHEME.match(text.value)
    if found and found["scheme"].lower() not in _SCHEMES:
        expected = f"expected one of: {', '.join(_SCHEMES)}, or a relative URL"
        raise _invalid(text, f"a link cannot begin with '{found['scheme']}:'; {expected}")
    if re.search(r"\s", text.value):
        raise _invalid(text, "expected one URL without spaces, or one role such as :doc:`guide`")
    return Link(text.value, line=text.line.number)


def _invalid(text: Text, message: str) -> ParseError:
    return ParseError(message, text.line, text.column, len(text.value.split("\n")[0]))


_ALL: tuple[Owner, ...] = ("node", "edge", "group", "stack", "panel", "cell", "note")
_NEEDING_TEXT: tuple[Owner, ...] = ("row", "cell", "note")
_TEXTED: tuple[Owner, ...] = ("node", "edge", "group", "stack", "panel", "cell")
# A table: name, owners, reader, sentences for the manual, attribute.
# fmt: off
FIELDS = (
    Field("link", _ALL, _read_link,
          "Where a click leads: a URL, a path relative to the page, or a role such as ``:ref:`` or ``:doc:``."),
    Field("tooltip", _ALL, _read_text, "Plain text that a browser shows when the pointer rests on it."),
    Field("note", _TEXTED, _read_text,
          "A second, smaller text. It takes the same markup as a label and may have several lines."),
    Field("repeat", ("node", "group", "stack"), _read_repeat,
          "How often it is repeated, a whole number or a symbol. Drawn as a badge, ``× 32``."),
    Field("pile", ("node", "group", "stack"), _read_flag,
          "``yes``: what ``:repeat:`` repeats is drawn as a pile of sheets."),
    Field("value", ("node", "edge", "cell"), _read_value,
          "A number, such as ``175B`` or ``300B tokens``. See :ref:`numbers`."),
    Field("category", ("node", "edge", "group", "stack", "cell", "note"), _read_category,
          "The id of a category, whose colour it has. See :ref:`categories`."),
    Field("shares", ("row",), _read_flag,
          "``yes``: cells are as wide as their values. See :ref:`shares`."),
    Field("step", ("node", "edge"), _read_step,
          "The number of a step of a walk through the diagram, such as ``3`` or ``2a``, in a small circle."),
    Field("plot", ("node",), _read_plot,
          "A plot below the label: its kind, and its data in lines indented under it, or a file. See :ref:`plots`."),
    Field("image", ("node",), _read_image, "An image below the label: a file in PNG, JPEG or SVG. See :ref:`images`."),
    Field("size", ("node",), _read_size, "Width and height of the plot or the image in points, such as ``160 x 90``."),
    Field("class", _ALL, _read_classes, "CSS classes, separated by spaces.", "classes"),
    Field("kind", ("node", "cell"), _read_node_kind, "The kind, instead of the word before the id."),
    Field("kind", ("edge",), _read_edge_kind, "The kind, instead of that of the arrow."),
    Field("direction", ("group", "stack", "panel"), _read_direction,
          "The direction inside the group, the stack or the panel."),
    Field("arrows", ("stack",), _read_flag,
          "``no``: only declared edges join the members of the stack. Otherwise, each member leads to the next."),
)
# fmt: on
"""All fields, in the order in which messages list them."""

VALUE = next(field for field in FIELDS if field.name == "value")

_NAMES = {field.name for field in FIELDS}
_FIELD = re.compile(r":(?P<name>[A-Za-z][A-Za-z0-9_-]*):(?=\s|$)\s*(?P<value>.*)")
_FIELD_WITHOUT_SPACE = re.compile(rf":(?P<name>{'|'.join(sorted(_NAMES))}):(?=[^\s`])")  # before a ` it is a role


def is_field(line: Line) -> bool:
    """Whether the line is a field, or one that lacks only the space before its value."""
    return bool(_match_field(line))


def stray_field(line: Line) -> ParseError:
    """Error of a line that begins with ``:`` at the position of a statement."""
    found = _match_field(line)
    if found and found["name"] in OPTION_WORDS.values():
        message = f"option '{found['name']}' stands under the first line of the directive, before the blank line"
        if found["name"] == "direction":
            message += "; as the field of a group, indent it under the group"
        return ParseError(message, line, line.indent, len(found["name"]) + 2)
    if found:
        message = f"field '{found['name']}' belongs to no statement: indent it under the statement that it describes"
        return ParseError(message, line, line.indent, len(found["name"]) + 2)
    return ParseError("expected an id before ':'", line, line.indent, 1)


def split_block(lines: list[Line], diagnostics: list[Diagnostic]) -> list[tuple[Line, list[Line]]]:
    """Each statement's first line, with the lines indented under it; *diagnostics* receives wrong indentations."""
    blocks: list[tuple[Line, list[Line]]] = []
    # Accept an indentation once it was reported, so that one mistake gives one diagnostic.
    indents = {lines[0].indent} if lines else set()
    for line in lines:
        if blocks:
            above = blocks[-1][0].indent
            if line.indent > above and (line.indent not in indents or is_field(line)):
                blocks[-1][1].append(line)
                continue
        if line.indent not in indents:
            expected = f"expected {lines[0].indent}, as on line {lines[0].shown}"
            message = f"unexpected indentation of {line.indent}: {expected}"
            diagnostics.append(diagnostic_at(message, line))
            indents.add(line.indent)
        blocks.append((line, []))
    return blocks


def split_group(indented: list[Line]) -> tuple[list[Line], list[Line]]:
    """Split the lines indented under a group into those of its fields and those of its statements.

    A field belongs to the group unless it is indented deeper than the statements.
    """
    own: list[Line] = []
    inner: list[Line] = []
    field_indent: int | None = None  # of the field that deeper lines continue
    for line in indented:
        if is_field(line) and (not inner or line.indent <= inner[0].indent):
            field_indent = line.indent
            own.append(line)
        elif field_indent is not None and line.indent > field_indent:
            own.append(line)
        else:
            field_indent = None
            inner.append(line)
    return own, inner


def read_indented(
    first: Line, label: Text | None, indented: list[Line], owner: Owner, diagnostics: list[Diagnostic]
) -> tuple[Text | None, dict[Field, Text]]:
    """``{ continuation } { field { continuation } }``: the whole label, and the fields.

    The statement has its *first* line, *label* after the ``:`` there if any, and the lines *indented* under it;
    *diagnostics* receives the errors.
    """
    continuation = list(takewhile(lambda line: not is_field(line), indented))
    fields = _read_fields(indented[len(continuation) :], owner, diagnostics)
    if label and not label.value and not continuation and any(field.name == "image" for field in fields):
        return label, fields  # an image alone
    return read_label(first, label, continuation, diagnostics, owner), fields


def read_label(
    first: Line,
    label: Text | None,
    continuation: list[Line],
    diagnostics: list[Diagnostic],
    owner: Owner,
) -> Text | None:
    """``":" text { continuation }``; one of the two may be missing.  Arguments as of :func:`read_indented`.

    A row or a note without a text is an error of its own, which the caller reports.
    """
    if label is None:
        if continuation:
            message = (
                f"unexpected indentation: line {first.shown} has no label that this could continue; "
                "end it with ':', or indent this line less"
            )
            if field := field_in(continuation[0].body):
                name = FIELD_WORDS.get(field[0], field[0])
                advice = of_field(name, owner)
                message = f"a field begins with ':', as in ':{name}: {field[1]}'"
                if advice:
                    message = f"there is no field '{name}': {advice}"
            diagnostics.append(diagnostic_at(message, continuation[0]))
        return None
    start = label if label.value or not continuation else Text("", continuation[0], continuation[0].indent)
    pieces = [label.value] if label.value else []
    value = break_lines("\n".join([*pieces, *(line.body for line in continuation)]))
    parts = [(first, label.column), *((line, line.indent) for line in continuation)]
    if owner not in ("cell", "row"):  # which may be a token of a text, whatever that is
        diagnostics += doubts_in(parts)
    elif owner == "row":
        diagnostics += doubts_in_cells(first.body.split()[1].rstrip(":"), parts)
    if not value.strip():
        if owner in _NEEDING_TEXT:
            return None
        message = "expected a label after ':'; write no ':' where there is no label"
        diagnostics.append(diagnostic_at(message, first, first.text.rindex(":", 0, label.column)))
        return None
    return Text(value, start.line, start.column)


def _match_field(line: Line) -> re.Match[str] | None:
    return _FIELD.match(line.body) or _FIELD_WITHOUT_SPACE.match(line.body)


def _read_fields(lines: list[Line], owner: Owner, diagnostics: list[Diagnostic]) -> dict[Field, Text]:
    """``{ field { continuation } }``."""
    fields: dict[Field, Text] = {}
    places: dict[Field, Line] = {}
    below: dict[Field, list[Line]] = {}
    field, indent = None, 0  # of the field that deeper lines continue; None after one with an error
    for line in lines:
        if is_field(line):
            field, indent = None, line.indent
            try:
                field, text = _read_field(line, owner, places)
            except ParseError as error:
                diagnostics.append(error.diagnostic)
            else:
                fields[field], places[field], below[field] = text, line, []
        elif line.indent <= indent:
            message = "expected a field such as ':note: text': the text of a label stands before the fields"
            if field and field.name == "plot" and not _continued(fields[field], below[field][:2]).below:
                message = "indent the data of a plot under ':plot:'"
            diagnostics.append(diagnostic_at(message, line))
        elif field:
            below[field].append(line)
    for field, place in places.items():
        fields[field] = _continued(fields[field], below[field])
        if not break_lines(fields[field].value).strip():
            message = f"expected a value after ':{field.name}:'"
            diagnostics.append(diagnostic_at(message, place, place.indent, len(field.name) + 2))
            del fields[field]
    return fields


def _continued(text: Text, below: list[Line]) -> Text:
    """A text with its continuation lines; without any on its first line, it begins on the next one."""
    if below and not text.value:
        text, below = Text(below[0].body, below[0], below[0].indent), below[1:]
    return text._replace(value="\n".join([text.value, *(line.body for line in below)]), below=tuple(below))


def _read_field(line: Line, owner: Owner, before: Mapping[Field, Line]) -> tuple[Field, Text]:
    """``field = ":" name ":" value``, after the fields *before*."""
    found = _FIELD.match(line.body)
    if not found:
        width = line.body.index(":", 1) + 1
        raise ParseError(f"expected a space after '{line.body[:width]}'", line, line.indent, width)
    owners = ("cell", "row") if owner == "row" else (owner,)
    name, allowed = found["name"], {field.name: field for field in FIELDS if not {*owners}.isdisjoint(field.owners)}
    field = allowed.get(name)
    if field and field not in before:
        return field, Text(found["value"], line, line.indent + found.start("value"))
    if field:
        message = f"field '{name}' stands twice, first on line {before[field].shown}; keep one"
    elif not allowed:
        message = f"a {owner} takes no fields, only a label"
    elif name == "shares":
        message = "field 'shares' belongs to a row, whose cells it makes as wide as their values"
        if owner == "cell":
            message = "a grid has no shares, because its cells stand in columns: write a row for each bar"
    elif name in _NAMES:
        article = "an" if owner == "edge" else "a"
        message = f"{article} {owner} has no field '{name}'; expected one of: {', '.join(allowed)}"
    elif advice := of_field(name, owner):
        message = f"there is no field '{name}': {advice}"
    else:
        message = f"unknown field '{name}'{suggest(name, allowed, FIELD_WORDS)}"
    raise ParseError(message, line, line.indent, len(name) + 2)
