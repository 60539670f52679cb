"""Programs that are not trusted to end: limits of time, memory and output."""

from __future__ import annotations

import errno
import math
import os
import select
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from .lifeline import Lifeline, await_end

if sys.platform == "linux":  # pragma: no branch -- tests run on Linux
    import resource

_MEMORY = 2 << 30
"""Bytes of address space that a program may take; the layout of a graph of 1,000 nodes takes a hundredth."""

_MOST_OUTPUT = 100_000_000
"""Bytes that a program may write; the layout of a graph of 1,000 nodes has a hundredth."""

_PART = 1 << 16  # bytes that are read at once

GROUP: dict[str, Any] = {}
"""Arguments of ``Popen`` that give a program a process group, which ends as a whole; empty on other systems than Linux.

There no :class:`Lifeline` ends the program with a worker that is killed, but the group of the worker does.
"""
if sys.platform == "linux":  # pragma: no branch -- as above
    # A session would be scheduled apart from this process, which makes a layout take twice as long on a busy machine.
    GROUP = {"process_group": 0}


class Finished(NamedTuple):
    """What a program left behind."""

    status: int
    """As :attr:`subprocess.Popen.returncode`."""
    output: bytes
    printed: bytes
    """What it wrote to stderr."""


class OutputError(OSError):
    """A program wrote too much."""


def is_no_program(error: OSError) -> bool:
    """Whether a program was not started because of its name, and not because files or memory are short."""
    return error.errno in (errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.ENOEXEC)


def run_program(command: Sequence[str], given: bytes, seconds: float) -> Finished:
    """Run a program with *given* as its input.

    If it does not finish, or this process ends, the program ends; on Linux, with all processes of its group, to which
    those belong that it has started, unless they leave it as a daemon does.

    Raises:
        TimeoutError: if it takes longer than *seconds*.
        OutputError: if it writes too much.
        OSError: if it cannot be started.
    """
    pipe = subprocess.PIPE
    end = time.monotonic() + seconds
    with (
        Lifeline() as lifeline,
        subprocess.Popen(  # noqa: S603 -- of a package that this one requires, or the project's own choice
            command, stdin=pipe, stdout=pipe, stderr=pipe, pass_fds=lifeline.passed, **GROUP
        ) as process,
    ):
        try:
            restrain(process, lifeline)
            output, printed = _communicate(process, given, end)
        except BaseException:
            kill(process)
            raise
    return Finished(process.returncode, output, printed)


def _communicate(process: subprocess.Popen[bytes], given: bytes, end: float) -> tuple[bytes, bytes]:
    """The output of a process and what it printed, when it has ended.

    ``Popen.communicate()`` reads without limit, and does not send the rest of the input if it is called again.
    """
    try:
        if os.name == "nt":  # where a pipe cannot be waited for
            return process.communicate(given, _left(end))
        streams = _exchange(process, memoryview(given), end)
        await_end(process, _left(end))
    except subprocess.TimeoutExpired as error:
        raise TimeoutError from error
    return streams


def _exchange(process: subprocess.Popen[bytes], left: memoryview, end: float) -> tuple[bytes, bytes]:
    """Send the input that is *left*, and read until the process has closed its output."""
    assert process.stdin
    assert process.stdout
    assert process.stderr
    found = {process.stdout.fileno(): bytearray(), process.stderr.fileno(): bytearray()}
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdin, selectors.EVENT_WRITE)
        selector.register(process.stdout, selectors.EVENT_READ)
        selector.register(process.stderr, selectors.EVENT_READ)
        while selector.get_map():
            if end <= time.monotonic():
                raise TimeoutError
            for key, _ in selector.select(_left(end)):
                if key.fd not in found:
                    left = left[_write(key.fd, left[: select.PIPE_BUF]) :]
                    ended = not left
                else:
                    part = os.read(key.fd, _PART)
                    found[key.fd] += part
                    ended = not part
                if ended:
                    selector.unregister(key.fileobj)
                    key.fileobj.close()  # type: ignore[union-attr]  # it is one of the three streams
            if sum(map(len, found.values())) > _MOST_OUTPUT:
                raise OutputError(None, f"it wrote more than {_MOST_OUTPUT:,} bytes")
    output, printed = map(bytes, found.values())
    return output, printed


def _left(end: float) -> float | None:
    return None if end == math.inf else end - time.monotonic()


def _write(descriptor: int, part: memoryview) -> int:
    """How much of *part* has been sent, or need not be, because nobody reads it."""
    try:
        return os.write(descriptor, part)
    except BrokenPipeError:
        return sys.maxsize


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process with all of its group."""
    if GROUP:
        with suppress(ProcessLookupError):  # all of it has ended
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def restrain(process: subprocess.Popen[bytes], lifeline: Lifeline) -> None:
    """Tie a process, with its group, to a lifeline, and limit its memory, on Linux."""
    lifeline.tie(-process.pid if GROUP else process.pid)
    if sys.platform == "linux" and hasattr(resource, "prlimit"):  # pragma: no branch -- as above
        with suppress(OSError):  # it has ended already, or has a lower limit
            resource.prlimit(process.pid, resource.RLIMIT_AS, (_MEMORY, _MEMORY))
