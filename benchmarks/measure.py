"""Measure builds, and work in this process: time, processor time and memory."""

from __future__ import annotations

import math
import os
import re
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median
from typing import TypeVar

import sphinxext.llmpipeline

from .generate import OTHERS, PEERS, write_project

T = TypeVar("T")

_EVERY = 0.1  # seconds between two looks at the memory
_CACHE = ".llmpipeline"  # beside the doctrees
_CHECKOUT = Path(sphinxext.llmpipeline.__file__).parents[2]


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
    theme: str = "furo"
    before: bool = False
    """Whether the other checkout of this package draws; see :class:`Builds`."""

    @property
    def name(self) -> str:
        """Name of the folder. Builds with different numbers of processes share it."""
        before = "-before" if self.before else ""
        return f"{self.peer}-{self.pages}-{self.diagrams}-{self.theme}{before}"


class Builds:
    """Projects in a folder, and their builds.

    Args:
        folder: holds projects, doctrees and pages; projects that exist already are written again.
        before: another checkout of this package, for variants that ask for it.
    """

    def __init__(self, folder: Path, before: Path | None = None) -> None:
        self._folder = folder.resolve()
        self._before = before.resolve() if before else None
        self._written: set[str] = set()
        self._edits = count(1)

    def source(self, variant: Variant) -> Path:
        """Folder of the project, which is written at the first call."""
        path = self._folder / "source" / variant.name
        if variant.name not in self._written:
            shutil.rmtree(path, ignore_errors=True)
            write_project(path, {**PEERS, **OTHERS}[variant.peer], variant.pages, variant.diagrams, variant.theme)
            self._written.add(variant.name)
        return path

    def out(self, variant: Variant) -> Path:
        """Folder of the HTML pages."""
        return self._folder / "html" / variant.name

    def drawings(self, variant: Variant) -> dict[Path, int]:
        """Drawings of this extension that the last build left, and the time of each in nanoseconds."""
        return {path: path.stat().st_mtime_ns for path in (self._doctrees(variant) / _CACHE).glob("?/*.svg*")}

    def cold(self, variant: Variant) -> Cost:
        """Build a project for the first time: no doctrees, no drawings, no pages."""
        self._clear(variant)
        return self.again(variant)

    def drawn(self, variant: Variant) -> Cost:
        """Build a project again without its doctrees and pages, but with its drawings."""
        shutil.rmtree(self.out(variant), ignore_errors=True)
        for path in self._doctrees(variant).iterdir():
            if path.name != _CACHE:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        return self.again(variant)

    def again(self, variant: Variant) -> Cost:
        """Build a project over its last build."""
        self.source(variant)
        start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        self._run(variant)
        wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        return Cost(wall, after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)

    def edit(self, variant: Variant, old: str, new: str) -> Cost:
        """Build again after a change of the first page.

        Args:
            variant: was built before.
            old: regular expression, of which the first match is replaced.
            new: replaces it; ``{}`` stands for a number that is different in each call.
        """
        path = self.source(variant) / "page0.rst"
        text, changed = re.subn(old, new.format(next(self._edits)), path.read_text(encoding="utf-8"), count=1)
        assert changed
        path.write_text(text, encoding="utf-8")
        return self.again(variant)

    def imported(self, variant: Variant) -> set[str]:
        """Build a project over its last build, and return the top-level modules that any process imported."""
        printed = self._run(variant, "-X", "importtime")
        return set(re.findall(r"^import time:.*\| +(\w+)$", printed, re.MULTILINE))

    def peak(self, variant: Variant) -> int:
        """Build a project for the first time, and return the peak memory of all processes together, in bytes.

        Memory that processes share counts once.  A peak of less than a tenth of a second may be missed.
        """
        return self._most(variant, memory_of_all)

    def peak_of_workers(self, variant: Variant) -> int:
        """Build a project for the first time, and return the peak memory of any worker, in bytes; 0 if there is none.

        It is counted as by :meth:`peak`.
        """
        return self._most(variant, lambda main: max(map(_memory, filter(_is_worker, _family(main))), default=0))

    def _most(self, variant: Variant, look: Callable[[int], int]) -> int:
        """Build a project for the first time, and return the most that *look* says of its main process meanwhile."""
        self._clear(variant)
        command, environ, quiet = self._command(variant), self._environ(variant), subprocess.DEVNULL
        with subprocess.Popen(command, cwd=self._folder, env=environ, stdout=quiet, stderr=quiet) as process:
            most = 0
            while process.poll() is None:
                most = max(most, look(process.pid))
                time.sleep(_EVERY)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, process.args)
        return most

    def _kept(self, variant: Variant) -> Path:
        """Folder of the doctrees and of files beside them, such as pictures of the plot directive."""
        return self._folder / "kept" / variant.name

    def _doctrees(self, variant: Variant) -> Path:
        return self._kept(variant) / "doctrees"

    def _clear(self, variant: Variant) -> None:
        shutil.rmtree(self._kept(variant), ignore_errors=True)
        shutil.rmtree(self.out(variant), ignore_errors=True)

    def _command(self, variant: Variant, *options: str) -> list[str]:
        folders = ["-d", self._doctrees(variant), self.source(variant), self.out(variant)]
        command = [sys.executable, *options, "-m", "sphinx", "-q", "-W", "-b", "html", "-j", str(variant.jobs)]
        return [*command, *map(str, folders)]

    def _environ(self, variant: Variant) -> dict[str, str]:
        """Environment of this process, with the checkout that draws first in the module search path.

        Compiled modules are kept, as those of installed packages are.
        """
        environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        if variant.before:
            assert self._before, "Builds has no other checkout"
        first = self._before if variant.before else _CHECKOUT
        environ["PYTHONPATH"] = os.pathsep.join([str(first), *filter(None, [environ.get("PYTHONPATH")])])
        return environ

    def _run(self, variant: Variant, *options: str) -> str:
        """Build, and return what the build prints on stderr.

        ``python -m`` searches the working directory first, so this is not that of a checkout.

        Raises:
            RuntimeError: if the build fails.
        """
        command, environ = self._command(variant, *options), self._environ(variant)
        done = subprocess.run(command, cwd=self._folder, env=environ, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"a build failed with status {done.returncode}:\n{done.stderr}")
        return done.stderr


