"""Untidiness of a finished layout: crooked chains, rows and orders that are not kept, gaps, groups out of line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise

from ..geometry.box_tree import BoxTree
from ..geometry.primitives import Box
from ..model.vocabulary import Direction
from .digraph import GROUP_GAP
from .drawn import INSIDE, Drawn
from .graph import SIDEWAYS, LayoutEdge
from .ordering import back_edges
from .verdict import Fault

_EVEN = 1.0  # points: places that differ by less are equal
_FEW = 12.0  # points: places that differ by more are meant to
_SHORT = 1.0  # points that a gap may be below that of the style: Graphviz rounds
_DETOUR = 3  # edges of a path beside which an edge is a skip
_FOLLOWED = 48  # nodes and edges that are followed to find such a path

Pair = tuple[str, str]


def untidy(drawn: Drawn) -> Iterator[Fault]:
    """All faults of tidiness but those of the area as a whole."""
    structure = _Structure(drawn)
    yield from _spines(structure)
    yield from _rows(structure)
    yield from _orders(structure)
    yield from _gaps(structure)
    yield from _groups(structure)


class _Structure:
    """What belongs together, from the graph alone, and the boxes of its parts."""

    def __init__(self, drawn: Drawn) -> None:
        graph = drawn.graph
        self.graph = graph
        self.boxes = drawn.boxes
        self.nodes = drawn.nodes
        self.groups = drawn.groups
        self.holders = drawn.holders
        self.parents = {id: around[0] if around else None for id, around in self.holders.items()}
        own = {group.id: group.direction for group in graph.groups}
        self._directions: dict[str | None, Direction] = {None: graph.direction}
        for id in own:
            found = next((own[around] for around in (id, *self.holders[id]) if own[around]), None)
            self._directions[id] = found or graph.direction
        ids = [*(group.id for group in graph.groups), *(node.id for node in graph.nodes)]
        back = back_edges(ids, graph.edges)
        self.forward = [edge for edge in graph.edges if edge.key not in back and _flows(edge)]

    def common(self, one: str, other: str) -> str | None:
        """The innermost group around both."""
        around = self.holders[other]
        return next((id for id in self.holders[one] if id in around), None)

    def is_sideways(self, group: str | None) -> bool:
        """Whether the ranks of a group stand side by side."""
        return self._directions[group] in SIDEWAYS

    def direction(self, group: str | None) -> Direction:
        """The direction of a group."""
        return self._directions[group]

    @cached_property
    def siblings(self) -> list[tuple[str, str, LayoutEdge]]:
        """Each edge between two members of one group, or of the top level, in which its ends are; they differ."""
        paths = {id: (*reversed(around), id) for id, around in self.holders.items()}
        found = []
        for edge in self.graph.edges:
            for one, other in zip(paths[edge.source], paths[edge.target], strict=False):
                if one != other:
                    found.append((one, other, edge))
                    break
        return found

    @cached_property
    def members(self) -> dict[str | None, list[str]]:
        """Members of each group and of the top level, in the order of the text."""
        pipeline = self.graph.pipeline
        lines = {node.id: node.line for node in pipeline.nodes} | {group.id: group.line for group in pipeline.groups}
        found: dict[str | None, list[str]] = defaultdict(list)
        for id in sorted((id for id in self.parents if id in self.boxes), key=lambda one: lines.get(one, 0)):
            found[self.parents[id]].append(id)
        return found

    @cached_property
    def unjoined(self) -> dict[str, list[str]]:
        """Of each group, the members that no edge joins to other members."""
        joined = {id for one, other, _ in self.siblings for id in (one, other)}
        groups = {id: inside for id, inside in self.members.items() if id in self.groups}
        return {str(id): [one for one in inside if one not in joined] for id, inside in groups.items()}

    @cached_property
    def fans(self) -> list[list[str]]:
        """Nodes of one group that follow the same others: they are to stand in one row."""
        aligned = {id for ids in self.graph.aligned for id in ids}
        leading: dict[str, set[str]] = defaultdict(set)
        for edge in self.forward:
            leading[edge.target].add(edge.source)
        found: dict[tuple[str | None, frozenset[str]], list[str]] = defaultdict(list)
        for id in self.nodes:
            if id in leading and id not in aligned:
                found[self.parents[id], frozenset(leading[id])].append(id)
        return [ids for ids in found.values() if len(ids) > 1]


def _flows(edge: LayoutEdge) -> bool:
    return edge.kind != "feedback" and not edge.is_loop


def _spines(of: _Structure) -> Iterator[Fault]:
    """Links of chains whose ends are not on one axis."""
    after: dict[str, dict[str, None]] = defaultdict(dict)
    for edge in of.forward:
        after[edge.source][edge.target] = None
    links = {one: [two for two in found if not _is_skip(one, two, after)] for one, found in after.items()}
    before: dict[str, int] = defaultdict(int)
    for found in links.values():
        for two in found:
            before[two] += 1
    for one, found in links.items():
        if len(found) != 1 or before[found[0]] != 1 or one not in of.nodes or found[0] not in of.nodes:
            continue
        box, other = of.nodes[one], of.nodes[found[0]]
        sideways = of.is_sideways(of.common(one, found[0]))
        off = abs(_centers(box, other, sideways=not sideways))
        if _is_apart(box, other, sideways=sideways) and off > _EVEN:
            yield Fault.of("crooked-spine", one, found[0], amount=min(2.0, 0.5 + off / 40))


def _is_skip(one: str, other: str, after: Mapping[str, dict[str, None]]) -> bool:
    """Whether a short path leads from *one* to *other* beside the edge between them."""
    reached = after[one]
    left = _FOLLOWED
    for _ in range(_DETOUR - 1):
        ahead: dict[str, None] = {}
        for id in reached:
            further = after.get(id, {})
            if id != other and other in further:
                return True
            left -= 1 + len(further)
            if left < 0:
                return False
            ahead |= further if id != other else {}
        reached = ahead
    return False


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
    for ids in (*of.graph.aligned, *of.fans):
        placed = [id for id in ids if id in of.nodes]
        home = of.common(placed[0], placed[-1])
        sideways = of.is_sideways(home)
        placed.sort(key=lambda one: _start(of.nodes[one], sideways=sideways))
        middle = of.nodes[placed[len(placed) // 2]]
        out = [id for id in placed if _is_apart(of.nodes[id], middle, sideways=sideways)]
        for id in out:
            yield Fault.of("out-of-row", id)
        within = [id for id in placed if id not in out]
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
    for one, two in pairwise(ordered):
        box, other = of.nodes[one], of.nodes[two]
        if not _is_apart(box, other, sideways=not sideways) or _is_apart(box, other, sideways=sideways):
            continue
        if sideways:
            meet = [box.x0 - other.x0, box.x1 - other.x1, _centers(box, other, sideways=True)]
        else:
            meet = [box.y1 - other.y1, *([box.y0 - other.y0] if of.direction(group) == "BT" else [])]
        nearly = _EVEN < abs(meet[0]) <= _FEW and all(abs(by) > _EVEN for by in meet)
        if nearly and frozenset((one, two)) not in seen:
            seen.add(frozenset((one, two)))
            yield Fault.of("uneven-row", one, two)


def _orders(of: _Structure) -> Iterator[Fault]:
    """Neighbours in the text that stand the other way round."""
    seen: set[Pair] = set()
    for one, two in _promised(of):
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


def _promised(of: _Structure) -> Iterator[Pair]:
    """Neighbours in the lists of ``align``, and among the targets of a statement."""
    for ids in of.graph.aligned:
        yield from pairwise(id for id in ids if id in of.boxes)
    targets: dict[tuple[str, int], list[str]] = defaultdict(list)
    for edge in of.forward:
        line = of.graph.pipeline.edges[edge.key].line
        if line:
            targets[edge.source, line].append(edge.target)
    for found in targets.values():
        yield from pairwise(dict.fromkeys(found))


def _gaps(of: _Structure) -> Iterator[Fault]:
    """Members of one group that are nearer to each other than the style allows."""
    style = of.graph.style
    widest = max(style.node_gap, style.rank_gap, 2 * GROUP_GAP)
    for group, ids in of.members.items():
        if len(ids) < 2:
            continue
        sideways = of.is_sideways(group)
        near: BoxTree[str] = BoxTree()
        for id in ids:
            box = of.boxes[id]
            for other in near.near(box.grown(widest)):
                beside, above = _gap(box, of.boxes[other], sideways=True), _gap(box, of.boxes[other], sideways=False)
                if min(beside, above) >= 0 or max(beside, above) < -INSIDE:
                    continue  # at a slant, or on one another
                is_along = (beside >= 0) == sideways
                needed = style.rank_gap if is_along else style.node_gap
                if id in of.groups or other in of.groups:
                    needed = min(needed, 2 * GROUP_GAP)
                gap = max(beside, above)
                if gap < needed - _SHORT:
                    yield Fault.of("tight-gap", other, id, amount=0.5 + (needed - gap) / needed)
            near.add(box, id)


def _gap(one: Box, other: Box, *, sideways: bool) -> float:
    """Points between two boxes; negative if they share some."""
    if sideways:
        return max(one.x0 - other.x1, other.x0 - one.x1)
    return max(one.y0 - other.y1, other.y0 - one.y1)


def _groups(of: _Structure) -> Iterator[Fault]:
    """Groups that follow each other without a common axis, and neighbours whose edges nearly meet."""
    seen: set[frozenset[str]] = set()
    for one, two in _chained(of):
        box, other = of.groups[one], of.groups[two]
        sideways = of.is_sideways(of.parents[one])
        if not _is_apart(box, other, sideways=sideways):
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


def _chained(of: _Structure) -> Iterator[Pair]:
    """Groups of which one follows the other alone."""
    forward = {edge.key for edge in of.forward}
    after: dict[str, set[str]] = defaultdict(set)
    before: dict[str, set[str]] = defaultdict(set)
    for one, other, edge in of.siblings:
        if edge.key in forward:
            after[one].add(other)
            before[other].add(one)
    for one, found in after.items():
        two = next(iter(found))
        if len(found) == 1 and len(before[two]) == 1 and one in of.groups and two in of.groups:
            yield one, two
