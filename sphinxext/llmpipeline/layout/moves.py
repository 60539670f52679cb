"""Moves: a layout with its nodes and groups in other places, and its edges and titles moved with them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from ..geometry.curves import tip_of
from ..geometry.primitives import Box, Curve, Point
from .graph import LayoutEdge, LayoutGraph
from .result import Layout, PlacedEdge, PlacedGroup


def moved(layout: Layout, graph: LayoutGraph, boxes: Mapping[str, Box]) -> Layout:
    """The layout with nodes and groups in the places *boxes*, by their ids.

    A line follows its two ends: each of its points by a mean of their moves, weighted by the way to them.
    """
    before = {id: part.box for parts in (layout.nodes, layout.groups) for id, part in parts.items()}
    changed = {id for id, box in before.items() if boxes[id] != box}
    if not changed:
        return layout
    nodes = {
        id: node.moved(boxes[id].x0 - before[id].x0, boxes[id].y0 - before[id].y0) if id in changed else node
        for id, node in layout.nodes.items()
    }
    groups = {
        id: _bordered(group, before[id], boxes[id]) if id in changed else group for id, group in layout.groups.items()
    }
    edges = dict(layout.edges)
    for edge in graph.edges:
        if changed.intersection((edge.source, edge.target)):
            edges[edge.key] = _following(edge, edges[edge.key], before, boxes)
    return replace(layout, nodes=nodes, edges=edges, groups=groups)


def _bordered(group: PlacedGroup, before: Box, box: Box) -> PlacedGroup:
    """A group with another border, its title in the same corner."""
    title = group.label
    at_left = title.x0 - before.x0 <= before.x1 - title.x1
    dx = box.x0 - before.x0 if at_left else box.x1 - before.x1
    return PlacedGroup(box.outline(), title.moved(dx, box.y1 - before.y1))


def _following(edge: LayoutEdge, line: PlacedEdge, before: Mapping[str, Box], boxes: Mapping[str, Box]) -> PlacedEdge:
    start, end = line.splines[0].points[0], line.splines[-1].points[-1]
    tail = _shift(start, before[edge.source], boxes[edge.source])
    head = _shift(end, before[edge.target], boxes[edge.target])

    def followed(point: Point) -> Point:
        near, far = math.dist(point, start), math.dist(point, end)
        share = near / (near + far) if near + far else 0.5
        return (
            point[0] + tail[0] + share * (head[0] - tail[0]),
            point[1] + tail[1] + share * (head[1] - tail[1]),
        )

    def at_end(arrow: Curve) -> Curve:
        tip = tip_of(arrow)
        return arrow.moved(*(tail if math.dist(tip, start) < math.dist(tip, end) else head))

    splines = tuple(replace(spline, points=tuple(map(followed, spline.points))) for spline in line.splines)
    label = line.label
    if label:
        (x, y), (to_x, to_y) = label.center, followed(label.center)
        label = label.moved(to_x - x, to_y - y)
    return PlacedEdge(splines, tuple(map(at_end, line.arrowheads)), label)


def _shift(point: Point, before: Box, box: Box) -> Point:
    """How far a place on a border moves with it."""

    def along(at: float, low: float, high: float, start: float, end: float) -> float:
        share = (at - low) / (high - low) if high > low else 0.5
        return start - low + min(max(share, 0.0), 1.0) * (end - start - high + low)

    return (
        along(point[0], before.x0, before.x1, box.x0, box.x1),
        along(point[1], before.y0, before.y1, box.y0, box.y1),
    )
