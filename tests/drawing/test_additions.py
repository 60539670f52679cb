"""Additions to drawings as SVG of pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Rectangle

from sphinxext.llmpipeline import MODERN, Boxes, parse, render
from sphinxext.llmpipeline.cache.inspection import inspect
from sphinxext.llmpipeline.cache.store import Entry
from sphinxext.llmpipeline.drawing.finish import draw_finished
from sphinxext.llmpipeline.extension.html import PageContext, inline_svg
from sphinxext.llmpipeline.job import Drawing, Job
from sphinxext.llmpipeline.rendering import compose
from tests.drawings import PIPELINE, SVG, of_class, read, read_all, texts

Finisher = Callable[[Figure, Boxes], object]


def axes_of(figure: Figure) -> Any:
    return figure.add_axes((0.1, 0.1, 0.8, 0.8))


def everything(figure: Figure, boxes: Boxes) -> None:
    """All that matplotlib's SVG backend writes in ways of its own."""
    axes = axes_of(figure)
    axes.plot([0, 1, 2], [0, 1, 0], "o--", label='a "<b>" & c')
    axes.bar([0, 1], [1, 2], hatch="//", alpha=0.5, facecolor=(1, 0, 0, 0.5))
    axes.imshow(np.arange(4).reshape(2, 2), extent=(0, 1, 0, 1), interpolation="none")
    axes.imshow(np.arange(4).reshape(2, 2), extent=(1, 2, 0, 1), alpha=0.5)
    axes.pcolormesh(np.arange(4).reshape(2, 2))
    axes.scatter([0, 1], [1, 0], s=[10, 20], c=[0, 1])
    axes.set(title=r"$\frac{a^2}{b}$ and", ylabel="turned", xlabel="two\nlines")
    axes.legend()
    axes.text(0.5, 0.5, "linked", url="https://example.org", weight="bold", style="italic", family="monospace")
    figure.add_artist(Circle((0.5, 0.5), 0.1, clip_path=axes.patch))


def drawn(function: Finisher, text: str = "") -> Drawing:
    return draw_finished(compose(Job(parse(text) if text else PIPELINE, MODERN, "svg"))[0], "svg", function)


def page_of(drawing: Drawing, id: str = "llmpipeline-abc") -> str:
    return inline_svg(drawing, PageContext(id, "name", "Title", "Description", {}))


def test_parts_are_those_of_the_drawing_alone() -> None:
    plain = render(PIPELINE).decode().split("\n")[1:-2]
    found = drawn(everything).data.decode().split("\n")
    start = found.index(plain[0])
    assert found[start : start + len(plain)] == plain


def test_marks_are_those_of_the_elements() -> None:
    drawing = drawn(everything)
    inspect(("abcd", "svg"), Entry(drawing.data, drawing.notes.to_json()))
    (svg, marks), *_ = drawing.svgs()
    for mark in marks.parts:
        if mark.what == "id":
            assert svg[mark.begin : mark.end] == f"added-{mark.number}"
        else:
            assert svg[mark.begin : mark.begin + 2] == "<g"
            assert svg[mark.end : mark.end + 4] == "</g>"


def test_nothing_that_a_page_refuses_is_written() -> None:
    text = drawn(everything).data.decode()
    assert " style=" not in text
    assert "<style" not in text
    assert "<a " not in text
    assert "xlink" not in text
    assert "metadata" not in text


def test_ids_of_two_drawings_on_a_page_differ() -> None:
    drawing = drawn(everything)
    first, second = (page_of(drawing, f"llmpipeline-{name}") for name in ("abc", "abc-2"))
    ids = [re.findall(r' id="([^"]*)"', page) for page in (first, second)]
    assert len({*ids[0], *ids[1]}) == len(ids[0]) + len(ids[1]) > 10
    for page, own in zip((first, second), ids, strict=True):
        referred = {*re.findall(r'url\(#([^)"]*)\)', page), *re.findall(r'href="#([^"]*)"', page)}
        assert referred == {*own} - {"llmpipeline-abc-title", "llmpipeline-abc-desc"} - {
            "llmpipeline-abc-2-title", "llmpipeline-abc-2-desc"
        }  # fmt: skip


def test_links_of_parts_are_still_there() -> None:
    drawing = drawn(everything)
    context = PageContext("id", "name", "T", "D", {("node", 0): "page.html"}, {("group", 0): "target"})
    (root,) = read_all(inline_svg(drawing, context))
    (node,) = [one for one in of_class(root, "llmpipeline-node") if one.get("data-id") == "a"]
    assert [link.get("href") for link in node.iter(f"{SVG}a")] == ["page.html"]
    assert of_class(root, "llmpipeline-group")[0].get("id") == "target"


