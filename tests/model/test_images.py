"""Images as values."""

from __future__ import annotations

from sphinxext.llmpipeline.model.images import Image, suffix_of
from tests.images import PNG


def test_key_has_the_digest_and_not_the_content() -> None:
    image = Image("a.png", "image/png", 40.0, 20.0, "12ab", PNG)
    assert repr(image) == ("Image(name='a.png', media_type='image/png', width=40.0, height=20.0, digest='12ab')")
    assert image != Image("a.png", "image/png", 40.0, 20.0, "34cd", PNG)
    assert not image.is_vector


def test_suffix_is_that_of_the_name_alone() -> None:
    assert [*map(suffix_of, ("a/B.PNG", "a.b/c", "x.tar.svg", ".png"))] == [".png", "", ".svg", ""]
