"""Shapes: curves that fill their box, and boxes that hold their label in the place that Graphviz gives it."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from matplotlib.path import Path

from sphinxext.llmpipeline.geometry.curves import flattened
from sphinxext.llmpipeline.geometry.primitives import Box, Curve, Point, Side, Size
from sphinxext.llmpipeline.geometry.shapes import (
    CUT,
    DEPTH_OF_PILE,
    FOLD,
    FREE_SHAPES,
    LID,
    SHAPES,
    SLANT,
    cylinder,
    flat_part,
    hexagon,
    note,
    octagon,
    parallelogram,
    polygon,
    sheets,
    stadium,
    without_sheets,
)
from sphinxext.llmpipeline.layout.clipping import clip
from sphinxext.llmpipeline.model.pipeline import Label, Node, Pipeline
from sphinxext.llmpipeline.style.builtin import MODERN
from sphinxext.llmpipeline.style.reader import read_style
from sphinxext.llmpipeline.style.types import Style
from tests import layouts
from tests.layouts import nodes, sized

BOXES = [Box(0, 0, 8, 6), Box(5, 7, 65, 43), Box(-200, 0, 200, 36), Box(0, -300, 40, 300)]
RADII = [0.0, 8.0, 30.0]

BOXED = [shape for shape in FREE_SHAPES if shape != "circle"]
"""Shapes that fill any box."""

shapes = pytest.mark.parametrize("shape", BOXED)
boxes = pytest.mark.parametrize("box", BOXES, ids=str)
radii = pytest.mark.parametrize("radius", RADII)


def area(line: tuple[Point, ...]) -> float:
    """Area of a closed line; negative if it runs clockwise."""
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(line)) / 2


def crosses_itself(line: tuple[Point, ...]) -> bool:
    def side(a: Point, b: Point, c: Point) -> float:
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    pieces = [piece for piece in pairwise(line) if math.dist(*piece) > 1e-9]
    return any(
        side(a, b, c) * side(a, b, d) < -1e-6 and side(c, d, a) * side(c, d, b) < -1e-6
        for index, (a, b) in enumerate(pieces)
        for c, d in pieces[index + 2 :]
    )


@shapes
@boxes
@radii
def test_curves_fill_their_box_and_stay_in_it(shape: str, box: Box, radius: float) -> None:
    curves = SHAPES[shape].outline(box, radius)
    around = Box.around(point for curve in curves for point in flattened(curve))
    assert box.holds(around, 1e-6)
    # Rounding cuts a little off a sharp corner.
    assert around.holds(box, 0.01 + radius / 7)


@shapes
@boxes
@radii
def test_outline_is_one_closed_line_around_the_middle(shape: str, box: Box, radius: float) -> None:
    outline = SHAPES[shape].outline(box, radius)[0]
    line = flattened(outline)
    assert outline.closed
    assert line[0] == pytest.approx(line[-1])
    assert not crosses_itself(line)
    assert abs(area(line)) >= 0.4 * box.width * box.height
    assert len(outline.points) % 3 == 1 or not outline.bezier


@shapes
def test_lines_on_a_shape_are_open(shape: str) -> None:
    assert not any(curve.closed for curve in SHAPES[shape].outline(BOXES[1], 8)[1:])


def test_no_two_shapes_look_the_same() -> None:
    drawn = [SHAPES[shape].outline(BOXES[1], 8) for shape in SHAPES]
    assert len(set(drawn)) == len(SHAPES)


@pytest.mark.parametrize("shape", [shape for shape in BOXED if shape not in ("ellipse", "diamond", "cylinder")])
def test_measures_do_not_depend_on_the_width(shape: str) -> None:
    """The left end is the same in a wider box, except for curves of the whole width."""
    narrow, wide = (
        {(round(x, 6), round(y, 6)) for curve in SHAPES[shape].outline(box, 8) for x, y in curve.points if x < 20}
        for box in (Box(0, 0, 90, 36), Box(0, 0, 400, 36))
    )
    assert narrow == wide
    assert len(narrow) >= (2 if shape == "cell" else 4)  # the corners of a cell are sharp


def test_measures() -> None:
    box = Box(0, 0, 300, 40)
    assert octagon(box, 0)[0].points[0] == (CUT, 0)
    assert hexagon(box, 0)[0].points[2] == (300, 20)
    assert hexagon(box, 0)[0].points[1] == (300 - SLANT, 0)
    assert parallelogram(box, 0)[0].points[3] == (SLANT, 40)
    assert note(box, 0)[1] == Curve(((300 - FOLD, 40), (300 - FOLD, 40 - FOLD), (300, 40 - FOLD)))
    assert min(y for _, y in flattened(cylinder(box, 0)[1])[:-1]) == pytest.approx(40 - 2 * LID, abs=0.01)


def test_measures_shrink_in_a_small_box() -> None:
    assert octagon(Box(0, 0, 6, 90), 0)[0].points[0] == (2, 0)


def test_ends_of_a_stadium_are_half_circles() -> None:
    line = flattened(stadium(Box(0, 0, 100, 30), 8)[0])
    for x, y in line:
        if x < 15:
            assert math.hypot(x - 15, y - 15) == pytest.approx(15, abs=0.02)


def test_a_round_corner_is_an_arc_of_its_radius() -> None:
    curve = polygon([(0, 0, 10), (50, 0, 0), (50, 50, 0), (0, 50, 0)])
    arc = [point for point in flattened(curve) if point[0] <= 10 and point[1] <= 10]
    assert len(arc) > 5
    for x, y in arc:
        assert math.hypot(x - 10, y - 10) == pytest.approx(10, abs=0.01)


def test_corners_that_meet_share_a_short_side() -> None:
    curve = polygon([(x, y, 99) for x, y in ((0, 0), (20, 0), (20, 10), (0, 10))])
    assert Box(0, 0, 20, 10).holds(Box.around(curve.points), 1e-9)
    assert not crosses_itself(flattened(curve))


# Sizes around labels

# A letter, a word, a sentence, two lines, a tower, and sizes that are not whole.
LABELS = (Size(4, 18), Size(47.3, 17.5), Size(300, 17.5), Size(120, 52.5), Size(20, 200), Size(400.9, 301.1))


def style_of(shape: str, **changes: float) -> Style:
    style, problems = read_style({"nodes": {"node": {"shape": shape}}, **changes})
    assert not problems
    return style


def laid_out(shape: str, labels: tuple[Size, ...], **changes: float) -> list[tuple[Curve, Box, Box]]:
    """The outline, the box of the node and the box of the label of each node."""
    style = style_of(shape, **changes)
    pipeline = Pipeline(tuple(Node(f"n{index}", Label.plain("")) for index in range(len(labels))))
    graph = sized(pipeline, style, nodes=labels)
    layout = clip(layouts.laid_out(graph), graph)
    return [(node.outline[0], node.box, node.label) for node in nodes(layout)]


def path_of(curve: Curve) -> Path:
    codes = [Path.MOVETO, *[Path.CURVE4 if curve.bezier else Path.LINETO] * (len(curve.points) - 1)]
    return Path(Path(curve.points, codes).to_polygons(closed_only=True)[0])


@shapes
@pytest.mark.parametrize("padding", [(14.0, 10.0), (8.0, 6.0), (4.0, 3.0), (40.0, 2.0), (2.0, 40.0)])
def test_label_lies_inside_the_outline(shape: str, padding: tuple[float, float]) -> None:
    for outline, _, label in laid_out(shape, LABELS, padding_x=padding[0], padding_y=padding[1]):
        # A label has no ink in its corners: half a point may be cut off.
        cut = [
            (x + math.copysign(0.5, label.center[0] - x), y + math.copysign(0.5, label.center[1] - y))
            for x, y in label.corners
        ]
        assert path_of(outline).contains_points(cut).all(), (shape, label, outline)


@shapes
def test_label_keeps_its_size(shape: str) -> None:
    for size, (_, _, label) in zip(LABELS, laid_out(shape, LABELS), strict=True):
        assert size.width - 0.01 <= label.width < size.width + 2
        assert size.height - 0.01 <= label.height < size.height + 2


@shapes
def test_graphviz_gives_a_shape_its_size(shape: str) -> None:
    for size, (outline, box, _) in zip(LABELS, laid_out(shape, LABELS, corner_radius=0), strict=True):
        wanted = SHAPES[shape].size(size, MODERN.padding_x, MODERN.padding_y)
        assert (box.width, box.height) == pytest.approx((wanted.width, wanted.height), abs=0.05)
        assert Box.around(outline.points).holds(box, 0.01)


@shapes
def test_a_shape_leaves_at_least_the_room_of_a_box(shape: str) -> None:
    size = SHAPES[shape].size(Size(100, 20), 14, 10)
    assert size.width >= 100 + 2 * 14
    assert size.height >= 20 + 2 * 10
    assert math.isfinite(size.width)


@pytest.mark.parametrize("shape", [shape for shape in BOXED if shape not in ("ellipse", "diamond")])
@pytest.mark.parametrize("width", [30.0, 100.0, 400.0])
def test_room_for_details_does_not_grow_with_the_label(shape: str, width: float) -> None:
    size = SHAPES[shape].size(Size(width, 17.5), 10, 9)
    assert size.width - (width + 20) <= 12
    assert size.height - (17.5 + 18) <= 10


@pytest.mark.parametrize("shape", ["lined", "component", "subroutine"])
def test_label_keeps_clear_of_the_lines_on_its_shape(shape: str) -> None:
    box, label = Box(0, 0, 120, 40), Box(30, 10, 90, 30)
    size = SHAPES[shape].size(Size(60, 20), 4, 3)
    box = Box(60 - size.width / 2, 20 - size.height / 2, 60 + size.width / 2, 20 + size.height / 2)
    placed = SHAPES[shape].label_box(label)
    assert (placed.width, placed.height) == (label.width, label.height)
    for line in SHAPES[shape].outline(box, 8)[1:]:
        assert not Box.around(line.points).overlaps(placed)
        assert min(abs(x - end) for x, _ in line.points for end in (placed.x0, placed.x1)) >= 2


@shapes
def test_a_longer_label_never_makes_a_smaller_shape(shape: str) -> None:
    widths = [10.0 * step for step in range(1, 30)]
    for index in range(0, len(widths), 10):
        boxes = [box for _, box, _ in laid_out(shape, tuple(Size(width, 17.5) for width in widths[index : index + 10]))]
        assert all(one.width <= other.width + 0.05 for one, other in pairwise(boxes))


# Sides at which lines end


@pytest.mark.parametrize("side", ["left", "right", "bottom", "top"])
def test_a_box_is_flat_but_for_its_corners(side: Side) -> None:
    low, high = flat_part("rounded", 80.0, 80.0, 8.0, side)
    assert 1 < low < 8
    assert high == pytest.approx(80 - low)


@pytest.mark.parametrize(("shape", "side"), [("diamond", "top"), ("diamond", "left"), ("ellipse", "right")])
def test_a_line_ends_near_a_tip(shape: str, side: Side) -> None:
    low, high = flat_part(shape, 80.0, 80.0, 8.0, side)
    assert 20 < low <= 40 <= high < 60


@pytest.mark.parametrize(("shape", "side"), [("parallelogram", "left"), ("trapezium", "right"), ("cylinder", "top")])
def test_lines_are_clipped_to_sides_that_slant_or_bulge(shape: str, side: Side) -> None:
    assert flat_part(shape, 80.0, 40.0, 8.0, side) == (0.0, 40.0 if side != "top" else 80.0)


def test_sheets_lie_behind_each_other_to_the_upper_right() -> None:
    front = Box(0.0, 0.0, 30.0, 20.0)
    boxes = [Box.around(sheet.points) for sheet in sheets(front.outline())]
    assert boxes == [front.moved(DEPTH_OF_PILE, DEPTH_OF_PILE), front.moved(DEPTH_OF_PILE / 2, DEPTH_OF_PILE / 2)]
    assert without_sheets(Box.around_boxes([front, *boxes]), DEPTH_OF_PILE) == front
