"""Paths of the edges that are neither straight nor part of a fan: each rule alone."""

from __future__ import annotations

import textwrap
from itertools import pairwise
from pathlib import Path as File

import pytest

from sphinxext.llmpipeline import MODERN
from sphinxext.llmpipeline.geometry.primitives import Box
from sphinxext.llmpipeline.layout import path_search, walls
from sphinxext.llmpipeline.layout.borders import BORDER, is_upright
from sphinxext.llmpipeline.layout.lanes import Lanes
from sphinxext.llmpipeline.layout.path_search import route_rest
from sphinxext.llmpipeline.layout.routes import drawn
from sphinxext.llmpipeline.layout.routing_area import APART, BESIDE, CLEAR, NEARER, Area, Path
from sphinxext.llmpipeline.layout.search import search
from tests.finished import Corners, Finished
from tests.layouts import ENGINE, graph_of

EXAMPLES = File(__file__).parents[2] / "docs" / "examples"

A: Corners = (0, 0, 60, 40)
B: Corners = (300, 0, 360, 40)


def area_of(text: str, nodes: dict[str, Corners], groups: dict[str, Corners] | None = None) -> Area:
    """Parts in place, without lines."""
    finished = Finished(text, nodes, groups=groups or {})
    return Area(finished.layout, finished.graph)


def put(area: Area, key: int, path: Path) -> None:
    """Put an edge into its place."""
    edge = area.graph.edges[key]
    line = drawn(edge, path)
    assert line is not None
    area.put(edge, path, line)


def routed(area: Area, key: int = 0) -> Path:
    route_rest(area)
    return area.paths[key]


def legs(path: Path) -> list[Box]:
    return [Box.around(leg) for leg in pairwise(path)]


def crossings(path: Path, other: Path) -> int:
    return sum(one.touches(two) and is_upright(one) is not is_upright(two) for one in legs(path) for two in legs(other))


def test_a_free_way_is_straight() -> None:
    assert routed(area_of("a -> b", {"a": A, "b": B})) == ((60, 20), (300, 20))


def test_a_path_keeps_clear_of_nodes() -> None:
    wall: Corners = (150, -100, 190, 60)
    path = routed(area_of("node a\nnode b\nnode c\na -> b", {"c": wall, "a": A, "b": B}))
    assert all(not leg.overlaps(Box(*wall).grown(CLEAR), 0.01) for leg in legs(path))
    assert max(y for _, y in path) == 60 + BESIDE  # the shorter way


def test_a_path_keeps_off_foreign_groups() -> None:
    text = "node a\nnode b\ngroup g\n   node c\na -> b"
    border: Corners = (120, -100, 220, 60)
    path = routed(area_of(text, {"c": (150, -50, 190, -20), "a": A, "b": B}, {"g": border}))
    assert all(not leg.overlaps(Box(*border).grown(BORDER), 0.01) for leg in legs(path))


def test_a_path_crosses_the_border_of_its_own_group_and_runs_along_none() -> None:
    text = "node a\ngroup g\n   node b\n   node c\na -> b"
    nodes = {"b": B, "c": (200, -30, 240, 60), "a": A}
    path = routed(area_of(text, nodes, {"g": (180, -60, 380, 110)}))
    assert path[0][0] == 60
    for leg in legs(path):
        if not is_upright(leg):
            assert min(abs(leg.y0 - y) for y in (-60, 110)) >= BORDER
        else:
            assert min(abs(leg.x0 - x) for x in (180, 380)) >= BORDER


def test_a_path_stays_in_the_group_around_both_ends() -> None:
    text = "group g\n   node a\n   node b\n   node c\na -> b"
    border: Corners = (-20, -20, 380, 200)
    path = routed(area_of(text, {"c": (150, -5, 190, 120), "a": A, "b": B}, {"g": border}))
    assert all(Box(*border).grown(-BORDER).holds(leg, 0.01) for leg in legs(path))


