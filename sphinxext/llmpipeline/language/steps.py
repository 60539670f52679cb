"""Steps of stacks: the edges from each member to the next that the text need not declare."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from ..model.pipeline import Edge, Group, Node


def steps(edges: Iterable[Edge], nodes: Iterable[Node], groups: Iterable[Group], stacks: Iterable[str]) -> list[Edge]:
    """An edge from each member of each of *stacks* to the next, unless one of *edges* joins the two.

    Members stand in the order of the text.  An edge at a part of a member joins the member.
    """
    members: dict[str | None, list[tuple[int, str]]] = defaultdict(list)
    holders: dict[str, str | None] = {}
    items: list[Node | Group] = [*nodes, *groups]
    for item in items:
        holders[item.id] = item.group if isinstance(item, Node) else item.parent
        members[holders[item.id]].append((item.line, item.id))
    return [step for stack in stacks for step in _of_stack(stack, sorted(members[stack]), edges, holders)]


def _of_stack(
    stack: str, inside: Iterable[tuple[int, str]], edges: Iterable[Edge], holders: Mapping[str, str | None]
) -> Iterator[Edge]:
    joined = {frozenset(_member(stack, end, holders) for end in (edge.source, edge.target)) for edge in edges}
    for (_, one), (line, two) in pairwise(inside):
        if frozenset((one, two)) not in joined:
            yield Edge(one, two, line=line)


def _member(group: str, id: str, holders: Mapping[str, str | None]) -> str | None:
    """The member of a group that is a part, or that holds it; ``None`` if it is elsewhere."""
    one: str | None = id
    while one is not None and holders.get(one) != group:
        one = holders.get(one)
    return one
