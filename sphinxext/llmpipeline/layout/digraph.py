"""The DOT of a graph with sizes.

Graphviz gets sizes and never text: those of nodes with their labels, and for the label of an edge or a group an empty
HTML table of fixed size.  So the layout depends on no font of the machine, and nothing that an author writes becomes
DOT: ids consist of letters, digits, ``_``, ``-`` and ``.``, and are quoted all the same.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from ..geometry.curves import HEAVY, arrow_length
from ..geometry.primitives import Size
from ..geometry.shapes import SHAPES
from ..model.vocabulary import Direction
from ..records import record
from .endpoints import Endpoints, between_nodes, innermost
from .graph import SIDEWAYS, LayoutEdge, LayoutGraph, LayoutNode
from .ordering import (
    Members,
    back_edges,
    chained,
    ordered_members,
    placing,
    rank_order,
    whole_ranks,
)
from .regions import Region
from .sizes import BETWEEN_LINES, fits_in_gap, length_in_row, loops_in_rows, room_of_rows
from .weights import weights

GROUP_GAP = 10.0
"""Points that a cluster is larger than its group on each side: the room for arrows between two groups."""

POINTS_PER_INCH = 72
GROUP_MARGIN = 12.0  # points between the border of a group and its members
_GATE = 4  # points: the length of the gate of an island
_ASIDE = 3.0  # points between a node and the label of an edge within its rank
_CORNERS = 28.0  # points of the side of a node where no line begins beside its label
_LEAST = 4  # points: Graphviz complains about smaller tables

_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|-?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)")
_KEYWORDS = ("node", "edge", "graph", "digraph", "subgraph", "strict")


@record
class Dot:
    """A directed graph in the DOT language."""

    name: str
    graph_attr: Mapping[str, str]
    node_attr: Mapping[str, str]
    body: tuple[str, ...]
    """Statements, a line each."""

    @property
    def ranks_clusters_together(self) -> bool:
        """Whether Graphviz ranks all clusters in one pass, as shared ranks require."""
        return "newrank" in self.graph_attr

    @property
    def source(self) -> str:
        """The text of the graph."""
        defaults = {"graph": self.graph_attr, "node": self.node_attr}
        head = (f"\t{part}{_attributes(attributes)}\n" for part, attributes in defaults.items())
        return "".join([f"digraph {self.name} {{\n", *head, *self.body, "}\n"])


@record
class Island:
    """A region that was laid out by itself: a box with gates through which edges lead to its members."""

    size: Size
    gates: Mapping[tuple[str, int], float]
    """By the id of the member, and 0 for lines that leave it, 1 for those that enter: points from the left edge, or
    from the lower one if ranks stand side by side."""


def build_dot(region: Region, islands: Mapping[str, Island] | None = None) -> Dot:
    """Build the DOT of a region.

    Nodes keep their ids, and a group is the cluster ``cluster_ID``.  The label of an edge of key *n* may be a node,
    ``eN label``, between two edges.  *islands* has the inner regions by the ids of their groups.
    """
    graph = region.graph
    style = graph.style
    writer = _Writer(region, islands or {})
    widest = max((edge.width for edge in graph.edges), default=0.0)
    longer_heads = max(0.0, arrow_length(widest) - arrow_length(HEAVY))
    attributes = {
        "rankdir": graph.direction,
        "nodesep": inches(style.node_gap),
        "ranksep": inches(graph.rank_gap + longer_heads),
        "pad": "0",
        # Edges are routed here; where Graphviz routes them, it loses some, or fails.
        "splines": "none",
        # Otherwise Graphviz ranks each cluster by itself, and a rank that two clusters share tears them apart.
        **({"newrank": "true"} if writer.ranks_clusters_together else {}),
    }
    return Dot("pipeline", attributes, {"height": "0", "width": "0"}, tuple(writer.statements()))


class _Writer:
    """Writes the statements of a region: nodes in their clusters, shared ranks, edges."""

    def __init__(self, region: Region, islands: Mapping[str, Island]) -> None:
        graph = region.graph
        self._graph = graph
        self._region = region
        self._islands = islands
        self._members: Members = ordered_members(graph)
        nodes = [node.id for node in graph.nodes]
        self._chain = chained(graph.pipeline, {*nodes, *(group.id for group in graph.groups)})
        """Edges that only keep members of stacks in line."""
        whole = replace(graph, edges=(*graph.edges, *self._chain)) if self._chain else graph
        self._endpoints = whole.endpoints
        every = between_nodes(whole)
        self._back = _against_alignment(graph, self._endpoints, back_edges(nodes, every))
        joined = every[: len(graph.edges)]
        to_groups = {edge.key for edge, other in zip(graph.edges, joined, strict=True) if edge != other}
        self._weights = weights(graph, joined, self._back, to_groups)
        self._listed: dict[str | None, list[tuple[str, ...]]] = defaultdict(list)
        """By the group of the nodes: those in a rank whose order is to be kept."""
        homes = {node.id: node.group for node in graph.nodes}
        self._widths = {node.id: node.size.width for node in graph.nodes}
        for ids in graph.listed:
            owners = {homes.get(id, id) for id in ids}
            if len(owners) == 1 and (owners == {None} or not graph.is_sideways):
                self._listed[owners.pop()].append(ids)
        self._peers: dict[str | None, list[tuple[str, ...]]] = defaultdict(list)
        """By the innermost group around the nodes: those that share a rank, although edges join them."""
        for ids in whole_ranks(graph.peers) if graph.peers else ():
            self._peers[innermost(graph.holders, *ids)].append(ids)
        self.ranks_clusters_together = bool(graph.aligned) or any(
            homes[id] != owner for owner, ranks in self._peers.items() for ids in ranks for id in ids
        )
        self._rows = loops_in_rows(graph)
        self._loops = {
            edge.source: length_in_row(edge, sideways=True) + BETWEEN_LINES
            for edge in graph.edges
            if edge.is_loop and edge.label and edge.key in graph.roomy
        }
        """Points that the label of a loop takes above its node, where that is to have room."""
        in_rows = {edge.key for loops in self._rows.values() for edge in loops}
        placed = {edge.key for edge in placing(joined)} - in_rows
        self._edges = [edge for edge in graph.edges if edge.key in placed or self._endpoints[edge.key].within_rank]
        """Those that Graphviz gets."""
        self._split: set[int] = set()
        self._split_in: dict[str | None, list[tuple[LayoutEdge, Size]]] = defaultdict(list)
        """By the group in which the label is a node."""
        for edge in self._edges:
            ends = self._endpoints[edge.key]
            # There, a label makes Graphviz 14 write outside its memory in one such graph of a hundred.
            if edge.room and ends.within_rank and not fits_in_gap(graph, edge):
                self._split.add(edge.key)
                self._split_in[ends.home].append((edge, self._room_in_rank(edge, edge.room)))

    def _room_in_rank(self, edge: LayoutEdge, room: Size) -> Size:
        """The room of the label of an edge within a rank, less what the gaps at both sides have beside arrowheads."""
        free = 2 * (self._graph.style.node_gap - _ASIDE) - sum(edge.heads) * arrow_length(edge.width)
        if self._graph.is_sideways:
            # The label stands beside the line, and the line at the end of what the two nodes have in common.
            narrower = min(self._widths.get(id, 0.0) for id in (edge.source, edge.target))
            width = 2 * room.width - max(0.0, narrower - _CORNERS)
            return Size(max(room.width, width), max(_LEAST, room.height - free))
        return Size(max(_LEAST, room.width - free), room.height)

    def statements(self) -> Iterator[str]:
        """All statements, in the order in which Graphviz must read them."""
        yield from self._group_members(None, "\t")
        for aligned in self._graph.aligned:
            yield from _same_rank(aligned)
        for edge in self._edges:
            yield from self._edge(edge)
        for edge in self._chain:
            ends = self._endpoints[edge.key]
            if not ends.within_rank:
                attributes = {"style": "invis", "weight": "100"}
                yield _line(_quoted(ends.tail), _quoted(ends.head), edge.key in self._back, attributes)

    def _group_members(self, owner: str | None, indent: str) -> Iterator[str]:
        """The direct members of a group, or of the top level, and theirs."""
        for member in self._members.get(owner, []):
            if isinstance(member, LayoutNode):
                yield self._node(member, indent)
                continue
            title = member.title
            attributes = {
                # Without a title, an empty label, because clusters inherit that of the one around them.
                "label": _label(Size(title.width + 2 * (GROUP_GAP + member.depth), title.height))
                if title.width
                else "",
                "labeljust": "r" if self._graph.direction == "RL" else "l",
                # At the top left: Graphviz turns the places of titles with the ranks.
                "labelloc": "b" if self._graph.direction == "BT" else "t",
                "margin": f"{GROUP_MARGIN + GROUP_GAP + member.depth:g}",
            }
            yield f"{indent}subgraph {_quoted(f'cluster_{member.id}')} {{\n"
            yield f"{indent}\tgraph{_attributes(attributes)}\n"
            yield from self._group_members(member.id, indent + "\t")
            yield f"{indent}}}\n"
        for ids in self._peers[owner]:
            labels = (edge for edge, _ in self._split_in[owner] if self._endpoints[edge.key].tail in ids)
            yield from _same_rank([*ids, *map(_label_node, labels)])
        for ids in self._listed[owner]:
            yield from _same_rank(ids)
            for one, two in pairwise(ids):
                yield _edge_statement(_quoted(one), _quoted(two), {"style": "invis", "weight": "100"})
        for edge, room in self._split_in[owner]:
            yield _node_statement(_label_node(edge), {"label": _label(room), "shape": "plain"}, indent)

    def _node(self, node: LayoutNode, indent: str) -> str:
        if node.id in self._islands:
            gates = _gates(self._islands[node.id], self._graph.direction)
            return _node_statement(node.id, {"label": gates, "shape": "box", "margin": "0"}, indent)
        look = {"shape": SHAPES[node.shape].graphviz, "fixedsize": "true", "label": ""}
        size = self._with_loops(node)
        sides = {"width": inches(size.width), "height": inches(size.height)}
        return _node_statement(node.id, look | sides, indent)

    def _with_loops(self, node: LayoutNode) -> Size:
        """The size of a node with its self-loops, as far as Graphviz does not keep room for them by itself.

        It knows one side of a node, and no labels above a node that are wider than that.
        """
        sideways = self._graph.runs_sideways(node.group)
        width, height = node.size.width, node.size.height
        if sideways:
            width = max(width, self._loops.get(node.id, 0.0))
        if rows := self._rows.get(node.id):
            room = 2 * room_of_rows(rows, sideways=sideways)
            return Size(width, height + room) if sideways else Size(width + room, height)
        return Size(width, height)

    def _edge(self, edge: LayoutEdge) -> Iterator[str]:
        """One edge, in two pieces if its label is a node between its ends."""
        ends = self._endpoints[edge.key]
        attributes = {"weight": str(self._weights[edge.key])}
        if ends.within_rank:
            attributes["minlen"] = "0"  # where an edge has a label, all are as long as two ranks, or as two gaps
        tail, head = self._end(edge, ends, 0), self._end(edge, ends, 1)
        back = edge.key in self._back
        if edge.key not in self._split:
            room = None if ends.within_rank else self._graph.room(edge)
            label = {"label": _label(room)} if room else {}
            yield _line(tail, head, back, attributes | label)
            if ends.twin:
                one, other = map(_quoted, ends.twin)
                yield _line(one, other, back, attributes | {"style": "invis"})
            return
        if ends.within_rank and self._graph.aligned:
            yield from _same_rank([ends.tail, _label_node(edge)])
        between = _quoted(_label_node(edge))
        yield _line(tail, between, back, attributes)
        yield _line(between, head, back, attributes)

    def _end(self, edge: LayoutEdge, ends: Endpoints, end: Literal[0, 1]) -> str:
        """The node, with a port, at the tail (0) or the head (1)."""
        crossing = (self._region.tails, self._region.heads)[end].get(edge.key)
        node, member = (ends.tail, ends.head)[end], crossing.end if crossing else edge.cells[end]
        return f"{_quoted(node)}:{_port(self._islands[node].gates[member, end])}" if member else _quoted(node)


def _against_alignment(graph: LayoutGraph, ends: Mapping[int, Endpoints], back: Set[int]) -> Set[int]:
    """The keys *back* of edges against the flow; within a rank, those against the order of the nodes in it instead."""
    # In a cluster, Graphviz stacks a rank from the bottom up if ranks stand side by side.
    aligned = graph.aligned or [
        (two, one) if graph.is_sideways and innermost(graph.holders, one, two) is not None else (one, two)
        for one, two in graph.peers
    ]
    if not aligned:
        return back
    place = rank_order(aligned)
    within = {key: found for key, found in ends.items() if found.within_rank}
    reverse = {key for key, found in within.items() if place[found.tail] > place[found.head]}
    return (back - within.keys()) | reverse


def _line(tail: str, head: str, back: bool, attributes: Mapping[str, str]) -> str:
    """One edge; a *back* edge is written from its head to its tail, because it runs against the flow."""
    return _edge_statement(*((head, tail) if back else (tail, head)), attributes)


def _same_rank(ids: Sequence[str]) -> Iterator[str]:
    yield "\t{\n"
    yield "\t\trank=same\n"
    for id in ids:
        yield f"\t\t{_quoted(id)}\n"
    yield "\t}\n"


def _label_node(edge: LayoutEdge) -> str:
    """Name of the node that holds the label of an edge; no id has a space."""
    return f"e{edge.key} label"


def _label(size: Size) -> str:
    """An HTML label of *size* in whole points, for what has no size of its own: edges, groups, nodes in their place."""
    return _table(max(_LEAST, math.ceil(size.width)), max(_LEAST, math.ceil(size.height)), "<TR><TD></TD></TR>")


@lru_cache(maxsize=1 << 10)
def _table(width: int, height: int, rows: str) -> str:
    return (
        f'<<TABLE FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{height}" BORDER="1" CELLBORDER="0" CELLPADDING="0"'
        f' CELLSPACING="0">{rows}</TABLE>>'
    )


def _gates(island: Island, direction: Direction) -> str:
    """A table like :func:`_label` with gates for cells: in rows if ranks stand side by side, else in columns.

    A cell is as long as the island, because only its place across the edges counts.
    """
    width, height = math.ceil(island.size.width), math.ceil(island.size.height)
    sideways = direction in SIDEWAYS
    length, breadth = (height, width) if sideways else (width, height)
    found = {length - round(gate) if sideways else round(gate): _port(gate) for gate in island.gates.values()}
    cells: list[str] = []
    at, end = 1, length - 1  # inside the border
    middles = sorted(found)
    for number, middle in enumerate(middles):
        # At the end of the island, or near the next gate, a gate is shorter, so that all stay in their places.
        most = end - len(middles[number + 1 :])
        start = min(max(middle - _GATE // 2, at), most - 1)
        next_gate = middles[number + 1] if middle != middles[-1] else length
        stop = max(start + 1, min(start + _GATE, next_gate - 1, most))
        if start > at:
            cells.append(_cell(start - at, breadth, sideways))
        cells.append(_cell(stop - start, breadth, sideways, found[middle]))
        at = stop
    if at < end:
        cells.append(_cell(end - at, breadth, sideways))
    rows = "".join(f"<TR>{cell}</TR>" for cell in cells) if sideways else f"<TR>{''.join(cells)}</TR>"
    return _table(width, height, rows or "<TR><TD></TD></TR>")


def _cell(length: int, breadth: int, sideways: bool, port: str = "") -> str:
    width, height = (breadth - 2, length) if sideways else (length, breadth - 2)
    name = f' PORT="{port}"' if port else ""
    return f'<TD FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{height}"{name}></TD>'


def _port(gate: float) -> str:
    return f"at{round(gate)}"


def _node_statement(id: str, attributes: Mapping[str, str], indent: str = "\t") -> str:
    return f"{indent}{_quoted(id)}{_attributes(attributes)}\n"


def _edge_statement(tail: str, head: str, attributes: Mapping[str, str]) -> str:
    return f"\t{tail} -> {head}{_attributes(attributes)}\n"


def _attributes(attributes: Mapping[str, str]) -> str:
    names = sorted(attributes)
    return f" [{' '.join([f'{name}={_value(attributes[name])}' for name in names])}]"


@lru_cache(maxsize=1 << 10)
def inches(points: float) -> str:
    """Write a length in inches, as DOT has it."""
    return f"{points / POINTS_PER_INCH:.4f}"


def _value(text: str) -> str:
    """The value of an attribute; an HTML label stays as it is."""
    return text if text.startswith("<<TABLE ") else _quoted(text)


@lru_cache(maxsize=1 << 10)
def _quoted(text: str) -> str:
    """An ID of the DOT language."""
    if _BARE.fullmatch(text) and text.lower() not in _KEYWORDS:
        return text
    escaped = text.replace('"', '\\"')
    return f'"{escaped}"'
