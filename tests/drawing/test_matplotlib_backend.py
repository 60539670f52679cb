"""The diagram is one artist, which draws on every renderer and stands in any figure."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from sphinxext.llmpipeline import CLASSIC, figure, parse
from sphinxext.llmpipeline.drawing.matplotlib_backend import Diagram
from sphinxext.llmpipeline.drawing.scene import Scene
from sphinxext.llmpipeline.geometry.primitives import Box
from sphinxext.llmpipeline.layout.clipping import clip
from sphinxext.llmpipeline.style.types import Style, Tone
from tests.layouts import graph_of, laid_out

TEXT = """
group g: Group
   data a: Alpha
   model b: Beta\\ntwo
      :note: a note
store c: Gamma
a -> b: label
b --> c
g => c
a <-> b
"""

SVG = "{http://www.w3.org/2000/svg}"


def diagram(text: str = TEXT, style: Style = CLASSIC, origin: tuple[float, float] = (0.0, 0.0)) -> Diagram:
    graph = graph_of(text, style)
    return Diagram(Scene(graph.pipeline, style, graph.text, clip(laid_out(graph), graph)), origin)


def picture(figure: Figure) -> np.ndarray:
    """The pixels of a figure, rows from the top down."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[:, :, :3]


def inked(pixels: np.ndarray) -> tuple[int, int, int, int]:
    """First and last column and row, from the lower left corner, that are not white."""
    rows, columns = np.nonzero((pixels != 255).any(axis=2))
    height = pixels.shape[0]
    return int(columns.min()), int(columns.max()) + 1, height - int(rows.max()) - 1, height - int(rows.min())


class Recorder(RendererAgg):
    """Notes what the artist asks for."""

    def __init__(self) -> None:
        super().__init__(2000, 2000, 72)
        self.calls: list[tuple[str, Any]] = []

    def open_group(self, s: str, gid: str | None = None) -> None:
        self.calls.append(("open", gid))

    def close_group(self, s: str) -> None:
        self.calls.append(("close", s))

    def draw_path(self, gc: Any, path: Any, transform: Any, rgbFace: Any = None) -> None:  # noqa: N803
        self.calls.append(("path", (gc.get_linewidth(), gc.get_rgb()[:3], rgbFace, gc.get_dashes())))

    def draw_text(
        self, gc: Any, x: Any, y: Any, s: str, prop: Any, angle: Any, ismath: Any = False, mtext: Any = None
    ) -> None:
        self.calls.append(("text", s))


def recorded(drawn: Diagram) -> list[tuple[str, Any]]:
    recorder = Recorder()
    drawn.draw(recorder)
    return recorder.calls


@pytest.mark.parametrize("canvas", [FigureCanvasSVG, FigureCanvasPdf, FigureCanvasAgg])
def test_draws_on_every_renderer(canvas: Any) -> None:
    drawn = figure(parse(TEXT))
    out = io.BytesIO()
    print_to = {FigureCanvasSVG: "print_svg", FigureCanvasPdf: "print_pdf", FigureCanvasAgg: "print_png"}[canvas]
    getattr(canvas(drawn), print_to)(out)
    assert len(out.getvalue()) > 2000
    assert drawn.artists[0].stale is False


def test_groups_of_the_renderer_name_the_parts_from_the_outside_in() -> None:
    calls = recorded(diagram())
    opened = [name for call, name in calls if call == "open"]
    assert opened == [
        "llmpipeline-group-0",
        *(f"llmpipeline-edge-{index}" for index in range(4)),
        *(f"llmpipeline-node-{index}" for index in range(3)),
    ]
    assert [name for call, name in calls if call == "close"] == [name.rpartition("-")[0] for name in opened]


def test_text_of_every_part_is_drawn_in_its_group() -> None:
    texts: dict[str, list[str]] = {}
    for call, what in recorded(diagram()):
        if call == "open":
            texts[what] = []
        elif call == "text":
            texts[list(texts)[-1]].append(what)
    assert {name: found for name, found in texts.items() if found} == {
        "llmpipeline-group-0": ["Group"],
        "llmpipeline-edge-0": ["label"],
        "llmpipeline-node-0": ["Alpha"],
        "llmpipeline-node-1": ["Beta", "two", "a note"],
        "llmpipeline-node-2": ["Gamma"],
    }


def test_light_tones_and_widths_of_the_style() -> None:
    tone = Tone("#ff0000", "#00ff00", "#0000ff")
    looks = {kind: replace(look, light=tone) for kind, look in CLASSIC.nodes.items()}
    style = replace(CLASSIC, nodes=looks, line_width=3.0)
    calls = recorded(diagram("node a: A", style))
    ((width, stroke, fill, _),) = [what for call, what in calls if call == "path"]
    assert (width, stroke, tuple(fill)) == (3.0, (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))


def test_looks_of_edges() -> None:
    calls = recorded(diagram("a -> b\na => b\na --> b"))
    lines: list[tuple[float, tuple[float, ...] | None]] = []
    for index in range(3):
        start = calls.index(("open", f"llmpipeline-edge-{index}"))
        _, (width, _, fill, (_, dash)) = calls[start + 1]
        assert fill is None
        lines.append((width, None if dash is None else tuple(dash)))
    assert lines == [
        (CLASSIC.edges["flow"].width, None),
        (CLASSIC.edges["derive"].width, None),
        (CLASSIC.edges["feedback"].width, CLASSIC.edges["feedback"].dash),
    ]


