"""Every shape holds its label, in the place that Graphviz really gives it."""

from __future__ import annotations

import itertools
import math

import pytest
from matplotlib.path import Path

from sphinxext.llmpipeline.geometry.primitives import Box, Curve, Size
from sphinxext.llmpipeline.geometry.shapes import SHAPES
from sphinxext.llmpipeline.layout.clipping import clip
from sphinxext.llmpipeline.model.pipeline import Label, Node, Pipeline
from sphinxext.llmpipeline.style.builtin import MODERN
from sphinxext.llmpipeline.style.reader import read_style
from sphinxext.llmpipeline.style.types import Style
from tests import layouts
from tests.layouts import nodes, sized

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
    graph = sized(pipeline, style, nodes=labels)
    layout = clip(layouts.laid_out(graph), graph)
    return [(node.outline[0], node.box, node.label) for node in nodes(layout)]


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
    for size, (outline, box, _) in zip(LABELS, laid_out(shape, LABELS, corner_radius=0), strict=True):
        wanted = SHAPES[shape].size(size, MODERN.padding_x, MODERN.padding_y)
        assert (box.width, box.height) == pytest.approx((wanted.width, wanted.height), abs=0.05)
        assert Box.around(outline.points).holds(box, 0.01)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_leaves_at_least_the_room_of_a_box(shape: str) -> None:
    size = SHAPES[shape].size(Size(100, 20), 14, 10)
    assert size.width >= 100 + 2 * 14
    assert size.height >= 20 + 2 * 10
    assert math.isfinite(size.width)


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape not in ("ellipse", "diamond")])
@pytest.mark.parametrize("width", [30.0, 100.0, 400.0])
def test_what_a_shape_needs_beyond_a_box_does_not_grow_with_its_label(shape: str, width: float) -> None:
    size = SHAPES[shape].size(Size(width, 17.5), 10, 9)
    assert size.width - (width + 20) <= 12
    assert size.height - (17.5 + 18) <= 10


@pytest.mark.parametrize("shape", ["lined", "component", "subroutine"])
def test_label_keeps_clear_of_the_lines_upon_its_shape(shape: str) -> None:
    box, label = Box(0, 0, 120, 40), Box(30, 10, 90, 30)
    size = SHAPES[shape].size(Size(60, 20), 4, 3)
    box = Box(60 - size.width / 2, 20 - size.height / 2, 60 + size.width / 2, 20 + size.height / 2)
    placed = SHAPES[shape].label_box(label)
    assert (placed.width, placed.height) == (label.width, label.height)
    for line in SHAPES[shape].outline(box, 8)[1:]:
        assert not Box.around(line.points).overlaps(placed)
        assert min(abs(x - end) for x, _ in line.points for end in (placed.x0, placed.x1)) >= 2


@pytest.mark.parametrize("shape", SHAPES)
def test_a_longer_label_never_makes_a_smaller_shape(shape: str) -> None:
    widths = [10.0 * step for step in range(1, 30)]
    for index in range(0, len(widths), 10):
        boxes = [box for _, box, _ in laid_out(shape, tuple(Size(width, 17.5) for width in widths[index : index + 10]))]
        assert all(one.width <= other.width + 0.05 for one, other in itertools.pairwise(boxes))
