"""The graph that is laid out: sizes, directions and line widths resolved from model, style, text and encoding.

Every stage of the layout takes this graph, or a part of it: a panel, or a region with a direction of its own.  Parts
keep the ids of nodes and groups and the keys of edges, by which results of parts are joined.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import field, replace
from functools import cached_property
from itertools import chain
from typing import Literal

from ..geometry.curves import arrow_ends, head_breadth
from ..geometry.primitives import Box, Size
from ..geometry.shapes import DEPTH_OF_PILE, SHAPES
from ..model.pipeline import Pipeline, enclosing_groups
from ..model.vocabulary import DiagramDirection, Direction, EdgeKind, Splines
from ..records import frozen_record, record
from ..style.types import Encoding, Style
from ..text.typesetting import TextBlocks
from .cells import with_ambiguous_ends
from .endpoints import Endpoints, endpoints_of
from .named_directions import groups_apart, named_directions
from .peers import pairs_of, peers_of
from .result import LayoutCallout
from .shares import line_id, text_id
from .sizes import (
    AROUND_LABEL,
    BETWEEN_LINES,
    fits_in_gap,
    label_room,
    node_size,
    texts_beside,
    with_cells,
    with_equal_widths,
    with_room_for_lines,
)

SIDEWAYS: tuple[Direction, ...] = ("LR", "RL")
"""Directions with ranks side by side."""
_ROUND_PLOTS = ("box", "rounded", "lined", "subroutine", "note", "component", "tab", "folder", "box3d", "octagon")
"""Shapes with room for a plot or an image: others would be far larger than it."""
_CROWDED = 100  # edges: in a larger graph, few labels would find a place beside their lines
_LOOP = 20.0  # points between the ends of a self-loop, at least
_THIN = 4.0  # points across the flow, of the room for the one label of a fan
_PARTING = 16.0  # points along the flow, in which the lines of a fan part
_OPENED = 1.5  # times the gap of the style: as far as ranks are moved apart for labels beside lines

MemberOrder = Literal["stacked", "declared", "reversed"]
"""As ``dot`` is expected to stack members from the top down; as they are declared; in groups the other way round."""


@record
class LayoutNode:
    """A node with the size of its shape, or a region that stands for its group in the region around it."""

    id: str
    group: str | None
    """Id of the innermost group around it; ``None`` at the top level."""
    label: Size
    size: Size
    """With room for the label, and at the sides along the flow for wide lines."""
    shape: str
    """Name of the shape, a key of :data:`~sphinxext.llmpipeline.geometry.shapes.SHAPES`."""
    depth: float = 0.0
    """Points that the sheets of a pile take of its size, at the right and at the top."""
    cells: Mapping[str, Box] = field(default_factory=dict)
    """Of a table: its cells by id, from its lower left corner."""
    lean: tuple[float, float] = (0.0, 0.0)
    """Points by which the middle of its cells is further right, and further up, than that of a table with texts."""
    anchor: str | None = None
    """Of a table: the cell by which it shares a rank; ``None`` for its middle."""


@record
class LayoutEdge:
    """An edge with the sizes of its line and its label."""

    key: int
    """Position in the pipeline, by which every stage and every part of the graph names the edge."""
    source: str
    target: str
    kind: EdgeKind
    width: float
    """Width of the line, in points."""
    label: Size | None = None
    room: Size | None = None
    """The label and the clearance around it, beside a line of that width; ``None`` without a label."""
    crosses_border: bool = False
    """Whether it crosses, or ends at, the border of a group, which takes room between two ranks."""
    cells: tuple[str | None, str | None] = (None, None)
    """The cells at which it begins and ends, if the source or the target is a table."""
    meets: tuple[bool, bool] = (False, False)
    """Whether it meets other edges at a point at its start, and at its end: no arrowhead stands there."""
    fan: int | None = None
    """Number of the fan for which one label beside the common end is enough; ``None`` for a label of its own."""

    @property
    def is_loop(self) -> bool:
        """Whether both ends are the same node."""
        return self.source == self.target

    @property
    def heads(self) -> tuple[bool, bool]:
        """Whether it has an arrowhead at its start, and at its end."""
        start, end = arrow_ends(self.kind)
        return start and not self.meets[0], end and not self.meets[1]

    @property
    def breadth(self) -> float:
        """Points across the line, with its arrowheads."""
        return max(self.width, head_breadth(self.width)) if any(self.heads) else self.width

    @property
    def loop_width(self) -> float:
        """Points between the ends of a self-loop."""
        return max(_LOOP, self.breadth + BETWEEN_LINES)


@record
class LayoutGroup:
    """A group, or a panel, with the size of its title."""

    id: str
    parent: str | None
    title: Size
    """The title with its badge."""
    direction: Direction | None = None
    """Its own direction; ``None`` inherits that of the group around it, or of the graph."""
    panel: bool = False
    depth: float = 0.0
    """As that of a node."""
    is_apart: bool = False
    """Whether it is laid out by itself, as groups with another direction are."""
    rows: tuple[tuple[str, ...], ...] = ()
    """Of a table: the ids of its cells, row by row."""
    texts: tuple[str, ...] = ()
    """The ids of the cells whose texts stand beside them."""
    is_framed: bool = True
    """Whether it is more than its cells: it has a title, or edges both at the whole and at single cells."""

    @property
    def cells(self) -> tuple[str, ...]:
        """The ids of all cells of a table."""
        return tuple(chain.from_iterable(self.rows))

    @property
    def parts(self) -> tuple[str, ...]:
        """The ids of all cells of a table, and of the texts beside them with their lines."""
        return (*self.cells, *map(text_id, self.texts), *map(line_id, self.texts))

    @property
    def has_border(self) -> bool:
        """Whether it has a border, which panels and mere cells have not."""
        return self.is_framed and not self.panel


@record
class Stack:
    """Siblings one below the other, with lanes beside them for the lines that enter and leave."""

    branches: tuple[tuple[str, ...], ...]
    """Ids of nodes and groups of one group: of each branch, from the top down."""
    left: float
    """The breadth of the lane of the lines that enter, in points."""
    right: float
    """The breadth of the lane of the lines that leave."""
    is_column: bool = False
    """Whether each branch is one part, and edges may join them, which have no say in the places of these parts."""

    @property
    def members(self) -> frozenset[str]:
        """The ids of all branches."""
        return frozenset(id for branch in self.branches for id in branch)


@frozen_record(slots=False)
class LayoutGraph:
    """A diagram, or a part of one, as the layout sees it; nodes, edges and groups in the order of the pipeline."""

    nodes: tuple[LayoutNode, ...]
    edges: tuple[LayoutEdge, ...]
    groups: tuple[LayoutGroup, ...]
    aligned: tuple[tuple[str, ...], ...]
    """Sets of ids of nodes, and of groups that are laid out apart, that share a rank; sets that meet are one."""
    direction: Direction
    splines: Splines
    pipeline: Pipeline
    """The whole diagram, from which the graph was built."""
    style: Style
    text: TextBlocks
    encoding: Encoding
    roomy: frozenset[int] = frozenset()
    """Keys of the edges for whose labels Graphviz keeps room, also if they fit beside their lines."""
    roomless: frozenset[int] = frozenset()
    """Keys of the edges for whose labels Graphviz keeps no room: they stand beside lines that run back."""
    order: MemberOrder = "stacked"
    """The order in which Graphviz reads members of groups; each suits some graphs best."""
    whole: frozenset[str] = frozenset()
    """Ids of tables that no line to the whole enters or leaves at a side with a single cell."""
    listed: tuple[tuple[str, ...], ...] = ()
    """Nodes of one rank each, which Graphviz is to keep in this order."""
    aside: tuple[tuple[str, str], ...] = ()
    """Leaves and their hubs, and siblings, that share a rank although they might not, in the order across the flow."""
    stacks: tuple[Stack, ...] = ()
    """What is laid out in columns, the outer ones first."""
    callouts: tuple[LayoutCallout, ...] = ()
    page_height: float = math.inf
    """Points to which a higher diagram shrinks."""
    lines: Mapping[str, int] = field(default_factory=dict, compare=False)
    """Ids of nodes and groups of the whole diagram → the lines of their declarations."""

    @property
    def asked(self) -> DiagramDirection:
        """The direction that the pipeline or the style asks for; ``auto`` leaves :attr:`direction` to the search."""
        return self.pipeline.direction or self.style.direction

    @property
    def is_sideways(self) -> bool:
        """Whether ranks stand side by side."""
        return self.direction in SIDEWAYS

    @property
    def is_ortho(self) -> bool:
        """Whether lines have square corners."""
        return self.splines == "ortho"

    @cached_property
    def holders(self) -> Mapping[str, tuple[str, ...]]:
        """Ids of nodes and groups → ids of the groups around them, from the innermost outwards."""
        parents = {group.id: group.parent for group in self.groups} | {node.id: node.group for node in self.nodes}
        return enclosing_groups(parents)

    @cached_property
    def enclosures(self) -> Mapping[str, frozenset[str]]:
        """Ids of nodes and groups → ids of all groups around them."""
        return {id: frozenset(around) for id, around in self.holders.items()}

    @cached_property
    def endpoints(self) -> Mapping[int, Endpoints]:
        """The nodes that edges join for Graphviz, by the keys of the edges, in their order."""
        return endpoints_of(self)

    @cached_property
    def peers(self) -> tuple[tuple[str, str], ...]:
        """Pairs of nodes that share a rank although an edge joins them; none beside `aligned`."""
        return peers_of(self) + self.pairs

    @cached_property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Those of `aside`."""
        return pairs_of(self)

    def joins_peers(self, edge: LayoutEdge) -> bool:
        """Whether the ends of an edge share a rank all the same."""
        return (edge.source, edge.target) in self.peers or (edge.target, edge.source) in self.peers

    def room(self, edge: LayoutEdge) -> Size | None:
        """The room that Graphviz keeps for the label of *edge*; ``None`` if it has none, or stands beside its line.

        Room for a label is a rank of its own, which all other edges cross.  Beside a line that runs up or down, a label
        of one or two lines fits between two ranks.
        """
        if edge.label is None or edge.is_loop or edge.key in self.roomy or edge.room is None:
            return edge.room
        if edge.key in self.roomless:
            return None
        is_low = edge.label.height + AROUND_LABEL <= _OPENED * self.style.rank_gap
        if is_low and not (self.is_sideways or edge.crosses_border):
            return None
        if edge.fan is None:
            return edge.room
        # Along the flow, one label stands between the common end and the place where the lines part.
        return Size(edge.room.width, _THIN) if self.is_sideways else Size(_THIN, edge.room.height)

    def has_room(self, edge: LayoutEdge) -> bool:
        """Whether Graphviz keeps all the room that the label of *edge* can have."""
        has_room = self.room(edge) == edge.room and not (edge.is_loop and edge.label)
        return edge.key in self.roomy or (has_room and not (self.joins_peers(edge) and fits_in_gap(self, edge)))

    @property
    def rank_gap(self) -> float:
        """Points between two ranks: those of the style, or what labels beside lines need."""
        beside = [edge for edge in self.edges if edge.label and self.room(edge) is None]
        parting = {edge.key: _PARTING if edge.fan is not None else 0.0 for edge in beside}
        heights = (edge.label.height + parting[edge.key] for edge in beside if edge.label)
        return max([self.style.rank_gap, *(height + AROUND_LABEL for height in heights)])

    @cached_property
    def directions(self) -> Mapping[str | None, Direction]:
        """The direction of the ranks in each group by its id, and at ``None`` that of the graph.

        A group without a direction of its own has that of the group around it.
        """
        own = {group.id: group.direction for group in self.groups}
        found: dict[str | None, Direction] = {None: self.direction}
        for id, around in self.holders.items():
            if id in own:
                found[id] = next((way for part in (id, *around) if (way := own[part])), self.direction)
        return found

    def runs_sideways(self, group: str | None) -> bool:
        """Whether the ranks in a group stand side by side."""
        return self.directions[group] in SIDEWAYS

    def labels(self) -> list[Size | None]:
        """Sizes of all labels and titles; ``None`` for an edge without a label."""
        labels = (*(node.label for node in self.nodes), *(edge.label for edge in self.edges))
        return [*labels, *(group.title for group in self.groups)]

    def with_room(self) -> LayoutGraph:
        """The graph with room for all labels of edges."""
        return replace(self, roomy=frozenset(edge.key for edge in self.edges))

    def directed(self, direction: Direction, groups: Mapping[str, Direction] | None = None) -> LayoutGraph:
        """The graph with another direction, of itself and of some groups by their ids, which are laid out apart."""
        own, apart = groups or {}, groups_apart(self.pipeline)
        turned = []
        for group in self.groups:
            turn = own.get(group.id, group.direction)
            is_apart = group.id in own or group.id in apart
            is_same = (turn, is_apart) == (group.direction, group.is_apart)
            turned.append(group if is_same else replace(group, direction=turn, is_apart=is_apart))
        if direction == self.direction and tuple(turned) == self.groups:
            return self
        return _with_room_for_lines(replace(self, direction=direction, groups=tuple(turned)))


