"""Room for titles: groups grow to the side where a straight line would run through their title.

The title stands beside the line then, and the line stays straight.  A group grows only as far as it must, and only into
free room; the groups around it grow with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..geometry.primitives import Box
from .borders import Borders
from .graph import LayoutGraph
from .result import Layout
from .routes import STUB, end_lengths, facings
from .routing_area import CLEAR, Area


def make_room(layout: Layout, graph: LayoutGraph) -> Layout:
    """The layout with groups wide enough for their titles beside the straight lines that enter or leave at the top."""
    if not any(group.title.width for group in graph.groups):
        return layout
    room = _Room(layout, graph)
    for line in _straight_lines(layout, graph):
        room.add(line)
    return replace(layout, groups=room.borders.groups) if room.borders.groups != layout.groups else layout


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that could run straight down."""

    wanted: float
    """The place in the middle of an end, from left to right."""
    crossed: tuple[str, ...]
    """Ids of the groups whose top it crosses."""


def _straight_lines(layout: Layout, graph: LayoutGraph) -> Iterator[_Line]:
    area = Area(layout, graph)
    for edge in graph.edges:
        if edge.is_loop:
            continue
        for facing in facings(area, edge, sum(end_lengths(edge)) - STUB):
            upper, lower = edge.source, edge.target
            if facing.tail == "top":
                upper, lower = lower, upper
            elif facing.tail != "bottom":
                continue
            crossed = area.around[lower] - area.around[upper] - {upper}
            if facing.shared and crossed:
                low, high = facing.shared
                wanted = next((at for at in facing.middles[::-1] if low <= at <= high), (low + high) / 2)
                top, bottom = area.boxes[upper].y0, area.boxes[lower].y1
                if area.keeps_off_nodes(Box(wanted, bottom, wanted, top).grown(CLEAR), area.ends(edge)):
                    yield _Line(wanted, tuple(sorted(crossed)))


class _Room:
    """The groups of a layout as they grow for their titles."""

    def __init__(self, layout: Layout, graph: LayoutGraph) -> None:
        self.borders = Borders(layout, graph)

    def add(self, line: _Line) -> None:
        """Make room for the titles beside a line in the middle of an end."""
        for id in line.crossed:
            if self.borders.groups[id].label.width > 0 and not self.borders.is_beside_title(id, line.wanted):
                self._grow(id, line.wanted)

    def _grow(self, id: str, at: float) -> None:
        """Grow a group to the left, or else to the right, until its title has room beside a line."""
        old = self.borders.groups[id].box
        right, left = self.borders.beside_title(id)
        for x0, x1 in ((old.x0 - (right - at), old.x1), (old.x0, old.x1 + (at - left))):
            boxes = self.borders.growth(id, Box(x0, old.y0, x1, old.y1))
            if boxes is not None:
                self.borders.grow(boxes)
                return
