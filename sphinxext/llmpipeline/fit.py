"""The layout that fits the page: directions and line breaks are tried until one stays legible.

Left to right reads best where it fits.  Where it does not, the text would have to shrink or the reader to scroll, so
top to bottom is tried, then groups across the flow, then shorter lines.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from .arrange import arrange
from .detours import clear_edges
from .drawing import Engine
from .geometry import Layout
from .layout import Placed
from .loops import place_loops
from .model import Direction, Pipeline
from .style import Style
from .text import Blocks, measure
from .titles import clear_titles

LEGIBLE = 10.0
"""Pixels: the least size that text is shown in."""

_NARROW = 0.65  # of the width of a label, where all else is too wide
_SCREEN = 1.15  # of the page's width: about the height that a screen shows at once
# What makes one layout worse than another.
_SHRINK = 0.8  # for all of the size of the text
_SCROLL = 2.0  # for all of the width that is out of sight
_HEIGHT = 0.1  # for as high as wide; text is what a page is for
_LONG = 0.35  # for each further screen
_TURN = 0.1  # for ranks that run down
_ACROSS = 0.05  # for groups that run otherwise than what is around them
_BREAK = 0.08  # for shorter lines
_DIRECTIONS: tuple[tuple[Direction, float], ...] = (("LR", 0.0), ("TB", _TURN))
_TURNED: dict[Direction, Direction] = {"LR": "TB", "TB": "LR"}


@dataclass(frozen=True, slots=True)
class Fitted:
    """A diagram in place, as it was laid out."""

    pipeline: Pipeline
    """With the directions that were chosen."""
    style: Style
    blocks: Blocks
    placed: Placed


def fit(pipeline: Pipeline, style: Style, width: float, engine: Engine = "pygraphviz", dot: str = "dot") -> Fitted:
    """Lay out *pipeline*; where its direction is ``auto``, the way that suits a page of *width* points best.

    Raises:
        LayoutError: where Graphviz fails.
        FontError: where the style names a font that there is not.
    """
    asked = pipeline.direction or style.direction
    if asked != "auto":
        return _finished(_lay_out(replace(pipeline, direction=asked), style, engine, dot), engine, dot)
    best, least = None, 0.0
    for candidate, own, cost in _candidates(pipeline, style):
        if best and cost >= least:
            continue
        tried = _lay_out(candidate, own, engine, dot)
        cost += _cost(tried.placed.layout, style, width)
        if best is None or cost < least:
            best, least = tried, cost
    assert best is not None
    return _finished(best, engine, dot)


def _lay_out(pipeline: Pipeline, style: Style, engine: Engine, dot: str) -> Fitted:
    blocks = measure(pipeline, style)
    return Fitted(pipeline, style, blocks, arrange(pipeline, style, blocks.sizes(), engine, dot))


def _finished(fitted: Fitted, engine: Engine, dot: str) -> Fitted:
    """With loops, titles and edges clear of each other."""
    layout = place_loops(fitted.placed.layout, fitted.pipeline, fitted.style, fitted.blocks.sizes())
    layout = clear_titles(layout)
    layout = clear_edges(layout, fitted.pipeline, fitted.style, engine, dot)
    return replace(fitted, placed=replace(fitted.placed, layout=layout))


def _candidates(pipeline: Pipeline, style: Style) -> Iterator[tuple[Pipeline, Style, float]]:
    """What is tried, the simplest first, each with what it costs to be other than that."""
    narrow = replace(style, label_width=_NARROW * style.label_width)
    chains, stacks = _turnable(pipeline)
    for own, broken in ((style, 0.0), (narrow, _BREAK)):
        for direction, down in _DIRECTIONS:
            plain = replace(pipeline, direction=direction)
            yield plain, own, down + broken
            for ids in (chains, stacks, chains | stacks) if chains and stacks else (chains | stacks,):
                if ids:
                    yield _across(plain, ids, _TURNED[direction]), own, down + broken + _ACROSS


def _turnable(pipeline: Pipeline) -> tuple[set[str], set[str]]:
    """The outer groups with no direction of their own in which edges run, and those in which nothing is joined."""
    free = {group.id for group in pipeline.groups if group.parent is None and group.direction is None}
    around = pipeline.enclosures()
    chains = {id for edge in pipeline.edges for id in around[edge.source] & around[edge.target]} & free
    return chains, {id for id in free - chains if sum(id in holders for holders in around.values()) > 1}


def _across(pipeline: Pipeline, ids: Collection[str], direction: Direction) -> Pipeline:
    """With some groups across the diagram."""
    groups = (replace(group, direction=direction) if group.id in ids else group for group in pipeline.groups)
    return replace(pipeline, groups=tuple(groups))


def _cost(layout: Layout, style: Style, width: float) -> float:
    """How badly a layout suits a page of *width* points: text that shrinks, what has to be scrolled, what is high."""
    margin = 2 * style.margin
    smallest = min(style.font_size, style.edge_font_size, style.note_font_size, style.group_font_size)
    legible = min(1.0, LEGIBLE / smallest)
    scale = min(1.0, width / (layout.box.width + margin))
    shown = max(scale, legible)
    height = (layout.box.height + margin) * shown / width
    return (
        _SHRINK * (1 - shown)
        + _SCROLL * (1 - min(1.0, scale / legible))
        + _HEIGHT * height
        + _LONG * max(0.0, height / _SCREEN - 1)
    )
