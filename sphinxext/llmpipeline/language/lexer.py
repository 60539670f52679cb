"""Lexer: lines, ids, arrows, and the separator before a label."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..diagnostics import REPLACED, Diagnostic, printable, unprintable_in
from ..model.vocabulary import EdgeKind
from .syntax_tree import Line, Name, ParseError, Text, diagnostic_at

# fmt: off
ARROWS: dict[str, EdgeKind] = {
    "->": "flow", "=>": "derive", "..>": "weak", "-->": "feedback", "<->": "exchange", "--": "link", "~>": "skip",
}
# fmt: on
"""Arrow → kind of edge."""
ARROW_OF: dict[EdgeKind, str] = {kind: arrow for arrow, kind in ARROWS.items()}
"""Kind of edge → arrow."""

# Arrows of other languages and typing errors → the arrow to suggest, several a line.
# fmt: off
_FOREIGN_ARROWS = {
    "==>": "=>", "===": "=>", "==": "=>", "⇒": "=>",
    "--->": "->", "→": "->", "⟶": "->", ">": "->", "-": "->",
    "-.->": "..>", ".->": "..>", ".>": "..>", "...>": "..>", "~~>": "~>",
    "---": "--", "-.-": "--", "~~~": "--",
    "<-->": "<->", "<=>": "<->", "↔": "<->",
    "->>": "->", "-->>": "-->", "<->>": "<->", "=>>": "=>", "==>>": "=>",
}
# fmt: on

# First invalid character of an id → advice for the likely cause, mostly habits from other languages.
_ADVICE = {
    "-": "a '-' needs a letter or a digit after it",
    ":": "put a space after ':' where a label begins",
    "|": "the label of an edge stands at its end, as in 'a -> b: label'",
    "[": "a label stands after ': ', as in 'a: label'",
    "(": "a label stands after ': ', as in 'a: label'",
    "{": "a label stands after ': ', as in 'a: label'",
    '"': "an id is not quoted, and a label stands after ': '",
    "'": "an id is not quoted, and a label stands after ': '",
    "…": "write '...' for what is left out",
    ";": "the end of the line ends a statement, without ';'",
}

ELLIPSIS = "..."
"""Stands for nodes that are left out."""
ELLIPSIS_PATTERN = r"\.\.\.(?![\w.>])"

_SEPARATOR = re.compile(r":(?:\s+|$)")
_LETTER = r"(?:\w|\.++(?!>))"  # dots may begin an arrow
ID = re.compile(rf"[^\W\d]{_LETTER}*+(?:-\w{_LETTER}*+)*+")
"""Pattern of an id."""
_END = re.compile(rf"{ID.pattern}(?:(?<=\.)\*)?|{ELLIPSIS_PATTERN}")  # with a star for all cells
_ID_WORD = re.compile(rf"(?<![\w.]){ID.pattern}")
_ARROW = re.compile(r"(?:[-=<>~→⟶⇒↔←⇐]|(?<!>)\.++(?=[-=>]))+")
_HAS_ARROW = re.compile(r"->|=>|--|<-|==|~~|-\.|[<>→⟶⇒↔←⇐]|(?<!\S)-(?!\S)")
_SPACE = re.compile(r"\s*")
_WORD = re.compile(r"\S+")
_END_WORD = re.compile(r"(?:\.++(?!>)|(?!->|=>|--|<-|~>)[^\s,.])+")  # in an edge, a comma or an arrow ends a word, too


def split_head(line: Line) -> tuple[str, Text | None]:
    """Split a statement at the first ``:`` before a space or the end of the line; without one, the label is ``None``.

    >>> split_head(Line(1, "a -> b: see a::b: ", 0))[0]
    'a -> b'
    """
    separator = _SEPARATOR.search(line.text, line.indent)
    if separator is None:
        return line.body, None
    start = separator.end()
    return line.text[line.indent : separator.start()].rstrip(), Text(line.text[start:], line, start)


def has_arrow(head: str) -> bool:
    """Whether the text contains an arrow of this or another language."""
    return bool(_HAS_ARROW.search(head))


def starts_with_arrow(word: str) -> bool:
    """Whether the word starts with an arrow of this or another language."""
    return bool(_ARROW.match(word))


def ids_in(text: str) -> list[str]:
    """Every word of the text that is a valid id.

    >>> ids_in("model gpt-3<-3d")
    ['model', 'gpt-3']
    """
    return _ID_WORD.findall(text)


def leading_id(word: str) -> str | None:
    """The id at the start of the word.

    >>> leading_id("gpt3->chat")
    'gpt3'
    """
    found = ID.match(word)
    return found.group() if found else None


def words_in(line: Line, head: str) -> list[Name]:
    """Words of the head of a line, valid ids or not."""
    return [Name(found.group(), line, line.indent + found.start()) for found in _WORD.finditer(head)]


def check_id(name: Name) -> Name:
    """``id``: a letter or ``_``, then letters, digits, ``_``, ``.``, and ``-`` between two of these.

    Raises:
        ParseError: if *name* is no such id.
    """
    if not ID.fullmatch(name.id):
        raise _bad_id(name)
    return name


class Lexer:
    """Cursor over the ids, commas and arrows of a line; skips the space before and after each of them."""

    def __init__(self, line: Line, start: int, end: int) -> None:
        self.line = line
        self.end = end
        """Index where the label begins, or the line ends."""
        self.position = start
        self._advance(start)

    @property
    def at_end(self) -> bool:
        """Whether everything was read."""
        return self.position >= self.end

    def read_arrow(self, before: Name) -> str:
        """``arrow = "->" | "=>" | "..>" | "-->" | "<->" | "--" | "~>"``, after the id *before*."""
        found = self._match(_ARROW)
        if not found:
            word = self._match(_WORD)
            message = f"expected an arrow, ',' or ': label' after '{before.id}'"
            raise ParseError(message, self.line, self.position, len(word.group()) if word else 1)
        arrow = found.group()
        if arrow in ARROWS:
            self._advance(found.end())
            return arrow
        if arrow.startswith(("<", "←", "⇐")) and not arrow.endswith(">"):
            advice = "; arrows point to the right: write 'b -> a' for 'a <- b'"
        elif arrow in _FOREIGN_ARROWS:
            advice = f"; did you mean '{_FOREIGN_ARROWS[arrow]}'?"
        else:
            advice = f"; expected one of: {' '.join(ARROWS)}"
        raise ParseError(f"unknown arrow '{arrow}'{advice}", self.line, self.position, len(arrow))

    def read_ids(self, after: str | None = None) -> tuple[Name, ...]:
        """``ends = end { "," end }``, where ``end = id | "..."``, after the arrow *after*.

        *after* is ``None`` at the start of a statement.
        """
        names: list[Name] = []
        while True:
            found = self._match(_END)
            word = self._match(_END_WORD)
            if not found:
                raise self._missing_id(after)
            if word and word.end() > found.end() and not _ARROW.match(self.line.text, found.end(), self.end):
                raise _bad_id(Name(word.group(), self.line, self.position))
            names.append(Name(found.group(), self.line, self.position))
            self._advance(found.end())
            if self.at_end or self.line.text[self.position] != ",":
                return tuple(names)
            self._advance(self.position + 1)
            after = ","

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        return pattern.match(self.line.text, self.position, self.end)

    def _advance(self, position: int) -> None:
        space = _SPACE.match(self.line.text, position, self.end)
        self.position = space.end() if space else self.end

    def _missing_id(self, after: str | None) -> ParseError:
        arrow = self._match(_ARROW)
        word = None if arrow else self._match(_END_WORD)
        if word:
            return _bad_id(Name(word.group(), self.line, self.position))
        # An arrow, a comma, or nothing at the end of the line.
        there = arrow.group() if arrow else self.line.text[self.position : self.end][:1]
        if after is None:
            return ParseError(f"expected an id before '{there}'", self.line, self.position, len(there))
        # At the end of the line, mark the token before it.
        place, width = (self.position, len(there)) if there else (self.end - len(after), len(after))
        return ParseError(f"expected an id after '{after}'", self.line, place, width)


def _bad_id(name: Name) -> ParseError:
    valid = ID.match(name.id)
    invalid = name.id[valid.end() if valid else 0]
    if name.id.startswith(("%", "//")):
        message = f"'{name.id}' is not an id; a comment begins with '#'"
    elif invalid in _ADVICE:
        message = f"'{name.id}' is not an id; {_ADVICE[invalid]}"
    else:
        message = f"'{name.id}' is not an id: expected a letter or '_', then letters, digits, '_', '-' and '.'"
    return ParseError(message, name.line, name.column, len(name.id))


_TAB = 8  # the width that reStructuredText gives a tab

# Space: str.splitlines() breaks lines at these, but editors do not, and docutils does not since 0.21.
_LINE_SEPARATORS = re.compile("[\v\f\x1c-\x1f\x85\u2028\u2029]")


def significant_lines(text: str, diagnostics: list[Diagnostic], first_line: int | Sequence[int] = 1) -> list[Line]:
    r"""Lines that are neither blank nor a comment; messages count them from *first_line*, or
    name them by its numbers.

    Tabs are expanded, so columns are those of the expanded line.  A byte order mark at the start of the text and form
    feeds at the start of a line are dropped.

    *diagnostics* receives one for each line with characters that cannot be drawn, because a binary file has thousands.

    >>> significant_lines("\ufeffmodel a\r\n\r\n# why\r\n\tmodel b", [])
    [Line(number=1, text='model a', indent=0, shown=1), Line(number=4, text='        model b', indent=8, shown=4)]
    """
    found = []
    normal = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    for number, raw in enumerate(normal.split("\n"), start=1):
        expanded = _LINE_SEPARATORS.sub(" ", raw.lstrip("\f")).expandtabs(_TAB).rstrip()
        body = expanded.lstrip()
        if body and not body.startswith("#"):
            shown = number + first_line - 1 if isinstance(first_line, int) else first_line[number - 1]
            # One character for one, so that columns stay valid.
            line = Line(number, printable(expanded, REPLACED), len(expanded) - len(body), shown)
            if bad := unprintable_in(expanded):
                at, character = bad
                diagnostics.append(diagnostic_at(f"the character {character} cannot be drawn: remove it", line, at, 1))
            found.append(line)
    return found
