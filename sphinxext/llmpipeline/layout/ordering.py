"""In which order nodes and groups are told to Graphviz, so that they are stacked as they were declared.

With ranks from left to right (``rankdir=LR``), ``dot`` turns the order within a rank round, but not so for what is in a
cluster, nor for the connected components of a graph: these come out from the bottom up.  Measured on the corpus,
telling those in the opposite order brings the pairs of neighbours that stand upside down from 86 to 10 of 96.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable

from ..model.pipeline import Edge, Group, Node, Pipeline

Members = dict[str | None, list[Node | Group]]


def declared(pipeline: Pipeline) -> Members:
    """What stands directly in each group, nodes before groups; at ``None`` what stands in none."""
    members: Members = defaultdict(list)
    for node in pipeline.nodes:
        members[node.group].append(node)
    for group in pipeline.groups:
        members[group.parent].append(group)
    return members


def stacked(pipeline: Pipeline) -> Members:
    """The members in the order that makes ``dot`` stack them from the top down, for ranks that run sideways."""
    members = declared(pipeline)
    paths = _paths(pipeline)
    followers = _followers(pipeline, paths)
    ordered: Members = {owner: _by_depth(inside, followers) for owner, inside in members.items() if owner is not None}
    ordered[None] = _components_last_first(members[None], pipeline, paths)
    return ordered


def _paths(pipeline: Pipeline) -> dict[str, list[str]]:
    """Ids of nodes and groups → the ids from the outermost group down to themselves."""
    inner = {node.id: node.group for node in pipeline.nodes} | {group.id: group.parent for group in pipeline.groups}
    paths: dict[str, list[str]] = {}
    for id in inner:
        path: list[str] = []
        at: str | None = id
        while at is not None:
            path.append(at)
            at = inner[at]
        paths[id] = path[::-1]
    return paths


def _followers(pipeline: Pipeline, paths: dict[str, list[str]]) -> dict[str, list[str]]:
    """Edges between siblings: those where the paths of the two ends part."""
    followers: dict[str, list[str]] = defaultdict(list)
    for edge in pipeline.edges:
        for source, target in zip(paths[edge.source], paths[edge.target], strict=False):
            if source != target:
                followers[source].append(target)
                break
    return followers


def _by_depth(members: list[Node | Group], followers: dict[str, list[str]]) -> list[Node | Group]:
    """By the longest way from a member that nothing leads to; among equals, which share a rank, the last first."""
    ids = [member.id for member in members]
    depth = dict.fromkeys(ids, 0)
    finished = _depth_first(ids, followers)
    place = {id: index for index, id in enumerate(reversed(finished))}
    for id in reversed(finished):
        for follower in followers.get(id, ()):
            if place.get(follower, -1) > place[id]:  # an edge that closes a loop counts for nothing
                depth[follower] = max(depth[follower], depth[id] + 1)
    position = {id: index for index, id in enumerate(ids)}
    return sorted(members, key=lambda member: (depth[member.id], -position[member.id]))


def _depth_first(ids: list[str], followers: dict[str, list[str]]) -> list[str]:
    """The ids in the order in which a depth-first walk leaves them; a stack of its own, since chains may be long."""
    known, finished = set(ids), []
    seen: set[str] = set()
    for start in ids:
        stack = [] if start in seen else [(start, iter(followers.get(start, ())))]
        seen.add(start)
        while stack:
            id, rest = stack[-1]
            for follower in rest:
                if follower in known and follower not in seen:
                    seen.add(follower)
                    stack.append((follower, iter(followers.get(follower, ()))))
                    break
            else:
                finished.append(id)
                stack.pop()
    return finished


def _components_last_first(
    members: list[Node | Group], pipeline: Pipeline, paths: dict[str, list[str]]
) -> list[Node | Group]:
    """Connected components from the last to the first; within each, as declared."""
    leader = {member.id: member.id for member in members}

    def lead(id: str) -> str:
        while leader[id] != id:
            leader[id] = leader[leader[id]]
            id = leader[id]
        return id

    for edge in pipeline.edges:
        leader[lead(paths[edge.target][0])] = lead(paths[edge.source][0])
    components: dict[str, list[Node | Group]] = {}
    for member in members:
        components.setdefault(lead(member.id), []).append(member)
    return [member for component in reversed(components.values()) for member in component]


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
