"""Costs: how badly a layout suits its page, by its size; and how badly lines find their way in it."""

from __future__ import annotations

import math
from collections import Counter

from ..geometry.box_tree import BoxTree
from ..geometry.primitives import Size
from ..geometry.segments import box_around, part_inside
from ..style.types import SQUEEZED
from .bounds import least_size
from .graph import LayoutGraph
from .panels import PlacedPanels, split
from .result import Layout

_SCREEN = 805.0  # points: about the height that a screen shows at once
_SHRINK = 0.8  # text that shrinks to nothing
_SCROLL = 3.0  # as much out of sight as the page is wide
_ILLEGIBLE = 2.0  # letters on paper of half of the height at which they are just legible
_CUT = 0.05  # anything out of sight
_HEIGHT = 0.115  # a screen; text is what a page is for
_LONG = 0.35  # each further screen
_BLOCKED = 0.1  # each further edge of a fan through other members of the group that it leads to: a lane is full soon
_TOUCH = 1.0  # points that a line may be inside a node and still only touch it
_ROW = 0.3  # each further row of panels, which are to stand side by side


def placed_cost(placed: PlacedPanels, routed: Layout | None = None) -> float:
    """How badly the size of a layout suits its page; *routed* is the whole with its edges, if they are known."""
    layout = routed or placed.layout
    rows = len({layout.groups[id].box.y1 for id in placed.panels if id is not None})
    extent = layout.extent
    return size_cost(Size(extent.width, extent.height), placed.graph, placed.width) + _ROW * max(0, rows - 1)


def size_cost(size: Size, graph: LayoutGraph, width: float) -> float:
    """How badly a size suits a page of *width* points: text that shrinks, width that scrolls, height.

    What is out of sight costs in proportion to the page: if all drawings that scroll cost about the same, the widest
    would win, as it is lowest.  On paper, which does not scroll, text shrinks further instead, until it is unreadable.
    """
    margin = 2 * graph.style.margin
    legible = graph.style.legible_scale
    scale = min(1.0, width / (size.width + margin), graph.page_height / (size.height + margin))
    shown = max(scale, legible)
    paper = graph.page_height < math.inf
    height = (size.height + margin) * (scale if paper else shown) / _SCREEN
    return (
        _SHRINK * (1 - shown)
        + (_ILLEGIBLE * max(0.0, legible / scale - 1) if paper else _SCROLL * (max(1.0, legible / scale) - 1))
        + _HEIGHT * height
        + _LONG * max(0.0, height - 1)
        + (_CUT if is_cut(size.width, graph, width) else 0.0)
    )


def is_cut(extent: float, graph: LayoutGraph, width: float) -> bool:
    """Whether a drawing *extent* points wide, without margins, scrolls on a page of *width* points; paper does not."""
    return math.isinf(graph.page_height) and legible_width(extent, graph) > SQUEEZED * width


def is_wide(extent: float, graph: LayoutGraph, width: float) -> bool:
    """Whether a page of *width* points shows a drawing smaller than legible, or scrolls; paper does not count."""
    return math.isinf(graph.page_height) and legible_width(extent, graph) > width


def legible_width(extent: float, graph: LayoutGraph) -> float:
    """The points that a drawing *extent* points wide, without margins, takes where its text is just legible."""
    return (extent + 2 * graph.style.margin) * graph.style.legible_scale


def least_cost(graph: LayoutGraph, width: float) -> float:
    """The least cost of all layouts of *graph*.

    A wider diagram is shown smaller, and so less high: that pays, if at all, up to the scale at which it is no higher
    than a screen, or at which its text does not shrink any more.
    """
    style = graph.style
    least = [least_size(part) for part in split(graph).values()]
    size = Size(max(one.width for one in least), max(one.height for one in least))
    margin = 2 * style.margin
    wider = (width / style.legible_scale - margin, (size.height + margin) * width / _SCREEN - margin)
    return min(size_cost(Size(max(size.width, side), size.height), graph, width) for side in (0.0, *wider))


def blocked_cost(placed: PlacedPanels) -> float:
    """The cost of fans that groups across the flow block: not all of their lines find a free way."""
    return sum(_blocked_in(layout, part) for part, layout in placed.panels.values())


def _blocked_in(layout: Layout, graph: LayoutGraph) -> float:
    """The cost of fans to members of groups that are laid out apart, past other nodes of these.

    Edges inside such a group do not count: it has one direction, and they lead around its nodes.
    """
    around = graph.enclosures
    apart = {group.id for group in graph.groups if group.direction}
    nodes = BoxTree((layout.nodes[node.id].box, node.id) for node in graph.nodes)
    past = Counter[tuple[str, str, bool]]()
    """By a group, an end outside, and whether they enter: edges between this and members, past other ones."""
    for edge in graph.edges:
        of, to = around[edge.source], around[edge.target]
        if not apart.isdisjoint(of & to):
            continue
        ends = {edge.source, edge.target}
        way = (*layout.box_of(edge.source).center, *layout.box_of(edge.target).center)
        between = (
            id
            for id in nodes.near(box_around(way))
            if id not in ends and ends.isdisjoint(around[id]) and part_inside(way, layout.nodes[id].box, _TOUCH)
        )
        for group in {group for id in between for group in apart & around[id] & (of | to)}:
            past[group, edge.source if group in to else edge.target, group in to] += 1
    return _BLOCKED * sum(count - 1 for count in past.values())
