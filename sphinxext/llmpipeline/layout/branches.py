"""Branches: a line may part from the line of another edge of its fan, behind the one label that is said for both."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ..geometry.primitives import Box, Point, Side
from .borders import EXACT, is_upright
from .endpoints import are_nested
from .graph import LayoutEdge
from .lanes import Lanes, Port, corners, length_with_bends
from .routes import BESIDE_LINE, RADIUS, end_lengths
from .routing_area import Area, Path

_BEHIND = 4.0  # points between a label and the place where a line parts
_SHARED = 0.5  # of the length of what it shares with another line, as a part of the length of a line


class Branches:
    """The places on the lines of the fan of an edge where it may part from them, or join them."""

    def __init__(self, area: Area, edge: LayoutEdge) -> None:
        self._edge = edge
        others = [other for other in _fan_of(area, edge) if other.key in area.paths and other.key != edge.key]
        self.is_tail = all(other.source == edge.source for other in others)
        """Whether the common end is the source."""
        self._legs: list[tuple[Path, Box]] = []
        """The parts of lines on which it may part, each with the path from the common end to it."""
        labels = [label for other in others if (label := area.lines[other.key].label)]
        for other in others:
            if not are_nested(edge, other, area.around):
                path = area.paths[other.key]
                self._legs += self._behind(path if self.is_tail else path[::-1], labels)

    @property
    def legs(self) -> list[Box]:
        """The parts of lines on which it may part from them."""
        return [leg for _, leg in self._legs]

    def ports(self, lanes: Lanes) -> Iterator[Port]:
        """The places on *lanes* where it may part."""
        for stem, leg in self._legs:
            side: Side = "top" if is_upright(leg) else "right"
            for tip in lanes.places(leg):
                yield Port(side, tip, tip, _SHARED * length_with_bends((*stem, tip)))

    def whole(self, path: Path) -> Path | None:
        """The whole path of an edge whose own part is *path*; ``None`` if it does not part from another line."""
        own = path if self.is_tail else path[::-1]
        for stem, leg in self._legs:
            if leg.grown(EXACT).holds(Box.around(own[:1])):
                whole = corners((*stem, *own))
                return whole if self.is_tail else whole[::-1]
        return None

    def _behind(self, path: Path, labels: Sequence[Box]) -> Iterator[tuple[Path, Box]]:
        """The parts of a line behind the first of *labels* beside it, but for its end."""
        near = BESIDE_LINE + self._edge.width / 2 + 1.0
        head = end_lengths(self._edge)[1 if self.is_tail else 0] + RADIUS
        is_behind = False
        for number, (one, two) in enumerate(pairwise(path), 1):
            start, end = one, two
            leg = Box.between(one, two)
            beside = None if is_behind else next((label for label in labels if leg.touches(label.grown(near))), None)
            if beside:
                is_behind = True
                x = beside.x1 if two[0] > one[0] else beside.x0
                y = beside.y1 if two[1] > one[1] else beside.y0
                start = _towards(one, two, _BEHIND + (abs(y - one[1]) if is_upright(leg) else abs(x - one[0])))
            if number == len(path) - 1:
                end = _towards(two, one, head)
            if is_behind and math.dist(one, start) < math.dist(one, end):
                yield path[:number], Box.between(start, end)


def _fan_of(area: Area, edge: LayoutEdge) -> list[LayoutEdge]:
    """The edges of the fan for which one label is said, with the edge itself; none without such a fan."""
    return [] if edge.fan is None else [other for other in area.graph.edges if other.fan == edge.fan]


def _towards(one: Point, two: Point, away: float) -> Point:
    """The place *away* from *one* on the way to *two*, or *two* if that is nearer."""
    share = min(1.0, away / (math.dist(one, two) or 1.0))
    return one[0] + share * (two[0] - one[0]), one[1] + share * (two[1] - one[1])
