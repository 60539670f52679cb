"""Reading of styles: every key, and the messages for wrong values; the JSON schema agrees."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import fields, replace
from types import ModuleType
from typing import Any

import pytest

from sphinxext.llmpipeline import CLASSIC, HIGH_CONTRAST, MODERN, PRINT, Style, figure, parse, read_style, render
from sphinxext.llmpipeline.geometry.shapes import FREE_SHAPES, SHAPES
from sphinxext.llmpipeline.language.lexer import ARROWS
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, EDGE_KINDS, NODE_KINDS
from sphinxext.llmpipeline.style.builtin import STYLES
from sphinxext.llmpipeline.style.settings import STYLE_SETTINGS
from sphinxext.llmpipeline.style.types import EdgeLook, NodeLook, Tone
from tests.schemas import schema_accepts

NUMBERS = [item.name for item in fields(Style) if item.type == "float"]
EXPECTS = {setting.name: setting.expects for setting in STYLE_SETTINGS}
PAIRS = "pairs of numbers from 0.001 to 10,000"
COLORS = ["edge_light", "edge_dark", "edge_text_light", "edge_text_dark"]
SEED = """\
model arch: Model Architecture\\n(Decoder)
model gpt3: General Purpose Model\\n(GPT-3)
model chat: Model with Specific Tasks\\n(ChatGPT)

