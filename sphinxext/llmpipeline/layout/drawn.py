"""A finished layout, prepared for the judge: lines as segments with an index, boxes of parts and of their texts."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import pairwise

from ..geometry.box_tree import BoxTree
from ..geometry.curves import flattened, tip_of
from ..geometry.primitives import Box, Point
from ..geometry.segments import Segment, chain, length, part_inside, point_distance, vertices
from .graph import LayoutEdge, LayoutGraph
from .result import Layout, PlacedCallout, PlacedEdge

INSIDE = 1.0
"""Points from which on something is inside a box, and longer than which it runs through."""
SAME = 1.0
"""Points: nearer places are one."""

DENSE = 48
"""Most lines or texts that are compared with another one near them: of a denser tangle, not all faults are counted."""
CORNER = 5.0
"""Points between an arrowhead and a corner, at least."""

_SQUARE_SHAPES = ("box", "rounded", "lined", "subroutine", "note", "tab", "folder", "box3d", "component", "cylinder")
_FLAT = 4.0  # points that the outline of another shape may be behind the side of its box where a line meets it
_SQUARE = 0.75  # of a line runs along the axes, at least, if it has square corners
_STRETCH = 6  # segments of a line that are looked at together
_BENT = 2.0  # points from the straight way between its ends, from which on a line bends


class Line:
    """An edge in place: its drawn segments, with the arrowheads, and the text of its label."""

    def __init__(self, edge: LayoutEdge, placed: PlacedEdge) -> None:
        self.edge = edge
        self.key = edge.key
        chains = [list(vertices(spline)) for spline in placed.splines]
        self.heads: list[tuple[Point, Point, str]] = []
        """The tip of each arrowhead, its direction, and the part at its tip."""
        first, last = chains[0][0], chains[-1][-1]
        for head in placed.arrowheads:
            tip = tip_of(head)
            at_start = math.dist(tip, first) < math.dist(tip, last)
            base = first if at_start else last
            away = math.dist(base, tip) or 1.0
            towards = ((tip[0] - base[0]) / away, (tip[1] - base[1]) / away)
            self.heads.append((tip, towards, edge.source if at_start else edge.target))
            if at_start:
                chains[0].insert(0, tip)
            else:
                chains[-1].append(tip)
        self.start, self.end = chains[0][0], chains[-1][-1]
        self.segments = [segment for points in chains for segment in chain(points)]
        self.box = Box.around(point for points in chains for point in points)
        self.label: Box | None = None
        if edge.label and placed.label:
            self.label = Box.at(placed.label.center, edge.label.width, edge.label.height)
        """The box of the text, without the clearance around it."""

    @property
    def is_straight(self) -> bool:
        """Whether it is one segment along an axis."""
        return not self.edge.is_loop and min(self.box.width, self.box.height) <= SAME

    @property
    def is_bent(self) -> bool:
        """Whether it leaves the straight way between its ends."""
        chord = (*self.start, *self.end)
        return any(point_distance(chord, (x, y)) > _BENT for _, _, x, y in self.segments)

    @property
    def length(self) -> float:
        """Points, with its arrowheads."""
        return sum(map(length, self.segments))

    @property
    def turning(self) -> float:
        """All its turns together, in radians."""
        ways = [math.atan2(y1 - y0, x1 - x0) for x0, y0, x1, y1 in self.segments]
        return sum(abs(math.remainder(after - before, math.tau)) for before, after in pairwise(ways))

    @property
    def places(self) -> Iterator[tuple[str, int, int]]:
        """The places where it begins and ends: the lines of a fan have one of them in common."""
        for id, (x, y) in ((self.edge.source, self.start), (self.edge.target, self.end)):
            yield id, round(x), round(y)

    @property
    def is_square(self) -> bool:
        """Whether it runs along the axes, but for corners."""
        along = sum(length(part) for part in self.segments if min(abs(part[2] - part[0]), abs(part[3] - part[1])) < 1)
        return along >= _SQUARE * self.length

    def stretches(self) -> Iterator[Stretch]:
        """All segments, a few at a time."""
        for start in range(0, len(self.segments), _STRETCH):
            yield Stretch(self, self.segments[start : start + _STRETCH])


class Note:
    """A callout in place: its box and the drawn segments of its leader."""

    def __init__(self, target: str, placed: PlacedCallout) -> None:
        self.target = target
        self.name = f"note of {target}"
        """By which faults name it."""
        self.placed = placed
        self.segments = chain(vertices(placed.leader))


class Stretch:
    """A few segments of a line that follow each other."""

    __slots__ = ("bounds", "box", "line", "parts")

    def __init__(self, line: Line, parts: list[Segment]) -> None:
        self.line = line
        self.parts = parts
        self.bounds = [
            (x0 if x0 < x1 else x1, y0 if y0 < y1 else y1, x1 if x0 < x1 else x0, y1 if y0 < y1 else y0)
            for x0, y0, x1, y1 in parts
        ]
        """The sides of the box around each segment: left, lower, right, upper."""
        left, lower, right, upper = zip(*self.bounds, strict=True)
        self.box = Box(min(left), min(lower), max(right), max(upper))


class Drawn:
    """A finished layout, prepared for the checks of its lines."""

    def __init__(self, layout: Layout, graph: LayoutGraph) -> None:
        self.layout = layout
        self.graph = graph
        self.holders = graph.holders
        self.boxes = {id: node.box for id, node in layout.nodes.items()}
        self.nodes = dict(self.boxes)
        bordered = {group.id for group in graph.groups if group.has_border}
        self.groups = {id: group.box for id, group in layout.groups.items() if id in bordered}
        """Those with a border."""
        self.boxes |= {id: group.box for id, group in layout.groups.items()}
        self._slanting = {node.id for node in graph.nodes if node.shape not in _SQUARE_SHAPES}
        self.titles = {
            group.id: Box.at(layout.groups[group.id].label.center, group.title.width, group.title.height)
            for group in graph.groups
            if group.title.width
        }
        self.lines = [Line(edge, layout.edges[edge.key]) for edge in graph.edges]
        self.callouts = [Note(callout.target, layout.callouts[callout.key]) for callout in graph.callouts]
        self.stretches = [stretch for line in self.lines for stretch in line.stretches()]
        self._near = BoxTree((stretch.box, stretch) for stretch in self.stretches)
        self.extent = layout.extent
        """As :attr:`.Layout.extent`."""
        self._tables = {id: group.id for group in graph.groups for id in group.cells}
        """Cells → their tables."""
        self._inner = {id for group in graph.groups for row in group.rows[1:-1] for id in row[1:-1]}
        """Cells with others at all sides."""
        self._outlines: dict[str, list[list[Segment]]] = {}

    @cached_property
    def trunks(self) -> dict[int, tuple[str, int, int]]:
        """Keys of the lines along the axes of which several begin, or end, at one place → this place."""
        square = [line for line in self.lines if line.is_square]
        ends = Counter(end for line in square for end in line.places)
        return {line.key: end for line in square for end in line.places if ends[end] > 1}

    def near(self, box: Box, most: int | None = None) -> list[Stretch]:
        """The stretches of lines whose boxes touch *box*; at *most* so many."""
        return self._near.near(box, most)

    def outline(self, id: str) -> Iterable[Segment]:
        """The border of a node or group, with the sheets of a pile."""
        return (part for sheet in self._sheets(id) for part in sheet)

    def _sheets(self, id: str) -> list[list[Segment]]:
        """The border of a node or group, and of each sheet of a pile."""
        if id not in self._outlines:
            nodes, groups = self.layout.nodes, self.layout.groups
            curves = nodes[id].outlines if id in nodes else groups[id].outlines
            self._outlines[id] = [chain(flattened(curve)) for curve in curves]
        return self._outlines[id]

    def side(self, id: str, way: Point) -> tuple[float, float]:
        """The flat part of the side of a node or group in a direction along an axis, without the corners."""
        box = self.boxes[id]
        x0, y0, x1, y1 = box.x0, box.y0, box.x1, box.y1
        if id in self._slanting:
            dx, dy = way
            flat = Box(
                max(x0, x1 - _FLAT) if dx > 0 else x0 - 1,
                max(y0, y1 - _FLAT) if dy > 0 else y0 - 1,
                min(x1, x0 + _FLAT) if dx < 0 else x1 + 1,
                min(y1, y0 + _FLAT) if dy < 0 else y1 + 1,
            )
            parts = [part for one in self.outline(id) if (part := part_inside(one, flat))]
            box = Box.around(point for part in parts for point in (part[:2], part[2:]))
        start, end = (box.y0, box.y1) if way[0] else (box.x0, box.x1)
        corner = min(CORNER, (end - start) / 4)
        return start + corner, end - corner

    def is_within(self, id: str, point: Point) -> bool:
        """Whether a point is inside the border of a node or group."""
        return any(_holds(sheet, point) for sheet in self._sheets(id))

    def length_inside(self, id: str, parts: list[Segment]) -> float:
        """Points of a line inside the border of a node or group."""
        inside = (part_inside(part, self.boxes[id], INSIDE) for part in parts)
        return sum(length(part) for part in inside if part and self.is_within(id, _middle(part)))

    def is_beside_end(self, id: str, edge: LayoutEdge) -> bool:
        """Whether a node is a cell beside an inner one at which an edge ends."""
        ends = edge.source, edge.target
        return id not in ends and any(self.is_beside(id, end) for end in ends)

    def is_beside(self, id: str, inner: str) -> bool:
        """Whether a node is a cell of the same table as an *inner* one: the line to this crosses others."""
        return inner in self._inner and self._tables.get(id) == self._tables[inner]

    def home(self, edge: LayoutEdge) -> str | None:
        """The innermost group with a border that holds both ends of an edge."""
        around = self.holders[edge.target]
        return next((id for id in self.holders[edge.source] if id in around and id in self.groups), None)


def sides(box: Box) -> tuple[Segment, Segment, Segment, Segment]:
    """The sides of a box: lower, upper, left, right."""
    x0, y0, x1, y1 = box.x0, box.y0, box.x1, box.y1
    return (x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1), (x1, y0, x1, y1)


def _holds(outline: Iterable[Segment], point: Point) -> bool:
    x, y = point
    crossed = False
    for x0, y0, x1, y1 in outline:
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) / (y1 - y0) * (x1 - x0):
            crossed = not crossed
    return crossed


def _middle(segment: Segment) -> Point:
    return (segment[0] + segment[2]) / 2, (segment[1] + segment[3]) / 2
