"""What a build, or work in this process, costs: time, processor time and memory."""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TypeVar

from .generate import PEERS, write_project

T = TypeVar("T")

_EVERY = 0.1  # seconds between two looks at the memory
_CACHE = ".llmpipeline"  # beside the doctrees


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds."""

    wall: float
    cpu: float
    """Of all processes together that were waited for."""

    def __sub__(self, other: Cost) -> Cost:
        return Cost(self.wall - other.wall, self.cpu - other.cpu)

    def __truediv__(self, parts: float) -> Cost:
        return Cost(self.wall / parts, self.cpu / parts)


@dataclass(frozen=True, slots=True)
class Variant:
    """A project, and how it is built."""

    peer: str
    pages: int
    diagrams: int
    jobs: int = 1

    @property
    def name(self) -> str:
        """That of its folder, which builds with other numbers of processes share."""
        return f"{self.peer}-{self.pages}-{self.diagrams}"


class Builds:
    """Projects in a folder, and their builds.

    Args:
        folder: where projects, doctrees and pages are kept; what is there already is written anew.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._written: set[str] = set()

    def source(self, variant: Variant) -> Path:
        """The folder of the project, which is written when it is first asked for."""
        path = self._folder / "source" / variant.name
        if variant.name not in self._written:
            shutil.rmtree(path, ignore_errors=True)
            write_project(path, PEERS[variant.peer], variant.pages, variant.diagrams)
            self._written.add(variant.name)
        return path

    def out(self, variant: Variant) -> Path:
        """The folder of the pages."""
        return self._folder / "html" / variant.name

    def drawings(self, variant: Variant) -> dict[Path, int]:
        """The drawings of this extension that the last build left, and when each was written."""
        return {path: path.stat().st_mtime_ns for path in (self._doctrees(variant) / _CACHE).glob("??/*.svg")}

    def cold(self, variant: Variant) -> Cost:
        """Build a project for the first time: no doctrees, no drawings, no pages."""
        return self._run(self._fresh(variant))

    def again(self, variant: Variant) -> Cost:
        """Build what has been built before."""
        return self._run(self._command(variant))

    def imported(self, variant: Variant) -> set[str]:
        """Build what has been built before, and tell the top-level modules that any process imported."""
        told = self._finish(self._command(variant, "-X", "importtime"))
        return set(re.findall(r"^import time:.*\| +(\w+)$", told, re.MULTILINE))

    def peak(self, variant: Variant) -> int:
        """Build a project for the first time, and tell the most memory that it takes, in bytes.

        Memory that processes share counts once.  What is taken for less than a tenth of a second may be missed.
        """
        quiet = subprocess.DEVNULL
        with subprocess.Popen(self._fresh(variant), env=_environ(), stdout=quiet, stderr=quiet) as process:
            most = 0
            while process.poll() is None:
                most = max(most, sum(_memory(pid) for pid in _family(process.pid)))
                time.sleep(_EVERY)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, process.args)
        return most

    def _kept(self, variant: Variant) -> Path:
        """What a build keeps for the next one: the plot directive keeps its pictures beside the doctrees."""
        return self._folder / "kept" / variant.name

    def _doctrees(self, variant: Variant) -> Path:
        return self._kept(variant) / "doctrees"

    def _fresh(self, variant: Variant) -> list[str]:
        shutil.rmtree(self._kept(variant), ignore_errors=True)
        shutil.rmtree(self.out(variant), ignore_errors=True)
        return self._command(variant)

    def _command(self, variant: Variant, *options: str) -> list[str]:
        folders = ["-d", self._doctrees(variant), self.source(variant), self.out(variant)]
        command = [sys.executable, *options, "-m", "sphinx", "-q", "-W", "-b", "html", "-j", str(variant.jobs)]
        return [*command, *map(str, folders)]

    def _run(self, command: Sequence[str]) -> Cost:
        start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        self._finish(command)
        wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        return Cost(wall, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)

    def _finish(self, command: Sequence[str]) -> str:
        """What a command that succeeds prints on stderr."""
        done = subprocess.run(command, env=_environ(), capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"a build failed with status {done.returncode}:\n{done.stderr}")
        return done.stderr


def _environ() -> dict[str, str]:
    """This process's, but compiled modules are kept, as those of installed packages are."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def interleaved(tasks: Mapping[T, Callable[[], Cost]], repeat: int) -> dict[T, Cost]:
    """The medians of what tasks cost, each run *repeat* times, in turns.

    What slows the machine down for a while slows them all.
    """
    found: dict[T, list[Cost]] = {key: [] for key in tasks}
    for _ in range(repeat):
        for key, task in tasks.items():
            found[key].append(task())
    return {
        key: Cost(median(cost.wall for cost in costs), median(cost.cpu for cost in costs))
        for key, costs in found.items()
    }


def timed(work: Callable[[], object]) -> Cost:
    """What work in this process costs, with that of the processes that it starts."""
    start, before = time.perf_counter(), _processor()
    work()
    return Cost(time.perf_counter() - start, _processor() - before)


def _processor() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _family(pid: int) -> list[int]:
    """A process and all that it has started, as far as they live."""
    found = [pid]
    for parent in found:
        try:
            told = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii")
        except OSError:  # it has ended
            continue
        found += map(int, told.split())
    return found


def _memory(pid: int) -> int:
    """Bytes of a process, what it shares with others divided among them."""
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    found = re.search(r"^Pss: +(\d+) kB$", told, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0
