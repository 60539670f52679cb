"""Titles are moved clear of lines, and no others; edges through nodes are counted."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sphinxext.llmpipeline.geometry.primitives import Box, Curve
from sphinxext.llmpipeline.layout import plain_paths
from sphinxext.llmpipeline.layout.clearance import clear, clear_titles, count_blocked
from sphinxext.llmpipeline.layout.result import Layout, PlacedEdge, PlacedGroup
from tests.finished import Corners, Finished
from tests.layouts import chained, graph_of, laid_out
from tests.steps import ROUGHLY, growth

BORDER = Curve(((0.0, 0.0), (0.0, 100.0), (200.0, 100.0), (200.0, 0.0)), closed=True)
TITLE = Box(8.0, 80.0, 58.0, 95.0)


def way(*points: tuple[float, float]) -> PlacedEdge:
    return PlacedEdge((Curve(points),))


def at(x: float) -> PlacedEdge:
    """A line that comes in from above."""
    return way((x, 130.0), (x, 40.0))


def title(*lines: PlacedEdge) -> Box:
    layout = Layout(Box(0, 0, 200, 130), {}, dict(enumerate(lines)), {"g": PlacedGroup(BORDER, TITLE)})
    cleared = clear_titles(layout)
    assert (cleared.box, cleared.edges, cleared.groups["g"].border) == (layout.box, layout.edges, BORDER)
    return cleared.groups["g"].label


def test_a_free_title_stays() -> None:
    assert title() == TITLE
    assert title(at(70.0), at(150.0)) == TITLE
    assert title(way((30.0, 70.0), (30.0, 10.0))) == TITLE  # below it


@pytest.mark.parametrize("x", [10.0, 30.0, 58.0, 60.0])
def test_a_title_moves_beside_a_line(x: float) -> None:
    moved = title(at(x))
    assert moved == TITLE.moved(x + 3 - TITLE.x0, 0)


def test_a_title_moves_to_the_nearest_place_that_is_wide_enough() -> None:
    assert title(at(30.0), at(60.0)).x0 == pytest.approx(63)
    assert title(at(30.0), at(90.0)).x0 == pytest.approx(33)


def test_a_title_keeps_its_inset_at_the_right() -> None:
    assert title(at(138.0), at(30.0), at(85.0)).x0 == pytest.approx(141)
    # One point further there is no place, and it stays.
    assert title(at(140.0), at(30.0), at(85.0)) == TITLE


def test_a_slanting_line_takes_the_width_that_it_passes() -> None:
    assert title(way((20.0, 100.0), (100.0, 75.0))).x0 > 80


def test_arrowheads_count() -> None:
    head = Curve(((40.0, 85.0), (50.0, 88.0), (50.0, 82.0)), closed=True)
    assert title(PlacedEdge((Curve(((120.0, 200.0), (120.0, 150.0))),), (head,))).x0 > 50


def test_lines_outside_the_group_do_not_count() -> None:
    assert title(way((-50.0, 90.0), (-5.0, 90.0))) == TITLE


def test_titles_of_many_groups_take_work_in_proportion() -> None:
    def work(size: int) -> Callable[[], object]:
        layout = laid_out(graph_of(chained(size), direction="LR"))
        return lambda: clear_titles(layout)

    assert growth(work) < ROUGHLY


def test_a_title_that_many_edges_cross_takes_work_in_proportion() -> None:
    def work(size: int) -> Callable[[], object]:
        crossing = {key: way((5.0 * key, -60), (5.0 * key, 60)) for key in range(size)}
        group = PlacedGroup(Box(-10, -50, 5.0 * size, 50).outline(), Box(0, 30, 40, 40))
        return lambda: clear_titles(Layout(Box(-10, -60, 5.0 * size, 60), {}, crossing, {"g": group}))

    assert growth(work, 100) < ROUGHLY


FAN = "node a\n{nodes}\n{lines}"
IN = "group g: G\n   node x\n   node y\n{nodes}\n{lines}"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (FAN, "a -> n{0}"),
        (FAN, "n{0} -> a: label {0}"),
        (IN, "n{0} -> g"),
        ("node a\nnode b\n{lines}", "a -> b: label {0}"),
    ],
    ids=["from one node", "labelled, to one node", "into one group", "labelled, between two nodes"],
)
def test_edges_as_long_as_their_number_take_work_in_proportion(
    text: str, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain_paths, "_EFFORT", 0)  # it has a bound

    def work(size: int) -> Callable[[], object]:
        parts = {
            "nodes": "\n".join(f"node n{number}" for number in range(size)),
            "lines": "\n".join(line.format(number) for number in range(size)),
        }
        graph = graph_of(text.format(**parts), direction="LR")
        layout = laid_out(graph)
        return lambda: clear(layout, graph)

    assert growth(work, 60) < ROUGHLY


# Edges through nodes


ROW: dict[str, Corners] = {"a": (-30, -15, 30, 15), "b": (120, -15, 180, 15), "c": (270, -15, 330, 15)}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("node a\nnode b\nnode c\na -> c", 1),
        ("node a\nnode b\nnode c\na -> c\na -> c", 2),
        ("node a\nnode b\nnode c\na -> b", 0),
        ("group g\n   node a\n   node b\nnode c\ng -> c", 0),
        ("node a\ngroup g\n   node b\n   node c\na -> g", 0),
    ],
    ids=["through b", "two", "to b", "out of the group of b", "into the group of b"],
)
def test_edges_through_nodes_are_counted(text: str, count: int) -> None:
    end = 120 if "a -> b" in text else 270
    groups: dict[str, Corners] = {"g": (100, -40, 350, 40)} if "group" in text else {}
    found = Finished(text, ROW, [[(30, 0), (end, 0)]] * text.count("->"), groups=groups)
    assert count_blocked(found.layout, found.graph) == count
