"""The result of a layout: placed nodes, edges and groups, in points, y up."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..geometry.primitives import Box, Curve


@dataclass(frozen=True, slots=True)
class PlacedNode:
    """Where a node is drawn: the outline of its shape and the box of its label."""

    outline: tuple[Curve, ...]
    label: Box

    @property
    def box(self) -> Box:
        """The box around the outline."""
        return Box.around(point for curve in self.outline for point in curve.points)

    def moved(self, dx: float, dy: float) -> PlacedNode:
        """The node, *dx* points further right and *dy* points further up."""
        return replace(self, outline=_moved(self.outline, dx, dy), label=self.label.moved(dx, dy))


@dataclass(frozen=True, slots=True)
class PlacedEdge:
    """Where an edge is drawn: its splines, its arrowheads, and the box of its label if it has one."""

    splines: tuple[Curve, ...]
    arrowheads: tuple[Curve, ...] = ()
    label: Box | None = None

    def moved(self, dx: float, dy: float) -> PlacedEdge:
        """The edge, *dx* points further right and *dy* points further up."""
        return replace(
            self,
            splines=_moved(self.splines, dx, dy),
            arrowheads=_moved(self.arrowheads, dx, dy),
            label=self.label.moved(dx, dy) if self.label else None,
        )


@dataclass(frozen=True, slots=True)
class PlacedGroup:
    """Where a group is drawn: its border and the box of its title."""

    border: Curve
    label: Box

    @property
    def box(self) -> Box:
        """The box around the border."""
        return Box.around(self.border.points)

    def moved(self, dx: float, dy: float) -> PlacedGroup:
        """The group, *dx* points further right and *dy* points further up."""
        return replace(self, border=self.border.moved(dx, dy), label=self.label.moved(dx, dy))


@dataclass(frozen=True, slots=True)
class Layout:
    """A diagram in place; nodes, edges and groups in the order of the pipeline that was laid out."""

    box: Box
    nodes: tuple[PlacedNode, ...]
    edges: tuple[PlacedEdge, ...]
    groups: tuple[PlacedGroup, ...]

    @property
    def extent(self) -> Box:
        """The box that holds everything drawn: a curve may leave :attr:`box`."""
        boxes = [self.box, *(node.box for node in self.nodes), *(group.box for group in self.groups)]
        for edge in self.edges:
            boxes += [Box.around(curve.points) for curve in (*edge.splines, *edge.arrowheads)]
            boxes += [edge.label] if edge.label else []
        return Box.around_boxes(boxes)

    def moved(self, dx: float, dy: float) -> Layout:
        """The whole diagram, *dx* points further right and *dy* points further up."""
        return replace(
            self,
            box=self.box.moved(dx, dy),
            nodes=tuple(node.moved(dx, dy) for node in self.nodes),
            edges=tuple(edge.moved(dx, dy) for edge in self.edges),
            groups=tuple(group.moved(dx, dy) for group in self.groups),
        )


def _moved(curves: tuple[Curve, ...], dx: float, dy: float) -> tuple[Curve, ...]:
    return tuple(curve.moved(dx, dy) for curve in curves)
