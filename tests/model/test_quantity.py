"""Quantities: reading and formatting."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sphinxext.llmpipeline.model.quantity import Value, format_number, format_numbers, parse_value


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1, "1"),
        (12, "12"),
        (100, "100"),
        (0.5, "0.5"),
        (0.25, "0.25"),
        (0.001, "0.001"),
        (0.0009999, "0.001"),
        (0.00099, "9.9e-4"),
        (3e-5, "3e-5"),
        (1e-300, "1e-300"),
        (999, "999"),
        (999.4, "999"),
        (999.5, "1k"),
        (1000, "1k"),
        (1500, "1.5k"),
        (1536, "1.54k"),
        (10_000, "10k"),
        (100_000, "100k"),
        (999_949, "1M"),
        (999_499, "999k"),
        (999.95e3, "1M"),
        (117e6, "117M"),
        (999.95e6, "1B"),
        (175e9, "175B"),
        (15e12, "15T"),
        (2e15, "2P"),
        (999e15, "999P"),
        (999.9e15, "1e18"),
        (3.14e23, "3.14e23"),
        (-0.5, "−0.5"),
        (-175e9, "−175B"),
        (-999.95e3, "−1M"),
        (-3e-5, "−3e-5"),
    ],
)
def test_three_digits_and_a_suffix(number: float, shown: str) -> None:
    assert format_number(number) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("175B", "175B"),
        ("175 B", "175B"),
        ("3G", "3B"),
        ("1.5K", "1.5k"),
        ("250m", "0.25"),
        ("300B tokens", "300B tokens"),
        ("300 B tokens", "300B tokens"),
        ("300  training tokens", "300 training tokens"),
        ("80 GB", "80 GB"),
        ("12.5%", "12.5%"),
        ("12.5 %", "12.5%"),
        ("12% of all", "12 % of all"),
        ("3.14e23 FLOPs", "3.14e23 FLOPs"),
        # More digits only where the author wrote them
        ("1234567", "1.234567M"),
        ("1_234_567", "1.234567M"),
        ("999.95k", "999.95k"),
        ("6.738B", "6.738B"),
        ("1000000", "1M"),
        ("0.00012345", "1.2345e-4"),
        ("1.0000", "1"),
        ("12345678901234567890", "1.23456789012346e19"),
        ("-7B", "−7B"),
        ("+7B", "7B"),
        ("0", "0"),
        ("0.0 x", "0 x"),
    ],
)
def test_value_is_shown_with_the_digits_of_the_author(written: str, shown: str) -> None:
    assert parse_value(written).text == shown


def test_different_numbers_look_different() -> None:
    assert format_numbers((1000.0, 1000.5, 1001.0)) == ("1k", "1.0005k", "1.001k")
    assert format_numbers((1e9, 1e10)) == ("1B", "10B")
    assert format_numbers((1.0, 1.0 + 1e-15)) == ("1", "1")
    assert format_numbers(()) == ()


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("many", "expected a number with an optional SI suffix and unit, such as 175B or 300B tokens, not 'many'"),
        ("$5", "expected a number with an optional SI suffix and unit, such as 175B or 300B tokens, not '$5'"),
        ("1,000", "expected a number with an optional SI suffix and unit, such as 175B or 300B tokens, not '1,000'"),
        ("7b", "unknown suffix 'b' of a number; did you mean 'B'?"),
        ("7z tokens", "unknown suffix 'z' of a number; expected one of: k, K, M, G, B, T, P, m"),
        ("80GB", "unknown suffix 'GB' of a number; a unit stands after a space, as in '80 GB'"),
        ("1e999", "the number '1e999' is too large: expected less than 1e300"),
        ("-1e300", "the number '-1e300' is too large: expected less than 1e300"),
        ("1e300P x", "the number '1e300P x' is too large: expected less than 1e300"),
    ],
)
def test_invalid_value(written: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        parse_value(written)


@settings(deadline=None)
@given(st.floats(-9e299, 9e299), st.integers(3, 15))
def test_formatted_number_has_the_precision_of_its_digits(number: float, digits: int) -> None:
    shown = format_number(number, digits).replace("−", "-")
    assert parse_value(shown).number == pytest.approx(number, rel=0.51 * 10 ** (1 - digits), abs=1e-320)


@given(st.floats(1e-3, 9.99e17))
def test_at_most_three_digits_before_the_suffix(number: float) -> None:
    shown = format_number(number).rstrip("kMBTP")
    if "e" not in shown:
        assert float(shown) < 1000
        assert len(shown.replace(".", "").strip("0")) <= 3


def test_value_without_unit() -> None:
    assert Value(1500.0).text == "1.5k"
