"""Sizes and places of the cells of rows and grids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..geometry.primitives import Box, Size
from ..model.pipeline import Pipeline
from ..style.types import Style

_PADDING = 0.6  # of that of nodes


def cell_size(labels: Sequence[Size], style: Style) -> Size:
    """The size that all cells of a row or a grid have: that of the largest label, and at least as wide as high."""
    width = max(label.width for label in labels) + 2 * _PADDING * style.padding_x
    height = cell_height(labels, style)
    return Size(max(width, height), height)


def cell_height(labels: Sequence[Size], style: Style) -> float:
    """The height of cells: that of the highest label, or of a line of text if there is none."""
    line = style.font_size * style.line_height
    return max((label.height for label in labels), default=line) + 2 * _PADDING * style.padding_y


def with_ambiguous_ends(pipeline: Pipeline) -> set[str]:
    """Ids of the tables that need a border, because an edge at the whole might seem to be one at a cell.

    That is so where edges end at the whole and at cells, and both enter or both leave, or the middle is a cell's.
    """
    found = set()
    entered, left = ({edge.target for edge in pipeline.edges}, {edge.source for edge in pipeline.edges})
    for table in pipeline.groups:
        cells = {*table.cells}
        whole = [table.id in entered, table.id in left]
        single = [not cells.isdisjoint(entered), not cells.isdisjoint(left)]
        is_odd = bool(table.rows) and len(table.rows[0]) % 2 == 1
        if any(whole) and any(single) and (is_odd or any(map(all, zip(whole, single, strict=True)))):
            found.add(table.id)
    return found


def tables_of_one_size(pipeline: Pipeline) -> list[list[str]]:
    """The cells that have one size: those of a table, and of rows that edges join cell by cell."""
    tables = {group.id: group.cells for group in pipeline.groups if group.rows and not group.shares}
    homes = {id: (table, number) for table, cells in tables.items() for number, id in enumerate(cells)}
    together = {table: [table] for table in tables}
    for edge in pipeline.edges:
        (one, place), (two, other) = homes.get(edge.source, ("", 0)), homes.get(edge.target, ("", 0))
        if (
            one
            and two
            and together[one] is not together[two]
            and place == other
            and len(tables[one]) == len(tables[two])
        ):
            joined = together[one] + together[two]
            together.update(dict.fromkeys(joined, joined))
    unique = {joined[0]: joined for joined in together.values()}.values()
    return [[id for table in joined for id in tables[table]] for joined in unique]


def cell_boxes(rows: Sequence[Sequence[str]], sizes: Mapping[str, Size]) -> dict[str, Box]:
    """The boxes of the cells, from the lower left corner of their table; the first row is at the top."""
    found: dict[str, Box] = {}
    top = sum(max(sizes[id].height for id in row) for row in rows)
    for row in rows:
        x, height = 0.0, max(sizes[id].height for id in row)
        for id in row:
            found[id] = Box(x, top - height, x + sizes[id].width, top)
            x += sizes[id].width
        top -= height
    return found