arch -> gpt3: Pre-training\\n(General Knowledge)
gpt3 -> chat: Fine-tuning\\n(Specialized Learning)
"""
COLOR = "a colour such as '#add8e6' or 'lightblue'"


def right(value: Any, base: Style = MODERN) -> Style:
    style, problems = read_style(value, base)
    assert problems == []
    assert schema_accepts(value) is not False
    return style


def custom(**changes: Any) -> Style:
    """The default style changed by a dict that gives it no name."""
    return replace(MODERN, name="custom", **changes)


def wrong(value: Any, base: Style = MODERN) -> list[str]:
    """Messages for *value*, which changes nothing; the style of a dict is called "custom"."""
    style, problems = read_style(value, base)
    assert style == (replace(base, name="custom") if isinstance(value, Mapping) else base)
    assert schema_accepts(value) is not True
    return problems


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    made = ModuleType("styles_of_test")
    monkeypatch.setitem(sys.modules, made.__name__, made)
    return made


# What is built in


def test_names_of_the_built_in_styles() -> None:
    assert [*STYLES] == ["modern", "classic", "print", "high-contrast"]
    assert [*STYLES.values()] == [MODERN, CLASSIC, PRINT, HIGH_CONTRAST]
    assert [style.name for style in STYLES.values()] == [*STYLES]


@pytest.mark.parametrize("name", STYLES)
def test_reading_the_name_of_a_built_in_style_gives_the_style_itself(name: str) -> None:
    """So that the reader need not be loaded for it: a drawing has the same key either way."""
    style, problems = read_style(name)
    assert (repr(style), problems) == (repr(STYLES[name]), [])


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_every_style_has_every_kind_of_the_language(style: Style) -> None:
    assert set(style.nodes) == set(NODE_KINDS) == set(style.kinds)
    assert set(style.edges) == set(EDGE_KINDS)
    assert {look.shape for look in style.nodes.values()} <= set(SHAPES)


def test_the_look_of_the_seed_of_the_project() -> None:
    assert (CLASSIC.direction, CLASSIC.nodes["model"].shape, CLASSIC.nodes["model"].light.fill) == (
        "auto",
        "rounded",
        "lightblue",
    )
    assert (MODERN.direction, MODERN.nodes["model"].shape) == ("auto", "rounded")


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_no_two_kinds_of_a_style_share_a_shape(style: Style) -> None:
    assert len({look.shape for look in style.nodes.values()}) == len(style.nodes)


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_a_kind_has_the_same_shape_in_all_styles(style: Style) -> None:
    assert {kind: look.shape for kind, look in style.nodes.items()} == {
        kind: look.shape for kind, look in MODERN.nodes.items()
    }


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_no_two_kinds_of_edges_differ_in_colour_only(style: Style) -> None:
    """They differ by width, dashes or arrowheads as they are drawn."""
    seen = set()
    for arrow in ARROWS:
        pipeline = parse(f"a {arrow} b")
        (line,) = figure(pipeline, style).artists[0].scene.layout.edges.values()  # type: ignore[attr-defined]
        look = style.edges[pipeline.edges[0].kind]
        seen.add((look.width, look.dash, len(line.arrowheads)))
    assert len(seen) == len(EDGE_KINDS)
    assert style.edges["derive"].width >= 2 * style.edges["flow"].width


def test_print_has_no_colours() -> None:
    colors = {color for look in PRINT.nodes.values() for color in (look.light.fill, look.light.stroke, look.light.text)}
    assert colors == {"#ffffff", "#000000"}
    for color in (*(getattr(PRINT, name) for name in COLORS), PRINT.group_light.stroke, PRINT.group_dark.stroke):
        assert color[1:3] == color[3:5] == color[5:7]


def test_high_contrast_has_thick_lines() -> None:
    assert HIGH_CONTRAST.line_width >= 2
    assert min(look.width for kind, look in HIGH_CONTRAST.edges.items() if kind != "skip") >= 2
    assert HIGH_CONTRAST.edges["skip"].width >= MODERN.edges["flow"].width


@pytest.mark.parametrize("name", ["modern", "high-contrast"])
def test_the_seed_of_the_project_is_legible_in_a_column_of_700_pixels(name: str) -> None:
    """A figure scrolls if its smallest text would be under 10 pixels."""
    svg = render(parse(SEED), STYLES[name]).decode()
    (width,) = re.findall(r'<svg [^>]*width="([\d.]+)"', svg)
    smallest = min(float(size) for size in re.findall(r'font-size="([\d.]+)"', svg))
    assert float(width) * 10 / smallest <= 700


# Values of conf.py


def test_a_style_is_taken_as_it_is() -> None:
    mine = replace(MODERN, name="mine")
    assert right(mine) is mine


@pytest.mark.parametrize("name", STYLES)
def test_a_name(name: str) -> None:
    assert right(name) == STYLES[name]
    assert repr(right(name)) == repr(STYLES[name])


@pytest.mark.parametrize("name", STYLES)
def test_a_named_style_knows_the_kinds_of_the_project(name: str) -> None:
    base = right({"nodes": {"judge": {"base": "reward", "fill": "pink"}, "data": {"fill": "red"}}})
    style = right(name, base)
    assert style == replace(STYLES[name], nodes={**STYLES[name].nodes, "judge": base.nodes["judge"]})
    assert style.kinds == (*NODE_KINDS, "judge")


@pytest.mark.parametrize("empty", [{}, {"nodes": {}}, {"edges": {}}, {"nodes": {"data": {}}}, {"edges": {"flow": {}}}])
def test_a_dict_that_says_nothing(empty: dict[str, Any]) -> None:
    assert right(empty) == replace(MODERN, name="custom")


def test_a_dict_changes_the_base_that_it_is_given_or_names() -> None:
    mine = replace(PRINT, name="custom")
    assert right({"font_size": 20}, PRINT) == replace(mine, font_size=20.0)
    assert right({"base": "print", "font_size": 20}) == replace(mine, font_size=20.0)
    assert right({"font_size": 20, "base": {"base": "print", "margin": 9}}) == replace(mine, font_size=20.0, margin=9.0)
    assert right({"base": PRINT}) == mine


@pytest.mark.parametrize("key", NUMBERS)
@pytest.mark.parametrize("value", [1, 2.5])
def test_numbers(key: str, value: float) -> None:
    style = right({key: value})
    assert style == custom(**{key: float(value)})
    assert isinstance(getattr(style, key), float)


def test_corners_may_be_sharp() -> None:
    style = right({"corner_radius": 0})
    assert style == custom(corner_radius=0.0)
    assert isinstance(style.corner_radius, float)
    assert wrong({"corner_radius": False}) == ["'corner_radius' expects 0 or a number from 0.001 to 10,000, got False"]


@pytest.mark.parametrize("key", [key for key in NUMBERS if key != "corner_radius"])
def test_no_other_number_is_zero(key: str) -> None:
    assert wrong({key: 0}) == [f"'{key}' expects {EXPECTS[key]}, got 0"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("font_size", 0.99),
        ("plot_font_size", 1001),
        ("padding_x", 1e308),
        ("margin", 1e-300),
        ("corner_radius", 10_001),
        ("line_height", 0.0009),
        ("label_width", 1_000_001),
    ],
)
def test_numbers_with_which_no_place_can_be_computed(key: str, value: float) -> None:
    assert wrong({key: value}) == [f"'{key}' expects {EXPECTS[key]}, got {value!r}"]


def test_bounds_of_numbers() -> None:
    assert {EXPECTS[key] for key in NUMBERS} == {
        "a number from 0.001 to 10,000",
        "0 or a number from 0.001 to 10,000",
        "a number from 1 to 1,000",
        "a number from 0.001 to 1,000,000",
    }


def test_a_dict_that_is_its_own_base() -> None:
    endless: dict[str, Any] = {"font_size": 20}
    endless["base"] = endless
    message = "a style is its own base, or has more than 20 bases"
    assert read_style(endless) == (MODERN, [message])
    assert read_style({"base": endless, "margin": 9})[1] == [message]
    deep: dict[str, Any] = {"font_size": 20}
    for _ in range(20):
        deep = {"base": deep}
    assert right(deep).font_size == 20.0


def test_texts_that_cannot_be_written() -> None:
    assert read_style({"nodes": {"model": {"title": "a\ud800"}}})[1] == [
        "'nodes.model.title' expects a text, got 'a\\ud800'"
    ]
    assert read_style({"font": ["a\0"]})[1] == ["'font' expects the name of a font or a list of names, got ['a\\x00']"]


@pytest.mark.parametrize("key", NUMBERS)
@pytest.mark.parametrize("value", [-1, True, "12", None, float("nan"), float("inf"), [1]])
def test_wrong_numbers(key: str, value: Any) -> None:
    assert wrong({key: value}) == [f"'{key}' expects {EXPECTS[key]}, got {value!r}"]


@pytest.mark.parametrize("key", COLORS)
@pytest.mark.parametrize("value", ["#abc", "#ABCDEF", "LightBlue", "rebeccapurple"])
def test_colours(key: str, value: str) -> None:
    assert right({key: value}) == custom(**{key: value.lower()})


@pytest.mark.parametrize(
    "value", ["", "#ab", "#abcd", "blu", "rgb(1,2,3)", "C0", "0.5", "red;x", "none", None, 5, ("red",)]
)
def test_wrong_colours(value: Any) -> None:
    for key in COLORS:
        assert wrong({key: value}) == [f"'{key}' expects {COLOR}, got {value!r}"]
    assert wrong({"nodes": {"data": {"fill": value}}}) == [f"'nodes.data.fill' expects {COLOR}, got {value!r}"]


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_directions(direction: str) -> None:
    assert right({"direction": direction}).direction == direction


@pytest.mark.parametrize("value", ["XX", "lr", None, 5, ["LR"]])
def test_wrong_directions(value: Any) -> None:
    (problem,) = wrong({"direction": value})
    assert problem.startswith(f"unknown direction {value!r}; ")


def test_a_wrong_direction_lists_the_right_ones() -> None:
    assert wrong({"direction": "XX"}) == ["unknown direction 'XX'; expected one of: LR, TB, RL, BT, auto"]


@pytest.mark.parametrize("key", ["font", "mono_font"])
def test_fonts(key: str) -> None:
    before = getattr(MODERN, key)
    assert right({key: "Noto Sans"}) == custom(**{key: ("Noto Sans", *before)})
    assert right({key: ["Noto Sans", "fonts/my.ttf"]}) == custom(**{key: ("Noto Sans", "fonts/my.ttf", *before)})
    assert right({key: ("A", "B", "A")}) == custom(**{key: ("A", "B", *before)})
    for value in ("", None, 5, [], (), [""], ["A", 5], ["A", None], {"A": 1}, {"A"}):
        assert wrong({key: value}) == [f"'{key}' expects the name of a font or a list of names, got {value!r}"]


@pytest.mark.parametrize("key", ["font", "mono_font"])
def test_fonts_of_the_base_follow_each_once(key: str) -> None:
    before = getattr(MODERN, key)
    assert right({key: [*before, "A"]}) == custom(**{key: (*before, "A")})
    assert getattr(right({key: "A", "base": {key: "B"}}), key) == ("A", "B", *before)


def test_names_of_styles() -> None:
    assert right({"name": "my-house_2"}).name == "my-house_2"
    assert right({}).name == right({"font_size": 9}).name == right({"base": "print"}).name == "custom"
    assert right({"base": {"name": "mine"}}).name == "custom"
    assert right({"name": "modern"}) == MODERN
    for value in ("", "two words", "2nd", "a.b", "x\n", None, 5):
        assert wrong({"name": value}) == [f"'name' expects a word of letters, digits, '_' and '-', got {value!r}"]


@pytest.mark.parametrize("key", ["group_light", "group_dark"])
def test_groups(key: str) -> None:
    before: Tone = getattr(MODERN, key)
    assert right({key: {"fill": "white"}}) == custom(**{key: replace(before, fill="white")})
    assert right({key: {"fill": "white", "stroke": "red", "text": "#000"}}) == custom(
        **{key: Tone("white", "red", "#000")}
    )
    assert wrong({key: {"colour": "red"}}) == [f"unknown key '{key}.colour'; expected one of: fill, stroke, text"]
    assert wrong({key: {"strok": "red"}}) == [f"unknown key '{key}.strok'; did you mean 'stroke'?"]
    assert wrong({key: {"fill": 1}}) == [f"'{key}.fill' expects {COLOR}, got 1"]
    assert wrong({key: "red"}) == [f"'{key}' expects a dict, got 'red'"]


def test_looks_of_nodes() -> None:
    given = {"fill": "red", "stroke": "#123", "text": "white", "shape": "tab", "dark": {"fill": "blue", "text": "#EEE"}}
    style = right({"nodes": {"data": given}})
    before = MODERN.nodes["data"]
    assert style.nodes["data"] == NodeLook(
        "tab", Tone("red", "#123", "white"), Tone("blue", before.dark.stroke, "#eee")
    )
    assert {**style.nodes, "data": before} == MODERN.nodes


def test_titles_belong_to_their_kind_alone() -> None:
    style = right({"nodes": {"model": {"title": " Language  model "}}, "edges": {"link": {"title": "Tie"}}})
    assert style.nodes["model"].title == "Language model"
    assert style.edges["link"].title == "Tie"
    again, problems = read_style({"nodes": {"model": {"fill": "red"}, "judge": {"base": "model"}}}, style)
    assert problems == []
    assert (again.nodes["model"].title, again.nodes["judge"].title) == ("Language model", "")
    assert wrong({"nodes": {"model": {"title": 3}}}) == ["'nodes.model.title' expects a text, got 3"]
    assert wrong({"edges": {"link": {"title": ""}}}) == ["'edges.link.title' expects a text, got ''"]


@pytest.mark.parametrize("shape", FREE_SHAPES)
def test_shapes(shape: str) -> None:
    assert right({"nodes": {"data": {"shape": shape}}}).nodes["data"].shape == shape


@pytest.mark.parametrize("base", ["more", "join"])
def test_a_new_kind_has_an_outline(base: str) -> None:
    style, problems = read_style({"nodes": {"rest": {"base": base}}})
    assert problems == [f"'nodes.rest.base' cannot be '{base}', which has no outline; name another kind"]
    assert style.nodes["rest"] == MODERN.nodes["node"]
    assert right({"nodes": {base: {"stroke": "#123456"}}}).nodes[base].light.stroke == "#123456"


def test_a_new_kind_looks_like_a_node_or_like_its_base() -> None:
    style = right({"nodes": {"corpus": {}, "judge": {"base": "reward", "fill": "pink"}, "twin": {"base": "judge"}}})
    assert style.nodes["corpus"] == MODERN.nodes["node"]
    reward = MODERN.nodes["reward"]
    assert style.nodes["judge"] == NodeLook(reward.shape, replace(reward.light, fill="pink"), reward.dark)
    assert style.nodes["twin"] == style.nodes["judge"]
    assert style.kinds == (*NODE_KINDS, "corpus", "judge", "twin")
    pipeline = parse("judge x: X", kinds=style.kinds)
    assert b"llmpipeline-kind-judge" in render(pipeline, style)


def test_looks_of_edges() -> None:
    style = right({"edges": {"flow": {"width": 3, "dash": [1, 2.5]}, "feedback": {"dash": ()}}})
    assert style.edges["flow"] == EdgeLook(3.0, (1.0, 2.5))
    assert style.edges["feedback"] == EdgeLook(MODERN.edges["feedback"].width, ())
    assert style.edges["link"] == MODERN.edges["link"]


def test_colours_of_a_kind_of_edges() -> None:
    style = right({"edges": {"derive": {"light": "#005F87", "dark": "LightBlue"}, "link": {"dark": "gray"}}})
    assert style.edges["derive"] == replace(MODERN.edges["derive"], light="#005f87", dark="lightblue")
    assert style.edges["link"] == replace(MODERN.edges["link"], dark="gray")
    assert right({"base": style}).edges == style.edges
    assert wrong({"edges": {"link": {"light": "gry"}}}) == [f"'edges.link.light' expects {COLOR}, got 'gry'"]


@pytest.mark.parametrize(
    ("value", "problems"),
    [
        ({"fontsize": 12}, ["unknown key 'fontsize'; did you mean 'font_size'?"]),
        ({"zzzzzz": 12}, ["unknown key 'zzzzzz'"]),
        ({5: 12}, ["unknown key '5'"]),
        ({"nodes": 5}, ["'nodes' expects a dict, got 5"]),
        ({"nodes": {"data": 5}}, ["'nodes.data' expects a dict, got 5"]),
        ({"nodes": {"data": {"dark": 5}}}, ["'nodes.data.dark' expects a dict, got 5"]),
        ({"nodes": {"data": {"colour": "red"}}}, [
            "unknown key 'nodes.data.colour'; expected one of: base, shape, title, fill, stroke, text, dark"
        ]),
        ({"nodes": {"data": {"shpe": "tab"}}}, ["unknown key 'nodes.data.shpe'; did you mean 'shape'?"]),
        ({"nodes": {"data": {"dark": {"shape": "tab"}}}}, [
            "unknown key 'nodes.data.dark.shape'; expected one of: fill, stroke, text"
        ]),
        ({"nodes": {"data": {"shape": "hexagn"}}}, ["unknown nodes.data.shape 'hexagn'; did you mean 'hexagon'?"]),
        ({"edges": 5}, ["'edges' expects a dict, got 5"]),
        ({"edges": {"flow": 5}}, ["'edges.flow' expects a dict, got 5"]),
        ({"edges": {"flw": {}}}, ["unknown kind of edge 'flw'; did you mean 'flow'?"]),
        (
            {"edges": {"zz": {}}},
            ["unknown kind of edge 'zz'; expected one of: flow, derive, weak, feedback, exchange, link, skip"],
        ),
        (
            {"edges": {"flow": {"x": 1}}},
            ["unknown key 'edges.flow.x'; expected one of: width, dash, light, dark, title"],
        ),
        ({"edges": {"flow": {"widht": 1}}}, ["unknown key 'edges.flow.widht'; did you mean 'width'?"]),
        ({"edges": {"flow": {"width": -1}}}, ["'edges.flow.width' expects a number from 0.001 to 10,000, got -1"]),
        ({"edges": {"flow": {"dash": [1]}}}, [f"'edges.flow.dash' expects {PAIRS}, got [1]"]),
        ({"edges": {"flow": {"dash": "12"}}}, [f"'edges.flow.dash' expects {PAIRS}, got '12'"]),
        ({"edges": {"flow": {"dash": [0, 1]}}}, [f"'edges.flow.dash' expects {PAIRS}, got [0, 1]"]),
        ({"base": "clasic"}, ["base: unknown style 'clasic'; did you mean 'classic'?"]),
        ({"base": 5}, ["base: expected a dict, the name of a style or 'module:attribute', got int"]),
        ({"base": {"margn": 5}}, ["base: unknown key 'margn'; did you mean 'margin'?"]),
        ("clasic", ["unknown style 'clasic'; did you mean 'classic'?"]),
        ("zzz", ["unknown style 'zzz'; expected one of: modern, classic, print, high-contrast"]),
        (None, ["expected a dict, the name of a style or 'module:attribute', got NoneType"]),
        (5, ["expected a dict, the name of a style or 'module:attribute', got int"]),
        ([], ["expected a dict, the name of a style or 'module:attribute', got list"]),
    ],
)  # fmt: skip
def test_wrong_values(value: Any, problems: list[str]) -> None:
    assert wrong(value) == problems


@pytest.mark.parametrize(
    "kind", ["group", "panel", "align", "edge", "two words", "2nd", "", "a.b", "a->b", 5, None, True]
)
def test_wrong_names_of_kinds(kind: Any) -> None:
    assert wrong({"nodes": {kind: {"fill": "red"}}}) == [
        f"'{kind}' cannot name a kind: expected a word that the language does not use"
    ]


@pytest.mark.parametrize("value", ["dta", 5, None, ["data"], {}])
def test_wrong_base_of_a_kind(value: Any) -> None:
    style, (problem,) = read_style({"nodes": {"corpus": {"base": value, "fill": "red"}}})
    assert problem.startswith(f"unknown kind '{value}' in 'nodes.corpus.base'")
    assert style.nodes["corpus"] == replace(MODERN.nodes["node"], light=replace(MODERN.nodes["node"].light, fill="red"))


def test_a_wrong_base_of_a_kind_is_met_with_a_suggestion() -> None:
    _, problems = read_style({"nodes": {"corpus": {"base": "dta"}}})
    assert problems == ["unknown kind 'dta' in 'nodes.corpus.base'; did you mean 'data'?"]


def test_all_mistakes_are_reported_and_the_rest_is_applied() -> None:
    style, problems = read_style(
        {
            "font_size": 20,
            "margn": 1,
            "nodes": {"data": {"fill": "rd", "text": "red"}},
            "edges": {"link": {"width": 4, "x": 1}},
        }
    )
    assert problems == [
        "unknown key 'margn'; did you mean 'margin'?",
        f"'nodes.data.fill' expects {COLOR}, got 'rd'",
        "unknown key 'edges.link.x'; expected one of: width, dash, light, dark, title",
    ]
    assert (style.font_size, style.nodes["data"].light.text, style.edges["link"].width) == (20.0, "red", 4.0)


# module:attribute


def test_module_and_attribute(module: ModuleType) -> None:
    module.style = replace(PRINT, name="mine")  # type: ignore[attr-defined]
    module.table = {"base": "print", "margin": 7}  # type: ignore[attr-defined]
    module.name = "high-contrast"  # type: ignore[attr-defined]
    module.hyphen = {"base": "high-contrast", "name": "our-contrast"}  # type: ignore[attr-defined]
    assert right("styles_of_test:style") is module.style
    assert right("styles_of_test:table") == replace(PRINT, name="custom", margin=7.0)
    assert right("styles_of_test:name") == HIGH_CONTRAST
    assert right("styles_of_test:hyphen") == replace(HIGH_CONTRAST, name="our-contrast")
    assert right({"base": "styles_of_test:table", "padding_x": 6}) == replace(
        PRINT, name="custom", margin=7.0, padding_x=6.0
    )
    assert right({"base": "styles_of_test:style", "margin": 7}) == replace(PRINT, name="custom", margin=7.0)


def test_mistakes_in_a_module_are_reported_with_its_name(module: ModuleType) -> None:
    module.table = {"margn": 7}  # type: ignore[attr-defined]
    module.number = 5  # type: ignore[attr-defined]
    module.name = "clasic"  # type: ignore[attr-defined]
    module.further = "styles_of_test:table"  # type: ignore[attr-defined]
    assert read_style("styles_of_test:table") == (
        replace(MODERN, name="custom"),
        ["styles_of_test:table: unknown key 'margn'; did you mean 'margin'?"],
    )
    assert wrong("styles_of_test:number") == [
        "styles_of_test:number: expected a dict, the name of a style or 'module:attribute', got int"
    ]
    assert wrong("styles_of_test:name") == ["styles_of_test:name: unknown style 'clasic'; did you mean 'classic'?"]
    assert wrong("styles_of_test:further") == [
        "style 'styles_of_test:further' names a further style; expected a Style, a dict or the name of a built-in style"
    ]


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("styles_of_test:missing", "AttributeError: module 'styles_of_test' has no attribute 'missing'"),
        ("no_such_module:x", "ModuleNotFoundError: No module named 'no_such_module'"),
        (":x", "ValueError: Empty module name"),
    ],
)
def test_styles_that_cannot_be_loaded(name: str, problem: str, module: ModuleType) -> None:
    assert wrong(name) == [f"cannot load style '{name}': {problem}"]


def test_a_module_that_raises(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "raising_style.py").write_text("1 / 0\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert wrong("raising_style:x") == ["cannot load style 'raising_style:x': ZeroDivisionError: division by zero"]


def test_a_style_that_is_its_own_base(module: ModuleType) -> None:
    module.table = {"base": "styles_of_test:table"}  # type: ignore[attr-defined]
    assert len(wrong("styles_of_test:table")) == 1


LOOK = NodeLook("tab", Tone("red", "green", "blue"), Tone("blue", "red", "green"))


@pytest.mark.parametrize(
    "style",
    [
        Style(name="mine", margin=9.0),
        replace(MODERN, name="mine", edges={"flow": EdgeLook(7.0)}),
        replace(MODERN, name="mine", nodes={"node": LOOK, "own": LOOK}),
    ],
    ids=["nothing", "one edge", "one kind and one of its own"],
)
@pytest.mark.parametrize("base", [MODERN, CLASSIC, PRINT], ids=lambda style: style.name)
def test_kinds_of_the_language_that_a_style_lacks_are_those_of_the_base(style: Style, base: Style) -> None:
    """Otherwise the first diagram with such a kind fails with a KeyError."""
    whole = right(style, base)
    assert whole == replace(style, nodes={**base.nodes, **style.nodes}, edges={**base.edges, **style.edges})
    assert whole.kinds == (*NODE_KINDS, *(["own"] if "own" in style.nodes else []))
    for kind in whole.kinds:
        text = "node a\njoin j\na -> j -> a" if kind == "join" else f"{kind} a: A"
        assert f"llmpipeline-kind-{kind}".encode() in render(parse(text, kinds=whole.kinds), whole)
    for arrow in ARROWS:
        assert render(parse(f"a {arrow} b"), whole)


@pytest.mark.parametrize("name", STYLES)
def test_styles_can_be_hashed_into_a_key(name: str) -> None:
    assert repr(STYLES[name]) == repr(replace(STYLES[name]))
