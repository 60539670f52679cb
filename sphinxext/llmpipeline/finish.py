"""A layout as Graphviz gives it → the layout that is drawn.

Graphviz knows boxes, ellipses and diamonds of a given size.  Here each node gets the curves of its shape, each group
its round corners, and each edge is led on to the outline that is drawn.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from .contours import rounded
from .geometry import Curve, Layout, PlacedEdge, PlacedGroup, PlacedNode, Point
from .model import Pipeline
from .shapes import SHAPES, Shape
from .style import Style

_NEAR = 0.05  # points: an edge that ends so near an outline meets it


def finish(layout: Layout, pipeline: Pipeline, style: Style) -> Layout:
    """The layout with the outlines of the style's shapes, and with edges that meet them.

    Args:
        layout: what Graphviz made of *pipeline* with the sizes of these shapes.
        pipeline: gives the kind of each node and the ends of each edge.
        style: gives the shape of each kind and the radius of corners.
    """
    radius = style.corner_radius
    nodes = tuple(
        _node(placed, SHAPES[style.nodes[node.kind].shape], radius)
        for node, placed in zip(pipeline.nodes, layout.nodes, strict=True)
    )
    groups = tuple(_group(placed, radius) for placed in layout.groups)
    outlines = {node.id: flattened(placed.outline[0]) for node, placed in zip(pipeline.nodes, nodes, strict=True)}
    outlines |= {group.id: flattened(placed.border) for group, placed in zip(pipeline.groups, groups, strict=True)}
    edges = tuple(
        meet(placed, outlines[edge.source], outlines[edge.target])
        for edge, placed in zip(pipeline.edges, layout.edges, strict=True)
    )
    return replace(layout, nodes=nodes, edges=edges, groups=groups)


def _node(placed: PlacedNode, shape: Shape, radius: float) -> PlacedNode:
    return PlacedNode(shape.outline(placed.box, radius), shape.label_box(placed.label))


def _group(placed: PlacedGroup, radius: float) -> PlacedGroup:
    return replace(placed, border=rounded(placed.box, radius)[0])


def meet(edge: PlacedEdge, source: Sequence[Point], target: Sequence[Point]) -> PlacedEdge:
    """The edge with its ends, or the tips of its arrowheads there, on the outlines.

    An end is moved along the edge; where that leads past the outline, to its nearest point.

    Args:
        edge: runs from the source to the target.
        source: the outline that it leaves, as a closed line: :func:`flattened`.
        target: the outline that it runs to.
    """
    first, last = edge.splines[0].points[0], edge.splines[-1].points[-1]
    heads = list(edge.arrowheads)
    at_source = [math.dist(_middle(head), first) < math.dist(_middle(head), last) for head in heads]
    splines = list(edge.splines)
    for outline, starts in ((source, True), (target, False)):
        own = [index for index, start in enumerate(at_source) if start is starts]
        spline = splines[0].reversed() if starts else splines[-1]
        by = _gap(spline, [point for index in own for point in heads[index].points], outline)
        moved = _with_end_moved(spline, by)
        splines[0 if starts else -1] = moved.reversed() if starts else moved
        for index in own:
            heads[index] = heads[index].moved(*by)
    return replace(edge, splines=tuple(splines), arrowheads=tuple(heads))


def _gap(spline: Curve, head: Sequence[Point], outline: Sequence[Point]) -> Point:
    """The way from the tip of the end of *spline* to the outline."""
    end = spline.points[-1]
    # Of a line too short for its arrowhead Graphviz leaves the end inside that, so the tip is not always the furthest.
    tip = max(head, key=lambda point: sum(math.dist(point, other) for other in head), default=end)
    nearest = _nearest(tip, outline)
    if math.dist(tip, nearest) < _NEAR:
        return 0.0, 0.0
    start = end if tip != end else next((point for point in spline.points[-2::-1] if point != end), end)
    met = _along(tip, (tip[0] - start[0], tip[1] - start[1]), outline) or nearest
    return met[0] - tip[0], met[1] - tip[1]


def _nearest(point: Point, line: Sequence[Point]) -> Point:
    """The point of a line that is nearest to *point*."""
    x, y = point
    nearest, least = point, math.inf
    for (x0, y0), (x1, y1) in pairwise(line):
        dx, dy = x1 - x0, y1 - y0
        square = dx * dx + dy * dy
        along = min(1.0, max(0.0, ((x - x0) * dx + (y - y0) * dy) / square)) if square else 0.0
        px, py = x0 + along * dx, y0 + along * dy
        away = (px - x) ** 2 + (py - y) ** 2
        if away < least:
            nearest, least = (px, py), away
    return nearest


def _along(point: Point, direction: Point, line: Sequence[Point]) -> Point | None:
    """Where the straight line through *point* crosses another nearest to it; ``None`` where it does not."""
    dx, dy = direction
    found: list[float] = []
    for (x0, y0), (x1, y1) in pairwise(line):
        ex, ey = x1 - x0, y1 - y0
        across = dx * ey - dy * ex
        if abs(across) < 1e-9:
            continue
        way = ((x0 - point[0]) * ey - (y0 - point[1]) * ex) / across
        piece = ((x0 - point[0]) * dy - (y0 - point[1]) * dx) / across
        if -1e-9 <= piece <= 1 + 1e-9:
            found.append(way)
    if not found:
        return None
    way = min(found, key=abs)
    return point[0] + way * dx, point[1] + way * dy


def _with_end_moved(spline: Curve, by: Point) -> Curve:
    """The curve led on by a vector; of a bézier the handle moves too, so that it keeps its direction there."""
    if by == (0.0, 0.0):
        return spline
    count = 2 if spline.bezier else 1
    return replace(
        spline, points=(*spline.points[:-count], *((x + by[0], y + by[1]) for x, y in spline.points[-count:]))
    )


def _middle(curve: Curve) -> Point:
    xs, ys = zip(*curve.points, strict=True)
    return sum(xs) / len(xs), sum(ys) / len(ys)


def flattened(curve: Curve) -> tuple[Point, ...]:
    """A closed curve as a line that ends where it begins, within a twentieth of a point of its béziers.

    >>> flattened(Curve(((0, 0), (4, 0), (0, 3)), closed=True))
    ((0, 0), (4, 0), (0, 3), (0, 0))
    """
    points = curve.points
    if not curve.bezier:
        return (*points, points[0])
    line = [points[0]]
    for index in range(0, len(points) - 1, 3):
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = points[index : index + 4]
        # Of n pieces, none is further from the bézier than 3/4 of its second differences divided by n².
        bend = max(math.hypot(ax - 2 * bx + cx, ay - 2 * by + cy), math.hypot(bx - 2 * cx + dx, by - 2 * cy + dy))
        steps = math.ceil(math.sqrt(0.75 * bend / _NEAR)) or 1
        for step in range(1, steps):
            t = step / steps
            u = 1 - t
            a, b, c, d = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
            line.append((a * ax + b * bx + c * cx + d * dx, a * ay + b * by + c * cy + d * dy))
        line.append((dx, dy))
    return tuple(line)
