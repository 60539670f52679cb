"""Diagrams of language model pipelines for Sphinx.

Add the extension to ``conf.py``::

    extensions = ["sphinxext.llmpipeline"]

and declare a diagram in a document::

    .. llmpipeline::
       :name: llm-building-process
       :caption: How a large language model is built

       model base: General purpose model
       model chat: Chat model

       base -> chat: Fine-tuning

Graphviz lays the diagram out, matplotlib measures and draws it, and Sphinx resolves its labels and links.  Without
Sphinx::

    from sphinxext.llmpipeline import parse, render

    svg = render(parse("base -> chat: Fine-tuning"), format="svg")
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata

    from .builder import Diagram
    from .conversion import ConversionError, Converted, Remark, convert, unparse
    from .description import legend
    from .diagnostics import Diagnostic, FinishError, FontError, LayoutError, PipelineError, PlotError
    from .drawing.boxes import Boxes, Route
    from .geometry.primitives import Box
    from .job import Engine, Format
    from .language import parse
    from .model.images import Image, ImageRun
    from .model.pipeline import Callout, Category, Edge, Group, Label, LegendEntry, Link, Node, Pipeline, Run, Scale
    from .model.plots import Plot, PlotFunction, Series
    from .model.quantity import Value
    from .rendering import boxes_of, digraph, figure, render
    from .sources.dvc import from_dvc
    from .sources.haystack import from_haystack
    from .sources.kedro import from_kedro
    from .sources.langgraph import from_langgraph
    from .sources.model_card import from_model_card
    from .sources.networkx import from_networkx
    from .sources.sklearn import from_sklearn
    from .style.builtin import CLASSIC, HIGH_CONTRAST, MODERN, PRINT
    from .style.reader import read_style
    from .style.settings import style_schema
    from .style.types import CategoryLook, EdgeLook, NodeLook, Style, Tone

__version__ = "0.2.0.dev0"

# Several short names a line: constants, classes, functions.
# fmt: off
__all__ = [
    "CLASSIC", "HIGH_CONTRAST", "MODERN", "PRINT",
    "Box", "Boxes", "Callout", "Category", "CategoryLook", "ConversionError", "Converted", "Diagnostic", "Diagram",
    "Edge", "EdgeLook", "Engine", "FinishError", "FontError", "Format", "Group", "Image", "ImageRun", "Label",
    "LayoutError", "LegendEntry", "Link", "Node", "NodeLook", "Pipeline", "PipelineError", "Plot", "PlotError",
    "PlotFunction", "Remark", "Route", "Run", "Scale", "Series", "Style", "Tone", "Value",
    "boxes_of", "convert", "digraph", "figure", "from_dvc", "from_haystack", "from_kedro", "from_langgraph",
    "from_model_card", "from_networkx", "from_sklearn", "legend", "parse", "read_style", "render", "setup",
    "style_schema", "unparse",
]
# fmt: on

# Public names by module.  A module is loaded when one of its names is first used, so that a build without new drawings
# loads neither matplotlib nor Graphviz.
_MODULES = {
    "builder": ("Diagram",),
    "rendering": ("boxes_of", "digraph", "figure", "render"),
    "drawing.boxes": ("Boxes", "Route"),
    "geometry.primitives": ("Box",),
    "job": ("Engine", "Format"),
    "model.pipeline": (
        "Callout",
        "Category",
        "Edge",
        "Group",
        "Label",
        "LegendEntry",
        "Link",
        "Node",
        "Pipeline",
        "Run",
        "Scale",
    ),
    "model.images": ("Image", "ImageRun"),
    "model.plots": ("Plot", "PlotFunction", "Series"),
    "conversion": ("ConversionError", "Converted", "Remark", "convert", "unparse"),
    "sources.networkx": ("from_networkx",),
    "sources.langgraph": ("from_langgraph",),
    "sources.haystack": ("from_haystack",),
    "sources.sklearn": ("from_sklearn",),
    "sources.kedro": ("from_kedro",),
    "sources.dvc": ("from_dvc",),
    "sources.model_card": ("from_model_card",),
    "description": ("legend",),
    "language": ("parse",),
    "diagnostics": ("Diagnostic", "FinishError", "FontError", "LayoutError", "PipelineError", "PlotError"),
    "model.quantity": ("Value",),
    "style.builtin": ("CLASSIC", "HIGH_CONTRAST", "MODERN", "PRINT"),
    "style.types": ("CategoryLook", "EdgeLook", "NodeLook", "Style", "Tone"),
    "style.reader": ("read_style",),
    "style.settings": ("style_schema",),
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names}
_SHOWN = ("Pipeline", "parse")
"""Names by which users get pipelines, which show themselves in notebooks from then on."""


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name in _SHOWN:
        import_module(".notebook", __name__).enable()
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension with Sphinx."""
    from .extension import setup_extension

    setup_extension(app)
    return {"version": __version__, "env_version": 11, "parallel_read_safe": True, "parallel_write_safe": True}
