"""Directions of groups as authors name them, and those of the ranks in these groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import chain, pairwise

from ..model.pipeline import Pipeline, enclosing_groups
from ..model.vocabulary import Direction

_ACROSS: Mapping[Direction, Direction] = {"LR": "TB", "RL": "TB", "TB": "LR", "BT": "LR"}


def named_directions(pipeline: Pipeline) -> dict[str, Direction]:
    """Ids of the groups whose direction an author names → the direction of the ranks in them.

    Members that edges join stand in ranks in that direction, as all do in a stack or a panel.  The members of a list
    are one rank; it stands in the direction if the ranks run across it.  Groups among them keep the named one.
    """
    listed = named_lists(pipeline)
    lists = {group.id: group.direction for group in pipeline.groups if group.id in listed and group.direction}
    found: dict[str, Direction] = {}
    for group in pipeline.groups:
        if group.id in lists:
            found[group.id] = _ACROSS[lists[group.id]]
        elif direction := group.direction or lists.get(group.parent or ""):
            found[group.id] = direction
    return found


def named_lists(pipeline: Pipeline) -> set[str]:
    """Ids of the groups with a named direction and several members, of which no edge joins two, or parts of these.

    Members of which two share a rank stand across it, so they are no list.
    """
    named = [group.id for group in pipeline.groups if group.direction and not (group.is_stack or group.panel)]
    if not named:
        return set()
    parents = {group.id: group.parent for group in pipeline.groups} | {node.id: node.group for node in pipeline.nodes}
    members, around = Counter(parents.values()), enclosing_groups(parents)
    listed = {id for id in named if members[id] > 1}
    edges = ((edge.source, edge.target) for edge in pipeline.edges if edge.source != edge.target)
    for one, other in chain(edges, *map(pairwise, pipeline.aligned)):
        listed.difference_update([id for id in around[one] if id in around[other]][:1])
    return listed


def groups_apart(pipeline: Pipeline) -> set[str]:
    """Ids of the groups that share a rank as a whole, of the tables that do so by a cell, and of named lists."""
    tables = {id: group.id for group in pipeline.groups for row in group.rows for id in row}
    return {tables.get(id, id) for ids in pipeline.aligned for id in ids} | named_lists(pipeline)
