"""Schedule the drawings of a build: the jobs of each diagram, and the executor that runs them.

Loaded with the first diagram of a build.
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
from ..cache.inspection import RefusedEntryError
from ..cache.prefetch import Prefetcher, task_limit, warm_up
from ..cache.process_pool import Pool
from ..cache.remote import Files, FolderFiles, SharedCache, UrlFiles
from ..job import Finish, Job
from ..layout.lifeline import workers_supported
from ..model.pipeline import Pipeline
from ..style.types import Style
from .builders import INLINE, Output, output_for, page_height, page_width
from .doctree import resolved
from .nodes import pipeline_diagram
from .paths import cache_folder, shared_folder, unwritten_warning

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

logger = logging.getLogger(__name__)

_T = TypeVar("_T")

MINIMUM = 32
"""Missing drawings for which the executor of the project is asked, or for which a process that has loaded the drawing
modules starts workers: as many as it draws while workers load these modules."""

MINIMUM_UNLOADED = 8
"""Missing drawings for which a process that has not loaded the drawing modules starts workers.

Measured on 2 processors with ``benchmarks.generate --pages 20``, cold builds with and without workers, medians of five
alternating runs: 0.77 and 0.80 s for 4 diagrams, 0.79 and 0.84 s for 8, 0.87 and 1.04 s for 16, 1.36 and 1.97 s for
100.  Below eight, the gain does not justify a process.
"""

_MAX_WORKERS = 8
"""Maximum of workers if Sphinx uses one process, which writes pages as fast as two or three workers draw."""

_QUIET = 1.0  # seconds before progress is shown

_DRAWINGS: WeakKeyDictionary[Sphinx, Drawings] = WeakKeyDictionary()


def drawings_of(app: Sphinx) -> Drawings:
    """Drawings of the project, with the executor and the shared cache of its configuration."""
    if app not in _DRAWINGS:
        folder = cache_folder(app)
        if named := app.config.llmpipeline_executor:
            start = partial(_named_executor, named)
            warn = _WarnOnce(_EXECUTOR, "config")
            prefetcher = Prefetcher(folder, start, minimum=MINIMUM, shares_folder=False, on_error=warn)
        else:
            workers = _worker_count(app.parallel)
            own = partial(_own_executor, workers) if workers > 1 else None
            loaded = "sphinxext.llmpipeline.rendering" in sys.modules
            minimum = MINIMUM if loaded else MINIMUM_UNLOADED
            patience = task_limit(app.config.llmpipeline_timeout)
            prefetcher = Prefetcher(folder, own, minimum=minimum, shares_folder=True, patience=patience)
        place = app.config.llmpipeline_cache
        connect = partial(_open, place, shared_folder(app))
        warn, refused = _WarnOnce(_SHARED, "cache"), _WarnOnce(_REFUSED, "cache")
        shared = SharedCache(connect, warn, refused) if place else None
        _DRAWINGS[app] = drawings = Drawings(folder, prefetcher, shared, unwritten_warning(app))
        app.connect("env-updated", _flush)
        app.connect("build-finished", _finish, priority=900)  # after the fonts
        finalize(app, drawings.close)  # because a build that is interrupted emits no event
    return _DRAWINGS[app]


_EXECUTOR = "llmpipeline_executor: %s; drawing in this process instead"
_SHARED = "llmpipeline_cache: %s; this build goes on without it"
_REFUSED = "llmpipeline_cache: %s; drawing it again"


class _WarnOnce:
    """Log the first of several errors as a warning."""

    def __init__(self, message: str, subtype: str) -> None:
        self._message = message
        self._subtype = subtype
        self._warned = False

    def __call__(self, error: BaseException) -> None:
        if not self._warned:
            self._warned = True
            text, kind = str(error), type(error).__name__
            reason = text if isinstance(error, RefusedEntryError) else f"{kind}: {text}" if text else kind
            logger.warning(self._message, reason, type="llmpipeline", subtype=self._subtype)


def _worker_count(parallel: int) -> int:
    """Workers for a build with *parallel* processes; of less than two, none is worth it."""
    if not workers_supported():
        return 0
    return parallel if parallel > 1 else min(processors(), _MAX_WORKERS)


def _own_executor(workers: int) -> Executor | None:
    """Worker pool on this machine; ``None`` if processes cannot be started."""
    try:
        return Pool(workers, warm_up)
    except OSError:
        return None


def processors() -> int:
    """Number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _named_executor(name: str) -> Executor:
    """Executor that the project's ``module:callable`` returns.

    Raises:
        TypeError: if it returns another object.
        Exception: any error of the project's own code.
    """
    module, _, attribute = name.partition(":")
    executor = getattr(import_module(module), attribute)()
    if not isinstance(executor, Executor):
        raise TypeError(f"expected a concurrent.futures.Executor from '{name}', got {type(executor).__name__}")
    return executor


