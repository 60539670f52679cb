"""Each kind of plot: its marks stand where the numbers are."""

from __future__ import annotations

import math

import pytest

from sphinxext.llmpipeline import MODERN, PRINT
from sphinxext.llmpipeline.geometry.primitives import Box
from sphinxext.llmpipeline.model.plots import Plot, Series
from sphinxext.llmpipeline.model.vocabulary import PLOT_KINDS
from sphinxext.llmpipeline.plots.kinds import DRAWERS, draw_line
from sphinxext.llmpipeline.plots.picture import Ink, PathMark
from tests.plots.tools import paths, picture, texts, tools


def boxes_of(marks: list[PathMark], ink: Ink) -> list[Box]:
    """The boxes of the shapes filled with a colour."""
    return [Box.around(mark.curve.points) for mark in marks if mark.fill == ink]


def test_every_kind_can_be_drawn() -> None:
    assert DRAWERS.keys() == {*PLOT_KINDS}


def test_bars_are_as_long_as_their_numbers() -> None:
    drawn = picture("bars\n Web: 60\n Books: 30\n Code: -15")
    web, books, code = boxes_of(paths(drawn), Ink("fill", "1"))
    assert web.width == pytest.approx(2 * books.width, abs=0.05)
    assert code.width == pytest.approx(books.width / 2, abs=0.05)
    assert web.x0 == books.x0 == code.x1
    assert web.y0 > books.y1 > books.y0 > code.y1


def test_names_and_numbers_stand_beside_their_bars() -> None:
    drawn = picture("bars\n Web: 60\n Books: -30")
    web, books = boxes_of(paths(drawn), Ink("fill", "1"))
    found = texts(drawn)
    assert found["Web"].x1 < web.x0 < web.x1 < found["60"].x0
    assert found["−30"].x1 < books.x0
    assert abs(found["Web"].center[1] - web.center[1]) < 1.5


def test_many_bars_make_the_plot_higher() -> None:
    many = picture("bars\n" + "\n".join(f" name {index}: {index}" for index in range(20)))
    assert many.size.height > 20 * MODERN.plot_font_size


def test_slices_fill_the_circle_clockwise_from_the_top() -> None:
    drawn = paths(picture("pie\n Web: 3\n Books: 1"))
    first, second = [mark for mark in drawn if mark.fill and not mark.width]
    three, quarter = Box.around(first.curve.points), Box.around(second.curve.points)
    assert three.width == pytest.approx(2 * quarter.width, abs=1.0)
    assert quarter.x1 == pytest.approx(three.center[0], abs=1.0)
    assert quarter.y0 == pytest.approx(three.center[1], abs=1.0)


def test_percent_that_are_not_all_leave_a_gap() -> None:
    (slice_,) = [mark for mark in paths(picture("pie\n Web: 25%")) if mark.fill == Ink("fill", "1") and not mark.width]
    (whole,) = [mark for mark in paths(picture("pie\n Web: 25")) if mark.fill == Ink("fill", "1") and not mark.width]
    assert Box.around(whole.curve.points).width == pytest.approx(2 * Box.around(slice_.curve.points).width, abs=0.2)


def test_slices_without_colours_have_marks() -> None:
    drawn = paths(picture("pie\n Web: 3\n Books: 1", PRINT))
    marks = [mark for mark in drawn if mark.fill and mark.fill.role == "stroke"]
    assert len(marks) == 4  # in the slices, and before the names


def lines_of(plot: Plot) -> list[list[tuple[float, float]]]:
    """The points of the lines of a figure."""
    axes = draw_line(plot, None, tools()).axes[0]
    return [[(float(x), float(y)) for x, y in line.get_xydata()] for line in axes.get_lines()]


def test_line_passes_over_missing_numbers() -> None:
    plot = Plot("line", (Series("a", (3.0, None, 2.0)), Series("b", (1.0, 1.0, 1.0))), (), (0.0, 1.0, 2.0))
    assert lines_of(plot) == [[(0.0, 3.0), (2.0, 2.0)], [(0.0, 1.0), (1.0, 1.0), (2.0, 1.0)]]


def test_long_line_is_thinned_and_keeps_its_extremes() -> None:
    numbers = tuple(math.sin(index / 500) + (5.0 if index == 31_415 else 0.0) for index in range(100_000))
    (points,) = lines_of(Plot("line", (Series("", numbers),), (), tuple(map(float, range(len(numbers))))))
    assert len(points) < 1000
    assert points[0] == (0.0, 0.0)
    assert points[-1][0] == 99_999.0
    assert max(points, key=lambda point: point[1])[0] == 31_415.0
    assert points == sorted(points)


def test_points_of_series_differ_by_shape() -> None:
    drawn = picture("scatter\n x: a | b\n 1: 1 | 2\n 3: 3 | 4")
    shapes = [{len(mark.curve.points) for mark in paths(drawn) if mark.fill == Ink("fill", key)} for key in "12"]
    assert shapes[0].isdisjoint(shapes[1])


def test_histogram_counts_every_number() -> None:
    numbers = "1 2 2 3 3 3 9 9.5 10"
    drawn = picture(f"hist\n {numbers}")
    bars = boxes_of(paths(drawn), Ink("fill", "1"))
    assert len({round(bar.width, 1) for bar in bars}) == 1
    heights = [bar.height for bar in bars]
    unit = min(height for height in heights if height > 0)
    assert sum(round(height / unit) for height in heights) == len(numbers.split())


def test_axis_is_named() -> None:
    assert {"steps", "0"} <= texts(picture("line\n 0 steps: 1\n 5 steps: 2")).keys()
    assert "parameters" in texts(picture("scatter\n parameters: score\n 1B: 1\n 2B: 2"))
