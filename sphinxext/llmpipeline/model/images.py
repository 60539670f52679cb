"""Images inside nodes, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Literal

MediaType = Literal["image/png", "image/jpeg", "image/svg+xml"]

MEDIA_TYPES: Mapping[str, MediaType] = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".svg": "image/svg+xml",
}
"""Ending of the name of a file → what it contains."""


@dataclass(frozen=True)
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


def suffix_of(name: str) -> str:
    """The ending of the name of a file, in lower case."""
    return PurePosixPath(name).suffix.lower()
