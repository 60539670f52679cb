"""Source: what a diagram of another language says, before it is said here.

Mermaid and DOT are both read into these values.  Ids are those of the source; a look is what its author wrote.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from typing import Literal, NamedTuple

from ..model.vocabulary import Direction
from ..records import frozen_record

SpanStyle = Literal["", "strong", "emphasis", "literal", "sub", "sup", "math"]


class Span(NamedTuple):
    """A part of a line of a label."""

    text: str
    style: SpanStyle = ""


Text = tuple[tuple[Span, ...], ...]
"""A label: lines of spans."""


MAX_DEPTH = 20
"""How deep subgraphs may nest, as groups of this language."""

_NONE = ("", "none", "transparent", "white", "#fff", "#ffffff", "inherit", "currentcolor")
"""Colours of the page, which tell nothing apart."""
_VALUE = re.compile(r"(?<![\w-])([\w-]++)\s*+:\s*+((?:[^,(]|\([^)]*+\)?)*+)")


@frozen_record
class Remark:
    """Something that cannot be said here, and was left out or changed."""

    line: int
    """Line of the source, from 1; 0 if none can be named."""
    message: str

    def __str__(self) -> str:
        """The message after the line.

        >>> print(Remark(3, "the theme is left out"))
        line 3: the theme is left out
        """
        return f"line {self.line}: {self.message}" if self.line else self.message


class ConversionError(ValueError):
    """A text that cannot be converted.

    Attributes:
        line: The line of the source, from 1; 0 if none can be named.
        message: What was expected, without position.
    """

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(str(Remark(line, message)))
        self.line = line
        self.message = message


def too_deep(line: int = 0) -> ConversionError:
    """The error of subgraphs that nest too deep."""
    return ConversionError(f"subgraphs nest at most {MAX_DEPTH} deep: move this one outwards", line)


@frozen_record
class Look:
    """Colours of a node, a group or an edge."""

    fill: str = ""
    """Colour as written, in lower case; empty for none."""
    name: str = ""
    """The class that gave the colour; empty if the object did."""
    line: int = 0
    shown: Literal["all", "text", "nothing"] = "all"
    """What is seen of it: the rest has the colour of the page."""


def read_look(values: str, name: str, line: int) -> Look:
    """The look that CSS *values* of Mermaid give, in the class *name*, or without one.

    >>> read_look("fill:#E1F5FE,stroke:#01579b,stroke-width:2px", "data", 3)
    Look(fill='#e1f5fe', name='data', line=3, shown='all')
    """
    found = {key: value.strip().removesuffix("!important").strip().lower() for key, value in _VALUE.findall(values)}
    return look_of(found.get("fill", ""), found.get("stroke", ""), found.get("color", ""), name, line)


def look_of(fill: str, stroke: str, color: str, name: str = "", line: int = 0) -> Look:
    """The look of a *fill*, or else of the *stroke*; of an object without both, the text alone is seen."""
    bare = bool(fill or stroke) and fill in _NONE and stroke in _NONE
    mute = bare and bool(color) and color in (fill, "none", "transparent")
    colour = next((value for value in (fill, stroke) if value not in _NONE), "")
    return Look(colour, name, line, "nothing" if mute else "text" if bare else "all")


@frozen_record
class Pointer:
    """What a pointer finds."""

    link: str = ""
    tooltip: str = ""


@frozen_record
class Cells:
    """The cells of a record: rows of texts, with a name for each that edges may use."""

    rows: tuple[tuple[Text, ...], ...]
    ports: Mapping[str, tuple[int, int]]
    """Name of a cell → its row and its place there, from 0."""


@frozen_record
class SourceNode:
    """A node."""

    id: str
    label: Text | None
    """``None`` if the id is the label; no line if nothing is shown."""
    kind: str
    """Kind that the shape says; empty if it says none."""
    look: Look = Look()
    pointer: Pointer = Pointer()
    line: int = 0
    cells: Cells | None = None


class Mention(NamedTuple):
    """The place of a node in the block that holds it."""

    id: str


class Comment(NamedTuple):
    """A comment of one line."""

    text: str


class Blank(NamedTuple):
    """An empty line."""


class Alignment(NamedTuple):
    """Nodes that share a rank."""

    ids: tuple[str, ...]
    line: int


@frozen_record
class SourceEdge:
    """Edges of one statement: each source to each target."""

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    arrow: str
    """Arrow of this language."""
    label: Text | None = None
    look: Look = Look()
    pointer: Pointer = Pointer()
    line: int = 0
    ports: tuple[str, str] = ("", "")
    """Cells at both ends."""


@frozen_record
class SourceGroup:
    """A group with what stands in it."""

    id: str
    title: Text | None
    """``None`` for no title."""
    items: tuple[Item, ...]
    direction: Direction | None = None
    look: Look = Look()
    pointer: Pointer = Pointer()
    line: int = 0


Item = Mention | Comment | Blank | Alignment | SourceEdge | SourceGroup


@frozen_record
class Source:
    """A whole diagram."""

    nodes: Mapping[str, SourceNode]
    """By id; each is mentioned once among the items."""
    items: tuple[Item, ...]
    direction: Direction | None = None
    """``None`` if the source names none."""
    caption: str = ""
    alt: str = ""
    remarks: tuple[Remark, ...] = field(default=())


def plain(text: Text | None) -> str:
    """The text of a label in one line, without markup.

    >>> plain(((Span("Base", "strong"),), (Span("(7B)"),)))
    'Base (7B)'
    """
    return " ".join("".join(span.text for span in line) for line in text or ())
