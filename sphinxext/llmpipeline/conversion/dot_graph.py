"""DOT read by Graphviz: text → nodes, edges and subgraphs with all their attributes, without a layout."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ..layout.engine import graphviz_pure
from ..layout.program import OutputError, is_no_program, run_program
from ..records import frozen_record
from .source import MAX_DEPTH, ConversionError, too_deep

_SECONDS = 20.0
"""Time limit of the program, which needs some milliseconds."""
_TOO_LONG = re.compile(r"^Error: <stdin>: memory exhausted in line (\d+)", re.MULTILINE)
"""Said by the parser, which returns what it has read so far."""
_LINE = re.compile(r"(?:in|at|near) line (\d+)")
_INTERNAL = ("_gvid", "name", "nodes", "edges", "subgraphs", "tail", "head", "objects", "_subgraph_cnt")

Attributes = Mapping[str, str]


@frozen_record
class DotNode:
    """A node."""

    name: str
    attributes: Attributes


@frozen_record
class DotEdge:
    """An edge; its ends are indices of nodes."""

    tail: str
    head: str
    attributes: Attributes


@frozen_record
class DotSubgraph:
    """A subgraph, or the graph itself."""

    name: str
    attributes: Attributes
    nodes: tuple[str, ...]
    """All nodes in it, also in its subgraphs."""
    edges: tuple[int, ...]
    """Indices of all edges in it, also in its subgraphs."""
    subgraphs: tuple[DotSubgraph, ...]

    @property
    def is_cluster(self) -> bool:
        """Whether it is drawn as a box."""
        return self.name.startswith("cluster") or self.attributes.get("cluster") == "true"


@frozen_record
class DotGraph:
    """A parsed graph."""

    root: DotSubgraph
    nodes: Mapping[str, DotNode]
    edges: Mapping[int, DotEdge]
    is_directed: bool


def parse_dot(text: str) -> DotGraph:
    """Read a graph with the parser of Graphviz.

    The engine ``nop`` lays nothing out; another one would take nodes out of clusters.

    Raises:
        ConversionError: if it cannot be read, or Graphviz cannot run.
    """
    try:
        done = run_program([graphviz_pure(), "-Knop", "-Tdot_json"], text.encode(errors="replace"), _SECONDS)
    except (TimeoutError, OutputError) as error:
        raise ConversionError("Graphviz could not read this graph: it is too large") from error
    except OSError as error:
        advice = ": install the package 'graphviz-pure'" if is_no_program(error) else ""
        raise ConversionError(f"cannot run Graphviz ({error.strerror}){advice}") from error
    printed = done.printed.decode(errors="replace").strip()
    if too_long := _TOO_LONG.search(printed):
        raise ConversionError("Graphviz cannot read this: a statement is too long; split it", int(too_long[1]))
    if not done.output.strip():  # the status says only that there is no layout
        raise _error(printed)
    try:
        return _graph(json.loads(done.output))
    except ConversionError:
        raise
    except (ValueError, KeyError, RecursionError) as error:
        raise ConversionError("expected one graph in DOT, as in 'digraph { a -> b }'") from error


def _error(printed: str) -> ConversionError:
    said = printed.splitlines()[0] if printed else "expected a graph, as in 'digraph { a -> b }'"
    line = _LINE.search(said)
    message = re.sub(r"^Error: (?:<stdin>: )?|(?<!\s)\s*+in line \d+", "", said).strip()
    return ConversionError(f"Graphviz cannot read this: {message}", int(line[1]) if line else 0)


def _graph(found: Mapping[str, Any]) -> DotGraph:
    objects: list[Mapping[str, Any]] = found.get("objects", [])
    count = found.get("_subgraph_cnt", 0)
    subgraphs = {item["_gvid"]: item for item in objects[:count]}
    nodes = {item["_gvid"]: DotNode(item["name"], _attributes(item)) for item in objects[count:]}
    edges = {
        item["_gvid"]: DotEdge(nodes[item["tail"]].name, nodes[item["head"]].name, _attributes(item))
        for item in found.get("edges", [])
    }

    def subgraph(item: Mapping[str, Any], depth: int) -> DotSubgraph:
        if depth > MAX_DEPTH:
            raise too_deep()
        return DotSubgraph(
            item["name"],
            _attributes(item),
            tuple(nodes[number].name for number in item.get("nodes", [])),
            tuple(item.get("edges", [])),
            tuple(subgraph(subgraphs[number], depth + 1) for number in item.get("subgraphs", [])),
        )

    inner = {number for item in subgraphs.values() for number in item.get("subgraphs", [])}
    root = DotSubgraph(
        found.get("name", ""),
        _attributes(found),
        tuple(node.name for node in nodes.values()),
        tuple(edges),
        tuple(subgraph(item, 1) for number, item in subgraphs.items() if number not in inner),
    )
    return DotGraph(root, {node.name: node for node in nodes.values()}, edges, bool(found.get("directed")))


def _attributes(item: Mapping[str, Any]) -> Attributes:
    return {name: value for name, value in item.items() if name not in _INTERNAL and isinstance(value, str)}
