"""Conversion of one diagram."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..files import Language
from ..records import frozen_record
from .assembly import assemble
from .dot import read_dot
from .escaping import Markup
from .mermaid import read_mermaid
from .source import Remark, Source
from .writing import write_lines

_READERS: Mapping[Language, Callable[[str], Source]] = {"mermaid": read_mermaid, "dot": read_dot}


@frozen_record
class Converted:
    """A converted diagram."""

    text: str
    """The declarations, which end with a line break."""
    options: tuple[tuple[str, str], ...]
    """Names and values of the options of the directive that the diagram needs, such as its caption."""
    remarks: tuple[Remark, ...]
    """What was left out or changed, in the order of the lines of the source."""
    lines: tuple[int, ...] = ()
    """For each line of the text the line of the source that it comes from, from 1; 0 for none."""


def convert(text: str, language: Language, markup: Markup = "rst") -> Converted:
    r"""Convert a diagram.

    Args:
        text: a flowchart of Mermaid, or a graph in DOT.
        language: ``"mermaid"`` or ``"dot"``.
        markup: that of the labels: ``"rst"`` for reStructuredText, ``"myst"`` for Markdown, ``"plain"`` for
            text that :func:`~sphinxext.llmpipeline.parse` reads without Sphinx.

    Raises:
        ConversionError: if the text cannot be read, or is a diagram of another type.

    >>> flowchart = "flowchart LR\n  a[(Raw text)] -->|clean| b[Tokenizer]"
    >>> print(convert(flowchart, "mermaid").text, end="")
    store a: Raw text
    process b: Tokenizer
    a -> b: clean
    """
    declarations = assemble(_READERS[language](text))
    written = [*write_lines(declarations, markup)]
    found = "".join(f"{line}\n" for line, _ in written)
    return Converted(found, declarations.options, declarations.remarks, tuple(number for _, number in written))
