"""A diagram as a scene: curves and texts in order and in colours, independent of the surface that draws them.

:mod:`.svg` draws a :class:`Scene` as the SVG of a page, :mod:`.matplotlib_backend` with any renderer of matplotlib.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, Protocol

from ..geometry.curves import flattened
from ..geometry.primitives import Box, Curve, Point, Size
from ..geometry.round_shapes import dot_line
from ..geometry.segments import vertices
from ..geometry.shapes import SHAPES, Shape, stadium
from ..layout.result import Layout, PlacedEdge, PlacedNode
from ..model.pipeline import Edge, Group, LegendEntry, Pipeline
from ..style.types import CategoryLook, Encoding, Style, Tone
from ..text.lines import PlacedRun
from ..text.typesetting import BADGE_OVERHANG, BADGE_PADDING_Y, TextBlock, TextBlocks, badge_size
from . import marks
from .legend import TICK_WIDTH, PlacedBar, place_legend

PartName = Literal["node", "edge", "group", "legend", "colorbar"]

_BADGE_LINE = 0.8  # points
_HEAD_LINE = 0.5  # points of the line around an arrowhead, which rounds its corners
_CASING = 0.5  # points of the line at either side of the colour of an edge
_DETAIL = 0.8  # width of the lines upon a shape, as a part of that of its outline


@dataclass(frozen=True, slots=True)
class Color:
    """A colour of a drawing."""

    light: str
    """``#rrggbb`` or a CSS name: the colour on light pages and in all formats but SVG."""
    variable: str = ""
    """Name of the CSS variable that changes it on dark pages, without the common prefix; empty for the colour of a
    value, which is the same everywhere."""


@dataclass(frozen=True, slots=True)
class BoxColors:
    """The colours of a node or a group."""

    fill: Color
    stroke: Color
    text: Color

    @classmethod
    def of(cls, kind: str, tone: Tone) -> BoxColors:
        """The colours of a kind of nodes, or of groups."""
        return cls(
            Color(tone.fill, f"{kind}-fill"), Color(tone.stroke, f"{kind}-stroke"), Color(tone.text, f"{kind}-text")
        )


def _of_category(key: str, look: CategoryLook, *, is_group: bool = False) -> BoxColors:
    """The colours of a node or a group of a category."""
    name = f"category-{key}"
    colors = BoxColors.of(name, look.light)
    return replace(colors, fill=Color(look.light_ground, f"{name}-ground")) if is_group else colors


class Surface(Protocol):
    """A target for drawing.  Coordinates are points of the layout, y up; later marks cover earlier ones."""

    def part(self, name: PartName, index: int) -> AbstractContextManager[None]:
        """Enclose the marks of one part, by its index among the nodes, edges, … of the pipeline."""

    def path(
        self, curve: Curve, width: float, stroke: Color, fill: Color | None = None, dash: tuple[float, ...] = ()
    ) -> None:
        """Draw a curve; a *width* of 0 points fills it without a line."""

    def text(self, run: PlacedRun, at: Point, color: Color, *, centered: bool) -> None:
        """Write a run of text whose baseline starts at a point; *centered* if it is all of a centred line."""


