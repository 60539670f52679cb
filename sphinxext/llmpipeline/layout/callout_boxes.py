"""Boxes of callouts beside their targets and beside each other, and the leaders between them and their targets."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from ..geometry.primitives import Box, Side, Size
from .gaps import gap_between
from .result import LayoutCallout
from .routes import OPPOSITE, outward, point, position
from .routing_area import Path

GAP = 14.0
"""Points between a callout and nodes, its target among them, at least."""
INSET = 5.0
"""Points between a leader and a corner of the callout, at least."""
ELBOW = 8.0
"""Points, along both axes, from a corner of a target to the turn of the leader that ends there."""

_PADDING = 6.0, 3.0  # points at the left and the right of the text, above and below it


def box_gap(one: Box, other: Box) -> float:
    """Points between two boxes; 0 if they meet."""
    return math.hypot(max(0.0, gap_between(one, other, 0)), max(0.0, gap_between(one, other, 1)))


def size_of(callout: LayoutCallout) -> Size:
    """The size of a callout with the room around its text."""
    return Size(callout.text.width + 2 * _PADDING[0], callout.text.height + 2 * _PADDING[1])


def box_beside(target: Box, side: Side, callout: LayoutCallout, at: float, share: float) -> Box:
    """A callout beside a target, whose leader ends *at* a place and begins at a *share* of its side."""
    size, upright = size_of(callout), side in ("top", "bottom")
    length, breadth = (size.height, size.width) if upright else (size.width, size.height)
    start = at - (INSET + share * max(0.0, breadth - 2 * INSET))
    near = position(target, side) + outward(side) * GAP
    far = near + outward(side) * length
    return Box.between(point(side, near, start), point(side, far, start + breadth))


def corners_beside(target: Box, side: Side) -> Iterator[tuple[float, float]]:
    """Places beside a target across a side, each with the corner at which a leader there ends."""
    low, high = (target.x0, target.x1) if side in ("top", "bottom") else (target.y0, target.y1)
    yield high + ELBOW, high
    yield low - ELBOW, low


def leader_path(box: Box, target: Box, side: Side, at: float, end: float) -> Path:
    """The leader from a callout to a side of its target; it turns if its *end* is not at the place *at* itself."""
    start, last = point(side, position(box, OPPOSITE[side]), at), point(side, position(target, side), end)
    if at == end:
        return start, last
    return start, point(side, position(target, side) + outward(side) * ELBOW, at), last


def side_of(path: Path) -> Side:
    """The side of its box at which a path begins."""
    (x0, y0), (x1, y1) = path[:2]
    if abs(x1 - x0) > abs(y1 - y0):
        return "right" if x1 > x0 else "left"
    return "top" if y1 > y0 else "bottom"


def spaced(wanted: Sequence[float], lengths: Sequence[float], gap: float) -> list[float]:
    """The places, in points, where parts begin that keep a *gap*, in their order, as near as can be to those *wanted*.

    The sum of the squares of the distances is least: parts that would meet are pooled around the mean of what they want
    (pool adjacent violators; Barlow et al., Statistical Inference under Order Restrictions, 1972).

    >>> spaced([0.0, 10.0, 100.0], [20.0, 20.0, 20.0], 5.0)
    [-7.5, 17.5, 100.0]
    """
    before = [0.0]
    for length in lengths:
        before.append(before[-1] + length + gap)
    pools: list[tuple[float, int]] = []  # where the parts of a pool would begin without those before them, their number
    for want, own in zip(wanted, before, strict=False):
        at, number = want - own, 1
        while pools and pools[-1][0] > at:
            mean, many = pools.pop()
            at, number = (mean * many + at * number) / (many + number), many + number
        pools.append((at, number))
    starts = [at for at, number in pools for _ in range(number)]
    return [start + own for start, own in zip(starts, before, strict=False)]