def _open(place: str, folder: Path | None) -> Files:
    return UrlFiles(place) if folder is None else FolderFiles(folder)


def style_of(app: Sphinx, diagram: pipeline_diagram) -> Style:
    """Style of a diagram: that of its option ``:style:``, otherwise that of the project."""
    config = app.config
    style: Style = config.llmpipeline_styles.get(diagram.get("style"), config.llmpipeline_style)
    return style


def jobs_of(app: Sphinx, diagram: pipeline_diagram) -> list[Wanted]:
    """Drawing jobs of *diagram* for the builder: one for each file."""
    output = output_of(app, diagram)
    assert output, f"the builder {app.builder.name!r} shows no pictures"
    return jobs_for(app, resolved(diagram), style_of(app, diagram), output, finish_of(app, diagram))


def output_of(app: Sphinx, diagram: pipeline_diagram) -> Output | None:
    """The way in which the builder shows *diagram*; ``None`` if it shows no pictures."""
    return output_for(app.builder, app.config.llmpipeline_formats, diagram.get("format"))


def finish_of(app: Sphinx, diagram: pipeline_diagram) -> Finish | None:
    """The function of the project that finishes *diagram*; ``None`` without one."""
    target: str = app.config.llmpipeline_finish
    if not target:
        return None
    from .plot_functions import file_digest  # imported here because few projects have functions

    found = file_digest(target)
    return Finish(target, diagram.get("called", ""), found[1] if found else "")


def jobs_for(
    app: Sphinx, pipeline: Pipeline, style: Style, output: Output, finish: Finish | None = None
) -> list[Wanted]:
    """Drawing jobs for *pipeline* in *style*: the drawing, and one for dense screens if that is another file."""
    config, builder = app.config, app.builder
    width = page_width(config.llmpipeline_width, builder.name, builder.format)
    formats = [output.format, output.beside] if output.beside else [output.format]
    engine, dot, timeout = config.llmpipeline_engine, config.llmpipeline_dot, config.llmpipeline_timeout
    narrow = config.llmpipeline_narrow_width if output == INLINE else 0.0
    rest = engine, dot, width, timeout, narrow, finish, page_height(width, builder.format)
    return [wanted(Job(pipeline, style, format, *rest)) for format in formats]


def begin_page(app: Sphinx, jobs: Sequence[Wanted]) -> None:
    """Prefetch all drawings of a document that is about to be written."""
    if jobs and not draws_before_writing(app):
        drawings_of(app).prefetch(jobs)
        drawings_of(app).flush()


def draws_before_writing(app: Sphinx) -> bool:
    """Whether prefetching must end before Sphinx writes: forks do not go together with threads of an executor."""
    return bool(app.parallel > 1 and app.builder.allow_parallel and app.config.llmpipeline_executor)


def with_progress(app: Sphinx, parts: Iterable[tuple[str, _T]]) -> Iterator[_T]:
    """Iterate over *parts*, pairs of a name and a value; after a second, show the progress with the names."""
    rest = deque(parts)
    end = time.monotonic() + _QUIET
    while rest and time.monotonic() < end:
        yield rest.popleft()[1]
    if rest:
        shown = status_iterator(rest, "drawing diagrams... ", "brown", len(rest), app.verbosity, itemgetter(0))
        yield from (part for _, part in shown)


def _flush(app: Sphinx, _env: BuildEnvironment) -> None:
    """Start the last, incomplete batch, and let workers end when idle, because all documents have been read."""
    drawings_of(app).flush()
    drawings_of(app).expect_no_more()


def _finish(app: Sphinx, exception: Exception | None) -> None:
    """Stop the executor; after a successful build, copy new drawings to the shared cache."""
    drawings_of(app).close()
    if exception is None:
        drawings_of(app).share()
