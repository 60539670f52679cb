"""Stacks: siblings one below the other, where a row of them would be wider than the page.

A stack is a column of branches: a leaf of a fan with what only it leads to, or a part that nothing joins to the rest.
The lines of the fan run in a lane beside the column, and enter or leave the leaves at their sides.  Where nothing
else fits the page, all that a diagram consists of is one stack, whatever joins it: a column.

A stack is laid out as a group of its own across the flow, and a branch of several parts as a group within it; nothing
but the layout knows of these groups.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from ..geometry.curves import arrow_length
from ..geometry.primitives import Size
from .graph import LayoutEdge, LayoutGraph, LayoutGroup, Stack
from .panel_edges import within_panels
from .peers import leaf_nodes
from .structure import Structure
from .tables import folded

LANE = 14.0
"""Points between a trunk and the parts of its column, without an arrowhead."""
TRUNK_INSET = 12.0
"""Points between the trunk below a hub and the end of the side of the hub."""

_INSET = 22.0  # points between the border of a group and its members, with the room around it
_MOST_EDGES, _MOST_NODES = 100, 200  # of a graph with stacks
_HUBS = 2  # ends elsewhere of the lines at one side of a column, at most: of more, not all would find a way
_DEPTH = 4  # stacks within one another, at most
_BESIDE_LABEL = 8.0  # points beside the label of a line in a lane

_STACK = "stack "


def is_of_stack(id: str) -> bool:
    """Whether a group stands for a stack or a branch of one."""
    return id.startswith(_STACK)


def stack_of(graph: LayoutGraph, id: str) -> Stack | None:
    """The stack for which a group stands; ``None`` for other groups, and for those of branches."""
    number = id.removeprefix(_STACK)
    return graph.stacks[int(number)] if number != id and number.isdecimal() else None


def branch_of(stack: Stack, id: str) -> tuple[str, ...]:
    """The branch of a *stack* for which a group stands; empty for other groups."""
    number = id.removeprefix(_STACK).partition(" ")[2] if is_of_stack(id) else ""
    return stack.branches[int(number)] if number else ()


def stack_id(number: int) -> str:
    """The id of the group that stands for a stack; no id of an author has a space."""
    return f"{_STACK}{number}"


def with_stacks(graph: LayoutGraph) -> LayoutGraph:
    """*graph*, which is no more than a panel, with groups for its stacks and their branches."""
    if not graph.stacks:
        return graph
    nodes = {node.id: node for node in graph.nodes}
    groups = {group.id: group for group in graph.groups}
    directions = graph.directions
    nothing = Size(0.0, 0.0)
    # An inner stack stands in a branch of an outer one, so that the outer ones come first.
    for number, stack in enumerate(graph.stacks):
        first = stack.branches[0][0]
        parent = nodes[first].group if first in nodes else groups[first].parent
        id = stack_id(number)
        groups[id] = LayoutGroup(id, parent, nothing, "LR", is_apart=True)
        for index, branch in enumerate(stack.branches):
            home = id
            if len(branch) > 1:
                home = f"{id} {index}"
                groups[home] = LayoutGroup(home, id, nothing, graph.direction, is_apart=True)
            for member in branch:
                if member in nodes:
                    nodes[member] = replace(nodes[member], group=home)
                else:
                    # In the column of a stack, a group is moved as a whole, also if it has the column's direction.
                    groups[member] = replace(
                        groups[member], parent=home, direction=directions[member], is_apart=home == id
                    )
    found = replace(graph, nodes=tuple(nodes.values()), groups=tuple(groups.values()))
    column = next((stack for stack in graph.stacks if stack.is_column), None)
    return _in_column(found, column) if column else found


def _in_column(graph: LayoutGraph, column: Stack) -> LayoutGraph:
    """The graph with the branches of a column in order, and without the edges between them."""
    place = {id: number for number, branch in enumerate(column.branches) for id in branch}
    homes = {
        id: next((place[one] for one in (id, *around) if one in place), -1) for id, around in graph.holders.items()
    }
    return replace(
        graph,
        nodes=tuple(sorted(graph.nodes, key=lambda node: homes[node.id])),
        edges=tuple(edge for edge in graph.edges if homes[edge.source] == homes[edge.target]),
    )


def with_leaves_in_column(graph: LayoutGraph) -> LayoutGraph:
    """*graph* with the leaves that stand beside their hubs in one branch of a column with these, the hub first."""
    leaves = leaf_nodes(graph) if any(stack.is_column for stack in graph.stacks) else set()
    if not leaves:
        return graph
    hubs = {leaf: hub for pair in graph.pairs for leaf, hub in (pair, pair[::-1]) if leaf in leaves}

    def joined(stack: Stack) -> Stack:
        ids = [id for (id,) in stack.branches]
        leaders = {id: hubs[id] if hubs.get(id) in ids and hubs[id] not in hubs else id for id in ids}
        branches: dict[str, list[str]] = {id: [id] for id in ids if leaders[id] == id}
        for id, leader in leaders.items():
            if leader != id:
                branches[leader].append(id)
        return replace(stack, branches=tuple(map(tuple, branches.values())))

    return replace(graph, stacks=tuple(joined(stack) if stack.is_column else stack for stack in graph.stacks))


class Stacking:
    """Stacks the siblings of a graph whose ranks run down, for pages of any width."""

    def __init__(self, graph: LayoutGraph) -> None:
        self._graph = graph
        is_large = len(graph.edges) > _MOST_EDGES or len(graph.nodes) > _MOST_NODES
        self._siblings = None if is_large else _Siblings(Structure(folded(within_panels(graph))))

    def on_page(self, page: float, part: float, *, in_column: bool = False) -> LayoutGraph:
        """The graph with siblings stacked whose row would be wider than a *part* of a *page*; or all *in_column*."""
        graph = self._graph
        if self._siblings is None:
            return graph
        width = page / graph.style.legible_scale - 2 * graph.style.margin
        chooser = _Chooser(self._siblings, part)
        panels = [group.id for group in graph.groups if group.panel]
        for panel in panels or (None,):
            (chooser.in_column if in_column else chooser.width)(panel, width)
        return replace(graph, stacks=tuple(chooser.stacks))


class _Siblings:
    """What joins the members of each group, and the fans among them."""

    def __init__(self, structure: Structure) -> None:
        self.structure = structure
        forward = {edge.key for edge in structure.forward}
        self._after: dict[str, dict[str, None]] = defaultdict(dict)
        self.before: dict[str, dict[str, None]] = defaultdict(dict)
        self.joined: dict[str, set[str]] = defaultdict(set)
        for one, other, edge in structure.siblings:
            self.joined[one].add(other)
            self.joined[other].add(one)
            if edge.key in forward:
                self._after[one][other] = None
                self.before[other][one] = None
        self.aligned = {id for ids in structure.graph.aligned for id in ids}
        self._fans: dict[tuple[str, ...], list[list[list[str]]]] = {}

    def components(self, members: Sequence[str]) -> list[list[str]]:
        """The members by what joins them, each part in the order of the text."""
        inside, seen, found = set(members), set[str](), []
        for id in members:
            part, waiting = set[str](), [id]
            while waiting:
                one = waiting.pop()
                if one in inside and one not in seen:
                    seen.add(one)
                    part.add(one)
                    waiting += self.joined[one]
            if part:
                found.append([one for one in members if one in part])
        return found

    def in_flow_order(self, members: Sequence[str]) -> list[str]:
        """The members in the order of the text, but each behind those that lead to it, and next to them if it can be.

        Groups may lead to each other; of what is left then, the first of the text comes first.
        """
        left = dict.fromkeys(members)
        found: list[str] = []
        while left:
            ready = [id for id in left if left.keys().isdisjoint(self.before[id])]
            following = [id for id in ready if found and found[-1] in self.before[id]]
            found.append(next(iter([*following, *ready]), next(iter(left))))
            del left[found[-1]]
        return found

    def depths(self, members: Sequence[str], before: Mapping[str, Iterable[str]]) -> dict[str, int]:
        """The length of the longest path to each member; edges that close a cycle do not count."""
        inside, depth, open_ = set(members), dict[str, int](), set[str]()
        waiting = [*members]
        while waiting:
            id = waiting[-1]
            leading = [one for one in before.get(id, ()) if one in inside]
            further = [one for one in leading if one not in depth and one not in open_]
            if id not in depth and further:
                open_.add(id)
                waiting += further
                continue
            waiting.pop()
            if id not in depth:
                depth[id] = max((depth[one] + 1 for one in leading if one in depth), default=0)
        return depth

    def fans(self, members: Sequence[str]) -> list[list[list[str]]]:
        """The branches of each fan among some members, the largest fan first."""
        key = tuple(members)
        if key not in self._fans:
            self._fans[key] = self._find_fans(members)
        return self._fans[key]

    def _find_fans(self, members: Sequence[str]) -> list[list[list[str]]]:
        found = []
        place = {id: number for number, id in enumerate(members)}
        for before, after in ((self.before, self._after), (self._after, self.before)):
            depth = self.depths(members, before)
            fans: dict[str, list[str]] = defaultdict(list)
            for id in members:
                hubs = [one for one in before[id] if one in place and depth[one] == depth[id] - 1]
                if hubs:
                    fans[min(hubs, key=place.__getitem__)].append(id)
            for leaves in fans.values():
                branches = self._branches(leaves, (before, after), depth, place) if len(leaves) > 1 else []
                if branches:
                    found.append(branches)
        return sorted(found, key=lambda branches: -sum(map(len, branches)))

    def _branches(
        self,
        leaves: Sequence[str],
        neighbours: tuple[Mapping[str, Iterable[str]], Mapping[str, Iterable[str]]],
        depth: Mapping[str, int],
        place: Mapping[str, int],
    ) -> list[list[str]]:
        """Each leaf with what only it leads to; none if an edge joins two of them, or ``align`` places one.

        *neighbours* are those before each node and those after it, *place* has the members in the order of the text.
        """
        before, after = neighbours
        branch = {id: number for number, id in enumerate(leaves)}
        waiting: list[tuple[int, int, str]] = []

        def follow(id: str) -> None:
            for other in after.get(id, ()):
                if other in place and other not in branch and depth[other] > depth[id]:
                    heapq.heappush(waiting, (depth[other], place[other], other))

        for leaf in leaves:
            follow(leaf)
        while waiting:
            *_, id = heapq.heappop(waiting)
            leading = {branch.get(one, -1) for one in before[id] if one in place}
            if id not in branch and len(leading) == 1 and -1 not in leading:
                branch[id] = leading.pop()
                follow(id)
        if not self.aligned.isdisjoint(branch):
            return []
        if any(branch.get(other, number) != number for id, number in branch.items() for other in self.joined[id]):
            return []
        found: list[list[str]] = [[] for _ in leaves]
        for id in sorted(branch, key=place.__getitem__):
            found[branch[id]].append(id)
        return found


class _Chooser:
    """Decides from the outside in, by estimates of widths, which siblings are stacked."""

    def __init__(self, siblings: _Siblings, part: float) -> None:
        self._siblings = siblings
        self._structure = siblings.structure
        self._part = part
        self._gap = self._structure.graph.style.node_gap
        self._widths = {node.id: node.size.width for node in self._structure.graph.nodes}
        """Of nodes, and of groups as far as they are known."""
        self._titles = {group.id: group.title.width for group in self._structure.graph.groups}
        self.stacks: list[Stack] = []
        """The outer ones first."""
        self._depth = 0
        """Stacks around the present one."""

    def in_column(self, group: str | None, most: float) -> None:
        """Put all members of the top level, or of the only group there, into one stack *most* points wide."""
        members = self._structure.members.get(group, [])
        while len(members) == 1 and members[0] in self._titles:
            group = members[0]
            members = self._structure.members.get(group, [])
        is_free = self._siblings.aligned.isdisjoint(members) and not self._structure.is_sideways(group)
        if len(members) < 2 or not is_free:
            return
        order = self._siblings.in_flow_order(members)
        upwards = self._structure.direction(group) == "BT"
        self.stacks.append(Stack(tuple((id,) for id in (order[::-1] if upwards else order)), 0.0, 0.0, is_column=True))
        self._depth += 1
        for id in order:
            self._of(id, most)
        self._depth -= 1

    def width(self, group: str | None, most: float) -> float:
        """The width of a group, or of the whole, without its border, if it may be *most* points wide."""
        members = self._structure.members.get(group, [])
        if not self._structure.is_sideways(group):
            return self._of_parts(members, most)
        rows = [[self._of(id, most) for id in part] for part in self._siblings.components(members)]
        return max((sum(row) + self._gap * (len(row) - 1) for row in rows), default=0.0)

    def _of(self, id: str, most: float) -> float:
        """The width of a node or group."""
        if id not in self._widths:
            inside = max(self.width(id, most - 2 * _INSET), self._titles[id])
            self._widths[id] = inside + 2 * _INSET
        return self._widths[id]

    def _of_parts(self, members: Sequence[str], most: float) -> float:
        """The width of some members of a group that runs down."""
        widths = {id: self._of(id, most) for id in members}
        parts = self._siblings.components(members)
        if len(parts) == 1:
            return self._of_flow(parts[0], widths, most)
        if self._row(parts, widths) > self._part * most and self._siblings.aligned.isdisjoint(members):
            width = self._stack(parts, most)
            if width is not None:
                return width
        return sum(self._of_flow(part, widths, most) for part in parts) + self._gap * (len(parts) - 1)

    def _row(self, branches: Sequence[Sequence[str]], widths: Mapping[str, float]) -> float:
        """The width of branches side by side."""
        return sum(self._rank_width(branch, widths) for branch in branches) + self._gap * (len(branches) - 1)

    def _of_flow(self, members: Sequence[str], widths: Mapping[str, float], most: float) -> float:
        """The width of members that edges join: that of their widest rank."""
        if len(members) == 1:
            return widths[members[0]]
        left = dict(widths)
        stacked: set[str] = set()
        for branches in self._siblings.fans(members):
            ids = [id for branch in branches for id in branch]
            if not stacked.isdisjoint(ids) or self._row(branches, widths) <= self._part * most:
                continue
            if (width := self._stack(branches, most)) is not None:
                stacked.update(ids)
                left |= {**dict.fromkeys(ids, 0.0), ids[0]: width}
        return self._rank_width([id for id in members if left[id] or id not in stacked], left)

    def _rank_width(self, members: Sequence[str], widths: Mapping[str, float]) -> float:
        ranks: dict[int, list[float]] = defaultdict(list)
        depth = self._siblings.depths(members, self._siblings.before)
        for id in members:
            ranks[depth[id]].append(widths[id])
        return max(sum(row) + self._gap * (len(row) - 1) for row in ranks.values())

    def _stack(self, branches: Sequence[Sequence[str]], most: float) -> float | None:
        """Put branches into a stack, and return its width; ``None`` if it is too deep, or too many lines meet it."""
        if self._depth == _DEPTH:
            return None
        lanes = []
        entering, leaving = self._crossing(branches)
        for ends in (entering, leaving):
            if len({hub for _, hub in ends}) > _HUBS:
                return None
            labels = [edge.label.width for edge, _ in ends if edge.label]
            # Beside a trunk that enters, also a single label would seem to be that of another leaf.
            needs_room = len(labels) > 1 or (labels and ends is entering and len(ends) > 1)
            room = max(labels) + _BESIDE_LABEL if needs_room else 0.0
            lanes.append(max((LANE + arrow_length(edge.width) + room for edge, _ in ends), default=0.0))
        left, right = lanes
        self.stacks.append(Stack(tuple(tuple(branch) for branch in branches), left, right))
        self._depth += 1
        wide = max(self._of_parts(branch, most - left - right) for branch in branches)
        self._depth -= 1
        return wide + left + right

    def _crossing(
        self, branches: Sequence[Sequence[str]]
    ) -> tuple[list[tuple[LayoutEdge, str]], list[tuple[LayoutEdge, str]]]:
        """The edges that enter, and those that leave, each with its end elsewhere."""
        inside = {id for branch in branches for id in branch}
        entering, leaving = [], []
        for edge in self._structure.graph.edges:
            to, of = (not inside.isdisjoint((id, *self._structure.holders[id])) for id in (edge.target, edge.source))
            if to and not of:
                entering.append((edge, edge.source))
            elif of and not to:
                leaving.append((edge, edge.target))
        return entering, leaving
