"""SVG as matplotlib draws it → SVG fit to stand inside a page.

:func:`public` is what is cached: the classes, attributes and colour variables that style sheets and scripts may rely
upon.  :func:`on_page` adds what depends on the page: ids, links, the text alternative.  Links are not part of the
drawing, because they are relative to the page that shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from html import escape
from xml.etree import ElementTree as ET

from .drawing import Glyphs
from .model import Edge, Group, Item, Node, Pipeline
from .paint import Paint
from .style import Style, Tone

_SVG = "{http://www.w3.org/2000/svg}"
_NUMBER = re.compile(r"-?\d+\.\d+")
_SPACES = re.compile(r"\s+")
_TRANSLATE = re.compile(r"translate\((\S+) (\S+)\)")
QUOTE = "'"
_CSS_SPECIAL = re.compile(r"""["'\\<>&\x00-\x1f\x7f]""")
_NO_DATA = re.compile(rb"<path (?![^>]*\bd=)")
_WIDTH = re.compile(r'<svg [^>]*? width="([\d.]+)"')
_FONT_SIZE = re.compile(r'<text [^>]*? font-size="([\d.]+)"')
_LEGIBLE = 10.0  # pixels
_PART = re.compile(r'<g class="llmpipeline-(node|edge|group|panel)[ "]')
_GID = re.compile(r"llmpipeline-(node|edge|group|legend|colorbar|reference)-(\d+)")
_BELOW = ("legend", "colorbar")
_PLAIN = Paint()
_BLACK = "#000000"  # which matplotlib leaves out
_REFERENCE = re.compile(r'<g data-reference="(\d+)">(.*)</g>')
_PROLOG = re.compile(rb"<\?xml[^>]*>\s*<!DOCTYPE[^>]*>\s*")
_POINTS = re.compile(rb'(width|height)="([\d.]+)pt"')


@dataclass(frozen=True, slots=True)
class _Colors:
    """Colours of one part as CSS values: a variable, and the light tone where no style sheet sets it.

    A colour that a value has is the same on light and dark pages: it is ``None`` here, and stays as it was drawn.
    """

    fill: str | None
    stroke: str
    text: str | None
    own: str | None = None
    """A stroke that stays as it was drawn."""

    @classmethod
    def of_edge(cls, kind: str, style: Style) -> _Colors:
        look = style.edges[kind]
        name = f"edge-{kind}" if look.light or look.dark else "edge"
        edge = _variable(name, look.light or style.edge_light)
        return cls(edge, edge, _edge_text(style))

    @classmethod
    def of_box(cls, kind: str, tone: Tone) -> _Colors:
        return cls(
            _variable(f"{kind}-fill", tone.fill),
            _variable(f"{kind}-stroke", tone.stroke),
            _variable(f"{kind}-text", tone.text),
        )

    @classmethod
    def of(cls, what: str, index: int, pipeline: Pipeline, style: Style, paint: Paint) -> _Colors:
        """Those of the part *what* of that index."""
        if what == "edge":
            colors = cls.of_edge(pipeline.edges[index].kind, style)
            return replace(colors, fill=None, own=paint.edges[index]) if index in paint.edges else colors
        if what == "group":
            return cls.of_box("group", style.group_light)
        if what == "node":
            kind = pipeline.nodes[index].kind
            colors = cls.of_box(kind, style.nodes[kind].light)
            return replace(colors, fill=None, text=None) if index in paint.nodes else colors
        if what == "colorbar":
            text = _edge_text(style)
            return cls(None, text, text)
        entry = pipeline.legend[index]
        if entry.part == "edge":
            return cls.of_edge(entry.kind, style)
        return replace(cls.of_box(entry.kind, style.nodes[entry.kind].light), text=_edge_text(style))


@dataclass(frozen=True, slots=True)
class PublicSvg:
    """A drawing fit for a page, and what a browser needs to draw its text as it was measured."""

    data: bytes
    glyphs: tuple[Glyphs, ...]