class Scene:
    """A diagram in place, with badges, legend and colour bars."""

    def __init__(
        self, pipeline: Pipeline, style: Style, text: TextBlocks, layout: Layout, encoding: Encoding | None = None
    ) -> None:
        self.pipeline = pipeline
        self.style = style
        self.text = text
        self.layout = layout
        self.encoding = encoding or Encoding()
        obstacles = _obstacles(layout) if any(text.node_badges) else []
        self.node_badges = tuple(
            node_badge(layout.nodes[node.id], block.size, obstacles) if block else None
            for node, block in zip(pipeline.nodes, text.node_badges, strict=True)
        )
        """Boxes of the badges, in the order of the nodes."""
        self.group_badges = tuple(
            _group_badge(layout.groups[group.id].label, title, block) if block else None
            for group, title, block in zip(pipeline.groups, text.groups, text.group_badges, strict=True)
        )
        self._marks = self._placed_marks()
        diagram = self._diagram()
        self.legend = place_legend(pipeline, style, self.encoding, text, diagram)
        below = self.legend.box
        self.extent = Box.around_boxes([diagram, below] if below else [diagram]).grown(style.margin)
        """The box, in points of the layout, that holds everything drawn, with the style's margin around it."""
        self._edge_text = Color(style.edge_text_light, "edge-text")

    def _diagram(self) -> Box:
        """The box around nodes, edges with the widths of their values, groups and badges."""
        boxes = [self.layout.extent, *(badge for badge in (*self.node_badges, *self.group_badges) if badge)]
        boxes += self._marks.values()
        for key, width in self.encoding.widths.items():
            edge = self.layout.edges[key]
            boxes += [Box.around(curve.points).grown(width / 2) for curve in (*edge.splines, *edge.arrowheads)]
        return Box.around_boxes(boxes)

    def _look(self, category: str | None) -> tuple[str, CategoryLook] | None:
        """The key and the look of a category."""
        if category is None:
            return None
        key = self.encoding.categories[category]
        return key, self.style.categories[key]

    def _placed_marks(self) -> dict[tuple[PartName, int], Box]:
        """Boxes of the marks of what belongs to a category, in a style that has marks."""
        if not any(self.style.categories[key].mark for key in self.encoding.categories.values()):
            return {}
        layout, found = self.layout, dict[tuple[PartName, int], Box]()
        obstacles = [*_obstacles(layout), *(badge for badge in (*self.node_badges, *self.group_badges) if badge)]
        for index, node in enumerate(self.pipeline.nodes):
            if node.category is not None:
                found["node", index] = marks.on_node(layout.nodes[node.id], obstacles)
        for index, group in enumerate(self.pipeline.groups):
            if group.category is not None:
                found["group", index] = marks.on_group(layout.groups[group.id].box, obstacles)
        solid = [node.box for node in layout.nodes.values()]
        solid += [edge.label for edge in layout.edges.values() if edge.label]
        for index, edge in enumerate(self.pipeline.edges):
            if edge.category is not None:
                found["edge", index] = marks.on_edge(layout.edges[index], solid)
        return found

    def draw(self, surface: Surface) -> None:
        """Draw groups from the outside in, then edges with their labels, nodes, legend and colour bars.

        Edges that end at a cell inside a grid cross other cells, so they come after the nodes.
        """
        for index in range(len(self.pipeline.groups)):
            with surface.part("group", index):
                self._draw_group(surface, index)
        inner = {cell for group in self.pipeline.groups for row in group.rows[1:-1] for cell in row[1:-1]}
        across = [
            index for index, edge in enumerate(self.pipeline.edges) if not inner.isdisjoint((edge.source, edge.target))
        ]
        for index in range(len(self.pipeline.edges)):
            if index not in across:
                self._draw_labelled_edge(surface, index)
        for index in range(len(self.pipeline.nodes)):
            with surface.part("node", index):
                self._draw_node(surface, index)
        for index in across:
            self._draw_labelled_edge(surface, index)
        self._draw_legend(surface)
        for index, bar in enumerate(self.legend.bars):
            with surface.part("colorbar", index):
                self._draw_bar(surface, index, bar)

    def _draw_labelled_edge(self, surface: Surface, index: int) -> None:
        edge, line, block = self.pipeline.edges[index], self.layout.edges[index], self.text.edges[index]
        with surface.part("edge", index):
            self._draw_edge(surface, edge, line, index)
            self._draw_mark(surface, ("edge", index), edge.category)
            if block and line.label:
                _write(surface, block, line.label, self._edge_text)

    def _draw_group(self, surface: Surface, index: int) -> None:
        group, title = self.pipeline.groups[index], self.text.groups[index]
        placed = self.layout.groups[group.id]
        colors = BoxColors.of("group", self.style.group_light)
        if found := self._look(group.category):
            colors = _of_category(*found, is_group=True)
        if group.panel:
            # Its area is invisible, and its title stands on the page like the label of an edge.
            surface.path(placed.border, 0.0, colors.stroke)
            _write(surface, title, placed.label, self._edge_text)
        elif group.rows and self._is_mere_cells(group):
            surface.path(placed.border, 0.0, colors.stroke)
        else:
            surface.path(placed.border, self.style.line_width, colors.stroke, colors.fill)
            _write(surface, title, placed.label, colors.text, centered=False)
        _draw_badge(surface, self.group_badges[index], self.text.group_badges[index], colors)
        self._draw_mark(surface, ("group", index), group.category)

    def _is_mere_cells(self, table: Group) -> bool:
        """Whether a row or a grid has no border around its cells, which have outlines."""
        cells = Box.around_boxes(self.layout.nodes[id].box for row in table.rows for id in row)
        return cells.grown(1.0).holds(self.layout.groups[table.id].box)

    def _draw_node(self, surface: Surface, index: int) -> None:
        node = self.pipeline.nodes[index]
        placed = self.layout.nodes[node.id]
        found = self._look(node.category)
        colors = _of_category(*found) if found else BoxColors.of(node.kind, self.style.nodes[node.kind].light)
        if tone := self.encoding.nodes.get(index):
            colors = BoxColors(Color(tone.fill), colors.stroke, Color(tone.text))
        shape = SHAPES[self.style.nodes[node.kind].shape]
        if not (shape.dot and self.text.nodes[index].lines):  # the text of an ellipsis stands in its place
            self._draw_shape(surface, placed, colors, shape)
        _write(surface, self.text.nodes[index], placed.label, colors.text)
        _draw_badge(surface, self.node_badges[index], self.text.node_badges[index], colors)
        self._draw_mark(surface, ("node", index), node.category)

    def _draw_mark(self, surface: Surface, part: tuple[PartName, int], category: str | None) -> None:
        """The mark of a category upon a part, if the style has marks."""
        if (box := self._marks.get(part)) and (found := self._look(category)):
            self._draw_mark_in(surface, box, *found)

    def _draw_mark_in(self, surface: Surface, box: Box, key: str, look: CategoryLook) -> None:
        colors = _of_category(key, look)
        inside = colors.fill if marks.is_open(look.mark) else colors.stroke
        surface.path(marks.outline(look.mark, box), self.style.line_width, colors.stroke, inside)

    def _draw_shape(self, surface: Surface, node: PlacedNode, colors: BoxColors, shape: Shape) -> None:
        first, *details = node.outline
        if shape.dot:
            for curve in details:
                surface.path(curve, dot_line(shape.dot), colors.stroke)
            return
        surface.path(first, self.style.line_width, colors.stroke, colors.fill)
        for curve in details:
            surface.path(curve, _DETAIL * self.style.line_width, colors.stroke)

    def _draw_edge(
        self, surface: Surface, item: Edge | LegendEntry, edge: PlacedEdge, index: int | None = None
    ) -> None:
        """A line and its arrowheads; the colour of a value has a casing in that of the edge, to show on any page.

        *index* is that of the edge in the pipeline; ``None`` for that of a legend.
        """
        kind, category = item.kind, item.category if isinstance(item, Edge) else None
        look = self.style.edges[kind]
        own = f"edge-{kind}" if look.light or look.dark else "edge"
        color = Color(look.light or self.style.edge_light, own)
        if (found := self._look(category)) and not found[1].mark:
            color = _of_category(*found).stroke
        width = look.width if index is None else self.encoding.widths.get(index, look.width)
        # Dashes stay longer than the line is wide.
        dash = tuple(length * max(1.0, width / look.width) for length in look.dash)
        painted = None if index is None else self.encoding.edges.get(index)
        value = Color(painted) if painted else None
        for spline in edge.splines:
            surface.path(spline, width + (2 * _CASING if value else 0.0), color, dash=dash)
            if value:
                surface.path(spline, width, value, dash=dash)
        for head in edge.arrowheads:
            surface.path(head, 2 * _CASING if value else _HEAD_LINE, color, value or color)

    def _draw_legend(self, surface: Surface) -> None:
        """The entries, drawn like the nodes and edges themselves."""
        for index, (entry, placed) in enumerate(zip(self.pipeline.legend, self.legend.entries, strict=True)):
            with surface.part("legend", index):
                if isinstance(placed.swatch, PlacedNode):
                    self._draw_swatch(surface, entry, placed.swatch)
                else:
                    self._draw_edge(surface, entry, placed.swatch)
                _write(surface, self.text.legend[index], placed.text, self._edge_text)

    def _draw_swatch(self, surface: Surface, entry: LegendEntry, swatch: PlacedNode) -> None:
        found = self._look(entry.kind) if entry.part == "category" else None
        if found is None:
            kind = "node" if entry.is_plain else entry.kind
            look = self.style.nodes[kind]
            self._draw_shape(
                surface, swatch, BoxColors.of(kind, look.light), SHAPES[self.style.nodes[entry.kind].shape]
            )
            return
        self._draw_shape(surface, swatch, _of_category(*found), SHAPES["box"])
        if found[1].mark:
            self._draw_mark_in(surface, Box.at(swatch.box.center, marks.SIZE, marks.SIZE), *found)

    def _draw_bar(self, surface: Surface, index: int, placed: PlacedBar) -> None:
        text, color = self.text.bars[index], self._edge_text
        for cell, fill in zip(placed.cells, self.encoding.bars[index].colors, strict=True):
            surface.path(cell.outline(), 0.0, color, Color(fill))
        surface.path(placed.strip.outline(), TICK_WIDTH, color)
        if text.title and placed.title:
            _write(surface, text.title, placed.title, color)
        for tick in placed.ticks:
            surface.path(tick.line, TICK_WIDTH, color)
            _write(surface, text.ticks[tick.index], tick.text, color)


