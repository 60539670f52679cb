"""How a diagram stands in a doctree.

``figure(pipeline_diagram(pipeline_text, …, pipeline_link, …), caption)``: every label, note and tooltip is a
``TextElement`` with a source and a line of its own, whose children the host's parser made, and every link is a real
reference.  So Sphinx itself resolves, translates, indexes and checks them, and :func:`resolved` reads back what became
of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from docutils import nodes

from . import outline
from .model import Face, Group, Item, Label, Node, Pipeline, Run

_FACES: dict[type[nodes.Node], Face] = {
    nodes.emphasis: "italic",
    nodes.strong: "bold",
    nodes.literal: "mono",
    nodes.title_reference: "italic",
}

Part = tuple[str, int]
"""A part of a pipeline: ``node``, ``edge`` or ``group``, and its index."""


class pipeline_diagram(nodes.General, nodes.Element):  # noqa: N801 -- the name of a doctree element
    """A diagram: its attributes hold the pipeline as it was declared, its children what Sphinx makes of the texts."""


class pipeline_text(nodes.Part, nodes.TextElement):  # noqa: N801 -- the name of a doctree element
    """One label, note or tooltip, in the order of :meth:`Pipeline.labels`."""


class pipeline_link(nodes.Part, nodes.TextElement):  # noqa: N801 -- the name of a doctree element
    """Where a part leads: a reference; ``part`` says whose."""


def parts(pipeline: Pipeline) -> Iterator[tuple[Part, Item]]:
    """Every part with its name."""
    counts: Counter[str] = Counter()
    for item in pipeline.items():
        what = type(item).__name__.lower()
        yield (what, counts[what]), item
        counts[what] += 1


def resolved(diagram: pipeline_diagram) -> Pipeline:
    """The pipeline with the labels that the doctree holds now: resolved, translated, in their faces."""
    texts = iter(diagram.findall(pipeline_text))
    pipeline: Pipeline = diagram["pipeline"]
    return pipeline.map_labels(lambda label: replace(_label(next(texts)), line=label.line))


def links(diagram: pipeline_diagram) -> dict[Part, str]:
    """URLs of the parts that lead somewhere, as they are seen from the page."""
    found: dict[Part, str] = {}
    for link in diagram.findall(pipeline_link):
        for reference in link.findall(nodes.reference):
            url = reference.get("refuri") or (f"#{reference['refid']}" if reference.get("refid") else None)
            if url:
                found[link["part"]] = url
    return found


def listing(diagram: pipeline_diagram) -> nodes.Element:
    """The diagram as stock nodes: a list of groups, nodes and their edges, with live references."""
    return _Listing(diagram).items(None)


def _label(element: nodes.Element) -> Label:
    lines: list[list[Run]] = [[]]

    def walk(node: nodes.Node, face: Face) -> None:
        face = _FACES.get(type(node), face)
        if not isinstance(node, nodes.Text):
            for child in node.children:
                walk(child, face)
            return
        for index, piece in enumerate(node.astext().split("\n")):
            if index:
                lines.append([])
            if not piece:
                continue
            if lines[-1] and lines[-1][-1].face == face:
                piece = lines[-1].pop().text + piece
            lines[-1].append(Run(piece, face))

    walk(element, "regular")
    return Label(tuple(tuple(line) for line in lines))


class _Listing:
    """Builds the list of one diagram."""

    def __init__(self, diagram: pipeline_diagram) -> None:
        self.pipeline = resolved(diagram)
        self.names = outline.names(self.pipeline)
        self.links = {link["part"]: link for link in diagram.findall(pipeline_link)}
        self.texts: dict[Part, nodes.Element] = {}
        texts = iter(diagram.findall(pipeline_text))
        for part, item in parts(self.pipeline):
            for name in ("label", "note", "tooltip"):
                if getattr(item, name) is not None:
                    text = next(texts)
                    if name == "label":
                        self.texts[part] = text

    def items(self, group: str | None) -> nodes.bullet_list:
        """What stands directly in *group*: nodes first, then groups, each with the edges that leave it."""
        entries = nodes.bullet_list(bullet="*")
        for index, node in enumerate(self.pipeline.nodes):
            if node.group == group:
                entries += self._entry(("node", index), node)
        for index, inner in enumerate(self.pipeline.groups):
            if inner.parent == group:
                entry = self._entry(("group", index), inner)
                entry += self.items(inner.id)
                entries += entry
        return entries

    def _entry(self, part: Part, item: Node | Group) -> nodes.list_item:
        line = nodes.paragraph()
        line += self._label(part)
        told = [outline.one_line(item.note)] if item.note else []
        if item.repeat is not None:
            told.append(f"× {item.repeat}")
        if told:
            line += nodes.Text(f" ({', '.join(told)})")
        line += self._link(part)
        entry = nodes.list_item("", line)
        leaving = nodes.bullet_list(bullet="-")
        for index, edge in enumerate(self.pipeline.edges):
            if edge.source == item.id:
                text = f"{outline.arrow(edge)} {self.names[edge.target]}{outline.after(edge)}"
                paragraph = nodes.paragraph("", text)
                paragraph += self._link(("edge", index))
                leaving += nodes.list_item("", paragraph)
        if leaving.children:
            entry += leaving
        return entry

    def _label(self, part: Part) -> list[nodes.Node]:
        text = self.texts[part].deepcopy()
        for leaf in list(text.findall(nodes.Text)):
            leaf.parent.replace(leaf, nodes.Text(leaf.astext().replace("\n", " ")))
        return [nodes.strong("", "", *text.children)] if part[0] == "group" else text.children

    def _link(self, part: Part) -> list[nodes.Node]:
        link = self.links.get(part)
        if link is None:
            return []
        return [nodes.Text(": "), *(child.deepcopy() for child in link.children)]
