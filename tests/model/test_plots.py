"""Data of plots in words."""

from __future__ import annotations

import pickle

from sphinxext.llmpipeline.model.pipeline import Node
from sphinxext.llmpipeline.model.plots import Plot, Series, plot_names, plot_sentence, plot_words, renamed

BARS = Plot("bars", (Series("", (67.0, 15.0)),), ("Web", "Books"), unit="%")


def line(*columns: tuple[float | None, ...], axis: str = "step") -> Plot:
    """A line plot of some series."""
    series = tuple(Series(name, numbers) for name, numbers in zip("ab", columns, strict=False))
    return Plot("line", series, (), tuple(10.0 * index for index in range(len(columns[0]))), axis)


def test_names_with_their_numbers() -> None:
    assert plot_sentence(BARS) == "Web 67%, Books 15%"
    assert plot_words(Plot("pie", (Series("", (1.5e12, None)),), ("Web", "Books"), unit="tokens")) == [
        "Web 1.5T tokens",
        "Books 0 tokens",
    ]


def test_short_series_are_said_in_full() -> None:
    assert plot_sentence(line((3.2, None, 2.5))) == "a: 3.2 at step 0, 2.5 at step 20"
    assert plot_sentence(line((3.2,), (3.4,), axis="")) == "a: 3.2 at 0, b: 3.4 at 0"


def test_long_series_are_said_by_their_ends() -> None:
    falling = tuple(3.0 - index / 100 for index in range(100))
    assert plot_words(line((*falling, 2.4), (*falling, None))) == [
        "a: 101 values from 2.01 to 3, first 3 at step 0, last 2.4 at step 1k",
        "b: 100 values from 2.01 to 3, first 3 at step 0, last 2.01 at step 990",
    ]


def test_series_without_a_number_is_left_out() -> None:
    assert plot_words(line((None, None), (1.0, 2.0))) == ["b: 1 at step 0, 2 at step 10"]


def test_histogram_is_said_by_its_range() -> None:
    assert plot_words(Plot("hist", (Series("", (12.0, 9.0, 1200.0)),), unit="tokens")) == [
        "3 values from 9 tokens to 1.2k tokens"
    ]


def test_heat_map_is_said_row_by_row() -> None:
    series = Series("The", (0.1, None)), Series("cat", (0.7, 0.2))
    assert plot_sentence(Plot("heatmap", series, ("The", "cat"))) == "The: The 0.1, cat 0.7; cat: cat 0.2"
    assert plot_words(Plot("heatmap", (Series("", (0.1,)), Series("", (0.9,))))) == ["1: 0.1, 0.9"]
    wide = tuple(Series("", (index / 10,)) for index in range(9))
    assert plot_words(Plot("heatmap", wide, ("The",))) == ["The: 9 values from 0 to 0.8"]


def test_templates_are_translated() -> None:
    falling = tuple(map(float, range(9)))
    assert plot_sentence(line(falling), lambda text: text.replace("values", "Werte")).startswith("a: 9 Werte from 0")


def test_plots_are_values() -> None:
    node = Node("a", plot=BARS, size=(160.0, 90.0))
    again = pickle.loads(pickle.dumps(node))
    assert (again, repr(again)) == (node, repr(node))
    assert node != Node("a", plot=BARS)
    assert "67.0" in repr(node)


def test_names_are_words_and_can_be_replaced() -> None:
    plot = line((1.0, 2.0), (3.0, 4.0))
    assert plot_names(plot) == ["step", "a", "b"]
    other = renamed(plot, {"step": "Schritt", "b": "B"})
    assert (other.axis, [one.name for one in other.series]) == ("Schritt", ["a", "B"])
    assert plot_names(BARS) == ["Web", "Books"]
    assert renamed(BARS, {"Web": "Netz"}).names == ("Netz", "Books")
    assert plot_names(Plot("bars", (Series("", (1.0,)),), ("2024",))) == []
