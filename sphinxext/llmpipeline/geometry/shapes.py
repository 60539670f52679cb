"""Shapes of nodes: the size of each around its label, and its curves.

Graphviz gets the size of a node and its nearest outline, at which edges end.  Its own sizes of slanted polygons are for
the worst case: its hexagon around "Reward" is twice as wide as the word.  Here a shape fits the rectangle of its label.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache

from ..records import record
from .curves import flattened
from .primitives import Box, Curve, Point, Side, Size, straight
from .round_shapes import (
    DOT,
    MEETING,
    circle,
    circle_size,
    dots,
    ellipse,
    ellipsis_size,
    half_ellipse,
    point,
    point_size,
)

Contour = Callable[[Box, float], tuple[Curve, ...]]
"""The box of a node and the corner radius of ``rounded``, in points → the filled outline, then the lines on it."""

Corner = tuple[float, float, float]
"""A corner of a polygon: x, y and radius."""

Measure = Callable[[Size, float, float], Size]
"""The size of a label, and the padding of a plain box beside and above it, in points → the size of the shape."""

Fit = Callable[[float, float, float], float]
"""x and y of a point from the middle, half the height of an outline → half the width at which the outline holds it."""

CUT = 8.0  # cut off the corners of an octagon
FOLD = 9.0  # side of the folded corner of a note
SLANT = 11.0  # horizontal extent of a slanted side and of the points of a hexagon
LID = 4.0  # half the height of the lid of a cylinder
DEPTH = 5.0  # of a box in perspective
LUG = 5.0  # length of the outer half of a lug of a component
TAB = 6.0  # height of a tab
BAR = 6.0  # distance of a line from the side beside it
PILL = 24.0  # greatest radius of a stadium: with many lines, it is not a circle
_TAB_WIDTH = 30.0
_SMALL = 0.3  # radius of corners of all other shapes, relative to that of ``rounded``
_BEHIND = 1.5  # points that an outline may be behind the side of its box where a line ends
_SLANTED = ("parallelogram", "trapezium", "invtrapezium")
_NEAR_X, _NEAR_Y = 0.35, 0.3  # parts of the padding that slants leave: text has no ink in the corners of its box


@record
class Room:
    """Room for the details of a shape, in points, in addition to the padding of a plain box."""

    left: float = 0.0
    right: float = 0.0
    top: float = 0.0
    bottom: float = 0.0


@record
class Shape:
    """A shape of nodes."""

    outline: Contour
    room: Room = Room()
    fit: Fit | None = None
    """Width of shapes with sides that are not upright; ``None`` if all are upright."""
    measure: Measure | None = None
    """Size of shapes that do not follow the sides of their label."""
    dot: float = 0.0
    """Diameter, in points, of the dots of which it consists, without an outline; 0 for other shapes."""
    graphviz: str = "box"
    """Graphviz's name of its nearest outline."""

    def size(self, label: Size, padding_x: float, padding_y: float) -> Size:
        """The size of the shape around *label*; a plain box has the padding, in points, on each of its sides."""
        if self.measure:
            return self.measure(label, padding_x, padding_y)
        half_width, half_height = label.width / 2 + padding_x, label.height / 2 + padding_y
        if self.fit:
            near = label.width / 2 + _NEAR_X * padding_x, label.height / 2 + _NEAR_Y * padding_y
            half_height += (self.room.top + self.room.bottom) / 2
            half_width = max(half_width + (self.room.left + self.room.right) / 2, self.fit(*near, half_height))
            return Size(2 * half_width, 2 * half_height)
        room = self.room
        return Size(2 * half_width + room.left + room.right, 2 * half_height + room.top + room.bottom)

    def label_box(self, label: Box) -> Box:
        """The box of the label, from its box in the middle of the node."""
        room = self.room
        return label.moved((room.left - room.right) / 2, (room.bottom - room.top) / 2)


def polygon(corners: Sequence[Corner]) -> Curve:
    """A closed outline with arcs for corners, which shrink if they would overlap on a short side.

    >>> polygon([(0, 0, 0), (4, 0, 0), (0, 3, 0)])
    Curve(points=((0, 0), (4, 0), (0, 3)), bezier=False, closed=True)
    """
    if not any(radius for *_, radius in corners):
        return Curve(tuple((x, y) for x, y, _ in corners), closed=True)
    points: list[Point] = []
    for index, (x, y, radius) in enumerate(corners):
        before, after = corners[index - 1], corners[(index + 1) % len(corners)]
        arc = _arc((x, y), before[:2], after[:2], radius)
        points += [*straight(points[-1], arc[0]), *arc[1:]] if points else arc
    return Curve((*points, *straight(points[-1], points[0])), bezier=True, closed=True)


