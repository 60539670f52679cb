"""Layout engines: DOT → Graphviz's JSON output and its messages.

An engine is an object that is handed to the layout.  Graphviz runs in this process, through the library in the wheel of
pygraphviz, or as an executable.
"""

from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
import tempfile
import warnings
from dataclasses import dataclass
from functools import cache
from typing import IO, NamedTuple, Protocol

from ..diagnostics import LayoutError
from ..job import Job
from .digraph import Dot


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
            LayoutError: if Graphviz cannot be run or fails.
        """


def engine_of(job: Job) -> LayoutEngine:
    """The engine that *job* asks for."""
    return Executable(job.dot) if job.engine == "dot" else Library()


@dataclass(frozen=True, slots=True)
class Executable:
    """Graphviz's ``dot``, a process for each graph."""

    path: str
    """Name or path of the executable."""

    def run(self, dot: Dot) -> EngineOutput:
        """Lay out *dot*; as for :meth:`LayoutEngine.run`."""
        command = [self.path, "-Kdot", "-Tjson0"]
        try:
            done = subprocess.run(command, input=dot.source.encode(), capture_output=True, check=False)  # noqa: S603 -- the project's own choice
        except OSError as error:
            advice = "set llmpipeline_dot to Graphviz's dot, or llmpipeline_engine to 'pygraphviz'"
            raise LayoutError(f"cannot run '{self.path}' ({error.strerror}); {advice}") from error
        messages = done.stderr.decode(errors="replace")
        if done.returncode:
            raise LayoutError(f"'{self.path}' failed with status {done.returncode}: {' '.join(messages.split())}")
        return EngineOutput(done.stdout, messages)


class Library:
    """Graphviz's library, in this process or, for graphs that have been seen to end it, in a fork."""

    def run(self, dot: Dot) -> EngineOutput:
        """Lay out *dot*; as for :meth:`LayoutEngine.run`."""
        if dot.ranks_clusters_together and hasattr(os, "fork"):
            return _run_in_fork(dot.source)
        return _run_in_process(dot.source)


def load_library() -> None:
    """Load the library now instead of at the first layout."""
    import pygraphviz  # noqa: F401


def _run_in_process(source: str) -> EngineOutput:
    import pygraphviz

    with _Stderr() as printed:
        try:
            # stderr says why it failed: pygraphviz says only that it did.
            drawn: bytes = pygraphviz.AGraph(string=source).draw(format="json0", prog="dot")
        except (ValueError, OSError) as error:
            raise LayoutError(f"Graphviz failed: {' '.join(printed.read().split()) or error}") from error
    return EngineOutput(drawn, printed.read())


def _run_in_fork(source: str) -> EngineOutput:
    load_library()  # once here rather than in every child
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        # Python warns of threads that hold locks; the child takes none: it runs C code and exits.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(pickle.dumps(_result(source)))
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    _, status = os.waitpid(child, 0)
    if not answer or status:
        raise LayoutError(
            "Graphviz crashed: nodes that share a rank are more than it can lay out here; leave out an 'align'"
        )
    result: EngineOutput | LayoutError = pickle.loads(answer)  # noqa: S301 -- our own child wrote it
    if isinstance(result, LayoutError):
        raise result
    return result


def _result(source: str) -> EngineOutput | LayoutError:
    try:
        return _run_in_process(source)
    except LayoutError as error:
        return error


class _Stderr:
    """Catches output of C code on file descriptor 2, and output of Python to ``sys.stderr``."""

    def __enter__(self) -> _Stderr:
        self._python = sys.stderr
        self._printed = ""
        try:
            self._before = os.dup(2)
        except OSError:  # a process without stderr
            self._sink = None
        else:
            self._sink = _sink(os.getpid())
            os.dup2(self._sink.fileno(), 2)
        sys.stderr = io.StringIO()
        return self

    def read(self) -> str:
        """The output of C code so far."""
        if self._sink is not None and self._sink.seek(0, os.SEEK_END):
            self._sink.seek(0)
            self._printed += self._sink.read().decode(errors="replace")
            self._sink.seek(0)
            self._sink.truncate()
        return self._printed

    def __exit__(self, *_: object) -> None:
        sys.stderr = self._python
        if self._sink is not None:
            os.dup2(self._before, 2)
            os.close(self._before)
            self.read()  # so that the next reader finds nothing


@cache
def _sink(process: int) -> IO[bytes]:  # noqa: ARG001 -- a child would share the file of its parent and its position
    """The file that catches stderr, one for each process."""
    return tempfile.TemporaryFile(buffering=0)
