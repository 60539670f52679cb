"""Data of SVG paths: short, and equal for equal curves.

Positions are multiples of a tenth of a point; half of that is invisible.  Commands are relative, and Béziers that are
lines or arcs of circles are written as such, so that equal shapes are equal text in all places, which compresses well.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from ..geometry.primitives import Curve, Point

Piece = tuple[Point, Point, Point, Point]
"""A cubic Bézier."""

_UNIT = 10  # steps of a point
_GRAINS = 100  # of a step: outlines that differ by less are equal
_NEAR = 0.2  # steps: smaller distances are invisible
_DRIFT = 0.6  # steps: greatest sum of rounding errors
_LEAST_TURN = 0.2  # radians: curves that turn less are not written as arcs
_MOST_TURN = 3.0  # radians: the direction of a half circle is not unique


def position(x: float, y: float) -> tuple[str, str]:
    """Write a point as two numbers.

    >>> position(12.5, -0.26)
    ('12.5', '-.3')
    """
    return _decimal(_whole(x * _UNIT)), _decimal(_whole(y * _UNIT))


def path_data(curve: Curve, left: float, top: float) -> str:
    """The attribute ``d`` of a curve in points, y up; *left* and *top* are the sides of the drawing.

    >>> path_data(Curve(((0, 0), (10, 0), (10, 5.25), (0, 5.25)), closed=True), 0, 8)
    'M0 8h10v-5.2h-10z'
    """
    points = [((x - left) * _UNIT, (top - y) * _UNIT) for x, y in curve.points]
    x, y = points[0]
    start = _whole(x), _whole(y)
    if not curve.closed:
        commands = _commands([(to_x - start[0], to_y - start[1]) for to_x, to_y in points], curve.bezier)
        return f"M{_numbers(start)}{commands}"
    # Outlines and arrowheads repeat, lines of edges do not.
    grains = tuple([(round((to_x - x) * _GRAINS), round((to_y - y) * _GRAINS)) for to_x, to_y in points])
    return f"M{_numbers(start)}{_closed_commands(grains, curve.bezier)}z"


@lru_cache(maxsize=1 << 9)
def _closed_commands(grains: tuple[tuple[int, int], ...], bezier: bool) -> str:
    """The commands after the first of a closed curve, which do not depend on its position."""
    return _commands([(x / _GRAINS, y / _GRAINS) for x, y in grains], bezier, closed=True)


def _commands(points: list[Point], bezier: bool, closed: bool = False) -> str:
    """The commands after the first; *points* are steps from the start of the curve."""
    x = y = 0
    steps: list[tuple[str, tuple[int, ...]]] = []
    for piece in _pieces(points) if bezier else ((one, one, two, two) for one, two in pairwise(points)):
        (start_x, start_y), (end_x, end_y) = piece[0], piece[3]
        dx, dy = _step(x, start_x, end_x), _step(y, start_y, end_y)
        if step := _command(piece, dx, dy):
            steps.append(step)
        x, y = x + dx, y + dy
    if closed and steps and steps[-1][0] in "hvl" and max(abs(x), abs(y)) <= 1:
        del steps[-1]  # closing the path draws its last side
    return _written(steps)


def _pieces(points: list[Point]) -> Iterator[Piece]:
    return zip(points[:-1:3], points[1::3], points[2::3], points[3::3], strict=True)


def _step(pen: int, start: float, end: float) -> int:
    """Whole steps from *start* to *end*; corrected if *pen* has drifted too far by rounding."""
    step = _whole(end - start)
    return step if abs(pen + step - end) <= _DRIFT else _whole(end - pen)


def _command(piece: Piece, dx: int, dy: int) -> tuple[str, tuple[int, ...]] | None:
    """Letter and numbers of a piece that ends *dx*, *dy* steps from its start; ``None`` for a point."""
    if _is_straight(piece):
        if dx and dy:
            return "l", (dx, dy)
        return ("h", (dx,)) if dx else ("v", (dy,)) if dy else None
    if arc := _arc(piece):
        radius, turn = arc
        return "a", (radius, radius, 0, 0, turn, dx, dy)
    (x, y), one, two, _ = piece
    return "c", (_whole(one[0] - x), _whole(one[1] - y), _whole(two[0] - x), _whole(two[1] - y), dx, dy)


def _is_straight(piece: Piece) -> bool:
    """Whether a Bézier is the line between its ends."""
    (x, y), one, two, end = piece
    if one == (x, y) and two == end:
        return True
    dx, dy = end[0] - x, end[1] - y
    length = math.hypot(dx, dy)
    if length < _NEAR:
        return math.dist(one, (x, y)) < _NEAR and math.dist(two, (x, y)) < _NEAR
    for handle in (one, two):
        to_x, to_y = handle[0] - x, handle[1] - y
        if abs(dx * to_y - dy * to_x) > _NEAR * length:  # beside the line
            return False
        if not -_NEAR <= (dx * to_x + dy * to_y) / length <= length + _NEAR:  # before or behind it
            return False
    return True


def _arc(piece: Piece) -> tuple[int, int] | None:
    """Radius of an arc of a circle, and 1 if it turns clockwise; ``None`` for other curves."""
    start, one, two, end = piece
    ax, ay, bx, by = one[0] - start[0], one[1] - start[1], end[0] - two[0], end[1] - two[1]
    first, second = math.hypot(ax, ay), math.hypot(bx, by)
    cross = ax * by - ay * bx
    turn = math.atan2(abs(cross), ax * bx + ay * by)
    if abs(first - second) > _NEAR or not _LEAST_TURN < turn < _MOST_TURN:
        return None
    chord_x, chord_y = end[0] - start[0], end[1] - start[1]
    chord = math.hypot(chord_x, chord_y)
    radius = chord / 2 / math.sin(turn / 2)
    # The handles of an arc have a known length, and equal angles with the chord.
    if abs(first - 4 / 3 * math.tan(turn / 4) * radius) > _NEAR:
        return None
    if abs(ax * chord_y - ay * chord_x - chord_x * by + chord_y * bx) > 2 * _NEAR * chord:
        return None
    return _whole(radius), int(cross > 0)


def _written(steps: list[tuple[str, tuple[int, ...]]]) -> str:
    """Join commands; a letter equal to the one before is omitted."""
    parts: list[str] = []
    last = ""
    for letter, numbers in steps:
        written = _numbers(numbers, flags=letter == "a")
        parts.append(letter if letter != last else "" if written.startswith("-") else " ")
        parts.append(written)
        last = letter
    return "".join(parts)


def _numbers(numbers: tuple[int, ...], *, flags: bool = False) -> str:
    """Write steps as points; no space is needed before a minus sign."""
    written = [*map(_decimal, numbers)]
    if flags:
        written[4] = str(numbers[4])
    return " ".join(written).replace(" -", "-")


def _whole(number: float) -> int:
    """The nearest whole number; halves go towards 0, so that last bits do not matter, nor the sign."""
    return int(number + math.copysign(0.5 - 1e-6, number))


@lru_cache(maxsize=1 << 14)
def _decimal(steps: int) -> str:
    whole, rest = divmod(abs(steps), _UNIT)
    sign = "-" if steps < 0 else ""
    return f"{sign}{whole or ''}.{rest}" if rest else f"{sign}{whole}"


def short(number: float) -> str:
    """Write a number with at most two decimals, which is finer than screens and printers resolve.

    >>> short(12.5), short(3.14159), short(-0.001), short(0.5)
    ('12.5', '3.14', '0', '.5')
    """
    shorter = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if shorter in ("-0", "0") else shorter.replace("0.", ".", 1) if abs(number) < 1 else shorter