def _arc(corner: Point, before: Point, after: Point, radius: float) -> tuple[Point, Point, Point, Point]:
    """A Bézier that rounds *corner* between its neighbours."""
    one, other = math.dist(corner, before), math.dist(corner, after)
    to_one = (before[0] - corner[0]) / one, (before[1] - corner[1]) / one
    to_other = (after[0] - corner[0]) / other, (after[1] - corner[1]) / other
    cosine = max(-1.0, min(1.0, to_one[0] * to_other[0] + to_one[1] * to_other[1]))
    half_angle = math.acos(cosine) / 2
    cut = min(radius / math.tan(half_angle), one / 2, other / 2)
    # The circle touches both sides at distance *cut* from the corner, and the arc turns by π minus the angle.
    handle = cut - 4 / 3 * math.tan((math.pi / 2 - half_angle) / 2) * cut * math.tan(half_angle)
    at = [(cut, to_one), (handle, to_one), (handle, to_other), (cut, to_other)]
    a, b, c, d = ((corner[0] + length * x, corner[1] + length * y) for length, (x, y) in at)
    return a, b, c, d


def _ring(points: Sequence[Point], radius: float) -> Curve:
    return polygon([(x, y, radius) for x, y in points])


def _line(*points: Point) -> Curve:
    return Curve(points)


def _at_most(measure: float, box: Box, part: float = 1 / 3) -> float:
    """A fixed *measure*, or *part* of the smaller side of a box that is too small for it."""
    return min(measure, part * box.width, part * box.height)


def rounded(box: Box, radius: float) -> tuple[Curve, ...]:
    """A box with round corners."""
    return (_ring(box.corners, radius),)


def plain(box: Box, radius: float) -> tuple[Curve, ...]:
    """A box."""
    return (_ring(box.corners, _SMALL * radius),)


def stadium(box: Box, radius: float) -> tuple[Curve, ...]:  # noqa: ARG001 -- the signature of all shapes
    """A box between two half circles of a radius of at most :data:`PILL`."""
    return (_ring(box.corners, min(PILL, box.width / 2, box.height / 2)),)


def lined(box: Box, radius: float) -> tuple[Curve, ...]:
    """A box with a line beside its left side."""
    x = box.x0 + _at_most(BAR, box)
    return (*plain(box, radius), _line((x, box.y0), (x, box.y1)))


def subroutine(box: Box, radius: float) -> tuple[Curve, ...]:
    """A box with a line beside its left and its right side."""
    x = box.x1 - _at_most(BAR, box)
    return (*lined(box, radius), _line((x, box.y0), (x, box.y1)))


def note(box: Box, radius: float) -> tuple[Curve, ...]:
    """A sheet with a folded corner."""
    small, fold = _SMALL * radius, _at_most(FOLD, box)
    x, y = box.x1 - fold, box.y1 - fold
    outline = polygon(
        [(box.x0, box.y0, small), (box.x1, box.y0, small), (box.x1, y, 0), (x, box.y1, 0), (box.x0, box.y1, small)]
    )
    return outline, _line((x, box.y1), (x, y), (box.x1, y))


def tab(box: Box, radius: float) -> tuple[Curve, ...]:
    """A box with a tab on its upper left corner."""
    return _tabbed(box, radius, slant=0.0)


def folder(box: Box, radius: float) -> tuple[Curve, ...]:
    """A box with a slanted tab and no line below it."""
    return _tabbed(box, radius, slant=_at_most(TAB, box))[:1]


def _tabbed(box: Box, radius: float, slant: float) -> tuple[Curve, ...]:
    small, height = _SMALL * radius, _at_most(TAB, box)
    x, y = box.x0 + min(_TAB_WIDTH, box.width / 2), box.y1 - height
    outline = polygon(
        [
            (box.x0, box.y0, small), (box.x1, box.y0, small), (box.x1, y, small),
            (x + slant, y, 0), (x, box.y1, small), (box.x0, box.y1, small),
        ]
    )  # fmt: skip
    return outline, _line((box.x0, y), (x, y))


def box3d(box: Box, radius: float) -> tuple[Curve, ...]:
    """A flat box in perspective."""
    small, depth = _SMALL * radius, _at_most(DEPTH, box)
    x, y = box.x1 - depth, box.y1 - depth
    outline = polygon(
        [
            (box.x0, box.y0, small), (x, box.y0, 0), (box.x1, box.y0 + depth, 0),
            (box.x1, box.y1, small), (box.x0 + depth, box.y1, 0), (box.x0, y, 0),
        ]
    )  # fmt: skip
    return outline, _line((box.x0, y), (x, y), (x, box.y0)), _line((x, y), (box.x1, box.y1))


