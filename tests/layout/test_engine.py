"""Graphviz in this process, in a fork, and as an executable: output, messages and errors are the same."""

from __future__ import annotations

import contextlib
import faulthandler
import os
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from textwrap import dedent

import graphviz
import pytest

from sphinxext.llmpipeline import CLASSIC, parse
from sphinxext.llmpipeline.diagnostics import LayoutError
from sphinxext.llmpipeline.job import Job
from sphinxext.llmpipeline.layout import engine as module
from sphinxext.llmpipeline.layout.digraph import Dot
from sphinxext.llmpipeline.layout.engine import EngineOutput, Executable, Library, engine_of
from sphinxext.llmpipeline.layout.nested import lay_out
from sphinxext.llmpipeline.layout.output import place
from sphinxext.llmpipeline.layout.search import search
from sphinxext.llmpipeline.model.pipeline import Edge, Label, Node, Pipeline
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction
from tests.layouts import FakeEngine, dot_of, edges, graph_of, groups, nodes, placed, typeset

CORPUS = sorted((Path(__file__).parents[2] / "docs" / "corpus").glob("*.txt"))


def dot(text: str, direction: Direction = "LR") -> Dot:
    return dot_of(graph_of(text, direction=direction))


@pytest.mark.parametrize(
    ("engine", "expected"), [("dot", Executable("/opt/dot")), ("pygraphviz", Library)], ids=["dot", "pygraphviz"]
)
def test_a_job_names_its_engine(engine: str, expected: object) -> None:
    found = engine_of(Job(parse("a -> b"), CLASSIC, "svg", engine, "/opt/dot"))  # type: ignore[arg-type]
    assert found == expected or type(found) is expected


# Graphs that crash Graphviz 14


DEADLY = {
    "labelled edges within one rank": "b -> c\nb -> c: label\nc -> a\na -> b\nalign b, a, c",
    "aligned nodes of groups": (
        "group g: G\n   node a\n   node c\ngroup h: H\n   node b\nb -> a\nh -> g: label\nalign b, a"
    ),
    "a group across the diagram": (
        "group g: G\n   :direction: TB\n   node a\n   node b: a longer label\n   node c\n"
        "b -> a\na -> b\na -> c: long label\\ntwo\nc -> a"
    ),
}


@pytest.mark.parametrize("text", DEADLY.values(), ids=DEADLY)
@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_graphviz_cannot_end_the_build(text: str, direction: str) -> None:
    """One diagram may fail, the build may not: it is drawn, or there is an error that says why not."""
    code = dedent(
        """
        import sys
        from sphinxext.llmpipeline.diagnostics import LayoutError
        from sphinxext.llmpipeline.layout.engine import Library
        from sphinxext.llmpipeline.layout.nested import lay_out
        from tests.layouts import graph_of
        graph = graph_of(sys.argv[1], direction=sys.argv[2])
        try:
            lay_out(graph, Library())
        except LayoutError as error:
            print(error)
        """
    )
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", code, text, direction],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": root},
    )
    assert done.returncode == 0, done.stderr


FORK = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")


def deadly_dot() -> Dot:
    """A graph that ends Graphviz 14, and with it the process that it runs in, by ``abort()``."""

    def label(width: int, height: int = 19) -> str:
        return f'<<TABLE FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{height}"><TR><TD></TD></TR></TABLE>>'

    graph = graphviz.Digraph()
    graph.node("n3", label(20))
    with graph.subgraph(name="cluster_g0") as g0:
        g0.node("n0", label(98))
    with graph.subgraph(name="cluster_g1") as g1:
        with g1.subgraph(name="cluster_g2") as g2:
            g2.node("n2", label(80))
        for name, width in (("n5", 20), ("n4", 80), ("n1", 20), ("n6", 25)):
            g1.node(name, label(width))
        with g1.subgraph() as rank:
            rank.attr(rank="same")
            for name in ("n1", "n4", "n5"):
                rank.node(name)
    graph.edge("n3", "n0")
    graph.edge("n0", "n1", lhead="cluster_g1", ltail="cluster_g0")
    graph.edge("n3", "n5")
    graph.edge("n2", "n0")
    graph.edge("n2", "n5", label(25, 21))
    attributes = {"compound": "true", "nodesep": "0.3889", "newrank": "true"}
    return Dot("pipeline", attributes, {}, {}, tuple(graph.body))


