"""Diagrams in doctrees: their texts, references and links, and how they are packed.

``figure(pipeline_diagram(pipeline_text, …, pipeline_link, …), caption)``: every label, note and tooltip is a
``TextElement`` with its own source and line, whose children the parser of the document made, and every link is a
reference.  So Sphinx resolves, translates, indexes and checks them, and :func:`resolved` reads the results back.

Between reading and writing, a diagram is packed, because Sphinx holds the doctrees of all documents in memory.  All
functions but :func:`unpack` need an unpacked diagram.
"""

from __future__ import annotations

import pickle
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from docutils import nodes

from .. import description, messages
from ..model import one_line
from ..model.pipeline import Face, Group, Item, Label, Pipeline, Run
from ..model.vocabulary import OBJECTS
from .nodes import LOADED, pipeline_diagram, pipeline_link, pipeline_text, pipeline_title

_FACES: tuple[tuple[type[nodes.Node], Face], ...] = (
    (nodes.emphasis, "italic"),
    (nodes.strong, "bold"),
    (nodes.literal, "mono"),
    (nodes.title_reference, "italic"),
)

# On a page that holds all documents, a reference names document and target; the target is enough. Before Sphinx 7.4 it
# names the page, too.
_DOCUMENT = re.compile(r"^[^#:]*#document-[^#]*(?=#)")

Say = messages.Say
Part = tuple[str, int]
"""A part of a pipeline: ``node``, ``edge``, ``group``, ``callout`` or ``reference``, and its index."""


def parts(pipeline: Pipeline) -> Iterator[tuple[Part, Item]]:
    """All groups, nodes, edges and callouts, each with its :data:`Part`."""
    kinds: tuple[tuple[str, Sequence[Item]], ...] = (
        ("group", pipeline.groups),
        ("node", pipeline.nodes),
        ("edge", pipeline.edges),
        ("callout", pipeline.callouts),
    )
    for kind, items in kinds:
        for number, item in enumerate(items):
            yield (kind, number), item


def pack(diagram: pipeline_diagram) -> None:
    """Replace the pipeline, its declarations and the texts without markup by compressed bytes, in ``packed``."""
    texts = [_plain_text(child) for child in diagram.children]
    diagram.children = [child for child, text in zip(diagram.children, texts, strict=True) if text is None]
    content = diagram.attributes.pop("pipeline"), diagram.attributes.pop("declarations"), texts
    diagram["packed"] = zlib.compress(pickle.dumps(content, pickle.HIGHEST_PROTOCOL), 1)  # half the size, in 0.05 ms


def unpack(diagram: pipeline_diagram) -> None:
    """Undo :func:`pack`; a diagram that is not packed stays as it is."""
    if "packed" not in diagram:
        return
    content = zlib.decompress(diagram.attributes.pop("packed"))
    diagram["pipeline"], diagram["declarations"], texts = pickle.loads(content)  # noqa: S301 -- part of a doctree, which is a pickle itself
    kept = iter(diagram.children)
    diagram.children = []
    diagram += [next(kept) if text is None else _element(*text) for text in texts]


def _plain_text(child: nodes.Node) -> tuple[str, str, str | None, int | None] | None:
    """Raw source, text, file and line of a text that has nothing else; ``None`` for any other child."""
    if type(child) is not pipeline_text or len(child) != 1 or not is_bare(child) or any(child.attributes.values()):
        return None
    return child.rawsource, child.astext(), child.source, child.line


def _element(rawsource: str, words: str, source: str | None, line: int | None) -> pipeline_text:
    text = pipeline_text(rawsource, "", nodes.Text(words))
    text.source, text.line = source, line
    return text


def _texts(diagram: pipeline_diagram) -> Iterator[pipeline_text]:
    return (child for child in diagram.children if isinstance(child, pipeline_text))


def has_markup(diagram: pipeline_diagram) -> bool:
    """Whether a text of *diagram* has markup, or a part a link; most diagrams of a large site have neither."""
    return not all(map(is_bare, diagram.children))


def is_bare(text: nodes.Node) -> bool:
    """Whether a text has no markup."""
    return all(isinstance(child, nodes.Text) for child in text.children)


