"""Graphviz's JSON output → placed nodes and groups, and its messages."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from typing import Any

from ..diagnostics import LayoutError, LayoutTimeoutError
from ..geometry.primitives import Box, Point, Size
from .digraph import GROUP_GAP, POINTS_PER_INCH, Dot, inches
from .engine import LayoutEngine
from .graph import LayoutGraph, LayoutNode
from .result import Layout, LayoutResult, PlacedGroup, PlacedNode

_LARGEST = 1e7
"""Points, or inches: a hundred times the size of a graph of a thousand nodes in a row."""

_SLACK = 1.0
"""Points by which a part may lie beyond the whole: Graphviz rounds sizes."""
_PRECISION = 1e-3
"""The same, for each point of the whole: Graphviz writes five digits."""

_NOT_A_LAYOUT = (ValueError, TypeError, LookupError, AttributeError, RecursionError)
"""Errors of reading what is not JSON, or has another structure than a layout."""

_TABLE = re.compile(r'<TABLE [^>]*\bWIDTH="(\d+)" HEIGHT="(\d+)"')  # of a label


def place(graph: LayoutGraph, dot: Dot, engine: LayoutEngine) -> LayoutResult:
    """Lay out the nodes and groups of *graph*, whose DOT is *dot*.

    Graphviz finds no ranks for some graphs with clusters ("trouble in init_rank").  It is asked once more then, to rank
    all clusters together, as shared ranks require.

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
    return LayoutResult(layout, tuple(line for line in lines if line))


def read_layout(graph: LayoutGraph, drawn: dict[str, Any]) -> Layout:
    """Read the places of the nodes and groups of *graph*.

    Raises:
        KeyError: if a part is missing in the output.
        ValueError: if a place is no number, such as NaN, or outside of the whole, where no line can be led.
    """
    objects = drawn.get("objects", ())
    nodes = {item["name"]: item for item in objects if "pos" in item}
    clusters = {item["name"]: item for item in objects if "bb" in item}
    boxes = {node.id: _node(nodes[node.id], node) for node in graph.nodes}
    groups = {group.id: _group(clusters[f"cluster_{group.id}"]) for group in graph.groups}
    whole = _bounds(drawn)
    slack = _SLACK + _PRECISION * max(whole.width, whole.height)
    parts: dict[str, PlacedNode | PlacedGroup] = {**boxes, **groups}
    for id, placed in parts.items():
        if not whole.holds(placed.box, slack):
            raise ValueError(f"'{id}' lies outside of the drawing")
    return Layout(whole, boxes, {}, groups)


def _bounds(item: dict[str, Any]) -> Box:
    """The box of the whole, or of a cluster."""
    x0, y0, x1, y1 = (_number(number) for number in item["bb"].split(","))
    return Box(x0, y0, x1, y1)


def _node(item: dict[str, Any], node: LayoutNode) -> PlacedNode:
    label = Box.at(_point(item["pos"]), math.ceil(node.label.width), math.ceil(node.label.height))
    return PlacedNode((Box.at(_point(item["pos"]), *_size(item, node.size)).outline(),), label)


def _size(item: dict[str, Any], known: Size) -> tuple[float, float]:
    """Width and height of a node: as *known*, because Graphviz adds room for loops; of an island, as it says."""
    if known.width:
        return float(inches(known.width)) * POINTS_PER_INCH, float(inches(known.height)) * POINTS_PER_INCH
    return _number(item["width"]) * POINTS_PER_INCH, _number(item["height"]) * POINTS_PER_INCH


def _group(item: dict[str, Any]) -> PlacedGroup:
    return PlacedGroup(_bounds(item).outline(), _title(item))


def _title(item: dict[str, Any]) -> Box:
    """The box of a title: the size of its table around the centre that Graphviz gives; at a corner without a title."""
    if not item["label"]:
        box = _bounds(item)
        return Box(box.x0, box.y1, box.x0 + 2 * GROUP_GAP, box.y1)
    found = _TABLE.search(item["label"])
    if not found:
        raise KeyError(f"label of {item['name']}")
    return Box.at(_point(item["lp"]), _number(found[1]), _number(found[2]))


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
