"""A drawing in pixels → the element of a page that shows it, sharp on any screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Raster:
    """What a page knows about a drawing in pixels that it shows."""

    files: tuple[str, str]
    """With one and with two pixels for each CSS pixel."""
    size: tuple[int, int]
    """Width and height in CSS pixels."""
    alt: str
    name: str
    """The diagram's public name, ``data-diagram``."""
    least_width: str
    """The width in CSS pixels at which the smallest text is still legible; a narrower page scrolls."""
    classes: tuple[str, ...] = ()
    width: str | None = None
    """CSS width; ``None`` for the drawing's own."""


def png_size(path: Path) -> tuple[int, int]:
    """Width and height of a PNG file in its pixels."""
    with path.open("rb") as file:
        head = file.read(24)
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")


def on_page(raster: Raster, uris: Sequence[str]) -> str:
    """The element that shows a drawing.

    Args:
        raster: the drawing.
        uris: of its files, as the page sees them.
    """
    plain, double = uris
    attributes = {
        "class": " ".join(["llmpipeline", *raster.classes]),
        "data-diagram": raster.name,
        "src": plain,
        "srcset": f"{plain} 1x, {double} 2x",
        "width": str(raster.size[0]),
        "height": str(raster.size[1]),
        "alt": raster.alt,
        # Both sizes are known, so a page does not jump when an image comes.
        "loading": "lazy",
        "style": f"width: {raster.width}" if raster.width else f"min-width: {raster.least_width}px",
    }
    return f"<img {' '.join(f'{name}={quoted(text)}' for name, text in attributes.items())} />"


def quoted(text: str) -> str:
    """A text as the value of an attribute."""
    return f'"{escape(text)}"'
