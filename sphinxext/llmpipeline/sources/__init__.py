"""Sources: objects of other libraries, and files of other tools → diagrams.

Each is a function whose argument is the object, or are the paths of the files, and which returns a
:class:`~sphinxext.llmpipeline.Pipeline`.  None of the libraries is imported: an object is known by what it has.  The
entry points of the group ``sphinxext_llmpipeline.sources`` add further ones.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from ..diagnostics import suggestion
from ..model.pipeline import Pipeline

__all__ = ["BUILT_IN", "FILES", "GROUP", "find_source"]

GROUP = "sphinxext_llmpipeline.sources"
"""Group of the entry points: the name of a source → ``module:function``."""
BUILT_IN = ("networkx", "langgraph", "haystack", "sklearn", "kedro", "dvc", "model_card")
FILES = ("dvc", "model_card")
"""Built-in sources whose arguments are paths."""


def find_source(name: str) -> Callable[..., Pipeline]:
    """The function of a source.

    Raises:
        LookupError: if there is none with this name.
        ImportError: if that of an entry point cannot be imported.

    >>> find_source("networkx").__name__
    'from_networkx'
    """
    if name in BUILT_IN:
        return _function(getattr(import_module(f".{name}", __name__), f"from_{name}"))
    from importlib.metadata import entry_points  # imported here because it looks through all packages

    found = entry_points(group=GROUP)
    for point in found.select(name=name):
        try:
            return _function(point.load())
        except AttributeError as error:
            raise ImportError(f"source '{name}': {error}") from error
    raise LookupError(f"unknown source '{name}'{suggestion(name, [*BUILT_IN, *found.names])}")


def _function(found: Any) -> Callable[..., Pipeline]:
    function: Callable[..., Pipeline] = found
    return function
