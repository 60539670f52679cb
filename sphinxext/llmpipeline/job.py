"""Drawing jobs and their results: values that pass between processes and refer to no library."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import asdict, field
from typing import Any, Literal, NamedTuple, get_args

from .diagnostics import Subtype
from .model.pipeline import Pipeline
from .records import frozen_record
from .style.builtin import STYLES
from .style.types import LEGIBLE, SQUEEZED, Style

Format = Literal["svg", "svg-outlines", "pdf", "png", "png@2x"]
"""``svg`` keeps text as text, ``svg-outlines`` draws its glyphs as paths, ``png@2x`` has two pixels for each point."""
FORMATS: tuple[Format, ...] = get_args(Format)

Engine = Literal["graphviz-pure", "pygraphviz", "dot"]
"""``graphviz-pure`` runs the program of that package, ``pygraphviz`` Graphviz's library in workers, ``dot`` any program
that has the options of Graphviz's ``dot``."""


@frozen_record
class Finish:
    """The function of the project that has the last word on a drawing."""

    target: str
    """``module:callable``."""
    diagram: str = ""
    """The public name of the diagram; empty without one."""
    digest: str = ""
    """Of the file of the function, for ``repr()``, which is part of the cache key."""


@frozen_record
class Job:
    """All that one drawing depends on, and the time limit."""

    pipeline: Pipeline
    style: Style
    format: Format
    engine: Engine = "graphviz-pure"
    dot: str = "dot"
    """Name or path of the program, for the engine ``dot``."""
    width: float = 700.0
    """Points: how wide the page is, for a diagram that may choose its direction by it."""
    timeout: float = 30.0
    """Seconds that the layouts of the diagram may take together."""
    narrow: float = 0.0
    """Points: how wide a narrow page is, such as that of a phone; 0 if the drawing is for no such page."""
    finish: Finish | None = None
    height: float = math.inf
    """Points: how high the page is, if a higher drawing shrinks to it, as on paper."""

    def __reduce__(self) -> tuple[Callable[..., Job], tuple[object, ...]]:
        """A built-in style goes to workers by its name: they have it, and it is larger than all else."""
        style = self.style.name if STYLES.get(self.style.name) is self.style else self.style
        rest = self.engine, self.dot, self.width, self.timeout, self.narrow, self.finish, self.height
        return _job, (self.pipeline, style, self.format, *rest)


def _job(pipeline: Pipeline, style: str | Style, *rest: Any) -> Job:
    return Job(pipeline, STYLES[style] if isinstance(style, str) else style, *rest)


@frozen_record
class Message:
    """A warning about a diagram that could be drawn."""

    subtype: Subtype
    text: str
    node: str = field(default="", repr=False)
    """Id of the node that it is about; empty for the diagram."""


@frozen_record
class Glyphs:
    """The characters of a drawing in one font."""

    family: str
    weight: int
    italic: bool
    characters: str
    """Each character once, sorted."""


SVG_HEAD = '<svg xmlns="http://www.w3.org/2000/svg" class="llmpipeline '
"""The first characters of every SVG with marks.  A page writes its own in their place."""


class Mark(NamedTuple):
    """A ``<g>`` element to which a page can add an id or a link, as offsets of characters in the SVG; or an id."""

    what: Literal["node", "edge", "group", "callout", "reference", "id"]
    """``reference`` is text of a label that is a reference, ``id`` one that a page must make its own."""
    number: int
    """Index among the nodes, edges, groups, callouts or references of the pipeline, or among the ids."""
    begin: int
    """Start of the element, which has attributes of its own, or of the id."""
    start: int
    """Start of the content of a link: after the start tag, and after the tooltip if there is one.  End of the id."""
    end: int
    """Start of the end tag.  End of the id."""


@frozen_record
class SvgMarks:
    """What a page needs to know about an SVG, so that it need not parse it."""

    length: int
    """Characters of the SVG."""
    width: float
    """CSS pixels."""
    font_size: float
    """The smallest font size, in CSS pixels; glyphs of formulas do not count."""
    content: int
    """Offset of the first child of the root."""
    parts: tuple[Mark, ...] = ()
    """In the order of the file; a reference comes after the part that contains it."""

    @property
    def legible_width(self) -> float:
        """The width in CSS pixels at which the smallest text is still legible."""
        return self.width * min(1.0, LEGIBLE / self.font_size)

    def least_width(self, *pages: float) -> float:
        """The width in CSS pixels below which a page scrolls, if usual and narrow *pages* have so many pixels.

        If that little is missing, text shrinks a little more, and nothing is out of sight.
        """
        legible = self.legible_width
        return next((page for page in pages if page < legible <= SQUEEZED * page), legible)


@frozen_record
class Notes:
    """Metadata that is stored with a drawing."""

    messages: tuple[Message, ...] = ()
    glyphs: tuple[Glyphs, ...] = ()
    """The characters that each font must have; only for the format ``svg``."""
    marks: tuple[SvgMarks, ...] = ()
    """Only for the format ``svg``: of the drawing, and of the narrow one that may stand after it."""

    def to_json(self) -> bytes:
        """Encode the notes.

        >>> Notes.from_json(Notes((Message("draw", "x"),)).to_json())
        Notes(messages=(Message(subtype='draw', text='x'),), glyphs=(), marks=())
        """
        marks = [(svg.length, svg.width, svg.font_size, svg.content, svg.parts) for svg in self.marks]
        values = {"messages": [*map(_written, self.messages)], "glyphs": [*map(asdict, self.glyphs)], "marks": marks}
        return json.dumps(values, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, written: bytes) -> Notes:
        """Decode the result of :meth:`to_json`.

        Raises:
            ValueError, KeyError, TypeError: if *written* is anything else.
        """
        read = json.loads(written)
        messages = tuple(Message(**message) for message in read["messages"])
        glyphs = tuple(Glyphs(**used) for used in read["glyphs"])
        marks = tuple(
            SvgMarks(length, width, font_size, content, tuple(Mark(*part) for part in parts))
            for length, width, font_size, content, parts in read["marks"]
        )
        return cls(messages, glyphs, marks)


def _written(message: Message) -> dict[str, str]:
    """A message as JSON has it: without a node that it is not about."""
    return {name: value for name, value in asdict(message).items() if value or name != "node"}


@frozen_record
class Drawing:
    """The content of a file, with its notes."""

    data: bytes
    notes: Notes = Notes()

    def svgs(self) -> list[tuple[str, SvgMarks]]:
        """The SVGs of a page with their marks: the drawing and, if it does not fit a narrow page, one that does."""
        text, found = self.data.decode(), []
        for marks in self.notes.marks:
            found.append((text[: marks.length], marks))
            text = text[marks.length :]
        return found
