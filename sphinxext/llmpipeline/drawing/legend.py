"""The legend of the kinds and the colour bars of the values, in rows below a diagram."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from ..geometry.curves import arrow_ends, arrow_length, arrow_size, arrowhead
from ..geometry.primitives import Box, Curve, Size
from ..geometry.shapes import SHAPES
from ..layout.result import PlacedEdge, PlacedNode
from ..model.pipeline import LegendEntry, Pipeline
from ..records import record
from ..style.types import ColorBar, Encoding, Style
from ..text.typesetting import BarText, TextBlock, TextBlocks

_ABOVE = 16.0  # points between the diagram and the first row
_BETWEEN = 10.0  # between rows
_BESIDE = 20.0  # between the entries of a row
_LEAST_WIDTH = 290.0  # of the rows, however narrow the diagram is: a phone has room for them
_SWATCH = Size(28.0, 16.0)  # the small node or edge of an entry
_NODE_HEIGHT = 36.0  # of a node with a label of one line; corners of a swatch shrink in proportion
_SWATCH_GAP = 6.0
_STRIP = Size(160.0, 8.0)  # the colours of a colour bar
TICK_WIDTH = 0.7
"""Width of ticks and of the line around the colours."""
_TICK = 3.0  # length of a tick
_TITLE_GAP, _TICK_GAP = 3.0, 1.0
_TICK_ROOM = 6.0  # between the numbers of a bar


@record
class PlacedEntry:
    """An entry of the legend: a small node or edge, and the box of its name."""

    swatch: PlacedNode | PlacedEdge
    text: Box


@record
class PlacedTick:
    """A tick, the box of its number, and the index of the number in the bar."""

    line: Curve
    text: Box
    index: int


@record
class PlacedBar:
    """A colour bar: a box for each colour, the box of the title, and its ticks."""

    strip: Box
    cells: tuple[Box, ...]
    """Each reaches to the right end, below the next one, so that no line shows where two meet."""
    title: Box | None
    ticks: tuple[PlacedTick, ...]


@record
class LegendLayout:
    """Entries and colour bars in place."""

    entries: tuple[PlacedEntry, ...] = ()
    bars: tuple[PlacedBar, ...] = ()
    box: Box | None = None
    """The box around all of them; ``None`` if there are none."""


def place_legend(pipeline: Pipeline, style: Style, encoding: Encoding, text: TextBlocks, diagram: Box) -> LegendLayout:
    """Place the legend, then the colour bars, in rows below the box of the diagram and centred under it.

    Entries of several rows stand in columns.
    """
    entries = [
        Size(_SWATCH.width + _SWATCH_GAP + block.size.width, max(_SWATCH.height, block.size.height))
        for block in text.legend
    ]
    bars = [_bar_size(*each) for each in zip(encoding.bars, text.bars, strict=True)]
    if not entries and not bars:
        return LegendLayout()
    grids = [(sizes, _columns(sizes, max(diagram.width, _LEAST_WIDTH))) for sizes in (entries, bars) if sizes]
    left = diagram.center[0] - max(_width(columns) for _, columns in grids) / 2
    y = diagram.y0 - _ABOVE
    boxes: list[Box] = []
    for sizes, columns in grids:
        for start in range(0, len(sizes), len(columns)):
            row = sizes[start : start + len(columns)]
            height, x = max(size.height for size in row), left
            for size, column in zip(row, columns, strict=False):
                boxes.append(Box(x, y - height, x + size.width, y))
                x += column + _BESIDE
            y -= height + _BETWEEN
    return LegendLayout(
        tuple(_entry(*each, style) for each in zip(pipeline.legend, text.legend, boxes, strict=False)),
        tuple(_bar(*each) for each in zip(encoding.bars, text.bars, boxes[len(entries) :], strict=True)),
        Box.around_boxes(boxes),
    )


def _columns(sizes: Sequence[Size], width: float) -> list[float]:
    """The widths of the columns: as many as fit, but no more than fill the same number of rows."""
    possible = ([max(size.width for size in sizes[at::count]) for at in range(count)] for count in _counts(len(sizes)))
    return next(columns for columns in possible if len(columns) == 1 or _width(columns) <= width)


def _counts(number: int) -> Iterator[int]:
    """Numbers of columns of as many entries, the greatest first: one for each number of rows."""
    yield from dict.fromkeys(math.ceil(number / rows) for rows in range(1, number + 1))


def _width(columns: Sequence[float]) -> float:
    return sum(columns) + _BESIDE * (len(columns) - 1)


def _entry(entry: LegendEntry, block: TextBlock, box: Box, style: Style) -> PlacedEntry:
    middle = box.center[1]
    swatch = Box(box.x0, middle - _SWATCH.height / 2, box.x0 + _SWATCH.width, middle + _SWATCH.height / 2)
    half = block.size.height / 2
    text = Box(box.x1 - block.size.width, middle - half, box.x1, middle + half)
    if entry.part == "edge":
        return PlacedEntry(_line(entry.kind, style.edges[entry.kind].width, swatch), text)
    radius = style.corner_radius * _SWATCH.height / _NODE_HEIGHT
    shape = SHAPES[style.nodes[entry.kind].shape if entry.part == "node" else "box"]
    return PlacedEntry(PlacedNode(shape.outline(swatch, radius), swatch), text)


def _line(kind: str, width: float, box: Box) -> PlacedEdge:
    """An edge of that kind from the left of the box to its right."""
    y, length = box.center[1], arrow_length(width)
    at_left, at_right = arrow_ends(kind)
    left, right = box.x0 + length * at_left, box.x1 - length * at_right
    heads = [arrowhead((box.x1, y), (1.0, 0.0), arrow_size(width))] if at_right else []
    heads += [arrowhead((box.x0, y), (-1.0, 0.0), arrow_size(width))] if at_left else []
    return PlacedEdge((Curve(((left, y), (right, y))),), tuple(heads))


def _bar_size(bar: ColorBar, text: BarText) -> Size:
    """The size of a bar; numbers at its ends may protrude."""
    title = text.title.size if text.title else Size(0.0, 0.0)
    numbers = max((block.size.height for block in text.ticks), default=0.0)
    left, right = _overhang(bar, text)
    height = title.height + _TITLE_GAP + _STRIP.height + _TICK + _TICK_GAP + numbers
    return Size(left + max(_STRIP.width + right, title.width), height)


def _overhang(bar: ColorBar, text: BarText) -> tuple[float, float]:
    """Points by which the numbers protrude to the left and to the right."""
    places = [
        (place * _STRIP.width, block.size.width / 2) for (place, _), block in zip(bar.ticks, text.ticks, strict=True)
    ]
    left = max((half - x for x, half in places), default=0.0)
    right = max((x + half - _STRIP.width for x, half in places), default=0.0)
    return max(left, 0.0), max(right, 0.0)


def _bar(bar: ColorBar, text: BarText, box: Box) -> PlacedBar:
    """A bar, placed from the bottom up, so that strips side by side are on a line with or without titles."""
    numbers = max((block.size.height for block in text.ticks), default=0.0)
    x0, y0 = box.x0 + _overhang(bar, text)[0], box.y0 + numbers + _TICK_GAP + _TICK
    strip = Box(x0, y0, x0 + _STRIP.width, y0 + _STRIP.height)
    title = None
    if text.title:
        bottom = strip.y1 + _TITLE_GAP
        title = Box(x0, bottom, x0 + text.title.size.width, bottom + text.title.size.height)
    step = strip.width / len(bar.colors)
    cells = tuple(Box(strip.x0 + step * index, strip.y0, strip.x1, strip.y1) for index in range(len(bar.colors)))
    return PlacedBar(strip, cells, title, tuple(_ticks(bar, text, strip)))


def _ticks(bar: ColorBar, text: BarText, strip: Box) -> Iterator[PlacedTick]:
    """The ticks whose numbers do not touch those before them."""
    free = -float("inf")
    for index, ((place, _), block) in enumerate(zip(bar.ticks, text.ticks, strict=True)):
        x = strip.x0 + place * strip.width
        top = strip.y0 - _TICK - _TICK_GAP
        number = Box(x - block.size.width / 2, top - block.size.height, x + block.size.width / 2, top)
        if number.x0 >= free:
            free = number.x1 + _TICK_ROOM
            yield PlacedTick(Curve(((x, strip.y0), (x, strip.y0 - _TICK))), number, index)
