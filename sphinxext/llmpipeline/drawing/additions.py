"""What a function adds to the figure of a diagram, as SVG of a page: no styles, no ids of its own, text as text.

matplotlib writes the additions, with an empty group in the place of the diagram, and this module reads its file.  The
diagram itself is that of :mod:`.svg`, so that nothing of it changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace
from html import escape
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import matplotlib as mpl

from ..geometry.primitives import Point, Size
from ..job import Drawing, Glyphs, Mark, Notes
from ..records import record
from ..style.css import added_class, families
from ..text.matplotlib_fonts import is_known
from ..text.metrics import Fonts, Typeface, metrics_of
from .colors import Color
from .matplotlib_backend import Diagram, print_svg
from .svg import join_glyphs, write
from .svg_path import position, short

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..style.types import Style
    from .scene import Scene

_PLACE = "llmpipeline-place"
_HREF = "{http://www.w3.org/1999/xlink}href"
_DECLARATION = re.compile(r"""([\w-]+)\s*:\s*((?:'[^']*'|"[^"]*"|[^;'"])*)""")
_REFERENCE = re.compile(r"url\(#([^)]*)\)")
_UPRIGHT = re.compile(r" *rotate\(-?0(?: [^()]*)?\)")
_LEFT_OUT = {"metadata", "style", "title"}
_ELEMENTS = {"g", "path", "rect", "use", "defs", "clipPath", "image", "text", "tspan", "pattern"}
_ATTRIBUTES = {
    "clip-path", "d", "fill", "fill-opacity", "font-family", "font-size", "font-stretch", "font-style", "font-variant",
    "font-weight", "height", "href", "id", "opacity", "patternUnits", "stroke", "stroke-dasharray",
    "stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "stroke-opacity", "stroke-width", "text-anchor",
    "transform", "width", "x", "y",
}  # fmt: skip
"""Attributes that matter on a page; the others are of the file."""
_END = "</svg>\n"
_SLACK = 0.01  # points by which a diagram is moved that is in its place
_GENERIC = {"sans-serif", "serif", "monospace", "cursive", "fantasy"}
_LONG = re.compile(r"-?\d+\.\d{3,}")
_LENGTHS = {"d", "x", "y", "width", "height"}


@record
class Additions:
    """The elements of a figure without its diagram."""

    size: Size
    """Of the figure, in points."""
    origin: Point
    """Of the diagram in the figure."""
    before: tuple[ET.Element, ...]
    """Elements behind the diagram."""
    after: tuple[ET.Element, ...]
    """Elements in front of it."""
    is_shown: bool
    """Whether the diagram is."""
    inks: Mapping[str, Color] = field(default_factory=dict)
    """Exact colours, ``#rrggbb`` → those of the style that they stand for."""

    @classmethod
    def of(cls, figure: Figure, diagram: Diagram, inks: Mapping[str, Color]) -> Additions:
        """Read what matplotlib draws of *figure*."""
        width, height = (float(inches) * 72 for inches in figure.get_size_inches())
        diagram.placeholder = _PLACE
        with mpl.rc_context({"svg.fonttype": "none"}):
            root = ET.fromstring(print_svg(figure))  # noqa: S314 -- matplotlib has written it in this process
        diagram.placeholder = ""
        every = [*_flat(root)]
        places = [at for at, element in enumerate(every) if element.get("id") == _PLACE]
        place = places[0] if places else len(every)
        before, after = tuple(every[:place]), tuple(every[place + 1 :])
        return cls(Size(width, height), diagram.origin, before, after, bool(places), inks)


