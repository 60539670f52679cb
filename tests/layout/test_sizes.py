"""Sizes of nodes."""

from __future__ import annotations

from sphinxext.llmpipeline import MODERN, parse
from sphinxext.llmpipeline.geometry.primitives import Size
from sphinxext.llmpipeline.geometry.shapes import DEPTH_OF_PILE
from sphinxext.llmpipeline.layout.graph import LayoutNode
from sphinxext.llmpipeline.layout.sizes import node_size, texts_beside, with_cells, with_equal_widths
from sphinxext.llmpipeline.model.pipeline import Pipeline


def sized(pipeline: Pipeline, *labels: Size) -> list[LayoutNode]:
    """The nodes of a pipeline as boxes around *labels*."""
    return [
        LayoutNode(node.id, node.group, label, node_size(label, "box", MODERN, 0.0), "box")
        for node, label in zip(pipeline.nodes, labels, strict=True)
    ]


def test_a_node_is_as_large_as_its_shape_around_its_label() -> None:
    label = Size(30.0, 10.0)
    assert node_size(label, "box", MODERN, 0.0) == Size(50.0, 28.0)
    assert node_size(label, "box", MODERN, DEPTH_OF_PILE) == Size(50.0 + DEPTH_OF_PILE, 28.0 + DEPTH_OF_PILE)


def test_cells_of_a_table_have_one_size_and_one_shape() -> None:
    pipeline = parse("row r: A | B\nnode x")
    one, two, other = with_cells(sized(pipeline, Size(10, 10), Size(60, 20), Size(5, 5)), pipeline, MODERN)
    assert one.size == two.size == Size(72.0, 20 + 0.6 * 18)
    assert [node.shape for node in (one, two, other)] == ["cell", "cell", "box"]


def test_cells_with_shares_have_widths_of_their_values() -> None:
    pipeline = parse("row r: A 98 | B 2\n   :shares: yes")
    nodes = with_cells(sized(pipeline, Size(60, 20), Size(60, 20)), pipeline, MODERN)
    one, two = nodes
    assert (one.size.height, round(one.size.width / two.size.width)) == (two.size.height, 49)
    assert [node.id for node in texts_beside(nodes, pipeline, MODERN)] == ["r.2"]


def test_members_of_a_stack_have_one_width_but_for_signs() -> None:
    pipeline = parse("stack s: S\n   node a\n   node b\nnode x")
    nodes = sized(pipeline, Size(10, 10), Size(60, 20), Size(5, 5))
    sign = LayoutNode("op", "s", Size(5, 5), Size(20, 20), "circle")
    assert [node.size.width for node in with_equal_widths([*nodes, sign], pipeline)] == [80.0, 80.0, 25.0, 20.0]
