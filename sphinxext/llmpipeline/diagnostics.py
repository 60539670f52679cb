"""Diagnostics: errors in the text of a diagram with their positions, suggestions, exceptions, and settings.

And the characters that neither messages nor pages can hold.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Generic, Literal, TypeGuard, TypeVar

from .records import frozen_record

_T = TypeVar("_T")

Subtype = Literal["syntax", "reference", "layout", "draw", "font", "config", "cache"]
"""Subtypes of the Sphinx warning type ``llmpipeline``, for ``suppress_warnings``."""

_QUOTED = 160
"""Most characters of a line that a message quotes: a list of a thousand ids would hide the position."""

UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Invalid in XML; lone surrogates cannot even be written to a file."""

REPLACED = "\N{REPLACEMENT CHARACTER}"
"""Stands in a quoted line for a character that cannot be shown."""

_SIMILAR = 0.6
"""Least similarity of a suggestion, as :meth:`difflib.SequenceMatcher.ratio`."""

_COMPARED = 64
"""Longest words to compare, in characters, because the time grows with the square of the length."""


@frozen_record
class Diagnostic:
    """One error, or one doubtful place, in the text of a diagram."""

    subtype: Subtype
    message: str
    """What was expected and how to correct it, without position."""
    line: int
    """Line of the text, from 1."""
    column: int
    """Column of :attr:`quoted`, from 1; a tab counts as the spaces that replace it."""
    width: int
    """Number of marked characters; at least 1."""
    quoted: str
    """The whole line, tabs expanded; empty if there is no line to quote."""
    drawable: bool = False
    """Whether the diagram can be drawn all the same, because only a text in it looks wrong."""

    def __str__(self) -> str:
        """The message, the quoted line and a marker below the position.

        >>> print(Diagnostic("syntax", "expected an id after '->'", 3, 3, 2, "a ->"))
        expected an id after '->'
            a ->
              ^~
        """
        text = self.quoted.lstrip()
        if not text:
            return self.message
        before = max(self.column - 1 - (len(self.quoted) - len(text)), 0)
        if len(text) > _QUOTED:
            text, before = _cut(text, before)
        width = max(min(self.width, len(text) - before), 1)
        return f"{self.message}\n    {text}\n    {' ' * before}^{'~' * (width - 1)}"


class PipelineError(ValueError):
    """The text of a diagram has errors.

    Attributes:
        diagnostics: All errors, in the order of the text.
    """

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(f"line {diagnostic.line}: {diagnostic}" for diagnostic in self.diagnostics))

    def __reduce__(self) -> tuple[type[PipelineError], tuple[tuple[Diagnostic, ...]]]:
        return type(self), (self.diagnostics,)


def is_number(value: object) -> TypeGuard[float]:
    """Whether a given value is a number, which ``True`` is not, nor a whole number that no ``float`` can be."""
    if isinstance(value, int):
        return not isinstance(value, bool) and abs(value) <= sys.float_info.max
    return isinstance(value, float)


def printable(text: str, mark: str = "?") -> str:
    r"""*text* with a *mark*, by default one that all builders know, for each character that cannot be shown.

    >>> printable("a\x1b[31m b\n")
    'a?[31m b\n'
    """
    return UNPRINTABLE.sub(mark, text)


def unprintable_in(text: str) -> tuple[int, str] | None:
    r"""The index and the name of the first character of *text* that cannot be shown; ``None`` without any.

    >>> unprintable_in("a\ud800"), unprintable_in("a\tb")
    ((1, 'U+D800'), None)
    """
    found = UNPRINTABLE.search(text)
    return (found.start(), f"U+{ord(found.group()):04X}") if found else None


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most similar to *word*; ``None`` if none is similar.

    >>> nearest("GTP3", ["gpt3", "chat"])
    'gpt3'
    """
    # Ignore case: it is the most common error, and difflib counts it like any other letter.
    folded: dict[str, str] = {}
    for name in known:
        if len(name) <= _COMPARED:
            folded.setdefault(name.casefold(), name)
    if len(word) > _COMPARED:
        return None
    from difflib import SequenceMatcher  # imported here because few builds need it

    # As difflib.get_close_matches, which compares every name in full that is more similar than the least; here it must
    # be as similar as the best so far.
    matcher = SequenceMatcher(b=word.casefold())
    best = (_SIMILAR, "")
    for name in folded:
        matcher.set_seq1(name)
        if all(bound() >= best[0] for bound in (matcher.real_quick_ratio, matcher.quick_ratio)):
            best = max(best, (matcher.ratio(), name))
    return folded[best[1]] if best[1] else None


def suggestion(word: str, known: Iterable[str]) -> str:
    """Advice for an unknown word: the most similar known word, or else up to 25 known words.

    >>> suggestion("gtp3", ["gpt3", "chat"])
    "; did you mean 'gpt3'?"
    >>> suggestion("x", ["data", "model"])
    '; expected one of: data, model'
    >>> suggestion("x", [])
    ''
    """
    names = list(known)
    return advice(nearest(word, names), names)


def advice(near: str | None, names: Sequence[str]) -> str:
    """Advice for an unknown word whose most similar known one is *near*; else up to 25 known words."""
    if near is not None:
        return f"; did you mean '{near}'?"
    if names and len(names) <= 25:
        return f"; expected one of: {', '.join(names)}"
    return ""


def _cut(text: str, place: int) -> tuple[str, int]:
    """Cut a long line around the index *place*; returns the cut text and the index in it."""
    start = max(min(place - _QUOTED // 2, len(text) - _QUOTED), 0)
    before, after = "…" if start else "", "…" if start + _QUOTED < len(text) else ""
    return before + text[start : start + _QUOTED] + after, place - start + len(before)


class LayoutError(RuntimeError):
    """Graphviz could not lay out the graph."""


class LayoutTimeoutError(LayoutError):
    """The layouts of a diagram took longer than the time limit."""


class PlotError(RuntimeError):
    """A function of the project could not draw a plot.

    Attributes:
        node: The id of the node.
    """

    def __init__(self, message: str, node: str) -> None:
        super().__init__(message, node)
        self.node = node

    def __str__(self) -> str:
        return str(self.args[0])


class FinishError(RuntimeError):
    """The function of the project that finishes all diagrams failed."""


class FontError(RuntimeError):
    """A style names a font that is not installed."""


@frozen_record
class Setting(Generic[_T]):
    """Declaration of an option of the directive, a config value, or a key of a style.

    The code reads values with it, and the tables of the manual are made from it.
    """

    name: str
    read: Callable[[str, Any], _T]
    """Name and given value → the value; raises ``ValueError`` with the whole message of the warning."""
    default: _T
    summary: str
    """One or more sentences for the manual, as inline reStructuredText."""
    expects: str = ""
    """Description of the accepted values, as in messages: single quotes are around what is written literally."""
    unit: str = ""
    """The unit of a number, such as ``points``; empty for none."""
