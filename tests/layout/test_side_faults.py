"""Fans of one statement keep together, heads are apart, and a single straight line runs in the middle of its ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sphinxext.llmpipeline import MODERN, parse
from sphinxext.llmpipeline.layout.search import search
from sphinxext.llmpipeline.layout.side_faults import side_faults
from tests.finished import Corners, Finished, Way
from tests.layouts import ENGINE, graph_of

NODES: dict[str, Corners] = {
    "a": (80, 100, 130, 130),
    "b": (0, 0, 50, 30),
    "c": (80, 0, 130, 30),
    "d": (160, 0, 210, 30),
}
DOWN: Way = [(105, 100), (105, 30)]
LEFT: Way = [(80, 115), (25, 115), (25, 30)]
RIGHT: Way = [(130, 115), (185, 115), (185, 30)]


def kinds(text: str, *lines: Way) -> list[str]:
    finished = Finished(text, NODES, lines, direction="TB")
    return [fault.kind for fault in side_faults(finished.drawn)]


@pytest.mark.parametrize(
    "text",
    ["a -> b\na -> c\na -> d", "a -> b, c\na -> d", "a ~> b, c, d"],
    ids=["statements", "two and one", "skips"],
)
def test_only_edges_of_one_statement_keep_together(text: str) -> None:
    declared = "node a\nnode b\nnode c\nnode d\n"
    assert kinds(declared + text, [(90, 100), (90, 60), (25, 60), (25, 30)], DOWN, RIGHT) == []
    assert kinds(declared + "a -> b, c, d", [(90, 100), (90, 60), (25, 60), (25, 30)], DOWN, RIGHT) == ["split-fan"]


def test_lines_that_have_a_side_each_are_no_fan() -> None:
    assert kinds("a -> b, c, d", LEFT, DOWN, RIGHT) == []


def test_a_fan_in_keeps_together_too() -> None:
    down = [(105, 130), (105, 100)]
    nodes = NODES | {"b": (0, 160, 50, 190), "c": (80, 130, 130, 190), "d": (160, 160, 210, 190)}
    lines: list[Way] = [[(25, 160), (25, 115), (80, 115)], down, [(185, 160), (185, 115), (80, 115)]]
    finished = Finished("b, c, d -> a", nodes, lines, direction="TB")
    assert "split-fan" in [fault.kind for fault in side_faults(finished.drawn)]


@pytest.mark.parametrize(("apart", "found"), [(0, ["close-heads"]), (7, ["close-heads"]), (8, [])])
def test_arrowheads_from_two_sides_are_two(apart: float, found: list[str]) -> None:
    nodes: dict[str, Corners] = {"a": (0, 54, 50, 84), "b": (0, 0, 50, 30), "c": (200, 17, 250, 67)}
    finished = Finished("a -> c\nb -> c", nodes, [[(50, 69), (200, 42 + apart)], [(50, 15), (200, 42)]])
    assert [fault.kind for fault in side_faults(finished.drawn)] == found


def test_a_group_grows_for_its_title_rather_than_a_fan_parts() -> None:
    text = """
group layer: MoE layer
   process gate: Router (top-8 of 256)
   group routed: Routed experts
      model e1: Expert 1
      model e2: Expert 2
      more rest
      model en: Expert 256
   op mix: Σ
   gate -> e1, e2, rest, en
   e1, e2, rest, en -> mix
"""
    found = search(graph_of(parse(text, direction="TB"), MODERN), ENGINE, 700.0)
    assert found.verdict is not None
    assert "split-fan" not in found.verdict.kinds()
    lines = list(found.lines.layout.edges.values())[:4]
    assert len({line.path[0] for line in lines}) == 1


def test_edges_of_one_statement_share_a_trunk_where_others_to_the_same_node_cannot() -> None:
    text = """
decision d: Cached?
group g: Providers
   service a: OpenAI
   service b: Anthropic
   service c: vLLM
io out: Response
d -> a, b, c
d -> out: hit
a, b, c -> out
"""
    found = search(graph_of(parse(text, direction="TB"), MODERN), ENGINE, 700.0)
    ends = {found.lines.layout.edges[edge.key].path[-1] for edge in found.graph.edges if edge.source in "abc"}
    assert len(ends) == 1


@pytest.mark.parametrize(
    ("text", "lines", "expected"),
    [
        ("a -> b", [[(50, 24), (80, 24)]], ["off-middle"]),
        ("a -> b\nb -> a", [[(50, 24), (80, 24)], [(80, 6), (50, 6)]], []),  # both ways
        ("a -> b\na -> c", [[(50, 24), (80, 24)], [(50, 6), (60, 6), (60, -45), (80, -45)]], []),
    ],
)
def test_a_line_is_beside_the_middle_where_no_other_needs_that(
    text: str, lines: list[Way], expected: list[str]
) -> None:
    nodes: dict[str, Corners] = {"a": (0, 0, 50, 30), "b": (80, 0, 130, 30)}
    nodes |= {"c": (80, -60, 130, -30)} if "c" in text else {}
    assert [fault.kind for fault in side_faults(Finished(text, nodes, lines).drawn)] == expected


def test_nodes_whose_axes_differ_have_a_line_where_it_can_be_straight() -> None:
    nodes: dict[str, Corners] = {"a": (0, 0, 50, 30), "b": (80, 20, 130, 50)}
    assert [*side_faults(Finished("a -> b", nodes, [[(50, 25), (80, 25)]]).drawn)] == []


def test_a_group_grows_for_its_title_rather_than_a_line_leaves_the_middle() -> None:
    text = "a: Language\ngroup g: Quality filtering\n   b: Rules\n   c: Classifier\n   b -> c\na -> b"
    found = search(graph_of(parse(text, direction="TB"), MODERN), ENGINE, 700.0)
    middles = {round(found.layout.box_of(id).center[0]) for id in "abc"}
    places = {round(x) for line in found.lines.layout.edges.values() for x, _ in line.path}
    assert middles == places
    assert len(middles) == 1


def test_a_line_that_shares_a_rank_with_its_hub_is_of_no_fan() -> None:
    assert kinds("a -> b, c, d\nalign a, d", [(105, 100), (105, 60), (25, 60), (25, 30)], DOWN, RIGHT) == []


def test_a_line_ends_where_the_side_of_a_shape_is_flat() -> None:
    style = replace(MODERN, nodes={**MODERN.nodes, "node": replace(MODERN.nodes["node"], shape="folder")})
    found = search(graph_of(parse("a -> b", direction="TB"), style), ENGINE, 700.0)
    assert found.verdict is not None
    assert "off-middle" not in found.verdict.kinds()
