"""Which edges of a diagram run against its flow.

Graphviz breaks cycles wherever it comes upon them, so that a single edge back to the beginning can put the last stage
first.  Here the flow decides.  What is joined both ways or without an arrowhead follows as it was written where the
flow lets it, feedback never counts, and where flow itself runs in a circle, what was declared first comes first.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable

from ..model.pipeline import Edge

_FLOW = ("flow", "derive")


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
    place = places(list(ids), edges)
    return {index for index, edge in enumerate(edges) if place[edge.source] > place[edge.target]}


def places(ids: list[str], edges: list[Edge]) -> dict[str, int]:
    """A place in a row for each id, such that the flow runs on; of what could come next, the first declared does.

    Args:
        ids: as for :func:`backward`.
        edges: as for :func:`backward`.
    """
    followers: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    waiting, waiting_for_flow = Counter[str](), Counter[str]()
    for edge in edges:
        if edge.kind != "feedback" and edge.source != edge.target:
            is_flow = edge.kind in _FLOW
            followers[edge.source].append((edge.target, is_flow))
            waiting[edge.target] += 1
            waiting_for_flow[edge.target] += is_flow
    declared = {id: index for index, id in enumerate(ids)}
    free = [declared[id] for id in ids if not waiting[id]]
    place: dict[str, int] = {}
    while len(place) < len(ids):
        if free:
            id = ids[heapq.heappop(free)]
        else:  # a circle: it is cut where no flow is, or else where its declaration begins
            left = [id for id in ids if id not in place]
            id = next((id for id in left if not waiting_for_flow[id]), left[0])
        if id in place:
            continue
        place[id] = len(place)
        for follower, is_flow in followers[id]:
            waiting[follower] -= 1
            waiting_for_flow[follower] -= is_flow
            if not waiting[follower] and follower not in place:
                heapq.heappush(free, declared[follower])
    return place
