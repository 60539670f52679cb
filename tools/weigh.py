"""Print what each installed distribution weighs, in megabytes: ``python tools/weigh.py``.

The start page of the manual has the numbers of a fresh environment.  It imports the standard library only, because it
would otherwise add to what it weighs.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import Distribution, distributions
from pathlib import Path

TOOLS = frozenset({"build", "pip", "pyproject_hooks", "setuptools", "wheel"})
"""Distributions that install others, and belong to none of them."""


def weight(distribution: Distribution) -> int:
    """Bytes of the files of a distribution, with the bytecode that pip wrote."""
    paths = (Path(str(distribution.locate_file(file))) for file in distribution.files or ())
    return sum(path.stat().st_size for path in paths if path.is_file())


def report(found: Iterable[Distribution]) -> list[str]:
    """A line for each distribution, the heaviest first, and one for all."""
    weights = {f"{item.name} {item.version}": weight(item) for item in found if item.name not in TOOLS}
    rows = sorted(weights.items(), key=lambda row: -row[1])
    return [f"{size / 1e6:8.1f} MB  {name}" for name, size in [*rows, ("together", sum(weights.values()))]]


if __name__ == "__main__":
    print("\n".join(report(distributions())))
