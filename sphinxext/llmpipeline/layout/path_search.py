"""Path search: the best path along the axes for each edge that is neither straight nor part of a fan.

The lanes of a path are the places at which something in the way begins or ends, with the distance that a line keeps
from it, and those of the ports.  Walls close parts of lanes: nodes, titles, labels, borders along a line and lines
beside it.  Lines across a path are crossed at a price.

An edge without a path under the usual distances, or without a place for its label beside one, is routed with smaller
ones, and through groups to which it does not belong; its label stands upon its line if there is no place beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ..geometry.primitives import SIDES, Box, Side
from ..records import record
from .borders import BORDER, EXACT, TITLE, UNDER, is_upright, room
from .gaps import gap_between
from .graph import LayoutEdge, LayoutGroup, are_nested
from .lanes import SPARSE, Lanes, Port, sparse
from .result import PlacedEdge
from .routes import (
    ENDS,
    OPPOSITE,
    RADIUS,
    drawn,
    end_lengths,
    label_beside,
    label_elsewhere,
    outward,
    point,
    ports,
    position,
)
from .routing_area import APART, BESIDE, CLEAR, NEARER, Area, Path

ASIDE = 25.0
"""Points of a line that are as bad as an end across the flow."""

_BORDER = 10.0  # points between a path and a group to which its edge does not belong
_CROSS = 80.0  # points of a line that are as bad as a crossing
_BACKWARDS = 150.0  # points of a line that are as bad as to leave away from its head, among lines that enter there
_OFF = 0.2  # points that are as bad as a point between an end and the middle of its side
_STRANGE = 200.0  # points that are as bad as a border of a group to which an edge does not belong
_AGAIN = 100.0  # points that are as bad as a step of a path beside which a label has no place
_PORTS, _PATHS = 5, 3  # of one side, and of one edge, that are tried
_NEAR = 100.0  # points around the ends of an edge, within which a path is looked for first
_AROUND_TABLE = 40.0  # points around the innermost border around a table, for lines between its cells
_MOST = 150  # edges: in a larger tangle, the effort is spent on a few of them
_EFFORT = 3_000_000  # places that are looked at: some seven seconds, which only tangles of a hundred edges need

_EVERYWHERE = Box(-math.inf, -math.inf, math.inf, math.inf)


@record
class _Rules:
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


_ROOMY = _Rules(APART, NEARER, ENDS, BESIDE)
"""For a short path: a long way round is worse than one close to a node."""
_STRICT = _Rules(APART, NEARER, ENDS)
_CLOSE = _Rules(5.0, 4.0, APART, enters=True)
_SLANTED = _Rules(5.0, 4.0, APART, enters=True, on_slants=True)
_TIGHT = _Rules(4.0, 4.0, 5.0, enters=True, on_slants=True)
_SHARED = _Rules(4.0, 4.0, 0.0, enters=True, on_slants=True, merges=True)


@record
class _Wall:
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


def route_rest(area: Area) -> None:
    """Route all edges that have no path yet, the shortest first, feedback last.

    Those without a free way are left, those for which the effort is spent, and all if they are too many.
    """
    waiting = [edge for edge in area.graph.edges if edge.key not in area.paths]
    if len(waiting) > _MOST:
        return
    route_by_search(area, sorted(waiting, key=lambda edge: (edge.kind == "feedback", _distance(area, edge))))


def route_by_search(area: Area, edges: Sequence[LayoutEdge]) -> None:
    """Route edges one by one in this order, but for those without a free way."""
    effort = 0
    waiting = edges
    for rules in (_ROOMY, _STRICT, _CLOSE, _SLANTED, _TIGHT, _SHARED):
        left = []
        for edge in waiting:
            if effort > _EFFORT:
                return
            search = _Search(area, edge, rules)
            if not search.route():
                left.append(edge)
            effort += search.effort
        waiting = left


def free_path(area: Area, edge: LayoutEdge) -> Path | None:
    """The best path of an edge, which is not put into its place; ``None`` if it has no free way."""
    for rules in (_ROOMY, _STRICT, _CLOSE, _SLANTED):
        search = _Search(area, edge, rules)
        path = next(search.paths(), None)
        area.effort += search.effort
        if path:
            return path
    return None


def _distance(area: Area, edge: LayoutEdge) -> float:
    return math.dist(area.boxes[edge.source].center, area.boxes[edge.target].center)


class _Search:
    """The search for the path of one edge."""

    def __init__(self, area: Area, edge: LayoutEdge, rules: _Rules) -> None:
        self._area = area
        self._edge = edge
        self._rules = rules
        self._own = area.ends(edge)
        self._around = area.around[edge.source], area.around[edge.target]
        self._room = room(edge)
        self.effort = 0
        """Places that were looked at."""

    def route(self) -> bool:
        """Whether there is a path, with a place for the label; if so, the edge is in its place."""
        area, edge = self._area, self._edge
        kept: list[tuple[Path, PlacedEdge]] = []
        for path in self.paths():
            if line := drawn(edge, path):
                label = label_beside(area, edge, path) if edge.label else None
                if label or not edge.label:
                    area.put(edge, path, replace(line, label=label))
                    return True
                kept.append((path, line))
        if not kept or self._rules in (_ROOMY, _STRICT):
            return False
        found = [(path, line, label_elsewhere(area, edge, path) if edge.label else None) for path, line in kept]
        path, line, label = min(found, key=lambda one: area.covered(one[2]) if one[2] else 0)
        area.put(edge, path, replace(line, label=label))
        return True

    def paths(self) -> Iterator[Path]:
        """Paths of the edge, the best first: those around its ends if none further out can be better."""
        needed: tuple[list[float], list[float]] = ([], [])
        tails, heads = (
            self._ports(id, least, needed)
            for id, least in zip((self._edge.source, self._edge.target), end_lengths(self._edge), strict=True)
        )
        if not (tails and heads):
            return
        whole = self._inside(self._area.home(self._edge))
        one, other = (Box.around(port.stub for port in ports) for ports in (tails, heads))
        near = _common(Box.around_boxes([one, other]).grown(_NEAR), whole)
        reach = max(0.0, gap_between(one, other, 0)) + max(0.0, gap_between(one, other, 1)) + 2 * _NEAR
        parts = ((near, reach), (whole, math.inf)) if near != whole else ((whole, math.inf),)
        for part, most in parts[:1] if self._rules is _ROOMY else parts:
            lanes, starts, goals = self._lanes(part, (tails, heads), needed)
            for _ in range(_PATHS) if starts and goals else ():
                found = lanes.cheapest(starts, goals)
                self.effort += found.effort
                if found.is_enclosed:
                    return
                if found.path is None or found.cost > most:
                    break
                if self._area.has_room(self._edge, found.path):
                    yield found.path
                lanes.discourage(found.path, _AGAIN)
            else:
                return

    def _inside(self, home: str | None) -> Box:
        """Where the line of an edge inside a group may run; between cells of one table, it may move that border."""
        if home is None:
            return _EVERYWHERE
        table, other = map(self._area.tables.get, (self._edge.source, self._edge.target))
        return self._area.borders.front(home).grown(_AROUND_TABLE if table and table == other else -BORDER)

    def _lanes(
        self, part: Box, ports: tuple[list[Port], list[Port]], needed: tuple[list[float], list[float]]
    ) -> tuple[Lanes, dict[int, Port], dict[int, Port]]:
        """The lanes within a part of the area, and the states where the edge may begin and end on them."""
        walls = [*self._walls(part)]
        self.effort += len(walls)
        wanted = (
            (at for wall in walls if wall.upright for at in (wall.box.x0, wall.box.x1)),
            (at for wall in walls if wall.level for at in (wall.box.y0, wall.box.y1)),
        )
        lanes = Lanes(sparse(wanted[0], needed[0], part.x0, part.x1), sparse(wanted[1], needed[1], part.y0, part.y1))
        for wall in walls:
            lanes.close(wall.box, level=wall.level, upright=wall.upright)
        for leg, price in self._fences(part):
            lanes.charge(leg, price)
        ends = [
            _Wall(
                Box.around_boxes(
                    [self._area.boxes[id].grown(CLEAR + self._room), *(Box.around((port.stub,)) for port in found)]
                )
            )
            for id, found in zip((self._edge.source, self._edge.target), ports, strict=True)
        ]
        for wall in ends:
            lanes.close(wall.box)
        starts, goals = (
            lanes.states(_open_ports(found, (*walls, other)))
            for found, other in zip(ports, reversed(ends), strict=True)
        )
        return lanes, starts, goals

    def _ports(self, id: str, least: float, needed: tuple[list[float], list[float]]) -> list[Port]:
        """Places where the edge may end; its stubs have at *least* that length, and are on lanes that are *needed*."""
        area, edge, rules = self._area, self._edge, self._rules
        sideways = area.runs_sideways(edge)
        found = []
        for side in SIDES:
            upright = side in ("top", "bottom")
            across, along = needed if upright else needed[::-1]
            places: list[float] = []
            for at in ports(area, id, side, edge, rules.ends, on_slants=rules.on_slants)[:_PORTS]:
                if _clash((*across, *places), at) is None:
                    places.append(at)
            if not places:
                continue
            base, out = position(area.boxes[id], side), outward(side)
            # Beside a group, its neighbours often end where it does: a lane there passes them, too.
            off = _BORDER if id in area.borders.groups else rules.clear
            stub = self._off_borders(id, side, base + out * max(least, RADIUS, off + self._room))
            while (other := _clash(along, stub)) is not None:
                stub = other if out * (other - stub) > 0 else other + out * SPARSE
            across += places
            along.append(stub)
            middle = area.middle(id, side, edge)
            price = self._price(id, side, across=upright == sideways)
            found += [
                Port(side, point(side, base, at), point(side, stub, at), price + _OFF * abs(at - middle))
                for at in places
            ]
        return found

    def _price(self, id: str, side: Side, *, across: bool) -> float:
        """The price of an end at a side, *across* the flow or along it."""
        edge = self._edge
        if edge.kind == "feedback":
            return 0.0
        if across:
            return ASIDE
        own, other = self._area.boxes[id], self._area.boxes[edge.target if id == edge.source else edge.source]
        faces_away = outward(side) * (position(own, OPPOSITE[side]) - position(other, side)) > 0
        return _BACKWARDS if faces_away and id == edge.source and self._area.taken(id, side) else 0.0

    def _off_borders(self, id: str, side: Side, stub: float) -> float:
        """The end of a stub, or the nearest place further out where no border that the edge crosses is beside it."""
        one, other = self._around
        for group in self._area.holders[id]:
            border = position(self._area.boxes[group], side)
            if not (group in one and group in other) and abs(stub - border) < BORDER:
                stub = border + outward(side) * BORDER
        return stub

    def _walls(self, part: Box) -> Iterator[_Wall]:
        """What is in the way in a part of the area."""
        area, edge, wide = self._area, self._edge, self._room
        clear = self._rules.clear + wide
        for id in area.nodes_near(part.grown(clear)):
            if id not in self._own:
                box, near = area.boxes[id], area.clearance(edge, id)
                if is_narrow := near < CLEAR + wide:
                    yield _Wall(box.grown(near), level=False)
                yield _Wall(box.grown(clear), upright=not is_narrow)
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
                upright = is_upright(leg.box)
                yield _Wall(leg.box.grown(apart + wide + room(other)), not upright, upright)
        for label in area.labels_near(part.grown(self._rules.label + wide)).values():
            yield _Wall(label.grown(self._rules.label + wide))

    def _groups_near(self, part: Box) -> Iterator[LayoutGroup]:
        """The groups in a part of the area, or near it."""
        near = part.grown(_BORDER + self._room)
        return (group for group in self._area.graph.groups if self._area.boxes[group.id].touches(near))

    def _border(self, id: str) -> Iterator[_Wall]:
        """Walls along the border of a group, unless it holds both ends; or around it, if it is not to be entered."""
        holds = [id in around for around in self._around]
        box = self._area.boxes[id]
        if all(holds):
            return
        if not any(holds) and not self._rules.enters:
            yield _Wall(box.grown(_BORDER + self._room))
            return
        front = self._area.borders.front(id)
        for x in dict.fromkeys((box.x0, front.x1, box.x1)):
            yield _Wall(Box(x, box.y0, x, box.y1).grown(BORDER), level=False)
        for y in dict.fromkeys((box.y0, front.y1, box.y1)):
            yield _Wall(Box(box.x0, y, box.x1, y).grown(BORDER), upright=False)

    def _title(self, id: str) -> Iterator[_Wall]:
        """A wall through a title, unless a line runs down beside it, or the title can be moved out of its way."""
        title = self._area.borders.groups[id].label
        if not title.width:
            return
        yield _Wall(title.grown(UNDER + self._room), upright=False)
        gaps = self._area.title_gaps(id)
        if not gaps:
            yield _Wall(title.grown(TITLE + self._room), level=False)
        if len(gaps) == 1:
            ((start, end),) = gaps
            right, left = start + title.width + 2 * TITLE, end - title.width - 2 * TITLE
            if left < right:
                yield _Wall(Box(max(left, start), title.y0 - TITLE, min(right, end), title.y1 + TITLE), level=False)

    def _fences(self, part: Box) -> Iterator[tuple[Box, float]]:
        """Lines in a part of the area that may be crossed, with their prices."""
        area = self._area
        for leg in area.legs_near(part):
            yield leg.box, _CROSS
        for group in self._groups_near(part) if self._rules.enters else ():
            if group.has_border and group.id not in self._own and not any(group.id in one for one in self._around):
                corners = area.boxes[group.id].corners
                for side in zip(corners, (*corners[1:], corners[0]), strict=True):
                    yield Box.between(*side), _STRANGE


def _open_ports(ports: Sequence[Port], walls: Iterable[_Wall]) -> Iterator[Port]:
    """The ports whose stubs run into none of *walls*."""
    if ports:
        around = Box.around(at for port in ports for at in (port.tip, port.stub))
        near = [wall for wall in walls if wall.box.touches(around)]
        yield from (port for port in ports if not any(wall.stops(port) for wall in near))


def _common(one: Box, other: Box) -> Box:
    """What two boxes share."""
    return Box(max(one.x0, other.x0), max(one.y0, other.y0), min(one.x1, other.x1), min(one.y1, other.y1))


def _is_alike(one: LayoutEdge, other: LayoutEdge) -> bool:
    """Whether the lines of two edges may be one at one of their ends."""
    meet = (one.source == other.source) != (one.target == other.target)
    return meet and (one.kind, one.width) == (other.kind, other.width)


def _clash(lanes: Sequence[float], at: float) -> float | None:
    """A lane next to a place, but not there."""
    return next((lane for lane in lanes if EXACT < abs(lane - at) < SPARSE - EXACT), None)
