"""Recording what matplotlib draws."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle
from matplotlib.path import Path

from sphinxext.llmpipeline import MODERN
from sphinxext.llmpipeline.geometry.primitives import Box, Curve
from sphinxext.llmpipeline.plots.lettering import Lettering
from sphinxext.llmpipeline.plots.picture import Ink, Mark, PathMark, TextMark
from sphinxext.llmpipeline.plots.recorder import Recorder, curves_of


def recorded(figure: Figure) -> list[Mark]:
    """The marks of a figure of 100 × 50 points."""
    recorder = Recorder(100.0, 50.0, Lettering(MODERN), {"#010203": Ink("line"), "#040506": Ink("fill", "3")})
    figure.draw(recorder)
    return recorder.marks


def new_figure() -> Figure:
    return Figure(figsize=(100 / 72, 50 / 72), dpi=72, frameon=False)


def test_exact_colours_stand_for_others() -> None:
    figure = new_figure()
    box = Rectangle((0.1, 0.2), 0.5, 0.4, transform=figure.transFigure, facecolor="#040506", edgecolor="#010203")
    figure.add_artist(box)
    figure.add_artist(Rectangle((0, 0), 1, 1, transform=figure.transFigure, facecolor="#abcdef", linewidth=0))
    framed, filled = recorded(figure)
    curve = Curve(((10.0, 10.0), (60.0, 10.0), (60.0, 30.0), (10.0, 30.0)), closed=True)
    assert framed == PathMark(curve, 1.0, Ink("line"), Ink("fill", "3"))
    assert isinstance(filled, PathMark)
    assert (filled.fill, filled.width) == (Ink("fixed", "#abcdef"), 0.0)


def test_what_is_invisible_is_left_out() -> None:
    figure = new_figure()
    figure.add_artist(Rectangle((0, 0), 1, 1, transform=figure.transFigure, fill=False, linewidth=0))
    assert recorded(figure) == []


def test_round_shapes_are_beziers() -> None:
    figure = new_figure()
    figure.add_artist(Circle((50, 25), 10, facecolor="#010203", transform=None))
    (mark,) = recorded(figure)
    assert isinstance(mark, PathMark)
    assert mark.curve.bezier
    assert mark.curve.closed
    assert Box.around(mark.curve.points) == Box(40.0, 15.0, 60.0, 35.0)


def test_lines_are_clipped_to_the_axes() -> None:
    figure = new_figure()
    axes = figure.add_axes((0.1, 0.2, 0.5, 0.6))
    axes.set(xlim=(0, 1), ylim=(0, 1))
    axes.set_axis_off()
    axes.plot([-1, 2], [0.5, 0.5], color="#010203")
    axes.add_patch(Rectangle((0.5, 0.5), 4, 4, facecolor="#040506"))
    for mark in recorded(figure):
        assert isinstance(mark, PathMark)
        assert Box(10.0, 10.0, 60.0, 40.0).holds(Box.around(mark.curve.points), 0.01)


def test_missing_numbers_part_a_line() -> None:
    figure = new_figure()
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.plot([0, 1, np.nan, 2, 3], [0, 1, 1, 1, 0], color="#010203")
    assert len(recorded(figure)) == 2


def test_texts_are_set_by_the_typesetter() -> None:
    figure = new_figure()
    figure.text(0.5, 0.5, "loss", fontsize=10, ha="center", va="baseline", color="#010203")
    figure.text(0.0, 0.0, "$x^2$ and", fontsize=10)
    loss, formula, _ = recorded(figure)
    assert isinstance(loss, TextMark)
    assert isinstance(formula, TextMark)
    width = Lettering(MODERN).line("loss", 10.0).width
    assert loss.at == (round(50.0 - width / 2, 2), 25.0)
    assert (loss.centered, loss.ink, loss.run.size) == (True, Ink("line"), 10.0)
    assert formula.run.is_math


def test_images_are_refused() -> None:
    figure = new_figure()
    figure.add_axes((0, 0, 1, 1)).imshow([[1, 2]])
    with pytest.raises(ValueError, match="a plot cannot contain an image: draw cells with 'pcolormesh'"):
        recorded(figure)


def test_parts_of_a_path() -> None:
    path = Path(
        [(0, 0), (1, 0), (2, 0), (5, 5), (6, 6), (7, 5), (8, 8)],
        [Path.MOVETO, Path.LINETO, Path.LINETO, Path.MOVETO, Path.CURVE3, Path.CURVE3, Path.LINETO],
    )
    line, curve = curves_of(path)
    assert line == Curve(((0.0, 0.0), (1.0, 0.0), (2.0, 0.0)))
    assert curve.bezier
    assert len(curve.points) == 7
    assert list(curves_of(Path([(0, 0)], [Path.MOVETO]))) == []