def component(box: Box, radius: float) -> tuple[Curve, ...]:
    """A box with two lugs on its left side, and room for an arrowhead between them."""
    small, lug = _SMALL * radius, _at_most(LUG, box, 1 / 7)
    left, inner, middle = box.x0 + lug, box.x0 + 2 * lug, box.center[1]
    edges = [middle + 2 * lug, middle + lug, middle - lug, middle - 2 * lug]
    corners = [(box.x0, edges[0]), (box.x0, edges[1]), (left, edges[1])]
    corners += [(left, edges[2]), (box.x0, edges[2]), (box.x0, edges[3]), (left, edges[3])]
    outline = polygon(
        [
            (box.x0 + lug, box.y0, small), (box.x1, box.y0, small), (box.x1, box.y1, small), (left, box.y1, small),
            (left, edges[0], 0), *((x, y, 0) for x, y in corners),
        ]
    )  # fmt: skip
    lugs = [
        _line((left, top), (inner, top), (inner, bottom), (left, bottom))
        for top, bottom in ((edges[0], edges[1]), (edges[2], edges[3]))
    ]
    return (outline, *lugs)


def cylinder(box: Box, radius: float) -> tuple[Curve, ...]:  # noqa: ARG001 -- the signature of all shapes
    """A cylinder with a flat lid."""
    lid = _at_most(LID, box, 1 / 6)
    top, bottom = box.y1 - lid, box.y0 + lid
    left_top, right_bottom = (box.x0, top), (box.x1, bottom)
    above = half_ellipse(box, top, lid)
    below = half_ellipse(box, bottom, -lid)[::-1]
    outline = (left_top, *above, *straight((box.x1, top), right_bottom), *below[1:], (box.x0, bottom))
    closing = straight((box.x0, bottom), left_top)
    return (
        Curve((*outline, *closing), bezier=True, closed=True),
        Curve((left_top, *half_ellipse(box, top, -lid)), bezier=True),
    )


def diamond(box: Box, radius: float) -> tuple[Curve, ...]:  # noqa: ARG001 -- the signature of all shapes
    """A rhombus; its corners are not rounded, because edges end at them."""
    x, y = box.center
    return (_ring([(x, box.y0), (box.x1, y), (x, box.y1), (box.x0, y)], 0),)


def hexagon(box: Box, radius: float) -> tuple[Curve, ...]:
    """A box with a point at either side."""
    depth, y = _at_most(SLANT, box), box.center[1]
    left, right = box.x0 + depth, box.x1 - depth
    points = [(left, box.y0), (right, box.y0), (box.x1, y), (right, box.y1), (left, box.y1), (box.x0, y)]
    return (_ring(points, _SMALL * radius),)


def octagon(box: Box, radius: float) -> tuple[Curve, ...]:
    """A box with corners cut off."""
    cut = _at_most(CUT, box)
    points = [
        (box.x0 + cut, box.y0), (box.x1 - cut, box.y0), (box.x1, box.y0 + cut), (box.x1, box.y1 - cut),
        (box.x1 - cut, box.y1), (box.x0 + cut, box.y1), (box.x0, box.y1 - cut), (box.x0, box.y0 + cut),
    ]  # fmt: skip
    return (_ring(points, _SMALL * radius),)


def _slanted(*inwards: int) -> Contour:
    """A box whose corners, anticlockwise from the lower left one, are moved *inwards* by that many slants."""

    def contour(box: Box, radius: float) -> tuple[Curve, ...]:
        slant = _at_most(SLANT, box)
        points = [
            (x + slant * inward if x == box.x0 else x - slant * inward, y)
            for (x, y), inward in zip(box.corners, inwards, strict=True)
        ]
        return (_ring(points, _SMALL * radius),)

    return contour


def _cut(measure: float) -> Fit:
    """Fit of corners cut off at 45 degrees."""
    return lambda x, y, half_height: x + max(0.0, measure - (half_height - y))


def _round(largest: float) -> Fit:
    """Fit of round corners of radius *largest*, or of half the height if that is less."""

    def fit(x: float, y: float, half_height: float) -> float:
        radius = min(largest, half_height)
        above = max(0.0, radius - (half_height - y))
        return max(x + radius - math.sqrt(radius**2 - above**2), radius)

    return fit


