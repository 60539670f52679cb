"""References to panels: ``:ref:`` shows the title of a panel, ``:numref:`` the number of its figure and its letter.

The name of a panel is that of its figure, a hyphen and its id.  It is an ordinary label, which the standard domain
resolves for ``:ref:``; the standard domain also gives the number of the figure.
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
    """Name of the figure with the panel."""
    letter: str
    title: str


def title_text(title: nodes.Node) -> str:
    """Text of a panel's title, without markup."""
    return clean_astext(cast("nodes.Element", title))


class PanelDomain(Domain):
    """Domain with the panels of all documents."""

    name = "llmpipeline"
    label = "LLM pipelines"
    dangling_warnings: ClassVar[dict[str, str]] = {"numref": "undefined label: %(target)r"}
    initial_data: ClassVar[dict[str, Any]] = {"panels": {}}

    @property
    def panels(self) -> dict[str, _Target]:
        """Name of a panel → its target."""
        return cast("dict[str, _Target]", self.data["panels"])

    def process_doc(self, env: BuildEnvironment, docname: str, document: nodes.document) -> None:  # noqa: ARG002
        """Add the panels of a document that was read."""
        for title in document.findall(pipeline_title):
            for name in title["names"]:
                self.panels[name] = _Target(
                    docname, title["ids"][0], title["figure"], title["letter"], title_text(title)
                )

    def clear_doc(self, docname: str) -> None:
        """Remove the panels of a document that changed or was deleted."""
        for name in [name for name, target in self.panels.items() if target.docname == docname]:
            del self.panels[name]

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        """Add the panels of documents that another process has read."""
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
        """Resolve a ``:numref:`` to a panel, such as ``Fig. 3b``."""
        panel = self.panels[target]
        asked = node.copy()
        asked["refexplicit"] = True
        number = nodes.inline("", "{number}")
        found = env.get_domain("std").resolve_xref(env, fromdocname, builder, typ, panel.figure, asked, number)
        if not isinstance(found, addnodes.number_reference):
            return None if found is None else cast("nodes.reference", contnode)  # Sphinx has warned
        template = contnode.astext() if node["refexplicit"] else str(env.config.numfig_format["figure"])
        try:
            text = _filled(template, found.astext(), panel)
        except (KeyError, IndexError, TypeError, ValueError):
            logger.warning("invalid numfig_format: %s", template, location=node)
            return cast("nodes.reference", contnode)
        page = found.get("refuri", "").rpartition("#")[0]
        address = {"refid": panel.id} if found.get("refid") else {"refuri": f"{page}#{panel.id}"}
        shown = nodes.inline(text, text, classes=["std", "std-numref"])
        if builder.format == "latex" and (title := _for_latex(template, panel)):
            return addnodes.number_reference("", "", shown, internal=True, title=title, **address)
        return nodes.reference("", "", shown, internal=True, **address)

    def resolve_any_xref(self, *_: object) -> list[tuple[str, nodes.reference]]:
        """Nothing, because the standard domain also has the names of panels."""
        return []


def _filled(template: str, number: str, panel: _Target) -> str:
    """Text of a reference, from a template of Sphinx's ``numfig_format``.

    Raises:
        KeyError, IndexError, TypeError, ValueError: if the template cannot be filled.
    """
    if "{name}" in template or "{number}" in template:
        return template.format(name=panel.title, number=number + panel.letter)
    return template % (number + panel.letter)


def _for_latex(template: str, panel: _Target) -> str | None:
    r"""Template that Sphinx's LaTeX writer fills with a ``\ref``, because LaTeX itself numbers figures.

    ``None`` if the template has no number, or if the writer would take a part of the title for a placeholder.
    """
    if ("{name}" in template and set(panel.title) & set("{}%")) or not ("{number}" in template or "%s" in template):
        return None
    for place in ("{number}", "%s"):
        template = template.replace(place, place + panel.letter)
    return template.replace("{name}", panel.title)


class PanelNumbers(SphinxPostTransform):
    """Give each ``:numref:`` to a panel to :class:`PanelDomain`, before references are resolved."""

    default_priority = 9

    def run(self, **kwargs: Any) -> None:  # noqa: ARG002 -- Sphinx's signature
        """Change the domain of these references."""
        domain = cast("PanelDomain", self.env.get_domain(PanelDomain.name))
        if not domain.panels:
            return
        for node in self.document.findall(addnodes.pending_xref):
            asked = node.get("refdomain"), node.get("reftype")
            if asked == ("std", "numref") and node["reftarget"] in domain.panels:
                node["refdomain"] = domain.name
