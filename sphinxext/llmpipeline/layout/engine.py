"""Layout engines: DOT → Graphviz's JSON output and its messages.

An engine is an object that is handed to the layout.  Graphviz may crash, run for hours or take all memory, so it runs
as a program, a process for each graph, with limits of time and memory; or, faster, as the library of pygraphviz in a
worker process whose end costs one drawing.
"""

from __future__ import annotations

import math
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, NamedTuple, Protocol

from ..diagnostics import LayoutError, LayoutTimeoutError
from ..job import Job
from .digraph import Dot
from .lifeline import Lifeline

if sys.platform == "linux":  # pragma: no branch -- tests run on Linux
    import resource

_MEMORY = 2 << 30
"""Bytes of address space that one layout may take; a graph of 1,000 nodes takes a hundredth."""

_LOST = re.compile(r"\blost (e\d+ label|\S+) (e\d+ label|\S+) edge\b")  # a message of Graphviz

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


@dataclass(frozen=True, slots=True)
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


def engine_of(job: Job) -> LayoutEngine:
    """The engine that *job* asks for; its time limit begins now.

    The library is for workers only: other processes run the program ``graphviz-pure`` instead.
    """
    limit = Limit.of(job)
    if job.engine == "pygraphviz" and _is_worker:
        return Library(limit)
    return Executable(job.dot, limit) if job.engine == "dot" else _pure(limit)


def _pure(limit: Limit) -> Executable:
    return Executable(graphviz_pure(), limit)


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


@dataclass(frozen=True, slots=True)
class Executable:
    """A program with the options of Graphviz's ``dot``, a process for each graph, which ends with this process."""

    path: str
    """Name or path of the program."""
    limit: Limit = UNLIMITED

    def run(self, dot: Dot) -> EngineOutput:
        """Lay out *dot*; as for :meth:`LayoutEngine.run`."""
        left = self.limit.left()
        with Lifeline() as lifeline, self._started(lifeline) as process:
            lifeline.tie(process.pid)
            _limit_memory(process.pid)
            try:
                output, printed = process.communicate(dot.source.encode(), None if left == math.inf else left)
            except subprocess.TimeoutExpired as error:
                raise self.limit.passed() from error
            finally:
                process.kill()  # does nothing after the program has ended
        messages = printed.decode(errors="replace")
        if process.returncode:
            raise LayoutError(_failure(process.returncode, messages, self.limit.size))
        return EngineOutput(output, messages)

    def _started(self, lifeline: Lifeline) -> subprocess.Popen[bytes]:
        pipe = subprocess.PIPE
        try:
            return subprocess.Popen(  # noqa: S603 -- of a package that this one requires, or the project's own choice
                [self.path, "-Kdot", "-Tjson0"], stdin=pipe, stdout=pipe, stderr=pipe, pass_fds=lifeline.passed
            )
        except OSError as error:
            if Path(self.path).stem == _PROGRAM:
                advice = f"install the package {_PROGRAM!r}"
            else:
                advice = f"set llmpipeline_dot to Graphviz's dot, or llmpipeline_engine to {_PROGRAM!r}"
            raise LayoutError(f"cannot run '{self.path}' ({error.strerror}); {advice}") from error


def _failure(status: int, messages: str, size: str) -> str:
    """What Graphviz says of a failure or, if it crashed without a word, the signal; with the *size* of the diagram."""
    lost = _LOST.search(messages)
    if lost:
        ends = [end for end in lost.groups() if " " not in end]  # no id has a space, but the node of a label
        return f"Graphviz lost {'the edge' if len(ends) == 2 else 'an edge of'} {' -> '.join(ends)}: {size}"
    said = " ".join(messages.split())
    if "memory allocation" in said:
        return f"Graphviz ran out of memory: {size}"
    if status > 0:
        return f"Graphviz failed: {said or f'status {status}'}"
    return f"Graphviz crashed ({signal.Signals(-status).name}): {size}"


def _limit_memory(process: int) -> None:
    """Limit the memory of a child process, on Linux."""
    if sys.platform == "linux" and hasattr(resource, "prlimit"):  # pragma: no branch -- as above
        with suppress(OSError):  # it has ended already, or has a lower limit
            resource.prlimit(process, resource.RLIMIT_AS, (_MEMORY, _MEMORY))


class Library:
    """The library of pygraphviz in this process, a worker: some graphs crash it, and a layout cannot be interrupted.

    It is another version of Graphviz than ``graphviz-pure``, which lays out all graphs for which the two are known to
    differ, so that both engines give the same drawings.
    """

    def __init__(self, limit: Limit = UNLIMITED) -> None:
        self._limit = limit

    def run(self, dot: Dot) -> EngineOutput:
        """Lay out *dot*; as for :meth:`LayoutEngine.run`, but this process ends when the time limit has passed."""
        drawn = None if dot.depends_on_version else self._drawn(dot.source)
        return _pure(self._limit).run(dot) if drawn is None else EngineOutput(drawn, "")

    def _drawn(self, source: str) -> bytes | None:
        """The layout; ``None`` if the library fails or prints a message, because versions differ in these graphs."""
        import pygraphviz

        printed = _printed(os.getpid())
        left = self._limit.left()
        signal.setitimer(signal.ITIMER_REAL, 0 if left == math.inf else left)  # its signal ends a process
        try:
            drawn: bytes = pygraphviz.AGraph(string=source).draw(format="json0", prog="dot")
        except (ValueError, OSError):  # stderr says why
            return None
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            messages = printed.tell()
            printed.seek(0)
            printed.truncate()
        return None if messages else drawn


_is_worker = False
"""Whether this process may end with a layout."""


def load_library() -> None:
    """Load the library of pygraphviz for the layouts of this process, which must be a worker."""
    global _is_worker
    import pygraphviz  # noqa: F401

    _is_worker = True


@cache
def _printed(process: int) -> IO[bytes]:  # noqa: ARG001 -- a fork would share the file of its parent and its position
    """The file that gets stderr, where Graphviz prints its messages; a worker prints nothing else."""
    file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 -- open as long as the process lives
    os.dup2(file.fileno(), 2)
    return file
