"""Where lines of HTML break: behind signs of long words, but not in short literals and before units."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_WHOLE = 18
"""Characters that have room in a cell of a table on a phone."""
_SLASH = re.compile(r"(?<=[^/<]/)(?=[^/>])")
_BREAKS = (
    _SLASH,
    re.compile(r"(?<=[^_]_)(?=[^_])"),
    re.compile(r"(?<=\w-)(?=\w)"),
    re.compile(r"(?<=\w\.)(?=\w{5})"),
)
_QUANTITY = re.compile(r"(?<=\d) (?=(?:ms|s|kB|MB|bytes|layouts?|files?|million)\b)|(?<=≤) (?=\d)")
"""The space between a number and its unit or its sign."""


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
                first, *others = pieces(text.astext(), breaks)
                if others:
                    parts: list[nodes.Node] = [nodes.Text(first)]
                    for other in others:
                        parts += [nodes.raw("", "<wbr/>", format="html"), nodes.Text(other)]
                    text.parent.replace(text, parts)


class Quantities(SphinxPostTransform):
    """Keeps numbers in cells of tables with their units: columns are narrow on phones."""

    default_priority = 900
    formats = ("html",)

    def run(self, **_kwargs: Any) -> None:
        """Change the text of all cells of a page."""
        for entry in self.document.findall(nodes.entry):
            for text in list(entry.findall(nodes.Text)):
                if not isinstance(text.parent, nodes.literal) and _QUANTITY.search(text):
                    text.parent.replace(text, nodes.Text(_QUANTITY.sub("\N{NO-BREAK SPACE}", text)))


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
    app.add_post_transform(Quantities)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