def resolved(diagram: pipeline_diagram) -> Pipeline:
    """The pipeline with the labels of the doctree: references resolved, translated, with font faces."""
    pipeline: Pipeline = diagram["pipeline"]
    texts = _texts(diagram)
    reader = _RunReader()

    def shown(label: Label) -> Label:
        found = reader.read(next(texts))
        return label if found == label else replace(found, line=label.line)

    found = _with_plot_names(pipeline.map_labels(shown), texts)
    return replace(found, legend=description.retitled(found)) if found.categories else found


def plot_labels(pipeline: Pipeline) -> Iterator[Label]:
    """The names in plots, at the lines of the labels of their nodes."""
    for node in pipeline.nodes:
        if node.plot:
            from ..model.plots import plot_names  # imported here because few diagrams have plots

            yield from (Label.plain(name, node.label.line) for name in plot_names(node.plot))


def _with_plot_names(pipeline: Pipeline, texts: Iterator[pipeline_text]) -> Pipeline:
    """*pipeline* with the names of its plots as the next *texts* have them: they may be translated."""
    if not any(node.plot for node in pipeline.nodes):
        return pipeline
    from ..model.plots import plot_names, renamed  # imported here because few diagrams have plots

    nodes_of = (
        replace(node, plot=renamed(node.plot, {name: next(texts).astext() for name in plot_names(node.plot)}))
        if node.plot
        else node
        for node in pipeline.nodes
    )
    return replace(pipeline, nodes=tuple(nodes_of))


def links(diagram: pipeline_diagram) -> dict[Part, str]:
    """URLs, relative to the page, of the parts with a link and of the references inside labels.

    If the only reference of a part is its whole label, it is the link of the part, too.
    """
    found: dict[Part, str] = {}
    if not has_markup(diagram):
        return found
    number = 0
    texts = texts_of(diagram)
    for part, item in parts(diagram["pipeline"]):
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


def texts_of(diagram: pipeline_diagram) -> dict[tuple[Part, str], pipeline_text]:
    """The texts of a diagram by part and by ``label``, ``note`` or ``tooltip``."""
    found = _texts(diagram)
    return {
        (part, name): next(found)
        for part, item in parts(diagram["pipeline"])
        for name in _TEXTS
        if getattr(item, name) is not None
    }


def panel_titles(diagram: pipeline_diagram) -> dict[str, pipeline_text]:
    """The titles of panels by the ids of the panels in the diagram."""
    texts = texts_of(diagram)
    return {
        item.id: texts[part, "label"]
        for part, item in parts(diagram["pipeline"])
        if isinstance(item, Group) and item.panel
    }


def panel_ids(diagram: pipeline_diagram) -> dict[Part, str]:
    """Ids in the page of the panels that references may lead to."""
    if not any(isinstance(text, pipeline_title) for text in diagram.children):
        return {}
    return {part: text["ids"][0] for (part, _), text in texts_of(diagram).items() if isinstance(text, pipeline_title)}


def node_ids(diagram: pipeline_diagram, taken: set[str]) -> dict[Part, str]:
    """Ids in the page of the nodes of a diagram with a name: this, a hyphen and the id of the node.

    An id that is *taken* is left to what has it; the others are added there.  Like other ids of Sphinx, they have
    Latin letters and digits; of a name without any, none is made.
    """
    found: dict[Part, str] = {}
    name = nodes.make_id(diagram.get("called", ""))
    for number, node in enumerate(diagram["pipeline"].nodes if name else ()):
        own = nodes.make_id(node.id)
        id = f"{name}-{own}"
        if own and id not in taken:
            taken.add(id)
            found["node", number] = id
    return found


def _url(reference: nodes.reference) -> str | None:
    """The URL of a reference; ``None`` for one that was not resolved."""
    if uri := reference.get("refuri"):
        uri = _DOCUMENT.sub("", uri)
        # Sphinx keeps the fragment of some URIs apart, in ``refid``.
        return str(uri) + (f"#{reference['refid']}" if reference.get("refid") and "#" not in uri else "")
    return f"#{reference['refid']}" if reference.get("refid") else None


