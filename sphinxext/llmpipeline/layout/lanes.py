"""Lanes: the places at which lines may run, level and upright, and the cheapest path along them."""

from __future__ import annotations

import heapq
import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from ..geometry.primitives import Box, Point, Side
from .borders import EXACT, is_upright
from .routing_area import Path

BEND = 20.0
"""Points of a line that are as bad as a bend."""
SPARSE = 6.0
"""Points between two lanes, at least: nearer ones lead to the same paths, and no line can turn between them."""

_ENCLOSED = 300  # places: if an end is within fewer, this is seen at once


def length_with_bends(path: Path) -> float:
    """The points of a path, and those that its bends are as bad as."""
    return sum(math.dist(*leg) for leg in pairwise(path)) + BEND * (len(path) - 2)


class Port(NamedTuple):
    """A place where a path may begin or end."""

    side: Side
    tip: Point
    stub: Point
    """The first place at which the path may turn."""
    price: float
    """Points that are as bad as its choice."""


class Found(NamedTuple):
    """The result of a search for a path."""

    path: Path | None
    """The cheapest one."""
    cost: float
    effort: int
    """The number of places that were looked at."""
    is_enclosed: bool = False
    """Whether there is no path because walls enclose an end: there is none on further lanes either."""


class Lanes:
    """Lanes across each other, with the price of each step from one to the next: its length, and what is in the way.

    A place is the number of an upright lane times the number of level ones, plus that of its level lane.
    """

    def __init__(self, xs: Sequence[float], ys: Sequence[float]) -> None:
        self._xs = xs
        self._ys = ys
        high = len(ys)
        self._rightwards = [step for x, after in _steps(xs) for step in [after - x] * high]
        """By the place where a step begins."""
        self._upwards = [after - y for y, after in _steps(ys)] * len(xs)

    def close(self, box: Box, *, level: bool = True, upright: bool = True) -> None:
        """Close all steps through a box that are *level* or *upright*."""
        xs, ys, high = self._xs, self._ys, len(self._ys)
        x0, y0, x1, y1 = box.x0 + EXACT, box.y0 + EXACT, box.x1 - EXACT, box.y1 - EXACT
        for wanted, steps, columns, rows in (
            (level, self._rightwards, _steps_within(xs, x0, x1), _lanes_within(ys, y0, y1)),
            (upright, self._upwards, _lanes_within(xs, x0, x1), _steps_within(ys, y0, y1)),
        ):
            if wanted and rows:
                wall = [math.inf] * len(rows)
                for column in columns:
                    steps[column * high + rows.start : column * high + rows.stop] = wall

    def charge(self, leg: Box, price: float) -> None:
        """Charge a price for each step across a straight line."""
        xs, ys, high = self._xs, self._ys, len(self._ys)
        columns, rows = _lanes_within(xs, leg.x0, leg.x1), _lanes_within(ys, leg.y0, leg.y1)
        if is_upright(leg):
            column = bisect_left(xs, leg.x0) - 1
            for row in rows if column >= 0 else ():
                self._rightwards[column * high + row] += price
        else:
            row = bisect_left(ys, leg.y0) - 1
            for column in columns if row >= 0 else ():
                self._upwards[column * high + row] += price

    def discourage(self, path: Path, price: float) -> None:
        """Charge a price for each step along a path but for its ends, so that another one is found."""
        for leg in pairwise(path[1:-1]):
            for number in self._along(*leg):
                (self._upwards if leg[0][0] == leg[1][0] else self._rightwards)[number] += price

    def states(self, ports: Iterable[Port]) -> dict[int, Port]:
        """By their states: the ports whose stubs end on lanes, each twice: a path may turn where its stub ends."""
        size = len(self._xs) * len(self._ys)
        found = {}
        for port in ports:
            (x, y), (column, row) = port.stub, self._place(port.stub)
            if self._xs[column : column + 1] == [x] and self._ys[row : row + 1] == [y]:
                place = column * len(self._ys) + row
                along, across = (place + size, place) if port.side in ("top", "bottom") else (place, place + size)
                found[along] = port
                found[across] = port._replace(price=port.price + BEND)
        return found

    def places(self, leg: Box) -> list[Point]:
        """The places on a straight line; none if it is on no lane."""
        xs, ys = self._xs, self._ys
        columns, rows = _lanes_within(xs, leg.x0, leg.x1), _lanes_within(ys, leg.y0, leg.y1)
        return [(xs[column], ys[row]) for column in columns for row in rows]

    def cheapest(self, starts: Mapping[int, Port], goals: Mapping[int, Port]) -> Found:
        """The cheapest path from one of *starts* to one of *goals*, as :meth:`states` gives them.

        A search as A*: a state is a place and the way in which it is reached, level or upright.
        """
        high, size = len(self._ys), len(self._xs) * len(self._ys)
        if enclosed := self._enclosed(goals, starts):
            return Found(None, math.inf, _ENCLOSED, is_enclosed=not any(map(self._is_outermost, enclosed)))
        upwards, rightwards, ahead = self._upwards, self._rightwards, self._ahead(goals.values())
        least = [math.inf] * (2 * size)
        before: dict[int, int] = {}
        waiting = []
        for state, port in starts.items():
            least[state] = port.price
            waiting.append((port.price + ahead(state), state))
        heapq.heapify(waiting)
        effort = 0
        best, end = math.inf, -1
        while waiting and waiting[0][0] < best:
            known, state = heapq.heappop(waiting)
            cost = least[state]
            if known > cost + ahead(state):
                continue  # reached in a cheaper way since
            effort += 1
            if state in goals and cost + goals[state].price < best:
                best, end = cost + goals[state].price, state
            place, level, upright = (state - size, cost + BEND, cost) if state >= size else (state, cost, cost + BEND)
            for to, new in (
                (place + size + 1, upright + upwards[place]),
                (place + size - 1, upright + upwards[place - 1]),
                (place + high, level + rightwards[place]),
                (place - high, level + rightwards[place - high]),
            ):
                if new < math.inf and new < least[to]:
                    least[to] = new
                    before[to] = state
                    heapq.heappush(waiting, (new + ahead(to), to))
        return Found(self._path(before, end, starts, goals) if end >= 0 else None, best, effort)

    def _path(self, before: Mapping[int, int], end: int, starts: Mapping[int, Port], goals: Mapping[int, Port]) -> Path:
        """The path that ends with a state, by the state before each."""
        states = [end]
        while states[-1] in before:
            states.append(before[states[-1]])
        size, high = len(self._xs) * len(self._ys), len(self._ys)
        places = [divmod(state % size, high) for state in reversed(states)]
        points = [(self._xs[column], self._ys[row]) for column, row in places]
        return without_straight_points([starts[states[-1]].tip, *points, goals[end].tip])

    def _enclosed(self, ends: Iterable[int], others: Iterable[int]) -> set[int]:
        """The places that can be reached from *ends*, if they are few and none of *others* is among them."""
        high, size = len(self._ys), len(self._xs) * len(self._ys)
        waiting = [state % size for state in ends]
        seen, wanted = {*waiting}, {state % size for state in others}
        while waiting and len(seen) < _ENCLOSED:
            place = waiting.pop()
            for to, price in (
                (place + 1, self._upwards[place]),
                (place - 1, self._upwards[place - 1]),
                (place + high, self._rightwards[place]),
                (place - high, self._rightwards[place - high]),
            ):
                if price < math.inf and to not in seen:
                    seen.add(to)
                    waiting.append(to)
        return set() if waiting or not seen.isdisjoint(wanted) else seen

    def _is_outermost(self, place: int) -> bool:
        """Whether a place is at the end of a lane, from which further lanes might lead on."""
        column, row = divmod(place, len(self._ys))
        return column in (0, len(self._xs) - 1) or row in (0, len(self._ys) - 1)

    def _ahead(self, goals: Iterable[Port]) -> Callable[[int], float]:
        """The function from a state to the points to the nearest goal, at least, with a bend if one is needed."""
        high, size = len(self._ys), len(self._xs) * len(self._ys)
        around = Box.around([port.stub for port in goals])
        xs = [max(around.x0 - x, 0.0, x - around.x1) for x in self._xs]
        ys = [max(around.y0 - y, 0.0, y - around.y1) for y in self._ys]

        def ahead(state: int) -> float:
            column, row = divmod(state % size, high)
            x, y = xs[column], ys[row]
            return x + y + (BEND if (x if state >= size else y) else 0.0)

        return ahead

    def _place(self, point: Point) -> tuple[int, int]:
        return bisect_left(self._xs, point[0]), bisect_left(self._ys, point[1])

    def _along(self, start: Point, end: Point) -> range:
        """The places where the steps between two points begin."""
        high = len(self._ys)
        (column, row), (right, top) = sorted((self._place(start), self._place(end)))
        if column == right:
            return range(column * high + row, column * high + top)
        return range(column * high + row, right * high + row, high)


