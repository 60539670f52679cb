"""The measurements: every row comes out, of the smallest projects, and what is counted is right."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks import generate, report, run
from benchmarks.generate import PEERS, declarations, large_graph
from benchmarks.measure import Builds, Cost, Variant, interleaved
from benchmarks.report import BEGIN, END, Check, Row, goals_table, write_between
from benchmarks.rows import ROWS, Bench, Sizes
from sphinxext.llmpipeline import parse

TINY = Sizes(diagrams=1, many=2, huge=2, nodes=16)


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
    labels = [part.label.text for part in parse(declarations(3)).items() if part.label]
    text = PEERS[name].directive(3)
    assert len(labels) == 8 + 2
    breaks = "<br/>" if name == "mermaid" else r"\n"
    assert [label for label in labels if label.replace("\n", breaks) not in text] == []


def test_projects_have_the_same_pages_and_all_diagrams(tmp_path: Path) -> None:
    generate.main([str(tmp_path), "--pages", "3", "--diagrams", "10"])
    pages = {name: sorted(path.name for path in (tmp_path / name).glob("*.rst")) for name in PEERS}
    assert pages == {name: ["index.rst", "page0.rst", "page1.rst", "page2.rst"] for name in PEERS}
    ours = [(tmp_path / "ours" / f"page{page}.rst").read_text().count(".. llmpipeline::") for page in range(3)]
    assert ours == [3, 3, 4]


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
    for peer, pattern in (("ours", "**/.llmpipeline/??/*.svg"), ("plot", "**/plot_directive/**/*.png")):
        variant = Variant(peer, 2, 1)
        times = []
        for _ in range(2):
            builds.cold(variant)
            (drawn,) = [path for path in tmp_path.glob(pattern) if not path.name.endswith("hires.png")]
            times.append(drawn.stat().st_mtime_ns)
        assert times[0] < times[1]


def test_failed_build_is_no_measurement(tmp_path: Path) -> None:
    builds, variant = Builds(tmp_path), Variant("none", 2, 0)
    (builds.source(variant) / "page0.rst").write_text("Title\n=====\n\n.. nope::\n")
    with pytest.raises(
        RuntimeError, match=r"^a build failed with status 1:\n\S*page0\.rst:4: ERROR: Unknown directive"
    ):
        builds.cold(variant)


# Rows


@pytest.mark.program
def test_all_rows_come_out(folder: Path, program: Callable[[str], str], capsys: pytest.CaptureFixture[str]) -> None:
    dot = program("dot")
    bench = Bench(folder, TINY, repeat=1, peers=[name for name in PEERS if name != "mermaid"], full=True)
    rows = run.measure(bench, list(ROWS))
    assert [len(row.checks) for row in rows] == [1, 1, 1, 3, 2, 2, 3, 1, 1, 1]
    assert capsys.readouterr().err.split() == [word for name in ROWS for word in (name, "…")]
    counted = {check.goal: check.measured for row in rows for check in row.checks if not check.goal.startswith("≤")}
    assert counted == {
        "nothing drawn": "0 drawn",
        "matplotlib not imported": "not imported",
        "one drawing": "1 drawn",
        "the same HTML": "1 of 1 the same",
    }
    told = run.report(bench, rows, dot)
    goals, _, peers, words = told.split("\n\n")
    assert [line.split(" | ")[-1] in ("yes |", "no  |") for line in goals.splitlines()[2:]] == [True] * 10
    assert {line.count("|") for line in goals.splitlines()} == {5}
    assert [line.split("|")[1].strip() for line in peers.splitlines()[2:]] == [
        "this extension",
        "sphinx.ext.graphviz, SVG",
        "sphinx.ext.graphviz, PNG",
        "plot directive, as it comes: PNG for two densities, and PDF",
        "plot directive, one PNG",
        "the bare layout, in process",
    ]
    assert re.fullmatch(
        r"One run\. sphinxext-llmpipeline \S+, Sphinx \S+, matplotlib \S+, pygraphviz \S+, graphviz \S+, "
        r"Graphviz [\d.]+ in pygraphviz, dot [\d.]+; Python [\d.]+ on \w+, \d+ cores\.\n",
        words,
    )


def test_rows_without_their_peer_or_time_say_so(tmp_path: Path) -> None:
    bench = Bench(tmp_path, TINY, peers=["none", "ours"])
    assert [ROWS[name](bench).cells()[1:] for name in ("graphviz", "plot", "size", "scale")] == [
        ("≤ 0.15", "not measured: without the peer", "–"),
        ("≤ 0.03", "not measured: without the peer", "–"),
        ("≤ 1.00", "not measured: without the peer", "–"),
        ("≤ 1.10; ≤ 100 MB", "not measured: only with `--full`", "–"),
    ]


def test_unknown_rows_and_no_runs_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--rows", "speed"], ["--repeat", "0"]):
        with pytest.raises(SystemExit):
            run.main(arguments)
    told = capsys.readouterr().err
    assert "argument --rows: invalid choice: 'speed'" in told
    assert told.endswith("error: expected a number of at least 1 after --repeat\n")


# Tables


def test_table_tells_each_goal_and_whether_all_are_met() -> None:
    met, missed = report.at_most(0.1, 0.15), report.at_most(float("nan"), 1.1)
    rows = [
        Row("first", (met,), "1 ms against 10 ms"),
        Row("second", (Check("one drawing", "1 drawn", True), missed)),
        Row("third", (), "not measured", "≤ 2.00"),
    ]
    assert goals_table(rows) == (
        "| What   | Goal                | Measured                  | Met |\n"
        "|--------|---------------------|---------------------------|-----|\n"
        "| first  | ≤ 0.15              | 0.10 (1 ms against 10 ms) | yes |\n"
        "| second | one drawing; ≤ 1.10 | 1 drawn; nan              | no  |\n"
        "| third  | ≤ 2.00              | not measured              | –   |\n"
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
    readme, page = run.README.read_text(), (run.README.parents[1] / "docs" / "speed.md").read_text()
    for marker in (BEGIN, END):
        assert readme.count(marker) == 1
        assert f": {marker}" in page
