"""What a path may pass, and where lines may end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from sphinxext.llmpipeline import MODERN
from sphinxext.llmpipeline.geometry.primitives import Box, Side
from sphinxext.llmpipeline.geometry.shapes import flat_part
from sphinxext.llmpipeline.layout import routing_area
from sphinxext.llmpipeline.layout.graph import LayoutEdge
from sphinxext.llmpipeline.layout.routes import drawn
from sphinxext.llmpipeline.layout.routing_area import Area, Path
from tests.finished import Finished, row
from tests.steps import growth

ROW = row(60, 60, 60, gap=100, height=40)
"""``a``, ``b`` and ``c`` at x from 0, 160 and 320."""
LINES = [[(60, 20), (160, 20)], [(220, 20), (320, 20)]]


def area_of(finished: Finished) -> Area:
    return Area(finished.layout, finished.graph)


def is_free(area: Area, *path: tuple[float, float], key: int = 0) -> bool:
    return area.is_free(area.graph.edges[key], path)


def put(area: Area, key: int, *path: tuple[float, float]) -> None:
    line = drawn(area.graph.edges[key], path)
    assert line is not None
    area.put(area.graph.edges[key], path, line)


THREE = Finished("a -> c\nb -> c", ROW, [[(60, 20), (320, 20)], LINES[1]])


def test_a_path_keeps_off_nodes_that_are_not_its_ends() -> None:
    area = area_of(THREE)
    assert not is_free(area, (60, 20), (320, 20))
    assert not is_free(area, (30, 40), (30, 44), (350, 44), (350, 40))
    assert is_free(area, (30, 40), (30, 46), (350, 46), (350, 40))


def test_a_bend_keeps_off_the_ends_too() -> None:
    area = area_of(THREE)
    assert not is_free(area, (30, 40), (30, 43), (90, 43), (90, 100))


@pytest.mark.parametrize("text", ["a -> b", "group a: A\n   node x\ngroup b: B\n   node y\na -> b"])
def test_a_path_runs_through_none_of_its_ends(text: str) -> None:
    ends = {"a": ROW["a"], "b": ROW["b"]}
    inside = {"x": (10.0, 10.0, 50.0, 30.0), "y": (170.0, 10.0, 210.0, 30.0)}
    parts = (inside, ends) if "group" in text else (ends, {})
    area = area_of(Finished(text, parts[0], LINES[:1], groups=parts[1], titles=dict.fromkeys(parts[1], (110, 300))))
    through_head = (60, 20), (240, 20), (240, 8), (220, 8)
    through_tail = (0, 20), (-20, 20), (-20, 8), (160, 8)
    assert [is_free(area, *path) for path in (through_head, through_tail, LINES[0])] == [False, False, True]


def test_a_path_keeps_off_a_title_that_cannot_make_way() -> None:
    nodes = {"a": (0.0, 0.0, 60.0, 30.0), "b": (0.0, -120.0, 60.0, -90.0)}
    for wide, free in ((30.0, False), (80.0, True)):
        finished = Finished(
            "node a\ngroup g: G\n   node b\na -> b", nodes, [[(30, 0), (30, -90)]], direction="TB",
            groups={"g": (-wide, -130, 30 + wide, -50)}, titles={"g": (-wide + 15, -60)},
        )  # fmt: skip
        assert is_free(area_of(finished), (30, 0), (30, -90)) is True
        # It is as wide as its group.
        wider = Finished(
            finished.text, nodes, finished.lines, direction="TB", groups=finished.groups,
            titles={"g": (30, -60)} if not free else finished.titles,
        )  # fmt: skip
        assert is_free(area_of(wider), (30, 0), (30, -90)) is free


def test_a_path_keeps_off_labels_in_place() -> None:
    finished = Finished("a -> c\na -> b: x", ROW, [LINES[0], LINES[0]], {1: (110, 90)})
    area = area_of(finished)
    across = (30.0, 40.0), (30.0, 90.0), (350.0, 90.0), (350.0, 40.0)
    assert is_free(area, *across)  # the other edge is routed next
    label = area.lines[1].label
    assert label is not None
    put(area, 1, (60, 20), (160, 20))
    area.borders.put_label(1, label)
    assert not is_free(area, *across)


GROUPED = Finished(
    "group g: G\n   node a\n   node b\nnode c\na -> b\nb -> c", ROW, LINES, groups={"g": (-30, -60, 250, 90)}
)


def test_a_group_grows_for_a_path_inside_it_unless_something_is_in_the_way() -> None:
    nodes = ROW | {"d": (30, -160, 90, -120)}
    blocked = replace(GROUPED, text=f"{GROUPED.text}\nnode d", nodes=nodes)
    for y, free in ((-53, True), (-70, True), (-90, True), (-95, False)):
        assert is_free(area_of(GROUPED), (30, 0), (30, y), (190, y), (190, 0))
        assert is_free(area_of(blocked), (30, 0), (30, y), (190, y), (190, 0)) is free


def test_a_group_holds_the_paths_inside_it() -> None:
    area = area_of(GROUPED)
    put(area, 0, (30, 0), (30, -70), (190, -70), (190, 0))
    assert area.borders.groups["g"].box == Box(-30, -76, 250, 90)
    assert area.boxes["g"] == Box(-30, -76, 250, 90)


def test_a_path_out_of_a_group_runs_along_no_border() -> None:
    area = area_of(GROUPED)
    assert is_free(area, (220, 20), (320, 20), key=1)
    for x, free in ((262, True), (252, False)):
        assert is_free(area, (220, 20), (x, 20), (x, 30), (320, 30), key=1) is free


def test_a_path_keeps_off_parallel_lines_unless_they_are_one_trunk() -> None:
    area = area_of(Finished("a -> b\na -> c\nc -> b", ROW, [LINES[0], LINES[0], LINES[1]]))
    put(area, 0, (30, 40), (30, 80), (190, 80), (190, 40))
    assert is_free(area, (30, 40), (30, 80), (350, 80), (350, 40), key=1)
    assert not is_free(area, (30, 40), (30, 86), (350, 86), (350, 40), key=2)
    assert not is_free(area, (20, 40), (20, 86), (350, 86), (350, 40), key=1)
    assert is_free(area, (20, 40), (20, 88), (350, 88), (350, 40), key=1)


def test_lines_of_two_kinds_share_no_trunk() -> None:
    area = area_of(Finished("a -> b\na => c", ROW, [LINES[0], LINES[0]]))
    put(area, 0, (30, 40), (30, 80), (190, 80), (190, 40))
    assert not is_free(area, (30, 40), (30, 80), (350, 80), (350, 40), key=1)


def test_a_wide_line_needs_more_room() -> None:
    area = area_of(THREE)
    (edge, _) = area.graph.edges
    wide = LayoutEdge(edge.key, edge.source, edge.target, edge.kind, 13.0)
    path: Path = ((30, 40), (30, 48), (350, 48), (350, 40))
    assert area.is_free(edge, path)
    assert not area.is_free(wide, path)
    assert area.is_free(wide, ((30, 40), (30, 51), (350, 51), (350, 40)))


def test_a_path_may_cross_no_more_lines_than_its_curve() -> None:
    nodes = {"a": (0.0, 0.0, 50.0, 30.0), "b": (200.0, 0.0, 250.0, 30.0)}
    nodes |= {"c": (100.0, 100.0, 150.0, 130.0), "d": (100.0, -100.0, 150.0, -70.0)}
    for curve, free in (([(50, 15), (200, 15)], True), ([(50, 15), (60, 200), (190, 200), (200, 15)], False)):
        area = area_of(Finished("a -> b\nc -> d", nodes, [curve, [(125, 100), (125, -70)]]))
        assert area.crosses_no_more(area.graph.edges[0], ((50, 20), (200, 20)), frozenset([0])) is free


def test_crossings_are_counted_only_as_far_as_they_matter() -> None:
    """The curve crosses none of the lines, which stand side by side across the path."""

    def work(count: int) -> Callable[[], object]:
        nodes = {"a": (0.0, 0.0, 50.0, 30.0), "b": (2000.0, 0.0, 2050.0, 30.0)}
        ways = {f"{end}{number}": 100.0 + 20 * number for number in range(count) for end in "cd"}
        nodes |= {id: (x, y, x + 1, y + 10) for id, x in ways.items() for y in (50.0 if id[0] == "c" else -50.0,)}
        text = "\n".join(["a -> b", *(f"c{number} -- d{number}" for number in range(count))])
        lines = [[(100 + 20 * number, 50), (100 + 20 * number, -40)] for number in range(count)]
        area = area_of(Finished(text, nodes, [[(50, 15), (60, 900), (1990, 900), (2000, 15)], *lines]))
        path, own = ((50.0, 21.0), (2000.0, 21.0)), frozenset([0])
        assert not area.crosses_no_more(area.graph.edges[0], path, own)
        return lambda: area.crosses_no_more(area.graph.edges[0], path, own)

    assert growth(work, size=20) < 0.6


def test_a_span_is_looked_up_once_but_follows_its_group(monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = {"a": (0.0, 0.0, 60.0, 40.0), "b": (0.0, 100.0, 60.0, 140.0)}
    finished = Finished(
        "group g: G\n   node a\n   node b\na -> b\na --> b", nodes, [[(30, 40), (30, 100)]] * 2, direction="TB",
        groups={"g": (-12, -12, 72, 170)},
    )  # fmt: skip
    area = area_of(finished)
    asked: list[str] = []

    def counted(shape: str, *size: object) -> tuple[float, float]:
        asked.append(shape)
        return flat_part(shape, *size)  # type: ignore[arg-type]  # as it is called

    monkeypatch.setattr(routing_area, "flat_part", counted)
    for _ in range(2):
        area.span("a", "bottom", finished.graph.edges[0])
    assert len(asked) == 1
    before = area.span("g", "bottom", finished.graph.edges[0])
    put(area, 1, (60, 20), (90, 20), (90, 120), (60, 120))
    assert area.boxes["g"].x1 == 96
    assert area.span("g", "bottom", finished.graph.edges[0])[1] == 96 - MODERN.corner_radius - 6 > before[1]


@pytest.mark.parametrize("side", ["top", "right", "bottom", "left"])
def test_lines_end_off_the_corners(side: Side) -> None:
    area = area_of(THREE)
    low, high = area.span("a", side, area.graph.edges[0])
    length = 60 if side in ("top", "bottom") else 40
    assert low == pytest.approx(length - high)
    assert low >= MODERN.corner_radius / 2


def test_a_wide_line_stays_within_the_side() -> None:
    area = area_of(THREE)
    edge = area.graph.edges[0]
    for width, inset in ((1.2, 6.0), (30.0, 15.0)):
        wide = LayoutEdge(edge.key, edge.source, edge.target, "link", width)
        low, high = area.span("a", "left", wide)
        assert inset <= low < inset + 1
        assert low + high == pytest.approx(40)


def test_a_group_is_an_end_with_its_border() -> None:
    area = area_of(GROUPED)
    low, high = area.span("g", "right", area.graph.edges[1])
    assert -60 < low < -40
    assert 70 < high < 90


def test_a_label_keeps_off_everything() -> None:
    finished = Finished("a -> b: x\nb -> c", ROW, LINES, {0: (110, 80)})
    area = area_of(finished)
    edge = finished.graph.edges[0]

    def free(x: float, y: float) -> bool:
        return area.is_free_for_label(edge, Box.at((x, y), 40, 10))

    assert free(110, 40)
    assert not free(110, 22)  # its own line
    assert not free(70, 34)  # a node
    assert not free(270, 22)  # another line
    put(area, 1, (190, 40), (190, 80), (350, 80), (350, 40))
    assert free(270, 40)
    assert not free(270, 80)


def test_a_label_stays_on_its_side_of_borders() -> None:
    area = area_of(GROUPED)
    inner, outer = area.graph.edges
    for edge, x in ((inner, 226), (inner, 240), (outer, 290)):
        assert area.is_free_for_label(edge, Box.at((x, 60), 40, 10))
    assert not area.is_free_for_label(inner, Box.at((240, 100), 40, 10))  # groups grow to no title
    assert not area.is_free_for_label(outer, Box.at((226, 60), 40, 10))


def test_effort_counts_look_ups(monkeypatch: pytest.MonkeyPatch) -> None:
    area = area_of(THREE)
    assert (area.effort, area.is_exhausted) == (0, False)
    is_free(area, (30, 40), (30, 46), (350, 46), (350, 40))
    assert 12 <= area.effort <= 40
    monkeypatch.setattr(routing_area, "_EFFORT", area.effort - 1)
    assert area.is_exhausted
