"""``graphviz.Digraph`` → :class:`~sphinxext.llmpipeline.geometry.primitives.Layout`.

Graphviz runs in this process, through the library that pygraphviz's wheel carries, or as a ``dot`` executable.  Either
way its JSON output gives the geometry, and what it prints on stderr comes back as messages.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import pickle
import subprocess
import sys
import tempfile
import warnings
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING

import graphviz.backend.dot_command as dot_command

from ..diagnostics import LayoutError
from ..geometry.primitives import Point
from ..job import Engine
from ..model.pipeline import Pipeline
from .output import _edge, read_layout
from .result import Layout, PlacedEdge

if TYPE_CHECKING:
    import graphviz


_NO_NEWS = (
    # Only loops still have labels then, for the room that Graphviz keeps: where they stand is found later.
    "Warning: Orthogonal edges do not currently handle edge labels",
    # The line then runs straight, and is led round what is in its way like any other.
    "Warning: Unable to reclaim box space in spline routing",
    "lib/pathplan/",
)
"""What Graphviz says of things that are put right afterwards."""


@dataclass(frozen=True, slots=True)
class LayoutResult:
    """A layout, and what Graphviz had to say about it, a message an entry."""

    layout: Layout
    messages: tuple[str, ...]


def place(pipeline: Pipeline, graph: graphviz.Digraph, engine: Engine = "pygraphviz", dot: str = "dot") -> LayoutResult:
    """Lay out *graph*, which was built from *pipeline*.

    Args:
        pipeline: gives the order of nodes, edges and groups in the result.
        graph: the graph with the sizes of all labels.
        engine: ``pygraphviz`` runs Graphviz in this process, ``dot`` the executable *dot*.
        dot: name or path of the executable.

    Raises:
        LayoutError: where Graphviz cannot be run or gives no layout.
    """
    drawn, printed = _run(graph, engine, dot)
    try:
        layout = read_layout(pipeline, json.loads(drawn))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        if "subgraph" in graph.source and "newrank" not in graph.source:
            # Graphviz 14 loses some parallel edges that leave a cluster and come back, unless it ranks all together.
            graph = graph.copy()
            graph.attr(newrank="true")
            return place(pipeline, graph, engine, dot)
        reason = " ".join(printed.split()) or f"{type(error).__name__}: {error}"
        raise LayoutError(f"Graphviz gave no layout: {reason}") from error
    lines = (line.strip() for line in printed.splitlines())
    return LayoutResult(layout, tuple(line for line in lines if line and not line.startswith(_NO_NEWS)))


def place_detour(graph: graphviz.Digraph, start: Point, engine: Engine = "pygraphviz", dot: str = "dot") -> PlacedEdge:
    """The one edge of *graph*, which is a detour.

    Args:
        graph: everything in its place.
        start: middle of what the edge begins at; Graphviz moves the whole, and this is where it began.
        engine: as for :func:`place`.
        dot: as for :func:`place`.

    Raises:
        LayoutError: where Graphviz finds no way, or cannot be run.
    """
    drawn, printed = _run(graph, engine, dot)
    try:
        found = json.loads(drawn)
        x, y = (float(number) for number in found["objects"][0]["pos"].split(","))
        edge = _edge([found["edges"][0]], None, {})
    except (ValueError, KeyError, TypeError, LookupError) as error:
        raise LayoutError(f"Graphviz found no way round: {' '.join(printed.split()) or error}") from error
    return edge.moved(start[0] - x, start[1] - y)


def _run(graph: graphviz.Digraph, engine: Engine, dot: str) -> tuple[bytes, str]:
    """What Graphviz draws, as JSON, and what it prints."""
    if engine == "dot":
        return _run_dot(graph, dot)
    if "newrank" in graph.source and hasattr(os, "fork"):
        return _run_in_fork(graph.source)
    return _run_in_process(graph.source)


def load_graphviz() -> None:
    """Load the library now, which the first layout would load."""
    import pygraphviz  # noqa: F401


def _run_in_process(source: str) -> tuple[bytes, str]:
    import pygraphviz

    with _Stderr() as printed:
        try:
            # The context's own text is what counts on failure: pygraphviz says only that there was one.
            drawn: bytes = pygraphviz.AGraph(string=source).draw(format="json0", prog="dot")
        except (ValueError, OSError) as error:
            raise LayoutError(f"Graphviz failed: {' '.join(printed.read().split()) or error}") from error
    return drawn, printed.read()


def _run_in_fork(source: str) -> tuple[bytes, str]:
    """Run Graphviz in a process of its own, for graphs that have been seen to end the one it runs in."""
    load_graphviz()  # once here rather than in every child
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        # Python warns of threads that hold locks; the child takes none, it runs C code and leaves.
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
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    if not told or status:
        raise LayoutError(
            "Graphviz crashed: nodes that share a rank are more than it can lay out here; leave out an 'align'"
        )
    result: tuple[bytes, str] | LayoutError = pickle.loads(told)  # noqa: S301 -- our own child wrote it
    if isinstance(result, LayoutError):
        raise result
    return result


def _result(source: str) -> tuple[bytes, str] | LayoutError:
    try:
        return _run_in_process(source)
    except LayoutError as error:
        return error


def _run_dot(graph: graphviz.Digraph, dot: str) -> tuple[bytes, str]:
    printed = io.StringIO()
    try:
        with contextlib.redirect_stderr(printed):
            return draw_with_dot(graph, "json0", dot), printed.getvalue()
    except subprocess.CalledProcessError as error:
        said = " ".join(_decoded(error.stderr).split())
        raise LayoutError(f"'{dot}' failed with status {error.returncode}: {said}") from error
    except (OSError, RuntimeError) as error:
        advice = "set llmpipeline_dot to Graphviz's dot, or llmpipeline_engine to 'pygraphviz'"
        raise LayoutError(f"cannot run '{dot}' ({error}); {advice}") from error


def _decoded(output: str | bytes | None) -> str:
    return output.decode(errors="replace") if isinstance(output, bytes) else output or ""


class _Stderr:
    """Catches what C code prints on file descriptor 2, and what Python prints meanwhile."""

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
        """What C code has printed so far."""
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
            self.read()  # so that the next one finds nothing


@cache
def _sink(process: int) -> IO[bytes]:  # noqa: ARG001 -- a child would share its parent's file and place in it
    """The file that catches what is printed, one for each process."""
    return tempfile.TemporaryFile(buffering=0)


def draw_with_dot(graph: graphviz.Digraph, format: str, dot: str) -> bytes:
    """What the executable *dot* makes of *graph*; what it prints on stderr goes to ``sys.stderr``.

    Raises:
        OSError, RuntimeError, subprocess.CalledProcessError: from ``graphviz``, where *dot* cannot be run or fails.
    """
    before = dot_command.DOT_BINARY
    # The package has no argument for it; this is the name that its own code reads at each call.
    dot_command.DOT_BINARY = Path(dot)
    try:
        drawn: bytes = graph.pipe(format=format, engine="dot")
    finally:
        dot_command.DOT_BINARY = before
    return drawn
