"""Search: directions, line breaks and rooms for labels are tried until the diagram fits the page and reads well.

Left to right reads best if it fits.  If not, the text would have to shrink or the reader to scroll, so top to bottom is
tried, then groups across the flow, then shorter lines.  Candidates are finished before they are compared: lines,
labels and titles are in place, and the judge has counted their faults.
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from ..diagnostics import LayoutError
from ..model.pipeline import Pipeline
from ..model.vocabulary import DiagramDirection, Direction
from ..records import record
from ..style.types import Style
from ..text.shares import MOST_LABEL_WIDTH
from ..text.typesetting import TextBlocks, lower_bounds, narrowed
from .endpoints import between_nodes
from .engine import LayoutEngine
from .finishing import (
    Finished,
    cost_of_variant,
    improved,
    is_better_with_less_room,
    is_dense,
    routed,
    straight_edges,
    with_less_room,
    with_short_labels,
)
from .graph import SIDEWAYS, LayoutGraph, Stack, layout_graph
from .ordering import back_edges, longest_path, placing
from .page_costs import blocked_cost, least_cost, legible_width, placed_cost
from .panel_edges import within_panels
from .panels import PlacedPanels, place_panels
from .peers import with_pairs_aside
from .stacks import Stacking, with_leaves_in_column
from .tables import folded
from .untangling import untangled

_TURN = 0.1  # a flow that runs down
_FLOW = 3  # edges on a path that make a flow; of fewer, a part
_ACROSS = 0.05  # groups that run otherwise than the ranks around them
_LINES = ((1.0, 0.0), (0.65, 0.08), (0.4, 0.2))  # widths of labels, as parts of the style's, and costs of shorter lines
_STACKED = ((1.0, 0.1), (0.5, 0.12))  # parts of the page that a row of siblings may take, and costs of stacks
_COLUMN = 0.4  # everything one below the other
_CELLS = 0.4  # rows side by side whose cells are joined: lines would lead around them
_EVEN = 1.0  # points: widths that differ by less are equal
_LARGE = 1000  # nodes and edges: of a larger diagram, whose layout takes a second, only directions are tried
_TALL = 30  # lines of a label: shorter ones would make the diagram even higher
_FINISHED = 3  # candidates of which all is known; a diagram has seldom faults that one of three does not have
_TOO_WIDE = 6  # of which all is known where the page has room for none
_IMPROVED = 0.9  # of the cost of a finished layout, which a variant of it seldom goes below
_UNTANGLED = 0.06  # of the cost of a page: what untangling spares, at most, as a rule
_UNTIDY = 1.0  # points of a verdict: a fault that is an untidiness
_DIRECTIONS: tuple[Direction, ...] = ("LR", "TB")
_CROSS: dict[Direction, Direction] = {"LR": "TB", "TB": "LR"}


_Variation = tuple[float, frozenset[tuple[str, Direction]]]
"""The width of labels, and the groups that are laid out apart, with their directions."""


@record
class _Candidate:
    """A variation of a graph, and its cost apart from the size that comes of it."""

    direction: Direction
    groups: Mapping[str, Direction]
    """Directions of groups that are laid out apart: across the flow, or along it one after the other."""
    lines: float
    """The width of labels, as a part of the style's."""
    cost: float
    stacked: float | None = None
    """Siblings are stacked whose row would be wider than this part of the page; ``None`` for none."""
    in_column: bool = False
    """Everything is stacked, whatever joins it."""
    only_if_narrower: bool = False
    """It is of use only where it is narrower than the same without groups laid out apart."""

    @property
    def variation(self) -> _Variation:
        """What it varies, apart from its direction and its stacks."""
        return self.lines, frozenset(self.groups.items())

    def variant(self, graph: LayoutGraph, page: float, stackings: dict[_Variation, Stacking]) -> LayoutGraph | None:
        """The variation of *graph*, whose lines are broken already; ``None`` if nothing in it is stacked.

        *stackings* are those known so far; that of the candidate is added.
        """
        found = graph.directed(self.direction, self.groups)
        if self.stacked is None:
            return found
        if self.variation not in stackings:
            stackings[self.variation] = Stacking(found)
        found = stackings[self.variation].on_page(page, self.stacked, in_column=self.in_column)
        return found if found.stacks else None


