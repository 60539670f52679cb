"""A whole drawing of a picture made by hand; ``test_svg`` has what may be relied upon in any."""

from __future__ import annotations

from dataclasses import replace

from sphinxext.llmpipeline import MODERN, parse
from sphinxext.llmpipeline.drawing.scene import Scene
from sphinxext.llmpipeline.drawing.svg import write
from sphinxext.llmpipeline.geometry.curves import arrow_size, arrowhead
from sphinxext.llmpipeline.geometry.primitives import Box, Curve
from sphinxext.llmpipeline.geometry.shapes import note, rounded
from sphinxext.llmpipeline.layout.result import Layout, PlacedEdge, PlacedGroup, PlacedNode
from tests.drawings import SVG, read
from tests.layouts import typeset

PIPELINE = parse("""
group g: G
   model a: Alpha\\none
data b: Beta
   :tooltip: More
a --> b: x
""")
STYLE = replace(MODERN, edge_light="#556677")
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
    {"g": PlacedGroup(rounded(Box(0.0, 0.0, 80.25, 90.0), 8.0)[0], Box(10.0, 70.0, 40.0, 85.0))},
)

WHOLE = (
    '<svg xmlns="http://www.w3.org/2000/svg" class="llmpipeline llmpipeline-style-modern" width="208"'
    ' height="108" viewBox="0 0 208 108" stroke-linejoin="round" stroke-width="1.2"'
    " font-family=\"'llmpipeline DejaVu Sans', 'DejaVu Sans', Verdana, sans-serif\" font-size=\"13\""
    ' text-anchor="middle" text-rendering="geometricPrecision">\n'
    '<g class="llmpipeline-group" fill="var(--llmpipeline-group-fill,#f6f8fb)"'
    ' stroke="var(--llmpipeline-group-stroke,#808b9b)" data-id="g">\n'
    '<path d="M4 96a8 8 0 0 0 8 8h64.2a8 8 0 0 0 8-8v-74a8 8 0 0 0-8-8h-64.2a8 8 0 0 0-8 8z"/>\n'
    '<text fill="var(--llmpipeline-group-text,#4a5564)" stroke="none" font-size="12" font-weight="700"'
    ' text-anchor="start" x="24.1" y="30.7">G</text>\n'
    "</g>\n"
    '<g class="llmpipeline-edge llmpipeline-edge-feedback" fill="var(--llmpipeline-edge,#567)"'
    ' stroke="var(--llmpipeline-edge,#567)" data-source="a" data-target="b">\n'
    '<path d="M74.2 64c19.7 0 29.7-4 51.8 0" fill="none" stroke-dasharray="5 3.5"/>\n'
    '<path d="M125.9 61.2l8.1 2.8-8.1 2.8z" stroke-width=".5"/>\n'
    '<text fill="var(--llmpipeline-edge-text,#3c4654)" stroke="none" font-size="12" x="104"'
    ' y="58.2">x</text>\n'
    "</g>\n"
    '<g class="llmpipeline-node llmpipeline-kind-model" fill="var(--llmpipeline-model-fill,#c2e7f4)"'
    ' stroke="var(--llmpipeline-model-stroke,#227599)" data-id="a">\n'
    '<path d="M14 86a8 8 0 0 0 8 8h44.2a8 8 0 0 0 8-8v-34a8 8 0 0 0-8-8h-44.2a8 8 0 0 0-8 8z"/>\n'
    '<text fill="var(--llmpipeline-model-text,#1b2430)" stroke="none" x="44" y="65.4">Alpha</text>\n'
    '<text fill="var(--llmpipeline-model-text,#1b2430)" stroke="none" x="44" y="81.6">one</text>\n'
    "</g>\n"
    '<g class="llmpipeline-node llmpipeline-kind-data" fill="var(--llmpipeline-data-fill,#faefd5)"'
    ' stroke="var(--llmpipeline-data-stroke,#947419)" data-id="b">\n'
    "<title>More</title>\n"
    '<path d="M134 81.6a2.4 2.4 0 0 0 2.4 2.4h55.2a2.4 2.4 0 0 0 2.4-2.4v-28.6l-9-9h-48.6a2.4 2.4 0 0'
    ' 0-2.4 2.4z"/>\n'
    '<path d="M185 44v9h9" fill="none" stroke-width=".96"/>\n'
    '<text fill="var(--llmpipeline-data-text,#1b2430)" stroke="none" x="164" y="68.5">Beta</text>\n'
    "</g>\n"
    "</svg>\n"
)


def picture() -> Scene:
    return Scene(PIPELINE, STYLE, typeset(PIPELINE, STYLE), LAYOUT)


def test_a_whole_drawing() -> None:
    """A line for each element; what the whole shares stands on the root, the colours of a part's shape on its ``g``."""
    svg, _ = write(picture())
    assert svg.decode() == WHOLE


def test_a_drawing_is_as_large_as_what_is_drawn() -> None:
    """To a tenth of a point, and never less."""
    root, extent = read(write(picture())[0]), picture().extent
    assert 0 <= float(root.get("width", "")) - extent.width < 0.1
    assert 0 <= float(root.get("height", "")) - extent.height < 0.1
    assert root.get("viewBox") == f"0 0 {root.get('width')} {root.get('height')}"


def test_parts_are_drawn_where_they_are_however_far_from_the_origin() -> None:
    """What was rounded off does not depend on where the layout begins."""
    away = Scene(PIPELINE, STYLE, typeset(PIPELINE, STYLE), LAYOUT.moved(-1234.0, 987.0))
    assert write(away) == write(picture())


def test_no_element_says_what_it_has_anyway() -> None:
    root = read(write(picture())[0])
    for part in root:
        for element in part:
            assert not {name for name in ("fill", "stroke") if name in part.attrib} & {
                name for name, value in element.attrib.items() if value == part.get(name)
            }
            assert element.get("stroke-width") != root.get("stroke-width")
    assert len(list(root.iter(f"{SVG}path"))) == 6
