"""Values → colours, widths and colour bars, by the colour maps and norms of matplotlib."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import matplotlib as mpl
import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize, to_hex, to_rgb
from matplotlib.scale import get_scale_names, scale_factory
from matplotlib.ticker import Locator, LogLocator, MaxNLocator

from ..diagnostics import suggestion
from ..model.pipeline import Label, Pipeline, Scale
from ..model.quantity import Value, format_numbers
from .encoding import ColorBar, Encoding
from .types import Style

_STEPS = 32  # of a colour bar; more are not told apart at its size
_TICKS = 5
_COLORED_WIDTH = 2.5  # points; on a thinner line colours are not told apart
_SLACK = 1e-6  # of places
_ALONE = 0.1  # how far a range reaches around the only value of a diagram, as a part of it


def paint(pipeline: Pipeline, style: Style) -> Encoding:
    """What the scales of *pipeline* make of its values."""
    painter = _Painter()
    nodes = {index: node.value for index, node in enumerate(pipeline.nodes) if node.value}
    edges = {index: edge.value for index, edge in enumerate(pipeline.edges) if edge.value}
    with np.errstate(all="ignore"):  # numbers without a place in a norm are told of in a message
        fills, _ = painter.apply(pipeline.node_scale, nodes, "")
        strokes, widths = painter.apply(pipeline.edge_scale, edges, "edge-")
    for index in strokes:
        widths.setdefault(index, max(style.edges[pipeline.edges[index].kind].width, _COLORED_WIDTH))
    tones = {index: style.nodes[pipeline.nodes[index].kind].light for index in fills}
    return Encoding(
        {index: replace(tone, fill=fills[index], text=_text_on(fills[index])) for index, tone in tones.items()},
        strokes,
        widths,
        tuple(painter.bars),
        tuple(painter.messages),
    )


class _Painter:
    """Applies scales, and keeps the bars that explain them and what was wrong with them."""

    def __init__(self) -> None:
        self.bars: list[ColorBar] = []
        self.messages: list[str] = []

    def apply(
        self, scale: Scale | None, values: Mapping[int, Value], prefix: str
    ) -> tuple[dict[int, str], dict[int, float]]:
        """Colours and widths by the keys of *values*; *prefix* is that of the scale's options."""
        norm = self._norm(scale, [value.number for value in values.values()], prefix) if scale and values else None
        if scale is None or norm is None:
            return {}, {}
        places = self._places(norm, values, scale.norm, prefix)
        widths = {}
        if scale.widths:
            least, greatest = scale.widths
            widths = {index: least + place * (greatest - least) for index, place in places.items()}
        if scale.colormap is None:
            return {}, widths
        if scale.colormap not in mpl.colormaps:
            advice = suggestion(scale.colormap, mpl.colormaps) or "; expected the name of a colour map of matplotlib"
            self.messages.append(f"option '{prefix}colormap': unknown colour map '{scale.colormap}'{advice}")
            return {}, widths
        colormap = mpl.colormaps[scale.colormap]
        strip = tuple(to_hex(colormap((step + 0.5) / _STEPS)) for step in range(_STEPS))
        self.bars.append(ColorBar(strip, _ticks(norm, scale.norm), scale.label or _common_unit(values)))
        return {index: to_hex(colormap(place)) for index, place in places.items()}, widths

    def _norm(self, scale: Scale, numbers: list[float], prefix: str) -> Normalize | None:
        """The norm over its range; ``None`` where there is none such."""
        names = [name for name in get_scale_names() if not name.startswith("function")]  # which take functions
        if scale.norm not in names:
            self.messages.append(f"option '{prefix}norm': unknown norm '{scale.norm}'{suggestion(scale.norm, names)}")
            return None
        norm = ScalarMappable(norm=scale.norm).norm  # type: ignore[arg-type]  # its stub knows no names
        assert isinstance(norm, Normalize)
        if scale.range:
            norm.vmin, norm.vmax = scale.range
        norm.autoscale_None(numbers)
        if norm.vmin is not None and norm.vmin == norm.vmax:
            reach = abs(norm.vmin) * _ALONE or 1.0
            norm.vmin, norm.vmax = norm.vmin - reach, norm.vmin + reach
        try:
            norm(numbers)
        except ValueError:
            if scale.range:
                message = f"option '{prefix}range': '{scale.norm}' is not defined at both of its ends"
            else:
                message = f"option '{prefix}norm': '{scale.norm}' has no place for any of the values"
            self.messages.append(message)
            return None
        return norm

    def _places(self, norm: Normalize, values: Mapping[int, Value], name: str, prefix: str) -> dict[int, float]:
        """Places from 0 to 1, of those values that have one."""
        places = np.ma.filled(norm([value.number for value in values.values()]), np.nan)
        found = {
            index: float(np.clip(place, 0, 1))
            for index, place in zip(values, places, strict=True)
            if np.isfinite(place)
        }
        lost = ", ".join(dict.fromkeys(value.text for index, value in values.items() if index not in found))
        if lost:
            self.messages.append(f"option '{prefix}norm': '{name}' has no place for the value {lost}")
        return found


class _Axis:
    """Keeps the locator that a scale gives to an axis; the axis of an Axes costs as much as ten diagrams."""

    axis_name = "x"

    def __init__(self) -> None:
        self.locator: Locator = MaxNLocator()

    def set_major_locator(self, locator: Locator) -> None:
        self.locator = locator

    def set(self, major_locator: Locator, **_: object) -> None:
        """The other way to tell an axis."""
        self.locator = major_locator

    def set_minor_locator(self, locator: object) -> None:
        """A bar of this size has no minor ticks."""

    set_major_formatter = set_minor_formatter = set_minor_locator


def _ticks(norm: Normalize, name: str) -> tuple[tuple[float, str], ...]:
    """Where the scale of that name has its ticks, and the numbers there."""
    axis = _Axis()
    scale_factory(name, axis).set_default_locators_and_formatters(axis)  # type: ignore[arg-type]  # all that it asks for
    found = _along(axis.locator, norm)
    if len(found) < 2:  # as of a logarithmic scale over less than a decade
        found = _along(MaxNLocator(), norm)
    return tuple(zip(found.values(), format_numbers(tuple(found)), strict=True))


def _along(locator: Locator, norm: Normalize) -> dict[float, float]:
    """The numbers that a locator gives within the range of *norm*, and their places."""
    assert norm.vmin is not None
    assert norm.vmax is not None
    if isinstance(locator, MaxNLocator):
        locator.set_params(nbins=_TICKS - 1)
    elif isinstance(locator, LogLocator):
        locator.set_params(numticks=_TICKS)
    try:
        numbers = [float(number) for number in locator.tick_values(norm.vmin, norm.vmax)]
    except (ValueError, OverflowError):  # numbers near the limits of a float
        return {}
    places = np.ma.filled(norm(numbers), np.nan)
    return {
        number: float(np.clip(place, 0, 1))
        for number, place in zip(numbers, places, strict=True)
        if -_SLACK <= place <= 1 + _SLACK
    }


def _common_unit(values: Mapping[int, Value]) -> Label | None:
    units = {value.unit for value in values.values()}
    return Label.plain(units.pop()) if len(units) == 1 and units != {""} else None


def _text_on(fill: str) -> str:
    """Black or white, whichever has the greater contrast as WCAG reckons it."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(fill)]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if (luminance + 0.05) / 0.05 >= 1.05 / (luminance + 0.05) else "#ffffff"
