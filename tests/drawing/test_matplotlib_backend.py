"""Scenes as matplotlib artists, figures and files: on every renderer, and the same bytes everywhere."""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import image
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from sphinxext.llmpipeline import CLASSIC, PRINT, figure, parse, render
from sphinxext.llmpipeline.drawing.matplotlib_backend import Diagram
from sphinxext.llmpipeline.drawing.scene import Scene
from sphinxext.llmpipeline.geometry.primitives import Box
from sphinxext.llmpipeline.job import FORMATS, Format
from sphinxext.llmpipeline.layout.clipping import clip
from sphinxext.llmpipeline.model.pipeline import Label, Node, Pipeline, Run
from sphinxext.llmpipeline.style.types import Style, Tone
from sphinxext.llmpipeline.text import metrics, typesetting
from tests.conftest import shaped
from tests.layouts import clear, graph_of, laid_out

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
    return Diagram(Scene(graph.pipeline, style, graph.text, clip(clear(laid_out(graph), graph), graph)), origin)


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
    """Records the calls of the artist."""

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


@shaped
def test_brackets_alone_are_drawn_in_the_direction_of_their_line() -> None:
    """matplotlib takes the direction of a text from its letters."""
    label = Label(((Run("נץ ("), Run("GPT", "bold"), Run(")")),))
    drawn = figure(Pipeline((Node("a", label),))).artists[0]
    assert isinstance(drawn, Diagram)
    assert [what for call, what in recorded(drawn) if call == "text"] == ["נץ (", "GPT", "\u202e)\u202c"]


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


def test_lines_on_a_shape_are_finer_than_its_outline() -> None:
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
    layout, margin = drawn.scene.layout, CLASSIC.margin
    boxes = [part.box for part in (*layout.nodes.values(), *layout.groups.values())]
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
    """Otherwise ``bbox_inches="tight"``, which Jupyter always uses, cuts the diagram off beside an Axes."""
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


# Figures and files

SOURCE = """
group g: Group
   data a: Alpha
   model b: Beta AV To\\ntwo
service c: Gamma
a -> b: label
b --> c
c <-> g
a -> a
"""
PIPELINE = parse(SOURCE)

MAGIC: dict[Format, bytes] = {
    "svg": b"<svg ",
    "svg-outlines": b"<?xml ",
    "pdf": b"%PDF-1.",
    "png": b"\x89PNG\r\n",
    "png@2x": b"\x89PNG\r\n",
}


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(image.imread(io.BytesIO(data), format="png"))[:, :, :3]


@pytest.fixture
def fresh_fonts() -> Iterator[None]:
    """Nothing that was measured under other settings."""
    known = [*vars(metrics).values(), *vars(typesetting).values()]
    caches = [cached for cached in known if hasattr(cached, "cache_clear")]
    for cached in caches:
        cached.cache_clear()
    yield
    for cached in caches:
        cached.cache_clear()


def test_formats() -> None:
    assert set(FORMATS) == set(MAGIC)


@pytest.mark.parametrize("format", FORMATS)
def test_bytes_are_of_the_format(format: Format) -> None:
    assert render(PIPELINE, format=format).startswith(MAGIC[format])


def test_figure_is_as_large_as_the_diagram_and_holds_nothing_else() -> None:
    made = figure(PIPELINE)
    assert isinstance(made, Figure)
    (diagram,) = made.artists
    extent = diagram.extent  # type: ignore[attr-defined]
    assert tuple(made.get_size_inches() * 72) == pytest.approx((extent.width, extent.height))
    assert made.axes == []
    assert made.texts == made.patches == made.lines == made.images == []


