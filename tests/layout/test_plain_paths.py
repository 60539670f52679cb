"""Edges without a free way run plainly along the axes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise, permutations

import pytest

from benchmarks.judge import Diagram, judged
from sphinxext.llmpipeline import MODERN, parse
from sphinxext.llmpipeline.geometry.primitives import Box
from sphinxext.llmpipeline.layout import path_search, plain_paths, routing_area
from sphinxext.llmpipeline.layout.nested import lay_out
from sphinxext.llmpipeline.layout.panels import place_panels
from sphinxext.llmpipeline.layout.plain_paths import route_plainly
from sphinxext.llmpipeline.layout.result import PlacedEdge
from sphinxext.llmpipeline.layout.routing_area import Area, Path
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction, Splines
from tests.finished import Corners, Finished
from tests.layouts import ENGINE, clear, edges, finish, graph_of, slant
from tests.steps import ROUGHLY, growth

A: Corners = (0, 0, 60, 40)


def area_of(text: str, nodes: dict[str, Corners]) -> Area:
    """Parts in place, with plain lines."""
    finished = Finished(text, nodes)
    area = Area(finished.layout, finished.graph)
    route_plainly(area)
    return area


def path(text: str, **nodes: Corners) -> Path:
    return area_of("\n".join([*(f"node {id}" for id in nodes), text]), nodes).paths[0]


# Paths


def test_a_line_is_straight_where_sides_overlap() -> None:
    assert path("a -> b", a=A, b=(200, 20, 260, 60)) == ((60, 30), (200, 30))


def test_a_line_with_one_corner_is_shorter_than_one_with_two() -> None:
    assert path("a -> b", a=A, b=(200, 200, 260, 240)) in (
        ((60, 20), (230, 20), (230, 200)),
        ((30, 40), (30, 220), (200, 220)),
    )


@pytest.mark.parametrize(
    "other",
    [(0, 42, 60, 82), (62, 0, 122, 40), (62, 42, 122, 82), (-62, -42, -2, -2), (50, 42, 300, 45)],
    ids=["above", "beside", "at a corner", "at the other corner", "low and long"],
)
def test_boxes_that_nearly_touch_are_joined(other: Corners) -> None:
    found = path("a -> b", a=A, b=other)
    assert len(found) <= 4
    assert all(one[0] == two[0] or one[1] == two[1] for one, two in pairwise(found))


@pytest.mark.parametrize("arrow", ["->", "<->", "--"])
def test_boxes_on_one_another_are_joined(arrow: str) -> None:
    area = area_of(f"node a\nnode b\na {arrow} b", {"a": A, "b": A})
    assert len(area.paths[0]) == 5
    assert all(one[0] == two[0] or one[1] == two[1] for one, two in pairwise(area.paths[0]))


def test_a_longer_way_is_better_than_one_through_a_node() -> None:
    found = path("a -> b", a=A, b=(300, 0, 360, 40), wall=(150, -15, 190, 50))
    assert len(found) == 4
    assert {found[1][1], found[2][1]} <= {*range(51, 90), *range(-50, -15)} or min(y for _, y in found) < -15


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("title", ["", ": Physical blocks"])
def test_a_line_to_an_inner_cell_runs_beside_the_texts_of_others(title: str, direction: Direction) -> None:
    rows = "\n".join(f"   r{row}: {row}a | {row}b | {row}c" for row in range(3))
    text = f"data t: Block table\ngrid p{title}\n{rows}\nt -> p.r1.2"
    assert judged(Diagram("inner", parse(text, direction=direction))).count(2) == 0


def test_lines_end_apart() -> None:
    text = "node a\nnode b\na -> b\na -> b\na -> b"
    paths = area_of(text, {"a": A, "b": (200, 0, 260, 40)}).paths
    assert len({found[0] for found in paths.values()}) == 3


# Labels


def test_a_label_stands_beside_its_line() -> None:
    area = area_of("node a\nnode b\na -> b: label", {"a": A, "b": (200, 0, 260, 40)})
    label = area.lines[0].label
    assert label is not None
    assert 0 < label.y0 - 20 < 6


def test_a_label_stands_upon_its_line_where_nothing_is_free() -> None:
    nodes: dict[str, Corners] = {"a": A, "b": (200, 0, 260, 40), "c": (62, 26, 198, 90), "d": (62, -60, 198, 14)}
    area = area_of("node a\nnode b\nnode c\nnode d\na -> b: label", nodes)
    label = area.lines[0].label
    assert label is not None
    assert label.y0 < 20 < label.y1


# Whole diagrams

DENSE = "\n".join(f"n{one} -> n{other}: x" for one, other in permutations(range(11), 2))
GROUPS = """
group g: Outer
   node a: A longer label
   group h: Inner
      :direction: TB
      node b
      node c
      b -> c: down
node d
data e
group k: Last
   :direction: LR
   node f
   train m
   f => m: on
a -> b: in
c -> d, e
d --> a: back
e <-> g: both
f -- h
m -> m: again
c -> f: to the last
g -> k: from one to the other
k --> a
"""


def lines_of(text: str, direction: Direction, splines: Splines = "ortho") -> list[PlacedEdge]:
    graph = graph_of(parse(text, direction=direction), MODERN, splines=splines)
    return edges(finish(place_panels(graph, ENGINE, 700.0), ENGINE).layout)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_lines_run_along_the_axes(direction: Direction) -> None:
    lines = lines_of(GROUPS, direction)
    assert max(map(slant, lines)) < 0.1
    assert [line.label is not None for line in lines] == [edge.label is not None for edge in parse(GROUPS).edges]


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(
    ("module", "limit"), [(routing_area, "_EFFORT"), (path_search, "_EFFORT"), (plain_paths, "_EFFORT")]
)
def test_lines_beyond_a_limit_run_along_the_axes(
    direction: Direction, module: object, limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, limit, 0)
    lines = lines_of(GROUPS, direction)
    assert max(map(slant, lines)) < 0.1
    assert [line.label is not None for line in lines] == [edge.label is not None for edge in parse(GROUPS).edges]


@pytest.mark.parametrize("splines", ["spline", "ortho"])
def test_lines_of_a_dense_tangle_run_along_the_axes(splines: Splines) -> None:
    assert max(map(slant, lines_of(DENSE, "LR", splines))) < 0.1


def test_fewer_lines_of_a_larger_diagram_look_for_what_is_in_their_way(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (routing_area, path_search):
        monkeypatch.setattr(module, "_EFFORT", -1)
    monkeypatch.setattr(plain_paths, "_EFFORT", 2_000)
    looked: list[int] = []
    struck = plain_paths._struck

    def counted(area: Area, leg: Box) -> int:
        looked[-1] += 1
        return struck(area, leg)

    monkeypatch.setattr(plain_paths, "_struck", counted)
    for many in (300, 10):
        monkeypatch.setattr(plain_paths, "_MANY", many)
        looked.append(0)
        lines_of(DENSE, "LR")
    assert looked[0] > 2 * looked[1] > 0


def test_many_lines_take_work_in_proportion(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (routing_area, path_search):  # so that all lines are plain
        monkeypatch.setattr(module, "_EFFORT", -1)

    def work(size: int) -> Callable[[], object]:
        text = "\n".join(f"n{number} -> m{number}: x\nm{number} -> n{number}" for number in range(size))
        graph = graph_of(parse(text, direction="LR"), MODERN)
        layout = lay_out(graph, ENGINE).layout
        return lambda: clear(layout, graph)

    assert growth(work) < ROUGHLY