def search(graph: LayoutGraph, engine: LayoutEngine, width: float) -> Finished:
    """Lay out *graph*; if its direction is ``auto``, in the way that suits a page of *width* points best.

    Raises:
        LayoutError: if Graphviz cannot be run or gives no layout.
        FontError: if the style names a font that does not exist.
    """
    best = _Search(graph, engine, width).best() if graph.asked == "auto" else _in_given_direction(graph, engine, width)
    found = untangled(best)
    narrow = map(untangled, with_less_room(found))
    better = (one for one in narrow if is_better_with_less_room(one, found))
    return min(better, key=cost_of_variant, default=found)


def _in_given_direction(graph: LayoutGraph, engine: LayoutEngine, width: float) -> Finished:
    """The layout in the direction that is asked for; if it scrolls, perhaps with stacks or with shorter lines."""
    first = routed(place_panels(graph, engine, width))
    known, least = [(0.0, first)], first.cost
    scrolls = legible_width(first.layout.extent.width, graph) > width
    for other, cost in _narrower(graph, width) if scrolls and not _is_large(graph) else ():
        if cost + least_cost(other, width) < least:
            with suppress(LayoutError):  # such as for the time limit, which is for all layouts together
                found = routed(place_panels(other, engine, width))
                known.append((cost, found))
                least = min(least, cost + found.cost)
    good = [(cost, best_variant(one, engine)) for cost, one in known if cost + _IMPROVED * one.expected_cost <= least]
    return min(good, key=lambda candidate: candidate[0] + candidate[1].cost)[1]


def best_variant(first: Finished, engine: LayoutEngine) -> Finished:
    """A finished layout, or the best variant of it, perhaps with leaves beside hubs, and joined siblings in a row."""
    first = with_short_labels(first)
    found = improved(first, engine)
    graph = first.graph
    inner = within_panels(graph)
    bent = {edge.key for edge in inner.edges if not edge.is_loop} - straight_edges(first)
    if not (first.verdict and bent):
        return found
    back = back_edges([*(group.id for group in graph.groups), *(node.id for node in graph.nodes)], inner.edges)
    between = {edge.key for edge in graph.edges} - {edge.key for edge in inner.edges}
    for other in with_pairs_aside(graph, bent, back | between):
        with suppress(LayoutError):
            placed = place_panels(with_leaves_in_column(other), engine, first.placed.width)
            found = _better(improved(routed(placed), engine), found)
    return found


def _better(other: Finished, found: Finished) -> Finished:
    """The better one of two layouts, both untangled if that may decide; smaller ones have hardly more faults."""
    if abs(cost_of_variant(other) - cost_of_variant(found)) <= _UNTANGLED:
        found, other = untangled(found), untangled(other)
    if other.verdict is None or found.verdict is None:
        return min(found, other, key=cost_of_variant)
    if other.verdict.kinds()["overlap"] > found.verdict.kinds()["overlap"]:
        return found
    if not found.is_cut and not other.is_cut:
        more = other.verdict.cost - found.verdict.cost
        if abs(more) > _UNTIDY:
            return found if more > 0 else other
    return min(found, other, key=cost_of_variant)


def _narrower(graph: LayoutGraph, width: float) -> Iterator[tuple[LayoutGraph, float]]:
    """Variations of *graph* that may be narrower in the same direction, with their costs apart from their size."""
    for lines, cost in _LINES:
        own = graph if lines == 1.0 else _narrowed(graph, lines)
        if own is None:
            continue
        if own is not graph:
            yield own, cost
        known = {own.stacks}
        stacking = Stacking(own)
        choices = [(part, stacked, False) for part, stacked in _STACKED] + [(_STACKED[-1][0], _COLUMN, True)]
        for part, stacked, in_column in [] if graph.is_sideways else choices:
            other = stacking.on_page(width, part, in_column=in_column)
            if other.stacks not in known:
                known.add(other.stacks)
                yield other, cost + stacked


def _has_bars(graph: LayoutGraph) -> bool:
    """Whether there are bars of shares, which may be narrower, as labels are."""
    return any(group.shares for group in graph.pipeline.groups)


