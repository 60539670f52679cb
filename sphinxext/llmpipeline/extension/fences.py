"""Diagrams of Mermaid that stand in documents, such as plain fences of Markdown: flowcharts are drawn here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import Directive, directives
from sphinx.application import Sphinx
from sphinx.config import Config

from ..files import Language
from .directive import LLMPipeline

FENCES = ("mermaid",)
"""Values of ``llmpipeline_fences``."""


def register_fences(app: Sphinx, config: Config) -> None:
    """Draw the flowcharts of fences that the project names; MyST then takes these fences as directives."""
    for name in config.llmpipeline_fences:
        # The table of docutils, as Sphinx itself reads it to see whether a directive is registered.
        before = directives._directives.get(name)  # type: ignore[attr-defined]  # not in the stubs
        app.add_directive(name, _directive(name, before), override=True)
        if "myst_fence_as_directive" in config:
            config.myst_fence_as_directive = {*config.myst_fence_as_directive, name}


def _directive(name: Language, before: type[Directive] | None) -> type[Directive]:
    """The directive of a language, which leaves diagrams that are no flowcharts to the one *before* it."""
    return type("MermaidFence", (_Fence,), {"language": name, "before": before})


class _Fence(LLMPipeline):
    """Draws a flowchart, and leaves other diagrams to another directive; without one, it shows their source."""

    before: ClassVar[type[Directive] | None] = None

    def run(self) -> list[nodes.Node]:
        """The figure with the diagram, or what the other directive makes."""
        from ..conversion import is_flowchart  # imported here because every build with fences loads this module

        text = "\n".join(self.content)
        if is_flowchart(text) or self.arguments:
            return super().run()
        if self.before is None:
            return [nodes.literal_block(text, text, language="text")]
        return [*self._other(self.before).run()]

    def _other(self, other: type[Directive]) -> Directive:
        readers: dict[str, Callable[[str], Any]] = other.option_spec or {}
        options = {
            name: readers[name](value) if isinstance(value, str) else value
            for name, value in self.options.items()
            if name in readers
        }
        return other(
            self.name,
            self.arguments,
            options,
            self.content,
            self.lineno,
            self.content_offset,
            self.block_text,
            self.state,
            self.state_machine,
        )
