"""Tables of Markdown, and the versions of all tools that were measured."""

from __future__ import annotations

import math
import os
import platform
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

BEGIN, END = "<!-- results -->\n", "<!-- end of results -->"
"""Lines around the tables in the file that contains them."""

_PACKAGES = (
    "sphinxext-llmpipeline",
    "Sphinx",
    "furo",
    "myst-parser",
    "sphinx-design",
    "matplotlib",
    "graphviz-pure",
    "pygraphviz",
    "graphviz",
)


@dataclass(frozen=True, slots=True)
class Check:
    """One goal, and the measured value."""

    goal: str
    measured: str
    met: bool


@dataclass(frozen=True, slots=True)
class Row:
    """Goals of one subject, and the measured values."""

    what: str
    checks: tuple[Check, ...]
    """Empty if the row was not measured."""
    note: str = ""
    """The numbers behind the ratio, or the reason why the row was not measured."""
    goal: str = ""
    """Text of the goals if the row was not measured."""

    @property
    def goals(self) -> str:
        """Text of the goals."""
        return "; ".join(check.goal for check in self.checks) or self.goal

    @property
    def measured(self) -> str:
        """Text of the measured values."""
        values = "; ".join(check.measured for check in self.checks)
        return f"{values} ({self.note})" if values and self.note else values or self.note

    @property
    def met(self) -> bool:
        """Whether all goals are met."""
        return all(check.met for check in self.checks)


def at_most(value: float, limit: float, form: str = "{:.2f}") -> Check:
    """Goal of a value of at most *limit*. ``nan``, the ratio to nothing, does not meet it."""
    return Check(f"≤ {form.format(limit)}", form.format(value), value <= limit)


def ratio(one: float, other: float) -> float:
    """*one* / *other*; ``nan`` if *other* took no time that could be measured."""
    return one / other if other > 0 else math.nan


def duration(seconds: float) -> str:
    """Seconds as text, in milliseconds below one second.

    >>> duration(0.0123456), duration(0.123456), duration(1.23456)
    ('12.3 ms', '123 ms', '1.23 s')
    """
    return f"{seconds:.2f} s" if abs(seconds) >= 0.9995 else f"{seconds * 1000:.3g} ms"


def goals_table(rows: Sequence[Row], pinned: Sequence[Row] = ()) -> str:
    """Table of the goals.

    Args:
        rows: measured on all processors.
        pinned: the same rows on one processor, if the system can pin processes.
    """
    columns = [rows, pinned] if pinned else [rows]
    heads = ("All processors", "One processor")[: len(columns)]
    return table(("What", "Goal", *heads, "Met"), [_cells(row) for row in zip(*columns, strict=True)])


def _cells(columns: Sequence[Row]) -> list[str]:
    """Cells of a row. Its goals are met if they are met in all columns that were measured."""
    measured = [row for row in columns if row.checks]
    met = ("yes" if all(row.met for row in measured) else "no") if measured else "–"
    return [columns[0].what, columns[0].goals, *(row.measured for row in columns), met]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Table of Markdown with aligned columns.

    >>> print(table(("a", "b"), [("long", "x")]), end="")
    | a    | b |
    |------|---|
    | long | x |
    """
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |\n"

    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|\n"
    return line(head) + rule + "".join(map(line, rows))


def versions(dot: str | None, distributions: Sequence[str] = ()) -> str:
    """Sentence on the versions of all tools, and on the system.

    Args:
        dot: program that ``sphinx.ext.graphviz`` runs, if it is installed.
        distributions: names on the package index of the other peers.
    """
    import pygraphviz

    drawn = pygraphviz.AGraph(string="graph {}").draw(format="svg", prog="dot").decode()
    parts = [f"{name} {metadata.version(name)}" for name in (*_PACKAGES, *distributions)]
    parts.append(f"Graphviz {_graphviz(drawn)} in pygraphviz")
    if dot is not None:
        told = subprocess.run([dot, "-V"], check=True, capture_output=True, text=True).stderr
        parts.append(f"dot {_graphviz(told)}")
    cores = os.cpu_count()
    return f"{', '.join(parts)}; Python {platform.python_version()} on {platform.system()}, {cores} cores."


def _graphviz(told: str) -> str:
    found = re.search(r"graphviz version ([\d.]+)", told)
    return found[1] if found else "?"


def write_between(path: Path, text: str, begin: str = BEGIN, end: str = END) -> None:
    """Put *text* between the markers *begin* and *end* in a file.

    Raises:
        ValueError: if the file has no markers.
    """
    before, _, rest = path.read_text(encoding="utf-8").partition(begin)
    _, found, after = rest.partition(end)
    if not found:
        raise ValueError(f"expected the lines {begin.strip()!r} and {end.strip()!r} in {path.name}")
    path.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")
