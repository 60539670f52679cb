"""Doubtful places in labels: markup of other languages that would be drawn as it stands.

A label may hold anything, so each of these is a warning and the diagram is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..diagnostics import Diagnostic
from .lexer import ARROWS, ID
from .syntax_tree import Line, diagnostic_at

_ARROW = "|".join(map(re.escape, ARROWS))
_HTML = "b|i|u|em|strong|code|sub|sup|small|big|font|span|div"
_ATTRIBUTES = r"shape|style|stroke|fill|near|icon|tooltip|color|label|(?:source|target)-arrowhead"
_FIELDS = "link|href|url|tooltip|note|kind|type|category|class|repeat|direction|colou?r|shape|style|fill|stroke|icon"
_NO_ATTRIBUTES = (
    "a label has no attributes: the kind of a node and the arrow of an edge pick the look, and fields the rest"
)

_FAR = 500
"""Most characters between the beginning and the end of a form, because each beginning is searched for its end."""

# A table: the form in one line of a label, the message.
_FORMS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"<br\s*/?>", re.IGNORECASE), r"'\n' breaks a line of a label, as in 'one\ntwo', not '{at}'"),
    (
        re.compile(rf"<(?P<tag>{_HTML})\b[^<>]*>.{{0,{_FAR}}}?</(?P=tag)>", re.IGNORECASE),
        "a label has the inline markup of the document instead of HTML, as in '**bold**' or '*italic*'",
    ),
    (
        re.compile(r"&(?:lt|gt|amp|quot|apos|nbsp|#\d+|#x[0-9a-fA-F]+);|#(?:quot|amp|lt|gt|\d{2,6});"),
        "write the character itself instead of '{at}'",
    ),
    (
        re.compile(rf"[{{\[]\s*(?:{_ATTRIBUTES})(?:\.[\w-]+)*\s*[:=].{{0,{_FAR}}}[}}\]]\s*;?$"),
        _NO_ATTRIBUTES,
    ),
    (
        re.compile(rf";\s*(?:{ID.pattern})\s*(?:{_ARROW})\s*(?:{ID.pattern})(?:$|[\s:;,]).*"),
        "each statement stands on a line of its own, without ';'",
    ),
    (re.compile(r"(?<=[\w)\]\"']);$"), "the end of the line ends a label, without ';'"),
    (re.compile(r"\bfa[bdlrs]?:fa-[\w-]+"), "icons of fonts are not drawn: remove '{at}'"),
)
_QUOTED = re.compile(r"([\"'])(?P<text>(?:(?!\1).)+)\1")
_LITERAL = re.compile(r"(`{1,9}).*?\1|\\.")
_EDGE = re.compile(rf"{ID.pattern}\s*(?:->|=>|-->|<->)\s*{ID.pattern}(?:\s*:\s.*)?")
_FIELD = re.compile(rf"(?P<name>{_FIELDS})\s*(?::\s|=)\s*\S.*")


def doubts_in(pieces: Iterable[tuple[Line, int]]) -> Iterator[Diagnostic]:
    """Doubtful places in a label whose parts begin at these indices of these lines.

    Literals, the arguments of roles, and what follows a backslash are left alone.
    """
    parts = [(line, column) for line, column in pieces if line.text[column:].strip()]
    for number, (line, column) in enumerate(parts):
        text = line.text[column:]
        if number and _EDGE.fullmatch(text):
            message = (
                "this line continues the label; if it is an edge, indent it less, or else write the text after "
                r"'\n' in the line above"
            )
            yield _doubt(message, line, column, len(text))
            continue
        if number and (found := _FIELD.fullmatch(text)):
            message = (
                f"this line continues the label; if it is a field, write ':{found['name']}:', or else write the text "
                r"after '\n' in the line above"
            )
            yield _doubt(message, line, column, len(text))
            continue
        if len(parts) == 1 and (found := _QUOTED.fullmatch(text)):
            message = f"a label needs no quotes, which are drawn: write {found['text']}, or “{found['text']}”"
            yield _doubt(message, line, column, len(text))
            continue
        if not _may_hold(text):
            continue
        masked = _LITERAL.sub(lambda found: "_" * len(found.group()), text)
        for pattern, message in _FORMS:
            if found := pattern.search(masked):
                yield _doubt(message.replace("{at}", found.group()), line, column + found.start(), len(found.group()))
                break  # further ones often follow from it


def _may_hold(text: str) -> bool:
    """Whether one of the forms can be in the text: most labels have none of these characters."""
    return any(character in text for character in "<;{[") or ":fa-" in text


def _doubt(message: str, line: Line, column: int, width: int) -> Diagnostic:
    return diagnostic_at(message, line, column, width, drawable=True)
