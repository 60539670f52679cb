"""Ranks that a layout does not keep: nodes that ``align`` names, but that do not stand on one line."""

from __future__ import annotations

from collections.abc import Iterator

from .endpoints import innermost
from .gaps import Axis, gap_between
from .graph import LayoutGraph
from .result import Layout


def broken_ranks(layout: Layout, graph: LayoutGraph) -> Iterator[str]:
    """A message for each statement ``align`` whose nodes and groups are not on one line."""
    if not graph.aligned:
        return
    for ids in graph.aligned:
        axis: Axis = 0 if graph.runs_sideways(innermost(graph.holders, ids[0], ids[-1])) else 1
        first = layout.box_of(ids[0])
        out = [f"'{id}'" for id in ids[1:] if gap_between(first, layout.box_of(id), axis) >= 0]
        if out:
            verb = "stands" if len(out) == 1 else "stand"
            yield (
                f"'align {', '.join(ids)}': {', '.join(out)} {verb} in another line than '{ids[0]}', "
                "because a group around them has a direction of its own"
            )
