"""Faults of labels and titles: which line is theirs, what strikes them, what they cover."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sphinxext.llmpipeline.geometry.primitives import Box
from sphinxext.llmpipeline.layout.clipping import clip
from sphinxext.llmpipeline.layout.drawn import Drawn
from sphinxext.llmpipeline.layout.label_faults import label_faults
from sphinxext.llmpipeline.layout.result import Layout
from sphinxext.llmpipeline.style.builtin import MODERN
from tests.finished import Corners, Finished, Way, row
from tests.layouts import clear, graph_of, laid_out

PAIR: dict[str, Corners] = {
    "a": (0, 0, 50, 30), "b": (200, 0, 250, 30), "c": (0, 60, 50, 90), "d": (200, 60, 250, 90),
}  # fmt: skip
TWO: list[Way] = [[(50, 15), (200, 15)], [(50, 75), (200, 75)]]


def faults(finished: Finished) -> list[tuple[str | int, ...]]:
    return [(fault.kind, *fault.parts) for fault in label_faults(finished.drawn)]


def two_labels(one: tuple[float, float], other: tuple[float, float]) -> Finished:
    return Finished("a -> b: x\nc -> d: y", PAIR, TWO, {0: one, 1: other})


@pytest.mark.parametrize(
    ("one", "found"),
    [
        ((125, 22), []),
        ((125, 30), [("far-label", 0)]),
        ((125, 55), [("far-label", 0), ("strange-label", 0, 1)]),
        ((125, 75), [("far-label", 0), ("strange-label", 0, 1), ("struck-label", 1, 0)]),
        ((32, 25), [("overlap", "a", 0)]),
        ((125, 15), [("struck-label", 0, 0)]),
    ],
)
def test_places_of_a_label(one: tuple[float, float], found: list[tuple[str | int, ...]]) -> None:
    assert faults(two_labels(one, (175, 82))) == found


@pytest.mark.parametrize(
    ("other", "y", "found"),
    [
        ((125, 84), 65.2, []),  # beside its own line, below it
        ((125, 84), 66, [("doubtful-label", 0, 1)]),  # but as near to the label of the other one
        ((180, 66), 66, [("doubtful-label", 0, 1), ("doubtful-label", 1, 0)]),  # also between the two
        (None, 65.2, [("doubtful-label", 0, 1)]),
    ],
)
def test_a_label_between_two_lines_is_doubtful_unless_the_other_one_has_its_own(
    other: tuple[float, float] | None, y: float, found: list[tuple[str | int, ...]]
) -> None:
    lines: list[Way] = [[(50, 55), (200, 55)], [(50, 77), (200, 77)]]
    text = "a -> b: x\nc -> d: y" if other else "a -> b: x\nc -> d"
    nodes: dict[str, Corners] = {"a": (0, 30, 50, 60), "b": (200, 30, 250, 60)}
    nodes |= {"c": (0, 62, 50, 92), "d": (200, 62, 250, 92)}
    labels = {0: (80.0, y)} | ({1: other} if other else {})
    assert faults(Finished(text, nodes, lines, labels)) == found


@pytest.mark.parametrize(
    ("other", "found"),
    [
        ((125, 46.5), []),
        ((125, 45.5), [("crowded-label", 0, 1)]),  # below it
        ((125, 39.5), [("crowded-label", 0, 1)]),  # they just touch
        ((105, 45.5), []),  # mostly beside it
        ((172, 30), [("crowded-label", 0, 1)]),  # in a row with it
        ((174, 30), []),
        ((172, 36), []),  # not in its row
    ],
)
def test_labels_that_read_as_one_text(other: tuple[float, float], found: list[tuple[str | int, ...]]) -> None:
    assert [fault for fault in faults(two_labels((125, 30), other)) if fault[0] == "crowded-label"] == found


def test_a_label_said_twice_is_no_other_text() -> None:
    nodes: dict[str, Corners] = {"a": (0, 0, 50, 30), "b": (200, 0, 250, 30), "c": (200, 60, 250, 90)}
    lines: list[Way] = [[(50, 10), (200, 10)], [(50, 15), (100, 15), (100, 75), (200, 75)]]
    labels = {0: (150.0, 21.0), 1: (150.0, 34.0)}
    kinds = [
        {fault[0] for fault in faults(Finished(text, nodes, lines, labels))}
        for text in ("a -> b: x\na -> c: y", "a -> b, c: x")
    ]
    assert "crowded-label" in kinds[0] - kinds[1]


@pytest.mark.parametrize(("title", "found"), [((95, 58), [("crowded-label", 0, "g")]), ((95, 60), []), ((64, 58), [])])
def test_a_label_that_reads_on_the_title_around_it(title: tuple[float, float], found: list[object]) -> None:
    finished = Finished(
        "group g: T\n   a -> b: x",
        {"a": (10, 0, 60, 30), "b": (200, 0, 250, 30)},
        [[(60, 15), (200, 15)]],
        {0: (95, 43)},
        groups={"g": (0, -10, 300, 80)},
        titles={"g": title},
    )
    assert [fault for fault in faults(finished) if fault[0] == "crowded-label"] == found


@pytest.mark.parametrize(("text", "found"), [("a -> b, c: x", []), ("a -> b: x\na -> c: x", [("strange-label", 0, 1)])])
def test_any_line_of_a_fan_with_one_label_may_be_the_nearest(text: str, found: list[tuple[str | int, ...]]) -> None:
    nodes: dict[str, Corners] = {"a": (0, 0, 50, 30), "b": (200, 0, 250, 30), "c": (200, 60, 250, 90)}
    lines: list[Way] = [[(50, 10), (200, 10)], [(50, 15), (100, 15), (100, 75), (200, 75)]]
    assert faults(Finished(text, nodes, lines, {0: (75, 21), 1: (150, 81)})) == found


def test_a_line_with_a_gap_for_its_label_does_not_strike_it() -> None:
    pieces: list[Way] = [[(50, 15), (80, 15)], [(130, 15), (200, 15)]]
    whole = Finished("a -> b: x", row(50, 50, gap=150), [[(50, 15), (200, 15)]], {0: (105, 15)})
    assert faults(whole) == [("struck-label", 0, 0)]
    broken = Finished("a -> b: x", row(50, 50, gap=150), [pieces], {0: (105, 15)})
    assert faults(broken) == []


def test_the_distance_of_a_label_is_that_from_the_border_of_a_wide_line() -> None:
    wide = replace(MODERN, edges={**MODERN.edges, "flow": replace(MODERN.edges["flow"], width=12.0)})
    found = [
        faults(Finished("a -> b: x", row(50, 50, gap=150), [[(50, 15), (200, 15)]], {0: (125, 31)}, style=style))
        for style in (MODERN, wide)
    ]
    assert found == [[("far-label", 0)], []]


@pytest.mark.parametrize(("y", "found"), [(45, [("struck-label", 0, "g.r1.1")]), (33, [])])
def test_texts_of_cells_that_are_struck(y: float, found: list[tuple[str | int, ...]]) -> None:
    text = "data t\ngrid g\n   r0: 1 | 2 | 3\n   r1: 4 | 5 | 6\n   r2: 7 | 8 | 9\nt -> g.r1.2"
    cells: dict[str, Corners] = {
        f"g.r{row}.{column}": (70 + 30 * column, 60 - 30 * row, 100 + 30 * column, 90 - 30 * row)
        for row in range(3)
        for column in (1, 2, 3)
    }
    finished = Finished(
        text,
        {"t": (0, 30, 60, 60)} | cells,
        [[(60, y), (130, y)]],
        groups={"g": (100, 0, 190, 90)},
        titles={"g": (0, 200)},
    )
    nodes = {id: replace(node, label=Box.at(node.label.center, 10, 16)) for id, node in finished.layout.nodes.items()}
    drawn = Drawn(replace(finished.layout, nodes=nodes), finished.graph)
    assert [(fault.kind, *fault.parts) for fault in label_faults(drawn)] == found


def test_far_labels_weigh_more_the_farther_they_are() -> None:
    near, far, farther = (
        next(label_faults(two_labels((125, y), (175, 82)).drawn)).weight for y in (27, 31, 200)
    )  # fmt: skip
    assert 100 < near < far < farther == 200


def test_labels_on_one_another() -> None:
    nodes: dict[str, Corners] = PAIR | {"c": (0, 31, 50, 61), "d": (200, 31, 250, 61)}
    lines: list[Way] = [[(50, 15), (200, 15)], [(50, 44), (200, 44)]]
    near = Finished("a -> b: x\nc -> d: y", nodes, lines, {0: (125, 26), 1: (125, 34)})
    assert faults(near) == [("overlap", 0, 1)]
    touching = Finished("a -> b: x\nc -> d: y", nodes, lines, {0: (125, 25), 1: (125, 34)})
    assert faults(touching) == [("crowded-label", 0, 1)]
    beside = Finished("a -> b: x\nc -> d: y", nodes, lines, {0: (100, 26), 1: (141, 35)})
    assert faults(beside) == []


def test_titles_on_nodes_and_on_each_other() -> None:
    nodes: dict[str, Corners] = {"a": (20, 10, 70, 40)}
    groups: dict[str, Corners] = {"g": (0, 0, 90, 80), "h": (10, 5, 80, 60)}
    text = "group g: G\n   group h: H\n      node a"

    def found(g: tuple[float, float], h: tuple[float, float]) -> list[tuple[str | int, ...]]:
        return faults(Finished(text, nodes, groups=groups, titles={"g": g, "h": h}))

    assert found((20, 70), (20, 50)) == []
    assert found((20, 70), (30, 35)) == [("overlap", "a", "h")]
    assert found((20, 62), (20, 50)) == [("cut-label", "g", "h")]
    assert found((20, 52), (22, 50)) == [("overlap", "g", "h")]


def test_a_node_on_the_border_of_a_group_is_a_fault() -> None:
    nodes: dict[str, Corners] = {"a": (20, 10, 70, 40), "b": (60, 50, 110, 80)}
    text = "group g: G\n   node a\nnode b"
    assert faults(Finished(text, nodes, groups={"g": (0, 0, 90, 100)})) == [("overlap", "b", "g")]


def test_a_label_beside_the_slope_of_a_diamond_is_free() -> None:
    graph = graph_of("decision d: A question of some length\nnode b\nd -> b: x", direction="TB")
    layout = clip(clear(laid_out(graph), graph), graph)
    edge, box = layout.edges[0], layout.nodes["d"].box
    assert edge.label is not None

    def found(x: float, y: float) -> set[str]:
        label = edge.label and edge.label.moved(x - edge.label.center[0], y - edge.label.center[1])
        moved = type(edge)(edge.splines, edge.arrowheads, label)
        drawn = Drawn(Layout(layout.box, layout.nodes, {0: moved}, {}), graph)
        return {fault.kind for fault in label_faults(drawn)} - {"far-label"}

    assert found(box.x0 + 5, box.y0 + 5) == set()
    assert found(*box.center) == {"overlap"}


@pytest.mark.parametrize(("at", "found"), [((85, 24), [("strange-label", 0, 1)]), ((165, 84), [])])
@pytest.mark.parametrize("text", ["a -> b: x\na -> c", "b -> a: x\nc -> a"])
def test_a_label_beside_a_stretch_that_another_line_shares_is_of_no_line(
    text: str, at: tuple[float, float], found: list[tuple[str | int, ...]]
) -> None:
    nodes: dict[str, Corners] = {"a": (0, 0, 50, 30), "b": (200, 60, 250, 90), "c": (200, 0, 250, 30)}
    lines: list[Way] = [[(50, 15), (125, 15), (125, 75), (200, 75)], [(50, 15), (200, 15)]]
    if text.startswith("b"):
        lines = [[*line][::-1] for line in lines]
    assert faults(Finished(text, nodes, lines, {0: at})) == found
