"""Box tree: a spatial index of boxes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeVar

from .primitives import Box

_Item = TypeVar("_Item")

_LEAF = 12  # items that are looked at one by one


class _Branch(Generic[_Item]):
    """Items, divided in two when they are first asked for."""

    __slots__ = ("_halves", "items")

    def __init__(self, items: list[tuple[Box, _Item]]) -> None:
        self.items = items
        self._halves: tuple[tuple[Box, _Branch[_Item]], ...] = ()

    @property
    def halves(self) -> tuple[tuple[Box, _Branch[_Item]], ...]:
        """Two branches beside or above each other, whichever takes less area; none for a few items."""
        if not self._halves and len(self.items) > _LEAF:
            self._halves = min(self._parted(0), self._parted(1), key=_area)
        return self._halves

    def _parted(self, axis: int) -> tuple[tuple[Box, _Branch[_Item]], ...]:
        ordered = sorted(self.items, key=lambda item: item[0].center[axis])
        middle = len(ordered) // 2
        return _branch(ordered[:middle]), _branch(ordered[middle:])


def _branch(items: list[tuple[Box, _Item]]) -> tuple[Box, _Branch[_Item]]:
    """A branch, and the box around its items."""
    return Box.around_boxes(box for box, _ in items), _Branch(items)


def _touching(items: Iterable[tuple[Box, _Item]], box: Box) -> list[_Item]:
    """The items whose boxes touch *box*; :meth:`.Box.touches`, without the calls."""
    x0, y0, x1, y1 = box.x0, box.y0, box.x1, box.y1
    return [item for other, item in items if other.x0 <= x1 and x0 <= other.x1 and other.y0 <= y1 and y0 <= other.y1]


def _area(branches: Iterable[tuple[Box, object]]) -> float:
    return sum(box.width * box.height for box, _ in branches)


class BoxTree(Generic[_Item]):
    """A spatial index: boxes that are near each other stand in one branch of a tree.

    >>> tree = BoxTree([(Box(0, 0, 10, 10), "here"), (Box(900, 0, 910, 10), "far away")])
    >>> tree.near(Box(5, 5, 40, 40))
    ['here']
    """

    def __init__(self, items: Iterable[tuple[Box, _Item]] = ()) -> None:
        self._latest = list(items)
        """A few items that are not in a tree yet."""
        self._trees: list[tuple[Box, _Branch[_Item]]] = []
        """Each larger than the next, so there are few."""
        if len(self._latest) > _LEAF:
            self._plant()

    def add(self, box: Box, item: _Item) -> None:
        """Add an item."""
        self._latest.append((box, item))
        if len(self._latest) > _LEAF:
            self._plant()

    def _plant(self) -> None:
        """Move the latest items into a tree, together with smaller trees."""
        items, self._latest = self._latest, []
        while self._trees and len(self._trees[-1][1].items) <= len(items):
            items += self._trees.pop()[1].items
        self._trees.append(_branch(items))

    def near(self, box: Box, most: int | None = None) -> list[_Item]:
        """The items whose boxes touch *box*, each once; at *most* so many, of which it is not said which."""
        found = _touching(self._latest, box)
        waiting = _touching(self._trees, box)
        while waiting and (most is None or len(found) < most):
            branch = waiting.pop()
            if halves := branch.halves:
                waiting += _touching(halves, box)
            else:
                found += _touching(branch.items, box)
        return found if most is None else found[:most]
