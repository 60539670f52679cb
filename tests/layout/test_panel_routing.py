"""Edges between panels: their lines in the finished figure."""

from __future__ import annotations

import random
from collections.abc import Iterator
from textwrap import dedent

import pytest

from sphinxext.llmpipeline import MODERN, parse
from sphinxext.llmpipeline.geometry.primitives import Box
from sphinxext.llmpipeline.layout.callout_faults import callout_faults
from sphinxext.llmpipeline.layout.drawn import Drawn
from sphinxext.llmpipeline.layout.finishing import Finished
from sphinxext.llmpipeline.layout.panel_routing import route_between
from sphinxext.llmpipeline.layout.panels import place_panels
from sphinxext.llmpipeline.layout.search import search
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, DiagramDirection
from tests.layouts import ENGINE, graph_of

STEPS = """
panel build: Building
   documents -> encoder -> index
panel answer: Answering
   question -> embed -> find
panel more: More
   other -> last
encoder => embed: same weights
index -> find
index --> last: a label
"""


def drawn(text: str, direction: DiagramDirection, width: float = 700.0) -> Finished:
    return search(graph_of(parse(text, direction=direction), MODERN), ENGINE, width)


def box_of(found: Finished, key: int) -> Box:
    """The box around a line and its label."""
    edge = found.layout.edges[key]
    boxes = [Box.around(curve.points) for curve in (*edge.splines, *edge.arrowheads)]
    return Box.around_boxes([*boxes, *([edge.label] if edge.label else [])])


@pytest.mark.parametrize("width", [1000.0, 500.0, 250.0], ids=["a row", "two rows", "a column"])
@pytest.mark.parametrize("direction", ["auto", *DIRECTIONS])
def test_lines_run_from_panel_to_panel(direction: DiagramDirection, width: float) -> None:
    found = drawn(STEPS, direction, width)
    assert found.verdict is not None
    assert [str(fault) for fault in found.verdict.faults if fault.of_class == 1] == []
    assert not {"struck-title", "struck-label", "cut-label"} & found.verdict.kinds().keys()
    edges = parse(STEPS).edges
    assert [key for key, edge in found.layout.edges.items() if edge.label] == [5, 7]
    for key in (5, 6, 7):
        ends = [found.layout.nodes[id].box for id in (edges[key].source, edges[key].target)]
        assert all(box_of(found, key).grown(1.0).touches(end) for end in ends)
        assert found.layout.box.holds(box_of(found, key), 1e-6)


def test_lines_inside_panels_stay() -> None:
    without = drawn(STEPS.partition("encoder =>")[0], "TB")
    found = drawn(STEPS, "TB")
    for key in range(5):
        ends = parse(STEPS).edges[key]
        dx, dy = (
            one - other
            for one, other in zip(
                found.layout.nodes[ends.source].box.center, without.layout.nodes[ends.source].box.center, strict=True
            )
        )
        points = [point for curve in without.layout.edges[key].moved(dx, dy).splines for point in curve.points]
        moved = [point for curve in found.layout.edges[key].splines for point in curve.points]
        assert moved == [pytest.approx(point) for point in points]


def test_feedback_inside_a_panel_makes_way_for_lines_from_another() -> None:
    text = """
        panel two: Two
           prompt2 -> ranking -> rm
        panel three: Three
           prompt3 -> policy -> score -> ppo
           ppo --> policy
        rm => score
    """
    found = drawn(dedent(text), "TB")
    assert found.verdict is not None
    assert "crossing" not in found.verdict.kinds()
    nodes = found.layout.nodes
    assert box_of(found, 5).x1 > nodes["score"].box.x1  # at the other side, where no line comes from


def test_a_line_runs_around_a_panel_in_which_it_does_not_end() -> None:
    text = "panel p: P\n   a -> b\npanel q: Q\n   c -> d -> e\npanel r: R\n   f -> g\nb -> f"
    found = drawn(text, "TB", 1000.0)
    box = Box.around_boxes(found.layout.nodes[id].box for id in "cde")
    (line,) = found.layout.edges[4].splines
    assert not any(box.holds(Box.at(point, 0, 0)) for point in line.points)


def test_a_figure_without_edges_between_panels_is_the_same() -> None:
    graph = graph_of("panel p: P\n   a -> b\npanel q: Q\n   c -> d")
    layout = place_panels(graph, ENGINE, 700.0).layout
    assert route_between(layout, graph) is layout


def test_groups_and_cells_are_ends() -> None:
    text = (
        "panel p: P\n   row words: The | cat\n   group g: G\n      node a\n"
        "panel q: Q\n   row ids: 1 | 2\n   node b\nwords.* -> ids.*\ng -> b"
    )
    found = drawn(text, "LR")
    assert found.verdict is not None
    assert found.verdict.count(1) == 0


def test_square_corners() -> None:
    graph = graph_of(parse(STEPS, direction="TB"), MODERN, splines="ortho")
    found = search(graph, ENGINE, 700.0)
    assert all(not curve.bezier for edge in found.layout.edges.values() for curve in edge.splines)


def panels(rng: random.Random) -> Iterator[str]:
    """A figure of panels with edges between them."""
    names: list[list[str]] = []
    for number in range(rng.randint(2, 4)):
        yield f"panel p{number}: Panel {number}"
        if rng.random() < 0.5:
            yield f"   :direction: {rng.choice(DIRECTIONS)}"
        own = [f"n{number}{index}" for index in range(rng.randint(1, 4))]
        grouped = rng.random() < 0.4
        yield from [f"   group g{number}: Group"] if grouped else []
        yield from (f"{'      ' if grouped else '   '}node {id}: A label" for id in own)
        yield from (f"   {rng.choice(own[:index])} -> {own[index]}" for index in range(1, len(own)))
        names.append([*own, *([f"g{number}"] if grouped else [])])
    ends: dict[frozenset[str], None] = {}
    for _ in range(rng.randint(1, 4)):
        one, other = rng.sample(names, 2)
        ends[frozenset((rng.choice(one), rng.choice(other)))] = None
    for pair in ends:
        source, target = sorted(pair)
        yield f"{source} {rng.choice(['->', '=>', '-->', '<->', '..>', '~>'])} {target}{rng.choice(['', ': a label'])}"


@pytest.mark.parametrize("seed", range(12))
def test_random_panels_say_nothing_wrong(seed: int) -> None:
    rng = random.Random(seed)
    text = "\n".join(panels(rng))
    found = drawn(text, rng.choice(["auto", *DIRECTIONS]), rng.choice([340.0, 700.0, 1000.0]))
    assert found.verdict is not None
    assert [str(fault) for fault in found.verdict.faults if fault.of_class == 1] == []


def test_lines_between_panels_keep_off_notes() -> None:
    notes = "note of index: rebuilt\\neach night\nnote of encoder: frozen\nnote of embed: the same\nnote of last: x\n"
    for direction in DIRECTIONS:
        found = drawn(STEPS + notes, direction)
        drawn_notes = Drawn(found.layout, found.graph)
        assert {fault.kind for fault in callout_faults(drawn_notes)} <= {"crossing"}
        assert len(found.layout.callouts) == 4
        assert [*found.layout.edges] == [*range(8)]
