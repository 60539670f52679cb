"""A picture as one matplotlib artist.

One artist that calls the renderer for each path and text draws a diagram several times faster than a patch for each
shape, and works on every backend.  Groups of the renderer (``open_group``) tell where each part begins; their gids are
``llmpipeline-node-3`` and the like, counted in the order of the pipeline.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.colors import to_rgb
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox

from ..geometry.primitives import Box, Curve, Point
from ..text.typesetting import PlacedRun
from .scene import Color, PartName, Picture

if TYPE_CHECKING:
    from numpy.typing import NDArray

GID = "llmpipeline"
_POINTS_PER_INCH = 72


class Diagram(Artist):
    """Draws a picture with its lower left corner at *origin*.

    Args:
        picture: what is drawn, in its light colours.
        origin: the lower left corner of the picture on the canvas, in points.

    The artist can be added to any figure: ``figure.add_artist(diagram)``.
    """

    def __init__(self, picture: Picture, origin: tuple[float, float] = (0.0, 0.0)) -> None:
        super().__init__()
        self.picture = picture
        self.origin = origin

    @property
    def extent(self) -> Box:
        """The box, in points of the layout, that holds everything drawn, with the style's margin around it."""
        return self.picture.extent

    def draw(self, renderer: RendererBase) -> None:
        """Draw the picture, if it is visible."""
        if not self.get_visible():
            return
        self.picture.draw(_Brush(renderer, (self.origin[0] - self.extent.x0, self.origin[1] - self.extent.y0)))
        self.stale = False

    def get_window_extent(self, renderer: RendererBase | None = None) -> Bbox:  # noqa: ARG002 -- matplotlib's signature
        """The box of the drawing on the canvas, in pixels: what ``bbox_inches="tight"`` asks for."""
        figure = self.get_figure(root=True)
        scale = figure.dpi / _POINTS_PER_INCH if figure else 1.0
        extent = self.extent
        return Bbox.from_bounds(
            self.origin[0] * scale, self.origin[1] * scale, extent.width * scale, extent.height * scale
        )


class _Brush:
    """The surface that a renderer is: paths and texts in points of the layout → calls of it."""

    def __init__(self, renderer: RendererBase, origin: tuple[float, float]) -> None:
        self.renderer = renderer
        self.scale = float(renderer.points_to_pixels(1.0))  # type: ignore[arg-type]  # its stub speaks of arrays only
        self.origin = origin
        self.transform = Affine2D().translate(*origin).scale(self.scale)
        self.canvas_height = renderer.get_canvas_width_height()[1]

    @contextmanager
    def part(self, name: PartName, index: int) -> Iterator[None]:
        group = f"{GID}-{name}"
        self.renderer.open_group(group, f"{group}-{index}")
        yield
        self.renderer.close_group(group)

    def path(
        self, curve: Curve, width: float, stroke: Color, fill: Color | None = None, dash: tuple[float, ...] = ()
    ) -> None:
        context = self._context(stroke)
        context.set_linewidth(width)
        context.set_joinstyle("round")
        context.set_capstyle("butt")
        if dash:
            context.set_dashes(0, list(dash))
        self.renderer.draw_path(context, _path(curve), self.transform, to_rgb(fill.light) if fill else None)
        context.restore()

    def text(self, run: PlacedRun, at: Point, color: Color, *, centered: bool) -> None:  # noqa: ARG002 -- it has the font
        context = self._context(color)
        if run.reference is not None:
            self.renderer.open_group(f"{GID}-reference", f"{GID}-reference-{run.reference}")
        x, y = self._pixel(*at)
        self.renderer.draw_text(context, x, y, run.text, run.typeface.properties(run.size), 0.0, ismath=run.is_math)
        if run.reference is not None:
            self.renderer.close_group(f"{GID}-reference")
        context.restore()

    def _context(self, color: Color) -> GraphicsContextBase:
        context = self.renderer.new_gc()
        context.set_foreground(color.light)
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
