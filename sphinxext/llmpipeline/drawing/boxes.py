"""The boxes of a diagram in its figure, for those who draw more there."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from ..geometry.curves import flat, pieces, tip_of
from ..geometry.primitives import Box, Point
from ..records import frozen_record

if TYPE_CHECKING:
    from ..layout.result import PlacedEdge
    from .scene import Scene


@frozen_record
class Route:
    """An edge in its place."""

    source: str
    """Id of the node or group where it begins."""
    target: str
    """Id of the node or group where it ends."""
    points: tuple[Point, ...]
    """Points of the line from the source to the target, tips of arrowheads included; straight between them."""
    label: Box | None
    """The box of the label; ``None`` without one."""

    @property
    def box(self) -> Box:
        """The box around the line, without the label."""
        return Box.around(self.points)

    @property
    def middle(self) -> Point:
        """The point in the middle of the line.

        >>> Route("a", "b", ((0, 0), (10, 0), (10, 2)), None).middle
        (6.0, 0.0)
        """
        lengths = [math.dist(*pair) for pair in pairwise(self.points)]
        half = sum(lengths) / 2
        for end, length, ((x0, y0), (x1, y1)) in zip(accumulate(lengths), lengths, pairwise(self.points), strict=True):
            if end >= half and length:
                part = 1 - (end - half) / length
                return x0 + (x1 - x0) * part, y0 + (y1 - y0) * part
        return self.points[0]


@frozen_record
class Boxes:
    """Where the parts of a diagram are, in points from the lower left corner of the figure, y up."""

    nodes: Mapping[str, Box]
    """By id; the cells of rows and grids are nodes such as ``words.1``."""
    groups: Mapping[str, Box]
    """By id; panels, rows, grids and stacks are groups."""
    edges: Mapping[tuple[str, str], Route]
    """By the ids of the ends; of several edges between two ends, the first."""
    routes: tuple[Route, ...]
    """All edges, in the order of the text."""
    name: str = ""
    """The option ``:name:`` of the diagram; empty without one."""


def boxes_of(scene: Scene, shift: Point, name: str = "") -> Boxes:
    """The boxes of a *scene* that is moved by *shift*."""
    layout = scene.layout.moved(*shift)
    routes = tuple(
        Route(edge.source, edge.target, _points(layout.edges[key]), layout.edges[key].label)
        for key, edge in enumerate(scene.pipeline.edges)
    )
    edges: dict[tuple[str, str], Route] = {}
    for route in routes:
        edges.setdefault((route.source, route.target), route)
    return Boxes(
        {node.id: layout.nodes[node.id].box for node in scene.pipeline.nodes},
        {group.id: layout.groups[group.id].box for group in scene.pipeline.groups},
        edges,
        routes,
        name,
    )


def _points(edge: PlacedEdge) -> tuple[Point, ...]:
    """The corners of a routed line, or the points of its curves."""
    if edge.path:
        return edge.path
    found = [*dict.fromkeys(point for curve in edge.splines for piece in pieces(curve) for point in flat(piece))]
    for tip in map(tip_of, edge.arrowheads):
        is_first = math.dist(tip, found[0]) < math.dist(tip, found[-1])
        found.insert(0 if is_first else len(found), tip)
    return tuple(found)
