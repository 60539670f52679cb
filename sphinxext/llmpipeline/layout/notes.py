"""Notes as the layout sees them."""

from __future__ import annotations

from ..geometry.primitives import Size
from ..records import record


@record
class LayoutCallout:
    """A text beside a node or a group, outside the flow."""

    key: int
    """Position in the pipeline."""
    target: str
    text: Size
