"""Nodes come nearer to the only one that leads to them, where a long rank has left a void; wide gaps close."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from sphinxext.llmpipeline import MODERN
from sphinxext.llmpipeline.geometry.primitives import Box, Point
from sphinxext.llmpipeline.layout.compaction import closed, compacted, trimmed
from sphinxext.llmpipeline.layout.finishing import in_line
from sphinxext.llmpipeline.layout.gaps import Axis, gap_between
from sphinxext.llmpipeline.layout.nested import lay_out
from sphinxext.llmpipeline.layout.result import Layout
from sphinxext.llmpipeline.layout.search import search
from sphinxext.llmpipeline.layout.structure import Structure
from sphinxext.llmpipeline.model.vocabulary import Direction
from tests import layouts
from tests.finished import Corners, Finished
from tests.layouts import ENGINE, graph_of, sized
from tests.steps import ROUGHLY, growth

CHAIN = "group g: G\n   node a\n   node b\n   node c\n   a -> b -> c\nnode x\na -> x\n"
PLACES = {
    "g": Box(-20, -20, 60, 660),
    "a": Box(0, 600, 40, 630),
    "b": Box(0, 300, 40, 330),
    "c": Box(0, 0, 40, 30),
    "x": Box(100, 0, 140, 580),
}
GAP = MODERN.rank_gap


def test_a_chain_beside_a_long_node_comes_together_and_its_group_shrinks() -> None:
    graph = graph_of(CHAIN, MODERN, direction="TB")
    found = compacted(Structure(graph), PLACES)
    assert found["b"] == Box(0, 570 - GAP, 40, 600 - GAP)
    assert found["c"] == Box(0, 540 - 2 * GAP, 40, 570 - 2 * GAP)
    assert found["g"] == Box(-20, 520 - 2 * GAP, 60, 660)
    assert (found["a"], found["x"]) == (PLACES["a"], PLACES["x"])


def test_a_chain_to_the_right_comes_together() -> None:
    places = {id: Box(-box.y1, box.x0, -box.y0, box.x1) for id, box in PLACES.items()}
    found = compacted(Structure(graph_of(CHAIN, MODERN, direction="LR")), places)
    assert found["b"].x0 == pytest.approx(-600 + GAP)
    assert found["g"].x1 == pytest.approx(-520 + 2 * GAP)


def test_room_for_the_label_of_the_edge_stays() -> None:
    text = CHAIN.replace("a -> b -> c", "a -> b: label\n   b -> c")
    graph = sized(text, MODERN, direction="TB")
    found = compacted(Structure(graph), PLACES)
    assert found["b"].y1 == pytest.approx(600 - 2 * GAP - 10)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (CHAIN, {"b": Box(0, 600 - 4 * GAP - 30, 40, 600 - 4 * GAP), "c": Box(0, 380, 40, 410)}),
        (CHAIN + "x -> b\nx -> c\n", {}),
        (CHAIN.replace("-> c", "\n   a -> c"), {}),
        (CHAIN + "align b, x\nalign c, x\n", {}),
        (CHAIN.replace("   a ->", "   node y\n   a ->"), {"y": Box(20, 400, 60, 430)}),
        ("node a\ngroup g: G\n   node b\na -> b", {"b": Box(0, 300, 40, 330), "g": Box(-20, 280, 60, 350)}),
    ],
    ids=["no void", "two lead to it", "siblings", "aligned", "a node", "a border"],
)
def test_other_nodes_stay(text: str, places: dict[str, Box]) -> None:
    graph = graph_of(text, MODERN, direction="TB")
    known = PLACES | places
    given = {id: known[id] for id in Structure(graph).framed}
    found = compacted(Structure(graph), given)
    assert found["b"] == given["b"]


def test_many_chains_take_work_in_proportion() -> None:
    def work(size: int) -> Callable[[], object]:
        structure = Structure(sized("\n".join(f"a{n} -> b{n}" for n in range(size)), direction="TB"))
        boxes = {
            f"{row}{n}": Box(80 * n, y, 80 * n + 30, y + 30) for n in range(size) for row, y in (("a", 0), ("b", -300))
        }
        assert compacted(structure, boxes)["b0"].y0 > -100
        return lambda: compacted(structure, boxes)

    assert growth(work) < ROUGHLY


# Gaps between ranks

TITLE = """
group b: Synthetic
   b2 -> b3
