"""A drawing from the cache, from one that is shared, begun ahead, or drawn now and kept."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

from ..job import Format, Job
from ..style.types import Style
from .prefetch import Ahead, draw_now, keep
from .remote import Shared
from .store import Cache, Entry, Name, digest_of, key_of

_SUFFIXES: Mapping[Format, str] = {
    "svg": "svg",
    "svg-outlines": "outlines.svg",
    "pdf": "pdf",
    "png": "png",
    "png@2x": "2x.png",
}


class Wanted(NamedTuple):
    """What is to be drawn, and what the drawing is called in every cache, on every machine."""

    name: Name
    job: Job


def wanted(job: Job) -> Wanted:
    """A job with its name, which takes longer to find than to look for."""
    return Wanted((key_of(_identity(job)), _SUFFIXES[job.format]), job)


class Drawings:
    """All drawings of a project.

    Args:
        folder: where they are kept.
        ahead: draws what is announced.
        shared: is asked for what is not in the folder, and given what is drawn.
    """

    def __init__(self, folder: Path, ahead: Ahead | None = None, shared: Shared | None = None) -> None:
        self._cache = Cache(folder)
        self._ahead = ahead
        self._shared = shared
        self._asked: set[Name] = set()
        self._drawn: set[Name] = set()

    def missing(self, jobs: Iterable[Wanted]) -> list[Wanted]:
        """Those of *jobs* that are not in the folder."""
        return [job for job in jobs if not self._cache.has(*job.name)]

    def begin(self, jobs: Iterable[Wanted]) -> None:
        """Begin with what will be asked for soon."""
        if self._ahead is None:
            return
        missing = dict(self.missing(jobs))
        self._fetch(missing)
        for name, job in missing.items():
            if name not in self._drawn and not self._cache.has(*name):
                self._ahead.add(name, job)

    def flush(self) -> None:
        """Begin with what has waited for company."""
        if self._ahead is not None:
            self._ahead.flush()

    def expect_no_more(self) -> None:
        """Have what draws ahead end when it has done what there is."""
        if self._ahead is not None:
            self._ahead.expect_no_more()

    def wait(self, name: Name) -> None:
        """Wait for what is under way."""
        if self._ahead is not None:
            self._drawn.update(self._ahead.wait(name))

    def find_or_draw(self, wanted: Wanted) -> Entry:
        """The file of a drawing, with its notes.

        Raises:
            LayoutError: where Graphviz fails.
            FontError: where the style names a font that there is not.
        """
        name, job = wanted
        self.wait(name)
        found = self._cache.find(*name)
        if found is None:
            self._fetch([name])
            found = self._cache.find(*name)
        if found is None:
            found = keep(self._cache, name, draw_now(job))
            self._drawn.add(name)
        return found

    def close(self) -> None:
        """End what draws ahead, at once."""
        if self._ahead is not None:
            self._ahead.close()

    def share(self) -> None:
        """Give to others what was drawn."""
        if self._shared is not None:
            found = {name: self._cache.find(*name) for name in sorted(self._drawn)}
            self._shared.send({name: partial(_content, entry) for name, entry in found.items() if entry is not None})
        self._drawn.clear()

    def _fetch(self, names: Iterable[Name]) -> None:
        """Ask others for what they have; each drawing once."""
        if self._shared is None:
            return
        wanted = [name for name in names if name not in self._asked]
        self._asked.update(wanted)
        for name, (data, notes) in self._shared.fetch(wanted).items():
            self._cache.store(*name, data, notes)


def _content(entry: Entry) -> tuple[bytes, bytes]:
    return entry.read(), entry.notes


def _identity(job: Job) -> str:
    """All that a drawing depends on: the job, and what it only names.

    A font file counts by what it holds: where it lies is different on every machine.
    """
    version = _dot_version(job.dot) if job.engine == "dot" else ""
    fonts = [[_content_of(name) for name in names] for names in (job.style.font, job.style.mono_font)]
    parts = version, fonts, job.format, job.engine, job.width, job.pipeline
    return f"{_look(job.style)} {parts!r}"


def _content_of(font: str) -> str:
    return digest_of(Path(font)) if os.path.isfile(font) else font


def _look(style: Style) -> str:
    """A style as text, but for its fonts.  It is larger than a diagram, and a project has few."""
    if id(style) not in _LOOKS:
        if len(_LOOKS) >= _FEW:
            _LOOKS.clear()
        _LOOKS[id(style)] = style, repr(replace(style, font=(), mono_font=()))
    return _LOOKS[id(style)][1]


_FEW = 16
_LOOKS: dict[int, tuple[Style, str]] = {}
"""By the identity of the style, which stays its own as long as the style is kept here."""


@cache
def _dot_version(dot: str) -> str:
    try:
        done = subprocess.run([dot, "-V"], capture_output=True, text=True, check=False)  # noqa: S603 -- the project's own
    except OSError:
        return ""
    return done.stderr.strip()
