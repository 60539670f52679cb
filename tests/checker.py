"""What may be wrong with a picture, found from its geometry: overlaps, lines through what is not theirs, loose ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, pairwise
from typing import Generic, TypeVar

import numpy as np
from matplotlib.path import Path as Outline

from sphinxext.llmpipeline.geometry.primitives import Box, Curve, Point
from sphinxext.llmpipeline.layout.result import Layout, PlacedEdge, PlacedGroup, PlacedNode
from sphinxext.llmpipeline.layout.search import search
from sphinxext.llmpipeline.model.pipeline import Edge, Pipeline
from sphinxext.llmpipeline.style.builtin import MODERN
from sphinxext.llmpipeline.style.types import Style
from sphinxext.llmpipeline.text.typesetting import TextBlock, TextBlocks
from tests.layouts import ENGINE, enclosures, graph_of, slant

TOUCH = 0.5
"""Points that the end of an edge may be from what it belongs to."""

SLACK = 0.5
"""Points by which two things may overlap and still be said to touch."""

INSIDE = 1.0
"""Points from which on a line inside something runs through it."""

NodeT, EdgeT, GroupT = TypeVar("NodeT"), TypeVar("EdgeT"), TypeVar("GroupT")

_STEP = 2.0  # points: how far apart a line is looked at


@dataclass(frozen=True)
class Parts(Generic[NodeT, EdgeT, GroupT]):
    """A value for each node and group, by its id, and for each edge, by its number in the pipeline."""

    nodes: dict[str, NodeT]
    edges: dict[int, EdgeT]
    groups: dict[str, GroupT]


@dataclass(frozen=True)
class Picture:
    """A diagram as it is drawn: places and text of its parts.

    Only :meth:`of_layout` knows how a layout and its text blocks are stored.
    """

    pipeline: Pipeline
    placed: Parts[PlacedNode, PlacedEdge, PlacedGroup]
    text: Parts[TextBlock, TextBlock | None, TextBlock]
    messages: tuple[str, ...] = ()

    @classmethod
    def of(cls, pipeline: Pipeline, style: Style = MODERN, width: float = 700.0) -> Picture:
        """Lay *pipeline* out for a page of *width* points."""
        found = search(graph_of(pipeline, style), ENGINE, width)
        return cls.of_layout(pipeline, found.graph.text, found.layout, found.messages)

    @classmethod
    def of_layout(
        cls, pipeline: Pipeline, blocks: TextBlocks, layout: Layout, messages: tuple[str, ...] = ()
    ) -> Picture:
        """Look at a finished layout of *pipeline*."""
        text = Parts(
            {node.id: block for node, block in zip(pipeline.nodes, blocks.nodes, strict=True)},
            dict(enumerate(blocks.edges)),
            {group.id: block for group, block in zip(pipeline.groups, blocks.groups, strict=True)},
        )
        placed = Parts(dict(layout.nodes), dict(layout.edges), dict(layout.groups))
        return cls(pipeline, placed, text, messages)

    def changed(
        self,
        nodes: dict[str, PlacedNode] | None = None,
        edges: dict[int, PlacedEdge] | None = None,
        groups: dict[str, PlacedGroup] | None = None,
    ) -> Picture:
        """The picture with some parts in other places."""
        placed = self.placed
        moved = Parts(placed.nodes | (nodes or {}), placed.edges | (edges or {}), placed.groups | (groups or {}))
        return replace(self, placed=moved)

    @cached_property
    def around(self) -> dict[str, frozenset[str]]:
        """Groups around each node and group; those of a text beside a bar are those around the bar."""
        found = enclosures(self.pipeline)
        bars = {cell: group.id for group in self.pipeline.groups if group.shares for cell in group.cells}
        texts = {id: bars[id.partition(" ")[0]] for id in self.placed.nodes if id not in found}
        return found | {id: found[bar] for id, bar in texts.items()}

    @cached_property
    def nodes(self) -> dict[str, Box]:
        return {id: at.box for id, at in self.placed.nodes.items()}

    @cached_property
    def groups(self) -> dict[str, Box]:
        return {id: at.box for id, at in self.placed.groups.items()}

    @cached_property
    def titles(self) -> dict[str, Box]:
        """Boxes of the titles of groups, if they have text."""
        return {id: at.label for id, at in self.placed.groups.items() if self.text.groups[id].size.width}

    @cached_property
    def labels(self) -> list[tuple[str, Box]]:
        """Names of edges with a label, and the boxes of these labels."""
        return [(name(edge), line.label) for edge, line in self.edges if line.label]

    @cached_property
    def edges(self) -> list[tuple[Edge, PlacedEdge]]:
        return [(edge, self.placed.edges[key]) for key, edge in enumerate(self.pipeline.edges)]

    @cached_property
    def joins(self) -> set[str]:
        """Nodes at which edges end without an arrowhead."""
        return {node.id for node in self.pipeline.nodes if node.kind == "join"}

    def heads(self, edge: Edge) -> tuple[bool, bool]:
        """Whether an edge has an arrowhead at its start, and at its end."""
        return edge.kind == "exchange" and edge.source not in self.joins, (
            edge.kind != "link" and edge.target not in self.joins
        )

    @cached_property
    def outlines(self) -> dict[str, np.ndarray]:
        """Outlines of nodes and borders of groups, as closed lines."""
        found = {id: at.outline[0] for id, at in self.placed.nodes.items()}
        found |= {id: at.border for id, at in self.placed.groups.items()}
        return {id: polygon(curve) for id, curve in found.items()}

    def distance(self, point: Point, id: str) -> float:
        """From a point to what edges end at: an outline or border, or a sheet behind it."""
        placed = self.placed.nodes.get(id) or self.placed.groups[id]
        return min(distance(point, line) for line in (self.outlines[id], *map(polygon, placed.sheets)))

    @cached_property
    def lines(self) -> list[np.ndarray]:
        """Points along each edge, at most a few points of length apart."""
        return [np.vstack([dense(polygon(spline)) for spline in line.splines]) for _, line in self.edges]


def name(edge: Edge) -> str:
    return f"{edge.source} to {edge.target}"


def polygon(curve: Curve) -> np.ndarray:
    """A curve as points along it."""
    step = Outline.CURVE4 if curve.bezier else Outline.LINETO
    path = Outline(curve.points, [Outline.MOVETO, *[step] * (len(curve.points) - 1)])
    points = np.asarray(path.to_polygons(closed_only=curve.closed)[0])
    return np.vstack([points, points[:1]]) if curve.closed else points


def dense(line: np.ndarray) -> np.ndarray:
    pieces = []
    for start, end in pairwise(line):
        count = max(2, int(np.hypot(*(end - start)) / _STEP))
        pieces.append(start + (end - start) * np.linspace(0, 1, count)[:, None])
    return np.vstack(pieces) if pieces else line


def distance(point: Point, line: np.ndarray) -> float:
    """From a point to the nearest place of a line."""
    start, way = line[:-1], np.diff(line, axis=0)
    squares = np.maximum((way**2).sum(axis=1), 1e-12)
    along = np.clip(((point - start) * way).sum(axis=1) / squares, 0, 1)
    return float(np.hypot(*(start + along[:, None] * way - point).T).min())


def corners(box: Box) -> list[Point]:
    return [(box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)]


def within(line: np.ndarray, box: Box) -> np.ndarray:
    """Which points of a line are inside a box."""
    x, y = line.T
    return (x > box.x0 + INSIDE) & (x < box.x1 - INSIDE) & (y > box.y0 + INSIDE) & (y < box.y1 - INSIDE)


def nodes_overlap(picture: Picture) -> Iterator[str]:
    for (one, box), (other, other_box) in combinations(picture.nodes.items(), 2):
        if box.overlaps(other_box, SLACK):
            yield f"{one} overlaps {other}"


def label_leaves_its_node(picture: Picture) -> Iterator[str]:
    beside = {id.partition(" ")[0] for id in picture.placed.nodes if id not in picture.text.nodes}
    for node in picture.pipeline.nodes:
        if node.id in beside:
            continue
        placed = picture.placed.nodes[node.id]
        outline = picture.outlines[node.id]
        inside = Outline(outline).contains_points(corners(placed.label))
        if not all(ok or distance(at, outline) < 0.1 for at, ok in zip(corners(placed.label), inside, strict=True)):
            yield f"label of {node.id} ({node.kind})"


def text_is_larger_than_its_label(picture: Picture) -> Iterator[str]:
    placed, text = picture.placed, picture.text
    parts: list[tuple[object, TextBlock | None, Box | None]] = [
        *((node, text.nodes[node.id], placed.nodes[node.id].label) for node in picture.pipeline.nodes),
        *((edge, text.edges[key], placed.edges[key].label) for key, edge in enumerate(picture.pipeline.edges)),
        *((group, text.groups[group.id], placed.groups[group.id].label) for group in picture.pipeline.groups),
    ]
    edges = zip(picture.pipeline.edges, placed.edges.values(), strict=True)
    said = {edge.fan for edge, line in edges if line.label and edge.fan is not None}
    for part, block, label in parts:
        if block and not label and isinstance(part, Edge) and part.fan in said:
            continue
        if (block is None) != (label is None):
            yield f"{part}: a label without text, or text without a label"
        elif block and label and (block.size.width > label.width + 0.01 or block.size.height > label.height + 0.01):
            yield f"{part}: {block.size} in {label}"


def label_of_an_edge_covers(picture: Picture) -> Iterator[str]:
    for index, (edge, label) in enumerate(picture.labels):
        for id, box in picture.nodes.items():
            if label.overlaps(box, SLACK):
                yield f"label of {edge} covers {id}"
        for id, box in picture.titles.items():
            if label.overlaps(box, SLACK):
                yield f"label of {edge} covers the title of {id}"
        for other, box in picture.labels[index + 1 :]:
            if label.overlaps(box, SLACK):
                yield f"label of {edge} covers that of {other}"


def title_covers(picture: Picture) -> Iterator[str]:
    """A node, a group within, or another title; or it leaves its group."""
    for id, title in picture.titles.items():
        if not picture.groups[id].holds(title, SLACK):
            yield f"title of {id} leaves its group"
        for node, box in picture.nodes.items():
            if title.overlaps(box, SLACK):
                yield f"title of {id} covers {node}"
        for inner, box in picture.groups.items():
            if id in picture.around[inner] and title.overlaps(box, SLACK):
                yield f"title of {id} covers {inner}"


def edge_runs_through_a_node(picture: Picture) -> Iterator[str]:
    for (edge, _), line in zip(picture.edges, picture.lines, strict=True):
        for id, box in picture.nodes.items():
            if id in (edge.source, edge.target):
                continue
            inside = line[within(line, box)]
            if len(inside) and Outline(picture.outlines[id]).contains_points(inside, radius=-INSIDE).any():
                yield f"{name(edge)} runs through {id}"


def edge_does_not_touch_its_ends(picture: Picture) -> Iterator[str]:
    for edge, line in picture.edges:
        tips = [point for head in line.arrowheads for point in head.points]
        start, end = line.splines[0].points[0], line.splines[-1].points[-1]
        at_start, at_end = picture.heads(edge)
        for id, points in ((edge.source, tips if at_start else [start]), (edge.target, tips if at_end else [end])):
            gap = min((picture.distance(point, id) for point in points), default=float("inf"))
            if gap > TOUCH:
                yield f"{name(edge)} misses {id} by {gap:.1f}"


def edge_runs_the_wrong_way(picture: Picture) -> Iterator[str]:
    """Nearer to its target where it begins and to its source where it ends."""
    for edge, line in picture.edges:
        source, target = picture.outlines[edge.source], picture.outlines[edge.target]
        start, end = line.splines[0].points[0], line.splines[-1].points[-1]
        if distance(start, source) + distance(end, target) > distance(start, target) + distance(end, source):
            yield name(edge)


def arrowheads_are_not_those_of_the_kind(picture: Picture) -> Iterator[str]:
    for edge, line in picture.edges:
        if len(line.arrowheads) != sum(picture.heads(edge)):
            yield f"{name(edge)} ({edge.kind}) has {len(line.arrowheads)}"


def group_does_not_hold_what_is_in_it_alone(picture: Picture) -> Iterator[str]:
    for group, border in picture.groups.items():
        for id, box in (picture.nodes | picture.groups).items():
            if group in picture.around[id]:
                if not border.holds(box, SLACK):
                    yield f"{id} leaves {group}"
            elif id != group and id not in picture.around[group] and border.overlaps(box, SLACK):
                yield f"{id} is in {group}"


def label_leaves_its_group(picture: Picture) -> Iterator[str]:
    """Of an edge that runs inside a group."""
    for edge, line in picture.edges:
        for group in picture.around[edge.source] & picture.around[edge.target]:
            if line.label and not picture.groups[group].holds(line.label, SLACK):
                yield f"label of {name(edge)} leaves {group}"


def edge_runs_through_a_title(picture: Picture) -> Iterator[str]:
    for (edge, _), line in zip(picture.edges, picture.lines, strict=True):
        for id, box in picture.titles.items():
            if within(line, box).any():
                yield f"{name(edge)} runs through the title of {id}"


def edge_is_not_square(picture: Picture) -> Iterator[str]:
    """Some piece of it runs neither along nor across, and is no corner."""
    for edge, line in picture.edges:
        if slant(line) > 0.1:
            yield f"{name(edge)} is off by {slant(line):.1f}"


Check = Callable[[Picture], Iterator[str]]

CHECKS: tuple[Check, ...] = (
    nodes_overlap,
    label_leaves_its_node,
    text_is_larger_than_its_label,
    label_of_an_edge_covers,
    title_covers,
    edge_runs_through_a_node,
    edge_does_not_touch_its_ends,
    edge_runs_the_wrong_way,
    arrowheads_are_not_those_of_the_kind,
    group_does_not_hold_what_is_in_it_alone,
    label_leaves_its_group,
)


def problems(picture: Picture, *more: Check) -> list[str]:
    """Everything that :data:`CHECKS` and *more* find, each line with the name of its check."""
    return [f"{check.__name__}: {found}" for check in (*CHECKS, *more) for found in check(picture)]


def report(found: Mapping[str, Iterable[str]]) -> str:
    """The problems of several pictures, one a line, each after the name of its picture; empty if there are none.

    Use it as the message of an assertion: pytest shortens its own account of a long list.
    """
    return "\n".join(f"{name}: {problem}" for name, problems in found.items() for problem in problems)
