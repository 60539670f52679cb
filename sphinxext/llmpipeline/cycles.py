"""Which edges of a diagram run against its flow.

Graphviz breaks cycles wherever it comes upon them, so that a single edge back to the beginning can put the last stage
first.  Here the flow decides: an edge that says that it is feedback never does, and where flow itself runs in a circle,
the parts that were declared first come first.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable

from .model import Edge


def backward(ids: Iterable[str], edges: Iterable[Edge]) -> set[int]:
    """Numbers of the edges that lead back; all others, and these turned round, make no cycle.

    Args:
        ids: what the edges join, in the order of declaration.
        edges: in their order.

    >>> edges = [Edge("a", "b"), Edge("b", "c"), Edge("c", "a")]
    >>> backward("abc", edges)
    {2}
    """
    edges = list(edges)
    place = _places(list(ids), edges)
    return {index for index, edge in enumerate(edges) if place[edge.source] > place[edge.target]}


def _places(ids: list[str], edges: list[Edge]) -> dict[str, int]:
    """A place in a row for each id, such that the flow runs on; of what could come next, the first declared does."""
    followers: dict[str, list[str]] = defaultdict(list)
    waiting = dict.fromkeys(ids, 0)
    for edge in edges:
        if edge.kind in ("flow", "derive") and edge.source != edge.target:
            followers[edge.source].append(edge.target)
            waiting[edge.target] += 1
    declared = {id: index for index, id in enumerate(ids)}
    free = [declared[id] for id in ids if not waiting[id]]
    rest = iter(ids)
    place: dict[str, int] = {}
    while len(place) < len(ids):
        # Where nothing is free there is a circle: it begins where its declaration does.
        id = ids[heapq.heappop(free)] if free else next(id for id in rest if id not in place)
        if id in place:
            continue
        place[id] = len(place)
        for follower in followers[id]:
            waiting[follower] -= 1
            if not waiting[follower] and follower not in place:
                heapq.heappush(free, declared[follower])
    return place
