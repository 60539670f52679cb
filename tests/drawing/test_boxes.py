"""Boxes of nodes, groups and edges in figures."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from sphinxext.llmpipeline import CLASSIC, Box, boxes_of, figure, parse
from sphinxext.llmpipeline.drawing.boxes import Route
from tests.drawings import PIPELINE

TEXT = """
panel left: Left
   group g: Group
      data a: Alpha
   model b: Beta
   a -> b: label
   a -> b
   row words: The | cat
"""


def test_parts_are_found_by_id() -> None:
    boxes = boxes_of(figure(parse(TEXT), CLASSIC))
    assert [*boxes.nodes] == ["a", "b", "words.1", "words.2"]
    assert sorted(boxes.groups) == ["g", "left", "words"]
    assert [*boxes.edges] == [("a", "b")]
    assert boxes.groups["g"].holds(boxes.nodes["a"])
    assert boxes.groups["words"].holds(boxes.nodes["words.2"], 0.01)
    assert boxes.name == ""


def test_all_of_several_edges_between_two_ends_are_there() -> None:
    boxes = boxes_of(figure(parse(TEXT), CLASSIC))
    first, second = boxes.routes
    assert boxes.edges["a", "b"] == first
    assert first.label is not None
    assert second.label is None
    assert first.points != second.points


def test_routes_lead_from_the_source_to_the_target_in_the_figure() -> None:
    drawn = figure(PIPELINE, CLASSIC)
    boxes = boxes_of(drawn)
    width, height = drawn.get_size_inches() * 72
    whole = Box(0, 0, float(width), float(height))
    assert all(map(whole.holds, (*boxes.nodes.values(), *boxes.groups.values())))
    for route in boxes.routes:
        assert whole.holds(route.box)
        assert boxes.nodes[route.source].distance(route.points[0]) < 1.5
        assert boxes.nodes[route.target].distance(route.points[-1]) < 1.5
        assert route.box.distance(route.middle) == 0.0


def test_boxes_move_with_the_diagram() -> None:
    drawn = figure(PIPELINE, CLASSIC)
    before = boxes_of(drawn).nodes["a"]
    drawn.artists[0].origin = (30, 40)  # type: ignore[attr-defined]  # of a Diagram
    assert boxes_of(drawn).nodes["a"] == before.moved(30, 40)


def test_what_projects_hold_is_frozen() -> None:
    boxes = boxes_of(figure(PIPELINE))
    for held, field in ((boxes, "name"), (boxes.routes[0], "label")):
        with pytest.raises(FrozenInstanceError):
            setattr(held, field, None)


def test_figure_without_a_diagram() -> None:
    drawn = figure(PIPELINE, CLASSIC)
    drawn.artists[0].remove()
    with pytest.raises(ValueError, match=r"^the figure has no diagram: expected one of figure\(\)$"):
        boxes_of(drawn)


def test_middle_of_a_point() -> None:
    assert Route("a", "b", ((1.0, 2.0), (1.0, 2.0)), None).middle == (1.0, 2.0)
