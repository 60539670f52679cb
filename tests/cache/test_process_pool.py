"""Worker processes: what they do, and that none outlives what started them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sphinx.util.console import strip_colors

from sphinxext.llmpipeline import CLASSIC, parse
from sphinxext.llmpipeline.cache.drawings import Drawings, Wanted, wanted
from sphinxext.llmpipeline.cache.prefetch import Prefetcher, warm_up
from sphinxext.llmpipeline.cache.process_pool import Pool
from sphinxext.llmpipeline.extension import output as placement
from sphinxext.llmpipeline.extension import scheduling as dispatch
from sphinxext.llmpipeline.extension.scheduling import MINIMUM
from sphinxext.llmpipeline.job import Drawing, Format, Job

if TYPE_CHECKING:
    from conftest import Project

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there is no pool on this system")


EXIT = "__import__('os')._exit(9)"
"""Ends the worker that evaluates it; coverage replaces the function itself by one that cannot be pickled."""


def alive(group: int) -> bool:
    """Whether a process of the group of a pool is there; not one that has ended, of which nobody has taken note."""
    done = subprocess.run(["ps", "-A", "-o", "pgid=,stat="], capture_output=True, text=True, check=True)
    found = [line.split() for line in done.stdout.splitlines()]
    return any(int(pgid) == group and not state.startswith("Z") for pgid, state in found)


def until(true: Callable[[], bool]) -> bool:
    """Wait, as long as it may take a busy machine, for what must become true."""
    end = time.monotonic() + 60
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    return true()


@pytest.fixture
def pool() -> Iterator[Pool]:
    made = Pool(2, os.getpid)
    yield made
    made.shutdown(wait=False)


# The executor


def test_results_and_mistakes_come_back(pool: Pool) -> None:
    assert [future.result() for future in [pool.submit(divmod, number, 3) for number in range(9)]] == [
        divmod(number, 3) for number in range(9)
    ]
    with pytest.raises(RuntimeError, match="ZeroDivisionError: "):
        pool.submit(divmod, 1, 0).result()
    assert pool.submit(divmod, 1, 1).result() == (1, 0)


def test_workers_are_other_processes_than_this_one_and_as_many_as_asked_for(pool: Pool) -> None:
    assert len({pool.submit(os.getpid).result() for _ in range(50)} | {os.getpid()}) <= 3
    deaths = [pool.submit(eval, EXIT) for _ in range(2)]
    for death in deaths:
        with pytest.raises(BrokenExecutor):
            death.result()
    with pytest.raises(BrokenExecutor, match="all worker processes have ended"):
        pool.submit(os.getpid)


def test_a_time_limit_for_connections_is_not_for_workers() -> None:
    """Sphinx's linkcheck sets one for the whole process."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(0.01)
    try:
        with Pool(2, os.getpid) as pool:
            futures = [pool.submit(time.sleep, 0.1), pool.submit(time.sleep, 0.1), pool.submit(abs, -1)]
            assert [future.result() for future in futures] == [None, None, 1]
    finally:
        socket.setdefaulttimeout(before)


def test_a_worker_that_ends_takes_one_task_with_it(pool: Pool) -> None:
    futures = [pool.submit(eval, EXIT), *(pool.submit(abs, -number) for number in range(20))]
    assert isinstance(futures[0].exception(), BrokenExecutor)
    assert [future.result() for future in futures[1:]] == list(range(20))


def test_what_waits_for_the_last_worker_fails(pool: Pool) -> None:
    futures = [pool.submit(eval, EXIT) for _ in range(2)] + [pool.submit(time.sleep, 0) for _ in range(5)]
    errors = [future.exception() for future in futures]
    assert sum(isinstance(error, BrokenExecutor) for error in errors) >= 2


