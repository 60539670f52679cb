"""Edges that would run through what is not theirs, led round it.

Graphviz keeps edges off nodes by itself.  What is left are edges that lead into a region that was laid out before them,
and a few that run through the label of another edge or through a title that has nowhere to go.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product
from typing import Generic, TypeVar

from ..diagnostics import LayoutError
from ..geometry.curves import Trace, arrow_ends, walk
from ..geometry.primitives import Box, Curve, Sizes
from ..job import Engine
from ..model.pipeline import Edge, Pipeline
from ..model.vocabulary import Splines
from ..style.types import Style
from .digraph import DETOUR_MARGIN, detour, line_widths, splines_of
from .engine import place_detour
from .result import Layout, PlacedEdge, PlacedGroup

_TOUCH = 1.0  # points that a line may be inside a box and still only touch it
_MOST = 40  # edges: past this a diagram is a thicket, in which one way round is another's obstacle
_AWAY = (3.0, 8.0, 16.0)  # points between a label and its line, the nearest that is free
_SIDES = ((0, 1), (0, -1), (1, 0), (-1, 0), (1, -1), (-1, 1), (1, 1), (-1, -1))  # above, below, beside; across a slope
_SPARSE = 3  # of so many points along a line, one is looked at


@dataclass(frozen=True, slots=True)
class _Obstacle:
    """A box that edges keep clear of, but for those that it belongs to."""

    box: Box
    owners: frozenset[str]
    """Ids of nodes and groups: an edge that ends at one of them may run here."""
    is_node: bool = False


def clear_edges(
    layout: Layout,
    pipeline: Pipeline,
    style: Style,
    sizes: Sizes,
    engine: Engine = "pygraphviz",
    dot: str = "dot",
    around: Obstacles | None = None,
) -> Layout:
    """The layout with a new way for each edge that runs through what is not its own, where one is better.

    Args:
        layout: of *pipeline*.
        pipeline: what is drawn.
        style: gives how lines run.
        sizes: gives their widths.
        engine: as for :func:`~sphinxext.llmpipeline.layout.engine.place`.
        dot: as for :func:`~sphinxext.llmpipeline.layout.engine.place`.
        around: those of *layout*, if they have been looked at already.
    """
    around = around or Obstacles(layout, pipeline)
    edges = list(layout.edges)
    splines = splines_of(pipeline, style)
    lines = line_widths(pipeline, style, sizes)

    def faults(index: int, line: PlacedEdge) -> tuple[int, int]:
        hits = around.hits(index, line)
        nodes = sum(hit.is_node for hit in hits)
        return nodes, len(hits) - nodes + (splines == "ortho" and not _runs_square(line))

    blocked = [index for index, line in enumerate(edges) if any(faults(index, line))]
    for index in blocked[:_MOST]:
        if pipeline.edges[index].source == pipeline.edges[index].target:
            continue
        found = around.way_round(index, lines[index], splines, engine, dot)
        if found and faults(index, found) < faults(index, edges[index]):
            edges[index] = found
            around.relabel(index, found)
    return replace(layout, edges=tuple(edges))


def _runs_square(line: PlacedEdge) -> bool:
    """Whether a line runs along and across only."""
    points = [spline.points for spline in line.splines]
    return all(min(abs(x1 - x0), abs(y1 - y0)) < _TOUCH for run in points for (x0, y0), (x1, y1) in pairwise(run))


def _apart(ends: Sequence[Box], obstacles: Iterable[Box]) -> list[Box]:
    """Obstacles with a way between any two; of those with none, the first."""
    kept: list[Box] = []
    for box in obstacles:
        if not any(box.overlaps(other, -2 * DETOUR_MARGIN) for other in (*ends, *kept)):
            kept.append(box)
    return kept


class Obstacles:
    """What stands where in a layout."""

    def __init__(self, layout: Layout, pipeline: Pipeline) -> None:
        self.layout = layout
        self._pipeline = pipeline
        self._crossed: dict[int, tuple[PlacedEdge, list[_Obstacle]]] = {}
        """What the line of each edge runs through, as far as that is known."""
        self._lines = list(layout.edges)
        self._boxes = {node.id: at.box for node, at in zip(pipeline.nodes, layout.nodes, strict=True)}
        self._boxes |= {group.id: at.box for group, at in zip(pipeline.groups, layout.groups, strict=True)}
        self._around = pipeline.enclosures()
        self._fixed = [
            _Obstacle(self._boxes[node.id], self._around[node.id] | {node.id}, True) for node in pipeline.nodes
        ]
        self._fixed += [
            _Obstacle(at.label, self._around[group.id])
            for group, at in zip(pipeline.groups, layout.groups, strict=True)
        ]
        self._near = self._grid()

    def _grid(self) -> Grid[tuple[int | None, _Obstacle]]:
        """Everything, labels with the numbers of their edges."""
        fixed = ((obstacle.box, (None, obstacle)) for obstacle in self._fixed)
        labels = (
            (line.label, (index, _Obstacle(line.label, frozenset())))
            for index, line in enumerate(self._lines)
            if line.label
        )
        return Grid([*fixed, *labels])

    def _to_label(self, index: int) -> Iterator[_Obstacle]:
        """What the label of an edge must not cover."""
        yield from self._fixed
        for other, line in enumerate(self._lines):
            if line.label and other != index:
                yield _Obstacle(line.label, frozenset())

    def _to_line(self, index: int) -> Iterator[_Obstacle]:
        """What an edge must not run through: of that, what its ends do not own."""
        edge = self._pipeline.edges[index]
        ends = {edge.source, edge.target}
        return (obstacle for obstacle in self._to_label(index) if not obstacle.owners & ends)

    def count_blocked(self) -> int:
        """How many edges run through a node that is not their end."""
        return sum(
            any(obstacle.is_node for obstacle in self._crosses(index, line)) for index, line in enumerate(self._lines)
        )

    def hits(self, index: int, line: PlacedEdge) -> list[_Obstacle]:
        """What a way of an edge runs through, and what its label covers."""
        met = [*self._crosses(index, line)]
        if line.label:
            near = self._near.near(line.label)
            met += [other for owner, other in near if owner != index and line.label.overlaps(other.box, _TOUCH)]
        return met

    def _crosses(self, index: int, line: PlacedEdge) -> list[_Obstacle]:
        """What a way of an edge runs through."""
        known, crossed = self._crossed.get(index, (None, []))
        if known is not line:
            edge, trace = self._pipeline.edges[index], Trace(line.splines)
            ends = {edge.source, edge.target}
            crossed = [
                obstacle
                for owner, obstacle in self._near.near(trace.box)
                if owner != index and not obstacle.owners & ends and trace.crosses(obstacle.box, _TOUCH)
            ]
            self._crossed[index] = line, crossed
        return crossed

    def way_round(self, index: int, width: float, splines: Splines, engine: Engine, dot: str) -> PlacedEdge | None:
        """A way of an edge around everything, its label beside it; ``None`` where there is none."""
        edge: Edge = self._pipeline.edges[index]
        start, end = self._boxes[edge.source], self._boxes[edge.target]
        boxes = _apart([start, end], (obstacle.box for obstacle in self._to_line(index)))
        try:
            found = place_detour(
                detour(start, end, boxes, arrow_ends(edge.kind), width, splines), start.center, engine, dot
            )
        except LayoutError:
            return None
        label = self._lines[index].label
        if label is None:
            return found
        place = self._label_place(index, found, label)
        return replace(found, label=place) if place else None

    def _label_place(self, index: int, line: PlacedEdge, label: Box) -> Box | None:
        """Where a label stands free beside a line, as near to the middle of it as can be."""
        points = [point for spline in line.splines for point in walk(spline)]
        trace = Trace(line.splines)
        edge = self._pipeline.edges[index]
        boxes = [obstacle.box for obstacle in self._to_label(index)]
        boxes += [self._boxes[id] for id in (edge.source, edge.target)]
        within = [self._boxes[id] for id in self._around[edge.source] & self._around[edge.target]]
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

    def relabel(self, index: int, line: PlacedEdge) -> None:
        """Take a new way into account."""
        self._lines[index] = line
        self._near = self._grid()
        self._crossed.clear()  # its label stands elsewhere


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


_Item = TypeVar("_Item")

_CELL = 150.0  # points: the side of a cell, about that of a node


class Grid(Generic[_Item]):
    """Things in boxes, found by the cells of a square grid that their boxes touch.

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
        """What stands in boxes that touch *box*, each once."""
        for cell in _cells(box):
            for other, item in self._cells.get(cell, ()):
                if box.x0 <= other.x1 and other.x0 <= box.x1 and box.y0 <= other.y1 and other.y0 <= box.y1:
                    # In several cells of both: counted in the first, the one of the corner that they share.
                    first = max(box.x0, other.x0) // _CELL, max(box.y0, other.y0) // _CELL
                    if first == cell:
                        yield item


def _cells(box: Box) -> Iterable[tuple[int, int]]:
    columns = range(int(box.x0 // _CELL), int(box.x1 // _CELL) + 1)
    rows = range(int(box.y0 // _CELL), int(box.y1 // _CELL) + 1)
    return product(columns, rows)
