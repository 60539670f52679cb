"""Path search: the best path along the axes for each edge that is neither straight nor part of a fan.

The lanes of a path are the places at which something in the way begins or ends, with the distance that a line keeps
from it, and those of the ports.  Walls close parts of lanes: nodes, titles, labels, borders along a line and lines
beside it.  Lines across a path are crossed at a price.

An edge without a path under the usual distances, or without a place for its label beside one, is routed with smaller
ones, and through groups to which it does not belong; its label stands upon its line if there is no place beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..geometry.primitives import SIDES, Box, Side
from .borders import BORDER, EXACT, is_upright, room
from .branches import Branches
from .gaps import gap_between
from .graph import LayoutEdge
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
from .routing_area import APART, BESIDE, CLEAR, FURTHER, NEARER, Area, Path
from .walls import AROUND_GROUP, Rules, Wall, Walls, open_ports

ASIDE = 25.0
"""Points of a line that are as bad as an end across the flow."""

_BACKWARDS = 150.0  # points of a line that are as bad as to leave away from its head, among lines that enter there
_OFF = 0.2  # points that are as bad as a point between an end and the middle of its side
_AGAIN = 100.0  # points that are as bad as a step of a path beside which a label has no place
_PORTS, _PATHS = 5, 3  # of one side, and of one edge, that are tried
_NEAR = 100.0  # points around the ends of an edge, within which a path is looked for first
_AROUND_TABLE = 40.0  # points around the innermost border around a table, for lines between its cells
_MOST = 150  # edges: in a larger tangle, the effort is spent on a few of them
_EFFORT = 3_000_000  # places that are looked at: some seven seconds, which only tangles of a hundred edges need

_EVERYWHERE = Box(-math.inf, -math.inf, math.inf, math.inf)


_ROOMY = Rules(APART, FURTHER, ENDS, BESIDE)
"""For a short path: a long way round is worse than one close to a node."""
_STRICT = Rules(APART, NEARER, ENDS)
_CLOSE = Rules(5.0, 4.0, APART, enters=True)
_SLANTED = Rules(5.0, 4.0, APART, enters=True, on_slants=True)
_TIGHT = Rules(4.0, 4.0, 5.0, enters=True, on_slants=True)
_SHARED = Rules(4.0, 4.0, 0.0, enters=True, on_slants=True, merges=True)


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

    def __init__(self, area: Area, edge: LayoutEdge, rules: Rules) -> None:
        self._area = area
        self._edge = edge
        self._rules = rules
        self._around = area.around[edge.source], area.around[edge.target]
        self._room = room(edge)
        self._walls = Walls(area, edge, rules)
        self._branches = Branches(area, edge)
        self.effort = 0
        """Places that were looked at."""

    def route(self) -> bool:
        """Whether there is a path, with a place for the label; if so, the edge is in its place."""
        area, edge = self._area, self._edge
        kept: list[tuple[Path, PlacedEdge]] = []
        for path in self.paths():
            whole = self._branches.whole(path)
            line = drawn(edge, whole or path)
            if line is None:
                continue
            if whole:  # it has the label of the line from which it parts
                area.put(edge, whole, line)
                return True
            label = label_beside(area, edge, path, legs=self._legs(path)) if edge.label else None
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

    def _legs(self, path: Path) -> Sequence[int]:
        """The legs beside which the label of a fan may stand, from its common end on; none for another label."""
        if self._edge.fan is None:
            return ()
        legs = range(len(path) - 1)
        return legs if self._branches.is_tail else legs[::-1]

    def paths(self) -> Iterator[Path]:
        """Paths of the edge, the best first: those around its ends if none further out can be better."""
        needed: tuple[list[float], list[float]] = ([], [])
        stems = self._branches.legs
        for stem in stems:
            across, at = (needed[0], stem.x0) if is_upright(stem) else (needed[1], stem.y0)
            if _clash(across, at) is None:
                across.append(at)
        tails, heads = (
            self._ports(id, least, needed)
            for id, least in zip((self._edge.source, self._edge.target), end_lengths(self._edge), strict=True)
        )
        # Without a free place at the common end of a fan, a line may still part from another one.
        if not (tails or (stems and self._branches.is_tail)) or not (heads or (stems and not self._branches.is_tail)):
            return
        whole = self._inside(self._area.home(self._edge))
        one, other = (Box.around(port.stub for port in ports) if ports else stems[0] for ports in (tails, heads))
        near = _common(Box.around_boxes([one, other, *stems]).grown(_NEAR), whole)
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
        walls = [*self._walls.within(part)]
        self.effort += len(walls)
        wanted = (
            (at for wall in walls if wall.upright for at in (wall.box.x0, wall.box.x1)),
            (at for wall in walls if wall.level for at in (wall.box.y0, wall.box.y1)),
        )
        lanes = Lanes(sparse(wanted[0], needed[0], part.x0, part.x1), sparse(wanted[1], needed[1], part.y0, part.y1))
        for wall in walls:
            lanes.close(wall.box, level=wall.level, upright=wall.upright)
        for leg, price in self._walls.fences(part, self._branches.legs):
            lanes.charge(leg, price)
        ends = [
            Wall(
                Box.around_boxes(
                    [self._area.boxes[id].grown(CLEAR + self._room), *(Box.around((port.stub,)) for port in found)]
                )
            )
            for id, found in zip((self._edge.source, self._edge.target), ports, strict=True)
        ]
        for wall in ends:
            lanes.close(wall.box)
        starts, goals = (
            lanes.states(open_ports(found, (*walls, other))) for found, other in zip(ports, reversed(ends), strict=True)
        )
        (starts if self._branches.is_tail else goals).update(lanes.states(self._branches.ports(lanes)))
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
            off = AROUND_GROUP if id in area.borders.groups else rules.clear
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


def _common(one: Box, other: Box) -> Box:
    """What two boxes share."""
    return Box(max(one.x0, other.x0), max(one.y0, other.y0), min(one.x1, other.x1), min(one.y1, other.y1))


def _clash(lanes: Sequence[float], at: float) -> float | None:
    """A lane next to a place, but not there."""
    return next((lane for lane in lanes if EXACT < abs(lane - at) < SPARSE - EXACT), None)
