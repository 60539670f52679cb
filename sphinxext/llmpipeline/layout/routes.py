"""Routes along the axes: paths between sides of boxes, the lines made of them, and places of labels beside lines."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice, pairwise, product
from typing import NamedTuple, TypeVar

from ..geometry.box_tree import BoxTree
from ..geometry.curves import arrow_length, arrow_size, arrowhead
from ..geometry.primitives import Box, Curve, Point, Side, Size, between, straight
from .borders import BORDER, EXACT, room
from .graph import LayoutEdge
from .result import PlacedEdge
from .routing_area import BESIDE, CLEAR, FURTHER, NEARER, Area, Path

STUB = 3.0
"""Points of a line that are seen between an end, or an arrowhead, and the corner after it."""
RADIUS = 7.0
"""Points: of corners."""
ENDS = 10.0
"""Points between the ends of two lines on one side."""
BESIDE_LINE = 4.0
"""Points between the border of a line and its label."""

_ROUND = 0.4477  # of the way from the corner: the handles of a quarter circle
_STEP = 6.0  # points between places that are tried for a label
_LANES = 12  # lanes that are tried beside two boxes, before those beside what is in the way
_GAPS = 4  # lanes that are tried, each nearest to the boxes in a gap between other parts
_FAR = 250.0  # points from two boxes to the farthest lane
_LANE = 8.0  # points between lanes
_OFF_OTHERS = ((FURTHER, 8.0, 24), (FURTHER, 1.0, None), (NEARER, 1.0, None))
"""Points between a label and the lines, and the labels, of other edges; and how many places are tried for these."""
_UPON = (0.5, 0.35, 0.65, 0.2, 0.8)  # of a leg, at which a label may stand upon it
_SHARES = (0.5, 0.25, 0.75, 0.0, 1.0)  # of the way between two boxes, where a line may run across
_FEW = 2  # places of a side that are tried for a line with one bend
_SEVERAL = 3  # and for one that returns to the same side

_Item = TypeVar("_Item")

OPPOSITE: Mapping[Side, Side] = {"left": "right", "right": "left", "bottom": "top", "top": "bottom"}
ACROSS: Mapping[Side, tuple[Side, Side]] = {
    "bottom": ("left", "right"),
    "right": ("top", "bottom"),
    "left": ("top", "bottom"),
    "top": ("left", "right"),
}


class Facing(NamedTuple):
    """Two sides that face each other, with the places where a line may end."""

    tail: Side
    head: Side
    start: float
    """Where the line begins, along its direction."""
    end: float
    tail_span: tuple[float, float]
    head_span: tuple[float, float]
    middles: tuple[float, float]
    """The places nearest to the middles of both boxes: tail, head."""

    @property
    def shared(self) -> tuple[float, float] | None:
        """The places across, at which a line may be straight; ``None`` if there are none."""
        low, high = (
            pick(pair) for pick, pair in zip((max, min), zip(self.tail_span, self.head_span, strict=True), strict=True)
        )
        return (low, high) if low <= high + EXACT else None


def facings(area: Area, edge: LayoutEdge, least: float, *, on_slants: bool = False) -> Iterator[Facing]:
    """The pairs of sides of the ends of *edge* that face each other, at least *least* points apart.

    Lines may end where the outline is on the side, or also *on_slants* beside it.
    """
    one, other = area.boxes[edge.source], area.boxes[edge.target]
    for tail, head in OPPOSITE.items():
        if area.hides_whole(edge.source, tail) or area.hides_whole(edge.target, head):
            continue
        start, end = position(one, tail), position(other, head)
        if outward(tail) * (end - start) >= least:
            if on_slants:
                spans = area.whole_side(edge.source, tail), area.whole_side(edge.target, head)
            else:
                spans = area.span(edge.source, tail, edge), area.span(edge.target, head, edge)
            middles = area.middle(edge.source, tail, edge), area.middle(edge.target, head, edge)
            yield Facing(tail, head, start, end, *spans, middles)


def point(side: Side, along: float, across: float) -> Point:
    """A point by its place along the direction of a line that ends at *side*, and across it."""
    return (across, along) if side in ("top", "bottom") else (along, across)


def position(box: Box, side: Side) -> float:
    """The place of a side of a box, across it."""
    return {"left": box.x0, "right": box.x1, "bottom": box.y0, "top": box.y1}[side]


def outward(side: Side) -> int:
    """The sign of the direction out of a box at a side."""
    return 1 if side in ("top", "right") else -1


def end_lengths(edge: LayoutEdge) -> tuple[float, float]:
    """Points from the tail, and from the head, to the nearest corner that a line may have."""
    tail, head = (arrow_length(edge.width) if tip else 0.0 for tip in edge.heads)
    return tail + STUB, head + STUB


def first_turns(area: Area, edge: LayoutEdge) -> tuple[float, float]:
    """Points from the tail, and from the head, to the nearest corner after which a line runs along that side."""
    tail, head = (
        max(length, BORDER) if id in area.layout.groups else length
        for id, length in zip((edge.source, edge.target), end_lengths(edge), strict=True)
    )
    return tail, head


def ports(
    area: Area, id: str, side: Side, edge: LayoutEdge, apart: float = ENDS, *, on_slants: bool = False
) -> list[float]:
    """Free places for *edge* at a side, *apart* from the ends of others, the middle first.

    They are where the outline is on the side, or also *on_slants* beside it.
    """
    if area.hides_whole(id, side):
        return []
    low, high = area.whole_side(id, side) if on_slants else area.span(id, side, edge)
    middle = area.middle(id, side, edge)
    taken = [(at, apart + room(edge) + room(other)) for at, other in area.taken(id, side).items()]
    places = {middle, *(at + sign * away for at, away in taken for sign in (1, -1))}
    free = (
        at
        for at in places
        if low - EXACT <= at <= high + EXACT and all(abs(at - one) > away - EXACT for one, away in taken)
    )
    return sorted(free, key=lambda at: (abs(at - middle), at))


# Lines


def drawn(edge: LayoutEdge, path: Path) -> PlacedEdge | None:
    """The line of a path, with round corners and arrowheads; ``None`` if a part is too short for these."""
    if min(math.dist(*leg) for leg in pairwise(path)) < STUB:
        return None
    points = [*path]
    heads = []
    size, length = arrow_size(edge.width), arrow_length(edge.width)
    for tip, (at, beside) in zip(edge.heads, ((0, 1), (-1, -2)), strict=True):
        if not tip:
            continue
        (x, y), inner = path[at], path[beside]
        away = math.dist((x, y), inner)
        if away < length + STUB - EXACT:
            return None
        towards = (x - inner[0]) / away, (y - inner[1]) / away
        heads.append(arrowhead((x, y), towards, size))
        points[at] = x - length * towards[0], y - length * towards[1]
    return PlacedEdge((_rounded(points),), tuple(heads), path=path)


def _rounded(points: Sequence[Point]) -> Curve:
    """A Bézier through corners that are round."""
    found = [points[0]]
    for number in range(1, len(points) - 1):
        before, corner, after = points[number - 1 : number + 2]
        legs = [math.dist(before, corner), math.dist(corner, after)]
        # Two corners share the part between them.
        shares = [1.0 if number == 1 else 2.0, 1.0 if number == len(points) - 2 else 2.0]
        cut = min(RADIUS, *(leg / share for leg, share in zip(legs, shares, strict=True)))
        begin, end = (between(corner, other, cut / leg) for other, leg in zip((before, after), legs, strict=True))
        found += straight(found[-1], begin)
        found += (between(corner, begin, _ROUND), between(corner, end, _ROUND), end)
    return Curve((*found, *straight(found[-1], points[-1])), bezier=True)


# Paths of single edges


def bent_paths(area: Area, edge: LayoutEdge) -> Iterator[Path]:
    """Paths of *edge* with one or two bends."""
    yield from _steps(area, edge)
    yield from corners(area, edge)
    yield from _returns(area, edge)


def _steps(area: Area, edge: LayoutEdge) -> Iterator[Path]:
    """Paths that leave one side, run across, and meet the side that faces it."""
    near, far = first_turns(area, edge)
    for tail, head, start, end, _, _, _ in facings(area, edge, near + far):
        first, last = start + outward(tail) * near, end + outward(head) * far
        begins, ends = ports(area, edge.source, tail, edge), ports(area, edge.target, head, edge)
        for share, begin, stop in product(_SHARES, begins, ends):
            if abs(begin - stop) > 2 * STUB:
                yield bent(tail, (start, begin), first + share * (last - first), (end, stop))
        for begin, stop in product(begins[:1], ends[:1]):
            way = Box.between(point(tail, first, begin), point(tail, last, stop))
            turns = [at for at in beside_blocks(area, way, tail) if min(first, last) <= at <= max(first, last)]
            for turn in turns if abs(begin - stop) > 2 * STUB else ():
                if area.is_open(edge, (), Box.between(point(tail, turn, begin), point(tail, turn, stop))):
                    yield bent(tail, (start, begin), turn, (end, stop))


def bent(side: Side, start: Point, turn: float, end: Point) -> Path:
    """A path with two bends; its places are along the direction at *side*, then across it."""
    return point(side, *start), point(side, turn, start[1]), point(side, turn, end[1]), point(side, *end)


def corners(area: Area, edge: LayoutEdge) -> Iterator[Path]:
    """Paths with one bend, from one side to a side that runs across it."""
    one, other = area.boxes[edge.source], area.boxes[edge.target]
    near, far = end_lengths(edge)
    for tail, heads in ACROSS.items():
        for head in heads:
            begins = ports(area, edge.source, tail, edge)[:_FEW]
            for begin, end in product(begins, ports(area, edge.target, head, edge)[:_FEW]):
                start, stop = position(one, tail), position(other, head)
                if outward(tail) * (end - start) >= near and outward(head) * (begin - stop) >= far:
                    yield point(tail, start, begin), point(tail, end, begin), point(tail, end, stop)


def _returns(area: Area, edge: LayoutEdge) -> Iterator[Path]:
    """Paths that leave a side, run beside both boxes, and come back to the same side of the other one."""
    boxes = area.boxes[edge.source], area.boxes[edge.target]
    reach = max(*end_lengths(edge), RADIUS)
    for side in _sides_beside(area, edge):
        out = outward(side)
        start, end = (position(box, side) for box in boxes)
        nearest = max(start, end, key=lambda at: out * at) + out * reach
        outwards = lanes_beside(area, boxes, side, nearest, _LANES, _FAR)
        begins = ports(area, edge.source, side, edge)[:_SEVERAL]
        places = [*product(begins, ports(area, edge.target, side, edge)[:_SEVERAL])]
        if not places:
            continue
        begin, stop = places[0]
        legs = {at: Box.between(point(side, at, begin), point(side, at, stop)) for at in outwards}
        free = {
            at: area.is_open(edge, (), leg) and not area.labels_near(leg.grown(FURTHER - EXACT))
            for at, leg in legs.items()
        }
        aside = {at: free[at] and area.keeps_off_nodes(leg.grown(BESIDE - EXACT)) for at, leg in legs.items()}
        free = aside if any(aside.values()) else free
        # Of lanes side by side, the nearest is enough: what is in the way of the rest of its path is in that of all.
        chosen = [
            at
            for at, before in zip(outwards, [math.inf, *outwards], strict=False)
            if free[at] and not free.get(before, False)
        ]
        for lane, (begin, stop) in product(chosen[:_GAPS], places):
            yield bent(side, (start, begin), lane, (end, stop))


def _sides_beside(area: Area, edge: LayoutEdge) -> tuple[Side, ...]:
    """The sides at which a line may return: beside the flow, or beside both boxes if these stand otherwise."""
    one, other = area.boxes[edge.source], area.boxes[edge.target]
    is_above = min(one.x1, other.x1) > max(one.x0, other.x0)
    is_beside = min(one.y1, other.y1) > max(one.y0, other.y0)
    sideways = area.runs_sideways(edge) if is_above == is_beside else is_beside
    return ("bottom", "top") if sideways else ("right", "left")


def lanes_beside(area: Area, boxes: Sequence[Box], side: Side, nearest: float, count: int, far: float) -> list[float]:
    """Places of lanes at a *side* of boxes, from the *nearest* outwards.

    They are the first *count* at even steps, and those before and after what stands at most *far* points away.
    """
    out, both = outward(side), Box.around_boxes(boxes)
    low, high = (both.y0, both.y1) if side in ("left", "right") else (both.x0, both.x1)
    way = Box.between(point(side, nearest, low), point(side, nearest + out * far, high))
    lanes = {nearest + out * lane * _LANE for lane in range(count)}
    lanes.update(at for at in beside_blocks(area, way, side) if 0 <= out * (at - nearest) <= far)
    return sorted(lanes, key=lambda at: out * at)


def beside_blocks(area: Area, way: Box, side: Side) -> list[float]:
    """Places, along the direction at *side*, just before and after what stands in a way."""
    blocks = area.blocks(way, side in ("left", "right"), (BESIDE, CLEAR), FURTHER)
    return sorted({at for block in blocks for at in block})


# Labels


def beside_path(label: Size, path: Path, legs: Sequence[int], sides: Sequence[int], width: float) -> Iterator[Box]:
    """Places of a label beside the *legs* of a path, from their middles outwards.

    *sides* are 1 for above and at the right, -1 for below and at the left.
    """
    away = BESIDE_LINE + width / 2
    for start, end in (path[number : number + 2] for number in legs):
        (x, y), shifts = between(start, end, 0.5), range(max(1, math.ceil(math.dist(start, end) / 2 / _STEP)))
        steps = [0.0, *(sign * step * _STEP for step in shifts[1:] for sign in (1, -1))]
        for step, side in product(steps, sides):
            if abs(start[0] - end[0]) < EXACT:
                yield Box.at((x + side * (away + label.width / 2), y + step), label.width, label.height)
            else:
                # Letters do not fill the height of their line.
                yield Box.at((x + step, y + side * (away - 1.0 + label.height / 2)), label.width, label.height)


def label_beside(
    area: Area,
    edge: LayoutEdge,
    path: Path,
    sides: Sequence[int] = (1, -1),
    *,
    inside: bool = False,
    legs: Sequence[int] = (),
) -> Box | None:
    """A free place for the label of *edge* at some *sides* of some *legs* of a path: by default, the longest first.

    With *inside*, it may be in a group around one end.
    """
    assert edge.label
    beside: BoxTree[object] = BoxTree((Box.between(*leg), None) for leg in pairwise(path))
    places = partial(beside_path, edge.label, path, legs or legs_by_length(path), sides, edge.width)
    return free_place(area, edge, places, beside, inside=inside)


def label_elsewhere(area: Area, edge: LayoutEdge, path: Path) -> Box:
    """A place for the label of *edge* if none is free outside of the groups around its ends: inside one of them.

    Without one, it is that upon the path, or beside it, at which the label is on least else.
    """
    assert edge.label
    if free := label_beside(area, edge, path, inside=True):
        return free
    places: list[Box] = []
    for number in legs_by_length(path):
        (x0, y0), (x1, y1) = path[number : number + 2]
        middles = ((x0 + share * (x1 - x0), y0 + share * (y1 - y0)) for share in _UPON)
        places += (Box.at(middle, edge.label.width, edge.label.height) for middle in middles)
    places += beside_path(edge.label, path, legs_by_length(path), (1, -1), edge.width)
    return min(places, key=area.covered)


def free_place(
    area: Area, edge: LayoutEdge, places: Callable[[], Iterator[Box]], beside: BoxTree[_Item], *, inside: bool = False
) -> Box | None:
    """The first free one of the *places* of a label, if there is one further from the lines and labels of other edges.

    *beside* and *inside* are those of :meth:`.Area.is_free_for_label`.
    """
    # Labels of loops around one another stand in a column, however close.
    for off_lines, off_labels, most in _OFF_OTHERS[edge.is_loop :]:
        for box in islice(places(), most):
            if area.is_free_for_label(edge, box, beside, (off_lines, off_labels), inside=inside):
                return box
    return None


def legs_by_length(path: Path) -> list[int]:
    """Numbers of the straight parts of a path, the longest first."""
    lengths = [math.dist(*leg) for leg in pairwise(path)]
    return sorted(range(len(lengths)), key=lambda number: -lengths[number])
