"""Measure this extension against its peers, and print the goals with the measured values.

With ``judge`` as the first argument, count the faults of layouts instead: the others are those of :mod:`.judge`.

``README.md`` in this folder says how to run it, and shows a run.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from . import judge
from .compare import browser_settings
from .generate import BROWSER, MMDC, PEERS
from .measure import CAN_PIN, Builds, Cost, Variant, one_processor
from .report import Row, duration, goals_table, table, versions, write_between
from .rows import BEFORE, LAYOUT, ROWS, Bench, Sizes
from .single import OURS, TOOLS, installed

README = Path(__file__).parent / "README.md"

_OTHERS = [name for name in (*PEERS, *TOOLS) if name not in ("none", "ours", "mermaid")]

QUICK = Sizes(diagrams=10, many=50, huge=200, nodes=200)


def measure(bench: Bench, names: Sequence[str], place: str) -> list[Row]:
    """Measure rows one after the other, and print the name of each on stderr with the *place* of the measurement."""
    rows = []
    for name in names:
        print(f"{name}, {place} …", file=sys.stderr, flush=True)
        rows.append(ROWS[name](bench))
    return rows


def measure_both(bench: Callable[[], Bench], names: Sequence[str]) -> tuple[list[Bench], list[list[Row]]]:
    """Measure rows on all processors, and then on one if the system can pin processes to it.

    Args:
        bench: makes a new object for each of the two, so that nothing measured is shared.
        names: keys of :data:`ROWS`.

    Returns:
        What *bench* made, and the rows of each.
    """
    benches = [bench()]
    found = [measure(benches[0], names, "all processors")]
    if CAN_PIN:
        benches.append(bench())
        with one_processor():
            found.append(measure(benches[1], names, "one processor"))
    return benches, found


def costs_table(head: str, titles: Mapping[str, str], costs: Sequence[Mapping[str, Cost]]) -> str:
    """Table of the costs for each tool.

    Args:
        head: of the first column.
        titles: names of tools → cells of the first column.
        costs: costs for each name, on all processors, and on one if that was measured.
    """
    heads = (head, "Time", "CPU time", "Time on one processor")[: 2 + len(costs)]
    rows = []
    for name, cost in costs[0].items():
        pinned = [duration(column[name].wall) for column in costs[1:]]
        rows.append((titles[name], duration(cost.wall), duration(cost.cpu), *pinned))
    return table(heads, rows)


def report(benches: Sequence[Bench], columns: Sequence[Sequence[Row]], dot: str | None) -> str:
    """Table of the goals, tables of the costs that were measured for it, and the versions.

    Args:
        benches: have measured, on all processors, and on one if the system can pin processes.
        columns: rows of each of *benches*.
        dot: program that ``sphinx.ext.graphviz`` runs, if it is installed.
    """
    first = benches[0]
    parts = [goals_table(*columns)]
    if "added" in vars(first):
        titles = {LAYOUT: "the bare layout, in process", **{name: peer.title for name, peer in PEERS.items()}}
        costs: list[Mapping[str, Cost]] = [
            {**bench.added, **({"mermaid": bench.mermaid} if "mermaid" in bench.peers else {})} for bench in benches
        ]
        parts += [f"Added for each of {first.sizes.diagrams:,} diagrams:\n", costs_table("Drawn by", titles, costs)]
    if "drawings" in vars(first):
        titles = {"ours": OURS.title, **{name: tool.title for name, tool in TOOLS.items()}}
        costs = [bench.drawings for bench in benches]
        parts += ["One drawing without Sphinx:\n", costs_table("Drawn by", titles, costs)]
    rounds = "One run" if first.repeat == 1 else f"Medians of {first.repeat} runs in turns"
    distributions = [tool.distribution for name, tool in TOOLS.items() if name in first.peers]
    parts.append(f"{rounds}. {versions(dot, distributions)}\n")
    return "\n".join(parts)


def _checkout(text: str) -> Path:
    path = Path(text)
    if not (path / "sphinxext" / "llmpipeline" / "__init__.py").is_file():
        raise argparse.ArgumentTypeError(f"expected a checkout of this package, not {text!r}")
    return path


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", nargs="+", choices=ROWS, help="only these rows")
    parser.add_argument("--peers", nargs="*", choices=_OTHERS, default=_OTHERS, help="only against these peers")
    parser.add_argument("--mmdc", help="also against Mermaid, whose command line this is; it takes long")
    parser.add_argument(
        "--against", type=_checkout, metavar="PATH", help="also against another checkout of this package"
    )
    parser.add_argument("--repeat", type=int, default=5, help="number of runs of each (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="small projects, each built once: a check that all works")
    parser.add_argument("--full", action="store_true", help="also the row of 10,000 diagrams, which takes long")
    parser.add_argument("--folder", type=Path, help="keep the projects there (default: a folder that is deleted)")
    parser.add_argument("--write", action="store_true", help="write the tables to benchmarks/README.md")
    return parser


def _available(names: Sequence[str], dot: str | None) -> Iterator[str]:
    """Names of the peers whose program or package is installed."""
    for name in names:
        if installed(TOOLS[name]) if name in TOOLS else dot or not name.startswith("graphviz"):
            yield name
        else:
            print(f"{name} is not installed; its rows are left out", file=sys.stderr)


@contextmanager
def _mermaid(mmdc: str, folder: Path) -> Iterator[None]:
    """Set the environment variables that the Mermaid project reads."""
    settings = folder / "browser.json"
    settings.write_text(browser_settings(shutil.which("chromium") or "chromium"))
    os.environ |= {MMDC: mmdc, BROWSER: str(settings)}
    try:
        yield
    finally:
        del os.environ[MMDC], os.environ[BROWSER]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the tables, and write them to ``README.md`` with ``--write``."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments and arguments[0] == "judge":
        judge.main(arguments[1:])
        return
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.repeat < 1:
        parser.error("expected a number of at least 1 after --repeat")
    names = options.rows or [name for name in ROWS if options.against or name not in BEFORE]
    if not options.against and (without := [name for name in names if name in BEFORE]):
        parser.error(f"expected --against PATH for the row {without[0]}")
    dot = shutil.which("dot")
    peers = ["none", "ours", *_available(options.peers, dot)]
    sizes, repeat = (QUICK, 1) if options.quick else (Sizes(), options.repeat)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if options.mmdc:
            peers.append("mermaid")
            stack.enter_context(_mermaid(options.mmdc, folder))
        builds = Builds(options.folder or folder, options.against)
        for other in (False, True) if options.against else (False,):
            builds.cold(Variant("ours", 2, 1, before=other))  # compiles modules
        text = report(*measure_both(lambda: Bench(builds, sizes, repeat, peers, options.full), names), dot)
    print(text, end="")
    if options.write:
        write_between(README, text)


if __name__ == "__main__":
    main()
