"""The style sheet of the pages that show a diagram."""

from __future__ import annotations

import re

import pytest

from sphinxext.llmpipeline import CLASSIC, PRINT, read_style
from sphinxext.llmpipeline.model.vocabulary import NODE_KINDS
from sphinxext.llmpipeline.style.css import rules, stylesheet, switch_width


def rules_for(selector: str, css: str) -> dict[str, str]:
    """The declarations of the rule with exactly this selector."""
    (body,) = re.findall(rf"(?:^|[{{}}] ){re.escape(selector)} \{{ ([^}}]*) \}}", css, re.MULTILINE)
    pairs = (declaration.split(":", 1) for declaration in body.split(";") if declaration.strip())
    return {name.strip(): value.strip() for name, value in pairs}


RULE = ":where(.llmpipeline-style-{})"


def test_braces_match() -> None:
    css = stylesheet([CLASSIC, PRINT])
    assert css.count("{") == css.count("}")
    depth = 0
    for character in css:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert 0 <= depth <= 2


def test_every_variable_of_every_kind_is_a_pair() -> None:
    found = rules_for(RULE.format("classic"), stylesheet([CLASSIC]))
    tones = {
        "group": (CLASSIC.group_light, CLASSIC.group_dark),
        **{kind: (look.light, look.dark) for kind, look in CLASSIC.nodes.items()},
        **{f"category-{key}": (look.light, look.dark) for key, look in CLASSIC.categories.items()},
    }
    expected = {
        "--llmpipeline-edge": f"light-dark({CLASSIC.edge_light}, {CLASSIC.edge_dark})",
        "--llmpipeline-edge-text": f"light-dark({CLASSIC.edge_text_light}, {CLASSIC.edge_text_dark})",
    }
    for kind, (light, dark) in tones.items():
        expected[f"--llmpipeline-{kind}-fill"] = f"light-dark({light.fill}, {dark.fill})"
        expected[f"--llmpipeline-{kind}-stroke"] = f"light-dark({light.stroke}, {dark.stroke})"
        expected[f"--llmpipeline-{kind}-text"] = f"light-dark({light.text}, {dark.text})"
    for key, look in CLASSIC.categories.items():
        ground = f"light-dark({look.light_ground}, {look.dark_ground})"
        expected[f"--llmpipeline-category-{key}-ground"] = ground
    assert found == expected


def test_colours_of_kinds_of_edges() -> None:
    style, problems = read_style(
        {"base": "classic", "edges": {"derive": {"light": "#005f87"}, "link": {"dark": "#ffaf5f"}}}
    )
    assert problems == []
    [rule] = rules(style)  # its kinds are those of every style
    assert f"--llmpipeline-edge-derive: light-dark(#005f87, {CLASSIC.edge_dark});" in rule
    assert f"--llmpipeline-edge-link: light-dark({CLASSIC.edge_light}, #ffaf5f);" in rule
    assert "--llmpipeline-edge-flow" not in rule


def test_a_browser_that_knows_no_pairs_gets_none() -> None:
    """A variable that it cannot read would leave a drawing black; without the variable it is light."""
    for rule in rules(CLASSIC):
        assert "light-dark" in rule
        assert rule.startswith("@supports (color: light-dark(red, red)) {")
    assert "light-dark" not in stylesheet([])


def test_each_style_has_rules_of_its_own() -> None:
    own, problems = read_style({"name": "own", "nodes": {"gpu": {"base": "tool", "dark": {"fill": "#010203"}}}})
    assert not problems
    css = stylesheet([CLASSIC, own])
    assert rules_for(RULE.format("own"), css)["--llmpipeline-gpu-fill"].endswith(", #010203)")
    assert "--llmpipeline-gpu-fill" not in rules_for(RULE.format("classic"), css)


def test_drawings_shrink_to_the_page_and_scroll_past_that() -> None:
    css = stylesheet([])
    assert rules_for(".llmpipeline-scroll", css)["overflow-x"] == "auto"
    assert rules_for(":is(.llmpipeline-scroll, .llmpipeline-fit) > .llmpipeline", css)["max-width"] == "100%"


def test_rules_set_the_variables_by_class() -> None:
    css = stylesheet([CLASSIC])
    assert rules_for(":where(.llmpipeline-kind-model)", css) == {
        "fill": "var(--llmpipeline-model-fill, revert-layer)",
        "stroke": "var(--llmpipeline-model-stroke, revert-layer)",
    }
    color = "var(--llmpipeline-edge-link, var(--llmpipeline-edge, revert-layer))"
    assert rules_for(":where(.llmpipeline-edge-link)", css) == {"fill": color, "stroke": color}
    for kind in (*NODE_KINDS, "group"):
        assert css.count(f"--llmpipeline-{kind}-fill, ") == 1 + (kind == "node")  # and the rule of plots


