"""Haystack: a pipeline → a diagram."""

from __future__ import annotations

from typing import Any

from ..model.pipeline import Pipeline
from .classes import kind_of_class_of, kind_of_name
from .sketch import Sketch, title_of_name, type_name

_Path = tuple[str, ...]


def from_haystack(pipeline: Any) -> Pipeline:
    """A diagram of a pipeline of Haystack.

    Edges have the name of the output that they carry.  What must be given to the pipeline stands as input before it.
    Super components are groups, what a router or a validator sends is secondary flow, and an edge that closes a loop is
    feedback.

    Raises:
        TypeError: if it is no pipeline.
        ValueError: if it has no components.
    """
    if not _is_pipeline(pipeline):
        raise TypeError(f"from_haystack: expected a pipeline of haystack, got {type_name(pipeline)}")
    sketch = Sketch("the pipeline has no components")
    _add_inputs(sketch, pipeline)
    _add(sketch, pipeline, ())
    return sketch.pipeline()


def _is_pipeline(value: Any) -> bool:
    return hasattr(getattr(value, "graph", None), "edges") and callable(getattr(value, "inputs", None))


def _add_inputs(sketch: Sketch, pipeline: Any) -> None:
    """Add a node for each mandatory input, which several components may share, with its edges."""
    for component, sockets in pipeline.inputs().items():
        for name, socket in sockets.items():
            if socket["is_mandatory"]:
                key = ("input", name)
                if key not in sketch:
                    sketch.node(key, name, title_of_name(name), "io")
                sketch.edge(key, (component,))


def _add(sketch: Sketch, pipeline: Any, path: _Path) -> None:
    """Add the components of a pipeline inside the group *path*, and their connections."""
    for name, data in pipeline.graph.nodes(data=True):
        component = data.get("instance")
        key, id = (*path, name), ".".join((*path, name))
        inner = getattr(component, "pipeline", None)
        if _is_pipeline(inner):
            sketch.group(key, id, title_of_name(name), path or None)
            _add(sketch, inner, key)
            continue
        title, kind = title_of_name(name), kind_of_class_of(component) or kind_of_name(name)
        sketch.node(key, id, title, kind, path or None, note=_class_name(component, title))
    for source, target, data in pipeline.graph.edges(data=True):
        sender = pipeline.graph.nodes[source].get("instance")
        label = title_of_name(data["from_socket"].name).lower() if "from_socket" in data else ""
        sketch.edge(
            (*path, source), (*path, target), label, "weak" if kind_of_class_of(sender) == "decision" else "flow"
        )


def _class_name(component: Any, title: str) -> str | None:
    """The class of a component, unless its title says it."""
    name = type(component).__name__
    return None if name.lower() == title.replace(" ", "").lower() else name
