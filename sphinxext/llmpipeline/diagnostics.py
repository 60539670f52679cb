"""Mistakes in a declared diagram, each with its position and its own words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

_T = TypeVar("_T")

Subtype = Literal["syntax", "reference", "layout", "draw", "config", "cache"]
"""Subtypes of the Sphinx warning type ``llmpipeline``, for ``suppress_warnings``."""

_QUOTED = 160
"""How many characters of a line a message quotes: a list of a thousand ids would bury the place that matters."""

_COMPARED = 64
"""Longer words are not compared: the time grows with the square of the length, and nobody mistypes such a word."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake in the text of a diagram."""

    subtype: Subtype
    message: str
    """What was expected and what to do, without position."""
    line: int
    """Line of the text, from 1."""
    column: int
    """Column of :attr:`quoted`, from 1: a tab counts as the spaces that it stands for."""
    width: int
    """How many characters the marker covers; at least 1."""
    quoted: str
    """The whole line of the text, tabs expanded; empty where the mistake is that nothing stands there."""

    def __str__(self) -> str:
        """The message, the line it speaks of and a marker below the place.

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
    """The text does not declare a diagram.

    Attributes:
        diagnostics: every mistake that was found, in the order of the text.
    """

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(f"line {diagnostic.line}: {diagnostic}" for diagnostic in self.diagnostics))

    def __reduce__(self) -> tuple[type[PipelineError], tuple[tuple[Diagnostic, ...]]]:
        return type(self), (self.diagnostics,)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that *word* was most likely meant to be; ``None`` where no word is near.

    >>> nearest("GTP3", ["gpt3", "chat"])
    'gpt3'
    """
    # Case is the commonest slip and difflib counts it like any other letter.
    folded: dict[str, str] = {}
    for name in known:
        if len(name) <= _COMPARED:
            folded.setdefault(name.casefold(), name)
    if len(word) > _COMPARED:
        return None
    from difflib import get_close_matches  # only for those who mistype

    near = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return folded[near[0]] if near else None


def suggestion(word: str, known: Iterable[str]) -> str:
    """A question that names the known word nearest to *word*, or the known words where none is near.

    >>> suggestion("gtp3", ["gpt3", "chat"])
    "; did you mean 'gpt3'?"
    >>> suggestion("x", ["data", "model"])
    '; expected one of: data, model'
    >>> suggestion("x", [])
    ''
    """
    names = list(known)
    near = nearest(word, names)
    if near is not None:
        return f"; did you mean '{near}'?"
    if names and len(names) <= 20:
        return f"; expected one of: {', '.join(names)}"
    return ""


def _cut(text: str, place: int) -> tuple[str, int]:
    """The stretch of a long line around *place*, and where *place* is in it."""
    start = max(min(place - _QUOTED // 2, len(text) - _QUOTED), 0)
    before, after = "…" if start else "", "…" if start + _QUOTED < len(text) else ""
    return before + text[start : start + _QUOTED] + after, place - start + len(before)


class LayoutError(RuntimeError):
    """Graphviz could not lay out the graph."""


class FontError(RuntimeError):
    """A style names a font that there is not."""


@dataclass(frozen=True, slots=True)
class Setting(Generic[_T]):
    """The one declaration of an option of the directive, a config value, or a key of a style.

    The code reads values by it, and the tables of the manual are made of it.
    """

    name: str
    read: Callable[[str, Any], _T]
    """Name and given value → the value; raises ``ValueError`` with the whole message of the warning."""
    default: _T
    summary: str
    """One or more sentences for the manual, as inline reStructuredText."""
    expects: str = ""
    """The values that are accepted, in words."""
    unit: str = ""
    """The unit of a number, such as ``points``; empty for none."""
