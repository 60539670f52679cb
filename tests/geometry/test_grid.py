"""The grid finds every neighbour once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sphinxext.llmpipeline.geometry.grid import Grid
from sphinxext.llmpipeline.geometry.primitives import Box

SIDES = st.floats(0, 900)
BOXES = st.builds(
    lambda x, y, width, height: Box(x, y, x + width, y + height),
    st.floats(-900, 900),
    st.floats(-900, 900),
    SIDES,
    SIDES,
)


@given(st.lists(BOXES, max_size=20), BOXES)
def test_near_finds_each_touching_box_once(boxes: list[Box], box: Box) -> None:
    found = sorted(Grid((other, index) for index, other in enumerate(boxes)).near(box))
    assert found == [index for index, other in enumerate(boxes) if touches(other, box)]


def touches(one: Box, other: Box) -> bool:
    return one.x0 <= other.x1 and other.x0 <= one.x1 and one.y0 <= other.y1 and other.y0 <= one.y1


def test_a_box_without_an_area_is_found() -> None:
    assert list(Grid([(Box(150, 150, 150, 150), "point")]).near(Box(0, 150, 300, 150))) == ["point"]


@given(st.lists(BOXES, max_size=20), st.lists(BOXES, max_size=20), BOXES)
def test_removed_boxes_are_not_found(kept: list[Box], removed: list[Box], box: Box) -> None:
    grid = Grid((other, True) for other in kept)
    for other in removed:
        grid.add(other, False)
    for other in removed:
        grid.remove(other, False)
    assert [*grid.near(box)] == [True for other in kept if touches(other, box)]


@given(st.lists(BOXES, max_size=20))
def test_a_large_box_is_found_and_finds_all(boxes: list[Box]) -> None:
    large = Box(-9e6, -9e6, 9e6, 9e6)
    grid = Grid([*((box, "small") for box in boxes), (large, "large")])
    assert sorted(grid.near(large)) == ["large", *(["small"] * len(boxes))]
    assert "large" in grid.near(Box(0, 0, 1, 1))
