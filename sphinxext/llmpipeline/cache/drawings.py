"""Look a drawing up: local store, shared cache, running prefetch, or draw it now."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import NamedTuple

from ..job import Drawing, Format, Job
from ..layout.program import run_program
from ..model.steps import statements
from ..style.types import Style
from .inspection import drawing_of
from .prefetch import Prefetcher, draw_now, keep
from .remote import SharedCache
from .store import Cache, Name, digest_of, key_of

_PATIENCE = 10.0  # seconds that a program may take to print its version

_SUFFIXES: Mapping[Format, str] = {
    "svg": "svg",
    "svg-outlines": "outlines.svg",
    "pdf": "pdf",
    "png": "png",
    "png@2x": "2x.png",
}


class Wanted(NamedTuple):
    """A job with the name of its drawing, which is the same on every machine."""

    name: Name
    job: Job


def wanted(job: Job) -> Wanted:
    """Name the drawing of a job; this takes longer than looking it up."""
    packages = [] if job.engine == "dot" else [job.engine]
    return Wanted((key_of(_identity(job), *packages), _SUFFIXES[job.format]), job)


class Drawings:
    """All drawings of a project, in the local store in *folder*.

    Missing drawings are fetched from the cache *shared*, and new ones are sent to it.  *on_error* is called with the
    errors of writing to *folder*.
    """

    def __init__(
        self,
        folder: Path,
        prefetcher: Prefetcher | None = None,
        shared: SharedCache | None = None,
        on_error: Callable[[OSError], object] = lambda _: None,
    ) -> None:
        self._cache = Cache(folder, on_error)
        self._prefetcher = prefetcher or Prefetcher(folder, None, minimum=1, shares_folder=True)
        self._shared = shared
        self._asked: set[Name] = set()
        self._drawn: set[Name] = set()

    @property
    def may_prefetch(self) -> bool:
        """Whether :meth:`prefetch` may be of use: there may be workers, or a shared cache."""
        return self._shared is not None or self._prefetcher.may_draw

    def missing(self, jobs: Iterable[Wanted]) -> list[Wanted]:
        """Those of *jobs* that are not in the local store."""
        return [job for job in jobs if not self._cache.has(*job.name)]

    def prefetch(self, jobs: Iterable[Wanted]) -> None:
        """Fetch or draw what is missing of *jobs* in advance."""
        missing = dict(self.missing(jobs))
        self._fetch(missing)
        for name, job in missing.items():
            if name not in self._drawn and not self._cache.has(*name):
                self._prefetcher.add(name, job)

    def flush(self) -> None:
        """Submit jobs that are too few for a task."""
        self._prefetcher.flush()

    def expect_no_more(self) -> None:
        """Let workers end when they have drawn what was submitted."""
        self._prefetcher.expect_no_more()

    def wait(self, name: Name) -> None:
        """Wait for a drawing that is being prefetched."""
        for each, drawing in self._prefetcher.wait(name).items():
            self._drawn.add(each)
            if drawing is not None:
                keep(self._cache, each, drawing)

    def find_or_draw(self, wanted: Wanted) -> Drawing:
        """A drawing from the store or the shared cache; otherwise it is drawn and stored.

        Raises:
            LayoutError: if Graphviz fails.
            FontError: if the style names a font that is missing.
        """
        name, job = wanted
        self.wait(name)
        drawing = self._find(name)
        if drawing is None:
            self._fetch([name])
            drawing = self._find(name)
        if drawing is None:
            if failure := self._prefetcher.failure(name):
                raise failure
            drawing = draw_now(job)
            keep(self._cache, name, drawing)
            self._drawn.add(name)
        return drawing

    def image_file(self, wanted: Wanted, drawing: Drawing) -> Path:
        """A file with the content of a drawing, for builders that copy images.

        Raises:
            OSError: if it can be written neither in the store nor in a temporary folder.
        """
        return self._cache.plain_file(*wanted.name, drawing.data)

    def close(self) -> None:
        """End prefetching at once."""
        self._prefetcher.close()

    def share(self) -> None:
        """Send new drawings to the shared cache."""
        if self._shared is not None:
            self._shared.send({name: partial(self._cache.read, *name) for name in sorted(self._drawn)})
        self._drawn.clear()

    def _find(self, name: Name) -> Drawing | None:
        """A drawing of the local store; ``None`` if it is missing, damaged or of another version."""
        entry = self._cache.find(*name)
        return None if entry is None else drawing_of(name, entry)

    def _fetch(self, names: Iterable[Name]) -> None:
        """Copy drawings from the shared cache, which is asked once for each."""
        if self._shared is None:
            return
        asked = [name for name in names if name not in self._asked]
        self._asked.update(asked)
        for name, written in self._shared.fetch(asked).items():
            self._cache.write(*name, written)


def _identity(job: Job) -> str:
    """A text of everything that a drawing depends on.

    A font file counts by its content, because its path differs between machines.
    """
    version = _dot_version(job.dot) if job.engine == "dot" else ""
    fonts = [[_font_identity(name) for name in names] for names in (job.style.font, job.style.mono_font)]
    parts = version, fonts, job.format, job.engine, job.width, job.height, job.narrow, job.pipeline
    finish = f" {job.finish!r}" if job.finish else ""
    return f"{_style_identity(job.style)} {parts!r} {statements(job.pipeline.edges)}{finish}"


def _font_identity(font: str) -> str:
    return digest_of(Path(font)) if os.path.isfile(font) else font


@lru_cache(maxsize=16)
def _style_identity(style: Style) -> str:
    """A style without its fonts, as text.  It is longer than a diagram, and a project has few."""
    return repr(replace(style, font=(), mono_font=()))


@cache
def _dot_version(dot: str) -> str:
    """The version that a program prints; empty if it prints none, or does not end."""
    with suppress(OSError):
        return run_program([dot, "-V"], b"", _PATIENCE).printed.decode(errors="replace").strip()
    return ""
