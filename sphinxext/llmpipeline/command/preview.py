"""``llmpipeline preview``: a page on this machine that draws diagrams again when their files change."""

from __future__ import annotations

import argparse
import sys
import webbrowser
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from .bodies import Body, Unreadable, files
from .check import Problem, problem_of_file, read_body


def add(subparsers: Any) -> None:
    """Add the parser of the arguments."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "preview",
        help="show diagrams in a browser, and again when a file changes",
        description="Show the diagrams of files, documents and folders on a page of this machine. They are drawn again "
        "when a file changes; errors are shown in their place. The server is bound to 127.0.0.1.",
    )
    parser.add_argument("paths", nargs="+", metavar="FILE", help="a diagram, a document, or a folder")
    parser.add_argument("--port", type=int, default=0, help="port of the server (default: any that is free)")
    parser.add_argument("--no-open", action="store_true", help="do not open a browser")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Serve the page until the process is interrupted; the status is 1 if it cannot be served."""
    try:
        from ..preview.server import serve
    except ImportError as error:
        sys.stderr.write(f"preview needs further packages: pip install sphinxext-llmpipeline[preview] ({error})\n")
        return 1
    missing = [name for name in given.paths if not Path(name).exists()]
    if missing:
        sys.stderr.write(f"{missing[0]}: error: there is no such file or folder\n")
        return 1

    def started(address: str) -> None:
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        if not given.no_open:
            webbrowser.open(address)

    roots = [path if path.is_dir() else path.absolute().parent for path in map(Path, given.paths)]
    try:
        serve(partial(diagrams, given.paths), roots, given.port, started)
    except OSError as error:
        sys.stderr.write(f"port {given.port}: error: {error.strerror or error}\n")
        return 1
    except KeyboardInterrupt:
        pass
    return 0


def diagrams(names: Sequence[str], width: float) -> list[dict[str, object]]:
    """The diagrams of files for a page of *width* pixels: the place, an SVG unless there are errors, the problems."""
    shown = []
    for found in files(names):
        if isinstance(found, Unreadable):
            problem = problem_of_file(found)
            shown.append(_entry(problem.file, "", [problem]))
        else:
            shown += (_shown(body, width) for body in found.bodies)
    return shown


def _shown(body: Body, width: float) -> dict[str, object]:
    from ..diagnostics import FontError, LayoutError, PlotError
    from ..notebook import inline_svg

    place = f"{body.path}:{body.line}" if body.block else str(body.path)
    pipeline, problems = read_body(body)
    svg = ""
    if pipeline:
        try:
            svg = inline_svg(pipeline, width)
        except (LayoutError, FontError, PlotError) as error:
            problems.append(Problem(str(body.path), body.line, 1, 1, "error", "layout", str(error)))
    return _entry(place, svg, problems)


def _entry(place: str, svg: str, problems: Sequence[Problem]) -> dict[str, object]:
    shown = [{"severity": problem.severity, "text": str(problem)} for problem in problems]
    return {"place": place, "svg": svg, "problems": shown}
