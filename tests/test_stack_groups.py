"""Stacks that authors declare: the language, their layout, and builds."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline import MODERN, PipelineError, parse
from sphinxext.llmpipeline.layout.panels import place_panels
from sphinxext.llmpipeline.layout.result import Layout
from sphinxext.llmpipeline.layout.verdict import Verdict
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction
from tests.conftest import Project
from tests.layouts import ENGINE, finish, graph_of

BLOCK = """\
node x
stack s: Block
   :repeat: 12
   process a: Short
   process b: A longer name
   process c: Add
   process d: Feed forward
   process e: Add
node y
x -> s
x -> c
c -> e: residual
e -> y
"""


def edges(text: str) -> list[tuple[str, str]]:
    return [(edge.source, edge.target) for edge in parse(text).edges]


def finished(text: str, direction: Direction) -> tuple[Layout, Verdict]:
    found = finish(place_panels(graph_of(text, MODERN, direction=direction), ENGINE, 700.0), ENGINE)
    assert found.verdict is not None
    return found.layout, found.verdict


def test_each_member_leads_to_the_next() -> None:
    assert edges(BLOCK) == [("x", "s"), ("x", "c"), ("c", "e"), ("e", "y"), *zip("abcd", "bcde", strict=True)]
    assert [edge.line for edge in parse(BLOCK).edges[4:]] == [5, 6, 7, 8]


def test_declared_edges_take_the_place_of_arrows() -> None:
    text = "stack s: S\n   node a\n   node b\n   node c\n   node d\n   a => b: first\n   c -> b"
    assert edges(text) == [("a", "b"), ("c", "b"), ("c", "d")]


def test_edges_at_parts_of_a_member_join_it() -> None:
    text = "stack s: S\n   node a\n   group g: G\n      node b\n      node c\n   node d\na -> b"
    assert edges(text) == [("a", "b"), ("g", "d")]


def test_arrows_may_be_left_out() -> None:
    assert edges("stack s: S\n   :arrows: no\n   node a\n   node b\n   node c\na -> c") == [("a", "c")]


@pytest.mark.parametrize("text", ["b -> a -> c", "b -> a\n   a -> c"])
def test_members_that_are_not_declared_stand_in_the_order_of_the_text(text: str) -> None:
    assert edges(f"stack s: S\n   {text}") == [("b", "a"), ("a", "c")]


def test_a_stack_in_a_stack() -> None:
    assert edges("stack s: S\n   node a\n   stack t: T\n      node b\n      node c\n   node d") == [
        ("a", "t"),
        ("t", "d"),
        ("b", "c"),
    ]


def test_the_word_is_still_an_id() -> None:
    assert [node.id for node in parse("stack: Label\nnode b").nodes] == ["stack", "b"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "stack s: S\n   :arrows: maybe\n   node a",
            """\
line 2: expected 'yes' or 'no', not 'maybe'
    :arrows: maybe
             ^~~~~""",
        ),
        (
            "stack s: S",
            """\
line 1: stack 's' is empty: indent its statements under it
    stack s: S
    ^~~~~""",
        ),
        (
            "stack s t: S\n   node a",
            """\
line 1: expected one id after 'stack', as in 'stack block: Transformer block'
    stack s t: S
    ^~~~~~~~~""",
        ),
        (
            "group g: G\n   :arrows: no\n   node a",
            """\
line 2: a group has no field 'arrows'; expected one of: link, tooltip, note, repeat, pile, category, class, direction
    :arrows: no
    ^~~~~~~~""",
        ),
    ],
)
def test_error(text: str, message: str) -> None:
    with pytest.raises(PipelineError) as raised:
        parse(text)
    assert str(raised.value) == message


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_members_stand_on_one_axis_with_one_width(direction: Direction) -> None:
    layout, verdict = finished(BLOCK, direction)
    boxes = [layout.nodes[id].box for id in "abcde"]
    assert len({round(box.center[0], 1) for box in boxes}) == 1
    assert len({round(box.width, 6) for box in boxes}) == 1
    rising = [box.center[1] for box in boxes]
    assert rising == sorted(rising, reverse=direction != "BT")
    assert [fault.kind for fault in verdict.faults if fault.of_class == 1] == []


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(
    "edges", ["", "   :arrows: no\n", "   a ~> b\n", "   c --> b\n", "   :arrows: no\n   c -> a\n"]
)
def test_members_without_a_flow_stand_on_one_axis(direction: Direction, edges: str) -> None:
    members = "   node a\n   row b: 1 | 2\n   node c\n   ...\n   node d\n"
    layout, _ = finished(f"node x\nstack s: S\n{edges}{members}x -> a\n", direction)
    boxes = [layout.box_of(id) for id in ("a", "b", "c", "d")]
    assert [box.center[0] for box in boxes] == [pytest.approx(boxes[0].center[0], abs=4.0)] * 4
    heights = [box.center[1] for box in boxes]
    assert heights == sorted(heights, reverse=direction != "BT")


GROUPS = """stack s: Stack
   model a: A layer
   group g: A group
      b: Something
      c: Some other thing of length
      b -> c
   group h: Further
      d: D
      e: A long thing
   process z: End
"""


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_groups_in_a_stack_stand_on_the_axis_of_its_nodes(direction: Direction) -> None:
    layout, verdict = finished(GROUPS, direction)
    axis = layout.box_of("a").center[0]
    assert [layout.box_of(id).center[0] for id in "ghz"] == [pytest.approx(axis, abs=0.1)] * 3
    assert verdict.faults == ()


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_residuals_run_inside_their_stack(direction: Direction) -> None:
    layout, _ = finished(BLOCK, direction)
    residual, border = layout.edges[2], layout.groups["s"].box
    points = [point for spline in residual.splines for point in spline.points]
    assert all(border.x0 < x < border.x1 and border.y0 < y < border.y1 for x, y in points)
    assert residual.label is not None
    assert border.holds(residual.label)


def test_pages_and_lists(project: Project) -> None:
    index = ".. llmpipeline::\n\n" + "".join(f"   {line}\n" for line in BLOCK.splitlines())
    page = project.write({"index.rst": index}).build("html", "-W").read("index.html")
    assert 'class="llmpipeline-group"' in page
    assert 'data-id="s"' in page
    assert 'data-source="a" data-target="b"' in page
    text = " ".join(project.write({"index.rst": index}).build("text", "-W").read("index.txt").split())
    assert "**Block** (× 12)" in text
    assert "Short * → A longer name" in text
