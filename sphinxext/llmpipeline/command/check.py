"""``llmpipeline check``: errors in diagrams, without a build."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..records import frozen_record
from .bodies import Body, Unreadable, files
from .declared import Declared

if TYPE_CHECKING:
    from ..diagnostics import Diagnostic
    from ..model.pipeline import Pipeline


@frozen_record
class Problem:
    """A diagnostic with its place in a file."""

    file: str
    line: int
    """From 1; 0 for the file as a whole."""
    column: int
    """From 1."""
    end_column: int
    """Of the character after the last one that is marked."""
    severity: Literal["error", "warning"]
    code: str
    """Subtype of the warning of Sphinx, such as ``syntax``."""
    message: str
    marked: str = ""
    """The line with a marker below the position; empty for none."""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.severity}: {self.message} [llmpipeline.{self.code}]\n{self.marked}".rstrip()


def add(subparsers: Any) -> None:
    """Add the parser of the arguments."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "check",
        help="report the errors of diagrams",
        description="Report the errors of diagrams in files, in reStructuredText and Markdown documents, and in the "
        "documents of folders. Kinds, categories and plots of the project are read from its conf.py, as far as they "
        "are literals there. The exit status is 1 if there is an error.",
    )
    parser.add_argument("paths", nargs="+", metavar="FILE", help="a diagram, a document, or a folder; - for stdin")
    parser.add_argument("--json", action="store_true", help="print the problems as JSON")
    parser.add_argument("-W", "--fail-on-warning", action="store_true", help="take warnings as errors")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Check the files; the status is 1 if there is an error."""
    problems = [*_problems(given.paths)]
    if given.json:
        sys.stdout.write(f"{json.dumps([*map(asdict, problems)], indent=2, ensure_ascii=False)}\n")
    else:
        sys.stdout.writelines(f"{problem}\n" for problem in problems)
    fails = [problem for problem in problems if problem.severity == "error" or given.fail_on_warning]
    return 1 if fails else 0


def _problems(names: Sequence[str]) -> Iterator[Problem]:
    """The problems of files, and of the files that these name."""
    if "-" in names:
        yield from problems_of(Body(Path("-"), sys.stdin.read()))
    for found in files(name for name in names if name != "-"):
        if isinstance(found, Unreadable):
            yield problem_of_file(found)
        else:
            for body in found.bodies:
                yield from problems_of(body)


def problem_of_file(found: Unreadable) -> Problem:
    """The problem that a file cannot be read, where it is named."""
    if found.document is None:
        return Problem(str(found.path), 0, 1, 1, "error", "syntax", found.message)
    message = found.message.replace("this file", f"'{found.path}'")
    return Problem(str(found.document), found.line, 1, 1, "error", "syntax", message)


def problems_of(body: Body) -> list[Problem]:
    """The problems of one diagram, in the order of the text."""
    return read_body(body)[1]


def read_body(body: Body) -> tuple[Pipeline | None, list[Problem]]:
    """A diagram, unless it has errors, and its problems, in the order of the text."""
    from ..conversion import ConversionError  # imported here because --help needs no parser
    from ..diagnostics import PipelineError

    pipeline: Pipeline | None = None
    found: list[Diagnostic] = []
    try:
        text = Declared.of(body)
    except ConversionError as error:
        return None, [Problem(str(body.path), error.line, 1, 1, "error", "syntax", error.message)]
    try:
        pipeline = text.parse(warn=found.append)
    except PipelineError as error:
        found = [*error.diagnostics]
    return pipeline, [_problem(body, text, one) for one in found]


def _problem(body: Body, text: Declared, found: Diagnostic) -> Problem:
    column = len(body.prefix) + found.column
    return Problem(
        str(body.path),
        text.numbers[found.line - 1],
        column,
        column + found.width,
        "warning" if found.drawable else "error",
        found.subtype,
        found.message,
        str(found).removeprefix(found.message).lstrip("\n"),
    )
