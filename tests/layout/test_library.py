"""Graphviz's library in a worker: the layouts of the program, and what happens if it crashes, hangs or is missing."""

from __future__ import annotations

import json
import math
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from pathlib import Path
from typing import Any

import graphviz
import pytest

from sphinxext.llmpipeline import CLASSIC, parse
from sphinxext.llmpipeline.job import Job
from sphinxext.llmpipeline.layout import engine as engine_module
from sphinxext.llmpipeline.layout import library as module
from sphinxext.llmpipeline.layout.digraph import Dot
from sphinxext.llmpipeline.layout.engine import EngineOutput, LayoutEngine, engine_of
from sphinxext.llmpipeline.layout.library import Library, library_of
from sphinxext.llmpipeline.layout.nested import lay_out
from sphinxext.llmpipeline.layout.result import LayoutResult
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction
from tests.layouts import ENGINE, dot_of, graph_of
from tests.processes import running, until

CORPUS = sorted((Path(__file__).parents[2] / "docs" / "corpus").glob("*.txt"))
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="this system has no /proc, and no signal of a pipe")
pytestmark = pytest.mark.skipif(os.name != "posix", reason="there are no workers on this system")


def dot(text: str) -> Dot:
    return dot_of(graph_of(text, direction="LR"))


CROWD = dot("\n".join(f"n{one} -> n{other}: x" for one, other in combinations(range(40), 2)))
"""A graph that takes minutes."""


def table(width: int, height: int = 19) -> str:
    """A label of a size in points."""
    return f'<<TABLE FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{height}"><TR><TD></TD></TR></TABLE>>'


class Alone:
    """The library as an engine, without the program for what it does not lay out."""

    def __init__(self) -> None:
        self.library = Library(first=0)

    def draw(self, given: Dot, seconds: float = math.inf) -> bytes | None:
        assert until(lambda: self.library._loaded() is not None)
        return self.library.draw(given.source.encode(), seconds)

    def run(self, given: Dot) -> EngineOutput:
        drawn = self.draw(given)
        assert drawn is not None
        return EngineOutput(drawn, "")


@pytest.fixture(scope="module")
def shared() -> Alone:
    return Alone()


