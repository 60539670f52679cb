"""Search: directions and line breaks are tried until the diagram fits the page and stays legible.

Left to right reads best if it fits.  If not, the text would have to shrink or the reader to scroll, so top to bottom is
tried, then groups across the flow, then shorter lines.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ..geometry.primitives import Size
from ..model.pipeline import Pipeline
from ..model.vocabulary import DiagramDirection, Direction
from ..style.types import Style
from ..text.typesetting import typeset
from .digraph import GROUP_GAP
from .engine import LayoutEngine
from .graph import SIDEWAYS, LayoutEdge, LayoutGraph, between_nodes, endpoints, layout_graph
from .ordering import flow_order
from .panels import PlacedPanels, place_panels, split
from .regions import Region, divide

_NARROW = 0.65  # width of the labels of narrow candidates, as a part of the style's
_SCREEN = 805.0  # points: about the height that a screen shows at once
# Costs, which make one layout worse than another.
_SHRINK = 0.8  # text that shrinks to nothing
_SCROLL = 2.0  # all of the width out of sight
_HEIGHT = 0.115  # a screen; text is what a page is for
_LONG = 0.35  # each further screen
_TURN = 0.1  # ranks that run down
_ACROSS = 0.05  # groups that run otherwise than the ranks around them
_BREAK = 0.08  # shorter lines
_BLOCKED = 0.1  # each edge that runs through a node: some will find no detour
_ROW = 0.3  # each further row of panels, which are to stand side by side
_LARGE = 1000  # nodes and edges: of a larger diagram, whose layout takes a second, only directions are tried
_MOST_FOLLOWED = 100_000  # edges followed out of groups: a graph with more, of any shape, gets a lower bound
_DIRECTIONS: tuple[tuple[Direction, float], ...] = (("LR", 0.0), ("TB", _TURN))
_CROSS: dict[Direction, Direction] = {"LR": "TB", "TB": "LR"}


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A variation of a graph, and its cost apart from the size that comes of it."""

    direction: Direction
    groups: Mapping[str, Direction]
    """Directions of groups across the flow."""
    is_narrow: bool
    cost: float


def search(graph: LayoutGraph, engine: LayoutEngine, width: float) -> PlacedPanels:
    """Lay out *graph*; if its direction is ``auto``, in the way that suits a page of *width* points best.

    A layout costs most here by far.  So the candidate with the least lower bound is laid out first, and those whose
    bound exceeds the best cost are not laid out at all; of equal costs, the simplest candidate wins.

    Raises:
        LayoutError: if Graphviz cannot be run or gives no layout.
        FontError: if the style names a font that does not exist.
    """
    if graph.asked != "auto":
        return place_panels(graph, engine, width)
    candidates = list(_candidates(graph))
    waiting = [(candidate.cost, number) for number, candidate in enumerate(candidates)]
    heapq.heapify(waiting)
    variants: dict[int, LayoutGraph] = {}
    """By number: the candidates whose least size is part of their bound."""
    widths: dict[bool, LayoutGraph | None] = {False: graph}
    best: PlacedPanels | None = None
    least = (math.inf, 0)
    while waiting and waiting[0] < least:
        _, number = heapq.heappop(waiting)
        candidate = candidates[number]
        if number in variants:
            placed = place_panels(variants[number], engine, width)
            cost = candidate.cost + _cost(placed)
            if (cost, number) < least:
                best, least = placed, (cost, number)
            continue
        if candidate.is_narrow not in widths:
            widths[candidate.is_narrow] = _narrowed(graph)
        if (own := widths[candidate.is_narrow]) is not None:
            variants[number] = own.directed(candidate.direction, candidate.groups)
            heapq.heappush(waiting, (candidate.cost + _least_cost(variants[number], width), number))
    assert best is not None
    return best


def free_directions(pipeline: Pipeline, style: Style) -> Pipeline:
    """*pipeline* for a page on which nothing that an author sets side by side has room: the search decides anew.

    Ranks that run down or up keep to that, and those from right to left run down.
    """
    asked = pipeline.direction or style.direction
    kept: dict[DiagramDirection, DiagramDirection] = {"BT": "BT", "RL": "TB"}
    groups = (replace(group, direction=None) if group.direction in SIDEWAYS else group for group in pipeline.groups)
    return replace(pipeline, direction=kept.get(asked, "auto"), groups=tuple(groups))


def _candidates(graph: LayoutGraph) -> Iterator[_Candidate]:
    """All candidates, the simplest first."""
    if len(graph.nodes) + len(graph.edges) > _LARGE:
        for direction, down in _DIRECTIONS:
            yield _Candidate(direction, {}, False, down)
        return
    chains, stacks = _turnable(graph)
    for is_narrow, broken in ((False, 0.0), (True, _BREAK)):
        for direction, down in _DIRECTIONS:
            yield _Candidate(direction, {}, is_narrow, down + broken)
            for ids in (chains, stacks, chains | stacks) if chains and stacks else (chains | stacks,):
                if ids:
                    groups = dict.fromkeys(ids, _CROSS[direction])
                    yield _Candidate(direction, groups, is_narrow, down + broken + _ACROSS)


def _turnable(graph: LayoutGraph) -> tuple[set[str], set[str]]:
    """The outer groups without a direction of their own: those with edges inside, those with unjoined members."""
    panels = {None, *(group.id for group in graph.groups if group.panel)}
    free = {group.id for group in graph.groups if group.parent in panels and not (group.panel or group.direction)}
    around = graph.enclosures()
    chains = {id for edge in graph.edges for id in around[edge.source] & around[edge.target]} & free
    held = Counter(id for holders in around.values() for id in holders)
    return chains, {id for id in free - chains if held[id] > 1}


