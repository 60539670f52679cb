"""Untidiness of a finished layout: crooked chains, rows and orders that are not kept, gaps, groups out of line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from ..geometry.primitives import Box
from .drawn import Drawn
from .gaps import Axis, tight_gaps
from .structure import Pair, Structure
from .verdict import Fault

_EVEN = 1.0  # points: places that differ by less are equal
_FEW = 12.0  # points: places that differ by more are meant to


def untidy(drawn: Drawn) -> Iterator[Fault]:
    """All faults of tidiness but those of the area as a whole."""
    structure = _Structure(drawn)
    yield from _spines(structure)
    yield from _rows(structure)
    yield from _orders(structure)
    yield from _gaps(structure)
    yield from _groups(structure)


class _Structure(Structure):
    """What belongs together, and the boxes of its parts."""

    def __init__(self, drawn: Drawn) -> None:
        super().__init__(drawn.graph)
        self.boxes = drawn.boxes
        self.nodes = drawn.nodes
        self.groups = drawn.groups


def _spines(of: _Structure) -> Iterator[Fault]:
    """Links of chains whose ends are not on one axis."""
    for one, two in (*of.links, *of.stacked):
        box, other = of.boxes[one], of.boxes[two]
        sideways = of.is_sideways(of.common(one, two))
        axis: Axis = 1 if sideways else 0
        lean = of.lean(two, axis) - of.lean(one, axis)
        off = abs(_centers(box, other, sideways=not sideways) + (-lean if sideways else lean))
        if _is_apart(box, other, sideways=sideways) and off > _EVEN:
            yield Fault.of("crooked-spine", one, two, amount=min(2.0, 0.5 + off / 40))


def _centers(one: Box, other: Box, *, sideways: bool) -> float:
    """How much further right, or down, the centre of *other* is."""
    if sideways:
        return (other.x0 + other.x1 - one.x0 - one.x1) / 2
    return (one.y0 + one.y1 - other.y0 - other.y1) / 2


def _is_apart(one: Box, other: Box, *, sideways: bool) -> bool:
    """Whether one box is beside the other, or above it."""
    if sideways:
        return one.x1 <= other.x0 or other.x1 <= one.x0
    return one.y1 <= other.y0 or other.y1 <= one.y0


def _start(box: Box, *, sideways: bool) -> float:
    """The left edge of a box, or its top, measured to the right or down."""
    return box.x0 if sideways else -box.y1


def _rows(of: _Structure) -> Iterator[Fault]:
    """Siblings that are not in one row, or whose edges in it nearly meet."""
    seen: set[frozenset[str]] = set()
    stacked = [stack.members for stack in of.graph.stacks]
    by_cells = {node.id for node in of.graph.nodes if node.anchor}
    fans = [ids for ids in of.fans if not any(members.issuperset(ids) for members in stacked)]
    for ids in (*of.graph.aligned, *fans):
        placed = [id for id in ids if id in of.nodes]
        if len(placed) < 2:
            continue
        home = of.common(placed[0], placed[-1])
        sideways = of.is_sideways(home)
        placed.sort(key=lambda one: _start(of.nodes[one], sideways=sideways))
        middle = of.nodes[placed[len(placed) // 2]]
        out = [id for id in placed if _is_apart(of.nodes[id], middle, sideways=sideways)]
        for id in out:
            yield Fault.of("out-of-row", id)
        within = [id for id in placed if id not in out and id not in by_cells]
        yield from _uneven(of, within, seen, home, sideways=sideways)
    for group, ids in of.unjoined.items():
        nodes = [id for id in ids if id in of.nodes]
        for sideways in (False, True):
            yield from _uneven(of, nodes, seen, group, sideways=sideways)


def _uneven(
    of: _Structure, ids: Sequence[str], seen: set[frozenset[str]], group: str | None, *, sideways: bool
) -> Iterator[Fault]:
    """Neighbours in a row whose tops differ a little; if *sideways*, in a column, whose left edges and axes do."""
    ordered = sorted(ids, key=lambda one: _start(of.nodes[one], sideways=not sideways))
    centred = not sideways and of.are_joined(ids)
    for one, two in pairwise(ordered):
        box, other = of.nodes[one], of.nodes[two]
        if not _is_apart(box, other, sideways=not sideways) or _is_apart(box, other, sideways=sideways):
            continue
        if sideways:
            meet = [box.x0 - other.x0, box.x1 - other.x1, _centers(box, other, sideways=True)]
        else:
            meet = [box.y1 - other.y1, *([box.y0 - other.y0] if of.direction(group) == "BT" else [])]
            if centred:
                meet.append(_centers(box, other, sideways=False))
        nearly = _EVEN < abs(meet[0]) <= _FEW and all(abs(by) > _EVEN for by in meet)
        if nearly and frozenset((one, two)) not in seen:
            seen.add(frozenset((one, two)))
            yield Fault.of("uneven-row", one, two)


def _orders(of: _Structure) -> Iterator[Fault]:
    """Neighbours in the text that stand the other way round."""
    seen: set[Pair] = set()
    for one, two in (pair for ids in of.listed for pair in pairwise(id for id in ids if id in of.boxes)):
        sideways = of.is_sideways(of.common(one, two))
        box, other = of.boxes[one], of.boxes[two]
        # Of one rank, and beside each other in it.
        if (
            (one, two) not in seen
            and not _is_apart(box, other, sideways=sideways)
            and _is_apart(box, other, sideways=not sideways)
            and _centers(box, other, sideways=not sideways) < 0
        ):
            seen.add((one, two))
            yield Fault.of("out-of-order", one, two)
    for group, ids in of.unjoined.items():
        direction = of.direction(group)
        for one, two in pairwise(ids):
            box, other = of.boxes[one], of.boxes[two]
            for sideways, against in ((True, "RL"), (False, "BT")):
                if _is_apart(box, other, sideways=sideways) and not _is_apart(box, other, sideways=not sideways):
                    onward = _centers(box, other, sideways=sideways)
                    if (onward < 0) != (direction == against) and (one, two) not in seen:
                        seen.add((one, two))
                        yield Fault.of("out-of-order", one, two)


def _gaps(of: _Structure) -> Iterator[Fault]:
    """Members of one group that are nearer to each other than the style allows."""
    for first, second, _, gap, needed in tight_gaps(of, of.boxes):
        yield Fault.of("tight-gap", first, second, amount=0.5 + (needed - gap) / needed)


def _groups(of: _Structure) -> Iterator[Fault]:
    """Groups that follow each other the wrong way round, or off one axis; neighbours whose edges nearly meet."""
    seen: set[frozenset[str]] = set()
    for one, two in of.chained:
        box, other = of.groups[one], of.groups[two]
        sideways = of.is_sideways(of.parents[one])
        if not _is_apart(box, other, sideways=sideways):
            is_beside = _is_apart(box, other, sideways=not sideways)
            is_listed = any({one, two} <= {*ids} for ids in of.graph.aligned)
            if is_beside and not is_listed and _centers(box, other, sideways=not sideways) < 0:
                yield Fault.of("out-of-order", one, two)
            continue
        seen.add(frozenset((one, two)))
        by = abs(_start(box, sideways=not sideways) - _start(other, sideways=not sideways))
        if min(by, abs(_centers(box, other, sideways=not sideways))) > _EVEN:
            yield Fault.of("uneven-groups" if by <= _FEW else "off-axis-groups", one, two)
    for ids in of.members.values():
        groups = [id for id in ids if id in of.groups]
        for sideways in (False, True):
            yield from _uneven_groups(of, groups, seen, sideways=sideways)


def _uneven_groups(of: _Structure, ids: Iterable[str], seen: set[frozenset[str]], *, sideways: bool) -> Iterator[Fault]:
    """Neighbours in a row whose tops differ a little; if *sideways*, in a column, whose left edges do."""
    for one, two in pairwise(sorted(ids, key=lambda one: _start(of.groups[one], sideways=not sideways))):
        box, other = of.groups[one], of.groups[two]
        if (
            frozenset((one, two)) not in seen
            and _is_apart(box, other, sideways=not sideways)
            and not _is_apart(box, other, sideways=sideways)
        ):
            by = abs(_start(box, sideways=sideways) - _start(other, sideways=sideways))
            if by <= _FEW and min(by, abs(_centers(box, other, sideways=sideways))) > _EVEN:
                yield Fault.of("uneven-groups", one, two)
