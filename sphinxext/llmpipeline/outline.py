"""A diagram in words: what a reader gets who cannot see the picture."""

from __future__ import annotations

from .model import Edge, EdgeKind, Label, Pipeline

REMARKS: dict[EdgeKind, str] = {"flow": "", "derive": "", "feedback": "feedback", "exchange": "both ways", "link": ""}
"""What an arrow says beyond its direction."""


def one_line(label: Label) -> str:
    """The text of a label without its line breaks."""
    return " ".join(label.text.split())


def names(pipeline: Pipeline) -> dict[str, str]:
    """Ids of nodes and groups → the text of their labels."""
    return {group.id: one_line(group.label) for group in pipeline.groups} | {
        node.id: one_line(node.label) for node in pipeline.nodes
    }


def arrow(edge: Edge) -> str:
    """The sign that stands for an edge in a list; it exists in the fonts of every builder."""
    return "–" if edge.kind == "link" else "→"


def after(edge: Edge) -> str:
    """What follows the name of an edge's target: its remark, its label and its note."""
    remark = f" ({REMARKS[edge.kind]})" if REMARKS[edge.kind] else ""
    label = f": {one_line(edge.label)}" if edge.label else ""
    note = f" ({one_line(edge.note)})" if edge.note else ""
    return remark + label + note


def describe(pipeline: Pipeline) -> str:
    """Every edge in a sentence, then the nodes that no edge touches.

    >>> from .parser import parse
    >>> describe(parse("a -> b: learns"))
    'Diagram of 2 nodes and 1 edge. a → b: learns.'
    """
    called = names(pipeline)
    sentences = [f"{called[edge.source]} {arrow(edge)} {called[edge.target]}{after(edge)}." for edge in pipeline.edges]
    touched = {end for edge in pipeline.edges for end in (edge.source, edge.target)}
    alone = [called[node.id] for node in pipeline.nodes if node.id not in touched]
    if alone:
        sentences.append(f"{', '.join(alone)}.")
    count = f"Diagram of {_count(len(pipeline.nodes), 'node')} and {_count(len(pipeline.edges), 'edge')}."
    return " ".join([count, *sentences])


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
