"""The area that edges are routed in: what is in place, where lines may end, and whether a path is free."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TypeVar

from ..geometry.box_tree import BoxTree
from ..geometry.primitives import Box, Point, Side
from ..geometry.segments import cross
from ..geometry.shapes import flat_part, without_sheets
from .borders import BORDER, EXACT, TITLE, UNDER, Borders, Leg, is_upright, room, runs_along
from .endpoints import are_nested, innermost
from .graph import LayoutEdge, LayoutGraph
from .result import Layout, PlacedEdge

Path = tuple[Point, ...]
"""Corners of a line along the axes, from the tail to the head, tips of arrowheads included."""

APART = 8.0
"""Points between two lines side by side, and between the arrowheads of two edges."""
CLEAR = 5.0
"""Points between a line and a node or a title that it passes, at least."""
BESIDE = 8.0
"""Points between a lane and a node beside it, if there is room."""
NEARER = 5.0
"""Points between a label and the lines of other edges, at least: more than between it and its own."""
FURTHER = 9.0
"""Points between a label and the lines of other edges where they have room: twice as many as between it and its own."""

CORNER = 6.0
"""Points between an end and a corner of its box."""
_LABEL = 2.0  # points between a label and a line or node beside it
_EFFORT = 20_000  # look-ups, and what they find: a twentieth of a second, enough for the edges of most diagrams

_Item = TypeVar("_Item")


class Area:
    """The nodes, titles and groups of a layout, with the lines and labels that are in place."""

    def __init__(self, layout: Layout, graph: LayoutGraph) -> None:
        self.layout = layout
        self.graph = graph
        self.boxes: dict[str, Box] = {
            id: part.box for parts in (layout.nodes, layout.groups) for id, part in parts.items()
        }
        """Of nodes and groups, by id."""
        self.borders = Borders(layout, graph)
        """Groups, which may grow for lines inside them."""
        self.around = self.borders.around
        self.lines: dict[int, PlacedEdge] = {}
        """Of the edges that are routed, by key."""
        self.paths: dict[int, Path] = {}
        """Of the same edges."""
        self.effort = 0
        """Look-ups so far, and what they found."""
        self.edges = {edge.key: edge for edge in graph.edges}
        """By key."""
        self._cells = bare = {group.id: group.cells for group in graph.groups if not group.is_framed}
        """Of tables that are nothing but cells: these, by the id of the table."""
        self.tables = {id: group.id for group in graph.groups for id in group.cells}
        """Cells → ids of their tables."""
        self.holders = {id: tuple(one for one in ids if one not in bare) for id, ids in graph.holders.items()}
        """Ids of nodes and groups → ids of the groups around them, from the innermost outwards, but for mere cells."""
        self._shapes = {node.id: node.shape for node in graph.nodes}
        self._depths = {node.id: node.depth for node in graph.nodes} | {part.id: part.depth for part in graph.groups}
        """Of the sheets of piles, by id; 0 for others."""
        self._nodes = BoxTree((self.boxes[node.id], node.id) for node in graph.nodes)
        self._groups = BoxTree((self.boxes[group.id], group.id) for group in graph.groups if group.has_border)
        self._titles = BoxTree((layout.groups[group.id].label, group.id) for group in graph.groups if group.title.width)
        self._legs = self.borders.legs
        self._ends: dict[tuple[str, Side], dict[float, LayoutEdge]] = defaultdict(dict)
        """By a side: the places where lines end, each with one of the edges there."""
        self._spans: dict[tuple[str, Side, float], tuple[float, float]] = {}
        """By a side and the breadth of a line, as long as no group grows."""

    @property
    def is_exhausted(self) -> bool:
        """Whether so much was looked up that the other edges are left to the search for paths."""
        return self.effort > _EFFORT

    # Places where lines end

    def span(self, id: str, side: Side, edge: LayoutEdge) -> tuple[float, float]:
        """The part of a side of a node or group at which *edge* may end."""
        ends = zip((edge.source, edge.target), edge.heads, strict=True)
        wide = edge.width if (id, False) in ends else edge.breadth
        if (known := self._spans.get((id, side, wide))) is not None:
            return known
        depth = self._depths[id]
        box, radius = without_sheets(self.boxes[id], depth), self.graph.style.corner_radius
        upright = side in ("left", "right")
        if id in self._shapes:
            low, high = flat_part(self._shapes[id], round(box.width, 6), round(box.height, 6), radius, side)
        else:
            corner = 0.0 if id in self._cells else radius
            low, high = corner, (box.height if upright else box.width) - corner
        inset = min(max(CORNER, wide / 2), (high - low) / 2)
        origin = (box.y0 if upright else box.x0) + (depth if side in ("right", "top") else 0.0)
        found = self._spans[id, side, wide] = origin + low + inset, origin + high - inset
        return found

    def hides_whole(self, id: str, side: Side) -> bool:
        """Whether a line to a whole table would seem to end at the only cell at a side of it."""
        if id not in self.graph.whole:
            return False
        box, upright = self.boxes[id], side in ("left", "right")
        cells = [self.boxes[cell] for cell in self._cells.get(id, ())]
        is_alone = (cell.height == box.height if upright else cell.width == box.width for cell in cells)
        return len(cells) > 1 and any(is_alone)

    def side(self, id: str, point: Point) -> tuple[Side, float]:
        """The side of a box on which a point lies, and the place there."""
        side = self.boxes[id].nearest_side(point)
        return side, point[1 if side in ("left", "right") else 0]

    def whole_side(self, id: str, side: Side) -> tuple[float, float]:
        """A side of a node or group but for its corners, also where its shape is behind it."""
        box = self.boxes[id]
        low, high = (box.y0, box.y1) if side in ("left", "right") else (box.x0, box.x1)
        return low + CORNER, high - CORNER

    def middle(self, id: str, side: Side, edge: LayoutEdge) -> float:
        """The place at a side where *edge* ends if nothing speaks against it: the middle of the box, or next to it."""
        low, high = self.span(id, side, edge)
        x, y = self.boxes[id].center
        return min(max(y if side in ("left", "right") else x, low), high)

    def taken(self, id: str, side: Side) -> Mapping[float, LayoutEdge]:
        """The places at a side where lines end, each with one of the edges there."""
        return self._ends[id, side]

    # Paths

    def is_free(self, edge: LayoutEdge, path: Path) -> bool:
        """Whether *edge* may take a path."""
        if not self.has_room(edge, path):
            return False
        last = len(path) - 2
        return all(
            self.is_open(edge, path, Box.between(*leg), self.ends(edge) if number in (0, last) else ())
            for number, leg in enumerate(pairwise(path))
        ) and not self._runs_through_ends(edge, path)

    def has_room(self, edge: LayoutEdge, path: Path) -> bool:
        """Whether the groups around both ends of *edge* hold a path, or can grow for it."""
        return self._growth(edge, Box.around(path).grown(BORDER)) is not None

    def _runs_through_ends(self, edge: LayoutEdge, path: Path) -> bool:
        """Whether a path runs through a box at which it ends, elsewhere than at its end."""
        tail, head = self.boxes[edge.source], self.boxes[edge.target]
        legs = [Box.between(*leg).grown(EXACT) for leg in pairwise(path)]
        if edge.is_loop:
            return any(leg.overlaps(tail) for leg in legs[1:-1])
        return any(leg.overlaps(tail) for leg in legs[1:]) or any(leg.overlaps(head) for leg in legs[:-1])

    def is_open(self, edge: LayoutEdge, path: Path, leg: Box, ends: Collection[str] = ()) -> bool:
        """Whether a part of a path keeps off nodes other than its *ends*, and all else that is in place."""
        return (
            self._passes_nodes(edge, leg, ends)
            and all(self._makes_way(id, path, leg) for id in self._titles_beside(leg, room(edge)))
            and self._keeps_off_borders(edge, leg)
            and self.keeps_off_lines(edge, path, leg)
            and not self.labels_near(leg.grown(NEARER + room(edge) - EXACT))
        )

    def _passes_nodes(self, edge: LayoutEdge, leg: Box, ends: Collection[str]) -> bool:
        """Whether a part of a path keeps off nodes other than its *ends*."""
        return not any(
            leg.grown(self.clearance(edge, id) if ends else CLEAR + room(edge)).overlaps(self.boxes[id])
            for id in self.nodes_near(leg.grown(CLEAR + room(edge)))
            if id not in ends
        )

    def clearance(self, edge: LayoutEdge, id: str) -> float:
        """Points that the ends of *edge* keep from a node: less from the cells beside a narrow one at which it ends."""
        table = self.tables.get(id)
        ends = {edge.source, edge.target} if table else ()
        narrow = (self.boxes[end].width / 2 - EXACT for end in ends if self.tables.get(end) == table)
        return min([CLEAR + room(edge), *narrow])

    def keeps_off_nodes(self, near: Box, ends: Collection[str] = ()) -> bool:
        """Whether a box overlaps no node but its *ends*."""
        return not any(id not in ends and near.overlaps(self.boxes[id]) for id in self._near(self._nodes, near))

    def _titles_beside(self, leg: Box, wide: float) -> list[str]:
        """Ids of the groups to whose titles a part of a path is too near."""
        return self._titles_near(leg.grown((TITLE if is_upright(leg) else UNDER) + wide))

    def _makes_way(self, id: str, path: Path, leg: Box) -> bool:
        """Whether the title of a group can be moved beside a path, of which an upright part crosses its band."""
        crosses = is_upright(leg) and leg.y1 >= self.borders.groups[id].label.y1
        return crosses and bool(self.title_gaps(id, [Box.between(*one) for one in pairwise(path)] or [leg]))

    def title_gaps(self, id: str, legs: Sequence[Box] = ()) -> list[tuple[float, float]]:
        """The gaps in which the title of a group has room, between the lines and notes in place and more *legs*."""
        border, title = self.borders.groups[id].box, self.borders.groups[id].label
        band = Box(border.x0, title.y0, border.x1, title.y1)
        near = [*(leg.box for leg in self._near(self._legs, band.grown(UNDER))), *legs]
        wide = [box for box in map(self.boxes.__getitem__, self.nodes_near(band)) if box.overlaps(band)]
        wide += self.labels_near(band).values()
        wide += (leg for leg in near if not is_upright(leg) and leg.touches(band.grown(UNDER - EXACT)))
        lines = [leg.x0 for leg in near if is_upright(leg) and leg.touches(band)]
        gaps = self.borders.gaps(id, (*lines, *(x for box in wide for x in (box.x0, box.x1))))
        return [(x0, x1) for x0, x1 in gaps if all(box.x1 <= x0 or x1 <= box.x0 for box in wide)]

    def _keeps_off_borders(self, edge: LayoutEdge, leg: Box) -> bool:
        """Whether a part of a line crosses only borders that it must cross, and runs along none.

        Groups that hold both ends grow for it.
        """
        one, other = self.around[edge.source], self.around[edge.target]
        near = leg.grown(BORDER)
        for id in self._near(self._groups, near):
            border = self.boxes[id]
            if id in one and id in other:
                continue
            if not (id in one or id in other or id in (edge.source, edge.target)):
                if near.overlaps(border):
                    return False
            elif runs_along(leg, border) or runs_along(leg, self.borders.front(id)):
                return False
        return True

    def keeps_off_lines(self, edge: LayoutEdge, path: Path, leg: Box) -> bool:
        """Whether no parallel line is too near, but for the trunk of a fan."""
        return not any(
            is_upright(other.box) == is_upright(leg)
            and not (other.shares_trunk(edge, path) and not are_nested(edge, other.edge, self.around))
            and not self._meet(edge, leg, other)
            for other in self._near(self._legs, leg.grown(APART + room(edge) - EXACT))
        )

    def _meet(self, edge: LayoutEdge, leg: Box, other: Leg) -> bool:
        """Whether two parts of lines end at the same point, on two sides of it."""
        shared = {edge.source, edge.target} & {other.edge.source, other.edge.target}
        points = [self.boxes[id].grown(EXACT) for id in shared if self._shapes.get(id) == "point"]
        return any(leg.touches(box) and other.box.touches(box) for box in points) and not leg.touches(other.box)

    def blocks(
        self, strip: Box, upright: bool, off_nodes: Sequence[float] = (CLEAR,), off_labels: float = NEARER
    ) -> Iterator[tuple[float, float]]:
        """The nearest places at either side of what stands in a strip, across it, as many points off each."""
        for box, away in (
            *((self.boxes[id], away) for id in self._near(self._nodes, strip) for away in off_nodes),
            *((self.borders.groups[id].label, CLEAR) for id in self._titles_near(strip)),
            *((label, off_labels) for label in self.labels_near(strip).values()),
            *((leg.box, APART) for leg in self._near(self._legs, strip.grown(APART))),
        ):
            yield (box.x0 - away, box.x1 + away) if upright else (box.y0 - away, box.y1 + away)
        for id in self._near(self._groups, strip):
            box = self.boxes[id]
            for side in (box.x0, box.x1) if upright else (box.y0, box.y1):
                yield side - BORDER, side + BORDER

    def crosses(self, path: Path) -> bool:
        """Whether a path crosses a line that is in place."""
        return any(
            cross(start, end, *other.box.corners[::2])
            for start, end in pairwise(path)
            for other in self._near(self._legs, Box.between(start, end))
        )

    # Labels

    def is_free_for_label(
        self, edge: LayoutEdge, box: Box, beside: BoxTree[_Item], off: tuple[float, float], *, inside: bool = False
    ) -> bool:
        """Whether the label of *edge* may stand in a box, as many points *off* the lines and labels of other edges.

        *beside* are lines and labels that will be in place too.  A label may stand *inside* a group around one of its
        ends, or else outside of both.
        """
        near = box.grown(_LABEL)
        if not self.keeps_off_nodes(near) or self._titles_near(box.grown(TITLE)):
            return False
        if any(leg.edge is not edge for leg in self._near(self._legs, box.grown(off[0]))):
            return False
        if self._near(beside, near) or self.labels_near(box.grown(off[1])):
            return False
        one, other = self.around[edge.source], self.around[edge.target]
        for id in self._near(self._groups, near):
            border = self.boxes[id]
            is_inside = inside and (id in one or id in other) and self.borders.front(id).holds(near)
            if not (id in one and id in other) and border.overlaps(near) and not is_inside:
                return False
        return self._growth(edge, box.grown(BORDER)) is not None

    def covered(self, label: Box) -> int:
        """How much a label would be on; a line or border is the least."""
        return (
            9 * len([*self._near(self._nodes, label), *self._titles_near(label)])
            + 9 * len(self.labels_near(label))
            + len(self._near(self._legs, label))
            + sum(not self.boxes[id].holds(label) for id in self._near(self._groups, label))
        )

    # What is in place

    def name_box(self, id: str, box: Box) -> None:
        """Let a line begin at a box outside of all groups; nothing keeps off it yet."""
        self.boxes[id] = box
        self.around[id], self.holders[id], self._depths[id] = frozenset(), (), 0.0
        self._spans.clear()

    def put_box(self, id: str, box: Box) -> None:
        """Put a box outside of all groups into its place."""
        self.name_box(id, box)
        self._nodes.add(box, id)

    def put(self, edge: LayoutEdge, path: Path, line: PlacedEdge) -> None:
        """Put *edge* into its place."""
        self.lines[edge.key] = line
        self.paths[edge.key] = path
        for leg in pairwise(path):
            box = Box.between(*leg)
            self.borders.put_leg(Leg(edge, path, box, box.grown(room(edge))))
        self.clear_titles(id for leg in pairwise(path) for id in self._titles_beside(Box.between(*leg), room(edge)))
        self._hold(edge, Box.around(path).grown(BORDER))
        if line.label:
            self.borders.put_label(edge.key, line.label)
            self._hold(edge, line.label.grown(BORDER))
        for id, point in ((edge.source, path[0]), (edge.target, path[-1])):
            side, at = self.side(id, point)
            self._ends[id, side].setdefault(at, edge)

    def _growth(self, edge: LayoutEdge, inside: Box) -> Mapping[str, Box] | None:
        """New boxes of the groups around both ends of *edge*, which hold *inside*; ``None`` if they have no room."""
        home = self.home(edge)
        return self.borders.growth(home, inside) if home else {}

    def ends(self, edge: LayoutEdge) -> set[str]:
        """Ids of the ends of *edge*; those of the cells, too, where it ends at a table that is nothing else."""
        return {edge.source, edge.target, *self._cells.get(edge.source, ()), *self._cells.get(edge.target, ())}

    def inner(self, ids: Collection[str]) -> set[str]:
        """Those of some parts that are no groups around others of them."""
        return {*ids}.difference(*(self.around[id] for id in ids))

    def home(self, edge: LayoutEdge) -> str | None:
        """The innermost group around both ends of *edge*."""
        return innermost(self.holders, edge.source, edge.target)

    def runs_sideways(self, edge: LayoutEdge) -> bool:
        """Whether ranks stand side by side where both ends of *edge* are."""
        return self.graph.runs_sideways(self.home(edge))

    def _hold(self, edge: LayoutEdge, inside: Box) -> None:
        """Let the groups around both ends of *edge* grow for its line or label."""
        grown = self._growth(edge, inside)
        if grown:
            self.borders.grow(grown)
            self._spans.clear()
            for id, box in grown.items():
                self.boxes[id] = box
                self._groups.add(box, id)
                self._titles.add(self.borders.groups[id].label, id)
            self.clear_titles(grown)

    def clear_titles(self, ids: Iterable[str]) -> None:
        """Move the titles of groups out of the way of the lines in place, where they have room."""
        for id in ids:
            if self.borders.move_title(id, self.title_gaps(id)):
                self._titles.add(self.borders.groups[id].label, id)

    # Look-ups

    def _titles_near(self, box: Box) -> list[str]:
        """Ids of the groups whose titles touch a box, where they stand now."""
        return [id for id in self._near(self._titles, box) if self.borders.groups[id].label.touches(box)]

    def nodes_near(self, box: Box) -> list[str]:
        """Ids of the nodes that touch a box."""
        return self._near(self._nodes, box)

    def groups_near(self, box: Box) -> list[str]:
        """Ids of the groups with a border that touch a box."""
        return self._near(self._groups, box)

    def legs_near(self, box: Box) -> list[Leg]:
        """The straight parts of lines in place that touch a box."""
        return self._near(self._legs, box)

    def _near(self, tree: BoxTree[_Item], box: Box) -> list[_Item]:
        found = tree.near(box)
        self.effort += 1 + len(found)
        return found

    def labels_near(self, box: Box) -> dict[int, Box]:
        """The labels that touch a box, by the keys of their edges."""
        found = self.borders.labels_near(box)
        self.effort += 1 + len(found)
        return found