def _flat(parent: ET.Element) -> Iterator[ET.Element]:
    """The elements of a figure that are drawn, without groups around them that change nothing."""
    for element in parent:
        tag = _tag(element)
        if tag in _LEFT_OUT or (tag == "defs" and not any(_tag(child) not in _LEFT_OUT for child in element)):
            continue
        if tag in ("g", "a") and element.get("id") != _PLACE and not element.attrib.keys() - {"id", _HREF}:
            yield from _flat(element)
        else:
            yield element


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def write_on_page(scene: Scene, added: Additions) -> Drawing:
    """The SVG of *scene*, in its place, with the additions behind and in front of it."""
    extent = scene.extent
    at = added.origin[0], added.size.height - added.origin[1] - extent.height
    is_moved = any(abs(shift) > _SLACK for shift in at)
    drawing = write(scene, added.size)
    (marks,) = drawing.notes.marks
    text = drawing.data.decode()
    root, own = text[: marks.content], text[marks.content : -len(_END)]
    shift = f'<g transform="translate({" ".join(position(*at))})">\n'
    writer = _Writer(added, scene.style, root)
    writer.write(added.before)
    if added.is_shown:
        writer.insert(f"{shift}{own}</g>\n" if is_moved else own, marks.parts, marks.content - is_moved * len(shift))
    writer.write(added.after)
    whole = "".join([*writer.pieces, _END])
    smallest = min([marks.font_size, *writer.sizes])
    found = replace(marks, length=len(whole), font_size=smallest, parts=tuple(writer.marks))
    glyphs = join_glyphs((*drawing.notes.glyphs, *writer.glyphs()))
    return Drawing(whole.encode(), Notes(glyphs=glyphs, marks=(found,)))


