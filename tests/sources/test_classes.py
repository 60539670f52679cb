"""Names of classes, functions and data say kinds."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline.sources.classes import kind_of_class_of, kind_of_data, kind_of_name


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("BM25Retriever", "store"),
        ("OpenAIChatGenerator", "model"),
        ("PromptBuilder", "process"),
        ("ConditionalRouter", "decision"),
        ("FaithfulnessEvaluator", "eval"),
        ("WebSearch", "service"),
        ("Thing", ""),
    ],
)
def test_classes(name: str, kind: str) -> None:
    own = type(name, (), {})
    assert kind_of_class_of(own()) == kind
    assert kind_of_class_of(type("Ours", (own,), {})()) == kind


def test_classes_of_python_say_nothing() -> None:
    assert [kind_of_class_of(value) for value in (3, "a", [], None)] == [""] * 4


@pytest.mark.parametrize(
    ("name", "kind"),
    [("train_model", "train"), ("tools", "tool"), ("evaluate", "eval"), ("regressor", "model"), ("x", "")],
)
def test_names(name: str, kind: str) -> None:
    assert kind_of_name(name) == kind


@pytest.mark.parametrize(("name", "kind"), [("train_model", "model"), ("test_set", ""), ("metrics", "eval"), ("", "")])
def test_data(name: str, kind: str) -> None:
    assert kind_of_data(name) == kind
