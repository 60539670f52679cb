"""Clearance: the steps that follow Graphviz's places, titles out of the way of lines, and detours.

Most lines run along the axes, or keep Graphviz's curve around nodes.  The rest found no way and run through a node, a
title or a label, such as curves into a region that was laid out before them: Graphviz leads them around.
"""

from __future__ import annotations

import heapq
import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, islice, pairwise

from ..diagnostics import LayoutError, LayoutTimeoutError
from ..geometry.box_tree import BoxTree
from ..geometry.curves import Trace, arrow_ends, walk
from ..geometry.primitives import Box, Size
from .alignment import align
from .borders import TITLE
from .digraph import DETOUR_MARGIN, detour_dot
from .edge_routing import route
from .engine import LayoutEngine
from .graph import LayoutEdge, LayoutGraph
from .output import place_detour
from .result import Layout, PlacedEdge, PlacedGroup
from .routes import beside_curve
from .self_loops import place_loops
from .title_room import make_room

_EXACT = 1e-6
_TOUCH = 1.0  # points that a line may be inside a box and still only touch it
_MOST = 40  # edges: in a denser diagram, the detour of one edge is the obstacle of another
_PLACES = 512  # of a label that are tried, from the middle of a line outwards: no line of a page is longer
_EFFORT = 1 << 20  # cubes of the number of obstacles, summed over detours: Graphviz's time, a microsecond each
_NEAREST = 24  # obstacles that a detour knows of after that: a fiftieth of a second
_SAMPLES = 8  # points of a line from which the nearest obstacles are looked for


def clear(layout: Layout, graph: LayoutGraph) -> Layout:
    """The layout of *graph* in line, with room for titles, with edges routed, loops placed and titles clear of them."""
    return clear_titles(place_loops(route(make_room(align(layout, graph), graph), graph), graph))


def clear_titles(layout: Layout) -> Layout:
    """The layout with titles moved sideways, if an edge runs through them, to the nearest free place.

    A title without a free place stays; it always stays in the band that Graphviz kept for it.
    """
    if not layout.groups:
        return layout
    bands = BoxTree((_band(group), id) for id, group in layout.groups.items())
    taken: dict[str, list[tuple[float, float]]] = defaultdict(list)
    """Group → the intervals of x in which lines run within the band of its title."""
    for curve in (curve for edge in layout.edges.values() for curve in (*edge.splines, *edge.arrowheads)):
        line = Trace([curve])
        for id in bands.crossed(line, -_EXACT):
            taken[id] += _span(line, _band(layout.groups[id]))
    groups = {id: _with_clear_title(group, sorted(taken[id])) for id, group in layout.groups.items()}
    unchanged = all(groups[id] is group for id, group in layout.groups.items())
    return layout if unchanged else replace(layout, groups=groups)


def _band(group: PlacedGroup) -> Box:
    """The places of the title of a group."""
    border, title = group.box, group.label
    return Box(border.x0, title.y0, border.x1, title.y1)


def _span(line: Trace, band: Box) -> list[tuple[float, float]]:
    """The interval of x in which a line runs within a band, if it does."""
    xs = [x for x, y in line.samples_near(band) if band.y0 <= y <= band.y1 and band.x0 <= x <= band.x1]
    return [(min(xs), max(xs))] if xs else []


def _with_clear_title(group: PlacedGroup, taken: Sequence[tuple[float, float]]) -> PlacedGroup:
    """The group with its title outside the intervals of x that are *taken*."""
    title, border = group.label, group.box
    inset = title.x0 - border.x0
    if not any(start < title.x1 + TITLE and title.x0 - TITLE < end for start, end in taken):
        return group
    # A free place begins at the title's own place, beside a line, or where it ends at the right.
    last = border.x1 - inset - title.width
    places = [title.x0, *(end + TITLE for _, end in taken), last]
    starts = [start for start, _ in taken]
    furthest = [-math.inf, *accumulate((end for _, end in taken), max)]
    for x in sorted(place for place in places if title.x0 <= place <= last):
        # Those that begin before the title ends must end before it begins.
        if furthest[bisect_left(starts, x + title.width + TITLE)] <= x - TITLE + _EXACT:
            return replace(group, label=title.moved(x - title.x0, 0.0))
    return group


