"""``llmpipeline format``: diagrams in one form."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from ..conversion.formatting import format_text
from ..files import language_of
from .bodies import File, Unreadable, files
from .paths import DOCUMENTS, diff


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
    for found in files(path for path in given.paths if path != "-"):
        if isinstance(found, Unreadable):
            if found.document is None:  # a build reports what a document names
                sys.stderr.write(f"{found.path}: error: {found.message}\n")
                status = 1
            continue
        after = formatted(found)
        if after != found.text:
            status |= given.check
            _change(found.path, found.text, after, given)
    return int(status)


def formatted(file: File) -> str:
    """The text of a file with its diagrams in one form; one of another language stays as it is."""
    text = file.text
    if file.path.suffix not in DOCUMENTS:
        return text if language_of(file.path.name) else format_text(text)
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.replace("\r\n", "\n").split("\n")
    for body in reversed(file.bodies):  # from the end, so that numbers of lines stay valid
        start, count = body.line - 1, len(body.text.rstrip().split("\n"))
        new = format_text(body.text).rstrip("\n").split("\n")
        lines[start : start + count] = (f"{body.prefix}{line}".rstrip() for line in new)
    return newline.join(lines)


def _change(path: Path, before: str, after: str, given: argparse.Namespace) -> None:
    if given.diff:
        sys.stdout.write(diff(path, before, after))
    elif given.check:
        sys.stdout.write(f"{path}: would change\n")
    else:
        path.write_bytes(after.encode())
        sys.stdout.write(f"{path}: formatted\n")