CRASHED = "Graphviz crashed: nodes that share a rank are more than it can lay out here; leave out an 'align'"


@pytest.fixture
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep pytest's own traceback of a crashing child quiet."""
    result = module._result

    def quiet(source: str) -> object:
        faulthandler.disable()
        return result(source)

    monkeypatch.setattr(module, "_result", quiet)


@FORK
@pytest.mark.usefixtures("_quiet")
def test_a_crash_of_graphviz_is_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(LayoutError) as caught:
        Library().run(deadly_dot())
    assert str(caught.value) == CRASHED
    assert capfd.readouterr() == ("", "")
    assert len(placed(graph_of("a -> b")).layout.nodes) == 2


ALIGNED = "node a\nnode b\na -> b\nalign a, b"


@FORK
@pytest.mark.usefixtures("_quiet")
@pytest.mark.parametrize("number", [signal.SIGABRT, signal.SIGSEGV, signal.SIGKILL])
def test_any_death_of_the_child_is_the_same_error(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_run_in_process", lambda source: os.kill(os.getpid(), number))
    with pytest.raises(LayoutError) as caught:
        Library().run(dot(ALIGNED))
    assert str(caught.value) == CRASHED


@FORK
@pytest.mark.usefixtures("_quiet")
def test_a_child_leaves_neither_zombie_nor_open_file() -> None:
    folder = "/proc/self/fd" if os.path.isdir("/proc/self/fd") else "/dev/fd"
    Library().run(dot(ALIGNED))
    before = len(os.listdir(folder))
    for _ in range(5):
        Library().run(dot(ALIGNED))
        with pytest.raises(LayoutError):
            Library().run(deadly_dot())
    assert len(os.listdir(folder)) == before
    with contextlib.suppress(ChildProcessError):  # without any child, there is no dead one either
        assert os.waitpid(-1, os.WNOHANG) == (0, 0)


@FORK
@pytest.mark.parametrize(
    ("text", "apart"),
    [
        ("a -> b", False),
        ("group g: G\n   node a\n   node b\na -> b", False),
        ("group g: G\n   :direction: TB\n   node a\n   node b\na -> b", False),
        ("node newrank\nnode subgraph\nnewrank -> subgraph: newrank=true", False),
        ("group newrank: newrank=true\n   node a\nnode b\na -> b", False),
        (ALIGNED, True),
    ],
)
def test_only_graphs_with_shared_ranks_run_in_a_fork(text: str, apart: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise AssertionError("forked")

    monkeypatch.setattr(os, "fork", refuse)
    if apart:
        with pytest.raises(AssertionError, match="forked"):
            Library().run(dot(text))
    else:
        assert lay_out(graph_of(text), Library()).messages == ()


@FORK
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_the_fork_gives_the_output_of_this_process(direction: Direction, monkeypatch: pytest.MonkeyPatch) -> None:
    given = dot("node a\nnode b\nnode c\na -> b: label\nb -> c\nalign a, b", direction)
    apart = Library().run(given)
    monkeypatch.delattr(os, "fork")
    assert Library().run(given) == apart


def crowded(text: str = "node a: A long label\na -> a") -> Dot:
    """A graph whose node ``a`` is too small for its label, of which Graphviz complains."""
    given = dot(text)
    return replace(given, body=(*given.body, "\ta [fixedsize=true height=0.1 width=0.1]\n"))


COMPLAINT = "Warning: node 'a', graph 'pipeline' size too small for label\n"


@FORK
def test_messages_of_graphviz_in_a_fork_come_back(capfd: pytest.CaptureFixture[str]) -> None:
    given = crowded("node a: A long label\nnode b\na -> b\nalign a, b")
    assert given.ranks_clusters_together
    assert Library().run(given).messages == COMPLAINT
    assert capfd.readouterr() == ("", "")


BROKEN = Dot("pipeline", {}, {}, {}, ("\ta -> -> b\n",))


@FORK
def test_a_failure_in_a_fork_is_that_of_this_process(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(LayoutError, match=r"^Graphviz failed: .*syntax error in line 5 near '->'") as caught:
        Library().run(replace(BROKEN, graph_attr={"newrank": "true"}))
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


@FORK
def test_threads_beside_a_fork_are_no_warning() -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert Library().run(dot(ALIGNED)).messages == ""
    finally:
        done.set()
        thread.join()


# Messages


def test_messages_of_graphviz_come_back_and_are_not_printed(capfd: pytest.CaptureFixture[str]) -> None:
    assert Library().run(crowded()).messages == COMPLAINT
    assert place(graph_of("node a\na -> a"), crowded(), Library()).messages == (COMPLAINT.strip(),)
    assert capfd.readouterr() == ("", "")


def test_stderr_works_again_afterwards(capfd: pytest.CaptureFixture[str]) -> None:
    Library().run(crowded())
    os.write(2, b"here I am\n")
    print("and here", file=sys.stderr)
    assert capfd.readouterr().err == "here I am\nand here\n"


def test_no_file_is_left_open() -> None:
    folder = "/proc/self/fd" if os.path.isdir("/proc/self/fd") else "/dev/fd"
    Library().run(crowded())
    before = len(os.listdir(folder))
    for _ in range(20):
        Library().run(crowded())
    assert len(os.listdir(folder)) == before


def test_a_process_without_stderr_lays_out_too() -> None:
    code = dedent(
        """
        import json, os
        from sphinxext.llmpipeline.layout.digraph import Dot
        from sphinxext.llmpipeline.layout.engine import Library
        os.close(2)
        drawn = Library().run(Dot("pipeline", {}, {}, {}, ("\\ta -> b\\n",)))
        print(len(json.loads(drawn.json)["objects"]))
        """
    )
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "2\n")


def test_broken_dot_is_a_layout_error(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(LayoutError, match=r"^Graphviz failed: .*syntax error in line 5 near '->'") as caught:
        Library().run(BROKEN)
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


# The executable


def script(tmp_path: Path, code: str) -> str:
    """An executable that is written in Python."""
    if os.name == "nt":
        pytest.skip("a script is no executable on Windows")
    path = tmp_path / "dot"
    path.write_text(f"#!{sys.executable}\nimport sys\n{dedent(code)}", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def same_dot(tmp_path: Path) -> Executable:
    """A ``dot`` of the version that runs in process: it passes its input to pygraphviz."""
    path = script(
        tmp_path,
        """
        import pygraphviz
        options = {argument[:2]: argument[2:] for argument in sys.argv[1:]}
        assert options == {"-K": "dot", "-T": "json0"}, sys.argv
        source = sys.stdin.buffer.read().decode()
        sys.stdout.buffer.write(pygraphviz.AGraph(string=source).draw(format=options["-T"], prog=options["-K"]))
        """,
    )
    return Executable(path)


@pytest.mark.parametrize("file", [CORPUS[2], CORPUS[6], CORPUS[8]], ids=lambda path: path.stem)
def test_both_engines_give_the_same_layout(file: Path, same_dot: Executable) -> None:
    graph = graph_of(file.read_text(encoding="utf-8"))
    assert lay_out(graph, same_dot) == lay_out(graph, Library())


def test_both_engines_give_the_same_output(same_dot: Executable, capfd: pytest.CaptureFixture[str]) -> None:
    assert same_dot.run(crowded()) == Library().run(crowded())
    assert same_dot.run(crowded()).messages == COMPLAINT
    assert capfd.readouterr() == ("", "")


def test_ids_beyond_ascii_reach_the_executable(same_dot: Executable) -> None:
    ends = tuple(Node(id, Label.plain("x")) for id in ("ünïcode", "模型"))
    graph = graph_of(Pipeline(ends, (Edge("ünïcode", "模型"),)))
    found = place(graph, dot_of(graph), same_dot)
    assert found == placed(graph)
    assert list(found.layout.nodes) == ["ünïcode", "模型"]


@pytest.mark.program
@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("file", CORPUS, ids=lambda path: path.stem)
def test_the_dot_of_the_system(file: Path, direction: Direction, program: Callable[[str], str]) -> None:
    pipeline = parse(file.read_text(encoding="utf-8"), direction=direction)
    blocks = typeset(pipeline, CLASSIC)
    found = lay_out(graph_of(pipeline), Executable(program("dot")))
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
    for edge, line in zip(pipeline.edges, edges(layout), strict=True):
        assert len(line.arrowheads) == {"exchange": 2, "link": 0}.get(edge.kind, 1)
        assert (line.label is None) is (edge.label is None)


ADVICE = "set llmpipeline_dot to Graphviz's dot, or llmpipeline_engine to 'pygraphviz'"


def test_an_executable_that_is_not_there() -> None:
    with pytest.raises(LayoutError) as caught:
        Executable("no-such-dot").run(dot("a -> b"))
    message = str(caught.value)
    assert message.startswith("cannot run 'no-such-dot' (")
    assert message.endswith(f"; {ADVICE}")
    assert "\n" not in message


def test_a_file_that_is_not_executable(tmp_path: Path) -> None:
    (tmp_path / "dot").write_text("", encoding="utf-8")
    with pytest.raises(LayoutError) as caught:
        Executable(str(tmp_path / "dot")).run(dot("a -> b"))
    assert str(caught.value).startswith(f"cannot run '{tmp_path / 'dot'}' (")
    assert str(caught.value).endswith(f"; {ADVICE}")


def test_an_executable_that_fails(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = script(tmp_path, "print('Error: out of\\n  ink', file=sys.stderr)\nsys.exit(1)")
    with pytest.raises(LayoutError) as caught:
        Executable(path).run(dot("a -> b"))
    assert str(caught.value) == f"'{path}' failed with status 1: Error: out of ink"
    assert capfd.readouterr() == ("", "")


def test_an_executable_that_dies(tmp_path: Path) -> None:
    path = script(tmp_path, "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)")
    with pytest.raises(LayoutError, match="failed with status -11"):
        Executable(path).run(dot("a -> b"))


@pytest.mark.parametrize("output", ["", "no JSON", "{}"])
def test_an_executable_that_gives_no_layout(output: str, tmp_path: Path) -> None:
    path = script(tmp_path, f"sys.stdin.read()\nprint('why', file=sys.stderr)\nsys.stdout.write({output!r})")
    assert Executable(path).run(dot("a -> b")) == EngineOutput(output.encode(), "why\n")
    with pytest.raises(LayoutError, match=r"^Graphviz gave no layout: why$"):
        place(graph_of("a -> b"), dot("a -> b"), Executable(path))


# One engine for a whole diagram


def test_every_graph_of_a_diagram_goes_through_the_engine_that_is_handed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Panels, inner regions, candidates of the search, and detours."""
    expected = (Path(__file__).parents[2] / "docs" / "corpus" / "040.txt").read_text(encoding="utf-8")
    library, engine = Library(), FakeEngine()
    graph = graph_of(expected, direction="TB")
    placed = search(graph, engine, 700.0)
    cleared = placed.cleared(engine)
    assert {dot.name for dot in engine.graphs} == {"pipeline", "detour"}
    assert cleared == search(graph, library, 700.0).cleared(library)

    def refuse(source: str) -> EngineOutput:
        raise AssertionError("another engine ran")

    answers = {dot.source: library.run(dot) for dot in engine.graphs}
    monkeypatch.setattr(module, "_run_in_process", refuse)
    canned = FakeEngine(lambda dot: answers[dot.source])
    assert search(graph, canned, 700.0).cleared(canned) == cleared
