"""Things side by side, in rows."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate, combinations


def in_rows(widths: Sequence[float], width: float, gap: float) -> list[list[int]]:
    """The indexes of the things in each row: as few rows as fit, and the widest of them as narrow as may be.

    What is wider than *width* has a row of its own.

    Args:
        widths: of the things, in their order, in points.
        width: of a row.
        gap: between the things of a row.

    >>> in_rows([10, 10, 10, 10], 38, 2)
    [[0, 1], [2, 3]]
    """
    fewest = len(_filled(widths, width, gap))
    ends = [0.0, *accumulate(one + gap for one in widths)]
    possible = sorted({end - start - gap for start, end in combinations(ends, 2)})
    narrowest = bisect_left(possible, -fewest, key=lambda one: -len(_filled(widths, one, gap)))
    return _filled(widths, possible[narrowest], gap) if possible else []


def _filled(widths: Sequence[float], width: float, gap: float) -> list[list[int]]:
    """Rows that take what fits, one after the other."""
    rows: list[list[int]] = []
    room = 0.0
    for index, needed in enumerate(widths):
        if not rows or needed > room + 1e-6:
            rows.append([])
            room = width
        rows[-1].append(index)
        room -= needed + gap
    return rows
