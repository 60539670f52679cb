"""Routed layouts, and what their lines look like."""

from __future__ import annotations

import math
from itertools import pairwise

from sphinxext.llmpipeline import MODERN
from sphinxext.llmpipeline.geometry.curves import tip_of
from sphinxext.llmpipeline.geometry.primitives import Box
from sphinxext.llmpipeline.geometry.segments import Segment, box_distance, chain, part_inside, vertices
from sphinxext.llmpipeline.layout.clipping import clip
from sphinxext.llmpipeline.layout.edge_routing import route
from sphinxext.llmpipeline.layout.judge import judge
from sphinxext.llmpipeline.layout.result import Layout, PlacedEdge
from sphinxext.llmpipeline.layout.verdict import Verdict
from sphinxext.llmpipeline.model.vocabulary import Direction
from tests.finished import Corners, Finished
from tests.layouts import clear, graph_of, laid_out


def routed(text: str, direction: Direction = "LR") -> Layout:
    """The layout of a text as Graphviz places it, with its edges routed."""
    graph = graph_of(text, MODERN, direction=direction)
    return route(laid_out(graph), graph)


def by_hand(text: str, nodes: dict[str, Corners], direction: Direction = "LR") -> Layout:
    """Parts in place, with their edges routed."""
    finished = Finished(text, nodes, direction=direction)
    return route(finished.layout, finished.graph)


def corners(line: PlacedEdge) -> list[tuple[float, float]]:
    """The ends of a line, at the tips of its heads, and its corners, as if these were not round."""
    (spline,) = line.splines
    points = spline.points
    found = [points[0]]
    for number in range(3, len(points) - 4, 6):
        (x, y), (handle_x, handle_y) = points[number : number + 2]
        # The handle of a quarter circle.
        found.append(((handle_x - 0.4477 * x) / 0.5523, (handle_y - 0.4477 * y) / 0.5523))
    found.append(points[-1])
    for tip in (tip_of(head) for head in line.arrowheads):
        found[0 if math.dist(tip, found[0]) < math.dist(tip, found[-1]) else -1] = tip
    for (x0, y0), (x1, y1) in pairwise(found):
        assert min(abs(x1 - x0), abs(y1 - y0)) < 0.01
    return found


def bends(line: PlacedEdge) -> int:
    return len(corners(line)) - 2


def verdict(text: str, direction: Direction = "LR") -> Verdict:
    """What the judge says of the finished layout."""
    graph = graph_of(text, MODERN, direction=direction)
    return judge(clip(clear(laid_out(graph), graph), graph), graph)


def worst(text: str, direction: Direction) -> list[str]:
    """The faults that say something wrong, or make the picture hard to read."""
    return [line for line in verdict(text, direction).lines() if line[0] in "12"]


def segments(line: PlacedEdge) -> list[Segment]:
    return [segment for spline in line.splines for segment in chain(vertices(spline))]


def distance(line: PlacedEdge, label: Box) -> float:
    """Points between the middle of a line and a label."""
    return min(box_distance(segment, label) for segment in segments(line))


def crosses(line: PlacedEdge, box: Box) -> bool:
    return any(part_inside(segment, box) for segment in segments(line))
