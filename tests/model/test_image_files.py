"""What files with images say of themselves; the errors are in ``tests/language/test_images.py``."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline.model.image_files import image_of, media_type_of
from tests.images import JPEG, PNG, SVG, turned


@pytest.mark.parametrize(
    ("name", "content", "size"), [("a.png", PNG, (40, 20)), ("A.JPEG", JPEG, (40, 20)), ("a.svg", SVG, (96, 48))]
)
def test_size(name: str, content: bytes, size: tuple[float, float]) -> None:
    image = image_of(name, content)
    assert (image.width, image.height) == size
    assert image.media_type == media_type_of(name)


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_size_of_a_photograph_is_that_of_the_upright_image(orientation: int) -> None:
    image = image_of("a.jpg", turned(orientation))
    assert (image.width, image.height) == (40, 20)


@pytest.mark.parametrize("order", [b"II", b"MM"])
def test_either_order_of_bytes_in_notes(order: bytes) -> None:
    content = turned(6)
    at = content.index(b"Exif\0\0") + 6
    assert content[at : at + 2] in (b"II", b"MM")
    numbers = (0x2A, 2), (8, 4), (1, 2), (0x0112, 2), (3, 2), (1, 4), (6, 2), (0, 2), (0, 4)
    named = "little" if order == b"II" else "big"
    notes = order + b"".join(number.to_bytes(size, named) for number, size in numbers)  # type: ignore[arg-type]
    length = (len(notes) + 8).to_bytes(2, "big")
    start = at - 10
    end = start + 2 + int.from_bytes(content[start + 2 : start + 4], "big")
    changed = content[: start + 2] + length + b"Exif\0\0" + notes + content[end:]
    image = image_of("a.jpg", changed)
    assert (image.width, image.height) == (40, 20)


@pytest.mark.parametrize("cut", [0, 1, 8, 16])
def test_damaged_notes_are_passed_over(cut: int) -> None:
    content = turned(6)
    at = content.index(b"Exif\0\0") + 6
    notes = content[at : at + cut]
    start = at - 10
    end = start + 2 + int.from_bytes(content[start + 2 : start + 4], "big")
    changed = content[: start + 2] + (len(notes) + 8).to_bytes(2, "big") + b"Exif\0\0" + notes + content[end:]
    image = image_of("a.jpg", changed)
    assert (image.width, image.height) == (20, 40)
