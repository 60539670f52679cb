"""What a path may pass, and where lines may end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from textwrap import indent

import pytest

from sphinxext.llmpipeline import MODERN
from sphinxext.llmpipeline.geometry.box_tree import BoxTree
from sphinxext.llmpipeline.geometry.primitives import SIDES, Box, Side, Size
from sphinxext.llmpipeline.geometry.shapes import flat_part
from sphinxext.llmpipeline.layout import routing_area
from sphinxext.llmpipeline.layout.borders import BORDER, EXACT
from sphinxext.llmpipeline.layout.graph import LayoutEdge
from sphinxext.llmpipeline.layout.panels import place_panels
from sphinxext.llmpipeline.layout.result import Layout, PlacedGroup, PlacedNode
from sphinxext.llmpipeline.layout.routes import drawn, facings, ports
from sphinxext.llmpipeline.layout.routing_area import NEARER, Area, Path
from sphinxext.llmpipeline.model.vocabulary import Direction
from tests.finished import Finished, row
from tests.layouts import ENGINE, finish, graph_of, sized
from tests.steps import ROUGHLY, growth

ROW = row(60, 60, 60, gap=100, height=40)
"""``a``, ``b`` and ``c`` at x from 0, 160 and 320."""


def area_of(finished: Finished) -> Area:
    return Area(finished.layout, finished.graph)


def is_free(area: Area, *path: tuple[float, float], key: int = 0) -> bool:
    return area.is_free(area.graph.edges[key], path)


def put(area: Area, key: int, *path: tuple[float, float]) -> None:
    line = drawn(area.graph.edges[key], path)
    assert line is not None
    area.put(area.graph.edges[key], path, line)


THREE = Finished("a -> c\nb -> c", ROW)


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
    area = area_of(Finished(text, parts[0], groups=parts[1], titles=dict.fromkeys(parts[1], (110, 300))))
    through_head = (60, 20), (240, 20), (240, 8), (220, 8)
    through_tail = (0, 20), (-20, 20), (-20, 8), (160, 8)
    straight = (60, 20), (160, 20)
    assert [is_free(area, *path) for path in (through_head, through_tail, straight)] == [False, False, True]


def test_a_path_keeps_off_a_title_that_cannot_make_way() -> None:
    nodes = {"a": (0.0, 0.0, 60.0, 30.0), "b": (0.0, -120.0, 60.0, -90.0)}
    for wide, free in ((30.0, False), (80.0, True)):
        finished = Finished(
            "node a\ngroup g: G\n   node b\na -> b", nodes, direction="TB",
            groups={"g": (-wide, -130, 30 + wide, -50)}, titles={"g": (-wide + 15, -60)},
        )  # fmt: skip
        assert is_free(area_of(finished), (30, 0), (30, -90)) is True
        # It is as wide as its group.
        wider = Finished(
            finished.text, nodes, direction="TB", groups=finished.groups,
            titles={"g": (30, -60)} if not free else finished.titles,
        )  # fmt: skip
        assert is_free(area_of(wider), (30, 0), (30, -90)) is free


def test_a_path_keeps_off_labels_in_place() -> None:
    area = area_of(Finished("a -> c\na -> b: x", ROW))
    across = (30.0, 40.0), (30.0, 90.0), (350.0, 90.0), (350.0, 40.0)
    put(area, 1, (60, 20), (160, 20))
    assert is_free(area, *across)
    area.borders.put_label(1, Box.at((110, 90), 40, 10))
    assert not is_free(area, *across)


GROUPED = Finished("group g: G\n   node a\n   node b\nnode c\na -> b\nb -> c", ROW, groups={"g": (-30, -60, 250, 90)})


def test_a_group_grows_for_a_path_inside_it_unless_something_is_in_the_way() -> None:
    nodes = ROW | {"d": (30, -160, 90, -120)}
    blocked = replace(GROUPED, text=f"{GROUPED.text}\nnode d", nodes=nodes)
    for y, free in ((-53, True), (-70, True), (-90, True), (-95, False)):
        assert is_free(area_of(GROUPED), (30, 0), (30, y), (190, y), (190, 0))
        assert is_free(area_of(blocked), (30, 0), (30, y), (190, y), (190, 0)) is free


def test_a_group_holds_the_paths_inside_it() -> None:
    area = area_of(GROUPED)
    put(area, 0, (30, 0), (30, -70), (190, -70), (190, 0))
    assert area.borders.groups["g"].box == Box(-30, -70 - BORDER, 250, 90)
    assert area.boxes["g"] == Box(-30, -70 - BORDER, 250, 90)


def test_a_path_out_of_a_group_runs_along_no_border() -> None:
    area = area_of(GROUPED)
    assert is_free(area, (220, 20), (320, 20), key=1)
    for x, free in ((262, True), (252, False)):
        assert is_free(area, (220, 20), (x, 20), (x, 30), (320, 30), key=1) is free


def test_a_path_keeps_off_parallel_lines_unless_they_are_one_trunk() -> None:
    area = area_of(Finished("a -> b\na -> c\nc -> b", ROW))
    put(area, 0, (30, 40), (30, 80), (190, 80), (190, 40))
    assert is_free(area, (30, 40), (30, 80), (350, 80), (350, 40), key=1)
    assert not is_free(area, (30, 40), (30, 86), (350, 86), (350, 40), key=2)
    assert not is_free(area, (20, 40), (20, 86), (350, 86), (350, 40), key=1)
    assert is_free(area, (20, 40), (20, 88), (350, 88), (350, 40), key=1)


def test_lines_of_two_kinds_share_no_trunk() -> None:
    area = area_of(Finished("a -> b\na => c", ROW))
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


def test_a_path_crosses_the_lines_in_place() -> None:
    nodes = {"a": (0.0, 0.0, 50.0, 30.0), "b": (200.0, 0.0, 250.0, 30.0)}
    nodes |= {"c": (100.0, 100.0, 150.0, 130.0), "d": (100.0, -100.0, 150.0, -70.0)}
    area = area_of(Finished("a -> b\nc -> d", nodes))
    straight = (50, 15), (200, 15)
    assert not area.crosses(straight)
    put(area, 1, (125, 100), (125, -70))
    assert area.crosses(straight)
    assert area.crosses(((25, 30), (25, 60), (225, 60), (225, 30)))
    assert not area.crosses(((25, 30), (25, 150), (225, 150), (225, 30)))
    assert not area.crosses(((50, 15), (125, 15)))  # it ends there


def test_a_line_to_a_whole_table_may_keep_off_sides_with_a_single_cell() -> None:
    finished = Finished(
        "row r: A | B\nnode x\nx -> r\nx -> r.2",
        {"r.1": (0, 0, 40, 30), "r.2": (40, 0, 80, 30), "x": (200, 0, 240, 30)},
        groups={"r": (0, 0, 80, 30)},
    )
    groups = tuple(replace(group, is_framed=False) for group in finished.graph.groups)
    area = Area(finished.layout, replace(finished.graph, groups=groups, whole=frozenset({"r"})))
    edge = finished.graph.edges[0]
    assert {side for side in SIDES if not ports(area, "r", side, edge)} == {"left", "right"}
    assert {facing.head for facing in facings(area, edge, 0.0)} == set()  # they stand side by side
    assert all(ports(area_of(finished), "r", side, edge) for side in SIDES)
    assert not area_of(finished).hides_whole("r", "left")


def test_a_span_is_looked_up_once_but_follows_its_group(monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = {"a": (0.0, 0.0, 60.0, 40.0), "b": (0.0, 100.0, 60.0, 140.0)}
    finished = Finished(
        "group g: G\n   node a\n   node b\na -> b\na --> b", nodes, direction="TB",
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
    assert area.boxes["g"].x1 == 90 + BORDER
    assert area.span("g", "bottom", finished.graph.edges[0])[1] == 90 + BORDER - MODERN.corner_radius - 6 > before[1]


@pytest.mark.parametrize("side", ["top", "right", "bottom", "left"])
def test_lines_end_off_the_corners(side: Side) -> None:
    area = area_of(THREE)
    low, high = area.span("a", side, area.graph.edges[0])
    length = 60 if side in ("top", "bottom") else 40
    assert low == pytest.approx(length - high)
    assert low >= MODERN.corner_radius / 2


def test_only_an_arrowhead_needs_more_of_a_side_than_its_line() -> None:
    area = area_of(THREE)
    edge = area.graph.edges[0]
    wide = LayoutEdge(edge.key, edge.source, edge.target, edge.kind, 13.0)
    sides: tuple[tuple[str, Side, float], ...] = (("a", "right", wide.width), ("c", "left", wide.breadth))
    for id, side, breadth in sides:
        inset = area.span(id, side, wide)[0] - area.span(id, side, edge)[0]
        assert inset == pytest.approx(breadth / 2 - 6)


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


# Labels


def test_a_label_keeps_off_everything() -> None:
    area = area_of(Finished("a -> b: x\nb -> c\na -> c: y", ROW))
    edge = area.graph.edges[0]
    own: BoxTree[object] = BoxTree([(Box(60, 20, 160, 20), None)])

    def free(x: float, y: float, off_labels: float = 1.0) -> bool:
        return area.is_free_for_label(edge, Box.at((x, y), 40, 10), own, (NEARER, off_labels))

    assert free(110, 40)
    assert not free(110, 22)  # its own line
    assert not free(70, 34)  # a node
    assert free(270, 22)
    put(area, 1, (220, 20), (320, 20))
    assert not free(270, 22)  # another line
    area.borders.put_label(2, Box.at((110, 40), 40, 10))
    assert not free(110, 40)
    assert free(110, 54)
    assert not free(110, 54, off_labels=5.0)


def test_a_label_stays_on_its_side_of_borders() -> None:
    area = area_of(GROUPED)
    inner, outer = area.graph.edges

    def free(edge: LayoutEdge, x: float, y: float) -> bool:
        return area.is_free_for_label(edge, Box.at((x, y), 40, 10), BoxTree(), (NEARER, 1.0))

    assert free(inner, 226, 60)
    assert free(inner, 240, 60)
    assert free(outer, 290, 60)
    assert not free(inner, 240, 100)  # groups grow to no title
    assert not free(outer, 226, 60)


# Titles

TITLE = Box(8.0, 80.0, 58.0, 95.0)
"""At the upper left of a group from 0 to 200 and to 100, ``y`` is in it and ``x`` above it."""


def titled(title: Box, border: Box, lines: Sequence[Path], note: Box | None = None) -> Area:
    """A group around ``y``, below ``x``, with lines between the two in place, and a *note* before them."""
    edges = "\n".join(["x -> y"] * len(lines))
    graph = sized(f"group g: G\n   node y\nnode x\n{edges}", direction="TB", groups=Size(title.width, title.height))
    boxes = {"x": Box(border.x0, 130, border.x1, 160), "y": Box(border.x0, 10, border.x1, 40)}
    nodes = {id: PlacedNode((box.outline(),), box) for id, box in boxes.items()}
    area = Area(Layout(border, nodes, {}, {"g": PlacedGroup(border.outline(), title)}), graph)
    if note:
        area.put_box("note 0", note)
    for key, path in enumerate(lines):
        put(area, key, *path)
    return area


def title(*lines: Path) -> Box:
    """The place of the title when it is clear of lines."""
    border = Box(0.0, 0.0, 200.0, 100.0)
    area = titled(TITLE, border, lines)
    area.clear_titles(["g"])
    assert area.borders.groups["g"].box == border
    return area.borders.groups["g"].label


def at(x: float) -> Path:
    """A line that comes in from above."""
    return (x, 130.0), (x, 40.0)


def test_a_free_title_stays() -> None:
    assert title() == TITLE
    assert title(at(70.0), at(150.0)) == TITLE
    assert title(at(62.5)) == TITLE
    assert title(((30.0, 70.0), (30.0, 10.0))) == TITLE  # below it


@pytest.mark.parametrize("x", [10.0, 30.0, 58.0, 60.0])
def test_a_title_moves_beside_a_line(x: float) -> None:
    assert title(at(x)) == TITLE.moved(x + 4.5 - TITLE.x0, 0)


def test_a_title_moves_beside_a_line_that_turns_or_ends_within_its_band() -> None:
    assert title(((30.0, 130.0), (30.0, 85.0))).x0 == 34.5
    assert title(((150.0, 130.0), (150.0, 110.0), (30.0, 110.0), (30.0, 40.0))).x0 == 34.5


def test_a_title_moves_to_the_nearest_place_that_is_wide_enough() -> None:
    assert title(at(30.0), at(60.0)).x0 == pytest.approx(64.5)
    assert title(at(30.0), at(90.0)).x0 == pytest.approx(34.5)


def test_a_title_keeps_its_inset_at_the_right() -> None:
    assert title(at(136.5), at(30.0), at(85.0)).x0 == pytest.approx(141)
    # One point further there is no place, and it stays beside the lines before.
    assert title(at(138.5), at(30.0), at(85.0)).x0 == pytest.approx(34.5)


def test_a_title_moves_as_soon_as_a_line_is_in_place() -> None:
    area = titled(TITLE, Box(0.0, 0.0, 200.0, 100.0), [at(30.0)])
    free = partial(is_free, area)
    assert not free((150, 130), (150, 90), (75, 90), (75, 40))  # through the title
    assert free((150, 130), (150, 90), (100, 90), (100, 40))


def test_a_title_does_not_move_onto_a_level_line() -> None:
    assert title(((150.0, 130.0), (150.0, 85.0), (70.0, 85.0), (70.0, 40.0)), at(30.0)) == TITLE
    assert title(((150.0, 130.0), (150.0, 85.0), (90.0, 85.0), (90.0, 40.0)), at(30.0)).x0 == 34.5


@pytest.mark.parametrize("x", [-5.0, 205.0])
def test_lines_outside_a_group_do_not_move_its_title(x: float) -> None:
    assert title(at(x)) == TITLE


@pytest.mark.parametrize(("note", "x"), [((120.0, 150.0), 64.5), ((70.0, 110.0), 114.5), ((90.0, 160.0), 34.5)])
def test_a_title_does_not_move_onto_a_note_beside_it(note: tuple[float, float], x: float) -> None:
    """Edges between panels are routed when notes are in place."""
    lines = [at(30.0), at(60.0)]
    area = titled(TITLE, Box(0.0, 0.0, 200.0, 100.0), lines, Box(note[0], 75.0, note[1], 90.0))
    assert area.borders.groups["g"].label.x0 == pytest.approx(x)


def test_titles_of_many_groups_take_work_in_proportion() -> None:
    def work(size: int) -> Callable[[], object]:
        numbers = range(size)
        text = "\n".join(f"node x{n}\ngroup g{n}: G\n   node y{n}\nx{n} -> y{n}" for n in numbers)
        nodes = {
            f"{id}{n}": (300.0 * n, y, 300.0 * n + 60, y + 30) for n in numbers for id, y in (("x", 100), ("y", 0))
        }
        groups = {f"g{n}": (300.0 * n - 12, -12.0, 300.0 * n + 72, 60.0) for n in numbers}
        area = area_of(Finished(text, nodes, groups=groups, direction="TB"))
        for n in numbers:
            put(area, n, (300.0 * n, 100), (300.0 * n, 30))
        return partial(area.clear_titles, groups)

    assert growth(work, 100) < ROUGHLY


def test_a_title_that_many_lines_cross_takes_work_in_proportion() -> None:
    def work(size: int) -> Callable[[], object]:
        area = titled(TITLE, Box(0.0, 0.0, 5.0 * size, 100.0), [at(5.0 * n) for n in range(size)])
        return partial(area.clear_titles, ["g"])

    assert growth(work, 400) < ROUGHLY


# Effort


def test_effort_counts_look_ups(monkeypatch: pytest.MonkeyPatch) -> None:
    area = area_of(THREE)
    assert (area.effort, area.is_exhausted) == (0, False)
    is_free(area, (30, 40), (30, 46), (350, 46), (350, 40))
    assert 12 <= area.effort <= 40
    monkeypatch.setattr(routing_area, "_EFFORT", area.effort - 1)
    assert area.is_exhausted


@pytest.mark.parametrize("direction", ["TB", "LR"])
@pytest.mark.parametrize("group", ["", "group g: Group\n"])
def test_lines_beside_the_flow_keep_off_nodes_and_borders(group: str, direction: Direction) -> None:
    """They stood 5 points from nodes and 6 from borders, where they looked like these."""
    body = "node a: A\nnode b: A much longer\\nlabel\nnode c: C\na -> b -> c\na -> c\nc --> a"
    text = group + indent(body, "   " if group else "")
    layout = finish(place_panels(graph_of(text, MODERN, direction=direction), ENGINE, 700.0), ENGINE).lines.layout
    legs = [Box.between(*leg) for key in (2, 3) for leg in pairwise(layout.edges[key].path)]
    assert len(legs) >= 6
    assert not any(leg.overlaps(layout.nodes["b"].box.grown(8.0 - EXACT)) for leg in legs)
    if group:
        assert all(layout.groups["g"].box.holds(leg.grown(8.0 - EXACT)) for leg in legs)
