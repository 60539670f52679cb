"""Self-loops: edges from a node to itself, as small loops on whichever side of the node is free."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

from ..geometry.curves import Trace, arrow_ends, arrow_length, arrow_size, arrowhead
from ..geometry.primitives import Box, Curve, Point
from .graph import LayoutEdge, LayoutGraph
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


def place_loops(layout: Layout, graph: LayoutGraph) -> Layout:
    """The layout with every loop on the side of its node where it conflicts least.

    Graphviz keeps room for loops but lets other edges run through it; with orthogonal edges it makes rectangles around
    the whole node.
    """
    waiting = {edge.key for edge in graph.edges if edge.is_loop and edge.source in layout.nodes}
    if not waiting:
        return layout
    edges = dict(layout.edges)
    boxes = {id: node.box for id, node in layout.nodes.items()}
    titles = [group.label for group in layout.groups.values()]
    sides = _SIDES[graph.direction]
    loops: Counter[str] = Counter()
    holders = graph.holders()
    for edge in [edge for edge in graph.edges if edge.key in waiting]:
        others = [line for key, line in edges.items() if key not in waiting]
        waiting.remove(edge.key)
        obstacles = [box for id, box in boxes.items() if id != edge.source] + titles
        within = next((layout.groups[id].box for id in holders[edge.source]), None)
        high = _HIGH + _FURTHER * (loops[edge.source] // len(sides))
        loops[edge.source] += 1
        candidates = [_loop(edge, boxes[edge.source], side, high, graph.is_ortho) for side in sides]
        if not graph.is_ortho:
            candidates.append(edges[edge.key])  # that of Graphviz: large, but with room kept for it
        edges[edge.key] = min(candidates, key=lambda line: _conflicts(line, others, obstacles, within))
    return replace(layout, edges=edges)


def _loop(edge: LayoutEdge, node: Box, side: Side, high: float, ortho: bool) -> PlacedEdge:
    """A loop on one side of a node, its label beyond it."""
    at = _frame(node, side)
    wide = min(_WIDE, (node.width if side in ("top", "bottom") else node.height) / 2)
    tips = arrow_ends(edge.kind)
    u0, u1 = -wide / 2, wide / 2
    v0, v1 = (arrow_length(edge.width) if tip else 0.0 for tip in tips)
    inward = at(0.0, -1.0)[0] - at(0.0, 0.0)[0], at(0.0, -1.0)[1] - at(0.0, 0.0)[1]
    if ortho:
        path = Curve((at(u0, v0), at(u0, high), at(u1, high), at(u1, v1)))
    else:
        reach = _BULGE * high
        path = Curve((at(u0, v0), at(_SPREAD * u0, reach), at(_SPREAD * u1, reach), at(u1, v1)), bezier=True)
    size = arrow_size(edge.width)
    heads = tuple(arrowhead(at(u, 0.0), inward, size) for u, tip in zip((u0, u1), tips, strict=True) if tip)
    if edge.label is None:
        return PlacedEdge((path,), heads)
    depth = edge.label.height if side in ("top", "bottom") else edge.label.width
    center = at(0.0, high + _CLEAR + depth / 2)
    return PlacedEdge((path,), heads, Box.at(center, edge.label.width, edge.label.height))


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
    """Conflicts of a loop and its label: with obstacles, other labels and the border of the group; then with lines."""
    own = [Box.around([point for curve in (*loop.splines, *loop.arrowheads) for point in curve.points])]
    own += [loop.label] if loop.label else []
    found = sum(not within.holds(box) for box in own) if within else 0
    found += sum(box.overlaps(obstacle) for box in own for obstacle in obstacles)
    found += sum(box.overlaps(other.label) for box in own for other in others if other.label)
    return found, sum(Trace(other.splines).crosses(box) for box in own for other in others)
