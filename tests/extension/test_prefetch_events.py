"""Builds whose drawings workers make while Sphinx reads and writes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sphinxext.llmpipeline.cache.process_pool import Pool
from sphinxext.llmpipeline.extension import output as placement
from sphinxext.llmpipeline.extension import scheduling as dispatch
from sphinxext.llmpipeline.extension.scheduling import MINIMUM
from sphinxext.llmpipeline.job import Job
from tests.processes import alive, until

if TYPE_CHECKING:
    from conftest import Project

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there is no pool on this system")


def pages(count: int, label: str = "Model") -> dict[str, str | bytes]:
    found = {
        f"p{page}": "".join(f".. llmpipeline::\n\n   model a: {label} {page} {n}\n\n" for n in range(4))
        for page in range(count)
    }
    toctree = "".join(f"   {name}\n" for name in found)
    files: dict[str, str | bytes] = {"index.rst": f"Title\n=====\n\n.. toctree::\n\n{toctree}"}
    files.update({f"{name}.rst": f"Page\n====\n\n{text}" for name, text in found.items()})
    return files


@pytest.fixture
def pools(monkeypatch: pytest.MonkeyPatch) -> list[Pool]:
    """The pools that builds start, on a machine with two processors."""
    found: list[Pool] = []

    def start(workers: int, prepare: Any) -> Pool:
        found.append(Pool(workers, prepare))
        return found[-1]

    monkeypatch.setattr(dispatch, "Pool", start)
    monkeypatch.setattr(dispatch, "processors", lambda: 2)
    return found


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_build_of_many_draws_none_here(project: Project, pools: list[Pool], drawn_here: list[Job], jobs: str) -> None:
    build = project.write(pages(10)).build("html", "-W", "-j", jobs)
    assert (build.status, build.warnings) == (0, "")
    assert len(pools) == 1
    assert drawn_here == []
    assert len(project.drawings()) == 40
    assert build.read("p9.html").count("<svg role=") == 4
    assert until(lambda: not any(map(alive, pools[0].processes)))
    # A change of one draws one, here; no change draws nothing.
    project.build("html", "-W", "-j", jobs)
    (project.source / "p3.rst").write_text("Page\n====\n\n.. llmpipeline::\n\n   model a: Another\n")
    project.build("html", "-W", "-E", "-j", jobs)
    assert len(pools) == 1
    assert len(drawn_here) == 1


@pytest.mark.parametrize("builder", ["latex", "singlehtml", "epub"])
def test_every_builder_that_draws_has_workers(
    project: Project, pools: list[Pool], drawn_here: list[Job], builder: str
) -> None:
    project.write(pages(10)).build(builder, "-W")
    assert (len(pools), drawn_here) == (1, [])


@pytest.mark.parametrize("builder", ["text", "dummy", "linkcheck", "gettext"])
def test_builders_without_pictures_start_nothing(project: Project, pools: list[Pool], builder: str) -> None:
    project.write(pages(10)).build(builder, "-W")
    assert pools == []


def test_labels_that_are_not_known_yet_are_drawn_when_they_are(project: Project, drawn_here: list[Job]) -> None:
    label = "see :doc:`index`"
    build = project.write(pages(10, label)).build("html", "-W")
    assert build.status == 0
    assert build.read("p9.html").count(">Title</text>") + build.read("p9.html").count(">Title") >= 4
    assert len(drawn_here) == 40


@pytest.mark.parametrize(
    ("processors", "shared", "times"), [(1, "", 1), (1, 'llmpipeline_cache = "shared"', 2), (2, "", 2)]
)
def test_drawings_are_named_while_reading_only_where_that_helps(
    project: Project, monkeypatch: pytest.MonkeyPatch, processors: int, shared: str, times: int
) -> None:
    named = []
    original = dispatch.wanted
    monkeypatch.setattr(dispatch, "processors", lambda: processors)
    monkeypatch.setattr(dispatch, "wanted", lambda job: named.append(job) or original(job))
    build = project.write({"index.rst": "Title\n=====\n\n.. llmpipeline::\n\n   a -> b\n"}, shared).build("html", "-W")
    assert (build.status, build.warnings) == (0, "")
    assert len(named) == times


def test_hidden_diagrams_are_not_drawn(project: Project, pools: list[Pool], drawn_here: list[Job]) -> None:
    hidden = "".join(f"   .. llmpipeline::\n\n      model a: Hidden {number}\n\n" for number in range(2 * MINIMUM))
    project.write({"index.rst": f"Title\n=====\n\n.. only:: latex\n\n{hidden}"}).build("html", "-W")
    assert (pools, drawn_here, project.drawings()) == ([], [], set())


def test_mistakes_warn_at_their_diagrams(project: Project, pools: list[Pool]) -> None:
    project.write(pages(10), 'llmpipeline_engine = "dot"\nllmpipeline_dot = "no-such-dot"')
    warnings = project.build("html").warnings
    assert len(pools) == 1
    assert warnings.count("cannot run 'no-such-dot'") == 40
    assert "p3.rst:12: WARNING:" in warnings


WATCHED = """
import os, signal, sys
from sphinxext.llmpipeline.extension import scheduling as dispatch
dispatch.processors = lambda: 2

