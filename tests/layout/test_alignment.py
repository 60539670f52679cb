"""Alignment: each fault of position alone, in all directions, and what is left where it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from benchmarks.judge import Diagram, corpus, judged, random_diagrams
from sphinxext.llmpipeline import MODERN, parse
from sphinxext.llmpipeline.geometry.primitives import Box
from sphinxext.llmpipeline.layout import finishing
from sphinxext.llmpipeline.layout.alignment import align
from sphinxext.llmpipeline.layout.drawn import Drawn
from sphinxext.llmpipeline.layout.edge_routing import route
from sphinxext.llmpipeline.layout.graph import SIDEWAYS
from sphinxext.llmpipeline.layout.nested import lay_out
from sphinxext.llmpipeline.layout.result import Layout
from sphinxext.llmpipeline.layout.search import search
from sphinxext.llmpipeline.layout.tidiness import untidy
from sphinxext.llmpipeline.model.vocabulary import DIAGRAM_DIRECTIONS, DIRECTIONS, DiagramDirection, Direction
from tests.finished import Corners, Finished
from tests.layouts import ENGINE, graph_of, sized
from tests.steps import ROUGHLY, growth

TURNS: dict[Direction, Callable[[float, float], tuple[float, float]]] = {
    "TB": lambda x, y: (x, y),
    "BT": lambda x, y: (x, -y),
    "LR": lambda x, y: (-y, -x),
    "RL": lambda x, y: (y, -x),
}
"""Where a place of a diagram with ranks from top to bottom is in other directions."""


def turned(corners: Corners, direction: Direction) -> Corners:
    x0, y0, x1, y1 = corners
    box = Box.around([TURNS[direction](x0, y0), TURNS[direction](x1, y1)])
    return box.x0, box.y0, box.x1, box.y1


def drawn(
    text: str, nodes: dict[str, Corners], groups: dict[str, Corners] | None = None, direction: Direction = "TB"
) -> Finished:
    """Made for ranks from top to bottom, and turned; every line is far away."""
    placed = {id: turned(corners, direction) for id, corners in nodes.items()}
    around = {id: turned(corners, direction) for id, corners in (groups or {}).items()}
    return Finished(text, placed, [[(-900, -900), (-901, -901)]] * 9, groups=around, direction=direction)


def faults(layout: Layout, finished: Finished) -> Counter[str]:
    """The faults, but for the order: what is on the left in one direction is above in others."""
    kinds = Counter(str(fault.kind) for fault in untidy(Drawn(layout, finished.graph)))
    del kinds["out-of-order"]
    return kinds


def moves(layout: Layout, finished: Finished) -> dict[str, tuple[float, float]]:
    """How far the lower left corner of each part that has moved has."""
    found = {}
    for id in (*layout.nodes, *layout.groups):
        before, after = finished.layout.box_of(id), layout.box_of(id)
        if before != after:
            found[id] = after.x0 - before.x0, after.y0 - before.y0
    return found


PAIR = {"a": (0.0, 100.0, 60.0, 130.0), "b": (5.0, 10.0, 75.0, 40.0)}
TWO_GROUPS = "group g: G\n   node a\n   node b\ngroup h: H\n   node c\n   node d\ng -> h"
MEMBERS = {
    "a": (12.0, 112.0, 62.0, 142.0),
    "b": (92.0, 112.0, 142.0, 142.0),
    "c": (52.0, 12.0, 102.0, 42.0),
    "d": (132.0, 12.0, 182.0, 42.0),
}
STACKED = {"g": (0.0, 100.0, 154.0, 170.0), "h": (40.0, 0.0, 194.0, 70.0)}


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(
    ("fault", "text", "nodes", "groups"),
    [
        ("crooked-spine", "a -> b", PAIR, {}),
        ("off-axis-groups", TWO_GROUPS, MEMBERS, STACKED),
        ("tight-gap", "a\nb", {"a": (0, 0, 50, 30), "b": (60, 0, 110, 30)}, {}),
        ("tight-gap", "a -> b", {"a": (0, 40, 50, 70), "b": (0, 0, 50, 30)}, {}),
        (
            "uneven-groups",
            "group g: G\n   node a\ngroup h: H\n   node c",
            {"a": (12, 12, 62, 42), "c": (122, 12, 172, 42)},
            {"g": (0, 0, 74, 74), "h": (110, 10, 184, 69)},
        ),
    ],
)
def test_fault_vanishes(
    fault: str, text: str, nodes: dict[str, Corners], groups: dict[str, Corners], direction: Direction
) -> None:
    finished = drawn(text, nodes, groups, direction)
    assert faults(finished.layout, finished) == {fault: 1}
    assert faults(align(finished.layout, finished.graph), finished) == {}


ROW = {"s": (40.0, 110.0, 90.0, 140.0), "a": (0.0, 20.0, 50.0, 50.0), "b": (80.0, 10.0, 130.0, 60.0)}


@pytest.mark.parametrize("text", ["s -> a, b", "s\na\nb\nalign a, b", "group g: G\n   node a\n   node b\ns"])
@pytest.mark.parametrize("direction", ["TB", "BT"])
def test_siblings_begin_at_one_height(text: str, direction: Direction) -> None:
    groups: dict[str, Corners] = {"g": (-12, -2, 142, 72)} if "group" in text else {}
    finished = drawn(text, ROW, groups, direction)
    aligned = align(finished.layout, finished.graph)
    upwards = 10 if direction == "TB" else -10
    assert moves(aligned, finished) == {"a": (0, upwards)}


def test_a_short_sibling_is_at_the_top_however_high_the_other_is() -> None:
    high = ROW | {"b": (80.0, -60.0, 130.0, 60.0), "a": (0.0, -15.0, 50.0, 15.0)}
    finished = drawn("s -> a, b", high)
    assert moves(align(finished.layout, finished.graph), finished) == {"a": (0, 45)}


@pytest.mark.parametrize("direction", ["LR", "RL"])
def test_columns_stay_centred(direction: Direction) -> None:
    finished = drawn("s -> a, b", ROW, direction=direction)
    assert align(finished.layout, finished.graph) is finished.layout


@pytest.mark.parametrize("direction", ["TB", "BT"])
def test_joined_nodes_of_a_rank_stay_centred(direction: Direction) -> None:
    finished = drawn("s\na\nb\na -> b\nalign a, b", ROW, direction=direction)
    assert align(finished.layout, finished.graph) is finished.layout
    assert faults(finished.layout, finished) == {}


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_nothing_moves_where_nothing_is_wrong(direction: Direction) -> None:
    straight = PAIR | {"b": (0.0, 10.0, 60.0, 40.0)}
    finished = drawn("a -> b\na -> b", straight, direction=direction)
    assert align(finished.layout, finished.graph) is finished.layout


def test_a_straight_part_of_a_chain_moves_as_one() -> None:
    """The last node has no room beside it."""
    nodes = PAIR | {"b": (0.0, 10.0, 60.0, 40.0), "c": (0.0, -80.0, 90.0, -50.0)}
    nodes |= {"x": (-60.0, -80.0, -24.0, -50.0), "y": (114.0, -80.0, 150.0, -50.0)}
    finished = drawn("a\nb\nc\nx\ny\na -> b -> c", nodes)
    assert moves(align(finished.layout, finished.graph), finished) == {"a": (15, 0), "b": (15, 0)}


def test_both_ends_of_a_link_move_if_neither_has_room_for_all() -> None:
    nodes = {
        "a": (0.0, 100.0, 60.0, 130.0),
        "p": (92.0, 100.0, 152.0, 130.0),
        "q": (-48.0, 10.0, -18.0, 40.0),
        "b": (12.0, 10.0, 72.0, 40.0),
    }
    finished = drawn("a\nb\np\nq\na -> b", nodes)
    gap = finished.style.node_gap
    aligned = align(finished.layout, finished.graph)
    a, b = aligned.nodes["a"].box, aligned.nodes["b"].box
    assert a.center[0] == pytest.approx(b.center[0])
    assert aligned.nodes["p"].box.x0 - a.x1 > gap - 1
    assert b.x0 - aligned.nodes["q"].box.x1 > gap - 1


def fan(*starts: float, hub: float = 100.0) -> tuple[Layout, Finished]:
    """A row of nodes 40 points wide, below one that they follow, with a wide one in a rank above that gives room."""
    ids = "bcde"[: len(starts)]
    nodes: dict[str, Corners] = {"a": (hub - 20, 60.0, hub + 20, 90.0), "wide": (-200.0, 120.0, 400.0, 150.0)}
    nodes |= {id: (start, 0.0, start + 40, 30.0) for id, start in zip(ids, starts, strict=True)}
    declared = "\n".join(nodes)
    finished = drawn(f"{declared}\na -> {', '.join(ids)}", nodes)
    return align(finished.layout, finished.graph), finished


@pytest.mark.parametrize(
    ("starts", "by"),
    [
        ((0, 70, 140), 10),  # the middle one of an odd number
        ((20, 90), 25),  # the middle of two
        ((0, 70, 140, 210), -25),
        ((10, 80, 150), 0),  # in line
        ((0, 80, 170), 0),
        ((80, 160), 0),  # the first one is
        ((120, 190, 260), 0),  # all at one side
    ],
)
def test_a_row_gets_the_axis_of_the_node_that_it_follows(starts: tuple[float, ...], by: float) -> None:
    aligned, finished = fan(*starts)
    assert moves(aligned, finished) == (dict.fromkeys("bcde"[: len(starts)], (by, 0)) if by else {})


@pytest.mark.parametrize(
    ("more", "off"),
    [
        ("", {"d": 0}),
        ("\nd -> f", {"d": 0, "f": 0}),  # the chain comes along
        ("\na -> d", {"d": 0}),  # a skip
        ("\nf -> d", {"d": -20}),  # it follows another one, too
        ("\nc -> e", {"d": -20}),  # one of the row leads elsewhere, too
    ],
)
def test_what_follows_a_whole_row_has_the_axis_of_the_node_before_it(more: str, off: dict[str, float]) -> None:
    nodes: dict[str, Corners] = {
        "a": (60, 150, 120, 180), "b": (20, 75, 80, 105), "c": (100, 75, 160, 105), "d": (40, 0, 100, 30),
        "e": (240, 0, 300, 30), "f": (40, -75, 100, -45),
    }  # fmt: skip
    finished = drawn(f"a\nb\nc\nd\ne\nf\na -> b, c -> d{more}", nodes)
    aligned = align(finished.layout, finished.graph)
    assert {id: aligned.box_of(id).center[0] - aligned.box_of("a").center[0] for id in off} == off


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_row_has_one_trunk_in_the_middle_of_its_hub(direction: Direction) -> None:
    """Beside a store and a line that runs back."""
    lines = [
        "p\ne\nx: Apply patch\nl: Lint\nt: Unit tests\nk: Type check of all\ng\ny\nb\nstore trace: Trajectory store",
        "p -> e -> x -> l, t, k -> g\np, e ..> trace\ng -> y: yes\ng -> b: no\nb --> e: log",
    ]
    layout = search(graph_of(parse("\n".join(lines), direction=direction), MODERN), ENGINE, 700.0).layout
    across = 1 if direction in SIDEWAYS else 0
    assert layout.box_of("t").center[across] == pytest.approx(layout.box_of("x").center[across], abs=1)


@pytest.mark.parametrize(
    "beside",
    [
        {"x": (-44.0, 10.0, -20.0, 40.0), "y": (84.0, 100.0, 110.0, 130.0)},
        {"x": (-44.0, 10.0, -20.0, 40.0), "y": (85.0, 110.0, 110.0, 120.0)},
    ],
)
def test_neighbours_keep_their_gaps(beside: dict[str, Corners]) -> None:
    """Both ends stand between others: nothing is free, and the link stays crooked."""
    gap = 24.0
    nodes = {"a": (0.0, 100.0, 60.0, 130.0), "b": (4.0, 10.0, 64.0, 40.0)} | beside
    finished = drawn("a\nb\nx\ny\na -> b", nodes)
    assert finished.style.node_gap == gap
    nodes["y"] = (60 + gap, *nodes["y"][1:])
    nodes["x"] = (*nodes["x"][:2], 4 - gap, nodes["x"][3])
    tight = drawn("a\nb\nx\ny\na -> b", nodes)
    assert align(tight.layout, tight.graph) is tight.layout


def test_what_is_on_another_part_stays_there() -> None:
    text = f"{TWO_GROUPS}\na -> c"
    groups = STACKED | {"h": (40.0, 0.0, 194.0, 110.0)}
    assert moves(align((on := drawn(text, MEMBERS, groups)).layout, on.graph), on) == {}
    apart = drawn(text, MEMBERS, STACKED)
    assert moves(align(apart.layout, apart.graph), apart) != {}


def test_members_stay_inside_their_group() -> None:
    """A border grows, if there is room around it; it has a margin to its members."""
    nodes = {"a": (0.0, 100.0, 60.0, 130.0), "b": (10.0, 10.0, 70.0, 40.0), "c": (-300.0, -300.0, -280.0, -280.0)}
    finished = drawn("a\nc\ngroup g: G\n   node b\na -> b", nodes, {"g": (-2.0, -2.0, 82.0, 60.0)})
    aligned = align(finished.layout, finished.graph)
    group, a, b = aligned.groups["g"].box, aligned.nodes["a"].box, aligned.nodes["b"].box
    assert a.center[0] == b.center[0]
    assert b.x0 - group.x0 >= 12
    assert group.x1 - b.x1 >= 12


def test_groups_move_as_they_are_with_their_titles() -> None:
    finished = drawn(TWO_GROUPS.replace("g -> h", "a -> b\ng -> h"), MEMBERS, STACKED)
    aligned, before = align(finished.layout, finished.graph), finished.layout
    assert moves(aligned, finished) == dict.fromkeys("gab", (40, 0))
    assert aligned.groups["g"].label == before.groups["g"].label.moved(40, 0)


def test_a_chain_of_groups_with_other_edges_stays_where_its_lines_are() -> None:
    nodes = MEMBERS | {"e": (400.0, 12.0, 450.0, 42.0), "f": (400.0, 72.0, 450.0, 102.0)}
    free = drawn(TWO_GROUPS + "\ne\nf", nodes, STACKED)
    looped = drawn(TWO_GROUPS + "\nd --> b\ne\nf", nodes, STACKED)
    half_tied = drawn(TWO_GROUPS + "\ne\nf\nd -> e, f", nodes, STACKED)
    tied = drawn(TWO_GROUPS + "\ne\nf\nd -> e, f\ne, f -> b", nodes, STACKED)
    for one in (free, looped):  # feedback is routed anew
        assert "g" in moves(align(one.layout, one.graph), one)
    assert moves(align(half_tied.layout, half_tied.graph), half_tied).keys() == {"g", "a", "b"}
    assert align(tied.layout, tied.graph) is tied.layout


def test_groups_have_one_side_if_an_axis_is_not_free() -> None:
    """Beside the wide group is no room to centre it."""
    nodes = {
        "a": (12.0, 112.0, 62.0, 142.0),
        "c": (52.0, 12.0, 182.0, 42.0),
        "x": (-130.0, 20.0, -20.0, 40.0),
        "y": (94.0, 110.0, 154.0, 140.0),
    }
    groups = {"g": (0.0, 100.0, 74.0, 170.0), "h": (40.0, 0.0, 194.0, 70.0)}
    finished = drawn("group g: G\n   node a\ngroup h: H\n   node c\ng -> h\nx\ny", nodes, groups)
    aligned = align(finished.layout, finished.graph)
    assert aligned.groups["g"].box.x0 == aligned.groups["h"].box.x0 == 0
    assert "x" not in moves(aligned, finished)


def test_borders_grow_and_members_stay() -> None:
    nodes = {"a": (12.0, 12.0, 62.0, 42.0), "c": (122.0, 12.0, 172.0, 42.0)}
    groups = {"g": (0.0, 0.0, 74.0, 74.0), "h": (110.0, 8.0, 184.0, 66.0)}
    finished = drawn("group g: G\n   node a\ngroup h: H\n   node c", nodes, groups)
    aligned = align(finished.layout, finished.graph)
    assert aligned.nodes == finished.layout.nodes
    assert aligned.groups["h"].box == Box(110.0, 0.0, 184.0, 74.0)
    assert aligned.groups["h"].label == finished.layout.groups["h"].label.moved(0, 8)


def test_room_opens_across_the_whole_diagram() -> None:
    """All that is beyond a tight gap moves on, and what is in line stays so."""
    nodes = {
        "a": (0.0, 100.0, 50.0, 130.0),
        "b": (60.0, 100.0, 110.0, 130.0),
        "c": (60.0, 10.0, 110.0, 40.0),
        "d": (150.0, 10.0, 200.0, 40.0),
    }
    finished = drawn("a\nb\nc\nd\nb -> c", nodes)
    by = finished.style.node_gap - 10
    assert moves(align(finished.layout, finished.graph), finished) == dict.fromkeys("bcd", (by, 0))


def test_the_same_again_changes_nothing() -> None:
    for finished in (drawn("a -> b", PAIR), drawn(TWO_GROUPS, MEMBERS, STACKED), drawn("s -> a, b", ROW)):
        once = align(finished.layout, finished.graph)
        assert once == align(finished.layout, finished.graph)
        assert align(once, finished.graph) is once


def test_groups_with_a_direction_of_their_own() -> None:
    """Their members are aligned by that direction, in a diagram whose ranks run down."""
    nodes = {"a": (12.0, 12.0, 62.0, 42.0), "b": (112.0, 16.0, 162.0, 46.0)}
    finished = drawn("group g: G\n   :direction: LR\n   a -> b", nodes, {"g": (0.0, 0.0, 174.0, 80.0)})
    assert faults(finished.layout, finished) == {"crooked-spine": 1}
    assert faults(align(finished.layout, finished.graph), finished) == {}


def test_work_grows_with_the_size() -> None:
    def work(size: int) -> Callable[[], object]:
        rows = range(size)
        text = "\n".join(f"a{row} -> b{row}" for row in rows)
        nodes: dict[str, Corners] = {}
        for row in rows:
            nodes[f"a{row}"] = (100.0 * row, 100.0, 100.0 * row + 50, 130.0)
            nodes[f"b{row}"] = (100.0 * row + 8, 10.0, 100.0 * row + 58, 40.0)
        lines = [[(100.0 * row + 25, 100.0), (100.0 * row + 33, 40.0)] for row in rows]
        finished = Finished(text, nodes, lines, direction="TB")
        layout, graph = finished.layout, finished.graph
        return lambda: align(layout, graph)

    assert growth(work) < ROUGHLY


@pytest.mark.parametrize("rise", [0.0, 5.0])
def test_work_on_a_wide_row_grows_with_its_width(rise: float) -> None:
    """Lines from one node to all of a row, so that most run close above most of it: not all are looked at."""

    def work(size: int) -> Callable[[], object]:
        row = range(size)
        tops = [30.0 - rise * (at % 2) for at in row]
        nodes: dict[str, Corners] = {f"n{at}": (80.0 * at, tops[at] - 30, 80.0 * at + 50, tops[at]) for at in row}
        hub = {"h": (0.0, 90.0, 50.0, 120.0)}
        lines = [[(25.0, 90.0), (80.0 * at + 20, 35.0), (80.0 * at + 25, tops[at])] for at in row]
        text = "\n".join(f"h -> n{at}" for at in row) + "\nalign " + ", ".join(f"n{at}" for at in row)
        finished = Finished(text, hub | nodes, lines, direction="TB")
        layout, graph = finished.layout, finished.graph
        return lambda: align(layout, graph)

    assert growth(work, size=200) < ROUGHLY


def test_work_on_one_long_chain_grows_with_its_length() -> None:
    """Each node is off the axis of the one before, so that ever longer parts of the chain move.

    The shorter part does, so that a node moves as often as the logarithm of the length says.
    """

    def work(size: int) -> Callable[[], object]:
        rows = range(size)
        text = " -> ".join(f"n{row}" for row in rows)
        nodes = {f"n{row}": (3.0 * (row % 2), -80.0 * row, 3.0 * (row % 2) + 50, 30 - 80.0 * row) for row in rows}
        lines = [[(26.0, -80.0 * row), (26.0, -80.0 * row - 50)] for row in rows]
        finished = Finished(text, nodes, lines, direction="TB")
        layout, graph = finished.layout, finished.graph
        return lambda: align(layout, graph)

    assert growth(work, size=50) < 1.2 * ROUGHLY


def counts(diagrams: list[Diagram]) -> list[int]:
    """The numbers of faults of each class."""
    verdicts = [judged(diagram) for diagram in diagrams]
    return [sum(verdict.count(of_class) for verdict in verdicts) for of_class in (1, 2, 3)]


@pytest.mark.parametrize("direction", DIAGRAM_DIRECTIONS)
def test_real_diagrams_get_tidier_and_no_worse(direction: DiagramDirection, monkeypatch: pytest.MonkeyPatch) -> None:
    # In 040, a tangle of 36 edges, lines have no free ways, and chance decides.
    diagrams = [diagram for diagram in corpus(direction) if diagram.name != "040"]
    aligned = counts(diagrams)
    monkeypatch.setattr(finishing, "align", lambda layout, _: layout)
    before = counts(diagrams)
    assert aligned[0] <= before[0]
    assert aligned[1] <= before[1]
    assert aligned[2] < 0.8 * before[2]


def test_random_diagrams_get_tidier() -> None:
    """No order is turned round."""
    found, after = Counter[str](), Counter[str]()
    for diagram in random_diagrams(8, seed=3):
        graph = sized(replace(diagram.pipeline, direction="TB"))
        layout = lay_out(graph, ENGINE).layout
        found.update(fault.kind for fault in untidy(Drawn(route(layout, graph), graph)))
        after.update(fault.kind for fault in untidy(Drawn(route(align(layout, graph), graph), graph)))
    assert all(after[kind] <= found[kind] for kind in found)
    assert after.total() < 0.8 * found.total()


def test_nodes_at_which_lines_end_at_one_point_meet_exactly() -> None:
    text = "decision ok: Good enough?\nio out: Result\nok -> out: yes"
    graph = graph_of(parse(text, direction="LR"), MODERN)
    layout = align(lay_out(graph, ENGINE).layout, graph)
    aligned = align(replace(layout, nodes=layout.nodes | {"out": layout.nodes["out"].moved(0.0, 0.4)}), graph)
    assert aligned.box_of("ok").center[1] == pytest.approx(aligned.box_of("out").center[1], abs=1e-6)
