"""Child processes: they end with this one, however it ends, and their own end is awaited."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from contextlib import suppress
from types import TracebackType
from weakref import WeakSet

if sys.platform == "linux":  # pragma: no branch -- tests run on Linux
    import fcntl


def workers_supported() -> bool:
    """Whether this system can pass open connections to a new Python; Windows cannot."""
    return os.name == "posix" and bool(sys.executable)


def module_path() -> str:
    """The module search path as an argument for a new Python, an entry a line."""
    return "\n".join(entry for entry in sys.path if isinstance(entry, str))  # Python ignores other entries


class Lifeline:
    """A pipe that ends child processes when this process has ended, even if it was killed in the middle of a layout.

    The children hold the end for reading, and this process the other one.  When that is closed, the kernel sends SIGIO,
    which ends a process that has no handler for it; so forks of this process do not keep it open.  This is Linux only:
    elsewhere, the pipe does not exist, and a child ends when it has finished its work.
    """

    passed: tuple[int, ...] = ()
    """File descriptors that children must inherit."""
    _writing = -1

    def __init__(self) -> None:
        if sys.platform == "linux":
            reading, self._writing = os.pipe()
            self.passed = (reading,)
            _OPEN.add(self)

    def tie(self, process: int) -> None:
        """Tie a child, which was started with :attr:`passed`; a negative number is that of a process group."""
        for reading in self.passed:
            with suppress(OSError):  # it has ended already, or this system is one that only looks like Linux
                fcntl.fcntl(reading, fcntl.F_SETOWN, process)
                fcntl.fcntl(reading, fcntl.F_SETFL, os.O_ASYNC)
        self._close_reading()

    def close(self) -> None:
        """Close the pipe, and so end the children that were tied to it."""
        self._close_reading()
        if self._writing >= 0:
            os.close(self._writing)
            self._writing = -1
            _OPEN.discard(self)

    def _close_reading(self) -> None:
        for reading in self.passed:
            os.close(reading)
        self.passed = ()

    def __enter__(self) -> Lifeline:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()


_OPEN: WeakSet[Lifeline] = WeakSet()


def _leave_to_parent() -> None:
    """Close the lifelines that a fork has copies of: they belong to its parent."""
    for lifeline in list(_OPEN):
        lifeline.close()


if hasattr(os, "register_at_fork"):  # pragma: no branch -- Windows has no forks
    os.register_at_fork(after_in_child=_leave_to_parent)


def await_end(process: subprocess.Popen[bytes], seconds: float | None) -> None:
    """Wait until a child ends; ``Popen.wait()`` looks in growing intervals, which takes as long as a small layout.

    Raises:
        subprocess.TimeoutExpired: if it may still run after *seconds*; ``None`` is no limit.
    """
    try:
        child = os.pidfd_open(process.pid)
    except (AttributeError, OSError):  # another system, or an old kernel
        process.wait(seconds)
        return
    try:
        state = select.poll()
        state.register(child, select.POLLIN)
        state.poll(None if seconds is None else 1000 * max(0.0, seconds))
    finally:
        os.close(child)
    process.wait(0)
