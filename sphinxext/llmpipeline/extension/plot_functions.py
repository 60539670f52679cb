"""Functions of the project that draw: their names in ``conf.py``, and the files that documents depend on."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..model.pipeline import Node, Pipeline
from ..model.vocabulary import PLOT_KINDS

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment


_NAME = r"[A-Za-z_][\w-]*"


def read_plots(given: Any) -> tuple[dict[str, str], list[str]]:
    """Functions by name, and a message for each that diagrams cannot name or that is no ``module:callable``."""
    if not isinstance(given, Mapping):
        return {}, [f"expected a dict of names and 'module:callable', got {given!r}"]
    found: dict[str, str] = {}
    problems: list[str] = []
    for name, target in given.items():
        if name in PLOT_KINDS:
            problems.append(f"'{name}' is a kind of plot; choose another name")
        elif not isinstance(name, str) or not re.fullmatch(_NAME, name):
            problems.append(f"{name!r} cannot name a plot: expected a word of letters, digits, '_' and '-'")
        elif not _is_target(target):
            problems.append(f"'{name}': expected 'module:callable', got {target!r}")
        else:
            found[name] = target
    return found, problems


def read_finish(name: str, given: Any) -> str:
    """The function that finishes drawings; empty for none.

    Raises:
        ValueError: if it is no ``module:callable``.
    """
    if given == "" or _is_target(given):
        return str(given)
    raise ValueError(f"{name}: expected 'module:callable', got {given!r}")


def _is_target(target: Any) -> bool:
    if not isinstance(target, str):
        return False
    module, _, attribute = target.partition(":")
    return attribute.isidentifier() and all(part.isidentifier() for part in module.split("."))


def with_digests(pipeline: Pipeline, env: BuildEnvironment) -> Pipeline:
    """*pipeline* with the digests of the files of its functions; the document depends on the files of all functions."""
    note_file(env.config.llmpipeline_finish, env)
    if not any(node.plot and node.plot.function for node in pipeline.nodes):
        return pipeline
    return replace(pipeline, nodes=tuple(_with_digest(node, env) for node in pipeline.nodes))


def _with_digest(node: Node, env: BuildEnvironment) -> Node:
    if not (node.plot and node.plot.function):
        return node
    digest = note_file(node.plot.function.target, env)
    function = replace(node.plot.function, digest=digest)
    return replace(node, plot=replace(node.plot, function=function)) if digest else node


def note_file(target: str, env: BuildEnvironment) -> str:
    """The digest of the file of a function, on which the document depends; empty if there is none."""
    found = file_digest(target)
    if found:
        env.note_dependency(found[0])
    return found[1] if found else ""


def file_digest(target: str) -> tuple[str, str] | None:
    """The file of a function, and the digest of its content; ``None`` if it cannot be read."""
    try:
        spec = find_spec(target.partition(":")[0])
        file = Path(spec.origin if spec and spec.origin else "")
        return str(file), hashlib.sha256(file.read_bytes()).hexdigest()[:16]
    except Exception:  # noqa: BLE001 -- a package of the project may raise anything; it is reported when it is drawn
        return None
