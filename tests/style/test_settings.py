"""The declarations of the keys of a style, and their JSON schema."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from sphinxext.llmpipeline import EdgeLook, Style, Tone, read_style, style_schema
from sphinxext.llmpipeline.geometry.shapes import SHAPES
from sphinxext.llmpipeline.model.vocabulary import DIAGRAM_DIRECTIONS, EDGE_KINDS, NODE_KINDS, SPLINES
from sphinxext.llmpipeline.style.builtin import STYLES
from sphinxext.llmpipeline.style.settings import (
    EDGE_SETTINGS,
    NODE_SETTINGS,
    STYLE_SETTINGS,
    TONE_SETTINGS,
    StyleSetting,
)
from tests.schemas import schema_accepts

ALL = (*STYLE_SETTINGS, *NODE_SETTINGS, *EDGE_SETTINGS, *TONE_SETTINGS)


def names(of: tuple[StyleSetting, ...]) -> list[str]:
    return [setting.name for setting in of]


def test_every_field_is_declared() -> None:
    assert names(STYLE_SETTINGS) == ["base", *(item.name for item in fields(Style))]
    assert names(EDGE_SETTINGS) == [item.name for item in fields(EdgeLook)]
    assert names(TONE_SETTINGS) == [item.name for item in fields(Tone)]
    assert names(NODE_SETTINGS) == ["base", "shape", "title", *names(TONE_SETTINGS), "dark"]


@pytest.mark.parametrize("setting", STYLE_SETTINGS[2:], ids=names(STYLE_SETTINGS[2:]))
def test_the_default_of_a_key_gives_the_field_of_the_default_style(setting: StyleSetting) -> None:
    field = getattr(Style(), setting.name)
    assert setting.read(setting.name, setting.default) == (asdict(field) if isinstance(field, Tone) else field)
    assert schema_accepts({setting.name: setting.default})


@pytest.mark.parametrize("setting", ALL, ids=names(ALL))
def test_declarations_are_complete(setting: StyleSetting) -> None:
    assert setting.summary.endswith(".")
    assert setting.expects
    assert setting.schema
    with pytest.raises(AttributeError):
        setting.name = "other"  # type: ignore[misc]


def test_units_of_numbers() -> None:
    numbers = [item.name for item in fields(Style) if isinstance(getattr(Style(), item.name), float)]
    assert {setting.name: setting.unit for setting in STYLE_SETTINGS if setting.unit} == dict.fromkeys(
        (name for name in numbers if name != "line_height"), "points"
    )
    assert names(tuple(setting for setting in EDGE_SETTINGS if setting.unit == "points")) == ["width", "dash"]


def test_the_schema_is_a_schema_and_is_json() -> None:
    Draft202012Validator.check_schema(style_schema())
    assert json.loads(json.dumps(style_schema())) == style_schema()


def test_the_schema_describes_keys_for_editors() -> None:
    keys = style_schema()["$defs"]["style"]["properties"]
    assert keys["font_size"] == {
        "type": "number",
        "minimum": 1,
        "maximum": 1000,
        "description": "Size of the labels of nodes.",
        "default": 13.0,
    }
    assert keys["direction"]["enum"] == [*DIAGRAM_DIRECTIONS]
    assert keys["direction"]["description"] == "Direction of diagrams without `:direction:`."
    assert keys["panel_gap"]["description"] == "Room between the panels of a figure."
    assert "default" not in style_schema()["$defs"]["node"]["properties"]["shape"]


@pytest.mark.parametrize("value", ["print", {}, {"base": "print"}, {"base": {"base": "ours.docs:STYLE", "margin": 1}}])
def test_values_that_the_schema_accepts(value: Any) -> None:
    assert schema_accepts(value)


@pytest.mark.parametrize("value", ["red\n", "#12345", "#abc\n"])
def test_a_line_break_after_a_value_is_refused(value: str) -> None:
    assert not schema_accepts({"edge_light": value})
    assert read_style({"edge_light": value})[1]


# No colon, which names modules; ASCII, because some other letters have one of ASCII for their small letter.
WORDS = st.text(st.characters(min_codepoint=9, max_codepoint=126, exclude_characters=":"), max_size=4)
NUMBERS = st.integers(-3, 3) | st.floats(-3, 3)
COLORS = st.sampled_from(["#abc", "#ABCDEF", "LightBlue", "#abcd", "blu"])
PLAIN = st.none() | st.booleans() | NUMBERS | WORDS | COLORS | st.lists(NUMBERS | WORDS, max_size=5)
CHOICES = st.sampled_from([*DIAGRAM_DIRECTIONS, *SPLINES, *SHAPES])


def keys(*declared: tuple[StyleSetting, ...], **known: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Dicts of declared keys, and sometimes of others, with values that may be right or wrong."""
    any_key = st.sampled_from([*(setting.name for of in declared for setting in of), "other"])
    values = any_key.flatmap(lambda key: st.tuples(st.just(key), known.get(key, PLAIN | CHOICES)))
    return st.lists(values, max_size=3).map(dict)


TONES = keys(TONE_SETTINGS) | PLAIN
NODES = st.dictionaries(
    st.sampled_from([*NODE_KINDS, "own", "group"]) | WORDS,
    keys(NODE_SETTINGS, base=st.sampled_from(NODE_KINDS) | NUMBERS, dark=TONES) | PLAIN,
    max_size=2,
)
EDGES = st.dictionaries(st.sampled_from([*EDGE_KINDS, "skp"]), keys(EDGE_SETTINGS) | PLAIN, max_size=2)
STYLE = keys(
    STYLE_SETTINGS,
    base=st.sampled_from(["print", "prnt", {"margin": 1}, {"margin": 0}, 5]),
    nodes=NODES | PLAIN,
    edges=EDGES | PLAIN,
    group_light=TONES,
    group_dark=TONES,
)


@settings(max_examples=500, deadline=None)
@given(STYLE | st.sampled_from([*STYLES, "modrn", None, 5]))
@example({"font": "\x1f"})
@example({"nodes": {"model": {"title": "a\x1f"}}})
def test_schema_accepts_every_valid_style(value: Any) -> None:
    assert schema_accepts(value) is (read_style(value)[1] == [])
