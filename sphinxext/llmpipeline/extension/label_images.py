"""Images in labels: substitutions such as ``|logo|``, and those of Markdown, read when their document has been."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from docutils import nodes

from ..diagnostics import printable
from ..files import LARGEST_DATA, read_regular
from ..model.image_files import image_of
from ..model.images import ImageRun
from .nodes import LOADED, REFUSED, pipeline_diagram

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_LENGTH = re.compile(r"(\d+(?:\.\d*)?|\.\d+) *([a-z]*)")
_UNITS = {
    "": 1.0, "px": 1.0, "pt": 96 / 72, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "em": 16.0,
}  # fmt: skip
"""CSS pixels."""


def load_label_images(app: Sphinx, doctree: nodes.document, diagram: pipeline_diagram) -> None:
    """Read the images in the labels of a diagram; Sphinx has found their files, on which its document depends."""
    for image in diagram.findall(nodes.image):
        try:
            image[LOADED] = _loaded(app, doctree, image)
        except ValueError as error:
            image[REFUSED] = str(error)


def _loaded(app: Sphinx, doctree: nodes.document, image: nodes.image) -> ImageRun:
    """The image as part of a line.

    Raises:
        ValueError: with the reason, if it cannot be drawn.
    """
    candidates: dict[str, str] = image.get("candidates", {})
    name = candidates.get("*", "")
    if not name:
        raise ValueError("it is not a file of the project")
    if not doctree.settings.file_insertion_enabled:
        raise ValueError("docutils' setting 'file_insertion_enabled' is off")
    try:
        content = read_regular(os.path.join(app.srcdir, name), LARGEST_DATA)
    except OSError as error:
        raise ValueError(str(error.strerror or error)) from error
    read = image_of(name, content)
    width, height = _pixels(image.get("width")), _pixels(image.get("height"))
    if scale := image.get("scale"):
        if width is None and height is None:
            width = read.width
        width, height = (side and side * scale / 100 for side in (width, height))
    image["alt"] = printable(image.get("alt") or read.stem)
    return ImageRun(image["alt"], image=read, width=width, height=height)


def _pixels(length: object) -> float | None:
    """CSS pixels; ``None`` for a length that depends on the place, such as ``50%``."""
    found = _LENGTH.fullmatch(str(length))
    scale = _UNITS.get(found[2]) if found else None
    return float(found[1]) * scale if found and scale else None
