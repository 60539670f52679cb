"""Categories: which look of a style each category of a diagram has."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .types import CategoryLook, Encoding, Style

if TYPE_CHECKING:
    from ..model.pipeline import Pipeline


def palette(style: Style) -> list[str]:
    """Keys of the cycle of colours."""
    return [key for key in style.categories if key.isdecimal()]


def named(style: Style) -> list[str]:
    """Ids of the categories that the project declares."""
    return [key for key in style.categories if not key.isdecimal()]


def next_look(style: Style) -> CategoryLook:
    """The look of the next category of the project: after those before it, in the order of the cycle."""
    cycle = palette(style)
    return style.categories[cycle[len(named(style)) % len(cycle)]]


def encode_categories(pipeline: Pipeline, style: Style, encoding: Encoding) -> Encoding:
    """*encoding* with the categories of *pipeline*, and a message if they are more than the colours of *style*.

    Categories of the diagram come after those of the project in the cycle of colours.
    """
    if not pipeline.categories and not any(item.category for item in pipeline.items()):
        return encoding
    cycle, site = palette(style), named(style)
    keys = {id: id for id in site}
    own = [category.id for category in pipeline.categories if category.id not in keys]
    keys |= {id: cycle[number % len(cycle)] for number, id in enumerate(own, start=len(site))}
    messages = encoding.messages
    if len(own) > len(cycle) - min(len(site), len(cycle)):
        count = len(site) + len(own)
        messages += (f"{count} categories have the {len(cycle)} colours of the style '{style.name}': use fewer",)
    return replace(encoding, categories=keys, messages=messages)
