"""Kinds by shape and by word."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline.conversion.kinds import SHAPES, kind_of_class, kind_of_id, kind_of_text, title_of_class
from sphinxext.llmpipeline.model.vocabulary import NODE_KINDS


def test_shapes_mean_kinds_of_every_style() -> None:
    assert {*SHAPES.values()} <= {*NODE_KINDS}


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("Instruction dataset", "data"),
        ("SFTDataArtifact (packed)", "data"),
        ("Reward model", "model"),
        ("Reward", "reward"),
        ("Fine-tune with LoRA", "train"),
        ("train.py", "train"),
        ("Run benchmarks", "eval"),
        ("Run the script", "process"),
        ("Model server", "service"),
        ("User", "human"),
        ("Start", "io"),
        ("Front end", ""),
        ("Something else", ""),
        ("(only this)", ""),
        ("", ""),
    ],
)
def test_words(label: str, kind: str) -> None:
    assert kind_of_text(label) == kind


def test_ids_and_classes() -> None:
    assert [kind_of_id(id) for id in ("data0", "generate_response", "RM", "A1")] == ["data", "process", "", ""]
    assert [kind_of_class(name) for name in ("databases", "model-node", "green")] == ["store", "model", ""]
    assert [title_of_class(name) for name in ("GPUNode", "big_red", "")] == ["GPU", "", ""]
