"""Declarations of a diagram, those of another language converted, with the settings of their project."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from .bodies import Body
from .paths import read_beside
from .project import project_of

if TYPE_CHECKING:
    from ..diagnostics import Diagnostic
    from ..model.pipeline import Pipeline
    from ..model.vocabulary import DiagramDirection


class Declared(NamedTuple):
    """Declarations, and the line of the file that each of their lines comes from, from 1."""

    path: Path
    text: str
    numbers: Sequence[int]

    @classmethod
    def of(cls, body: Body) -> Declared:
        """The declarations of a diagram.

        Raises:
            ConversionError: if it is of another language, and cannot be converted.
        """
        if body.language is None:
            text = body.text.replace("\r\n", "\n").replace("\r", "\n")  # as the parser does
            return cls(body.path, text, range(body.line, body.line + text.count("\n") + 1))
        from ..conversion import convert

        found = convert(body.text, body.language, "plain")
        return cls(body.path, found.text, [max(number, 1) for number in (*found.lines, 1)])

    def parse(
        self, *, direction: DiagramDirection | None = None, warn: Callable[[Diagnostic], None] | None = None
    ) -> Pipeline:
        """The diagram; the arguments are those of the parser.

        Raises:
            PipelineError: with all errors of the text.
        """
        from ..language import parse  # imported here because --help needs no parser

        project = project_of(self.path)
        return parse(
            self.text,
            kinds=project.kinds,
            direction=direction,
            categories=project.categories,
            plots=project.plots,
            first_line=self.numbers,
            read_file=partial(read_beside, self.path),
            warn=warn,
        )
