"""The pieces of a line: ids, arrows, lists of ids, and what parts them from a label."""

from __future__ import annotations

import re
from typing import NoReturn

from ..diagnostics import Diagnostic
from ..model.vocabulary import EdgeKind
from .syntax_tree import Line, Name, ReadError, Text, diagnostic_at

ARROWS: dict[str, EdgeKind] = {"->": "flow", "=>": "derive", "-->": "feedback", "<->": "exchange", "--": "link"}
"""The arrows and the kind of edge that each declares."""

# Arrows of other languages and slips of the hand, with what is written here.
_FOREIGN_ARROWS = {
    "==>": "=>",
    "===": "=>",
    "==": "=>",
    "-.->": "-->",
    "-.-": "--",
    "--->": "->",
    "---": "--",
    "<-->": "<->",
    "<=>": "<->",
    "→": "->",
    "⟶": "->",
    "⇒": "=>",
    "↔": "<->",
    ">": "->",
    "-": "->",
    "~~~": "--",
}

# What the first character that is strange in an id most likely means, in the languages that people come from.
_ADVICE = {
    "-": "a '-' needs a letter or a digit after it",
    ":": "put a space after ':' where a label begins",
    "|": "the label of an edge stands at its end, as in 'a -> b: label'",
    "[": "a label stands after ': ', as in 'a: label'",
    "(": "a label stands after ': ', as in 'a: label'",
    "{": "a label stands after ': ', as in 'a: label'",
    '"': "an id is not quoted, and a label stands after ': '",
    "'": "an id is not quoted, and a label stands after ': '",
    ";": "the end of the line ends a statement, without ';'",
}

_SEPARATOR = re.compile(r":(?=\s|$)")
_ID = re.compile(r"[^\W\d][\w.]*(?:-\w[\w.]*)*")
_ID_WORD = re.compile(rf"(?<![\w.]){_ID.pattern}")
_ARROW = re.compile(r"(?:[-=<>~→⟶⇒↔←⇐]|\.(?=[-=]))+")
_HAS_ARROW = re.compile(r"->|=>|--|<-|==|~~|-\.|[<>→⟶⇒↔←⇐]|(?<!\S)-(?!\S)")
_SPACE = re.compile(r"\s*")
_WORD = re.compile(r"\S+")
_END_WORD = re.compile(r"(?:(?!->|=>|--|<-)[^\s,])+")  # a word of an edge ends at an arrow, too


def split_head(line: Line) -> tuple[str, Text | None]:
    """What stands before the first ``:`` that a space or the end of the line follows, and the label after it.

    >>> split_head(Line(1, "a -> b: see a::b: ", 0))[0]
    'a -> b'
    """
    separator = _SEPARATOR.search(line.text, line.indent)
    if separator is None:
        return line.body, None
    start = skip_space(line.text, separator.end())
    return line.text[line.indent : separator.start()].rstrip(), Text(line.text[start:], line, start)


def skip_space(text: str, position: int) -> int:
    """The first position from *position* on that is no space."""
    found = _SPACE.match(text, position)
    return found.end() if found else position


def has_arrow(head: str) -> bool:
    """Whether the statement is an edge: an arrow, or what was meant to be one, stands in it."""
    return bool(_HAS_ARROW.search(head))


def starts_with_arrow(word: str) -> bool:
    """Whether an arrow, or what was meant to be one, begins the word."""
    return bool(_ARROW.match(word))


def ids_in(text: str) -> list[str]:
    """Every word of the text that could be an id.

    >>> ids_in("model gpt-3<-3d")
    ['model', 'gpt-3']
    """
    return _ID_WORD.findall(text)


def leading_id(word: str) -> str | None:
    """The id that the word begins with.

    >>> leading_id("gpt3->chat")
    'gpt3'
    """
    found = _ID.match(word)
    return found.group() if found else None


def words_in(line: Line, head: str) -> list[Name]:
    """The words of a head where they are written, whether or not they are ids."""
    return [Name(found.group(), line, line.indent + found.start()) for found in _WORD.finditer(head)]


def checked(name: Name) -> Name:
    """``id``: a letter or ``_``, then letters, digits, ``_``, ``.``, and ``-`` between two of these."""
    if not _ID.fullmatch(name.id):
        _refuse(name)
    return name


