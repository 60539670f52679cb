"""The layout that fits the page: directions and line breaks are tried until one stays legible.

Left to right reads best where it fits.  Where it does not, the text would have to shrink or the reader to scroll, so
top to bottom is tried, then groups across the flow, then shorter lines.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ..geometry.primitives import Size, Sizes
from ..job import Engine
from ..model.panels import Panel, lettered, split
from ..model.pipeline import Edge, Pipeline
from ..model.vocabulary import Direction
from ..style.encoding import Encoding
from ..style.types import Style
from ..text.typesetting import TextBlocks, typeset
from .clearance import Obstacles, clear_edges, clear_titles
from .digraph import GROUP_GAP, direction_of, label_room, line_widths, node_size
from .endpoints import as_told, routes
from .engine import LayoutResult
from .nested import arrange
from .ordering import places
from .panels import join, panel_sizes
from .regions import Region, divide
from .result import Layout
from .self_loops import place_loops

_NARROW = 0.65  # of the width of a label, where all else is too wide
_SCREEN = 1.15  # of the page's width: about the height that a screen shows at once
# What makes one layout worse than another.
_SHRINK = 0.8  # for all of the size of the text
_SCROLL = 2.0  # for all of the width that is out of sight
_HEIGHT = 0.1  # for as high as wide; text is what a page is for
_LONG = 0.35  # for each further screen
_TURN = 0.1  # for ranks that run down
_ACROSS = 0.05  # for groups that run otherwise than what is around them
_BREAK = 0.08  # for shorter lines
_BLOCKED = 0.1  # for each edge that runs through a node: some will find no other way
_ROW = 0.3  # for each further row of panels, which are to stand side by side
_DIRECTIONS: tuple[tuple[Direction, float], ...] = (("LR", 0.0), ("TB", _TURN))
_TURNED: dict[Direction, Direction] = {"LR": "TB", "TB": "LR"}


@dataclass(frozen=True, slots=True)
class Fitted:
    """A diagram in place, as it was laid out."""

    pipeline: Pipeline
    """With the directions that were chosen."""
    style: Style
    blocks: TextBlocks
    placed: LayoutResult
    paint: Encoding


@dataclass(frozen=True, slots=True)
class _Draft:
    """What Graphviz made of a diagram, or of each of its panels."""

    pipeline: Pipeline
    style: Style
    blocks: TextBlocks
    panels: tuple[Panel, ...]
    placed: tuple[LayoutResult, ...]
    around: tuple[Obstacles, ...]
    """What stands where in each of these."""

    def layout(self, width: float) -> Layout:
        """The whole, its panels in rows of at most *width* points."""
        if not self.panels:
            return self.placed[0].layout
        titles = [self.blocks.groups[panel.index].size for panel in self.panels]
        return join(self.panels, [one.layout for one in self.placed], titles, width, self.style.panel_gap)


def fit(pipeline: Pipeline, style: Style, width: float, engine: Engine = "pygraphviz", dot: str = "dot") -> Fitted:
    """Lay out *pipeline*; where its direction is ``auto``, the way that suits a page of *width* points best.

    Raises:
        LayoutError: where Graphviz fails.
        FontError: where the style names a font that there is not.
    """
    drafts = _Drafts(_painted(pipeline, style), engine, dot)
    asked = pipeline.direction or style.direction
    if asked != "auto":
        return drafts.finished(drafts.draft(replace(pipeline, direction=asked), style), width)
    return drafts.finished(_best(drafts, pipeline, style, width), width)


def _best(drafts: _Drafts, pipeline: Pipeline, style: Style, width: float) -> _Draft:
    """The candidate that costs least, the simplest where several do.

    To lay one out costs the most here by far.  So the most promising is laid out first, by what it costs at least, and
    those that would cost more than it even so are not laid out at all.
    """
    waiting: list[tuple[float, int, float, Pipeline, Style]] = []
    for number, (candidate, own, other) in enumerate(_candidates(pipeline, style)):
        heapq.heappush(waiting, (other, number, other, candidate, own))
    bounded: set[int] = set()
    best, least = None, (math.inf, 0)
    while waiting and waiting[0][:2] < least:
        _, number, other, candidate, own = heapq.heappop(waiting)
        if number not in bounded:
            bounded.add(number)
            if drafts.breaks(pipeline, style, own):
                heapq.heappush(
                    waiting, (other + drafts.least_cost(candidate, own, width), number, other, candidate, own)
                )
            continue
        tried = drafts.draft(candidate, own)
        cost = other + _cost(tried, width)
        if (cost, number) < least:
            best, least = tried, (cost, number)
    assert best is not None
    return best


def _painted(pipeline: Pipeline, style: Style) -> Encoding:
    """What scales make of the values, where there are any."""
    if not (pipeline.node_scale or pipeline.edge_scale):
        return Encoding()
    # Only now: matplotlib takes long to load.
    from ..style.value_scales import apply_scales

    return apply_scales(pipeline, style)


class _Drafts:
    """Lays diagrams out with one engine."""

    def __init__(self, paint: Encoding, engine: Engine, dot: str) -> None:
        self._paint = paint
        self._engine: Engine = engine
        self._dot = dot
        self._set: dict[float, TextBlocks] = {}

    def text(self, pipeline: Pipeline, style: Style) -> TextBlocks:
        """The text of a diagram, which is the same in every direction; set once for each width of labels."""
        if style.label_width not in self._set:
            self._set[style.label_width] = typeset(lettered(pipeline), style, self._paint.bars)
        return self._set[style.label_width]

    def breaks(self, pipeline: Pipeline, style: Style, own: Style) -> bool:
        """Whether there is anything to try in a style of shorter lines: some line that it breaks."""
        if own is style:
            return True
        sizes = self.text(pipeline, style).sizes()
        if all(size is None or size.width <= own.label_width for size in (*sizes.nodes, *sizes.edges, *sizes.groups)):
            return False  # without setting the text again
        return self.text(pipeline, own).sizes() != sizes

    def least_cost(self, pipeline: Pipeline, style: Style, width: float) -> float:
        """What a diagram costs at least on a page of *width* points."""
        sizes = self._sizes(pipeline, style, self.text(pipeline, style))
        parts = [(panel.pipeline, panel_sizes(panel, sizes)) for panel in split(pipeline)] or [(pipeline, sizes)]
        least = [least_size(part, style, own) for part, own in parts]
        return _least_cost(Size(max(size.width for size in least), max(size.height for size in least)), style, width)

    def draft(self, pipeline: Pipeline, style: Style) -> _Draft:
        """A diagram as Graphviz places it."""
        blocks = self.text(pipeline, style)
        sizes = self._sizes(pipeline, style, blocks)
        panels = split(pipeline)
        placed = [
            arrange(panel.pipeline, style, panel_sizes(panel, sizes), self._engine, self._dot) for panel in panels
        ]
        placed = placed or [arrange(pipeline, style, sizes, self._engine, self._dot)]
        around = tuple(
            Obstacles(one.layout, part)
            for one, part in zip(placed, [panel.pipeline for panel in panels] or [pipeline], strict=True)
        )
        return _Draft(pipeline, style, blocks, panels, tuple(placed), around)

    def finished(self, draft: _Draft, width: float) -> Fitted:
        """With loops, titles and edges clear of each other."""
        sizes = self._sizes(draft.pipeline, draft.style, draft.blocks)
        parts = [(panel.pipeline, panel_sizes(panel, sizes)) for panel in draft.panels] or [(draft.pipeline, sizes)]
        cleared = tuple(
            replace(placed, layout=self._cleared(around, pipeline, draft.style, own))
            for (pipeline, own), placed, around in zip(parts, draft.placed, draft.around, strict=True)
        )
        messages = tuple(message for placed in cleared for message in placed.messages)
        whole = LayoutResult(replace(draft, placed=cleared).layout(width), messages)
        return Fitted(draft.pipeline, draft.style, draft.blocks, whole, self._paint)

    def _sizes(self, pipeline: Pipeline, style: Style, blocks: TextBlocks) -> Sizes:
        """Of labels and of lines."""
        return replace(blocks.sizes(), lines=self._paint.line_widths(pipeline, style))

    def _cleared(self, around: Obstacles, pipeline: Pipeline, style: Style, sizes: Sizes) -> Layout:
        layout = clear_titles(place_loops(around.layout, pipeline, style, sizes))
        # Most diagrams have neither loops nor titles in the way.
        known = around if layout is around.layout else None
        return clear_edges(layout, pipeline, style, sizes, self._engine, self._dot, known)


def _candidates(pipeline: Pipeline, style: Style) -> Iterator[tuple[Pipeline, Style, float]]:
    """What is tried, the simplest first, each with what it costs to be other than that."""
    narrow = replace(style, label_width=_NARROW * style.label_width)
    chains, stacks = _turnable(pipeline)
    for own, broken in ((style, 0.0), (narrow, _BREAK)):
        for direction, down in _DIRECTIONS:
            plain = replace(pipeline, direction=direction)
            yield plain, own, down + broken
            for ids in (chains, stacks, chains | stacks) if chains and stacks else (chains | stacks,):
                if ids:
                    yield _across(plain, ids, _TURNED[direction]), own, down + broken + _ACROSS


def _turnable(pipeline: Pipeline) -> tuple[set[str], set[str]]:
    """The outer groups with no direction of their own in which edges run, and those in which nothing is joined."""
    panels = {None, *(group.id for group in pipeline.groups if group.panel)}
    free = {group.id for group in pipeline.groups if group.parent in panels and not (group.panel or group.direction)}
    around = pipeline.enclosures()
    chains = {id for edge in pipeline.edges for id in around[edge.source] & around[edge.target]} & free
    return chains, {id for id in free - chains if sum(id in holders for holders in around.values()) > 1}


def _across(pipeline: Pipeline, ids: Collection[str], direction: Direction) -> Pipeline:
    """With some groups across the diagram."""
    groups = (replace(group, direction=direction) if group.id in ids else group for group in pipeline.groups)
    return replace(pipeline, groups=tuple(groups))


def _cost(draft: _Draft, width: float) -> float:
    """How badly a draft suits a page of *width* points, with the edges that must be led round what is in their way."""
    layout = draft.layout(width)
    rows = len({layout.groups[panel.index].box.y1 for panel in draft.panels})
    return (
        _size_cost(Size(layout.box.width, layout.box.height), draft.style, width)
        + _BLOCKED * sum(around.count_blocked() for around in draft.around)
        + _ROW * max(0, rows - 1)
    )


def _size_cost(size: Size, style: Style, width: float) -> float:
    """How badly a size suits a page of *width* points: text that shrinks, what has to be scrolled, what is high."""
    margin = 2 * style.margin
    legible = style.legible_scale
    scale = min(1.0, width / (size.width + margin))
    shown = max(scale, legible)
    height = (size.height + margin) * shown / width
    return (
        _SHRINK * (1 - shown)
        + _SCROLL * (1 - min(1.0, scale / legible))
        + _HEIGHT * height
        + _LONG * max(0.0, height / _SCREEN - 1)
    )


def _least_cost(size: Size, style: Style, width: float) -> float:
    """The least cost of all sizes that are no smaller.

    A wider diagram is shown smaller, and so less high: that pays, if at all, up to the scale at which it is no higher
    than a screen, or at which its text does not shrink any more.
    """
    margin = 2 * style.margin
    wider = (width / style.legible_scale - margin, (size.height + margin) / _SCREEN - margin)
    return min(_size_cost(Size(max(size.width, side), size.height), style, width) for side in (0.0, *wider))


_SIDEWAYS = ("LR", "RL")


def least_size(pipeline: Pipeline, style: Style, sizes: Sizes) -> Size:
    """The width and height that no layout of *pipeline* is below, give or take a point.

    Ranks are as long as the nodes, labels and gaps of the longest way along the edges, and the diagram is as broad as
    its broadest node.

    Args:
        pipeline: what would be laid out.
        style: gives the direction where the pipeline has none, gaps, padding and shapes.
        sizes: of the labels of the pipeline.
    """
    return _Bound(pipeline, style, sizes).region(divide(pipeline, direction_of(pipeline, style)))


class _Bound:
    def __init__(self, pipeline: Pipeline, style: Style, sizes: Sizes) -> None:
        self._style = style
        self._nodes = {
            node.id: node_size(node, size, style) for node, size in zip(pipeline.nodes, sizes.nodes, strict=True)
        }
        lines = line_widths(pipeline, style, sizes)
        self._labels = [size and label_room(size, line, style) for size, line in zip(sizes.edges, lines, strict=True)]

    def region(self, region: Region) -> Size:
        """Of a region and all that it holds."""
        islands = {id: self.region(inner) for id, inner in region.inner.items()}
        nodes = self._nodes | {
            id: Size(size.width + 2 * GROUP_GAP, size.height + 2 * GROUP_GAP) for id, size in islands.items()
        }
        pipeline = region.pipeline
        sideways = pipeline.direction in _SIDEWAYS
        own = [nodes[node.id] for node in pipeline.nodes]
        along = {
            node.id: size.width if sideways else size.height for node, size in zip(pipeline.nodes, own, strict=True)
        }
        breadth = max((size.height if sideways else size.width for size in own), default=0.0)
        labels = [self._labels[index] for index in region.edges]
        room = [(size.width if sideways else size.height) if size else 0.0 for size in labels]
        length = self._longest(pipeline, along, room)
        return Size(length, breadth) if sideways else Size(breadth, length)

    def _longest(self, pipeline: Pipeline, along: Mapping[str, float], room: list[float]) -> float:
        """The longest way along edges: nodes, the gaps between them, and the labels in these."""
        told = as_told(pipeline, routes(pipeline))
        place = places(list(along), told)
        # Nodes of one rank, and so of one way, would count twice; and how a circle runs is Graphviz's own choice.
        if pipeline.aligned or _leads_back_into_a_group(pipeline, told, place):
            return max(along.values(), default=0.0)
        leading: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for edge, length in zip(told, room, strict=True):
            first, last = sorted((edge.source, edge.target), key=place.__getitem__)
            if first != last:
                leading[last].append((first, length))
        gap = math.floor(self._style.rank_gap)
        ends: dict[str, float] = {}
        for id in sorted(along, key=place.__getitem__):
            before = max((ends[first] + gap + length for first, length in leading[id]), default=0.0)
            ends[id] = before + math.floor(along[id])  # as Graphviz rounds: each by less than a point
        return max(ends.values(), default=0.0)


def _leads_back_into_a_group(pipeline: Pipeline, told: Iterable[Edge], place: Mapping[str, int]) -> bool:
    """Whether a way leads out of a group and back into it: Graphviz ranks each group as a whole."""
    followers: dict[str, set[str]] = defaultdict(set)
    for edge in told:
        first, last = sorted((edge.source, edge.target), key=place.__getitem__)
        followers[first].add(last)
    holders = pipeline.holders()
    for group in pipeline.groups:
        inside = {node.id for node in pipeline.nodes if group.id in holders[node.id]}
        waiting = list({end for id in inside for end in followers[id]} - inside)
        seen = set(waiting)
        while waiting:
            found = followers[waiting.pop()]
            if found & inside:
                return True
            waiting += found - seen
            seen |= found
    return False
