"""Grid: a spatial index of boxes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Generic, TypeVar

from .primitives import Box

_Item = TypeVar("_Item")
_Cell = tuple[int, int]

_CELL = 150.0  # points: the side of a cell, about that of a node
_MANY = 64  # cells: a box that touches more of them is kept apart, or a long line would fill the memory


class Grid(Generic[_Item]):
    """A spatial index: items are found by the cells of a square grid that their boxes touch.

    >>> grid = Grid([(Box(0, 0, 10, 10), "here"), (Box(900, 0, 910, 10), "far away")])
    >>> list(grid.near(Box(5, 5, 40, 40)))
    ['here']
    """

    def __init__(self, items: Iterable[tuple[Box, _Item]] = ()) -> None:
        self._cells: dict[_Cell, list[tuple[Box, _Item]]] = {}
        self._large: list[tuple[Box, _Item]] = []
        """Items whose boxes touch many cells."""
        for box, item in items:
            self.add(box, item)

    def add(self, box: Box, item: _Item) -> None:
        """Add an item."""
        for found in self._lists(box):
            found.append((box, item))

    def remove(self, box: Box, item: _Item) -> None:
        """Remove an item; *box* is that with which it was added."""
        for found in self._lists(box):
            found.remove((box, item))

    def near(self, box: Box) -> Iterator[_Item]:
        """The items whose boxes touch *box*, each once."""
        columns, rows = _spans(box)
        cells: Iterable[_Cell] = product(columns, rows)
        if len(columns) * len(rows) > len(self._cells):
            cells = [(x, y) for x, y in self._cells if x in columns and y in rows]
        for cell in cells:
            for other, item in self._cells.get(cell, ()):
                if box.x0 <= other.x1 and other.x0 <= box.x1 and box.y0 <= other.y1 and other.y0 <= box.y1:
                    # In several cells of both, it counts in that of the corner that they share.
                    first = max(box.x0, other.x0) // _CELL, max(box.y0, other.y0) // _CELL
                    if first == cell:
                        yield item
        for other, item in self._large:
            if box.x0 <= other.x1 and other.x0 <= box.x1 and box.y0 <= other.y1 and other.y0 <= box.y1:
                yield item

    def _lists(self, box: Box) -> Iterator[list[tuple[Box, _Item]]]:
        """The lists of a box."""
        columns, rows = _spans(box)
        if len(columns) * len(rows) > _MANY:
            yield self._large
            return
        for cell in product(columns, rows):
            yield self._cells.setdefault(cell, [])


def _spans(box: Box) -> tuple[range, range]:
    """The columns and the rows that a box touches."""
    columns = range(int(box.x0 // _CELL), int(box.x1 // _CELL) + 1)
    rows = range(int(box.y0 // _CELL), int(box.y1 // _CELL) + 1)
    return columns, rows
