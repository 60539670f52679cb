"""A whole diagram as one matplotlib artist.

One artist that calls the renderer for each path and text draws a diagram several times faster than a patch for each
shape, and works on every backend.  Groups of the renderer (``open_group``) tell where each part begins; their gids are
``llmpipeline-node-3`` and the like, counted in the order of the pipeline.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.colors import to_rgb
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox

from . import badges
from .contours import stadium
from .furniture import TICK_WIDTH, PlacedBar, furnish
from .geometry import Box, Curve, Layout, PlacedEdge, PlacedNode, Point
from .model import Pipeline
from .paint import Paint
from .splines import flattened
from .style import EdgeLook, Style, Tone
from .text import Block, Blocks, PlacedRun

if TYPE_CHECKING:
    from numpy.typing import NDArray

GID = "llmpipeline"
_POINTS_PER_INCH = 72
_BADGE_LINE = 0.8  # points
_CASING = 0.5  # points of the line at either side of the colour of an edge
_DETAIL = 0.8  # width of the lines upon a shape, as a part of that of its outline: calmer where there are many


class Diagram(Artist):
    """Draws a laid-out diagram with its lower left corner at *origin*.

    Args:
        pipeline: what is drawn.
        style: how it looks; the light tones are drawn.
        blocks: the text of *pipeline*, set in *style*.
        layout: where everything is.
        origin: the lower left corner of the diagram on the canvas, in points.
        paint: what the values of *pipeline* change of its look.

    The artist can be added to any figure: ``figure.add_artist(diagram)``.
    """

    def __init__(
        self,
        pipeline: Pipeline,
        style: Style,
        blocks: Blocks,
        layout: Layout,
        origin: tuple[float, float] = (0.0, 0.0),
        paint: Paint | None = None,
    ) -> None:
        super().__init__()
        self.pipeline = pipeline
        self.style = style
        self.blocks = blocks
        self.layout = layout
        self.origin = origin
        self.paint = paint or Paint()
        obstacles = _obstacles(layout) if any(blocks.node_badges) else []
        self.node_badges = tuple(
            badges.on_node(placed, block.size, obstacles) if block else None
            for placed, block in zip(layout.nodes, blocks.node_badges, strict=True)
        )
        """Boxes of the badges, in the order of the nodes."""
        self.group_badges = tuple(
            _group_badge(placed.label, title, block) if block else None
            for placed, title, block in zip(layout.groups, blocks.groups, blocks.group_badges, strict=True)
        )
        self.furniture = furnish(pipeline, style, self.paint, blocks, self._picture())

    @property
    def extent(self) -> Box:
        """The box, in points of the layout, that holds everything drawn, with the style's margin around it."""
        margin, below = self.style.margin, self.furniture.box
        box = _around([self._picture(), below] if below else [self._picture()])
        return Box(box.x0 - margin, box.y0 - margin, box.x1 + margin, box.y1 + margin)

    def _picture(self) -> Box:
        """The box around nodes, edges and groups."""
        layout = self.layout
        boxes = [layout.box, *(node.box for node in layout.nodes), *(group.box for group in layout.groups)]
        boxes += [badge for badge in (*self.node_badges, *self.group_badges) if badge]
        for index, edge in enumerate(layout.edges):
            half = self.paint.widths.get(index, 0.0) / 2
            for curve in (*edge.splines, *edge.arrowheads):
                box = Box.around(curve.points)
                boxes.append(Box(box.x0 - half, box.y0 - half, box.x1 + half, box.y1 + half))
            boxes += [edge.label] if edge.label else []
        return _around(boxes)

    def draw(self, renderer: RendererBase) -> None:
        """Draw groups from the outside in, then edges and their labels, nodes, and what stands below."""
        if not self.get_visible():
            return
        brush = _Brush(renderer, self._origin_of_layout())
        for index, (group, placed) in enumerate(zip(self.pipeline.groups, self.layout.groups, strict=True)):
            with brush.group("group", index):
                title, tone = self.blocks.groups[index], self.style.group_light
                if group.panel:  # its area is not to be seen, and its title stands on the page, as labels of edges do
                    brush.path(placed.border, 0.0, tone.stroke)
                    brush.text(title, placed.label, self.style.edge_text_light)
                else:
                    brush.path(placed.border, self.style.line_width, tone.stroke, tone.fill)
                    brush.text(title, placed.label, tone.text, centered=False)
                self._draw_badge(brush, self.group_badges[index], self.blocks.group_badges[index], tone)
        for index, (edge, line) in enumerate(zip(self.pipeline.edges, self.layout.edges, strict=True)):
            with brush.group("edge", index):
                self._draw_edge(brush, self._look_of_edge(index, edge.kind), line, self.paint.edges.get(index))
                block = self.blocks.edges[index]
                if block and line.label:
                    brush.text(block, line.label, self.style.edge_text_light)
        for index, (node, box) in enumerate(zip(self.pipeline.nodes, self.layout.nodes, strict=True)):
            with brush.group("node", index):
                tone = self.paint.nodes.get(index, self.style.nodes[node.kind].light)
                self._draw_outline(brush, box, tone)
                brush.text(self.blocks.nodes[index], box.label, tone.text)
                self._draw_badge(brush, self.node_badges[index], self.blocks.node_badges[index], tone)
        self._draw_legend(brush)
        for index, bar in enumerate(self.furniture.bars):
            with brush.group("colorbar", index):
                self._draw_bar(brush, index, bar)
        self.stale = False

    def get_window_extent(self, renderer: RendererBase | None = None) -> Bbox:  # noqa: ARG002 -- matplotlib's signature
        """The box of the drawing on the canvas, in pixels: what ``bbox_inches="tight"`` asks for."""
        figure = self.get_figure(root=True)
        scale = figure.dpi / _POINTS_PER_INCH if figure else 1.0
        extent = self.extent
        return Bbox.from_bounds(
            self.origin[0] * scale, self.origin[1] * scale, extent.width * scale, extent.height * scale
        )

    def _origin_of_layout(self) -> tuple[float, float]:
        extent = self.extent
        return self.origin[0] - extent.x0, self.origin[1] - extent.y0

    def _draw_outline(self, brush: _Brush, node: PlacedNode, tone: Tone) -> None:
        first, *details = node.outline
        brush.path(first, self.style.line_width, tone.stroke, tone.fill)
        for curve in details:
            brush.path(curve, _DETAIL * self.style.line_width, tone.stroke)

    def _look_of_edge(self, index: int, kind: str) -> EdgeLook:
        look = self.style.edges[kind]
        width = self.paint.widths.get(index, look.width)
        # Dashes stay longer than the line is wide.
        return replace(look, width=width, dash=tuple(length * max(1.0, width / look.width) for length in look.dash))

    def _draw_edge(self, brush: _Brush, look: EdgeLook, edge: PlacedEdge, value_color: str | None = None) -> None:
        """A line and its arrowheads; the colour of a value is lined by that of the edge, to show on any page."""
        color = look.light or self.style.edge_light
        for spline in edge.splines:
            brush.path(spline, look.width + (2 * _CASING if value_color else 0.0), color, dash=look.dash)
            if value_color:
                brush.path(spline, look.width, value_color, dash=look.dash)
        for head in edge.arrowheads:
            brush.path(head, 2 * _CASING if value_color else 0.5, color, value_color or color)

    def _draw_badge(self, brush: _Brush, box: Box | None, block: Block | None, tone: Tone) -> None:
        if box and block:
            brush.path(stadium(box, 0.0)[0], _BADGE_LINE, tone.stroke, tone.fill)
            brush.text(block, box, tone.text)

    def _draw_legend(self, brush: _Brush) -> None:
        """Each entry as the nodes and edges themselves are drawn."""
        for index, (entry, placed) in enumerate(zip(self.pipeline.legend, self.furniture.legend, strict=True)):
            with brush.group("legend", index):
                if isinstance(placed.swatch, PlacedNode):
                    self._draw_outline(brush, placed.swatch, self.style.nodes[entry.kind].light)
                else:
                    self._draw_edge(brush, self.style.edges[entry.kind], placed.swatch)
                brush.text(self.blocks.legend[index], placed.text, self.style.edge_text_light)

    def _draw_bar(self, brush: _Brush, index: int, placed: PlacedBar) -> None:
        text, color = self.blocks.bars[index], self.style.edge_text_light
        for cell, fill in zip(placed.cells, self.paint.bars[index].colors, strict=True):
            brush.path(_rectangle(cell), 0.0, color, fill)
        brush.path(_rectangle(placed.strip), TICK_WIDTH, color)
        if text.title and placed.title:
            brush.text(text.title, placed.title, color)
        for tick in placed.ticks:
            brush.path(tick.line, TICK_WIDTH, color)
            brush.text(text.ticks[tick.index], tick.text, color)


