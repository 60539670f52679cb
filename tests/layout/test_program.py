"""Programs that do not end, write without end, take memory, or start others; and what is left of them."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent

import pytest

from sphinxext.llmpipeline.layout import program as module
from sphinxext.llmpipeline.layout.program import Finished, OutputError, run_program
from tests.processes import running, until

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="this system has no such limit")
POSIX = pytest.mark.skipif(os.name != "posix", reason="this system has no signals")


def python(code: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", f"import os, signal, subprocess, sys, time\n{dedent(code)}", *arguments]


def pid_in(file: Path) -> int:
    """The process that a program has noted."""
    assert until(lambda: file.is_file() and file.read_text().endswith("\n"))
    return int(file.read_text())


NOTE = "open(sys.argv[1], 'w').write(f'{os.getpid()}\\n')\n"
SLEEP = f"import os, sys, time\n{NOTE}time.sleep(1000)"
IGNORE = "signal.signal(signal.SIGINT, signal.SIG_IGN)\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
HANG = f"{IGNORE}{NOTE}time.sleep(1000)"
CHILD = f"subprocess.run([sys.executable, '-c', {SLEEP!r}, sys.argv[1]])"
"""A program that waits for another one, such as the wrapper of a package manager."""


def test_output_and_messages_of_a_program() -> None:
    code = "print(sys.stdin.read().upper()); print('why', file=sys.stderr); sys.exit(3)"
    assert run_program(python(code), b"given", math.inf) == Finished(3, b"GIVEN\n", b"why\n")


@POSIX
def test_input_and_output_larger_than_a_pipe() -> None:
    code = "time.sleep(0.3); sys.stdout.buffer.write(sys.stdin.buffer.read()[::-1]); time.sleep(0.3)"
    given = bytes(range(256)) * 10_000
    assert run_program(python(code), given, 60.0).output == given[::-1]


def test_a_program_that_is_not_there() -> None:
    # One of the folders in PATH may be another user's, and denies to look.
    with pytest.raises((FileNotFoundError, PermissionError)):
        run_program(["no-such-program"], b"", 1.0)


@POSIX
@pytest.mark.parametrize(
    "code",
    [HANG, f"{NOTE}os.close(1); os.close(2); time.sleep(1000)", f"{NOTE}os.kill(os.getpid(), signal.SIGSTOP)"],
    ids=["ignores signals", "closes its output", "stops"],
)
def test_a_program_that_does_not_end(code: str, tmp_path: Path) -> None:
    begin = time.monotonic()
    with pytest.raises(TimeoutError):
        run_program(python(code, str(tmp_path / "pid")), b"", 1.0)
    assert 1.0 <= time.monotonic() - begin < 10.0
    assert not running(pid_in(tmp_path / "pid"))


@LINUX
@pytest.mark.parametrize("code", [CHILD, CHILD.replace(".run(", ".Popen(")], ids=["waits", "does not wait"])
def test_what_a_program_has_started_ends_with_it(code: str, tmp_path: Path) -> None:
    with pytest.raises(TimeoutError):
        run_program(python(code, str(tmp_path / "pid")), b"", 2.0)
    child = pid_in(tmp_path / "pid")
    assert until(lambda: not running(child))


@POSIX
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_program_that_writes_without_end(stream: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_OUTPUT", 1_000_000)
    with pytest.raises(OutputError) as caught:
        run_program(python(f"while True: sys.{stream}.write('x' * 100_000)"), b"", 60.0)
    assert caught.value.strerror == "it wrote more than 1,000,000 bytes"


@LINUX
def test_the_memory_of_a_program_is_limited() -> None:
    code = "sys.stdin.read()\nimport resource\nprint(resource.getrlimit(resource.RLIMIT_AS))"
    assert run_program(python(code), b"", 60.0).output == b"(2147483648, 2147483648)\n"


MAIN = (
    "from sphinxext.llmpipeline.layout.program import run_program\n"
    "run_program([sys.executable, '-c', sys.argv[1], sys.argv[2]], b'', 1000.0)"
)


@POSIX
@pytest.mark.parametrize("code", [HANG, pytest.param(CHILD, marks=LINUX)], ids=["alone", "with a child"])
@pytest.mark.parametrize("name", ["SIGINT", pytest.param("SIGKILL", marks=LINUX)])
def test_a_program_ends_with_this_process(code: str, name: str, tmp_path: Path) -> None:
    code = f"import os, signal, subprocess, sys, time\n{code}"
    main = subprocess.Popen(python(MAIN, code, str(tmp_path / "pid")), stderr=subprocess.PIPE)
    process = pid_in(tmp_path / "pid")
    begin = time.monotonic()
    main.send_signal(signal.Signals[name])
    main.communicate()
    assert until(lambda: not running(process))
    assert time.monotonic() - begin < 5.0
