"""Scenes as matplotlib artists and figures.

One artist that calls the renderer for each path and text is several times faster than one patch for each shape, and
works with every backend.  Each part of the scene is a group of the renderer (``open_group``) with a gid such as
``llmpipeline-node-3``, numbered in the order of the pipeline.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox

from ..geometry.primitives import Box, Curve, Point
from ..text.bidirectional import as_drawn
from ..text.lines import PlacedRun
from ..text.matplotlib_fonts import SHAPES, drawing_rc, properties
from .boxes import Boxes, boxes_of
from .colors import Color
from .scene import Scene
from .surface import PartName

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..plots.images import FittedImage


GID = "llmpipeline"
_POINTS_PER_INCH = 72


class Diagram(Artist):
    """Draws a scene in its light colours, its lower left corner at *origin* on the canvas, in points.

    The artist can be added to any figure: ``figure.add_artist(diagram)``.
    """

    def __init__(self, scene: Scene, origin: tuple[float, float] = (0.0, 0.0)) -> None:
        super().__init__()
        self.scene = scene
        self.origin = origin
        self.name = ""
        """The public name of the diagram, if it has one."""
        self.placeholder = ""
        """The id of an empty group that the artist draws instead of the scene; empty for the scene."""

    @property
    def boxes(self) -> Boxes:
        """The boxes of nodes, groups and edges, in points from the lower left corner of the canvas."""
        x, y = self.origin
        return boxes_of(self.scene, (x - self.extent.x0, y - self.extent.y0), self.name)

    @property
    def extent(self) -> Box:
        """The box of the scene with the style's margin, in points of the layout."""
        return self.scene.extent

    def draw(self, renderer: RendererBase) -> None:
        """Draw the scene if the artist is visible."""
        if not self.get_visible():
            return
        if self.placeholder:
            renderer.open_group(self.placeholder, self.placeholder)
            renderer.close_group(self.placeholder)
            return
        self.scene.draw(_Brush(renderer, (self.origin[0] - self.extent.x0, self.origin[1] - self.extent.y0)))
        self.stale = False

    def get_window_extent(self, renderer: RendererBase | None = None) -> Bbox:  # noqa: ARG002 -- matplotlib's signature
        """The box of the drawing on the canvas, in pixels, for ``bbox_inches="tight"``."""
        figure = self.get_figure(root=True)
        scale = figure.dpi / _POINTS_PER_INCH if figure else 1.0
        bounds = (*self.origin, self.extent.width, self.extent.height)
        return Bbox.from_bounds(*(number * scale for number in bounds))


class _Brush:
    """Draws paths and texts, in points of the layout, with a renderer."""

    def __init__(self, renderer: RendererBase, origin: tuple[float, float]) -> None:
        self.renderer = renderer
        self.scale = float(renderer.points_to_pixels(1.0))  # type: ignore[arg-type]  # the stub allows arrays only
        self.origin = origin
        self.transform = Affine2D().translate(*origin).scale(self.scale)
        self.canvas_height = renderer.get_canvas_width_height()[1]

    @contextmanager
    def part(self, name: PartName, index: int) -> Iterator[None]:
        group = f"{GID}-{name}"
        self.renderer.open_group(group, f"{group}-{index}")
        yield
        self.renderer.close_group(group)

    @contextmanager
    def inside(self, name: str) -> Iterator[None]:
        self.renderer.open_group(f"{GID}-{name}")
        yield
        self.renderer.close_group(f"{GID}-{name}")

    def path(
        self,
        curve: Curve,
        width: float,
        stroke: Color,
        fill: Color | None = None,
        dash: tuple[float, ...] = (),
        alpha: float = 1.0,
        *,
        away: float = 0.0,
        hidden: bool = False,
    ) -> None:
        if hidden:
            return
        context = self._context(stroke)
        context.set_linewidth(width)
        context.set_joinstyle("round")
        context.set_capstyle("butt")
        if dash:
            context.set_dashes(away, list(dash))
        if alpha < 1.0:
            context.set_alpha(alpha)
        self.renderer.draw_path(context, _path(curve), self.transform, to_rgb(fill.light) if fill else None)
        context.restore()

    def text(self, run: PlacedRun, at: Point, color: Color, *, centered: bool) -> None:  # noqa: ARG002 -- the position is that of the first letter
        context = self._context(color)
        x, y = self._pixel(*at)
        text, font = as_drawn(run.text, rtl=run.rtl) if SHAPES else run.text, properties(run.typeface.face, run.size)
        with self._reference(run.reference):
            self.renderer.draw_text(context, x, y, text, font, 0.0, ismath=run.is_math)
        context.restore()

    @contextmanager
    def _reference(self, number: int | None) -> Iterator[None]:
        """Enclose what is a reference in a label."""
        if number is not None:
            self.renderer.open_group(f"{GID}-reference", f"{GID}-reference-{number}")
        yield
        if number is not None:
            self.renderer.close_group(f"{GID}-reference")

    def image(self, fitted: FittedImage, box: Box, reference: int | None = None) -> None:
        with self._reference(reference):
            self._image(fitted.decoded(), box)

    def _image(self, pixels: Any, box: Box) -> None:
        context = self.renderer.new_gc()
        (x, y), (right, top) = self._corner(box.x0, box.y0), self._corner(box.x1, box.y1)
        if self.renderer.option_scale_image():  # a file with vectors has all pixels
            scale = Affine2D().scale(right - x, top - y)
            self.renderer.draw_image(context, x, y, np.flipud(np.asarray(pixels)), scale)
        else:
            x, y, right, top = (round(number) for number in (x, y, right, top))
            shown = pixels.resize((max(right - x, 1), max(top - y, 1)))
            self.renderer.draw_image(context, x, y, np.flipud(np.asarray(shown)))
        context.restore()

    def _corner(self, x: float, y: float) -> tuple[float, float]:
        """Canvas coordinates of the corner of an image, whose y always points up."""
        return (x + self.origin[0]) * self.scale, (y + self.origin[1]) * self.scale

    def _context(self, color: Color) -> GraphicsContextBase:
        context = self.renderer.new_gc()
        context.set_foreground(color.light)
        return context

    def _pixel(self, x: float, y: float) -> tuple[float, float]:
        """Canvas coordinates; y points down if the renderer flips it."""
        px, py = self._corner(x, y)
        return px, self.canvas_height - py if self.renderer.flipy() else py


