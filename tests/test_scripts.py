"""Labels in scripts whose letters join, carry marks, or run to the left, in Chromium and in Firefox."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image, ImageFilter

from sphinxext.llmpipeline.text.bidirectional import embedding_levels, visual_order
from sphinxext.llmpipeline.text.metrics import Metrics, Typeface
from tests.browser import MEASURE, Browser, served
from tests.conftest import Project, shaped
from tests.firefox import Firefox

pytestmark = pytest.mark.program

INDEX = r"""
Title
=====

.. llmpipeline::
   :name: flow
   :direction: TB
   :caption: نماذج

   data arabic: نموذج لغوي **كبير** جدا
      :note: ملاحظة 3 (GPT-4)
      :tooltip: تلميح
   model mixed: GPT-4 نموذج
   data hebrew: שָׁלוֹם (GPT-4) עולם
      :repeat: 12
   data marks: مُحَمَّد ٥٦ ``code`` نص (لا)
   group g: مجموعة **bold** النماذج\nنص
      tool latin: an *italic* نص word
      tool face: نص *مائل* و ``حرف`` نهاية
   decision formula: قيمة :math:`\alpha = \frac{a}{b}` هنا
   model link: انظر `رابط هنا <https://example.org/b>`__ ثم (`GPT <https://example.org/c>`__)
   data long: نموذج لغوي كبير مدرب على نصوص كثيرة GPT-4 and others (2024) من الإنترنت
   data persian: می‌خواهم، ۱۲
   data lao: ນ້ຳ ທີ່ ພາສາລາວ
   data accents: x̂ q̣́ é
   data nko: ߒߞߏ 12
   arabic -> mixed: تدريب
   mixed -> hebrew: fine-tuning تدريب
   hebrew -> marks -> latin -> face
   face -> formula -> link -> long -> persian -> lao -> accents -> nko
