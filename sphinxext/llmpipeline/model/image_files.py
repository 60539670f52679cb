"""Files with images: what they say of themselves.

Only the standard library reads the files here: whether one is whole, and its size.  Its pixels are decoded where they
are drawn.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Literal
from xml.parsers import expat

from .images import MEDIA_TYPES, Image, MediaType, suffix_of

_MOST_PIXELS = 25_000_000
_GREATEST_SIDE = 100_000
_SVG = "http://www.w3.org/2000/svg svg"
_PNG = b"\x89PNG\r\n\x1a\n"
_SIZE_MARKERS = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""Of the segments of a JPEG that have its size."""
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers of a JPEG without a segment."""

_NOTES = 0xE1
"""Marker of the segment with Exif."""
_ORIENTATION = 0x0112
_MOST_NOTES = 1000
_TURNED = frozenset(range(5, 9))
"""Orientations that exchange width and height."""

_PIXELS = {"": 1.0, "px": 1.0, "pt": 96 / 72, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "q": 96 / 101.6}
_LENGTH = re.compile(r"\s*\+?(\d{1,9}(?:\.\d*)?|\.\d+)\s*([a-z]*)\s*", re.IGNORECASE)

_Size = tuple[float, float]


def image_of(name: str, content: bytes) -> Image:
    """The image in a file.

    Raises:
        ValueError: with the message, if it is no image that can be drawn.
    """
    media_type = media_type_of(name)
    return Image(name, media_type, *_checked_size(name, media_type, content), sha256(content).hexdigest(), content)


def media_type_of(name: str) -> MediaType:
    """What a file contains, by the ending of its name.

    Raises:
        ValueError: with the message, if that is no image that can be drawn.
    """
    if found := MEDIA_TYPES.get(suffix_of(name)):
        return found
    raise ValueError(f"'{name}' is no file with an image: its name ends in one of {', '.join(MEDIA_TYPES)}")


def _checked_size(name: str, media_type: MediaType, content: bytes) -> _Size:
    try:
        width, height = _READERS[media_type](content)
    except ValueError as error:
        raise ValueError(f"'{name}' {error}") from error
    if not (0 < width <= _GREATEST_SIDE and 0 < height <= _GREATEST_SIDE):
        raise ValueError(
            f"'{name}' has the size {width:g} x {height:g}: expected sides up to {_GREATEST_SIDE:,} pixels"
        )
    if media_type != "image/svg+xml" and width * height > _MOST_PIXELS:
        limit = f"make it smaller, with at most {_MOST_PIXELS:,}"
        raise ValueError(f"'{name}' has {width:.0f} x {height:.0f} pixels: {limit}")
    return width, height


def _png_size(content: bytes) -> _Size:
    """The size of a PNG whose chunks are whole."""
    if not content.startswith(_PNG):
        raise ValueError("is not a PNG image")
    at, size, has_pixels = len(_PNG), None, False
    while at + 12 <= len(content):
        end = at + 8 + int.from_bytes(content[at : at + 4], "big")
        kind, body = content[at + 4 : at + 8], content[at + 8 : end]
        if zlib.crc32(kind + body) != int.from_bytes(content[end : end + 4], "big"):
            break
        if kind == b"IHDR":
            size = float(int.from_bytes(body[:4], "big")), float(int.from_bytes(body[4:8], "big"))
        has_pixels |= kind == b"IDAT"
        if kind == b"IEND" and size and has_pixels:
            return size
        at = end + 4
    raise ValueError("is damaged: a part of the PNG image is missing or wrong")


def _jpeg_size(content: bytes) -> _Size:
    """The size of a JPEG that has an end, as it is shown: cameras turn images by a note in the file."""
    if not content.startswith(b"\xff\xd8\xff"):
        raise ValueError("is not a JPEG image")
    at, turned = 2, False
    while content[at : at + 1] == b"\xff" and at + 9 <= len(content):
        marker = content[at + 1]
        if marker == 0xFF or marker in _ALONE:
            at += 1 if marker == 0xFF else 2
            continue
        if marker in _SIZE_MARKERS:
            if content.rfind(b"\xff\xd9") < at:
                break
            height, width = (float(int.from_bytes(content[at + by : at + by + 2], "big")) for by in (5, 7))
            return (height, width) if turned else (width, height)
        end = at + 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if marker == _NOTES and content[at + 4 : at + 10] == b"Exif\0\0":
            turned = _orientation(content[at + 10 : end]) in _TURNED
        at = end
    raise ValueError("is damaged: a part of the JPEG image is missing or wrong")


def _orientation(notes: bytes) -> int:
    """The orientation in notes of the format Exif, from 1 to 8; 1, for none, if it cannot be read."""
    order: Literal["little", "big"] = "little" if notes.startswith(b"II") else "big"

    def number(at: int, length: int) -> int:
        return int.from_bytes(notes[at : at + length], order)

    start = number(4, 4)
    for entry in range(start + 2, start + 2 + 12 * min(number(start, 2), _MOST_NOTES), 12):
        if number(entry, 2) == _ORIENTATION:
            return number(entry + 8, 2)
    return 1


def _svg_size(content: bytes) -> _Size:
    """The size of an SVG, which is read to its end."""
    roots: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate(namespace_separator=" ")

    def start(tag: str, attributes: dict[str, str]) -> None:
        roots.append((tag, attributes))
        parser.StartElementHandler = None

    parser.StartElementHandler = start
    parser.EntityDeclHandler = _refuse_entity
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        what = "is damaged" if roots and roots[0][0] == _SVG else "is not an SVG image"
        raise ValueError(f"{what}: {error}") from error
    except _EntityError:
        raise
    except (LookupError, ValueError) as error:  # of the codec that the file names
        raise ValueError(f"has an encoding that cannot be read, save it in UTF-8: {error}") from error
    tag, attributes = roots[0]
    if tag != _SVG:
        raise ValueError('is not an SVG image: its root is not <svg xmlns="http://www.w3.org/2000/svg">')
    return _size_of_root(attributes)


class _EntityError(ValueError):
    """An SVG declares an entity."""


def _refuse_entity(*_: object) -> None:
    raise _EntityError("declares entities, which are not read: save it as plain SVG")


def _size_of_root(attributes: Mapping[str, str]) -> _Size:
    """The size by ``width`` and ``height``; what is missing follows from ``viewBox``."""
    width, height = (_length(attributes.get(name, "")) for name in ("width", "height"))
    box = [_length(part) for part in re.split(r"[\s,]+", attributes.get("viewBox", "").strip())[2:]]
    across, down = box if len(box) == 2 else (None, None)
    if width and height:
        return width, height
    if across and down:
        if width or height:
            scale = width / across if width else (height or 0.0) / down
            return across * scale, down * scale
        return across, down
    raise ValueError("has no size: write 'width' and 'height' in pixels, or 'viewBox', in its <svg>")


def _length(text: str) -> float | None:
    """Pixels; ``None`` for a length that depends on the place, such as ``100%``."""
    found = _LENGTH.fullmatch(text)
    scale = _PIXELS.get(found[2].lower()) if found else None
    return float(found[1]) * scale if found and scale else None


_READERS: Mapping[MediaType, Callable[[bytes], _Size]] = {
    "image/png": _png_size,
    "image/jpeg": _jpeg_size,
    "image/svg+xml": _svg_size,
}
