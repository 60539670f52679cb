"""A diagram as a scene: curves and texts in order and in colours, independent of the surface that draws them.

:mod:`.svg` draws a :class:`Scene` as the SVG of a page, :mod:`.matplotlib_backend` with any renderer of matplotlib.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from itertools import repeat
from typing import TYPE_CHECKING

from ..geometry.primitives import Box, Curve, Point, Size
from ..geometry.round_shapes import dot_line
from ..geometry.segments import chain, part_inside, vertices
from ..geometry.shapes import SHAPES, Shape, stadium
from ..layout.callouts import LEADER
from ..layout.result import Layout, PlacedEdge, PlacedNode
from ..layout.shares import leader
from ..model.pipeline import Edge, Group, LegendEntry, Node, Pipeline
from ..style.types import CategoryLook, Encoding, Style
from ..text.lines import PlacedRun
from ..text.typesetting import STEP_GAP, TextBlock, TextBlocks
from . import marks
from .badges import group_badge, node_badge, obstacles_of, step_badge, step_beside
from .colors import BoxColors, Color, of_category, of_ink
from .legend import TICK_WIDTH, PlacedBar, place_legend
from .strokes import Stroke, covered_heads, strokes
from .surface import PartName, Surface

if TYPE_CHECKING:
    from ..plots.images import FittedImage
    from ..plots.picture import Picture

_BADGE_LINE = 0.8  # points
_HEAD_LINE = 0.5  # points of the line around an arrowhead, which rounds its corners
_CASING = 0.5  # points of the line at either side of the colour of an edge
_DOT = 3.6  # points: the dot at the end of a leader
_OVER = 1.0  # points of a line inside a cell, from which on it runs over that
_DETAIL = 0.8  # width of the lines upon a shape, as a part of that of its outline


class Scene:
    """A diagram in place, with badges, legend and colour bars."""

    def __init__(
        self,
        pipeline: Pipeline,
        style: Style,
        text: TextBlocks,
        layout: Layout,
        encoding: Encoding | None = None,
        plots: Mapping[str, Picture | FittedImage] | None = None,
    ) -> None:
        self.pipeline = pipeline
        self.style = style
        self.text = text
        self.layout = layout
        self.encoding = encoding or Encoding()
        self._plots = plots or {}
        obstacles = obstacles_of(layout) if any((*text.node_badges, *text.node_steps)) else []
        self.node_badges = tuple(
            node_badge(layout.nodes[node.id], block.size, obstacles) if block else None
            for node, block in zip(pipeline.nodes, text.node_badges, strict=True)
        )
        """Boxes of the badges, in the order of the nodes."""
        obstacles += [badge for badge in self.node_badges if badge]
        self.node_steps = tuple(
            step_badge(layout.nodes[node.id], block.size, obstacles) if block else None
            for node, block in zip(pipeline.nodes, text.node_steps, strict=True)
        )
        """Boxes of the circles with steps, likewise."""
        self.group_badges = tuple(
            group_badge(layout.groups[group.id].label, title, block) if block else None
            for group, title, block in zip(pipeline.groups, text.groups, text.group_badges, strict=True)
        )
        dashed = {key for key, edge in enumerate(pipeline.edges) if style.edges[edge.kind].dash}
        tables = [{*group.cells} for group in pipeline.groups if group.rows]
        edges = range(len(pipeline.edges)) if tables else ()
        self._across = {index for index in edges if self._crosses_cells(index, tables)}
        """The edges that come after the nodes."""
        looks = {key: self._look_of_line(edge, key) for key, edge in enumerate(pipeline.edges)}
        self._strokes = strokes(layout.edges, looks, dashed)
        self._covered = covered_heads(layout.edges, looks)
        self._bars = {group.id for group in pipeline.groups if group.shares}
        self._marks = self._placed_marks()
        diagram = self._diagram()
        self.legend = place_legend(pipeline, style, self.encoding, text, diagram)
        below = self.legend.box
        self.extent = Box.around_boxes([diagram, below] if below else [diagram]).grown(style.margin)
        """The box, in points of the layout, that holds everything drawn, with the style's margin around it."""
        self._edge_text = Color(style.edge_text_light, "edge-text")

    def _badges(self) -> Iterator[Box]:
        return filter(None, (*self.node_badges, *self.node_steps, *self.group_badges))

    def _diagram(self) -> Box:
        """The box around nodes, edges with the widths of their values, groups and badges."""
        boxes = [self.layout.extent, *self._badges()]
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
        obstacles = [*obstacles_of(layout), *self._badges()]
        for index, node in enumerate(self.pipeline.nodes):
            if node.category is not None:
                placed = layout.nodes[node.id]
                line = self._leader(node)
                found["node", index] = marks.at(line.points[1]) if line else marks.on_node(placed, obstacles)
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

        Edges that end at a cell and cross others of its table come after the nodes, which would hide them.
        """
        for index in range(len(self.pipeline.groups)):
            with surface.part("group", index):
                self._draw_group(surface, index)
        for index in range(len(self.pipeline.edges)):
            if index not in self._across:
                self._draw_labelled_edge(surface, index)
        for index in range(len(self.pipeline.nodes)):
            with surface.part("node", index):
                self._draw_node(surface, index)
        for index in sorted(self._across):
            self._draw_labelled_edge(surface, index)
        for index in range(len(self.pipeline.callouts)):
            with surface.part("callout", index):
                self._draw_callout(surface, index)
        self._draw_legend(surface)
        for index, bar in enumerate(self.legend.bars):
            with surface.part("colorbar", index):
                self._draw_bar(surface, index, bar)

    def _crosses_cells(self, index: int, tables: Sequence[Set[str]]) -> bool:
        """Whether an edge runs over cells of one of *tables*, at another cell of which it ends."""
        edge, line = self.pipeline.edges[index], self.layout.edges[index]
        ends = {edge.source, edge.target}
        others = [self.layout.nodes[id].box for cells in tables if not cells.isdisjoint(ends) for id in cells - ends]
        parts = [part for curve in line.splines if others for part in chain(vertices(curve))]
        return any(part_inside(part, box, _OVER) for box in others for part in parts)

    def _draw_labelled_edge(self, surface: Surface, index: int) -> None:
        edge, line, block = self.pipeline.edges[index], self.layout.edges[index], self.text.edges[index]
        with surface.part("edge", index):
            self._draw_edge(surface, edge, line, index)
            self._draw_mark(surface, ("edge", index), edge.category)
            if block and line.label:
                self._draw_label(surface, block, line.label, index)

    def _draw_label(self, surface: Surface, block: TextBlock, box: Box, index: int) -> None:
        """The label of an edge, to the right of the circle with its step."""
        if step := self.text.edge_steps[index]:
            circle = step_beside(box, step.size)
            surface.path(stadium(circle, 0.0)[0], _BADGE_LINE, self._line_color(self.pipeline.edges[index]))
            _write(surface, step, circle, self._edge_text)
            box = Box(min(circle.x1 + STEP_GAP, box.x1), box.y0, box.x1, box.y1)
        _write(surface, block, box, self._edge_text)

    def _draw_group(self, surface: Surface, index: int) -> None:
        group, title = self.pipeline.groups[index], self.text.groups[index]
        placed = self.layout.groups[group.id]
        colors = BoxColors.of("group", self.style.group_light)
        if found := self._look(group.category):
            colors = of_category(*found, is_group=True)
        if group.panel:
            # Its area is invisible, and its title stands on the page like the label of an edge.
            surface.path(placed.border, 0.0, colors.stroke)
            _write(surface, title, placed.label, self._edge_text)
        elif group.rows and self._is_mere_cells(group):
            surface.path(placed.border, 0.0, colors.stroke)
        else:
            for curve in (*placed.sheets, placed.border):
                surface.path(curve, self.style.line_width, colors.stroke, colors.fill)
            _write(surface, title, placed.label, colors.text, centered=False)
        _draw_badge(surface, self.group_badges[index], self.text.group_badges[index], colors)
        self._draw_mark(surface, ("group", index), group.category)

    def _is_mere_cells(self, table: Group) -> bool:
        """Whether a row or a grid has no border around its cells, which have outlines."""
        cells = Box.around_boxes(self.layout.nodes[id].box for id in table.cells)
        return cells.grown(1.0).holds(self.layout.groups[table.id].box)

    def _draw_node(self, surface: Surface, index: int) -> None:
        node = self.pipeline.nodes[index]
        placed = self.layout.nodes[node.id]
        found = self._look(node.category)
        colors = of_category(*found) if found else BoxColors.of(node.kind, self.style.nodes[node.kind].light)
        if tone := self.encoding.nodes.get(index):
            colors = BoxColors(Color(tone.fill), colors.stroke, Color(tone.text))
        shape = SHAPES[self.style.nodes[node.kind].shape]
        if not (shape.dot and self.text.nodes[index].lines):  # the text of an ellipsis stands in its place
            self._draw_shape(surface, placed, colors, shape)
        if line := self._leader(node):
            surface.path(line, LEADER, self._edge_text)
            _write_beside(surface, self.text.nodes[index], placed.label, self._edge_text, line)
        else:
            _write(surface, self.text.nodes[index], placed.label, colors.text)
        if picture := self._plots.get(node.id):
            left = placed.label.center[0] - picture.size.width / 2
            picture.draw(surface, (left, placed.label.y0), lambda ink: of_ink(ink, self.style))
        _draw_badge(surface, self.node_badges[index], self.text.node_badges[index], colors)
        _draw_badge(surface, self.node_steps[index], self.text.node_steps[index], colors)
        self._draw_mark(surface, ("node", index), node.category)

    def _leader(self, node: Node) -> Curve | None:
        """The line from a share to its text, if this stands beside the bar."""
        placed = self.layout.nodes[node.id]
        return leader(placed.box, placed.label) if node.group in self._bars else None

    def _draw_callout(self, surface: Surface, index: int) -> None:
        """A text beside a rule, and a line from there that ends in a dot."""
        callout, placed = self.pipeline.callouts[index], self.layout.callouts[index]
        color = self._category_color(callout.category) or Color(self.style.edge_light, "edge")
        surface.path(placed.rule, LEADER, color)
        surface.path(placed.leader, LEADER, color)
        surface.path(stadium(Box.at(placed.leader.points[-1], _DOT, _DOT), 0.0)[0], 0.0, color, color)
        if (found := self._look(callout.category)) and found[1].mark:
            self._draw_mark_in(surface, marks.at(placed.rule.points[0]), *found)
        _write(surface, self.text.callouts[index], placed.box, self._edge_text, centered=False)

    def _draw_mark(self, surface: Surface, part: tuple[PartName, int], category: str | None) -> None:
        """The mark of a category upon a part, if the style has marks."""
        if (box := self._marks.get(part)) and (found := self._look(category)):
            self._draw_mark_in(surface, box, *found)

    def _draw_mark_in(self, surface: Surface, box: Box, key: str, look: CategoryLook) -> None:
        colors = of_category(key, look)
        inside = colors.fill if marks.is_open(look.mark) else colors.stroke
        surface.path(marks.outline(look.mark, box), self.style.line_width, colors.stroke, inside)

    def _draw_shape(self, surface: Surface, node: PlacedNode, colors: BoxColors, shape: Shape) -> None:
        first, *details = node.outline
        if shape.dot:
            for curve in details:
                surface.path(curve, dot_line(shape.dot), colors.stroke)
            return
        for curve in (*node.sheets, first):
            surface.path(curve, self.style.line_width, colors.stroke, colors.fill)
        for curve in details:
            surface.path(curve, _DETAIL * self.style.line_width, colors.stroke)

    def _draw_edge(
        self, surface: Surface, item: Edge | LegendEntry, edge: PlacedEdge, index: int | None = None
    ) -> None:
        """A line and its arrowheads; the colour of a value has a casing in that of the edge, to show on any page.

        *index* is that of the edge in the pipeline; ``None`` for that of a legend.
        """
        look, color = self.style.edges[item.kind], self._line_color(item)
        width = look.width if index is None else self.encoding.widths.get(index, look.width)
        # Dashes stay longer than the line is wide.
        dash = tuple(length * max(1.0, width / look.width) for length in look.dash)
        painted = None if index is None else self.encoding.edges.get(index)
        value = Color(painted) if painted else None
        wide = width + (2 * _CASING if value else 0.0)
        for part in map(Stroke, edge.splines) if index is None else self._strokes[index]:
            surface.path(part.curve, wide, color, dash=dash, away=part.away, hidden=part.is_hidden)
            if value:
                surface.path(part.curve, width, value, dash=dash, away=part.away, hidden=part.is_hidden)
        covered = repeat(False) if index is None else self._covered[index]
        for head, hidden in zip(edge.arrowheads, covered, strict=False):
            surface.path(head, 2 * _CASING if value else _HEAD_LINE, color, value or color, hidden=hidden)

    def _look_of_line(self, edge: Edge, index: int) -> Hashable:
        """What lines have in common of which one may stand for the other, where they run upon each other."""
        widths, values = self.encoding.widths, self.encoding.edges
        look = edge.kind, widths.get(index), values.get(index), self._line_color(edge)
        return *look, edge.classes, index in self._across

    def _line_color(self, item: Edge | LegendEntry) -> Color:
        """The colour of the line of an edge: that of its category, or else of its kind."""
        if isinstance(item, Edge) and (color := self._category_color(item.category)):
            return color
        look = self.style.edges[item.kind]
        own = f"edge-{item.kind}" if look.light or look.dark else "edge"
        return Color(look.light or self.style.edge_light, own)

    def _category_color(self, category: str | None) -> Color | None:
        """The colour of lines of a category; ``None`` without one, or in a style that has marks."""
        found = self._look(category)
        return of_category(*found).stroke if found and not found[1].mark else None

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
            colors, shape = BoxColors.of(kind, self.style.nodes[kind].light), self.style.nodes[entry.kind].shape
            self._draw_shape(surface, swatch, colors, SHAPES[shape])
            return
        self._draw_shape(surface, swatch, of_category(*found), SHAPES["box"])
        if found[1].mark:
            self._draw_mark_in(surface, marks.at(swatch.box.center), *found)

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
            at = left + run.x, top - line.baseline + run.rise
            if run.image:
                _draw_image(surface, run, at)
            elif run.text.strip():
                surface.text(run, at, color, centered=centered and line.shift is None and len(line.runs) == 1)


def _draw_image(surface: Surface, run: PlacedRun, at: Point) -> None:
    from ..plots.images import FittedImage  # imported here because few labels have an image

    assert run.image
    x, y = at
    box = Box(x, y - run.descent, x + run.width, y + run.ascent)
    surface.image(FittedImage(run.image, Size(box.width, box.height), run.text), box, run.reference)


def _write_beside(surface: Surface, block: TextBlock, box: Box, color: Color, line: Curve) -> None:
    """Write *block* in *box*, its lines flush at the end of a *line* from the left or from the right."""
    is_left = line.points[-1][0] < line.points[0][0]
    for row in block.lines:
        shift = box.width - row.width if is_left else 0.0
        alone = replace(block, lines=(replace(row, shift=None),))
        _write(surface, alone, box.moved(shift, 0.0), color, centered=False)


def _draw_badge(surface: Surface, box: Box | None, block: TextBlock | None, colors: BoxColors) -> None:
    if box and block:
        surface.path(stadium(box, 0.0)[0], _BADGE_LINE, colors.stroke, colors.fill)
        _write(surface, block, box, colors.text)
