"""Layouts whose parts change places for the order of the text."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from sphinxext.llmpipeline import MODERN, parse
from sphinxext.llmpipeline.geometry.primitives import Box
from sphinxext.llmpipeline.layout.nested import lay_out
from sphinxext.llmpipeline.layout.reordering import in_listed_order, mirrored
from sphinxext.llmpipeline.layout.result import Layout, PlacedNode, moved
from sphinxext.llmpipeline.layout.search import search
from sphinxext.llmpipeline.model.vocabulary import Direction
from tests.finished import Corners
from tests.layouts import ENGINE, graph_of

LAYER = """
io hidden: Hidden state
process norm: RMSNorm
group layer: MoE layer
   process router: Router
   model e1: Expert 1
   model e2: Expert 2
   model e3: Expert 3
   model e4: Expert 4
   model shared: Shared expert
   op mix: Σ
   router -> e1: 0.6
   align e1, e2, e3, e4, shared
op add: +
io out: Next layer
eval balance: Load-balancing loss
norm -> shared
mix -> add -> out
hidden ~> add: residual
router --> balance: token counts
"""
"""Graphviz puts the shared expert first, although it is told the order."""

ROW = "node a: First\nnode b\nnode c: The third one\nalign a, b, c"


STAGES = (Path(__file__).parents[2] / "docs" / "examples" / "stages.rst").read_text(encoding="utf-8")
"""An example of the manual, which in its PDF has a page of 600 points."""


def ordered(layout: Layout, ids: str, *, axis: int = 0) -> list[str]:
    """The ids from left to right; on the axis 1, from the top down."""
    return sorted(ids.split(), key=lambda one: layout.box_of(one).center[axis] * (-1 if axis else 1))


def test_a_listed_rank_stands_in_the_order_of_the_text() -> None:
    found = search(graph_of(parse(LAYER, direction="TB"), MODERN), ENGINE, 700.0)
    assert ordered(found.layout, "e1 e2 e3 e4 shared") == ["e1", "e2", "e3", "e4", "shared"]


@pytest.mark.parametrize(("direction", "axis"), [("TB", 0), ("LR", 1)])
def test_nodes_change_places_and_keep_the_gaps(direction: Direction, axis: int) -> None:
    graph = graph_of(parse(ROW, direction=direction), MODERN)
    layout = lay_out(graph, ENGINE).layout
    boxes = {id: node.box for id, node in layout.nodes.items()}
    turned = moved(layout, {id: box.moved(-2 * box.center[0], -2 * box.center[1]) for id, box in boxes.items()})
    assert ordered(turned, "a b c", axis=axis) == ["c", "b", "a"]
    found = in_listed_order(turned, graph)
    assert ordered(found, "a b c", axis=axis) == ["a", "b", "c"]
    extent, before = found.extent, turned.extent
    assert (extent.width, extent.height) == pytest.approx((before.width, before.height))


def test_a_rank_of_two_groups_stays() -> None:
    text = "group g: G\n   node a\ngroup h: H\n   node b\nalign b, a"
    graph = graph_of(parse(text, direction="TB"), MODERN)
    layout = lay_out(graph, ENGINE).layout
    assert in_listed_order(layout, graph) == layout


@pytest.mark.parametrize(
    ("boxes", "changes"),
    [
        ({"a": (100, 0, 140, 20), "b": (50, 0, 90, 20), "c": (0, 0, 40, 20), "x": (0, 50, 40, 70)}, True),
        ({"a": (150, 0, 190, 20), "b": (100, 0, 140, 20), "c": (0, 0, 60, 20), "x": (65, 0, 95, 20)}, False),  # between
        (
            {"a": (100, 0, 140, 20), "b": (50, 0, 90, 20), "c": (0, 40, 40, 60), "x": (0, 90, 40, 110)},
            False,
        ),  # two ranks
    ],
)
def test_nodes_that_would_stand_on_others_stay(boxes: dict[str, Corners], *, changes: bool) -> None:
    text = "node a\nnode b\nnode c\nnode x\nalign a, b, c"
    graph = graph_of(parse(text, direction="TB"), MODERN)
    nodes = {id: PlacedNode((Box(*corners).outline(),), Box(*corners)) for id, corners in boxes.items()}
    layout = Layout(Box(0, 0, 200, 120), nodes, {}, {})
    assert (in_listed_order(layout, graph) != layout) == changes


def test_no_node_stands_on_another_for_the_sake_of_order() -> None:
    text = LAYER.replace("e1: Expert 1", "e1: E").replace("   model e3: Expert 3\n   model e4: Expert 4\n", "")
    text = text.replace("align e1, e2, e3, e4, shared", "model x: Other one\n   x -> mix\n   align e1, e2, shared")
    found = search(graph_of(parse(text, direction="TB"), MODERN), ENGINE, 700.0)
    assert found.verdict
    assert not found.verdict.kinds()["overlap"]


# In the mirror


def in_mirror(text: str, direction: Direction) -> tuple[Layout, Layout]:
    graph = graph_of(parse(text, direction=direction), MODERN)
    layout = lay_out(graph, ENGINE).layout
    return layout, mirrored(layout, graph)


def test_left_and_right_change_places() -> None:
    before, after = in_mirror("group g: A title\n   node a\n   node b\n   node c\n   a -> b, c", "TB")
    assert ordered(before, "b c") == ordered(after, "c b")[::-1] == ["b", "c"]
    assert after.groups["g"].box.width == before.groups["g"].box.width
    assert after.box_of("a").center[1] == before.box_of("a").center[1]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("row words: w1 | w2 | w3\nnode a\na -> words", "words.1 words.2 words.3"),
        (
            "group g: G\n   :direction: LR\n   node b\n   node c\n   node d\n   b -> c -> d\nnode a\na -> g",
            "b c d",
        ),
    ],
)
def test_rows_and_groups_from_left_to_right_stay_as_they_are(text: str, ids: str) -> None:
    before, after = in_mirror(text, "TB")
    assert ordered(before, ids) == ordered(after, ids) == ids.split()


def test_ranks_side_by_side_stay() -> None:
    before, after = in_mirror("node a\nnode b\nnode c\na -> b, c", "LR")
    assert after == before


def test_stages_beside_each_other_stand_in_the_order_of_the_text() -> None:
    declarations = dedent(STAGES.split("\n\n", 1)[1])
    found = search(graph_of(parse(declarations, direction="auto"), MODERN), ENGINE, 600.0)
    assert ordered(found.layout, "pre sft rl") == ["pre", "sft", "rl"]
