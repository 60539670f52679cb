"""Options of the directive as values."""

from __future__ import annotations

from typing import Literal

import pytest

from sphinxext.llmpipeline.extension.directive import LLMPipeline
from sphinxext.llmpipeline.extension.options import LEGEND, OPTIONS
from sphinxext.llmpipeline.extension.reading import read_options, read_scale
from sphinxext.llmpipeline.model.pipeline import Label, Scale


def test_directive_has_the_declared_options_and_each_says_what_it_does() -> None:
    assert [*LLMPipeline.option_spec] == [option.name for option in OPTIONS]
    assert all(option.summary.endswith(".") for option in OPTIONS)


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ({}, None),
        ({"legend": None}, True),
        ({"legend": ""}, True),
        ({"legend": "yes"}, True),
        ({"legend": " On "}, True),
        ({"legend": "no"}, False),
        ({"legend": "FALSE"}, False),
    ],
)
def test_flag(given: dict[str, str | None], value: bool | None) -> None:
    assert read_options([LEGEND], given) == ({"legend": value}, [])


def test_flag_that_is_neither() -> None:
    assert read_options([LEGEND], {"legend": "left"}) == (
        {"legend": None},
        ["option 'legend': expected yes or no, not 'left'"],
    )


def test_no_scale_without_options() -> None:
    assert read_scale({"style": "print"}, "node", has_values=True) == (None, [])
    assert read_scale({"colormap": "viridis"}, "edge", has_values=True) == (None, [])


def test_scale_of_nodes() -> None:
    options = {
        "colormap": "viridis", "norm": "Log", "range": "1B  1T", "value-label": "Model\nsize", "edge-widths": "1 8",
    }  # fmt: skip
    expected = Scale("viridis", "log", (1e9, 1e12), None, Label.plain("Model size"))
    assert read_scale(options, "node", has_values=True) == (expected, [])


def test_scale_of_edges() -> None:
    options = {"edge-colormap": "Blues", "edge-range": "-1 1", "edge-widths": "1.5 8", "colormap": "viridis"}
    expected = Scale("Blues", "linear", (-1.0, 1.0), (1.5, 8.0))
    assert read_scale(options, "edge", has_values=True) == (expected, [])
    assert read_scale({"edge-widths": "8 1"}, "edge", has_values=True) == (Scale(widths=(8.0, 1.0)), [])


@pytest.mark.parametrize("given", ["1", "1 2 3", "2 1", "1 1", "a b", "1B to 2B"])
def test_range_that_is_none(given: str) -> None:
    scale, problems = read_scale({"colormap": "viridis", "range": given}, "node", has_values=True)
    assert scale == Scale("viridis")
    assert problems == [f"option 'range': expected two numbers, the lower one first, such as 1B 1T, not '{given}'"]


@pytest.mark.parametrize("given", ["1", "0 8", "1 25", "thin thick", "nan 1", "1 inf", "-1 8"])
def test_widths_that_are_none(given: str) -> None:
    scale, problems = read_scale({"edge-widths": given}, "edge", has_values=True)
    assert scale == Scale()
    assert problems == [f"option 'edge-widths': expected two widths from 0 to 24 points, such as 1 8, not '{given}'"]


@pytest.mark.parametrize(
    ("part", "name", "message"),
    [
        ("node", "norm", "option 'norm' does nothing without 'colormap'"),
        ("node", "value-label", "option 'value-label' does nothing without 'colormap'"),
        ("edge", "edge-norm", "option 'edge-norm' does nothing without 'edge-colormap' or 'edge-widths'"),
    ],
)
def test_option_that_does_nothing(part: Literal["node", "edge"], name: str, message: str) -> None:
    assert read_scale({name: "1 2"}, part, has_values=True) == (None, [message])


def test_widths_without_values_are_named_before_other_options() -> None:
    _, wrong = read_scale({"edge-norm": "log", "edge-widths": "1 8"}, "edge", has_values=False)
    assert wrong == ["option 'edge-widths': no edge has a value, such as ':value: 175B'"]


def test_scale_without_values() -> None:
    assert read_scale({"colormap": "viridis"}, "node", has_values=False) == (
        None,
        ["option 'colormap': no node has a value, such as ':value: 175B'"],
    )
    assert read_scale({"edge-widths": "1 8"}, "edge", has_values=False) == (
        None,
        ["option 'edge-widths': no edge has a value, such as ':value: 175B'"],
    )
