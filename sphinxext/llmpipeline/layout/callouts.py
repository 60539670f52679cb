"""Callouts: texts beside their targets, where there is room when everything else is in place.

They never change the rest of the layout.  A callout stands beside its target, or else further out or beyond the
diagram, and its leader is straight or else a path along the axes.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from ..geometry.box_tree import BoxTree
from ..geometry.primitives import SIDES, Box, Point, Side
from .borders import BORDER, EXACT, Leg, is_upright, runs_along
from .callout_boxes import ELBOW, GAP, INSET, box_beside, corners_beside, leader_path, side_of, size_of, spaced
from .gaps import Axis, span
from .graph import LayoutEdge
from .path_search import free_path
from .result import LayoutCallout, PlacedCallout
from .routes import OPPOSITE, drawn, outward, point, ports, position
from .routing_area import APART, Area, Path

LEADER = 0.8
"""Width of a leader, in points."""

_OFF = 7.0  # points between a callout and a line, a text or a border
_STRAIGHT = 2  # places on a path without a corner
_SHARES = (0.5, 0.0, 1.0, 0.25, 0.75)  # of the side of a callout: where the leader begins
_STEP = 6.0  # points that a callout is moved further out, at least
_PORTS = 4  # places at a side of a target that are tried
_PUSHES = 60  # times that a callout is moved further out
_SLIDES = (0.0, 30.0, -30.0, 60.0, -60.0, 100.0, -100.0)  # points along the target, for a leader with corners
_SEARCHED = 8  # places from which a path is looked for
_COLUMN = 40.0  # points that a callout is moved further out, to stand in a column with others
_EFFORT = 250_000  # look-ups, and what they find: half a second

_CROSSING = 100.0  # points of a leader that are as bad as a crossing …
_FOREIGN = 80.0  # … a group that it passes through
_BORDER = 5.0  # … a border around its target
_CELL = 40.0  # … another cell of the table of its target, if this is an inner one …
_OUTER = 200.0  # … or an outer one
_BEND = 25.0  # … a corner
_ALONG = 45.0  # … a place before or after the target in the flow
_SECOND = 4.0  # … the second side
_ASIDE = 0.15  # … a point between its end and the middle of the side
_UNEVEN = 8.0  # … a callout at one end of which it begins
_GROWTH = 0.3  # … a point by which the drawing grows
_GOOD = 90.0  # points: no path with corners is looked for instead of a straight leader that is no worse


class _Clearance(NamedTuple):
    """Points that a leader keeps from others."""

    parts: float
    """From nodes and texts."""
    lines: float
    """From lines beside it."""


_USUAL = _Clearance(4.0, APART)
_NARROW = _Clearance(1.5, 3.5)
"""For a target that no leader reaches otherwise."""


class _Place(NamedTuple):
    """A place of a callout, with the path from it to its target, and points of a leader that are as bad."""

    cost: float
    box: Box
    path: Path


def leader_of(callout: LayoutCallout) -> LayoutEdge:
    """The leader of a callout, as an edge from that; no id of an author has a space."""
    return LayoutEdge(-1 - callout.key, f"note {callout.key}", callout.target, "link", LEADER)


def place_callouts(area: Area) -> dict[int, PlacedCallout]:
    """The callouts of the graph by their keys, when all lines, labels and titles of *area* are in place."""
    if not area.graph.callouts:
        return {}
    places = _Places(area)
    for callout in area.graph.callouts:
        places.put(callout)
    places.form_columns()
    places.form_rows()
    return places.finished()


class _Places:
    """What callouts and leaders keep off, and the callouts in place."""

    def __init__(self, area: Area) -> None:
        self._area = area
        titles = [area.borders.groups[group.id].label for group in area.graph.groups if group.title.width]
        self._titles = BoxTree((title, title) for title in titles)
        self._tables = {id: group.cells for group in area.graph.groups for id in group.cells}
        """Cells → all cells of their tables."""
        self._inner = {id for group in area.graph.groups for row in group.rows[1:-1] for id in row[1:-1]}
        """Cells with others at all sides."""
        labels = [line.label for line in area.lines.values() if line.label]
        drawn_lines = [Box.around(curve.points) for line in area.lines.values() for curve in line.splines]
        self._extent = Box.around_boxes([*area.boxes.values(), *labels, *drawn_lines])
        self._places: dict[int, tuple[LayoutEdge, _Place]] = {}
        """By the key of a leader: this, and the place of its callout."""
        self._column: tuple[float, float] | None = None
        """The upper left corner of the next callout for which there is no other place."""
        area.effort = 0

    def put(self, callout: LayoutCallout) -> None:
        """Put a callout into the best place."""
        edge = leader_of(callout)
        best = self._straight(callout, edge)
        if best is None or best.cost > _GOOD:
            best = min([*([best] if best else []), *self._bent(callout, edge)], key=_cost, default=None)
        if best is None:
            best = self._straight(callout, edge, _NARROW) or self._outside(callout, edge)
        self._keep(edge, best)

    def _keep(self, edge: LayoutEdge, place: _Place) -> None:
        """Put a callout into a place."""
        self._places[edge.key] = edge, place
        self._area.put_box(edge.source, place.box)
        for leg in pairwise(place.path):
            box = Box.between(*leg)
            self._area.borders.put_leg(Leg(edge, place.path, box, box))
        self._extent = Box.around_boxes([self._extent, place.box, Box.around(place.path)])

    def form_columns(self) -> None:
        """Move callouts that are a little nearer to the diagram than others on their side out to these."""
        for side in SIDES:
            out = outward(side)
            found = [(edge, place) for edge, place in self._places.values() if side_of(place.path) == OPPOSITE[side]]
            rules = [out * position(place.box, OPPOSITE[side]) for _, place in found]
            for (edge, place), at in zip(found, rules, strict=True):
                further = [other - at for other in rules if EXACT < other - at <= _COLUMN]
                if further:
                    dx, dy = point(side, out * max(further), 0.0)
                    (x, y), *rest = place.path
                    box, path = place.box.moved(dx, dy), ((x + dx, y + dy), *rest)
                    if self._may_move(edge, place.path, box, path, {edge.source}):
                        self._keep(edge, _Place(place.cost, box, path))

    def form_rows(self) -> None:
        """Slide callouts beside each other, so that straight leaders lead to the middles of targets where all may."""
        for side in SIDES:
            axis: Axis = 0 if side in ("top", "bottom") else 1
            rows: dict[float, list[LayoutEdge]] = {}
            for edge, place in self._places.values():
                if side_of(place.path) == OPPOSITE[side] and len(place.path) == _STRAIGHT:
                    rows.setdefault(round(position(place.box, OPPOSITE[side]), 3), []).append(edge)
            for row in rows.values():
                for pool in self._pools(row, side, axis):
                    self._slide(pool, side, axis)

    def _pools(self, row: Sequence[LayoutEdge], side: Side, axis: Axis) -> Iterator[dict[int, float]]:
        """Callouts of a row that are to stand next to each other, by their keys, with where they are to begin."""
        middles = sorted((self._area.middle(edge.target, side, edge), edge.key) for edge in row)
        ends = [span(self._places[key][1].box, axis) for _, key in middles]
        lengths = [end - start for start, end in ends]
        starts = spaced([at - length / 2 for (at, _), length in zip(middles, lengths, strict=True)], lengths, GAP)
        pool: dict[int, float] = {}
        free = -math.inf
        for (_, key), start, length in zip(middles, starts, lengths, strict=True):
            if pool and start > free + EXACT:
                yield pool
                pool = {}
            pool[key], free = start, start + length + GAP
        yield pool

    def _slide(self, pool: Mapping[int, float], side: Side, axis: Axis) -> None:
        """Slide the callouts of a pool to where they are to begin: all of them, or none."""
        names = {self._places[key][0].source for key in pool}
        found = ((key, self._moved(*self._places[key], start, side, axis, names)) for key, start in pool.items())
        moved = {key: place for key, place in found if place}
        for key, place in moved.items() if len(moved) == len(pool) else ():
            self._keep(self._places[key][0], place)

    def _moved(
        self, edge: LayoutEdge, place: _Place, start: float, side: Side, axis: Axis, pool: Collection[str]
    ) -> _Place | None:
        """The place of a callout of a *pool* that begins at *start*: with a leader to the middle, or its own one."""
        low, high = span(place.box, axis)
        box = place.box.moved(*point(side, 0.0, start - low))
        if self._growth(box) > EXACT:
            return None
        for at in (self._area.middle(edge.target, side, edge), place.path[0][axis]):
            path = leader_path(box, self._area.boxes[edge.target], side, at, at)
            if start + INSET <= at <= start + high - low - INSET and self._may_move(edge, place.path, box, path, pool):
                return _Place(place.cost, box, path)
        return None

    def _may_move(self, edge: LayoutEdge, before: Path, box: Box, path: Path, others: Collection[str]) -> bool:
        """Whether a callout has room in a box, and its leader passes no more than *before*; *others* move, too."""
        passed = self._passed(edge.target, path, own=others)
        is_alike = passed is not None and passed == self._passed(edge.target, before, own=others)
        return is_alike and not any(True for _ in self._blocks(edge.target, box, others))

    def finished(self) -> dict[int, PlacedCallout]:
        """The callouts in place, by their keys."""
        found = {}
        for edge, place in self._places.values():
            line = drawn(edge, place.path)
            assert line, "the parts of a leader are long enough"
            found[-1 - edge.key] = PlacedCallout(place.box, side_of(place.path), line)
        return found

    # Straight leaders, and those that end at a corner

    def _straight(self, callout: LayoutCallout, edge: LayoutEdge, clearance: _Clearance = _USUAL) -> _Place | None:
        """The best place with a leader that is straight, or that turns next to a corner of the target."""
        area, best = self._area, None
        target = area.boxes[callout.target]
        for side, price in self._sides(callout.target).items():
            middle = area.middle(callout.target, side, edge)
            ends = [(at, at) for at in self._ports(callout.target, side, edge)]
            for at, end in (*ends, *corners_beside(target, side)):
                own = price + _ASIDE * abs(at - middle) + (_BEND if at != end else 0.0)
                reach = self._reach(callout.target, side, at, clearance)
                for share in _SHARES:
                    if area.effort > _EFFORT:
                        return best
                    most = min(reach, best.cost - own if best else math.inf) + GAP
                    box = self._pushed(callout, box_beside(target, side, callout, at, share), side, most)
                    if box is None:
                        continue
                    path = leader_path(box, target, side, at, end)
                    passed = self._passed(callout.target, path, clearance)
                    if passed is not None:
                        length = sum(math.dist(*leg) for leg in pairwise(path)) - GAP
                        cost = own + passed + _UNEVEN * abs(share - 0.5) + self._growth(box) + length
                        best = _Place(cost, box, path) if best is None or cost < best.cost else best
        return best

    def _reach(self, target: str, side: Side, at: float, clearance: _Clearance) -> float:
        """Points from a side of a target to what no leader there passes; infinite if nothing stands there."""
        area, own = self._area, self._area.boxes[target]
        start, end = position(own, side), position(self._extent, side)
        lane = Box.between(point(side, start, at), point(side, end, at)).grown(clearance.parts - EXACT)
        passable = {target, *self._tables.get(target, ())}
        found = [area.boxes[id] for id in area.nodes_near(lane) if id not in passable and target not in area.around[id]]
        found += (*area.labels_near(lane).values(), *self._titles.near(lane))
        away = (outward(side) * (position(box, OPPOSITE[side]) - start) for box in found)
        return min((gap for gap in away if gap > 0), default=math.inf)

    def _sides(self, target: str) -> Mapping[Side, float]:
        """The sides of a target, those beside the flow first, with their prices."""
        graph = self._area.graph
        holder = next((id for id in self._area.holders[target] if id in graph.directions), None)
        if graph.runs_sideways(holder) or target in self._tables:
            return {"bottom": 0.0, "top": _SECOND, "right": _ALONG, "left": _ALONG + _SECOND}
        return {"right": 0.0, "left": _SECOND, "bottom": _ALONG, "top": _ALONG + _SECOND}

    def _ports(self, target: str, side: Side, edge: LayoutEdge) -> Collection[float]:
        """Places at a side of a target where a leader may end, the middle first."""
        low, high = self._area.span(target, side, edge)
        middle = self._area.middle(target, side, edge)
        found = [*ports(self._area, target, side, edge)[:_PORTS], (low + middle) / 2, (high + middle) / 2, low, high]
        if target in self._tables:  # beside the texts of other cells
            box = self._area.boxes[target]
            found += [box.y0 + LEADER + 1, box.y1 - LEADER - 1] if side in ("left", "right") else []
        return dict.fromkeys([middle, *found])

    def _pushed(self, callout: LayoutCallout, box: Box, side: Side, most: float = math.inf) -> Box | None:
        """A box, or the next free place further out; ``None`` if there is none within *most* points of the target."""
        start, out = position(self._area.boxes[callout.target], side), outward(side)
        for _ in range(_PUSHES):
            near = out * (position(box, OPPOSITE[side]) - start)
            if near > most:
                return None
            if not (blocks := [*self._blocks(callout.target, box)]):
                return box
            by = min(out * (position(block, side) - start) for block in blocks) - near
            box = box.moved(*point(side, out * max(by + EXACT, _STEP), 0.0))
        return None

    def _blocks(self, target: str, box: Box, own: Collection[str] = ()) -> Iterator[Box]:
        """What stands where a callout would, with the clearance around it; not that of the callouts *own*."""
        area, near = self._area, box.grown(GAP)
        found = [area.boxes[id].grown(GAP - EXACT) for id in area.nodes_near(near) if id not in own]
        found += [leg.broad.grown(_OFF) for leg in area.legs_near(near) if leg.edge.source not in own]
        found += [text.grown(_OFF) for text in (*area.labels_near(near).values(), *self._titles.near(near))]
        for id in area.groups_near(near):
            border = area.boxes[id]
            if not (id in area.around[target] and border.grown(-_OFF).holds(box)) and target not in area.around[id]:
                found.append(border.grown(_OFF))
        yield from (one for one in found if one.overlaps(box))

    def _passed(
        self, target: str, path: Path, clearance: _Clearance = _USUAL, own: Collection[str] = ()
    ) -> float | None:
        """The price of what a leader passes, apart from the callouts *own*; ``None`` if it may not."""
        price, crossed = 0.0, set[int]()
        for leg in pairwise(path):
            box = Box.between(*leg)
            passed = self._texts_and_nodes(target, box, clearance.parts, own)
            if passed is None:
                return None
            price += passed
            for other in self._area.legs_near(box.grown(clearance.lines)):
                if other.edge.source in own:
                    continue
                if is_upright(other.box) == is_upright(box) or _slants(box):
                    return None
                if other.box.touches(box):
                    crossed.add(other.edge.key)
            for id in self._area.groups_near(box.grown(BORDER)):
                border = self._area.boxes[id]
                if id != target and target not in self._area.around[id]:
                    if runs_along(box, border):
                        return None
                    if border.touches(box) and not border.holds(box):
                        price += _BORDER if id in self._area.around[target] else _FOREIGN
        if any(key < 0 for key in crossed):  # another leader
            return None
        return price + _CROSSING * len(crossed)

    def _texts_and_nodes(self, target: str, leg: Box, clearance: float, own: Collection[str]) -> float | None:
        """The price of the cells that a part of a leader passes; ``None`` if it meets anything else, or a text."""
        area, near = self._area, leg.grown(clearance)
        if area.labels_near(near) or self._titles.near(near):
            return None
        cells = {*self._tables.get(target, ())}
        price, each = 0.0, _CELL if target in self._inner else _OUTER
        for id in area.nodes_near(near):
            if id == target or id in own or target in area.around[id] or not area.boxes[id].overlaps(near):
                continue
            if id not in cells:
                return None
            if area.boxes[id].overlaps(leg.grown(0.1)):
                price += each
                if area.layout.nodes[id].label.overlaps(leg.grown(1.0)):
                    return None
        return price

    def _growth(self, box: Box) -> float:
        """The price of the growth of the drawing for a callout."""
        grown = Box.around_boxes([self._extent, box])
        return _GROWTH * (grown.width + grown.height - self._extent.width - self._extent.height)

    # Leaders with corners, and a way out

    def _bent(self, callout: LayoutCallout, edge: LayoutEdge) -> Iterator[_Place]:
        """The places nearest to the target, with leaders that lead around what is in their way."""
        area = self._area
        target = area.boxes[callout.target]
        found: dict[Box, float] = {}
        for side, price in self._sides(callout.target).items():
            middle = sum(area.whole_side(callout.target, side)) / 2
            for slide in _SLIDES:
                if area.effort > _EFFORT:
                    return
                if box := self._pushed(callout, box_beside(target, side, callout, middle + slide, 0.5), side):
                    found[box] = price / 2 + self._growth(box)

        def away(box: Box) -> tuple[float, Sequence[Point]]:
            return found[box] + math.dist(box.center, target.center), box.corners

        for box in sorted(found, key=away)[:_SEARCHED]:
            if area.effort > _EFFORT:
                return
            area.name_box(edge.source, box)
            path = free_path(area, edge)
            passed = self._passed(callout.target, path) if path else None
            if path and passed is not None and drawn(edge, path):
                length = sum(math.dist(*leg) for leg in pairwise(path))
                yield _Place(found[box] + passed + length + _BEND * (len(path) - 2), box, path)

    def _outside(self, callout: LayoutCallout, edge: LayoutEdge) -> _Place:
        """A place in a column at the right of everything, with a leader through what is in its way."""
        area, size = self._area, size_of(callout)
        target = area.boxes[callout.target]
        x, y = self._column or (self._extent.x1 + GAP, self._extent.y1)
        box = Box(x, y - size.height, x + size.width, y)
        if any(True for _ in self._blocks(callout.target, box)):
            x, y = self._extent.x1 + GAP, self._extent.y1
            box = Box(x, y - size.height, x + size.width, y)
        self._column = x, box.y0 - GAP
        start = box.center[1]
        if target.y0 - ELBOW < start < target.y1 + ELBOW:
            at = min(max(start, target.y0), target.y1)
            return _Place(0.0, box, ((x, at), (target.x1, at)))
        end = target.y1 if start > target.y1 else target.y0
        at = area.middle(callout.target, "top", edge)
        return _Place(0.0, box, ((x, start), (at, start), (at, end)))


def _cost(place: _Place) -> float:
    return place.cost


def _slants(leg: Box) -> bool:
    return min(leg.width, leg.height) > EXACT
