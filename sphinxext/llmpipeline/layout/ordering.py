"""Orders: of nodes and groups as Graphviz reads them, and of nodes along the flow.

With ranks from left to right (``rankdir=LR``), ``dot`` reverses the order within a rank, but neither the order of the
members of a cluster nor that of the connected components of a graph: these come out from the bottom up.  Measured on
19 real diagrams, writing those in reverse brings the pairs of neighbours that stand upside down from 86 to 10 of 96.

Graphviz breaks cycles wherever it meets them, so that a single edge back to the beginning can put the last stage first.
Here the flow decides which edges run back: edges both ways or without an arrowhead follow their declaration where the
flow permits it, feedback and skips never count, and a cycle of flow begins with the node that was declared first.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain, pairwise

from ..model.pipeline import Pipeline
from ..model.steps import steps
from ..model.vocabulary import ASIDE, FLOW
from .endpoints import shared_ranks
from .graph import LayoutEdge, LayoutGraph, LayoutGroup, LayoutNode

Member = LayoutNode | LayoutGroup
Members = dict[str | None, list[Member]]
"""The direct members of each group by its id; at ``None`` those of the top level."""


def ordered_members(graph: LayoutGraph) -> Members:
    """The members in the order in which Graphviz reads them."""
    if graph.order == "declared" or not graph.is_sideways:
        return declared_members(graph)
    members = stacked_members(graph)
    if graph.order == "reversed":
        members |= {owner: inside[::-1] for owner, inside in declared_members(graph).items() if owner is not None}
    return members


def declared_members(graph: LayoutGraph) -> Members:
    """The members in the order of their declaration, nodes before groups."""
    members: Members = defaultdict(list)
    for node in graph.nodes:
        members[node.group].append(node)
    for group in graph.groups:
        members[group.parent].append(group)
    return members


def stacked_members(graph: LayoutGraph) -> Members:
    """The members in the order in which ``dot`` stacks them from the top down, if ranks stand side by side."""
    members = declared_members(graph)
    paths = {id: [*reversed(around), id] for id, around in graph.holders.items()}
    followers = _followers(graph, paths)
    ordered: Members = {owner: _by_depth(inside, followers) for owner, inside in members.items() if owner is not None}
    ordered[None] = _components_last_first(members[None], graph, paths)
    return ordered


def _followers(graph: LayoutGraph, paths: dict[str, list[str]]) -> dict[str, list[str]]:
    """Edges between siblings of different ranks: those where the paths of the two ends part."""
    followers: dict[str, list[str]] = defaultdict(list)
    for edge in graph.edges:
        if graph.joins_peers(edge):
            continue
        for source, target in zip(paths[edge.source], paths[edge.target], strict=False):
            if source != target:
                followers[source].append(target)
                break
    return followers


def _by_depth(members: list[Member], followers: dict[str, list[str]]) -> list[Member]:
    """Sort by the longest path from a member without predecessors; equals, which share a rank, in reverse."""
    ids = [member.id for member in members]
    depth = dict.fromkeys(ids, 0)
    finished = _depth_first(ids, followers)
    position = {id: index for index, id in enumerate(reversed(finished))}
    for id in reversed(finished):
        for follower in followers.get(id, ()):
            if position.get(follower, -1) > position[id]:  # otherwise the edge closes a loop
                depth[follower] = max(depth[follower], depth[id] + 1)
    declared = {id: index for index, id in enumerate(ids)}
    return sorted(members, key=lambda member: (depth[member.id], -declared[member.id]))


def _depth_first(ids: list[str], followers: dict[str, list[str]]) -> list[str]:
    """The ids in depth-first postorder; with an explicit stack, because chains may be long."""
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


def _components_last_first(members: list[Member], graph: LayoutGraph, paths: dict[str, list[str]]) -> list[Member]:
    """The members by connected components, the last component first; within each as declared."""
    leader = {member.id: member.id for member in members}

    def lead(id: str) -> str:
        while leader[id] != id:
            leader[id] = leader[leader[id]]
            id = leader[id]
        return id

    for edge in placing(graph.edges):
        leader[lead(paths[edge.target][0])] = lead(paths[edge.source][0])
    components: dict[str, list[Member]] = {}
    for member in members:
        components.setdefault(lead(member.id), []).append(member)
    return [member for component in reversed(components.values()) for member in component]


def back_edges(ids: Iterable[str], edges: Iterable[LayoutEdge]) -> set[int]:
    """Keys of the edges against the flow; the others, and these reversed, form no cycle.

    *ids*, the ends of the edges, and *edges* come in the order of their declaration.

    >>> edges = [LayoutEdge(key, *ends, "flow", 1.2) for key, ends in enumerate(["ab", "bc", "ca"])]
    >>> back_edges("abc", edges)
    {2}
    """
    edges = list(edges)
    position = flow_order(ids, edges)
    return {edge.key for edge in edges if position[edge.source] > position[edge.target]}


def flow_order(ids: Iterable[str], edges: Iterable[LayoutEdge]) -> Mapping[str, int]:
    """Positions of the ids along the flow; among the candidates for a position, the first that was declared."""
    return _flow_order(tuple(ids), tuple([(edge.source, edge.target, edge.kind) for edge in edges]))


@lru_cache(maxsize=16)
def _flow_order(ids: tuple[str, ...], edges: tuple[tuple[str, str, str], ...]) -> Mapping[str, int]:
    """The same for edges from one node to another, of a kind; the candidates of a search have one order."""
    followers: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    waiting, waiting_for_flow = Counter[str](), Counter[str]()
    leading: set[tuple[str, str, bool]] = set()
    """The ends of each edge, and whether it is flow; otherwise it is an exchange, a link or a weak edge."""
    for source, target, kind in edges:
        if kind not in ASIDE and source != target:
            is_flow = kind in FLOW
            followers[source].append((target, is_flow))
            leading.add((source, target, is_flow))
            waiting[target] += 1
            waiting_for_flow[target] += is_flow
    declared = {id: index for index, id in enumerate(ids)}
    cyclic = _before_cycles(ids, followers)
    free = [declared[id] for id in ids if not waiting[id]]
    cuts = [declared[id] for id in ids if id in cyclic and not waiting_for_flow[id]]
    left = [declared[id] for id in ids if id in cyclic]
    position: dict[str, int] = {}
    while len(position) < len(ids):
        # In a cycle, where nothing is free: cut it where no flow enters, or else at its first declaration.
        queue = next(queue for queue in (free, cuts, left) if _has_any(queue, ids, position))
        if queue is cuts and _has_any(left, ids, position):
            first, cut = ids[left[0]], ids[cuts[0]]
            # "user <-> agent" begins with the user, also where the flow from the agent ends there.
            if (first, cut, False) in leading and (cut, first, True) not in leading:
                queue = left
        id = ids[heapq.heappop(queue)]
        position[id] = len(position)
        for follower, is_flow in followers[id]:
            waiting[follower] -= 1
            waiting_for_flow[follower] -= is_flow
            if follower in position:
                continue
            if not waiting[follower]:
                heapq.heappush(free, declared[follower])
            if is_flow and follower in cyclic and not waiting_for_flow[follower]:
                heapq.heappush(cuts, declared[follower])
    return position


def _before_cycles(ids: Iterable[str], followers: Mapping[str, Sequence[tuple[str, bool]]]) -> set[str]:
    """The ids from which a way leads into a cycle."""
    preceding: dict[str, list[str]] = defaultdict(list)
    for id, found in followers.items():
        for follower, _ in found:
            preceding[follower].append(id)
    ahead = {id: len(followers.get(id, ())) for id in ids}
    ends = [id for id, count in ahead.items() if not count]
    while ends:
        end = ends.pop()
        del ahead[end]
        for id in preceding[end]:
            ahead[id] -= 1
            if not ahead[id]:
                ends.append(id)
    return {*ahead}


def rank_order(aligned: Iterable[tuple[str, ...]]) -> Mapping[str, int]:
    """Positions of the nodes that share ranks, in the order in which they are listed.

    >>> rank_order([("b", "c"), ("a", "b")])
    {'a': 0, 'b': 1, 'c': 2}
    """
    pairs = [pair for ids in aligned for pair in pairwise(ids)]
    ids = dict.fromkeys(id for pair in pairs for id in pair)
    return _flow_order(tuple(ids), tuple((one, other, "flow") for one, other in pairs))


def whole_ranks(aligned: Iterable[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """The sets of nodes that share a rank, those that meet as one, in the order in which they are listed.

    >>> whole_ranks([("b", "c"), ("x", "y"), ("a", "b")])
    (('a', 'b', 'c'), ('x', 'y'))
    """
    aligned = [*aligned]
    leaders, place = shared_ranks(aligned), rank_order(aligned)
    found: dict[str, list[str]] = defaultdict(list)
    for id in dict.fromkeys(chain.from_iterable(aligned)):
        found[leaders[id]].append(id)
    return tuple(tuple(sorted(ids, key=lambda one: place.get(one, 0))) for ids in found.values())


def longest_path(ids: list[str], edges: list[LayoutEdge]) -> int:
    """The number of edges on the longest path along the flow."""
    position = flow_order(ids, edges)
    leading: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        leading[edge.target].append(edge.source)
    lengths = longest_paths(sorted(ids, key=position.__getitem__), leading)
    return max(lengths.values(), default=0)


def longest_paths(order: Iterable[str], leading: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """The number of edges on the longest path to each id; edges from those later in this *order* do not count."""
    found: dict[str, int] = {}
    for id in order:
        found[id] = max((found[one] + 1 for one in leading.get(id, ()) if one in found), default=0)
    return found


def _has_any(queue: list[int], ids: Sequence[str], position: Container[str]) -> bool:
    """Whether a heap has an index of *ids* without a position; the first one is one then."""
    while queue and ids[queue[0]] in position:
        heapq.heappop(queue)
    return bool(queue)


_MOST_FOLLOWED = 20_000  # edges: a denser graph has no clear spine


def skips(edges: Sequence[LayoutEdge]) -> set[int]:
    """Keys of the edges that pass by others: a longer way along *edges* leads from their source to their target."""
    followers: dict[str, dict[str, None]] = defaultdict(dict)
    """In the order of the edges; parallel edges lead to one."""
    for edge in edges:
        followers[edge.source][edge.target] = None
    entering = Counter(edge.target for edge in edges)
    found: set[int] = set()
    left = _MOST_FOLLOWED
    for edge in edges:
        if entering[edge.target] == 1:
            continue  # no other way leads there
        waiting = [other for other in followers[edge.source] if other not in (edge.target, edge.source)]
        seen = {edge.source, *waiting}
        while waiting:
            id = waiting.pop()
            left -= len(followers[id])
            if left < 0:
                return found
            if edge.target in followers[id]:
                found.add(edge.key)
                break
            ahead = [other for other in followers[id] if other not in seen]
            seen.update(ahead)
            waiting += ahead
    return found


def placing(edges: Sequence[LayoutEdge]) -> list[LayoutEdge]:
    """The edges that say where their ends stand: all but the skips whose ends no path of other edges joins."""
    followers: dict[str, set[str]] = defaultdict(set)
    for edge in edges:
        if edge.kind not in ASIDE:
            followers[edge.source].add(edge.target)
    left = _MOST_FOLLOWED

    def leads(source: str, target: str) -> bool:
        nonlocal left
        waiting, seen = [source], {source}
        while waiting:
            ahead = followers[waiting.pop()]
            left -= len(ahead)
            if target in ahead or left < 0:
                return left >= 0
            waiting += ahead - seen
            seen |= ahead
        return False

    return [
        edge
        for edge in edges
        if edge.kind != "skip" or edge.is_loop or leads(edge.source, edge.target) or leads(edge.target, edge.source)
    ]


def links(edges: Sequence[LayoutEdge]) -> set[int]:
    """Keys of the edges of chains: nothing else among *edges* leaves the tail of one, or enters its head.

    >>> links([LayoutEdge(key, *ends, "flow", 1.2) for key, ends in enumerate(["ab", "bc", "bd", "de"])])
    {0, 3}
    """
    after, before = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for edge in edges:
        after[edge.source].add(edge.target)
        before[edge.target].add(edge.source)
    return {edge.key for edge in edges if len(after[edge.source]) == len(before[edge.target]) == 1}


def chained(pipeline: Pipeline, shown: Collection[str]) -> Sequence[LayoutEdge]:
    """An edge that is not drawn from each member of a stack to the next, of the ids *shown*; no edge has its key."""
    stacks = [group.id for group in pipeline.groups if group.is_stack]
    if not stacks:
        return ()
    flow = [edge for edge in pipeline.edges if edge.kind not in ASIDE]
    found = steps(flow, pipeline.nodes, pipeline.groups, stacks)
    return [
        LayoutEdge(-1 - number, edge.source, edge.target, "flow", 1.0)
        for number, edge in enumerate(found)
        if edge.source in shown and edge.target in shown
    ]
