"""Edges and the text: the steps of stacks, which it need not declare, and statements, which declare several edges."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from operator import itemgetter

from .pipeline import Edge, Group, Node


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
    joined = {_members(edge, holders) for edge in edges}
    return [
        Edge(one, two, line=line)
        for stack in stacks
        for (_, one), (line, two) in pairwise(sorted(members[stack], key=itemgetter(0)))
        if frozenset((one, two)) not in joined
    ]


def _members(edge: Edge, holders: Mapping[str, str | None]) -> frozenset[str]:
    """The two members of one group that an edge joins, by itself or by parts of them."""
    around = {holder: member for member, holder in _upwards(edge.source, holders)}
    ends = ((around[holder], member) for member, holder in _upwards(edge.target, holders) if holder in around)
    return frozenset(next(ends))


def _upwards(id: str, holders: Mapping[str, str | None]) -> Iterator[tuple[str, str | None]]:
    """A part and the groups around it, from the inside out, each with the group that holds it."""
    one: str | None = id
    while one is not None:
        yield one, holders[one]
        one = holders[one]


def statements(edges: Iterable[Edge]) -> list[int]:
    """A number for each edge, the same for those that one statement declares; edges without a line have one each.

    >>> statements([Edge("a", "b", line=4), Edge("a", "c", line=4), Edge("b", "c"), Edge("c", "d")])
    [0, 0, 1, 2]
    """
    numbers: dict[int, int] = {}
    return [numbers.setdefault(edge.line or -1 - key, len(numbers)) for key, edge in enumerate(edges)]
