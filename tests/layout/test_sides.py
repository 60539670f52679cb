"""The part of a side at which a line may end."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline.geometry.primitives import Side
from sphinxext.llmpipeline.layout.sides import flat_part


@pytest.mark.parametrize("side", ["left", "right", "bottom", "top"])
def test_a_box_is_flat_but_for_its_corners(side: Side) -> None:
    low, high = flat_part("rounded", 80.0, 80.0, 8.0, side)
    assert 1 < low < 8
    assert high == pytest.approx(80 - low)


@pytest.mark.parametrize(("shape", "side"), [("diamond", "top"), ("diamond", "left"), ("ellipse", "right")])
def test_a_line_ends_near_a_tip(shape: str, side: Side) -> None:
    low, high = flat_part(shape, 80.0, 80.0, 8.0, side)
    assert 20 < low <= 40 <= high < 60


@pytest.mark.parametrize(("shape", "side"), [("parallelogram", "left"), ("trapezium", "right"), ("cylinder", "top")])
def test_lines_are_clipped_to_sides_that_slant_or_bulge(shape: str, side: Side) -> None:
    assert flat_part(shape, 80.0, 40.0, 8.0, side) == (0.0, 40.0 if side != "top" else 80.0)
