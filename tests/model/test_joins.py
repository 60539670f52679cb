"""Ways through joins."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline import parse
from sphinxext.llmpipeline.model import joins
from sphinxext.llmpipeline.model.joins import merged, ways

PARTS = "node a\nnode b\nnode c\nnode d\njoin j\njoin k\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a, b -> j -> c\nc -> k -> d", [(0, 2), (1, 2), (3, 4)]),
        ("a -> j -> k -> c\nb -> k", [(0, 1, 2), (3, 2)]),
        ("a, b -> j -> c, d\nc -> k -> d", [(0, 2), (0, 3), (1, 2), (1, 3), (4, 5)]),
        ("a -> b\na -> j -> k -> j\nk -> c", [(0,), (1, 2, 4)]),
    ],
)
def test_ways_through_joins(text: str, expected: list[tuple[int, ...]]) -> None:
    pipeline = parse(PARTS + text)
    assert ways(pipeline) == (expected, {"j", "k"})
    found = merged(pipeline)
    assert [node.id for node in found.nodes] == ["a", "b", "c", "d"]
    assert [(edge.source, edge.target) for edge in found.edges] == [
        (pipeline.edges[way[0]].source, pipeline.edges[way[-1]].target) for way in expected
    ]


def test_without_joins_nothing_changes() -> None:
    pipeline = parse("a -> b -> c")
    assert ways(pipeline) == ([(0,), (1,)], frozenset())
    assert merged(pipeline) is pipeline


def test_a_way_has_the_kind_of_its_last_edge_and_the_first_category() -> None:
    text = "category team: Team\nnode a\nnode b\njoin j\na -> j\n   :category: team\nj => b"
    (edge,) = merged(parse(text)).edges
    assert (edge.source, edge.target, edge.kind, edge.category) == ("a", "b", "derive", "team")


def test_edges_stay_single_if_there_are_too_many_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joins, "_MOST", 4)
    pipeline = parse(PARTS + "a, b -> j -> c, d\nc -> k -> d")
    assert ways(pipeline) == ([(index,) for index in range(6)], frozenset())
    assert merged(pipeline) is pipeline


def test_joins_that_multiply_ways_end_soon() -> None:
    chain = "\n".join(f"join j{number}" for number in range(60))
    edges = "\n".join(f"j{number} -> j{number + 1}\nj{number} => j{number + 1}" for number in range(59))
    pipeline = parse(f"node a\nnode b\n{chain}\n{edges}\na -> j0\nj59 -> b")
    assert ways(pipeline)[1] == frozenset()
