"""Groups with directions of their own, and edges that lead into them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable
from textwrap import dedent

import pytest

from sphinxext.llmpipeline import CLASSIC, parse
from sphinxext.llmpipeline.diagnostics import LayoutError
from sphinxext.llmpipeline.geometry.curves import arrow_length
from sphinxext.llmpipeline.geometry.primitives import Box, Point
from sphinxext.llmpipeline.layout import nested
from sphinxext.llmpipeline.layout.digraph import GROUP_GAP, Dot
from sphinxext.llmpipeline.layout.engine import EngineOutput, Executable
from sphinxext.llmpipeline.layout.nested import lay_out, outermost_dot
from sphinxext.llmpipeline.layout.output import place
from sphinxext.llmpipeline.layout.regions import divide
from sphinxext.llmpipeline.layout.result import Layout, PlacedEdge, PlacedGroup
from sphinxext.llmpipeline.model.pipeline import Pipeline
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction
from sphinxext.llmpipeline.rendering import digraph
from tests import layouts
from tests.layouts import ENGINE, FakeEngine, chained, clear, edges, graph_of, groups, nodes, sized
from tests.steps import ROUGHLY, growth

WAYS: dict[Direction, Point] = {"LR": (1, 0), "RL": (-1, 0), "TB": (0, -1), "BT": (0, 1)}


def laid_out(pipeline: Pipeline | str, direction: Direction = "LR") -> Layout:
    text = dedent(pipeline) if isinstance(pipeline, str) else pipeline
    return layouts.laid_out(graph_of(text, direction=direction))


def cleared(pipeline: Pipeline | str, direction: Direction = "LR") -> Layout:
    """A diagram with its edges, labels and titles in place."""
    graph = graph_of(pipeline, direction=direction).with_room()
    return clear(layouts.laid_out(graph), graph)


def near(box: Box, point: Point, slack: float = 3.1) -> bool:
    return box.distance(point) <= slack


def on_border(box: Box, point: Point, slack: float = 3.1) -> bool:
    x, y = point
    return near(box, point, slack) and min(abs(x - box.x0), abs(x - box.x1), abs(y - box.y0), abs(y - box.y1)) <= slack


def tip(edge: PlacedEdge, box: Box) -> bool:
    return any(on_border(box, point) for head in edge.arrowheads for point in head.points)


# Directions


@pytest.mark.parametrize("diagram", DIRECTIONS)
@pytest.mark.parametrize("group", DIRECTIONS)
@pytest.mark.parametrize("arrow", ["->", "<->", "--"])
@pytest.mark.parametrize("label", ["", ": label"], ids=["bare", "labelled"])
def test_a_group_runs_in_its_own_direction(diagram: Direction, group: Direction, arrow: str, label: str) -> None:
    layout = laid_out(
        f"group g: G\n   :direction: {group}\n   node a\n   node b\n   node c\n   a {arrow} b{label}"
        f"\n   b {arrow} c{label}\nnode o\no -> a",
        diagram,
    )
    a, b, c, _ = (node.box.center for node in nodes(layout))
    along, across = WAYS[group], (WAYS[group][1], WAYS[group][0])
    for one, other in ((a, b), (b, c)):
        step = other[0] - one[0], other[1] - one[1]
        assert step[0] * along[0] + step[1] * along[1] > 40
        assert abs(step[0] * across[0] + step[1] * across[1]) < 5


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_directions_nest(direction: Direction) -> None:
    text = """
        group g: G
           :direction: TB
           node a
           group h: H
              :direction: LR
              node b
              node c
              b -> c
           node d
           a -> b
           c -> d
        node o
        d -> o
    """
    layout = laid_out(text, direction)
    a, b, c, d, _ = (node.box for node in nodes(layout))
    g, h = (group.box for group in groups(layout))
    assert a.y0 > max(b.y1, c.y1)
    assert min(b.y0, c.y0) > d.y1
    assert b.x1 < c.x0
    assert g.holds(h)
    assert h.holds(b)
    assert h.holds(c)
    assert g.holds(a)
    assert g.holds(d)


def test_a_group_may_branch_in_its_own_direction() -> None:
    layout = laid_out(
        "group g: G\n   :direction: TB\n   node a\n   node b\n   node c\n   node d\n   a -> b, c -> d\nnode o\nd -> o"
    )
    a, b, c, d, o = (node.box for node in nodes(layout))
    assert b.center[1] == pytest.approx(c.center[1], abs=1)
    assert a.y0 > b.y1 > b.y0 > d.y1
    assert layout.groups["g"].box.x1 < o.x0


# Parts in their places


def test_parts_come_in_the_order_of_the_pipeline() -> None:
    text = (
        "group g: A title\n   :direction: TB\n   node b: bbbbbbbb\nnode a: a\n"
        "group h: H\n   :direction: BT\n   node c: cccc\nc -> a: x\na -> b\nb -> c"
    )
    layout = laid_out(text)
    assert (list(layout.nodes), list(layout.groups)) == (["b", "a", "c"], ["g", "h"])
    widths = {id: node.label.width for id, node in layout.nodes.items()}
    assert widths["b"] > widths["c"] > widths["a"]
    assert layout.groups["g"].label.width > layout.groups["h"].label.width


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_titles_stand_at_the_top_left(direction: Direction) -> None:
    layout = laid_out(
        "group g: Title\n   node a\n   group h: Inner title\n      node b\n   a -> b\nnode c\nb -> c", direction
    )
    for group in groups(layout):
        assert group.label.x0 - group.box.x0 == pytest.approx(8, abs=1)
        assert group.box.y1 - group.label.y1 == pytest.approx(8, abs=7)


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("own", ["", "\n   :direction: TB", "\n   :direction: LR"])
def test_arrows_have_room_between_groups(direction: Direction, own: str) -> None:
    layout = laid_out(f"group g: G{own}\n   node a\ngroup h: H{own}\n   node b\ng -> h\na -> b", direction)
    g, h = (group.box for group in groups(layout))
    gap = max(h.x0 - g.x1, g.x0 - h.x1, h.y0 - g.y1, g.y0 - h.y1)
    assert gap >= 2 * GROUP_GAP


def test_a_group_stays_around_the_labels_of_its_edges() -> None:
    layout = cleared("group g: G\n   node a\n   node b\n   a -> b: a long label\n   b --> a: another long label", "TB")
    for edge in edges(layout):
        assert edge.label is not None
        assert layout.groups["g"].box.holds(edge.label)


@pytest.mark.parametrize("diagram", DIRECTIONS)
@pytest.mark.parametrize("group", DIRECTIONS)
@pytest.mark.parametrize(("arrow", "heads"), [("->", 1), ("<->", 2), ("--", 0)])
def test_labels_in_a_group_with_a_direction_of_its_own(
    diagram: Direction, group: Direction, arrow: str, heads: int
) -> None:
    text = (
        f"group g: G\n   :direction: {group}\n   node a\n   node b\n   node c\n"
        f"   a {arrow} b: one\n   b {arrow} c: two words\nnode o\no -> a"
    )
    layout = cleared(text, diagram)
    (a, b, c, o), (border,) = nodes(layout), groups(layout)
    assert all(border.box.holds(node.box, 0.5) for node in (a, b, c))
    assert not border.box.overlaps(o.box)
    for edge, source, target in zip(edges(layout), (a, b), (b, c), strict=False):
        assert edge.label is not None
        assert border.box.holds(edge.label, 0.5)
        assert not any(edge.label.overlaps(node.box, 1) for node in nodes(layout))
        assert near(source.box, edge.splines[0].points[0], 13)
        assert near(target.box, edge.splines[-1].points[-1], 13)
        assert len(edge.arrowheads) == heads
        assert tip(edge, target.box) is (heads > 0)
        assert tip(edge, source.box) is (heads == 2)


# Edges across borders

GROUPS = """
    group g: G
       :direction: {own}
       node a
       node b
       node c
       a -> b
       a -> c
    group h: H
       group i: I
          :direction: {own}
          node d
    node o
