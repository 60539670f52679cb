"""Bars of shares: the widths of their cells, and the places of the texts that these have no room for.

A text beside a bar stands at the end of a line from its cell.  All run to one side, so that no line crosses a text: a
text that would meet the line of another cell stands further from the bar.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate
from typing import TYPE_CHECKING

from ..geometry.primitives import Box, Curve, Size
from ..model.shares import share_widths
from ..text.shares import LEAST, shares_of, text_room, widest_bar
from .cells import cell_height

if TYPE_CHECKING:
    from ..model.pipeline import Group, Pipeline
    from ..style.types import Style

_AWAY = 6.0  # points between a bar and the nearest text beside it
_TICK = 7.0  # points between a text and the upright part of its line
_APART = 4.0  # points between a text and the line of another one

_EXACT = 0.1  # points

_LINE = 1.0  # points that a line from a cell to its text is broad


def text_id(cell: str) -> str:
    """The id of the text beside its cell, which is laid out like a node; no id of an author has a space."""
    return f"{cell} text"


def line_id(cell: str) -> str:
    """The id of the upright part of the line from a cell to its text, likewise."""
    return f"{cell} line"


def cell_sizes(pipeline: Pipeline, row: Group, texts: Mapping[str, Size], style: Style) -> dict[str, Size]:
    """The sizes of the cells of a bar, which is no wider than all its *texts* need, if these have room at all."""
    values = shares_of(pipeline, row)
    needed = [_needed(texts[id], style) for id in row.cells]
    whole = widest_bar(style)
    widths = share_widths(values, whole, LEAST)
    if all(wide <= width for wide, width in zip(needed, widths, strict=True)):
        wholes = (wide * whole / width for wide, width in zip(needed, widths, strict=True))
        widths = share_widths(values, max(min(style.label_width, whole), *wholes), LEAST)
    sizes = {id: Size(width, 0.0) for id, width in zip(row.cells, widths, strict=True)}
    height = cell_height([texts[id] for id, size in sizes.items() if has_room(size, texts[id], style)], style)
    return {id: Size(size.width, height) for id, size in sizes.items()}


def has_room(cell: Size, text: Size, style: Style) -> bool:
    """Whether a text stands in its cell."""
    return _needed(text, style) <= cell.width + _EXACT


def _needed(text: Size, style: Style) -> float:
    return text.width + text_room(style) if text.width else 0.0


def boxes_beside(cells: Mapping[str, Box], texts: Mapping[str, Size], *, above: bool) -> dict[str, Box]:
    """The boxes of the *texts* of some cells, and of the lines that lead to them, below their bar or *above* it."""
    bar = Box.around_boxes(cells.values())
    places = {id: cells[id].center[0] for id in texts}
    found = []
    for way in (1, -1):
        boxes = _staircase(places, texts, way)
        around = Box.around_boxes([*cells.values(), *boxes.values()])
        found.append((around.width, len({box.y1 for box in boxes.values()}), boxes))
    _, _, boxes = min(found, key=lambda one: one[:2])
    lines = {id: Box.at((places[id], box.center[1] / 2), _LINE, -box.center[1]) for id, box in boxes.items()}
    named = {text_id(id): box for id, box in boxes.items()} | {line_id(id): box for id, box in lines.items()}
    if above:
        return {id: Box(box.x0, bar.y1 - box.y1, box.x1, bar.y1 - box.y0) for id, box in named.items()}
    return {id: box.moved(0.0, bar.y0) for id, box in named.items()}


def _staircase(places: Mapping[str, float], texts: Mapping[str, Size], way: int) -> dict[str, Box]:
    """Boxes below a bar whose lower side is at 0, of texts that run to the right (1) or to the left (-1)."""
    steps: dict[str, int] = {}
    for id in sorted(places, key=lambda one: -way * places[one]):
        end = way * places[id] + _TICK + texts[id].width + _APART
        steps[id] = max((step + 1 for other, step in steps.items() if way * places[other] < end), default=0)
    heights = [max(texts[id].height for id in steps if steps[id] == step) for step in range(max(steps.values()) + 1)]
    tops = [*accumulate(heights, initial=_AWAY)]
    found = {}
    for id, step in steps.items():
        near = places[id] + way * _TICK
        far = near + way * texts[id].width
        found[id] = Box(min(near, far), -tops[step] - texts[id].height, max(near, far), -tops[step])
    return found


def leader(cell: Box, text: Box) -> Curve | None:
    """The line from a cell to its text; ``None`` if this is in the cell."""
    if cell.y0 < text.y1 and text.y0 < cell.y1:
        return None
    x, y = cell.center[0], text.center[1]
    start = cell.y0 if text.y1 <= cell.y0 else cell.y1
    end = text.x0 - 1.0 if text.x0 > x else text.x1 + 1.0
    return Curve(((x, start), (x, y), (end, y)))