def test_shutdown_waits_for_what_was_submitted() -> None:
    pool = Pool(2, os.getpid)
    futures = [pool.submit(abs, -number) for number in range(20)]
    pool.shutdown()
    assert [future.result(0) for future in futures] == list(range(20))
    assert until(lambda: not any(map(alive, pool.processes)))
    with pytest.raises(RuntimeError, match="the pool has been shut down"):
        pool.submit(abs, 1)


def test_shutdown_without_waiting_ends_workers_whatever_they_are_at() -> None:
    pool = Pool(2, os.getpid)
    pool.submit(abs, -1).result()
    futures = [pool.submit(time.sleep, 1000) for _ in range(100)]
    pool.shutdown(wait=False)
    assert until(lambda: not any(map(alive, pool.processes)))
    assert all(future.done() for future in futures)


def test_what_waits_at_shutdown_is_given_up(pool: Pool) -> None:
    futures = [pool.submit(time.sleep, 0.01) for _ in range(100)]
    pool.shutdown(wait=False)
    assert all(future.done() for future in futures)
    assert sum(future.cancelled() for future in futures) > 50


def test_a_fork_does_not_end_the_workers_of_its_parent() -> None:
    """Which Sphinx makes for -j, and the end of which may clear up."""
    code = (
        "import os\nfrom sphinxext.llmpipeline.cache.process_pool import Pool\npool = Pool(2, os.getpid)\n"
        "child = os.fork()\nif child == 0:\n    pool.shutdown()\n    os._exit(0)\n"
        "os.waitpid(child, 0)\nprint(pool.submit(abs, -3).result())\npool.shutdown()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("3\n", "")


def test_a_fork_does_not_keep_workers_alive() -> None:
    """It holds their connections, too; they end by themselves all the same, and need not be killed."""
    code = (
        "import os, time\nfrom sphinxext.llmpipeline.cache import process_pool as module\nmodule._PATIENCE = 60\n"
        "pool = module.Pool(2, os.getpid)\nchild = os.fork()\nif child == 0:\n    time.sleep(1000)\n"
        "pool.submit(abs, -1).result()\npool.shutdown()\nos.kill(child, 9)\nprint(pool._processes[0].returncode)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("0\n", "")


def test_where_forks_are_not_safe_processes_are_started_as_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with Pool(3, os.getpid) as pool:
        pool.submit(abs, -1).result()
        assert len(pool.processes) == 1
        futures = [pool.submit(time.sleep, 0.5) for _ in range(9)]
        assert len(pool.processes) == 3
        assert [future.result() for future in futures] == [None] * 9


def test_workers_end_with_the_process_that_started_them() -> None:
    code = (
        "import os, time\nfrom sphinxext.llmpipeline.cache.process_pool import Pool\npool = Pool(2, os.getpid)\n"
        "pool.submit(abs, 1).result()\nprint(*pool.processes, flush=True)\nos.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    assert until(lambda: not alive(int(done.stdout)))


def test_a_search_path_may_hold_what_python_ignores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [Path("nowhere"), *sys.path])
    with Pool(1, os.getpid) as pool:
        assert pool.submit(abs, -1).result() == 1


def test_a_result_that_cannot_be_read_is_the_mistake_of_its_task(pool: Pool) -> None:
    future = pool.submit(eval, "type('Local', (), {'__reduce__': lambda self: (int, ('x',))})()")
    with pytest.raises(ValueError, match="invalid literal for int"):
        future.result()
    assert pool.submit(abs, -1).result() == 1
    with pytest.raises(RuntimeError, match="cannot pickle"):
        pool.submit(eval, "__import__('threading').Lock()").result()


def test_no_main_module_runs_again(tmp_path: Path) -> None:
    """As it does where multiprocessing starts processes without a fork."""
    script = tmp_path / "build.py"
    script.write_text(
        "import os\nprint('begun')\nfrom sphinxext.llmpipeline.cache.process_pool import Pool\n"
        "with Pool(2, os.getpid) as pool:\n    print(pool.submit(abs, -3).result())\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("begun\n3\n", "")


# Drawing ahead


def job(number: int, format: Format = "svg") -> Wanted:
    return wanted(Job(parse(f"model a: Model {number}"), CLASSIC, format))


@pytest.fixture
def in_place(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """What is drawn in this process."""
    import sphinxext.llmpipeline.rendering as module

    found: list[Job] = []
    original = module.draw

    def counted(job: Job) -> Drawing:
        found.append(job)
        return original(job)

    monkeypatch.setattr(module, "draw", counted)
    return found


class Started:
    """Executors that were started."""

    def __init__(self, make: Callable[[], Executor | None]) -> None:
        self.make = make
        self.found: list[Any] = []

    def __call__(self) -> Executor | None:
        self.found.append(self.make())
        made: Executor | None = self.found[-1]
        return made


def own() -> Executor:
    return Pool(2, warm_up)


@pytest.fixture
def started() -> Iterator[Started]:
    found = Started(own)
    yield found
    for executor in found.found:
        executor.shutdown(wait=False)


def test_many_are_drawn_elsewhere(tmp_path: Path, started: Started, in_place: list[Job]) -> None:
    jobs = [job(number) for number in range(MINIMUM + 3)]
    drawings = Drawings(tmp_path, Prefetcher(tmp_path, started, minimum=MINIMUM, shares_folder=True))
    drawings.prefetch(jobs)
    drawings.flush()
    found = [drawings.find_or_draw(each) for each in jobs]
    assert len(started.found) == 1
    assert in_place == []
    for number, drawing in enumerate(found):
        assert f"Model {number}<".encode() in drawing.data
    drawings.close()
    # Nothing is missing now.
    drawings.prefetch(jobs)
    assert len(started.found) == 1


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="this system does not show what is open")
def test_workers_share_no_open_font(tmp_path: Path) -> None:
    """Each would move the place at which the others read, and draw what is there."""
    code = (
        "import os\nfrom sphinxext.llmpipeline.cache.prefetch import warm_up\nwarm_up()\n"
        "print(*[os.path.realpath(entry.path) for entry in os.scandir('/proc/self/fd')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "/proc/" in done.stdout or "/dev/" in done.stdout or "pipe:" in done.stdout
    assert not [name for name in done.stdout.split() if name.endswith((".ttf", ".otf", ".ttc"))]


def test_workers_that_are_done_do_not_stay_until_the_build_ends(tmp_path: Path, started: Started) -> None:
    """They take memory that the end of a build wants; if it was too early, the next ones stay."""
    jobs = [job(number) for number in range(2 * MINIMUM)]
    drawings = Drawings(tmp_path, Prefetcher(tmp_path, started, minimum=MINIMUM, shares_folder=True))
    drawings.prefetch(jobs[:MINIMUM])
    drawings.flush()
    drawings.expect_no_more()
    (process,) = started.found[0]._processes
    assert process.poll() is None
    for each in jobs[:MINIMUM]:
        drawings.find_or_draw(each)
    assert process.returncode == 0
    drawings.prefetch(jobs[MINIMUM:])
    drawings.flush()
    for each in jobs[MINIMUM:]:
        drawings.find_or_draw(each)
    assert len(started.found) == 2
    (process,) = started.found[1]._processes
    assert process.poll() is None
    drawings.close()
    assert process.returncode == 0


def test_they_are_the_same_as_those_drawn_here(tmp_path: Path, started: Started) -> None:
    jobs = [job(number) for number in range(MINIMUM)]
    elsewhere = Drawings(tmp_path / "a", Prefetcher(tmp_path / "a", started, minimum=MINIMUM, shares_folder=True))
    elsewhere.prefetch(jobs)
    here = Drawings(tmp_path / "b")
    for each in jobs:
        one, other = elsewhere.find_or_draw(each), here.find_or_draw(each)
        assert one == other


def test_few_start_nothing(tmp_path: Path, started: Started, in_place: list[Job]) -> None:
    jobs = [job(number) for number in range(MINIMUM - 1)]
    drawings = Drawings(tmp_path, Prefetcher(tmp_path, started, minimum=MINIMUM, shares_folder=True))
    for _ in range(3):  # pages that show the same
        drawings.prefetch(jobs)
        drawings.flush()
    for each in jobs:
        drawings.find_or_draw(each)
    assert started.found == []
    assert in_place == [each.job for each in jobs]


def test_what_was_drawn_in_the_meantime_does_not_count(tmp_path: Path, started: Started) -> None:
    drawings = Drawings(tmp_path, Prefetcher(tmp_path, started, minimum=MINIMUM, shares_folder=True))
    for number in range(MINIMUM + 5):
        drawings.prefetch([job(number)])
        drawings.find_or_draw(job(number))
    assert started.found == []


def test_without_an_executor_all_are_drawn_here(tmp_path: Path, in_place: list[Job]) -> None:
    jobs = [job(number) for number in range(MINIMUM + 1)]
    nothing = Started(lambda: None)
    drawings = Drawings(tmp_path, Prefetcher(tmp_path, nothing, minimum=MINIMUM, shares_folder=True))
    drawings.prefetch(jobs)
    for each in jobs:
        drawings.find_or_draw(each)
    assert len(nothing.found) == 1
    assert in_place == [each.job for each in jobs]


def test_nothing_is_lost_with_the_workers(tmp_path: Path, started: Started, in_place: list[Job]) -> None:
    jobs = [job(number) for number in range(2 * MINIMUM)]
    drawings = Drawings(tmp_path, Prefetcher(tmp_path, started, minimum=MINIMUM, shares_folder=True))
    drawings.prefetch(jobs)
    os.killpg(started.found[0].processes[0], signal.SIGKILL)
    found = [drawings.find_or_draw(each) for each in jobs]
    assert [f"Model {number}<".encode() in drawing.data for number, drawing in enumerate(found)] == [True] * len(jobs)
    assert drawings.missing(jobs) == []
    assert in_place


def test_failures_fail_where_they_are_asked_for(tmp_path: Path, started: Started) -> None:
    from dataclasses import replace

    missing = replace(CLASSIC, font=("No Such Font",))
    jobs = [job(number) for number in range(MINIMUM)]
    wrong = wanted(replace(jobs[3].job, style=missing))
    drawings = Drawings(tmp_path, Prefetcher(tmp_path, started, minimum=MINIMUM, shares_folder=True))
    drawings.prefetch([*jobs, wrong])
    drawings.flush()
    with pytest.raises(Exception, match="No Such Font"):
        drawings.find_or_draw(wrong)
    for number, each in enumerate(jobs):
        assert f"Model {number}<".encode() in drawings.find_or_draw(each).data


def test_only_what_is_asked_for_is_waited_for(tmp_path: Path) -> None:
    """A page is written as soon as its own drawings are there."""

    class Never(Executor):
        def submit(self, *_: Any, **__: Any) -> Future[Any]:  # type: ignore[override]
            return Future()

    drawings = Drawings(tmp_path, Prefetcher(tmp_path, Never, minimum=MINIMUM, shares_folder=True))
    drawings.prefetch(job(number) for number in range(MINIMUM))
    assert f"Model {MINIMUM}<".encode() in drawings.find_or_draw(job(MINIMUM)).data


def test_closing_ends_the_workers(tmp_path: Path, started: Started) -> None:
    drawings = Drawings(tmp_path, Prefetcher(tmp_path, started, minimum=MINIMUM, shares_folder=True))
    drawings.prefetch([job(number) for number in range(4 * MINIMUM)])
    drawings.close()
    assert until(lambda: not any(map(alive, started.found[0].processes)))
    assert f"Model {4 * MINIMUM - 1}<".encode() in drawings.find_or_draw(job(4 * MINIMUM - 1)).data
    drawings.prefetch([job(number) for number in range(5 * MINIMUM, 6 * MINIMUM)])
    assert len(started.found) == 2


# Whole builds


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
def test_build_of_many_draws_none_here(project: Project, pools: list[Pool], in_place: list[Job], jobs: str) -> None:
    build = project.write(pages(10)).build("html", "-W", "-j", jobs)
    assert (build.status, build.warnings) == (0, "")
    assert len(pools) == 1
    assert in_place == []
    assert len(project.drawings()) == 40
    assert build.read("p9.html").count("<svg role=") == 4
    assert until(lambda: not any(map(alive, pools[0].processes)))
    # A change of one draws one, here; no change draws nothing.
    project.build("html", "-W", "-j", jobs)
    (project.source / "p3.rst").write_text("Page\n====\n\n.. llmpipeline::\n\n   model a: Another\n")
    project.build("html", "-W", "-E", "-j", jobs)
    assert len(pools) == 1
    assert len(in_place) == 1


@pytest.mark.parametrize("builder", ["latex", "singlehtml", "epub"])
def test_every_builder_that_draws_has_workers(
    project: Project, pools: list[Pool], in_place: list[Job], builder: str
) -> None:
    project.write(pages(10)).build(builder, "-W")
    assert (len(pools), in_place) == (1, [])


@pytest.mark.parametrize("builder", ["text", "dummy", "linkcheck", "gettext"])
def test_builders_without_pictures_start_nothing(project: Project, pools: list[Pool], builder: str) -> None:
    project.write(pages(10)).build(builder, "-W")
    assert pools == []


def test_labels_that_are_not_known_yet_are_drawn_when_they_are(project: Project, in_place: list[Job]) -> None:
    label = "see :doc:`index`"
    build = project.write(pages(10, label)).build("html", "-W")
    assert build.status == 0
    assert build.read("p9.html").count(">Title</text>") + build.read("p9.html").count(">Title") >= 4
    assert len(in_place) == 40


def test_what_is_not_shown_is_not_drawn(project: Project, pools: list[Pool], in_place: list[Job]) -> None:
    hidden = "".join(f"   .. llmpipeline::\n\n      model a: Hidden {number}\n\n" for number in range(2 * MINIMUM))
    project.write({"index.rst": f"Title\n=====\n\n.. only:: latex\n\n{hidden}"}).build("html", "-W")
    assert (pools, in_place, project.drawings()) == ([], [], set())


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


def test_what_is_said_of_a_drawing_comes_back(project: Project, pools: list[Pool], in_place: list[Job]) -> None:
    """What Graphviz and matplotlib have to say, at the diagram of which they say it."""
    texts = pages(10)
    texts["p7.rst"] = "Page\n====\n\n.. llmpipeline::\n\n   model a: \U00013000\n"
    warnings = project.write(texts).build("html").warnings
    assert (len(pools), in_place) == (1, [])
    assert "p7.rst:4: WARNING: " in warnings
    assert "[llmpipeline.draw]" in warnings
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
        app.status.truncate(0)
        app.status.seek(0)
        assert [*dispatch.with_progress(app, zip("abcde", range(5), strict=True))] == [*range(5)]
        lines = (
            strip_colors(app.status.getvalue()).replace("\r", "\n").split("\n")
        )  # one line or several, as Sphinx likes
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
    assert len([*(folder / "doctrees").glob(".llmpipeline/??/*.svg.entry")]) == 16


def test_workers_that_need_no_library_start_without_it(tmp_path: Path) -> None:
    """Where pygraphviz cannot be loaded, the executable may draw."""
    (tmp_path / "pygraphviz.py").write_text("raise ImportError\n")
    load = "from sphinxext.llmpipeline.cache.prefetch import warm_up; warm_up()"
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {load}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
