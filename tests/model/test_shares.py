"""Widths in proportion to values."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext.llmpipeline import parse
from sphinxext.llmpipeline.description import names
from sphinxext.llmpipeline.model.shares import named_shares, share_widths

VALUES = st.lists(st.floats(0, 1e308), min_size=1, max_size=12)


@given(VALUES)
def test_parts_fill_the_whole_in_their_order_and_none_vanishes(values: list[float]) -> None:
    widths = share_widths(values, 500.0, 4.0)
    assert sum(widths) == pytest.approx(500.0, abs=0.1)
    assert min(widths) >= 4.0
    ordered = sorted(zip(values, widths, strict=True))
    assert all(one[1] <= two[1] + 0.01 for one, two in pairwise(ordered))


def test_values_need_not_sum_to_a_hundred() -> None:
    assert share_widths([3, 1], 200.0, 4.0) == share_widths([30, 10], 200.0, 4.0) == [150.0, 50.0]


def test_large_parts_give_room_for_small_ones_in_proportion() -> None:
    one, two, small = share_widths([600, 400, 0.001], 204.0, 4.0)
    assert (one, two, small) == (pytest.approx(120, abs=0.01), pytest.approx(80, abs=0.01), 4.0)


@pytest.mark.parametrize(
    ("values", "widths"),
    [([0, 0], [50.0, 50.0]), ([-3, 5], [4.0, 96.0]), ([1] * 30, [4.0] * 30), ([0, 7], [4.0, 96.0])],
)
def test_values_without_a_proportion(values: list[float], widths: list[float]) -> None:
    assert share_widths(values, 100.0, 4.0) == widths


def test_shares_are_named_with_their_values() -> None:
    pipeline = parse("row a: Web 70% | 30%\n   :shares: yes\nrow b: x | y")
    assert [*named_shares(pipeline, names(pipeline))] == [["Web 70%", "30%"]]
