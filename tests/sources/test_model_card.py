"""Lineages by the front matter of model cards."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from sphinxext.llmpipeline import from_model_card, unparse

CARDS = {
    "base-7b/README.md": (
        "---\nbase_model: meta-llama/Llama-3.1-8B\ndatasets:\n- HuggingFaceFW/fineweb\n---\n# Base 7B #\n"
    ),
    "chat.md": "---\nbase_model: acme/base-7b\nbase_model_relation: finetune\ndatasets: dialogues\n---\nText\n",
    "lora/README.md": "---\nmodel_name: Lora\nbase_model: [chat]\nlibrary_name: peft\n---\n",
    "small.md": "---\nmodel-index: [{name: Small}]\nbase_model: Lora\nbase_model_relation: quantized\n---\n",
    "both.md": "---\nbase_model: [acme/chat, other/model]\n---\n",
}


def written(tmp_path: Path, cards: Mapping[str, str]) -> list[Path]:
    paths = [tmp_path / "acme" / name for name in cards]
    for path, text in zip(paths, cards.values(), strict=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return paths


def test_lineage_over_several_cards(tmp_path: Path) -> None:
    assert (
        unparse(from_model_card(*written(tmp_path, CARDS)))
        == """\
data fineweb
   :tooltip: HuggingFaceFW/fineweb
   :link: https://huggingface.co/datasets/HuggingFaceFW/fineweb
model Llama-3.1-8B
   :tooltip: meta-llama/Llama-3.1-8B
   :link: https://huggingface.co/meta-llama/Llama-3.1-8B
data dialogues
model model
   :tooltip: other/model
   :link: https://huggingface.co/other/model
model base-7b: Base 7B
model chat
model lora: Lora
model small: Small
model both

Llama-3.1-8B => base-7b: fine-tuning
fineweb -> base-7b
base-7b => chat: fine-tuning
dialogues -> chat
chat => lora: adapter
lora => small: quantization
chat => both: merge
model => both: merge
"""
    )


def test_one_card_without_a_base(tmp_path: Path) -> None:
    paths = written(tmp_path, {"README.md": "---\nlicense: mit\n---\n\n# Ours\n"})
    assert unparse(from_model_card(*paths)) == "model acme: Ours\n"


@pytest.mark.parametrize(
    ("card", "message"),
    [
        ("# Ours", "^'.*README.md' has no front matter: expected lines of YAML between two '---'$"),
        ("---\n- a\n---\n", "^'.*README.md' has no keys: expected a mapping in YAML$"),
        ("---\na: b: c\n---\n", "^'.*README.md', line 2 is no YAML: mapping values are not allowed here$"),
    ],
)
def test_other_files(tmp_path: Path, card: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        from_model_card(*written(tmp_path, {"README.md": card}))


def test_no_card() -> None:
    with pytest.raises(ValueError, match=r"^nothing to draw: expected at least one model card$"):
        from_model_card()