def _path(curve: Curve) -> Path:
    points: NDArray[np.float64] = np.asarray(curve.points, dtype=np.float64)
    step = Path.CURVE4 if curve.bezier else Path.LINETO
    codes = np.full(len(points), step, dtype=Path.code_type)
    codes[0] = Path.MOVETO
    if not curve.closed:
        return Path(points, codes)
    return Path(np.vstack([points, points[:1]]), np.append(codes, Path.code_type(Path.CLOSEPOLY)))


FigureFormat = Literal["svg-outlines", "pdf", "png", "png@2x"]
"""The formats that matplotlib writes."""


Around = tuple[float, float, float, float]
"""Points at the left, at the bottom, at the right and at the top."""


def on_figure(diagram: Diagram, around: Around = (0.0, 0.0, 0.0, 0.0)) -> Figure:
    """A figure with *diagram* alone, as large as its extent, with one pixel for each point.

    It is larger by the points *around*.
    """
    left, bottom, right, top = around
    diagram.origin = left, bottom
    width, height = left + diagram.extent.width + right, bottom + diagram.extent.height + top
    inches = width / _POINTS_PER_INCH, height / _POINTS_PER_INCH
    figure = Figure(figsize=inches, dpi=_POINTS_PER_INCH, frameon=False)
    figure.add_artist(diagram)
    return figure


def to_bytes(diagram: Diagram, format: FigureFormat) -> bytes:
    """Draw *diagram* in *format*."""
    with drawing_rc():
        return printed(on_figure(diagram), format)


def printed(figure: Figure, format: FigureFormat) -> bytes:
    """The content of a file with *figure*, under the current settings of matplotlib."""
    out = io.BytesIO()
    # Loading a backend takes up to a third of a second, and most builds need one.
    if format == "svg-outlines":
        return bare(print_svg(figure))
    if format == "pdf":
        from matplotlib.backends.backend_pdf import FigureCanvasPdf

        metadata = {"CreationDate": None, "Creator": None, "Producer": None}
        FigureCanvasPdf(figure).print_pdf(out, metadata=metadata)  # type: ignore[no-untyped-call]
    else:
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        _fit_pixels(figure, 2.0 if format == "png@2x" else 1.0)
        FigureCanvasAgg(figure).print_png(out, metadata={"Software": None})  # type: ignore[no-untyped-call]
    return out.getvalue()


def print_svg(figure: Figure) -> bytes:
    """Write *figure* as matplotlib's SVG, under the current settings of matplotlib."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    out = io.BytesIO()
    metadata = {"Date": None, "Creator": None, "Format": None, "Type": None}
    FigureCanvasSVG(figure).print_svg(out, metadata=metadata)  # type: ignore[no-untyped-call]
    return out.getvalue()


def _fit_pixels(figure: Figure, scale: float) -> None:
    """Give *figure* a white ground, *scale* pixels for each point, and sides that are rounded up to whole pixels."""
    sides = (float(inches) * _POINTS_PER_INCH for inches in figure.get_size_inches())
    figure.set_dpi(_POINTS_PER_INCH * scale)
    width, height = (math.ceil(side * scale - 1e-6) / scale / _POINTS_PER_INCH for side in sides)
    figure.set_size_inches(width, height)
    if not figure.get_frameon():
        figure.set_facecolor("white")
        figure.set_frameon(True)


_NO_DATA = re.compile(rb"<path (?![^>]*\bd=)")
_PROLOG = re.compile(rb"<\?xml[^>]*>\s*<!DOCTYPE[^>]*>\s*")
_PIXELATED = b' style="image-rendering:crisp-edges;image-rendering:pixelated"'
_IMAGE_ID = re.compile(rb'(<image [^>]*?) id="\w+"')  # the same for each place of one image
_POINTS = re.compile(rb'(width|height)="([\d.]+)pt"')


def bare(drawn: bytes) -> bytes:
    """An SVG of matplotlib as an image: valid in EPUB, one pixel for each point, as in HTML pages."""
    drawn = _NO_DATA.sub(b'<path d="M0 0" ', drawn)  # matplotlib's glyph of a space
    drawn = _IMAGE_ID.sub(rb"\1", drawn)
    drawn = drawn.replace(_PIXELATED, b"")  # most images are smaller than their pixels
    return _POINTS.sub(rb'\1="\2"', _PROLOG.sub(b'<?xml version="1.0" encoding="utf-8"?>\n', drawn, count=1), count=2)
