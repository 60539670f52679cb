"""Moves: titles follow the groups that they belong to."""

from __future__ import annotations

from sphinxext.llmpipeline.geometry.primitives import Box
from sphinxext.llmpipeline.layout.moves import moved
from tests.finished import Finished

FINISHED = Finished(
    "group g: G\n   node a\nb", {"a": (0, 100, 50, 130), "b": (0, 10, 50, 40)}, groups={"g": (-12, 90, 62, 160)}
)


def places(**changed: Box) -> dict[str, Box]:
    layout = FINISHED.layout
    return {id: layout.box_of(id) for id in ("a", "b", "g")} | changed


def test_a_layout_in_its_place_is_the_same() -> None:
    assert moved(FINISHED.layout, places()) is FINISHED.layout


def test_a_node_moves_with_its_label() -> None:
    before = FINISHED.layout
    after = moved(before, places(b=Box(20, 10, 70, 40)))
    assert after.nodes["b"] == before.nodes["b"].moved(20, 0)
    assert after.nodes["a"] is before.nodes["a"]
    assert after.groups["g"] is before.groups["g"]


def test_the_title_of_a_group_moves_with_its_corner() -> None:
    before = FINISHED.layout
    after = moved(before, places(g=Box(-12, 80, 62, 170)))
    assert after.groups["g"].label == before.groups["g"].label.moved(0, 10)
    assert after.groups["g"].box == Box(-12, 80, 62, 170)
