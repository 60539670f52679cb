"""Tables: rows and grids of cells, which are placed as one node and drawn as many.

Before edges are routed, a table is one node, so that nothing parts its cells; edges that end at a cell lead to a gate
of it.  From then on, each cell is a node, and lines end at its sides.  A table without a title is its cells alone; one
with a title is a group around them.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable
from dataclasses import replace
from itertools import chain

from ..geometry.primitives import Box, Size
from ..model.vocabulary import ASIDE
from .cells import cell_boxes
from .graph import SIDEWAYS, LayoutEdge, LayoutGraph, LayoutGroup, LayoutNode
from .result import Layout, PlacedGroup, PlacedNode
from .shares import boxes_beside, text_id

_LANE, _LANES = 8.0, 4
"""Points for each line between cells of a table, around these; and of how many lines at most."""


def folded(graph: LayoutGraph) -> LayoutGraph:
    """*graph* with one node for the cells of each table; edges between cells of one table are left out."""
    tables = {group.id: group for group in graph.groups if group.rows}
    if not tables:
        return graph
    boxes = _boxes(graph, tables.values())
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
            anchors = {*table.cells, table.id} if table.texts else {*table.cells}
            anchor = next((id for id in ranked if id in anchors), None)
            if _name(table) not in nodes:
                nodes[_name(table)] = _node(table, boxes[table.id], anchor)
    named = standing | {table.id: _name(table) for table in tables.values()}
    leaning = {table.id for table in tables.values() if table.texts and not table.is_framed}
    return replace(
        graph,
        nodes=tuple(nodes.values()),
        edges=tuple(_folded_edges(graph.edges, standing, leaning)),
        groups=tuple(group for group in graph.groups if not group.rows or group.is_framed),
        aligned=tuple(tuple(dict.fromkeys(named.get(id, id) for id in ids)) for ids in graph.aligned),
    )


def _name(table: LayoutGroup) -> str:
    """The id of the node that stands for the cells; no id of an author has a space."""
    return f"{table.id} cells" if table.is_framed else table.id


def _boxes(graph: LayoutGraph, tables: Collection[LayoutGroup]) -> dict[str, dict[str, Box]]:
    """By the id of each table, the boxes of its cells and of the texts beside them, from its lower left corner."""
    sizes = {node.id: node.size for node in graph.nodes}
    found = {table.id: cell_boxes(table.rows, sizes) for table in tables}
    for table in (table for table in tables if table.texts):
        cells = found[table.id]
        texts = {id: sizes[text_id(id)] for id in table.texts}
        cells |= boxes_beside(cells, texts, above=_has_texts_above(graph, table))
        around = Box.around_boxes(cells.values())
        found[table.id] = {id: box.moved(-around.x0, -around.y0) for id, box in cells.items()}
    for table in tables:
        if lanes := _lanes(graph, table):
            found[table.id] = {id: box.moved(lanes, lanes) for id, box in found[table.id].items()}
    return found


def _lanes(graph: LayoutGraph, table: LayoutGroup) -> float:
    """Points around the cells of a table, inside its border, for lines between them."""
    if not table.is_framed:
        return 0.0
    cells = {*table.cells}
    lines = sum(edge.source != edge.target and cells >= {edge.source, edge.target} for edge in graph.edges)
    return _LANE * min(lines, _LANES)


def _has_texts_above(graph: LayoutGraph, table: LayoutGroup) -> bool:
    """Whether texts stand above their bar, because fewer edges end there than below it, those at cells first."""
    direction = graph.directions[table.id]
    if direction in SIDEWAYS:
        return False
    flow = [edge for edge in graph.edges if edge.kind not in ASIDE]
    for parts in (table.cells, (table.id,)):
        entering, leaving = sum(edge.target in parts for edge in flow), sum(edge.source in parts for edge in flow)
        if entering != leaving:
            return (entering < leaving) == (direction == "TB")
    return False


def _node(table: LayoutGroup, cells: dict[str, Box], anchor: str | None) -> LayoutNode:
    around = Box.around_boxes(cells.values())
    size = Size(around.x0 + around.x1, around.y0 + around.y1)  # the cells stand in its middle
    bar = Box.around_boxes(cells[id] for id in table.cells)
    (x, y), (middle_x, middle_y) = bar.center, around.center
    return LayoutNode(
        _name(table),
        table.id if table.is_framed else table.parent,
        size,
        size,
        "cell",
        cells={**cells, table.id: bar},
        lean=(x - middle_x, y - middle_y),
        anchor=anchor,
    )


def _folded_edges(
    edges: Iterable[LayoutEdge], standing: dict[str, str], leaning: Container[str]
) -> Iterable[LayoutEdge]:
    """The edges between nodes; those at *leaning* tables lead to the middle of the cells, as if these were one."""
    for edge in edges:
        source, target = standing.get(edge.source, edge.source), standing.get(edge.target, edge.target)
        if source == target != edge.source:
            continue
        cells = (
            edge.source if source != edge.source or source in leaning else None,
            edge.target if target != edge.target or target in leaning else None,
        )
        yield replace(edge, source=source, target=target, cells=cells)


def unfolded(layout: Layout, graph: LayoutGraph) -> Layout:
    """The layout of *graph*, from that of its folded form."""
    tables = [group for group in graph.groups if group.rows]
    if not tables:
        return layout
    boxes = _boxes(graph, tables)
    labels = {node.id: node.label for node in graph.nodes}
    nodes, groups = dict(layout.nodes), dict(layout.groups)
    for table in tables:
        around = nodes.pop(_name(table)).box
        for id, box in boxes[table.id].items():
            cell = box.moved(around.x0, around.y0)
            nodes[id] = PlacedNode((cell.outline(),), Box.at(cell.center, labels[id].width, labels[id].height))
        for id in table.texts:
            nodes[id] = replace(nodes[id], label=nodes[text_id(id)].box)
        if not table.is_framed:
            border = Box.around_boxes(nodes[id].box for id in table.cells)
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
        box = Box.around_boxes(nodes.pop(id).box for id in table.parts).grown(_lanes(graph, table))
        nodes[_name(table)] = PlacedNode((box.outline(),), box)
    groups = {id: group for id, group in layout.groups.items() if id not in tables or tables[id].is_framed}
    return replace(layout, nodes=nodes, groups=groups)
