"""Ranks: the nodes and groups that ``align`` puts side by side, in the order of the text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise

from ..diagnostics import Diagnostic, Subtype
from ..model.pipeline import Group, Node, enclosing_groups
from .syntax_tree import Name, diagnostic_at

_Finding = tuple[str, Subtype, bool]
"""A message, its subtype, and whether the diagram can be drawn."""


class Ranks:
    """Reads the statements ``align`` one after the other."""

    def __init__(self, nodes: Iterable[Node], groups: Collection[Group], diagnostics: list[Diagnostic]) -> None:
        parents: dict[str, str | None] = {node.id: node.group for node in nodes}
        self._holders = enclosing_groups(parents | {group.id: group.parent for group in groups})
        self._panels = {group.id for group in groups if group.panel}
        self._stacks = {group.id for group in groups if group.is_stack}
        self._tables = {group.id for group in groups if group.rows}
        self._diagnostics = diagnostics
        self._before: dict[tuple[str, str], Name] = {}
        """Neighbours in a statement, with the second of them."""

    def read(self, names: Iterable[Name]) -> tuple[str, ...]:
        """The ids of one statement that can share a rank, of known *names*."""
        rank = _Rank()
        for name in names:
            found = self._contradiction(name.id, rank)
            if found:
                message, subtype, drawable = found
                self._report(message, name, subtype, drawable=drawable)
            else:
                rank.add(name, self._holders[name.id])
        self._check_order(rank.names)
        return tuple(name.id for name in rank.names)

    def _contradiction(self, id: str, rank: _Rank) -> _Finding | None:
        """What tells that an id cannot stand in a rank."""
        if id.endswith(".*"):
            table = id.removesuffix(".*")
            all_cells = table if table in self._tables else table.rpartition(".")[0]  # the grid of a row
            message = f"'align' leaves cells in their places: write '{all_cells}' for all of them, or the id of a cell"
            return message, "reference", False
        if id in rank.ids:
            return f"'{id}' stands twice in 'align'; keep one", "syntax", False
        holders = self._holders[id]
        outer = id if id in rank.inside else next((one for one in holders if one in rank.ids), None)
        if outer:
            inner = rank.inside.get(outer, id)
            return f"'align' cannot put '{inner}' beside '{outer}', which holds it", "reference", False
        if rank.names and (panels := [self._panel(one) for one in (rank.names[0].id, id)])[0] != panels[1]:
            where = f"'{rank.names[0].id}' stands in panel '{panels[0]}', and '{id}' in panel '{panels[1]}'"
            return f"{where}: 'align' takes nodes of one panel", "reference", False
        for member, home in zip((id, *holders), holders, strict=False):
            other_member, other = rank.members.get(home, (member, ""))
            if other_member != member and home in self._stacks:
                return f"'align' cannot put '{id}' beside '{other}', because stack '{home}' joins them", "syntax", True
            if other_member != member and home in self._tables:
                return f"'{other}' and '{id}' are cells of '{home}', which keep their places", "syntax", True
        return None

    def _panel(self, id: str) -> str | None:
        return next((group for group in self._holders[id][-1:] if group in self._panels), None)

    def _check_order(self, names: Iterable[Name]) -> None:
        """Report neighbours that an earlier statement lists in the other order."""
        for one, two in pairwise(names):
            if known := self._before.get((two.id, one.id)):
                message = f"'{two.id}' stands before '{one.id}' in 'align' on line {known.line.shown}; keep one order"
                self._report(message, two, "syntax", drawable=True)
            self._before.setdefault((one.id, two.id), two)

    def _report(self, message: str, name: Name, subtype: Subtype, *, drawable: bool) -> None:
        found = diagnostic_at(message, name.line, name.column, len(name.id), subtype, drawable=drawable)
        self._diagnostics.append(found)


class _Rank:
    """What one statement puts side by side."""

    def __init__(self) -> None:
        self.names: list[Name] = []
        self.ids: set[str] = set()
        self.inside: dict[str, str] = {}
        """Group → an id of the rank that it holds."""
        self.members: dict[str, tuple[str, str]] = {}
        """Group → its member that is, or holds, an id of the rank; and this id."""

    def add(self, name: Name, holders: Sequence[str]) -> None:
        self.names.append(name)
        self.ids.add(name.id)
        for member, home in zip((name.id, *holders), holders, strict=False):
            self.inside.setdefault(home, name.id)
            self.members.setdefault(home, (member, name.id))
