"""Notes as the layout sees them."""

from __future__ import annotations

from dataclasses import dataclass

from ..geometry.primitives import Size


@dataclass(frozen=True, slots=True)
class LayoutCallout:
    """A text beside a node or a group, outside the flow."""

    key: int
    """Position in the pipeline."""
    target: str
    text: Size
