"""Colours of drawings: for light pages, with the variable that changes them on dark ones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..records import record
from ..style.types import CategoryLook, Style, Tone

if TYPE_CHECKING:
    from ..plots.picture import Ink


@record
class Color:
    """A colour of a drawing."""

    light: str
    """``#rrggbb`` or a CSS name: the colour on light pages and in all formats but SVG."""
    variable: str = ""
    """Name of the CSS variable that changes it on dark pages, without the common prefix; empty for the colour of a
    value, which is the same everywhere."""


@record
class BoxColors:
    """The colours of a node or a group."""

    fill: Color
    stroke: Color
    text: Color

    @classmethod
    def of(cls, kind: str, tone: Tone) -> BoxColors:
        """The colours of a kind of nodes, or of groups."""
        return cls(
            Color(tone.fill, f"{kind}-fill"), Color(tone.stroke, f"{kind}-stroke"), Color(tone.text, f"{kind}-text")
        )


def of_category(key: str, look: CategoryLook, *, is_group: bool = False) -> BoxColors:
    """The colours of a node or a group of a category."""
    name = f"category-{key}"
    colors = BoxColors.of(name, look.light)
    return replace(colors, fill=Color(look.light_ground, f"{name}-ground")) if is_group else colors


def of_ink(ink: Ink, style: Style) -> Color:
    """The colour of a mark of a plot, whose ground is that of usual nodes: all categories can be seen on it."""
    if ink.role == "fixed":
        return Color(ink.name)
    if ink.role == "fill" or ink.role == "stroke":
        own = of_category(ink.name, style.categories[ink.name])
        return own.fill if ink.role == "fill" else own.stroke
    colors = BoxColors.of("node", style.nodes["node"].light)
    return {"line": colors.stroke, "text": colors.text, "ground": colors.fill}[ink.role]
