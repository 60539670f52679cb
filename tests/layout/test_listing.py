"""What the text lists stands in its order: twins change places, and Graphviz keeps other orders."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sphinxext.llmpipeline import MODERN
from sphinxext.llmpipeline.layout.graph import SIDEWAYS
from sphinxext.llmpipeline.layout.listing import kept_orders, with_groups_apart, with_twins_in_order
from sphinxext.llmpipeline.layout.result import Layout
from sphinxext.llmpipeline.layout.structure import Structure
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction
from tests.finished import Corners, Finished
from tests.layouts import graph_of, laid_out

FAN = "node h\nnode a\nnode b\nnode c\nh -> a, b, c"
ROW: dict[str, Corners] = {"h": (60, 80, 100, 110), "c": (0, 0, 40, 30), "a": (60, 0, 120, 30), "b": (150, 0, 190, 30)}
LINES = [[(80.0, 80.0), (x, 30.0)] for x in (90.0, 170.0, 20.0)]


def finished(text: str = FAN, direction: Direction = "TB", **more: object) -> Finished:
    given: dict[str, object] = {"nodes": ROW, "lines": LINES, "direction": direction} | more
    return Finished(text, **given)  # type: ignore[arg-type]  # fields by their names


def in_order(made: Finished) -> Layout:
    return with_twins_in_order(made.layout, Structure(made.graph))


def test_twins_take_the_places_of_each_other() -> None:
    made = finished()
    layout = in_order(made)
    boxes = [layout.box_of(id) for id in "abc"]
    assert [(box.x0, box.x1) for box in boxes] == [(0, 60), (80, 120), (150, 190)]
    assert layout.nodes["h"] == made.layout.nodes["h"]


def test_twins_of_a_column_stand_from_the_top_down() -> None:
    nodes: dict[str, Corners] = {"h": (0, 50, 40, 80), "a": (80, 0, 120, 30), "b": (80, 50, 120, 80)}
    nodes["c"] = (80, 100, 120, 130)
    lines = [[(40.0, 65.0), (80.0, y)] for y in (15.0, 65.0, 115.0)]
    layout = in_order(finished(direction="LR", nodes=nodes, lines=lines))
    assert [layout.box_of(id).y0 for id in "abc"] == [100, 50, 0]


@pytest.mark.parametrize(
    "more",
    ["node x\na -> x", "a --> h", "a -> a"],
    ids=["another neighbour", "another edge", "a loop"],
)
def test_nodes_with_other_neighbours_stay(more: str) -> None:
    nodes = ROW | ({"x": (60, -80, 100, -50)} if "x" in more else {})
    made = finished(f"{FAN}\n{more}", nodes=nodes, lines=[*LINES, [(90.0, 0.0), (80.0, -50.0)]])
    assert in_order(made) is made.layout


STEPS = """
data data: Data
group all: All columns
   group numbers: Numbers
      node fill: Fill
      node scale: Scale
      fill -> scale
   node classes: Classes
   node texts: Texts
node model: Model
data -> all -> model
"""


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_parts_without_neighbours_take_the_places_of_each_other_with_all_that_is_in_them(direction: Direction) -> None:
    graph = graph_of(STEPS, MODERN, direction=direction)
    before = laid_out(graph)
    layout = with_twins_in_order(before, Structure(graph))
    boxes = [layout.box_of(id) for id in ("numbers", "classes", "texts")]
    across = 1 if direction in SIDEWAYS else 0
    starts = [box.y0 if across else box.x0 for box in boxes]
    assert starts == sorted(starts, reverse=bool(across))
    for id in ("fill", "scale"):
        assert layout.box_of("numbers").holds(layout.box_of(id))
    one, other = (found.box_of("fill").x0 - found.box_of("numbers").x0 for found in (before, layout))
    assert one == pytest.approx(other)


@pytest.mark.parametrize("edge", ["scale -> model", "data -> fill", "numbers -> model", "model --> classes"])
def test_parts_with_neighbours_stay(edge: str) -> None:
    alone = set(Structure(graph_of(STEPS, MODERN)).linked)
    linked = Structure(graph_of(STEPS + edge, MODERN)).linked
    assert linked - alone == ({"classes"} if "classes" in edge else {"numbers", *edge.split()} - {"->", *alone})


def test_twins_of_other_sizes_stay_if_something_stands_between_them() -> None:
    made = finished(f"{FAN}\nnode x", nodes=ROW | {"x": (125, 0, 145, 30)})
    assert in_order(made) is made.layout
    even = ROW | {"a": (60, 0, 100, 30), "x": (110, 0, 140, 30)}
    layout = in_order(finished(f"{FAN}\nnode x", nodes=even))
    assert [layout.box_of(id).x0 for id in "abc"] == [0, 60, 150]


def test_twins_on_one_another_stay() -> None:
    made = finished(nodes=ROW | {"a": (30, 0, 90, 30)})
    assert in_order(made) is made.layout


def test_a_layout_in_order_is_the_same() -> None:
    graph = graph_of(FAN, MODERN, direction="TB")
    layout = laid_out(graph)
    assert with_twins_in_order(layout, Structure(graph)) is layout


# Orders that Graphviz keeps


def test_the_list_of_a_pair_out_of_order_is_kept() -> None:
    made = finished(f"{FAN}\nnode d\nh -> d", nodes=ROW | {"d": (0, -80, 40, -50)}, lines=[*LINES, LINES[0]])
    assert kept_orders(made.layout, made.graph, made.verdict) == (("a", "b", "c"),)


def test_what_stands_in_another_rank_is_not_kept() -> None:
    made = finished(nodes=ROW | {"b": (150, -80, 190, -50)})
    assert kept_orders(made.layout, made.graph, replace(made.verdict, faults=())) == ()


def test_joined_nodes_are_not_kept_in_one_rank() -> None:
    made = finished(f"{FAN}\na -- c", lines=[*LINES, [(60.0, 15.0), (40.0, 15.0)]])
    assert "out-of-order" in made.verdict.kinds()
    assert kept_orders(made.layout, made.graph, made.verdict) == ()


def test_groups_that_part_a_list_are_laid_out_apart() -> None:
    text = "group g: G\n   group i: I\n      node a\n   node b\ngroup h: H\n   node c\nnode d"
    graph = graph_of(text)

    def apart(*ids: str) -> list[str]:
        return [group.id for group in with_groups_apart(graph, [ids]).groups if group.is_apart]

    assert apart("a", "c", "d") == ["g", "h"]
    assert apart("a", "b") == ["i"]
    assert with_groups_apart(graph, [("d",)]) is graph
