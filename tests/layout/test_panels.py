"""Panels: their graphs, their places in rows, and their drawings."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext.llmpipeline import figure, parse, render
from sphinxext.llmpipeline.drawing.matplotlib_backend import Diagram
from sphinxext.llmpipeline.drawing.scene import Scene
from sphinxext.llmpipeline.geometry.primitives import Box, Curve, Size
from sphinxext.llmpipeline.layout.graph import LayoutGraph
from sphinxext.llmpipeline.layout.panels import in_rows, join, place_panels, split
from sphinxext.llmpipeline.layout.result import Layout, PlacedEdge, PlacedNode
from sphinxext.llmpipeline.model.vocabulary import Direction
from sphinxext.llmpipeline.style.builtin import CLASSIC, MODERN
from tests.drawings import Look
from tests.layouts import ENGINE, PANELS, FakeEngine, clear, edges, graph_of, groups, laid_out, nodes, sized
from tests.steps import ROUGHLY, growth


def layout_of(id: str, width: float, height: float) -> Layout:
    """A panel of one node that fills it, its lower left corner away from the origin."""
    box = Box(5, 7, 5 + width, 7 + height)
    return Layout(box, {id: PlacedNode((box.outline(),), box)}, {}, {})


def panels_of(titles: list[Size], gap: float) -> LayoutGraph:
    """The graph of panels ``p0``, ``p1``, … of one node each."""
    text = "\n".join(f"panel p{index}\n   node n{index}" for index in range(len(titles)))
    return sized(text, replace(CLASSIC, panel_gap=gap), groups=titles)


def joined(
    sizes: list[tuple[float, float]], width: float, gap: float = 10, titles: list[Size] | None = None
) -> tuple[Layout, list[Box]]:
    """The layout, and the boxes of the panels' only nodes."""
    graph = panels_of(titles or [Size(0, 20)] * len(sizes), gap)
    parts = {f"p{index}": layout_of(f"n{index}", *size) for index, size in enumerate(sizes)}
    layout = join(graph, parts, width)
    return layout, [node.box for node in nodes(layout)]


# Splitting


def test_a_graph_without_panels_is_its_only_part() -> None:
    graph = sized("group g: G\n  a -> b")
    assert list(split(graph)) == [None]
    assert split(graph)[None] is graph


def test_each_panel_is_a_graph_of_its_own() -> None:
    graph = sized(PANELS, edges=[None, Size(11, 1), None, None], groups=[Size(20 + index, 1) for index in range(5)])
    a, b, c, d, e = graph.nodes
    _, g, h, _, k = graph.groups
    assert split(graph) == {
        "p": replace(
            graph,
            nodes=(replace(a, group=None), b, c),
            edges=graph.edges[:2],
            groups=(replace(g, parent=None), h),
            aligned=(("a", "c"),),
            direction="TB",
        ),
        "q": replace(
            graph,
            nodes=(replace(d, group=None), e),
            edges=graph.edges[2:],
            groups=(replace(k, parent=None),),
            aligned=(("d", "e"),),
            direction="RL",
        ),
    }


def test_edges_keep_their_keys_in_panels() -> None:
    graph = sized(PANELS)
    assert [[edge.key for edge in part.edges] for part in split(graph).values()] == [[0, 1], [2, 3]]
    placed = place_panels(graph, ENGINE, 700.0)
    cleared = placed.mapped(clear)
    assert [list(layout.edges) for _, layout in cleared.panels.values()] == [[0, 1], [2, 3]]
    layout = cleared.layout
    assert sorted(layout.edges) == [0, 1, 2, 3]
    assert layout.edges[1].label is not None
    assert layout.edges[2].label is None


def test_interleaved_edges_of_panels_keep_their_keys() -> None:
    text = (
        "panel p\n   node a\n   node b\n   a -> b: x\n   b -- a\npanel q\n   node c\n   node d\n   c -- d\n   d <-> c"
    )
    pipeline = parse(text, direction="LR")
    one, three, zero, two = pipeline.edges
    graph = sized(replace(pipeline, edges=(zero, one, two, three)))
    assert [[edge.key for edge in part.edges] for part in split(graph).values()] == [[1, 3], [0, 2]]
    layout = place_panels(graph, ENGINE, 700.0).mapped(clear).layout
    assert [len(edge.arrowheads) for edge in edges(layout)] == [0, 1, 2, 0]
    assert [key for key, edge in layout.edges.items() if edge.label] == [1]
    frames = [layout.groups["q" if key % 2 == 0 else "p"].box for key in sorted(layout.edges)]
    for frame, edge in zip(frames, edges(layout), strict=True):
        assert all(frame.holds(Box.around(spline.points), 1e-6) for spline in edge.splines)


