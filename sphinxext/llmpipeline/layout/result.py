"""The result of a layout: placed nodes and groups by id, placed edges by key; points, y up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from functools import cached_property

from ..geometry.primitives import Box, Curve, Point, Side, Size
from ..records import frozen_record, record


@frozen_record(slots=False)
class PlacedNode:
    """The outline of a node's shape, the curves upon it, and the box of its label."""

    outline: tuple[Curve, ...]
    label: Box
    sheets: tuple[Curve, ...] = ()
    """Of a pile: what is behind the outline, the furthest first."""

    @cached_property
    def box(self) -> Box:
        """The box around the outline, and around the sheets behind it."""
        return Box.around(point for curve in (*self.sheets, *self.outline) for point in curve.points)

    @property
    def outlines(self) -> tuple[Curve, ...]:
        """The outline without the curves upon it, and the sheets behind it: what edges end at."""
        return (self.outline[0], *self.sheets)

    def moved(self, dx: float, dy: float) -> PlacedNode:
        """The node, *dx* points further right and *dy* points further up."""
        return PlacedNode(_moved(self.outline, dx, dy), self.label.moved(dx, dy), _moved(self.sheets, dx, dy))


@record
class PlacedEdge:
    """The splines of an edge, its arrowheads, and the box of its label; ``None`` without a label."""

    splines: tuple[Curve, ...]
    arrowheads: tuple[Curve, ...] = ()
    label: Box | None = None
    path: tuple[Point, ...] = field(default=(), compare=False, repr=False)
    """The corners of a routed line, from the tail to the head, tips of arrowheads included."""

    def moved(self, dx: float, dy: float) -> PlacedEdge:
        """The edge, *dx* points further right and *dy* points further up."""
        label = self.label and self.label.moved(dx, dy)
        path = tuple((x + dx, y + dy) for x, y in self.path)
        return PlacedEdge(_moved(self.splines, dx, dy), _moved(self.arrowheads, dx, dy), label, path)


@frozen_record(slots=False)
class PlacedGroup:
    """The border of a group and the box of its title."""

    border: Curve
    label: Box
    sheets: tuple[Curve, ...] = ()
    """Of a pile: what is behind the border, the furthest first."""

    @cached_property
    def box(self) -> Box:
        """The box around the border, and around the sheets behind it."""
        return Box.around(point for curve in self.outlines for point in curve.points)

    @property
    def outlines(self) -> tuple[Curve, ...]:
        """The border, and the sheets behind it: what edges end at."""
        return (self.border, *self.sheets)

    def moved(self, dx: float, dy: float) -> PlacedGroup:
        """The group, *dx* points further right and *dy* points further up."""
        return PlacedGroup(self.border.moved(dx, dy), self.label.moved(dx, dy), _moved(self.sheets, dx, dy))


@record
class LayoutCallout:
    """The text of a callout before it has a place: beside a node or a group, outside the flow."""

    key: int
    """Position in the pipeline."""
    target: str
    text: Size


@record
class PlacedCallout:
    """The box of a callout, with its rule at one side, and the line from there to its target."""

    box: Box
    """With room around the text."""
    side: Side
    line: PlacedEdge
    """The leader, from the rule to the target."""

    @property
    def leader(self) -> Curve:
        """The curve of the leader."""
        return self.line.splines[0]

    @property
    def rule(self) -> Curve:
        """The line along the side at which the leader begins, from the top or from the left."""
        (left, lower), (right, _), (_, upper), _ = self.box.corners
        x, y = (left if self.side == "left" else right), (upper if self.side == "top" else lower)
        upright = self.side in ("left", "right")
        return Curve(((x, upper), (x, lower)) if upright else ((left, y), (right, y)))

    def moved(self, dx: float, dy: float) -> PlacedCallout:
        """The callout, *dx* points further right and *dy* points further up."""
        return PlacedCallout(self.box.moved(dx, dy), self.side, self.line.moved(dx, dy))


@frozen_record(slots=False)
class Layout:
    """A diagram, or a part of one, in place."""

    box: Box
    nodes: Mapping[str, PlacedNode]
    """By id."""
    edges: Mapping[int, PlacedEdge]
    """By key: the position of the edge in the pipeline; none before edges are routed."""
    groups: Mapping[str, PlacedGroup]
    """By id."""
    callouts: Mapping[int, PlacedCallout] = field(default_factory=dict)
    """By key: the position of the callout in the pipeline; none before edges are routed."""

    @cached_property
    def extent(self) -> Box:
        """The box that holds everything drawn; :attr:`box` of a layout without anything."""
        boxes = [*(node.box for node in self.nodes.values()), *(group.box for group in self.groups.values())]
        for edge in self.edges.values():
            boxes += [Box.around(curve.points) for curve in (*edge.splines, *edge.arrowheads)]
            boxes += [edge.label] if edge.label else []
        for callout in self.callouts.values():
            boxes += [callout.box, Box.around(callout.leader.points)]
        return Box.around_boxes(boxes or [self.box])

    def box_of(self, id: str) -> Box:
        """The box of a node or group."""
        return self.nodes[id].box if id in self.nodes else self.groups[id].box

    def moved(self, dx: float, dy: float) -> Layout:
        """The whole layout, *dx* points further right and *dy* points further up."""
        return Layout(
            self.box.moved(dx, dy),
            {id: node.moved(dx, dy) for id, node in self.nodes.items()},
            {key: edge.moved(dx, dy) for key, edge in self.edges.items()},
            {id: group.moved(dx, dy) for id, group in self.groups.items()},
            {key: callout.moved(dx, dy) for key, callout in self.callouts.items()},
        )


@record
class LayoutResult:
    """A layout and the messages of Graphviz about it."""

    layout: Layout
    messages: tuple[str, ...] = ()


def _moved(curves: tuple[Curve, ...], dx: float, dy: float) -> tuple[Curve, ...]:
    return tuple(curve.moved(dx, dy) for curve in curves)


def moved(layout: Layout, boxes: Mapping[str, Box]) -> Layout:
    """The layout with nodes and groups in the places *boxes*, by their ids."""
    before = {id: part.box for parts in (layout.nodes, layout.groups) for id, part in parts.items()}
    changed = {id for id, box in before.items() if boxes[id] != box}
    if not changed:
        return layout
    nodes = {
        id: node.moved(boxes[id].x0 - before[id].x0, boxes[id].y0 - before[id].y0) if id in changed else node
        for id, node in layout.nodes.items()
    }
    groups = {
        id: _bordered(group, before[id], boxes[id]) if id in changed else group for id, group in layout.groups.items()
    }
    return replace(layout, nodes=nodes, groups=groups)


def _bordered(group: PlacedGroup, before: Box, box: Box) -> PlacedGroup:
    """A group with another border, its title in the same corner."""
    title = group.label
    at_left = title.x0 - before.x0 <= before.x1 - title.x1
    dx = box.x0 - before.x0 if at_left else box.x1 - before.x1
    return PlacedGroup(box.outline(), title.moved(dx, box.y1 - before.y1))
