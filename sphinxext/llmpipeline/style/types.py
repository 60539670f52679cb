"""Styles and encodings as frozen values: fonts, lengths, shape and colours of each kind, and what values change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from typing import TYPE_CHECKING

from ..model.vocabulary import NODE_KINDS, DiagramDirection, Splines
from ..records import frozen_record

if TYPE_CHECKING:
    from ..model.pipeline import Label

LEGIBLE = 10.0
"""Least font size, in pixels, at which text is shown."""
SQUEEZED = 1.2
"""Widths of a page that shrink to one, text of 10 pixels to 8.3: on a phone, better than what is out of sight."""


@frozen_record
class Tone:
    """The colours of a box, each ``#rgb``, ``#rrggbb`` or the name of a CSS colour."""

    fill: str
    stroke: str
    text: str


@frozen_record
class NodeLook:
    """Shape and colours of a kind of nodes, and its name in legends; empty for the name of the kind."""

    shape: str
    light: Tone
    dark: Tone
    title: str = ""


@frozen_record
class EdgeLook:
    """Line of a kind of edges: width and dashes in points, colours on light and dark pages, name in legends."""

    width: float = 1.2
    dash: tuple[float, ...] = ()
    light: str | None = None
    """``None`` for :attr:`Style.edge_light`."""
    dark: str | None = None
    """``None`` for :attr:`Style.edge_dark`."""
    title: str = ""


@frozen_record
class CategoryLook:
    """Colours of what belongs to a category; a mark, where there are no colours; and its name in legends."""

    light: Tone
    dark: Tone
    light_ground: str
    """Colour of the inside of groups, in which nodes have that of :attr:`light`."""
    dark_ground: str
    mark: str = ""
    """Name of the mark, such as ``disc``; empty for none."""
    title: str = ""
    """Empty if only diagrams name it."""


@frozen_record
class Style:
    """Everything that decides how a diagram looks.

    The fields are the keys of :ref:`a style <styles>`, declared in ``style.settings``; all lengths are points.
    """

    name: str = "modern"
    direction: DiagramDirection = "auto"
    splines: Splines = "spline"
    font: tuple[str, ...] = ("DejaVu Sans",)
    mono_font: tuple[str, ...] = ("DejaVu Sans Mono",)
    font_size: float = 13.0
    edge_font_size: float = 12.0
    note_font_size: float = 11.0
    group_font_size: float = 12.0
    plot_font_size: float = 11.0
    label_width: float = 200.0
    line_height: float = 1.25
    line_width: float = 1.2
    corner_radius: float = 8.0
    padding_x: float = 10.0
    padding_y: float = 9.0
    plot_width: float = 200.0
    plot_height: float = 110.0
    image_width: float = 140.0
    image_height: float = 60.0
    edge_label_gap: float = 3.0
    node_gap: float = 24.0
    rank_gap: float = 26.0
    panel_gap: float = 44.0
    margin: float = 4.0
    edge_light: str = "#5d6877"
    edge_dark: str = "#9aa5b4"
    edge_text_light: str = "#3c4654"
    edge_text_dark: str = "#c5cdd8"
    group_light: Tone = Tone("#f6f8fb", "#808b9b", "#4a5564")
    group_dark: Tone = Tone("#1f232b", "#768294", "#b6bfcc")
    nodes: Mapping[str, NodeLook] = field(default_factory=dict)
    edges: Mapping[str, EdgeLook] = field(default_factory=dict)
    categories: Mapping[str, CategoryLook] = field(default_factory=dict)
    """A cycle of colours for the categories of diagrams, by number, then the categories of the project by id."""

    def __hash__(self) -> int:
        """By name: mappings cannot be hashed, and few styles share a name."""
        return hash(self.name)

    @property
    def kinds(self) -> tuple[str, ...]:
        """Names of the kinds of nodes; those of the language come first."""
        return (*NODE_KINDS, *(kind for kind in self.nodes if kind not in NODE_KINDS))

    @property
    def legible_scale(self) -> float:
        """Least scale at which all text is legible; at most 1."""
        return min(1.0, LEGIBLE / self.smallest_font_size)

    @property
    def smallest_font_size(self) -> float:
        """Points; subscripts and superscripts are smaller."""
        return min(self.font_size, self.edge_font_size, self.note_font_size, self.group_font_size)


def with_kinds(style: Style, base: Style) -> Style:
    """*style* with the kinds of *base* that it lacks."""
    if style.nodes.keys() >= base.nodes.keys() and style.edges.keys() >= base.edges.keys():
        return style
    nodes = {**style.nodes, **base.nodes, **style.nodes}
    return replace(style, nodes=nodes, edges={**style.edges, **base.edges, **style.edges})


@frozen_record
class ColorBar:
    """Strip of colours over the numbers that they stand for."""

    colors: tuple[str, ...]
    """From the least to the greatest value."""
    ticks: tuple[tuple[float, str], ...]
    """Positions along the strip, from 0 to 1, and their numbers."""
    title: Label | None = None


@frozen_record
class Encoding:
    """Looks of single nodes and edges by index in the pipeline; all others have the look of their kind."""

    nodes: Mapping[int, Tone] = field(default_factory=dict)
    edges: Mapping[int, str] = field(default_factory=dict)
    """Line colours."""
    widths: Mapping[int, float] = field(default_factory=dict)
    """Line widths in points."""
    bars: tuple[ColorBar, ...] = ()
    messages: tuple[str, ...] = ()
    """Problems with scales and their values, and with categories."""
    categories: Mapping[str, str] = field(default_factory=dict)
    """Ids of categories → keys of :attr:`Style.categories`."""
