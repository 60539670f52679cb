"""Bridging: a diagram without some of its nodes, whose flow leads past them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from ..model.pipeline import Edge, Pipeline
from ..model.vocabulary import EdgeKind

_STRONGEST: tuple[EdgeKind, ...] = ("feedback", "weak", "skip", "link", "exchange", "derive", "flow")
"""What two edges after each other are together: the first that either is."""


def without(pipeline: Pipeline, ids: Collection[str]) -> Pipeline:
    """*pipeline* without some nodes and groups.

    What leads to such a node leads to what follows it, with the label of the first of both edges that has one, unless
    one holds the other.  Groups that are left without nodes are dropped, too.

    Args:
        pipeline: any diagram.
        ids: of nodes that are no cells, and of groups, with what is in them.
    """
    gone = {*ids, *(node.id for node in pipeline.nodes if not _held(pipeline, node.group).isdisjoint(ids))}
    nodes = tuple(node for node in pipeline.nodes if node.id not in gone)
    filled = {id for node in nodes for id in _held(pipeline, node.group)}
    gone |= {group.id for group in pipeline.groups if group.id not in filled}
    edges: list[Edge] = [*pipeline.edges]
    for id in [*(node.id for node in pipeline.nodes), *(group.id for group in pipeline.groups)]:
        if id in gone:
            edges = [*_bridged(edges, id)]
    around = {node.id: _held(pipeline, node.group) for node in pipeline.nodes}
    around |= {group.id: _held(pipeline, group.parent) for group in pipeline.groups}
    edges = [
        edge for edge in edges if edge.source not in around[edge.target] and edge.target not in around[edge.source]
    ]
    aligned = (tuple(id for id in rank if id not in gone) for rank in pipeline.aligned)
    return replace(
        pipeline,
        nodes=nodes,
        groups=tuple(group for group in pipeline.groups if group.id not in gone),
        edges=tuple(edges),
        aligned=tuple(rank for rank in aligned if len(rank) > 1),
        callouts=tuple(callout for callout in pipeline.callouts if callout.target not in gone),
    )


def _held(pipeline: Pipeline, group: str | None) -> set[str]:
    """A group and those around it."""
    parents = {one.id: one.parent for one in pipeline.groups}
    found: set[str] = set()
    while group is not None:
        found.add(group)
        group = parents[group]
    return found


def _bridged(edges: Iterable[Edge], id: str) -> Iterable[Edge]:
    """The edges without those at *id*; new ones stand where the ones that led there did."""
    known = [edge for edge in edges if id not in (edge.source, edge.target)]
    ends = {(edge.source, edge.target) for edge in known}
    leaving = [edge for edge in edges if edge.source == id and edge.target != id]
    for edge in edges:
        if id not in (edge.source, edge.target):
            yield edge
        elif edge.target == id and edge.source != id:
            for after in leaving:
                pair = (edge.source, after.target)
                if pair[0] != pair[1] and pair not in ends:
                    ends.add(pair)
                    yield replace(
                        edge if edge.label else replace(after, source=edge.source),
                        target=after.target,
                        kind=min((edge.kind, after.kind), key=_STRONGEST.index),
                        fan=None,
                    )