def _narrowed(graph: LayoutGraph) -> LayoutGraph | None:
    """The graph with its labels broken into shorter lines; ``None`` if no line breaks."""
    style = replace(graph.style, label_width=_NARROW * graph.style.label_width)
    if all(size is None or size.width <= style.label_width for size in graph.labels()):
        return None  # without typesetting anything again
    text = typeset(graph.pipeline, style, graph.encoding.bars)
    narrow = layout_graph(graph.pipeline, style, text, graph.encoding)
    return narrow if narrow.labels() != graph.labels() else None


def _cost(placed: PlacedPanels) -> float:
    """How badly a layout suits its page, with the edges that need a detour."""
    layout = placed.layout
    rows = len({layout.groups[id].box.y1 for id in placed.panels if id is not None})
    return (
        _size_cost(Size(layout.box.width, layout.box.height), placed.graph.style, placed.width)
        + _BLOCKED * sum(panel.obstacles.count_blocked() for panel in placed.panels.values())
        + _ROW * max(0, rows - 1)
    )


def _size_cost(size: Size, style: Style, width: float) -> float:
    """How badly a size suits a page of *width* points: text that shrinks, width that scrolls, height."""
    margin = 2 * style.margin
    legible = style.legible_scale
    scale = min(1.0, width / (size.width + margin))
    shown = max(scale, legible)
    height = (size.height + margin) * shown / _SCREEN
    return (
        _SHRINK * (1 - shown)
        + _SCROLL * (1 - min(1.0, scale / legible))
        + _HEIGHT * height
        + _LONG * max(0.0, height - 1)
    )


def _least_cost(graph: LayoutGraph, width: float) -> float:
    """The least cost of all layouts of *graph*.

    A wider diagram is shown smaller, and so less high: that pays, if at all, up to the scale at which it is no higher
    than a screen, or at which its text does not shrink any more.
    """
    style = graph.style
    least = [least_size(part) for part in split(graph).values()]
    size = Size(max(one.width for one in least), max(one.height for one in least))
    margin = 2 * style.margin
    wider = (width / style.legible_scale - margin, (size.height + margin) * width / _SCREEN - margin)
    return min(_size_cost(Size(max(size.width, side), size.height), style, width) for side in (0.0, *wider))


def least_size(graph: LayoutGraph) -> Size:
    """The width and height that no layout of *graph* is below, within a point; computed without Graphviz.

    Ranks are as long as the nodes, labels and gaps of the longest path along the edges, and the diagram is as broad as
    its broadest node.
    """
    return _least_size(divide(graph))


def _least_size(region: Region) -> Size:
    graph = region.graph
    sizes = {node.id: node.size for node in graph.nodes}
    for id, inner in region.inner.items():
        size = _least_size(inner)
        sizes[id] = Size(size.width + 2 * GROUP_GAP, size.height + 2 * GROUP_GAP)
    along = {id: size.width if graph.is_sideways else size.height for id, size in sizes.items()}
    breadth = max((size.height if graph.is_sideways else size.width for size in sizes.values()), default=0.0)
    length = _longest_path(graph, along)
    return Size(length, breadth) if graph.is_sideways else Size(breadth, length)


def _longest_path(graph: LayoutGraph, along: Mapping[str, float]) -> float:
    """Length of the longest path along edges, in points: nodes, the gaps between them, and the labels in these."""
    edges = between_nodes(graph, endpoints(graph))
    position = flow_order(list(along), edges)
    # Nodes of one rank, and so of one path, would count twice; and Graphviz itself chooses how a cycle runs.
    if graph.aligned or _returns_to_a_group(graph, edges, position):
        return max(along.values(), default=0.0)
    leading: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for edge in edges:
        first, last = sorted((edge.source, edge.target), key=position.__getitem__)
        if first != last:
            room = (edge.room.width if graph.is_sideways else edge.room.height) if edge.room else 0.0
            leading[last].append((first, room))
    gap = math.floor(graph.style.rank_gap)
    ends: dict[str, float] = {}
    for id in sorted(along, key=position.__getitem__):
        before = max((ends[first] + gap + room for first, room in leading[id]), default=0.0)
        ends[id] = before + math.floor(along[id])  # Graphviz rounds each down by less than a point
    return max(ends.values(), default=0.0)


def _returns_to_a_group(graph: LayoutGraph, edges: Iterable[LayoutEdge], position: Mapping[str, int]) -> bool:
    """Whether a path leads out of a group and back into it, or may: Graphviz ranks each group as a whole."""
    followers: dict[str, set[str]] = defaultdict(set)
    for edge in edges:
        first, last = sorted((edge.source, edge.target), key=position.__getitem__)
        followers[first].add(last)
    members: dict[str, set[str]] = {group.id: set() for group in graph.groups}
    for id, holders in graph.holders().items():
        if id in position:  # a node
            for holder in holders:
                members[holder].add(id)
    left = _MOST_FOLLOWED
    for inside in members.values():
        end = max((position[id] for id in inside), default=0)
        waiting = [*inside]
        seen: set[str] = set()
        while waiting:
            id = waiting.pop()
            found = followers[id]
            left -= len(found)
            if left < 0 or (id not in inside and found & inside):
                return True
            ahead = {other for other in found - inside - seen if position[other] < end}
            waiting += ahead
            seen |= ahead
    return False
