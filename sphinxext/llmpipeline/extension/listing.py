"""The list of a diagram's groups, nodes and edges: as stock nodes, and as the HTML beside a picture.

Both are made of the same entries, so that they say the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape

from docutils import nodes

from .. import description, messages
from ..model.pipeline import Edge, Group, Label, Node, Pipeline
from .doctree import Part, is_bare, join_lines, resolved, texts_of
from .nodes import pipeline_diagram, pipeline_html, pipeline_link, pipeline_text

Say = messages.Say


@dataclass(frozen=True, slots=True)
class _Words:
    """A text of the diagram, in its place in a line."""

    part: Part
    name: str
    """``label`` or ``note``."""
    label: Label


@dataclass(frozen=True, slots=True)
class _Target:
    """Where a part leads, in its place in a line."""

    part: Part


_Piece = str | _Words | _Target


@dataclass(frozen=True, slots=True)
class _Line:
    """What is said of a node, a group or an edge."""

    part: Part
    title: list[_Piece]
    rest: list[_Piece]
    strong: bool = False
    """Whether the title stands out."""


@dataclass(frozen=True, slots=True)
class _Entry:
    line: _Line
    leaving: list[_Line]
    """The edges that begin here."""
    inner: list[_Entry] = field(default_factory=list)
    """What stands in the group."""


def listing(diagram: pipeline_diagram, say: Say = messages.english, pipeline: Pipeline | None = None) -> nodes.Element:
    """The diagram as stock nodes: a list of groups, nodes and their edges, with live references.

    Args:
        diagram: the diagram.
        say: gives messages in the language of the document.
        pipeline: what :func:`~.doctree.resolved` gave for *diagram*, if that has been asked for already.
    """
    links = {link["part"]: link for link in diagram.findall(pipeline_link)}
    entries = _Told(pipeline or resolved(diagram), say, links.keys()).entries(None)
    return _StockNodes(texts_of(diagram), links).items(entries)


def html_listing(
    diagram: pipeline_diagram, say: Say = messages.english, pipeline: Pipeline | None = None
) -> list[nodes.Node]:
    """The same list for an HTML page, without references: beside a picture that has them, each would be reached twice.

    The arguments are those of :func:`listing`.

    Returns:
        HTML, and between its parts the inline markup of labels, for the page's own writer to write.
    """
    pipeline = pipeline or resolved(diagram)
    links = {link["part"]: link.astext() for link in diagram.findall(pipeline_link)}
    entries = _Told(pipeline, say, links.keys()).entries(None)
    html = _Html(texts_of(diagram), links)
    html.tags('<div class="llmpipeline-text">')
    html.items(entries)
    html.tags("</div>\n")
    return html.finished()


class _Told:
    """What the list of a diagram says."""

    def __init__(self, pipeline: Pipeline, say: Say, linked: Collection[Part]) -> None:
        self._say = say
        self._linked = linked
        self._letters = pipeline.letters
        self._names = description.names(pipeline)
        self._held: dict[str | None, list[tuple[Part, Node | Group]]] = defaultdict(list)
        for index, node in enumerate(pipeline.nodes):
            self._held[node.group].append((("node", index), node))
        for index, group in enumerate(pipeline.groups):
            self._held[group.parent].append((("group", index), group))
        self._leaving: dict[str, list[tuple[int, Edge]]] = defaultdict(list)
        for index, edge in enumerate(pipeline.edges):
            self._leaving[edge.source].append((index, edge))
        self._kinds = {entry.kind: entry.title for entry in pipeline.legend if entry.part == "node"}
        """Names of the kinds, where the picture has a legend that tells them."""

    def entries(self, group: str | None) -> list[_Entry]:
        """What stands directly in *group*: nodes first, then groups, each with the edges that leave it."""
        return [
            _Entry(
                self._line(part, item),
                [self._edge(("edge", index), edge) for index, edge in self._leaving.get(item.id, ())],
                self.entries(item.id) if isinstance(item, Group) else [],
            )
            for part, item in self._held.get(group, ())
        ]

    def _line(self, part: Part, item: Node | Group) -> _Line:
        title: list[_Piece] = [_Words(part, "label", item.label)]
        if item.id in self._letters:
            title.insert(0, f"({self._letters[item.id]}) ")
        told: list[_Piece] = []
        if isinstance(item, Node) and item.kind in self._kinds:
            told.append(self._kinds[item.kind])
        if item.note:
            told.append(_Words(part, "note", item.note))
        if item.repeat is not None:
            told.append(f"× {item.repeat}")
        if isinstance(item, Node) and item.value:
            told.append(item.value.text)
        return _Line(part, title, [*_in_parentheses(told), *self._link(part)], strong=isinstance(item, Group))

    def _edge(self, part: Part, edge: Edge) -> _Line:
        title: list[_Piece] = [
            f"{description.arrow(edge)} {self._names[edge.target]}{description.remark(edge, self._say)}"
        ]
        if edge.label:
            title += [": ", _Words(part, "label", edge.label)]
        told: list[_Piece] = [_Words(part, "note", edge.note)] if edge.note else []
        if edge.value:
            told.append(edge.value.text)
        return _Line(part, title, [*_in_parentheses(told), *self._link(part)])

    def _link(self, part: Part) -> list[_Piece]:
        return [": ", _Target(part)] if part in self._linked else []


def _in_parentheses(told: list[_Piece]) -> list[_Piece]:
    """What follows a label in the list; nothing for nothing."""
    line: list[_Piece] = []
    for extra in told:
        line += [", " if line else " (", extra]
    return [*line, ")"] if line else []


class _StockNodes:
    """Makes bullet lists of entries."""

    def __init__(self, texts: Mapping[tuple[Part, str], pipeline_text], links: Mapping[Part, pipeline_link]) -> None:
        self._texts = texts
        self._links = links

    def items(self, entries: Iterable[_Entry]) -> nodes.bullet_list:
        """A list of the entries, with those below them."""
        found = nodes.bullet_list(bullet="*")
        for entry in entries:
            item = nodes.list_item("", self._paragraph(entry.line))
            if entry.leaving:
                edges = (nodes.list_item("", self._paragraph(line)) for line in entry.leaving)
                item += nodes.bullet_list("", *edges, bullet="-")
            if entry.line.part[0] == "group":
                item += self.items(entry.inner)
            found += item
        return found

    def _paragraph(self, line: _Line) -> nodes.paragraph:
        title = self._inline(line.title)
        paragraph = nodes.paragraph("", "", *([nodes.strong("", "", *title)] if line.strong else title))
        paragraph += self._inline(line.rest)
        if (text := self._texts.get((line.part, "label"))) is not None:  # an element without children is false
            paragraph.source, paragraph.line = text.source, text.line
        return paragraph

    def _inline(self, pieces: Iterable[_Piece]) -> list[nodes.Node]:
        found: list[nodes.Node] = []
        for piece in pieces:
            if isinstance(piece, str):
                found.append(nodes.Text(piece))
            elif isinstance(piece, _Words):
                found += _copied(self._texts[piece.part, piece.name])
            else:
                found += [child.deepcopy() for child in self._links[piece.part].children]
        return found


class _Html:
    """Writes entries as HTML; inline markup stays apart."""

    def __init__(self, texts: Mapping[tuple[Part, str], pipeline_text], links: Mapping[Part, str]) -> None:
        self._texts = texts
        self._links = links
        self._found: list[nodes.Node] = []
        self._html: list[str] = []
        self._words: list[str] = []

    def tags(self, html: str) -> None:
        """Write tags."""
        self._html.append(html)

    def items(self, entries: Iterable[_Entry]) -> None:
        """Write a list of the entries, with those below them."""
        self.tags("<ul>\n")
        for entry in entries:
            self.tags("<li>")
            self._line(entry.line)
            if entry.leaving:
                self.tags("<ul>\n")
                for line in entry.leaving:
                    self.tags("<li>")
                    self._line(line)
                    self.tags("</li>\n")
                self.tags("</ul>\n")
            if entry.inner:
                self.items(entry.inner)
            self.tags("</li>\n")
        self.tags("</ul>\n")

    def finished(self) -> list[nodes.Node]:
        """All that was written."""
        self._close()
        return self._found

    def _line(self, line: _Line) -> None:
        self.tags("<strong>" if line.strong else "")
        for piece in line.title:
            if isinstance(piece, str):
                self.tags(escape(piece, quote=False))  # arrows and names: the search finds these elsewhere
            else:
                self._write(piece)
        self.tags("</strong>" if line.strong else "")
        for piece in line.rest:
            self._write(piece)

    def _write(self, piece: _Piece) -> None:
        if isinstance(piece, str):
            text = piece
        elif isinstance(piece, _Target):
            text = self._links[piece.part]
        else:
            shown = self._texts.get((piece.part, piece.name))
            if shown is not None and not is_bare(shown):
                self._close()
                self._found += _dead(_copied(shown))
                return
            text = piece.label.text.replace("\n", " ")
        self._html.append(escape(text, quote=False))
        self._words.append(text)

    def _close(self) -> None:
        """End the HTML so far: what comes is no text of ours."""
        self._found.append(pipeline_html("", nodes.Text(" ".join(self._words)), html="".join(self._html)))
        self._html, self._words = [], []


def _copied(shown: pipeline_text) -> list[nodes.Node]:
    """A text as it stands in the list: on one line, and not to be pointed at, since it stands elsewhere too."""
    if is_bare(shown):
        return [nodes.Text(shown.astext().replace("\n", " "))]
    text = shown.deepcopy()
    for element in text.findall(nodes.Element):
        element["ids"] = []
    join_lines(text)
    children: list[nodes.Node] = text.children
    return children


def _dead(inline: list[nodes.Node]) -> list[nodes.Node]:
    """Inline markup without references, as what they are the text of."""
    around = nodes.inline("", "", *inline)
    for reference in list(around.findall(nodes.reference)):
        reference.replace_self(reference.children)
    children: list[nodes.Node] = around.children
    return children