# Placing


def test_each_panel_is_laid_out_by_itself() -> None:
    graph, engine = graph_of(PANELS).with_room(), FakeEngine()
    placed = place_panels(graph, engine, 700.0)
    assert [dot.graph_attr["rankdir"] for dot in engine.graphs] == ["TB", "RL"]
    for id, part in split(graph).items():
        assert placed.panels[id] == (part, laid_out(part))
    assert placed.layout == join(graph, {id: laid_out(part) for id, part in split(graph).items()}, 700.0)


def test_a_graph_without_panels_keeps_its_places() -> None:
    graph = graph_of("group g: G\n   node a\nnode b\na -> b", direction="LR")
    assert place_panels(graph, ENGINE, 1.0).layout == laid_out(graph)


def test_messages_of_all_panels_are_kept() -> None:
    library = ENGINE
    engine = FakeEngine(lambda dot: library.run(dot)._replace(messages=f"about {dot.graph_attr['rankdir']}"))
    placed = place_panels(graph_of(PANELS), engine, 700.0)
    assert placed.messages == ("about TB", "about RL")


# Joining


def test_panels_of_a_row_begin_on_one_line() -> None:
    layout, boxes = joined([(100, 50), (60, 80)], width=170)
    assert boxes == [Box(0, -50, 100, 0), Box(110, -80, 170, 0)]
    assert layout.box == Box(0, -114, 170, 0)


def line_of(text: str, direction: Direction, ids: str) -> tuple[list[float], list[float]]:
    """The tops, and the lower ends, of some nodes in a figure of panels."""
    layout = place_panels(graph_of(text, direction=direction), ENGINE, 700.0).mapped(clear).layout
    boxes = [layout.nodes[id].box for id in ids]
    return [round(box.y1, 3) for box in boxes], [round(box.y0, 3) for box in boxes]


TALL_AND_SHORT = "panel p: P\n   a -> b -> c\npanel q: Q\n   d -> e"


def test_panels_that_run_down_begin_at_one_height() -> None:
    tops, _ = line_of(TALL_AND_SHORT, "TB", "ad")
    assert tops[0] == tops[1]


def test_panels_that_run_upwards_begin_on_one_base_line() -> None:
    _, ends = line_of(TALL_AND_SHORT, "BT", "ad")
    assert ends[0] == ends[1]


def test_panels_that_run_in_two_directions_have_one_top() -> None:
    text = "panel p: P\n   :direction: BT\n   a -> b -> c\npanel q: Q\n   :direction: TB\n   d -> e"
    tops, _ = line_of(text, "TB", "cd")
    assert tops[0] == tops[1]


@pytest.mark.parametrize(("direction", "end"), [("TB", 0), ("BT", 1), ("LR", 0)])
def test_first_nodes_are_on_one_line_also_in_a_group(direction: Direction, end: int) -> None:
    text = "panel p: P\n   group g: Group\n      a -> b\npanel q: Q\n   c -> d"
    heights = line_of(text, direction, "ac")[end]
    assert heights[0] == heights[1]


def test_panels_whose_first_nodes_are_far_from_one_line_begin_on_one() -> None:
    deep = "\n".join(f"{'   ' * depth}group g{depth}: G" for depth in range(1, 5))
    text = f"panel p: P\n{deep}\n{'   ' * 5}a -> b\npanel q: Q\n   c -> d"
    layout = place_panels(graph_of(text, direction="TB"), ENGINE, 700.0).layout
    assert layout.groups["g1"].box.y1 == pytest.approx(layout.nodes["c"].box.y1)


def test_titles_stand_centred_below_the_panels() -> None:
    layout, boxes = joined([(100, 50), (60, 80)], 200, titles=[Size(40, 20), Size(80, 30)])
    assert [group.label for group in groups(layout)] == [Box(30, -114, 70, -94), Box(110, -124, 190, -94)]
    assert boxes[1] == Box(120, -80, 180, 0)  # in the middle of the room that the title takes


def test_the_area_of_a_panel_holds_it_and_its_title() -> None:
    layout, _ = joined([(100, 50), (60, 80)], 200, titles=[Size(40, 20), Size(80, 30)])
    assert [group.box for group in groups(layout)] == [Box(0, -124, 100, 0), Box(110, -124, 190, 0)]
    assert all(group.border.closed for group in groups(layout))


@pytest.mark.parametrize(
    ("width", "rows"), [(320, [3]), (319, [2, 1]), (210, [2, 1]), (209, [1, 1, 1]), (1, [1, 1, 1])]
)
def test_row_takes_all_panels_that_fit(width: float, rows: list[int]) -> None:
    _, boxes = joined([(100, 50)] * 3, width)
    assert [sum(box.y1 == y for box in boxes) for y in sorted({box.y1 for box in boxes}, reverse=True)] == rows


