"""Faults of callouts in a finished layout: on something else, far from their targets, led through something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..geometry.box_tree import BoxTree
from ..geometry.primitives import Box
from ..geometry.segments import Segment, box_around, length, meeting, part_inside, point_distance, side_by_side
from .callout_boxes import GAP, box_gap
from .drawn import DENSE, INSIDE, Drawn, Note, sides
from .verdict import Fault

_END = 1.5  # points between the end of a leader and the outline of its target, at most
_NEARER = 0.5  # points by which another node beside a callout is nearer than its target
_ON = 3.0  # points: a leader so near to a line is on it …
_ALONG = 8.0  # … if it runs beside it for so many


def callout_faults(drawn: Drawn) -> Iterator[Fault]:
    """All faults of callouts."""
    if not drawn.callouts:
        return
    nodes = BoxTree((box, id) for id, box in drawn.nodes.items())
    texts = BoxTree((box, box) for box in _texts(drawn))
    for note in drawn.callouts:
        yield from _of_box(drawn, note, nodes, texts)
        yield from _of_leader(drawn, note, nodes, texts)
        yield from _among_lines(drawn, note)
    yield from _among_callouts(drawn.callouts)


def _among_callouts(notes: Sequence[Note]) -> Iterator[Fault]:
    """Callouts on one another, and leaders through others or across their leaders."""
    parts = [BoxTree((box_around(part), part) for part in note.segments) for note in notes]
    for first, second in _neighbours(notes):
        one, other = notes[first], notes[second]
        if one.placed.box.overlaps(other.placed.box, INSIDE):
            yield Fault.of("overlap", one.name, other.name)
        for note, further in ((one, other), (other, one)):
            if _strikes(note.segments, further.placed.box):
                yield Fault.of("through-part", note.name, further.name)
        if any(meeting(part, near) for part in one.segments for near in parts[second].near(box_around(part))):
            yield Fault.of("crossing", one.name, other.name)


def _neighbours(notes: Sequence[Note]) -> Iterator[tuple[int, int]]:
    """The numbers of callouts that are, with their leaders, near each other."""
    wholes = [Box.around_boxes([note.placed.box, *map(box_around, note.segments)]) for note in notes]
    tree = BoxTree((whole, number) for number, whole in enumerate(wholes))
    for number, whole in enumerate(wholes):
        yield from ((number, other) for other in sorted(tree.near(whole)) if other > number)


def _texts(drawn: Drawn) -> Iterator[Box]:
    """Labels of edges and titles."""
    yield from (line.label for line in drawn.lines if line.label)
    yield from drawn.titles.values()


def _of_box(drawn: Drawn, note: Note, nodes: BoxTree[str], texts: BoxTree[Box]) -> Iterator[Fault]:
    """Faults of the place of a callout."""
    box, own = note.placed.box, box_gap(note.placed.box, drawn.boxes[note.target])
    for id in nodes.near(box.grown(GAP)):
        if box.overlaps(drawn.nodes[id], INSIDE):
            yield Fault.of("overlap", id, note.name)
        elif id == note.target or note.target in drawn.holders[id]:
            continue
        elif box_gap(box, drawn.nodes[id]) < min(own, GAP) - _NEARER:
            yield Fault.of("strange-callout", note.name, id)
    for text in texts.near(box):
        if box.overlaps(text, INSIDE):
            yield Fault.of("overlap", note.name)
    for key in sorted({stretch.line.key for stretch in drawn.near(box) if _strikes(stretch.parts, box)}):
        yield Fault.of("struck-callout", key, note.name)
    for id, border in drawn.groups.items():
        if box.overlaps(border, INSIDE):
            is_within = id in drawn.holders[note.target] and border.holds(box, INSIDE)
            if not is_within:
                yield Fault.of("overlap", id, note.name)


def _of_leader(drawn: Drawn, note: Note, nodes: BoxTree[str], texts: BoxTree[Box]) -> Iterator[Fault]:
    """Faults of the line to the target."""
    *_, (_, _, x, y) = note.segments
    if min(point_distance(part, (x, y)) for part in drawn.outline(note.target)) > _END:
        yield Fault.of("loose-end", note.name, note.target)
    around = Box.around(note.placed.leader.points)
    for id in nodes.near(around):
        if drawn.is_beside(id, note.target):
            if _strikes(note.segments, drawn.layout.nodes[id].label):
                yield Fault.of("through-part", note.name, id)
        elif drawn.length_inside(id, note.segments) > INSIDE:
            yield Fault.of("through-part", note.name, id)
    if any(_strikes(note.segments, text) for text in texts.near(around)):
        yield Fault.of("through-part", note.name)
    for id, border in drawn.groups.items():
        if id != note.target and note.target not in drawn.holders[id]:
            along = sum(side_by_side(side, part, _ON) for side in sides(border) for part in note.segments)
            if along > _ALONG:
                yield Fault.of("along-border", note.name, id)


def _among_lines(drawn: Drawn, note: Note) -> Iterator[Fault]:
    """Lines that a leader crosses or runs on."""
    around = Box.around(note.placed.leader.points)
    near = {stretch.line.key: stretch.line for stretch in drawn.near(around.grown(_ON), DENSE)}
    for key, line in sorted(near.items()):
        pairs = [(one, two) for one in note.segments for two in line.segments]
        if sum(side_by_side(one, two, _ON) for one, two in pairs) > _ALONG:
            yield Fault.of("through-part", note.name, key)
        elif any(meeting(one, two) for one, two in pairs):
            yield Fault.of("crossing", key, note.name)


def _strikes(parts: list[Segment], box: Box) -> bool:
    """Whether segments run through a box."""
    inside = (part_inside(part, box, INSIDE) for part in parts)
    return sum(length(part) for part in inside if part) > INSIDE
