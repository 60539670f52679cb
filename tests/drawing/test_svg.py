"""The public parts of an SVG, its marks, and a whole one; no text becomes markup."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from sphinxext.llmpipeline import MODERN, Style, parse, read_style, render
from sphinxext.llmpipeline.drawing.matplotlib_backend import bare
from sphinxext.llmpipeline.drawing.scene import Scene
from sphinxext.llmpipeline.drawing.svg import write
from sphinxext.llmpipeline.geometry.curves import arrow_size, arrowhead
from sphinxext.llmpipeline.geometry.primitives import Box, Curve
from sphinxext.llmpipeline.geometry.shapes import note, rounded
from sphinxext.llmpipeline.job import SVG_HEAD, Drawing, Glyphs, Job, SvgMarks
from sphinxext.llmpipeline.layout.result import Layout, PlacedEdge, PlacedGroup, PlacedNode
from sphinxext.llmpipeline.model.pipeline import Edge, Group, Label, Node, Pipeline, Run
from sphinxext.llmpipeline.rendering import draw
from sphinxext.llmpipeline.style.css import web_family
from sphinxext.llmpipeline.text.typesetting import typeset
from tests.drawings import EVIL, PIPELINE, SVG, UNBROKEN, Look, groups, of_class, points, read, texts


def drawn(pipeline: Pipeline = PIPELINE, style: Style = MODERN) -> str:
    return render(pipeline, style).decode()


def public(group: ET.Element) -> dict[str, str]:
    """Its attributes but for its colours, which it passes on to what it holds."""
    return {name: value for name, value in group.attrib.items() if name not in ("fill", "stroke")}


# The drawing


def test_root() -> None:
    root = read(drawn())
    assert root.tag == f"{SVG}svg"
    assert root.get("class") == "llmpipeline llmpipeline-style-modern"
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"
    assert root.get("font-family") == "'llmpipeline DejaVu Sans', 'DejaVu Sans', Verdana, sans-serif"


def test_name_of_the_style_is_a_class() -> None:
    style = replace(MODERN, name="house-style")
    assert read(render(PIPELINE, style).decode()).get("class") == "llmpipeline llmpipeline-style-house-style"


def test_nothing_touches_the_page_around_it() -> None:
    """No rules of style, no ids that might stand twice."""
    assert not re.search(r"<\?xml|<!DOCTYPE|<metadata|<style|<defs|<use|clip-path| id=", drawn())


def test_drawing_is_well_formed_by_itself_and_ends_with_a_newline() -> None:
    read(drawn())
    assert drawn().endswith("</svg>\n")


def test_nodes() -> None:
    a, b = of_class(read(drawn()), "llmpipeline-node")
    assert public(a) == {
        "class": "llmpipeline-node llmpipeline-kind-data first second",
        "data-id": "a",
        "data-value": "175000000000",
    }
    assert public(b) == {"class": "llmpipeline-node llmpipeline-kind-model", "data-id": "b"}


def test_edges() -> None:
    edges = of_class(read(drawn()), "llmpipeline-edge")
    assert [edge.get("class") for edge in edges] == [
        "llmpipeline-edge llmpipeline-edge-flow hot",
        "llmpipeline-edge llmpipeline-edge-derive",
        "llmpipeline-edge llmpipeline-edge-feedback",
        "llmpipeline-edge llmpipeline-edge-exchange",
        "llmpipeline-edge llmpipeline-edge-link",
    ]
    assert [(edge.get("data-source"), edge.get("data-target")) for edge in edges] == [
        ("a", "b"), ("b", "a"), ("b", "a"), ("a", "b"), ("a", "b"),
    ]  # fmt: skip
    assert [edge.get("data-value") for edge in edges] == ["0.5", None, None, None, None]
    assert [len(edge.findall(f"{SVG}path")) for edge in edges] == [2, 2, 2, 3, 1]


def test_groups() -> None:
    outer, inner = of_class(read(drawn()), "llmpipeline-group")
    assert public(outer) == {"class": "llmpipeline-group wide", "data-id": "outer"}
    assert public(inner) == {"class": "llmpipeline-group", "data-id": "inner"}


def test_piles_and_bars_have_classes() -> None:
    text = "group g: G\n   :repeat: 2\n   :pile: yes\n   model a: A\n      :repeat: 3\n      :pile: yes\n"
    root = read(render(parse(f"{text}row r: B 1\n   :shares: yes")))
    (pile, bar), (node, _) = of_class(root, "llmpipeline-group"), of_class(root, "llmpipeline-node")
    assert public(pile) == {"class": "llmpipeline-group llmpipeline-pile", "data-id": "g"}
    assert public(bar) == {"class": "llmpipeline-group llmpipeline-shares", "data-id": "r"}
    assert public(node) == {"class": "llmpipeline-node llmpipeline-kind-model llmpipeline-pile", "data-id": "a"}
    for part in (pile, node):
        sheets = part.findall(f"{SVG}path")[:3]
        assert [(sheet.get("fill"), sheet.get("stroke"), sheet.get("stroke-width")) for sheet in sheets] == 3 * [
            (None,) * 3
        ]


def test_the_text_beside_a_bar_has_the_colours_of_the_page() -> None:
    formula = Label(((Run("x^2", "math"),),))
    pipeline = parse("row r: Web 99% | Books 1% | Formula 1%\n   :shares: yes\n   :kind: model")
    pipeline = pipeline.map_labels(lambda label: formula if label.text == "Formula" else label)
    inside, beside, math = (
        [
            (element.tag.removeprefix(SVG), element.get("fill"), element.get("stroke"))
            for element in part.iter()
            if element.get("class") == "llmpipeline-outside"
        ]
        for part in of_class(read(render(pipeline)), "llmpipeline-node")
    )
    page = MODERN.edge_text_light
    assert inside == []
    assert beside == [("path", "none", page), ("text", page, "none")]
    assert math == [("path", "none", page), ("g", page, "none"), ("text", page, "none")]


NOTED = parse(
    "category s: Slow\na: A\nb: B\na -> b\nnote of a: x\n   :tooltip: t\n   :class: c\n   :category: s\nnote of b: y"
)


def test_callouts() -> None:
    one, other = of_class(read(drawn(NOTED)), "llmpipeline-callout")
    classes = "llmpipeline-callout llmpipeline-category-s llmpipeline-palette-1 c"
    assert public(one) == {"class": classes, "data-target": "a"}
    assert public(other) == {"class": "llmpipeline-callout", "data-target": "b"}
    assert [child.tag.removeprefix(SVG) for child in one] == ["title", "path", "path", "path", "text"]
    assert one[-1].get("text-anchor") == "start"


def test_marks_of_callouts_are_after_those_of_nodes() -> None:
    svg, marks = marked(NOTED)
    assert [(mark.what, mark.number) for mark in marks.parts] == [
        ("edge", 0), ("node", 0), ("node", 1), ("callout", 0), ("callout", 1),
    ]  # fmt: skip
    assert [svg[mark.begin :].startswith('<g class="llmpipeline-callout') for mark in marks.parts[-2:]] == [True, True]


def test_parts_do_not_nest_and_run_from_the_back_to_the_front() -> None:
    root = read(drawn())
    assert [child.get("class", "").split()[0] for child in root] == [
        *["llmpipeline-group"] * 2,
        *["llmpipeline-edge"] * 5,
        *["llmpipeline-node"] * 2,
    ]


def test_tooltips_are_titles() -> None:
    root = read(drawn())
    titles = {group.get("class", "").split()[0]: group.findtext(f"{SVG}title") for group in groups(root)}
    assert [group[0].tag == f"{SVG}title" for group in groups(root)].count(True) == 3
    assert of_class(root, "first")[0].findtext(f"{SVG}title") == 'More <about> "a" & b'
    assert of_class(root, "hot")[0].findtext(f"{SVG}title") == "An edge"
    assert of_class(root, "wide")[0].findtext(f"{SVG}title") == "The group"
    assert titles["llmpipeline-node"] is None


def test_a_tooltip_of_two_lines() -> None:
    root = read(drawn(parse("node a: A\n   :tooltip: one\\ntwo")))
    assert groups(root)[0].findtext(f"{SVG}title") == "one\ntwo"


def test_text_is_text_in_reading_order() -> None:
    assert texts(read(drawn())) == ["Outer", "Inner", "label", "0.5", "Alpha", "175B", "Beta"]


def test_colours_are_those_of_the_light_tone() -> None:
    root = read(drawn())
    look, tone = Look(root), MODERN.nodes["data"].light
    a = of_class(root, "llmpipeline-kind-data")[0]
    for path in a.iter(f"{SVG}path"):
        assert look.of(path, "stroke") == (tone.stroke,)
    fills = [look.of(path, "fill")[0] for path in a.iter(f"{SVG}path")]
    assert fills == [tone.fill, "none"]
    for text in a.iter(f"{SVG}text"):
        assert look.of(text, "fill", "stroke") == (tone.text, "none")


def test_a_colour_is_written_as_short_as_it_can_be() -> None:
    style, problems = read_style({"nodes": {"model": {"fill": "#aabbcc", "stroke": "#aabbc0", "text": "navy"}}})
    assert problems == []
    svg = render(parse("model a"), style).decode()
    assert re.findall(r'(?:fill|stroke)="([^"]*)"', svg) == ["#abc", "#aabbc0", "navy", "none"]


def test_a_kind_of_edges_may_have_a_colour_of_its_own() -> None:
    style, problems = read_style({"edges": {"derive": {"light": "#005f87"}, "feedback": {"dark": "#ffaf5f"}}})
    assert problems == []
    root = read(render(parse("a -> b => c --> d -- e"), style))
    for kind, color in (
        ("flow", MODERN.edge_light),
        ("derive", "#005f87"),
        ("feedback", MODERN.edge_light),
        ("link", MODERN.edge_light),
    ):
        (edge,) = of_class(root, f"llmpipeline-edge-{kind}")
        assert edge.get("stroke") == color
        assert {Look(root).of(path, "stroke") for path in edge.iter(f"{SVG}path")} == {(color,)}


def test_colours_that_a_page_changes_stand_on_the_element_that_its_rules_find() -> None:
    """A shape inherits them from the ``g`` of its part; each text has one of its own."""
    for part in groups(read(drawn())):
        for element in part:
            if element.tag == f"{SVG}path":
                assert (element.get("fill", "none"), element.get("stroke")) == ("none", None)
            elif element.tag == f"{SVG}text":
                assert (element.get("fill", "").startswith("#"), element.get("stroke")) == (True, "none")


def test_no_colour_is_a_variable() -> None:
    """Readers without CSS variables, such as WeasyPrint, draw black for what they do not understand."""
    assert "var(" not in drawn()


def test_dashes_and_widths() -> None:
    root = read(drawn())
    lines = [edge.findall(f"{SVG}path")[0] for edge in of_class(root, "llmpipeline-edge")]
    looks = [Look(root).of(line, "fill", "stroke-width", "stroke-dasharray", "stroke-linejoin") for line in lines]
    assert looks == [
        ("none", "1.2", None, "round"),
        ("none", "2.4", None, "round"),
        ("none", "1.2", "5 3.5", "round"),
        ("none", "1.2", None, "round"),
        ("none", "1.2", None, "round"),
    ]


def test_faces() -> None:
    label = Label(((Run("plain "), Run("bold", "bold"), Run(" "), Run("slant", "italic"), Run(" code", "mono")),))
    root = read(drawn(Pipeline((Node("a", label),))))
    found = {text.text: text.attrib for text in root.iter(f"{SVG}text")}
    assert list(found) == ["plain ", "bold", "slant", " code"]
    assert found["bold"]["font-weight"] == "700"
    assert found["slant"]["font-style"] == "italic"
    assert found[" code"]["font-family"] == "'llmpipeline DejaVu Sans Mono', 'DejaVu Sans Mono', monospace"
    for name in ("font-weight", "font-style", "font-family"):
        assert name not in found["plain "]
    assert root.get("font-size") == "13"
    assert not any("font-size" in attributes for attributes in found.values())


def test_the_font_of_most_text_is_said_once() -> None:
    style = replace(MODERN, edge_font_size=10.5)
    root = read(render(parse("a -> b: one\\ntwo\nb -> a: three"), style).decode())
    assert root.get("font-size") == "10.5"
    assert [text.get("font-size") for text in root.iter(f"{SVG}text")] == [None, None, None, "13", "13"]


def test_a_line_that_is_one_run_is_centred_by_the_reader_too() -> None:
    """Where the font is not at hand, it stays in the middle of its place."""
    label = Label(((Run("alone"),), (Run("two "), Run("runs", "bold"))))
    root = read(drawn(parse("group g: G\n  a"))), read(drawn(Pipeline((Node("a", label),))))
    looks = [{text.text: Look(each).of(text, "text-anchor") for text in each.iter(f"{SVG}text")} for each in root]
    assert looks == [
        {"G": ("start",), "a": ("middle",)},
        {"alone": ("middle",), "two ": ("start",), "runs": ("start",)},
    ]


def test_mono_text_of_a_style_with_one_font_needs_no_family() -> None:
    style = replace(MODERN, mono_font=MODERN.font)
    root = read(render(Pipeline((Node("a", Label(((Run("code", "mono"),),))),)), style).decode())
    assert "font-family" not in next(root.iter(f"{SVG}text")).attrib


@pytest.mark.parametrize("text", [" leading", "trailing ", "two  spaces", "\u00a0hard"])
def test_spaces_are_kept(text: str) -> None:
    (element,) = read(drawn(Pipeline((Node("a", Label(((Run(text),),))),)))).iter(f"{SVG}text")
    assert element.text == text
    assert element.get("{http://www.w3.org/XML/1998/namespace}space") == "preserve"


def test_plain_text_needs_no_preserving() -> None:
    assert "xml:space" not in drawn()


def test_everything_that_an_author_writes_is_data() -> None:
    label = Label.plain(EVIL)
    pipeline = Pipeline(
        (Node("a", label, note=label, tooltip=label, repeat=EVIL), Node("b", label, group="g")),
        (Edge("a", "b", label=label, note=label, tooltip=label),),
        (Group("g", label, note=label, tooltip=label, repeat=EVIL),),
    )
    root = read(drawn(pipeline, UNBROKEN))
    assert not list(root.iter(f"{SVG}script"))
    assert len(groups(root)) == 4
    assert texts(root) == [EVIL, EVIL, f"× {EVIL}", EVIL, EVIL, EVIL, EVIL, f"× {EVIL}", EVIL]
    assert {title.text for title in root.iter(f"{SVG}title")} == {EVIL}


def test_ids_and_kinds_beyond_ascii() -> None:
    style, problems = read_style({"nodes": {"größe": {"base": "data"}}})
    assert not problems
    pipeline = Pipeline((Node("ünïcode", Label.plain("x"), "größe"),))
    (group,) = groups(read(render(pipeline, style).decode()))
    assert (group.get("data-id"), group.get("class")) == ("ünïcode", "llmpipeline-node llmpipeline-kind-größe")


def test_numbers_are_short_and_within_the_view_box() -> None:
    svg = drawn()
    assert not re.search(r"\d\.\d{3,}", svg)
    assert not re.search(r' [dxy]="[^"]*\.\d\d', svg)  # positions: a tenth of a point
    root = read(svg)
    width, height = float(root.get("width", "")), float(root.get("height", ""))
    for path in root.iter(f"{SVG}path"):
        assert all(0 <= x <= width and 0 <= y <= height for x, y in points(path.get("d", "")))
    for text in root.iter(f"{SVG}text"):
        assert 0 < float(text.get("x", "")) < width
        assert 0 < float(text.get("y", "")) < height


def test_an_empty_diagram() -> None:
    root = read(drawn(Pipeline(())))
    assert groups(root) == []


# Formulas, references, scripts


def labelled(*runs: Run) -> Pipeline:
    return Pipeline((Node("a", Label((runs,))),))


def test_a_formula_is_text_placed_glyph_by_glyph() -> None:
    root = read(drawn(labelled(Run("y = "), Run(r"\frac{a}{b_1}", "math"))))
    (node,) = of_class(root, "llmpipeline-node")
    (formula,) = node.findall(f"{SVG}g")
    assert re.fullmatch(r"translate\([\d.]+ [\d.]+\)", formula.get("transform", ""))
    assert formula.attrib == {
        "transform": formula.get("transform", ""),
        "fill": MODERN.nodes["node"].light.text,
        "stroke": "none",
        "text-anchor": "start",
    }
    text, rule = formula
    assert (text.tag, text.attrib, text.text) == (f"{SVG}text", {}, None)
    spans = {span.text: span.attrib for span in text}
    assert {span.tag for span in text} == {f"{SVG}tspan"}
    assert sorted(spans, key=str) == ["1", "a", "b"]
    a, b, below = spans["a"], spans["b"], spans["1"]
    assert float(a["y"]) < float(rule.get("y", "")) < float(b["y"]) < float(below["y"])
    assert float(b["x"]) < float(below["x"])
    assert float(below["font-size"]) < float(b["font-size"]) == float(a["font-size"]) < MODERN.font_size
    assert a["font-style"] == "italic"
    assert all(set(attributes) <= {"x", "y", "font-size", "font-style"} for attributes in spans.values())
    assert rule.tag == f"{SVG}rect"
    assert set(rule.attrib) == {"x", "y", "width", "height"}
    assert all(float(rule.get(side, "")) > 0 for side in ("width", "height"))


def test_glyphs_of_a_formula_stay_in_the_picture_and_in_their_box() -> None:
    pipeline = labelled(Run("a label with "), Run(r"\frac{x^2}{\sqrt{y}} + \sum_{i=1}^n z_i", "math"))
    root = read(drawn(pipeline))
    width, height = float(root.get("width", "")), float(root.get("height", ""))
    (formula,) = of_class(root, "llmpipeline-node")[0].findall(f"{SVG}g")
    x, y = (float(number) for number in re.findall(r"[\d.]+", formula.get("transform", "")))
    (before,) = of_class(root, "llmpipeline-node")[0].findall(f"{SVG}text")
    assert x > float(before.get("x", "")) + 50
    assert y == pytest.approx(float(before.get("y", "")), abs=0.11)
    for span in formula.iter(f"{SVG}tspan"):
        assert 0 < x + float(span.get("x", "")) < width - MODERN.margin
        assert MODERN.margin < y + float(span.get("y", "")) < height - MODERN.margin
    assert not re.search(r"\d\.\d{3,}", drawn(pipeline))


def test_a_glyph_of_another_font_in_a_formula_names_it() -> None:
    root = read(drawn(labelled(Run("x"), Run(r"= \sqrt{y}", "math"))))
    families = {span.text: span.get("font-family") for span in root.iter(f"{SVG}tspan")}
    root_family = families.pop("√")
    assert set(families.values()) == {None}
    assert root_family is not None
    family = root_family.split(",")[1].strip().strip("'")
    assert root_family == f"'llmpipeline {family}', '{family}', sans-serif"


def test_scripts_are_text_of_their_size_off_the_line() -> None:
    root = read(drawn(labelled(Run("x"), Run("i", script="sub"), Run("y"), Run("2", script="super"))))
    texts_of = {text.text: text.attrib for text in root.iter(f"{SVG}text")}
    sizes = [texts_of[name].get("font-size", root.get("font-size")) for name in ("x", "i", "y", "2")]
    assert sizes == ["13", "9.1", "13", "9.1"]
    line = float(texts_of["x"]["y"])
    assert float(texts_of["y"]["y"]) == line
    assert float(texts_of["i"]["y"]) - line == pytest.approx(0.16 * 13, abs=0.11)
    assert line - float(texts_of["2"]["y"]) == pytest.approx(0.34 * 13, abs=0.11)


REFERRING = Pipeline(
    (
        Node("a", Label(((Run("see "), Run("one", reference=0), Run(" or "), Run("two", "bold", reference=1)),))),
        Node("b", Label(((Run("plain"),),)), note=Label(((Run("x^2", "math", reference=2),),))),
    ),
    (Edge("a", "b", label=Label(((Run("three", reference=3),),))),),
)


def test_text_from_right_to_left_says_so_and_starts_at_its_right() -> None:
    root = read(drawn(labelled(Run("نص"), Run("GPT", "bold"), Run(" (آخر)"))))
    found = [
        (text.text, text.get("direction"), text.get("text-anchor"), float(text.get("x", "")))
        for text in root.iter(f"{SVG}text")
    ]
    (block,) = typeset(labelled(Run("نص"), Run("GPT", "bold"), Run(" (آخر)")), MODERN).nodes
    first, second, third = block.lines[0].runs
    left = found[1][3] - second.x
    assert [text[:3] for text in found] == [
        ("نص", "rtl", "start"),
        ("GPT", None, "start"),
        (" (آخر)", "rtl", "start"),
    ]
    assert [x - left for *_, x in found] == pytest.approx(
        [first.x + first.width, second.x, third.x + third.width], abs=0.06
    )
    assert first.x > second.x > third.x == 0


def test_a_whole_line_from_right_to_left_is_centred() -> None:
    (text,) = read(drawn(labelled(Run("GPT-4 (نص)")))).iter(f"{SVG}text")
    assert (text.get("direction"), text.get("text-anchor")) == (None, None)
    (text,) = read(drawn(labelled(Run("نص (GPT-4)")))).iter(f"{SVG}text")
    assert (text.get("direction"), text.get("text-anchor")) == ("rtl", None)


def test_text_of_a_reference_is_marked_with_its_number() -> None:
    root = read(drawn(REFERRING))
    marked = {group.get("data-reference"): group for group in groups(root) if group.get("data-reference")}
    assert {number: "".join(group.itertext()) for number, group in marked.items()} == {
        "0": "one",
        "1": "two",
        "2": "x2",
        "3": "three",
    }
    assert all(group.attrib.keys() == {"data-reference"} for group in marked.values())
    assert not list(root.iter(f"{SVG}a"))


def test_marks_of_references_are_where_they_stand() -> None:
    svg, marks = marked(REFERRING)
    found = [mark for mark in marks.parts if mark.what == "reference"]
    assert [mark.number for mark in found] == [3, 0, 1, 2]
    for mark in found:
        assert svg[mark.begin : mark.start] == f'<g data-reference="{mark.number}">'
        assert svg[mark.end :].startswith("</g>\n")
    assert ["".join(ET.fromstring(svg[mark.start : mark.end]).itertext()) for mark in found] == [
        "three",
        "one",
        "two",
        "x2",
    ]


def marked(pipeline: Pipeline, style: Style = MODERN) -> tuple[str, SvgMarks]:
    """An SVG and its marks."""
    drawing = draw(Job(pipeline, style, "svg"))
    (svg,) = drawing.svgs()
    return svg


def test_marks_of_parts_are_where_they_stand() -> None:
    svg, marks = marked(PIPELINE)
    parts = [(mark.what, mark.number) for mark in marks.parts]
    assert parts == [
        *(("group", index) for index in range(2)),
        *(("edge", index) for index in range(5)),
        *(("node", index) for index in range(2)),
    ]
    for mark, element in zip(marks.parts, groups(read(svg)), strict=True):
        start = svg[mark.begin : mark.start]
        assert re.fullmatch(r'<g class="llmpipeline-[^\n]*>\n(<title class="nohighlight">[^\n]*</title>\n)?', start)
        assert svg[mark.start :].startswith(("<path ", "<text "))
        assert svg[mark.end :].startswith("</g>\n")
        cut = ET.fromstring(svg[mark.begin : mark.end] + "</g>")
        assert cut.attrib == element.attrib
        assert [child.attrib for child in cut] == [child.attrib for child in element]


def test_references_come_after_their_part() -> None:
    _, marks = marked(REFERRING)
    assert [(mark.what, mark.number) for mark in marks.parts] == [
        *(("edge", 0), ("reference", 3)),
        *(("node", 0), ("reference", 0), ("reference", 1)),
        *(("node", 1), ("reference", 2)),
    ]
    assert sorted(marks.parts, key=lambda mark: mark.begin) == [*marks.parts]


def test_marks_count_characters_whatever_stands_before_them() -> None:
    svg, marks = marked(parse("a: 模 Ⓐ \U0001f916 ä\n   :tooltip: 模\nb\na -> b"))
    (edge, first, second) = marks.parts
    assert svg[first.begin :].startswith('<g class="llmpipeline-node')
    assert svg[second.begin :].startswith('<g class="llmpipeline-node')
    assert svg[second.end :] == "</g>\n</svg>\n"
    assert svg[edge.end :].startswith("</g>\n")


def test_marks_of_the_root() -> None:
    for style in (MODERN, replace(MODERN, font_size=8.0), replace(MODERN, edge_font_size=10.126)):
        svg, marks = marked(PIPELINE, style)
        root = read(svg)
        assert svg.startswith(SVG_HEAD)
        assert svg[: marks.content].endswith(">\n")
        assert svg[: marks.content].count("\n") == 1
        assert marks.width == float(root.get("width", ""))
        sizes = [float(element.get("font-size", "inf")) for element in (root, *root.iter(f"{SVG}text"))]
        assert marks.font_size == min(sizes)


def test_glyphs_of_formulas_do_not_count_as_the_smallest_text() -> None:
    _, marks = marked(labelled(Run("x"), Run(r"y_{i_j}", "math")))
    assert marks.font_size == MODERN.font_size


def test_an_empty_diagram_has_no_marks_of_parts() -> None:
    svg, marks = marked(Pipeline(()))
    assert marks.parts == ()
    assert svg[marks.content :] == "</svg>\n"


# Which glyphs are shown


def made(pipeline: Pipeline) -> Drawing:
    return draw(Job(pipeline, MODERN, "svg"))


def glyphs(pipeline: Pipeline) -> tuple[Glyphs, ...]:
    return made(pipeline).notes.glyphs


def test_glyphs_are_those_of_the_text_by_font() -> None:
    runs = (Run("ab ba"), Run("xb", "bold"), Run("cz", "italic"), Run("m m", "mono"), Run("2", script="super"))
    assert glyphs(labelled(*runs)) == (
        Glyphs("DejaVu Sans", 400, False, " 2ab"),
        Glyphs("DejaVu Sans", 400, True, "cz"),
        Glyphs("DejaVu Sans", 700, False, "bx"),
        Glyphs("DejaVu Sans Mono", 400, False, " m"),
    )


def test_glyphs_of_every_part_are_counted_and_titles_are_not() -> None:
    assert glyphs(PIPELINE) == (
        Glyphs("DejaVu Sans", 400, False, "".join(sorted(set("Alpha" + "175B" + "Beta" + "label" + "0.5")))),
        Glyphs("DejaVu Sans", 700, False, "".join(sorted(set("OuterInner")))),
    )


def test_glyphs_of_formulas_are_counted() -> None:
    drawn_in = {
        character: used.family
        for used in glyphs(labelled(Run(r"\frac{a}{\beta} + \sqrt{2}", "math")))
        for character in used.characters
    }
    assert set(drawn_in) == set("aβ+√2")
    assert {drawn_in[character] for character in "aβ+2"} == {"DejaVu Sans"}
    assert drawn_in["√"] != "DejaVu Sans"


def test_glyphs_of_other_fonts_are_counted_there() -> None:
    drawn_in = {character: used.family for used in glyphs(labelled(Run("a\u24b6"))) for character in used.characters}
    assert set(drawn_in) == {"a", "\u24b6"}
    assert drawn_in["a"] == "DejaVu Sans" != drawn_in["\u24b6"]


def test_glyphs_are_every_character_of_every_text_in_the_font_that_its_attributes_say() -> None:
    runs = (Run("ab "), Run("x", "bold"), Run("m", "mono"), Run(r"\alpha_i", "math"), Run("\u24b6"))
    made_of = made(labelled(*runs))
    root = ET.fromstring(made_of.data)
    own = root.get("font-family", "")
    found: dict[tuple[str, int, bool], set[str]] = {}
    for element in (*root.iter(f"{SVG}text"), *root.iter(f"{SVG}tspan")):
        if element.text:
            families = element.get("font-family", own).split(", ")
            assert families[0] == f"'{web_family(families[1].strip(chr(39)))}'"
            font = families[1].strip("'"), int(element.get("font-weight", "400")), "font-style" in element.attrib
            found.setdefault(font, set()).update(element.text)
    assert {(used.family, used.weight, used.italic): set(used.characters) for used in made_of.notes.glyphs} == found


def test_a_diagram_without_text_needs_no_glyph() -> None:
    assert glyphs(Pipeline(())) == ()
    assert glyphs(labelled(Run(""))) == ()


def test_name_of_the_web_font_is_not_that_of_an_installed_one() -> None:
    assert web_family("DejaVu Sans") == "llmpipeline DejaVu Sans"


# As an image


def test_outlines_have_no_document_type_and_pixels_for_points() -> None:
    data = render(PIPELINE, format="svg-outlines")
    assert data.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n<svg ')
    assert b"<!DOCTYPE" not in data
    root = ET.fromstring(data)
    own = read(drawn())
    assert float(root.get("width", "")) == pytest.approx(float(own.get("width", "")), abs=0.11)
    assert root.get("viewBox", "").split()[2:] == [root.get("width"), root.get("height")]


def test_bare_changes_the_head_alone() -> None:
    text = b'<?xml version="1.0"?>\n<!DOCTYPE svg>\n<svg width="5pt" height="6.5pt"><g width="7pt"/></svg>'
    assert bare(text) == (b'<?xml version="1.0" encoding="utf-8"?>\n<svg width="5" height="6.5"><g width="7pt"/></svg>')


# A whole drawing of a scene made by hand

HAND_MADE = parse("""
group g: G
   model a: Alpha\\none