class _Search:
    """A best-first search: the candidate that could cost least is known better and better, until one is finished.

    First a candidate costs what it is by itself, then lower bounds of its size are known, then its size, then its
    faults, and at last those of its variants; hardly a step makes it cheaper.  Layouts and routes take most of the time
    by far, so those that cannot win have none; of equal costs, the simplest candidate wins.
    """

    def __init__(self, graph: LayoutGraph, engine: LayoutEngine, width: float) -> None:
        self._graph = graph
        self._engine = engine
        self._width = width
        self._candidates = list(_candidates(folded(within_panels(graph))))
        self._broken: dict[float, LayoutGraph | None] = {1.0: graph}
        """By the width of labels; ``None`` if no further line breaks."""
        self._bounded: set[int] = set()
        """Numbers of the candidates that have a bound without broken lines."""
        self._stackings: dict[_Variation, Stacking] = {}
        self._stacked: set[tuple[_Variation, tuple[Stack, ...]]] = set()
        """The variations with stacks that are known, of which several widths may have the same."""
        self._graphs: dict[int, LayoutGraph] = {}
        self._placed: dict[int, PlacedPanels] = {}
        self._finished: dict[int, Finished] = {}
        """Without variants, by the number of the candidate."""
        self._most = 1 if is_dense(graph) else _TOO_WIDE
        """Candidates of which all is known, at most; fewer where one fits the page."""
        self._best: Finished | None = None
        self._least = (math.inf, 0)

    def best(self) -> Finished:
        """The best candidate, with lines, labels and titles in place."""
        waiting = [(candidate.cost, number) for number, candidate in enumerate(self._candidates)]
        heapq.heapify(waiting)
        while waiting and waiting[0] < self._least:
            _, number = heapq.heappop(waiting)
            try:
                cost = self._refined(number)
            except LayoutError:  # such as for the time limit, which is for all candidates together
                if not self._finished:
                    raise
                break
            if cost is not None:
                heapq.heappush(waiting, (cost, number))
        return self._best or self._finished[min(self._finished, key=self._cost)]

    def _cost(self, number: int) -> float:
        """The cost of a finished candidate, without variants."""
        return self._candidates[number].cost + self._finished[number].cost

    def _refined(self, number: int) -> float | None:
        """The cost of a candidate, better known than before; ``None`` if it is of no further use."""
        candidate = self._candidates[number]
        if number not in self._finished and len(self._finished) >= self._most:
            return None
        if number not in self._graphs:
            return self._begun(number, candidate)
        if number not in self._placed:
            placed = self._placed[number] = place_panels(self._graphs[number], self._engine, self._width)
            if candidate.only_if_narrower and not self._is_narrower(number):
                return None
            # Lines of a stack run in a lane beside it.
            blocked = blocked_cost(placed) if candidate.groups and candidate.stacked is None else 0.0
            return candidate.cost + placed_cost(placed) + blocked
        if number not in self._finished:
            found = self._finished[number] = routed(self._placed[number])
            if not found.is_wide:
                self._most = min(self._most, _FINISHED)
            return candidate.cost + _IMPROVED * found.expected_cost
        found = best_variant(self._finished[number], self._engine)
        if (candidate.cost + found.cost, number) < self._least:
            self._best, self._least = found, (candidate.cost + found.cost, number)
        return None

    def _begun(self, number: int, candidate: _Candidate) -> float | None:
        """A lower bound of the cost of a candidate that is not laid out, with its lines broken or before."""
        if candidate.lines not in self._broken:
            is_bounded = number in self._bounded
            if not is_bounded and _may_be_narrower(self._graph, candidate.lines):  # setting text takes longer
                self._bounded.add(number)
                return candidate.cost + self._bound(candidate)
            self._broken[candidate.lines] = _narrowed(self._graph, candidate.lines)
        if (own := self._broken[candidate.lines]) is None:
            return None
        if (graph := candidate.variant(own, self._width, self._stackings)) is None:
            return None
        if candidate.stacked is not None:
            if (candidate.variation, graph.stacks) in self._stacked:
                return None
            self._stacked.add((candidate.variation, graph.stacks))
        self._graphs[number] = graph
        return candidate.cost + least_cost(graph, self._width)

    def _bound(self, candidate: _Candidate) -> float:
        """A lower bound of the cost of a candidate's size, before its lines are broken."""
        graph = self._graph
        if candidate.stacked is not None or _has_bars(graph):
            return 0.0
        text = lower_bounds(graph.text, candidate.lines * graph.style.label_width)
        narrow = _again(graph, graph.style, text)
        return least_cost(narrow.directed(candidate.direction, candidate.groups), self._width)

    def _is_narrower(self, number: int) -> bool:
        """Whether a candidate with groups laid out apart is narrower than the same without, if that is placed."""
        own = self._candidates[number]
        width = self._placed[number].layout.extent.width
        others = ((self._candidates[other], placed) for other, placed in self._placed.items())
        return all(
            width < placed.layout.extent.width - _EVEN
            for one, placed in others
            if (one.direction, one.lines) == (own.direction, own.lines) and not one.groups and one.stacked is None
        )


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
    edges = placing(between_nodes(graph))
    steps = longest_path([node.id for node in graph.nodes], edges)
    costs = {"LR": 0.0, "TB": _TURN * min(1.0, steps / _FLOW)}
    if any(None not in edge.cells for edge in graph.edges):
        costs["LR"] += _CELLS
    if _is_large(graph):
        for direction in _DIRECTIONS:
            yield _Candidate(direction, {}, 1.0, costs[direction])
        return
    chains, lists = _turnable(graph)
    for lines, broken in _LINES:
        for direction in _DIRECTIONS:
            cost = costs[direction] + broken
            yield _Candidate(direction, {}, lines, cost)
            turned = filter(None, (chains, lists, chains | lists) if chains and lists else (chains | lists,))
            across = [dict.fromkeys(ids, _CROSS[direction]) for ids in turned]
            for groups in across:
                yield _Candidate(direction, groups, lines, cost + _ACROSS)
            along = dict.fromkeys(chains | lists | _running(graph, direction), direction)
            if along:
                # What leads into a single group stands before all of it, and not beside.
                yield _Candidate(direction, along, lines, cost + _ACROSS, only_if_narrower=len(along) == 1)
            if direction == "TB":
                for part, stacked in _STACKED:
                    yield _Candidate(direction, {}, lines, cost + stacked, part)
                for groups in ({}, *across):
                    price = cost + _COLUMN + (_ACROSS if groups else 0.0)
                    yield _Candidate(direction, groups, lines, price, _STACKED[-1][0], in_column=True)


