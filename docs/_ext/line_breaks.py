"""Where lines of HTML break: behind signs of long words, but not in short literals, before units and in names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_WHOLE = 18
"""Characters that have room in a cell of a table on a phone."""
_SLASH = re.compile(r"(?<=[^/<]/)(?=[^/>])")
_DOT = re.compile(r"(?<=\w\.)(?=\w{5})")
_BREAKS = (
    _SLASH,
    re.compile(r"(?<=[^_]_)(?=[^_])"),
    re.compile(r"(?<=\w-)(?=\w)"),
    _DOT,
)
_NUMBER = re.compile(
    r"(?<=\d)[ \n](?=(?:ms|s|kB|MB|GB|pixels|points|bytes|layouts?|files?|million)\b|%)"
    r"|(?:(?<=≤)|(?<=\bFigure)|(?<=\bFig\.))[ \n](?=\d)"
)
"""The space between a number and its unit, its sign or the word that it belongs to."""
_DIRECTIVE = re.compile(r"^(\.\. [\w-]+::|)")
"""Name of a directive, with its dots."""
_AS_WRITTEN = (nodes.FixedTextElement, nodes.Invisible, nodes.literal, nodes.math)
"""Elements whose text stays: code, and diagrams, which break their own lines."""
_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")


class Literals(SphinxPostTransform):
    """Marks short literals for the style sheet, and adds places to break to long ones."""

    default_priority = 900
    formats = ("html",)

    def run(self, **_kwargs: Any) -> None:
        """Change all literals of a page: those in cells break behind more signs."""
        in_cells = {
            id(literal) for entry in self.document.findall(nodes.entry) for literal in entry.findall(nodes.literal)
        }
        for literal in self.document.findall(nodes.literal):
            if len(literal.astext()) <= _WHOLE:
                literal["classes"].append("short")
                continue
            breaks = _BREAKS if id(literal) in in_cells else (_SLASH,)
            for text in list(literal.findall(nodes.Text)):
                *_, directive, rest = _DIRECTIVE.split(text.astext())
                parts = _broken(nodes.Text(piece) for piece in pieces(rest, breaks))
                whole = [nodes.inline("", directive, classes=["whole"])] if directive else []
                text.parent.replace(text, [*whole, *parts])


class Words(SphinxPostTransform):
    """Keeps numbers with their words, and lets long names with dots in cells and names of repositories break."""

    default_priority = 900
    formats = ("html",)

    def run(self, **_kwargs: Any) -> None:
        """Change the text of a page."""
        for text in list(self.document.findall(nodes.Text)):
            around = list(_around(text))
            if any(isinstance(element, _AS_WRITTEN) for element in around):
                continue
            if isinstance(text.parent, nodes.reference) and _REPOSITORY.fullmatch(text):
                owner, name = text.split("/")
                parts = (nodes.inline("", part, classes=["whole"]) for part in (f"{owner}/", name))
                text.parent.replace(text, _broken(parts))
                continue
            kept = _NUMBER.sub("\N{NO-BREAK SPACE}", text)
            in_cell = any(isinstance(element, nodes.entry) for element in around)
            words = pieces(kept, (_DOT,)) if in_cell else [kept]
            if words != [text]:
                text.parent.replace(text, _broken(nodes.Text(word) for word in words))


def _around(text: nodes.Text) -> Iterator[nodes.Element]:
    """The elements around a text."""
    element = text.parent
    while element is not None:
        yield element
        element = element.parent


def _broken(parts: Iterable[nodes.Node]) -> list[nodes.Node]:
    """Parts between which a line may break."""
    first, *others = parts
    return [first, *(node for other in others for node in (nodes.raw("", "<wbr/>", format="html"), other))]


def pieces(text: str, breaks: tuple[re.Pattern[str], ...] = _BREAKS) -> list[str]:
    """Split the words of a text that are too long behind slashes, else behind other signs.

    >>> pieces("make html in docs/examples/howto/own-kinds-conf.py")
    ['make html in docs/', 'examples/', 'howto/', 'own-kinds-conf.py']
    >>> pieces("'file_insertion_enabled' is off")
    ["'file_", 'insertion_', "enabled' is off"]
    """
    found = [""]
    for word in re.findall(r"\s*\S+|\s+$", text):
        first, *others = _split(word, breaks)
        found[-1] += first
        found += others
    return found


def _split(word: str, breaks: tuple[re.Pattern[str], ...]) -> list[str]:
    """The parts of a word, no longer than needed where a sign allows."""
    if len(word.strip()) <= _WHOLE or not breaks:
        return [word]
    return [part for piece in breaks[0].split(word) for part in _split(piece, breaks[1:])]


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the transforms."""
    app.add_post_transform(Literals)
    app.add_post_transform(Words)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
