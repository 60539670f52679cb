"""A diagram on a matplotlib figure of its size; the figure → SVG with outlines, PDF and PNG bytes.

No pyplot, no Axes, no global settings; the same diagram gives the same bytes at each call.  matplotlib leaves the
``print_`` methods of its canvases untyped; they draw once, where ``savefig`` may draw twice.
"""

from __future__ import annotations

import io
import math
from typing import Literal

from matplotlib.figure import Figure

from ..text.settings import settings
from .matplotlib_backend import Diagram

FigureFormat = Literal["svg-outlines", "pdf", "png", "png@2x"]
"""The formats that matplotlib writes."""
_POINTS_PER_INCH = 72


def on_figure(diagram: Diagram, scale: float = 1.0, *, whole: bool = False) -> Figure:
    """A figure that holds *diagram* and nothing else, tight to its extent.

    Args:
        diagram: what is drawn.
        scale: pixels for each point.
        whole: whether the sides are rounded up to whole pixels.
    """
    extent = diagram.extent
    width, height = (
        math.ceil(side * scale - 1e-6) / scale if whole else side for side in (extent.width, extent.height)
    )
    figure = Figure(
        figsize=(width / _POINTS_PER_INCH, height / _POINTS_PER_INCH),
        dpi=_POINTS_PER_INCH * scale,
        frameon=False,
    )
    figure.add_artist(diagram)
    return figure


def to_bytes(diagram: Diagram, format: FigureFormat) -> bytes:
    """Draw *diagram* in *format*."""
    out = io.BytesIO()
    with settings():
        figure = on_figure(diagram, 2.0 if format == "png@2x" else 1.0, whole=format.startswith("png"))
        # Each where it is used: a backend takes up to a third of a second to load, and most builds use one.
        if format == "svg-outlines":
            from matplotlib.backends.backend_svg import FigureCanvasSVG

            metadata = {"Date": None, "Creator": None, "Format": None, "Type": None}
            FigureCanvasSVG(figure).print_svg(out, metadata=metadata)  # type: ignore[no-untyped-call]
        elif format == "pdf":
            from matplotlib.backends.backend_pdf import FigureCanvasPdf

            metadata = {"CreationDate": None, "Creator": None, "Producer": None}
            FigureCanvasPdf(figure).print_pdf(out, metadata=metadata)  # type: ignore[no-untyped-call]
        else:
            from matplotlib.backends.backend_agg import FigureCanvasAgg

            figure.set_facecolor("white")
            figure.set_frameon(True)
            FigureCanvasAgg(figure).print_png(out, metadata={"Software": None})  # type: ignore[no-untyped-call]
    return out.getvalue()
