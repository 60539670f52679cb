"""Inspect entries before they are shown.

A digest says that an entry is whole, not who wrote it.  The notes of every entry are checked, and the ends of its data.
An entry of a shared cache is read as a whole, once, when it is fetched: an SVG may have only elements, attributes and
values that this package writes, none of which can run a script or load a file.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from html import unescape
from typing import NamedTuple, get_args

from ..diagnostics import Subtype
from ..job import SVG_HEAD, Drawing, Mark, Notes, SvgMarks
from .store import Entry, Name, entry_file

LARGEST = 1 << 25
"""Bytes of the largest entry that is read from a shared cache; a diagram of a thousand nodes has half a million."""

_LARGEST_SIDE = 1 << 16  # pixels, as in matplotlib
_MOST_SVGS = 2  # the drawing, and a narrow one


class RefusedEntryError(ValueError):
    """An entry of a shared cache that is not shown."""


# Every entry


def drawing_of(name: Name, entry: Entry) -> Drawing | None:
    """The drawing in an entry; ``None`` if it is not one, or one of an unknown version."""
    try:
        notes = Notes.from_json(entry.notes)
        drawing = Drawing(entry.data, notes)
        if _are_notes(notes) and (_are_svgs(drawing) if name[1] == "svg" else _is_file(name[1], drawing)):
            return drawing
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    return None


def _are_svgs(drawing: Drawing) -> bool:
    """Whether the data are one or two SVGs of a page, and all marks are inside them.

    Raises:
        ValueError: if they are no text.
    """
    svgs = drawing.svgs()
    return (
        0 < len(svgs) <= _MOST_SVGS
        and sum(marks.length for _, marks in svgs) == len(drawing.data.decode())
        and all(svg.startswith(SVG_HEAD) and svg.endswith("</svg>\n") for svg, _ in svgs)
        and all(at <= len(svg) for svg, marks in svgs for at in (marks.content, *(mark.end for mark in marks.parts)))
    )


def _is_file(suffix: str, drawing: Drawing) -> bool:
    """Whether a drawing without marks begins and ends as a file with *suffix* does."""
    data = drawing.data
    if drawing.notes.marks:
        return False
    if suffix.endswith("svg"):
        return data.startswith(_PROLOG.encode()) and data.endswith(b"</svg>\n")
    if suffix.endswith("png"):
        sides = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
        framed = data.startswith(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR") and data[-8:-4] == b"IEND"
        return framed and all(0 < side <= _LARGEST_SIDE for side in sides)
    return data.startswith(b"%PDF-") and data.rstrip().endswith(b"%%EOF")


def _are_notes(notes: Notes) -> bool:
    """Whether notes, which JSON may fill with anything, have the types that they declare.

    Raises:
        ValueError: if a text cannot be encoded.
        TypeError: if something else stands in the place of a number or a text.
    """
    for message in notes.messages:
        if message.subtype not in get_args(Subtype) or not (_is_text(message.text) and isinstance(message.node, str)):
            return False
    for used in notes.glyphs:
        texts = _is_text(used.family) and _is_text(used.characters)
        if not (texts and type(used.weight) is int and 0 < used.weight <= 1000 and type(used.italic) is bool):
            return False
    return all(map(_are_marks, notes.marks))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.encode())


def _are_marks(marks: SvgMarks) -> bool:
    sizes = all(0 < size < math.inf for size in (marks.width, marks.font_size))
    return sizes and all(map(_is_offset, (marks.length, marks.content))) and all(map(_is_mark, marks.parts))


def _is_mark(mark: Mark) -> bool:
    numbers = mark.number, mark.begin, mark.start, mark.end
    return mark.what in _MARKED and all(map(_is_offset, numbers)) and mark.begin < mark.start <= mark.end


def _is_offset(number: object) -> bool:
    return type(number) is int and number >= 0


# Entries of a shared cache

_NUMBER = r"-?[\d.]+"
_COLOR = r"(?:#[\da-fA-F]{3,8}|[a-zA-Z]+)"
_PAINT = rf"(?:{_COLOR}|var\(--llmpipeline-[\w.-]+,{_COLOR}\))"
_FAMILY = r"'(?:[^'\\\n]|\\[\da-f]+ )*'"
_TEXT = r"[^\0]*"
_ID = r"[\w.:-]+"

_Patterns = Mapping[str, "re.Pattern[str]"]
"""Attribute, or element and attribute → its values."""


def _patterns(table: Mapping[str, str]) -> dict[str, re.Pattern[str]]:
    return {name: re.compile(pattern) for names, pattern in table.items() for name in names.split()}


_SVG = re.escape("http://www.w3.org/2000/svg")
_ADDED = r"added-\d+"
_ON_PAGES = _patterns(
    {
        "xmlns": _SVG,
        "class data-id data-source data-target data-value data-unit data-step": _TEXT,
        "data-reference": r"\d+",
        "aria-hidden": "true",
        "width height x y font-size font-weight stroke-width": _NUMBER,
        "opacity fill-opacity stroke-opacity stroke-dashoffset": _NUMBER,
        "viewBox stroke-dasharray": rf"{_NUMBER}(?: {_NUMBER})*",
        "fill stroke": rf"{_PAINT}|url\(#{_ADDED}\)",
        "stroke-linejoin stroke-linecap text-anchor text-rendering": "[a-zA-Z]+",
        "font-style font-stretch font-variant patternUnits": "[a-zA-Z-]+",
        "font-family": rf"(?:{_FAMILY}, )+[a-zA-Z, -]+",
        "direction": "rtl",
        "visibility": "hidden",
        "role": "img",
        "aria-label": _TEXT,
        "id": _ADDED,
        "clip-path": rf"url\(#{_ADDED}\)",
        "xml:space": "preserve",
        "transform": r"(?:(?:translate|scale|rotate|matrix)\([-\d. ,e]+\) ?)*",
        "d": r"[MmHhVvLlAaCcQz\d .-]*",
    }
) | {
    "image href": re.compile(r"data:image/(?:png|jpeg|svg\+xml);base64,[\w+/]+=*"),  # which runs no scripts
    "use href": re.compile(f"#{_ADDED}"),
}
"""Attributes of ``drawing/svg.py`` and ``drawing/additions.py`` → their values."""

_OF_IMAGES = _patterns(
    {
        "xmlns": _SVG,
        "xmlns:xlink": re.escape("http://www.w3.org/1999/xlink"),
        "version": r"1\.1",
        "type": "text/css",
        "id": _ID,
        "xlink:href": rf"#{_ID}|data:image/png;base64,\n[\w+/]+=*",
        "target": "_blank",
        "patternUnits": "[a-zA-Z]+",
        "fill": _COLOR,
        "opacity": _NUMBER,
        "clip-path": rf"url\(#{_ID}\)",
        "width height x y": _NUMBER,
        "viewBox": rf"{_NUMBER}(?: {_NUMBER})*",
        "d": r"[MLQCHVZmlqchvz\d\s.e+-]*",
        "style": r"(?:[a-z-]+: (?:#[\da-f]{3,8}|url\(#[\w.:-]+\)|[a-z]+|-?[\d.]+(?:[, ]+-?[\d.]+)*)(?:; |;|$))*",
        "transform": r"(?:(?:translate|scale|rotate|matrix)\([-\d. ,e]+\) ?)*",
    }
) | {"a xlink:href": re.compile(r"https?://[^\s\"<>]*")}
"""Attributes of matplotlib's SVG backend → their values."""