def test_plots_have_the_colours_of_usual_nodes() -> None:
    css = stylesheet([CLASSIC])
    assert rules_for(":where(.llmpipeline-plot)", css) == {
        "fill": "var(--llmpipeline-node-fill, revert-layer)",
        "stroke": "var(--llmpipeline-node-stroke, revert-layer)",
    }
    text = {"fill": "var(--llmpipeline-node-text, revert-layer)"}
    assert rules_for(":where(.llmpipeline-plot :is(text, rect))", css) == text
    assert rules_for(":where(.llmpipeline-plot .llmpipeline-by-value)", css) == {"fill": "revert-layer"}
    assert css.index(".llmpipeline-palette-8") < css.index(".llmpipeline-plot")


def test_callouts_have_the_colours_of_edges_unless_they_have_their_own() -> None:
    css = stylesheet([CLASSIC])
    line = "var(--llmpipeline-callout, var(--llmpipeline-edge, revert-layer))"
    assert rules_for(":where(.llmpipeline-callout)", css) == {"fill": line, "stroke": line}
    text = {"fill": "var(--llmpipeline-callout-text, var(--llmpipeline-edge-text, revert-layer))"}
    assert rules_for(":where(.llmpipeline-callout :is(text, rect))", css) == text


def test_categories_take_the_place_of_kinds() -> None:
    css = stylesheet([CLASSIC, read_style({"name": "own", "nodes": {"gpu": {"base": "tool"}}})[0]])
    assert rules_for(":where(.llmpipeline-palette-1)", css) == {
        "fill": "var(--llmpipeline-category-1-fill, revert-layer)",
        "stroke": "var(--llmpipeline-category-1-stroke, revert-layer)",
    }
    stroke = "var(--llmpipeline-category-1-stroke, revert-layer)"
    assert rules_for(":where(.llmpipeline-palette-1.llmpipeline-edge)", css) == {"fill": stroke, "stroke": stroke}
    assert rules_for(":where(.llmpipeline-palette-1.llmpipeline-callout)", css) == {"fill": stroke, "stroke": stroke}
    assert rules_for(":where(.llmpipeline-palette-1 .llmpipeline-points)", css) == {"fill": stroke, "stroke": stroke}
    ground = {"fill": "var(--llmpipeline-category-1-ground, revert-layer)"}
    assert rules_for(":where(.llmpipeline-palette-1.llmpipeline-group)", css) == ground
    # Of rules without specificity, the last one counts.
    order = ["kind-gpu)", "palette-1)", "palette-1.llmpipeline-group)", ":is(.llmpipeline-edge, "]
    places = [css.index(f":where(.llmpipeline-{name}" if name[0] != ":" else f":where({name}") for name in order]
    assert places == sorted(places)


def test_rules_of_a_kind_of_the_project_stand_once() -> None:
    styles = [read_style({"name": name, "nodes": {"gpu": {"base": "tool"}}})[0] for name in ("one", "two")]
    css = stylesheet([CLASSIC, *styles])
    assert css.count("--llmpipeline-gpu-fill, revert-layer") == 1
    assert css.count("--llmpipeline-gpu-fill:") == 2
    assert rules(styles[0])[1:] == rules(styles[1])[1:]


def test_same_styles_give_the_same_sheet() -> None:
    assert stylesheet([CLASSIC, PRINT]) == stylesheet([CLASSIC, PRINT])


# Narrow drawings


def test_a_rule_for_each_width_at_which_a_page_may_change() -> None:
    css = stylesheet([CLASSIC], 700.0, 308.0)
    widths = [int(width) for width in re.findall(r"^@container llmpipeline \(width < (\d+)px\)", css, re.MULTILINE)]
    assert widths == [*range(320, 701, 20)]
    assert {switch_width(308.0 + number / 4, 700.0) for number in range(1, 4000)} == {*widths}


def test_no_rule_without_narrow_drawings() -> None:
    assert "@container" not in stylesheet([CLASSIC], 700.0, 0.0)
    assert stylesheet([CLASSIC]) == stylesheet([CLASSIC], 700.0, 0.0)


@pytest.mark.parametrize(("page_width", "narrow"), [(300.0, 308.0), (10.0, 308.0), (308.0, 308.0), (1e6, 1e7)])
def test_a_page_that_is_always_narrow(page_width: float, narrow: float) -> None:
    widths = re.findall(r"@container llmpipeline \(width < (\d+)px\)", stylesheet([CLASSIC], page_width, narrow))
    assert widths == [str(switch_width(narrow, page_width))]


def test_what_stands_beside_a_node_has_the_colours_of_the_page() -> None:
    *_, last = stylesheet([CLASSIC]).strip().splitlines()
    declared = re.findall(r":where\(([^{]*)\) \{ (\w+): (.*?); \}", last)
    assert [(name, value) for selector, name, value in declared if "llmpipeline-outside" in selector] == [
        (name, "var(--llmpipeline-edge-text, revert-layer)") for name in ("fill", "stroke")
    ]
