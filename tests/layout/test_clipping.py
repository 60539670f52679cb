"""Shapes take the place of Graphviz's boxes, and edges end on their outlines."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sphinxext.llmpipeline import CLASSIC, HIGH_CONTRAST, MODERN, PRINT, Style, parse, read_style
from sphinxext.llmpipeline.geometry.curves import flattened
from sphinxext.llmpipeline.geometry.primitives import Box, Curve, Point
from sphinxext.llmpipeline.geometry.shapes import FREE_SHAPES, SHAPES
from sphinxext.llmpipeline.layout.clipping import Outline, clip, clip_edge
from sphinxext.llmpipeline.layout.result import Layout, PlacedEdge
from sphinxext.llmpipeline.model.pipeline import Pipeline
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction
from tests.layouts import clear, graph_of, laid_out

CORPUS = sorted((Path(__file__).parents[2] / "docs" / "corpus").glob("*.txt"))
SQUARE = Outline(Box(0.0, 0.0, 10.0, 10.0).outline()), (0.0, 0.0)
AWAY = SQUARE[0], (100.0, 0.0)


def raw_and_clipped(pipeline: Pipeline, style: Style = MODERN) -> tuple[Layout, Layout]:
    graph = graph_of(pipeline, style)
    raw = clear(laid_out(graph), graph)
    return raw, clip(raw, graph)


def distance(point: Point, line: tuple[Point, ...]) -> float:
    """From a point to the nearest place of a line."""
    points = np.array(line)
    start, way = points[:-1], np.diff(points, axis=0)
    squares = np.maximum((way**2).sum(axis=1), 1e-12)
    along = np.clip(((point - start) * way).sum(axis=1) / squares, 0, 1)
    return float(np.hypot(*(start + along[:, None] * way - point).T).min())


def ends(edge: PlacedEdge) -> tuple[list[Point], list[Point]]:
    """The points that may be at its source, those that may be at its target: the ends of its line and of its heads."""
    first, last = edge.splines[0].points[0], edge.splines[-1].points[-1]
    at_source, at_target = [first], [last]
    for head in edge.arrowheads:
        near_first = min(math.dist(point, first) for point in head.points)
        near_last = min(math.dist(point, last) for point in head.points)
        (at_source if near_first < near_last else at_target).extend(head.points)
    return at_source, at_target


def assert_edges_meet(pipeline: Pipeline, layout: Layout) -> None:
    outlines = {id: node.outline[0] for id, node in layout.nodes.items()}
    outlines |= {id: group.border for id, group in layout.groups.items()}
    assert list(layout.edges) == list(range(len(pipeline.edges)))
    for key, edge in enumerate(pipeline.edges):
        line = layout.edges[key]
        for id, points in zip((edge.source, edge.target), ends(line), strict=True):
            gap = min(distance(point, flattened(outlines[id])) for point in points)
            assert gap < 0.1, (edge.source, edge.target, id, gap)


# Edges of a square


def straight(*points: Point) -> Curve:
    return Curve(points, bezier=True)


def test_an_edge_that_ends_on_its_outlines_stays() -> None:
    edge = PlacedEdge((straight((10, 5), (40, 5), (70, 5), (100, 5)),), label=Box(50, 6, 60, 9))
    assert clip_edge(edge, SQUARE, AWAY) == edge


def test_an_end_is_extended_along_the_edge() -> None:
    edge = PlacedEdge((straight((13, 4), (40, 5), (70, 5), (97, 5)),))
    (line,) = clip_edge(edge, SQUARE, AWAY).splines
    assert line.points[-2:] == ((73, 5), (100, 5))
    assert line.points[0] == pytest.approx((10, 4 - 3 / 27))
    assert line.points[1] == pytest.approx((37, 5 - 3 / 27))


def test_an_arrowhead_goes_with_its_end() -> None:
    head = Curve(((90, 8), (97, 5), (90, 2)), closed=True)
    edge = PlacedEdge((straight((10, 5), (40, 5), (70, 5), (90, 5)),), (head,))
    met = clip_edge(edge, SQUARE, AWAY)
    assert met.arrowheads == (replace(head, points=((93, 8), (100, 5), (93, 2))),)
    assert met.splines[0].points == ((10, 5), (40, 5), (73, 5), (93, 5))


def test_both_arrowheads_of_an_exchange() -> None:
    heads = tuple(Curve(points, closed=True) for points in (((20, 8), (13, 5), (20, 2)), ((90, 8), (97, 5), (90, 2))))
    edge = PlacedEdge((straight((20, 5), (40, 5), (70, 5), (90, 5)),), heads[::-1])
    at_target, at_source = clip_edge(edge, SQUARE, AWAY).arrowheads
    assert (at_source.points[1], at_target.points[1]) == ((10, 5), (100, 5))


def test_an_end_inside_its_outline_is_drawn_back() -> None:
    edge = PlacedEdge((straight((10, 5), (40, 5), (70, 5), (101, 5)),))
    assert clip_edge(edge, SQUARE, AWAY).splines[0].points[-1] == (100, 5)


def test_an_edge_that_would_pass_its_outline_ends_at_the_nearest_point() -> None:
    edge = PlacedEdge((straight((10, 5), (40, 12), (70, 12), (99, 12)),))
    assert clip_edge(edge, SQUARE, AWAY).splines[0].points[-1] == (100, 10)


def test_straight_pieces_keep_their_corners() -> None:
    edge = PlacedEdge((Curve(((12, 5), (50, 5), (50, 8), (98, 8))),))
    assert clip_edge(edge, SQUARE, AWAY).splines[0].points == ((10, 5), (50, 5), (50, 8), (100, 8))


def test_an_edge_of_two_pieces() -> None:
    edge = PlacedEdge((straight((12, 5), (20, 5), (30, 5), (40, 5)), straight((60, 5), (70, 5), (80, 5), (98, 5))))
    first, second = clip_edge(edge, SQUARE, AWAY).splines
    assert (first.points[0], first.points[-1]) == ((10, 5), (40, 5))
    assert (second.points[0], second.points[-1]) == ((60, 5), (100, 5))


# Whole diagrams


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("file", CORPUS, ids=lambda path: path.stem)
def test_edges_of_real_diagrams_end_on_outlines(file: Path, direction: Direction) -> None:
    pipeline = replace(parse(file.read_text(encoding="utf-8")), direction=direction)
    assert_edges_meet(pipeline, raw_and_clipped(pipeline)[1])


@pytest.mark.parametrize("shape", FREE_SHAPES)
def test_edges_end_on_every_shape_from_every_side(shape: str) -> None:
    style, problems = read_style({"nodes": {"node": {"shape": shape}}})
    assert not problems
    lines = [f"n{one} {arrow} n{other}" for one in range(7) for other, arrow in ((6 - one, "<->"), (one + 3, "->"))]
    pipeline = parse("\n".join([*lines, "n1 -> n1: itself"]))
    for direction in DIRECTIONS:
        turned = replace(pipeline, direction=direction)
        assert_edges_meet(turned, raw_and_clipped(turned, style)[1])


@pytest.mark.parametrize("style", [MODERN, CLASSIC, PRINT, HIGH_CONTRAST], ids=lambda style: style.name)
def test_nodes_and_groups_keep_their_place(style: Style) -> None:
    kinds = "\n".join(f"   {kind} {kind}: A label of {kind}" for kind in style.nodes if kind != "join")
    pipeline = parse(f"group g: Kinds\n{kinds}\nnode o\no -> g\nio -> model")
    raw, clipped = raw_and_clipped(pipeline, style)
    assert clipped.box == raw.box
    assert (list(clipped.nodes), list(clipped.groups)) == (list(raw.nodes), list(raw.groups))
    for id in (*raw.nodes, *raw.groups):
        before, after = (raw.nodes | raw.groups)[id], (clipped.nodes | clipped.groups)[id]  # type: ignore[operator]
        assert before.box.holds(after.box, 0.01)
        assert after.box.holds(before.box, 1.5)
        assert after.box.holds(after.label, 0.01)
    for node in pipeline.nodes:
        shape = SHAPES[style.nodes[node.kind].shape]
        if shape.dot:
            continue
        expected = shape.outline(raw.nodes[node.id].box, style.corner_radius)
        for curve, like in zip(clipped.nodes[node.id].outline, expected, strict=True):
            assert replace(curve, points=like.points) == like
            assert np.array(curve.points) == pytest.approx(np.array(like.points), abs=1e-6)
    assert clipped.groups["g"].border.bezier


def test_corners_are_sharp_if_the_style_has_no_radius() -> None:
    style = replace(MODERN, corner_radius=0.0)
    _, clipped = raw_and_clipped(parse("group g: G\n   model a: A"), style)
    assert len(clipped.nodes["a"].outline[0].points) == 4
    assert len(clipped.groups["g"].border.points) == 4


def test_the_corners_of_a_table_are_sharp_unless_it_has_a_border() -> None:
    """So that a leader that ends at a corner does not run into a cell."""
    _, clipped = raw_and_clipped(parse("row bare: a | b\ngrid titled: T\n   r: a | b"))
    assert len(clipped.groups["bare"].border.points) == 4
    assert clipped.groups["titled"].border.bezier


def test_the_nearest_place_of_an_outline_of_one_piece() -> None:
    drop = Outline(Curve(((0.0, 0.0), (10.0, 10.0), (-10.0, 10.0), (0.0, 0.0)), bezier=True))
    assert drop.nearest((0.0, -5.0)) == (0.0, 0.0)
