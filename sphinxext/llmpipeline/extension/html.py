"""Write diagrams into HTML pages: inline SVG with ids and links, or an image in two resolutions."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from docutils import nodes

from ..drawing.svg_path import short
from ..records import frozen_record
from ..style.css import switch_width
from .builders import NARROW_WIDTH, WIDTHS
from .nodes import pipeline_diagram, pipeline_html

if TYPE_CHECKING:
    from sphinx.writers.html5 import HTML5Translator

    from ..job import Drawing, Mark, SvgMarks

# Raster images


@frozen_record
class Raster:
    """A drawing in pixels on a page."""

    files: tuple[str, str]
    """With one and with two pixels for each CSS pixel."""
    size: tuple[int, int]
    """Width and height in CSS pixels."""
    alt: str
    name: str
    """The public name of the diagram, ``data-diagram``."""
    least_width: str
    """The width in CSS pixels at which the smallest text is still legible; a page that is narrower scrolls."""
    classes: tuple[str, ...] = ()
    width: str | None = None
    """CSS width; ``None`` for the width of the drawing."""


def png_size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels of a PNG file with this content."""
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def image_element(raster: Raster, uris: Sequence[str]) -> str:
    """The ``<img>`` of a raster drawing; *uris* are those of its files, relative to the page."""
    plain, double = uris
    attributes = {
        "class": " ".join(["llmpipeline", *raster.classes]),
        "data-diagram": raster.name,
        "src": plain,
        "srcset": f"{plain} 1x, {double} 2x",
        # Width and height are known, so the page does not move when the image arrives.
        "width": str(raster.size[0]),
        "height": str(raster.size[1]),
        "alt": raster.alt,
        "loading": "lazy",
    }
    if raster.width is None:
        return f"<img{_written(attributes)} />\n{_strut(raster.least_width)}"
    del attributes["height"]  # it follows from the width
    attributes["data-width"] = attributes["width"]
    if raster.width.endswith("%"):
        attributes["width"] = raster.width
        return f"<img{_written(attributes)} />\n"
    # The attribute of an image knows no unit.
    return f"<img{_written(attributes)} />\n{_strut(raster.width, ' llmpipeline-sized')}"


def _strut(width: str, more: str = "") -> str:
    """An invisible element that holds the box of a drawing open.

    The width is an attribute, because a content security policy may refuse inline styles.
    """
    return f'<svg class="llmpipeline-strut{more}" width="{escape(width)}" height="0" aria-hidden="true"></svg>\n'


# Inline SVG


@frozen_record
class PageContext:
    """The ids, links and texts that a page adds to a drawing."""

    id: str
    """Prefix of ids, unique on the page."""
    name: str
    """The public name of the diagram, ``data-diagram``."""
    title: str
    description: str
    links: Mapping[tuple[str, int], str]
    """URLs by part, such as ``("node", 3)``, or by reference inside a label, such as ``("reference", 0)``."""
    ids: Mapping[tuple[str, int], str] = field(default_factory=dict)
    """Ids, unique on the page, of the parts that are targets of references."""
    names: Mapping[tuple[str, int], str] = field(default_factory=dict)
    """Accessible names of links without text."""
    classes: tuple[str, ...] = ()
    width: str | None = None
    """CSS width; ``None`` for the width of the drawing."""
    page_width: float = WIDTHS["html"]
    """CSS pixels that pages have room for, unless the window is narrow."""
    narrow_width: float = NARROW_WIDTH
    """CSS pixels of pages in narrow windows."""


def inline_svg(drawing: Drawing, page: PageContext) -> str:
    """The SVGs of a drawing as they stand in a page, with ids, links and a text alternative.

    Raises:
        ValueError: if *drawing* has no marks.
    """
    svgs = drawing.svgs()
    if not svgs:
        raise ValueError("the drawing has no marks")
    wide = _svg(*svgs[0], page)
    if page.width is not None:
        return wide
    if len(svgs) == 1:
        return wide + _strut(short(svgs[0][1].least_width(page.page_width, page.narrow_width)))
    narrow = _svg(*svgs[1], page, is_second=True)
    return _pair((wide, narrow), (svgs[0][1], svgs[1][1]), page)


def _pair(svgs: tuple[str, str], marks: tuple[SvgMarks, SvgMarks], page: PageContext) -> str:
    """A drawing and a narrow one, of which the style sheet shows the one for which the page has room."""
    limit = switch_width(marks[0].legible_width, page.page_width)
    least = [short(one.least_width(page.page_width, page.narrow_width)) for one in marks]
    boxes = (
        f'<span class="llmpipeline-fit llmpipeline-{name}">\n{svg}{_strut(width)}</span>\n'
        for name, svg, width in zip(("wide", "narrow"), svgs, least, strict=True)
    )
    # The pair contributes no width of its own to the size of a float or of the cell of a table.
    return (
        f"{_strut(least[1])}{_strut(short(marks[0].width), ' llmpipeline-natural')}"
        f'<span class="llmpipeline-pair llmpipeline-below-{limit}">\n{"".join(boxes)}</span>\n'
    )


