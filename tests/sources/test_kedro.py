"""Pipelines of Kedro."""

from __future__ import annotations

from typing import Any

import pytest
from kedro.pipeline import node, pipeline

from sphinxext.llmpipeline import from_kedro, unparse


def split_data(companies: Any, ratio: float) -> Any:
    return companies, ratio


def train_model(data: Any) -> Any:
    return data


STEPS = pipeline(
    [
        node(split_data, ["companies@pandas", "params:ratio"], ["X_train", "X_test"]),
        node(train_model, "X_train", "regressor", name="train_regressor_node"),
        node(train_model, ["regressor"], "scores", name="evaluate"),
    ]
)


def test_nodes_and_datasets() -> None:
    assert (
        unparse(from_kedro(STEPS))
        == """\
data companies: Companies
process split_data: Split data
data X_train: X train
data X_test: X test
train train_regressor: Train regressor
model regressor: Regressor
eval evaluate: Evaluate
data scores: Scores

companies -> split_data
split_data -> X_train
split_data -> X_test
X_train -> train_regressor
train_regressor -> regressor
regressor -> evaluate
evaluate -> scores
"""
    )


def test_parameters_on_demand() -> None:
    text = unparse(from_kedro(STEPS, parameters=True))
    assert "\nio ratio: Ratio\n" in text
    assert "\nratio -> split_data\n" in text


def test_namespaces_are_groups() -> None:
    inner = pipeline(STEPS, namespace="science.small", inputs={"companies"})
    text = unparse(from_kedro(inner))
    assert text.startswith("""\
data companies: Companies
group science: Science
   group science.small: Small
      process science.small.split_data: Split data
      data science.small.X_train: X train
""")
    assert "\nscience.small.train_regressor -> science.small.regressor\n" in text


def test_other_objects() -> None:
    with pytest.raises(TypeError, match=r"^from_kedro: expected a pipeline of kedro, got list$"):
        from_kedro([1])
    with pytest.raises(ValueError, match=r"^nothing to draw: the pipeline has no nodes$"):
        from_kedro(pipeline([]))
