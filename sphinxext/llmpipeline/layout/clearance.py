"""Clearance: titles move out of the way of edges, and edges that run through other parts are rerouted.

Graphviz keeps edges off nodes by itself.  The rest are edges that lead into a region that was laid out before them, and
a few that run through the label of another edge or through a title that has no free place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from typing import Generic, TypeVar

from ..diagnostics import LayoutError, LayoutTimeoutError
from ..geometry.curves import Trace, arrow_ends, walk
from ..geometry.primitives import Box, Curve
from .digraph import DETOUR_MARGIN, detour_dot
from .engine import LayoutEngine
from .graph import LayoutEdge, LayoutGraph
from .output import place_detour
from .result import Layout, PlacedEdge, PlacedGroup
from .self_loops import place_loops

_Item = TypeVar("_Item")

_TITLE_ROOM = 3.0  # points between a title and an edge beside it
_EXACT = 1e-6
_TOUCH = 1.0  # points that a line may be inside a box and still only touch it
_MOST = 40  # edges: in a denser diagram, the detour of one edge is the obstacle of another
_AWAY = (3.0, 8.0, 16.0)  # points between a label and its line, the nearest that is free
_SIDES = ((0, 1), (0, -1), (1, 0), (-1, 0), (1, -1), (-1, 1), (1, 1), (-1, -1))  # above, below, beside; across a slope
_SPARSE = 3  # every third point along a line is tried
_CELL = 150.0  # points: the side of a cell of the grid, about that of a node


def clear(layout: Layout, graph: LayoutGraph, engine: LayoutEngine, obstacles: Obstacles | None = None) -> Layout:
    """The layout of *graph* with loops placed, titles and edges clear of each other.

    *engine* routes detours; *obstacles* are those of *layout*, if they are known already.

    Raises:
        LayoutError: if Graphviz cannot be run.
    """
    cleared = clear_titles(place_loops(layout, graph))
    # Most diagrams have neither loops nor titles in the way.
    known = obstacles if cleared is layout else None
    return clear_edges(cleared, graph, engine, known or Obstacles(cleared, graph))


def clear_titles(layout: Layout) -> Layout:
    """The layout with titles moved sideways, if an edge runs through them, to the nearest free place.

    A title without a free place stays; it always stays in the band that Graphviz kept for it.
    """
    if not layout.groups:
        return layout
    lines = [curve for edge in layout.edges.values() for curve in (*edge.splines, *edge.arrowheads)]
    groups = {id: _with_clear_title(group, lines) for id, group in layout.groups.items()}
    unchanged = all(groups[id] is group for id, group in layout.groups.items())
    return layout if unchanged else replace(layout, groups=groups)


def _with_clear_title(group: PlacedGroup, lines: Iterable[Curve]) -> PlacedGroup:
    title, border = group.label, group.box
    inset = title.x0 - border.x0
    band = Box(border.x0, title.y0, border.x1, title.y1)
    taken = sorted(_spans(lines, band))
    if not any(start < title.x1 + _TITLE_ROOM and title.x0 - _TITLE_ROOM < end for start, end in taken):
        return group
    # A free place begins at the title's own place, beside a line, or where it ends at the right.
    last = border.x1 - inset - title.width
    starts = [title.x0, *(end + _TITLE_ROOM for _, end in taken), last]
    for x in sorted(start for start in starts if title.x0 <= start <= last):
        if all(x + title.width + _TITLE_ROOM <= start or end <= x - _TITLE_ROOM + _EXACT for start, end in taken):
            return replace(group, label=title.moved(x - title.x0, 0.0))
    return group


def _spans(lines: Iterable[Curve], band: Box) -> Iterator[tuple[float, float]]:
    """The intervals of x in which lines run within a band."""
    for line in lines:
        around = Box.around(line.points)
        if not around.overlaps(band, -_EXACT):  # a vertical line has no width
            continue
        xs = [x for x, y in walk(line) if band.y0 <= y <= band.y1 and band.x0 <= x <= band.x1]
        if xs:
            yield min(xs), max(xs)


def clear_edges(layout: Layout, graph: LayoutGraph, engine: LayoutEngine, obstacles: Obstacles) -> Layout:
    """The layout of *graph* with a detour for each edge that runs through other parts, if the detour is better."""
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
    return replace(layout, edges=edges)


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


class Obstacles:
    """Nodes, titles and labels of a layout as obstacles of its edges."""

    def __init__(self, layout: Layout, graph: LayoutGraph) -> None:
        self._layout = layout
        self._graph = graph
        self._lines = dict(layout.edges)
        self._around = graph.enclosures()
        self._crossed: dict[int, tuple[PlacedEdge, list[Obstacle]]] = {}
        """Obstacles that the line of an edge runs through, as far as they are known."""
        self._fixed = [
            Obstacle(layout.nodes[node.id].box, self._around[node.id] | {node.id}, True) for node in graph.nodes
        ]
        self._fixed += [Obstacle(layout.groups[group.id].label, self._around[group.id]) for group in graph.groups]
        self._grid = self._indexed()

    def count_blocked(self) -> int:
        """The number of edges that run through a node that is not their end."""
        return sum(
            any(obstacle.is_node for obstacle in self._crossings(edge, self._lines[edge.key]))
            for edge in self._graph.edges
        )

    def hits(self, edge: LayoutEdge, line: PlacedEdge) -> list[Obstacle]:
        """The obstacles that a line of *edge* runs through, and those that its label covers."""
        met = [*self._crossings(edge, line)]
        if line.label:
            near = self._grid.near(line.label)
            met += [other for owner, other in near if owner != edge.key and line.label.overlaps(other.box, _TOUCH)]
        return met

    def detour(self, edge: LayoutEdge, engine: LayoutEngine) -> PlacedEdge | None:
        """A line of *edge* around all obstacles, its label beside it; ``None`` if there is none."""
        start, end = self._layout.box_of(edge.source), self._layout.box_of(edge.target)
        ends = {edge.source, edge.target}
        boxes = _apart([start, end], (other.box for other in self._others(edge) if not other.owners & ends))
        dot = detour_dot(start, end, boxes, arrow_ends(edge.kind), edge.width, self._graph.splines)
        try:
            found = place_detour(dot, start.center, engine)
        except LayoutTimeoutError:
            raise
        except LayoutError:
            return None
        label = self._lines[edge.key].label
        if label is None:
            return found
        place = self._label_place(edge, found, label)
        return replace(found, label=place) if place else None

    def update(self, edge: LayoutEdge, line: PlacedEdge) -> None:
        """Replace the line of *edge*."""
        self._lines[edge.key] = line
        self._grid = self._indexed()
        self._crossed.clear()  # its label has moved

    def _indexed(self) -> Grid[tuple[int | None, Obstacle]]:
        """All obstacles, labels with the keys of their edges."""
        fixed = ((obstacle.box, (None, obstacle)) for obstacle in self._fixed)
        labels = (
            (line.label, (key, Obstacle(line.label, frozenset()))) for key, line in self._lines.items() if line.label
        )
        return Grid([*fixed, *labels])

    def _others(self, edge: LayoutEdge) -> Iterator[Obstacle]:
        """All obstacles but the label of *edge*."""
        yield from self._fixed
        for key, line in self._lines.items():
            if line.label and key != edge.key:
                yield Obstacle(line.label, frozenset())

    def _crossings(self, edge: LayoutEdge, line: PlacedEdge) -> list[Obstacle]:
        """The obstacles that a line of *edge* runs through."""
        known, crossed = self._crossed.get(edge.key, (None, []))
        if known is not line:
            trace = Trace(line.splines)
            ends = {edge.source, edge.target}
            crossed = [
                obstacle
                for owner, obstacle in self._grid.near(trace.box)
                if owner != edge.key and not obstacle.owners & ends and trace.crosses(obstacle.box, _TOUCH)
            ]
            self._crossed[edge.key] = line, crossed
        return crossed

    def _label_place(self, edge: LayoutEdge, line: PlacedEdge, label: Box) -> Box | None:
        """A free place for a label beside a line, as near to its middle as possible."""
        points = [point for spline in line.splines for point in walk(spline)]
        trace = Trace(line.splines)
        boxes = [obstacle.box for obstacle in self._others(edge)]
        boxes += [self._layout.box_of(id) for id in (edge.source, edge.target)]
        within = [self._layout.groups[id].box for id in self._around[edge.source] & self._around[edge.target]]
        middle = len(points) / 2
        outward = [point for _, point in sorted(enumerate(points), key=lambda item: abs(item[0] - middle))]
        for away, (x, y), (dx, dy) in product(_AWAY, outward[::_SPARSE], _SIDES):
            cx, cy = x + dx * (label.width / 2 + away), y + dy * (label.height / 2 + away)
            place = label.moved(cx - label.center[0], cy - label.center[1])
            if (
                all(box.holds(place) for box in within)
                and not any(place.overlaps(box) for box in boxes)
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


class Grid(Generic[_Item]):
    """A spatial index: items are found by the cells of a square grid that their boxes touch.

    >>> grid = Grid([(Box(0, 0, 10, 10), "here"), (Box(900, 0, 910, 10), "far away")])
    >>> list(grid.near(Box(5, 5, 40, 40)))
    ['here']
    """

    def __init__(self, items: Iterable[tuple[Box, _Item]]) -> None:
        self._cells: dict[tuple[int, int], list[tuple[Box, _Item]]] = defaultdict(list)
        for box, item in items:
            for cell in _cells(box):
                self._cells[cell].append((box, item))

    def near(self, box: Box) -> Iterator[_Item]:
        """The items whose boxes touch *box*, each once."""
        for cell in _cells(box):
            for other, item in self._cells.get(cell, ()):
                if box.x0 <= other.x1 and other.x0 <= box.x1 and box.y0 <= other.y1 and other.y0 <= box.y1:
                    # In several cells of both, it counts in that of the corner that they share.
                    first = max(box.x0, other.x0) // _CELL, max(box.y0, other.y0) // _CELL
                    if first == cell:
                        yield item


def _cells(box: Box) -> Iterator[tuple[int, int]]:
    columns = range(int(box.x0 // _CELL), int(box.x1 // _CELL) + 1)
    rows = range(int(box.y0 // _CELL), int(box.y1 // _CELL) + 1)
    return product(columns, rows)
