"""Figures tight to their diagram, and bytes that are the same wherever and whenever they are made."""

from __future__ import annotations

import hashlib
import io
import os
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import image
from matplotlib.figure import Figure

from sphinxext.llmpipeline import figure, parse, render
from sphinxext.llmpipeline.drawing.matplotlib_backend import on_figure
from sphinxext.llmpipeline.job import FORMATS, Format
from sphinxext.llmpipeline.model.pipeline import Label, Node, Pipeline, Run
from sphinxext.llmpipeline.style.builtin import PRINT
from sphinxext.llmpipeline.text import metrics as fonts
from sphinxext.llmpipeline.text import typesetting as text

TEXT = """
group g: Group
   data a: Alpha
   model b: Beta AV To\\ntwo
service c: Gamma
a -> b: label
b --> c
c <-> g
a -> a
"""
PIPELINE = parse(TEXT)

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
    known = [*vars(fonts).values(), *vars(text).values()]
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


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_scale_is_pixels_for_each_point(scale: float) -> None:
    (diagram,) = figure(PIPELINE).artists
    made = on_figure(diagram_again(), scale)
    width, height = made.canvas.get_width_height()
    assert width == pytest.approx(diagram.extent.width * scale, abs=1)  # type: ignore[attr-defined]
    assert height == pytest.approx(diagram.extent.height * scale, abs=1)  # type: ignore[attr-defined]


def diagram_again() -> Any:
    (diagram,) = figure(PIPELINE).artists
    diagram.remove()
    return diagram


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
    assert render(PIPELINE, format=format) == render(parse(TEXT), format=format)


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
        [sys.executable, "-c", code, TEXT],
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
    """What is drawn where nobody has changed a setting."""
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
