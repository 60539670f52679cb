"""Text of a diagram → the lines that say something, free of what no editor shows."""

from __future__ import annotations

import re

from ..diagnostics import Problem
from .syntax_tree import Line, problem_at

_TAB = 8  # the width that reStructuredText gives a tab

# str.splitlines() breaks at these, editors and docutils' line numbers do not: they count as space.
_SPACE = re.compile("[\v\f\x1c-\x1f\x85\u2028\u2029]")

# XML has no way to write these, so no drawing can hold them; a half of a surrogate pair cannot even be printed.
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1b\ud800-\udfff\ufffe\uffff]")


def significant_lines(text: str, problems: list[Problem]) -> list[Line]:
    r"""Lines that are neither blank nor a comment, with their numbers and indentation.

    Tabs are expanded, so columns are those of the expanded line.  A byte order mark at the start and form feeds
    at the start of a line are dropped.

    >>> significant_lines("\ufeffmodel a\r\n\r\n# why\r\n\tmodel b", [])
    [Line(number=1, text='model a', indent=0), Line(number=4, text='        model b', indent=8)]
    """
    found = []
    normal = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    for number, raw in enumerate(normal.split("\n"), start=1):
        expanded = _SPACE.sub(" ", raw.lstrip("\f")).expandtabs(_TAB).rstrip()
        body = expanded.lstrip()
        if body and not body.startswith("#"):
            # A character stands for another one, so that columns stay.
            line = Line(number, _UNPRINTABLE.sub("\ufffd", expanded), len(expanded) - len(body))
            problems += [
                problem_at(f"the character U+{ord(bad.group()):04X} cannot be drawn: remove it", line, bad.start())
                for bad in _UNPRINTABLE.finditer(expanded)
            ]
            found.append(line)
    return found
