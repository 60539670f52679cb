"""Images inside nodes and lines of text, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from pathlib import PurePosixPath
from typing import Literal, cast

from ..records import frozen_record
from .pipeline import Face, Label, Run

MediaType = Literal["image/png", "image/jpeg", "image/svg+xml"]

MEDIA_TYPES: Mapping[str, MediaType] = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".svg": "image/svg+xml",
}
"""Ending of the name of a file → what it contains."""


@frozen_record(slots=False)
class Image:
    """The content of a file with an image."""

    name: str
    """As the author wrote it."""
    media_type: MediaType
    width: float
    """CSS pixels, as the height."""
    height: float
    digest: str
    """Of the content, for ``repr()``, which is part of the cache key."""
    content: bytes = field(repr=False, compare=False)

    @property
    def stem(self) -> str:
        """The name of the file without folders and ending, which is the text of an image without a label."""
        return PurePosixPath(self.name).stem

    @property
    def is_vector(self) -> bool:
        """Whether it has no pixels, so that only browsers draw it."""
        return self.media_type == "image/svg+xml"


@frozen_record(slots=False)
class ImageRun(Run):
    """An image in a line of a label; its text is the alternative text."""

    face: Face = "image"
    image: Image = field(default=cast("Image", None))
    """The image itself."""
    width: float | None = None
    """CSS pixels; ``None`` for what follows from the height."""
    height: float | None = None
    """CSS pixels; ``None`` for what follows from the width or, without one, for the height of the line."""

    def within(self, like: Run) -> ImageRun:
        """The image in the place of a run: with its reference and script."""
        return replace(self, script=like.script, reference=like.reference)

    def size(self, line: float) -> tuple[float, float]:
        """Width and height in a line that is *line* points high; images of pixels are not enlarged to it."""
        image = self.image
        height = self.height
        if height is None and self.width is not None:
            height = self.width * image.height / image.width
        if height is None:
            height = line if image.is_vector else min(line, image.height)
        width = self.width
        return (height * image.width / image.height if width is None else width), height


def has_image(label: Label) -> bool:
    """Whether a line of a label has an image."""
    return any(run.face == "image" for line in label.lines for run in line)


def suffix_of(name: str) -> str:
    """The ending of the name of a file, in lower case."""
    return PurePosixPath(name).suffix.lower()
