"""Prefetch drawings in an executor while Sphinx reads and writes."""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..diagnostics import LayoutTimeoutError
from ..job import Drawing, Job
from .store import Cache, Entry, Name

_CHUNK = 4
"""Drawings in a task: enough to make submitting cheap, few enough to make no drawing wait long for the others."""

_SLACK = 10.0  # seconds that the drawings of a task may take beside their layouts

_MATPLOTLIB = logging.getLogger("matplotlib")

_DRAWING = threading.Lock()
"""Held while drawing, because executors may use threads and matplotlib's settings are global."""


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    """Drawings that were submitted together."""

    names: Sequence[Name]
    future: Future[Any]


def task_limit(timeout: float) -> float:
    """Seconds after which the worker of a task is stuck, if each of its drawings may take *timeout* seconds."""
    return _CHUNK * timeout + _SLACK


class Prefetcher:
    """Drawings that are being drawn by an executor, by name.

    It is optional: a drawing that fails here is drawn again, and fails again, when its page needs it; but not one whose
    time limit has passed.

    Args:
        folder: that of the local store, for workers that share it.
        start: starts an executor, or returns ``None`` if that fails; ``None`` if there can be no executor.
        minimum: how many drawings must be missing before the executor is started.
        shares_folder: whether its workers can write to *folder*; otherwise they send drawings back.
        patience: seconds without a result after which workers are given up; ``None`` for no limit.
        on_error: called with errors of the executor.
    """

    def __init__(
        self,
        folder: Path,
        start: Callable[[], Executor | None] | None,
        *,
        minimum: int,
        shares_folder: bool,
        patience: float | None = None,
        on_error: Callable[[BaseException], object] = lambda _: None,
    ) -> None:
        self._folder = folder
        self._start = start
        self._minimum = minimum
        self._shares_folder = shares_folder
        self._patience = patience
        self._on_error = on_error
        self._executor: Executor | None = None
        self._refused = False
        self._expects_no_more = False
        self._queued: dict[Name, Job] = {}
        self._pending: dict[Name, _Task] = {}
        self._failures: dict[Name, LayoutTimeoutError] = {}

    @property
    def may_draw(self) -> bool:
        """Whether jobs that are added may be drawn."""
        return self._start is not None and not self._refused

    def add(self, name: Name, job: Job) -> None:
        """Queue a job, and submit what is queued if there is enough of it."""
        if not self.may_draw or name in self._pending:
            return
        self._queued[name] = job
        if self._executor is None and len(self._queued) >= self._minimum:
            self._open()
        while self._executor is not None and len(self._queued) >= _CHUNK:
            self._submit(self._executor)

    def flush(self) -> None:
        """Submit what is queued, if the executor has been started."""
        while self._executor is not None and self._queued:
            self._submit(self._executor)

    def expect_no_more(self) -> None:
        """Close the executor, if it runs on this machine, as soon as all its drawings were waited for.

        If enough jobs are added after that, it is started again and stays.
        """
        self._expects_no_more = self._shares_folder

    def wait(self, name: Name) -> Mapping[Name, Drawing | None]:
        """Wait for a drawing, and for those that were submitted with it.

        Returns:
            The drawings that were made elsewhere; ``None`` for those that their worker has stored, and for failures.
            Empty if *name* is not pending.
        """
        self._queued.pop(name, None)
        if name not in self._pending:
            return {}
        task = self._pending[name]
        drawings: dict[Name, Drawing | None] = dict.fromkeys(task.names)
        try:
            results: Sequence[Drawing | LayoutTimeoutError | None] = task.future.result(self._patience)
            for each, result in zip(task.names, results, strict=True):
                if isinstance(result, Drawing):
                    drawings[each] = result
                elif isinstance(result, LayoutTimeoutError):
                    self._failures[each] = result
        except FutureTimeoutError as error:
            self._on_error(error)
            self.close()
            self._refuse()
        except Exception as error:  # noqa: BLE001 -- such as a dead worker: it is drawn again
            self._on_error(error)
        # After Ctrl-C, it stays pending, so that nobody waits for it again.
        for each in task.names:
            self._pending.pop(each, None)
        if self._expects_no_more and not (self._pending or self._queued):
            self._expects_no_more = False
            self.close()
        return drawings

    def failure(self, name: Name) -> LayoutTimeoutError | None:
        """The error of a drawing that was waited for, if it took too long."""
        return self._failures.get(name)

    def close(self) -> None:
        """Shut the executor down and drop what was not waited for.  It can be started again."""
        executor, self._executor = self._executor, None
        idle = not self._pending
        for task in self._pending.values():
            task.future.cancel()
        self._pending.clear()
        self._queued.clear()
        self._refused = False
        if executor is not None:
            try:
                executor.shutdown(wait=idle)
            except Exception as error:  # noqa: BLE001 -- the executor may be of any package
                self._on_error(error)

    def _open(self) -> None:
        assert self._start
        try:
            self._executor = self._start()
        except Exception as error:  # noqa: BLE001 -- as before
            self._on_error(error)
        if self._executor is None:
            self._refuse()

    def _refuse(self) -> None:
        """Prefetch nothing more."""
        self._refused = True
        self._queued.clear()

    def _submit(self, executor: Executor) -> None:
        names = [*self._queued][:_CHUNK]
        jobs = [self._queued.pop(name) for name in names]
        try:
            if self._shares_folder:
                future: Future[Any] = executor.submit(draw_into, self._folder, names, jobs)
            else:
                future = executor.submit(draw_all, jobs)
        except Exception as error:  # noqa: BLE001 -- as before; there is no other executor
            self._refuse()
            self._on_error(error)
            return
        self._pending.update(dict.fromkeys(names, _Task(names, future)))


