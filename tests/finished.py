"""Finished layouts that are made by hand, and what the judge says about them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sphinxext.llmpipeline import MODERN, Style, parse
from sphinxext.llmpipeline.geometry.curves import arrow_ends, arrow_length, arrow_size, arrowhead
from sphinxext.llmpipeline.geometry.primitives import Box, Curve, Point, Size
from sphinxext.llmpipeline.layout.drawn import Drawn
from sphinxext.llmpipeline.layout.graph import LayoutEdge, LayoutGraph
from sphinxext.llmpipeline.layout.judge import judge
from sphinxext.llmpipeline.layout.result import Layout, PlacedCallout, PlacedEdge, PlacedGroup, PlacedNode
from sphinxext.llmpipeline.layout.verdict import Verdict
from sphinxext.llmpipeline.model.vocabulary import Direction
from tests.layouts import EDGE_LABEL, TITLE, sized

Corners = tuple[float, float, float, float]
"""``x0, y0, x1, y1`` of a box."""
Way = Sequence[Point]
"""The corners of a line, from the border of one part to that of the other."""


@dataclass(frozen=True)
class Finished:
    """A diagram with the place of everything in it; y runs up."""

    text: str
    nodes: Mapping[str, Corners]
    lines: Sequence[Way | Sequence[Way]] = ()
    """A way for each edge, or the pieces of one; none for all before they are routed."""
    labels: Mapping[int, Point] = field(default_factory=dict)
    """Centres of the labels of edges; those of a fan may have none of their own."""
    groups: Mapping[str, Corners] = field(default_factory=dict)
    titles: Mapping[str, Point] = field(default_factory=dict)
    """Centres of titles; the others are in the upper left corners."""
    callouts: Sequence[tuple[Corners, Way]] = ()
    """The box of each callout, and its leader."""
    direction: Direction = "LR"
    width: float | None = None
    """Of the page."""
    blank: float = 3.0
    """Points around each label, that are kept free."""
    style: Style = MODERN
    label: Size = EDGE_LABEL
    title: Size = TITLE

    @cached_property
    def graph(self) -> LayoutGraph:
        return sized(parse(self.text), self.style, direction=self.direction, edges=self.label, groups=self.title)

    @cached_property
    def layout(self) -> Layout:
        nodes = {id: PlacedNode((Box(*at).outline(),), Box(*at)) for id, at in self.nodes.items()}
        groups = {}
        for id, at in self.groups.items():
            center = self.titles.get(id, (at[0] + 10, at[3] - 10))
            groups[id] = PlacedGroup(Box(*at).outline(), Box.at(center, self.title.width, self.title.height))
        edges = {edge.key: self._edge(edge) for edge in self.graph.edges} if self.lines else {}
        boxes = [*(node.box for node in nodes.values()), *(group.box for group in groups.values())]
        callouts = {
            key: PlacedCallout(Box(*at), "left", PlacedEdge((Curve(tuple(way)),)))
            for key, (at, way) in enumerate(self.callouts)
        }
        return Layout(Box.around_boxes(boxes), nodes, edges, groups, callouts)

    def _edge(self, edge: LayoutEdge) -> PlacedEdge:
        given = self.lines[edge.key]
        pieces = [list(way) for way in (given if isinstance(given[0][0], tuple) else [given])]
        at_start, at_end = arrow_ends(edge.kind)
        heads = []
        if at_start:
            reversed_way, head = _with_head(pieces[0][::-1], edge.width)
            pieces[0] = reversed_way[::-1]
            heads.append(head)
        if at_end:
            pieces[-1], head = _with_head(pieces[-1], edge.width)
            heads.append(head)
        room = 2 * self.blank
        is_said = edge.label is not None and (edge.fan is None or edge.key in self.labels)
        label = Box.at(self.labels[edge.key], self.label.width + room, self.label.height + room) if is_said else None
        return PlacedEdge(tuple(Curve(tuple(way)) for way in pieces), tuple(heads), label)

    @cached_property
    def drawn(self) -> Drawn:
        return Drawn(self.layout, self.graph)

    @cached_property
    def verdict(self) -> Verdict:
        return judge(self.layout, self.graph, self.width)

    @property
    def faults(self) -> list[tuple[str | int, ...]]:
        """The kind of each fault, and its parts."""
        return [(fault.kind, *fault.parts) for fault in self.verdict.faults]


def _with_head(way: list[Point], width: float) -> tuple[list[Point], Curve]:
    """A way that ends at the base of its arrowhead, and the arrowhead, whose tip is where the way ended."""
    (x0, y0), (x1, y1) = way[-2:]
    away, long = math.dist(way[-2], way[-1]), arrow_length(width)
    towards = ((x1 - x0) / away, (y1 - y0) / away)
    base = (x1 - long * towards[0], y1 - long * towards[1])
    return [*way[:-1], base], arrowhead(way[-1], towards, arrow_size(width))


def row(*widths: float, gap: float = 30.0, height: float = 30.0, y: float = 0.0) -> dict[str, Corners]:
    """Nodes ``a``, ``b`` and so on beside each other."""
    found: dict[str, Corners] = {}
    x = 0.0
    for name, width in zip("abcdef", widths, strict=False):
        found[name] = (x, y, x + width, y + height)
        x += width + gap
    return found
