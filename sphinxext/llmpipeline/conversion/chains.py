"""Chains: edges that continue each other become one statement."""

from __future__ import annotations

from dataclasses import replace

from .declarations import EdgeDeclaration


class Chains:
    """Edges; one without a label that begins where the last one ends continues its chain."""

    def __init__(self) -> None:
        self._edges: list[EdgeDeclaration] = []
        self._ends: list[tuple[str, ...]] = []
        """Of the last chain."""
        self._ids: set[str] = set()
        """In these ends."""

    def add(self, edge: EdgeDeclaration) -> None:
        """Add an edge."""
        last = self._edges[-1] if self._edges else None
        if (
            last
            and (last.arrow, last.label, last.fields) == (edge.arrow, None, ()) == (last.arrow, edge.label, edge.fields)
            and self._ends[-1] == edge.ends[0]
            and len(edge.ends[0]) == 1
            and edge.arrow != "--"
            and self._ids.isdisjoint(edge.ends[-1])
        ):
            self._ends += edge.ends[1:]
            self._ids.update(*edge.ends[1:])
        else:
            self._close()
            self._edges.append(edge)
            self._ends, self._ids = [*edge.ends], {id for end in edge.ends for id in end}

    def take(self) -> list[EdgeDeclaration]:
        """All edges, which are then gone."""
        self._close()
        edges, self._edges = self._edges, []
        return edges

    def _close(self) -> None:
        if self._edges:
            self._edges[-1] = replace(self._edges[-1], ends=tuple(self._ends))
