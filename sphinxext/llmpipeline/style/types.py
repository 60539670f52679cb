"""The look that a whole documentation shares: fonts, measures, and shape and colours of each kind.

A :class:`Style` is a frozen value that knows no drawing library.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..model.vocabulary import NODE_KINDS, DiagramDirection, Splines

LEGIBLE = 10.0
"""Pixels: the least size that text is shown in."""


@dataclass(frozen=True, slots=True)
class Tone:
    """The three colours of a box, each ``#rrggbb`` or the name of a CSS colour."""

    fill: str
    stroke: str
    text: str


@dataclass(frozen=True, slots=True)
class NodeLook:
    """Shape and colours of a kind of nodes."""

    shape: str
    light: Tone
    dark: Tone
    title: str = ""
    """What a legend calls the kind; empty for its own name, in the language of the document where that is known."""


@dataclass(frozen=True, slots=True)
class EdgeLook:
    """Stroke of a kind of edges."""

    width: float = 1.2
    """Points."""
    dash: tuple[float, ...] = ()
    """Lengths of dashes and gaps in points; empty for a solid line."""
    light: str | None = None
    """A colour of its own on light pages; ``None`` for that of all edges."""
    dark: str | None = None
    """The same on dark pages."""
    title: str = ""
    """What a legend calls the kind; empty for its own name."""


@dataclass(frozen=True, slots=True)
class Style:
    """Everything that decides how a diagram looks; all lengths are points."""

    name: str = "modern"
    direction: DiagramDirection = "auto"
    """Direction of the ranks; ``auto`` takes what fits the page best."""
    splines: Splines = "spline"
    """Whether edges are smooth curves or, ``ortho``, run along and across."""
    font: tuple[str, ...] = ("DejaVu Sans",)
    """Families, or paths of font files; a character is drawn by the first that has it."""
    mono_font: tuple[str, ...] = ("DejaVu Sans Mono",)
    """The same for literals."""
    font_size: float = 13.0
    edge_font_size: float = 12.0
    note_font_size: float = 11.0
    group_font_size: float = 12.0
    label_width: float = 200.0
    """Where a line of a label is broken; the title of a group may be half as wide again."""
    line_height: float = 1.25
    """Distance of baselines as a multiple of the font size."""
    line_width: float = 1.2
    corner_radius: float = 8.0
    """Of the shape ``rounded`` and of groups; corners of other shapes have less in proportion, and none for 0."""
    padding_x: float = 10.0
    """Room between a label and the side of its box."""
    padding_y: float = 9.0
    edge_label_gap: float = 3.0
    """Room around the label of an edge."""
    node_gap: float = 24.0
    """Room between the nodes of a rank."""
    rank_gap: float = 26.0
    """Room between ranks."""
    panel_gap: float = 44.0
    """Room between the panels of a figure."""
    margin: float = 4.0
    """Room around the whole diagram."""
    edge_light: str = "#5d6877"
    edge_dark: str = "#9aa5b4"
    edge_text_light: str = "#3c4654"
    edge_text_dark: str = "#c5cdd8"
    group_light: Tone = Tone("#f6f8fb", "#808b9b", "#4a5564")
    group_dark: Tone = Tone("#1f232b", "#768294", "#b6bfcc")
    nodes: Mapping[str, NodeLook] = field(default_factory=dict)
    edges: Mapping[str, EdgeLook] = field(default_factory=dict)

    def __hash__(self) -> int:
        """By name: mappings cannot be hashed, and few styles share a name."""
        return hash(self.name)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Names of the kinds of nodes, those of the language first."""
        return (*NODE_KINDS, *(kind for kind in self.nodes if kind not in NODE_KINDS))

    @property
    def legible_scale(self) -> float:
        """The scale down to which all text is legible; at most 1."""
        return min(1.0, LEGIBLE / self.smallest_font_size)

    @property
    def smallest_font_size(self) -> float:
        """In points, of all text but indices."""
        return min(self.font_size, self.edge_font_size, self.note_font_size, self.group_font_size)