class _Brush:
    """Paths and texts in points of the layout → calls of a renderer."""

    def __init__(self, renderer: RendererBase, origin: tuple[float, float]) -> None:
        self.renderer = renderer
        self.scale = float(renderer.points_to_pixels(1.0))  # type: ignore[arg-type]  # its stub speaks of arrays only
        self.origin = origin
        self.transform = Affine2D().translate(*origin).scale(self.scale)
        self.canvas_height = renderer.get_canvas_width_height()[1]

    @contextmanager
    def group(self, what: Literal["node", "edge", "group", "legend", "colorbar"], index: int) -> Iterator[None]:
        name = f"{GID}-{what}"
        self.renderer.open_group(name, f"{name}-{index}")
        yield
        self.renderer.close_group(name)

    def path(
        self, curve: Curve, width: float, stroke: str, fill: str | None = None, dash: tuple[float, ...] = ()
    ) -> None:
        context = self._context(stroke)
        context.set_linewidth(width)
        context.set_joinstyle("round")
        context.set_capstyle("butt")
        if dash:
            context.set_dashes(0, list(dash))
        self.renderer.draw_path(context, _path(curve), self.transform, to_rgb(fill) if fill else None)
        context.restore()

    def text(self, block: Block, box: Box, color: str, *, centered: bool = True) -> None:
        """Draw *block* in the middle of *box*, its lines centred or flush left."""
        context = self._context(color)
        center_x, center_y = box.center
        top = center_y + block.size.height / 2
        for line in block.lines:
            left = center_x - (line.width if centered else block.size.width) / 2
            for run in line.runs:
                if run.text.strip():
                    self._run(context, run, self._pixel(left + run.x, top - line.baseline + run.rise))
        context.restore()

    def _run(self, context: GraphicsContextBase, run: PlacedRun, at: Point) -> None:
        if run.reference is not None:
            self.renderer.open_group(f"{GID}-reference", f"{GID}-reference-{run.reference}")
        self.renderer.draw_text(context, *at, run.text, run.typeface.properties(run.size), 0.0, ismath=run.is_math)
        if run.reference is not None:
            self.renderer.close_group(f"{GID}-reference")

    def _context(self, color: str) -> GraphicsContextBase:
        context = self.renderer.new_gc()
        context.set_foreground(color)
        return context

    def _pixel(self, x: float, y: float) -> tuple[float, float]:
        """Canvas coordinates, which run down where the renderer says that it flips y."""
        px, py = (x + self.origin[0]) * self.scale, (y + self.origin[1]) * self.scale
        return px, self.canvas_height - py if self.renderer.flipy() else py