def read_arrow(line: Line, position: int, end: int, before: Name) -> tuple[str, int]:
    """``arrow = "->" | "=>" | "-->" | "<->" | "--"``; returns it and where the next word begins."""
    found = _ARROW.match(line.text, position, end)
    if not found:
        word = _WORD.match(line.text, position, end)
        width = len(word.group()) if word else 1
        raise ReadError(f"expected an arrow, ',' or ': label' after '{before.id}'", line, position, width)
    arrow = found.group()
    if arrow in ARROWS:
        return arrow, skip_space(line.text, found.end())
    if arrow.startswith(("<", "←", "⇐")) and not arrow.endswith(">"):
        advice = "; arrows point to the right: write 'b -> a' for 'a <- b'"
    elif arrow in _FOREIGN_ARROWS:
        advice = f"; did you mean '{_FOREIGN_ARROWS[arrow]}'?"
    else:
        advice = f"; expected one of: {' '.join(ARROWS)}"
    raise ReadError(f"unknown arrow '{arrow}'{advice}", line, position, len(arrow))


def read_ends(line: Line, position: int, end: int, after: str | None) -> tuple[tuple[Name, ...], int]:
    """``ends = id { "," id }``; returns them and where the next word begins.

    Args:
        line: the line that is read.
        position: where the first id is expected.
        end: where the label begins, or the line ends.
        after: the arrow that stands before, for the message; ``None`` at the start.
    """
    names: list[Name] = []
    while True:
        found = _ID.match(line.text, position, end)
        if not found:
            _refuse_end(line, position, end, after)
        position = found.end()
        word = _END_WORD.match(line.text, found.start(), end)
        if word and word.end() > position and not _ARROW.match(line.text, position, end):
            _refuse(Name(word.group(), line, found.start()))
        names.append(Name(found.group(), line, found.start()))
        position = skip_space(line.text, position)
        if position >= end or line.text[position] != ",":
            return tuple(names), min(position, end)
        position, after = skip_space(line.text, position + 1), ","


def _refuse_end(line: Line, position: int, end: int, after: str | None) -> NoReturn:
    arrow = _ARROW.match(line.text, position, end)
    word = None if arrow else _END_WORD.match(line.text, position, end)
    if word:
        _refuse(Name(word.group(), line, position))
    there = arrow.group() if arrow else line.text[position:end][:1]  # an arrow, a comma, or the end of the line
    if after is None:
        raise ReadError(f"expected an id before '{there}'", line, position, len(there))
    # At the end of the line there is nothing to mark but what stands before it.
    place, width = (position, len(there)) if there else (end - len(after), len(after))
    raise ReadError(f"expected an id after '{after}'", line, place, width)


def _refuse(name: Name) -> NoReturn:
    found = _ID.match(name.id)
    strange = name.id[found.end() if found else 0]
    if name.id.startswith(("%", "//")):
        message = f"'{name.id}' is not an id; a comment begins with '#'"
    elif strange in _ADVICE:
        message = f"'{name.id}' is not an id; {_ADVICE[strange]}"
    else:
        message = f"'{name.id}' is not an id: expected a letter or '_', then letters, digits, '_', '-' and '.'"
    raise ReadError(message, name.line, name.column, len(name.id))


_TAB = 8  # the width that reStructuredText gives a tab

# str.splitlines() breaks at these, editors and docutils' line numbers do not: they count as space.
_LINE_SEPARATORS = re.compile("[\v\f\x1c-\x1f\x85\u2028\u2029]")

# XML has no way to write these, so no drawing can hold them; a half of a surrogate pair cannot even be printed.
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1b\ud800-\udfff\ufffe\uffff]")


def significant_lines(text: str, diagnostics: list[Diagnostic]) -> list[Line]:
    r"""Lines that are neither blank nor a comment, with their numbers and indentation.

    Tabs are expanded, so columns are those of the expanded line.  A byte order mark at the start and form feeds
    at the start of a line are dropped.

    >>> significant_lines("\ufeffmodel a\r\n\r\n# why\r\n\tmodel b", [])
    [Line(number=1, text='model a', indent=0), Line(number=4, text='        model b', indent=8)]
    """
    found = []
    normal = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    for number, raw in enumerate(normal.split("\n"), start=1):
        expanded = _LINE_SEPARATORS.sub(" ", raw.lstrip("\f")).expandtabs(_TAB).rstrip()
        body = expanded.lstrip()
        if body and not body.startswith("#"):
            # A character stands for another one, so that columns stay.
            line = Line(number, _UNPRINTABLE.sub("\ufffd", expanded), len(expanded) - len(body))
            diagnostics += [
                diagnostic_at(f"the character U+{ord(bad.group()):04X} cannot be drawn: remove it", line, bad.start())
                for bad in _UNPRINTABLE.finditer(expanded)
            ]
            found.append(line)
    return found
