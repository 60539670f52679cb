"""Badges: pills that say how often a node or a group is repeated, and where they sit."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ..geometry.curves import flattened
from ..geometry.primitives import Box, PlacedNode, Point, Size

GAP = 8.0
"""Points between the title of a group and its badge."""
_PADDING_X, _PADDING_Y = 5.0, 0.5
_OVERHANG = 6.0  # how far a badge stands out over the corner of a node
_CLEAR = 1.0  # room between a badge and a label, or an obstacle
_SLACK = 1e-9
_PLACES = ((1, 1), (-1, 1), (0, 1), (1, -1), (-1, -1), (0, -1))  # to the right and up, the best first


def pill_size(text: Size) -> Size:
    """The size of the badge around *text*."""
    return Size(text.width + 2 * _PADDING_X, text.height + 2 * _PADDING_Y)


def least_label(text: Size, padding_x: float) -> float:
    """The width of a label whose node is wider than its badge, so that edges may meet it at either side."""
    return pill_size(text).width + 2 * (_OVERHANG - padding_x)


def on_node(node: PlacedNode, text: Size, obstacles: Sequence[Box] = ()) -> Box:
    """The badge on the outline of a node: at its upper right corner, or where it covers fewer obstacles.

    Args:
        node: the node; its label stays clear.
        text: size of the badge's text.
        obstacles: what a badge had better not cover.
    """
    size = pill_size(text)
    places = [_at(node, size, right, up) for right, up in _PLACES]
    return min(places, key=lambda badge: sum(badge.overlaps(obstacle, -_CLEAR) for obstacle in obstacles))


def _at(node: PlacedNode, size: Size, right: int, up: int) -> Box:
    """The badge at a corner, or in the middle where *right* is 0, moved outwards where it would touch the label."""
    around, label = node.box, node.label
    middle = around.center
    corner_x = middle[0] + right * (around.width / 2 + _OVERHANG - size.width / 2)
    x, y = _crossing(node, (corner_x, middle[1] + up * around.height / 2))
    # How much further out the badge must be to stand beside the label, or else above or below it.
    beside = (label.width + size.width) / 2 + _CLEAR - right * (x - label.center[0])
    above = (label.height + size.height) / 2 + _CLEAR - up * (y - label.center[1])
    if min(beside, above) > 0:
        x, y = (x + right * beside, y) if right and beside < above else (x, y + up * above)
    return Box(x - size.width / 2, y - size.height / 2, x + size.width / 2, y + size.height / 2)


def in_group(title: Box, text: Size, baseline: float, text_baseline: float) -> Box:
    """The badge at the right end of the room that the title of a group has, on a line with the title.

    Args:
        title: the box of the title, which has room for the badge.
        text: size of the badge's text.
        baseline: height of the baseline of the title's first line.
        text_baseline: that of the badge's text, in points below its top.
    """
    size = pill_size(text)
    top = baseline + text_baseline + _PADDING_Y
    return Box(title.x1 - size.width, top - size.height, title.x1, top)


def _crossing(node: PlacedNode, towards: Point) -> Point:
    """Where the way from the middle of a node to a point at its side leaves the outline."""
    x, y = node.box.center
    dx, dy = towards[0] - x, towards[1] - y
    furthest = 0.0
    for start, end in pairwise(flattened(node.outline[0])):
        side_x, side_y = end[0] - start[0], end[1] - start[1]
        if across := dx * side_y - dy * side_x:
            from_x, from_y = start[0] - x, start[1] - y
            way, along_side = (from_x * side_y - from_y * side_x) / across, (from_x * dy - from_y * dx) / across
            if -_SLACK <= along_side <= 1 + _SLACK:
                furthest = max(furthest, way)
    return x + furthest * dx, y + furthest * dy
