r"""Escaping: lines of spans → a label of this language, as inline reStructuredText or inline Markdown."""

from __future__ import annotations

import re
from typing import Literal

from .source import Span, Text

Markup = Literal["rst", "myst", "plain"]
"""``plain`` is text without markup, as :func:`~sphinxext.llmpipeline.parse` reads it."""

_DOUBTFUL = (
    r"[{\[](?=\s*(?:shape|style|stroke|fill|near|icon|tooltip|color|label)[\w.-]*\s*[:=].{0,500}[}\]]\s*;?$)"
    r"|;(?=$|\s*[^\W\d][\w.-]*\s*(?:->|=>|-->|--|<->|~>|\.\.>))|^\|"
)
"""Forms that this language warns of, because authors of other ones type them by habit."""

# A backslash before each of these.
_RST = re.compile(
    r"[\\`]|\*(?!\s)|(?<!\s)\*|(?<=[\w\]])(?<!_)_+(?![^\W_])|(?<!\w)\|(?=\S)|"
    r"(?<![^\s'\"(\[{<])_(?=`)|" + _DOUBTFUL
)  # fmt: skip
_MYST = re.compile(
    r"[\\`$]|\*(?!\s)|(?<!\s)\*|(?<![^\W_])_+(?=\S)|(?<=\S)_+(?![^\W_])|<(?=[A-Za-z/!?])|&(?=#?\w+;)|!?\[(?=\^|[^\]]{500}|[^\]]*+\][(\[])"
    r"|\{(?=[{%])|~(?=~)|(?<=~)~|" + _DOUBTFUL
)  # fmt: skip
_ESCAPES = {"rst": _RST, "myst": _MYST}
_ENTITY = re.compile(r"&(?=(?:lt|gt|amp|quot|apos|nbsp|#\d+|#x[0-9a-fA-F]+);)|#(?=(?:quot|amp|lt|gt|\d{2,6});)")
_TAG = re.compile(r"<(?=br\s*/?>|(?:b|i|u|em|strong|code|sub|sup|small|big|font|span|div)\b)", re.IGNORECASE)
_URL_END = re.compile(r"(?<=\w)://")

_MARKS = {"strong": "**", "emphasis": "*"}
_BEFORE, _AFTER = "'\"([{<-/:", "'\")]}>-/:.,;!?\\"
"""Characters beside which markup of reStructuredText may begin and end."""


def label(text: Text, markup: Markup) -> str:
    r"""The label in one line, its lines separated by ``\n``.

    >>> label(((Span("a*b", ""),), (Span("fast", "strong"), Span("er"))), "rst")
    'a\\*b\\n**fast**\\ er'
    """
    if markup == "plain":
        return r"\n".join("".join(span.text for span in line) for line in text)
    written = r"\n".join(_line(line, markup) for line in text)
    quoted = re.fullmatch(r"([\"'])((?:(?!\1).)+)\1", written)
    if not quoted:
        return written
    first, last = "“”" if quoted[1] == '"' else "‘’"  # plain ones look like those of another language
    return f"{first}{quoted[2]}{last}"


def _line(spans: tuple[Span, ...], markup: Markup) -> str:
    written = ""
    for number, span in enumerate(spans):
        after = spans[number + 1].text[:1] if number + 1 < len(spans) else ""
        written += _span(span, markup, written[-1:], after)
    return written


def _span(span: Span, markup: Markup, before: str, after: str) -> str:
    inner = span.text.strip()
    if not span.style or not inner:
        return escaped(span.text, markup)
    left = span.text[: len(span.text) - len(span.text.lstrip())]
    right = span.text[len(span.text.rstrip()) :]
    marked = _marked(Span(inner, span.style), markup)
    if marked is None:
        return escaped(span.text, markup)
    before, after = left[-1:] or before, right[:1] or after
    if markup == "rst":
        left += r"\ " if before and not before.isspace() and before not in _BEFORE else ""
        right = (r"\ " if after and not after.isspace() and after not in _AFTER else "") + right
    elif (before.isalnum() and not inner[0].isalnum()) or (after.isalnum() and not inner[-1].isalnum()):
        return escaped(span.text, markup)  # Markdown would show the marks
    return left + marked + right


def _marked(span: Span, markup: Markup) -> str | None:
    """The markup of a span; ``None`` if its text allows none."""
    text = span.text
    if span.style in _MARKS:
        mark = _MARKS[span.style]
        return f"{mark}{escaped(text, markup)}{mark}"
    if "`" in text or ("\\" in text and span.style != "math"):
        return None
    if span.style == "literal":
        return f"``{text}``" if markup == "rst" else f"`{text}`"
    role = f":{span.style}:" if markup == "rst" else f"{{{span.style}}}"
    return f"{role}`{text}`"


def escaped(text: str, markup: Markup) -> str:
    r"""Text without markup.

    >>> escaped("run_ *.py in C:\\new", "rst")
    'run\\_ \\*.py in C:\\\\new'
    >>> escaped("<name> & $5, a_b", "myst")
    '\\<name> & \\$5, a_b'
    """
    places = set[int]()
    for pattern in (_ESCAPES[markup], _ENTITY, _TAG):
        for found in pattern.finditer(text):
            places.update(range(found.start(), max(found.end(), found.start() + 1)))
    return "".join(f"\\{character}" if number in places else character for number, character in enumerate(text))
