"""Faults of lines: what is one line, what is two, and which bends nothing excuses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sphinxext.llmpipeline import MODERN
from sphinxext.llmpipeline.geometry.primitives import Point
from sphinxext.llmpipeline.layout.line_faults import line_faults, ways
from tests.finished import Corners, Finished, Way, row

FAN: dict[str, Corners] = {"a": (0, 27, 50, 57), "b": (200, 54, 250, 84), "c": (200, 0, 250, 30)}
FAN_IN: dict[str, Corners] = {"a": (0, 54, 50, 84), "b": (0, 0, 50, 30), "c": (200, 27, 250, 57)}


def faults(finished: Finished) -> list[tuple[str | int, ...]]:
    return [(fault.kind, *fault.parts) for fault in line_faults(finished.drawn)]


def bends(finished: Finished) -> list[tuple[str | int, ...]]:
    return [(fault.kind, *fault.parts) for fault in ways(finished.drawn)[0]]


def fan(first: Way, second: Way, text: str = "a -> b, c") -> Finished:
    return Finished(text, FAN, [first, second])


def test_a_trunk_that_forks_at_a_square_corner_is_meant() -> None:
    trunk = fan([(50, 42), (125, 42), (125, 69), (200, 69)], [(50, 42), (125, 42), (125, 15), (200, 15)])
    assert faults(trunk) == []


def test_a_stretch_that_forks_at_a_slant_is_a_fault() -> None:
    slanting = fan([(50, 42), (125, 42), (200, 69)], [(50, 42), (125, 42), (200, 15)])
    assert faults(slanting) == [("one-on-another", 0, 1)]


def test_lines_that_end_in_one_arrowhead_are_merged() -> None:
    lines = [[(50, 69), (125, 69), (125, 42), (200, 42)], [(50, 15), (125, 15), (125, 42), (200, 42)]]
    assert faults(Finished("a -> c\nb -> c", FAN_IN, lines)) == []


def test_lines_with_an_arrowhead_each_are_not_merged() -> None:
    lines = [[(50, 69), (125, 69), (125, 43), (200, 43)], [(50, 15), (125, 15), (125, 41), (200, 41)]]
    assert faults(Finished("a -> c\nb -> c", FAN_IN, lines)) == [("one-on-another", 0, 1)]


@pytest.mark.parametrize(("by", "found"), [(0.9, []), (5, ["kink"]), (19, ["kink"]), (20, [])])
def test_a_line_that_steps_aside_by_a_few_points_has_a_kink(by: float, found: list[str]) -> None:
    """But the lines of a fan, which step aside from their trunk."""
    nodes: dict[str, Corners] = {"a": (0, 0, 50, 60), "b": (200, 0, 250, 60), "c": (200, 90, 250, 120)}
    way: Way = [(50, 15), (125, 15), (125, 15 + by), (200, 15 + by)]
    assert [kind for kind, _ in faults(Finished("a -> b", {"a": nodes["a"], "b": nodes["b"]}, [way]))] == found
    assert faults(Finished("a -> b, c", nodes, [way, [(50, 15), (125, 15), (125, 105), (200, 105)]])) == []


def test_the_two_ways_between_a_pair_on_one_line() -> None:
    ends = [[(50, 15), (110, 15)], [(110, 15), (50, 15)]]
    assert faults(Finished("a -> b\nb --> a", row(50, 50, gap=60), ends)) == [("one-on-another", 0, 1)]


@pytest.mark.parametrize(("apart", "count"), [(0.0, 1), (5.0, 1), (8.0, 0)])
@pytest.mark.parametrize("long", [1.0, 3.0])
@pytest.mark.parametrize("text", ["group g\n   a\nnode t\na -> t\ng -> t", "group g\n   a\nnode t\nt -> a\nt -> g"])
def test_lines_of_a_group_and_of_its_member_are_a_pair(text: str, long: float, apart: float, count: int) -> None:
    far = 70 + 20 * long
    lines = [[(50, 15), (far, 15)], [(70, 15 + apart), (far, 15 + apart)]]
    if "t -> g" in text:
        lines = [line[::-1] for line in lines]
    nodes: dict[str, Corners] = {"a": (0, 0, 50, 30), "t": (far, 0, far + 50, 30)}
    finished = Finished(text, nodes, lines, groups={"g": (-20, -20, 70, 60)})
    assert len([fault for fault in faults(finished) if fault[0] in ("one-on-another", "narrow-pair")]) == count


def test_short_lines_of_a_pair_may_be_no_nearer_than_long_ones() -> None:
    ends = [[(50, 11.5), (70, 11.5)], [(70, 18.5), (50, 18.5)]]
    assert faults(Finished("a -> b\nb --> a", row(50, 50, gap=20), ends)) == [("narrow-pair", 0, 1)]


def test_lines_of_one_node_may_cross_where_they_leave_it() -> None:
    near = fan([(50, 38), (200, 69)], [(50, 46), (200, 15)])
    far = fan([(50, 28), (200, 69)], [(50, 56), (200, 15)])
    assert faults(near) == [("crossing", 0, 1)]  # they begin apart
    assert faults(far) == [("crossing", 0, 1)]
    assert faults(fan([(50, 42), (56, 40), (200, 69)], [(50, 42), (56, 44), (200, 15)])) == []


def test_two_lines_that_cross_twice_have_two_crossings() -> None:
    nodes: dict[str, Corners] = {"a": (0, 0, 50, 30), "b": (200, 0, 250, 30)}
    nodes |= {"c": (0, 54, 50, 84), "d": (200, 54, 250, 84)}
    lines = [[(50, 15), (200, 15)], [(50, 69), (90, 69), (90, 0), (160, 0), (160, 69), (200, 69)]]
    assert faults(Finished("a -> b\nc -> d", nodes, lines)) == [("crossing", 0, 1), ("crossing", 0, 1)]


def test_lines_that_run_as_one_are_crossed_once() -> None:
    """Each of two lines that part behind the crossing, and two lines into one end."""
    nodes: dict[str, Corners] = {"a": (0, 0, 50, 30), "b": (200, 40, 250, 70), "c": (200, -40, 250, -10)}
    nodes |= {"d": (80, 90, 110, 110), "e": (60, -90, 130, -60)}
    out = [[(50, 15), (150, 15), (150, y), (200, y)] for y in (55, -25)]
    into = [[(95, 90), (95, -60)], [(110, 100), (125, 100), (125, 70), (95, 70), (95, -60)]]
    finished = Finished("a -> b, c\nd -> e\nd -> e", nodes, [*out, *into[:1], *into[1:]])
    assert [fault for fault in faults(finished) if fault[0] == "crossing"] == [("crossing", 0, 2)]
    apart = [[(50, 15), (200, 55)], [(50, 15), (200, -25)]]
    crossed = Finished("a -> b, c\nd -> e", nodes, [*apart, [(95, 90), (95, -60)]])
    assert [fault for fault in faults(crossed) if fault[0] == "crossing"] == [("crossing", 0, 2), ("crossing", 1, 2)]


@pytest.mark.parametrize(("x", "is_fault"), [(102.5, False), (103, True), (97.5, False), (97, True)])
def test_lines_end_on_the_border_of_a_group(x: float, is_fault: bool) -> None:
    nodes: dict[str, Corners] = {"a": (20, 20, 70, 50), "y": (150, 20, 200, 50)}
    text = "group g: G\n   node a\nnode y\ng -> y"
    finished = Finished(text, nodes, [[(x, 35), (150, 35)]], groups={"g": (0, 0, 100, 80)})
    assert faults(finished) == [("loose-end", 0, "g")] * is_fault


def test_a_line_that_begins_on_the_far_side_runs_through_its_own_node() -> None:
    assert faults(Finished("a -> b", row(50, 50), [[(0, 15), (80, 15)]])) == [("loose-end", 0, "a")]


def test_a_loop_is_free_of_faults() -> None:
    loop = [(16, 30), (16, 50), (34, 50), (34, 30)]
    finished = Finished("a -> a", {"a": (0, 0, 50, 30)}, [loop])
    assert faults(finished) == bends(finished) == []


def test_a_line_along_a_stranger_is_a_fault() -> None:
    nodes: dict[str, Corners] = {"a": (0, 20, 50, 50), "c": (80, 0, 130, 30), "b": (160, 20, 210, 50)}
    text = "node a\nnode b\nnode c\na -> b"
    assert faults(Finished(text, nodes, [[(50, 33), (160, 33)]])) == [("along-border", 0, "c")]
    assert faults(Finished(text, nodes, [[(50, 34.5), (160, 34.5)]])) == []


def test_a_line_may_cross_itself() -> None:
    nodes: dict[str, Corners] = {"a": (0, 0, 50, 30), "b": (400, 0, 450, 30)}
    rows = [(100, 15), (100, 60), (160, 60), (160, 0), (220, 0), (220, 40), (130, 40), (130, 90), (300, 90), (300, 15)]
    assert faults(Finished("a -> b", nodes, [[(50, 15), *rows, (400, 15)]])) == [("long-way", 0)]


def test_a_label_outside_leaves_the_group_too() -> None:
    nodes: dict[str, Corners] = {"a": (20, 10, 70, 40), "b": (180, 10, 230, 40)}
    text = "group g: G\n   node a\n   node b\na -> b: x"
    for y, found in ((33, []), (-9, [("leaves-group", 0, "g")])):
        finished = Finished(text, nodes, [[(70, 25), (180, 25)]], {0: (125, y)}, {"g": (0, 0, 250, 70)})
        assert faults(finished) == found


@pytest.mark.parametrize(
    ("way", "found"),
    [
        ([(120, 120), (120, 60)], []),
        ([(120, 120), (120, 80), (-10, 80), (-10, 45), (90, 45)], [("leaves-group", 0, "g")]),
        ([(120, 120), (120, 110), (-10, 110), (-10, 45), (90, 45)], []),
    ],
)
def test_a_line_enters_the_group_of_one_of_its_ends_once(way: Way, found: list[object]) -> None:
    nodes: dict[str, Corners] = {"a": (90, 120, 150, 150), "b": (90, 30, 150, 60)}
    text = "node a\ngroup g: G\n   node b\na -> b"
    finished = Finished(text, nodes, [way], groups={"g": (0, 0, 250, 100)})
    assert [fault for fault in faults(finished) if fault[0] != "long-way"] == found


# Bends

CURVE: Way = [(50, 15), (95, 30), (140, 0), (160, 15)]


def bent(text: str, *strangers: Corners, other: Way | None = None) -> Finished:
    nodes: dict[str, Corners] = {"a": (0, 0, 50, 30), "b": (160, 0, 210, 30)}
    nodes |= {f"c{index}": box for index, box in enumerate(strangers)}
    declared = "\n".join(["node a", "node b", *(f"node c{index}" for index in range(len(strangers))), "a -> b", text])
    return Finished(declared, nodes, [CURVE, *([other] if other else [])])


def test_a_node_in_the_way_excuses_a_bend() -> None:
    assert bends(bent("")) == [("needless-bend", 0)]
    assert bends(bent("", (90, -4, 120, 34))) == []


def test_a_node_that_leaves_room_does_not_excuse_a_bend() -> None:
    assert bends(bent("", (90, 16.5, 120, 50))) == [("needless-bend", 0)]  # free from 5 to 10.5
    assert bends(bent("", (90, 10.5, 120, 50))) == []


def test_a_wide_line_needs_room_at_both_sides() -> None:
    nodes: dict[str, Corners] = {"a": (0, 0, 50, 30), "b": (160, 18, 210, 48)}
    thin = Finished("a -> b", nodes, [[(50, 15), (100, 15), (100, 33), (160, 33)]])  # free from 23 to 25
    wide = replace(MODERN, edges={**MODERN.edges, "flow": replace(MODERN.edges["flow"], width=12.0)})
    assert bends(thin) == [("needless-bend", 0)]
    assert bends(replace(thin, style=wide)) == []


def test_feedback_returns_beside_what_it_passes() -> None:
    text = "node a\nnode b\nnode c\nc -> b\na {} b"
    nodes: dict[str, Corners] = {"a": (0, 0, 50, 30), "b": (160, 0, 210, 30), "c": (90, 16.5, 120, 50)}
    around = [(25, 0), (25, -20), (185, -20), (185, 0)]
    lines: list[Way] = [[(120, 25), (160, 25)], around]
    assert bends(Finished(text.format("->"), nodes, lines)) == [("needless-bend", 1)]
    assert bends(Finished(text.format("-->"), nodes, lines)) == []
    assert bends(Finished(text.format("-->"), nodes | {"c": (90, 60, 120, 80)}, lines)) == [("needless-bend", 1)]


def test_a_line_in_the_way_excuses_a_bend() -> None:
    far, near = (80, 60, 130, 90), (80, -60, 130, -30)
    crossing: Way = [(105, 60), (105, -30), (300, -30)]
    assert bends(bent("c0 -> c1", far, near, other=crossing)) == []


def test_a_title_in_the_way_does_not_excuse_a_bend() -> None:
    nodes: dict[str, Corners] = {"a": (30, 100, 80, 130), "b": (30, 10, 80, 40)}
    hook: Way = [(30, 115), (10, 90), (10, 60), (45, 40)]
    text = "group g: G\n   node b\nnode a\na -> b"
    groups: dict[str, Corners] = {"g": (0, 0, 110, 70)}
    finished = Finished(text, nodes, [hook], groups=groups, titles={"g": (55, 60)}, direction="TB")
    assert bends(finished) == [("needless-bend", 0)]


def test_another_group_in_the_way_excuses_a_bend() -> None:
    group: dict[str, Corners] = {"g": (80, -20, 130, 50)}
    text = "group g: G\n   node c\nnode a\nnode b\na -> b"
    nodes: dict[str, Corners] = {"a": (0, 0, 50, 30), "b": (160, 0, 210, 30), "c": (90, 32, 120, 44)}
    assert bends(Finished(text, nodes, [CURVE], groups=group)) == []


def test_a_border_along_the_way_excuses_a_bend() -> None:
    nodes: dict[str, Corners] = {"a": (10, 30, 40, 60), "b": (160, 30, 190, 60)}
    lines = [[(40, 45), (70, 60), (130, 30), (160, 45)]]

    def found(top: float) -> list[tuple[str | int, ...]]:
        text = "group g: G\n   node a\n   node b\n   a -> b"
        return bends(Finished(text, nodes, lines, groups={"g": (0, 0, 200, top)}, titles={"g": (20, 10)}))

    assert found(80) == [("needless-bend", 0)]
    assert found(58) == [("needless-bend", 0)]  # free from 35 to 54
    assert bends(Finished("a -> b", {"a": (0, 0, 50, 30), "b": (30, 20, 80, 50)}, [[(0, 15), (9, 60), (60, 50)]])) == []


ROUNDABOUT: tuple[Point, ...] = ((50, 40), (50, 150), (250, 150), (250, 100), (200, 70))


@pytest.mark.parametrize(("arrow", "apart"), [("->", 12.0), ("--", 5.0)])
def test_no_straight_line_fits_between_parts_that_nearly_touch(arrow: str, apart: float) -> None:
    def found(x: float) -> list[tuple[str | int, ...]]:
        nodes: dict[str, Corners] = {"a": (0, 0, 40, 20), "b": (40 + x, 0, 80 + x, 20)}
        around: list[Point] = [(20, 20), (20, 40), (60 + x, 40), (60 + x, 20)]
        return bends(Finished(f"a {arrow} b", nodes, [around]))

    assert found(apart) == [("needless-bend", 0)]
    assert found(apart - 3.0) == []


def test_a_long_way_round_nothing_is_needless() -> None:
    nodes: dict[str, Corners] = {"a": (0, 0, 50, 40), "b": (200, 60, 250, 90)}
    text = "node a\nnode b\na -> b"
    assert bends(Finished(text, nodes, [ROUNDABOUT])) == [("needless-bend", 0)]
    between: dict[str, Corners] = {"c": (100, 40, 150, 70)}
    assert bends(Finished(text + "\nnode c", nodes | between, [ROUNDABOUT])) == []


def test_a_curve_that_winds_round_nothing_is_needless() -> None:
    nodes: dict[str, Corners] = {"a": (0, 0, 50, 40), "b": (200, 60, 250, 90)}
    winding, leaning = [(50, 20), (80, 60), (150, 30), (200, 75)], [(50, 20), (100, 25), (200, 75)]
    square = [(50, 20), (125, 20), (125, 75), (200, 75)]
    found = {name: bends(Finished("a -> b", nodes, [way])) for name, way in (("w", winding), ("l", leaning))}
    assert found == {"w": [("needless-bend", 0)], "l": []}
    assert bends(Finished("a -> b", nodes, [square])) == []


@pytest.mark.parametrize(("target", "found"), [("g.r0.2", [("through-node", 0, "g.r0.1")]), ("g.r1.2", [])])
def test_only_a_line_to_an_inner_cell_may_run_through_others(target: str, found: list[tuple[str | int, ...]]) -> None:
    text = f"data t\ngrid g\n   r0: 1 | 2 | 3\n   r1: 4 | 5 | 6\n   r2: 7 | 8 | 9\nt -> {target}"
    cells: dict[str, Corners] = {
        f"g.r{row}.{column}": (70 + 30 * column, 60 - 30 * row, 100 + 30 * column, 90 - 30 * row)
        for row in range(3)
        for column in (1, 2, 3)
    }
    y = 75 if target == "g.r0.2" else 45
    nodes: dict[str, Corners] = {"t": (0, y - 15, 60, y + 15)}
    assert faults(Finished(text, nodes | cells, [[(60, y), (130, y)]], groups={"g": (100, 0, 190, 90)})) == found
