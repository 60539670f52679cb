"""Paths between boxes, the lines that are made of them, and places of labels."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from sphinxext.llmpipeline.geometry.curves import arrow_length, flattened, tip_of
from sphinxext.llmpipeline.geometry.primitives import Box, Side, Size
from sphinxext.llmpipeline.layout.graph import LayoutEdge
from sphinxext.llmpipeline.layout.routes import (
    bent_paths,
    beside_path,
    drawn,
    end_lengths,
    facings,
    legs_by_length,
    ports,
)
from sphinxext.llmpipeline.layout.routing_area import Area, Path
from sphinxext.llmpipeline.model.vocabulary import EdgeKind
from tests.finished import Corners, Finished


def edge(kind: EdgeKind = "flow", width: float = 1.2) -> LayoutEdge:
    return LayoutEdge(0, "a", "b", kind, width)


def area(b: Corners, text: str = "a -> b") -> Area:
    """A node ``a`` at the origin, 60 by 40 points, and ``b``."""
    finished = Finished(text, {"a": (0, 0, 60, 40), "b": b})
    return Area(finished.layout, finished.graph)


BENT: Path = ((0, 0), (0, 50), (90, 50), (90, 100))


@pytest.mark.parametrize(
    ("b", "sides"),
    [
        ((100, 0, 160, 40), ("right", "left")),
        ((-160, 0, -100, 40), ("left", "right")),
        ((0, 100, 60, 140), ("top", "bottom")),
        ((0, -140, 60, -100), ("bottom", "top")),
    ],
)
def test_sides_face_each_other(b: Corners, sides: tuple[Side, Side]) -> None:
    ((tail, head, start, end, *_),) = facings(area(b), edge(), 40)
    assert (tail, head) == sides
    assert abs(end - start) in (40, 60, 100)


def test_sides_that_are_too_near_do_not_face_each_other() -> None:
    near = area((100, 0, 160, 40))
    assert [*facings(near, edge(), 40.1)] == []
    assert [*facings(area((30, 0, 90, 40)), edge(), 0)] == []


@pytest.mark.parametrize(("y", "shared"), [(0, True), (20, True), (24, True), (34, False)])
def test_a_line_is_straight_where_the_flat_parts_of_both_sides_overlap(y: float, shared: bool) -> None:
    (facing,) = facings(area((100, y, 160, y + 40)), edge(), 20)
    assert (facing.shared is not None) is shared
    if facing.shared:
        assert y < facing.shared[0] <= facing.shared[1] < 40


# Lines


@pytest.mark.parametrize(("kind", "heads"), [("flow", 1), ("weak", 1), ("exchange", 2), ("link", 0)])
def test_heads_are_at_the_ends_of_the_path(kind: EdgeKind, heads: int) -> None:
    line = drawn(edge(kind), BENT)
    assert line is not None
    assert [tip_of(head) for head in line.arrowheads] == [(0, 0), (90, 100)][2 - heads :]
    (spline,) = line.splines
    away = arrow_length(1.2)
    assert spline.points[0] == pytest.approx((0, away if heads == 2 else 0))
    assert spline.points[-1] == pytest.approx((90, 100 - away if heads else 100))


def test_corners_are_round_and_the_rest_runs_along_the_axes() -> None:
    line = drawn(edge("link"), BENT)
    assert line is not None
    points = flattened(line.splines[0])
    corners = [(0, 50), (90, 50)]
    for one, other in pairwise(points):
        slant = min(abs(one[0] - other[0]), abs(one[1] - other[1]))
        assert slant < 1e-6 or min(math.dist(one, corner) for corner in corners) <= 7 + 1e-6
    assert min(math.dist(point, corner) for point in points for corner in corners) > 1.5


def test_short_parts_have_smaller_corners() -> None:
    line = drawn(edge("link"), ((0, 0), (0, 50), (8, 50), (8, 100)))
    assert line is not None
    box = Box.around(line.splines[0].points)
    assert (box.x0, box.y0, box.x1, box.y1) == pytest.approx((0, 0, 8, 100))


def test_there_is_no_line_without_room_for_its_head() -> None:
    assert drawn(edge(), ((0, 0), (0, 50), (10, 50))) is None
    assert drawn(edge("link"), ((0, 0), (0, 50), (10, 50))) is not None
    assert drawn(edge(width=12), ((0, 0), (20, 0))) is None
    assert drawn(edge(width=12), ((0, 0), (40, 0))) is not None


def test_heads_and_stubs_come_before_corners() -> None:
    assert end_lengths(edge("link")) == (3, 3)
    assert end_lengths(edge()) == (3, pytest.approx(3 + arrow_length(1.2)))
    assert end_lengths(edge("exchange")) == pytest.approx((3 + arrow_length(1.2),) * 2)


# Paths


def legs(path: Path) -> str:
    """The directions of a path."""
    found = ""
    for (x0, y0), (x1, y1) in pairwise(path):
        assert (x0 == x1) != (y0 == y1)
        found += "u" if y1 > y0 else "d" if y1 < y0 else "r" if x1 > x0 else "l"
    return found


def test_paths_step_turn_and_return() -> None:
    found = {legs(path) for path in bent_paths(area((200, 100, 260, 140)), edge())}
    assert found == {"rur", "uru", "ru", "ur", "dru"} | {"dru", "urd"}


def test_paths_of_columns_return_beside_them() -> None:
    finished = Finished("a -> b", {"a": (0, 0, 60, 40), "b": (0, 100, 60, 140)}, direction="TB")
    found = [path for path in bent_paths(Area(finished.layout, finished.graph), edge()) if legs(path) in ("rul", "lur")]
    assert {legs(path) for path in found} == {"rul", "lur"}
    beside = [max(abs(x - 30) for x, _ in path) for path in found]
    assert min(beside) > 40
    assert max(beside) < 140


def test_a_line_leaves_in_the_middle_if_that_is_free() -> None:
    place = area((100, 0, 160, 40), "a -> b\nb -> a")
    one, other = place.graph.edges
    assert ports(place, "a", "right", one) == pytest.approx([20])
    line = drawn(one, ((60, 20), (100, 20)))
    assert line is not None
    place.put(one, ((60, 20), (100, 20)), line)
    assert ports(place, "a", "right", other) == pytest.approx([10, 30])
    assert ports(place, "a", "left", other) == pytest.approx([20])


def test_wide_lines_end_further_apart() -> None:
    place = area((100, 0, 160, 40), "a -> b\nb -> a")
    one, other = place.graph.edges
    line = drawn(one, ((30, 40), (30, 80)))
    assert line is not None
    place.put(one, ((30, 40), (30, 80)), line)
    assert ports(place, "a", "top", other) == pytest.approx([20, 40])
    wide = LayoutEdge(1, "b", "a", "flow", 7.0)
    assert ports(place, "a", "top", wide) == pytest.approx([18, 42])


# Labels

LABEL = Size(40, 10)


def test_labels_stand_beside_the_middle_of_a_leg() -> None:
    first, second, *_ = beside_path(LABEL, ((0, 0), (100, 0)), (0,), (1, -1), 1.2)
    assert (first.center[0], second.center[0]) == (50, 50)
    assert 2 < first.y0 <= 6
    assert -6 <= second.y1 < -2


def test_labels_stand_beside_the_legs_asked_for_in_their_order() -> None:
    assert legs_by_length(BENT) == [1, 0, 2]
    boxes = [*beside_path(LABEL, BENT, (2, 0), (1,), 1.2)]
    assert boxes[0].center[1] == 75
    assert 90 + 2 < boxes[0].x0 <= 96
    assert boxes[-1].x0 < 10


@pytest.mark.parametrize("width", [1.2, 9.0])
def test_every_place_of_a_label_touches_the_line_and_none_is_on_it(width: float) -> None:
    for box in beside_path(LABEL, ((0, 0), (0, 100)), (0,), (1, -1), width):
        assert 2 < min(abs(box.x0), abs(box.x1)) - width / 2 <= 6
