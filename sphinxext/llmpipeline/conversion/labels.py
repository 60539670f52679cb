"""Labels of other languages → lines of spans: HTML, Markdown, entities, icons."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from .source import Span, SpanStyle, Text

_STYLES: dict[str, SpanStyle] = {
    **dict.fromkeys(("b", "strong", "th", "h1", "h2", "h3", "h4", "h5", "h6"), "strong"),
    **dict.fromkeys(("i", "em"), "emphasis"),
    **dict.fromkeys(("code", "tt", "pre", "kbd"), "literal"),
    "sub": "sub",
    "sup": "sup",
}
_LINES = ("br", "p", "div", "center", "ul", "ol", "tr", "table", "hr", "pre", "h1", "h2", "h3", "h4", "h5", "h6")
"""Tags that begin a line."""
_LOST = ("font", "u", "s", "o", "del", "small", "big", "span", "mark", "img", "a", "hr", "vr")
"""Tags of which something is lost."""
_SILENT = ("li", "td", "tbody", "thead", "html", "body")
_NAMES = "|".join(sorted({*_STYLES, *_LINES, *_LOST, *_SILENT}, key=lambda name: (-len(name), name)))
_TAG = re.compile(rf"<(?P<close>/?)(?P<name>{_NAMES})\b(?P<rest>(?:\"[^\"]*\"|'[^']*'|[^<>\"'])*)>", re.IGNORECASE)

_DEEPEST = 100
"""Most open tags, which each closing one is compared with."""

_MERMAID_ENTITY = re.compile(r"#(?P<name>\d+|[a-zA-Z]\w*);")
_ICON = re.compile(r"\bfa[bdklrst]?:fa-[\w-]+\s*")
_MARKED = re.compile(
    r"\*\*(?P<strong>.+?)\*\*|__(?P<bold>.+?)__|\*(?P<emphasis>[^*\s](?:[^*]*[^*\s])?)\*"
    r"|(?<!\w)_(?P<italic>[^_]+)_(?!\w)|`(?P<literal>[^`]+)`",
    re.DOTALL,
)
_MARKED_STYLES: dict[str, SpanStyle] = {
    "strong": "strong", "bold": "strong", "emphasis": "emphasis", "italic": "emphasis", "literal": "literal",
}  # fmt: skip


class LabelReader:
    """Reads labels of one statement, and remembers what is lost of them."""

    def __init__(self, report: Callable[[str], None]) -> None:
        self.report = report
        """Receives the message of a remark."""

    def html(self, text: str, decode: Callable[[str], str] = html.unescape) -> Text:
        """Text with tags of HTML, entities, and line breaks."""
        lines: list[list[Span]] = [[]]
        styles: list[tuple[str, SpanStyle]] = []
        position = 0
        for found in _TAG.finditer(text):
            self._add(lines, decode(text[position : found.start()]), styles)
            position = found.end()
            self._tag(found["name"].lower(), bool(found["close"]), lines, styles)
        self._add(lines, decode(text[position:]), styles)
        return _trimmed(lines)

    def _tag(self, name: str, closes: bool, lines: list[list[Span]], styles: list[tuple[str, SpanStyle]]) -> None:
        if name in _LINES or name == "li":
            lines.append([Span("- ")] if name == "li" and not closes else [])
        elif name == "td" and not closes and lines[-1]:
            lines[-1].append(Span(" "))
        if name in _LOST and not closes:
            self.report(f"the tag <{name}> is left out: a label has the inline markup of the document")
        if closes:
            matching = [number for number, (tag, _) in enumerate(styles) if tag == name]
            del styles[matching[-1] if matching else len(styles) :]
        elif name in _STYLES and len(styles) < _DEEPEST:
            styles.append((name, _STYLES[name]))

    def _add(self, lines: list[list[Span]], text: str, styles: list[tuple[str, SpanStyle]]) -> None:
        """Add *text*, in the outermost of the *styles*, because those of this language do not nest."""
        style: SpanStyle = styles[0][1] if styles else ""
        for number, part in enumerate(self._without_icons(text).split("\n")):
            if number:
                lines.append([])
            if part:
                lines[-1].append(Span(part, style))

    def _without_icons(self, text: str) -> str:
        for icon in _ICON.findall(text):
            self.report(f"the icon '{icon.strip()}' is left out: icons of fonts are not drawn")
        return _ICON.sub("", text)

    def plain(self, text: str) -> Text:
        """Text with entities and line breaks."""
        lines: list[list[Span]] = [[]]
        self._add(lines, html.unescape(text), [])
        return _trimmed(lines)

    def mermaid(self, text: str) -> Text:
        r"""A label of Mermaid, without its quotes: Markdown between backquotes, or else HTML."""
        text = re.sub(r"\\n", "\n", text)
        if len(text) > 1 and text.startswith("`") and text.endswith("`"):
            return self.markdown(text[1:-1])
        return self.html(text, mermaid_entities)

    def markdown(self, text: str) -> Text:
        """A Markdown string of Mermaid: emphasis, literals and line breaks."""
        text = mermaid_entities(_TAG.sub(lambda found: "\n" if found["name"].lower() == "br" else "", text))
        lines: list[list[Span]] = [[]]
        position = 0
        for found in _MARKED.finditer(text):
            self._add(lines, text[position : found.start()], [])
            name = found.lastgroup or ""
            self._add(lines, found[name], [("", _MARKED_STYLES[name])])
            position = found.end()
        self._add(lines, text[position:], [])
        return _trimmed(lines)


def mermaid_entities(text: str) -> str:
    """Text with ``#quot;`` and ``#35;``, which are Mermaid's entities, and with those of HTML.

    >>> mermaid_entities("#quot;a#quot; #lt; #35;1 &amp; #9829;")
    '"a" < #1 & ♥'
    """

    def decoded(found: re.Match[str]) -> str:
        name = found["name"]
        entity = f"&#{name};" if name.isdigit() else f"&{name};"
        character = html.unescape(entity)
        return found.group() if character == entity else character

    return _MERMAID_ENTITY.sub(decoded, html.unescape(text))


def _trimmed(lines: list[list[Span]]) -> Text:
    """The lines that show something, spaces collapsed, neighbours of one style joined."""
    found = []
    for line in lines:
        spans: list[Span] = []
        for text, style in line:
            single = re.sub(r"\s+", " ", text)
            if spans and (spans[-1].text.endswith(" ") or not spans[-1].text):
                single = single.lstrip()
            if spans and spans[-1].style == style:
                spans[-1] = Span(spans[-1].text + single, style)
            elif single:
                spans.append(Span(single, style))
        if spans:
            spans[0] = Span(spans[0].text.lstrip(), spans[0].style)
            spans[-1] = Span(spans[-1].text.rstrip(), spans[-1].style)
            spans = [span for span in spans if span.text]
        if spans:
            found.append(tuple(spans))
    return tuple(found)


def one_line(text: str) -> Text:
    """A label without markup.

    >>> one_line("Base model")
    ((Span(text='Base model', style=''),),)
    """
    words = " ".join(text.split())
    return ((Span(words),),) if words else ()
