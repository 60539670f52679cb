"""Lexer of Mermaid's flowcharts: a cursor that reads ids, shapes, links and the rest of a line."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

from .source import ConversionError

# Opening bracket → the closing ones, longest first.
_BRACKETS = {
    "(((": (")))",), "((": ("))",), "([": ("])",), "(-": ("-)",), "(": (")",),
    "[[": ("]]",), "[(": (")]",), "[/": ("/]", "\\]"), "[\\": ("\\]", "/]"), "[": ("]",),
    "{{": ("}}",), "{": ("}",), ">": ("]",),
}  # fmt: skip

# A link may follow without a space, as in a-->b or a.->b; a hyphen never ends an id.
_ID = re.compile(r"(?:[\w!\"#$%'*+`?/\\]|\.++(?!-)|-(?=[^\s>.\-])|=(?!=)|(?<=\w):(?=\w))++")
_QUOTED = re.compile(r'"([^"]*)"')
_QUOTED_LABEL = re.compile(r'\s*"([^"]*)"(?=\s*[-=.])')
_LINK = re.compile(
    r"(?P<id>[\w-]{1,100}@)?(?P<link>[xo<]?--+[-xo>]|[xo<]?==+[=xo>]|[xo<]?-?\.+-[xo>]?|~~~+)|(?P<arrow>[→⟶])"
)
_LINK_START = re.compile(r"(?P<id>[\w-]{1,100}@)?(?P<open>[xo<]?--|[xo<]?==|[xo<]?-\.)")
_LINK_END = {
    "--": re.compile(r"(?<!\s)\s*+--+[-xo>]"),
    "==": re.compile(r"(?<!\s)\s*+==+[=xo>]"),
    "-.": re.compile(r"(?<!\s)\s*+(?<!\.)\.++-[xo>]?"),
}
_PIPE = re.compile(r"\s*+\|\s*+(?:\"([^\"]*+)\"|([^|]*+))\s*+\|")
_CLASS = re.compile(r"\s*:::\s*([\w-]+(?:,[\w-]+)*)")
_SPACE = re.compile(r"[ \t\r\f\v]*")
_KEY = re.compile(r"\s*([\w-]+)\s*:\s*(?:\"([^\"]*)\"|'([^']*)'|([^,\n}]*))[\s,]*")


class Link(NamedTuple):
    """A link between nodes."""

    form: str
    """Characters without a label, such as ``-.->``."""
    label: str | None
    line: int
    id: str = ""


class Shape(NamedTuple):
    """A shape and the text in it."""

    name: str
    """Opening bracket, or the name of a shape."""
    label: str | None


class Cursor:
    """Position in a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self._missing: dict[str, int] = {}
        """What stands nowhere after a position, so that a long text is searched for it once."""
        self._endless: set[tuple[str, int]] = set()
        """Beginnings of links of which no end follows up to a position."""
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]

    @property
    def line(self) -> int:
        """Line of the position, from 1."""
        return bisect_right(self._starts, self.position)

    @property
    def at_end(self) -> bool:
        """Whether all was read."""
        return self.position >= len(self.text)

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The match of *pattern* here, which is then read."""
        found = pattern.match(self.text, self.position)
        if found:
            self.position = found.end()
        return found

    def find(self, closing: str, start: int) -> int:
        """The first place of *closing* from *start*; -1 if there is none."""
        if start >= self._missing.get(closing, len(self.text)):
            return -1
        place = self.text.find(closing, start)
        if place < 0:
            self._missing[closing] = start
        return place

    def has(self, closing: str) -> bool:
        """Whether *closing* stands somewhere after the position."""
        return self.find(closing, self.position) >= 0

    def skip_space(self) -> None:
        """Read spaces, but no line break."""
        self.match(_SPACE)

    def rest_of_line(self) -> str:
        """Read up to the end of the line; returns it without spaces around it."""
        end = self._line_end(self.position)
        rest = self.text[self.position : end]
        self.position = end
        return rest.strip()

    def _line_end(self, start: int) -> int:
        end = self.text.find("\n", start)
        return len(self.text) if end < 0 else end

    def statement(self) -> str:
        """Read up to a semicolon or the end of the line, outside quotes."""
        found = self.match(re.compile(r'(?:"[^"]*"|[^";\n])*'))
        return found.group().strip() if found else ""

    def error(self, expected: str) -> ConversionError:
        """The error that something else was expected here."""
        there = self.text[self.position : self.position + 30].split("\n")[0].strip()
        return ConversionError(f"expected {expected}, not '{there}'" if there else f"expected {expected}", self.line)

    def read_id(self) -> str | None:
        """The id of a node."""
        if quoted := self.match(_QUOTED):
            return quoted[1]
        found = _ID.match(self.text, self.position)
        if not found:
            return None
        self.position = found.end()
        return found.group()

    def read_shape(self) -> Shape | None:
        """Brackets with a label, or ``@{ shape: …, label: … }``."""
        if self.text.startswith("@{", self.position):
            values = self._read_object()
            return Shape(values.get("shape", ""), values.get("label"))
        before = self.position
        self.skip_space()
        spaced = self.position > before
        for opening, closings in _BRACKETS.items():
            if self.text.startswith(opening, self.position) and not (spaced and opening == ">"):
                label = self._read_label(self.position + len(opening), closings)
                if label is not None:
                    return Shape(opening, label)
        if self.text[self.position : self.position + 1] in ("[", "(", "{"):
            raise self.error(f"a label that ends with its bracket, as in {'a[Label]'}")
        self.position = before
        return None

    def _read_label(self, start: int, closings: tuple[str, ...]) -> str | None:
        """The label from *start* up to one of the *closings*, which is read; ``None`` if there is none."""
        quoted = re.compile(r'\s*"([^"]*)"\s*').match(self.text, start)
        if quoted and self.text.startswith(closings, quoted.end()):
            closing = next(closing for closing in closings if self.text.startswith(closing, quoted.end()))
            self.position = quoted.end() + len(closing)
            return quoted[1]
        is_short = closings[0] in ("/]", "\\]", "-)")  # a path such as [/etc/hosts] has no such end
        end = self._line_end(start) if is_short else len(self.text)
        places = [
            (self.text.find(closing, start, end) if is_short else self.find(closing, start), closing)
            for closing in closings
        ]
        found = min((place for place in places if place[0] >= 0), default=None)
        if found is None:
            return None
        self.position = found[0] + len(found[1])
        return self.text[start : found[0]].strip()

    def _read_object(self) -> dict[str, str]:
        self.position += len("@{")
        values: dict[str, str] = {}
        while found := self.match(_KEY):
            values[found[1]] = next((part for part in found.groups()[1:] if part is not None), "").strip()
        if not self.match(re.compile(r"\s*\}")):
            raise self.error("'}' after the properties of a node")
        return values

    def read_classes(self) -> tuple[str, ...]:
        """``:::name``."""
        found = self.match(_CLASS)
        return tuple(found[1].split(",")) if found else ()

    def read_link(self) -> Link | None:
        """A link with its label; spaces and a line break before it are read as well."""
        start, line = self.position, self.line
        self.skip_space()
        if found := self.match(_LINK):
            return Link(found["link"] or "-->", _piped(self.match(_PIPE)), line, (found["id"] or "")[:-1])
        if found := self.match(_LINK_START):
            link = self._labelled(found["open"], line, (found["id"] or "")[:-1])
            if link:
                return link
        self.position = start
        return None

    def _labelled(self, opening: str, line: int, id: str) -> Link | None:
        """The rest of a link after its *opening*: a label and the end, or nothing if it points to the left."""
        pattern = _LINK_END[opening[-2:]]
        quoted = self.match(_QUOTED_LABEL)
        points_left = opening.startswith("<")
        last = self._line_end(self.position) if points_left else len(self.text)
        searched = opening[-2:], last
        end = None if searched in self._endless else pattern.search(self.text, self.position, last)
        if end is None:
            self._endless.add(searched)
        label = self.text[self.position : end.start()] if end else ""
        if end and "\n\n" not in label:
            self.position = end.end()
            form = opening[:1].strip("-=.") + end.group().strip()
            return Link(form, quoted[1] if quoted else label.strip(), line, id)
        return Link(opening, _piped(self.match(_PIPE)), line, id) if points_left else None


def _piped(found: re.Match[str] | None) -> str | None:
    """The label between bars; ``None`` if there is none."""
    return found and next((part for part in found.groups() if part is not None), "").strip()