_PAGE_ELEMENTS = frozenset(
    {"svg", "g", "path", "rect", "text", "tspan", "title", "image", "use", "defs", "clipPath", "pattern"}
)
_IMAGE_ELEMENTS = frozenset({"svg", "g", "path", "rect", "use", "defs", "style", "clipPath", "image", "pattern", "a"})
_DEEPEST = 64
"""Most elements in one another; drawings have a tenth, and more would take much time here and in browsers."""
_TEXT_ONLY = frozenset({"title", "style"})
_MARKED = frozenset({"node", "edge", "group", "callout", "reference", "id"})

_PROLOG = '<?xml version="1.0" encoding="utf-8"?>\n'
_STYLE = "*{stroke-linejoin: round; stroke-linecap: butt}"
_TOKEN = re.compile(
    r"(?P<text>[^<>]+)|<!-- (?P<comment>(?:[^<>-]|-(?!-))*) -->"
    r"|</(?P<end>\w+)>|<(?P<start>\w+)(?P<attributes>(?: [\w:-]+=\"[^\"<>]*\")*)(?P<empty>/?)>"
)
_ATTRIBUTE = re.compile(r' ([\w:-]+)="([^"]*)"')
_CONTROL = re.compile(r"[\0-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""Characters that change what a terminal shows."""


class _Span(NamedTuple):
    """Offsets of a ``<g>`` element."""

    starts: tuple[int, ...]
    """Where its content may begin: after the start tag or the tooltip, with or without the line break."""
    end: int


def inspect(name: Name, entry: Entry) -> None:
    """Check an entry that others may have written.

    Raises:
        RefusedEntryError: if it may not be shown.
    """
    try:
        drawing = drawing_of(name, entry)
        if drawing is None:
            raise RefusedEntryError("it is not a drawing")
        if any(_CONTROL.search(message.text) for message in drawing.notes.messages):
            raise RefusedEntryError("a message has control characters")
        if name[1] == "svg":
            for svg, marks in drawing.svgs():
                _inspect_marks(marks, _Inspection(_PAGE_ELEMENTS, _ON_PAGES).read(svg), svg)
        elif name[1].endswith("svg"):
            _Inspection(_IMAGE_ELEMENTS, _OF_IMAGES).read(drawing.data.decode().removeprefix(_PROLOG))
    except ValueError as error:
        raise RefusedEntryError(f"refused '{entry_file(*name)}': {error}") from error


def _inspect_marks(marks: SvgMarks, spans: Mapping[int, _Span], svg: str) -> None:
    """Check that a page writes nothing inside a tag or a text, and all in order."""
    right = marks.content in spans[0].starts
    free = part_end = 1  # the root is no part
    for mark in marks.parts:
        if mark.what == "id":
            named = re.fullmatch(_ADDED, svg[mark.begin : mark.end])
            right &= bool(named) and svg.endswith((' id="', '"#', "url(#"), 0, mark.begin) and mark.begin >= part_end
            free = part_end = mark.end
            continue
        span = spans.get(mark.begin)
        right &= span is not None and mark.start in span.starts and mark.end == span.end and mark.begin >= free
        if mark.what == "reference":
            free = mark.end
        else:
            right &= mark.begin >= part_end
            part_end = mark.end
    if not right:
        raise RefusedEntryError("its marks are not those of its elements")


class _Inspection:
    """Reading of an SVG that may have only *known* elements, with attributes of *patterns*.

    Tags are read as an XML parser and an HTML parser read them alike, and anything that these could read differently is
    refused, because the same text is part of an HTML page.
    """

    def __init__(self, known: frozenset[str], patterns: _Patterns) -> None:
        self._known = known
        self._patterns = patterns
        self._open: list[tuple[str, int, list[int]]] = []
        """Name, offset and possible starts of the content of each open element."""
        self._spans: dict[int, _Span] = {}

    def read(self, svg: str) -> Mapping[int, _Span]:
        """The root and all ``<g>`` elements, by the offset of their start tags.

        Raises:
            RefusedEntryError: if *svg* is not one root with known content.
        """
        at = 0
        while self._open or not at:
            token = _TOKEN.match(svg, at)
            if token is None:
                raise RefusedEntryError(f"unexpected markup at {at}")
            at = token.end()
            if token["start"] is not None:
                self._start(token)
            elif token["end"] is not None:
                self._end(token)
            elif not self._may_contain(token):
                raise RefusedEntryError(f"unexpected text at {token.start()}")
        if svg[at:] != "\n":
            raise RefusedEntryError(f"unexpected text at {at}")
        return self._spans

    def _start(self, token: re.Match[str]) -> None:
        tag = token["start"]
        is_in_text = bool(self._open) and self._open[-1][0] in _TEXT_ONLY
        if tag not in self._known or (tag == "svg") == bool(self._open) or is_in_text or len(self._open) == _DEEPEST:
            raise RefusedEntryError(f"unexpected element <{tag}>")
        for name, value in _ATTRIBUTE.findall(token["attributes"]):
            pattern = self._patterns.get(f"{tag} {name}") or self._patterns.get(name)
            if pattern is None or not pattern.fullmatch(unescape(value)):
                raise RefusedEntryError(f"unexpected attribute {name} of <{tag}>")
        if not token["empty"]:
            self._open.append((tag, token.start(), [token.end(), token.end() + 1]))

    def _end(self, token: re.Match[str]) -> None:
        if not self._open or self._open[-1][0] != token["end"]:
            raise RefusedEntryError(f"unexpected markup at {token.start()}")
        name, begin, starts = self._open.pop()
        if name == "title" and begin in self._open[-1][2][-2:]:  # the content of a link comes after a tooltip
            self._open[-1][2].extend((token.end(), token.end() + 1))
        if name == "g" or not self._open:
            self._spans[begin] = _Span(tuple(starts), token.start())

    def _may_contain(self, token: re.Match[str]) -> bool:
        """Whether the open element may contain this text or comment."""
        if not self._open:
            return False
        if self._open[-1][0] == "style":
            return token["text"] == _STYLE
        return token["comment"] is None or self._patterns is _OF_IMAGES
