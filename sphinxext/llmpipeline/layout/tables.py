"""Tables: rows and grids of cells, which are placed as one node and drawn as many.

Before edges are routed, a table is one node, so that nothing parts its cells; edges that end at a cell lead to a gate
of it.  From then on, each cell is a node, and lines end at its sides.  A table without a title is its cells alone; one
with a title is a group around them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import chain

from ..geometry.primitives import Box, Size
from .cells import cell_boxes
from .graph import LayoutEdge, LayoutGraph, LayoutGroup, LayoutNode
from .result import Layout, PlacedGroup, PlacedNode


def folded(graph: LayoutGraph) -> LayoutGraph:
    """*graph* with one node for the cells of each table; edges between cells of one table are left out."""
    tables = {group.id: group for group in graph.groups if group.rows}
    if not tables:
        return graph
    sizes = {node.id: node.size for node in graph.nodes}
    nodes: dict[str, LayoutNode] = {}
    ranked = [*chain.from_iterable(graph.aligned)]
    standing: dict[str, str] = {id: id for id, table in tables.items() if not table.is_framed}
    """Ids of cells, and of tables without a title → ids of the nodes that stand for them."""
    for node in graph.nodes:
        table = tables.get(node.group or "")
        if table is None:
            nodes[node.id] = node
        else:
            standing[node.id] = _name(table)
            nodes.setdefault(_name(table), _node(table, sizes, next((id for id in ranked if id in table.cells), None)))
    named = standing | {table.id: _name(table) for table in tables.values()}
    return replace(
        graph,
        nodes=tuple(nodes.values()),
        edges=tuple(_folded_edges(graph.edges, standing)),
        groups=tuple(group for group in graph.groups if not group.rows or group.is_framed),
        aligned=tuple(tuple(dict.fromkeys(named.get(id, id) for id in ids)) for ids in graph.aligned),
    )


def _name(table: LayoutGroup) -> str:
    """The id of the node that stands for the cells; no id of an author has a space."""
    return f"{table.id} cells" if table.is_framed else table.id


def _node(table: LayoutGroup, sizes: dict[str, Size], anchor: str | None) -> LayoutNode:
    cells = cell_boxes(table.rows, sizes)
    around = Box.around_boxes(cells.values())
    size = Size(around.width, around.height)
    return LayoutNode(_name(table), table.id if table.is_framed else table.parent, size, size, "cell", cells, anchor)


def _folded_edges(edges: Iterable[LayoutEdge], standing: dict[str, str]) -> Iterable[LayoutEdge]:
    for edge in edges:
        source, target = standing.get(edge.source, edge.source), standing.get(edge.target, edge.target)
        if source == target != edge.source:
            continue
        cells = (
            edge.source if source != edge.source else None,
            edge.target if target != edge.target else None,
        )
        yield replace(edge, source=source, target=target, cells=cells)


def unfolded(layout: Layout, graph: LayoutGraph) -> Layout:
    """The layout of *graph*, from that of its folded form."""
    tables = [group for group in graph.groups if group.rows]
    if not tables:
        return layout
    sizes = {node.id: node.size for node in graph.nodes}
    labels = {node.id: node.label for node in graph.nodes}
    nodes, groups = dict(layout.nodes), dict(layout.groups)
    for table in tables:
        around = nodes.pop(_name(table)).box
        cells = cell_boxes(table.rows, sizes)
        for id, box in cells.items():
            cell = box.moved(around.x0, around.y0)
            nodes[id] = PlacedNode((cell.outline(),), Box.at(cell.center, labels[id].width, labels[id].height))
        if not table.is_framed:
            border = Box.around_boxes(nodes[id].box for id in cells)
            groups[table.id] = PlacedGroup(border.outline(), Box(border.x0, border.y1, border.x0, border.y1))
    return replace(
        layout,
        nodes={node.id: nodes[node.id] for node in graph.nodes},
        groups={group.id: groups[group.id] for group in graph.groups},
    )


def folded_layout(layout: Layout, graph: LayoutGraph) -> Layout:
    """The layout of the folded form of *graph*, from that of *graph*."""
    tables = {group.id: group for group in graph.groups if group.rows}
    if not tables:
        return layout
    nodes = dict(layout.nodes)
    for table in tables.values():
        box = Box.around_boxes(nodes.pop(id).box for id in table.cells)
        nodes[_name(table)] = PlacedNode((box.outline(),), box)
    groups = {id: group for id, group in layout.groups.items() if id not in tables or tables[id].is_framed}
    return replace(layout, nodes=nodes, groups=groups)
