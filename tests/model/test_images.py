"""Images as values."""

from __future__ import annotations

from sphinxext.llmpipeline.model.images import Image, ImageRun, suffix_of
from sphinxext.llmpipeline.model.pipeline import Run
from tests.images import PNG


def test_key_has_the_digest_and_not_the_content() -> None:
    image = Image("a.png", "image/png", 40.0, 20.0, "12ab", PNG)
    assert repr(image) == ("Image(name='a.png', media_type='image/png', width=40.0, height=20.0, digest='12ab')")
    assert image != Image("a.png", "image/png", 40.0, 20.0, "34cd", PNG)
    assert not image.is_vector


def test_suffix_is_that_of_the_name_alone() -> None:
    assert [*map(suffix_of, ("a/B.PNG", "a.b/c", "x.tar.svg", ".png"))] == [".png", "", ".svg", ""]


def test_size_of_an_image_in_a_line() -> None:
    image = Image("a.png", "image/png", 40.0, 20.0, "12ab", PNG)
    small = Image("a.png", "image/png", 8.0, 4.0, "12ab", PNG)
    vector = Image("a.svg", "image/svg+xml", 8.0, 4.0, "12ab", b"")
    assert ImageRun("a", image=image).size(15) == (30, 15)
    assert ImageRun("a", image=small).size(15) == (8, 4)
    assert ImageRun("a", image=vector).size(15) == (30, 15)
    assert ImageRun("a", image=image, height=50).size(15) == (100, 50)
    assert ImageRun("a", image=image, width=50).size(15) == (50, 25)
    assert ImageRun("a", image=image, width=50, height=10).size(15) == (50, 10)


def test_image_takes_the_reference_and_the_script_of_a_run() -> None:
    image = Image("a.png", "image/png", 40.0, 20.0, "12ab", PNG)
    found = ImageRun("a", image=image).within(Run("b", "bold", "sub", 3))
    assert found == ImageRun("a", script="sub", reference=3, image=image)
