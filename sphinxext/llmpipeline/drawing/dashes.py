"""Dashes of lines that run upon each other: one upon the gaps of another would make it a solid line.

A dashed line is drawn from the end that it has in common with others, from both ends if it has both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from ..geometry.primitives import Curve, Point
from ..layout.result import PlacedEdge


def in_phase(dashed: Mapping[int, PlacedEdge]) -> dict[int, tuple[Curve, ...]]:
    """The curves of *dashed* lines by their keys, each from where its dashes begin."""
    starts = Counter(_start(edge) for edge in dashed.values())
    ends = Counter(_end(edge) for edge in dashed.values())
    found = {}
    for key, edge in dashed.items():
        *before, last = edge.splines
        curves = [last]
        if ends[_end(edge)] > 1:
            curves = _halves(last) if starts[_start(edge)] > 1 and not before else [last]
            curves[-1] = curves[-1].reversed()
        found[key] = (*before, *curves)
    return found


def _halves(curve: Curve) -> list[Curve]:
    """Two parts of a line that has a corner."""
    step = 3 if curve.bezier else 1
    middle = (len(curve.points) - 1) // step // 2 * step
    parts = curve.points[: middle + 1], curve.points[middle:]
    return [Curve(points, curve.bezier) for points in parts if len(points) > 1]


def _start(edge: PlacedEdge) -> Point:
    return rounded(edge.splines[0].points[0])


def _end(edge: PlacedEdge) -> Point:
    return rounded(edge.splines[-1].points[-1])


def rounded(point: Point) -> Point:
    """A place, so that nearly equal ones are one."""
    return round(point[0], 1), round(point[1], 1)
