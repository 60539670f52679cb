"""Encodings: the colours and line widths that stand for the values of a diagram."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..model.pipeline import Label, Pipeline
from .types import Style, Tone


@dataclass(frozen=True, slots=True)
class ColorBar:
    """Strip of colours over the numbers that they stand for."""

    colors: tuple[str, ...]
    """From the least to the greatest value."""
    ticks: tuple[tuple[float, str], ...]
    """Positions along the strip, from 0 to 1, and their numbers."""
    title: Label | None = None


@dataclass(frozen=True, slots=True)
class Encoding:
    """Looks of single nodes and edges by index in the pipeline; all others have the look of their kind."""

    nodes: Mapping[int, Tone] = field(default_factory=dict)
    edges: Mapping[int, str] = field(default_factory=dict)
    """Line colours."""
    widths: Mapping[int, float] = field(default_factory=dict)
    """Line widths in points."""
    bars: tuple[ColorBar, ...] = ()
    messages: tuple[str, ...] = ()
    """Problems with scales and their values."""

    def line_widths(self, pipeline: Pipeline, style: Style) -> tuple[float, ...]:
        """Line widths of all edges, in points."""
        widths = (style.edges[edge.kind].width for edge in pipeline.edges)
        return tuple(self.widths.get(index, width) for index, width in enumerate(widths))


def encode_values(pipeline: Pipeline, style: Style) -> Encoding:
    """Encode the values of *pipeline* by its scales; without scales, matplotlib is not loaded."""
    if not (pipeline.node_scale or pipeline.edge_scale):
        return Encoding()
    from .value_scales import apply_scales

    return apply_scales(pipeline, style)