"""


@dataclass(frozen=True)
class Site:
    """A page with the drawing as text, and the drawing as a PNG with two pixels for a unit."""

    url: str
    page: str
    png: bytes


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    project = Project(tmp_path_factory.mktemp("scripts")).write({"index.rst": INDEX})
    pictures = project.run("html", "-W", "-D", "html_theme=basic", "-D", "llmpipeline_formats.html=png")
    assert (pictures.status, pictures.warnings) == (0, "")
    (picture,) = (pictures.out / "_images").glob("*.2x.png")
    png = picture.read_bytes()
    build = project.run("html", "-E", "-W", "-D", "html_theme=basic")
    assert (build.status, build.warnings) == (0, "")
    with served(build.out) as url:
        yield Site(url, build.read("index.html"), png)


@shaped
def test_text_is_as_wide_as_measured(site: Site, engine: Browser | Firefox) -> None:
    engine.open(f"{site.url}/index.html")
    off = [
        (font["text"], font["width"], expected)
        for diagram in engine.run(MEASURE)
        for font in diagram["fonts"]
        for metrics in [Metrics(Typeface(font["families"].split(", ")[1].strip("\"'"), font["weight"], font["italic"]))]
        for expected in [metrics.shaped_width(font["text"]) * font["size"]]
        if abs(font["width"] - expected) > max(0.2, 0.005 * expected)
    ]
    assert off == []


@shaped
def test_text_stays_in_its_shape(site: Site, engine: Browser | Firefox) -> None:
    engine.open(f"{site.url}/index.html")
    (diagram,) = engine.run(MEASURE)
    outside = [
        (text["text"], text["box"], text["shape"])
        for part in (*diagram["nodes"], *diagram["groups"])
        for text in part["texts"]
        if not (text["shape"]["x0"] <= text["box"]["x0"] and text["box"]["x1"] <= text["shape"]["x1"])
    ]
    assert outside == []


@shaped
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_a_page_shows_what_the_png_shows(site: Site, browser: Browser, direction: str) -> None:
    """Letters, their order and their places: no stroke of one is farther than a pixel from one of the other."""
    browser.resize(1200, 1600, 2)
    browser.open(f"{site.url}/index.html")
    browser.run(f"document.documentElement.dir = '{direction}'; document.documentElement.style.background = 'white'")
    browser.run(
        """
        for (const link of document.querySelectorAll("svg a text")) link.style.textDecoration = "none";
        const svg = document.querySelector("svg.llmpipeline");
        svg.style.position = "absolute";
        svg.style.left = svg.style.top = "0";
        svg.style.maxWidth = "none";
        document.body.replaceChildren(svg);
        """
    )
    box = browser.run(
        "const {x, y, width, height} = document.querySelector('svg').getBoundingClientRect();"
        "return {x, y, width, height};"
    )
    shown = Image.open(io.BytesIO(browser.picture(box))).convert("L")
    expected = Image.open(io.BytesIO(site.png)).convert("L")
    browser.resize(1200, 900)
    size = min(shown.width, expected.width), min(shown.height, expected.height)
    assert max(abs(one - other) for one, other in zip(shown.size, expected.size, strict=True)) <= 2
    assert far(shown.crop((0, 0, *size)), expected.crop((0, 0, *size))) < 20
    turned = expected.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    assert far(shown.crop((0, 0, *size)), turned.crop((0, 0, *size))) > 2000


def far(one: Image.Image, other: Image.Image) -> int:
    """How many pixels of either are dark, and have no dark one of the other within two pixels."""
    dark = [np.asarray(picture) < 110 for picture in (one, other)]
    near = [np.asarray(picture.filter(ImageFilter.MinFilter(5))) < 150 for picture in (one, other)]
    return int((dark[0] & ~near[1]).sum() + (dark[1] & ~near[0]).sum())


@shaped
def test_text_can_be_read_in_the_order_of_the_source(site: Site) -> None:
    (drawing,) = [part for part in site.page.split("<svg ") if 'class="llmpipeline ' in part]
    root = ET.fromstring(f"<svg {drawing.partition('</svg>')[0]}</svg>")
    read = "|".join(
        "".join("".join(text.itertext()) for text in group.iter("text")).replace(" ", "")
        for group in root.iter("g")
        if "llmpipeline-node" in group.get("class", "")
    )
    for label in (
        "نموذج لغوي كبير جدا ملاحظة 3 (GPT-4)",
        "مُحَمَّد ٥٦ code نص (لا)",
        "انظر رابط هنا ثم (GPT)",
        "نموذج لغوي كبير مدرب على نصوص كثيرة GPT-4 and others (2024) من الإنترنت",
    ):
        assert label.replace(" ", "") in read


# The order of the letters of a line

LETTERS = "abאבتجदک12٤٥+-%$,:!& ()[]{}«»"


def test_letters_stand_in_the_order_of_browsers(engine: Browser | Firefox, tmp_path: Path) -> None:
    """Each letter of a text is a run of its own, so the order is that of this package alone."""
    chance = random.Random(1)
    lines = ["".join(chance.choices(LETTERS, k=chance.randint(1, 12))).strip() for _ in range(600)]
    lines = [line for line in lines if "  " not in line and line]
    texts = "".join(
        f'<text direction="{direction}" y="20">{escape(line)}</text>' for line in lines for direction in ("ltr", "rtl")
    )
    page = tmp_path / "page.html"
    page.write_text(f'<meta charset="utf-8"><svg xmlns="http://www.w3.org/2000/svg">{texts}</svg>', encoding="utf-8")
    engine.open(page.as_uri())
    found = iter(
        engine.run(
            """
            return [...document.querySelectorAll("text")].map(text => {
              const middle = index => { const box = text.getExtentOfChar(index); return box.x + box.width / 2; };
              return [...text.textContent].map((_, index) => middle(index));
            });
            """
        )
    )
    wrong = []
    for line in lines:
        for rtl in (False, True):
            places = next(found)
            if sorted(range(len(line)), key=places.__getitem__) != visual_order(embedding_levels(line, rtl=rtl)):
                wrong.append((line, rtl))
    assert wrong == []
