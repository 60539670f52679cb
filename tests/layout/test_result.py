"""A layout moves with all its parts, and knows how far they reach."""

from __future__ import annotations

from sphinxext.llmpipeline.geometry.primitives import Box, Curve
from sphinxext.llmpipeline.layout.result import Layout, PlacedEdge, PlacedGroup, PlacedNode, moved
from tests.finished import Finished


def test_a_layout_moves_with_all_its_parts() -> None:
    frame = Curve(((0, 0), (9, 0), (9, 5)), closed=True)
    spline = Curve(((0, 0), (1, 1), (2, 1), (3, 0)), bezier=True)
    head = Curve(((3, 0), (2, 1), (4, 1)), closed=True)
    layout = Layout(
        Box(0, 0, 9, 5),
        {"a": PlacedNode((frame, spline), Box(1, 1, 2, 2))},
        {0: PlacedEdge((spline,), (head,), Box(5, 1, 6, 2)), 3: PlacedEdge((spline,))},
        {"g": PlacedGroup(frame, Box(1, 4, 3, 5))},
    )
    moved_frame = Curve(((10, 20), (19, 20), (19, 25)), closed=True)
    moved_spline = Curve(((10, 20), (11, 21), (12, 21), (13, 20)), bezier=True)
    moved_head = Curve(((13, 20), (12, 21), (14, 21)), closed=True)
    assert layout.moved(10, 20) == Layout(
        Box(10, 20, 19, 25),
        {"a": PlacedNode((moved_frame, moved_spline), Box(11, 21, 12, 22))},
        {0: PlacedEdge((moved_spline,), (moved_head,), Box(15, 21, 16, 22)), 3: PlacedEdge((moved_spline,))},
        {"g": PlacedGroup(moved_frame, Box(11, 24, 13, 25))},
    )


def test_box_of_a_node_is_around_every_curve_of_its_outline() -> None:
    node = PlacedNode((Curve(((0, 0), (4, 0), (4, 4)), closed=True), Curve(((5, -1), (5, 2)))), Box(1, 1, 2, 2))
    assert node.box == Box(0, -1, 5, 4)


def test_box_of_a_group_is_around_its_border() -> None:
    assert PlacedGroup(Curve(((0, 0), (9, 0), (9, 5), (0, 5)), closed=True), Box(1, 4, 3, 5)).box == Box(0, 0, 9, 5)


def framed(box: Box) -> PlacedNode:
    return PlacedNode((box.outline(),), box)


def test_boxes_are_found_by_id() -> None:
    node, border = Box(0, 0, 9, 5), Box(-5, -5, 20, 20)
    layout = Layout(border, {"a": framed(node)}, {}, {"g": PlacedGroup(border.outline(), node)})
    assert (layout.box_of("a"), layout.box_of("g")) == (node, border)


def test_the_extent_holds_lines_arrowheads_and_labels_outside_the_box() -> None:
    whole = Box(0, 0, 10, 10)
    spline = Curve(((5, 5), (5, -30), (6, -30), (6, 5)), bezier=True)
    head = Curve(((6, 5), (40, 5), (6, 6)), closed=True)
    layout = Layout(whole, {"a": framed(whole)}, {0: PlacedEdge((spline,), (head,), Box(-7, 0, 5, 33))}, {})
    assert layout.extent == Box(-7, -30, 40, 33)
    group = PlacedGroup(Box(0, 0, 11, 12).outline(), whole)
    assert Layout(whole, {"a": framed(Box(-1, 0, 5, 5))}, {}, {"g": group}).extent == Box(-1, 0, 11, 12)


# Other places

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
