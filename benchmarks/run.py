"""Measures this extension against its peers, and prints what was to be reached and what is.

``README.md`` beside this file says how to run it, and shows a run.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from .compare import browser_settings
from .generate import BROWSER, MMDC, PEERS
from .report import Row, duration, goals_table, table, versions, write_between
from .rows import LAYOUT, ROWS, Bench, Sizes

README = Path(__file__).parent / "README.md"

_OTHERS = [name for name in PEERS if name not in ("none", "ours", "mermaid")]

QUICK = Sizes(diagrams=10, many=50, huge=200, nodes=200)


def measure(bench: Bench, names: Sequence[str]) -> list[Row]:
    """Measure rows one after the other, and tell on stderr which one."""
    rows = []
    for name in names:
        print(f"{name} …", file=sys.stderr, flush=True)
        rows.append(ROWS[name](bench))
    return rows


def peers_table(bench: Bench) -> str:
    """What a diagram costs in a cold build, for each way to draw it."""
    titles = {LAYOUT: "the bare layout, in process", **{name: peer.title for name, peer in PEERS.items()}}
    costs = {**bench.added, **({"mermaid": bench.mermaid} if "mermaid" in bench.peers else {})}
    rows = [(titles[name], duration(cost.wall), duration(cost.cpu)) for name, cost in costs.items()]
    return table(("Drawn by", "Time", "CPU time"), rows)


def report(bench: Bench, rows: Sequence[Row], dot: str | None) -> str:
    """The table of the goals, that of the peers if they have been measured, and the versions.

    Args:
        bench: has measured.
        rows: what it has measured.
        dot: the program that ``sphinx.ext.graphviz`` runs, if there is one.
    """
    parts = [goals_table(rows)]
    if "added" in vars(bench):
        parts += [f"Added for each of {bench.sizes.diagrams:,} diagrams:\n", peers_table(bench)]
    rounds = "One run" if bench.repeat == 1 else f"Medians of {bench.repeat} runs in turns"
    return "\n".join([*parts, f"{rounds}. {versions(dot)}\n"])


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, and write the tables to ``README.md`` if that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS), help="only these rows")
    parser.add_argument("--peers", nargs="*", choices=_OTHERS, default=_OTHERS, help="only against these peers")
    parser.add_argument("--mmdc", help="also against Mermaid, whose command line this is; it takes long")
    parser.add_argument("--repeat", type=int, default=5, help="how often each is run (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="small projects, each built once: to see that all works")
    parser.add_argument("--full", action="store_true", help="also the row of 10,000 diagrams, which takes long")
    parser.add_argument("--folder", type=Path, help="keep the projects there (default: a folder that is deleted)")
    parser.add_argument("--write", action="store_true", help="write the tables to benchmarks/README.md")
    options = parser.parse_args(arguments)
    if options.repeat < 1:
        parser.error("expected a number of at least 1 after --repeat")
    dot = shutil.which("dot")
    peers = ["none", "ours", *(name for name in options.peers if dot or not name.startswith("graphviz"))]
    with tempfile.TemporaryDirectory() as name:
        if options.mmdc:
            peers.append("mermaid")
            settings = Path(name) / "browser.json"
            settings.write_text(browser_settings(shutil.which("chromium") or "chromium"))
            os.environ |= {MMDC: options.mmdc, BROWSER: str(settings)}
        sizes, repeat = (QUICK, 1) if options.quick else (Sizes(), options.repeat)
        bench = Bench(options.folder or Path(name), sizes, repeat, peers, options.full)
        text = report(bench, measure(bench, options.rows), dot)
    print(text, end="")
    if options.write:
        write_between(README, text)


if __name__ == "__main__":
    main()
