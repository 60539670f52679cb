"""Boxes by where they are, so that what is far away is not looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Generic, TypeVar

from ..geometry.primitives import Box

_Item = TypeVar("_Item")

_CELL = 150.0  # points: the side of a cell, about that of a node


class Grid(Generic[_Item]):
    """Things in boxes, found by the cells of a square grid that their boxes touch.

    >>> grid = Grid([(Box(0, 0, 10, 10), "here"), (Box(900, 0, 910, 10), "far away")])
    >>> list(grid.near(Box(5, 5, 40, 40)))
    ['here']
    """

    def __init__(self, items: Iterable[tuple[Box, _Item]]) -> None:
        self._cells: dict[tuple[int, int], list[tuple[Box, _Item]]] = defaultdict(list)
        for box, item in items:
            for cell in _cells(box):
                self._cells[cell].append((box, item))

    def near(self, box: Box) -> Iterator[_Item]:
        """What stands in boxes that touch *box*, each once."""
        for cell in _cells(box):
            for other, item in self._cells.get(cell, ()):
                if box.x0 <= other.x1 and other.x0 <= box.x1 and box.y0 <= other.y1 and other.y0 <= box.y1:
                    # In several cells of both: counted in the first, the one of the corner that they share.
                    first = max(box.x0, other.x0) // _CELL, max(box.y0, other.y0) // _CELL
                    if first == cell:
                        yield item


def _cells(box: Box) -> Iterable[tuple[int, int]]:
    columns = range(int(box.x0 // _CELL), int(box.x1 // _CELL) + 1)
    rows = range(int(box.y0 // _CELL), int(box.y1 // _CELL) + 1)
    return product(columns, rows)
