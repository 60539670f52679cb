"""The routes of edges between panels, which are found when the panels are in their places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..geometry.primitives import Box, Size
from .callouts import leader_of
from .edge_routing import reroute, route
from .graph import LayoutGraph, LayoutNode
from .panel_edges import edges_between
from .result import Layout, PlacedGroup, PlacedNode


def route_between(layout: Layout, graph: LayoutGraph, late: Sequence[int] = ()) -> Layout:
    """*layout*, the panels of *graph* in their places, with the edges between them.

    Nodes, groups, titles, lines and labels of all panels are in their way, and panels in which they do not end.
    Edges of the keys *late* come last, in this order.
    """
    between = edges_between(graph)
    if not between:
        return layout
    flat, routed = _with_groups_for_panels(graph, layout)
    tops = {id: group.box.y1 for id, group in layout.groups.items()}
    # First the edges between panels side by side, whose lines run sideways, then those between rows.
    # Lines within panels may be late, too: on their own, they were not in the way of those between panels.
    own = {edge.key for edge in graph.edges}
    last = [key for key in late if key in own]
    later = {edge.key for edge, (one, other) in between if tops[one] != tops[other]}
    first = tuple(edge for edge in flat.edges if edge.key not in later and edge.key not in last)
    routed = route(routed, replace(flat, edges=first, direction="LR"))
    early = tuple(edge for edge in flat.edges if edge.key not in last)
    routed = route(routed, replace(flat, edges=early, direction="TB"))
    if last:
        routed = reroute(routed, replace(flat, direction="TB"), routed.edges, last)
    groups = {group.id: layout.groups[group.id] if group.panel else routed.groups[group.id] for group in graph.groups}
    found = replace(layout, edges={edge.key: routed.edges[edge.key] for edge in graph.edges}, groups=groups)
    return replace(found, box=Box.around_boxes([layout.box, found.extent]))


def _with_groups_for_panels(graph: LayoutGraph, layout: Layout) -> tuple[LayoutGraph, Layout]:
    """The graph and its layout with a group around each panel, its title as a node below it, and notes as nodes in it.

    No id of an author has a space.
    """
    holders = graph.holders
    nodes, placed = list(graph.nodes), dict(layout.nodes)
    groups, frames = list(graph.groups), dict(layout.groups)
    for number, panel in enumerate(groups):
        if not panel.panel:
            continue
        inside = {id for id, around in holders.items() if panel.id in around}
        own = Layout(
            frames[panel.id].box,
            {id: node for id, node in layout.nodes.items() if id in inside},
            {
                edge.key: layout.edges[edge.key]
                for edge in graph.edges
                if edge.key in layout.edges and edge.source in inside
            },
            {id: group for id, group in layout.groups.items() if id in inside},
            {key: callout for key, callout in layout.callouts.items() if graph.callouts[key].target in inside},
        )
        groups[number] = replace(panel, panel=False, title=Size(0.0, 0.0))
        title, box = frames[panel.id].label, own.extent
        frames[panel.id] = PlacedGroup(box.outline(), Box(box.x0, box.y1, box.x0, box.y1))
        if title.width:
            id = f"{panel.id} title"
            nodes.append(LayoutNode(id, None, panel.title, panel.title, "box"))
            placed[id] = PlacedNode((title.outline(),), title)
    edges, lines = list(graph.edges), dict(layout.edges)
    for callout in graph.callouts:
        box, leader = layout.callouts[callout.key].box, leader_of(callout)
        nodes.append(LayoutNode(leader.source, holders[callout.target][-1], callout.text, callout.text, "box"))
        placed[leader.source] = PlacedNode((box.outline(),), box)
        edges.append(leader)
        lines[leader.key] = layout.callouts[callout.key].line
    flat = replace(
        graph,
        nodes=tuple(nodes),
        edges=tuple(edges),
        groups=tuple(groups),
        aligned=(),
        listed=(),
        stacks=(),
        callouts=(),
    )
    return flat, replace(layout, nodes=placed, edges=lines, groups=frames)
