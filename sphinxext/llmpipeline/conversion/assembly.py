"""Assembly: what a source says → declarations of this language.

Nodes stand before the edges of their paragraph, edges that continue each other become a chain, and what this language
does not have becomes a remark.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import product

from ..language import MAX_EDGES
from ..model.vocabulary import Direction
from .categories import find_categories
from .declarations import (
    CategoryDeclaration,
    CellRow,
    Chains,
    Declaration,
    Declarations,
    EdgeDeclaration,
    Fields,
    GroupDeclaration,
    NodeDeclaration,
    RowDeclaration,
)
from .kinds import kind_of_class, kind_of_id, kind_of_text
from .labels import one_line
from .names import Names
from .source import (
    Alignment,
    Blank,
    Comment,
    ConversionError,
    Item,
    Mention,
    Pointer,
    Remark,
    Source,
    SourceEdge,
    SourceGroup,
    SourceNode,
    plain,
)

_SIDEWAYS: tuple[Direction, ...] = ("LR", "RL")
_IN_A_ROW = 4
"""Most members of a group that keeps a direction to the side: more would make most pages scroll."""

_MANY = 4
"""Nodes, and edges after them, that an empty line parts."""

_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):")
_SCHEMES = ("http", "https", "mailto", "ftp")


def assemble(source: Source) -> Declarations:
    """The declarations of a diagram.

    Raises:
        ConversionError: if it has no node.
    """
    return _Assembler(source).assemble()


class _Assembler:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.remarks = list(source.remarks)
        self.names = Names()
        self.groups = {group.id: group for group in _groups(source.items)}
        self.holders = dict(_holders(source.items, None))
        """Node or group → the group that holds it."""
        self.empty = {group.id for group in self.groups.values() if not any(_nodes_in(group.items))}
        self.edges = list(_edges(source.items))
        self._check_edges()
        self.named = {id for edge in self.edges for id in (*edge.sources, *edge.targets)}
        """Ends of edges."""
        self.joins, self.dropped = self._unseen()
        self.shown = {group.id for group in self.groups.values() if self._is_shown(group)}
        self.kinds = {node.id: self._kind(node) for node in source.nodes.values()}

    def assemble(self) -> Declarations:
        nodes = [node for node in self.source.nodes.values() if node.id not in self.dropped]
        if not nodes and not self.empty:
            raise ConversionError("expected a node: the diagram is empty")
        self._name()
        shown = [group for group in self.groups.values() if group.id in self.shown]
        self.categories = find_categories(
            [node for node in nodes if node.id not in self.joins], shown, self.kinds, self.names, self._report
        )
        categories = [CategoryDeclaration(id, label) for id, label in self.categories.labels.items()]
        statements = list(self._block(self.source.items))
        # Comments at the start are about the whole, unless a statement follows at once.
        first = next((place for place, found in enumerate(statements) if not isinstance(found, Comment)), 0)
        first = first if isinstance(statements[first], Blank) else 0
        blank = [Blank()] if categories else []
        whole = _tidied([*statements[:first], *blank, *categories, *blank, *statements[first:]])
        return Declarations(whole, tuple(self._options()), tuple(sorted(self.remarks, key=lambda found: found.line)))

    def _check_edges(self) -> None:
        """Check that there are not more edges than a diagram may have, before each of them is made."""
        counts = [len(edge.sources) * len(edge.targets) for edge in self.edges]
        if (count := sum(counts)) > MAX_EDGES:
            raise ConversionError(f"a diagram has at most {MAX_EDGES:,} edges, not {count:,}: convert a part of it")

    def _report(self, line: int, message: str) -> None:
        self.remarks.append(Remark(line, message))

    def _is_shown(self, group: SourceGroup) -> bool:
        return group.id in self.empty or any(id not in self.dropped for id in _nodes_in(group.items))

    def _unseen(self) -> tuple[set[str], set[str]]:
        """Nodes of which nothing is seen: those where edges meet, and those that only take room."""
        nodes = self.source.nodes.values()
        blank = {node.id for node in nodes if node.label is not None and not node.label}
        unseen = {
            node.id
            for node in nodes
            if node.look.shown == "nothing" or (node.id in blank and node.look.shown == "text")
        }
        points = {node.id for node in nodes if node.kind == "join"} | blank | unseen
        passed, dropped = _passed(self._pairs(), unseen)
        joins = points & passed
        for node in nodes:
            if node.id in dropped:
                self._report(node.line, f"the node '{node.id}', which is not seen, is left out: the layout needs none")
            elif node.id in blank - joins:
                self._report(node.line, f"the node '{node.id}' has no text: its id is shown")
        return joins, dropped

    def _pairs(self) -> Iterator[tuple[str, str]]:
        """The ends of all edges that can be drawn."""
        for edge in self.edges:
            for source, target in product(edge.sources, edge.targets):
                if self._holder_of(source, target) is None:
                    yield source, target

    def _kind(self, node: SourceNode) -> str:
        if node.id in self.joins:
            return "join"
        by_class = kind_of_class(node.look.name)
        said = "" if node.kind == "join" else node.kind
        by_text = kind_of_text(plain((node.label or ())[:1])) or kind_of_text(plain(node.label))
        return said or by_class or by_text or kind_of_id(node.id) or "node"

    def _name(self) -> None:
        nodes = sorted(self.source.nodes.values(), key=lambda node: node.cells is None)
        for node in nodes:
            name = self.names.add(node.id)
            for number in range(len(node.cells.rows[0]) if node.cells else 0):
                self.names.reserve(f"{name}.{number + 1}")
        for id, group in self.groups.items():
            self.names.add(id, (plain(group.title) or "part") if id.startswith("group ") else "")

    def _options(self) -> Iterator[tuple[str, str]]:
        """Options of the directive.  ``auto`` chooses between left to right and top to bottom by the page."""
        if self.source.caption:
            yield "caption", self.source.caption
        if self.source.alt:
            yield "alt", self.source.alt
        if self.source.direction in ("RL", "BT"):
            yield "direction", self.source.direction

    # Statements

    def _block(self, items: Sequence[Item]) -> Iterator[Declaration]:
        """The statements of a block: in each paragraph, nodes before edges."""
        nodes: list[Declaration] = []
        edges = Chains()
        for item in items:
            if isinstance(item, Mention):
                if item.id not in self.dropped:
                    nodes.append(self._node(self.source.nodes[item.id]))
            elif isinstance(item, SourceEdge):
                for edge in self._edge(item):
                    edges.add(edge)
            else:
                yield from _paragraph(nodes, edges.take())
                nodes = []
                yield from self._other(item)
        yield from _paragraph(nodes, edges.take())

    def _other(self, item: Comment | Blank | Alignment | SourceGroup) -> Iterator[Declaration]:
        if isinstance(item, Alignment):
            ids = [self.names[id] for id in dict.fromkeys(item.ids) if id not in self.dropped]
            if len(ids) > 1:
                yield Alignment(tuple(ids), item.line)
        elif not isinstance(item, SourceGroup):
            yield item
        elif item.id in self.empty:
            fields = (*self._pointer(item.pointer, item.line), *self._category(item.id))
            yield NodeDeclaration(self.names[item.id], "", item.title, fields, item.line)
        elif item.id in self.shown:
            fields = (*self._pointer(item.pointer, item.line), *self._category(item.id), *self._direction(item))
            statements = _tidied(self._block(item.items))
            yield GroupDeclaration(self.names[item.id], item.title, fields, statements, line=item.line)

    def _node(self, node: SourceNode) -> NodeDeclaration | RowDeclaration:
        id, kind = self.names[node.id], self.kinds[node.id]
        fields = (*self._pointer(node.pointer, node.line), *self._category(node.id))
        if node.cells:
            return RowDeclaration(id, tuple(map(CellRow, node.cells.rows)), fields, line=node.line)
        label = node.label or None
        if kind in ("join", "more"):
            return NodeDeclaration(id, kind, None, () if kind == "join" else fields, node.line)
        if node.label is None and id != node.id:
            label = one_line(node.id)
        # A node without a kind that nothing else names could be a statement of another language.
        lonely = self.holders[node.id] is None and node.id not in self.named
        return NodeDeclaration(id, kind if kind != "node" or lonely else "", label, fields, node.line)

    def _category(self, id: str) -> Fields:
        return (("category", self.categories.members[id]),) if id in self.categories.members else ()

    def _direction(self, group: SourceGroup) -> Fields:
        """A direction that says something: another one than that of the diagram, with room on a page."""
        direction = group.direction
        if direction is None or direction == self.source.direction or direction == self._around(group):
            return ()
        members = sum(isinstance(item, (Mention, SourceGroup)) for item in group.items)
        if direction in _SIDEWAYS and members > _IN_A_ROW:
            message = f"the direction {direction} of '{group.id}' is left out: {members} members in a row would scroll"
            self._report(group.line, message)
            return ()
        return (("direction", direction),)

    def _around(self, group: SourceGroup) -> Direction | None:
        holder = self.holders[group.id]
        return self.groups[holder].direction if holder else None

    def _pointer(self, pointer: Pointer, line: int) -> Fields:
        fields: list[tuple[str, str]] = []
        link, tooltip = pointer.link.strip(), " ".join(pointer.tooltip.split())
        scheme = _SCHEME.match(link)
        if link and ((scheme and scheme["scheme"].lower() not in _SCHEMES) or re.search(r"\s|^[:`{<]", link)):
            self._report(line, f"the link '{link}' is left out: expected one URL without spaces")
        elif link:
            fields.append(("link", link))
        if tooltip:
            fields.append(("tooltip", tooltip))
        return tuple(fields)

    def _edge(self, edge: SourceEdge) -> Iterator[EdgeDeclaration]:
        """The edges of a statement; one for each pair, if some of them cannot be drawn."""
        pairs = list(product(edge.sources, edge.targets))
        kept = [pair for pair in pairs if self._can_join(*pair, edge.line)]
        label = edge.label
        fields = self._pointer(edge.pointer, edge.line)
        if len(kept) == len(pairs):
            ends = tuple(
                tuple(self._end(id, port) for id in ids)
                for ids, port in zip((edge.sources, edge.targets), edge.ports, strict=True)
            )
            yield EdgeDeclaration(ends, edge.arrow, label, fields, edge.line)
            return
        for source, target in kept:
            one, other = self._end(source, edge.ports[0]), self._end(target, edge.ports[1])
            yield EdgeDeclaration(((one,), (other,)), edge.arrow, label, fields, edge.line)

    def _end(self, id: str, port: str) -> str:
        node = self.source.nodes.get(id)
        if node is None or node.cells is None or port not in node.cells.ports:
            return self.names[id]
        row, place = node.cells.ports[port]
        name = self.names[id]
        return f"{name}.{place + 1}" if len(node.cells.rows) == 1 else f"{name}.r{row + 1}.{place + 1}"

    def _holder_of(self, source: str, target: str) -> str | None:
        """The end that is a group and holds the other, or is the other; ``None`` if none is."""
        for outer, inner in ((source, target), (target, source)):
            if outer in self.groups and outer not in self.empty:
                holder: str | None = inner
                while holder is not None and holder != outer:
                    holder = self.holders[holder]
                if holder is not None:
                    return outer
        return None

    def _can_join(self, source: str, target: str, line: int) -> bool:
        if source in self.dropped or target in self.dropped:
            return False
        if any(id in self.groups and id not in self.shown for id in (source, target)):
            return False
        if self._holder_of(source, target) is not None:
            message = f"the edge from '{source}' to '{target}' is left out: a group cannot lead to what it holds"
            self._report(line, message)
            return False
        return True


def _passed(pairs: Iterable[tuple[str, str]], unseen: Set[str]) -> tuple[set[str], set[str]]:
    """The nodes that edges lead to and from, and those of the *unseen* ones that are none of these.

    What is left out takes its edges along, so that fewer of them meet.
    """
    outs, ins, edges = Counter[str](), Counter[str](), defaultdict[str, list[tuple[str, str]]](list)
    for pair in pairs:
        outs[pair[0]] += 1
        ins[pair[1]] += 1
        for id in {*pair}:
            edges[id].append(pair)
    dropped = {id for id in unseen if not (outs[id] and ins[id])}
    waiting = [*dropped]
    while waiting:
        for source, target in edges.pop(waiting.pop(), ()):
            outs[source] -= 1
            ins[target] -= 1
            for id in {source, target} & unseen - dropped:
                if not (outs[id] and ins[id]):
                    dropped.add(id)
                    waiting.append(id)
    return {id for id in ins if outs[id] and ins[id]} - dropped, dropped


def _paragraph(nodes: Sequence[Declaration], edges: Sequence[Declaration]) -> Iterator[Declaration]:
    """Nodes and then edges, with an empty line between many."""
    yield from nodes
    if len(nodes) >= _MANY and len(edges) >= _MANY:
        yield Blank()
    yield from edges


def _tidied(statements: Sequence[Declaration] | Iterator[Declaration]) -> tuple[Declaration, ...]:
    """The statements without empty lines at their ends and without two in a row."""
    found: list[Declaration] = []
    for statement in statements:
        if not isinstance(statement, Blank) or (found and not isinstance(found[-1], Blank)):
            found.append(statement)
    if found and isinstance(found[-1], Blank):
        found.pop()
    return tuple(found)


def _groups(items: Sequence[Item]) -> Iterator[SourceGroup]:
    for item in items:
        if isinstance(item, SourceGroup):
            yield item
            yield from _groups(item.items)


def _edges(items: Sequence[Item]) -> Iterator[SourceEdge]:
    for item in items:
        if isinstance(item, SourceEdge):
            yield item
        elif isinstance(item, SourceGroup):
            yield from _edges(item.items)


def _nodes_in(items: Sequence[Item]) -> Iterator[str]:
    for item in items:
        if isinstance(item, Mention):
            yield item.id
        elif isinstance(item, SourceGroup):
            yield from _nodes_in(item.items)


def _holders(items: Sequence[Item], holder: str | None) -> Iterator[tuple[str, str | None]]:
    for item in items:
        if isinstance(item, Mention):
            yield item.id, holder
        elif isinstance(item, SourceGroup):
            yield item.id, holder
            yield from _holders(item.items, item.id)
