"""Every shape holds its label, as Graphviz really draws it."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from matplotlib.path import Path

from sphinxext.llmpipeline.digraph import build
from sphinxext.llmpipeline.geometry import Box, Curve, Size, Sizes
from sphinxext.llmpipeline.layout import place
from sphinxext.llmpipeline.model import Label, Node, Pipeline
from sphinxext.llmpipeline.shapes import SHAPES
from sphinxext.llmpipeline.style import CLASSIC, Style, read_style

# A letter, a word, a sentence, two lines, a tower, and what rounds badly.
LABELS = (Size(4, 18), Size(47.3, 17.5), Size(300, 17.5), Size(120, 52.5), Size(20, 200), Size(400.9, 301.1))


def style_of(shape: str, **changes: float) -> Style:
    style, problems = read_style({"nodes": {"node": {"shape": shape}}, **changes})
    assert not problems
    return style


def laid_out(shape: str, labels: tuple[Size, ...], **changes: float) -> list[tuple[Curve, Box, Box]]:
    """The first curve of each outline, the box of the whole outline, and that of the label."""
    style = style_of(shape, **changes)
    pipeline = Pipeline(tuple(Node(f"n{index}", Label.plain("")) for index in range(len(labels))))
    placed = place(pipeline, build(pipeline, style, Sizes(labels, (), ())))
    assert placed.messages == ()
    return [(node.outline[0], node.box, node.label) for node in placed.layout.nodes]


def flattened(curve: Curve) -> Path:
    codes = [Path.MOVETO, *[Path.CURVE4 if curve.bezier else Path.LINETO] * (len(curve.points) - 1)]
    return Path(Path(curve.points, codes).to_polygons(closed_only=True)[0])


def corners(box: Box) -> list[tuple[float, float]]:
    return [(box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("padding", [(14.0, 10.0), (8.0, 6.0), (4.0, 3.0), (40.0, 2.0), (2.0, 40.0)])
def test_label_lies_inside_the_outline(shape: str, padding: tuple[float, float]) -> None:
    for outline, _, label in laid_out(shape, LABELS, padding_x=padding[0], padding_y=padding[1]):
        # A label has no ink in its corners: half a point of them may be cut off.
        cut = [
            (x + math.copysign(0.5, label.center[0] - x), y + math.copysign(0.5, label.center[1] - y))
            for x, y in corners(label)
        ]
        assert flattened(outline).contains_points(cut).all(), (shape, label, outline)


@pytest.mark.parametrize("shape", SHAPES)
def test_label_keeps_its_size(shape: str) -> None:
    for size, (_, _, label) in zip(LABELS, laid_out(shape, LABELS), strict=True):
        assert size.width - 0.01 <= label.width < size.width + 2
        assert size.height - 0.01 <= label.height < size.height + 2


@pytest.mark.parametrize("shape", SHAPES)
def test_shape_is_as_large_as_it_was_asked_to_be(shape: str) -> None:
    for size, (outline, _, _) in zip(LABELS, laid_out(shape, LABELS), strict=True):
        wanted = SHAPES[shape].size(size, CLASSIC.padding_x, CLASSIC.padding_y)
        if wanted is not None:
            box = Box.around(outline.points)
            assert (box.width, box.height) == pytest.approx((wanted.width, wanted.height), abs=0.05)


@pytest.mark.parametrize("shape", [name for name, shape in SHAPES.items() if shape.corners])
def test_corners_are_those_that_graphviz_draws(shape: str) -> None:
    for outline, _, _ in laid_out(shape, LABELS):
        box = Box.around(outline.points)
        (x, y), points = box.center, np.array(outline.points)
        drawn = (points - (x, y)) / (box.width / 2, box.height / 2)
        for corner in SHAPES[shape].corners:
            assert np.hypot(*(drawn - corner).T).min() < 0.02, (corner, drawn)


@pytest.mark.parametrize("shape", [name for name, shape in SHAPES.items() if shape.corners])
def test_corners_run_counterclockwise_around_a_convex_outline_in_its_box(shape: str) -> None:
    points = SHAPES[shape].corners
    assert Box.around(points) == Box(-1, -1, 1, 1)
    for a, b, c in zip(points, points[1:] + points[:1], points[2:] + points[:2], strict=True):
        assert (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0]) > 0


@pytest.mark.parametrize("shape", [name for name, shape in SHAPES.items() if not shape.corners and not shape.round])
def test_graphviz_reckons_the_size_of_plain_shapes(shape: str) -> None:
    assert SHAPES[shape].size(Size(100, 20), 14, 10) is None


@pytest.mark.parametrize("shape", [name for name, shape in SHAPES.items() if shape.corners or shape.round])
def test_a_shape_leaves_at_least_the_room_of_a_box(shape: str) -> None:
    size = SHAPES[shape].size(Size(100, 20), 14, 10)
    assert size is not None
    assert size.width >= 100 + 2 * 14
    assert size.height >= 20 + 2 * 10
    assert math.isfinite(size.width)


def test_a_hexagon_around_a_word_is_not_much_wider_than_a_box() -> None:
    size = SHAPES["hexagon"].size(Size(50, 17.5), 14, 10)
    assert size is not None
    assert size.width < 1.5 * (50 + 2 * 14)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_longer_label_never_makes_a_smaller_shape(shape: str) -> None:
    widths = [10.0 * step for step in range(1, 30)]
    for index in range(0, len(widths), 10):
        boxes = [box for _, box, _ in laid_out(shape, tuple(Size(width, 17.5) for width in widths[index : index + 10]))]
        assert all(one.width <= other.width + 0.05 for one, other in itertools.pairwise(boxes))
