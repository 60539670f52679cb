"""Child processes end with the process that started them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from sphinxext.llmpipeline.layout.lifeline import Lifeline, await_end

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kernel of this system sends no such signal")

SLEEP = [sys.executable, "-c", "import time; time.sleep(1000)"]


def test_a_child_ends_when_the_pipe_is_closed() -> None:
    lifeline = Lifeline()
    child = subprocess.Popen(SLEEP, pass_fds=lifeline.passed)
    lifeline.tie(child.pid)
    assert child.poll() is None
    lifeline.close()
    assert child.wait() == -signal.SIGIO


def test_a_group_ends_as_a_whole() -> None:
    lifeline = Lifeline()
    code = f"import subprocess; child = subprocess.Popen({SLEEP!r}); print(child.pid, flush=True); child.wait()"
    leader = subprocess.Popen(
        [sys.executable, "-c", code], pass_fds=lifeline.passed, start_new_session=True, stdout=subprocess.PIPE
    )
    lifeline.tie(-leader.pid)
    assert leader.stdout
    leader.stdout.readline()
    lifeline.close()
    assert leader.wait() == -signal.SIGIO
    assert leader.stdout.read() == b""  # which is open as long as one process of the group lives
    leader.stdout.close()


def test_a_fork_does_not_keep_it_open() -> None:
    lifeline = Lifeline()
    child = subprocess.Popen(SLEEP, pass_fds=lifeline.passed)
    lifeline.tie(child.pid)
    fork = os.fork()
    if not fork:
        time.sleep(1000)
    try:
        lifeline.close()
        assert child.wait(10) == -signal.SIGIO
    finally:
        os.kill(fork, signal.SIGKILL)
        os.waitpid(fork, 0)
        child.kill()
        child.wait()


def test_a_child_that_has_ended_is_no_error() -> None:
    with Lifeline() as lifeline:
        child = subprocess.Popen([sys.executable, "-c", ""], pass_fds=lifeline.passed)
        child.wait()
        lifeline.tie(child.pid)


def test_nothing_stays_open() -> None:
    before = len(os.listdir("/proc/self/fd"))
    with Lifeline():
        pass
    lifeline = Lifeline()
    lifeline.close()
    lifeline.close()
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.fixture(params=["descriptors", "intervals"])
def awaiting(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways to await a child: some systems have no descriptors of processes."""
    if request.param == "intervals":
        monkeypatch.delattr(os, "pidfd_open")


@pytest.mark.parametrize("seconds", [None, 60.0])
def test_the_end_of_a_child_is_awaited(awaiting: None, seconds: float | None) -> None:
    child = subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])
    await_end(child, seconds)
    assert child.returncode == 3


@pytest.mark.parametrize("seconds", [0.05, -1.0])
def test_a_child_that_goes_on_is_left_after_a_time(awaiting: None, seconds: float) -> None:
    with subprocess.Popen(SLEEP) as child:
        with pytest.raises(subprocess.TimeoutExpired):
            await_end(child, seconds)
        child.kill()
