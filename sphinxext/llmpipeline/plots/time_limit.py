"""Functions of the project, which run in this process: time limits, and the messages of their errors."""

from __future__ import annotations

import ctypes
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class OverdueError(Exception):
    """A function took too long."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise :class:`OverdueError` in the block after some seconds.

    In the main thread, a signal also ends a call that waits, if the platform has such signals.  Elsewhere, the
    exception comes when the block next runs Python code.
    """
    if hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread():
        with _by_signal(seconds):
            yield
    else:
        with _by_thread(seconds):
            yield


@contextmanager
def as_errors(called: str, seconds: float, error_of: Callable[[str], Exception]) -> Iterator[None]:
    """Context in which any exception, also that some seconds have passed, is an error with its last line.

    *called* is what runs, for the message from which *error_of* makes the error.
    """
    try:
        with time_limit(seconds):
            yield
    except OverdueError as error:
        raise error_of(f"{called} took longer than {seconds:g} seconds") from error
    except (Exception, SystemExit) as error:
        raise error_of(f"{called} failed: {_last_line(error)}") from error


def _last_line(error: BaseException) -> str:
    r"""The name of the exception and the last line of its message.

    >>> _last_line(ValueError("in this line:\na = \nthere is no value"))
    'ValueError: there is no value'
    """
    first, *others = traceback.format_exception_only(error)[-1].strip().splitlines()
    return f"{first.partition(':')[0]}: {others[-1]}" if others else first


@contextmanager
def _by_signal(seconds: float) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise OverdueError

    handler = signal.signal(signal.SIGALRM, stop)
    rest, _ = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, rest)
        signal.signal(signal.SIGALRM, handler)


@contextmanager
def _by_thread(seconds: float) -> Iterator[None]:
    target = ctypes.c_ulong(threading.get_ident())

    def stop() -> None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(target, ctypes.py_object(OverdueError))

    timer = threading.Timer(seconds, stop)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()  # no thread remains when a process is forked
