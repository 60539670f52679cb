"""Graphviz as a program: output, messages, limits, and what happens if it crashes."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import metadata
from itertools import combinations
from pathlib import Path
from textwrap import dedent

import pytest

from sphinxext.llmpipeline import CLASSIC, MODERN, parse
from sphinxext.llmpipeline.diagnostics import LayoutError, LayoutTimeoutError
from sphinxext.llmpipeline.geometry.primitives import Size
from sphinxext.llmpipeline.job import Job
from sphinxext.llmpipeline.layout import engine as module
from sphinxext.llmpipeline.layout import program as program_module
from sphinxext.llmpipeline.layout.digraph import Dot
from sphinxext.llmpipeline.layout.engine import (
    EngineOutput,
    Executable,
    Limit,
    Once,
    WithLibrary,
    engine_of,
    graphviz_pure,
)
from sphinxext.llmpipeline.layout.nested import lay_out
from sphinxext.llmpipeline.layout.output import place
from sphinxext.llmpipeline.layout.panels import place_panels
from sphinxext.llmpipeline.layout.search import search
from sphinxext.llmpipeline.model.pipeline import Edge, Label, Node, Pipeline
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction
from sphinxext.llmpipeline.rendering import draw
from tests.layouts import ENGINE, PANELS, FakeEngine, dot_of, finish, graph_of, groups, nodes, typeset
from tests.processes import running, until

CORPUS = sorted((Path(__file__).parents[2] / "docs" / "corpus").glob("*.txt"))
POSIX = pytest.mark.skipif(os.name != "posix", reason="there are no signals, and no pool, on this system")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="this system has no such limit")


def dot(text: str, direction: Direction = "LR") -> Dot:
    return dot_of(graph_of(text, direction=direction))


def job(engine: str, text: str = "a -> b", timeout: float = 30.0) -> Job:
    return Job(parse(text), CLASSIC, "svg", engine, "/opt/dot", timeout=timeout)  # type: ignore[arg-type]


def table(width: int, height: int = 19) -> str:
    """A label of a size in points."""
    return f'<<TABLE FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{height}"><TR><TD></TD></TR></TABLE>>'


def script(tmp_path: Path, code: str) -> str:
    """A program that is written in Python."""
    if os.name == "nt":
        pytest.skip("a script is no program on Windows")
    path = tmp_path / "dot"
    path.write_text(f"#!{sys.executable}\nimport os, sys, time\n{dedent(code)}", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


# The engine of a job


def test_a_job_names_its_engine() -> None:
    for name, path in (("graphviz-pure", graphviz_pure()), ("dot", "/opt/dot")):
        engine = engine_of(job(name))
        assert isinstance(engine, Executable)
        assert engine.path == path
        assert (engine.limit.seconds, engine.limit.size) == (30.0, "2 nodes, 1 edges")


def test_the_library_has_the_program_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no worker can be started, such as on Windows, there is only the program."""
    monkeypatch.setattr(module, "workers_supported", lambda: True)
    engine = engine_of(job("pygraphviz"))
    assert isinstance(engine, WithLibrary)
    assert engine.program.path == graphviz_pure()
    assert not isinstance(engine_of(job("graphviz-pure")), WithLibrary)
    monkeypatch.setattr(module, "workers_supported", lambda: False)
    assert isinstance(engine_of(job("pygraphviz")), Executable)


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a Python that has no scripts beside it."""
    graphviz_pure.cache_clear()
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    yield tmp_path
    graphviz_pure.cache_clear()


def test_the_program_is_that_beside_python(elsewhere: Path) -> None:
    beside = elsewhere / ("graphviz-pure" + (".exe" if os.name == "nt" else ""))
    beside.touch()
    assert graphviz_pure() == str(beside)


def test_the_program_is_that_of_the_installed_package(elsewhere: Path) -> None:
    """As after ``pip install --target`` or ``--user``."""
    found = graphviz_pure()
    assert Path(found).parent != elsewhere
    assert place(graph_of("a -> b"), dot("a -> b"), Executable(found)).messages == ()


def test_without_the_package_the_program_is_looked_for_in_the_path(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> None:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "files", missing)
    monkeypatch.setattr(shutil, "which", {"graphviz-pure": "/opt/bin/graphviz-pure"}.get)
    assert graphviz_pure() == "/opt/bin/graphviz-pure"
    graphviz_pure.cache_clear()
    gone = metadata.PackagePath("graphviz-pure")
    gone.dist = metadata.distribution("sphinxext-llmpipeline")
    monkeypatch.setattr(metadata, "files", lambda _: [gone])
    assert graphviz_pure() == "/opt/bin/graphviz-pure"
    graphviz_pure.cache_clear()
    monkeypatch.setattr(shutil, "which", {}.get)
    assert graphviz_pure() == "graphviz-pure"


# Messages and failures of the program


def crowded(text: str = "node a: A long label\na -> a") -> Dot:
    """A graph whose node ``a`` is too small for its label, of which Graphviz complains."""
    given = dot(text)
    return replace(given, body=(*given.body, f"\ta [label={table(90)} fixedsize=true height=0.1 width=0.1]\n"))


COMPLAINT = "Warning: node 'a', graph 'pipeline' size too small for label\n"


def test_messages_of_graphviz_come_back_and_are_not_printed(capfd: pytest.CaptureFixture[str]) -> None:
    assert ENGINE.run(crowded()).messages == COMPLAINT
    graph = graph_of("node a\na -> a")
    small = replace(graph, nodes=tuple(replace(node, size=Size(7.0, 7.0)) for node in graph.nodes))
    assert place(small, crowded(), ENGINE).messages == (COMPLAINT.strip(),)
    assert capfd.readouterr() == ("", "")


BROKEN = Dot("pipeline", {}, {}, ("\ta -> -> b\n",))


def test_broken_dot_is_a_layout_error(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(LayoutError, match=r"^Graphviz failed: .*syntax error in line 4 near '->'") as caught:
        ENGINE.run(BROKEN)
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_neither_a_zombie_nor_an_open_file_is_left() -> None:
    folder = "/proc/self/fd" if os.path.isdir("/proc/self/fd") else "/dev/fd"
    ENGINE.run(crowded())
    before = len(os.listdir(folder))
    for _ in range(5):
        ENGINE.run(crowded())
        with pytest.raises(LayoutError):
            ENGINE.run(BROKEN)
        with pytest.raises(LayoutError):
            Executable("no-such-dot").run(BROKEN)
    assert len(os.listdir(folder)) == before


def test_a_process_without_stderr_lays_out_too() -> None:
    code = dedent(
        """
        import json, os
        from sphinxext.llmpipeline.layout.digraph import Dot
        from sphinxext.llmpipeline.layout.engine import Executable, graphviz_pure
        os.close(2)
        drawn = Executable(graphviz_pure()).run(Dot("pipeline", {}, {}, ("\\ta -> b\\n",)))
        print(len(json.loads(drawn.json)["objects"]))
        """
    )
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "2\n")


def test_ids_beyond_ascii_reach_the_program() -> None:
    ends = tuple(Node(id, Label.plain("x")) for id in ("ünïcode", "模型"))
    graph = graph_of(Pipeline(ends, (Edge("ünïcode", "模型"),)))
    assert list(place(graph, dot_of(graph), ENGINE).layout.nodes) == ["ünïcode", "模型"]


@pytest.mark.parametrize("path", ["no-such-dot", "file"])
def test_a_program_that_cannot_be_run(path: str, tmp_path: Path) -> None:
    if path == "file":
        path = str(tmp_path / "dot")
        Path(path).touch()
    with pytest.raises(LayoutError) as caught:
        Executable(path).run(dot("a -> b"))
    message = str(caught.value)
    assert message.startswith(f"cannot run '{path}' (")
    assert message.endswith("); set llmpipeline_dot to Graphviz's dot, or llmpipeline_engine to 'graphviz-pure'")
    assert "\n" not in message


@pytest.mark.parametrize("path", ["dot", "graphviz-pure"])
def test_a_program_that_is_not_at_fault(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    def run(*_: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(module, "run_program", run)
    with pytest.raises(LayoutError) as caught:
        Executable(path).run(dot("a -> b"))
    assert str(caught.value) == f"cannot run '{path}' (Too many open files)"


def test_a_program_that_is_not_installed() -> None:
    with pytest.raises(LayoutError, match=r"^cannot run '/nowhere/graphviz-pure' \(.*\); install the package"):
        Executable("/nowhere/graphviz-pure").run(dot("a -> b"))


@POSIX
@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("sys.exit('Error: out of\\n  ink')", "Graphviz failed: Error: out of ink"),
        ("sys.exit(3)", "Graphviz failed: status 3"),
        ("os.kill(os.getpid(), 11)", "Graphviz crashed (SIGSEGV): 2 nodes, 1 edges"),
        ("os.kill(os.getpid(), 9)", "Graphviz crashed (SIGKILL): 2 nodes, 1 edges"),
        ("os.kill(os.getpid(), 40)", "Graphviz crashed (signal 40): 2 nodes, 1 edges"),
        ("sys.exit('\\x1b[2J\\rno\\x9b1m')", "Graphviz failed: [2J no 1m"),
        ("sys.exit('x' * 1_000_000)", f"Graphviz failed: {'x' * 300}"),
        ("print('memory allocation of 9 bytes failed', file=sys.stderr); os.abort()",
         "Graphviz ran out of memory: 2 nodes, 1 edges"),
    ],
)  # fmt: skip
def test_a_failure_of_the_program_is_one_line(
    code: str, message: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = script(tmp_path, f"sys.stdin.read()\n{code}")
    with pytest.raises(LayoutError) as caught:
        Executable(path, Limit.of(job("dot"))).run(dot("a -> b"))
    assert str(caught.value) == message
    assert capfd.readouterr() == ("", "")


@POSIX
def test_a_program_that_does_not_read_its_input(tmp_path: Path) -> None:
    """The graph is larger than a pipe."""
    path = script(tmp_path, "sys.exit('Error: no')")
    with pytest.raises(LayoutError, match="Graphviz failed: Error: no"):
        Executable(path).run(Dot("pipeline", {}, {}, tuple(f"\tn{number}\n" for number in range(50_000))))


@pytest.mark.parametrize("output", ["", "no JSON", "{}"])
def test_a_program_that_gives_no_layout(output: str, tmp_path: Path) -> None:
    path = script(tmp_path, f"sys.stdin.read()\nprint('why', file=sys.stderr)\nsys.stdout.write({output!r})")
    assert Executable(path).run(dot("a -> b")) == EngineOutput(output.encode(), "why\n")
    with pytest.raises(LayoutError, match=r"^Graphviz gave no layout: why$"):
        place(graph_of("a -> b"), dot("a -> b"), Executable(path))


@POSIX
def test_many_messages_of_a_layout_are_a_few_different_lines(tmp_path: Path) -> None:
    """A graph of a thousand nodes that Graphviz complains about may not fill the log."""
    path = script(tmp_path, "sys.stdin.read()\nsys.stderr.write('same\\n' * 50_000)")
    assert Executable(path).run(dot("a -> b")).messages == "same\n"
    code = "sys.stdin.read()\nsys.stderr.write(''.join(f'node {number}\\n' for number in range(50_000)))"
    messages = Executable(script(tmp_path, code)).run(dot("a -> b")).messages
    assert messages == "".join(f"node {number}\n" for number in range(49_980, 50_000))


@POSIX
def test_a_program_that_writes_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program_module, "_MOST_OUTPUT", 1_000_000)
    path = script(tmp_path, "while True:\n    sys.stdout.write('[' * 100_000)")
    with pytest.raises(LayoutError) as caught:
        Executable(path, Limit.of(job("dot"))).run(dot("a -> b"))
    assert str(caught.value) == "Graphviz failed: it wrote more than 1,000,000 bytes: 2 nodes, 1 edges"


# Limits


SLOW = """
    open(__file__ + ".pid", "w").write(f"{os.getpid()}\\n")
    time.sleep(1000)
