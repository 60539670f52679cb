"""Clipping: each node gets the curves of its shape, each group its round corners, and edges end on what is drawn.

Graphviz knows boxes, ellipses and diamonds of a given size only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from ..geometry.curves import flat, pieces, tip_of
from ..geometry.primitives import Box, Curve, Point
from ..geometry.round_shapes import dots
from ..geometry.shapes import SHAPES, rounded, sheets, without_sheets
from .ellipses import columns
from .graph import LayoutGraph
from .result import Layout, PlacedCallout, PlacedEdge, PlacedGroup, PlacedNode

_NEAR = 0.05  # points: an edge that ends so near an outline meets it
_PARALLEL = 1e-9


class Outline:
    """A closed curve that edges end at, or those of a pile.

    Only the pieces near an end are looked at, and only these are made into straight lines.
    """

    def __init__(self, *curves: Curve) -> None:
        lines = (curve if curve.bezier else replace(curve, points=(*curve.points, curve.points[0])) for curve in curves)
        self._pieces = [piece for line in lines for piece in pieces(line)]
        self._boxes = [Box.around(piece) for piece in self._pieces]
        self._lines: dict[int, Sequence[Point]] = {}
        # The nearest place is asked for first, and then, from the same point, that on a line.
        self._asked: tuple[Point, list[tuple[float, int]]] | None = None

    def nearest(self, point: Point) -> Point:
        """The place on the curve that is nearest to *point*."""
        x, y = point
        nearest, least = point, math.inf
        for away, number in self._from(point):
            if away * away >= least:
                break
            for (x0, y0), (x1, y1) in pairwise(self._line(number)):
                dx, dy = x1 - x0, y1 - y0
                square = dx * dx + dy * dy
                along = min(1.0, max(0.0, ((x - x0) * dx + (y - y0) * dy) / square)) if square else 0.0
                px, py = x0 + along * dx, y0 + along * dy
                distance = (px - x) ** 2 + (py - y) ** 2
                if distance < least:
                    nearest, least = (px, py), distance
        return nearest

    def along(self, point: Point, direction: Point) -> Point | None:
        """The place where a straight line through *point* crosses the curve nearest to it; ``None`` if it does not."""
        (x, y), (dx, dy) = point, direction
        length = math.hypot(dx, dy)
        found: float | None = None
        for away, number in self._from(point):
            if found is not None and away >= abs(found) * length:
                break
            for (x0, y0), (x1, y1) in pairwise(self._line(number)):
                ex, ey = x1 - x0, y1 - y0
                across = dx * ey - dy * ex
                if abs(across) < _PARALLEL:
                    continue
                way = ((x0 - x) * ey - (y0 - y) * ex) / across
                piece = ((x0 - x) * dy - (y0 - y) * dx) / across
                if -_PARALLEL <= piece <= 1 + _PARALLEL and (found is None or abs(way) < abs(found)):
                    found = way
        return None if found is None else (x + found * dx, y + found * dy)

    def _from(self, point: Point) -> list[tuple[float, int]]:
        """Lower bounds of the distances to the pieces, each with the index of its piece, in ascending order."""
        if self._asked is None or self._asked[0] != point:
            x, y = point
            away = [
                math.hypot(
                    box.x0 - x if x < box.x0 else x - box.x1 if x > box.x1 else 0.0,
                    box.y0 - y if y < box.y0 else y - box.y1 if y > box.y1 else 0.0,
                )
                for box in self._boxes
            ]
            self._asked = point, sorted(zip(away, range(len(away)), strict=True))
        return self._asked[1]

    def _line(self, number: int) -> Sequence[Point]:
        """A piece as a line."""
        if number not in self._lines:
            self._lines[number] = flat(self._pieces[number])
        return self._lines[number]


def clip(layout: Layout, graph: LayoutGraph) -> Layout:
    """The layout of *graph* with shapes and round corners in place of boxes, and with edges that end on them."""
    radius = graph.style.corner_radius
    upright = columns(graph, layout)
    nodes: dict[str, PlacedNode] = {}
    ends: dict[str, tuple[Outline, Point]] = {}
    for node in graph.nodes:
        placed = layout.nodes[node.id]
        box = placed.box
        size = round(box.width - node.depth, 6), round(box.height - node.depth, 6)
        curves, outline = _drawn(node.shape, *size, radius, upright=node.id in upright, pile=node.depth > 0)
        ends[node.id] = outline, (box.x0, box.y0)
        moved = tuple(curve.moved(box.x0, box.y0) for curve in curves)
        label = SHAPES[node.shape].label_box(placed.label).moved(-node.depth / 2, -node.depth / 2)
        nodes[node.id] = PlacedNode(moved, label, sheets(moved[0]) if node.depth else ())
    groups = {
        # A table without a border ends at the square corners of its cells.
        group.id: _with_border(layout.groups[group.id], group.depth, radius if group.is_framed else 0.0)
        for group in graph.groups
    }
    ends |= {id: (Outline(*group.outlines), (0.0, 0.0)) for id, group in groups.items()}
    edges = {edge.key: clip_edge(layout.edges[edge.key], ends[edge.source], ends[edge.target]) for edge in graph.edges}
    callouts = {
        callout.key: _clip_leader(layout.callouts[callout.key], *ends[callout.target]) for callout in graph.callouts
    }
    return Layout(layout.box, nodes, edges, groups, callouts)


def _clip_leader(callout: PlacedCallout, outline: Outline, origin: Point) -> PlacedCallout:
    """The callout with the end of its leader on the outline."""
    leader = callout.leader
    moved = _with_end_moved(leader, _gap(leader, leader.points[-1], outline, origin))
    return replace(callout, line=replace(callout.line, splines=(moved,)))


def _with_border(group: PlacedGroup, depth: float, radius: float) -> PlacedGroup:
    """A group with round corners, and sheets if it is a pile of some *depth*."""
    (border,) = rounded(without_sheets(group.box, depth), radius)
    return replace(group, border=border, sheets=sheets(border) if depth else ())


@lru_cache(maxsize=1 << 7)
def _drawn(
    shape: str, width: float, height: float, radius: float, *, upright: bool, pile: bool
) -> tuple[tuple[Curve, ...], Outline]:
    """The curves of a node of that size, its lower left corner at (0, 0); the nodes of a project are much alike.

    The dots of an ellipsis form a column if it is *upright*.
    """
    box = Box(0.0, 0.0, width, height)
    curves = dots(box, radius, upright=True) if upright else SHAPES[shape].outline(box, radius)
    return curves, Outline(curves[0], *(sheets(curves[0]) if pile else ()))


def clip_edge(edge: PlacedEdge, source: tuple[Outline, Point], target: tuple[Outline, Point]) -> PlacedEdge:
    """The edge with its ends, or the tips of its arrowheads there, on the outlines, each given with its origin.

    An end is moved along the edge; if that leads past the outline, to its nearest point.
    """
    first, last = edge.splines[0].points[0], edge.splines[-1].points[-1]
    heads = list(edge.arrowheads)
    at_source = [math.dist(tip_of(head), first) < math.dist(tip_of(head), last) for head in heads]
    splines = list(edge.splines)
    for (outline, origin), starts in ((source, True), (target, False)):
        own = [index for index, start in enumerate(at_source) if start is starts]
        spline = splines[0].reversed() if starts else splines[-1]
        by = _gap(spline, tip_of(heads[own[0]]) if own else spline.points[-1], outline, origin)
        moved = _with_end_moved(spline, by)
        splines[0 if starts else -1] = moved.reversed() if starts else moved
        for index in own:
            heads[index] = heads[index].moved(*by)
    return PlacedEdge(tuple(splines), tuple(heads), edge.label)


def _gap(spline: Curve, tip: Point, outline: Outline, origin: Point) -> Point:
    """The way from the tip of the end of *spline* to the outline, whose (0, 0) is at *origin*."""
    end = spline.points[-1]
    seen = tip[0] - origin[0], tip[1] - origin[1]
    nearest = outline.nearest(seen)
    if math.dist(seen, nearest) < _NEAR:
        return 0.0, 0.0
    start = end if tip != end else next((point for point in spline.points[-2::-1] if point != end), end)
    met = outline.along(seen, (tip[0] - start[0], tip[1] - start[1])) or nearest
    return met[0] - seen[0], met[1] - seen[1]


def _with_end_moved(spline: Curve, by: Point) -> Curve:
    """The curve with its end moved; the handle of a Bézier moves too, so that the end keeps its direction."""
    if by == (0.0, 0.0):
        return spline
    count = 2 if spline.bezier else 1
    moved = ((x + by[0], y + by[1]) for x, y in spline.points[-count:])
    return replace(spline, points=(*spline.points[:-count], *moved))
