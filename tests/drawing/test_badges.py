"""Badges sit on the border of what they belong to, and cover no text."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline import MODERN, figure, parse
from sphinxext.llmpipeline.drawing.matplotlib_backend import Diagram
from sphinxext.llmpipeline.drawing.scene import Scene
from sphinxext.llmpipeline.drawing.scene import node_badge as on_node
from sphinxext.llmpipeline.geometry.primitives import Box, Curve, Size
from sphinxext.llmpipeline.layout.result import PlacedNode
from sphinxext.llmpipeline.model.vocabulary import NODE_KINDS, Direction
from sphinxext.llmpipeline.style.builtin import STYLES
from sphinxext.llmpipeline.style.types import Style
from sphinxext.llmpipeline.text.typesetting import badge_size as pill_size

NODE = PlacedNode((Curve(((0, 0), (100, 0), (100, 40), (0, 40)), closed=True),), Box(10, 10, 90, 30))
TEXT = Size(20, 12)


def drawn(text: str, style: Style = MODERN, direction: Direction = "LR") -> Scene:
    (diagram,) = figure(parse(text, direction=direction), style).artists
    assert isinstance(diagram, Diagram)
    return diagram.picture


def test_upper_right_corner() -> None:
    badge = on_node(NODE, TEXT)
    size = pill_size(TEXT)
    assert (badge.width, badge.height) == (size.width, size.height)
    assert badge.center[1] == pytest.approx(40)
    assert badge.x1 == pytest.approx(106)


def test_another_place_where_the_first_is_taken() -> None:
    taken = [Box(96, 36, 104, 44)]
    assert on_node(NODE, TEXT, taken).center == pytest.approx((9, 40))
    taken.append(Box(-4, 36, 4, 44))
    assert on_node(NODE, TEXT, taken).center == pytest.approx((50, 40))
    taken.append(Box(46, 40, 54, 40))
    assert on_node(NODE, TEXT, taken).center == pytest.approx((91, 0))


def test_upper_right_corner_where_all_are_taken() -> None:
    assert on_node(NODE, TEXT, [Box(-20, -20, 120, 60)]) == on_node(NODE, TEXT)


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
@pytest.mark.parametrize("kind", NODE_KINDS)
@pytest.mark.parametrize("label", ["A", "A long label of a node", "Two\\nlines\\nand three"])
def test_badge_of_every_kind_touches_the_outline_and_no_label(style: Style, kind: str, label: str) -> None:
    diagram = drawn(f"{kind} a: {label}\n   :repeat: 12\n   :value: 3B", style)
    (badge,), (node,) = diagram.node_badges, diagram.layout.nodes
    assert badge is not None
    assert not badge.overlaps(node.label)
    assert badge.overlaps(node.box)
    assert diagram.extent.holds(badge)


LOOP = (
    "model a: A\n   :repeat: 12\nmodel b: B\n   :repeat: N\nmodel c: C\n   :repeat: 1024\na -> b, c\nb, c --> a: again"
)


@pytest.mark.parametrize("direction", ["LR", "TB", "RL", "BT"])
def test_badges_cover_neither_nodes_nor_arrowheads_nor_labels(direction: Direction) -> None:
    diagram = drawn(LOOP, direction=direction)
    for index, badge in enumerate(diagram.node_badges):
        assert badge is not None
        others = [node.box for other, node in enumerate(diagram.layout.nodes) if other != index]
        heads = [Box.around(head.points) for edge in diagram.layout.edges for head in edge.arrowheads]
        labels = [edge.label for edge in diagram.layout.edges if edge.label]
        assert [box for box in (*others, *heads, *labels) if badge.overlaps(box)] == []


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("title", ["G", "A title that is far wider than what is in the group"])
def test_badge_of_a_group_stands_beside_its_title(direction: Direction, title: str) -> None:
    text = f"group g: {title}\n   :repeat: 12\n   :note: a note\n   node a: a\n      :repeat: 3\nnode b\na -> b"
    diagram = drawn(text, direction=direction)
    (badge,), (group,), (block,) = diagram.group_badges, diagram.layout.groups, diagram.blocks.groups
    assert badge is not None
    left = group.label.center[0] - block.size.width / 2
    assert badge.x0 >= left + block.lines[0].width + 4
    assert group.box.holds(badge)
    assert group.label.holds(badge, 1.0)
    assert not badge.overlaps(diagram.layout.nodes[0].box)
