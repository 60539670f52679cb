"""Edges that are in the way are led round it, and no others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sphinxext.llmpipeline import CLASSIC, parse
from sphinxext.llmpipeline.diagnostics import LayoutError
from sphinxext.llmpipeline.geometry.curves import arrow_size, arrowhead, crosses, walk
from sphinxext.llmpipeline.geometry.primitives import Box, Curve, Size, Sizes, straight
from sphinxext.llmpipeline.layout import clearance as detours
from sphinxext.llmpipeline.layout.clearance import Obstacles, clear_edges
from sphinxext.llmpipeline.layout.result import Layout, PlacedEdge, PlacedGroup, PlacedNode
from sphinxext.llmpipeline.model.pipeline import Pipeline
from sphinxext.llmpipeline.model.vocabulary import Splines


def boxed(x: float, y: float, wide: float = 60, high: float = 30) -> Box:
    """A box by its middle."""
    return Box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)


def outline(box: Box) -> Curve:
    return Curve(((box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)), closed=True)


def node(x: float, y: float) -> PlacedNode:
    return PlacedNode((outline(boxed(x, y)),), boxed(x, y, 40, 18))


def line(start: tuple[float, float], end: tuple[float, float], label: Box | None = None) -> PlacedEdge:
    """A straight one with its arrowhead, from left to right."""
    base = (end[0] - 8, end[1])
    return PlacedEdge(
        (Curve((start, *straight(start, base)), bezier=True),), (arrowhead(end, (1, 0), arrow_size(1.2)),), label
    )


def layout(nodes: list[PlacedNode], edges: list[PlacedEdge], *groups: PlacedGroup) -> Layout:
    return Layout(Box(-100, -200, 700, 200), tuple(nodes), tuple(edges), groups)


def cleared(text: str, before: Layout, splines: Splines = "spline") -> Layout:
    pipeline = replace(parse(text), splines=splines)
    return clear_edges(before, pipeline, CLASSIC, sizes(pipeline))


def sizes(pipeline: Pipeline) -> Sizes:
    return Sizes((Size(40, 18),) * len(pipeline.nodes), (None,) * len(pipeline.edges), ())


ROW = [node(0, 0), node(150, 0), node(300, 0)]
"""a, b and c from left to right."""


def test_an_edge_runs_round_a_node_that_is_not_its_end() -> None:
    before = layout(ROW, [line((30, 0), (270, 0))])
    after = cleared("node a\nnode b\nnode c\na -> c", before)
    (edge,) = after.edges
    assert not any(crosses(spline, ROW[1].box) for spline in edge.splines)
    assert ROW[0].box.distance(edge.splines[0].points[0]) < 1
    assert min(ROW[2].box.distance(point) for head in edge.arrowheads for point in head.points) < 1
    assert (after.nodes, after.groups, after.box) == (before.nodes, before.groups, before.box)


def test_an_edge_in_nobodys_way_stays() -> None:
    before = layout(ROW, [line((30, 0), (120, 0), boxed(75, 10, 30, 12)), line((180, 0), (270, 0))])
    assert cleared("node a\nnode b\nnode c\na -> b: x\nb -> c", before) == before


def test_its_label_stands_free_beside_it() -> None:
    before = layout(ROW, [line((30, 0), (270, 0), boxed(150, 30, 50, 14))])
    (edge,) = cleared("node a\nnode b\nnode c\na -> c: label", before).edges
    assert edge.label is not None
    assert (edge.label.width, edge.label.height) == (50, 14)
    assert not any(edge.label.overlaps(node.box) for node in ROW)
    assert not any(crosses(spline, edge.label) for spline in edge.splines)
    assert min(edge.label.distance(point) for spline in edge.splines for point in walk(spline)) < 17


def test_a_label_of_an_edge_in_a_group_stays_in_it() -> None:
    border = PlacedGroup(outline(Box(-50, -100, 350, 60)), Box(-42, 40, 20, 55))
    before = layout(ROW, [line((30, 0), (270, 0), boxed(150, 30, 50, 14))], border)
    text = "group g: G\n   node a\n   node b\n   node c\n   a -> c: label"
    (edge,) = cleared(text, before).edges
    assert edge.label is not None
    assert border.box.holds(edge.label)
    assert not edge.label.overlaps(border.label)


def test_an_edge_runs_round_the_label_of_another_and_round_a_title() -> None:
    label = boxed(150, -60, 50, 20)
    title = PlacedGroup(outline(Box(120, 20, 260, 160)), Box(130, 60, 200, 76))
    nodes = [node(0, -60), node(300, -60), node(0, 68), node(300, 68), node(200, 120), node(150, -150)]
    edges = [line((30, -60), (270, -60)), line((30, 68), (270, 68)), line((30, 400), (270, 400), label)]
    text = "node a\nnode b\nnode c\nnode d\ngroup g: G\n   node e\nnode f\na -> b\nc -> d\nf -> e: label"
    after = cleared(text, layout([*nodes[:4], nodes[5], nodes[4]], edges, title))
    assert not any(crosses(spline, label, 1) for spline in after.edges[0].splines)
    assert not any(crosses(spline, title.label, 1) for spline in after.edges[1].splines)


def test_the_label_of_another_is_the_lesser_evil() -> None:
    """Round the node there is one way, which a label stands in."""
    nodes = [*ROW, node(150, 300), node(150, -300)]
    walls = [boxed(150, 70, 500, 90), boxed(150, -70, 500, 90)]
    edges = [line((30, 0), (270, 0)), line((30, 900), (270, 900), walls[0]), line((30, 950), (270, 950), walls[1])]
    text = "node a\nnode b\nnode c\nnode d\nnode e\na -> c\nd -> e: one\nd -> e: two"
    after = cleared(text, layout(nodes, edges))
    assert not any(crosses(spline, ROW[1].box) for spline in after.edges[0].splines)


def test_what_belongs_to_the_ends_of_an_edge_is_in_nobodys_way() -> None:
    border = PlacedGroup(outline(Box(100, -40, 350, 40)), Box(108, 20, 150, 35))
    before = layout(ROW, [line((30, 0), (270, 0))], border)
    text = "node a\ngroup g: G\n   node b\n   node c\na -> g"
    assert cleared(text, before) == before


def test_square_lines_are_led_round_square() -> None:
    before = layout(ROW, [line((30, 0), (270, 0))])
    (edge,) = cleared("node a\nnode b\nnode c\na -> c", before, "ortho").edges
    assert not any(crosses(spline, ROW[1].box) for spline in edge.splines)
    assert detours._runs_square(edge)


def test_a_slanting_line_is_made_square_where_lines_run_along_and_across() -> None:
    nodes = [node(0, 0), node(300, 100)]
    before = layout(nodes, [line((30, 0), (270, 100))])
    assert cleared("a -> b", before) == before
    (edge,) = cleared("a -> b", before, "ortho").edges
    assert detours._runs_square(edge)


def test_where_graphviz_finds_no_way_an_edge_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> PlacedEdge:
        raise LayoutError("Graphviz found no way round")

    monkeypatch.setattr(detours, "place_detour", fail)
    before = layout(ROW, [line((30, 0), (270, 0))])
    assert cleared("node a\nnode b\nnode c\na -> c", before) == before


def test_a_way_that_is_no_better_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detours, "place_detour", lambda *_: line((30, 5), (270, 5)))
    before = layout(ROW, [line((30, 0), (270, 0))])
    assert cleared("node a\nnode b\nnode c\na -> c", before) == before


def test_a_thicket_is_left_after_so_many_edges(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def count(*given: object) -> PlacedEdge:
        asked.append(given)
        raise LayoutError("none")

    monkeypatch.setattr(detours, "place_detour", count)
    text = "node a\nnode b\nnode c\n" + "a -> c\n" * 60
    cleared(text, layout(ROW, [line((30, 0), (270, 0))] * 60))
    assert len(asked) == 40


def test_a_wide_line_has_a_wide_arrowhead() -> None:
    pipeline = parse("node a\nnode b\nnode c\na -> c")
    before = layout(ROW, [line((30, 0), (270, 0))])
    heads = []
    for width in (1.2, 6.0):
        found = clear_edges(before, pipeline, CLASSIC, replace(sizes(pipeline), lines=(width,)))
        (head,) = found.edges[0].arrowheads
        heads.append(Box.around(head.points))
    assert heads[1].width > heads[0].width
    assert heads[1].height > heads[0].height


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("node a\nnode b\nnode c\na -> c", 1),
        ("node a\nnode b\nnode c\na -> c\na -> c", 2),
        ("group g: G\n   node a\n   node b\nnode c\ng -> c", 0),
        ("node a\ngroup g: G\n   node b\n   node c\na -> g", 0),
    ],
)
def test_edges_in_the_way_of_nodes_are_counted(text: str, count: int) -> None:
    pipeline = parse(text)
    groups = [PlacedGroup(outline(Box(100, -40, 350, 40)), Box(108, 0, 150, 9)) for _ in pipeline.groups]
    before = layout(ROW, [line((30, 0), (270, 0))] * len(pipeline.edges), *groups)
    assert Obstacles(before, pipeline).count_blocked() == count