_HIDDEN = ' display="none"'
"""Attribute of a second drawing, for readers without the style sheet."""


def _svg(svg: str, marks: SvgMarks, page: PageContext, *, is_second: bool = False) -> str:
    """One SVG; a second one refers to the texts of the first, and has no ids of its own."""
    # Imported here because builds without diagrams load this module, too.
    from ..job import SVG_HEAD

    title, description = f"{page.id}-title", f"{page.id}-desc"
    attributes = {
        "role": "group" if page.links else "img",
        "aria-labelledby": title,
        "aria-describedby": description,
        "data-diagram": page.name,
    }
    head = svg[len(SVG_HEAD) : marks.content]
    if page.width is not None:
        sized = f' width="{escape(page.width)}"'  # the height follows from it
        head = re.sub(' width="[^"]*" height="[^"]*"', lambda _: sized, head, count=1)
    hidden = _HIDDEN if is_second else ""
    classes = escape(" ".join(["llmpipeline", *page.classes]))
    pieces = [f'<svg{hidden}{_written(attributes)} class="{classes} ', head]  # HTML needs no namespace
    if not is_second:
        pieces += (
            f'<title id="{title}" class="nohighlight">{escape(page.title)}</title>\n',
            f'<desc id="{description}" class="nohighlight">{escape(page.description)}</desc>\n',
        )
    at = marks.content
    prefix = f"{page.id}-narrow-" if is_second else f"{page.id}-"
    for start, end, text in _edits(marks.parts, page, {} if is_second else page.ids, prefix):
        pieces += (svg[at:start], text)
        at = end
    return "".join([*pieces, svg[at:]])


def _edits(
    marks: Sequence[Mark], page: PageContext, ids: Mapping[tuple[str, int], str], prefix: str
) -> Iterator[tuple[int, int, str]]:
    """Replacements in an SVG, in order: start, end, text.

    A link stands inside its part and after the tooltip, which would otherwise become its name.  A reference is a link
    instead of a ``<g>``, unless its whole part is one, since links do not nest.  Ids of the drawing get a *prefix*.
    """
    link_end = 0
    for mark in marks:
        part = mark.what, mark.number
        if mark.what == "id":
            yield mark.begin, mark.begin, escape(prefix)
            continue
        if mark.what == "reference":
            if mark.begin >= link_end and (url := page.links.get(part)):
                yield mark.begin, mark.start, f'<a href="{escape(url)}">'
                yield mark.end, mark.end + len("</g>"), "</a>"
            continue
        if part in ids:
            at = mark.begin + len("<g")
            yield at, at, f' id="{escape(ids[part])}"'
        if part in page.links:
            name = f' aria-label="{escape(page.names[part])}"' if part in page.names else ""
            yield mark.start, mark.start, f'<a href="{escape(page.links[part])}"{name}>\n'
            yield mark.end, mark.end, "</a>\n"
            link_end = mark.end


def _written(attributes: Mapping[str, str]) -> str:
    return "".join(f' {name}="{escape(text)}"' for name, text in attributes.items())


# Visitors


def visit_diagram_html(translator: HTML5Translator, diagram: pipeline_diagram) -> None:
    """Write the drawing into the page, in a box that scrolls if the page is too narrow."""
    if "raster" in diagram:
        raster: Raster = diagram["raster"]
        builder = translator.builder
        uris = [posixpath.join(builder.imgpath, quote(builder.images[file])) for file in raster.files]
        element = image_element(raster, uris)
    elif "svg" in diagram:
        element = diagram["svg"]
    else:
        raise nodes.SkipNode  # a copy that another extension has made
    tag, end = ("div", "\n") if isinstance(diagram.parent, nodes.figure) else ("span", "")  # no div in a paragraph
    declarations = escape(diagram.get("offered", "")).replace("\n", "&#10;")
    data = f' data-declarations="{declarations}"' if declarations else ""
    # The tab index makes it scroll by keyboard.
    translator.body.append(f'<{tag} class="llmpipeline-scroll" tabindex="0"{data}>\n{element}</{tag}>{end}')


def depart_diagram_html(translator: HTML5Translator, diagram: pipeline_diagram) -> None:
    """Write nothing after the list that describes the drawing."""


def visit_html(translator: HTML5Translator, element: pipeline_html) -> None:
    """Write HTML as it is."""
    translator.body.append(element["html"])
    raise nodes.SkipNode


def skip_html(translator: HTML5Translator, element: nodes.Element) -> None:  # noqa: ARG001 -- a visitor's signature
    """Write nothing: the drawing shows the text, and the list beside it."""
    raise nodes.SkipNode
