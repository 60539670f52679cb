"""A pipeline with sizes → ``graphviz.Digraph``.

Graphviz gets sizes and never text: a label is an empty HTML table of fixed size.  So the layout depends on no font of
the machine, and nothing that an author writes becomes DOT: ids are made of letters, digits, ``_``, ``-`` and ``.``, and
they are quoted all the same.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import graphviz
from graphviz.quoting import quote

from ..geometry.curves import HEAVY, arrow_ends, arrow_length, arrow_size
from ..geometry.primitives import Box, Size, Sizes
from ..geometry.shapes import SHAPES
from ..model.pipeline import Edge, Node, Pipeline
from ..model.vocabulary import Direction, Splines
from ..style.types import Style
from .endpoints import as_told, routes
from .ordering import backward, declared, stacked
from .regions import Crossing

_SIDEWAYS: tuple[Direction, ...] = ("LR", "RL")
TURNED = "turned"
"""Comment of the edges that are told from their head to their tail."""

_POINTS_PER_INCH = 72
_GROUP_MARGIN = 12.0  # points between the border of a group and what is in it
GROUP_GAP = 10.0
"""Points that a cluster is larger than its group on each side: the room for arrows between two groups."""

DETOUR_MARGIN = 2.0
"""Points that a detour keeps from each obstacle: where two are nearer than twice that, Graphviz goes straight on."""

_GATE = 4  # points: how high the gate of an island is
_LEAST = 4  # below, Graphviz complains that the borders of the table leave no room


@dataclass(frozen=True, slots=True)
class Island:
    """What was laid out by itself, as a box with gates through which edges lead to what is in it."""

    size: Size
    gates: Mapping[str, float]
    """By the id of what is in it: points from the left edge, or from the lower one where ranks run sideways."""


def build(
    pipeline: Pipeline,
    style: Style,
    sizes: Sizes,
    islands: Mapping[str, Island] | None = None,
    tails: Sequence[Crossing | None] = (),
    heads: Sequence[Crossing | None] = (),
) -> graphviz.Digraph:
    """The graph that is laid out.

    Nodes keep their ids, a group is the cluster ``cluster_ID``, and edge *n* of the pipeline carries ``id=eN``, which
    tells parallel edges apart.  An edge whose label is a node, ``eN label``, goes on as ``id="eN end"``.

    Args:
        pipeline: what is laid out.
        style: gives gaps, padding and shapes.
        sizes: of the labels of the pipeline; of an island there is none.
        islands: nodes of the pipeline that stand for what was laid out by itself, by their ids.
        tails: for each edge the gate that it comes through; none where there are no islands.
        heads: the gate that it goes through.
    """
    lines = line_widths(pipeline, style, sizes)
    graph = graphviz.Digraph(
        "pipeline",
        graph_attr={
            "rankdir": direction_of(pipeline, style),
            "nodesep": _inches(style.node_gap),
            "ranksep": _inches(style.rank_gap + _longer_heads(lines)),
            "pad": "0",
            **({"splines": "ortho"} if splines_of(pipeline, style) == "ortho" else {}),
        },
        node_attr={"height": "0", "width": "0"},
        # Lines are drawn here and not by Graphviz, which would keep heavy ones away from their nodes.
        edge_attr={"penwidth": "0.5"},
    )
    crossings = list(zip(tails, heads, strict=True)) or [(None, None)] * len(pipeline.edges)
    _Writer(graph, pipeline, style, replace(sizes, lines=lines), islands or {}, crossings).write()
    return graph


def detour(
    start: Box, end: Box, obstacles: Sequence[Box], arrows: tuple[bool, bool], width: float, splines: Splines
) -> graphviz.Digraph:
    """The graph of one edge around *obstacles*, with everything in its place already; the edge has the id ``e0``.

    Args:
        start: where the edge begins.
        end: where it ends.
        obstacles: what it must not touch; they, *start* and *end* are apart by more than two :data:`DETOUR_MARGIN`.
        arrows: whether it has an arrowhead where it begins, and where it ends.
        width: of the line, in points.
        splines: how it runs.
    """
    graph = graphviz.Digraph(
        "detour",
        graph_attr={"layout": "nop2", "splines": splines, "esep": f"+{DETOUR_MARGIN:g}", "pad": "0"},
        # Half the width of its border would count as part of an obstacle.
        node_attr={"shape": "box", "fixedsize": "true", "label": "", "penwidth": "0"},
        edge_attr={"penwidth": "0.5"},
    )
    for index, box in enumerate((start, end, *obstacles)):
        x, y = box.center
        sides = {"width": _inches(box.width), "height": _inches(box.height)}
        _add_node(graph, f"b{index}", {"pos": f"{x:.2f},{y:.2f}", **sides})
    _add_edge(graph, "b0", "b1", {"id": "e0", "arrowsize": f"{arrow_size(width):.2f}", **_arrows(*arrows)})
    return graph


def direction_of(pipeline: Pipeline, style: Style) -> Direction:
    """Of the ranks; where it is left to the page, from left to right."""
    direction = pipeline.direction or style.direction
    return "LR" if direction == "auto" else direction


def splines_of(pipeline: Pipeline, style: Style) -> Splines:
    """How edges run."""
    return pipeline.splines or style.splines


def line_widths(pipeline: Pipeline, style: Style, sizes: Sizes) -> tuple[float, ...]:
    """Widths of the lines of all edges, in points."""
    return sizes.lines or tuple(style.edges[edge.kind].width for edge in pipeline.edges)


def node_size(node: Node, label: Size, style: Style) -> Size:
    """Of a node with a label of that size."""
    return SHAPES[style.nodes[node.kind].shape].size(label, style.padding_x, style.padding_y)


def label_room(label: Size, line: float, style: Style) -> Size:
    """What the label of an edge takes up, which stands beside the middle of a line of that width."""
    room = 2 * style.edge_label_gap + max(0.0, line - HEAVY)
    return Size(label.width + room, label.height + room)


def _longer_heads(widths: Sequence[float]) -> float:
    """How much longer arrowheads may be than those of lines with their usual widths, in points."""
    return max(0.0, arrow_length(max(widths, default=0.0)) - arrow_length(HEAVY))


def _add_node(graph: graphviz.Digraph, id: str, attributes: Mapping[str, str]) -> None:
    """Add a node, with the very text that the graph's own method adds in ten times the time."""
    graph.body.append(f"\t{_quoted(id)}{_listed(attributes)}\n")


