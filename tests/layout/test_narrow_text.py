"""Shorter lines: of notes, and of labels beside everything else, where a page has no room."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline import MODERN
from sphinxext.llmpipeline.layout.finishing import Finished, routed
from sphinxext.llmpipeline.layout.graph import LayoutGraph
from sphinxext.llmpipeline.layout.narrow_text import short_labels, with_narrow_notes
from sphinxext.llmpipeline.layout.panels import place_panels
from tests.layouts import ENGINE, graph_of

LABEL = "no, collect a few more"
NODES = "node a: a long name of a node\nnode b: a name that is as long\nnode c\nnode d\n"
LOOP = f"{NODES}a -> b: in here\nb -> c -> d\nd --> a: {LABEL}"


def finished(text: str, width: float = 100.0) -> Finished:
    return routed(place_panels(graph_of(text, MODERN, direction="TB"), ENGINE, width))


def lines(graph: LayoutGraph) -> list[int]:
    return [len(block.lines) if block else 0 for block in graph.text.edges]


def test_only_labels_beside_everything_else_have_shorter_lines() -> None:
    found = finished(LOOP)
    short = short_labels(found.placed, found.layout)
    assert short is not None
    assert lines(found.graph) == [1, 0, 0, 1]
    assert lines(short.placed.graph) == [1, 0, 0, 3]


def test_the_graph_and_its_panels_have_the_sizes_of_short_labels() -> None:
    found = finished(LOOP)
    assert found.short is not None
    placed = found.short.placed
    (part, layout), block, edge = placed.panels[None], placed.graph.text.edges[3], placed.graph.edges[3]
    assert block is not None
    assert edge.label == part.edges[3].label == block.size
    assert edge.room is not None
    assert edge.room.width == pytest.approx(block.size.width + 2 * MODERN.edge_label_gap)
    assert part.text == placed.graph.text
    assert layout == found.placed.panels[None][1]


def test_no_more_is_spared_than_stands_out() -> None:
    found = finished(LOOP)
    assert found.short is not None
    old, new = found.graph.edges[3].label, found.short.placed.graph.edges[3].label
    assert old is not None
    assert new is not None
    inner = max(node.box.x1 for node in found.layout.nodes.values())
    assert 0 < found.short.spared <= min(old.width - new.width, found.layout.extent.x1 - inner)


def test_a_fan_has_short_labels_together() -> None:
    found = finished(f"{NODES}a -> b -> c -> d\nd --> a, b: {LABEL}")
    short = short_labels(found.placed, found.layout)
    assert short is not None
    assert lines(short.placed.graph)[-2:] == [3, 3]


@pytest.mark.parametrize("text", ["a -> b: an inner label", "a -> b -> c\nc --> a: again", "a -> b -> c\nc --> a"])
def test_there_is_nothing_to_break(text: str) -> None:
    found = finished(f"{NODES}{text}", 20.0)
    assert short_labels(found.placed, found.layout) is None


def test_a_diagram_without_notes_has_no_narrow_ones() -> None:
    assert with_narrow_notes(finished(LOOP).placed) is None
