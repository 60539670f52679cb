"""Graphviz's JSON output → placed nodes, edges and groups, and its messages."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..diagnostics import LayoutError, LayoutTimeoutError
from ..geometry.curves import HEAD_LENGTH, arrowhead
from ..geometry.primitives import Box, Curve, Point
from .digraph import REVERSED, Dot
from .engine import LayoutEngine
from .graph import LayoutGraph, LayoutNode
from .result import Layout, LayoutResult, PlacedEdge, PlacedGroup, PlacedNode

_MENDED = (
    # The line then runs straight, and is routed anew like any other.
    "Warning: Unable to reclaim box space in spline routing",
    "lib/pathplan/",
)
"""Messages of Graphviz about faults that are mended afterwards."""

_LARGEST = 1e7
"""Points, or inches: a hundred times the size of a graph of a thousand nodes in a row."""

_NOT_A_LAYOUT = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
"""Errors of reading what is not JSON, or has another structure than a layout."""

_TABLE = re.compile(r'<TABLE [^>]*\bWIDTH="(\d+)" HEIGHT="(\d+)"')  # of a label


def place(graph: LayoutGraph, dot: Dot, engine: LayoutEngine) -> LayoutResult:
    """Lay out *graph*, whose DOT is *dot*.

    Graphviz loses some edges between clusters, such as parallel ones with a label: it leaves them out, or fails.  It is
    asked once more then, to rank all clusters together, as shared ranks require.

    Raises:
        LayoutError: if Graphviz cannot be run, fails or gives no layout.
    """
    try:
        return _placed(graph, dot, engine)
    except LayoutTimeoutError:
        raise
    except LayoutError:
        if not graph.groups or dot.ranks_clusters_together:
            raise
    return _placed(graph, replace(dot, graph_attr={**dot.graph_attr, "newrank": "true"}), engine)


def _placed(graph: LayoutGraph, dot: Dot, engine: LayoutEngine) -> LayoutResult:
    output = engine.run(dot)
    try:
        layout = read_layout(graph, json.loads(output.json))
    except _NOT_A_LAYOUT as error:
        reason = " ".join(output.messages.split()) or f"{type(error).__name__}: {error}"
        raise LayoutError(f"Graphviz gave no layout: {reason}") from error
    lines = (line.strip() for line in output.messages.splitlines())
    return LayoutResult(layout, tuple(line for line in lines if line and not line.startswith(_MENDED)))


def read_layout(graph: LayoutGraph, drawn: dict[str, Any]) -> Layout:
    """Read the geometry of every part of *graph*.

    Raises:
        KeyError: if a part is missing in the output.
        ValueError: if an edge has no length.
    """
    objects = drawn.get("objects", ())
    nodes = {item["name"]: item for item in objects if "pos" in item}
    clusters = {item["name"]: item for item in objects if "bb" in item}
    numbered = {item["_gvid"]: item for item in nodes.values()}
    edges = {item["id"]: item for item in drawn.get("edges", ()) if "id" in item}
    boxes = {node.id: _node(nodes[node.id], node) for node in graph.nodes}
    placed = {}
    for edge in graph.edges:
        pieces = [edges[f"e{edge.key}"]]
        if second := edges.get(f"e{edge.key} end"):
            pieces.append(second)
        placed[edge.key] = _edge(pieces, nodes.get(f"e{edge.key} label"), numbered)
    groups = {group.id: _group(clusters[f"cluster_{group.id}"]) for group in graph.groups}
    return Layout(_bounds(drawn), boxes, placed, groups)


def _bounds(item: dict[str, Any]) -> Box:
    """The box of the whole, or of a cluster."""
    x0, y0, x1, y1 = (_number(number) for number in item["bb"].split(","))
    return Box(x0, y0, x1, y1)


def _node(item: dict[str, Any], node: LayoutNode) -> PlacedNode:
    label = Box.at(_point(item["pos"]), math.ceil(node.label.width), math.ceil(node.label.height))
    return PlacedNode((_node_box(item).outline(),), label)


def _group(item: dict[str, Any]) -> PlacedGroup:
    return PlacedGroup(_bounds(item).outline(), _label(item, item["lp"]))


def _edge(
    pieces: Sequence[dict[str, Any]], between: dict[str, Any] | None, numbered: Mapping[int, dict[str, Any]]
) -> PlacedEdge:
    """An edge, in one piece or, if its label is a node *between* its ends, in two."""
    splines: list[Curve] = []
    heads: list[Curve] = []
    for piece in pieces:
        size = _number(piece.get("arrowsize", "1"))
        lines, arrows = zip(*(_spline(text, size) for text in piece["pos"].split(";")), strict=True)
        if (piece.get("comment") == REVERSED) is not _starts_at_head(piece, lines, numbered):
            lines = tuple(spline.reversed() for spline in reversed(lines))
        splines += lines
        heads += [head for found in arrows for head in found]
    labelled = between or pieces[0]
    at = labelled["pos"] if between else labelled.get("lp")
    return PlacedEdge(tuple(splines), tuple(heads), _label(labelled, at) if at else None)


def _spline(text: str, size: float) -> tuple[Curve, list[Curve]]:
    """A spline as Graphviz writes it, ``s,X,Y e,X,Y X,Y X,Y …``, with its arrowheads at start and end."""
    tips: dict[str, Point] = {}
    points: list[Point] = []
    for word in text.split():
        *end, x, y = word.split(",")
        if end:
            tips[end[0]] = _number(x), _number(y)
        else:
            points.append((_number(x), _number(y)))
    heads = [_head(points if end == "e" else points[::-1], tip, size) for end, tip in sorted(tips.items())]
    return Curve(tuple(points), bezier=True), heads


def _head(line: Sequence[Point], tip: Point, size: float) -> Curve:
    """The arrowhead at the end of a line, from there to its tip.

    Graphviz leaves more room than the arrowhead is long, for the width of its outline: the line is extended afterwards,
    and here it ends at the arrowhead.  A line that is too short for its arrowhead ends inside it.
    """
    start = next((point for point in reversed(line) if point != tip), None)
    if start is None:
        raise ValueError("a line without a length has no arrowhead")
    length = math.dist(start, tip)
    towards = (tip[0] - start[0]) / length, (tip[1] - start[1]) / length
    room = HEAD_LENGTH * size
    if math.dist(line[-1], tip) > room:
        tip = line[-1][0] + room * towards[0], line[-1][1] + room * towards[1]
    return arrowhead(tip, towards, size)


def _starts_at_head(piece: dict[str, Any], lines: Sequence[Curve], numbered: Mapping[int, dict[str, Any]]) -> bool:
    """Whether the line of an edge begins at its head: in Graphviz 14, an edge back to a port may."""
    if piece["tail"] not in numbered or piece["tail"] == piece["head"]:
        return False
    tail, head = _node_box(numbered[piece["tail"]]), _node_box(numbered[piece["head"]])
    start, end = lines[0].points[0], lines[-1].points[-1]
    return head.distance(start) + tail.distance(end) < tail.distance(start) + head.distance(end)


def _node_box(item: dict[str, Any]) -> Box:
    return Box.at(_point(item["pos"]), _number(item["width"]) * 72, _number(item["height"]) * 72)  # from inches


def _label(item: dict[str, Any], at: str) -> Box:
    """The box of a label: the size of its table around the centre that Graphviz gives."""
    found = _TABLE.search(item["label"])
    if not found:
        raise KeyError(f"label of {item.get('name', item.get('id'))}")
    return Box.at(_point(at), _number(found[1]), _number(found[2]))


def _point(text: str) -> Point:
    x, y = text.split(",")
    return _number(x), _number(y)


def _number(text: str) -> float:
    """A number that can be a place or a size.

    Raises:
        ValueError: if it is none, such as NaN.
    """
    number = float(text)
    if not -_LARGEST < number < _LARGEST:
        raise ValueError(f"{text} is no place in a drawing")
    return number
