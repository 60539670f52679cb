"""One scene: a browser shows each diagram of the documentation as matplotlib draws it."""

from __future__ import annotations

import io
import math
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.font_manager import fontManager
from PIL import Image

from benchmarks.judge import ROOT, Diagram, of_project
from sphinxext.llmpipeline import parse
from sphinxext.llmpipeline.drawing.matplotlib_backend import Diagram as Drawn
from sphinxext.llmpipeline.drawing.matplotlib_backend import to_bytes
from sphinxext.llmpipeline.drawing.svg import write
from sphinxext.llmpipeline.job import Job
from sphinxext.llmpipeline.rendering import compose
from sphinxext.llmpipeline.style.builtin import MODERN
from tests.browser import Browser, served
from tests.conftest import read_before

DENSITY = 2
"""Pixels of the screen for each of the page, as in the larger images."""
BLOCK = 8
"""Pixels: colours are compared by their means over squares of this side."""
SHIFT = 2
"""Pixels by which a square may be in another place, because browsers place glyphs a little differently."""
SAME = 18.0
"""Greatest difference of a mean colour, of 255."""

PLACES = """
return document.fonts.ready.then(
  () => [...document.querySelectorAll("body > div > svg")].map(svg => svg.getBoundingClientRect().y)
);
"""

Compare = Callable[[Sequence[tuple[str, bytes]]], list[float]]


def faces() -> str:
    """Rules for the fonts of matplotlib."""
    own = Path(mpl.get_data_path())
    return "".join(
        f"@font-face {{ font-family: 'llmpipeline {font.name}'; src: url({Path(font.fname).name});"
        f" font-weight: {font.weight}; font-style: {font.style}; }}\n"
        for font in fontManager.ttflist
        if Path(font.fname).is_relative_to(own)
    )


def summed(image: np.ndarray) -> np.ndarray:
    """The sum of all pixels above and to the left of each, with those of the other end beyond each side."""
    around = [(SHIFT, SHIFT), (SHIFT, SHIFT), (0, 0)]
    sums = np.pad(image.astype(float), around, mode="wrap").cumsum(0).cumsum(1)
    return np.pad(sums, [(1, 0), (1, 0), (0, 0)])


def means(sums: np.ndarray, dx: int = 0, dy: int = 0) -> np.ndarray:
    """Mean colours of the squares of an image that is moved to the right and down."""
    ys, xs = (
        np.arange((length - 1 - 2 * SHIFT) // BLOCK + 1) * BLOCK + SHIFT - by
        for length, by in zip(sums.shape, (dy, dx), strict=False)
    )
    found: np.ndarray = np.diff(np.diff(sums[np.ix_(ys, xs)], axis=0), axis=1) / BLOCK**2
    return found


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """The greatest difference between the squares of two images, each at its best place."""
    moved, fixed = summed(one), means(summed(other))
    shifts = range(-SHIFT, SHIFT + 1)
    found = [np.abs(means(moved, dx, dy) - fixed).max(2) for dx in shifts for dy in shifts]
    return float(np.min(found, axis=0).max())


def height_of(svg: str) -> float:
    """In pixels of the page."""
    found = re.search(r'<svg [^>]*?\bheight="([\d.]+)"', svg)
    assert found
    return float(found[1])


def pixels(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


@pytest.fixture(scope="module")
def compare(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Compare:
    """The differences between SVGs, as the browser shows them, and images in pixels."""
    folder = tmp_path_factory.mktemp("scenes")
    for font in Path(mpl.get_data_path()).rglob("*.ttf"):
        shutil.copy(font, folder)
    head = (
        f"<!doctype html><meta charset='utf-8'><style>{faces()} body {{ margin: 0 }} svg {{ display: block }}</style>"
    )

    def shown(scenes: Sequence[tuple[str, bytes]]) -> list[float]:
        # Each begins at a whole pixel, as images do.
        divs = (f"<div style='height: {math.ceil(height_of(svg))}px'>{svg}</div>" for svg, _ in scenes)
        (folder / "scenes.html").write_text("\n".join([head, *divs]), encoding="utf-8")
        with served(folder) as url:
            browser.open(f"{url}/scenes.html")
            places = browser.run(PLACES)
            return [differs(browser, y, png) for y, (_, png) in zip(places, scenes, strict=True)]

    browser.resize(1400, 900, DENSITY)
    browser.prefer("light")
    return shown


def differs(browser: Browser, y: float, png: bytes) -> float:
    drawn = pixels(png)
    high, wide = (side / DENSITY for side in drawn.shape[:2])
    return difference(pixels(browser.picture({"x": 0, "y": y, "width": wide, "height": high})), drawn)


def both(diagram: Diagram) -> tuple[str, bytes]:
    scene, _ = compose(Job(diagram.pipeline, diagram.style, "png@2x"))
    return write(scene).data.decode(), to_bytes(Drawn(scene), "png@2x")


def test_each_diagram_looks_the_same_in_both(compare: Compare, tmp_path: Path) -> None:
    diagrams = [*of_project(ROOT / "docs", read_before(tmp_path))]
    assert len(diagrams) > 100
    found = zip(diagrams, compare([*map(both, diagrams)]), strict=True)
    assert {diagram.name: value for diagram, value in found if value > SAME} == {}


SAMPLE = Diagram(
    "sample", parse("data a: Base model\nb: Chat model\nc: Judge\na -> b: fine-tuning\nb -> c\na -> c"), MODERN
)


def test_the_sample_is_the_same(compare: Compare) -> None:
    assert max(compare([both(SAMPLE)])) <= SAME


@pytest.mark.parametrize(
    ("part", "change"),
    [
        (r'<g class="llmpipeline-edge.*?</g>', ""),
        (r"<text[^>]*>fine-tuning</text>", ""),
        (r'x="[\d.]+"(?=[^>]*>fine-tuning)', None),
        (r'(<g class="llmpipeline-node[^>]* )fill="[^"]*"', r'\1fill="#fff"'),
    ],
    ids=["line", "label", "place of a label", "colour"],
)
def test_what_is_missing_or_elsewhere_is_found(compare: Compare, part: str, change: str | None) -> None:
    svg, png = both(SAMPLE)

    def moved(found: re.Match[str]) -> str:
        return f'x="{float(found[0][3:-1]) + 4}"'

    changed = re.sub(part, moved if change is None else change, svg, count=1, flags=re.DOTALL)
    assert changed != svg
    assert min(compare([(changed, png)])) > SAME
