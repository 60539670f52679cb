"""Graphviz's library, that of pygraphviz, in a worker: a process that lays out one graph after the other.

Some graphs crash the library, and a layout cannot be interrupted, so it may only end a process of its own.
"""

from __future__ import annotations

import math
import os
import socket
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from threading import Lock
from weakref import finalize

from .lifeline import Lifeline
from .program import GROUP, kill, limit_memory

_PROGRAM = str(Path(__file__).with_name("library_worker.py"))

_FIRST = 8
"""Layouts that a process leaves to the program: it makes as many while a worker starts."""


def supported() -> bool:
    """Whether this system can pass a socket to a worker; Windows cannot."""
    return os.name == "posix" and bool(sys.executable)


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
            ``None`` if the library is not worth its start yet, cannot be loaded, or fails on this graph.

        Raises:
            TimeoutError: if it takes longer.
        """
        end = time.monotonic() + seconds
        with self._busy:  # threads of a project may draw at the same time
            worker = self._running(end)
            try:
                return worker.ask(source, end) if worker else None
            except ConnectionError:
                return None

    def _running(self, end: float) -> _Worker | None:
        if self._to_leave > 0:
            self._to_leave -= 1
            return None
        try:
            if self._worker is None or not self._worker.end.alive:
                self._worker = _Worker(end)
        except TimeoutError:
            raise
        except OSError:  # no process, or no library: it would fail again
            self._to_leave = sys.maxsize
            return None
        return self._worker


class _Worker:
    """The other end of :mod:`.library_worker`, whose process ends with this one.

    Raises:
        TimeoutError: if the library is not loaded at *end*, as :func:`time.monotonic`.
        OSError: if the process cannot be started, or ends because it cannot load the library.
    """

    def __init__(self, end: float) -> None:
        ours, theirs = socket.socketpair()
        theirs.setblocking(True)  # whatever the default timeout is, which Sphinx's linkcheck sets
        lifeline = Lifeline()
        path = "\n".join(entry for entry in sys.path if isinstance(entry, str))  # Python ignores other entries
        try:
            with theirs:
                process = subprocess.Popen(  # noqa: S603 -- this Python
                    [sys.executable, "-S", "-P", _PROGRAM, path],
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
        lifeline.tie(-process.pid if GROUP else process.pid)
        limit_memory(process.pid)
        self._socket = ours
        self.end = finalize(self, _end, process, ours, lifeline)
        """Ends the process, once."""
        self._answer(end)  # when the library is loaded

    def ask(self, source: bytes, end: float) -> bytes | None:
        """As :meth:`Library.draw`.

        Raises:
            TimeoutError: if there is no answer at *end*.
            ConnectionError: if the process ends.
        """
        return self._answer(end, len(source).to_bytes(4, "big") + source) or None

    def _answer(self, end: float, question: bytes = b"") -> bytes:
        try:
            self._limit(end)
            self._socket.sendall(question)
            return self._read(int.from_bytes(self._read(4, end), "big"), end)
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
