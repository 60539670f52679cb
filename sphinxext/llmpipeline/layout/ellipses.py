"""Ellipses: whether the dots that stand for further nodes form a row or a column.

An ellipsis in a list stands between its siblings, and one in a chain between the nodes before and after it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice

from ..geometry.primitives import Box
from ..model.vocabulary import ASIDE
from .graph import LayoutGraph
from .result import Layout

_MOST = 100  # neighbours that are looked at


def columns(graph: LayoutGraph, layout: Layout) -> frozenset[str]:
    """Ids of the ellipses whose dots form a column."""
    waiting = [node.id for node in graph.nodes if node.shape == "dots"]
    if not waiting:
        return frozenset()
    neighbors = _Neighbors(graph)
    boxes = {id: layout.box_of(id) for id in (*layout.nodes, *layout.groups)}
    return frozenset(id for id in waiting if _is_upright(id, neighbors.of(id), boxes))


def _is_upright(id: str, others: Iterable[str], boxes: Mapping[str, Box]) -> bool:
    """Whether the nearest neighbour stands above or below."""
    x, y = boxes[id].center
    ways = [(other_x - x, other_y - y) for other_x, other_y in (boxes[other].center for other in others)]
    dx, dy = min(ways, key=lambda way: math.hypot(*way), default=(0.0, 0.0))
    return abs(dy) > abs(dx)


class _Neighbors:
    """The parts between which an ellipsis stands."""

    def __init__(self, graph: LayoutGraph) -> None:
        self._before: dict[str, dict[str, None]] = defaultdict(dict)
        self._after: dict[str, dict[str, None]] = defaultdict(dict)
        for edge in graph.edges:
            if edge.kind not in ASIDE and not edge.is_loop:
                self._before[edge.target][edge.source] = None
                self._after[edge.source][edge.target] = None
        self._parents = {node.id: node.group for node in graph.nodes}
        self._parents |= {group.id: group.parent for group in graph.groups if not group.panel}
        self._inside: dict[str | None, list[str]] = defaultdict(list)
        for id, parent in self._parents.items():
            self._inside[parent].append(id)

    def of(self, id: str) -> list[str]:
        """Siblings in a list, or else the nodes before and after, or else the other members of the group."""
        return next(filter(None, (self._siblings(id), [*self._joined(id)], self._beside(id))), [])

    def _siblings(self, id: str) -> list[str]:
        """Parts that follow and lead to the same others, as far as an ellipsis does so."""
        before, after = self._before[id].keys(), self._after[id].keys()
        near = chain(
            chain.from_iterable(self._after[other] for other in before),
            chain.from_iterable(self._before[other] for other in after),
        )
        return [
            one
            for one in islice(near, _MOST)
            if one != id and before <= self._before[one].keys() and after <= self._after[one].keys()
        ]

    def _joined(self, id: str) -> Iterator[str]:
        return islice(chain(self._before[id], self._after[id]), _MOST)

    def _beside(self, id: str) -> list[str]:
        return [one for one in islice(self._inside[self._parents[id]], _MOST) if one != id]
