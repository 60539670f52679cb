"""Helpers for the tests of the language."""

from __future__ import annotations

import pytest

from sphinxext.llmpipeline.diagnostics import Diagnostic, PipelineError
from sphinxext.llmpipeline.language import parse


def ends_of(text: str) -> list[tuple[str, str]]:
    """Sources and targets of the edges."""
    return [(edge.source, edge.target) for edge in parse(text).edges]


def diagnostics_of(text: str) -> tuple[Diagnostic, ...]:
    """Diagnostics of a text with errors."""
    with pytest.raises(PipelineError) as caught:
        parse(text)
    return caught.value.diagnostics


def check_error(text: str, message: str) -> None:
    """Assert the whole message, and that the columns move with the text when it is indented."""
    diagnostics = diagnostics_of(text)
    assert str(PipelineError(diagnostics)) == message
    lines = text.removeprefix("\ufeff").expandtabs().replace("\r", "").split("\n")
    indented = diagnostics_of("\n".join("   " + line.lstrip("\f") for line in lines))
    shift = 0 if "the diagram is empty" in message else 3
    assert [(found.line, found.column - shift, found.width) for found in indented] == [
        (found.line, found.column, found.width) for found in diagnostics
    ]
