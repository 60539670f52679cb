"""Walls: what closes the lanes for the path of an edge, and what it may cross at a price."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from ..geometry.curves import arrow_length
from ..geometry.primitives import Box, between
from ..records import record
from .borders import BORDER, EXACT, TITLE, UNDER, Leg, is_upright, room
from .endpoints import are_nested
from .graph import LayoutEdge, LayoutGroup
from .lanes import Port
from .routing_area import APART, CLEAR, Area

AROUND_GROUP = 10.0
"""Points between a path and a group to which its edge does not belong."""

_CROSS = 80.0  # points of a line that are as bad as a crossing
_STRANGE = 200.0  # points that are as bad as a border of a group to which an edge does not belong


@record
class Rules:
    """Points that a path keeps from others."""

    apart: float
    """From a line beside it."""
    label: float
    """From a label."""
    ends: float
    """Between the places where two lines end."""
    clear: float = CLEAR
    """From a node that it passes."""
    enters: bool = False
    """Whether it may run through groups to which the edge does not belong."""
    on_slants: bool = False
    """Whether it may end where a shape is behind the side of its box."""
    merges: bool = False
    """Whether it may run upon lines of the same kind from the same source or to the same target."""


@record
class Wall:
    """A box through which no line runs level, or upright."""

    box: Box
    level: bool = True
    upright: bool = True

    def stops(self, port: Port) -> bool:
        """Whether the way from a port to the place where it may turn runs into the wall."""
        box, (x0, y0), (x1, y1) = self.box, port.tip, port.stub
        return (
            (self.upright if port.side in ("top", "bottom") else self.level)
            and max(x0, x1) > box.x0 + EXACT
            and min(x0, x1) < box.x1 - EXACT
            and max(y0, y1) > box.y0 + EXACT
            and min(y0, y1) < box.y1 - EXACT
        )


class Walls:
    """What is in the way of an edge."""

    def __init__(self, area: Area, edge: LayoutEdge, rules: Rules) -> None:
        self._area = area
        self._edge = edge
        self._rules = rules
        self._own = area.ends(edge)
        self._around = area.around[edge.source], area.around[edge.target]
        self._room = room(edge)

    def within(self, part: Box) -> Iterator[Wall]:
        """What is in the way in a part of the area."""
        area, edge, wide = self._area, self._edge, self._room
        clear = self._rules.clear + wide
        for id in area.nodes_near(part.grown(clear)):
            if id not in self._own:
                box, near = area.boxes[id], area.clearance(edge, id)
                if is_narrow := near < CLEAR + wide:
                    yield Wall(box.grown(near), level=False)
                yield Wall(box.grown(clear), upright=not is_narrow)
        for group in self._groups_near(part):
            if group.id not in self._own:
                yield from self._title(group.id)
                yield from self._border(group.id) if group.has_border else ()
        for leg in area.legs_near(part.grown(APART + wide)):
            other = leg.edge
            is_nested = are_nested(edge, other, area.around)
            if is_nested or not (self._rules.merges and _is_alike(edge, other)):
                is_pair = is_nested or {other.source, other.target} == {edge.source, edge.target}
                apart = APART if is_pair else self._rules.apart
                yield self._beside(leg, apart + wide + room(other))
            yield from self._head(leg, clear)
        for label in area.labels_near(part.grown(self._rules.label + wide)).values():
            yield Wall(label.grown(self._rules.label + wide))

    def _beside(self, leg: Leg, apart: float) -> Wall:
        """A wall around a line, but not beyond the ends of one of the same fan: there, one trunk goes straight on."""
        box, upright = leg.box, is_upright(leg.box)
        is_own = leg.edge.fan is not None and leg.edge.fan == self._edge.fan
        beyond = 0.0 if is_own else apart
        wide, high = (apart, beyond) if upright else (beyond, apart)
        return Wall(Box(box.x0 - wide, box.y0 - high, box.x1 + wide, box.y1 + high), not upright, upright)

    def _head(self, leg: Leg, clear: float) -> Iterator[Wall]:
        """A wall around the arrowhead at an end of a line, unless the edge ends there, too."""
        edge, path = leg.edge, leg.path
        for id, tip, inner, has_head in (
            (edge.source, path[0], path[1], edge.heads[0]),
            (edge.target, path[-1], path[-2], edge.heads[1]),
        ):
            if has_head and id not in self._own and Box.between(tip, inner) == leg.box:
                base = between(tip, inner, arrow_length(edge.width) / (math.dist(tip, inner) or 1.0))
                yield Wall(Box.between(tip, base).grown(clear))

    def _groups_near(self, part: Box) -> Iterator[LayoutGroup]:
        """The groups in a part of the area, or near it."""
        near = part.grown(AROUND_GROUP + self._room)
        return (group for group in self._area.graph.groups if self._area.boxes[group.id].touches(near))

    def _border(self, id: str) -> Iterator[Wall]:
        """Walls along the border of a group, unless it holds both ends; or around it, if it is not to be entered."""
        holds = [id in around for around in self._around]
        box = self._area.boxes[id]
        if all(holds):
            return
        if not any(holds) and not self._rules.enters:
            yield Wall(box.grown(AROUND_GROUP + self._room))
            return
        front = self._area.borders.front(id)
        for x in dict.fromkeys((box.x0, front.x1, box.x1)):
            yield Wall(Box(x, box.y0, x, box.y1).grown(BORDER), level=False)
        for y in dict.fromkeys((box.y0, front.y1, box.y1)):
            yield Wall(Box(box.x0, y, box.x1, y).grown(BORDER), upright=False)

    def _title(self, id: str) -> Iterator[Wall]:
        """A wall through a title, unless a line runs down beside it, or the title can be moved out of its way."""
        title = self._area.borders.groups[id].label
        if not title.width:
            return
        yield Wall(title.grown(UNDER + self._room), upright=False)
        gaps = self._area.title_gaps(id)
        if not gaps:
            yield Wall(title.grown(TITLE + self._room), level=False)
        if len(gaps) == 1:
            ((start, end),) = gaps
            right, left = start + title.width + 2 * TITLE, end - title.width - 2 * TITLE
            if left < right:
                yield Wall(Box(max(left, start), title.y0 - TITLE, min(right, end), title.y1 + TITLE), level=False)

    def fences(self, part: Box, free: Sequence[Box] = ()) -> Iterator[tuple[Box, float]]:
        """Lines in a part of the area that may be crossed, with their prices; none for those that are *free*.

        The edge parts from these, which is no crossing.
        """
        area = self._area
        for leg in area.legs_near(part):
            is_own = leg.edge.fan is not None and leg.edge.fan == self._edge.fan
            if not (is_own and any(leg.box.grown(EXACT).holds(box) for box in free)):
                yield leg.box, _CROSS
        for group in self._groups_near(part) if self._rules.enters else ():
            if group.has_border and group.id not in self._own and not any(group.id in one for one in self._around):
                corners = area.boxes[group.id].corners
                for side in zip(corners, (*corners[1:], corners[0]), strict=True):
                    yield Box.between(*side), _STRANGE


def open_ports(ports: Sequence[Port], walls: Iterable[Wall]) -> Iterator[Port]:
    """The ports whose stubs run into none of *walls*."""
    if ports:
        around = Box.around(at for port in ports for at in (port.tip, port.stub))
        near = [wall for wall in walls if wall.box.touches(around)]
        yield from (port for port in ports if not any(wall.stops(port) for wall in near))


def _is_alike(one: LayoutEdge, other: LayoutEdge) -> bool:
    """Whether the lines of two edges may be one at one of their ends."""
    meet = (one.source == other.source) != (one.target == other.target)
    return meet and (one.kind, one.width) == (other.kind, other.width)