def with_detours(layout: Layout, graph: LayoutGraph, engine: LayoutEngine) -> Layout:
    """The layout of *graph* with a detour for each edge that runs through other parts, if the detour is better.

    Raises:
        LayoutError: if Graphviz cannot be run.
    """
    obstacles = Obstacles(layout, graph)
    edges = dict(layout.edges)

    def faults(edge: LayoutEdge, line: PlacedEdge) -> tuple[int, int]:
        hits = obstacles.hits(edge, line)
        nodes = sum(hit.is_node for hit in hits)
        return nodes, len(hits) - nodes + (graph.is_ortho and not _is_ortho(line))

    blocked = [edge for edge in graph.edges if not edge.is_loop and any(faults(edge, edges[edge.key]))]
    for edge in blocked[:_MOST]:
        found = obstacles.detour(edge, engine)
        if found and faults(edge, found) < faults(edge, edges[edge.key]):
            edges[edge.key] = found
            obstacles.update(edge, found)
    return replace(layout, edges=edges) if edges != layout.edges else layout


def _is_ortho(line: PlacedEdge) -> bool:
    """Whether a line runs along the axes only."""
    points = [spline.points for spline in line.splines]
    return all(min(abs(x1 - x0), abs(y1 - y0)) < _TOUCH for run in points for (x0, y0), (x1, y1) in pairwise(run))


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A box that edges keep clear of, except those that it belongs to."""

    box: Box
    owners: frozenset[str]
    """Ids of nodes and groups: an edge that ends at one of them may run here."""
    is_node: bool = False


@dataclass(frozen=True, slots=True)
class _Course:
    """A line, and the nodes and titles that it runs through."""

    line: PlacedEdge
    trace: Trace
    crossed: Sequence[Obstacle]


class Obstacles:
    """Nodes, titles and labels of a layout as obstacles of its edges."""

    def __init__(self, layout: Layout, graph: LayoutGraph) -> None:
        self._layout = layout
        self._graph = graph
        self._lines = dict(layout.edges)
        self._around = graph.enclosures()
        self._courses: dict[int, _Course] = {}
        """By the key of the edge, as far as they are known."""
        self._fixed = [
            Obstacle(layout.nodes[node.id].box, self._around[node.id] | {node.id}, True) for node in graph.nodes
        ]
        self._fixed += [Obstacle(layout.groups[group.id].label, self._around[group.id]) for group in graph.groups]
        self._near = BoxTree((obstacle.box, obstacle) for obstacle in self._fixed)
        self._labels = {key: line.label for key, line in layout.edges.items() if line.label}
        self._near_labels = BoxTree((label, (key, label)) for key, label in self._labels.items())
        """Also earlier places of labels."""
        self._effort = 0
        """Of all detours so far, see :data:`_EFFORT`."""

    def count_blocked(self) -> int:
        """The number of edges that run through a node that is not their end."""
        return sum(
            any(obstacle.is_node for obstacle in self._course(edge, self._lines[edge.key]).crossed)
            for edge in self._graph.edges
        )

    def hits(self, edge: LayoutEdge, line: PlacedEdge) -> list[Obstacle]:
        """The obstacles that a line of *edge* runs through, and those that its label covers."""
        course = self._course(edge, line)
        met = [*course.crossed, *self._other_labels(edge, self._near_labels.crossed(course.trace, _TOUCH))]
        if line.label:
            near = [*self._near.near(line.label), *self._labels_near(edge, line.label)]
            met += [other for other in near if line.label.overlaps(other.box, _TOUCH)]
        return met

    def detour(self, edge: LayoutEdge, engine: LayoutEngine) -> PlacedEdge | None:
        """A line of *edge* around all obstacles, its label beside it; ``None`` if there is none."""
        start, end = self._layout.box_of(edge.source), self._layout.box_of(edge.target)
        boxes = _apart([start, end], self._in_the_way(edge))
        dot = detour_dot(start, end, boxes, arrow_ends(edge.kind), edge.width, self._graph.splines)
        try:
            found = place_detour(dot, start.center, engine)
        except LayoutTimeoutError:
            raise
        except LayoutError:
            return None
        if edge.label is None:
            return found
        place = self._label_place(edge, found, edge.label)
        return replace(found, label=place) if place else None

    def update(self, edge: LayoutEdge, line: PlacedEdge) -> None:
        """Replace the line of *edge*."""
        self._lines[edge.key] = line
        if line.label and edge.key in self._labels:
            self._near_labels.add(line.label, (edge.key, line.label))
            self._labels[edge.key] = line.label

    def _in_the_way(self, edge: LayoutEdge) -> list[Box]:
        """The boxes that a detour of *edge* runs around: all, or the nearest if Graphviz would take too long."""
        ends = {edge.source, edge.target}
        labels = [label for key, label in self._labels.items() if key != edge.key]
        boxes = [*(known.box for known in self._fixed if not known.owners & ends), *labels]
        effort = self._effort + len(boxes) ** 3
        if effort <= _EFFORT:
            self._effort = effort
            return boxes
        points = [point for spline in self._lines[edge.key].splines for point in spline.points]
        samples = points[:: -(-len(points) // _SAMPLES)]

        def distance(number: int) -> float:
            return min(map(boxes[number].distance, samples))

        return [boxes[number] for number in sorted(heapq.nsmallest(_NEAREST, range(len(boxes)), key=distance))]

    def _labels_near(self, edge: LayoutEdge, box: Box) -> Iterator[Obstacle]:
        """The labels that touch *box*, but that of *edge*."""
        return self._other_labels(edge, self._near_labels.near(box))

    def _other_labels(self, edge: LayoutEdge, found: Iterable[tuple[int, Box]]) -> Iterator[Obstacle]:
        """The labels *found*, but that of *edge*, in their present places."""
        for key, label in found:
            if key != edge.key and label is self._labels[key]:
                yield Obstacle(label, frozenset())

    def _course(self, edge: LayoutEdge, line: PlacedEdge) -> _Course:
        """The course of a line of *edge*, computed once."""
        known = self._courses.get(edge.key)
        if known is None or known.line is not line:
            trace = Trace(line.splines)
            ends = {edge.source, edge.target}
            crossed = [obstacle for obstacle in self._near.crossed(trace, _TOUCH) if not obstacle.owners & ends]
            known = self._courses[edge.key] = _Course(line, trace, crossed)
        return known

    def _label_place(self, edge: LayoutEdge, line: PlacedEdge, label: Size) -> Box | None:
        """A free place for a label beside a line, as near to its middle as possible."""
        points = [point for spline in line.splines for point in walk(spline)]
        trace = Trace(line.splines)
        ends = [self._layout.box_of(id) for id in (edge.source, edge.target)]
        within = [self._layout.groups[id].box for id in self._around[edge.source] & self._around[edge.target]]
        for place in islice(beside_curve(label, points, edge.width), _PLACES):
            if (
                all(box.holds(place) for box in within)
                and not any(place.overlaps(box) for box in ends)
                and not any(place.overlaps(other.box) for other in self._near.near(place))
                and not any(place.overlaps(other.box) for other in self._labels_near(edge, place))
                and not trace.crosses(place)
            ):
                return place
        return None


def _apart(ends: Sequence[Box], obstacles: Iterable[Box]) -> list[Box]:
    """Obstacles with a way between any two; of two without, the first."""
    kept: list[Box] = []
    for box in obstacles:
        if not any(box.overlaps(other, -2 * DETOUR_MARGIN) for other in (*ends, *kept)):
            kept.append(box)
    return kept
