"""Moves: lines, labels and titles follow the parts that they belong to."""

from __future__ import annotations

from sphinxext.llmpipeline.geometry.curves import tip_of
from sphinxext.llmpipeline.geometry.primitives import Box
from sphinxext.llmpipeline.layout.moves import moved
from tests.finished import Finished

LINE = [(25.0, 100.0), (25.0, 40.0)]
FINISHED = Finished(
    "group g: G\n   node a\nb\na -> b: word\ng -> b",
    {"a": (0, 100, 50, 130), "b": (0, 10, 50, 40)},
    [LINE, [(60, 90), (60, 20), (50, 20)]],
    {0: (40.0, 70.0)},
    {"g": (-12, 90, 62, 160)},
    direction="TB",
)


def places(**changed: Box) -> dict[str, Box]:
    layout = FINISHED.layout
    return {id: layout.box_of(id) for id in ("a", "b", "g")} | changed


def test_a_layout_in_its_place_is_the_same() -> None:
    assert moved(FINISHED.layout, FINISHED.graph, places()) is FINISHED.layout


def test_a_line_follows_its_ends_and_its_label_the_middle() -> None:
    before = FINISHED.layout
    after = moved(before, FINISHED.graph, places(b=Box(20, 10, 70, 40)))
    (line,), (old,) = after.edges[0].splines, before.edges[0].splines
    assert line.points[0] == old.points[0]
    assert line.points[-1] == (old.points[-1][0] + 20, old.points[-1][1])
    assert tip_of(after.edges[0].arrowheads[0]) == (45, 40)
    label, was = after.edges[0].label, before.edges[0].label
    assert label is not None
    assert was is not None
    assert 8 < label.x0 - was.x0 < 12
    assert label.y0 == was.y0
    assert after.nodes["a"] is before.nodes["a"]


def test_a_line_at_a_border_moves_with_the_side_and_the_title_with_its_corner() -> None:
    before = FINISHED.layout
    after = moved(before, FINISHED.graph, places(g=Box(-12, 80, 62, 170)))
    assert after.edges[1].splines[0].points[0] == (60, 80)
    assert after.edges[0] is before.edges[0]
    assert after.groups["g"].label == before.groups["g"].label.moved(0, 10)
    assert after.groups["g"].box == Box(-12, 80, 62, 170)
