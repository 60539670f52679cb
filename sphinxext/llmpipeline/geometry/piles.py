"""Piles: sheets behind a shape, each a little further to the right and up."""

from __future__ import annotations

from .primitives import Box, Curve

_SHEETS = 2
_STEP = 4.0  # points

DEPTH = _SHEETS * _STEP
"""Points that the sheets take at the right and at the top."""


def sheets(front: Curve) -> tuple[Curve, ...]:
    """The sheets behind the outline of a shape, the furthest first."""
    return tuple(front.moved(number * _STEP, number * _STEP) for number in range(_SHEETS, 0, -1))


def without_sheets(box: Box, depth: float) -> Box:
    """The box of a shape, from the box around it and sheets of some *depth*.

    >>> without_sheets(Box(0.0, 0.0, 30.0, 20.0), 8.0)
    Box(x0=0.0, y0=0.0, x1=22.0, y1=12.0)
    """
    return Box(box.x0, box.y0, box.x1 - depth, box.y1 - depth)