data b: Beta
   :tooltip: More
a --> b: x
""")
HAND_STYLE = replace(MODERN, edge_light="#556677")
LAYOUT = Layout(
    Box(0.0, 0.0, 200.0, 100.0),
    {
        "a": PlacedNode(rounded(Box(10.0, 10.0, 70.25, 60.0), 8.0), Box(20.0, 20.0, 60.0, 50.0)),
        "b": PlacedNode(note(Box(130.0, 20.0, 190.0, 60.0), 8.0), Box(140.0, 30.0, 180.0, 50.0)),
    },
    {
        0: PlacedEdge(
            (Curve(((70.25, 40.0), (90.0, 40.0), (100.0, 44.0), (122.0, 40.0)), bezier=True),),
            (arrowhead((130.0, 40.0), (1.0, 0.0), arrow_size(1.2)),),
            Box(90.0, 44.0, 110.0, 56.0),
        ),
    },
    {"g": PlacedGroup(rounded(Box(0.0, 0.0, 80.25, 100.0), 8.0)[0], Box(10.0, 70.0, 40.0, 85.0))},
)

WHOLE = (
    '<svg xmlns="http://www.w3.org/2000/svg" class="llmpipeline llmpipeline-style-modern" width="198"'
    ' height="108" viewBox="0 0 198 108" stroke-linejoin="round" stroke-width="1.2"'
    " font-family=\"'llmpipeline DejaVu Sans', 'DejaVu Sans', Verdana, sans-serif\" font-size=\"13\""
    ' text-anchor="middle" text-rendering="geometricPrecision">\n'
    '<g class="llmpipeline-group" fill="#f6f8fb"'
    ' stroke="#808b9b" data-id="g">\n'
    '<path d="M4 96a8 8 0 0 0 8 8h64.2a8 8 0 0 0 8-8v-84a8 8 0 0 0-8-8h-64.2a8 8 0 0 0-8 8z"/>\n'
    '<text fill="#4a5564" stroke="none" font-size="12" font-weight="700"'
    ' text-anchor="start" x="24.1" y="30.7">G</text>\n'
    "</g>\n"
    '<g class="llmpipeline-edge llmpipeline-edge-feedback" fill="#567"'
    ' stroke="#567" data-source="a" data-target="b">\n'
    '<path d="M74.2 64c19.7 0 29.7-4 51.8 0" fill="none" stroke-dasharray="5 3.5"/>\n'
    '<path d="M125.9 61.2l8.1 2.8-8.1 2.8z" stroke-width=".5"/>\n'
    '<text fill="#3c4654" stroke="none" font-size="12" x="104"'
    ' y="58.2">x</text>\n'
    "</g>\n"
    '<g class="llmpipeline-node llmpipeline-kind-model" fill="#c2e7f4"'
    ' stroke="#227599" data-id="a">\n'
    '<path d="M14 86a8 8 0 0 0 8 8h44.2a8 8 0 0 0 8-8v-34a8 8 0 0 0-8-8h-44.2a8 8 0 0 0-8 8z"/>\n'
    '<text fill="#1b2430" stroke="none" x="44" y="65.4">Alpha</text>\n'
    '<text fill="#1b2430" stroke="none" x="44" y="81.6">one</text>\n'
    "</g>\n"
    '<g class="llmpipeline-node llmpipeline-kind-data" fill="#faefd5"'
    ' stroke="#947419" data-id="b">\n'
    '<title class="nohighlight">More</title>\n'
    '<path d="M134 81.6a2.4 2.4 0 0 0 2.4 2.4h55.2a2.4 2.4 0 0 0 2.4-2.4v-28.6l-9-9h-48.6a2.4 2.4 0 0'
    ' 0-2.4 2.4z"/>\n'
    '<path d="M185 44v9h9" fill="none" stroke-width=".96"/>\n'
    '<text fill="#1b2430" stroke="none" x="164" y="68.5">Beta</text>\n'
    "</g>\n"
    "</svg>\n"
)


def picture() -> Scene:
    return Scene(HAND_MADE, HAND_STYLE, typeset(HAND_MADE, HAND_STYLE), LAYOUT)


def test_a_whole_drawing() -> None:
    """A line for each element; what the whole shares stands on the root, the colours of a part's shape on its ``g``."""
    assert write(picture()).data.decode() == WHOLE


def test_drawing_has_the_size_of_its_content() -> None:
    """To a tenth of a point, and never less."""
    root, extent = read(write(picture()).data), picture().extent
    assert 0 <= float(root.get("width", "")) - extent.width < 0.1
    assert 0 <= float(root.get("height", "")) - extent.height < 0.1
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"


def test_parts_are_drawn_where_they_are_however_far_from_the_origin() -> None:
    """What was rounded off does not depend on where the layout begins."""
    away = Scene(HAND_MADE, HAND_STYLE, typeset(HAND_MADE, HAND_STYLE), LAYOUT.moved(-1234.0, 987.0))
    assert write(away) == write(picture())


def test_no_element_repeats_a_default() -> None:
    root = read(write(picture()).data)
    for part in root:
        for element in part:
            assert not {name for name in ("fill", "stroke") if name in part.attrib} & {
                name for name, value in element.attrib.items() if value == part.get(name)
            }
            assert element.get("stroke-width") != root.get("stroke-width")
    assert len(list(root.iter(f"{SVG}path"))) == 6
