"""Graphviz's geometry, and what becomes of its complaints."""

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
from itertools import combinations, pairwise
from pathlib import Path
from textwrap import dedent

import graphviz
import pytest

from sphinxext.llmpipeline import CLASSIC, parse
from sphinxext.llmpipeline.diagnostics import LayoutError
from sphinxext.llmpipeline.geometry.primitives import Box, Curve
from sphinxext.llmpipeline.layout import engine as layout
from sphinxext.llmpipeline.layout.digraph import build
from sphinxext.llmpipeline.layout.engine import LayoutResult, place
from sphinxext.llmpipeline.layout.nested import arrange
from sphinxext.llmpipeline.layout.output import read_layout
from sphinxext.llmpipeline.layout.result import Layout, PlacedEdge
from sphinxext.llmpipeline.model.pipeline import Edge, Group, Label, Node, Pipeline
from sphinxext.llmpipeline.model.vocabulary import DIRECTIONS, Direction
from sphinxext.llmpipeline.rendering import digraph
from sphinxext.llmpipeline.text.typesetting import typeset

CORPUS = sorted((Path(__file__).parents[2] / "docs" / "corpus").glob("*.txt"))


def placed(pipeline: Pipeline | str, direction: Direction = "LR") -> LayoutResult:
    """A diagram of one region."""
    pipeline = replace(parse(pipeline) if isinstance(pipeline, str) else pipeline, direction=direction)
    return place(pipeline, digraph(pipeline, CLASSIC))


def arranged(pipeline: Pipeline | str, *engine: str) -> LayoutResult:
    """A whole diagram, with groups that have a direction of their own."""
    pipeline = parse(pipeline) if isinstance(pipeline, str) else pipeline
    return arrange(pipeline, CLASSIC, typeset(pipeline, CLASSIC).sizes(), *engine)  # type: ignore[arg-type]


def laid_out(pipeline: Pipeline | str, direction: Direction = "LR") -> Layout:
    found = placed(pipeline, direction)
    assert found.messages == ()
    return found.layout


def near(box: Box, point: tuple[float, float], slack: float = 3.1) -> bool:
    return box.holds(Box(*point, *point), slack)


def on_border(box: Box, point: tuple[float, float], slack: float = 3.1) -> bool:
    x, y = point
    return near(box, point, slack) and min(abs(x - box.x0), abs(x - box.x1), abs(y - box.y0), abs(y - box.y1)) <= slack


def tip(edge: PlacedEdge, box: Box) -> bool:
    return any(on_border(box, point) for head in edge.arrowheads for point in head.points)


