"""Strokes: what is drawn of lines that run upon each other.

Smooth edges of lines upon each other add up to darker ones.  So what a line shares with one drawn before it is hidden,
as long as it is not alone in the light.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from itertools import pairwise

from ..geometry.curves import pieces
from ..geometry.primitives import Curve, Point, between, straight
from ..layout.result import PlacedEdge
from ..records import record
from .dashes import in_phase, rounded

_SAME = 0.05  # points: nearer places are one
_Piece = tuple[Point, ...]
_Known = defaultdict[tuple[Hashable, Point], list[list[_Piece]]]
"""By the look of a line and the place where it begins: its pieces."""


@record
class Stroke:
    """A part of a line."""

    curve: Curve
    away: float = 0.0
    """Points from the place where the dashes of the line begin."""
    is_hidden: bool = False
    """Whether a stroke drawn before is upon all of it."""


def strokes(
    lines: Mapping[int, PlacedEdge], looks: Mapping[int, Hashable], dashed: Collection[int]
) -> dict[int, tuple[Stroke, ...]]:
    """The strokes of *lines* by their keys, in the order in which they are drawn.

    Of lines with the same of *looks*, one may cover another; *dashed* are the keys of those with dashes.
    """
    known: _Known = defaultdict(list)
    phases = in_phase({key: line for key, line in lines.items() if key in dashed})
    places = {
        key: [(looks[key], rounded(at)) for at in (line.splines[0].points[0], line.splines[-1].points[-1])]
        for key, line in lines.items()
    }
    common = Counter(place for both in places.values() for place in both)
    found = {}
    for key, line in lines.items():
        curves = phases.get(key, line.splines)
        if all(common[place] == 1 for place in places[key]):
            found[key] = tuple(map(Stroke, curves))
            continue
        parts: list[Stroke] = []
        for curve in curves:
            parts += _of_curve(curve, known, looks[key], both=key not in dashed)
            for way in (curve,) if key in dashed else (curve, curve.reversed()):
                known[looks[key], rounded(way.points[0])].append(pieces(way))
        found[key] = tuple(parts)
    return found


def covered_heads(lines: Mapping[int, PlacedEdge], looks: Mapping[int, Hashable]) -> dict[int, tuple[bool, ...]]:
    """Of each line by its key: whether its arrowheads are upon those of lines with the same look before it."""
    known: set[tuple[Hashable, tuple[Point, ...]]] = set()
    found = {}
    for key, line in lines.items():
        heads = [(looks[key], tuple(map(rounded, head.points))) for head in line.arrowheads]
        found[key] = tuple(head in known for head in heads)
        known.update(heads)
    return found


def _of_curve(curve: Curve, known: _Known, look: Hashable, *, both: bool) -> list[Stroke]:
    """The strokes of a curve, of which the start is hidden and, with *both*, the end, if others are upon them."""
    *hidden, seen = _parted(curve, known[look, rounded(curve.points[0])])
    if not both or seen.is_hidden:
        return [*hidden, seen]
    last = _parted(seen.curve.reversed(), known[look, rounded(curve.points[-1])])
    return [*hidden, *(last if last[0].is_hidden else [seen])]


def _parted(curve: Curve, others: Sequence[Sequence[_Piece]]) -> list[Stroke]:
    """The strokes of a curve whose start is hidden as far as one of *others*, which begin there, is upon it."""
    own = pieces(curve)
    number, points = max((_shared(own, other) for other in others), default=(0, 0.0))
    if not number and not points:
        return [Stroke(curve)]
    hidden, seen = [*own[:number]], [*own[number:]]
    if points:
        middle = between(seen[0][0], seen[0][-1], points / math.dist(seen[0][0], seen[0][-1]))
        hidden.append((seen[0][0], middle))
        seen[0] = middle, seen[0][-1]
    found = [Stroke(_curve(hidden, curve), is_hidden=True)]
    if seen:
        found.append(Stroke(_curve(seen, curve), sum(map(_length, hidden))))
    return found


def _shared(own: Sequence[_Piece], other: Sequence[_Piece]) -> tuple[int, float]:
    """The number of whole pieces that are upon those of another line, and the points of a straight one after them."""
    for number, (one, two) in enumerate(zip(own, other, strict=False)):
        if len(one) == len(two) and all(math.dist(a, b) < _SAME for a, b in zip(one, two, strict=True)):
            continue
        long, most = _length(one), _length(two)
        both = min(long, most)
        if both < _SAME or not (_is_straight(one) and _is_straight(two)):
            return number, 0.0
        if math.dist(between(one[0], one[-1], both / long), between(two[0], two[-1], both / most)) >= _SAME:
            return number, 0.0
        return (number + 1, 0.0) if long <= most else (number, most)
    return min(len(own), len(other)), 0.0


def _curve(parts: Sequence[_Piece], like: Curve) -> Curve:
    """The curve of some pieces."""
    if not like.bezier:
        return Curve((parts[0][0], *(part[-1] for part in parts)))
    return Curve((parts[0][0], *(point for part in parts for point in _controls(part))), bezier=True)


def _controls(part: _Piece) -> _Piece:
    """The control points behind the start of a piece."""
    return part[1:] if len(part) == 4 else straight(part[0], part[1])


def _length(part: _Piece) -> float:
    """The points of a straight piece; of a curve, those between its control points."""
    return sum(math.dist(a, b) for a, b in pairwise(part))


def _is_straight(part: _Piece) -> bool:
    """Whether all control points of a piece are on the line between its ends."""
    (x0, y0), (x1, y1) = part[0], part[-1]
    long = math.dist(part[0], part[-1])
    return all(abs((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)) < _SAME * long for x, y in part[1:-1])
