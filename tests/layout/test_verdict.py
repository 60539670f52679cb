"""A verdict adds up faults, and tells them as text."""

from __future__ import annotations

from collections import Counter

from sphinxext.llmpipeline.layout.graph import LayoutEdge
from sphinxext.llmpipeline.layout.verdict import BASE, CLASSES, KINDS, Fault, Verdict

EDGES = (LayoutEdge(0, "a", "b", "flow", 1.2), LayoutEdge(4, "b", "c", "flow", 1.2))
VERDICT = Verdict(
    (
        Fault.of("crossing", 0, 4),
        Fault.of("empty-area", amount=0.5),
        Fault.of("through-node", 4, "a"),
        Fault.of("crossing", 4, 0, amount=2),
    ),
    EDGES,
    1,
    0,
)


def test_every_kind_has_a_class_and_the_worst_come_first() -> None:
    assert CLASSES.keys() == set(KINDS)
    assert sorted(CLASSES[kind] for kind in KINDS) == [CLASSES[kind] for kind in KINDS]


def test_a_fault_weighs_about_the_base_of_its_class() -> None:
    for kind in KINDS:
        fault = Fault.of(kind)
        assert BASE[fault.of_class] / 2 <= fault.weight <= 2 * BASE[fault.of_class]


def test_faults_are_added_up() -> None:
    assert VERDICT.cost == 6 + 0.5 + 150 + 12
    assert [VERDICT.count(1), VERDICT.count(2), VERDICT.count(3)] == [1, 2, 1]
    assert VERDICT.kinds() == Counter({"crossing": 2, "through-node": 1, "empty-area": 1})


def test_a_verdict_as_text_begins_with_the_worst() -> None:
    assert str(VERDICT) == (
        "cost 168.5; 2 edges, 1 along an axis, 0 slanted for no reason\n"
        "1 through-node: b -> c, a (runs through a node that is not its end; 150.0)\n"
        "2 crossing: b -> c, a -> b (lines cross; 12.0)\n"
        "2 crossing: a -> b, b -> c (lines cross; 6.0)\n"
        "3 empty-area (much of the picture is empty; 0.5)"
    )
