"""Joins: edges that meet at a point, as whole ways from one part to another, for texts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from .pipeline import Pipeline

_MOST = 10_000
"""Most edges of all ways: joins that follow each other multiply them."""


def ways(pipeline: Pipeline) -> tuple[list[tuple[int, ...]], frozenset[str]]:
    """Ways along edges, by their positions, from one part to another that is no join; and the joins passed by them.

    If there are too many ways, each edge is one by itself, and no join is passed.
    """
    edges = pipeline.edges
    single = [(index,) for index in range(len(edges))]
    points = frozenset(node.id for node in pipeline.nodes if node.kind == "join")
    if not points:
        return [*single], points
    leaving: dict[str, list[int]] = defaultdict(list)
    for index, edge in enumerate(edges):
        leaving[edge.source].append(index)
    found: list[tuple[int, ...]] = []
    effort = 0
    for index, edge in enumerate(edges):
        waiting: list[tuple[int, ...]] = [] if edge.source in points else [(index,)]
        while waiting:
            way = waiting.pop()
            target = edges[way[-1]].target
            effort += len(way)
            if effort > _MOST + len(edges):
                return [*single], frozenset()
            if target not in points:
                found.append(way)
            elif all(edges[one].source != target for one in way):  # otherwise it is a loop of joins
                waiting += [(*way, after) for after in reversed(leaving[target])]
    return found, points


def merged(pipeline: Pipeline) -> Pipeline:
    r"""*pipeline* without joins: an edge for each way, of the kind of its last edge, in the first category and step.

    >>> from ..language import parse
    >>> found = merged(parse("node a\nnode b\nnode c\njoin j\na, b -> j ..> c"))
    >>> [(edge.source, edge.target, edge.kind) for edge in found.edges]
    [('a', 'c', 'weak'), ('b', 'c', 'weak')]
    """
    found, points = ways(pipeline)
    if not points:
        return pipeline
    edges = []
    for way in found:
        passed = [pipeline.edges[index] for index in way]
        category = next((edge.category for edge in passed if edge.category is not None), None)
        step = next((edge.step for edge in passed if edge.step is not None), None)
        edges.append(replace(passed[-1], source=passed[0].source, category=category, step=step))
    nodes = tuple(node for node in pipeline.nodes if node.id not in points)
    return replace(pipeline, nodes=nodes, edges=tuple(edges))
