"""Graphviz's JSON output → placed nodes, edges and groups."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..geometry.curves import HEAD_LENGTH, arrowhead
from ..geometry.primitives import Box, Curve, Point
from ..model.pipeline import Pipeline
from .digraph import TURNED
from .result import Layout, PlacedEdge, PlacedGroup, PlacedNode

_TABLE = re.compile(r'<TABLE [^>]*\bWIDTH="(\d+)" HEIGHT="(\d+)"')  # of a label


def read_layout(pipeline: Pipeline, drawn: dict[str, Any]) -> Layout:
    """Graphviz's JSON output → the geometry of every part of *pipeline*.

    Raises:
        KeyError: where a part of the pipeline is missing.
    """
    objects = drawn.get("objects", ())
    nodes = {item["name"]: item for item in objects if "pos" in item}
    clusters = {item["name"]: item for item in objects if "bb" in item}
    numbered = {item["_gvid"]: item for item in nodes.values()}
    edges = {item["id"]: item for item in drawn.get("edges", ()) if "id" in item}
    if drawn.get("splines") == "ortho":
        for item in edges.values():  # Graphviz tells a place of the labels all the same, but has not looked for one
            item.pop("lp", None)
    return Layout(
        _bounds(drawn),
        tuple(_node(nodes[node.id]) for node in pipeline.nodes),
        tuple(
            _edge(
                [edges[f"e{index}"], *([edges[f"e{index} end"]] if f"e{index} end" in edges else ())],
                nodes.get(f"e{index} label"),
                numbered,
            )
            for index in range(len(pipeline.edges))
        ),
        tuple(_group(clusters[f"cluster_{group.id}"]) for group in pipeline.groups),
    )


def _bounds(item: dict[str, Any]) -> Box:
    """The box of the whole, or of a cluster."""
    x0, y0, x1, y1 = (float(number) for number in item["bb"].split(","))
    return Box(x0, y0, x1, y1)


def _node(item: dict[str, Any]) -> PlacedNode:
    return PlacedNode((_around(item).outline(),), _label(item, item["pos"]))


def _group(item: dict[str, Any]) -> PlacedGroup:
    return PlacedGroup(_bounds(item).outline(), _label(item, item["lp"]))


def _edge(
    pieces: Sequence[dict[str, Any]], between: dict[str, Any] | None, numbered: Mapping[int, dict[str, Any]]
) -> PlacedEdge:
    """An edge, in one piece or, where its label is a node *between* its ends, in two."""
    splines: list[Curve] = []
    heads: list[Curve] = []
    for piece in pieces:
        size = float(piece.get("arrowsize", 1.0))
        lines, arrows = zip(*(_spline(text, size) for text in piece["pos"].split(";")), strict=True)
        if (piece.get("comment") == TURNED) is not _is_told_backward(piece, lines, numbered):
            lines = tuple(spline.reversed() for spline in reversed(lines))
        splines += lines
        heads += [head for found in arrows for head in found]
    labelled = between or pieces[0]
    at = labelled["pos"] if between else labelled.get("lp")
    return PlacedEdge(tuple(splines), tuple(heads), _label(labelled, at) if at else None)


def _spline(text: str, size: float) -> tuple[Curve, list[Curve]]:
    """A spline as Graphviz writes it, ``s,X,Y e,X,Y X,Y X,Y …``, with its arrowheads where it begins and ends."""
    tips: dict[str, Point] = {}
    points: list[Point] = []
    for word in text.split():
        *end, x, y = word.split(",")
        if end:
            tips[end[0]] = float(x), float(y)
        else:
            points.append((float(x), float(y)))
    heads = [_head(points if end == "e" else points[::-1], tip, size) for end, tip in sorted(tips.items())]
    return Curve(tuple(points), bezier=True), heads


def _head(line: Sequence[Point], tip: Point, size: float) -> Curve:
    """The arrowhead at the end of a line, from there to its tip.

    Graphviz leaves more room than the arrowhead is long, for the width of its outline: there, the line is led on
    afterwards, and here it ends at the arrowhead.  A line that is too short for its arrowhead ends inside that.
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


def _is_told_backward(piece: dict[str, Any], drawn: Sequence[Curve], numbered: Mapping[int, dict[str, Any]]) -> bool:
    """Whether the line of an edge begins at its head: in Graphviz 14, that of an edge back to a port may."""
    if piece["tail"] not in numbered or piece["tail"] == piece["head"]:
        return False
    tail, head = _around(numbered[piece["tail"]]), _around(numbered[piece["head"]])
    start, end = drawn[0].points[0], drawn[-1].points[-1]
    return head.distance(start) + tail.distance(end) < tail.distance(start) + head.distance(end)


def _around(item: dict[str, Any]) -> Box:
    """The box of a node."""
    half_width, half_height = float(item["width"]) * 36, float(item["height"]) * 36
    return Box.at(_point(item["pos"]), 2 * half_width, 2 * half_height)


def _label(item: dict[str, Any], at: str) -> Box:
    """The box of a label: the size of its table, and the middle that Graphviz tells."""
    found = _TABLE.search(item["label"])
    if not found:
        raise KeyError(f"label of {item.get('name', item.get('id'))}")
    return Box.at(_point(at), float(found[1]), float(found[2]))


def _point(text: str) -> Point:
    x, y = text.split(",")
    return float(x), float(y)