def setup(app):
    original = dispatch.Pool
    def start(*arguments):
        pool = original(*arguments)
        print(*pool.processes, file=open("pools", "a"))
        return pool
    dispatch.Pool = start
    app.connect("build-finished", report, priority=999)
    app.connect("env-check-consistency", fail)

def report(app, exception):
    print(*{"matplotlib", "numpy", "fontTools", "pygraphviz"} & {*sys.modules}, file=open("loaded", "w"), end="")

def fail(app, env):
    pass
"""
"""A conf.py that notes which processes are started, and what the main process has loaded in the end."""


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("count", [2, 10])
def test_the_main_process_loads_nothing_that_draws(project: Project, count: int, jobs: str) -> None:
    build = project.write(pages(count), WATCHED).run("html", "-W", "-j", jobs)
    assert (build.status, build.warnings) == (0, "")
    assert len(project.drawings()) == 4 * count
    assert "@font-face" in build.read("_static/llmpipeline-fonts.css")
    groups = [int(word) for word in (project.source / "pools").read_text().split()]
    assert len(groups) == 1
    assert until(lambda: not any(map(alive, groups)))
    assert (project.source / "loaded").read_text() == ""
    # Nothing to draw, nothing to start.
    project.run("html", "-W", "-E", "-j", jobs)
    assert len((project.source / "pools").read_text().split()) == 1


@pytest.fixture(params=["heeded", "ignored"])
def heeded(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let processes inherit that SIGINT and SIGTERM are heeded, or ignored as under ``nohup`` or a shell's ``&``."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [
        signal.signal(number, signal.SIG_DFL if request.param == "heeded" else signal.SIG_IGN) for number in numbers
    ]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


HEED = """
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGTERM, signal.SIG_DFL)
"""
"""What a process does that was started by one that ignores these signals, to be ended by them all the same."""


@pytest.mark.usefixtures("heeded")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGKILL", "SIGSEGV"])
def test_no_worker_outlives_a_build_that_is_ended(project: Project, name: str) -> None:
    conf = f"{WATCHED}    os.kill(os.getpid(), signal.{name})\n{HEED}"
    assert project.write(pages(20), conf).run("html").status != 0
    groups = [int(word) for word in (project.source / "pools").read_text().split()]
    assert len(groups) == 1
    assert until(lambda: not any(map(alive, groups)))


@pytest.mark.parametrize("raised", ["KeyboardInterrupt", "SystemExit", "ValueError"])
def test_no_worker_outlives_a_build_that_breaks_off(project: Project, raised: str) -> None:
    project.write(pages(20), WATCHED + f"    raise {raised}\n").run("html")
    groups = [int(word) for word in (project.source / "pools").read_text().split()]
    assert len(groups) == 1
    assert until(lambda: not any(map(alive, groups)))


def test_a_worker_that_dies_in_a_build_costs_no_drawing(project: Project) -> None:
    """One of two, whatever it is at."""
    conf = WATCHED + "    os.kill(dispatch._DRAWINGS[app]._prefetcher._executor.processes[0], signal.SIGKILL)\n"
    build = project.write(pages(20), conf).run("html", "-W")
    assert (build.status, build.warnings) == (0, "")
    assert sum(build.read(f"p{number}.html").count("<svg role=") for number in range(20)) == 80


def test_messages_of_a_drawing_are_kept(project: Project, pools: list[Pool], drawn_here: list[Job]) -> None:
    """What Graphviz and matplotlib have to say, at the diagram of which they say it."""
    texts = pages(10)
    texts["p7.rst"] = "Page\n====\n\n.. llmpipeline::\n\n   model a: \U00013000\n"
    warnings = project.write(texts).build("html").warnings
    assert (len(pools), drawn_here) == (1, [])
    assert "p7.rst:4: WARNING: " in warnings
    assert "[llmpipeline.font]" in warnings
    assert warnings.count("WARNING") == 1


# Progress


class Clock:
    """Each look at it is a second later."""

    def __init__(self, second: float) -> None:
        self.now = 0.0
        self.second = second

    def monotonic(self) -> float:
        self.now += self.second
        return self.now


@pytest.mark.parametrize(
    ("second", "shown"),
    [
        (0.0, []),
        (0.4, ["drawing diagrams... [ 33%] c", "drawing diagrams... [ 67%] d", "drawing diagrams... [100%] e"]),
    ],
)
def test_progress_is_shown_after_a_moment(
    project: Project, monkeypatch: pytest.MonkeyPatch, second: float, shown: list[str]
) -> None:
    from sphinx.testing.util import SphinxTestApp

    monkeypatch.setattr(dispatch, "time", Clock(second))
    project.write({"index.rst": "Title\n=====\n"})
    app = SphinxTestApp(srcdir=project.source)
    try:
        app._status.truncate(0)
        app._status.seek(0)
        assert [*dispatch.with_progress(app, zip("abcde", range(5), strict=True))] == [*range(5)]
        # One line or several, as Sphinx likes; before 7.3 its strip_colors() strips text, too.
        lines = re.split(r"[\r\n]", re.sub(r"\x1b\[[\d;]*[A-Za-z]", "", app._status.getvalue()))
        assert [line for line in lines if line] == shown
    finally:
        app.cleanup()


@pytest.mark.parametrize(("builder", "names"), [("singlehtml", ["p0", "p1", "p2"]), ("html", [])])
def test_progress_names_documents_and_not_where_each_is_written_by_itself(
    project: Project, monkeypatch: pytest.MonkeyPatch, builder: str, names: list[str]
) -> None:
    found: list[str] = []
    original = placement.with_progress

    def recorded(app: Any, parts: Any) -> Any:
        parts = [*parts]
        found.extend(name for name, _ in parts if len(parts) > 1)
        return original(app, parts)

    monkeypatch.setattr(placement, "with_progress", recorded)
    project.write(pages(3)).build(builder, "-W")
    assert found == names


def test_workers_import_nothing_from_where_they_are_started(project: Project) -> None:
    """As Sphinx's own script does not, which has its folder on the path and not the current one."""
    project.write({**pages(4), "json.py": "raise SystemExit('not this one')\n"})
    script = Path(sys.executable).with_name("sphinx-build")
    folder = project.root / "out"
    done = subprocess.run(
        [script, "-q", "-W", "-b", "html", "-d", folder / "doctrees", project.source, folder / "html"],
        cwd=project.source,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len([*(folder / "doctrees").glob(".llmpipeline/?/*.svg.entry")]) == 16