def test_lines_upon_a_shape_are_finer_than_its_outline() -> None:
    calls = recorded(diagram("process a: A"))
    (outline, fill), (line, nothing) = [(what[0], what[2]) for call, what in calls if call == "path"]
    assert outline == CLASSIC.line_width > line > 0
    assert fill is not None
    assert nothing is None


def test_a_kind_of_edges_is_drawn_in_a_colour_of_its_own() -> None:
    own = replace(CLASSIC, edges={**CLASSIC.edges, "flow": replace(CLASSIC.edges["flow"], light="#ff0000")})
    strokes = {what[1] for call, what in recorded(diagram("node a\nnode b\na -> b", own)) if call == "path"}
    assert (1.0, 0.0, 0.0) in strokes
    assert to_rgb(CLASSIC.edge_light) not in strokes


def test_an_invisible_diagram_is_not_drawn() -> None:
    drawn = diagram()
    drawn.set_visible(False)
    assert recorded(drawn) == []


def test_extent_holds_everything_and_the_margin() -> None:
    drawn = diagram()
    layout, margin = drawn.picture.layout, CLASSIC.margin
    boxes = [part.box for part in (*layout.nodes.values(), *layout.groups.values())] + [layout.box]
    boxes += [edge.label for edge in layout.edges.values() if edge.label]
    boxes += [Box.around(curve.points) for edge in layout.edges.values() for curve in (*edge.splines, *edge.arrowheads)]
    for box in boxes:
        assert drawn.extent.holds(Box(box.x0 - margin, box.y0 - margin, box.x1 + margin, box.y1 + margin), 1e-9)


def test_all_of_the_ink_is_within_the_extent() -> None:
    drawn = diagram("service a: Sticks out\n   :note: n\na -> a: loop\na -> a")
    large = Figure(figsize=(10, 10), dpi=72, facecolor="white")
    drawn.origin = (100, 200)
    large.add_artist(drawn)
    left, right, bottom, top = inked(picture(large))
    extent = drawn.extent
    assert left >= 100
    assert bottom >= 200
    assert right <= 100 + extent.width + 1
    assert top <= 200 + extent.height + 1


@pytest.mark.parametrize("dpi", [50, 72, 100, 200])
def test_stands_at_its_origin_in_a_figure_of_any_resolution(dpi: int) -> None:
    drawn = diagram("node a: A", replace(CLASSIC, margin=0.5), (144, 72))
    large = Figure(figsize=(6, 4), dpi=dpi, facecolor="white")
    large.add_artist(drawn)
    left, right, bottom, top = inked(picture(large))
    scale = dpi / 72
    assert left == pytest.approx(144 * scale, abs=2)
    assert bottom == pytest.approx(72 * scale, abs=2)
    assert right - left == pytest.approx(drawn.extent.width * scale, abs=3)
    assert top - bottom == pytest.approx(drawn.extent.height * scale, abs=3)


def test_stands_beside_axes_in_a_figure_of_the_users_own() -> None:
    own = Figure(figsize=(8, 4), dpi=72, facecolor="white")
    axes = own.add_axes((0.6, 0.1, 0.35, 0.8))
    axes.plot([0, 1], [0, 1])
    without = picture(own).copy()
    own.add_artist(diagram("node a: A", origin=(20, 20)))
    with_diagram = picture(own)
    half = int(0.55 * 8 * 72)
    assert (without[:, half:] == with_diagram[:, half:]).all()
    assert (without[:, :half] != with_diagram[:, :half]).any()
    for print_to in (FigureCanvasSVG(own).print_svg, FigureCanvasPdf(own).print_pdf):
        out = io.BytesIO()
        print_to(out)
        assert out.getvalue()


def test_tells_matplotlib_where_it_is() -> None:
    """Else ``bbox_inches="tight"``, which Jupyter always asks for, cuts the diagram off beside an Axes."""
    own = Figure(figsize=(8, 4), dpi=144)
    drawn = diagram("node a: A", origin=(20, 30))
    own.add_artist(drawn)
    canvas = FigureCanvasAgg(own)
    box = drawn.get_window_extent(canvas.get_renderer())
    extent = drawn.extent
    assert (box.x0, box.y0) == pytest.approx((40, 60))
    assert (box.width, box.height) == pytest.approx((2 * extent.width, 2 * extent.height))


def test_a_tight_figure_keeps_the_diagram() -> None:
    own = Figure(figsize=(8, 4), dpi=72)
    own.add_axes((0.8, 0.4, 0.1, 0.1))
    own.add_artist(diagram("node a: A", origin=(10, 10)))
    canvas = FigureCanvasAgg(own)
    box = own.get_tightbbox(canvas.get_renderer())
    assert box.x0 * 72 <= 12
    assert box.y0 * 72 <= 12


def test_vertical_place_is_the_same_on_every_renderer() -> None:
    """SVG and Agg count from the top, PDF from the bottom."""
    own = Figure(figsize=(4, 4), dpi=72)
    own.add_artist(diagram("node a: A", origin=(10, 10)))
    out = io.BytesIO()
    FigureCanvasSVG(own).print_svg(out)
    root = ET.fromstring(out.getvalue())
    group = next(group for group in root.iter(f"{SVG}g") if group.get("id") == "llmpipeline-node-0")
    data = next(group.iter(f"{SVG}path")).get("d", "")
    numbers = [
        float(word) for word in data.replace("M", " ").replace("L", " ").replace("C", " ").replace("z", " ").split()
    ]
    assert min(numbers[1::2]) > 4 * 72 - 10 - 60
