"""Values become the colours, widths and ticks that matplotlib gives them."""

from __future__ import annotations

from dataclasses import replace

import matplotlib as mpl
import pytest
from matplotlib.colors import to_hex, to_rgb

from sphinxext.llmpipeline import CLASSIC, parse
from sphinxext.llmpipeline.model.pipeline import Label, Node, Pipeline, Scale
from sphinxext.llmpipeline.model.quantity import Value
from sphinxext.llmpipeline.style.types import Encoding
from sphinxext.llmpipeline.style.value_scales import apply_scales


def nodes(*values: str) -> Pipeline:
    return parse("\n".join(f"node n{index}\n   :value: {value}" for index, value in enumerate(values)) + "\nnode none")


def edges(*values: str) -> Pipeline:
    return parse("\n".join(f"a -> b\n   :value: {value}" for value in values) + "\na -> b")


def encoded(scale: Scale, *values: str) -> Encoding:
    return apply_scales(replace(nodes(*values), node_scale=scale), CLASSIC)


def fills(found: Encoding) -> list[str]:
    return [tone.fill for tone in found.nodes.values()]


def ticks(found: Encoding) -> list[str]:
    return [text for _, text in found.bars[0].ticks]


def test_colours_are_those_of_the_colour_map() -> None:
    found = encoded(Scale("viridis"), "0", "1", "4")
    colormap = mpl.colormaps["viridis"]
    assert fills(found) == [to_hex(colormap(place)) for place in (0.0, 0.25, 1.0)]
    assert list(found.nodes) == [0, 1, 2]
    assert found.messages == ()
    assert {tone.stroke for tone in found.nodes.values()} == {CLASSIC.nodes["node"].light.stroke}


def test_norm_and_range() -> None:
    colormap = mpl.colormaps["cividis"]
    found = encoded(Scale("cividis", "log", (1e6, 1e12)), "1k", "1B", "1P")
    assert fills(found) == [to_hex(colormap(place)) for place in (0.0, 0.5, 1.0)]
    every_second = ["1M", "100M", "10B", "1T"] if mpl.__version_info__ >= (3, 11) else ["10M", "1B", "100B"]
    assert ticks(found) == every_second


@pytest.mark.parametrize("name", ["viridis", "Blues", "gray", "coolwarm", "tab10", "magma"])
def test_text_stands_out_from_every_colour(name: str) -> None:
    found = encoded(Scale(name), *(str(number) for number in range(50)))
    for tone in found.nodes.values():
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(tone.fill)]
        luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        ratio = (luminance + 0.05) / 0.05 if tone.text == "#000000" else 1.05 / (luminance + 0.05)
        assert tone.text in ("#000000", "#ffffff")
        assert ratio >= 4.5


def test_widths_and_colours_of_edges() -> None:
    found = apply_scales(replace(edges("0", "5", "10"), edge_scale=Scale(widths=(1.0, 9.0))), CLASSIC)
    assert found == Encoding(widths={0: 1.0, 1: 5.0, 2: 9.0})
    found = apply_scales(replace(edges("0", "5", "10"), edge_scale=Scale("viridis")), CLASSIC)
    assert found.edges == {index: to_hex(mpl.colormaps["viridis"](index / 2)) for index in range(3)}
    assert set(found.widths.values()) == {2.5}
    assert len(found.bars) == 1


def test_title_is_the_label_or_the_unit_in_common() -> None:
    assert encoded(Scale("viridis", label=Label.plain("Size")), "1 t", "2 t").bars[0].title == Label.plain("Size")
    assert encoded(Scale("viridis"), "1 t", "2 t").bars[0].title == Label.plain("t")
    assert encoded(Scale("viridis"), "1 t", "2 kg").bars[0].title is None
    assert encoded(Scale("viridis"), "1", "2").bars[0].title is None


@pytest.mark.parametrize(
    ("norm", "values", "expected"),
    [
        ("linear", ("7B", "70B"), ["20B", "40B", "60B"]),
        ("log", ("117M", "175B"), ["1B", "10B", "100B"]),
        ("log", ("7B", "70B"), ["20B", "40B", "60B"]),
        ("symlog", ("-100", "100"), ["−100", "−10", "−1", "0", "1", "10", "100"]),
        ("linear", ("5",), ["4.5", "4.75", "5", "5.25", "5.5"]),
        ("linear", ("0",), ["−1", "−0.5", "0", "0.5", "1"]),
    ],
)
def test_ticks(norm: str, values: tuple[str, ...], expected: list[str]) -> None:
    found = encoded(Scale("viridis", norm), *values)
    assert ticks(found) == expected
    places = [place for place, _ in found.bars[0].ticks]
    assert places == sorted(places)
    assert min(places) >= 0
    assert max(places) <= 1


@pytest.mark.parametrize("norm", ["linear", "log", "symlog", "asinh", "logit"])
def test_every_norm_of_matplotlib(norm: str) -> None:
    found = encoded(Scale("viridis", norm), "0.1", "0.5", "0.9")
    assert len(set(fills(found))) == 3
    assert len(found.bars[0].ticks) >= 2
    assert found.messages == ()


@pytest.mark.parametrize(
    ("scale", "values", "message"),
    [
        (Scale("virdis"), ("1", "2"), "option 'colormap': unknown colour map 'virdis'; did you mean 'viridis'?"),
        (
            Scale("xyzzyx"),
            ("1", "2"),
            "option 'colormap': unknown colour map 'xyzzyx'; expected the name of a colour map of matplotlib",
        ),
        (
            Scale("viridis", "logarithmic"),
            ("1", "2"),
            "option 'norm': unknown norm 'logarithmic'; did you mean 'log'?",
        ),
        (Scale("viridis", "lgo"), ("1", "2"), "option 'norm': unknown norm 'lgo'; did you mean 'log'?"),
        (
            Scale("viridis", "function"),
            ("1", "2"),
            "option 'norm': unknown norm 'function'; expected one of: asinh, linear, log, logit, symlog",
        ),
        (Scale("viridis", "log"), ("-1", "0"), "option 'norm': 'log' has no place for any of the values"),
        (
            Scale("viridis", "log", (-1.0, 5.0)),
            ("1", "2"),
            "option 'range': 'log' is not defined at both of its ends",
        ),
    ],
)
def test_invalid_scale_keeps_the_plain_look(scale: Scale, values: tuple[str, ...], message: str) -> None:
    assert encoded(scale, *values) == Encoding(messages=(message,))


def test_message_names_the_option_of_edges() -> None:
    found = apply_scales(replace(edges("1", "2"), edge_scale=Scale("virdis", widths=(1.0, 2.0))), CLASSIC)
    assert found.messages == ("option 'edge-colormap': unknown colour map 'virdis'; did you mean 'viridis'?",)
    assert found.widths == {0: 1.0, 1: 2.0}


def test_value_without_a_place_keeps_the_look_of_its_kind() -> None:
    found = encoded(Scale("viridis", "log"), "0", "1k", "0", "1M")
    assert list(found.nodes) == [1, 3]
    assert found.messages == ("option 'norm': 'log' has no place for the value 0",)


def test_numbers_near_the_limits_of_a_float() -> None:
    """The language has no such numbers, but a pipeline that a program has made may."""
    made = (Node(f"n{number}", Label.plain(""), value=Value(number)) for number in (1e308, -1e308))
    found = apply_scales(Pipeline(tuple(made), node_scale=Scale("viridis")), CLASSIC)
    assert found.bars[0].ticks == ()
