r"""Conversion of diagrams of other languages: Mermaid and DOT → declarations of this one.

:mod:`.mermaid` and :mod:`.dot` read a text into a :class:`~.source.Source`, what it says in any language.
:mod:`.assembly` says it here, with :mod:`.kinds` and :mod:`.categories`, and :mod:`.writing` makes it text, with labels
escaped for the markup of the document.  A remark names whatever has no words in the language, with its line.
:mod:`.documents` converts all diagrams of a document.  :mod:`.unparsing` is the way back: a diagram of this language →
its declarations.
"""

from .conversion import Converted, convert
from .mermaid_parser import is_flowchart
from .source import ConversionError, Remark
from .unparsing import unparse

__all__ = ["ConversionError", "Converted", "Remark", "convert", "is_flowchart", "unparse"]
