"""Panels: a pipeline → one pipeline for each of its panels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from .pipeline import Pipeline, Run


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel as a diagram of its own, and which parts of the whole its parts are."""

    index: int
    """Of the panel itself, in the groups of the whole."""
    pipeline: Pipeline
    nodes: tuple[int, ...]
    edges: tuple[int, ...]
    groups: tuple[int, ...]


def split(pipeline: Pipeline) -> tuple[Panel, ...]:
    """The panels of *pipeline*, each as a pipeline; none where it has no panels."""
    if not any(group.panel for group in pipeline.groups):
        return ()
    around = {group.id: group.parent for group in pipeline.groups} | {node.id: node.group for node in pipeline.nodes}
    homes = {id: _outermost(id, around) for id in around}
    return tuple(_panel(pipeline, index, group.id, homes) for index, group in enumerate(pipeline.groups) if group.panel)


def _outermost(id: str, around: Mapping[str, str | None]) -> str:
    while (outer := around[id]) is not None:
        id = outer
    return id


def _panel(pipeline: Pipeline, index: int, id: str, homes: Mapping[str, str]) -> Panel:
    """The panel *id*; *homes* are the outermost groups of all nodes and groups."""
    nodes = [(number, node) for number, node in enumerate(pipeline.nodes) if homes[node.id] == id]
    edges = [(number, edge) for number, edge in enumerate(pipeline.edges) if homes[edge.source] == id]
    groups = [
        (number, group) for number, group in enumerate(pipeline.groups) if homes[group.id] == id and group.id != id
    ]
    alone = Pipeline(
        tuple(replace(node, group=None) if node.group == id else node for _, node in nodes),
        tuple(edge for _, edge in edges),
        tuple(replace(group, parent=None) if group.parent == id else group for _, group in groups),
        tuple(aligned for aligned in pipeline.aligned if homes[aligned[0]] == id),
        pipeline.groups[index].direction or pipeline.direction,
        pipeline.splines,
    )
    return Panel(
        index,
        alone,
        tuple(number for number, _ in nodes),
        tuple(number for number, _ in edges),
        tuple(number for number, _ in groups),
    )


def lettered(pipeline: Pipeline) -> Pipeline:
    """The same diagram with the letter of each panel before its title, bold and in brackets."""
    letters = pipeline.letters

    def titled(id: str, lines: tuple[tuple[Run, ...], ...]) -> tuple[tuple[Run, ...], ...]:
        first, *more = lines
        return (Run(f"({letters[id]})", "bold"), Run(" "), *first), *more

    return replace(
        pipeline,
        groups=tuple(
            replace(group, label=replace(group.label, lines=titled(group.id, group.label.lines)))
            if group.panel
            else group
            for group in pipeline.groups
        ),
    )
