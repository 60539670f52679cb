"""Edges from a node to itself: small loops on whichever side of the node is free."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from ..geometry.curves import Trace, arrow_ends, arrow_length, arrow_size, arrowhead
from ..geometry.primitives import Box, Curve, Point, Size, Sizes
from ..model.pipeline import Edge, Pipeline
from ..style.types import Style
from .digraph import line_widths, splines_of
from .result import Layout, PlacedEdge

Side = Literal["top", "right", "bottom", "left"]

_WIDE, _HIGH = 18.0, 20.0  # points
_BULGE = 1.3  # of its height: how far the handles of a curved loop reach
_SPREAD = 2.08  # of its width: how far they are apart
_FURTHER = 14.0  # points by which a loop is higher than one that has all four sides already
_CLEAR = 3.0  # points between a loop and its label
_SIDES: dict[str, tuple[Side, ...]] = {
    "LR": ("top", "bottom", "left", "right"),
    "RL": ("top", "bottom", "right", "left"),
    "TB": ("right", "left", "top", "bottom"),
    "BT": ("right", "left", "bottom", "top"),
}
"""The sides in the order in which they are tried, by the direction of the ranks: beside the flow first."""


def place_loops(layout: Layout, pipeline: Pipeline, style: Style, sizes: Sizes) -> Layout:
    """The layout with every loop on the side of its node where it meets least.

    Graphviz keeps room for loops, but lets other edges run through that; where lines run along and across it makes
    rectangles around the whole node.

    Args:
        layout: of *pipeline*.
        pipeline: what is drawn, with its direction.
        style: gives how lines run.
        sizes: of labels, and widths of lines.
    """
    if not any(edge.source == edge.target for edge in pipeline.edges):
        return layout
    edges = list(layout.edges)
    boxes = {node.id: at.box for node, at in zip(pipeline.nodes, layout.nodes, strict=True)}
    groups = {group.id: at.box for group, at in zip(pipeline.groups, layout.groups, strict=True)}
    square = splines_of(pipeline, style) == "ortho"
    lines = line_widths(pipeline, style, sizes)
    sides = _SIDES[pipeline.direction or "LR"]
    loops: Counter[str] = Counter()
    holders = pipeline.holders()
    waiting = {index for index, edge in enumerate(pipeline.edges) if edge.source == edge.target in boxes}
    for index in sorted(waiting):
        edge = pipeline.edges[index]
        others = [line for number, line in enumerate(edges) if number not in waiting]
        waiting.remove(index)
        obstacles = [box for id, box in boxes.items() if id != edge.source] + [group.label for group in layout.groups]
        within = next((groups[id] for id in holders[edge.source]), None)
        high = _HIGH + _FURTHER * (loops[edge.source] // len(sides))
        loops[edge.source] += 1
        width = lines[index]
        tried = [_loop(edge, width, boxes[edge.source], side, high, sizes.edges[index], square) for side in sides]
        if not square:
            tried.append(edges[index])  # large, but there is room for it
        edges[index] = min(tried, key=lambda line: _conflicts(line, others, obstacles, within))
    return replace(layout, edges=tuple(edges))


def _loop(edge: Edge, width: float, node: Box, side: Side, high: float, label: Size | None, square: bool) -> PlacedEdge:
    """A loop on one side of a node, its label beyond it."""
    at = _frame(node, side)
    wide = min(_WIDE, (node.width if side in ("top", "bottom") else node.height) / 2)
    tips = arrow_ends(edge.kind)
    u0, u1 = -wide / 2, wide / 2
    v0, v1 = (arrow_length(width) if tip else 0.0 for tip in tips)
    inward = at(0.0, -1.0)[0] - at(0.0, 0.0)[0], at(0.0, -1.0)[1] - at(0.0, 0.0)[1]
    if square:
        path = Curve((at(u0, v0), at(u0, high), at(u1, high), at(u1, v1)))
    else:
        reach = _BULGE * high
        path = Curve((at(u0, v0), at(_SPREAD * u0, reach), at(_SPREAD * u1, reach), at(u1, v1)), bezier=True)
    heads = tuple(
        arrowhead(at(u, 0.0), inward, arrow_size(width)) for u, tip in zip((u0, u1), tips, strict=True) if tip
    )
    if label is None:
        return PlacedEdge((path,), heads)
    deep = label.height if side in ("top", "bottom") else label.width
    x, y = at(0.0, high + _CLEAR + deep / 2)
    return PlacedEdge((path,), heads, Box.at((x, y), label.width, label.height))


def _frame(node: Box, side: Side) -> Callable[[float, float], Point]:
    """Places beside the middle of a side: along it, and outward from it, in points."""
    x, y = node.center
    frames: dict[Side, Callable[[float, float], Point]] = {
        "top": lambda u, v: (x + u, node.y1 + v),
        "right": lambda u, v: (node.x1 + v, y - u),
        "bottom": lambda u, v: (x - u, node.y0 - v),
        "left": lambda u, v: (node.x0 - v, y + u),
    }
    return frames[side]


def _conflicts(
    loop: PlacedEdge, others: Sequence[PlacedEdge], obstacles: Sequence[Box], within: Box | None
) -> tuple[int, int]:
    """How much that is not to be covered a loop and its label meet or leave their group by, then how many lines."""
    own = [Box.around([point for curve in (*loop.splines, *loop.arrowheads) for point in curve.points])]
    own += [loop.label] if loop.label else []
    found = sum(not within.holds(box) for box in own) if within else 0
    found += sum(box.overlaps(obstacle) for box in own for obstacle in obstacles)
    found += sum(box.overlaps(other.label) for box in own for other in others if other.label)
    return found, sum(Trace(other.splines).crosses(box) for box in own for other in others)
