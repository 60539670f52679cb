"""Diagrams without some of their nodes."""

from __future__ import annotations

from random import Random

import pytest

from sphinxext.llmpipeline import parse, unparse
from sphinxext.llmpipeline.sources.bridging import without
from tools.fuzz import graph


@pytest.mark.parametrize(
    ("text", "ids", "left"),
    [
        ("a -> b: in\nb -> c: out", ["b"], "a\nc\n\na -> c: in\n"),
        ("a -> b\nb ..> c: out", ["b"], "a\nc\n\na ..> c: out\n"),
        ("a -> b -> c -> d", ["b", "c"], "a -> d\n"),
        ("a -> b -> c\na -> c: twice", ["b"], "a -> c: twice\n"),
        ("a -> b\nb --> a", ["b"], "a\n"),
        ("a -> b\nb -> b", ["b"], "a\n"),
        ("group g\n   a\nb\na -> b", ["a"], "b\n"),
        ("group g\n   a -> b\nc -> a\nb -> d", ["g"], "c\nd\n\nc -> d\n"),
        ("b\nc\ngroup g\n   a\nb -> g -> c", ["g"], "b -> c\n"),
        ("a\nb\nc\nalign a, b, c\nnote of c: Why", ["c"], "a\nb\n\nalign a, b\n"),
        ("a\nb\nalign a, b", ["a"], "b\n"),
        ("b\ngroup g\n  a\na -> b\nb -> g", ["b"], "group g\n  a"),
        ("row r: a = A | b = B\nc", ["r"], "c"),
    ],
)
def test_flow_leads_past_what_is_left_out(text: str, ids: list[str], left: str) -> None:
    found = unparse(without(parse(text), ids))
    assert parse(found) == parse(left)


def test_nothing_left_out() -> None:
    pipeline = parse("a\nb\nc\na -> b, c\ngroup g\n   d")
    assert without(pipeline, []) == pipeline


@pytest.mark.parametrize("seed", range(40))
def test_any_diagram_can_lose_any_nodes(seed: int) -> None:
    random = Random(seed)
    pipeline = parse(graph(random))
    cells = {id for group in pipeline.groups for row in group.rows for id in row}
    ids = [node.id for node in pipeline.nodes if node.id not in cells and not node.id.startswith("...")]
    left = without(pipeline, random.sample(ids, len(ids) // 2))
    assert parse(unparse(left, declare_all=True)).edges == left.edges