def middle(curve: Curve) -> tuple[float, float]:
    return curve.points[len(curve.points) // 2]


# What is where


def test_one_edge() -> None:
    layout = laid_out("a -> b")
    (a, b), (edge,) = layout.nodes, layout.edges
    assert a.box.x1 + CLASSIC.rank_gap == pytest.approx(b.box.x0, abs=1)
    assert a.box.center[1] == pytest.approx(b.box.center[1], abs=0.5)
    assert near(a.box, edge.splines[0].points[0])
    assert tip(edge, b.box)
    assert edge.splines[0].bezier
    assert not edge.splines[0].closed
    assert (edge.arrowheads[0].closed, edge.arrowheads[0].filled) == (True, True)
    assert edge.label is None
    assert layout.groups == ()


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_direction(direction: Direction) -> None:
    a, b = (node.box.center for node in laid_out("a -> b", direction).nodes)
    way = {"LR": (1, 0), "RL": (-1, 0), "TB": (0, -1), "BT": (0, 1)}[direction]
    x, y = b[0] - a[0], b[1] - a[1]
    assert x * way[0] + y * way[1] > 50
    assert abs(x * way[1]) + abs(y * way[0]) < 1


def test_coordinates_are_points_with_y_up() -> None:
    layout = laid_out("a -> b", "TB")
    assert layout.nodes[0].box.y0 > layout.nodes[1].box.y1
    label = layout.nodes[0].label
    assert (label.width, label.height) == pytest.approx((9, 18), abs=1)


def test_nodes_edges_and_groups_come_in_the_order_of_the_pipeline() -> None:
    text = "group g: A longer title\n   node b: bbbbbbbb\nnode a: a\ngroup h: H\n   node c: cccc\nc -> a: x\na -> b"
    pipeline = parse(text)
    layout = laid_out(text)
    widths = [node.label.width for node in layout.nodes]
    assert [node.id for node in pipeline.nodes] == ["b", "a", "c"]
    assert widths[0] > widths[2] > widths[1]
    assert layout.edges[0].label is not None
    assert layout.edges[1].label is None
    assert layout.groups[0].label.width > layout.groups[1].label.width


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_parallel_edges_are_told_apart(direction: Direction) -> None:
    layout = laid_out("a -> b: first\na --> b: second and longer\na <-> b\na -- b\nb -> a: back", direction)
    a, b = layout.nodes
    middles = [middle(edge.splines[0]) for edge in layout.edges]
    for one, other in combinations(middles, 2):
        assert abs(one[0] - other[0]) + abs(one[1] - other[1]) > 3
    assert [len(edge.arrowheads) for edge in layout.edges] == [1, 1, 2, 0, 1]
    first, second, none, _, back = (edge.label for edge in layout.edges)
    assert none is None
    assert first
    assert second
    assert back
    assert second.width > first.width
    assert not first.overlaps(second)
    assert not first.overlaps(back)
    assert near(b.box, layout.edges[4].splines[0].points[0])
    assert tip(layout.edges[4], a.box)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_loop_leaves_its_node_and_comes_back(direction: Direction) -> None:
    layout = laid_out("node a: a node\na -> a\na --> a: again", direction)
    (a,) = layout.nodes
    for edge in layout.edges:
        assert near(a.box, edge.splines[0].points[0])
        assert tip(edge, a.box)
        assert not near(a.box, middle(edge.splines[0]))
    assert layout.edges[1].label
    assert not layout.edges[1].label.overlaps(a.box)


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(("arrow", "heads"), [("->", 1), ("=>", 1), ("-->", 1), ("<->", 2), ("--", 0)])
def test_heads(direction: Direction, arrow: str, heads: int) -> None:
    layout = laid_out(f"a {arrow} b", direction)
    (a, b), (edge,) = layout.nodes, layout.edges
    assert len(edge.arrowheads) == heads
    assert tip(edge, b.box) is (heads > 0)
    assert tip(edge, a.box) is (heads == 2)


# Labels of edges whose ends share a rank


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(("arrow", "heads"), [("->", 1), ("=>", 1), ("-->", 1), ("<->", 2), ("--", 0)])
@pytest.mark.parametrize("order", ["a, b", "b, a"])
def test_a_label_within_a_rank_stands_between_its_ends(
    direction: Direction, arrow: str, heads: int, order: str
) -> None:
    text = f"node a\nnode b\na {arrow} b: a longer label\nalign {order}"
    layout = laid_out(text, direction)
    (a, b), (edge,) = layout.nodes, layout.edges
    across = 1 if direction in ("LR", "RL") else 0
    assert a.box.center[1 - across] == pytest.approx(b.box.center[1 - across], abs=1)
    assert edge.label is not None
    low, high = sorted((a.box.center[across], b.box.center[across]))
    assert low < edge.label.center[across] < high
    assert not edge.label.overlaps(a.box)
    assert not edge.label.overlaps(b.box)
    # One line from the source to the label, another from there to the target.
    first, second = edge.splines
    assert near(a.box, first.points[0], 13)
    assert near(edge.label, first.points[-1], 7)
    assert near(edge.label, second.points[0], 7)
    assert near(b.box, second.points[-1], 13)
    assert len(edge.arrowheads) == heads
    assert tip(edge, b.box) is (heads > 0)
    assert tip(edge, a.box) is (heads == 2)
    assert not any(edge.label.holds(Box.around(head.points), 1) for head in edge.arrowheads)


def test_a_label_within_a_rank_has_the_room_of_its_text() -> None:
    pipeline = parse("node a\nnode b\na -> b: a longer label\nalign a, b", direction="LR")
    (block,) = typeset(pipeline, CLASSIC).edges
    (edge,) = laid_out(pipeline).edges
    assert block is not None
    assert edge.label is not None
    room = 2 * CLASSIC.edge_label_gap
    assert edge.label.width == pytest.approx(block.size.width + room, abs=1.01)
    assert edge.label.height == pytest.approx(block.size.height + room, abs=1.01)


def test_layout_box_begins_at_the_origin() -> None:
    box = laid_out("a -> b").box
    assert (box.x0, box.y0) == (0, 0)


def test_an_empty_pipeline_is_laid_out() -> None:
    layout = laid_out(Pipeline(()))
    assert (layout.nodes, layout.edges, layout.groups) == ((), (), ())


def test_groups_nest_twenty_deep() -> None:
    groups = tuple(Group(f"g{n}", Label.plain("G"), f"g{n - 1}" if n else None) for n in range(20))
    layout = laid_out(Pipeline((Node("a", Label.plain("A"), group="g19"),), (), groups))
    for outer, inner in zip(layout.groups, layout.groups[1:], strict=False):
        assert outer.box.holds(inner.box)


def test_a_chain_of_500_nodes() -> None:
    nodes = tuple(Node(f"n{index}", Label.plain(str(index))) for index in range(500))
    edges = tuple(Edge(one.id, other.id) for one, other in pairwise(nodes))
    layout = laid_out(Pipeline(nodes, edges))
    lefts = [node.box.x0 for node in layout.nodes]
    assert lefts == sorted(lefts)
    assert len(layout.edges) == 499


def test_200_parallel_edges() -> None:
    nodes = (Node("a", Label.plain("a")), Node("b", Label.plain("b")))
    layout = laid_out(Pipeline(nodes, (Edge("a", "b"),) * 200))
    assert len({edge.splines for edge in layout.edges}) == 200


# Diagrams on which Graphviz 14 falls over


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
def test_graphviz_cannot_take_the_build_down_with_it(text: str, direction: str) -> None:
    """One diagram may fail, the build may not: either it is drawn or there is an error that says so."""
    code = dedent(
        """
        import sys
        from sphinxext.llmpipeline import CLASSIC, parse
        from sphinxext.llmpipeline.layout.nested import arrange
        from sphinxext.llmpipeline.diagnostics import LayoutError
        from sphinxext.llmpipeline.text.typesetting import typeset
        pipeline = parse(sys.argv[1], direction=sys.argv[2])
        try:
            arrange(pipeline, CLASSIC, typeset(pipeline, CLASSIC).sizes())
        except LayoutError as error:
            print(error)
        """
    )
    done = subprocess.run([sys.executable, "-c", code, text, direction], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


FORK = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")


def crash() -> None:
    """Lay out what ends Graphviz 14, and with it the process that it runs in, by ``abort()``."""

    def label(width: int, height: int = 19) -> str:
        return f'<<TABLE FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{height}"><TR><TD></TD></TR></TABLE>>'

    graph = graphviz.Digraph("pipeline", graph_attr={"compound": "true", "nodesep": "0.3889", "newrank": "true"})
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
    place(parse("n0 -> n1"), graph)


CRASHED = "Graphviz crashed: nodes that share a rank are more than it can lay out here; leave out an 'align'"


@pytest.fixture
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child that crashes without pytest's own traceback of it."""
    result = layout._result

    def quiet(source: str) -> object:
        faulthandler.disable()
        return result(source)

    monkeypatch.setattr(layout, "_result", quiet)


@FORK
@pytest.mark.usefixtures("_quiet")
def test_where_graphviz_crashes_there_is_an_error(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(LayoutError) as caught:
        crash()
    assert str(caught.value) == CRASHED
    assert capfd.readouterr() == ("", "")
    assert len(laid_out("a -> b").nodes) == 2


ALIGNED = "node a\nnode b\na -> b\nalign a, b"


@FORK
@pytest.mark.usefixtures("_quiet")
@pytest.mark.parametrize("number", [signal.SIGABRT, signal.SIGSEGV, signal.SIGKILL])
def test_any_death_of_the_child_is_the_same_error(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "_run_in_process", lambda source: os.kill(os.getpid(), number))
    with pytest.raises(LayoutError) as caught:
        placed(ALIGNED)
    assert str(caught.value) == CRASHED


@FORK
@pytest.mark.usefixtures("_quiet")
def test_a_child_leaves_nothing_behind() -> None:
    """No zombie, no open file."""
    folder = "/proc/self/fd" if os.path.isdir("/proc/self/fd") else "/dev/fd"
    placed(ALIGNED)
    before = len(os.listdir(folder))
    for _ in range(5):
        placed(ALIGNED)
        with pytest.raises(LayoutError):
            crash()
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
        (ALIGNED, True),
    ],
)
def test_only_graphs_with_shared_ranks_have_a_process_of_their_own(
    text: str, apart: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> int:
        raise AssertionError("forked")

    monkeypatch.setattr(os, "fork", refuse)
    if apart:
        with pytest.raises(AssertionError, match="forked"):
            placed(text)
    else:
        assert arranged(text).messages == ()


@FORK
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_the_child_gives_what_this_process_would(direction: Direction, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "node a\nnode b\nnode c\na -> b: label\nb -> c\nalign a, b"
    apart = placed(text, direction)
    monkeypatch.delattr(os, "fork")
    assert placed(text, direction) == apart


@FORK
def test_what_graphviz_prints_in_the_child_comes_back(capfd: pytest.CaptureFixture[str]) -> None:
    pipeline = parse("node a: A long label\nnode b\na -> b\nalign a, b")
    graph = digraph(pipeline)
    graph.node("a", fixedsize="true", width="0.1", height="0.1")
    assert place(pipeline, graph).messages == (COMPLAINT,)
    assert capfd.readouterr() == ("", "")


@FORK
def test_what_fails_in_the_child_fails_as_in_this_process(capfd: pytest.CaptureFixture[str]) -> None:
    graph = graphviz.Digraph("pipeline", body=["\tnewrank=true\n\ta -> -> b\n"])
    with pytest.raises(LayoutError, match=r"^Graphviz failed: .*syntax error in line 3 near '->'") as caught:
        place(parse("a -> b"), graph)
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


@FORK
def test_threads_that_run_when_a_child_is_made_are_no_warning() -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert placed(ALIGNED).messages == ()
    finally:
        done.set()
        thread.join()


# What Graphviz prints


def _crowded() -> tuple[Pipeline, graphviz.Digraph]:
    """A node too small for its label, of which Graphviz complains."""
    pipeline = parse("node a: A long label\na -> a")
    graph = digraph(pipeline)
    graph.node("a", fixedsize="true", width="0.1", height="0.1")
    return pipeline, graph


COMPLAINT = "Warning: node 'a', graph 'pipeline' size too small for label"


def test_what_graphviz_prints_comes_back_and_is_not_printed(capfd: pytest.CaptureFixture[str]) -> None:
    found = place(*_crowded())
    assert found.messages == (COMPLAINT,)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "line",
    [
        "Warning: Orthogonal edges do not currently handle edge labels. Try using xlabels.",
        'Warning: Unable to reclaim box space in spline routing for edge "g1" -> "g2". Something is seriously wrong.',
        "lib/pathplan/shortest.c:333: triangulation failed",
    ],
)
def test_what_is_put_right_afterwards_is_no_news(line: str, tmp_path: Path) -> None:
    graph = digraph(parse("a -> b"))
    (tmp_path / "drawn.json").write_bytes(layout._run_in_process(graph.source)[0])
    code = (
        f"print({line!r}, 'another', sep='\\n', file=sys.stderr)\nprint(open({str(tmp_path / 'drawn.json')!r}).read())"
    )
    assert place(parse("a -> b"), graph, "dot", _program(tmp_path, code)).messages == ("another",)


def test_a_labelled_loop_among_square_lines_is_no_news() -> None:
    pipeline = replace(parse("node a\na -> a: again"), splines="ortho")
    assert place(pipeline, digraph(pipeline)).messages == ()


def test_stderr_works_again_afterwards(capfd: pytest.CaptureFixture[str]) -> None:
    place(*_crowded())
    os.write(2, b"here I am\n")
    print("and here", file=sys.stderr)
    assert capfd.readouterr().err == "here I am\nand here\n"


def test_no_file_is_left_open() -> None:
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    for _ in range(20):
        place(*_crowded())
    after = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    assert after == before


def test_a_process_without_stderr_lays_out_too() -> None:
    code = dedent(
        """
        import os
        from sphinxext.llmpipeline import parse
        from sphinxext.llmpipeline.rendering import digraph
        from sphinxext.llmpipeline.layout.engine import place
        pipeline = parse("a -> b")
        graph = digraph(pipeline)
        os.close(2)
        print(len(place(pipeline, graph).layout.nodes))
        """
    )
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "2\n")


def test_broken_dot_is_a_layout_error(capfd: pytest.CaptureFixture[str]) -> None:
    graph = graphviz.Digraph("pipeline", body=["\ta -> -> b\n"])
    with pytest.raises(LayoutError, match=r"^Graphviz failed: .*syntax error in line 2 near '->'") as caught:
        place(parse("a -> b"), graph)
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_a_part_that_is_missing_is_a_layout_error() -> None:
    with pytest.raises(LayoutError, match=r"^Graphviz gave no layout: KeyError: 'c'$"):
        place(parse("a -> b -> c"), digraph(parse("a -> b")))


def test_read_layout_names_what_is_missing() -> None:
    with pytest.raises(KeyError, match="'a'"):
        read_layout(parse("a -> b"), {"bb": "0,0,1,1"})


# Graphviz as a program


def _program(tmp_path: Path, code: str) -> str:
    """A program that is written in Python."""
    if os.name == "nt":
        pytest.skip("a script is no program on Windows")
    path = tmp_path / "dot"
    path.write_text(f"#!{sys.executable}\nimport sys\n{dedent(code)}", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def same_dot(tmp_path: Path) -> str:
    """A ``dot`` of the version that runs in process: it hands what it is given to pygraphviz."""
    return _program(
        tmp_path,
        """
        import pygraphviz
        options = {argument[:2]: argument[2:] for argument in sys.argv[1:]}
        assert options == {"-K": "dot", "-T": "json0"}, sys.argv
        source = sys.stdin.buffer.read().decode()
        sys.stdout.buffer.write(pygraphviz.AGraph(string=source).draw(format=options["-T"], prog=options["-K"]))
        """,
    )


@pytest.mark.parametrize("file", [CORPUS[2], CORPUS[6], CORPUS[8]], ids=lambda path: path.stem)
def test_both_engines_give_the_same_layout(file: Path, same_dot: str) -> None:
    pipeline = parse(file.read_text(encoding="utf-8"))
    assert arranged(pipeline, "dot", same_dot) == arranged(pipeline)


def test_both_engines_bring_back_what_graphviz_prints(same_dot: str, capfd: pytest.CaptureFixture[str]) -> None:
    pipeline, graph = _crowded()
    assert place(pipeline, graph, "dot", same_dot) == place(pipeline, graph)
    assert place(pipeline, graph, "dot", same_dot).messages == (COMPLAINT,)
    assert capfd.readouterr() == ("", "")


def test_ids_beyond_ascii_reach_the_program(same_dot: str) -> None:
    nodes = tuple(Node(id, Label.plain("x")) for id in ("ünïcode", "模型"))
    pipeline = Pipeline(nodes, (Edge("ünïcode", "模型"),))
    assert place(pipeline, digraph(pipeline), "dot", same_dot) == place(pipeline, digraph(pipeline))


@pytest.mark.program
@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize("file", CORPUS, ids=lambda path: path.stem)
def test_the_dot_of_the_system(file: Path, direction: Direction, program: Callable[[str], str]) -> None:
    pipeline = replace(parse(file.read_text(encoding="utf-8")), direction=direction)
    blocks = typeset(pipeline, CLASSIC)
    found = arranged(pipeline, "dot", program("dot"))
    assert found.messages == ()
    layout = found.layout
    for node, block in zip(layout.nodes, blocks.nodes, strict=True):
        assert node.box.holds(node.label, 0.5)
        assert block.size.width <= node.label.width + 0.01
        assert block.size.height <= node.label.height + 0.01
    for one, other in combinations(layout.nodes, 2):
        assert not one.box.overlaps(other.box, 0.5)
    for node, place_ in zip(pipeline.nodes, layout.nodes, strict=True):
        for group, border in zip(pipeline.groups, layout.groups, strict=True):
            assert border.box.holds(place_.box, 0.5) is (group.id in pipeline.enclosing(node.id))
    for group in layout.groups:
        assert group.box.holds(group.label, 0.5)
    for edge, line in zip(pipeline.edges, layout.edges, strict=True):
        assert len(line.arrowheads) == {"exchange": 2, "link": 0}.get(edge.kind, 1)
        assert (line.label is None) is (edge.label is None)


ADVICE = "set llmpipeline_dot to Graphviz's dot, or llmpipeline_engine to 'pygraphviz'"


def test_a_program_that_is_not_there() -> None:
    with pytest.raises(LayoutError) as caught:
        place(parse("a -> b"), digraph(parse("a -> b")), "dot", "no-such-dot")
    message = str(caught.value)
    assert message.startswith("cannot run 'no-such-dot' (")
    assert message.endswith(f"; {ADVICE}")
    assert "\n" not in message


def test_a_program_that_may_not_be_run(tmp_path: Path) -> None:
    (tmp_path / "dot").write_text("", encoding="utf-8")
    with pytest.raises(LayoutError) as caught:
        place(parse("a -> b"), digraph(parse("a -> b")), "dot", str(tmp_path / "dot"))
    assert str(caught.value).startswith(f"cannot run '{tmp_path / 'dot'}' (")
    assert str(caught.value).endswith(f"; {ADVICE}")


def test_what_a_program_says_when_it_fails(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    dot = _program(tmp_path, "print('Error: out of\\n  ink', file=sys.stderr)\nsys.exit(1)")
    with pytest.raises(LayoutError) as caught:
        place(parse("a -> b"), digraph(parse("a -> b")), "dot", dot)
    assert str(caught.value) == f"'{dot}' failed with status 1: Error: out of ink"
    assert capfd.readouterr() == ("", "")


def test_a_program_that_dies(tmp_path: Path) -> None:
    dot = _program(tmp_path, "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)")
    with pytest.raises(LayoutError, match="failed with status -11"):
        place(parse("a -> b"), digraph(parse("a -> b")), "dot", dot)


@pytest.mark.parametrize("output", ["", "no JSON", "[]", "null", "{}", '{"bb": ""}', '{"bb": "0,0,1,1", "objects": 5}'])
def test_a_program_that_gives_no_layout(output: str, tmp_path: Path) -> None:
    dot = _program(tmp_path, f"sys.stdin.read()\nsys.stdout.write({output!r})")
    with pytest.raises(LayoutError, match=r"^Graphviz gave no layout: "):
        place(parse("a -> b"), digraph(parse("a -> b")), "dot", dot)


def test_a_reason_of_several_lines_is_told_in_one(tmp_path: Path) -> None:
    dot = _program(tmp_path, "print('triangulation failed\\nError: lost e3', file=sys.stderr)\nprint('{}')")
    with pytest.raises(LayoutError) as caught:
        place(parse("a -> b"), digraph(parse("a -> b")), "dot", dot)
    assert str(caught.value) == "Graphviz gave no layout: triangulation failed Error: lost e3"


def test_the_setting_of_the_graphviz_package_is_put_back(same_dot: str) -> None:
    from graphviz.backend import dot_command

    before = dot_command.DOT_BINARY
    place(parse("a -> b"), digraph(parse("a -> b")), "dot", same_dot)
    with pytest.raises(LayoutError):
        place(parse("a -> b"), digraph(parse("a -> b")), "dot", "no-such-dot")
    assert dot_command.DOT_BINARY is before


def placed_edge(pos: str) -> PlacedEdge:
    """An edge that Graphviz draws so, between two nodes that are 10 points wide and high."""
    around = [
        {"_gvid": at, "name": id, "pos": f"{x},0", "width": "0.139", "height": "0.139", "label": TABLE}
        for at, id, x in ((0, "a", 0), (1, "b", 100))
    ]
    edge = {"tail": 0, "head": 1, "id": "e0", "arrowsize": "0.8", "pos": pos}
    (line,) = read_layout(parse("a -> b"), {"bb": "0,0,100,10", "objects": around, "edges": [edge]}).edges
    return line


TABLE = '<TABLE FIXEDSIZE="TRUE" WIDTH="4" HEIGHT="4">'


def test_an_arrowhead_begins_where_its_line_ends() -> None:
    line = placed_edge("e,95,0 5,0 30,0 60,0 86,0")
    assert line.splines[0].points[-1] == (86, 0)
    left, tip, right = line.arrowheads[0].points
    assert (*left, *tip, *right) == pytest.approx((86, 2.8, 94, 0, 86, -2.8))


def test_a_line_too_short_for_its_arrowhead_ends_inside_it() -> None:
    assert placed_edge("e,95,0 89,0 89,0 90,0 90,0").arrowheads[0].points[1] == (95, 0)
    assert placed_edge("e,95,0 89,0 90,0 95,0 95,0").arrowheads[0].points[1] == (95, 0)


def test_arrowheads_at_both_ends_and_several_pieces() -> None:
    line = placed_edge("s,5,0 14,0 20,0 30,0 40,0;e,95,0 40,0 60,0 70,0 86,0")
    assert [spline.points[0] for spline in line.splines] == [(14, 0), (40, 0)]
    assert sorted(head.points[1][0] for head in line.arrowheads) == pytest.approx([6, 94])


def test_a_line_without_a_length_is_no_layout() -> None:
    with pytest.raises(ValueError, match="a line without a length has no arrowhead"):
        placed_edge("e,95,0 95,0 95,0 95,0 95,0")


def test_the_label_of_a_square_loop_has_no_place_yet() -> None:
    pipeline = replace(parse("group g: G\n   node a\nnode b\na -> a: label"), splines="ortho", direction="TB")
    found = place(pipeline, build(pipeline, CLASSIC, typeset(pipeline, CLASSIC).sizes()))
    assert found.layout.edges[0].label is None
