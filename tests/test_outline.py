"""A diagram in words."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline import outline, parse
from sphinxext.llmpipeline.model import EDGE_KINDS, Label, Pipeline, Run


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("node a: Alpha", "Diagram of 1 node and 0 edges. Alpha."),
        ("node a: Alpha\nnode b\nnode c: C", "Diagram of 3 nodes and 0 edges. Alpha, b, C."),
        ("a -> b", "Diagram of 2 nodes and 1 edge. a → b."),
        ("a => b", "Diagram of 2 nodes and 1 edge. a → b."),
        ("a --> b", "Diagram of 2 nodes and 1 edge. a → b (feedback)."),
        ("a <-> b", "Diagram of 2 nodes and 1 edge. a → b (both ways)."),
        ("a -- b", "Diagram of 2 nodes and 1 edge. a – b."),
        ("a --> b: label", "Diagram of 2 nodes and 1 edge. a → b (feedback): label."),
        ("a -> b: label\n   :note: slowly", "Diagram of 2 nodes and 1 edge. a → b: label (slowly)."),
        ("a -> b\n   :note: slowly", "Diagram of 2 nodes and 1 edge. a → b (slowly)."),
        ("node a: Al\\npha\nnode b\na -> b: la\\nbel", "Diagram of 2 nodes and 1 edge. Al pha → b: la bel."),
        ("node a\nnode b\nnode c\na -> a", "Diagram of 3 nodes and 1 edge. a → a. b, c."),
        (
            "group g: Group\n   node a: Alpha\nnode b: Beta\nb -> g -> b",
            "Diagram of 2 nodes and 2 edges. Beta → Group. Group → Beta. Alpha.",
        ),
    ],
)
def test_describe(text: str, words: str) -> None:
    assert outline.describe(parse(text)) == words


def test_an_empty_diagram() -> None:
    assert outline.describe(Pipeline(())) == "Diagram of 0 nodes and 0 edges."


def test_the_seed(seed: str) -> None:
    body = "\n".join(line for line in seed.splitlines() if not line.lstrip().startswith((":", "..")))
    assert outline.describe(parse(body)) == (
        "Diagram of 3 nodes and 2 edges. "
        "Model Architecture (Decoder) → General Purpose Model (GPT-3): Pre-training (General Knowledge). "
        "General Purpose Model (GPT-3) → Model with Specific Tasks (ChatGPT): Fine-tuning (Specialized Learning)."
    )


def test_one_line() -> None:
    label = Label(((Run(" one "), Run("two", "bold")), (Run("three  "), Run("four", "mono"))))
    assert outline.one_line(label) == "one two three four"


def test_names_are_those_of_nodes_and_groups() -> None:
    pipeline = parse("group g: A\\ngroup\n   node a: Alpha\nnode b")
    assert outline.names(pipeline) == {"g": "A group", "a": "Alpha", "b": "b"}


def test_every_kind_of_edge_has_a_remark() -> None:
    assert set(outline.REMARKS) == set(EDGE_KINDS)
