"""Directions that authors name for groups."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline import parse
from sphinxext.llmpipeline.layout.named_directions import named_directions
from sphinxext.llmpipeline.layout.result import Layout
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction
from tests import layouts
from tests.layouts import graph_of

LIST = (
    "node r\ngroup e: Experts\n   :direction: {way}\n   node a: Expert 1\n   node b: Expert 2\n   node c: The last\n"
    "node s\n"
)
EDGES = ["", "r -> a, b, c -> s", "r -> e: top 2\ne -> s", "r -> a\na -> a: again\nc --> r", "r -> a -> s -> c"]


def laid_out(text: str, direction: Direction) -> Layout:
    return layouts.laid_out(graph_of(text, direction=direction))


@pytest.mark.parametrize("diagram", DIRECTIONS)
@pytest.mark.parametrize("way", DIRECTIONS)
@pytest.mark.parametrize("edges", EDGES)
def test_unjoined_members_stand_in_the_direction_that_is_named(diagram: Direction, way: Direction, edges: str) -> None:
    layout = laid_out(LIST.format(way=way) + edges, diagram)
    a, b, c = (layout.nodes[id].box for id in "abc")
    if way in ("LR", "RL"):
        assert a.x1 < b.x0 < b.x1 < c.x0
        assert a.center[1] == pytest.approx(b.center[1]) == pytest.approx(c.center[1])
    else:
        assert a.y0 > b.y1 > b.y0 > c.y1
        assert a.center[0] == pytest.approx(b.center[0], abs=1) == pytest.approx(c.center[0], abs=1)


@pytest.mark.parametrize("diagram", DIRECTIONS)
def test_groups_in_a_list_stand_and_run_in_the_direction(diagram: Direction) -> None:
    inner = "   group x: X\n      node a\n      node b\n      a -> b\n   group y: Y\n      node c\n"
    layout = laid_out(f"group e: E\n   :direction: TB\n{inner}", diagram)
    assert layout.groups["x"].box.y0 > layout.groups["y"].box.y1
    assert layout.nodes["a"].box.y0 > layout.nodes["b"].box.y1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("group g: G\n   node a\n   node b", {}),
        ("group g: G\n   :direction: TB\n   node a\n   node b\n   a -> b", {"g": "TB"}),
        ("group g: G\n   :direction: TB\n   node a\n   node b", {"g": "LR"}),
        ("group g: G\n   :direction: TB\n   node a\n   node b\nalign a, b", {"g": "TB"}),
        ("stack g: G\n   :direction: LR\n   :arrows: no\n   node a\n   node b", {"g": "LR"}),
        ("panel g: G\n   :direction: TB\n   node a\n   node b", {"g": "TB"}),
        # Of members that are joined, a list has alternatives, which stand across the ranks.
        (
            "group g: G\n   :direction: TB\n   node a\n   group h: H\n      node b\n      node c\n   a -> b, c",
            {"g": "TB"},
        ),
        ("group g: G\n   :direction: TB\n   node a\n   group h: H\n      node b\n      node c", {"g": "LR", "h": "TB"}),
    ],
)
def test_ranks_run_across_a_list(text: str, found: dict[str, Direction]) -> None:
    assert named_directions(parse(text)) == found