def _write(surface: Surface, block: TextBlock, box: Box, color: Color, *, centered: bool = True) -> None:
    """Write *block* in the middle of *box*, its lines centred, but lists flush, or all flush, where they begin."""
    center_x, center_y = box.center
    widest = max((line.width for line in block.lines), default=0.0)
    top = center_y + block.size.height / 2
    for line in block.lines:
        left = center_x - (line.width if centered else block.size.width) / 2
        if centered and line.shift is not None:
            left += line.shift
        if line.rtl and not centered:
            left += widest - line.width
        for run in line.runs:
            if run.text.strip():
                at = left + run.x, top - line.baseline + run.rise
                surface.text(run, at, color, centered=centered and line.shift is None and len(line.runs) == 1)


def _draw_badge(surface: Surface, box: Box | None, block: TextBlock | None, colors: BoxColors) -> None:
    if box and block:
        surface.path(stadium(box, 0.0)[0], _BADGE_LINE, colors.stroke, colors.fill)
        _write(surface, block, box, colors.text)


def _obstacles(layout: Layout) -> list[Box]:
    """Boxes that a badge should not cover: arrowheads, lines in short pieces, labels of edges."""
    found: list[Box] = []
    for edge in layout.edges.values():
        found += [Box.around(head.points) for head in edge.arrowheads]
        found += [edge.label] if edge.label else []
        found += [Box.between(*piece) for spline in edge.splines for piece in pairwise(vertices(spline))]
    return found


