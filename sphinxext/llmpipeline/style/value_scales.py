"""Scales: values become colours, widths and colour bars, by matplotlib's colour maps and norms."""

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
from ..model.synonyms import CHOICE_WORDS, suggest
from .types import ColorBar, Encoding, Style

_STEPS = 32  # of a colour bar; more cannot be distinguished at its size
_TICKS = 5  # of a colour bar, at most
_COLORED_WIDTH = 2.5  # points; colours of thinner lines cannot be distinguished
_SLACK = 1e-6  # of positions
_ALONE = 0.1  # half of the range around a single value, relative to the value


def apply_scales(pipeline: Pipeline, style: Style) -> Encoding:
    """Encode the values of *pipeline* by its scales."""
    encoder = _Encoder()
    nodes = {index: node.value for index, node in enumerate(pipeline.nodes) if node.value}
    edges = {index: edge.value for index, edge in enumerate(pipeline.edges) if edge.value}
    with np.errstate(all="ignore"):  # values outside the domain of a norm become messages
        fills, _ = encoder.apply(pipeline.node_scale, nodes, "")
        strokes, widths = encoder.apply(pipeline.edge_scale, edges, "edge-")
    for index in strokes:
        widths.setdefault(index, max(style.edges[pipeline.edges[index].kind].width, _COLORED_WIDTH))
    tones = {index: style.nodes[pipeline.nodes[index].kind].light for index in fills}
    return Encoding(
        {index: replace(tone, fill=fills[index], text=text_on(fills[index])) for index, tone in tones.items()},
        strokes,
        widths,
        tuple(encoder.bars),
        tuple(encoder.messages),
    )


class _Encoder:
    """Applies scales; collects their colour bars and messages."""

    def __init__(self) -> None:
        self.bars: list[ColorBar] = []
        self.messages: list[str] = []

    def apply(
        self, scale: Scale | None, values: Mapping[int, Value], prefix: str
    ) -> tuple[dict[int, str], dict[int, float]]:
        """Colours and widths by the keys of *values*; *prefix* begins the names of the scale's options."""
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
        """The norm over the range of the scale or of *numbers*; ``None`` if that is not possible."""
        names = [name for name in get_scale_names() if not name.startswith("function")]  # which need arguments
        if scale.norm not in names:
            advice = suggest(scale.norm, names, CHOICE_WORDS)
            self.messages.append(f"option '{prefix}norm': unknown norm '{scale.norm}'{advice}")
            return None
        norm = ScalarMappable(norm=scale.norm).norm  # type: ignore[arg-type]  # the stub lacks names
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
        """Positions from 0 to 1 of the values within the domain of the norm."""
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
    """An axis that only keeps the locator of its scale; an axis of an ``Axes`` costs as much time as ten diagrams."""

    axis_name = "x"

    def __init__(self) -> None:
        self.locator: Locator = MaxNLocator()

    def set_major_locator(self, locator: Locator) -> None:
        self.locator = locator

    def set(self, major_locator: Locator, **_: object) -> None:
        """Set the locator, as some scales do."""
        self.locator = major_locator

    def set_minor_locator(self, locator: object) -> None:
        """Ignore minor ticks."""

    set_major_formatter = set_minor_formatter = set_minor_locator


def _ticks(norm: Normalize, name: str) -> tuple[tuple[float, str], ...]:
    """Positions and numbers of the ticks of the scale called *name*."""
    axis = _Axis()
    scale_factory(name, axis).set_default_locators_and_formatters(axis)  # type: ignore[arg-type]  # has all attributes that are used
    found = _along(axis.locator, norm)
    if len(found) < 2:  # a logarithmic scale over less than a decade
        found = _along(MaxNLocator(), norm)
    return tuple(zip(found.values(), format_numbers(tuple(found)), strict=True))


def _along(locator: Locator, norm: Normalize) -> dict[float, float]:
    """Numbers of a locator within the range of *norm*, with their positions."""
    assert norm.vmin is not None
    assert norm.vmax is not None
    if isinstance(locator, MaxNLocator):
        locator.set_params(nbins=_TICKS - 1)
    elif isinstance(locator, LogLocator):
        locator.set_params(numticks=_TICKS)
    try:
        numbers = [float(number) for number in locator.tick_values(norm.vmin, norm.vmax)]
    except (ValueError, OverflowError):  # numbers near the limits of floats
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


def text_on(fill: str) -> str:
    """Black or white, for the greater contrast by the formula of WCAG."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(fill)]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if (luminance + 0.05) / 0.05 >= 1.05 / (luminance + 0.05) else "#ffffff"
