"""Colours of the built-in styles: contrast in light and dark, also as colour-blind readers see them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb

from sphinxext.llmpipeline import Style, Tone
from sphinxext.llmpipeline.model.vocabulary import NODE_KINDS
from sphinxext.llmpipeline.style.builtin import KIND_SHAPES, STYLES
from sphinxext.llmpipeline.style.css import CSS_COLORS

# Pages of themes: furo, the PyData theme, sphinx-immaterial's slate, and black.
LIGHT_PAGES = ("#ffffff",)
DARK_PAGES = ("#131416", "#14181e", "#1e2129", "#000000")

# Gustavo M. Machado, Manuel M. Oliveira, Leandro A. F. Fernandes: A Physiologically-based Model for Simulation of Color
# Vision Deficiency, IEEE Transactions on Visualization and Computer Graphics 15 (6), 2009: severity 1.0, linear RGB.
VISION = {
    "full": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}

# Least contrast of text and of lines: WCAG 2.2, 1.4.3 and 1.4.11; for high contrast 1.4.6.
LEAST = dict.fromkeys(STYLES, (4.5, 3.0)) | {"high-contrast": (7.0, 4.5)}

styles = pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
visions = pytest.mark.parametrize("vision", VISION)


@dataclass(frozen=True)
class Side:
    """A style on light or on dark pages."""

    name: str
    pages: tuple[str, ...]
    nodes: dict[str, Tone]
    categories: dict[str, Tone]
    group_fills: dict[str, str]
    """Of groups by their category; those of none are called ``none``."""
    group: Tone
    edges: dict[str, str]
    edge_text: str

    @property
    def grounds(self) -> tuple[str, ...]:
        """Background of nodes, edges and groups."""
        return (*self.pages, self.group.fill)


def sides(style: Style) -> tuple[Side, Side]:
    return (
        Side(
            "light",
            LIGHT_PAGES,
            {kind: look.light for kind, look in style.nodes.items()},
            {key: look.light for key, look in style.categories.items()},
            {"none": style.group_light.fill} | {key: look.light_ground for key, look in style.categories.items()},
            style.group_light,
            {kind: look.light or style.edge_light for kind, look in style.edges.items()},
            style.edge_text_light,
        ),
        Side(
            "dark",
            DARK_PAGES,
            {kind: look.dark for kind, look in style.nodes.items()},
            {key: look.dark for key, look in style.categories.items()},
            {"none": style.group_dark.fill} | {key: look.dark_ground for key, look in style.categories.items()},
            style.group_dark,
            {kind: look.dark or style.edge_dark for kind, look in style.edges.items()},
            style.edge_text_dark,
        ),
    )


def seen(color: str, vision: str) -> np.ndarray:
    """A colour in linear RGB, as a reader with this vision sees it."""
    parts = np.array(to_rgb(color))
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return np.clip(VISION[vision] @ linear, 0, 1)


def contrast(one: str, other: str, vision: str = "full") -> float:
    """The contrast ratio of WCAG 2.2."""
    dark, light = sorted(float(seen(color, vision) @ (0.2126, 0.7152, 0.0722)) for color in (one, other))
    return (light + 0.05) / (dark + 0.05)


def difference(one: str, other: str, vision: str) -> float:
    """Euclidean distance in Oklab; 0.02 is just visible (Björn Ottosson, 2020)."""
    to_lms = np.array(
        [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
         [0.0883024619, 0.2817188376, 0.6299787005]]
    )  # fmt: skip
    to_lab = np.array(
        [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
         [0.0259040371, 0.7827717662, -0.8086757660]]
    )  # fmt: skip
    return float(np.linalg.norm(to_lab @ (np.cbrt(to_lms @ seen(one, vision)) - np.cbrt(to_lms @ seen(other, vision)))))


def texts(side: Side) -> Iterator[tuple[str, str, str]]:
    """Texts, with their colours and backgrounds."""
    for kind, tone in (*side.nodes.items(), *side.categories.items()):
        yield kind, tone.text, tone.fill
    for key, tone in side.categories.items():
        yield f"title of a group of category {key}", tone.text, side.group_fills[key]
    yield "title of a group", side.group.text, side.group.fill
    for ground in side.grounds:
        yield "label of an edge", side.edge_text, ground


def lines(side: Side) -> Iterator[tuple[str, str, str]]:
    """Lines, with their colours and backgrounds."""
    for ground in side.grounds:
        for kind, tone in side.nodes.items():
            yield f"outline of {kind}", tone.stroke, ground
        for kind, color in side.edges.items():
            yield f"edge {kind}", color, ground
        for key, tone in side.categories.items():
            yield f"outline of category {key}", tone.stroke, ground
        yield "border of a group", side.group.stroke, ground
    for kind, tone in (*side.nodes.items(), *side.categories.items()):
        yield f"outline of {kind} around its fill", tone.stroke, tone.fill
    for key, tone in side.categories.items():
        yield f"border of a group of category {key}", tone.stroke, side.group_fills[key]


@styles
@visions
def test_text_and_lines_stand_out(style: Style, vision: str) -> None:
    text, line = LEAST[style.name]
    weak = [
        (side.name, what, color, ground, round(contrast(color, ground, vision), 2))
        for side in sides(style)
        for found, least in ((texts(side), text), (lines(side), line))
        for what, color, ground in found
        if contrast(color, ground, vision) < least
    ]
    assert weak == []


@styles
@visions
def test_any_two_kinds_can_be_distinguished(style: Style, vision: str) -> None:
    for side in sides(style):
        for one, other in combinations(side.nodes, 2):
            fill, other_fill = side.nodes[one].fill, side.nodes[other].fill
            if style.nodes[one].shape == style.nodes[other].shape:
                assert difference(fill, other_fill, vision) > 0.04, (side.name, one, other)


@styles
@visions
def test_any_two_categories_can_be_distinguished(style: Style, vision: str) -> None:
    marks = {look.mark for look in style.categories.values()}
    assert marks == {""} or len(marks) == len(style.categories)
    for side in sides(style) if marks == {""} else ():
        for one, other in combinations(side.categories.values(), 2):
            assert difference(one.fill, other.fill, vision) > 0.055, (side.name, one, other)


def test_simulated_vision_takes_red_and_green_for_each_other() -> None:
    """The simulation is right: two colours that full vision distinguishes become similar."""
    red, green = "#b45c2c", "#6b7a1e"
    assert difference(red, green, "deuteranopia") < 0.5 * difference(red, green, "full")
    assert difference("#5080c0", "#508f80", "tritanopia") < 0.5 * difference("#5080c0", "#508f80", "full")
    assert all(seen("#808080", vision) == pytest.approx(seen("#808080", "full"), abs=1e-3) for vision in VISION)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_every_kind_has_a_shape_of_its_own() -> None:
    assert set(KIND_SHAPES) == set(NODE_KINDS)
    assert len(set(KIND_SHAPES.values())) == len(KIND_SHAPES)


def test_models_of_the_default_style_are_light_blue() -> None:
    modern = STYLES["modern"].nodes["model"].light.fill
    assert difference(modern, "lightblue", "full") < 0.06, to_hex(modern)


@styles
def test_matplotlib_knows_every_colour(style: Style) -> None:
    for side in sides(style):
        for tone in (*side.nodes.values(), side.group):
            to_rgb(tone.fill), to_rgb(tone.stroke), to_rgb(tone.text)
        for color in (*side.edges.values(), side.edge_text):
            to_rgb(color)


@pytest.mark.parametrize("color", sorted(CSS_COLORS))
def test_matplotlib_knows_every_name_of_a_colour(color: str) -> None:
    to_rgb(color)
