"""Tidiness: which edges are a spine, which nodes a row, and what order the text promises."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sphinxext.llmpipeline.layout.drawn import Drawn
from sphinxext.llmpipeline.layout.tidiness import untidy
from sphinxext.llmpipeline.model.vocabulary import Direction
from tests.finished import Corners, Finished

BENT: dict[str, Corners] = {"a": (0, 0, 50, 30), "b": (80, 10, 130, 40), "c": (160, 0, 210, 30)}
"""A chain with its middle out of line."""


def faults(finished: Finished) -> list[tuple[str | int, ...]]:
    return [(fault.kind, *fault.parts) for fault in untidy(finished.drawn)]


def drawn(
    text: str,
    nodes: dict[str, Corners],
    groups: dict[str, Corners] | None = None,
    direction: Direction = "LR",
) -> Finished:
    """Lines do not matter here."""
    return Finished(text, nodes, [[(0, 0), (1, 1)]] * 9, groups=groups or {}, direction=direction)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a -> b\nb -> c", [("a", "b"), ("b", "c")]),
        ("a -> b\nb -> c\na -> c", [("a", "b"), ("b", "c")]),  # a skip
        ("a -> b\nb -> c\nc -> a", [("a", "b"), ("b", "c")]),  # back again
        ("a -> b\nb -> c\nc --> b", [("a", "b"), ("b", "c")]),
        ("a -> b\nb -> c\nb -> b", [("a", "b"), ("b", "c")]),  # a loop
        ("a -> b\na -> c", []),  # a fork
        ("a -> c\nb -> c", []),
        ("a --> b", []),  # feedback alone
    ],
)
def test_links_of_chains(text: str, found: list[tuple[str, str]]) -> None:
    spines = [fault for fault in faults(drawn(text, BENT)) if fault[0] == "crooked-spine"]
    assert spines == [("crooked-spine", *pair) for pair in found]


def test_a_node_and_a_group_of_a_stack_have_one_axis() -> None:
    text = "stack s: S\n   node a\n   group g: G\n      node b\nnode c"
    nodes: dict[str, Corners] = {"a": (20, 60, 70, 90), "b": (30, 0, 80, 30), "c": (130, 30, 180, 60)}
    groups: dict[str, Corners] = {"s": (0, -20, 120, 120), "g": (15, -10, 95, 40)}
    assert ("crooked-spine", "a", "g") in faults(drawn(text, nodes, groups))
    assert ("crooked-spine", "a", "g") not in faults(drawn(text, nodes | {"a": (30, 60, 80, 90)}, groups))


def test_a_skip_beside_a_node_with_many_edges_is_found() -> None:
    deep = "a -> b\na -> c\n" + "\n".join(f"b -> x{number}" for number in range(60)) + "\nx0 -> c"
    nodes = BENT | {f"x{number}": (400.0, 60.0 * number, 450.0, 60.0 * number + 30) for number in range(60)}
    assert ("crooked-spine", "a", "b") in faults(Finished(deep, nodes, [[(0, 0), (1, 1)]] * 63))


def test_a_pipeline_without_lines_of_its_source_promises_nothing_by_statements() -> None:
    finished = drawn("a -> b, c", A | column("c", "b"))
    assert ("out-of-order", "b", "c") in faults(finished)
    unknown = tuple(replace(edge, line=0) for edge in finished.graph.pipeline.edges)
    graph = replace(finished.graph, pipeline=replace(finished.graph.pipeline, edges=unknown))
    assert list(untidy(Drawn(finished.layout, graph))) == []


def test_a_chain_in_a_group_follows_the_direction_of_the_group() -> None:
    text = "group g: G\n   :direction: TB\n   node a\n   node b\n   a -> b\nnode c"
    nodes: dict[str, Corners] = {"a": (20, 60, 70, 90), "b": (30, 0, 80, 30), "c": (130, 30, 180, 60)}
    groups: dict[str, Corners] = {"g": (0, -20, 100, 120)}
    assert ("crooked-spine", "a", "b") in faults(drawn(text, nodes, groups))
    straight = nodes | {"b": (20, 0, 70, 30)}
    assert faults(drawn(text, straight, groups)) == []


def column(*order: str) -> dict[str, Corners]:
    """Nodes from top to bottom."""
    return {name: (100, -54.0 * at, 150, 30 - 54.0 * at) for at, name in enumerate(order)}


A: dict[str, Corners] = {"a": (0, -54, 50, -24)}


@pytest.mark.parametrize(
    ("text", "order", "found"),
    [
        ("a -> b, c, d", "bcd", []),
        ("a -> b, c, d", "bdc", [("c", "d")]),
        ("a -> b, c, d", "dcb", [("b", "c"), ("c", "d")]),
        ("a -> b\na -> c\na -> d", "dcb", []),  # three statements
        ("a -> b\na -> c\na -> d\nalign b, c, d", "cbd", [("b", "c")]),
        ("a -> b, c, d\nalign b, c, d", "cbd", [("b", "c")]),  # promised twice, and counted once
    ],
)
def test_orders_of_a_rank(text: str, order: str, found: list[tuple[str, str]]) -> None:
    assert faults(drawn(text, A | column(*order))) == [("out-of-order", *pair) for pair in found]


def members(direction: str, *order: str, beside: bool) -> Finished:
    """Unjoined members of a group, from left to right or from top to bottom."""
    own = f"   :direction: {direction}\n" if direction else ""
    text = f"group g: G\n{own}   node a\n   node b\n   node c"
    nodes: dict[str, Corners] = {}
    for at, name in enumerate(order):
        x, y = (76.0 * at, 0.0) if beside else (0.0, -56.0 * at)
        nodes[name] = (x, y, x + 50, y + 30)
    return Finished(text, nodes, groups={"g": (-10, -200, 300, 60)})


@pytest.mark.parametrize(
    ("direction", "order", "beside", "found"),
    [
        ("", "abc", True, 0),
        ("", "abc", False, 0),
        ("", "acb", False, 1),
        ("TB", "cba", False, 2),
        ("BT", "abc", False, 0),
        ("BT", "cba", False, 2),
        ("RL", "abc", True, 0),
        ("RL", "cba", True, 2),
    ],
)
def test_unjoined_members_stand_in_the_order_of_the_text(direction: str, order: str, beside: bool, found: int) -> None:
    assert [fault[0] for fault in faults(members(direction, *order, beside=beside))] == ["out-of-order"] * found


def test_siblings_of_two_groups_need_not_stand_in_a_row() -> None:
    nodes: dict[str, Corners] = {"a": (0, 0, 50, 30), "b": (110, 20, 160, 50), "c": (220, -60, 270, -30)}
    groups: dict[str, Corners] = {"g": (90, 0, 180, 70)}
    text = "group g: G\n   node b\nnode a\nnode c\na -> b, c"
    assert "out-of-row" not in [fault[0] for fault in faults(drawn(text, nodes, groups))]


def test_all_of_one_rank_are_to_be_aligned() -> None:
    nodes: dict[str, Corners] = {"a": (0, 0, 50, 30), "b": (80, -54, 130, -24), "c": (0, -108, 50, -78)}
    assert faults(drawn("node a\nnode b\nnode c\nalign a, b, c", nodes)) == [("out-of-row", "b")]


def test_columns_have_a_common_axis_or_edge() -> None:
    def found(second: Corners) -> list[tuple[str | int, ...]]:
        nodes: dict[str, Corners] = {"a": (-120, -27, -70, 3), "b": (0, 0, 50, 30), "c": second}
        return faults(Finished("a -> b, c", nodes, [[(-70, -10), (0, 15)], [(-70, -10), (0, -39)]]))

    assert found((0, -54, 90, -24)) == []  # left edges
    assert found((-15, -54, 65, -24)) == []  # axes
    assert found((4, -54, 90, -24)) == [("uneven-row", "b", "c")]


def test_rows_that_rise_are_even_at_the_bottom_or_the_top() -> None:
    nodes: dict[str, Corners] = {"a": (37, -60, 87, -30), "b": (0, 0, 50, 30), "c": (74, 0, 124, 34)}
    lines = [[(50, -30), (25, 0)], [(75, -30), (99, 0)]]
    assert faults(Finished("a -> b, c", nodes, lines, direction="BT")) == []


def test_the_gaps_along_and_across_the_flow() -> None:
    def found(x: float, y: float, direction: Direction) -> list[tuple[str | int, ...]]:
        nodes: dict[str, Corners] = {"a": (0, 0, 50, 30), "b": (x, y, x + 50, y + 30)}
        return faults(drawn("node a\nnode b", nodes, direction=direction))

    tight = [("tight-gap", "a", "b")]
    assert found(74.5, 0, "LR") == tight  # ranks have 26
    assert found(74.5, 0, "TB") == []  # nodes of one rank have 24
    assert found(0, -54.5, "LR") == []
    assert found(0, -54.5, "TB") == tight
    assert found(70, 50, "LR") == []  # at a slant


def test_groups_may_be_nearer_than_nodes() -> None:
    def found(x: float) -> list[tuple[str | int, ...]]:
        nodes: dict[str, Corners] = {"a": (20, 20, 70, 50), "b": (x, 0, x + 50, 80)}
        return faults(drawn("group g: G\n   node a\nnode b", nodes, {"g": (0, 0, 90, 80)}))

    assert found(109) == []
    assert found(108.5) == [("tight-gap", "g", "b")]


def test_chained_groups_that_differ_by_little_are_uneven() -> None:
    def found(by: float, grown: float) -> list[tuple[str | int, ...]]:
        nodes: dict[str, Corners] = {"a": (20, 15, 70, 45), "b": (150, 15, 200, 45)}
        groups: dict[str, Corners] = {"g": (0, 0, 90, 70), "h": (130, by - grown, 220, 70 + by)}
        return faults(drawn("group g: G\n   node a\ngroup h: H\n   node b\na -> b", nodes, groups))

    assert found(0, 30) == []
    assert found(10, 0) == [("uneven-groups", "g", "h")]
    assert found(10, 20) == []  # one axis
    assert found(30, 0) == [("off-axis-groups", "g", "h")]


@pytest.mark.parametrize(("x", "expected"), [(130, []), (-130, [("out-of-order", "g", "h")])])
def test_chained_groups_beside_each_other_stand_in_the_order_of_the_text(
    x: float, expected: list[tuple[str | int, ...]]
) -> None:
    nodes: dict[str, Corners] = {"a": (20, 115, 70, 145), "b": (x + 20, 15, x + 70, 45)}
    groups: dict[str, Corners] = {"g": (0, 30, 90, 170), "h": (x, 0, x + 90, 140)}
    text = "group g: G\n   node a\ngroup h: H\n   node b\na -> b"
    found = faults(drawn(text, nodes, groups, direction="TB"))
    assert [fault for fault in found if fault[0] == "out-of-order"] == expected


def test_chained_groups_in_a_rank_stand_as_it_lists_them() -> None:
    nodes: dict[str, Corners] = {"a": (150, 15, 200, 45), "b": (20, 15, 70, 45)}
    groups: dict[str, Corners] = {"g": (130, 0, 220, 70), "h": (0, 0, 90, 70)}
    text = "group g: G\n   node a\ngroup h: H\n   node b\na -> b\nalign h, g"
    assert not [fault for fault in faults(drawn(text, nodes, groups, direction="TB")) if fault[0] == "out-of-order"]


def test_chained_groups_of_one_rank_are_judged_as_neighbours() -> None:
    nodes: dict[str, Corners] = {"a": (20, 15, 70, 45), "b": (20, -100, 70, -70)}
    text = "group g: G\n   node a\ngroup h: H\n   node b\na -> b"
    aligned = drawn(text, nodes, {"g": (0, 0, 90, 70), "h": (0, -120, 100, -40)})
    assert faults(aligned) == []
    shifted = drawn(text, nodes, {"g": (0, 0, 90, 70), "h": (5, -120, 100, -40)})
    assert faults(shifted) == [("uneven-groups", "g", "h")]


def test_left_edges_of_groups_below_each_other() -> None:
    def found(x: float) -> list[tuple[str | int, ...]]:
        nodes: dict[str, Corners] = {"a": (20, 15, 70, 45), "b": (20 + x, -100, 70 + x, -70)}
        groups: dict[str, Corners] = {"g": (0, 0, 90, 70), "h": (x, -120, 100 + x, -40)}
        return faults(drawn("group g: G\n   node a\ngroup h: H\n   node b", nodes, groups, "TB"))

    assert found(0) == []
    assert found(5) == [("uneven-groups", "g", "h")]
    assert found(40) == []
