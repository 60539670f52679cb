"""Vocabulary: order and defaults of kinds and directions."""

from __future__ import annotations

from sphinxext.llmpipeline.model.pipeline import Edge, Label, Node
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, EDGE_KINDS, NODE_KINDS


def test_kinds_and_directions() -> None:
    assert DIRECTIONS == ("LR", "TB", "RL", "BT")
    assert EDGE_KINDS == ("flow", "derive", "weak", "feedback", "exchange", "link", "skip")
    assert NODE_KINDS[0] == Node("a", Label.plain("A")).kind == "node"
    assert EDGE_KINDS[0] == Edge("a", "b").kind
    assert len(set(NODE_KINDS)) == len(NODE_KINDS)
