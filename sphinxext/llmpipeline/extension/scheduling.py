"""Who draws, and what is drawn of a diagram: the meeting of :mod:`cached` with Sphinx.

It is loaded when the first diagram is met.
"""

from __future__ import annotations

import os
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from functools import partial
from importlib import import_module
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakKeyDictionary, finalize

from sphinx.util import logging
from sphinx.util.display import status_iterator

from ..cache.drawings import Drawings, Wanted, wanted
from ..cache.prefetch import Prefetcher, warm_up
from ..cache.process_pool import Pool, supported
from ..cache.remote import Files, FolderFiles, SharedCache, UrlFiles
from ..job import Job
from ..model.pipeline import Pipeline
from ..style.types import Style
from .builders import output_for, page_width
from .doctree import resolved
from .nodes import pipeline_diagram
from .paths import cache_folder

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

logger = logging.getLogger(__name__)

_T = TypeVar("_T")

LEAST = 32
"""Drawings that must be missing before the project's executor is asked, or before workers are started by a process that
has loaded what draws: as many as it draws while workers load it."""

LEAST_UNLOADED = 8
"""Drawings that must be missing before workers are started by a process that has not loaded what draws.

Measured on 2 processors with ``benchmarks.generate --pages 20``, cold builds with and without workers, medians of five
in turns: 0.77 and 0.80 s for 4 diagrams, 0.79 and 0.84 s for 8, 0.87 and 1.04 s for 16, 1.36 and 1.97 s for 100.  Below
eight, the gain is not worth a process.
"""

_MOST = 8
"""Workers, where Sphinx works in one process: as fast as it writes pages, two or three of them draw."""

_MOMENT = 1.0  # second that passes before progress is shown

_KNOWN: WeakKeyDictionary[Sphinx, Drawings] = WeakKeyDictionary()


def drawings_of(app: Sphinx) -> Drawings:
    """The drawings of a project."""
    if app not in _KNOWN:
        folder = cache_folder(app)
        if named := app.config.llmpipeline_executor:
            start = partial(_named_executor, named)
            warn = _Once(_EXECUTOR, "config")
            prefetcher = Prefetcher(folder, start, minimum=LEAST, shares_folder=False, on_error=warn)
        else:
            workers = partial(_own_executor, app.parallel)
            prefetcher = Prefetcher(folder, workers, minimum=_least(), shares_folder=True)
        drawings = Drawings(folder, prefetcher, _shared(app.config.llmpipeline_cache, Path(app.confdir)))
        _KNOWN[app] = drawings
        app.connect("env-updated", _flush)
        app.connect("build-finished", _finish, priority=900)  # when the fonts are made
        finalize(app, drawings.close)  # where the build ends in a way of which Sphinx does not tell
    return _KNOWN[app]


_EXECUTOR = "llmpipeline_executor: %s; what it did not draw is drawn without it"
_SHARED = "llmpipeline_cache: %s; this build goes on without it"


class _Once:
    """Warns of the first of several mistakes."""

    def __init__(self, message: str, subtype: str) -> None:
        self._message = message
        self._subtype = subtype
        self._said = False

    def __call__(self, error: BaseException) -> None:
        if not self._said:
            self._said = True
            reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            logger.warning(self._message, reason, type="llmpipeline", subtype=self._subtype)


def _least() -> int:
    """How many drawings must be missing for processes on this machine to be worth their while."""
    return LEAST if "sphinxext.llmpipeline.rendering" in sys.modules else LEAST_UNLOADED


def _own_executor(parallel: int) -> Executor | None:
    """Processes on this machine; none where they would only wait for each other."""
    workers = parallel if parallel > 1 else min(processors(), _MOST)
    if workers < 2 or not supported():
        return None
    try:
        return Pool(workers, warm_up)
    except OSError:
        return None


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _named_executor(name: str) -> Executor:
    """What the project names.

    Raises:
        Exception: whatever the project's own code raises.
        TypeError: where it gives something else.
    """
    module, _, attribute = name.partition(":")
    made = getattr(import_module(module), attribute)()
    if not isinstance(made, Executor):
        raise TypeError(f"expected a concurrent.futures.Executor from '{name}', got {type(made).__name__}")
    return made


def _shared(place: str, confdir: Path) -> SharedCache | None:
    if not place:
        return None
    return SharedCache(partial(_open, place, confdir), _Once(_SHARED, "cache"))


def _open(place: str, confdir: Path) -> Files:
    return UrlFiles(place) if "://" in place else FolderFiles(confdir / place)


def style_of(app: Sphinx, diagram: pipeline_diagram) -> Style:
    """The style of a diagram."""
    style: Style = app.config.llmpipeline_style
    if "style" not in diagram:
        return style
    # Only now, as where it was read.
    from ..style.reader import read_style

    return read_style(diagram["style"], style)[0]


def jobs_of(app: Sphinx, diagram: pipeline_diagram) -> list[Wanted]:
    """What is drawn of a diagram for the builder: the picture, and one for dense screens where that is another."""
    return jobs_for(app, resolved(diagram), style_of(app, diagram))


def jobs_for(app: Sphinx, pipeline: Pipeline, style: Style) -> list[Wanted]:
    """The same, of its parts."""
    config, builder = app.config, app.builder
    output = output_for(builder, config.llmpipeline_formats)
    if output is None:
        return []
    width = page_width(config.llmpipeline_width, builder.name, builder.format)
    formats = [output.format, output.beside] if output.beside else [output.format]
    engine, dot = config.llmpipeline_engine, config.llmpipeline_dot
    return [wanted(Job(pipeline, style, format, engine, dot, width)) for format in formats]


def begin_page(app: Sphinx, jobs: Sequence[Wanted]) -> None:
    """Begin with all drawings of a document that is about to be written."""
    if jobs and not in_between(app):
        drawings_of(app).prefetch(jobs)
        drawings_of(app).flush()


def in_between(app: Sphinx) -> bool:
    """Whether drawing ahead must be over when Sphinx begins to write."""
    return bool(app.parallel > 1 and app.builder.allow_parallel and app.config.llmpipeline_executor)


def with_progress(app: Sphinx, parts: Iterable[tuple[str, _T]]) -> Iterator[_T]:
    """Go through the parts of some work, each with its name; after a moment, show how far it is."""
    rest = deque(parts)
    end = time.monotonic() + _MOMENT
    while rest and time.monotonic() < end:
        yield rest.popleft()[1]
    if rest:
        shown = status_iterator(rest, "drawing diagrams... ", "brown", len(rest), app.verbosity, itemgetter(0))
        yield from (part for _, part in shown)


def _flush(app: Sphinx, _env: BuildEnvironment) -> None:
    """All is read: what has waited for company is begun, and workers need not stay until the build ends."""
    drawings_of(app).flush()
    drawings_of(app).expect_no_more()


def _finish(app: Sphinx, exception: Exception | None) -> None:
    """End what draws, however the build ends; after one that went well, others get the drawings."""
    drawings_of(app).close()
    if exception is None:
        drawings_of(app).share()