def reference_list(
    diagram: pipeline_diagram, say: Say = messages.english, prints: Callable[[str], bool] = bool
) -> nodes.paragraph | None:
    """A line with every reference of the diagram, for a picture without links; ``None`` if there are none.

    *prints* is whether the builder can print a text; other references show their URL or are left out.
    """
    called = description.names(resolved(diagram), say)
    found: list[nodes.reference] = []
    for text in diagram.findall(pipeline_text):
        found += [reference.deepcopy() for reference in text.findall(nodes.reference)]
    for link in further_links(diagram, _url).values():
        for reference in link.findall(nodes.reference):
            copy = reference.deepcopy()
            owner = called.get(link["owner"], "")
            if copy.astext() == copy.get("refuri") and prints(owner):  # replace a bare URL by its owner
                copy.clear()
                copy += nodes.Text(owner)
            found.append(copy)
    once: dict[tuple[str, str | None], nodes.reference] = {}
    for reference in found:
        once.setdefault((join_lines(reference), _url(reference)), reference)
    found = [reference for (text, url), reference in once.items() if prints(text) and url]
    if not found:
        return None
    line = nodes.paragraph("", say(messages.LINKS), classes=["llmpipeline-links"])
    for index, reference in enumerate(found):
        line += [nodes.Text(", "), reference] if index else [reference]
    return line


def unwrap(element: nodes.Element) -> None:
    """Replace *element* by its children; its ids and classes are lost, which ``replace_self`` does not allow."""
    above, index = element.parent, element.parent.index(element)
    above[index : index + 1] = element.children


def further_links(
    diagram: pipeline_diagram, shown: Callable[[nodes.reference], str | None] = nodes.reference.astext
) -> dict[Part, pipeline_link]:
    """The links by part, without those that a reference in the label or the note of the part shows already."""

    def all_shown(element: nodes.Element) -> set[str | None]:
        return {shown(reference) for reference in element.findall(nodes.reference)}

    found = {link["part"]: link for link in diagram.findall(pipeline_link)}
    for (part, _), text in texts_of(diagram).items() if found else ():
        if part in found and all_shown(found[part]) & all_shown(text):
            del found[part]
    return found


def join_lines(element: nodes.Element) -> str:
    """Put the text of *element* on one line, with its lists in words, and return it."""
    leaves = list(element.findall(nodes.Text))
    for leaf, text in zip(leaves, one_line.join_pieces([leaf.astext() for leaf in leaves]), strict=True):
        leaf.parent.replace(leaf, nodes.Text(text))
    return element.astext()


class _RunReader:
    """Reads labels; references are numbered through the whole diagram."""

    def __init__(self) -> None:
        self._references = 0

    def read(self, element: nodes.Element) -> Label:
        """The lines of one text."""
        if len(element.children) == 1 and isinstance(element.children[0], nodes.Text):
            # Most labels of a large site are plain.
            text = element.children[0].astext()
            return Label(tuple((Run(line),) if line else () for line in text.split("\n")) if text else ())
        lines: list[list[Run]] = [[]]
        for run in self._runs(element, Run("")):
            for index, piece in enumerate(run.text.split("\n") if run.face not in OBJECTS else [run.text]):
                if index:
                    lines.append([])
                if not (piece or run.face in OBJECTS):
                    continue
                before = lines[-1][-1] if lines[-1] else None
                if (
                    before is not None
                    and before.face not in OBJECTS
                    and replace(before, text="") == replace(run, text="")
                ):
                    piece = lines[-1].pop().text + piece
                lines[-1].append(replace(run, text=piece))
        return Label(tuple(tuple(line) for line in lines))

    def _runs(self, node: nodes.Node, like: Run) -> Iterator[Run]:
        """The runs of *node*: *like*, changed by each element around the text."""
        if isinstance(node, nodes.Text):
            yield replace(like, text=node.astext())
            return
        if isinstance(node, nodes.math):
            yield replace(like, text=node.astext(), face="math")
            return
        if isinstance(node, nodes.image):
            yield node[LOADED].within(like) if LOADED in node else replace(like, text=node.get("alt", ""))
            return
        if isinstance(node, nodes.reference):
            like = replace(like, reference=self._references)
            self._references += 1
        elif isinstance(node, nodes.subscript):
            like = replace(like, script="sub")
        elif isinstance(node, nodes.superscript):
            like = replace(like, script="super")
        elif face := next((face for kind, face in _FACES if isinstance(node, kind)), None):
            like = replace(like, face=face)
        for child in node.children:
            yield from self._runs(child, like)