def sparse(wanted: Iterable[float], needed: Iterable[float], low: float, high: float) -> list[float]:
    """Lanes from *low* to *high*, in order: all that are *needed*, and others that are not next to one.

    Of the last lanes next to each other, the outermost is kept, which leads around everything.
    """
    kept = sorted(at for at in {*needed} if low - EXACT <= at <= high + EXACT)
    fixed = kept[:]
    last = -math.inf
    free = [at for at in sorted(wanted) if low - EXACT <= at <= high + EXACT and _is_apart(at, fixed)]
    for at in free:
        if at - last >= SPARSE:
            last = at
            kept.append(at)
    if free and last < free[-1]:
        kept[-1] = free[-1]
    return sorted(kept)


def _is_apart(at: float, lanes: Sequence[float]) -> bool:
    """Whether a lane is not next to any of others, which are in order."""
    number = bisect_left(lanes, at)
    return all(abs(at - lane) >= SPARSE for lane in lanes[max(number - 1, 0) : number + 1])


def _steps(lanes: Sequence[float]) -> Iterable[tuple[float, float]]:
    """Each lane with the next one; the last leads nowhere."""
    return [*pairwise(lanes), *((lane, math.inf) for lane in lanes[-1:])]


def _lanes_within(lanes: Sequence[float], low: float, high: float) -> range:
    return range(bisect_left(lanes, low), bisect_right(lanes, high))


def _steps_within(lanes: Sequence[float], low: float, high: float) -> range:
    return range(max(bisect_right(lanes, low) - 1, 0), min(bisect_left(lanes, high), len(lanes) - 1))


def without_straight_points(points: Sequence[Point]) -> Path:
    """The points at which a line turns, and its ends."""
    kept = [points[0]]
    for at, after in pairwise(points[1:]):
        before = kept[-1]
        if at != before and not (before[0] == at[0] == after[0] or before[1] == at[1] == after[1]):
            kept.append(at)
    return (*kept, points[-1])
