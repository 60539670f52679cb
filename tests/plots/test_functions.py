"""Plots that functions of the project draw."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import pytest

from sphinxext.llmpipeline import MODERN, PRINT, parse, render
from sphinxext.llmpipeline.diagnostics import PlotError
from sphinxext.llmpipeline.geometry.primitives import Box
from sphinxext.llmpipeline.job import Format
from sphinxext.llmpipeline.plots.drawing import draw_plots
from sphinxext.llmpipeline.plots.picture import Ink, PathMark, Picture
from sphinxext.llmpipeline.style.types import Style
from tests.plots.tools import paths, texts

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAMES = (
    "curve",
    "areas",
    "faint",
    "lines",
    "logarithmic",
    "image",
    "large_image",
    "failing",
    "leaving",
    "sleeping",
    "crowded",
)


def curve(axes: Axes, power: int = 2, name: str = "cost") -> None:
    x = np.linspace(0, 10, 20)
    axes.plot(x, 1000 * x**power, label="a")
    axes.plot(x, 500 * x**power, label="b")
    axes.set(xlabel="$n_{ctx}$", ylabel=name, title="A title")
    axes.legend()


def areas(axes: Axes) -> None:
    axes.fill_between([0, 1], [0, 1], alpha=0.3)
    axes.fill_between([0, 1], [2, 3], [1, 2], color="red", alpha=0.5)
    axes.bar([0], [1])


def faint(axes: Axes, alpha: float = 0.3) -> None:
    axes.plot([0, 1], [0, 1], alpha=alpha)
    axes.bar([0], [1], facecolor=(1, 0, 0, 0.25), edgecolor=(1, 0, 0, 0.75), linewidth=2)
    axes.plot([0, 1], [0, 1], color="#00ff00", alpha=0)
    axes.text(0.5, 0.5, "faint", alpha=0.4)


def clear(axes: Axes) -> None:
    axes.plot([0, 1], [0, 1])
    axes.bar([0], [1], facecolor=(1, 0, 0), edgecolor=(1, 0, 0), linewidth=2)
    axes.text(0.5, 0.5, "faint")


def lines(axes: Axes) -> None:
    axes.hlines([0.1], 0, 1)


def logarithmic(axes: Axes) -> None:
    axes.loglog([1, 10, 100, 1000], [5, 0.5, 0.05, 0.005])


def image(axes: Axes, origin: str = "upper") -> None:
    axes.imshow([[0, 1, 2], [3, 4, 5]], origin=origin, cmap="gray")  # type: ignore[arg-type]


def large_image(axes: Axes) -> None:
    axes.imshow(np.zeros((100, 100)))


def failing(axes: Axes, reason: str = "no layer") -> None:
    raise ValueError(reason)


def leaving(axes: Axes) -> None:
    raise SystemExit(3)


def sleeping(axes: Axes) -> None:
    time.sleep(60)


def crowded(axes: Axes) -> None:
    axes.set_yticks([0], ["a name that is far too long for a plot of this size"])


def picture(field: str, style: Style = MODERN, rest: str = "", timeout: float = 30.0) -> Picture:
    plots = {name: f"{__name__}:{name}" for name in NAMES}
    plots |= {"missing": f"{__name__}:missing", "nowhere": "no_such_module:draw"}
    return draw_plots(parse(f"node a\n   :plot: {field}{rest}", plots=plots), style, timeout).of["a"]


@pytest.mark.parametrize("style", [MODERN, PRINT], ids=lambda style: style.name)
@pytest.mark.parametrize("rest", ["", "\n   :size: 320 x 200"])
@pytest.mark.parametrize("field", ["curve", 'curve power=3 name="a longer name"', "areas", "image"])
def test_everything_is_inside(field: str, rest: str, style: Style) -> None:
    drawn = picture(field, style, rest)
    whole = Box(0.0, 0.0, drawn.size.width, drawn.size.height)
    assert all(whole.holds(box, 0.5) for box in texts(drawn).values())
    for mark in paths(drawn):
        assert whole.holds(Box.around(mark.curve.points), 0.5)


def test_size_is_that_of_the_style_or_the_one_asked_for() -> None:
    size = picture("curve").size
    assert (size.width, size.height) == (MODERN.plot_width + 14, MODERN.plot_height + 14)
    size = picture("curve", rest="\n   :size: 320 x 200").size
    assert (size.width, size.height) == (334.0, 214.0)


def test_arguments_are_given() -> None:
    assert "loss" in texts(picture("curve name=loss"))
    assert "a loss" in texts(picture('curve name="a loss"'))
    assert picture("curve power=3") != picture("curve")


def test_numbers_are_short_and_names_stand_above() -> None:
    found = texts(picture("curve", rest="\n   :size: 320 x 200"))
    assert {"50k", "100k"} <= found.keys()
    assert found["cost"].y0 > found["100k"].center[1]


def test_lines_have_the_colours_of_series_or_dashes() -> None:
    lines = [mark for mark in paths(picture("curve")) if mark.stroke.role == "stroke"]
    assert {mark.stroke.name for mark in lines} == {"1", "2"}
    printed = [mark for mark in paths(picture("curve", PRINT)) if mark.stroke.role == "stroke"]
    assert {mark.dash for mark in printed} > {()}


def test_transparent_areas_let_through_what_is_behind() -> None:
    fills = {(mark.fill, mark.alpha) for mark in paths(picture("areas")) if mark.fill}
    assert (Ink("fill", "1"), 0.55) in fills
    assert (Ink("fixed", "#ff0000"), 0.5) in fills


def test_transparency_of_each_part() -> None:
    marks = paths(picture("faint"))
    assert (Ink("stroke", "1"), 0.3) in [(mark.stroke, mark.alpha) for mark in marks if not mark.fill]
    both = [mark for mark in marks if Ink("fixed", "#ff0000") in (mark.fill, mark.stroke)]
    assert [(mark.width, mark.alpha) for mark in both] == [(0.0, 0.25), (2.0, 0.75)]
    assert not [mark for mark in marks if mark.stroke == Ink("fixed", "#00ff00")]


def test_colours_that_matplotlib_looks_up_when_it_draws_are_those_of_the_style() -> None:
    (line,) = [mark for mark in paths(picture("lines")) if mark.stroke.role not in ("line", "text", "ground")]
    assert line.stroke == Ink("stroke", "1")


@pytest.mark.parametrize("format", ["svg", "pdf", "png"])
def test_transparency_is_drawn(format: Format) -> None:
    transparent, opaque = (
        render(parse(f"node a\n   :plot: {name}\n", plots={name: f"{__name__}:{name}"}), format=format)
        for name in ("faint", "clear")
    )
    assert transparent != opaque
    if format == "svg":
        assert [transparent.count(b' opacity=".3"'), opaque.count(b"opacity")] == [1, 0]


def test_logarithmic_axes_have_powers() -> None:
    assert [text for text in texts(picture("logarithmic")) if text.startswith("$") and "10^{3}" in text] != []


@pytest.mark.parametrize(("origin", "top"), [("upper", "#000000"), ("lower", "#999999")])
def test_image_becomes_cells(origin: str, top: str) -> None:
    cells = [mark for mark in paths(picture(f"image origin={origin}")) if mark.fill and mark.fill.role == "fixed"]
    assert len(cells) == 6

    def corner(mark: PathMark) -> tuple[float, float]:
        box = Box.around(mark.curve.points)
        return -box.y1, box.x0

    first = min(cells, key=corner)
    assert first.fill == Ink("fixed", top)


FAILURES = {
    "failing": "the plot 'failing' failed: ValueError: no layer",
    "failing reason=other": "the plot 'failing' failed: ValueError: other",
    "leaving": "the plot 'leaving' failed: SystemExit: 3",
    "curve size=3": "the plot 'curve' failed: TypeError: curve() got an unexpected keyword argument 'size'",
    "missing": f"the plot 'missing' failed: AttributeError: module '{__name__}' has no attribute 'missing'",
    "nowhere": "the plot 'nowhere' failed: ModuleNotFoundError: No module named 'no_such_module'",
    "large_image": "the plot 'large_image' failed: ValueError: an image has at most 4,096 cells, not 10,000",
    "crowded": "the plot 'crowded' failed: ValueError: 200 x 110 points have no room for its texts",
}


@pytest.mark.parametrize("field", FAILURES)
def test_failure(field: str) -> None:
    with pytest.raises(PlotError) as caught:
        picture(field)
    assert (str(caught.value), caught.value.node) == (FAILURES[field], "a")


def test_time_limit() -> None:
    with pytest.raises(PlotError) as caught:
        picture("sleeping", timeout=0.2)
    assert str(caught.value) == "the plot 'sleeping' took longer than 0.2 seconds"
