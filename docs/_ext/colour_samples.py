"""Samples of the colours in cells of tables, beside their codes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_COLOUR = re.compile(r"#[0-9a-f]{6}")


class Samples(SphinxPostTransform):
    """Puts a square of its colour before each literal that is a colour, on the same line."""

    default_priority = 900
    formats = ("html",)

    def run(self, **_kwargs: Any) -> None:
        """Change all cells of a page."""
        for entry in self.document.findall(nodes.entry):
            for literal in list(entry.findall(nodes.literal)):
                if _COLOUR.fullmatch(colour := literal.astext()):
                    square = f'<span class="sample" style="background: {colour}" aria-hidden="true"></span>'
                    whole = nodes.inline("", "", nodes.raw("", square, format="html"), classes=["whole"])
                    literal.replace_self(whole)
                    whole += literal


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the transform."""
    app.add_post_transform(Samples)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
