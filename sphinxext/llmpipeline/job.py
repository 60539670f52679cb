"""What is drawn and what comes of it: values that any process may pass to any other, and that name no library."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from .diagnostics import Subtype
from .model.pipeline import Pipeline
from .style.builtin import STYLES
from .style.types import Style

Format = Literal["svg", "svg-outlines", "pdf", "png", "png@2x"]
"""``svg`` keeps text as text, ``svg-outlines`` draws its glyphs as paths, ``png@2x`` has two pixels for each point."""
FORMATS: tuple[Format, ...] = get_args(Format)

Engine = Literal["pygraphviz", "dot"]
"""``pygraphviz`` runs Graphviz in this process, ``dot`` the executable of that name."""


@dataclass(frozen=True, slots=True)
class Job:
    """All that one drawing depends on.

    ``repr()`` of a job is its identity, which the cache is keyed by.
    """

    pipeline: Pipeline
    style: Style
    format: Format
    engine: Engine = "pygraphviz"
    dot: str = "dot"
    """Name or path of the executable."""
    width: float = 700.0
    """Points: how wide the page is, for a diagram that may choose its direction by it."""

    def __reduce__(self) -> tuple[Callable[..., Job], tuple[object, ...]]:
        """A built-in style goes to workers by its name: they have it, and it is larger than all else."""
        style = self.style.name if STYLES.get(self.style.name) is self.style else self.style
        return _job, (self.pipeline, style, self.format, self.engine, self.dot, self.width)


def _job(pipeline: Pipeline, style: str | Style, *rest: Any) -> Job:
    return Job(pipeline, STYLES[style] if isinstance(style, str) else style, *rest)


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be said of a diagram that was drawn all the same."""

    subtype: Subtype
    text: str


@dataclass(frozen=True, slots=True)
class Glyphs:
    """What a drawing shows in one font."""

    family: str
    weight: int
    italic: bool
    characters: str
    """Each once, in order."""


@dataclass(frozen=True, slots=True)
class Notes:
    """What stands beside a drawing."""

    messages: tuple[Message, ...] = ()
    glyphs: tuple[Glyphs, ...] = ()
    """For SVG with its text as text: what each font must have."""

    def to_json(self) -> bytes:
        """The notes as a file.

        >>> Notes.from_json(Notes((Message("draw", "x"),)).to_json())
        Notes(messages=(Message(subtype='draw', text='x'),), glyphs=())
        """
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_json(cls, written: bytes) -> Notes:
        """The notes of a file.

        Raises:
            ValueError, KeyError, TypeError: where the file is not what :meth:`to_json` wrote.
        """
        read = json.loads(written)
        messages = tuple(Message(**message) for message in read["messages"])
        return cls(messages, tuple(Glyphs(**glyphs) for glyphs in read["glyphs"]))


@dataclass(frozen=True, slots=True)
class Drawing:
    """A file's content, and what stands beside it."""

    data: bytes
    notes: Notes = Notes()
