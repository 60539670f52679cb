"""How a diagram stands in a doctree.

``figure(pipeline_diagram(pipeline_text, …, pipeline_link, …), caption)``: every label, note and tooltip is a
``TextElement`` with a source and a line of its own, whose children the host's parser made, and every link is a real
reference.  So Sphinx itself resolves, translates, indexes and checks them, and :func:`resolved` reads back what became
of them.
"""

from __future__ import annotations

import pickle
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace

from docutils import nodes

from . import outline
from .elements import pipeline_diagram, pipeline_link, pipeline_text, pipeline_title
from .model import Edge, Face, Group, Item, Label, Node, Pipeline, Run

_FACES: tuple[tuple[type[nodes.Node], Face], ...] = (
    (nodes.emphasis, "italic"),
    (nodes.strong, "bold"),
    (nodes.literal, "mono"),
    (nodes.title_reference, "italic"),
)

# Where all documents are one page, a reference to a place in another names both; the place is enough.
_DOCUMENT = re.compile(r"^#document-[^#]*(?=#)")
_ACTIVE = ("javascript:", "vbscript:", "data:")

Say = outline.Say
Part = tuple[str, int]
"""A part of a pipeline: ``node``, ``edge``, ``group`` or ``reference``, and its index."""

_Packed = tuple[str, str, str | None, int | None] | None
"""Source, text and place of a text; ``None`` for an element that is kept."""


def parts(pipeline: Pipeline) -> Iterator[tuple[Part, Item]]:
    """Every part with its name."""
    counts: Counter[str] = Counter()
    for item in pipeline.items():
        what = type(item).__name__.lower()
        yield (what, counts[what]), item
        counts[what] += 1


def pack(diagram: pipeline_diagram) -> None:
    """Keep a diagram that was read in little room, until :func:`declared` or another function here looks at it.

    Sphinx holds the doctrees of all documents at once, after it has read them.  Texts without markup wait as text,
    until the document is about to be written.
    """
    if "pipeline" not in diagram:
        return
    texts: list[_Packed] = []
    kept: list[nodes.Node] = []
    for child in diagram.children:
        if type(child) is pipeline_text and _is_plain(child):
            texts.append((child.rawsource, child.astext(), child.source, child.line))
        else:
            texts.append(None)
            kept.append(child)
    written = pickle.dumps((diagram.attributes.pop("pipeline"), texts), pickle.HIGHEST_PROTOCOL)
    diagram["packed"] = zlib.compress(written, 1)  # half of it, in a twentieth of a millisecond
    diagram.children = kept


def declared(diagram: pipeline_diagram) -> Pipeline:
    """The pipeline as it was declared; if the diagram is packed, it is unpacked."""
    if packed := diagram.attributes.pop("packed", None):
        texts: list[_Packed]
        written = zlib.decompress(packed)
        diagram["pipeline"], texts = pickle.loads(written)  # noqa: S301 -- of a doctree, which is such a file itself
        kept = iter(diagram.children)
        diagram.children = []
        diagram += [_unpacked(text) if text else next(kept) for text in texts]
    pipeline: Pipeline = diagram["pipeline"]
    return pipeline


def _is_plain(text: pipeline_text) -> bool:
    return len(text) == 1 and isinstance(text[0], nodes.Text) and not any(text.attributes.values())


def _unpacked(packed: tuple[str, str, str | None, int | None]) -> pipeline_text:
    rawsource, words, source, line = packed
    text = pipeline_text(rawsource, "", nodes.Text(words))
    text.source, text.line = source, line
    return text


def resolved(diagram: pipeline_diagram) -> Pipeline:
    """The pipeline with the labels that the doctree holds now: resolved, translated, in their faces."""
    pipeline = declared(diagram)
    texts = iter(diagram.findall(pipeline_text))
    reader = _RunReader()
    return pipeline.map_labels(lambda label: replace(reader.read(next(texts)), line=label.line))


def links(diagram: pipeline_diagram) -> dict[Part, str]:
    """URLs, as they are seen from the page, of the parts that lead somewhere and of the references inside labels.

    A part whose whole label is one reference, and that has no other, leads there as a whole.
    """
    found: dict[Part, str] = {}
    number = 0
    texts = _texts(diagram)
    for part, item in parts(declared(diagram)):
        own = [texts[part, name] for name in _TEXTS if (part, name) in texts]
        references = [reference for text in own for reference in text.findall(nodes.reference)]
        for reference in references:
            if url := _url(reference):
                found["reference", number] = url
                if len(references) == 1 and item.label and reference.astext().strip() == own[0].astext().strip():
                    found[part] = url
            number += 1
    for link in diagram.findall(pipeline_link):
        for reference in link.findall(nodes.reference):
            if url := _url(reference):
                found[link["part"]] = url
    return found


_TEXTS = ("label", "note", "tooltip")


