"""Siblings whose row is wider than the page stand one below the other, beside a trunk."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings

from sphinxext.llmpipeline import MODERN
from sphinxext.llmpipeline.geometry.primitives import Box
from sphinxext.llmpipeline.layout.bounds import least_size
from sphinxext.llmpipeline.layout.clipping import clip
from sphinxext.llmpipeline.layout.graph import LayoutGraph
from sphinxext.llmpipeline.layout.judge import judge
from sphinxext.llmpipeline.layout.nested import lay_out
from sphinxext.llmpipeline.layout.panels import place_panels, split
from sphinxext.llmpipeline.layout.result import Layout
from sphinxext.llmpipeline.layout.stacks import Stacking, with_leaves_in_column
from sphinxext.llmpipeline.model.pipeline import Pipeline
from sphinxext.llmpipeline.model.vocabulary import Direction
from tests.layouts import ENGINE, clear, graph_of, sized
from tests.strategies import pipelines

FAN = "node hub\nnode aaaaaa\nnode bbbbbb\nnode cccccc\nnode dddddd\nhub -> aaaaaa, bbbbbb, cccccc, dddddd\n"
LEAVES = ["aaaaaa", "bbbbbb", "cccccc", "dddddd"]
PAGE = 250.0


def stacked(text: str | Pipeline, page: float = PAGE, part: float = 1.0, *, direction: Direction = "TB") -> LayoutGraph:
    return Stacking(graph_of(text, MODERN, direction=direction)).on_page(page, part)


def branches(text: str, page: float = PAGE, part: float = 1.0) -> list[list[str]]:
    """The branches of each stack, each as one text."""
    return [[" ".join(ids) for ids in stack.branches] for stack in stacked(text, page, part).stacks]


def finished(graph: LayoutGraph) -> Layout:
    return clip(clear(lay_out(graph, ENGINE).layout, graph), graph)


# Which siblings are stacked


def test_a_fan_is_stacked_only_if_its_row_is_wider_than_the_page() -> None:
    assert branches(FAN) == [LEAVES]
    assert branches(FAN, 600.0) == []
    assert branches(FAN, 600.0, 0.5) == [LEAVES]


@pytest.mark.parametrize("direction", ["TB", "BT"])
def test_everything_stands_in_a_column_in_the_order_of_the_flow(direction: Direction) -> None:
    """The order of the text is kept where the flow leaves it free; edges have no say in the places."""
    text = "node end\ngroup g: G\n   node a\n   node b\n   a -> b\nnode start\nstart -> g -> end\nnode aside"
    graph = Stacking(graph_of(text, MODERN, direction=direction)).on_page(PAGE, 0.5, in_column=True)
    (stack,) = graph.stacks
    assert stack.is_column
    order = ["start", "g", "end", "aside"] if direction == "TB" else ["aside", "end", "g", "start"]
    assert [id for (id,) in stack.branches] == order
    layout = finished(graph)
    boxes = [layout.box_of(id) for id in order]
    assert all(upper.y0 > lower.y1 for upper, lower in pairwise(boxes))
    assert len({round(box.center[0], 2) for box in boxes}) == 1
    assert set(layout.edges) == {edge.key for edge in graph.edges}


def test_a_column_is_inside_the_only_group() -> None:
    graph = Stacking(graph_of("group g: G\n   a -> b\n   a -> c\n   b -> d\n   c -> d", MODERN, direction="TB"))
    (stack,) = graph.on_page(PAGE, 0.5, in_column=True).stacks
    assert [id for (id,) in stack.branches] == ["a", "b", "c", "d"]


def test_each_panel_has_a_column() -> None:
    text = (
        "panel p: P\n   node a\n   node b\n   node c\n   a -> b -> c\npanel q: Q\n   row r: 1 | 2\n   node d\n   r -> d"
    )
    graph = Stacking(graph_of(text, MODERN, direction="TB")).on_page(PAGE, 0.5, in_column=True)
    assert [[id for (id,) in stack.branches] for stack in graph.stacks] == [["a", "b", "c"], ["r", "d"]]
    placed = place_panels(graph, ENGINE, PAGE).layout
    for ids in (["a", "b", "c"], ["r", "d"]):
        boxes = [placed.box_of(id) for id in ids]
        assert all(upper.y0 > lower.y1 for upper, lower in pairwise(boxes))


def test_groups_that_lead_to_each_other_keep_the_order_of_the_text() -> None:
    text = "group g: G\n   node a\n   node b\ngroup h: H\n   node c\n   node d\nnode start\nstart -> c\na -> d\nc -> b"
    graph = Stacking(graph_of(text, MODERN, direction="TB")).on_page(PAGE, 0.5, in_column=True)
    assert [id for (id,) in graph.stacks[0].branches] == ["start", "g", "h"]


def test_in_a_column_what_follows_a_node_stands_next_to_it() -> None:
    graph = Stacking(graph_of("node a\nnode b\nnode c\nnode d\na -> c\nb -> d\nc -> d", MODERN, direction="TB"))
    (stack,) = graph.on_page(PAGE, 0.5, in_column=True).stacks
    assert stack.branches == (("a",), ("c",), ("b",), ("d",))


def test_what_an_author_aligns_is_in_no_column() -> None:
    graph = Stacking(graph_of("align b, c\na -> b, c", MODERN, direction="TB"))
    assert graph.on_page(PAGE, 0.5, in_column=True).stacks == ()


def test_sources_of_one_node_are_stacked() -> None:
    assert branches(
        FAN.replace("hub -> ", "").replace("dddddd\n", "dddddd -> hub\n").replace("node dddddd -> hub", "node dddddd")
    ) == [LEAVES]


def test_a_leaf_has_what_only_it_leads_to() -> None:
    text = FAN + "node after\nnode end\naaaaaa -> after -> end\ncccccc, dddddd -> end\n"
    assert branches(text) == [["aaaaaa after", *LEAVES[1:]]]


def test_parts_without_edges_between_them_are_stacked() -> None:
    assert branches("a_long_name -> b\nc_long_name -> d\ne_long_name -> f") == [
        ["a_long_name b", "c_long_name d", "e_long_name f"]
    ]


def test_members_of_a_group_are_stacked() -> None:
    inside = "".join(f"   node {id}\n" for id in LEAVES)
    assert branches(f"group g\n{inside}node hub\n{', '.join(LEAVES)} -> hub") == [LEAVES]


def test_groups_are_stacked() -> None:
    text = "".join(f"group g{id}: A title\n   node {id}\n   node {id}{id}\n   {id} -> {id}{id}\n" for id in "abc")
    assert branches(f"{text}node end\na, b, c -> end") == [["ga", "gb", "gc"]]


def test_stacks_nest() -> None:
    inner = "".join(f"aaaaaa -> inner_{number}\n" for number in range(4))
    text = "hub -> aaaaaa, bbbbbb, cccccc, dddddd\n" + inner
    ids = [f"inner_{number}" for number in range(4)]
    assert branches(text) == [[" ".join(["aaaaaa", *ids]), *LEAVES[1:]], ids]


@pytest.mark.parametrize(
    "more",
    ["align aaaaaa, bbbbbb", "aaaaaa -> cccccc", "".join(f"node h{n}\nh{n} -> bbbbbb\n" for n in range(3))],
    ids=["in one rank", "joined", "too many hubs"],
)
def test_other_siblings_stay_in_a_row(more: str) -> None:
    assert branches(FAN + more) == []


@pytest.mark.parametrize("many", ["edges", "nodes"])
def test_a_large_graph_has_no_stacks(many: str) -> None:
    text = (
        "\n".join(f"hub -> leaf{n}" for n in range(101))
        if many == "edges"
        else "\n".join(f"node n{n}" for n in range(201))
    )
    graph = graph_of(text, MODERN, direction="TB")
    assert Stacking(graph).on_page(PAGE, 1.0) is graph


def test_stacks_nest_to_a_limit() -> None:
    comb = "\n".join(f"n{number} -> leaf{number}, n{number + 1}" for number in range(40))
    assert len(stacked(comb, 20.0).stacks) == 4


def test_groups_that_lead_to_each_other_have_an_end() -> None:
    text = "group g\n   node a\n   node b\ngroup h\n   node c\n   node d\na -> c\nd -> b\nc -> a\n"
    finished(stacked(text, 20.0))


def test_each_panel_has_its_own_stacks() -> None:
    fan = "".join(f"   {line}\n" for line in FAN.splitlines())
    graph = stacked(f"panel p: P\n{fan}panel q: Q\n   node x\n   node y\n   x -> y\n")
    assert [len(part.stacks) for part in split(graph).values()] == [1, 0]
    assert place_panels(graph, ENGINE, PAGE).layout.extent.width < PAGE


# Where they stand


def column(layout: Layout, ids: list[str]) -> list[Box]:
    return [layout.box_of(id) for id in ids]


def test_leaves_stand_in_a_column_in_the_order_of_the_text_beside_the_trunk() -> None:
    layout = finished(stacked(FAN))
    boxes = column(layout, LEAVES)
    assert len({round(box.x0, 3) for box in boxes}) == 1
    assert all(upper.y0 - lower.y1 >= MODERN.node_gap - 1 for upper, lower in pairwise(boxes))
    assert layout.box_of("hub").y0 > boxes[0].y1
    for key, box in enumerate(boxes):
        spline = layout.edges[key].splines[0]
        assert spline.points[0] == layout.edges[0].splines[0].points[0]
        (head,) = layout.edges[key].arrowheads
        assert max(x for x, _ in head.points) == pytest.approx(box.x0, abs=0.5)


def test_lines_of_sources_leave_at_the_right_and_end_as_one() -> None:
    layout = finished(
        stacked(FAN.replace("hub -> aaaaaa, bbbbbb, cccccc, dddddd", "aaaaaa, bbbbbb, cccccc, dddddd -> hub"))
    )
    boxes = column(layout, LEAVES)
    assert len({round(box.x1, 3) for box in boxes}) == 1
    for key, box in enumerate(boxes):
        assert layout.edges[key].splines[0].points[0][0] == pytest.approx(box.x1, abs=0.5)
        assert layout.edges[key].arrowheads == layout.edges[0].arrowheads


@pytest.mark.parametrize(
    "text",
    [
        FAN,
        FAN.replace("dddddd\n", "dddddd\n", 1) + "node end\naaaaaa, bbbbbb, cccccc, dddddd -> end\n",
        "node hub\n" + "".join(f"node {id}\nhub -> {id}: a label\n" for id in LEAVES),
        "store hub\n" + "".join(f"group g{id}: A title\n   node {id}\nhub -> {id}\n" for id in LEAVES),
    ],
    ids=["fan", "out and in", "labels", "members of groups"],
)
@pytest.mark.parametrize("direction", ["TB", "BT"])
def test_a_stack_has_no_faults(text: str, direction: Direction) -> None:
    graph = stacked(text, direction=direction)
    assert graph.stacks
    layout = finished(graph)
    assert layout.extent.width <= PAGE / MODERN.legible_scale
    assert [*judge(layout, graph).lines()] == []


@pytest.mark.parametrize("direction", ["TB", "BT"])
@pytest.mark.parametrize(
    "hub", ["io h: x", "op h: ×", "decision h: All green?", "store h: Index", "data h: Text", "h: Hub"]
)
def test_a_hub_of_any_shape_stands_above_or_below_its_trunk(hub: str, direction: Direction) -> None:
    leaves = "\n".join(f"process {id}" for id in LEAVES)
    for edges in ("h -> aaaaaa, bbbbbb, cccccc, dddddd", "aaaaaa, bbbbbb, cccccc, dddddd -> h"):
        graph = stacked(f"{hub}\n{leaves}\n{edges}", direction=direction)
        lines = clear(lay_out(graph, ENGINE).layout, graph).edges.values()
        assert graph.stacks
        assert [len(line.path) for line in lines] == [3] * 4


def test_a_stack_keeps_to_one_side_although_a_part_could_stand_below_what_it_leads_to() -> None:
    text = "group g\n" + "".join(f"   node {id}\n" for id in LEAVES) + "node wide: A node that is wide\naaaaaa -> wide"
    boxes = column(finished(stacked(text)), LEAVES)
    assert len({round(box.x1, 3) for box in boxes}) == 1


@pytest.mark.parametrize("direction", ["LR", "TB", "RL"])
def test_a_group_with_a_direction_of_its_own_is_stacked_as_a_whole(direction: Direction) -> None:
    """Also with that of the column, along which the stack has its ranks."""
    groups = "".join(
        f"group g{id}: A title\n   :direction: {direction}\n   node {id}\n   node {id}{id}\n   {id} -> {id}{id}\n"
        for id in "abc"
    )
    graph = stacked(f"{groups}node hub\nhub -> ga, gb, gc")
    assert graph.stacks
    layout = finished(graph)
    assert not any(one.box.overlaps(other.box) for one, other in combinations(layout.nodes.values(), 2))
    assert all(layout.box_of(f"g{id}").holds(layout.box_of(inside)) for id in "abc" for inside in (id, id + id))


@settings(max_examples=40, deadline=None)
@given(pipelines())
def test_any_diagram_may_have_stacks(pipeline: Pipeline) -> None:
    graph = Stacking(sized(replace(pipeline, direction="TB"), MODERN)).on_page(60.0, 0.3)
    layout = lay_out(graph, ENGINE).layout
    assert layout.nodes.keys() == {node.id for node in graph.nodes}
    assert layout.groups.keys() == {group.id for group in graph.groups}
    assert not any(one.box.overlaps(other.box, 0.5) for one, other in combinations(layout.nodes.values(), 2))
    size = least_size(graph)
    assert size.width <= layout.extent.width + 1
    assert size.height <= layout.extent.height + 1
    for stack in graph.stacks:
        spans = [Box.around_boxes(layout.box_of(id) for id in branch) for branch in stack.branches]
        ordered = sorted(spans, key=lambda box: box.y0)
        assert all(lower.y1 < upper.y0 for lower, upper in pairwise(ordered))


def test_a_group_in_a_stack_does_not_grow_over_the_trunk_beside_it() -> None:
    text = (
        "node hub\ngroup g\n   node inner\n   node aaaaaa\n   node bbbbbb\n   group h\n      node cccccc\n"
        "node dddddd\nnode eeeeee\ninner => aaaaaa: Cache\ninner => h\nhub => g\nhub => dddddd\nhub => eeeeee\n"
    )
    graph = stacked(text, 130.0)
    assert len(graph.stacks) > 1
    assert {"loose-end", "along-border"}.isdisjoint(judge(finished(graph), graph).kinds())


@pytest.mark.parametrize("leaf", LEAVES)
def test_the_only_label_of_a_fan_stands_beside_the_part_of_its_line_that_no_other_edge_shares(leaf: str) -> None:
    text = FAN.replace("hub -> aaaaaa, bbbbbb, cccccc, dddddd", "\n".join(f"hub -> {id}" for id in LEAVES))
    graph = stacked(text.replace(f"hub -> {leaf}", f"hub -> {leaf}: label"))
    layout = finished(graph)
    label = layout.edges[LEAVES.index(leaf)].label
    assert label
    box = layout.box_of(leaf)
    assert label.x0 > layout.extent.x0 + 1
    assert label.x1 <= box.x0
    assert abs(label.center[1] - box.center[1]) < 20


@pytest.mark.parametrize("count", [2, 3, 5])
@pytest.mark.parametrize("in_group", [True, False])
@pytest.mark.parametrize("way", ["hub -> {}: label", "{} -> hub: label"])
def test_labels_stand_beside_the_branches_of_a_trunk_also_within_a_group(way: str, in_group: bool, count: int) -> None:
    leaves = LEAVES[:4] + ["eeeeee"] * (count == 5)
    inside = "".join(f"   node {id}: Leaf {id * 2}\n" for id in leaves[:count])
    group = f"group g: Group\n{inside}" if in_group else inside.replace("   ", "")
    parts = ["node hub\n", group] if way.startswith("hub") else [group, "node hub\n"]
    graph = stacked("".join(parts) + "".join(f"{way.format(id)} {id}\n" for id in leaves[:count]), 130.0)
    assert graph.stacks
    layout = finished(graph)
    for edge in graph.edges:
        leaf = layout.box_of(edge.target if edge.source == "hub" else edge.source)
        label = layout.edges[edge.key].label
        assert label
        assert leaf.y0 < label.y1
        assert label.y0 < leaf.y1
        assert not in_group or layout.box_of("g").holds(label)
    assert [line for line in judge(layout, graph).lines() if line[0] in "12"] == []


EMBEDDED = (
    "io t: Tokens\nprocess e: Embedding\nop p: +\nio s: Positions\ngroup b: Block\n   node m\n   node n\n   m -> n"
)
EMBEDDED += "\nt -> e -> p -> b\ns -> p"


@pytest.mark.parametrize(
    ("aside", "branches"),
    [
        ((), (("t",), ("e",), ("s",), ("p",), ("b",))),
        ((("s", "p"),), (("t",), ("e",), ("p", "s"), ("b",))),
        ((("p", "s"),), (("t",), ("e",), ("p", "s"), ("b",))),
        ((("e", "p"),), (("t",), ("e",), ("s",), ("p",), ("b",))),
        ((("s", "elsewhere"),), (("t",), ("e",), ("s",), ("p",), ("b",))),
    ],
)
def test_a_leaf_beside_its_hub_is_in_one_branch_of_a_column_with_it(
    aside: tuple[tuple[str, str], ...], branches: tuple[tuple[str, ...], ...]
) -> None:
    graph = Stacking(graph_of(EMBEDDED, MODERN, direction="TB")).on_page(PAGE, 0.5, in_column=True)
    (stack,) = with_leaves_in_column(replace(graph, aside=aside)).stacks
    assert stack.branches == branches


def test_a_leaf_beside_its_hub_leaves_other_stacks_as_they_are() -> None:
    graph = Stacking(graph_of(FAN, MODERN, direction="TB")).on_page(PAGE, 0.5)
    assert with_leaves_in_column(replace(graph, aside=((LEAVES[0], "hub"),))).stacks == graph.stacks


@pytest.mark.parametrize("direction", ["TB", "BT"])
def test_the_hub_of_a_leaf_is_on_the_axis_of_its_column(direction: Direction) -> None:
    graph = Stacking(graph_of(EMBEDDED, MODERN, direction=direction)).on_page(PAGE, 0.5, in_column=True)
    layout = lay_out(with_leaves_in_column(replace(graph, aside=(("s", "p"),))), ENGINE).layout
    axes = {layout.box_of(id).center[0] for id in ("t", "e", "p", "b")}
    assert max(axes) - min(axes) <= 1.0
    leaf, hub = layout.box_of("s"), layout.box_of("p")
    assert leaf.x1 < hub.x0
    assert leaf.center[1] == pytest.approx(hub.center[1])
