"""The elements of a doctree that are this package's own: all that a build loads of them which changes no diagram."""

from __future__ import annotations

from docutils import nodes


class pipeline_diagram(nodes.General, nodes.Element):  # noqa: N801 -- the name of a doctree element
    """A diagram: its attributes hold the pipeline as it was declared, and texts that wait; its children are what Sphinx
    makes of the other texts, and of links.
    """


class pipeline_text(nodes.Part, nodes.TextElement):  # noqa: N801 -- the name of a doctree element
    """One label, note or tooltip, or the title of a colour bar, in the order of :meth:`Pipeline.labels`."""


class pipeline_title(pipeline_text):  # noqa: N801 -- the name of a doctree element
    """The title of a panel to which references may lead: its id is that of the panel in the page.

    Attributes: ``figure``, the name of the figure; ``letter``, that of the panel.
    """


class pipeline_link(nodes.Part, nodes.TextElement):  # noqa: N801 -- the name of a doctree element
    """Where a part leads: a reference; ``part`` says whose, ``owner`` is its id, empty for an edge."""


class pipeline_html(nodes.Part, nodes.Element):  # noqa: N801 -- the name of a doctree element
    """HTML of the list beside a picture, in ``html``; its child is what the search finds in it."""