def _around(boxes: Iterable[Box]) -> Box:
    return Box.around(point for box in boxes for point in ((box.x0, box.y0), (box.x1, box.y1)))


def _obstacles(layout: Layout) -> list[Box]:
    """What a badge had better not cover: arrowheads, lines in short pieces, and labels of edges."""
    found: list[Box] = []
    for edge in layout.edges:
        found += [Box.around(head.points) for head in edge.arrowheads]
        found += [edge.label] if edge.label else []
        found += [Box.around(piece) for spline in edge.splines for piece in pairwise(flattened(spline))]
    return found


def _rectangle(box: Box) -> Curve:
    return Curve(((box.x0, box.y0), (box.x1, box.y0), (box.x1, box.y1), (box.x0, box.y1)), closed=True)


def _group_badge(box: Box, title: Block, badge: Block) -> Box:
    baseline = box.center[1] + title.size.height / 2 - title.lines[0].baseline
    return badges.in_group(box, badge.size, baseline, badge.lines[0].baseline)


def _path(curve: Curve) -> Path:
    points: NDArray[np.float64] = np.asarray(curve.points, dtype=np.float64)
    step = Path.CURVE4 if curve.bezier else Path.LINETO
    codes = np.full(len(points), step, dtype=Path.code_type)
    codes[0] = Path.MOVETO
    if not curve.closed:
        return Path(points, codes)
    return Path(np.vstack([points, points[:1]]), np.append(codes, Path.code_type(Path.CLOSEPOLY)))
