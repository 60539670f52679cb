"""Unparsing: a diagram as values → declarations, the way back of :func:`~sphinxext.llmpipeline.parse`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter

from ..language import ARROW_OF, ELLIPSIS
from ..model.pipeline import Callout, Edge, Group, Label, Node, Pipeline, Run
from ..model.steps import steps
from ..model.vocabulary import UNLABELLED
from .declarations import (
    CategoryDeclaration,
    CellRow,
    ContainerWord,
    Declaration,
    Declarations,
    EdgeDeclaration,
    Fields,
    GroupDeclaration,
    NodeDeclaration,
    NoteDeclaration,
    RowDeclaration,
)
from .escaping import Markup
from .quantities import plot_lines, value_text
from .source import Alignment, Blank, Span, SpanStyle, Text
from .writing import write

_STYLES: Mapping[str, SpanStyle] = {"bold": "strong", "italic": "emphasis", "mono": "literal", "math": "math"}
_SCRIPTS: Mapping[str, SpanStyle] = {"sub": "sub", "super": "sup"}
_BAR = re.compile(r"(?<!\S)\|(?!\S)")


def unparse(pipeline: Pipeline, markup: Markup = "plain", *, declare_all: bool = False) -> str:
    r"""Write the declarations of a diagram.

    Comments, options of the directive and the names of files with data are not part of a diagram: data are written
    into it.

    Args:
        pipeline: from :func:`~sphinxext.llmpipeline.parse`, a :class:`~sphinxext.llmpipeline.Diagram` or your own code.
        markup: that of the labels: ``plain`` for :func:`~sphinxext.llmpipeline.parse`, whose labels have none, ``rst``
            for reStructuredText, ``myst`` for Markdown.
        declare_all: whether nodes are declared, too, if the edges alone say all of them.

    Raises:
        ValueError: if a text cannot be written, such as that of a cell with a bar in it.

    >>> from sphinxext.llmpipeline import parse
    >>> print(unparse(parse("model a: Base\na -> b, c: train\nb\nc")), end="")
    model a: Base
    b
    c
    <BLANKLINE>
    a -> b, c: train
    """
    return write(Declarations(tuple(_Unparser(pipeline, declare_all=declare_all).statements()), (), ()), markup)


class _Unparser:
    def __init__(self, pipeline: Pipeline, *, declare_all: bool) -> None:
        self.pipeline = pipeline
        self.declare_all = declare_all
        self.nodes = {node.id: node for node in pipeline.nodes}
        self.names = _names(pipeline)
        """Ids that no author can write → ids in the text."""
        self.members = _members(pipeline)

    def statements(self) -> Iterator[Declaration]:
        """All statements: categories, nodes and groups, edges, what is aligned, notes."""
        pipeline = self.pipeline
        parts: list[list[Declaration]] = [
            [CategoryDeclaration(one.id, _text(one.label)) for one in pipeline.categories],
            [] if self._is_implied() and not self.declare_all else [*self._block(None)],
            [*self._edges()],
            [] if pipeline.letters else [self._alignment(ids) for ids in pipeline.aligned],
            [self._note(callout) for callout in pipeline.callouts],
        ]
        for number, part in enumerate(filter(None, parts)):
            if number:
                yield Blank()
            yield from part

    def _id(self, id: str) -> str:
        return self.names.get(id, id)

    def _is_implied(self) -> bool:
        """Whether the edges alone declare the nodes, in their order."""
        pipeline = self.pipeline
        ends = dict.fromkeys(id for edge in pipeline.edges for id in (edge.source, edge.target))
        plain = all(node == Node(node.id) and node.link is None for node in pipeline.nodes)
        fans = any(edge.fan is not None for edge in pipeline.edges)  # a list may name ids in another order
        return plain and not pipeline.groups and not fans and [*ends] == [*self.nodes]

    # Nodes and groups

    def _block(self, group: str | None) -> Iterator[Declaration]:
        for member in self.members[group]:
            if isinstance(member, Node):
                yield self._node(member)
            elif member.rows:
                yield self._table(member)
            else:
                yield self._group(member)

    def _node(self, node: Node) -> NodeDeclaration:
        is_sign = node.kind in UNLABELLED and not node.label.lines
        label = None if is_sign else _text(node.label)
        if not is_sign and not node.label.text and not node.image:
            raise ValueError(f"node '{node.id}' has no label, which no declaration can say")
        return NodeDeclaration(
            self._id(node.id), "" if node.kind == "node" else node.kind, label, tuple(_fields_of_node(node))
        )

    def _group(self, group: Group) -> GroupDeclaration:
        word: ContainerWord = "panel" if group.panel else "stack" if group.is_stack else "group"
        fields = [*_common_fields(group), *_repetition(group)]
        if group.direction:
            fields.append(("direction", group.direction))
        if group.is_stack and steps(self.pipeline.edges, self.pipeline.nodes, self.pipeline.groups, [group.id]):
            fields.append(("arrows", "no"))
        title = _text(group.label) if group.label else None
        statements: list[Declaration] = [*self._block(group.id)]
        if group.panel:  # nothing stands beside panels
            statements += (self._alignment(ids) for ids in self.pipeline.aligned if self._panel_of(ids) == group.id)
        return GroupDeclaration(group.id, title, tuple(fields), tuple(statements), word)

    def _alignment(self, ids: Sequence[str]) -> Alignment:
        return Alignment(tuple(map(self._id, ids)), 0)

    def _panel_of(self, ids: Sequence[str]) -> str:
        """The panel that holds some nodes and groups."""
        *_, panel = self.pipeline.enclosing(ids[0])
        return panel

    def _table(self, group: Group) -> RowDeclaration:
        """A row or a grid; the fields of its cells are those of their rows."""
        rows = [[self.nodes[id] for id in row] for row in group.rows]
        is_grid = len(rows) > 1 or group.label is not None or _row_name(group.id, group.rows[0]) is not None
        shares: Fields = (("shares", "yes"),) if group.shares else ()
        found = []
        for number, (ids, cells) in enumerate(zip(group.rows, rows, strict=True), start=1):
            name = (_row_name(group.id, ids) or f"r{number}") if is_grid else ""
            prefix = f"{group.id}.{name}" if is_grid else group.id
            own = tuple("" if id == f"{prefix}.{at}" else id for at, id in enumerate(ids, start=1))
            texts = tuple(_text(_checked(cell.label, cell)) for cell in cells)
            found.append(CellRow(texts, own, name, tuple(_fields_of_cells(cells))))
        title = _text(group.label) if group.label else None
        return RowDeclaration(group.id, tuple(found), shares, is_grid, title)

    # Edges and notes

    def _edges(self) -> Iterator[EdgeDeclaration]:
        """The edges in their order; those of a fan are one statement."""
        for fan, edges in groupby(self.pipeline.edges, key=attrgetter("fan")):
            members = [*edges]
            if fan is None:
                yield from (self._edge(((edge.source,), (edge.target,)), edge) for edge in members)
                continue
            sources, targets = (dict.fromkeys(map(attrgetter(end), members)) for end in ("source", "target"))
            if min(len(sources), len(targets)) > 1 or len(sources) * len(targets) != len(members):
                raise ValueError(f"the edges of fan {fan} have no end in common, or two have the same ends")
            yield self._edge((tuple(sources), tuple(targets)), members[0])

    def _edge(self, ends: tuple[tuple[str, ...], ...], edge: Edge) -> EdgeDeclaration:
        fields = [*_common_fields(edge), *_numbers(edge)]
        label = _text(edge.label) if edge.label else None
        named = tuple(tuple(map(self._id, ids)) for ids in ends)
        return EdgeDeclaration(named, ARROW_OF[edge.kind], label, tuple(fields))

    def _note(self, callout: Callout) -> NoteDeclaration:
        return NoteDeclaration(self._id(callout.target), _text(callout.label), tuple(_common_fields(callout)))


def _names(pipeline: Pipeline) -> dict[str, str]:
    """Ids of ellipses without one in the text → new ids."""
    taken = {node.id for node in pipeline.nodes} | {group.id for group in pipeline.groups}
    found: dict[str, str] = {}
    for id in (node.id for node in pipeline.nodes if node.id.startswith(ELLIPSIS)):
        number = len(found) + 1
        while f"more{number}" in taken:
            number += 1
        found[id] = f"more{number}"
        taken.add(found[id])
    return found


def _members(pipeline: Pipeline) -> dict[str | None, list[Node | Group]]:
    """Groups, and ``None`` for the top level → what is directly in them; a group stands where its first node does."""
    found: dict[str | None, list[Node | Group]] = defaultdict(list)
    groups = {group.id: group for group in pipeline.groups}
    seen: set[str] = set()
    for node in pipeline.nodes:
        above, holder = [], node.group
        while holder is not None and holder not in seen:
            seen.add(holder)
            above.append(groups[holder])
            holder = groups[holder].parent
        for group in reversed(above):
            found[group.parent].append(group)
        found[node.group].append(node)
    return found


def _row_name(grid: str, ids: Sequence[str]) -> str | None:
    """The name of a row of a grid, by the ids of its cells; ``None`` if they do not say it."""
    for number, id in enumerate(ids, start=1):
        found = re.fullmatch(rf"{re.escape(grid)}\.(?P<name>.+)\.{number}", id)
        if found:
            return found["name"]
    return None


# Fields


def _common_fields(item: Node | Edge | Group | Callout) -> Iterator[tuple[str, str | Text]]:
    if item.note:
        yield "note", _text(item.note)
    if item.category:
        yield "category", item.category
    if item.tooltip:
        yield "tooltip", _text(item.tooltip)
    if item.link:
        yield "link", item.link.target
    if item.classes:
        yield "class", " ".join(item.classes)


def _numbers(item: Node | Edge) -> Iterator[tuple[str, str]]:
    if item.value:
        yield "value", value_text(item.value)
    if item.step:
        yield "step", item.step


def _repetition(item: Node | Group) -> Iterator[tuple[str, str]]:
    if item.repeat is not None:
        yield "repeat", item.repeat
    if item.pile:
        yield "pile", "yes"


def _fields_of_node(node: Node) -> Iterator[tuple[str, str | Text]]:
    yield from _common_fields(node)
    yield from _numbers(node)
    yield from _repetition(node)
    if node.plot:
        yield "plot", plot_lines(node.plot, node.id)
    if node.image:
        yield "image", node.image.name
    if node.size:
        yield "size", " x ".join(f"{side:g}" for side in node.size)


def _fields_of_cells(cells: Sequence[Node]) -> Iterator[tuple[str, str | Text]]:
    """The fields of some cells: one value if all have it, or one for each."""
    own = []
    for cell in cells:
        fields = dict(_fields_of_node(cell))
        if cell.kind != "node":
            fields["kind"] = cell.kind
        own.append(fields)
    for name in dict.fromkeys(name for fields in own for name in fields):
        values = [fields.get(name, "") for fields in own]
        if len(set(values)) == 1:
            yield name, values[0]
        else:
            yield name, _joined(values)


def _joined(values: Iterable[str | Text]) -> Text:
    """The values with bars between them, as one text."""
    lines: list[list[Span]] = [[]]
    for number, value in enumerate(values):
        if number:
            lines[-1].append(Span(" | "))
        for at, line in enumerate(((Span(value),),) if isinstance(value, str) else value):
            if at:
                lines.append([])
            lines[-1] += line
    return tuple(tuple(line) for line in lines)


# Texts


def _text(label: Label) -> Text:
    return tuple(tuple(map(_span, line)) for line in label.lines)


def _span(run: Run) -> Span:
    return Span(run.text, _SCRIPTS[run.script] if run.script else _STYLES.get(run.face, ""))


def _checked(label: Label, cell: Node) -> Label:
    if _BAR.search(label.text):
        raise ValueError(f"cell '{cell.id}' has a bar between spaces, which would part it in two: '{label.text}'")
    return label