def _texts(diagram: pipeline_diagram) -> dict[tuple[Part, str], pipeline_text]:
    """The texts of a diagram, by the part that each belongs to and by what it is there."""
    pipeline = declared(diagram)
    found = iter(diagram.findall(pipeline_text))
    return {
        (part, name): next(found)
        for part, item in parts(pipeline)
        for name in _TEXTS
        if getattr(item, name) is not None
    }


def panel_titles(diagram: pipeline_diagram) -> dict[str, pipeline_text]:
    """The titles of panels by the ids that the panels have in the diagram."""
    texts = _texts(diagram)
    return {
        item.id: texts[part, "label"]
        for part, item in parts(declared(diagram))
        if isinstance(item, Group) and item.panel
    }


def panel_ids(diagram: pipeline_diagram) -> dict[Part, str]:
    """Ids, in the page, of the panels that references may lead to."""
    return {part: text["ids"][0] for (part, _), text in _texts(diagram).items() if isinstance(text, pipeline_title)}


def _url(reference: nodes.reference) -> str | None:
    """Where a reference leads; ``None`` for what a browser would run."""
    if str(reference.get("refuri", "")).strip().lower().startswith(_ACTIVE):
        return None
    if uri := reference.get("refuri"):
        uri = _DOCUMENT.sub("", uri)
        # A fragment inside a URI that Sphinx made stands apart from it, as in its own HTML writer.
        return str(uri) + (f"#{reference['refid']}" if reference.get("refid") and "#" not in uri else "")
    return f"#{reference['refid']}" if reference.get("refid") else None


def listing(diagram: pipeline_diagram, say: Say = outline.english, pipeline: Pipeline | None = None) -> nodes.Element:
    """The diagram as stock nodes: a list of groups, nodes and their edges, with live references.

    Args:
        diagram: the diagram.
        say: gives messages in the language of the document.
        pipeline: what :func:`resolved` gave for *diagram*, if that has been asked for already.
    """
    return _Listing(diagram, say, pipeline or resolved(diagram)).items(None)


def dead_listing(
    diagram: pipeline_diagram, say: Say = outline.english, pipeline: Pipeline | None = None
) -> nodes.Element:
    """The same without references: beside a picture that has them, each would be reached twice."""
    items = listing(diagram, say, pipeline)
    for reference in list(items.findall(nodes.reference)):
        reference.replace_self(reference.children)
    return items


def reference_list(
    diagram: pipeline_diagram, say: Say = outline.english, prints: Callable[[str], bool] = bool
) -> nodes.paragraph | None:
    """A line with every reference of the diagram, for a picture that cannot carry them; ``None`` where it has none.

    Args:
        diagram: the diagram that the picture shows.
        say: gives messages in the language of the document.
        prints: whether the builder can print a text; a reference that it cannot print is told by its URL or left out.
    """
    called = outline.names(resolved(diagram))
    found: list[nodes.reference] = []
    for text in diagram.findall(pipeline_text):
        found += [reference.deepcopy() for reference in text.findall(nodes.reference)]
    for link in diagram.findall(pipeline_link):
        for reference in link.findall(nodes.reference):
            copy = reference.deepcopy()
            owner = called.get(link["owner"], "")
            if copy.astext() == copy.get("refuri") and prints(owner):  # a bare URL is told by what it belongs to
                copy.clear()
                copy += nodes.Text(owner)
            found.append(copy)
    found = [reference for reference in found if prints(reference.astext()) and _url(reference)]
    if not found:
        return None
    line = nodes.paragraph("", say(outline.LINKS), classes=["llmpipeline-links"])
    for index, reference in enumerate(found):
        _join_lines(reference)
        line += [nodes.Text(", "), reference] if index else [reference]
    return line


def _join_lines(element: nodes.Element) -> None:
    """Put the text of *element* on one line."""
    for leaf in list(element.findall(nodes.Text)):
        leaf.parent.replace(leaf, nodes.Text(leaf.astext().replace("\n", " ")))


class _RunReader:
    """Reads labels, and numbers the references in them through the whole diagram."""

    def __init__(self) -> None:
        self._references = 0

    def read(self, element: nodes.Element) -> Label:
        """The lines of one text."""
        if len(element.children) == 1 and isinstance(element.children[0], nodes.Text):
            # Most labels are plain, and there are many of them in a large site.
            text = element.children[0].astext()
            return Label(tuple((Run(line),) if line else () for line in text.split("\n")))
        lines: list[list[Run]] = [[]]
        for run in self._runs(element, Run("")):
            for index, piece in enumerate(run.text.split("\n") if run.face != "math" else [run.text]):
                if index:
                    lines.append([])
                if not piece:
                    continue
                before = lines[-1][-1] if lines[-1] else None
                if before is not None and before.face != "math" and replace(before, text="") == replace(run, text=""):
                    piece = lines[-1].pop().text + piece
                lines[-1].append(replace(run, text=piece))
        return Label(tuple(tuple(line) for line in lines))

    def _runs(self, node: nodes.Node, like: Run) -> Iterator[Run]:
        """The runs below *node*, each as *like* but for what the elements around it change."""
        if isinstance(node, nodes.Text):
            yield replace(like, text=node.astext())
            return
        if isinstance(node, nodes.math):
            yield replace(like, text=node.astext(), face="math")
            return
        if isinstance(node, nodes.image):
            yield replace(like, text=node.get("alt", ""))
            return
        if isinstance(node, nodes.reference):
            like = replace(like, reference=self._references)
            self._references += 1
        elif isinstance(node, nodes.subscript):
            like = replace(like, script="sub")
        elif isinstance(node, nodes.superscript):
            like = replace(like, script="super")
        like = replace(like, face=next((face for kind, face in _FACES if isinstance(node, kind)), like.face))
        for child in node.children:
            yield from self._runs(child, like)


