"""Edges from a node to itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import product

import pytest

from benchmarks.judge import Diagram, judged
from sphinxext.llmpipeline import MODERN, parse
from sphinxext.llmpipeline.geometry.primitives import Box, Side
from sphinxext.llmpipeline.layout import self_loops as module
from sphinxext.llmpipeline.layout.edge_routing import route
from sphinxext.llmpipeline.layout.graph import SIDEWAYS
from sphinxext.llmpipeline.layout.result import Layout, PlacedEdge
from sphinxext.llmpipeline.layout.routing_area import Area
from sphinxext.llmpipeline.layout.self_loops import route_loops
from sphinxext.llmpipeline.model.pipeline import Scale
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction, Splines
from tests.finished import Corners, Finished
from tests.layouts import edges, graph_of, groups, laid_out, nodes, sized, slant
from tests.steps import ROUGHLY, growth

A: Corners = (0, 0, 80, 40)
SIDES: tuple[Side, ...] = ("left", "right", "bottom", "top")


def looped(text: str, direction: Direction = "LR", splines: Splines = "spline") -> Layout:
    graph = graph_of(text, MODERN, direction=direction, splines=splines)
    return route(laid_out(graph), graph)


def area_of(text: str, direction: Direction = "LR", **boxes: Corners) -> Area:
    """Loops among parts in place."""
    finished = Finished(text, boxes, direction=direction)
    area = Area(finished.layout, finished.graph)
    route_loops(area)
    return area


def extent(loop: PlacedEdge) -> Box:
    return Box.around(point for curve in (*loop.splines, *loop.arrowheads) for point in curve.points)


def side(node: Box, loop: PlacedEdge) -> str:
    around = extent(loop)
    found = {
        "top": around.y1 - node.y1,
        "right": around.x1 - node.x1,
        "bottom": node.y0 - around.y0,
        "left": node.x0 - around.x0,
    }
    return max(found, key=lambda name: found[name])


# Sides


@pytest.mark.parametrize(("direction", "expected"), [("LR", "top"), ("RL", "top"), ("TB", "right"), ("BT", "right")])
def test_a_loop_stands_beside_the_flow(direction: Direction, expected: str) -> None:
    layout = looped("node a: Some node\nnode b\nnode c\na -> b -> c\nb -> b", direction)
    assert side(layout.nodes["b"].box, layout.edges[2]) == expected


def test_a_loop_stands_beside_the_flow_of_its_group() -> None:
    layout = looped("group g: G\n   :direction: TB\n   node a\n   node b\n   a -> b\n   b -> b\nnode c\ng -> c")
    assert side(layout.nodes["b"].box, layout.edges[1]) == "right"


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_four_loops_take_the_four_sides(direction: Direction) -> None:
    layout = looped("node a: Some node\na -> a\na -> a\na -> a\na -> a", direction)
    assert sorted(side(layout.nodes["a"].box, loop) for loop in edges(layout)) == ["bottom", "left", "right", "top"]


def test_further_loops_run_around_or_beside_those_before() -> None:
    layout = looped("node a: A node with a long label\n" + "a -> a\n" * 8)
    node = layout.nodes["a"].box
    assert len({extent(loop) for loop in edges(layout)}) == 8
    assert set(Counter(side(node, loop) for loop in edges(layout)[:4]).values()) == {1}
    assert set(Counter(side(node, loop) for loop in edges(layout)).values()) <= {1, 2, 3}


def test_loops_beside_others_end_at_no_corner() -> None:
    area = area_of("node a\n" + "a -> a\n" * 8, a=A)
    for one in SIDES:
        low, high = area.span("a", one, area.graph.edges[0])
        assert all(low <= at <= high for at in area.taken("a", one))


@pytest.mark.parametrize(
    ("wall", "expected"),
    [((0, 50, 80, 70), "bottom"), ((0, 70, 80, 90), "top"), ((52, 45, 90, 60), "bottom")],
    ids=["a node near the top", "a node farther away", "a node over one half"],
)
def test_a_loop_stands_where_nothing_is_in_the_way(wall: Corners, expected: str) -> None:
    area = area_of("node a\nnode b\na -> a", a=A, b=wall)
    assert side(Box(*A), area.lines[0]) == expected


def test_a_loop_stands_beside_a_line_that_ends_in_the_middle() -> None:
    layout = looped(
        "node a: A node with a long label\nnode b\nalign a, b\na -> b\na -> a\na -> a\na -> a\na -> a", "LR"
    )
    node, line = layout.nodes["a"].box, layout.edges[0]
    (beside,) = (loop for loop in edges(layout)[1:] if side(node, loop) == side(node, line))
    assert not extent(beside).grown(4.0).overlaps(extent(line))


# Rows


WORDS = ("search the web", "plan", "ask the user", "write code", "stop", "try again")


def labelled(*ids: str, count: int = 5) -> str:
    return "".join(f"\n{id} -> {id}: {word}" for id in ids for word in WORDS[:count])


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("count", [2, 3, 6])
def test_loops_with_labels_stand_in_rows_beside_the_flow_in_the_order_of_the_text(
    direction: Direction, count: int
) -> None:
    layout = looped(f"p: Prompt\na: Agent\nq: Answer\np -> a -> q{labelled('a', count=count)}", direction)
    node, loops = layout.nodes["a"].box, edges(layout)[2:]
    first, second = ("top", "bottom") if direction in SIDEWAYS else ("right", "left")
    half = (count + 1) // 2
    assert [side(node, loop) for loop in loops] == [first] * half + [second] * (count - half)
    centers = [extent(loop).center for loop in loops]
    for row in (centers[:half], centers[half:]):
        assert row == sorted(row, key=lambda at: at[0] if direction in SIDEWAYS else -at[1])


BESIDE = {
    "siblings": f"p: Prompt\nx: Actor\ny: Critic\np -> x, y{labelled('x', 'y')}",
    "siblings with two": f"p: Prompt\nx: Actor\ny: Critic\nz: Judge\np -> x, y, z{labelled('x', 'y', 'z', count=2)}",
    "in a group": f"p: Prompt\ngroup g: Agents\n   x: Actor\n   y: Critic\np -> x -> y: draft{labelled('x', 'y')}",
    "across the flow": f"p: Prompt\ngroup g: Agents\n   :direction: TB\n   x: Actor\n   y: Critic\n   x -> y\n"
    f"p -> g{labelled('x', 'y')}",
    "with feedback": f"x: Actor\ny: Critic\nx -> y\ny --> x: scores{labelled('x', 'y')}",
    "in round nodes": f"p: Prompt\nop x: x\ndecision y: Good?\np -> x -> y{labelled('x', 'y')}",
}


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("text", BESIDE.values(), ids=BESIDE)
def test_labels_of_loops_are_on_nothing(text: str, direction: Direction) -> None:
    faults = judged(Diagram("", parse(text, direction=direction))).faults
    assert [fault for fault in faults if fault.of_class < 3 and fault.kind != "scrolling"] == []


def test_a_label_above_a_loop_has_room_between_trunks() -> None:
    text = "p: Prompt\nx: Actor\ny: Critic\nz: Judge\nq: Result\np -> x, y, z -> q\ny -> y: search the web"
    assert judged(Diagram("", parse(text, direction="LR"))).kinds() == {}


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_members_of_a_stack_keep_one_width(direction: Direction) -> None:
    text = f"stack s: Layers\n   :direction: LR\n   x: A long name\n   y: Critic{labelled('y', count=4)}"
    graph = graph_of(text, MODERN, direction=direction)
    assert len({node.size.width for node in graph.nodes}) == 1
    assert graph.directed("TB").directed(direction).nodes == graph.nodes


def test_loops_of_a_cell_and_of_a_join_change_no_size() -> None:
    text = f"row r: A | B\njoin j\nc: End\nr.1 -> j -> c{labelled('r.1', count=3)}"
    assert sized_of(text) == sized_of(text.partition("\nr.1 -> r.1")[0])


def sized_of(text: str) -> dict[str, object]:
    return {node.id: node.size for node in graph_of(text, MODERN).nodes}


# Lines


@pytest.mark.parametrize(
    ("arrow", "heads"), [("->", 1), ("<->", 2), ("--", 0), ("=>", 1), ("-->", 1), ("..>", 1), ("~>", 1)]
)
@pytest.mark.parametrize("splines", ["spline", "ortho"])
def test_a_loop_begins_and_ends_at_its_node(arrow: str, heads: int, splines: Splines) -> None:
    layout = looped(f"node a: Some node\na {arrow} a", splines=splines)
    node, loop = layout.nodes["a"].box, layout.edges[0]
    assert len(loop.arrowheads) == heads
    assert slant(loop) < 0.01
    ends = [loop.splines[0].points[0], loop.splines[-1].points[-1]]
    assert max(node.distance(end) for end in ends) < 10
    assert all(min(node.distance(point) for point in head.points) < 0.1 for head in loop.arrowheads)


@pytest.mark.parametrize("width", [4.0, 9.0])
def test_the_ends_of_a_wide_loop_are_apart(width: float) -> None:
    graph = sized("node a\na <-> a", MODERN, widths={0: width})
    first, last = (extent(PlacedEdge((), (head,))) for head in route(laid_out(graph), graph).edges[0].arrowheads)
    assert not first.grown(1.0).overlaps(last)


def test_lines_run_around_a_loop() -> None:
    """The line back would run through it, were the loop placed last."""
    layout = looped("node a\nnode b\nnode c\na -> b -> c\nb -> b\nc => a", "LR")
    loop = extent(layout.edges[2])
    assert not any(loop.grown(2.0).overlaps(Box.around(curve.points)) for curve in layout.edges[3].arrowheads)
    assert side(layout.nodes["b"].box, layout.edges[2]) == "top"
    assert layout.edges[3].splines[0].points[0][1] <= layout.nodes["b"].box.y1


@pytest.mark.parametrize("splines", ["spline", "ortho"])
def test_without_effort_loops_run_along_the_axes(splines: Splines, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_EFFORT", -1)
    layout = looped("a -> b\nb -> b: x\nb -> b: y", splines=splines)
    assert all(slant(loop) < 0.01 for loop in edges(layout))
    assert all(loop.label for loop in edges(layout)[1:])


# Labels


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_loop_in_a_group_stays_in_it_with_its_label(direction: Direction) -> None:
    layout = looped("group g: G\n   node a: Some node\n   a -> a: again and again", direction)
    (border,), (loop,) = groups(layout), edges(layout)
    assert loop.label is not None
    assert border.box.holds(loop.label)
    assert not loop.label.overlaps(layout.nodes["a"].box)
    assert not loop.label.overlaps(border.label)
    assert border.box.holds(extent(loop))


@pytest.mark.parametrize("kind", ["node", "decision", "human", "reward", "eval"])
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_a_label_is_outside_its_loop_and_near_it(kind: str, direction: Direction) -> None:
    """Also at shapes that do not fill their boxes, and at small ones."""
    layout = looped(f"{kind} a: x\na -> a: y", direction)
    loop = layout.edges[0]
    assert loop.label is not None
    assert not loop.label.overlaps(extent(loop))
    assert loop.label.overlaps(extent(loop).grown(6.0))


def test_a_label_covers_nothing_where_there_is_a_free_side() -> None:
    text = (
        "group g: G\n   node a: A longer label\\nof two lines\n   io b: A longer label\\nof two lines\n"
        "a <-> a: Label on\\ntwo lines\nb -> a: Label on\\ntwo lines\na <-> b: Label on\\ntwo lines\nb --> a"
    )
    layout = looped(text, "BT")
    label = layout.edges[0].label
    assert label is not None
    assert layout.groups["g"].box.holds(label)
    assert not any(label.overlaps(node.box) for node in nodes(layout))
    assert not any(label.overlaps(edge.label) for edge in edges(layout)[1:] if edge.label)


def test_a_loop_without_a_free_side_takes_that_with_least_in_its_way() -> None:
    walls = {f"w{x}{y}": (x, y, x + 78, y + 38) for x, y in product((-80, 0, 80), (-40, 0, 40)) if (x, y) != (0, 0)}
    del walls["w800"]
    text = "\n".join(["node a", *(f"node {id.replace('-', 'm')}" for id in walls), "a -> a: x"])
    area = area_of(text, a=(0, 0, 78, 38), **{id.replace("-", "m"): at for id, at in walls.items()})
    assert side(area.boxes["a"], area.lines[0]) == "right"


# Effort


@pytest.mark.parametrize("text", ["node a: Some node\n{loops}", "{nodes}\n{own}"], ids=["of one node", "of many nodes"])
def test_many_loops_take_work_in_proportion(text: str) -> None:
    def work(size: int) -> Callable[[], object]:
        numbers = range(size)
        parts = {
            "loops": "\n".join(f"a -> a: label {number}" for number in numbers),
            "nodes": "\n".join(f"node n{number}" for number in numbers),
            "own": "\n".join(f"n{number} -> n{number}: label {number}" for number in numbers),
        }
        graph = graph_of(text.format(**parts), splines="ortho")
        layout = laid_out(graph)
        return lambda: route(layout, graph)

    assert growth(work, 50) < ROUGHLY


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("width", [1.0, 8.0, 14.0])
def test_a_wide_loop_stays_within_the_side_of_a_small_node(width: float, direction: Direction) -> None:
    text = "node a: A\na -> a\n   :value: 2\na -> b\n   :value: 1\nnode b: B"
    pipeline = replace(parse(text), edge_scale=Scale(widths=(1.0, width)))
    graph = graph_of(pipeline, MODERN, direction=direction)
    layout = route(laid_out(graph), graph)
    node, loop = layout.nodes["a"].box, layout.edges[0]
    (head,) = (Box.around(curve.points) for curve in loop.arrowheads)
    if direction in SIDEWAYS:
        assert node.x0 <= head.x0 <= head.x1 <= node.x1
    else:
        assert node.y0 <= head.y0 <= head.y1 <= node.y1


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("arrow", ["->", "--", "<->", "~>"])
def test_a_loop_at_a_point_has_room_and_no_arrowhead(arrow: str, direction: Direction) -> None:
    layout = looped(f"node a\nnode b\njoin j\na -> j -> b\nj {arrow} j: again", direction)
    loop = layout.edges[2]
    assert loop.arrowheads == ()
    assert extent(loop).width > 2
    assert extent(loop).height > 2
