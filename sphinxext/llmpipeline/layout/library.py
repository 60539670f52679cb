"""Graphviz's library, that of pygraphviz, in a worker: a process that lays out one graph after the other.

Some graphs crash the library, and a layout cannot be interrupted, so it may only end a process of its own.
"""

from __future__ import annotations

import math
import socket
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from threading import Lock
from weakref import finalize

from .library_worker import LOADED
from .lifeline import Lifeline, module_path
from .program import GROUP, kill, restrain

_PROGRAM = str(Path(__file__).with_name("library_worker.py"))

_FIRST = 3
"""Layouts that a process leaves to the program before it starts a worker: of a few, the start would take longer."""


@cache
def library_of(process: int) -> Library:  # noqa: ARG001 -- a fork must not talk to the worker of its parent
    """The library for the process with the id *process*, which must be this one."""
    return Library()


class Library:
    """A worker that is started when it is worth it, and again after a graph has ended it."""

    def __init__(self, first: int = _FIRST) -> None:
        self._to_leave = first
        self._worker: _Worker | None = None
        self._busy = Lock()

    def draw(self, source: bytes, seconds: float) -> bytes | None:
        """Lay out a graph in the DOT language within *seconds*, and return it in the format ``json0``.

        Returns:
            ``None`` if the library is not loaded, lays out a graph of another thread, or fails on this one.

        Raises:
            TimeoutError: if it takes longer.
        """
        if not self._busy.acquire(blocking=False):
            return None
        try:
            worker = self._loaded()
            return worker.ask(source, time.monotonic() + seconds) if worker else None
        except ConnectionError:
            return None
        finally:
            self._busy.release()

    def _loaded(self) -> _Worker | None:
        """The worker, if it is ready; otherwise it may be started meanwhile."""
        if self._to_leave > 0:
            self._to_leave -= 1
            return None
        try:
            if self._worker is None or not self._worker.end.alive:
                self._worker = _Worker()
            return self._worker if self._worker.is_loaded() else None
        except OSError:  # no process, or no library: it would fail again
            self._to_leave = sys.maxsize
            return None


class _Worker:
    """The other end of :mod:`.library_worker`, whose process ends with this one.

    Raises:
        OSError: if the process cannot be started.
    """

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        theirs.setblocking(True)  # whatever the default timeout is, which Sphinx's linkcheck sets
        lifeline = Lifeline()
        try:
            with theirs:
                process = subprocess.Popen(  # noqa: S603 -- this Python
                    [sys.executable, "-S", "-P", _PROGRAM, module_path()],
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    pass_fds=lifeline.passed,
                    **GROUP,
                )
        except OSError:
            ours.close()
            lifeline.close()
            raise
        restrain(process, lifeline)
        self._socket = ours
        self.end = finalize(self, _end, process, ours, lifeline)
        """Ends the process, once."""
        self._is_loaded = False

    def is_loaded(self) -> bool:
        """Whether the library is loaded by now.

        Raises:
            ConnectionError: if it cannot be loaded.
        """
        if not self._is_loaded:
            self._socket.settimeout(0)
            try:
                said = self._socket.recv(len(LOADED))
            except BlockingIOError:
                return False
            if said != LOADED:
                self.end()
                raise ConnectionError
            self._is_loaded = True
        return True

    def ask(self, source: bytes, end: float) -> bytes | None:
        """As :meth:`Library.draw`, until *end*, as :func:`time.monotonic`.

        Raises:
            TimeoutError: if there is no answer at *end*.
            ConnectionError: if the process ends.
        """
        try:
            self._limit(end)
            self._socket.sendall(len(source).to_bytes(4, "big") + source)
            return self._read(int.from_bytes(self._read(4, end), "big"), end) or None
        except BaseException:  # also Ctrl-C: the next graph would get what is left of this answer
            self.end()
            raise

    def _read(self, length: int, end: float) -> bytes:
        read = bytearray()
        while len(read) < length:
            self._limit(end)
            part = self._socket.recv(length - len(read))
            if not part:
                raise ConnectionError
            read += part
        return bytes(read)

    def _limit(self, end: float) -> None:
        left = end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(None if left == math.inf else left)


def _end(process: subprocess.Popen[bytes], connection: socket.socket, lifeline: Lifeline) -> None:
    connection.close()
    lifeline.close()
    if process.poll() is None:
        kill(process)
    process.wait()
