"""Rows as tables of Markdown, and the versions of what was measured."""

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
"""What stands around the tables in a file that they are written to."""

_PACKAGES = ("sphinxext-llmpipeline", "Sphinx", "matplotlib", "pygraphviz", "graphviz")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that is to be reached."""

    goal: str
    measured: str
    met: bool


@dataclass(frozen=True, slots=True)
class Row:
    """What is to be reached, and what is."""

    what: str
    checks: tuple[Check, ...]
    """None where it was not measured."""
    note: str = ""
    """The numbers behind the ratio, or why there is none."""
    goal: str = ""
    """Where it was not measured."""

    def cells(self) -> tuple[str, ...]:
        """Those of the table."""
        if not self.checks:
            return self.what, self.goal, self.note, "–"
        goals, measured = ("; ".join(texts) for texts in zip(*((c.goal, c.measured) for c in self.checks), strict=True))
        met = "yes" if all(check.met for check in self.checks) else "no"
        return self.what, goals, f"{measured} ({self.note})" if self.note else measured, met


def at_most(value: float, limit: float, form: str = "{:.2f}") -> Check:
    """A number that is to be no greater than *limit*; ``nan``, for a ratio to nothing, is greater."""
    return Check(f"≤ {form.format(limit)}", form.format(value), value <= limit)


def ratio(one: float, other: float) -> float:
    """*one* / *other*; ``nan`` where *other* took no time that could be measured."""
    return one / other if other > 0 else math.nan


def duration(seconds: float) -> str:
    """Seconds as text, in milliseconds where there are few.

    >>> duration(0.0123456), duration(0.123456), duration(1.23456)
    ('12.3 ms', '123 ms', '1.23 s')
    """
    return f"{seconds:.2f} s" if abs(seconds) >= 0.9995 else f"{seconds * 1000:.3g} ms"


def goals_table(rows: Sequence[Row]) -> str:
    """The table of the goals."""
    return table(("What", "Goal", "Measured", "Met"), [row.cells() for row in rows])


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table of Markdown, its columns padded so that it can be read as it is.

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


def versions(dot: str | None) -> str:
    """A sentence on what was measured.

    Args:
        dot: the program that ``sphinx.ext.graphviz`` runs, if there is one.
    """
    import pygraphviz

    drawn = pygraphviz.AGraph(string="graph {}").draw(format="svg", prog="dot").decode()
    parts = [f"{name} {metadata.version(name)}" for name in _PACKAGES]
    parts.append(f"Graphviz {_graphviz(drawn)} in pygraphviz")
    if dot is not None:
        told = subprocess.run([dot, "-V"], check=True, capture_output=True, text=True).stderr
        parts.append(f"dot {_graphviz(told)}")
    cores = os.cpu_count()
    return f"{', '.join(parts)}; Python {platform.python_version()} on {platform.system()}, {cores} cores."


def _graphviz(told: str) -> str:
    found = re.search(r"graphviz version ([\d.]+)", told)
    return found[1] if found else "?"


def write_between(path: Path, text: str) -> None:
    """Put *text* between the markers in a file.

    Raises:
        ValueError: where the file has no markers.
    """
    before, begin, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"expected the lines {BEGIN.strip()!r} and {END.strip()!r} in {path.name}")
    path.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")
