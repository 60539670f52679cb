"""Drawing by an executor that the project names."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sphinx.builders import Builder

from sphinxext.llmpipeline import CLASSIC, parse
from sphinxext.llmpipeline.cache.drawings import Drawings, Wanted, wanted
from sphinxext.llmpipeline.cache.prefetch import Prefetcher
from sphinxext.llmpipeline.extension import scheduling
from sphinxext.llmpipeline.extension.scheduling import MINIMUM
from sphinxext.llmpipeline.job import Job

if TYPE_CHECKING:
    from conftest import Project

COUNT = 2 * MINIMUM


def job(number: int) -> Wanted:
    return wanted(Job(parse(f"model a: Model {number}"), CLASSIC, "svg"))


def diagrams(count: int) -> dict[str, str | bytes]:
    body = "".join(f".. llmpipeline::\n\n   model a: Model {number}\n\n" for number in range(count))
    return {"index.rst": f"Title\n=====\n\n{body}"}


RECORDING = """
from concurrent.futures import Executor, Future

asked, ended = [], []

class Recording(Executor):
    def submit(self, function, /, *arguments, **keywords):
        asked.append(function.__name__)
        future = Future()
        try:
            future.set_result(function(*arguments, **keywords))
        except Exception as error:
            future.set_exception(error)
        return future

    def shutdown(self, wait=True, *, cancel_futures=False):
        ended.append(wait)

def make():
    return Recording()

class Lost(Recording):
    def submit(self, function, /, *arguments, **keywords):
        asked.append(function.__name__)
        future = Future()
        future.set_exception(OSError("the cluster is gone"))
        return future

class Refusing(Recording):
    def submit(self, function, /, *arguments, **keywords):
        raise RuntimeError("no more")

def fail():
    raise LookupError("no scheduler at tcp://example.org:8786")

wrong = dict
"""


@pytest.fixture
def engine(project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The module with executors of the project."""
    (project.source / "engine.py").write_text(RECORDING)
    monkeypatch.syspath_prepend(str(project.source))
    import engine  # type: ignore[import-not-found]

    yield engine
    del sys.modules["engine"]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_executor_draws_instead_of_processes(
    project: Project, engine: Any, monkeypatch: pytest.MonkeyPatch, jobs: str
) -> None:
    monkeypatch.setattr(scheduling, "Pool", None)
    build = project.write(diagrams(COUNT), 'llmpipeline_executor = "engine:make"').build("html", "-W", "-j", jobs)
    assert (build.status, build.warnings) == (0, "")
    assert set(engine.asked) == {"draw_all"}
    assert len(engine.ended) == 1
    assert len(project.drawings()) == COUNT
    assert build.read("index.html").count("<svg role=") == COUNT
    project.build("html", "-W", "-E", "-j", jobs)
    assert len(engine.ended) == 1


def test_few_drawings_do_not_ask_for_it(project: Project, engine: Any) -> None:
    project.write(diagrams(MINIMUM - 1), 'llmpipeline_executor = "engine:make"').build("html", "-W")
    assert (engine.asked, engine.ended) == ([], [])


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("engine:fail", "LookupError: no scheduler at tcp://example.org:8786"),
        ("engine:nothing", "AttributeError: module 'engine' has no attribute 'nothing'"),
        ("no_such_engine:make", "ModuleNotFoundError: No module named 'no_such_engine'"),
        ("engine:wrong", "TypeError: expected a concurrent.futures.Executor from 'engine:wrong', got dict"),
        ("engine:Lost", "OSError: the cluster is gone"),
        ("engine:Refusing", "RuntimeError: no more"),
    ],
)
def test_failing_executor_is_reported_once_and_all_diagrams_are_drawn(
    project: Project, engine: Any, drawn_here: list[Job], value: str, reason: str
) -> None:
    build = project.write(diagrams(COUNT), f'llmpipeline_executor = "{value}"').build("html")
    expected = f"llmpipeline_executor: {reason}; drawing in this process instead [llmpipeline.config]"
    assert build.warnings == f"WARNING: {expected}\n"
    assert len(drawn_here) == COUNT
    assert build.read("index.html").count("<svg role=") == COUNT


@pytest.mark.parametrize("value", ["engine", "engine:", ":make", "a b:c", "engine:make()", 3])
def test_values_that_cannot_be_read(project: Project, value: object) -> None:
    build = project.write(diagrams(1), f"llmpipeline_executor = {value!r}").build("html")
    expected = f"llmpipeline_executor: expected 'module:callable', got {value!r} [llmpipeline.config]"
    assert build.warnings == f"WARNING: {expected}\n"
    assert build.read("index.html").count("<svg role=") == 1


