"""A plot as a picture: curves and texts in points, in colours that follow the node and the style."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import field, replace
from itertools import groupby
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol, TypeVar

from ..geometry.primitives import Box, Curve, Point, Size
from ..job import Message
from ..records import frozen_record
from ..text.lines import PlacedRun

if TYPE_CHECKING:
    from .images import FittedImage

_Color = TypeVar("_Color", contravariant=True)

Role = Literal["line", "text", "ground", "fill", "stroke", "fixed"]


@frozen_record
class Ink:
    """A colour: one of the node's ``line``, ``text`` and ``ground``; of a category; or a ``fixed`` one."""

    role: Role
    name: str = ""
    """Key of the category for its ``fill`` or ``stroke``; ``#rrggbb`` of a fixed colour."""

    @property
    def palette(self) -> str:
        """The key of the category; empty for any other colour."""
        return self.name if self.role in ("fill", "stroke") else ""


@frozen_record
class PathMark:
    """A curve; a width of 0 points fills it without a line."""

    curve: Curve
    width: float
    stroke: Ink
    fill: Ink | None = None
    dash: tuple[float, ...] = ()
    alpha: float = 1.0
    """Below 1, it lets through what is behind."""

    def moved(self, dx: float, dy: float) -> PathMark:
        """The mark moved by points."""
        return replace(self, curve=self.curve.moved(dx, dy))

    @property
    def palette(self) -> str:
        """The key of the category whose colours it has; empty for none."""
        return (self.fill or self.stroke).palette or self.stroke.palette

    @property
    def is_point(self) -> bool:
        """Whether its inside has the colour of the lines of the category, as points and other marks have."""
        return self.fill is not None and self.fill.role == "stroke"


@frozen_record
class TextMark:
    """A run of text, with the start of its baseline."""

    run: PlacedRun
    at: Point
    ink: Ink
    centered: bool = False
    """Whether it stays centred if a reader has another font."""
    palette: ClassVar[str] = ""
    is_point: ClassVar[bool] = False

    def moved(self, dx: float, dy: float) -> TextMark:
        """The mark moved by points."""
        return replace(self, at=(self.at[0] + dx, self.at[1] + dy))


Mark = PathMark | TextMark


class Canvas(Protocol[_Color]):
    """What a picture needs of a surface."""

    def inside(self, name: str) -> AbstractContextManager[None]:
        """Enclose marks within a part, by the name of their class."""

    def path(
        self,
        curve: Curve,
        width: float,
        stroke: _Color,
        fill: _Color | None = None,
        dash: tuple[float, ...] = (),
        alpha: float = 1.0,
    ) -> None:
        """Draw a curve."""

    def text(self, run: PlacedRun, at: Point, color: _Color, *, centered: bool) -> None:
        """Write a run of text."""

    def image(self, fitted: FittedImage, box: Box) -> None:
        """Draw an image."""


@frozen_record
class Picture:
    """A plot; its points are those from its lower left corner, y up."""

    size: Size
    marks: tuple[Mark, ...]

    def draw(self, canvas: Canvas[_Color], origin: Point, color: Callable[[Ink], _Color]) -> None:
        """Draw it with its lower left corner at *origin*."""
        with canvas.inside("plot"):
            for (key, are_points), marks in groupby(self.marks, key=lambda mark: (mark.palette, mark.is_point)):
                series = canvas.inside(f"palette-{key}") if key else nullcontext()
                with series, canvas.inside("points") if are_points else nullcontext():
                    _draw(marks, canvas, origin, color)


@frozen_record
class Pictures:
    """The plots and images of a diagram by the ids of their nodes."""

    of: Mapping[str, Picture | FittedImage] = field(default_factory=dict)
    messages: tuple[Message, ...] = ()
    """Problems: sizes that are too small, characters without a font, images that cannot be drawn."""
    emoji_messages: tuple[Message, ...] = ()
    """Problems with emoji, which browsers draw in a font of their own."""

    @property
    def sizes(self) -> dict[str, Size]:
        """The sizes of the pictures."""
        return {id: picture.size for id, picture in self.of.items()}

    def joined(self, more: Pictures) -> Pictures:
        """These and *more* of the same diagram."""
        emoji = (*self.emoji_messages, *more.emoji_messages)
        return Pictures({**self.of, **more.of}, (*self.messages, *more.messages), emoji)


def _draw(marks: Iterable[Mark], canvas: Canvas[_Color], origin: Point, color: Callable[[Ink], _Color]) -> None:
    x, y = origin
    for mark in marks:
        if isinstance(mark, TextMark):
            canvas.text(mark.run, (mark.at[0] + x, mark.at[1] + y), color(mark.ink), centered=mark.centered)
        else:
            fill = color(mark.fill) if mark.fill else None
            canvas.path(mark.curve.moved(x, y), mark.width, color(mark.stroke), fill, mark.dash, mark.alpha)
