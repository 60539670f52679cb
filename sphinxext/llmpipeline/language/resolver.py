"""Resolver: syntax tree → :class:`~sphinxext.llmpipeline.model.pipeline.Pipeline`, ids looked up, fields read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise, product
from typing import Any, NamedTuple

from ..diagnostics import Subtype, nearest
from ..model.pipeline import Category, Edge, Group, Label, Node, Pipeline
from ..model.steps import steps
from ..model.vocabulary import UNLABELLED, DiagramDirection
from .cells import advice_on_cell, count_of, share_errors
from .lexer import ELLIPSIS
from .notes import callouts
from .ranks import Ranks
from .signs import errors_of_sign, field_errors, joins_without_ends, with_ellipsis_nodes
from .syntax_tree import (
    Context,
    EdgeStatement,
    Field,
    GroupStatement,
    Name,
    NodeStatement,
    ParseError,
    Statements,
    Text,
    diagnostic_at,
)

MAX_EDGES = 10_000
"""Most edges of a diagram: lists multiply, and one line could otherwise fill the memory."""

_SAID = frozenset(("note", "step", "value"))  # fields that are written beside an edge, as its label is
_COMPARISONS = 50_000
"""Most pairs of an unknown and a known id that are compared: half a second.  Generated texts may have millions."""


def resolve(
    statements: Statements,
    context: Context,
    direction: DiagramDirection | None,
    categories: Collection[str] = (),
) -> Pipeline:
    """Resolve the statements; parts with an error are left out, and ``statements.diagnostics`` receives the errors.

    *categories* are ids of the project.
    """
    return _Resolver(statements, context, categories).resolve(direction)


class _Arrow(NamedTuple):
    """The ends of the edges that one arrow declares."""

    sources: Sequence[Name]
    targets: Sequence[Name]
    cell_by_cell: bool = False

    @property
    def number(self) -> int:
        """The number of edges."""
        return len(self.sources) * (1 if self.cell_by_cell else len(self.targets))

    @property
    def is_fan(self) -> bool:
        """Whether it declares several edges with one end in common."""
        return self.number > 1 and not self.cell_by_cell and 1 in (len(self.sources), len(self.targets))

    def pairs(self) -> Iterable[tuple[Name, Name]]:
        """The ends of each edge."""
        if self.cell_by_cell:
            return zip(self.sources, self.targets, strict=True)
        return product(self.sources, self.targets)


class _Resolver:
    def __init__(self, statements: Statements, context: Context, categories: Collection[str]) -> None:
        self.statements = statements
        self.known_categories = {*categories, *(statement.name.id for statement in statements.categories)}
        self.context = context
        self.diagnostics = statements.diagnostics
        self.repeated: set[str] = set()
        """Ids that are declared twice."""
        self.declarations = self._declarations()
        panels = (statement.name for statement in statements.groups if statement.panel)
        self.panel_ids = {name.id for name in panels if self.declarations[name.id] is name}
        self.groups: dict[str, str | None] = {}
        """Group → the group that holds it."""
        self.nodes: dict[str, str | None] = {}
        """Node → the group that holds it."""
        self.joined_stacks: list[str] = []
        """Stacks whose members lead to the next."""
        self.unknown: dict[str, str] = {}
        """Unknown id → its message."""
        self.cells = dict(_tables(statements))
        """Ids of rows, grids, and rows of grids → the ids of their cells."""

    def resolve(self, direction: DiagramDirection | None) -> Pipeline:
        groups = [group for statement in self.statements.groups if (group := self._group(statement))]
        self.groups = {group.id: group.parent for group in groups}
        declared = (self._node(statement) for statement in self.statements.nodes)
        nodes = [node for node in declared if node] if self.statements.declares_nodes else self._implied_nodes()
        self.diagnostics += share_errors(self.statements, groups, nodes)
        nodes = with_ellipsis_nodes(nodes, self.statements.ellipses, self._node)
        self.nodes = {node.id: node.group for node in nodes}
        self._check_groups()
        ranks = Ranks(nodes, groups, self.diagnostics)
        aligned = [ranks.read(filter(self._known, names)) for names in self.statements.aligned]
        edges = self._edges()
        edges += steps(edges, nodes, groups, self.joined_stacks)
        if self.statements.complete:  # a skipped line may declare the missing edge
            for id, message in joins_without_ends(nodes, edges):
                self._report(message, self.declarations[id], "syntax")
        return Pipeline(
            tuple(nodes),
            tuple(edges),
            tuple(groups),
            tuple(ids for ids in aligned if len(ids) > 1),
            direction,
            categories=tuple(self._categories()),
            callouts=tuple(callouts(self.statements.notes, self._values, self._known)),
        )

    def _categories(self) -> Iterator[Category]:
        first: dict[str, Name] = {}
        for name, label in self.statements.categories:
            if first.setdefault(name.id, name) is name:
                yield Category(name.id, _label_of(name, label), name.line.number)
            else:
                message = f"category '{name.id}' is declared twice, first on line {first[name.id].line.shown}; keep one"
                self._report(message, name, "syntax")

    def _declarations(self) -> dict[str, Name]:
        """First declaration of each id, of nodes and groups."""
        first: dict[str, Name] = {}
        declared = chain(
            ((statement.name, "a node") for statement in self.statements.nodes),
            ((statement.name, "a panel" if statement.panel else "a group") for statement in self.statements.groups),
        )
        owners: dict[str, str] = {}
        for name, owner in sorted(declared, key=lambda found: found[0].line.number):
            if first.setdefault(name.id, name) is name:
                owners[name.id] = owner
            else:
                self.repeated.add(name.id)
                before = f"line {first[name.id].line.shown} declares {owners[name.id]} of that name"
                self._report(f"id '{name.id}' is declared twice: {before}; choose another id", name, "syntax")
        return first

    def _report(self, message: str, name: Name, subtype: Subtype = "reference") -> None:
        self.diagnostics.append(diagnostic_at(message, name.line, name.column, len(name.id), subtype))

    def _values(self, fields: Mapping[Field, Text]) -> dict[str, Any]:
        """Attributes of the model from the fields of a statement, without those that have an error."""
        values: dict[str, Any] = {}
        for field, text in fields.items():
            try:
                value = field.read(text, self.context)
            except ParseError as error:  # the other fields are read all the same
                self.diagnostics.append(error.diagnostic)
                continue
            if field.name != "category" or self._is_category(value, text):
                values[field.attribute or field.name] = value
        self.diagnostics += field_errors(fields)
        return values

    def _is_category(self, id: str, text: Text) -> bool:
        if id in self.known_categories:
            return True
        if id not in self.statements.skipped_ids:
            near = nearest(id, self.known_categories)
            hint = f"did you mean '{near}'?" if near else f"declare it, as in 'category {id}: Label'"
            message = f"unknown category '{id}'; {hint}"
            self.diagnostics.append(diagnostic_at(message, text.line, text.column, len(id), "reference"))
        return False

    def _group(self, statement: GroupStatement) -> Group | None:
        name = statement.name
        values = self._values(statement.fields)
        values |= {"panel": statement.panel, "rows": statement.rows, "is_stack": statement.is_stack}
        if statement.is_stack and values.pop("arrows", True):
            self.joined_stacks.append(name.id)
        title = _label_of(name, statement.label) if statement.titled else None
        group = Group(name.id, title, statement.parent, line=name.line.number, **values)
        return group if self.declarations[name.id] is name else None

    def _node(self, statement: NodeStatement) -> Node | None:
        name = statement.name
        values = {"kind": statement.kind, **self._values(statement.fields)}
        label = _label_of(name, statement.label)
        if (values["kind"] in UNLABELLED and statement.label is None) or ("image" in values and not label.text):
            label = Label((), name.line.number)
        if values["kind"] in UNLABELLED:
            self.diagnostics[:0] = errors_of_sign(statement, values["kind"])  # they come first in a place
        node = Node(name.id, label, group=statement.group, line=name.line.number, **values)
        return node if self.declarations.get(name.id, name) is name else None

    def _implied_nodes(self) -> list[Node]:
        """Nodes of a diagram that declares none: the ids of its edges, each in the first group that names it."""
        first: dict[str, Name] = {}
        groups: dict[str, str] = {}
        for statement in self.statements.edges:
            for name in chain.from_iterable(statement.ends):
                if name.id not in self.groups and not name.id.startswith(ELLIPSIS):
                    first.setdefault(name.id, name)
                    if statement.group is not None:
                        groups.setdefault(name.id, statement.group)
        return [
            Node(name.id, _label_of(name, None), group=groups.get(name.id), line=name.line.number)
            for name in first.values()
        ]

    def _check_groups(self) -> None:
        """Report groups that hold no node."""
        if not self.statements.complete:
            return  # a skipped line may declare the missing node
        filled: set[str] = set()
        # A node that is declared twice fills the groups of both declarations: they are not the error.
        for holder in (*self.nodes.values(), *(statement.group for statement in self.statements.nodes)):
            while holder is not None and holder not in filled:
                filled.add(holder)
                holder = self.groups.get(holder)
        for id in [id for id in self.groups if id not in filled]:
            line = self.declarations[id].line
            word = "panel" if id in self.panel_ids else "group"
            if self.statements.declares_nodes:
                advice = f"declare one in it, as in 'a: Label', or remove the {word}"
            else:
                advice = f"a node belongs to the first {word} that names it"
            message = f"{word} '{id}' holds no node: {advice}"
            self.diagnostics.append(diagnostic_at(message, line, line.indent, len(word)))

    def _edges(self) -> list[Edge]:
        found: list[Edge] = []
        full = False
        for statement in self.statements.edges:
            values = self._values(statement.fields)
            ends = chain.from_iterable(statement.ends)
            unknown = {name.id for name in ends if not self._is_end(name, statement.group)}
            arrows = [self._arrow(*ends) for ends in pairwise(statement.ends)]
            count = sum(arrow.number for arrow in arrows)
            if len(found) + count <= MAX_EDGES:
                if len(arrows) == 1 and arrows[0].is_fan and (statement.label or not _SAID.isdisjoint(values)):
                    values["fan"] = len(found)
                found += self._edges_of(statement, values, unknown, arrows)
            elif not full:
                full = True
                self._report_edges(statement, count, len(found))
        return found

    def _arrow(self, sources: Sequence[Name], targets: Sequence[Name]) -> _Arrow:
        """The ends of the edges of one arrow: each source with each target, or cell by cell if both are ``row.*``."""
        starred = [len(names) == 1 and _cells_of(names[0].id) is not None for names in (sources, targets)]
        froms, tos = self._cells(sources), self._cells(targets)
        if not all(starred) or not (froms and tos):
            return _Arrow(froms, tos)
        if len(froms) != len(tos):
            counts = f"'{sources[0].id}' has {count_of(froms)}, and '{targets[0].id}' {len(tos)}"
            message = f"{counts}: they are joined cell by cell"
            self._report(message, targets[0], "syntax")
            return _Arrow([], [])
        return _Arrow(froms, tos, cell_by_cell=True)

    def _cells(self, names: Iterable[Name]) -> list[Name]:
        """The names, each ``row.*`` replaced by those of the cells."""
        found: list[Name] = []
        for name in names:
            table = _cells_of(name.id)
            ids = (name.id,) if table is None else self.cells.get(table, ())
            found += (name._replace(id=id) for id in ids)
        return found

    def _edges_of(
        self,
        statement: EdgeStatement,
        values: Mapping[str, Any],
        unknown: set[str],
        arrows: Sequence[_Arrow],
    ) -> list[Edge]:
        label = statement.label.as_label() if statement.label else None
        common = {"label": label, "line": statement.ends[0][0].line.number, **values}
        return [
            Edge(source.id, target.id, **{"kind": kind, **common})
            for arrow, kind in zip(arrows, statement.kinds, strict=True)
            for source, target in arrow.pairs()
            if not {source.id, target.id} & unknown and not self._nested(source, target)
        ]

    def _report_edges(self, statement: EdgeStatement, count: int, before: int) -> None:
        first, end = statement.ends[0][0], statement.ends[-1][-1]
        already = f", after {before:,} before it" if before else ""
        message = (
            f"this statement declares {count:,} edges{already}: a diagram has at most {MAX_EDGES:,}; "
            "put nodes into a group, which can be the end of an edge"
        )
        self.diagnostics.append(diagnostic_at(message, *first[1:], end.column + len(end.id) - first.column))

    def _panel_of(self, id: str) -> str | None:
        """The panel that holds a node or group; ``None`` if there is none, or the id is declared twice."""
        if id in self.repeated:
            return None
        holder = self.nodes.get(id) or self.groups.get(id)
        while holder is not None:
            id, holder = holder, self.groups.get(holder)
        return id if id in self.panel_ids else None

    def _is_end(self, name: Name, group: str | None) -> bool:
        """Whether the id may be the end of an edge that stands in *group*, or beside the panels.

        A node that no statement declares belongs to the first panel that names it, so that in another panel its id is
        more likely meant for another node.
        """
        if not self._known(name):
            return False
        home = self._home_of(name)
        is_implied = self.statements.complete and name.id not in self.declarations
        if self.panel_ids and home is None and group is None and is_implied:
            shown = name._replace(id=ELLIPSIS) if name.id.startswith(ELLIPSIS) else name
            self._report(f"'{shown.id}' stands in no panel: an edge beside the panels joins what they hold", shown)
            return False
        here = group if group in self.panel_ids else group and self._panel_of(group)
        if here is None or home in (None, here) or self.statements.declares_nodes:
            return True
        message = (
            f"'{name.id}' stands in panel '{home}', and this is panel '{here}': an id is unique in the whole diagram, "
            "and an edge between panels stands beside them"
        )
        self._report(message, name)
        return False

    def _home_of(self, name: Name) -> str | None:
        """The panel that holds a known node or group, or known cells."""
        table = _cells_of(name.id)
        return self._panel_of(name.id if table is None else self.cells[table][0])

    def _known(self, name: Name) -> bool:
        if (table := _cells_of(name.id)) is not None:
            return self._has_cells(table, name)
        if name.id in self.panel_ids and name.id not in self.repeated:
            self._report(f"'{name.id}' is a panel: name a node or a group in it", name)
            return False
        if name.id in self.nodes or name.id in self.groups:
            return True
        if name.id not in self.statements.skipped_ids:
            if name.id not in self.unknown:
                self.unknown[name.id] = self._unknown(name.id)
            self._report(self.unknown[name.id], name)
        return False

    def _has_cells(self, table: str, name: Name) -> bool:
        """Whether *name* stands for the cells of a row, a grid, or a row of a grid."""
        if table in self.cells:
            return True
        if self.statements.skipped_ids.isdisjoint((table, table.rpartition(".")[2])):
            near = nearest(table, self.cells)
            hint = f"did you mean '{near}.*'?" if near else "it stands for the cells of a row or a grid"
            self._report(f"'{table}' has no cells for '.*'; {hint}", name)
        return False

    def _unknown(self, id: str) -> str:
        affordable = (len(self.nodes) + len(self.groups)) * (len(self.unknown) + 1) <= _COMPARISONS
        near = nearest(id, [*self.nodes, *self.groups]) if affordable else None
        if near:
            advice = f"did you mean '{near}'?"
        elif self.statements.declares_nodes:
            advice = f"declare it on a line of its own, as in '{id}: Label'"
        else:
            advice = "no edge of this diagram names it"
        return f"unknown node '{id}'; {advice_on_cell(id, self.cells) or advice}"

    def _nested(self, source: Name, target: Name) -> bool:
        """Whether one end is a group that holds the other, which leaves no room for an edge."""
        for outer, inner in ((source, target), (target, source)):
            if outer.id not in self.groups:
                continue
            holder: str | None = inner.id
            while holder is not None and holder != outer.id:
                holder = self.nodes[holder] if holder in self.nodes else self.groups[holder]
            if holder is not None:
                held = "itself" if outer.id == inner.id else f"'{inner.id}', which it holds"
                self._report(f"an edge cannot join group '{outer.id}' to {held}", target)
                return True
        return False


def _tables(statements: Statements) -> Iterator[tuple[str, tuple[str, ...]]]:
    for group in statements.groups:
        if group.rows:
            yield group.name.id, tuple(chain.from_iterable(group.rows))
        for id, cells in zip(group.row_names, group.rows, strict=False):
            yield f"{group.name.id}.{id}", cells


def _cells_of(id: str) -> str | None:
    """The row or grid of whose cells ``id.*`` is the name; ``None`` for another name."""
    return id.removesuffix(".*") if id.endswith(".*") else None


def _label_of(name: Name, text: Text | None) -> Label:
    return text.as_label() if text else Label.plain(name.id, name.line.number)
