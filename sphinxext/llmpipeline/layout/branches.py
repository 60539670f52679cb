"""Branches: a line may part from the line of another edge of its fan, behind the one label that is said for both."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ..geometry.primitives import Box, Point, Side, between
from .borders import EXACT, is_upright
from .endpoints import are_nested
from .graph import LayoutEdge
from .lanes import Lanes, Port, length_with_bends, without_straight_points
from .routes import BESIDE_LINE, RADIUS, end_lengths
from .routing_area import Area, Path

_BEHIND = 4.0  # points between a label and the place where a line parts
_SHARED = 0.5  # of the length of what it shares with another line, as a part of the length of a line


class Branches:
    """The places on the lines of the fan of an edge where it may part from them, or join them."""

    def __init__(self, area: Area, edge: LayoutEdge) -> None:
        fan = [] if edge.fan is None or edge.is_loop else [one for one in area.graph.edges if one.fan == edge.fan]
        self.is_tail = all(one.source == edge.source for one in fan)
        """Whether the common end is the source."""
        self._legs: list[tuple[Path, Box]] = []
        """The parts of lines on which it may part, each with the path from the common end to it."""
        routed = [one for one in fan if one.key in area.paths and one.key != edge.key and not one.is_loop]
        labels = [label for one in routed if (label := area.lines[one.key].label)]
        for other in routed:
            if not are_nested(edge, other, area.around):
                self._legs += self._behind(area, other, labels)

    @property
    def legs(self) -> list[Box]:
        """The parts of lines on which it may part from them."""
        return [leg for _, leg in self._legs]

    def ports(self, lanes: Lanes) -> list[Port]:
        """The places on *lanes* where it may part, the cheapest last: of several at one place, that one counts."""
        found = []
        for stem, leg in self._legs:
            side: Side = "top" if is_upright(leg) else "right"
            found += [Port(side, tip, tip, _SHARED * length_with_bends((*stem, tip))) for tip in lanes.places(leg)]
        return sorted(found, key=lambda port: -port.price)

    def whole(self, path: Path) -> Path | None:
        """The whole path of an edge whose own part is *path*; ``None`` if it does not part from another line."""
        own = path if self.is_tail else path[::-1]
        start = Box.around(own[:1])
        stems = [(*stem, own[0]) for stem, leg in self._legs if leg.grown(EXACT).holds(start)]
        if not stems:
            return None
        whole = without_straight_points((*min(stems, key=length_with_bends), *own[1:]))
        return whole if self.is_tail else whole[::-1]

    def _behind(self, area: Area, other: LayoutEdge, labels: Sequence[Box]) -> Iterator[tuple[Path, Box]]:
        """The parts of the line of *other* behind the first of *labels* beside it, but for its end."""
        path = area.paths[other.key] if self.is_tail else area.paths[other.key][::-1]
        near = BESIDE_LINE + other.width / 2 + 1.0
        head = end_lengths(other)[1 if self.is_tail else 0] + RADIUS
        label: Box | None = None
        for number, (one, two) in enumerate(pairwise(path), 1):
            leg, start, end = Box.between(one, two), one, two
            label = label or next((label for label in labels if leg.touches(label.grown(near))), None)
            if label is None:
                continue
            if leg.touches(label.grown(near)):
                start = _towards(one, two, max(0.0, _end_of(label, one, two) + _BEHIND))
            if number == len(path) - 1:
                end = _towards(two, one, head)
            if math.dist(one, start) < math.dist(one, end):
                yield path[:number], Box.between(start, end)


def _end_of(label: Box, one: Point, two: Point) -> float:
    """Points from *one*, on the way to *two* along an axis, to the farther end of a label; less than 0 before *one*."""
    (x, y), (to_x, to_y) = one, two
    if x == to_x:
        return label.y1 - y if to_y > y else y - label.y0
    return label.x1 - x if to_x > x else x - label.x0


def _towards(one: Point, two: Point, away: float) -> Point:
    """The place *away* from *one* on the way to *two*, or *two* if that is nearer."""
    return between(one, two, min(1.0, away / (math.dist(one, two) or 1.0)))
