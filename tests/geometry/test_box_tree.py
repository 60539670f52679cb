"""The box tree finds every neighbour once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sphinxext.llmpipeline.geometry.box_tree import BoxTree
from sphinxext.llmpipeline.geometry.primitives import Box
from tests.steps import ROUGHLY, growth

SIDES = st.floats(0, 900)
BOXES = st.builds(
    lambda x, y, width, height: Box(x, y, x + width, y + height),
    st.floats(-900, 900),
    st.floats(-900, 900),
    SIDES,
    SIDES,
)


def tree_of(boxes: list[Box], added: int = 0) -> BoxTree[int]:
    """The numbers of boxes, of which so many are added one by one."""
    numbered = [(box, number) for number, box in enumerate(boxes)]
    tree = BoxTree(numbered[added:])
    for box, number in numbered[:added]:
        tree.add(box, number)
    return tree


@given(st.lists(BOXES, max_size=40), st.integers(0, 40), BOXES)
def test_near_finds_each_touching_box_once(boxes: list[Box], added: int, box: Box) -> None:
    found = sorted(tree_of(boxes, added).near(box))
    assert found == [index for index, other in enumerate(boxes) if other.touches(box)]


def test_a_box_without_an_area_is_found() -> None:
    assert tree_of([Box(150, 150, 150, 150)]).near(Box(0, 150, 300, 150)) == [0]


def test_an_empty_tree_finds_nothing() -> None:
    assert BoxTree().near(Box(0, 0, 9, 9)) == []


def test_many_boxes_added_one_by_one_take_work_in_proportion() -> None:
    boxes = [Box(40.0 * number, 0.0, 40.0 * number + 20, 20.0) for number in range(400)]
    assert growth(lambda size: lambda: tree_of(boxes[:size], size), 100) < ROUGHLY
