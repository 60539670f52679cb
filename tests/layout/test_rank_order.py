"""Ranks in the order of the text."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline import MODERN, parse
from sphinxext.llmpipeline.geometry.primitives import Box
from sphinxext.llmpipeline.layout.nested import lay_out
from sphinxext.llmpipeline.layout.rank_order import in_listed_order
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


def ordered(layout: Layout, ids: str, *, axis: int = 0) -> list[str]:
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