def _add_edge(graph: graphviz.Digraph, tail: str, head: str, attributes: Mapping[str, str]) -> None:
    """The same for an edge, whose ends may name ports."""
    ends = (":".join(map(_quoted, end.split(":"))) for end in (tail, head))
    graph.body.append(f"\t{' -> '.join(ends)}{_listed(attributes)}\n")


def _listed(attributes: Mapping[str, str]) -> str:
    """Attributes as DOT has them, the label first."""
    names = sorted(attributes, key=lambda name: (name != "label", name))
    return f" [{' '.join([f'{name}={_quoted(attributes[name])}' for name in names])}]"


_quoted = lru_cache(maxsize=1 << 10)(quote)


@lru_cache(maxsize=1 << 10)
def _inches(points: float) -> str:
    return f"{points / _POINTS_PER_INCH:.4f}"


def _label(size: Size) -> str:
    """An HTML label of *size* in whole points."""
    return _table_of(max(_LEAST, math.ceil(size.width)), max(_LEAST, math.ceil(size.height)))


@lru_cache(maxsize=1 << 10)
def _table_of(width: int, height: int) -> str:
    return f"<{_table(width, height)}<TR><TD></TD></TR></TABLE>>"


def _table(width: int, height: int) -> str:
    return (
        f'<TABLE FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{height}" BORDER="1" CELLBORDER="0" CELLPADDING="0"'
        ' CELLSPACING="0">'
    )


