"""Looks: colours that authors give to nodes and groups in other languages."""

from __future__ import annotations

import re

from .source import Look

_NONE = ("", "none", "transparent", "white", "#fff", "#ffffff", "inherit", "currentcolor")
"""Colours of the page, which tell nothing apart."""
_VALUE = re.compile(r"(?<![\w-])([\w-]++)\s*+:\s*+((?:[^,(]|\([^)]*+\)?)*+)")


def read_look(values: str, name: str, line: int) -> Look:
    """The look that CSS *values* of Mermaid give, in the class *name*, or without one.

    >>> read_look("fill:#E1F5FE,stroke:#01579b,stroke-width:2px", "data", 3)
    Look(fill='#e1f5fe', name='data', line=3, shown='all')
    """
    found = {key: value.strip().removesuffix("!important").strip().lower() for key, value in _VALUE.findall(values)}
    return look_of(found.get("fill", ""), found.get("stroke", ""), found.get("color", ""), name, line)


def look_of(fill: str, stroke: str, color: str, name: str = "", line: int = 0) -> Look:
    """The look of a *fill*, or else of the *stroke*; of an object without both, the text alone is seen."""
    bare = bool(fill or stroke) and fill in _NONE and stroke in _NONE
    mute = bare and bool(color) and color in (fill, "none", "transparent")
    colour = next((value for value in (fill, stroke) if value not in _NONE), "")
    return Look(colour, name, line, "nothing" if mute else "text" if bare else "all")
