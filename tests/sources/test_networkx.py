"""Graphs of NetworkX."""

from __future__ import annotations

import networkx as nx
import pytest

from sphinxext.llmpipeline import from_networkx, unparse


def test_attributes_are_read() -> None:
    graph = nx.DiGraph()
    graph.add_node("corpus", label="Raw corpus", group="Preparation", value=3e12)
    graph.add_node("clean", label="Clean texts", group="Preparation", kind="process", note="by rules")
    graph.add_node("base", kind="Model", category="Base team", link="https://example.org", tooltip="7B")
    graph.add_node(1, label="Evaluate the model")
    graph.add_edge("corpus", "clean", weight=2)
    graph.add_edge("clean", "base", label="pre-training", kind="derive")
    graph.add_edge("base", 1)
    graph.add_edge(1, "corpus", note="choose data")
    assert (
        unparse(from_networkx(graph))
        == """\
category Base_team: Base team

group Preparation
   data corpus: Raw corpus
      :value: 3T
   process clean: Clean texts
      :note: by rules
model base
   :category: Base_team
   :tooltip: 7B
   :link: https://example.org
eval n1: Evaluate the model

corpus -> clean
   :value: 2
clean => base: pre-training
base -> n1
n1 --> corpus
   :note: choose data
"""
    )


def test_undirected_graphs_and_several_edges() -> None:
    assert unparse(from_networkx(nx.Graph([("a", "b"), ("b", "c"), ("c", "a")]))) == "a -- b\na -- c\nb -- c\n"
    assert unparse(from_networkx(nx.MultiDiGraph([("a", "b"), ("a", "b")]))) == "a -> b\na -> b\n"


def test_any_keys_are_nodes() -> None:
    graph = nx.DiGraph([((1, 2), "group"), ("group", "")])
    assert [(node.id, node.label.text) for node in from_networkx(graph).nodes] == [
        ("n1_2", "(1, 2)"),
        ("group_", "group"),
        ("n", "n"),
    ]


def test_graphs_of_the_library() -> None:
    assert len(from_networkx(nx.karate_club_graph()).edges) == 78


@pytest.mark.parametrize("value", [{"a": ["b"]}, nx.DiGraph, None])
def test_other_objects(value: object) -> None:
    with pytest.raises(TypeError, match=r"^from_networkx: expected a graph of networkx, got (dict|type|NoneType)$"):
        from_networkx(value)


def test_empty_graph() -> None:
    with pytest.raises(ValueError, match=r"^nothing to draw: the graph has no nodes$"):
        from_networkx(nx.DiGraph())
