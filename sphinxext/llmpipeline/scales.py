"""Values → what they change of the look of a diagram, where it has scales."""

from __future__ import annotations

from .model import Pipeline
from .paint import Paint
from .style import Style


def paint(pipeline: Pipeline, style: Style) -> Paint:
    """What the scales of *pipeline* make of its values."""
    if pipeline.node_scale is None and pipeline.edge_scale is None:
        return Paint()
    from .colormaps import apply_scales

    return apply_scales(pipeline, style)
