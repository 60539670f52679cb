"""Blocks of a text: lines of one indentation, each with the deeper ones that follow it."""

from __future__ import annotations

from ..diagnostics import Diagnostic
from .fields import is_field
from .syntax_tree import Line, diagnostic_at


def split_block(lines: list[Line], diagnostics: list[Diagnostic]) -> list[tuple[Line, list[Line]]]:
    """Each statement's first line, with the lines indented under it; *diagnostics* receives wrong indentations."""
    blocks: list[tuple[Line, list[Line]]] = []
    # Accept an indentation once it was reported, so that one mistake gives one diagnostic.
    indents = {lines[0].indent} if lines else set()
    for line in lines:
        if blocks:
            above = blocks[-1][0].indent
            if line.indent > above and (line.indent not in indents or is_field(line)):
                blocks[-1][1].append(line)
                continue
        if line.indent not in indents:
            expected = f"expected {lines[0].indent}, as on line {lines[0].shown}"
            message = f"unexpected indentation of {line.indent}: {expected}"
            diagnostics.append(diagnostic_at(message, line))
            indents.add(line.indent)
        blocks.append((line, []))
    return blocks
