"""Panels: the diagrams of a figure, each as a pipeline, and their letters."""

from __future__ import annotations

from dataclasses import replace

from .pipeline import Group, Pipeline, Run, enclosing_groups


def split(pipeline: Pipeline) -> tuple[tuple[Group, Pipeline], ...]:
    """The panels of *pipeline*, each with its parts as a pipeline; none if it has no panels."""
    panels = [group for group in pipeline.groups if group.panel]
    if not panels:
        return ()
    parents = {group.id: group.parent for group in pipeline.groups} | {node.id: node.group for node in pipeline.nodes}
    home = {id: (around[-1] if around else id) for id, around in enclosing_groups(parents).items()}
    return tuple(
        (
            panel,
            Pipeline(
                tuple(node for node in pipeline.nodes if home[node.id] == panel.id),
                tuple(edge for edge in pipeline.edges if home[edge.source] == panel.id),
                tuple(group for group in pipeline.groups if home[group.id] == panel.id and group is not panel),
            ),
        )
        for panel in panels
    )


def lettered(pipeline: Pipeline) -> Pipeline:
    """The diagram with the letter of each panel before its title, bold and in brackets."""
    letters = pipeline.letters
    if not letters:
        return pipeline

    def titled(group: Group) -> Group:
        first, *more = group.label.lines
        lines = (Run(f"({letters[group.id]})", "bold"), Run(" "), *first), *more
        return replace(group, label=replace(group.label, lines=lines))

    return replace(pipeline, groups=tuple(titled(group) if group.panel else group for group in pipeline.groups))
