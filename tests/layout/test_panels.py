"""Panels: which parts each has, how they are set in rows, and how they are drawn."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext.llmpipeline import figure, parse, render
from sphinxext.llmpipeline.drawing.matplotlib_backend import Diagram
from sphinxext.llmpipeline.drawing.scene import Scene
from sphinxext.llmpipeline.geometry.primitives import Box, Curve, Size, Sizes
from sphinxext.llmpipeline.layout.panels import join, panel_sizes
from sphinxext.llmpipeline.layout.result import Layout, PlacedEdge, PlacedNode
from sphinxext.llmpipeline.model.panels import Panel, lettered, split
from sphinxext.llmpipeline.model.pipeline import Edge, Group, Label, Node, Pipeline, Run
from sphinxext.llmpipeline.style.builtin import CLASSIC, MODERN
from tests.drawings import Look

WHOLE = parse(
    """
panel p: Encoder
   :direction: TB
   model a
   a -> g
   group g: Inner
      model b
      group h: Innermost
         model c
   b => c: label
   align a, c
panel q: Decoder
   model d
   d -> d
   d -> k
   group k: Inner
      model e
   align d, e
""",
    direction="RL",
)


def layout_of(width: float, height: float) -> Layout:
    """A panel of one node that fills it, its lower left corner away from the origin."""
    frame = Curve(((5, 7), (5 + width, 7), (5 + width, 7 + height), (5, 7 + height)), closed=True)
    return Layout(Box(5, 7, 5 + width, 7 + height), (PlacedNode((frame,), Box.around(frame.points)),), (), ())


def panels_of(count: int) -> list[Panel]:
    return [Panel(index, Pipeline((Node(f"n{index}", Label.plain("n")),)), (index,), (), ()) for index in range(count)]


def joined(
    sizes: list[tuple[float, float]], width: float, gap: float = 10, title: float = 0
) -> tuple[Layout, list[Box]]:
    """The layout, and the boxes of the panels' only nodes."""
    layout = join(
        panels_of(len(sizes)), [layout_of(*size) for size in sizes], [Size(title, 20)] * len(sizes), width, gap
    )
    return layout, [node.box for node in layout.nodes]


# Splitting --------------------------------------------------------------------------------------------------------


def test_a_diagram_without_panels_has_none() -> None:
    assert split(parse("group g: G\n  a -> b")) == ()


def test_each_panel_is_a_diagram_of_its_own() -> None:
    first, second = split(WHOLE)
    assert first == Panel(
        0,
        Pipeline(
            (
                Node("a", Label.plain("a"), "model"),
                Node("b", Label.plain("b"), "model", "g"),
                Node("c", Label.plain("c"), "model", "h"),
            ),
            (Edge("a", "g"), Edge("b", "c", "derive", Label.plain("label"))),
            (Group("g", Label.plain("Inner")), Group("h", Label.plain("Innermost"), "g")),
            (("a", "c"),),
            "TB",
        ),
        (0, 1, 2),
        (0, 1),
        (1, 2),
    )
    assert second == Panel(
        3,
        Pipeline(
            (Node("d", Label.plain("d"), "model"), Node("e", Label.plain("e"), "model", "k")),
            (Edge("d", "d"), Edge("d", "k")),
            (Group("k", Label.plain("Inner")),),
            (("d", "e"),),
            "RL",
        ),
        (3, 4),
        (2, 3),
        (4,),
    )


def test_sizes_of_a_panel() -> None:
    sizes = Sizes(
        tuple(Size(index, 1) for index in range(5)),
        (None, Size(11, 1), None, Size(13, 1)),
        tuple(Size(20 + index, 1) for index in range(5)),
    )
    assert panel_sizes(split(WHOLE)[1], sizes) == Sizes((Size(3, 1), Size(4, 1)), (None, Size(13, 1)), (Size(24, 1),))


