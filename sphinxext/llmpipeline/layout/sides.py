"""Sides of the ends of lines: the part of a side at which a line may end."""

from __future__ import annotations

from functools import lru_cache

from ..geometry.curves import flattened
from ..geometry.primitives import Box, Side
from ..geometry.shapes import SHAPES

_BEHIND = 1.5  # points that an outline may be behind the side of its box where a line ends
_SLANTED = ("parallelogram", "trapezium", "invtrapezium")


@lru_cache(maxsize=1 << 9)
def flat_part(shape: str, width: float, height: float, radius: float, side: Side) -> tuple[float, float]:
    """The part of a side of a node that its outline lies on, from the lower or left corner."""
    upright = side in ("left", "right")
    length = height if upright else width
    if (upright and shape in _SLANTED) or (not upright and shape == "cylinder"):
        return 0.0, length  # lines are clipped to the outline
    points = flattened(SHAPES[shape].outline(Box(0.0, 0.0, width, height), radius)[0])
    limit = {"left": _BEHIND, "right": width - _BEHIND, "bottom": _BEHIND, "top": height - _BEHIND}[side]
    sign = 1.0 if side in ("left", "bottom") else -1.0
    near = [y if upright else x for x, y in points if sign * (x if upright else y) <= sign * limit]
    return (min(near), max(near)) if near else (length / 2, length / 2)
