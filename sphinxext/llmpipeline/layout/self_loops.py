"""Self-loops: edges from a node to itself, as small loops on whichever side of the node is free."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from ..geometry.box_tree import BoxTree
from ..geometry.curves import Trace, arrow_ends, arrow_length, arrow_size, arrowhead
from ..geometry.primitives import Box, Curve, Point, Side
from .graph import LayoutEdge, LayoutGraph
from .result import Layout, PlacedEdge

_WIDE, _HIGH = 18.0, 20.0  # points
_BULGE = 1.3  # of its height: how far the handles of a curved loop reach
_SPREAD = 2.08  # of its width: how far they are apart
_FURTHER = 14.0  # points by which a loop is higher than one that has all four sides already
_COMPARED = 16  # loops of one node: there is no free side for further ones, which take the sides in turn
_CROSSINGS = 4  # of lines and loops, counted for each edge: if there are more, no side is free
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

    Graphviz keeps room for loops but lets other edges run through it.  Among orthogonal edges, they are rectangles.
    """
    waiting = {edge.key: edge for edge in graph.edges if edge.is_loop and edge.source in layout.nodes}
    if not waiting:
        return layout
    edges = dict(layout.edges)
    boxes = {id: node.box for id, node in layout.nodes.items()}
    sides = _SIDES[graph.direction]
    loops: Counter[str] = Counter()
    holders = graph.holders()
    tried: dict[int, list[PlacedEdge]] = {}
    """By key: a loop on each side; one for each of the further loops of a node."""
    for edge in waiting.values():
        before = loops[edge.source]
        loops[edge.source] += 1
        high = _HIGH + _FURTHER * (before // len(sides))
        chosen = sides if before < _COMPARED else (sides[before % len(sides)],)
        tried[edge.key] = [_loop(edge, boxes[edge.source], side, high, graph.is_ortho) for side in chosen]
        if before < _COMPARED and not graph.is_ortho:
            tried[edge.key].append(edges[edge.key])  # that of Graphviz: large, but with room kept for it
    around = _Surroundings(layout, boxes, tried)
    for edge in waiting.values():
        candidates = tried[edge.key]
        if len(candidates) > 1:
            within = next((layout.groups[id].box for id in holders[edge.source]), None)
            conflicts = [around.conflicts(line, edge.source, within) for line in candidates]
            candidates = [candidates[conflicts.index(min(conflicts))]]
            around.add(*candidates)
        (edges[edge.key],) = candidates
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


class _Surroundings:
    """Everything that a loop may conflict with: nodes, titles, and the edges that are in place, with their labels."""

    def __init__(self, layout: Layout, boxes: Mapping[str, Box], tried: Mapping[int, Sequence[PlacedEdge]]) -> None:
        titles = [group.label for group in layout.groups.values()]
        self._obstacles: BoxTree[tuple[str | None, Box]] = BoxTree(
            [*((box, (id, box)) for id, box in boxes.items()), *((box, (None, box)) for box in titles)]
        )
        """Nodes with their ids, and titles."""
        placed = [line for key, line in layout.edges.items() if key not in tried]
        self._labels: BoxTree[Box] = BoxTree((line.label, line.label) for line in placed if line.label)
        # Asked of each line, because the box around a long line holds many loops.
        compared = (loop for loops in tried.values() if len(loops) > 1 for loop in loops)
        parts = BoxTree((box, box) for box in {box: None for loop in compared for box in _boxes(loop)})
        crossed = (box for line in placed for box in parts.crossed(Trace(line.splines)))
        self._crossings = Counter(islice(crossed, _CROSSINGS * len(layout.edges)))
        """How many of these edges cross a part of a loop."""
        self._loops: BoxTree[Trace] = BoxTree()

    def add(self, loop: PlacedEdge) -> None:
        """Add a loop in its final place."""
        self._loops.add(Box.around_boxes(Box.around(spline.points) for spline in loop.splines), Trace(loop.splines))
        if loop.label:
            self._labels.add(loop.label, loop.label)

    def conflicts(self, loop: PlacedEdge, node: str, within: Box | None) -> tuple[int, int]:
        """Conflicts of a loop of *node*, and its label: with boxes and the border of the group; then with lines."""
        own = _boxes(loop)
        found = sum(not within.holds(box) for box in own) if within else 0
        for box in own:
            found += sum(id != node and box.overlaps(other) for id, other in self._obstacles.near(box))
            found += sum(box.overlaps(label) for label in self._labels.near(box))
        crossed = sum(trace.crosses(box) for box in own for trace in self._loops.near(box))
        return found, crossed + sum(self._crossings[box] for box in own)


def _boxes(loop: PlacedEdge) -> list[Box]:
    """The box around a loop, and that of its label."""
    line = Box.around([point for curve in (*loop.splines, *loop.arrowheads) for point in curve.points])
    return [line, loop.label] if loop.label else [line]
