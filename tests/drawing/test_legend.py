"""Legends and colour bars stand below the diagram, inside the scene."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

import pytest

from sphinxext.llmpipeline import MODERN, figure, legend, parse, render
from sphinxext.llmpipeline.drawing.legend import LegendLayout, _columns, place_legend
from sphinxext.llmpipeline.drawing.matplotlib_backend import Diagram
from sphinxext.llmpipeline.drawing.scene import Scene
from sphinxext.llmpipeline.geometry.primitives import Box, Size
from sphinxext.llmpipeline.layout.result import PlacedEdge, PlacedNode
from sphinxext.llmpipeline.model.pipeline import Label, LegendEntry, Pipeline, Scale
from sphinxext.llmpipeline.model.vocabulary import EDGE_KINDS, NODE_KINDS, UNLABELLED
from sphinxext.llmpipeline.style.builtin import STYLES
from sphinxext.llmpipeline.style.types import ColorBar, Encoding, Style
from sphinxext.llmpipeline.text.typesetting import typeset
from tests.drawings import SVG, Look

EVERY_KIND = parse(
    "\n".join(
        f"{kind} n{index}\n   :value: {index + 1}B t" for index, kind in enumerate(NODE_KINDS) if kind not in UNLABELLED
    )
    + "\nn0 -> n1 => n2 --> n3 <-> n4 -- n5 ..> n6 ~> n7: y\n   :value: 3"
)


def with_legend(pipeline: Pipeline, style: Style = MODERN) -> Pipeline:
    return replace(pipeline, legend=legend(pipeline, style))


def drawn(pipeline: Pipeline, style: Style = MODERN) -> Scene:
    (diagram,) = figure(pipeline, style).artists
    assert isinstance(diagram, Diagram)
    return diagram.scene


FULL = replace(
    with_legend(EVERY_KIND),
    node_scale=Scale("viridis", "log", label=Label.plain("Size of the model")),
    edge_scale=Scale("plasma", widths=(1, 8)),
)


def test_nothing_below_a_diagram_that_asks_for_nothing() -> None:
    assert drawn(EVERY_KIND).legend == LegendLayout()


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_everything_is_below_the_diagram_and_nothing_overlaps(style: Style, direction: str) -> None:
    pipeline = replace(FULL, direction=direction, legend=legend(EVERY_KIND, style))  # type: ignore[arg-type]
    diagram = drawn(pipeline, style)
    below, layout = diagram.legend, diagram.layout
    boxes: list[Box] = []
    for entry in below.entries:
        swatch = entry.swatch
        if isinstance(swatch, PlacedEdge):
            boxes.append(Box.around(point for curve in (*swatch.splines, *swatch.arrowheads) for point in curve.points))
        else:
            boxes.append(swatch.box)
        boxes.append(entry.text)
    for bar in below.bars:
        boxes += [bar.strip, *([bar.title] if bar.title else []), *(tick.text for tick in bar.ticks)]
    assert [pair for pair in combinations(boxes, 2) if pair[0].overlaps(pair[1], 1e-9)] == []
    lowest = min(node.box.y0 for node in layout.nodes.values())
    assert below.box is not None
    assert all(box.y1 < lowest and below.box.holds(box, 1e-6) for box in boxes)
    assert diagram.extent.holds(below.box)


def test_rows_are_as_wide_as_the_diagram_and_centred_below_it() -> None:
    diagram = drawn(with_legend(EVERY_KIND))
    box = diagram.legend.box
    assert box is not None
    assert box.width <= diagram.layout.box.width
    assert box.center[0] == pytest.approx(diagram.layout.box.center[0], abs=5)


def test_entries_of_several_rows_stand_in_columns() -> None:
    pipeline = parse("data a\nprocess b\ntrain c\nmodel d\na -> b -> c => d --> a", direction="TB")
    entries = drawn(with_legend(pipeline)).legend.entries
    rows: dict[int, list[float]] = {}
    for entry in entries:
        swatch = (
            entry.swatch.box if isinstance(entry.swatch, PlacedNode) else Box.around(entry.swatch.splines[0].points)
        )
        rows.setdefault(round(entry.text.center[1]), []).append(round(swatch.x0))
    assert [len(row) for row in rows.values()] == [2, 2, 2, 1]
    assert len({tuple(row[:1]) for row in rows.values()}) == 1
    assert len({row[1] for row in rows.values() if len(row) > 1}) == 1


@pytest.mark.parametrize(
    ("widths", "room", "expected"),
    [
        ([10, 10, 10], 70, [10, 10, 10]),
        ([10, 10, 10], 69, [10, 10]),  # two and one, not one by one
        ([10, 30, 10, 5], 60, [10, 30]),
        ([10, 30, 10, 35], 60, [35]),
        ([90, 10], 60, [90]),
        ([10] * 7, 140, [10, 10, 10, 10]),  # four and three, not five and two
    ],
)
def test_as_many_columns_as_fit_and_fill_the_rows(widths: list[int], room: float, expected: list[int]) -> None:
    assert _columns([Size(width, 16.0) for width in widths], room) == expected


def test_entry_wider_than_a_row_has_its_own_row() -> None:
    """Of two colour bars below a narrow diagram, neither can be made narrower."""
    pipeline = parse("model a\n   :value: 1B\nmodel b\n   :value: 2B\na -> b\n   :value: 3", direction="TB")
    both = replace(pipeline, node_scale=Scale("viridis"), edge_scale=Scale("magma"))
    first, second = drawn(both).legend.bars
    assert first.strip.y0 > second.strip.y1


def test_swatches_are_drawn_as_the_parts_themselves() -> None:
    pipeline = parse("model a\nstore b\na -> b\na <-> b\na -- b")
    model, store, flow, exchange, link = drawn(with_legend(pipeline)).legend.entries
    assert isinstance(model.swatch, PlacedNode)
    assert isinstance(store.swatch, PlacedNode)
    assert (len(model.swatch.outline), len(store.swatch.outline)) == (1, 2)
    heads = [len(entry.swatch.arrowheads) for entry in (flow, exchange, link) if isinstance(entry.swatch, PlacedEdge)]
    assert heads == [1, 2, 0]


def test_colours_meet_without_a_gap_and_ticks_stand_at_their_values() -> None:
    diagram = drawn(FULL)
    (bar, _), (colors, _) = diagram.legend.bars, diagram.encoding.bars
    assert len(bar.cells) == len(colors.colors) <= 32
    assert {cell.x1 for cell in bar.cells} == {bar.strip.x1}
    assert [cell.x0 for cell in bar.cells] == sorted(cell.x0 for cell in bar.cells)
    for tick in bar.ticks:
        place, _ = colors.ticks[tick.index]
        assert tick.line.points[0][0] == pytest.approx(bar.strip.x0 + place * bar.strip.width)
        assert tick.text.center[0] == pytest.approx(tick.line.points[0][0])


# In SVG


def group(root: ET.Element, name: str) -> ET.Element:
    (found,) = [part for part in root.iter(f"{SVG}g") if part.get("class") == name]
    return found


TEXT_COLOR = MODERN.edge_text_light


def test_legend_in_svg_follows_the_page() -> None:
    root = ET.fromstring(render(with_legend(parse("model a\ndata b\na --> b")), MODERN))
    part = group(root, "llmpipeline-legend")
    assert part.get("aria-hidden") == "true"
    assert [text.text for text in part.iter(f"{SVG}text")] == ["Data", "Model", "Feedback"]
    samples = {sample.get("class"): (sample.get("fill"), sample.get("stroke")) for sample in part.iter(f"{SVG}g")}
    data, model = MODERN.nodes["data"].light, MODERN.nodes["model"].light
    assert samples == {
        "llmpipeline-legend": (None, None),
        "llmpipeline-kind-data": (data.fill, data.stroke),
        "llmpipeline-kind-model": (model.fill, model.stroke),
        "llmpipeline-edge-feedback": (MODERN.edge_light, MODERN.edge_light),
    }
    assert all(path.attrib.keys() & {"fill", "stroke"} <= {"fill"} for path in part.iter(f"{SVG}path"))
    assert {path.get("fill", "none") for path in part.iter(f"{SVG}path")} == {"none"}
    assert any("stroke-dasharray" in path.attrib for path in part.iter(f"{SVG}path"))
    assert {Look(root).of(text, "fill", "stroke") for text in part.iter(f"{SVG}text")} == {(TEXT_COLOR, None)}


def test_colour_bar_in_svg_has_literal_colours_and_text_that_follows_the_page() -> None:
    pipeline = replace(parse("model a\n   :value: 1B\nmodel b\n   :value: 2B"), node_scale=Scale("viridis"))
    root = ET.fromstring(render(pipeline, MODERN))
    look, part = Look(root), group(root, "llmpipeline-colorbar")
    cells = [look.of(path, "fill", "stroke") for path in part.iter(f"{SVG}path")][:32]
    assert all(fill and fill.startswith("#") and stroke is None for fill, stroke in cells)
    assert {look.of(text, "fill", "stroke") for text in part.iter(f"{SVG}text")} == {(TEXT_COLOR, None)}
    path, text = root[0].find(f"{SVG}path"), root[0].find(f"{SVG}text")
    assert path is not None
    assert text is not None
    assert look.of(path, "fill", "stroke") == ("#440154", MODERN.nodes["model"].light.stroke)
    assert root[0].get("class") == "llmpipeline-node llmpipeline-kind-model llmpipeline-by-value"
    assert root[0].get("fill") is None
    assert look.of(text, "fill", "stroke") == ("#fff", "none")


def test_lines_have_their_colours_and_widths() -> None:
    pipeline = replace(
        parse("a -> b\n   :value: 1\na --> b\n   :value: 3\na -> b"), edge_scale=Scale("viridis", widths=(1.5, 7))
    )
    root = ET.fromstring(render(pipeline))
    first, second, third = [
        [Look(root).of(path, "fill", "stroke", "stroke-width") for path in part.iter(f"{SVG}path")]
        for part in root.iter(f"{SVG}g")
        if part.get("class", "").startswith("llmpipeline-edge")
    ]
    line = MODERN.edge_light
    assert first == [("none", line, "2.5"), ("none", "#440154", "1.5"), ("#440154", line, "1")]
    assert second[:2] == [("none", line, "8"), ("none", "#fde725", "7")]
    assert third == [("none", line, "1.2"), (line, line, ".5")]


@pytest.mark.parametrize("format", ["svg-outlines", "pdf", "png"])
def test_other_formats_show_it(format: str) -> None:
    plain = render(parse("model a"), MODERN, format)  # type: ignore[arg-type]
    entry = LegendEntry("node", "model", "Model")
    assert len(render(replace(parse("model a"), legend=(entry,)), MODERN, format)) > len(plain)  # type: ignore[arg-type]


def test_every_kind_has_a_swatch() -> None:
    assert len(drawn(with_legend(EVERY_KIND)).legend.entries) == len(NODE_KINDS) - 3 + len(EDGE_KINDS)


def test_numbers_of_a_bar_that_would_touch_are_left_out() -> None:
    ticks = tuple((place / 10, f"{place * 1_000_000:,}") for place in range(11))
    bar = ColorBar(("#000000", "#ffffff"), ticks)
    pipeline = parse("a")
    encoding = Encoding(bars=(bar,))
    text = typeset(pipeline, MODERN, encoding.bars)
    (placed,) = place_legend(pipeline, MODERN, encoding, text, Box(0.0, 0.0, 400.0, 100.0)).bars
    assert placed.ticks[0].index == 0
    assert 2 < len(placed.ticks) < 11
    assert all(one.text.x1 < other.text.x0 for one, other in pairwise(placed.ticks))
