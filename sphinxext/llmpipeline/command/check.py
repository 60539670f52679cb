"""``llmpipeline check``: errors in diagrams, without a build."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from .bodies import Body, bodies_of, files_in, named_bodies
from .paths import UnreadableError, read, read_beside
from .project import project_of

if TYPE_CHECKING:
    from ..diagnostics import Diagnostic
    from ..model.pipeline import Pipeline


@dataclass(frozen=True, slots=True)
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
        return "\n".join([f"{place}: {self.severity}: {self.message} [llmpipeline.{self.code}]", *self._lines()])

    def _lines(self) -> list[str]:
        return [self.marked] if self.marked else []


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


def _problems(names: Iterable[str]) -> Iterator[Problem]:
    """The problems of files, and of the files of declarations that these name, each once."""
    seen: set[Path] = set()
    for name in names:
        for path in files_in([name]):
            text = _read(path, str(path))
            if isinstance(text, Problem):
                yield text
                continue
            seen.add(path.resolve())
            for body in bodies_of(path, text):
                yield from problems_of(body)
            for target, line in named_bodies(path, text):
                if target.resolve() in seen:
                    continue
                seen.add(target.resolve())
                found = _read(target, str(path), line)
                yield from [found] if isinstance(found, Problem) else problems_of(Body(target, found))


def _read(path: Path, named_in: str, line: int = 0) -> str | Problem:
    """The text of a file, or the problem where it is named."""
    if str(path) == "-":
        return sys.stdin.read()
    try:
        return read(path)
    except UnreadableError as error:
        message = str(error).replace("this file", f"'{path}'") if line else str(error)
        return Problem(named_in, line, 1, 1, "error", "syntax", message)


def problems_of(body: Body) -> list[Problem]:
    """The problems of one diagram, in the order of the text."""
    return read_body(body)[1]


def read_body(body: Body) -> tuple[Pipeline | None, list[Problem]]:
    """A diagram, unless it has errors, and its problems, in the order of the text."""
    from ..diagnostics import PipelineError  # imported here because --help needs no parser
    from ..language import parse

    project = project_of(body.path)
    pipeline: Pipeline | None = None
    found: list[Diagnostic] = []
    try:
        pipeline = parse(
            body.text,
            kinds=project.kinds,
            categories=project.categories,
            plots=project.plots,
            first_line=body.line,
            read_file=partial(read_beside, body.path),
            warn=found.append,
        )
    except PipelineError as error:
        found = [*error.diagnostics]
    return pipeline, [_problem(body, one) for one in found]


def _problem(body: Body, found: Diagnostic) -> Problem:
    column = len(body.prefix) + found.column
    return Problem(
        str(body.path),
        body.line + found.line - 1,
        column,
        column + found.width,
        "warning" if found.drawable else "error",
        found.subtype,
        found.message,
        str(found).removeprefix(found.message).lstrip("\n"),
    )