def test_rows_are_about_equally_wide() -> None:
    _, boxes = joined([(100, 50)] * 4, width=330)
    assert [box.x0 for box in boxes] == [0, 110, 0, 110]


def test_a_narrower_row_stands_in_the_middle() -> None:
    _, boxes = joined([(100, 50)] * 3, width=210)
    assert [box.x0 for box in boxes] == [0, 110, 55]


def test_rows_stand_below_each_other() -> None:
    layout, boxes = joined([(100, 50), (100, 50)], width=100)
    assert [(group.box.y1, group.box.y0) for group in groups(layout)] == [(0, -84), (-94, -178)]
    assert [box.y1 for box in boxes] == [0, -94]


def test_curves_that_leave_the_box_of_a_layout_have_room() -> None:
    loop = Curve(((0, 0), (50, -30), (60, 20), (10, 5)), bezier=True)
    parts = {f"p{key}": Layout(Box(0, 0, 20, 20), {}, {key: PlacedEdge((loop,))}, {}) for key in range(2)}
    layout = join(panels_of([Size(0, 20)] * 2, 10), parts, 500)
    assert [Box.around(edge.splines[0].points) for edge in edges(layout)] == [Box(0, -50, 60, 0), Box(70, -50, 130, 0)]


SIDES = st.integers(1, 300)


@given(st.lists(st.tuples(SIDES, SIDES), min_size=1, max_size=8), st.integers(1, 900), SIDES)
def test_any_panels(sizes: list[tuple[float, float]], width: float, title: float) -> None:
    layout, boxes = joined(sizes, width, titles=[Size(title, 20)] * len(sizes))
    frames = groups(layout)
    areas = [frame.box for frame in frames]
    for index, area in enumerate(areas):
        assert area.holds(boxes[index], 1e-6)
        assert area.holds(frames[index].label, 1e-6)
        assert layout.box.holds(area, 1e-6)
        assert not any(area.overlaps(other, 1e-6) for other in areas[:index])
        if index and area.y1 == areas[index - 1].y1:
            assert area.x0 == pytest.approx(areas[index - 1].x1 + 10)
    widest = max(area.width for area in areas)
    assert layout.box.width <= max(width, widest) + 1e-6


WIDTHS = st.lists(st.integers(1, 300), max_size=8)


@given(WIDTHS, st.integers(1, 900), st.integers(0, 50))
def test_rows_are_as_few_and_as_narrow_as_possible(widths: list[float], width: float, gap: float) -> None:
    rows = in_rows(widths, width, gap)
    assert [index for row in rows for index in row] == list(range(len(widths)))

    def length(row: list[int]) -> float:
        return sum(widths[index] + gap for index in row) - gap

    def every(start: int = 0) -> list[list[list[int]]]:
        """All ways to divide the boxes into rows."""
        if start == len(widths):
            return [[]]
        return [[list(range(start, end)), *rest] for end in range(start + 1, len(widths) + 1) for rest in every(end)]

    fitting = [found for found in every() if all(length(row) <= width or len(row) == 1 for row in found)]
    fewest = min(len(found) for found in fitting)
    assert len(rows) == fewest
    assert rows in fitting
    if rows:
        narrowest = min(max(map(length, found)) for found in fitting if len(found) == fewest)
        assert max(map(length, rows)) == narrowest


# Drawing


def drawn(text: str) -> Scene:
    (diagram,) = figure(parse(text)).artists
    assert isinstance(diagram, Diagram)
    return diagram.scene


def test_every_part_of_the_whole_is_in_its_place() -> None:
    pipeline = PANELS
    (diagram,) = figure(pipeline).artists
    assert isinstance(diagram, Diagram)
    layout = diagram.scene.layout
    boxes = {id: placed.box for id, placed in layout.nodes.items()}
    frames = {id: placed.box for id, placed in layout.groups.items()}
    for item in (*pipeline.nodes, *pipeline.groups):
        for around in pipeline.enclosing(item.id):
            assert frames[around].holds((boxes | frames)[item.id], 1e-6)
    assert not frames["p"].overlaps(frames["q"])
    assert boxes["b"].y0 > boxes["c"].y1  # from top to bottom, the panel's own direction
    assert boxes["d"].x1 < frames["p"].x0 or boxes["d"].x0 > frames["p"].x1
    for edge, placed in zip(pipeline.edges, edges(layout), strict=True):
        panel = frames["p" if edge.source in "abc" else "q"]
        assert all(panel.holds(Box.around(curve.points), 1e-6) for curve in placed.splines)


