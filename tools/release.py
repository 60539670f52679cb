"""Prepare and check a release: ``python -m tools.release 0.2.0``.

The version stands in the package and in ``CITATION.cff``, and the changelog names it.  ``--check v0.2.0`` compares them
with a tag, as the workflow of a release does before it builds anything.
"""

from __future__ import annotations

import argparse
import datetime
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
_PACKAGE = Path("sphinxext/llmpipeline/__init__.py")
_CITATION = Path("CITATION.cff")
_CHANGELOG = Path("CHANGELOG.md")
_FRAGMENTS = Path("changelog.d")

VERSION = re.compile(r"\d+\.\d+\.\d+((a|b|rc)\d+)?(\.dev\d+)?")


def version_of(root: Path) -> str:
    """The version of the package in a checkout, without an import of it."""
    return _only(r'^__version__ = "(.*)"$', root / _PACKAGE)


def cited_version(root: Path) -> str:
    """The version in ``CITATION.cff``."""
    return _only(r"^version: (.*)$", root / _CITATION)


def fragments(root: Path) -> list[Path]:
    """The files that the next release collects."""
    return sorted(path for path in (root / _FRAGMENTS).glob("*.md") if path.name != "README.md")


def notes(root: Path, version: str) -> str:
    """The section of the changelog about a version, without its heading; empty if there is none."""
    sections = re.split(r"^## (\S+) \(.*\)$", (root / _CHANGELOG).read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(sections[1::2], map(str.strip, sections[2::2]), strict=True)).get(version, "")


def faults(root: Path, tag: str) -> list[str]:
    """What keeps a checkout from being the release that *tag* names; empty if nothing does."""
    version = version_of(root)
    found = []
    if tag != f"v{version}":
        found.append(f"the tag is {tag}, the version {version}")
    if cited_version(root) != version:
        found.append(f"CITATION.cff says {cited_version(root)}, the package {version}")
    if not re.search(r"^date-released: ", (root / _CITATION).read_text(encoding="utf-8"), re.MULTILINE):
        found.append("CITATION.cff has no date-released")
    if not notes(root, version):
        found.append(f"CHANGELOG.md has no section about {version}")
    found += [f"{path.relative_to(root).as_posix()} is not in CHANGELOG.md" for path in fragments(root)]
    return found


def set_version(root: Path, version: str, released: datetime.date | None) -> None:
    """Write a version into all files that state one; one under development has no day."""
    _replace(root / _PACKAGE, r'^__version__ = ".*"$', f'__version__ = "{version}"')
    day = f"\ndate-released: {released}" if released else ""
    _replace(root / _CITATION, r"^version: .*(\ndate-released: .*)?$", f"version: {version}{day}")


def _only(pattern: str, path: Path) -> str:
    (found,) = re.findall(pattern, path.read_text(encoding="utf-8"), re.MULTILINE)
    return str(found)


def _replace(path: Path, pattern: str, text: str) -> None:
    path.write_text(re.sub(pattern, text, path.read_text(encoding="utf-8"), flags=re.MULTILINE), encoding="utf-8")


def _collect(root: Path, version: str, day: datetime.date, *options: str) -> None:
    """Let towncrier move the fragments into the changelog."""
    arguments = ("--version", version, "--date", str(day), *options)
    command = [sys.executable, "-m", "towncrier", "build", *arguments]
    subprocess.run(command, cwd=root, check=True)  # noqa: S603


def main(arguments: Sequence[str] | None = None) -> int:
    """Prepare, check or show; returns the exit status."""
    parser = argparse.ArgumentParser(description="Prepare and check a release.")
    todo = parser.add_mutually_exclusive_group(required=True)
    todo.add_argument("version", nargs="?", help="the version to write, such as 0.2.0 or 0.3.0.dev0")
    todo.add_argument("--check", metavar="TAG", help="check that everything agrees with a tag, such as v0.2.0")
    todo.add_argument("--notes", action="store_true", help="print what the changelog says about the current version")
    todo.add_argument("--draft", action="store_true", help="print the section that the fragments make")
    given = parser.parse_args(arguments)
    today = datetime.datetime.now(datetime.UTC).date()
    if given.check:
        found = faults(ROOT, given.check)
        print(*found, sep="\n", end="\n" if found else "")
        return 1 if found else 0
    if given.notes:
        print(notes(ROOT, version_of(ROOT)))
    elif given.draft:
        _collect(ROOT, version_of(ROOT), today, "--draft")
    elif not VERSION.fullmatch(given.version):
        parser.error(f"expected a version such as 0.2.0 or 0.3.0.dev0, not '{given.version}'")
    elif ".dev" in given.version:
        set_version(ROOT, given.version, None)
    else:
        _collect(ROOT, given.version, today, "--yes")
        set_version(ROOT, given.version, today)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
