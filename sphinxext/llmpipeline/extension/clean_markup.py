"""Remove links that would run code, raw markup, and characters that no page can hold, before any output is made.

Documents are not trusted, and links have many origins: the field ``:link:``, inline markup, substitutions, roles,
translations, inventories, and other extensions, which may change references until a document is written.  So all of
them are checked in one place, just before.  So are texts, and images in labels, which substitutions may be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import TYPE_CHECKING

from docutils import nodes

from ..diagnostics import printable, unprintable_in
from .doctree import unwrap
from .nodes import LOADED, REFUSED, ancestors, pipeline_diagram, pipeline_link, pipeline_text
from .paths import warn_until_mended

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_RUNS = re.compile("(javascript|vbscript|data|run):", re.IGNORECASE)
"""Schemes of code: three for browsers, and one by which LaTeX's hyperref makes a PDF start a program."""

_IGNORED = re.compile("[\0-\x20\x7f-\x9f]+")
"""Characters that browsers ignore in a scheme, and some more."""

_TEX_LINK = r"\href"


def running_scheme(url: str) -> str | None:
    r"""The scheme of a URL that would run code instead of leading to a page.

    >>> running_scheme(" Java\tScript&colon;alert(1)"), running_scheme("https://example.org/javascript:")
    ('javascript', None)
    """
    found = _RUNS.match(_IGNORED.sub("", unescape(url)))
    return found[1].lower() if found else None


def clean(app: Sphinx, docname: str, elements: Iterable[nodes.Node]) -> None:
    """Clean figures and diagrams, and warn of what was removed or is not drawn, in this build and in the next ones."""
    for element in elements:
        for node, message in _removed(element):
            warn_until_mended(app, docname, node, "reference", message)
        for node, message in _replaced(element):
            warn_until_mended(app, docname, node, "draw", message)
        for diagram in element.findall(pipeline_diagram):
            for raw in list(diagram.findall(nodes.raw)):
                raw.parent.replace(raw, nodes.Text(raw.astext()))
            for label in diagram.findall(pipeline_text):
                for image in label.findall(_is_not_drawn):
                    warn_until_mended(app, docname, label, "draw", _not_drawn(image))


def _removed(element: nodes.Node) -> Iterator[tuple[nodes.Element, str]]:
    """Remove all links that run code; yield the element with the place of each, and a message."""
    for node in list(element.findall(nodes.Element)):
        if isinstance(node, nodes.math) and _TEX_LINK in node.astext():
            place = _placed(node)
            node.parent.replace(node, nodes.literal(node.astext(), node.astext()))
            yield place, f"a formula cannot contain '{_TEX_LINK}'; its source is shown"
        elif (url := node.get("refuri")) and (scheme := running_scheme(str(url))):
            place = _placed(node)
            if isinstance(node.parent, pipeline_link):
                node.parent.parent.remove(node.parent)
            else:
                unwrap(node)
            if isinstance(node, nodes.reference):  # not the target that some references bring along
                yield place, f"a link cannot begin with '{scheme}:'; its text is shown without it"


def _replaced(element: nodes.Node) -> Iterator[tuple[nodes.Element, str]]:
    """Replace all characters that no page can hold; yield the element with the place of each text, and a message."""
    for leaf in list(element.findall(nodes.Text)):
        if bad := unprintable_in(leaf):
            place = _placed(leaf.parent)
            leaf.parent.replace(leaf, nodes.Text(printable(leaf)))
            yield place, f"the character {bad[1]} cannot be drawn: remove it from the text or its translation"


def _is_not_drawn(node: nodes.Node) -> bool:
    return isinstance(node, nodes.image) and LOADED not in node


def _not_drawn(image: nodes.Node) -> str:
    """The message about an image in a label."""
    assert isinstance(image, nodes.image)
    text = image.get("alt", "")
    shown = f"its text '{text}' is drawn" if text else "nothing is drawn"
    return f"a label cannot show the image '{image['uri']}': {image.get(REFUSED, 'it was not found')}; {shown}"


def _placed(node: nodes.Element) -> nodes.Element:
    """The nearest element around *node* whose line is known; *node* if there is none."""
    return next((element for element in (node, *ancestors(node)) if element.line is not None), node)
