"""Images for tests, made here."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET

import numpy as np
from PIL import Image

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="1in" height="48"><circle cx="48" cy="24" r="20"/></svg>'


def quarters(width: int = 40, height: int = 20) -> Image.Image:
    """Red and green above blue and white."""
    pixels = np.full((height, width, 3), 255, dtype=np.uint8)
    pixels[: height // 2, : width // 2] = (255, 0, 0)
    pixels[: height // 2, width // 2 :] = (0, 160, 0)
    pixels[height // 2 :, : width // 2] = (0, 0, 255)
    return Image.fromarray(pixels)


def saved(image: Image.Image, format: str = "PNG") -> bytes:
    """The content of a file."""
    out = io.BytesIO()
    image.save(out, format)
    return out.getvalue()


def turned(orientation: int, width: int = 40, height: int = 20) -> bytes:
    """A JPEG of the quarters, whose pixels lie as a camera in some orientation saves them."""
    back = {1: None, 3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
    upright = quarters(width, height)
    transpose = back[orientation]
    lying = upright if transpose is None else upright.transpose(transpose)
    notes = Image.Exif()
    notes[0x0112] = orientation
    out = io.BytesIO()
    lying.save(out, "JPEG", exif=notes, quality=95)
    return out.getvalue()


PNG = saved(quarters())
JPEG = saved(quarters(), "JPEG")


def images_in(svg: ET.Element) -> list[ET.Element]:
    """The images of nodes in the drawing of a page."""
    return [element for element in svg.iter() if element.get("class") == "llmpipeline-image"]