def _gates(island: Island, direction: Direction) -> str:
    """A table like :func:`_label`, whose cells are the gates: rows where ranks run sideways, columns where they do not.

    A cell is as long as the island, so that an edge ends on whichever side it comes from.
    """
    width, height = math.ceil(island.size.width), math.ceil(island.size.height)
    sideways = direction in _SIDEWAYS
    length, breadth = (height, width) if sideways else (width, height)
    cells: list[str] = []
    at = 1  # inside the border
    for middle in sorted({round(gate) for gate in island.gates.values()}, reverse=sideways):
        start = (length - middle if sideways else middle) - _GATE // 2
        start = max(start, at)
        if start > at:
            cells.append(_cell(start - at, breadth, sideways))
        cells.append(_cell(_GATE, breadth, sideways, _port(middle)))
        at = start + _GATE
    if at < length - 1:
        cells.append(_cell(length - 1 - at, breadth, sideways))
    rows = "".join(f"<TR>{cell}</TR>" for cell in cells) if sideways else f"<TR>{''.join(cells)}</TR>"
    return f"<{_table(width, height)}{rows or '<TR><TD></TD></TR>'}</TABLE>>"


def _cell(length: int, breadth: int, sideways: bool, port: str = "") -> str:
    width, height = (breadth - 2, length) if sideways else (length, breadth - 2)
    name = f' PORT="{port}"' if port else ""
    return f'<TD FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{height}"{name}></TD>'


def _port(gate: float) -> str:
    return f"at{round(gate)}"


