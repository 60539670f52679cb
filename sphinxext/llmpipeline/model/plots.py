"""Plots inside nodes: their data as frozen values, and the data in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from ..messages import PLOT_POINT, PLOT_RANGE, PLOT_SUMMARY, Say, english
from ..records import frozen_record
from .quantity import Value, format_number, format_numbers
from .vocabulary import PlotKind

MOST_SERIES = 8
"""Most series of one plot, and most slices of a pie: as many as a style has colours."""

_SPELLED = 8
"""Most values of a series that are all said."""


@frozen_record(slots=False)
class Series:
    """Numbers in one colour, or one column of a heat map."""

    name: str
    """Empty if the author gave none."""
    numbers: tuple[float | None, ...]
    """``None`` where one is missing."""


Argument = str | int | float


@frozen_record(slots=False)
class PlotFunction:
    """A function of the project that draws a plot, and what it is called with."""

    name: str
    """By which diagrams name it."""
    target: str
    """``module:callable``."""
    arguments: tuple[tuple[str, Argument], ...] = ()
    digest: str = ""
    """Of the file of the module, so that a drawing is made anew when that has changed; empty if it is not known."""


@frozen_record(slots=False)
class Plot:
    """The data of a plot, or the function that draws it."""

    kind: PlotKind | Literal["function"]
    series: tuple[Series, ...] = ()
    """One, unless it is a line, a scatter plot or a heat map; all of one length."""
    names: tuple[str, ...] = ()
    """Of bars and slices, or of the rows of a heat map."""
    places: tuple[float, ...] = ()
    """Of the numbers of a line or a scatter plot, along the horizontal axis."""
    axis: str = ""
    """Name of the horizontal axis."""
    unit: str = ""
    """That all numbers have; empty for none."""
    function: PlotFunction | None = None
    """Of a plot of the kind ``function``, which has nothing else."""

    def shown(self, number: float) -> str:
        """A number with the unit."""
        return Value(number, self.unit).text


def plot_names(plot: Plot) -> list[str]:
    """The names in a plot that are words, each once: those of the axis, of series, and of bars, slices or rows.

    >>> plot_names(Plot("line", (Series("loss", (3.0,)), Series("2", (3.0,))), axis="step"))
    ['step', 'loss']
    """
    every = (plot.axis, *(one.name for one in plot.series), *plot.names)
    return [name for name in dict.fromkeys(every) if any(map(str.isalpha, name))]


def renamed(plot: Plot, names: Mapping[str, str]) -> Plot:
    """*plot* with other names for those in *names*."""
    series = tuple(replace(one, name=names.get(one.name, one.name)) for one in plot.series)
    rows = tuple(names.get(name, name) for name in plot.names)
    return replace(plot, series=series, names=rows, axis=names.get(plot.axis, plot.axis))


def plot_words(plot: Plot, say: Say = english) -> list[str]:
    """The data in words, one text for each name or series; long series as their number, range, first and last value.

    >>> plot_words(Plot("bars", (Series("", (67.0, 15.0)),), ("Web", "Books"), unit="%"))
    ['Web 67%', 'Books 15%']
    """
    if plot.function:
        arguments = (f"{name} {value}" for name, value in plot.function.arguments)
        return [" ".join([plot.function.name, *arguments])]
    if plot.kind in ("bars", "pie"):
        return [
            f"{name} {plot.shown(number or 0.0)}"
            for name, number in zip(plot.names, plot.series[0].numbers, strict=True)
        ]
    if plot.kind == "heatmap":
        return [*_rows(plot, say)]
    return [*_columns(plot, say)]


def plot_sentence(plot: Plot, say: Say = english) -> str:
    """The data in words on one line."""
    words = plot_words(plot, say)
    return ("; " if any(", " in text for text in words) else ", ").join(words)


def _rows(plot: Plot, say: Say) -> Iterator[str]:
    columns = [one.name for one in plot.series]
    names = plot.names or tuple(str(row + 1) for row in range(len(plot.series[0].numbers)))
    for row, name in enumerate(names):
        numbers = [one.numbers[row] for one in plot.series]
        known = [number for number in numbers if number is not None]
        if len(numbers) <= _SPELLED:
            texts = zip(columns, numbers, strict=True)
            cells = [f"{column} {plot.shown(number)}".strip() for column, number in texts if number is not None]
            yield f"{name}: {', '.join(cells)}"
        elif known:
            yield f"{name}: {_range(plot, known, say)}"


def _columns(plot: Plot, say: Say) -> Iterator[str]:
    for one in plot.series:
        known = [(index, number) for index, number in enumerate(one.numbers) if number is not None]
        if not known:
            continue
        numbers = [number for _, number in known]
        head = f"{one.name}: " if one.name else ""
        if plot.kind == "hist":
            yield head + _range(plot, numbers, say)
        elif len(known) <= _SPELLED:
            places = format_numbers(tuple(plot.places[index] for index, _ in known))
            points = [
                say(PLOT_POINT).format(value=plot.shown(number), place=f"{plot.axis} {place}".strip())
                for place, number in zip(places, numbers, strict=True)
            ]
            yield head + ", ".join(points)
        else:
            start, end = (
                say(PLOT_POINT).format(
                    value=plot.shown(number), place=f"{plot.axis} {format_number(plot.places[index])}".strip()
                )
                for index, number in (known[0], known[-1])
            )
            yield head + say(PLOT_SUMMARY).format(count=len(known), first=start, last=end, **_ends(plot, numbers))


def _range(plot: Plot, numbers: Sequence[float], say: Say) -> str:
    return say(PLOT_RANGE).format(count=len(numbers), **_ends(plot, numbers))


def _ends(plot: Plot, numbers: Iterable[float]) -> dict[str, str]:
    ordered = sorted(numbers)
    return {"least": plot.shown(ordered[0]), "greatest": plot.shown(ordered[-1])}
