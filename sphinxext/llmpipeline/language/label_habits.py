"""Doubtful places in labels: markup of other languages that would be drawn as it stands, and fields without a colon.

A label may hold anything, so each of these is a warning and the diagram is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from ..diagnostics import Diagnostic
from ..model.synonyms import DIRECTION_WORDS
from ..model.vocabulary import DIRECTIONS, EDGE_KINDS, NODE_KINDS, PLOT_KINDS
from .lexer import ARROWS, ID
from .syntax_tree import Line, diagnostic_at

# Fields and options that lack the ':' before their name.  Most of these names are good ids, too, so that what stands
# after ':' must look like a value.
_FLAG = "yes|no|true|false"
_WORD = r"[a-z][\w.-]*"
_PAIR = r"[-+\d.]+\w*\s*(?:,|\.\.|to|-|\s)\s*[-+\d.]+\w*"

VALUES_OF_FIELDS: dict[str, str] = {
    "link": r"(?:https?|mailto|ftp):\S+|:[\w:]+:`.+|\{[\w:]+\}`.+|[^\s/]*/\S*|\S+\.html?(?:#\S*)?",
    "tooltip": ".+",
    "note": ".+",
    "repeat": r"[×x]?\s*\d+\s*[×x]?|[A-Z]",
    "pile": _FLAG,
    "value": r"[-+]?\d.*",
    "category": _WORD,
    "shares": _FLAG,
    "step": r"\d+[a-z]?",
    "plot": rf"(?:{'|'.join(PLOT_KINDS)})(?:\s.*)?",
    "image": r"\S+\.(?:png|jpe?g|svg|gif|webp)",
    "size": r"\d+\s*[x×]\s*\d+.*",
    "class": _WORD,
    "kind": "|".join((*NODE_KINDS, *EDGE_KINDS)),
    "direction": "(?i:" + "|".join((*DIRECTIONS, *DIRECTION_WORDS)) + ")",
    "arrows": _FLAG,
}
"""Field → pattern of what its value looks like."""
VALUES_OF_OPTIONS: dict[str, str] = {
    "name": _WORD,
    "class": _WORD,
    "figclass": _WORD,
    "splines": "ortho|spline|orthogonal|curved|curve|straight|line",
    "format": r"\.?(?:svg|png|pdf|jpe?g)",
    **{
        f"{prefix}{name}": pattern
        for prefix in ("", "edge-")
        for name, pattern in {
            "colormap": _WORD,
            "norm": "log|log10|linear|lin|symlog|asinh|sqrt",
            "range": _PAIR,
            "value-label": ".+",
        }.items()
    },
    "edge-widths": _PAIR,
}
"""Option of the directive → pattern of what its value looks like; those of :mod:`.habits` are errors already."""


_LONGEST = 200
"""Most characters of a value that are looked at."""


def is_value_of(name: str, text: str, patterns: dict[str, str] = VALUES_OF_FIELDS) -> bool:
    """Whether the field or option *name* could have the value *text*, which a label of its own would hardly be.

    >>> is_value_of("direction", "LR"), is_value_of("direction", "Which way"), is_value_of("note", "A note")
    (True, False, False)
    """
    text = text.strip()[:_LONGEST]
    if name not in patterns or re.search(rf"\b{name}", text.casefold()):
        return False
    return bool(re.fullmatch(patterns[name], text, re.DOTALL))


_ARROW = "|".join(map(re.escape, ARROWS))
_HTML = "b|i|u|em|strong|code|sub|sup|small|big|font|span|div"
_ATTRIBUTES = r"shape|style|stroke|fill|near|icon|tooltip|color|label|(?:source|target)-arrowhead"
_FIELDS = "link|href|url|tooltip|note|kind|type|category|class|repeat|direction|colou?r|shape|style|fill|stroke|icon"
_MORE_FIELDS = "pile|value|shares|step|plot|image|size|arrows"  # which are fields only with a value of theirs
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
LITERAL = re.compile(r"(`{1,9}).*?\1|\\.")
_EDGE = re.compile(rf"{ID.pattern}\s*(?:->|=>|-->|<->)\s*{ID.pattern}(?:\s*:\s.*)?")
_FIELD = re.compile(rf"(?P<name>{_FIELDS}|(?P<more>{_MORE_FIELDS}))\s*(?::\s|=)\s*(?P<value>\S.*)")
_BAR = re.compile(r"(?<!\S)\|(?!\S)")


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
        if number and (field := field_in(text)):
            yield _doubt(_forgotten(field, "label"), line, column, len(text))
            continue
        if len(parts) == 1 and (found := _QUOTED.fullmatch(text)):
            message = f"a label needs no quotes, which are drawn: write {found['text']}, or “{found['text']}”"
            yield _doubt(message, line, column, len(text))
            continue
        if not _may_hold(text):
            continue
        masked = LITERAL.sub(lambda found: "_" * len(found.group()), text)
        for pattern, message in _FORMS:
            if found := pattern.search(masked):
                yield _doubt(message.replace("{at}", found.group()), line, column + found.start(), len(found.group()))
                break  # further ones often follow from it


def field_in(text: str) -> tuple[str, str] | None:
    """The name and the value of the field that a line may be without the ``:`` before it.

    >>> field_in("note: slow"), field_in("value: of the critic"), field_in("size = 40 x 40")
    (('note', 'slow'), None, ('size', '40 x 40'))
    """
    found = _FIELD.fullmatch(text)
    if not found or (found["more"] and not is_value_of(found["name"], found["value"])):
        return None
    return found["name"], found["value"]


def _forgotten(field: tuple[str, str], above: str) -> str:
    return (
        f"this line continues the {above}; if it is a field, write ':{field[0]}:', or else write the text after "
        r"'\n' in the line above"
    )


def doubts_in_cells(id: str, pieces: Sequence[tuple[Line, int]]) -> Iterator[Diagnostic]:
    """Doubtful further lines of the cells of a row: a second row, or a field.

    Cells may hold any text, so that nothing else is doubtful.  A line that goes on where a bar ends the one above, or
    begins with one, has further cells.
    """
    parts = [(line, column) for line, column in pieces if line.text[column:].strip()]
    for (above, start), (line, column) in pairwise(parts):
        text, before = line.text[column:].strip(), above.text[start:].strip()
        if field := field_in(text):
            yield _doubt(_forgotten(field, "last cell"), line, column, len(text))
        elif len(_BAR.findall(text)) == len(_BAR.findall(before)) > 0 and not (
            before.endswith("|") or text.startswith("|")
        ):
            message = (
                f"this line continues the last cell of the row; for rows below each other, write 'grid {id}' and each "
                "row under it, as in 'first: A | B'; for more cells, end the line above with '|'"
            )
            yield _doubt(message, line, column, len(text))
            return


def _may_hold(text: str) -> bool:
    """Whether one of the forms can be in the text: most labels have none of these characters."""
    return any(character in text for character in "<;{[") or ":fa-" in text


def _doubt(message: str, line: Line, column: int, width: int) -> Diagnostic:
    return diagnostic_at(message, line, column, width, drawable=True)
