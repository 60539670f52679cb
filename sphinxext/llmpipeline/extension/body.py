"""The declarations of a diagram and their places: the content of the directive, or the file that its argument names.

Documents are not trusted, so a file must be a regular one of limited size, and ``file_insertion_enabled`` is obeyed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from docutils.statemachine import StringList
from sphinx.errors import SphinxError
from sphinx.util.docutils import SphinxDirective
from sphinx.util.i18n import search_image_for_language

from ..diagnostics import Diagnostic, Subtype
from ..files import LARGEST_DATA, Language, language_of, read_regular
from ..model.images import MEDIA_TYPES, suffix_of
from ..model.vocabulary import NODE_KINDS
from ..records import frozen_record

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment

LARGEST_FILE = 1_000_000
"""Most bytes of a file of declarations: a hundred times those of the largest real diagrams."""


class BodyError(ValueError):
    """There are no declarations.

    Attributes:
        subtype: that of the warning.
        location: its file and line; ``None`` for the directive.
    """

    def __init__(self, message: str, subtype: Subtype = "syntax", location: str | None = None) -> None:
        super().__init__(message)
        self.subtype: Subtype = subtype
        self.location = location


@frozen_record
class Remark:
    """A warning about declarations that can be drawn."""

    subtype: Subtype
    message: str
    location: str
    """File and line."""


@frozen_record
class Body:
    """The declarations, and the place of each line."""

    lines: tuple[str, ...]
    places: tuple[tuple[str, int], ...]
    """File and line, from 1, of each line."""
    remarks: tuple[Remark, ...] = ()
    """Warnings about what does nothing."""
    options: tuple[tuple[str, str], ...] = ()
    """Names and values of options that the diagram asks for, unless the directive has them."""

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)

    def as_input(self) -> StringList:
        """The lines as docutils' input, so that its messages have their places."""
        return StringList(list(self.lines), items=[(source, line - 1) for source, line in self.places])

    def locate(self, diagnostics: Iterable[Diagnostic]) -> Iterator[tuple[Diagnostic, str]]:
        """Each diagnostic with its ``file:line:column``, in the file that holds it."""
        written: dict[str, list[str]] = {}
        for diagnostic in diagnostics:
            source, line = self.places[min(diagnostic.line, len(self.places)) - 1]
            if source not in written:
                written[source] = _lines_of(source)
            indent = _indent(written[source], line, diagnostic.quoted)
            yield diagnostic, f"{source}:{line}:{diagnostic.column + indent}"


def _lines_of(source: str) -> list[str]:
    """The lines of a document; none if *source* is no file, as for a docstring."""
    try:
        return Path(source).read_text(encoding="utf-8-sig").split("\n")
    except (OSError, ValueError):
        return []


def _indent(written: Sequence[str], line: int, quoted: str) -> int:
    """Columns by which a document with the lines *written* indents the quoted line; 0 if it is not there."""
    found = written[line - 1].expandtabs(8).find(quoted.strip()) if line <= len(written) else 0
    return max(found - (len(quoted) - len(quoted.lstrip())), 0)


def inner_body(directive: SphinxDirective, *, is_rst: bool) -> Body:
    """The content of the directive; *is_rst* is whether docutils itself parses the document."""
    lines = tuple(directive.content)
    if is_rst:
        places = tuple((str(source), int(offset) + 1) for source, offset in directive.content.items)
    else:
        # MyST counts the lines of the content from its first, and gives the offset of that from the directive.
        source, first = directive.get_source_info()[0], directive.lineno + directive.content_offset + 1
        places = tuple((source, first + index) for index in range(len(lines)))
    return Body(lines, places) if lines else Body(("",), (directive.get_source_info(),))


_WORDS = "|".join((*NODE_KINDS, "group", "panel"))
_STATEMENT = re.compile(rf".*(?:\n|:(?:\s|$)|\s(?:->|=>|-->|--|<->|~>|\.\.>)\s)|(?:{_WORDS})\s[^.]*$")


def is_statement(argument: str) -> bool:
    """Whether the argument of the directive is no file but the first statement, after which a blank line is missing."""
    return bool(_STATEMENT.match(argument))


