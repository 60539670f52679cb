"""Circles of steps: at the corners of nodes and beside the labels of edges."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline import MODERN, Style, parse, render
from sphinxext.llmpipeline.drawing.badges import step_beside
from sphinxext.llmpipeline.drawing.scene import Scene
from sphinxext.llmpipeline.geometry.primitives import Box, Size
from sphinxext.llmpipeline.job import Job
from sphinxext.llmpipeline.model.vocabulary import NODE_KINDS, Direction
from sphinxext.llmpipeline.rendering import compose
from sphinxext.llmpipeline.style.builtin import STYLES

WALK = (
    "io a: A\n   :step: 1\nmodel b: B\n   :step: 12\n   :repeat: 1024\na -> b: asks\n   :step: 3\nb -> a\n   :step: 2a"
    "\na ..> b: two\\nlines\n   :step: 4"
)


def scene_of(text: str, style: Style = MODERN, direction: Direction = "LR") -> Scene:
    return compose(Job(parse(text, direction=direction), style, "pdf"))[0]


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
@pytest.mark.parametrize("direction", ["LR", "TB", "RL", "BT"])
def test_circles_of_steps_are_round_and_cover_nothing(style: Style, direction: Direction) -> None:
    scene = scene_of(WALK, style, direction)
    circles = [circle for circle in scene.node_steps if circle]
    assert len(circles) == 2
    labels = [edge.label for edge in scene.layout.edges.values() if edge.label]
    assert len(labels) == 3
    for node, circle in zip(("a", "b"), circles, strict=True):
        assert circle.width == pytest.approx(circle.height)
        assert circle.overlaps(scene.layout.nodes[node].box)
        assert not circle.overlaps(scene.layout.nodes[node].label)
        assert not any(circle.overlaps(other) for other in (*labels, *scene.node_badges) if other)
        assert scene.extent.holds(circle)


@pytest.mark.parametrize("kind", [kind for kind in NODE_KINDS if kind != "join"])
def test_every_kind_has_room_for_a_step_beside_a_repetition(kind: str) -> None:
    scene = scene_of(f"{kind} a: A\n   :step: 10\n   :repeat: 3")
    (step,), (badge,) = scene.node_steps, scene.node_badges
    assert step is not None
    assert badge is not None
    assert not step.overlaps(badge)
    assert step.overlaps(scene.layout.nodes["a"].box)


def test_a_step_stands_at_the_left_end_of_a_label() -> None:
    circle = step_beside(Box(10, 0, 90, 40), Size(7, 14))
    assert circle.x0 == 10
    assert circle.center[1] == 20
    assert circle.width == pytest.approx(circle.height)


def test_a_label_has_room_for_its_step() -> None:
    plain, stepped = (scene_of(f"a -> b: asks{field}").layout.edges[0].label for field in ("", "\n   :step: 3"))
    assert plain is not None
    assert stepped is not None
    assert stepped.width > plain.width + 20


def test_steps_in_the_drawing() -> None:
    svg = render(parse(WALK)).decode()
    parts = ('data-id="a" data-step="1"', 'data-id="b" data-step="12"', 'data-target="b" data-step="3"')
    for written in (*parts, ">2a</text>"):
        assert written in svg
