"""Faults of the lines of a finished layout: what they run through, along and across, where they end, and bends."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, groupby, pairwise, product

from ..geometry.box_tree import BoxTree
from ..geometry.primitives import Box, Point
from ..geometry.segments import Segment, box_around, length, meeting, part_inside, point_distance, side_by_side
from .drawn import CORNER, DENSE, INSIDE, SAME, Drawn, Line, Stretch, sides
from .endpoints import are_nested
from .gaps import gap_between
from .routes import STUB, end_lengths
from .verdict import Fault

_END = 2.5  # points between an end of a line and the border that it belongs to, at most
_BETWEEN = 4.0  # points from the border between two cells, within which a line ends at neither
_OWN = 3.0  # points of a line inside the part where it ends, at most
_LONG = 20.0  # points along which lines may be on one another, or along a border
_ON = 3.0  # points: nearer lines are on one another
_PAIR = 8.0  # points between lines that join the same two parts, at least
_BESIDE = 4.0  # points between a line and a border along it, at least
_FLAT = 0.1  # points across a straight part of a line, at most: corners are curves
_KINK = 20.0  # points by which a line steps aside, at least: it looks as if it should be straight
_FORK = 24.0  # points from a common end, within which lines may cross
_AGAIN = 12.0  # points: nearer crossings of two lines are one
_ROOM = 6.0  # points between a straight line and the nodes that it passes
_ROUNDABOUT = 1.5  # of the way between its ends: a longer line goes round something …
_LONG_WAY = 1.5  # of the way along the axes between its ends: a longer line goes a long way …
_AROUND = 100.0  # … apart from so many points, which lead around corners
_WINDING = math.radians(70.0)  # turns of a curve that winds
_UP, _DOWN, _LEFT, _RIGHT = (0.0, 1.0), (0.0, -1.0), (-1.0, 0.0), (1.0, 0.0)
_LOOP = 60.0  # … apart from so many points, which a loop needs to return

_Crossed = defaultdict[Point, list[tuple[Line, Line]]]
"""By the place: the lines that cross there."""


def line_faults(drawn: Drawn) -> Iterator[Fault]:
    """All faults of lines."""
    yield from _ends(drawn)
    yield from _ends_at_cells(drawn)
    yield from _through_nodes(drawn)
    yield from _along_borders(drawn)
    yield from _outside(drawn)
    yield from _pairs(drawn)
    yield from _long_ways(drawn)
    yield from _kinks(drawn)


def _ends(drawn: Drawn) -> Iterator[Fault]:
    """Ends off the borders of the nodes and groups that they belong to, or beyond them."""
    for line in drawn.lines:
        for id, point in ((line.edge.source, line.start), (line.edge.target, line.end)):
            box = drawn.boxes[id]
            on_side = abs(_depth(box, point)) <= SAME
            is_off = not on_side and min(point_distance(part, point) for part in drawn.outline(id)) > _END
            if is_off or drawn.length_inside(id, line.segments) > _OWN:
                yield Fault.of("loose-end", line.key, id)


def _ends_at_cells(drawn: Drawn) -> Iterator[Fault]:
    """Ends of lines to tables that are nothing but cells, at one of these, where lines to cells end, too."""
    ends = {id for line in drawn.lines for id in (line.edge.source, line.edge.target)}
    bare = (group for group in drawn.graph.groups if group.id in ends and not group.is_framed)
    mixed = {group.id: group.cells for group in bare if not ends.isdisjoint(group.cells)}
    for line in drawn.lines if mixed else ():
        for id, point in ((line.edge.source, line.start), (line.edge.target, line.end)):
            if any(_is_at_side(drawn.boxes[cell], point) for cell in mixed.get(id, ())):
                yield Fault.of("cell-end", line.key, id)


def _is_at_side(box: Box, point: Point) -> bool:
    """Whether a point is at a side of a box, and not near a corner."""
    x, y = point
    is_along = box.x0 + _BETWEEN < x < box.x1 - _BETWEEN or box.y0 + _BETWEEN < y < box.y1 - _BETWEEN
    return is_along and abs(_depth(box, point)) <= SAME


def _depth(box: Box, point: Point) -> float:
    """How far a point is inside a box; negative outside."""
    x, y = point
    return min(x - box.x0, box.x1 - x, y - box.y0, box.y1 - y)


def _through_nodes(drawn: Drawn) -> Iterator[Fault]:
    """Lines through nodes that are not their ends, and along their sides."""
    for id, box in drawn.nodes.items():
        inside: dict[int, float] = defaultdict(float)
        along: dict[int, float] = defaultdict(float)
        for stretch in drawn.near(box.grown(_BESIDE)):
            edge = stretch.line.edge
            if id not in (edge.source, edge.target) and not drawn.is_beside_end(id, edge):
                inside[edge.key] += drawn.length_inside(id, stretch.parts)
                along[edge.key] += _along(stretch, *sides(box))
        for key, amount in inside.items():
            if amount > INSIDE:
                yield Fault.of("through-node", key, id)
            elif along[key] > _LONG:
                yield Fault.of("along-border", key, id)


def _along(stretch: Stretch, *borders: Segment) -> float:
    """Points of a line that are near borders, and run along them."""
    found = 0.0
    for part, (left, lower, right, upper) in zip(stretch.parts, stretch.bounds, strict=True):
        wide, high = right - left, upper - lower
        if max(wide, high) > 2 * min(wide, high):  # not at a slant
            level = (border for border in borders if (border[1] == border[3]) == (wide > high))
            found += sum(side_by_side(border, part, _BESIDE) for border in level)
    return found


def _along_borders(drawn: Drawn) -> Iterator[Fault]:
    for id, box in drawn.groups.items():
        along: dict[int, float] = defaultdict(float)
        for side in sides(box):
            for stretch in drawn.near(box_around(side).grown(_BESIDE)):
                along[stretch.line.key] += _along(stretch, side)
        for key, amount in along.items():
            if amount > _LONG:
                yield Fault.of("along-border", key, id)


def _outside(drawn: Drawn) -> Iterator[Fault]:
    """Lines, with their labels, that leave the group around both ends; those that enter the one around an end twice."""
    for line in drawn.lines:
        home = drawn.home(line.edge)
        if home is not None:
            border = drawn.groups[home]
            if not border.holds(line.box, INSIDE) or not (line.label is None or border.holds(line.label, INSIDE)):
                yield Fault.of("leaves-group", line.key, home)
        of, to = drawn.holders[line.edge.source], drawn.holders[line.edge.target]
        for id in (id for id in (*of, *to) if id in drawn.groups and (id in of) != (id in to)):
            inside = [part_inside(part, drawn.groups[id], INSIDE) is not None for part in line.segments]
            if sum(1 for is_inside, _ in groupby(inside) if is_inside) > 1:
                yield Fault.of("leaves-group", line.key, id)


def _pairs(drawn: Drawn) -> Iterator[Fault]:
    """Lines that run on one another, too near, or across each other."""
    lines = {line.key: line for line in drawn.lines}
    shared: dict[tuple[int, int], float] = defaultdict(float)
    touching: dict[tuple[int, int], float] = defaultdict(float)
    met: dict[tuple[int, int], list[Point]] = defaultdict(list)
    before: BoxTree[Stretch] = BoxTree()
    for stretch in drawn.stretches:
        for other in before.near(stretch.box.grown(_PAIR), DENSE):
            if other.line is stretch.line:
                continue
            pair = other.line.key, stretch.line.key
            is_same = _join_the_same(drawn, stretch.line, other.line)
            apart = _PAIR if is_same else _ON
            for one, two in _close(stretch, other, apart):
                beside = side_by_side(one, two, apart)
                shared[pair] += beside
                if beside and is_same:
                    touching[pair] += side_by_side(one, two, _ON)
                if point := meeting(one, two):
                    met[pair].append(point)
        before.add(stretch.box, stretch)
    crossed: _Crossed = defaultdict(list)
    for pair, length_shared in shared.items():
        line, further = lines[pair[0]], lines[pair[1]]
        short = min(math.dist(one.start, one.end) for one in (line, further))
        if pair in touching and length_shared > min(_LONG, short / 2):
            yield Fault.of("narrow-pair" if touching[pair] <= _LONG else "one-on-another", *pair)
        elif length_shared > _LONG:
            if not _is_trunk(line, further):
                yield Fault.of("one-on-another", *pair)
        else:
            yield from _crossings(line, further, met.get(pair, []), crossed)


def _join_the_same(drawn: Drawn, line: Line, other: Line) -> bool:
    """Whether two lines run between the same two parts, in one way or both, or one of them to a group around a part."""
    one, two = line.edge, other.edge
    if are_nested(one, two, drawn.graph.enclosures):
        return True
    return not one.is_loop and (one.source, one.target) in ((two.source, two.target), (two.target, two.source))


def _close(stretch: Stretch, other: Stretch, apart: float) -> Iterator[tuple[Segment, Segment]]:
    """Segments whose boxes are no more than *apart* from each other."""
    box = other.box
    for one, (left, lower, right, upper) in zip(stretch.parts, stretch.bounds, strict=True):
        x0, y0, x1, y1 = left - apart, lower - apart, right + apart, upper + apart
        if x1 < box.x0 or x0 > box.x1 or y1 < box.y0 or y0 > box.y1:
            continue
        for two, (start, low, end, high) in zip(other.parts, other.bounds, strict=True):
            if x1 >= start and x0 <= end and y1 >= low and y0 <= high:
                yield one, two


def _crossings(line: Line, other: Line, met: list[Point], crossed: _Crossed) -> Iterator[Fault]:
    """The crossings of two lines that meet at these points, apart from those where they begin or end together.

    Where several lines run as one, they are crossed once: *crossed* are the places known so far.
    """
    common = [one for one, two in product((line.start, line.end), (other.start, other.end)) if math.dist(one, two) < 4]
    kept: list[Point] = []
    for point in met:
        if all(math.dist(point, end) > _FORK for end in common) and all(math.dist(point, at) > _AGAIN for at in kept):
            kept.append(point)
            known = crossed[round(point[0], 1), round(point[1], 1)]
            if not any(_are_one((line, other), lines) for lines in known):
                known.append((line, other))
                yield Fault.of("crossing", line.key, other.key)


def _are_one(pair: tuple[Line, Line], known: tuple[Line, Line]) -> bool:
    """Whether two lines that cross at a place look like two others that do: each is one of these, or upon one there."""
    return any(
        all(line is other or _is_trunk(line, other) for line, other in zip(pair, others, strict=True))
        for others in (known, known[::-1])
    )


def _is_trunk(line: Line, other: Line) -> bool:
    """Whether a stretch that two lines share is meant: they end with one arrowhead, or leave a node as one."""
    if line.edge.target == other.edge.target and math.dist(line.end, other.end) <= SAME:
        return True
    leave_as_one = line.edge.source == other.edge.source and math.dist(line.start, other.start) <= SAME
    return leave_as_one and line.is_square and other.is_square


def _long_ways(drawn: Drawn) -> Iterator[Fault]:
    """Lines that go a long way round, whatever is in the straight one; of those along one trunk, the longest."""
    longest: dict[object, tuple[float, int]] = {}
    for line in drawn.lines:
        if not (line.is_straight or line.edge.is_loop):
            box, other = drawn.boxes[line.edge.source], drawn.boxes[line.edge.target]
            apart = max(gap_between(box, other, 0), 0.0) + max(gap_between(box, other, 1), 0.0)
            further = line.length - _LONG_WAY * apart - _AROUND
            if further > 0:
                trunk = drawn.trunks.get(line.key, line.key)
                longest[trunk] = max(longest.get(trunk, (0.0, 0)), (further, line.key))
    for further, key in longest.values():
        yield Fault.of("long-way", key, amount=min(4.0, 0.3 + further / 60))


def _kinks(drawn: Drawn) -> Iterator[Fault]:
    """Lines that step aside by a few points and go on as before, whatever is in the way; fans step off their trunk."""
    for line in (line for line in drawn.lines if not line.is_straight):
        legs = [] if line.key in drawn.trunks else list(_legs(line))
        if any(
            axis == other and ahead == onward and abs(at - place) < _KINK
            for (axis, at, ahead), (other, place, onward) in chain(pairwise(legs), zip(legs, legs[2:], strict=False))
        ):
            yield Fault.of("kink", line.key)


def _legs(line: Line) -> Iterator[tuple[int, float, bool]]:
    """Of each straight part of a line along an axis: this, its place across, and whether it goes up or to the right."""
    last = (0, math.inf, False)
    for x0, y0, x1, y1 in line.segments:
        wide, high = abs(x1 - x0), abs(y1 - y0)
        if min(wide, high) < _FLAT and max(wide, high) > SAME:
            leg = (0, y0, x1 > x0) if wide > high else (1, x0, y1 > y0)
            if leg[0] != last[0] or abs(leg[1] - last[1]) > SAME:
                yield leg
            last = leg


def ways(drawn: Drawn) -> tuple[list[Fault], int, int]:
    """Bends where nothing is in the way; numbers of edges along an axis, and of those that slant for no reason."""
    faults: list[Fault] = []
    straight = slanted = 0
    free = _FreeWays(drawn)
    for line in drawn.lines:
        if line.is_straight:
            straight += 1
        elif line.edge.is_loop:
            continue
        elif line.is_bent:
            if (free.has_straight(line) and line.key not in drawn.trunks) or free.is_roundabout(line):
                faults.append(Fault.of("needless-bend", line.key))
        else:
            slanted += free.has_straight(line)
    return faults, straight, slanted


class _FreeWays:
    """Straight ways between the ends of edges, and what is in them: nodes, other groups and lines.

    Titles and labels are not: they are placed beside the lines.
    """

    def __init__(self, drawn: Drawn) -> None:
        self._drawn = drawn
        self._nodes: BoxTree[tuple[str, Box]] = BoxTree((box, (id, box)) for id, box in drawn.nodes.items())
        self._borders: BoxTree[tuple[str, Box, Segment]] = BoxTree(
            (box_around(side), (id, box, side)) for id, box in drawn.groups.items() for side in sides(box)
        )

    def has_straight(self, line: Line) -> bool:
        """Whether an edge could be one segment along an axis, with nothing in its way."""
        source, target = line.edge.source, line.edge.target
        boxes = self._drawn.boxes
        lower, upper = sorted((source, target), key=lambda id_: boxes[id_].y0)
        left, right = sorted((source, target), key=lambda id_: boxes[id_].x0)
        upright = boxes[lower].y1 <= boxes[upper].y0
        if not upright and boxes[left].x1 > boxes[right].x0:
            return False
        ways = ((lower, _UP), (upper, _DOWN)) if upright else ((left, _RIGHT), (right, _LEFT))
        facing = [self._places_at(line, id, way) for id, way in ways]
        low, high = max(start for start, _ in facing), min(end for _, end in facing)
        apart = gap_between(boxes[source], boxes[target], 1 if upright else 0)
        if low > high or apart < sum(end_lengths(line.edge)) - STUB:
            return False
        if upright:
            way = Box(low, boxes[lower].y1, high, boxes[upper].y0)
        else:
            way = Box(boxes[left].x1, low, boxes[right].x0, high)
        if line.edge.kind == "feedback" and self._nodes.near(way.grown(-SAME)):
            return False  # it returns beside what it passes
        return _has_gap(low, high, self._taken(line, way, upright=upright))

    def _places_at(self, line: Line, id: str, way: Point) -> tuple[float, float]:
        """The places at a side where an edge may end, with all its breadth on the flat part of that."""
        (start, end), edge = self._drawn.side(id, way), line.edge
        has_head = edge.heads[id == edge.target]
        inset = max(0.0, (edge.breadth if has_head else edge.width) / 2 - CORNER)
        inset = min(inset, (end - start) / 2)
        return start + inset, end - inset

    def _taken(self, line: Line, way: Box, *, upright: bool) -> Iterator[tuple[float, float]]:
        """The intervals across a way that are taken."""
        ends = {line.edge.source, line.edge.target}

        def across(box: Box, room: float) -> tuple[float, float]:
            return (box.x0 - room, box.x1 + room) if upright else (box.y0 - room, box.y1 + room)

        for id, box in self._nodes.near(way.grown(_ROOM)):
            if id not in ends:
                yield across(box, _ROOM)
        own = self._own(line)
        for id, box, side in self._borders.near(way.grown(_BESIDE)):
            along = side[0] == side[2] if upright else side[1] == side[3]
            if id not in own:
                yield across(box, _BESIDE)
            elif along and id not in ends:
                yield across(box_around(side), _BESIDE)
        for other in self._drawn.near(way.grown(_PAIR), DENSE):
            if other.line is not line:
                for part in other.parts:
                    if inside := part_inside(part, way.grown(_PAIR)):
                        yield across(box_around(inside), _PAIR)

    def _own(self, line: Line) -> set[str]:
        """The ends of an edge, and the groups around them."""
        ends = line.edge.source, line.edge.target
        return {*ends, *self._drawn.holders[ends[0]], *self._drawn.holders[ends[1]]}

    def is_roundabout(self, line: Line) -> bool:
        """Whether an edge is far longer than the straight way between its ends, or winds, with nothing in that."""
        chord = (*line.start, *line.end)
        is_long = line.length > _ROUNDABOUT * length(chord) + _LOOP
        if not is_long and (line.is_square or line.turning < _WINDING):
            return False
        own, box = self._own(line), box_around(chord)
        return not (
            any(part_inside(chord, node, INSIDE) for _, node in self._nodes.near(box))
            or any(id not in own and meeting(chord, side) for id, _, side in self._borders.near(box))
            or any(
                meeting(chord, part)
                for other in self._drawn.near(box, DENSE)
                if other.line is not line
                for part in other.parts
            )
        )


def _has_gap(low: float, high: float, taken: Iterable[tuple[float, float]]) -> bool:
    """Whether a place from *low* to *high* is in none of the intervals."""
    for start, end in sorted(taken):
        if start > low:
            return True
        low = max(low, end)
    return low <= high