def test_titles_begin_with_a_bold_letter() -> None:
    pipeline = lettered(parse(r"panel p: One\ntwo" + "\n  a -> b\n  group g: G\n    c -> a\npanel q: Q\n  d -> d"))
    assert [group.label.lines for group in pipeline.groups] == [
        ((Run("(a)", "bold"), Run(" "), Run("One")), (Run("two"),)),
        ((Run("G"),),),
        ((Run("(b)", "bold"), Run(" "), Run("Q")),),
    ]
    assert lettered(parse("group g: G\n  a -> b")) == parse("group g: G\n  a -> b")


# Joining ----------------------------------------------------------------------------------------------------------


def test_panels_of_a_row_stand_side_by_side_on_one_line() -> None:
    layout, boxes = joined([(100, 50), (60, 80)], width=170)
    assert boxes == [Box(0, -80, 100, -30), Box(110, -80, 170, 0)]
    assert layout.box == Box(0, -114, 170, 0)


def test_titles_stand_centred_below_the_panels() -> None:
    layout = join(panels_of(2), [layout_of(100, 50), layout_of(60, 80)], [Size(40, 20), Size(80, 30)], 200, 10)
    assert [group.label for group in layout.groups] == [Box(30, -114, 70, -94), Box(110, -124, 190, -94)]
    assert layout.nodes[1].box == Box(120, -80, 180, 0)  # in the middle of the room that the title takes


def test_the_area_of_a_panel_holds_it_and_its_title() -> None:
    layout = join(panels_of(2), [layout_of(100, 50), layout_of(60, 80)], [Size(40, 20), Size(80, 30)], 200, 10)
    assert [group.box for group in layout.groups] == [Box(0, -124, 100, 0), Box(110, -124, 190, 0)]
    assert all(group.border.closed for group in layout.groups)


@pytest.mark.parametrize(
    ("width", "rows"), [(320, [3]), (319, [2, 1]), (210, [2, 1]), (209, [1, 1, 1]), (1, [1, 1, 1])]
)
def test_a_row_takes_what_fits(width: float, rows: list[int]) -> None:
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
    assert [(group.box.y1, group.box.y0) for group in layout.groups] == [(0, -84), (-94, -178)]
    assert [box.y1 for box in boxes] == [0, -94]


def test_curves_that_leave_the_box_of_a_layout_have_room() -> None:
    loop = Curve(((0, 0), (50, -30), (60, 20), (10, 5)), bezier=True)
    outside = Layout(Box(0, 0, 20, 20), (), (PlacedEdge((loop,)),), ())
    panels = [Panel(index, Pipeline(()), (), (index,), ()) for index in range(2)]
    layout = join(panels, [outside, outside], [Size(0, 20)] * 2, 500, 10)
    assert [Box.around(edge.splines[0].points) for edge in layout.edges] == [Box(0, -50, 60, 0), Box(70, -50, 130, 0)]


SIDES = st.integers(1, 300)


@given(st.lists(st.tuples(SIDES, SIDES), min_size=1, max_size=8), st.integers(1, 900), SIDES)
def test_any_panels(sizes: list[tuple[float, float]], width: float, title: float) -> None:
    layout, boxes = joined(sizes, width, title=title)
    areas = [group.box for group in layout.groups]
    for index, area in enumerate(areas):
        assert area.holds(boxes[index], 1e-6)
        assert area.holds(layout.groups[index].label, 1e-6)
        assert layout.box.holds(area, 1e-6)
        assert not any(area.overlaps(other, 1e-6) for other in areas[:index])
        if index and area.y1 == areas[index - 1].y1:
            assert area.x0 == pytest.approx(areas[index - 1].x1 + 10)
    widest = max(area.width for area in areas)
    assert layout.box.width <= max(width, widest) + 1e-6


# Drawing ----------------------------------------------------------------------------------------------------------


def drawn(text: str) -> Scene:
    (diagram,) = figure(parse(text)).artists
    assert isinstance(diagram, Diagram)
    return diagram.picture


