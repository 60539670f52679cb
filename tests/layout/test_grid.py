"""What stands near a box is found, and found once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sphinxext.llmpipeline.geometry.primitives import Box
from sphinxext.llmpipeline.layout.clearance import Grid

SIDES = st.floats(0, 900)
BOXES = st.builds(
    lambda x, y, width, height: Box(x, y, x + width, y + height),
    st.floats(-900, 900),
    st.floats(-900, 900),
    SIDES,
    SIDES,
)


@given(st.lists(BOXES, max_size=20), BOXES)
def test_all_that_touches_a_box_is_near_it_and_nothing_else(boxes: list[Box], box: Box) -> None:
    found = sorted(Grid((other, index) for index, other in enumerate(boxes)).near(box))
    assert found == [index for index, other in enumerate(boxes) if touches(other, box)]


def touches(one: Box, other: Box) -> bool:
    return one.x0 <= other.x1 and other.x0 <= one.x1 and one.y0 <= other.y1 and other.y0 <= one.y1


def test_a_box_without_an_area_is_found() -> None:
    assert list(Grid([(Box(150, 150, 150, 150), "point")]).near(Box(0, 150, 300, 150))) == ["point"]
