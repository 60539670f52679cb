"""Faults of labels and titles in a finished layout, and parts on one another."""

from __future__ import annotations

from collections.abc import Iterator

from ..geometry.box_tree import BoxTree
from ..geometry.primitives import Box
from ..geometry.segments import Segment, box_around, box_distance, length, part_inside, side_by_side
from .drawn import DENSE, INSIDE, SAME, Drawn, Line, sides
from .graph import LayoutEdge
from .verdict import Fault

_FAR = 6.0  # points between a label and its line, at most
_FURTHEST = 40.0  # points from a label, within which another line may be nearer
_NEARER = 0.5  # points by which another line is nearer to a label
_CLEARLY = 16.0  # points by which a label is nearer to its own line than to another, where there is no doubt
_DOUBTFUL = 2.0  # points by which another line is further from a label, where a reader must look twice
_EVEN = 0.3  # points by which another line is further from a label, although it has one of its own
_UNDER = 6.0  # points between two texts, one below the other, that do not read as lines of one text
_BESIDE = 8.0  # points between two texts in one row that do not read as words of one text
_ALIKE = 0.5  # of the width, or height, of the smaller one of two texts: the other one is below, or beside it


def label_faults(drawn: Drawn) -> Iterator[Fault]:
    """Labels and titles that are far from their lines, struck, cut, or on something else."""
    for line in drawn.lines:
        if line.label:
            yield from _label(drawn, line, line.label)
    for id, title in drawn.titles.items():
        struck = {stretch.line.key for stretch in drawn.near(title) if _strikes(stretch.parts, title)}
        for key in sorted(struck):
            yield Fault.of("struck-title", key, id)
    yield from _cells(drawn)
    yield from _overlaps(drawn)
    yield from _crowded(drawn)


def _cells(drawn: Drawn) -> Iterator[Fault]:
    """Texts of cells that are struck by lines to inner cells of their table."""
    for id in (id for group in drawn.graph.groups for id in group.cells):
        text = drawn.layout.nodes[id].label
        across = {
            stretch.line.key
            for stretch in drawn.near(text)
            if drawn.is_beside_end(id, stretch.line.edge) and _strikes(stretch.parts, text)
        }
        yield from (Fault.of("struck-label", key, id) for key in sorted(across))


def _label(drawn: Drawn, line: Line, label: Box) -> Iterator[Fault]:
    own = _distance(line, line.segments, label)
    if own > _FAR:
        yield Fault.of("far-label", line.key, amount=min(2.0, 0.5 + own / (2 * _FAR)))
    nearer: set[int] = set()
    doubtful: set[int] = set()
    struck: set[int] = set()
    for other in drawn.near(label.grown(min(own + line.edge.width + _DOUBTFUL, _FURTHEST)), DENSE):
        if _strikes(other.parts, label):
            struck.add(other.line.key)
        is_own = other.line is line or (line.edge.fan is not None and line.edge.fan == other.line.edge.fan)
        if is_own or other.line.key in nearer:
            continue
        away = _distance(other.line, other.parts, label)
        if away < own - _NEARER or (away < own + _NEARER and _is_shared(line, other.line, label)):
            nearer.add(other.line.key)
        elif away < own + (_EVEN if _has_own(other.line, line) else _DOUBTFUL):
            doubtful.add(other.line.key)
    for key in sorted(nearer):
        yield Fault.of("strange-label", line.key, key)
    for key in sorted(doubtful - nearer - struck):
        yield Fault.of("doubtful-label", line.key, key)
    for key in sorted(struck):
        yield Fault.of("struck-label", key, line.key)


def _has_own(line: Line, other: Line) -> bool:
    """Whether a line has a label of its own, which is clearly nearer to it than to another one."""
    if line.label is None:
        return False
    own = _distance(line, line.segments, line.label)
    return own + _CLEARLY <= _distance(other, other.segments, line.label)


def _is_shared(line: Line, other: Line, label: Box) -> bool:
    """Whether another line runs upon that of a label where this is beside it."""
    near = label.grown(_FAR)
    beside = [part for segment in line.segments if (part := part_inside(segment, near))]
    shared = sum(side_by_side(part, segment, SAME) for part in beside for segment in other.segments)
    return shared > sum(map(length, beside)) / 2


def _distance(line: Line, parts: list[Segment], label: Box) -> float:
    """Points from a label to the border of a line, of which *parts* are looked at."""
    return min(box_distance(part, label) for part in parts) - line.edge.width / 2


def _strikes(parts: list[Segment], text: Box) -> bool:
    inside = (part_inside(part, text, INSIDE) for part in parts)
    return sum(length(part) for part in inside if part) > INSIDE


def _overlaps(drawn: Drawn) -> Iterator[Fault]:
    """Parts on one another, and labels and titles that borders run through."""
    near: BoxTree[tuple[str, str | int, Box]] = BoxTree()
    for what, id, box in _boxes(drawn):
        for other, owner, place in near.near(box, DENSE):
            if not box.overlaps(place, INSIDE):
                continue
            if other == "node" and what != "node" and not _on_node(drawn, str(owner), box):
                continue
            yield Fault.of("overlap", owner, id)
        near.add(box, (what, id, box))
    for id, border in drawn.groups.items():
        cut = {
            (what, owner): box
            for side in sides(border)
            for what, owner, box in near.near(box_around(side))
            if box.overlaps(border, INSIDE) and not border.holds(box, INSIDE)
        }
        for what, owner in cut:
            yield Fault.of("overlap" if what == "node" else "cut-label", owner, id)


def _crowded(drawn: Drawn) -> Iterator[Fault]:
    """Labels that read as one text with another one, or with the title of a group in which they stand."""
    near: BoxTree[tuple[Line, Box]] = BoxTree()
    for line in drawn.lines:
        if not line.label:
            continue
        around = line.label.grown(max(_UNDER, _BESIDE))
        for other, label in near.near(around):
            if not _says_same(line.edge, other.edge) and _reads_on(line.label, label):
                yield Fault.of("crowded-label", other.key, line.key)
        for id, title in drawn.titles.items():
            if id in drawn.groups and drawn.groups[id].holds(line.label) and _reads_on(line.label, title):
                yield Fault.of("crowded-label", line.key, id)
        near.add(line.label, (line, line.label))


def _says_same(edge: LayoutEdge, other: LayoutEdge) -> bool:
    """Whether two labels are one label of a fan that is said twice."""
    return edge.fan is not None and edge.fan == other.fan


def _reads_on(one: Box, other: Box) -> bool:
    """Whether two texts, which are not on one another, read as lines or as words of one; they may just touch."""
    beside = min(one.x1, other.x1) - max(one.x0, other.x0)
    above = min(one.y1, other.y1) - max(one.y0, other.y0)
    is_below = -_UNDER < above <= INSIDE and beside > _ALIKE * min(one.width, other.width)
    is_beside = -_BESIDE < beside <= INSIDE and above > _ALIKE * min(one.height, other.height)
    return is_below or is_beside


def _boxes(drawn: Drawn) -> Iterator[tuple[str, str | int, Box]]:
    """Nodes, then texts beside them."""
    for id, box in drawn.nodes.items():
        yield "node", id, box
    for line in drawn.lines:
        if line.label:
            yield "label", line.key, line.label
    for id, box in drawn.titles.items():
        yield "title", id, box


def _on_node(drawn: Drawn, id: str, text: Box) -> bool:
    """Whether a text that overlaps the box of a node is on its shape."""
    return drawn.is_within(id, text.center) or any(part_inside(part, text, INSIDE) for part in drawn.outline(id))