class _Writer:
    """Writes elements of matplotlib's SVG backend as those of a page, after the *root* of a file."""

    def __init__(self, added: Additions, style: Style, root: str) -> None:
        self.pieces = [root]
        self.marks: list[Mark] = []
        self.sizes: list[float] = []
        """Font sizes."""
        self._length = len(root)
        """Characters in the pieces."""
        self._family = Fonts(style.font, style.mono_font).primary("regular").typeface.family
        self._inks = added.inks
        self._ids = {id: number for number, id in enumerate(dict.fromkeys(_references(added)))}
        self._used: dict[Typeface, set[str]] = {}

    def glyphs(self) -> Iterator[Glyphs]:
        """The characters of each font."""
        for font, used in self._used.items():
            yield Glyphs(font.family, font.weight, font.italic, "".join(used))

    def insert(self, text: str, marks: Iterable[Mark], start: int) -> None:
        """Write a text whose *marks* count from *start* characters before it."""
        by = self._length - start
        for mark in marks:
            self.marks.append(mark._replace(begin=mark.begin + by, start=mark.start + by, end=mark.end + by))
        self._add(text)

    def write(self, elements: Iterable[ET.Element]) -> None:
        """Write elements in a group, one a line, if there are any."""
        lines = "\n".join(line for element in elements for line in self._lines(element))
        if not lines:
            return
        family = families(self._family, "sans-serif")
        group = f'<g class="llmpipeline-added" stroke-width="1" text-anchor="start" font-family="{family}">'
        for at, piece in enumerate(f"{group}\n{lines}\n</g>\n".split("\0")):
            if at % 2:  # the number of an id
                begin, end = self._length, self._length + len(f"added-{piece}")
                self.marks.append(Mark("id", int(piece), begin, end, end))
                self._add(f"added-{piece}")
            else:
                self._add(piece)

    def _add(self, text: str) -> None:
        self.pieces.append(text)
        self._length += len(text)

    def _lines(self, element: ET.Element) -> Iterator[str]:
        tag = _tag(element)
        if tag in _LEFT_OUT:
            return
        if tag == "a":  # a drawing has no URLs
            for child in element:
                yield from self._lines(child)
            return
        if tag not in _ELEMENTS:
            raise ValueError(f"a page cannot show <{tag}> of matplotlib: set 'rasterized=True' for the artist")
        if tag in ("text", "tspan"):
            yield self._text(element, tag)
            return
        given = _properties(element)
        inner = [line for child in element for line in self._lines(child)]
        if not inner and (tag in ("g", "defs") or (tag == "path" and not given.get("d"))):
            return
        start = f"<{tag}{self._attributes(element, given)}"
        if inner:
            yield f"{start}>"
            yield from inner
            yield f"</{tag}>"
        else:
            yield f"{start}/>"

    def _text(self, element: ET.Element, tag: str) -> str:
        """A text on one line, because line breaks are spaces."""
        given = _properties(element)
        if "font-size" in given:
            given["font-size"] = given["font-size"].removesuffix("px")
            self.sizes.append(float(given["font-size"]))
        if "font-family" in given:
            given["font-family"] = self._families(given, element.text or "")
            if not given["font-family"]:
                del given["font-family"]
        inner = "".join(self._text(child, _tag(child)) for child in element)
        words = escape(element.text or "", quote=False) if not inner else ""
        return f"<{tag}{self._attributes(element, given)}>{words}{inner}</{tag}>"

    def _families(self, given: Mapping[str, str], text: str) -> str:
        """The families of a text, whose web fonts get the characters that they draw; empty for the usual one."""
        names = [name.strip().strip("'\"") for name in given["font-family"].split(",")]
        known = [name for name in names if name not in _GENERIC and is_known(name)][:2]
        weight, italic = int(given.get("font-weight", 400)), given.get("font-style", "normal") != "normal"
        drawing = set()
        for character in text:
            for font in (Typeface(name, weight, italic) for name in known):
                if metrics_of(font).has(character):
                    self._used.setdefault(font, set()).add(character)
                    drawing.add(font.family)
                    break
        if drawing <= {self._family}:
            return ""
        generic = next((name for name in names if name in _GENERIC), "sans-serif")
        return "".join(families(name, "") for name in known) + generic

    def _attributes(self, element: ET.Element, given: Mapping[str, str]) -> str:
        classes, found = [], dict[str, str]()
        for name, value in given.items():
            if name not in _ATTRIBUTES or (name == "id" and value not in self._ids):
                continue
            if color := self._inks.get(value) if name in ("fill", "stroke") else None:
                classes.append(added_class(name, color.variable))
                value = color.light
            found[name] = self._value(name, value)
        if not found.get("transform", "?"):
            del found["transform"]
        if _tag(element) == "image":
            found["aria-hidden"] = "true"
        named = {"class": " ".join(classes), **found} if classes else found
        return "".join(
            f' {name}="{escape(value, quote=False).replace(chr(34), "&quot;")}"' for name, value in named.items()
        )

    def _value(self, name: str, value: str) -> str:
        """A value, with the numbers of ids between null characters in their place."""
        if name == "id":
            return f"\0{self._ids[value]}\0"
        if name == "href":
            is_inside = value.startswith("#")
            return f"#\0{self._ids[value[1:]]}\0" if is_inside else "".join(value.split())
        if name in _LENGTHS:
            return _LONG.sub(lambda found: short(float(found[0])), " ".join(value.split()))
        if name == "transform":
            return _UPRIGHT.sub("", value).strip()
        if name == "stroke-dasharray":
            return value.replace(",", " ")
        return _REFERENCE.sub(lambda found: f"url(#\0{self._ids[found[1]]}\0)", value)


def _properties(element: ET.Element) -> dict[str, str]:
    """The attributes of an element, and the declarations of its style as such."""
    found = {"href" if name == _HREF else name: value for name, value in element.attrib.items() if name != "style"}
    declared = _DECLARATION.finditer(element.get("style", ""))
    return {**found, **{one[1]: one[2].strip() for one in declared}}


def _references(added: Additions) -> Iterator[str]:
    """The ids that elements refer to."""
    for top in (*added.before, *added.after):
        for element in top.iter():
            given = _properties(element)
            if given.get("href", "").startswith("#"):
                yield given["href"][1:]
            for value in given.values():
                yield from _REFERENCE.findall(value)
