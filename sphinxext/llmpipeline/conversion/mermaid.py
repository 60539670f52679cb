"""Mermaid: a flowchart → :class:`~sphinxext.llmpipeline.conversion.source.Source`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from itertools import pairwise
from typing import TypeVar

from .kinds import SHAPES
from .labels import LabelReader, one_line
from .mermaid_lexer import Link
from .mermaid_parser import Chain, Command, Note, Statement, Subgraph, Vertex, parse_flowchart
from .source import (
    Blank,
    Comment,
    Item,
    Look,
    Mention,
    Pointer,
    Remark,
    Source,
    SourceEdge,
    SourceGroup,
    SourceNode,
    Span,
    Text,
    plain,
    read_look,
)

_STYLE = re.compile(r"(?P<ids>[^\s,]+(?:\s*,\s*[^\s,:]+)*)\s+(?P<values>.*)")
_CLICK = re.compile(
    r"(?P<id>\S+)\s+(?:(?P<word>href|call)\s+)?(?:\"(?P<url>[^\"]*)\"|(?P<callback>[^\s\"]+(?:\([^)]*\))?))"
    r"(?:\s+\"(?P<tooltip>[^\"]*)\")?"
)


_Found = TypeVar("_Found", Chain, Command)


def read_mermaid(text: str) -> Source:
    """Read a flowchart.

    Raises:
        ConversionError: if the diagram is of another type, or a line cannot be read.
    """
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self.chart = parse_flowchart(text)
        self.remarks = self.chart.remarks
        self.vertices: dict[str, Vertex] = {}
        """The last vertex of each id that has a shape, or else the first one."""
        self.group_ids: dict[str, Subgraph] = {}
        self.classes: dict[str, Look] = {}
        self.uses: dict[str, Look] = {}
        """Node or group → its look."""
        self.pointers: dict[str, Pointer] = {}
        self.owners: dict[str, int] = {}
        """Node → the subgraph that holds it, by its line; absent for none."""

    def read(self) -> Source:
        links = {link.id for chain in _all(self.chart.items, Chain) for link in chain.links}
        items = self._nodes_only(self.chart.items, links)
        self._collect(items)
        self._commands(items)
        self._own(items)
        nodes = {id: self._node(vertex) for id, vertex in self.vertices.items() if id not in self.group_ids}
        placed = set[str]()
        return Source(
            nodes,
            tuple(self._items(items, 0, placed)),
            self.chart.direction,
            self.chart.title,
            self.chart.description,
            tuple(sorted(self.remarks, key=lambda remark: remark.line)),
        )

    def _report(self, line: int, message: str) -> None:
        self.remarks.append(Remark(line, message))

    def _nodes_only(self, items: Sequence[Statement], links: Set[str]) -> tuple[Statement, ...]:
        """The statements without those about the look of *links*, such as ``e1@{ animate: true }``."""
        kept: list[Statement] = []
        for item in items:
            if isinstance(item, Subgraph):
                kept.append(item._replace(items=self._nodes_only(item.items, links)))
            elif isinstance(item, Chain) and not item.links and item.ends[0][0].id in links:
                self._report(item.line, f"the look of the link '{item.ends[0][0].id}' is left out: the arrow picks it")
            else:
                kept.append(item)
        return tuple(kept)

    def _collect(self, items: Sequence[Statement]) -> None:
        """Find the nodes and the ids of subgraphs."""
        for item in items:
            if isinstance(item, Subgraph):
                if item.id:
                    self.group_ids.setdefault(item.id, item)
                self._collect(item.items)
            elif isinstance(item, Chain):
                for vertex in _vertices(item):
                    known = self.vertices.get(vertex.id)
                    if known is None or vertex.shape:
                        self.vertices[vertex.id] = vertex

    def _commands(self, items: Sequence[Statement]) -> None:
        commands = list(_all(items, Command))
        for command in commands:
            if command.word == "classDef":
                self._define(command)
        for chain in _all(items, Chain):
            for vertex in _vertices(chain):
                self._use([vertex.id], vertex.classes, vertex.line)
        for command in commands:
            if command.word == "class":
                ids, _, names = command.rest.rpartition(" ")
                self._use([id.strip() for id in ids.split(",")], [*map(str.strip, names.split(","))], command.line)
            elif command.word == "style":
                self._style(command)
            elif command.word == "click":
                self._click(command)
            elif command.word == "linkStyle":
                self._report(command.line, "'linkStyle' is left out: the arrow picks the line")

    def _define(self, command: Command) -> None:
        found = _STYLE.match(command.rest)
        if not found:
            return
        look = read_look(found["values"].replace(";", ","), "", command.line)
        for name in map(str.strip, found["ids"].split(",")):
            if name == "default":
                self._report(command.line, "the class 'default' is left out: the look is a style")
            else:
                self.classes[name] = replace(look, name=name)

    def _use(self, ids: Sequence[str], names: Sequence[str], line: int) -> None:
        """Give nodes or groups the look of the last of some classes that has a colour."""
        used: Look | None = None
        for name in names:
            look = self.classes.get(name)
            if look is None:
                if name != "default":
                    self._report(line, f"the class '{name}' is left out: it has no colour here")
            elif not look.fill and look.shown == "all":
                self._report(look.line, f"the class '{name}' is left out: it has no colour")
            else:
                used = look
        if used:
            self.uses.update(dict.fromkeys(ids, used))

    def _style(self, command: Command) -> None:
        found = _STYLE.match(command.rest)
        if not found:
            return
        look = read_look(found["values"], "", command.line)
        ids = [id.strip() for id in found["ids"].split(",")]
        if look.fill or look.shown != "all":
            self.uses.update(dict.fromkeys(ids, look))
        else:
            self._report(command.line, f"the style of '{found['ids']}' is left out: it has no colour of its own")

    def _click(self, command: Command) -> None:
        found = _CLICK.match(command.rest)
        if not found:
            return
        if found["callback"] or found["word"] == "call":
            self._report(command.line, f"the call of '{found['id']}' is left out: a diagram runs no script")
        self.pointers[found["id"]] = Pointer(found["url"] or "", found["tooltip"] or "")

    def _own(self, items: Sequence[Statement], line: int = 0) -> None:
        """The subgraph of each node: the first that ends and names it, so inner ones come first."""
        for item in items:
            if isinstance(item, Subgraph):
                self._own(item.items, item.line)
        if line:
            for item in items:
                if isinstance(item, Chain):
                    for vertex in _vertices(item):
                        self.owners.setdefault(vertex.id, line)

    def _items(self, items: Sequence[Statement], owner: int, placed: set[str]) -> Iterator[Item]:
        """The statements of a block; each node is mentioned at its first place in the block that holds it."""
        for item in _without_empty_comments(items):
            if isinstance(item, Note):
                yield Comment(item.text) if item.text else Blank()
            elif isinstance(item, Subgraph):
                yield self._group(item, placed)
            elif isinstance(item, Chain):
                for vertex in _vertices(item):
                    id = vertex.id
                    if id not in self.group_ids and id not in placed and self.owners.get(id, 0) == owner:
                        placed.add(id)
                        yield Mention(id)
                yield from self._edges(item)

    def _group(self, group: Subgraph, placed: set[str]) -> SourceGroup:
        title = _unmarked(self._label(group.title, group.line)) if group.title else ()
        id = group.id or f"group {group.line}"
        return SourceGroup(
            id,
            title or None,
            tuple(self._items(group.items, group.line, placed)),
            group.direction,
            self.uses.get(id, Look()),
            self.pointers.get(id, Pointer()),
            group.line,
        )

    def _node(self, vertex: Vertex) -> SourceNode:
        shape = vertex.shape
        label = self._label(shape.label, vertex.line) if shape and shape.label is not None else None
        name = shape.name.lower() if shape else ""
        kind = SHAPES.get(name, "")
        if name in ("((", "circle", "circ") and label and len(plain(label)) <= 2:
            kind = "op"
        if shape and shape.label is None and name == "text":
            label = one_line(vertex.id)
        return SourceNode(
            vertex.id,
            label,
            kind,
            self.uses.get(vertex.id, Look()),
            self.pointers.get(vertex.id, Pointer()),
            vertex.line,
        )

    def _label(self, text: str | None, line: int) -> Text:
        return LabelReader(lambda message: self._report(line, message)).mermaid(text or "")

    def _edges(self, chain: Chain) -> Iterator[SourceEdge]:
        for (before, after), link in zip(pairwise(chain.ends), chain.links, strict=True):
            arrow, reverse = self._arrow(link)
            if arrow:
                label = self._label(link.label, link.line) if link.label else None
                ends = tuple(vertex.id for vertex in before), tuple(vertex.id for vertex in after)
                sources, targets = reversed(ends) if reverse else ends
                yield SourceEdge(sources, targets, arrow, label or None, line=link.line)

    def _arrow(self, link: Link) -> tuple[str, bool]:
        """The arrow of this language, empty for none, and whether it points back."""
        form = link.form
        first, last = form[0], form[-1]
        if form.startswith("~"):
            self._report(link.line, "the invisible link '~~~' is left out: the layout needs none")
            return "", False
        for head in {first, last} & {"x", "o"}:
            name = "cross" if head == "x" else "circle"
            self._report(link.line, f"the {name} at the end of '{form}' is left out: an arrow has a head or none")
        left, right = first == "<", last == ">"
        body = "thick" if "=" in form else "dotted" if "." in form else ""
        if left and right:
            arrow = "<->"
        elif left or right:
            arrow = {"thick": "=>", "dotted": "..>", "": "->"}[body]
        else:
            arrow = "--"
        if body and arrow in ("<->", "--"):
            self._report(link.line, f"the {body} line of '{form}' is left out: '{arrow}' is a plain line")
        return arrow, left and not right


def _vertices(chain: Chain) -> Iterator[Vertex]:
    for end in chain.ends:
        yield from end


def _all(items: Sequence[Statement], type_: type[_Found]) -> Iterator[_Found]:
    """The statements of a type, with those in subgraphs."""
    for item in items:
        if isinstance(item, type_):
            yield item
        elif isinstance(item, Subgraph):
            yield from _all(item.items, type_)


def _without_empty_comments(items: Sequence[Statement]) -> list[Statement]:
    """The statements without comments on those about the look alone."""
    kept: list[Statement] = []
    about_look = False
    for item in reversed(items):
        if isinstance(item, Command):
            about_look = item.word != "click"
        elif not isinstance(item, Note) or not item.text:
            about_look = False
        elif about_look:
            continue
        kept.append(item)
    return kept[::-1]


def _unmarked(title: Text) -> Text:
    """A title without emphasis of the whole, because the style of titles has its own."""
    if all(span.style == "strong" for line in title for span in line):
        return tuple((Span("".join(span.text for span in line)),) for line in title)
    return title