def _is_large(graph: LayoutGraph) -> bool:
    """Whether a graph is so large that only its directions are tried."""
    return len(graph.nodes) + len(graph.edges) > _LARGE


def _turnable(graph: LayoutGraph) -> tuple[set[str], set[str]]:
    """The outer groups without a direction of their own: those with edges inside, those with unjoined members."""
    free = _running(graph, None)
    around = graph.enclosures
    chains = {id for edge in graph.edges for id in around[edge.source] & around[edge.target]} & free
    held = Counter(id for holders in around.values() for id in holders)
    return chains, {id for id in free - chains if held[id] > 1}


def _running(graph: LayoutGraph, direction: Direction | None) -> set[str]:
    """The outer groups that have this direction of their own, or none."""
    panels = {None, *(group.id for group in graph.groups if group.panel)}
    outer = (group for group in graph.groups if group.parent in panels and not group.panel)
    return {group.id for group in outer if group.direction == direction}


def _again(graph: LayoutGraph, style: Style, text: TextBlocks) -> LayoutGraph:
    """The graph, for the same page, with other text."""
    return replace(layout_graph(graph.pipeline, style, text, graph.encoding), page_height=graph.page_height)


def _narrowed(graph: LayoutGraph, part: float) -> LayoutGraph | None:
    """The graph with its labels broken into lines of a *part* of their width; ``None`` if none is, or one is long.

    Bars of shares are narrower likewise.
    """
    if not _may_be_narrower(graph, part):
        return None
    style = replace(graph.style, label_width=_label_width(graph, part))
    text = narrowed(graph.text, graph.pipeline, style)
    narrow = _again(graph, style, text)
    is_other = narrow.labels() != graph.labels() or (_has_bars(graph) and narrow.nodes != graph.nodes)
    return narrow if is_other else None


def _may_be_narrower(graph: LayoutGraph, part: float) -> bool:
    """Whether a line may break that does not now, or a bar be narrower, as far as sizes tell."""
    if any(block and len(block.lines) > _TALL for block in (*graph.text.nodes, *graph.text.edges)):
        return False
    width = _label_width(graph, part)
    return _has_bars(graph) or any(size is not None and size.width > width for size in graph.labels())


def _label_width(graph: LayoutGraph, part: float) -> float:
    """A *part* of the width of labels, in points."""
    width = graph.style.label_width
    return part * (min(width, MOST_LABEL_WIDTH) if _has_bars(graph) else width)
