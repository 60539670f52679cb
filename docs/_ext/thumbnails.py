"""The directive ``thumbnails``: small pictures of examples that lead to the pages on which these stand."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_CARD = """
.. grid-item-card::
   :link: {name}
   :link-type: ref
   :class-card: thumbnail

   .. llmpipeline::
      :width: 100%
      :alt: {caption}
{options}
{body}

   {caption}
"""
_OPTION = re.compile(r"^   :([\w-]+):(.*(?:\n {4,}.*)*)", re.MULTILINE)
"""An option with the indented lines on which its value continues."""
_KEPT = ("direction", "splines")


class Thumbnails(SphinxDirective):
    """Shows examples in a grid of sphinx-design; each line of its content names one, a file without its ending."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """The grid."""
        cards = "".join(indent(self._card(name), "   ") for name in self.content if name)
        return self.parse_text_to_nodes(f".. grid:: 2 2 3 3\n   :gutter: 2\n{cards}")

    def _card(self, name: str) -> str:
        path = Path(self.env.srcdir, "examples", f"{name}.rst")
        self.env.note_dependency(str(path))
        lines = path.read_text(encoding="utf-8").splitlines()
        end = lines.index("", 1)
        options = {found[1]: " ".join(found[2].split()) for found in _OPTION.finditer("\n".join(lines[1:end]))}
        kept = "\n".join(f"      :{option}: {options[option]}" for option in _KEPT if option in options)
        body = indent("\n".join(lines[end:]), "   ")
        return _CARD.format(caption=options["caption"], name=options["name"], options=kept, body=body)


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the directive."""
    app.add_directive("thumbnails", Thumbnails)
    return {"parallel_read_safe": True}
