"""Ticks, and keys of series."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline.geometry.primitives import Size
from sphinxext.llmpipeline.model.plots import Plot, Series
from sphinxext.llmpipeline.plots.frame import grown, key_of, ticks, ticks_beside, ticks_with_room
from tests.plots.tools import tools

TOOLS = tools()


@pytest.mark.parametrize(
    ("least", "greatest", "texts"),
    [
        (0.0, 20_000.0, ("0", "5k", "10k", "15k", "20k")),
        (1.6, 3.9, ("2", "3")),
        (0.0, 7e10, ("0", "20B", "40B", "60B")),
        (-1.0, 1.0, ("−1", "−0.5", "0", "0.5", "1")),
        (1e-5, 9e-5, ("2e-5", "4e-5", "6e-5", "8e-5")),
    ],
)
def test_ticks_are_few_and_round(least: float, greatest: float, texts: tuple[str, ...]) -> None:
    assert ticks(least, greatest, 5).texts == texts


def test_ticks_have_the_sign_of_percent_alone() -> None:
    assert ticks(0.0, 100.0, 3, unit="%").texts == ("0%", "50%", "100%")
    assert ticks(0.0, 100.0, 3, unit="tokens").texts == ("0", "50", "100")


def test_whole_ticks() -> None:
    assert all(place == int(place) for place in ticks(0.0, 2.0, 6, whole=True).places)


@pytest.mark.parametrize("width", range(20, 400, 20))
def test_numbers_along_an_axis_have_room(width: float) -> None:
    found = ticks_with_room(0.0, 123_456.0, width, TOOLS, whole=True)
    assert found.places
    halves = [TOOLS.lettering.width(text) / 2 for text in found.texts]
    places = [place / 123_456.0 * width for place in found.places]
    assert all(places[at] + halves[at] < places[at + 1] - halves[at + 1] for at in range(len(places) - 1))


@pytest.mark.parametrize("height", range(20, 200, 20))
def test_numbers_beside_an_axis_have_room(height: float) -> None:
    found = ticks_beside(0.0, 3.7, height, TOOLS, whole=False)
    assert 1 <= len(found.places) <= 5
    if len(found.places) > 1:
        assert (found.places[1] - found.places[0]) / 3.7 * height >= TOOLS.lettering.height or height < 40


def several(*names: str) -> Plot:
    return Plot("line", tuple(Series(name, (1.0,)) for name in names), (), (0.0,))


def test_one_series_has_no_key() -> None:
    assert key_of(several("loss"), TOOLS, 100.0).rows == ()
    assert key_of(several("", ""), TOOLS, 100.0).rows == ()


def test_key_has_rows_if_it_is_wide() -> None:
    names = ("train", "validation", "test", "a rather long name of a series")
    assert key_of(several(*names), TOOLS, 1000.0).rows == ((0, 1, 2, 3),)
    key = key_of(several(*names), TOOLS, 160.0)
    assert key.rows == ((0, 1), (2,), (3,))
    assert key.height > 3 * TOOLS.lettering.height


def test_size_grows_to_what_is_needed() -> None:
    assert grown(Size(90.0, 90.0), None, Size(180.0, 60.0)) == Size(180.0, 90.0)
    assert grown(Size(90.0, 90.0), (50.0, 200.0), Size(180.0, 60.0)) == Size(90.0, 200.0)
