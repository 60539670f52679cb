"""Room for texts in rows whose cells are as wide as their values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model.shares import share_widths

if TYPE_CHECKING:
    from ..model.pipeline import Group, Pipeline
    from ..style.types import Style

LEAST = 4.0
"""Points: the width of the smallest shares."""
FEW_LINES = 4
"""Lines of a text in a cell, at most: a longer one stands beside the bar."""

MOST_LABEL_WIDTH = 250.0
"""Points: a style with wider labels has no wider bars."""

_WIDEST = 2.8  # of the width of a label
_TEXT = 0.85  # of the width of a bar
_BESIDE = 0.4  # of the padding of nodes


def text_room(style: Style) -> float:
    """Points beside the text in a cell, on both sides together."""
    return 2 * _BESIDE * style.padding_x


def widest_bar(style: Style) -> float:
    """The width of a bar in which not all texts have room."""
    return _WIDEST * min(style.label_width, MOST_LABEL_WIDTH)


def widest_text(style: Style) -> float:
    """The width of a line of text beside a bar, at most."""
    return _TEXT * widest_bar(style)


def shares_of(pipeline: Pipeline, row: Group) -> list[float]:
    """The values of the cells of a row."""
    values = {node.id: node.value for node in pipeline.nodes if node.group == row.id}
    return [value.number if (value := values[id]) else 0.0 for id in row.cells]


def text_limits(pipeline: Pipeline, style: Style) -> dict[str, float]:
    """Points that a line of text may have in each cell of the bars of *pipeline*, by ids, where these are widest."""
    found: dict[str, float] = {}
    for row in pipeline.groups:
        if row.shares:
            widths = share_widths(shares_of(pipeline, row), widest_bar(style), LEAST)
            found |= {id: width - text_room(style) for id, width in zip(row.cells, widths, strict=True)}
    return found
