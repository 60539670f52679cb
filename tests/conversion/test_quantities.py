"""Numbers and plots are written as they are read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext.llmpipeline import parse
from sphinxext.llmpipeline.conversion.quantities import plot_lines, value_text
from sphinxext.llmpipeline.model.quantity import Value, parse_value


@pytest.mark.parametrize(
    "text",
    [
        "175B",
        "300B tokens",
        "12.5%",
        "0",
        "-0.5",
        "3.14e23 FLOPs",
        "1234.6",
        "1234.5678",
        "7 kB",
        "-3m",
        "0.1",
        "1e-05",
    ],
)
def test_the_shortest_text(text: str) -> None:
    assert value_text(parse_value(text)) == text


@given(st.floats(-1e30, 1e30), st.sampled_from(["", "%", "tokens"]))
def test_any_number_is_read_as_it_was(number: float, unit: str) -> None:
    found = parse_value(value_text(Value(number, unit)))
    assert (found.number, found.unit) == (number, unit)


@pytest.mark.parametrize(
    "lines",
    [
        "bars\nWeb: 67%\nBooks: 15%",
        "line\nstep: train | eval\n1k: 3.2 |\n2k: 2.9 | 3",
        "hist\n12 | 15 | 9",
        "attention layer=3 name=\"two words\" scale=0.5",
    ],
)  # fmt: skip
def test_plots(lines: str) -> None:
    text = "a: A\n   :plot: " + lines.replace("\n", "\n      ")
    (node,) = parse(text, plots={"attention": "x:y"}).nodes
    assert node.plot
    assert plot_lines(node.plot, "a") == lines