@pytest.mark.parametrize(("format", "scale"), [("png", 1), ("png@2x", 2)])
def test_scale_is_pixels_for_each_point(format: Format, scale: int) -> None:
    (diagram,) = figure(PIPELINE).artists
    height, width = image.imread(io.BytesIO(render(PIPELINE, format=format))).shape[:2]
    assert width == pytest.approx(diagram.extent.width * scale, abs=1)  # type: ignore[attr-defined]
    assert height == pytest.approx(diagram.extent.height * scale, abs=1)  # type: ignore[attr-defined]


@pytest.mark.parametrize("format", ["png", "png@2x"])
def test_nothing_is_drawn_beyond_the_canvas(format: Format) -> None:
    drawn = pixels(render(PIPELINE, format=format))
    for edge in (drawn[0], drawn[-1], drawn[:, 0], drawn[:, -1]):
        assert (edge == 1).all()
    assert (drawn != 1).any()


def test_png_at_2x_has_twice_the_pixels() -> None:
    once, twice = pixels(render(PIPELINE, format="png")), pixels(render(PIPELINE, format="png@2x"))
    (diagram,) = figure(PIPELINE).artists
    extent = diagram.extent  # type: ignore[attr-defined]
    assert once.shape[:2] == pytest.approx((extent.height, extent.width), abs=1)
    assert twice.shape[:2] == pytest.approx((2 * extent.height, 2 * extent.width), abs=1)
    # The same picture: its mean is as light.
    assert once.mean() == pytest.approx(twice.mean(), abs=0.02)


def test_png_is_on_white_and_svg_and_pdf_are_on_nothing() -> None:
    raw = np.asarray(image.imread(io.BytesIO(render(PIPELINE, format="png")), format="png"))
    assert raw.shape[2] == 3 or (raw[:, :, 3] == 1).all()
    for format in ("svg", "svg-outlines"):
        data = render(PIPELINE, format=format).decode()
        assert "patch_1" not in data
        assert "#ffffff" not in data


def test_svg_outlines_have_no_text_and_svg_has_no_glyphs() -> None:
    outlines, svg = render(PIPELINE, format="svg-outlines"), render(PIPELINE, format="svg")
    assert b"<text" not in outlines
    assert b"<use" in outlines
    assert svg.count(b"<text") == 6
    assert b"<use" not in svg
    assert b"<defs" not in svg


def test_pdf_holds_its_text_as_truetype() -> None:
    data = render(PIPELINE, format="pdf")
    assert b"/FontFile2" in data
    assert b"/Type3" not in data


@pytest.mark.parametrize("format", FORMATS)
def test_no_file_tells_when_or_by_whom_it_was_made(format: Format) -> None:
    data = render(PIPELINE, format=format)
    for word in (b"matplotlib.org", b"CreationDate", b"dc:date", b"Software", b"Producer"):
        assert word not in data
    assert not re.search(rb"20\d\d-\d\d-\d\d", data)


@pytest.mark.parametrize("format", FORMATS)
def test_bytes_are_the_same_twice(format: Format) -> None:
    assert render(PIPELINE, format=format) == render(parse(SOURCE), format=format)


@pytest.mark.parametrize("seed", ["4242"])
def test_bytes_are_the_same_in_another_process(seed: str) -> None:
    code = (
        "import hashlib, sys\n"
        "from sphinxext.llmpipeline import parse, render\n"
        "from sphinxext.llmpipeline.job import FORMATS\n"
        "for format in FORMATS:\n"
        "    print(hashlib.sha256(render(parse(sys.argv[1]), format=format)).hexdigest())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, SOURCE],
        env={**os.environ, "PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": "1000000000"},
        capture_output=True,
        text=True,
        check=True,
    )
    here = [hashlib.sha256(render(PIPELINE, format=format)).hexdigest() for format in FORMATS]
    assert dict(zip(FORMATS, done.stdout.split(), strict=True)) == dict(zip(FORMATS, here, strict=True))


def test_style_changes_the_bytes() -> None:
    assert render(PIPELINE, PRINT, "svg") != render(PIPELINE, format="svg")