def test_colours_of_the_style_have_classes_and_others_have_none() -> None:
    def write(figure: Figure, boxes: Boxes) -> None:
        figure.text(0.2, 0.5, "usual")
        figure.text(0.4, 0.5, "category", color="C1")
        figure.text(0.6, 0.5, "own", color="#123456")
        figure.add_artist(Rectangle((0, 0), 0.1, 0.1, transform=figure.transFigure))

    root = read(drawn(write).data)
    found = {text.text: (text.get("class"), text.get("fill")) for text in root.iter(f"{SVG}text")}
    first, second = [*MODERN.categories.items()][:2]
    assert found["usual"] == ("llmpipeline-fill-edge-text", MODERN.edge_text_light)
    assert found["category"] == (f"llmpipeline-fill-category-{second[0]}-stroke", second[1].light.stroke)
    assert found["own"] == (None, "#123456")
    (path,) = of_class(root, "llmpipeline-added")[0].iter(f"{SVG}path")
    assert path.get("class") == "llmpipeline-fill-node-fill"
    assert first[0] != second[0]


def test_order_of_the_artists_is_kept() -> None:
    def write(figure: Figure, boxes: Boxes) -> None:
        figure.text(0.4, 0.5, "behind", zorder=-1)
        figure.text(0.4, 0.5, "in front", zorder=5)

    found = texts(read(drawn(write).data))
    assert found.index("behind") == 0
    assert found.index("in front") == len(found) - 1


def test_hidden_diagram_is_not_drawn() -> None:
    def hide(figure: Figure, boxes: Boxes) -> None:
        figure.artists[0].set_visible(False)
        figure.text(0.4, 0.5, "alone")

    drawing = drawn(hide)
    assert texts(read(drawing.data)) == ["alone"]
    assert drawing.notes.marks[0].parts == ()
    assert page_of(drawing).count("<svg role=") == 1


def test_removed_diagram_is_not_drawn() -> None:
    def remove(figure: Figure, boxes: Boxes) -> None:
        figure.artists[0].remove()
        figure.text(0.4, 0.5, "alone")

    assert texts(read(drawn(remove).data)) == ["alone"]


def test_moved_diagram_stands_at_its_origin() -> None:
    def move(figure: Figure, boxes: Boxes) -> None:
        figure.set_size_inches(8, 4)
        figure.artists[0].origin = (100, 50)  # type: ignore[attr-defined]  # of a Diagram

    root = read(drawn(move).data)
    height = float(read(render(PIPELINE)).get("height", ""))
    (group,) = [one for one in root.iter(f"{SVG}g") if one.get("transform")]
    x, y = map(float, re.findall(r"[\d.]+", group.get("transform", "")))
    assert x == 100
    assert y == pytest.approx(288 - 50 - height, abs=0.2)


def test_notes_have_the_characters_and_the_smallest_font() -> None:
    def write(figure: Figure, boxes: Boxes) -> None:
        figure.text(0.4, 0.5, "€", size=4)
        figure.text(0.4, 0.6, "bold @", weight="bold")
        figure.text(0.4, 0.7, "mono", family="monospace")

    notes = drawn(write).notes
    assert notes.marks[0].font_size == 4
    found = {(used.family, used.weight): used.characters for used in notes.glyphs}
    assert "€" in found["DejaVu Sans", 400]
    assert "@" in found["DejaVu Sans", 700]
    assert {*"mono"} <= {*found["DejaVu Sans Mono", 400]}


def test_characters_that_the_font_lacks_are_drawn_by_another() -> None:
    def write(figure: Figure, boxes: Boxes) -> None:
        figure.text(0.4, 0.5, "a \u21af")  # in DejaVu Sans, not in DejaVu Serif
        figure.text(0.4, 0.6, "a", family="DejaVu Serif")

    root = read(drawn(write).data)
    usual, serif = [text.get("font-family") for text in of_class(root, "llmpipeline-added")[0].iter(f"{SVG}text")]
    assert usual is None
    assert serif == "'llmpipeline DejaVu Serif', 'DejaVu Serif', sans-serif"


def test_shading_that_needs_a_filter_is_an_error() -> None:
    def shade(figure: Figure, boxes: Boxes) -> None:
        axes_of(figure).pcolormesh(np.arange(4).reshape(2, 2), shading="gouraud")

    with pytest.raises(ValueError, match=r"^a page cannot show <\w+> of matplotlib: set 'rasterized=True'"):
        drawn(shade)


def test_rasterized_artists_are_images() -> None:
    def shade(figure: Figure, boxes: Boxes) -> None:
        mesh = axes_of(figure).pcolormesh(np.arange(4).reshape(2, 2), shading="gouraud")
        mesh.set_rasterized(True)

    images = [*read(drawn(shade).data).iter(f"{SVG}image")]
    assert [image.get("href", "")[:22] for image in images] == ["data:image/png;base64,"]


def test_lines_without_anything_to_draw_are_left_out() -> None:
    def add(figure: Figure, boxes: Boxes) -> None:
        figure.add_artist(Line2D([], []))

    assert drawn(add).data == render(PIPELINE)