def warm_up() -> None:
    """Load the modules that draw, before workers fork.

    Nothing is drawn, because that opens font files, and processes that share an open file share its position.
    """
    from ..rendering import load

    load()
    gc.freeze()  # workers need not search loaded modules for garbage, nor copy their pages by doing so


def draw_into(folder: Path, names: Sequence[Name], jobs: Sequence[Job]) -> list[Drawing | LayoutTimeoutError | None]:
    """Draw, and store each drawing in *folder*; run by workers on this machine.

    Returns:
        Drawings that cannot be stored, errors of those that took too long, and ``None`` for the others.
    """
    results: list[Drawing | LayoutTimeoutError | None] = []
    for name, result in zip(names, _draw_each(jobs), strict=True):
        stored = isinstance(result, Drawing) and keep(Cache(folder), name, result)
        results.append(None if stored else result)
    return results


def draw_all(jobs: Sequence[Job]) -> list[Drawing | LayoutTimeoutError | None]:
    """Draw; run by workers anywhere.  ``None`` stands for one that fails: it fails again, and is reported, later."""
    return [*_draw_each(jobs)]


def _draw_each(jobs: Iterable[Job]) -> Iterator[Drawing | LayoutTimeoutError | None]:
    for job in jobs:
        try:
            yield draw_now(job)
        except LayoutTimeoutError as error:  # one diagram may fail, the others may not
            yield error
        except Exception:  # noqa: BLE001 -- as before
            yield None


def draw_now(job: Job) -> Drawing:
    """Draw in this process.

    Raises:
        LayoutError: if Graphviz fails.
        FontError: if the style names a font that is missing.
    """
    if _MATPLOTLIB.level != logging.WARNING:  # to set a level takes time: all loggers forget theirs
        _MATPLOTLIB.setLevel(logging.WARNING)  # its other messages are not for authors
    # Imported here because a build that finds every drawing does without it.
    from ..rendering import draw

    with _DRAWING:
        return draw(job)


def keep(cache: Cache, name: Name, drawing: Drawing) -> bool:
    """Cache a drawing with its notes; return whether it could be written."""
    return cache.store(*name, Entry(drawing.data, drawing.notes.to_json()))
