"""Statements → :class:`~sphinxext.llmpipeline.model.pipeline.Pipeline`: names looked up, values of fields checked."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from itertools import chain, pairwise
from typing import TypeVar

from ..diagnostics import nearest
from ..model.pipeline import Edge, Group, Label, Node, Pipeline
from ..model.vocabulary import DiagramDirection, EdgeKind
from .fields import (
    read_classes,
    read_direction,
    read_edge_kind,
    read_link,
    read_node_kind,
    read_plain,
    read_text,
    read_value,
)
from .syntax_tree import (
    EdgeStatement,
    GroupStatement,
    Name,
    NodeStatement,
    ReadError,
    Statements,
    Text,
    diagnostic_at,
    plain_label,
)

MAX_EDGES = 10_000
"""How many edges a diagram may have: lists multiply, and one line could otherwise fill the memory."""

_COMPARISONS = 200_000
"""How many pairs of an unknown and a known id are compared: half a second, where a generated text may have millions."""

_Value = TypeVar("_Value")


def resolve(statements: Statements, kinds: Collection[str], direction: DiagramDirection | None) -> Pipeline:
    """The diagram that the statements declare; what is wrong is added to their diagnostics and left out.

    Args:
        statements: what was read.
        kinds: names of the kinds that a node may have.
        direction: direction of the ranks.
    """
    return _Resolver(statements, kinds).resolve(direction)


class _Resolver:
    def __init__(self, statements: Statements, kinds: Collection[str]) -> None:
        self.statements = statements
        self.kinds = kinds
        self.diagnostics = statements.diagnostics
        self.repeated: set[str] = set()
        """Ids that are declared twice."""
        self.declarations = self._declarations()
        self.panels = [statement.name for statement in statements.groups if statement.panel]
        self.panel_ids = {name.id for name in self.panels if self.declarations[name.id] is name}
        self.groups: dict[str, str | None] = {}
        """Group → the group around it."""
        self.nodes: dict[str, str | None] = {}
        """Node → the group around it."""
        self.unknown: dict[str, str] = {}
        """Unknown id → what is said of it."""

    def resolve(self, direction: DiagramDirection | None) -> Pipeline:
        groups = [group for statement in self.statements.groups if (group := self._group(statement))]
        self.groups = {group.id: group.parent for group in groups}
        nodes = [node for statement in self.statements.nodes if (node := self._node(statement))]
        if not self.statements.declares:
            nodes = self._implied_nodes()
        self.nodes = {node.id: node.group for node in nodes}
        self._check_groups()
        aligned = [ids for names in self.statements.aligned if len(ids := self._aligned(names)) > 1]
        return Pipeline(tuple(nodes), tuple(self._edges()), tuple(groups), tuple(aligned), direction)

    def _declarations(self) -> dict[str, Name]:
        """The first declaration of each id, of a node or a group alike."""
        first: dict[str, Name] = {}
        declared = chain(
            ((statement.name, "a node") for statement in self.statements.nodes),
            ((statement.name, "a panel" if statement.panel else "a group") for statement in self.statements.groups),
        )
        what: dict[str, str] = {}
        for name, owner in sorted(declared, key=lambda found: found[0].line.number):
            if first.setdefault(name.id, name) is name:
                what[name.id] = owner
            else:
                self.repeated.add(name.id)
                before = f"line {first[name.id].line.number} declares {what[name.id]} of that name"
                message = f"id '{name.id}' is declared twice: {before}; choose another id"
                self.diagnostics.append(diagnostic_at(message, name.line, name.column, len(name.id)))
        return first

    def _value(self, fields: Mapping[str, Text], name: str, read: Callable[[Text], _Value]) -> _Value | None:
        text = fields.get(name)
        if text is None:
            return None
        try:
            return read(text)
        except ReadError as error:
            self.diagnostics.append(error.diagnostic)
            return None

    def _group(self, statement: GroupStatement) -> Group | None:
        name, fields = statement.name, statement.fields
        group = Group(
            name.id,
            _label_of(name, statement.label),
            statement.parent,
            self._value(fields, "direction", read_direction),
            note=self._value(fields, "note", read_text),
            tooltip=self._value(fields, "tooltip", read_text),
            repeat=self._value(fields, "repeat", read_plain),
            classes=self._value(fields, "class", read_classes) or (),
            panel=statement.panel,
            link=self._value(fields, "link", read_link),
            line=name.line.number,
        )
        return group if self.declarations[name.id] is name else None

    def _node(self, statement: NodeStatement) -> Node | None:
        name, fields = statement.name, statement.fields
        node = Node(
            name.id,
            _label_of(name, statement.label),
            self._value(fields, "kind", lambda text: read_node_kind(text, self.kinds)) or statement.kind,
            statement.group,
            note=self._value(fields, "note", read_text),
            tooltip=self._value(fields, "tooltip", read_text),
            repeat=self._value(fields, "repeat", read_plain),
            value=self._value(fields, "value", read_value),
            classes=self._value(fields, "class", read_classes) or (),
            link=self._value(fields, "link", read_link),
            line=name.line.number,
        )
        return node if self.declarations[name.id] is name else None

    def _implied_nodes(self) -> list[Node]:
        """Nodes of a diagram that declares none: the ids of its edges, each in the first group that names it."""
        first: dict[str, Name] = {}
        homes: dict[str, str] = {}
        for statement in self.statements.edges:
            for name in chain.from_iterable(statement.ends):
                if name.id not in self.groups:
                    first.setdefault(name.id, name)
                    if statement.group is not None:
                        homes.setdefault(name.id, statement.group)
        return [
            Node(name.id, _label_of(name, None), group=homes.get(name.id), line=name.line.number)
            for name in first.values()
        ]

    def _check_groups(self) -> None:
        """A box needs something to stand around."""
        if not self.statements.complete:
            return  # a line that cannot be read may declare what is missing
        filled: set[str] = set()
        # A node that is declared twice fills its group, too: it is not the group that is wrong.
        for around in (*self.nodes.values(), *(statement.group for statement in self.statements.nodes)):
            while around is not None and around not in filled:
                filled.add(around)
                around = self.groups.get(around)
        for id in [id for id in self.groups if id not in filled]:
            line = self.declarations[id].line
            what = self._what(id)
            if self.statements.declares:
                advice = f"declare one in it, as in 'a: Label', or remove the {what}"
            else:
                advice = f"a node belongs to the first {what} that names it"
            self.diagnostics.append(
                diagnostic_at(f"{what} '{id}' holds no node: {advice}", line, line.indent, len(what))
            )

    def _edges(self) -> list[Edge]:
        found: list[Edge] = []
        full = False
        for statement in self.statements.edges:
            template = self._edge_template(statement)
            kind = self._value(statement.fields, "kind", read_edge_kind)
            bad = {name.id for name in chain.from_iterable(statement.ends) if not self._known(name)}
            count = sum(len(sources) * len(targets) for sources, targets in pairwise(statement.ends))
            if len(found) + count <= MAX_EDGES:
                found += self._edges_of(statement, template, kind, bad)
            elif not full:
                full = True
                self._refuse_edges(statement, count, len(found))
        return found

    def _edge_template(self, statement: EdgeStatement) -> Edge:
        """All that the edges of a statement have in common."""
        fields = statement.fields
        return Edge(
            "",
            "",
            label=plain_label(statement.label) if statement.label else None,
            note=self._value(fields, "note", read_text),
            tooltip=self._value(fields, "tooltip", read_text),
            value=self._value(fields, "value", read_value),
            classes=self._value(fields, "class", read_classes) or (),
            link=self._value(fields, "link", read_link),
            line=statement.ends[0][0].line.number,
        )

    def _edges_of(self, statement: EdgeStatement, template: Edge, kind: EdgeKind | None, bad: set[str]) -> list[Edge]:
        return [
            replace(template, source=source.id, target=target.id, kind=kind or arrow)
            for (sources, targets), arrow in zip(pairwise(statement.ends), statement.kinds, strict=True)
            for source in sources
            for target in targets
            if not {source.id, target.id} & bad and not self._nested(source, target)
        ]

    def _refuse_edges(self, statement: EdgeStatement, count: int, before: int) -> None:
        line = statement.ends[0][0].line
        last = statement.ends[-1][-1]
        already = f", after {before:,} before it" if before else ""
        message = (
            f"this statement declares {count:,} edges{already}: a diagram has at most {MAX_EDGES:,}; "
            "put nodes into a group, which can be the end of an edge"
        )
        self.diagnostics.append(diagnostic_at(message, line, line.indent, last.column + len(last.id) - line.indent))

    def _what(self, id: str) -> str:
        """``panel`` or ``group``: the word that declares a group."""
        return "panel" if id in self.panel_ids else "group"

    def _panel_of(self, id: str) -> str | None:
        """The panel that holds a node or group; ``None`` where none does, and where two claim it."""
        at: str | None = None if id in self.repeated else id
        while at is not None:
            id, at = at, self.nodes.get(at) or self.groups.get(at)
        return id if id in self.panel_ids else None

    def _in_its_panel(self, name: Name) -> bool:
        """Whether an edge or an align may name the id where it does: in the panel that holds it."""
        home = self._panel_of(name.id)
        if home is None:
            return True
        before = bisect(self.panels, name.line.number, key=lambda panel: panel.line.number)
        here = self.panels[before - 1].id if before else home
        if home == name.id:
            message = f"'{name.id}' is a panel: name a node or a group in it"
        elif home != here:
            message = (
                f"'{name.id}' stands in panel '{home}', and this is panel '{here}': an edge joins nodes of one panel, "
                "and an id is unique in the whole diagram"
            )
        else:
            return True
        self.diagnostics.append(diagnostic_at(message, name.line, name.column, len(name.id), "reference"))
        return False

    def _known(self, name: Name) -> bool:
        if name.id in self.nodes or name.id in self.groups:
            return self._in_its_panel(name)
        if name.id not in self.statements.doubtful:
            if name.id not in self.unknown:
                self.unknown[name.id] = self._unknown(name.id)
            message = self.unknown[name.id]
            self.diagnostics.append(diagnostic_at(message, name.line, name.column, len(name.id), "reference"))
        return False

    def _unknown(self, id: str) -> str:
        known = [*self.nodes, *self.groups]
        affordable = len(known) * (len(self.unknown) + 1) <= _COMPARISONS
        near = nearest(id, known) if affordable else None
        if near:
            advice = f"; did you mean '{near}'?"
        elif self.statements.declares:
            advice = f"; declare it on a line of its own, as in '{id}: Label'"
        else:
            advice = "; no edge of this diagram names it"
        return f"unknown node '{id}'{advice}"

    def _nested(self, source: Name, target: Name) -> bool:
        """Whether one end is the other's group, which leaves no room for an edge."""
        for outer, within in ((source, target), (target, source)):
            if outer.id not in self.groups:
                continue
            around: str | None = within.id
            while around is not None and around != outer.id:
                around = self.nodes[around] if around in self.nodes else self.groups[around]
            if around is not None:
                what = "itself" if outer.id == within.id else f"'{within.id}', which it holds"
                message = f"an edge cannot join group '{outer.id}' to {what}"
                self.diagnostics.append(diagnostic_at(message, target.line, target.column, len(target.id), "reference"))
                return True
        return False

    def _aligned(self, names: tuple[Name, ...]) -> tuple[str, ...]:
        ids: dict[str, None] = {}
        for name in names:
            if not self._known(name):
                continue
            if name.id in self.groups:
                message = f"'align' takes nodes, and '{name.id}' is a group"
                self.diagnostics.append(diagnostic_at(message, name.line, name.column, len(name.id), "reference"))
            elif name.id in ids:
                message = f"'{name.id}' stands twice in 'align'; keep one"
                self.diagnostics.append(diagnostic_at(message, name.line, name.column, len(name.id)))
            ids.setdefault(name.id)
        return tuple(ids)


def _label_of(name: Name, text: Text | None) -> Label:
    return plain_label(text) if text else Label.plain(name.id, name.line.number)
