"""Titles of groups out of the way of the edges that come in from above."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..geometry.curves import walk
from ..geometry.primitives import Box, Curve, Layout, PlacedGroup

_ROOM = 3.0  # points between a title and an edge beside it
_EXACT = 1e-6


def clear_titles(layout: Layout) -> Layout:
    """The layout with titles moved sideways, where an edge runs through them, to the nearest place that is free.

    A title stays in its place where there is no free one; it always stays in the band that Graphviz kept for it.
    """
    if not layout.groups:
        return layout
    lines = [curve for edge in layout.edges for curve in (*edge.splines, *edge.arrowheads)]
    return replace(layout, groups=tuple(_cleared(group, lines) for group in layout.groups))


def _cleared(group: PlacedGroup, lines: Iterable[Curve]) -> PlacedGroup:
    title, border = group.label, group.box
    inset = title.x0 - border.x0
    band = Box(border.x0, title.y0, border.x1, title.y1)
    taken = sorted(_spans(lines, band))
    if not any(start < title.x1 + _ROOM and title.x0 - _ROOM < end for start, end in taken):
        return group
    # A free place begins where the title stands now, beside a line, or where it ends at the right.
    last = border.x1 - inset - title.width
    starts = [title.x0, *(end + _ROOM for _, end in taken), last]
    for x in sorted(start for start in starts if title.x0 <= start <= last):
        if all(x + title.width + _ROOM <= start or end <= x - _ROOM + _EXACT for start, end in taken):
            return replace(group, label=title.moved(x - title.x0, 0.0))
    return group


def _spans(lines: Iterable[Curve], band: Box) -> Iterable[tuple[float, float]]:
    """From where to where lines run within a band."""
    for line in lines:
        around = Box.around(line.points)
        if not around.overlaps(band, -_EXACT):  # a line straight down has no width
            continue
        xs = [x for x, y in walk(line) if band.y0 <= y <= band.y1 and band.x0 <= x <= band.x1]
        if xs:
            yield min(xs), max(xs)