def test_failure_in_the_executor_is_a_warning_at_the_diagram(project: Project, engine: Any) -> None:
    conf = 'llmpipeline_executor = "engine:make"\nllmpipeline_engine = "dot"\nllmpipeline_dot = "no-such-dot"'
    warnings = project.write(diagrams(COUNT), conf).build("html").warnings
    assert warnings.count("[llmpipeline.layout]") == COUNT
    assert warnings.count("WARNING") == COUNT


def many_letters(number: int) -> Wanted:
    """A diagram of letters that no other has, so that each must read its fonts."""
    letters = "".join(map(chr, range(0x100 + 20 * number, 0x114 + 20 * number)))
    return wanted(Job(parse(f"model a: {letters}"), CLASSIC, "svg-outlines"))


def forks() -> Executor:
    return ProcessPoolExecutor(3, get_context("fork"))


def threads() -> Executor:
    return ThreadPoolExecutor(3)


@pytest.mark.parametrize("start", [threads, forks])
def test_threads_and_forks_of_a_process_that_has_drawn_draw_the_same(
    tmp_path: Path, start: Callable[[], Executor]
) -> None:
    """Forks share the place at which open files are read, and threads all that matplotlib has set."""
    if start is forks and "fork" not in get_all_start_methods():
        pytest.skip("this system does not fork")
    jobs = [many_letters(number) for number in range(50)]
    here, elsewhere = Drawings(tmp_path / "a"), tmp_path / "b"
    here.find_or_draw(jobs[0])
    drawings = Drawings(elsewhere, Prefetcher(elsewhere, start, minimum=MINIMUM, shares_folder=False))
    drawings.prefetch(jobs)
    drawings.flush()
    found = [drawings.find_or_draw(each) for each in jobs]
    drawings.close()
    for each, drawing in zip(jobs, found, strict=True):
        assert drawing == here.find_or_draw(each)


def test_pending_drawings_are_cancelled_at_the_end(tmp_path: Path) -> None:
    class Idle(Executor):
        futures: list[Future[Any]] = []  # noqa: RUF012 -- of the one that there is

        def submit(self, *_: Any, **__: Any) -> Future[Any]:  # type: ignore[override]
            self.futures.append(Future())
            return self.futures[-1]

    drawings = Drawings(tmp_path, Prefetcher(tmp_path, Idle, minimum=MINIMUM, shares_folder=False))
    drawings.prefetch(job(number) for number in range(COUNT))
    drawings.close()
    assert Idle.futures
    assert all(future.cancelled() for future in Idle.futures)


def test_dask_draws_a_thousand_and_a_dead_worker_loses_none(tmp_path: Path, drawn_here: list[Job]) -> None:
    if os.environ.get("CI") != "true":
        pytest.importorskip("distributed")
    from distributed import Client, LocalCluster

    jobs = [job(number) for number in range(1000)]
    problems: list[BaseException] = []
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,  # type: ignore[no-untyped-call]
        Client(cluster) as client,  # type: ignore[no-untyped-call]
    ):
        prefetcher = Prefetcher(
            tmp_path, client.get_executor, minimum=MINIMUM, shares_folder=False, on_error=problems.append
        )
        drawings = Drawings(tmp_path, prefetcher)
        drawings.prefetch(jobs)
        drawings.flush()
        assert len(prefetcher._pending) == 1000
        for number, each in enumerate(jobs):
            if number == 500:
                # Its nanny starts another one; what it was at, and what it held, is done again.
                os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)
            assert f"Model {number}<".encode() in drawings.find_or_draw(each).data
        drawings.close()
    assert len([*tmp_path.rglob("*.entry")]) == 1000
    assert (problems, drawn_here) == ([], [])


def test_no_workers_without_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise BlockingIOError

    monkeypatch.setattr(scheduling, "Pool", fail)
    assert scheduling._own_executor(2) is None


def test_processors_are_those_of_the_machine_if_the_system_does_not_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    assert scheduling.processors() == 3


def test_a_project_of_one_page_is_drawn_by_workers_with_parallel_builds(
    project: Project, drawn_here: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sphinx before version 9 reads few pages in the main process, also with ``-j``."""
    monkeypatch.setattr(Builder, "_read_parallel", lambda self, docnames, nproc: self._read_serial(docnames))
    build = project.write(diagrams(COUNT)).build("html", "-W", "-j", "2")
    assert (build.status, build.warnings) == (0, "")
    assert drawn_here == []
    assert len(project.drawings()) == COUNT
