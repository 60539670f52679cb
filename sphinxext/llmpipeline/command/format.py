"""``llmpipeline format``: diagrams in one form."""

from __future__ import annotations

import argparse
import sys
from difflib import unified_diff
from pathlib import Path
from typing import Any

from ..conversion.formatting import format_text
from .bodies import bodies_of, files_in, named_bodies
from .paths import UnreadableError, read


def add(subparsers: Any) -> None:
    """Add the parser of the arguments."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "format",
        help="write diagrams in one form",
        description="Write diagrams in one form, which means the same: three spaces for each level, one space around "
        "arrows and after commas and colons, single blank lines. Comments are kept. Files and documents are rewritten "
        "in place.",
    )
    parser.add_argument("paths", nargs="+", metavar="FILE", help="a diagram, a document, or a folder; - for stdin")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; the exit status is 1 if a file would change"
    )
    parser.add_argument("--diff", action="store_true", help="write nothing, and print what would change")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Format the files; the status is 1 if one could not be read or, with ``--check``, would change."""
    status = 0
    if "-" in given.paths:
        sys.stdout.write(format_text(sys.stdin.read()))
    seen: set[Path] = set()
    waiting = [*files_in(path for path in given.paths if path != "-")]
    while waiting:
        path = waiting.pop(0)
        if path.resolve() in seen:
            continue
        seen.add(path.resolve())
        try:
            before = read(path)
        except UnreadableError as error:
            sys.stderr.write(f"{path}: error: {error}\n")
            status = 1
            continue
        waiting += (target for target, _ in named_bodies(path, before) if target.is_file())
        after = formatted(path, before)
        if after != before:
            status |= given.check
            _change(path, before, after, given)
    return int(status)


def formatted(path: Path, text: str) -> str:
    """The text of a file with its diagrams in one form."""
    newline = "\r\n" if "\r\n" in text else "\n"
    plain = text.replace("\r\n", "\n")
    bodies = bodies_of(path, plain)
    if len(bodies) == 1 and bodies[0].block is None:
        return format_text(text)
    lines = plain.split("\n")
    for body in reversed(bodies):  # from the end, so that numbers of lines stay valid
        start, count = body.line - 1, len(body.text.rstrip().split("\n"))
        new = format_text(body.text).rstrip("\n").split("\n")
        lines[start : start + count] = (f"{body.prefix}{line}".rstrip() for line in new)
    return newline.join(lines)


def _change(path: Path, before: str, after: str, given: argparse.Namespace) -> None:
    if given.diff:
        lines = unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), str(path), str(path))
        sys.stdout.writelines(line if line.endswith("\n") else f"{line}\n" for line in lines)
    elif given.check:
        sys.stdout.write(f"{path}: would change\n")
    else:
        path.write_bytes(after.encode())
        sys.stdout.write(f"{path}: formatted\n")
