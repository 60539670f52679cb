"""Room for titles: groups grow to the side where a line would run through their title.

The title stands beside a straight line then, and the line stays straight.  Lines that come from aside, such as those
of a fan, enter at the middle of their ends; a title may stand between them.  A group grows only as far as it must, and
only into free room; the groups around it grow with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from ..geometry.primitives import Box
from ..records import record
from .borders import Borders
from .fans import of_mixed_fans
from .graph import LayoutEdge, LayoutGraph
from .result import Layout
from .routes import STUB, end_lengths, facings
from .routing_area import CLEAR, Area


def make_room(layout: Layout, graph: LayoutGraph) -> Layout:
    """The layout with groups wide enough for their titles beside the lines that enter or leave at the top."""
    if not any(group.title.width for group in graph.groups):
        return layout
    room = _Room(layout, graph)
    lines = [*_lines(layout, graph)]
    for line in lines:
        if line.is_straight:
            room.add(line)
    room.add_all(lines)
    return replace(layout, groups=room.borders.groups) if room.borders.groups != layout.groups else layout


@record
class _Line:
    """A line that could run straight down, or straight down to its lower end, or up from there."""

    wanted: float
    """The place in the middle of an end, from left to right."""
    is_straight: bool
    crossed: tuple[str, ...]
    """Ids of the groups whose top it crosses."""


def _lines(layout: Layout, graph: LayoutGraph) -> Iterator[_Line]:
    area = Area(layout, graph)
    stacked = frozenset(id for stack in graph.stacks for id in stack.members)  # entered and left at their sides
    fans = of_mixed_fans(area)
    tops = {id for group in graph.groups if len(group.rows) > 1 for id in group.rows[0][1:-1]}
    for edge in graph.edges:
        if edge.is_loop:
            continue
        yield from _into_cells(area, edge, tops)
        for facing in facings(area, edge, sum(end_lengths(edge)) - STUB):
            upper, lower = edge.source, edge.target
            if facing.tail == "top":
                upper, lower = lower, upper
            elif facing.tail != "bottom":
                continue
            crossed = area.around[lower] - area.around[upper] - {upper}
            if not crossed:
                continue
            if facing.shared and edge.key not in fans:
                low, high = facing.shared
                wanted = next((at for at in facing.middles[::-1] if low <= at <= high), (low + high) / 2)
                top, bottom = area.boxes[upper].y0, area.boxes[lower].y1
                if area.keeps_off_nodes(Box(wanted, bottom, wanted, top).grown(CLEAR), area.ends(edge)):
                    yield _Line(wanted, True, tuple(sorted(crossed)))
            elif not area.runs_sideways(edge) and stacked.isdisjoint((lower, *area.around[lower])):
                yield _Line(facing.middles[facing.tail == "bottom"], False, tuple(sorted(crossed)))


def _into_cells(area: Area, edge: LayoutEdge, tops: Collection[str]) -> Iterator[_Line]:
    """The lines at the ends of *edge* that are cells with only their *tops* at the outside of a grid."""
    for id, other in ((edge.source, edge.target), (edge.target, edge.source)):
        crossed = area.around[id] - area.around[other] - {other}
        if id in tops and crossed:
            yield _Line(area.middle(id, "top", edge), False, tuple(sorted(crossed)))


class _Room:
    """The groups of a layout as they grow for their titles."""

    def __init__(self, layout: Layout, graph: LayoutGraph) -> None:
        self.borders = Borders(layout, graph)

    def add(self, line: _Line) -> None:
        """Make room for the titles beside a line in the middle of an end."""
        for id in line.crossed:
            if self.borders.groups[id].label.width > 0 and not self.borders.is_beside_title(id, line.wanted):
                self._grow(id, line.wanted, line.wanted)

    def add_all(self, lines: Sequence[_Line]) -> None:
        """Make room for the titles that have none between, or beside, all lines that cross the tops of their groups."""
        crossing: dict[str, set[float]] = defaultdict(set)
        for line in lines:
            for id in line.crossed:
                crossing[id].add(line.wanted)
        for id, places in crossing.items():
            if self.borders.groups[id].label.width > 0 and not self.borders.gaps(id, places):
                self._grow(id, min(places), max(places))

    def _grow(self, id: str, first: float, last: float) -> None:
        """Grow a group until its title has room at the left of the *first* line, or else at the right of the *last*."""
        old = self.borders.front(id)
        right, left = self.borders.beside_title(id)
        for x0, x1 in ((old.x0 - (right - first), old.x1), (old.x0, old.x1 + (last - left))):
            boxes = self.borders.growth(id, Box(x0, old.y0, x1, old.y1))
            if boxes is not None:
                self.borders.grow(boxes)
                return
