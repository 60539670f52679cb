"""Heat maps: cells, their colours, and the numbers in them or beside a bar."""

from __future__ import annotations

import pytest
from matplotlib.colors import to_rgb

from sphinxext.llmpipeline import MODERN, PRINT
from sphinxext.llmpipeline.geometry.primitives import Box
from sphinxext.llmpipeline.plots.picture import PathMark, TextMark
from sphinxext.llmpipeline.style.types import Style
from tests.plots.tools import DATA, paths, picture, texts


def cells(data: str, style: Style = MODERN, rest: str = "") -> list[PathMark]:
    """The cells with a fixed colour, column by column."""
    return [mark for mark in paths(picture(data, style, rest)) if mark.fill and mark.fill.role == "fixed"]


def test_rows_stand_below_one_another_and_columns_in_order() -> None:
    drawn = cells("heatmap\n to: a | b\n x: 1 | 2\n y: 3 | 4")
    ax, ay, bx, by = (Box.around(mark.curve.points) for mark in drawn)
    assert ax.y0 == bx.y0 > ay.y0 == by.y0
    assert ax.x0 == ay.x0 < bx.x0 == by.x0


def test_missing_number_has_no_cell() -> None:
    assert len(cells(DATA["heatmap"])) == 3


def luminance(mark: PathMark) -> float:
    assert mark.fill
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(mark.fill.name)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("style", [MODERN, PRINT], ids=lambda style: style.name)
def test_greater_numbers_are_darker(style: Style) -> None:
    shades = [luminance(mark) for mark in cells("heatmap\n x: 1 | 2 | 3 | 4", style)]
    assert shades == sorted(shades, reverse=True)


def test_numbers_of_both_signs_have_two_hues() -> None:
    low, zero, high = (to_rgb(mark.fill.name) for mark in cells("heatmap\n x: -1 | 0 | 1") if mark.fill)
    assert low[2] > low[0]
    assert high[0] > high[2]
    assert min(zero) > 0.9


@pytest.mark.parametrize("style", [MODERN, PRINT], ids=lambda style: style.name)
@pytest.mark.parametrize("numbers", ["1 | 2 | 3 | 4 | 5 | 6 | 7 | 8", "-4 | -3 | -2 | -1 | 1 | 2 | 3 | 4"])
def test_numbers_can_be_read_upon_their_cells(numbers: str, style: Style) -> None:
    drawn = picture(f"heatmap\n x: {numbers}", style)
    shades = [luminance(mark) for mark in paths(drawn) if mark.fill and mark.fill.role == "fixed"]
    inks = [mark.ink.name for mark in drawn.marks if isinstance(mark, TextMark) and mark.ink.role == "fixed"]
    assert len(inks) == len(shades) == 8
    for shade, ink in zip(shades, inks, strict=True):
        light, dark = (1.0, shade) if ink == "#ffffff" else (shade, 0.0)
        assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_large_map_has_a_bar_with_its_ends() -> None:
    rows = "\n".join(f" r{row}: " + " | ".join(str(row * 10 + column) for column in range(10)) for row in range(10))
    found = texts(picture(f"heatmap\n{rows}"))
    assert {"0", "99"} <= found.keys()
    assert "55" not in found


def test_numbers_without_room_make_way_for_the_bar() -> None:
    data = "heatmap\n" + "\n".join(f" {row}: " + " | ".join("0.123" for _ in range(5)) for row in "abcde")
    assert sum(text == "0.123" for text in texts(picture(data))) == 1
    small = picture(data, rest="\n   :size: 110 x 80")
    assert not [mark for mark in small.marks if isinstance(mark, TextMark) and mark.ink.role == "fixed"]


def test_names_of_columns_that_have_no_room_are_left_out() -> None:
    names = " | ".join(f"attends{column}" for column in range(8))
    data = f"heatmap\n to: {names}\n" + "\n".join(f" {row}: " + " | ".join("1" for _ in range(8)) for row in "abcdef")
    shown = [text for text in texts(picture(data)) if text.startswith("attends")]
    assert 0 < len(shown) < 8
