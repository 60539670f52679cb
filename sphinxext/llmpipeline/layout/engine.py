"""Layout engines: DOT → Graphviz's JSON output and its messages.

An engine is an object that is handed to the layout.  Graphviz may crash, run for hours or take all memory, so it runs
as a program, a process for each graph, with limits of time and memory; or, faster, as the library of pygraphviz in a
worker whose end costs one layout.
"""

from __future__ import annotations

import math
import os
import shutil
import signal
import sys
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple, Protocol

from ..diagnostics import LayoutError, LayoutTimeoutError
from ..job import Job
from ..records import record
from .digraph import Dot
from .library import library_of
from .lifeline import workers_supported
from .program import OutputError, is_no_program, run_program

_MOST_PRINTED, _MOST_LINES, _LONGEST_LINE = 100_000, 20, 300
"""Bytes and lines of the messages of one layout, and characters of a line, that are kept."""

_PROGRAM = "graphviz-pure"
"""The program, and the package that contains it."""


class EngineOutput(NamedTuple):
    """The output of Graphviz for one graph."""

    json: bytes
    """The format ``json0``: the graph with the places of everything in it."""
    messages: str
    """The text that Graphviz printed to stderr."""


class LayoutEngine(Protocol):
    """Lays out one graph at a time."""

    def run(self, dot: Dot) -> EngineOutput:
        """Lay out *dot*.

        Raises:
            LayoutTimeoutError: if the time limit of the diagram has passed.
            LayoutError: if Graphviz cannot be run, fails or crashes.
        """


@record
class Limit:
    """The time that the layouts of one diagram may take together, and the size of the diagram, for messages."""

    seconds: float
    end: float
    """As :func:`time.monotonic`."""
    size: str
    """Such as "40 nodes, 780 edges"."""

    @classmethod
    def of(cls, job: Job) -> Limit:
        """The limit of a job that begins now."""
        nodes, edges = len(job.pipeline.nodes), len(job.pipeline.edges)
        return cls(job.timeout, time.monotonic() + job.timeout, f"{nodes} nodes, {edges} edges")

    def left(self) -> float:
        """Seconds that are left.

        Raises:
            LayoutTimeoutError: if none are.
        """
        left = self.end - time.monotonic()
        if left <= 0:
            raise self.passed()
        return left

    def passed(self) -> LayoutTimeoutError:
        """The error after the limit has passed."""
        advice = "split the diagram, or set llmpipeline_timeout to more seconds"
        return LayoutTimeoutError(f"Graphviz gave up after {self.seconds:g} s: {self.size}; {advice}")


UNLIMITED = Limit(math.inf, math.inf, "")


class Once:
    """An engine that lays out each graph once: two searches for one diagram may have candidates in common."""

    def __init__(self, engine: LayoutEngine) -> None:
        self._engine = engine
        self._known: dict[str, EngineOutput] = {}
        """By the source of the graph."""

    def run(self, dot: Dot) -> EngineOutput:
        """Lay out *dot*; as for :meth:`LayoutEngine.run`."""
        source = dot.source
        if source not in self._known:
            self._known[source] = self._engine.run(dot)
        return self._known[source]


def engine_of(job: Job) -> LayoutEngine:
    """The engine that *job* asks for; its time limit begins now."""
    limit = Limit.of(job)
    if job.engine == "dot":
        return Executable(job.dot, limit)
    program = Executable(graphviz_pure(), limit)
    return WithLibrary(program) if job.engine == "pygraphviz" and workers_supported() else program


@cache
def graphviz_pure() -> str:
    """The path of the program that the package ``graphviz-pure`` installs, or its name if it is not installed."""
    name = _PROGRAM + (".exe" if os.name == "nt" else "")
    beside = Path(sys.executable).parent / name  # as in a virtual environment
    if beside.is_file():
        return str(beside)
    # Imported here because it takes longer than a layout.
    from importlib import metadata

    with suppress(metadata.PackageNotFoundError):
        for file in metadata.files(_PROGRAM) or ():
            if file.name == name and (path := Path(str(file.locate()))).is_file():
                return str(path.resolve())
    return shutil.which(name) or name


@record
class Executable:
    """A program with the options of Graphviz's ``dot``, a process for each graph, which ends with this process."""

    path: str
    """Name or path of the program."""
    limit: Limit = UNLIMITED

    def run(self, dot: Dot) -> EngineOutput:
        """Lay out *dot*; as for :meth:`LayoutEngine.run`."""
        try:
            done = run_program([self.path, "-Kdot", "-Tjson0"], dot.source.encode(), self.limit.left())
        except TimeoutError as error:
            raise self.limit.passed() from error
        except OutputError as error:
            raise LayoutError(f"Graphviz failed: {error.strerror}: {self.limit.size}") from error
        except OSError as error:
            if not is_no_program(error):
                advice = ""
            elif Path(self.path).stem == _PROGRAM:
                advice = f"; install the package {_PROGRAM!r}"
            else:
                advice = f"; set llmpipeline_dot to Graphviz's dot, or llmpipeline_engine to {_PROGRAM!r}"
            raise LayoutError(f"cannot run '{self.path}' ({error.strerror}){advice}") from error
        messages = _readable(done.printed)
        if done.status:
            raise LayoutError(_failure(done.status, messages, self.limit.size))
        return EngineOutput(done.output, messages)


def _readable(printed: bytes) -> str:
    """What Graphviz printed, fit for a log: its last lines, each once, none too long, without control characters."""
    lines = printed[-_MOST_PRINTED:].decode(errors="replace").splitlines()
    if len(printed) > _MOST_PRINTED and len(lines) > 1:
        del lines[0]  # it is not whole
    readable = ("".join(map(_printable, line[:_LONGEST_LINE])).rstrip() for line in lines)
    return "".join(f"{line}\n" for line in [*dict.fromkeys(readable)][-_MOST_LINES:])


def _printable(character: str) -> str:
    return character if character.isprintable() else " "


def _failure(status: int, messages: str, size: str) -> str:
    """What Graphviz says of a failure or, if it crashed without a word, the signal; with the *size* of the diagram."""
    said = " ".join(messages.split())
    if "memory allocation" in said:
        return f"Graphviz ran out of memory: {size}"
    if status > 0:
        return f"Graphviz failed: {said or f'status {status}'}"
    try:
        name = signal.Signals(-status).name
    except ValueError:  # such as those of real time
        name = f"signal {-status}"
    return f"Graphviz crashed ({name}): {size}"


@record
class WithLibrary:
    """Graphviz's library in a worker, and a program for what that leaves to it.

    The library is another version of Graphviz than ``graphviz-pure``, but places nodes and groups alike.
    """

    program: Executable

    def run(self, dot: Dot) -> EngineOutput:
        """Lay out *dot*; as for :meth:`LayoutEngine.run`."""
        limit = self.program.limit
        try:
            drawn = library_of(os.getpid()).draw(dot.source.encode(), limit.left())
        except TimeoutError as error:
            raise limit.passed() from error
        return self.program.run(dot) if drawn is None else EngineOutput(drawn, "")
