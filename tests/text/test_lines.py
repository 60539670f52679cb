"""Items of lists have a bullet and hang; what else a line is made of is tested in ``test_typesetting.py``."""

from __future__ import annotations

import math

import pytest

from sphinxext.llmpipeline import CLASSIC
from sphinxext.llmpipeline.model.images import Image, ImageRun
from sphinxext.llmpipeline.model.pipeline import Run
from sphinxext.llmpipeline.text.lines import LineSetter, SetLine
from sphinxext.llmpipeline.text.metrics import Fonts
from tests.conftest import shaped

SIZE = 10.0
INDENT = 9.0


def lines(*runs: Run, limit: float = math.inf) -> list[SetLine]:
    return [*LineSetter(Fonts(CLASSIC.font, CLASSIC.mono_font)).lines(runs, SIZE, limit)]


def texts(line: SetLine) -> list[str]:
    return [run.text for run in line.runs]


def test_an_item_has_a_bullet_in_the_place_of_its_hyphen() -> None:
    (plain,), (item,) = lines(Run("item")), lines(Run("- item"))
    assert texts(item) == ["•", "item"]
    assert [run.x for run in item.runs] == [0.0, INDENT]
    assert item.width == pytest.approx(plain.width + INDENT)
    assert (plain.in_list, item.in_list) == (False, True)


@pytest.mark.parametrize("text", ["-item", "-", "– item", "-\u00a0item", " - item", "x - item", ""])
def test_other_lines_are_none(text: str) -> None:
    (line,) = lines(Run(text))
    assert not line.in_list
    assert "".join(texts(line)) == text


def test_further_space_after_the_hyphen_is_dropped() -> None:
    (line,) = lines(Run("-   item"))
    assert texts(line) == ["•", "item"]


def test_markup_of_an_item_stays() -> None:
    (line,) = lines(Run("- "), Run("one", "bold", reference=2), Run(" two"))
    assert texts(line) == ["•", "one", " two"]
    assert [run.reference for run in line.runs] == [None, 2, None]
    (line,) = lines(Run("- x", "math"))
    assert not line.in_list, "it is a formula"


def test_further_lines_of_an_item_hang() -> None:
    first, *more = lines(Run("- an item of quite a few words that goes on"), limit=80.0)
    assert texts(first)[0] == "•"
    assert len(more) > 1
    for line in (first, *more):
        assert line.in_list
        assert line.width <= 80.0
        assert line.runs[-1].x == INDENT
    assert " ".join(run.text for line in (first, *more) for run in line.runs if run.text != "•") == (
        "an item of quite a few words that goes on"
    )


def test_an_item_narrower_than_its_bullet_is_one_word_a_line() -> None:
    assert [texts(line) for line in lines(Run("- a b"), limit=1.0)] == [["•", "a"], ["b"]]
    assert [texts(line) for line in lines(Run("- "), limit=1.0)] == [["•"]]


@shaped
def test_an_item_from_right_to_left_has_its_bullet_at_the_right() -> None:
    (line,) = lines(Run("- نموذج"))
    bullet, text = line.runs
    assert line.rtl
    assert (text.x, bullet.text) == (0.0, "•")
    assert bullet.x + bullet.width == pytest.approx(line.width)
    assert line.width == pytest.approx(text.width + INDENT)
    first, second = lines(Run("- نموذج لغوي كبير"), limit=60.0)
    assert first.runs[0].text == "•"
    assert second.width == pytest.approx(second.runs[0].width + INDENT)


# Images

LOGO = ImageRun("Logo", image=Image("a.png", "image/png", 200.0, 100.0, "12ab", b""))


def test_image_stands_between_the_letters_and_in_the_height_of_the_line() -> None:
    (line,) = lines(Run("a "), LOGO, Run(" b"))
    before, image, after = line.runs
    assert [run.image is not None for run in line.runs] == [False, True, False]
    assert (image.ascent, image.descent) == pytest.approx((before.ascent, before.descent))
    assert image.x == before.width
    assert after.x == pytest.approx(image.x + image.width)
    assert image.width == pytest.approx(2 * (image.ascent + image.descent))


def test_image_in_a_size_of_its_own_stands_in_the_middle_of_the_letters() -> None:
    ((letters, image),) = (line.runs for line in lines(Run("a"), ImageRun("Logo", image=LOGO.image, height=50.0)))
    assert image.ascent + image.descent == pytest.approx(50)
    assert image.ascent - image.descent == pytest.approx(letters.ascent - letters.descent)


def test_lines_are_broken_beside_images_and_never_in_their_texts() -> None:
    wide = ImageRun("Our logo", image=LOGO.image, width=40.0)
    found = lines(Run("some words "), wide, Run(" more "), wide, Run(" end"), limit=60.0)
    assert len(found) > 2
    assert sum(run.image is not None for line in found for run in line.runs) == 2
    assert all(line.width <= 60.0 for line in found)


@shaped
def test_image_has_its_place_in_a_line_from_right_to_left() -> None:
    (line,) = lines(Run("\u0645\u0631 "), LOGO, Run(" \u0628"))
    first, last = line.runs[0], line.runs[-1]
    (image,) = [run for run in line.runs if run.image]
    assert last.x < image.x < first.x


def test_item_of_a_list_may_begin_with_an_image() -> None:
    (line,) = lines(Run("- "), LOGO)
    assert [run.text for run in line.runs] == ["•", "Logo"]
    (alone,) = lines(ImageRun("- logo", image=LOGO.image))
    assert not alone.in_list