def test_settings_of_matplotlib_are_left_alone() -> None:
    with mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": "mine", "pdf.fonttype": 3, "font.size": 31}):
        before = dict(mpl.rcParams)
        for format in FORMATS:
            render(PIPELINE, format=format)
        figure(PIPELINE)
        assert dict(mpl.rcParams) == before


HOSTILE: dict[str, Any] = {
    "agg.path.chunksize": 10,
    "axes.unicode_minus": True,
    "figure.autolayout": True,
    "figure.constrained_layout.use": True,
    "figure.dpi": 300,
    "figure.edgecolor": "red",
    "figure.facecolor": "red",
    "figure.figsize": (1, 1),
    "font.family": "serif",
    "font.sans-serif": ["DejaVu Serif"],
    "font.size": 33,
    "font.stretch": "condensed",
    "font.style": "italic",
    "font.variant": "small-caps",
    "font.weight": "bold",
    "hatch.color": "red",
    "hatch.linewidth": 9,
    "lines.linewidth": 9,
    "lines.scale_dashes": False,
    "mathtext.fontset": "stix",
    "patch.linewidth": 9,
    "path.simplify": True,
    "path.simplify_threshold": 1.0,
    "path.sketch": (10, 50, 5),
    "path.snap": False,
    "pdf.compression": 0,
    "pdf.fonttype": 3,
    "pdf.inheritcolor": True,
    "pdf.use14corefonts": True,
    "savefig.bbox": "tight",
    "savefig.dpi": 300,
    "savefig.facecolor": "red",
    "savefig.transparent": True,
    "svg.fonttype": "path",
    "svg.hashsalt": "salt",
    "svg.id": "mine",
    "svg.image_inline": False,
    "text.antialiased": False,
    "text.hinting": "none",
    "text.parse_math": True,
    "text.usetex": True,
}


SMALL = parse("a -> b: AV")
FORMULA = Pipeline((Node("a", Label(((Run(r"\frac{a}{b} + x^2 - \sin y", "math"),),))),))
ONCE: tuple[Format, ...] = ("svg", "svg-outlines", "pdf", "png")


@pytest.fixture(scope="module")
def expected() -> dict[Format, bytes]:
    """Drawings with default settings."""
    with mpl.rc_context():
        mpl.rcdefaults()
        return {format: drawn(format) for format in ONCE}


def drawn(format: Format) -> bytes:
    # The formula first: fonts that were named under the package's own settings are kept.
    return render(FORMULA, format=format) + render(SMALL, format=format)


def changed(expected: dict[Format, bytes]) -> list[Format]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [format for format in ONCE if drawn(format) != expected[format]]


@pytest.mark.parametrize("name", HOSTILE)
def test_settings_of_matplotlib_change_nothing(name: str, expected: dict[Format, bytes], fresh_fonts: None) -> None:
    if name not in mpl.rcParams:
        pytest.skip(f"this matplotlib has no {name}")
    with mpl.rc_context({name: HOSTILE[name]}):
        assert changed(expected) == []


@pytest.mark.parametrize("style", ["classic", "dark_background", "ggplot", "Solarize_Light2"])
def test_style_sheets_of_matplotlib_change_nothing(
    style: str, expected: dict[Format, bytes], fresh_fonts: None
) -> None:
    from matplotlib import style as styles

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with styles.context(style):
            assert changed(expected) == []


def test_pyplot_is_never_imported(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from sphinxext.llmpipeline import figure, parse, render\n"
        "from sphinxext.llmpipeline.job import FORMATS\n"
        "pipeline = parse('a -> b')\n"
        "figure(pipeline)\n"
        "for format in FORMATS:\n"
        "    render(pipeline, format=format)\n"
        "print([name for name in sys.modules if name in ('matplotlib.pyplot', 'tkinter', 'PyQt5', 'sphinx')])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout == "[]\n"
    assert list(tmp_path.iterdir()) == []
