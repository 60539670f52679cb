"""Line breaking: long lines of a label become shorter ones of about the same width."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from ..model.pipeline import Run

Line = tuple[Run, ...]
_SPACES = " \t\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u200b\u3000"
"""Characters at which a line may be broken: all spaces but no-break spaces."""
# Chinese and Japanese text may be broken between any two characters, except before and after these.
_NOT_FIRST = frozenset("、。，．・：；？！）］｝」』】〉》〕ー々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ…‥")
_NOT_LAST = frozenset("（［｛「『【〈《〔")
_STEPS = 6  # of the bisection between the least and the greatest possible width


@dataclass(frozen=True, slots=True)
class _Word:
    """Text without a place to break, and the space after it."""

    runs: Line
    space: Line
    width: float
    space_width: float


def wrap(line: Line, limit: float, measure: Callable[[Run], float]) -> tuple[Line, ...]:
    """Break a *line* wider than *limit* points into as few lines as possible, of about the same width.

    *measure* gives the width of a run in points.  Formulas and words are not broken, even if they are wider.

    >>> [line[0].text for line in wrap((Run("one two three"),), 8, lambda run: len(run.text))]
    ['one two', 'three']
    """
    if sum(map(measure, line)) <= limit:
        return (line,)
    words = list(_words(line, measure))
    lines = _fill(words, limit)
    low, high = max(word.width for word in words), limit
    # The least width with the same number of lines gives the most even ones.  A word that is wider than the limit would
    # let other lines exceed it, too.
    for _ in range(_STEPS if low < high else 0):
        middle = (low + high) / 2
        tighter = _fill(words, middle)
        if len(tighter) == len(lines):
            lines, high = tighter, middle
        else:
            low = middle
    return tuple(_joined(words) for words in lines)


def _fill(words: Sequence[_Word], limit: float) -> list[list[_Word]]:
    lines: list[list[_Word]] = []
    used = 0.0
    for word in words:
        if lines and used + word.width <= limit:
            lines[-1].append(word)
        else:
            lines.append([word])
            used = 0.0
        used += word.width + word.space_width
    return lines


def _joined(words: Sequence[_Word]) -> Line:
    runs: list[Run] = []
    for index, word in enumerate(words):
        runs += (*word.runs, *(word.space if index < len(words) - 1 else ()))
    found: list[Run] = []
    for (face, *_), group in groupby(runs, key=lambda run: (run.face, run.script, run.reference)):
        alike = [*group]
        found += alike if face == "math" else [_joined_run(alike)]
    return tuple(found)


def _joined_run(runs: Sequence[Run]) -> Run:
    """Runs that differ only in their text, as one."""
    first = runs[0]
    return Run("".join(run.text for run in runs), first.face, first.script, first.reference)


def _words(line: Line, measure: Callable[[Run], float]) -> Iterator[_Word]:
    runs: list[Run] = []
    space: list[Run] = []
    for piece, is_space, breaks in _pieces(line):
        if runs and not is_space and (space or breaks):
            yield _word(runs, space, measure)
            runs, space = [], []
        (space if is_space and runs else runs).append(piece)  # leading space belongs to the first word
    yield _word(runs, space, measure)


def _word(runs: list[Run], space: list[Run], measure: Callable[[Run], float]) -> _Word:
    return _Word(tuple(runs), tuple(space), sum(map(measure, runs)), sum(map(measure, space)))


def _pieces(line: Line) -> Iterator[tuple[Run, bool, bool]]:
    """Parts of runs without a place to break: the part, whether it is space, whether a line may end before it."""
    before = start = ""
    for run in line:
        if run.face == "math":
            yield run, False, False
            before = ""
            continue
        text = ""
        for character in run.text:
            is_space = character in _SPACES
            breaks = _breaks_between(before, character)
            if text and (breaks or is_space != (text[-1] in _SPACES)):
                yield _part(run, text), text[-1] in _SPACES, _breaks_between(start, text[0])
                text = ""
            if not text:
                start = before
            text += character
            before = character
        if text:
            yield _part(run, text), text[-1] in _SPACES, _breaks_between(start, text[0])


def _part(run: Run, text: str) -> Run:
    return Run(text, run.face, run.script, run.reference)


def _breaks_between(before: str, after: str) -> bool:
    """Whether a line may end between two characters; not if one of them is a space."""
    if not before or before in _NOT_LAST or after in _NOT_FIRST or before in _SPACES or after in _SPACES:
        return False
    return (_is_wide(before) or _is_wide(after)) and not _joins(after)


def _joins(character: str) -> bool:
    """Whether the character is drawn with the one before it: marks, controls, vowels and finals of Hangul."""
    return unicodedata.category(character) in ("Mn", "Mc", "Me", "Cf") or "\u1160" <= character <= "\u11ff"


def _is_wide(character: str) -> bool:
    if character.isascii():
        return False
    return unicodedata.east_asian_width(character) in "WF" and not unicodedata.category(character).startswith("S")
