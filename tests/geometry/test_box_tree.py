"""The box tree finds every neighbour, and every box on a line, once."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from sphinxext.llmpipeline.geometry.box_tree import BoxTree
from sphinxext.llmpipeline.geometry.curves import Trace, walk
from sphinxext.llmpipeline.geometry.primitives import Box, Curve, Point
from tests.steps import ROUGHLY, growth

SIDES = st.floats(0, 900)
BOXES = st.builds(
    lambda x, y, width, height: Box(x, y, x + width, y + height),
    st.floats(-900, 900),
    st.floats(-900, 900),
    SIDES,
    SIDES,
)


POINTS = st.tuples(st.floats(-900, 900), st.floats(-900, 900))
CURVES = st.one_of(
    st.lists(POINTS, min_size=4, max_size=4).map(lambda points: Curve(tuple(points), bezier=True)),
    st.lists(POINTS, min_size=2, max_size=5).map(lambda points: Curve(tuple(points))),
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
    assert list(tree_of([Box(150, 150, 150, 150)]).near(Box(0, 150, 300, 150))) == [0]


def test_an_empty_tree_finds_nothing() -> None:
    assert [*BoxTree().near(Box(0, 0, 9, 9)), *BoxTree().crossed(Trace([Curve(((0, 0), (9, 9)))]))] == []


@given(st.lists(BOXES, max_size=40), st.integers(0, 40), CURVES, st.sampled_from([-1.0, 0.0, 1.0]))
def test_a_line_finds_each_box_that_has_one_of_its_points_once(
    boxes: list[Box], added: int, curve: Curve, slack: float
) -> None:
    points = [*walk(curve)]

    def enters(box: Box, point: Point) -> bool:
        inside = box.grown(-slack)
        return inside.x0 < point[0] < inside.x1 and inside.y0 < point[1] < inside.y1

    found = sorted(tree_of(boxes, added).crossed(Trace([curve]), slack))
    assert found == [index for index, box in enumerate(boxes) if any(enters(box, point) for point in points)]


def test_a_line_costs_what_is_near_it_not_what_is_in_the_box_around_it() -> None:
    def work(size: int) -> Callable[[], object]:
        # Nodes in a column, and a line from above them along it to below them, as far away as in a drawing.
        tree = tree_of([Box(0.0, 40.0 * number, 80.0, 40.0 * number + 20) for number in range(size)])
        bow = Curve(((82.0, -60.0), (180.0, 0.0), (180.0, 40.0 * size), (82.0, 40.0 * size + 60)), bezier=True)
        line = Trace([bow])
        assert [*tree.crossed(line)] == []
        return lambda: [*tree.crossed(Trace([bow]))]

    assert growth(work, 100) < 1 / 2


def test_many_boxes_added_one_by_one_take_work_in_proportion() -> None:
    boxes = [Box(40.0 * number, 0.0, 40.0 * number + 20, 20.0) for number in range(400)]
    assert growth(lambda size: lambda: tree_of(boxes[:size], size), 100) < ROUGHLY