@pytest.fixture
def alone() -> Alone:
    return Alone()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The workers that have been started."""
    found: list[subprocess.Popen[bytes]] = []
    start = subprocess.Popen

    def keep(*arguments: Any, **options: Any) -> subprocess.Popen[bytes]:
        found.append(start(*arguments, **options))
        return found[-1]

    monkeypatch.setattr(subprocess, "Popen", keep)
    return found


def names(drawn: bytes | None) -> list[str]:
    assert drawn is not None
    return [each["name"] for each in json.loads(drawn)["objects"]]


# Layouts


def lay_out_with(engine: LayoutEngine, text: str, direction: Direction) -> LayoutResult:
    return lay_out(graph_of(text, direction=direction).with_room(), engine)


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("file", CORPUS, ids=lambda path: path.stem)
def test_the_library_gives_the_layout_of_the_program(file: Path, direction: Direction, shared: Alone) -> None:
    text = file.read_text(encoding="utf-8")
    assert lay_out_with(shared, text, direction) == lay_out_with(ENGINE, text, direction)


HARD = {
    "labelled edges within one rank": "b -> c\nb -> c: label\nc -> a\na -> b\nalign b, a, c",
    "aligned nodes of groups": (
        "group g: G\n   node a\n   node c\ngroup h: H\n   node b\nb -> a\nh -> g: label\nalign b, a"
    ),
    "a group across the diagram": (
        "group g: G\n   :direction: TB\n   node a\n   node b: a longer label\n   node c\n"
        "b -> a\na -> b\na -> c: long label\\ntwo\nc -> a"
    ),
}
"""Graphs like those in which Graphviz 14 crashes while it draws edges."""


@pytest.mark.parametrize("text", HARD.values(), ids=HARD)
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_the_library_lays_out_graphs_with_edges_that_are_hard_to_draw(
    text: str, direction: Direction, shared: Alone
) -> None:
    found = lay_out_with(ENGINE, text, direction)
    assert found.messages == ()
    assert lay_out_with(shared, text, direction) == found


@pytest.mark.parametrize("direction", ["LR", "TB"])
@pytest.mark.parametrize("edge", ["c -> a", "b -> c", "g -> d", "d <-> b: label"])
def test_the_library_places_nodes_before_the_gates_of_a_group_as_the_program_does(
    edge: str, direction: Direction, shared: Alone
) -> None:
    """Versions of Graphviz draw edges to ports in different ways."""
    own = "TB" if direction == "LR" else "LR"
    text = f"group g: G\n   :direction: {own}\n   node a\n   node b: a longer label\n   a -> b\nnode c\nnode d\n{edge}"
    assert lay_out_with(shared, text, direction) == lay_out_with(ENGINE, text, direction)


def test_a_large_graph_is_laid_out_although_pygraphviz_remarks_on_it(shared: Alone) -> None:
    given = dot("\n".join(f"n{number} -> n{number + 1}" for number in range(1_001)))
    assert len(names(shared.draw(given))) > 1_000


# When the worker starts


def test_a_process_leaves_its_first_layouts_to_the_program(started: list[subprocess.Popen[bytes]]) -> None:
    library = Library()
    source = dot("a -> b").source.encode()
    assert [library.draw(source, math.inf) for _ in range(3)] == [None] * 3
    assert not started
    assert until(lambda: library.draw(source, math.inf) is not None)
    for _ in range(3):
        assert names(library.draw(source, math.inf)) == ["a", "b"]
    assert len(started) == 1


def test_nobody_waits_for_a_library_that_does_not_load(
    started: list[subprocess.Popen[bytes]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pygraphviz.py").write_text("import time\ntime.sleep(1000)\n")
    monkeypatch.syspath_prepend(tmp_path)
    library = Library(first=0)
    assert [library.draw(dot("a -> b").source.encode(), 0.01) for _ in range(20)] == [None] * 20
    assert len(started) == 1
    assert started[0].poll() is None
    del library
    assert started[0].poll() is not None


def test_a_job_that_names_the_library_is_laid_out_by_it(
    monkeypatch: pytest.MonkeyPatch, started: list[subprocess.Popen[bytes]]
) -> None:
    alone = Alone()
    monkeypatch.setattr(engine_module, "library_of", lambda _: alone.library)
    engine = engine_of(Job(parse("a -> b"), CLASSIC, "svg", "pygraphviz"))
    alone.draw(dot("a -> b"))
    assert engine.run(dot("a -> b")) == alone.run(dot("a -> b"))
    assert len(started) == 1


def test_a_fork_has_a_library_of_its_own() -> None:
    assert library_of(os.getpid()) is library_of(os.getpid())
    assert library_of(os.getpid()) is not library_of(0)


def test_the_program_lays_out_what_other_threads_ask_for_meanwhile(alone: Alone) -> None:
    """As when a project draws in threads: the time limit of each is for its own layout."""
    alone.draw(dot("a -> b"))
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(alone.library.draw, CROWD.source.encode(), 1.0)
        assert until(alone.library._busy.locked)
        assert alone.library.draw(dot("a -> b").source.encode(), math.inf) is None
        assert isinstance(first.exception(), TimeoutError)


# Failures


def test_the_library_leaves_what_it_complains_of_to_the_program(
    alone: Alone, started: list[subprocess.Popen[bytes]], capfd: pytest.CaptureFixture[str]
) -> None:
    """Versions of Graphviz fail, and complain, in different ways."""
    small = dot("a -> b")
    crowded = Dot("pipeline", {}, {}, (*small.body, f"\ta [label={table(90)} fixedsize=true height=0.1 width=0.1]\n"))
    broken = Dot("pipeline", {}, {}, ("\ta -> -> b\n",))
    for given in (crowded, broken, crowded):
        assert alone.draw(given) is None
        assert names(alone.draw(small)) == ["a", "b"]
    assert len(started) == 1
    assert capfd.readouterr() == ("", "")


def deadly_dot() -> Dot:
    """A graph that ends Graphviz 14, and with it the process that it runs in, by ``abort()``."""

    graph = graphviz.Digraph()
    graph.node("n3", table(20))
    with graph.subgraph(name="cluster_g0") as g0:
        g0.node("n0", table(98))
    with graph.subgraph(name="cluster_g1") as g1:
        with g1.subgraph(name="cluster_g2") as g2:
            g2.node("n2", table(80))
        for name, width in (("n5", 20), ("n4", 80), ("n1", 20), ("n6", 25)):
            g1.node(name, table(width))
        with g1.subgraph() as rank:
            rank.attr(rank="same")
            for name in ("n1", "n4", "n5"):
                rank.node(name)
    graph.edge("n3", "n0")
    graph.edge("n0", "n1", lhead="cluster_g1", ltail="cluster_g0")
    graph.edge("n3", "n5")
    graph.edge("n2", "n0")
    graph.edge("n2", "n5", table(25, 21))
    attributes = {"compound": "true", "nodesep": "0.3889", "newrank": "true"}
    return Dot("pipeline", attributes, {}, tuple(graph.body))


def test_after_a_crash_another_worker_goes_on(alone: Alone, started: list[subprocess.Popen[bytes]]) -> None:
    for _ in range(2):
        assert names(alone.draw(dot("a -> b"))) == ["a", "b"]
        assert alone.draw(deadly_dot()) is None
    assert [process.returncode for process in started] == [-signal.SIGABRT] * 2


def test_the_time_limit_ends_a_worker_in_the_middle_of_a_layout(
    alone: Alone, started: list[subprocess.Popen[bytes]]
) -> None:
    assert names(alone.draw(dot("a -> b"))) == ["a", "b"]
    with pytest.raises(TimeoutError):
        alone.draw(CROWD, 0.5)
    assert started[0].returncode is not None
    with pytest.raises(TimeoutError):
        alone.draw(dot("a -> b"), 0.0)
    assert names(alone.draw(dot("a -> b"))) == ["a", "b"]


def test_a_time_limit_that_was_kept_ends_nothing(alone: Alone, started: list[subprocess.Popen[bytes]]) -> None:
    alone.draw(dot("a -> b"))
    first = alone.draw(dot("a -> b"), 0.5)
    time.sleep(0.6)
    assert alone.draw(dot("a -> b"), 0.5) == first
    assert len(started) == 1


@pytest.mark.parametrize("says", ["raise ImportError", "import os; os.write(0, b'garbage'); os.read(0, 1)"])
def test_a_library_that_cannot_be_loaded_is_asked_for_once(
    says: str, started: list[subprocess.Popen[bytes]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pygraphviz.py").write_text(f"{says}\n")
    monkeypatch.syspath_prepend(tmp_path)
    library = Library(first=0)
    source = dot("a -> b").source.encode()
    assert until(lambda: library.draw(source, math.inf) is None and library._to_leave > 0)
    assert [library.draw(source, math.inf) for _ in range(3)] == [None] * 3
    assert len(started) == 1
    assert started[0].poll() is not None


def test_a_worker_that_cannot_be_started_is_asked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def refuse(*_: object, **__: object) -> None:
        asked.append(1)
        raise OSError("no more processes")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    library = Library(first=0)
    assert [library.draw(b"digraph {}", math.inf) for _ in range(3)] == [None] * 3
    assert asked == [1]


def test_the_default_timeout_of_sockets_is_not_that_of_a_worker(
    alone: Alone, started: list[subprocess.Popen[bytes]]
) -> None:
    """The builder ``linkcheck`` sets it."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(5.0)
    try:
        for _ in range(2):
            assert names(alone.draw(dot("a -> b"))) == ["a", "b"]
            time.sleep(0.2)  # the worker waits for the next graph
    finally:
        socket.setdefaulttimeout(before)
    assert len(started) == 1