def layout_graph(pipeline: Pipeline, style: Style, text: TextBlocks, encoding: Encoding) -> LayoutGraph:
    """Build the graph of *pipeline* with its *text*, typeset in *style*, and the widths of lines of *encoding*."""
    asked = pipeline.direction or style.direction
    nodes = []
    for node, block in zip(pipeline.nodes, text.nodes, strict=True):
        shape = style.nodes[node.kind].shape
        if (node.plot or node.image) and shape not in _ROUND_PLOTS:
            shape = "box"
        depth = DEPTH_OF_PILE if node.pile and not SHAPES[shape].dot else 0.0
        nodes.append(
            LayoutNode(node.id, node.group, block.size, node_size(block.size, shape, style, depth), shape, depth)
        )
    nodes = with_equal_widths(with_cells(nodes, pipeline, style), pipeline)
    beside = texts_beside(nodes, pipeline, style)
    homes = {node.id: node.group for node in pipeline.nodes}
    points = {node.id for node in nodes if node.shape == "point"}
    edges = []
    for key, (edge, line) in enumerate(zip(pipeline.edges, text.edges, strict=True)):
        width = encoding.widths.get(key, style.edges[edge.kind].width)
        label = line.size if line else None
        room = label and label_room(label, width, style)
        crosses = homes.get(edge.source, edge.source) != homes.get(edge.target, edge.target)
        meets = edge.source in points, edge.target in points
        fan = edge.fan if label else None
        edges.append(
            LayoutEdge(key, edge.source, edge.target, edge.kind, width, label, room, crosses, meets=meets, fan=fan)
        )
    mixed, apart, directions = with_ambiguous_ends(pipeline), groups_apart(pipeline), named_directions(pipeline)
    groups = [
        LayoutGroup(
            group.id,
            group.parent,
            title.size,
            directions.get(group.id, "TB" if group.is_stack and asked not in ("TB", "BT") else None),
            group.panel,
            DEPTH_OF_PILE if group.pile else 0.0,
            is_apart=group.id in apart,
            rows=group.rows,
            texts=tuple(node.id for node in beside if node.group == group.id),
            is_framed=not group.rows or title.size.width > 0 or group.id in mixed,
        )
        for group, title in zip(pipeline.groups, text.groups, strict=True)
    ]
    direction: Direction = "LR" if asked == "auto" else asked
    nodes += [replace(node, id=name(node.id), size=node.label) for name in (text_id, line_id) for node in beside]
    graph = LayoutGraph(
        tuple(nodes),
        tuple(edges),
        tuple(groups),
        pipeline.aligned,
        direction,
        pipeline.splines or style.splines,
        pipeline,
        style,
        text,
        encoding,
        roomy=frozenset(edge.key for edge in edges) if len(edges) > _CROWDED else frozenset(),
        callouts=tuple(
            LayoutCallout(key, callout.target, block.size)
            for key, (callout, block) in enumerate(zip(pipeline.callouts, text.callouts, strict=True))
        ),
        lines={node.id: node.line for node in pipeline.nodes} | {group.id: group.line for group in pipeline.groups},
    )
    return _with_room_for_lines(graph)


def _with_room_for_lines(graph: LayoutGraph) -> LayoutGraph:
    nodes = with_room_for_lines(graph)
    return graph if nodes is graph.nodes else replace(graph, nodes=nodes)
