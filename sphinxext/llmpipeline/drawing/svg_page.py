"""The SVG of a drawing → what stands in a page, and drawings that stand by themselves.

A drawing, as ``svgwriter`` writes it and the cache keeps it, has a line for each element.  :func:`on_page` adds what
depends on the page: ids, links, the text alternative.  Links are not part of the drawing, because they are relative to
the page that shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape

from ..style.types import LEGIBLE

_NAMESPACE = ' xmlns="http://www.w3.org/2000/svg"'
_QUOTE = "'"
_CSS_SPECIAL = re.compile(r"""["'\\<>&\x00-\x1f\x7f]""")
_NO_DATA = re.compile(rb"<path (?![^>]*\bd=)")
_WIDTH = re.compile(r'<svg [^>]*? width="([\d.]+)"')
_FONT_SIZE = re.compile(r'<(?:svg|text) [^>]*? font-size="([\d.]+)"')  # glyphs of formulas do not count
_PART = re.compile(r'<g class="llmpipeline-(node|edge|group|panel)[ "]')
_REFERENCE = re.compile(r'<g data-reference="(\d+)">(.*)</g>')
_PROLOG = re.compile(rb"<\?xml[^>]*>\s*<!DOCTYPE[^>]*>\s*")
_POINTS = re.compile(rb'(width|height)="([\d.]+)pt"')


def bare(drawn: bytes) -> bytes:
    """A drawing to be shown as an image: valid for EPUB, one pixel for each point, as in a page."""
    drawn = _NO_DATA.sub(b'<path d="M0 0" ', drawn)  # matplotlib's glyph of a space
    return _POINTS.sub(rb'\1="\2"', _PROLOG.sub(b'<?xml version="1.0" encoding="utf-8"?>\n', drawn, count=1), count=2)


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


def on_page(drawing: str, place: Place) -> str:
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


def families(family: str, generic: str) -> str:
    """The site's own subset of a font, the font itself where it is installed, and what is like it."""
    return f"{css_string(web_family(family), _QUOTE)}, {css_string(family, _QUOTE)}, {generic}"


def css_string(text: str, quote: str = '"') -> str:
    """A text as CSS quotes it: what would end it, or the attribute around it, is written as its code."""
    return quote + _CSS_SPECIAL.sub(lambda found: f"\\{ord(found[0]):x} ", text) + quote


def web_family(family: str) -> str:
    """The name under which a style sheet declares the site's own subset of a font."""
    return f"llmpipeline {family}"


def short(number: float) -> str:
    """At most two decimals: a hundredth of a point is less than any screen or printer resolves.

    >>> short(12.5), short(3.14159), short(-0.001), short(0.5)
    ('12.5', '3.14', '0', '.5')
    """
    shorter = f"{number:.2f}".rstrip("0").rstrip(".")
    return "0" if shorter in ("-0", "0") else shorter.replace("0.", ".", 1) if abs(number) < 1 else shorter
