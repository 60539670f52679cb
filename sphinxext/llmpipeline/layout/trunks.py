"""Trunks of stacks: lines that run beside a column, and enter or leave its parts at their sides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..geometry.primitives import Box, Side
from ..records import record
from .borders import EXACT
from .graph import LayoutEdge, Stack
from .routes import end_lengths, ports
from .routing_area import APART, Area, Path
from .stacks import LANE

_LANES = 5  # lanes beside a column that are tried
_LEVELS = 3  # heights below or above a hub, at which a trunk may turn

StackRoute = tuple[LayoutEdge, Path, tuple[int, ...]]
"""An edge, its path, and the legs at which its label may stand, the best first."""


@record
class _Fan:
    """Edges between one hub above or below a column and parts of the column."""

    hub: str
    side: Side
    """Of the column, at which the trunk runs."""
    lane: float
    """Where the trunk is to run."""
    edges: Sequence[LayoutEdge]


def stack_routes(area: Area, least: int = 1) -> Iterator[Iterator[list[StackRoute]]]:
    """For each fan of at *least* so many edges of each stack, the largest first: its routes, the best first."""
    fans = [fan for stack in area.graph.stacks for fan in _fans(area, stack) if len(fan.edges) >= least]
    for fan in sorted(fans, key=lambda fan: -len(fan.edges)):
        if waiting := [edge for edge in fan.edges if edge.key not in area.paths]:
            yield _routes(area, replace(fan, edges=waiting))


def _fans(area: Area, stack: Stack) -> Iterator[_Fan]:
    """The fans of a stack; of several edges between the same two parts, one is in a fan."""
    inside = stack.members
    column = Box.around_boxes(area.boxes[id] for id in inside)
    fans: dict[tuple[str, Side, str, float], dict[str, LayoutEdge]] = defaultdict(dict)
    for edge in area.graph.edges:
        enters, leaves = (not inside.isdisjoint((id, *area.around[id])) for id in (edge.target, edge.source))
        if enters and not leaves:
            fans[edge.source, "left", edge.kind, edge.width].setdefault(edge.target, edge)
        elif leaves and not enters:
            fans[edge.target, "right", edge.kind, edge.width].setdefault(edge.source, edge)
    for (hub, side, _, _), edges in fans.items():
        lane = column.x0 - stack.left + LANE / 2 if side == "left" else column.x1 + stack.right - LANE / 2
        if hub not in (end for leaf in edges for end in area.around[leaf]):
            yield _Fan(hub, side, lane, [edges[leaf] for leaf in edges if leaf in area.inner(edges)])


def _leaf(edge: LayoutEdge, hub: str) -> str:
    return edge.target if edge.source == hub else edge.source


def _routes(area: Area, fan: _Fan) -> Iterator[list[StackRoute]]:
    """Routes of all edges of a fan along one trunk, in each lane."""
    out = -1 if fan.side == "left" else 1
    lanes = [fan.lane + out * number * APART for number in range(_LANES)]
    for facing in ("bottom", "top"):
        # Straight below the end of a short side, which may be nearer to the column.
        low, high = area.span(fan.hub, facing, fan.edges[0])
        nearest = min(max(fan.lane, low), high)
        if EXACT < abs(nearest - fan.lane) <= LANE:
            lanes.insert(0, nearest)
        lanes += [at for at in (low, high) if at != nearest and abs(at - fan.lane) <= LANE]
    for lane in lanes:
        for start in _starts(area, fan, lane):
            routes: list[StackRoute] = []
            for edge in fan.edges:
                leaf = _leaf(edge, fan.hub)
                free = ports(area, leaf, fan.side, edge)
                if not free:
                    break
                box = area.boxes[leaf]
                path = (*start, (start[-1][0], free[0]), (box.x0 if fan.side == "left" else box.x1, free[0]))
                own, trunk = len(path) - 2, len(path) - 3
                if fan.hub != edge.source:
                    path, own, trunk = path[::-1], 0, 1
                routes.append((edge, path, (own, trunk)))
            else:
                yield routes


def _starts(area: Area, fan: _Fan, lane: float) -> Iterator[Path]:
    """The corners from the hub to a lane: straight, by a turn below or above the hub, or from its side."""
    edge = fan.edges[0]
    hub, leaf = area.boxes[fan.hub], area.boxes[_leaf(edge, fan.hub)]
    is_above = hub.y0 >= leaf.y1
    if not is_above and hub.y1 > leaf.y0:
        return
    facing: Side = "bottom" if is_above else "top"
    end = hub.y0 if is_above else hub.y1
    low, high = area.span(fan.hub, facing, edge)
    at = min(max(lane, low), high)
    if abs(at - lane) <= EXACT:
        yield ((lane, end),)
        return
    near = end_lengths(edge)[edge.source != fan.hub]
    for level in range(_LEVELS):
        turn = end + (near + level * APART) * (-1 if is_above else 1)
        yield (at, end), (at, turn), (lane, turn)
    side: Side = "left" if lane < hub.x0 else "right"
    for place in ports(area, fan.hub, side, edge)[:1]:
        yield (hub.x0 if side == "left" else hub.x1, place), (lane, place)