def public(drawn: bytes, pipeline: Pipeline, style: Style, paint: Paint = _PLAIN) -> PublicSvg:
    """The drawing with the public classes, attributes and variables, a part a line; valid by itself.

    Args:
        drawn: what the SVG backend wrote for the pipeline's diagram, text as text.
        pipeline: names the parts.
        style: gives the light tones that stand where no style sheet sets a variable.
        paint: tells which parts have the colour of a value.
    """
    root = ET.fromstring(drawn)  # noqa: S314 -- matplotlib wrote it
    parts: dict[str, list[Item]] = {"node": [*pipeline.nodes], "edge": [*pipeline.edges], "group": [*pipeline.groups]}
    width, height = (_short(value) for value in root.attrib["viewBox"].split()[2:])
    families = (_family(_css(text)) for text in root.iter(f"{_SVG}text"))
    family = next((family for family in families if family), "sans-serif")
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="llmpipeline llmpipeline-style-{escape(style.name)}"'
        f' width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        f' font-family="{escape(_families(family, "Verdana, sans-serif"))}" text-rendering="geometricPrecision">'
    ]
    writer = _Writer(family)
    below: dict[str, list[str]] = {}
    for group in root.iter(f"{_SVG}g"):
        what, index = _gid(group)
        if what in parts or what in _BELOW:
            content = [*writer.content(group, _Colors.of(what, index, pipeline, style, paint))]
            if what in _BELOW:
                below.setdefault(what, []).extend(content)
                continue
            item = parts[what][index]
            lines += [_opening(item), *_tooltip(item), *content, "</g>"]
    for what, content in below.items():
        # It explains what is seen: the list beside the drawing names kinds and values themselves.
        lines += [f'<g class="llmpipeline-{what}" aria-hidden="true">', *content, "</g>"]
    lines.append("</svg>\n")
    return PublicSvg("\n".join(lines).encode(), writer.used())


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
        drawing: what :func:`public` gave.
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
    head = head.replace("<svg", f"<svg{written}", 1)
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
    return _short(str(width * min(1.0, _LEGIBLE / min(sizes, default=_LEGIBLE))))


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


def _opening(item: Item) -> str:
    if isinstance(item, Node):
        classes, data = ["llmpipeline-node", f"llmpipeline-kind-{item.kind}"], {"id": item.id}
    elif isinstance(item, Edge):
        classes = ["llmpipeline-edge", f"llmpipeline-edge-{item.kind}"]
        data = {"source": item.source, "target": item.target}
    else:
        classes, data = ["llmpipeline-panel" if item.panel else "llmpipeline-group"], {"id": item.id}
    if not isinstance(item, Group) and item.value:
        data["value"] = f"{item.value.number:.15g}"
        if item.value.unit:
            data["unit"] = item.value.unit
    attributes = "".join(f' data-{name}="{escape(value)}"' for name, value in data.items())
    return f'<g class="{escape(" ".join([*classes, *item.classes]))}"{attributes}>'


def _tooltip(item: Item) -> list[str]:
    if not item.tooltip:
        return []
    return [f"<title>{escape(item.tooltip.text).replace(chr(10), '&#10;')}</title>"]


def _gid(group: ET.Element) -> tuple[str, int]:
    """The part that a group of the drawing belongs to: ``("node", 3)``; ``("", 0)`` where it is no part."""
    found = _GID.fullmatch(group.get("id", ""))
    return (found[1], int(found[2])) if found else ("", 0)


