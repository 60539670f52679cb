"""Notes: texts beside nodes and groups, ``note of a: text``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from ..model.pipeline import Callout
from .lexer import ID, check_id, has_arrow
from .syntax_tree import Field, Line, Name, NoteStatement, Owner, ParseError, Text

_Reader = Callable[[Line, Text | None, list[Line], Owner], tuple[Text | None, dict[Field, Text]]]
_EXAMPLE = "'note of encoder: Trained first'"
_WITHOUT_TEXT = f"expected ': ' and a text after the id, as in {_EXAMPLE}"


def is_note(words: list[Name], head: str) -> bool:
    """Whether the *words* before a label begin a note; ``note`` alone is the id of a node."""
    return words[0].id == "note" and len(words) > 1 and (words[1].id == "of" or not has_arrow(head))


def note_statement(words: list[Name], label: Text | None, indented: list[Line], read: _Reader) -> NoteStatement:
    """``note = "note" "of" id ":" label``.

    Args:
        words: those before the label.
        label: what stands after ``:``.
        indented: the lines indented under the statement.
        read: reads these, for the first line, the label and the owner of the fields.

    Raises:
        ParseError: if the note has not one target, or no text.
    """
    target = _target(words, is_labelled=label is not None)
    whole, fields = read(target.line, label, indented, "note")
    if whole is None:
        raise _error(_WITHOUT_TEXT, [target])
    return NoteStatement(target, whole, fields)


def _target(words: list[Name], *, is_labelled: bool) -> Name:
    """``"note" "of" id``: the id.

    Raises:
        ParseError: if there is not one, or no label after it.
    """
    if words[1].id != "of":
        target = words[1].id if len(words) == 2 and ID.fullmatch(words[1].id) else "a"
        raise _error(f"a note names what it is of, as in 'note of {target}: text'", words)
    targets = words[2:]
    if not targets:
        raise _error(f"expected an id after 'note of', as in {_EXAMPLE}", words)
    if any(has_arrow(word.id) for word in targets):
        message = "a note is of a node or a group; that of an edge is its field, indented under it: ':note: text'"
        raise _error(message, targets)
    if any("," in word.id for word in targets):
        raise _error("a note is of one node or group: write one for each, or put them into a group", targets)
    if not is_labelled:
        raise _error(_WITHOUT_TEXT, targets)
    if len(targets) > 1:
        raise _error(f"expected one id after 'note of', not {len(targets)} words, as in {_EXAMPLE}", targets)
    if targets[0].id.endswith(".*"):
        raise _error("a note is of one cell, or of a row or a grid as a whole, whose id has no '.*'", targets)
    return check_id(targets[0])


def callouts(
    notes: Iterable[NoteStatement],
    read: Callable[[Mapping[Field, Text]], Mapping[str, Any]],
    is_known: Callable[[Name], bool],
) -> Iterator[Callout]:
    """The callouts of notes whose targets are known; *read* gives the attributes for the fields of a statement."""
    for target, label, fields in notes:
        values = read(fields)
        if is_known(target):
            yield Callout(target.id, label.as_label(), line=target.line.number, **values)


def _error(message: str, words: list[Name]) -> ParseError:
    """An error of some words that follow each other."""
    first, last = words[0], words[-1]
    return ParseError(message, first.line, first.column, last.column + len(last.id) - first.column)
