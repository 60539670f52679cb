"""Diagrams of language model pipelines for Sphinx.

Add the extension to ``conf.py``::

    extensions = ["sphinxext.llmpipeline"]

and declare a diagram where it belongs::

    .. llmpipeline::
       :name: llm-building-process
       :caption: How a large language model is built

       model base: General purpose model
       model chat: Chat model

       base -> chat: Fine-tuning

Graphviz decides where things go, matplotlib decides how they look, Sphinx decides what they mean.  Without Sphinx::

    from sphinxext.llmpipeline import parse, render

    svg = render(parse("base -> chat: Fine-tuning"), format="svg")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .drawing import Engine, Format
from .model import Edge, Group, Label, LegendEntry, Link, Node, Pipeline, Run, Scale
from .outline import legend
from .parser import parse
from .problems import FontError, LayoutError, PipelineError, Problem
from .si import Value
from .style import CLASSIC, HIGH_CONTRAST, MODERN, PRINT, EdgeLook, NodeLook, Style, Tone
from .stylereader import read_style

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

    from .draw import figure, render

__version__ = "0.1.0"

__all__ = [
    "CLASSIC",
    "HIGH_CONTRAST",
    "MODERN",
    "PRINT",
    "Edge",
    "EdgeLook",
    "Engine",
    "FontError",
    "Format",
    "Group",
    "Label",
    "LayoutError",
    "LegendEntry",
    "Link",
    "Node",
    "NodeLook",
    "Pipeline",
    "PipelineError",
    "Problem",
    "Run",
    "Scale",
    "Style",
    "Tone",
    "Value",
    "figure",
    "legend",
    "parse",
    "read_style",
    "render",
    "setup",
]

_DRAWING = frozenset({"figure", "render"})


def __getattr__(name: str) -> Any:
    # What draws brings matplotlib and Graphviz with it; whoever does not draw does not load them.
    if name in _DRAWING:
        from . import draw

        return getattr(draw, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension with Sphinx."""
    from .extension import setup_extension

    setup_extension(app)
    return {"version": __version__, "env_version": 2, "parallel_read_safe": True, "parallel_write_safe": True}
