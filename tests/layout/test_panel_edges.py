"""Edges between panels: they belong to no panel, and panels stand further apart for them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sphinxext.llmpipeline.geometry.primitives import Size
from sphinxext.llmpipeline.layout.graph import LayoutGraph
from sphinxext.llmpipeline.layout.panel_edges import edges_between, gaps_below, gaps_beside, within_panels
from sphinxext.llmpipeline.layout.panels import split
from sphinxext.llmpipeline.style.builtin import CLASSIC
from tests.layouts import sized

THREE = "panel p\n   a -> b\npanel q\n   c -> d\npanel r\n   e -> f\n"


def graph_of_three(edges: str, *, gap: float = 20) -> LayoutGraph:
    return sized(THREE + edges, replace(CLASSIC, panel_gap=gap), edges=Size(100, 20))


def test_edges_between_panels_are_in_no_panel() -> None:
    graph = graph_of_three("b -> c\nf -> a")
    assert [(edge.key, panels) for edge, panels in edges_between(graph)] == [(3, ("p", "q")), (4, ("p", "r"))]
    assert [edge.key for edge in within_panels(graph).edges] == [0, 1, 2]
    assert [[edge.key for edge in part.edges] for part in split(graph).values()] == [[0], [1], [2]]


def test_a_graph_without_edges_between_panels_is_the_same() -> None:
    for text in (THREE, "group g: G\n   a -> b\nb -> c"):
        graph = sized(text)
        assert edges_between(graph) == []
        assert within_panels(graph) is graph


@pytest.mark.parametrize(
    ("edges", "gaps"),
    [
        ("", [20, 20]),
        ("b -> c", [37, 20]),  # room for an arrowhead and a corner at either side
        ("b -> c: label", [137, 20]),
        ("b -> c\nd -> a", [51, 20]),
        ("b -> e: label", [37, 37]),  # its line runs around a panel, with room for its label
    ],
    ids=["none", "line", "label", "two", "past a panel"],
)
def test_gaps_are_as_wide_as_lines_and_labels_need(edges: str, gaps: list[float]) -> None:
    assert gaps_beside(graph_of_three(edges)) == pytest.approx(gaps, abs=1)


def test_gaps_are_never_smaller_than_those_of_the_style() -> None:
    assert gaps_beside(graph_of_three("b -> c: label", gap=200)) == [200, 200]


def test_gaps_between_rows_are_as_high_as_lines_and_labels_need() -> None:
    graph = graph_of_three("b -> c: label")
    assert gaps_below(graph, [["p"], ["q", "r"]]) == pytest.approx([57], abs=1)
    assert gaps_below(graph, [["p", "q"], ["r"]]) == [20]
    assert gaps_below(graph, [["p", "q", "r"]]) == []
