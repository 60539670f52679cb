"""Piles of sheets in layouts: room for them, and lines that end at what is seen."""

from __future__ import annotations

import math
from itertools import chain

import pytest

from sphinxext.llmpipeline import MODERN, parse
from sphinxext.llmpipeline.geometry.curves import flattened, tip_of
from sphinxext.llmpipeline.geometry.primitives import Box, Point
from sphinxext.llmpipeline.geometry.segments import chain as segments_of
from sphinxext.llmpipeline.geometry.segments import point_distance
from sphinxext.llmpipeline.geometry.shapes import DEPTH_OF_PILE
from sphinxext.llmpipeline.layout.finishing import Finished
from sphinxext.llmpipeline.layout.panels import place_panels
from sphinxext.llmpipeline.layout.result import PlacedGroup, PlacedNode
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, NODE_KINDS, UNLABELLED, Direction
from tests.layouts import ENGINE, finish, graph_of

REPEATED = "\n   :repeat: 12\n   :pile: yes"
KINDS = [kind for kind in NODE_KINDS if kind not in UNLABELLED]
GROUP = """\
node x
node y
group g: Experts
   :repeat: 8
   :pile: yes
   process a: One
   process b: Two
      :repeat: 2
      :pile: yes
   process c: Three
   a -> b: first
   b -> c
   a -> c
   c --> a: again
node z
x -> g -> y
b -> z
z -> a
"""
NESTED = """\
node x
group g:
   :repeat: 2
   :pile: yes
   :direction: TB
   group h: Inner with a longer title
      :repeat: 3
      :pile: yes
      node a
      node b
      a -> b
      b -> b
   node c
   h -> c
group k: Other
   node d
x -> a
g -> k
c ~> d
"""
STACK = """\
node x
stack s: Block
   :repeat: 12
   :pile: yes
   process a: Attention
      :repeat: h
      :pile: yes
   op add: +
   process d: Feed forward
   op sum: +
node y
x -> s
x ~> add: residual
add ~> sum: residual
sum -> y
"""


def finished(text: str, direction: Direction) -> Finished:
    return finish(place_panels(graph_of(text, MODERN, direction=direction), ENGINE, 700.0), ENGINE)


def away(part: PlacedNode | PlacedGroup, point: Point) -> float:
    """Points between a place and the outlines of a pile."""
    parts = chain.from_iterable(segments_of(flattened(outline)) for outline in part.outlines)
    return min(point_distance(segment, point) for segment in parts)


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("text", [GROUP, NESTED, STACK])
def test_nothing_is_wrong_in_any_direction(text: str, direction: Direction) -> None:
    verdict = finished(text, direction).verdict
    assert verdict is not None
    assert [fault for fault in verdict.faults if fault.of_class == 1 or fault.kind == "overlap"] == []


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_lines_end_at_what_is_seen(kind: str, direction: Direction) -> None:
    layout = finished(
        f"node x\n{kind} a: Some text{REPEATED}\nnode y\nnode z\nx -> a -> y\na -> z\na <-> a", direction
    ).layout
    pile = layout.nodes["a"]
    for key, line in layout.edges.items():
        ends = [tip_of(head) for head in line.arrowheads]
        ends += [line.splines[-1 if key == 0 else 0].points[-1 if key == 0 else 0]] if key in (1, 2) else []
        near = [end for end in ends if math.dist(end, pile.box.center) < max(pile.box.width, pile.box.height)]
        assert [end for end in near if pile.box.grown(0.1).holds(Box.at(end, 0, 0)) and away(pile, end) > 0.1] == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_sheets_are_a_part_of_the_size(kind: str) -> None:
    plain, pile = (
        graph_of(f"{kind} a: Some text\n   :repeat: 12{more}", MODERN).nodes[0] for more in ("", "\n   :pile: yes")
    )
    assert (pile.size.width, pile.size.height) == (plain.size.width + DEPTH_OF_PILE, plain.size.height + DEPTH_OF_PILE)
    layout = finished(f"{kind} a: Some text{REPEATED}", "LR").layout
    front, *sheets = (Box.around(outline.points) for outline in layout.nodes["a"].outlines)
    assert [(box.x0 - front.x0, box.y0 - front.y0) for box in sheets] == [
        (pytest.approx(by), pytest.approx(by)) for by in (DEPTH_OF_PILE, DEPTH_OF_PILE / 2)
    ]
    assert layout.nodes["a"].box == Box.around_boxes([front, *sheets])


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("text", [GROUP, NESTED, STACK])
def test_members_titles_and_lines_of_a_group_stay_on_its_front(text: str, direction: Direction) -> None:
    found = finished(text, direction)
    pipeline, layout = parse(text), found.layout
    around = found.graph.enclosures
    for id in (group.id for group in pipeline.groups if group.pile):
        front = Box.around(layout.groups[id].border.points)
        assert front.x1 == pytest.approx(layout.groups[id].box.x1 - DEPTH_OF_PILE)
        assert front.holds(layout.groups[id].label)
        inside = [layout.box_of(one) for one in around if id in around[one]]
        for key, edge in enumerate(pipeline.edges):
            if id in around[edge.source] & around[edge.target]:
                inside.append(Box.around(point for spline in layout.edges[key].splines for point in spline.points))
                inside += filter(None, [layout.edges[key].label])
        assert [box for box in inside if not front.holds(box, 0.5)] == []


def test_gaps_of_the_style_are_kept_beside_sheets() -> None:
    layout = finished(f"node x\nnode a{REPEATED}\nnode b\nx -> a\nx -> b", "LR").layout
    upper, lower = sorted((layout.nodes["a"].box, layout.nodes["b"].box), key=lambda box: -box.y0)
    assert upper.y0 - lower.y1 >= MODERN.node_gap - 1


def test_a_line_into_a_pile_is_straight() -> None:
    found = finished(f"node x\nnode a: Some text{REPEATED}\nnode y\nx -> a -> y", "LR")
    assert found.verdict is not None
    assert (found.verdict.straight, found.verdict.faults) == (2, ())
