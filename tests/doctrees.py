"""Diagrams in doctrees, without a build, for tests."""

from __future__ import annotations

from docutils import nodes

from sphinxext.llmpipeline import parse
from sphinxext.llmpipeline.extension.nodes import pipeline_diagram, pipeline_text

TEXT = r"""
group g: Group\nof two
   :note: noted
   model a: First
      :note: small
      :tooltip: tip
      :repeat: 12
   b: Second
c: Third
a -> b: makes\nit
b -> c
c --> g
a <-> c
g -- c
"""


def diagram_of(text: str) -> pipeline_diagram:
    """What the directive makes, with labels that hold no markup."""
    pipeline = parse(text)
    texts = [pipeline_text(label.text, "", nodes.Text(label.text)) for label in pipeline.labels()]
    return pipeline_diagram("", *texts, pipeline=pipeline, declarations=text)


def write(diagram: pipeline_diagram, index: int, *children: nodes.Node) -> None:
    """Put *children* in the place of what a text holds."""
    text = diagram.children[index]
    assert isinstance(text, pipeline_text)
    text.clear()
    text.extend(children)