def given_body(directive: SphinxDirective, *, is_rst: bool) -> tuple[Body, Language | None]:
    """The content of the directive or of the file that it names, and its language if that is another one.

    *is_rst* is that of :func:`inner_body`.

    Raises:
        BodyError: with the message of the warning, if there is a file that cannot be read.
    """
    if not directive.arguments:
        return inner_body(directive, is_rst=is_rst), getattr(directive, "language", None)
    argument = directive.arguments[0]
    if directive.content and not is_statement(argument):
        raise BodyError("expected either a file or declarations, got both: remove one of them")
    return file_body(directive), language_of(argument)


def file_body(directive: SphinxDirective) -> Body:
    """The content of the file that the argument of the directive names; the document depends on it.

    As for images, a file for the language of the project takes its place, such as ``body.de.txt`` for ``body.txt``.

    Raises:
        BodyError: with the message of the warning, if the file may not or cannot be read.
    """
    argument = directive.arguments[0]
    if is_statement(argument):
        first = argument.split("\n")[0]
        raise BodyError(f"leave a blank line before the first statement: '{first}' stands where a file is named")
    if not directive.state.document.settings.file_insertion_enabled:
        raise BodyError(f"{_not_inserted(argument)}; write the declarations below the directive")
    try:
        name, content = _noted(directive, argument, LARGEST_FILE, localized=True)
        text = content.decode("utf-8-sig")
    except ValueError as error:
        raise BodyError(f"cannot read {argument!r}: {error}") from error
    lines = tuple(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))  # as Python, docutils and the parser do
    return Body(lines, tuple((name, number) for number in range(1, len(lines) + 1)))


def named_file(directive: SphinxDirective, argument: str) -> str:
    """The path of a file relative to the document, which depends on it.

    Raises:
        BodyError: with the message of the warning, if the file may not or cannot be read.
    """
    if not directive.state.document.settings.file_insertion_enabled:
        raise BodyError(_not_inserted(argument))
    try:
        return _noted(directive, argument, LARGEST_FILE)[0]
    except ValueError as error:
        raise BodyError(f"cannot read {argument!r}: {error}") from error


def _not_inserted(argument: str) -> str:
    return f"the file {argument!r} is not read, because docutils' setting 'file_insertion_enabled' is off"


def _for_language(argument: str, env: BuildEnvironment) -> str:
    """The file for the language of the project, or *argument* if there is none.

    Raises:
        ValueError: if the project's pattern of such names is none.
    """
    try:
        return search_image_for_language(argument, env)
    except (LookupError, TypeError, AttributeError) as error:  # Sphinx reports unknown names alone
        raise ValueError(f"Invalid figure_language_filename: {error!r}") from error


def data_file(directive: SphinxDirective, argument: str) -> bytes:
    """The content of a file with the data of a plot or an image, relative to the document, which depends on it.

    As for other images, a file for the language of the project takes the place of an image.

    Raises:
        ValueError: with the message of the error, if the file may not or cannot be read.
    """
    is_image = suffix_of(argument) in MEDIA_TYPES
    if not directive.state.document.settings.file_insertion_enabled:
        raise ValueError(
            f"the file '{argument}' is not read, because docutils' setting 'file_insertion_enabled' is off; "
            + ("remove ':image:'" if is_image else "write the data below ':plot:'")
        )
    try:
        return _noted(directive, argument, LARGEST_DATA, localized=is_image)[1]
    except ValueError as error:
        raise ValueError(f"cannot read '{argument}': {error}") from error


def _noted(directive: SphinxDirective, argument: str, largest: int, *, localized: bool = False) -> tuple[str, bytes]:
    """The path and the content of a file that a document names and depends on.

    Raises:
        ValueError: with the reason, if it cannot be read.
    """
    if "\0" in argument:  # about which each version of Python has words of its own
        raise ValueError("a null character cannot be part of a name")
    try:
        relative, name = directive.env.relfn2path(_for_language(argument, directive.env) if localized else argument)
        directive.env.note_dependency(relative)
        return name, read_regular(name, largest)
    except (OSError, ValueError, RuntimeError, SphinxError) as error:  # RuntimeError: a loop of symbolic links
        raise ValueError(str(getattr(error, "strerror", None) or error)) from error
