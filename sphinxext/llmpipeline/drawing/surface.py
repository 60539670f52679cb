"""The surface that a scene is drawn on: the SVG of a page, or a renderer of matplotlib."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Literal, Protocol

from ..geometry.primitives import Box, Curve, Point
from ..text.lines import PlacedRun
from .colors import Color

if TYPE_CHECKING:
    from ..plots.images import FittedImage

PartName = Literal["node", "edge", "group", "callout", "legend", "colorbar"]


class Surface(Protocol):
    """A target for drawing.  Coordinates are points of the layout, y up; later marks cover earlier ones."""

    def part(self, name: PartName, index: int) -> AbstractContextManager[None]:
        """Enclose the marks of one part, by its index among the nodes, edges, … of the pipeline."""

    def inside(self, name: str) -> AbstractContextManager[None]:
        """Enclose marks within a part, by the name of their class."""

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
        """Draw a curve; a *width* of 0 points fills it without a line.

        An *alpha* below 1 lets through what is behind.  The first *away* points of the dashes are left out.  Another
        stroke covers a *hidden* one: a page shows it where its part is lit, other surfaces leave it out.
        """

    def image(self, fitted: FittedImage, box: Box, reference: int | None = None) -> None:
        """Draw an image, which may be a reference in a label."""

    def text(self, run: PlacedRun, at: Point, color: Color, *, centered: bool) -> None:
        """Write a run of text whose baseline starts at a point; *centered* if it is all of a centred line."""
