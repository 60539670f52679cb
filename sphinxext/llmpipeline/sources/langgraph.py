"""LangGraph and LangChain: objects with ``get_graph()`` → a diagram."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from ..model.pipeline import Pipeline
from .bridging import without
from .classes import kind_of_class_of, kind_of_name
from .sketch import Sketch, title_of_name, type_name

_ENDS = {"__start__": "Start", "__end__": "End"}
_RANDOM = re.compile(r"[0-9a-f]{32}")
_PARALLEL = re.compile(r".*<(.*)>(?:Input|Output)?")


def from_langgraph(graph: Any) -> Pipeline:
    """A diagram of a graph of LangGraph, compiled or not, or of a runnable of LangChain.

    Subgraphs are groups.  Conditional edges are secondary flow, with their labels, and an edge that closes a loop is
    feedback.  A node with tools, or before or after which the graph interrupts, has a note.

    Raises:
        TypeError: if the object has no ``get_graph()``.
        ValueError: if the graph has no nodes.
    """
    is_class = isinstance(graph, type)
    if not is_class and hasattr(graph, "add_conditional_edges") and hasattr(graph, "compile"):
        graph = graph.compile()
    if is_class or not callable(getattr(graph, "get_graph", None)):
        expected = "a graph of langgraph, or another object with get_graph()"
        raise TypeError(f"from_langgraph: expected {expected}, got {type_name(graph)}")
    drawn = _drawn(graph)
    if not all(hasattr(drawn, name) for name in ("nodes", "edges")):
        raise TypeError(f"from_langgraph: get_graph() of {type_name(graph)} returned {type_name(drawn)}, not a graph")
    sketch = Sketch("the graph has no nodes")
    inner: list[str] = []
    first = {edge.source for edge in drawn.edges} - {edge.target for edge in drawn.edges}
    last = {edge.target for edge in drawn.edges} - {edge.source for edge in drawn.edges}
    for key, node in _in_order(graph, drawn.nodes):
        *above, name = key.split(":")
        label, kind = _look(node, name, first, last)
        id = ".".join((*above, name))
        if _RANDOM.fullmatch(key):  # langchain numbers nodes anew each time
            id = label.lower() if kind == "io" else str(node.name)
        group = _groups(sketch, above)
        sketch.node(key, id, label, kind, group, **_fields(node))
        if above and name in _ENDS:
            inner.append(id)
    for edge in drawn.edges:
        label = "" if edge.data is None else str(edge.data)
        sketch.edge(edge.source, edge.target, label, "weak" if edge.conditional else "flow")
    return without(sketch.pipeline(), inner)


def _drawn(graph: Any) -> Any:
    """The graph to draw, with those inside it if it can say them."""
    try:
        return graph.get_graph(xray=True)
    except TypeError:  # a runnable of langchain, which has no such argument
        return graph.get_graph()


def _in_order(graph: Any, nodes: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The nodes in the order of the graph, those of a subgraph in its place."""
    places = {key: place for place, key in enumerate(graph.get_graph().nodes)}
    return sorted(nodes.items(), key=lambda item: places.get(item[0].partition(":")[0], len(places)))


def _look(node: Any, name: str, first: Collection[str], last: Collection[str]) -> tuple[str, str]:
    """The label and the kind of a node."""
    if name in _ENDS:
        return _ENDS[name], "io"
    if isinstance(node.data, type):  # the schema of what goes in or comes out
        if node.id in first or node.id in last:
            return "Input" if node.id in first else "Output", "io"
        names = _PARALLEL.fullmatch(node.name)
        return names[1].replace(",", ", ") if names else str(node.name), "data"
    kind = kind_of_class_of(node.data)
    if _RANDOM.fullmatch(node.id):
        return str(node.name), kind or kind_of_name(str(node.name))
    return title_of_name(name), kind or kind_of_name(name)


def _groups(sketch: Sketch, names: list[str]) -> tuple[str, ...] | None:
    """The key of the group of a subgraph, which is added with those around it."""
    for depth in range(1, len(names) + 1):
        key = tuple(names[:depth])
        if key not in sketch:
            sketch.group(key, ".".join(key), title_of_name(key[-1]), key[:-1] or None)
    return tuple(names) or None


def _fields(node: Any) -> dict[str, str]:
    metadata = node.metadata or {}
    if waits := metadata.get("__interrupt"):
        return {"note": f"interrupt {str(waits).replace('=', ' ')}"}
    tools = metadata.get("__tools")
    return {"note": ", ".join(map(str, tools))} if tools else {}