class _Writer:
    """Writes the elements of a drawing, and notes in which fonts its text is."""

    def __init__(self, family: str) -> None:
        self._family = family
        self._glyphs: dict[tuple[str, int, bool], set[str]] = {}

    def used(self) -> tuple[Glyphs, ...]:
        """The characters of each font, in a fixed order."""
        return tuple(Glyphs(*font, "".join(sorted(used))) for font, used in sorted(self._glyphs.items()))

    def content(self, group: ET.Element, colors: _Colors) -> Iterator[str]:
        """The elements of one part, one a line."""
        for element in group:
            what, index = _gid(element)
            if what == "reference":
                yield f'<g data-reference="{index}">{"".join(map(partial(self._element, colors=colors), element))}</g>'
            elif written := self._element(element, colors):
                yield written

    def _element(self, element: ET.Element, colors: _Colors) -> str:
        css = _css(element)
        if element.tag == f"{_SVG}path":
            return _path(element.get("d", ""), css, colors)
        if element.tag == f"{_SVG}text":
            return self._text(element, css, colors)
        if element.tag == f"{_SVG}g":
            return self._formula(element, colors)
        return ""

    def _text(self, element: ET.Element, css: Mapping[str, str], colors: _Colors) -> str:
        text = element.text or ""
        x, y = _translation(element)
        attributes = f'x="{x}" y="{y}"{self._font(css, text)}'
        if text != " ".join(text.split()):
            # Runs are placed one by one, so a space at either end of one belongs to its width.
            attributes += ' xml:space="preserve"'
        fill = colors.text or css.get("fill", _BLACK)
        return f'<text {attributes} style="fill:{fill};stroke:none">{escape(text, quote=False)}</text>'

    def _formula(self, group: ET.Element, colors: _Colors) -> str:
        """A formula: each glyph where mathtext put it, and its rules as rectangles."""
        x, y = _translation(group)
        spans = []
        rules = []
        for element in group.iter():
            if element.tag == f"{_SVG}tspan":
                text = element.text or ""
                at = f'x="{_short(element.get("x", "0"))}" y="{_short(element.get("y", "0"))}"'
                spans.append(f"<tspan {at}{self._font(_css(element), text)}>{escape(text, quote=False)}</tspan>")
            elif element.tag == f"{_SVG}rect":
                sides = (f'{side}="{_short(element.get(side, "0"))}"' for side in ("x", "y", "width", "height"))
                rules.append(f"<rect {' '.join(sides)}/>")
        style = f"fill:{colors.text or _css(group).get('fill', _BLACK)};stroke:none"
        return f'<g transform="translate({x} {y})" style="{style}"><text>{"".join(spans)}</text>{"".join(rules)}</g>'

    def _font(self, css: Mapping[str, str], text: str) -> str:
        """Attributes for the font of a text, those left out that are the drawing's own."""
        family = _family(css) or self._family
        weight = int(css.get("font-weight", "400"))
        italic = css.get("font-style", "normal") != "normal"
        self._glyphs.setdefault((family, weight, italic), set()).update(text)
        attributes = f' font-size="{_short(css["font-size"].removesuffix("px"))}"'
        if family != self._family:
            attributes += (
                f' font-family="{escape(_families(family, "monospace" if "Mono" in family else "sans-serif"))}"'
            )
        if weight != 400:
            attributes += f' font-weight="{weight}"'
        return attributes + (' font-style="italic"' if italic else "")


def _path(data: str, css: Mapping[str, str], colors: _Colors) -> str:
    data = _SPACES.sub(" ", _NUMBER.sub(lambda number: _short(number[0]), data)).strip()
    data = re.sub(r" ?([MLCz]) ?", r"\1", data)
    fill = "none" if css.get("fill") == "none" else colors.fill or css.get("fill", _BLACK)
    stroke = css.get("stroke", "none")
    if stroke not in ("none", colors.own):
        stroke = colors.stroke
    rest = "".join(f";{name}:{css[name]}" for name in ("stroke-width", "stroke-dasharray") if name in css)
    return f'<path d="{data}" style="fill:{fill};stroke:{stroke}{rest}" stroke-linejoin="round"/>'


def _translation(element: ET.Element) -> tuple[str, str]:
    found = _TRANSLATE.search(element.get("transform", ""))
    return (_short(found[1]), _short(found[2])) if found else ("0", "0")


def _css(element: ET.Element) -> dict[str, str]:
    rules = (rule.partition(":") for rule in element.get("style", "").split(";") if rule.strip())
    return {name.strip(): value.strip() for name, _, value in rules}


def _variable(name: str, color: str) -> str:
    return f"var(--llmpipeline-{name},{color})"


def _edge_text(style: Style) -> str:
    return _variable("edge-text", style.edge_text_light)


def _family(css: Mapping[str, str]) -> str:
    """The first family of a rule; empty where it names none."""
    return css.get("font-family", "").split(",")[0].strip(" '\"")


def _families(family: str, generic: str) -> str:
    """The site's own subset of a font, the font itself where it is installed, and what is like it."""
    return f"{css_string(web_family(family), QUOTE)}, {css_string(family, QUOTE)}, {generic}"


def css_string(text: str, quote: str = '"') -> str:
    """A text as CSS quotes it: what would end it, or the attribute around it, is written as its code."""
    return quote + _CSS_SPECIAL.sub(lambda found: f"\\{ord(found[0]):x} ", text) + quote


def web_family(family: str) -> str:
    """The name under which a style sheet declares the site's own subset of a font."""
    return f"llmpipeline {family}"


def _short(number: str) -> str:
    """At most two decimals: a hundredth of a point is less than any screen or printer resolves.

    >>> _short("12.500"), _short("3.14159"), _short("-0.001")
    ('12.5', '3.14', '0')
    """
    short = f"{float(number):.2f}".rstrip("0").rstrip(".")
    return "0" if short == "-0" else short
