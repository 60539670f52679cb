"""NetworkX: a graph → a diagram."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..conversion.kinds import kind_of_class
from ..model.pipeline import Pipeline
from ..model.vocabulary import EDGE_KINDS, NODE_KINDS, EdgeKind
from .classes import kind_of_name
from .sketch import Sketch, type_name

_KIND_NAMES = ("kind", "type")
_GROUP_NAMES = ("group", "cluster", "subgraph")


def from_networkx(graph: Any) -> Pipeline:
    """A diagram of a graph of NetworkX; edges of an undirected one have no arrowheads.

    Attributes of nodes that count are ``label``; ``kind`` or ``type``, whose words are read; ``group``, ``cluster`` or
    ``subgraph``, the title of the group; ``category``, its title; ``note``, ``tooltip``, ``link`` and ``value``.  A
    node without a kind gets the one that its label says.  Those of edges are ``label``, ``kind``, ``category``,
    ``note``, ``tooltip``, ``link``, and ``value`` or ``weight``, a number.

    Raises:
        TypeError: if it is no graph.
        ValueError: if it has no nodes.
    """
    if not all(callable(getattr(graph, name, None)) for name in ("is_directed", "nodes", "edges")):
        raise TypeError(f"from_networkx: expected a graph of networkx, got {type_name(graph)}")
    sketch = Sketch("the graph has no nodes")
    for node, attributes in graph.nodes(data=True):
        label = str(attributes.get("label", node))
        sketch.node(
            node, str(node), label, _kind(attributes) or kind_of_name(label), _group(sketch, attributes),
            **_fields(sketch, attributes, "value"),
        )  # fmt: skip
    for source, target, attributes in graph.edges(data=True):
        kind: EdgeKind = "flow" if graph.is_directed() else "link"
        if (given := attributes.get("kind")) in EDGE_KINDS:
            kind = given
        sketch.edge(
            source, target, str(attributes.get("label", "")), kind, **_fields(sketch, attributes, "value", "weight")
        )
    return sketch.pipeline()


def _kind(attributes: Mapping[str, Any]) -> str:
    given = next((str(attributes[name]) for name in _KIND_NAMES if name in attributes), "")
    return given if given in NODE_KINDS else kind_of_class(given)


def _group(sketch: Sketch, attributes: Mapping[str, Any]) -> tuple[str, str] | None:
    """The key of the group of a node, which is added if it is new."""
    given = next((attributes[name] for name in _GROUP_NAMES if attributes.get(name) is not None), None)
    if given is None:
        return None
    key = ("group", str(given))
    if key not in sketch:
        sketch.group(key, str(given), str(given))
    return key


def _fields(sketch: Sketch, attributes: Mapping[str, Any], *numbers: str) -> dict[str, Any]:
    fields = {name: str(attributes[name]) for name in ("note", "tooltip", "link") if attributes.get(name) is not None}
    if attributes.get("category") is not None:
        fields["category"] = sketch.category(str(attributes["category"]))
    found = [attributes[name] for name in numbers if isinstance(attributes.get(name), int | float)]
    return {**fields, "value": float(found[0])} if found else fields
