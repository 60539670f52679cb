"""A whole diagram as one matplotlib artist.

One artist that calls the renderer for each path and text draws a diagram several times faster than a patch for each
shape, and works on every backend.  Groups of the renderer (``open_group``) tell where each part begins; their gids are
``llmpipeline-node-3`` and the like, counted in the order of the pipeline.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.colors import to_rgb
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox

from .geometry import Box, Curve, Layout, PlacedEdge, Point
from .model import Pipeline
from .style import EdgeLook, Style
from .text import Block, Blocks, PlacedRun

if TYPE_CHECKING:
    from numpy.typing import NDArray

GID = "llmpipeline"
_POINTS_PER_INCH = 72
_DETAIL = 0.8  # width of the lines upon a shape, as a part of that of its outline: calmer where there are many


class Diagram(Artist):
    """Draws a laid-out diagram with its lower left corner at *origin*.

    Args:
        pipeline: what is drawn.
        style: how it looks; the light tones are drawn.
        blocks: the text of *pipeline*, set in *style*.
        layout: where everything is.
        origin: the lower left corner of the diagram on the canvas, in points.

    The artist can be added to any figure: ``figure.add_artist(diagram)``.
    """

    def __init__(
        self, pipeline: Pipeline, style: Style, blocks: Blocks, layout: Layout, origin: tuple[float, float] = (0.0, 0.0)
    ) -> None:
        super().__init__()
        self.pipeline = pipeline
        self.style = style
        self.blocks = blocks
        self.layout = layout
        self.origin = origin

    @property
    def extent(self) -> Box:
        """The box, in points of the layout, that holds everything drawn, with the style's margin around it."""
        box, margin = self.layout.extent, self.style.margin
        return Box(box.x0 - margin, box.y0 - margin, box.x1 + margin, box.y1 + margin)

    def draw(self, renderer: RendererBase) -> None:
        """Draw groups from the outside in, then edges, nodes, and labels of edges."""
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
        for index, (edge, line) in enumerate(zip(self.pipeline.edges, self.layout.edges, strict=True)):
            with brush.group("edge", index):
                self._draw_edge(brush, self.style.edges[edge.kind], line)
                block = self.blocks.edges[index]
                if block and line.label:
                    brush.text(block, line.label, self.style.edge_text_light)
        for index, (node, box) in enumerate(zip(self.pipeline.nodes, self.layout.nodes, strict=True)):
            with brush.group("node", index):
                tone = self.style.nodes[node.kind].light
                first, *details = box.outline
                brush.path(first, self.style.line_width, tone.stroke, tone.fill)
                for curve in details:
                    brush.path(curve, _DETAIL * self.style.line_width, tone.stroke)
                brush.text(self.blocks.nodes[index], box.label, tone.text)
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

    def _draw_edge(self, brush: _Brush, look: EdgeLook, edge: PlacedEdge) -> None:
        color = look.light or self.style.edge_light
        for spline in edge.splines:
            brush.path(spline, look.width, color, dash=look.dash)
        for head in edge.arrowheads:
            brush.path(head, 0.5, color, color)


class _Brush:
    """Paths and texts in points of the layout → calls of a renderer."""

    def __init__(self, renderer: RendererBase, origin: tuple[float, float]) -> None:
        self.renderer = renderer
        self.scale = float(renderer.points_to_pixels(1.0))  # type: ignore[arg-type]  # its stub speaks of arrays only
        self.origin = origin
        self.transform = Affine2D().translate(*origin).scale(self.scale)
        self.canvas_height = renderer.get_canvas_width_height()[1]

    @contextmanager
    def group(self, what: Literal["node", "edge", "group"], index: int) -> Iterator[None]:
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


def _path(curve: Curve) -> Path:
    points: NDArray[np.float64] = np.asarray(curve.points, dtype=np.float64)
    step = Path.CURVE4 if curve.bezier else Path.LINETO
    codes = np.full(len(points), step, dtype=Path.code_type)
    codes[0] = Path.MOVETO
    if not curve.closed:
        return Path(points, codes)
    return Path(np.vstack([points, points[:1]]), np.append(codes, Path.code_type(Path.CLOSEPOLY)))
