"""The doctree elements of this package."""

from __future__ import annotations

from docutils import nodes


class pipeline_diagram(nodes.General, nodes.Inline, nodes.Element):  # noqa: N801 -- the name of a doctree element
    """A diagram; its children are its texts and links, in the order of :func:`~.doctree.parts`.

    It is inline, because docutils accepts only inline elements in substitution definitions.

    Attributes: ``pipeline``, as it was declared; the options ``alt``, ``width``, ``style`` and ``classes``; ``called``,
    the name of the figure; instead of ``pipeline`` and most children ``packed``, see :func:`~.doctree.pack`.
    """


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