def test_lines_side_by_side_are_apart() -> None:
    nodes = {"a": A, "b": B, "c": (0, 120, 60, 160), "d": (300, -80, 360, -40)}
    area = area_of("a -> b\nc -> d", nodes)
    put(area, 1, ((60, 140), (200, 140), (200, -60), (300, -60)))
    for one in legs(routed(area)):
        for two in legs(area.paths[1]):
            assert is_upright(one) is not is_upright(two) or not one.overlaps(two.grown(APART), 0.01)


@pytest.mark.parametrize(("price", "crossed"), [(walls._CROSS, 1), (1000.0, 0)])
def test_a_line_is_crossed_if_the_way_around_it_is_worse(
    price: float, crossed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walls, "_CROSS", price)
    nodes = {"a": A, "b": B, "c": (160, 160, 200, 200), "d": (160, -160, 200, -120)}
    area = area_of("a -> b\nc -> d", nodes)
    put(area, 1, ((180, 160), (180, -120)))
    assert crossings(routed(area), area.paths[1]) == crossed


def test_a_path_keeps_off_the_labels_of_others() -> None:
    nodes = {"a": A, "b": B, "c": (0, 100, 60, 140), "d": (300, 100, 360, 140)}
    area = area_of("a -> b\nc -> d: x", nodes)
    put(area, 1, ((60, 120), (300, 120)))
    label = Box(150, 5, 210, 35)
    area.borders.put_label(1, label)
    assert all(not leg.overlaps(label.grown(NEARER), 0.01) for leg in legs(routed(area)))


def test_the_label_stands_beside_its_path() -> None:
    area = area_of("node a\nnode b\nnode c\na -> b: x", {"c": (150, -100, 190, 60), "a": A, "b": B})
    path = routed(area)
    label = area.lines[0].label
    assert label is not None
    assert any(leg.grown(6).overlaps(label) for leg in legs(path))
    assert not any(leg.touches(label) for leg in legs(path))


def test_without_room_outside_a_label_stands_in_the_group_of_one_end() -> None:
    nodes: dict[str, Corners] = {"a": (0, 0, 60, 40), "b": (300, 0, 360, 40)}
    text = "group g\n   node a\ngroup h\n   node b\na -> b: x"
    area = area_of(text, nodes, {"g": (-200, -100, 150, 200), "h": (170, -100, 700, 200)})
    path = routed(area)
    label = area.lines[0].label
    assert label is not None
    assert not any(leg.touches(label) for leg in legs(path))
    assert any(area.boxes[id].holds(label) for id in "gh")


def test_without_room_beside_its_path_a_label_stands_upon_it() -> None:
    """Between two nodes with a gap of 12 points, and around a third."""
    nodes = {"c": (62, 26, 298, 500), "d": (62, -500, 298, 14), "a": A, "b": B}
    area = area_of("node a\nnode b\nnode c\nnode d\na -> b: x", nodes)
    path = routed(area)
    label = area.lines[0].label
    assert label is not None
    assert any(leg.touches(label) for leg in legs(path))


def test_a_foreign_group_is_entered_where_there_is_no_other_way() -> None:
    text = "group g\n   node c\ngroup h\n   node a\n   node b\na -> b"
    inside: Corners = (120, -14, 220, 114)
    nodes = {"c": (140, 70, 200, 100), "a": A, "b": B}
    area = area_of(text, nodes, {"g": inside, "h": (-20, -20, 380, 120)})
    assert routed(area) == ((60, 20), (300, 20))


def test_a_line_from_a_group_passes_the_group_beside_it() -> None:
    """Both end at one height: a lane next to the first would be too near to the other."""
    declared = (EXAMPLES / "stages.rst").read_text(encoding="utf-8").partition("\n\n")[2]
    layout = search(graph_of(textwrap.dedent(declared), MODERN), ENGINE, 700.0).layout
    (line,) = layout.edges[max(layout.edges)].splines
    assert all(not layout.groups["sft"].box.holds(Box.between(at, at)) for at in line.points)


