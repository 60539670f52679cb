"""Objects that documents name: which ``conf.py`` allows, and how they are imported.

Documents are not trusted, and importing runs code, so a document can name only what ``llmpipeline_sources`` lists.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from contextlib import AbstractContextManager
from importlib import import_module
from types import ModuleType
from typing import Any

from ..diagnostics import Subtype

ENTRY = "expected 'module' or 'module:attribute'"


class NamedObjectError(Exception):
    """An object that cannot be had.

    Attributes:
        subtype: that of the warning.
    """

    def __init__(self, subtype: Subtype, message: str) -> None:
        super().__init__(message)
        self.subtype: Subtype = subtype


def read_sources(given: Any) -> tuple[list[str], list[str]]:
    """The entries of ``llmpipeline_sources``, and a message for each that is none.

    >>> read_sources(["ourapp.graph:app", "our app"])
    (['ourapp.graph:app'], ["expected 'module' or 'module:attribute', got 'our app'"])
    """
    if isinstance(given, str) or not isinstance(given, Sequence):
        return [], [f"expected a list of modules and 'module:attribute', got {given!r}"]
    found = [entry for entry in given if isinstance(entry, str) and _is_entry(entry)]
    return found, [f"{ENTRY}, got {entry!r}" for entry in given if entry not in found]


def _is_entry(entry: str) -> bool:
    module, colon, path = entry.partition(":")
    return _is_dotted(module) and (not colon or _is_dotted(path))


def _is_dotted(name: str) -> bool:
    return all(part.isidentifier() for part in name.split("."))


def mocked(names: Sequence[str]) -> AbstractContextManager[None]:
    """Context in which modules of these names are imported as mock objects, as autodoc does."""
    made: AbstractContextManager[None] = import_module("sphinx.ext.autodoc.mock").mock(list(names))
    return made


def named_object(target: str, allowed: Sequence[str]) -> Any:
    """The object that ``module:attribute`` names; a function without required arguments is called for it.

    Args:
        target: as a document has it.
        allowed: the entries of ``llmpipeline_sources``.

    Raises:
        NamedObjectError: if it is not allowed, or cannot be imported.
        Exception: of the project, by the call.
    """
    module, _, path = target.partition(":")
    if not path or not _is_entry(target):
        raise NamedObjectError("syntax", f"'{target}' names no object: expected 'module:attribute'")
    inside = _allowing_module(target, allowed)
    try:
        found = import_module(module)
    except (Exception, SystemExit) as error:
        raise NamedObjectError("reference", f"cannot import '{module}': {said(error)}") from error
    for name in path.split("."):
        try:
            found = getattr(found, name)
        except AttributeError as error:
            raise NamedObjectError("reference", f"cannot find '{target}': {said(error)}") from error
        if inside and isinstance(found, ModuleType):
            message = f"'{target}' leads into another module; name the module before the colon"
            raise NamedObjectError("config", message)
    if not inspect.isroutine(found):
        return _real(found, target)
    if inside and not f"{found.__module__}.".startswith(f"{inside}."):
        message = f"'{target}' is a function of '{found.__module__}': {_advice(target)}"
        raise NamedObjectError("config", message)
    return _real(_called(found, target), target)


def _allowing_module(target: str, allowed: Sequence[str]) -> str:
    """The module whose objects are all allowed; empty if this one is.

    Raises:
        NamedObjectError: if it is not allowed.
    """
    if target in allowed:
        return ""
    module, _, path = target.partition(":")
    for entry in allowed:
        if ":" not in entry and f"{module}.".startswith(f"{entry}."):
            rest = [*module[len(entry) :].split("."), *path.split(".")]
            if any(name.startswith("_") for name in rest):
                raise NamedObjectError("config", f"'{target}' is private: {_advice(target)}")
            return entry
    raise NamedObjectError("config", f"'{target}' is not allowed: {_advice(target)}")


def _advice(target: str) -> str:
    return f"add '{target}' to llmpipeline_sources in conf.py"


def _called(function: Any, target: str) -> Any:
    """What a function returns.

    Raises:
        NamedObjectError: if it needs arguments.
    """
    try:
        inspect.signature(function).bind()
    except TypeError as error:
        message = f"'{target}' is a function that needs arguments: {error}; name one that needs none"
        raise NamedObjectError("reference", message) from error
    return function()


def _real(found: Any, target: str) -> Any:
    """The object.

    Raises:
        NamedObjectError: if a mocked import has made it.
    """
    if getattr(type(found), "__sphinx_mock__", False) is True:
        message = f"'{target}' is an object of a mocked import, so there is nothing to draw; see autodoc_mock_imports"
        raise NamedObjectError("reference", message)
    return found


def said(error: BaseException) -> str:
    """An exception in one line, as the last of a traceback."""
    return " ".join(f"{type(error).__name__}: {error}".split()).removesuffix(":")