class _Listing:
    """Builds the list of one diagram."""

    def __init__(self, diagram: pipeline_diagram, say: Say, pipeline: Pipeline) -> None:
        self.say = say
        self.pipeline = pipeline
        self.names = outline.names(self.pipeline)
        self.held: dict[str | None, list[tuple[Part, Node | Group]]] = defaultdict(list)
        for index, node in enumerate(pipeline.nodes):
            self.held[node.group].append((("node", index), node))
        for index, group in enumerate(pipeline.groups):
            self.held[group.parent].append((("group", index), group))
        self.leaving: dict[str, list[tuple[int, Edge]]] = defaultdict(list)
        for index, edge in enumerate(pipeline.edges):
            self.leaving[edge.source].append((index, edge))
        self.links = {link["part"]: link for link in diagram.findall(pipeline_link)}
        self.texts = _texts(diagram)
        self.kinds = {entry.kind: entry.title for entry in self.pipeline.legend if entry.part == "node"}
        """Names of the kinds, where the picture has a legend that tells them."""

    def items(self, group: str | None) -> nodes.bullet_list:
        """What stands directly in *group*: nodes first, then groups, each with the edges that leave it."""
        entries = nodes.bullet_list(bullet="*")
        for part, item in self.held[group]:
            entry = self._entry(part, item)
            if isinstance(item, Group):
                entry += self.items(item.id)
            entries += entry
        return entries

    def _entry(self, part: Part, item: Node | Group) -> nodes.list_item:
        line = nodes.paragraph()
        text = self.texts[part, "label"]
        line.source, line.line = text.source, text.line
        label = self._inline(part, "label")
        if part[0] == "group":
            letter = self.pipeline.letters.get(item.id)
            label = [nodes.strong("", f"({letter}) " if letter else "", *label)]
        line += label
        told: list[list[nodes.Node]] = []
        if isinstance(item, Node) and item.kind in self.kinds:
            told.append([nodes.Text(self.kinds[item.kind])])
        if item.note:
            told.append(self._inline(part, "note"))
        if item.repeat is not None:
            told.append([nodes.Text(f"× {item.repeat}")])
        if isinstance(item, Node) and item.value:
            told.append([nodes.Text(item.value.text)])
        line += _in_parentheses(told)
        line += self._link(part)
        entry = nodes.list_item("", line)
        leaving = nodes.bullet_list(bullet="-")
        for index, edge in self.leaving[item.id]:
            leaving += nodes.list_item("", self._edge(index, edge))
        if leaving.children:
            entry += leaving
        return entry

    def _edge(self, index: int, edge: Edge) -> nodes.paragraph:
        part = ("edge", index)
        line = nodes.paragraph("", f"{outline.arrow(edge)} {self.names[edge.target]}{outline.remark(edge, self.say)}")
        if edge.label:
            line += [nodes.Text(": "), *self._inline(part, "label")]
            line.source, line.line = self.texts[part, "label"].source, self.texts[part, "label"].line
        told = [self._inline(part, "note")] if edge.note else []
        if edge.value:
            told.append([nodes.Text(edge.value.text)])
        line += _in_parentheses(told)
        line += self._link(part)
        return line

    def _inline(self, part: Part, name: str) -> list[nodes.Node]:
        """A text as it stands in the list: on one line, and not to be pointed at, since it stands elsewhere too."""
        shown = self.texts[part, name]
        if all(isinstance(child, nodes.Text) for child in shown.children):
            return [nodes.Text(shown.astext().replace("\n", " "))]
        text = shown.deepcopy()
        for element in text.findall(nodes.Element):
            element["ids"] = []
        _join_lines(text)
        children: list[nodes.Node] = text.children
        return children

    def _link(self, part: Part) -> list[nodes.Node]:
        link = self.links.get(part)
        if link is None:
            return []
        return [nodes.Text(": "), *(child.deepcopy() for child in link.children)]


def _in_parentheses(told: list[list[nodes.Node]]) -> list[nodes.Node]:
    """What follows a label in the list; nothing for nothing."""
    line: list[nodes.Node] = []
    for extra in told:
        line += [nodes.Text(", " if line else " ("), *extra]
    return [*line, nodes.Text(")")] if line else []
