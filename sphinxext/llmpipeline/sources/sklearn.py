"""scikit-learn: an estimator → a diagram."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from ..model.pipeline import Pipeline
from .sketch import Sketch, type_name

_Path = tuple[str, ...]
_SHOWN = 4
"""Most names of columns in a note."""


def from_sklearn(estimator: Any, *, data: str = "Data") -> Pipeline:
    """A diagram of an estimator of scikit-learn, alone or composed of others.

    Steps of a ``Pipeline`` follow each other.  A ``ColumnTransformer``, a ``FeatureUnion``, an ensemble and a search
    are groups of what they hold.  What predicts is a model, what transforms a process.

    Args:
        estimator: fitted or not.
        data: label of the node before the first step; empty for none.

    Raises:
        TypeError: if it is no estimator.
        ValueError: if it has no steps.
    """
    if isinstance(estimator, type) or not all(hasattr(estimator, name) for name in ("fit", "get_params")):
        raise TypeError(f"from_sklearn: expected an estimator of sklearn, got {type_name(estimator)}")
    sketch = Sketch("the pipeline has no steps")
    writer = _Writer(sketch)
    if data:
        sketch.node((), "data", data, "data")
    if hasattr(estimator, "steps"):
        ends = writer.steps(estimator.steps, (), None)
    else:
        name = type(estimator).__name__
        ends = ((name,), (name,)) if writer.part(name, estimator, (), None) else None
    if data and ends:
        sketch.edge((), ends[0])
    return sketch.pipeline()


class _Writer:
    def __init__(self, sketch: Sketch) -> None:
        self._sketch = sketch

    def steps(self, steps: Sequence[tuple[str, Any]], path: _Path, group: _Path | None) -> tuple[_Path, _Path] | None:
        """Add a chain of steps; returns the keys of the first and the last."""
        keys: list[_Path] = []
        for name, step in steps:
            if step is None or (isinstance(step, str) and step == "passthrough"):
                continue
            self.part(name, step, path, group)
            keys.append((*path, name))
        for before, after in pairwise(keys):
            self._sketch.edge(before, after)
        return (keys[0], keys[-1]) if keys else None

    def part(self, name: str, part: Any, path: _Path, group: _Path | None, columns: Any = None) -> bool:
        """Add one estimator, as a node or as a group of those that it holds."""
        key, id = (*path, name), ".".join((*path, name))
        note = _columns(columns)
        inner = _parts(part)
        if not inner and not hasattr(part, "steps"):
            label = part if isinstance(part, str) else type(part).__name__
            self._sketch.node(key, id, label, _kind(part), group, note=note)
            return True
        title = name if hasattr(part, "steps") else type(part).__name__
        self._sketch.group(key, id, title, group, note=note)
        if hasattr(part, "steps"):
            self.steps(part.steps, key, key)
        for below, one, those in inner:
            self.part(below, one, key, key, those)
        final = getattr(part, "final_estimator", None)
        if final is not None:
            self.part("final_estimator", final, key, key)
            for below, *_ in inner:
                self._sketch.edge((*key, below), (*key, "final_estimator"))
        return True


def _parts(estimator: Any) -> list[tuple[str, Any, Any]]:
    """What an estimator holds beside each other: names, estimators, and columns."""
    if hasattr(estimator, "transformers"):  # of columns
        found = [*estimator.transformers]
        rest = getattr(estimator, "remainder", "drop")
        return [*found, ("remainder", rest, "other columns")] if not isinstance(rest, str) or rest != "drop" else found
    for name in ("transformer_list", "estimators"):  # a union, an ensemble
        if isinstance(held := getattr(estimator, name, None), list):
            return [(own, one, None) for own, one in held if not isinstance(one, str) or one != "drop"]
    if not hasattr(estimator, "get_params"):  # a word
        return []
    one = estimator.get_params(deep=False).get("estimator")  # a search, a calibration, one for each class
    return [("estimator", one, None)] if hasattr(one, "get_params") else []


def _kind(part: Any) -> str:
    return "model" if hasattr(part, "predict") or hasattr(part, "fit_predict") else "process"


def _columns(given: Any) -> str | None:
    """A note with the names of columns."""
    if given is None:
        return None
    if isinstance(given, str):
        return given
    if callable(given):
        return _selected(given)
    names = [str(name) for name in given] if hasattr(given, "__iter__") else [str(given)]
    return ", ".join(names) if len(names) <= _SHOWN else f"{', '.join(names[:_SHOWN])} and {len(names) - _SHOWN} more"


def _selected(selector: Any) -> str:
    """What a function selects, such as one of ``make_column_selector``."""
    said = [
        f"{word}{given.__name__ if isinstance(given, type) else given}"
        for name, word in (("pattern", ""), ("dtype_include", ""), ("dtype_exclude", "not "))
        if (given := getattr(selector, name, None)) is not None
    ]
    return ", ".join(said) or getattr(selector, "__name__", "selected")
