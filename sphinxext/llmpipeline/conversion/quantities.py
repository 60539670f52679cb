"""Numbers and plots as declarations write them, so that they are read as they were."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.plots import Plot, PlotFunction, Series
from ..model.quantity import Value, parse_value

_SUFFIXES = {"": 1.0, "k": 1e3, "M": 1e6, "B": 1e9, "T": 1e12, "P": 1e15, "m": 1e-3}


def value_text(value: Value) -> str:
    """The shortest text that is read as *value*; of a number that none gives exactly, all digits.

    >>> value_text(Value(175e9)), value_text(Value(12.5, "%")), value_text(Value(3e11, "tokens"))
    ('175B', '12.5%', '300B tokens')
    """
    unit = "%" if value.unit == "%" else f" {value.unit}" if value.unit else ""
    exact = repr(value.number).removesuffix(".0").replace("e+", "e")
    found = [exact]
    for suffix, factor in _SUFFIXES.items():
        if 1 <= abs(value.number / factor) < 1000:
            found += (f"{value.number / factor:.{digits}g}{suffix}" for digits in (value.digits, 15))
    same = [text for text in found if "e+" not in text and _is_read_as(f"{text}{unit}", value)]
    return f"{min(same, key=len) if same else exact}{unit}"


def _is_read_as(text: str, value: Value) -> bool:
    try:
        return parse_value(text) == value
    except ValueError:
        return False


def plot_lines(plot: Plot, node: str) -> str:
    """The value of the field ``:plot:``, with its data in the lines after the first.

    Raises:
        ValueError: if a name contains what would end it.
    """
    if plot.function:
        return _call(plot.function)
    return "\n".join([plot.kind, *_data(plot, node)])


def _call(function: PlotFunction) -> str:
    arguments = (
        f'{name}="{value}"' if isinstance(value, str) else f"{name}={value!r}" for name, value in function.arguments
    )
    return " ".join([function.name, *arguments])


def _data(plot: Plot, node: str) -> Iterator[str]:
    if plot.kind == "hist":
        yield " | ".join(_number(number, plot.unit) for number in plot.series[0].numbers)
        return
    if plot.kind in ("line", "scatter"):
        is_titled = all(one.name for one in plot.series)
        names = [_number(place, "" if is_titled else plot.axis) for place in plot.places]
    else:
        is_titled = plot.kind == "heatmap" and bool(plot.axis) and all(one.name for one in plot.series)
        names = [_name(name, node) for name in plot.names]
    if is_titled:
        yield _row(_name(plot.axis, node), [_series_name(one, node) for one in plot.series])
    for at, name in enumerate(names):
        yield _row(name, [_number(one.numbers[at], plot.unit) for one in plot.series])


def _row(name: str, cells: list[str]) -> str:
    return f"{name}: {' | '.join(cells)}".rstrip()


def _number(number: float | None, unit: str) -> str:
    return "" if number is None else value_text(Value(number, unit))


def _series_name(series: Series, node: str) -> str:
    return _name(series.name, node, "|")


def _name(name: str, node: str, *more: str) -> str:
    for sign in (": ", *more):
        if sign in f"{name} ":
            raise ValueError(f"the plot of node '{node}' has a name with '{sign}', which would end it: '{name}'")
    return name
