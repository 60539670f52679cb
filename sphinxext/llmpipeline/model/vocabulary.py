"""Vocabulary of the language: kinds, directions and splines."""

from __future__ import annotations

from typing import Literal, get_args

Direction = Literal["LR", "TB", "RL", "BT"]
DiagramDirection = Direction | Literal["auto"]
Splines = Literal["spline", "ortho"]
EdgeKind = Literal["flow", "derive", "weak", "feedback", "exchange", "link", "skip"]

PlotKind = Literal["bars", "pie", "line", "hist", "heatmap", "scatter"]

DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
DIAGRAM_DIRECTIONS: tuple[DiagramDirection, ...] = (*DIRECTIONS, "auto")
SPLINES: tuple[Splines, ...] = get_args(Splines)
PLOT_KINDS: tuple[PlotKind, ...] = get_args(PlotKind)
EDGE_KINDS: tuple[EdgeKind, ...] = get_args(EdgeKind)
FLOW: tuple[EdgeKind, ...] = ("flow", "derive")
"""Kinds of edges that say where the main flow leads."""
ASIDE: tuple[EdgeKind, ...] = ("feedback", "skip")
"""Kinds of edges beside the flow, which say nothing about its order."""
# Several short names a line.
# fmt: off
NODE_KINDS: tuple[str, ...] = (
    "node", "data", "process", "train", "model", "reward", "eval",
    "store", "service", "tool", "human", "decision", "io", "op", "more", "join",
)
# fmt: on
"""Kinds of every style.  A style may add its own."""
UNLABELLED = ("more", "join")
"""Kinds of nodes that are not labelled with their id: an ellipsis, and a point where edges meet."""

OBJECTS = frozenset({"math", "image"})
"""Faces of runs that are one thing in a line, and no letters."""
