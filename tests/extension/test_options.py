"""The declared options of the directive, and their readers."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline.extension.directive import LLMPipeline
from sphinxext.llmpipeline.extension.options import OPTIONS

READERS = {option.name: option.read for option in OPTIONS}


def test_directive_has_the_declared_options_and_each_has_a_summary() -> None:
    assert [*LLMPipeline.option_spec] == [*READERS] == [option.name for option in OPTIONS]
    assert all(option.summary.endswith(".") for option in OPTIONS)


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("legend", None, True),
        ("legend", "", True),
        ("legend", "yes", True),
        ("legend", " On ", True),
        ("legend", "no", False),
        ("legend", "FALSE", False),
        ("direction", " tb ", "TB"),
        ("splines", "Ortho", "ortho"),
        ("range", "1B  1T", (1e9, 1e12)),
        ("edge-range", "-1 1", (-1.0, 1.0)),
        ("edge-widths", "1.5 8", (1.5, 8.0)),
        ("edge-widths", "8 1", (8.0, 1.0)),
        ("norm", "Log", "log"),
        ("value-label", "Model\nsize", "Model size"),
    ],
)
def test_value(name: str, given: str | None, value: object) -> None:
    assert READERS[name](name, given) == value


def test_flag_that_is_neither() -> None:
    with pytest.raises(ValueError, match=r"^option 'legend': expected yes or no, not 'left'$"):
        READERS["legend"]("legend", "left")


def test_unknown_choice_has_a_suggestion() -> None:
    with pytest.raises(ValueError, match=r"^option 'splines': unknown splines 'orto'; did you mean 'ortho'\?$"):
        READERS["splines"]("splines", "orto")


@pytest.mark.parametrize(
    ("name", "given", "meant"),
    [
        ("direction", "TD", "TB"),
        ("direction", "down", "TB"),
        ("direction", "left-to-right", "LR"),
        ("splines", "orthogonal", "ortho"),
        ("splines", "curved", "spline"),
    ],
)
def test_choice_of_another_language_has_a_suggestion(name: str, given: str, meant: str) -> None:
    with pytest.raises(ValueError, match=rf"^option '{name}': unknown {name} '{given}'; did you mean '{meant}'\?$"):
        READERS[name](name, given)


@pytest.mark.parametrize("given", ["1", "1 2 3", "2 1", "1 1", "a b", "1B to 2B"])
def test_range_that_is_none(given: str) -> None:
    with pytest.raises(ValueError, match=f"^option 'range': expected two numbers, .* '1B 1T', not '{given}'$"):
        READERS["range"]("range", given)


@pytest.mark.parametrize("given", ["1", "0 8", "1 25", "thin thick", "nan 1", "1 inf", "-1 8"])
def test_widths_that_are_none(given: str) -> None:
    with pytest.raises(ValueError, match=f"^option 'edge-widths': expected two widths above .* '1 8', not '{given}'$"):
        READERS["edge-widths"]("edge-widths", given)
