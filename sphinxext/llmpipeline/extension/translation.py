"""Messages of this package in the language of the document."""

from __future__ import annotations

from sphinx.locale import get_translation

say = get_translation("sphinxext.llmpipeline")
"""English message, of :mod:`sphinxext.llmpipeline.messages` → translated message."""
