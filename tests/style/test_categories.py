"""Which colours categories have."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline import MODERN, parse
from sphinxext.llmpipeline.style.builtin import PRINT
from sphinxext.llmpipeline.style.categories import encode_categories
from sphinxext.llmpipeline.style.reader import read_style, with_categories
from sphinxext.llmpipeline.style.types import Encoding, Style


def keys(text: str, style: Style = MODERN) -> dict[str, str]:
    pipeline = parse(text, categories=[key for key in style.categories if not key.isdecimal()])
    return dict(encode_categories(pipeline, style, Encoding()).categories)


def test_colours_come_in_the_order_of_declaration() -> None:
    assert keys("category b: B\ncategory a: A\nnode x") == {"b": "1", "a": "2"}
    assert keys("node x") == {}


def test_colours_of_the_project_come_first() -> None:
    style, problems = with_categories(MODERN, {"one": "One", "two": {"title": "Two"}})
    assert problems == []
    assert style.categories["one"].light == MODERN.categories["1"].light
    assert style.categories["two"].light == MODERN.categories["2"].light
    assert keys("category a: A\nnode x\n   :category: a", style) == {"one": "one", "two": "two", "a": "3"}
    assert keys("category two: Other name\nnode x", style)["two"] == "two"


def test_more_categories_than_colours_are_reported() -> None:
    text = "".join(f"category c{number}: C\n" for number in range(9)) + "node x"
    encoding = encode_categories(parse(text), MODERN, Encoding())
    assert encoding.categories["c8"] == "1"
    assert encoding.messages == ("9 categories have the 8 colours of the style 'modern': use fewer",)


def test_colours_of_a_project() -> None:
    given = {"rl": {"title": "RL", "fill": "#ffe0b2", "stroke": "#8a4b00", "dark": {"fill": "#4a2c00"}}}
    look = with_categories(MODERN, given)[0].categories["rl"]
    assert (look.title, look.light.fill, look.light.stroke, look.light_ground) == (
        "RL",
        "#ffe0b2",
        "#8a4b00",
        "#ffe0b2",
    )
    assert (look.dark.fill, look.dark_ground) == ("#4a2c00", "#4a2c00")
    assert look.dark.stroke == MODERN.categories["1"].dark.stroke
    ground = {"rl": {"fill": "#ffe0b2", "ground": "#fffaf0"}}
    assert with_categories(MODERN, ground)[0].categories["rl"].light_ground == "#fffaf0"


def test_a_style_without_colours_keeps_its_marks() -> None:
    look = with_categories(PRINT, {"rl": {"title": "RL", "fill": "#ffe0b2"}})[0].categories["rl"]
    assert (look.title, look.mark, look.light) == ("RL", "disc", PRINT.categories["1"].light)


def test_colours_of_the_cycle_are_keys_of_a_style() -> None:
    style, problems = read_style({"categories": {"1": {"fill": "#ffffff"}, "own": {"title": "Own"}}})
    assert problems == []
    assert style.categories["1"].light.fill == "#ffffff"
    assert style.categories["own"].title == "Own"


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ([], "'categories' expects a dict, got []"),
        ({"a b": "X"}, "'a b' is no category: expected a letter or '_', then letters, digits, '_' and '-'"),
        ({"9": {"fill": "#ffffff"}}, "'9' is no category: expected a letter or '_', then letters, digits, '_' and '-'"),
        ({"rl": 5}, "'rl' expects a dict, got 5"),
        (
            {"rl": {"colour": "red"}},
            "unknown key 'rl.colour'; expected one of: title, fill, stroke, text, ground, dark",
        ),
        ({"rl": {"fill": "reddish"}}, "'rl.fill' expects a colour such as '#add8e6' or 'lightblue', got 'reddish'"),
        ({"rl": {"dark": {"fil": "red"}}}, "unknown key 'rl.dark.fil'; did you mean 'fill'?"),
    ],
)
def test_mistakes_in_categories_of_the_project(given: object, problem: str) -> None:
    assert with_categories(MODERN, given)[1] == [problem]
