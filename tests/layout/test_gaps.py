"""Gaps: which are tight, and the room that opens for them."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline.geometry.primitives import Box
from sphinxext.llmpipeline.layout.gaps import TightGap, gap_between, opened, tight_gaps
from sphinxext.llmpipeline.layout.structure import Structure
from sphinxext.llmpipeline.style.builtin import MODERN
from tests.layouts import sized

BOXES = {"a": Box(0, 0, 50, 30), "b": Box(60, 0, 110, 30), "c": Box(115, 0, 165, 30), "d": Box(62, 100, 108, 130)}


def structure() -> Structure:
    return Structure(sized("a\nb\nc\nd", MODERN, direction="TB"))


def test_gap_between_boxes() -> None:
    assert gap_between(Box(0, 0, 10, 10), Box(14, 5, 20, 8), 0) == 4
    assert gap_between(Box(14, 5, 20, 8), Box(0, 0, 10, 10), 0) == 4
    assert gap_between(Box(0, 0, 10, 10), Box(14, 5, 20, 8), 1) == -5


def test_tight_gaps_are_found() -> None:
    needed = MODERN.node_gap
    assert list(tight_gaps(structure(), BOXES)) == [TightGap("a", "b", 0, 10, needed), TightGap("b", "c", 0, 5, needed)]


def test_all_beyond_a_tight_gap_moves_and_what_is_on_one_axis_stays_so() -> None:
    moved = opened(structure(), BOXES, 0)
    first = MODERN.node_gap - 10
    second = first + MODERN.node_gap - 5
    assert {id: moved[id].x0 - box.x0 for id, box in BOXES.items()} == {"a": 0, "b": first, "c": second, "d": first}
    assert list(tight_gaps(structure(), moved)) == []


def test_one_opening_is_enough_for_gaps_at_one_place() -> None:
    boxes = BOXES | {"c": Box(0, 100, 48, 130), "d": Box(60, 100, 110, 130)}
    moved = opened(structure(), boxes, 0)
    assert {id: moved[id].x0 - box.x0 for id, box in boxes.items()} == pytest.approx(
        {"a": 0, "b": MODERN.node_gap - 10, "c": 0, "d": MODERN.node_gap - 10}
    )


def test_groups_grow_around_members_that_move_apart() -> None:
    graph = sized("group g: G\n   node a\n   node b", MODERN, direction="TB")
    boxes = {"a": BOXES["a"], "b": BOXES["b"], "g": Box(-12, -12, 122, 60)}
    moved = opened(Structure(graph), boxes, 0)
    assert moved["g"] == Box(-12, -12, 122 + MODERN.node_gap - 10, 60)


def test_nothing_changes_without_a_tight_gap() -> None:
    assert opened(structure(), BOXES, 1) == BOXES