def _group_badge(room: Box, title: TextBlock, badge: TextBlock) -> Box:
    """The badge of a group at the right end of the *room* of its title, on a line with the title's first line."""
    size = badge_size(badge.size)
    top = room.center[1] + size.height / 2
    if title.lines:
        baseline = room.center[1] + title.size.height / 2 - title.lines[0].baseline
        top = baseline + badge.lines[0].baseline + BADGE_PADDING_Y
    return Box(room.x1 - size.width, top - size.height, room.x1, top)


_BADGE_CLEARANCE = 1.0  # room between a badge and a label, or an obstacle
_BADGE_SLACK = 1e-9
_BADGE_PLACES = ((1, 1), (-1, 1), (0, 1), (1, -1), (-1, -1), (0, -1), (1, 0), (-1, 0))  # right and up, the best first


def node_badge(node: PlacedNode, text: Size, obstacles: Sequence[Box] = ()) -> Box:
    """The badge on the outline of a node: at its upper right corner, or at the place where it covers fewer obstacles.

    The label of the node stays clear.  *text* is the size of the badge's text.
    """
    size = badge_size(text)
    places = [_badge_at(node, size, right, up) for right, up in _BADGE_PLACES]
    return min(places, key=lambda badge: sum(badge.overlaps(obstacle, -_BADGE_CLEARANCE) for obstacle in obstacles))


def _badge_at(node: PlacedNode, size: Size, right: int, up: int) -> Box:
    """The badge at a corner, or in the middle if *right* is 0, moved outwards if it would touch the label."""
    around, label = node.box, node.label
    middle = around.center
    corner_x = middle[0] + right * (around.width / 2 + BADGE_OVERHANG - size.width / 2)
    x, y = _crossing(node, (corner_x, middle[1] + up * around.height / 2))
    # How much further out the badge must be to stand beside the label, or else above or below it.
    beside = (label.width + size.width) / 2 + _BADGE_CLEARANCE - right * (x - label.center[0])
    above = (label.height + size.height) / 2 + _BADGE_CLEARANCE - up * (y - label.center[1])
    if min(beside, above) > 0:
        x, y = (x + right * beside, y) if right and beside < above else (x, y + up * above)
    return Box(x - size.width / 2, y - size.height / 2, x + size.width / 2, y + size.height / 2)


def _crossing(node: PlacedNode, towards: Point) -> Point:
    """The point at which the line from the centre of a node towards a point leaves the outline."""
    x, y = node.box.center
    dx, dy = towards[0] - x, towards[1] - y
    furthest = 0.0
    for start, end in pairwise(flattened(node.outline[0])):
        side_x, side_y = end[0] - start[0], end[1] - start[1]
        if across := dx * side_y - dy * side_x:
            from_x, from_y = start[0] - x, start[1] - y
            way, along_side = (from_x * side_y - from_y * side_x) / across, (from_x * dy - from_y * dx) / across
            if -_BADGE_SLACK <= along_side <= 1 + _BADGE_SLACK:
                furthest = max(furthest, way)
    return x + furthest * dx, y + furthest * dy
