"""``llmpipeline render``: a diagram as a picture."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..model.vocabulary import DIAGRAM_DIRECTIONS
from .bodies import Body
from .declared import Declared
from .paths import UnreadableError, read

if TYPE_CHECKING:
    from ..job import Format

_FORMATS: dict[str, Format] = {".svg": "svg", ".pdf": "pdf", ".png": "png@2x"}


def add(subparsers: Any) -> None:
    """Add the parser of the arguments."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "render",
        help="draw a diagram to a file",
        description="Draw a diagram, also one of Mermaid or DOT, to a file. Its ending says the format.",
    )
    parser.add_argument("file", metavar="FILE", help="a diagram; - for stdin")
    parser.add_argument("-o", "--output", required=True, metavar="OUT", help="an SVG, PDF or PNG; - for stdout")
    parser.add_argument(
        "--format", choices=("svg", "pdf", "png"), help="the format, if the name of OUT does not say it"
    )
    parser.add_argument("--style", default="modern", help="name of a built-in style (default: %(default)s)")
    parser.add_argument("--direction", choices=DIAGRAM_DIRECTIONS, default="auto", help="(default: %(default)s)")
    parser.add_argument("--width", type=float, default=700.0, help="points of the page (default: 700)")
    parser.set_defaults(run=run)


def run(given: argparse.Namespace) -> int:
    """Draw the diagram; the status is 1 if it has errors, or a file cannot be read or written."""
    from ..diagnostics import FontError, LayoutError, PlotError
    from ..rendering import render

    path, output = Path(given.file), Path(given.output)
    format = _FORMATS.get(f".{given.format}" if given.format else output.suffix.lower())
    if format is None:
        return _fail(given.output, "expected a name that ends in .svg, .pdf or .png, or the option --format")
    try:
        text = sys.stdin.read() if given.file == "-" else read(path)
        pipeline = Declared.of(Body(path, text)).parse(direction=given.direction)
        drawn = render(pipeline, given.style, format, width=given.width)
        if given.output == "-":
            sys.stdout.buffer.write(drawn)
        else:
            output.write_bytes(drawn)
    except (UnreadableError, ValueError, LayoutError, FontError, PlotError) as error:
        return _fail(given.file, str(error))
    except OSError as error:
        return _fail(given.output, f"cannot write this file: {error.strerror or error}")
    return 0


def _fail(name: str, message: str) -> int:
    sys.stderr.write(f"{name}: error: {message}\n")
    return 1
