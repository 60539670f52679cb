"""Processes that a test starts, seen from outside."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable


def alive(group: int) -> bool:
    """Whether a process of the group of a pool is there; not one that has ended, of which nobody has taken note."""
    done = subprocess.run(["ps", "-A", "-o", "pgid=,stat="], capture_output=True, text=True, check=True)
    found = [line.split() for line in done.stdout.splitlines()]
    return any(int(pgid) == group and not state.startswith("Z") for pgid, state in found)


def running(process: int) -> bool:
    """Whether a process is there and has not ended."""
    done = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False)
    return done.stdout.strip()[:1] not in ("", "Z")


def output_of(code: str) -> str:
    """What code of Python prints whose time once grew with the square of a text: a process of its own can be ended."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120)
    return done.stdout + done.stderr


def until(true: Callable[[], bool]) -> bool:
    """Wait, as long as it may take a busy machine, for what must become true."""
    end = time.monotonic() + 60
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    return true()
