"""The style sheet of the pages that show a diagram."""

from __future__ import annotations

import re

from sphinxext.llmpipeline import CLASSIC, PRINT, read_style
from sphinxext.llmpipeline.stylesheet import stylesheet


def rules_for(selector: str, css: str) -> dict[str, str]:
    """The declarations of the rule with exactly this selector."""
    (body,) = re.findall(rf"(?:^|\{{ ){re.escape(selector)} \{{ ([^}}]*) \}}", css, re.MULTILINE)
    pairs = (declaration.split(":", 1) for declaration in body.split(";") if declaration.strip())
    return {name.strip(): value.strip() for name, value in pairs}


DARK = '[data-theme="dark"] .llmpipeline-style-{0}, [data-md-color-scheme="slate"] .llmpipeline-style-{0}'


def test_braces_match() -> None:
    css = stylesheet([CLASSIC, PRINT])
    assert css.count("{") == css.count("}")
    depth = 0
    for character in css:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert 0 <= depth <= 2


def test_dark_themes_set_every_variable_of_every_kind() -> None:
    found = rules_for(DARK.format("classic"), stylesheet([CLASSIC]))
    tones = {"group": CLASSIC.group_dark, **{kind: look.dark for kind, look in CLASSIC.nodes.items()}}
    expected = {"--llmpipeline-edge": CLASSIC.edge_dark, "--llmpipeline-edge-text": CLASSIC.edge_text_dark}
    for kind, tone in tones.items():
        expected[f"--llmpipeline-{kind}-fill"] = tone.fill
        expected[f"--llmpipeline-{kind}-stroke"] = tone.stroke
        expected[f"--llmpipeline-{kind}-text"] = tone.text
    assert found == expected


def test_dark_colours_of_kinds_of_edges() -> None:
    style, problems = read_style(
        {"base": "classic", "edges": {"derive": {"light": "#005f87"}, "link": {"dark": "#ffaf5f"}}}
    )
    assert problems == []
    found = rules_for(DARK.format("custom"), stylesheet([style]))
    assert {name: color for name, color in found.items() if "edge-" in name} == {
        "--llmpipeline-edge-text": CLASSIC.edge_text_dark,
        "--llmpipeline-edge-derive": CLASSIC.edge_dark,
        "--llmpipeline-edge-link": "#ffaf5f",
    }


def test_preference_of_the_system_counts_only_where_the_theme_says_so() -> None:
    css = stylesheet([CLASSIC])
    auto = '[data-theme="auto"] .llmpipeline-style-classic'
    assert rules_for(auto, css) == rules_for(DARK.format("classic"), css)
    assert css.count("prefers-color-scheme") == 1


def test_each_style_has_rules_of_its_own() -> None:
    own, problems = read_style({"name": "own", "nodes": {"gpu": {"base": "tool", "dark": {"fill": "#010203"}}}})
    assert not problems
    css = stylesheet([CLASSIC, own])
    assert rules_for(DARK.format("own"), css)["--llmpipeline-gpu-fill"] == "#010203"
    assert "--llmpipeline-gpu-fill" not in rules_for(DARK.format("classic"), css)


def test_drawings_shrink_to_the_page_and_scroll_past_that() -> None:
    css = stylesheet([])
    assert rules_for(".llmpipeline-scroll", css) == {"overflow-x": "auto"}
    assert rules_for(".llmpipeline-scroll > svg", css)["max-width"] == "100%"


def test_same_styles_give_the_same_sheet() -> None:
    assert stylesheet([CLASSIC, PRINT]) == stylesheet([CLASSIC, PRINT])
