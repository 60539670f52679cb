"""Members of groups that edges join stand beside each other where that makes the lines between the groups straight."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline import MODERN
from sphinxext.llmpipeline.layout.gaps import Axis, gap_between, middle
from sphinxext.llmpipeline.layout.graph import SIDEWAYS
from sphinxext.llmpipeline.layout.search import search
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction
from tests.layouts import ENGINE, graph_of, sized

LADDER = """
group g: One
   a0 <-> a1
group h: Two
   b0 <-> b1
a0 -> b0
a1 -> b1
"""
STAGES = """
node o
group g: One
   node a0
   node a1
   node a2
   a0 <-> a1 <-> a2: sync
group h: Two
   node b0
   node b1
   node b2
   b0 -- b1 -- b2
a0 -> b0: words
a1 -> b1: words
a2 -> b2: words
o -> g
h --> g: again
"""


def peers(text: str) -> tuple[tuple[str, str], ...]:
    return sized(text).peers


@pytest.mark.parametrize("arrow", ["<->", "--"])
def test_ends_that_lead_to_members_of_another_group_are_peers(arrow: str) -> None:
    assert peers(LADDER.replace("<->", arrow)) == (("a0", "a1"), ("b0", "b1"))


def test_peers_come_in_the_order_of_the_graph_and_once() -> None:
    text = "group g: G\n   node a0\n   node a1\n   a1 <-> a0\n   a0 -- a1\n"
    assert peers(f"{text}group h: H\n   node b0\n   node b1\na0 -> b0\na1 -> b1") == (("a0", "a1"),)


@pytest.mark.parametrize(
    "text",
    [
        LADDER.replace("<->", "->"),
        LADDER.replace("<->", "..>"),
        LADDER.replace("a1 -> b1", ""),
        LADDER.replace("a1 -> b1", "a1 -> b0"),  # to one member
        LADDER.replace("a1 -> b1", "b1 -> a1"),
        LADDER.replace("a1 -> b1", "a1 --> b1"),
        LADDER.replace("a1 -> b1", "a1 -> c"),
        LADDER + "align a0, b1",
        LADDER.replace("group g: One", "group g: One\n   :direction: TB").replace("Two", "Two\n   :direction: TB"),
        LADDER.replace("group", "stack"),
        "a0 <-> a1\ngroup h: H\n   b0 <-> b1\na0 -> b0\na1 -> b1",
        "group g: G\n   a0 <-> a1\na0 -> b0\na1 -> b1",
    ],
)
def test_other_members_are_no_peers(text: str) -> None:
    assert peers(text) == ()


def test_a_group_with_a_flow_of_its_own_has_ranks() -> None:
    assert peers(LADDER.replace("b0 <-> b1", "b0 <-> b1\n   b0 -> b2")) == ()


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(("text", "width"), [(LADDER, 2), (STAGES, 3)])
def test_lines_between_groups_of_peers_are_straight(text: str, width: int, direction: Direction) -> None:
    found = search(graph_of(text, MODERN, direction=direction), ENGINE, 700.0)
    assert found.verdict is not None
    assert found.verdict.faults == ()
    layout, along = found.layout, found.graph.is_sideways
    across: Axis = 1 if along else 0
    for names in ("a", "b"):
        boxes = [layout.box_of(f"{names}{number}") for number in range(width)]
        places = [middle(box, across) for box in boxes]
        assert places == sorted(places, reverse=direction in SIDEWAYS)
    assert gap_between(layout.box_of("g"), layout.box_of("h"), 0 if along else 1) > 0
    assert found.verdict.straight >= sum(edge.kind != "feedback" for edge in found.graph.edges)


@pytest.mark.parametrize("width", [700.0, 300.0])
def test_the_search_takes_no_staircase_of_groups(width: float) -> None:
    found = search(graph_of(LADDER, MODERN), ENGINE, width)
    assert found.verdict is not None
    assert found.verdict.straight == 4
