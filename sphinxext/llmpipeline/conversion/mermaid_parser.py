"""Parser of Mermaid's flowcharts: text → statements in their order, subgraphs nested.

It reads what Mermaid reads and a little more, such as spaces before brackets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from ..model.synonyms import direction_of
from ..model.vocabulary import Direction
from .mermaid_lexer import Cursor, Link, Shape
from .source import MAX_DEPTH, ConversionError, Remark, too_deep

_HEADER = re.compile(r"(?P<type>flowchart(?:-elk)?|graph)\b[ \t]*(?P<way>TB|TD|BT|RL|LR|[<>^v](?=\s|;|$))?[ \t]*;?")
_TYPE = re.compile(r"[\w-]+")
_INIT = re.compile(r"%%\{(?P<body>.*?)\}%%", re.DOTALL)
_FRONT_MATTER = re.compile(r"\s*^---[ \t]*\n(?P<body>.*?)^---[ \t]*$", re.DOTALL | re.MULTILINE)
_KEYWORD = re.compile(
    r"(?P<word>subgraph|end|direction|style|classDef|class|click|linkStyle|accTitle|accDescr)\b"
    r"(?![ \t]*(?:[xo<]?--|[xo<]?==|-\.|~~~|&|:::|[\[({]|@\{))"
)
_TITLED = re.compile(r"(?P<id>[^\s\[\"]++)?[ \t]*\[(?P<title>\"[^\"]*\"|[^\]]*)\][ \t]*(?:@\{[^}]*\})?", re.DOTALL)
_WAYS: dict[str, Direction] = {"TD": "TB", ">": "LR", "<": "RL", "^": "BT", "v": "TB"}
_OTHER_TYPES = (
    "sequenceDiagram", "classDiagram", "stateDiagram", "stateDiagram-v2", "erDiagram", "gantt", "pie", "mindmap",
    "timeline", "journey", "gitGraph", "requirementDiagram", "quadrantChart", "kanban", "C4Context", "C4Container",
    "C4Component", "C4Deployment", "xychart-beta", "sankey-beta", "packet-beta", "block-beta", "architecture-beta",
    "zenuml", "radar-beta", "treemap-beta", "xychart", "sankey", "packet", "block", "architecture",
)  # fmt: skip


class Vertex(NamedTuple):
    """A node where a statement names it."""

    id: str
    shape: Shape | None
    classes: tuple[str, ...]
    line: int


class Chain(NamedTuple):
    """Nodes, or lists of nodes, with links between them."""

    ends: tuple[tuple[Vertex, ...], ...]
    links: tuple[Link, ...]
    line: int


class Subgraph(NamedTuple):
    """A subgraph with its statements."""

    id: str
    """Empty for none."""
    title: str | None
    items: tuple[Statement, ...]
    direction: Direction | None
    line: int


class Command(NamedTuple):
    """A statement about the look or the behaviour of nodes."""

    word: str
    rest: str
    line: int


class Note(NamedTuple):
    """A comment; without a text, an empty line."""

    text: str


Statement = Chain | Subgraph | Command | Note


@dataclass(slots=True)
class Flowchart:
    """A parsed flowchart."""

    direction: Direction | None = None
    title: str = ""
    description: str = ""
    items: tuple[Statement, ...] = ()
    remarks: list[Remark] = field(default_factory=list)


def is_flowchart(text: str) -> bool:
    r"""Whether a text is a flowchart, as far as its beginning says; every other diagram of Mermaid has another name.

    >>> is_flowchart("%% a comment\ngraph LR\na --> b"), is_flowchart("sequenceDiagram\nA->>B: Hi")
    (True, False)
    """
    return _header(_cursor(text), Flowchart())[0] is not None


def parse_flowchart(text: str) -> Flowchart:
    """Parse a flowchart.

    Raises:
        ConversionError: if the diagram is of another type, or a line cannot be read.
    """
    chart = Flowchart()
    cursor = _cursor(text)
    header, before = _header(cursor, chart)
    if not header:
        found = _TYPE.match(cursor.text, cursor.position)
        word = found.group() if found else ""
        if word in _OTHER_TYPES:
            message = f"a '{word}' is not converted: expected a flowchart, which begins with 'flowchart' or 'graph'"
            raise ConversionError(message, cursor.line)
        raise cursor.error("a flowchart, which begins with 'flowchart' or 'graph'")
    chart.direction = _way(header["way"])
    items, _ = _Parser(cursor, chart).block(0)
    chart.items = (*before, *items)
    return chart


def _cursor(text: str) -> Cursor:
    return Cursor(text.replace("\r\n", "\n").replace("\t", "    "))


def _header(cursor: Cursor, chart: Flowchart) -> tuple[re.Match[str] | None, list[Note]]:
    """The first statement of a flowchart, and the comments before it."""
    _read_front_matter(cursor, chart)
    before = _read_notes(cursor, chart)
    return cursor.match(_HEADER), before


def _way(word: str | None) -> Direction | None:
    if not word:
        return None
    if word in _WAYS:
        return _WAYS[word]
    found = direction_of(word)
    return found if found in ("LR", "TB", "RL", "BT") else None  # type: ignore[return-value]  # checked just here


def _read_front_matter(cursor: Cursor, chart: Flowchart) -> None:
    """``---``, YAML, ``---``: its title, and a remark about a theme."""
    found = cursor.match(_FRONT_MATTER)
    if not found:
        return
    title = re.search(r"^title\s*+:\s*+(.*)", found["body"], re.MULTILINE)
    if title:
        chart.title = title[1].strip().strip("\"'")
    if "theme" in found["body"]:
        chart.remarks.append(Remark(1, "the theme of the front matter is left out: the look is a style"))


def _read_notes(cursor: Cursor, chart: Flowchart) -> list[Note]:
    """Comments, empty lines and init blocks."""
    notes: list[Note] = []
    while True:
        cursor.match(re.compile(r"\s*"))
        line = cursor.line
        if found := cursor.has("}%%") and cursor.match(_INIT):
            if "theme" in found["body"]:
                chart.remarks.append(Remark(line, "the theme of the init block is left out: the look is a style"))
        elif cursor.match(re.compile("%%")):
            notes.append(Note(cursor.rest_of_line()))
        else:
            return notes


class _Parser:
    def __init__(self, cursor: Cursor, chart: Flowchart) -> None:
        self.cursor = cursor
        self.chart = chart

    def block(self, depth: int) -> tuple[list[Statement], Direction | None]:
        """Statements up to the end of a subgraph at *depth*, or of the text, and the direction among them."""
        cursor = self.cursor
        if depth > MAX_DEPTH:
            raise too_deep(cursor.line)
        items: list[Statement] = []
        direction: Direction | None = None
        first = cursor.line
        while True:
            self._skip_breaks(items)
            if cursor.at_end:
                if depth:
                    raise ConversionError("expected 'end' after the statements of this subgraph", first)
                return items, direction
            line = cursor.line
            keyword = cursor.match(_KEYWORD)
            word = keyword["word"] if keyword else ""
            if word == "end":
                if depth:
                    return items, direction
                self.chart.remarks.append(Remark(line, "'end' without a subgraph is left out"))
            elif word == "subgraph":
                items.append(self._subgraph(line, depth + 1))
            elif word == "direction":
                direction = _way(cursor.statement().upper()) or direction
            elif word in ("accTitle", "accDescr"):
                self._description(word)
            elif word:
                items.append(Command(word, cursor.statement(), line))
            else:
                items.append(self._chain())

    def _skip_breaks(self, items: list[Statement]) -> None:
        """Read spaces, semicolons, comments and line breaks; an empty line becomes an empty note."""
        cursor = self.cursor
        while True:
            breaks = cursor.match(re.compile(r"[\s;]*"))
            if breaks and breaks.group().count("\n") > 1:
                items.append(Note(""))
            line = cursor.line
            if found := cursor.has("}%%") and cursor.match(_INIT):
                if "theme" in found["body"]:
                    message = "the theme of the init block is left out: the look is a style"
                    self.chart.remarks.append(Remark(line, message))
            elif cursor.match(re.compile("%%")):
                items.append(Note(cursor.rest_of_line()))
            else:
                return

    def _subgraph(self, line: int, depth: int) -> Subgraph:
        cursor = self.cursor
        cursor.skip_space()
        id, title = "", None
        if found := cursor.has("]") and cursor.match(_TITLED):
            id, title = found["id"] or "", found["title"]
        else:
            title = cursor.statement()
            id = title if not re.search(r"\s", title) else ""
        if title and len(title) > 1 and title.startswith('"') and title.endswith('"'):
            title = title[1:-1]
        items, direction = self.block(depth)
        return Subgraph(id.strip('"'), title.strip() if title else None, tuple(items), direction, line)

    def _description(self, word: str) -> None:
        """``accTitle: text``, ``accDescr: text`` or ``accDescr { text }``."""
        block = self.cursor.has("}") and self.cursor.match(re.compile(r"\s*+\{(?P<text>[^}]*)\}"))
        text = " ".join(block["text"].split()) if block else self.cursor.rest_of_line().lstrip(": ")
        if word == "accDescr":
            self.chart.description = text
        elif not self.chart.title:
            self.chart.title = text

    def _chain(self) -> Chain:
        cursor = self.cursor
        line = cursor.line
        ends, links = [self._vertices()], list[Link]()
        while link := self._link():
            links.append(link)
            cursor.match(re.compile(r"\s*"))
            ends.append(self._vertices())
        cursor.skip_space()
        if (
            not cursor.at_end
            and cursor.text[cursor.position] not in "\n;"
            and not cursor.text.startswith("%%", cursor.position)
        ):
            raise cursor.error("a link such as '-->', or the end of the line")
        return Chain(tuple(ends), tuple(links), line)

    def _link(self) -> Link | None:
        """The next link, which may stand on the next line."""
        cursor = self.cursor
        if link := cursor.read_link():
            return link
        before = cursor.position
        if cursor.match(re.compile(r"[^\S\n]*+\n\s*+(?=[xo<]?(?:--|==|-\.|~~~))")) and (link := cursor.read_link()):
            return link
        cursor.position = before
        return None

    def _vertices(self) -> tuple[Vertex, ...]:
        """``a & b``."""
        found = [self._vertex()]
        while self.cursor.match(re.compile(r"[ \t]*&\s*")):
            found.append(self._vertex())
        return tuple(found)

    def _vertex(self) -> Vertex:
        cursor = self.cursor
        line = cursor.line
        id = cursor.read_id()
        if id is None:
            raise cursor.error("the id of a node")
        classes = cursor.read_classes()
        shape = cursor.read_shape()
        classes += cursor.read_classes()
        if cursor.text.startswith("@{", cursor.position) and (more := cursor.read_shape()):
            shape = Shape(more.name or (shape.name if shape else ""), more.label or (shape.label if shape else None))
        return Vertex(id, shape, classes, line)
