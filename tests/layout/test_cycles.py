"""The flow of a diagram decides what runs back."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext.llmpipeline import parse
from sphinxext.llmpipeline.layout.ordering import backward
from sphinxext.llmpipeline.model.pipeline import Edge
from sphinxext.llmpipeline.model.vocabulary import EDGE_KINDS


def back(text: str) -> list[str]:
    """The edges that lead back, in words."""
    pipeline = parse(text)
    found = backward([node.id for node in pipeline.nodes], pipeline.edges)
    return [f"{pipeline.edges[index].source} {pipeline.edges[index].target}" for index in sorted(found)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a -> b -> c", []),
        ("a -> b -> c -> a", ["c a"]),
        ("node b\nnode a\na -> b -> a", ["a b"]),
        # The flow wins over the order of declaration, however the edges are ordered.
        ("node c\nnode b\nnode a\na -> b\nb -> c", []),
        # Feedback never decides, exchange and links only where no flow does.
        ("node a\nnode b\nb --> a\na -> b", ["b a"]),
        ("node a\nnode b\nb -> a\na --> b", ["a b"]),
        ("node a\nnode b\nb <-> a\na => b", ["b a"]),
        ("node a\nnode b\nb --> a", ["b a"]),
        ("node a\nnode b\nb -- a", []),
        ("node a\nnode b\nnode c\nnode o\na <-> b\nb -- c\no -> a", []),
        ("node a\nnode b\nnode c\na -- b -- c -- a", ["c a"]),
        ("node c\nnode b\nnode a\nb -> c\nc <-> a\na <-> b", ["a b"]),
        # The one way back of a loop closes it where it began.
        ("node a\nnode b\nnode c\nnode d\na -> b -> c -> d\nc -> b\nd --> a", ["c b", "d a"]),
        ("a -> a", []),
        ("a -> b\na -> b\nb -> a", ["b a"]),
    ],
)
def test_what_runs_back(text: str, expected: list[str]) -> None:
    assert back(text) == expected


def test_an_entry_into_a_loop_comes_before_it() -> None:
    assert back("node b\nnode c\nnode a\na -> b -> c -> b") == ["c b"]


def test_of_nothing() -> None:
    assert backward([], []) == set()


def test_a_long_chain() -> None:
    ids = [str(number) for number in range(5000)]
    edges = [Edge(one, other) for one, other in pairwise(ids)]
    assert backward(ids[::-1], edges) == set()


IDS = "abcdef"


@given(st.permutations(IDS), st.lists(st.builds(Edge, *[st.sampled_from(IDS)] * 2, st.sampled_from(EDGE_KINDS))))
def test_what_is_left_makes_no_cycle(ids: list[str], edges: list[Edge]) -> None:
    found = backward(ids, edges)
    told = [
        (edge.target, edge.source) if index in found else (edge.source, edge.target)
        for index, edge in enumerate(edges)
        if edge.source != edge.target
    ]
    left = set(IDS)
    while left:
        free = {id for id in left if not any(target == id and source in left for source, target in told)}
        assert free, "a cycle"
        left -= free


@given(st.permutations(IDS), st.lists(st.builds(Edge, *[st.sampled_from(IDS)] * 2)))
def test_flow_without_a_cycle_never_runs_back(ids: list[str], edges: list[Edge]) -> None:
    edges = [edge for edge in edges if edge.source < edge.target]
    assert backward(ids, edges) == set()
