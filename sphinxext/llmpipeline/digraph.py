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
from .model import Direction, Node, Pipeline
from .order import declared, stacked
from .routes import routes
from .shapes import SHAPES
from .style import Style

# A group's own direction in that of the diagram: where ``dot`` would set its edges the other way round.
_TURNED = {
    ("TB", "LR"),
    ("TB", "RL"),
    ("RL", "TB"),
    ("RL", "BT"),
    ("RL", "LR"),
    ("LR", "RL"),
    ("TB", "BT"),
    ("BT", "TB"),
}
# Where what stands in a group has to be told in the opposite order for the same reason.
_MIRRORED = {("BT", "LR"), ("BT", "RL"), ("RL", "TB"), ("RL", "BT")}
_ACROSS: dict[Direction, tuple[Direction, ...]] = {
    "LR": ("TB", "BT"),
    "RL": ("TB", "BT"),
    "TB": ("LR", "RL"),
    "BT": ("LR", "RL"),
}
_SIDEWAYS: tuple[Direction, ...] = ("LR", "RL")
ARROWS = {"flow": "forward", "derive": "forward", "feedback": "forward", "exchange": "both", "link": "none"}
"""At which ends each kind of edges has an arrowhead, in Graphviz's words."""
TURNED = "turned"
"""Comment of the edges that are told from their head to their tail."""

_POINTS_PER_INCH = 72
_GROUP_MARGIN = 12.0  # points between the border of a group and what is in it
_BESIDE_TITLE = 30.0  # points: the margin of a cluster, an arrowhead and a piece of line
_ARROW, _ARROW_GROWTH = 0.65, 0.13  # size of an arrowhead, in Graphviz's own, by the width of its line
_HEAVY, _HEAVY_GROWTH = 3.0, 0.07  # beyond so many points, a head must grow more to be wider than its line
ARROW_LENGTH = 10.0
"""Points of an arrowhead of size 1."""
_LEAST = 4  # below, Graphviz complains that the borders of the table leave no room

MARKER = "#010203"
"""Colour of the border of every label, by which the layout finds it again."""


def arrow_size(width: float) -> float:
    """The size of the arrowhead of a line of *width* points, in Graphviz's own."""
    return _ARROW + _ARROW_GROWTH * width + _HEAVY_GROWTH * max(0.0, width - _HEAVY)


def build(
    pipeline: Pipeline, style: Style, sizes: Sizes, widths: Mapping[int, float] | None = None
) -> graphviz.Digraph:
    """The graph that is laid out.

    Args:
        pipeline: what is laid out.
        style: gives gaps, shapes and widths of lines.
        sizes: those of all labels.
        widths: widths of lines in points, by the index of the edge, where they are not those of their kinds.

    Nodes keep their ids, a group is the cluster ``cluster_ID``, and edge *n* of the pipeline carries ``id=eN``, which
    tells parallel edges apart.  An edge whose label is a node, ``eN label``, goes on as ``id="eN end"``.
    """
    direction = pipeline.direction or style.direction
    graph = graphviz.Digraph(
        "pipeline",
        graph_attr={
            "rankdir": direction,
            "nodesep": _inches(style.node_gap),
            "ranksep": _inches(_rank_gap(pipeline, style, sizes, direction) + _longest_head(widths or {})),
            "compound": "true",
            "pad": "0",
        },
        node_attr={"margin": f"{_inches(style.padding_x)},{_inches(style.padding_y)}", "height": "0", "width": "0"},
        # Lines are drawn here and not by Graphviz, which would keep heavy ones away from their nodes.
        edge_attr={"penwidth": "0.5"},
    )
    _Writer(graph, pipeline, style, sizes, direction, widths or {}).write()
    return graph


def _rank_gap(pipeline: Pipeline, style: Style, sizes: Sizes, direction: Direction) -> float:
    """Room between ranks: where an edge crosses the border of a group, it needs some beside the group's margin.

    Where ranks run up or down, the titles of groups stand in that room too.
    """
    homes = {node.id: node.group for node in pipeline.nodes} | {group.id: group.id for group in pipeline.groups}
    if all(homes[edge.source] == homes[edge.target] for edge in pipeline.edges):
        return style.rank_gap
    titles = max((size.height for size in sizes.groups), default=0.0)
    return style.rank_gap + _GROUP_MARGIN if direction in _SIDEWAYS else max(style.rank_gap, titles + _BESIDE_TITLE)


def _longest_head(widths: Mapping[int, float]) -> float:
    """How much longer an arrowhead may be than those of lines with their usual widths."""
    return ARROW_LENGTH * max(0.0, arrow_size(max(widths.values(), default=0.0)) - arrow_size(_HEAVY))


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


def _label(size: Size) -> str:
    """An HTML label of *size* in whole points, its border in the colour :data:`MARKER`."""
    width, height = max(_LEAST, math.ceil(size.width)), max(_LEAST, math.ceil(size.height))
    return (
        f'<<TABLE FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{height}" BORDER="1" CELLBORDER="0" CELLPADDING="0"'
        f' CELLSPACING="0" COLOR="{MARKER}"><TR><TD></TD></TR></TABLE>>'
    )