def test_panels_run_in_the_direction_of_the_diagram_or_in_their_own() -> None:
    text = "panel p\n  a -> b\npanel q\n  :direction: BT\n  c -> d"
    a, b, c, d = (node.box for node in nodes(drawn(text).layout))
    assert a.x1 < b.x0
    assert a.center[1] == pytest.approx(b.center[1])
    assert c.y1 < d.y0
    assert c.center[0] == pytest.approx(d.center[0])


def test_all_panels_have_one_scale() -> None:
    few, many = "panel p: P\n  a -> b\n", "panel q: Q\n  c -> d -> e -> f -> g\n"
    alone, beside = drawn(few), drawn(few + many)
    for one, other in zip(nodes(alone.layout), nodes(beside.layout), strict=False):
        assert (one.box.width, one.box.height) == pytest.approx((other.box.width, other.box.height))


def test_titles_are_as_large_as_their_text() -> None:
    diagram = drawn("panel p: A title that is longer than the panel\n  :note: and more\n  a -> b")
    block, placed = diagram.text.groups[0], diagram.layout.groups["p"]
    assert [run.text for run in block.lines[0].runs] == ["(a)", " ", "A title that is longer than the panel"]
    assert (placed.label.width, placed.label.height) == pytest.approx((block.size.width, block.size.height))
    assert len(block.lines) == 2


def test_the_gap_is_that_of_the_style() -> None:
    boxes = [group.box for group in groups(drawn("panel p: P\n  a -> b\npanel q: Q\n  c -> d").layout)]
    assert boxes[1].x0 - boxes[0].x1 == pytest.approx(CLASSIC.panel_gap)


def test_a_panel_in_svg_is_its_title_and_an_invisible_area() -> None:
    root = ET.fromstring(render(parse("panel p: Encoder\n  :class: wide\n  :tooltip: tip\n  a -> b")))
    namespace = {"svg": "http://www.w3.org/2000/svg"}
    panel = root.find("svg:g[@data-id='p']", namespace)
    assert panel is not None
    assert panel.get("class") == "llmpipeline-panel wide"
    assert [element.text for element in panel.findall("svg:text", namespace)] == ["(a)", "Encoder"]
    assert [element.text for element in panel.findall("svg:title", namespace)] == ["tip"]
    (area,) = panel.findall("svg:path", namespace)
    assert Look(root).of(area, "fill", "stroke") == ("none", None)
    assert {text.get("fill") for text in panel.findall("svg:text", namespace)} == {MODERN.edge_text_light}


@pytest.mark.parametrize("format", ["svg", "svg-outlines", "pdf", "png"])
def test_every_format(format: str) -> None:
    assert render(parse("panel p: P\n  a -> b\npanel q: Q\n  c -> d"), format=format)  # type: ignore[arg-type]


def many(size: int) -> str:
    return "\n".join(f"panel p{n}: P\n   node a{n}\n   node b{n}\n   a{n} -> b{n}" for n in range(size))


def test_many_panels_are_split_with_work_in_proportion() -> None:
    def work(size: int) -> Callable[[], object]:
        graph = sized(many(size))
        return lambda: split(graph)

    assert growth(work) < ROUGHLY


def test_many_panels_are_put_into_rows_with_work_in_proportion() -> None:
    def work(size: int) -> Callable[[], object]:
        return lambda: in_rows([10.0 + number % 7 for number in range(size)], 200.0, 2.0)

    assert growth(work) < ROUGHLY


@given(
    st.lists(st.sampled_from([10.0, 20.0, 20.5]) | st.floats(1, 100), min_size=1, max_size=8),
    st.floats(5, 200),
    st.sampled_from([0.0, 2.0, 24.0]),
)
def test_rows_are_as_few_as_fit_and_then_as_narrow_as_possible(widths: list[float], width: float, gap: float) -> None:
    def filled(limit: float) -> list[list[int]]:
        rows: list[list[int]] = [[0]]
        for index in range(1, len(widths)):
            row = [*rows[-1], index]
            if sum(widths[one] + gap for one in row) - gap > limit + 1e-6:
                rows.append([index])
            else:
                rows[-1] = row
        return rows

    fewest = len(filled(width))
    ends = [sum(widths[:end]) + gap * (end - 1) for end in range(len(widths) + 1)]
    possible = sorted(end - start - gap for start, end in itertools.combinations([-gap, *ends[1:]], 2))
    narrowest = next(limit for limit in possible if len(filled(limit)) <= fewest)
    assert in_rows(widths, width, gap) == filled(narrowest)
