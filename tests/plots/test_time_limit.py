"""Time limits of functions, in the main thread and in others."""

from __future__ import annotations

import signal
import threading
import time

import pytest

from sphinxext.llmpipeline.plots.time_limit import OverdueError, time_limit


def forever() -> None:
    while True:
        pass


WITH_SIGNALS = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there are no such signals")


@WITH_SIGNALS
def test_what_ends_in_time_is_left_alone() -> None:
    handler = signal.getsignal(signal.SIGALRM)
    with time_limit(60.0):
        pass
    assert signal.getsignal(signal.SIGALRM) is handler
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


@WITH_SIGNALS
@pytest.mark.parametrize("work", [forever, lambda: time.sleep(60)], ids=["busy", "waiting"])
def test_main_thread(work: object) -> None:
    assert callable(work)
    with pytest.raises(OverdueError), time_limit(0.1):
        work()


def test_other_thread_and_none_remains() -> None:
    caught: list[BaseException] = []

    def run() -> None:
        try:
            with time_limit(0.1):
                forever()
        except OverdueError as error:
            caught.append(error)

    before = threading.active_count()
    thread = threading.Thread(target=run)
    thread.start()
    thread.join(30.0)
    assert len(caught) == 1
    assert threading.active_count() == before