a1 -> a2 -> a3
a3, b3 -> mix
"""
FEEDBACK = """
group a: One
   a1 -> a2
group b: Two
   b1 -> b2
group c: Three
   c1 -> c2
a -> b -> c
c --> a: failures
"""
STACKS = """
stack e: Encoder
   sa: Self-attention
   ff: Feed-forward
stack d: Decoder
   a: Masked attention
   b: Cross-attention
   c: Feed-forward
e -> b
"""


def laid_out(text: str, direction: Direction) -> Layout:
    """The layout without lines, in line."""
    graph = graph_of(text, MODERN, direction=direction)
    return in_line(lay_out(graph, ENGINE).layout, graph)


def gaps(layout: Layout, axis: Axis, *chains: str) -> list[float]:
    """The gaps between neighbours in chains of ids."""
    pairs = [pair for chain in chains for pair in pairwise(chain.split())]
    return [gap_between(layout.box_of(one), layout.box_of(two), axis) for one, two in pairs]


@pytest.mark.parametrize("direction", ["TB", "BT"])
@pytest.mark.parametrize(
    ("text", "chains"),
    [(TITLE, ["a1 a2 a3", "b2 b3"]), (FEEDBACK, ["a1 a2", "b1 b2", "c1 c2"]), (STACKS, ["sa ff"])],
    ids=["title", "feedback", "stacks"],
)
def test_a_chain_beside_a_title_or_a_label_that_passes_has_equal_gaps(
    text: str, chains: list[str], direction: Direction
) -> None:
    found = gaps(laid_out(text, direction), 1, *chains)
    assert found == pytest.approx([MODERN.rank_gap] * len(found), abs=1.5)


def test_gaps_close_between_ranks_that_stand_side_by_side() -> None:
    found = gaps(laid_out(FEEDBACK, "LR"), 0, "a1 a2", "b1 b2", "c1 c2")
    assert found == pytest.approx([MODERN.rank_gap] * 3, abs=1.5)


def test_a_label_beside_the_line_that_passes_has_room() -> None:
    found = search(graph_of(FEEDBACK, MODERN, direction="TB"), ENGINE, 700.0)
    assert found.verdict is not None
    assert found.verdict.faults == ()


@pytest.mark.parametrize(
    "more",
    ["a1 -> b2", "group c: Other\n   a1 -> c1", "a1 -> d: words"],
    ids=["to the group", "another group", "label"],
)
def test_a_gap_that_an_edge_needs_stays(more: str) -> None:
    graph = graph_of(TITLE + more, MODERN, direction="TB")
    before = lay_out(graph, ENGINE).layout
    structure = Structure(graph)
    boxes = {id: before.box_of(id) for id in structure.framed}
    after = closed(structure, boxes)
    for edge in graph.edges:
        assert gap_between(after[edge.source], after[edge.target], 1) >= MODERN.rank_gap - 1
    for group in graph.groups:
        held = [after[node.id] for node in graph.nodes if node.group == group.id]
        assert all(after[group.id].holds(box) for box in held)


def test_a_label_across_several_gaps_keeps_its_room() -> None:
    text = "group g: G\n   a -> b -> c\nx -> y: many words of a label\n"
    graph = graph_of(text, MODERN, direction="LR")
    at = {"a": 0.0, "b": 130.0, "c": 260.0, "x": 0.0, "y": 260.0}
    boxes = {id: Box(left, 80.0 * (id > "c"), left + 30, 80.0 * (id > "c") + 30) for id, left in at.items()}
    boxes["g"] = Box(-20, -20, 310, 60)
    room = graph.room(graph.edges[-1])
    assert room
    after = closed(Structure(graph), boxes)
    assert gap_between(after["a"], after["b"], 0) < 100
    assert gap_between(after["x"], after["y"], 0) == pytest.approx(GAP + room.width)


def test_rows_stay_rows() -> None:
    text = TITLE + "x1 -> x2 -> x3\nx1 -> y"
    layout = laid_out(text, "TB")
    assert layout.box_of("a1").center[1] == pytest.approx(layout.box_of("x1").center[1])
    assert layout.box_of("a2").center[1] == pytest.approx(layout.box_of("b2").center[1])


def test_without_groups_nothing_moves() -> None:
    graph = graph_of("a -> b -> c", MODERN, direction="TB")
    layout = lay_out(graph, ENGINE).layout
    boxes = {id: layout.box_of(id) for id in "abc"}
    assert closed(Structure(graph), boxes) == boxes


def test_gaps_are_closed_with_work_in_proportion_to_their_blocks() -> None:
    def work(size: int) -> Callable[[], object]:
        text = "\n".join(f"group g{n}: G\n   a{n} -> b{n}" for n in range(size)) + "\n"
        text += "\n".join(f"b{n} -> a{n + 1}" for n in range(size - 1)) + f"\nb{size - 1} --> a0: again"
        graph = graph_of(text, MODERN, direction="TB")
        layout = lay_out(graph, ENGINE).layout
        structure = Structure(graph)
        boxes = {id: layout.box_of(id) for id in structure.framed}
        return lambda: closed(structure, boxes)

    assert growth(work, 10, 4) < ROUGHLY


# Room inside groups

HELD = "group g: T\n   node a\n   node b\n   a -> b"


def trimmed_group(group: Corners, title: Point, left: float = 20.0) -> Box:
    """The border of a group around two nodes that begin at *left*, whose title has its centre there."""
    nodes: dict[str, Corners] = {"a": (left, 60, 60, 80), "b": (left, 20, 60, 40)}
    made = Finished(HELD, nodes, groups={"g": group}, titles={"g": title})
    return trimmed(made.layout, made.graph).groups["g"].box


def test_a_border_comes_near_where_much_is_empty() -> None:
    assert trimmed_group((8, -50, 200, 100), (38, 92)) == Box(8, 20 - 12, 60 + 12, 100)
    assert trimmed_group((8, 8, 90, 100), (38, 92)) == Box(8, 8, 90, 100)


def test_a_title_keeps_its_room() -> None:
    needed = layouts.TITLE.width + 2 * 20
    for right in (100.0, 84.0):
        found = trimmed_group((-200, 8, right, 100), (right - needed / 2, 92), left=56.0)
        end = min(right, 56 - 12 + needed)
        assert found == Box(min(56 - 12, end - needed), 8, end, 100)


def test_a_pile_keeps_the_room_of_its_sheets_and_a_title_above_comes_near() -> None:
    nodes: dict[str, Corners] = {"a": (20, 60, 60, 80), "b": (20, 20, 60, 40)}
    text = HELD.replace("group g: T\n", "group g: T\n   :repeat: 4\n   :pile: yes\n")
    made = Finished(text, nodes, groups={"g": (8, 8, 200, 200)}, titles={"g": (38, 190)})
    found, depth = trimmed(made.layout, made.graph).groups["g"], made.graph.groups[0].depth
    assert depth > 0
    assert found.box.x1 == 60 + 12 + depth
    assert found.box.y1 == 80 + 12 + depth + 200 - (190 - layouts.TITLE.height / 2)
    assert found.box.y1 - found.label.y1 == pytest.approx(200 - 190 - layouts.TITLE.height / 2)
