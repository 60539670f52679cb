"""Nodes come nearer to the only one that leads to them, where a long rank has left a void."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sphinxext.llmpipeline import MODERN
from sphinxext.llmpipeline.geometry.primitives import Box
from sphinxext.llmpipeline.layout.compaction import compacted
from sphinxext.llmpipeline.layout.structure import Structure
from tests.layouts import graph_of, sized
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
