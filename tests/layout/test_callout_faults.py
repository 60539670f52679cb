"""Faults of callouts: on something else, next to another node, led through something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from sphinxext.llmpipeline.layout.callout_faults import callout_faults
from sphinxext.llmpipeline.layout.drawn import Drawn
from sphinxext.llmpipeline.layout.result import PlacedNode
from tests.finished import Corners, Finished, Way, row

NOTE: Corners = (0.0, 44.0, 60.0, 64.0)
LEADER: Way = [(25.0, 44.0), (25.0, 30.0)]


def faults(finished: Finished) -> list[tuple[str | int, ...]]:
    return [(fault.kind, *fault.parts) for fault in callout_faults(finished.drawn)]


def noted(box: Corners, leader: Way, text: str = "a -> b", further: Sequence[tuple[Corners, Way]] = ()) -> Finished:
    """Two nodes beside each other, the first with a note."""
    notes = "\nnote of a: x" * (1 + len(further))
    return Finished(f"{text}{notes}", row(50, 50), [[(50, 15), (80, 15)]], callouts=[(box, leader), *further])


@pytest.mark.parametrize(
    ("finished", "found"),
    [
        (noted(NOTE, LEADER), []),
        (noted((0, 25, 60, 45), [(25, 30), (25, 30.5)]), [("overlap", "a", "note of a")]),
        (
            noted((70, 40, 130, 60), [(70, 50), (25, 50), (25, 30)]),
            [("strange-callout", "note of a", "b")],
        ),
        (noted((20, 10, 70, 20), [(50, 15), (50.5, 15)]), [
            ("overlap", "a", "note of a"), ("struck-callout", 0, "note of a"),
        ]),
        (noted(NOTE, [(25, 44), (25, 36)]), [("loose-end", "note of a", "a")]),
        (noted((170, 20, 230, 40), [(170, 22), (50, 22)]), [("through-part", "note of a", "b")]),
        (noted(NOTE, [(60, 54), (65, 54), (65, 10), (50, 10)]), [("crossing", 0, "note of a")]),
        (noted((52, 60, 112, 80), [(52, 70), (78, 70), (78, 15.5), (50, 15.5)]), [("through-part", "note of a", 0)]),
        (noted(NOTE, LEADER, further=[((30, 50, 90, 70), [(30, 60), (30, 30)])]), [
            ("overlap", "note of a", "note of a"), ("through-part", "note of a", "note of a"),
        ]),
        (noted(NOTE, LEADER, further=[((100, 70, 160, 90), [(100, 80), (20, 80), (20, 30)])]), [
            ("through-part", "note of a", "note of a"),
        ]),
        (noted((0, 60, 60, 80), [(20, 60), (20, 30)], further=[
            ((-80, 40, -20, 60), [(-20, 50), (40, 50), (40, 30)]),
        ]), [("crossing", "note of a", "note of a")]),
    ],
)  # fmt: skip
def test_faults(finished: Finished, found: list[tuple[str | int, ...]]) -> None:
    assert faults(finished) == found


def grouped(box: Corners, leader: Way, target: str = "a") -> Finished:
    nodes: dict[str, Corners] = {"a": (20, 20, 70, 50), "b": (220, 20, 270, 50)}
    text = f"group g: G\n   node a\ngroup h: H\n   node b\nnote of {target}: x"
    groups: dict[str, Corners] = {"g": (0, 0, 150, 80), "h": (200, 0, 290, 80)}
    return Finished(text, nodes, groups=groups, callouts=[(box, leader)])


@pytest.mark.parametrize(
    ("finished", "found"),
    [
        (grouped((85, 25, 140, 45), [(85, 35), (70, 35)]), []),
        (grouped((20, 90, 80, 110), [(45, 90), (45, 50)]), []),
        (grouped((85, 25, 160, 45), [(85, 35), (70, 35)]), [("overlap", "g", "note of a")]),
        (grouped((205, 55, 260, 68), [(205, 65), (60, 65), (60, 50)]), [
            ("strange-callout", "note of a", "b"), ("overlap", "note of a"), ("overlap", "h", "note of a"),
        ]),
        (grouped((300, 65, 360, 85), [(300, 79), (60, 79), (60, 50)]), [
            ("along-border", "note of a", "g"), ("along-border", "note of a", "h"),
        ]),
        (grouped((0, 94, 60, 114), [(10, 94), (10, 50), (20, 50)]), [("through-part", "note of a")]),
        (grouped((20, 90, 80, 110), [(45, 90), (45, 80)], "g"), []),
    ],
)  # fmt: skip
def test_faults_at_groups(finished: Finished, found: list[tuple[str | int, ...]]) -> None:
    assert faults(finished) == found


@pytest.mark.parametrize(
    ("target", "y", "is_fault"),
    [("g.r1.2", 33, False), ("g.r1.2", 45, True), ("g.r0.2", 63, True), ("g.r2.2", 3, True)],
    ids=["beside a text", "through a text", "to an upper cell", "to a lower cell"],
)
def test_leaders_to_inner_cells_pass_beside_the_texts_of_others(target: str, y: float, is_fault: bool) -> None:
    text = f"grid g\n   r0: 1 | 2 | 3\n   r1: 4 | 5 | 6\n   r2: 7 | 8 | 9\nnote of {target}: x"
    nodes: dict[str, Corners] = {
        f"g.r{row}.{column}": (60 * column - 60, 60 - 30 * row, 60 * column, 90 - 30 * row)
        for row in range(3)
        for column in (1, 2, 3)
    }
    leader: Way = [(-20, y), (60, y)]
    groups: dict[str, Corners] = {"g": (0, 0, 180, 90)}
    finished = Finished(text, nodes, groups=groups, titles={"g": (0, 200)}, callouts=[((-80, 0, -20, 90), leader)])
    cells = {id: PlacedNode(node.outline, node.box.grown(-8)) for id, node in finished.layout.nodes.items()}
    drawn = Drawn(replace(finished.layout, nodes=cells), finished.graph)
    found = [(fault.kind, *fault.parts) for fault in callout_faults(drawn)]
    assert found == ([("through-part", f"note of {target}", target.removesuffix("2") + "1")] if is_fault else [])
