"""Line breaking: long lines of a label become shorter ones of about the same width.

A library finds the places where Unicode allows a break (UAX #14), in the text of all runs of a line together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from ..model.pipeline import Run
from ..model.vocabulary import OBJECTS
from ..records import record

Line = tuple[Run, ...]
_SPACES = " \t\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u200b\u3000"
"""Spaces that are dropped at the end of a line: all but no-break spaces."""
_FORMULA = "x"
"""Stands for a formula or an image: no line is broken between this letter and adjacent text."""
_KEPT = re.compile(rf"^[{_SPACES}]+|(?<!\S)[-–/]+(?=\S)")
"""What Unicode may separate from the text after it: space at the start, and the dashes or slash before an option, a
negative number or a path."""
_STEPS = 6  # of the bisection between the least and the greatest possible width


@record
class _Word:
    """Text without a place to break, and the space after it."""

    runs: Line
    space: Line
    width: float
    space_width: float


def wrap(line: Line, limit: float, measure: Callable[[Run], float]) -> tuple[Line, ...]:
    """Break a *line* wider than *limit* points into as few lines as possible, of about the same width.

    *measure* gives the width of a run in points.  A word is broken, at its hyphens and slashes, only if it is wider.
    Formulas are not broken.

    >>> [line[0].text for line in wrap((Run("one two three"),), 8, lambda run: len(run.text))]
    ['one two', 'three']
    >>> [line[0].text for line in wrap((Run("the Llama-3.1-8B-Instruct"),), 18, lambda run: len(run.text))]
    ['the Llama-3.1-8B-', 'Instruct']
    """
    if sum(map(measure, line)) <= max(limit, 0.0):
        return (line,)
    words = list(_words(line, limit, measure))
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


def has_words(text: str) -> bool:
    """Whether a line may be broken without breaking a word."""
    return any(character in _SPACES or _is_wide(character) for character in text.strip(_SPACES))


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
    return _merged(runs)


def _merged(runs: Iterable[Run]) -> Line:
    """*runs* in which those that differ only in their text are one."""
    found: list[Run] = []
    for (face, *_), group in groupby(runs, key=lambda run: (run.face, run.script, run.reference)):
        alike = [*group]
        found += alike if face in OBJECTS else [_part(alike[0], "".join(run.text for run in alike))]
    return tuple(found)


def _part(run: Run, text: str) -> Run:
    return Run(text, run.face, run.script, run.reference)


def _words(line: Line, limit: float, measure: Callable[[Run], float]) -> Iterator[_Word]:
    """The words of a line with the space after each, in pieces if they are wider than *limit*."""
    text = "".join(_FORMULA if run.face in OBJECTS else run.text for run in line)
    units = _units(text)
    pieces = _pieces(line, [len(unit) for unit in units])
    start = 0
    for index, unit in enumerate(units, start=1):
        if index < len(units) and not _is_between_words(unit, units[index]):
            continue
        word = _word([run for piece in pieces[start:index] for run in piece], measure)
        if word.width > limit and index - start > 1:
            yield from (_word(piece, measure) for piece in pieces[start:index])
        else:
            yield word
        start = index


def _units(text: str) -> list[str]:
    """The parts of a text between which a line may be broken, each with the spaces at its end."""
    # Imported here because few diagrams have a label that is broken.
    try:
        from unicode_segmentation_rs import line_break_units
    except ImportError:  # no wheels for Windows on ARM
        from uniseg.linebreak import line_break_units  # type: ignore[no-redef]  # the same function

    kept = {end for found in _KEPT.finditer(text) for end in range(found.start() + 1, found.end() + 1)}
    units: list[str] = []
    end = 0
    for unit in line_break_units(text.encode("utf-8", "replace").decode()):  # without surrogates
        if end in kept:
            units[-1] += unit
        else:
            units.append(unit)
        end += len(unit)
    return units


def _is_between_words(unit: str, after: str) -> bool:
    """Whether a break is as good as one between words: at a space, or beside a character of Chinese or Japanese."""
    return unit[-1] in _SPACES or _is_wide(unit[-1]) or _is_wide(after[0])


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _pieces(line: Line, lengths: Sequence[int]) -> list[list[Run]]:
    """The runs of a line, cut into pieces of these *lengths*; a formula has the length of its letter."""
    pieces: list[list[Run]] = [[] for _ in lengths]
    index, room = 0, lengths[0] if lengths else 0
    for run in line:
        length = len(_FORMULA) if run.face in OBJECTS else len(run.text)
        start = 0
        while start < length:
            if not room:
                index += 1
                room = lengths[index]
            taken = min(room, length - start)
            pieces[index].append(run if taken == length else _part(run, run.text[start : start + taken]))
            start += taken
            room -= taken
    return pieces


def _word(runs: Iterable[Run], measure: Callable[[Run], float]) -> _Word:
    """A word of *runs* and of the space at their end."""
    text = [*_merged(runs)]
    space: list[Run] = []
    while text and text[-1].face not in OBJECTS:
        last = text.pop()
        kept = last.text.rstrip(_SPACES)
        if len(kept) < len(last.text):
            space.insert(0, _part(last, last.text[len(kept) :]))
        if kept:
            text.append(_part(last, kept))
            break
    if not text:  # a line that is nothing but space
        text, space = space, []
    return _Word(tuple(text), tuple(space), sum(map(measure, text)), sum(map(measure, space)))
