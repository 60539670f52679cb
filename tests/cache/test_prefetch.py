"""Drawings that are made before they are asked for, in worker processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sphinxext.llmpipeline import CLASSIC, parse
from sphinxext.llmpipeline.cache.drawings import Drawings, Wanted, wanted
from sphinxext.llmpipeline.cache.prefetch import Prefetcher, warm_up
from sphinxext.llmpipeline.cache.process_pool import Pool
from sphinxext.llmpipeline.extension.scheduling import MINIMUM
from sphinxext.llmpipeline.job import Format, Job
from tests.processes import alive, until

if TYPE_CHECKING:
    pass

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there is no pool on this system")


def job(number: int, format: Format = "svg") -> Wanted:
    return wanted(Job(parse(f"model a: Model {number}"), CLASSIC, format))


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


def test_many_are_drawn_elsewhere(tmp_path: Path, started: Started, drawn_here: list[Job]) -> None:
    jobs = [job(number) for number in range(MINIMUM + 3)]
    drawings = Drawings(tmp_path, Prefetcher(tmp_path, started, minimum=MINIMUM, shares_folder=True))
    drawings.prefetch(jobs)
    drawings.flush()
    found = [drawings.find_or_draw(each) for each in jobs]
    assert len(started.found) == 1
    assert drawn_here == []
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


def test_few_start_nothing(tmp_path: Path, started: Started, drawn_here: list[Job]) -> None:
    jobs = [job(number) for number in range(MINIMUM - 1)]
    drawings = Drawings(tmp_path, Prefetcher(tmp_path, started, minimum=MINIMUM, shares_folder=True))
    for _ in range(3):  # pages that show the same
        drawings.prefetch(jobs)
        drawings.flush()
    for each in jobs:
        drawings.find_or_draw(each)
    assert started.found == []
    assert drawn_here == [each.job for each in jobs]


def test_drawings_made_meanwhile_do_not_count(tmp_path: Path, started: Started) -> None:
    drawings = Drawings(tmp_path, Prefetcher(tmp_path, started, minimum=MINIMUM, shares_folder=True))
    for number in range(MINIMUM + 5):
        drawings.prefetch([job(number)])
        drawings.find_or_draw(job(number))
    assert started.found == []


def test_without_an_executor_all_are_drawn_here(tmp_path: Path, drawn_here: list[Job]) -> None:
    jobs = [job(number) for number in range(MINIMUM + 1)]
    nothing = Started(lambda: None)
    drawings = Drawings(tmp_path, Prefetcher(tmp_path, nothing, minimum=MINIMUM, shares_folder=True))
    drawings.prefetch(jobs)
    for each in jobs:
        drawings.find_or_draw(each)
    assert len(nothing.found) == 1
    assert drawn_here == [each.job for each in jobs]


def test_nothing_is_lost_with_the_workers(tmp_path: Path, started: Started, drawn_here: list[Job]) -> None:
    jobs = [job(number) for number in range(2 * MINIMUM)]
    drawings = Drawings(tmp_path, Prefetcher(tmp_path, started, minimum=MINIMUM, shares_folder=True))
    drawings.prefetch(jobs)
    os.killpg(started.found[0].processes[0], signal.SIGKILL)
    found = [drawings.find_or_draw(each) for each in jobs]
    assert [f"Model {number}<".encode() in drawing.data for number, drawing in enumerate(found)] == [True] * len(jobs)
    assert drawings.missing(jobs) == []
    assert drawn_here


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


def test_only_requested_drawings_are_waited_for(tmp_path: Path) -> None:
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


def test_an_executor_that_fails_to_shut_down_is_reported(tmp_path: Path) -> None:
    class Stuck(Executor):
        def submit(self, *_: Any, **__: Any) -> Future[Any]:  # type: ignore[override]
            return Future()

        def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
            raise OSError("the scheduler does not answer")

    errors: list[BaseException] = []
    drawings = Drawings(
        tmp_path, Prefetcher(tmp_path, Stuck, minimum=MINIMUM, shares_folder=True, on_error=errors.append)
    )
    drawings.prefetch(job(number) for number in range(MINIMUM))
    drawings.close()
    assert [str(error) for error in errors] == ["the scheduler does not answer"]


def test_workers_that_cannot_write_send_their_drawings(tmp_path: Path, started: Started, drawn_here: list[Job]) -> None:
    """They are drawn once, and stay until the build ends."""
    folder = tmp_path / "cache"
    folder.write_text("I am a file")
    jobs = [job(number) for number in range(MINIMUM)]
    errors: list[OSError] = []
    prefetcher = Prefetcher(folder, started, minimum=MINIMUM, shares_folder=True)
    drawings = Drawings(folder, prefetcher, on_error=errors.append)
    drawings.prefetch(jobs)
    drawings.flush()
    for _ in range(2):
        for number, each in enumerate(jobs):
            assert f"Model {number}<".encode() in drawings.find_or_draw(each).data
    assert drawings.missing(jobs) == []
    assert drawn_here == []
    assert [type(error) for error in errors] == [NotADirectoryError] * MINIMUM


def test_after_an_interrupt_nobody_waits_for_the_drawing(tmp_path: Path) -> None:
    """Ctrl-C while the main process waits for the last drawings."""
    waits: list[bool] = []

    class Interrupted(Future[Any]):
        def result(self, _timeout: float | None = None) -> Any:
            raise KeyboardInterrupt

    class Busy(Executor):
        def submit(self, *_: Any, **__: Any) -> Future[Any]:  # type: ignore[override]
            return Interrupted()

        def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
            waits.append(wait)

    drawings = Drawings(tmp_path, Prefetcher(tmp_path, Busy, minimum=4, shares_folder=True))
    jobs = [job(number) for number in range(4)]
    drawings.prefetch(jobs)
    with pytest.raises(KeyboardInterrupt):
        drawings.find_or_draw(jobs[0])
    drawings.close()
    assert waits == [False]
