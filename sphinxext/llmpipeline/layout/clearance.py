"""Clearance: the steps that follow Graphviz's places, and titles out of the way of lines."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate

from ..geometry.box_tree import BoxTree
from ..geometry.curves import Trace
from ..geometry.primitives import Box
from .alignment import align
from .borders import TITLE
from .edge_routing import route
from .graph import LayoutGraph
from .result import Layout, PlacedGroup
from .title_room import make_room

_EXACT = 1e-6
_TOUCH = 1.0  # points that a line may be inside a node and still only touch it


def count_blocked(layout: Layout, graph: LayoutGraph) -> int:
    """The number of edges that run through a node that is neither their end nor a member of it."""
    around = graph.enclosures()
    nodes = BoxTree((layout.nodes[node.id].box, around[node.id] | {node.id}) for node in graph.nodes)
    return sum(
        any(owners.isdisjoint((edge.source, edge.target)) for owners in nodes.crossed(trace, _TOUCH))
        for edge in graph.edges
        for trace in [Trace(layout.edges[edge.key].splines)]
    )


def clear(layout: Layout, graph: LayoutGraph) -> Layout:
    """The layout of *graph* in line, with room for titles, with edges routed and titles clear of them."""
    return clear_titles(route(make_room(align(layout, graph), graph), graph))


def clear_titles(layout: Layout) -> Layout:
    """The layout with titles moved sideways, if an edge runs through them, to the nearest free place.

    A title without a free place stays; it always stays in the band that Graphviz kept for it.
    """
    if not layout.groups:
        return layout
    bands = BoxTree((_band(group), id) for id, group in layout.groups.items())
    taken: dict[str, list[tuple[float, float]]] = defaultdict(list)
    """Group → the intervals of x in which lines run within the band of its title."""
    for curve in (curve for edge in layout.edges.values() for curve in (*edge.splines, *edge.arrowheads)):
        line = Trace([curve])
        for id in bands.crossed(line, -_EXACT):
            taken[id] += _span(line, _band(layout.groups[id]))
    groups = {id: _with_clear_title(group, sorted(taken[id])) for id, group in layout.groups.items()}
    unchanged = all(groups[id] is group for id, group in layout.groups.items())
    return layout if unchanged else replace(layout, groups=groups)


def _band(group: PlacedGroup) -> Box:
    """The places of the title of a group."""
    border, title = group.box, group.label
    return Box(border.x0, title.y0, border.x1, title.y1)


def _span(line: Trace, band: Box) -> list[tuple[float, float]]:
    """The interval of x in which a line runs within a band, if it does."""
    xs = [x for x, y in line.samples_near(band) if band.y0 <= y <= band.y1 and band.x0 <= x <= band.x1]
    return [(min(xs), max(xs))] if xs else []


def _with_clear_title(group: PlacedGroup, taken: Sequence[tuple[float, float]]) -> PlacedGroup:
    """The group with its title outside the intervals of x that are *taken*."""
    title, border = group.label, group.box
    inset = title.x0 - border.x0
    if not any(start < title.x1 + TITLE and title.x0 - TITLE < end for start, end in taken):
        return group
    # A free place begins at the title's own place, beside a line, or where it ends at the right.
    last = border.x1 - inset - title.width
    places = [title.x0, *(end + TITLE for _, end in taken), last]
    starts = [start for start, _ in taken]
    furthest = [-math.inf, *accumulate((end for _, end in taken), max)]
    for x in sorted(place for place in places if title.x0 <= place <= last):
        # Those that begin before the title ends must end before it begins.
        if furthest[bisect_left(starts, x + title.width + TITLE)] <= x - TITLE + _EXACT:
            return replace(group, label=title.moved(x - title.x0, 0.0))
    return group