def test_two_edges_of_one_pair_are_apart() -> None:
    area = area_of("a -> b\nb -> a", {"a": A, "b": B})
    one, two = routed(area, 0), routed(area, 1)
    assert abs(one[0][1] - two[0][1]) >= APART


def test_nothing_is_searched_without_effort(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(path_search, "_EFFORT", -1)
    area = area_of("a -> b\nb -> a", {"a": A, "b": B})
    route_rest(area)
    assert area.paths == {}


def into_a_full_diamond(arrow: str, box: Corners) -> Path | None:
    """The path into a diamond whose four tips are taken."""
    text = f"node a\nnode b\nnode c\nnode d\nnode e\ndecision q\na -> q\nb -> q\nc -> q\nd -> q\ne {arrow} q"
    nodes: dict[str, Corners] = {"a": (-200, 0, -140, 40), "b": (200, 0, 260, 40), "c": (0, 150, 60, 190)}
    nodes |= {"d": (0, -150, 60, -110), "e": (300, 150, 360, 190), "q": box}
    x0, y0, x1, y1 = box
    area = area_of(text, nodes)
    put(area, 0, ((-140, 20), (x0, 20)))
    put(area, 1, ((200, 20), (x1, 20)))
    put(area, 2, ((30, 150), (30, y1)))
    put(area, 3, ((30, -110), (30, y0)))
    route_rest(area)
    return area.paths.get(4)


def test_a_line_may_end_on_a_slant_where_all_tips_are_taken() -> None:
    path = into_a_full_diamond("=>", (-10, -10, 70, 50))
    assert path is not None
    (x, y) = path[-1]
    assert x in (-10, 70) or y in (-10, 50)
    assert max(abs(x - 30), abs(y - 20)) in (30, 40)
    assert APART <= min(abs(x - 30), abs(y - 20)) < 20


def test_lines_of_one_kind_share_the_end_of_a_side_without_another_place() -> None:
    small: Corners = (22, 13, 38, 27)
    assert into_a_full_diamond("=>", small) is None
    path = into_a_full_diamond("->", small)
    assert path is not None
    assert path[-1] in ((38, 20), (30, 27))


def test_what_is_far_from_an_edge_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = 0
    close = Lanes.close

    def counted(self: Lanes, box: Box, *, level: bool = True, upright: bool = True) -> None:
        nonlocal closed
        closed += 1
        close(self, box, level=level, upright=upright)

    monkeypatch.setattr(Lanes, "close", counted)
    wall: Corners = (150, -100, 190, 60)
    found = []
    for far in (0, 50):
        nodes = {"a": A, "b": B, "c": wall} | {f"n{at}": (at * 100, 2000, at * 100 + 60, 2040) for at in range(far)}
        closed = 0
        text = "\n".join(f"node {id}" for id in nodes) + "\na -> b"
        found.append((routed(area_of(text, nodes)), closed))
    assert found[0] == found[1]


def test_a_better_path_further_out_is_found() -> None:
    # The straight way crosses four lines; the way round them is more than 100 points away from both ends.
    nodes: dict[str, Corners] = {"a": A, "b": B}
    for number in range(4):
        x = 120 + 40 * number
        nodes |= {f"c{number}": (x - 5, 120, x + 5, 124), f"d{number}": (x - 5, -300, x + 5, -280)}
    ids = "".join(f"node {id}\n" for id in nodes)
    area = area_of(ids + "a -> b\n" + "".join(f"c{n} -> d{n}\n" for n in range(4)), nodes)
    for number in range(4):
        x = 120 + 40 * number
        put(area, 1 + number, ((x, 120), (x, -280)))
    assert max(y for _, y in routed(area)) == 124 + CLEAR
