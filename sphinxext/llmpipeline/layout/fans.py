"""Fans: edges that begin or end at one side of a box run along one trunk, with round corners where it splits."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from ..geometry.primitives import Box, Side
from ..model.steps import statements
from ..records import record
from .borders import EXACT
from .graph import LayoutEdge
from .placement import Route, put, said_once
from .routes import ENDS, STUB, Facing, bent, beside_blocks, end_lengths, facings, first_turns, outward, point, ports
from .routing_area import Area, Path

_MIXED = 4  # edges of a fan with two that could be straight, and as many others
_KINK = 2 * STUB  # points: a line of a fan that turns by less is straight instead
_SHARES = (0.5, 0.35, 0.65, 0.2, 0.8, 0.0, 1.0)  # of the way between the ends, where a trunk may split


@record
class _Hub:
    """The side at which a fan begins or ends, and what its edges have in common."""

    id: str
    side: Side
    is_tail: bool
    kind: str
    width: float
    fan: int | None = None
    """Of a fan with one label."""
    home: str | None = None
    """The innermost group around all ends of a fan-in: nobody would see which line comes from outside of it."""


def _fans(area: Area, *, labelled: bool = False) -> Mapping[_Hub, list[tuple[LayoutEdge, Facing]]]:
    """Edges without a path that begin or end at one side of a box; or with *labelled*, those of fans with one label."""
    fans: dict[_Hub, list[tuple[LayoutEdge, Facing]]] = defaultdict(list)
    for edge in area.graph.edges:
        if edge.is_loop or edge.key in area.paths or edge.kind == "feedback" or (labelled and edge.fan is None):
            continue
        fan = edge.fan if labelled else None
        along = ("left", "right") if area.runs_sideways(edge) else ("top", "bottom")
        for facing in facings(area, edge, sum(end_lengths(edge))):
            if facing.tail in along:
                fans[_Hub(edge.source, facing.tail, True, edge.kind, edge.width, fan)].append((edge, facing))
                hub = _Hub(edge.target, facing.head, False, edge.kind, edge.width, fan, area.home(edge))
                fans[hub].append((edge, facing))
    return {hub: _side_by_side(area, hub, members) for hub, members in fans.items()}


def _side_by_side(
    area: Area, hub: _Hub, members: Sequence[tuple[LayoutEdge, Facing]]
) -> list[tuple[LayoutEdge, Facing]]:
    """The members of a fan but for those whose leaf is a group around that of another one."""
    inner = area.inner([_leaf(edge, hub) for edge, _ in members])
    return [member for member in members if _leaf(member[0], hub) in inner]


def _leaf(edge: LayoutEdge, hub: _Hub) -> str:
    return edge.target if hub.is_tail else edge.source


def of_mixed_fans(area: Area) -> set[int]:
    """Keys of edges that could be straight lines, but side by side would part the other edges of their fan."""
    found: set[int] = set()
    ends = Counter(end for edge in area.graph.edges for end in ((edge.source, True), (edge.target, False)))
    if max(ends.values(), default=0) < _MIXED:
        return found
    for members in _fans(area).values():
        straight = [edge.key for edge, facing in members if facing.shared]
        if 1 < len(straight) <= len(members) / 2:
            found.update(straight)
    return found


def route_labelled_fans(area: Area) -> None:
    """Route the fans for which one label beside the common end is enough."""
    if all(edge.fan is None for edge in area.graph.edges):
        return
    for hub, members in _fans(area, labelled=True).items():
        for routes in _fan(area, hub, members):
            if (once := said_once(area, routes)) and put(area, once):
                break


def route_fans(area: Area, *, partly: bool = False) -> None:
    """Route fans, the largest first.

    With *partly*, route those members of a fan that have a free way by themselves, and single edges that join a trunk.
    """
    numbers = statements(area.graph.pipeline.edges)
    for hub, members in sorted(_fans(area).items(), key=lambda item: -len(item[1])):
        if area.is_exhausted:
            return
        waiting = [(edge, facing) for edge, facing in members if edge.key not in area.paths]
        leaves = {_leaf(edge, hub) for edge, _ in waiting}
        if len(leaves) < len(waiting):
            continue
        if partly and len(waiting) > 1:
            waiting = [*_free_members(area, hub, waiting)]
        if not _put_fan(area, hub, waiting, join=partly) and not partly:
            for some in _by_statement(waiting, numbers):
                _put_fan(area, hub, some)


def _put_fan(area: Area, hub: _Hub, members: Sequence[tuple[LayoutEdge, Facing]], *, join: bool = False) -> bool:
    """Route members of a fan, if there is a way for them; with *join*, also a single one that joins a trunk."""
    if len(members) > 1 or (join and members and _trunks(area, hub)):
        return any(put(area, routes) for routes in _fan(area, hub, members))
    return False


def _by_statement(
    members: Sequence[tuple[LayoutEdge, Facing]], numbers: Sequence[int]
) -> Iterator[Sequence[tuple[LayoutEdge, Facing]]]:
    """The members of a fan by the *numbers* of the statements that declare them, if these are several."""
    found: dict[int, list[tuple[LayoutEdge, Facing]]] = defaultdict(list)
    for member in members:
        found[numbers[member[0].key]].append(member)
    if len(found) > 1:
        yield from found.values()


def _free_members(
    area: Area, hub: _Hub, members: Sequence[tuple[LayoutEdge, Facing]]
) -> Sequence[tuple[LayoutEdge, Facing]]:
    """The members of a fan that have a free way by themselves; none if all have."""
    free = {
        route.edge.key
        for routes in _fan(area, hub, members)
        for route in routes
        if area.is_free(route.edge, route.path)
    }
    return [] if len(free) == len(members) else [member for member in members if member[0].key in free]


def _trunks(area: Area, hub: _Hub) -> list[float]:
    """The places of the hub where lines begin or end that an edge of the fan may share."""
    return [
        at
        for at, other in area.taken(hub.id, hub.side).items()
        if (other.kind, other.width) == (hub.kind, hub.width)
        and other.fan is None
        and (hub.id == other.source if hub.is_tail else (hub.id, hub.home) == (other.target, area.home(other)))
    ]


def _fan(area: Area, hub: _Hub, members: Sequence[tuple[LayoutEdge, Facing]]) -> Iterator[list[Route]]:
    """Lines of all edges of a fan that begin, or end, at one place."""
    edge, facing = members[0]
    near, far = first_turns(area, edge) if hub.is_tail else first_turns(area, edge)[::-1]
    base = facing.start if hub.is_tail else facing.end
    sign = outward(hub.side)
    front = min((facing.end if hub.is_tail else facing.start for _, facing in members), key=lambda at: sign * at)
    start, stop = base + sign * near, front - sign * far
    leaves = [facing.middles[1 if hub.is_tail else 0] for _, facing in members]
    way = Box.between(point(hub.side, start, min(leaves)), point(hub.side, stop, max(leaves)))
    turns = [start + share * (stop - start) for share in _SHARES]
    turns += [at for at in beside_blocks(area, way, hub.side) if min(start, stop) <= at <= max(start, stop)]
    for port, turn in product([*_trunks(area, hub), *ports(area, hub.id, hub.side, edge)], turns):
        if area.is_exhausted:
            return
        area.effort += len(members)
        if routes := _split(area, hub, members, (base, port), turn):
            yield routes


def _is_free_end(area: Area, id: str, side: Side, edge: LayoutEdge, at: float) -> bool:
    """Whether *edge* may end at a place of a side."""
    low, high = area.span(id, side, edge)
    return low <= at <= high and all(abs(at - other) >= ENDS for other in area.taken(id, side))


def _split(
    area: Area, hub: _Hub, members: Sequence[tuple[LayoutEdge, Facing]], start: tuple[float, float], turn: float
) -> list[Route]:
    """The paths of a trunk that begins at *start* and splits at *turn*; none if a leaf has no free place."""
    routes = []
    for edge, facing in members:
        leaf, side, front = (
            (edge.target, facing.head, facing.end) if hub.is_tail else (edge.source, facing.tail, facing.start)
        )
        free = ports(area, leaf, side, edge)
        if not free:
            return []
        middle = area.middle(leaf, side, edge)
        # Of two places at both sides of a line, that from which the way does not cross it.
        place = min(free, key=lambda at: (round(abs(at - middle), 3), abs(at - start[1])))
        if abs(start[1] - place) < _KINK and _is_free_end(area, leaf, side, edge, start[1]):
            place = start[1]
        path: Path = bent(hub.side, start, turn, (front, place))
        if abs(start[1] - place) < EXACT:
            path = path[0], path[-1]
        own = len(path) - 2  # the leg that it shares with no other edge
        legs: tuple[int, ...] = (own, 1) if own else (0,)
        if not hub.is_tail:
            path, legs = path[::-1], tuple(len(path) - 2 - leg for leg in legs)
        routes.append(Route(edge, path, legs, enters=True))
    return routes
