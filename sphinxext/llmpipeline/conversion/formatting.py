r"""Formatting: the text of a diagram in one form, which means the same.

Each level is indented by three spaces; one space stands around arrows and after commas and colons; blank lines stand
alone, between statements; comments are kept before the line that they stood before.  Texts of labels, fields and data
are left as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ..language import Token, tokens
from .writing import INDENT

_TAB = 8  # the width of a tab in reStructuredText
_MARK = re.compile(r"\A(\s*)\ufeff[\s\ufeff]*")
"""Byte order marks before the first character."""


@dataclass(slots=True)
class _Line:
    """A line, without its indentation and its end."""

    indent: int
    tokens: list[Token] = field(default_factory=list)
    depth: int = 0

    @property
    def is_comment(self) -> bool:
        return bool(self.tokens) and self.tokens[0][0] == "comment"


def format_text(text: str) -> str:
    r"""Format the declarations of a diagram; the text of a diagram with errors may stay as it is in places.

    >>> print(format_text("a->b :  train\n\n\ngroup g\n  # why\n  c\n"), end="")
    a -> b: train
    <BLANKLINE>
    group g
       # why
       c
    """
    normal = _MARK.sub(r"\1", text).replace("\r\n", "\n").replace("\r", "\n")
    expanded = "\n".join(line.expandtabs(_TAB).rstrip() for line in normal.split("\n"))
    lines = [*_lines(expanded)]
    _set_depths(lines)
    return "".join(f"{line}\n" for line in _without_gaps([_written(line) for line in lines]))


def _lines(text: str) -> Iterator[_Line]:
    """The tokens of each line; ends of lines are tokens of space, or the last characters of one."""
    line = _Line(0)
    for kind, piece in tokens(text):
        if kind == "space" and not line.tokens:
            line.indent = len(piece.rstrip("\n"))
        elif kind != "space" or not piece.endswith("\n"):
            line.tokens.append((kind, piece))
        if piece.endswith("\n"):
            yield line
            line = _Line(0)
    yield line


def _set_depths(lines: Sequence[_Line]) -> None:
    """Find how deep each line stands; a comment stands as deep as the line that it is about."""
    around: list[int] = []  # indentations of the lines around
    comments: list[_Line] = []
    depth = 0
    for line in lines:
        if line.is_comment:
            comments.append(line)
        elif line.tokens:
            while around and around[-1] >= line.indent:
                around.pop()
            depth = line.depth = len(around)
            around.append(line.indent)
            for comment in comments:
                comment.depth = depth
            comments.clear()
    for comment in comments:  # at the end
        comment.depth = min(depth, sum(indent < comment.indent for indent in around))


def _written(line: _Line) -> str:
    return f"{line.depth * INDENT}{_body(line.tokens)}" if line.tokens else ""


def _body(found: Sequence[Token]) -> str:
    """The text of a line; one with a mistake, and one that continues a text, stays as it is."""
    first = found[0][0]
    whole = "".join(piece for _, piece in found)
    if first == "field":
        name, value = found[0][1], whole[len(found[0][1]) :].strip()
        return f"{name} {value}".rstrip()
    kinds = [kind for kind, _ in found]
    if (
        first not in ("id", "kind", "keyword", "punctuation")
        or "text" in kinds
        or ("arrow", "arrow") in pairwise(kinds)
    ):
        return whole
    colon = next((at for at, (kind, piece) in enumerate(found) if kind == "punctuation" and ":" in piece), len(found))
    label = "".join(piece for _, piece in found[colon + 1 :]).strip()
    end = "" if colon == len(found) else f": {label}" if label else ":"
    return _head(found[:colon]) + end


def _head(found: Sequence[Token]) -> str:
    written = ""
    for kind, piece in found:
        if kind == "space":
            continue
        is_joined = not written or piece in (",", "*")
        written += piece if is_joined else f" {piece}"
    return written


def _without_gaps(lines: Sequence[str]) -> Iterator[str]:
    """The lines without blank ones at the start, at the end, and behind another."""
    was_blank = True
    waiting = False
    for line in lines:
        if not line:
            waiting = not was_blank
            continue
        if waiting:
            yield ""
        waiting = was_blank = False
        yield line
