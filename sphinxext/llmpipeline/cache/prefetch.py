"""Drawings that are made before they are asked for, by an executor, while Sphinx does its own work."""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Callable, KeysView, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..job import Drawing, Job, Notes
from .store import Cache, Entry, Name

_CHUNK = 4
"""Drawings in a task: enough that passing them on costs little, few enough that nobody waits long for one of them."""

_GARBAGE = 50_000
"""Objects by which a worker grows before it looks for garbage, of which drawings leave none."""

_DRAWING = threading.Lock()
"""Held by whoever draws: an executor may have several threads, and matplotlib's settings are those of a process."""


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    """What an executor was asked for at once."""

    names: Sequence[Name]
    future: Future[Any]


class Ahead:
    """What has been begun, by its name in the cache.

    Nothing depends on it: a drawing that fails here is drawn where it is needed, and fails there.

    Args:
        folder: where drawings are kept.
        start: gives an executor, or ``None`` where there is none to be had.
        least: how many drawings must be missing before it is started.
        shares_folder: whether its workers can write to *folder*; else the drawings come back and are written here.
        failed: is told why the executor did not do what it was asked to.
    """

    def __init__(
        self,
        folder: Path,
        start: Callable[[], Executor | None],
        *,
        least: int,
        shares_folder: bool,
        failed: Callable[[BaseException], object] = lambda _: None,
    ) -> None:
        self._folder = folder
        self._start = start
        self._least = least
        self._shares_folder = shares_folder
        self._failed = failed
        self._executor: Executor | None = None
        self._refused = False
        self._expects_no_more = False
        self._waiting: dict[Name, Job] = {}
        self._begun: dict[Name, _Task] = {}

    @property
    def begun(self) -> KeysView[Name]:
        """What is being drawn, or has been drawn and not been asked for."""
        return self._begun.keys()

    def add(self, name: Name, job: Job) -> None:
        """Draw *job*, now or when there are enough of them."""
        if self._refused or name in self._begun:
            return
        self._waiting[name] = job
        if self._executor is None and len(self._waiting) >= self._least:
            self._open()
        while self._executor is not None and len(self._waiting) >= _CHUNK:
            self._submit(self._executor)

    def flush(self) -> None:
        """Begin with what was not enough for a task, where there are workers at all."""
        while self._executor is not None and self._waiting:
            self._submit(self._executor)

    def expect_no_more(self) -> None:
        """Little is likely to be added from here on: workers on this machine end when they have done what there is.

        They start anew, as ever, if there is enough for them after all, and then they stay.
        """
        self._expects_no_more = self._shares_folder

    def wait(self, name: Name) -> Sequence[Name]:
        """Wait for a drawing, and so for those that were begun with it.

        Returns:
            What has been drawn, or has failed; nothing where the drawing was not begun.
        """
        self._waiting.pop(name, None)
        if name not in self._begun:
            return ()
        task = self._begun[name]
        for each in task.names:
            self._begun.pop(each, None)
        try:
            drawings = task.future.result()
            if not self._shares_folder:
                for each, drawing in zip(task.names, drawings, strict=True):
                    if drawing is not None:
                        keep(Cache(self._folder), each, drawing)
        except Exception as error:  # noqa: BLE001 -- a worker that ended, a full disk: it is drawn again
            self._failed(error)
        if self._expects_no_more and not (self._begun or self._waiting):
            self._expects_no_more = False
            self.close()
        return task.names

    def close(self) -> None:
        """End the executor, and give up what was not waited for.  It starts anew when it is needed again."""
        executor, self._executor = self._executor, None
        idle = not self._begun
        for task in self._begun.values():
            task.future.cancel()
        self._begun.clear()
        self._waiting.clear()
        self._refused = False
        if executor is not None:
            try:
                executor.shutdown(wait=idle)
            except Exception as error:  # noqa: BLE001 -- the executor may be anybody's
                self._failed(error)

    def _open(self) -> None:
        try:
            self._executor = self._start()
        except Exception as error:  # noqa: BLE001 -- as before
            self._failed(error)
        if self._executor is None:
            self._refuse()

    def _refuse(self) -> None:
        """Draw nothing more ahead."""
        self._refused = True
        self._waiting.clear()

    def _submit(self, executor: Executor) -> None:
        names = [*self._waiting][:_CHUNK]
        jobs = [self._waiting.pop(name) for name in names]
        try:
            if self._shares_folder:
                future: Future[Any] = executor.submit(draw_into, self._folder, names, jobs)
            else:
                future = executor.submit(draw_all, jobs)
        except Exception as error:  # noqa: BLE001 -- as before; none is left to ask
            self._refuse()
            self._failed(error)
            return
        self._begun.update(dict.fromkeys(names, _Task(names, future)))


def warm_up() -> None:
    """Load what draws, before workers part.

    Nothing is drawn: that opens font files, and processes that share an open file read it at one place.
    """
    from ..rendering import load

    load()
    # What is loaded stays: no worker need look through it for garbage, nor copy it by doing so.
    gc.freeze()
    gc.set_threshold(_GARBAGE)


def draw_into(folder: Path, names: Sequence[Name], jobs: Sequence[Job]) -> None:
    """Draw, and keep what was drawn in *folder*; run by workers on this machine."""
    cache = Cache(folder)
    for name, drawing in zip(names, draw_all(jobs), strict=True):
        if drawing is not None:
            keep(cache, name, drawing)


def draw_all(jobs: Sequence[Job]) -> list[Drawing | None]:
    """Draw; run by workers anywhere.  ``None`` where one fails: it will fail again where its document is known."""
    drawings: list[Drawing | None] = []
    for job in jobs:
        try:
            drawings.append(draw_now(job))
        except Exception:  # noqa: BLE001, PERF203 -- one diagram may fail, the others may not
            drawings.append(None)
    return drawings


def draw_now(job: Job) -> Drawing:
    """Draw in this process.

    Raises:
        LayoutError: where Graphviz fails.
        FontError: where the style names a font that there is not.
    """
    # Only now: a build that finds every drawing in the cache never loads what draws.
    logging.getLogger("matplotlib").setLevel(logging.WARNING)  # its notes are no news to an author
    from ..rendering import draw

    with _DRAWING:
        return draw(job)


def keep(cache: Cache, name: Name, drawing: Drawing) -> Entry:
    """Put a drawing into the cache, with its notes."""
    return cache.store(*name, drawing.data, drawing.notes.to_json() if drawing.notes != Notes() else b"")
