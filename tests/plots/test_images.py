"""Images in nodes: their sizes, and what each format has of them."""

from __future__ import annotations

import base64
import io
import re
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sphinxext.llmpipeline import MODERN, figure, parse, render
from sphinxext.llmpipeline.description import describe
from sphinxext.llmpipeline.job import Format, Job, Message
from sphinxext.llmpipeline.model.pipeline import Pipeline
from sphinxext.llmpipeline.plots.images import fit_images
from sphinxext.llmpipeline.rendering import draw
from tests.drawings import of_class, read
from tests.images import JPEG, PNG, SVG, images_in, quarters, saved, turned


def with_image(folder: Path, content: bytes, name: str = "logo.png", more: str = "") -> Pipeline:
    (folder / name).write_bytes(content)
    return parse(f"model base: Base *model*\n   :image: {name}\n{more}", folder=folder)


@pytest.mark.parametrize(
    ("sides", "more", "size"),
    [
        ((40, 20), "", (40, 20)),
        ((1000, 20), "", (140, 2.8)),
        ((100, 600), "", (10, 60)),
        ((40, 20), "   :size: 300 x 300", (40, 20)),
        ((400, 200), "   :size: 300 x 100", (200, 100)),
        ((400, 200), "   :size: 60 x 100", (60, 30)),
    ],
)
def test_image_fits_and_keeps_its_aspect(
    tmp_path: Path, sides: tuple[int, int], more: str, size: tuple[float, float]
) -> None:
    found = fit_images(with_image(tmp_path, saved(quarters(*sides)), more=more), MODERN, "svg")
    assert (found.sizes["base"].width, found.sizes["base"].height) == pytest.approx(size)


def test_style_sets_the_size(tmp_path: Path) -> None:
    style = replace(MODERN, image_width=20.0, image_height=50.0)
    assert fit_images(with_image(tmp_path, PNG), style, "svg").sizes["base"].height == 10


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [(PNG, "a.png", "image/png"), (JPEG, "a.jpg", "image/jpeg"), (SVG, "a.svg", "image/svg+xml")],
)
def test_svg_of_a_page_has_the_file(tmp_path: Path, content: bytes, name: str, media_type: str) -> None:
    (image,) = images_in(read(render(with_image(tmp_path, content, name))))
    assert image.get("href") == f"data:{media_type};base64,{base64.b64encode(content).decode()}"
    assert (image.get("role"), image.get("aria-label")) == ("img", "Base *model*")


def test_alternative_text_without_a_label_is_the_name_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(PNG)
    pipeline = parse("model base:\n   :image: logo.png\nnode b\nbase -> b", folder=tmp_path)
    (image,) = images_in(read(render(pipeline)))
    assert image.get("aria-label") == "logo"
    assert describe(pipeline) == "The diagram starts with logo. logo leads to b. It ends with b."


