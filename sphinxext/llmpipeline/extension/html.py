"""A drawing in pixels → the element of a page that shows it, sharp on any screen."""

from __future__ import annotations

import posixpath
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from docutils import nodes

from ..cache.store import Entry
from ..drawing.svg_path import short
from .nodes import pipeline_diagram, pipeline_html

if TYPE_CHECKING:
    from sphinx.writers.html5 import HTML5Translator
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from ..style.types import LEGIBLE


@dataclass(frozen=True, slots=True)
class Raster:
    """What a page knows about a drawing in pixels that it shows."""

    files: tuple[str, str]
    """With one and with two pixels for each CSS pixel."""
    size: tuple[int, int]
    """Width and height in CSS pixels."""
    alt: str
    name: str
    """The diagram's public name, ``data-diagram``."""
    least_width: str
    """The width in CSS pixels at which the smallest text is still legible; a narrower page scrolls."""
    classes: tuple[str, ...] = ()
    width: str | None = None
    """CSS width; ``None`` for the drawing's own."""


def png_size(path: Path) -> tuple[int, int]:
    """Width and height of a PNG file in its pixels."""
    with path.open("rb") as file:
        head = file.read(24)
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")


def image_element(raster: Raster, uris: Sequence[str]) -> str:
    """The element that shows a drawing.

    Args:
        raster: the drawing.
        uris: of its files, as the page sees them.
    """
    plain, double = uris
    attributes = {
        "class": " ".join(["llmpipeline", *raster.classes]),
        "data-diagram": raster.name,
        "src": plain,
        "srcset": f"{plain} 1x, {double} 2x",
        "width": str(raster.size[0]),
        "height": str(raster.size[1]),
        "alt": raster.alt,
        # Both sizes are known, so a page does not jump when an image comes.
        "loading": "lazy",
        "style": f"width: {raster.width}" if raster.width else f"min-width: {raster.least_width}px",
    }
    return f"<img {' '.join(f'{name}={quoted(text)}' for name, text in attributes.items())} />"


def quoted(text: str) -> str:
    """A text as the value of an attribute."""
    return f'"{escape(text)}"'


_NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"'
_WIDTH = re.compile(r'<svg [^>]*? width="([\d.]+)"')
_FONT_SIZE = re.compile(r'<(?:svg|text) [^>]*? font-size="([\d.]+)"')  # glyphs of formulas do not count
_PART = re.compile(r'<g class="llmpipeline-(node|edge|group|panel)[ "]')
_REFERENCE = re.compile(r'<g data-reference="(\d+)">(.*)</g>')


@dataclass(frozen=True, slots=True)
class Place:
    """What a page knows about a drawing that it shows."""

    id: str
    """Prefix of the ids; it stands once on the page."""
    name: str
    """The diagram's public name, ``data-diagram``."""
    title: str
    description: str
    links: Mapping[tuple[str, int], str]
    """URLs by part, as ``("node", 3)``; a text that is a reference inside a label is ``("reference", 0)``."""
    ids: Mapping[tuple[str, int], str] = field(default_factory=dict)
    """Ids, whole and unique on the page, of the parts that references lead to."""
    names: Mapping[tuple[str, int], str] = field(default_factory=dict)
    """Names of links that have no text of their own."""
    classes: tuple[str, ...] = ()
    width: str | None = None
    """CSS width; ``None`` for the drawing's own."""


def inline_svg(drawing: str, place: Place) -> str:
    """The drawing with ids, links and text alternative, as it is written into a page.

    Args:
        drawing: what ``svgwriter`` wrote.
        place: what the page knows.
    """
    head, _, body = drawing.partition("\n")
    title, description = f"{place.id}-title", f"{place.id}-desc"
    if place.classes:
        head = head.replace('class="llmpipeline ', f'class="llmpipeline {escape(" ".join(place.classes))} ', 1)
    attributes = {
        "role": "group" if place.links else "img",
        "aria-labelledby": title,
        "aria-describedby": description,
        "data-diagram": place.name,
        "style": f"width: {place.width}" if place.width else f"min-width: {_least_width(drawing)}px",
    }
    written = "".join(f' {name}="{escape(text)}"' for name, text in attributes.items())
    head = head.replace(_NAMESPACE, "", 1).replace("<svg", f"<svg{written}", 1)  # in a page, that is known
    return "\n".join(
        [
            head,
            f'<title id="{title}">{escape(place.title)}</title>',
            f'<desc id="{description}">{escape(place.description)}</desc>',
            *(_linked(body, place) if place.links or place.ids else [body]),
        ]
    )


def _least_width(drawing: str) -> str:
    found = _WIDTH.search(drawing)
    return legible_width(float(found[1]) if found else 0.0, map(float, _FONT_SIZE.findall(drawing)))


def legible_width(width: float, sizes: Iterable[float]) -> str:
    """The width in CSS pixels at which the smallest text is still legible; a narrower page scrolls.

    Args:
        width: of the drawing, in CSS pixels.
        sizes: of its fonts.

    >>> legible_width(800, [14, 12.5]), legible_width(800, [8])
    ('640', '800')
    """
    return short(width * min(1.0, LEGIBLE / min(sizes, default=LEGIBLE)))


def _linked(body: str, place: Place) -> Iterator[str]:
    """Lines of the drawing, ids set, the content of each linked part inside an ``<a>``, its tooltip before it."""
    counts = {"node": 0, "edge": 0, "group": 0}
    waiting = ""
    inside = False
    for line in body.split("\n"):
        if found := _PART.match(line):
            what = "group" if found[1] == "panel" else found[1]
            part = (what, counts[what])
            counts[what] += 1
            url = place.links.get(part)
            if url is not None:
                name = f' aria-label="{escape(place.names[part])}"' if part in place.names else ""
                waiting = f'<a href="{escape(url)}"{name}>'
            yield line.replace("<g ", f'<g id="{escape(place.ids[part])}" ', 1) if part in place.ids else line
            continue
        if waiting and not line.startswith("<title>"):
            yield waiting
            waiting, inside = "", True
        if line == "</g>" and inside:
            inside = False
            yield "</a>"
        reference = _REFERENCE.fullmatch(line)
        url = place.links.get(("reference", int(reference[1]))) if reference and not inside else None
        yield f'<a href="{escape(url)}">{reference[2]}</a>' if reference and url else line


def visit_diagram_html(translator: HTML5Translator, diagram: pipeline_diagram) -> None:
    """Write the drawing into the page."""
    if "raster" in diagram:
        shown: Raster = diagram["raster"]
        builder = translator.builder
        uris = [posixpath.join(builder.imgpath, quote(builder.images[file])) for file in shown.files]
        picture = image_element(shown, uris) + "\n"
    else:
        picture = inline_svg(Entry(Path(diagram["file"])).read().decode(), diagram["place"])
    # A figure that is wider than the page scrolls, also by keyboard.
    translator.body.append(f'<div class="llmpipeline-scroll" tabindex="0">\n{picture}</div>\n')


def depart_diagram_html(translator: HTML5Translator, diagram: pipeline_diagram) -> None:
    """Nothing follows the words that stand in for the picture."""


def visit_html(translator: HTML5Translator, element: pipeline_html) -> None:
    """Write what stands ready."""
    translator.body.append(element["html"])
    raise nodes.SkipNode


def skip_html(translator: HTML5Translator, element: nodes.Element) -> None:  # noqa: ARG001 -- a visitor's signature
    """Write nothing: the drawing has the text, and the words beside it."""
    raise nodes.SkipNode
