"""Ellipses stand in a row or in a column, as the parts do between which they stand."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline import parse
from sphinxext.llmpipeline.layout.ellipses import columns
from sphinxext.llmpipeline.model.vocabulary import Direction
from tests.layouts import graph_of, laid_out


@pytest.mark.parametrize(
    ("text", "in_chain"),
    [
        ("a -> ... -> c", True),
        ("x -> b, ..., f", False),
        ("x -> b, ..., f -> y", False),
        ("x -> b, ..., f\nb -> y", False),
        ("b, ..., f -> y", False),
        ("node a\nnode d\nmore m\nnode c\na -> m -> c\na -> d", True),
        ("group g: G\n   a: A\n   ...\n   c: C", False),
        ("node a\nmore m\nnode c\na ~> m", False),
    ],
)
@pytest.mark.parametrize("direction", ["LR", "TB", "RL", "BT"])
def test_direction_of_an_ellipsis(text: str, in_chain: bool, direction: Direction) -> None:
    graph = graph_of(text, direction=direction)
    (ellipsis,) = [node.id for node in graph.nodes if node.shape == "dots"]
    upright = direction in ("TB", "BT")
    assert columns(graph, laid_out(graph)) == ({ellipsis} if upright is in_chain else set())


def test_an_ellipsis_alone_is_a_row() -> None:
    graph = graph_of("...: and more\nmore m")
    assert len(graph.nodes) == 2
    assert columns(graph_of("more m"), laid_out(graph_of("more m"))) == frozenset()


def test_many_ellipses_take_work_in_proportion() -> None:
    text = f"x -> {', '.join(['a', *['...'] * 400, 'b'])}"
    graph = graph_of(parse(text))
    assert sum(node.shape == "dots" for node in graph.nodes) == 400
