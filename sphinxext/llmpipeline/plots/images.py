"""Images as pictures: their sizes in nodes and, for all formats but the SVG of pages, their pixels."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ..geometry.primitives import Box, Point, Size
from ..job import Format, Message
from ..model.images import Image, ImageRun, has_image
from ..model.one_line import one_line
from ..model.pipeline import Label, Node, Pipeline, Run
from ..records import frozen_record
from ..style.types import Style
from .picture import Pictures

_DENSITY = 2
"""Pixels of a screen for each of the page, for which pages have pixels of images."""
_FAR_LARGER = 1.25
"""Times that an image has more pixels at each side, from which on pages have a smaller one."""

if TYPE_CHECKING:
    from .picture import Canvas, Ink, Picture


@frozen_record
class FittedImage:
    """An image in its size in a node."""

    image: Image
    size: Size
    alt: str
    pixels: Any = None
    """An image of Pillow, with four channels; ``None`` for the SVG of a page, which has the file itself."""

    def decoded(self) -> Any:
        """The pixels, which are decoded now if they have not been.

        Raises:
            ValueError: with the message, if there are none.
        """
        return self.pixels or _pixels(self.image)

    def embedded(self) -> bytes:
        """The content of a file for pages: that of the image, or a smaller one with all pixels that screens show."""
        return _embedded(self.image, math.ceil(self.size.width * _DENSITY), math.ceil(self.size.height * _DENSITY))

    def draw(self, canvas: Canvas[Any], origin: Point, _: Callable[[Ink], Any]) -> None:
        """Draw it with its lower left corner at *origin*, in its own colours."""
        x, y = origin
        canvas.image(self, Box(x, y, x + self.size.width, y + self.size.height))


def fit_images(pipeline: Pipeline, style: Style, format: Format) -> Pictures:
    """The images of *pipeline*, and messages about those that cannot be drawn in *format*."""
    found: dict[str, Picture | FittedImage] = {}
    messages: list[Message] = []
    for node in pipeline.nodes:
        if node.image is None:
            continue
        try:
            pixels = None if format == "svg" else _pixels(node.image)
        except ValueError as error:
            messages.append(Message("draw", str(error), node.id))
        else:
            found[node.id] = _fitted(node, node.image, style, pixels)
    return Pictures(found, tuple(messages))


def with_drawable_labels(pipeline: Pipeline, format: Format) -> tuple[Pipeline, tuple[Message, ...]]:
    """*pipeline* whose labels have the texts of images that cannot be drawn in *format*, and messages about these."""
    found: dict[str, Message] = {}

    def drawable(run: Run) -> Run:
        if not isinstance(run, ImageRun):
            return run
        try:
            _pixels(run.image)
        except ValueError as error:
            found[run.image.name] = Message("draw", str(error))
            return Run(run.text, script=run.script, reference=run.reference)
        return run

    def changed(label: Label) -> Label:
        if not has_image(label):
            return label
        return replace(label, lines=tuple(tuple(map(drawable, line)) for line in label.lines))

    changed_pipeline = pipeline if format == "svg" else pipeline.map_labels(changed)
    return changed_pipeline, tuple(found.values())


def _fitted(node: Node, image: Image, style: Style, pixels: Any) -> FittedImage:
    """An image in the greatest size within that of the node or the style that is not greater than its own."""
    width, height = node.size or (style.image_width, style.image_height)
    scale = min(1.0, width / image.width, height / image.height)
    alt = one_line(node.label) or image.stem
    return FittedImage(image, Size(image.width * scale, image.height * scale), alt, pixels)


def _pixels(image: Image) -> Any:
    """The pixels of an image.

    Raises:
        ValueError: with the message, if there are none.
    """
    if image.is_vector:
        raise ValueError(
            f"'{image.name}' is drawn on web pages alone, because nothing that is installed turns an SVG into pixels: "
            "name a PNG image for other formats"
        )
    from PIL import Image as Pillow  # imported here because few diagrams have an image; matplotlib requires it

    try:
        with Pillow.open(io.BytesIO(image.content), formats=("PNG", "JPEG")) as opened:
            return _upright(opened).convert("RGBA")
    except (OSError, ValueError, SyntaxError, Pillow.DecompressionBombError) as error:  # what Pillow raises
        raise ValueError(f"'{image.name}' is damaged: {error}") from error


def _upright(opened: Any) -> Any:
    """An open image of Pillow, turned as a note in a file of a camera says; browsers do so, too."""
    from PIL import ImageOps

    return ImageOps.exif_transpose(opened) if opened.format == "JPEG" else opened


@lru_cache(maxsize=16)
def _embedded(image: Image, width: int, height: int) -> bytes:
    """The content of *image*, or of one with these sides, in pixels, if it is far larger than them.

    A file that cannot be decoded, or has colours of print, stays as it is: browsers show what they can.
    """
    if image.is_vector or min(image.width / width, image.height / height) < _FAR_LARGER:
        return image.content
    from PIL import Image as Pillow  # as above

    out = io.BytesIO()
    try:
        with Pillow.open(io.BytesIO(image.content), formats=("PNG", "JPEG")) as opened:
            if opened.mode == "CMYK" or getattr(opened, "n_frames", 1) > 1:
                return image.content
            mode = "L" if opened.mode == "L" else "RGB" if opened.format == "JPEG" else "RGBA"
            smaller = _upright(opened).convert(mode).resize((width, height), Pillow.Resampling.LANCZOS)
            more = {"quality": 90} if opened.format == "JPEG" else {"optimize": True}
            smaller.save(out, opened.format, icc_profile=opened.info.get("icc_profile"), **more)
    except (OSError, ValueError, SyntaxError, Pillow.DecompressionBombError):
        return image.content
    return min(out.getvalue(), image.content, key=len)