def test_image_without_a_label_stands_in_the_middle(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(PNG)
    svg = read(render(parse("model base:\n   :image: logo.png", folder=tmp_path)))
    (image,) = images_in(svg)
    for side, start, length in (("width", "x", "width"), ("height", "y", "height")):
        middle = float(image.get(start, "")) + float(image.get(length, "")) / 2
        assert middle == pytest.approx(float(svg.get(side, "")) / 2, abs=0.2)


@pytest.mark.parametrize(("format", "scale"), [("png", 1), ("png@2x", 2)])
def test_pixels_stand_upright_in_their_places(tmp_path: Path, format: Format, scale: int) -> None:
    drawn = np.asarray(Image.open(io.BytesIO(render(with_image(tmp_path, PNG), format=format))).convert("RGB"))
    corners = {}
    for name, color in {"red": (255, 0, 0), "green": (0, 160, 0), "blue": (0, 0, 255)}.items():
        rows, columns = np.nonzero((drawn == color).all(axis=2))
        corners[name] = rows.min(), columns.min()
        assert (np.ptp(rows) + 1, np.ptp(columns) + 1) == pytest.approx((10 * scale, 20 * scale), abs=2 * scale)
    assert corners["red"][0] == corners["green"][0] < corners["blue"][0]
    assert corners["red"][1] == corners["blue"][1] < corners["green"][1]


@pytest.mark.parametrize("format", ["svg", "svg-outlines", "pdf", "png", "png@2x"])
@pytest.mark.parametrize(("content", "name"), [(PNG, "a.png"), (JPEG, "a.jpg")])
def test_every_format_is_drawn_twice_the_same(tmp_path: Path, content: bytes, name: str, format: Format) -> None:
    drawing = draw(Job(with_image(tmp_path, content, name), MODERN, format))
    assert drawing.notes.messages == ()
    assert drawing.data == draw(Job(with_image(tmp_path, content, name), MODERN, format)).data
    assert drawing.data != render(parse("model base: Base *model*"), format=format)


def test_outlines_have_smooth_pixels(tmp_path: Path) -> None:
    drawn = render(with_image(tmp_path, PNG), format="svg-outlines")
    assert b"data:image/png;base64," in drawn
    assert b"pixelated" not in drawn


def test_outlines_with_an_image_at_several_places_have_no_id_twice(tmp_path: Path) -> None:
    pipeline = with_image(tmp_path, PNG)
    (node,) = pipeline.nodes
    drawn = render(replace(pipeline, nodes=(node, replace(node, id="other"))), format="svg-outlines").decode()
    assert drawn.count("<image ") == 2
    ids = re.findall(r' id="([^"]*)"', drawn)
    assert len(ids) == len({*ids})


ONLY_ON_PAGES = (
    "'a.svg' is drawn on web pages alone, because nothing that is installed turns an SVG into pixels: "
    "name a PNG image for other formats"
)


@pytest.mark.parametrize("format", ["svg-outlines", "pdf", "png", "png@2x"])
def test_svg_is_left_out_where_it_cannot_be_drawn(tmp_path: Path, format: Format) -> None:
    drawing = draw(Job(with_image(tmp_path, SVG, "a.svg"), MODERN, format))
    (message,) = drawing.notes.messages
    assert message == Message("draw", ONLY_ON_PAGES, "base")
    assert drawing.data == render(parse("model base: Base *model*"), format=format)


def test_damaged_pixels_are_left_out(tmp_path: Path) -> None:
    # Whole chunks, whose pixels cannot be decompressed.
    at = PNG.index(b"IDAT")
    size = int.from_bytes(PNG[at - 4 : at], "big")
    chunk = b"IDAT" + bytes(size)
    damaged = PNG[:at] + chunk + zlib.crc32(chunk).to_bytes(4, "big") + PNG[at + size + 8 :]
    (message,) = draw(Job(with_image(tmp_path, damaged), MODERN, "png")).notes.messages
    assert (message.subtype, message.node) == ("draw", "base")
    assert message.text.startswith("'logo.png' is damaged: ")


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_png_is_drawn(tmp_path: Path, mode: str) -> None:
    pixels = quarters().convert("L") if mode == "I;16" else quarters()
    drawing = draw(Job(with_image(tmp_path, saved(pixels.convert(mode))), MODERN, "png"))
    assert drawing.notes.messages == ()


def test_jpeg_in_colours_of_print_is_drawn(tmp_path: Path) -> None:
    content = saved(quarters().convert("CMYK"), "JPEG")
    assert draw(Job(with_image(tmp_path, content, "a.jpg"), MODERN, "pdf")).notes.messages == ()


def test_image_stands_beside_a_plot_of_another_node(tmp_path: Path) -> None:
    pipeline = with_image(tmp_path, PNG, more="data mix: Mix\n   :plot: bars\n      Web: 3\nmix -> base")
    svg = read(render(pipeline))
    assert len(images_in(svg)) == len(of_class(svg, "llmpipeline-plot")) == 1
    assert figure(pipeline).artists


def test_node_grows_by_its_image(tmp_path: Path) -> None:
    def height(pipeline: Pipeline) -> float:
        return float(read(render(pipeline)).get("height", "0"))

    assert height(with_image(tmp_path, PNG)) == pytest.approx(height(parse("model base: Base")) + 26, abs=0.3)


# Photographs and large images


def embedded(pipeline: Pipeline) -> bytes:
    """The content of the image of the drawing of a page."""
    (image,) = images_in(read(render(pipeline)))
    return base64.b64decode((image.get("href") or "").partition(";base64,")[2])


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_photograph_stands_upright(tmp_path: Path, orientation: int) -> None:
    photograph = with_image(tmp_path, turned(orientation, 120, 60), "a.jpg", "   :size: 120 x 60")
    drawn = np.asarray(Image.open(io.BytesIO(render(photograph, format="png"))).convert("RGB")).astype(int)
    corners = {"red": (255, 0, 0), "green": (0, 160, 0), "blue": (0, 0, 255)}
    centers = {name: np.argwhere(np.abs(drawn - color).max(2) < 40).mean(0).round() for name, color in corners.items()}
    assert centers["red"][0] == pytest.approx(centers["green"][0], abs=2)
    assert centers["red"][1] == pytest.approx(centers["blue"][1], abs=2)
    assert centers["green"][1] - centers["red"][1] == pytest.approx(60, abs=3)
    assert centers["blue"][0] - centers["red"][0] == pytest.approx(30, abs=3)


def test_page_has_as_many_pixels_of_a_large_image_as_screens_show(tmp_path: Path) -> None:
    for name, format in (("a.png", "PNG"), ("a.jpg", "JPEG")):
        noise = np.random.default_rng(1).integers(0, 255, (400, 800, 3), dtype=np.uint8)
        pipeline = with_image(tmp_path, saved(Image.fromarray(noise), format), name)
        content = embedded(pipeline)
        assert Image.open(io.BytesIO(content)).size == (240, 120)
        assert Image.open(io.BytesIO(content)).format == format
        assert content == embedded(pipeline)


def test_large_photograph_is_turned_once(tmp_path: Path) -> None:
    content = embedded(with_image(tmp_path, turned(6, 800, 400), "a.jpg"))
    opened = Image.open(io.BytesIO(content))
    assert opened.size == (240, 120)
    assert opened.getexif().get(0x0112, 1) == 1
    assert np.abs(np.asarray(opened.convert("RGB"))[10, 10].astype(int) - (255, 0, 0)).max() < 30


def test_image_that_is_little_larger_stays_as_it_is(tmp_path: Path) -> None:
    content = saved(quarters(290, 145))
    assert embedded(with_image(tmp_path, content)) == content


def test_large_image_that_would_not_be_smaller_stays_as_it_is(tmp_path: Path) -> None:
    content = saved(quarters(2000, 1000).quantize(4))
    assert len(embedded(with_image(tmp_path, content))) <= len(content)


def test_colours_of_print_stay_as_they_are(tmp_path: Path) -> None:
    content = saved(quarters(800, 400).convert("CMYK"), "JPEG")
    assert embedded(with_image(tmp_path, content, "a.jpg")) == content


def test_transparency_and_profile_of_a_large_image_are_kept(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (400, 800, 4), dtype=np.uint8)
    noise[:100, :100, 3] = 0
    out = io.BytesIO()
    Image.fromarray(noise).save(out, "PNG", icc_profile=b"a profile")
    opened = Image.open(io.BytesIO(embedded(with_image(tmp_path, out.getvalue()))))
    assert opened.getpixel((5, 5))[3] == 0  # type: ignore[index]  # of a pixel with four channels
    assert opened.info["icc_profile"] == b"a profile"


def test_large_image_with_damaged_pixels_stays_as_it_is(tmp_path: Path) -> None:
    content = saved(quarters(800, 400), "JPEG")
    at = content.index(b"\xff\xda") + 14
    damaged = content[:at] + b"\xff\xd9" + content[-2:]
    assert embedded(with_image(tmp_path, damaged, "a.jpg")) == damaged