"""


def pid_of(path: str) -> int:
    """The process of a slow program, which has started."""
    file = Path(f"{path}.pid")
    assert until(lambda: file.is_file() and file.read_text().endswith("\n"))
    return int(file.read_text())


@POSIX
def test_a_layout_ends_with_its_time_limit(tmp_path: Path) -> None:
    path = script(tmp_path, SLOW)
    limit = replace(Limit.of(job("dot", timeout=1.0)), size="40 nodes, 780 edges")
    with pytest.raises(LayoutTimeoutError) as caught:
        Executable(path, limit).run(dot("a -> b"))
    assert str(caught.value) == (
        "Graphviz gave up after 1 s: 40 nodes, 780 edges; split the diagram, or set llmpipeline_timeout to more seconds"
    )
    assert not running(pid_of(path))


def test_the_limit_is_for_all_layouts_of_a_diagram() -> None:
    """Those after the first are left out."""
    graph = graph_of(
        "g: A wide node\na: A\nb: B\ng -> a: a wide label here\ng -> b: a wide label there", MODERN, direction="TB"
    )
    late = Executable(graphviz_pure(), Limit(30.0, time.monotonic() - 1.0, "many"))
    with pytest.raises(LayoutTimeoutError, match=r"^Graphviz gave up after 30 s: many; "):
        search(graph, late, 700.0)
    engine = FakeEngine()
    placed = place_panels(graph, engine, 700.0)
    finish(placed, engine)
    assert len(engine.graphs) > 1
    assert finish(placed, late).placed.graph == graph


def test_a_diagram_that_takes_too_long_is_an_error() -> None:
    crowd = "\n".join(f"n{one} -> n{other}: x" for one, other in combinations(range(40), 2))
    with pytest.raises(LayoutTimeoutError, match=r"^Graphviz gave up after 0\.2 s: 40 nodes, 780 edges; "):
        draw(job("graphviz-pure", crowd, timeout=0.2))


# The end of this process


LAYOUT = "import sys\nfrom sphinxext.llmpipeline.layout.engine import Executable\n" + (
    "from sphinxext.llmpipeline.layout.digraph import Dot\nExecutable(sys.argv[1]).run(Dot('pipeline', {}, {}, ()))\n"
)


@POSIX
def test_an_interrupt_ends_the_layout(tmp_path: Path) -> None:
    path = script(tmp_path, f"import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n{dedent(SLOW)}")
    main = subprocess.Popen([sys.executable, "-c", LAYOUT, path], stderr=subprocess.PIPE)
    layout = pid_of(path)
    main.send_signal(signal.SIGINT)
    _, printed = main.communicate()
    assert b"KeyboardInterrupt" in printed
    assert not running(layout)


# The library


class FakeLibrary:
    """A library that gives *answer* for each graph."""

    def __init__(self, answer: bytes | None) -> None:
        self._answer = answer

    def draw(self, _source: bytes, _seconds: float) -> bytes | None:
        if self._answer is None:
            raise TimeoutError
        return self._answer or None


def test_the_program_lays_out_what_the_library_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = engine_of(job("pygraphviz"))
    monkeypatch.setattr(module, "library_of", lambda _: FakeLibrary(b"json"))
    assert engine.run(crowded()) == EngineOutput(b"json", "")
    monkeypatch.setattr(module, "library_of", lambda _: FakeLibrary(b""))
    assert engine.run(crowded()) == ENGINE.run(crowded())
    with pytest.raises(LayoutError, match=r"^Graphviz failed: .*syntax error in line 4 near '->'"):
        engine.run(BROKEN)


def test_the_library_has_the_time_limit_of_the_diagram(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "library_of", lambda _: FakeLibrary(None))
    with pytest.raises(LayoutTimeoutError, match=r"^Graphviz gave up after 30 s: 2 nodes, 1 edges; "):
        engine_of(job("pygraphviz")).run(dot("a -> b"))


# Graphviz of the system


@pytest.mark.program
@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("file", CORPUS, ids=lambda path: path.stem)
def test_the_dot_of_the_system(file: Path, direction: Direction, program: Callable[[str], str]) -> None:
    pipeline = parse(file.read_text(encoding="utf-8"), direction=direction)
    blocks = typeset(pipeline, CLASSIC)
    found = lay_out(graph_of(pipeline).with_room(), Executable(program("dot")))
    assert found.messages == ()
    layout = found.layout
    for node, block in zip(nodes(layout), blocks.nodes, strict=True):
        assert node.box.holds(node.label, 0.5)
        assert block.size.width <= node.label.width + 0.01
        assert block.size.height <= node.label.height + 0.01
    for one, other in combinations(nodes(layout), 2):
        assert not one.box.overlaps(other.box, 0.5)
    for node_id, placed_node in layout.nodes.items():
        for group_id, border in layout.groups.items():
            assert border.box.holds(placed_node.box, 0.5) is (group_id in pipeline.enclosing(node_id))
    for group in groups(layout):
        assert group.box.holds(group.label, 0.5)


# One engine for a whole diagram


def test_every_graph_of_a_diagram_goes_through_the_engine_that_is_handed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Panels, inner regions, and candidates of the search."""
    engine = FakeEngine()
    graph = graph_of(replace(PANELS, direction="auto"))
    found = search(graph, engine, 700.0)
    assert len(engine.graphs) > 2
    assert found == search(graph, ENGINE, 700.0)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("another engine ran")

    answers = {dot.source: ENGINE.run(dot) for dot in engine.graphs}
    monkeypatch.setattr(subprocess, "Popen", refuse)
    canned = FakeEngine(lambda dot: answers[dot.source])
    assert search(graph, canned, 700.0) == found


# Each graph once


def test_a_graph_is_laid_out_once() -> None:
    inner = FakeEngine(lambda dot: EngineOutput(dot.name.encode(), ""))
    engine = Once(inner)
    one, other = (dot_of(graph_of(text)) for text in ("a -> b", "a -> b: label"))
    assert [engine.run(dot) for dot in (one, other, one)] == [EngineOutput(b"pipeline", "")] * 3
    assert inner.graphs == [one, other]


def test_a_failure_is_not_kept() -> None:
    def fail(_: Dot) -> EngineOutput:
        raise LayoutError("no")

    inner = FakeEngine(fail)
    engine = Once(inner)
    for _ in range(2):
        with pytest.raises(LayoutError):
            engine.run(dot_of(graph_of("a -> b")))
    assert len(inner.graphs) == 2
