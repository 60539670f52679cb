"""How wide pages are, by builder."""

from __future__ import annotations

import math
from typing import Any

import pytest

from sphinxext.llmpipeline.extension.builders import page_width, read_widths
from sphinxext.llmpipeline.model.vocabulary import WIDTHS
from tests.conftest import Project

WIDE = " -> ".join(f"step-number-{letter}" for letter in "abcdefghij")


@pytest.mark.parametrize(
    ("value", "changes"),
    [
        ({}, {}),
        (820, {"html": 820.0}),
        (640.5, {"html": 640.5}),
        ({"latex": 390, "dirhtml": 900}, {"latex": 390.0, "dirhtml": 900.0}),
    ],
)
def test_what_is_given_comes_over_the_defaults(value: Any, changes: dict[str, float]) -> None:
    assert read_widths(value) == ({**WIDTHS, **changes}, [])


@pytest.mark.parametrize("wrong", [0, -5, math.nan, math.inf, True, "700", None, [700]])
def test_a_width_that_is_none_is_told_of_and_left_out(wrong: Any) -> None:
    assert read_widths({"html": wrong, "epub": 500}) == (
        {**WIDTHS, "epub": 500.0},
        [f"expected the width of a page in pixels for 'html', got {wrong!r}"],
    )
    assert read_widths({"latex": wrong})[1] == [f"expected the width of a page in points for 'latex', got {wrong!r}"]


def test_a_builder_that_is_no_name_is_told_of() -> None:
    assert read_widths({7: 700}) == (
        dict(WIDTHS),
        ["expected the name of a builder such as 'html' or 'latex', got 7"],
    )


@pytest.mark.parametrize(
    ("builder", "format", "width"),
    [
        ("html", "html", 700.0),
        ("singlehtml", "html", 700.0),
        ("epub", "html", 600.0),
        # Three quarters of a unit are a point of paper.
        ("latex", "latex", 600.0),
        ("texinfo", "texinfo", 700.0),
    ],
)
def test_width_of_a_builder(builder: str, format: str, width: float) -> None:
    assert page_width(WIDTHS, builder, format) == width


def test_the_name_of_a_builder_comes_before_its_format() -> None:
    widths, _ = read_widths({"dirhtml": 900})
    assert (page_width(widths, "dirhtml", "html"), page_width(widths, "html", "html")) == (900.0, 700.0)


def test_a_wide_page_keeps_what_a_narrow_one_turns(project: Project) -> None:
    text = f".. llmpipeline::\n\n   {WIDE}\n"
    shapes = {}
    for width in (700, 2000):
        build = project.write({"index.rst": text}, f"llmpipeline_width = {width}").build("html", out=str(width))
        assert build.warnings == ""
        box = build.read("index.html").partition('viewBox="0 0 ')[2].partition('"')[0]
        shapes[width] = [float(side) for side in box.split()]
    assert shapes[700][0] < shapes[700][1]
    assert shapes[2000][0] > shapes[2000][1]


def test_a_wrong_width_is_a_warning(project: Project) -> None:
    text = ".. llmpipeline::\n\n   a -> b\n"
    build = project.write({"index.rst": text}, "llmpipeline_width = {'html': '700px'}").build("html")
    assert build.warnings == (
        "WARNING: llmpipeline_width: expected the width of a page in pixels for 'html', got '700px'"
        " [llmpipeline.config]\n"
    )
