"""What the values of a diagram change of its look: colours and widths that name no library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..model.pipeline import Label, Pipeline
from .types import Style, Tone


@dataclass(frozen=True, slots=True)
class ColorBar:
    """What colours mean: a strip of them over the numbers that they stand for."""

    colors: tuple[str, ...]
    """From the least value to the greatest."""
    ticks: tuple[tuple[float, str], ...]
    """Places along the strip, from 0 to 1, and the numbers there."""
    title: Label | None = None


@dataclass(frozen=True, slots=True)
class Encoding:
    """Looks of single nodes and edges, by their index in the pipeline; whatever is not named has that of its kind."""

    nodes: Mapping[int, Tone] = field(default_factory=dict)
    edges: Mapping[int, str] = field(default_factory=dict)
    """Colours of lines."""
    widths: Mapping[int, float] = field(default_factory=dict)
    """Widths of lines in points."""
    bars: tuple[ColorBar, ...] = ()
    messages: tuple[str, ...] = ()
    """What could not be drawn as it was asked for."""

    def line_widths(self, pipeline: Pipeline, style: Style) -> tuple[float, ...]:
        """Widths of the lines of all edges, in points."""
        widths = (style.edges[edge.kind].width for edge in pipeline.edges)
        return tuple(self.widths.get(index, width) for index, width in enumerate(widths))


def encode_values(pipeline: Pipeline, style: Style) -> Encoding:
    """The colours and widths that the scales of *pipeline* give to its values."""
    if not (pipeline.node_scale or pipeline.edge_scale):
        return Encoding()
    # matplotlib takes long to load, and few diagrams have scales.
    from .value_scales import paint

    return paint(pipeline, style)
