"""A pipeline with sizes → ``graphviz.Digraph``.

Graphviz gets sizes and never text: a label is an empty HTML table of fixed size, whose border Graphviz reports as the
rectangle of the label.  So the layout depends on no font of the machine, and nothing that an author writes becomes DOT:
ids are made of letters, digits, ``_``, ``-`` and ``.``, and they are quoted all the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import graphviz
import graphviz.backend.dot_command as dot_command

from .geometry import Size, Sizes
from .model import Direction, Edge, Group, Node, Pipeline
from .order import declared, stacked
from .shapes import SHAPES
from .style import Style

_ACROSS: dict[Direction, tuple[Direction, ...]] = {
    "LR": ("TB", "BT"),
    "RL": ("TB", "BT"),
    "TB": ("LR", "RL"),
    "BT": ("LR", "RL"),
}
_SIDEWAYS: tuple[Direction, ...] = ("LR", "RL")
_ARROWS = {"flow": "forward", "derive": "forward", "feedback": "forward", "exchange": "both", "link": "none"}
_POINTS_PER_INCH = 72
_BESIDE_TITLE = 30.0  # points: the margin of a cluster, an arrowhead and a piece of line
_ARROW, _ARROW_GROWTH = 0.65, 0.13  # size of an arrowhead, in Graphviz's own, by the width of its line
_LEAST = 4  # below, Graphviz complains that the borders of the table leave no room

MARKER = "#010203"
"""Colour of the border of every label, by which the layout finds it again."""


def build(pipeline: Pipeline, style: Style, sizes: Sizes) -> graphviz.Digraph:
    """The graph that is laid out.

    Nodes keep their ids, a group is the cluster ``cluster_ID``, and edge *n* of the pipeline carries ``id=eN``, which
    tells parallel edges apart.
    """
    direction = pipeline.direction or style.direction
    graph = graphviz.Digraph(
        "pipeline",
        graph_attr={
            "rankdir": direction,
            "nodesep": _inches(style.node_gap),
            "ranksep": _inches(_rank_gap(pipeline, style, sizes, direction)),
            "compound": "true",
            "pad": "0",
        },
        node_attr={"margin": f"{_inches(style.padding_x)},{_inches(style.padding_y)}", "height": "0", "width": "0"},
        # Lines are drawn here and not by Graphviz, which would keep heavy ones away from their nodes.
        edge_attr={"penwidth": "0.5"},
    )
    across = [group for group in pipeline.groups if group.direction in _ACROSS[direction]]
    if pipeline.aligned or across:
        # Without it Graphviz ranks each cluster by itself, and a rank that nodes of two clusters share tears it apart.
        graph.attr(newrank="true")
    _add_members(graph, pipeline, style, sizes, direction)
    for aligned in pipeline.aligned:
        _same_rank(graph, aligned)
    ends = _Ends(pipeline)
    stacked = {node.id: node.group for node in pipeline.nodes if node.group in {group.id for group in across}}
    for index, (edge, size) in enumerate(zip(pipeline.edges, sizes.edges, strict=True)):
        home = stacked.get(edge.source)
        upwards = direction in _SIDEWAYS and home is not None and home == stacked.get(edge.target)
        _add_edge(graph, index, edge, size, style, ends, upwards=upwards)
    return graph


def _rank_gap(pipeline: Pipeline, style: Style, sizes: Sizes, direction: Direction) -> float:
    """Room between ranks: where they run up or down, titles of groups stand in it, and an edge needs more beside."""
    if direction in _SIDEWAYS or not pipeline.edges:
        return style.rank_gap
    titles = max((size.height for size in sizes.groups), default=0.0)
    return max(style.rank_gap, titles + _BESIDE_TITLE) if titles else style.rank_gap


def draw_with_dot(graph: graphviz.Digraph, format: str, dot: str) -> bytes:
    """What the executable *dot* makes of *graph*; what it prints on stderr goes to ``sys.stderr``.

    Raises:
        OSError, RuntimeError, subprocess.CalledProcessError: from ``graphviz``, where *dot* cannot be run or fails.
    """
    before = dot_command.DOT_BINARY
    # The package has no argument for it; this is the name that its own code reads at each call.
    dot_command.DOT_BINARY = Path(dot)
    try:
        drawn: bytes = graph.pipe(format=format, engine="dot")
    finally:
        dot_command.DOT_BINARY = before
    return drawn


def _inches(points: float) -> str:
    return f"{points / _POINTS_PER_INCH:.4f}"


def _label(size: Size, marker: str) -> str:
    """An HTML label of *size* in whole points, its border in the colour *marker*."""
    width, height = max(_LEAST, math.ceil(size.width)), max(_LEAST, math.ceil(size.height))
    return (
        f'<<TABLE FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{height}" BORDER="1" CELLBORDER="0" CELLPADDING="0"'
        f' CELLSPACING="0" COLOR="{marker}"><TR><TD></TD></TR></TABLE>>'
    )


def _add_members(graph: graphviz.Digraph, pipeline: Pipeline, style: Style, sizes: Sizes, direction: Direction) -> None:
    group_sizes = {group.id: size for group, size in zip(pipeline.groups, sizes.groups, strict=True)}
    node_sizes = {node.id: size for node, size in zip(pipeline.nodes, sizes.nodes, strict=True)}
    members = stacked(pipeline) if direction in _SIDEWAYS else declared(pipeline)

    def fill(parent: graphviz.Digraph, owner: str | None) -> None:
        for member in members.get(owner, ()):
            if isinstance(member, Node):
                _add_node(parent, member, node_sizes[member.id], style)
                continue
            with parent.subgraph(name=f"cluster_{member.id}") as cluster:
                cluster.attr(label=_label(group_sizes[member.id], MARKER), margin="12", labelloc="t", labeljust="l")
                fill(cluster, member.id)
                if member.direction in _ACROSS[direction]:
                    _stack(cluster, members.get(member.id, []))

    fill(graph, None)


def _add_node(graph: graphviz.Digraph, node: Node, label: Size, style: Style) -> None:
    shape = SHAPES[style.nodes[node.kind].shape]
    attributes = dict(shape.attributes)
    if size := shape.size(label, style.padding_x, style.padding_y):
        attributes |= {"width": _inches(size.width), "height": _inches(size.height), "fixedsize": "true"}
    graph.node(node.id, label=_label(label, MARKER), **attributes)


def _stack(cluster: graphviz.Digraph, members: Sequence[Node | Group]) -> None:
    """A group across the diagram: its nodes share a rank, in which edges between them keep their order."""
    nodes = [member.id for member in members if isinstance(member, Node)]
    if len(nodes) > 1:
        _same_rank(cluster, nodes)


def _same_rank(graph: graphviz.Digraph, ids: Sequence[str]) -> None:
    with graph.subgraph() as rank:
        rank.attr(rank="same")
        for id in ids:
            rank.node(id)


class _Ends:
    """The nodes that stand for a group at an end of an edge, since Graphviz joins nodes only."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.groups = {group.id for group in pipeline.groups}
        self.members: dict[str, list[str]] = {id: [] for id in self.groups}
        around: Mapping[str, str | None] = {group.id: group.parent for group in pipeline.groups}
        for node in pipeline.nodes:
            owner = node.group
            while owner is not None:
                self.members[owner].append(node.id)
                owner = around[owner]
        self.joined = {(edge.target, edge.source) for edge in pipeline.edges}

    def tail(self, id: str) -> tuple[str, str | None]:
        """The node an edge leaves from and its cluster: the middle one of those that lead nowhere else in the group."""
        return self._stand_in(id, leaving=True)

    def head(self, id: str) -> tuple[str, str | None]:
        """The node an edge runs to and its cluster: the middle one of those that nothing else in the group leads to."""
        return self._stand_in(id, leaving=False)

    def _stand_in(self, id: str, *, leaving: bool) -> tuple[str, str | None]:
        if id not in self.groups:
            return id, None
        members = self.members[id]
        inside = set(members)
        within = {*inside, *(group for group, held in self.members.items() if set(held) < inside)}
        moving: set[str] = set()
        for target, source in self.joined:
            if {source, target} <= within:
                end = source if leaving else target
                moving |= {end, *self.members.get(end, ())}
        outer = [member for member in members if member not in moving] or members
        return outer[(len(outer) - 1) // 2], f"cluster_{id}"


def _add_edge(
    graph: graphviz.Digraph, index: int, edge: Edge, size: Size | None, style: Style, ends: _Ends, *, upwards: bool
) -> None:
    """One edge; *upwards* where Graphviz would draw it from the bottom to the top of its rank."""
    tail, ltail = ends.tail(edge.source)
    head, lhead = ends.head(edge.target)
    attributes = {
        "id": f"e{index}",
        "dir": _ARROWS[edge.kind],
        "arrowsize": f"{_ARROW + _ARROW_GROWTH * style.edges[edge.kind].width:.2f}",
    }
    if size is not None:
        room = Size(size.width + 2 * style.edge_label_gap, size.height + 2 * style.edge_label_gap)
        attributes["label"] = _label(room, MARKER)
    if upwards:
        tail, head = head, tail
        attributes["dir"] = {"forward": "back"}.get(attributes["dir"], attributes["dir"])
    if ltail:
        attributes["ltail"] = ltail
    if lhead:
        attributes["lhead"] = lhead
    graph.edge(tail, head, **attributes)
