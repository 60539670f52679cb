"""Chained members: those of stacks, which stand on one axis also where no edge of the flow joins them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ..model.pipeline import Pipeline
from ..model.steps import steps
from ..model.vocabulary import ASIDE
from .graph import LayoutEdge


def chained(pipeline: Pipeline, shown: Collection[str]) -> Sequence[LayoutEdge]:
    """An edge that is not drawn from each member of a stack to the next, of the ids *shown*; no edge has its key."""
    stacks = [group.id for group in pipeline.groups if group.is_stack]
    if not stacks:
        return ()
    flow = [edge for edge in pipeline.edges if edge.kind not in ASIDE]
    found = steps(flow, pipeline.nodes, pipeline.groups, stacks)
    return [
        LayoutEdge(-1 - number, edge.source, edge.target, "flow", 1.0)
        for number, edge in enumerate(found)
        if edge.source in shown and edge.target in shown
    ]