class _Writer:
    """Tells a pipeline to a graph: its nodes in their clusters, the ranks that are shared, its edges."""

    def __init__(
        self,
        graph: graphviz.Digraph,
        pipeline: Pipeline,
        style: Style,
        sizes: Sizes,
        islands: Mapping[str, Island],
        crossings: Sequence[tuple[Crossing | None, Crossing | None]],
    ) -> None:
        self._graph = graph
        self._pipeline = pipeline
        self._style = style
        self._islands = islands
        self._crossings = crossings
        self._sizes = {item.id: size for item, size in zip(pipeline.nodes, sizes.nodes, strict=True)}
        self._sizes |= {item.id: size for item, size in zip(pipeline.groups, sizes.groups, strict=True)}
        self._direction = direction_of(pipeline, style)
        self._ortho = splines_of(pipeline, style) == "ortho"
        self._members = stacked(pipeline) if self._direction in _SIDEWAYS else declared(pipeline)
        self._routes = routes(pipeline)
        told = as_told(pipeline, self._routes)
        self._backward = backward([node.id for node in pipeline.nodes], told)
        self._weights = _weights(told)
        self._lines = sizes.lines
        self._labels = [
            size and label_room(size, line, style) for size, line in zip(sizes.edges, self._lines, strict=True)
        ]

    def write(self) -> None:
        """Everything, in the order in which Graphviz must hear of it."""
        if self._pipeline.aligned:
            # Without it Graphviz ranks each cluster by itself, and a rank that two clusters share tears them apart.
            self._graph.attr(newrank="true")
        self._fill(self._graph, None)
        for aligned in self._pipeline.aligned:
            _same_rank(self._graph, aligned)
        for index in range(len(self._pipeline.edges)):
            self._edge(index)

    def _fill(self, parent: graphviz.Digraph, owner: str | None) -> None:
        """What stands directly in a group, or at the top level, and below."""
        for member in self._members.get(owner, []):
            if isinstance(member, Node):
                self._node(parent, member)
                continue
            with parent.subgraph(name=_cluster(member.id)) as cluster:
                title = self._sizes[member.id]
                label = _label(Size(title.width + 2 * GROUP_GAP, title.height))
                # At the top left: Graphviz turns the places of titles round with the ranks.
                side, level = "r" if self._direction == "RL" else "l", "b" if self._direction == "BT" else "t"
                margin = f"{_GROUP_MARGIN + GROUP_GAP:g}"
                cluster.attr(label=label, margin=margin, labelloc=level, labeljust=side)
                self._fill(cluster, member.id)
        for index, (route, size) in enumerate(zip(self._routes, self._labels, strict=True)):
            if size and route.home == owner and self._is_split(index):
                _add_node(parent, _between(index), {"label": _label(size), "shape": "plain"})

    def _node(self, graph: graphviz.Digraph, node: Node) -> None:
        if node.id in self._islands:
            island = self._islands[node.id]
            gates = _gates(island, self._direction)
            _add_node(graph, node.id, {"label": gates, "shape": "box", "margin": "0"})
            return
        label = self._sizes[node.id]
        size = node_size(node, label, self._style)
        shape = SHAPES[self._style.nodes[node.kind].shape].graphviz
        sides = {"width": _inches(size.width), "height": _inches(size.height)}
        _add_node(graph, node.id, {"label": _label(label), "shape": shape, **sides, "fixedsize": "true"})

    def _edge(self, index: int) -> None:
        """One edge, in two pieces where its label is a node between its ends."""
        route, label = self._routes[index], self._labels[index]
        size = {"arrowsize": f"{arrow_size(self._lines[index]):.2f}", "weight": str(self._weights[index])}
        tail, tail_arrow, head, head_arrow = *self._gate(index, 0), *self._gate(index, 1)
        turned = index in self._backward
        if label is None or not self._is_split(index):
            around = {"label": _label(label)} if label else {}
            self._join(f"e{index}", tail, head, turned, size | around | _arrows(tail_arrow, head_arrow))
            return
        between = _between(index)
        if route.within_rank:
            _same_rank(self._graph, [route.tail, between])
        self._join(f"e{index}", tail, between, turned, size | _arrows(tail_arrow, False))
        self._join(f"e{index} end", between, head, turned, size | _arrows(False, head_arrow))

    def _is_split(self, index: int) -> bool:
        """Whether the label of an edge is told as a node between its ends.

        Where they share a rank, a label of the edge itself makes Graphviz 14 write outside its memory in one such graph
        of a hundred; where edges are to run along and across, Graphviz places no labels.
        """
        route = self._routes[index]
        return route.tail != route.head and (route.within_rank or self._ortho)

    def _gate(self, index: int, end: Literal[0, 1]) -> tuple[str, bool]:
        """What an edge is told to begin (0) or end (1) with, and whether Graphviz draws an arrowhead there.

        It does not at a cluster or an island: the group's own border is further on.
        """
        edge, route, crossing = self._pipeline.edges[index], self._routes[index], self._crossings[index][end]
        node, group = ((route.tail, route.tail_group), (route.head, route.head_group))[end]
        if crossing:
            return f"{node}:{_port(self._islands[node].gates[crossing.end])}", False
        return node, arrow_ends(edge.kind)[end] and not group and node not in self._islands

    def _join(self, id: str, tail: str, head: str, turned: bool, attributes: Mapping[str, str]) -> None:
        """One line; a *turned* one is told from its head to its tail, because it runs against the flow."""
        told = dict(attributes)
        if turned:
            tail, head = head, tail
            opposite = {"forward": "back", "back": "forward"}
            told |= {"dir": opposite.get(told["dir"], told["dir"]), "comment": TURNED}
        _add_edge(self._graph, tail, head, {"id": id, **told})


def _weights(edges: Sequence[Edge]) -> list[int]:
    """How straight each edge is to be: the links of a chain very, feedback not at all."""
    flow = [edge for edge in edges if edge.kind != "feedback"]
    leaving, entering = Counter(edge.source for edge in flow), Counter(edge.target for edge in flow)
    return [
        1 if edge.kind == "feedback" else 20 if leaving[edge.source] == entering[edge.target] == 1 else 3
        for edge in edges
    ]


def _arrows(tail: bool, head: bool) -> dict[str, str]:
    return {"dir": {(True, True): "both", (True, False): "back", (False, True): "forward"}.get((tail, head), "none")}


def _same_rank(graph: graphviz.Digraph, ids: Sequence[str]) -> None:
    with graph.subgraph() as rank:
        rank.attr(rank="same")
        for id in ids:
            rank.node(id)


def _cluster(group: str) -> str:
    return f"cluster_{group}"


def _between(index: int) -> str:
    """Name of the node that holds the label of an edge; no id has a space."""
    return f"e{index} label"
