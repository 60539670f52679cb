"""Places of badges: repetitions and steps at the corners of nodes, and beside titles and labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, pairwise

from ..geometry.curves import flattened
from ..geometry.primitives import Box, Point, Size
from ..geometry.segments import vertices
from ..layout.result import Layout, PlacedNode
from ..text.typesetting import (
    BADGE_GAP,
    BADGE_MARGIN,
    BADGE_OVERHANG,
    BADGE_PADDING_Y,
    TextBlock,
    badge_size,
    step_size,
)


def obstacles_of(layout: Layout) -> list[Box]:
    """Boxes that a badge should not cover: arrowheads, lines in short pieces, labels of edges."""
    found: list[Box] = []
    for edge in layout.edges.values():
        found += [Box.around(head.points) for head in edge.arrowheads]
        found += [edge.label] if edge.label else []
        found += [Box.between(*piece) for spline in edge.splines for piece in pairwise(vertices(spline))]
    for callout in layout.callouts.values():
        found += [callout.box, *(Box.between(*piece) for piece in pairwise(vertices(callout.leader)))]
    return found


def group_badge(room: Box, title: TextBlock, badge: TextBlock) -> Box:
    """The badge of a group in the *room* of its title: at the right end of the first line, or below a wide title."""
    size = badge_size(badge.size)
    if title.lines and title.size.width < title.lines[0].width + BADGE_GAP + size.width:
        left, below = room.center[0] - title.size.width / 2, room.center[1] - title.size.height / 2
        return Box(left, below, left + size.width, below + size.height)
    top = room.center[1] + size.height / 2
    if title.lines:
        baseline = room.center[1] + title.size.height / 2 - title.lines[0].baseline
        top = baseline + badge.lines[0].baseline + BADGE_PADDING_Y
    right = room.x1 - BADGE_MARGIN
    return Box(right - size.width, top - size.height, right, top)


_BADGE_CLEARANCE = 1.0  # room between a badge and a label, or an obstacle
_BADGE_SLACK = 1e-9
_BADGE_PLACES = ((1, 1), (-1, 1), (0, 1), (1, -1), (-1, -1), (0, -1), (1, 0), (-1, 0))  # right and up, the best first


def node_badge(node: PlacedNode, text: Size, obstacles: Sequence[Box] = ()) -> Box:
    """The badge on the outline of a node: at its upper right corner, or at the place where it covers fewer obstacles.

    The label of the node stays clear.  *text* is the size of the badge's text.
    """
    return _freest_at(node, badge_size(text), _BADGE_PLACES, obstacles)


def step_badge(node: PlacedNode, text: Size, obstacles: Sequence[Box] = ()) -> Box:
    """The circle of a step, as :func:`node_badge`, but at the upper left corner if that is free."""
    return _freest_at(node, step_size(text), [(-right, up) for right, up in _BADGE_PLACES], obstacles)


def step_beside(label: Box, text: Size) -> Box:
    """The circle of a step at the left end of the box of an edge's label."""
    side = step_size(text).width
    middle = label.center[1]
    return Box(label.x0, middle - side / 2, label.x0 + side, middle + side / 2)


def _freest_at(node: PlacedNode, size: Size, at: Sequence[tuple[int, int]], obstacles: Sequence[Box]) -> Box:
    return freest((_badge_at(node, size, right, up) for right, up in at), obstacles)


def freest(boxes: Iterable[Box], obstacles: Sequence[Box]) -> Box:
    """The first of *boxes* that covers the fewest obstacles."""
    return min(boxes, key=lambda box: sum(box.overlaps(obstacle, -_BADGE_CLEARANCE) for obstacle in obstacles))


def _badge_at(node: PlacedNode, size: Size, right: int, up: int) -> Box:
    """The badge at a corner, or in the middle if *right* is 0, moved outwards if it would touch the label."""
    around, label = node.box, node.label
    middle = around.center
    corner_x = middle[0] + right * (around.width / 2 + BADGE_OVERHANG - size.width / 2)
    x, y = _crossing(node, (corner_x, middle[1] + up * around.height / 2))
    # How much further out the badge must be to stand beside the label, or else above or below it.
    beside = (label.width + size.width) / 2 + _BADGE_CLEARANCE - right * (x - label.center[0])
    above = (label.height + size.height) / 2 + _BADGE_CLEARANCE - up * (y - label.center[1])
    if min(beside, above) > 0:
        x, y = (x + right * beside, y) if right and beside < above else (x, y + up * above)
    return Box(x - size.width / 2, y - size.height / 2, x + size.width / 2, y + size.height / 2)


def _crossing(node: PlacedNode, towards: Point) -> Point:
    """The point at which the line from the centre of a node towards a point leaves the outline."""
    x, y = node.box.center
    dx, dy = towards[0] - x, towards[1] - y
    furthest = 0.0
    for start, end in chain.from_iterable(pairwise(flattened(outline)) for outline in node.outlines):
        side_x, side_y = end[0] - start[0], end[1] - start[1]
        if across := dx * side_y - dy * side_x:
            from_x, from_y = start[0] - x, start[1] - y
            way, along_side = (from_x * side_y - from_y * side_x) / across, (from_x * dy - from_y * dx) / across
            if -_BADGE_SLACK <= along_side <= 1 + _BADGE_SLACK:
                furthest = max(furthest, way)
    return x + furthest * dx, y + furthest * dy