def _lean(x: float, y: float, half_height: float) -> float:
    """Fit of slanted sides from the bottom to the top of the box."""
    return x + SLANT * (half_height + y) / (2 * half_height)


def _point(x: float, y: float, half_height: float) -> float:
    """Fit of sides with a point at half the height."""
    return x + SLANT * y / half_height


def _rhombus(x: float, y: float, half_height: float) -> float:
    return x / (1 - y / half_height)


def _ellipse(x: float, y: float, half_height: float) -> float:
    return x / math.sqrt(1 - (y / half_height) ** 2)


_LEANING = Room(left=SLANT / 2, right=SLANT / 2)  # the label is as far from the middle of a slant as from a side

parallelogram = _slanted(0, 1, 0, 1)
trapezium = _slanted(0, 0, 1, 1)
invtrapezium = _slanted(1, 1, 0, 0)

SHAPES: dict[str, Shape] = {
    "box": Shape(plain),
    "cell": Shape(lambda box, _: (box.outline(),)),
    "rounded": Shape(rounded),
    "stadium": Shape(stadium, fit=_round(PILL)),
    "lined": Shape(lined, Room(left=BAR)),
    "subroutine": Shape(subroutine, Room(left=BAR, right=BAR)),
    "note": Shape(note, fit=_cut(FOLD)),
    "tab": Shape(tab, Room(top=TAB)),
    "folder": Shape(folder, Room(top=TAB)),
    "box3d": Shape(box3d, Room(right=DEPTH, top=DEPTH)),
    "component": Shape(component, Room(left=2 * LUG)),
    "cylinder": Shape(cylinder, Room(top=2 * LID, bottom=LID / 2)),
    "ellipse": Shape(ellipse, Room(top=3, bottom=3), _ellipse, graphviz="ellipse"),
    "circle": Shape(circle, measure=circle_size, graphviz="ellipse"),
    "diamond": Shape(diamond, Room(top=12, bottom=12), _rhombus, graphviz="diamond"),
    "hexagon": Shape(hexagon, _LEANING, _point),
    "octagon": Shape(octagon, fit=_cut(CUT)),
    "parallelogram": Shape(parallelogram, _LEANING, _lean),
    "trapezium": Shape(trapezium, _LEANING, _lean),
    "invtrapezium": Shape(invtrapezium, _LEANING, _lean),
    "dots": Shape(dots, measure=ellipsis_size, dot=DOT),
    "point": Shape(point, measure=point_size, dot=MEETING, graphviz="ellipse"),
}
"""All shapes by name; names are Graphviz's, except ``rounded``, ``stadium``, ``lined``, ``subroutine`` and ``dots``."""

FREE_SHAPES = tuple(name for name, shape in SHAPES.items() if not shape.dot)
"""Shapes that any kind of nodes may have."""


@lru_cache(maxsize=1 << 9)
def flat_part(shape: str, width: float, height: float, radius: float, side: Side) -> tuple[float, float]:
    """The part of a side at which a line may end, from the lower or left corner: where the outline is on the side."""
    upright = side in ("left", "right")
    length = height if upright else width
    if shape == "point":
        return length / 2, length / 2
    if (upright and shape in _SLANTED) or (not upright and shape == "cylinder"):
        return 0.0, length  # lines are clipped to the outline
    points = flattened(SHAPES[shape].outline(Box(0.0, 0.0, width, height), radius)[0])
    limit = {"left": _BEHIND, "right": width - _BEHIND, "bottom": _BEHIND, "top": height - _BEHIND}[side]
    sign = 1.0 if side in ("left", "bottom") else -1.0
    near = [y if upright else x for x, y in points if sign * (x if upright else y) <= sign * limit]
    return (min(near), max(near)) if near else (length / 2, length / 2)


# Piles of sheets, each a little further to the right and up

_SHEETS = 2
_STEP = 4.0  # points

DEPTH_OF_PILE = _SHEETS * _STEP
"""Points that the sheets behind a shape take at the right and at the top."""


def sheets(front: Curve) -> tuple[Curve, ...]:
    """The sheets behind the outline of a shape, the furthest first."""
    return tuple(front.moved(number * _STEP, number * _STEP) for number in range(_SHEETS, 0, -1))


def without_sheets(box: Box, depth: float) -> Box:
    """The box of a shape, from the box around it and sheets of some *depth*.

    >>> without_sheets(Box(0.0, 0.0, 30.0, 20.0), 8.0)
    Box(x0=0.0, y0=0.0, x1=22.0, y1=12.0)
    """
    return Box(box.x0, box.y0, box.x1 - depth, box.y1 - depth)