"""
OWN: tuple[Direction, ...] = DIRECTIONS


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("own", OWN)
@pytest.mark.parametrize("arrow", ["->", "=>", "<->", "--"])
@pytest.mark.parametrize("ends", ["o g", "g o", "o b", "b o", "g h", "d c", "i o", "a d", "h g"])
def test_an_edge_leads_from_border_to_border(direction: Direction, own: Direction, arrow: str, ends: str) -> None:
    source, target = ends.split()
    text = dedent(GROUPS).format(own=own)
    pipeline = parse(f"{text}{source} {arrow} {target}")
    layout = cleared(pipeline, direction)
    boxes = {id: at.box for id, at in layout.nodes.items()} | {id: at.box for id, at in layout.groups.items()}
    edge = layout.edges[len(pipeline.edges) - 1]
    assert len(edge.arrowheads) == {"<->": 2, "--": 0}.get(arrow, 1)
    length = arrow_length(CLASSIC.edges[pipeline.edges[-1].kind].width) + 3.1
    assert near(boxes[source], edge.splines[0].points[0], length if arrow == "<->" else 3.1)
    assert near(boxes[target], edge.splines[-1].points[-1], 3.1 if arrow == "--" else length)
    assert tip(edge, boxes[target]) is (arrow != "--")
    if arrow == "<->":
        assert tip(edge, boxes[source])


def test_an_arrowhead_at_a_border_is_that_of_its_line() -> None:
    layout = cleared("group g: G\n   node a\nnode o\no => g\no -> g")
    lengths = []
    for edge in edges(layout):
        ((left, point, right),) = (head.points for head in edge.arrowheads)
        lengths.append(math.dist(((left[0] + right[0]) / 2, (left[1] + right[1]) / 2), point))
    assert lengths == pytest.approx([arrow_length(CLASSIC.edges[kind].width) for kind in ("derive", "flow")])


# Aligned nodes, errors, keys


def test_aligned_nodes_stand_in_line_across_regions() -> None:
    text = "group g: G\n   :direction: TB\n   node a\n   node b\n   a -> b\nnode c\nnode d\nc -> d\nalign a, c"
    layout = laid_out(text)
    assert layout.groups["g"].box.center[0] == pytest.approx(layout.nodes["c"].box.center[0], abs=1)


REGIONS = "group g: G\n   :direction: TB\n   node a\n   node b\n   a -> b\nnode o\no -> b"


def test_a_layout_that_fails_inside_a_region_fails() -> None:
    with pytest.raises(LayoutError, match="cannot run 'no-such-dot'"):
        lay_out(graph_of(REGIONS, direction="LR"), Executable("no-such-dot"))


def test_inner_regions_are_laid_out_first_and_all_messages_are_kept() -> None:
    def complain(dot: Dot) -> EngineOutput:
        return ENGINE.run(dot)._replace(messages=dot.graph_attr["rankdir"])

    engine = FakeEngine(complain)
    assert lay_out(graph_of(REGIONS, direction="LR"), engine).messages == ("TB", "LR")
    assert [dot.graph_attr["rankdir"] for dot in engine.graphs] == ["TB", "LR"]


def test_an_inner_region_is_moved_as_a_whole() -> None:
    text = "group g: G\n   :direction: TB\n   node a: aa\n   node b\nnode o\no -> b: first\na -> b\no <-> a\nb -- a: 2"
    graph = graph_of(text, direction="LR")
    layout, alone = layouts.laid_out(graph), layouts.laid_out(divide(graph).inner["g"].graph)
    assert (list(layout.nodes), list(alone.nodes)) == (["a", "b", "o"], ["a", "b"])
    by = layout.nodes["a"].box.x0 - alone.nodes["a"].box.x0, layout.nodes["a"].box.y0 - alone.nodes["a"].box.y0
    assert math.hypot(*by) > 1
    assert all(layout.nodes[id] == node.moved(*by) for id, node in alone.nodes.items())
    assert layout.groups["g"] == alone.groups["g"].moved(*by)


def test_the_outermost_dot_is_that_of_the_region_at_the_top() -> None:
    graph = graph_of(REGIONS, direction="LR")
    dot = outermost_dot(graph, ENGINE)
    assert dot.source == digraph(parse(REGIONS, direction="LR"), CLASSIC).source
    layout = place(divide(graph).graph, dot, ENGINE).layout
    assert (list(layout.nodes), list(layout.groups)) == (["g", "o"], [])
    box = layout.nodes["g"].box
    (group,) = groups(laid_out(REGIONS))
    assert box.width == pytest.approx(group.box.width + 2 * GROUP_GAP, abs=1.5)
    assert box.height == pytest.approx(group.box.height + 2 * GROUP_GAP, abs=1.5)


def test_many_regions_are_put_together_with_work_in_proportion() -> None:
    def work(size: int) -> Callable[[], object]:
        text = chained(size).replace(": G", ": G\n   :direction: TB").replace("-> g", "-> n")
        region = divide(sized(text, direction="LR"))
        box = PlacedGroup(Box(0, 0, 60, 30).outline(), Box(0, 20, 10, 30))
        inner = {id: Layout(box.box, {}, {}, defaultdict(lambda: box)) for id in region.inner}
        rooms = dict.fromkeys(inner, box.box)
        return lambda: nested._islands(region, inner, rooms)

    assert growth(work, 100) < ROUGHLY


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("own", ["", "  :direction: TB\n"])
def test_a_group_without_a_title_has_one_margin_on_all_sides(direction: Direction, own: str) -> None:
    text = f"group o: Outer title\n group g:\n{own.replace('  ', '   ')}  a: A\n  b: B\n  a -> b\nc: C\nb -> c"
    layout = cleared(text, direction)
    box, inner = layout.groups["g"].box, Box.around_boxes([layout.nodes[id].box for id in "ab"])
    margins = inner.x0 - box.x0, inner.y0 - box.y0, box.x1 - inner.x1, box.y1 - inner.y1
    assert max(margins) - min(margins) < 2, margins
    assert layout.groups["g"].label.width == 0