def test_every_part_of_the_whole_is_in_its_place() -> None:
    pipeline = WHOLE
    (diagram,) = figure(pipeline).artists
    assert isinstance(diagram, Diagram)
    layout = diagram.picture.layout
    boxes = {node.id: placed.box for node, placed in zip(pipeline.nodes, layout.nodes, strict=True)}
    frames = {group.id: placed.box for group, placed in zip(pipeline.groups, layout.groups, strict=True)}
    for item in (*pipeline.nodes, *pipeline.groups):
        for around in pipeline.enclosing(item.id):
            assert frames[around].holds((boxes | frames)[item.id], 1e-6)
    assert not frames["p"].overlaps(frames["q"])
    assert boxes["a"].y0 > boxes["b"].y1  # from top to bottom, as the panel says
    assert boxes["d"].x1 < frames["p"].x0 or boxes["d"].x0 > frames["p"].x1
    for edge, placed in zip(pipeline.edges, layout.edges, strict=True):
        panel = frames["p" if edge.source in "abc" else "q"]
        assert all(panel.holds(Box.around(curve.points), 1e-6) for curve in placed.splines)


def test_panels_run_in_the_direction_of_the_diagram_or_in_their_own() -> None:
    text = "panel p\n  a -> b\npanel q\n  :direction: BT\n  c -> d"
    a, b, c, d = (node.box for node in drawn(text).layout.nodes)
    assert a.x1 < b.x0
    assert a.center[1] == pytest.approx(b.center[1])
    assert c.y1 < d.y0
    assert c.center[0] == pytest.approx(d.center[0])


def test_all_panels_have_one_scale() -> None:
    few, many = "panel p: P\n  a -> b\n", "panel q: Q\n  c -> d -> e -> f -> g\n"
    alone, beside = drawn(few), drawn(few + many)
    for one, other in zip(alone.layout.nodes, beside.layout.nodes, strict=False):
        assert (one.box.width, one.box.height) == pytest.approx((other.box.width, other.box.height))


def test_titles_are_as_large_as_their_text() -> None:
    diagram = drawn("panel p: A title that is longer than the panel\n  :note: and more\n  a -> b")
    block, placed = diagram.blocks.groups[0], diagram.layout.groups[0]
    assert [run.text for run in block.lines[0].runs] == ["(a)", " ", "A title that is longer than the panel"]
    assert (placed.label.width, placed.label.height) == pytest.approx((block.size.width, block.size.height))
    assert len(block.lines) == 2


def test_the_gap_is_that_of_the_style() -> None:
    boxes = [group.box for group in drawn("panel p: P\n  a -> b\npanel q: Q\n  c -> d").layout.groups]
    assert boxes[1].x0 - boxes[0].x1 == pytest.approx(CLASSIC.panel_gap)


def test_a_panel_in_svg_is_its_title_and_an_area_that_is_not_seen() -> None:
    root = ET.fromstring(render(parse("panel p: Encoder\n  :class: wide\n  :tooltip: tip\n  a -> b")))
    namespace = {"svg": "http://www.w3.org/2000/svg"}
    panel = root.find("svg:g[@data-id='p']", namespace)
    assert panel is not None
    assert panel.get("class") == "llmpipeline-panel wide"
    assert [element.text for element in panel.findall("svg:text", namespace)] == ["(a)", "Encoder"]
    assert [element.text for element in panel.findall("svg:title", namespace)] == ["tip"]
    (area,) = panel.findall("svg:path", namespace)
    assert Look(root).of(area, "fill", "stroke") == ("none", None)
    variable = f"var(--llmpipeline-edge-text,{MODERN.edge_text_light})"
    assert {text.get("fill") for text in panel.findall("svg:text", namespace)} == {variable}


@pytest.mark.parametrize("format", ["svg", "svg-outlines", "pdf", "png"])
def test_every_format(format: str) -> None:
    assert render(parse("panel p: P\n  a -> b\npanel q: Q\n  c -> d"), format=format)  # type: ignore[arg-type]
