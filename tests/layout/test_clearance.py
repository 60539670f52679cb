"""Titles and edges are moved clear of each other, and no others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from sphinxext.llmpipeline.diagnostics import LayoutError
from sphinxext.llmpipeline.geometry.curves import Trace, arrow_size, arrowhead, walk
from sphinxext.llmpipeline.geometry.primitives import Box, Curve, Size, straight
from sphinxext.llmpipeline.layout import clearance
from sphinxext.llmpipeline.layout.clearance import Obstacles, clear, clear_titles, with_detours
from sphinxext.llmpipeline.layout.digraph import Dot
from sphinxext.llmpipeline.layout.engine import EngineOutput, LayoutEngine
from sphinxext.llmpipeline.layout.graph import LayoutGraph
from sphinxext.llmpipeline.layout.result import Layout, PlacedEdge, PlacedGroup, PlacedNode
from sphinxext.llmpipeline.model.vocabulary import Splines
from tests.layouts import EDGE_LABEL, ENGINE, FakeEngine, chained, edges, graph_of, laid_out, sized
from tests.steps import ROUGHLY, growth


def boxed(x: float, y: float, wide: float = 60, high: float = 30) -> Box:
    """A box by its middle."""
    return Box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)


def crosses(curve: Curve, box: Box, slack: float = 0.0) -> bool:
    return Trace([curve]).crosses(box, slack)


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


@dataclass(frozen=True)
class Case:
    """A graph of nodes 60 by 30 points, and a layout of it by hand."""

    graph: LayoutGraph
    layout: Layout

    def cleared(self, engine: LayoutEngine | None = None) -> Layout:
        return with_detours(self.layout, self.graph, engine or ENGINE)


def case(
    text: str,
    nodes: list[PlacedNode],
    lines: list[PlacedEdge],
    *groups: PlacedGroup,
    splines: Splines = "spline",
    widths: dict[int, float] | None = None,
) -> Case:
    graph = sized(text, nodes=Size(40, 18), splines=splines, widths=widths)
    return Case(
        graph,
        Layout(
            Box(-100, -200, 700, 200),
            {node.id: placed for node, placed in zip(graph.nodes, nodes, strict=True)},
            dict(enumerate(lines)),
            {group.id: placed for group, placed in zip(graph.groups, groups, strict=True)},
        ),
    )


ROW = [node(0, 0), node(150, 0), node(300, 0)]
"""a, b and c from left to right."""


NODES = "node a\nnode b\nnode c\n"
THROUGH = line((30, 0), (270, 0))
"""From a to c, through b."""


def around(*points: tuple[float, float]) -> FakeEngine:
    """An engine whose detour runs so, and that has no arrowhead."""
    path = " ".join(f"{x},{y}" for x, y in points)
    edge = f'{{"tail": 0, "head": 1, "pos": "{path}"}}'
    return FakeEngine(lambda _: EngineOutput(f'{{"objects": [{{"pos": "0,0"}}], "edges": [{edge}]}}'.encode(), ""))


def fail(dot: Dot) -> EngineOutput:
    raise LayoutError("Graphviz found no way round")


def test_an_edge_runs_around_a_node_that_is_not_its_end() -> None:
    before = case(f"{NODES}a -> c", ROW, [THROUGH])
    after = before.cleared()
    (edge,) = edges(after)
    assert not any(crosses(spline, ROW[1].box) for spline in edge.splines)
    assert ROW[0].box.distance(edge.splines[0].points[0]) < 1
    assert min(ROW[2].box.distance(point) for head in edge.arrowheads for point in head.points) < 1
    assert (after.nodes, after.groups, after.box) == (before.layout.nodes, before.layout.groups, before.layout.box)


def test_a_clear_edge_stays() -> None:
    lines = [line((30, 0), (120, 0), boxed(75, 10, 30, 12)), line((180, 0), (270, 0))]
    before = case(f"{NODES}a -> b: x\nb -> c", ROW, lines)
    engine = FakeEngine()
    assert before.cleared(engine) == before.layout
    assert engine.graphs == []


def test_a_detour_is_the_line_that_the_engine_gives() -> None:
    points = ((30, 0), (30, 200), (270, 200), (270, 0))
    engine = around(*points)
    after = case(f"{NODES}a -> c", ROW, [THROUGH]).cleared(engine)
    assert after.edges == {0: PlacedEdge((Curve(points, bezier=True),))}
    (dot,) = engine.graphs
    assert dot.name == "detour"
    assert dot.graph_attr["splines"] == "spline"


def test_only_the_edge_in_the_way_is_moved() -> None:
    lines = [line((30, 0), (120, 0)), THROUGH, line((180, 0), (270, 0))]
    before = case(f"{NODES}a -> b\na -> c\nb -> c", ROW, lines)
    after = before.cleared()
    assert [key for key in after.edges if after.edges[key] != before.layout.edges[key]] == [1]


def test_its_label_stands_free_beside_it() -> None:
    before = case(f"{NODES}a -> c: label", ROW, [line((30, 0), (270, 0), boxed(150, 30, 50, 14))])
    (edge,) = edges(before.cleared())
    assert edge.label is not None
    assert (edge.label.width, edge.label.height) == (EDGE_LABEL.width, EDGE_LABEL.height)
    assert not any(edge.label.overlaps(node.box) for node in ROW)
    assert not any(crosses(spline, edge.label) for spline in edge.splines)
    assert min(edge.label.distance(point) for spline in edge.splines for point in walk(spline)) <= 6


def test_a_label_of_an_edge_in_a_group_stays_in_it() -> None:
    border = PlacedGroup(outline(Box(-50, -100, 350, 60)), Box(-42, 40, 20, 55))
    text = "group g: G\n   node a\n   node b\n   node c\n   a -> c: label"
    before = case(text, ROW, [line((30, 0), (270, 0), boxed(150, 30, 50, 14))], border)
    (edge,) = edges(before.cleared())
    assert edge.label is not None
    assert border.box.holds(edge.label)
    assert not edge.label.overlaps(border.label)


def test_an_edge_runs_around_the_label_of_another_and_around_a_title() -> None:
    label = boxed(150, -60, 50, 20)
    title = PlacedGroup(outline(Box(120, 20, 260, 160)), Box(130, 60, 200, 76))
    nodes = [node(0, -60), node(300, -60), node(0, 68), node(300, 68), node(150, -150), node(200, 120)]
    lines = [line((30, -60), (270, -60)), line((30, 68), (270, 68)), line((30, 400), (270, 400), label)]
    text = "node a\nnode b\nnode c\nnode d\ngroup g: G\n   node e\nnode f\na -> b\nc -> d\nf -> e: label"
    after = case(text, nodes, lines, title).cleared()
    assert not any(crosses(spline, label, 1) for spline in after.edges[0].splines)
    assert not any(crosses(spline, title.label, 1) for spline in after.edges[1].splines)


def test_a_label_is_crossed_rather_than_a_node() -> None:
    """There is one way around the node, and a label stands in it."""
    nodes = [*ROW, node(150, 300), node(150, -300)]
    walls = [boxed(150, 70, 500, 90), boxed(150, -70, 500, 90)]
    lines = [THROUGH, line((30, 900), (270, 900), walls[0]), line((30, 950), (270, 950), walls[1])]
    text = f"{NODES}node d\nnode e\na -> c\nd -> e: one\nd -> e: two"
    after = case(text, nodes, lines).cleared()
    assert not any(crosses(spline, ROW[1].box) for spline in after.edges[0].splines)


def test_an_edge_may_cross_its_own_ends() -> None:
    border = PlacedGroup(outline(Box(100, -40, 350, 40)), Box(108, 20, 150, 35))
    before = case("node a\ngroup g: G\n   node b\n   node c\na -> g", ROW, [THROUGH], border)
    assert before.cleared() == before.layout


def test_the_detour_of_an_orthogonal_edge_is_orthogonal() -> None:
    (edge,) = edges(case(f"{NODES}a -> c", ROW, [THROUGH], splines="ortho").cleared())
    assert not any(crosses(spline, ROW[1].box) for spline in edge.splines)
    assert clearance._is_ortho(edge)


def test_a_slanting_line_becomes_orthogonal_if_all_edges_are() -> None:
    nodes, slanting = [node(0, 0), node(300, 100)], line((30, 0), (270, 100))
    plain = case("a -> b", nodes, [slanting])
    assert plain.cleared() == plain.layout
    (edge,) = edges(case("a -> b", nodes, [slanting], splines="ortho").cleared())
    assert clearance._is_ortho(edge)


def test_an_edge_without_a_detour_stays() -> None:
    before = case(f"{NODES}a -> c", ROW, [THROUGH])
    assert before.cleared(FakeEngine(fail)) == before.layout


def test_a_detour_that_is_no_better_is_not_taken() -> None:
    before = case(f"{NODES}a -> c", ROW, [THROUGH])
    engine = around((30, 5), (110, 5), (190, 5), (270, 5))
    assert before.cleared(engine) == before.layout
    assert len(engine.graphs) == 1


def test_no_more_than_forty_edges_are_rerouted() -> None:
    engine = FakeEngine(fail)
    case(NODES + "a -> c\n" * 60, ROW, [THROUGH] * 60).cleared(engine)
    assert len(engine.graphs) == 40


def test_a_wide_line_has_a_wide_arrowhead() -> None:
    heads = []
    for width in (1.2, 6.0):
        (edge,) = edges(case(f"{NODES}a -> c", ROW, [THROUGH], widths={0: width}).cleared())
        (head,) = edge.arrowheads
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
def test_edges_through_nodes_are_counted(text: str, count: int) -> None:
    groups = [PlacedGroup(outline(Box(100, -40, 350, 40)), Box(108, 0, 150, 9))] * text.count("group")
    found = case(text, ROW, [THROUGH] * text.count("->"), *groups)
    assert Obstacles(found.layout, found.graph).count_blocked() == count


# Titles


BORDER = Curve(((0.0, 0.0), (0.0, 100.0), (200.0, 100.0), (200.0, 0.0)), closed=True)
TITLE = Box(8.0, 80.0, 58.0, 95.0)


def way(*points: tuple[float, float]) -> PlacedEdge:
    return PlacedEdge((Curve(points),))


def at(x: float) -> PlacedEdge:
    """A line that comes in from above."""
    return way((x, 130.0), (x, 40.0))


def title(*lines: PlacedEdge) -> Box:
    layout = Layout(Box(0, 0, 200, 130), {}, dict(enumerate(lines)), {"g": PlacedGroup(BORDER, TITLE)})
    cleared = clear_titles(layout)
    assert (cleared.box, cleared.edges, cleared.groups["g"].border) == (layout.box, layout.edges, BORDER)
    return cleared.groups["g"].label


def test_a_free_title_stays() -> None:
    assert title() == TITLE
    assert title(at(70.0), at(150.0)) == TITLE
    assert title(way((30.0, 70.0), (30.0, 10.0))) == TITLE  # below it


@pytest.mark.parametrize("x", [10.0, 30.0, 58.0, 60.0])
def test_a_title_moves_beside_a_line(x: float) -> None:
    moved = title(at(x))
    assert moved == TITLE.moved(x + 3 - TITLE.x0, 0)


def test_a_title_moves_to_the_nearest_place_that_is_wide_enough() -> None:
    assert title(at(30.0), at(60.0)).x0 == pytest.approx(63)
    assert title(at(30.0), at(90.0)).x0 == pytest.approx(33)


def test_a_title_keeps_its_inset_at_the_right() -> None:
    assert title(at(138.0), at(30.0), at(85.0)).x0 == pytest.approx(141)
    # One point further there is no place, and it stays.
    assert title(at(140.0), at(30.0), at(85.0)) == TITLE


def test_a_slanting_line_takes_the_width_that_it_passes() -> None:
    assert title(way((20.0, 100.0), (100.0, 75.0))).x0 > 80


def test_arrowheads_count() -> None:
    head = Curve(((40.0, 85.0), (50.0, 88.0), (50.0, 82.0)), closed=True)
    assert title(PlacedEdge((Curve(((120.0, 200.0), (120.0, 150.0))),), (head,))).x0 > 50


def test_lines_outside_the_group_do_not_count() -> None:
    assert title(way((-50.0, 90.0), (-5.0, 90.0))) == TITLE


def test_an_edge_stays_if_its_label_has_no_place_beside_the_detour() -> None:
    border = PlacedGroup(outline(Box(-50, -4, 350, 4)), Box(-42, 25, 20, 38))  # lower than the label
    text = "group g: G\n   node a\n   node b\n   node c\n   a -> c: label"
    before = case(text, ROW, [line((30, 0), (270, 0), boxed(150, 0, 200, 70))], border)
    detour = around((30, 0), (30, -30), (270, -30), (270, 0))
    assert before.cleared(detour) == before.layout
    assert len(detour.graphs) == 1


def test_loops_are_not_rerouted() -> None:
    before = case(f"{NODES}a -> a", ROW, [THROUGH])
    assert before.cleared() == before.layout


def test_titles_of_many_groups_take_work_in_proportion() -> None:
    def work(size: int) -> Callable[[], object]:
        layout = laid_out(graph_of(chained(size), direction="LR"))
        return lambda: clear_titles(layout)

    assert growth(work) < ROUGHLY


def test_a_title_that_many_edges_cross_takes_work_in_proportion() -> None:
    def work(size: int) -> Callable[[], object]:
        crossing = {key: line((5.0 * key, -60), (5.0 * key, 60)) for key in range(size)}
        group = PlacedGroup(outline(Box(-10, -50, 5.0 * size, 50)), Box(0, 30, 40, 40))
        return lambda: clear_titles(Layout(Box(-10, -60, 5.0 * size, 60), {}, crossing, {"g": group}))

    assert growth(work, 100) < ROUGHLY


def dense(size: int) -> Case:
    """Nodes in a row, each labelled edge through all that are between its ends."""
    text = [f"node n{number}" for number in range(size)]
    text += [f"n{number} -> n{number + 4}: label" for number in range(size - 4)]
    places = [node(150.0 * number, 0) for number in range(size)]
    lines = [line((150.0 * n + 30, 0), (150.0 * n + 570, 0), boxed(150.0 * n + 300, 60)) for n in range(size - 4)]
    return case("\n".join(text), places, lines)


def test_detours_in_a_large_diagram_run_around_what_is_near() -> None:
    engine = FakeEngine(fail)
    dense(120).cleared(engine)
    assert len(engine.graphs) == 40
    boxes = [dot.source.count("pos=") - 2 for dot in engine.graphs]
    assert max(boxes) <= 24
    # The nearest are those in the way.
    first = engine.graphs[0].source
    assert all(f'pos="{150 * number}.00,0.00"' in first for number in range(1, 4))


def test_detours_of_a_small_diagram_run_around_everything() -> None:
    engine = FakeEngine(fail)
    dense(12).cleared(engine)
    assert [dot.source.count("pos=") - 2 for dot in engine.graphs] == 8 * [10 + 7]


def test_places_of_labels_beside_detours_take_work_in_proportion(monkeypatch: pytest.MonkeyPatch) -> None:
    overlaps = Box.overlaps
    compared: list[Box] = []
    monkeypatch.setattr(Box, "overlaps", lambda *boxes: compared.append(boxes[1]) or overlaps(*boxes))

    def comparisons(size: int) -> int:
        found = dense(size)
        compared.clear()
        way = PlacedEdge((Curve(((30, 0), *straight((30, 0), (570, 0))), bezier=True),))
        Obstacles(found.layout, found.graph)._label_place(found.graph.edges[0], way, EDGE_LABEL)
        return len(compared)

    assert comparisons(100) <= comparisons(25) + 20


FAN = "node a\n{nodes}\n{lines}"
IN = "group g: G\n   node x\n   node y\n{nodes}\n{lines}"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (FAN, "a -> n{0}"),
        (FAN, "n{0} -> a: label {0}"),
        (IN, "n{0} -> g"),
        ("node a\nnode b\n{lines}", "a -> b: label {0}"),
    ],
    ids=["from one node", "labelled, to one node", "into one group", "labelled, between two nodes"],
)
def test_edges_as_long_as_their_number_take_work_in_proportion(text: str, line: str) -> None:
    def work(size: int) -> Callable[[], object]:
        parts = {
            "nodes": "\n".join(f"node n{number}" for number in range(size)),
            "lines": "\n".join(line.format(number) for number in range(size)),
        }
        graph = graph_of(text.format(**parts), direction="LR")
        layout = laid_out(graph)

        def cleared() -> None:
            obstacles = Obstacles(layout, graph)
            obstacles.count_blocked()
            with_detours(clear(layout, graph), graph, ENGINE)

        return cleared

    assert growth(work, 60) < ROUGHLY
