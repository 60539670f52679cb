"""Worker processes: results, failures, and that none outlives the process that started them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sphinxext.llmpipeline.cache.process_pool import Pool, _Answer
from tests.processes import alive, until

if TYPE_CHECKING:
    pass

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there is no pool on this system")


EXIT = "__import__('os')._exit(9)"
"""Ends the worker that evaluates it; coverage replaces the function itself by one that cannot be pickled."""


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


def test_pending_jobs_fail_with_the_last_worker(pool: Pool) -> None:
    futures = [pool.submit(eval, EXIT) for _ in range(2)] + [pool.submit(time.sleep, 0) for _ in range(5)]
    errors = [future.exception() for future in futures]
    assert sum(isinstance(error, BrokenExecutor) for error in errors) >= 2


def test_shutdown_waits_for_submitted_jobs() -> None:
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


def test_pending_jobs_are_cancelled_at_shutdown(pool: Pool) -> None:
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


def test_search_path_may_hold_entries_that_python_ignores(monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_a_task_whose_worker_was_lost_fails_when_the_pool_shuts_down(pool: Pool) -> None:
    """It has begun once, so it cannot be cancelled."""
    lost = _Answer(pool, b"")
    lost.set_running_or_notify_cancel()
    pool._waiting.append(lost)
    pool.shutdown(wait=False)
    with pytest.raises(BrokenExecutor, match="the pool has been shut down"):
        lost.result()


def test_a_cancelled_task_is_not_sent() -> None:
    with Pool(1, os.getpid) as pool:
        busy = pool.submit(time.sleep, 0.2)
        futures = [pool.submit(abs, -number) for number in range(40)]
        assert futures[-1].cancel()
        assert busy.result() is None
        assert [future.result() for future in futures[:-1]] == list(range(39))
        assert futures[-1].cancelled()


def test_a_cancelled_task_does_not_fail_with_the_last_worker() -> None:
    pool = Pool(1, os.getpid)
    death = pool.submit(eval, EXIT)
    futures = [pool.submit(abs, -number) for number in range(40)]
    assert futures[-1].cancel()
    assert isinstance(death.exception(), BrokenExecutor)
    assert futures[-1].cancelled()
    pool.shutdown()


def test_an_idle_worker_that_ends_takes_no_task_with_it(pool: Pool) -> None:
    assert pool.submit(abs, -1).result() == 1
    os.killpg(pool.processes[0], signal.SIGKILL)
    assert until(lambda: not any(map(alive, pool.processes)))
    with pytest.raises(BrokenExecutor, match="all worker processes have ended"):
        pool.submit(abs, -1)


def test_a_task_that_cannot_be_sent_goes_to_another_worker(pool: Pool) -> None:
    """A worker may end between the moment when the pool looks and that when it sends."""
    first, _ = pool._workers.values()
    assert pool.submit(abs, -1).result() == 1
    sent = first.connection.send_bytes

    def fail(call: bytes) -> None:
        first.connection.send_bytes = sent  # type: ignore[method-assign]
        raise BrokenPipeError

    first.connection.send_bytes = fail  # type: ignore[method-assign,assignment]
    assert pool.submit(abs, -2).result() == 2
    assert first not in pool._workers.values()


def test_a_process_that_cannot_be_started_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise BlockingIOError("Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", fail)
    with pytest.raises(BlockingIOError, match="Resource temporarily unavailable"):
        Pool(2, os.getpid)
