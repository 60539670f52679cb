"""Edges between panels: they belong to no panel, and widen the gaps between panels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from .graph import LayoutEdge, LayoutGraph

_APART = 8.0  # points between two lines
_BESIDE = 16.0  # points at either side of the lines in a gap: room for an arrowhead and a corner


def within_panels(graph: LayoutGraph) -> LayoutGraph:
    """*graph* without the edges between its panels."""
    between = {edge.key for edge, _ in edges_between(graph)}
    return replace(graph, edges=tuple(edge for edge in graph.edges if edge.key not in between)) if between else graph


def edges_between(graph: LayoutGraph) -> list[tuple[LayoutEdge, tuple[str, str]]]:
    """The edges between panels, each with the panels of its ends in their order."""
    order = {group.id: number for number, group in enumerate(graph.groups) if group.panel}
    if not order:
        return []
    holders = graph.holders
    found = []
    for edge in graph.edges:
        one, other = sorted((holders[edge.source][-1], holders[edge.target][-1]), key=order.__getitem__)
        if one != other:
            found.append((edge, (one, other)))
    return found


def gaps_beside(graph: LayoutGraph) -> list[float]:
    """Points between each panel and the next one, if both are in one row: those of the style, or what edges need."""
    ids = [group.id for group in graph.groups if group.panel]
    return [*_gaps(graph, {id: number for number, id in enumerate(ids)}, sideways=True)]


def gaps_below(graph: LayoutGraph, rows: Sequence[Sequence[str]]) -> list[float]:
    """Points between each row of panels and the next one."""
    return [*_gaps(graph, {id: number for number, row in enumerate(rows) for id in row}, sideways=False)]


def _gaps(graph: LayoutGraph, places: Mapping[str, int], *, sideways: bool) -> Iterator[float]:
    """The gap after each place but the last; labels of edges between neighbours stand in it."""
    between = [(edge, places[one], places[other]) for edge, (one, other) in edges_between(graph)]
    for place in range(max(places.values(), default=0)):
        lines = [edge.breadth for edge, one, other in between if one <= place < other]
        labels = [edge.label for edge, one, other in between if edge.label and (one, other) == (place, place + 1)]
        label = max((size.width if sideways else size.height for size in labels), default=0.0)
        needed = 2 * _BESIDE + label + sum(lines) + _APART * (len(lines) - 1) if lines else 0.0
        yield max(graph.style.panel_gap, needed)
