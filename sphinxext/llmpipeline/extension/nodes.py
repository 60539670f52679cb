"""The doctree elements of this package."""

from __future__ import annotations

from collections.abc import Iterator

from docutils import nodes
from sphinx import addnodes

INLINE_TEXT = "llmpipeline-inline"
"""Attribute of a doctree whose page has diagrams with text of the page."""
LOADED = "llmpipeline-image"
"""Attribute of an image in a label: what is drawn of it."""
REFUSED = "llmpipeline-refused"
"""Attribute of an image in a label: why it is not drawn."""
FAILED = "llmpipeline-failed"
"""Attribute of a document that shows the source of a diagram with errors, and the class of that."""


def ancestors(node: nodes.Node) -> Iterator[nodes.Element]:
    """The elements around a node, from the nearest to the document."""
    above = node.parent
    while above is not None:
        yield above
        above = above.parent


class pipeline_diagram(  # noqa: N801 -- the name of a doctree element
    nodes.Invisible, nodes.Inline, nodes.Element, addnodes.translatable, addnodes.not_smartquotable
):
    """A diagram; its children are its texts and links, in the order of :func:`~.doctree.parts`.

    It is inline, because docutils accepts only inline elements in substitution definitions.  It is invisible, so that
    extensions that summarize a page, such as ``sphinxext.opengraph``, skip its texts.  Quotes and dashes stay as
    they are written, because smart quotes depend on the builder.

    Attributes: ``pipeline``, as it was declared; the options ``alt``, ``width``, ``style`` and ``classes``; ``called``,
    the name of the figure; instead of ``pipeline`` and most children ``packed``, see :func:`~.doctree.pack`.

    Sphinx translates its ``alt`` as that of images; the other messages are those of the children.
    """

    def astext(self) -> str:
        """Nothing, for titles and summaries."""
        return ""

    def preserve_original_messages(self) -> None:
        """Keep the description of the source, because that is what catalogues contain."""
        if "alt" in self:
            self.setdefault("rawalt", self["alt"])

    def extract_original_messages(self) -> list[str]:
        """The description of the source, on one line."""
        return [" ".join(self["rawalt"].split())] if self.get("rawalt") else []

    def apply_translated_message(self, original_message: str, translated_message: str) -> None:  # noqa: ARG002
        """Replace the description."""
        self["alt"] = translated_message
        self["translated"] = True


class pipeline_text(nodes.Part, nodes.TextElement):  # noqa: N801 -- the name of a doctree element
    """A label, note or tooltip, or the title of a colour bar, in the order of :meth:`Pipeline.labels`."""


class pipeline_title(pipeline_text):  # noqa: N801 -- the name of a doctree element
    """The title of a panel that references may lead to; its id is that of the panel in the page.

    Attributes: ``figure``, the name of the figure; ``letter``, the letter of the panel.
    """


class pipeline_link(nodes.Part, nodes.TextElement):  # noqa: N801 -- the name of a doctree element
    """The link of a part: a reference.

    Attributes: ``part``, see :data:`~.doctree.Part`; ``owner``, the id of the part, empty for an edge.
    """


class pipeline_html(nodes.Part, nodes.Element):  # noqa: N801 -- the name of a doctree element
    """HTML of the list beside a picture, in the attribute ``html``; its child is the text for the search index."""
