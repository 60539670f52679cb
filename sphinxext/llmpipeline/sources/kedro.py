"""Kedro: a pipeline → a diagram."""

from __future__ import annotations

from typing import Any

from ..model.pipeline import Pipeline
from .classes import kind_of_data, kind_of_name
from .sketch import Sketch, title_of_name, type_name

_OF_DATA = ("model", "store", "eval")
"""Kinds beside ``data`` that a dataset may have."""


def from_kedro(pipeline: Any, *, parameters: bool = False) -> Pipeline:
    """A diagram of a pipeline of Kedro: its nodes, its datasets, and its namespaces as groups.

    Args:
        pipeline: such as one of ``register_pipelines()``.
        parameters: whether parameters are shown, too.

    Raises:
        TypeError: if it is no pipeline.
        ValueError: if it has no nodes.
    """
    steps = getattr(pipeline, "nodes", None)
    if not isinstance(steps, list) or not all(hasattr(step, "func") and hasattr(step, "outputs") for step in steps):
        raise TypeError(f"from_kedro: expected a pipeline of kedro, got {type_name(pipeline)}")
    sketch = Sketch("the pipeline has no nodes")
    spaces = {prefix for step in steps for prefix in _prefixes(step.namespace)}
    for step in steps:
        for name in step.inputs:
            _add_dataset(sketch, name, spaces, parameters=parameters)
        _add_step(sketch, step)
        for name in step.outputs:
            _add_dataset(sketch, name, spaces, parameters=parameters)
    for step in steps:
        for name in dict.fromkeys(map(_plain, step.inputs)):
            if _dataset(name) in sketch:
                sketch.edge(_dataset(name), _step(step))
        for name in dict.fromkeys(map(_plain, step.outputs)):
            sketch.edge(_step(step), _dataset(name))
    return sketch.pipeline()


def _add_step(sketch: Sketch, step: Any) -> None:
    named = getattr(step, "_name", None)  # the given name, which has no other place
    own = str(named or getattr(step.func, "__name__", None) or step.name.partition("__")[0].rpartition(".")[2])
    own = own.removesuffix("_node")
    id = f"{step.namespace}.{own}" if step.namespace else own
    kind = kind_of_name(own)
    group = _space(sketch, step.namespace)
    sketch.node(_step(step), id, title_of_name(own), kind if kind in ("train", "eval") else "process", group)


def _add_dataset(sketch: Sketch, full: str, spaces: set[str], *, parameters: bool) -> None:
    name = _plain(full)
    is_parameter = name == "parameters" or name.startswith("params:")
    if _dataset(name) in sketch or (is_parameter and not parameters):
        return
    name_inside = name.removeprefix("params:")
    space = next((prefix for prefix in reversed([*_prefixes(name_inside)]) if prefix in spaces), None)
    own = name_inside.removeprefix(f"{space}.") if space else name_inside
    kind = kind_of_data(own)
    look = "io" if is_parameter else kind if kind in _OF_DATA else "data"
    sketch.node(_dataset(name), name_inside, title_of_name(own), look, _space(sketch, space))


def _plain(name: str) -> str:
    """A dataset without the way in which it is read, as in ``companies@pandas``."""
    return str(name).partition("@")[0]


def _prefixes(name: str | None) -> list[str]:
    """The namespaces that a dotted name may stand in, from the outermost."""
    parts = name.split(".") if name else []
    return [".".join(parts[:depth]) for depth in range(1, len(parts) + 1)]


def _space(sketch: Sketch, namespace: str | None) -> tuple[str, str] | None:
    """The key of the group of a namespace, which is added with those around it."""
    above: tuple[str, str] | None = None
    for prefix in _prefixes(namespace):
        key = ("namespace", prefix)
        if key not in sketch:
            sketch.group(key, prefix, title_of_name(prefix.rpartition(".")[2]), above)
        above = key
    return above


def _step(step: Any) -> tuple[str, str]:
    return "node", step.name


def _dataset(name: str) -> tuple[str, str]:
    return "dataset", name