def test_modules_of_the_current_folder_are_not_loaded(
    alone: Alone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pygraphviz", "os", "re", "subprocess"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit\n")
    monkeypatch.chdir(tmp_path)
    assert names(alone.draw(dot("a -> b"))) == ["a", "b"]


def test_an_interrupted_layout_is_no_answer_for_the_next_one(alone: Alone, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after Ctrl-C in a notebook."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    alone.draw(dot("a -> b"))
    with monkeypatch.context() as patch:
        patch.setattr(module._Worker, "_read", interrupt)
        with pytest.raises(KeyboardInterrupt):
            alone.draw(dot("a -> b"))
    assert names(alone.draw(dot("c -> d"))) == ["c", "d"]


# The end of a worker


@LINUX
def test_nothing_is_left_of_a_worker(started: list[subprocess.Popen[bytes]]) -> None:
    before = len(os.listdir("/proc/self/fd"))
    alone = Alone()
    alone.draw(dot("a -> b"))
    del alone
    assert len(os.listdir("/proc/self/fd")) == before
    assert not running(started[0].pid)


MAIN = """
import sys
from sphinxext.llmpipeline.layout.library import Library
library = Library(first=0)
while library.draw(b"digraph {a -> b}", 30.0) is None:
    pass
print(library._worker.end.peek()[2][0].pid, flush=True)
library.draw(sys.stdin.buffer.read(), 300.0)
"""


@LINUX
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_a_worker_ends_with_its_process_in_the_middle_of_a_layout(end: signal.Signals) -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", MAIN], stdin=pipe, stdout=pipe, stderr=pipe) as main:
        assert main.stdin
        assert main.stdout
        main.stdin.write(CROWD.source.encode())
        worker = int(main.stdout.readline())
        main.stdin.close()
        time.sleep(0.5)
        assert running(worker)
        main.send_signal(end)
        main.stdout.read()
        assert main.wait() == -end
    assert until(lambda: not running(worker))


def test_an_interrupt_reaches_the_process_alone(alone: Alone, started: list[subprocess.Popen[bytes]]) -> None:
    """Ctrl-C is a signal for the group of a terminal."""
    alone.draw(dot("a -> b"))
    assert os.getpgid(started[0].pid) != os.getpgid(0)
