"""References to panels: ``:ref:`` gives the title of a panel, ``:numref:`` the number of its figure and its letter.

The name of a panel is that of its figure, a hyphen and its id.  It is a label as any other: the standard domain looks
it up for ``:ref:``.  Numbers are Sphinx's own, too: that of the figure is asked of the standard domain.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, cast

from docutils import nodes
from sphinx import addnodes
from sphinx.domains import Domain
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.nodes import clean_astext

from .nodes import pipeline_title

if TYPE_CHECKING:
    from collections.abc import Set

    from sphinx.builders import Builder
    from sphinx.environment import BuildEnvironment

logger = logging.getLogger(__name__)


class _Target(NamedTuple):
    docname: str
    id: str
    figure: str
    """Name of the figure that the panel is a part of."""
    letter: str
    title: str


def title_text(title: nodes.Node) -> str:
    """The bare text of a panel's title."""
    return clean_astext(cast("nodes.Element", title))


class PanelDomain(Domain):
    """Knows the panels of all documents by their names."""

    name = "llmpipeline"
    label = "LLM pipelines"
    dangling_warnings: ClassVar[dict[str, str]] = {"numref": "undefined label: %(target)r"}
    initial_data: ClassVar[dict[str, Any]] = {"panels": {}}

    @property
    def panels(self) -> dict[str, _Target]:
        """Names of panels → where they stand."""
        return cast("dict[str, _Target]", self.data["panels"])

    def process_doc(self, env: BuildEnvironment, docname: str, document: nodes.document) -> None:  # noqa: ARG002
        """Note the panels of a document that was read."""
        for title in document.findall(pipeline_title):
            for name in title["names"]:
                self.panels[name] = _Target(
                    docname, title["ids"][0], title["figure"], title["letter"], title_text(title)
                )

    def clear_doc(self, docname: str) -> None:
        """Forget the panels of a document that is read anew or gone."""
        for name in [name for name, target in self.panels.items() if target.docname == docname]:
            del self.panels[name]

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        """Take over what another process has read."""
        found: Mapping[str, _Target] = otherdata["panels"]
        self.panels.update({name: target for name, target in found.items() if target.docname in docnames})

    def resolve_xref(
        self,
        env: BuildEnvironment,
        fromdocname: str,
        builder: Builder,
        typ: str,
        target: str,
        node: addnodes.pending_xref,
        contnode: nodes.Element,
    ) -> nodes.reference | None:
        """A reference to a panel by the number of its figure, such as ``Fig. 3b``."""
        panel = self.panels[target]
        asked = node.copy()
        asked["refexplicit"] = True
        number = nodes.inline("", "{number}")
        found = env.get_domain("std").resolve_xref(env, fromdocname, builder, typ, panel.figure, asked, number)
        if not isinstance(found, addnodes.number_reference):
            return None if found is None else cast("nodes.reference", contnode)  # and Sphinx has warned
        template = contnode.astext() if node["refexplicit"] else str(env.config.numfig_format["figure"])
        try:
            text = _filled(template, found.astext(), panel)
        except (KeyError, IndexError, TypeError, ValueError):
            logger.warning("invalid numfig_format: %s", template, location=node)
            return cast("nodes.reference", contnode)
        address = {"refid": panel.id} if found.get("refid") else {"refuri": _beside(found["refuri"], panel.id)}
        shown = nodes.inline(text, text, classes=["std", "std-numref"])
        if builder.format == "latex" and (title := _for_latex(template, panel)):
            return addnodes.number_reference("", "", shown, internal=True, title=title, **address)
        return nodes.reference("", "", shown, internal=True, **address)

    def resolve_any_xref(self, *_: object) -> list[tuple[str, nodes.reference]]:
        """Nothing: the standard domain knows the names of panels, too."""
        return []


def _filled(template: str, number: str, panel: _Target) -> str:
    """The text of a reference, as Sphinx makes it of the number of a figure.

    Raises:
        KeyError, IndexError, TypeError, ValueError: where the template cannot be filled.
    """
    if "{name}" in template or "{number}" in template:
        return template.format(name=panel.title, number=number + panel.letter)
    return template % (number + panel.letter)


def _for_latex(template: str, panel: _Target) -> str | None:
    r"""The template that LaTeX's writer fills with a ``\ref``, for LaTeX numbers figures itself.

    ``None`` where there is no number in it, or where that writer would take a part of the title for the place of one.
    """
    if ("{name}" in template and set(panel.title) & set("{}%")) or not ("{number}" in template or "%s" in template):
        return None
    for place in ("{number}", "%s"):
        template = template.replace(place, place + panel.letter)
    return template.replace("{name}", panel.title)


def _beside(uri: str, id: str) -> str:
    """Another place on the page of *uri*."""
    return f"{uri.rpartition('#')[0]}#{id}"


class PanelNumbers(SphinxPostTransform):
    """Hands ``:numref:`` to panels over to their domain, before references are resolved."""

    default_priority = 9

    def run(self, **kwargs: Any) -> None:  # noqa: ARG002 -- Sphinx's signature
        """Change the domain of each such reference."""
        domain = cast("PanelDomain", self.env.get_domain(PanelDomain.name))
        if not domain.panels:
            return
        for node in self.document.findall(addnodes.pending_xref):
            asked = node.get("refdomain"), node.get("reftype")
            if asked == ("std", "numref") and node["reftarget"] in domain.panels:
                node["refdomain"] = domain.name
