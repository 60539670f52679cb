r"""Conversion of diagrams of other languages: Mermaid and DOT → declarations of this one.

:mod:`.mermaid` and :mod:`.dot` read a text into a :class:`~.source.Source`, what it says in any language.
:mod:`.assembly` says it here, with :mod:`.kinds` and :mod:`.categories`, and :mod:`.writing` makes it text, with labels
escaped for the markup of the document.  Whatever cannot be said is a remark with its line.  :mod:`.documents` converts
all diagrams of a document.
"""

from .conversion import Converted, convert
from .source import ConversionError, Remark

__all__ = ["ConversionError", "Converted", "Remark", "convert"]
