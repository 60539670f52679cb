"""Borders of groups, which grow to hold a title or a line where there is free room beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import pairwise

from ..geometry.box_tree import BoxTree
from ..geometry.curves import HEAVY, arrow_length
from ..geometry.primitives import Box, Point
from ..geometry.shapes import without_sheets
from ..records import record
from .digraph import GROUP_GAP, GROUP_MARGIN
from .graph import LayoutEdge, LayoutGraph
from .result import Layout, PlacedGroup

EXACT = 1e-3
"""Points: nearer places are one."""
TITLE = 4.5
"""Points between a title and a line beside it."""
UNDER = 8.0
"""Points between a title and a line above or below it: a nearer one would underline the title."""
BORDER = 8.0
"""Points between a line and the border of a group beside it."""

_SLACK = 1e-6  # points
_LABEL = 2.0  # points between the border of a group and the label of an edge outside it


@record
class Leg:
    """A straight part of a line that is routed."""

    edge: LayoutEdge
    path: tuple[Point, ...]
    """Of the whole line."""
    box: Box
    broad: Box
    """The box with the breadth of a wide line."""

    def shares_trunk(self, edge: LayoutEdge, path: tuple[Point, ...]) -> bool:
        """Whether the line of *edge* may run upon this one: they begin or end alike at one place, and lead apart."""
        other, trunk = self.edge, self.path
        if (edge.kind, edge.width) != (other.kind, other.width):
            return False
        begins = edge.source == other.source and edge.target != other.target and path[:1] == trunk[:1]
        ends = edge.target == other.target and edge.source != other.source and path[-1:] == trunk[-1:]
        return begins or ends


class Borders:
    """The groups of a layout, as they grow: to the left, to the right and down, because titles are at the top."""

    def __init__(self, layout: Layout, graph: LayoutGraph) -> None:
        self.groups = dict(layout.groups)
        """By id."""
        self._insets = {id: group.label.x0 - group.box.x0 - TITLE for id, group in layout.groups.items()}
        """By group: points between its left border and where a line at the left of its title would be."""
        self._parents = {group.id: group.parent for group in graph.groups}
        self._depths = {group.id: group.depth for group in graph.groups}
        self.around = dict(graph.enclosures)
        """Ids of nodes and groups, and later of boxes that are put beside them → ids of all groups around them."""
        parts = [(layout.nodes[node.id].box, node.id) for node in graph.nodes]
        self._near = BoxTree([*parts, *((group.box, id) for id, group in layout.groups.items())])
        """All parts; of groups that have grown also their earlier boxes."""
        self._ends = {edge.key: (edge.source, edge.target) for edge in graph.edges}
        self._labels: BoxTree[tuple[int, Box]] = BoxTree()
        """Those that are in place, with the keys of their edges."""
        self._reach = BORDER + max((arrow_length(edge.width) for edge in graph.edges), default=0.0)
        self.legs: BoxTree[Leg] = BoxTree()
        """Straight parts of lines that are in place."""

    def front(self, id: str) -> Box:
        """The box of a group without the sheets of a pile."""
        return without_sheets(self.groups[id].box, self._depths[id])

    def growth(self, id: str, inside: Box) -> Mapping[str, Box] | None:
        """The boxes of a group that holds *inside*, and of those around it, as far as they are new.

        ``None`` if something is in the way, or nearer than groups are to other parts.
        """
        grown: dict[str, Box] = {}
        current: str | None = id
        while current is not None:
            old, depth = self.groups[current].box, self._depths[current]
            inside = Box(inside.x0, inside.y0, inside.x1 + depth, inside.y1 + depth)
            if old.holds(inside, _SLACK):
                break
            new = Box.around_boxes([old, inside])
            if new.y1 > old.y1 + _SLACK or not self._is_free(current, old, new):
                return None
            grown[current] = new
            inside = Box(new.x0 - GROUP_MARGIN, new.y0 - GROUP_MARGIN, new.x1 + GROUP_MARGIN, new.y1)
            current = self._parents[current]
        return grown

    def grow(self, boxes: Mapping[str, Box]) -> None:
        """Give groups the boxes that :meth:`growth` found; their titles keep to the left."""
        for id, box in boxes.items():
            old = self.groups[id]
            self.groups[id] = PlacedGroup(box.outline(), old.label.moved(box.x0 - old.box.x0, 0.0))
            self._near.add(box, id)

    def gaps(self, id: str, lines: Iterable[float]) -> list[tuple[float, float]]:
        """The gaps between upright *lines* through the band of a group's title in which this has room."""
        border, title, inset = self.front(id), self.groups[id].label, self._insets[id]
        ends = [border.x0 + inset, *sorted(lines), border.x1 - inset]
        wide = title.width + 2 * TITLE - _SLACK
        return [(start, end) for start, end in pairwise(ends) if end - start >= wide]

    def move_title(self, id: str, gaps: Iterable[tuple[float, float]]) -> bool:
        """Whether the title of a group had to be moved into the first of *gaps*, as far at the left as may be."""
        group, home = self.groups[id], self.front(id).x0 + self._insets[id] + TITLE
        places = ((max(home, start + TITLE), end - TITLE) for start, end in gaps)
        at = next((place for place, end in places if place + group.label.width <= end + EXACT), group.label.x0)
        if abs(at - group.label.x0) <= EXACT:
            return False
        self.groups[id] = replace(group, label=group.label.moved(at - group.label.x0, 0.0))
        return True

    def beside_title(self, id: str) -> tuple[float, float]:
        """Places of upright lines: the first at the right of a group's title, the last at its left if it moves."""
        border = self.front(id)
        wide = self.groups[id].label.x1 - border.x0 + TITLE
        return border.x0 + wide, border.x1 - wide

    def is_beside_title(self, id: str, at: float) -> bool:
        """Whether an upright line at a place leaves room for the title of a group, which may move to its left."""
        right, left = self.beside_title(id)
        return at >= right - _SLACK or at <= left + _SLACK

    def put_label(self, key: int, box: Box) -> None:
        """Put the label of an edge into its place."""
        self._labels.add(box, (key, box))

    def put_leg(self, leg: Leg) -> None:
        """Put a straight part of a line into its place."""
        self.legs.add(leg.broad, leg)

    def labels_near(self, box: Box) -> dict[int, Box]:
        """The labels that touch a box, by the keys of their edges."""
        return dict(self._labels.near(box))

    def _is_free(self, id: str, old: Box, new: Box) -> bool:
        """Whether nothing is where a group would grow, or too near to it."""
        gap = 2 * GROUP_GAP
        strips = []
        if new.x0 < old.x0:
            strips.append(Box(new.x0 - gap, new.y0, old.x0, new.y1))
        if new.x1 > old.x1:
            strips.append(Box(old.x1, new.y0, new.x1 + gap, new.y1))
        if new.y0 < old.y0:
            strips.append(Box(new.x0, new.y0 - gap, new.x1, old.y0))
        near = {other for strip in strips for other in self._near.near(strip)}
        if not all(other == id or id in self.around[other] or other in self.around[id] for other in near):
            return False
        if self._meets_line(id, old, new):
            return False
        return all(
            old.grown(_LABEL).overlaps(label) or all(id in self.around[end] for end in self._ends[key])
            for key, label in self.labels_near(new.grown(_LABEL)).items()
        )

    def _meets_line(self, id: str, old: Box, new: Box) -> bool:
        """Whether a group would grow near a line outside it, or up to the corner of one that ends at its border."""
        for leg in self.legs.near(new.grown(self._reach)):
            both = leg.edge.source, leg.edge.target
            if all(id in self.around[end] for end in both):
                continue
            away = (BORDER + arrow_length(leg.edge.width) if id in both else BORDER) - _SLACK
            if leg.broad.touches(new.grown(away)) and not leg.broad.touches(old.grown(away)):
                return True
        return False


def runs_along(leg: Box, border: Box) -> bool:
    """Whether a part of a line runs beside a border, nearer than :data:`BORDER`."""
    if leg.width < leg.height:
        beside = min(leg.y1, border.y1) - max(leg.y0, border.y0)
        return beside > BORDER and min(abs(leg.x0 - border.x0), abs(leg.x0 - border.x1)) < BORDER
    beside = min(leg.x1, border.x1) - max(leg.x0, border.x0)
    return beside > BORDER and min(abs(leg.y0 - border.y0), abs(leg.y0 - border.y1)) < BORDER


def room(edge: LayoutEdge) -> float:
    """Points that a wide line needs at either side, more than a usual one."""
    return max(0.0, edge.width - HEAVY) / 2


def is_upright(leg: Box) -> bool:
    """Whether a part of a line runs up or down."""
    return leg.width <= EXACT
