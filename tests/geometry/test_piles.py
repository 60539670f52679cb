"""Sheets behind a shape."""

from __future__ import annotations

from sphinxext.llmpipeline.geometry.piles import DEPTH, sheets, without_sheets
from sphinxext.llmpipeline.geometry.primitives import Box


def test_sheets_lie_behind_each_other_to_the_upper_right() -> None:
    front = Box(0.0, 0.0, 30.0, 20.0)
    boxes = [Box.around(sheet.points) for sheet in sheets(front.outline())]
    assert boxes == [front.moved(DEPTH, DEPTH), front.moved(DEPTH / 2, DEPTH / 2)]
    assert without_sheets(Box.around_boxes([front, *boxes]), DEPTH) == front
