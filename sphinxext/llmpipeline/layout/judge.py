"""The judge: one function that counts the faults of a finished layout, for the search, the tests and the benchmarks."""

from __future__ import annotations

from collections.abc import Iterator

from ..geometry.primitives import Box
from ..style.types import LEGIBLE
from .callout_faults import callout_faults
from .drawn import Drawn
from .graph import LayoutGraph
from .label_faults import label_faults
from .line_faults import line_faults, ways
from .panel_edges import within_panels
from .result import Layout
from .side_faults import side_faults
from .tables import folded, folded_layout
from .tidiness import untidy
from .verdict import Fault, Verdict

_EMPTY = 0.45
"""Share of the picture that may be empty."""
_CELLS = 32  # the longer side of a picture, in cells of the grid that measures its empty area
_SOME = 0.1  # of the weight of scrolling, if nearly everything is in sight
_SIGHT = 2.5  # times that weight, if as much is out of sight as the page is wide
_BLANK = 3.0  # points that the margin may be wider than the style's


def judge(layout: Layout, graph: LayoutGraph, page_width: float | None = None) -> Verdict:
    """Judge a finished *layout* of *graph*: with shapes, routes, labels and titles in place.

    Args:
        layout: the result of :func:`~.clipping.clip`.
        graph: what was laid out, with the directions of the candidate.
        page_width: of the page, in points; ``None`` does not judge how the layout fits a page.

    The time that it takes is in proportion to the size of the layout.
    """
    drawn = Drawn(layout, graph)
    bends, straight, slanted = ways(drawn)
    whole = folded(within_panels(graph))
    tables = drawn if whole is graph else Drawn(folded_layout(layout, graph), whole)
    faults = [
        *line_faults(drawn),
        *side_faults(drawn),
        *bends,
        *label_faults(drawn),
        *callout_faults(drawn),
        *untidy(tables),
        *_area(drawn),
    ]
    if page_width is not None:
        faults += _on_page(drawn, page_width)
    return Verdict(tuple(faults), graph.edges, straight, slanted)


def _on_page(drawn: Drawn, width: float) -> Iterator[Fault]:
    """Text that is too small to read, and scrolling."""
    style = drawn.graph.style
    wide = drawn.extent.width + 2 * style.margin
    scale = max(min(1.0, width / wide), style.legible_scale)
    if (size := scale * style.smallest_font_size) < LEGIBLE - 0.01:
        yield Fault.of("small-text", amount=LEGIBLE / size)
    if wide * scale > width + 0.5:
        yield Fault.of("scrolling", amount=_SOME + _SIGHT * (wide * scale / width - 1))


def _area(drawn: Drawn) -> Iterator[Fault]:
    """Empty area, and blank margins."""
    parts = list(drawn.nodes.values())
    parts += [line.label for line in drawn.lines if line.label]
    parts += drawn.titles.values()
    parts += (note.placed.box for note in drawn.callouts)
    ink = [*parts, *drawn.groups.values(), *(line.box for line in drawn.lines)]
    ink += (Box.around(note.placed.leader.points) for note in drawn.callouts)
    if not ink:
        return
    inner, extent = Box.around_boxes(ink), drawn.extent
    blank = max(inner.x0 - extent.x0, inner.y0 - extent.y0, extent.x1 - inner.x1, extent.y1 - inner.y1)
    if blank > _BLANK:
        yield Fault.of("blank-margin", amount=min(2.0, blank / 10))
    empty = _empty_share(inner, parts, max(drawn.graph.style.node_gap, drawn.graph.style.rank_gap))
    if empty > _EMPTY:
        yield Fault.of("empty-area", amount=10 * (empty - _EMPTY))


def _empty_share(whole: Box, parts: list[Box], gap: float) -> float:
    """The share of a box that is farther than *gap* from all parts, in a rough grid."""
    side = max(gap, whole.width / _CELLS, whole.height / _CELLS)
    columns, rows = max(1, round(whole.width / side)), max(1, round(whole.height / side))
    wide, high = whole.width / columns or 1.0, whole.height / rows or 1.0
    covered: set[int] = set()
    for part in parts:
        near = part.grown(gap)
        # A cell counts by its middle.
        first, last = round((near.x0 - whole.x0) / wide), round((near.x1 - whole.x0) / wide)
        low, top = round((near.y0 - whole.y0) / high), round((near.y1 - whole.y0) / high)
        first, last = max(first, 0), min(last, columns)
        for row in range(max(low, 0), min(top, rows)):
            covered.update(range(row * columns + first, row * columns + last))
    return 1 - len(covered) / (columns * rows)