class _Writer:
    """Tells a pipeline to a graph: its nodes in their clusters, the ranks that are shared, its edges."""

    def __init__(
        self,
        graph: graphviz.Digraph,
        pipeline: Pipeline,
        style: Style,
        sizes: Sizes,
        direction: Direction,
        widths: Mapping[int, float],
    ) -> None:
        self._graph = graph
        self._pipeline = pipeline
        self._style = style
        self._sizes = {item.id: size for item, size in zip(pipeline.nodes, sizes.nodes, strict=True)}
        self._sizes |= {item.id: size for item, size in zip(pipeline.groups, sizes.groups, strict=True)}
        directions = {group.id: group.direction for group in pipeline.groups}
        self._across = {id for id, own in directions.items() if own in _ACROSS[direction]}
        self._turned = {id for id, own in directions.items() if (own, direction) in _TURNED}
        self._mirrored = {id for id, own in directions.items() if (own, direction) in _MIRRORED}
        self._members = stacked(pipeline) if direction in _SIDEWAYS else declared(pipeline)
        self._routes = routes(pipeline, self._across)
        looks = (style.edges[edge.kind] for edge in pipeline.edges)
        self._widths = [widths.get(index, look.width) for index, look in enumerate(looks)]
        self._labels = [
            # A label stands beside the middle of its line.
            size and _padded(size, 2 * style.edge_label_gap + widths.get(index, 0.0))
            for index, size in enumerate(sizes.edges)
        ]

    def write(self) -> None:
        """Everything, in the order in which Graphviz must hear of it."""
        if self._across or self._pipeline.aligned:
            # Without it Graphviz ranks each cluster by itself, and a rank that two clusters share tears them apart.
            self._graph.attr(newrank="true")
        self._fill(self._graph, None)
        for aligned in self._pipeline.aligned:
            _same_rank(self._graph, aligned)
        for index in range(len(self._pipeline.edges)):
            self._edge(index)

    def _fill(self, parent: graphviz.Digraph, owner: str | None) -> None:
        """What stands directly in a group, or at the top level, and below."""
        inside = self._members.get(owner, [])
        for member in reversed(inside) if owner in self._mirrored else inside:
            if isinstance(member, Node):
                self._node(parent, member)
                continue
            with parent.subgraph(name=_cluster(member.id)) as cluster:
                label = _label(self._sizes[member.id])
                cluster.attr(label=label, margin=f"{_GROUP_MARGIN:g}", labelloc="t", labeljust="l")
                self._fill(cluster, member.id)
        for index, (route, size) in enumerate(zip(self._routes, self._labels, strict=True)):
            if route.within_rank and size and route.home == owner:
                parent.node(_between(index), label=_label(size), shape="plain")
        if owner in self._across:
            _same_rank(parent, [member.id for member in inside if isinstance(member, Node)])

    def _node(self, graph: graphviz.Digraph, node: Node) -> None:
        shape = SHAPES[self._style.nodes[node.kind].shape]
        attributes = dict(shape.attributes)
        label = self._sizes[node.id]
        if size := shape.size(label, self._style.padding_x, self._style.padding_y):
            attributes |= {"width": _inches(size.width), "height": _inches(size.height), "fixedsize": "true"}
        graph.node(node.id, label=_label(label), **attributes)

    def _edge(self, index: int) -> None:
        """One edge.  Where its ends share a rank, its label is a node between them.

        Given as a label of the edge, it makes Graphviz 14 write outside its memory in one such graph of a hundred.
        """
        edge, route, label = self._pipeline.edges[index], self._routes[index], self._labels[index]
        arrow = {"dir": ARROWS[edge.kind], "arrowsize": f"{arrow_size(self._widths[index]):.2f}"}
        tail = {"ltail": _cluster(route.tail_group)} if route.tail_group else {}
        head = {"lhead": _cluster(route.head_group)} if route.head_group else {}
        turned = route.home is not None and route.home in self._turned
        if label is None or not route.within_rank:
            around = {"label": _label(label)} if label else {}
            self._join(f"e{index}", route.tail, route.head, turned, arrow | tail | head | around)
            return
        between = _between(index)
        _same_rank(self._graph, [route.tail, between])
        both = arrow["dir"] == "both"
        first, second = ("back", "forward") if both else ("none", arrow["dir"])
        self._join(f"e{index}", route.tail, between, turned, arrow | tail | {"dir": first})
        self._join(f"e{index} end", between, route.head, turned, arrow | head | {"dir": second})

    def _join(self, id: str, tail: str, head: str, turned: bool, attributes: Mapping[str, str]) -> None:
        """One line; a *turned* one is told from its head to its tail, for the sake of the order in which they stand."""
        told = dict(attributes)
        if turned:
            tail, head = head, tail
            opposite = {"forward": "back", "back": "forward", "ltail": "lhead", "lhead": "ltail"}
            told = {opposite.get(name, name): value for name, value in told.items()}
            told |= {"dir": opposite.get(told["dir"], told["dir"]), "comment": TURNED}
        self._graph.edge(tail, head, id=id, **told)


def _padded(size: Size, room: float) -> Size:
    return Size(size.width + room, size.height + room)


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
