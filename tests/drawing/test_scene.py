"""What is drawn, in which order and in which colours, upon a surface that takes notes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from sphinxext.llmpipeline import MODERN, legend, parse, read_style
from sphinxext.llmpipeline.drawing.scene import Color, PartName, Scene, Surface
from sphinxext.llmpipeline.geometry.primitives import Curve, Point
from sphinxext.llmpipeline.layout.clipping import finish
from sphinxext.llmpipeline.layout.search import fit
from sphinxext.llmpipeline.model.pipeline import Pipeline, Scale
from sphinxext.llmpipeline.style.types import Style
from sphinxext.llmpipeline.text.typesetting import PlacedRun


@dataclass
class Notes:
    """The marks of each part: the colours and the width of a path, and the text of a run and its colour."""

    marks: dict[tuple[PartName, int], list[tuple[object, ...]]] = field(default_factory=dict)
    starts: list[tuple[str, Point, bool]] = field(default_factory=list)

    @contextmanager
    def part(self, name: PartName, index: int) -> Iterator[None]:
        self.marks[name, index] = []
        yield

    def path(
        self, curve: Curve, width: float, stroke: Color, fill: Color | None = None, dash: tuple[float, ...] = ()
    ) -> None:
        self._last().append(((fill and fill.variable) or (fill and fill.light), stroke.variable or stroke.light, width))

    def text(self, run: PlacedRun, at: Point, color: Color, *, centered: bool) -> None:
        self._last().append((run.text, color.variable or color.light))
        self.starts.append((run.text, at, centered))

    def _last(self) -> list[tuple[object, ...]]:
        return list(self.marks.values())[-1]


def picture(pipeline: Pipeline, style: Style = MODERN) -> Scene:
    fitted = fit(pipeline, style, 700.0)
    layout = finish(fitted.placed.layout, fitted.pipeline, fitted.style)
    return Scene(fitted.pipeline, fitted.style, fitted.blocks, layout, fitted.paint)


def drawn(pipeline: Pipeline, style: Style = MODERN) -> Notes:
    notes = Notes()
    surface: Surface = notes
    picture(pipeline, style).draw(surface)
    return notes


def test_parts_run_from_the_back_to_the_front_and_have_names_for_their_colours() -> None:
    text = "group g: G\n   process a: A\n      :repeat: 3\nmodel b: B\na -> b: x"
    assert drawn(parse(text)).marks == {
        ("group", 0): [("group-fill", "group-stroke", 1.2), ("G", "group-text")],
        ("edge", 0): [(None, "edge", 1.2), ("edge", "edge", 0.5), ("x", "edge-text")],
        ("node", 0): [
            ("process-fill", "process-stroke", 1.2),
            (None, "process-stroke", 0.96),
            ("A", "process-text"),
            ("process-fill", "process-stroke", 0.8),
            ("× 3", "process-text"),
        ],
        ("node", 1): [("model-fill", "model-stroke", 1.2), ("B", "model-text")],
    }


def test_a_panel_is_not_seen_and_its_title_stands_on_the_page() -> None:
    marks = drawn(parse("panel p: P\n   a: A\npanel q: Q\n   b: B")).marks
    assert marks["group", 0] == [(None, "group-stroke", 0.0), ("(a)", "edge-text"), ("P", "edge-text")]


def test_a_kind_of_edges_with_a_colour_of_its_own_has_a_name_of_its_own() -> None:
    style, problems = read_style({"edges": {"derive": {"light": "#005f87"}, "feedback": {"dark": "#ffaf5f"}}})
    assert problems == []
    marks = drawn(parse("a -> b => c --> d"), style).marks
    assert [marks["edge", index][0][1] for index in range(3)] == ["edge", "edge-derive", "edge-feedback"]


def test_the_colour_of_a_value_has_no_name() -> None:
    pipeline = parse("model a: A\n   :value: 1\nmodel b: B\n   :value: 2\na -> b\n   :value: 3")
    marks = drawn(replace(pipeline, node_scale=Scale("gray"), edge_scale=Scale("gray"))).marks
    assert marks["node", 0][:2] == [("#000000", "model-stroke", 1.2), ("A", "#ffffff")]
    assert marks["edge", 0][:3] == [
        (None, "edge", 3.5),  # around the colour, so that it shows on any page
        (None, "#808080", 2.5),
        ("#808080", "edge", 1.0),
    ]
    assert marks["colorbar", 0][:1] == [("#040404", "edge-text", 0.0)]


def test_the_legend_is_drawn_as_the_parts_themselves() -> None:
    pipeline = parse("model a: A\ndata b: B\na --> b")
    marks = drawn(replace(pipeline, legend=legend(pipeline, MODERN))).marks
    assert marks["legend", 0][0] == marks["node", 1][0]
    assert marks["legend", 1][0] == marks["node", 0][0]
    assert marks["legend", 2][:2] == marks["edge", 0][:2]
    assert [marks["legend", index][-1] for index in range(3)] == [
        ("Data", "edge-text"), ("Model", "edge-text"), ("Feedback", "edge-text"),
    ]  # fmt: skip


def test_runs_that_are_all_of_a_centred_line_are_told() -> None:
    starts = drawn(parse("group g: G\n   a: One\\ntwo")).starts
    assert {text: centered for text, _, centered in starts} == {"G": False, "One": True, "two": True}
    y = {text: at[1] for text, at, _ in starts}
    assert y["G"] > y["One"] > y["two"]


def test_nothing_but_space_is_not_written() -> None:
    assert drawn(parse("a: \\nA")).marks["node", 0][1:] == [("A", "node-text")]


def test_extent_of_wide_lines_holds_their_width() -> None:
    pipeline = parse("a: A\nb: B\na -> b\n   :value: 9\na -> b\n   :value: 1")
    plain = picture(pipeline).extent
    wide = picture(replace(pipeline, edge_scale=Scale(widths=(1.0, 60.0)))).extent
    assert wide.height > plain.height + 20 or wide.width > plain.width + 20
