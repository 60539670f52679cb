"""Nineteen real diagrams, each in all four directions: nothing overlaps, leaves its place or misses its mark."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from matplotlib.path import Path as Outline

from sphinxext.llmpipeline import CLASSIC, parse
from sphinxext.llmpipeline.arrange import arrange
from sphinxext.llmpipeline.geometry import Box, Curve, Layout, Point
from sphinxext.llmpipeline.model import DIRECTIONS, Direction, Node, Pipeline
from sphinxext.llmpipeline.text import Blocks, measure

CORPUS = Path(__file__).parent.parent / "docs" / "corpus"

# Nodes, edges and groups, counted by hand.
COUNTS = {
    "001": (15, 14, 3),
    "004": (8, 7, 0),
    "007": (19, 19, 4),
    "010": (5, 6, 0),
    "013": (4, 3, 1),
    "016": (7, 3, 3),
    "025": (7, 9, 1),
    "028": (10, 10, 0),
    "031": (5, 5, 1),
    "034": (6, 6, 2),
    "037": (7, 8, 0),
    "040": (21, 36, 7),
    "043": (36, 21, 10),
    "046": (6, 5, 2),
    "049": (11, 10, 3),
    "052": (13, 9, 4),
    "055": (6, 5, 0),
    "058": (7, 8, 2),
    "061": (8, 9, 0),
}

TOUCH = 3.1
"""How far the end of an edge may be from what it belongs to: Graphviz leaves two points before an arrowhead."""

CUT_CORNERS = frozenset({"rounded", "note", "cylinder"})
"""Shapes at whose cut corners Graphviz ends an edge where the corner would be."""


@dataclass(frozen=True)
class Case:
    """One diagram in one direction, laid out."""

    pipeline: Pipeline
    blocks: Blocks
    layout: Layout
    messages: tuple[str, ...]


@cache
def laid_out(name: str, direction: Direction) -> Case:
    pipeline = replace(declared(name), direction=direction)
    blocks = measure(pipeline, CLASSIC)
    placed = arrange(pipeline, CLASSIC, blocks.sizes())
    return Case(pipeline, blocks, placed.layout, placed.messages)


@cache
def declared(name: str) -> Pipeline:
    return parse((CORPUS / f"{name}.txt").read_text(encoding="utf-8"))


@pytest.fixture(params=COUNTS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=DIRECTIONS)
def case(request: pytest.FixtureRequest, name: str) -> Case:
    return laid_out(name, request.param)


def polygon(curve: Curve) -> np.ndarray:
    """A curve as points along it."""
    step = Outline.CURVE4 if curve.bezier else Outline.LINETO
    path = Outline(curve.points, [Outline.MOVETO, *[step] * (len(curve.points) - 1)])
    return np.asarray(path.to_polygons(closed_only=curve.closed)[0])


def distance(point: Point, line: np.ndarray) -> float:
    """From a point to the nearest place of a line."""
    start, way = line[:-1], np.diff(line, axis=0)
    squares = np.maximum((way**2).sum(axis=1), 1e-12)
    along = np.clip(((point - start) * way).sum(axis=1) / squares, 0, 1)
    return float(np.hypot(*(start + along[:, None] * way - point).T).min())


def corners(box: Box) -> list[Point]:
    return [(box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)]


def test_every_file_of_the_corpus_is_in_the_table() -> None:
    assert sorted(path.stem for path in CORPUS.glob("*.txt")) == sorted(COUNTS)


def test_counts(name: str) -> None:
    pipeline = declared(name)
    assert (len(pipeline.nodes), len(pipeline.edges), len(pipeline.groups)) == COUNTS[name]


def test_graphviz_has_nothing_to_complain_of(case: Case) -> None:
    assert case.messages == ()


def test_every_part_has_its_place(case: Case, name: str) -> None:
    layout = case.layout
    assert (len(layout.nodes), len(layout.edges), len(layout.groups)) == COUNTS[name]
    for edge, line in zip(case.pipeline.edges, layout.edges, strict=True):
        assert (line.label is None) is (edge.label is None)


def test_label_lies_inside_the_outline_of_its_node(case: Case) -> None:
    for node, placed in zip(case.pipeline.nodes, case.layout.nodes, strict=True):
        outline = polygon(placed.outline[0])
        inside = Outline(outline).contains_points(corners(placed.label))
        for corner, within in zip(corners(placed.label), inside, strict=True):
            assert within or distance(corner, outline) < 0.1, (node.id, node.kind, corner)


def test_text_fits_its_label(case: Case) -> None:
    parts = [
        *zip(case.blocks.nodes, [node.label for node in case.layout.nodes], strict=True),
        *zip(case.blocks.edges, [edge.label for edge in case.layout.edges], strict=True),
        *zip(case.blocks.groups, [group.label for group in case.layout.groups], strict=True),
    ]
    for block, label in parts:
        if block is not None:
            assert label is not None
            assert block.size.width <= label.width + 0.01
            assert block.size.height <= label.height + 0.01


def test_no_two_nodes_overlap(case: Case) -> None:
    placed = zip(case.pipeline.nodes, case.layout.nodes, strict=True)
    for (one, one_place), (other, other_place) in combinations(placed, 2):
        assert not one_place.box.overlaps(other_place.box, 0.5), (one.id, other.id)


def test_every_node_stands_in_its_groups_and_in_no_other(case: Case) -> None:
    for node, placed in zip(case.pipeline.nodes, case.layout.nodes, strict=True):
        around = set(case.pipeline.enclosing(node.id))
        for group, border in zip(case.pipeline.groups, case.layout.groups, strict=True):
            if group.id in around:
                assert border.box.holds(placed.box, 0.5), (node.id, group.id)
            else:
                assert not border.box.overlaps(placed.box, 0.5), (node.id, group.id)


def test_groups_nest_as_declared(case: Case) -> None:
    placed = zip(case.pipeline.groups, case.layout.groups, strict=True)
    for (one, one_place), (other, other_place) in combinations(placed, 2):
        if other.id in case.pipeline.enclosing(one.id):
            assert other_place.box.holds(one_place.box, 0.5), (one.id, other.id)
        elif one.id in case.pipeline.enclosing(other.id):
            assert one_place.box.holds(other_place.box, 0.5), (one.id, other.id)
        else:
            assert not one_place.box.overlaps(other_place.box, 0.5), (one.id, other.id)


def test_title_of_a_group_lies_in_its_border_and_above_what_it_holds(case: Case) -> None:
    for group, border in zip(case.pipeline.groups, case.layout.groups, strict=True):
        assert border.box.holds(border.label, 0.5), group.id
        for node, placed in zip(case.pipeline.nodes, case.layout.nodes, strict=True):
            assert not border.label.overlaps(placed.box, 0.5), (group.id, node.id)
        for inner, inner_border in zip(case.pipeline.groups, case.layout.groups, strict=True):
            if inner.parent == group.id:
                assert not border.label.overlaps(inner_border.box, 0.5), (group.id, inner.id)


def test_edges_touch_what_they_join(case: Case) -> None:
    outlines = {
        node.id: [polygon(placed.outline[0]), *_box_of(node, placed.box)]
        for node, placed in zip(case.pipeline.nodes, case.layout.nodes, strict=True)
    } | {
        group.id: [polygon(border.border)]
        for group, border in zip(case.pipeline.groups, case.layout.groups, strict=True)
    }

    def gap(id: str, points: list[Point]) -> float:
        return min(distance(point, outline) for point in points for outline in outlines[id])

    for edge, line in zip(case.pipeline.edges, case.layout.edges, strict=True):
        tips = [point for head in line.arrowheads for point in head.points]
        start, end = line.splines[0].points[0], line.splines[-1].points[-1]
        assert gap(edge.source, tips if edge.kind == "exchange" else [start]) < TOUCH, edge
        assert gap(edge.target, [end] if edge.kind == "link" else tips) < TOUCH, edge


def _box_of(node: Node, box: Box) -> list[np.ndarray]:
    closed = [*corners(box), (box.x0, box.y0)]
    return [np.array(closed)] if CLASSIC.nodes[node.kind].shape in CUT_CORNERS else []


def test_edges_run_from_source_to_target(case: Case) -> None:
    """Along the spline, whichever end Graphviz began with."""
    outlines = {
        part.id: polygon(curve)
        for part, curve in [
            *zip(case.pipeline.nodes, [node.outline[0] for node in case.layout.nodes], strict=True),
            *zip(case.pipeline.groups, [group.border for group in case.layout.groups], strict=True),
        ]
    }
    for edge, line in zip(case.pipeline.edges, case.layout.edges, strict=True):
        start, end = line.splines[0].points[0], line.splines[-1].points[-1]
        assert distance(start, outlines[edge.source]) < 20, edge
        assert distance(end, outlines[edge.target]) < 20, edge


def test_arrowheads_are_those_of_the_kind(case: Case) -> None:
    heads = {"exchange": 2, "link": 0}
    for edge, line in zip(case.pipeline.edges, case.layout.edges, strict=True):
        assert len(line.arrowheads) == heads.get(edge.kind, 1), edge


def test_labels_of_edges_hide_no_node_and_no_other_label(case: Case) -> None:
    labels = [line.label for line in case.layout.edges if line.label]
    for label in labels:
        for node, placed in zip(case.pipeline.nodes, case.layout.nodes, strict=True):
            assert not label.overlaps(placed.box, 1), node.id
    for one, other in combinations(labels, 2):
        assert not one.overlaps(other, 1)


def test_everything_lies_in_the_box_of_the_layout(case: Case) -> None:
    for placed in (*case.layout.nodes, *case.layout.groups):
        assert case.layout.box.holds(placed.box, 4.5)  # the lugs of a component stand out by four points
        assert case.layout.box.holds(placed.label, 1)
    for line in case.layout.edges:
        if line.label:
            assert case.layout.box.holds(line.label, 1)