def processors() -> int:
    """Number of processors that this process may use."""
    return len(os.sched_getaffinity(0)) if CAN_PIN else os.cpu_count() or 1


CAN_PIN = hasattr(os, "sched_setaffinity")
"""Whether the system can pin a process to a processor: Linux can."""


@contextmanager
def one_processor() -> Iterator[None]:
    """Pin this process, and those that it starts, to one processor."""
    usual = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(usual)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, usual)


def interleaved(tasks: Mapping[T, Callable[[], Cost]], repeat: int) -> dict[T, Cost]:
    """Medians of the costs of tasks. All run in turns, each *repeat* times.

    Because of the turns, a machine that is slow for a while is slow for all tasks.
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
    """Cost of work in this process and in the processes that it starts."""
    start, before = time.perf_counter(), _processor()
    work()
    return Cost(time.perf_counter() - start, _processor() - before)


def _processor() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def memory_of_all(main: int) -> int:
    """Memory of a process and of all its living descendants, in bytes; memory that they share counts once."""
    memory: dict[int, int] = {}
    for pid, parent in _family(main).items():
        parent_waits, found = _waits(parent), _memory(pid)
        # A child that is about to become another program is in the memory of its parent, which waits for that.  The two
        # differ a little if other processes have loaded or left a shared library in between.
        is_borrowed = parent_waits and math.isclose(found, memory.get(parent, 0), rel_tol=0.01)
        memory[pid] = 0 if is_borrowed else found
    return sum(memory.values())


def _family(main: int) -> dict[int, int]:
    """Ids of a process and of all its living descendants, each with that of its parent; 0 for the first one."""
    found = {main: 0}
    waiting = [main]
    while waiting:
        parent = waiting.pop()
        try:
            told = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii")
        except OSError:  # it has ended
            continue
        children = [*map(int, told.split())]
        found.update(dict.fromkeys(children, parent))
        waiting += children
    return found


def _waits(pid: int) -> bool:
    """Whether a process is in a sleep that no signal ends."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "D"
    except OSError:
        return False


def _is_worker(pid: int) -> bool:
    """Whether a process draws, and is not one that is about to become a program of Graphviz."""
    try:
        return b".process_pool.serve" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _memory(pid: int) -> int:
    """Memory of a process in bytes. Memory that processes share is divided among them."""
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    found = re.search(r"^Pss: +(\d+) kB$", told, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0
