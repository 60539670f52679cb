"""Groups grow where a line would run through their title, and only there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from benchmarks.judge import Diagram, judged
from sphinxext.llmpipeline import parse
from sphinxext.llmpipeline.geometry.primitives import Box, Size
from sphinxext.llmpipeline.layout.borders import TITLE
from sphinxext.llmpipeline.layout.graph import LayoutGraph
from sphinxext.llmpipeline.layout.result import Layout, PlacedGroup, PlacedNode
from sphinxext.llmpipeline.layout.title_room import make_room
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction
from tests.layouts import laid_out, sized
from tests.steps import ROUGHLY, growth

INSET = 12.0
"""Points between the left border of a group and its title."""

ENTERED = "node x\ngroup g: G\n   node y\nx -> y"


def at(x: float, y: float) -> PlacedNode:
    """A node of 60 by 30 points."""
    box = Box.at((x, y), 60, 30)
    return PlacedNode((box.outline(),), box)


def framed(border: Box, title: float) -> PlacedGroup:
    """A group with a title of some width at its top left."""
    left, top = border.x0 + INSET, border.y1 - 5
    return PlacedGroup(border.outline(), Box(left, top - 10, left + title, top))


def roomy(
    text: str, nodes: dict[str, PlacedNode], groups: dict[str, PlacedGroup], direction: Direction = "TB"
) -> dict[str, PlacedGroup]:
    """The groups with room for their titles."""
    graph = sized(text, direction=direction, groups=[Size(group.label.width, 10) for group in groups.values()])
    layout = Layout(Box(-500, -500, 500, 500), nodes, {}, groups)
    found = make_room(layout, graph)
    assert (found.nodes, found.edges, found.box) == (layout.nodes, {}, layout.box)
    return dict(found.groups)


BELOW = {"x": at(0, 100), "y": at(0, 0)}
"""x above y, in the middle."""

BORDER = Box(-42, -30, 42, 45)
"""Of a group around y."""


def test_a_group_grows_to_the_left_of_its_title() -> None:
    group = roomy(ENTERED, BELOW, {"g": framed(BORDER, 60)})["g"]
    assert (group.box.x1, group.box.y0, group.box.y1) == (42, -30, 45)
    assert group.label == Box(group.box.x0 + INSET, 30, group.box.x0 + INSET + 60, 40)
    # On both sides of the title, as between it and the border.
    assert group.box.x0 == pytest.approx(-(INSET + 60 + INSET + TITLE), abs=INSET)
    assert group.label.x1 <= -TITLE


def test_a_title_that_has_room_stays() -> None:
    for title in (0.0, 8.0):
        groups = {"g": framed(BORDER, title)}
        assert roomy(ENTERED, BELOW, groups) == groups


def test_a_line_that_can_slide_beside_a_title_moves_no_border() -> None:
    wide = {"x": at(0, 100), "y": at(0, 0)}
    groups = {"g": framed(Box(-42, -30, 60, 45), 43.5)}
    assert roomy(ENTERED, wide, groups) == groups


def test_a_group_grows_to_the_right_if_something_is_at_the_left() -> None:
    nodes = BELOW | {"z": at(-90, 0)}
    group = roomy(ENTERED + "\nnode z", nodes, {"g": framed(BORDER, 60)})["g"]
    assert group.box.x0 == -42
    assert group.box.x1 > 60
    assert group.label.x0 == -42 + INSET  # it is moved when the line is in its place


def test_a_group_between_others_stays() -> None:
    nodes = BELOW | {"z": at(-90, 0), "w": at(90, 0)}
    groups = {"g": framed(BORDER, 60)}
    assert roomy(ENTERED + "\nnode z\nnode w", nodes, groups) == groups


def test_a_group_does_not_grow_into_another() -> None:
    text = ENTERED + "\ngroup h: H\n   node z"
    groups = {"g": framed(BORDER, 60), "h": framed(Box(-200, -30, -60, 45), 10)}
    found = roomy(text, BELOW | {"z": at(-130, 0)}, groups)
    assert found["h"] == groups["h"]
    assert found["g"].box.x0 == -42
    assert found["g"].box.x1 > 42


def test_groups_around_grow_too() -> None:
    text = "node x\ngroup o: O\n   group g: G\n      node y\nx -> y"
    groups = {"o": framed(Box(-54, -42, 54, 72), 0), "g": framed(BORDER, 60)}
    found = roomy(text, BELOW | {"x": at(0, 140)}, groups)
    assert found["g"].box.x0 < -60
    assert found["o"].box.x0 == found["g"].box.x0 - 12
    assert found["o"].box.x1 == 54


def test_each_title_on_the_way_gets_room() -> None:
    text = "node x\ngroup o: O\n   group g: G\n      node y\nx -> y"
    groups = {"o": framed(Box(-54, -42, 54, 72), 60), "g": framed(BORDER, 60)}
    found = roomy(text, BELOW | {"x": at(0, 140)}, groups)
    assert all(group.label.x1 <= -TITLE for group in found.values())


def test_a_line_that_leaves_upwards_counts_too() -> None:
    group = roomy("node x\ngroup g: G\n   node y\ny -> x", BELOW, {"g": framed(BORDER, 60)}, "BT")["g"]
    assert group.box.x0 < -60


@pytest.mark.parametrize(
    ("text", "nodes"),
    [
        ("node x\ngroup g: G\n   node y\nx -> g", BELOW),  # ends at the border
        ("node x\ngroup g: G\n   node y\n   y -> y", BELOW),
        (ENTERED, {"x": at(0, -100), "y": at(0, 0)}),  # from below
        (ENTERED, {"x": at(-200, 0), "y": at(0, 0)}),
        (ENTERED + "\nnode z", BELOW | {"x": at(0, 200), "z": at(0, 100)}),  # something is in the way anyhow
    ],
    ids=["border", "loop", "below", "left", "through"],
)
def test_no_line_crosses_the_top(text: str, nodes: dict[str, PlacedNode]) -> None:
    groups = {"g": framed(BORDER, 60)}
    assert roomy(text, nodes, groups) == groups


def test_a_line_that_leaves_towards_cells_counts_too() -> None:
    text = "node x\nstack g: Encoder\n   :repeat: 12\n   node y: Attention\n   node z: Feed forward\n"
    text += "row cells: cat | sat | on | mat\nx -> y\nz -> cells"
    verdict = judged(Diagram("cells", parse(text, direction="BT")))
    assert verdict.straight == len(verdict.edges)


FAN = "node a\ngroup g: G\n   node b\n   node c\n   node d\na -> b, c, d"
LEAVES = {"a": at(0, 100), "b": at(-80, 0), "c": at(0, 0), "d": at(80, 0)}


@pytest.mark.parametrize(("text", "direction"), [(FAN, "TB"), (FAN.replace("a -> b, c, d", "b, c, d -> a"), "BT")])
def test_a_title_has_room_beside_all_lines_of_a_fan(text: str, direction: Direction) -> None:
    group = roomy(text, LEAVES, {"g": framed(Box(-122, -30, 122, 45), 100)}, direction)["g"]
    assert group.label.x1 <= -80 - TITLE
    assert group.box.x1 == 122


def test_a_title_between_the_lines_of_a_fan_moves_no_border() -> None:
    leaves = LEAVES | {"a": at(40, 100)}
    groups = {"g": framed(Box(-122, -30, 122, 45), 60)}
    assert roomy(FAN, leaves, groups) == groups


def test_lines_of_a_flow_to_the_right_do_not_enter_at_the_top() -> None:
    groups = {"g": framed(Box(-122, -30, 122, 45), 100)}
    assert roomy(FAN, LEAVES | {"a": at(-200, 100)}, groups, "LR") == groups


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("edge", ["t -> p.r0.2", "p.r0.2 -> t", "t -> p.r0.2: reads"])
def test_a_line_at_a_cell_that_is_open_at_the_top_only_runs_beside_the_title(edge: str, direction: Direction) -> None:
    text = f"data t: Block table\ngrid p: Physical blocks\n   r0: 0 | 1 | 2 | 3\n   r1: 4 | 5 | 6 | 7\n{edge}"
    assert judged(Diagram("cells", parse(text, direction=direction))).kinds().keys() <= {"long-way", "empty-area"}


def test_a_diagram_without_titles_is_the_same() -> None:
    graph = sized("a -> b")
    layout = laid_out(graph)
    assert make_room(layout, graph) is layout


def test_work_is_in_proportion_to_the_number_of_groups() -> None:
    def graph(size: int) -> LayoutGraph:
        groups = (f"node x{n}\ngroup g{n}: G\n   node y{n}\nx{n} -> y{n}" for n in range(size))
        return sized("\n".join(groups), direction="TB", groups=Size(100, 10))

    def work(size: int) -> Callable[[], object]:
        declared = graph(size)
        nodes = {f"{id}{n}": at(300 * n, y) for n in range(size) for id, y in (("x", 100), ("y", 0))}
        groups = {f"g{n}": framed(BORDER.moved(300 * n, 0), 100) for n in range(size)}
        layout = Layout(Box(0, 0, 1, 1), nodes, {}, groups)
        return lambda: make_room(layout, declared)

    assert growth(work) < ROUGHLY
