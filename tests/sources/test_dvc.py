"""Stages of DVC."""

from __future__ import annotations

from pathlib import Path

import pytest

from sphinxext.llmpipeline import from_dvc, unparse

STAGES = """
stages:
  prepare:
    cmd: python src/prepare.py data/raw
    deps: [src/prepare.py, ./data/raw]
    params: [prepare.split]
    outs: [data/prepared]
    desc: Split the texts
  train:
    foreach: [small, large]
    do:
      cmd: python -m src/train ${item}
      deps: [data/prepared/train.csv, src/train]
      outs:
        - models/${item}.pt:
            cache: false
  evaluate:
    matrix:
      model: [small, large]
      split: [val, test]
    cmd: python src/evaluate.py
    deps: ['models/${item}.pt', data/prepared, s3://bucket/labels]
    metrics:
      - eval/metrics.json: {cache: false}
    plots: [eval/roc.csv]
"""


def test_stages_and_their_files(tmp_path: Path) -> None:
    (tmp_path / "dvc.yaml").write_text(STAGES, encoding="utf-8")
    assert (
        unparse(from_dvc(tmp_path / "dvc.yaml"))
        == """\
data data_raw: raw
   :tooltip: data/raw
process prepare: Prepare
   :tooltip: Split the texts
data data_prepared: prepared
   :tooltip: data/prepared
train train: Train
   :repeat: 2
   :pile: yes
model models_item_pt: {item}.pt
   :tooltip: models/${item}.pt
data s3_bucket_labels: labels
   :tooltip: s3://bucket/labels
eval evaluate: Evaluate
   :repeat: 4
   :pile: yes
eval eval_metrics.json: metrics.json
   :tooltip: eval/metrics.json
eval eval_roc.csv: roc.csv
   :tooltip: eval/roc.csv

prepare -> data_prepared
data_raw -> prepare
train -> models_item_pt
data_prepared -> train
evaluate -> eval_metrics.json
evaluate -> eval_roc.csv
models_item_pt -> evaluate
data_prepared -> evaluate
s3_bucket_labels -> evaluate
"""
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"stages: {", r"^'.*dvc.yaml', line 1 is no YAML: expected the node content, but found '<stream end>'$"),
        (b"", r"^'.*dvc.yaml' has no keys: expected a mapping in YAML$"),
        (b"- a", r"^'.*dvc.yaml' has no keys: expected a mapping in YAML$"),
        (b"vars: []", r"^'.*dvc.yaml' has no stages: expected the key 'stages' of a dvc.yaml$"),
        (b"stages: {}", r"^nothing to draw: the file has no stages$"),
        (b"\xff", r"^'.*dvc.yaml' is not text in UTF-8$"),
    ],
)
def test_other_files(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "dvc.yaml").write_bytes(content)
    with pytest.raises(ValueError, match=message):
        from_dvc(tmp_path / "dvc.yaml")


def test_what_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        from_dvc(tmp_path / "dvc.yaml")
    with pytest.raises(TypeError, match=r"^expected the path of a file, got dict$"):
        from_dvc({"stages": {}})  # type: ignore[arg-type]


def test_a_stage_with_unusual_values(tmp_path: Path) -> None:
    """Templates and mistakes are DVC's to report."""
    (tmp_path / "dvc.yaml").write_text(
        "stages:\n  a: {foreach: '${all}', do: {cmd: [x, y], outs: one.txt}}\n  b: 3\n"
        "  c: {deps: [one.txt, 4, null]}\n",
        encoding="utf-8",
    )
    assert (
        unparse(from_dvc(tmp_path / "dvc.yaml"))
        == """\
process a: A
   :repeat: N
   :pile: yes
data one.txt
data n4: 4
process c: C

a -> one.txt
one.txt -> c
n4 -> c
"""
    )
