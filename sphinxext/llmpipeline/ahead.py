"""Drawings that are made before they are asked for, by an executor, while Sphinx does its own work."""

from __future__ import annotations

import logging
from collections.abc import Callable, KeysView, Sequence
from concurrent.futures import Executor, Future
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from .drawing import Drawing, Job, Notes
from .files import Cache, Entry, Name

_T = TypeVar("_T")

LEAST = 32
"""Drawings that must be missing before processes are started: fewer are drawn here before those have begun."""

_CHUNK = 4
"""Drawings in a task: enough that passing them on costs little, few enough that nobody waits long for one of them."""


class Ahead:
    """What has been begun, by its name in the cache.

    Nothing depends on it: a drawing that fails here is drawn where it is needed, and fails there.

    Args:
        folder: where drawings are kept.
        start: gives an executor, or ``None`` where there is none to be had.
        shares_folder: whether its workers can write to *folder*; else the drawings come back and are written here.
        failed: is told, once, why the executor did not do what it was asked to.
    """

    def __init__(
        self,
        folder: Path,
        start: Callable[[], Executor | None],
        *,
        shares_folder: bool,
        failed: Callable[[BaseException], object] = lambda _: None,
    ) -> None:
        self._folder = folder
        self._start = start
        self._shares_folder = shares_folder
        self._failed = failed
        self._executor: Executor | None = None
        self._refused = False
        self._waiting: dict[Name, Job] = {}
        self._begun: dict[Name, Future[None]] = {}
        self._tasks: set[Future[Any]] = set()

    @property
    def begun(self) -> KeysView[Name]:
        """What is being drawn, or has been drawn and not been asked for."""
        return self._begun.keys()

    def add(self, name: Name, job: Job) -> None:
        """Draw *job*, now or when there are enough of them."""
        if self._refused or name in self._begun:
            return
        self._waiting[name] = job
        if self._executor is None and len(self._waiting) >= LEAST:
            self._open()
        while self._executor is not None and len(self._waiting) >= _CHUNK:
            self._submit(self._executor)

    def flush(self) -> None:
        """Begin with what was not enough for a task, where there are workers at all."""
        while self._executor is not None and self._waiting:
            self._submit(self._executor)

    def wait(self, name: Name) -> bool:
        """Wait for a drawing; whether there was one to wait for, which may have failed."""
        self._waiting.pop(name, None)
        if name not in self._begun:
            return False
        # It holds nothing, and fails never: what counts is what is in the cache now.
        self._begun.pop(name).result()
        return True

    def call(self, function: Callable[..., _T], *arguments: Any) -> _T:
        """Call a function of a module, by a worker that runs and can write to the folder, or here."""
        if self._executor is not None and self._shares_folder:
            with suppress(Exception):  # whatever went wrong there may go well here
                return self._executor.submit(function, *arguments).result()
        return function(*arguments)

    def close(self, *, wait: bool) -> None:
        """End the executor: with *wait* when all is drawn, else at once.  It starts anew when it is needed again."""
        executor, self._executor = self._executor, None
        self._waiting.clear()
        if not wait:
            for task in [*self._tasks]:
                task.cancel()
        if executor is not None:
            executor.shutdown(wait=wait)
        self._begun.clear()
        self._refused = False

    def _open(self) -> None:
        try:
            self._executor = self._start()
        except Exception as error:  # noqa: BLE001 -- the executor may be anybody's
            self._failed(error)
        if self._executor is None:
            self._refused = True
            self._waiting.clear()

    def _submit(self, executor: Executor) -> None:
        chunk = [(name, self._waiting.pop(name)) for name in [*self._waiting][:_CHUNK]]
        names = [name for name, _ in chunk]
        task: Future[Any]
        try:
            if self._shares_folder:
                task, coming = executor.submit(draw_into, self._folder, chunk), []
            else:
                task, coming = executor.submit(draw_all, [job for _, job in chunk]), names
        except Exception as error:  # noqa: BLE001 -- as before; none is left to ask
            self._refused = True
            self._waiting.clear()
            self._failed(error)
            return
        stored: Future[None] = Future()
        self._begun.update(dict.fromkeys(names, stored))
        self._tasks.add(task)
        task.add_done_callback(lambda done: self._keep(done, stored, coming))

    def _keep(self, done: Future[Any], stored: Future[None], names: Sequence[Name]) -> None:
        """Put into the cache what came back, in whichever thread it came."""
        try:
            if not done.cancelled():
                for name, drawing in zip(names, done.result() or (), strict=True):
                    if drawing is not None:
                        keep(Cache(self._folder), name, drawing)
        except Exception as error:  # noqa: BLE001 -- a worker that ended, a full disk: it is drawn again
            self._failed(error)
        finally:
            self._tasks.discard(done)
            stored.set_result(None)


def warm_up() -> None:
    """Load what draws.

    Nothing is drawn: that opens font files, and processes that share an open file read it at one place.
    """
    from . import draw  # noqa: F401


def draw_into(folder: Path, chunk: Sequence[tuple[Name, Job]]) -> None:
    """Draw, and keep what was drawn in *folder*; run by workers on this machine."""
    cache = Cache(folder)
    for (name, _), drawing in zip(chunk, draw_all([job for _, job in chunk]), strict=True):
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
    from .draw import draw

    return draw(job)


def keep(cache: Cache, name: Name, drawing: Drawing) -> Entry:
    """Put a drawing into the cache, with its notes."""
    return cache.store(*name, drawing.data, drawing.notes.to_json() if drawing.notes != Notes() else b"")
