"""The list of a diagram's groups, nodes and edges, as docutils nodes and as the HTML beside a picture.

Both are written from the same entries, so that their content is the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import field
from html import escape

from docutils import nodes

from .. import description, messages
from ..model import one_line
from ..model.joins import ways
from ..model.pipeline import Callout, Edge, Group, Item, Label, Node, Pipeline
from ..model.quantity import is_text_of
from ..records import frozen_record
from .doctree import Part, further_links, is_bare, join_lines, resolved, texts_of, unwrap
from .nodes import pipeline_diagram, pipeline_html, pipeline_link, pipeline_text

Say = messages.Say


@frozen_record
class _LabelPiece:
    """A label or a note of the diagram."""

    part: Part
    name: str
    """``label`` or ``note``."""
    label: Label


@frozen_record
class _LinkPiece:
    """The link of a part."""

    part: Part


_Piece = str | _LabelPiece | _LinkPiece


@frozen_record
class _Entry:
    """The entry of a node, a group, an edge or a note."""

    part: Part
    title: list[_Piece]
    rest: list[_Piece]
    leaving: list[_Entry] = field(default_factory=list)
    """The notes of it, and the edges that begin here."""
    inner: list[_Entry] = field(default_factory=list)
    """The content of the group."""


def listing(diagram: pipeline_diagram, say: Say = messages.english, pipeline: Pipeline | None = None) -> nodes.Element:
    """A bullet list of groups, nodes and their edges, with references.

    *pipeline* is the result of :func:`~.doctree.resolved` for *diagram*, if it is known.
    """
    links = further_links(diagram)
    entries = _Entries(pipeline or resolved(diagram), say, links.keys()).of_group(None)
    return _DocutilsWriter(texts_of(diagram), links).items(entries)


def html_listing(
    diagram: pipeline_diagram, say: Say = messages.english, pipeline: Pipeline | None = None
) -> list[nodes.Node]:
    """The list for an HTML page, without references, because the picture beside it has them already.

    The arguments are those of :func:`listing`.

    Returns:
        HTML, and between its pieces the inline markup of labels, which the writer of the page writes.
    """
    links = {part: link.astext() for part, link in further_links(diagram).items()}
    entries = _Entries(pipeline or resolved(diagram), say, links.keys()).of_group(None)
    html = _HtmlWriter(texts_of(diagram), links)
    html.tags('<div class="llmpipeline-text">')
    html.items(entries)
    html.tags("</div>\n")
    return html.finished()


class _Entries:
    """Makes the entries of a pipeline."""

    def __init__(self, pipeline: Pipeline, say: Say, linked: Collection[Part]) -> None:
        self._say = say
        self._linked = linked
        self._letters = pipeline.letters
        self._names = description.names(pipeline, say)
        found, points = ways(pipeline)
        self._held: dict[str | None, list[tuple[Part, Node | Group]]] = defaultdict(list)
        self._nodes = {node.id: (("node", index), node) for index, node in enumerate(pipeline.nodes)}
        for index, node in enumerate(pipeline.nodes):
            if node.id not in points:
                self._held[node.group].append((("node", index), node))
        for index, group in enumerate(pipeline.groups):
            self._held[group.parent].append((("group", index), group))
        self._leaving: dict[str, list[list[tuple[Part, Edge]]]] = defaultdict(list)
        """By the id of a part: the ways that begin there, each as its edges."""
        self._callouts: dict[str, list[tuple[Part, Callout]]] = defaultdict(list)
        for index, callout in enumerate(pipeline.callouts):
            self._callouts[callout.target].append((("callout", index), callout))
        self._points = {id: self._nodes[id][1].group for id in points if id in self._callouts}
        """Joins with notes → the groups that hold them."""
        for way in found:
            passed: list[tuple[Part, Edge]] = [(("edge", index), pipeline.edges[index]) for index in way]
            self._leaving[passed[0][1].source].append(passed)
        self._kinds = {entry.kind: entry.title for entry in pipeline.legend if entry.part == "node"}
        """Titles of kinds, if the picture has a legend of them."""
        self._categories = description.category_names(pipeline)

    def of_group(self, group: str | None) -> list[_Entry]:
        """The entries of *group*, or of the top level: nodes first, then groups."""
        found: list[_Entry] = []
        for part, item in self._held.get(group, ()):
            found += self._table(part, item) if isinstance(item, Group) and item.rows else [self._item(part, item)]
        for id in [id for id, holder in self._points.items() if holder == group]:
            found.append(_Entry(self._nodes[id][0], [self._names[id]], [], self._notes(id)))
        return found

    def _table(self, part: Part, table: Group) -> list[_Entry]:
        """A line for each row, under the title if there is one."""
        rows = [self._row(cells) for cells in table.rows]
        leaving = [*self._notes(table.id), *(self._edges(way) for way in self._leaving.get(table.id, ()))]
        if table.label:
            return [_Entry(part, [_LabelPiece(part, "label", table.label)], self._rest([part], []), leaving, rows)]
        rows[0].leaving[:0] = leaving
        return rows

    def _row(self, ids: Iterable[str]) -> _Entry:
        """The cells of one row, with bars between them, and the edges that begin at them."""
        title: list[_Piece] = []
        leaving: list[_Entry] = []
        cells = [self._nodes[id] for id in ids]
        for part, cell in cells:
            title += [*([" | "] if title else []), _LabelPiece(part, "label", cell.label)]
            title += self._rest([part], self._extras(part, cell))
            edges = (self._edges(way) for way in self._leaving.get(cell.id, ()))
            for entry in (*self._notes(cell.id), *edges):
                entry.title.insert(0, f"{self._names[cell.id]} ")
                leaving.append(entry)
        return _Entry(cells[0][0], title, [], leaving)

    def _item(self, part: Part, item: Node | Group) -> _Entry:
        title: list[_Piece] = [self._title(part, item)]
        if item.id in self._letters:
            title.insert(0, f"({self._letters[item.id]}) ")
        extras = self._extras(part, item)
        leaving = [*self._notes(item.id), *(self._edges(way) for way in self._leaving.get(item.id, ()))]
        inner = self.of_group(item.id) if isinstance(item, Group) else []
        return _Entry(part, title, self._rest([part], extras), leaving, inner)

    def _title(self, part: Part, item: Node | Group) -> _Piece:
        """The label, or what stands for one."""
        if item.label is None:
            return self._say(messages.GROUP)  # its members follow, so it need not name them
        return _LabelPiece(part, "label", item.label) if item.label.lines else self._names[item.id]

    def _extras(self, part: Part, item: Node | Group) -> list[_Piece]:
        """What stands in parentheses after the label of a node or a group."""
        extras: list[_Piece] = []
        if isinstance(item, Node) and item.kind in self._kinds:
            extras.append(self._kinds[item.kind])
        extras += self._category(item)
        if item.note:
            extras.append(_LabelPiece(part, "note", item.note))
        if item.repeat is not None:
            extras.append(f"× {item.repeat}")
        if isinstance(item, Node) and item.step is not None:
            extras.append(self._say(messages.STEP).format(step=item.step))
        if isinstance(item, Node) and item.value and not is_text_of(item.label.text, item.value):
            extras.append(item.value.text)
        if isinstance(item, Node) and item.plot:
            from ..model.plots import plot_sentence  # imported here because few diagrams have a plot

            extras.append(plot_sentence(item.plot, self._say))
        return extras

    def _edges(self, way: Sequence[tuple[Part, Edge]]) -> _Entry:
        """The entry of an edge, or of several that meet at joins."""
        last = way[-1][1]
        title: list[_Piece] = [
            f"{description.arrow(last)} {self._names[last.target]}{description.remark(last, self._say)}"
        ]
        extras: list[_Piece] = []
        for part, edge in way:
            if edge.label:
                title += [": " if len(title) == 1 else ", ", _LabelPiece(part, "label", edge.label)]
            extras += self._category(edge)
            extras += [_LabelPiece(part, "note", edge.note)] if edge.note else []
            extras += [edge.value.text] if edge.value else []
            extras += [self._say(messages.STEP).format(step=edge.step)] if edge.step is not None else []
        parts = [part for part, _ in way]
        return _Entry(parts[0], title, self._rest(parts, extras))

    def _notes(self, target: str) -> list[_Entry]:
        """The entries of the notes of a part."""
        return [
            _Entry(
                part,
                [self._say(messages.NOTED), _LabelPiece(part, "label", callout.label)],
                self._rest([part], self._category(callout)),
            )
            for part, callout in self._callouts.get(target, ())
        ]

    def _category(self, item: Item) -> list[_Piece]:
        """The name of the category of a part; empty if it has none."""
        return [] if item.category is None else [self._categories.get(item.category, item.category)]

    def _rest(self, parts: Iterable[Part], extras: list[_Piece]) -> list[_Piece]:
        """The end of an entry: *extras* with commas in parentheses, and the links of its parts, if there are any."""
        rest: list[_Piece] = []
        for extra in extras:
            rest += [", " if rest else " (", extra]
        links: list[_Piece] = []
        for part in parts:
            if part in self._linked:
                links += [", " if links else ": ", _LinkPiece(part)]
        return [*rest, ")", *links] if rest else links


class _DocutilsWriter:
    """Writes entries as docutils nodes."""

    def __init__(self, texts: Mapping[tuple[Part, str], pipeline_text], links: Mapping[Part, pipeline_link]) -> None:
        self._texts = texts
        self._links = links

    def items(self, entries: Iterable[_Entry], bullet: str = "*") -> nodes.bullet_list:
        """A bullet list of the entries, with those inside them."""
        found = nodes.bullet_list(bullet=bullet)
        for entry in entries:
            item = nodes.list_item("", self._paragraph(entry))
            if entry.leaving:
                item += self.items(entry.leaving, "-")
            if entry.part[0] == "group":
                item += self.items(entry.inner)
            found += item
        return found

    def _paragraph(self, entry: _Entry) -> nodes.paragraph:
        title = self._inline(entry.title)
        paragraph = nodes.paragraph("", "", *([nodes.strong("", "", *title)] if entry.part[0] == "group" else title))
        paragraph += self._inline(entry.rest)
        if (text := self._texts.get((entry.part, "label"))) is not None:  # an element without children is falsy
            paragraph.source, paragraph.line = text.source, text.line
        return paragraph

    def _inline(self, pieces: Iterable[_Piece]) -> list[nodes.Node]:
        found: list[nodes.Node] = []
        for piece in pieces:
            if isinstance(piece, str):
                found.append(nodes.Text(piece))
            elif isinstance(piece, _LabelPiece):
                found += _copy(self._texts[piece.part, piece.name])
            else:
                found += [child.deepcopy() for child in self._links[piece.part].children]
        return found


class _HtmlWriter:
    """Writes entries as HTML; inline markup stays nodes."""

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
        """Write a list of the entries, with those inside them."""
        self.tags("<ul>\n")
        for entry in entries:
            self.tags("<li>")
            self._line(entry)
            for inner in filter(None, (entry.leaving, entry.inner)):
                self.items(inner)
            self.tags("</li>\n")
        self.tags("</ul>\n")

    def finished(self) -> list[nodes.Node]:
        """Everything that was written."""
        self._close()
        return self._found

    def _line(self, entry: _Entry) -> None:
        strong = entry.part[0] == "group"
        self.tags("<strong>" if strong else "")
        for piece in entry.title:
            if isinstance(piece, str):
                self.tags(escape(piece, quote=False))  # an arrow and the label of a node, which is indexed there
            else:
                self._write(piece)
        self.tags("</strong>" if strong else "")
        for piece in entry.rest:
            self._write(piece)

    def _write(self, piece: _Piece) -> None:
        if isinstance(piece, str):
            text = piece
        elif isinstance(piece, _LinkPiece):
            text = self._links[piece.part]
        else:
            shown = self._texts[piece.part, piece.name]
            if not is_bare(shown):
                self._close()
                self._found += _without_references(_copy(shown))
                return
            text = one_line.join_lines(piece.label.text)
        self._html.append(escape(text, quote=False))
        self._words.append(text)

    def _close(self) -> None:
        """End the HTML written so far, because a node follows."""
        self._found.append(pipeline_html("", nodes.Text(" ".join(self._words)), html="".join(self._html)))
        self._html, self._words = [], []


def _copy(shown: pipeline_text) -> list[nodes.Node]:
    """The content of a text on one line, without ids, because the text itself has them."""
    if is_bare(shown):
        return [nodes.Text(one_line.join_lines(shown.astext()))]
    text = shown.deepcopy()
    for image in list(text.findall(nodes.image)):
        image.replace_self(nodes.Text(image.get("alt", "")))
    for element in text.findall(nodes.Element):
        element["ids"] = []
    join_lines(text)
    children: list[nodes.Node] = text.children
    return children


def _without_references(inline: list[nodes.Node]) -> list[nodes.Node]:
    """Inline markup in which references are replaced by their content."""
    around = nodes.inline("", "", *inline)
    for reference in list(around.findall(nodes.reference)):
        unwrap(reference)
    children: list[nodes.Node] = around.children
    return children
